"""Clients and their bonds as rows of one matrix, a column each, and how they enter (model, section 2)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from reference import chance as table
from reference.people import PARTNER, momentary_sd
from reference.world import PATHWAYS, QUALITIES

from .arm import Arm
from .chance import Chance, Wide
from .tables import Floats, Places, Words, beta_quantiles, normal_quantiles

MATCHED = ("resonance", "attunement", "validation")
Flags = npt.NDArray[np.bool_]

FELT = ("resonance", "compassion")


class Columns:
    """Rows of a matrix under their names. Subclasses say which by their annotations."""

    def __init__(self, matrix: Floats, first: int = 0) -> None:
        for place, name in enumerate(self.names()):
            setattr(self, name, matrix[first + place])

    @classmethod
    def names(cls) -> list[str]:
        return list(cls.__annotations__)


class Bond(Columns):
    """What clients carry about one agent, and what their last contact left."""

    trust_good: Floats
    trust_bad: Floats
    trust_before: Floats  # trust as it stood before this week's contacts
    alliance: Floats
    alliance_mean: Floats
    memory: Floats
    distance: Floats
    match: Floats
    own_culture: Floats
    contacts: Floats
    missed: Floats
    first_week: Floats
    reliability: Floats
    ruptures: Floats
    met: Floats  # of this week, as what follows
    right: Floats
    noticed: Floats
    repaired: Floats
    masked: Floats
    asked: Floats
    confidence: Floats
    empathy: Floats
    compassion: Floats
    curiosity: Floats
    empathy_rating: Floats
    alliance_rating: Floats
    felt_heard: Floats
    own_resonance: Floats  # the agent's level of each quality with this client
    own_perspective_taking: Floats
    own_compassion: Floats
    own_validation: Floats
    own_autonomy_support: Floats
    own_attunement: Floats
    own_curiosity: Floats
    own_technique: Floats

    def trust(self) -> Floats:
        found: Floats = self.trust_good / (self.trust_good + self.trust_bad)
        return found


class Person(Columns):
    """A client but for the bonds."""

    culture: Floats  # place
    position: Floats
    therapist: Floats
    effectiveness: Floats  # of the therapist
    episode: Floats
    symptom: Floats
    phq9: Floats
    phq9_start: Floats
    baseline: Floats
    responsiveness: Floats
    able: Floats  # responsiveness as far as it counts in sudden gains
    practises: Floats  # how responsive to practice
    halo: Floats
    gain_cap: Floats
    gain: Floats
    motivation: Floats
    expressivity: Floats
    privacy: Floats
    stigma: Floats
    fit_mindfulness: Floats
    fit_expressive_writing: Floats
    fit_bias_modification: Floats
    fit_focusing: Floats
    disbelieving: Floats
    trust_memory: Floats  # what trust keeps
    trust_success: Floats  # weight of good evidence
    insight: Floats
    insight_before: Floats
    autonomy: Floats
    contacts: Floats
    written_0: Floats  # expressive writing of the last four weeks, by week modulo 4
    written_1: Floats
    written_2: Floats
    written_3: Floats
    exit: Floats  # 0 none, 1 completed, 2 ended early, 3 dropped out
    left_week: Floats
    off_track: Floats
    practised: Floats
    week_gain: Floats
    week_jump: Floats
    unrepaired: Floats
    harm: Floats
    turns: Floats
    minutes: Floats
    risk: Floats
    risk_met: Floats
    risk_flag: Floats
    missed_risk: Floats
    risk_waits: Floats
    risks_found: Floats
    human_waits: Floats
    human_reached: Floats
    alarms: Floats
    breached: Floats


class People(Person):
    """Some clients in a row: the first `count` of a chunk from `begin` on. Columns are views, nothing is copied."""

    def __init__(self, arm: Arm, matrix: Floats, who: Wide) -> None:
        super().__init__(matrix)
        self.matrix, self.who, self.arm = matrix, who, arm
        size = len(Person.names())
        self.bonds = {
            agent: Bond(matrix, size + place * len(Bond.names())) for place, agent in enumerate(arm.agents)
        }

    @classmethod
    def names(cls) -> list[str]:
        return Person.names()

    @classmethod
    def empty(cls, arm: Arm, who: Wide) -> People:
        rows = len(Person.names()) + len(arm.agents) * len(Bond.names())
        return cls(arm, np.zeros((rows, len(who))), who)

    def part(self, begin: int, end: int) -> People:
        return People(self.arm, self.matrix[:, begin:end], self.who[begin:end])

    def order(self, wanted: Flags) -> tuple[Places, Places]:
        """Who must change places, and with whom, so that clients of whom `wanted` holds come first.

        No result depends on the order of clients: draws are named by their numbers.
        """
        count = int(np.count_nonzero(wanted))
        late = np.flatnonzero(wanted[count:]) + count
        early = np.flatnonzero(~wanted[:count])
        return np.concatenate([late, early]), np.concatenate([early, late])

    def swap(self, places: Places, others: Places) -> None:
        self.matrix[:, places] = self.matrix[:, others]
        self.who[places] = self.who[others]


def uniform(word: Words) -> Floats:
    found = np.add(word, 0.5, dtype=np.float64)
    found *= 2.0**-32
    return found


def enter(arm: Arm, chance: Chance, who: Wide) -> People:
    """Clients who have not met anybody yet."""
    people = People.empty(arm, who)
    draw_entries(people, chance)
    draw_traits(people, chance)
    draw_manner(people, chance)
    for agent in arm.agents:
        draw_bond(people, chance, agent)
    return people


def draw_entries(people: People, chance: Chance) -> None:
    """M(0), X(0) and y(0), redrawn where the intake selects; the last of 60 attempts stands."""
    p, left = people.arm.p, np.arange(len(people.who))
    for attempt in range(60):
        first, second, third = normal_quantiles(chance.entry(people.who[left], table.INTAKE, attempt)[:3])
        episode = p["/intake/episode_mean"] + p["/intake/episode_sd"] * first
        inside = (p["/intake/episode_least"] < episode) & (episode < p["/intake/episode_most"])
        episode = np.clip(episode, 0, 27)
        symptom = np.clip(episode + momentary_sd(p) * second, 0, 27)
        phq9 = np.rint(np.clip(symptom + p["/course/measurement_sd"] * third, 0, 27))
        people.episode[left], people.symptom[left], people.phq9[left] = episode, symptom, phq9
        if not p["/intake/selected"]:
            break
        left = left[~(inside & (phq9 >= p["/intake/phq9_least"]))]
        if not len(left):
            break
    people.phq9_start[:] = people.phq9


def draw_traits(people: People, chance: Chance) -> None:
    p, who = people.arm.p, people.who
    base, rho, lenient = normal_quantiles(chance.entry(who, table.TRAITS)[:3])
    spread, r = p["/intake/responsiveness_sd"], p["/intake/halo_correlation"]
    people.responsiveness[:] = np.exp(spread * rho - spread**2 / 2)
    people.able[:] = np.minimum(people.responsiveness, p["/sudden_gain/responsiveness_most"])
    share = p["/practice/responsiveness_share"]
    people.practises[:] = p["/practice/fixed_share"] + share * people.responsiveness
    people.halo[:] = p["/intake/halo_sd"] * (r * rho + math.sqrt(1 - r**2) * lenient)
    people.gain_cap[:] = np.maximum(p["/intake/gain_cap"] * people.episode, 1e-6)
    draw_baselines(people, base)
    words = chance.entry(who, table.TRAITS, 1)
    cultures, therapists = people.arm.world.cultures, people.arm.world.therapists
    below = np.cumsum([share for _, share in cultures])
    culture = np.minimum(np.searchsorted(below, uniform(words[2]), side="right"), len(cultures) - 1)
    people.culture[:], people.position[:] = culture, np.array(people.arm.world.positions)[culture]
    therapist = (words[3].astype(np.uint64) * np.uint64(len(therapists)) >> np.uint64(32)).astype(np.intp)
    people.therapist[:] = therapist
    people.effectiveness[:] = np.array([each.effectiveness for each in therapists])[therapist]


def draw_baselines(people: People, base: Floats) -> None:
    p = people.arm.p
    standard = (people.episode - p["/intake/baseline_reference_mean"]) / p["/intake/baseline_reference_sd"]
    r = p["/intake/baseline_correlation"]
    drawn = p["/intake/baseline_mean"] + p["/intake/baseline_sd"] * (r * standard + math.sqrt(1 - r**2) * base)
    people.baseline[:] = np.clip(drawn, 0, p["/intake/baseline_most"])


def draw_manner(people: People, chance: Chance) -> None:
    """How clients are and what suits them, and how they trust."""
    p, who = people.arm.p, people.who
    motivated = chance.entry(who, table.TRAITS)[3]
    manner = chance.entry(who, table.PEOPLE)
    words = {"motivation": motivated, "expressivity": manner[0], "privacy": manner[1], "stigma": manner[2]}
    for name, word in words.items():
        drawn = beta_quantiles(uniform(word), p[f"/intake/{name}_good"], p[f"/intake/{name}_bad"])
        getattr(people, name)[:] = drawn
    fits = normal_quantiles(chance.entry(who, table.PEOPLE, 2))
    for name, fit in zip(PATHWAYS, fits, strict=True):
        getattr(people, f"fit_{name}")[:] = np.maximum(0.0, 1 + p["/intake/fit_sd"] * fit)
    people.insight[:] = people.insight_before[:] = p["/intake/insight_start"]
    people.autonomy[:] = p["/course/autonomy_reference"]
    draw_trust_types(people, chance)


def draw_trust_types(people: People, chance: Chance) -> None:
    """Rational, oscillating or disbelieving. Drawn once: a generator would say something else the second time."""
    p = people.arm.p
    word = chance.entry(people.who, table.PEOPLE, 1)[0]
    rational = 1 - (p["/trust/types/oscillating"] + p["/trust/types/disbelieving"])
    disbelieving = word >= table.threshold(rational + p["/trust/types/oscillating"])
    oscillating = (word >= table.threshold(rational)) & ~disbelieving
    people.disbelieving[:] = disbelieving
    people.trust_memory[:] = np.where(oscillating, p["/trust/types/oscillating_memory"], p["/trust/memory"])
    learned = np.where(disbelieving, p["/trust/types/disbelieving_success"], 1.0)
    people.trust_success[:] = p["/trust/success"] * learned


def draw_bond(people: People, chance: Chance, agent: str) -> None:
    """With the drawn therapist, or with assistant number 0."""
    p, bond, who, world = people.arm.p, people.bonds[agent], people.who, people.arm.world
    human = agent == "human"
    good = p[f"/{agent}/trust_mean"] + p[f"/{agent}/trust_sd"] * normal_quantiles(
        chance.entry(who, table.TRAITS, 1)[0 if human else 1]
    )
    good = np.maximum(p[f"/{agent}/trust_least"], good)
    bond.trust_good[:] = np.where(people.disbelieving > 0, good * p["/trust/types/disbelieving_start"], good)
    bond.trust_bad[:] = p[f"/{agent}/trust_bad"]
    bond.trust_before[:] = bond.trust()
    bond.alliance[:] = np.clip(p["/intake/alliance_start"] + people.halo, 0, p["/alliance/most"])
    bond.alliance_mean[:] = bond.alliance
    therapist = people.therapist.astype(np.intp)
    cultures = np.array([each.culture for each in world.therapists]) if human else np.array([0])
    culture = cultures[therapist] if human else np.full(len(who), world.assistants[0].culture)
    jitter = 2 * uniform(chance.entry(who, table.DISTANCE, partner=PARTNER[agent])[0]) - 1
    bond.distance[:] = distances(people, culture, jitter)
    pair = people.therapist.astype(np.uint64) + np.uint64(1) if human else table.ASSISTANTS
    bond.match[:] = p["/intake/match_sd"] * normal_quantiles(chance.entry(who, table.MATCH, partner=pair)[0])
    draw_levels(people, agent, therapist)


def distances(people: People, culture: Places, jitter: Floats) -> Floats:
    p, positions = people.arm.p, np.array(people.arm.world.positions)
    apart: Floats = np.where(people.position == 0, p["/culture/asymmetry"], 1.0)
    apart *= np.abs(people.position - positions[culture])
    apart += p["/culture/jitter"] * jitter
    np.clip(apart, 0, p["/culture/distance_most"], out=apart)
    apart[people.culture == culture] = 0.0
    return apart


def draw_levels(people: People, agent: str, therapist: Places) -> None:
    """The agent's own level of each quality with this client: no learning, so it stays."""
    p, bond = people.arm.p, people.bonds[agent]
    for name in QUALITIES:
        if agent == "human":
            own = np.array([each.quality[name] for each in people.arm.world.therapists])[therapist]
        else:
            labelled = 1 - p["/assistant/label_discount"] * (name in FELT)
            own = np.full(len(people.who), p[f"/assistant/quality/{name}"] * labelled)
        if name in MATCHED:
            own = own + bond.match
        getattr(bond, f"own_{name}")[:] = np.clip(own, 0, 1)
