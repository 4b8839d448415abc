"""Pictures of virtual trials: power by set of assumptions and by number of clients, assurance, example trials,
harms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .plots_base import (
    INK,
    SOFT,
    Figure,
    arm_colours,
    arm_labels,
    beside,
    clean,
    culture_labels,
    draw,
    number,
    percent,
    signed,
)

from .trial_cells import AS_WRITTEN

if TYPE_CHECKING:
    from .trial import Trial
    from .trial_assurance import Assurance
    from .trial_flow import Examples
    from .trial_harms import Harms
    from .trial_power import Curve, Power

# As written black; b_E from light to dark blue; rivals in Okabe and Ito's other colours, each with a shape of its own.
COLOURS = {"as written": "#000000", "b_E 0": "#7fb7e6", "b_E 1.5": "#2f7fbf", "b_E 3": "#0b3f73", "R0": "#D55E00",
           "R1": "#8c6d1f", "R2": "#7b5ea7", "R3": "#009E73", "R4": "#CC79A7"}  # fmt: skip
SHAPES = {"as written": "diamond", "b_E 0": "circle", "b_E 1.5": "circle", "b_E 3": "circle", "R0": "square",
          "R1": "triangle-up", "R2": "triangle-down", "R3": "triangle-right", "R4": "cross"}  # fmt: skip
NOT_YET = "Nothing here is calibrated yet; powers are those of trials in a world where the assumptions hold."
OVER_SETS = "Over parameter sets that fit published figures, which do not tell the model from its rivals."


def _standing(trial: Trial) -> str:
    return NOT_YET if trial.sets is None else OVER_SETS


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with a label for each set of assumptions; those that are the same model as an earlier one are named in
    its label, and stand once."""
    frame = frame.copy()
    twins: dict[str, list[str]] = {}
    for cell, same in zip(frame["cell"], frame["same_as"], strict=True):
        if same and cell not in twins.setdefault(same, []):
            twins[same].append(cell)
    labels = {r.cell: _label(r.cell, r.label) + _also(twins.get(r.cell, [])) for r in frame.itertuples()}
    frame["what"] = [labels[cell] for cell in frame["cell"]]
    return frame[frame["same_as"] == ""].reset_index(drop=True)


def _label(cell: str, label: str) -> str:
    return cell if cell == AS_WRITTEN else f"{cell}: {clean(label, 44)}"


def _also(names: list[str]) -> str:
    return f" (also {', '.join(names)})" if names else ""


def _scales(frame: pd.DataFrame) -> tuple[alt.Scale, alt.Scale]:
    """Colour and shape by label."""
    pairs = dict(zip(frame["what"], frame["cell"], strict=True))
    return (alt.Scale(domain=list(pairs), range=[COLOURS.get(cell, INK) for cell in pairs.values()]),
            alt.Scale(domain=list(pairs), range=[SHAPES.get(cell, "circle") for cell in pairs.values()]))  # fmt: skip


def _lanes(data: pd.DataFrame, x: str, low: str, high: str, title: str, domain: list[float] | None, first: bool,
           marks: tuple[str, ...] = (), rule: float | None = None) -> Any:  # fmt: skip
    """One lane for each set of assumptions: interval and point; `marks`: other columns, as upright strokes."""
    colour, shape = _scales(data)
    share = domain is not None
    scale = alt.Scale(domain=domain) if domain else alt.Scale(zero=False)
    axis = alt.Axis(format=".2~%", tickCount=5 if first else 4, labelFlush=False) if share else alt.Axis()
    y = alt.Y("what:N", sort=list(dict.fromkeys(data["what"])), title=None,
              axis=alt.Axis(labelLimit=380) if first else None)  # fmt: skip
    base = alt.Chart(data)
    x_of = alt.X(f"{x}:Q", title=title, scale=scale, axis=axis)
    parts: list[Any] = []
    if rule is not None:
        parts.append(alt.Chart(pd.DataFrame({"at": [rule]})).mark_rule(color=SOFT, strokeDash=[4, 3]).encode(
            x=alt.X("at:Q", title=title)))  # fmt: skip
    parts.append(base.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{low}:Q", title=title, scale=scale, axis=axis), x2=f"{high}:Q", y=y,
        color=alt.Color("what:N", scale=colour, legend=None)))  # fmt: skip
    ticks = []
    for column in marks:
        ticks.append(base.mark_tick(thickness=2, size=18, color=SOFT).encode(x=alt.X(f"{column}:Q"), y=y))
    parts.append(base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x_of, y=y, color=alt.Color("what:N", scale=colour, legend=None),
        shape=alt.Shape("what:N", scale=shape, legend=None)))  # fmt: skip
    return alt.layer(*parts, *ticks).properties(width=250 if first else 170, height=26 * data["what"].nunique())


