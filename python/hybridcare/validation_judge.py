"""Verdicts: which published figures an ensemble meets with its median, which it misses and why, with the luck that it
was fitted with and with luck that it never met; and figures that nothing was fitted to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_aims import Simulated
from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.calibration import FEW, QUANTILES, quantiles
from hybridcare.evidence_base import Entry, evidence
from hybridcare.target_files import Target
from hybridcare.validation_checks import WRITTEN
from hybridcare.validation_files import Explanations

Floats = NDArray[np.float64]
Row = dict[str, Any]
SETS = 200  # that an ensemble must hold
SHARE = 0.9  # of the fitted figures, that must lie inside: the aim of the calibration
FITTED = ("fit", "input")
SHARES = {"percent": 0.01, "percent of variance": 0.01}  # published units that are other units in the model


def target_rows(found: Ensemble, known: Mapping[str, Target], now: Simulated | None, noise: Simulated,
                fresh: tuple[Floats, Simulated] | None, texts: Explanations) -> list[Row]:  # fmt: skip
    """One row a target, misses first.

    now    all sets simulated with their own luck, or None: the file's own rows are taken
    noise  sets whose simulation noise is known
    fresh  weights and figures of sets simulated with other luck, or None
    """
    stated = {str(row["target"]): row for row in found.fit}
    rows = []
    for at, (name, one) in enumerate(known.items()):
        low, median, high = (quantiles(now.value[:, at], found.weights, QUANTILES) if now is not None else
                             [_number(stated.get(name, {}).get(key)) for key in ("q05", "median", "q95")])  # fmt: skip
        error = float(np.sqrt(_mean(noise.variance[:, at])))
        spread = math.sqrt(one.sd**2 + one.discrepancy**2 + error**2) if math.isfinite(one.sd) else math.nan
        row = {"target": name, "label": one.label, "row": one.row, "kind": one.kind, "unit": one.unit,
               "weight": one.weight, "figure": one.figure, "low": one.low, "high": one.high, "interval": one.interval,
               "median": median, "q05": low, "q95": high, "error": error, "inside": one.holds(median),
               "off": (median - one.figure) / spread}  # fmt: skip
        row |= _fresh_row(one, at, fresh)
        row["why"] = "" if row["inside"] else texts.why(name, found.rival)
        rows.append(row)
    return sorted((plain(row) for row in rows), key=_order)


def _fresh_row(one: Target, at: int, fresh: tuple[Floats, Simulated] | None) -> Row:
    if fresh is None:
        return {"fresh_median": None, "fresh_inside": None}
    weights, runs = fresh
    (median,) = quantiles(runs.value[:, at], weights, (0.5,))
    return {"fresh_median": median, "fresh_inside": one.holds(median)}


def _order(row: Row) -> tuple[bool, bool, bool, float]:
    """Misses first, of these what is fitted; then what other luck would move out; then how far off."""
    return (bool(row["inside"]), row["weight"] <= 0, row["fresh_inside"] is not False, -abs(row["off"] or 0.0))


def counts(rows: Sequence[Row], key: str = "inside") -> Row:
    """How many of the fitted figures, the nulls among all that has a weight, and the brackets lie inside."""
    out: Row = {}
    for name, kinds in (("fitted", FITTED), ("null", ("null",)), ("bracket", ("bracket",))):
        some = [row for row in rows if row["kind"] in kinds and row[key] is not None]
        out[name], out[f"{name}_inside"] = len(some), sum(bool(row[key]) for row in some)
    return out


def held_out_rows(texts: Explanations, models: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Published figures that nothing was fitted to, each beside the simulated reading that comes nearest, by model."""
    known = evidence()
    out = []
    for each in texts.held_out:
        entry = known[each.evidence]
        scale = SHARES.get(entry.unit, 1.0)
        figure, low, high = (None if value is None else value * scale for value in (entry.value, entry.low, entry.high))
        row: Row = {"evidence": each.evidence, "quantity": entry.quantity, "published": entry.figure, "figure": figure,
                    "low": low, "high": high, "target": each.target, "differs": each.differs, "models": {},
                    "source": f"{entry.source} ({entry.year})" if entry.year else entry.source}  # fmt: skip
        for name, rows in models.items():
            (one,) = [line for line in rows if line["target"] == each.target]
            row["models"][name] = _beside(entry, figure, low, high, one)
        out.append(plain(row))
    return out


def _beside(entry: Entry, figure: float | None, low: float | None, high: float | None, one: Row) -> Row:
    """inside: whether the median lies in the published interval; None where there is none, or only a range. covers:
    whether the published figure lies within 5 to 95 % of the ensemble."""
    whole = entry.interval in ("confidence", "credible")
    median, least, most = one["median"], one["q05"], one["q95"]
    inside = None
    if whole and low is not None and high is not None and median is not None:
        inside = bool(low <= median <= high)
    covers = None if figure is None or least is None else bool(least <= figure <= most)
    return {"median": median, "q05": least, "q95": most, "inside": inside, "covers": covers}


def missed(rows: Sequence[Row], shown: bool = False) -> list[str]:
    """Names of the figures that were fitted to and do not hold the median; shown: of those that were only shown."""
    return [row["target"] for row in rows if (row["weight"] <= 0) == shown and not row["inside"]]


def criteria(model: str, rows: Sequence[Row], sets: int, effective: float) -> list[Row]:
    """What an ensemble was asked to do, and whether it does it: with its own luck and, where it was run, with other.

    sets, effective: that it holds, and how many independent ones these are worth."""
    silent = [row["target"] for row in rows if not row["inside"] and not row["why"]]
    every = len(missed(rows)) + len(missed(rows, shown=True))
    found = [*_held(model, rows, "inside", ""), {
        "model": model, "what": "misses are explained, also of figures that are only shown", "asked": "all",
        "found": f"{every - len(silent)} of {every}", "met": not silent}, {
        "model": model, "what": "parameter sets, drawn by how well they fit", "asked": f"at least {SETS}",
        "found": f"{sets}", "met": sets >= SETS}, {
        "model": model, "what": "effective sets among them", "asked": f"at least {FEW:.0f}",
        "found": f"{effective:.0f}", "met": effective >= FEW}]  # fmt: skip
    fresh = any(row["fresh_inside"] is not None for row in rows)
    return found + (_held(model, rows, "fresh_inside", ", with luck that no set was fitted with") if fresh else [])


def _held(model: str, rows: Sequence[Row], key: str, luck: str) -> list[Row]:
    found = counts(rows, key)
    targets, inside = found["fitted"] + found["null"], found["fitted_inside"] + found["null_inside"]
    return [
        {"model": model, "what": f"of the figures fitted to, nulls included, hold the ensemble's median{luck}",
         "asked": f"at least {100 * SHARE:.0f} %", "found": f"{inside} of {targets}",
         "met": targets > 0 and inside >= SHARE * targets},
        {"model": model, "what": f"nulls stay null{luck}", "asked": "all", "found": f"{found['null_inside']} of "
         f"{found['null']}", "met": found["null_inside"] == found["null"]},
    ]  # fmt: skip


def plain(value: Any) -> Any:
    """As JSON can hold it, numbers to the digits that an ensemble's file has; null for what is no finite number."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return float(f"{value:.{WRITTEN}g}") if math.isfinite(value) else None
    return value


def _mean(values: Floats) -> float:
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else math.nan


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
