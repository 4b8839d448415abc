"""Which numbers drive a result over the range that fitted sets leave them, beside the range that the table of fields
states: one number at a time, and all together as the sets have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.conclusions import reach
from hybridcare.document import together
from hybridcare.drivers import NAMED, words_for
from hybridcare.errors import config_error
from hybridcare.points import Metric, PointRuns, Task, patch_of, patch_text, run_points
from hybridcare.progress import progress as shown_progress
from hybridcare.rivals import rivals
from hybridcare.sets_beside import both, moves, size
from hybridcare.uncertainty import LEVELS, ParameterSets, Spread, spread

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.drivers import Drivers

Floats = NDArray[np.float64]
_NAN = float("nan")
#: Shares of one whole: the others are rescaled beside one that is moved, so that all sum to 1.
SHARES = ("/quality/weight/", "/practice/share/")


@dataclass(frozen=True)
class DriversOver:
    """One screening over the sets' ranges.

    pointers   numbers that were moved: those of the ensemble that the scenario does not say itself
    ends       shape (pointers, 2): 5 and 95 % of the sets, in the fields' units
    change     shape (pointers, 2): of the result, when the number alone goes there from where the scenario has it
    noise_se   shape (pointers, 2): Monte Carlo error of it, paired
    joint      the result over the sets, where all numbers move together
    screened   the screening over the fields' own spans: `Drivers.table()`
    """

    sets: ParameterSets
    pointers: tuple[str, ...]
    ends: Floats
    change: Floats
    noise_se: Floats
    joint: Spread
    unit: str
    screened: pd.DataFrame
    task: Task
    runs: PointRuns

    @cached_property
    def _told(self) -> dict[str, Mapping[str, Any]]:
        rows = zip(self.sets.ensemble.pointers, self.sets.ensemble.parameters, strict=False)
        return {pointer: row for pointer, row in rows if row.get("pointer") == pointer}

    def table(self) -> pd.DataFrame:
        """One row for each number, the largest effect over the sets' range first: path, symbol, field_unit, informed
        (by the published figures: True, False, or None where the ensemble does not say), prior_low, prior_high (5 and
        95 % of what was assumed), set_low, set_high (of the sets), change_low, change_high (of the result, in its unit)
        with _noise_se, effect (the larger of both), beyond_noise (95 %), and beside it, from the screening over the
        field's own span, span_low, span_high, span_change_low, span_change_high (NaN: it was not moved, or moves
        nothing)."""
        import pandas

        span = self.screened.set_index("path")
        frame = pandas.DataFrame([self._row(at, span) for at in range(len(self.pointers))])
        frame = frame.astype({"informed": object})
        return frame.sort_values("effect", ascending=False, kind="stable").reset_index(drop=True)

    def _row(self, at: int, span: pd.DataFrame) -> dict[str, Any]:
        from hybridcare.factors import field_of

        path = self.pointers[at]
        field, told = field_of(path) or {}, self._told.get(path, {})
        informed = told.get("informed")
        row = {"path": path, "symbol": field.get("symbol", ""), "field_unit": field.get("unit", ""),
               "informed": informed if isinstance(informed, bool) else None,
               "prior_low": _number(told.get("prior_q05")), "prior_high": _number(told.get("prior_q95")),
               "set_low": float(self.ends[at, 0]), "set_high": float(self.ends[at, 1])}  # fmt: skip
        for end, name in enumerate(("low", "high")):
            row[f"change_{name}"] = float(self.change[at, end])
            row[f"change_{name}_noise_se"] = float(self.noise_se[at, end])
        far = int(np.argmax(np.abs(np.nan_to_num(self.change[at]))))
        row["effect"] = float(np.abs(np.nan_to_num(self.change[at, far])))
        half = reach(self.task.replicates) * self.noise_se[at, far]
        row["beyond_noise"] = bool(row["effect"] > half and row["effect"] > 0)
        for name in ("low", "high"):
            row[f"span_{name}"] = float(span[name][path]) if path in span.index else _NAN
        for name in ("low", "high"):
            row[f"span_change_{name}"] = float(span[f"change_{name}"][path]) if path in span.index else _NAN
        return row

    @property
    def sentences(self) -> list[str]:
        """The result over the sets with both uncertainties; what moves it most over their range, and which of these
        the published figures informed."""
        found = self.table()
        first = found[found["beyond_noise"]].head(NAMED)
        said = [f"All numbers together, as {len(self.sets)} sets of {self.sets.rival} have them: "
                f"{both(self.joint, self.unit)}."]  # fmt: skip
        named = ", ".join(f"{words_for(row.path, row.symbol)} ({self._source(row.informed)})"
                          for row in first.itertuples())  # fmt: skip
        alone = f"moved most by: {named}" if named else "no number moves it beyond Monte Carlo error"
        informed, left = (sum(value is which for value in found["informed"]) for which in (True, False))
        return [*said, f"One at a time over 5 to 95 % of the sets: {alone}.",
                f"Of {len(found)} fitted numbers the published figures informed {informed}; {left} they did not: their "
                "range is what was assumed before."]  # fmt: skip

    @staticmethod
    def _source(informed: bool | None) -> str:
        return {True: "informed by the figures", False: "not informed: the range is assumed"}.get(
            informed, "the ensemble does not say if informed")  # type: ignore[arg-type]


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else _NAN


def drivers_over(found: Drivers, sets: ParameterSets, threads: int, progress: bool) -> DriversOver:
    """Moves each number of the sets alone to their 5 and 95 %, and runs the sets, for the clients of the screening or
    fewer. Raises ConfigError: a variant that is not the first, no set that could be run."""
    scenario, asked = found.scenario, found.question
    if asked["variant"] not in ("", scenario.core.variants[0]["name"]):
        raise config_error("variant", "parameter sets are of the first variant; for another give --uncertainty "
                           "defaults")  # fmt: skip
    arms = [asked["arm"], *([asked["against"]] if asked["against"] else [])]
    chosen = sets.ensemble.values[list(sets.chosen)]
    free = [at for at, pointer in enumerate(sets.ensemble.pointers) if moves(sets, pointer, arms)]
    pointers, ends = [sets.ensemble.pointers[at] for at in free], np.quantile(chosen[:, free], LEVELS, axis=0).T
    base = rivals([sets.rival])[sets.rival].whole(scenario.document())
    own = dict(scenario.core.values(0, [each["name"] for each in scenario.core.arms].index(asked["arm"])))
    moved = [patch_text(together(base, patch_of(moved_to(own, pointer, float(end)))))
             for pointer, pair in zip(pointers, ends, strict=True) for end in pair]  # fmt: skip
    points = [patch_text(base), *moved, *sets.points]
    fewer = size(found.size["replicates"], found.size["clients"], max(1, found.size["moves"]) / len(points))
    metric = Metric(asked["metric"], asked["reading"], asked["culture"], asked["twin"])
    task = Task.of(scenario, arms, (metric,), *fewer)
    with shown_progress(f"{scenario.core.name}: {len(sets)} parameter sets", progress) as tick:
        runs = run_points(task, points, threads, tick)
    return _told(sets, tuple(pointers), ends, found, task, runs)


def moved_to(own: Mapping[str, Any], pointer: str, value: float) -> dict[str, float]:
    """The number alone, or with the other shares of its whole: values by JSON Pointer. own: as the scenario has them"""
    group = next((prefix for prefix in SHARES if pointer.startswith(prefix)), None)
    if group is None:
        return {pointer: value}
    others = {path: float(each) for path, each in own.items() if path.startswith(group) and path != pointer}
    rest = sum(others.values())
    scale = (1 - value) / rest if rest > 0 else 0.0
    return {pointer: value, **{path: scale * each for path, each in others.items()}}


def _told(sets: ParameterSets, pointers: tuple[str, ...], ends: Floats, found: Drivers, task: Task,
          runs: PointRuns) -> DriversOver:  # fmt: skip
    from hybridcare.explanation import difference
    from hybridcare.sweep_results import noise

    estimate, values = difference(runs, 0)
    last = 1 + 2 * len(pointers)
    if not np.isfinite(estimate[last:]).any():
        raise config_error("uncertainty", f"none of {len(sets)} sets has a number: "
                           f"{runs.failures.get(last, 'nobody is counted in the metric')}")  # fmt: skip
    change = (estimate[1:last] - estimate[0]).reshape(len(pointers), 2)
    error = noise(values[1:last] - values[0]).reshape(len(pointers), 2)
    return DriversOver(sets, pointers, ends, change, error, spread(estimate[last:], values[last:]), found.unit,
                       found.table(), task, runs)  # fmt: skip
