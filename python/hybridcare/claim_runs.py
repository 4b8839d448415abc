"""Running a claim: parameter sets, each under the default model and under every rival.

With ensembles each rival has its own sets, those that fit when it is true, and the default model is also run over the
prior, before any figure was looked at. Without, all models have the same draws of the prior. All sets, models and arms
share clients and luck. What a rival fixes stays fixed, whatever the sets say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hybridcare.claim_sets import PRIOR, Drawn, from_ensemble, from_prior, prior_of, seed_of
from hybridcare.document import Document, merged
from hybridcare.rivals_fit import MISFIT, RivalFit, fits_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.claim_files import Claim, Effect
    from hybridcare.points import PointRuns

Tick = Callable[[int, int], None]
ENSEMBLE = "R1"  # the default model
SWITCH = "switched off"
NOT_REFITTED = "not refitted: it has no ensemble, and takes the sets of the default model"
#: Values of b_E beside which every verdict stands; b_E 3 is the rival R2.
FIXED = {"b_E 0": 0.0, "b_E 1.5": 1.5}


@dataclass(frozen=True)
class Size:
    """How much is run: parameter sets, how many of them under each rival, replicates (seeds), and the
    share of each claim's own number of clients."""

    sets: int
    rival_sets: int
    replicates: int
    clients: float
    quick: bool = False

    def of(self, claim: Claim) -> tuple[int, int, int]:
        """(sets, sets under each rival, clients per arm and replicate) of one claim."""
        sets = max(4, int(self.sets * claim.share_of_sets))
        few = min(sets, max(2, int(self.rival_sets * claim.share_of_sets)))
        return sets, few, max(10, int(claim.clients * self.clients))

    def counts(self, claim: Claim, fitted: bool) -> dict[str, int]:
        """Sets by kind of model. Over ensembles the prior is run too; to pay for it, b_E has half of a rival's sets,
        so that the quick run takes no longer."""
        sets, few, _ = self.of(claim)
        return {"ensemble": sets, "switch": sets, "rival": few, "elasticity": max(2, few // 2) if fitted else few,
                "prior": min(sets, few if self.quick else 2 * few)}  # fmt: skip


FULL = Size(sets=128, rival_sets=32, replicates=20, clients=1.0)
QUICK = Size(sets=16, rival_sets=8, replicates=4, clients=0.4, quick=True)


@dataclass(frozen=True)
class Model:
    """A model under which sets are run. kind: ensemble (the default model), rival, elasticity (b_E fixed), switch, or
    prior. `point` makes a design point of a set's."""

    name: str
    label: str
    kind: str
    document: Document
    point: Callable[[Mapping[str, Any]], dict[str, Any]]
    status: str = ""

    @property
    def counts(self) -> bool:
        """Whether it can stand against a claim: a rival, unless it was fitted and does not fit (`rivals_fit`)."""
        return self.kind == "rival" and not self.status.startswith(MISFIT)


@dataclass
class Runs:
    """What was run for one claim.

    parameters  one row for each set, one column for each path, in the paths' own units: of the default model
    own         by model: the same of those that have sets of their own; effective: how many equally likely sets they
                would be worth
    held        JSON Pointers that the claim sets itself, so that ensembles are not heard there
    fitted      whether the sets fit the published figures, or are draws of the prior
    estimate, noise   by model: frames of effects, one row for each set that was run (the first ones)
    failures    (model, set) -> why the reader refused it; such a set neither holds nor contradicts
    """

    parameters: pd.DataFrame
    models: list[Model]
    replicates: int
    clients: int
    estimate: dict[str, pd.DataFrame] = field(default_factory=dict)
    noise: dict[str, pd.DataFrame] = field(default_factory=dict)
    failures: dict[tuple[str, int], str] = field(default_factory=dict)
    client_weeks: int = 0
    kernel_seconds: float = 0.0
    hashes: list[str] = field(default_factory=list)
    own: dict[str, pd.DataFrame] = field(default_factory=dict)
    effective: dict[str, float] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    fitted: bool = False

    def sets_of(self, model: str) -> pd.DataFrame:
        """The parameter sets of a model: its own, else those of the default model."""
        return self.own.get(model, self.parameters)


def models(claim: Claim, ensembles: Mapping[str, Ensemble] | None = None) -> list[Model]:
    """The default model, its rivals, b_E at 0 and 1.5, the claim's coefficient switched off, if it has one, and, where
    there are ensembles by rival, the default model over the prior."""
    from hybridcare.rivals import rivals

    fits = fits_among(ensembles) if ensembles else {}
    how = "its ensemble" if ensembles else "all parameters drawn"
    found = [Model(ENSEMBLE, f"default model, {how}", "ensemble", claim.document, dict,
                   fits[ENSEMBLE].status if ensembles else "")]  # fmt: skip
    for rival in rivals().values():
        if rival.name != ENSEMBLE:
            status = fits[rival.name].status if fits and fits[rival.name].fitted else NOT_REFITTED
            found.append(Model(rival.name, rival.label, "rival", rival.over(claim.document), rival.point,
                               status if ensembles else rival.given))  # fmt: skip
    beside = "all else as in R1's sets" if ensembles else "all else drawn"
    for name, value in FIXED.items():
        patch = {"change": {"empathy_elasticity": value}}
        found.append(_fixed(name, f"{name}, {beside}", "elasticity", claim, patch))
    if claim.prior.kind == "switch":
        found.append(_fixed(SWITCH, "the coefficient switched off", "switch", claim, claim.prior.switch))
    if ensembles:
        found.append(Model(PRIOR, "default model over the prior, before any figure", "prior", claim.document, dict))
    return found


def fits_among(ensembles: Mapping[str, Ensemble]) -> dict[str, RivalFit]:
    """How each rival's ensemble meets the published figures, and its standing among these."""
    from hybridcare.rivals import rivals

    labels = {name: rival.label for name, rival in rivals().items()}
    return fits_of({name: ensembles.get(name) for name in labels}, labels)


def _fixed(name: str, label: str, kind: str, claim: Claim, patch: Mapping[str, Any]) -> Model:
    return Model(name, label, kind, claim.document, lambda point: merged(point, patch))


def run(claim: Claim, size: Size, threads: int = 0, tick: Tick | None = None,
        ensembles: Mapping[str, Ensemble] | None = None) -> Runs:  # fmt: skip
    """Runs one claim. Raises ConfigError, Cancelled.

    tick       called with (points done, points in all)
    ensembles  by rival model, the default's among them; {} or None: draws of the prior
    """
    fitted = bool(ensembles)
    counts, clients = size.counts(claim, fitted), size.of(claim)[2]
    drawn = _sets(claim, counts, ensembles or {})
    runs = Runs(drawn[ENSEMBLE].frame, models(claim, ensembles), size.replicates, clients, fitted=fitted,
                own={name: each.frame for name, each in drawn.items() if name != ENSEMBLE},
                effective={name: each.effective for name, each in drawn.items()}, held=drawn[ENSEMBLE].held)
    total, done = sum(counts[model.kind] for model in runs.models), 0
    for model in runs.models:
        count = counts[model.kind]
        points = [model.point(point) for point in drawn.get(model.name, drawn[ENSEMBLE]).points[:count]]
        here = _shifted(tick, done, count, total)
        for kind in dict.fromkeys(_family(effect) for effect in claim.effects.values()):
            effects = [effect for effect in claim.effects.values() if _family(effect) == kind]
            _RUNNERS[kind](claim, runs, model, points, effects, threads, here)
        done += count
    return runs


def _sets(claim: Claim, counts: Mapping[str, int], ensembles: Mapping[str, Ensemble]) -> dict[str, Drawn]:
    """By model, for those that have sets of their own; the others take the first of the default model's."""
    plain = from_prior(claim, counts["ensemble"])
    if not ensembles:
        return {ENSEMBLE: plain}
    default, own = ensembles[ENSEMBLE], plain.frame
    found = {ENSEMBLE: from_ensemble(claim, default, counts["ensemble"], own)}
    for name, each in ensembles.items():
        if name != ENSEMBLE:
            found[name] = from_ensemble(claim, each, counts["rival"], own, name)
    found[PRIOR] = from_ensemble(claim, prior_of(default, counts["prior"], seed_of(claim)), counts["prior"], own)
    return found


def _family(effect: Effect) -> str:
    return effect.kind if effect.kind in ("attribution", "echo") else "cells"


def _shifted(tick: Tick | None, done: int, count: int, total: int) -> Tick | None:
    if tick is None:
        return None
    return lambda now, of: tick(done + count * now // max(of, 1), total)


def _store(runs: Runs, model: Model, effects: Sequence[Effect], estimate: np.ndarray, noise: np.ndarray) -> None:
    """Adds columns of effects, shape (sets, effects), to what the model has."""
    import pandas

    names = [effect.name for effect in effects]
    for kept, new in ((runs.estimate, estimate), (runs.noise, noise)):
        frame = pandas.DataFrame(new, columns=names)
        kept[model.name] = frame if model.name not in kept else kept[model.name].join(frame)


def _cells(
    claim: Claim, runs: Runs, model: Model, points: Sequence[Mapping[str, Any]], effects: Sequence[Effect],
    threads: int, tick: Tick | None
) -> None:  # fmt: skip
    """Effects that are functions of (arm, metric)."""
    import numpy as np

    from hybridcare.claim_effects import cells_of, read_effect
    from hybridcare.points import Metric, Task, patch_text, run_points
    from hybridcare.watch import measures

    cells = cells_of(effects)
    metrics = list(dict.fromkeys(metric for _, metric in cells if metric not in claim.watch))
    task = Task(document=json.dumps(model.document, ensure_ascii=False), file=claim.file, arms=claim.arms,
                metrics=tuple(Metric.parse(metric) for metric in metrics), replicates=runs.replicates,
                clients=runs.clients, watch=tuple(measures(claim.watch)))  # fmt: skip
    found = run_points(task, [patch_text(point) for point in points], threads=threads, progress=tick)
    column = {metric: at for at, metric in enumerate((*metrics, *claim.watch))}
    places = [(claim.arms.index(arm), column[metric]) for arm, metric in cells]
    at = {each: index for index, each in enumerate(cells)}
    estimate = np.stack([found.estimate[:, arm, metric] for arm, metric in places], axis=1)
    values = np.stack([found.values[:, arm, metric, :] for arm, metric in places], axis=1)
    read = [read_effect(effect, estimate, values, at) for effect in effects]
    _store(runs, model, effects, np.stack([r[0] for r in read], axis=1), np.stack([r[1] for r in read], axis=1))
    _account(runs, found, {point: (model.name, point) for point in found.failures})


def _echo(
    claim: Claim, runs: Runs, model: Model, points: Sequence[Mapping[str, Any]], effects: Sequence[Effect],
    threads: int, tick: Tick | None
) -> None:  # fmt: skip
    """Effects of the table "echo": what a study would report, and what is caused; one whole run for each set."""
    import numpy as np

    estimate = np.full((len(points), len(effects)), np.nan)
    noise = estimate.copy()
    for row, point in enumerate(points):
        try:
            results = _whole(claim, runs, model, point, threads)
        except ValueError as error:
            runs.failures[model.name, row] = str(error)
            continue
        table = results.table("echo")
        for at, effect in enumerate(effects):
            here = (table["twin"] == "factual") & (table["culture"] == "all") & (table["against"] == "")
            for key in ("arm", "agent", "metric"):
                here &= table[key] == effect.more[key]
            if here.any():
                estimate[row, at], noise[row, at] = table.loc[here, ["estimate", "noise_se"]].iloc[0]
        runs.client_weeks += results.client_weeks
        runs.kernel_seconds += results.kernel_seconds
        runs.hashes.append(results.hash)
        if tick is not None:
            tick(row + 1, len(points))
    _store(runs, model, effects, estimate, noise)


def _whole(claim: Claim, runs: Runs, model: Model, point: Mapping[str, Any], threads: int) -> Any:
    from hybridcare.experiment import Experiment
    from hybridcare.scenario import Scenario

    document = merged(model.document, point)
    arms = document["arms"]
    for name, arm in arms.items():  # the set holds in every arm, as it does over points
        laid = merged(arm, {key: part for key, part in point.items() if key in arm})
        arms[name] = merged(laid, point.get("arms", {}).get(name, {}))
    scenario = Scenario.of(document, claim.file)
    return Experiment(scenario, replicates=runs.replicates, clients=runs.clients).run(threads=threads, progress=False)


def _attribution(
    claim: Claim, runs: Runs, model: Model, points: Sequence[Mapping[str, Any]], effects: Sequence[Effect],
    threads: int, tick: Tick | None
) -> None:  # fmt: skip
    """Effects that are a player's share of what care wins: all coalitions of the seven players, for each set."""
    import numpy as np

    from hybridcare.attribution import chosen_players, coalition
    from hybridcare.claim_effects import read_share
    from hybridcare.points import Metric, Task, patch_text, run_points

    players = chosen_players(None)
    games = range(1 << len(players))
    metrics = tuple(dict.fromkeys(str(effect.more["metric"]) for effect in effects))
    task = Task(document=json.dumps(model.document, ensure_ascii=False), file=claim.file, arms=claim.arms,
                metrics=tuple(Metric.parse(metric) for metric in metrics), replicates=runs.replicates,
                clients=runs.clients)  # fmt: skip
    shares: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    levels = list(dict.fromkeys(float(effect.more["reference"]) for effect in effects))
    for at, level in enumerate(levels):
        texts = [patch_text(merged(point, coalition(players, game, level))) for point in points for game in games]
        found = run_points(task, texts, threads=threads, progress=_shifted(tick, at, 1, len(levels)))
        _account(runs, found, {game: (model.name, game // len(games)) for game in found.failures})
        shape = (len(points), len(games), *found.values.shape[1:])
        for effect in effects:
            if float(effect.more["reference"]) == level:
                here = (claim.arms.index(effect.more["arm"]), metrics.index(effect.more["metric"]))
                worth = -found.values.reshape(shape)[:, :, here[0], here[1], :]
                player = [player.name for player in players].index(effect.more["player"])
                shares[effect.name] = read_share(worth, player)
    estimate, noise = (np.stack([shares[effect.name][part] for effect in effects], axis=1) for part in (0, 1))
    _store(runs, model, effects, estimate, noise)


def _account(runs: Runs, found: PointRuns, places: Mapping[int, tuple[str, int]]) -> None:
    """Adds what a call took, and its failures under (model, set)."""
    runs.failures.update({places[point]: why for point, why in found.failures.items()})
    runs.client_weeks += found.client_weeks
    runs.kernel_seconds += found.kernel_seconds
    runs.hashes.append(found.hash)


_RUNNERS = {"cells": _cells, "echo": _echo, "attribution": _attribution}
