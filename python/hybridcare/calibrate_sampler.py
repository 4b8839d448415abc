"""Sampling in the space of normal scores, where the prior is standard normal whatever the parameters are.

One move serves all: elliptical slice sampling (Murray, Adams & MacKay 2010) around the mean and covariance of the
population that is moved (generalised as by Nishihara, Murray & Adams 2014). It has no step size, rejects nothing, mixes
fast where the target is nearly normal, and takes hard limits. Two schedules use it: `subset` walks into ever smaller
parts of the prior and so measures how small they are (Au & Beck 2001), `temper` turns a likelihood on step by step
(Del Moral, Doucet & Jasra 2006).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]
#: Badness of points; second argument: a limit above which any number above it will do.
Badness = Callable[[Floats, float], Floats]
Tick = Callable[[str], None]
#: Mean, a root of the covariance, and its inverse.
Shape = tuple[Floats, Floats, Floats]
#: What a population's target looks like at a power of its likelihood, near a point.
Shaped = Callable[[Floats, float], Shape]

KEEP = 0.25  # share of a population that a level of `subset` keeps, at least
MOST_LEVELS = 25  # down to a share of 1e-15, beyond which a part of the prior counts as empty
STUCK = 4  # levels in which the limit fell by less than GAIN altogether: then, too
GAIN = 0.02
ESS_SHARE = 0.5  # of a population, that a step of `temper` leaves
MOST_STEPS = 100
MOST_SHRINKS = 60


def walk(z: Floats, score: Floats, log_target: Score, rng: np.random.Generator, sweeps: int,
         shape: Shape | None = None) -> tuple[Floats, Floats]:  # fmt: skip
    """Moves each point `sweeps` times; leaves N(0, I) times exp(log_target) as it is.

    z  shape (n, d); score  shape (n,), log_target at z, finite. Returns both after the moves.
    shape  of the normal distribution around which points move; default: the population's own, taken once at the
           beginning. The nearer to the target it is, the farther the moves go; it decides nothing else.
    """
    around = shape if shape is not None else _shape(z)
    for _ in range(sweeps):
        z, score = _slice(z, score, log_target, rng, around)
    return z, score


def shape_of(centre: Floats, precision: Floats) -> Shape:
    """From a mean (d,) and the inverse of a covariance (d, d)."""
    values, vectors = np.linalg.eigh(precision)
    return centre, vectors / np.sqrt(np.maximum(values, 1e-10)), precision


def _shape(z: Floats) -> Shape:
    """Mean, a root of the covariance, and precision of a population.

    Its principal variances are kept where they are smaller than chance makes them in a sample of a standard normal (the
    edge of Marchenko and Pastur's law, for half as many points, since a population has twins); elsewhere the prior's 1
    is put: a variance that is too small there would leave tails out of reach."""
    n, dims = z.shape
    centre = z.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(z.T).reshape(dims, dims) if n > 1 else np.eye(dims))
    edge = max(0.0, 1.0 - np.sqrt(2.0 * dims / n)) ** 2
    values = np.where(values < edge, np.maximum(4.0 * values, 1e-10), np.maximum(values, 1.0))
    return centre, vectors * np.sqrt(values), (vectors / values) @ vectors.T


def _slice(z: Floats, score: Floats, log_target: Score, rng: np.random.Generator,
           shape: Shape) -> tuple[Floats, Floats]:  # fmt: skip
    centre, root, precision = shape

    def beside(points: Floats) -> Floats:
        """What the prior is beside the population's normal distribution, as a logarithm."""
        away = points - centre
        return np.asarray(0.5 * np.einsum("ij,jk,ik->i", away, precision, away) - 0.5 * (points**2).sum(axis=1))

    n = len(z)
    other = rng.standard_normal(z.shape) @ root.T
    height = score + beside(z) + np.log(rng.random(n))
    angle = rng.random(n) * 2 * np.pi
    low, high = angle - 2 * np.pi, angle.copy()
    out, found = z.copy(), score.copy()
    pending = np.arange(n)
    for _ in range(MOST_SHRINKS):
        turn = angle[pending][:, None]
        tried = centre + (z[pending] - centre) * np.cos(turn) + other[pending] * np.sin(turn)
        value = log_target(tried)
        good = value + beside(tried) > height[pending]
        out[pending[good]], found[pending[good]] = tried[good], value[good]
        pending = pending[~good]
        if not len(pending):
            break
        below = angle[pending] < 0
        low[pending[below]], high[pending[~below]] = angle[pending[below]], angle[pending[~below]]
        angle[pending] = low[pending] + rng.random(len(pending)) * (high[pending] - low[pending])
    return out, found


@dataclass
class Part:
    """What `subset` found. z: points with badness <= 1 (n, d); share: of the prior that they stand for; empty: True if
    none was found, and z are then the best; worst: largest badness among z."""

    z: Floats
    share: float
    empty: bool = False
    worst: float = 1.0
    levels: list[float] = field(default_factory=list)


def subset(dims: int, badness: Badness, n: int, rng: np.random.Generator, sweeps: int = 5,
           tick: Tick = lambda words: None) -> Part:  # fmt: skip
    """Points of the prior with badness <= 1, by ever lower limits: each keeps the better quarter and spreads it again.

    The share of the prior is the product of the shares that each level kept; its error is told by repeating."""
    z = rng.standard_normal((n, dims))
    bad = badness(z, np.inf)
    share, levels = 1.0, []
    for _ in range(MOST_LEVELS):
        limit = max(1.0, float(np.quantile(bad, KEEP, method="higher")))
        kept = bad <= limit
        share *= float(kept.mean())
        levels.append(limit)
        chosen = np.flatnonzero(kept)[systematic(np.full(int(kept.sum()), 1 / kept.sum()), n, rng)]
        bad = bad[chosen].copy()
        z = _spread(z[chosen], bad, badness, limit, rng, sweeps)
        tick(f"share {share:.2g}, limit {limit:.3g}")
        if limit <= 1.0:
            return Part(z, share, levels=levels, worst=float(bad.max()))
        if len(levels) > STUCK and levels[-1] > (1 - GAIN) * levels[-1 - STUCK]:
            break
    return Part(z, 0.0, empty=True, worst=float(bad.max()), levels=levels)


def _spread(z: Floats, bad: Floats, badness: Badness, limit: float, rng: np.random.Generator, sweeps: int) -> Floats:
    """Moves within the limit. `bad` is brought up to date."""

    def inside(points: Floats) -> Floats:
        return np.where(badness(points, limit) <= limit, 0.0, -np.inf)

    moved, _ = walk(z, np.zeros(len(z)), inside, rng, sweeps)
    bad[:] = badness(moved, np.inf)
    return moved


@dataclass
class Tempered:
    """What `temper` found: points of equal weight (n, d), log_target at them, log of the mean of exp(log_target) over
    the points that it began with (of log_target less the base, if there is one), and the steps' powers."""

    z: Floats
    score: Floats
    log_mean: float
    powers: list[float]


def temper(z: Floats, log_target: Score, base: Score | None, rng: np.random.Generator, sweeps: int = 5,
           last: int = 15, tick: Tick = lambda words: None, shaped: Shaped | None = None) -> Tempered:  # fmt: skip
    """From points of prior times exp(base) to points of prior times exp(log_target), through powers of their ratio.

    base  None: the points are of the prior. Minus infinity where nothing may lie. last: sweeps after the last step.
    shaped: the normal distribution that moves go around, by the points' mean and the power of log_target; default: the
    points' own. Where resampling made twins of points, it knows directions that the points have lost."""
    begin = base if base is not None else (lambda points: np.zeros(len(points)))
    start, score, power, log_mean = begin(z), log_target(z), 0.0, 0.0
    powers: list[float] = []
    while power < 1.0 and len(powers) < MOST_STEPS:
        tilt = score - start
        step = _step(tilt, 1.0 - power)
        weight = np.exp(step * (tilt - tilt.max()))
        log_mean += float(np.log(weight.mean()) + step * tilt.max())
        power = 1.0 if power + step > 1 - 1e-9 else power + step
        powers.append(power)
        chosen = systematic(weight / weight.sum(), len(z), rng)
        between = _between(begin, log_target, power)
        around = shaped(z[chosen].mean(axis=0), power) if shaped is not None else None
        z, _ = walk(z[chosen], between(z[chosen]), between, rng, last if power >= 1 else sweeps, around)
        start, score = begin(z), log_target(z)
        tick(f"{100 * power:.3g} % of the likelihood")
    return Tempered(z, score, log_mean, powers)


def _between(begin: Score, end: Score, power: float) -> Score:
    """Begin to the power 1 - power times end to the power, as logarithms; where `begin` forbids, `end` is not asked."""

    def between(points: Floats) -> Floats:
        if power >= 1.0:
            return end(points)
        out = (1.0 - power) * begin(points)
        there = np.isfinite(out)
        if there.any():
            out[there] += power * end(points[there])
        return out

    return between


def _step(score: Floats, most: float) -> float:
    """The largest step of the power that leaves ESS_SHARE of the population, by bisection."""

    def enough(step: float) -> bool:
        weight = np.exp(step * (score - score.max()))
        return float(weight.sum() ** 2 / (weight**2).sum()) >= ESS_SHARE * len(score)

    if enough(most):
        return most
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if enough(middle) else (low, middle)
    return max(low, 1e-9)


def named(tick: Tick, who: str) -> Tick:
    """The same, with a name before the words."""
    return lambda words: tick(f"{who}: {words}")


def systematic(weight: Floats, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices of n draws with these weights, which sum to 1: as even as can be, in order."""
    at = (np.arange(n) + rng.random()) / n
    return np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)


def spread_out(z: Floats, count: int, taken: Floats | None = None) -> NDArray[np.int64]:
    """Indices of `count` points that fill the space well: each time the one that lies farthest from those chosen (and
    from those `taken` before). The first is the one nearest the middle."""
    first = int(((z - z.mean(axis=0)) ** 2).sum(axis=1).argmin())
    nearest = np.full(len(z), np.inf)
    for one in taken if taken is not None else ():
        nearest = np.minimum(nearest, ((z - one) ** 2).sum(axis=1))
    chosen = [first if taken is None or not len(taken) else int(nearest.argmax())]
    while len(chosen) < min(count, len(z)):
        nearest = np.minimum(nearest, ((z - z[chosen[-1]]) ** 2).sum(axis=1))
        nearest[chosen] = -1.0
        chosen.append(int(nearest.argmax()))
    return np.array(chosen, dtype=np.int64)


def effective(weights: Floats) -> float:
    """Kish's effective sample size of weights: (sum)^2 / sum of squares."""
    total = float(weights.sum())
    return total**2 / float((weights**2).sum()) if total > 0 else 0.0


def independent(z: Floats, weights: Floats, origins: NDArray[np.int64]) -> float:
    """So many independent draws as `z` would leave the weighted means as uncertain as they are, by how far they move
    when one population is left out (jackknife), in the mean over columns. NaN with fewer than two populations.

    The weights alone count too many: points of one population have common ancestors, and a later round walks on from
    them. Only populations were tempered apart. With 4 of them and many columns the figure is good to some ten percent.

    z        shape (n, d): normal scores
    weights  shape (n,), sum to 1
    origins  shape (n,): number of the population that a point, or its ancestor, comes from
    """
    kinds = np.unique(origins)
    if len(kinds) < 2:
        return float("nan")
    without = np.array([_mean(z, np.where(origins != each, weights, 0.0)) for each in kinds])
    error = (len(kinds) - 1) * ((without - without.mean(axis=0)) ** 2).mean(axis=0)
    variance = _mean((z - _mean(z, weights)) ** 2, weights)
    moving = variance > 0
    return float(1 / np.mean(error[moving] / variance[moving]))


def _mean(z: Floats, weights: Floats) -> Floats:
    return np.asarray(weights @ z / weights.sum())


def r_hat(groups: list[Floats]) -> Floats:
    """Gelman and Rubin's ratio of each column over populations that were sampled apart: 1 if they agree.

    Groups of shape (n, d), of one size; normal scores of ranks are compared, so that no tail decides (Vehtari et al.
    2021)."""
    from scipy import special, stats

    whole = np.concatenate(groups)
    ranks = stats.rankdata(whole, axis=0)
    parts = np.split(special.ndtri((ranks - 0.375) / (len(whole) + 0.25)), len(groups))
    n = len(parts[0])
    within = np.mean([part.var(axis=0, ddof=1) for part in parts], axis=0)
    between = np.var([part.mean(axis=0) for part in parts], axis=0, ddof=1)
    return np.asarray(np.sqrt((n - 1) / n + between / np.maximum(within, 1e-300)))
