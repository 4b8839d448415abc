"""One contact of many clients: quality, change, growth, trust, alliance, ratings (S3 to S7).

Everything is changed in place, in columns that are views of the clients who meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from reference.people import PARTNER
from reference.quality import TIRE, WEAR_NOT
from reference.world import EMPATHY, QUALITIES

from .arm import Arm
from .chance import Chance
from .people import Bond, People
from .tables import Floats
from .turns import Reader, Reading, play


@dataclass
class Now:
    """What is the same for everybody in a week."""

    week: int  # also the week in care and in the step, where there is one step from week 1 on
    fatigue: float


class Contact:
    """Of all these clients with one kind of agent this week."""

    def __init__(self, arm: Arm, reader: Reader, people: People, now: Now) -> None:
        self.arm, self.reader, self.people, self.now = arm, reader, people, now
        self.p, self.agent = arm.p, reader.agent
        self.bond: Bond = people.bonds[self.agent]
        self.turns: int = arm.step[self.agent]["turns"]

    def of(self, name: str) -> Any:
        return self.p[f"/{self.agent}/{name}"]

    def hold(self, chance: Chance) -> None:
        p, bond, people = self.p, self.bond, self.people
        np.copyto(bond.first_week, float(self.now.week), where=bond.contacts == 0)
        drawn = chance.session(people.who, self.now.week, PARTNER[self.agent], self.turns, self.reader.decisions)
        reading = Reading(self.reader, bond, self.now.week)
        bond.confidence[:] = reading.confidence
        self.worn = self.wear()
        shown = self.meant(drawn.quality)
        chances = self.chances(reading, shown)
        self.played = play(self.reader, reading, people, chances, drawn.turns)
        self.accuracy = self.played.right / self.turns
        self.express(shown)
        self.quality = dict(zip(QUALITIES, shown, strict=True))
        self.summarise()
        people.week_gain += self.gain()
        self.grow()
        bond.memory += p["/recognition/memory_growth"] * self.of("memory") * bond.curiosity * (1 - bond.memory)
        self.trust()
        self.alliance()
        self.rate(drawn.ratings)
        self.count()

    # S3

    def wear(self) -> Floats | None:
        """1 - novelty, where anything depends on it."""
        rate = self.of("repetition") * (1 - self.of("memory"))
        if rate == 0 or (self.of("habituation") == 0 and self.of("repetition_cost") == 0):
            return None
        found = self.now.week - self.bond.first_week
        found *= -rate
        np.exp(found, out=found)
        return np.subtract(1.0, found, out=found)

    def meant(self, noise: Floats) -> Floats:
        """q~, shape (8, clients), in place of the noise."""
        worn = None if self.worn is None else 1 - self.of("habituation") * self.worn
        tired = 1 - self.p["/therapists/fatigue/quality"] * self.now.fatigue
        noise *= self.of("quality_sd")
        for name, shown in zip(QUALITIES, noise, strict=True):
            shown += getattr(self.bond, f"own_{name}")
            np.clip(shown, 0, 1, out=shown)
            if worn is not None and name not in WEAR_NOT:
                shown *= worn
            if self.agent == "human" and name in TIRE:
                shown *= tired
        return noise

    def chances(self, reading: Reading, meant: Floats) -> dict[str, Floats]:
        """Probabilities of what is drawn for each turn beside reading."""
        p, trust = self.p, self.bond.trust_before
        asked = p["/recognition/asking"] * meant[QUALITIES.index("curiosity")]
        asked *= 1 - reading.confidence
        found = {"asked": asked, "repaired": self.repair(reading, meant)}
        found["misheard"] = p["/recognition/misheard"] * (1 - trust)
        if self.reader.shows_masks:
            rule = p["/recognition/display/base"] + p["/recognition/display/position"] * self.people.position
            rule *= 1 - self.people.expressivity
            rule *= 1 - p["/recognition/display/trust"] * trust
            found["masked"] = rule
        return found

    def repair(self, reading: Reading, meant: Floats) -> Floats:
        """S4. Attunement as it is to be expected after misreading."""
        p, chance = self.p, self.of("repaired")
        weight, floor = p["/repair/attunement"], p["/quality/floor/attunement"]
        found = np.full(len(reading.right), float(chance))
        if weight != 0 and 0 < chance < 1:
            expected = (1 - floor) * reading.right
            expected += floor
            expected *= meant[QUALITIES.index("attunement")]
            expected -= self.of("reference/attunement")
            expected *= weight
            odds = np.exp(expected, out=expected)
            odds *= chance / (1 - chance)
            found = odds / (1 + odds)
        if self.agent == "human":
            found *= 1 - p["/therapists/fatigue/repair"] * self.now.fatigue
        return found

    def express(self, meant: Floats) -> None:
        """What is left after misreading, in place."""
        for name, shown in zip(QUALITIES, meant, strict=True):
            floor = self.p[f"/quality/floor/{name}"]
            left = (1 - floor) * self.accuracy
            left += floor
            shown *= left

    def summarise(self) -> None:
        """E, Q, and what the client keeps of this contact."""
        weight = {name: self.p[f"/quality/weight/{name}"] for name in QUALITIES}
        of_empathy = sum(weight[name] for name in EMPATHY)
        self.overall = np.zeros_like(self.accuracy)
        for name in EMPATHY:
            self.overall += weight[name] * self.quality[name]
        np.divide(self.overall, of_empathy, out=self.bond.empathy)
        for name in QUALITIES:
            if name not in EMPATHY:
                self.overall += weight[name] * self.quality[name]
        self.bond.compassion[:] = self.quality["compassion"]
        self.bond.curiosity[:] = self.quality["curiosity"]

    # S7

    def gain(self) -> Floats:
        p, people, world = self.p, self.people, self.arm.world
        early = 1 + p["/change/early"] * math.exp(-(self.now.week - 1) / p["/change/early_weeks"])
        usual = world.insight[min(self.now.week, len(world.insight) - 1)]
        found = np.exp(self.elasticity())
        found *= p["/change/rate"] * early * self.arm.step[self.agent]["dose"]
        found *= people.responsiveness
        found *= p["/change/uptake_base"] + p["/change/uptake_trust"] * self.bond.trust_before
        found *= self.overall
        found *= 1 + p["/roles/insight_effect"] * (people.insight_before - usual)
        found *= 1 - p["/recognition/ask_cost"] / self.turns * self.played.asked
        if self.agent == "human":
            found *= people.effectiveness
        elif "human" in people.bonds:
            found *= 1 - (1 - p["/change/assistant_dose"]) * people.bonds["human"].met
        return found

    def elasticity(self) -> Floats:
        p = self.p
        above: Floats = self.bond.empathy - p["/change/empathy_reference"]
        above *= p["/change/empathy_elasticity"]
        for name in QUALITIES:
            own = p[f"/roles/elasticity/{name}"]
            if own != 0:
                above += own * (self.quality[name] - self.of(f"reference/{name}"))
        return above

    def grow(self) -> None:
        """What qualities build over contacts."""
        p, people, shown = self.p, self.people, self.quality
        built = p["/roles/insight_gain"] * shown["perspective_taking"]
        built *= shown["curiosity"]
        people.insight += built * (1 - people.insight)
        people.motivation += p["/roles/motivation_rate"] * (shown["autonomy_support"] - people.motivation)
        people.stigma -= p["/roles/stigma"] * (shown["validation"] - p["/roles/stigma_reference"])
        np.clip(people.stigma, 0, 1, out=people.stigma)
        if p["/course/autonomy_decay"] != 0:
            before = people.autonomy * people.contacts + shown["autonomy_support"]
            np.divide(before, people.contacts + 1, out=people.autonomy)

    # S5

    def trust(self) -> None:
        p, bond, played = self.p, self.bond, self.played
        before = bond.trust()
        evidence = p["/trust/success_base"] + p["/trust/success_validation"] * self.quality["validation"]
        evidence *= self.people.trust_success
        evidence *= played.heard
        bond.trust_good *= self.people.trust_memory
        bond.trust_good += evidence
        failures = played.unrepaired + p["/trust/repaired_share"] * played.repaired
        failures *= p["/trust/failure"]
        failures += self.of("contact_cost")
        if self.worn is not None:
            failures += self.of("repetition_cost") * self.worn
        bond.trust_bad *= self.people.trust_memory
        bond.trust_bad += failures
        ruptured = before - bond.trust() > p["/repair/rupture_trust"]
        ruptured |= played.unrepaired >= p["/repair/rupture_turns"]
        bond.ruptures += ruptured

    # S6

    def alliance(self) -> None:
        p, bond, played = self.p, self.bond, self.played
        target = p["/alliance/empathy"] * bond.empathy
        for name in ("validation", "attunement", "autonomy_support"):
            target += p[f"/alliance/{name}"] * self.quality[name]
        target += p["/alliance/trust"] * bond.trust_before
        target += p["/alliance/base"]
        target *= self.of("alliance_share")
        self.lenient = p["/alliance/improvement"] * (self.people.phq9_start - self.people.phq9)
        self.lenient += self.people.halo
        target += self.lenient
        target -= bond.alliance
        target *= p["/alliance/rate"]
        target -= p["/alliance/rupture"] * played.unrepaired
        resolved = played.noticed >= 2
        resolved &= played.unrepaired < 2
        target += p["/alliance/resolved"] * resolved
        bond.alliance += target
        np.clip(bond.alliance, 0, p["/alliance/most"], out=bond.alliance)
        bond.alliance_mean += p["/alliance/mean_rate"] * (bond.alliance - bond.alliance_mean)

    def rate(self, noise: Floats) -> None:
        p, bond = self.p, self.bond
        np.add(bond.alliance, p["/ratings/alliance_sd"] * noise[0], out=bond.alliance_rating)
        np.add(bond.empathy, self.lenient, out=bond.empathy_rating)
        bond.empathy_rating += p["/ratings/empathy_sd"] * noise[1]
        felt = p["/ratings/heard_sd"] * noise[2]
        felt += p["/ratings/heard_empathy"] * bond.empathy
        felt += p["/ratings/heard_validation"] * self.quality["validation"]
        felt += p["/ratings/heard_unrepaired"] * (1 - self.played.unrepaired / 3)
        if p["/ratings/heard_halo"] or p["/ratings/heard_match"]:
            felt += p["/ratings/heard_halo"] * self.people.halo + p["/ratings/heard_match"] * bond.match
        np.clip(felt, 0, 1, out=felt)
        felt *= 5
        np.rint(felt, out=bond.felt_heard)

    def count(self) -> None:
        p, bond, people, played = self.p, self.bond, self.people, self.played
        bond.reliability += (self.accuracy * self.overall - bond.reliability) / (bond.contacts + 1)
        bond.contacts += 1
        people.contacts += 1
        bond.met[:] = 1
        for name in ("right", "noticed", "repaired", "masked", "asked"):
            getattr(bond, name)[:] = getattr(played, name)
        softened = self.quality["resonance"] - self.of("reference/resonance")
        softened *= -p["/course/resonance_softens"]
        softened += 1
        people.harm += played.unrepaired * softened
        people.unrepaired += played.unrepaired
        people.turns += self.turns
