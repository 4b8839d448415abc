"""A scenario's answer in every rival model: which conclusions survive all of them, and which trial would decide.

All models are run on the same clients with the same luck. The rivals are not calibrated yet: what is called robust here
holds in all of them with their given values, and is a property of these models, no finding about the world.
"""

from __future__ import annotations

import html
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import core
from hybridcare.conclusions import Conclusion, reach, verdict
from hybridcare.errors import config_error
from hybridcare.experiment import Experiment, checked_threads
from hybridcare.points import Metric, PointRuns, Task, patch_text, run_points
from hybridcare.progress import progress as shown_progress
from hybridcare.rivals import Rival, first_words, switches
from hybridcare.rivals import rivals as rival_models
from hybridcare.scenario import Scenario, load

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.rivals_designs import Discrimination

EMPATHY = (0.0, 1.5, 3.0)
MOST_CLIENT_WEEKS = 1.5e7  #: what a contest takes unless its size is said
MOST_TRIALS = 3  #: pairs of rivals for which a trial is looked for
KINDS = ("rival", "b_E", "switch")


@dataclass(frozen=True)
class Model:
    """One column of a contest: a rival, a value of b_E, or a structural switch."""

    kind: str
    name: str
    label: str
    patch: dict[str, Any]


@dataclass(frozen=True)
class Contest:
    """What `contest` found: `models` in the order of the points of `runs`; `trials` by conclusion."""

    scenario: Scenario
    models: list[Model]
    conclusions: list[Conclusion]
    runs: PointRuns
    rivals: dict[str, Rival]
    trials: dict[str, Discrimination] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """One row for each conclusion and model, same clients and same luck in all.

        conclusion, metric, reading, unit, arm, against, kind (rival, b_E, switch), model, label; estimate (arm minus
        against), noise_se, noise_low, noise_high (95 %, simulation noise alone, Student's t), margin; state: holds,
        fails, or unclear where simulation noise covers the margin; failure: why a model could not be run.
        """
        import pandas

        return pandas.DataFrame([self._row(at, point) for at in range(len(self.conclusions))
                                 for point in range(len(self.models))])  # fmt: skip

    def _row(self, at: int, point: int) -> dict[str, Any]:
        asked, model = self.conclusions[at], self.models[point]
        number = self._metrics.index(asked.metric)
        about = self.runs.metrics[number]
        estimate, noise = self.value(asked, point)
        replicates = self.runs.values.shape[-1]
        half = reach(replicates) * noise
        return {
            "conclusion": str(asked), "metric": about["name"], "reading": about["reading"], "unit": about["unit"],
            "arm": asked.arm, "against": asked.against, "kind": model.kind, "model": model.name, "label": model.label,
            "estimate": estimate, "noise_se": noise, "noise_low": estimate - half,
            "noise_high": estimate + half, "margin": asked.margin,
            "state": asked.state(estimate, noise, replicates), "failure": self.runs.failures.get(point, ""),
        }  # fmt: skip

    def value(self, asked: Conclusion, point: int) -> tuple[float, float]:
        """(estimate, noise_se) of a conclusion's difference in one model; NaN where it could not be run."""
        number = self._metrics.index(asked.metric)
        arm, against = (self.runs.arms.index(name) if name else None for name in (asked.arm, asked.against))
        estimate, values = self.runs.estimate[point, arm, number], self.runs.values[point, arm, number]
        if against is not None:  # differences by replicate first, noise after: arms share their luck
            estimate = estimate - self.runs.estimate[point, against, number]
            values = values - self.runs.values[point, against, number]
        spread = float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan
        return float(estimate), spread

    @cached_property
    def _metrics(self) -> list[Metric]:
        return list(dict.fromkeys(asked.metric for asked in self.conclusions))

    def verdicts(self) -> pd.DataFrame:
        """One row for each conclusion: verdict (robust, contradicted, model-dependent, unclear; see
        `conclusions.verdict`) over the rivals, and the names of those in which it holds, fails, is unclear; of values
        of b_E and of switches that turn it over against the default; the trial that would decide."""
        import pandas

        whole = self.table()
        rows = []
        for asked in self.conclusions:
            own = whole[whole["conclusion"] == str(asked)]
            among = own[own["kind"] == "rival"]
            named = {state: ", ".join(among.loc[among["state"] == state, "model"]) for state in _STATES}
            found = self.trials.get(str(asked))
            rows.append({"conclusion": str(asked), "verdict": verdict(list(among["state"])), **named,
                         "flipped_by": ", ".join(self._flips(own)),
                         "trial": found.best.label if found is not None and found.separates else ""})  # fmt: skip
        return pandas.DataFrame(rows)

    @staticmethod
    def _flips(own: pd.DataFrame) -> list[str]:
        """b_E and switches in which it holds though it fails in the scenario as it is (R1), or the reverse."""
        base = str(own.loc[own["model"] == "R1", "state"].iloc[0])
        rows = own[(own["kind"] != "rival") & (own["state"] == {"holds": "fails", "fails": "holds"}.get(base))]
        return [f"{kind} {name}" if kind == "b_E" else name
                for kind, name in zip(rows["kind"], rows["model"], strict=True)]  # fmt: skip

    @property
    def sentences(self) -> list[str]:
        """First what evidence cannot tell, then each conclusion in one sentence."""
        return [first_words(), *(self._sentence(row) for row in self.verdicts().to_dict("records"))]

    def _sentence(self, row: dict[str, Any]) -> str:
        said = f"“{row['conclusion']}” "
        if row["verdict"] in ("robust", "contradicted"):
            said += (f"is {row['verdict']}: it {'holds' if row['verdict'] == 'robust' else 'fails'} in all of "
                     f"{', '.join(self.rivals)}, with their given values.")  # fmt: skip
        elif row["verdict"] == "unclear":
            told = [f"it {state} in {row[state]}" for state in ("holds", "fails") if row[state]]
            said += "is unclear: simulation noise covers the margin in " + "; ".join([row["unclear"], *told])
            said += "; more replicates would tell."
        else:
            said += f"depends on the model: it holds in {row['holds']} and fails in {row['fails']}"
            said += f" (unclear in {row['unclear']})." if row["unclear"] else "."
        if row["flipped_by"]:
            said += f" Turned over by {row['flipped_by']}."
        found = self.trials.get(row["conclusion"])
        return said + (f" The trial: {found.sentence}" if found is not None else "")

    @property
    def caveats(self) -> list[str]:
        """What must stand beside the verdicts."""
        status = next(iter(self.rivals.values())).status if self.rivals else ""
        experiment = self.scenario.core
        failed = [f"{self.models[point].name} could not be run: {why}" for point, why in self.runs.failures.items()]
        return [*failed, f"Rivals: {status}. Until they are refitted to the same targets, none is left out for "
                "not fitting, and “robust” means no more than: in all of these.",
                "Noise is Monte Carlo error over replicates, and no doubt about parameters.",
                f"What drives it, in the scenario author's words: {experiment.driver}",
                f"Calibration: {experiment.calibration}"]  # fmt: skip

    def plot(self) -> Any:
        """A forest: each conclusion's difference in every model, with simulation noise, as a `plots.Figure`."""
        from hybridcare.plots_rivals import forest

        return forest(self)

    def parts(self) -> list[Any]:
        """Parts of a report: see `hybridcare.report_verb`."""
        from hybridcare.report_verb import Part

        shown = ["conclusion", "kind", "model", "label", "estimate", "noise_low", "noise_high", "state"]
        said = self.sentences
        parts = [Part("Rivals", [*said[1:], said[0]], self.plot(),
                      note="Points are estimates, bars simulation noise (95 %); the broken line is the margin."),
                 Part("What survives", [], None, self.verdicts()),
                 Part("Estimates", [], None, self.table()[shown]),
                 Part("The models", [f"{rival.title}: {rival.meaning} {rival.note} Source: {rival.source}"
                                     for rival in {**self.rivals, **switches()}.values()])]  # fmt: skip
        for text, found in self.trials.items():
            parts.append(Part(f"The trial for “{text}”", [found.sentence, *found.caveats], found.plot(), found.table()))
        return parts

    def report(self, path: str | os.PathLike[str]) -> Any:
        """Writes one offline HTML page and returns its path. Raises ConfigError if it cannot be written."""
        from hybridcare.report_verb import save_report

        title = f"Rival models: {self.scenario.core.title or self.scenario.name}"
        return save_report(path, title, self.scenario.core.question, self.parts(), self.provenance)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every number."""
        experiment, build = self.scenario.core, core.build_info()
        return {"calibration": experiment.calibration, "driver": experiment.driver, "version": build["version"],
                "commit": build["commit"], "scenario": experiment.name, "scenario_hash": self.scenario.hash,
                "seed": experiment.seed, "results_hash": self.runs.hash, "replicates": self.runs.values.shape[-1],
                "clients": experiment.clients, "caveats": self.caveats}  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Everything as plain dictionaries that JSON can hold; None where unknown."""
        return {"format": "hybridcare rivals 1", "said": self.sentences, **self.provenance,
                "verdicts": self.verdicts().to_dict("records"), "estimates": plain_rows(self.table()),
                "trials": {text: found.document() for text, found in self.trials.items()}}  # fmt: skip

    def __repr__(self) -> str:
        return f"<hybridcare.Contest {'; '.join(self.sentences[1:])}>"

    def _repr_html_(self) -> str:
        lines = [html.escape(line) for line in (*self.sentences, *self.caveats)]
        shown = self.table()[["conclusion", "model", "label", "estimate", "noise_se", "state"]]
        table: str = shown.to_html(index=False, float_format=lambda value: f"{value:.3f}")
        return "<br>".join(lines) + table


