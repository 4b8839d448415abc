"""What is written down of a course: the columns of the program's rows, by their names (python/docs/tables.md)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .people import AGENTS

if TYPE_CHECKING:
    from .course import Course


def offers_care(step: dict) -> bool:
    contacts = step["human"] or step["assistant"]
    return bool(contacts or step["bundle"] or step["comparator"] == "usual_care")


def week_row(course: Course, week: int, step: dict) -> dict[str, Any]:
    """The state at the end of a week, in which the client was in `step`."""
    client = course.client
    found: dict[str, Any] = {
        "client": client.id,
        "culture": client.culture,
        "week": week,
        "phq9": client.phq9,
        "oracle_symptom": client.symptom,
        "oracle_episode": client.episode,
        "oracle_gain": client.gain,
        "step": step["name"],
        "in_care": int(offers_care(step)),
        "noticed": sum(client.bonds[agent].noticed for agent in course.met),
        "repaired": sum(client.bonds[agent].repaired for agent in course.met),
        "oracle_practised": course.practised,
    }
    for agent in AGENTS:
        found |= agent_columns(course, agent)
    return found


def agent_columns(course: Course, agent: str) -> dict[str, float]:
    """NaN stands for what is not there: an agent who is not in the arm, a contact that was not held."""
    bond = course.client.bonds[agent]
    met = agent in course.met
    state = {"trust": bond.trust, "alliance": bond.alliance, "oracle_alliance_mean": bond.alliance_mean}
    contact = {
        "empathy_rating": bond.empathy_rating,
        "alliance_rating": bond.alliance_rating,
        "felt_heard": bond.felt_heard,
        "right_turns": bond.right,
        "confidence": bond.confidence,
        "oracle_empathy": bond.empathy,
    }
    found: dict[str, float] = {f"met_{agent}": int(met)}
    found |= {f"{name}_{agent}": value if course.has(agent) else math.nan for name, value in state.items()}
    return found | {f"{name}_{agent}": value if met else math.nan for name, value in contact.items()}


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
    }
    for trait in ("baseline", "responsiveness", "motivation", "halo", "gain_cap"):
        found[f"oracle_{trait}"] = getattr(client, trait)
    for agent in AGENTS:
        found |= whole_course(course, agent) | up_to_reading(course, agent, reading_week)
    return found


def whole_course(course: Course, agent: str) -> dict[str, float]:
    present = course.has(agent)
    return {
        f"{agent}_contacts": course.client.bonds[agent].contacts,
        f"trust_start_{agent}": course.weeks[0][f"trust_{agent}"],
        f"trust_end_{agent}": course.weeks[-1][f"trust_{agent}"],
        f"oracle_distance_{agent}": course.client.bonds[agent].distance if present else math.nan,
        f"misread_turns_{agent}": sum(held.turns - held.right for held in course.held[agent]),
        f"noticed_unrepaired_{agent}": sum(held.unrepaired for held in course.held[agent]),
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
    """S18, of those who met somebody by the week in which they are asked."""
    p, row = course.p, course.weeks[asked]
    met = [agent for agent in AGENTS if any(each.week <= asked for each in course.held[agent])]
    if not met:
        return math.nan
    trust = row[f"trust_{met[0]}"]
    if len(met) == 2:
        share = p["/leaving/trust_human_share"]
        trust = share * row["trust_human"] + (1 - share) * row["trust_assistant"]
    empathy = [each[f"oracle_empathy_{a}"] for a in AGENTS for each in course.weeks[: asked + 1] if each[f"met_{a}"]]
    logit = p["/satisfaction/intercept"] + p["/satisfaction/trust"] * trust + p["/satisfaction/empathy"] * mean(empathy)
    logit += p["/satisfaction/improvement"] * (course.client.phq9_start - row["phq9"])
    return 1 / (1 + math.exp(-logit))
