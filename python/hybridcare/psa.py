"""Thin adapters: a probabilistic sensitivity analysis as dampack and BCEA read it, and results as the EMA workbench
saves them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import core, tables
from hybridcare.errors import ConfigError, config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.study import Study
    from hybridcare.sweep_results import SweepResults

Floats = NDArray[np.float64]
NO_DISCOUNT = 0.0  # the model discounts nothing: its horizon is the follow-up of the scenario


@dataclass(frozen=True)
class Psa:
    """Costs and effects of each strategy (an arm at a choice of levers), one row per draw of the uncertainties.

    cost, effect   frames of shape (draws, strategies), columns by strategy: what dampack's make_psa_obj takes as `cost`
                   and `effectiveness`, and BCEA's bcea as `cost` and `eff`
    parameters     frame of shape (draws, uncertainties), rows in the same order
    price_year, currency, discount_rate, weeks   of costs; per year; of the follow-up
    model          which model's draws these are
    """

    cost: pd.DataFrame
    effect: pd.DataFrame
    parameters: pd.DataFrame
    price_year: int
    currency: str
    discount_rate: float
    weeks: int
    model: str
    caveats: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row per draw and strategy: draw, strategy, cost, effect, currency, price_year, discount_rate, weeks,
        model."""
        import pandas

        strategies = list(self.cost.columns)
        return pandas.DataFrame({
            "draw": np.repeat(self.cost.index.to_numpy(), len(strategies)),
            "strategy": np.tile(np.array(strategies, dtype=object), len(self.cost)),
            "cost": self.cost.to_numpy().reshape(-1), "effect": self.effect.to_numpy().reshape(-1),
            "currency": self.currency, "price_year": self.price_year, "discount_rate": self.discount_rate,
            "weeks": self.weeks, "model": self.model,
        })  # fmt: skip

    def to_csv(self, folder: str | os.PathLike[str]) -> Path:
        """A new folder with psa.csv, cost.csv, effect.csv, parameters.csv and data_dictionary.csv. Raises ConfigError.

        In R: `cost <- read.csv("cost.csv", check.names = FALSE)`, and so on; then dampack::make_psa_obj(cost, effect,
        parameters, strategies = names(cost)), or BCEA::bcea(eff = as.matrix(effect), cost = as.matrix(cost)).
        """
        from hybridcare import writing

        target = Path(os.path.abspath(folder))
        with writing.new_folder(target) as work:
            frames = {"psa": self.table(), "cost": self.cost, "effect": self.effect, "parameters": self.parameters,
                      "data_dictionary": self.dictionary()}  # fmt: skip
            for name, frame in frames.items():
                writing.put(work / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n").encode())
        return target

    def dictionary(self) -> pd.DataFrame:
        """What the columns mean: table, column, unit, meaning."""
        import pandas

        money = f"{self.currency} of {self.price_year} per client over {self.weeks} weeks, not discounted"
        rows = [("psa", "draw", "", "row of cost, effect and parameters, from 0"),
                ("psa", "strategy", "", "arm, and its choice of levers"),
                ("psa, cost", "cost; a column per strategy", money, "mean cost per client"),
                ("psa, effect", "effect; a column per strategy", f"per client over {self.weeks} weeks, not discounted",
                 "mean effect per client; as a rule QALY"),
                ("psa", "currency, price_year", "", "of all costs"),
                ("psa", "discount_rate", "per year", "0: nothing is discounted"),
                ("psa", "model", "", "which model's relationships held"),
                ("parameters", "a column per path", "as in the table of fields", "value at the draw")]  # fmt: skip
        rows += [("every table", "", "", line) for line in self.caveats]
        return pandas.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def psa(results: SweepResults, cost: str, effect: str, model: str | None = None) -> Psa:
    """See SweepResults.psa. Draws at which some strategy has no number are left out, and said.

    Raises ConfigError: the study does not measure cost or effect under these names."""
    import pandas

    from hybridcare.robustness import policies

    study = results.study
    for name, key in (("cost", cost), ("effect", effect)):
        if key not in [each["key"] for each in results.metrics]:
            raise config_error("psa", f"the study measures no {key!r}: name a metric of its own as {name}, or use "
                               "study.psa(), which runs its points once more for the table of accounts")  # fmt: skip
    m = results._model(model)
    columns: dict[str, dict[str, Floats]] = {cost: {}, effect: {}}
    named = [each["policy"] for each in policies(results)]
    for at, (choice, arm) in enumerate((choice, arm) for choice in study.choices for arm in study.arms):
        for key in (cost, effect):
            columns[key].setdefault(named[at], results.series(key, arm, None, study.models[m].name, choice).estimate)
    frames = {key: pandas.DataFrame(held) for key, held in columns.items()}
    return _psa(study, frames[cost], frames[effect], m, results.caveats)


def _psa(study: Study, cost: pd.DataFrame, effect: pd.DataFrame, model: int, caveats: list[str]) -> Psa:
    import pandas

    whole = cost.notna().all(axis=1) & effect.notna().all(axis=1)
    parameters = pandas.DataFrame({path: values for path, values in study.drawn_in(study.models[model].name).items()})
    fields = study.scenario.fields().set_index("path")["value"]
    left = int((~whole).sum())
    if not whole.any():
        raise config_error("psa", f"none of {len(whole)} draws has costs and effects for all strategies")
    return Psa(cost[whole].reset_index(drop=True), effect[whole].reset_index(drop=True),
               parameters[whole].reset_index(drop=True), int(fields["/accounts/price_year"]),
               str(fields["/accounts/currency"]), NO_DISCOUNT, study.scenario.core.weeks, study.models[model].name,
               tuple([*caveats, *([f"{left} draws without numbers are left out."] if left else [])]))  # fmt: skip


def run_psa(study: Study, model: str | None, threads: int, progress: bool) -> Psa:
    """See Study.psa. Each point is a run of its own, since costs and QALY come from the table of accounts; clients and
    luck are the same at all points."""
    import pandas

    from hybridcare.progress import progress as shown
    from hybridcare.robustness import strategies
    from hybridcare.sweep_says import study_caveats

    names = [each.name for each in study.models]
    if model is not None and model not in names:
        raise config_error("model", unknown("model of this study", model, names))
    m = names.index(model) if model else 0
    named = [each["policy"] for each in strategies(study)]
    cost, effect = (np.full((study.draws, len(study.choices) * len(study.arms)), np.nan) for _ in range(2))
    each = len(study.models) * len(study.choices)
    with shown(f"{study.name}, {study.draws * len(study.choices):,} points", progress) as tick:
        for draw in range(study.draws):
            for c in range(len(study.choices)):
                found = _accounts(study, study.patches()[draw * each + m * len(study.choices) + c], threads)
                for a, arm in enumerate(study.arms):
                    cost[draw, c * len(study.arms) + a] = found.get((arm, "cost"), np.nan)
                    effect[draw, c * len(study.arms) + a] = found.get((arm, "qaly"), np.nan)
                if tick is not None:
                    tick(draw * len(study.choices) + c + 1, study.draws * len(study.choices))
    frames = [pandas.DataFrame(numbers, columns=named).loc[:, lambda f: ~f.columns.duplicated()]
              for numbers in (cost, effect)]  # fmt: skip
    return _psa(study, frames[0], frames[1], m, study_caveats(study))


def _accounts(study: Study, patch: str, threads: int) -> dict[tuple[str, str], float]:
    """(arm, metric) -> estimate at one point; empty if the reader refuses it."""
    from hybridcare.study_paths import scenario_with

    try:
        scenario = scenario_with(study.scenario, json.loads(patch))
    except ConfigError:
        return {}
    frame = tables.pandas(core.study(scenario.core, threads=threads, twins=False).table("accounts"))
    frame = frame[(frame["twin"] == "factual") & (frame["culture"] == "all") & frame["metric"].isin(["cost", "qaly"])]
    frame = frame[frame["against"].astype(str).isin(["", "none"]) | frame["against"].isna()]
    return {(str(row.arm), str(row.metric)): float(row.estimate) for row in frame.itertuples()}


def to_ema(results: SweepResults) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """(experiments, outcomes), as ema_workbench's save_results takes and load_results gives them: a row per point and
    arm with the uncertainties and levers, and columns scenario (the draw), policy (arm and levers) and model; outcomes
    as arrays of the same length by metric. Points without numbers hold NaN."""
    from hybridcare.robustness import policies

    study, arms = results.study, list(results.study.arms)
    design = results.design
    names = [path for path in design.columns if path not in ("key", "draw", "model")]
    experiments: Any = design.loc[design.index.repeat(len(arms)), names].reset_index(drop=True)
    experiments["arm"] = np.tile(np.array(arms, dtype=object), len(design))
    every = [each["policy"] for each in policies(results)]
    repeats = study.size["draws"] * study.size["models"]
    experiments["scenario"] = np.repeat(design["draw"].to_numpy(), len(arms))
    experiments["policy"] = np.tile(np.array(every, dtype=object), repeats)
    experiments["model"] = np.repeat(design["model"].to_numpy(dtype=object), len(arms))
    outcomes = {each["key"]: results.estimate[:, :, k].reshape(-1) for k, each in enumerate(results.metrics)}
    return experiments, outcomes
