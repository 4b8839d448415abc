"""Answers over an ensemble of parameter sets that fit the published figures, instead of at one set.

Two things make an answer uncertain, and more runs help against one of them alone: what the published figures leave open
(parameters, which differ between sets) and chance (Monte Carlo error, which more replicates narrow). All sets meet the
same clients with the same luck, so that the two can be parted: `spread`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.document import steps
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.points import Metric, PointRuns, Progress, Task, patch_of, patch_text, run_points

if TYPE_CHECKING:
    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.scenario import Scenario

Floats = NDArray[np.float64]
SETS = 100  #: sets that a verb runs over unless told: a 90 % interval's ends then err by about an eighth of its width
LEVELS = (0.05, 0.95)
ENSEMBLE, DEFAULTS = "ensemble", "defaults"
CHOICES = (ENSEMBLE, DEFAULTS)
FITTED_TO = "full"  # the configuration that ensembles are sets of


@dataclass(frozen=True)
class ParameterSets:
    """Sets of an ensemble as design points of one scenario, for `points.run_points`: all of equal weight.

    rival     R0 to R4: the sets are points of it, and it is laid over them
    points    merge patches as text, one a set
    chosen    number of each in the ensemble; a heavy one may come more than once
    held      JSON Pointers into the scenario where it, an arm or a named assistant says itself what the sets have, or
              where a measured profile does: there it is right, and the sets are not heard
    """

    rival: str
    points: tuple[str, ...]
    chosen: tuple[int, ...]
    held: tuple[str, ...]
    ensemble: Ensemble

    def __len__(self) -> int:
        return len(self.points)

    @property
    def hash(self) -> str:
        """The ensemble's: another calibration has another."""
        return self.ensemble.hash

    @property
    def sentence(self) -> str:
        """What was run over, in words for a reader."""
        whole = (f"{len(self)} parameter sets of {self.rival}, drawn by weight from an ensemble of "
                 f"{len(self.ensemble)} ({self.ensemble.effective:.0f} effective), fitted to published figures")
        return whole + (f"; what the scenario sets itself stays as it is: {', '.join(self.held)}" if self.held else "")


def parameter_sets(scenario: Scenario, uncertainty: str | os.PathLike[str] | Ensemble | None = ENSEMBLE,
                   rival: str = "R1", sets: int | None = SETS, seed: int = 1) -> ParameterSets | None:  # fmt: skip
    """What `uncertainty` asks for, or None for "defaults" (or None): one run, at the numbers that the scenario has.

    uncertainty  "ensemble": the bundled one of `rival`; a path that ends in .json, or an Ensemble: that one
    sets         how many are drawn, by weight; seed: of the draw alone. None: every set once, in the ensemble's order,
                 for those who weigh the sets themselves
    Raises ConfigError: an unknown choice or rival, no such ensemble, a scenario in another configuration than the one
    that ensembles were fitted in.
    """
    from hybridcare.rivals import rivals, switches

    if uncertainty is None or (isinstance(uncertainty, str) and uncertainty == DEFAULTS):
        return None
    _check_configuration(scenario)
    found = _ensemble(uncertainty, rival)
    model = {**rivals(), **switches()}[found.rival]
    document = scenario.document()
    said = _said(scenario, [each for each in found.pointers if not says(model.patch, each)])
    arms = _together(said.own, model.whole(document).get("arms", {}))
    free = [at for at, pointer in enumerate(found.pointers) if pointer not in said.everywhere]
    chosen = np.arange(len(found)) if sets is None else found.drawn(sets, seed)
    points = []
    for row in found.values[chosen]:
        whole = model.point(patch_of({found.pointers[at]: float(row[at]) for at in free}))
        points.append(patch_text({**whole, **({"arms": arms} if arms else {})}))
    return ParameterSets(found.rival, tuple(points), tuple(map(int, chosen)), said.held, found)


def has_ensemble(rival: str = "R1") -> bool:
    """Whether one is bundled for this rival model."""
    from hybridcare.calibrate_ensemble import bundled_ensembles

    return rival in bundled_ensembles()


def default_uncertainty(scenario: Scenario, rival: str = "R1") -> str:
    """What reports take unless told: "ensemble" where one is bundled and the scenario is of its configuration."""
    fits = scenario.resolved.get("configuration") == FITTED_TO
    return ENSEMBLE if fits and has_ensemble(rival) else DEFAULTS


