"""Arms against one reference: estimates with their noise, who gains and who loses, and how many replicates that takes.

Pairs are the same simulated client with the same luck in two arms. That a client is better off in one of them is a
quantity of the model; nothing that could be observed in a person corresponds to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import core, ensemble_run, precision as rule
from hybridcare.compare_shares import with_rivals
from hybridcare.errors import config_error
from hybridcare.experiment import Choice, Experiment
from hybridcare.headline import week_reading
from hybridcare.names import unknown
from hybridcare.progress import progress as shown_progress
from hybridcare.results import Results, selected
from hybridcare.watch import Grouping, groupings, measures

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.scenario import Scenario

CAP = 512
#: Groups of the table of gains, unless others are asked for: abstract cultures, severity at entry, preference.
GROUPS: dict[str, Grouping] = {
    "culture": "culture",
    "severity": {"of": "phq9_start", "cuts": [15, 20]},
    "prefers_assistant": "oracle.preference > 0",
}
#: A client is better or worse off from these differences of the latent level on, points.
POINTS = (1, 2, 3)
RELIABLE = 6  #: a reliable change of the measured PHQ-9, points: the rule of the table of estimates
MIX = "mix_of_clients"  #: grouping of the measures by which the mix of clients is told apart; not shown
#: Severity at entry and preference, each combination a measure of its own beside the cultures of `MIX`.
_CELLS = [f"{severity} and {wish}"
          for severity in ("phq9_start < 15", "phq9_start >= 15 and phq9_start < 20", "phq9_start >= 20")
          for wish in ("oracle.preference > 0", "oracle.preference <= 0")]  # fmt: skip


def compare(
    base: Scenario | str | os.PathLike[str],
    arms: Choice | None = None,
    against: str | None = None,
    *,
    precision: Mapping[str, float] | None = None,
    cap: int = CAP,
    by: Mapping[str, Grouping] | None = None,
    replicates: int | None = None,
    clients: int | None = None,
    seed: int | None = None,
    variants: Choice | None = None,
    rivals: bool = True,
    twins: bool = False,
    threads: int = 0,
    progress: bool = True,
    uncertainty: str | os.PathLike[str] | Ensemble | None = None,
    rival: str = "R1",
    sets: int = 100,
) -> Comparison:
    """Runs `arms` (names, or merge patches by name; default: the base's) and compares each with `against` (default:
    the arm that the base's main comparison is made against).

    variants: the assumptions, the first of which is what is compared and the others stand beside it; default: the
        base's, b_E 0 and 3 where it has none of them, and the rival R0: refitted, in the set nearest its ensemble's
        median, unless uncertainty="defaults" or it has none. rivals=False: the first alone.

    precision: half-widths of simulation noise by metric, such as {"phq9": .1, "dropout@": .01, "recovery@post": .02},
        in the metric's unit, for every contrast; replicates are added until each holds and goes on holding (see
        `hybridcare.precision`), or `cap` is met. Without it, as many as `replicates` or the base says.
    uncertainty, rival, sets: also over parameter sets that fit, as in `Experiment.run`; None: not now, but in a report.
    by: groups for `gains`, as in `Experiment.run`; default: culture, severity at entry, preference.
    Raises ConfigError: unknown arm, metric or expression, fewer than two arms.
    """
    whole = _start(base, arms, against, clients, seed, variants)
    if rivals and variants is None:
        whole = with_rivals(whole, uncertainty)
    first = whole.scenario.core.variants[0]["name"]
    named = whole.scenario.get("variants", {})  # without a first one of its own, where the file leaves it to the reader
    alone = Experiment(whole.scenario, variants=[first] if first in named else {})
    groups = [*groupings(GROUPS if by is None else by), *groupings({MIX: "culture"})]
    if not 2 <= cap <= 100_000:
        raise config_error("cap", f"{cap} is outside [2, 100000] replicates")
    if precision:
        rule.check(precision, whole.scenario)
    over = None if uncertainty is None else ensemble_run.wanted(alone.scenario, uncertainty, rival, sets)
    wanted = replicates if replicates is not None else whole.scenario.core.replicates
    targets: list[rule.Target] = []
    if precision:
        wanted, targets = _enough(alone, precision, min(cap, max(rule.START, replicates or 0)), cap, threads, progress)
    last = _run(whole if rivals else alone, wanted, groups, twins, threads, progress)
    if over is not None:
        ensemble_run.beside(last, over, threads, progress)
    return Comparison(last, whole.scenario.core.headline["against"], targets)


def _enough(start: Experiment, precision: Mapping[str, float], wanted: int, cap: int, threads: int,
            progress: bool) -> tuple[int, list[rule.Target]]:  # fmt: skip
    """How many replicates reach every half-width, or `cap`; one assumption alone is run on the way."""
    while True:
        made = Comparison(_run(start, wanted, [], False, threads, progress), start.scenario.core.headline["against"])
        targets = rule.targets(precision, made.by_replicate, week_reading(made.results))
        more = Comparison(made.results, made.against, targets).replicates_for_targets(wanted)
        if more <= wanted or wanted >= cap:
            return wanted, targets
        wanted = min(cap, more)


def _start(base: Any, arms: Choice | None, against: str | None, clients: int | None, seed: int | None,
           variants: Choice | None) -> Experiment:  # fmt: skip
    experiment = Experiment(base, arms=arms, clients=clients, seed=seed, variants=variants)
    names = [arm["name"] for arm in experiment.scenario.core.arms if not arm["component"]]
    if len(names) < 2:
        raise config_error("arms", f"a comparison needs two arms at least, found {', '.join(names)}")
    chosen = against or experiment.scenario.core.headline["against"]
    if chosen not in names:
        raise config_error("against", unknown("arm", chosen, names))
    other = next(name for name in reversed(names) if name != chosen)
    head = experiment.scenario.core.headline
    pair = (head["arm"], chosen) if head["arm"] != chosen and head["arm"] in names else (other, chosen)
    if pair == (head["arm"], head["against"]):
        return experiment
    return Experiment(experiment.scenario, headline=pair)


def _run(experiment: Experiment, replicates: int, groups: list[dict[str, Any]], twins: bool, threads: int,
         progress: bool) -> Results:  # fmt: skip
    scenario = Experiment(experiment.scenario, replicates=replicates).scenario
    week = scenario.core.reading_week
    asked: dict[str, Any] = {f"symptom_{p}": {"of": "oracle.symptom", "week": week, "least": p} for p in POINTS}
    asked["score"] = {"of": "phq9", "week": week}
    asked["deteriorated"] = {"of": f"phq9 - phq9_start >= {RELIABLE}", "week": week}
    asked |= {f"cell_{i}": {"of": "phq9", "week": week, "given": cell} for i, cell in enumerate(_CELLS)}
    watch = measures(asked if groups else {})
    with shown_progress(f"{scenario.core.name}, {replicates} replicates", progress) as tick:
        raw = core.study(scenario.core, threads=threads, twins=twins, progress=tick, watch=watch, by=groups,
                         by_replicate=True)  # fmt: skip
    return Results(scenario, raw)


@dataclass(frozen=True)
class Comparison:
    """What `compare` found.

    results  the whole Results of the run; `results.save(folder)` writes it, with the tables "measures" and
             "replicates"
    against  the reference arm
    targets  the half-widths that were asked for
    """

    results: Results
    against: str
    targets: list[rule.Target] = field(default_factory=list)

    @property
    def arms(self) -> list[str]:
        """Names of the arms that are compared with the reference."""
        return [name for name in self.results.arms if name != self.against]

    @cached_property
    def by_replicate(self) -> pd.DataFrame:
        """Contrasts replicate by replicate: arm, against, metric, reading, unit, replicate, value."""
        return self.results.table("replicates")

    def table(self, metric: str | None = None, culture: str | None = "all") -> pd.DataFrame:
        """One row for each arm, metric and reading: estimate (arm minus reference), noise_se, noise_low, noise_high,
        variance_reduction, replicates; of the first variant. Raises ConfigError for an unknown metric or culture.
        """
        import pandas

        parts = [self.results.contrast(arm, self.against).table(metric, culture) for arm in self.arms]
        return pandas.concat(parts, ignore_index=True)

    def gains(self, points: int = 1) -> pd.DataFrame:
        """Who gains and who loses against the reference, by group: mean difference of the latent level at the reading
        week (points; below 0 is better), and the shares of clients who are better off and worse off by at least
        `points` (1, 2 or 3), with simulation noise. `share_worse` is the probability of harm, in this model.
        """
        if points not in POINTS:
            raise config_error("points", f"{points!r} is none of {', '.join(map(str, POINTS))}")
        frame = self.measured(f"symptom_{points}", self.results.variant(None))
        names = {"estimate": "difference", "share_lower": "share_better", "share_higher": "share_worse",
                 "share_lower_noise_se": "share_better_noise_se",
                 "share_higher_noise_se": "share_worse_noise_se"}  # fmt: skip
        columns = ["arm", "grouping", "group", "estimate", "noise_se", "share_lower", "share_lower_noise_se",
                   "share_higher", "share_higher_noise_se", "clients"]  # fmt: skip
        return frame[columns].rename(columns=names).reset_index(drop=True)

    def measured(self, measure: str, variant: str | None = None) -> pd.DataFrame:
        """Rows of the table "measures", arms against the reference, without hidden groups; variant None: of all."""
        frame = selected(self.results.table("measures"), {"twin": "factual", "against": self.against})
        frame = frame[(frame["measure"] == measure) & frame["arm"].isin(self.arms) & (frame["grouping"] != MIX)]
        return frame if variant is None else frame[frame["variant"] == variant]

    def harm(self) -> pd.DataFrame:
        """Probability of harm by group: the share of clients who are worse off than with the reference by at least 1, 2
        and 3 points (latent level, at the reading week), and how much larger the share with a reliable deterioration of
        the measured PHQ-9 is. Columns arm, grouping, group, harm, estimate (share), noise_se, noise_low, noise_high,
        clients; an interval ends where a share must, at 0 and 1. Persons are compared with themselves: a quantity of
        the model, not of any person.
        """
        from hybridcare.compare_shares import harm

        return harm(self)

    def variance(self, metric: str = "phq9") -> pd.DataFrame:
        """Where the uncertainty of a difference comes from: Monte Carlo error, parameter uncertainty, client mix. See
        `hybridcare.compare_shares.variance`. Raises ConfigError for an unknown metric."""
        from hybridcare.compare_shares import variance

        return variance(self, metric)

    def rivals(self, metric: str = "phq9") -> pd.DataFrame:
        """The same differences under every assumption that was run: arm, variant, label, estimate, noise_low,
        noise_high, unit, sign beside the first: same or turned, both beyond simulation noise; within noise; zero;
        unknown (one replicate); below zero or above zero where the first has no sign. Raises ConfigError.

        A rival's label says if it is refitted, in one set, or has given values. Each over its own ensemble, with the
        fit of each beside it: `results.rivals(conclusions)`.
        """
        from hybridcare.compare_shares import rivals

        return rivals(self, metric)

    def over_sets(self, uncertainty: str | os.PathLike[str] | Ensemble | None = None, rival: str = "R1",
                  sets: int = 100, threads: int = 0, progress: bool = False) -> None:  # fmt: skip
        """Runs the arms over parameter sets too: see `Experiment.run`; None: what reports take. Raises ConfigError."""
        over = ensemble_run.wanted(self.results.scenario, uncertainty, rival, sets)
        ensemble_run.beside(self.results, over, threads, progress)

    def sets_table(self) -> pd.DataFrame:
        """The differences over parameter sets: see `EnsembleRun.table`; empty where they were not run."""
        import pandas

        found = ensemble_run.of(self.results)
        table = found.table() if found else pandas.DataFrame(columns=[name for name, *_ in ensemble_run.COLUMNS])
        return table[table["against"] == self.against].reset_index(drop=True)

    @cached_property
    def sentences(self) -> list[str]:
        """What was found, one sentence for each arm, each with what the rival assumptions say."""
        from hybridcare.report_comparison import sentences

        return sentences(self)

    def plot(self) -> Any:
        """A `plots.Figure`: the differences by group, with noise and the band over assumptions; who is better and worse
        off."""
        from hybridcare.plots_comparison import forest

        return forest(self)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Writes one offline HTML page; runs over parameter sets first, as `Results.report`. Returns its path. Raises
        ConfigError if it cannot be written."""
        from hybridcare.report_comparison import report

        ensemble_run.sure(self.results)

        return report(self, path)

    def document(self) -> dict[str, Any]:
        """Everything as one object that JSON can hold; null where unknown."""
        from hybridcare.report_comparison import document

        return document(self)

    def noise(self) -> pd.DataFrame:
        """The half-widths asked for, and those reached, for each arm: columns arm, metric, reading, unit, wanted,
        half_width, replicates, reached (holds, and went on holding), needed (replicates, about; NaN if reached).
        """
        import pandas

        rows = [self._noise_row(arm, target) for target in self.targets for arm in self.arms]
        columns = ["arm", "metric", "reading", "unit", "wanted", "half_width", "replicates", "reached", "needed"]
        return pandas.DataFrame(rows, columns=columns)

    @property
    def reached(self) -> bool:
        """True if every half-width asked for was reached; so it is if none was."""
        return bool(self.noise()["reached"].all())

    def replicates_for(self, half_width: float, metric: str = "phq9") -> pd.DataFrame:
        """About how many replicates a half-width of `metric` (or "metric@reading") would take: arm, replicates, have.

        Raises ConfigError for an unknown metric or a half-width that is not above 0.
        """
        import pandas

        target = rule.targets({metric: half_width}, self.table(), week_reading(self.results))[0]
        values = [(arm, self._values(arm, target)) for arm in self.arms]
        rows = [(arm, rule.needed(each, half_width), len(each)) for arm, each in values if each is not None]
        return pandas.DataFrame(rows, columns=["arm", "replicates", "have"])

    def replicates_for_targets(self, have: int) -> int:
        """How many replicates to run next; `have` if every half-width asked for is reached."""
        most = have
        for target in self.targets:
            for arm in self.arms:
                values = self._values(arm, target)
                if values is None or rule.enough(values, target.half_width) is not None:
                    continue
                n = rule.needed(values, target.half_width)
                wanted = n + rule.look_ahead(n) if n is not None else 0
                most = max(most, wanted, have + max(4, have // 4))
        return most

    def _values(self, arm: str, target: rule.Target) -> Any:
        """By replicate, without those in which nobody is counted (such as relapses of none); None: not of this arm."""
        frame = self.by_replicate
        rows = (frame["arm"] == arm) & (frame["metric"] == target.metric) & (frame["reading"] == target.reading)
        return frame.loc[rows, "value"].dropna().to_numpy() if rows.any() else None

    def _noise_row(self, arm: str, target: rule.Target) -> tuple[Any, ...]:
        values = self._values(arm, target)
        unit = self.by_replicate.loc[self.by_replicate["metric"] == target.metric, "unit"].iloc[0]
        if values is None:  # not of this arm: nothing to wait for
            return (arm, target.metric, target.reading, unit, target.half_width, float("nan"), 0, True, float("nan"))
        reached = rule.enough(values, target.half_width) is not None
        width = float(rule.half_widths(values)[-1]) if len(values) else float("nan")
        n = None if reached else rule.needed(values, target.half_width)
        more = float("nan") if n is None else float(n)
        return (arm, target.metric, target.reading, unit, target.half_width, width, len(values), reached, more)

    def _repr_html_(self) -> str:
        from hybridcare.display import shown

        parts = [self.table("phq9"), self.gains()]
        tables = "".join(part.to_html(index=False, float_format=lambda v: f"{v:.3f}") for part in parts)
        return shown(f"Against {self.against}", self.sentences, {}, self.results.caveats) + tables

    def __repr__(self) -> str:
        return f"<hybridcare.Comparison of {', '.join(self.arms)} against {self.against}>"


def parsed_precision(pairs: Iterable[str]) -> dict[str, float]:
    """{"phq9": .1} from "phq9=.1". Raises ConfigError."""
    wanted: dict[str, float] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        try:
            wanted[name] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name:
            raise config_error("--precision", f"expected METRIC=HALF_WIDTH, such as phq9=0.1, found {pair!r}")
    return wanted
