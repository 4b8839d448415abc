"""What an expert would tabulate once: recognition by discriminability, noticing, quantiles of Beta distributions."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from reference.psychometrics import MOST, beta_cumulative, intensities
from reference.world import Emotion
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]


#: Knots of P_c over [0, 8], and of the normal quantile over (0, 1), which bends more.
KNOTS, QUANTILE_KNOTS = 2048, 8192
#: Nearer to 0 or 1 than this the normal quantile is left to the library.
TAIL = 1 / 64


class Pieces:
    """A smooth function on [0, 1], as cubic pieces of equal width that share values and slopes at the knots."""

    def __init__(self, value: Floats, slope: Floats) -> None:
        self.count = len(value) - 1
        slope = slope / self.count
        rise = np.diff(value)
        bent, twisted = 3 * rise - 2 * slope[:-1] - slope[1:], slope[:-1] + slope[1:] - 2 * rise
        self.coefficients = (value[:-1].copy(), slope[:-1].copy(), bent, twisted)

    def __call__(self, piece: Places, within: Floats) -> Floats:
        """`within` a piece, in [0, 1)."""
        value, slope, bent, found = (np.take(each, piece) for each in self.coefficients)
        for coefficient in (bent, slope, value):
            found *= within
            found += coefficient
        return found


class Psychometric:
    """P_c(d), within 1e-12 of the quadrature."""

    def __init__(self, alternatives: float) -> None:
        value, slope = at_knots(np.linspace(0.0, MOST, KNOTS + 1), alternatives)
        self.pieces = Pieces(value, slope * MOST)

    def __call__(self, d: Floats) -> Floats:
        """`d` is used up."""
        np.clip(d, 0.0, MOST * (1 - 1e-15), out=d)
        d *= KNOTS / MOST
        piece = d.astype(np.intp)
        d -= piece
        return self.pieces(piece, d)


@functools.cache
def psychometric(alternatives: float) -> Psychometric:
    return Psychometric(alternatives)


@functools.cache
def quantile_pieces() -> Pieces:
    u = np.clip(np.arange(QUANTILE_KNOTS + 1) / QUANTILE_KNOTS, TAIL / 2, 1 - TAIL / 2)
    value = ndtri(u)
    return Pieces(value, math.sqrt(2 * math.pi) * np.exp(value * value / 2))


def normal_quantiles(words: Words) -> Floats:
    """Of (word + 1/2) / 2^32, within 2e-11; twice as fast as ndtri, which still does one word in 32."""
    bits = 32 - QUANTILE_KNOTS.bit_length() + 1
    within = np.bitwise_and(words, np.uint32((1 << bits) - 1)) + 0.5
    within *= 1 / (1 << bits)
    found = quantile_pieces()((words >> np.uint32(bits)).astype(np.intp), within)
    middle = words - np.uint32(TAIL * 2**32)  # wraps around below
    tails = np.flatnonzero(middle > np.uint32((1 - 2 * TAIL) * 2**32))
    found.ravel()[tails] = ndtri((words.ravel()[tails] + 0.5) * 2.0**-32)
    return found


def at_knots(d: Floats, alternatives: float) -> tuple[Floats, Floats]:
    """P_c and its derivative by the trapezoidal rule, some knots at a time."""
    x = np.arange(-9.0, 18.0, 1 / 16)
    weight = ndtr(x) ** (alternatives - 1) / (16 * math.sqrt(2 * math.pi))
    value, slope = np.empty_like(d), np.empty_like(d)
    for begin in range(0, len(d), 256):
        apart = x - d[begin : begin + 256, None]
        density = np.exp(-0.5 * apart * apart) * weight
        value[begin : begin + 256] = density.sum(axis=1)
        slope[begin : begin + 256] = (density * apart).sum(axis=1)
    return value, slope


def noticing(p: dict[str, Any], emotions: list[Emotion]) -> Words:
    """Thresholds of noticing a misread turn: flat, by severity, intensity, emotion felt, place of the one taken."""
    count = len(emotions)
    base, slope = p["/recognition/noticed/base"], p["/recognition/noticed/intensity"]
    odds = np.exp(base + slope * np.array([intensities(severity) for severity in range(28)]))
    factor = np.empty((count, count - 1))
    for felt, emotion in enumerate(emotions):
        others = [each for place, each in enumerate(emotions) if place != felt]
        wrong, right = p["/recognition/noticed/valence_wrong"], p["/recognition/noticed/valence_right"]
        factor[felt] = [wrong if each.positive != emotion.positive else right for each in others]
    factor /= factor.mean(axis=1, keepdims=True)
    scaled = odds[:, :, None, None] * factor
    found = np.rint(scaled / (1 + scaled) * 2.0**32)
    flat: Words = np.minimum(found, 2.0**32 - 1).astype(np.uint32).ravel()
    return flat


@functools.cache
def beta_table(good: int, bad: int) -> tuple[Floats, Floats]:
    x = np.linspace(0.0, 1.0, 2049)
    return np.array([beta_cumulative(each, good, bad) for each in x.tolist()]), x


def beta_quantiles(share: Floats, good: float, bad: float) -> Floats:
    """A table, and two steps of Newton: whole parameters, so that the distribution function is a polynomial."""
    good, bad = int(good), int(bad)
    found: Floats = np.interp(share, *beta_table(good, bad))
    trials = good + bad - 1
    scale = trials * math.comb(trials - 1, good - 1)
    for _ in range(2):
        rest = 1 - found
        below = np.zeros_like(found)
        for k in range(good, trials + 1):
            below += math.comb(trials, k) * found**k * rest ** (trials - k)
        found -= (below - share) / (scale * found ** (good - 1) * rest ** (bad - 1))
    return found
