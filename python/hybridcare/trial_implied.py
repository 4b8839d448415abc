"""What the mechanism implies for a colleague's own formula: effect, SD, correlation with entry, likeness within
therapists, missing shares; and that formula, beside which simulated power stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hybridcare.trial_allocation import Clusters
from hybridcare.trial_summaries import by_arm, truths

if TYPE_CHECKING:
    import numpy as np

    from hybridcare.trial import Trial
    from hybridcare.trial_data import Pool, Trials

VERY_MANY = 1e6  #: times as many clients: as good as without end


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
    clusters_most  therapists that both arms together would have with very many clients
    spread_size coefficient of variation of measured clients per therapist
    apart       SD between therapists of what the arm does minus what the reference does, for the same clients
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
    clusters_most: float
    spread_size: float
    apart: float


def implied(trial: Trial, pool: Pool, found: Trials, effect: np.ndarray, contrast: int = 0) -> Implied:
    """From many trials; effect: what each estimates of all its clients, shape (R,)."""
    import numpy as np

    pair = [0, contrast + 1]
    held = by_arm(found, len(trial.arms))
    truth = truths(pool, trial.outcome)[:, contrast]
    seen = held["seen"][:, pair].astype(float)
    variance = np.nanmean(np.square(held["spread"][:, pair]), axis=0)
    adjusted, correlation, icc = np.zeros(2), np.zeros(2), np.zeros(2)
    ys = [trial.outcome.of(pool.start.astype(float), pool.now[:, arm, :].astype(float)) for arm in pair]
    for at, y in enumerate(ys):
        icc[at], adjusted[at], correlation[at] = moments(y, pool.start.astype(float), pool.therapist)
    sizes = [np.bincount(found.therapist[r][_measured(found, r, pair)]) for r in range(len(found.replicates))]
    filled = [size[size > 0] for size in sizes]
    return Implied(
        effect=float(np.nanmean(effect)), effect_noise_se=_noise(effect), truth=float(truth.mean()),
        truth_noise_se=_noise(truth), sd=math.sqrt(float(variance.mean())), sd_adjusted=math.sqrt(adjusted.mean()),
        correlation=float(correlation.mean()), icc=icc, seen=seen.mean(axis=0),
        seen_share=float(seen.sum() / held["randomised"][:, pair].sum()), clusters=_clusters(trial, filled),
        clusters_most=_clusters_most(trial, filled, pair),
        spread_size=float(np.mean([size.std() / size.mean() for size in filled])),
        apart=_apart(pool, ys[1] - ys[0]))  # fmt: skip


def _measured(found: Trials, r: int, pair: list[int]) -> np.ndarray:
    import numpy as np

    return np.asarray((found.y[r] == found.y[r]) & np.isin(found.arm[r], pair))


def _clusters(trial: Trial, filled: list[np.ndarray]) -> np.ndarray:
    """Therapists in the two arms, each half of those with a client (all of them, if clients are allocated)."""
    import numpy as np

    count = float(np.mean([len(size) for size in filled]))
    return np.full(2, count / 2 if trial.clustered else count)


def _clusters_most(trial: Trial, filled: list[np.ndarray], pair: list[int]) -> float:
    """Of both arms together, with very many clients: those allocated to either, or all, if clients are allocated."""
    import numpy as np

    plan = trial.plan
    if not trial.clustered:
        return float(plan.therapists)
    if isinstance(plan.allocation, Clusters):
        return float(np.isin(plan.allocation.places(plan.therapists), pair).sum())
    return float(np.mean([len(size) for size in filled]))


def _apart(pool: Pool, gained: np.ndarray) -> float:
    """SD between therapists of `gained`, arm minus reference of the same client, shape (R, n): around the mean over all
    trials, so that it is there with one therapist a trial too."""
    import numpy as np

    one_row = (1, -1)
    trial_of = np.arange(len(gained))[:, None] * (int(pool.therapist.max()) + 1)
    icc, total, _ = moments(gained.reshape(one_row), pool.start.astype(float).reshape(one_row),
                            (pool.therapist + trial_of).reshape(one_row))  # fmt: skip
    return math.sqrt(max(icc * total, 0.0))


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
    n + apart² / therapists).

    Where whole therapists are allocated, design = 1 + ((1 + cv²) m - 1) ICC with m clients measured a therapist and cv
    the spread of m (Eldridge 2006), and the last part is in it. Where clients are, design = 1, and the last part is
    what therapists differ in with the arm and not in the reference: alike in both arms, it cancels.
    """
    total = 0.0 if trial.clustered else found.apart**2 / found.clusters_most
    for at in range(2):
        n = float(found.seen[at]) * scale
        inflation = 1.0
        if trial.clustered:
            inflation = max(1 + (_concentration(found, at, scale) * n - 1) * float(found.icc[at]), 1e-6)
        total += found.sd_adjusted**2 * inflation / n
    return math.sqrt(total)


def _concentration(found: Implied, at: int, scale: float) -> float:
    """Sum of the squares of therapists' shares of an arm's clients, (1 + cv²) / therapists. Clients come to therapists
    by chance, alike: what it is above one over their number goes with one over the number of clients."""
    least = 2 / found.clusters_most
    return least + ((1 + found.spread_size**2) / float(found.clusters[at]) - least) / scale


def formula_power(trial: Trial, found: Implied, scale: float = 1.0) -> float:
    """Chance to show benefit (or non-inferiority), by the noncentral t distribution, no interim look."""
    return t_power(trial, found, standard_error(trial, found, scale), scale)


def t_power(trial: Trial, found: Implied, se: float, scale: float = 1.0) -> float:
    """The same for a given standard error."""
    from scipy import stats

    gain = found.effect * trial.outcome.better + (trial.margin or 0.0)
    df = float(found.seen.sum()) * scale - 3
    if trial.clustered:
        empty = max(1 - float(found.clusters.sum()) / found.clusters_most, 0.0)  # therapists without a client
        df = found.clusters_most * (1 - empty**scale) - 2
    df = max(df, 1.0)
    return float(stats.nct.sf(stats.t.isf(trial.alpha / 2, df), df, gain / se))


def ceiling(trial: Trial, found: Implied) -> float:
    """Power that no number of clients exceeds, by formula: that of knowing each therapist without error; 1 where they
    do not matter."""
    if found.effect * trial.outcome.better + (trial.margin or 0.0) <= 0:
        return trial.alpha / 2
    left = found.apart**2 / found.clusters_most
    if trial.clustered:
        left = sum(found.sd_adjusted**2 * max(float(icc), 0.0) * 2 / found.clusters_most for icc in found.icc)
    return t_power(trial, found, math.sqrt(left), VERY_MANY) if left > 0 else 1.0
