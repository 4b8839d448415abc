"""Why an arm does what it does: Shapley attribution, the part that runs through trust, the split of a contrast, twins.

Everything is of this model. Shares of an attribution mirror weights that are assumed: that is said first, and the
weights stand beside them, with what other assumptions (b_E 0, 1.5, 3, and the refitted rival R0) make of the same
question.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.attribution import LEVELS, Game, Player, Points, chosen_players, coalition
from hybridcare.errors import config_error
from hybridcare.experiment import Experiment
from hybridcare.explain_twins import Effects, effects
from hybridcare.names import unknown
from hybridcare.points import Metric, PointRuns, Task, run_points
from hybridcare.progress import progress as shown_progress
from hybridcare.rival_sets import middle_sets, titled
from hybridcare.rivals import rivals
from hybridcare.uncertainty import parameter_sets

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.explain_sets import SharesOver
    from hybridcare.results import Results
    from hybridcare.scenario import Scenario
    from hybridcare.uncertainty import ParameterSets

REPLICATES, CLIENTS = 16, 125
MIRROR = ("Shares mirror what was put in: about the weight of a part in the quality of a contact, times how much of it "
          "the agent expresses. The weights are assumed, and no data identify them. Read shares beside the weights and "
          "beside the other assumptions.")  # fmt: skip
#: Elasticities of empathy under which every attribution is shown.
ELASTICITIES = (0.0, 1.5, 3.0)
_ELASTICITY = "/change/empathy_elasticity"


@dataclass(frozen=True)
class Assumption:
    """Under which an attribution is made: a merge patch that holds beside each coalition's."""

    name: str
    label: str
    patch: Mapping[str, Any]
    refused: str = ""  # why the reader does not take it here


def explain(
    base: Scenario | str | os.PathLike[str],
    arm: str | None = None,
    metric: str = "phq9",
    against: str | None = None,
    *,
    players: Iterable[str] | None = None,
    trust: bool = False,
    contest: bool = True,
    replicates: int | None = None,
    clients: int | None = None,
    seed: int | None = None,
    threads: int = 0,
    progress: bool = True,
    uncertainty: str | os.PathLike[str] | Ensemble | None = None,
    rival: str = "R1",
    sets: int = 100,
) -> Explanation:
    """What an arm's result is made of.

    base     a Scenario, the name of a bundled one, or a path; its first variant is explained
    arm      default: that of the main comparison
    metric   "phq9", "dropout", "erosion_assistant", "phq9@week_12", "phq9@post/far" (culture), "phq9-no_distance" (the
             excess over a twin); of table `estimates`
    against  an arm to subtract, in which the same players are absent: then the difference between both is explained;
             None or "none": the arm alone
    players  default: empathy, validation, autonomy_support, attunement, curiosity, technique, pathways
    trust    trust as one player more: what it adds by being more, or less, than .5
    contest  also under b_E 0, 1.5, 3, and under rival R0: refitted, in the set nearest its ensemble's median, unless
             uncertainty="defaults" keeps it at given values, or there is no ensemble of it here
    uncertainty  "ensemble", an Ensemble, or its file (.json): also in each of `sets` parameter sets of `rival` that fit
             the published figures, see `.over`; None or "defaults": at the scenario's own numbers alone
    replicates, clients    default: 16 and 125 for an arm, or the scenario's if fewer; every coalition is as many
    Raises ConfigError: an unknown arm, metric or player with the nearest known; a metric that nobody is counted in.

    >>> hc.explain("hybrid_vs_human_vs_ai", "hybrid").table()
    """
    experiment = _sized(base, replicates, clients, seed)
    scenario = experiment.scenario
    arms = _arms(scenario, arm, None if against == "none" else against)
    chosen, asked = chosen_players(players, trust), Metric.parse(metric)
    drawn = parameter_sets(scenario, uncertainty, rival, sets)
    assumptions, points = _assumptions(scenario, contest, uncertainty), Points()
    everybody = 2 ** len(chosen)
    plan = {(each.name, level): [points.add(each.patch, coalition(chosen, mask, level)) for mask in range(everybody)]
            for each in assumptions for level in LEVELS}  # fmt: skip
    task = Task.of(scenario, arms, (asked,))
    with shown_progress(f"{scenario.core.name}: {len(points.texts)} coalitions", progress) as tick:
        runs = run_points(task, points.texts, threads=threads, progress=tick)
    games, kept = _games(plan, assumptions, chosen, runs, task)
    more = effects(scenario, task, asked, [each for each in kept if not each.refused], threads)
    found = Explanation(scenario, task, runs.metrics[0], chosen, kept, games, more, runs)
    return found if drawn is None else replace(found, over=_over(found, drawn, len(points.texts), threads, progress))


