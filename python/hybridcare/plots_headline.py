"""The main contrast: its envelope over the assumptions, each variant's point, and how it splits into components."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from .plots_base import (
    INK,
    SOFT,
    Figure,
    arm_labels,
    clean,
    default_variant,
    draw,
    frame,
    main_reading,
    reading_name,
    records,
    signed,
    stacked,
    variant_labels,
)

BAND, POINT, NOISE, RANGE = "#b9d4e8", "#0b4f7d", "#0b4f7d", "#c9ced6"

LINES = "split(datum.label, '\\n')"  # an axis label on several lines


def headline_row(results: Any) -> pd.Series:
    """The row of table `headline` for PHQ-9 at the main reading. @raises ValueError where there is no comparison."""
    data = frame(results, "headline", metric="phq9", reading=main_reading(results))
    if data.empty:
        raise ValueError("this experiment names no main comparison")
    return data.iloc[0]


def has_headline(results: Any) -> bool:
    """Whether the experiment names a main comparison."""
    data = frame(results, "headline", metric="phq9", reading=main_reading(results))
    return not data.empty and data["arm"].iloc[0] != data["against"].iloc[0]


def by_variant(results: Any) -> pd.DataFrame:
    """The main contrast under every variant, in the scenario's order: variant, label, in_envelope, estimate, noise."""
    row = headline_row(results)
    where = {name: row[name] for name in ("arm", "against", "metric", "reading")}
    data = frame(results, "contrasts", culture="all", **where)
    labels, order = variant_labels(results), {v["name"]: v for v in results.experiment.variants}
    data = data.set_index("variant").reindex([name for name in order if name in set(data["variant"])]).reset_index()
    data["label"] = data["variant"].map(labels)
    data["in_envelope"] = [bool(order[name].get("in_envelope", True)) for name in data["variant"]]
    data["default"] = data["variant"] == default_variant(results)
    return data[["variant", "label", "in_envelope", "default", "estimate", "noise_se", "noise_low", "noise_high"]]


def _domain(*columns: pd.Series) -> list[float]:
    values = pd.concat([pd.Series([0.0]), *columns]).dropna()
    low, high = float(values.min()), float(values.max())
    room = max(high - low, 0.05) * 0.16
    return [low - room, high + room]


def headline(results: Any) -> Figure:
    """The contrast in PHQ-9 points: a thick band over the assumptions, a point per variant, noise as a thin mark."""
    row, data, arms = headline_row(results), by_variant(results), arm_labels(results)
    arm, against = arms[row["arm"]], arms[row["against"]]
    when = reading_name(results, row["reading"])
    top = "range over these assumptions"
    data["text"] = [signed(v) for v in data["estimate"]]
    data["row"] = [_wrapped(v) for v in data["label"]]
    banded = data["in_envelope"].sum() > 1
    order = [top, *data["row"]] if banded else list(data["row"])
    x = alt.X("estimate:Q", title=[f"difference in PHQ-9 points at {when}",
                                    "← the first arm has fewer symptoms   |   the first arm has more symptoms →"],
              scale=alt.Scale(domain=_domain(data["noise_low"], data["noise_high"], data["estimate"],
                                             pd.Series([row["envelope_low"], row["envelope_high"]])),
                              nice=False, zero=False), axis=alt.Axis(tickCount=7))  # fmt: skip
    y = alt.Y("row:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=alt.Axis(
        labelExpr=LINES, ticks=False, domain=False, labelPadding=8))  # fmt: skip
    zero = alt.Chart(pd.DataFrame({"estimate": [0.0]})).mark_rule(color=INK, strokeWidth=1.2).encode(x=x)
    band = _band(row, top, x, y) if banded else []
    chart = alt.layer(*band[:1], zero, *band[1:], *_points(data, x, y)).properties(
        width=450, height=44 * len(order),
        title=alt.Title(_title(arm, against), subtitle=_key(data, banded)))  # fmt: skip
    alt_text = (
        f"Difference in PHQ-9 points at {when}, {arm} minus {against}. As assumed: {signed(row['estimate'])} "
        f"(simulation noise {signed(row['noise_low'])} to {signed(row['noise_high'])}). "
        + (f"Range over the assumptions: {signed(row['envelope_low'])} to {signed(row['envelope_high'])}. "
           if banded else "")
        + "; ".join(f"{r.label}: {signed(r.estimate)}" for r in data.itertuples())
    )
    return draw(results, chart, name="headline", title="The main contrast and how far the assumptions move it",
                caption="Each point is the whole experiment under one assumption. " + (
                    "The thick band runs from the lowest to the highest of them. " if banded else
                    "There is no band: no other assumption was tried for it. ")
                + "The thin mark is simulation noise only: how much the figure would move with other random draws. It "
                "says nothing about whether the model is right.",
                alt_text=alt_text, table=_numbers(data), width=700)  # fmt: skip


