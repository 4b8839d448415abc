"""Writes what two calibrations found into structures.md: the default's, and that with other structures freed.

    hybridcare calibrate --out DIR --rival R1 --priors scenarios/priors_structures.json
    cp DIR/ensemble.json scenarios/ensembles/structures/R1.json
    python python/docs/write_structures.py
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hybridcare.calibrate_ensemble import Ensemble, ensemble
from hybridcare.calibration import quantiles
from hybridcare.parameters import field

PAGE = Path(__file__).with_name("structures.md")
ENSEMBLES = Path(__file__).resolve().parents[2] / "scenarios" / "ensembles"
BEGIN, END = "<!-- structures -->", "<!-- end -->"
#: Which figures have to fit together: response, change, spread, dropout, the untreated course, the effect of alliance.
TOGETHER = ("response_therapy", "response_control", "therapy_points", "guided_g", "unguided_g", "dropout_therapy",
            "untreated_13w", "untreated_26w", "untreated_52w", "weekly_change_sd", "phq9_retest", "within_person",
            "r_alliance")  # fmt: skip
#: What was freed for the sake of the two misses, and the four structures.
FREED = ("/intake/responsiveness_sd", "/intake/gain_cap", "/course/measurement_sd", "/course/symptom_sd",
         "/course/symptom_return", "/course/alliance_effect", "/alliance/improvement", "/intake/persistent/share",
         "/intake/persistent/shift", "/intake/unresponsive_share", "/course/saturation")  # fmt: skip


def number(value: float | None) -> str:
    return "—" if value is None or not np.isfinite(value) else f"{value:.3g}".replace("-", "−")


def table(heads: list[str], lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads), *lines])


def interval(row: Mapping[str, Any], middle: str, low: str, high: str) -> str:
    return f"{number(row[middle])} ({number(row[low])} to {number(row[high])})"


def summary(found: Ensemble) -> list[str]:
    counted = [row for row in found.fit if row["weight"] > 0]
    missed = [row["target"] for row in counted if not row["inside"]]
    low, middle, high = quantiles(found.loss, found.weights, (0.05, 0.5, 0.95))
    return [f"{len(found.pointers)}", f"{len(found)} ({found.effective:.0f} effective)",
            f"{middle:.1f} ({low:.1f} to {high:.1f})", f"{len(counted) - len(missed)} of {len(counted)}",
            ", ".join(f"`{name}`" for name in missed) or "none"]  # fmt: skip


def fitted(default: Ensemble, freed: Ensemble) -> str:
    rows = []
    of = [{row["target"]: row for row in each.fit} for each in (default, freed)]
    for name in TOGETHER:
        figure = of[0][name]
        cells = [interval(each[name], "median", "q05", "q95") + ("" if each[name]["inside"] else " **out**")
                 for each in of]  # fmt: skip
        rows.append([f"`{name}`", figure["unit"], interval(figure, "figure", "low", "high"), *cells])
    return table(["target", "unit", "published", "default, median and 5 to 95 %", "structures freed"], rows)


def posterior(default: Ensemble, freed: Ensemble) -> str:
    rows = []
    of = [{row["pointer"]: row for row in each.parameters} for each in (default, freed)]
    for pointer in FREED:
        prior = of[1][pointer]
        cells = ["off" if pointer not in each else interval(each[pointer], "mean", "q05", "q95")
                 + ("" if each[pointer]["informed"] else ", not informed") for each in of]  # fmt: skip
        rows.append([f"`{pointer}`", field(pointer)["unit"] or "—",
                     interval(prior, "prior_mean", "prior_q05", "prior_q95"), *cells])  # fmt: skip
    return table(["parameter", "unit", "prior, mean and 5 to 95 %", "default", "structures freed"], rows)


def section(default: Ensemble, freed: Ensemble) -> str:
    heads = ["", "free numbers", "sets", "loss, median and 5 to 95 %", "targets inside", "missed"]
    return "\n".join([
        "## Fit", "",
        table(heads, [["default (R1)", *summary(default)], ["structures freed", *summary(freed)]]), "",
        "## What has to fit together", "", fitted(default, freed), "",
        "## What the figures say of each number", "", posterior(default, freed),
    ])  # fmt: skip


def main() -> None:
    given = [Path(each) for each in sys.argv[1:]] or [ENSEMBLES / "R1.json", ENSEMBLES / "structures" / "R1.json"]
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    found = section(*(ensemble(each) for each in given))
    PAGE.write_text(f"{before}{BEGIN}\n{found}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
