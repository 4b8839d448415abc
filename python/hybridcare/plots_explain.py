"""Pictures of an explanation: attribution beside its weights, effects through trust, twins by culture."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .attribution import LEVELS
from .explain_words import unit as unit_words
from .explain_words import what
from .plots_base import (
    INK,
    SHAPES,
    SOFT,
    Figure,
    beside,
    clean,
    culture_labels,
    draw,
    number,
    percent,
    signed,
    stacked,
)

if TYPE_CHECKING:
    from .explanation import Explanation

BAR, WEIGHT, RANGE = "#8fbcdc", "#c9ced6", "#0b4f7d"
COLOURS = ["#1b1f24", "#b5651d", "#009E73", "#CC79A7", "#0072B2"]
_TITLES = {0.0: "absent = none of it", 0.35: "absent = untrained helper (.35)"}


def attribution(found: Explanation) -> Figure:
    """Bars of each part's share at both levels, beside the input weights; symbols: the other assumptions."""
    data = found.table()
    data = data[data["player"] != "all"].reset_index(drop=True)
    labels = {player.name: player.label for player in found.players}
    data["part"] = data["player"].map(labels)
    order, unit = list(labels.values()), _unit(found)
    reach = _domain(data[["noise_low", "noise_high", "least_order", "most_order", "value"]])
    axis = f"Shapley value, {unit}"
    bars = [_shares(data[data["level"] == level], order, _TITLES[level], axis, reach, names=place == 0)
            for place, level in enumerate(LEVELS)]  # fmt: skip
    weights = _weights(found, order)
    shown = found.table("as_assumed", 0.0).set_index("player")
    alt_text = f"Attribution of {what(found)}, {unit}, as assumed and when present: " + "; ".join(
        f"{labels[name]} {signed(shown.loc[name, 'value'], 3)}" for name in labels)  # fmt: skip
    chart = _headed(found, beside(*bars, weights, spacing=14), "What each part adds to")
    return draw(found.stamp, chart, name="attribution",
                title="What the result is made of, beside the weights that were put in",
                caption="Bars: what each part adds, mean over all orders of entering (Shapley value), as assumed; thin "
                "mark: simulation noise; thick mark: from the least to the most that it adds over orders. Symbols: "
                "the same under other assumptions. Grey bars: the part's assumed weight in the quality of a contact. "
                "Values mirror these weights, times how much of each the agent expresses."
                + (" Trust that is absent counts as .5." if "trust" in labels else ""), alt_text=alt_text,
                table=_numbers(data, unit), width=900)  # fmt: skip


def _unit(found: Explanation) -> str:
    return clean(unit_words(found), 40)


def _below(found: Explanation) -> str:
    return " (below 0: fewer symptoms)" if found.metric["name"] == "phq9" else ""


def _headed(found: Explanation, chart: dict[str, Any], words: str, twins: bool = False) -> dict[str, Any]:
    """With a line above that says of what, so that a pasted picture keeps it. Twins are of the first arm."""
    of = found.label(found.arm) if twins else what(found)
    lines = textwrap.wrap(f"{words}: {clean(of, 160)}", 100)
    return chart | {"title": {"text": lines, "anchor": "start", "offset": 12}}


def _domain(columns: pd.DataFrame) -> list[float]:
    values = pd.concat([pd.Series([0.0]), *(columns[name] for name in columns)]).dropna()
    low, high = float(values.min()), float(values.max())
    room = max(high - low, 1e-6) * 0.06
    return [low - room, high + room]


