"""Misrecognition, and what it costs: rates, differences and ratios by culture, excess over exact twins."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .plots_base import Figure, arm_labels, beside, clean, draw, frame, number, percent, signed, stacked
from .plots_lanes import METRICS, estimates, label, lanes, noise_factor, own, pairs, table_of

TWINS = {
    "no_distance": ("the cultural part", "every agent is taken to be of the client's expression style"),
    "perfect_recognition": ("all misrecognition", "every turn is taken to be read right"),
}


def _with_noise(data: pd.DataFrame, column: str, factor: float, times: float = 1) -> pd.DataFrame:
    """`column` as estimate, with simulation noise, in another unit where `times` is not 1."""
    spread = factor * data[f"{column}_noise_se"]
    return data.assign(estimate=times * data[column], noise_low=times * (data[column] - spread),
                       noise_high=times * (data[column] + spread))  # fmt: skip


def misrecognition(results: Any, variant: str | None = None) -> Figure | None:
    """Misread turns by agent, arm and culture: pooled rate, difference and ratio to the reference."""
    data = pairs(own(results, "misrecognition", variant=variant))
    if data.empty:
        return None
    factor, rows = noise_factor(results), []
    for who in dict.fromkeys(data["who"]):
        part = data[data["who"] == who]
        apart = part[part["culture"] != "all"]
        rows.append(beside(
            lanes(results, _with_noise(part, "pooled_rate", factor), "misread turns, % of all turns",
                  title=f"misread by {who}", share=True, width=210),
            lanes(results, _with_noise(apart, "difference", factor, 100), "percentage points",
                  title="difference to the reference", first=False, width=190, reference=0),
            lanes(results, _with_noise(apart, "ratio", factor), "ratio of rates",
                  title="ratio to the reference", first=False, width=190, reference=1)))  # fmt: skip
    chart = stacked(*rows)
    alt_text = "Share of turns misread: " + "; ".join(
        f"by {r.who}, {r.arm_label}, {r.culture_label}: {percent(r.pooled_rate, 1)}" for r in data.itertuples())
    return draw(results, chart, name="misrecognition", title="Misrecognition by expression distance",
                caption="A turn is misread when the agent takes the client's felt emotion for another one. Difference "
                "and ratio compare each expression distance with the reference; they are shown side by side because "
                "a small ratio on a common mistake can matter more than a large one on a rare mistake. That agents "
                "read distant styles worse is put into the model, not found by it. Thin marks are simulation noise.",
                alt_text=alt_text, table=_numbers(data))  # fmt: skip


def _numbers(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "misread by": data["who"], "arm": data["arm_label"], "clients": data["culture_label"],
        "clients met": [number(v, 0) for v in data["clients_met"]],
        "turns": [number(v, 0) for v in data["turns"]],
        "misread, pooled": [percent(v, 1) for v in data["pooled_rate"]],
        "first contact": [percent(v, 1) for v in data["first_contact_rate"]],
        "mean over persons": [percent(v, 1) for v in data["person_mean_rate"]],
        "difference, percentage points": [signed(100 * v, 1) for v in data["difference"]],
        "ratio": [number(v, 2) for v in data["ratio"]],
        "noticed and not repaired, of all turns": [percent(v, 1) for v in data["noticed_unrepaired_rate"]],
        "agent's confidence": [percent(v, 1) for v in data["confidence"]],
        "agent's accuracy": [percent(v, 1) for v in data["accuracy"]],
        "overconfidence, percentage points": [signed(100 * v, 1) for v in data["calibration_gap"]],
    })  # fmt: skip


def erosion_risk(results: Any) -> Figure | None:
    """Eroded trust at the end of care by arm and culture: as simulated, and if no one left."""
    parts, rows = [], []
    for agent, who in (("human", "the human"), ("assistant", "the assistant")):
        cases = [(words, estimates(results, [f"erosion_{agent}"], twin=twin)) for twin, words in
                 (("factual", "as simulated"), ("nobody_leaves", "if no one left"))]  # fmt: skip
        cases = [(words, data) for words, data in cases if not data.empty]
        if cases:
            rows.append(beside(*[
                lanes(results, data, "trust eroded, % of clients", title=f"trust in {who}, {words}", first=i == 0,
                      share=True, width=300) for i, (words, data) in enumerate(cases)],
                shared=("x",)))  # fmt: skip
            parts += [(f"trust in {who}, {words}", data) for words, data in cases]
    if not parts:
        return None
    table = pd.concat([table_of(data, "eroded", share=True).assign(case=name) for name, data in parts])
    chart = stacked(*rows)
    alt_text = ". ".join(f"{name}: " + "; ".join(
        f"{r.arm_label} {percent(r.estimate, 1)}" for r in data[data["culture"] == "all"].itertuples())
        for name, data in parts)  # fmt: skip
    return draw(results, chart, name="erosion-risk", title="Eroded trust at the end of care",
                caption="Left: with leaving and planned end as they happen in the model, as competing events. Right: "
                "the risk if no one left. An arm that loses people early can look good on the left and bad on the "
                "right.",
                alt_text=alt_text, table=table[["case", *[c for c in table.columns if c != "case"]]])  # fmt: skip


def excess(results: Any, twin: str = "no_distance") -> Figure | None:
    """What misrecognition costs: the difference to the same clients with the same chances and one thing changed."""
    data = label(results, frame(results, "excess", against_twin=twin))
    if data.empty:
        return None
    week = f"week_{results.experiment.reading_week}"
    panels, parts = [], []
    for metric in ("phq9", "dropout", "erosion_human", "erosion_assistant"):
        part = data[(data["metric"] == metric) & ((data["reading"] == week) | (metric != "phq9"))]
        if part.empty:
            continue
        points = metric == "phq9"
        name = f"PHQ-9 at week {results.experiment.reading_week}" if points else METRICS[metric].split(",")[0]
        unit = "excess, PHQ-9 points (more is worse)" if points else "excess, percentage points (more is worse)"
        if not points:
            part = part.assign(**{c: 100 * part[c] for c in ("estimate", "noise_low", "noise_high")})
        panels.append(lanes(results, part, unit, title=name, reference=0, width=250))
        parts.append(table_of(part, "excess", 3 if points else 2, sign=True).assign(
            outcome=name, unit="PHQ-9 points" if points else "percentage points"))  # fmt: skip
    rows = [beside(*panels[i : i + 2]) for i in range(0, len(panels), 2)]
    table = pd.concat(parts, ignore_index=True)
    part, words = TWINS[twin]
    shown = data[(data["metric"] == "phq9") & (data["reading"] == week)]
    alt_text = f"Excess PHQ-9 points, {part}: " + "; ".join(
        f"{r.arm_label}, {r.culture_label} {signed(r.estimate)}" for r in shown.itertuples())
    return draw(results, stacked(*rows),
                name=f"excess-{twin.replace('_', '-')}", title=f"Harm of misrecognition: {part}",
                caption=f"Difference to exact twins: the same clients and chances, but {words}. A quantity of the "
                "model, never evidence about a person. Thin marks are simulation noise.", alt_text=alt_text,
                table=table[["outcome", "unit", *[c for c in table.columns if c not in ("outcome", "unit")]]])


def contrast(view: Any) -> Figure:
    """Arm minus comparison in PHQ-9 points, by reading and culture, for a `Contrast`."""
    results, arms = view.results, arm_labels(view.results)
    data = view.table(metric="phq9", culture=None)
    for column in ("arm", "against", "culture", "reading"):
        data[column] = data[column].astype(str)
    week = results.experiment.reading_week
    names = {f"week_{week}": f"week {week}", "post": f"week {week + 1}, after treatment",
             "end": f"week {results.experiment.weeks}, end of follow-up"}  # fmt: skip
    data = label(results, data.assign(arm=view.arm))
    data["arm_label"] = [names.get(r, clean(r)) for r in data["reading"]]
    title = f"{clean(arms[view.arm], 44)} minus {clean(arms[view.against], 44)}"
    chart = lanes(results, data, "difference, PHQ-9 points (below 0: fewer symptoms in the first arm)",
                              title=title, reference=0, width=480)  # fmt: skip
    table = table_of(data, "difference, PHQ-9 points", 3, sign=True).rename(columns={"arm": "reading"})
    pooled = data[data["culture"] == "all"]
    alt_text = f"{title}, PHQ-9 points: " + "; ".join(
        f"{r.arm_label} {signed(r.estimate)}" for r in pooled.itertuples())  # fmt: skip
    return draw(results, chart, name="contrast", title=title, alt_text=alt_text, table=table,
                caption="Paired: both arms see the same clients with the same chances. Thin marks are simulation "
                "noise, not doubt about the model.")  # fmt: skip
