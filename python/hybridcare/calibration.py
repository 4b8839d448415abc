"""`hybridcare calibrate`: from priors and targets to an ensemble of parameter sets that fit, and what that says.

    >>> found = hc.calibrate("calibration_r1", rival="R1")    # half an hour; the same line again goes on
    >>> found.parameters()                                   # prior beside posterior, and what was not informed
    >>> found.fit()                                          # targets, misses first
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from hybridcare import writing
from hybridcare.calibrate_aims import Simulated
from hybridcare.calibrate_ensemble import FORMAT, Ensemble, read_ensemble, text
from hybridcare.calibrate_folder import CalibrationFolder, Executor
from hybridcare.calibrate_priors import DIGITS, Priors, priors
from hybridcare.calibrate_run import Budget, Calibrated, Say, check_room, joined
from hybridcare.calibrate_run import calibrate as run
from hybridcare.calibrate_sampler import effective
from hybridcare.calibrate_targets import CLIENTS, REPLICATES, TargetSimulator, numbers, rival_hash, targets_hash
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.strict_json import Place

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.target_studies import Size

Floats = NDArray[np.float64]
QUANTILES = (0.05, 0.5, 0.95)
INFORMED = 0.1  # of the prior SD, that a posterior SD must have lost to count as informed
LEVEL = 0.01  # false alarms of "narrowed" and of "moved" among all numbers of an ensemble together, under the prior
FEW = 50.0  # effective sets, below which an ensemble is not to be relied on
BACKENDS = ("threads", "dask")
LEAST_REPLICATES = 2  # one has no noise, without which nothing can be emulated


@dataclass
class Calibration:
    """A calibration and what it says. ensemble: as written to `folder`/ensemble.json, which holds the sets that were
    drawn by weight from all rounds. everything: all targets of all rounds' sets, those that are only shown included."""

    folder: Path
    found: Calibrated
    simulator: TargetSimulator
    everything: Simulated
    account: dict[str, Any]

    @cached_property
    def kept(self) -> Kept:
        """The ensemble's sets and their weights."""
        return kept_sets(self.found)

    @cached_property
    def ensemble(self) -> Ensemble:
        return read_ensemble(Place(self.document, "ensemble.json"))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The ensemble's file as plain values."""
        kept = self.kept
        loss, missed = self._losses
        sets = [{"weight": _short(weight), "loss": _short(loss), "missed": int(missed.sum()),
                 "values": [float(each) for each in row]}
                for weight, loss, missed, row in zip(kept.weights, loss, missed, kept.values, strict=True)]  # fmt: skip
        return {"$schema": "../schema/ensemble.schema.json", "format": FORMAT, "rival": self.simulator.rival,
                "about": self.sentence, "provenance": self.account, "quality": self.quality,
                "fit": _rows(self.fit()), "parameters": _rows(self._columns), "sets": sets}  # fmt: skip

    @property
    def _losses(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Of the ensemble's sets, over all targets with a weight: also those that this rival cannot show."""
        aims, everything = self.simulator.all_aims, self.everything.columns(
            [self.simulator.names.index(name) for name in self.simulator.all_aims.names])  # fmt: skip
        value, variance = everything.value[self.kept.at], everything.variance[self.kept.at]
        return aims.loss(value, variance), aims.missed(value)

    @cached_property
    def quality(self) -> dict[str, Any]:
        """How well the machinery did: effective sample size (sets: those kept; effective: of them, no more than pooled,
        by the weights of all rounds' sets, and independent, by what their populations agree on), R-hat of the last
        round, simulated points, what the waves left, what the rounds found and whether they ended with enough."""
        found = self.found
        waves = [{"stage": each.stage, "points": each.points, "training": each.training,
                  "share_left": _short(each.left.share), "empty": each.left.empty,
                  "worst_emulator_share": _short(max(each.emulator_share.values())),
                  "coverage_95": _short(float(np.mean([row["cover_95"] for row in each.diagnostics])))}
                 for each in found.reports]  # fmt: skip
        rounds = [{"stage": each.stage, "points": each.points, "effective": _short(each.effective),
                   "pooled": _short(each.pooled), "median_loss": _short(each.loss),
                   "worst_emulator_share": _short(max(each.emulator_share.values()))}
                  for each in found.rounds]  # fmt: skip
        done = sum(each.points for each in found.reports) + sum(each.points for each in found.rounds)
        return {"sets": len(self.kept.at), "effective": _short(self.kept.effective),
                "pooled": _short(found.weighted.effective), "independent": _known(found.independent),
                "enough": found.weighted.effective >= found.budget.enough, "held_down": found.weighted.cut,
                "r_hat_worst": _short(float(np.nanmax(found.posterior.r_hat))), "points_simulated": done,
                "failed": len(self.everything.failures), "waves": waves, "rounds": rounds}  # fmt: skip

    @property
    def sentence(self) -> str:
        rows = self.fit()
        counted = rows[rows["weight"] > 0]
        inside = int(counted["inside"].sum())
        return (f"{self.simulator.rival}: {inside} of {len(counted)} fitted targets hold the ensemble's median; "
                f"{len(self.kept.at)} sets, {self.kept.effective:.0f} effective. Fitted to published figures, which do "
                "not tell this model from its rivals.")  # fmt: skip

    def fit(self) -> pd.DataFrame:
        """One row a target, misses first: target, label, kind, unit, weight, figure, low, high; median and 5 to 95 % of
        the ensemble as simulated; inside: whether the median lies within the published interval; off: its distance
        from the figure in SDs."""
        import pandas

        weights, value = self.kept.weights, self.everything.value[self.kept.at]
        rows = []
        for at, (name, one) in enumerate(self.simulator.known.items()):
            low, middle, high = quantiles(value[:, at], weights, QUANTILES)
            noise = float(np.nanmean(self.everything.variance[self.kept.at, at]))
            spread = np.sqrt(one.sd**2 + one.discrepancy**2 + noise)
            rows.append({"target": name, "label": one.label, "kind": one.kind, "unit": one.unit, "weight": one.weight,
                         "figure": one.figure, "low": one.low, "high": one.high, "median": _short(middle),
                         "q05": _short(low), "q95": _short(high), "inside": bool(one.holds(middle)),
                         "off": _short(float((middle - one.figure) / spread))})  # fmt: skip
        frame = pandas.DataFrame(rows)
        order = pandas.DataFrame({"inside": frame["inside"], "shown": frame["weight"] <= 0,
                                  "off": -frame["off"].abs().fillna(0)})  # fmt: skip
        return frame.loc[order.sort_values(["inside", "shown", "off"], kind="stable").index].reset_index(drop=True)

    def parameters(self) -> pd.DataFrame:
        """One row a parameter, best informed first: pointer, symbol, unit; mean, SD and 5 to 95 % of prior and
        posterior; narrowed: 1 - posterior SD / prior SD; moved: Kolmogorov distance between prior and posterior;
        narrowed_by_chance, moved_by_chance: what the largest of so many numbers reaches in 1 % of cases, if each is as
        many effective draws of its prior; informed: whether either says that the data had a say; r_hat."""
        frame = self._columns
        order = frame.assign(key=-frame["narrowed"]).sort_values(["informed", "key"], ascending=[False, True],
                                                                 kind="stable")  # fmt: skip
        return order.drop(columns="key").reset_index(drop=True)

    @cached_property
    def _columns(self) -> pd.DataFrame:
        """The same in the order of the sets' values."""
        import pandas

        return pandas.DataFrame([_parameter(self.found, self.kept, at) for at in range(self.found.priors.dims)])

    def uninformed(self) -> list[str]:
        """Pointers of what the data did not inform."""
        frame = self.parameters()
        return list(frame.loc[~frame["informed"], "pointer"])

    def report(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Writes the offline page; by default report.html in the folder."""
        from hybridcare.report_calibration import save

        return save(self, Path(path) if path is not None else self.folder / "report.html")

    def save(self) -> Path:
        """Writes ensemble.json into the folder, in one stroke."""
        target = self.folder / "ensemble.json"
        with writing.written_file(target) as file:
            file.write(text(self.document).encode())
        return Path(target)

    def __repr__(self) -> str:
        return f"<hybridcare.Calibration {self.sentence}>"


def calibrate(out: str | os.PathLike[str], rival: str = "R1", budget: Budget | None = None, seed: int = 1,
              clients: int = CLIENTS, replicates: int = REPLICATES, backend: str = "threads", scheduler: Any = None,
              workers: int = 0, threads: int = 0, free: Priors | None = None, progress: bool = True,
              say: Say = lambda words: None) -> Calibration:  # fmt: skip
    """Fits a rival model to the targets; gone on with if the folder holds this very calibration.

    out      folder: designs, simulated figures, ensemble.json, report.html
    budget   how much is simulated: see `calibrate_run.Budget`
    seed     of designs and samplers; the simulation has the targets' own
    clients, replicates   of an arm of the targets' studies, times each study's share
    backend  "threads" or "dask", with `scheduler` and `workers` as for `run_study`
    free     priors; default: the bundled ones, without what the rival fixes
    Raises ConfigError: unknown names, sizes out of range, a folder that holds something else.
    """
    if backend not in BACKENDS:
        raise config_error("backend", unknown("back end", backend, BACKENDS))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise config_error("seed", f"{seed!r} is no whole number in [0, {2**32 - 1}]")
    open_priors = (free if free is not None else priors()).of(rival)
    size = _checked(rival, clients, replicates, threads, workers)
    simulator = TargetSimulator(open_priors, rival, size.clients, size.replicates, threads=threads)
    check_room(open_priors, simulator.aims)
    wanted = budget or Budget()
    account = _account(simulator, wanted, seed)
    executor = Executor(numbers, backend, scheduler, workers, progress)
    store = CalibrationFolder(Path(out), account, open_priors.columns, simulator, executor)
    with closing(store):
        found = run(open_priors, simulator.aims, store, wanted, seed, say)
    whole = [replace(each, simulated=store.everything[each.stage]) for each in found.drawn]
    made = Calibration(store.path, found, simulator, joined(whole)[2], account)
    made.save()
    return made


def _checked(rival: str, clients: int, replicates: int, threads: int, workers: int) -> Size:
    """Sizes before a folder is made. Raises ConfigError: out of range, or no whole number."""
    from hybridcare.experiment import checked_threads
    from hybridcare.targets import checked_size, whole_number

    checked_threads(whole_number("threads", threads, 0))
    whole_number("workers", workers, 0)
    whole_number("replicates", replicates, LEAST_REPLICATES)
    return checked_size(rival, clients, replicates)


def _account(simulator: TargetSimulator, budget: Budget, seed: int) -> dict[str, Any]:
    """All that the numbers hang on."""
    from hybridcare.study_folder import this_build

    return {"rival": simulator.rival, "rival_hash": rival_hash(simulator.rival), "budget": asdict(budget),
            "seed": seed, "clients": simulator.clients,
            "replicates": simulator.replicates, "simulation_seed": simulator.seed, **this_build(),
            "priors": simulator.priors.file, "priors_hash": simulator.priors.hash,
            "targets_hash": targets_hash(simulator.known), "significant_digits": DIGITS}  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """The ensemble's sets. at: their places among all rounds' sets; weights: sum to 1; values, z: shape (sets, d);
    effective: Kish's size of the weights, or of all rounds' weights, or what the populations agree on, whichever is
    least."""

    at: NDArray[np.int64]
    weights: Floats
    values: Floats
    z: Floats
    effective: float


def kept_sets(found: Calibrated) -> Kept:
    """Those that were drawn by weight, each with the share of draws that fell on it."""
    at = np.flatnonzero(found.kept)
    weights = found.kept[at] / found.kept.sum()
    worth = [effective(weights), found.weighted.effective, found.independent]
    return Kept(at, weights, found.values[at], found.z[at], float(np.nanmin(worth)))


def quantiles(value: Floats, weights: Floats, at: tuple[float, ...]) -> list[float]:
    """Weighted quantiles; NaN where no value is a number."""
    there = np.isfinite(value) & (weights > 0)
    if not there.any():
        return [float("nan")] * len(at)
    order = np.argsort(value[there], kind="stable")
    ordered, mass = value[there][order], np.cumsum(weights[there][order])
    return [float(ordered[min(int(np.searchsorted(mass, level * mass[-1])), len(ordered) - 1)]) for level in at]


def _parameter(found: Calibrated, kept: Kept, at: int) -> dict[str, Any]:
    """One row of `Calibration.parameters`."""
    from hybridcare.parameters import field

    pointer = found.priors.columns[at]
    row, weights, value = field(pointer), kept.weights, kept.values[:, at]
    prior = found.priors.values(special.ndtri((np.arange(4001) + 0.5) / 4001)[:, None].repeat(found.priors.dims, 1))
    ranks = _ranks(found, kept, at)
    mean, spread = float(weights @ value), float(np.sqrt(weights @ (value - weights @ value) ** 2))
    before = _prior_moments(found, at, prior[:, at])
    order = np.argsort(ranks, kind="stable")
    mass = np.cumsum(weights[order])
    moved = float(max(np.max(mass - ranks[order]), np.max(ranks[order] - (mass - weights[order]))))
    draws = max(int(kept.effective), 2)
    level = -float(np.expm1(np.log1p(-LEVEL) / found.priors.dims))  # of each number, so that all together keep LEVEL
    by_chance = float(stats.kstwo.isf(level, draws))
    narrowed, narrower = 1 - spread / before[1], 1 - float(np.sqrt(stats.chi2.ppf(level, draws - 1) / (draws - 1)))
    low, middle, high = quantiles(value, weights, QUANTILES)
    return {"pointer": pointer, "symbol": row["symbol"], "unit": row["unit"], "prior_mean": _short(before[0]),
            "prior_sd": _short(before[1]), "prior_q05": _short(before[2]), "prior_q95": _short(before[3]),
            "mean": _short(mean), "sd": _short(spread), "q05": _short(low), "median": _short(middle),
            "q95": _short(high), "narrowed": _short(narrowed), "narrowed_by_chance": _short(narrower),
            "moved": _short(moved), "moved_by_chance": _short(by_chance),
            "informed": bool(narrowed > max(INFORMED, narrower) or moved > by_chance),
            "r_hat": _short(float(found.posterior.r_hat[at]))}  # fmt: skip


def _weights_prior(found: Calibrated, at: int) -> Any:
    """The marginal prior of a weight of a group; None for a single number."""
    start = 0
    for each in found.priors.parameters:
        if start <= at < start + each.factor.dims and each.factor.kind == "dirichlet":
            shape = each.factor.numbers[at - start]
            return stats.beta(shape, sum(each.factor.numbers) - shape)
        start += each.factor.dims
    return None


def _ranks(found: Calibrated, kept: Kept, at: int) -> Floats:
    """The sets' places in the prior's distribution, in [0, 1]."""
    marginal = _weights_prior(found, at)
    return np.asarray(marginal.cdf(kept.values[:, at]) if marginal is not None else special.ndtr(kept.z[:, at]))


def _prior_moments(found: Calibrated, at: int, evenly: Floats) -> tuple[float, float, float, float]:
    """Mean, SD, 5 % and 95 % of the prior. @param evenly  values at evenly spaced probabilities"""
    marginal = _weights_prior(found, at)
    if marginal is not None:
        return float(marginal.mean()), float(marginal.std()), float(marginal.ppf(0.05)), float(marginal.ppf(0.95))
    low, high = np.quantile(evenly, [0.05, 0.95])
    return float(evenly.mean()), float(evenly.std()), float(low), float(high)


def _known(value: float) -> float | None:
    return _short(value) if np.isfinite(value) else None


def _short(value: float) -> float:
    """Six significant digits: what is written down."""
    return float(f"{value:.6g}")


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows that JSON can hold: null for what is no finite number."""

    def plain(value: Any) -> Any:
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, float) and not np.isfinite(value) else value

    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def summary(found: Calibration) -> Mapping[str, Any]:
    """Account and quality, for a page's foot."""
    return {**found.account, **found.quality}
