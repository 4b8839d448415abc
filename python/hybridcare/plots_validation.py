"""Pictures of a validation: simulated beside published, and prior beside posterior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from hybridcare.plots_base import FAINT, INK, SOFT, clean

INSIDE, OUTSIDE = "#0072B2", "#D55E00"
EDGE = 3.0  # half-widths of an interval, beyond which a mark stands at the rim
_LONG = 58  # characters of a row's name


def against_published(rows: Sequence[dict[str, Any]]) -> Any:
    """Each interval as the same band from -1 to 1; 5 to 95 % and median of the ensemble in it or beside it."""
    data = pd.DataFrame([_placed(row) for row in rows if row["low"] is not None and row["high"] is not None])
    y = alt.Y("row:N", sort=list(data["row"]), title=None, axis=alt.Axis(labelLimit=380))
    scale = alt.Scale(domain=[-EDGE, EDGE], clamp=True)
    x = "half-widths of the published interval from its middle"
    colour = alt.Color("verdict:N", title=None, scale=alt.Scale(domain=["inside", "outside"], range=[INSIDE, OUTSIDE]),
                       legend=alt.Legend(orient="top"))  # fmt: skip
    base = alt.Chart(data)
    band = base.mark_bar(color=FAINT, height=11).encode(x=alt.X("from:Q", title=x, scale=scale), x2="to:Q", y=y)
    tick = base.mark_tick(color=SOFT, thickness=2, size=11).encode(x=alt.X("figure:Q", title=x, scale=scale), y=y)
    line = base.mark_rule(strokeWidth=2).encode(x=alt.X("q05:Q", title=x, scale=scale), x2="q95:Q", y=y, color=colour)
    dot = base.mark_point(filled=True, size=44, opacity=1).encode(x=alt.X("median:Q", title=x, scale=scale), y=y,
                                                                  color=colour)  # fmt: skip
    return alt.layer(band, tick, line, dot).properties(width=430, height=17 * len(data))


def _placed(row: dict[str, Any]) -> dict[str, Any]:
    middle, half = (row["low"] + row["high"]) / 2, (row["high"] - row["low"]) / 2

    def at(value: float | None) -> float | None:
        return None if value is None else min(max((value - middle) / half, -EDGE), EDGE)

    return {"row": clean(f"{row['target']} · {row['unit']}", _LONG), "from": -1.0, "to": 1.0,
            "verdict": "inside" if row["inside"] else "outside", "figure": at(row["figure"]),
            **{key: at(row[key]) for key in ("q05", "median", "q95")}}  # fmt: skip


def learned(frame: pd.DataFrame) -> Any:
    """Prior (thin) and posterior (thick) of each number, in prior SDs, in the frame's order."""
    data = pd.DataFrame({"row": [clean(f"{one.pointer} {one.symbol}".strip(), _LONG) for one in frame.itertuples()],
                         "says": ["informed" if one else "not informed" for one in frame["informed"]]})  # fmt: skip
    for name in ("prior_q05", "prior_q95", "q05", "q95", "mean"):
        data[name] = (frame[name] - frame["prior_mean"]) / frame["prior_sd"]
    y = alt.Y("row:N", sort=list(data["row"]), title=None, axis=alt.Axis(labelLimit=380))
    axis = "standard deviations of the prior from its mean"
    colour = alt.Color("says:N", title=None, legend=alt.Legend(orient="top"),
                       scale=alt.Scale(domain=["informed", "not informed"], range=[INSIDE, "#a3a9b3"]))  # fmt: skip
    base = alt.Chart(data)
    after = base.mark_rule(strokeWidth=6).encode(x=alt.X("q05:Q", title=axis), x2="q95:Q", y=y, color=colour)
    before = base.mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("prior_q05:Q", title=axis), x2="prior_q95:Q",
                                                             y=y)  # fmt: skip
    middle = base.mark_point(color=INK, filled=True, size=20).encode(x=alt.X("mean:Q", title=axis), y=y)
    return alt.layer(after, before, middle).properties(width=430, height=16 * len(data))
