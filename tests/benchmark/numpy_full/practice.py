"""Practice between contacts (S9), of all clients in care at once."""

from __future__ import annotations

import numpy as np
from reference.practice import full_gain

from .arm import Arm
from .chance import thresholds
from .people import Bond, People
from .tables import Floats, Words
from .turns import counted


def logistic(x: Floats) -> Floats:
    """In place. Faster than scipy's expit."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    return np.divide(1.0, x, out=x)


def pay_writing(arm: Arm, people: People, week: int) -> None:
    """Expressive writing of the last four weeks, a quarter each. This week's own place in the ring is emptied."""
    if "expressive_writing" not in arm.step["offers"]:
        return
    paid = people.written_0 + people.written_1 + people.written_2 + people.written_3
    paid *= full_gain(arm.p, "expressive_writing") / 4
    paid *= people.practises
    paid *= people.fit_expressive_writing
    people.week_gain += paid
    written(people, week)[:] = 0


def written(people: People, week: int) -> Floats:
    """Share of that week's slots for writing that were used; kept for four weeks."""
    column: Floats = getattr(people, f"written_{week % 4}")
    return column


def practise(arm: Arm, people: People, words: Words, week: int) -> None:
    """Slots are dealt in turn to what is offered; the carrier is the assistant where there is one."""
    p, offers = arm.p, arm.step["offers"]
    people.practised[:] = 0
    if not offers:
        return
    bond = people.bonds[arm.agents[-1]]
    slots = p["/practice/slots"]
    done = words[:slots] < thresholds(logistic(logit(arm, people, bond, week)))
    people.practised[:] = counted(done)
    for place, name in enumerate(offers):
        dealt = done[place :: len(offers)]
        share = counted(dealt)
        share /= max(1, len(dealt))
        if name == "expressive_writing":
            written(people, week)[:] = share
            continue
        share *= full_gain(p, name)
        share *= people.practises
        share *= getattr(people, f"fit_{name}")
        if name == "focusing":
            share *= focused(arm, people, bond)
        people.week_gain += share


def logit(arm: Arm, people: People, bond: Bond, week: int) -> Floats:
    p = arm.p
    found: Floats = bond.trust_before - p["/practice/trust_reference"]
    found *= p["/practice/trust"]
    found += p["/practice/motivation"] * (people.motivation - p["/practice/motivation_reference"])
    usual = p[f"/{arm.agents[-1]}/reference/compassion"]
    found += p["/practice/compassion"] * (bond.compassion - usual) * (bond.contacts > 0)
    guided = p["/practice/guided"] if "human" in arm.agents else 0.0
    found += p["/practice/intercept"] + guided - p["/practice/fading"] * week
    return found


def focused(arm: Arm, people: People, bond: Bond) -> Floats:
    """Focusing works by insight and by the carrier's curiosity."""
    p = arm.p
    above = bond.curiosity - p["/practice/focusing/curiosity"]
    above *= p["/practice/focusing/slope"]
    above *= bond.contacts > 0
    found = logistic(above)
    found *= p["/practice/focusing/base"] + people.insight
    return found
