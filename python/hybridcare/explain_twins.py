"""Effects beside an attribution: the same clients with one thing switched off, and what of it runs through trust."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hybridcare.attribution import PLAYERS, SEVEN, Points, coalition, noise
from hybridcare.errors import config_error
from hybridcare.points import PointRuns, Task, run_points

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.explanation import Assumption
    from hybridcare.points import Metric
    from hybridcare.scenario import Scenario

#: Twins that the program has: the same clients with the same luck.
TWINS = {"misrecognition": "perfect_recognition", "cultural distance": "no_distance"}
#: What makes nobody repair, and what makes a label cost nothing, as patches of an agent.
REPAIR = {"repaired": 0, "repair_policy": "none"}
LABEL = {"label_discount": 0}
#: Metrics that are of all cultures together.
OVER_CULTURES = "misread_spread_"
TRUST = {"attribution": {"absent": {"trust": True}}}


def everywhere(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A merge patch that gives every agent of a scenario these values, each named assistant too, in every arm."""
    named = dict(document.get("assistants") or {})
    for arm in (document.get("arms") or {}).values():
        named |= arm.get("assistants") or {}
    agents: dict[str, Any] = {"human": dict(patch), "assistant": dict(patch)}
    if named:
        agents["assistants"] = {name: dict(patch) for name in named}
    return agents


def switched_off(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What can be switched off by a patch alone, and the patch."""
    return {"repair": {**everywhere(document, REPAIR), "monitoring": {"repair": 0}},
            "label": everywhere(document, LABEL)}  # fmt: skip


@dataclass(frozen=True)
class Effects:
    """What was run: places of the points by assumption, name and whether trust is held, and of the metrics by culture
    and twin; `assumptions` by name, with their labels."""

    runs: PointRuns
    assumptions: Mapping[str, str]
    points: Mapping[tuple[str, str, bool], int]
    metrics: Mapping[tuple[str, str], int]
    cultures: tuple[str, ...]
    arms: tuple[str, ...]

    @property
    def switches(self) -> list[str]:
        """What was switched off. An excess over a twin is no result that has a twin of its own."""
        twins = {twin for _, twin in self.metrics}
        return [*(name for name, twin in TWINS.items() if twin in twins), "repair", "label"]

    def _of(
        self, point: tuple[str, str, bool], metric: tuple[str, str], arm: int | None = None
    ) -> tuple[float, np.ndarray]:
        """Estimate and values by replicate: of the arm, minus the other if there is one and `arm` names neither."""
        at, m = self.points[point], self.metrics[metric]
        estimate, values = self.runs.estimate[at, :, m], self.runs.values[at, :, m]
        if arm is not None or len(estimate) == 1:
            return float(estimate[arm or 0]), values[arm or 0]
        return float(estimate[0] - estimate[1]), values[0] - values[1]

    def _effect(self, under: str, name: str, held: bool, culture: str = "") -> tuple[float, np.ndarray]:
        """Of a culture, or of all that are asked about. As it is minus switched off, in the first arm; all parts: of
        the difference, if there is one; "arm": that difference."""
        culture = culture or self.cultures[0]
        if name in TWINS:
            return self._of((under, "as it is", held), (culture, TWINS[name]), 0)
        if name == "arm":
            return self._of((under, "as it is", held), (culture, ""))
        whole = None if name == "all parts" else 0
        with_it, without = (self._of((under, point, held), (culture, ""), whole) for point in ("as it is", name))
        return with_it[0] - without[0], with_it[1] - without[1]

    @property
    def unit(self) -> str:
        return str(self.runs.metrics[0]["unit"])

    def twins(self) -> pd.DataFrame:
        """See Explanation.twins. Rows of which nobody is counted are left out."""
        import pandas

        rows = []
        for under, label in self.assumptions.items():
            for name, culture in itertools.product(self.switches, self.cultures):
                value, values = self._effect(under, name, False, culture)
                rows.append({"assumption": under, "label": label, "switch": name, "culture": culture, "estimate": value,
                             **noise(value, values), "unit": self.unit})  # fmt: skip
        frame = pandas.DataFrame(rows)
        return frame[frame["estimate"].notna()].reset_index(drop=True)

    def trust(self) -> pd.DataFrame:
        """See Explanation.trust."""
        import pandas

        rows = []
        names = ["all parts", *(["arm"] if len(self.arms) > 1 else []), *self.switches]
        for under, name in itertools.product(self.assumptions, names):
            (total, values), (direct, held) = (self._effect(under, name, held) for held in (False, True))
            words = " minus ".join(self.arms) if name == "arm" else name
            row: dict[str, Any] = {"assumption": under, "label": self.assumptions[under], "effect": words,
                                   "unit": self.unit}  # fmt: skip
            for word, value, each in (("total", total, values), ("direct", direct, held),
                                      ("through_trust", total - direct, values - held)):  # fmt: skip
                row[word] = value
                row |= {f"{word}_{key}": number for key, number in noise(value, each).items()}
            rows.append(row)
        frame = pandas.DataFrame(rows)
        return frame[frame["total"].notna() & frame["direct"].notna()].reset_index(drop=True)


def effects(
    scenario: Scenario, task: Task, metric: Metric, assumptions: Sequence[Assumption], threads: int
) -> Effects:
    """Runs what twins and the part through trust need: eight points for each assumption.

    Raises ConfigError for what is refused."""
    document = scenario.document()
    off = {"as it is": {}, **switched_off(document),
           "all parts": coalition([PLAYERS[name] for name in SEVEN], 0)}  # fmt: skip
    points = Points()
    places = {(each.name, name, held): points.add(each.patch, patch, TRUST if held else {})
              for each in assumptions for name, patch in off.items() for held in (False, True)}  # fmt: skip
    by_culture = metric.culture == "all" and not metric.name.startswith(OVER_CULTURES)
    cultures = ("all", *scenario.core.cultures) if by_culture else (metric.culture,)
    twins = ("",) if metric.twin else ("", *TWINS.values())
    wanted = {(culture, twin): replace(metric, culture=culture, twin=twin or metric.twin)
              for culture in cultures for twin in twins}  # fmt: skip
    runs = run_points(replace(task, metrics=tuple(wanted.values())), points.texts, threads=threads)
    for place in sorted(runs.failures):
        raise config_error(task.file, runs.failures[place])
    labels = {each.name: each.label for each in assumptions}
    return Effects(runs, labels, places, {key: place for place, key in enumerate(wanted)}, cultures, task.arms)
