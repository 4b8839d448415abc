"""Pictures over time: the course of the PHQ-9, trust by week, and erosion of trust by contact."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from .plots_base import (
    INK,
    SOFT,
    Figure,
    arm_colours,
    arm_dashes,
    arm_labels,
    arm_scale,
    culture_labels,
    culture_scales,
    draw,
    number,
    percent,
)
from .plots_lanes import own, pairs

DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [1, 3], [10, 4], [3, 3]]
STATES = ["trust eroded", "left before that", "ended by plan before that"]
STATE_COLOURS = ["#b2452f", "#9aa3ad", "#dfe3e8"]
NO_ONE = "trust eroded, if no one left"


def _dashes(results: Any) -> alt.Scale:
    return alt.Scale(domain=[arm_labels(results)[a] for a in arm_colours(results)], range=arm_dashes(results))


def _span(results: Any, height: int) -> Any:
    """A rule at the main reading."""
    at = pd.DataFrame({"week": [results.experiment.reading_week]})
    return alt.Chart(at, height=height).mark_rule(color=SOFT, strokeDash=[3, 3]).encode(x="week:Q")


def course(results: Any) -> Figure:
    """All arms in one panel: mean PHQ-9 by week, with simulation noise."""
    data = own(results, "course")
    data = data[data["culture"] == "all"]
    low = float(data["noise_low"].fillna(data["mean"]).min())
    high = float(data["noise_high"].fillna(data["mean"]).max())
    scale = alt.Scale(domain=[low - 0.5, high + 0.5], nice=False)
    y = alt.Y("mean:Q", title="mean PHQ-9, points (0 to 27)", scale=scale)
    x = alt.X("week:Q", title="week since entry", axis=alt.Axis(tickCount=13), scale=alt.Scale(nice=False))
    colour = alt.Color("arm_label:N", scale=arm_scale(results), title=None,
                       legend=alt.Legend(orient="bottom", columns=2, columnPadding=22, symbolType="stroke",
                                         symbolSize=700, symbolOpacity=1, symbolStrokeWidth=2.4))  # fmt: skip
    base = alt.Chart(data[["week", "mean", "noise_low", "noise_high", "arm_label"]])
    noise = base.mark_area(opacity=0.25).encode(x=x, y=alt.Y("noise_low:Q", scale=scale), y2="noise_high:Q",
                                                color=colour)  # fmt: skip
    line = base.mark_line(strokeWidth=2.4).encode(x=x, y=y, color=colour, strokeDash=alt.StrokeDash(
        "arm_label:N", scale=_dashes(results), title=None))  # fmt: skip
    chart = alt.layer(_span(results, 330), noise, line).properties(width=760, height=330)
    week = results.experiment.reading_week
    at = data[data["week"] == week]
    alt_text = f"Mean PHQ-9 at week {week}: " + "; ".join(f"{r.arm_label} {number(r.mean)}" for r in at.itertuples())
    return draw(results, chart, name="course", title="Course of the PHQ-9 by arm",
                caption="Everyone who entered is counted, also after leaving; who leaves is assumed to go on "
                f"untreated. Dashed vertical line: week {week}, the main reading. The axis does not start at 0. The "
                "faint band around each line is simulation noise and is often thinner than the line.",
                alt_text=alt_text, table=_course_table(data, results))  # fmt: skip


def _course_table(data: pd.DataFrame, results: Any) -> pd.DataFrame:
    week, last = results.experiment.reading_week, results.experiment.weeks
    kept = data[data["week"].isin(sorted({0, 2, 4, 8, week, week + 1, (week + last) // 2, last}))]
    return pd.DataFrame({
        "arm": kept["arm_label"], "clients": kept["culture_label"], "week": kept["week"],
        "mean PHQ-9, points": [number(v) for v in kept["mean"]],
        "simulation noise, standard error": [number(v, 3) for v in kept["noise_se"]],
        "10th percentile": [number(v, 1) for v in kept["p10"]], "25th": [number(v, 1) for v in kept["p25"]],
        "median": [number(v, 1) for v in kept["p50"]], "75th": [number(v, 1) for v in kept["p75"]],
        "90th": [number(v, 1) for v in kept["p90"]],
        "still in care": [percent(v, 0) for v in kept["share_in_care"]],
    })  # fmt: skip


def course_by_culture(results: Any) -> Figure:
    """A panel for each arm and expression distance: mean, and the bands that hold half and four fifths of clients."""
    data = own(results, "course")
    arms, cultures = list(dict.fromkeys(data["arm_label"])), list(dict.fromkeys(data["culture_label"]))
    colour = alt.Color("arm_label:N", scale=arm_scale(results), legend=None)
    x = alt.X("week:Q", title="week", axis=alt.Axis(tickCount=4), scale=alt.Scale(nice=False))
    y = alt.Y("mean:Q", title="PHQ-9, points", scale=alt.Scale(domain=[0, 27]), axis=alt.Axis(values=[0, 10, 20]))
    rows = {arm: "\n".join(textwrap.wrap(arm, 20)) for arm in arms}
    columns = {c: c.replace("expression distance ", "expression distance\n") for c in cultures}
    data["row"], data["column"] = data["arm_label"].map(rows), data["culture_label"].map(columns)
    slim = data[["week", "mean", "p10", "p25", "p75", "p90", "arm_label", "row", "column"]].round(3)
    base = alt.Chart(slim)
    wide = base.mark_area(opacity=0.18).encode(x=x, y=alt.Y("p10:Q", title=""), y2="p90:Q", color=colour)
    half = base.mark_area(opacity=0.35).encode(x=x, y=alt.Y("p25:Q", title=""), y2="p75:Q", color=colour)
    mean = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
    lines: dict[str, Any] = {"labelExpr": "split(datum.label, '\\n')", "labelLineHeight": 14}
    chart = alt.layer(wide, half, mean, data=slim).properties(width=128, height=84).facet(
        row=alt.Row("row:N", sort=list(rows.values()), title=None, header=alt.Header(
            labelAngle=0, labelAlign="left", labelPadding=22, labelFontSize=11, **lines)),
        column=alt.Column("column:N", sort=list(columns.values()), title=None, header=alt.Header(
            labelFontWeight="normal", **lines)), spacing={"row": 12, "column": 14})  # fmt: skip
    week = results.experiment.reading_week
    at = data[data["week"] == week]
    alt_text = f"PHQ-9 at week {week}, mean and middle half. " + "; ".join(
        f"{r.arm_label}, {r.culture_label}: {number(r.mean, 1)} ({number(r.p25, 0)} to {number(r.p75, 0)})"
        for r in at.itertuples())  # fmt: skip
    return draw(results, chart, name="course-by-culture", title="Course of the PHQ-9 by arm and expression distance",
                caption="Line: mean. Darker band: the middle half of clients (25th to 75th percentile). Lighter band: "
                "10th to 90th percentile. The bands show how much clients differ, not how sure the model is.",
                alt_text=alt_text, table=_course_table(data, results))  # fmt: skip


def _header(columns: int = 3) -> dict[str, Any]:
    return {"columns": columns, "spacing": {"row": 22, "column": 22}}


def _facet(data: pd.DataFrame) -> Any:
    return alt.Facet("panel:N", sort=list(dict.fromkeys(data["panel"])), title=None, header=alt.Header(
        labelExpr="split(datum.label, '\\n')", labelAnchor="start", labelFontWeight="bold", labelLineHeight=15,
        labelFontSize=11))  # fmt: skip


def by_culture(results: Any, data: pd.DataFrame, x: alt.X, y: alt.Y, line: dict[str, Any] | None = None) -> Any:
    """A panel for each arm and agent, in it one line for each expression distance."""
    labels = list(culture_labels(results).values())
    shown = list(dict.fromkeys(data.sort_values("culture_rank")["culture_label"]))
    colour, _ = culture_scales(results)
    legend = alt.Legend(orient="bottom", columns=3, columnPadding=22, values=shown, symbolType="stroke", symbolSize=700)
    dashes = alt.Scale(domain=labels, range=[DASHES[i % len(DASHES)] for i in range(len(labels))])
    slim = data[[str(x.shorthand).split(":")[0], str(y.shorthand).split(":")[0], "panel", "culture_label"]]
    return alt.Chart(slim).mark_line(strokeWidth=2, **(line or {})).encode(
        x=x, y=y, color=alt.Color("culture_label:N", scale=colour, title=None, legend=legend),
        strokeDash=alt.StrokeDash("culture_label:N", title=None, scale=dashes),
    ).properties(width=240, height=150).facet(facet=_facet(data), **_header())  # fmt: skip


def trust(results: Any, variant: str | None = None) -> Figure | None:
    """Trust by week: one panel for each arm and agent, one line for each expression distance. None without agents."""
    data = pairs(own(results, "trust", variant=variant).dropna(subset=["mean"]))
    if data.empty:
        return None
    low, high = float(data["mean"].min()), float(data["mean"].max())
    room = max(0.01, 0.1 * (high - low))
    chart = by_culture(
        results, data,
        alt.X("week:Q", title="week since entry", axis=alt.Axis(tickCount=5), scale=alt.Scale(nice=False)),
        alt.Y("mean:Q", title="trust, 0 to 1", axis=alt.Axis(tickCount=5), scale=alt.Scale(
            domain=[max(0.0, low - room), min(1.0, high + room)])))  # fmt: skip
    ends = data[(data["week"] == data["week"].max()) & (data["culture"] == "all")]
    alt_text = f"Mean trust at week {int(data['week'].max())}, 0 to 1: " + "; ".join(
        f"in {r.who}, {r.arm_label}: {number(r.mean)}" for r in ends.itertuples())  # fmt: skip
    week = results.experiment.reading_week
    kept = data[data["week"].isin([1, 4, week, int(data["week"].max())])]
    table = pd.DataFrame({
        "trust in": kept["who"], "arm": kept["arm_label"], "clients": kept["culture_label"], "week": kept["week"],
        "mean trust, 0 to 1": [number(v, 3) for v in kept["mean"]],
        "simulation noise, standard error": [number(v, 4) for v in kept["noise_se"]],
    })  # fmt: skip
    return draw(results, chart, name="trust", title="Trust over time",
                caption="Mean over clients who have met the agent; after leaving, the last value stands. The panels "
                "share one axis, which does not start at 0. Trust and all its constants are assumed: no open data "
                "exist for trust in such assistants over a course of care.", alt_text=alt_text, table=table)


def erosion(results: Any, variant: str | None = None) -> Figure | None:
    """Cumulative incidence of eroded trust with its competing events, and the risk if no one left."""
    data = own(results, "erosion", variant=variant)
    if data.empty:
        return None
    data = pairs(data[data["culture"] == "all"])
    alone = own(results, "erosion", "nobody_leaves", variant)
    alone = pairs(alone[alone["culture"] == "all"]) if not alone.empty else alone
    keys = ["panel", "contact"]
    long = pd.concat(
        [data[keys].assign(state=state, value=data[column], rank=rank) for rank, (state, column) in
         enumerate(zip(STATES, ("incidence", "dropped", "ended"), strict=True))]
        + ([alone[keys].assign(state=NO_ONE, value=alone["incidence"], rank=9)] if not alone.empty else []),
        ignore_index=True)  # fmt: skip
    x = alt.X("contact:Q", title="contact with this agent, number", axis=alt.Axis(tickCount=6),
              scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y("value:Q", title="share of clients, %", axis=alt.Axis(format="%", tickCount=4), stack="zero")
    colour = alt.Color("state:N", title=None, scale=alt.Scale(domain=[*STATES, NO_ONE], range=[*STATE_COLOURS, INK]),
                       legend=alt.Legend(orient="bottom", columns=4, columnPadding=22,
                                         symbolType="square"))  # fmt: skip
    base = alt.Chart(long)
    areas = base.transform_filter("datum.rank < 9").mark_area(interpolate="step-after", opacity=0.9).encode(
        x=x, y=y, color=colour, order="rank:Q")  # fmt: skip
    line = base.transform_filter("datum.rank == 9").mark_line(
        interpolate="step-after", strokeDash=[5, 3], strokeWidth=2).encode(
        x=x, y=alt.Y("value:Q", stack=None, title=""), color=colour)  # fmt: skip
    chart = alt.layer(areas, line, data=long).properties(width=240, height=150).facet(facet=_facet(data), **_header())
    return draw(results, chart, name="erosion", title="Erosion of trust, by contact",
                caption="Trust counts as eroded from the first contact at which it has been clearly below its start "
                "at several contacts in a row. Leaving and a planned end compete with it: who is gone can no longer "
                "erode, so that the coloured area is what one would see in a service. The dashed line is the risk if "
                "no one left, from the same clients and the same chances.",
                alt_text=_erosion_words(data, alone), table=_erosion_table(results, variant))  # fmt: skip


def _erosion_words(data: pd.DataFrame, alone: pd.DataFrame) -> str:
    last = data.sort_values("contact", kind="stable").groupby(["agent", "arm"], sort=False).tail(1)
    words = []
    for row in last.itertuples():
        text = f"trust in {row.who}, {row.arm_label}: {percent(row.incidence, 1)} eroded after {row.contact} contacts"
        if not alone.empty:
            same = alone[(alone["agent"] == row.agent) & (alone["arm"] == row.arm)].sort_values("contact")
            text += f", {percent(same['incidence'].iloc[-1], 1)} if no one left" if len(same) else ""
        words.append(text)
    return "; ".join(words)


def _erosion_table(results: Any, variant: str | None) -> pd.DataFrame:
    parts = []
    for twin, words in (("factual", "as simulated"), ("nobody_leaves", "if no one left")):
        data = pairs(own(results, "erosion", twin, variant)).sort_values("contact", kind="stable")
        last = data.groupby(["agent", "arm", "culture"], sort=False).tail(1)
        parts.append(last.assign(case=words))
    data = pd.concat(parts, ignore_index=True).sort_values(["agent", "arm_rank", "culture_rank"], kind="stable")
    return pd.DataFrame({
        "trust in": data["who"], "arm": data["arm_label"], "clients": data["culture_label"], "case": data["case"],
        "contacts": data["contact"], "eroded": [percent(v, 1) for v in data["incidence"]],
        "left before": [percent(v, 1) for v in data["dropped"]],
        "ended before": [percent(v, 1) for v in data["ended"]],
        "simulation noise of eroded, standard error": [percent(v, 2) for v in data["noise_se"]],
    })  # fmt: skip


def erosion_by_culture(results: Any, variant: str | None = None) -> Figure | None:
    """Cumulative incidence of eroded trust by contact, one line for each expression distance."""
    data = pairs(own(results, "erosion", variant=variant))
    if data.empty:
        return None
    chart = by_culture(
        results, data,
        alt.X("contact:Q", title="contact with this agent, number", axis=alt.Axis(tickCount=6),
              scale=alt.Scale(nice=False)),
        alt.Y("incidence:Q", title="trust eroded, % of clients", axis=alt.Axis(format="%", tickCount=4)),
        {"interpolate": "step-after"})  # fmt: skip
    last = data.sort_values("contact", kind="stable").groupby(["agent", "arm", "culture"], sort=False).tail(1)
    alt_text = "Eroded trust at the last contact: " + "; ".join(
        f"in {r.who}, {r.arm_label}, {r.culture_label}: {percent(r.incidence, 1)}" for r in last.itertuples())
    return draw(results, chart, name="erosion-by-culture", title="Erosion of trust by expression distance",
                caption="The same cumulative incidence, with leaving and planned end as competing events, for each "
                "expression distance.", alt_text=alt_text, table=_erosion_table(results, variant))  # fmt: skip
