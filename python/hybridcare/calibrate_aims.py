"""What a calibration fits to, and a simulator to fit: plain values, so that toys with known answers and the real
simulator are interchangeable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Aim:
    """One target.

    figure, sd    what was published, and its standard error, in the target's unit
    discrepancy   SD of what the model cannot be expected to meet: simplification, other populations and years
    weight        power of its likelihood: 1, unless the targets' file says otherwise
    low, high     the published interval; flat: all figures between them are equally right (a bracket), sd and
                  discrepancy then hold beyond its ends
    """

    name: str
    figure: float
    sd: float
    discrepancy: float = 0.0
    weight: float = 1.0
    low: float = float("nan")
    high: float = float("nan")
    flat: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Simulated:
    """value: shape (n, t), NaN where a figure has no number; variance: of simulation noise, the same shape; failures:
    why, by point, where nothing could be run."""

    value: Floats
    variance: Floats
    failures: Mapping[int, str] = field(default_factory=dict)

    def columns(self, at: Sequence[int]) -> Simulated:
        """Some of the figures."""
        return Simulated(self.value[:, list(at)], self.variance[:, list(at)], self.failures)


class Simulator(Protocol):
    """x, shape (n, d): parameter values in their units, columns as `Priors.columns`. To the same x belong the same
    numbers, whatever else is in the call."""

    def __call__(self, x: Floats) -> Simulated: ...


@dataclass(frozen=True)
class Aims:
    """All targets, as arrays of shape (t,)."""

    each: tuple[Aim, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(aim.name for aim in self.each)

    def _of(self, name: str) -> Floats:
        return np.array([float(getattr(aim, name)) for aim in self.each])

    @property
    def weight(self) -> Floats:
        return self._of("weight")

    def away(self, value: Floats) -> Floats:
        """How far values (n, t) lie from the figures; 0 inside of a bracket."""
        flat = self._of("flat") > 0
        low, high = np.where(flat, self._of("low"), 0.0), np.where(flat, self._of("high"), 0.0)
        outside = np.where(value < low, value - low, np.where(value > high, value - high, 0.0 * value))
        return np.where(flat, outside, value - self._of("figure"))

    def spread(self, variance: Floats) -> Floats:
        """Variance of that distance: of the figure, of the model's discrepancy, and of what is given (n, t)."""
        return np.asarray(self._of("sd") ** 2 + self._of("discrepancy") ** 2 + variance)

    def implausibility(self, value: Floats, variance: Floats) -> Floats:
        """Distance in SDs, shape (n, t): |value - figure| / sqrt(sd^2 + discrepancy^2 + variance). A figure without a
        number counts as infinitely far."""
        far = np.abs(self.away(value)) / np.sqrt(self.spread(variance))
        return np.where(np.isfinite(far), far, np.inf)

    def log_likelihood(self, value: Floats, variance: Floats) -> Floats:
        """Shape (n,): normal in each distance, targets independent, each to the power of its weight."""
        spread = self.spread(variance)
        each = -0.5 * (self.away(value) ** 2 / spread + np.log(2 * np.pi * spread))
        return np.asarray(np.where(np.isfinite(each), each, -1e6) @ self.weight)

    def loss(self, value: Floats, variance: Floats) -> Floats:
        """Shape (n,): sum of weight times squared implausibility: about the number of targets where all is well."""
        return np.asarray(self.implausibility(value, variance) ** 2 @ self.weight)

    def missed(self, value: Floats) -> NDArray[np.bool_]:
        """Shape (n, t): outside of the published interval; where there is none, beyond 1.96 SD of the figure."""
        low = np.where(np.isfinite(self._of("low")), self._of("low"), self._of("figure") - 1.96 * self._of("sd"))
        high = np.where(np.isfinite(self._of("high")), self._of("high"), self._of("figure") + 1.96 * self._of("sd"))
        return ~((value >= low) & (value <= high))

    def only(self, names: Sequence[str]) -> Aims:
        return Aims(tuple(aim for aim in self.each if aim.name in names))
