"""The report on claims: all verdicts first, then a section for each claim with its picture and what could refute it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hybridcare.claim_words import mark, sentences
from hybridcare.report_verb import Part, save_report
from hybridcare.rivals_fit import RULE

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.claim_results import ClaimResult
    from hybridcare.claim_studies import Claims


def save(found: Claims, path: str | os.PathLike[str]) -> Path:
    """Writes the page. Raises ConfigError if it cannot be written."""
    from hybridcare.claim_studies import QUESTION

    return save_report(path, "Claims of the source paper", QUESTION, parts(found), found.provenance)


def parts(found: Claims) -> list[Part]:
    """The answer, then one part for each claim and one for its effects."""
    from hybridcare.plots_claims import overview

    counts = {kind: sum(result.verdict.kind == kind for result in found.values())
              for kind in ("supported", "contradicted", "depends", "assumed")}  # fmt: skip
    said = (f"Of {len(found)} claims {counts['supported']} are supported under every model, {counts['contradicted']} "
            f"contradicted, {counts['assumed']} merely assumed, and {counts['depends']} depend on what was drawn or on "
            "the model.")  # fmt: skip
    fitted = bool(found.ensembles)
    said += "" if fitted else " Nothing was fitted."
    answer = Part("In which share of the sets each claim holds", [said, mark(fitted)], chart=overview(found),
                  note=found.account + ".")  # fmt: skip
    drawn = Part("What was drawn", (_drawn(fitted),), table=found.uncertain())
    each = [part for result in found.values() for part in claim_parts(result)]
    return [answer, *([_fits(found)] if fitted else []), *each, drawn, *([_learnt(found)] if fitted else [])]


def _drawn(fitted: bool) -> str:
    if not fitted:
        return "Parameter sets are draws of these distributions, of which none was fitted."
    return ("What the ensemble has comes from its sets, all numbers of a set together. The rest is drawn from what was "
            "assumed: no published figure speaks of it.")  # fmt: skip


def _fits(found: Claims) -> Part:
    """Which models may speak against a claim."""
    frame = found.fits().rename(columns={"counts": "counts against a claim", "missed": "outside their intervals"})
    return Part("Which models fit the published figures", [
        RULE,
        "A model that does not fit does not count. One that was not refitted counts: nothing rules it out."],
        table=frame, digits=0, units={"sets": "in its ensemble", "effective": "sets"})  # fmt: skip


def _learnt(found: Claims) -> Part:
    from hybridcare.claim_runs import ENSEMBLE
    from hybridcare.uncertainty_words import learnt_part

    return learnt_part(found.ensembles[ENSEMBLE])


def claim_parts(result: ClaimResult) -> list[Part]:
    """A claim: what is claimed, what was simulated, the verdict, the picture; then all effects as a table."""
    claim, words = result.claim, sentences(result)
    first = [words[0], f"Claimed: {claim.claim}", f"Simulated: {claim.simulated}", *words[1:]]
    effects = result.effects()
    note = "; ".join(f"“{claim.effects[each.effect].label}”: {_bands(each.holds)} (the opposite: "
                     f"{_bands(each.contradicts)}; {each.why})" for each in claim.conditions)  # fmt: skip
    shown = _shown(effects)
    return [Part(f"{claim.id}  {claim.title}", first, chart=result.plot(), note=f"It holds where {note}."),
            Part(f"{claim.id}: every effect that was read", (), table=shown,
                 note="Median and 5 to 95 % over parameter sets of the default model; noise is that of one set, from "
                      "another seed. Effects without a share are shown beside and not judged.")]  # fmt: skip


def _bands(bands: tuple[tuple[float, float], ...]) -> str:
    """at most -0.5; 0.1 to 0.5; 0.25 and more."""
    inf = float("inf")
    words = [f"at most {high:g}" if low == -inf else f"{low:g} and more" if high == inf else f"{low:g} to {high:g}"
             for low, high in bands]  # fmt: skip
    return " or ".join(words).replace("-", "−")


def _shown(effects: pd.DataFrame) -> pd.DataFrame:
    frame = effects.drop(columns=["effect", "judged"]).round(9)
    return frame.rename(columns={"label": "effect", "low_5": "5 %", "high_95": "95 %", "noise_se": "noise of one set",
                                 "holds": "share of sets within its band"})  # fmt: skip