def power(found: Power) -> Figure:
    """Power, effect and type I error by set of assumptions; one panel of rows for each contrast."""
    trial, data = found.trial, named(found.frame)
    first = data[data["arm"] == data["arm"].iloc[0]]
    data = first if len(trial.arms) == 2 else data.assign(what=[f"{r.arm}, {r.what}" for r in data.itertuples()])
    noise = 1.96 * data["effect_noise_se"]
    data = data.assign(effect_low=data["effect"] - noise, effect_high=data["effect"] + noise)
    goal = "non-inferiority" if trial.margin is not None else "benefit"
    nominal = trial.alpha / 2 if trial.margin is not None else trial.alpha
    most = max(0.12, float(data["type_one_high"].max()) * 1.1)
    chart = beside(
        _lanes(data, "power", "power_low", "power_high", f"power: chance to show {goal}", [0, 1], True,
               ("power_formula",)),
        _lanes(data, "effect", "effect_low", "effect_high", f"mean estimate, {trial.outcome.unit}", None, False,
               rule=0.0),
        _lanes(data, "type_one", "type_one_low", "type_one_high", "type I error", [0, most], False, rule=nominal))
    chart["title"] = {"text": f"What is the chance that this trial shows {goal}?", "anchor": "start", "subtitle": [
        "Dots: simulated, with Monte Carlo error. Upright grey strokes: power by the formula of a t test. Dashed: no "
        "effect, and the nominal type I error."]}  # fmt: skip
    words = "; ".join(f"{r.what}: power {percent(r.power)}, type one error {percent(r.type_one, 1)}"
                      for r in data.itertuples())  # fmt: skip
    return draw(trial.results, chart, name="trial-power", title="What is the chance that this trial shows it?",
                caption=f"{clean(trial.sentence, 400)} Thin marks: Monte Carlo error. Upright strokes: the "
                "formula of a two-sample t test on the effect, SD and ICC that the model implies, without looks. "
                "Type I error: the reference against itself with different clients; dashed: its nominal level. "
                + _standing(found.trial),
                alt_text=words, table=_power_numbers(data), width=980)  # fmt: skip


def _power_numbers(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "assumptions": data["what"], "power": [percent(v, 1) for v in data["power"]],
        "Monte Carlo": [f"{percent(r.power_low, 1)} to {percent(r.power_high, 1)}" for r in data.itertuples()],
        "by formula": [percent(v, 1) for v in data["power_formula"]],
        "mean estimate": [signed(v, 2) for v in data["effect"]], "truth": [signed(v, 2) for v in data["truth"]],
        "SD of the residual": [number(v, 2) for v in data["sd"]], "ICC": [number(v, 3) for v in data["icc"]],
        "measured": [percent(v, 1) for v in data["seen"]],
        "type I error": [percent(v, 1) for v in data["type_one"]],
        "shows the arm worse": [percent(v, 1) for v in data["worse"]],
    })  # fmt: skip


