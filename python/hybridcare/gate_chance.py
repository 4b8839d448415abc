"""Chances over what a measurement leaves open, from values by replicate, each of which has a draw of its own."""

from __future__ import annotations

import math

import numpy as np


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
