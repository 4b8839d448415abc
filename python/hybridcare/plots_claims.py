"""Pictures of claims: a claim's sets by driver and by model, and all verdicts in one picture."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .claim_runs import ENSEMBLE, SWITCH
from .claim_words import headline, named, percent
from .plots_base import INK, SOFT, Figure, clean
from .plots_close import close, stamp

if TYPE_CHECKING:
    from .claim_files import Condition
    from .claim_results import ClaimResult
    from .claim_studies import Claims

HOLDS, BETWEEN, OPPOSITE = "holds", "neither", "opposite"
_COLOURS, _SHAPES = ["#0072B2", "#8b929b", "#D55E00"], ["circle", "square", "triangle-up"]
_KINDS, _LEGEND = [HOLDS, BETWEEN, OPPOSITE], "in this set the claim"
ELASTICITY = "/change/empathy_elasticity"


def picture(found: ClaimResult) -> Figure:
    """Left: each parameter set's deciding effect over what drives it. Right: the same under every model."""
    data, claim = _rows(found), found.claim
    path = _across(found)
    data["across"] = [_shown(found, path, value) for value in data["driver"]]
    title = textwrap.wrap(clean(f"{found.deciding.label}, {found.deciding.unit}", 160), 44)
    domain = _domain(found, data)
    left = _scatter(data[data["model"] == ENSEMBLE], clean(named(claim, path), 60), title, domain, found)
    chart = alt.hconcat(left, _strips(data, found, domain), spacing=30)
    caption = ("Each point is a parameter set: left under the default model, over the number that its verdict or "
               "effect goes with most; right under each model, with the median as a grey bar. Blue band: the claim "
               "holds; orange: the opposite. Of several conditions the one that holds in the fewest sets is shown, so "
               "that a claim can fail in the blue band by another. Sets are "
               + ("those that fit published figures, each rival's own; prior: before any figure."
                  if found.runs.fitted else "draws of a prior."))  # fmt: skip
    return close(chart, _foot(found), name=f"claim_{claim.id}", title=f"{claim.id}: {clean(claim.title, 80)}",
                 caption=caption, alt_text=headline(found), table=_numbers(found), width=860)  # fmt: skip


