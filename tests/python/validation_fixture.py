"""A small ensemble with real simulated figures, written by the calibration's own code, for tests of `validate-model`.

Four sets of the prior, evenly spread: what emulators and samplers would add takes long, and is no part of the tests.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np

import hybridcare as hc
from hybridcare.calibrate_history import Space
from hybridcare.calibrate_posterior import Posterior, Weighted
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_run import Budget, Calibrated
from hybridcare.calibrate_targets import TargetSimulator
from hybridcare.calibration import Calibration, _account
from hybridcare.validation_files import Explanation, Explanations, HeldOut

FREE = ["/course/usual_care_gain", "/change/rate", "/change/empathy_elasticity", "/leaving/intercept", "/trust/memory"]
BUDGET = Budget(first=8, points=4, waves=1, rounds=1, enough=2, sets=4, population=20, sweeps=1)
CLIENTS, REPLICATES = 16, 4
WHY = "a test: five free numbers and four sets fit nothing"


def priors() -> Priors:
    return hc.priors().only(FREE)


def made(folder: Path) -> Path:
    """The file of an ensemble with four sets, of weights 1/7 to 3/7."""
    folder.mkdir()
    free = priors().of("R1")
    simulator = TargetSimulator(free, "R1", CLIENTS, REPLICATES)
    z = np.linspace(-1, 1, 4)[:, None] * np.ones(free.dims)
    values = free.rounded(free.values(z))
    runs = simulator(values)
    kept = np.array([1, 3, 2, 1])
    found = Calibrated(free, simulator.aims, BUDGET, 1, values, z, runs.columns(simulator.fitted),
                       Weighted(kept / 7, 49 / 15, 0), kept, Posterior(np.concatenate([z, z[::-1]]), 2),
                       cast(Space, None))  # fmt: skip
    return Calibration(folder, found, simulator, runs, _account(simulator, BUDGET, 1)).save()


def calibrated(folder: Path) -> Path:
    """The same from a real calibration at the smallest size, 12 points."""
    hc.calibrate(folder, budget=BUDGET, clients=CLIENTS, replicates=REPLICATES, free=priors(), progress=False)
    return folder / "ensemble.json"


def changed(file: Path, where: list[Any], value: Any) -> Path:
    """A copy of the file beside it with another value at one place; value may be a function of the old one."""
    document = json.loads(file.read_text(encoding="utf-8"))
    place = document
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value(place[where[-1]]) if callable(value) else value
    target = file.parent / "changed.json"
    target.write_text(json.dumps(document), encoding="utf-8")
    return target


def missed(found: Any) -> list[str]:
    """What R1 misses in a validation, also of what is only shown."""
    document = found.document
    return [*document["missed"]["R1"], *document["missed_shown"]["R1"]]


def texts(missed: list[str], held_out: tuple[HeldOut, ...] = ()) -> Explanations:
    """An explanation of each."""
    return Explanations(tuple(Explanation(name, WHY) for name in missed), held_out)
