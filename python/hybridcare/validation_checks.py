"""Does an ensemble's file say what a simulation of its sets says, and what its own sets say?

The simulation is the same to the last bit on every machine, and the file holds six significant digits, so that figures
must agree in all of them. One unit in the last digit is let pass: sums of the analysis may be ordered otherwise on
another processor. A weight that was changed shows in the medians and in the parameters' means; where the weights come
from, no simulation of the sets can show, since the file does not keep what the emulators had promised: `--recalibrate`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_aims import Simulated
from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.calibrate_sampler import effective as kish
from hybridcare.calibrate_targets import aims_of
from hybridcare.calibration import QUANTILES
from hybridcare.target_files import Target
from hybridcare.validation_runs import Numbers

Floats = NDArray[np.float64]
WRITTEN = 6  # significant digits in an ensemble's file
_BETWEEN = 1e-5  # of the mass: written weights move a quantile's place by less than half a millionth each
NAMES = ("q05", "median", "q95")


@dataclass(frozen=True)
class Checked:
    """sets: that were simulated; rows: statements of the file that were compared; wrong: those that differ."""

    sets: int
    rows: int
    wrong: tuple[str, ...]


def same(stated: Any, found: float) -> bool:
    """Whether two numbers agree in the digits written, but for one unit in the last."""
    if stated is None or not math.isfinite(found):
        return stated is None and not math.isfinite(found)
    if not isinstance(stated, int | float) or isinstance(stated, bool):
        return False
    largest = max(abs(stated), abs(found))
    unit = 10.0 ** (math.floor(math.log10(largest)) - WRITTEN + 1) if largest > 0 else 0.0
    return abs(stated - found) <= 1.000001 * unit


def by_simulation(found: Ensemble, known: Mapping[str, Target], at: Numbers, runs: Simulated) -> Checked:
    """Loss and misses of each set that was simulated."""
    aims = aims_of(dict(known))
    fitted = [list(known).index(name) for name in aims.names]
    part = runs.columns(fitted)
    loss, missed = aims.loss(part.value, part.variance), aims.missed(part.value).sum(axis=1)
    wrong = [f"set {number} cannot be simulated: {runs.failures[place]}" for place, number in enumerate(at)
             if place in runs.failures]  # fmt: skip
    for place, number in enumerate(at):
        if place in runs.failures:
            continue
        if not same(float(found.loss[number]), float(loss[place])):
            wrong.append(f"set {number} has loss {found.loss[number]:.6g} in the file and {loss[place]:.6g} simulated")
        if found.missed[number] != missed[place]:
            wrong.append(f"set {number} misses {found.missed[number]} targets in the file and {missed[place]} "
                         "simulated")  # fmt: skip
    return Checked(len(at), 2 * len(at), tuple(wrong))


def of_fit(found: Ensemble, known: Mapping[str, Target], runs: Simulated) -> Checked:
    """Median, 5 and 95 % of each target over all sets, which must have been simulated."""
    rows = {str(row["target"]): row for row in found.fit}
    wrong, count = [], 0
    for place, (name, one) in enumerate(known.items()):
        if name not in rows:
            continue
        row, value = rows[name], runs.value[:, place]
        for key, level in zip(NAMES, QUANTILES, strict=True):
            count += 1
            least, most = (quantile(value, found.weights, level + step) for step in (-_BETWEEN, _BETWEEN))
            if not _holds(row.get(key), least, most):
                wrong.append(f"{name}: {key} is {row.get(key)} in the file and {least:.6g} simulated")
        noise = float(np.nanmean(runs.variance[:, place]))
        spread = math.sqrt(one.sd**2 + one.discrepancy**2 + noise)
        least, most = ((quantile(value, found.weights, 0.5 + step) - one.figure) / spread
                       for step in (-_BETWEEN, _BETWEEN))  # fmt: skip
        count += 1
        if not _holds(row.get("off"), least, most):
            wrong.append(f"{name}: off is {row.get('off')} in the file and {least:.6g} simulated")
    return Checked(len(found), count, tuple(wrong))


def _holds(stated: Any, least: float, most: float) -> bool:
    if stated is None or not math.isfinite(least + most):
        return stated is None and not math.isfinite(least + most)
    return least <= stated <= most or same(stated, least) or same(stated, most)


def quantile(value: Floats, weights: Floats, level: float) -> float:
    """As `calibration.quantiles`."""
    from hybridcare.calibration import quantiles

    return quantiles(value, weights, (level,))[0]


def by_itself(found: Ensemble, known: Mapping[str, Target]) -> Checked:
    """Everything in the file that follows from something else in it, or from the targets: no simulation needed."""
    wrong: list[str] = []
    count = 0
    for what, stated, right in _statements(found, known):
        count += 1
        agree = same(stated, right) if isinstance(right, float) else stated == right
        if not agree:
            wrong.append(f"{what} is {stated!r} in the file and should be {right!r}")
    rows = {str(row["target"]) for row in found.fit}
    wrong += [f"the file says nothing of the target {name}" for name in known if name not in rows]
    wrong += [f"the file speaks of a target {name}, which there is none" for name in sorted(rows - set(known))]
    return Checked(0, count, tuple(wrong))


def _statements(found: Ensemble, known: Mapping[str, Target]) -> Iterator[tuple[str, Any, Any]]:
    """What, as the file has it, as it should be."""
    quality = found.quality
    yield "quality: sets", quality.get("sets"), len(found)
    yield "quality: effective", quality.get("effective"), _effective(found)
    for row in found.fit:
        one = known.get(str(row["target"]))
        if one is None:
            continue
        for key in ("kind", "unit"):
            yield f"{one.name}: {key}", row.get(key), getattr(one, key)
        for key in ("figure", "low", "high", "weight"):
            yield f"{one.name}: {key}", row.get(key), float(getattr(one, key))
        median = row.get("median")
        yield f"{one.name}: inside", row.get("inside"), one.holds(math.nan if median is None else median)
    for at, row in enumerate(found.parameters):
        value, pointer = found.values[:, at], found.pointers[at]
        mean = float(found.weights @ value)
        yield f"{pointer}: mean", row.get("mean"), _near(row.get("mean"), mean)
        spread = float(np.sqrt(found.weights @ (value - mean) ** 2))
        yield f"{pointer}: sd", row.get("sd"), _near(row.get("sd"), spread)
        for key, level in zip(NAMES, QUANTILES, strict=True):
            least, most = (quantile(value, found.weights, level + step) for step in (-_BETWEEN, _BETWEEN))
            stated = row.get(key)
            yield f"{pointer}: {key}", stated, stated if _holds(stated, least, most) else least


def _effective(found: Ensemble) -> float:
    """Of the kept sets' weights, or of all rounds' sets that they were drawn from, where that is smaller."""
    limits = [found.quality.get(name) for name in ("pooled", "independent")]
    return min([kish(found.weights), *(float(each) for each in limits if isinstance(each, int | float))])


def _near(stated: Any, found: float) -> float:
    """A sum over written weights, each of which is off by up to half a millionth: within five millionths it is the
    stated one."""
    if isinstance(stated, int | float) and abs(stated - found) <= 5e-6 * max(abs(stated), abs(found)):
        return float(stated)
    return found
