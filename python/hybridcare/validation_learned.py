"""What the published figures taught, and what they left as it was assumed: by parameter, by group in plain words, by
pairs that only move together, and by thirds of the prior that fit equally well."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.calibrate_priors import Priors
from hybridcare.evidence_links import covers
from hybridcare.validation_judge import Row

Floats = NDArray[np.float64]
#: What no published figure is expected to tell: name, and the fields or groups of fields that it is.
GROUPS = (
    ("how much empathy matters (b_E)", ("/change/empathy_elasticity",)),
    ("how trust moves", ("/trust", "/leaving/trust", "/change/uptake_trust")),
    ("how much is left of each quality where a person is misread (floors)", ("/quality/floor",)),
    ("how often a misreading is noticed and put right",
     ("/human/repaired", "/assistant/repaired", "/recognition/noticed")),
    ("what a misreading that nobody puts right does", ("/course/harm",)),
    ("what each quality and each exercise weighs", ("/quality/weight", "/practice/share")),
)  # fmt: skip
CHANCE = 0.01  # false alarms of all correlations together, and of each share of a third
CLEAR = 0.3  # correlations below this are not shown, however many sets there are
PAIRS = 15  # strongest ones that are shown
APART = 2 * math.log(20)  # of loss, minus twice a log-likelihood: odds of 20 to 1, as candidate trials are judged


def groups(found: Ensemble) -> list[Row]:
    """Each of GROUPS: which of its fields were free, and which of these the figures inform."""
    from hybridcare import core

    paths = [row["path"] for row in core.fields()]
    rows = []
    for name, pointers in GROUPS:
        own = [path for path in paths if any(covers(pointer, path) for pointer in pointers)]
        free = {str(row["pointer"]): bool(row.get("informed")) for row in found.parameters if row["pointer"] in own}
        informed = [path for path, told in free.items() if told]
        rows.append({"group": name, "free": len(free), "fixed": len(own) - len(free), "informed": informed,
                     "not_informed": [path for path in free if path not in informed]})  # fmt: skip
    return rows


def group_words(row: Row, rival: str) -> str:
    """One of `groups` as a sentence."""
    name, free, told = row["group"][0].upper() + row["group"][1:], row["free"], len(row["informed"])
    if not free:
        return f"{name}: held at what {rival} assumes, so that no figure could say anything."
    if told:
        words = f"informed in {told} of {free} numbers ({', '.join(row['informed'])})"
    elif free == 1:
        words = "not informed; the number is spread as it was assumed to be"
    else:
        words = f"not informed; all {free} numbers are spread as they were assumed to be"
    more = f"; {row['fixed']} more were never varied" if row["fixed"] else ""
    return f"{name}: {words}{more}."


def correlations(found: Ensemble) -> tuple[list[Row], float]:
    """Pairs of parameters that move together over the sets, strongest first (rank correlation, by weight), and the size
    that the largest of so many reaches by chance in CHANCE of cases."""
    dims, sets = found.values.shape[1], found.effective
    pairs = max(dims * (dims - 1) // 2, 1)
    limit = 1.0
    if sets > 4:
        limit = math.tanh(float(stats.norm.isf(-math.expm1(math.log1p(-CHANCE) / pairs) / 2)) / math.sqrt(sets - 3))
    ranks = np.column_stack([_ranks(found.values[:, at], found.weights) for at in range(dims)])
    away = ranks - found.weights @ ranks
    covariance = (away * found.weights[:, None]).T @ away
    root = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    r = covariance / np.outer(root, root)
    strong = [(i, j) for i in range(dims) for j in range(i + 1, dims) if abs(r[i, j]) > max(limit, CLEAR)]
    strong.sort(key=lambda pair: -abs(r[pair]))
    return [{"one": found.pointers[i], "other": found.pointers[j], "r": float(r[i, j])} for i, j in strong], limit


def _ranks(value: Floats, weights: Floats) -> Floats:
    """Place of each value in the weighted distribution, in [0, 1]; equal values share theirs."""
    order = np.argsort(value, kind="stable")
    below = np.empty(len(value))
    below[order] = np.cumsum(weights[order]) - 0.5 * weights[order]
    _, inverse = np.unique(value, return_inverse=True)
    mass = np.bincount(inverse, weights)
    return np.asarray(np.bincount(inverse, weights * below)[inverse] / np.maximum(mass[inverse], 1e-300))


def thirds(found: Ensemble, free: Priors, pointers: Sequence[str]) -> list[Row]:
    """Do sets from every part of the prior fit alike? For each parameter the weight that lies in the lowest, middle and
    highest third of its prior (a third each, if the figures say nothing), and the mean loss there.

    says  "alike": the mean losses of all thirds differ by less than odds of 20 to 1, and all hold weight as chance
          allows; "uneven": only the first; "leans": some third fits worse, or holds no set although chance would
          give it some; "open": so few effective sets lie there that nothing can be said
    Of groups of weights that sum to 1 nothing is said."""
    edges = _edges(free)
    rows = []
    for pointer in pointers:
        if pointer not in edges or pointer not in found.pointers:
            continue
        value = found.values[:, found.pointers.index(pointer)]
        part = np.searchsorted(np.array(edges[pointer]), value)
        share = [float(found.weights[part == third].sum()) for third in range(3)]
        loss = [float(np.average(found.loss[part == third], weights=found.weights[part == third]))
                if share[third] > 0 else math.nan for third in range(3)]  # fmt: skip
        least, most = _by_chance(found.effective)
        rows.append({"pointer": pointer, "share": share, "loss": loss, "chance_low": least, "chance_high": most,
                     "says": _says(share, loss, least, most)})  # fmt: skip
    return rows


def _says(share: Sequence[float], loss: Sequence[float], least: float, most: float) -> str:
    even = all(least <= each <= most for each in share)
    if not all(map(math.isfinite, loss)):
        return "open" if even else "leans"
    if max(loss) - min(loss) >= APART:
        return "leans"
    return "alike" if even else "uneven"


def _edges(free: Priors) -> dict[str, tuple[float, float]]:
    """Ends of the prior's middle third, by pointer."""
    scores = special.ndtri([[1 / 3], [2 / 3]]) * np.ones((1, free.dims))
    found, start = {}, 0
    for each in free.parameters:
        if each.factor.kind != "dirichlet":
            low, high = each.at(scores[:, start : start + each.factor.dims])[:, 0]
            found[each.factor.columns[0]] = (float(low), float(high))
        start += each.factor.dims
    return found


def _by_chance(sets: float) -> tuple[float, float]:
    """Between which a third's share lies by chance in 1 - CHANCE of cases, for so many effective sets."""
    count = max(round(sets), 1)
    low, high = stats.binom.ppf([CHANCE / 2, 1 - CHANCE / 2], count, 1 / 3) / count
    return float(low), float(high)


def machinery(found: Ensemble) -> Row:
    """How the ensemble was come by, as its file says."""
    quality = dict(found.quality)
    steps: dict[str, list[Any]] = {name: list(quality.pop(name, [])) for name in ("waves", "rounds")}
    return {**quality, "effective": found.effective, **steps}
