"""How far apart two models are in what a participant of a trial would show: expected differences in log-likelihood.

A participant is a category (left early or not, rated or not) and, in it, a vector of measured outcomes. A model is then
a share for each category and in each a normal distribution, with mean and covariance from simulated participants: a
synthetic likelihood (Wood 2010, Nature 466, 1102). For two such models the expected difference in log-likelihood of one
participant is the Kullback-Leibler divergence in closed form. Estimated moments make it too large, by about the number
of moments over the number of participants; the jackknife over replicates takes that out, and gives the Monte Carlo
error (Efron and Stein 1981, Ann Stat 9, 586).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
#: Participants of a category, for each outcome in it, below which only its share counts.
LEAST = 8


@dataclass(frozen=True)
class Moments:
    """Sums of one arm in one model, by replicate and category.

    count     shape (R, C); participants
    sums      shape (R, C, d); of outcomes, 0 where a category does not have one
    products  shape (R, C, d, d)
    has       shape (C, d), bool: which outcomes a category has
    """

    count: Array
    sums: Array
    products: Array
    has: Array

    def kept(self, keep: Array) -> tuple[Array, Array, Array]:
        """count (C,), sums (C, d) and products (C, d, d) over the replicates of the mask `keep` (R,)."""
        return self.count[keep].sum(axis=0), self.sums[keep].sum(axis=0), self.products[keep].sum(axis=0)


def moments(values: Array, category: Array, replicate: Array, has: Array, replicates: int) -> Moments:
    """Sums of participants. values: shape (N, d), NaN where not measured; category, replicate: shape (N,), whole."""
    categories, size = has.shape
    kept = np.where(has[category], values, 0.0)
    if not np.isfinite(kept).all():
        raise ValueError("an outcome is missing in a category that has it")
    place = replicate * categories + category
    cells = replicates * categories
    count = np.bincount(place, minlength=cells).reshape(replicates, categories)
    sums, products = np.zeros((cells, size)), np.zeros((cells, size, size))
    for i in range(size):
        sums[:, i] = np.bincount(place, kept[:, i], cells)
        for j in range(size):
            products[:, i, j] = np.bincount(place, kept[:, i] * kept[:, j], cells)
    shape = (replicates, categories, size)
    return Moments(count, sums.reshape(shape), products.reshape(*shape, size), has)


@dataclass(frozen=True)
class ArmPair:
    """One arm of a trial in two models.

    share   of the participants who are allocated to it
    level   number of the outcome whose mean a refit of the false model moves; None: of none
    groups  arms of one number move together: in a refit of a, and of b
    left    mask of categories, shape (C,), whose odds a refit moves; None: of none
    group   arms of one number move together in that
    """

    a: Moments
    b: Moments
    share: float
    level: int | None = None
    groups: tuple[int, int] = (0, 0)
    left: Array | None = None
    group: int = 0


@dataclass(frozen=True)
class Difference:
    """Expected differences in log-likelihood, natural logarithm, with Monte Carlo errors; for one participant.

    if_a, if_b      directed: if a (b) is true, in favour of it, the false one refitted as `ArmPair` allows
    both            mean of the two: half of Jeffreys' symmetric divergence
    as_given        the same as `both`, nothing refitted
    noise_*         standard errors by the jackknife over replicates
    """

    if_a: float
    if_b: float
    both: float
    as_given: float
    noise_if_a: float
    noise_if_b: float
    noise_both: float
    noise_as_given: float


def difference(arms: Sequence[ArmPair]) -> Difference:
    """Of a trial with these arms. At least three replicates; all arms have the same number."""
    replicates = arms[0].a.count.shape[0]
    chosen = [categories(arm) for arm in arms]
    found, noise = jackknife(lambda keep: _expected(arms, keep, chosen), replicates)
    return Difference(*(round(float(value), 12) for value in (*found, *noise)))  # below that is arithmetic alone


def jackknife(statistic: Callable[[Array], Array], replicates: int) -> tuple[Array, Array]:
    """(estimate, standard error) of a function of the replicates that are kept, bias of order 1/replicates taken out.

    `statistic` gets a mask, shape (replicates,), and gives an array.
    """
    if replicates < 3:
        raise ValueError(f"{replicates} replicates are too few to tell noise from difference")
    whole = statistic(np.ones(replicates, bool))
    without = np.stack([statistic(np.arange(replicates) != i) for i in range(replicates)])
    middle = without.mean(axis=0)
    spread = (replicates - 1) / replicates * np.square(without - middle).sum(axis=0)
    return np.asarray(replicates * whole - (replicates - 1) * middle), np.sqrt(spread)


def categories(arm: ArmPair) -> tuple[Array, Array]:
    """Masks of categories, shape (C,): those that anybody is in, and those whose outcomes count beside their share.

    Chosen once, from all replicates: outcomes count where both models have LEAST participants for each of them, and as
    many more, in every set that leaves one replicate out. If a category fell out of some of those sets alone, the jump
    of the statistic would be taken for bias, times the number of replicates.
    """
    counts = np.stack([arm.a.count, arm.b.count])
    whole = counts.sum(axis=1)
    least = (whole[:, None] - counts).min(axis=(0, 1))
    size = arm.a.has.sum(axis=1)
    return whole.sum(axis=0) > 0, (size > 0) & (least >= LEAST * (size + 1))


def _expected(arms: Sequence[ArmPair], keep: Array, chosen: Sequence[tuple[Array, Array]]) -> Array:
    """if_a, if_b, both, as_given, from the replicates kept; `chosen`: what `categories` says of each arm."""
    given, spared = np.zeros(2), np.zeros(2)
    for direction in (0, 1):
        found = []
        for arm, (seen, counts) in zip(arms, chosen, strict=True):
            true, false = (arm.a, arm.b) if direction == 0 else (arm.b, arm.a)
            found.append(_arm(true.kept(keep), false.kept(keep), true.has, arm, seen, counts))
        given[direction] = sum(arm.share * each.value for arm, each in zip(arms, found, strict=True))
        spared[direction] = _spared(arms, found, [arm.groups[1 - direction] for arm in arms])
    refitted = given - spared
    return np.array([refitted[0], refitted[1], refitted.mean(), given.mean()])


@dataclass(frozen=True)
class _Arm:
    """Divergence of an arm; gradient and curvature of it in a shift of the level; shares who left, true and false."""

    value: float
    pull: Array
    left: tuple[float, float] | None


def _spared(arms: Sequence[ArmPair], found: Sequence[_Arm], levels: Sequence[int]) -> float:
    """What the false model gains by a shift of its level, and one of its log-odds of leaving, for each group."""
    spared = 0.0
    for group in set(levels):
        inside = [(arm.share, each) for arm, each, own in zip(arms, found, levels, strict=True) if own == group]
        gradient, curvature = np.sum([share * each.pull for share, each in inside], axis=0)
        spared += 0.5 * gradient**2 / curvature if curvature > 0 else 0.0
    for group in {arm.group for arm in arms}:
        rows = [(arm.share, *each.left) for arm, each in zip(arms, found, strict=True)
                if arm.group == group and each.left is not None]  # fmt: skip
        spared += _spared_leaving(np.array(rows)) if rows else 0.0
    return float(spared)


def _spared_leaving(rows: Array) -> float:
    """rows: share of the arm, who left in the true and in the false model. Newton's rule on a convex function."""
    share, true, false = rows.T
    odds = np.log(false / (1 - false))
    shift = 0.0
    for _ in range(50):
        now = 1 / (1 + np.exp(-(odds + shift)))
        step = float((share * (true - now)).sum() / (share * now * (1 - now)).sum())
        shift += float(np.clip(step, -1, 1))
        if abs(step) < 1e-12:
            break
    now = 1 / (1 + np.exp(-(odds + shift)))
    return float((share * (true * np.log(now / false) + (1 - true) * np.log((1 - now) / (1 - false)))).sum())


