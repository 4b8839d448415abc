"""Numbers of the simplified client-week and what is read out of a run; README.md has the equations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

WEEKS = 52
READOUT_WEEKS = (4, 12, 26, 52)
QUANTITIES = ("symptom", "spread", "severe", "trust", "alliance", "right")
POINTS = 27.0  # a symptom lies between 0 and this
SEVERE = 20.0  # points from which on a symptom counts as severe


class Parameters(NamedTuple):
    """Made up for this comparison; README.md has units and meanings, and a test compares its table with this."""

    level_mean: float = 14.0
    level_sd: float = 4.0
    start_sd: float = 3.0
    alliance_start: float = 0.5
    good_start: float = 3.0
    bad_start: float = 2.0
    accuracy: tuple[float, ...] = (0.85, 0.78, 0.71, 0.64, 0.57, 0.50)
    disclosure: float = 0.20
    noticing: float = 0.5
    memory: float = 0.9
    failure: float = 2.0
    alliance_pull: float = 0.25
    alliance_right: float = 0.05
    alliance_noticed: float = 0.10
    symptom_return: float = 0.15
    gain: float = 0.8
    noise: float = 1.5
    leave_base: float = -4.3
    leave_trust: float = 2.0
    leave_noticed: float = 1.0
    leave_symptom: float = 0.10


def as_arguments(parameters: Parameters) -> list[str]:
    """NAME=VALUE of every parameter, as the program `peers` wants them."""
    return [f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
            for name, value in parameters._asdict().items()]  # fmt: skip


def read_out(symptom: Any, level: Any, trust: Any, alliance: Any, right: Any) -> dict[str, Any]:
    """How many are in care, and of each quantity the sum and the sum of squares over them.

    Each argument has one value per client still in care, shape (n,), in the order of the clients or any other.
    """
    symptom, level = np.asarray(symptom, float), np.asarray(level, float)
    values = (symptom, (symptom - level) ** 2, symptom >= SEVERE, trust, alliance, right)
    columns = {name: np.asarray(value, float) for name, value in zip(QUANTITIES, values, strict=True)}
    sums = {name: [float(column.sum()), float((column * column).sum())] for name, column in columns.items()}
    return {"in_care": len(symptom), **sums}


def run_of(clients: int, client_weeks: int, readouts: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """What an implementation gives back of one run; `client_weeks` counts the weeks that were begun in care."""
    return {"clients": clients, "client_weeks": client_weeks, "readouts": {str(w): r for w, r in readouts.items()}}


def pooled(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Runs of one implementation with different seeds, as one run of all their clients."""
    readouts: dict[int, dict[str, Any]] = {}
    for week in READOUT_WEEKS:
        parts = [run["readouts"][str(week)] for run in runs]
        sums = {name: [sum(part[name][k] for part in parts) for k in range(2)] for name in QUANTITIES}
        readouts[week] = {"in_care": sum(part["in_care"] for part in parts), **sums}
    return run_of(sum(run["clients"] for run in runs), sum(run["client_weeks"] for run in runs), readouts)