def _shares(data: pd.DataFrame, order: list[str], title: str, axis: str, reach: list[float], names: bool) -> Any:
    y = alt.Y("part:N", sort=order, scale=alt.Scale(domain=order, paddingInner=0.3), title=None,
              axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labels=names))  # fmt: skip
    x = alt.X("value:Q", title=axis, scale=alt.Scale(domain=reach, nice=False, zero=False),
              axis=alt.Axis(tickCount=5))  # fmt: skip
    first = alt.Chart(data[data["assumption"] == "as_assumed"].assign(zero=0.0)[
        ["part", "value", "zero", "noise_low", "noise_high", "least_order", "most_order"]])  # fmt: skip
    points = _symbols(data[["part", "value", "label"]], x, y)
    return alt.layer(
        first.mark_bar(color=BAR).encode(x=alt.X("zero:Q", title=axis), x2="value:Q", y=y),
        first.mark_rule(color=RANGE, strokeWidth=5, opacity=0.35).encode(x="least_order:Q", x2="most_order:Q", y=y),
        first.mark_rule(color=INK, strokeWidth=1.4).encode(x="noise_low:Q", x2="noise_high:Q", y=y),
        alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeWidth=1).encode(x="zero:Q"), points,
    ).properties(width=270, height=34 * len(order), title=alt.Title(title))  # fmt: skip


def _symbols(data: pd.DataFrame, x: Any, y: Any) -> Any:
    """A symbol for each assumption, told apart by shape and colour: column label."""
    data = data.assign(label=data["label"].map(lambda text: clean(text, 60)))
    labels = list(dict.fromkeys(data["label"]))
    return alt.Chart(data).mark_point(size=48, filled=False, strokeWidth=1.7, opacity=1).encode(
        x=x, y=y,
        shape=alt.Shape("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels, range=SHAPES[: len(labels)]),
                        legend=alt.Legend(orient="top", columns=2, labelLimit=420)),
        color=alt.Color("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels, range=COLOURS)))  # fmt: skip


def _weights(found: Explanation, order: list[str]) -> Any:
    known = {player.label: found.weights[player.name] for player in found.players}
    data = pd.DataFrame([{"part": part, "zero": 0.0, "weight": 0.0 if pd.isna(weight) else weight,
                          "text": "no part of quality" if pd.isna(weight) else percent(weight)}
                         for part, weight in known.items()])  # fmt: skip
    y = alt.Y("part:N", sort=order, scale=alt.Scale(domain=order, paddingInner=0.3), title=None,
              axis=alt.Axis(ticks=False, domain=False, labels=False))  # fmt: skip
    x = alt.X("zero:Q", title="weight put in (w, sum 1)", scale=alt.Scale(domain=[0, 1.7 * max(0.1, *data["weight"])]),
              axis=alt.Axis(tickCount=3, format=".1f"))  # fmt: skip
    base = alt.Chart(data)
    return alt.layer(base.mark_bar(color=WEIGHT).encode(x=x, x2="weight:Q", y=y),
                     base.mark_text(align="left", dx=4, fontSize=11, color=SOFT).encode(
                         x=alt.X("weight:Q"), y=y, text="text:N")).properties(
        width=150, height=34 * len(order), title=alt.Title("put in, assumed"))  # fmt: skip


def _numbers(data: pd.DataFrame, unit: str) -> pd.DataFrame:
    return pd.DataFrame({
        "assumption": data["label"], "absent is": [f"{level:g}" for level in data["level"]], "part": data["part"],
        "weight put in": [number(v) for v in data["weight"]],
        f"Shapley value, {unit}": [signed(v, 3) for v in data["value"]],
        "noise, from": [signed(v, 3) for v in data["noise_low"]],
        "noise, to": [signed(v, 3) for v in data["noise_high"]], "of the whole": [percent(v) for v in data["share"]],
        "least over orders": [signed(v, 3) for v in data["least_order"]],
        "most over orders": [signed(v, 3) for v in data["most_order"]],
        "leave one out": [signed(v, 3) for v in data["leave_one_out"]],
        "add one in": [signed(v, 3) for v in data["add_one_in"]],
    })  # fmt: skip


def over_sets(found: Explanation) -> Figure:
    """Each part's share over parameter sets beside the weights that the sets put in: 5 to 95 %, median, and chance."""
    assert found.over is not None
    labels = {player.name: player.label for player in found.players}
    data = found.over.table()
    data = data[data["player"] != "all"].assign(part=lambda frame: frame["player"].map(labels))
    data = data.assign(least=data["median"] - 2 * data["noise_se"], most=data["median"] + 2 * data["noise_se"])
    order, unit, sets = list(data["part"]), _unit(found), found.over.sets
    axis = f"Shapley value, {unit}{_below(found)}"
    shares = _intervals(data, order, ("low", "median", "high"), axis, _domain(data[["low", "high"]]), True)
    weights = data.assign(**{name: data[name].fillna(0.0) for name in ("weight_low", "weight", "weight_high")})
    put_in = _intervals(weights, order, ("weight_low", "weight", "weight_high"), "weight put in (w, sum 1)",
                        _domain(weights[["weight_high"]]), False)  # fmt: skip
    words = "; ".join(f"{row.part} {signed(row.low, 3)} to {signed(row.high, 3)}" for row in data.itertuples())
    return draw(found.stamp, _headed(found, beside(shares, put_in, spacing=14), "What each part adds to"),
                name="explain-sets", title=f"The shares over {len(sets)} parameter sets of {sets.rival}",
                caption="Bars: 5 to 95 % of the sets, which the published figures leave open; dot: the middle set; "
                "thin mark: two standard errors of chance in the mean. Beside it the weights that the same sets put "
                "in, which shares mirror. That sets fit does not tell the model from rivals in which empathy does "
                "nothing.",
                alt_text=f"{what(found)}, 5 to 95 % of parameter sets, {unit}: {words}",
                table=_over_numbers(data, unit), width=800)  # fmt: skip


def _intervals(data: pd.DataFrame, order: list[str], ends: tuple[str, str, str], axis: str, reach: list[float],
               names: bool) -> Any:  # fmt: skip
    low, middle, high = ends
    y = alt.Y("part:N", sort=order, scale=alt.Scale(domain=order, paddingInner=0.3), title=None,
              axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labels=names))  # fmt: skip
    scale = alt.Scale(domain=reach, nice=False, zero=False)
    base = alt.Chart(data[["part", low, middle, high, "least", "most"]])
    marks = [base.mark_rule(color=BAR if names else WEIGHT, strokeWidth=9).encode(
                 x=alt.X(f"{low}:Q", title=axis, scale=scale), x2=f"{high}:Q", y=y),
             base.mark_point(color=INK, filled=True, size=45, opacity=1).encode(
                 x=alt.X(f"{middle}:Q", title=axis, scale=scale), y=y)]  # fmt: skip
    if names:
        marks.append(base.mark_rule(color=INK, strokeWidth=1.4).encode(
            x=alt.X("least:Q", title=axis), x2="most:Q", y=y))  # fmt: skip
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=SOFT, strokeWidth=1).encode(x="zero:Q")
    return alt.layer(zero, *marks).properties(width=360 if names else 200, height=30 * len(order))


