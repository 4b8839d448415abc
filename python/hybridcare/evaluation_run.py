"""What an evaluation runs: bundled protocols and references as one scenario, with the profile in its arms."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hybridcare.document import Document, merged
from hybridcare.errors import config_error
from hybridcare.experiment import checked_threads
from hybridcare.points import Metric, PointRuns, Task, run_points
from hybridcare.profiles import Profile, _place
from hybridcare.profiles import profile as read_profile
from hybridcare.progress import progress as shown_progress
from hybridcare.rival_sets import middle_sets
from hybridcare.rivals import rivals
from hybridcare.rivals_models import Model, models
from hybridcare.scenario import Scenario
from hybridcare.thresholds import Thresholds, evaluation

CONTROL = "_as_assumed"  #: behind an arm's name: the same protocol with the scenario's own assistant


@dataclass(frozen=True)
class Measured:
    """One profile and its runs: `runs.values` by model, arm and metric; `scenario`, `task`: what was run."""

    profile: Profile
    runs: PointRuns
    scenario: Scenario
    task: Task


def chosen_protocols(wanted: Iterable[str] | None) -> dict[str, Any]:
    from hybridcare.names import unknown

    known = evaluation()["protocols"]
    names = list(known) if wanted is None else list(dict.fromkeys([wanted] if isinstance(wanted, str) else wanted))
    for name in names:
        if name not in known:
            raise config_error("protocols", unknown("protocol", name, known))
    if not names:
        raise config_error("protocols", f"none is left; known: {', '.join(known)}")
    return {name: known[name] for name in names}


def only(asked: Thresholds, protocols: Iterable[str]) -> Thresholds:
    """The gates that are asked in these protocols. Raises ConfigError if there is none."""
    kept = [replace(gate, protocols=tuple(name for name in gate.protocols if name in protocols))
            for gate in asked.gates]  # fmt: skip
    gates = tuple(gate for gate in kept if gate.protocols)
    if not gates:
        raise config_error("protocols", f"no gate is asked in {', '.join(protocols)}")
    return replace(asked, gates=gates)


def document_of(start: Scenario, protocols: Mapping[str, Any], size: Mapping[str, int]) -> Document:
    """The scenario file that is run, but for the profile: references, each protocol with the scenario's assistant."""
    content = evaluation()
    left_out = ("pathway", "arms", "variants", "headline", "service", "network")
    out = {name: value for name, value in start.document().items() if name not in left_out}
    assistant = {key: value for key, value in (out.get("assistant") or {}).items() if key != "profile"}
    out |= {"pathway": content["pathway"], "weeks": content["weeks"], "reading_week": content["reading_week"],
            "assistant": assistant, **size}  # fmt: skip
    out.pop("assistants", None)
    arms = dict(content["references"])
    arms |= {name + CONTROL: arm for name, arm in protocols.items()}
    arms |= protocols
    out["arms"] = arms
    return out


def metrics_of(asked: Thresholds, scenario: Scenario) -> list[Metric]:
    """All that the gates read, each once; those of the worst culture once for each culture."""
    found: list[Metric] = []
    for gate in asked.gates:
        found += [replace(gate.metric, culture=culture)
                  for culture in (scenario.core.cultures if gate.worst else [gate.metric.culture])]  # fmt: skip
    return list(dict.fromkeys(found))


def run(document: Document, path: str | os.PathLike[str], start: Scenario, metrics: list[Metric], threads: int,
        progress: bool, uncertainty: Any = None) -> tuple[list[Model], Measured]:  # fmt: skip
    """Every rival model, refitted where it is fitted (`rival_sets.middle_sets`), and b_E at its values on top of the
    default's numbers, with one profile."""
    measured = read_profile(path, start)  # its own messages, before anything is run
    place = Path(os.path.abspath(_place(path)))
    arms = {name: arm if name in evaluation()["references"] or name.endswith(CONTROL)
            else merged(arm, {"assistant": {"profile": place.name}}) for name, arm in document["arms"].items()}
    whole = {**document, "arms": arms}
    scenario = Scenario.of(whole, str(place.parent / "evaluation.json"))
    known = rivals()
    found = models(scenario, known, middle_sets(scenario, list(known), uncertainty), with_switches=False)
    task = Task.of(scenario, list(arms), metrics)
    with shown_progress(f"{measured.name}: {len(found)} models", progress) as tick:
        runs = run_points(task, [model.points[0] for model in found], checked_threads(threads), tick)
    return found, Measured(measured, runs, scenario, task)