def _over(found: Explanation, sets: ParameterSets, points: int, threads: int, progress: bool) -> SharesOver:
    from hybridcare.explain_sets import shares_over

    own = dict(found.scenario.core.values(0, found.place(found.arm)))
    return shares_over(sets, found.players, found.task, points, own, threads, progress, found.scenario.core.name)


def _sized(base: Any, replicates: int | None, clients: int | None, seed: int | None) -> Experiment:
    start = Experiment(base, seed=seed, replicates=replicates, clients=clients)
    own = start.scenario.core
    return Experiment(start.scenario, replicates=own.replicates if replicates else min(own.replicates, REPLICATES),
                      clients=own.clients if clients else min(own.clients, CLIENTS))  # fmt: skip


def _arms(scenario: Scenario, arm: str | None, against: str | None) -> tuple[str, ...]:
    names = [each["name"] for each in scenario.core.arms if not each["component"]]
    wanted = arm or scenario.core.headline["arm"]
    for name in (wanted, *([against] if against else [])):
        if name not in names:
            raise config_error("", unknown("arm", name, names))
    if against == wanted:
        raise config_error("against", f"an arm can't be compared with itself: '{wanted}'")
    return (wanted, against) if against else (wanted,)


def _assumptions(scenario: Scenario, contest: bool,
                 uncertainty: str | os.PathLike[str] | Ensemble | None) -> list[Assumption]:  # fmt: skip
    """As the scenario has it first, then b_E where it is another, and R0: refitted, where it is fitted."""
    own = dict(scenario.core.values(0, 0))
    elasticity = float(own[_ELASTICITY])
    found = [Assumption("as_assumed", f"as assumed (b_E {elasticity:g})", {})]
    if not contest:
        return found
    found += [Assumption(f"b_E_{value:g}", f"b_E {value:g}", {"change": {"empathy_elasticity": value}})
              for value in ELASTICITIES if value != elasticity]  # fmt: skip
    if not own["/rival/contact_only"]:
        rival, drawn = rivals(["R0"])["R0"], middle_sets(scenario, ["R0"], uncertainty)
        patch = json.loads(drawn["R0"].points[0]) if drawn else rival.whole(scenario.document())
        found.append(Assumption("R0", titled(rival, drawn), patch))
    return found


def _games(plan: Mapping[tuple[str, float], list[int]], assumptions: Sequence[Assumption], players: tuple[Player, ...],
           runs: PointRuns, task: Task) -> tuple[dict[tuple[str, float], Game], list[Assumption]]:  # fmt: skip
    """One game for each assumption that the reader takes, and level. Raises ConfigError if it is the scenario's own."""
    import numpy as np

    estimate, values = difference(runs, 0)
    kept: list[Assumption] = []
    games: dict[tuple[str, float], Game] = {}
    for each in assumptions:
        places = {level: plan[each.name, level] for level in LEVELS}
        refused = [runs.failures[place] for level in LEVELS for place in places[level] if place in runs.failures]
        if refused and each is assumptions[0]:
            raise config_error(task.file, refused[0])
        if not refused and not all(np.isfinite(estimate[at]).all() for at in places.values()):
            raise config_error("metric", f"{task.metrics[0].name}: nobody is counted in it, in arm '{task.arms[0]}'"
                               + (f" or '{task.arms[1]}'" if len(task.arms) > 1 else ""))  # fmt: skip
        kept.append(Assumption(each.name, each.label, each.patch, refused[0] if refused else ""))
        if not refused:
            games |= {(each.name, level): Game(players, estimate[at], values[at]) for level, at in places.items()}
    return games, kept


def difference(runs: PointRuns, metric: int) -> tuple[Any, Any]:
    """The arm alone, or minus the second: estimates (points,) and values by replicate (points, R)."""
    estimate, values = runs.estimate[:, :, metric], runs.values[:, :, metric]
    if estimate.shape[1] == 1:
        return estimate[:, 0], values[:, 0]
    return estimate[:, 0] - estimate[:, 1], values[:, 0] - values[:, 1]


