"""One client's course in sentences. Every clause is made from a row of the course, and says no more than that row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hybridcare.plots_base import clean

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.story import Story

AGENTS = ("human", "assistant")
_ENDS = {"completed": "completes care", "ended_early": "care ends early, as planned for clients who are well",
         "dropped": "leaves care before its planned end"}  # fmt: skip
#: The same for clients whom care has not reached.
_UNSERVED = {"completed": "the wait ends without care", "dropped": "gives up before care has begun",
             "ended_early": "the wait ends, as planned for clients who are well"}  # fmt: skip


def sentences(told: Story) -> list[str]:
    """Who it is; each week in which something happened, and in one line those in between; how it ended; the twin."""
    return [_who(told), *_weeks(told), _end(told), _sums(told), _beside(told)]


def _who(told: Story) -> str:
    row = told.person.iloc[0]
    distances = [(a, float(row[f"oracle_distance_{a}"])) for a in AGENTS]
    far = " and ".join(f"{d:.2f} from the {a}" for a, d in distances if not math.isnan(d))
    label = clean(told.results.arms[told.arm], 120)
    return (f"Client {told.client} of replicate {told.replicate} enters “{label}” with a PHQ-9 of "
            f"{_count(int(row['phq9_start']), 'point')}. Culture “{clean(row['culture'])}”, an abstract "
            "distance of expression" + (f": {far}." if far else "."))  # fmt: skip


def _weeks(told: Story) -> list[str]:
    rows = told.course.to_dict("records")
    found: list[str] = []
    quiet: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        after = rows[place + 1] if place + 1 < len(rows) else row
        parts = _events(told, row, rows[place - 1] if place else row) + _moves(told, row, after, rows[: place + 1])
        if not parts:
            if place and quiet and _why(told, quiet[-1]) != _why(told, row):
                found += _quiet(told, quiet)
                quiet = []
            quiet += [row] if place else []
            continue
        found += _quiet(told, quiet)
        quiet = []
        head = f"Week {int(row['week'])}" if place else "At entry"
        found.append(f"{head}, PHQ-9 {int(row['phq9'])}: {'; '.join(parts)}.")
    return found + _quiet(told, quiet)


def _quiet(told: Story, rows: list[dict[str, Any]]) -> list[str]:
    """Weeks without an event in one line, so that no week is passed over in silence."""
    if not rows:
        return []
    first, last = int(rows[0]["week"]), int(rows[-1]["week"])
    low, high = (int(pick(row["phq9"] for row in rows)) for pick in (min, max))
    weeks = f"Week {first}" if first == last else f"Weeks {first} to {last}"
    span = f"PHQ-9 {low}" if low == high else f"PHQ-9 between {low} and {high}"
    return [f"{weeks}, {span}: {_why(told, rows[0])}."]


def _why(told: Story, row: dict[str, Any]) -> str:
    step = told.steps[str(row["step"])]
    if step["exit"] != "none":
        return "no care any more"
    if step["comparator"] == "waiting":
        return f"waits (step “{clean(row['step'])}”)"
    if row["in_care"] > 0:
        return "in care, without a contact or practice"
    return f"no care in the step “{clean(row['step'])}”"


def _events(told: Story, row: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """What happened in a week, but for the moves between steps."""
    parts = []
    for agent in AGENTS:
        parts += _contact(told, row, before, agent)
    misread = sum(told.misread(row, agent) for agent in AGENTS)
    if misread and row["noticed"] > 0:
        parts.append(_noticed(misread, int(row["noticed"]), int(row["repaired"])))
    for agent in AGENTS:
        if row[f"oracle_ruptures_{agent}"] > before[f"oracle_ruptures_{agent}"]:
            parts.append(f"a rupture with the {agent}")
    if row["oracle_practised"] > 0:
        parts.append(f"practises {_times(int(row['oracle_practised']))}")
    if row["other_minutes"] > 0:
        minutes = _count(round(float(row["other_minutes"])), "minute")
        parts.append(f"a human spends {minutes} on reviews, alarms or turns handed over")
    if row["oracle_week_jump"] > 0:
        parts.append(f"a sudden gain ({float(row['oracle_week_jump']):.1f} points)")
    for column, words in (("risks_found", "a risk is seen"), ("false_alarms", "a false alarm is raised"),
                          ("breached", "the client's data leak"),
                          ("oracle_discovered", "the client finds out that the assistant is a machine")):  # fmt: skip
        if row[column] > before[column]:
            parts.append(words)
    return parts


def _noticed(misread: int, noticed: int, repaired: int) -> str:
    if misread == 1:
        return f"the client notices it, and it is {'' if repaired else 'not '}repaired"
    which = f"all {misread} misread turns" if noticed == misread else f"{noticed} of the {misread} misread turns"
    return f"the client notices {which}, of which {repaired or 'none'} {'is' if repaired == 1 else 'are'} repaired"


def _contact(told: Story, row: dict[str, Any], before: dict[str, Any], agent: str) -> list[str]:
    missed = int(row[f"missed_{agent}"] - before[f"missed_{agent}"])
    name = _name(told, row, agent)
    what = "the contact" if missed == 1 else _count(missed, "contact")
    skipped = [f"misses {what} with {name}"] if missed > 0 else []
    contacts = int(row[f"met_{agent}"])
    if contacts == 0:
        return skipped
    turns = contacts * told.turns(row, agent)
    how = "" if contacts == 1 else f" {_times(contacts)}"
    return [*skipped, f"meets {name}{how}, {told.misread(row, agent)} of {_count(turns, 'turn')} misread"
            + _trust(row, before, agent)]  # fmt: skip


def _trust(row: dict[str, Any], before: dict[str, Any], agent: str) -> str:
    """Where it went, if one could see it; another assistant is another trust."""
    now, then = float(row[f"trust_{agent}"]), float(before[f"trust_{agent}"])
    if agent == "assistant" and row["assistant"] != before["assistant"]:
        return f", trust in it {now:.2f}"
    if math.isnan(then) or f"{now:.2f}" == f"{then:.2f}":
        return ""
    return f", trust {'rises' if now > then else 'falls'} to {now:.2f}"


def _name(told: Story, row: dict[str, Any], agent: str) -> str:
    names = told.assistants
    if agent == "human" or len(names) < 2:
        return f"the {agent}"
    return f"the assistant “{clean(names[int(row['assistant'])])}”"


def _moves(told: Story, row: dict[str, Any], after: dict[str, Any], so_far: list[dict[str, Any]]) -> list[str]:
    """What the next week's step says of the end of this one."""
    here, there = str(row["step"]), str(after["step"])
    if here == there:
        return []
    exit_now, exit_then = told.steps[here]["exit"], told.steps[there]["exit"]
    if exit_then != "none":
        begun = any(each["in_care"] > 0 for each in so_far)
        return [(_ENDS if begun else _UNSERVED)[exit_then]]
    if exit_now != "none":
        return [f"comes back and enters the step “{clean(there)}”"]
    return [f"goes on to the step “{clean(there)}”"]