def _check_configuration(scenario: Scenario) -> None:
    found = scenario.resolved.get("configuration")
    if found != FITTED_TO:
        raise config_error("uncertainty", f"ensembles were fitted in the configuration '{FITTED_TO}', and this "
                           f"scenario is in '{found}': run it with uncertainty \"{DEFAULTS}\"")  # fmt: skip


def _ensemble(uncertainty: str | os.PathLike[str] | Ensemble, rival: str) -> Ensemble:
    from hybridcare.calibrate_ensemble import Ensemble, ensemble

    if isinstance(uncertainty, Ensemble):
        return uncertainty
    given = os.fspath(uncertainty)
    if given.endswith(".json"):
        return ensemble(given)
    if given != ENSEMBLE:
        raise config_error("uncertainty", unknown("choice", given, CHOICES) + ", or a file that ends in .json")
    return ensemble(rival)


def says(document: Mapping[str, Any], pointer: str) -> bool:
    """Whether a scenario's own text has something at a JSON Pointer."""
    at: Any = document
    for name in steps(pointer):
        if not isinstance(at, Mapping) or name not in at:
            return False
        at = at[name]
    return True


#: Members that make a whole together, which the reader holds to: where one is said, a set moves none of them.
WHOLES = ("/quality/weight/", "/practice/share/")


@dataclass(frozen=True)
class _Said:
    """What a scenario says itself at the places that an ensemble has.

    everywhere   pointers that hold in every arm that says nothing else: of the base
    own          by arm, a patch that lays the arm's own values over a set again
    held         where it is said, for the reader: JSON Pointers into the scenario
    """

    everywhere: frozenset[str]
    own: dict[str, Any]
    held: tuple[str, ...]


def _said(scenario: Scenario, pointers: Sequence[str]) -> _Said:
    """Points lie over base and arms; named assistants lie over the points, and what was measured over all. The first
    variant, which is what is run, says nothing: the reader sees to that."""
    document = scenario.document()
    places: dict[str, Mapping[str, Any]] = {"": document}
    everywhere = _whole(document, pointers)
    held = [each for each in pointers if says(document, each)]
    own: dict[str, Any] = {}
    numbers = [arm["name"] for arm in scenario.core.arms]
    for name, arm in (document.get("arms") or {}).items():
        if not isinstance(arm, Mapping):
            continue
        places[f"/arms/{name}"] = arm
        held += [f"/arms/{name}{each}" for each in pointers if says(arm, each)]
        own |= _as_it_is(scenario, name, numbers.index(name), [each for each in _whole(arm, pointers)
                                                               if each not in everywhere])  # fmt: skip
    held += [named for start, place in places.items() for named in _assistants(start, place, pointers)]
    return _Said(frozenset(everywhere), own, tuple(dict.fromkeys(held)))


def _whole(place: Mapping[str, Any], pointers: Sequence[str]) -> list[str]:
    """The pointers that are said there, each with all those that make a whole with it."""
    spoken = [each for each in pointers if says(place, each)]
    wholes = [start for start in WHOLES if says(place, start.rstrip("/"))]
    return [each for each in pointers if each in spoken or each.startswith(tuple(wholes))]


def _as_it_is(scenario: Scenario, name: str, number: int, pointers: Sequence[str]) -> dict[str, Any]:
    """A patch with the arm's own values at these pointers, by the arm's name; none without pointers."""
    if not pointers:
        return {}
    arm, resolved = scenario["arms"][name], dict(scenario.core.values(0, number))
    # what only makes a whole with what is said stands in the base, or is a default
    return {name: patch_of({each: _at(arm, each) if says(arm, each) else resolved[each] for each in pointers})}


def _at(place: Any, pointer: str) -> Any:
    for step in steps(pointer):
        place = place[step]
    return place


def _assistants(start: str, place: Mapping[str, Any], pointers: Sequence[str]) -> list[str]:
    """Where that place says of named assistants what an ensemble has, and where it names what was measured of one."""
    named = place.get("assistants")
    several = named if isinstance(named, Mapping) else {}
    each: dict[str, Mapping[str, Any]] = {f"{start}/assistants/{name}": {"assistant": one}
                                          for name, one in several.items()}  # fmt: skip
    found = [at + pointer.removeprefix("/assistant") for at, one in each.items() for pointer in pointers
             if says(one, pointer)]  # fmt: skip
    each = {f"{start}/assistant": place, **each}
    return found + [f"{at}/profile" for at, one in each.items() if says(one, "/assistant/profile")]


