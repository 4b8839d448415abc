"""What is said of the fit of rival models: before any contest of them, beside every answer, and of what each missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hybridcare.plots_base import number
from hybridcare.rivals_fit import CLOSE, ELSEWHERE, FITS, MISFIT, RULE, UNFITTED, Miss, RivalFit, fit_table, rival_fits

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.report_verb import Part

HEADING = "Rival models and how they fit"
TELLS = "Today's evidence cannot tell the model from rivals in which empathy, or culture, does nothing"
SETTLES = "Today's evidence does not settle whether empathy, or culture, does anything"
MEANS = "What follows is therefore what each assumption implies: no finding, and no forecast."
NAMED = 4  # misses that a sentence names


def first(unfitted: str, fits: Mapping[str, RivalFit] | None = None) -> str:
    """What evidence tells of rivals, the first that is said. unfitted: the words where R0 or R1 has no ensemble."""
    found = rival_fits() if fits is None else fits
    contact, default = found["R0"], found["R1"]
    if not (contact.fitted and default.fitted):
        return unfitted
    both = (f"the model in which only contact counts (R0) meets {contact.meets}, the default (R1) {default.meets}")
    how = "with the same budget " if contact.budget == default.budget else ""
    if contact.counts and default.counts:
        return f"{TELLS}: fitted {how}to the published figures, {both}.{_cannot(contact)} {MEANS}"
    worse, better = (contact, default) if not contact.counts else (default, contact)
    return f"{SETTLES}: fitted {how}to the published figures, {both}. {_missed(worse, better)} {MEANS}"


def _missed(worse: RivalFit, better: RivalFit) -> str:
    """What one rival misses and another meets, and that it refutes nothing."""
    met = {miss.target for miss in better.misses}
    alone = [miss for miss in worse.misses if miss.target not in met]
    if not alone:
        return (f"{worse.name} lies further from figures that {better.name} misses too, which is no reason to trust "
                f"{better.name}.")  # fmt: skip
    return (f"{worse.name} misses {_named(alone)}, which {better.name} meets; read otherwise, these figures would let "
            "it in, so that this refutes nothing.")  # fmt: skip


def _cannot(fit: RivalFit) -> str:
    """What a rival cannot show by what it is, and that this says nothing of the rest."""
    beyond = [miss for miss in fit.misses if miss.target in fit.beyond]
    if not beyond:
        return ""
    return (f" {_named(beyond)} {'is' if len(beyond) == 1 else 'are'} beyond {fit.name} by what it is, which decides "
            "nothing about symptoms.")  # fmt: skip


def _named(misses: Sequence[Miss]) -> str:
    named = "; ".join(f"“{miss.label}”" for miss in misses[:NAMED])
    return named + (f" and {len(misses) - NAMED} more" if len(misses) > NAMED else "")


def sentence(fits: Mapping[str, RivalFit] | None = None) -> str:
    """One line for any report: which rivals fit, which do not, which nobody fitted."""
    found = rival_fits() if fits is None else fits
    fitted = [each for each in found.values() if each.fitted]
    if not fitted:
        return f"Rivals and fit: none of {', '.join(found)} is fitted yet; all stand at given values."
    told = [f"{each.name} {each.inside} of {each.targets} and {each.nulls_inside} of {each.nulls}" for each in fitted]
    said = f"Rivals and fit (published figures and nulls that hold the median): {', '.join(told)}."
    for standing, words in ((CLOSE, "short of the rule, and counted, since none lies clearly nearer"),
                            (ELSEWHERE, "fitted to other targets, and counted"),
                            (MISFIT, "does not fit and is not counted")):  # fmt: skip
        names = [each.name for each in fitted if each.standing == standing]
        said += f" {', '.join(names)}: {words}." if names else ""
    rest = [each.name for each in found.values() if not each.fitted]
    return said + (f" Unfitted, and counted: {', '.join(rest)}." if rest else "")


def head(fits: Mapping[str, RivalFit] | None = None) -> str:
    """The first lines of a screen: what evidence tells of rivals, and the fit of each, as short as can be."""
    found = rival_fits() if fits is None else fits
    said = f"{TELLS if found['R0'].counts and found['R1'].counts else SETTLES}."
    fitted = [each for each in found.values() if each.fitted]
    if not fitted:
        return f"{said} None of {', '.join(found)} is fitted yet: all stand at given values."
    lacking = ", ".join(each.name for each in fitted if each.beyond)
    less = f" (without what {lacking} cannot show by what it is)" if lacking else ""
    told = [f"{each.name} {each.inside}/{each.targets}, {each.nulls_inside}/{each.nulls}, {each.parameters}, "
            f"{number(each.without(each.beyond), 1)}" for each in fitted]  # fmt: skip
    said += f" Rivals by figures met, nulls met, free parameters, median loss{less}: {'; '.join(told)}."
    for standing, words in ((CLOSE, "short of the rule, but counted"), (ELSEWHERE, "fitted to other targets"),
                            (MISFIT, "does not fit, not counted"), (UNFITTED, "unfitted, and counted")):  # fmt: skip
        names = [each.name for each in found.values() if each.standing == standing]
        said += f" {', '.join(names)}: {words}." if names else ""
    return said


def calibration(fits: Mapping[str, RivalFit], given: str) -> str:
    """The account of calibration of numbers that were run over the ensembles of these fits; given: what the scenario's
    author says, which holds where there are none."""
    told = [f"{each.name} over sets that meet {each.meets}" for each in fits.values() if each.fitted]
    rest = [each.name for each in fits.values() if not each.fitted]
    if not told:
        return given
    whole = f"{', '.join(told)}: fitted to published figures, which other models may fit as well"
    return whole + (f"; {', '.join(rest)} at given values, not refitted" if rest else "")


def comparison(fits: Mapping[str, RivalFit] | None = None) -> list[str]:
    """What losses say of each fitted rival beside the best, in words; small differences decide nothing."""
    found = [each for each in (rival_fits() if fits is None else fits).values() if each.fitted]
    best = min(found, key=lambda each: each.loss - each.beyond_loss, default=None)
    if best is None or len(found) < 2:
        return []
    lines = [_beside(each, best) for each in found if each is not best]
    if not any(each.standing == FITS for each in found):
        lines.insert(0, "None of them fits by the rule: all are compromises, and the comparison is between these.")
    return lines


def _beside(each: RivalFit, best: RivalFit) -> str:
    head = f"{each.name} beside {best.name}: "
    if each.targets_hash != best.targets_hash:
        return head + "fitted to other targets, so that their losses cannot be compared."
    losses = (f"median losses {number(each.loss, 1)} and {number(best.loss, 1)}, 5 to 95 % over sets "
              f"{number(each.loss_low, 1)} to {number(each.loss_high, 1)} and {number(best.loss_low, 1)} to "
              f"{number(best.loss_high, 1)}")  # fmt: skip
    if each.beyond:
        losses += (f", {number(each.beyond_loss, 1)} of {each.name}'s from what it cannot show by what it is; on the "
                   f"rest, {number(each.without(each.beyond), 1)} and "
                   f"{number(best.without(each.beyond), 1)}")  # fmt: skip
    off = best.loss - best.without(each.beyond)
    overlap = each.loss_low - each.beyond_loss <= best.loss_high - off
    if not each.counts:
        some = ", though some of its sets lie as near" if overlap else ""
        return f"{head}{losses}. It does not fit{some}. {_missed(each, best)}"
    if overlap:
        return f"{head}{losses}. Their sets overlap: the figures do not choose between the two."
    return f"{head}{losses}. It lies further from the figures, but fits by the rule, and is not ruled out."


def reading(miss: Miss, discrepancy: float = float("nan")) -> str:
    """By what other reading of a target its miss would be none. discrepancy: SD of what even a true model may miss."""
    end, way = (miss.high, "up") if miss.median > miss.high else (miss.low, "down")
    unit = f" {miss.unit}" if miss.unit else ""
    interval = f"{number(miss.low, 3)} to {number(miss.high, 3)}{unit}"
    said = (f"“{miss.label}”: published {number(miss.figure, 3)}, {interval}; "
            f"median {number(miss.median, 3)}. It would be met if the interval reached {way} from {number(end, 3)} to "
            f"{number(miss.median, 3)}")  # fmt: skip
    if abs(miss.beyond) <= 1.96 * discrepancy:
        said += ", which lies within what even a true model may miss"
    crosses = miss.q05 <= miss.high and miss.q95 >= miss.low
    return said + ("; some of its sets meet it as it is published." if crosses else ".")


def readings(fit: RivalFit) -> list[str]:
    """`reading` of each target that a rival misses, nulls first."""
    from hybridcare.targets import targets

    known = targets().items()
    allowed = {name: one.discrepancy for name, one in known}
    return [reading(miss, allowed.get(miss.target, float("nan"))) for miss in fit.misses]


def part(fits: Mapping[str, RivalFit] | None = None) -> Part:
    """The fit of rivals (default: the bundled fits of all) as a part of a verb's report (`hybridcare.report_verb`)."""
    from hybridcare.report_verb import Part

    found = rival_fits() if fits is None else fits
    missed = [line for each in found.values() if not each.counts for line in (f"{each.name} misses:", *readings(each))]
    return Part(HEADING, [sentence(found), *comparison(found), *missed], table=fit_table(found), digits=2, note=NOTE)


