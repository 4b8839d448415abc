"""An attribution in each parameter set that fits: how far the published figures leave the shares open, how often two
parts change places, and which parameter goes with that. Chance is kept apart from both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.attribution import Game, Player, coalition
from hybridcare.conclusions import reach
from hybridcare.document import together
from hybridcare.errors import config_error
from hybridcare.points import PointRuns, Task, patch_text, run_points
from hybridcare.progress import progress as shown_progress
from hybridcare.sets_beside import moves, size
from hybridcare.uncertainty import LEVELS, ParameterSets, Spread, spread

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
WEIGHTS = "/quality/weight/"
FALSE_ALARM = 0.05  # of naming a parameter that does not go with a change of places: for each pair, all parameters
LEAST_SETS = 5  # different sets on either side, below which no parameter is looked for


@dataclass(frozen=True)
class SharesOver:
    """The game of every set, absent = none of it.

    games   by set, in order; None where it could not be run or nobody is counted
    weights of each player in the quality of a contact, in each set: shape (sets, players); NaN: no part of it
    task    sizes of each set
    """

    sets: ParameterSets
    players: tuple[Player, ...]
    games: tuple[Game | None, ...]
    weights: Floats
    task: Task
    runs: PointRuns

    @property
    def arms(self) -> tuple[str, ...]:
        """The arm that is explained, and the one that is subtracted if there is one."""
        return self.task.arms

    @cached_property
    def _known(self) -> list[Game]:
        return [game for game in self.games if game is not None]

    @cached_property
    def _there(self) -> list[int]:
        return [at for at, game in enumerate(self.games) if game is not None]

    @cached_property
    def values(self) -> Floats:
        """Shapley values, shape (sets that have one, players)."""
        return np.stack([game.shares[:, 0] for game in self._known])

    @cached_property
    def by_replicate(self) -> Floats:
        """The same by replicate, shape (sets that have one, players, replicates)."""
        return np.stack([game.by_replicate for game in self._known])

    @cached_property
    def order(self) -> list[int]:
        """Players from the largest to the smallest, by the median over sets of the size of their value."""
        return [int(at) for at in np.argsort(-np.median(np.abs(self.values), axis=0), kind="stable")]

    def spread(self, player: int) -> Spread:
        """Of one player's value over sets, in the metric's unit."""
        return spread(self.values[:, player], self.by_replicate[:, player])

    @cached_property
    def whole(self) -> Spread:
        """Of what all players add together."""
        return spread(np.array([game.total for game in self._known]),
                      np.stack([game.values[-1] - game.values[0] for game in self._known]))  # fmt: skip

    def table(self) -> pd.DataFrame:
        """One row for each player by rank, and one for "all": of the value over sets median, low and high (5 and 95 %:
        what the published figures leave open), parameter_sd (between sets, less chance), noise_se (Monte Carlo error of
        the mean over sets), own_se (of one set beside another), below (share of sets below 0); weight_low, weight,
        weight_high (put in, 5, 50 and 95 % of sets); first (share of sets in which it is the largest)."""
        import pandas

        leads = np.abs(self.values).argmax(axis=1)
        rows = [{"player": self.players[at].name, **_numbers(self.spread(at)), **self._weight(at),
                 "first": float((leads == at).mean())} for at in self.order]  # fmt: skip
        return pandas.DataFrame([*rows, {"player": "all", **_numbers(self.whole)}])

    def _weight(self, player: int) -> dict[str, float]:
        found = self.weights[self._there, player]
        if not np.isfinite(found).all():
            return dict.fromkeys(("weight_low", "weight", "weight_high"), float("nan"))
        low, middle, high = np.quantile(found, [LEVELS[0], 0.5, LEVELS[1]])
        return {"weight_low": float(low), "weight": float(middle), "weight_high": float(high)}

    def flips(self) -> pd.DataFrame:
        """One row for each two players that follow each other by rank: first, second; flipped (share of sets in which
        the second is the larger), beyond_noise (share in which it is so beyond Monte Carlo error); goes_with: the
        parameter that differs most between both kinds of sets, if any does beyond chance (Mann-Whitney test, one false
        alarm in twenty pairs), with its median where they keep (kept_median) and change places (flipped_median), in the
        parameter's unit."""
        import pandas

        columns = ["first", "second", "flipped", "beyond_noise", "goes_with", "kept_median", "flipped_median", "unit"]
        rows = [self._flip(a, b) for a, b in zip(self.order[:-1], self.order[1:], strict=True)]
        return pandas.DataFrame(rows, columns=columns)

    def _flip(self, first: int, second: int) -> dict[str, Any]:
        signs = np.sign(self.values)
        sizes = signs[:, :, None] * self.by_replicate  # by replicate, in the direction of the set's own value
        gap = sizes[:, second] - sizes[:, first]
        count = gap.shape[1]
        noise = gap.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.full(len(gap), np.inf)
        larger = np.abs(self.values[:, second]) - np.abs(self.values[:, first])
        return {"first": self.players[first].name, "second": self.players[second].name,
                "flipped": float((larger > 0).mean()),
                "beyond_noise": float((larger > np.nan_to_num(reach(count) * noise, nan=np.inf)).mean()),
                **self._goes_with(larger > 0)}  # fmt: skip

    def _goes_with(self, flipped: NDArray[np.bool_]) -> dict[str, Any]:
        ensemble = self.sets.ensemble
        once = np.unique([self.sets.chosen[at] for at in self._there], return_index=True)[1]
        held = {at for at, pointer in enumerate(ensemble.pointers) if not moves(self.sets, pointer, self.arms)}
        numbers = ensemble.values[[self.sets.chosen[self._there[at]] for at in once]]
        return told_apart(ensemble.pointers, numbers, flipped[once], held)

    def sentences(self, unit: str, form: str = ".2f") -> list[str]:
        """What all parts add, the shares, and which of them change places, in words."""
        from hybridcare.sets_beside import both

        labels = {player.name: player.label for player in self.players}
        first = self.players[self.order[0]]
        said = [f"Over {len(self._known)} parameter sets of {self.sets.rival} all parts together: "
                f"{both(self.whole, unit, form)}."]  # fmt: skip
        leads = self.table().set_index("player")["first"]
        if len(self.players) > 1:
            said.append(f"The largest part is {first.label} in {leads[first.name]:.0%} of the sets. It mirrors the "
                        "weight that each set puts in.")  # fmt: skip
        said += [_flip_words(row, labels) for row in self.flips().to_dict("records") if row["flipped"] > 0]
        return said


