"""Lays other structures of change over sets of the default's ensemble and writes what they do to structures.md.

    hybridcare calibrate --rival R1 --priors scenarios/priors_structures.json --out DIR    # half an hour, once
    python python/docs/write_structures.py [DIR/ensemble.json]                             # three minutes of one core

What the page says of the calibration with structures freed is kept beside it, in structures_refit.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from hybridcare.calibrate_ensemble import Ensemble, ensemble
from hybridcare.calibrate_targets import CLIENTS, REPLICATES, aims_of
from hybridcare.calibration import quantiles
from hybridcare.document import merged, pretty
from hybridcare.parameters import field
from hybridcare.points import patch_text
from hybridcare.progress import progress
from hybridcare.rivals import switches
from hybridcare.target_files import targets
from hybridcare.targets import simulate_targets
from hybridcare.validation_learned import APART

PAGE = Path(__file__).with_name("structures.md")
REFIT = Path(__file__).with_name("structures_refit.json")
BEGIN, END = "<!-- structures -->", "<!-- end -->"
SETS = 60
#: Structures by the name of their switch, and one of our own.
SWITCHES = ("two_courses", "unresponsive", "no_saturation", "one_time_scale")
NO_ALLIANCE = ("no effect of alliance (b_A 0)", {"course": {"alliance_effect": 0}})
#: Which figures have to fit together: response, change, spread, dropout, the untreated course, the effect of alliance.
TOGETHER = ("response_therapy", "response_control", "therapy_points", "guided_g", "unguided_g", "dropout_trials",
            "untreated_13w", "untreated_26w", "untreated_52w", "weekly_change_sd", "within_person",
            "r_alliance")  # fmt: skip
#: What was freed for the sake of the two misses.
FREED = ("/intake/responsiveness_sd", "/intake/gain_cap", "/course/measurement_sd", "/course/symptom_sd",
         "/course/symptom_return", "/course/alliance_effect", "/alliance/improvement", "/change/rate")  # fmt: skip


def number(value: float | None) -> str:
    return "—" if value is None or not np.isfinite(value) else f"{value:.3g}".replace("-", "−")


def table(heads: list[str], lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads), *lines])


def interval(values: np.ndarray) -> str:
    low, middle, high = np.quantile(values[np.isfinite(values)], [0.05, 0.5, 0.95])
    return f"{number(middle)} ({number(low)} to {number(high)})"


def structures() -> list[tuple[str, dict[str, Any]]]:
    known = switches()
    return [("as it is", {}), *((known[name].label, known[name].patch) for name in SWITCHES if name in known),
            NO_ALLIANCE]  # fmt: skip


def simulated(found: Ensemble, chosen: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By structure: loss of each set (sets,), and every target's figure (sets, targets)."""
    known = targets()
    aims = aims_of(known)
    fitted = [list(known).index(name) for name in aims.names]
    out = {}
    with progress("structures", True) as tick:
        shapes = structures()
        for at, (label, patch) in enumerate(shapes):
            points = [patch_text(merged(json.loads(found.patches[one]), patch)) for one in chosen]
            runs = simulate_targets(points, rival=found.rival, clients=CLIENTS, replicates=REPLICATES)
            out[label] = (aims.loss(runs.value[:, fitted], runs.noise_se[:, fitted] ** 2), runs.value)
            tick(at + 1, len(shapes))
    return out