def _arm(true: tuple[Array, ...], false: tuple[Array, ...], has: Array, arm: ArmPair, seen: Array,
         counts: Array) -> _Arm:  # fmt: skip
    shares = [(sums[0] + 0.5) * seen / (sums[0] + 0.5)[seen].sum() for sums in (true, false)]  # none is exactly 0
    value, pull = 0.0, np.zeros(2)
    for c in map(int, np.flatnonzero(seen)):
        p, q = shares[0][c], shares[1][c]
        value += p * np.log(p / q)
        if not counts[c]:
            continue
        on = np.flatnonzero(has[c])
        at = int(np.flatnonzero(on == arm.level)[0]) if arm.level is not None and arm.level in on else None
        part, slope = _normal(_gauss(true, c, on), _gauss(false, c, on), at)
        value += p * part
        pull += p * slope
    gone = (np.zeros(len(seen), bool) if arm.left is None else arm.left) & seen
    left = (float(shares[0][gone].sum()), float(shares[1][gone].sum())) if gone.any() and not gone[seen].all() else None
    return _Arm(float(value), pull, left)


def _gauss(sums: tuple[Array, ...], c: int, on: Array) -> tuple[Array, Array]:
    n = sums[0][c]
    mean = sums[1][c][on] / n
    square = sums[2][c][np.ix_(on, on)]
    return mean, (square - n * np.outer(mean, mean)) / (n - 1)


def _normal(true: tuple[Array, Array], false: tuple[Array, Array], at: int | None) -> tuple[float, Array]:
    """Kullback-Leibler divergence of two normal distributions; gradient and curvature of a shift of outcome `at`."""
    gap = true[0] - false[0]
    weights = np.linalg.inv(false[1])
    apart = weights @ gap
    logs = np.linalg.slogdet(false[1])[1] - np.linalg.slogdet(true[1])[1]
    value = 0.5 * (np.trace(weights @ true[1]) - len(gap) + logs + gap @ apart)
    pull = np.zeros(2) if at is None else np.array([apart[at], weights[at, at]])
    return float(value), pull
