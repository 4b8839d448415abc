"""The week (model, section 3) and a client's course through one arm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from .chance import ATTENDANCE, COURSE, LEAVING, PRACTICE, SUDDEN_GAIN, Chance, happens, normal, uniform
from .contact import Contact
from .guards import holds
from .people import AGENTS, PARTNER, Client, Therapist, clip, draw_client, draw_therapist, measured, meet
from .rows import offers_care, week_row


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class Held(NamedTuple):
    """A contact, for the rows."""

    week: int
    turns: int
    right: int
    unrepaired: int


class Course:
    """One client in one arm. `weeks` holds a row for entry and for each week; names are those of the program's rows."""

    def __init__(self, p: dict, pathway: dict, chance: Chance, client: Client, therapist: Therapist) -> None:
        self.p, self.chance, self.client, self.therapist = p, chance, client, therapist
        self.steps = {step["name"]: step for step in pathway["steps"]}
        self.transitions = sorted(pathway["transitions"], key=lambda t: t["priority"])
        self.step = self.steps[pathway["start"]]
        self.exit, self.left_week = "none", 0
        self.weeks: list[dict[str, Any]] = []
        self.met: list[str] = []  # this week
        self.held: dict[str, list[Held]] = {agent: [] for agent in AGENTS}
        self.practised = 0
        self.record(0)

    def has(self, agent: str) -> bool:
        """Whether any step of the arm has contacts with the agent."""
        return any(step[agent] for step in self.steps.values())

    @property
    def agents(self) -> list[str]:
        """Those of this step, human first."""
        return [agent for agent in AGENTS if self.step[agent]]

    @property
    def in_care(self) -> bool:
        return offers_care(self.step)

    @property
    def monitored(self) -> bool:
        return self.client.off_track and self.step["feedback"]

    def run(self, weeks: int) -> None:
        for week in range(1, weeks + 1):
            step = self.step
            self.begin(week)
            self.symptoms(week)
            jump = self.sudden_gain(week)
            gain = sum(self.contact(week, agent) for agent in self.met)
            unrepaired = sum(self.client.bonds[a].noticed - self.client.bonds[a].repaired for a in self.met)
            gain += self.practice(week)
            self.gain(gain, jump, unrepaired)
            self.leave(week, unrepaired)
            self.move(week)
            self.record(week, step)

    def begin(self, week: int) -> None:
        """Who is met this week, and how long care has lasted: known before the measurement is judged."""
        client = self.client
        client.weeks_in_step += 1
        self.met = []
        for bond in client.bonds.values():
            bond.trust_before = bond.trust
        for agent in self.agents:
            if (client.weeks_in_step - 1) % self.step[agent]["every_weeks"] == 0:
                word = self.chance.words(client.id, ATTENDANCE, week=week, partner=PARTNER[agent])[0]
                if happens(word, self.p["/leaving/missed"]):
                    client.bonds[agent].missed += 1
                else:
                    self.met.append(agent)
        if client.weeks_in_care > 0 or self.in_care:
            client.weeks_in_care += 1

    def symptoms(self, week: int) -> None:
        """S0, S1 up to the measurement."""
        p, client = self.p, self.client
        episode, symptom, error, _ = self.chance.words(client.id, COURSE, week=week)
        drift = p["/course/episode_return"] * (client.baseline - client.episode)
        client.episode = clip(client.episode + drift + p["/course/episode_sd"] * normal(episode), 0, 27)
        attractor = max(0.0, client.episode - client.gain) + self.waiting_shift()
        client.symptom -= p["/course/symptom_return"] * (client.symptom - attractor)
        client.symptom += p["/course/symptom_sd"] * normal(symptom) - p["/course/alliance_effect"] * self.swing()
        client.symptom = clip(client.symptom, 0, 27)
        client.phq9 = measured(p, client.symptom, error)
        weeks = min(client.weeks_in_care, p["/monitoring/expected_weeks"])
        client.off_track = client.phq9 > client.phq9_start - p["/monitoring/expected_gain"] * weeks

    def waiting_shift(self) -> float:
        if self.step["comparator"] != "waiting":
            return 0.0
        reached = 1 - math.exp(-self.client.weeks_in_step / self.p["/course/waiting_weeks"])
        return self.p["/course/waiting_shift"] * reached

    def swing(self) -> float:
        """The alliance above its running level, of the agent with whom it is further from it."""
        return max((bond.alliance - bond.alliance_mean for bond in self.client.bonds.values()), key=abs)

    def trust_in(self, agent: str) -> float:
        """As jumps and practice see it."""
        if self.p["/rival/contact_only"]:
            return self.p[f"/rival/trust_{agent}"]
        return self.client.bonds[agent].trust_before

    def sudden_gain(self, week: int) -> float:
        """S8."""
        if not self.agents:
            return 0.0
        p = self.p
        whether, how_large, *_ = self.chance.words(self.client.id, SUDDEN_GAIN, week=week)
        trust = self.trust_in("human" if "human" in self.agents else "assistant")
        able = min(self.client.responsiveness, p["/sudden_gain/responsiveness_most"])
        if not happens(whether, p["/sudden_gain/rate"] * 2 * trust * able):
            return 0.0
        return p["/sudden_gain/size"] * (1 + p["/sudden_gain/size_spread"] * (2 * uniform(how_large) - 1))

    def contact(self, week: int, agent: str) -> float:
        gain = Contact(self.p, self.chance, self.client, agent, self.therapist, self.step, week).hold()
        bond = self.client.bonds[agent]
        turns = self.step[agent]["turns"]
        self.held[agent].append(Held(week, turns, bond.right, bond.noticed - bond.repaired))
        return gain

    def practice(self, week: int) -> float:
        """S9: the gain between contacts."""
        self.practised = 0
        if not self.step["bundle"]:
            return 0.0
        p, client = self.p, self.client
        carrier = self.agents[-1] if self.agents else "leaflet"  # the assistant where there is one
        trust = p["/practice/leaflet_trust"] if carrier == "leaflet" else self.trust_in(carrier)
        logit = p["/practice/intercept"] + p["/practice/trust"] * (trust - p["/practice/trust_reference"])
        logit += p["/practice/motivation"] * (client.motivation - p["/practice/motivation_reference"])
        logit -= p["/practice/fading"] * client.weeks_in_care
        if "human" in self.agents:
            logit += p["/practice/guided"]
        words = self.chance.words(client.id, PRACTICE, week=week)[: p["/practice/slots"]]
        self.practised = sum(happens(word, logistic(logit)) for word in words)
        able = p["/practice/fixed_share"] + p["/practice/responsiveness_share"] * client.responsiveness
        return p["/practice/rate"] * self.practised / p["/practice/slots"] * able

    def gain(self, gain: float, jump: float, unrepaired: int) -> None:
        """S1: what care has won."""
        p, client = self.p, self.client
        if self.step["comparator"] == "usual_care":
            gain += p["/course/usual_care_gain"] * client.responsiveness
        if self.monitored:
            gain *= 1 + p["/monitoring/gain_boost"]
        left = clip(1 - client.gain / client.gain_cap, 0, 1)
        kept = (1 - p["/course/gain_decay"]) * client.gain
        total = kept + (gain + jump) * left - p["/course/harm"] * unrepaired
        client.gain = clip(total, p["/course/gain_least"], client.gain_cap)

    def hazard(self, unrepaired: int) -> float:
        """S10: logit of dropout this week."""
        p, client = self.p, self.client
        if self.step["comparator"] == "usual_care":
            return p["/leaving/intercept"]
        logit = p["/leaving/intercept"]
        logit += p["/leaving/early"] * math.exp(-(client.weeks_in_care - 1) / p["/leaving/early_weeks"])
        if self.agents:  # nobody's trust is at stake with a leaflet
            logit += p["/leaving/trust"] * (p["/leaving/trust_reference"] - self.trust_in_care())
        logit += p["/leaving/unrepaired"] * unrepaired
        logit += p["/leaving/worsening"] * (client.phq9 - client.phq9_start)
        if self.agents == ["assistant"]:
            logit += p["/leaving/assistant_only"]
        if len(self.agents) == 2 and self.step["human"]["every_weeks"] <= p["/leaving/guided_weeks"]:
            logit += p["/leaving/guided"]
        return logit - (p["/monitoring/hazard"] if self.monitored else 0)

    def trust_in_care(self) -> float:
        trust = {agent: self.client.bonds[agent].trust for agent in self.agents}
        if len(trust) == 1:
            return sum(trust.values())
        share = self.p["/leaving/trust_human_share"]
        return share * trust["human"] + (1 - share) * trust["assistant"]

    def in_last_planned_week(self) -> bool:
        """Whether this week is the step's last, and no step after it is planned to give care."""
        if self.client.weeks_in_step != self.step["weeks"]:
            return False
        after = self.steps[self.step["then"]]
        for _ in self.steps:
            if offers_care(after):
                return False
            after = self.steps.get(after["then"], after)
        return True

    def leave(self, week: int, unrepaired: int) -> None:
        if not self.in_care or self.in_last_planned_week():
            return
        p, client = self.p, self.client
        dropout, ending, *_ = self.chance.words(client.id, LEAVING, week=week)
        if happens(dropout, logistic(self.hazard(unrepaired))):
            return self.go(week, "dropped")
        well = client.phq9 <= p["/leaving/ending_phq9"]
        better = client.phq9_start - client.phq9 >= p["/leaving/ending_drop"]
        if self.step["comparator"] != "usual_care" and well and better and happens(ending, p["/leaving/ending"]):
            self.go(week, "ended_early")

    def move(self, week: int) -> None:
        """Transitions of the pathway, then the planned length of the step."""
        if self.exit != "none":
            return
        for transition in self.transitions:
            if transition["from"] == self.step["name"] and holds(transition["when"], self.client):
                return self.go(week, transition["to"])
        if self.step["weeks"] and self.client.weeks_in_step >= self.step["weeks"]:
            self.go(week, self.step["then"])

    def go(self, week: int, to: str) -> None:
        self.step = self.steps[to]
        self.client.weeks_in_step = 0
        if self.step["exit"] != "none":
            self.exit, self.left_week = self.step["exit"], week

    def record(self, week: int, step: dict | None = None) -> None:
        self.weeks.append(week_row(self, week, step or self.step))


def simulate(
    p: dict, pathway: dict, cultures: list[tuple[float, float]], chance: Chance, clients: range, weeks: int
) -> Iterator[Course]:
    """Courses of some clients of one replicate in one arm, in the order of their numbers.

    :param p: parameters by path, in the units of the table of fields
    :param pathway: steps and transitions, as `Experiment.pathway` gives them
    :param cultures: (position, share) of each culture
    :param chance: the draws of the replicate
    """
    positions, shares = [position for position, _ in cultures], [share for _, share in cultures]
    therapists = [draw_therapist(p, shares, chance, number) for number in range(p["/therapists/count"])]
    for number in clients:
        client = draw_client(p, cultures, chance, number)
        therapist = therapists[client.therapist]
        meet(p, positions, chance, client, therapist)
        course = Course(p, pathway, chance, client, therapist)
        course.run(weeks)
        yield course
