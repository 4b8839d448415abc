"""Targets in words and as plain JSON: for the command line, pages and files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybridcare.target_files import Target
    from hybridcare.targets import TargetRuns


def document(one: Target) -> dict[str, Any]:
    """A target as JSON: all its members; what is no finite number is null."""
    names = ("name", "label", "row", "kind", "figure", "low", "high", "interval", "sd", "discrepancy", "weight", "unit",
             "derivation", "evidence", "study")  # fmt: skip
    found = {name: getattr(one, name) for name in names}
    return {name: _plain(value) for name, value in found.items()}


def run_document(runs: TargetRuns, point: int = 0) -> dict[str, Any]:
    """What was found at one point as JSON, with what was run."""
    rows = runs.table(point).to_dict("records")
    return {
        "model": runs.rival.name, "status": runs.rival.given, "seed": runs.seed, "clients": runs.clients,
        "replicates": runs.replicates, "client_weeks": runs.client_weeks, "says": sentence(runs, point),
        "targets": [{str(name): _plain(value) for name, value in row.items()} for row in rows],
    }  # fmt: skip


def sentence(runs: TargetRuns, point: int = 0) -> str:
    """How many of the fitted figures and of the nulls lie inside, and in which model."""
    kinds = [runs.targets[name].kind for name in runs.names]
    held = runs.inside[point]

    def count(*wanted: str) -> str:
        chosen = [bool(inside) for inside, kind in zip(held, kinds, strict=True) if kind in wanted]
        return f"{sum(chosen)} of {len(chosen)}"

    fitted, nulls, shown = count("fit", "input"), count("null"), count("bracket")
    return (f"{runs.rival.title} ({runs.rival.given}): {fitted} figures to be fitted and {nulls} nulls lie inside "
            f"their intervals; so do {shown} that are shown and not fitted.")


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple):
        return list(value)
    return bool(value) if type(value).__name__ == "bool_" else value
