"""A run's answers over parameter sets that fit, beside its tables: what the published figures leave open, and chance.

Nothing of it enters the run's own tables or their hash: those are of one parameter set, the scenario's own. The sets
meet the first clients of the run, as few as let all of them together take about as long as the run, or less.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import ensemble_rivals
from hybridcare import uncertainty_words as words
from hybridcare.errors import config_error
from hybridcare.headline import labels, reading_words, signed
from hybridcare.points import Metric
from hybridcare.progress import progress as shown_progress
from hybridcare.uncertainty import (
    DEFAULTS,
    ENSEMBLE,
    FITTED_TO,
    SETS,
    OverSets,
    ParameterSets,
    Spread,
    default_uncertainty,
    parameter_sets,
    run_over,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.results import Results
    from hybridcare.scenario import Scenario

LEFT_OUT = 'not run over parameter sets that fit, as asked (uncertainty "defaults")'
MOST_CLIENT_WEEKS = 6e7  #: of all sets together: some fifteen seconds of one core
MOST_COUPLED = 8e6  #: where clients are coupled, whose weeks take ten times as long
LEAST_SETS, MOST_SETS = 20, 10_000  #: fewer show no interval; a service that allows no more is left to those who ask
REPLICATES, COUPLED_REPLICATES = 16, 4
LEAST_CLIENTS, LEAST_PEOPLE = 8, 256  #: of a replicate, and of all replicates of a set; fewer if the run has fewer
#: Read off each arm at the reading week, then over the whole course; some also by culture. What a run shows over twins,
#: such as excess harm, is not among them: each twin would cost as much as all of these.
AT_READING = ("phq9", "recovery", "response", "remission_phq5", "reliable_improvement", "reliable_deterioration")
WHOLE_COURSE = ("dropout", "erosion_human", "erosion_assistant", "misread_rate_human", "misread_rate_assistant")
BY_CULTURE = ("phq9", "misread_rate_human", "misread_rate_assistant")
#: Said in words of the main comparison's arm, beside its PHQ-9: what is shared.
SAID = {
    "response": "clients with half their score at entry or less",
    "remission_phq5": "clients below 5 PHQ-9 points",
    "erosion_human": "clients whose trust in a human eroded",
    "erosion_assistant": "clients whose trust in an assistant eroded",
    "misread_rate_human": "turns that a human misread",
    "misread_rate_assistant": "turns that an assistant misread",
}
#: Columns of the table: name, unit, meaning.
COLUMNS = (
    ("metric", "", "what is counted, as in the table estimates; misread_rate_AGENT: turns misread / turns"),
    ("reading", "", "when: week_12, ...; empty: over the whole course"),
    ("arm", "", "whose"),
    ("against", "", "the arm that is subtracted, client by client; empty: the arm alone"),
    ("culture", "", "clients counted: one culture's, or all"),
    ("unit", "", "of median, low, high, parameter_sd, noise_se and own_se"),
    ("median", "see unit", "over parameter sets"),
    ("low", "see unit", "5 % over parameter sets: what the published figures leave open"),
    ("high", "see unit", "95 % over parameter sets"),
    ("parameter_sd", "see unit", "standard deviation between sets, less what chance adds to it"),
    ("noise_se", "see unit", "Monte Carlo error of the mean over sets, which meet the same clients with the same luck"),
    ("own_se", "see unit", "Monte Carlo error of one set's estimate beside the others', which widens low to high"),
    ("parameter_share", "share", "of the variance of one set's estimate, what parameters make"),
    ("share_below_0", "share", "of the sets that lie below 0"),
    ("sets", "", "parameter sets that had a number"),
)


@dataclass(frozen=True)
class EnsembleRun:
    """What one run's arms show over parameter sets.

    scenario   as it was run
    over       the sets and what was read off in each
    clients    per arm, set and replicate
    own        by arm, its difference at the scenario's own parameter set, PHQ-9 points, where the run has it
    rivals     the other rivals, refitted: PHQ-9 at the reading week over a few sets of each one's own
    """

    scenario: Scenario
    over: OverSets
    clients: int
    own: dict[str, float]
    rivals: dict[str, OverSets] = field(default_factory=dict)

    @property
    def sets(self) -> ParameterSets:
        return self.over.sets

    @property
    def against(self) -> str:
        """The arm that others are compared with: that of the main comparison."""
        return str(self.scenario.core.headline["against"])

    @property
    def compared(self) -> list[str]:
        """The other arms, in the scenario's order."""
        return [arm for arm in self.over.runs.arms if arm != self.against]

    def spread(self, arm: str, against: str | None = None, metric: int = 0) -> Spread:
        """Of a metric by its number (0: PHQ-9 at the reading week, all clients)."""
        return self.over.spread(arm, metric, against)

    @cached_property
    def headline(self) -> Spread | None:
        """The main comparison over the sets, PHQ-9 points; None if there is nothing to compare."""
        pair = self.scenario.core.headline
        known = self.over.runs.arms
        if pair["arm"] == pair["against"] or not {pair["arm"], pair["against"]} <= set(known):
            return None
        return self.spread(pair["arm"], pair["against"])

    @cached_property
    def sentences(self) -> list[str]:
        """The main comparison with its interval over parameter sets and its Monte Carlo error, in words."""
        if self.headline is None:
            return [f"Run over {self.sets.sentence}; there is nothing to compare."]
        return self.says(str(self.scenario.core.headline["arm"]))

    def says(self, arm: str) -> list[str]:
        """The same of another arm, minus the main comparison's reference."""
        found, named = self.spread(arm, self.against), labels(self.scenario.core.arms)
        when = reading_words(f"week_{self.scenario.core.reading_week}")
        lines = [f"Over {len(self.sets)} parameter sets of {self.sets.rival} fitted to published figures, "
                 f"“{named[arm]}” minus “{named[self.against]}” {when} is "
                 f"{words.interval(found, 'PHQ-9 points')}; {words.agreement(found)}."]  # fmt: skip
        own = self.own.get(arm, float("nan"))
        if math.isfinite(own) and found.sets:
            inside = "inside" if found.low <= own <= found.high else "outside of"
            lines.append(f"At the scenario's own parameter set it is {signed(own)}, {inside} that interval.")
        lines += [words.WIDE_BY_CHANCE] * words.chance_rules(found)
        return lines + ensemble_rivals.says(self.rivals, arm, self.against, self.sets.rival)

    @property
    def sentence(self) -> str:
        return " ".join(self.sentences)

    @cached_property
    def others(self) -> list[str]:
        """Shares of the main comparison's arm besides PHQ-9, each with its interval over sets, its Monte Carlo error,
        and what share of sets agrees on the side on which its difference to the reference lies."""
        pair, named = self.scenario.core.headline, labels(self.scenario.core.arms)
        lines: list[str] = []
        for at, metric in enumerate(self.over.runs.metrics):
            if metric["name"] not in SAID or metric["culture"] != "all" or pair["arm"] not in self.over.runs.arms:
                continue
            found = self.spread(pair["arm"], metric=at)
            if not found.sets:  # the arm meets no such agent
                continue
            when = f" {reading_words(metric['reading'])}" if metric["reading"] else ""
            apart = self.spread(pair["arm"], self.against, at)
            beside = (f"; minus “{named[self.against]}” {words.points_apart(apart)}; {words.agreement(apart)}"
                      if apart.sets and pair["arm"] != self.against else "")  # fmt: skip
            lines.append(f"Share of {SAID[metric['name']]}{when}, “{named[pair['arm']]}”: {words.shares(found)}"
                         f"{beside}.")  # fmt: skip
        return lines

    @property
    def notes(self) -> list[str]:
        """What must stand beside these numbers."""
        runs, held = self.over.runs, self.sets.held
        lines = [f"Calibration of the numbers over sets: {words.over_sets(self.sets)}.", *words.warnings(self.sets)]
        if held:
            lines.append(f"What the scenario sets itself, or a profile measured, is the same in all sets: "
                         f"{', '.join(held)}.")  # fmt: skip
        if runs.failures:
            lines.append(f"{len(runs.failures)} of {len(self.sets)} sets cannot be run in this scenario and are left "
                         f"out: {next(iter(runs.failures.values()))}.")  # fmt: skip
        return lines

    @property
    def account(self) -> str:
        """How it was run."""
        replicates = self.over.runs.values.shape[-1]
        return (f"Each set was run with {replicates} replicates of {self.clients} clients an arm, the same clients "
                f"with the same luck in all; {self.over.runs.client_weeks:,} client-weeks.")  # fmt: skip

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows."""
        return list(self._rows())

    def _rows(self) -> Iterator[dict[str, Any]]:
        runs = self.over.runs
        for at, metric in enumerate(runs.metrics):
            for arm in runs.arms:
                for against in ("", self.against):
                    found = self.spread(arm, against or None, at)
                    if arm == against or not found.sets:
                        continue
                    yield {"metric": metric["name"], "reading": metric["reading"], "arm": arm, "against": against,
                           "culture": metric["culture"], "unit": metric["unit"], "median": found.median,
                           "low": found.low, "high": found.high, "parameter_sd": found.parameter_sd,
                           "noise_se": found.noise_se, "own_se": found.own_se,
                           "parameter_share": found.parameter_share, "share_below_0": found.below,
                           "sets": found.sets}  # fmt: skip

    @cached_property
    def _table(self) -> pa.Table:
        import pyarrow

        kinds = {name: pyarrow.float64() if unit else pyarrow.string() for name, unit, _ in COLUMNS}
        kinds["sets"] = pyarrow.int64()
        fields = [pyarrow.field(name, kinds[name], metadata={"unit": unit, "meaning": meaning})
                  for name, unit, meaning in COLUMNS]  # fmt: skip
        return pyarrow.Table.from_pylist(self.rows, schema=pyarrow.schema(fields))

    def arrow(self) -> pa.Table:
        """The table as a pyarrow Table; units and meanings in the fields' metadata."""
        return self._table

    def table(self) -> pd.DataFrame:
        """One row for each metric, culture and arm, alone and minus the main comparison's reference: see `columns`."""
        frame: pd.DataFrame = self._table.to_pandas()
        return frame

    def columns(self) -> pd.DataFrame:
        """The columns of the table: name, unit, meaning."""
        import pandas

        return pandas.DataFrame(COLUMNS, columns=["name", "unit", "meaning"])

    def provenance(self, of_run: dict[str, Any]) -> dict[str, Any]:
        """What stands beside each row in files: as in the run's tables, with the sets' own account of calibration."""
        return {**of_run, "calibration": words.over_sets(self.sets)}

    def summary(self) -> dict[str, Any]:
        """As plain dictionaries that JSON can hold."""
        runs = self.over.runs
        whole = [{key: _plain(value) for key, value in row.items()} for row in self.rows if row["culture"] == "all"]
        return {"sentence": self.sentence, **words.provenance(self.sets), "results_hash": runs.hash,
                "replicates": int(runs.values.shape[-1]), "clients": self.clients, "client_weeks": runs.client_weeks,
                "failed": len(runs.failures), "own_set": {arm: _plain(value) for arm, value in self.own.items()},
                "parameters": words.learnt(self.sets.ensemble).sentences,
                "rivals": [{key: _plain(value) for key, value in row.items()} for arm in self.compared
                           for row in ensemble_rivals.rows(self.rivals, arm, self.against)],
                "differences": [row for row in whole if row["against"] and row["metric"] == "phq9"],
                "others": {"sentences": self.others,
                           "rows": [row for row in whole if row["metric"] != "phq9"]}}  # fmt: skip

    def plot(self) -> Any:
        """A `plots.Figure`: for each arm the difference to the reference; None if there is nothing to compare."""
        from hybridcare.plots_uncertainty import intervals

        return intervals(self)

    def __repr__(self) -> str:
        return f"<hybridcare.EnsembleRun of {self.scenario.name!r}: {self.sentence}>"


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def coupled(scenario: Scenario) -> bool:
    """Whether clients know of each other, by a service's queue or a network."""
    return any(name in scenario or any(name in arm for arm in scenario.get("arms", {}).values())
               for name in ("service", "network"))  # fmt: skip


