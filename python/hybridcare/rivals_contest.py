"""A scenario's answer in every rival model: which conclusions survive all of them, and which trial would decide.

Each rival is run over its own ensemble of parameter sets that fit the published figures, all on the same clients with
the same luck; one without an ensemble stands at its given values, and is said to. What is called robust holds in all
rivals that fit, and is a property of these models, no finding about the world.
"""

from __future__ import annotations

import html
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import core, rivals_says
from hybridcare.conclusions import Conclusion, Share, reach, verdict
from hybridcare.errors import config_error
from hybridcare.experiment import Experiment, checked_threads
from hybridcare.points import Metric, PointRuns, Task, run_points
from hybridcare.progress import progress as shown_progress
from hybridcare.rivals import Rival
from hybridcare.rivals import rivals as rival_models
from hybridcare.rivals_fit import RivalFit, fit_table, fits_of
from hybridcare.rivals_models import BASE, SETS, Choice, Model, chosen_sets, models
from hybridcare.rivals_words import calibration
from hybridcare.scenario import Scenario, load
from hybridcare.uncertainty import DEFAULTS, ParameterSets, Spread, spread

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.rivals_designs import Discrimination

MOST_CLIENT_WEEKS = 1.5e7  #: what a contest takes unless its size is said
REPLICATES = 8  #: over parameter sets, unless said: their spread outweighs chance
MOST_TRIALS = 3  #: pairs of rivals for which a trial is looked for
KINDS = ("rival", "b_E", "switch")
STATES = ("holds", "fails", "mixed", "unclear")


@dataclass(frozen=True)
class Answer:
    """A conclusion's difference in one model. share: over parameter sets; None at given values. failed: sets (or the
    one point) that the reader refused."""

    spread: Spread
    state: str
    share: Share | None
    sets: int
    failed: int
    failure: str


