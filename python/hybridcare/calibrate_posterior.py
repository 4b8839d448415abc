"""The posterior: sampled on the emulators, then corrected by real simulation of the sets that were drawn.

Populations that history matching left are tempered to prior times likelihood, each apart from the others; R-hat over
them says whether they agree. Each drawn set is then simulated, and weighted by likelihood of what came out over
what it was drawn by: importance sampling, over all rounds together, with its effective sample size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_aims import Aims, Simulated
from hybridcare.calibrate_history import Space, apart
from hybridcare.calibrate_mixture import log_mixture
from hybridcare.calibrate_sampler import Part, Score, Tempered, Tick, effective, named, r_hat, temper

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Posterior:
    """z: normal scores of equal weight, a group after the other (n, d); log_likelihood: as the emulators have it (n,);
    r_hat: of each column over the groups (d,); log_evidence: of the whole model as the emulators have it, by group."""

    z: Floats
    log_likelihood: Floats
    r_hat: Floats
    log_evidence: Floats

    def draws(self, count: int) -> tuple[Floats, Floats]:
        """`count` of the points, evenly over the groups, and their log-likelihoods."""
        at = np.unique(np.linspace(0, len(self.z) - 1, min(count, len(self.z))).round().astype(int))
        return self.z[at], self.log_likelihood[at]


def posterior(space: Space, parts: Sequence[Part], seed: Sequence[int], sweeps: int = 5, last: int = 15,
              tick: Tick = lambda words: None) -> Posterior:  # fmt: skip
    """From populations of what history matching left; where that is empty, from the whole prior, without limits."""
    limits: Score | None = None
    if any(part.empty for part in parts):
        parts = Space(space.priors, space.aims).sample([*seed, 7], len(parts[0].z))
    else:
        limits = _limits(space)

    def one(group: int) -> Tempered:
        draw = np.random.default_rng([*seed, group])
        return temper(parts[group].z, space.log_likelihood, limits, draw, sweeps, last,
                      named(tick, f"population {group + 1}"))  # fmt: skip

    found = apart(one, len(parts))
    evidence = [one.log_mean + np.log(max(part.share, 1e-300)) for one, part in zip(found, parts, strict=True)]
    return Posterior(np.concatenate([one.z for one in found]), np.concatenate([one.score for one in found]),
                     r_hat([one.z for one in found]) if len(found) > 1 else np.full(space.priors.dims, np.nan),
                     np.array(evidence))  # fmt: skip


def _limits(space: Space) -> Score:
    def limits(z: Floats) -> Floats:
        return np.where(space.badness(z, 1.0) <= 1.0, 0.0, -np.inf)

    return limits


@dataclass(frozen=True)
class Weighted:
    """weights: sum to 1, shape (n,); effective: their effective sample size; cut: how many were held down so that none
    counts for more than the square root of n mean ones (Ionides 2008)."""

    weights: Floats
    effective: float
    cut: int


def weighted(aims: Aims, simulated: Simulated, emulated: Floats, counts: Sequence[int] = ()) -> Weighted:
    """Importance weights of sets that were drawn by their emulated log-likelihood, once they were simulated.

    emulated  shape (n,), or (rounds, n): each round's own log-likelihood at all sets
    counts    how many of the n sets each round drew, in order
    """
    drawn_by = np.atleast_2d(emulated)
    mixture = log_mixture(drawn_by, np.array(counts or [drawn_by.shape[1]], np.int64))
    return from_logs(aims.log_likelihood(simulated.value, simulated.variance) - mixture)


def resampled(weights: Floats, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each set is drawn when `count` are drawn by weight, as evenly as can be. Sums to `count`."""
    at = np.minimum(np.searchsorted(np.cumsum(weights), (np.arange(count) + rng.random()) / count), len(weights) - 1)
    return np.bincount(at, minlength=len(weights)).astype(np.int64)


def from_logs(logs: Floats) -> Weighted:
    """Weights from their logarithms, up to a constant."""
    raw = np.exp(logs - logs.max())
    most = raw.mean() * np.sqrt(len(raw))
    held = np.minimum(raw, most)
    weights = held / held.sum()
    return Weighted(weights, effective(weights), int((raw > most).sum()))
