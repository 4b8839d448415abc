"""The picture of a break-even: the difference against one number, in each model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from hybridcare.plots_base import INK, SHAPES, Figure, clean, draw, number
from hybridcare.sensitivity import label

if TYPE_CHECKING:
    from hybridcare.breakeven import Breakeven

LINES = ["#1b1f24", "#56B4E9", "#E69F00", "#0072B2", "#009E73", "#CC79A7", "#D55E00"]


def curves(found: Breakeven) -> Figure:
    """A line for each model, less the margin, with two standard errors of simulation noise; roots are ringed."""
    data = found.curves.assign(least=found.curves["estimate"] - 2 * found.curves["noise_se"],
                               most=found.curves["estimate"] + 2 * found.curves["noise_se"],
                               what=[clean(text, 44) for text in found.curves["label"]])  # fmt: skip
    order = list(dict.fromkeys(data["what"]))
    scale = alt.Scale(domain=order, range=LINES[: len(order)])
    colour = alt.Color("what:N", title=None, sort=order, scale=scale, legend=alt.Legend(symbolOpacity=1))
    shape = alt.Shape("what:N", title=None, sort=order, scale=alt.Scale(domain=order, range=SHAPES[: len(order)]))
    x = alt.X("value:Q", title=f"{clean(label(found.path), 60)}, {clean(found.unit)}",
              scale=alt.Scale(nice=False, zero=False, padding=8))  # fmt: skip
    less = f" less {found.margin:g}" if found.margin else ""
    y = alt.Y("estimate:Q", title=f"{clean(found.quantity, 60)}{less}, {clean(found.metric_unit)}")
    base = alt.Chart(data)
    band = base.mark_area(opacity=0.12).encode(x=x, y=alt.Y("least:Q"), y2="most:Q", color=colour)
    line = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
    point = base.mark_point(filled=True, size=45, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
    zero = alt.Chart(pd.DataFrame({"estimate": [0.0]})).mark_rule(color=INK, strokeWidth=1.4).encode(y="estimate:Q")
    even = found.roots.dropna(subset=["root"]).assign(estimate=0.0)
    ring = alt.Chart(even[["root", "estimate"]]).mark_point(size=190, color=INK, strokeWidth=2).encode(
        x=alt.X("root:Q"), y="estimate:Q")  # fmt: skip
    chart = alt.layer(band, zero, line, point, *([ring] if len(even) else [])).properties(width=430, height=280)
    table = found.roots[["model", "label", "note", "root", "low", "high", "at_low", "at_high", "says"]].copy()
    for name in ("root", "low", "high", "at_low", "at_high"):
        table[name] = [number(value, 3) for value in table[name]]
    return draw(found.results.stamp, chart, name="breakeven",
                title=f"Where it comes out even: {clean(label(found.path))}",
                caption=f"{found.sentence} Bands are two standard errors of simulation noise; rings mark where a line "
                "meets zero. Models that today's evidence does not tell apart stand side by side.",
                alt_text=found.sentence, table=table, width=840)  # fmt: skip
