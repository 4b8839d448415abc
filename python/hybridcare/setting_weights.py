"""One ensemble held against a service's figures: what its sets show before and after they are weighed by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_ensemble import ENOUGH, Ensemble, Reweighted, distances
from hybridcare.calibrate_sampler import effective
from hybridcare.calibration import quantiles
from hybridcare.setting_csv import NORMAL_95, Counted
from hybridcare.setting_runs import Simulated
from hybridcare.uncertainty import ParameterSets

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
NEAR, FAR = 2.0, 3.0  # SDs: beyond the first a figure is outside, beyond the second far outside
LEVELS = (0.05, 0.5, 0.95)
LEVEL = 0.01  # of a parameter's move by chance, as in calibrations
SAYS_LITTLE = 0.25  # spread of the sets over the figure's error: below, it moves no weight worth mention
HARDLY_MOVED = 0.95  # share of the effective sets that such a figure leaves
INSIDE, WITHIN, OUTSIDE, FAR_OUTSIDE = "inside", "within its error", "outside", "far outside"


@dataclass(frozen=True)
class Weighed:
    """An ensemble beside a service's figures.

    sets        every set of the ensemble, as points of the scenario
    rows        what the service counted
    simulated   of each set
    counts      shape (figures,), in (0, 1]: how much each counts, since several are counted in the same people
    weighing    new weights, effective sets, evidence; whether they are enough is for `enough`
    """

    sets: ParameterSets
    rows: tuple[Counted, ...]
    simulated: Simulated
    counts: Floats
    weighing: Reweighted

    @classmethod
    def of(cls, sets: ParameterSets, rows: Sequence[Counted], simulated: Simulated, counts: Floats) -> Weighed:
        """Raises ConfigError where no set has numbers for the figures."""
        sd = np.array([total_sd(row) for row in rows])
        noise = np.broadcast_to(simulated.noise, simulated.value.shape)
        weighing = sets.ensemble.reweighted(simulated.value, noise, [row.value for row in rows], list(sd), 0.0,
                                            list(counts), [row.figure.name for row in rows])  # fmt: skip
        return cls(sets, tuple(rows), simulated, counts, weighing)

    @property
    def ensemble(self) -> Ensemble:
        return self.sets.ensemble

    @property
    def rival(self) -> str:
        return self.ensemble.rival

    @property
    def enough(self) -> bool:
        """Whether so many effective sets are left that the new weights may be used."""
        return self.weighing.effective >= ENOUGH

    @cached_property
    def after(self) -> Floats:
        """How far each figure lies from the sets after weighing, in SDs of both together, shape (figures,)."""
        sd = np.hypot([total_sd(row) for row in self.rows], self.simulated.noise)
        return distances(self.simulated.value, self.weighing.weights, np.array([row.value for row in self.rows]), sd)

    @cached_property
    def before(self) -> Floats:
        """The same before weighing."""
        sd = np.hypot([total_sd(row) for row in self.rows], self.simulated.noise)
        return distances(self.simulated.value, self.ensemble.weights, np.array([row.value for row in self.rows]), sd)

    @property
    def evidence_se(self) -> float:
        """Standard error of the logarithm of the evidence, from having so few sets."""
        return float(np.sqrt(((self.weighing.weights - self.ensemble.weights) ** 2).sum()))

    def table(self) -> pd.DataFrame:
        """A row for each figure.

        value, se, low, high   the service's, with its sampling error, and 95 % interval
        discrepancy            SD by which a true model may miss it
        median, q05, q95       of the ensemble; noise: simulation noise of one set
        apart, state           distance in SDs of error, discrepancy, noise and the sets' spread together; in words
        counts                 how much it counts, in (0, 1]
        after_median ... after_apart   after weighing
        All in `unit`, but apart, counts and after_apart."""
        import pandas

        frame = pandas.DataFrame([self._row(at, row) for at, row in enumerate(self.rows)])
        return frame

    def _row(self, at: int, row: Counted) -> dict[str, Any]:
        value = self.simulated.value[:, at]
        low, middle, high = quantiles(value, self.ensemble.weights, LEVELS)
        new_low, new_middle, new_high = quantiles(value, self.weighing.weights, LEVELS)
        reach = row.interval or (max(0.0, row.value - NORMAL_95 * row.se),
                                 min(row.figure.most, row.value + NORMAL_95 * row.se))  # fmt: skip
        return {"rival": self.rival, "figure": row.figure.name, "label": row.figure.label, "about": row.figure.about,
                "unit": row.figure.unit, "n": row.n, "value": row.value, "se": row.se, "low": reach[0],
                "high": reach[1], "discrepancy": row.figure.discrepancy, "median": middle, "q05": low, "q95": high,
                "noise": float(self.simulated.noise[at]), "apart": float(self.before[at]),
                "state": state(float(self.before[at]), low <= row.value <= high), "counts": float(self.counts[at]),
                "after_median": new_middle, "after_q05": new_low, "after_q95": new_high,
                "after_apart": float(self.after[at])}  # fmt: skip

    def silent(self) -> list[str]:
        """Figures that all sets show alike, beside their error, and that hardly move a weight: one that lies far from
        all sets moves weights all the same, since it lies nearer to some."""
        return [row.figure.name for at, row in enumerate(self.rows)
                if self._spread(at) < SAYS_LITTLE * total_sd(row) and self._left(at) > HARDLY_MOVED]  # fmt: skip

    def _left(self, at: int) -> float:
        """Share of the effective sets that are left when this figure alone weighs them."""
        row, value = self.rows[at], self.simulated.value[:, at]
        there = np.isfinite(value)
        if not there.any():
            return 1.0
        old, variance = self.ensemble.weights[there], total_sd(row) ** 2 + self.simulated.noise[at] ** 2
        logs = -0.5 * self.counts[at] * (value[there] - row.value) ** 2 / variance
        return effective(old * np.exp(logs - logs.max())) / effective(old)

    def _spread(self, at: int) -> float:
        value, weights = self.simulated.value[:, at], self.ensemble.weights
        there = np.isfinite(value)
        if not there.any():
            return 0.0
        mass = weights[there] / weights[there].sum()
        return float(np.sqrt(mass @ (value[there] - mass @ value[there]) ** 2))

    def parameters(self) -> pd.DataFrame:
        """A row for each parameter: prior, ensemble, and after weighing; the most moved first.

        shift   of the mean, in SDs of the ensemble
        moved   Kolmogorov distance between the ensemble and its new weights; by_chance: what as many effective draws
                of the ensemble reach in 1 % of cases; beyond: whether it moved more than that"""
        import pandas
        from scipy import stats

        by_chance = float(stats.kstwo.isf(LEVEL, max(int(self.weighing.effective), 2)))
        rows = [self._parameter(at, by_chance) for at in range(len(self.ensemble.pointers))]
        return pandas.DataFrame(rows).sort_values("moved", ascending=False, kind="stable", ignore_index=True)

    def _parameter(self, at: int, by_chance: float) -> dict[str, Any]:
        value, old, new = self.ensemble.values[:, at], self.ensemble.weights, self.weighing.weights
        told = self.ensemble.parameters[at] if at < len(self.ensemble.parameters) else {}
        spread = float(np.sqrt(old @ (value - old @ value) ** 2))
        moved = distance(value, old, new)
        before, after = quantiles(value, old, LEVELS), quantiles(value, new, LEVELS)
        return {"pointer": self.ensemble.pointers[at], "symbol": told.get("symbol", ""), "unit": told.get("unit", ""),
                **{name: told.get(name, float("nan")) for name in ("prior_mean", "prior_q05", "prior_q95")},
                "mean": float(old @ value), "q05": before[0], "q95": before[2], "after_mean": float(new @ value),
                "after_q05": after[0], "after_q95": after[2],
                "shift": float((new - old) @ value) / spread if spread > 0 else 0.0, "moved": moved,
                "by_chance": by_chance, "beyond": moved > by_chance}  # fmt: skip


def total_sd(row: Counted) -> float:
    """Sampling error and what a true model may miss, together, in the figure's unit."""
    return float(np.hypot(row.se, row.figure.discrepancy))


def state(apart: float, inside: bool) -> str:
    """In words where a figure lies."""
    if not np.isfinite(apart) or abs(apart) > FAR:
        return FAR_OUTSIDE
    if abs(apart) > NEAR:
        return OUTSIDE
    return INSIDE if inside else WITHIN


def distance(value: Floats, old: Floats, new: Floats) -> float:
    """Kolmogorov distance between two weightings of the same values."""
    order = np.argsort(value, kind="stable")
    ordered = value[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # equal values are one step
    return float(np.abs(np.cumsum((new - old)[order]))[last].max())
