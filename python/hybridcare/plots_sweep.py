"""Pictures of a sweep: sensitivity bars, their convergence, a tornado, and what more replicates would buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from hybridcare.errors import config_error
from hybridcare.plots_base import INK, SHAPES, SOFT, Figure, clean, draw, number, signed
from hybridcare.sensitivity import DUMMY, METHODS, label

if TYPE_CHECKING:
    from hybridcare.sensitivity import Sensitivity
    from hybridcare.sweep_results import SweepResults

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#6b7280"
LINES = [BLUE, ORANGE, GREEN, "#CC79A7", "#000000"]
TRACED = len(LINES)  # uncertainties whose convergence is drawn
MOST = 12  # uncertainties that a picture shows
NAMES = {"total": "total: alone or with others", "first": "first order: alone", "delta": "delta", "pawn": "PAWN",
         "mu_star": "mean size of the change (μ*)", "sigma": "how much it hangs on the others (σ)"}  # fmt: skip


def sensitivity_bars(found: Sensitivity) -> Figure:
    """Bars by rank, main index above its companion, with 95 % intervals; the dummy, if there is one, comes last."""
    unit = f", {clean(found.series.unit)}" if found.method == "morris" else ""
    second = {"sobol": "first", "delta": "first", "morris": "sigma"}.get(found.method)
    data = found.table()
    data = data[data["index"].isin([found.main, second]) & ((data["rank"] <= MOST) | (data["path"] == DUMMY))].copy()
    data = data[(data["path"] != DUMMY) | (data["index"] == found.main)]
    last = data["path"] == DUMMY
    data = pd.concat([data[~last], data[last]], ignore_index=True)
    data["what"] = [clean(text, 56) for text in data["label"]]
    data["name"] = data["index"].map(NAMES)
    data["real"] = data["path"].isin(data[(data["index"] == found.main) & data["beyond_chance"]]["path"])
    order, kinds = list(dict.fromkeys(data["what"])), list(dict.fromkeys(data["name"]))
    y = alt.Y("what:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    offset = alt.YOffset("name:N", sort=kinds)
    colour = alt.Color("name:N", title=None, scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE][: len(kinds)]),
                       legend=alt.Legend(orient="top") if len(kinds) > 1 else None)  # fmt: skip
    base = alt.Chart(data)
    title = {"sobol": "share of variance", "morris": f"change over its whole distribution{unit}"}.get(
        found.method, "index, 0 to 1")  # fmt: skip
    bar = base.mark_bar(height=11).encode(x=alt.X("estimate:Q", title=title), y=y, yOffset=offset, color=colour,
                                          opacity=alt.condition("datum.real", alt.value(1), alt.value(0.35)))
    rule = base.mark_rule(color=INK, strokeWidth=1.4).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y,
                                                             yOffset=offset)  # fmt: skip
    chart = alt.layer(bar, rule).properties(
        width=420, height=max(80, 34 * len(order)), title=alt.Title(clean(found.series.name, 110)))
    main = found.table()[lambda frame: frame["index"] == found.main]
    words = "; ".join(f"{row.label} {row.estimate:.2f}{'' if row.beyond_chance else ', not beyond chance'}"
                      for row in main.head(MOST).itertuples())  # fmt: skip
    dummy = " An input that moves nothing stands last: what chance alone makes of the index." if last.any() else ""
    return draw(found.results.stamp, chart, name="sensitivity", title="Which uncertainties move the result",
                caption=f"{found.method}: {METHODS[found.method][2]}. Thin lines are 95 % intervals{_of(found)}. Pale "
                f"bars are not beyond chance.{dummy} "
                f"{_settled(found)} The indices hold for the distributions that the study states, and for this model.",
                alt_text=f"{found.series.name}. {words}", table=_rounded(found.table()), width=720)  # fmt: skip


def _of(found: Sensitivity) -> str:
    both = found.method in ("sobol", "morris")
    return " over points and replicates" if both else " over points (pale or not is asked of the replicates too)"


def _settled(found: Sensitivity) -> str:
    if not found.table()["beyond_chance"].any():
        return "None of them is told from chance, so that whether they have settled means nothing yet."
    return ("The indices have settled as the design grew." if found.settled else
            "The indices have NOT settled as the design grew: more points would help.")


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    for name in out.columns:
        if pd.api.types.is_float_dtype(out[name]):
            out[name] = [number(value, 3) for value in out[name]]
    return out


def convergence(found: Sensitivity) -> Figure:
    """The main index of the first five uncertainties on an eighth, a quarter, a half and all of the design."""
    top = found.table()[lambda frame: (frame["index"] == found.main) & (frame["path"] != DUMMY)].head(TRACED)
    data = found.convergence()
    data = data[data["path"].isin(top["path"])].copy()
    data["what"] = [clean(label(path), 56) for path in data["path"]]
    order = [clean(text, 56) for text in top["label"]]
    x = alt.X("draws:Q", title="design points used", scale=alt.Scale(type="log", base=2, nice=False, padding=14),
              axis=alt.Axis(values=sorted(int(size) for size in data["draws"].unique()), format=",d"))  # fmt: skip
    colour = alt.Color("what:N", title=None, sort=order, scale=alt.Scale(domain=order, range=LINES[: len(order)]),
                       legend=alt.Legend(symbolOpacity=1))  # fmt: skip
    y_title = {"sobol": "total share of variance"}.get(found.method, found.main)
    base = alt.Chart(data)
    shape = alt.Shape("what:N", sort=order, title=None, scale=alt.Scale(domain=order, range=SHAPES[: len(order)]))
    band = base.mark_area(opacity=0.12).encode(x=x, y=alt.Y("low:Q", title=y_title), y2="high:Q", color=colour)
    line = base.mark_line(strokeWidth=2).encode(x=x, y=alt.Y("estimate:Q", title=y_title), color=colour)
    point = base.mark_point(filled=True, size=70, opacity=1).encode(x=x, y="estimate:Q", color=colour, shape=shape)
    chart = alt.layer(band, line, point).properties(width=430, height=260, title=clean(found.series.name, 110))
    words = "; ".join(f"{row.what} at {row.draws:,} points {row.estimate:.2f}" for row in data.itertuples())
    return draw(found.results.stamp, chart, name="convergence", title="Whether the indices have settled",
                caption="The same index from the first part of the design, from more, and from all of it; bands are "
                f"95 % intervals{_of(found)}. {_settled(found)}", alt_text=words,
                table=_rounded(data.drop(columns="what")), width=760)  # fmt: skip


def tornado(results: SweepResults, metric: str | None = None, arm: str | None = None, against: str | None = None,
            model: str | None = None) -> Figure:  # fmt: skip
    """For each uncertainty the mean of the metric at the lowest and at the highest fifth of its draws, all else drawn.

    Raises ConfigError: nothing varies, or fewer than 20 draws.
    """
    series = results.series(metric, arm, against, model)
    rows = tornado_rows(results, series)
    middle = float(np.nanmean(series.estimate))
    shown = rows.head(MOST)
    data = pd.concat([
        shown.assign(end="lowest fifth of its draws", value=shown["low_fifth"], se=shown["low_se"]),
        shown.assign(end="highest fifth of its draws", value=shown["high_fifth"], se=shown["high_se"]),
    ])  # fmt: skip
    data["what"] = [clean(f"{text}", 56) for text in data["label"]]
    data = data.assign(middle=middle, least=data["value"] - 2 * data["se"], most=data["value"] + 2 * data["se"])
    data = data[["what", "end", "value", "middle", "least", "most"]]
    order = list(dict.fromkeys(data["what"]))
    ends = ["lowest fifth of its draws", "highest fifth of its draws"]
    title = f"{clean(series.name, 70)}, {clean(series.unit)}"
    y = alt.Y("what:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    offset = alt.YOffset("end:N", sort=ends)
    x = alt.X("value:Q", title=title, scale=alt.Scale(zero=False))
    base = alt.Chart(data)
    bar = base.mark_bar(height=10).encode(x=x, x2="middle:Q", y=y, yOffset=offset, color=alt.Color(
        "end:N", title=None, scale=alt.Scale(domain=ends, range=[ORANGE, BLUE]), legend=alt.Legend(orient="top")))
    rule = base.mark_rule(color=INK, strokeWidth=1.2).encode(x="least:Q", x2="most:Q", y=y, yOffset=offset)
    centre = alt.Chart(pd.DataFrame({"middle": [middle]})).mark_rule(color=INK, strokeWidth=1.4).encode(x="middle:Q")
    chart = alt.layer(bar, rule, centre).properties(width=430, height=max(90, 32 * len(order)))
    words = "; ".join(f"{row.label}: {row.low_fifth:.2f} low, {row.high_fifth:.2f} high" for row in shown.itertuples())
    return draw(results.stamp, chart, name="tornado", title="What moves the result, over the whole sweep",
                caption="Mean over the lowest and over the highest fifth of an uncertainty's draws, while everything "
                "else varies as the study says; the line in the middle is the mean of all draws. Thin marks: two "
                "standard errors of the mean over draws, which hold what the other uncertainties do.",
                alt_text=f"{series.name}: mean {middle:.2f}. {words}", table=_rounded(rows),
                width=760)  # fmt: skip


def tornado_rows(results: SweepResults, series: Any) -> pd.DataFrame:
    """path, label, low_fifth, high_fifth (means), low_se, high_se, swing (high − low); the widest first."""
    from hybridcare.sensitivity import inputs

    if results.study.spec.kind in ("saltelli", "morris"):
        held = {path: np.asarray(values, dtype=object) for path, values in results.study.drawn.items()}
        names = [name for name in held if len(set(held[name])) > 1 and not isinstance(held[name][0], str)]
        x = np.array([held[name].astype(float) for name in names]).T if names else np.zeros((0, 0))
    else:
        names, x, _ = inputs(results.study)
    whole = series.whole
    if not names:
        raise config_error("tornado", "nothing varies over the draws of this study: it has no uncertainties")
    if int(whole.sum()) < 20:
        raise config_error("tornado", f"needs 20 draws that have a number; there are {int(whole.sum())}")
    rows, y = [], series.estimate[whole]
    for at, name in enumerate(names):
        column = x[whole, at]
        ends = np.quantile(column, [0.2, 0.8])
        low, high = y[column <= ends[0]], y[column >= ends[1]]
        rows.append({"path": name, "label": label(name), "low_fifth": low.mean(), "high_fifth": high.mean(),
                     "low_se": low.std(ddof=1) / np.sqrt(len(low)), "high_se": high.std(ddof=1) / np.sqrt(len(high)),
                     "swing": high.mean() - low.mean()})  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.reindex(frame["swing"].abs().sort_values(ascending=False).index).reset_index(drop=True)


def noise(results: SweepResults, metric: str | None = None, arm: str | None = None, against: str | None = None,
          model: str | None = None) -> Figure:  # fmt: skip
    """Simulation noise of a point's estimate against the number of replicates, beside the spread over the draws.

    Raises ConfigError: fewer than three replicates."""
    series = results.series(metric, arm, against, model)
    values = series.values[series.whole]
    if values.shape[1] < 3 or len(values) < 2:
        raise config_error("noise", "needs three replicates and two draws at least")
    counts = list(range(2, values.shape[1] + 1))
    spread = float(series.estimate[series.whole].std(ddof=1))
    each = [np.sqrt((values[:, :n].var(axis=1, ddof=1) / n).mean()) for n in counts]
    data = pd.DataFrame({"replicates": counts, "noise": each})
    x = alt.X("replicates:Q", title="replicates", scale=alt.Scale(nice=False, padding=10),
              axis=alt.Axis(format="d", values=counts[:: max(1, len(counts) // 8)]))  # fmt: skip
    y = alt.Y("noise:Q", title=f"standard error or deviation, {clean(series.unit)}",
              scale=alt.Scale(domain=[0, 1.15 * max(spread, *each)], nice=False))  # fmt: skip
    line = alt.Chart(data).mark_line(point=alt.OverlayMarkDef(size=60, filled=True), color=BLUE).encode(x=x, y=y)
    level = alt.Chart(pd.DataFrame({"noise": [spread]})).mark_rule(color=ORANGE, strokeWidth=2, strokeDash=[7, 4])
    text = pd.DataFrame({"replicates": [counts[0]] * 2, "noise": [spread, each[0]],
                         "words": ["spread over the draws of the uncertainties", "Monte Carlo error of one point"]})
    above = alt.Chart(text).mark_text(align="left", dx=10, dy=-10, fontSize=12, color=SOFT)
    above = above.encode(x=x, y=y, text="words:N")
    chart = alt.layer(line, level.encode(y=y), above).properties(width=430, height=240, title=clean(series.name, 110))
    return draw(results.stamp, chart, name="noise", title="What more replicates would buy",
                caption="Blue: Monte Carlo error of one point's estimate as replicates are added, root mean square "
                "over the draws. Dashed: standard deviation over the draws, which more replicates do not narrow; it is "
                "what not knowing the parameters leaves open.",
                alt_text=f"Monte Carlo error {each[-1]:.3f} at {counts[-1]} replicates; spread over draws {spread:.3f} "
                f"{series.unit}", table=_rounded(data.assign(spread_over_draws=spread)), width=700)  # fmt: skip


def contest(results: SweepResults, metric: str | None = None, arm: str | None = None,
            against: str | None = None) -> Figure:  # fmt: skip
    """What each model says, and each b_E where it is varied: mean over the draws with 5 to 95 % of them."""
    rows = results.contest(metric, arm, against)
    labels = {model.name: clean(model.label, 44) for model in results.study.models}
    at = [f"b_E {value}" if value in ("0", "1.5", "3") else "all draws" for value in rows["b_E"]]
    fixed = [f" (b_E {value})" if value.startswith("fixed") else "" for value in rows["b_E"]]
    chosen = [f", {clean(levers, 40)}" if levers else "" for levers in rows["levers"]]
    what = [labels[name] + words + levers for name, words, levers in zip(rows["model"], fixed, chosen, strict=True)]
    data = rows.assign(what=what, at=at)
    order, kinds = list(dict.fromkeys(data["what"])), list(dict.fromkeys(data["at"]))
    title = f"{clean(rows['quantity'].iloc[0], 70)}, {clean(rows['unit'].iloc[0])}"
    y = alt.Y("what:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    offset = alt.YOffset("at:N", sort=kinds)
    hues = alt.Scale(domain=kinds, range=[INK, "#56B4E9", BLUE, "#CC79A7"][: len(kinds)])
    colour = alt.Color("at:N", sort=kinds, title=None, legend=alt.Legend(orient="top"), scale=hues)
    shape = alt.Shape("at:N", sort=kinds, title=None, scale=alt.Scale(domain=kinds, range=SHAPES[: len(kinds)]),
                      legend=alt.Legend(orient="top"))  # fmt: skip
    x = alt.X("low:Q", title=title, scale=alt.Scale(zero=False))
    base = alt.Chart(data[["what", "at", "low", "high", "estimate"]])
    rule = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", y=y, yOffset=offset, color=colour)
    point = base.mark_point(filled=True, size=85, opacity=1).encode(x="estimate:Q", y=y, yOffset=offset,
                                                                     color=colour, shape=shape)  # fmt: skip
    layers = [rule, point]
    if "−" in str(rows["quantity"].iloc[0]):
        layers.append(alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=SOFT).encode(x="zero:Q"))
    chart = alt.layer(*layers).properties(width=430, height=max(80, 22 * len(order) * len(kinds)))
    words = "; ".join(f"{row.what}, {row.at}: {signed(row.estimate)}" for row in data.itertuples())
    return draw(results.stamp, chart, name="contest", title="What each model says",
                caption="Points are means over the draws of the study, lines hold 90 % of the draws: what the "
                "uncertainties leave open within a model. Where models differ, today's evidence does not decide.",
                alt_text=words, table=_rounded(rows), width=760)  # fmt: skip


__all__ = ["contest", "convergence", "noise", "sensitivity_bars", "tornado", "tornado_rows"]
