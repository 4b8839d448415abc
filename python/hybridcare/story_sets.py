"""The same simulated client in several parameter sets: what of a story hangs on numbers that nothing fixes.

All sets meet the same draws, so that parameters alone differ: there is no Monte Carlo error here, and no person either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare.document import merged, together
from hybridcare.errors import ConfigError, config_error
from hybridcare.rivals import rivals
from hybridcare.uncertainty import LEVELS, ParameterSets

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.scenario import Scenario
    from hybridcare.story import Story

ARTEFACT = ("The same draws in every set: parameters alone differ, and there is no Monte Carlo error in the band. It "
            "is what the model makes of an invented client under numbers that the published figures leave open; it "
            "is an interval for no person, and no difference to the twin is one that anybody could have had.")
TOLD_AT = "Told in one parameter set: the scenario's own numbers, the default, not calibrated."
_COLUMNS = {"phq9": "phq9", "oracle_symptom": "latent"}
_EXITS = {"completed": "care completed", "ended_early": "care ended early as planned",
          "dropped": "left before the planned end of care", "none": "no exit reached by the last week"}  # fmt: skip


def scenario_in(scenario: Scenario, sets: ParameterSets, at: int) -> Scenario:
    """The scenario with the numbers of one of the sets (from 0) written into it, as its rival model has it; what the
    scenario or an arm says itself stays. Raises ConfigError: no such set, or what the reader refuses in it."""
    from hybridcare.scenario import Scenario as Kind

    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < len(sets):
        raise config_error("set", f"{at!r} is no whole number in [0, {len(sets) - 1}]")
    patch = json.loads(sets.points[at])
    own: Mapping[str, Any] = patch.pop("arms", {})
    out = rivals([sets.rival])[sets.rival].over(merged(scenario.document(), patch))
    for name, arm in own.items():
        out["arms"][name] = together(out["arms"][name], arm)
    return Kind.of(out, scenario.file)


@dataclass(frozen=True)
class StoryOver:
    """Courses of one client over sets.

    told      the story that stands beside them, in the scenario's own numbers
    courses   rows as of `Story.course`, by place of the set; sets that the reader refused are in `failures`
    """

    told: Story
    sets: ParameterSets
    courses: Mapping[int, pd.DataFrame]
    failures: Mapping[int, str]

    def table(self) -> pd.DataFrame:
        """Week by week: of measured PHQ-9 and of the latent level, in points, 5 %, median and 95 % of the sets
        (phq9_low, phq9, phq9_high, latent_low, latent, latent_high); in_care: share of the sets in which the client is
        in care."""
        import pandas

        first = next(iter(self.courses.values()))
        frame = pandas.DataFrame({"week": first["week"].to_numpy()})
        for column, name in _COLUMNS.items():
            values = np.stack([course[column].to_numpy(float) for course in self.courses.values()])
            low, middle, high = np.quantile(values, [LEVELS[0], 0.5, LEVELS[1]], axis=0)
            frame[f"{name}_low"], frame[name], frame[f"{name}_high"] = low, middle, high
        frame["in_care"] = np.mean([course["in_care"].to_numpy(float) > 0 for course in self.courses.values()], axis=0)
        return frame

    @cached_property
    def ends(self) -> dict[str, float]:
        """How it ends, and in which share of the sets, the most frequent first."""
        steps = self.told.steps
        kinds = [_EXITS[steps[str(course["step"].iloc[-1])]["exit"]] for course in self.courses.values()]
        return {kind: kinds.count(kind) / len(kinds) for kind in sorted(set(kinds), key=lambda k: (-kinds.count(k), k))}

    def in_set(self, at: int) -> Story:
        """The whole story in one of the sets (from 0, in the order in which they were drawn). Raises ConfigError."""
        from hybridcare.experiment import Experiment
        from hybridcare.story import story

        told = self.told
        results = Experiment(scenario_in(told.results.scenario, self.sets, at)).alone()
        return story(results, told.client, told.arm, told.replicate, told.twin)

    @property
    def sentences(self) -> list[str]:
        """Level at the reading week, and how it ends, over the sets; and what that is not."""
        week = self.told.results.experiment.reading_week
        row = self.table().iloc[week]
        here = float(self.told.course["oracle_symptom"].iloc[week])
        ends = ", ".join(f"{kind} in {share:.0%}" for kind, share in self.ends.items())
        lost = f" {len(self.failures)} sets could not be run." if self.failures else ""
        return [f"The same client in {len(self.courses)} parameter sets of {self.sets.rival} that fit the published "
                f"figures: latent level at week {week} {row['latent_low']:.1f} to {row['latent_high']:.1f} points in 5 "
                f"to 95 % of them, median {row['latent']:.1f} ({here:.1f} here); {ends}.{lost}", ARTEFACT]  # fmt: skip


def story_over(told: Story, sets: ParameterSets) -> StoryOver:
    """The client of a story in every set. Raises ConfigError if none could be run."""
    from hybridcare.story import course

    courses, failures = {}, {}
    for at in range(len(sets)):
        try:
            experiment = scenario_in(told.results.scenario, sets, at).core
            courses[at] = course(experiment, told.arm, told.client, told.replicate, "factual")
        except ConfigError as error:
            failures[at] = str(error)
    if not courses:
        raise config_error("uncertainty", f"none of {len(sets)} sets could be run: {failures[0]}")
    return StoryOver(told, sets, courses, failures)
