"""How well a trial tells two models apart whose parameters are uncertain: evidence over the sets of two ensembles.

Data come from a set of the one model, and speak for a model as the mean of their likelihood over its sets does. For n
participants the expected log-likelihood of set j, if set i is true, is that of i less n times the divergence D_ij (of
Kullback and Leibler, see `hybridcare.likelihood`). So the expected difference between model a, of which i is a set, and
model b is about

    log mean over j in a of exp(-n D_ij)  -  log mean over j in b of exp(-n D_ij),

averaged over i. A set is no draw of its own rival: i itself is left out of a, and one set at a time of b, so that two
ensembles of the same model do not differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hybridcare.likelihood import LEAST, Difference, Moments, jackknife

Array = np.ndarray
PARTICIPANTS = 100


@dataclass(frozen=True)
class ArmSets:
    """One arm of a trial in all sets: first those of model a, then those of b. share: of the participants."""

    sets: Sequence[Moments]
    share: float


def divergences(arms: Sequence[ArmSets], keep: Array) -> Array:
    """Shape (sets, sets): of one participant, row true, column false; from the replicates of the mask `keep`."""
    return np.asarray(sum(arm.share * _arm(arm.sets, keep) for arm in arms))


def evidence(apart: Array, first: int, n: float = PARTICIPANTS) -> Array:
    """Expected differences in log-likelihood for n participants: if a is true in favour of a, if b is in favour of b.

    apart  shape (sets, sets), the first `first` of them of a
    """
    a, b = np.arange(first), np.arange(first, len(apart))
    return np.array([_directed(-n * apart, a, b), _directed(-n * apart, b, a)])


def difference(arms: Sequence[ArmSets], first: int, wanted: float, most: float) -> tuple[Difference, float]:
    """Of a trial with these arms, the first `first` sets being of model a: expected differences for one of 100
    participants, and how many it takes until the mean of both directions reaches `wanted` (NaN: more than `most`).

    Errors hold simulation (jackknife over replicates, of which at least three) and which sets were drawn (jackknife
    over the sets of either model; at least three). `as_given`: divergence between sets of the two, less that between
    sets of one: what it would be if each set stood alone.
    """
    replicates = arms[0].sets[0].count.shape[0]
    whole = divergences(arms, np.ones(replicates, bool))
    found, chance = jackknife(lambda keep: _four(divergences(arms, keep), first), replicates)
    noise = np.sqrt(chance**2 + _chosen(whole, first))
    values = (round(float(value), 12) for value in (*found, *noise))  # below that is arithmetic alone
    return Difference(*values), needed(whole, first, wanted, most)


def _four(apart: Array, first: int) -> Array:
    """if_a, if_b, both, as_given, for one participant of PARTICIPANTS."""
    two = evidence(apart, first) / PARTICIPANTS
    between = (apart[:first, first:].mean() + apart[first:, :first].mean()) / 2
    within = [part.sum() / (len(part) * (len(part) - 1)) for part in (apart[:first, :first], apart[first:, first:])]
    return np.array([*two, two.mean(), between - sum(within) / 2])


def _chosen(apart: Array, first: int) -> Array:
    """Variance by which sets were drawn: the jackknife over those of a, plus that over those of b."""
    variance = np.zeros(4)
    for of in (range(first), range(first, len(apart))):
        without = []
        for k in of:
            left = np.delete(np.arange(len(apart)), k)
            without.append(_four(apart[np.ix_(left, left)], first - (k < first)))
        spread = np.stack(without) - np.mean(without, axis=0)
        variance += (len(of) - 1) / len(of) * np.square(spread).sum(axis=0)
    return variance


def needed(apart: Array, first: int, wanted: float, most: float) -> float:
    """Participants at which the mean of both directions first reaches `wanted`, to 1 %; NaN: more than `most`."""
    low, high = 0.0, 10.0
    while evidence(apart, first, high).mean() < wanted:
        low, high = high, 2 * high
        if low >= most:
            return float("nan")
    while high - low > 0.01 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if evidence(apart, first, middle).mean() >= wanted else (middle, high)
    return high if high <= most else float("nan")


def _directed(logs: Array, own: Array, other: Array) -> float:
    mine = logs[np.ix_(own, own)]
    theirs = logs[np.ix_(own, other)]
    without = np.repeat(theirs[:, None, :], len(other), axis=1)  # (own, left out, other)
    np.fill_diagonal(mine, -np.inf)
    without[:, range(len(other)), range(len(other))] = -np.inf
    return float(np.mean(_log_mean(mine) - _log_mean(without).mean(axis=1)))


def _log_mean(logs: Array) -> Array:
    """Logarithm of the mean over the last axis, in which one entry is left out: -infinity."""
    top = logs.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(logs - top).sum(axis=-1) / (logs.shape[-1] - 1)))


def _arm(sets: Sequence[Moments], keep: Array) -> Array:
    """Divergences of one arm: of the shares of categories, and of the normal outcomes in those large enough."""
    has = sets[0].has
    counts = np.stack([each.count for each in sets])  # (sets, replicates, categories)
    seen, told = _categories(counts, has)
    count = counts[:, keep].sum(axis=1)
    raised = (count + 0.5) * seen  # none is exactly 0
    shares = raised / raised.sum(axis=1, keepdims=True)
    logs = np.log(np.where(seen, shares, 1.0))
    apart = (shares * logs).sum(axis=1)[:, None] - shares @ logs.T
    for c in map(int, np.flatnonzero(told)):
        on = np.flatnonzero(has[c])
        sums = np.stack([each.sums[keep][:, c, on].sum(axis=0) for each in sets])
        products = np.stack([each.products[keep][:, c][:, on[:, None], on].sum(axis=0) for each in sets])
        apart = apart + shares[:, c, None] * _normal(count[:, c], sums, products)
    return np.asarray(apart)


def _categories(counts: Array, has: Array) -> tuple[Array, Array]:
    """As `likelihood.categories`, over all sets: which anybody is in, and whose outcomes count beside their share."""
    whole = counts.sum(axis=1)
    least = (whole[:, None] - counts).min(axis=(0, 1))
    size = has.sum(axis=1)
    return whole.sum(axis=0) > 0, (size > 0) & (least >= LEAST * (size + 1))


def _normal(n: Array, sums: Array, products: Array) -> Array:
    """Divergences of normal distributions, (sets, sets). n: (sets,); sums: (sets, d); products: (sets, d, d)."""
    mean = sums / n[:, None]
    covariance = (products - n[:, None, None] * mean[:, :, None] * mean[:, None, :]) / (n - 1)[:, None, None]
    weights, logs = np.linalg.inv(covariance), np.linalg.slogdet(covariance)[1]
    gap = mean[:, None] - mean[None, :]
    spread = np.einsum("jkl,ilk->ij", weights, covariance)
    return np.asarray(0.5 * (spread + np.einsum("ijk,jkl,ijl->ij", gap, weights, gap) - mean.shape[1]
                             + logs[None, :] - logs[:, None]))  # fmt: skip
