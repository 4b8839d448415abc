"""A calibration done again from its own account, and its sets compared with those that are shipped.

What the same sets hang on, and where it ends: docs/calibrate.md, "The same again". On one machine, build and set of
libraries all is the same to the last bit. On another processor the emulators' last bits may differ, and with them which
sets are drawn; then the sets are others of the same posterior, and this says how far apart the two are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_run import Budget
from hybridcare.errors import config_error
from hybridcare.validation_checks import quantile
from hybridcare.validation_runs import given, targets_differ
from hybridcare.writing import written_file


@dataclass(frozen=True)
class Again:
    """rival; hash: of the shipped sets; sets: of both; equal: sets at the same place with all numbers and weights
    alike; medians: of parameters, the largest distance between the two, in SDs of the shipped posterior; where: whose
    that is."""

    rival: str
    hash: str
    sets: tuple[int, int]
    equal: int
    medians: float
    where: str

    @property
    def same(self) -> bool:
        return self.sets[0] == self.sets[1] == self.equal

    @property
    def sentence(self) -> str:
        if self.same:
            return f"{self.rival}: calibrated anew, all {self.sets[0]} sets and their weights are the same."
        return (f"{self.rival}: calibrated anew, {self.equal} of {self.sets[0]} sets are the same ({self.sets[1]} were "
                f"drawn). The two posteriors' medians lie at most {self.medians:.2f} SDs apart ({self.where}). On "
                "another processor or with other libraries the last digits of the emulators may differ, and other sets "
                "of the same posterior are drawn; on the machine that made the file, this is a fault.")  # fmt: skip


def saved(found: Sequence[Again], path: Path) -> None:
    """Writes what was found as JSON, from which the documentation's page takes it."""
    rows = [{**asdict(each), "same": each.same, "says": each.sentence} for each in found]
    with written_file(path) as file:
        file.write((json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())


def recalibrated(name: str, out: Path, free: Priors, threads: int = 0, progress: bool = True) -> Again:
    """Runs the calibration that a file's provenance describes, in DIR/MODEL, which can be gone on with, and compares.

    Raises ConfigError: a file that does not say how it was made, or was fitted to other targets or with other priors
    than this version has; a folder that holds something else."""
    from hybridcare.calibration import calibrate
    from hybridcare.target_files import targets

    one = given(name)
    found, made = one.ensemble, one.ensemble.provenance
    if words := targets_differ(one, targets()):
        raise config_error(one.name, words)
    if made.get("priors_hash") != free.of(found.rival).hash:
        raise config_error(one.name, "was fitted with other priors; give them by --priors")
    done = calibrate(out / found.rival, found.rival, _budget(one.name, made), made.get("seed", 1), one.clients,
                     one.replicates, threads=threads, free=free, progress=progress)  # fmt: skip
    return compared(found, done.ensemble)


def _budget(file: str, made: Any) -> Budget:
    known = {each.name for each in fields(Budget)}
    held = made.get("budget")
    if not isinstance(held, dict) or set(held) != known:
        raise config_error(f"{file}#/provenance/budget", f"must say {', '.join(sorted(known))}")
    return Budget(**held)


def compared(shipped: Ensemble, again: Ensemble) -> Again:
    """Two ensembles of one model, with the same parameters. Raises ConfigError where they are not."""
    if shipped.rival != again.rival or shipped.pointers != again.pointers:
        raise config_error("ensembles", "are of two models, or vary other parameters: they cannot be compared")
    count = min(len(shipped), len(again))
    weight, other = shipped.weights[:count], again.weights[:count]
    alike = (shipped.values[:count] == again.values[:count]).all(axis=1) & (np.abs(weight - other) <= 1e-5 * weight)

    apart = np.zeros(len(shipped.pointers))
    for at in range(len(apart)):
        value, weights = shipped.values[:, at], shipped.weights
        spread = float(np.sqrt(weights @ (value - weights @ value) ** 2))
        distance = abs(quantile(value, weights, 0.5) - quantile(again.values[:, at], again.weights, 0.5))
        apart[at] = distance / spread if spread > 0 else 0.0
    far = int(apart.argmax())
    return Again(shipped.rival, shipped.hash, (len(shipped), len(again)), int(alike.sum()), float(apart[far]),
                 shipped.pointers[far])  # fmt: skip
