"""What a contest of rival models says: what evidence cannot tell, then each conclusion, then what to bear in mind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hybridcare.plots_base import percent
from hybridcare.rivals import first_words, switches
from hybridcare.rivals_fit import RULE
from hybridcare.rivals_models import BASE, FEWER
from hybridcare.rivals_words import calibration, part, sentence
from hybridcare.uncertainty_words import warnings

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.rivals_contest import Contest

_OPPOSITE = {"holds": "fails", "fails": "holds"}


def flips(own: pd.DataFrame) -> list[str]:
    """Values of b_E and switches in which one conclusion fails though it holds in the default, R1, or the reverse.

    own  its rows of `Contest.table`
    """
    return [_title(row) for row in _flipped(own)]


def _flipped(own: pd.DataFrame) -> list[Any]:
    base = str(own.loc[own["model"] == BASE, "state"].iloc[0])
    rows = own[(own["kind"] != "rival") & (own["state"] == _OPPOSITE.get(base))]
    return list(rows.itertuples())


def _title(row: Any) -> str:
    return f"{row.kind} {row.model}" if row.kind == "b_E" else str(row.model)


def sentences(found: Contest) -> list[str]:
    """First what the fits tell of the rivals, then each conclusion in one sentence."""
    whole = found.table()
    told = [_sentence(found, row, whole[whole["conclusion"] == row["conclusion"]])
            for row in found.verdicts().to_dict("records")]  # fmt: skip
    return [first_words(), *told]


def _sentence(found: Contest, row: dict[str, Any], own: pd.DataFrame) -> str:
    rivals = own[own["kind"] == "rival"]
    among, rest = rivals[rivals["counts"]], rivals[~rivals["counts"]]
    said = f"“{row['conclusion']}” {_verdict(row['verdict'], among)}"
    if len(rest):
        said += f" Not counted, since {'it does' if len(rest) == 1 else 'they do'} not fit: {_told(rest, True)}."
    turned = _flipped(own)
    if turned:
        said += f" Turned over by {', '.join(f'{_title(each)}{_share(each)}' for each in turned)}."
    trial = found.trials.get(row["conclusion"])
    return said + (f" The trial: {trial.sentence}" if trial is not None else "")


def _verdict(kind: str, among: pd.DataFrame) -> str:
    if kind in ("robust", "contradicted"):
        does = "holds" if kind == "robust" else "fails"
        if not (among["sets"] > 0).any():
            return f"is {kind}: it {does} in all of {', '.join(among['model'])}, with their given values."
        every = "all rivals that fit" if (among["sets"] > 0).all() else "all rivals that fit or were never fitted"
        return f"is {kind}: it {does} in {every}: {_told(among)}."
    parts = "; ".join(f"{words} {_told(rows)}" for words, rows in _by_state(among))
    if kind == "parameter-dependent":
        return f"depends on parameters that published figures leave open, in all rivals: it {parts}."
    if kind == "unclear":
        return f"is unclear: it {parts}; more replicates would tell."
    return f"depends on the model: it {parts}."


_STATES = {"holds": "holds in", "fails": "fails in", "mixed": "holds in some sets of",
           "unclear": "is within simulation noise in"}  # fmt: skip


def _by_state(among: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    named = [(words, among[among["state"] == state]) for state, words in _STATES.items()]
    return [(words, rows) for words, rows in named if len(rows)]


def _told(rows: pd.DataFrame, state: bool = False) -> str:
    """R0 (97 % of sets), R2 (given values)"""
    return ", ".join(f"{row.model}{_share(row, state)}" for row in rows.itertuples())


def _share(row: Any, state: bool = False) -> str:
    """In brackets: the share of sets in which it holds."""
    said = f"{percent(row.share)} of sets" if row.sets else "given values"
    return f" ({row.state}: {said})" if state else f" ({said})"


def caveats(found: Contest) -> list[str]:
    """What must stand beside the verdicts."""
    experiment = found.scenario.core
    return [*_failed(found), *_run(found), sentence(found.fits),
            "Noise is Monte Carlo error over replicates; the range over sets is what published figures leave open.",
            f"What drives it, in the scenario author's words: {experiment.driver}",
            f"Calibration: {calibration(found.fits, experiment.calibration)}"]  # fmt: skip


def _failed(found: Contest) -> list[str]:
    asked = found.conclusions[0]
    lines = []
    for number, model in enumerate(found.models):
        answer = found.answer(asked, number)
        if answer.failed:
            many = len(model.points)
            which = "could not be run" if many == 1 else f"could not be run in {answer.failed} of {many} sets"
            lines.append(f"{model.title} {which}: {answer.failure}")
    return lines


def _run(found: Contest) -> list[str]:
    """Over what each rival was run."""
    over = [model for model in found.models if model.kind == "rival" and model.sets is not None]
    given = [model.name for model in found.models if model.kind == "rival" and model.sets is None]
    lines = []
    if over:
        sizes = ", ".join(f"{model.name} over {len(model.points)} sets" for model in over)
        lines.append(f"Run {sizes}, each of its own ensemble. A conclusion holds in a rival if it does in at least "
                     f"90 % of its sets, and fails if it does not in at least half. {RULE}")  # fmt: skip
        lines += [f"What the scenario sets itself stays as it is: {', '.join(each.sets.held)}."
                  for each in over if each.sets is not None and each.sets.held][:1]  # fmt: skip
        lines += [f"{each.name}: {line}" for each in over if each.sets is not None for line in warnings(each.sets)]
    if given:
        lines.append(f"{', '.join(given)}: {found.rivals[given[0]].given}. Until refitted to the same targets, none of "
                     "these is left out for not fitting.")  # fmt: skip
    base = next(model for model in found.models if model.name == BASE)
    if base.sets is not None and any(model.kind != "rival" for model in found.models):
        lines.append(f"b_E and switches are turned on the first {min(FEWER, len(base.points))} of these sets of "
                     f"{BASE}, and nothing is refitted.")  # fmt: skip
    return lines


def parts(found: Contest) -> list[Any]:
    """Parts of a report: see `hybridcare.report_verb`."""
    from hybridcare.report_verb import Part

    said = found.sentences
    note = ("Points are medians over parameter sets, thick bars 5 to 95 % of them, thin bars simulation noise (95 %); "
            "the broken line is the margin.")  # fmt: skip
    out = [Part("Rivals", [*said[1:], said[0]], found.plot(), note=note),
           part(found.fits),
           Part("What survives", [], None, found.verdicts()),
           Part("Estimates", [], None, found.table()[list(_SHOWN)], note="Estimate: median over sets, low and high "
                "their 5 and 95 %; share: of sets in which it holds, from share low to share high within noise."),
           Part("The models", [f"{rival.title}: {rival.meaning} {rival.note} Source: {rival.source}"
                               for rival in {**found.rivals, **switches()}.values()])]  # fmt: skip
    for text, trial in found.trials.items():
        out.append(Part(f"The trial for “{text}”", [trial.sentence, *trial.caveats], trial.plot(), trial.table()))
    return out


_SHOWN: Sequence[str] = ["conclusion", "kind", "model", "label", "sets", "estimate", "low", "high", "noise_low",
                         "noise_high", "share", "share_low", "share_high", "state"]  # fmt: skip
