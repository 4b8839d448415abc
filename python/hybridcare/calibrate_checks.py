"""Proof of the machinery, before it meets real figures: known parameters are found again, and posteriors are as sure as
they should be.

Simulation-based calibration (Talts et al. 2018): parameters are drawn from the prior, figures are simulated from them
with the error that the aims state, and the posterior is sampled. If all is right, the rank of the drawn value among
posterior draws is uniform; a likelihood that is too sure gives a histogram with full ends, one that is not sure enough
a hump.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from hybridcare.calibrate_aims import Aims, Simulator
from hybridcare.calibrate_emulator import fit_all
from hybridcare.calibrate_history import Space, Wave
from hybridcare.calibrate_priors import Priors
from hybridcare.calibrate_run import Budget, Calibrated, Memory, calibrate, first_design
from hybridcare.calibrate_sampler import effective, temper

Floats = NDArray[np.float64]
BINS = 8


@dataclass(frozen=True)
class Ranks:
    """rank: of each drawn value among `draws` posterior draws, shape (repeats, d); columns: JSON Pointers."""

    rank: NDArray[np.int64]
    draws: int
    columns: tuple[str, ...]

    def histogram(self, bins: int = BINS) -> NDArray[np.int64]:
        """Counts by column and bin, shape (d, bins). The draws plus one must be a multiple of the bins."""
        if (self.draws + 1) % bins:
            raise ValueError(f"{self.draws} draws give {self.draws + 1} ranks, no multiple of {bins} bins")
        width = (self.draws + 1) // bins
        return np.stack([np.bincount(column // width, minlength=bins) for column in self.rank.T])

    def p_values(self, bins: int = BINS) -> Floats:
        """Chi-square test of each column's histogram against a flat one."""
        return np.asarray([stats.chisquare(row).pvalue for row in self.histogram(bins)])

    @property
    def p_value(self) -> float:
        """Of all columns together, after Bonferroni: the chance of a histogram as uneven as the worst, at most."""
        return min(1.0, float(self.p_values().min()) * len(self.columns))


def simulation_based(priors: Priors, simulator: Simulator, aims: Aims, repeats: int, seed: int = 1, points: int = 60,
                     draws: int = 63, population: int = 128, sweeps: int = 5,
                     believed: float = 1.0) -> Ranks:  # fmt: skip
    """Ranks of known parameters under the posterior as `calibrate` samples it, on emulators of `points` points.

    believed  factor on the SDs that the inference believes, beside those with which figures are made: 1 is right.
              Another value must be found out, which is what this check is for
    """
    space = _emulated(priors, simulator, aims, points, seed)
    draw = np.random.default_rng([seed, 1])
    ranks = np.empty((repeats, priors.dims), np.int64)
    spread = np.sqrt(aims.spread(np.zeros((1, len(aims.each)))))[0]
    for at in range(repeats):
        truth = draw.standard_normal((1, priors.dims))
        clean = simulator(priors.values(truth)).value[0]
        figures = clean + spread * draw.standard_normal(len(spread))
        space.aims = moved(aims, figures, believed)
        start = draw.standard_normal((population, priors.dims))
        found = temper(start, space.log_likelihood, None, draw, sweeps, 3 * sweeps)
        chosen = draw.permutation(population)[:draws]
        ranks[at] = (found.z[chosen] < truth).sum(axis=0)
    return Ranks(ranks, draws, priors.columns)


def _emulated(priors: Priors, simulator: Simulator, aims: Aims, points: int, seed: int) -> Space:
    values = priors.values(first_design(priors.dims, points, seed))
    run = simulator(values)
    emulators = fit_all(aims.names, priors.scaled(values), run.value, run.variance)
    return Space(priors, aims, [Wave(emulators, 0, run.variance.mean(axis=0))])


def moved(aims: Aims, figures: Sequence[float] | Floats, believed: float = 1.0) -> Aims:
    """The same aims with other figures, and SDs times `believed`; published intervals go with the figures."""
    return Aims(tuple(replace(aim, figure=float(figure), sd=believed * aim.sd, discrepancy=believed * aim.discrepancy,
                              low=float(figure) - 1.96 * aim.sd, high=float(figure) + 1.96 * aim.sd)
                      for aim, figure in zip(aims.each, figures, strict=True)))  # fmt: skip


@dataclass(frozen=True)
class Recovery:
    """A calibration to figures that known parameters gave; each of shape (d,), in normal scores.

    away: (truth - posterior mean) / posterior SD; covered: whether the truth lies within the posterior's central 90 %;
    narrowed: 1 - posterior SD."""

    found: Calibrated
    away: Floats
    covered: NDArray[np.bool_]
    narrowed: Floats


def recovery(priors: Priors, simulator: Simulator, aims: Aims, truth: Floats, budget: Budget, seed: int = 1,
             noise_seed: int | None = None) -> Recovery:  # fmt: skip
    """Simulates figures at `truth` (normal scores, shape (d,)), forgets it, and calibrates to them.

    noise_seed  None: figures are exact; else errors of the aims' SDs are added to them
    """
    figures = simulator(priors.rounded(priors.values(truth[None]))).value[0]
    if noise_seed is not None:
        spread = np.sqrt(aims.spread(np.zeros((1, len(aims.each)))))[0]
        figures = figures + spread * np.random.default_rng(noise_seed).standard_normal(len(spread))
    found = calibrate(priors, moved(aims, figures), Memory(simulator), budget, seed)
    weights = found.weighted.weights
    mean = weights @ found.z
    sd = np.sqrt(weights @ (found.z - mean) ** 2)
    below = weights @ (found.z < truth)
    return Recovery(found, (truth - mean) / sd, (below > 0.05) & (below < 0.95), 1 - sd)


def expected_error(found: Calibrated) -> float:
    """Monte Carlo error of a posterior mean, in posterior SDs."""
    return float(1 / np.sqrt(effective(found.weighted.weights)))
