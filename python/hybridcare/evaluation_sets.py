"""The gates over parameter sets that fit the published figures: two doubts at once, kept apart.

What the measurement leaves open: each replicate draws anew from the profile. What the published figures leave open:
each set is another model of the same kind. A set's chance is over the first; the chance over sets is the mean of
theirs, so that another set and another draw pass with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare.errors import config_error
from hybridcare.evaluation_run import Measured
from hybridcare.points import run_points
from hybridcare.progress import progress as shown_progress
from hybridcare.rivals_models import Model
from hybridcare.sets_beside import size
from hybridcare.uncertainty import LEVELS, ParameterSets, Spread, spread

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.evaluation import Evaluation
    from hybridcare.thresholds import Gate

TIMES = 1.5  # of an evaluation's own work: chances need many draws, and luck that is left pulls them to one half
#: Points of the integration of a set's chance in all cultures at once: errors of .01, evened out by the mean over sets.
INTEGRATION = 500
KIND = "sets"


@dataclass(frozen=True)
class GatesOver:
    """One evaluation of every set, and what they say together.

    sets    what was run over
    each    the same evaluation with the sets for models: `each.chances()` has a row for each gate and set
    """

    sets: ParameterSets
    each: Evaluation

    @property
    def name(self) -> str:
        """As a model among the models: R1 sets"""
        return f"{self.sets.rival} sets"

    @cached_property
    def _rows(self) -> pd.DataFrame:
        import pandas

        gates = {gate.name: gate for gate in self.each.asked.gates}
        return pandas.DataFrame([self._row(gates[str(name)], str(protocol), own) for (name, protocol), own in
                                 self.each.chances().groupby(["gate", "protocol"], sort=False)])  # fmt: skip

    def table(self) -> pd.DataFrame:
        """One row for each protocol and gate: metric, unit, culture (most often the worst, where each is asked), limit;
        of the value: mean, median, low and high (5 and 95 % of sets), parameter_sd (between sets, less chance),
        measurement_sd (between draws from the profile in one set, with what is left of luck), noise_se (Monte Carlo
        error of the mean); of passing: chance (mean over sets), chance_low, chance_high (5 and 95 % of the sets'
        chances), passing (share of sets whose own chance is the one asked); sets that had a number.
        """
        return self._rows.copy()

    def _row(self, gate: Gate, protocol: str, own: pd.DataFrame) -> dict[str, Any]:
        known = own[own["chance"].notna()]
        base = {"protocol": protocol, "gate": gate.name, "metric": str(gate.metric), "against": gate.against,
                "limit": gate.limit, "sets": len(known)}  # fmt: skip
        if 2 * len(known) < len(own):  # most sets have nobody to count
            return {**base, "culture": "", "unit": "", **dict.fromkeys(_NUMBERS, math.nan)}
        value = self._spread(gate, protocol, known)
        low, high = np.quantile(known["chance"], LEVELS)
        return {**base, "culture": known["culture"].mode().iloc[0], "unit": known["unit"].iloc[0],
                "value": value.mean, "median": value.median, "low": value.low, "high": value.high,
                "parameter_sd": value.parameter_sd, "noise_se": value.noise_se,
                "measurement_sd": math.sqrt(float((known["open_sd"] ** 2).mean())),
                "chance": float(known["chance"].mean()), "chance_low": float(low), "chance_high": float(high),
                "passing": float((known["chance"] >= self.each.asked.chance).mean())}  # fmt: skip

    def _spread(self, gate: Gate, protocol: str, known: pd.DataFrame) -> Spread:
        """Of the value, each set's in the culture that is the least likely to pass there."""
        values = np.stack([self.each.values(protocol, gate, int(point), culture)[0]
                           for point, culture in zip(known.index % len(self.sets), known["culture"],
                                                     strict=True)])  # rows of a gate come set by set
        return spread(values.mean(axis=1), values)

    def rows(self) -> list[dict[str, Any]]:
        """As rows of `Evaluation.chances`, so that the sets stand among the models and decide with them."""
        return [{"protocol": row["protocol"], "gate": row["gate"], "kind": KIND, "model": self.name,
                 "metric": row["metric"], "against": row["against"], "limit": row["limit"], "culture": row["culture"],
                 "unit": row["unit"], "value": row["value"], "noise_se": row["noise_se"],
                 "open_sd": math.hypot(row["parameter_sd"], row["measurement_sd"]), "chance": row["chance"],
                 "counts": True} for row in self._rows.to_dict("records")]  # fmt: skip

    def sources(self) -> list[str]:
        """For each gate and protocol, how much of the doubt about its value is whose."""
        return [f"{row['gate']} ({row['protocol']}): {words}" for row in self._rows.to_dict("records")
                if (words := doubt(row["parameter_sd"], row["measurement_sd"], row["unit"]))]  # fmt: skip


_NUMBERS = ("value", "median", "low", "high", "parameter_sd", "noise_se", "measurement_sd", "chance", "chance_low",
            "chance_high", "passing")  # fmt: skip


def doubt(parameter_sd: float, measurement_sd: float, unit: str) -> str:
    """Both sources of doubt as standard deviations in the value's unit, and which is the larger; "" if unknown."""
    if not math.isfinite(parameter_sd + measurement_sd):
        return ""
    said = (f"{parameter_sd:.3g} {unit} from what the published figures leave open, {measurement_sd:.3g} {unit} from "
            "what the measurement leaves open, with the luck that is left")  # fmt: skip
    if parameter_sd == measurement_sd:
        return said
    return said + ("; measuring more would help less" if parameter_sd > measurement_sd else "; measuring more would "
                   "help most")


def over(found: Evaluation, sets: ParameterSets, threads: int, progress: bool) -> GatesOver:
    """The same evaluation in every set, with fewer clients and draws. Raises ConfigError: no set that could be run."""
    new = _again(found.new, sets, len(found.models), threads, progress)
    old = _again(found.old, sets, len(found.models), threads, progress) if found.old is not None else None
    models = [Model(KIND, str(number), f"set {number}", {}) for number in sets.chosen]
    return GatesOver(sets, replace(found, models=models, new=new, old=old, over=None, integration=INTEGRATION))


def _again(measured: Measured, sets: ParameterSets, models: int, threads: int, progress: bool) -> Measured:
    task = measured.task
    replicates, clients = size(task.replicates, task.clients, TIMES * models / len(sets))
    fewer = replace(task, replicates=replicates, clients=clients)
    with shown_progress(f"{measured.profile.name}: {len(sets)} parameter sets", progress) as tick:
        runs = run_points(fewer, sets.points, threads, tick)
    if len(runs.failures) == len(sets):
        raise config_error("uncertainty", f"none of {len(sets)} sets could be run: {runs.failures[0]}")
    return replace(measured, runs=runs, task=fewer)


def over_part(found: GatesOver) -> Any:
    """The part of a report on both doubts."""
    from hybridcare.report_verb import Part

    task = found.each.new.task
    said = [f"Chances over {len(found.sets)} parameter sets of {found.sets.rival}, {task.replicates} draws from the "
            f"profile and {task.clients} clients an arm in each: of another set and another draw together.",
            *(f"Doubt about the value, as standard deviations: {line}." for line in found.sources())]
    return Part("Over parameter sets", said, None, found.table(),
                "parameter_sd: what the published figures leave open. measurement_sd: what the measurement leaves open "
                "(with luck that is left). noise_se: Monte Carlo error of the mean, which more replicates narrow.")
