"""Dot pictures: one row per arm, in it one lane for all clients and one for each culture: no group is hidden."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pandas as pd

from .plots_base import (
    CULTURE_COLOURS,
    INK,
    SHAPES,
    Figure,
    arm_labels,
    beside,
    culture_labels,
    default_variant,
    draw,
    frame,
    main_reading,
    number,
    percent,
    reading_name,
    records,
    shown_arms,
    signed,
    stacked,
)

METRICS = {
    "reliable_improvement": "reliable improvement (6 points or more down)",
    "recovery": "recovery (from 10 or above to below 10, and 6 points or more down)",
    "response": "response (at least half of the points gone)",
    "reliable_deterioration": "reliable deterioration (6 points or more up)",
    "own_improvement": "improvement beyond the model's own measurement error",
    "own_deterioration": "deterioration beyond the model's own measurement error",
    "below_cut10": "below the cut of 10 points",
    "remission_phq5": "remission (below 5 points)",
    "dropout": "left before the last planned contact",
    "left_while_ill": "left while at 10 points or above",
    "ended_early": "planned early end, well enough",
    "satisfaction": "satisfaction (modelled, 0 to 1)",
    "human_hours": "human hours per client",
    "human_hours_per_recovery": "human hours per recovered client",
    "human_contacts": "human contacts per client",
    "assistant_contacts": "assistant contacts per client",
    "phq9": "PHQ-9 points",
    "erosion_human": "eroded trust in the human, cumulative incidence",
    "erosion_assistant": "eroded trust in the assistant, cumulative incidence",
}


def estimates(results: Any, metrics: list[str], reading: str | None = None, twin: str = "factual") -> pd.DataFrame:
    """Rows of `estimates` for the shown arms in the scenario as written, labelled. `reading` None: whole course."""
    wanted = main_reading(results) if reading == "main" else reading or ""
    data = frame(results, "estimates", variant=default_variant(results), twin=twin, metric=metrics, reading=wanted)
    return label(results, data.dropna(subset=["estimate"]))


def own(results: Any, name: str, twin: str = "factual", variant: str | None = None, **where: Any) -> pd.DataFrame:
    """Labelled rows of a table for one variant (by default the scenario as written) and twin, as far as it tells them
    apart; empty where there is no such table."""
    known = results.table(name).columns if name in results.table_names else ()
    chosen = {"variant": variant or default_variant(results), "twin": twin}
    data = frame(results, name, **{key: value for key, value in chosen.items() if key in known}, **where)
    return label(results, data if "culture" in data else data.assign(culture="all"))


def noise_factor(results: Any) -> float:
    """Standard errors to either side that the tables use for simulation noise; NaN with one replicate."""
    data = frame(results, "estimates", variant=default_variant(results), twin="factual", culture="all")
    data = data[data["noise_se"] > 0]
    return float(((data["noise_high"] - data["noise_low"]) / (2 * data["noise_se"])).median())


def pairs(data: pd.DataFrame) -> pd.DataFrame:
    """Rows by arm and agent, the human first: adds who is meant, and the heading of a panel for both."""
    data = data.copy()
    data["who"] = ["the human" if a == "human" else "the assistant" for a in data["agent"]]
    data["panel"] = ["\n".join([f"trust in {who}", *textwrap.wrap(arm, 36)])
                     for who, arm in zip(data["who"], data["arm_label"], strict=True)]  # fmt: skip
    return data.sort_values(["agent", "arm_rank", "culture_rank"], ascending=[False, True, True], kind="stable")


def label(results: Any, data: pd.DataFrame) -> pd.DataFrame:
    """Keep the shown arms; add arm_label and culture_label; order by arm, then culture, all clients first."""
    arms, cultures = arm_labels(results), culture_labels(results)
    if data.empty:
        return data.reindex(columns=[*data, "arm_label", "culture_label", "arm_rank", "culture_rank"])
    shown = [arm["name"] for arm in shown_arms(results)]
    data = data[data["arm"].isin(shown) & data["culture"].isin(list(cultures))].copy()
    data["arm_label"] = data["arm"].map(arms)
    data["culture_label"] = data["culture"].map(cultures)
    data["arm_rank"] = data["arm"].map({name: i for i, name in enumerate(shown)})
    data["culture_rank"] = data["culture"].map({name: i for i, name in enumerate(cultures)})
    return data.sort_values(["arm_rank", "culture_rank"], kind="stable").reset_index(drop=True)


def lanes(results: Any, data: pd.DataFrame, unit: str, *, title: str | None = None, first: bool = True,
          width: int = 250, reference: float | None = None, share: bool = False,
          ticks: pd.DataFrame | None = None, subtitle: str = "", arms: list[str] | None = None,
          zero: bool = True, groups: list[str] | None = None, least: float | None = None) -> dict[str, Any]:
    """One panel of rows by arm and lanes by culture, as a Vega-Lite specification: written out, since building it from
    Altair's objects takes ten times as long.

    @param data       arm_label, culture_label, estimate, noise_low, noise_high; `lane` in place of culture_label
    @param unit       title of the axis, with its unit
    @param first      the leftmost panel: only this one prints the names of the arms
    @param reference  a vertical line, such as 0 for differences or 1 for ratios
    @param share      estimates are shares in [0, 1], printed in per cent
    @param ticks      like data: black marks per lane, such as the noise-only rate
    @param arms       labels of the rows, so that panels side by side line up; by default those in `data`
    @param groups     labels of the lanes where they are not the cultures
    @param least      the least that the quantity can be: noise is not drawn beyond it; shares end at 0 and 1 by nature
    """
    if share and reference is None:
        data = data.assign(noise_high=data["noise_high"].clip(upper=1))
        least = 0
    if least is not None:
        data = data.assign(noise_low=data["noise_low"].clip(lower=least))
    rows = [_wrapped(a) for a in (arms or dict.fromkeys(data["arm_label"]))]
    names = groups or list(culture_labels(results).values())
    axis = {"tickCount": 5} | ({"format": "%"} if share else {})
    x = {"field": "estimate", "type": "quantitative", "title": unit, "axis": axis,
         "scale": {"zero": zero and reference is None, "nice": True}}  # fmt: skip
    ends = {"x": x | {"field": "noise_low"}, "x2": {"field": "noise_high"}}
    place = _place(rows, names, first) | {"color": _paint(names, "range", _colours(names)) | {"legend": {
        "orient": "bottom", "columns": 3 if max(map(len, names)) < 40 else 2, "values": names,
        "columnPadding": 22}}}  # fmt: skip
    shape = {"shape": _paint(names, "range", [SHAPES[i % len(SHAPES)] for i in range(len(names))])}
    layers = [{"mark": {"type": "rule", "strokeWidth": 1.3}, "encoding": ends | place},
              {"mark": {"type": "point", "filled": True, "size": 62, "opacity": 1},
               "encoding": {"x": x} | place | shape}]  # fmt: skip
    if reference is not None:
        layers.insert(0, {"mark": {"type": "rule", "color": INK, "strokeWidth": 1.1}, "encoding": {"x": x},
                          **records(pd.DataFrame({"estimate": [reference]}))})  # fmt: skip
    if ticks is not None and not ticks.empty:
        black = {"type": "tick", "color": INK, "thickness": 2.5, "height": 11}
        layers.insert(-1, {"mark": black, "encoding": {"x": x, "y": place["y"], "yOffset": place["yOffset"]},
                           **records(_slim(ticks))})  # fmt: skip
    return {"layer": layers, "width": width, "height": max(56, 13 * len(names)) * len(rows),
            "title": {"text": title or "", "fontSize": 12, "subtitle": subtitle or " "},
            **records(_slim(data))}  # fmt: skip


def _place(rows: list[str], names: list[str], first: bool) -> dict[str, Any]:
    """Rows by arm, and in each a lane for each group."""
    axis = {"labels": first, "ticks": False, "domain": False, "grid": True, "bandPosition": 0, "labelPadding": 14,
            "labelExpr": "split(datum.label, '\\n')"}  # fmt: skip
    return {"y": {"field": "row", "type": "nominal", "sort": rows, "title": None,
                  "scale": {"domain": rows, "paddingInner": 0.22}, "axis": axis},
            "yOffset": {"field": "lane", "type": "nominal", "sort": names, "scale": {"domain": names}}}  # fmt: skip


def _paint(names: list[str], kind: str, values: list[str]) -> dict[str, Any]:
    return {"field": "lane", "type": "nominal", "title": None, "scale": {"domain": names, kind: values}}


def _colours(names: list[str]) -> list[str]:
    return [CULTURE_COLOURS[i % len(CULTURE_COLOURS)] for i in range(len(names))]


def _slim(data: pd.DataFrame) -> pd.DataFrame:
    """Only what is drawn, so that a picture carries no other numbers and stays small."""
    lane = "lane" if "lane" in data.columns else "culture_label"
    kept = data[[lane, "estimate", "noise_low", "noise_high"]].rename(columns={lane: "lane"})
    return kept.assign(row=[_wrapped(a) for a in data["arm_label"]])


def _wrapped(label: str) -> str:
    """Broken into lines that fit beside a panel."""
    return "\n".join(textwrap.wrap(label, 28)) or label


def table_of(data: pd.DataFrame, value: str, digits: int = 2, share: bool = False, sign: bool = False) -> pd.DataFrame:
    """The numbers of a lane picture, arms down, with simulation noise."""

    def show(value: float) -> str:
        return percent(value, 1) if share else (signed if sign else number)(value, digits)

    return pd.DataFrame({
        "arm": data["arm_label"], "clients": data["culture_label"],
        value: [show(v) for v in data["estimate"]],
        "simulation noise, from": [show(v) for v in data["noise_low"]],
        "simulation noise, to": [show(v) for v in data["noise_high"]],
    })  # fmt: skip


def _say(data: pd.DataFrame, show: Callable[[float], str]) -> str:
    pooled = data[data["culture"] == "all"]
    return "; ".join(f"{r.arm_label} {show(r.estimate)}" for r in pooled.itertuples())


def _joined(parts: list[tuple[str, pd.DataFrame]], **how: Any) -> pd.DataFrame:
    tables = [table_of(data, "value", **how).assign(outcome=name) for name, data in parts]
    table = pd.concat(tables, ignore_index=True)
    return table[["outcome", *[c for c in table.columns if c != "outcome"]]]


def _rows(parts: list[tuple[str, pd.DataFrame]]) -> list[str]:
    """Every arm that occurs in some panel, in the order of the scenario."""
    data = pd.concat([data for _, data in parts]).sort_values("arm_rank", kind="stable")
    return list(dict.fromkeys(data["arm_label"]))


def outcomes(results: Any, reading: str = "main") -> Figure:
    """Reliable improvement, recovery, response and deterioration, deterioration beside its noise-only rate."""
    names = ["reliable_improvement", "recovery", "response", "reliable_deterioration"]
    parts, panels = [], []
    for index, name in enumerate(names):
        data = estimates(results, [name], reading)
        noise = _noise_only(results, name, reading, data) if "deterioration" in name else None
        short, _, rule = METRICS[name].partition(" (")
        panels.append(lanes(results, data, "share of clients, %", title=short, subtitle=rule.rstrip(")"),
                            first=index % 2 == 0, share=True, ticks=noise, width=300))  # fmt: skip
        parts.append((METRICS[name], data))
        if noise is not None and not noise.empty:
            parts.append((METRICS[name] + ", from noise alone", noise[noise["arm"] == noise["arm"].iloc[0]].assign(
                arm_label="any arm")))  # fmt: skip
    chart = stacked(beside(*panels[:2]), beside(*panels[2:]))
    when = reading_name(results, main_reading(results) if reading == "main" else reading)
    alt_text = f"Shares of clients at {when}. " + ". ".join(
        f"{name}: {_say(data, lambda v: percent(v, 1))}" for name, data in parts)  # fmt: skip
    return draw(results, chart, name=f"outcomes-{reading}", title=f"Who gets better and who gets worse: {when}",
                caption="One row per arm; in it all clients (diamond) and each expression distance. The black tick in "
                "the panel on deterioration is the rate from noise alone: clients whose underlying course is frozen "
                "and who differ only by momentary and measurement noise. A rate to the right of the tick is more than "
                "noise makes; care that lowers symptoms can bring it to the left. Thin marks are simulation noise.",
                alt_text=alt_text, table=_joined(parts, share=True))  # fmt: skip


def _noise_only(results: Any, name: str, reading: str, data: pd.DataFrame) -> pd.DataFrame:
    """The noise-only rate for every arm: without care and course the arms do not differ, so one was run for all."""
    noise = estimates(results, [name], reading, "noise_only").drop_duplicates("culture")
    keys = data[["arm", "arm_label", "arm_rank", "culture"]]
    return keys.merge(noise.drop(columns=["arm", "arm_label", "arm_rank"]), on="culture")


def dropout(results: Any) -> Figure | None:
    """Leaving before the last planned contact, leaving while ill, and planned early end."""
    parts = [(METRICS[m], estimates(results, [m])) for m in ("dropout", "left_while_ill", "ended_early")]
    parts = [(name, data) for name, data in parts if not data.empty]
    if not parts:
        return None
    panels = [lanes(results, data, "share of clients, %", title=name, first=i == 0, share=True, width=205,
                    arms=_rows(parts)) for i, (name, data) in enumerate(parts)]  # fmt: skip
    alt_text = ". ".join(f"{name}: {_say(data, lambda v: percent(v, 1))}" for name, data in parts)
    return draw(results, beside(*panels), name="dropout", title="Who leaves, and who ends early by plan",
                caption="Leaving is a risk in every week in care. A planned early end competes with it: who has ended "
                "by plan can no longer drop out, and counts as a completer. Thin marks are simulation noise.",
                alt_text=alt_text, table=_joined(parts, share=True), width=880)  # fmt: skip


def satisfaction(results: Any) -> Figure | None:
    """Modelled satisfaction by arm and culture."""
    data = estimates(results, ["satisfaction"])
    if data.empty:
        return None
    unit = "satisfaction, 0 to 1"
    return draw(results, lanes(results, data, unit, width=520), name="satisfaction",
                title="Satisfaction by arm and expression distance",
                caption="A formula of trust, empathy and improvement with assumed weights, no measured scale. "
                "Read the order of the arms at most. Thin marks are simulation noise.",
                alt_text=f"Satisfaction, 0 to 1. {_say(data, number)}", table=table_of(data, unit, 3))  # fmt: skip


def hours(results: Any) -> Figure | None:
    """Human time per client and per recovered client."""
    parts = [(METRICS[m], estimates(results, [m], reading)) for m, reading in
             (("human_hours", ""), ("human_hours_per_recovery", "post"))]  # fmt: skip
    parts = [(name, data) for name, data in parts if not data.empty]
    if not parts:
        return None
    panels = [lanes(results, data, name.removeprefix("human "), title=name, first=i == 0, width=300,
                    arms=_rows(parts)) for i, (name, data) in enumerate(parts)]  # fmt: skip
    alt_text = ". ".join(f"{name}: {_say(data, lambda v: number(v, 1))}" for name, data in parts)
    return draw(results, beside(*panels), name="hours", title="Human hours per client and per recovered client",
                caption="Hours of human contact, and the same divided by the share of clients who have recovered "
                "after treatment. Recoveries that would have come without care are counted too, so that this is a "
                "price tag, not an effect. Waiting and assistant-only arms take no human contact time. Thin marks are "
                "simulation noise.", alt_text=alt_text, table=_joined(parts), width=880)  # fmt: skip
