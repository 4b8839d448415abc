"""Recognition as K-alternative forced choice, by plain quadrature; and the quantile of a Beta distribution."""

from __future__ import annotations

import functools
import math

import numpy
from scipy.special import ndtr


@functools.lru_cache(maxsize=None)
def probability_correct(d: float, alternatives: float) -> float:
    """P_c(d) = integral of phi(x - d) Phi(x)^(K - 1) dx. The trapezoid rule converges faster than any power here."""
    step = 0.04
    x = d + step * numpy.arange(-225, 226)
    density = numpy.exp(-0.5 * (x - d) ** 2) / math.sqrt(2 * math.pi)
    return float(step * numpy.sum(density * ndtr(x) ** (alternatives - 1)))


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
