"""Shares of variance: parameter uncertainty, client mix and Monte Carlo error, so that one knows what would help.

At each draw of the parameters (row) every replicate (column) meets the same simulated clients and therapists with the
same luck. That is a two-way table with one number a cell, and its classical decomposition (Searle, Casella &
McCulloch, Variance Components, 1992, chapter 4) gives:

uncertainty   between rows: how far parameters, as the study varies them, move the metric. Better data narrow it.
client_mix    between columns: what a replicate's clients and therapists, and their luck, do alike at every draw. It is
              the chance of who comes, for a service of as many clients; it cancels where two points are compared, and
              mostly where two arms are. More replicates (or clients) narrow it in an estimate; a real service of that
              size keeps it.
monte_carlo   the rest: how chance acts differently from draw to draw. More replicates narrow it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.sweep_results import SweepResults

Floats = NDArray[np.float64]
RESAMPLES = 200
PARTS = ("uncertainty", "client_mix", "monte_carlo")
#: What narrows each part.
HELP = {"uncertainty": "better data on the parameters", "client_mix": "more replicates; it cancels in a comparison",
        "monte_carlo": "more replicates"}  # fmt: skip


def components(values: Floats) -> dict[str, float]:
    """Variance components of a two-way table. @param values  shape (draws, replicates), no gaps

    uncertainty, client_mix, monte_carlo: of one draw in one replicate; none is below 0.
    """
    draws, replicates = values.shape
    rows, columns, whole = values.mean(axis=1), values.mean(axis=0), values.mean()
    rest = values - rows[:, None] - columns[None, :] + whole
    error = float((rest**2).sum() / ((draws - 1) * (replicates - 1)))
    between = float(rows.var(ddof=1)) - error / replicates
    mix = float(columns.var(ddof=1)) - error / draws
    return {"uncertainty": max(0.0, between), "client_mix": max(0.0, mix), "monte_carlo": error}


def of_estimate(values: Floats) -> Floats:
    """Variances of an estimate as it stands, the mean over all replicates: shape (3,), in the order of PARTS."""
    found = components(values)
    replicates = values.shape[1]
    return np.array([found["uncertainty"], found["client_mix"] / replicates, found["monte_carlo"] / replicates])


def shares(results: SweepResults, metric: str | None = None, arm: str | None = None,
           against: str | None = None) -> pd.DataFrame:  # fmt: skip
    """One row per metric, arm (or arm minus `against`), model and choice of levers: the three shares of the variance of
    an estimate (they sum to 1), uncertainty_low and _high (95 %, draws resampled), the standard deviations of one draw
    in one replicate in the metric's unit, draws, replicates, and what would help most.

    Raises ConfigError: fewer than two replicates or eight draws, a Morris design, whose points are no random draws.
    """
    import pandas

    study = results.study
    if results.values.shape[-1] < 2:
        raise config_error("variance", "one replicate shows no chance: run two at least")
    if study.spec.kind == "morris":
        raise config_error("variance", "points of a Morris design are no draws of the uncertainties; use sobol, "
                           "latin_hypercube or saltelli")  # fmt: skip
    rows = []
    for key in [metric] if metric else [each["key"] for each in results.metrics]:
        for name in [arm] if arm else [each for each in study.arms if each != against]:
            for model in study.models:
                for choice in study.choices:
                    series = results.series(key, name, against, model.name, choice)
                    about = {"metric": key, "arm": name, "against": against or "", "model": model.name, **choice,
                             "unit": series.unit}  # fmt: skip
                    rows.append({**about, **_row(series.values[series.whole], study.seed)})
    return pandas.DataFrame(rows)


def _row(values: Floats, seed: int) -> dict[str, Any]:
    draws, replicates = values.shape
    if draws < 8:
        raise config_error("variance", f"needs eight draws that have a number; there are {draws}")
    of_all = of_estimate(values)
    total = of_all.sum()
    share = of_all / total if total > 0 else np.full(3, np.nan)
    rng = np.random.default_rng(seed)
    again = np.array([of_estimate(values[rows]) for rows in rng.integers(draws, size=(RESAMPLES, draws))])
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.nanpercentile(again[:, 0] / again.sum(axis=1), [2.5, 97.5]) if total > 0 else (np.nan, np.nan)
    found = components(values)
    out: dict[str, Any] = {f"share_{name}": float(value) for name, value in zip(PARTS, share, strict=True)}
    out |= {"uncertainty_low": float(low), "uncertainty_high": float(high)}
    out |= {f"sd_{name}": float(np.sqrt(found[name])) for name in PARTS}
    most = PARTS[int(np.nanargmax(share))] if total > 0 else ""
    return {**out, "draws": draws, "replicates": replicates, "would_help": HELP.get(most, "nothing varies")}
