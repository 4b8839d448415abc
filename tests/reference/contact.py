"""One contact: turns read right or wrong, quality, trust, alliance, ratings, and what it gains (S2 to S7)."""

from __future__ import annotations

import math

from .chance import QUALITY, RATINGS, TURNS, Chance, happens, normal
from .people import PARTNER, QUALITIES, Client, Therapist, clip
from .psychometrics import probability_correct


class Contact:
    """A contact of this week, worked through from top to bottom by `hold`."""

    def __init__(
        self, p: dict, chance: Chance, client: Client, agent: str, therapist: Therapist, step: dict, week: int
    ) -> None:
        self.p, self.chance, self.client, self.agent, self.step, self.week = p, chance, client, agent, step, week
        self.therapist = therapist
        self.bond = client.bonds[agent]
        self.monitored = client.off_track and step["feedback"]

    def of(self, name: str):
        """A parameter of this agent."""
        return self.p[f"/{self.agent}/{name}"]

    def words(self, purpose: int, block: int = 0) -> tuple:
        return self.chance.words(self.client.id, purpose, week=self.week, partner=PARTNER[self.agent], block=block)

    def hold(self) -> float:
        """Changes the client, and returns the gain before saturation."""
        if self.bond.contacts == 0:
            self.bond.first_week = self.week
        self.read_turns()
        quality = self.expressed_quality()
        gain = self.gain(quality)
        self.bond_changes(quality)
        self.rate(quality)
        self.bond.contacts += 1
        return gain

    # S2, S4

    def discriminability(self, distance: float) -> float:
        lost = self.of("distance_loss") * self.of("modality") * distance
        lost *= math.exp(-self.of("familiarity") * self.bond.contacts)
        remembered = 1 + self.of("memory_gain") * self.of("memory") * math.sqrt(self.client.weeks_in_care)
        return self.of("discriminability") * (1 - lost) * min(self.of("memory_most"), remembered)

    def read_turns(self) -> None:
        alternatives = self.p["/recognition/emotions"]
        correct = probability_correct(self.discriminability(self.bond.distance), alternatives)
        self.bond.confidence = probability_correct(self.discriminability(0), alternatives)
        repair = self.of("repaired") + (self.p["/monitoring/repair"] if self.monitored else 0)
        self.bond.right = self.bond.noticed = self.bond.repaired = 0
        for turn in range(self.step[self.agent]["turns"]):
            right, noticed, repaired = (self.words(TURNS, 3 * (turn // 4) + which)[turn % 4] for which in range(3))
            if happens(right, correct):
                self.bond.right += 1
            elif happens(noticed, self.of("noticed")):
                self.bond.noticed += 1
                self.bond.repaired += happens(repaired, repair)

    @property
    def unrepaired(self) -> int:
        return self.bond.noticed - self.bond.repaired

    # S3

    def novelty(self) -> float:
        weeks = self.week - self.bond.first_week
        return math.exp(-self.of("repetition") * (1 - self.of("memory")) * weeks)

    def usual(self, quality: str) -> float:
        """The agent's own level of a quality, before the day's variation."""
        own = self.therapist.quality[quality] if self.agent == "human" else self.of(f"quality/{quality}")
        discounted = self.of("labelled") and quality in ("resonance", "compassion")
        return own * (1 - self.of("label_discount") * discounted)

    def expressed_quality(self) -> dict[str, float]:
        accuracy = self.bond.right / self.step[self.agent]["turns"]
        worn = 1 - self.of("habituation") * (1 - self.novelty())
        noise = [*self.words(QUALITY), *self.words(QUALITY, block=1)]
        quality = {}
        for name, word in zip(QUALITIES, noise, strict=True):
            shown = clip(self.usual(name) + self.of("quality_sd") * normal(word), 0, 1)
            if name not in ("perspective_taking", "technique"):
                shown *= worn
            if name == "technique" and self.monitored:
                shown += self.p["/monitoring/technique"]
            floor = self.p[f"/quality/floor/{name}"]
            quality[name] = clip(shown, 0, 1) * (floor + (1 - floor) * accuracy)
        weight = {name: self.p[f"/quality/weight/{name}"] for name in QUALITIES}
        felt = ("resonance", "perspective_taking", "compassion")
        self.bond.empathy = sum(weight[n] * quality[n] for n in felt) / sum(weight[n] for n in felt)
        self.overall = sum(weight[n] * quality[n] for n in QUALITIES)
        return quality

    # S7

    def gain(self, quality: dict[str, float]) -> float:
        p = self.p
        early = 1 + p["/change/early"] * math.exp(-(self.client.weeks_in_care - 1) / p["/change/early_weeks"])
        dose = self.step[self.agent]["dose"]
        if self.agent == "assistant" and self.step["human"]:
            dose *= p["/change/assistant_dose"]
        if p["/rival/contact_only"]:
            uptake, received = p[f"/rival/uptake_{self.agent}"], p[f"/rival/quality_{self.agent}"]
        else:
            uptake = p["/change/uptake_base"] + p["/change/uptake_trust"] * self.bond.trust_before
            above = self.bond.empathy - p["/change/empathy_reference"]
            received = self.overall * math.exp(p["/change/empathy_elasticity"] * above)
        effectiveness = self.therapist.effectiveness if self.agent == "human" else 1
        return p["/change/rate"] * early * dose * self.client.responsiveness * uptake * received * effectiveness

    # S5, S6

    def bond_changes(self, quality: dict[str, float]) -> None:
        p, bond, client = self.p, self.bond, self.client
        evidence = p["/trust/success_base"] + p["/trust/success_validation"] * quality["validation"]
        bond.trust_good = p["/trust/memory"] * bond.trust_good + p["/trust/success"] * bond.right * evidence
        failures = self.unrepaired + p["/trust/repaired_share"] * bond.repaired
        bond.trust_bad = p["/trust/memory"] * bond.trust_bad + p["/trust/failure"] * failures
        bond.trust_bad += self.of("contact_cost") + self.of("repetition_cost") * (1 - self.novelty())

        target = p["/alliance/base"] + p["/alliance/empathy"] * bond.empathy
        target += sum(p[f"/alliance/{n}"] * quality[n] for n in ("validation", "attunement", "autonomy_support"))
        target += p["/alliance/trust"] * bond.trust_before
        approached = self.of("alliance_share") * target + client.halo + self.improvement() - bond.alliance
        resolved = bond.noticed >= 2 and self.unrepaired < 2
        alliance = bond.alliance + p["/alliance/rate"] * approached - p["/alliance/rupture"] * self.unrepaired
        alliance += p["/alliance/resolved"] * resolved
        bond.alliance = clip(alliance, 0, p["/alliance/most"])
        bond.alliance_mean += p["/alliance/mean_rate"] * (bond.alliance - bond.alliance_mean)  # this contact included

    def improvement(self) -> float:
        return self.p["/alliance/improvement"] * (self.client.phq9_start - self.client.phq9)

    def rate(self, quality: dict[str, float]) -> None:
        p, bond = self.p, self.bond
        alliance, empathy, heard, _ = map(normal, self.words(RATINGS))
        bond.alliance_rating = bond.alliance + p["/ratings/alliance_sd"] * alliance
        bond.empathy_rating = bond.empathy + self.client.halo + self.improvement() + p["/ratings/empathy_sd"] * empathy
        felt = p["/ratings/heard_empathy"] * bond.empathy + p["/ratings/heard_validation"] * quality["validation"]
        felt += p["/ratings/heard_unrepaired"] * (1 - self.unrepaired / 3) + p["/ratings/heard_sd"] * heard
        bond.felt_heard = round(5 * clip(felt, 0, 1))
