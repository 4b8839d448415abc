"""When an interim look may stop a trial: boundaries for the standardised difference, by exact numerical integration.

Under no difference the score at information fraction t is a sum of independent normal steps, N(0, t) in all. The
probability that it first crosses at look k is found look by look (Armitage, McPherson and Rowe 1969, J R Stat Soc A
132:235), with Gauss-Legendre nodes. Shapes: O'Brien and Fleming 1979 (Biometrics 35:549), Pocock 1977 (Biometrika
64:191), and the spending functions that mimic them (Lan and DeMets 1983, Biometrika 70:659), for looks at any time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import numpy as np

KINDS = ("obrien_fleming", "pocock", "spending_obrien_fleming", "spending_pocock")
NODES = 6  #: of an integral for each standard deviation of the step to the next look; 40 at least
LEAST_GAP = 0.05  #: between looks, of the information
MOST_LOOKS = 10
FAR = 9.0  #: standard deviations beyond which no probability is left that a double would notice


def crossing(fractions: Sequence[float], upper: Sequence[float], lower: Sequence[float] | None = None,
             drift: float = 0.0) -> np.ndarray:  # fmt: skip
    """Probability that the standardised score first leaves (lower, upper) at each look, by the upper side and by the
    lower: shape (looks, 2).

    fractions: of the information, rising, up to 1. upper, lower: for the standardised score; lower None: no lower
    boundary. drift: mean of the score at fraction 1, in standard deviations (effect / its standard error at the end).
    """
    import numpy as np
    from scipy import stats

    out = np.zeros((len(fractions), 2))
    at, mass, before = np.zeros(1), np.ones(1), 0.0
    for k, t in enumerate(fractions):
        step = math.sqrt(t - before)
        mean = at + drift * (t - before)
        high = upper[k] * math.sqrt(t)
        low = lower[k] * math.sqrt(t) if lower is not None else -np.inf
        out[k] = [mass @ stats.norm.sf((high - mean) / step), mass @ stats.norm.cdf((low - mean) / step)]
        reach = FAR * math.sqrt(t)
        left, right = max(low, drift * t - reach), min(high, drift * t + reach)
        if right <= left or k + 1 == len(fractions):
            break
        after = math.sqrt(fractions[k + 1] - t)
        count = max(2, math.ceil(NODES * (right - left) / min(step, after) / 20))
        nodes, weights = _legendre(20 * count)  # in twenties, so that few different ones are ever made
        points = left + (right - left) * (nodes + 1) / 2
        kernel = np.exp(-0.5 * np.square((points[:, None] - mean[None, :]) / step)) / (step * math.sqrt(2 * math.pi))
        at, mass, before = points, (kernel @ mass) * weights * (right - left) / 2, t
    return out


@cache
def _legendre(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [-1, 1]."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def spent(kind: str, t: float, side: float) -> float:
    """Level spent by fraction t, of `side` in all."""
    from scipy import stats

    if kind == "spending_pocock":
        return side * math.log(1 + (math.e - 1) * t)
    return float(2 * stats.norm.sf(stats.norm.isf(side / 2) / math.sqrt(t)))


def boundaries(kind: str, fractions: Sequence[float], side: float, both: bool = True) -> np.ndarray:
    """Upper boundaries, shape (looks,), each side at level `side` in all; both: symmetric, the lower side stops too
    (two-sided level 2 x side); else only the upper side is looked at. Raises ConfigError for an unknown kind."""
    if kind not in KINDS:
        raise config_error("boundary", unknown("boundary", kind, KINDS))
    if kind.startswith("spending_"):
        return _by_spending(kind, fractions, side, both)
    return _by_shape(kind, fractions, side, both)


def _crossed(fractions: Sequence[float], upper: Sequence[float], both: bool) -> np.ndarray:
    """By the upper side, look by look."""
    lower = [-b for b in upper] if both else None
    found: np.ndarray = crossing(fractions, upper, lower)[:, 0]
    return found


def _by_shape(kind: str, fractions: Sequence[float], side: float, both: bool) -> np.ndarray:
    import numpy as np
    from scipy import optimize

    t = np.asarray(fractions, dtype=float)
    shape = 1 / np.sqrt(t) if kind == "obrien_fleming" else np.ones(len(t))

    def excess(c: float) -> float:
        return float(_crossed(fractions, list(c * shape), both).sum()) - side

    return np.asarray(optimize.brentq(excess, 0.5, 8.0, xtol=1e-10) * shape)


def _by_spending(kind: str, fractions: Sequence[float], side: float, both: bool) -> np.ndarray:
    import numpy as np
    from scipy import optimize

    upper: list[float] = []
    for k, t in enumerate(fractions):
        due = spent(kind, t, side) - (spent(kind, fractions[k - 1], side) if k else 0.0)

        def excess(b: float, here: int = k, due: float = due) -> float:
            return float(_crossed(fractions[: here + 1], [*upper, b], both)[-1]) - due

        upper.append(float(optimize.brentq(excess, -2.0, FAR, xtol=1e-10)) if excess(FAR) < 0 else FAR)
    return np.asarray(upper)


@dataclass(frozen=True)
class Looks:
    """When a trial is looked at, and what stops it. fractions: of the clients measured, the last is 1; upper: for the
    standardised difference, either way; harm: for that of reliable deterioration, upwards, infinite at the last one."""

    kind: str
    fractions: tuple[float, ...]
    upper: tuple[float, ...]
    harm: tuple[float, ...]

    @property
    def interim(self) -> bool:
        return len(self.fractions) > 1

    def counts(self, n: int) -> tuple[int, ...]:
        """Clients whose outcome is due at each look."""
        return tuple(min(n, math.ceil(f * n - 1e-9)) for f in self.fractions)


def looks(interim: Sequence[float], kind: str, alpha: float, harm: float | None) -> Looks:
    """The looks of a design: `interim` fractions, then the end. harm: one-sided level for stopping because more clients
    deteriorate, spent over the interim looks by a constant boundary; None: never. Raises ConfigError."""
    from scipy import stats

    if isinstance(interim, str) or not isinstance(interim, Sequence):
        raise config_error("interim", f"expected fractions of the clients, such as [0.5], found {interim!r}")
    if len(interim) >= MOST_LOOKS:
        raise config_error("interim", f"{len(interim)} looks; at most {MOST_LOOKS - 1} before the last")
    before = 0.0
    for f in (*interim, 1.0):
        if isinstance(f, bool) or not isinstance(f, int | float) or not before + LEAST_GAP <= f <= 1.0 + 1e-12:
            raise config_error("interim", f"{list(interim)} must rise within (0, 1) by at least {LEAST_GAP:g} each, "
                               "also the last one to 1")  # fmt: skip
        before = float(f)
    if kind not in KINDS:
        raise config_error("boundary", unknown("boundary", kind, KINDS))
    fractions = (*(float(f) for f in interim), 1.0)
    if not interim:
        return Looks(kind, fractions, (float(stats.norm.isf(alpha / 2)),), (math.inf,))
    upper = tuple(map(float, boundaries(kind, fractions, alpha / 2)))
    stop = (math.inf,) * len(interim)
    if harm is not None:
        stop = tuple(map(float, boundaries("pocock", fractions[:-1], harm, both=False)))
    return Looks(kind, fractions, upper, (*stop, math.inf))