def _title(arm: str, against: str) -> list[str]:
    line = f"“{arm}” minus “{against}”"
    return [line] if len(line) <= 80 else [f"“{arm}”", f"minus “{against}”"]


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.wrap(label, 30)) or label


def _key(data: pd.DataFrame, banded: bool) -> list[str]:
    band = "Thick band: range over the assumptions. " if banded else ""
    lines = [band + "Point: one variant. Thin mark: simulation noise."]
    if not data["in_envelope"].all():
        lines.append("Hollow point: shown for comparison" + (", not part of the band." if banded else "."))
    return lines


def _band(row: pd.Series, top: str, x: alt.X, y: alt.Y) -> list[Any]:
    span = pd.DataFrame({"row": [top], "estimate": [row["envelope_low"]], "high": [row["envelope_high"]]})
    ends = pd.DataFrame({"row": [top] * 2, "estimate": [row["envelope_low"], row["envelope_high"]],
                         "text": [signed(row["envelope_low"]), signed(row["envelope_high"])]})  # fmt: skip
    shade = alt.Chart(span).mark_rect(color=BAND, opacity=0.28).encode(x=x, x2="high:Q")
    bar = alt.Chart(span).mark_bar(color=BAND, height=22).encode(x=x, x2="high:Q", y=y)
    texts = []
    for part, side, dx in ((ends.head(1), "right", -6), (ends.tail(1), "left", 6)):
        for paint in ({"stroke": "white", "strokeWidth": 5}, {"color": INK}):
            style: dict[str, Any] = {"align": side, "dx": dx, "fontSize": 12, "fontWeight": "bold", **paint}
            texts.append(alt.Chart(part).mark_text(**style).encode(x=x, y=y, text="text:N"))
    return [shade, bar, *texts]


def _points(data: pd.DataFrame, x: alt.X, y: alt.Y) -> list[Any]:
    base = alt.Chart(data.drop(columns=["variant", "label", "noise_se"]))
    noise = base.mark_rule(color=NOISE, strokeWidth=1.4).encode(x=alt.X("noise_low:Q"), x2="noise_high:Q", y=y)
    ends = [base.mark_tick(color=NOISE, thickness=1.4, height=9).encode(x=f"{end}:Q", y=y)
            for end in ("noise_low", "noise_high")]  # fmt: skip
    points = base.mark_point(size=95, stroke=POINT, strokeWidth=1.6, opacity=1).encode(
        x=x, y=y, fill=alt.condition("datum.in_envelope", alt.value(POINT), alt.value("white")))  # fmt: skip
    halo = base.mark_text(dy=-14, fontSize=12, stroke="white", strokeWidth=4, opacity=0.85).encode(
        x=x, y=y, text="text:N")  # fmt: skip
    text = base.mark_text(dy=-14, fontSize=12, color=INK).encode(x=x, y=y, text="text:N")
    return [noise, *ends, points, halo, text]


def _numbers(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "assumption": data["label"],
        "difference, PHQ-9 points": [signed(v, 3) for v in data["estimate"]],
        "simulation noise, from": [signed(v, 3) for v in data["noise_low"]],
        "simulation noise, to": [signed(v, 3) for v in data["noise_high"]],
        "in the band": ["yes" if inside else "no" for inside in data["in_envelope"]],
    })  # fmt: skip


def split_rows(results: Any) -> pd.DataFrame:
    """Table `split` at the main reading, with variant labels, components in the scenario's order and the total last."""
    if not has_headline(results):
        return pd.DataFrame()
    row = headline_row(results)
    data = frame(results, "split", metric=row["metric"], reading=row["reading"])
    if data.empty:
        return data
    labels = variant_labels(results)
    names = [*results.experiment.headline.get("components", []), "total"]
    data["place"] = [names.index(c) if c in names else len(names) for c in data["component"]]
    order = list(labels)
    data["rank"] = [order.index(v) for v in data["variant"]]
    data["label"] = data["variant"].map(labels)
    data["component_label"] = data["component"].map(component_labels(results)).fillna(data["component"])
    return data.sort_values(["place", "rank"], kind="stable").reset_index(drop=True)


