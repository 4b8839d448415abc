"""The picture of a break-even: the difference against one number, in each model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from hybridcare.plots_base import INK, SHAPES, Figure, clean, draw, number
from hybridcare.sensitivity import label

if TYPE_CHECKING:
    from hybridcare.breakeven import Breakeven

GREY = "#6b7480"
LINES = ["#1b1f24", "#56B4E9", "#E69F00", "#0072B2", "#009E73", "#CC79A7", "#D55E00"]


def curves(found: Breakeven) -> Figure:
    """A line for each model, less the margin, with two standard errors of simulation noise; roots are ringed. Over
    parameter sets: 5 to 95 % of their lines in grey, and a tick at each set's root."""
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
    chart = alt.layer(*_over(found, x), band, zero, line, point,
                      *([ring] if len(even) else [])).properties(width=430, height=280)  # fmt: skip
    return draw(found.results.stamp, chart, name="breakeven",
                title=f"Where it comes out even: {clean(label(found.path))}",
                caption=f"{' '.join(found.sentences)} Coloured bands are two standard errors of simulation noise; "
                f"rings mark where a line meets zero. {_grey(found)}Models that today's evidence does not tell apart "
                "stand side by side.",
                alt_text=" ".join(found.sentences), table=_numbers(found), width=840)  # fmt: skip


def _grey(found: Breakeven) -> str:
    if found.over is None:
        return ""
    return (f"Grey: 5 to 95 % of {len(found.over.sets)} parameter sets of {found.over.sets.rival} at each value, which "
            "the published figures leave open, and their median; ticks at zero: where each set comes out even. ")


def _over(found: Breakeven, x: alt.X) -> list[alt.Chart]:
    """The lines of parameter sets as a grey band, with its middle, and ticks at their roots."""
    if found.over is None:
        return []
    base = alt.Chart(found.over.band())
    roots = found.over.table()[["root"]].dropna().assign(estimate=0.0)
    ticks = alt.Chart(roots).mark_tick(thickness=1, size=16, opacity=0.35, color=INK).encode(
        x=alt.X("root:Q"), y="estimate:Q")  # fmt: skip
    return [base.mark_area(color=GREY, opacity=0.3).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
            base.mark_line(color=GREY, strokeWidth=2, strokeDash=[6, 3]).encode(x=x, y="median:Q"),
            *([ticks] if len(roots) else [])]  # fmt: skip


def _numbers(found: Breakeven) -> pd.DataFrame:
    """A row for each model and root; over parameter sets one more, whose interval is over sets."""
    table = found.roots[["model", "label", "note", "root", "low", "high", "at_low", "at_high", "says"]].copy()
    if found.over is not None:
        whole, band = found.over.summary(), found.over.band()
        ends = {"at_low": band["median"].iloc[0], "at_high": band["median"].iloc[-1]} if len(band) else {}
        row = {"model": f"{whole['rival']}, sets", "label": f"{whole['sets']} parameter sets",
               "note": "5 to 95 % of sets",
               "root": whole["median"], "low": whole["low"], "high": whole["high"], **ends,
               "says": f"{whole['has_root']:.0%} of the sets have one"}  # fmt: skip
        table = pd.concat([pd.DataFrame([row]), table], ignore_index=True)[list(table.columns)]
    for name in ("root", "low", "high", "at_low", "at_high"):
        table[name] = [number(value, 3) for value in table[name]]
    return table
