"""Which policy stays good over the uncertainties, by model: regret, satisficing, and how often each is the best.

A policy is an arm at one choice of levers. All policies meet the same draws, clients and luck, so that which one is
better at a draw is asked of the difference, replicate by replicate."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.discovery import holds, terms
from hybridcare.document import leaves
from hybridcare.errors import config_error
from hybridcare.sweep_results import EMPATHY, noise

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.study import Study
    from hybridcare.sweep_results import SweepResults

Floats = NDArray[np.float64]
Z = 2.0  # standard errors of simulation noise within which two policies count as equally good
AT = (0.0, 1.5, 3.0)  # values of b_E beside which a conclusion is shown


@dataclass(frozen=True)
class Robustness:
    """Policies over the draws of each model.

    results, metric, unit, better   what is judged; policies: names, in order
    loss      shape (models, draws, policies): the metric, its sign turned if higher is better; NaN where none
    values    shape (models, draws, policies, replicates)
    satisfied   shape (models, draws, policies): whether the thresholds hold; None if there are none
    """

    results: SweepResults
    metric: str
    unit: str
    better: str
    policies: list[dict[str, Any]]
    loss: Floats
    values: Floats
    satisfied: NDArray[np.bool_] | None
    threshold: str

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Draws at which every policy has a number, shape (models, draws)."""
        return np.asarray(np.isfinite(self.loss).all(axis=2), bool)

    @cached_property
    def regret(self) -> Floats:
        """How much worse than the best policy of the same draw and model, in the metric's unit; shape as loss."""
        best = np.min(np.where(np.isfinite(self.loss), self.loss, np.inf), axis=2, keepdims=True)
        return np.asarray(self.loss - best, float)

    @cached_property
    def best(self) -> NDArray[np.intp]:
        """The best policy of each draw, shape (models, draws)."""
        found: NDArray[np.intp] = np.argmin(np.where(np.isfinite(self.loss), self.loss, np.inf), axis=2)
        return found

    @cached_property
    def as_good(self) -> NDArray[np.bool_]:
        """Whether a policy is as good as the best within simulation noise of their paired difference; shape as loss."""
        lead = np.take_along_axis(self.values, self.best[:, :, None, None], axis=2)
        gap = noise(self.values - lead)
        return np.asarray(self.regret <= Z * np.nan_to_num(gap), bool)

    def table(self) -> pd.DataFrame:
        """One row per model and policy, and for all models together: model, policy, arm, levers, mean (of the metric),
        max_regret with its noise, mean_regret, regret_90 (exceeded at a tenth of the draws), best (share of draws at
        which it is the best), as_good (share at which it is so within simulation noise), satisfied (share of draws at
        which the thresholds hold; a metric without a number there, because nobody is counted, holds none), draws."""
        import pandas

        rows = [self._row(model, name, at) for model, name in [*self._models, (None, "all models")]
                for at in range(len(self.policies))]  # fmt: skip
        return pandas.DataFrame(rows)

    @property
    def _models(self) -> list[tuple[int | None, str]]:
        return list(enumerate(model.name for model in self.results.study.models))

    def _row(self, model: int | None, name: str, at: int) -> dict[str, Any]:
        place = slice(None) if model is None else slice(model, model + 1)
        whole = self.whole[place]
        regret, loss = self.regret[place][whole][:, at], self.loss[place][whole][:, at]
        out = {"model": name, **self.policies[at], "unit": self.unit}
        if not len(regret):
            return {**out, "draws": 0}
        sign = -1 if self.better == "higher" else 1
        worst = int(np.argmax(regret))
        values, best = self.values[place][whole], self.best[place][whole]
        gap = noise(values[worst, at] - values[worst, best[worst]])
        out |= {"mean": sign * float(loss.mean()), "max_regret": float(regret[worst]),
                "max_regret_noise_se": float(gap), "mean_regret": float(regret.mean()),
                "regret_90": float(np.quantile(regret, 0.9)), "best": float((best == at).mean()),
                "as_good": float(self.as_good[place][whole][:, at].mean())}  # fmt: skip
        if self.satisfied is not None:
            out["satisfied"] = float(self.satisfied[place][whole][:, at].mean())
        return {**out, "draws": len(regret)}

    def stays_best(self) -> pd.DataFrame:
        """Policies that are as good as the best within simulation noise at every draw: model, policy, draws; a row of
        "all models" is so in every model. Empty: none is."""
        frame = self.table()
        frame = frame[(frame["draws"] > 0) & (frame["as_good"] == 1)]
        return frame[["model", "policy", "draws"]].reset_index(drop=True)

    def choices(self) -> pd.DataFrame:
        """For each model, and all together, the policy that three rules choose: model, rule, policy, value. Rules:
        least maximum regret, best mean, and most often satisfied (with thresholds)."""
        import pandas

        frame = self.table()
        frame = frame[frame["draws"] > 0]
        rules = [("least maximum regret", "max_regret", False), ("best mean", "mean", self.better == "higher")]
        rules += [("most often satisfied", "satisfied", True)] if self.satisfied is not None else []
        rows = []
        for model, part in frame.groupby("model", sort=False):
            for rule, column, most in rules:
                row = part.loc[part[column].idxmax() if most else part[column].idxmin()]
                rows.append({"model": model, "rule": rule, "policy": row["policy"], "value": float(row[column])})
        return pandas.DataFrame(rows)

    @property
    def sentence(self) -> str:
        """Which policy has the least maximum regret, and whether that hangs on the model."""
        chosen = self.choices()
        chosen = chosen[chosen["rule"] == "least maximum regret"].set_index("model")
        if "all models" not in chosen.index:
            return f"{self.metric}: no draw has numbers for every policy."
        by_model = chosen.drop(index="all models")
        every = chosen.loc["all models"]
        words = f"{self.metric}: least maximum regret, {every['value']:.2f} {self.unit}, has {every['policy']}"
        if len(by_model) == 1:
            return f"{words}; one model alone was tried. {self._runner_up()}"
        if by_model["policy"].nunique() == 1:
            return f"{words}, in each of the {len(by_model)} models tried. {self._runner_up()}"
        others = "; ".join(f"{name}: {row['policy']}" for name, row in by_model.iterrows())
        return f"{words} over all models, but the choice hangs on the model ({others}). {self._runner_up()}"

    def _runner_up(self) -> str:
        """Whether the policy with the next least maximum regret, over all models, is told from the first by its noise:
        the difference of both regrets, each at its own worst draw, is taken replicate by replicate."""
        regret, values, best = self.regret[self.whole], self.values[self.whole], self.best[self.whole]
        worst = regret.argmax(axis=0)
        first, second = np.argsort(regret.max(axis=0), kind="stable")[:2]
        one, other = (values[worst[at], at] - values[worst[at], best[worst[at]]] for at in (first, second))
        apart = float(regret[worst[second], second] - regret[worst[first], first])
        gap = float(noise(other - one))
        name = f"The next, {self.policies[second]['policy']}, gives away {apart:.2f} {self.unit} more at worst"
        if np.isnan(gap):
            return f"{name}; one replicate does not show the simulation noise of that."
        return f"{name}, {'within' if apart <= Z * gap else 'beyond'} simulation noise."

    def plot(self) -> Any:
        """The map: levers and arms down, models and bands of an uncertainty across; which policy is best."""
        from hybridcare.plots_robustness import robustness_map

        return robustness_map(self)

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in (self.sentence, *self.results.caveats))
        return str(self.table().to_html(index=False, float_format=lambda v: f"{v:.3f}")) + notes

    def __repr__(self) -> str:
        return f"<hybridcare.Robustness: {self.sentence}>"