NOTE = ("Loss: sum of squared distances to the published figures in standard deviations, over fitted targets; median "
        "and 5 to 95 % over the sets of each rival's own ensemble. A target is met if the median of the ensemble lies "
        f"inside the published interval. {RULE}")  # fmt: skip


def said(results: Any = None) -> str:
    """The same in words, for the report of a run (`hybridcare.report_parts`)."""
    return " ".join([sentence(), *comparison()])


def short(results: Any = None) -> tuple[str, pd.DataFrame]:
    """Caption and rows of the fit of all rivals, in words, for the report of a run."""
    import pandas

    rows = [(f"{each.name}, {each.label}", each.standing, _known(each, f"{each.parameters}"),
             _known(each, f"{number(each.loss, 1)} ({number(each.loss_low, 1)} to {number(each.loss_high, 1)})"),
             _known(each, f"{each.inside} of {each.targets}"), _known(each, f"{each.nulls_inside} of {each.nulls}"),
             _known(each, _named(each.misses) or "none"))
            for each in rival_fits().values()]  # fmt: skip
    columns = ["rival", "fit", "free parameters", "loss", "targets met", "nulls met", "missed"]
    return "Fit of each rival model", pandas.DataFrame(rows, columns=columns)


def _known(fit: RivalFit, words: str) -> str:
    return words if fit.fitted else "—"
