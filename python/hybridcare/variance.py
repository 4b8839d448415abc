"""Where the uncertainty of a sweep's numbers comes from, so that one knows what would help.

The quantity is the metric of one culture's clients (each culture as often as the scenario has it) at one draw of the
uncertainties, as this many replicates estimate it. By the law of total variance its variance is the sum of:

Monte Carlo error      what chance leaves in an estimate of all clients. More replicates narrow it
parameter uncertainty  variance, over the draws, of the metric of all clients. Better data narrow it
client mix             mean, over the draws, of the variance between cultures. Knowing which clients a service has helps

Monte Carlo error and parameter uncertainty come from a two-way table of draws by replicates: at each draw every
replicate meets the same simulated clients with the same luck. Its classical decomposition (Searle, Casella & McCulloch,
Variance Components, 1992, chapter 4) also tells how much of the Monte Carlo error all draws share: that part cancels
where two points are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.compare_shares import SOURCES
from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.study import Study
    from hybridcare.sweep_results import Series, SweepResults

Floats = NDArray[np.float64]
RESAMPLES = 200


def components(values: Floats) -> dict[str, float]:
    """Variance components of a two-way table, of one draw in one replicate; none is below 0.

    values  shape (draws, replicates), no gaps
    draws: between draws; shared: between replicates, alike at every draw; own: the rest
    """
    draws, replicates = values.shape
    rows, columns, whole = values.mean(axis=1), values.mean(axis=0), values.mean()
    rest = values - rows[:, None] - columns[None, :] + whole
    error = float((rest**2).sum() / ((draws - 1) * (replicates - 1)))
    between = float(rows.var(ddof=1)) - error / replicates
    shared = float(columns.var(ddof=1)) - error / draws
    return {"draws": max(0.0, between), "shared": max(0.0, shared), "own": error}


def between_cultures(values: Floats, weights: Floats) -> float:
    """Mean over draws of the weighted variance between cultures, less what noise adds to it; never below 0.

    values   shape (draws, cultures, replicates), no gaps; weights: shape (cultures,), sum 1
    """
    apart = values - np.einsum("dcr,c->dr", values, weights)[:, None, :]
    raw = apart.mean(axis=2) ** 2
    noise = apart.var(axis=2, ddof=1) / values.shape[2]
    return max(0.0, float(((raw - noise) @ weights).mean()))


def shares(results: SweepResults, metric: str | None = None, arm: str | None = None,
           against: str | None = None) -> pd.DataFrame:  # fmt: skip
    """One row per source, for each metric, arm (or arm minus `against`), model and choice of levers: source, variance
    (of an estimate as it stands, unit squared), sd (unit), share (of the sum), share_low and share_high (95 %, draws
    resampled), helps, and shared (of Monte Carlo error: the part that all draws share and comparisons of points do not
    have). Client mix is known for the study's first metric and those with "by_culture"; NaN for others.

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
                    cultures = _cultures(results, series, key, name, against)
                    found = _rows(series.values[series.whole], cultures, study.seed)
                    rows += [{**about, **row, **_named(study, model.name, row)} for row in found]
    return pandas.DataFrame(rows)


def _named(study: Study, model: str, row: dict[str, Any]) -> dict[str, str]:
    """Of draws that are an ensemble's sets: what parameter uncertainty is, and what would narrow it."""
    if study.sets is None or row["source"] != "parameter uncertainty":
        return {}
    return {"helps": study.sets.helps(model)}


def _cultures(results: SweepResults, series: Series, key: str, arm: str,
              against: str | None) -> tuple[Floats, Floats] | None:  # fmt: skip
    """The same quantity by culture, shape (draws, cultures, replicates), and how common each is; None: not measured."""
    if key not in results.by_culture:
        return None
    held = results.by_culture[key][series.points]
    values = held[:, results.study.arms.index(arm)]
    if against is not None:
        values = values - held[:, results.study.arms.index(against)]
    values = values[series.whole]
    people = results.study.scenario.resolved["cultures"]
    weights = np.array([float(people[name]["share"]) for name in results.study.scenario.core.cultures])
    there = np.isfinite(values).all(axis=(0, 2))
    return (values[:, there], weights[there] / weights[there].sum()) if there.any() else None


def _parts(values: Floats, cultures: tuple[Floats, Floats] | None) -> Floats:
    """Variances in the order of SOURCES."""
    found = components(values)
    chance = (found["shared"] + found["own"]) / values.shape[1]
    return np.array([chance, found["draws"], between_cultures(*cultures) if cultures else np.nan])


def _rows(values: Floats, cultures: tuple[Floats, Floats] | None, seed: int) -> list[dict[str, Any]]:
    draws, replicates = values.shape
    if draws < 8:
        raise config_error("variance", f"needs eight draws that have a number; there are {draws}")
    parts = _parts(values, cultures)
    rng, again = np.random.default_rng(seed), []
    for rows in rng.integers(draws, size=(RESAMPLES, draws)):
        again.append(_parts(values[rows], (cultures[0][rows], cultures[1]) if cultures else None))
    found, every = components(values), np.array(again)
    chance = found["shared"] + found["own"]
    out = []
    for at, (source, helps) in enumerate(SOURCES.items()):
        share, of_all = parts[at] / max(np.nansum(parts), 1e-300), every[:, at] / np.nansum(every, axis=1).clip(1e-300)
        low, high = (np.nan, np.nan) if np.isnan(parts[at]) else np.quantile(of_all, [0.025, 0.975])
        shared = found["shared"] / chance if at == 0 and chance > 0 else np.nan
        out.append({"source": source, "variance": float(parts[at]), "sd": float(np.sqrt(parts[at])),
                    "share": float(share), "share_low": float(low), "share_high": float(high), "helps": helps,
                    "shared": float(shared), "draws": draws, "replicates": replicates})  # fmt: skip
    return out
