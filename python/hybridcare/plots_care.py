"""Pictures of what care does: three estimands, numbers needed, leaving by week, harm, safety, equity, and the echo."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .plots_base import (
    Figure,
    arm_colours,
    arm_dashes,
    arm_labels,
    beside,
    draw,
    main_reading,
    number,
    percent,
    reading_name,
    records,
    signed,
    stacked,
)
from .plots_lanes import lanes, own, pairs, table_of

ESTIMANDS = {"all_randomised": "everybody, latent level", "as_observed": "as a study would observe it",
             "not_at_random": "the same, the worse missing more often",
             "completers": "completers alone"}  # fmt: skip
NEEDED = {"response": "response (at least half of the points gone)",
          "reliable_deterioration": "reliable deterioration avoided"}  # fmt: skip
WORSE = {1: "1 point or more", 2: "2 points or more", 3: "3 points or more"}
TWIN_WORDS = {"no_distance": "the cultural part", "perfect_recognition": "all misreading"}
ECHO = {"r_empathy": "reported: r(empathy rating)", "r_alliance": "reported: r(alliance rating)",
        "causal_slope_rating": "caused: empathy up by one SD of its rating",
        "causal_slope_true_empathy": "caused: empathy up by one SD of what is expressed"}  # fmt: skip
OVER = {"position": "over position of the client's culture", "distance_human": "over distance to the human",
        "distance_assistant": "over distance to the assistant"}  # fmt: skip


def in_words(data: pd.DataFrame, show: Any) -> str:
    """Arm, lane and value of every row."""
    return "; ".join(f"{r.arm_label}, {r.lane} {show(r.estimate)}" for r in data.itertuples())


def lane_table(data: pd.DataFrame, what: str, value: str, **how: Any) -> pd.DataFrame:
    """The numbers of a picture whose lanes are not cultures."""
    table = table_of(data.assign(culture_label=data["lane"]), value, **how)
    return table.rename(columns={"clients": what})


def estimands(results: Any, variant: str | None = None) -> Figure | None:
    """The main reading three ways: everybody, as a study would observe it, completers; and what each makes of arms."""
    data = own(results, "estimands", reading=main_reading(results), metric=["symptom", "phq9"], culture="all")
    if data.empty:
        return None
    data = data.assign(lane=data["estimand"].map(ESTIMANDS))
    names, rows = list(ESTIMANDS.values()), list(dict.fromkeys(data["arm_label"]))
    levels, apart = data[data["against"] == ""], data[data["against"] != ""]
    panels = [lanes(results, levels, "mean, PHQ-9 points", title="level", zero=False, width=300, arms=rows,
                    groups=names)]  # fmt: skip
    parts = [lane_table(levels, "estimand", "mean, points").assign(what="level")]
    if not apart.empty:
        against = arm_labels(results)[apart["against"].iloc[0]]
        panels.append(lanes(results, apart, "difference, PHQ-9 points", title=f"minus “{against}”", first=False,
                            reference=0, width=300, arms=rows, groups=names))  # fmt: skip
        parts.append(lane_table(apart, "estimand", "mean, points", sign=True).assign(what=f"minus “{against}”"))
    when = reading_name(results, main_reading(results))
    return draw(results, beside(*panels), name="estimands", title=f"Who is counted: {when}",
                caption="Everybody: all who entered, on the latent level that no study sees. As observed: PHQ-9 "
                "measurements that are not missing; who has dropped out is missing most often, by an assumed rate. "
                "Completers: who had not dropped out. Where the answers differ, who is missing makes the difference. "
                "Thin marks are simulation noise.",
                alt_text=f"Means, PHQ-9 points: {in_words(levels, number)}",
                table=pd.concat(parts, ignore_index=True))  # fmt: skip


def nnt(results: Any, variant: str | None = None) -> Figure | None:
    """How many more respond, and how many fewer deteriorate, than in the comparator; the numbers needed beside it."""
    data = own(results, "nnt", variant=variant, reading="post", metric=list(NEEDED))
    if data.empty:
        return None
    data = data.assign(estimate=data["gain"])
    rows, panels, parts = list(dict.fromkeys(data["arm_label"])), [], []
    for index, (metric, words) in enumerate(NEEDED.items()):
        part = data[data["metric"] == metric]
        points = part.assign(**{c: 100 * part[c] for c in ("estimate", "noise_low", "noise_high")})
        panels.append(lanes(results, points, "percentage points (above 0: better)", title=words, first=index == 0,
                            reference=0, width=300, arms=rows))  # fmt: skip
        parts.append(pd.DataFrame({
            "outcome": words, "arm": part["arm_label"], "clients": part["culture_label"],
            "gain, percentage points": [signed(100 * v, 1) for v in part["gain"]], "number needed": part["text"],
            "over simulation noise": [t or "—" for t in part["monte_carlo_interval"]]}))  # fmt: skip
    against = arm_labels(results)[data["against"].iloc[0]]
    pooled = data[(data["culture"] == "all") & (data["metric"] == "response")]
    return draw(results, beside(*panels), name="nnt", title=f"Numbers needed to treat, against “{against}”",
                caption="NNTB: so many clients are to be treated for one more to benefit; NNTH: for one more to be "
                "harmed. Where simulation noise holds zero, the number runs from one through infinity to the other. "
                "It is Monte Carlo error, no evidence about the world.",
                alt_text="Number needed for one more response: " + "; ".join(
                    f"{r.arm_label} {r.text}" for r in pooled.itertuples()),
                table=pd.concat(parts, ignore_index=True))  # fmt: skip


def leaving(results: Any, variant: str | None = None) -> Figure | None:
    """Who has dropped out by which week; planned ends and completed care compete."""
    data = own(results, "leaving")
    if data.empty:
        return None
    arms = [arm for arm, part in data.groupby("arm", sort=False) if part["dropped"].max() > 0]
    data = data[data["arm"].isin(arms)]
    if data.empty:
        return None
    pooled = data[data["culture"] == "all"]
    chart = weekly(results, pooled, "dropped", "dropped out by then, % of clients", share=True, width=760)
    last, week = int(data["week"].max()), results.experiment.reading_week
    kept = data[data["week"].isin(sorted({1, 4, 8, week, last}))]
    table = pd.DataFrame({
        "arm": kept["arm_label"], "clients": kept["culture_label"], "week": kept["week"],
        "dropped out by then": [percent(v, 1) for v in kept["dropped"]],
        "simulation noise, standard error": [percent(v, 2) for v in kept["noise_se"]],
        "while at 10 points or above": [percent(v, 1) for v in kept["dropped_ill"]],
        "ended early by plan": [percent(v, 1) for v in kept["ended"]],
        "completed": [percent(v, 1) for v in kept["completed"]],
        "leaving in this week, of those in care": [percent(v, 1) for v in kept["hazard"]],
    })  # fmt: skip
    at = pooled[pooled["week"] == last]
    return draw(results, chart, name="leaving", title="Leaving, week by week",
                caption="Cumulative incidence of dropout; a planned early end and completed care compete with it. "
                "The faint band is simulation noise.", table=table,
                alt_text=f"Dropped out by week {last}: " + "; ".join(
                    f"{r.arm_label} {percent(r.dropped, 1)}" for r in at.itertuples()))  # fmt: skip


def weekly(results: Any, data: pd.DataFrame, value: str, unit: str, *, share: bool = False, width: int = 370,
           title: str = "", week: str = "week since entry", least: float | None = 0) -> dict[str, Any]:  # fmt: skip
    """One line an arm over weeks, with its simulation noise where the table has limits of it; none below `least`."""
    labels = [arm_labels(results)[arm] for arm in arm_colours(results)]
    legend = {"orient": "bottom", "columns": 2, "columnPadding": 22, "symbolType": "stroke", "symbolSize": 700,
              "symbolOpacity": 1, "symbolStrokeWidth": 2.2,
              "values": [name for name in labels if name in set(data["arm_label"])]}  # fmt: skip
    arm = {"field": "arm_label", "type": "nominal", "title": None}
    colour = arm | {"legend": legend, "scale": {"domain": labels, "range": list(arm_colours(results).values())}}
    dash = arm | {"legend": legend, "scale": {"domain": labels, "range": arm_dashes(results)}}
    x = {"field": "week", "type": "quantitative", "title": week, "scale": {"nice": False}, "axis": {"tickCount": 8}}
    axis = {"tickCount": 5} | ({"format": "%"} if share else {})
    y = {"field": value, "type": "quantitative", "title": unit, "axis": axis}
    layers = [{"mark": {"type": "line", "strokeWidth": 2.2},
               "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash}}]  # fmt: skip
    columns = ["week", "arm_label", value]
    if "noise_low" in data:
        data = data.assign(noise_low=data["noise_low"].clip(lower=least),
                           noise_high=data["noise_high"].clip(upper=1 if share else None))  # fmt: skip
        columns += ["noise_low", "noise_high"]
        layers.insert(0, {"mark": {"type": "area", "opacity": 0.2}, "encoding": {
            "x": x, "y": y | {"field": "noise_low"}, "y2": {"field": "noise_high"}, "color": colour}})  # fmt: skip
    return {"layer": layers, "width": width, "height": 210, "title": {"text": title, "fontSize": 12},
            **records(data[columns])}  # fmt: skip


def harm(results: Any, variant: str | None = None) -> Figure | None:
    """How many are worse off, and how many better off, than their exact twin, by 1, 2 and 3 points."""
    data = own(results, "harm", outcome="symptom", reading=main_reading(results))
    if data.empty:
        return None
    pooled = data[data["culture"] == "all"]
    worse = pooled.assign(estimate=pooled["share_worse"], lane=[f"worse by {WORSE[p]}" for p in pooled["points"]])
    better = pooled[pooled["points"] == 1].assign(noise_low=float("nan"), noise_high=float("nan"))
    better = better.assign(estimate=better["share_better"], lane=f"better by {WORSE[1]}")
    drawn, twins = pd.concat([worse, better]), list(dict.fromkeys(pooled["against_twin"]))
    names, rows = list(dict.fromkeys(drawn["lane"])), list(dict.fromkeys(pooled["arm_label"]))
    panels = [lanes(results, drawn[drawn["against_twin"] == twin], "share of clients, %", title=TWIN_WORDS[twin],
                    first=i == 0, share=True, width=300, groups=names, arms=rows)
              for i, twin in enumerate(twins)]  # fmt: skip
    table = pd.DataFrame({
        "twin": data["against_twin"].map(TWIN_WORDS), "arm": data["arm_label"], "clients": data["culture_label"],
        "by, PHQ-9 points": data["points"], "worse": [percent(v, 1) for v in data["share_worse"]],
        "simulation noise, from": [percent(v, 1) for v in data["noise_low"]],
        "simulation noise, to": [percent(v, 1) for v in data["noise_high"]],
        "better": [percent(v, 1) for v in data["share_better"]],
        "worse minus better, percentage points": [signed(100 * v, 1) for v in data["net"]],
    })  # fmt: skip
    return draw(results, beside(*panels), name="harm", title="Persons worse off than their twin",
                caption="Each simulated client is compared with the same client, with the same chances, without the "
                "cultural part of misreading, and without any. A quantity of the model, never evidence about a "
                "person. Thin marks are simulation noise.",
                alt_text=f"Share of clients: {in_words(drawn, lambda v: percent(v, 1))}", table=table)  # fmt: skip


def safety(results: Any, variant: str | None = None) -> Figure | None:
    """Risk seen and missed, alarms, and the time to a human."""
    words = {"missed_escalations": ("weeks at risk in care that nobody saw", "weeks per 100 clients", 100),
             "risk_detected": ("risk states detected", "states per 100 clients", 100),
             "time_to_human": ("from onset to a human", "weeks", 1),
             "false_alarms": ("false alarms", "alarms per 100 clients", 100)}  # fmt: skip
    data = own(results, "estimates", variant=variant, metric=list(words))
    data = data[~data["arm"].isin(_quiet(data))]
    if data.empty:
        return None
    rows, panels, parts = list(dict.fromkeys(data["arm_label"])), [], []
    for index, (metric, (title, unit, times)) in enumerate(words.items()):
        part = data[data["metric"] == metric].dropna(subset=["estimate"])
        part = part.assign(**{c: times * part[c] for c in ("estimate", "noise_low", "noise_high")})
        panels.append(lanes(results, part, unit, title=title, first=index % 2 == 0, width=300, arms=rows,
                            least=0))  # fmt: skip
        parts.append(table_of(part, "estimate").assign(outcome=title, unit=unit))
    table = pd.concat(parts, ignore_index=True)
    missed = data[(data["metric"] == "missed_escalations") & (data["culture"] == "all")]
    return draw(results, stacked(beside(*panels[:2]), beside(*panels[2:])), name="safety",
                title="Risk seen and missed",
                caption="A risk state is a time of severe symptoms, with assumed rates of onset and of being noticed. "
                "Rare events such as self-harm lie outside a symptom score: nothing here clears any arm as safe. "
                "Arms in which nobody could notice are left out. Thin marks are simulation noise.",
                alt_text="Weeks at risk that nobody saw, per 100 clients: " + "; ".join(
                    f"{r.arm_label} {number(100 * r.estimate)}" for r in missed.itertuples()),
                table=table[["outcome", "unit", *[c for c in table if c not in ("outcome", "unit")]]])  # fmt: skip


def _quiet(data: pd.DataFrame) -> list[str]:
    """Arms in which nothing is detected, missed or feared."""
    return [arm for arm, part in data.groupby("arm", sort=False) if not (part["estimate"].fillna(0) != 0).any()]


def equity(results: Any, variant: str | None = None) -> Figure | None:
    """Slopes of symptoms and of leaving over distance and position."""
    data = own(results, "equity", variant=variant, against="", metric=["phq9", "dropout"])
    if data.empty:
        return None
    data = data[(data["reading"] == main_reading(results)) | (data["metric"] == "dropout")]
    data = data.assign(estimate=data["slope"], lane=data["over"].map(OVER)).dropna(subset=["estimate", "lane"])
    if data.empty:
        return None
    rows, panels, parts = list(dict.fromkeys(data["arm_label"])), [], []
    names = [name for name in OVER.values() if name in set(data["lane"])]
    for index, (metric, title, unit, times) in enumerate((
        ("phq9", f"symptoms at week {results.experiment.reading_week}", "PHQ-9 points", 1),
        ("dropout", "dropout", "percentage points", 100))):  # fmt: skip
        part = data[data["metric"] == metric]
        part = part.assign(**{c: times * part[c] for c in ("estimate", "noise_low", "noise_high")})
        panels.append(lanes(results, part, f"{unit} per whole unit of distance", title=title, first=index == 0,
                            reference=0, width=300, groups=names, arms=rows))  # fmt: skip
        parts.append(lane_table(part, "over", "slope", sign=True).assign(outcome=title, unit=unit))
    table = pd.concat(parts, ignore_index=True)
    return draw(results, beside(*panels), name="equity", title="Outcomes over expression distance",
                caption="How much worse an outcome is for a client one whole unit further away; to the right of zero "
                "distant clients fare worse. Distance to an agent is that client's own; position is that of the "
                "culture. Expression distances are abstract and stand for no people.",
                alt_text=f"Slopes: {in_words(data, signed)}",
                table=table[["outcome", "unit", *[c for c in table if c not in ("outcome", "unit")]]])  # fmt: skip


def echo(results: Any, variant: str | None = None) -> Figure | None:
    """What a study would report of empathy, beside what empathy does to the same clients."""
    data = own(results, "echo", variant=variant, against="", metric=list(ECHO))
    if data.empty:
        return None
    data = pairs(data)
    data["arm_label"] = [f"{arm} · {who}" for arm, who in zip(data["arm_label"], data["who"], strict=True)]
    data["lane"] = data["metric"].map(ECHO)
    pooled = data[data["culture"] == "all"]
    names = [name for name in ECHO.values() if name in set(pooled["lane"])]
    table = lane_table(data, "reading", "value", digits=3, sign=True)
    table.insert(1, "clients", list(data["culture_label"]))
    return draw(results, lanes(results, pooled, "standard deviations of the PHQ-9 per standard deviation (above 0: "
                               "better)", reference=0, width=520, groups=names),
                name="echo", title="What a study would report, and what is caused",
                caption="Reported: the correlation of a client's ratings with the PHQ-9 at the main reading, freed of "
                "that at entry. Caused: what happens to the same clients with the same chances if empathy is raised "
                "as it is expressed. A kind rating goes along with feeling better for other reasons too, so that a "
                "study cannot tell the two apart. Both hang on constants that no data identify.",
                alt_text=in_words(pooled, signed), table=table)  # fmt: skip
