"""Trials whose clients live under parameter sets that fit, instead of under one: trial number r under set r modulo
their number, so that the trials of any question are spread evenly over the sets, and cost what they cost at one set.

Each set of assumptions has its own sets: the scenario as written those of the default model, a rival those that fit
when it is true. The mean over trials is then the expected power over sets: assurance (O'Hagan, Stevens & Campbell
2005, Pharm Stat 4:187). What differs between sets is what the published figures leave open; the rest is luck.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.uncertainty import LEVELS, SETS, ParameterSets, default_uncertainty, has_ensemble, parameter_sets

if TYPE_CHECKING:
    import numpy as np

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.scenario import Scenario
    from hybridcare.trial_cells import Cell

DEFAULT = "R1"
MOST = 4096


@dataclass(frozen=True)
class TrialSets:
    """Parameter sets by set of assumptions.

    default  of the default model, under which the scenario as written and every fixed b_E are run
    own      by rival model, of those that have an ensemble; another takes the default's, and was not refitted
    """

    scenario: Scenario
    default: ParameterSets
    seed: int
    own: dict[str, ParameterSets] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.default)

    def of(self, cell: Cell) -> ParameterSets:
        """The sets that a set of assumptions is run under."""
        name = cell.rival.name if cell.rival is not None else DEFAULT
        if name == DEFAULT or not has_ensemble(name):
            return self.default
        if name not in self.own:
            found = parameter_sets(self.scenario, rival=name, sets=len(self), seed=self.seed)
            assert found is not None
            self.own[name] = found
        return self.own[name]

    def point(self, cell: Cell, replicate: int) -> dict[str, Any]:
        """The merge patch of the set under which that trial's clients live."""
        found: dict[str, Any] = json.loads(self.of(cell).points[replicate % len(self)])
        return found

    def marked(self, cell: Cell) -> Cell:
        """The cell with what is said of its sets as its status."""
        sets = self.of(cell)
        if cell.rival is None or cell.rival.name == DEFAULT:
            fixed = "its numbers fixed and nothing refitted" if cell.patch else "as it stands"
            return replace(cell, status=f"sets of {DEFAULT}, {fixed}")
        if cell.rival.name == sets.rival:
            return replace(cell, status=f"its own sets; {cell.rival.status}")
        return replace(cell, status=f"not refitted: laid over the sets of {DEFAULT}")

    @property
    def caveats(self) -> list[str]:
        from hybridcare.uncertainty_words import over_sets, warnings

        return [f"Trials are spread over {over_sets(self.default)}.", *warnings(self.default)]


def sets_for(scenario: Scenario, uncertainty: str | os.PathLike[str] | Ensemble | None = None, sets: int = SETS,
             seed: int = 1) -> TrialSets | None:  # fmt: skip
    """What `uncertainty` asks for; None: the ensemble where one is bundled and the scenario is of its configuration.

    Returns None for "defaults". Raises ConfigError: see `uncertainty.parameter_sets`; an ensemble of a rival."""
    from hybridcare.trial_design import whole

    asked = default_uncertainty(scenario) if uncertainty is None else uncertainty
    count = whole("sets", sets, 2, MOST, "parameter sets")
    found = parameter_sets(scenario, asked, sets=count, seed=seed)
    if found is None:
        return None
    if found.rival != DEFAULT:
        raise config_error("uncertainty", f"is an ensemble of {found.rival}: give one of {DEFAULT}, the default model; "
                           "a trial has a row for each rival beside it")  # fmt: skip
    return TrialSets(scenario, found, seed)


def spread_over(sets: int, trials: int) -> int:
    """How many sets so many trials are spread over: two trials a set at least, or luck could not be told from what
    sets differ in."""
    return max(2, min(sets, trials // 2)) if sets >= 2 else sets


def parted(values: np.ndarray, at: Sequence[int] | np.ndarray) -> Mapping[str, float]:
    """What differs between sets, and what is luck, of one number a trial; each trial has clients of its own.

    values  shape (trials,); at: set of each trial
    Returns truth_low, truth_median, truth_high (5, 50, 95 % over sets), truth_sd (between sets, less what luck adds to
    it, by a one-way analysis of variance: Searle, Casella & McCulloch 1992, chapter 3) and truth_noise_se (what luck
    alone leaves open in one set's number). Both are NaN where a set has one trial alone.
    """
    import numpy as np

    codes, place = np.unique(np.asarray(at), return_inverse=True)
    count = np.bincount(place)
    mean = np.bincount(place, values) / count
    low, middle, high = (float(q) for q in np.quantile(mean, (LEVELS[0], 0.5, LEVELS[1])))
    free = len(values) - len(codes)
    inside = float(np.square(values - mean[place]).sum()) / free if free > 0 else float("nan")
    luck = inside * float((1 / count).mean())
    between = float(mean.var(ddof=1)) if len(codes) > 1 else float("nan")
    return {"truth_low": low, "truth_median": middle, "truth_high": high,
            "truth_sd": float(np.sqrt(max(0.0, between - luck))) if luck == luck else float("nan"),
            "truth_noise_se": float(np.sqrt(luck))}  # fmt: skip
