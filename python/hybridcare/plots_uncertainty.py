"""Each arm's difference over parameter sets that fit: thick, what published figures leave open; thin, chance."""

from __future__ import annotations

import textwrap
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from . import core
from .headline import labels, reading_words
from .measured import illustrative_lines
from .plots_base import INK, Figure, clean, signed
from .plots_close import close, stamp
from .plots_headline import BAND, LINES, POINT
from .uncertainty_words import over_sets, plain, share

if TYPE_CHECKING:
    from .ensemble_run import EnsembleRun

NOISE_SES = 2  #: standard errors each way, of the thin mark


def intervals(found: EnsembleRun) -> Figure | None:
    """PHQ-9 at the reading week, each arm minus the reference; None if there is no arm that has a number."""
    data = _rows(found)
    if data.empty:
        return None
    run = found.scenario.core
    against = clean(labels(run.arms)[found.against], 80)
    when = reading_words(f"week_{run.reading_week}")
    order = list(data["row"])
    y = alt.Y("row:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=alt.Axis(
        labelExpr=LINES, ticks=False, domain=False, labelPadding=8))  # fmt: skip
    title = [f"difference in PHQ-9 points {when}", "← fewer symptoms than the reference   |   more symptoms →"]
    x = alt.X("median:Q", title=title,
              scale=alt.Scale(domain=_domain(data), nice=False, zero=False), axis=alt.Axis(tickCount=7))  # fmt: skip
    chart = alt.layer(*_layers(data, title, x, y)).properties(
        width=450, height=46 * len(order),
        title=alt.Title(f"Each arm minus “{against}”", subtitle=[
            "Thick: 90 % of the parameter sets. Dot: their median.",
            "Thin mark: Monte Carlo error, two standard errors each way. Diamond: the scenario's own set."]))
    said = "; ".join(f"{r.label}: {signed(r.median)} ({signed(r.low)} to {signed(r.high)} over parameter sets, Monte "
                     f"Carlo error {plain(r.noise_se)})" for r in data.itertuples())  # fmt: skip
    return close(chart, _foot(found), name="over-sets", title="The answer over parameter sets that fit",
                 caption="The thick bar is what published figures leave open: where 90 % of the parameter sets lie "
                 "that were fitted to them. More replicates do not narrow it. The thin mark is chance: how far other "
                 "simulated clients would move the dot. The diamond is the run at the scenario's own parameter set, "
                 "which may lie anywhere.", alt_text=f"PHQ-9 points {when}, each arm minus {against}. {said}",
                 table=_numbers(data), width=700)  # fmt: skip


def _foot(found: EnsembleRun) -> list[str]:
    run = found.scenario.core
    known = {"calibration": over_sets(found.sets), "driver": run.driver, "seed": run.seed,
             "scenario_hash": found.scenario.hash, "version": core.build_info()["version"]}  # fmt: skip
    return [*stamp(known), *illustrative_lines(SimpleNamespace(experiment=run))]


def _rows(found: EnsembleRun) -> pd.DataFrame:
    named = labels(found.scenario.core.arms)
    rows: list[dict[str, Any]] = []
    for arm in found.compared:
        got = found.spread(arm, found.against)
        if not got.sets:
            continue
        label = clean(named[arm])
        while any(label == row["label"] for row in rows):
            label += "′"
        noise = NOISE_SES * got.noise_se
        rows.append({"row": "\n".join(textwrap.wrap(label, 30)) or label, "label": label, "median": got.median,
                     "low": got.low, "high": got.high, "from": got.median - noise, "to": got.median + noise,
                     "noise_se": got.noise_se, "parameter_sd": got.parameter_sd, "below": got.below,
                     "own": found.own.get(arm, float("nan")), "text": signed(got.median)})  # fmt: skip
    return pd.DataFrame(rows)


def _domain(data: pd.DataFrame) -> list[float]:
    values = pd.concat([pd.Series([0.0]), *(data[name] for name in ("low", "high", "from", "to", "own"))]).dropna()
    low, high = float(values.min()), float(values.max())
    room = max(high - low, 0.05) * 0.1
    return [low - room, high + room]


def _layers(data: pd.DataFrame, title: list[str], x: alt.X, y: alt.Y) -> list[Any]:
    base = alt.Chart(data.drop(columns=["label", "noise_se", "parameter_sd", "below"]))
    zero = alt.Chart(pd.DataFrame({"median": [0.0]})).mark_rule(color=INK, strokeWidth=1.2).encode(x=x)
    open_ = base.mark_bar(color=BAND, height=16).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y)
    noise = base.mark_rule(color=POINT, strokeWidth=1.6).encode(x=alt.X("from:Q", title=title), x2="to:Q", y=y)
    ends = [base.mark_tick(color=POINT, thickness=1.6, height=10).encode(x=alt.X(f"{end}:Q", title=title), y=y)
            for end in ("from", "to")]  # fmt: skip
    own = base.mark_point(shape="diamond", size=70, stroke=INK, strokeWidth=1.3, fill="white", opacity=1).encode(
        x=alt.X("own:Q", title=title), y=y)  # fmt: skip
    dot = base.mark_point(filled=True, size=75, color=POINT, opacity=1).encode(x=x, y=y)
    halo = base.mark_text(dy=-15, fontSize=12, stroke="white", strokeWidth=4, opacity=0.85).encode(
        x=x, y=y, text="text:N")  # fmt: skip
    text = base.mark_text(dy=-15, fontSize=12, color=INK).encode(x=x, y=y, text="text:N")
    return [open_, zero, noise, *ends, own, dot, halo, text]


def _numbers(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "arm": data["label"],
        "difference, PHQ-9 points (median over sets)": [signed(v, 3) for v in data["median"]],
        "5 % of the sets": [signed(v, 3) for v in data["low"]],
        "95 % of the sets": [signed(v, 3) for v in data["high"]],
        "SD between sets, points": [plain(v) for v in data["parameter_sd"]],
        "Monte Carlo error, points": [plain(v) for v in data["noise_se"]],
        "sets below 0": [share(v) for v in data["below"]],
        "at the scenario's own set": [signed(v, 3) for v in data["own"]],
    })  # fmt: skip
