"""Pictures of a discovery: coverage against density, the limits of the chosen box, and the draws inside and outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from hybridcare import prim
from hybridcare.plots_base import INK, SOFT, Figure, beside, clean, draw, percent
from hybridcare.sensitivity import label

if TYPE_CHECKING:
    from hybridcare.discovery import Discovery

CASE, OTHER, BOX = "#D55E00", "#9aa3ad", "#0072B2"
MOST_POINTS = 1500  # of a picture; a fixed, even choice of them


def discovery(found: Discovery) -> Figure:
    """The trade-off at the left, the chosen box at the right."""
    limits = found.box()
    numeric = [row for row in limits.to_dict("records") if not row["values"]]
    right = _scatter(found, [row["path"] for row in numeric]) if numeric else _bars(found)
    each = found.fits[found.chosen]
    words = (f"{found.sentence} The box lies at coverage {each.coverage:.2f}, density {each.density:.2f}. "
             f"{percent(found.unsure)} of the draws lie within simulation noise of the threshold.")  # fmt: skip
    table = limits.assign(low=[_end(v) for v in limits["low"]], high=[_end(v) for v in limits["high"]],
                          quasi_p=[f"{v:.2g}" for v in limits["quasi_p"]],
                          reproduced=[percent(v) for v in limits["reproduced"]])  # fmt: skip
    chart = beside(_trade(found), right, spacing=40)
    chart["resolve"] = {"scale": {"color": "independent", "shape": "independent"}}  # they mean different things
    return draw(found.results.stamp, chart, name="discovery",
                title=f"Where “{clean(found.condition, 60)}” holds",
                caption="Left: each point is a box of the space of uncertainties; to the right it covers more of the "
                "draws in which the condition holds, further up more of its draws do. The ringed one is shown at the "
                "right and listed below. " + words, alt_text=words, table=table, width=980)  # fmt: skip


def _end(value: float) -> str:
    return "" if not np.isfinite(value) else f"{value:.3g}"


def _trade(found: Discovery) -> Any:
    data = found.trajectory()
    data["restricted"] = data["restricted"].astype(str)
    chosen = data[data["chosen"]]
    x = alt.X("coverage:Q", title="coverage: share of cases in the box", scale=alt.Scale(domain=[0, 1.02]),
              axis=alt.Axis(format="%", tickCount=6))  # fmt: skip
    y = alt.Y("density:Q", title="density: share of the box that is a case", scale=alt.Scale(domain=[0, 1.02]),
              axis=alt.Axis(format="%", tickCount=6))  # fmt: skip
    kinds = sorted(data["restricted"].unique(), key=int)
    palette = ["#1b1f24", "#56B4E9", "#0072B2", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#7b5ea7"]
    hues = alt.Scale(domain=kinds, range=[palette[int(k) % len(palette)] for k in kinds])
    colour = alt.Color("restricted:N", title="uncertainties limited", sort=kinds, scale=hues,
                       legend=alt.Legend(orient="bottom"))  # fmt: skip
    line = alt.Chart(data).mark_line(color="#c3c9d0").encode(x=x, y=y, order="box:Q")
    point = alt.Chart(data).mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, color=colour)
    ring = alt.Chart(chosen).mark_point(size=260, color=INK, strokeWidth=2).encode(x=x, y=y)
    return alt.layer(line, point, ring).properties(width=300, height=300, title="The trade-off")


def _sample(found: Discovery) -> pd.DataFrame:
    step = max(1, -(-len(found.x) // MOST_POINTS))
    data = found.x.iloc[::step].copy()
    data["case"] = np.where(found.cases[::step], "holds", "does not hold")
    return data


def _scatter(found: Discovery, paths: list[str]) -> Any:
    """The draws over the two uncertainties that the box limits most surely; with one, over that and the next."""
    others = [name for name in found.x.columns if name not in paths and not prim.categorical(found.x[name])]
    every = [*paths, *others]
    across, up = every[0], every[1] if len(every) > 1 else None
    data = _sample(found)
    data = pd.DataFrame({"across": data[across].astype(float), "case": data["case"],
                         "up": data[up].astype(float) if up else 0.5})  # fmt: skip
    box = found.boxes[found.chosen]
    ends = {}
    for side, name in (("across", across), ("up", up)):
        low, high = box.ranges.get(str(name), (-np.inf, np.inf))
        ends[side] = max(low, float(data[side].min())), min(high, float(data[side].max()))
    frame = pd.DataFrame({"a": [ends["across"][0]], "b": [ends["across"][1]], "c": [ends["up"][0]],
                          "d": [ends["up"][1]]})  # fmt: skip
    x = alt.X("across:Q", title=clean(label(across), 60), scale=alt.Scale(zero=False, nice=False, padding=6))
    title = clean(label(up), 60) if up else None
    y = alt.Y("up:Q", title=title, scale=alt.Scale(zero=False, nice=False, padding=6))
    kinds = ["holds", "does not hold"]
    point = alt.Chart(data).mark_point(filled=True, size=26, opacity=0.75).encode(
        x=x, y=y, color=alt.Color("case:N", title="the condition", sort=kinds,
                                  scale=alt.Scale(domain=kinds, range=[CASE, OTHER]),
                                  legend=alt.Legend(orient="bottom", titleLimit=300)),
        shape=alt.Shape("case:N", title="the condition", sort=kinds,
                        scale=alt.Scale(domain=kinds, range=["circle", "cross"]),
                        legend=alt.Legend(orient="bottom", titleLimit=300)))  # fmt: skip
    rect = alt.Chart(frame).mark_rect(fillOpacity=0, stroke=BOX, strokeWidth=2.5).encode(
        x=alt.X("a:Q", title=clean(label(across), 60)), x2="b:Q", y=alt.Y("c:Q", title=title), y2="d:Q")
    more = len(found.boxes[found.chosen].restricted) - sum(name in box.ranges for name in (across, up))
    note = f"and {more} more limited, listed below" if more > 0 else "the whole box"
    return alt.layer(point, rect).properties(width=330, height=300, title=alt.Title(
        "The draws, and the chosen box", subtitle=note, subtitleColor=SOFT))


def _bars(found: Discovery) -> Any:
    """With no number limited: how often the condition holds at each value of the first choice that is."""
    box = found.box()
    name = str(box["path"].iloc[0]) if len(box) else str(found.x.columns[0])
    values = found.x[name].astype(str) if prim.categorical(found.x[name]) else pd.qcut(found.x[name], 5).astype(str)
    data = pd.DataFrame({"value": values, "case": found.cases}).groupby("value", as_index=False)["case"].mean()
    return alt.Chart(data).mark_bar(color=CASE).encode(
        x=alt.X("case:Q", title="share of draws in which the condition holds", axis=alt.Axis(format="%")),
        y=alt.Y("value:N", title=None)).properties(width=330, height=max(60, 26 * len(data)),
                                                   title=clean(label(name), 60))  # fmt: skip
