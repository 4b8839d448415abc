"""Conclusions as short texts, such as "hybrid - human < 0" or "dropout: ai - human < 0.1", and whether they hold.

    [METRIC:] ARM [- ARM] COMPARISON NUMBER

METRIC as in `points.Metric.parse` (default: the PHQ-9 at the main reading), COMPARISON one of < <= > >=. Read by a
regular expression; nothing in it is executed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.points import Metric

if TYPE_CHECKING:
    from hybridcare.uncertainty import Spread

LONGEST = 200
MOST, HALF = 0.9, 0.5  #: of the sets in which it has to hold; up to which it fails (model.md, sections 8 and 10)
_FORM = re.compile(r"(?:(?P<metric>[^:<>]+):)?\s*(?P<arm>\w+)\s*(?:[-−]\s*(?P<against>\w+)\s*)?"
                   r"(?P<sign><=|>=|<|>|≤|≥)\s*(?P<margin>[-+−]?\d*\.?\d+(?:[eE][-+]?\d+)?)", re.ASCII)  # fmt: skip
SHAPE = "expected [METRIC:] ARM [- ARM] < NUMBER (or <=, >, >=), such as 'hybrid - human < 0'"


@dataclass(frozen=True)
class Conclusion:
    """A difference of two arms (or one arm's value) on one side of a margin, in the metric's unit."""

    metric: Metric
    arm: str
    against: str
    sign: str
    margin: float

    @classmethod
    def parse(cls, text: str, arms: Iterable[str], default: Metric) -> Conclusion:
        """Raises ConfigError: not of the form, an unknown arm. The metric's name is checked where it is run."""
        found = _FORM.fullmatch(text.strip()) if len(text) <= LONGEST else None
        if found is None:
            raise config_error("conclusion", f"{text[:LONGEST]!r} cannot be read; {SHAPE}")
        names = list(arms)
        arm, against = found["arm"], found["against"] or ""
        for name in (arm, against):
            if name and name not in names:
                raise config_error(f"conclusion {text.strip()!r}", unknown("arm", name, names))
        if arm == against:
            raise config_error(f"conclusion {text.strip()!r}", "an arm can't be compared with itself")
        margin = float(found["margin"].replace("−", "-"))
        if not math.isfinite(margin):
            raise config_error(f"conclusion {text.strip()!r}", f"{found['margin']} is no finite number")
        metric = Metric.parse(found["metric"].strip()) if found["metric"] else default
        return cls(metric, arm, against, found["sign"].replace("≤", "<=").replace("≥", ">="), margin)

    def __str__(self) -> str:
        pair = f"{self.arm} - {self.against}" if self.against else self.arm
        return f"{self.metric}: {pair} {self.sign} {self.margin:g}"

    def state(self, estimate: float, noise_se: float, replicates: int) -> str:
        """holds, fails, or unclear: the margin lies within simulation noise (95 %, `reach`). At the margin to the last
        bit, without noise, `<` fails and `<=` holds."""
        if not math.isfinite(estimate):
            return "unclear"
        beyond = (estimate - self.margin) * (1 if self.sign.startswith(">") else -1)  # above 0: on the right side
        if beyond == 0 and noise_se == 0:
            return "holds" if self.sign.endswith("=") else "fails"
        if not math.isfinite(noise_se) or abs(beyond) <= reach(replicates) * noise_se:
            return "unclear"
        return "holds" if beyond > 0 else "fails"

    def over_sets(self, estimate: Any, found: Spread, replicates: int) -> Share:
        """In which share of parameter sets it holds. estimate: shape (sets,), NaN where a set could not be run.

        Chance makes estimates of single sets differ more than their truths do; so they are drawn together around their
        mean until their variance is that between parameters alone (Louis 1984, J Am Stat Assoc 79, 393). The Monte
        Carlo error of the mean, which all sets share, is laid on either side: `Share.low`, `Share.high`.
        """
        import numpy as np

        known = np.asarray(estimate, float)
        known = known[np.isfinite(known)]
        noise = found.noise_se
        if len(known) < 2 or not math.isfinite(noise):
            return Share(math.nan, math.nan, math.nan, "unclear")
        between, own = found.parameter_sd**2, found.own_se**2
        kept = math.sqrt(between / (between + own)) if between + own > 0 else 1.0
        beyond = (found.mean + kept * (known - found.mean) - self.margin) * (1 if self.sign.startswith(">") else -1)
        equal = self.sign.endswith("=")

        def share(by: float) -> float:
            moved = beyond + by
            return float(np.mean(moved >= 0 if equal else moved > 0))

        half = reach(replicates) * noise
        low, high = share(-half), share(half)
        state = "holds" if low >= MOST else "fails" if high <= HALF else "unclear"
        return Share(share(0.0), low, high, "mixed" if low > HALF and high < MOST else state)


@dataclass(frozen=True)
class Share:
    """The share of parameter sets in which a conclusion holds. low, high: within Monte Carlo error (95 %).

    state: holds (in at least 90 % of the sets), fails (in at least half of them it does not hold), mixed (in between),
    each also at the ends of the Monte Carlo error; else unclear.
    """

    share: float
    low: float
    high: float
    state: str


@cache
def reach(replicates: int) -> float:
    """Standard errors to either side within which 95 % of noise lies, the error being estimated from so many
    replicates: Student's t. NaN with one."""
    from scipy import stats

    return float(stats.t.ppf(0.975, replicates - 1)) if replicates > 1 else math.nan


def verdict(states: Sequence[str]) -> str:
    """Over the rivals: robust (holds in all), contradicted (fails in all), model-dependent (they differ),
    parameter-dependent (in all of them it holds in some sets and not in others), or unclear (simulation noise leaves it
    open)."""
    told = set(states) - {"unclear"}
    if len(told) > 1:
        return "model-dependent"
    if not told or "unclear" in states:
        return "unclear"
    return {"holds": "robust", "fails": "contradicted", "mixed": "parameter-dependent"}[told.pop()]
