"""A calibration from its first wave to the weighted ensemble: one order of steps for toys and for the real simulator.

Waves rule out: points over the whole prior, emulators, what is left; then points that fill what is left. Rounds follow
the posterior: sets are drawn from it as the newest emulators have it, simulated, weighted by what really came out, and
teach the next emulators, until enough sets count. All rounds' sets make the ensemble.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from hybridcare.calibrate_aims import Aims, Simulated, Simulator
from hybridcare.calibrate_emulator import Emulators, fit_all, one_thread
from hybridcare.calibrate_history import CUTOFF, Left, Space, Wave, counted, left
from hybridcare.calibrate_posterior import Posterior, Weighted, posterior, resampled, weighted
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_sampler import Part, independent
from hybridcare.errors import config_error

Floats = NDArray[np.float64]
FORGIVEN = (2, 1)  # targets beyond the cutoff that are let pass, by wave; the last for all later ones
NEAR = 3.0  # cutoffs: older points farther than this teach the emulators nothing about what is left
MOST_TRAINING = 500  # points of an emulator, newest first: its cost grows with their cube
SHARE = "share"  # the unit of targets whose log odds are emulated
Say = Callable[[str], None]


_BOUNDS = {"first": (8, 100_000), "points": (4, 100_000), "waves": (1, 20), "rounds": (1, 100), "enough": (2, 100_000),
           "sets": (4, 100_000), "population": (20, 100_000), "sweeps": (1, 1000)}  # fmt: skip


@dataclass(frozen=True)
class Budget:
    """How much is simulated. first: points of wave 1; points: of each later wave and of each round; waves: that rule
    out; rounds: of the posterior, at most; enough: effective sets, at which rounds end; sets: drawn from all rounds'
    sets by weight, to be kept; population: points in each of the four populations that walk on the emulators; sweeps:
    moves at each level."""

    first: int = 300
    points: int = 250
    waves: int = 2
    rounds: int = 7
    enough: int = 150
    sets: int = 1000
    population: int = 150
    sweeps: int = 5

    def __post_init__(self) -> None:
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise config_error(name, f"{value!r} is no whole number in [{least}, {most}]")

    @property
    def simulated(self) -> int:
        """Points that are simulated at most."""
        return self.first + self.points * (self.waves - 1 + self.rounds)


QUICK = Budget(first=120, points=60, waves=1, rounds=2, enough=50, sets=60, population=100, sweeps=3)


class Store(Protocol):
    """Keeps what is dear: designs, simulated figures, what was fitted."""

    def design(self, stage: str, points: int, make: Callable[[], Floats]) -> Floats: ...
    def simulated(self, stage: str, values: Floats) -> Simulated: ...
    def state(self, stage: str, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]: ...


class Memory:
    """Keeps nothing beyond the call."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def design(self, stage: str, points: int, make: Callable[[], Floats]) -> Floats:
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
class Round:
    """What a round of the posterior found. effective: of its sets alone; pooled: of all sets so far; loss: median;
    emulator_share: as in `Report`, among its own sets."""

    stage: str
    points: int
    effective: float
    pooled: float
    loss: float
    emulator_share: dict[str, float]


@dataclass
class Calibrated:
    """A calibration that came to its end. values (n, d): all rounds' sets; weighted: their weights; loss, missed: of
    each as simulated; kept (n,): how often each is among those drawn by weight for the ensemble; posterior: of the last
    round; drawn: the rounds' sets, apart."""

    priors: Priors
    aims: Aims
    budget: Budget
    seed: int
    values: Floats
    z: Floats
    simulated: Simulated
    weighted: Weighted
    kept: NDArray[np.int64]
    posterior: Posterior
    space: Space
    drawn: list[Points] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)

    @cached_property
    def independent(self) -> float:
        """How many independent draws all rounds' sets are worth: `calibrate_sampler.independent`, each population with
        what later rounds made of it. NaN with one population."""
        if not self.drawn:
            return float("nan")
        origins = [self.posterior.origins(len(each.z)) for each in self.drawn]
        return independent(self.z, self.weighted.weights, np.concatenate(origins))

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
    check_room(priors, aims)
    run = _Run(priors, aims, store, budget, seed, say)
    return run.rounds(run.waves())