def told_apart(names: Sequence[str], numbers: Floats, flipped: NDArray[np.bool_],
               leave_out: set[int]) -> dict[str, Any]:  # fmt: skip
    """The parameter whose values differ most between sets of both kinds, if one does beyond chance.

    numbers  shape (different sets, parameters); flipped: shape (different sets,)
    Two-sided Mann-Whitney tests at FALSE_ALARM over the number of parameters (Bonferroni)."""
    from scipy import stats

    from hybridcare.factors import field_of

    nothing = {"goes_with": "", "kept_median": float("nan"), "flipped_median": float("nan"), "unit": ""}
    tried = [at for at in range(len(names)) if at not in leave_out and len(np.unique(numbers[:, at])) > 1]
    if min(int(flipped.sum()), int((~flipped).sum())) < LEAST_SETS or not tried:
        return nothing
    chances = [float(stats.mannwhitneyu(numbers[flipped, at], numbers[~flipped, at]).pvalue) for at in tried]
    best = int(np.argmin(chances))
    if chances[best] * len(tried) >= FALSE_ALARM:
        return nothing
    column = numbers[:, tried[best]]
    return {"goes_with": names[tried[best]], "kept_median": float(np.median(column[~flipped])),
            "flipped_median": float(np.median(column[flipped])),
            "unit": str((field_of(names[tried[best]]) or {}).get("unit", ""))}  # fmt: skip


def _flip_words(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    said = (f"{labels[row['first']]} and {labels[row['second']]} change places in {row['flipped']:.0%} of the sets "
            f"({row['beyond_noise']:.0%} beyond Monte Carlo error)")  # fmt: skip
    if row["goes_with"]:
        from hybridcare.drivers import words_for

        said += (f"; that goes with {words_for(row['goes_with'])}: median {row['flipped_median']:.3g} {row['unit']} "
                 f"where they do, {row['kept_median']:.3g} where they do not")  # fmt: skip
    return said + "."


def _numbers(found: Spread) -> dict[str, float]:
    return {"median": found.median, "low": found.low, "high": found.high, "parameter_sd": found.parameter_sd,
            "noise_se": found.noise_se, "own_se": found.own_se, "below": found.below}  # fmt: skip


def shares_over(sets: ParameterSets, players: tuple[Player, ...], task: Task, own_points: int, own: Mapping[str, Any],
                threads: int, progress: bool, name: str) -> SharesOver:  # fmt: skip
    """Every coalition in every set, with so few clients that all take about as long as the verb's own points.

    own   the scenario's values by JSON Pointer, for weights that no set says
    Raises ConfigError: no set that could be run, or none in which anybody is counted.
    """
    from hybridcare.explanation import difference

    everybody = 2 ** len(players)
    replicates, clients = size(task.replicates, task.clients, own_points / (len(sets) * everybody))
    fewer = replace(task, replicates=replicates, clients=clients)
    patches = [coalition(players, mask) for mask in range(everybody)]
    points = [patch_text(together(base, patch)) for base in map(json.loads, sets.points) for patch in patches]
    with shown_progress(f"{name}: {len(sets)} parameter sets", progress) as tick:
        runs = run_points(fewer, points, threads=threads, progress=tick)
    if len(runs.failures) == len(points):
        raise config_error("uncertainty", f"none of {len(sets)} sets could be run: {runs.failures[0]}")
    worth, values = (each.reshape(len(sets), everybody, *each.shape[1:]) for each in difference(runs, 0))
    games = tuple(_game(players, *each) for each in zip(worth, values, strict=True))
    if not any(games):
        raise config_error("metric", f"{task.metrics[0].name}: nobody is counted in it, in any parameter set")
    return SharesOver(sets, players, games, _weights(sets, players, own, task.arms[:1]), fewer, runs)


def _game(players: tuple[Player, ...], worth: Floats, values: Floats) -> Game | None:
    return Game(players, worth, values) if np.isfinite(worth).all() and np.isfinite(values).all() else None


def _weights(sets: ParameterSets, players: tuple[Player, ...], own: Mapping[str, Any], arms: Sequence[str]) -> Floats:
    """Shares of all weights, as each set has them in the first arm; what a set does not say is the scenario's own."""
    ensemble = sets.ensemble
    names = [pointer for pointer in own if pointer.startswith(WEIGHTS)]
    column = {pointer: at for at, pointer in enumerate(ensemble.pointers) if moves(sets, pointer, arms)}
    rows = ensemble.values[list(sets.chosen)]
    found = {name: rows[:, column[name]] if name in column else np.full(len(rows), float(own[name])) for name in names}
    whole = np.sum(list(found.values()), axis=0)
    return np.stack([np.sum([found[path] for path in player.weights], axis=0) / whole if player.weights
                     else np.full(len(rows), np.nan) for player in players], axis=1)  # fmt: skip
