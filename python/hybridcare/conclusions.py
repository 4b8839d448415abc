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

from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.points import Metric

LONGEST = 200
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


@cache
def reach(replicates: int) -> float:
    """Standard errors to either side within which 95 % of noise lies, the error being estimated from so many
    replicates: Student's t. NaN with one."""
    from scipy import stats

    return float(stats.t.ppf(0.975, replicates - 1)) if replicates > 1 else math.nan


def verdict(states: Sequence[str]) -> str:
    """Over the rivals: robust (holds in all), contradicted (fails in all), model-dependent (holds in one, fails in
    another), or unclear (simulation noise leaves it open)."""
    if not states or ("unclear" in states and not {"holds", "fails"} <= set(states)):
        return "unclear"
    if set(states) == {"holds"}:
        return "robust"
    return "contradicted" if set(states) == {"fails"} else "model-dependent"
