"""The week (model, section 3) and a client's course through one arm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import events, practice
from .chance import ATTENDANCE, COURSE, LEAVING, SUDDEN_GAIN, happens, normal, uniform
from .contact import Contact
from .guards import holds
from .people import PARTNER, Client, assistant_bond, draw_client, draw_therapists, measured
from .rows import offers_care, week_row
from .turns import logistic
from .world import AGENTS, World, clip


class Held(NamedTuple):
    """A contact, for the rows."""

    week: int
    turns: int
    right: int
    unrepaired: int


class Course:
    """One client in one arm. `weeks` holds a row for entry and for each week; names are those of the program's rows."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client, self.chance = world, client, world.chance
        self.transitions = sorted(world.pathway["transitions"], key=lambda t: t["priority"])
        self.replicate = 0
        self.exit, self.left_week = "none", 0
        self.held: dict[str, list[Held]] = {agent: [] for agent in AGENTS}
        self.enter(world.pathway["start"])
        self.weeks: list[dict[str, Any]] = [week_row(self, 0, self.step)]

    def enter(self, name: str) -> None:
        self.step = self.lived(name)
        self.client.weeks_in_step = 0

    def lived(self, name: str) -> dict:
        """For who meets no assistant, a step is as if it had none."""
        step = self.world.steps[name]
        return step if self.client.meets_assistants else {**step, "assistant": None, "review_every": 0}

    @property
    def p(self) -> dict:
        """The arm's numbers, with this step's assistant in them."""
        return self.world.numbers[self.step["assistant_number"]]

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
            self.live(week)
            self.weeks.append(week_row(self, week, step))

    def live(self, week: int) -> None:
        step = self.step
        self.begin(week)
        self.symptoms(week)
        if self.world.any_plan:
            practice.learn_fit(self.p, self.client)
        self.sudden_gain(week)
        for agent in self.agents:
            self.meet(week, agent)
        if "assistant" in self.agents:
            events.lose_privacy(self.world, self.p, self.client, week)
        events.watch_risk(self.world, self.p, self.client, self.step, self.in_care, week)
        practice.pay_writing(self.p, self.client)
        practice.Practice(self.world, self.p, self.client, self.step, self.agents, week).practise()
        self.gain()
        self.leave(week)
        self.move(week)
        self.tire(step)

    def begin(self, week: int) -> None:
        """How long care has lasted is known before the measurement is judged. Alliances settle in quiet weeks."""
        client = self.client
        for bond in client.bonds.values():
            if bond.contacts > 0 and bond.met == 0:
                bond.alliance_mean += self.p["/alliance/mean_rate"] * (bond.alliance - bond.alliance_mean)
        self.come_to_assistant()
        client.new_week(week, self.exit != "none")
        for bond in client.bonds.values() if self.p["/attribution/absent/trust"] else ():
            bond.trust_before = self.p["/attribution/trust_level"]
        if client.weeks_in_care > 0 or self.in_care:
            client.weeks_in_care += 1

    def is_new(self, agent: str) -> bool:
        """Whether the client has not met this step's agent of that kind."""
        other = agent == "assistant" and self.step["assistant_number"] != self.client.assistant
        return other or self.client.bonds[agent].contacts == 0

    def come_to_assistant(self) -> None:
        """Another assistant than before is a new bond."""
        number = self.step["assistant_number"]
        if (self.step["assistant"] or self.step["coached"]) and number != self.client.assistant:
            self.client.assistant = number
            self.client.bonds["assistant"] = assistant_bond(self.world, self.client, number)

    # S0, S1 up to the measurement

    def symptoms(self, week: int) -> None:
        p, client = self.p, self.client
        episode, symptom, error, _ = self.chance.words(client.id, COURSE, week=week)
        if self.world.twin != "noise_only":
            drift = p["/course/episode_return"] * (client.baseline - client.episode)
            client.episode = clip(client.episode + drift + p["/course/episode_sd"] * normal(episode), 0, 27)
        attractor = max(0.0, client.episode - client.gain) + self.waiting_shift()
        moved = client.symptom - p["/course/symptom_return"] * (client.symptom - attractor)
        moved += p["/course/symptom_sd"] * normal(symptom) - p["/course/alliance_effect"] * self.swing()
        moved += p["/course/writing_cost"] * self.writing()
        client.symptom = clip(moved, 0, 27)
        client.phq9 = measured(p, client.symptom, error)
        weeks = min(client.weeks_in_care, p["/monitoring/expected_weeks"])
        client.off_track = client.phq9 > client.phq9_start - p["/monitoring/expected_gain"] * weeks

    def writing(self) -> float:
        """A week of expressive writing costs in the next alone: what is left of the week before's is taken back."""
        latest, before = (min(1.0, x) for x in self.client.written[:2])
        return latest - (1 - self.p["/course/symptom_return"]) * before

    def waiting_shift(self) -> float:
        if self.step["comparator"] != "waiting":
            return 0.0
        reached = 1 - math.exp(-self.client.weeks_in_step / self.p["/course/waiting_weeks"])
        return self.p["/course/waiting_shift"] * reached

    def swing(self) -> float:
        """The alliance above its running level, of the agent with whom it is further from it."""
        return max((bond.alliance - bond.alliance_mean for bond in self.client.bonds.values()), key=abs)

    # S8, and contacts

    def sudden_gain(self, week: int) -> None:
        if not self.agents:
            return
        p = self.p
        whether, how_large, *_ = self.chance.words(self.client.id, SUDDEN_GAIN, week=week)
        agent = self.agents[0]  # the human where there is one
        trust = p[f"/rival/trust_{agent}"] if p["/rival/contact_only"] else self.client.bonds[agent].trust_before
        able = min(self.client.responsiveness, p["/sudden_gain/responsiveness_most"])
        if happens(whether, p["/sudden_gain/rate"] * 2 * trust * able):
            size = 1 + p["/sudden_gain/size_spread"] * (2 * uniform(how_large) - 1)
            self.client.week_jump = p["/sudden_gain/size"] * size

    def meet(self, week: int, agent: str) -> None:
        """The contacts of a week in which some are due: each is missed, or not made use of, or held."""
        client, meeting, bond = self.client, self.step[agent], self.client.bonds[agent]
        if (client.weeks_in_step - 1) % meeting["every_weeks"] != 0:
            return
        used = math.exp(-meeting["fade"] * (client.weeks_in_step - 1))
        for number in range(meeting["per_week"]):
            missed, made_use, *_ = self.chance.words(
                client.id, ATTENDANCE, week=week, contact=number, partner=PARTNER[agent]
            )
            if happens(missed, self.p["/leaving/missed"]):
                bond.missed += 1
            elif used >= 1 or happens(made_use, used):
                contact = Contact(self.world, client, agent, self.step, week, number)
                contact.hold()
                played = contact.played
                self.held[agent].append(Held(week, meeting["turns"], played.right, played.unrepaired))

    # S1: what care has won

    def gain(self) -> None:
        p, client = self.p, self.client
        if self.world.twin == "noise_only":
            return
        if self.step["comparator"] == "usual_care":
            client.week_gain += p["/course/usual_care_gain"] * client.responsiveness
        gain = client.week_gain * (1 + p["/monitoring/gain_boost"] * self.monitored)
        left = clip(1 - p["/course/saturation"] * client.gain / client.gain_cap, 0, 1)
        short = p["/course/autonomy_reference"] - client.autonomy
        lost = p["/course/gain_decay"] * (1 + p["/course/autonomy_decay"] * short)
        total = (1 - lost) * client.gain + (gain + client.week_jump) * left - p["/course/harm"] * client.harm
        client.gain = clip(total, p["/course/gain_least"], client.gain_cap)

    # S10

    def hazard(self) -> float:
        """Logit of dropout this week."""
        p, client = self.p, self.client
        logit = p["/leaving/intercept"]
        if self.step["comparator"] == "usual_care":
            return logit
        logit += client.effects.get("leaving", 0.0)
        logit += p["/leaving/early"] * math.exp(-(client.weeks_in_care - 1) / p["/leaving/early_weeks"])
        if self.agents:  # nobody's trust is at stake with a leaflet
            logit += p["/leaving/trust"] * (p["/leaving/trust_reference"] - self.trust_in_care())
        logit += p["/leaving/unrepaired"] * self.failures()
        logit += p["/leaving/worsening"] * (client.phq9 - client.phq9_start)
        if "assistant" in self.agents:
            logit += self.privacy()
        if self.agents == ["assistant"]:
            logit += p["/leaving/assistant_only"] + p["/leaving/met_human"] * (client.bonds["human"].contacts > 0)
        logit += p["/leaving/unheard"] * self.unheard()
        if len(self.agents) == 2 and self.step["human"]["every_weeks"] <= p["/leaving/guided_weeks"]:
            logit += p["/leaving/guided"]
        return logit - p["/monitoring/hazard"] * self.monitored

    def unheard(self) -> float:
        """Points by which this week's worst contact lies below what counts as heard."""
        felt = [bond.felt_heard for bond in self.client.bonds.values() if bond.met > 0]
        return max(0.0, self.p["/leaving/heard_reference"] - min(felt, default=5.0))

    def failures(self) -> float:
        """Turns noticed and not repaired this week: as they are, or as a share of the week's turns."""
        client = self.client
        if not self.p["/leaving/per_turn"]:
            return client.unrepaired
        return self.p["/leaving/turns_reference"] * client.unrepaired / client.turns if client.turns else 0.0

    def privacy(self) -> float:
        p = self.p
        scale = 1 - p["/privacy/consent_effect"] * p["/privacy/consent"]
        scale *= 1 - p["/privacy/retention_effect"] * (1 - p["/privacy/retention"])
        return p["/leaving/privacy"] * self.client.privacy_concern * scale * (1 - p["/privacy/transparency"])

    def trust_in_care(self) -> float:
        if self.p["/attribution/absent/trust"]:
            return self.p["/attribution/trust_level"]
        trust = {agent: self.client.bonds[agent].trust for agent in self.agents}
        if len(trust) == 1:
            return sum(trust.values())
        share = self.p["/leaving/trust_human_share"]
        return share * trust["human"] + (1 - share) * trust["assistant"]

    def in_last_planned_week(self) -> bool:
        """Whether this week is the step's last, and no step after it is planned to give care."""
        if self.client.weeks_in_step != self.step["weeks"]:
            return False
        after = self.lived(self.step["then"])
        for _ in self.world.steps:
            if offers_care(after):
                return False
            after = self.lived(after["then"]) if after["then"] else after
        return True

    def leave(self, week: int) -> None:
        if self.world.twin == "nobody_leaves" or not self.in_care or self.in_last_planned_week():
            return
        p, client = self.p, self.client
        dropout, ending, *_ = self.chance.words(client.id, LEAVING, week=week)
        if happens(dropout, logistic(self.hazard())):
            return self.go(week, "dropped")
        well = client.phq9 <= p["/leaving/ending_phq9"]
        better = client.phq9_start - client.phq9 >= p["/leaving/ending_drop"]
        if self.step["comparator"] != "usual_care" and well and better and happens(ending, p["/leaving/ending"]):
            self.go(week, "ended_early")

    # The pathway

    def move(self, week: int) -> None:
        """Transitions of the pathway, then the planned length of the step; and back, for who was well."""
        if self.exit != "none":
            return self.re_enter() if self.left_week < week else None
        for transition in self.transitions:
            if transition["from"] == self.step["name"] and holds(transition["when"], self):
                return self.go(week, transition["to"])
        if self.step["weeks"] and self.client.weeks_in_step >= self.step["weeks"]:
            self.go(week, self.step["then"])

    def re_enter(self) -> None:
        back = self.world.pathway["re_entry"]
        if back and self.exit in ("completed", "ended_early") and holds(back["when"], self):
            self.exit, self.left_week = "none", 0
            self.client.weeks_in_care = 0
            self.enter(back["to"])

    def go(self, week: int, to: str) -> None:
        self.enter(to)
        if self.world.pathway["restart_on_new_provider"] and any(map(self.is_new, self.agents)):
            self.client.weeks_in_care = 0
        if self.step["exit"] != "none":
            self.exit, self.left_week = self.step["exit"], week

    # S3, S12, S13

    def tire(self, step: dict) -> None:
        """A therapist tires and comes to rely on a coach; insight fades."""
        p, client = self.p, self.client
        over = max(0.0, p["/therapists/load"] - p["/therapists/load_free"])
        tiring = p["/therapists/fatigue/load"] * over
        tiring += p["/therapists/fatigue/severity"] * (p["/therapists/caseload_severity"] / 27 - 0.5)
        tiring -= p["/therapists/fatigue/coaching"] * step["coached"]
        client.fatigue = clip(p["/therapists/fatigue/keep"] * client.fatigue + tiring, 0, 1)
        used = step["coached"] and client.bonds["human"].met > 0
        client.reliance += p["/coaching/reliance_rate"] * (used - client.reliance)
        client.insight -= p["/roles/insight_fade"] * (client.insight - p["/roles/insight_rest"])


def simulate(world: World, clients: range, weeks: int) -> Iterator[Course]:
    """Courses of some clients of one replicate in one arm, in the order of their numbers."""
    world.therapists = draw_therapists(world)
    for number in clients:
        course = Course(world, draw_client(world, number))
        course.run(weeks)
        yield course
