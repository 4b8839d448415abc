"""The targets' studies simulated again for the sets of an ensemble: with the luck that they were fitted with, and with
luck that they never met."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_aims import Simulated
from hybridcare.calibrate_ensemble import Ensemble, ensemble
from hybridcare.errors import config_error
from hybridcare.places import data_folder
from hybridcare.target_files import Target

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Tell = Callable[[int], None]
CHUNK = 8  # points between two signs of progress
QUICK_SETS = 12  # of each model
FRESH_SETS = 200  # of each model at most: five models then take some ten minutes on two cores
_NEEDED = ("clients", "replicates", "targets_hash")


@dataclass(frozen=True)
class Given:
    """An ensemble that is validated. name: its file's, without folder; hash: SHA-256 of its bytes; clients, replicates,
    seed: of the studies that it was weighted by."""

    name: str
    hash: str
    ensemble: Ensemble
    clients: int
    replicates: int
    seed: int


def given(name: str | os.PathLike[str]) -> Given:
    """A bundled ensemble by its model, or that of a file that ends in .json. Raises ConfigError: it cannot be read, or
    does not say how it was made."""
    from hybridcare.target_files import bundled

    found = ensemble(name)
    text = os.fspath(name)
    file = Path(text) if text.endswith(".json") else data_folder("ensembles") / f"{text}.json"
    made = found.provenance
    for key in _NEEDED:
        if key not in made:
            raise config_error(f"{file.name}#/provenance", f"lacks '{key}': it cannot be simulated again as it was")
    for key in ("clients", "replicates"):
        if isinstance(made[key], bool) or not isinstance(made[key], int) or not 1 <= made[key] <= 100_000:
            raise config_error(f"{file.name}#/provenance/{key}", f"{made[key]!r} is no whole number in [1, 100000]")
    seed = made.get("simulation_seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63):
        raise config_error(f"{file.name}#/provenance/simulation_seed", f"{seed!r} is no seed")
    return Given(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), found, made["clients"], made["replicates"],
                 int(bundled().scenario["seed"]) if seed is None else seed)  # fmt: skip


def targets_differ(one: Given, known: Mapping[str, Target]) -> str:
    """What is wrong if an ensemble was fitted to other targets than these; "" if it was not."""
    from hybridcare.calibrate_targets import targets_hash

    there, here = str(one.ensemble.provenance["targets_hash"]), targets_hash(dict(known))
    return "" if there == here else (f"was fitted to other targets than this version has ({there[:12]} there, "
                                     f"{here[:12]} here): its figures cannot be compared; it must be calibrated "
                                     "anew")  # fmt: skip


def some(found: Ensemble, count: int) -> Numbers:
    """Numbers of sets to look at, in order: half of them the heaviest, the others evenly over the file."""
    if count >= len(found):
        return np.arange(len(found), dtype=np.int64)
    heavy = np.argsort(-found.weights, kind="stable")[: count // 2]
    rest = np.setdiff1d(np.arange(len(found)), heavy)
    evenly = rest[np.linspace(0, len(rest) - 1, count - len(heavy)).round().astype(int)]
    return np.sort(np.concatenate([heavy, evenly])).astype(np.int64)


def by_weight(found: Ensemble, count: int) -> tuple[Numbers, Floats]:
    """Numbers of sets drawn by weight, each once, and how often each was drawn, as weights that sum to 1."""
    chosen, often = np.unique(found.drawn(count), return_counts=True)
    return chosen, often / often.sum()


def simulated(one: Given, at: Numbers, seed: int | None = None, threads: int = 0,
              tell: Tell = lambda points: None) -> Simulated:  # fmt: skip
    """Figures of all targets, shape (sets, targets) in their order, for some sets of an ensemble at the size that it
    was weighted with. seed: default its own."""
    from hybridcare.targets import simulate_targets

    patches = [one.ensemble.patches[number] for number in at]
    parts = []
    for start in range(0, len(patches), CHUNK):
        part = patches[start : start + CHUNK]
        runs = simulate_targets(part, rival=one.ensemble.rival, clients=one.clients, replicates=one.replicates,
                                seed=one.seed if seed is None else seed, threads=threads)  # fmt: skip
        parts.append(runs)
        tell(len(part))
    failures = {number * CHUNK + point: why for number, runs in enumerate(parts)
                for point, why in runs.failures.items()}  # fmt: skip
    return Simulated(np.concatenate([runs.value for runs in parts]),
                     np.concatenate([runs.noise_se for runs in parts]) ** 2, failures)  # fmt: skip
