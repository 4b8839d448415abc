"""Arms against one reference: estimates with their noise, who gains and who loses, and how many replicates that takes.

Pairs are the same simulated client with the same luck in two arms. That a client is better off in one of them is a
quantity of the model; nothing that could be observed in a person corresponds to it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import core, precision as rule
from hybridcare.errors import config_error
from hybridcare.experiment import Choice, Experiment
from hybridcare.headline import week_reading
from hybridcare.names import unknown
from hybridcare.progress import progress as shown_progress
from hybridcare.results import Results, selected
from hybridcare.watch import Grouping, groupings, measures

if TYPE_CHECKING:
    import os

    import pandas as pd

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
    twins: bool = False,
    threads: int = 0,
    progress: bool = True,
) -> Comparison:
    """Runs `arms` (names, or merge patches by name; default: the base's) and compares each with `against` (default:
    the arm that the base's main comparison is made against).

    precision: half-widths of simulation noise by metric, such as {"phq9": .1, "dropout@": .01, "recovery@post": .02},
        in the metric's unit, for every contrast; replicates are added until each holds and goes on holding (see
        `hybridcare.precision`), or `cap` is met. Without it, as many as `replicates` or the base says.
    by: groups for `gains`, as in `Experiment.run`; default: culture, severity at entry, preference.
    Raises ConfigError: unknown arm, metric or expression, fewer than two arms.
    """
    start = _start(base, arms, against, clients, seed, variants)
    groups = groupings(GROUPS if by is None else by)
    if not 2 <= cap <= 100_000:
        raise config_error("cap", f"{cap} is outside [2, 100000] replicates")
    wanted = replicates if replicates is not None else start.scenario.core.replicates
    if precision:
        wanted = min(cap, max(rule.START, replicates or 0))
    while True:
        results = _run(start, wanted, groups, twins, threads, progress)
        made = Comparison(results, start.scenario.core.headline["against"])
        if not precision:
            return made
        made.targets.extend(rule.targets(precision, made.by_replicate, week_reading(results)))
        more = made.replicates_for_targets(wanted)
        if more <= wanted or wanted >= cap:
            return made
        wanted = min(cap, more)


def _start(base: Any, arms: Choice | None, against: str | None, clients: int | None, seed: int | None,
           variants: Choice | None) -> Experiment:  # fmt: skip
    experiment = Experiment(base, arms=arms, clients=clients, seed=seed, variants=variants or ["default"])
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
    watch = measures({f"symptom_{p}": {"of": "oracle.symptom", "week": week, "least": p} for p in POINTS})
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
        frame = self.results.table("measures")
        first = self.results.variant(None)
        frame = selected(frame, {"variant": first, "twin": "factual", "against": self.against})
        frame = frame[(frame["measure"] == f"symptom_{points}") & frame["arm"].isin(self.arms)]
        names = {"estimate": "difference", "share_lower": "share_better", "share_higher": "share_worse",
                 "share_lower_noise_se": "share_better_noise_se",
                 "share_higher_noise_se": "share_worse_noise_se"}  # fmt: skip
        columns = ["arm", "grouping", "group", "estimate", "noise_se", "share_lower", "share_lower_noise_se",
                   "share_higher", "share_higher_noise_se", "clients"]  # fmt: skip
        return frame[columns].rename(columns=names).reset_index(drop=True)

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

        target = rule.targets({metric: half_width}, self.by_replicate, week_reading(self.results))[0]
        values = [(arm, self._values(arm, target)) for arm in self.arms]
        rows = [(arm, rule.needed(each, half_width), len(each)) for arm, each in values if len(each) > 1]
        return pandas.DataFrame(rows, columns=["arm", "replicates", "have"])

    def replicates_for_targets(self, have: int) -> int:
        """How many replicates to run next; `have` if every half-width asked for is reached."""
        most = have
        for target in self.targets:
            for arm in self.arms:
                values = self._values(arm, target)
                if len(values) == 0 or rule.enough(values, target.half_width) is not None:
                    continue  # an arm without this metric has nothing to wait for
                n = rule.needed(values, target.half_width)
                most = max(most, n + rule.look_ahead(n), have + max(4, have // 4))
        return most

    def _values(self, arm: str, target: rule.Target) -> Any:
        frame = self.by_replicate
        rows = (frame["arm"] == arm) & (frame["metric"] == target.metric) & (frame["reading"] == target.reading)
        return frame.loc[rows, "value"].to_numpy()

    def _noise_row(self, arm: str, target: rule.Target) -> tuple[Any, ...]:
        values = self._values(arm, target)
        unit = self.by_replicate.loc[self.by_replicate["metric"] == target.metric, "unit"].iloc[0]
        reached = len(values) == 0 or rule.enough(values, target.half_width) is not None
        width = float(rule.half_widths(values)[-1]) if len(values) else float("nan")
        more = float("nan") if reached else float(rule.needed(values, target.half_width))
        return (arm, target.metric, target.reading, unit, target.half_width, width, len(values), reached, more)

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.results.caveats)
        parts = [self.table("phq9"), self.gains()]
        return "".join(part.to_html(index=False, float_format=lambda v: f"{v:.3f}") for part in parts) + notes

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
