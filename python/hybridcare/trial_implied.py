"""What the mechanism implies for a colleague's own formula: effect, SD, correlation with entry, likeness within
therapists, missing shares; and that formula, beside which simulated power stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hybridcare.trial_summaries import by_arm, truths

if TYPE_CHECKING:
    import numpy as np

    from hybridcare.trial import Trial
    from hybridcare.trial_data import Pool, Trials


@dataclass(frozen=True)
class Implied:
    """Of one set of assumptions and one contrast, in the outcome's unit.

    effect      mean over trials of what they estimate; effect_noise_se: its Monte Carlo error
    truth       mean difference of the same clients in both arms, all measured; truth_noise_se the same
    sd          of the outcome measured, both arms pooled; sd_adjusted: after the reading at entry is taken out
    correlation of outcome and PHQ-9 at entry, within arms
    icc         between therapists, of the adjusted outcome, of arm and reference: shape (2,); by moments, so that it
                may come out below 0
    seen        clients measured in reference and arm, of those randomised: shape (2,); share as `seen_share`
    clusters    therapists of the reference and of the arm that have a client measured: shape (2,)
    spread_size coefficient of variation of measured clients per therapist
    """

    effect: float
    effect_noise_se: float
    truth: float
    truth_noise_se: float
    sd: float
    sd_adjusted: float
    correlation: float
    icc: np.ndarray
    seen: np.ndarray
    seen_share: float
    clusters: np.ndarray
    spread_size: float


def implied(trial: Trial, pool: Pool, found: Trials, effect: np.ndarray, contrast: int = 0) -> Implied:
    """From many trials; effect: what each estimates of all its clients, shape (R,)."""
    import numpy as np

    pair = [0, contrast + 1]
    held = by_arm(found, len(trial.arms))
    truth = truths(pool, trial.outcome)[:, contrast]
    seen = held["seen"][:, pair].astype(float)
    variance = np.nanmean(np.square(held["spread"][:, pair]), axis=0)
    adjusted, correlation, icc = np.zeros(2), np.zeros(2), np.zeros(2)
    for at, arm in enumerate(pair):
        y = trial.outcome.of(pool.start.astype(float), pool.now[:, arm, :].astype(float))
        icc[at], adjusted[at], correlation[at] = moments(y, pool.start.astype(float), pool.therapist)
    sizes = [np.bincount(found.therapist[r][_measured(found, r, pair)]) for r in range(len(found.replicates))]
    filled = [size[size > 0] for size in sizes]
    return Implied(
        effect=float(np.nanmean(effect)), effect_noise_se=_noise(effect), truth=float(truth.mean()),
        truth_noise_se=_noise(truth), sd=math.sqrt(float(variance.mean())), sd_adjusted=math.sqrt(adjusted.mean()),
        correlation=float(correlation.mean()), icc=icc, seen=seen.mean(axis=0),
        seen_share=float(seen.sum() / held["randomised"][:, pair].sum()), clusters=_clusters(trial, filled),
        spread_size=float(np.mean([size.std() / size.mean() for size in filled])))  # fmt: skip


def _measured(found: Trials, r: int, pair: list[int]) -> np.ndarray:
    import numpy as np

    return np.asarray((found.y[r] == found.y[r]) & np.isin(found.arm[r], pair))


def _clusters(trial: Trial, filled: list[np.ndarray]) -> np.ndarray:
    """Therapists in the two arms, each half of those with a client (all of them, if clients are allocated)."""
    import numpy as np

    count = float(np.mean([len(size) for size in filled]))
    return np.full(2, count / 2 if trial.clustered else count)


def _noise(values: np.ndarray) -> float:
    there = values[values == values]
    return float(there.std(ddof=1) / math.sqrt(len(there))) if len(there) > 1 else math.nan


def moments(y: np.ndarray, start: np.ndarray, group: np.ndarray) -> tuple[float, float, float]:
    """(share of variance between groups, residual variance, correlation with start) of R sets of n, shape (R, n): least
    squares on start, then the variance components by moments, pooled over the sets (unbiased; may be below 0)."""
    import numpy as np

    between = within = lost = kept = cross = 0.0
    x, z = start - start.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    slope = (x * z).sum() / max((x * x).sum(), 1e-12)
    residual = z - slope * x
    for r in range(len(y)):
        _, code, size = np.unique(group[r], return_inverse=True, return_counts=True)
        mean = np.bincount(code, residual[r]) / size
        between += float((size * np.square(mean)).sum())
        within += float(np.square(residual[r] - mean[code]).sum())
        lost += len(size) - 1
        kept += len(code) - len(size)
        cross += len(code) - float(np.square(size).sum()) / len(code)
    inside = within / max(kept, 1)
    outside = (between - lost * inside) / max(cross, 1e-12)
    total = inside + outside
    correlation = float((x * z).sum() / max(math.sqrt((x * x).sum() * (z * z).sum()), 1e-12))
    return (outside / total if total > 0 else 0.0), max(total, 0.0), correlation


def standard_error(trial: Trial, found: Implied, scale: float = 1.0) -> float:
    """Of the effect, by formula, with `scale` times as many clients and as many therapists: sqrt(sum of sd² design /
    n).

    Where whole therapists are allocated, design = 1 + ((1 + cv²) m - 1) ICC with m clients measured a therapist and cv
    the spread of m (Eldridge 2006); where clients are, their therapists' differences are part of the SD, and no more.
    """
    total = 0.0
    for at in range(2):
        n = float(found.seen[at]) * scale
        inflation = 1.0
        if trial.clustered:
            m = n / float(found.clusters[at])
            inflation = max(1 + ((1 + found.spread_size**2) * m - 1) * float(found.icc[at]), 1e-6)
        total += found.sd_adjusted**2 * inflation / n
    return math.sqrt(total)


def formula_power(trial: Trial, found: Implied, scale: float = 1.0) -> float:
    """Chance to show benefit (or non-inferiority), by the noncentral t distribution, no interim look."""
    return t_power(trial, found, standard_error(trial, found, scale), scale)


def t_power(trial: Trial, found: Implied, se: float, scale: float = 1.0) -> float:
    """The same for a given standard error."""
    from scipy import stats

    gain = found.effect * trial.outcome.better + (trial.margin or 0.0)
    df = float(found.clusters.sum()) - 2 if trial.clustered else float(found.seen.sum()) * scale - 3
    return float(stats.nct.sf(stats.t.isf(trial.alpha / 2, df), df, gain / se))


def ceiling(trial: Trial, found: Implied) -> float:
    """Power that no number of clients exceeds: 1, or where whole therapists are allocated that of knowing each of them
    without error."""
    if found.effect * trial.outcome.better + (trial.margin or 0.0) <= 0:
        return trial.alpha / 2
    left = sum(found.sd_adjusted**2 * max(float(found.icc[at]), 0.0) * (1 + found.spread_size**2)
               / float(found.clusters[at]) for at in range(2))  # fmt: skip
    return t_power(trial, found, math.sqrt(left)) if trial.clustered and left > 0 else 1.0
