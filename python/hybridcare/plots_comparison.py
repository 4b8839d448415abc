"""The forest of a comparison: differences by group with noise and the band over assumptions, who gains, who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .plots_base import INK, SOFT, Figure, arm_labels, beside, clean, culture_labels, draw, number, percent, signed

if TYPE_CHECKING:
    from .comparison import Comparison

BETTER, WORSE, BAND = "#0072B2", "#D55E00", "#c9d3dc"
ROW = 22  # pixels of a row


def forest(found: Comparison) -> Figure:
    """One panel for each arm: a row for all clients and for every group, none left out."""
    data = rows(found)
    arms = arm_labels(found.results)
    panels = []
    for arm in found.arms:
        part = data[data["arm"] == arm]
        if len(part):
            panels.append((f"{clean(arms[arm])} minus {clean(arms[found.against])}", part))
    blocks = [beside(_differences(title, part), _people(part), spacing=14) for title, part in panels]
    week = found.results.experiment.reading_week
    words = "; ".join(f"{title}, all clients {signed(part['estimate'].iloc[0])} points" for title, part in panels)
    chart = {"vconcat": blocks, "spacing": 26, "resolve": {"scale": {"color": "independent"}}}
    return draw(found.results, _joined(chart), name="forest", title=f"Differences at week {week}, and who gains",
                caption="Left: difference of the mean measured PHQ-9, below 0 fewer points than the reference. Dot: as "
                "assumed; thin mark: simulation noise; grey band: from the lowest to the highest over the other "
                "assumptions that were tried, changed one at a time. Right: clients whose latent level is lower, or "
                "higher, by 1 point or more than with the reference, same clients and same luck: a quantity of the "
                "model, of no person. Groups are abstract, and overlap between headings.",
                alt_text=f"Differences of mean PHQ-9: {words}.", table=_numbers(data, arms), width=920)  # fmt: skip


def _joined(chart: dict[str, Any]) -> dict[str, Any]:
    """Datasets of all blocks at the top."""
    data: dict[str, Any] = {}
    for part in chart["vconcat"]:
        data |= part.pop("datasets", {})
    return chart | {"datasets": data}


def rows(found: Comparison) -> pd.DataFrame:
    """A row for each arm and group: estimate, noise, lowest and highest over the assumptions, shares, label, order."""
    ours = found.measured("score", found.results.variant(None))
    spread = found.measured("score")
    spread = spread[spread["variant"].isin([v["name"] for i, v in enumerate(found.results.experiment.variants)
                                            if i == 0 or v["in_envelope"]])]  # fmt: skip
    keys = ["arm", "grouping", "group"]
    band = spread.groupby(keys, observed=True)["estimate"].agg(low="min", high="max").reset_index()
    people = found.gains(1)[[*keys, "share_better", "share_worse"]]
    data = ours[[*keys, "estimate", "noise_se", "noise_low", "noise_high", "clients"]].astype(dict.fromkeys(keys, str))
    for other in (band, people):
        data = data.merge(other.astype(dict.fromkeys(keys, str)), on=keys, how="left", sort=False)
    cultures = culture_labels(found.results)
    data["label"] = [group_label(r.grouping, r.group, cultures) for r in data.itertuples()]
    return data


def group_label(grouping: str, group: str, cultures: dict[str, str]) -> str:
    """A group in words; `cultures`: labels by name."""
    if grouping == "all":
        return "all clients"
    if group in cultures:
        return cultures[group]
    words = {"severity": "PHQ-9 at entry", "prefers_assistant": "would rather see an assistant"}
    return f"{words.get(grouping) or clean(grouping, 34).replace('_', ' ')}: {clean(group, 30)}"


def _y(data: pd.DataFrame, shown: bool) -> Any:
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=330) if shown else None
    return alt.Y("label:N", sort=list(data["label"]), title=None, axis=axis)


def _differences(title: str, data: pd.DataFrame) -> Any:
    axis = ["difference of the mean PHQ-9, points", "(below 0: fewer with the first)"]
    base = alt.Chart(data)
    y = _y(data, True)
    x = alt.X("estimate:Q", title=axis, axis=alt.Axis(tickCount=6), scale=alt.Scale(nice=True, zero=True))
    zero = alt.Chart(pd.DataFrame({"estimate": [0.0]})).mark_rule(color=INK, strokeWidth=1.1).encode(x=x)
    band = base.mark_bar(height=9, color=BAND).encode(x=alt.X("low:Q", title=axis), x2="high:Q", y=y)
    noise = base.mark_rule(color=INK, strokeWidth=1.4).encode(x=alt.X("noise_low:Q", title=axis), x2="noise_high:Q",
                                                              y=y)  # fmt: skip
    dot = base.mark_point(filled=True, size=52, color=INK, opacity=1).encode(x=x, y=y)
    return alt.layer(band, zero, noise, dot).properties(width=330, height=ROW * len(data), title=title)


def _people(data: pd.DataFrame) -> Any:
    both = pd.concat([data.assign(share=-data["share_better"], colour=BETTER),
                      data.assign(share=data["share_worse"], colour=WORSE)])  # fmt: skip
    title = ["share of clients better off (left)", "and worse off (right) by 1 point or more"]
    axis = alt.Axis(labelExpr="format(abs(datum.value), '.0%')", tickCount=5)
    x = alt.X("share:Q", title=title, axis=axis)
    colour = alt.Color("colour:N", scale=None)
    bars = alt.Chart(both).mark_bar(height=11).encode(x=x, y=_y(data, False), color=colour)
    zero = alt.Chart(pd.DataFrame({"share": [0.0]})).mark_rule(color=SOFT).encode(x=x)
    return alt.layer(bars, zero).properties(width=250, height=ROW * len(data))


def _numbers(data: pd.DataFrame, arms: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({
        "arm": [arms[a] for a in data["arm"]], "clients": data["label"],
        "difference, PHQ-9 points": [signed(v) for v in data["estimate"]],
        "simulation noise from": [signed(v) for v in data["noise_low"]],
        "to": [signed(v) for v in data["noise_high"]],
        "lowest over assumptions": [signed(v) for v in data["low"]],
        "highest": [signed(v) for v in data["high"]],
        "better off by 1 point or more": [percent(v, 1) for v in data["share_better"]],
        "worse off by 1 point or more": [percent(v, 1) for v in data["share_worse"]],
        "clients simulated": [number(v, 0) for v in data["clients"]],
    })  # fmt: skip
