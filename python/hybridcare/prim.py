"""PRIM, the patient rule induction method (Friedman & Fisher 1999), as scenario discovery uses it (Bryant & Lempert
2010): a box in the space of inputs is peeled down, a small slice at a time, towards where the cases of interest are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
ALPHA = 0.05  # share of a box's points that a peel takes off
LEAST_MASS = 0.05  # share of all points that a box keeps


@dataclass(frozen=True)
class Box:
    """Limits by column; a column that is not named is not restricted.

    ranges    (least, most) of numbers, both inside; infinite where open
    kept      values of a categorical column that are inside
    """

    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    kept: Mapping[str, frozenset[Any]] = field(default_factory=dict)

    def inside(self, x: pd.DataFrame) -> Mask:
        """Which rows lie in the box."""
        found = np.ones(len(x), bool)
        for name, (least, most) in self.ranges.items():
            column = x[name].to_numpy(float)
            found &= (column >= least) & (column <= most)
        for name, values in self.kept.items():
            found &= x[name].isin(values).to_numpy()
        return found

    @property
    def restricted(self) -> list[str]:
        """Columns that the box limits."""
        return [*self.ranges, *self.kept]

    def without(self, name: str) -> Box:
        """The box with one column set free."""
        return Box({key: ends for key, ends in self.ranges.items() if key != name},
                   {key: values for key, values in self.kept.items() if key != name})  # fmt: skip

    def with_range(self, name: str, least: float, most: float) -> Box:
        return Box({**self.ranges, name: (least, most)}, self.kept)

    def with_kept(self, name: str, values: frozenset[Any]) -> Box:
        return Box(self.ranges, {**self.kept, name: values})


@dataclass(frozen=True)
class Fit:
    """How a box does. coverage: share of all cases that lie in it; density: share of its points that are cases; mass:
    share of all points that lie in it; restricted: how many columns it limits; points: how many lie in it."""

    coverage: float
    density: float
    mass: float
    restricted: int
    points: int


def fit(box: Box, x: pd.DataFrame, cases: Mask) -> Fit:
    """@pre there is at least one case"""
    inside = box.inside(x)
    count, hits = int(inside.sum()), int((inside & cases).sum())
    return Fit(hits / int(cases.sum()), hits / count if count else 0.0, count / len(x), len(box.restricted), count)


def categorical(column: pd.Series) -> bool:
    """True for words and switches."""
    import pandas

    return not pandas.api.types.is_numeric_dtype(column) or pandas.api.types.is_bool_dtype(column)


def peel(x: pd.DataFrame, cases: Mask, alpha: float = ALPHA, least_mass: float = LEAST_MASS) -> list[Box]:
    """The boxes of the peeling trajectory, from the whole space inwards, and then those of pasting.

    Each step takes the slice whose loss raises the share of cases most (or lowers it least), for each point that is
    lost. It ends when the box holds nothing but cases, or would keep less than `least_mass` of the points.
    """
    columns = {name: x[name].to_numpy(object if categorical(x[name]) else float) for name in x.columns}
    boxes, inside = [Box()], np.ones(len(x), bool)
    least = max(2.0, least_mass * len(x))
    while True:
        size, density = int(inside.sum()), cases[inside].mean()
        best, gain = None, -np.inf
        for candidate, left in _peels(boxes[-1], columns, inside, alpha):
            count = int(left.sum())
            if least <= count < size:
                here = (cases[left].mean() - density) / (size - count)
                if here > gain + 1e-15:
                    best, gain = (candidate, left), here
        if best is None or density == 1:
            return boxes + _paste(boxes[-1], x, cases, alpha)
        boxes.append(best[0])
        inside = best[1]


def _peels(box: Box, columns: Mapping[str, Any], inside: Mask, alpha: float) -> Iterator[tuple[Box, Mask]]:
    """Smaller boxes, each with the rows that are left in it."""
    for name, column in columns.items():
        here = column[inside]
        if column.dtype == object:
            values = frozenset(here)
            for value in sorted(values, key=str) if len(values) > 1 else ():
                yield box.with_kept(name, values - {value}), inside & (column != value)
            continue
        here = np.sort(here)
        least, most = box.ranges.get(name, (-np.inf, np.inf))
        take = max(1, int(alpha * len(here)))
        first, last = here[take - 1], here[-take]  # ties go together
        if first < here[-1]:
            limit = (first + here[np.searchsorted(here, first, side="right")]) / 2
            yield box.with_range(name, float(limit), most), inside & (column > first)
        if last > here[0]:
            limit = (last + here[np.searchsorted(here, last, side="left") - 1]) / 2
            yield box.with_range(name, least, float(limit)), inside & (column < last)


def _paste(box: Box, x: pd.DataFrame, cases: Mask, alpha: float) -> list[Box]:
    """Widens the last box again, a slice at a time, while that raises its share of cases."""
    found: list[Box] = []
    while True:
        density = cases[box.inside(x)].mean()
        best, most = None, density
        for candidate in _wider(box, x, alpha):
            here = cases[candidate.inside(x)].mean()
            if here > most + 1e-15:
                best, most = candidate, here
        if best is None:
            return found
        box = best
        found.append(box)


def _wider(box: Box, x: pd.DataFrame, alpha: float) -> list[Box]:
    add = max(1, int(alpha * box.inside(x).sum()))
    found = []
    for name, (least, most) in box.ranges.items():
        free = np.sort(x[name].to_numpy(float)[box.without(name).inside(x)])
        below, above = free[free < least], free[free > most]
        if len(below):
            found.append(box.with_range(name, float(below[-min(add, len(below))]), most))
        if len(above):
            found.append(box.with_range(name, least, float(above[min(add, len(above)) - 1])))
    for name, values in box.kept.items():
        others = set(x[name].unique()) - values
        found += [box.with_kept(name, values | {value}) for value in sorted(others, key=str)]
    return found


def simplified(box: Box, x: pd.DataFrame, cases: Mask, level: float) -> Box:
    """The box without the limits that luck may have made: the one with the largest quasi-p is taken off, again and
    again, until none is above `level`."""
    while box.restricted:
        chance = quasi_p(box, x, cases)
        worst = max(chance, key=lambda name: chance[name])
        if chance[worst] <= level:
            break
        box = box.without(worst)
    return box


def quasi_p(box: Box, x: pd.DataFrame, cases: Mask) -> dict[str, float]:
    """For each restricted column the chance that a box free of this limit would, by luck, hold as many cases among as
    many points (one-sided binomial; Bryant & Lempert 2010). Quasi, since the box was chosen by looking."""
    from scipy.stats import binom

    inside = box.inside(x)
    count, hits = int(inside.sum()), int((inside & cases).sum())
    out = {}
    for name in box.restricted:
        wider = box.without(name).inside(x)
        out[name] = float(binom.sf(hits - 1, count, cases[wider].mean()))
    return out
