"""The picture of a scorecard: the chance of passing each gate, in each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from hybridcare.plots_base import INK, Figure, clean, number, percent, stacked
from hybridcare.plots_close import close, stamp

if TYPE_CHECKING:
    from hybridcare.evaluation import Evaluation

_KINDS = {"default": ("the default model (R1)", "#1b1f24", "diamond"),
          "rival": ("rival model", "#0072B2", "circle"),
          "b_E": ("how much empathy matters", "#D55E00", "square"),
          "sets": ("over parameter sets that fit", "#009E73", "triangle-up")}  # fmt: skip


def scorecard(found: Evaluation) -> Figure:
    """One panel for each protocol, one line for each gate; a point for each model, and the chance asked."""
    data = found.chances()
    data["what"] = [_KINDS["default" if model == "R1" else kind][0]
                    for kind, model in zip(data["kind"], data["model"], strict=True)]  # fmt: skip
    labels = {gate.name: clean(gate.label, 84) for gate in found.asked.gates}
    data["row"] = [labels[name] for name in data["gate"]]
    panels = [_panel(data[data["protocol"] == name].reset_index(drop=True), label, found)
              for name, label in found.protocols.items() if (data["protocol"] == name).any()]  # fmt: skip
    known = {key: found.provenance[key] for key in ("calibration", "version", "scenario_hash", "seed")}
    invented = ["ILLUSTRATIVE: the numbers of this profile were invented."] if found.new.profile.illustrative else []
    return close(stacked(*panels, spacing=22), [*invented, *stamp(known)], name="scorecard",
                 title=f"Chance of passing each gate: {clean(found.new.profile.name)}",
                 caption="Each point is one model, and its chance is over what the measurement leaves open"
                 f"{_over(found)}. The broken "
                 f"line is the chance asked, {percent(found.asked.chance)}, in every model that counts. Models are "
                 "never pooled: no data say how likely each is.",
                 alt_text=found.sentence, table=_numbers(found), width=880)  # fmt: skip


def _over(found: Evaluation) -> str:
    return "" if found.over is None else ("; the triangle's is also over what the published figures leave open, in "
                                          f"{len(found.over.sets)} parameter sets of {found.over.sets.rival}")


def _panel(data: pd.DataFrame, label: str, found: Evaluation) -> Any:
    order = list(dict.fromkeys(data["row"]))
    axis = alt.Axis(ticks=False, domain=False, grid=True, labelLimit=480, labelPadding=9)
    y = alt.Y("row:N", sort=order, title=None, scale=alt.Scale(domain=order), axis=axis)
    x = alt.X("chance:Q", title="chance of passing", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    shown = [_KINDS[kind] for kind in _KINDS if kind != "sets" or found.over is not None]
    names, colours, shapes = (list(each) for each in zip(*shown, strict=True))
    colour = alt.Color("what:N", title=None, scale=alt.Scale(domain=names, range=colours),
                       legend=alt.Legend(orient="top"))  # fmt: skip
    shape = alt.Shape("what:N", title=None, scale=alt.Scale(domain=names, range=shapes),
                      legend=alt.Legend(orient="top"))  # fmt: skip
    known = data[data["chance"].notna()]
    base = alt.Chart(known.iloc[(known["model"] == "R1").argsort(kind="stable")])  # drawn last, on top
    span = base.mark_rule(color="#9aa3ad", strokeWidth=2).encode(x=alt.X("min(chance):Q"), x2="max(chance):Q", y=y)
    points = base.mark_point(filled=True, size=60, opacity=0.9).encode(x=x, y=y, color=colour, shape=shape)
    asked = alt.Chart(pd.DataFrame({"asked": [found.asked.chance]})).mark_rule(
        color=INK, strokeDash=[5, 4], strokeWidth=1.2).encode(x="asked:Q")
    return alt.layer(asked, span, points).properties(
        width=300, height=max(50, 23 * len(order)), title=alt.Title([clean(label, 110)]))


def _numbers(found: Evaluation) -> pd.DataFrame:
    card = found.scorecard()
    verdict = {True: "passed", False: "not passed"}
    return pd.DataFrame({"protocol": card["protocol"], "gate": card["label"], "asked": card["asked"],
                         "unit": card["unit"], "value in R1": [number(v, 3) for v in card["value"]],
                         "chance in R1": [percent(v) for v in card["chance"]],
                         "least chance": [percent(v) for v in card["least_chance"]], "in model": card["in_model"],
                         "": [verdict.get(v, "nothing to count") for v in card["passed"]]})  # fmt: skip
