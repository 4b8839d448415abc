"""What the tests of check_setting share: a tiny scenario of the full model, an ensemble with two parameters that its
figures depend on, and services that were simulated from a known set, with clients of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from helpers import tiny

from hybridcare.calibrate_ensemble import Ensemble, text
from hybridcare.points import Task, patch_of, patch_text, run_points
from hybridcare.scenario import Scenario
from hybridcare.setting_csv import Counted, ServiceData, share_error
from hybridcare.setting_figures import figures
from hybridcare.setting_out import ensemble_document

LEAVING, RATE = "/leaving/intercept", "/change/rate"
NAMES = ("dropout", "reliable_improvement", "recovery", "sessions_mean")
SIZE = {"clients": 50, "replicates": 4, "threads": 1}  # of each set


@cache
def scenario(seed: int = 99) -> Scenario:
    return Scenario.of(tiny(configuration="full", seed=seed), "tiny.json")


def made(rival: str = "R1", sets: int = 80, seed: int = 1, **changes: Any) -> Ensemble:
    """Both parameters spread far and apart from each other; all weights the same."""
    draw = np.random.default_rng(seed)
    values = np.column_stack([draw.normal(-4, 0.7, sets), draw.uniform(0.5, 2.5, sets)]).round(4)
    rows = ({"pointer": LEAVING, "prior_mean": -4.0, "prior_sd": 0.7, "informed": False}, {"pointer": RATE})
    members = {"about": "a test", "provenance": {"seed": seed}, "parameters": rows, **changes}
    return Ensemble(rival, (LEAVING, RATE), values, np.full(sets, 1 / sets), np.ones(sets), np.zeros(sets, np.int64),
                    **members)  # fmt: skip


def service(truth: Sequence[float], people: int = 400, seed: int = 1000) -> ServiceData:
    """What a service of so many people counts where the parameters are `truth`."""
    chosen = [figures()[name] for name in NAMES]
    rows = [row for each in chosen for row in each.measures(7, 7)]
    task = Task.of(scenario(seed), ["human"], (), 1, people, rows)
    runs = run_points(task, [patch_text(patch_of(dict(zip((LEAVING, RATE), truth, strict=True))))], 1)
    place = {row["name"]: at for at, row in enumerate(runs.metrics)}
    values = [float(runs.estimate[0, 0, place[next(iter(each.parts))]]) for each in chosen]
    errors = [share_error(value, people) if each.unit == "share" else 2 / np.sqrt(people)
              for each, value in zip(chosen, values, strict=True)]  # fmt: skip
    counted = zip(chosen, values, errors, strict=True)
    return ServiceData(tuple(Counted(each, value, se, people) for each, value, se in counted), "service.csv", "0" * 64)


def files(folder: Path, ensemble: Ensemble | None = None, data: str = "") -> tuple[Path, Path, Path]:
    """Scenario, ensemble and a service's figures on disk."""
    paths = folder / "tiny.json", folder / "ensemble.json", folder / "mine.csv"
    paths[0].write_text(json.dumps(tiny(configuration="full", seed=99)))
    paths[1].write_text(text(ensemble_document(ensemble or made())))
    paths[2].write_text(data or "figure,value,n\ndropout,0.09,200\nreliable_improvement,0.4,200\n")
    return paths
