"""What a course is told: the arm's numbers, its agents, cultures, emotions, attributes, and which twin it is."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from .chance import Chance

QUALITIES = (
    "resonance", "perspective_taking", "compassion", "validation", "autonomy_support", "attunement", "curiosity",
    "technique",
)  # fmt: skip
EMPATHY = ("resonance", "perspective_taking", "compassion")
MODALITIES = ("text", "speech", "face", "physiology")
PATHWAYS = ("mindfulness", "expressive_writing", "bias_modification", "focusing")
AGENTS = ("human", "assistant")
#: What the twin `more_empathy` adds to what is expressed.
MORE_EMPATHY = 0.1


def clip(x: float, least: float, most: float) -> float:
    return min(max(x, least), most)


@dataclass(frozen=True)
class Emotion:
    base: float
    slope: float
    positive: bool


@dataclass(frozen=True)
class Attribute:
    """A named attribute of clients. `effects` are by level and by what they act on."""

    name: str
    levels: list[str]
    effects: dict[str, dict[str, float]] = field(default_factory=dict)
    without_assistant: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Assistant:
    """One of the arm's assistants: its culture, by place, and its numbers, by path."""

    culture: int
    values: dict


@dataclass(frozen=True)
class Therapist:
    culture: int
    quality: dict[str, float]
    effectiveness: float


def without_care(pathway: dict) -> dict:
    """The same steps, in which nothing happens but that their planned lengths pass."""
    none = {"human": None, "assistant": None, "bundle": False, "offers": [], "comparator": "none", "feedback": False,
            "coached": False, "plan": False, "review_every": 0, "assistant_number": 0}  # fmt: skip
    return {
        "start": pathway["start"],
        "steps": [{**step, **none} for step in pathway["steps"]],
        "transitions": [],
        "re_entry": None,
        "restart_on_new_provider": False,
    }


@dataclass
class World:
    """Everything that a course in one arm depends on, but for the client.

    :param p: values of the fields, by path
    :param pathway: as `Experiment.pathway` gives it
    :param cultures: (position, share) of each
    :param emotions: in their order
    :param cells: shares of the joint levels of the attributes, the last attribute's levels fastest
    :param insight: mean insight in the default human arm as each week begins; later weeks read the last
    """

    p: dict
    pathway: dict
    chance: Chance
    cultures: list[tuple[float, float]]
    culture_names: list[str]
    emotions: list[Emotion]
    assistants: list[Assistant]
    insight: list[float]
    attributes: list[Attribute] = field(default_factory=list)
    cells: list[float] = field(default_factory=list)
    twin: str = "factual"
    therapists: list[Therapist] = field(default_factory=list)

    def __post_init__(self) -> None:
        #: those with contacts in some step of the arm
        self.agents = [agent for agent in AGENTS if any(step[agent] for step in self.pathway["steps"])]
        self.any_plan = any(step["plan"] for step in self.pathway["steps"])
        if self.twin == "noise_only":
            self.pathway = without_care(self.pathway)
        self.steps = {step["name"]: step for step in self.pathway["steps"]}

    @functools.cached_property
    def numbers(self) -> list[dict]:
        """The arm's numbers with each of its assistants in them."""
        return [{**self.p, **assistant.values} for assistant in self.assistants]

    @property
    def positions(self) -> list[float]:
        return [position for position, _ in self.cultures]

    @property
    def empathy_added(self) -> float:
        return MORE_EMPATHY if self.twin == "more_empathy" else 0.0