def component_labels(results: Any) -> dict[str, str]:
    """What each component changes, in the scenario's words; its name where it has none."""
    headline = results.experiment.headline
    names = headline.get("components", [])
    return dict(zip(names, headline.get("component_labels", names), strict=True))


def split(results: Any) -> Figure | None:
    """Components of the contrast under every variant; None where the scenario asks for no split."""
    data = split_rows(results)
    if data.empty:
        return None
    row, arms, labels = headline_row(results), arm_labels(results), list(variant_labels(results).values())
    data["part"] = [clean(c, 80) for c in data["component_label"]]
    data["text"] = [signed(v) for v in data["estimate"]]
    domain = _domain(data["least_order"], data["most_order"], data["noise_low"], data["noise_high"])
    panels = [
        _part(data[data["part"] == part], part, labels, domain, last=index == data["part"].nunique() - 1)
        for index, part in enumerate(dict.fromkeys(data["part"]))
    ]
    chart = stacked(*panels, spacing=8)
    default = data[data["variant"] == default_variant(results)]
    alt_text = f"Split of {arms[row['arm']]} minus {arms[row['against']]} as assumed, in PHQ-9 points: " + "; ".join(
        f"{r.part} {signed(r.estimate)}" for r in default.itertuples()
    )
    table = pd.DataFrame({
        "component": data["part"], "assumption": data["label"],
        "share of the difference, PHQ-9 points": [signed(v, 3) for v in data["estimate"]],
        "simulation noise, from": [signed(v, 3) for v in data["noise_low"]],
        "simulation noise, to": [signed(v, 3) for v in data["noise_high"]],
        "least over orders": [signed(v, 3) for v in data["least_order"]],
        "most over orders": [signed(v, 3) for v in data["most_order"]],
    })  # fmt: skip
    return draw(results, chart, name="split", title="Its components under each assumption",
                caption="Components add up to the total exactly (Shapley values over all combinations, so that no "
                "order is preferred). The grey bar shows how far a component would move if it were switched on first "
                "or last instead; the thin mark is simulation noise.", alt_text=alt_text, table=table)  # fmt: skip


def _part(data: pd.DataFrame, part: str, labels: list[str], domain: list[float], last: bool) -> dict[str, Any]:
    """One component: a row for each assumption, with the range over orders behind it."""
    title = "part of the difference, PHQ-9 points (negative: in favour of the first arm)" if last else None
    x = {"field": "estimate", "type": "quantitative", "title": title, "axis": {
        "labels": last, "ticks": last, "tickCount": 8}, "scale": {
        "domain": domain, "nice": False, "zero": False}}  # fmt: skip
    y = {"field": "label", "type": "nominal", "sort": labels, "title": None,
         "axis": {"ticks": False, "domain": False, "labelPadding": 8}}  # fmt: skip
    ink, soft = (INK, INK) if part == "total" else (POINT, SOFT)

    def span(low: str, high: str, **mark: Any) -> dict[str, Any]:
        return {"mark": mark, "encoding": {"x": x | {"field": low}, "x2": {"field": high}, "y": y}}

    layers = [
        span("least_order", "most_order", type="bar", color=RANGE, height=9),
        {"mark": {"type": "rule", "color": INK}, "encoding": {"x": x}, **records(pd.DataFrame({"estimate": [0.0]}))},
        span("noise_low", "noise_high", type="rule", color=ink, strokeWidth=1.4),
        {"mark": {"type": "point", "filled": True, "size": 60, "color": ink, "opacity": 1}, "encoding": {
            "x": x, "y": y}},
        {"mark": {"type": "text", "align": "left", "dx": 10, "fontSize": 12, "color": soft}, "encoding": {
            "x": {"value": "width"}, "y": y, "text": {"field": "text", "type": "nominal"}}}]  # fmt: skip
    columns = ["label", "text", "estimate", "noise_low", "noise_high", "least_order", "most_order"]
    return {"layer": layers, "width": 560, "height": 22 * data["label"].nunique(),
            "title": {"text": part, "fontSize": 13}, **records(data[columns])}  # fmt: skip