def size_of(scenario: Scenario, sets: int) -> tuple[int, int]:
    """Replicates, and clients per arm and replicate, of each set.

    A service keeps all of its clients: with fewer, its queue would be another. Otherwise a quarter of the run's, so
    that all sets take about as long as the run with its twins and assumptions, and no more than MOST_CLIENT_WEEKS."""
    core = scenario.core
    if coupled(scenario):
        return min(COUPLED_REPLICATES, max(2, core.replicates)), core.clients
    affordable = MOST_CLIENT_WEEKS / (sets * _arms(scenario) * core.weeks)
    run = core.replicates * core.clients
    people = int(min(affordable, max(run / 4, min(run, LEAST_PEOPLE))))
    replicates = min(REPLICATES, max(2, core.replicates), max(2, people // LEAST_CLIENTS))
    return replicates, max(min(core.clients, LEAST_CLIENTS), min(core.clients, people // replicates))


def _arms(scenario: Scenario) -> int:
    return sum(not arm["component"] for arm in scenario.core.arms)


def wanted(scenario: Scenario, uncertainty: str | os.PathLike[str] | Ensemble | None = None, rival: str = "R1",
           sets: int = SETS) -> ParameterSets | str:  # fmt: skip
    """What to run over, checked before any run; or why there is nothing, in words.

    uncertainty  as in `uncertainty.parameter_sets`; None: what reports take, which is left out where a service would
                 take too long
    Raises ConfigError: what is asked for cannot be had, an unknown rival.
    """
    from hybridcare.rivals import rivals

    rivals([rival])
    if isinstance(sets, bool) or not isinstance(sets, int) or not 2 <= sets <= MOST_SETS:
        raise config_error("sets", f"{sets!r} is no whole number in [2, {MOST_SETS}]")
    if isinstance(uncertainty, str) and uncertainty == DEFAULTS:
        return LEFT_OUT
    if uncertainty is None:
        if default_uncertainty(scenario, rival) == DEFAULTS:
            return _none(scenario, rival)
        few = affordable(scenario, sets)
        if few < min(sets, LEAST_SETS):
            return ("not run over parameter sets that fit: with this service it would take too long; uncertainty "
                    f'"{ENSEMBLE}" does it')  # fmt: skip
        uncertainty, sets = ENSEMBLE, few
    found = parameter_sets(scenario, uncertainty, rival, sets)
    assert found is not None
    return found


def affordable(scenario: Scenario, sets: int) -> int:
    """How many sets a report takes: fewer where clients are coupled."""
    if not coupled(scenario):
        return sets
    replicates, clients = size_of(scenario, sets)
    return min(sets, int(MOST_COUPLED / (_arms(scenario) * scenario.core.weeks * replicates * clients)))


def _none(scenario: Scenario, rival: str) -> str:
    found = scenario.core.configuration
    if found != FITTED_TO:
        return (f"not run over parameter sets that fit: they were fitted in the configuration '{FITTED_TO}', and this "
                f"scenario is in '{found}'")  # fmt: skip
    return f"not run over parameter sets that fit: no ensemble of {rival} is bundled (hybridcare calibrate makes one)"


def beside(results: Results, found: ParameterSets | str, threads: int = 0, progress: bool = False) -> None:
    """Runs the arms over these sets, to stand beside the results; or notes why nothing was run. Raises ConfigError."""
    if isinstance(found, str):
        results.ensemble = found
        return
    scenario = results.scenario
    week = f"week_{scenario.core.reading_week}"
    metrics = [Metric(name, week) for name in AT_READING] + [Metric(name) for name in WHOLE_COURSE]
    metrics += [Metric(name, week if name in AT_READING else "", culture)
                for name in BY_CULTURE for culture in scenario.core.cultures]  # fmt: skip
    replicates, clients = size_of(scenario, len(found))
    with shown_progress(f"{scenario.core.name}: {len(found)} parameter sets", progress) as tick:
        over = run_over(scenario, found, None, metrics, replicates, clients, threads=threads, progress=tick)
    drawn = ensemble_rivals.others(scenario, found)
    with shown_progress(f"{scenario.core.name}: {', '.join(drawn)}", progress and bool(drawn)) as tick:
        others = ensemble_rivals.run_others(scenario, drawn, metrics[0], (replicates, clients), threads, tick)
    results.ensemble = EnsembleRun(scenario, over, clients, _own(results, week), others)


def _own(results: Results, week: str) -> dict[str, float]:
    """Each arm minus the main comparison's reference, as the run's tables have it."""
    from hybridcare.results import selected

    where = {"variant": results.variant(None), "twin": "factual", "culture": "all", "metric": "phq9", "reading": week,
             "against": results.experiment.headline["against"]}  # fmt: skip
    frame = selected(results.table("contrasts"), where)
    return {str(row.arm): float(row.estimate) for row in frame.itertuples()}


def sure(results: Results, threads: int = 0) -> None:
    """What reports and folders show: runs over the default sets if nobody has said whether to. Raises ConfigError."""
    if getattr(results, "ensemble", None) == words.NOT_ASKED:
        beside(results, wanted(results.scenario), threads)


def of(results: Any) -> EnsembleRun | None:
    """The answers over parameter sets, if there are any."""
    found = getattr(results, "ensemble", None)
    return found if isinstance(found, EnsembleRun) else None


def why_none(results: Any) -> str:
    """Why there are none."""
    found = getattr(results, "ensemble", words.NOT_ASKED)
    return found if isinstance(found, str) else ""
