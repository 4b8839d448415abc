"""What is written down of a course: the columns of the program's rows, by their names (python/docs/tables.md)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .world import AGENTS, PATHWAYS

if TYPE_CHECKING:
    from .course import Course


def offers_care(step: dict) -> bool:
    contacts = step["human"] or step["assistant"]
    return bool(contacts or step["bundle"] or step["offers"] or step["comparator"] == "usual_care")


def week_row(course: Course, week: int, step: dict) -> dict[str, Any]:
    """The state at the end of a week, in which the client was in `step`."""
    client = course.client
    found: dict[str, Any] = {
        "client": client.id,
        "culture": client.culture,
        "week": week,
        "step": step["name"],
        "in_care": int(offers_care(step)),
        "noticed": sum(bond.noticed for bond in client.bonds.values()),
        "repaired": sum(bond.repaired for bond in client.bonds.values()),
        "phq9": client.phq9,
        "weeks_in_care": client.weeks_in_care,
        "weeks_in_step": client.weeks_in_step,
        "weeks_waited": 0,
        "off_track": int(client.off_track),
        "risk_flag": int(client.risk_flag),
        "false_alarms": client.alarms,
        "risks_found": client.risks_found,
        "other_minutes": client.minutes,
        "assistant": client.assistant,
        "breached": int(client.breached),
    }
    found |= {f"oracle_{name}": value for name, value in latent(client).items()} | plan_columns(course)
    for agent in AGENTS:
        found |= agent_columns(course, agent)
    return found


def latent(client) -> dict[str, Any]:
    same = ("symptom", "episode", "gain", "practised", "week_gain", "week_jump", "unrepaired", "harm", "turns",
            "insight", "motivation", "stigma", "autonomy", "fatigue", "reliance", "risk", "missed_risk", "risk_waits",
            "human_reached", "human_waits")  # fmt: skip
    return {name: getattr(client, name) for name in same} | {"discovered": int(client.discovered)}


def plan_columns(course: Course) -> dict[str, float]:
    """What a personalised plan believes."""
    found = {}
    for name in PATHWAYS:
        weight = course.client.plan_weight[name] if course.world.any_plan else math.nan
        found[f"plan_fit_{name}"] = course.client.plan_sum[name] / weight
        found[f"plan_sd_{name}"] = 1 / math.sqrt(weight)
    return found


def agent_columns(course: Course, agent: str) -> dict[str, float]:
    """NaN stands for what is not there: an agent who is not in the arm, a contact that was not held."""
    bond, week = course.client.bonds[agent], course.client.week
    present = agent in course.world.agents
    state = {
        "trust": bond.trust,
        "alliance": bond.alliance,
        "oracle_alliance_mean": bond.alliance_mean,
        "oracle_memory": bond.memory,
        "oracle_reliability": bond.reliability,
    }
    contact = {
        "empathy_rating": bond.empathy_rating,
        "alliance_rating": bond.alliance_rating,
        "felt_heard": bond.felt_heard,
        "right_turns": bond.right,
        "confidence": bond.confidence,
        "asked_turns": bond.asked,
        "oracle_masked_turns": bond.masked,
        "oracle_empathy": bond.empathy,
        "oracle_compassion": bond.compassion,
        "oracle_curiosity": bond.curiosity,
    }
    found: dict[str, float] = {
        "met": bond.met,
        "missed": bond.missed if present else 0,
        "oracle_ruptures": bond.ruptures if present else 0,
        "oracle_weeks_since": week - bond.first_week if present and bond.contacts else 0,
    }
    found |= {name: float(value) if present else math.nan for name, value in state.items()}
    found |= {name: float(value) if bond.met else math.nan for name, value in contact.items()}
    return {f"{name}_{agent}": value for name, value in found.items()}


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def client_row(course: Course, reading_week: int) -> dict[str, Any]:
    """A client's whole course. `reading_week` is the last of the contacts over which means of ratings are taken."""
    client, weeks = course.client, course.weeks
    last = len(weeks) - 1
    post = min(reading_week + 1, last)
    found: dict[str, Any] = {
        "client": client.id,
        "culture": client.culture,
        "therapist": client.therapist,
        "phq9_start": client.phq9_start,
        f"phq9_week_{reading_week}": weeks[reading_week]["phq9"],
        "phq9_post": weeks[post]["phq9"],
        "phq9_end": weeks[last]["phq9"],
        f"oracle_symptom_week_{reading_week}": weeks[reading_week]["oracle_symptom"],
        "exit": course.exit,
        "left_week": course.left_week,
        "satisfaction": satisfaction(course, post),
        "other_minutes": math.fsum(row["other_minutes"] for row in weeks),
    }
    found |= {f"phq9_week_{week}": weeks[week]["phq9"] for week in (26, 52) if reading_week + 1 < week < last}
    for agent in AGENTS:
        found |= whole_course(course, agent) | up_to_reading(course, agent, reading_week)
    return found | person(course)


