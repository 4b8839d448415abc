"""A small ensemble, made by code: no test of a verb hangs on the numbers of the one that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hybridcare.calibrate_ensemble import Ensemble, read_ensemble, text
from hybridcare.strict_json import Place

#: Sets of equal weight: parameters in their units.
VALUES: dict[str, list[float]] = {
    "/change/rate": [0.8, 1.0, 1.2, 1.4],
    "/course/harm": [0.0, 0.05, 0.1, 0.15],
}


def document(values: Mapping[str, Sequence[float]] = VALUES, rival: str = "R1",
             parameters: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:  # fmt: skip
    """As the file has it. parameters: rows with prior and posterior, instead of the pointers alone."""
    count = len(next(iter(values.values())))
    sets = [{"weight": 1 / count, "loss": 1.0, "missed": 0, "values": [float(each[at]) for each in values.values()]}
            for at in range(count)]  # fmt: skip
    rows = [{"pointer": pointer} for pointer in values] if parameters is None else [dict(row) for row in parameters]
    return {"format": 1, "rival": rival, "about": "a test", "provenance": {"seed": 1}, "quality": {}, "fit": [],
            "parameters": rows, "sets": sets}  # fmt: skip


def small(**how: Any) -> Ensemble:
    """See `document`."""
    return read_ensemble(Place(document(**how), "small.json"))


def written(folder: Path, **how: Any) -> Path:
    """The same as a file."""
    path = folder / "small.json"
    path.write_text(text(document(**how)), encoding="utf-8")
    return path
