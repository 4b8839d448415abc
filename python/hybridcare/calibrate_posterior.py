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
from hybridcare.calibrate_sampler import (
    Part,
    Shape,
    Tempered,
    Tick,
    effective,
    named,
    r_hat,
    shape_of,
    systematic,
    temper,
)

Floats = NDArray[np.float64]
STEP = 0.25  # prior SDs, over which slopes of figures are taken
REACH = 2.0  # prior SDs, by which the middle is moved at most


@dataclass(frozen=True)
class Posterior:
    """Points of equal weight, as the newest emulators have it. z: normal scores, shape (n, d), one population after the
    other; count: of populations."""

    z: Floats
    count: int

    @property
    def groups(self) -> list[Floats]:
        return list(np.split(self.z, self.count))

    @property
    def r_hat(self) -> Floats:
        """Of each column over the populations (d,); 1 if they agree."""
        return r_hat(self.groups) if self.count > 1 else np.full(self.z.shape[1], np.nan)

    def draws(self, count: int) -> Floats:
        """`count` of the points, evenly over the populations."""
        return np.asarray(self.z[self._places(count)])

    def origins(self, count: int) -> NDArray[np.int64]:
        """The population that each of `draws` comes from."""
        return self._places(count) // (len(self.z) // self.count)

    def _places(self, count: int) -> NDArray[np.int64]:
        at = np.linspace(0, len(self.z) - 1, min(count, len(self.z))).round().astype(np.int64)
        return np.unique(at)


def posterior(space: Space, parts: Sequence[Part], seed: Sequence[int], sweeps: int = 5, last: int = 15,
              tick: Tick = lambda words: None, before: Posterior | None = None) -> Posterior:  # fmt: skip
    """As the newest emulators have it, over the whole prior.

    parts   populations of what history matching left, from which the first round starts: its limits are let go, since
            the likelihood knows better. Where that is empty, the prior
    before  the round before: populations that only have to move from those emulators' posterior to these'
    """
    if before is not None:
        start = before.groups
    elif any(part.empty for part in parts):
        start = [part.z for part in Space(space.priors, space.aims).sample([*seed, 7], len(parts[0].z))]
    else:
        start = [part.z for part in parts]

    def old(z: Floats) -> Floats:
        return space.log_likelihood(z, -2)

    def shaped(centre: Floats, power: float) -> Shape:
        return linearised(space, centre, 1.0 if before is not None else power)

    def one(group: int) -> Tempered:
        draw = np.random.default_rng([*seed, group])
        return temper(start[group], space.log_likelihood, old if before is not None else None, draw, sweeps, last,
                      named(tick, f"population {group + 1}"), shaped)  # fmt: skip

    return Posterior(np.concatenate([each.z for each in apart(one, len(start))]), len(start))


def linearised(space: Space, centre: Floats, power: float) -> Shape:
    """The posterior as it would be if figures were linear in the normal scores around `centre`: a precision of 1 in
    every direction, from the prior, and more where figures inform. A few hundred points cannot tell so many directions
    apart by their own covariance, and would lose those that nothing informs."""
    dims = len(centre)
    steps = STEP * np.eye(dims)
    means, variances = space.emulated(np.concatenate([centre[None], centre + steps, centre - steps]))
    slopes = (means[1 : dims + 1] - means[dims + 1 :]) / (2 * STEP)
    per_sd = np.sqrt(power * space.aims.weight / space.aims.spread(variances[:1])[0])
    informed, away = slopes * per_sd, space.aims.away(means[:1])[0] * per_sd
    precision = np.eye(dims) + informed @ informed.T
    step = np.linalg.solve(precision, centre + informed @ away)  # to the top of that posterior
    return shape_of(centre - step * min(1.0, REACH / max(float(np.linalg.norm(step)), 1e-12)), precision)


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
    return np.bincount(systematic(weights, count, rng), minlength=len(weights)).astype(np.int64)


def from_logs(logs: Floats) -> Weighted:
    """Weights from their logarithms, up to a constant."""
    raw = np.exp(logs - logs.max())
    most = raw.mean() * np.sqrt(len(raw))
    held = np.minimum(raw, most)
    weights = held / held.sum()
    return Weighted(weights, effective(weights), int((raw > most).sum()))
