"""Recognition as K-alternative forced choice, fusion of several noisy channels, and quantiles of Beta distributions."""

from __future__ import annotations

import functools
import math

import numpy
from scipy.special import betaincinv, ndtr

#: Beyond this discriminability nothing is misread any more, and below 0 nothing is told apart.
MOST = 8.0


@functools.lru_cache(maxsize=1 << 14)
def probability_correct(d: float, alternatives: float) -> float:
    """P_c(d) = integral of phi(x - d) Phi(x)^(K - 1) dx. The trapezoid rule converges faster than any power here."""
    d = min(max(d, 0.0), MOST)
    step = 0.04
    x = d + step * numpy.arange(-225, 226)
    density = numpy.exp(-0.5 * (x - d) ** 2) / math.sqrt(2 * math.pi)
    return float(step * numpy.sum(density * ndtr(x) ** (alternatives - 1)))


@functools.lru_cache(maxsize=1 << 12)
def fusion_weights(d: tuple[float, ...], correlation: tuple[tuple[float, ...], ...]) -> list[float]:
    """Weights >= 0 by which channels of discriminability `d` and correlated noise are told apart best together.

    Scaled so that the weighted sum of `d` is the fused discriminability. Active set: solve, drop the most negative,
    repeat.
    """
    noise = numpy.array(correlation)
    used = [m for m, each in enumerate(d) if each > 0]
    while used:
        solved = numpy.linalg.solve(noise[numpy.ix_(used, used)], [d[m] for m in used])
        if solved.min() >= 0:
            weights = numpy.zeros(len(d))
            weights[used] = solved
            return list(weights / math.sqrt(weights @ noise @ weights))
        used.pop(int(solved.argmin()))
    return [0.0] * len(d)


def beta_cumulative(x: float, good: int, bad: int) -> float:
    """P(Beta(good, bad) <= x) for whole parameters: at least `good` of good + bad - 1 uniforms lie below x."""
    trials = good + bad - 1
    return math.fsum(math.comb(trials, k) * x**k * (1 - x) ** (trials - k) for k in range(good, trials + 1))


def beta_quantile(share: float, good: float, bad: float) -> float:
    """Bisection, until nothing lies between the two ends."""
    good, bad = int(good), int(bad)
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if beta_cumulative(middle, good, bad) < share:
            low = middle
        else:
            high = middle
    return high


@functools.cache
def intensities(severity: int) -> list[float]:
    """Intensity of a feeling: 64 equally likely values, of Beta(2 + 2 s / 27, 3) at whole points s of severity."""
    return [float(betaincinv(2 + 2 * severity / 27, 3, (j + 0.5) / 64)) for j in range(64)]
