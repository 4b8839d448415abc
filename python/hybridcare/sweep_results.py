"""What a study found: tidy tables and contrasts, and from there to sensitivity, discovery, robustness."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import core
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.study_sets import refuse_joint
from hybridcare.study import ABOUT, Study
from hybridcare.study_file import direction

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.breakeven import Breakeven
    from hybridcare.discovery import Discovery
    from hybridcare.psa import Psa
    from hybridcare.robustness import Robustness
    from hybridcare.sensitivity import Sensitivity

Floats = NDArray[np.float64]
EMPATHY = "/change/empathy_elasticity"


@dataclass(frozen=True)
class Series:
    """One quantity over the draws of one model and one choice of levers.

    name, unit  in words; points: places in the design, shape (draws,)
    estimate    shape (draws,), NaN where a point failed or is still to do
    values      shape (draws, replicates): pseudo-values, on which differences were taken
    """

    name: str
    unit: str
    points: NDArray[np.int64]
    estimate: Floats
    values: Floats

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which draws have a number."""
        found: NDArray[np.bool_] = np.isfinite(self.estimate)
        return found

    @property
    def noise_se(self) -> Floats:
        return noise(self.values)


def noise(values: Floats) -> Floats:
    """Simulation noise over the last axis: SD / sqrt(replicates); NaN with one replicate."""
    if values.shape[-1] < 2:
        return np.full(values.shape[:-1], np.nan)
    spread: Floats = values.std(axis=-1, ddof=1) / np.sqrt(values.shape[-1])
    return spread


