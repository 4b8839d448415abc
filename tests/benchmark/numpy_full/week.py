"""The week (model, section 3), and all weeks of all clients, a chunk of them at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from reference.chance import threshold
from reference.people import PARTNER

from .arm import Arm
from .chance import Chance, Week, thresholds
from .contact import Contact, Now
from .people import Flags, People, enter, uniform
from .practice import logistic, pay_writing, practise, written
from .safety import watch_risk
from .tables import Floats, Words
from .turns import Reader

COMPLETED, ENDED_EARLY, DROPPED = 1, 2, 3
#: Clients that go through their weeks together.
CHUNK = 32768
#: Called after each week, and once at entry with week 0: number of the week, people, how many of them, the first ones,
#: lived it in care.
Observer = Callable[[int, People, int], None]


def run(arm: Arm, chance: Chance, observe: Observer, chunk: int = CHUNK) -> int:
    """All weeks of all clients. Returns the number of contacts held."""
    readers = {agent: Reader(arm, agent) for agent in arm.agents}
    sessions = 0
    for begin in range(0, arm.clients, chunk):
        who = np.arange(begin, min(begin + chunk, arm.clients), dtype=np.uint64)
        sessions += Courses(arm, chance, readers, enter(arm, chance, who)).run(observe)
    return sessions


class Courses:
    """Of the clients of one chunk. Those in care come first, in one run, and `inside` is how many they are."""

    def __init__(self, arm: Arm, chance: Chance, readers: dict[str, Reader], people: People) -> None:
        self.arm, self.p, self.chance, self.readers = arm, arm.p, chance, readers
        self.people, self.inside, self.sessions = people, len(people.who), 0
        self.now = Now(0, arm.p["/therapists/fatigue/start"])

    def run(self, observe: Observer) -> int:
        observe(0, self.people, self.inside)
        for week in range(1, self.arm.weeks + 1):
            self.now.week = week
            lived = self.inside
            if lived:
                self.live(self.people.part(0, lived))
            if lived < len(self.people.who):
                self.go_on(self.people.part(lived, len(self.people.who)))
            observe(week, self.people, lived)
            if lived:
                stays = self.people.exit[:lived] == 0
                self.people.swap(*self.people.order(stays))
                self.inside = int(np.count_nonzero(stays))
            self.tire()
        return self.sessions

    def live(self, people: People) -> None:
        """A week in care."""
        week = self.now.week
        self.begin(people)
        drawn = self.chance.week(people.who, week, in_care=True)
        self.symptoms(people, drawn.course)
        people.week_jump[:] = 0
        self.sudden_gain(people, drawn.sudden_gain)
        lots = Lots(people, drawn)
        for agent in self.arm.agents:
            self.meet(people, agent, lots)
        if "assistant" in people.bonds:
            self.lose_privacy(people, lots.privacy)
        watch_risk(self.arm, people, lots.safety, in_care=True)
        pay_writing(self.arm, people, week)
        practise(self.arm, people, lots.practice, week)
        self.gain(people)
        self.leave(people, lots.leaving)
        self.fade(people)

    def go_on(self, people: People) -> None:
        """A week out of care."""
        self.begin(people)
        drawn = self.chance.week(people.who, self.now.week, in_care=False)
        self.symptoms(people, drawn.course)
        people.practised[:] = people.week_jump[:] = 0
        watch_risk(self.arm, people, drawn.safety, in_care=False)
        pay_writing(self.arm, people, self.now.week)
        self.gain(people)
        self.fade(people)

    def begin(self, people: People) -> None:
        """Alliances settle in quiet weeks; counts of the week begin anew."""
        for bond in people.bonds.values():
            settled = bond.alliance - bond.alliance_mean
            settled *= self.p["/alliance/mean_rate"]
            settled *= bond.met == 0
            bond.alliance_mean += settled
            bond.trust_before[:] = bond.trust()
            for name in ("met", "right", "noticed", "repaired", "masked", "asked"):
                getattr(bond, name)[:] = 0
        people.insight_before[:] = people.insight
        for column in (people.week_gain, people.unrepaired, people.harm, people.turns):
            column[:] = 0

    # S1 up to the measurement

    def symptoms(self, people: People, noise: Floats) -> None:
        p = self.p
        drift = p["/course/episode_return"] * (people.baseline - people.episode)
        drift += p["/course/episode_sd"] * noise[0]
        people.episode += drift
        np.clip(people.episode, 0, 27, out=people.episode)
        attractor = people.episode - people.gain
        np.maximum(attractor, 0.0, out=attractor)
        attractor -= people.symptom
        attractor *= p["/course/symptom_return"]
        attractor += p["/course/symptom_sd"] * noise[1]
        attractor -= p["/course/alliance_effect"] * swing(people)
        if "expressive_writing" in self.arm.step["offers"]:
            attractor += self.writing(people)
        people.symptom += attractor
        np.clip(people.symptom, 0, 27, out=people.symptom)
        measured = p["/course/measurement_sd"] * noise[2]
        measured += people.symptom
        np.clip(measured, 0, 27, out=measured)
        np.rint(measured, out=people.phq9)
        weeks = min(self.now.week, p["/monitoring/expected_weeks"])
        expected = people.phq9_start - p["/monitoring/expected_gain"] * weeks
        np.copyto(people.off_track, people.phq9 > expected)

    def writing(self, people: People) -> Floats:
        """A week of writing costs in the next alone: what is left of the week before's is taken back."""
        latest, before = written(people, self.now.week - 1), written(people, self.now.week - 2)
        cost: Floats = latest - (1 - self.p["/course/symptom_return"]) * before
        cost *= self.p["/course/writing_cost"]
        return cost

    # S8, and contacts

    def sudden_gain(self, people: People, words: Words) -> None:
        p = self.p
        chance = people.bonds[self.arm.agents[0]].trust_before * people.able
        chance *= 2 * p["/sudden_gain/rate"]
        who = np.flatnonzero(words[0] < thresholds(chance))
        size = 1 + p["/sudden_gain/size_spread"] * (2 * uniform(words[1, who]) - 1)
        people.week_jump[who] = p["/sudden_gain/size"] * size

    def meet(self, people: People, agent: str, lots: Lots) -> None:
        """Contacts that are due; who misses one stands behind those who come."""
        if (self.now.week - 1) % self.arm.step[agent]["every_weeks"] != 0:
            return
        missing, held = self.p["/leaving/missed"], len(people.who)
        if missing > 0:
            word = self.chance.attendance(people.who, self.now.week, PARTNER[agent])
            comes = word >= threshold(missing)
            people.bonds[agent].missed += ~comes
            held = lots.bring_forward(comes)
        self.sessions += held
        Contact(self.arm, self.readers[agent], people.part(0, held), self.now).hold(self.chance)

    # S16

    def lose_privacy(self, people: People, words: Words) -> None:
        p = self.p
        who = np.flatnonzero(words[0] < threshold(p["/privacy/breach"]))
        people.breached[who] = 1
        people.bonds["assistant"].trust_bad[who] += p["/trust/failure"] * p["/privacy/breach_failures"]

    # S1: what care has won

    def gain(self, people: People) -> None:
        p = self.p
        left = people.gain / people.gain_cap
        np.subtract(1.0, left, out=left)
        np.clip(left, 0, 1, out=left)
        left *= people.week_gain + people.week_jump
        left -= p["/course/harm"] * people.harm
        lost = p["/course/autonomy_reference"] - people.autonomy
        lost *= p["/course/gain_decay"] * p["/course/autonomy_decay"]
        lost += p["/course/gain_decay"]
        people.gain *= np.subtract(1.0, lost, out=lost)
        people.gain += left
        np.clip(people.gain, p["/course/gain_least"], people.gain_cap, out=people.gain)

    # S10

    def hazard(self, people: People) -> Floats:
        p, bonds, step = self.p, people.bonds, self.arm.step
        logit = p["/leaving/intercept"]
        logit += p["/leaving/early"] * math.exp(-(self.now.week - 1) / p["/leaving/early_weeks"])
        logit += p["/leaving/assistant_only"] * (self.arm.agents == ("assistant",))
        if len(bonds) == 2 and step["human"]["every_weeks"] <= p["/leaving/guided_weeks"]:
            logit += p["/leaving/guided"]
        share = p["/leaving/trust_human_share"]
        trust = [bond.trust() for bond in bonds.values()]
        overall = trust[0] if len(trust) == 1 else share * trust[0] + (1 - share) * trust[1]
        found: Floats = -p["/leaving/trust"] * overall
        found += logit + p["/leaving/trust"] * p["/leaving/trust_reference"]
        failures = people.unrepaired / np.maximum(people.turns, 1)
        failures *= p["/leaving/unrepaired"] * p["/leaving/turns_reference"]
        found += failures
        found += p["/leaving/worsening"] * (people.phq9 - people.phq9_start)
        if p["/leaving/unheard"]:
            found += p["/leaving/unheard"] * self.unheard(people)
        if "assistant" in bonds:
            found += self.privacy_weight() * people.privacy
        return found

    def unheard(self, people: People) -> Floats:
        """Points by which this week's worst contact lies below what counts as heard."""
        least = self.p["/leaving/heard_reference"]
        lacking = [(bond.met > 0) * (least - bond.felt_heard) for bond in people.bonds.values()]
        return np.maximum.reduce([*lacking, np.zeros_like(people.phq9)])

    def privacy_weight(self) -> float:
        p = self.p
        scale = 1 - p["/privacy/consent_effect"] * p["/privacy/consent"]
        scale *= 1 - p["/privacy/retention_effect"] * (1 - p["/privacy/retention"])
        return float(p["/leaving/privacy"] * scale * (1 - p["/privacy/transparency"]))

    def leave(self, people: People, words: Words) -> None:
        """Nobody leaves in the last planned week; then care is completed."""
        p = self.p
        if self.now.week == self.arm.planned:
            people.exit[:], people.left_week[:] = COMPLETED, self.now.week
            return
        dropped = words[0] < thresholds(logistic(self.hazard(people)))
        ended = words[1] < threshold(p["/leaving/ending"])
        ended &= people.phq9 <= p["/leaving/ending_phq9"]
        ended &= people.phq9_start - people.phq9 >= p["/leaving/ending_drop"]
        np.copyto(people.exit, ENDED_EARLY, where=ended)
        np.copyto(people.exit, DROPPED, where=dropped)
        np.copyto(people.left_week, self.now.week, where=dropped | ended)

    # S3, S13

    def fade(self, people: People) -> None:
        people.insight -= self.p["/roles/insight_fade"] * (people.insight - self.p["/roles/insight_rest"])

    def tire(self) -> None:
        """Without a service, all therapists have the same load and caseload, so fatigue is one number."""
        p = self.p
        tiring = p["/therapists/fatigue/load"] * max(0.0, p["/therapists/load"] - p["/therapists/load_free"])
        tiring += p["/therapists/fatigue/severity"] * (p["/therapists/caseload_severity"] / 27 - 0.5)
        self.now.fatigue = min(max(p["/therapists/fatigue/keep"] * self.now.fatigue + tiring, 0.0), 1.0)


class Lots:
    """Draws of the week that are still to come, beside the people whose they are: they change places together."""

    def __init__(self, people: People, drawn: Week) -> None:
        self.people = people
        self.words = np.concatenate([drawn.safety, drawn.practice, drawn.leaving, drawn.privacy])
        self.safety, self.practice = self.words[:4], self.words[4:8]
        self.leaving, self.privacy = self.words[8:10], self.words[10:]

    def bring_forward(self, wanted: Flags) -> int:
        places, others = self.people.order(wanted)
        self.people.swap(places, others)
        self.words[:, places] = self.words[:, others]
        return int(np.count_nonzero(wanted))


def swing(people: People) -> Floats:
    """The alliance above its running level, of the agent with whom it is further from it."""
    apart = [bond.alliance - bond.alliance_mean for bond in people.bonds.values()]
    if len(apart) == 1:
        return apart[0]
    return np.where(np.abs(apart[1]) > np.abs(apart[0]), apart[1], apart[0])