@dataclass(frozen=True)
class Explanation:
    """What `explain` found. Values are in `unit`; below 0 fewer symptoms where that is PHQ-9 points. "noise" is
    simulation noise over replicates, paired: never how far the model may be from the world.

    games      by (assumption, level): see `hybridcare.attribution.Game`
    over       the shares in each parameter set of an ensemble: see `hybridcare.explain_sets.SharesOver`; or None
    effects    what runs through trust, and what twins show: `.trust()`, `.twins()`
    runs       what was run: client_weeks, kernel_seconds, hash
    """

    scenario: Scenario
    task: Task
    metric: Mapping[str, Any]
    players: tuple[Player, ...]
    assumptions: list[Assumption]
    games: dict[tuple[str, float], Game]
    effects: Effects
    runs: PointRuns = field(repr=False)
    over: SharesOver | None = field(default=None, repr=False)

    @property
    def unit(self) -> str:
        return str(self.metric["unit"])

    @property
    def arm(self) -> str:
        return self.task.arms[0]

    @property
    def against(self) -> str | None:
        return self.task.arms[1] if len(self.task.arms) > 1 else None

    @cached_property
    def weights(self) -> dict[str, float]:
        """What each player weighs in the quality of a contact by assumption (w_p, sum 1); NaN: it is no part of it."""
        own = dict(self.scenario.core.values(0, self.place(self.arm)))
        return {player.name: sum(float(own[path]) for path in player.weights) if player.weights else float("nan")
                for player in self.players}  # fmt: skip

    def place(self, arm: str) -> int:
        """Number of an arm in the scenario."""
        return [each["name"] for each in self.scenario.core.arms].index(arm)

    def table(self, assumption: str | None = None, level: float | None = None) -> pd.DataFrame:
        """One row for each assumption, level and player, and one for "all": assumption, label, level, player, weight
        (w_p), value, noise_se, noise_low, noise_high, share (of the whole; unknown where that is within its noise),
        least_order, most_order, leave_one_out, add_one_in, both with _noise_se, unit. Raises ConfigError.
        """
        import pandas

        self._known(assumption, level)
        labels = {each.name: each.label for each in self.assumptions}
        rows = [{"assumption": name, "label": labels[name], "level": at, "player": row["player"],
                 "weight": self.weights.get(row["player"], float("nan")), **row, "unit": self.unit}
                for (name, at), game in self.games.items() for row in game.rows()
                if assumption in (None, name) and level in (None, at)]  # fmt: skip
        return pandas.DataFrame(rows)

    def _known(self, assumption: str | None, level: float | None) -> None:
        names = list(dict.fromkeys(name for name, _ in self.games))
        if assumption is not None and assumption not in names:
            raise config_error("", unknown("assumption", assumption, names))
        if level is not None and level not in LEVELS:
            raise config_error("level", f"{level!r} is none of {', '.join(f'{each:g}' for each in LEVELS)}")

    def worths(self) -> pd.DataFrame:
        """The result with all players and with none, by assumption and level: everybody, nobody, and their noise."""
        import pandas

        from hybridcare.attribution import noise

        rows = []
        for (name, level), game in self.games.items():
            row: dict[str, Any] = {"assumption": name, "level": level, "unit": self.unit}
            for word, place in (("everybody", -1), ("nobody", 0)):
                row[word] = float(game.worth[place])
                row[f"{word}_noise_se"] = noise(row[word], game.values[place])["noise_se"]
            rows.append(row)
        return pandas.DataFrame(rows)

    def trust(self, assumption: str | None = None) -> pd.DataFrame:
        """Total effects, the same with trust held at .5 wherever it is read (controlled direct), and the rest, which
        runs through trust: effect, unit, total, direct, through_trust, each with _noise_se, _noise_low, _noise_high.
        Effects: all parts together; the arm minus `against`; and what `twins` switches off, in the arm. Under each
        assumption (columns assumption, label), or the one named. Raises ConfigError."""
        return self._under(self.effects.trust(), assumption)

    def twins(self, assumption: str | None = None) -> pd.DataFrame:
        """The arm's clients as they are, minus the same with one thing switched off, by culture: switch, culture,
        estimate, noise_se, noise_low, noise_high, unit. Above 0 in PHQ-9 points: it costs. Under each assumption
        (columns assumption, label), or the one named. Raises ConfigError."""
        return self._under(self.effects.twins(), assumption)

    def _under(self, frame: pd.DataFrame, assumption: str | None) -> pd.DataFrame:
        self._known(assumption, None)
        return frame if assumption is None else frame[frame["assumption"] == assumption].reset_index(drop=True)

    @cached_property
    def split_results(self) -> Results | None:
        """The run behind the split of the contrast into pathways, guidance and conversation; None unless this is the
        scenario's main comparison and it asks for a split."""
        head = self.scenario.core.headline
        if not head.get("components") or (self.arm, self.against) != (head["arm"], head["against"]):
            return None
        return Experiment(self.scenario).run(twins=False, progress=False)

    def split(self) -> pd.DataFrame | None:
        """The contrast in this metric, split into its components, for each variant of the scenario: rows of table
        `split`; None where there is no split."""
        from hybridcare.results import selected

        results = self.split_results
        if results is None:
            return None
        rows = selected(results.table("split"), {"metric": self.metric["name"], "reading": self.metric["reading"]})
        return rows.reset_index(drop=True) if len(rows) else None

    @cached_property
    def sentence(self) -> str:
        """The first finding in words, with what other assumptions make of it."""
        from hybridcare.explain_words import sentence

        return sentence(self)

    @cached_property
    def sentences(self) -> list[str]:
        """The first finding; over parameter sets: how far they leave the shares open, and what changes places."""
        from hybridcare.explain_words import over_words

        return [self.sentence, *over_words(self)]

    @property
    def caveats(self) -> list[str]:
        """What must stand beside every number here; that shares mirror weights first."""
        from hybridcare.explain_words import caveats

        return caveats(self)

    def plot(self) -> Any:
        """The attribution as a `plots.Figure`: bars at both levels beside the input weights, with the other
        assumptions."""
        from hybridcare.plots_explain import attribution

        return attribution(self)

    def parts(self) -> list[Any]:
        """The parts of the report: words, pictures and numbers."""
        from hybridcare.explain_words import parts

        return parts(self)

    def report(self, path: str | os.PathLike[str]) -> Any:
        """Writes one offline HTML page. Returns its path. Raises ConfigError if it cannot be written."""
        from hybridcare.report_verb import save_report
        from hybridcare.sets_beside import provenance

        question = f"What is the result of “{self.label(self.arm)}” made of?"
        known = {**self.stamp.provenance, "scenario": self.scenario.name, "caveats": self.caveats,
                 **provenance(self.over.sets if self.over is not None else None)}
        return save_report(path, f"{self.scenario.core.title}: explained", question, self.parts(), known)

    def label(self, arm: str) -> str:
        """An arm's label, or its name."""
        entry = self.scenario.core.arms[self.place(arm)]
        return str(entry["label"] or entry["name"])

    @cached_property
    def stamp(self) -> Any:
        """What a picture's foot reads of results: experiment, provenance and the account of the run."""
        experiment, build = self.scenario.core, core.build_info()
        provenance = {"calibration": experiment.calibration, "driver": experiment.driver, "seed": experiment.seed,
                      "scenario_hash": self.scenario.hash, "version": build["version"],
                      "commit": build["commit"]}  # fmt: skip
        return SimpleNamespace(experiment=experiment, provenance=provenance, hash=self.runs.hash, headline=None,
                               reads_oracle=self._reads_oracle(), instruction_set="", session_weeks=0, threads=0,
                               client_weeks=self.runs.client_weeks, kernel_seconds=self.runs.kernel_seconds,
                               wall_seconds=self.runs.wall_seconds, peak_bytes=0)  # fmt: skip

    def _reads_oracle(self) -> bool:
        """Whether a guard of these arms reads latent state."""
        return any(self.scenario.core.pathway(self.place(arm))["reads_oracle"] for arm in self.task.arms)

    def __repr__(self) -> str:
        return f"<hybridcare.Explanation of {'-'.join(self.task.arms)}: {self.sentence}>"

    def _repr_html_(self) -> str:
        lines = [html.escape(line) for line in (self.sentence, *self.caveats)]
        shown = self.table("as_assumed").drop(columns=["assumption", "label"])
        rows: str = shown.to_html(index=False, float_format=lambda v: f"{v:.3f}")
        return rows + "<br>".join(f"<small>{line}</small>" for line in lines)