def curve(found: Curve) -> Figure:
    """Power over the number of clients, a line for each set of assumptions."""
    data = named(found.frame)
    colour, shape = _scales(data)
    x = alt.X("n:Q", title="clients randomised", scale=alt.Scale(zero=True, nice=False))
    title = "power: chance to show " + ("non-inferiority" if found.trial.margin is not None else "benefit")
    y = alt.Y("power:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    legend = alt.Legend(title=None, orient="right", labelLimit=330)
    base = alt.Chart(data)
    band = base.mark_rule(strokeWidth=1.2, opacity=0.7).encode(
        x=x, y=alt.Y("power_low:Q", title=title), y2="power_high:Q",
        color=alt.Color("what:N", scale=colour, legend=legend))  # fmt: skip
    line = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=alt.Color("what:N", scale=colour, legend=legend))
    dots = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=x, y=y, color=alt.Color("what:N", scale=colour, legend=legend),
        shape=alt.Shape("what:N", scale=shape, legend=legend))  # fmt: skip
    usual = alt.Chart(pd.DataFrame({"at": [0.8, 0.9]})).mark_rule(color=SOFT, strokeDash=[4, 3]).encode(y="at:Q")
    chart = alt.layer(usual, band, line, dots).properties(width=470, height=330)
    ends = data.sort_values("n").groupby("what", sort=False).tail(1)
    words = "; ".join(f"{r.what}: {percent(r.power)} with {r.n} clients" for r in ends.itertuples())
    shown = data[["what", "n", "power", "power_low", "power_high", "trials"]]
    return draw(found.trial.results, chart, name="trial-curve", title="What does the number of clients buy?",
                caption=f"{clean(found.trial.sentence, 400)} Upright marks: Monte Carlo error; the trials of one "
                f"point begin those of the next. Dashed: 80 and 90 %. {_standing(found.trial)}", alt_text=words,
                table=shown,
                width=860)  # fmt: skip


def assurance(found: Assurance) -> Figure:
    """Assurance, and the spread of the true difference over what is not known."""
    data = named(found.frame)
    unit = found.trial.outcome.unit
    chart = beside(
        _lanes(data, "assurance", "noise_low", "noise_high", "assurance: chance of benefit over what is not known",
               [0, 1], True),
        _lanes(data, "truth_median", "truth_low", "truth_high", f"true difference, {unit} (5 to 95 %)", None, False,
               rule=0.0).properties(width=260))
    words = "; ".join(f"{r.what}: {percent(r.assurance)}" for r in data.itertuples())
    shown = data[["what", "assurance", "noise_low", "noise_high", "worse", "truth_low", "truth_median", "truth_high",
                  "favourable", "fixed", "draws", "trials"]]  # fmt: skip
    return draw(found.trial.results, chart, name="trial-assurance", title="Assurance",
                caption=f"{clean(found.trial.sentence, 400)} Left: thin marks are Monte Carlo error between draws. "
                "Right: what the assumed ranges of the uncertain numbers do to the true difference. A set keeps the "
                f"numbers that it fixes. {_standing(found.trial)}", alt_text=words, table=shown, width=980)  # fmt: skip


def examples(found: Examples) -> Figure:
    """Every trial's estimate with its confidence interval, in order; the chosen ones by number."""
    trial, data = found.trial, found.everything.copy()
    words = {"nothing": "shows nothing", "better": "shows benefit", "worse": "shows the arm worse",
             "harm": "stopped: more deteriorate"}  # fmt: skip
    data["says"] = [words[each] for each in data["says"]]
    data["place"] = range(1, len(data) + 1)
    chosen = data[data["replicate"].isin(found.frame["replicate"])]
    scale = alt.Scale(domain=list(words.values()), range=["#8a929c", "#0072B2", "#D55E00", "#000000"])
    colour = alt.Color("says:N", scale=scale, title=None, legend=alt.Legend(orient="top"))
    x = alt.X("place:Q", title=f"{len(data)} trials of one truth, in order of their estimate",
              scale=alt.Scale(nice=False), axis=alt.Axis(labels=False, ticks=False, grid=False))  # fmt: skip
    title = f"difference, {trial.outcome.unit} (estimate, {1 - trial.alpha:.0%} confidence)"
    base = alt.Chart(data)
    rule = base.mark_rule(strokeWidth=1.6).encode(x=x, y=alt.Y("low:Q", title=title), y2="high:Q", color=colour)
    dot = base.mark_point(filled=True, size=34, opacity=1).encode(x=x, y=alt.Y("effect:Q", title=title), color=colour)
    label = alt.Chart(chosen.assign(text=[f"no. {r}" for r in chosen["replicate"]])).mark_text(
        angle=270, align="left", dx=6, fontSize=10, color=INK).encode(x=x, y="high:Q", text="text:N")  # fmt: skip
    lines = pd.DataFrame({"at": [0.0, float(data["truth"].mean())], "what": ["no difference", "truth, on average"]})
    level = alt.Chart(lines).mark_rule(strokeWidth=1.3).encode(
        y="at:Q", strokeDash=alt.StrokeDash("what:N", title=None, scale=alt.Scale(
            domain=list(lines["what"]), range=[[1, 0], [5, 3]]), legend=alt.Legend(orient="top")))  # fmt: skip
    chart = alt.layer(level, rule, dot, label).properties(width=760, height=320)
    told = "; ".join(f"trial {r.replicate}: {signed(r.effect)} ({r.says})" for r in chosen.itertuples())
    shown = data[["replicate", "effect", "low", "high", "p", "says", "look", "analysed", "dropped", "truth"]]
    return draw(trial.results, chart, name="trial-examples", title="What could this trial look like?",
                caption=f"{clean(trial.sentence, 400)} Assumptions: {clean(found.cell)}. Confidence intervals are "
                f"those that each trial would report. {_standing(found.trial)}", alt_text=told,
                table=shown, width=860)  # fmt: skip


