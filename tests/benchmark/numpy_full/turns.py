"""The turns of a contact, all clients at once: felt, shown, read, noticed, repaired (S2, S4)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from reference.psychometrics import fusion_weights
from reference.world import MODALITIES

from .arm import Arm
from .chance import thresholds
from .people import Bond, Flags, People
from .tables import Floats, Words, noticing, psychometric

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Channel:
    d: float
    loss: float
    masking: float
    weight: float


class Reader:
    """How one kind of agent reads: what does not change with clients."""

    def __init__(self, arm: Arm, agent: str) -> None:
        self.p, self.agent = arm.p, agent
        self.emotions = arm.world.emotions
        self.channels = channels(arm.p, agent)
        self.shows_masks = any(channel.masking > 0 for channel in self.channels)
        self.positive = np.array([emotion.positive for emotion in self.emotions])
        self.base = np.array([emotion.base for emotion in self.emotions])[:, None]
        self.slope = np.array([emotion.slope for emotion in self.emotions])[:, None]
        self.noticing = noticing(arm.p, self.emotions)
        self.right = psychometric(arm.p["/recognition/emotions"])

    @property
    def decisions(self) -> list[str]:
        """What is drawn for each turn. Where no mask shows, none is drawn."""
        return ["right", "noticed", "repaired", "felt", "intensity", "asked", "taken", "misheard"] + [
            "masked"
        ] * self.shows_masks

    def of(self, name: str) -> Any:
        return self.p[f"/{self.agent}/{name}"]

    def memory(self, bond: Bond, weeks_in_care: int) -> Floats:
        remembered: Floats = self.of("memory_state") * bond.memory
        remembered += 1 + self.of("memory_gain") * self.of("memory") * math.sqrt(weeks_in_care)
        np.minimum(remembered, self.of("memory_most"), out=remembered)
        return remembered

    def fused(self, bond: Bond) -> tuple[Floats, Floats | None]:
        """d without memory of an unmasked turn, and of a masked one where masks show."""
        lost = self.of("distance_loss") * (1 - self.of("competence")) * bond.distance
        if self.of("familiarity") != 0:
            lost *= np.exp(-self.of("familiarity") * bond.contacts)
        plain, masked = np.zeros_like(lost), np.zeros_like(lost)
        for channel in self.channels:
            seen = channel.weight * np.maximum(0.0, channel.d * (1 - channel.loss * lost))
            plain += seen
            if self.shows_masks:
                masked += seen * (1 - (1 - self.p["/recognition/display/masked"]) * channel.masking)
        return plain, masked if self.shows_masks else None

    @property
    def at_home(self) -> float:
        """d at distance 0."""
        return sum(channel.weight * max(0.0, channel.d) for channel in self.channels)


def channels(p: dict[str, Any], agent: str) -> list[Channel]:
    if agent == "human":
        return [Channel(p["/human/discriminability"], p["/human/modality"], p["/human/masking"], 1.0)]
    used = [name for name in MODALITIES if p[f"/assistant/{name}/used"]]

    def correlation(a: str, b: str) -> float:
        apart = "physiology" in (a, b)
        return 1.0 if a == b else float(p[f"/assistant/{'physiology' if apart else 'noise'}_correlation"])

    d = tuple(p[f"/assistant/{name}/discriminability"] for name in used)
    weights = fusion_weights(d, tuple(tuple(correlation(a, b) for b in used) for a in used))
    return [
        Channel(each, p[f"/assistant/{name}/loss"], p[f"/assistant/{name}/masking"], float(weight))
        for name, each, weight in zip(used, d, weights, strict=True)
    ]


class Reading:
    """Of these clients in this contact."""

    def __init__(self, reader: Reader, bond: Bond, weeks_in_care: int) -> None:
        self.reader = reader
        memory = reader.memory(bond, weeks_in_care)
        plain, masked = reader.fused(bond)
        look = reader.p["/recognition/second_look"]
        self.confidence = reader.right(reader.at_home * memory)
        plain *= memory
        self.asked = thresholds(reader.right(plain * look))
        self.right = reader.right(plain)
        if masked is not None:
            masked *= memory
            self.masked_asked = thresholds(reader.right(masked * look))
            self.masked = thresholds(reader.right(masked))


@dataclass
class Played:
    """How many turns of a contact were what, shape (clients,)."""

    right: Floats
    heard: Floats
    noticed: Floats
    repaired: Floats
    masked: Floats
    asked: Floats
    unrepaired: Floats


def counted(flags: Flags) -> Floats:
    """True ones of each client. Bytes are added, many at a time: no contact has 256 turns."""
    found: Floats = np.add.reduce(flags.view(np.uint8), axis=0, dtype=np.uint8).astype(np.float64)
    return found


def places(words: Words, limits: Words | list[int]) -> Bytes:
    """How many limits each word does not lie below."""
    found = np.zeros(words.shape, np.uint8)
    above = np.empty(words.shape, np.bool_)
    for limit in limits:
        np.greater_equal(words, limit, out=above)
        np.add(found, above.view(np.uint8), out=found)
    return found


def play(
    reader: Reader, reading: Reading, people: People, chances: dict[str, Floats], words: dict[str, Words]
) -> Played:
    """`chances` of asking, of a repair, of mishearing and of a mask: probabilities, shape (clients,); used up."""
    limits = {name: thresholds(chance) for name, chance in chances.items()}
    felt = places(words["felt"], feelings(reader, people.symptom))
    asked = words["asked"] < limits["asked"]
    masked = hides(reader, felt, words, limits)
    right = read_right(reading, words["right"], asked, masked)
    heard = right & (words["misheard"] >= limits["misheard"])
    noticed = words["noticed"] < notices(reader, people.symptom, felt, words)
    noticed &= ~right
    repaired = noticed & (words["repaired"] < limits["repaired"])
    counts = {"right": right, "heard": heard, "noticed": noticed, "repaired": repaired, "asked": asked}
    found = {name: counted(flags) for name, flags in counts.items()}
    nobody = np.zeros_like(people.symptom)
    return Played(
        **found,
        masked=nobody if masked is None else counted(masked),
        unrepaired=found["noticed"] - found["repaired"],
    )


def feelings(reader: Reader, symptom: Floats) -> Words:
    """Thresholds of emotions, shape (emotions - 1, clients)."""
    weights = reader.slope * (symptom - reader.p["/recognition/symptom_reference"])
    weights += reader.base
    np.exp(weights, out=weights)
    for below, weight in zip(weights[:-1], weights[1:], strict=True):  # half the price of cumsum
        weight += below
    weights[:-1] /= weights[-1]
    return thresholds(weights[:-1])


def hides(reader: Reader, felt: Bytes, words: dict[str, Words], limits: dict[str, Words]) -> Flags | None:
    """Which turns are masked; None where it would not show."""
    if not reader.shows_masks:
        return None
    found = words["masked"] < limits["masked"]
    found &= np.take(~reader.positive, felt)
    return found


def read_right(reading: Reading, words: Words, asked: Flags, masked: Flags | None) -> Flags:
    plain = thresholds(reading.right.copy())
    found = words < plain
    np.copyto(found, words < reading.asked, where=asked)
    if masked is not None:
        hidden = words < reading.masked
        np.copyto(hidden, words < reading.masked_asked, where=asked)
        np.copyto(found, hidden, where=masked)
    return found


def notices(reader: Reader, symptom: Floats, felt: Bytes, words: dict[str, Words]) -> Words:
    """Thresholds of noticing, were the turn misread: looked up by severity, intensity, and both emotions."""
    count = len(reader.emotions)
    others = [round(place / (count - 1) * 2**32) for place in range(1, count - 1)]
    pair = places(words["taken"], others)
    pair += felt * np.uint8(count - 1)
    pairs = count * (count - 1)
    index = (words["intensity"] >> np.uint32(26)) * np.uint32(pairs)
    index += pair
    index += (np.floor(symptom + 0.5) * (64 * pairs)).astype(np.uint32)
    return np.take(reader.noticing, index)