def policies(results: SweepResults) -> list[dict[str, Any]]:
    """See `strategies`."""
    return strategies(results.study)


def strategies(study: Study) -> list[dict[str, Any]]:
    """policy (its name), arm, and its levers (None where one does not touch the arm): each arm at each choice of
    levers. An arm that no lever touches is the same policy, by the same name, at each choice."""
    out = []
    for choice in study.choices:
        for arm in study.arms:
            levers = {name: value for name, value in choice.items() if _touches(name, arm)}
            words = lever_words(levers)
            out.append({"policy": f"{arm}, {words}" if words else arm, "arm": arm, **dict.fromkeys(choice), **levers})
    return out


def lever_words(levers: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.rsplit('/', 1)[-1]} {value}" for name, value in levers.items())


def _touches(lever: str, arm: str) -> bool:
    return not lever.startswith("/arms/") or lever.startswith(f"/arms/{arm}/")


def robustness(results: SweepResults, metric: str | None, satisfied: str | None) -> Robustness:
    """See SweepResults.robustness. satisfied: thresholds such as "outcome < 10 and dropout < 0.3"; where
    a metric of them has no number (nobody is counted) they do not hold.

    Raises ConfigError: an unknown metric, one of which nobody said which way is better, a single policy."""
    study = results.study
    k = results._metric(metric)
    about = results.metrics[k]
    if not about["better"]:
        raise config_error("robustness", f"which way is better for {about['key']}? Say \"better\": \"lower\" or "
                           "\"higher\" where the metric is defined")  # fmt: skip
    every = policies(results)
    names = [each["policy"] for each in every]
    kept = [names.index(name) for name in dict.fromkeys(names)]  # an arm that no lever touches counts once
    if len(kept) < 2:
        raise config_error("robustness", f"there is one policy alone, {names[0]}; name arms or levers to choose from")
    sign = -1.0 if about["better"] == "higher" else 1.0
    shape = (study.size["draws"], study.size["models"], study.size["choices"])
    estimate = _by_policy(results.estimate, shape)[..., kept, :]
    values = _by_policy(results.values, shape)[..., kept, :, :]
    good = None
    for key, mark, limit in terms(satisfied, [each["key"] for each in results.metrics]) if satisfied else ():
        here = holds(estimate[..., results._metric(key)], mark, limit)
        good = here if good is None else good & here
    return Robustness(results, about["key"], about["unit"], about["better"], [every[at] for at in kept],
                      sign * estimate[..., k], sign * values[..., k, :], good, satisfied or "")  # fmt: skip


