"""Pictures of rival models: the forest of a contest, and candidate designs ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from hybridcare.plots_base import INK, SOFT, Figure, clean, number, percent, signed, stacked
from hybridcare.plots_close import close, stamp
from hybridcare.rivals_words import sentence

if TYPE_CHECKING:
    from hybridcare.rivals_contest import Contest
    from hybridcare.rivals_designs import Discrimination

#: Kinds of model in words, each with a colour that colour-blind readers can tell apart, and a shape.
_KINDS = {"rival": ("rival model", "#0072B2", "circle"), "b_E": ("how much empathy matters", "#D55E00", "diamond"),
          "switch": ("structural switch", "#4d5661", "square")}  # fmt: skip
_STATES = {"holds": "holds", "fails": "fails", "mixed": "in some sets", "unclear": "within noise"}


def forest(contest: Contest) -> Figure:
    """One panel for each conclusion: its difference in every model over its sets, simulation noise, and the margin."""
    data = contest.table()
    data = data[data["estimate"].notna()].reset_index(drop=True)
    data["row"] = [_row(row.kind, row.model, row.label) for row in data.itertuples()]
    data["what"] = [_KINDS[kind][0] for kind in data["kind"]]
    data["said"] = [_said(row) for row in data.itertuples()]
    labels = {arm["name"]: arm["label"] or arm["name"] for arm in contest.scenario.core.arms}
    panels = [_panel(data[data["conclusion"] == text].reset_index(drop=True), labels)
              for text in data["conclusion"].unique()]  # fmt: skip
    said = " ".join(contest.sentences[1:])
    return close(stacked(*panels, spacing=26), stamp(contest.provenance), name="rivals",
                 title="The answer in every rival model",
                 caption="Each point is the same difference in another model, same clients and same luck: the median "
                 "over the parameter sets of its ensemble, with 5 to 95 % of them (thick) and simulation noise (95 %, "
                 f"thin); the broken line is the margin of the conclusion. {sentence(contest.fits)}",
                 alt_text=said, table=_numbers(data), width=820)  # fmt: skip


def _said(row: Any) -> str:
    share = f", {percent(row.share)} of sets" if row.sets else ""
    away = "" if row.kind != "rival" or row.counts else "; does not fit"
    return f"{_STATES[row.state]}{share}{away}"


def _row(kind: str, model: str, label: str) -> str:
    return f"b_E {model}" if kind == "b_E" else clean(f"{model}: {label}" if kind == "rival" else label, 60)


def _panel(data: pd.DataFrame, labels: dict[str, str]) -> Any:
    first = data.iloc[0]
    against = f"minus “{clean(labels[first['against']], 70)}”" if first["against"] else ""
    title = alt.Title([clean(f"{first['conclusion']}", 120)],
                      subtitle=[f"“{clean(labels[first['arm']], 70)}” {against}"])  # fmt: skip
    order = list(dict.fromkeys(data["row"]))
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, grid=True))
    unit = f", {first['unit']}" if first["unit"] else ""
    x = alt.X("estimate:Q", title=f"{_metric(first)}{unit}", scale=alt.Scale(zero=False, nice=True, padding=14))
    kinds = list(dict.fromkeys(data["kind"]))
    colour = alt.Color("what:N", title=None, legend=alt.Legend(orient="top"),
                       scale=alt.Scale(domain=[_KINDS[k][0] for k in kinds], range=[_KINDS[k][1] for k in kinds]))
    shape = alt.Shape("what:N", title=None, legend=alt.Legend(orient="top"),
                      scale=alt.Scale(domain=[_KINDS[k][0] for k in kinds], range=[_KINDS[k][2] for k in kinds]))
    base = alt.Chart(data)
    over = base.mark_rule(strokeWidth=6, opacity=0.3).encode(x=alt.X("low:Q"), x2="high:Q", y=y, color=colour)
    bars = base.mark_rule(strokeWidth=2).encode(x=alt.X("noise_low:Q"), x2="noise_high:Q", y=y, color=colour)
    points = base.mark_point(filled=True, size=75, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
    words = base.mark_text(align="left", dx=6, color=INK, fontSize=11).encode(x=alt.value(430), y=y, text="said:N")
    margin = alt.Chart(pd.DataFrame({"margin": [float(first["margin"])]})).mark_rule(
        color=INK, strokeDash=[5, 4], strokeWidth=1.2).encode(x="margin:Q")
    high = max(60, 21 * len(order))
    return alt.layer(margin, over, bars, points, words).properties(width=430, height=high, title=title)


def _metric(row: Any) -> str:
    from hybridcare.headline import reading_words

    name = "PHQ-9" if row["metric"] == "phq9" else str(row["metric"]).replace("_", " ")
    return f"{name} {reading_words(row['reading'])}"


def _numbers(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"conclusion": data["conclusion"], "model": data["row"], "kind": data["what"],
                         "unit": data["unit"], "difference": [signed(v, 3) for v in data["estimate"]],
                         "5 % of sets": [signed(v, 3) for v in data["low"]],
                         "95 % of sets": [signed(v, 3) for v in data["high"]],
                         "noise from": [signed(v, 3) for v in data["noise_low"]],
                         "to": [signed(v, 3) for v in data["noise_high"]], "margin": data["margin"],
                         "conclusion there": data["said"]})  # fmt: skip


def discrimination(found: Discrimination) -> Figure:
    """Bars: expected log-likelihood difference per 100 participants; marks: the same as given."""
    data = found.table()
    data["row"] = [clean(label, 60) for label in data["label"]]
    half = found.reach * data["noise_se"]
    data["low"], data["high"] = data["per_100"] - half, data["per_100"] + half
    data["need"] = ["no difference beyond noise" if pd.isna(n) else f"{n:,} participants for 20 to 1"
                    for n in data["participants"]]  # fmt: skip
    order = list(data["row"])
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False))
    title = "expected difference in log-likelihood, per 100 participants"
    base = alt.Chart(data)
    bars = base.mark_bar(color="#0072B2", height=13).encode(x=alt.X("per_100:Q", title=title), y=y)
    noise = base.mark_rule(color=INK, strokeWidth=1.3).encode(x="low:Q", x2="high:Q", y=y)
    marks = base.mark_tick(color="#D55E00", thickness=3, size=16, opacity=1).encode(x="as_given:Q", y=y)
    words = base.mark_text(align="left", color=SOFT, fontSize=11).encode(x=alt.value(440), y=y, text="need:N")
    layers = [bars, noise, *([marks] if found.refit or found.sets else []), words]
    head = (f"Blue: over {found.sets} parameter sets of each; orange: each set at its word" if found.sets else
            "Blue: after the false model has shifted its levels; orange: as given" if found.refit else "As given")
    a, b = found.against
    chart = alt.layer(*layers).properties(width=430, height=30 * len(order), title=alt.Title(
        [f"Which trial tells {clean(a.title)} from {clean(b.title)}?"], subtitle=[head]))  # fmt: skip
    shown = pd.DataFrame({"design": data["row"], "per 100": [number(v, 2) for v in data["per_100"]],
                          "noise ±": [number(v, 2) for v in half],
                          "as given": [number(v, 2) for v in data["as_given"]], "needs": data["need"]})  # fmt: skip
    return close(chart, stamp(found.provenance), name="discrimination", title="The trial that would separate them",
                 caption="Thin marks are simulation noise (95 %). Natural logarithm, participants allocated "
                 "equally; how many are needed is rounded up to tens.",
                 alt_text=found.sentence, table=shown, width=820)  # fmt: skip
