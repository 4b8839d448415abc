"""The real simulator as a calibration sees it: the simulated studies of the published targets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_aims import Aim, Aims, Simulated
from hybridcare.calibrate_priors import Priors
from hybridcare.document import canonical, ordered
from hybridcare.target_files import bundled

if TYPE_CHECKING:
    from hybridcare.target_files import Target

Floats = NDArray[np.float64]
CLIENTS, REPLICATES = 64, 32  # of an arm and replicate, times each study's share: about a third of a second of one core


@dataclass(frozen=True)
class TargetSimulator:
    """Runs the studies of all targets, those that are only shown included.

    rival     model that every point is a point of
    clients, replicates, seed   of the simulation; all points share clients and luck, so that the same parameters give
              the same figures
    """

    priors: Priors
    rival: str = "R1"
    clients: int = CLIENTS
    replicates: int = REPLICATES
    seed: int | None = None
    threads: int = 0
    targets: dict[str, Target] = field(default_factory=dict)

    def __call__(self, x: Floats) -> Simulated:
        return numbers(self.job(x))

    def job(self, x: Floats, threads: int | None = None) -> dict[str, Any]:
        """What `numbers` needs to run these points anywhere: plain values."""
        return {"patches": self.priors.patches(x), "names": list(self.names), "rival": self.rival,
                "clients": self.clients, "replicates": self.replicates, "seed": self.seed,
                "threads": self.threads if threads is None else threads}  # fmt: skip

    @cached_property
    def known(self) -> dict[str, Target]:
        from hybridcare.target_files import targets

        return self.targets or targets()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.known)

    @cached_property
    def aims(self) -> Aims:
        """Those that are fitted: with a weight and a sampling error, and not beyond what this rival can show. One that
        it misses wherever its numbers are would teach nothing but noise, of many SDs."""
        from hybridcare.rivals import rivals

        beyond = rivals([self.rival])[self.rival].cannot_show
        return aims_of({name: one for name, one in self.known.items() if name not in beyond})

    @cached_property
    def all_aims(self) -> Aims:
        """The same with those that this rival cannot show: what its loss is made of, as every rival's."""
        return aims_of(self.known)

    @property
    def fitted(self) -> list[int]:
        """Where those of `aims` stand among `names`."""
        return [self.names.index(name) for name in self.aims.names]


def aims_of(known: dict[str, Target]) -> Aims:
    """Targets as aims; those of weight 0 are shown, and fitted to nothing."""
    return Aims(tuple(
        Aim(name, one.figure, one.sd, one.discrepancy, one.weight, one.low, one.high, unit=one.unit)
        for name, one in known.items() if one.weight > 0 and np.isfinite(one.sd) and np.isfinite(one.figure)
    ))  # fmt: skip


def rival_hash(name: str) -> str:
    """SHA-256 of what a rival model fixes, and of what it cannot show: another rival of the same name has another."""
    from hybridcare.rivals import rivals

    model = rivals([name])[name]
    said = [model.patch, model.assistant_contacts, sorted(model.cannot_show)]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def targets_hash(known: dict[str, Target]) -> str:
    """SHA-256 of all that a target says, figure, interval, errors, weight and study, and of what the studies are run
    in: the arms' scenario and its parts."""
    whole = bundled()
    rows = [[name, one.kind, *(_plain(getattr(one, key)) for key in ("figure", "low", "high", "sd", "discrepancy",
             "weight")), one.study] for name, one in known.items()]  # fmt: skip
    return hashlib.sha256(canonical([ordered(whole.scenario), whole.parts, rows]).encode()).hexdigest()


def _plain(value: float) -> float | str:
    return value if np.isfinite(value) else str(value)


def numbers(job: dict[str, Any]) -> Simulated:
    """Runs a job of `TargetSimulator.job`, here or in a worker."""
    from hybridcare.targets import simulate_targets

    patches: Sequence[str] = job["patches"]
    runs = simulate_targets(patches, names=job["names"], rival=job["rival"], clients=job["clients"],
                            replicates=job["replicates"], seed=job["seed"], threads=job["threads"])  # fmt: skip
    return Simulated(runs.value, runs.noise_se**2, dict(runs.failures))
