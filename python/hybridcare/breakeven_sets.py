"""Where it comes out even in each parameter set that fits, instead of at one set: how far the published figures leave
the break-even open, and what chance adds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.breakeven import between, crossings
from hybridcare.conclusions import reach
from hybridcare.document import leaves, merged, together
from hybridcare.errors import config_error
from hybridcare.points import PointRuns, Task, patch_of, patch_text, run_points
from hybridcare.rivals import rivals
from hybridcare.uncertainty import LEVELS, ParameterSets, Spread, says, spread

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.points import Progress
    from hybridcare.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RootsOver:
    """Where a difference meets the margin, set by set.

    sets         what was run over
    grid         values of the number that all sets were run at, shape (values,), in its unit
    curves       the difference less the margin there, shape (sets, values); NaN: nobody is counted, or the set failed
    root         the lowest value at which it meets the margin, shape (sets,); NaN where there is none
    values       the same by replicate, shape (sets, replicates): pseudo-values to first order
    crossings    how often it meets the margin, shape (sets,)
    side         "crosses", or where it stays: "above", "below", "even" (at every value), "unknown" (not counted)
    open         whether chance leaves open if it meets the margin at all, shape (sets,)
    runs         of the grid: hash, client_weeks, failures
    size         dict(replicates, clients) of each set
    """

    sets: ParameterSets
    grid: Floats
    curves: Floats
    root: Floats
    values: Floats
    crossings: NDArray[np.int64]
    side: tuple[str, ...]
    open: NDArray[np.bool_]
    runs: PointRuns
    size: Mapping[str, int]

    @cached_property
    def spread(self) -> Spread:
        """Of the root, over those sets that have one, in the number's unit."""
        return spread(self.root, self.values)

    def share(self, side: str) -> float:
        """Of all sets, those that stay on one side, or cross."""
        return self.side.count(side) / len(self.side)

    def table(self) -> pd.DataFrame:
        """One row a set: set (its number in the ensemble), root, noise_se (Monte Carlo error of it), crossings, side,
        open, at_low and at_high (difference less margin at the ends of the range)."""
        import pandas

        count = self.values.shape[1]
        noise = self.values.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.full(len(self.root), np.nan)
        return pandas.DataFrame({"set": self.sets.chosen, "root": self.root, "noise_se": noise,
                                 "crossings": self.crossings, "side": self.side, "open": self.open,
                                 "at_low": self.curves[:, 0], "at_high": self.curves[:, -1]})  # fmt: skip

    def summary(self) -> dict[str, Any]:
        """median, low, high (5 and 95 % of the sets that have a root), parameter_sd, noise_se (Monte Carlo error of
        their mean), own_se (of one set beside another), all in the number's unit; shares of all sets: has_root,
        stays_above, stays_below, even, unknown, open (chance leaves open whether it has one), several (roots)."""
        found = self.spread
        return {"rival": self.sets.rival, "sets": len(self.root), "median": found.median, "low": found.low,
                "high": found.high, "parameter_sd": found.parameter_sd, "noise_se": found.noise_se,
                "own_se": found.own_se, "has_root": self.share("crosses"), "stays_above": self.share("above"),
                "stays_below": self.share("below"), "even": self.share("even"), "unknown": self.share("unknown"),
                "open": float(self.open.mean()), "several": float((self.crossings > 1).mean())}  # fmt: skip

    def band(self) -> pd.DataFrame:
        """The difference less the margin at each value of the grid: value, low, median, high over sets."""
        import pandas

        there = self.curves[np.isfinite(self.curves).all(axis=1)]
        if not len(there):
            return pandas.DataFrame({name: [] for name in ("value", "low", "median", "high")}, dtype=float)
        low, median, high = np.quantile(there, [LEVELS[0], 0.5, LEVELS[1]], axis=0)
        return pandas.DataFrame({"value": self.grid, "low": low, "median": median, "high": high})

    def sentences(self, unit: str) -> list[str]:
        """The break-even with both uncertainties, and in how many sets there is none."""
        from hybridcare.sets_beside import both

        first = f"Over {len(self.root)} parameter sets of {self.sets.rival} that fit the published figures: "
        first += f"{both(self.spread, unit, '.3g')}." if self.spread.sets else "it is even in none of them."
        none = [f"{self.share(side):.0%} {words}" for side, words in
                (("above", "it stays above"), ("below", "it stays below"), ("even", "it is even at every value"),
                 ("unknown", "nobody is counted at some value")) if self.share(side)]  # fmt: skip
        second = (f"In {1 - self.share('crosses'):.0%} of the sets there is no such value from {self.grid[0]:g} to "
                  f"{self.grid[-1]:g}" + (f" (in {'; in '.join(none)})" if none else ""))  # fmt: skip
        return [first, f"{second}; in {self.open.mean():.0%} chance leaves open whether there is one."]


