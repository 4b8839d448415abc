"""What simulation noise makes of sensitivity indices. An index squares differences, or takes their size, so what chance
leaves in them never cancels: it looks like an effect. What moves with an uncertainty by luck alone (a number times the
luck of the replicates) is told from an effect by whether the replicates agree on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95  # of what noise alone would give: beyond it is beyond noise
SURROGATES = 50
TINY = 1e-20  # share of the largest squared difference below which one is rounding


def known(values: Floats) -> bool:
    """Whether replicates show the noise at all: two or more, no gaps. values: shape (draws, replicates)."""
    return values.shape[1] >= 2 and bool(np.isfinite(values).all())


def left_out(values: Floats) -> Floats:
    """Means over all replicates but one: shape (replicates, draws)."""
    count = values.shape[1]
    return np.asarray((values.sum(axis=1, keepdims=True) - values).T / (count - 1), float)


def jackknife(index: Callable[[Floats], Floats], values: Floats) -> tuple[Floats, Floats]:
    """(what noise adds to an index, its standard error from noise), by leaving out one replicate after the other
    (Efron & Stein 1981, Annals of Statistics 9:586). For a mean of squares the first is exact in expectation.

    index: from y, shape (draws,), to numbers; values: shape (draws, replicates), two replicates at least.
    """
    count = values.shape[1]
    each = np.array([index(y) for y in left_out(values)])
    added = (count - 1) * (each.mean(axis=0) - index(values.mean(axis=1)))
    return added, np.sqrt((count - 1) / count * ((each - each.mean(axis=0)) ** 2).sum(axis=0))


def width(design_se: Floats, noise_se: Floats, replicates: int) -> Floats:
    """Half of a 95 % interval from both: normal for points of the design, Student's t for the replicates."""
    from scipy import stats

    t = float(stats.t.ppf(0.975, replicates - 1)) if replicates > 1 else 0.0
    return np.asarray(np.hypot(1.96 * design_se, t * np.nan_to_num(noise_se)), float)


def beyond(moves: Floats) -> NDArray[np.bool_]:
    """Whether the differences that each uncertainty makes are larger than noise alone makes them: the mean square of
    their means over what the spread between replicates predicts, against Fisher's F with 1 and R − 1 degrees.
    That is exact if all differences share one piece of luck, and cautious if they have several (of combinations of
    squares a single one has the heaviest tail: Székely & Bakirov 2003, PTRF 126:184).

    moves   shape (uncertainties, differences, replicates)
    """
    from scipy import stats

    count = moves.shape[2]
    mean = (moves.mean(axis=2) ** 2).mean(axis=1)
    chance = moves.var(axis=2, ddof=1).mean(axis=1) / count
    limit = float(stats.f.ppf(LEVEL, 1, count - 1))
    return np.asarray((mean > limit * chance) & (mean > TINY * mean.max()), bool)


def saltelli_moves(values: Floats, factors: int, block: int) -> Floats:
    """Differences that a saltelli design takes, each uncertainty replaced alone: (factors, base points, replicates)."""
    apart = values.reshape(-1, block, values.shape[1])
    return np.asarray(np.moveaxis(apart[:, :1] - apart[:, 1 : factors + 1], 1, 0), float)


def morris_moves(names: list[str], x: Floats, values: Floats, problem: dict[str, Any]) -> Floats:
    """Differences along the trajectories: (factors, trajectories, replicates)."""
    owner = np.array([names.index(name) for name in problem.get("groups") or problem["names"]])
    length = len(names) + 1
    steps = np.diff(x.reshape(-1, length, x.shape[1]), axis=1)
    moved = owner[np.argmax(np.abs(steps), axis=2)]  # (trajectories, steps): whose turn it is
    made = np.diff(values.reshape(-1, length, values.shape[1]), axis=1)
    sorted_ = np.take_along_axis(made, np.argsort(moved, axis=1)[:, :, None], axis=1)
    return np.asarray(np.moveaxis(sorted_, 1, 0), float)


def surrogates(column: Floats, values: Floats, times: int, rng: np.random.Generator) -> Floats:
    """The metric as it would be if an uncertainty, `column`, moved it by luck alone, shape (times, draws). The means
    less what goes with it (means of tenths of its draws) go to draws at random, so that no effect is left; noise
    stays with its draw: a combination of the replicates' deviations, with the spread that a mean of so many replicates
    has (multivariate t, R − 1 degrees of freedom)."""
    draws, count = values.shape
    mean = values.mean(axis=1)
    tenth = np.searchsorted(np.unique(np.quantile(column, np.linspace(0, 1, 11)[1:-1])), column, side="right")
    sizes = np.maximum(np.bincount(tenth), 1)
    rest = mean - (np.bincount(tenth, mean) / sizes)[tenth]
    rest *= np.sqrt(draws / max(1, draws - len(np.unique(tenth))))
    apart = (values - mean[:, None]) / np.sqrt(count * (count - 1))
    weights = rng.normal(size=(count, times)) * np.sqrt((count - 1) / rng.chisquare(count - 1, size=times))
    return np.asarray(np.array([rng.permutation(rest) for _ in range(times)]) + (apart @ weights).T, float)


def luck_alone(seed: int, x: Floats, values: Floats, raw: Sequence[float],
               index: Callable[[Floats, Floats], float]) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
    """By column of x: (mean index of an input that moves the metric by luck alone, whether `raw` exceeds 95 % of them).
    Such an index knows no scale: luck alone, if nothing else varies, has a high one. So it is weighed with the SD of
    what it is an index of."""
    if not known(values):
        return np.full(x.shape[1], np.nan), np.zeros(x.shape[1], bool)
    rng = np.random.default_rng(seed + 2)
    made, moved = np.zeros((2, x.shape[1], SURROGATES))
    for at, column in enumerate(x.T):
        for time, y in enumerate(surrogates(column, values, SURROGATES, rng)):
            made[at, time] = index(y, column) if np.ptp(y) > 0 else 0.0
            moved[at, time] = made[at, time] * y.std()
    here = np.asarray(raw) * values.mean(axis=1).std()
    return made.mean(axis=1), here > np.quantile(moved, LEVEL, axis=1)


def sobol_indices(y: Floats, factors: int, block: int, pairs: list[tuple[int, int]]) -> Floats:
    """Total, first and second order indices of SALib, without its intervals."""
    from SALib.analyze.sobol import first_order, second_order, separate_output_values, total_order

    a, b, ab, ba = separate_output_values((y - y.mean()) / y.std(), factors, len(y) // block, bool(pairs))
    found = [total_order(a, ab[:, j], b) for j in range(factors)]
    found += [first_order(a, ab[:, j], b) for j in range(factors)]
    return np.array(found + [second_order(a, ab[:, j], ab[:, k], ba[:, j], b) for j, k in pairs], float)
