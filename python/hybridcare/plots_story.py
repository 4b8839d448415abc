"""The picture of one client's course beside the twin's: symptoms, what happened week by week, trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .plots_base import FAINT, INK, SOFT, Figure, clean, draw
from .story_words import AGENTS

if TYPE_CHECKING:
    from .story import Story

COLOURS = {"human": "#0072B2", "assistant": "#E69F00", "practice": "#009E73"}
TWIN = "#a8325a"
WIDTH = 760
MISSED = "missed"
DISCS = "In the discs: turns misread in the week's contacts; ×: contact missed; practice: slots practised in the week"


def story(told: Story) -> Figure:
    """Symptoms (measured, latent, the twin's latent); contacts with their misread turns, and practice; trust."""
    from .story import NOTE, TWINS

    more = [_happened(told), _trust(told)] if lanes(told) else []
    last = _week(told, "week since entry")
    panels = [_symptoms(told, None if more else last), *more]
    chart = alt.vconcat(*panels, spacing=8).resolve_scale(color="independent", strokeDash="independent")
    label = clean(told.results.arms[told.arm], 90)
    return draw(told.results, chart, name="story", title=f"Client {told.client}, “{label}”, and the twin",
                caption=f"{NOTE} The twin, {TWINS[told.twin]}, is drawn broken. {DISCS}. Upright lines: a new step of "
                f"the pathway.{_grey(told)}",
                alt_text=" ".join([*told.sentences[:1], *told.sentences[-3:]]),
                table=told.table(), width=WIDTH + 70)  # fmt: skip


def _grey(told: Story) -> str:
    from .story_sets import ARTEFACT

    if told.over is None:
        return ""
    return (f" Grey: the latent level in 5 to 95 % of {len(told.over.courses)} parameter sets of "
            f"{told.over.sets.rival}. {ARTEFACT}")  # fmt: skip


def _week(told: Story, title: str | None) -> Any:
    last = int(told.course["week"].iloc[-1])
    axis = alt.Axis(values=list(range(0, last + 1, 2 if last <= 30 else 4)), labels=title is not None,
                    ticks=title is not None)  # fmt: skip
    return alt.X("week:Q", title=title, axis=axis, scale=alt.Scale(domain=[-0.5, last + 0.5], nice=False))


def lanes(told: Story) -> list[str]:
    """Agents of the arm, and practice where there is any: what a row is drawn for."""
    names = [agent for agent in AGENTS if bool(told.course[f"trust_{agent}"].notna().any())]
    return names + ["practice"] * bool((told.course["oracle_practised"] > 0).any())


def _symptoms(told: Story, week: Any) -> Any:
    series = {"measured PHQ-9": ("phq9", told.course), "latent level": ("oracle_symptom", told.course),
              "latent level of the twin": ("oracle_symptom", told.twin_course)}  # fmt: skip
    data = pd.concat([frame[["week"]].assign(level=frame[column], who=who) for who, (column, frame) in series.items()])
    x, y = week or _week(told, None), alt.Y("level:Q", title="PHQ-9, points", scale=alt.Scale(domain=[0, 27]))
    scale = alt.Scale(domain=list(series), range=["#8a939d", INK, TWIN])
    colour = alt.Color("who:N", scale=scale, title=None, legend=alt.Legend(orient="top", symbolType="circle"))
    dash = alt.StrokeDash("who:N", scale=alt.Scale(domain=list(series), range=[[1, 0], [1, 0], [5, 3]]), legend=None)
    lines = data[data["who"] != "measured PHQ-9"]
    line = alt.Chart(lines).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = alt.Chart(data[data["who"] == "measured PHQ-9"]).mark_circle(size=34, opacity=1).encode(
        x=x, y=y, color=colour)  # fmt: skip
    label = clean(told.results.arms[told.arm], 90)
    title = f"Client {told.client} (replicate {told.replicate}) in “{label}”"
    return alt.layer(*_band(told, x), *_steps(told, x), dots, line).properties(width=WIDTH, height=250, title=title)


def _band(told: Story, x: Any) -> list[Any]:
    """The latent level in 5 to 95 % of the parameter sets, grey, behind the lines."""
    if told.over is None:
        return []
    data = told.over.table()[["week", "latent_low", "latent_high"]]
    return [alt.Chart(data).mark_area(color=SOFT, opacity=0.22).encode(
        x=x, y=alt.Y("latent_low:Q"), y2="latent_high:Q")]  # fmt: skip


def _steps(told: Story, x: Any) -> list[Any]:
    """An upright line and the name wherever another step begins."""
    names = told.course["step"].astype(str)
    new = told.course[names.ne(names.shift()).to_numpy()]
    data = pd.DataFrame({"week": new["week"] - 0.5, "step": [clean(s, 24).replace("_", " ") for s in new["step"]]})
    rule = alt.Chart(data).mark_rule(color=SOFT, strokeDash=[2, 2]).encode(x=x)
    text = alt.Chart(data).mark_text(align="left", dx=4, fontSize=11, color=SOFT, baseline="top").encode(
        x=x, y=alt.value(2), text="step:N")  # fmt: skip
    return [rule, text]


def happened(told: Story) -> pd.DataFrame:
    """A row for each week with contacts, missed contacts or practice: week, lane, mark (a number, or missed)."""
    rows = []
    before = None
    for row in told.course.to_dict("records"):
        for agent in AGENTS:
            if row[f"met_{agent}"] > 0:
                rows.append((int(row["week"]), agent, str(told.misread(row, agent))))
            elif before is not None and row[f"missed_{agent}"] > before[f"missed_{agent}"]:
                rows.append((int(row["week"]), agent, MISSED))
        if row["oracle_practised"] > 0:
            rows.append((int(row["week"]), "practice", str(int(row["oracle_practised"]))))
        before = row
    return pd.DataFrame(rows, columns=["week", "lane", "mark"])


def _happened(told: Story) -> Any:
    data = happened(told).assign(colour=lambda d: d["lane"].map(COLOURS))
    x = _week(told, None)
    shown = lanes(told)
    y = alt.Y("lane:N", sort=shown, scale=alt.Scale(domain=shown), title=None,
              axis=alt.Axis(ticks=False, domain=False, grid=False))  # fmt: skip
    held, gone = data[data["mark"] != MISSED], data[data["mark"] == MISSED]
    colour = alt.Color("colour:N", scale=None)
    wide = min(18.0, 0.98 * WIDTH / len(told.course))  # pixels: discs of neighbouring weeks do not overlap
    size, font = 0.785 * wide**2, min(11, int(0.62 * wide))
    disc = alt.Chart(held).mark_circle(size=size, opacity=1).encode(x=x, y=y, color=colour)
    ink = alt.condition("datum.lane == 'assistant'", alt.value(INK), alt.value("white"))  # what can be read on it
    number = alt.Chart(held).mark_text(fontSize=font, fontWeight="bold").encode(x=x, y=y, text="mark:N", color=ink)
    ring = alt.Chart(gone).mark_point(size=0.75 * size, filled=False, strokeWidth=1.5).encode(x=x, y=y, color=colour)
    cross = alt.Chart(gone).mark_text(text="×", fontSize=font + 2, color=SOFT).encode(x=x, y=y)
    floor = alt.Chart(pd.DataFrame({"lane": shown})).mark_rule(color=FAINT).encode(y=y)
    title = alt.TitleParams(text=DISCS, fontSize=11, fontWeight="normal", color=SOFT, offset=4,
                            frame="group")  # fmt: skip
    return alt.layer(floor, disc, number, ring, cross).properties(width=WIDTH, height=26 * len(shown), title=title)


def _trust(told: Story) -> Any:
    parts = []
    for who, frame in (("this client", told.course), ("twin", told.twin_course)):
        for agent in AGENTS:
            column = frame[f"trust_{agent}"]
            parts.append(frame[["week"]].assign(trust=column, agent=agent, who=who))
    data = pd.concat(parts).dropna()
    agents = [agent for agent in AGENTS if (data["agent"] == agent).any()]
    x = _week(told, "week since entry")
    y = alt.Y("trust:Q", title="trust, 0 to 1", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=3))
    scale = alt.Scale(domain=agents, range=[COLOURS[a] for a in agents])
    key: dict[str, Any] = {"orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 2, "symbolSize": 300}
    colour = alt.Color("agent:N", scale=scale, title="trust in", legend=alt.Legend(titleOrient="left", **key))
    dash = alt.StrokeDash("who:N", scale=alt.Scale(domain=["this client", "twin"], range=[[1, 0], [5, 3]]),
                          title="of", legend=alt.Legend(titleOrient="left", symbolStrokeColor=SOFT, **key))  # fmt: skip
    line = alt.Chart(data).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    return line.properties(width=WIDTH, height=110)