def harms(found: Harms) -> Figure:
    """Rates by group and arm, one panel for each harm, of the first set of assumptions."""
    from .trial_harms import KINDS

    trial, frame = found.trial, found.frame
    data = frame[frame["cell"] == frame["cell"].iloc[0]].copy()
    places = culture_labels(trial.results)
    data["group_label"] = [_group(r, places) for r in data.itertuples()]
    labels, colours = arm_labels(trial.results), arm_colours(trial.results)
    by_label = {labels[arm]: colours[arm] for arm in trial.arms}
    data["arm_label"] = [labels[arm] for arm in data["arm"]]
    half = 1.96 * data["noise_se"].fillna(0)
    data = data.assign(low=(data["rate"] - half).clip(lower=0), high=data["rate"] + half)
    order = list(dict.fromkeys(data["group_label"]))
    panels = []
    for at, (harm, words) in enumerate(KINDS.items()):
        part = data[data["harm"] == harm]
        if len(part):
            panels.append(_harm(part, words, order, by_label, at == 0))
    told = "; ".join(f"{KINDS[r.harm]}, {r.arm_label}, {r.group_label}: {percent(r.rate, 1)}"
                     for r in data.itertuples())  # fmt: skip
    shown = data[["harm", "arm_label", "group_label", "rate", "noise_se", "difference", "difference_noise_se",
                  "expected", "clients"]]  # fmt: skip
    rest = ", ".join(dict.fromkeys(str(c) for c in frame["cell"] if c != frame["cell"].iloc[0]))
    return draw(trial.results, beside(*panels, spacing=14), name="trial-harms", title="Whom would this trial harm?",
                caption=f"{clean(trial.sentence, 400)} Assumptions: {clean(frame['cell'].iloc[0])}; the table has "
                f"{rest or 'no others'} too. Thin marks: Monte Carlo error. Erosion: of those who meet "
                "the agent. Expression distances are abstract, not "
                f"peoples; a symptom score clears no trial's safety. {_standing(found.trial)}", alt_text=told,
                table=shown,
                width=1000)  # fmt: skip


def _group(row: Any, places: dict[str, str]) -> str:
    if row.grouping == "culture":
        return places.get(str(row.group), clean(row.group))
    return "all clients" if row.grouping == "all" else str(row.group)


def _harm(part: pd.DataFrame, words: str, order: list[str], colour_of: dict[str, str], first: bool) -> Any:
    arms, colours = list(colour_of), list(colour_of.values())
    colour = alt.Color("arm_label:N", scale=alt.Scale(domain=arms, range=colours), title=None,
                       legend=alt.Legend(orient="top", labelLimit=420))  # fmt: skip
    y = alt.Y("group_label:N", sort=order, scale=alt.Scale(domain=order), title=None,
              axis=alt.Axis(labelLimit=260) if first else None)  # fmt: skip
    offset = alt.YOffset("arm_label:N", sort=arms)
    x = alt.X("low:Q", title=words.split(" (")[0], scale=alt.Scale(zero=True),
              axis=alt.Axis(format=".2~%", tickCount=3, labelFlush=False))  # fmt: skip
    base = alt.Chart(part)
    rule = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", y=y, yOffset=offset, color=colour)
    dot = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("rate:Q", title=words.split(" (")[0]), y=y, yOffset=offset, color=colour,
        shape=alt.Shape("arm_label:N", scale=alt.Scale(domain=arms), title=None, legend=None))  # fmt: skip
    return alt.layer(rule, dot).properties(width=165, height=34 * len(order))

