"""Worlds of an experiment: what the program says of its numbers and pathway, and the scenario of its people."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

from .chance import Chance
from .course import Course, simulate
from .world import Assistant, Attribute, Emotion, World

EMOTIONS = ("sadness", "fear", "anger", "shame", "joy", "calm")


def worlds(document: dict, experiment: Any, arm: int, twin: str = "factual", **changed: float) -> Iterator[World]:
    """One for each replicate; `changed` replaces values of parameters, by path.

    :param document: the scenario, as in its file; all arms share its people
    :param experiment: the same, as the program has read it: `values`, `assistants`, `pathway` and design numbers
    """
    p = {**dict(experiment.values(0, arm)), **changed}
    people = document["cultures"]
    for replicate in range(experiment.replicates):
        yield World(
            p=p,
            pathway=experiment.pathway(arm),
            chance=Chance(experiment.seed, replicate),
            cultures=[(people[name]["position"], people[name]["share"]) for name in experiment.cultures],
            culture_names=experiment.cultures,
            emotions=emotions(document, p),
            assistants=assistants(experiment, arm, changed),
            insight=experiment.insight_reference,
            attributes=[
                Attribute(name, each["levels"], each.get("effects", {}), each.get("without_assistant", []))
                for name, each in document.get("attributes", {}).items()
            ],
            cells=joint_shares(document),
            twin=twin,
        )


def courses(document: dict, experiment: Any, arm: int, twin: str = "factual", **changed: float) -> list[Course]:
    """Of all clients of all replicates; `Course.replicate` says of which."""
    found = []
    for replicate, world in enumerate(worlds(document, experiment, arm, twin, **changed)):
        for course in simulate(world, range(experiment.clients), experiment.weeks):
            course.replicate = replicate
            found.append(course)
    return found


def assistants(experiment: Any, arm: int, changed: dict[str, float]) -> list[Assistant]:
    return [
        Assistant(experiment.cultures.index(each["culture"]), {**each["values"], **changed})
        for each in experiment.assistants(0, arm)
    ]


def emotions(document: dict, p: dict) -> list[Emotion]:
    """The scenario's own, or the six that there are without."""
    if own := document.get("emotions"):
        return [Emotion(each["base"], each["slope"], each["positive"]) for each in own.values()]
    path = "/recognition/emotion/{}/{}"
    return [Emotion(*(p[path.format(name, part)] for part in ("base", "slope", "positive"))) for name in EMOTIONS]


def joint_shares(document: dict) -> list[float]:
    """Of all combinations of levels, the last attribute's fastest."""
    attributes = document.get("attributes", {})
    if not attributes:
        return []
    cells = list(itertools.product(*(each["levels"] for each in attributes.values())))
    if joint := document.get("joint_shares"):
        known = {tuple(row[name] for name in attributes): row["share"] for row in joint}
        return [known.get(cell, 0.0) for cell in cells]
    own = [dict(zip(each["levels"], each["shares"], strict=True)) for each in attributes.values()]
    return [math.prod(shares[level] for shares, level in zip(own, cell, strict=True)) for cell in cells]