_STATES = ("holds", "fails", "unclear")


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
    clients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int = 0,
    progress: bool = True,
) -> Contest:
    """Runs a scenario's arms in every rival model, at b_E 0, 1.5 and 3, and with each structural switch turned.

    conclusions  such as "hybrid - human < 0" or "dropout@week_12: ai - human < 0.1"; see `hybridcare.conclusions`.
                 Default: that the main comparison's difference lies below 0
    metric       for conclusions that name none, as `points.Metric.parse` reads it
    rivals       names of some of R0 to R4; default: all. R1, the scenario as it is, is always among them
    trials       look for the trial that would decide, where a conclusion depends on the model: some seconds more
    clients, replicates    per arm and model; default: as the scenario says, or fewer clients, so that it takes seconds
    Raises ConfigError: a conclusion that can't be read, an unknown arm, metric, reading or rival.
    """
    start = base.scenario if isinstance(base, Experiment) else base if isinstance(base, Scenario) else load(base)
    scenario = Experiment(start, replicates=replicates, clients=clients, seed=seed).scenario
    asked = _conclusions(scenario, [conclusions] if isinstance(conclusions, str) else conclusions, metric)
    chosen = _chosen_rivals(rivals)
    models = _models(scenario, chosen, with_switches)
    arms = list(dict.fromkeys(name for each in asked for name in (each.arm, each.against) if name))
    size = clients if clients is not None else _clients(scenario, len(arms) * len(models))
    metrics = list(dict.fromkeys(each.metric for each in asked))
    task = Task.of(scenario, arms, metrics, None, size)
    points = [patch_text(model.patch) for model in models]
    with shown_progress(f"{scenario.name}: {len(models)} models", progress) as tick:
        runs = run_points(task, points, threads=checked_threads(threads), progress=tick)
    held = Experiment(scenario, clients=task.clients).scenario
    found = Contest(held, models, asked, runs, chosen)
    if trials:
        found.trials.update(_trials(found, start, threads, progress))
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


