"""Who takes part: clients at entry and therapists (model, section 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .chance import ASSISTANT, DISTANCE, HUMAN, INTAKE, THERAPIST, TRAITS, Chance, normal, uniform
from .psychometrics import beta_quantile

QUALITIES = (
    "resonance", "perspective_taking", "compassion", "validation", "autonomy_support", "attunement", "curiosity",
    "technique",
)  # fmt: skip
AGENTS = ("human", "assistant")
PARTNER = {"human": HUMAN, "assistant": ASSISTANT}


def clip(x: float, least: float, most: float) -> float:
    return min(max(x, least), most)


@dataclass
class Therapist:
    culture: int
    quality: dict[str, float]
    effectiveness: float


@dataclass
class Bond:
    """What a client carries about one agent, and what their last contact left."""

    trust_good: float
    trust_bad: float
    distance: float
    alliance: float
    alliance_mean: float
    contacts: int = 0
    missed: int = 0
    first_week: int = 0  # of a contact held; 0: none yet
    trust_before: float = 0.0  # trust as it stood before this week's contact
    empathy: float = 0.0
    confidence: float = 0.0
    empathy_rating: float = 0.0
    alliance_rating: float = 0.0
    felt_heard: float = 0.0
    right: int = 0
    noticed: int = 0
    repaired: int = 0

    @property
    def trust(self) -> float:
        return self.trust_good / (self.trust_good + self.trust_bad)


@dataclass
class Client:
    id: int
    culture: int
    therapist: int
    episode: float
    symptom: float
    phq9: int
    baseline: float
    responsiveness: float
    halo: float
    motivation: float
    gain_cap: float
    gain: float = 0.0
    phq9_start: int = 0
    weeks_in_care: int = 0
    weeks_in_step: int = 0
    off_track: bool = False
    bonds: dict[str, Bond] = field(default_factory=dict)


def pick_culture(word: int, shares: list[float]) -> int:
    """The first culture up to which the shares exceed the uniform number."""
    at, total = uniform(word), 0.0
    for culture, share in enumerate(shares):
        total += share
        if at < total:
            return culture
    return len(shares) - 1


def draw_therapist(p: dict, shares: list[float], chance: Chance, number: int) -> Therapist:
    culture, skill, *_ = chance.words(number, THERAPIST)
    common = normal(skill)
    own = [*chance.words(number, THERAPIST, block=1), *chance.words(number, THERAPIST, block=2)]
    quality = {}
    for name, word in zip(QUALITIES, own, strict=True):
        drawn = p["/therapists/common"] * common + p["/therapists/own"] * normal(word)
        value = p[f"/human/quality/{name}"] + p["/therapists/spread"] * drawn
        quality[name] = clip(value, p["/therapists/quality_least"], 1)
    spread = p["/therapists/effectiveness_sd"]
    return Therapist(pick_culture(culture, shares), quality, math.exp(spread * common - spread**2 / 2))


def measured(p: dict, symptom: float, word: int) -> int:
    return round(clip(symptom + p["/course/measurement_sd"] * normal(word), 0, 27))


def draw_entry(p: dict, chance: Chance, client: int) -> tuple[float, float, int]:
    """M(0), X(0) and y(0), redrawn where the intake selects; the last of 60 attempts stands, whatever it is."""
    spread = p["/course/symptom_sd"] / math.sqrt(1 - (1 - p["/course/symptom_return"]) ** 2)
    for attempt in range(60):
        first, second, third, _ = chance.words(client, INTAKE, block=attempt)
        episode = p["/intake/episode_mean"] + p["/intake/episode_sd"] * normal(first)
        inside = p["/intake/episode_least"] < episode < p["/intake/episode_most"]
        episode = clip(episode, 0, 27)
        symptom = clip(episode + spread * normal(second), 0, 27)
        phq9 = measured(p, symptom, third)
        if not p["/intake/selected"] or (inside and phq9 >= p["/intake/phq9_least"]):
            break
    return episode, symptom, phq9


def draw_client(p: dict, cultures: list[tuple[float, float]], chance: Chance, number: int) -> Client:
    """A client at entry, who has not yet met anybody; `cultures` are (position, share)."""
    episode, symptom, phq9 = draw_entry(p, chance, number)
    base, rho, lenient, motivated = chance.words(number, TRAITS)
    trust_human, trust_assistant, culture, therapist = chance.words(number, TRAITS, block=1)
    r = p["/intake/baseline_correlation"]
    z = (episode - p["/intake/baseline_reference_mean"]) / p["/intake/baseline_reference_sd"]
    own = r * z + math.sqrt(1 - r**2) * normal(base)
    spread = p["/intake/responsiveness_sd"]
    r = p["/intake/halo_correlation"]
    client = Client(
        id=number,
        culture=pick_culture(culture, [share for _, share in cultures]),
        therapist=therapist * p["/therapists/count"] >> 32,
        episode=episode,
        symptom=symptom,
        phq9=phq9,
        phq9_start=phq9,
        baseline=clip(p["/intake/baseline_mean"] + p["/intake/baseline_sd"] * own, 0, p["/intake/baseline_most"]),
        responsiveness=math.exp(spread * normal(rho) - spread**2 / 2),
        halo=p["/intake/halo_sd"] * (r * normal(rho) + math.sqrt(1 - r**2) * normal(lenient)),
        motivation=beta_quantile(uniform(motivated), p["/intake/motivation_good"], p["/intake/motivation_bad"]),
        gain_cap=max(p["/intake/gain_cap"] * episode, 1e-6),  # without symptoms nothing to gain, and no ratio 0 / 0
    )
    client.bonds = {"human": new_bond(p, client, "human", trust_human)}
    client.bonds["assistant"] = new_bond(p, client, "assistant", trust_assistant)
    return client


def new_bond(p: dict, client: Client, agent: str, word: int) -> Bond:
    good = p[f"/{agent}/trust_mean"] + p[f"/{agent}/trust_sd"] * normal(word)
    alliance = clip(p["/intake/alliance_start"] + client.halo, 0, p["/alliance/most"])
    good = max(p[f"/{agent}/trust_least"], good)
    return Bond(good, p[f"/{agent}/trust_bad"], distance=0, alliance=alliance, alliance_mean=alliance)


def cultural_distance(p: dict, positions: list[float], client: int, agent: int, jitter: float) -> float:
    """chi between a client of one culture and an agent of another; `jitter` lies in (-1, 1)."""
    if client == agent:
        return 0.0
    apart = abs(positions[client] - positions[agent])
    if positions[client] == 0:
        apart *= p["/culture/asymmetry"]
    return clip(apart + p["/culture/jitter"] * jitter, 0, p["/culture/distance_most"])


def meet(p: dict, positions: list[float], chance: Chance, client: Client, therapist: Therapist) -> None:
    """Sets the distance between a client and both agents. Assistants are of the reference culture, at position 0."""
    culture = {"human": therapist.culture, "assistant": positions.index(0)}
    for agent in AGENTS:
        jitter = 2 * uniform(chance.words(client.id, DISTANCE, partner=PARTNER[agent])[0]) - 1
        client.bonds[agent].distance = cultural_distance(p, positions, client.culture, culture[agent], jitter)