def fate(told: Story, course: pd.DataFrame) -> str:
    """How a course stands at its end, in a clause without its subject."""
    steps = [str(name) for name in course["step"]]
    last, cared = told.steps[steps[-1]], bool((course["in_care"] > 0).any())
    if last["exit"] == "none":
        if bool(course["in_care"].iloc[-1] > 0):
            return f"still in care (step “{clean(steps[-1])}”)"
        return f"{'not in care' if cared else 'never in care'} (step “{clean(steps[-1])}”)"
    week = max(int(w) for w, s in zip(course["week"], steps, strict=True) if told.steps[s]["exit"] == "none")
    if not cared:
        return f"never in care: {'gave up' if last['exit'] == 'dropped' else 'the wait ended'} in week {week}"
    words = {"completed": "care completed", "ended_early": "care ended early as planned",
             "dropped": "left before the planned end of care"}  # fmt: skip
    return f"{words[last['exit']]} in week {week}"


def _end(told: Story) -> str:
    last = told.course.iloc[-1]
    points = _count(int(last["phq9"]), "point")
    return (f"At the end, in week {int(last['week'])}: {fate(told, told.course)}; PHQ-9 {points}, "
            f"latent level {float(last['oracle_symptom']):.1f}.")  # fmt: skip


def _sums(told: Story) -> str:
    rows = told.course.to_dict("records")
    parts = []
    for agent in AGENTS:
        contacts = sum(int(row[f"met_{agent}"]) for row in rows)
        if contacts:
            turns = sum(int(row[f"met_{agent}"]) * told.turns(row, agent) for row in rows)
            misread = sum(told.misread(row, agent) for row in rows)
            parts.append(f"{_count(contacts, 'contact')} with the {agent}, {misread} of {turns} turns misread")
    if not parts:
        return "In all: no contact with anyone."
    noticed, repaired = (int(told.course[name].sum()) for name in ("noticed", "repaired"))
    return f"In all: {'; '.join(parts)}; {noticed} misread turns noticed, {repaired} of them repaired."


def _beside(told: Story) -> str:
    from hybridcare.story import TWINS

    twin = f"The twin, {TWINS[told.twin]}"
    ours, theirs = told.course["oracle_symptom"], told.twin_course["oracle_symptom"]
    if bool((ours.to_numpy() == theirs.to_numpy()).all()):
        return f"{twin}, has exactly the same course."
    week = told.results.experiment.reading_week
    mine, other = float(ours.iloc[week]), float(theirs.iloc[week])
    apart = f"{abs(mine - other):.2f} points {'above' if other > mine else 'below'} this client's"
    near = "less than 0.01 points from this client's" if abs(mine - other) < 0.005 else apart
    level = f"{other:.1f} points at week {week}, {near}"
    parts = [f"a latent level of {level}"]
    counts = [sum(told.misread(row, agent) for row in course.to_dict("records") for agent in AGENTS)
              for course in (told.twin_course, told.course)]  # fmt: skip
    if counts[0] != counts[1]:
        parts.append(f"{counts[0]} turns misread instead of {counts[1]}")
    ends = [fate(told, course) for course in (told.twin_course, told.course)]
    if ends[0] != ends[1]:
        parts.append(f"{ends[0]} ({ends[1]} here)")
    return f"{twin}: {'; '.join(parts)}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
