"""One contact: what it changes between a client and an agent, and in the client (S3 to S7)."""

from __future__ import annotations

import math

from . import quality
from .chance import RATINGS, normal
from .people import PARTNER, Client
from .reading import Reading
from .turns import Turns
from .world import QUALITIES, World, clip


class Contact:
    """A contact of this week, worked through from top to bottom by `hold`. `number` counts those of the week."""

    def __init__(self, world: World, client: Client, agent: str, step: dict, week: int, number: int) -> None:
        self.world, self.client, self.agent, self.week, self.number = world, client, agent, week, number
        self.step, self.meeting = step, step[agent]
        self.p = world.numbers[step["assistant_number"]]
        self.therapist = world.therapists[client.therapist]
        self.bond = client.bonds[agent]
        self.monitored = client.off_track and step["feedback"]
        self.coached = agent == "human" and step["coached"]

    def of(self, name: str):
        """A parameter of this agent."""
        return self.p[f"/{self.agent}/{name}"]

    def words(self, purpose: int, block: int = 0) -> tuple[int, int, int, int]:
        partner = PARTNER[self.agent]
        return self.world.chance.words(
            self.client.id, purpose, week=self.week, contact=self.number, partner=partner, block=block
        )

    def hold(self) -> None:
        p, bond = self.p, self.bond
        if bond.contacts == 0:
            bond.first_week = self.week
        reading = Reading(self.world, p, self.client, self.agent, self.coached)
        bond.confidence = reading.confidence
        meant = quality.meant(self)
        self.played = Turns(self, reading, meant).play()
        self.accuracy = self.played.right / self.meeting["turns"]
        shown = quality.expressed(self, meant, self.accuracy)
        self.overall = quality.overall(p, shown, self.world.empathy_added)
        bond.empathy = quality.empathy(p, shown, self.world.empathy_added)
        bond.compassion, bond.curiosity = shown["compassion"], shown["curiosity"]
        self.client.week_gain += self.gain(shown)
        self.grow(shown)
        self.remember(shown)
        self.trust(shown)
        self.alliance(shown)
        self.rate(shown)
        self.count(shown)

    # S7

    def gain(self, shown: dict[str, float]) -> float:
        p, client = self.p, self.client
        early = 1 + p["/change/early"] * math.exp(-(client.weeks_in_care - 1) / p["/change/early_weeks"])
        if p["/rival/contact_only"]:
            factor = p[f"/rival/uptake_{self.agent}"] * p[f"/rival/quality_{self.agent}"]
        else:
            uptake = p["/change/uptake_base"] + p["/change/uptake_trust"] * self.bond.trust_before
            factor = uptake * self.overall * math.exp(self.elasticity(shown)) * self.by_insight()
            factor *= 1 - p["/recognition/ask_cost"] * self.played.asked / self.meeting["turns"]
        effectiveness = self.therapist.effectiveness if self.agent == "human" else 1
        return p["/change/rate"] * early * self.dose() * client.responsiveness * factor * effectiveness

    def elasticity(self, shown: dict[str, float]) -> float:
        p = self.p
        above = p["/change/empathy_elasticity"] * (self.bond.empathy - p["/change/empathy_reference"])
        return above + sum(
            p[f"/roles/elasticity/{name}"] * (shown[name] - self.of(f"reference/{name}")) for name in QUALITIES
        )

    def by_insight(self) -> float:
        usual = self.world.insight[min(self.week, len(self.world.insight) - 1)]
        return 1 + self.p["/roles/insight_effect"] * (self.client.insight_before - usual)

    def dose(self) -> float:
        """Contacts of a week share its dose; an assistant's counts less beside a human's."""
        dose = self.meeting["dose"] / self.meeting["per_week"]
        if self.agent == "assistant":
            beside = self.p["/change/assistant_dose"]
            if self.p["/change/dose_by_week"]:
                dose *= 1 - (1 - beside) * min(1, self.client.bonds["human"].met)
            elif self.step["human"]:
                dose *= beside
        return dose

    # S3: what qualities build over contacts

    def grow(self, shown: dict[str, float]) -> None:
        p, client = self.p, self.client
        if p["/rival/contact_only"]:
            return
        built = p["/roles/insight_gain"] * shown["perspective_taking"] * shown["curiosity"]
        client.insight += built * (1 - client.insight)
        client.motivation += p["/roles/motivation_rate"] * (shown["autonomy_support"] - client.motivation)
        relieved = p["/roles/stigma"] * (shown["validation"] - p["/roles/stigma_reference"])
        client.stigma = clip(client.stigma - relieved, 0, 1)
        if p["/course/autonomy_decay"] != 0:  # kept where it is read
            before = client.autonomy * client.contacts
            client.autonomy = (before + shown["autonomy_support"]) / (client.contacts + 1)

    def remember(self, shown: dict[str, float]) -> None:
        kept = self.p["/recognition/memory_growth"] * self.of("memory") * shown["curiosity"]
        self.bond.memory += kept * (1 - self.bond.memory)

    # S5

    def trust(self, shown: dict[str, float]) -> None:
        p, bond, played = self.p, self.bond, self.played
        before = bond.trust
        evidence = p["/trust/success_base"] + p["/trust/success_validation"] * shown["validation"]
        weight = p["/repair/explanation"] if self.of("repair_policy") == "explanation" else 1
        failures = weight * played.unrepaired + p["/trust/repaired_share"] * played.repaired
        update = self.correct if p["/trust/form"] == "rescorla_wagner" else self.weigh
        update(evidence, failures)
        fell = before - bond.trust > p["/repair/rupture_trust"]
        bond.ruptures += fell or played.unrepaired >= p["/repair/rupture_turns"]

    def weigh(self, evidence: float, failures: float) -> None:
        """Two counts that are forgotten."""
        p, bond = self.p, self.bond
        oscillating = self.client.trust_type == "oscillating"
        kept = p["/trust/types/oscillating_memory"] if oscillating else p["/trust/memory"]
        bond.trust_good = kept * bond.trust_good + self.learning("/trust/success") * self.played.heard * evidence
        bond.trust_bad = kept * bond.trust_bad + p["/trust/failure"] * failures
        bond.trust_bad += self.of("contact_cost") + self.of("repetition_cost") * (1 - quality.novelty(self))

    def correct(self, evidence: float, failures: float) -> None:
        """One level, corrected by errors."""
        p, bond, turns = self.p, self.bond, self.meeting["turns"]
        bad = failures / turns + p["/trust/error_correction/contact"]
        if self.agent == "assistant":
            bad += p["/trust/error_correction/repetition"] * (1 - quality.novelty(self))
        risen = self.learning("/trust/error_correction/gain") * self.played.heard / turns * evidence
        level = bond.trust + risen * (1 - bond.trust) - p["/trust/error_correction/loss"] * bad * bond.trust
        bond.trust_good = clip(level, 0, 1)
        bond.trust_bad = 1 - bond.trust_good

    def learning(self, path: str) -> float:
        """Weight of good evidence, of which the disbelieving learn little."""
        disbelieving = self.client.trust_type == "disbelieving"
        return self.p[path] * (self.p["/trust/types/disbelieving_success"] if disbelieving else 1)

    # S6

    def alliance(self, shown: dict[str, float]) -> None:
        p, bond, played = self.p, self.bond, self.played
        target = p["/alliance/base"] + p["/alliance/empathy"] * bond.empathy
        target += sum(p[f"/alliance/{n}"] * shown[n] for n in ("validation", "attunement", "autonomy_support"))
        target += p["/alliance/trust"] * bond.trust_before
        approached = self.of("alliance_share") * target + self.client.halo + self.improvement() - bond.alliance
        resolved = played.noticed >= 2 and played.unrepaired < 2
        moved = bond.alliance + p["/alliance/rate"] * approached - p["/alliance/rupture"] * played.unrepaired
        bond.alliance = clip(moved + p["/alliance/resolved"] * resolved, 0, p["/alliance/most"])
        bond.alliance_mean += p["/alliance/mean_rate"] * (bond.alliance - bond.alliance_mean)  # this contact included

    def improvement(self) -> float:
        return self.p["/alliance/improvement"] * (self.client.phq9_start - self.client.phq9)

    def rate(self, shown: dict[str, float]) -> None:
        """The client does not feel what the twin `more_empathy` adds."""
        p, bond = self.p, self.bond
        alliance, empathy, heard, _ = map(normal, self.words(RATINGS))
        felt_empathy = quality.empathy(p, shown, 0.0)
        bond.alliance_rating = bond.alliance + p["/ratings/alliance_sd"] * alliance
        bond.empathy_rating = felt_empathy + self.client.halo + self.improvement() + p["/ratings/empathy_sd"] * empathy
        felt = p["/ratings/heard_empathy"] * felt_empathy + p["/ratings/heard_validation"] * shown["validation"]
        felt += p["/ratings/heard_unrepaired"] * (1 - self.played.unrepaired / 3) + p["/ratings/heard_sd"] * heard
        felt += p["/ratings/heard_halo"] * self.client.halo + p["/ratings/heard_match"] * bond.match
        bond.felt_heard = round(5 * clip(felt, 0, 1))

    def count(self, shown: dict[str, float]) -> None:
        p, bond, client, played = self.p, self.bond, self.client, self.played
        bond.reliability = (bond.reliability * bond.contacts + self.accuracy * self.overall) / (bond.contacts + 1)
        bond.contacts += 1
        bond.met += 1
        client.contacts += 1
        for name in ("right", "noticed", "repaired", "masked", "asked"):
            setattr(bond, name, getattr(bond, name) + getattr(played, name))
        softened = p["/course/resonance_softens"] * (shown["resonance"] - self.of("reference/resonance"))
        client.harm += played.unrepaired * (1 - softened)
        client.unrepaired += played.unrepaired
        client.turns += self.meeting["turns"]
        client.minutes += p["/repair/handover_minutes"] * played.handed_over
