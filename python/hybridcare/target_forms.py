"""Targets that follow from parameters alone: exact, without a simulation and without noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Parameter = Callable[[str], Floats]

_SPREAD = 5.0  # PHQ-9 points: the spread at which the retest correlation was published
_ROUNDING = 1 / 12  # variance of rounding to whole points
_LATER = 11  # contacts held before the twelfth
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_REACH = 9.0  # standard deviations about the mean; 2e-19 lies beyond


def share_right(d: Floats, alternatives: Floats) -> Floats:
    """P_c(d): share of turns read right among so many alternatives, ∫ φ(x − d) Φ(x)^(K−1) dx. Mechanism S2.

    d, alternatives  shape (points,). Gauss–Legendre with 200 nodes over 18 standard deviations: to 1e-12."""
    x = d[:, None] + _REACH * _NODES
    density = np.exp(-((x - d[:, None]) ** 2) / 2) / np.sqrt(2 * np.pi)
    share: Floats = _REACH * (density * _below(x) ** (alternatives[:, None] - 1) * _WEIGHTS).sum(axis=1)
    return share


def _below(x: Floats) -> Floats:
    from math import erf, sqrt

    found: Floats = (1 + np.vectorize(erf, otypes=[float])(x / sqrt(2))) / 2
    return found


def _advantage(parameter: Parameter, contacts: int) -> Floats:
    """In-group advantage of open expressions at cultural distance 1, with so many contacts held before, a share."""
    own, many = parameter("/human/discriminability"), parameter("/recognition/emotions")
    loss = parameter("/human/distance_loss") * parameter("/human/modality") * (1 - parameter("/human/competence"))
    other = own * (1 - loss * np.exp(-parameter("/human/familiarity") * contacts))
    return share_right(own, many) - share_right(other, many)


def ingroup_first(parameter: Parameter) -> Floats:
    """At the first contact, percentage points."""
    return 100 * _advantage(parameter, 0)


def ingroup_later(parameter: Parameter) -> Floats:
    """At the twelfth contact, over that at the first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _advantage(parameter, _LATER) / _advantage(parameter, 0)


def phq9_retest(parameter: Parameter) -> Floats:
    """Correlation of two measurements of the same symptoms where measured scores spread by 5 points."""
    return 1 - (parameter("/course/measurement_sd") ** 2 + _ROUNDING) / _SPREAD**2


FORMS: dict[str, Callable[[Parameter], Floats]] = {
    "ingroup_first": ingroup_first, "ingroup_later": ingroup_later, "phq9_retest": phq9_retest,
}  # fmt: skip
