"""Risk states and who sees them (S17). Few are at risk: only they are looked at one by one."""

from __future__ import annotations

import numpy as np
from reference.chance import threshold

from .arm import Arm
from .people import Flags, People
from .tables import Places, Words


def watch_risk(arm: Arm, people: People, words: Words, in_care: bool) -> None:
    p = arm.p
    met = {agent: bond.met > 0 for agent, bond in people.bonds.items()} if in_care else {}
    people.risk_flag[:] = 0
    people.minutes[:] = 0
    above = people.symptom > p["/safety/risk_symptom"]
    people.risk *= above
    at = np.flatnonzero(above)
    begin_or_go_on(people, at, words[0, at] < threshold(p["/safety/onset"]))
    at = at[people.risk[at] > 0]
    if in_care:
        account(arm, people, at, words, met)
        if "assistant" in met:
            false_alarms(arm, people, words[3], met["assistant"], at)


def begin_or_go_on(people: People, at: Places, onset: Flags) -> None:
    begins = onset & (people.risk[at] == 0)
    people.risk[at] += begins | (people.risk[at] > 0)
    people.risk_met[at[begins]] = 0


def account(arm: Arm, people: People, at: Places, words: Words, met: dict[str, Flags]) -> None:
    """Waits are counted from the week of onset, which is 0."""
    p = arm.p
    seen = np.zeros(len(at), np.bool_)
    for place, agent in enumerate(("human", "assistant"), start=1):
        if agent in met:
            seen |= met[agent][at] & (words[place, at] < threshold(p[f"/safety/{agent}_sensitivity"]))
    waited = people.risk[at] - 1
    reached = seen | met["human"][at] if "human" in met else seen
    reached = reached & (people.risk_met[at] == 0)
    people.risk_met[at[reached]] = 1
    people.human_reached[at[reached]] += 1
    people.human_waits[at] += waited * reached
    people.missed_risk[at[~seen]] += 1
    found = at[seen]
    people.risks_found[found] += 1
    people.risk_waits[found] += waited[seen]
    people.risk[found] = 0
    people.risk_flag[found] = 1
    people.minutes[found] += p["/safety/minutes"]


def false_alarms(arm: Arm, people: People, words: Words, met: Flags, at_risk: Places) -> None:
    alarmed = met & (words < threshold(arm.p["/safety/false_alarm"]))
    alarmed[at_risk] = False
    who = np.flatnonzero(alarmed)
    people.alarms[who] += 1
    people.risk_flag[who] = 1
    people.minutes[who] += arm.p["/safety/minutes"]
