"""How a virtual trial is analysed: analysis of covariance by least squares, or with a random intercept for each
therapist by restricted maximum likelihood. Complete cases, each arm against the first, covariates: the reading at
entry, and the strata of the allocation. Both are held against statsmodels by tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Rows of a trial -> dict(estimate, se, p) or that triple.
Own = Callable[["pd.DataFrame"], "Mapping[str, float] | tuple[float, float, float]"]
NAMES = ("ancova", "mixed")
MOST_ICC = 0.99


@dataclass(frozen=True)
class Fit:
    """effect, se: of each arm but the first against the first, in the outcome's unit, shape (arms - 1,); df: degrees of
    freedom of t (infinite: normal). sd: of the residual (both levels together); icc: between therapists, NaN where it
    was not estimated. All NaN where an arm has too few clients."""

    effect: np.ndarray
    se: np.ndarray
    df: float
    sd: float
    icc: float


@dataclass(frozen=True)
class Columns:
    """What an analysis reads of one trial: arm, number of each client's arm; y, outcome (NaN: missing); start, PHQ-9 at
    entry; stratum; therapist; each of shape (n,)."""

    arm: np.ndarray
    y: np.ndarray
    start: np.ndarray
    stratum: np.ndarray
    therapist: np.ndarray


def fit(columns: Columns, arms: int, method: str, clustered: bool) -> Fit:
    """`method` of NAMES. clustered: whole therapists were allocated, so that t has therapists - arms degrees."""
    seen = columns.y == columns.y
    x, y = design(columns, arms, seen), columns.y[seen]
    if not enough(columns.arm[seen], arms, x):
        return nothing(arms)
    if method == "ancova":
        return least_squares(x, y, arms)
    return random_intercept(x, y, columns.therapist[seen], arms, clustered)


def design(columns: Columns, arms: int, seen: np.ndarray) -> np.ndarray:
    """Columns: 1, the arms but the first, the reading at entry less 15, strata but the first that are there."""
    import numpy as np

    arm, stratum = columns.arm[seen], columns.stratum[seen]
    parts = [np.ones(len(arm)), *((arm == a).astype(float) for a in range(1, arms)), columns.start[seen] - 15.0]
    present = np.unique(stratum)
    parts += [(stratum == s).astype(float) for s in present[1:]]
    return np.column_stack(parts)


def enough(arm: np.ndarray, arms: int, x: np.ndarray) -> bool:
    """Two clients an arm, a reading at entry that varies, and more clients than columns."""
    import numpy as np

    counts = np.bincount(arm, minlength=arms)
    return bool(counts.min() >= 2 and len(x) > x.shape[1] and np.linalg.matrix_rank(x) == x.shape[1])


def nothing(arms: int) -> Fit:
    import numpy as np

    unknown = np.full(arms - 1, np.nan)
    return Fit(unknown, unknown, math.nan, math.nan, math.nan)


def least_squares(x: np.ndarray, y: np.ndarray, arms: int) -> Fit:
    """Ordinary least squares with one residual variance."""
    import numpy as np

    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    df = len(y) - x.shape[1]
    variance = float(np.sum(np.square(y - x @ beta))) / df
    se = np.sqrt(variance * np.diag(inverse))
    return Fit(beta[1:arms], se[1:arms], float(df), math.sqrt(variance), math.nan)


class Profile:
    """The restricted likelihood of a random intercept over one number: the share of variance between groups."""

    def __init__(self, x: np.ndarray, y: np.ndarray, group: np.ndarray) -> None:
        import numpy as np

        _, self.group, counts = np.unique(group, return_inverse=True, return_counts=True)
        self.size = counts.astype(float)
        z = np.column_stack([x, y])
        self.cross = z.T @ z
        self.sums = np.zeros((len(counts), z.shape[1]))
        np.add.at(self.sums, self.group, z)
        self.df = len(y) - x.shape[1]

    def solve(self, icc: float) -> tuple[np.ndarray, np.ndarray, float, float]:
        """(coefficients, their covariance, residual variance within groups, -2 log restricted likelihood)."""
        import numpy as np

        ratio = icc / (1 - icc)
        weight = ratio / (1 + ratio * self.size)
        whole = self.cross - self.sums.T @ (weight[:, None] * self.sums)
        a, b, c = whole[:-1, :-1], whole[:-1, -1], whole[-1, -1]
        inverse = np.linalg.inv(a)
        beta = inverse @ b
        variance = max(float(c - b @ beta) / self.df, 1e-12)
        deviance = self.df * math.log(variance) + float(np.sum(np.log1p(ratio * self.size)))
        return beta, variance * inverse, variance, deviance + float(np.linalg.slogdet(a)[1])


def random_intercept(x: np.ndarray, y: np.ndarray, group: np.ndarray, arms: int, clustered: bool) -> Fit:
    """Restricted maximum likelihood; the share of variance between groups within [0, .99]."""
    import numpy as np
    from scipy import optimize

    profile = Profile(x, y, group)
    found = optimize.minimize_scalar(lambda icc: profile.solve(icc)[3], bounds=(0.0, MOST_ICC), method="bounded",
                                     options={"xatol": 1e-5})  # fmt: skip
    icc = float(found.x) if found.fun < profile.solve(0.0)[3] else 0.0
    beta, covariance, variance, _ = profile.solve(icc)
    groups = len(profile.size)
    df = groups - arms if clustered else len(y) - x.shape[1]
    if df < 1:
        return nothing(arms)
    se = np.sqrt(np.diag(covariance))
    return Fit(beta[1:arms], se[1:arms], float(df), math.sqrt(variance / (1 - icc)), icc)


def p_values(effect: np.ndarray, se: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Two-sided, of t; NaN where there is no estimate. Shapes broadcast."""
    import numpy as np
    from scipy import stats

    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * stats.t.sf(np.abs(effect / se), df), dtype=float)


def own(analysis: Own, rows: pd.DataFrame, where: str) -> tuple[float, float, float]:
    """What the user's function says of one trial: estimate, standard error, p. Raises ConfigError for another answer;
    what the function raises itself is let through."""
    found = analysis(rows)
    if isinstance(found, Mapping):
        absent = [key for key in ("estimate", "se", "p") if key not in found]
        if absent:
            raise config_error("analysis", f"{where}: the answer has no {', '.join(absent)}; expected estimate, se, p")
        found = (found["estimate"], found["se"], found["p"])
    try:
        estimate, se, p = (float(value) for value in found)
    except (TypeError, ValueError) as error:
        raise config_error("analysis", f"{where}: expected estimate, se and p, found {_short(found)}") from error
    if p == p and not 0 <= p <= 1:
        raise config_error("analysis", f"{where}: p {p:g} is outside [0, 1]")
    if se == se and se < 0:
        raise config_error("analysis", f"{where}: a standard error of {se:g} is below 0")
    return estimate, se, p


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
