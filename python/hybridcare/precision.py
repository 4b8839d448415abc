"""How many replicates are enough: a half-width for each declared metric, and a rule that looks ahead before it stops.

After Hoad, Robinson and Davies (2010), *Automated selection of the number of replications for a discrete-event
simulation*, J Oper Res Soc 61(11), 1632-1644: a precision that has been reached must hold for the next replicates too,
or a lucky run of them would end the experiment too early: the next 5, and beyond 100 replicates a twentieth of them,
with Student's t for the half-width, as there. Theirs is a share of the mean; here it is in the metric's unit, since a
difference may be zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.scenario import Scenario

LEAST = 3  #: replicates before a half-width means anything
LOOK_AHEAD = 5  #: replicates for which it must hold, up to 100; a twentieth of them beyond
START = 8


@dataclass(frozen=True)
class Target:
    """A half-width wanted. `reading` is "" for metrics of the whole course."""

    metric: str
    reading: str
    half_width: float

    @property
    def name(self) -> str:
        return f"{self.metric}@{self.reading}" if self.reading else self.metric


def check(wanted: Mapping[str, float], scenario: Scenario) -> None:
    """What can be refused before any run. Raises ConfigError: an unknown metric or reading, a half-width not
    above 0."""
    from hybridcare.errors import ConfigError
    from hybridcare.points import Metric, Task

    for name, half_width in wanted.items():
        metric, _, at = name.partition("@")
        try:
            Task.of(scenario, metrics=[Metric(metric, at)])
        except ConfigError as error:
            raise config_error("precision", str(error)) from error
        _check_width(name, half_width)


def _check_width(name: str, half_width: object) -> None:
    if isinstance(half_width, bool) or not isinstance(half_width, int | float) or not 0 < half_width < math.inf:
        raise config_error(f"precision/{name}", f"{half_width!r} is not above 0")


def targets(wanted: Mapping[str, float], known: pd.DataFrame, reading: str) -> list[Target]:
    """`wanted` by "metric" or "metric@reading" (default: the main reading, or the whole course).

    Raises ConfigError: an unknown metric or reading, a half-width that is not above 0.
    """
    pairs = {(str(m), str(r)) for m, r in zip(known["metric"], known["reading"], strict=True)}
    found = []
    for name, half_width in wanted.items():
        metric, _, at = name.partition("@")
        of_metric = sorted(r for m, r in pairs if m == metric)
        if not of_metric:
            raise config_error("precision", unknown("metric", metric, sorted({m for m, _ in pairs})))
        chosen = at or (reading if reading in of_metric else "" if "" in of_metric else of_metric[0])
        if chosen not in of_metric:
            raise config_error("precision", unknown(f"reading of {metric}", chosen, of_metric))
        _check_width(name, half_width)
        found.append(Target(metric, chosen, float(half_width)))
    return found


def look_ahead(replicates: int) -> int:
    """Replicates for which a half-width, reached at this number, must hold."""
    return LOOK_AHEAD if replicates <= 100 else replicates * LOOK_AHEAD // 100


def half_widths(values: np.ndarray) -> np.ndarray:
    """t(.975, n - 1) SD / sqrt(n) of the first n values, shape (R,), NaN below `LEAST`."""
    import numpy as np
    from scipy import stats

    n = np.arange(1, len(values) + 1)
    apart = values - values[0] if len(values) else values  # a large mean must not swallow a small spread
    total, squares = np.cumsum(apart), np.cumsum(np.square(apart))
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares - total**2 / n, 0) / (n - 1)
        widths = stats.t.ppf(0.975, n - 1) * np.sqrt(variance / n)
    widths[: LEAST - 1] = np.nan
    return np.asarray(widths, dtype=float)


def enough(values: np.ndarray, half_width: float) -> int | None:
    """The first number of replicates at which the half-width is reached and then holds; None: more are needed."""
    reached = half_widths(values) <= half_width
    for n in range(LEAST, len(values) + 1):
        last = n + look_ahead(n)
        if last > len(values):
            return None
        if reached[n - 1 : last].all():
            return n
    return None


def needed(values: np.ndarray, half_width: float) -> int | None:
    """About how many replicates the half-width takes, from the spread of those at hand; None of fewer than two."""
    import numpy as np
    from scipy import stats

    if len(values) < 2:
        return None
    spread = float(np.std(values, ddof=1))
    n = max(LEAST, len(values))
    for _ in range(50):  # t depends on n: repeat until it stands
        wanted = max(LEAST, math.ceil((float(stats.t.ppf(0.975, n - 1)) * spread / half_width) ** 2))
        if wanted == n:
            break
        n = wanted
    return n
