"""How a study's result is read off counts: means, spreads and shares of arms at a time.

All arrays have shape (points, 1 + replicates): the estimate of all replicates, then that without each of them. A
reading is any function of them, and its noise is what leaving replicates out does to it (jackknife).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.points import PointRuns

Floats = NDArray[np.float64]
Parameter = Callable[[str], Floats]
"""Values of a field at all points, shape (points,), by JSON Pointer."""


class Counted:
    """What was read off the arms of one part: by arm and metric, shape (points, 1 + replicates)."""

    def __init__(self, runs: PointRuns, keys: Sequence[str]) -> None:
        replicates = runs.values.shape[-1]
        whole = runs.estimate[..., None]
        without = (replicates * whole - runs.values) / (replicates - 1) if replicates > 1 else runs.values[..., :0]
        self._values = np.concatenate([whole, without], axis=-1)
        self._arm = {arm: place for place, arm in enumerate(runs.arms)}
        self._key = {key: place for place, key in enumerate(keys)}

    def of(self, arm: str, key: str) -> Floats:
        found: Floats = self._values[:, self._arm[arm], self._key[key], :]
        return found

    def mean(self, arms: str | Sequence[str] | Mapping[str, float], key: str, squared: bool = False) -> Floats:
        """Of one arm; of several, half each or with the weights given. squared: of the squares, for variances."""
        weights = {arms: 1.0} if isinstance(arms, str) else arms
        if not isinstance(weights, Mapping):
            weights = {arm: 1 / len(weights) for arm in weights}
        power = 2 if squared else 1
        return sum((share * self.of(arm, key) ** power for arm, share in weights.items()), np.zeros(1))


def jackknife(values: Floats) -> tuple[Floats, Floats]:
    """(values, noise) from shape (points, 1 + replicates); noise is NaN with one replicate."""
    whole, without = values[:, 0], values[:, 1:]
    replicates = without.shape[1]
    if replicates < 2:
        return whole, np.full(whole.shape, np.nan)
    with np.errstate(invalid="ignore"):  # a reading without each replicate may be infinite: then its noise is NaN
        spread = without - without.mean(axis=1, keepdims=True)
    return whole, np.sqrt((replicates - 1) / replicates * (spread**2).sum(axis=1))


def read(reading: Mapping[str, Any], counted: Counted, parameter: Parameter) -> Floats:
    """The result of a study, shape (points, 1 + replicates), as `reading` says: its member `of` names the function."""
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody left, or nobody counted: NaN or infinity
        return READINGS[reading["of"]](reading, counted, parameter)


def _level(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    return c.mean(r["arm"], r["metric"])


def _difference(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    return c.mean(r["arm"], r["metric"]) - c.mean(r["against"], r["metric"])


def _d(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    """Against minus arm, so that better is positive, over the root mean square of the two spreads."""
    variance = (c.mean(r["arm"], r["spread"], squared=True) + c.mean(r["against"], r["spread"], squared=True)) / 2
    return -_difference(r, c, p) / np.sqrt(variance)


def _change_d(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    start, squared = c.of(r["arm"], "start@12"), c.of(r["arm"], "start_squared@12")
    variance = (squared - start**2 + c.of(r["arm"], r["spread"]) ** 2) / 2
    return (start - c.of(r["arm"], r["metric"])) / np.sqrt(variance)


def _change_percent(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    return 100 * (c.of(r["arm"], r["metric"]) / c.of(r["arm"], "start@12") - 1)


def _odds(share: Floats) -> Floats:
    return share / (1 - share)


def _log_odds(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    odds: Floats = np.log(_odds(c.mean(r["arm"], r["metric"])) / _odds(c.mean(r["against"], r["metric"])))
    return odds


def _odds_ratio(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    return _odds(c.mean(r["against"], r["metric"])) / _odds(c.mean(r["arm"], r["metric"]))


def _ratio(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    return c.of(r["arm"], r["metric"]) / c.of(r["arm"], r["over"])


def _groups_d(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    """Two groups of one arm: `over` minus `metric`, over the arm's spread."""
    return (c.of(r["arm"], r["over"]) - c.of(r["arm"], r["metric"])) / c.of(r["arm"], r["spread"])


def _accuracy_gain(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    return 100 * ((1 - c.mean(r["arm"], r["metric"])) / (1 - c.mean(r["against"], r["metric"])) - 1)


def _slope(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    """What one standard deviation of a quality does, in standard deviations of the outcome; the arm has it raised by
    `shift`. Per therapist: one between therapists; per session: one of a mean over the 12 sessions of a course."""
    between = p("/therapists/spread") * np.hypot(p("/therapists/common"), p("/therapists/own"))
    one = between if r["per"] == "therapist" else p("/human/quality_sd") / np.sqrt(12)
    slope: Floats = _d(r, c, p) * (one / r["shift"])[:, None]
    return slope


def _log_gain(r: Mapping[str, Any], c: Counted, p: Parameter) -> Floats:
    """R² of a line on log(sessions) minus that of a line on sessions; metrics stand for sessions 1, 2, ..."""
    shares = np.stack([c.of(r["arm"], key) for key in r["metric"]])
    sessions = np.arange(1, len(shares) + 1, dtype=float)
    return _explained(np.log(sessions), shares) - _explained(sessions, shares)


def _explained(x: Floats, y: Floats) -> Floats:
    """Squared correlation of x, shape (n,), with y, shape (n, points, 1 + replicates)."""
    dx, dy = x - x.mean(), y - y.mean(axis=0)
    both = (dx[:, None, None] * dy).sum(axis=0)  # no product of matrices: its bits depend on how many points there are
    found: Floats = both**2 / ((dx**2).sum() * (dy**2).sum(axis=0))
    return found


READINGS: dict[str, Callable[[Mapping[str, Any], Counted, Parameter], Floats]] = {
    "level": _level, "difference": _difference, "d": _d, "change_d": _change_d, "change_percent": _change_percent,
    "log_odds": _log_odds, "odds_ratio": _odds_ratio, "ratio": _ratio, "groups_d": _groups_d,
    "accuracy_gain": _accuracy_gain, "slope": _slope, "log_gain": _log_gain,
}  # fmt: skip
