"""The page of a check of a setting: the service's figures beside the sets, the rivals, and what weighing moves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from hybridcare.plots_base import FAINT, INK, SHAPES, SOFT, clean
from hybridcare.report_verb import Part, save_report
from hybridcare.setting_weights import NEAR
from hybridcare.setting_words import caution, contest, warnings

if TYPE_CHECKING:
    from hybridcare.setting import SettingCheck

SERVICE, SETS, NEW = "#D55E00", "#0072B2", "#009E73"
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"]  # of rivals
KINDS = ("service, 95 %", "sets, 5 to 95 %", "sets weighed by it")
PER_COLUMN = 2
QUESTION = "Does the model show what this service counts, and what do its figures change?"


def save(found: SettingCheck, path: str | os.PathLike[str]) -> Path:
    """Writes the page. Raises ConfigError if it cannot be written."""
    return save_report(path, f"Check of a setting: {clean(found.data.name)}", QUESTION, parts(found), provenance(found))


def provenance(found: SettingCheck) -> dict[str, Any]:
    """What stands beside every number."""
    from hybridcare.study_folder import this_build
    from hybridcare.uncertainty_words import over_sets

    care = found.care
    return {"calibration": over_sets(found.main.sets), **this_build(), "scenario": care.scenario.core.name,
            "scenario_hash": care.scenario.hash, "seed": care.scenario.core.seed, "arm": care.arm,
            "outcomes read in week of care": care.week, "clients a set": care.clients, "replicates": care.replicates,
            "figures": found.data.name, "hash of the figures": found.data.hash,
            "hash of the ensemble": found.main.sets.hash,
            "caveats": found.caveats}  # fmt: skip


def parts(found: SettingCheck) -> list[Part]:
    """The page's parts, the answer first."""
    return [_answer(found), _definitions(found), _rivals(found), *_figures_of_rivals(found), _parameters(found),
            _use(found)]  # fmt: skip


def _answer(found: SettingCheck) -> Part:
    frame = found.table(found.main.rival)
    shown = frame[["figure", "unit", "n", "value", "se", "discrepancy", "median", "q05", "q95", "apart", "state",
                   "after_median", "after_q05", "after_q95", "after_apart", "counts"]]  # fmt: skip
    return Part(f"The service beside {found.main.rival}", [found.sentence, *warnings(found)], chart=picture(frame),
                table=shown, note="Orange: what the service counted, with its 95 % interval. Blue: 5 to 95 % of the "
                "ensemble and its median. Green: the same after weighing. Each figure has a scale of its own. Apart: "
                "distance in SDs of sampling error, discrepancy (what a true model may miss), noise and the sets' "
                "spread. Counts: how much a figure counts, less than 1 where others are counted in the same "
                "people.")  # fmt: skip


def _definitions(found: SettingCheck) -> Part:
    rows = [{"figure": row.figure.name, "unit": row.figure.unit, "about": row.figure.about,
             "as the model reads it": row.figure.definition, "discrepancy": row.figure.discrepancy,
             "which rests on": row.figure.why, "the service's note": row.note} for row in found.main.rows]  # fmt: skip
    return Part("What each figure is", ["A figure that the service defines in another way is not comparable; look here "
                "first where one lies far off."], table=pd.DataFrame(rows))  # fmt: skip


def _rivals(found: SettingCheck) -> Part:
    return Part("Rival models", [contest(found)], table=found.rivals(), note=f"Ratio: of the likelihoods of the "
                f"service's figures, each over the first. {caution()}")  # fmt: skip


def _figures_of_rivals(found: SettingCheck) -> list[Part]:
    if len(found.found) == 1:
        return []
    wide = found.table().pivot(index="figure", columns="rival", values="apart")
    wide = wide.loc[list(found.table(found.main.rival)["figure"]), [each.rival for each in found.found]]
    return [Part("Figure by figure", ["Distance of the service's figure from each rival, in SDs, before weighing. "
                 "Where all rivals say the same, the figure tells none of them apart."], chart=contest_picture(wide),
                 table=wide.reset_index(), digits=1, note="Grey: 2 SDs to either side. A point right of 0: the service "
                 "counts more than the rival shows.")]  # fmt: skip


