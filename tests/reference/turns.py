"""The turns of a contact: felt, shown, read, noticed, repaired (S2, S4)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chance import ADOPTION, EXPRESSION, HANDOVER, TURNS, happens, which
from .psychometrics import intensities
from .reading import Reading
from .world import Emotion, clip

if TYPE_CHECKING:
    from .contact import Contact


@dataclass
class Played:
    """How many turns of a contact were what."""

    right: int = 0
    heard: int = 0  # of those: as evidence for the client
    noticed: int = 0
    repaired: int = 0
    masked: int = 0
    asked: int = 0
    handed_over: int = 0

    @property
    def unrepaired(self) -> int:
        return self.noticed - self.repaired


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


class Turns:
    """Plays the turns of one contact."""

    def __init__(self, contact: Contact, reading: Reading, meant: dict[str, float]) -> None:
        self.contact, self.reading = contact, reading
        self.p, self.client, self.bond = contact.p, contact.client, contact.bond
        self.all_right = contact.world.twin == "perfect_recognition"
        self.repair = self.repair_chance(meant)
        self.emotions = contact.world.emotions
        if self.p["/recognition/emotions_drawn"]:
            self.felt = self.feelings()
            self.mask = self.mask_chance()
            self.ask = self.p["/recognition/asking"] * meant["curiosity"] * (1 - reading.confidence)
            self.adopt = self.p["/coaching/adoption"] * self.client.reliance if contact.coached else 0.0
            self.coach = Reading(contact.world, self.p, self.client, "assistant", False) if contact.coached else None
            self.deaf = self.p["/recognition/misheard"] * (1 - self.bond.trust_before)

    def play(self) -> Played:
        played = Played()
        for turn in range(self.contact.meeting["turns"]):
            if self.p["/recognition/emotions_drawn"]:
                self.play_drawn(turn, played)
            else:
                self.play_plain(turn, played)
        return played

    def word(self, purpose: int, turn: int, which_block: int = 0, blocks: int = 1) -> int:
        """Turns stand four to a block; a group of four has `blocks` blocks, one for each decision."""
        return self.contact.words(purpose, blocks * (turn // 4) + which_block)[turn % 4]

    def play_plain(self, turn: int, played: Played) -> None:
        """Right or wrong, and noticed at a flat rate."""
        if self.all_right or happens(self.word(TURNS, turn, 0, 3), self.reading.right):
            played.right += 1
            played.heard += 1
        elif happens(self.word(TURNS, turn, 1, 3), self.contact.of("noticed")):
            self.fail(turn, played)

    def play_drawn(self, turn: int, played: Played) -> None:
        feels = which(self.word(EXPRESSION, turn, 0, 6), self.felt)
        masked = not self.emotions[feels].positive and happens(self.word(EXPRESSION, turn, 2, 6), self.mask)
        asked = happens(self.word(EXPRESSION, turn, 3, 6), self.ask)
        played.masked += masked
        played.asked += asked
        chance = self.reading.chance(masked, asked)
        if self.coach and happens(self.word(ADOPTION, turn), self.adopt):
            chance = self.coach.chance(masked)
        if self.all_right or happens(self.word(TURNS, turn, 0, 3), chance):
            played.right += 1
            played.heard += not happens(self.word(EXPRESSION, turn, 5, 6), self.deaf)
        elif happens(self.word(TURNS, turn, 1, 3), self.noticing(turn, feels)):
            self.fail(turn, played)

    def fail(self, turn: int, played: Played) -> None:
        """A failure that the client noticed: repaired or not; or taken up by a human."""
        played.noticed += 1
        if happens(self.word(TURNS, turn, 2, 3), self.repair):
            played.repaired += 1
        elif self.contact.of("repair_policy") == "handover":
            played.handed_over += 1
            played.repaired += happens(self.word(HANDOVER, turn), self.p["/human/repaired"])

    def feelings(self) -> list[float]:
        """How likely each emotion is felt in a turn."""
        above = self.client.symptom - self.p["/recognition/symptom_reference"]
        weights = [math.exp(emotion.base + emotion.slope * above) for emotion in self.emotions]
        return [weight / sum(weights) for weight in weights]

    def mask_chance(self) -> float:
        """The display rule: how likely an unpleasant feeling is masked, where what is used to read can show it."""
        if not self.reading.shows_masks:
            return 0.0
        p, position = self.p, self.contact.world.positions[self.client.culture]
        rule = p["/recognition/display/base"] + p["/recognition/display/position"] * position
        return rule * (1 - self.client.expressivity) * (1 - p["/recognition/display/trust"] * self.bond.trust_before)

    def noticing(self, turn: int, feels: int) -> float:
        """How likely a client notices that this turn was misread."""
        p = self.p
        others = [place for place in range(len(self.emotions)) if place != feels]
        taken = others[which(self.word(EXPRESSION, turn, 4, 6), [1 / len(others)] * len(others))]

        def factor(other: int) -> float:
            wrong = self.valence_wrong(self.emotions[feels], self.emotions[other])
            return p["/recognition/noticed/valence_wrong"] if wrong else p["/recognition/noticed/valence_right"]

        usual = sum(map(factor, others)) / len(others)
        intensity = intensities(math.floor(self.client.symptom + 0.5))[self.word(EXPRESSION, turn, 1, 6) >> 26]
        odds = math.exp(p["/recognition/noticed/base"] + p["/recognition/noticed/intensity"] * intensity)
        odds *= factor(taken) / usual
        return odds / (1 + odds)

    @staticmethod
    def valence_wrong(felt: Emotion, taken: Emotion) -> bool:
        return felt.positive != taken.positive

    def repair_chance(self, meant: dict[str, float]) -> float:
        """S4. Attunement as it is to be expected after misreading."""
        p, contact = self.p, self.contact
        floor = p["/quality/floor/attunement"]
        expected = meant["attunement"] * (floor + (1 - floor) * self.reading.right)
        if p["/attribution/absent/attunement"]:
            expected = p["/attribution/level"]
        chance = contact.of("repaired")
        weight = p["/repair/attunement"]
        if weight != 0 and 0 < chance < 1:
            odds = chance / (1 - chance) * math.exp(weight * (expected - contact.of("reference/attunement")))
            chance = odds / (1 + odds)
        if contact.agent == "human":
            chance *= 1 - p["/therapists/fatigue/repair"] * self.client.fatigue
        if contact.monitored:
            chance += p["/monitoring/repair"]
        if contact.of("repair_policy") == "apology":
            chance += p["/repair/apology"]
        return clip(chance, 0, 1)