class SweepResults:
    """Results of a study. Noise is Monte Carlo error; how far parameters may lie off is what the study varies.

    Attributes
        study      the Study
        estimate   shape (points, arms, metrics); NaN where a point failed, nobody is counted, or it is still to do
        values     shape (points, arms, metrics, replicates): pseudo-values; all points and arms share their luck
        metrics    dict(key, unit, meaning, better) of each of the study's metrics, in order
        failures   reason by point
        there      shape (points,): False for points that are still to do
        by_culture   values of each culture by metric, shape (points, arms, cultures, replicates), where measured
    """

    def __init__(
        self,
        study: Study,
        estimate: Floats,
        values: Floats,
        metrics: Sequence[Mapping[str, str]],
        failures: Mapping[int, str] | None = None,
        there: NDArray[np.bool_] | None = None,
        account: Mapping[str, Any] | None = None,
        by_culture: Mapping[str, Floats] | None = None,
    ) -> None:
        self.study = study
        self.estimate, self.values = estimate, values
        self.metrics = [dict(metric) for metric in metrics]
        self.failures = dict(failures or {})
        self.there = np.ones(len(estimate), bool) if there is None else there
        self.account = dict(account or {})
        self.by_culture = dict(by_culture or {})

    @classmethod
    def of(cls, study: Study, runs: Any) -> SweepResults:
        """From what ran the points: `points.PointRuns`, or what `runner.run_study` and `runner.open_runs` give."""
        parts = [_measure(study, wanted, places, runs) for wanted, places in study.measured]
        total = study.size["points"]
        estimate = _padded(np.stack([part[0] for part in parts], axis=2), total)
        values = _padded(np.stack([part[1] for part in parts], axis=2), total)
        there = np.zeros(total, bool)
        there[: len(runs.estimate)] = getattr(runs, "there", True)
        account = {name: getattr(runs, name, 0) for name in ("client_weeks", "kernel_seconds", "wall_seconds", "hash")}
        cultures = {wanted.key: _padded(runs.values[:, :, places[1:]], total) for wanted, places in study.measured
                    if len(places) > 1 and not wanted.worst}  # fmt: skip
        return cls(study, estimate, values, [part[2] for part in parts], runs.failures, there, account, cultures)

    # tables
    @cached_property
    def design(self) -> pd.DataFrame:
        """The study's design: key, draw, model, and a column for each path and lever."""
        return self.study.design

    def table(self, design: bool = False) -> pd.DataFrame:
        """One row per point, arm and metric: point, arm, metric, unit, estimate, noise_se (Monte Carlo error), failure.
        `design`: also key, draw, model, and the value of each path and lever."""
        import pandas

        arms, keys = self.study.arms, [metric["key"] for metric in self.metrics]
        points, width = len(self.estimate), len(arms) * len(keys)
        frame = pandas.DataFrame({
            "point": np.repeat(np.arange(points), width),
            "arm": pandas.Categorical(np.tile(np.repeat(arms, len(keys)), points), categories=list(arms)),
            "metric": pandas.Categorical(np.tile(keys, points * len(arms)), categories=keys),
            "unit": np.tile([metric["unit"] for metric in self.metrics], points * len(arms)),
            "estimate": self.estimate.reshape(-1),
            "noise_se": noise(self.values).reshape(-1),
            "failure": np.repeat([self._reason(point) for point in range(points)], width),
        })  # fmt: skip
        return frame.join(self.design, on="point") if design else frame

    def _reason(self, point: int) -> str:
        return self.failures.get(point, "" if self.there[point] else "still to do")

    def contrast(self, arm: str, against: str | None = None, metric: str | None = None) -> pd.DataFrame:
        """Arm minus `against` (default: the study's) at each point, taken on the pseudo-values: point, metric, unit,
        estimate, noise_se, and the design's columns. Raises ConfigError for an unknown name."""
        import pandas

        one, other = self._arm(arm), self._arm(against or self.study.against)
        wanted = range(len(self.metrics)) if metric is None else [self._metric(metric)]
        frames = [pandas.DataFrame({
            "point": np.arange(len(self.estimate)), "metric": self.metrics[k]["key"], "unit": self.metrics[k]["unit"],
            "estimate": self.estimate[:, one, k] - self.estimate[:, other, k],
            "noise_se": noise(self.values[:, one, k] - self.values[:, other, k]),
        }) for k in wanted]  # fmt: skip
        return pandas.concat(frames, ignore_index=True).join(self.design, on="point")

    # one quantity over the draws
    def series(
        self, metric: str | None = None, arm: str | None = None, against: str | None = None,
        model: str | None = None, levers: Mapping[str, Any] | None = None,
    ) -> Series:  # fmt: skip
        """One metric of one arm (or arm minus `against`) over the draws, in one model at one choice of levers.

        Defaults: the first metric, the last arm, no other arm, the first model, the first choice. Raises ConfigError.
        """
        k, a = self._metric(metric), self._arm(arm or self.study.arms[-1])
        m, c = self._model(model), self._choice(levers)
        size = self.study.size
        points = (np.arange(size["draws"]) * size["models"] + m) * size["choices"] + c
        estimate, values = self.estimate[points, a, k], self.values[points, a, k]
        name = f"{self.metrics[k]['key']}, {self.study.arms[a]}"
        if against is not None:
            b = self._arm(against)
            estimate, values = estimate - self.estimate[points, b, k], values - self.values[points, b, k]
            name += f" − {self.study.arms[b]}"
        where = [self.study.models[m].name] if size["models"] > 1 else []
        where += [f"{lever.rsplit('/', 1)[-1]} {value}" for lever, value in self.study.choices[c].items()]
        return Series(", ".join([name, *where]), self.metrics[k]["unit"], points, estimate, values)

    def _metric(self, key: str | None) -> int:
        keys = [metric["key"] for metric in self.metrics]
        if key is not None and key not in keys:
            raise config_error("metric", unknown("metric of this study", key, keys))
        return 0 if key is None else keys.index(key)

    def _arm(self, arm: str) -> int:
        if arm not in self.study.arms:
            raise config_error("arm", unknown("arm", arm, self.study.arms))
        return self.study.arms.index(arm)

    def _model(self, model: str | None) -> int:
        names = [each.name for each in self.study.models]
        if model is not None and model not in names:
            raise config_error("model", unknown("model of this study", model, names))
        return 0 if model is None else names.index(model)

    def _choice(self, levers: Mapping[str, Any] | None) -> int:
        for name in levers or {}:
            if name not in self.study.choices[0]:
                raise config_error("levers", unknown("lever of this study", name, self.study.choices[0]))
        for at, choice in enumerate(self.study.choices):
            if all(choice[name] == value for name, value in (levers or {}).items()):
                return at
        raise config_error("levers", f"no choice of this study has {dict(levers or {})}")

    # questions
    def sensitivity(
        self, metric: str | None = None, arm: str | None = None, against: str | None = None, model: str | None = None,
        levers: Mapping[str, Any] | None = None, method: str | None = None, resamples: int = 100,
    ) -> Sensitivity:  # fmt: skip
        """Which uncertainties move the metric. method: sobol (saltelli designs that are complete), morris (morris
        designs), delta or pawn (any); default: the first of these that the design allows. See `hybridcare.sensitivity`.
        Raises ConfigError for draws that are an ensemble's sets, in which numbers go together."""
        from hybridcare.sensitivity import sensitivity

        refuse_joint(self.study.sets, "sensitivity")
        return sensitivity(self, self.series(metric, arm, against, model, levers), method, resamples)

    def variance(self, metric: str | None = None, arm: str | None = None, against: str | None = None) -> pd.DataFrame:
        """Shares of variance: Monte Carlo error, parameter uncertainty, client mix. See `hybridcare.variance`."""
        from hybridcare.variance import shares

        return shares(self, metric, arm, against)

    def discover(self, condition: str, arm: str | None = None, against: str | None = None, model: str | None = None,
                 levers: Mapping[str, Any] | None = None, **how: Any) -> Discovery:  # fmt: skip
        """Where in the space of uncertainties a condition such as "erosion > 0.25" holds: PRIM boxes and a tree. See
        `hybridcare.discovery`."""
        from hybridcare.discovery import discover

        return discover(self, condition, arm, against, model, levers, **how)

    def robustness(self, metric: str | None = None, satisfied: str | None = None) -> Robustness:
        """Which policy (arm and levers) stays good over the uncertainties, by model. See `hybridcare.robustness`."""
        from hybridcare.robustness import robustness

        return robustness(self, metric, satisfied)

    def contest(self, metric: str | None = None, arm: str | None = None, against: str | None = None) -> pd.DataFrame:
        """What each model says, and each b_E (0, 1.5, 3) where it is swept: see `hybridcare.robustness.contest`."""
        from hybridcare.robustness import contest

        return contest(self, metric, arm, against)

    def psa(self, cost: str = "cost", effect: str = "qaly") -> Psa:
        """Costs and effects by draw and strategy, as dampack and BCEA read them. See `hybridcare.psa`."""
        from hybridcare.psa import psa

        return psa(self, cost, effect)

    def to_ema(self) -> tuple[pd.DataFrame, dict[str, Floats]]:
        """(experiments, outcomes) as the EMA workbench saves and loads results: see `hybridcare.psa`."""
        from hybridcare.psa import to_ema

        return to_ema(self)

    def to_salib(self, metric: str | None = None, arm: str | None = None, against: str | None = None,
                 model: str | None = None,
                 levers: Mapping[str, Any] | None = None) -> tuple[dict[str, Any], Floats, Floats]:  # fmt: skip
        """(problem, X, Y) for SALib's own functions: rows of draws that have a number, columns of the problem's names.
        X of a saltelli or morris design is in the unit cube, as its analysis wants it."""
        from hybridcare.sensitivity import inputs

        series = self.series(metric, arm, against, model, levers)
        names, x, problem = inputs(self.study)
        return problem, x[series.whole], series.estimate[series.whole]

    # pictures
    def tornado(self, metric: str | None = None, arm: str | None = None, against: str | None = None,
                model: str | None = None) -> Any:  # fmt: skip
        """What moves a metric over the whole sweep, as a `plots.Figure`: see `plots_sweep.tornado`."""
        from hybridcare.plots_sweep import tornado

        refuse_joint(self.study.sets, "tornado")
        return tornado(self, metric, arm, against, model)

    def plot_noise(self, metric: str | None = None, arm: str | None = None, against: str | None = None,
                   model: str | None = None) -> Any:  # fmt: skip
        """What more replicates would buy, as a `plots.Figure`: see `plots_sweep.noise`."""
        from hybridcare.plots_sweep import noise as picture

        return picture(self, metric, arm, against, model)

    def plot(self, metric: str | None = None, arm: str | None = None, against: str | None = None) -> Any:
        """What each model says, and each b_E where it is varied, as a `plots.Figure`."""
        from hybridcare.plots_sweep import contest

        return contest(self, metric, arm, against)

    def breakeven(self, path: str, metric: str | None = None, margin: float = 0.0, arm: str | None = None,
                  against: str | None = None, **how: Any) -> Breakeven:  # fmt: skip
        """At which value of one field alone, all else as the study's scenario says, the metric meets the margin: see
        `Experiment.breakeven`. Runs the model anew. Raises ConfigError, also for a metric that is an expression."""
        from hybridcare.experiment import Experiment

        wanted = self.study.metrics[self._metric(metric)]
        if wanted.watch is not None or wanted.worst:
            raise config_error("breakeven", f"{wanted.key} is no single metric of the table estimates; name another")
        last = arm or self.study.arms[-1]
        other = against if arm is not None else (self.study.against if self.study.against != last else None)
        return Experiment(self.study.scenario).breakeven(path, wanted.text, margin, last, other, **how)

    # what must stand beside
    @property
    def caveats(self) -> list[str]:
        """What must stand beside every number of this study."""
        from hybridcare.sweep_says import caveats

        return caveats(self)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every exported number: calibration, driver, version, scenario_hash, seed, commit."""
        from hybridcare.sweep_says import calibration

        experiment, build = self.study.scenario.core, core.build_info()
        return {"calibration": calibration(self.study), "driver": experiment.driver, "version": build["version"],
                "scenario_hash": self.study.scenario.hash, "seed": experiment.seed,
                "commit": build["commit"]}  # fmt: skip

    @cached_property
    def stamp(self) -> Any:
        """What a picture's foot reads of results."""
        from hybridcare.sweep_says import stamp

        return stamp(self)

    # files
    def to_parquet(self, file: str | os.PathLike[str]) -> Path:
        """The table with the design's columns, as one Parquet file. Raises ConfigError if it cannot be written."""
        from hybridcare.sweep_files import to_parquet

        return to_parquet(self, Path(file))

    def to_csv(self, folder: str | os.PathLike[str]) -> Path:
        """A new folder with results.csv, design.csv and data_dictionary.csv. Raises ConfigError."""
        from hybridcare.sweep_files import to_csv

        return to_csv(self, Path(folder))

    def report(self, file: str | os.PathLike[str]) -> Path:
        """One self-contained HTML file. Raises ConfigError if it cannot be written."""
        from hybridcare.report_sweep import report

        return report(self, Path(file))

    def columns(self) -> pd.DataFrame:
        """The columns of `table(design=True)`: name, unit, meaning."""
        from hybridcare.sweep_files import columns

        return columns(self)

    def __repr__(self) -> str:
        done = int(self.there.sum())
        return f"<hybridcare.SweepResults of {self.study.name!r}: {done:,} points, {len(self.failures):,} failed>"

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.caveats)
        return str(self.contest().to_html(index=False, float_format=lambda v: f"{v:.3f}")) + notes


