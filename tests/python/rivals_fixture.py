"""Ensembles made by code, in place of the bundled ones: rivals that fit, that do not, and that nobody fitted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hybridcare import calibrate_ensemble
from hybridcare.calibrate_ensemble import Ensemble, read_ensemble, text
from hybridcare.places import data_folder
from hybridcare.strict_json import Place

#: Parameters that a stand-in varies: low and high end. What a rival fixes is not among them.
FREE = {
    "R0": {"/rival/quality_human": (0.5, 0.8), "/practice/rate": (0.3, 0.6)},
    "R1": {"/change/rate": (0.7, 1.3), "/course/harm": (0.0, 0.12), "/course/symptom_return": (0.2, 0.6)},
    "R2": {"/change/rate": (0.7, 1.3), "/course/harm": (0.0, 0.12)},
    "R3": {"/change/rate": (0.7, 1.3), "/practice/rate": (0.3, 0.6)},
    "R4": {"/change/rate": (0.7, 1.3), "/course/harm": (0.0, 0.12)},
}
FITTED = ("response_therapy", "response_control", "dropout_therapy", "r_empathy", "guided", "within_person", "a", "b",
          "c", "d")  # fmt: skip
NULLS = ("null_one", "null_two")


def made(rival: str, loss: float = 40.0, missed: tuple[str, ...] = (), sets: int = 24, spread: float = 2.0,
         targets: str = "t1") -> dict[str, Any]:  # fmt: skip
    """An ensemble's file: sets spread evenly over `FREE`, losses around `loss`, some targets missed."""
    draw = np.random.default_rng([11, int(rival[1])])
    free = FREE[rival]
    places = np.stack([draw.permutation((np.arange(sets) + 0.5) / sets) for _ in free], axis=1)
    values = [[low + place * (high - low) for place, (low, high) in zip(row, free.values(), strict=True)]
              for row in places]  # fmt: skip
    losses = np.linspace(loss - spread, loss + spread, sets)
    fit = [{"target": name, "label": f"Target {name}", "kind": "null" if name in NULLS else "fit", "unit": "share",
            "weight": 2.0 if name == "within_person" else 1.0, "figure": 0.4, "low": 0.3, "high": 0.5,
            "median": 0.6 if name in missed else 0.42, "q05": 0.45 if name in missed else 0.35, "q95": 0.7,
            "inside": name not in missed, "off": 2.0 if name in missed else 0.1}
           for name in (*FITTED, *NULLS)]  # fmt: skip
    return {"format": 1, "rival": rival, "about": "made for a test", "fit": fit,
            "provenance": {"budget": {"points": 9}, "clients": 8, "replicates": 4, "targets_hash": targets},
            "quality": {"effective": sets}, "parameters": [{"pointer": name} for name in free],
            "sets": [{"weight": 1 / sets, "loss": float(one), "missed": len(missed), "values": row}
                     for one, row in zip(losses, values, strict=True)]}  # fmt: skip


def ensemble_of(rival: str, **how: Any) -> Ensemble:
    return read_ensemble(Place(made(rival, **how), f"{rival}.json"))


def bundle(monkeypatch: pytest.MonkeyPatch, folder: Path, documents: Mapping[str, dict[str, Any]]) -> None:
    """Puts these ensembles in the place of the bundled ones; {}: none is bundled."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(text(document), encoding="utf-8")
    monkeypatch.setattr(calibrate_ensemble, "data_folder",
                        lambda name: folder if name == "ensembles" else data_folder(name))  # fmt: skip
