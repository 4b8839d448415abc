"""Trust looked at closely: every rule of erosion, who starts high, over- and under-trust, reading week by week."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from .plots_base import INK, Figure, draw, number, percent, records, signed, stacked
from .plots_lanes import lanes, own, pairs
from .plots_series import by_culture

STARTS = {"quartile 1": "lowest quarter by trust at entry", "quartile 2": "second quarter",
          "quartile 3": "third quarter", "quartile 4": "highest quarter by trust at entry"}  # fmt: skip
OVER, UNDER = "trust above reliability", "trust below reliability"


def _rules(results: Any) -> pd.DataFrame:
    data = own(results, "erosion_rules")
    return data if data.empty else pairs(data)


def rules(results: Any, variant: str | None = None) -> Figure | None:
    """Eroded trust under nine rules: how far below trust at entry, at how many contacts in a row."""
    data = _rules(results)
    if data.empty:
        return None
    grid = data[(data["scale"] == "latent") & (data["start"] == "all")]
    pooled = grid[grid["culture"] == "all"]
    drawn = pooled.assign(text=[percent(v, 0) for v in pooled["incidence"]],
                          below=[f"−{number(v)}" for v in pooled["delta"]])  # fmt: skip
    drawn = drawn[["panel", "below", "in_a_row", "incidence", "text"]]
    x = {"field": "below", "type": "ordinal", "title": "points of trust below entry", "axis": {"labelAngle": 0},
         "sort": list(dict.fromkeys(drawn["below"]))}  # fmt: skip
    y = {"field": "in_a_row", "type": "ordinal", "title": "contacts in a row"}
    most = max(0.01, float(drawn["incidence"].max()))
    colour = {"field": "incidence", "type": "quantitative", "legend": None,
              "scale": {"domain": [0, most], "range": ["#fdf3f1", "#b2452f"]}}  # fmt: skip
    dark = {"condition": {"test": f"datum.incidence > {0.6 * most}", "value": "white"}, "value": INK}
    chart = {
        "facet": facet(drawn), "columns": 3, "spacing": {"row": 22, "column": 22}, **records(drawn),
        "spec": {"width": 180, "height": 96, "layer": [
            {"mark": "rect", "encoding": {"x": x, "y": y, "color": colour}},
            {"mark": {"type": "text", "fontSize": 12}, "encoding": {
                "x": x, "y": y, "text": {"field": "text", "type": "nominal"}, "color": dark}}]}}  # fmt: skip
    usual = pooled[(pooled["delta"] == 0.10) & (pooled["in_a_row"] == 3)]
    alt_text = "Eroded trust under the usual rule: " + "; ".join(
        f"in {r.who}, {r.arm_label} {percent(r.incidence, 1)}" for r in usual.itertuples())
    return draw(results, chart, name="erosion-rules", title="Erosion of trust under every rule",
                caption="Share of clients whose trust is eroded by the end of care, leaving and planned ends "
                "competing. The rule that all other pictures use is 0.10 below trust at entry at three contacts in a "
                "row. How much erosion there is depends on the rule; read which arm has more of it.",
                alt_text=alt_text, table=_rule_table(grid))  # fmt: skip


def _rule_table(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "trust in": data["who"], "arm": data["arm_label"], "clients": data["culture_label"],
        "below trust at entry": [number(v) for v in data["delta"]], "contacts in a row": data["in_a_row"],
        "eroded": [percent(v, 1) for v in data["incidence"]],
        "simulation noise, standard error": [percent(v, 2) for v in data["noise_se"]],
        "if no one left": [percent(v, 1) for v in data["if_nobody_left"]],
        "excess by distance, percentage points": [signed(100 * v, 1) for v in data["excess_no_distance"]],
        "excess by all misreading, percentage points": [signed(100 * v, 1)
                                                        for v in data["excess_perfect_recognition"]],
    })  # fmt: skip


def facet(data: pd.DataFrame) -> dict[str, Any]:
    """A panel for each arm and agent, with its heading on several lines."""
    return {"field": "panel", "type": "nominal", "sort": list(dict.fromkeys(data["panel"])), "title": None,
            "header": {"labelExpr": "split(datum.label, '\\n')", "labelAnchor": "start", "labelFontWeight": "bold",
                       "labelLineHeight": 15, "labelFontSize": 11}}  # fmt: skip


def starts(results: Any, variant: str | None = None) -> Figure | None:
    """Eroded trust by quarter of trust at entry, and as a questionnaire would measure it."""
    data = _rules(results)
    if data.empty:
        return None
    data = data[(data["culture"] == "all") & (data["delta"] == 0.10) & (data["in_a_row"] == 3)]
    names = {"all": "all clients", "measured": "all clients, on a measured scale"} | STARTS
    kind = ["measured" if scale == "measured" else start
            for scale, start in zip(data["scale"], data["start"], strict=True)]  # fmt: skip
    data = data.assign(lane=[names[k] for k in kind], estimate=data["incidence"])
    data = data[~data["estimate"].isna()]
    agents = list(dict.fromkeys(data["who"]))
    panels = [lanes(results, data[data["who"] == who], "trust eroded, % of clients", title=f"trust in {who}",
                    share=True, width=560, groups=list(names.values())) for who in agents]  # fmt: skip
    alt_text = "Eroded trust: " + "; ".join(f"in {r.who}, {r.arm_label}, {r.lane} {percent(r.estimate, 1)}"
                                            for r in data.itertuples())
    table = pd.DataFrame({
        "trust in": data["who"], "arm": data["arm_label"], "clients": data["lane"],
        "eroded": [percent(v, 1) for v in data["estimate"]],
        "simulation noise, from": [percent(v, 1) for v in data["noise_low"]],
        "simulation noise, to": [percent(v, 1) for v in data["noise_high"]],
        "if no one left": [percent(v, 1) for v in data["if_nobody_left"]],
    })  # fmt: skip
    return draw(results, stacked(*panels), name="erosion-starts", title="Erosion of trust by trust at entry",
                caption="Clients in quarters by trust at entry: who starts high has further to fall, so that a "
                "difference between quarters follows from the rule in part. On a measured scale trust carries the "
                "error of a questionnaire, which makes some trust look eroded that is not, and hides some that is.",
                alt_text=alt_text, table=table)  # fmt: skip


def calibration(results: Any, variant: str | None = None) -> Figure | None:
    """Trust minus what the agent deserves, week by week: over-trust above zero, under-trust below."""
    data = own(results, "calibration")
    if data.empty:
        return None
    data = pairs(data)
    pooled = data[data["culture"] == "all"]
    long = pd.concat([pooled[["panel", "week"]].assign(kind=OVER, value=pooled["over_trust"]),
                      pooled[["panel", "week"]].assign(kind=UNDER, value=-pooled["under_trust"])], ignore_index=True)
    net = pooled[["panel", "week"]].assign(value=pooled["trust_gap"])
    x = {"field": "week", "type": "quantitative", "title": "week since entry", "axis": {"tickCount": 5},
         "scale": {"nice": False}}  # fmt: skip
    y = {"field": "value", "type": "quantitative", "title": "trust minus reliability, 0 to 1", "stack": None,
         "axis": {"tickCount": 5}}  # fmt: skip
    paint = {"field": "kind", "type": "nominal", "title": None, "legend": {"orient": "bottom", "columnPadding": 22},
             "scale": {"domain": [OVER, UNDER], "range": ["#E69F00", "#56B4E9"]}}  # fmt: skip
    both = pd.concat([long, net.assign(kind="")], ignore_index=True)
    areas = [{"mark": {"type": "area", "opacity": 0.75}, "transform": [{"filter": f"datum.kind == '{kind}'"}],
              "encoding": {"x": x, "y": y, "color": paint}} for kind in (OVER, UNDER)]  # fmt: skip
    line = {"mark": {"type": "line", "color": INK, "strokeWidth": 1.8}, "encoding": {"x": x, "y": y},
            "transform": [{"filter": "datum.kind == ''"}]}  # fmt: skip
    chart = {"facet": facet(both), "columns": 3, "spacing": {"row": 22, "column": 22},
             "spec": {"width": 240, "height": 130, "layer": [*areas, line]}, **records(both)}  # fmt: skip
    week = results.experiment.reading_week
    at = pooled[pooled["week"] == week]
    alt_text = f"Trust minus reliability at week {week}, 0 to 1: " + "; ".join(
        f"in {r.who}, {r.arm_label} {signed(r.trust_gap)}" for r in at.itertuples())
    return draw(results, chart, name="calibration", title="Is trust deserved?",
                caption="Reliability is the accuracy times the quality of an agent's contacts so far, from 0 to 1 as "
                "trust is. That the two scales match is an assumption: read how arms differ and which way a line "
                "goes, not where zero lies. Line: mean over clients who have met the agent. Areas: what those "
                "above, and those below, add to it.",
                alt_text=alt_text, table=_calibration_table(data, week))  # fmt: skip


def _calibration_table(data: pd.DataFrame, week: int) -> pd.DataFrame:
    data = data[data["week"].isin({1, 4, week, int(data["week"].max())})]
    return pd.DataFrame({
        "trust in": data["who"], "arm": data["arm_label"], "clients": data["culture_label"], "week": data["week"],
        "trust minus reliability, 0 to 1": [signed(v, 3) for v in data["trust_gap"]],
        "simulation noise, standard error": [number(v, 4) for v in data["noise_se"]],
        "over-trust": [number(v, 3) for v in data["over_trust"]],
        "under-trust": [number(v, 3) for v in data["under_trust"]],
    })  # fmt: skip


def recognition(results: Any, variant: str | None = None) -> Figure | None:
    """Misread turns week by week: what contact teaches the agents."""
    data = own(results, "recognition")
    if data.empty:
        return None
    data = pairs(data)
    data["panel"] = ["\n".join([f"misread by {r.who}", *textwrap.wrap(r.arm_label, 36)]) for r in data.itertuples()]
    pooled = data[data["culture"] == "all"].groupby(["agent", "arm"], sort=False)
    chart = by_culture(
        results, data,
        alt.X("week:Q", title="week since entry", axis=alt.Axis(tickCount=5), scale=alt.Scale(nice=False)),
        alt.Y("misread_rate:Q", title="misread turns, %", axis=alt.Axis(format="%", tickCount=4),
              scale=alt.Scale(zero=False)))  # fmt: skip
    alt_text = "Misread turns in the first and the last week with contacts: " + "; ".join(
        f"by {g['who'].iloc[0]}, {g['arm_label'].iloc[0]} {percent(g['misread_rate'].iloc[0], 1)} and "
        f"{percent(g['misread_rate'].iloc[-1], 1)}" for _, g in pooled)  # fmt: skip
    kept = data[data["week"].isin({1, 4, results.experiment.reading_week})]
    table = pd.DataFrame({
        "misread by": kept["who"], "arm": kept["arm_label"], "clients": kept["culture_label"], "week": kept["week"],
        "turns": [number(v, 0) for v in kept["turns"]],
        "misread": [percent(v, 1) for v in kept["misread_rate"]],
        "simulation noise, standard error": [percent(v, 2) for v in kept["misread_noise_se"]],
        "feeling masked": [percent(v, 1) for v in kept["masked_rate"]],
    })  # fmt: skip
    return draw(results, chart, name="recognition", title="Misread turns, week by week",
                caption="Of that week's contacts. Knowledge of the client makes a reading easier with every contact; "
                "late weeks are read of those who are still in care. The axis does not start at 0.",
                alt_text=alt_text, table=table)  # fmt: skip
