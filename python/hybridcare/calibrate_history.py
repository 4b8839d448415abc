"""History matching: which part of the prior is not ruled out yet, wave by wave.

Vernon, Goldstein & Bower 2010. A point is ruled out if more targets than are forgiven lie further than CUTOFF SDs from
where an emulator puts them; the SD is that of the figure, the model's discrepancy, the noise of the simulation and the
emulator together. Every wave's emulators keep their say, since a later one only knows what was left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_aims import Aims
from hybridcare.calibrate_emulator import Emulators, one_thread, workers
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_sampler import Part, Tick, named, spread_out, subset

Floats = NDArray[np.float64]
T = TypeVar("T")
CUTOFF = 3.0  # SDs: with any unimodal distribution at most 5 % lie beyond (Pukelsheim 1994)
GROUPS = 4  # populations that are sampled apart, so that their disagreement can be told
POPULATION = 200  # points in each
CHUNK = 1000  # points that emulators are asked for at once: bounds memory


@dataclass(frozen=True)
class Wave:
    """What a wave adds. forgiven: how many targets may lie beyond the cutoff (0: the maximum rules, 1: the second
    largest, 2: the third); noise: variance of simulation noise of each target, shape (t,)."""

    emulators: Emulators
    forgiven: int
    noise: Floats


@dataclass
class Space:
    """The part of the prior that no wave has ruled out. `rounds`: emulators that learned from sets of the posterior;
    they know its middle best, and rule nothing out: rounds start from what the waves left, and may leave it."""

    priors: Priors
    aims: Aims
    waves: list[Wave] = field(default_factory=list)
    rounds: list[Wave] = field(default_factory=list)

    @property
    def all(self) -> list[Wave]:
        """Oldest first."""
        return [*self.waves, *self.rounds]

    def emulated(self, z: Floats, wave: int = -1) -> tuple[Floats, Floats]:
        """Means and variances of all figures at normal scores, shape (n, t). All points share their luck, so that the
        noise of the simulation does not average out over them: it stays in the variance."""
        one = self.all[wave]
        means, variances = [], []
        for start in range(0, len(z), CHUNK):
            x = self.priors.scaled(self.priors.values(z[start : start + CHUNK]))
            mean, variance = one.emulators.predict(x)
            means.append(mean)
            variances.append(variance + one.noise)
        return np.concatenate(means), np.concatenate(variances)

    def implausibility(self, z: Floats, wave: int = -1) -> Floats:
        return self.aims.implausibility(*self.emulated(z, wave))

    def badness(self, z: Floats, limit: float = np.inf) -> Floats:
        """Shape (n,): largest over waves of the implausibility that counts, over the cutoff; <= 1: not ruled out. What
        lies above `limit` in a later wave is not looked at in earlier ones."""
        worst = np.zeros(len(z))
        for at in range(len(self.waves) - 1, -1, -1):
            pending = np.flatnonzero(worst <= limit)
            if not len(pending):
                break
            far = counted(self.implausibility(z[pending], at), self.waves[at].forgiven) / CUTOFF
            worst[pending] = np.maximum(worst[pending], far)
        return worst

    def log_likelihood(self, z: Floats, wave: int = -1) -> Floats:
        """Of the newest emulators, or of those at another place of `all`. Shape (n,)"""
        if not len(z):
            return np.zeros(0)
        return self.aims.log_likelihood(*self.emulated(z, wave))

    def sample(self, seed: Sequence[int], population: int = POPULATION, sweeps: int = 10,
               tick: Tick = lambda words: None) -> list[Part]:  # fmt: skip
        """GROUPS populations of what is left, sampled apart. @param seed  numbers that the draws hang on"""
        if not self.waves:
            return [Part(np.random.default_rng([*seed, group]).standard_normal((population, self.priors.dims)), 1.0)
                    for group in range(GROUPS)]  # fmt: skip

        def one(group: int) -> Part:
            draw = np.random.default_rng([*seed, group])
            return subset(self.priors.dims, self.badness, population, draw, sweeps,
                          named(tick, f"population {group + 1}"))  # fmt: skip

        return apart(one, GROUPS)

    def design(self, parts: Sequence[Part], count: int, taken: Floats | None = None) -> Floats:
        """Normal scores of `count` points that fill what is left, shape (count, d)."""
        whole = np.concatenate([part.z for part in parts])
        return whole[spread_out(whole, count, taken)]


def apart(work: Callable[[int], T], count: int) -> list[T]:
    """Work on populations that know nothing of each other, on as many threads as there are cores: the same numbers for
    any number of them, since each has draws of its own."""
    with one_thread(), ThreadPoolExecutor(workers()) as pool:
        return list(pool.map(work, range(count)))


def counted(implausibility: Floats, forgiven: int) -> Floats:
    """The largest implausibility of each point once the `forgiven` largest are let pass. Shape (n,)"""
    at = max(implausibility.shape[1] - 1 - forgiven, 0)
    return np.asarray(np.partition(implausibility, at, axis=1)[:, at])


@dataclass(frozen=True)
class Left:
    """What is left after a wave. share, low, high: of the prior, geometric mean and range over the populations; empty:
    True if some population found nothing; rules_out: rows target, share of the prior that this target alone would rule
    out, share of what is left that lies beyond the cutoff, median implausibility there."""

    share: float
    low: float
    high: float
    empty: bool
    rules_out: list[dict[str, Any]]

    @property
    def sentence(self) -> str:
        if self.empty:
            first = ", ".join(row["target"] for row in self.rules_out[:3])
            return f"nothing that all targets allow was found; nearest points miss most often: {first}"
        return (f"{self.share:.2g} of the prior is left ({self.low:.1g} to {self.high:.1g} over {GROUPS} populations)")


def left(space: Space, parts: Sequence[Part], seed: Sequence[int], draws: int = 2000) -> Left:
    """Describes what the waves left, and which targets rule out."""
    shares = np.array([part.share for part in parts])
    prior = np.random.default_rng([*seed, 99]).standard_normal((draws, space.priors.dims))
    with one_thread():
        before = space.implausibility(prior, len(space.waves) - 1)
        after = space.implausibility(np.concatenate([part.z for part in parts]), len(space.waves) - 1)
    rows: list[dict[str, Any]] = [{"target": name, "ruled_out_alone": float((before[:, at] > CUTOFF).mean()),
             "left_beyond": float((after[:, at] > CUTOFF).mean()),
             "left_median": float(np.median(after[:, at]))}
            for at, name in enumerate(space.aims.names)]  # fmt: skip
    rows.sort(key=lambda row: (-row["left_beyond"], -row["ruled_out_alone"]))
    empty = any(part.empty for part in parts)
    share = 0.0 if empty else float(np.exp(np.log(shares).mean()))
    return Left(share, float(shares.min()), float(shares.max()), empty, rows)