def check_room(priors: Priors, aims: Aims) -> None:
    """Raises ConfigError: nothing that may vary, or nothing to fit to."""
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
            count = min(self.budget.points, sum(len(part.z) for part in parts)) if parts else self.budget.first
            self.simulate(stage, count, partial(self.design, wave, parts))
            forgiven = min(FORGIVEN[min(wave, len(FORGIVEN)) - 1], max(len(self.aims.names) - 1, 0) // 4)
            self.space.waves.append(self.learned(stage, forgiven))
            parts = self.space.sample([self.seed, wave], self.budget.population, self.budget.sweeps, self._tick(stage))
            self.report(stage, parts)
        return parts

    def design(self, wave: int, parts: list[Part]) -> Floats:
        """Normal scores at which a wave is run."""
        if wave == 1:
            return first_design(self.priors.dims, self.budget.first, self.seed)
        return self.space.design(parts, self.budget.points, np.concatenate([each.z for each in self.done]))

    def rounds(self, parts: list[Part]) -> Calibrated:
        """Rounds of the posterior until enough sets count, then the ensemble."""
        drawn: list[Points] = []
        found: list[Round] = []
        last: Posterior | None = None
        for number in range(1, self.budget.rounds + 1):
            stage = f"round_{number}"
            if drawn:
                self.space.rounds.append(self.learned(drawn[-1].stage, 0))
            last = self.posterior(parts, stage, last)
            count = min(self.budget.points, len(last.z))
            drawn.append(self.simulate(stage, count, partial(last.draws, count)))
            weights = self.pooled(drawn)
            found.append(self.round_report(drawn[-1], weights))
            if weights.effective >= self.budget.enough:
                break
        assert last is not None  # one round at least
        draw = np.random.default_rng([self.seed, 0, 77])
        return Calibrated(self.priors, self.aims, self.budget, self.seed, *joined(drawn), weights,
                          resampled(weights.weights, self.budget.sets, draw), last, self.space, drawn,
                          self.reports, found)  # fmt: skip

    def pooled(self, drawn: list[Points]) -> Weighted:
        """Weights of all rounds' sets together. Round r was drawn by the emulators of `space.all` at place
        waves - 1 + r, counted from 0."""
        _, z, simulated = joined(drawn)
        first = len(self.space.waves) - 1
        with one_thread():
            logs = np.stack([self.space.log_likelihood(z, first + at) for at in range(len(drawn))])
        return weighted(self.aims, simulated, logs, [len(each.z) for each in drawn])

    def posterior(self, parts: list[Part], stage: str, before: Posterior | None) -> Posterior:
        number = int.from_bytes(stage.encode()[-8:], "big") % 2**31

        def walked() -> Floats:
            return posterior(self.space, parts, [self.seed, number], self.budget.sweeps, 2 * self.budget.sweeps,
                             self._tick(stage), before).z  # fmt: skip

        size = sum(len(part.z) for part in parts)
        return Posterior(self.store.design(f"{stage}_population", size, walked), len(parts))

    def simulate(self, stage: str, count: int, make: Callable[[], Floats]) -> Points:
        z = self.store.design(stage, count, make)
        values = self.priors.rounded(self.priors.values(z))
        self.say(f"{stage}: {len(z)} points to simulate")
        points = Points(stage, z, values, self.store.simulated(stage, values))
        self.done.append(points)
        return points

    def learned(self, stage: str, forgiven: int) -> Wave:
        """Emulators from the newest points and those older ones that lie near what is left."""
        x, y, noise = self.training()
        names = self.aims.names

        shares = {aim.name for aim in self.aims.each if aim.unit == SHARE}

        def fitted() -> Mapping[str, Any]:
            return fit_all(names, x, y, noise, shares=shares).state

        state = self.store.state(stage, "emulators", fitted)
        return Wave(fit_all(names, x, y, noise, state, shares=shares), forgiven, np.nanmean(noise, axis=0))

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
        share = self.emulator_share(np.concatenate([part.z for part in parts]))
        self.reports.append(Report(stage, len(self.done[-1].z), len(emulators.each[0].model.X_train_),
                                   emulators.diagnostics(), what, share))  # fmt: skip
        self.say(f"{stage}: {what.sentence}")

    def round_report(self, drawn: Points, weights: Weighted) -> Round:
        emulated = self.space.log_likelihood(drawn.z)
        alone = weighted(self.aims, drawn.simulated, emulated).effective
        loss = float(np.median(self.aims.loss(drawn.simulated.value, drawn.simulated.variance)))
        self.say(f"{drawn.stage}: {alone:.0f} of {len(drawn.z)} sets effective, {weights.effective:.0f} with earlier "
                 f"rounds'; median loss {loss:.1f} over {len(self.aims.each)} targets")
        return Round(drawn.stage, len(drawn.z), alone, weights.effective, loss, self.emulator_share(drawn.z))

    def emulator_share(self, z: Floats) -> dict[str, float]:
        """Median over points of the newest emulators' variance over all other, by target."""
        newest = self.space.all[-1]
        variance = self.space.emulated(z)[1] - newest.noise
        other = self.aims.spread(np.broadcast_to(newest.noise, variance.shape))
        return dict(zip(self.aims.names, map(float, np.median(variance / other, axis=0)), strict=True))

    def _tick(self, stage: str) -> Say:
        return lambda words: self.say(f"{stage}: {words}")


def joined(points: Sequence[Points]) -> tuple[Floats, Floats, Simulated]:
    """Values, normal scores and figures of several stages, one after the other."""
    failures: dict[int, str] = {}
    start = 0
    for each in points:
        failures |= {start + at: why for at, why in each.simulated.failures.items()}
        start += len(each.z)
    return (np.concatenate([each.values for each in points]), np.concatenate([each.z for each in points]),
            Simulated(np.concatenate([each.simulated.value for each in points]),
                      np.concatenate([each.simulated.variance for each in points]), failures))  # fmt: skip


def first_design(dims: int, count: int, seed: int) -> Floats:
    """A Latin hypercube over the prior, as normal scores (count, dims)."""
    cube = qmc.LatinHypercube(dims, rng=np.random.default_rng([seed, 0]), scramble=True).random(count)
    return np.asarray(special.ndtri(np.clip(cube, 1e-6, 1 - 1e-6)))
