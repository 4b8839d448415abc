"""The robustness map: how much each policy gives away against the best one, over an uncertainty and by model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from hybridcare.document import leaves
from hybridcare.plots_base import INK, Figure, beside, clean, draw, number
from hybridcare.sensitivity import label

if TYPE_CHECKING:
    from hybridcare.robustness import Robustness

BANDS = 4


def robustness_map(found: Robustness, over: str | None = None) -> Figure:
    """Policies down; bands of one uncertainty across, for each model. Colour: mean regret; ringed: the best policy.

    over: whose path; default: b_E if it is varied, else the one whose bands differ most in which policy is best.
    """
    path, bands, edges = _bands(found, over)
    rows = _cells(found, path, bands, edges)
    most = float(rows["regret"].max()) or 1.0
    models = list(dict.fromkeys(rows["model"]))
    charts = [_map(rows[rows["model"] == name], name, found, path, most, first=at == 0)
              for at, name in enumerate(models)]  # fmt: skip
    best = rows[rows["best"]]
    words = "; ".join(f"{row.model}, {row.band}: {row.policy}" for row in best.itertuples())
    table = rows.assign(regret=[number(value, 3) for value in rows["regret"]],
                        best=["best" if value else "" for value in rows["best"]])  # fmt: skip
    return draw(found.results.stamp, beside(*charts, spacing=26), name="robustness",
                title=f"Which policy stays good: {clean(found.metric)}",
                caption=f"Mean regret, {clean(found.unit)}: how much worse a policy does than the best one of the same "
                f"draw and model, over draws in which {clean(label(path), 60) if path else 'what varies'} lies in "
                f"the band. Dark is worse; the ringed policy has the least mean regret in its column. {found.sentence}",
                alt_text=words, table=table, width=300 + 230 * len(models))  # fmt: skip


def _bands(found: Robustness, over: str | None) -> tuple[str, np.ndarray, list[str]]:
    """The path, the band of each draw, and the bands' names."""
    from hybridcare.errors import config_error
    from hybridcare.names import unknown
    from hybridcare.sweep_results import EMPATHY

    study = found.results.study  # where rivals have sets of their own, no draw has one value in all models
    held = study.drawn if study.sets is None or not study.sets.own else study._spread
    drawn = {name: np.asarray(values, float) for name, values in held.items()
             if not isinstance(list(values)[0], str) and len(set(values)) > 1}  # fmt: skip
    if over is not None and over not in drawn:
        raise config_error("over", unknown("uncertainty of this study", over, drawn))
    if not drawn:
        return "", np.zeros(found.results.study.draws, int), ["all draws"]
    path = over or (EMPATHY if EMPATHY in drawn else max(drawn, key=lambda name: _differs(found, drawn[name])))
    band, edges = _cut(drawn[path])
    return path, band, edges


def _cut(column: np.ndarray) -> tuple[np.ndarray, list[str]]:
    values = np.unique(column)
    if len(values) <= BANDS:
        return np.searchsorted(values, column), [f"{value:.3g}" for value in values]
    edges = np.quantile(column, np.linspace(0, 1, BANDS + 1))
    band = np.clip(np.searchsorted(edges, column, side="right") - 1, 0, BANDS - 1)
    return band, [f"{low:.3g} to {high:.3g}" for low, high in zip(edges[:-1], edges[1:], strict=True)]


def _differs(found: Robustness, column: np.ndarray) -> float:
    """How much mean regrets of the policies move over the bands."""
    band, names = _cut(column)
    means = [found.regret[:, (band == at)].mean(axis=(0, 1)) for at in range(len(names)) if (band == at).any()]
    return float(np.nan_to_num(np.ptp(np.array(means), axis=0)).sum())


def _cells(found: Robustness, path: str, band: np.ndarray, names: list[str]) -> pd.DataFrame:
    """A row per model, band and policy; a model that fixes the path has one band."""
    rows: list[dict[str, Any]] = []
    for m, model in enumerate(found.results.study.models):
        fixed = path in dict(leaves(model.patch))  # what was drawn for it never reached this model
        for at, name in enumerate(["all draws: fixed"] if fixed else names):
            here = found.whole[m] & (fixed | (band == at))
            if not here.any():
                continue
            mean = found.regret[m, here].mean(axis=0)
            rows += [{"model": clean(model.label, 44), "band": name, "place": at, "policy": clean(policy["policy"], 44),
                      "regret": float(mean[p]), "best": p == int(np.argmin(mean)), "draws": int(here.sum())}
                     for p, policy in enumerate(found.policies)]  # fmt: skip
    return pd.DataFrame(rows)


def _map(rows: pd.DataFrame, model: str, found: Robustness, path: str, most: float, first: bool) -> Any:
    order = [clean(policy["policy"], 44) for policy in found.policies]
    bands = list(dict.fromkeys(rows.sort_values("place")["band"]))
    data = rows.assign(words=[number(value, 2) for value in rows["regret"]], dark=rows["regret"] > 0.55 * most)
    x = alt.X("band:N", sort=bands, title=clean(label(path), 50) if path else None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("policy:N", sort=order, title=None,
              axis=alt.Axis(labels=first, ticks=False, domain=False, labelPadding=8))  # fmt: skip
    scale = alt.Scale(domain=[0, most], range=["#f2f6fa", "#9ec3de", "#3b7fb3", "#0b2f52"])
    colour = alt.Color("regret:Q", title=f"mean regret, {clean(found.unit)}", scale=scale, legend=alt.Legend(
        orient="bottom", gradientLength=180))  # fmt: skip
    base = alt.Chart(data)
    rect = base.mark_rect(stroke="white", strokeWidth=2).encode(x=x, y=y, color=colour)
    ring = alt.Chart(data[data["best"]]).mark_rect(fillOpacity=0, stroke="#D55E00", strokeWidth=3).encode(x=x, y=y)
    text = base.mark_text(fontSize=12).encode(x=x, y=y, text="words:N", color=alt.condition(
        "datum.dark", alt.value("white"), alt.value(INK)))  # fmt: skip
    return alt.layer(rect, ring, text).properties(width=max(90, 92 * len(bands)), height=max(60, 34 * len(order)),
                                                  title=model)  # fmt: skip
