"""A small ensemble made by a real calibration with few free numbers, for the tests of `validate-model`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hybridcare as hc
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_run import Budget
from hybridcare.validation_files import Explanation, Explanations, HeldOut

FREE = ["/course/usual_care_gain", "/change/rate", "/change/empathy_elasticity", "/leaving/intercept", "/trust/memory"]
BUDGET = Budget(first=8, points=4, waves=1, sets=4, population=20, sweeps=1)
WHY = "a test: five free numbers and four sets fit nothing"


def priors() -> Priors:
    return hc.priors().only(FREE)


def made(folder: Path) -> Path:
    """Calibrates at the smallest size, 12 points, and gives the ensemble's file."""
    hc.calibrate(folder, budget=BUDGET, clients=16, replicates=4, free=priors(), progress=False)
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


def texts(missed: list[str], held_out: tuple[HeldOut, ...] = ()) -> Explanations:
    """An explanation of each."""
    return Explanations(tuple(Explanation(name, WHY) for name in missed), held_out)