def _over_numbers(data: pd.DataFrame, unit: str) -> pd.DataFrame:
    return pd.DataFrame({
        "part": data["part"], f"median, {unit}": [signed(v, 3) for v in data["median"]],
        "5 % of sets": [signed(v, 3) for v in data["low"]], "95 % of sets": [signed(v, 3) for v in data["high"]],
        "SD between sets": [number(v, 3) for v in data["parameter_sd"]],
        "Monte Carlo error of the mean": [number(v, 3) for v in data["noise_se"]],
        "of one set": [number(v, 3) for v in data["own_se"]], "weight, 5 %": [number(v) for v in data["weight_low"]],
        "weight": [number(v) for v in data["weight"]], "weight, 95 %": [number(v) for v in data["weight_high"]],
        "largest in": [percent(v) for v in data["first"]]})  # fmt: skip


def _forest(data: pd.DataFrame, rows: list[str], title: str, axis: str, reach: list[float]) -> Any:
    """A symbol for each assumption in each row, with noise as assumed: columns row, label, assumption, estimate,
    noise_low, noise_high."""
    y = alt.Y("row:N", sort=rows, scale=alt.Scale(domain=rows), title=None,
              axis=alt.Axis(ticks=False, domain=False, labelPadding=8))  # fmt: skip
    x = alt.X("estimate:Q", title=axis, scale=alt.Scale(domain=reach, nice=False, zero=False))
    own = alt.Chart(data[data["assumption"] == "as_assumed"][["row", "noise_low", "noise_high"]])
    return alt.layer(
        alt.Chart(pd.DataFrame({"estimate": [0.0]})).mark_rule(color=SOFT, strokeWidth=1).encode(x=x),
        own.mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X("noise_low:Q", title=axis), x2="noise_high:Q", y=y),
        _symbols(data[["row", "estimate", "label"]], x, y),
    ).properties(width=440, height=28 * len(rows), title=alt.Title(title))  # fmt: skip


