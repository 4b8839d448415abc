"""Guards of transitions. Their language is a part of Python's expressions, but for the dot after `oracle`."""

from __future__ import annotations

import functools
import math
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .course import Course

RATINGS = ("empathy_rating", "alliance_rating", "felt_heard", "confidence")


@functools.cache
def compiled(guard: str) -> CodeType:
    return compile(guard.replace("oracle.", "oracle_"), "guard", "eval")


def holds(guard: str, course: Course) -> bool:
    """Whether a guard holds for a client at the end of a week."""
    return bool(eval(compiled(guard), {"__builtins__": {}}, known(course)))  # of our own scenarios


def known(course: Course) -> dict[str, Any]:
    """All that a guard can name. A rating that does not exist yet compares as false with everything."""
    client, world = course.client, course.world
    found: dict[str, Any] = {
        name: getattr(client, name)
        for name in ("phq9", "phq9_start", "weeks_in_step", "weeks_in_care", "week", "off_track", "risk_flag")
    }
    found |= {"weeks_waited": 0, "triage_score": client.triage}
    for name in ("symptom", "episode", "gain", "responsiveness", "motivation", "insight", "stigma", "privacy_concern",
                 "preference", "fatigue", "reliance", "risk"):  # fmt: skip
        found[f"oracle_{name}"] = getattr(client, name)
    for agent, bond in client.bonds.items():
        found |= {f"{agent}_contacts": bond.contacts, f"{agent}_missed": bond.missed}
        found |= {f"{agent}_{name}": getattr(bond, name) if bond.contacts else math.nan for name in RATINGS}
        found[f"oracle_{agent}_trust"] = bond.trust_before
        for name in ("alliance", "empathy", "ruptures", "memory", "reliability", "distance"):
            found[f"oracle_{agent}_{name}"] = getattr(bond, name)
    for attribute in world.attributes:
        found |= {level: level for level in attribute.levels} | {attribute.name: client.levels[attribute.name]}
    names = world.culture_names
    return found | {name: name for name in names} | {"culture": names[client.culture]}
