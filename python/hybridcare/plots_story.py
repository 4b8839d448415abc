"""The picture of one client's course beside the twin's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .plots_base import INK, SOFT, Figure, draw

if TYPE_CHECKING:
    from .story import Story

AGENT_COLOURS = {"human": "#0072B2", "assistant": "#E69F00"}


def story(told: Story) -> Figure:
    """Symptoms (measured, latent, the twin's latent) above trust in each agent, week by week, contacts marked."""
    from .story import NOTE, TWINS

    chart = alt.vconcat(_symptoms(told), _trust(told), spacing=12).resolve_scale(color="independent")
    return draw(told.results, chart, name="story", title=f"One simulated client, number {told.client}, and the twin",
                caption=f"{NOTE} Dashed: the twin, {TWINS[told.twin]}. Dots: PHQ-9 as measured. Marks below: contacts, "
                "wide where a turn was misread and noticed.",
                alt_text=" ".join([*told.sentences[:1], *told.sentences[-2:]]),
                table=told.table())  # fmt: skip


def _symptoms(told: Story) -> Any:
    ours = told.course[["week", "phq9", "oracle_symptom"]].rename(columns={"oracle_symptom": "level"})
    theirs = told.twin_course[["week", "oracle_symptom"]].rename(columns={"oracle_symptom": "level"})
    lines = pd.concat([ours[["week", "level"]].assign(who="this client, latent"),
                       theirs.assign(who="the twin, latent")])  # fmt: skip
    x = alt.X("week:Q", title=None, scale=alt.Scale(nice=False))
    y = alt.Y("level:Q", title="PHQ-9, points (0 to 27)", scale=alt.Scale(domain=[0, 27]))
    names = ["this client, latent", "the twin, latent"]
    colour = alt.Color("who:N", scale=alt.Scale(domain=names, range=[INK, "#a8325a"]), title=None,
                       legend=alt.Legend(orient="top"))  # fmt: skip
    dash = alt.StrokeDash("who:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 3]]), title=None)
    line = alt.Chart(lines).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = alt.Chart(ours).mark_circle(size=28, color=SOFT).encode(x=x, y=alt.Y("phq9:Q"))
    return alt.layer(line, dots, _contacts(told)).properties(width=760, height=260)


def _contacts(told: Story) -> Any:
    """Ticks at the foot, one for each week with a contact."""
    parts = []
    for place, agent in enumerate(AGENT_COLOURS):
        met = told.course[told.course[f"met_{agent}"] > 0]
        noticed = met["noticed"] > 0
        parts.append(pd.DataFrame({"week": met["week"], "at": 0.6 + 1.1 * place, "agent": agent,
                                   "size": [90 if each else 30 for each in noticed]}))  # fmt: skip
    scale = alt.Scale(domain=list(AGENT_COLOURS), range=list(AGENT_COLOURS.values()))
    return alt.Chart(pd.concat(parts)).mark_point(shape="triangle-up", filled=True, opacity=1).encode(
        x="week:Q", y=alt.Y("at:Q"), fill=alt.Fill("agent:N", scale=scale, title="contact with",
        legend=alt.Legend(orient="top")), size=alt.Size("size:Q", scale=None, legend=None))  # fmt: skip


def _trust(told: Story) -> Any:
    parts = [told.course[["week"]].assign(trust=told.course[f"trust_{agent}"], agent=agent) for agent in AGENT_COLOURS]
    data = pd.concat(parts).dropna()
    scale = alt.Scale(domain=list(AGENT_COLOURS), range=list(AGENT_COLOURS.values()))
    return alt.Chart(data).mark_line(strokeWidth=2).encode(
        x=alt.X("week:Q", title="week since entry", scale=alt.Scale(nice=False)),
        y=alt.Y("trust:Q", title="trust (0 to 1)", scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("agent:N", scale=scale, title="trust in", legend=alt.Legend(orient="top")),
    ).properties(width=760, height=130)  # fmt: skip
