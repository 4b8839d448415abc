"""How well an agent reads a client in one contact (S2)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .people import Client
from .psychometrics import fusion_weights, probability_correct
from .world import MODALITIES, World


@dataclass(frozen=True)
class Channel:
    """One modality; a human has one, in person."""

    name: str
    d: float  # at distance 0
    loss: float
    masking: float


def channels(p: dict, agent: str, coached: bool) -> list[Channel]:
    """Those in use."""
    if agent == "human":
        d = p["/human/discriminability"] + (p["/coaching/discriminability"] if coached else 0)
        return [Channel("person", d, p["/human/modality"], p["/human/masking"])]
    return [
        Channel(name, p[f"/assistant/{name}/discriminability"], p[f"/assistant/{name}/loss"],
                p[f"/assistant/{name}/masking"])
        for name in MODALITIES
        if p[f"/assistant/{name}/used"]
    ]  # fmt: skip


class Reading:
    """What one agent makes of one client now. `p` has the assistant of this step in it."""

    def __init__(self, world: World, p: dict, client: Client, agent: str, coached: bool) -> None:
        self.p, self.agent = p, agent
        self.bond = client.bonds[agent]
        self.distance = 0.0 if world.twin == "no_distance" else self.bond.distance
        self.channels = channels(p, agent, coached)
        remembered = 1 + self.of("memory_gain") * self.of("memory") * math.sqrt(client.weeks_in_care)
        remembered += self.of("memory_state") * self.bond.memory
        self.memory = min(self.of("memory_most"), remembered)
        self.alternatives = p["/recognition/emotions"]
        self.chances: dict[tuple[bool, bool], float] = {}  # as far as they were asked for

    def of(self, name: str):
        return self.p[f"/{self.agent}/{name}"]

    @property
    def right(self) -> float:
        """Probability that a plain turn is read right."""
        return self.chance()

    @property
    def confidence(self) -> float:
        """What the agent takes that for: the same as if the client were of the reference culture."""
        return probability_correct(self.fused(0.0, masked=False), self.alternatives)

    @property
    def shows_masks(self) -> bool:
        return any(channel.masking > 0 for channel in self.channels)

    def chance(self, masked: bool = False, asked: bool = False) -> float:
        if (masked, asked) not in self.chances:
            d = self.fused(self.distance, masked) * (self.p["/recognition/second_look"] if asked else 1)
            self.chances[masked, asked] = probability_correct(d, self.alternatives)
        return self.chances[masked, asked]

    def fused(self, distance: float, masked: bool) -> float:
        lost = self.of("distance_loss") * distance * (1 - self.of("competence"))
        lost *= math.exp(-self.of("familiarity") * self.bond.contacts)
        seen = [max(0.0, channel.d * (1 - lost * channel.loss)) for channel in self.channels]
        weights = self.weights(seen)
        if masked:
            hidden = 1 - self.p["/recognition/display/masked"]
            seen = [d * (1 - hidden * channel.masking) for d, channel in zip(seen, self.channels, strict=True)]
        return self.memory * sum(w * d for w, d in zip(weights, seen, strict=True))

    def weights(self, seen: list[float]) -> list[float]:
        if self.agent == "human":
            return [1.0]
        by_culture = self.of("fusion") == "by_culture"
        d = seen if by_culture else [channel.d for channel in self.channels]
        return fusion_weights(tuple(d), self.correlation())

    def correlation(self) -> tuple[tuple[float, ...], ...]:
        def of(a: Channel, b: Channel) -> float:
            if a is b:
                return 1.0
            apart = "physiology" in (a.name, b.name)
            return self.of("physiology_correlation") if apart else self.of("noise_correlation")

        return tuple(tuple(of(a, b) for b in self.channels) for a in self.channels)