def twins(found: Explanation) -> Figure:
    """What each switch changes, by culture, with noise: one panel a switch, one scale for all."""
    data, labels = found.twins(), culture_labels(found.stamp)
    data["row"] = data["culture"].map(labels)
    rows = [labels[name] for name in dict.fromkeys(data["culture"])]
    reach, unit = _domain(data[["estimate", "noise_low", "noise_high"]]), _unit(found)
    axis = f"difference, {unit}{_below(found)}"
    panels = [_forest(data[data["switch"] == name], rows, f"{name}: as it is, minus without", axis, reach)
              for name in dict.fromkeys(data["switch"])]  # fmt: skip
    table = pd.DataFrame({"assumption": data["label"], "switched off": data["switch"], "clients": data["row"],
                          f"difference, {unit}": [signed(v, 3) for v in data["estimate"]],
                          "noise, from": [signed(v, 3) for v in data["noise_low"]],
                          "noise, to": [signed(v, 3) for v in data["noise_high"]]})  # fmt: skip
    words = "; ".join(f"{r.switch}, {r.row}: {signed(r.estimate, 3)}" for r in found.twins("as_assumed").assign(
        row=lambda frame: frame["culture"].map(labels)).itertuples())  # fmt: skip
    chart = _headed(found, stacked(*panels, spacing=12), "The same clients with one thing switched off", twins=True)
    return draw(found.stamp, chart, name="explain-twins",
                title="The same clients with one thing switched off",
                caption="Differences between the same simulated clients with the same luck, under each assumption; "
                "thin mark: simulation noise, as assumed. Cultures are abstract distances of expression, never "
                "peoples.",
                alt_text=f"{what(found)}. {words}", table=table, width=700)  # fmt: skip


def through_trust(found: Explanation) -> Figure:
    """Total effect, the effect with trust held, and what runs through trust: three points for each effect."""
    data = found.trust()
    unit = _unit(found)
    kinds = {"total": "total", "direct": "trust held at .5", "through_trust": "through trust"}
    long = pd.DataFrame([{"assumption": row["assumption"], "label": row["label"],
                          "effect": clean(row["effect"], 60), "row": words, "estimate": row[kind],
                          "noise_low": row[f"{kind}_noise_low"], "noise_high": row[f"{kind}_noise_high"]}
                         for row in data.to_dict("records") for kind, words in kinds.items()])  # fmt: skip
    reach = _domain(long[["estimate", "noise_low", "noise_high"]])
    axis = f"effect, {unit}{_below(found)}"
    panels = [_forest(long[long["effect"] == name], list(kinds.values()), name, axis, reach)
              for name in dict.fromkeys(long["effect"])]  # fmt: skip
    table = pd.DataFrame({"assumption": long["label"], "effect": long["effect"], "what": long["row"],
                          f"effect, {unit}": [signed(v, 3) for v in long["estimate"]],
                          "noise, from": [signed(v, 3) for v in long["noise_low"]],
                          "noise, to": [signed(v, 3) for v in long["noise_high"]]})  # fmt: skip
    words = "; ".join(f"{r.effect}, {r.row}: {signed(r.estimate, 3)}"
                      for r in long[long["assumption"] == "as_assumed"].itertuples())  # fmt: skip
    chart = _headed(found, stacked(*panels, spacing=12), "How much runs through trust")
    return draw(found.stamp, chart, name="explain-trust",
                title="How much of it runs through trust",
                caption="Total: everything free to follow. Trust held: trust counts as .5 wherever it is read (uptake, "
                "sudden gains, practice, alliance, leaving), in both. The rest runs through trust. Thin mark: "
                "simulation noise, as assumed.",
                alt_text=f"{what(found)}. {words}", table=table, width=700)  # fmt: skip
