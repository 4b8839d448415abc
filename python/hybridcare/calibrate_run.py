"""A calibration from its first wave to the weighted ensemble: one order of steps for toys and for the real simulator.

Wave 1: points over the whole prior; emulators; what is left. Wave 2: points that fill what is left. Later waves, and
the last one: points of the posterior, where the emulators have to be at their best. Then sets are drawn from the
posterior of the newest emulators, simulated, and weighted by what really came out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from hybridcare.calibrate_aims import Aims, Simulated, Simulator
from hybridcare.calibrate_emulator import Emulators, fit_all
from hybridcare.calibrate_history import CUTOFF, POPULATION, Left, Space, Wave, counted, left
from hybridcare.calibrate_posterior import Posterior, Weighted, posterior, weighted
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_sampler import Part
from hybridcare.errors import config_error

Floats = NDArray[np.float64]
FORGIVEN = (2, 1)  # targets beyond the cutoff that are let pass, by wave; the last for all later ones
FROM_POSTERIOR = 3  # the wave from which points are drawn from the posterior
NEAR = 3.0  # cutoffs: older points farther than this teach the emulators nothing about what is left
MOST_TRAINING = 400  # points of an emulator, newest first: its cost grows with their cube
SETTLED = 0.1  # of the variance of a distance: where emulators add less to every target, more waves would not help
Say = Callable[[str], None]


_BOUNDS = {"first": (8, 100_000), "points": (4, 100_000), "waves": (1, 20), "sets": (4, 100_000),
           "population": (20, 100_000), "sweeps": (1, 1000)}  # fmt: skip


@dataclass(frozen=True)
class Budget:
    """How much is simulated. first: points of wave 1; points: of each later wave; waves; sets: drawn from the posterior
    for the ensemble; population: points in each of the four populations that walk on the emulators; sweeps: moves at
    each level."""

    first: int = 300
    points: int = 250
    waves: int = 4
    sets: int = 400
    population: int = POPULATION
    sweeps: int = 5

    def __post_init__(self) -> None:
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise config_error(name, f"{value!r} is no whole number in [{least}, {most}]")

    @property
    def simulated(self) -> int:
        """Points that are simulated at most."""
        return self.first + self.points * (self.waves - 1) + self.sets


QUICK = Budget(first=120, points=60, waves=2, sets=60, population=100, sweeps=3)


class Store(Protocol):
    """Keeps what is dear: designs, simulated figures, what was fitted."""

    def design(self, stage: str, make: Callable[[], Floats]) -> Floats: ...
    def simulated(self, stage: str, values: Floats) -> Simulated: ...
    def state(self, stage: str, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]: ...


class Memory:
    """Keeps nothing beyond the call."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def design(self, stage: str, make: Callable[[], Floats]) -> Floats:
        return make()

    def simulated(self, stage: str, values: Floats) -> Simulated:
        return self.simulator(values)

    def state(self, stage: str, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        return make()


@dataclass
class Points:
    """Points that were simulated. z (n, d) normal scores, values (n, d) in their units, rounded as they were run."""

    stage: str
    z: Floats
    values: Floats
    simulated: Simulated


@dataclass
class Report:
    """What a wave found: emulators' diagnostics, what is left, and the ratio of emulator variance to all other in the
    middle of what is left, by target."""

    stage: str
    points: int
    training: int
    diagnostics: list[dict[str, Any]]
    left: Left
    emulator_share: dict[str, float]


@dataclass
class Calibrated:
    """A calibration that came to its end. values (n, d): the drawn sets; weighted: their weights; loss, missed: of each
    as simulated; emulated: log-likelihood that the emulators gave it."""

    priors: Priors
    aims: Aims
    budget: Budget
    seed: int
    values: Floats
    z: Floats
    simulated: Simulated
    weighted: Weighted
    posterior: Posterior
    space: Space
    reports: list[Report] = field(default_factory=list)

    @property
    def loss(self) -> Floats:
        return self.aims.loss(self.simulated.value, self.simulated.variance)

    @property
    def missed(self) -> NDArray[np.bool_]:
        return self.aims.missed(self.simulated.value)

    @property
    def empty(self) -> bool:
        return self.reports[-1].left.empty


def calibrate(priors: Priors, aims: Aims, store: Store, budget: Budget = Budget(), seed: int = 1,  # noqa: B008
              say: Say = lambda words: None) -> Calibrated:  # fmt: skip
    """Runs all steps. Everything hangs on `seed`, the priors, the aims and the simulator alone: the same call gives the
    same numbers, whatever was kept by an earlier one.

    Raises ConfigError: nothing free, no target, one with too few numbers."""
    _check_room(priors, aims)
    run = _Run(priors, aims, store, budget, seed, say)
    parts = run.waves()
    final = run.posterior(parts, "ensemble", budget.sets)
    drawn = run.simulate("ensemble", lambda: final.draws(budget.sets)[0])
    emulated = run.space.log_likelihood(drawn.z)
    return Calibrated(priors, aims, budget, seed, drawn.values, drawn.z, drawn.simulated,
                      weighted(aims, drawn.simulated, emulated), final, run.space, run.reports)  # fmt: skip


def _check_room(priors: Priors, aims: Aims) -> None:
    if not priors.dims:
        raise config_error(priors.file, "nothing is free")
    if not aims.each:
        raise config_error("targets", "there is none to fit to")


class _Run:
    def __init__(self, priors: Priors, aims: Aims, store: Store, budget: Budget, seed: int, say: Say) -> None:
        self.priors, self.aims, self.store, self.budget, self.seed, self.say = priors, aims, store, budget, seed, say
        self.space = Space(priors, aims)
        self.done: list[Points] = []
        self.reports: list[Report] = []

    def waves(self) -> list[Part]:
        """Populations of what is left after the last wave."""
        parts: list[Part] = []
        for wave in range(1, self.budget.waves + 1):
            stage = f"wave_{wave}"
            self.simulate(stage, lambda wave=wave, parts=parts: self.design(wave, parts))  # type: ignore[misc]
            self.learn(stage)
            parts = self.space.sample([self.seed, wave], self.budget.population, self.budget.sweeps, self._tick(stage))
            self.report(stage, parts)
            if self.settled():
                self.say(f"{stage}: emulators add less than {100 * SETTLED:.0f} % to the variance of every distance: "
                         "more waves would not help")  # fmt: skip
                break
        return parts

    def design(self, wave: int, parts: list[Part]) -> Floats:
        """Normal scores at which a wave is run."""
        if wave == 1:
            return first_design(self.priors.dims, self.budget.first, self.seed)
        if wave >= FROM_POSTERIOR or wave == self.budget.waves:
            return self.posterior(parts, f"wave_{wave}", self.budget.points).draws(self.budget.points)[0]
        return self.space.design(parts, self.budget.points, np.concatenate([each.z for each in self.done]))

    def posterior(self, parts: list[Part], stage: str, count: int) -> Posterior:
        number = int.from_bytes(stage.encode()[-8:], "big") % 2**31
        return posterior(self.space, parts, [self.seed, number], self.budget.sweeps, 3 * self.budget.sweeps,
                         self._tick(stage))  # fmt: skip

    def simulate(self, stage: str, make: Callable[[], Floats]) -> Points:
        z = self.store.design(stage, make)
        values = self.priors.rounded(self.priors.values(z))
        self.say(f"{stage}: {len(z)} points to simulate")
        points = Points(stage, z, values, self.store.simulated(stage, values))
        self.done.append(points)
        return points

    def learn(self, stage: str) -> None:
        """Emulators from the newest points and those older ones that lie near what is left."""
        x, y, noise = self.training()
        names = self.aims.names

        def fitted() -> Mapping[str, Any]:
            return fit_all(names, x, y, noise).state

        state = self.store.state(stage, "emulators", fitted)
        emulators = fit_all(names, x, y, noise, state)
        forgiven = FORGIVEN[min(len(self.space.waves), len(FORGIVEN) - 1)]
        forgiven = min(forgiven, max(len(names) - 1, 0) // 4)  # of few targets none
        self.space.waves.append(Wave(emulators, forgiven, np.nanmean(noise, axis=0)))

    def training(self) -> tuple[Floats, Floats, Floats]:
        """Scaled inputs, figures, noise variances."""
        newest = self.done[-1]
        x, y, noise = [newest.values], [newest.simulated.value], [newest.simulated.variance]
        room = MOST_TRAINING - len(newest.z)
        for points in reversed(self.done[:-1]):
            far = counted(self.aims.implausibility(points.simulated.value, points.simulated.variance), FORGIVEN[0])
            near = np.flatnonzero(far <= NEAR * CUTOFF)
            near = near[np.argsort(far[near], kind="stable")][: max(room, 0)]
            room -= len(near)
            x.append(points.values[near])
            y.append(points.simulated.value[near])
            noise.append(points.simulated.variance[near])
        return self.priors.scaled(np.concatenate(x)), np.concatenate(y), np.concatenate(noise)

    def report(self, stage: str, parts: list[Part]) -> None:
        emulators: Emulators = self.space.waves[-1].emulators
        what = left(self.space, parts, [self.seed])
        z = np.concatenate([part.z for part in parts])
        variance = self.space.emulated(z)[1] - self.space.waves[-1].noise
        other = self.aims.spread(np.broadcast_to(self.space.waves[-1].noise, variance.shape))
        share = np.median(variance / other, axis=0)
        self.reports.append(Report(stage, len(self.done[-1].z), len(emulators.each[0].model.X_train_),
                                   emulators.diagnostics(), what,
                                   dict(zip(self.aims.names, map(float, share), strict=True))))  # fmt: skip
        self.say(f"{stage}: {what.sentence}")

    def settled(self) -> bool:
        """The posterior's own wave is not skipped by what the prior's points say."""
        return len(self.reports) > 1 and max(self.reports[-1].emulator_share.values()) < SETTLED

    def _tick(self, stage: str) -> Say:
        return lambda words: self.say(f"{stage}: {words}")


def first_design(dims: int, count: int, seed: int) -> Floats:
    """A Latin hypercube over the prior, as normal scores (count, dims)."""
    cube = qmc.LatinHypercube(dims, rng=np.random.default_rng([seed, 0]), scramble=True).random(count)
    return np.asarray(special.ndtri(np.clip(cube, 1e-6, 1 - 1e-6)))
