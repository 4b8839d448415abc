"""Chances over what a measurement leaves open, from values by replicate, each of which has a draw of its own."""

from __future__ import annotations

import math

import numpy as np

SHRUNK = 1e-6  #: of a correlation that is drawn towards none, so that it can be integrated
POINTS = 20_000  #: of the integration


def without_luck(values: np.ndarray, control: np.ndarray) -> np.ndarray:
    """`values` by replicate minus what `control`, of the same clients with the same luck and no draw from a profile,
    tells of their luck: regression on it (a control variate). The mean stays."""
    spread = float(np.var(control))
    if len(values) < 4 or not np.isfinite(control).all() or spread < 1e-300:
        return values
    slope = float(np.mean((values - values.mean()) * (control - control.mean())) / spread)
    adjusted: np.ndarray = values - slope * (control - control.mean())
    return adjusted


def chance(values: np.ndarray, limit: float, upper: bool, noise: float) -> float:
    """Chance that another draw lies on the right side of the limit: Student's t as predictive distribution of values
    that are normal over replicates, shape (R,), R >= 2, whose mean is known with a standard error `noise`. Without any
    spread 0 or 1."""
    from scipy import stats

    middle, spread = float(np.mean(values)), float(np.std(values, ddof=1))
    room = (limit - middle) * (1 if upper else -1)
    wide = math.hypot(spread, noise)
    return float(room >= 0) if wide == 0 else float(stats.t.cdf(room / wide, len(values) - 1))


def chance_of_all(values: np.ndarray, limit: float, upper: bool, plain: np.ndarray, points: int = POINTS) -> float:
    """Chance that another draw lies on the right side of the limit in every row at once: multivariate Student's t.

    values  shape (rows, R), R >= 2; a draw is one column, so that rows go together as far as their draws do
    plain   the same without luck taken out: covariance of its mean is what is not known of the mean of `values`
    points  of the integration, with a fixed seed: its error is .001 or so with the default, .005 with 1,000
    A row alone has its `chance`. The correlation over R draws is an
    estimate, which for few draws is coarse; it is drawn towards none by a millionth, so that it is not singular.
    """
    from scipy import stats

    count = values.shape[1]
    noise = [float(np.std(row, ddof=1)) / math.sqrt(count) for row in plain]
    single = [chance(row, limit, upper, se) for row, se in zip(values, noise, strict=True)]
    cover = np.atleast_2d(np.cov(values)) + np.atleast_2d(np.cov(plain)) / count
    wide = np.sqrt(np.diag(cover))
    told = wide > 0
    if min(single) == 0 or told.sum() < 2:  # without spread a row passes or it does not
        return min(single)
    room = (limit - values.mean(axis=1)[told]) * (1 if upper else -1) / wide[told]
    together = cover[np.ix_(told, told)] / np.outer(wide[told], wide[told])
    together = (1 - SHRUNK) * together + SHRUNK * np.eye(len(room))
    found = float(stats.multivariate_t.cdf(room, shape=together, df=count - 1, maxpts=points, random_state=1,
                                           allow_singular=True))  # fmt: skip
    return min(max(found, 0.0), *single)