def person(course: Course) -> dict[str, Any]:
    """What the client brought along, and what had come of it by the end."""
    client, entry, end = course.client, course.weeks[0], course.weeks[-1]
    found: dict[str, Any] = {f"attribute_{name}": level for name, level in client.levels.items()}
    for trait in ("baseline", "responsiveness", "halo", "gain_cap", "expressivity", "privacy_concern", "preference"):
        found[f"oracle_{trait}"] = getattr(client, trait)
    found |= {f"oracle_fit_{name}": fit for name, fit in client.fit.items()}
    found |= {f"oracle_{moves}": entry[f"oracle_{moves}"] for moves in ("motivation", "stigma")}
    found |= {"oracle_trust_type": client.trust_type, "triage_score": client.triage}
    kept = ("false_alarms", "risks_found", "oracle_missed_risk", "assistant", "breached", "oracle_discovered")
    return found | {name: end[name] for name in kept}


def whole_course(course: Course, agent: str) -> dict[str, float]:
    present, bond, held = agent in course.world.agents, course.client.bonds[agent], course.held[agent]
    end = course.weeks[-1]
    return {
        f"{agent}_contacts": len(held),
        f"trust_start_{agent}": bond.trust_start if present else math.nan,
        f"oracle_distance_{agent}": bond.distance if present else math.nan,
        f"oracle_match_{agent}": bond.match if present else math.nan,
        f"misread_turns_{agent}": sum(each.turns - each.right for each in held),
        f"noticed_unrepaired_{agent}": sum(each.unrepaired for each in held),
        f"trust_end_{agent}": end[f"trust_{agent}"],
        **{f"{name}_{agent}": end[f"{name}_{agent}"] for name in ("missed", "oracle_reliability", "oracle_ruptures")},
    }


def up_to_reading(course: Course, agent: str, reading_week: int) -> dict[str, float]:
    rows = [row for row in course.weeks[: reading_week + 1] if row[f"met_{agent}"]]
    held = [each for each in course.held[agent] if each.week <= reading_week]
    turns = sum(each.turns for each in held)
    return {
        f"mean_empathy_rating_{agent}": mean([row[f"empathy_rating_{agent}"] for row in rows]),
        f"mean_alliance_rating_{agent}": mean([row[f"alliance_rating_{agent}"] for row in rows]),
        f"mean_expressed_empathy_{agent}": mean([row[f"oracle_empathy_{agent}"] for row in rows]),
        f"mean_accuracy_{agent}": sum(each.right for each in held) / turns if turns else math.nan,
    }


def satisfaction(course: Course, asked: int) -> float:
    """S18, of those who met somebody by the week in which they are asked: trust as it stood when they last met."""
    p, rows = course.world.p, course.weeks[: asked + 1]
    held = {agent: [row for row in rows if row[f"met_{agent}"]] for agent in AGENTS}
    trust = {agent: weeks[-1][f"trust_{agent}"] for agent, weeks in held.items() if weeks}
    if not trust:
        return math.nan
    share = p["/leaving/trust_human_share"]
    both = len(trust) == 2
    overall = share * trust["human"] + (1 - share) * trust["assistant"] if both else sum(trust.values())
    empathy = [row[f"oracle_empathy_{a}"] for a, weeks in held.items() for row in weeks for _ in range(row[f"met_{a}"])]
    logit = p["/satisfaction/intercept"] + p["/satisfaction/trust"] * overall
    logit += p["/satisfaction/empathy"] * mean(empathy)
    logit += p["/satisfaction/improvement"] * (course.client.phq9_start - rows[-1]["phq9"])
    return 1 / (1 + math.exp(-logit))