def _measure(study: Study, wanted: Any, places: Sequence[int], runs: Any) -> tuple[Floats, Floats, dict[str, str]]:
    """One of the user's metrics: estimate (points, arms), values (points, arms, replicates), and what it is."""
    about = runs.metrics[places[0]]
    better = wanted.better or ("" if wanted.watch is not None else direction(about["name"]))
    said = {"key": wanted.key, "unit": about["unit"], "meaning": about["meaning"], "better": better}
    if not wanted.worst:
        return runs.estimate[:, :, places[0]], runs.values[:, :, places[0]], said
    of_all = runs.estimate[:, :, list(places)]
    filled = np.where(np.isfinite(of_all), of_all, -np.inf if better == "lower" else np.inf)
    chosen = np.argmax(filled, axis=2) if better == "lower" else np.argmin(filled, axis=2)
    estimate = np.take_along_axis(of_all, chosen[:, :, None], axis=2)[:, :, 0]
    values = runs.values[:, :, list(places)]
    picked = np.take_along_axis(values, chosen[:, :, None, None], axis=2)[:, :, 0]
    return estimate, picked, {**said, "meaning": f"{about['meaning']}; of the culture that fares worst in its "
            "estimate, so that simulation noise makes it look worse than it is; more replicates narrow that"}


def _padded(numbers: Floats, total: int) -> Floats:
    if len(numbers) == total:
        return numbers
    out = np.full((total, *numbers.shape[1:]), np.nan)
    out[: len(numbers)] = numbers
    return out


__all__ = ["ABOUT", "Series", "SweepResults", "noise"]
