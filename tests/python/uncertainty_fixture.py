"""A small ensemble of the tests' own: what ships changes with each calibration, and no test may hang on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hybridcare import parameters
from hybridcare.calibrate_ensemble import Ensemble, read_ensemble, text
from hybridcare.strict_json import Place

#: Of each kind: used by all arms, of the assistant alone, one of a whole that must sum to 1, what no figure informs.
POINTERS = ("/change/rate", "/assistant/text/discriminability", "/change/empathy_elasticity", "/trust/success")


def default(pointer: str) -> float:
    """Of the full configuration."""
    return float(parameters.field(pointer)["default"])


def parameter_row(pointer: str, informed: bool) -> dict[str, Any]:
    """As a calibration writes it: prior beside posterior."""
    middle = default(pointer)
    return {"pointer": pointer, "symbol": "", "unit": "as the field", "prior_mean": middle, "prior_sd": 0.5,
            "prior_q05": middle - 0.8, "prior_q95": middle + 0.8, "mean": middle, "sd": 0.1 if informed else 0.49,
            "q05": middle - 0.1, "median": middle, "q95": middle + 0.1, "narrowed": 0.8 if informed else 0.02,
            "narrowed_by_chance": 0.2, "moved": 0.0, "moved_by_chance": 0.3, "informed": informed, "r_hat": 1.0}


def document(values: Sequence[Sequence[float]], pointers: Sequence[str] = POINTERS, rival: str = "R1",
             weights: Sequence[float] | None = None, informed: Sequence[str] = ("/change/rate",)) -> dict[str, Any]:
    """An ensemble's file with these sets, shape (sets, pointers), of equal weight unless told."""
    heavy = list(weights) if weights is not None else [1 / len(values)] * len(values)
    fit = [{"target": name, "label": name, "kind": "fit", "unit": "points", "figure": 1.0, "low": 0.5, "high": 1.5,
            "median": 1.0, "q05": 0.9, "q95": 1.1, "inside": inside, "off": 0.0}
           for name, inside in (("one", True), ("two", True), ("three", False))]  # fmt: skip
    return {"format": 1, "rival": rival, "about": "a test", "provenance": {"seed": 1, "version": "0.1.0"},
            "quality": {"effective": float(len(values))}, "fit": fit,
            "parameters": [parameter_row(each, each in informed) for each in pointers],
            "sets": [{"weight": weight, "loss": 1.0, "missed": 0, "values": list(map(float, row))}
                     for weight, row in zip(heavy, values, strict=True)]}  # fmt: skip


def ensemble(values: Sequence[Sequence[float]], pointers: Sequence[str] = POINTERS, **how: Any) -> Ensemble:
    return read_ensemble(Place(document(values, pointers, **how), "test.json"))


def spread_out(n: int = 12, seed: int = 1) -> list[list[float]]:
    """Sets around the defaults: rates of change that differ much, and the rest a little."""
    draw = np.random.default_rng(seed)
    return [[default("/change/rate") * (0.4 + 1.2 * at / (n - 1)), 1.6 + 0.4 * draw.random(), 3 * draw.random(),
             0.1 + 0.2 * draw.random()] for at in range(n)]  # fmt: skip


def file(folder: Path, **how: Any) -> Path:
    """Such an ensemble on disk."""
    path = folder / "ensemble.json"
    path.write_text(text(document(spread_out(), **how)), encoding="utf-8")
    return path
