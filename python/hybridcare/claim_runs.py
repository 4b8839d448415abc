"""Running a claim: parameter sets from the prior, each under the default model and under every rival.

The sets are a Latin hypercube whose numbers are disentangled. A Sobol' sequence of so few sets in so many numbers is
not: in 16 sets two numbers went together with .96, in 64 with .75, and the wrong one was named as the driver. All
sets, models and arms share clients and luck. What a rival fixes stays fixed, whatever the design says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hybridcare.document import Document, merged

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.claim_files import Claim, Effect, Uncertain
    from hybridcare.points import PointRuns

Tick = Callable[[int, int], None]
ENSEMBLE = "R1"  # the default model, all parameters drawn
SWITCH = "switched off"
MOST_DISENTANGLED = 512  # sets; more would take longer than they are worth
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


FULL = Size(sets=128, rival_sets=32, replicates=20, clients=1.0)
QUICK = Size(sets=16, rival_sets=8, replicates=4, clients=0.4, quick=True)


@dataclass(frozen=True)
class Model:
    """A model under which sets are run. kind: ensemble, rival, elasticity (b_E fixed) or switch."""

    name: str
    label: str
    kind: str
    document: Document
    point: Callable[[Mapping[str, Any]], dict[str, Any]]
    status: str = ""

    @property
    def counts(self) -> bool:
        """Whether it can stand against a claim: a rival, unless it was fitted and does not fit."""
        return self.kind == "rival" and not self.status.startswith("does not fit")


@dataclass
class Runs:
    """What was run for one claim.

    parameters  one row for each set, one column for each path, in the paths' own units
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


def design(uncertain: Mapping[str, Uncertain], sets: int, seed: int) -> pd.DataFrame:
    """Parameter sets: one row each, one column a path. The same seed and number give the same sets."""
    import pandas

    cube = _cube(sum(each.factor.dims for each in uncertain.values()), sets, seed)
    columns: dict[str, Any] = {}
    at = 0
    for each in uncertain.values():
        drawn = each.factor.at(cube[:, at : at + each.factor.dims])
        columns.update(zip(each.factor.columns, drawn, strict=True))
        at += each.factor.dims
    return pandas.DataFrame(columns)


@lru_cache(maxsize=32)
def _cube(dims: int, sets: int, seed: int) -> np.ndarray:
    """Points of the unit cube, shape (sets, dims); very few cannot be disentangled, and very many need not."""
    from scipy.stats import qmc

    how = "random-cd" if 8 <= sets <= MOST_DISENTANGLED else None
    cube: np.ndarray = qmc.LatinHypercube(dims, rng=seed, optimization=how).random(sets)
    cube.setflags(write=False)
    return cube


def _patches(parameters: pd.DataFrame) -> list[dict[str, Any]]:
    """The merge patch of each set, plain numbers by place."""
    from hybridcare.points import patch_of

    rows = parameters.to_dict("records")
    return [patch_of({str(path): getattr(value, "item", lambda v=value: v)() for path, value in row.items()})
            for row in rows]  # fmt: skip


def models(claim: Claim) -> list[Model]:
    """The default model, its rivals, b_E at 0 and 1.5, and the claim's coefficient switched off, if it has one."""
    from hybridcare.rivals import rivals

    found = [Model(ENSEMBLE, "default model, all parameters drawn", "ensemble", claim.document, dict)]
    for rival in rivals().values():
        if rival.name != ENSEMBLE:
            found.append(Model(rival.name, rival.label, "rival", rival.over(claim.document), rival.point, rival.status))
    for name, value in FIXED.items():
        patch = {"change": {"empathy_elasticity": value}}
        found.append(_fixed(name, f"{name}, all else drawn", "elasticity", claim, patch))
    if claim.prior.kind == "switch":
        found.append(_fixed(SWITCH, "the coefficient switched off", "switch", claim, claim.prior.switch))
    return found


def _fixed(name: str, label: str, kind: str, claim: Claim, patch: Mapping[str, Any]) -> Model:
    return Model(name, label, kind, claim.document, lambda point: merged(point, patch))


def run(claim: Claim, size: Size, threads: int = 0, tick: Tick | None = None) -> Runs:
    """Runs one claim. @param tick  called with (points done, points in all). Raises ConfigError, Cancelled."""
    sets, few, clients = size.of(claim)
    parameters = design(claim.uncertain, sets, int(claim.document.get("seed", 1)))
    runs = Runs(parameters, models(claim), size.replicates, clients)
    patches = _patches(parameters)
    counts = [sets if model.kind in ("ensemble", "switch") else few for model in runs.models]
    done = 0
    for model, count in zip(runs.models, counts, strict=True):
        here = _shifted(tick, done, count, sum(counts))
        points = [model.point(patch) for patch in patches[:count]]
        for kind in dict.fromkeys(_family(effect) for effect in claim.effects.values()):
            effects = [effect for effect in claim.effects.values() if _family(effect) == kind]
            _RUNNERS[kind](claim, runs, model, points, effects, threads, here)
        done += count
    return runs


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
        arms[name] = merged(arm, {key: part for key, part in point.items() if key in arm})
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