def _by_policy(numbers: Floats, shape: tuple[int, int, int]) -> Floats:
    """(points, arms, ...) to (models, draws, choices x arms, ...)."""
    draws, models, choices = shape
    apart = numbers.reshape(draws, models, choices, *numbers.shape[1:])
    moved = np.moveaxis(apart, 1, 0)
    return moved.reshape(models, draws, choices * numbers.shape[1], *numbers.shape[2:])


def contest(results: SweepResults, metric: str | None, arm: str | None, against: str | None) -> pd.DataFrame:
    """What each model says of one quantity at each choice of levers, and each b_E where it is varied: quantity, levers
    (the choice, as far as it touches the arms), model, note, b_E ("as drawn", 0, 1.5, 3, or "fixed at 3"), estimate
    (mean over the draws), noise_se (Monte Carlo error of that mean), low and high (5 and 95 % of the draws: parameter
    uncertainty), below_zero (share of them), draws, unit. Never a mean over choices: that is no policy.

    At 0, 1.5 and 3: a quadratic in b_E fitted over the draws, everything else as drawn; only inside the drawn range.
    A model that fixes b_E, whatever is drawn, has one row, b_E "fixed at 3", and says so in its note.
    """
    import pandas

    study = results.study
    rows: list[dict[str, Any]] = []
    last = arm or study.arms[-1]
    other = against if against is not None or arm is not None else (study.against if study.against != last else None)
    for (words, choice), model in product(_choices_of(study, last, other), study.models):
        part = results.series(metric, last, other, model.name, choice)
        estimate, values = part.estimate, part.values
        whole = np.isfinite(estimate)
        fixed = fixed_empathy(model) if EMPATHY in study.drawn else None
        note = model.note if fixed is None else "; ".join(filter(None, [model.note, f"fixes b_E at {fixed:g}"]))
        about = {"quantity": _quantity(results, metric, last, other), "levers": words, "model": model.name,
                 "note": note, "unit": part.unit}  # fmt: skip
        if whole.any():
            said = "as drawn" if fixed is None else f"fixed at {fixed:g}"
            rows.append({**about, "b_E": said, **_spread(estimate[whole], values[whole].mean(axis=0))})
            rows += [{**about, **row} for row in
                     (_at_empathy(study.drawn_in(model.name), estimate, whole) if fixed is None else [])]
    columns = ["quantity", "levers", "model", "note", "b_E", "estimate", "noise_se", "low", "high", "below_zero",
               "draws", "unit"]  # fmt: skip
    return pandas.DataFrame(rows, columns=columns)


def _choices_of(study: Study, *arms: str | None) -> list[tuple[str, Mapping[str, Any]]]:
    """Choices of levers that are different for these arms, with their words."""
    found: dict[str, Mapping[str, Any]] = {}
    for choice in study.choices:
        touched = {name: value for name, value in choice.items() if any(arm and _touches(name, arm) for arm in arms)}
        found.setdefault(lever_words(touched), choice)
    return list(found.items())


def fixed_empathy(model: Any) -> float | None:
    """b_E in a model that fixes it, whatever a study draws; None: it does not."""
    value = dict(leaves(model.patch)).get(EMPATHY)
    return None if value is None else float(value)


def _quantity(results: SweepResults, metric: str | None, arm: str, other: str | None) -> str:
    key = results.metrics[results._metric(metric)]["key"]
    return f"{key}, {arm}" + (f" − {other}" if other else "")


def _spread(numbers: Floats, mean_values: Floats) -> dict[str, Any]:
    low, high = np.quantile(numbers, [0.05, 0.95])
    return {"estimate": float(numbers.mean()), "noise_se": float(noise(mean_values)), "low": float(low),
            "high": float(high), "below_zero": float((numbers < 0).mean()), "draws": len(numbers)}  # fmt: skip


def _at_empathy(drawn: Mapping[str, Any], estimate: Floats, whole: NDArray[np.bool_]) -> list[dict[str, Any]]:
    if EMPATHY not in drawn or int(whole.sum()) < 12:
        return []
    b = np.asarray(drawn[EMPATHY], float)[whole]
    if np.ptp(b) == 0:
        return []
    y = estimate[whole]
    terms_of = np.polynomial.polynomial.polyvander
    fitted, *_ = np.linalg.lstsq(terms_of(b, 2), y, rcond=None)
    rest = y - terms_of(b, 2) @ fitted
    rows = []
    for at in AT:
        if b.min() - 0.1 <= at <= b.max() + 0.1:
            here = terms_of(np.array([at]), 2) @ fitted + rest
            rows.append({"b_E": f"{at:g}", "estimate": float(here.mean()), "noise_se": np.nan,
                         "low": float(np.quantile(here, 0.05)), "high": float(np.quantile(here, 0.95)),
                         "below_zero": float((here < 0).mean()), "draws": len(y)})  # fmt: skip
    return rows
