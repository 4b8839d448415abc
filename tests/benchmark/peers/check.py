"""Do all implementations simulate the same model? Means of the read-outs, compared at a stated level.

Every implementation is compared with one reference in every quantity at every readout week: the share that has left,
and the means of spec.QUANTITIES over those in care. A difference is found where it is more of its standard errors than
Bonferroni's bound allows: if all simulate the same, the chance that anything is found is at most LEVEL. Beside that
stands what would be found: the smallest shift, in standard deviations between clients, that is found with probability
POWER.
"""

from __future__ import annotations

from math import inf, sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

from peers.spec import QUANTITIES, READOUT_WEEKS

LEVEL = 1e-4
POWER = 0.99
Run = dict[str, Any]


class Mean(NamedTuple):
    n: int
    mean: float
    variance: float  # between clients


def means(run: Run) -> dict[tuple[int, str], Mean]:
    """By week and quantity; the quantity "left" is a share of all clients, the others are means over those in care."""
    found = {}
    for week in READOUT_WEEKS:
        readout = run["readouts"][str(week)]
        n = readout["in_care"]
        stayed = n / run["clients"]
        found[week, "left"] = Mean(run["clients"], 1.0 - stayed, stayed * (1.0 - stayed))
        for name in QUANTITIES:
            mean = readout[name][0] / n
            found[week, name] = Mean(n, mean, readout[name][1] / n - mean * mean)
    return found


def errors_apart(a: Mean, b: Mean) -> float:
    """The difference of two independent means in its standard errors."""
    error = sqrt(a.variance / a.n + b.variance / b.n)
    return abs(a.mean - b.mean) / error if error else (0.0 if a.mean == b.mean else inf)


def bound(comparisons: int) -> float:
    """Standard errors that a difference may have, two-sided, for the level over all comparisons."""
    return NormalDist().inv_cdf(1.0 - LEVEL / (2 * comparisons))


def differences(runs: dict[str, Run], reference: str) -> list[str]:
    """A sentence for each difference that is found; empty if all simulate the same, as far as can be seen."""
    known = means(runs[reference])
    allowed = bound(len(known) * (len(runs) - 1))
    found = []
    for name, run in runs.items():
        for (week, quantity), mean in means(run).items():
            apart = errors_apart(mean, known[week, quantity])
            if name != reference and apart > allowed:
                other = known[week, quantity].mean
                found.append(f"{name}, week {week}: {quantity} {mean.mean:.5f}, {reference} {other:.5f}; "
                             f"{apart:.1f} standard errors, {allowed:.1f} allowed")  # fmt: skip
    return found


def smallest_shift(run: Run, reference: Run, others: int) -> float:
    """Shift of a mean, in standard deviations between clients, that is found with probability POWER at the least.

    others: implementations that are compared with the reference
    """
    known = means(reference)
    needed = bound(len(known) * others) + NormalDist().inv_cdf(POWER)
    return max(needed * sqrt(1.0 / mean.n + 1.0 / known[key].n) for key, mean in means(run).items())