@dataclass(frozen=True)
class Contest:
    """What `contest` found. Points of `runs` are those of the `models`, in order; `fits`: of what was run, by rival;
    `trials` by conclusion."""

    scenario: Scenario
    models: list[Model]
    conclusions: list[Conclusion]
    runs: PointRuns
    rivals: dict[str, Rival]
    fits: dict[str, RivalFit]
    trials: dict[str, Discrimination] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """One row for each conclusion and model, same clients and same luck in all.

        conclusion, metric, reading, unit, arm, against, kind (rival, b_E, switch), model, label, counts (of a rival:
        whether the verdict heeds it); sets (0: given values), estimate (arm minus against; median over sets), low, high
        (5 and 95 % over sets), parameter_sd (between sets), share, share_low, share_high (of sets in which it holds,
        within noise); noise_se, noise_low, noise_high (Monte Carlo error around the estimate: 95 %, Student's t),
        margin; state (`conclusions.Share`, `Conclusion.state`); failed (points that could not be run), failure: why.
        """
        import pandas

        return pandas.DataFrame([self._row(at, number) for at in range(len(self.conclusions))
                                 for number in range(len(self.models))])  # fmt: skip

    def _row(self, at: int, number: int) -> dict[str, Any]:
        asked, model = self.conclusions[at], self.models[number]
        about = self.runs.metrics[self._metrics.index(asked.metric)]
        found = self.answer(asked, number)
        half = reach(self.runs.values.shape[-1]) * found.spread.noise_se
        middle, share = found.spread.median, found.share or Share(math.nan, math.nan, math.nan, "")
        known = found.share is not None
        return {
            "conclusion": str(asked), "metric": about["name"], "reading": about["reading"], "unit": about["unit"],
            "arm": asked.arm, "against": asked.against, "kind": model.kind, "model": model.name, "label": model.label,
            "counts": model.kind == "rival" and self.fits[model.name].counts, "sets": found.sets,
            "estimate": middle, "low": found.spread.low if known else math.nan,
            "high": found.spread.high if known else math.nan,
            "parameter_sd": found.spread.parameter_sd if known else math.nan,
            "share": share.share, "share_low": share.low, "share_high": share.high,
            "noise_se": found.spread.noise_se, "noise_low": middle - half, "noise_high": middle + half,
            "margin": asked.margin, "state": found.state, "failed": found.failed, "failure": found.failure,
        }  # fmt: skip

    def answer(self, asked: Conclusion, number: int) -> Answer:
        """A conclusion's difference in one model, by its number."""
        estimate, values = self._numbers(asked, number)
        failures = [why for point, why in self.runs.failures.items() if point in self._points[number]]
        replicates = values.shape[-1]
        if self.models[number].sets is None:
            noise = float(values[0].std(ddof=1) / math.sqrt(replicates)) if replicates > 1 else math.nan
            middle = float(estimate[0])
            alone = Spread(middle, middle, math.nan, math.nan, math.nan, noise, math.nan, math.nan, 0)
            state = asked.state(middle, noise, replicates)
            return Answer(alone, state, None, 0, len(failures), failures[0] if failures else "")
        found = spread(estimate, values)
        share = asked.over_sets(estimate, found, replicates)
        return Answer(found, share.state, share, found.sets, len(failures), failures[0] if failures else "")

    def _numbers(self, asked: Conclusion, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Estimates (points,) and pseudo-values (points, replicates) of a difference; NaN where it was not run."""
        metric = self._metrics.index(asked.metric)
        at = self._points[number]
        own = slice(at.start, at.stop)
        arm, against = (self.runs.arms.index(name) if name else None for name in (asked.arm, asked.against))
        estimate, values = self.runs.estimate[own, arm, metric], self.runs.values[own, arm, metric]
        if against is not None:  # differences by replicate first, noise after: arms share their luck
            estimate = estimate - self.runs.estimate[own, against, metric]
            values = values - self.runs.values[own, against, metric]
        return estimate, values

    @cached_property
    def _points(self) -> list[range]:
        """Of each model, in `runs`."""
        ends = np.cumsum([len(model.points) for model in self.models])
        return [range(int(end) - len(model.points), int(end)) for end, model in zip(ends, self.models, strict=True)]

    @cached_property
    def _metrics(self) -> list[Metric]:
        return list(dict.fromkeys(asked.metric for asked in self.conclusions))

    def verdicts(self) -> pd.DataFrame:
        """One row for each conclusion: verdict (robust, contradicted, model-dependent, parameter-dependent, unclear:
        see `conclusions.verdict`) over the rivals that count, and the names of those in which it holds, fails, is
        mixed, unclear; those that do not fit and are not counted; values of b_E and switches that turn it over against
        the default; the trial that would decide."""
        import pandas

        whole = self.table()
        rows = []
        for asked in self.conclusions:
            own = whole[whole["conclusion"] == str(asked)]
            among = own[own["counts"]]
            named = {state: ", ".join(among.loc[among["state"] == state, "model"]) for state in STATES}
            found = self.trials.get(str(asked))
            rest = own[(own["kind"] == "rival") & ~own["counts"]]
            rows.append({"conclusion": str(asked), "verdict": verdict(list(among["state"])), **named,
                         "not_counted": ", ".join(rest["model"]),
                         "flipped_by": ", ".join(rivals_says.flips(own)),
                         "trial": found.best.label if found is not None and found.separates else ""})  # fmt: skip
        return pandas.DataFrame(rows)

    @property
    def sentences(self) -> list[str]:
        """First what evidence cannot tell, then each conclusion in one sentence."""
        return rivals_says.sentences(self)

    @property
    def caveats(self) -> list[str]:
        """What must stand beside the verdicts."""
        return rivals_says.caveats(self)

    def plot(self) -> Any:
        """A forest: each conclusion's difference in every model, over its sets and with simulation noise, as a
        `plots.Figure`."""
        from hybridcare.plots_rivals import forest

        return forest(self)

    def parts(self) -> list[Any]:
        """Parts of a report: see `hybridcare.report_verb`."""
        return rivals_says.parts(self)

    def report(self, path: str | os.PathLike[str]) -> Any:
        """Writes one offline HTML page and returns its path. Raises ConfigError if it cannot be written."""
        from hybridcare.report_verb import save_report

        title = f"Rival models: {self.scenario.core.title or self.scenario.name}"
        return save_report(path, title, self.scenario.core.question, self.parts(), self.provenance)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every number."""
        experiment, build = self.scenario.core, core.build_info()
        return {"calibration": calibration(self.fits, experiment.calibration),
                "driver": experiment.driver, "version": build["version"],
                "commit": build["commit"], "scenario": experiment.name, "scenario_hash": self.scenario.hash,
                "seed": experiment.seed, "results_hash": self.runs.hash, "replicates": self.runs.values.shape[-1],
                "clients": experiment.clients, "caveats": self.caveats}  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Everything as plain dictionaries that JSON can hold; None where unknown."""
        return {"format": "hybridcare rivals 2", "said": self.sentences, **self.provenance,
                "verdicts": self.verdicts().to_dict("records"), "estimates": plain_rows(self.table()),
                "fits": plain_rows(fit_table(self.fits)),
                "trials": {text: found.document() for text, found in self.trials.items()}}  # fmt: skip

    def __repr__(self) -> str:
        return f"<hybridcare.Contest {'; '.join(self.sentences[1:])}>"

    def _repr_html_(self) -> str:
        lines = [html.escape(line) for line in (*self.sentences, *self.caveats)]
        shown = self.table()[["conclusion", "model", "label", "estimate", "low", "high", "share", "noise_se", "state"]]
        table: str = shown.to_html(index=False, float_format=lambda value: f"{value:.3f}")
        return "<br>".join(lines) + table


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON can hold them: None for what is unknown."""
    return [{key: None if isinstance(value, float) and not math.isfinite(value) else value
             for key, value in row.items()} for row in frame.to_dict("records")]  # fmt: skip


def contest(
    base: Scenario | Experiment | str | os.PathLike[str],
    conclusions: Sequence[str] | str = (),
    *,
    metric: str = "phq9",
    rivals: Iterable[str] | None = None,
    with_switches: bool = True,
    trials: bool = True,
    uncertainty: Choice = None,
    sets: int = SETS,
    clients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int = 0,
    progress: bool = True,
) -> Contest:
    """Runs a scenario's arms in every rival model over its own ensemble; and, on sets of the default R1, at b_E 0, 1.5
    and 3, and with each structural switch turned.

    conclusions  such as "hybrid - human < 0" or "dropout@week_12: ai - human < 0.1"; see `hybridcare.conclusions`.
                 Default: that the main comparison's difference lies below 0
    metric       for conclusions that name none, as `points.Metric.parse` reads it
    rivals       names of some of R0 to R4; default: all. R1, the scenario as it is, is always among them
    trials       look for the trial that would decide, where a conclusion depends on the model: some seconds more
    uncertainty  "ensemble" (default where one is bundled), "defaults": given values, or ensembles of one's own: see
                 `rivals_models.chosen_sets`
    sets         drawn from each rival's ensemble
    clients, replicates    per arm, set and replicate; default: 8 replicates over sets, else as the scenario says, and
                 so few clients that it takes seconds
    Raises ConfigError: a conclusion that can't be read, an unknown arm, metric, reading or rival, no such ensemble.
    """
    start = base.scenario if isinstance(base, Experiment) else base if isinstance(base, Scenario) else load(base)
    chosen = _chosen_rivals(rivals)
    drawn = chosen_sets(start, list(chosen), uncertainty, sets)
    if drawn and replicates is None:
        replicates = min(REPLICATES, start.core.replicates)
    scenario = Experiment(start, replicates=replicates, clients=clients, seed=seed).scenario
    asked = _conclusions(scenario, [conclusions] if isinstance(conclusions, str) else conclusions, metric)
    columns = models(scenario, chosen, drawn, with_switches)
    arms = list(dict.fromkeys(name for each in asked for name in (each.arm, each.against) if name))
    points = [point for model in columns for point in model.points]
    size = clients if clients is not None else _clients(scenario, len(arms) * len(points))
    task = Task.of(scenario, arms, list(dict.fromkeys(each.metric for each in asked)), None, size)
    with shown_progress(f"{scenario.name}: {len(columns)} models", progress) as tick:
        runs = run_points(task, points, threads=checked_threads(threads), progress=tick)
    held = Experiment(scenario, clients=task.clients).scenario
    fits = fits_of({name: drawn[name].ensemble if name in drawn else None for name in chosen},
                   {name: rival.label for name, rival in chosen.items()})  # fmt: skip
    found = Contest(held, columns, asked, runs, chosen, fits)
    if trials:
        found.trials.update(_trials(found, start, drawn, threads, progress))
    return found


def _conclusions(scenario: Scenario, texts: Sequence[str], metric: str) -> list[Conclusion]:
    names = [arm["name"] for arm in scenario.core.arms if not arm["component"]]
    plain = Metric.parse(metric)
    if not texts:
        pair = scenario.core.headline
        if pair["arm"] == pair["against"]:
            raise config_error("conclusions", "the scenario compares nothing: name one, such as 'human < 12'")
        return [Conclusion(plain, pair["arm"], pair["against"], "<", 0.0)]
    found = [Conclusion.parse(text, names, plain) for text in texts]
    return list({str(each): each for each in found}.values())


def _chosen_rivals(names: Iterable[str] | None) -> dict[str, Rival]:
    found = rival_models(names)
    return found if "R1" in found else {**found, **rival_models(["R1"])}


def _clients(scenario: Scenario, cells: int) -> int:
    """As many clients as the scenario says, or so few that all cells take some seconds; 100 at least."""
    experiment = scenario.core
    most = int(MOST_CLIENT_WEEKS / (cells * experiment.replicates * experiment.weeks))
    return min(experiment.clients, max(100, most))


def _trials(found: Contest, start: Scenario, drawn: Mapping[str, ParameterSets], threads: int,
            progress: bool) -> dict[str, Discrimination]:  # fmt: skip
    """For each conclusion that depends on the model: the designs, ranked for a rival in which it holds, or does most,
    and one in which it fails, or does more; the default is one of them where it can be."""
    from hybridcare.rivals_designs import discriminate

    own = {name: each.ensemble for name, each in drawn.items()}
    made: dict[tuple[str, str], Discrimination] = {}
    out = {}
    for row in found.verdicts().to_dict("records"):
        if row["verdict"] != "model-dependent":
            continue
        told = [row[state].split(", ") for state in ("holds", "mixed", "fails") if row[state]]
        first, second = (BASE if BASE in side else side[0] for side in (told[0], told[-1]))
        pair = (min(first, second), max(first, second))
        if pair not in made and len(made) < MOST_TRIALS:
            made[pair] = discriminate(start, *pair, uncertainty=own or DEFAULTS, seed=found.scenario.core.seed,
                                      threads=threads, progress=progress)  # fmt: skip
        if pair in made:
            out[row["conclusion"]] = made[pair]
    return out