def _models(scenario: Scenario, chosen: dict[str, Rival], with_switches: bool) -> list[Model]:
    document = scenario.document()
    models = [Model("rival", name, rival.label, rival.whole(document)) for name, rival in chosen.items()]
    models += [Model("b_E", f"{b:g}", f"empathy elasticity b_E {b:g}", {"change": {"empathy_elasticity": b}})
               for b in EMPATHY]  # fmt: skip
    beside = switches().items() if with_switches else ()
    return models + [Model("switch", name, each.label, each.whole(document)) for name, each in beside]


def _clients(scenario: Scenario, cells: int) -> int:
    """As many clients as the scenario says, or so few that all cells take some seconds; 100 at least."""
    experiment = scenario.core
    most = int(MOST_CLIENT_WEEKS / (cells * experiment.replicates * experiment.weeks))
    return min(experiment.clients, max(100, most))


def _trials(found: Contest, start: Scenario, threads: int, progress: bool) -> dict[str, Discrimination]:
    """For each conclusion that depends on the model: the designs, ranked for a rival in which it holds and one in which
    it fails; the default is one of them where it can be."""
    from hybridcare.rivals_designs import discriminate

    made: dict[tuple[str, str], Discrimination] = {}
    out = {}
    for row in found.verdicts().to_dict("records"):
        if row["verdict"] != "model-dependent":
            continue
        sides = [row[state].split(", ") for state in ("holds", "fails")]
        first, second = ("R1" if "R1" in side else side[0] for side in sides)
        pair = (min(first, second), max(first, second))
        if pair not in made and len(made) < MOST_TRIALS:
            made[pair] = discriminate(start, *pair, seed=found.scenario.core.seed, threads=threads, progress=progress)
        if pair in made:
            out[row["conclusion"]] = made[pair]
    return out
