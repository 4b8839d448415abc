"""Shows for every row that its check can fail, by readings that a fault of the program would leave behind.

*Disconnected*: the change reaches nothing, so that the changed side is the base. *Turned round*: it does the opposite;
the sides are swapped. *Leaky*: it reaches more than it should; beside it, something else is changed that moves all that
the row holds still. *Switched on*, for rows in which nothing may move: the same change where the model lets it act
(`Row.unless`). The last two are runs of their own, with one seed: what is compared to the last bit needs no more.
"""

from __future__ import annotations

import math

from . import BENCHES, ROWS, SCENES
from .measure import SEEDS, Bench, Cell, Document, Readings, Row, at, base, changed, judged, over, split

SEED = SEEDS[:1]

QUALITY: Document = {
    "resonance": 0.62, "perspective_taking": 0.6, "compassion": 0.63, "validation": 0.61, "autonomy_support": 0.55,
    "attunement": 0.58, "curiosity": 0.45, "technique": 0.6,
}  # fmt: skip
#: Moves whatever clients and agents have.
ANYTHING: Document = {
    "intake": {"episode_mean": 15.5, "insight_start": 0.3},
    "human": {"discriminability": 1.1, "repaired": 0.4, "trust_mean": 7, "contact_cost": 0.1, "quality": QUALITY},
    "assistant": {"text": {"discriminability": 1.0}, "speech": {"used": True}, "repaired": 0.2, "trust_mean": 4,
                  "contact_cost": 0.1, "memory_state": 0.7, "quality": QUALITY},
    "recognition": {"asking": 0.2, "memory_growth": 0.07, "second_look": 1.3, "display": {"base": 0.37}},
    "course": {"symptom_sd": 1.3},
    "practice": {"intercept": -1},
    "roles": {"insight_gain": 0.04, "motivation_rate": 0.03, "stigma": 0.03},
    "coaching": {"reliance_rate": 0.3},
    "safety": {"onset": 0.25, "false_alarm": 0.04, "minutes": 44},
    "leaving": {"intercept": -3.1, "missed": 0.15},
    "therapists": {"load": 1.7, "session_minutes": 47, "fatigue": {"keep": 0.7}},
    "accounts": {"price": {"session_minute": 2.2, "assistant_contact": 1.1}},
}  # fmt: skip
STEP: Document = {
    "comparator": None,
    "human": {"every_weeks": 1},
    "assistant": {"every_weeks": 1, "fade": 0.05},
    "coached": True,
}
SERVICE: Document = {"service": {"arrivals": 17, "arrivals_file": None, "slots": 9}}


def mover(row: Row) -> Document:
    """A patch that moves every output which rows of this scene hold still."""
    patch = over(ANYTHING, {"pathway": {"steps": {"care": STEP}}})
    return over(patch, SERVICE) if "service" in SCENES[row.scene] else patch


def leaky(row: Row) -> Cell:
    return split(over(over(at(row.given), at(row.change)), mover(row)))


def switched_on(row: Row) -> tuple[Cell, Cell]:
    free = over(at(row.given), at(row.unless))
    return split(free), split(over(free, at(row.change)))


def _cells(scene: str) -> list[Cell]:
    rows = [row for row in ROWS if row.scene == scene]
    found = [leaky(row) for row in rows]
    return found + [cell for row in rows if row.reads is None for cell in switched_on(row)]


LEAKS = {name: Bench(document, _cells(name)) for name, document in SCENES.items()}


def numbers(readings: Readings) -> bool:
    return not any(math.isnan(value) for values in readings.values() for value in values)


def survives_disconnected(row: Row) -> bool:
    """Does the row still hold where its change changes nothing?"""
    before = BENCHES[row.scene].readings(row, base(row))
    return judged(row, before, before).holds(row)


def survives_turned_round(row: Row) -> bool:
    """Does the row still hold where its change does the opposite?"""
    bench = BENCHES[row.scene]
    return judged(row, bench.readings(row, changed(row)), bench.readings(row, base(row))).holds(row)


def unnoticed(row: Row) -> list[str]:
    """What is held still, and is not reported where a leak moves it. What is no number cannot be seen to move."""
    before = BENCHES[row.scene].readings(row, base(row), SEED)
    after = LEAKS[row.scene].readings(row, leaky(row), SEED)
    moved = judged(row, before, after).moved
    return [output.name for output in row.still if output.name not in moved or math.isnan(before[output.name][0])]


def survives_switched_on(row: Row) -> bool:
    """Does the row still hold where the model lets its change act?"""
    before, after = (LEAKS[row.scene].readings(row, cell, SEED) for cell in switched_on(row))
    assert numbers(before) and numbers(after)
    return judged(row, before, after).holds(row)
