"""Studies whose results are known functions of the design: what the analyses are held to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from helpers import TINY

from hybridcare.study import Study
from hybridcare.sweep_results import SweepResults

#: Three fields of the table, each over [0, 1] in these tests.
A, B, C = "/course/harm", "/practice/trust_reference", "/change/uptake_base"
UNIT = {path: {"uniform": [0, 1]} for path in (A, B, C)}


def made(function: Callable[..., Any], design: dict[str, Any], replicates: int = 2, noise: float = 0.0,
         metrics: tuple[str, ...] = ("outcome",), better: str = "lower", **more: Any) -> SweepResults:  # fmt: skip
    """A study of TINY and results that `function(row, arm)` gives (a number, or one per metric), row a dictionary of
    the design; plus noise of this SD by replicate, the same at all points."""
    document: dict[str, Any] = {"format": 1, "base": TINY, "uncertainties": UNIT, "design": design,
                                "metrics": {key: {"metric": "phq9", "better": better} for key in metrics}}  # fmt: skip
    document.update(more)
    study = Study.of({name: value for name, value in document.items() if value is not None})
    rows = study.design.to_dict("records")
    numbers = np.array([[np.atleast_1d(function(row, arm)) for arm in study.arms] for row in rows], float)
    luck = np.random.default_rng(5).normal(0, noise, (*numbers.shape[1:], replicates))
    values = numbers[..., None] + (luck - luck.mean(axis=-1, keepdims=True))[None]
    said = [{"key": key, "unit": "points", "meaning": "a test", "better": better} for key in metrics]
    return SweepResults(study, numbers, values, said)


def ishigami(row: dict[str, Any], arm: str = "") -> float:
    """Ishigami's function, a = 7, b = .1, of three uniforms on [-pi, pi]."""
    x = [(2 * row[path] - 1) * np.pi for path in (A, B, C)]
    return float(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))
