"""Many design points of one experiment: a merge patch laid over its arms at each, and a few metrics read off.

Sweeps, attributions and claims are made of this. All points and arms share their clients and their luck, so whatever is
compared is compared on `PointRuns.values` first, replicate by replicate, and its noise is taken afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import core
from hybridcare.document import steps, together
from hybridcare.errors import config_error
from hybridcare.experiment import checked_threads
from hybridcare.scenario import Scenario

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Metric:
    """A result of one arm, as in `Experiment.drivers`.

    name     of table `estimates`; or misread_rate_, misread_difference_, misread_spread_ and human or assistant
    reading  "week_12", "post", "end", ...; "": the main reading where the metric has one, else the whole course
    culture  one of the scenario's, or "all"
    twin     not "": the value minus that of this twin, its excess: no_distance, perfect_recognition, ...
    """

    name: str
    reading: str = ""
    culture: str = "all"
    twin: str = ""

    @classmethod
    def parse(cls, text: str) -> Metric:
        """From NAME[@READING][-TWIN][/CULTURE]: "phq9@week_12", "phq9-no_distance/far", "erosion_assistant".

        Raises ConfigError for a text with an empty part; names are checked where they are run."""
        rest, slash, culture = text.partition("/")
        rest, dash, twin = rest.partition("-")
        name, at, reading = rest.partition("@")
        parts = (name, at and reading, dash and twin, slash and culture)
        if not name or (at and not reading) or (dash and not twin) or (slash and not culture):
            raise config_error("metric", f"{text!r} is not NAME[@READING][-TWIN][/CULTURE]")
        return cls(parts[0].strip(), parts[1].strip(), parts[3].strip() or "all", parts[2].strip())

    def __str__(self) -> str:
        reading = f"@{self.reading}" if self.reading else ""
        twin = f"-{self.twin}" if self.twin else ""
        return f"{self.name}{reading}{twin}" + (f"/{self.culture}" if self.culture != "all" else "")

    @property
    def row(self) -> dict[str, str]:
        return {"metric": self.name, "reading": self.reading, "culture": self.culture, "twin": self.twin}


@dataclass(frozen=True)
class Task:
    """All that a worker needs to run design points: plain values, nothing in it is executed.

    document    the scenario as JSON text; its first variant is the base
    file        for messages, and the folder of the CSV files that it names
    arms        which of its arms to run
    metrics     read off each arm
    replicates, clients   of every point; clients per arm and replicate
    watch       measures of the user's own, rows as `watch.measures` gives them; they stand behind the metrics
    paired      False: point i has replicates of its own, the first of them i * replicates
    """

    document: str
    file: str
    arms: tuple[str, ...]
    metrics: tuple[Metric, ...]
    replicates: int
    clients: int
    watch: tuple[Mapping[str, Any], ...] = ()
    paired: bool = True

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        arms: Sequence[str] | None = None,
        metrics: Sequence[Metric | str] = (),
        replicates: int | None = None,
        clients: int | None = None,
        watch: Sequence[Mapping[str, Any]] = (),
        paired: bool = True,
    ) -> Task:
        """From a scenario; what is left out is as it says. Raises ConfigError: unknown names, sizes out of range."""
        if arms is None:
            arms = [arm["name"] for arm in scenario.core.arms if not arm["component"]]
        asked = tuple(m if isinstance(m, Metric) else Metric.parse(m) for m in metrics)
        sized = scenario.core.with_overrides(seed=None, clients=clients, replicates=replicates)
        text = json.dumps(scenario.document(), ensure_ascii=False)  # not sorted: cultures are drawn in the file's order
        task = cls(text, scenario.file, tuple(arms), asked, sized.replicates, sized.clients,
                   tuple(watch), paired)  # fmt: skip
        run_points(task, [])  # names are checked here, before any work
        return task


class PointRuns:
    """What was read off at each design point.

    Attributes
        estimate   shape (points, arms, metrics), in the metrics' units; NaN: nobody is counted, or the point failed
        values     shape (points, arms, metrics, replicates): jackknife pseudo-values. Their mean is the estimate (but
                   for the bias of ratios), their SD / sqrt(replicates) its noise
        arms       names, in order
        metrics    dicts of name, reading, culture, twin, unit, meaning, in order
        failures   reason by point, for those that the reader refused
        hash       of all numbers; depends on no thread or block size
        client_weeks, kernel_seconds, wall_seconds   weeks lived through; time summed over threads; by the clock
    """

    def __init__(self, raw: core.PointRuns, arms: Sequence[str]) -> None:
        self.estimate: Floats = raw.estimate
        self.values: Floats = raw.values
        self.arms = list(arms)
        self.metrics: list[dict[str, str]] = raw.metrics
        self.failures: dict[int, str] = raw.failures
        self.hash = raw.hash
        self.client_weeks = raw.client_weeks
        self.kernel_seconds = raw.kernel_seconds
        self.wall_seconds = raw.wall_seconds

    @cached_property
    def noise_se(self) -> Floats:
        """Simulation noise of `estimate`, same shape: jackknife error over replicates; NaN with one replicate."""
        replicates = self.values.shape[-1]
        if replicates < 2:
            return np.full(self.estimate.shape, np.nan)
        spread: Floats = self.values.std(axis=-1, ddof=1) / np.sqrt(replicates)
        return spread

    def place(self, arm: str, metric: int = 0) -> tuple[int, int]:
        """Where an arm's metric stands in the last axes of `estimate`."""
        return self.arms.index(arm), metric


def run_points(
    task: Task,
    points: Sequence[str],
    threads: int = 0,
    progress: Progress | None = None,
    first: int = 0,
    block: int = 256,
    instruction_set: str = "",
) -> PointRuns:
    """Runs design points, each a JSON merge patch as text; the same numbers for any threads, block or split in parts.

    points  members are laid over every arm of the base variant, as a variant's are: {"change": {"empathy_elasticity":
            3}}; what stands under "arms" is for the arm of that name alone: {"arms": {"hybrid": {"pathway": ...}}}
    first   number of the first point, for tasks that are not paired
    Raises ConfigError: unknown arm, metric, reading, culture or twin. What a point gets wrong is a failure of its own.
    Ctrl-C stops it.
    """
    raw = core.run_points(
        _scenario(task.document, task.file).core,
        list(points),
        list(task.arms),
        [metric.row for metric in task.metrics],
        watch=[dict(row) for row in task.watch],
        replicates=task.replicates,
        clients=task.clients,
        paired=task.paired,
        first_point=first,
        threads=checked_threads(threads),
        block=block,
        instruction_set=instruction_set,
        progress=progress,
    )
    return PointRuns(raw, task.arms)


def patch_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """A merge patch that sets places by JSON Pointer: {"/course/harm": .1} gives {"course": {"harm": .1}}.

    Raises ConfigError for what is no pointer to a member."""
    patch: dict[str, Any] = {}
    for pointer, value in values.items():
        names = steps(pointer)
        if not pointer.startswith("/") or not all(names):
            raise config_error(pointer, "is not a JSON Pointer to a place of the scenario, such as /course/harm")
        for name in reversed(names):
            value = {name: value}
        patch = together(patch, value)  # a null, which takes something away, stays
    return patch


def patch_text(patch: Mapping[str, Any]) -> str:
    """The text of a merge patch, for `run_points`. Raises ConfigError for what JSON cannot hold (NaN, infinity)."""
    try:
        return json.dumps(patch, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise config_error("point", f"cannot be written as JSON: {error}") from error


@lru_cache(maxsize=8)
def _scenario(document: str, file: str) -> Scenario:
    return Scenario(document.encode(), file)