def _rows(found: ClaimResult) -> pd.DataFrame:
    """One row for each set of each model: effect, driver, kind, and a place beside the others of its model."""
    path, main = _across(found), found.deciding.name
    parts = []
    for model in found.runs.models:
        if model.name == SWITCH:
            continue
        judged, effect = found.judged[model.name], found.runs.estimate[model.name][main]
        kind = [HOLDS if held else OPPOSITE if other else BETWEEN
                for held, other in zip(judged.holds, judged.opposite, strict=True)]  # fmt: skip
        beside = [(0.618034 * at) % 1 - 0.5 for at in range(len(effect))]
        parts.append(pd.DataFrame({"model": model.name, "effect": effect, "kind": kind, "beside": beside,
                                   "driver": _drivers(found, model.name, path, len(effect))}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _drivers(found: ClaimResult, model: str, path: str, count: int) -> Any:
    """The number across, in a model's own sets; unknown in those of a rival that has no such number."""
    frame = found.features_of(model)
    return frame[path].iloc[:count].to_numpy() if path in frame else [math.nan] * count


def _across(found: ClaimResult) -> str:
    """The parameter across: what the verdict hangs on, else what the effect goes with most, else b_E."""
    if found.driver is not None:
        return found.driver
    return found.ranks[0][0] if found.ranks else ELASTICITY


def _shown(found: ClaimResult, path: str, value: float) -> float:
    uncertain = found.claim.uncertain.get(path)
    return uncertain.shown(float(value)) if uncertain else float(value)


def _condition(found: ClaimResult) -> Condition:
    """That of the deciding effect."""
    return next(each for each in found.claim.conditions if each.effect == found.deciding.name)


def _domain(found: ClaimResult, data: pd.DataFrame) -> tuple[float, float]:
    """Of the effect: all points, zero, and the ends of the bands, with some room."""
    condition = _condition(found)
    ends = [end for band in (*condition.holds, *condition.contradicts) for end in band if math.isfinite(end)]
    values = [float(value) for value in data["effect"].dropna()] + ends + [0.0]
    room = 0.06 * ((max(values) - min(values)) or 1)
    return min(values) - room, max(values) + room


def _bands(found: ClaimResult, domain: tuple[float, float]) -> Any:
    condition = _condition(found)
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    layers = []
    for colour, bands in ((_COLOURS[0], condition.holds), (_COLOURS[2], condition.contradicts)):
        rows = [{"low": max(low, domain[0]), "high": min(high, domain[1])} for low, high in bands]
        layers.append(alt.Chart(pd.DataFrame(rows)).mark_rect(opacity=0.1, color=colour).encode(
            y=alt.Y("low:Q", scale=scale), y2="high:Q"))  # fmt: skip
    return alt.layer(*layers)


def _points(data: pd.DataFrame, domain: tuple[float, float], title: list[str] | None) -> Any:
    return alt.Chart(data).encode(
        y=alt.Y("effect:Q", title=title, scale=alt.Scale(domain=list(domain), nice=False, zero=False)),
        color=alt.Color("kind:N", title=_LEGEND, scale=alt.Scale(domain=_KINDS, range=_COLOURS),
                        legend=alt.Legend(orient="top")),
        shape=alt.Shape("kind:N", title=_LEGEND, scale=alt.Scale(domain=_KINDS, range=_SHAPES)))  # fmt: skip


def _zero() -> Any:
    return alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeWidth=1).encode(y="zero:Q")


def _scatter(data: pd.DataFrame, across: str, title: list[str], domain: tuple[float, float], found: ClaimResult) -> Any:
    points = _points(data, domain, title).mark_point(filled=True, opacity=0.85, size=42)
    points = points.encode(x=alt.X("across:Q", title=across, scale=alt.Scale(zero=False)))
    layers = [_bands(found, domain), _zero(), points]
    split = found.split
    if split is not None and split.tells and split.path == _across(found):
        at = pd.DataFrame({"at": [_shown(found, split.path, split.threshold)]})
        layers.append(alt.Chart(at).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(x="at:Q"))
    return alt.layer(*layers).properties(width=340, height=280, title="default model, by what drives it")


def _strips(data: pd.DataFrame, found: ClaimResult, domain: tuple[float, float]) -> Any:
    order = [model.name for model in found.runs.models if model.name != SWITCH]
    places = {name: place for place, name in enumerate(order)}
    data = data.assign(x=[places[row.model] + 0.62 * row.beside for row in data.itertuples()])
    middle = data.groupby("model", sort=False)["effect"].median().reset_index()
    middle = middle.assign(x=[places[name] - 0.36 for name in middle["model"]],
                           x2=[places[name] + 0.36 for name in middle["model"]])  # fmt: skip
    labels = "[" + ", ".join(f"'{name}'" for name in order) + "][datum.value]"  # names of models are our own
    axis = alt.Axis(values=list(range(len(order))), labelExpr=labels, ticks=False, grid=False)
    x = alt.X("x:Q", title="model", scale=alt.Scale(domain=[-0.6, len(order) - 0.4], nice=False), axis=axis)
    points = _points(data, domain, None).mark_point(filled=True, opacity=0.9, size=40).encode(x=x)  # over the bar
    bar = alt.Chart(middle).mark_rule(color="#b4bcc5", strokeWidth=7).encode(x=x, x2="x2:Q", y="effect:Q")
    return alt.layer(_bands(found, domain), bar, _zero(), points).properties(
        width=360, height=280, title="under each model (R1: the default)")


def _numbers(found: ClaimResult) -> pd.DataFrame:
    """What stands beside the picture: per model, in how many sets the claim holds, the effect's median and range."""
    frame = found.models()
    return pd.DataFrame({
        "model": frame["model"], "what it says": frame["label"], "sets": frame["sets"],
        "claim holds": [percent(share) for share in frame["holds"]],
        "95 % interval": [f"{100 * row.holds_low:.0f} to {percent(row.holds_high)}" for row in frame.itertuples()],
        "opposite": [percent(share) for share in frame["opposite"]],
        f"median effect, {clean(found.deciding.unit, 20)}": frame["median"], "least": frame["least"],
        "most": frame["most"]})  # fmt: skip


def _foot(found: ClaimResult) -> list[str]:
    from hybridcare import core

    known = {"calibration": found.calibration + (" and coarse" if found.size.quick else ""),
             "version": core.build_info()["version"], "seed": found.claim.document.get("seed")}  # fmt: skip
    return stamp(known)


_WORDS = {"supported": "supported", "contradicted": "contradicted",
          "depends": "depends", "assumed": "merely assumed"}  # fmt: skip
_VERDICTS = ["#0072B2", "#D55E00", "#E69F00", "#6b7280"]


def overview(found: Claims) -> Figure:
    """In which share of the sets each claim holds, with the interval, and the range over the rivals."""
    rows = []
    for result in found.values():
        low, high = result.ensemble.interval()
        shares = [counted.share for counted in result.rivals.values()] or [result.ensemble.share]
        prior = result.prior.share if result.prior else None
        rows.append({"row": f"{result.claim.id}  {clean(result.claim.title, 46)}", "holds": result.ensemble.share,
                     "low": low, "high": high, "least": min(shares), "most": max(shares), "prior": prior,
                     "verdict": _WORDS[result.verdict.kind]})  # fmt: skip
    data = pd.DataFrame(rows)
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=420, ticks=False, labelPadding=8))
    scale = alt.Scale(domain=[-0.02, 1.02], nice=False)
    axis = alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("holds:Q", scale=scale, axis=axis, title="parameter sets in which the claim holds")
    base = alt.Chart(data)
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=list(_WORDS.values()), range=_VERDICTS),
                       legend=alt.Legend(orient="top", title="verdict", columnPadding=24))  # fmt: skip
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=list(_WORDS.values()),
                                                   range=["circle", "triangle-up", "diamond", "square"]))  # fmt: skip
    rivals = base.mark_bar(height=14, color="#dfe3e8").encode(
        x=alt.X("least:Q", scale=scale), x2="most:Q", y=y)
    marks = alt.layer(
        rivals, alt.Chart(pd.DataFrame({"at": [0.9]})).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(x="at:Q"),
        base.mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, color=colour, shape=shape),
        base.transform_filter("datum.prior != null").mark_tick(color="#CC79A7", thickness=3, size=18).encode(
            x=alt.X("prior:Q", scale=scale), y=y)).properties(width=430, height=max(40, 30 * len(data)))  # fmt: skip
    words = "; ".join(f"{row.claim.id} {percent(row.ensemble.share)}, {row.verdict.kind}" for row in found.values())
    table = pd.DataFrame({
        "claim": data["row"], "verdict": data["verdict"], "holds": [percent(v) for v in data["holds"]],
        "95 % interval": [f"{100 * r.low:.0f} to {percent(r.high)}" for r in data.itertuples()],
        "rivals, least": [percent(v) for v in data["least"]], "rivals, most": [percent(v) for v in data["most"]],
        "prior alone": [percent(float("nan") if v is None else v) for v in data["prior"]]})  # fmt: skip
    caption = ("Depends: on what was drawn, or on the model. Point: the default model, with the 95 % interval of "
               "having drawn so few sets. Grey bar: least to most over the rivals that count. Dashed: the 90 % "
               "that a claim needs, under every model. Pink tick: what the prior alone says, where it says anything; a "
               "point within 10 points of it was put in, not found.")  # fmt: skip
    return close(marks, stamp(found.provenance), name="claims", title="Verdicts on the claims", caption=caption,
                 alt_text=f"In which share of the sets each claim holds: {words}.", table=table, width=880)  # fmt: skip
