"""What each parameter set shows of a service's figures, in the care that the service gives.

All sets meet the same clients with the same luck, so that what differs between two sets is the sets. How far figures
say the same of the same people is measured in further runs, with clients of their own for every set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.document import merged
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.points import PointRuns, Progress, Task, run_points
from hybridcare.scenario import Scenario
from hybridcare.setting_figures import WAITS, Figure
from hybridcare.uncertainty import ParameterSets

Floats = NDArray[np.float64]
CLIENTS, REPLICATES = 250, 16  # of each set, without a service: noise of a share is about .01
COUPLED_REPLICATES = 4  # a service has its own size
ALIKE_SETS, ALIKE_REPLICATES = 48, 4  # 144 degrees of freedom: a correlation of 0 is measured with an SD of .08


@dataclass(frozen=True)
class Care:
    """The care that a service gives: one arm of a scenario, its size, and the week at which outcomes are read.

    coupled  whether clients share a service or a network, so that who comes early takes the place of who comes late
    week     of a client's care in which outcomes are read, 1 in its first; last: until which clients are followed
    """

    scenario: Scenario
    arm: str
    coupled: bool
    week: int
    last: int
    clients: int
    replicates: int

    @property
    def sentence(self) -> str:
        label = next((each["label"] for each in self.scenario.core.arms if each["name"] == self.arm), self.arm)
        clients = f"{self.replicates} × {self.clients:,} clients a set"
        return (f"Care: arm {self.arm} of {self.scenario.core.name} ({label}); {clients}; outcomes in week {self.week} "
                "of care")  # fmt: skip


@dataclass(frozen=True)
class Simulated:
    """value: shape (sets, figures), NaN where nobody is counted or the set was refused; noise: shape (figures,),
    simulation noise of one set, pooled over sets; failures: reason by set."""

    value: Floats
    noise: Floats
    failures: Mapping[int, str]


def care_of(scenario: Scenario, figures: Sequence[Figure], arm: str | None = None, week: int | None = None,
            clients: int | None = None, replicates: int | None = None) -> Care:  # fmt: skip
    """Checks the choice. Raises ConfigError: an unknown arm, a week out of range, waits where nobody waits."""
    names = [each["name"] for each in scenario.core.arms if not each["component"]]
    document = scenario.document()
    if arm is None:
        arm = str((document.get("headline") or {}).get("against") or names[0])
    if arm not in names:
        raise config_error("--arm", unknown("arm", arm, names))
    whole = merged(document, (document.get("arms") or {}).get(arm) or {})
    serves, coupled = whole.get("service") is not None, bool({"service", "network"} & {k for k, v in whole.items()
                                                                                       if v is not None})  # fmt: skip
    if waits := [each.name for each in figures if each.about == WAITS and not serves]:
        raise config_error(waits[0], f"nobody waits in arm '{arm}' of {scenario.core.name}, which has no service: give "
                           "a scenario that has one, such as service_capacity --arm full, or leave the figure "
                           "out")  # fmt: skip
    last = scenario.core.weeks
    begins, planned = _start(whole)
    after = planned + 1 if coupled and planned else scenario.core.reading_week + 1
    read = min(after, last) if week is None else week
    if isinstance(read, bool) or not 1 <= read <= last:
        raise config_error("--week", f"{read} is outside [1, {last}], the weeks that {scenario.core.name} follows")
    usual = scenario.core.clients if coupled else min(scenario.core.clients, CLIENTS)
    often = COUPLED_REPLICATES if coupled else REPLICATES
    followed = last if coupled or not begins else read
    return Care(scenario, arm, coupled, read, followed, usual if clients is None else clients,
                often if replicates is None else replicates)  # fmt: skip


def _start(document: Mapping[str, Any]) -> tuple[bool, int]:
    """Whether the first step of a pathway meets clients, so that care begins with entry, and its weeks; 0: not said."""
    pathway = document.get("pathway") or {}
    steps = pathway.get("steps") or {}
    first = steps.get(pathway.get("start") or next(iter(steps), ""), {}) or {}
    weeks = first.get("weeks")
    meets = any(first.get(agent) is not None for agent in ("human", "assistant"))
    return meets, weeks if isinstance(weeks, int) else 0


def simulate(care: Care, sets: ParameterSets, figures: Sequence[Figure], threads: int = 0,
             progress: Progress | None = None) -> Simulated:  # fmt: skip
    """Runs every set. Raises ConfigError: sizes out of range, or all sets refused, with the first reason."""
    task = _task(care, figures)
    if task.replicates < 2:
        raise config_error("--replicates", "at least 2 are needed: without them nobody knows the simulation noise")
    runs = run_points(task, sets.points, threads, progress)
    if len(runs.failures) == len(sets):
        raise config_error("uncertainty", f"none of {len(sets)} sets could be run: {runs.failures[0]}")
    value, spread = _read(runs, figures)
    for at, each in enumerate(figures):
        if not np.isfinite(value[:, at]).any():
            raise config_error(each.name, f"arm '{care.arm}' of {care.scenario.core.name} counts nobody for it")
    noise = np.sqrt(np.nanmean(spread.var(axis=-1, ddof=1), axis=0) / task.replicates)
    return Simulated(value, noise, runs.failures)


def alike(care: Care, sets: ParameterSets, figures: Sequence[Figure], threads: int = 0, seed: int = 1) -> Floats:
    """Correlation of the figures' sampling errors, shape (figures, figures): replicates of some sets, drawn by weight,
    each with clients of its own."""
    chosen = sets.ensemble.drawn(min(ALIKE_SETS, 2 * len(sets)), seed)
    place = {number: at for at, number in enumerate(sets.chosen)}
    task = replace(_task(care, figures), replicates=max(ALIKE_REPLICATES, 2), paired=False)
    runs = run_points(task, [sets.points[place[int(each)]] for each in chosen], threads)
    _, values = _read(runs, figures)
    errors = values - values.mean(axis=-1, keepdims=True)
    flat = errors.transpose(0, 2, 1).reshape(-1, len(figures))
    flat = flat[np.isfinite(flat).all(axis=1)]
    return _correlation(flat)


def _correlation(errors: Floats) -> Floats:
    """1 on the diagonal, 0 where a figure does not vary."""
    size = errors.shape[1]
    if len(errors) < 3:
        return np.eye(size)
    cross = errors.T @ errors
    scale = np.sqrt(np.diag(cross))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(np.outer(scale, scale) > 0, cross / np.outer(scale, scale), 0.0)
    np.fill_diagonal(found, 1.0)
    return found


def counts_of(correlation: Floats, freedom: int = ALIKE_SETS * (ALIKE_REPLICATES - 1)) -> Floats:
    """How much each figure counts, in (0, 1]: 1 over the sum of its squared correlations, less what chance makes of a
    correlation of 0. Two figures that are one count half each; figures of other people count 1.

    correlation  shape (k, k); freedom: degrees of freedom that it was measured with. Returns shape (k,)."""
    squared = (correlation**2 - 1 / freedom) / (1 - 1 / freedom)
    shared = np.clip(squared, 0, 1)
    np.fill_diagonal(shared, 1.0)
    counts: Floats = 1 / shared.sum(axis=1)
    return counts


def _task(care: Care, figures: Sequence[Figure]) -> Task:
    measures = {row["name"]: row for each in figures for row in each.measures(care.week, care.last)}
    return Task.of(care.scenario, [care.arm], (), care.replicates, care.clients, list(measures.values()))



def _read(runs: PointRuns, figures: Sequence[Figure]) -> tuple[Floats, Floats]:
    """Figures (points, k) and their jackknife pseudo-values (points, k, replicates), from those of their parts."""
    place = {row["name"]: at for at, row in enumerate(runs.metrics)}
    value, pseudo = [], []
    for figure in figures:
        at = [place[name] for name in figure.parts]
        value.append(_part(figure.read, runs.estimate[:, 0, :], at))
        pseudo.append(_pseudo(figure.read, runs.estimate[:, 0, :], runs.values[:, 0, :, :], at))
    return np.stack(value, axis=1), np.stack(pseudo, axis=1)


def _part(read: Callable[[list[Floats]], Floats], estimate: Floats, at: Sequence[int]) -> Floats:
    return read([estimate[:, each] for each in at])


def _pseudo(read: Callable[[list[Floats]], Floats], estimate: Floats, values: Floats, at: Sequence[int]) -> Floats:
    """Pseudo-values of a function of parts: it is read once more with each replicate left out."""
    count = values.shape[-1]
    if count < 2:
        return np.full((len(estimate), count), np.nan)
    without = [(count * estimate[:, each, None] - values[:, each]) / (count - 1) for each in at]
    whole = _part(read, estimate, at)
    pseudo: Floats = count * whole[:, None] - (count - 1) * read(without)
    return pseudo