def _together(first: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    from hybridcare.document import together

    return dict(together(first, then)) if first or then else {}


@dataclass(frozen=True)
class Spread:
    """A quantity over parameter sets, in its own unit.

    median, mean    over sets
    low, high       5 % and 95 % over sets: what the published figures leave open
    parameter_sd    between sets, less what chance adds to it
    noise_se        Monte Carlo error of the mean: standard error over replicates, sets sharing their luck
    own_se          Monte Carlo error of one set's estimate beside the others', which widens low to high
    below           share of sets below 0
    sets            that had a number
    """

    median: float
    mean: float
    low: float
    high: float
    parameter_sd: float
    noise_se: float
    own_se: float
    below: float
    sets: int

    @property
    def parameter_share(self) -> float:
        """Of the variance of one set's estimate, the part that parameters make; NaN where nothing varies."""
        whole = self.parameter_sd**2 + self.noise_se**2 + self.own_se**2
        return self.parameter_sd**2 / whole if whole > 0 else float("nan")


_NAN = float("nan")
NOTHING = Spread(_NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, 0)


def spread(estimate: Floats, values: Floats) -> Spread:
    """Parts parameters from chance (two-way analysis of variance: Searle, Casella & McCulloch 1992, chapter 4).

    estimate  shape (sets,); values: shape (sets, replicates), pseudo-values. Sets without a number are left out.
    """
    from hybridcare.variance import components

    there = np.isfinite(estimate) & np.isfinite(values).all(axis=1)
    estimate, values = estimate[there], values[there]
    if not len(estimate):
        return NOTHING
    low, median, high = np.quantile(estimate, [LEVELS[0], 0.5, LEVELS[1]])
    between, shared, own = float("nan"), float("nan"), float("nan")
    if len(estimate) > 1 and values.shape[1] > 1:
        found, count = components(values), values.shape[1]
        between = float(np.sqrt(found["draws"]))
        own = float(np.sqrt(found["own"] / count))
        shared = float(np.sqrt(found["shared"] / count + found["own"] / (count * len(estimate))))
    return Spread(float(median), float(estimate.mean()), float(low), float(high), between, shared, own,
                  float((estimate < 0).mean()), len(estimate))  # fmt: skip


@dataclass(frozen=True)
class OverSets:
    """What was read off in every set. runs: its points are the sets, in order."""

    sets: ParameterSets
    runs: PointRuns

    def numbers(self, arm: str, metric: int = 0, against: str | None = None) -> tuple[Floats, Floats]:
        """Estimates (sets,) and pseudo-values (sets, replicates) of an arm's metric, minus another arm's if asked."""
        at = self.runs.arms.index(arm)
        estimate, values = self.runs.estimate[:, at, metric], self.runs.values[:, at, metric]
        if against is not None:  # differences by replicate first, noise after: arms share their luck
            other = self.runs.arms.index(against)
            estimate = estimate - self.runs.estimate[:, other, metric]
            values = values - self.runs.values[:, other, metric]
        return estimate, values

    def spread(self, arm: str, metric: int = 0, against: str | None = None) -> Spread:
        """Raises ValueError for an arm that was not run."""
        return spread(*self.numbers(arm, metric, against))

    @cached_property
    def failures(self) -> dict[int, str]:
        """Sets that the reader refused, and why."""
        return self.runs.failures


def run_over(scenario: Scenario, sets: ParameterSets, arms: Sequence[str] | None = None,
             metrics: Sequence[Metric | str] = (), replicates: int | None = None, clients: int | None = None,
             watch: Sequence[Mapping[str, Any]] = (), threads: int = 0,
             progress: Progress | None = None) -> OverSets:  # fmt: skip
    """Runs arms of a scenario in every set: same clients, same luck in all. Sizes are of each set.

    Raises ConfigError: unknown names, sizes out of range, or all sets refused, with the first reason."""
    task = Task.of(scenario, arms, metrics, replicates, clients, watch)
    runs = run_points(task, sets.points, threads, progress)
    if len(runs.failures) == len(sets):
        raise config_error("uncertainty", f"none of {len(sets)} sets could be run: {runs.failures[0]}")
    return OverSets(sets, runs)