def compared(found: dict[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """Each structure's loss beside the same sets without it, and the figures that have to fit together."""
    base = found["as it is"][0]
    rows = [[label, interval(loss), interval(loss - base), f"{100 * (loss < base).mean():.0f} %"]
            for label, (loss, _) in found.items()]  # fmt: skip
    loss = table(["structure", "loss, median and 5 to 95 % of sets", "loss minus that without it", "sets it improves"],
                 rows)  # fmt: skip
    known = targets()
    figures = []
    for name in TOGETHER:
        one, at = known[name], list(known).index(name)
        cells = [interval(value[:, at]) + ("" if one.holds(float(np.nanmedian(value[:, at]))) else " **out**")
                 for _, value in found.values()]  # fmt: skip
        published = f"{number(one.figure)} ({number(one.low)} to {number(one.high)})"
        figures.append([f"`{name}`", one.unit, published, *cells])
    return "\n\n".join([loss, table(["target", "unit", "published", *found], figures)])


def learnt(found: Ensemble) -> str:
    """Prior beside posterior of what was freed."""
    rows = []
    for row in (each for each in found.parameters if each["pointer"] in FREED):
        values = found.values[:, found.pointers.index(row["pointer"])]
        low, middle, high = quantiles(values, found.weights, (0.05, 0.5, 0.95))
        before = f"{number(row['prior_mean'])} ({number(row['prior_q05'])} to {number(row['prior_q95'])})"
        after = f"{number(middle)} ({number(low)} to {number(high)})"
        rows.append([f"`{row['pointer']}`", field(row["pointer"])["unit"] or "—", before, after,
                     "yes" if row["informed"] else "no"])  # fmt: skip
    return table(["parameter", "unit", "prior, mean and 5 to 95 %", "ensemble, median and 5 to 95 %", "informed"], rows)


def kept(freed: Ensemble) -> dict[str, Any]:
    """What the page says of an ensemble that was fitted with structures freed."""
    free = [name for name in freed.pointers if name not in ensemble("R1").pointers]
    return {"sets": len(freed), "effective": freed.effective, "hash": freed.hash,
            "loss": quantiles(freed.loss, freed.weights, (0.05, 0.5, 0.95)),
            "priors_hash": freed.provenance["priors_hash"], "targets_hash": freed.provenance["targets_hash"],
            "missed": [row["target"] for row in freed.fit if row["weight"] > 0 and not row["inside"]],
            "fit": [row for row in freed.fit if row["target"] in TOGETHER],
            "parameters": [row for row in freed.parameters if row["pointer"] in free]}  # fmt: skip


def refitted(found: Ensemble, freed: dict[str, Any]) -> str:
    """R1 as it is beside R1 with the structures freed, each fitted with the same budget."""
    own = {row["target"]: row for row in found.fit}
    missed = [row["target"] for row in found.fit if row["weight"] > 0 and not row["inside"]]
    losses = quantiles(found.loss, found.weights, (0.05, 0.5, 0.95))
    head = table(["", "sets", "effective", "loss, median and 5 to 95 %", "misses"], [
        ["as it is", str(len(found)), f"{found.effective:.0f}", ranged(*losses), ", ".join(missed) or "none"],
        ["structures freed", str(freed["sets"]), f"{freed['effective']:.0f}", ranged(*freed["loss"]),
         ", ".join(freed["missed"]) or "none"]])  # fmt: skip
    rows = [[f"`{row['target']}`", row["unit"], f"{number(row['figure'])} ({number(row['low'])} to "
             f"{number(row['high'])})", *(ranged(each["q05"], each["median"], each["q95"])
             + ("" if each["inside"] else " **out**") for each in (own[row["target"]], row))]
            for row in sorted(freed["fit"], key=lambda each: TOGETHER.index(each["target"]))]  # fmt: skip
    free = [[f"`{row['pointer']}`", row["unit"] or "—", ranged(row["prior_q05"], row["prior_mean"], row["prior_q95"]),
             ranged(row["q05"], row["median"], row["q95"]), "yes" if row["informed"] else "no"]
            for row in freed["parameters"]]  # fmt: skip
    told = sum(row["informed"] for row in freed["parameters"])
    says = (f"Median losses lie {number(abs(freed['loss'][1] - losses[1]))} apart (less than {number(APART)} decides "
            f"nothing), and the figures inform {told} of the {len(free)} numbers that were freed.")  # fmt: skip
    return "\n\n".join([head, says, table(["parameter", "unit", "prior, mean and 5 to 95 %",
                                            "ensemble, median and 5 to 95 %", "informed"], free),
                        table(["target", "unit", "published", "as it is", "structures freed"], rows)])  # fmt: skip


def ranged(low: float, middle: float, high: float) -> str:
    return f"{number(middle)} ({number(low)} to {number(high)})"


def section(found: Ensemble, freed: dict[str, Any] | None) -> str:
    chosen = found.drawn(SETS)
    return "\n".join([
        f"Ensemble of {found.rival}: {len(found)} sets, {found.effective:.0f} effective; {len(chosen)} drawn "
        f"by weight, a heavy one more than once, {CLIENTS} clients in {REPLICATES} replicates.", "",
        "## What was freed, and what the figures say of it", "", learnt(found), "",
        *(["## Structures freed together, and refitted", "", refitted(found, freed), ""] if freed else []),
        "## Other structures on the same sets", "", compared(simulated(found, chosen)),
    ])  # fmt: skip


def main() -> None:
    if len(sys.argv) > 1:
        REFIT.write_text(pretty(kept(ensemble(sys.argv[1]))), encoding="utf-8")
    freed = json.loads(REFIT.read_text(encoding="utf-8")) if REFIT.is_file() else None
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    made = section(ensemble("R1"), freed)
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
