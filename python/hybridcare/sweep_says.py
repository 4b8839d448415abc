"""What must stand beside every number of a sweep: calibration, models that were tried, b_E, what is missing."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hybridcare.document import leaves
from hybridcare.measured import measured_lines

if TYPE_CHECKING:
    from hybridcare.study import Study
    from hybridcare.sweep_results import SweepResults


def caveats(results: SweepResults) -> list[str]:
    """See SweepResults.caveats."""
    lines = study_caveats(results.study)
    missing = int((~results.there).sum())
    if results.failures:
        lines.append(f"{len(results.failures):,} of {len(results.estimate):,} points failed; table() says why.")
    if missing:
        lines.append(f"{missing:,} of {len(results.estimate):,} points are still to do.")
    return [*lines, "Noise is Monte Carlo error; how far parameters may lie off is what the study varies."]


def study_caveats(study: Study) -> list[str]:
    """What must stand beside every number of a study, whatever became of its points."""
    experiment = study.scenario.core
    lines = [f"Calibration: {calibration(study)}",
             f"What drives it, in the scenario author's words: {experiment.driver}"]  # fmt: skip
    about = SimpleNamespace(experiment=experiment, headline=None)
    lines += [*_contest(study), *study.notes, *measured_lines(about)]
    if reads_oracle(study):
        lines.append("Some pathway reads latent state (oracle.): no service could act on it.")
    return lines


def calibration(study: Study) -> str:
    """What the numbers of a study rest on."""
    from hybridcare.uncertainty_words import over_sets

    return str(study.scenario.core.calibration) if study.sets is None else over_sets(study.sets.main)


def _contest(study: Study) -> list[str]:
    from hybridcare.sweep_results import EMPATHY

    others = [f"{model.label}{f' ({model.note})' if model.note else ''}" for model in study.models]
    if len(others) > 1:
        first = f"Models tried: {'; '.join(others)}."
    else:
        first = ("One model alone was tried: whether a conclusion survives the rival models (R0 to R4, under "
                 "relationships) is not known from this study.")  # fmt: skip
    varied = next((each.words for each in study.factors if EMPATHY in each.columns), "")
    if not varied and EMPATHY in study.design.columns:
        varied = "as the design says" if study.sets is None else "as the ensemble has it"
    given = study.scenario.fields().set_index("path")["value"][EMPATHY]
    fixed = " or ".join(f"{value:g}" for value in dict.fromkeys(
        dict(leaves(model.patch)).get(EMPATHY, given) for model in study.models))  # fmt: skip
    second = (f"Empathy elasticity b_E is varied: {varied}." if varied else
              f"Empathy elasticity b_E is {fixed} throughout; no data identify it: vary it, or run at 0 and 3.")
    return [first, second]


def reads_oracle(study: Study) -> bool:
    """Whether a guard of some pathway, or of a lever's patch, reads latent state."""
    document = study.scenario.document()
    said = [document.get("pathway"), document.get("arms"), [lever.patches for lever in study.levers]]
    return "oracle." in json.dumps(said)


def stamp(results: SweepResults) -> Any:
    """What a picture's foot reads of results, and the lines on measured profiles."""
    account = results.account
    return SimpleNamespace(experiment=results.study.scenario.core, provenance=results.provenance, hash="",
                           reads_oracle=reads_oracle(results.study), headline=None, instruction_set="", session_weeks=0,
                           threads=0, peak_bytes=0, client_weeks=account.get("client_weeks", 0),
                           kernel_seconds=account.get("kernel_seconds", 0.0),
                           wall_seconds=account.get("wall_seconds", 0.0))  # fmt: skip
