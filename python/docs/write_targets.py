"""Runs the targets and writes what was found into targets.md: every rival model, and one parameter at a time.

    python python/docs/write_targets.py          # some three minutes of one core
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from hybridcare.parameters import field
from hybridcare.points import patch_of, patch_text
from hybridcare.progress import progress
from hybridcare.rivals import rivals
from hybridcare.target_words import sentence
from hybridcare.targets import TargetRuns, simulate_targets

PAGE = Path(__file__).with_name("targets.md")
#: By which share a parameter is moved to each side, where nothing says how far it may lie: by its grade.
SHARES = {"calibrated": 0.25, "assumed": 0.5}
LEAST = 0.5  # of a target's spread: smaller effects are not listed
#: What a calibration would fit, and what is assumed and likely to matter.
PARAMETERS = """
/intake/baseline_mean /intake/gain_cap /intake/responsiveness_sd /intake/halo_sd /intake/halo_correlation
/course/episode_return /course/episode_sd /course/symptom_return /course/symptom_sd /course/measurement_sd
/course/alliance_effect /course/harm /course/usual_care_gain /course/waiting_shift
/change/rate /change/early /change/early_weeks /change/uptake_trust /change/empathy_elasticity
/practice/rate /practice/intercept /practice/guided /intake/fit_sd /intake/match_sd
/leaving/intercept /leaving/early /leaving/trust /leaving/unrepaired /leaving/assistant_only /leaving/guided
/leaving/worsening /leaving/ending /monitoring/gain_boost /alliance/improvement /therapists/spread
/therapists/effectiveness_sd /human/distance_loss /assistant/noise_correlation /ratings/heard_sd
/intake/persistent/share /intake/unresponsive_share /course/saturation
""".split()
#: Logits and what is 0 by default have no share of their own; others move targets only far from their defaults.
SPANS = {
    "/leaving/intercept": (-4.57, -3.57), "/leaving/assistant_only": (-0.29, 0.71), "/leaving/guided": (-0.86, 0.14),
    "/practice/intercept": (-0.7, 0.3), "/intake/match_sd": (0, 0.3), "/leaving/unrepaired": (0, 1),
    "/alliance/improvement": (0, 0.012), "/intake/persistent/share": (0, 0.4), "/intake/unresponsive_share": (0, 0.4),
    "/course/saturation": (0, 1),
}  # fmt: skip


def span(path: str) -> tuple[float, float]:
    row = field(path)
    if path in SPANS:
        return SPANS[path]
    if row["span"]:
        return float(row["span"][0]), float(row["span"][1])
    share = SHARES[row["grade"]]
    return row["default"] * (1 - share), row["default"] * (1 + share)


def number(value: float) -> str:
    return "" if np.isinf(value) else "—" if np.isnan(value) else f"{value:.3g}".replace("-", "−")


def table(heads: list[str], lines: list[list[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *lines]
    return "".join("| " + " | ".join(line) + " |\n" for line in cells)


def models(found: dict[str, TargetRuns]) -> str:
    """A row for each target: misses of the default first; what lies inside its interval is in bold."""
    default = found["R1"]
    lines = []
    for row in default.table().itertuples():
        at = default.names.index(row.target)
        cells = [f"**{number(run.value[0, at])}**" if run.inside[0, at] else number(run.value[0, at])
                 for run in found.values()]  # fmt: skip
        lines.append([f"`{row.target}`", row.kind, number(row.figure), f"{number(row.low)} … {number(row.high)}",
                      *cells, number(row.noise), row.unit])  # fmt: skip
    says = "".join(f"- {sentence(run)}\n" for run in found.values())
    size = (f"{default.replicates} replicates, {default.client_weeks:,} client-weeks a model, seed {default.seed}; "
            "noise: one standard error of the simulation, of R1. Bold: inside.")  # fmt: skip
    heads = ["target", "kind", "figure", "interval", *found, "noise", "unit"]
    return f"{says}\n{size}\n\n{table(heads, lines)}"


def spread(run: TargetRuns) -> np.ndarray[Any, Any]:
    """Sampling error and discrepancy of each target together."""
    return np.array([np.hypot(run.targets[name].sd, run.targets[name].discrepancy) for name in run.names])


def sensitivity(run: TargetRuns, spans: dict[str, tuple[float, float]]) -> str:
    """Which parameters move a target most, in units of its spread. Points: the default, then both ends of each."""
    effects = (run.value[2::2] - run.value[1::2]) / spread(run)
    lines = []
    for at, name in enumerate(run.names):
        order = [place for place in np.argsort(-np.abs(effects[:, at])) if abs(effects[place, at]) >= LEAST]
        words = [f"`{list(spans)[place]}` {effects[place, at]:+.1f} ({number(run.value[1 + 2 * place, at])} … "
                 f"{number(run.value[2 + 2 * place, at])})".replace("-", "−") for place in order[:4]]  # fmt: skip
        if np.isfinite(effects[:, at]).any():
            lines.append([f"`{name}`", number(run.value[0, at]), ", ".join(words) or "none"])
    moved = "; ".join(f"`{path}` {number(low)} … {number(high)}" for path, (low, high) in spans.items())
    return f"{table(['target', 'default', 'moved most by'], lines)}\nMoved: {moved}.\n"


def write(parts: dict[str, str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, body in parts.items():
        mark = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->", re.DOTALL)
        text = mark.sub(lambda _, name=name, body=body: f"<!-- {name} -->\n{body}<!-- end -->", text)
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    found = {name: simulate_targets(["{}"], rival=name) for name in rivals()}
    spans = {path: span(path) for path in PARAMETERS}
    points = ["{}", *(patch_text(patch_of({path: value})) for path, ends in spans.items() for value in ends)]
    with progress("One parameter at a time") as tick:
        run = simulate_targets(points, progress=tick)
    write({"targets simulated": models(found), "targets sensitivity": sensitivity(run, spans)})


if __name__ == "__main__":
    main()
