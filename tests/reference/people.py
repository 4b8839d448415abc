"""Who takes part: clients at entry, their bonds, and therapists (model, section 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .chance import (
    ASSISTANT,
    ASSISTANTS,
    BOND,
    DISTANCE,
    HUMAN,
    INTAKE,
    MATCH,
    PEOPLE,
    THERAPIST,
    TRAITS,
    Chance,
    normal,
    uniform,
    which,
)
from .psychometrics import beta_quantile
from .world import PATHWAYS, QUALITIES, Therapist, World, clip

PARTNER = {"human": HUMAN, "assistant": ASSISTANT}


@dataclass
class Bond:
    """What a client carries about one agent, and what their last contact left."""

    trust_good: float
    trust_bad: float
    distance: float
    match: float
    alliance: float
    alliance_mean: float
    trust_start: float = 0.0
    memory: float = 0.0
    reliability: float = 0.0
    ruptures: int = 0
    contacts: int = 0
    missed: int = 0
    first_week: int = 0  # of a contact held; 0: none yet
    trust_before: float = 0.0  # trust as it stood before this week's contacts
    empathy: float = 0.0
    compassion: float = 0.0
    curiosity: float = 0.0
    confidence: float = 0.0
    empathy_rating: float = 0.0
    alliance_rating: float = 0.0
    felt_heard: float = 0.0
    # of this week's contacts together:
    met: int = 0
    right: int = 0
    noticed: int = 0
    repaired: int = 0
    masked: int = 0
    asked: int = 0

    @property
    def trust(self) -> float:
        return self.trust_good / (self.trust_good + self.trust_bad)

    def new_week(self) -> None:
        self.trust_before = self.trust
        self.met = self.right = self.noticed = self.repaired = self.masked = self.asked = 0


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
    gain_cap: float
    motivation: float
    expressivity: float
    privacy_concern: float
    stigma: float
    preference: float
    trust_type: str
    triage: float
    fit: dict[str, float]
    insight: float
    fatigue: float
    autonomy: float
    levels: dict[str, str] = field(default_factory=dict)  # of named attributes
    effects: dict[str, float] = field(default_factory=dict)  # of those, added up
    meets_assistants: bool = True
    bonds: dict[str, Bond] = field(default_factory=dict)
    assistant: int = 0  # number of the one that the bond is with
    gain: float = 0.0
    phq9_start: int = 0
    phq9_before: int = 0
    weeks_in_care: int = 0
    weeks_in_step: int = 0
    week: int = 0
    off_track: bool = False
    contacts: int = 0  # held, with anybody
    reliance: float = 0.0
    discovered: bool = False
    breached: bool = False
    # of this week:
    insight_before: float = 0.0
    unrepaired: int = 0
    harm: float = 0.0
    turns: int = 0
    minutes: float = 0.0  # of a human, outside planned contacts
    practised: int = 0
    week_gain: float = 0.0
    week_jump: float = 0.0
    # risk states
    risk: int = 0
    risk_met: bool = False
    risk_flag: bool = False
    missed_risk: int = 0
    risk_waits: int = 0
    risks_found: int = 0
    human_waits: int = 0
    human_reached: int = 0
    alarms: int = 0
    # practice
    written: list[float] = field(default_factory=lambda: [0.0] * 4)  # x of the last four weeks, latest first
    plan_weight: dict[str, float] = field(default_factory=dict)
    plan_sum: dict[str, float] = field(default_factory=dict)
    plan_load: dict[str, float] = field(default_factory=dict)

    def new_week(self, week: int, left: bool) -> None:
        self.week = week
        self.weeks_in_step += not left  # who has left is in no step
        self.insight_before = self.insight
        self.phq9_before = self.phq9
        self.unrepaired = self.turns = self.practised = 0
        self.harm = self.minutes = self.week_gain = self.week_jump = 0.0
        self.risk_flag = False
        for bond in self.bonds.values():
            bond.new_week()


def draw_therapists(world: World) -> list[Therapist]:
    return [draw_therapist(world.p, world, number) for number in range(world.p["/therapists/count"])]


def draw_therapist(p: dict, world: World, number: int) -> Therapist:
    culture, skill, *_ = world.chance.words(number, THERAPIST)
    common = normal(skill)
    own = [*world.chance.words(number, THERAPIST, block=1), *world.chance.words(number, THERAPIST, block=2)]
    quality = {}
    for name, word in zip(QUALITIES, own, strict=True):
        drawn = p["/therapists/common"] * common + p["/therapists/own"] * normal(word)
        value = p[f"/human/quality/{name}"] + p["/therapists/spread"] * drawn
        quality[name] = clip(value, p["/therapists/quality_least"], 1)
    spread = p["/therapists/effectiveness_sd"]
    return Therapist(pick_culture(culture, world), quality, math.exp(spread * common - spread**2 / 2))


def pick_culture(word: int, world: World) -> int:
    """The first culture up to which the shares exceed the uniform number."""
    at, total = uniform(word), 0.0
    for culture, (_, share) in enumerate(world.cultures):
        total += share
        if at < total:
            return culture
    return len(world.cultures) - 1


def measured(p: dict, symptom: float, word: int) -> int:
    return round(clip(symptom + p["/course/measurement_sd"] * normal(word), 0, 27))


def momentary_sd(p: dict) -> float:
    """Of X around M, in the long run."""
    return p["/course/symptom_sd"] / math.sqrt(1 - (1 - p["/course/symptom_return"]) ** 2)


def draw_entry(p: dict, chance: Chance, client: int) -> tuple[float, float, int]:
    """M(0), X(0) and y(0), redrawn where the intake selects; the last of 60 attempts stands, whatever it is."""
    for attempt in range(60):
        first, second, third, _ = chance.words(client, INTAKE, block=attempt)
        episode = p["/intake/episode_mean"] + p["/intake/episode_sd"] * normal(first)
        inside = p["/intake/episode_least"] < episode < p["/intake/episode_most"]
        episode = clip(episode, 0, 27)
        symptom = clip(episode + momentary_sd(p) * normal(second), 0, 27)
        phq9 = measured(p, symptom, third)
        if not p["/intake/selected"] or (inside and phq9 >= p["/intake/phq9_least"]):
            break
    return episode, symptom, phq9


def draw_attributes(world: World, word: int) -> tuple[dict[str, str], dict[str, float], bool]:
    """Levels of the named attributes, what they add up to, and whether somebody like this meets assistants at all."""
    cell = which(word, world.cells) if world.cells else 0
    levels: dict[str, str] = {}
    for attribute in reversed(world.attributes):  # the last one's levels are the fastest
        cell, level = divmod(cell, len(attribute.levels))
        levels[attribute.name] = attribute.levels[level]
    effects: dict[str, float] = {}
    meets = True
    for attribute in world.attributes:
        level = levels[attribute.name]
        meets = meets and level not in attribute.without_assistant
        for target, effect in attribute.effects.get(level, {}).items():
            effects[target] = effects.get(target, 0.0) + effect
    return levels, effects, meets


def draw_client(world: World, number: int) -> Client:
    """A client at entry, who has not yet met anybody."""
    p, chance = world.p, world.chance
    episode, symptom, phq9 = draw_entry(p, chance, number)
    base, rho, lenient, _ = map(normal, chance.words(number, TRAITS))
    _, _, culture, therapist = chance.words(number, TRAITS, block=1)
    persists, unmoved, _, _ = chance.words(number, PEOPLE, block=3)
    trusting, triage, cell, _ = chance.words(number, PEOPLE, block=1)
    levels, effects, meets = draw_attributes(world, cell)
    fits = map(normal, chance.words(number, PEOPLE, block=2))
    r = p["/intake/halo_correlation"]
    client = Client(
        id=number,
        culture=pick_culture(culture, world),
        therapist=therapist * p["/therapists/count"] >> 32,
        episode=episode,
        symptom=symptom,
        phq9=phq9,
        phq9_start=phq9,
        phq9_before=phq9,
        baseline=long_run_mean(p, episode, base, persists),
        responsiveness=responsiveness(p, rho, unmoved),
        halo=p["/intake/halo_sd"] * (r * rho + math.sqrt(1 - r**2) * lenient),
        gain_cap=max(p["/intake/gain_cap"] * episode, 1e-6),  # without symptoms nothing to gain, and no ratio 0 / 0
        trust_type=trust_type(p, trusting),
        triage=triage_score(p, symptom, normal(triage)),
        fit={name: max(0.0, 1 + p["/intake/fit_sd"] * e) for name, e in zip(PATHWAYS, fits, strict=True)},
        insight=p["/intake/insight_start"],
        fatigue=p["/therapists/fatigue/start"],
        autonomy=p["/course/autonomy_reference"],
        levels=levels,
        effects=effects,
        meets_assistants=meets,
        plan_weight={name: 1 / p["/practice/plan/prior_sd"] ** 2 for name in PATHWAYS},
        plan_sum={name: 1 / p["/practice/plan/prior_sd"] ** 2 for name in PATHWAYS},
        plan_load=dict.fromkeys(PATHWAYS, 0.0),
        **draw_manner(p, chance, number, effects),
    )
    client.bonds = {"human": human_bond(world, client), "assistant": assistant_bond(world, client, 0)}
    return client


def long_run_mean(p: dict, episode: float, error: float, persists: int) -> float:
    """m, correlated with M(0); where there are two kinds of course, higher for symptoms that persist."""
    share, apart = p["/intake/persistent/share"], p["/intake/persistent/shift"]
    kind = apart * (1 - share if uniform(persists) < share else -share)
    r = p["/intake/baseline_correlation"]
    z = (episode - p["/intake/baseline_reference_mean"]) / p["/intake/baseline_reference_sd"]
    own = r * z + math.sqrt(1 - r**2) * error
    return clip(p["/intake/baseline_mean"] + p["/intake/baseline_sd"] * own + kind, 0, p["/intake/baseline_most"])


def responsiveness(p: dict, rho: float, unmoved: int) -> float:
    """Lognormal with mean 1; where some clients are not moved at all, 0 for them and more for the others."""
    spread, without = p["/intake/responsiveness_sd"], p["/intake/unresponsive_share"]
    return 0.0 if uniform(unmoved) < without else math.exp(spread * rho - spread**2 / 2) / (1 - without)


def draw_manner(p: dict, chance: Chance, number: int, effects: dict[str, float]) -> dict[str, float]:
    """Motivation, expressivity, privacy concern, stigma, preference; some of them moved by attributes."""
    motivated = chance.words(number, TRAITS)[3]
    expressive, concerned, ashamed, wish = chance.words(number, PEOPLE)

    def trait(name: str, word: int, target: str) -> float:
        drawn = beta_quantile(uniform(word), p[f"/intake/{name}_good"], p[f"/intake/{name}_bad"])
        return clip(drawn + effects.get(target, 0.0), 0, 1)

    return {
        "motivation": trait("motivation", motivated, "motivation"),
        "expressivity": trait("expressivity", expressive, ""),
        "privacy_concern": trait("privacy", concerned, "privacy_concern"),
        "stigma": trait("stigma", ashamed, "stigma"),
        "preference": p["/intake/preference_sd"] * normal(wish),
    }


def trust_type(p: dict, word: int) -> str:
    others = (p["/trust/types/oscillating"], p["/trust/types/disbelieving"])
    return ("rational", "oscillating", "disbelieving")[which(word, (1 - sum(others), *others))]


def triage_score(p: dict, symptom: float, error: float) -> float:
    """Severity at entry, standardised by what the intake would be without selection, with its error."""
    spread = math.sqrt(p["/intake/episode_sd"] ** 2 + momentary_sd(p) ** 2)
    return (symptom - p["/intake/episode_mean"]) / spread + p["/intake/triage_sd"] * error


def human_bond(world: World, client: Client) -> Bond:
    word = world.chance.words(client.id, TRAITS, block=1)[0]
    jitter = world.chance.words(client.id, DISTANCE, partner=HUMAN)[0]
    therapist = world.therapists[client.therapist]
    match = world.chance.words(client.id, MATCH, partner=client.therapist + 1)[0]
    return new_bond(world, world.p, client, "human", therapist.culture, (word, jitter, match))


def assistant_bond(world: World, client: Client, number: int) -> Bond:
    """With the assistant of that number. Number 0 keeps the words that the only assistant has."""
    chance = world.chance
    if number == 0:
        word = chance.words(client.id, TRAITS, block=1)[1]
        jitter = chance.words(client.id, DISTANCE, partner=ASSISTANT)[0]
    else:
        word = chance.words(client.id, BOND, partner=number)[0]
        jitter = chance.words(client.id, DISTANCE, partner=ASSISTANTS + number)[0]
    match = chance.words(client.id, MATCH, partner=ASSISTANTS + number)[0]
    culture = world.assistants[number].culture
    return new_bond(world, world.numbers[number], client, "assistant", culture, (word, jitter, match))


def new_bond(
    world: World, p: dict, client: Client, agent: str, culture: int, words: tuple[int, int, int]
) -> Bond:
    trust, jitter, match = words
    good = p[f"/{agent}/trust_mean"] + p[f"/{agent}/trust_sd"] * normal(trust)
    good = max(p[f"/{agent}/trust_least"], good + client.effects.get(f"trust_{agent}", 0.0))
    if client.trust_type == "disbelieving":
        good *= p["/trust/types/disbelieving_start"]
    bad = p[f"/{agent}/trust_bad"]
    if p["/trust/form"] == "rescorla_wagner":  # trust itself is kept
        good = good / (good + bad)
        bad = 1 - good
    alliance = clip(p["/intake/alliance_start"] + client.halo, 0, p["/alliance/most"])
    bond = Bond(
        trust_good=good,
        trust_bad=bad,
        distance=cultural_distance(p, world.positions, client.culture, culture, 2 * uniform(jitter) - 1),
        match=p["/intake/match_sd"] * normal(match),
        alliance=alliance,
        alliance_mean=alliance,
    )
    bond.trust_start = bond.trust_before = bond.trust
    return bond


def cultural_distance(p: dict, positions: list[float], client: int, agent: int, jitter: float) -> float:
    """chi between a client of one culture and an agent of another; `jitter` lies in (-1, 1)."""
    if client == agent:
        return 0.0
    apart = abs(positions[client] - positions[agent])
    if positions[client] == 0:
        apart *= p["/culture/asymmetry"]
    return clip(apart + p["/culture/jitter"] * jitter, 0, p["/culture/distance_most"])