def _parameters(found: SettingCheck) -> Part:
    frame = found.parameters()
    beyond = int(frame["beyond"].sum())
    words = (f"{beyond} of {len(frame)} parameters move by more than as many effective draws would move by chance in "
             "1 % of cases. With so many parameters about one in a hundred does so by chance alone.")
    return Part("Which parameters move", [words], table=frame, note="Prior, ensemble and weighed ensemble: mean, and 5 "
                "to 95 %. Shift: of the mean, in SDs of the ensemble. Moved: Kolmogorov distance between the two.")


def _use(found: SettingCheck) -> Part:
    if found.refusal:
        return Part("What the new weights may be used for", [f"Nothing: {found.refusal}."])
    return Part("What the new weights may be used for", [
        "For questions about this service, with the care and the people of the scenario that was run: give the "
        "ensemble that check-setting writes with --out to --uncertainty of another command.",
        "Not for another service, not as evidence for the model, and not again with the same figures."])


def contest_picture(wide: pd.DataFrame) -> Any:
    """Distance of each figure from each rival, in SDs. wide: a row for each figure, a column for each rival."""
    order, rivals = list(wide.index), list(wide.columns)
    data = wide.reset_index().melt(id_vars="figure", var_name="rival", value_name="apart").dropna()
    reach = max(3.0, float(data["apart"].abs().max()) if len(data) else 0.0) * 1.05
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    across: dict[str, Any] = {"title": "SDs, service minus rival", "scale": scale}
    band = alt.Chart(pd.DataFrame({"low": [-NEAR], "high": [NEAR]})).mark_rect(color=FAINT, opacity=0.6)
    points = alt.Chart(data).mark_point(filled=True, size=42, opacity=0.9).encode(
        x=alt.X("apart:Q", **across), y=alt.Y("figure:N", sort=order, title=None, axis=alt.Axis(labelLimit=220)),
        yOffset=alt.YOffset("rival:N", sort=rivals),
        color=alt.Color("rival:N", title=None, scale=alt.Scale(domain=rivals, range=COLOURS[: len(rivals)])),
        shape=alt.Shape("rival:N", title=None, scale=alt.Scale(domain=rivals, range=SHAPES[: len(rivals)])))
    band = band.encode(x=alt.X("low:Q", **across), x2="high:Q")
    return alt.layer(band, points).properties(width=400, height=9 * (1 + len(rivals)) * len(order))


def picture(frame: pd.DataFrame) -> Any:
    """Service, sets and weighed sets of each figure; each figure has a scale of its own, as units differ."""
    charts = [_one(row) for row in frame.to_dict("records")]
    columns = [alt.vconcat(*charts[at::PER_COLUMN], spacing=12) for at in range(min(PER_COLUMN, len(charts)))]
    return alt.hconcat(*columns, spacing=36) if len(columns) > 1 else columns[0]


def _one(row: dict[str, Any]) -> Any:
    data = pd.DataFrame({
        "what": list(KINDS), "at": [row["value"], row["median"], row["after_median"]],
        "low": [row["low"], row["q05"], row["after_q05"]], "high": [row["high"], row["q95"], row["after_q95"]],
    })  # fmt: skip
    ends = np.array([*data["low"], *data["high"]], float)
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = 0.08 * (high - low) or 0.5
    scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    y = alt.Y("what:N", sort=list(KINDS), title=None, axis=alt.Axis(domain=False, ticks=False, labelColor=SOFT))
    colour = alt.Color("what:N", scale=alt.Scale(domain=list(KINDS), range=[SERVICE, SETS, NEW]), legend=None)
    x = alt.X("low:Q", title=clean(row["unit"]), scale=scale, axis=alt.Axis(tickCount=5))
    base = alt.Chart(data)
    bars = base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", y=y, color=colour)
    points = base.mark_point(filled=True, size=45, opacity=1).encode(x=alt.X("at:Q", scale=scale), y=y, color=colour)
    words = f"{clean(row['label'], 48)}: {row['state']}"
    drawn = alt.layer(bars, points)
    return drawn.properties(width=235, height=48, title=alt.Title(words, anchor="start", fontSize=12, color=INK))
