"""From cells (arm, metric) to effects, with simulation noise by the jackknife over replicates.

An effect is a function of means over replicates. For a sum it is linear and the noise is exact; for a half-life, which
is not, each replicate is left out once and the function taken anew. All arms and points share their luck.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from hybridcare.claim_files import Bands, Effect


def cells_of(effects: Sequence[Effect]) -> list[tuple[str, str]]:
    """(arm, metric) of everything that the effects read, each once, in order."""
    return list(dict.fromkeys((arm, metric) for effect in effects for _, arm, metric in effect.terms))


def read_effect(
    effect: Effect, estimate: np.ndarray, values: np.ndarray, cell: Mapping[tuple[str, str], int]
) -> tuple[np.ndarray, np.ndarray]:
    """The effect and its simulation noise for each point.

    estimate  shape (points, cells), in the cells' own units
    values    shape (points, cells, replicates): pseudo-values, whose mean is the estimate
    cell      index of (arm, metric) in both
    Returns two arrays of shape (points,), NaN where a cell counts nobody; noise is NaN with one replicate.
    """
    import numpy as np

    count = values.shape[-1]
    whole = _value(effect, estimate, cell)
    if count < 2:
        return whole, np.full_like(whole, np.nan)
    total = values.sum(axis=-1)
    without = np.stack([_value(effect, (total - values[..., r]) / (count - 1), cell) for r in range(count)], axis=-1)
    spread = without - without.mean(axis=-1, keepdims=True)
    return whole, np.sqrt((count - 1) / count * (spread**2).sum(axis=-1))


def _value(effect: Effect, means: np.ndarray, cell: Mapping[tuple[str, str], int]) -> np.ndarray:
    import numpy as np

    columns = [times * means[:, cell[arm, metric]] for times, arm, metric in effect.terms]
    if effect.kind == "of":  # exactly rounded: what cancels is 0, in whatever order it is added
        return np.array([math.fsum(row) for row in np.stack(columns, axis=1)])
    gaps = np.stack([a + b for a, b in zip(columns[::2], columns[1::2], strict=True)], axis=1)
    return half_life(gaps, effect.more["weeks"]) / float(effect.more["over_weeks"])


def half_life(gaps: np.ndarray, weeks: Sequence[float]) -> np.ndarray:
    """Weeks from the first reading until half of its gap is gone, by straight lines between readings.

    gaps  shape (points, readings); the first is the whole loss. Where half is not gone by the last reading, the weeks
    from the first reading to the last: a lower limit. NaN where there was no loss.
    """
    import numpy as np

    found = np.full(len(gaps), np.nan)
    for at, row in enumerate(gaps):
        start = row[0]
        if not (math.isfinite(start) and start != 0):
            continue
        left = row / start
        low = np.flatnonzero(left <= 0.5)
        if len(low) == 0:
            found[at] = weeks[-1] - weeks[0]
            continue
        i = int(low[0])
        share = (left[i - 1] - 0.5) / (left[i - 1] - left[i])
        found[at] = weeks[i - 1] + share * (weeks[i] - weeks[i - 1]) - weeks[0]
    return found


def read_share(worth: np.ndarray, player: int) -> tuple[np.ndarray, np.ndarray]:
    """A player's Shapley value over the worth of all, less that of nobody, with its simulation noise.

    worth  shape (points, 2^n coalitions, replicates): pseudo-values; a coalition's index has a bit for each player that
           is there. NaN where the whole is within two standard errors of nothing: a share of nothing is unknown.
    Returns two arrays of shape (points,).
    """
    import numpy as np

    coalitions, count = worth.shape[1:]
    n = coalitions.bit_length() - 1
    weight = np.zeros(coalitions)
    for game in range(coalitions):
        there = game & ~(1 << player)
        others = there.bit_count()
        size = math.factorial(others) * math.factorial(n - others - 1) / math.factorial(n)
        weight[game] = size if game >> player & 1 else -size
    value, whole = np.einsum("g,pgr->pr", weight, worth), worth[:, -1] - worth[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = value.mean(axis=-1) / whole.mean(axis=-1)
        without = (value.sum(-1, keepdims=True) - value) / (whole.sum(-1, keepdims=True) - whole)
    if count < 2:
        return share, np.full_like(share, np.nan)
    error = whole.std(axis=-1, ddof=1) / math.sqrt(count)
    share[np.abs(whole.mean(axis=-1)) <= 2 * error] = np.nan
    spread = without - without.mean(axis=-1, keepdims=True)
    return share, np.sqrt((count - 1) / count * (spread**2).sum(axis=-1))


def within(values: np.ndarray, bands: Bands) -> np.ndarray:
    """Which values lie in one of the bands, both ends included; NaN lies in none. Shape as values."""
    import numpy as np

    inside = np.zeros(values.shape, dtype=bool)
    for low, high in bands:
        inside |= (values >= low) & (values <= high)
    return inside


def near(values: np.ndarray, noise: np.ndarray, bands: Bands) -> np.ndarray:
    """Which values lie within two standard errors of simulation noise of an end of a band: another seed could move
    them across. Shape as values."""
    import numpy as np

    close = np.zeros(values.shape, dtype=bool)
    for end in (end for band in bands for end in band if math.isfinite(end)):
        close |= np.abs(values - end) <= 2 * np.nan_to_num(noise)
    return close