def roots_over(
    scenario: Scenario, sets: ParameterSets, path: str, metric: str, margin: float, arms: Sequence[str],
    grid: Floats, whole: bool, size: tuple[int, int], threads: int, progress: Progress | None = None,
) -> RootsOver:  # fmt: skip
    """The break-even in every set: at the values of `grid`, and once more where a set's own line meets the margin.

    arms   one, or two: the first minus the second; size: replicates and clients of each set
    Raises ConfigError: a rival that fixes the number, no set that could be run.
    """
    if path in dict(leaves(merged(rivals([sets.rival])[sets.rival].patch, {}))):
        raise config_error("rival", f"{sets.rival} fixes {path}: over its parameter sets it has one value")
    task = Task.of(scenario, arms, (metric,), *size)
    document = scenario.document()
    points = [_at(document, text, path, float(value)) for text in sets.points for value in grid]
    runs = run_points(task, points, threads, progress)
    if len(runs.failures) == len(points):
        raise config_error("uncertainty", f"none of {len(sets)} sets could be run: {runs.failures[0]}")
    values = _difference(runs, margin).reshape(len(sets), len(grid), -1)
    found = _Lines(grid, values)
    own = {at: found.nearer(at, whole) for at in range(len(sets))}
    asked = [(at, value) for at, value in own.items() if value is not None]
    if asked:
        again = run_points(task, [_at(document, sets.points[at], path, value) for at, value in asked], threads)
        found.add(asked, _difference(again, margin))
    return found.roots(sets, runs, {"replicates": task.replicates, "clients": task.clients})


def _at(document: Mapping[str, Any], text: str, path: str, value: float) -> str:
    """A set with another value at `path`, also where an arm has one of its own."""
    one = patch_of({path: value})
    arms = {name: one for name, arm in (document.get("arms") or {}).items() if says(arm, path)}
    return patch_text(together(together(json.loads(text), one), {"arms": arms} if arms else {}))


def _difference(runs: PointRuns, margin: float) -> Floats:
    """By point and replicate: the arm, or the first minus the second, less the margin."""
    values = runs.values[:, :, 0]
    out: Floats = values[:, 0] - (values[:, 1] if values.shape[1] > 1 else 0.0) - margin
    return out


class _Lines:
    """A line through the values of each set, with one point more where it meets the margin."""

    def __init__(self, grid: Floats, values: Floats) -> None:
        self.grid, self.values = grid, values
        self.more: dict[int, tuple[float, Floats]] = {}

    def nearer(self, at: int, whole: bool) -> float | None:
        """Where to look more closely; None if nowhere, or if it was run already."""
        root = first_root(self.grid, self.values[at])[0]
        if not np.isfinite(root):
            return None
        value = float(np.round(root)) if whole else float(f"{root:.8g}")
        return None if value in self.grid else value

    def add(self, asked: Sequence[tuple[int, float]], values: Floats) -> None:
        self.more = {at: (value, row) for (at, value), row in zip(asked, values, strict=True)
                     if np.isfinite(row).all()}  # fmt: skip

    def line(self, at: int) -> tuple[Floats, Floats]:
        x, y = self.grid, self.values[at]
        if at in self.more:
            x, y = np.append(x, self.more[at][0]), np.vstack([y, self.more[at][1]])
        order = np.argsort(x)
        return x[order], y[order]

    def roots(self, sets: ParameterSets, runs: PointRuns, size: Mapping[str, int]) -> RootsOver:
        found = [(first_root(*line), *stands(line[1])) for line in map(self.line, range(len(sets)))]
        return RootsOver(sets, self.grid, np.round(self.values.mean(axis=2), 12),
                         np.array([root[0] for root, _, _ in found]), np.array([root[1] for root, _, _ in found]),
                         np.array([root[2] for root, _, _ in found]), tuple(side for _, side, _ in found),
                         np.array([unsure for _, _, unsure in found]), runs, size)  # fmt: skip


def first_root(x: Floats, values: Floats) -> tuple[float, Floats, int]:
    """The lowest root of the line through the means, the same by replicate, and how many roots there are.

    x       shape (values,), rising; values: shape (values, replicates), pseudo-values
    By replicate it is the root moved by how far the replicate's line lies from zero there, over the line's slope.
    """
    means = np.round(values.mean(axis=1), 12)  # what rounding leaves of 0 is 0
    places = crossings(means) if np.isfinite(means).all() else []
    if not places:
        return float("nan"), np.full(values.shape[1], np.nan), 0
    i = places[0]
    root, wide = between(x[i], x[i + 1], means[i], means[i + 1]), x[i + 1] - x[i]
    part, slope = (root - x[i]) / wide, (means[i + 1] - means[i]) / wide
    there = (1 - part) * values[i] + part * values[i + 1]
    return float(root), root - there / slope, len(places)


def stands(values: Floats) -> tuple[str, bool]:
    """Where a line stays, or that it crosses; and whether chance leaves open if it meets zero at all.

    values  shape (values, replicates). It is settled if every value lies on one side beyond its noise (t interval,
    95 %), or if some lie above and some below beyond theirs."""
    means, count = np.round(values.mean(axis=1), 12), values.shape[1]
    if not np.isfinite(means).all():
        return "unknown", True
    if not means.any():
        return "even", bool(values.any())
    half = np.nan_to_num(reach(count) * values.std(axis=1, ddof=1) / np.sqrt(count)) if count > 1 else 0 * means
    above, below = means > half, means < -half
    settled = above.all() or below.all() or (above.any() and below.any())
    side = "crosses" if first_root(np.arange(len(means), dtype=float), values)[2] else (
        "above" if means.max() > 0 else "below")  # fmt: skip
    return side, not settled
