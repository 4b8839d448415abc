"""An arm of a scenario as its numbers, and what of it is written here: anything else that it switches on is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reference.people import draw_therapists
from reference.world import AGENTS, QUALITIES, World
from reference.worlds import worlds

#: Fields that must have one value, because the mechanism behind any other is not written here.
FIXED: dict[str, Any] = {
    "/attribution/absent/" + name: False for name in (*QUALITIES, "pathways", "trust")
} | {
    "/affect/effect": 0,
    "/assistant/labelled": True,
    "/assistant/repair_policy": "none",
    "/assistant/fusion": "fixed",
    "/change/dose_by_week": True,
    "/course/saturation": 1,
    "/human/labelled": False,
    "/human/repair_policy": "none",
    "/intake/persistent/share": 0,
    "/intake/unresponsive_share": 0,
    "/leaving/per_turn": True,
    "/recognition/emotions_drawn": True,
    "/rival/contact_only": False,
    "/therapists/learning": 0,
    "/trust/form": "beta",
}  # fmt: skip
#: Members of the step of care that must be empty.
EMPTY = ("bundle", "feedback", "coached", "plan", "review_every", "assistant_number")


@dataclass(frozen=True)
class Arm:
    """One step of care that begins in week 1, then nothing.

    p          values of fields by path, the assistant's among them
    step       as `Experiment.pathway` gives it
    agents     those of the step, human first
    """

    p: dict[str, Any]
    step: dict[str, Any]
    agents: tuple[str, ...]
    world: World
    seed: int
    clients: int
    weeks: int

    @property
    def planned(self) -> int:
        """Weeks of care."""
        return int(self.step["weeks"])


def arms(document: dict[str, Any], experiment: Any) -> dict[str, int]:
    """Places of arms by name."""
    return {arm["name"]: place for place, arm in enumerate(experiment.arms)}


def read(document: dict[str, Any], experiment: Any, name: str) -> Arm:
    """Of replicate 0. Raises ValueError: the arm has something that is not written here.

    :param document: the scenario, as in its file
    :param experiment: the same, as the program has read it; values of parameters are taken from there
    """
    world: World = next(worlds(document, experiment, arms(document, experiment)[name]))
    p = world.numbers[0] if world.numbers else world.p
    step = world.steps[world.pathway["start"]]
    lacking = missing(world, p, step)
    if lacking:
        raise ValueError(f"arm {name}: not written in NumPy: {', '.join(lacking)}")
    world.therapists = draw_therapists(world)
    agents = tuple(agent for agent in AGENTS if step[agent])
    return Arm(p, step, agents, world, experiment.seed, experiment.clients, experiment.weeks)


def missing(world: World, p: dict[str, Any], step: dict[str, Any]) -> list[str]:
    """What the arm switches on that is not written here."""
    found = [f"{path} {p[path]}" for path, value in FIXED.items() if p[path] != value]
    found += [member for member in EMPTY if step[member]]
    meetings = [step[agent] for agent in AGENTS if step[agent]]
    found += ["contacts that fade"] * any(meeting["fade"] != 0 for meeting in meetings)
    found += ["several contacts a week"] * any(meeting["per_week"] != 1 for meeting in meetings)
    found += ["a step without contacts"] * (not meetings)
    found += ["more than four practice slots"] * (p["/practice/slots"] > 4)
    cared = [each for each in world.pathway["steps"] if each["exit"] == "none"]
    found += ["more than one step"] * (len(cared) != 1 or step["then"] != "completed")
    found += ["transitions"] * bool(world.pathway["transitions"] or world.pathway["re_entry"])
    found += ["named attributes"] * bool(world.attributes)
    return found
