"""What a validation found, in words: made of its document alone, for the screen, the page and the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hybridcare.calibration import FEW
from hybridcare.plots_base import number
from hybridcare.rivals_fit import beyond
from hybridcare.validation_learned import APART, group_words

Row = dict[str, Any]
NAMED = 12  # that a sentence names
LIKELY = 20  # odds that APART stands for


def sentences(document: Row) -> list[str]:
    """The most important first: rivals, what is met, what came out again, other luck, what was not informed."""
    main = document["main"]
    return [*_rivals(document), *_met(document), _missed(document, main), *_again(document), *_luck(document),
            _uninformed(document)]  # fmt: skip


def apart(document: Row) -> list[Row]:
    """Each other model beside the main one. difference: of median loss, above 0 if it fits worse; fresh_difference:
    with other luck, or None; says: "fits as well", "fits worse" or "fits better", if that holds with every luck.

    Two models fit alike if the worse one's median loss lies less than APART above the better one's, or below what 95 %
    of the better one's own sets reach: the rule by which rivals count everywhere. What a rival cannot show by what it
    is, is left out of its loss here."""
    models, main = document["models"], document["main"]
    rows = []
    for name, one in models.items():
        if name == main:
            continue
        part = beyond_loss(one, name)
        pairs = [(_without(one["loss"], part), models[main]["loss"])]
        if one["fresh"] and models[main]["fresh"]:
            pairs.append((_without(one["fresh"]["loss"], part), models[main]["fresh"]["loss"]))
        verdicts = {_nearer(*pair) for pair in pairs}
        own, *other = [each["median"] - beside["median"] for each, beside in pairs]
        rows.append({"model": name, "difference": own, "fresh_difference": other[0] if other else None,
                     "says": verdicts.pop() if len(verdicts) == 1 else "fits as well"})  # fmt: skip
    return rows


def beyond_loss(one: Row, name: str) -> float:
    """The part of a model's median loss that comes from targets which it cannot show, whatever its numbers."""
    return beyond(name, [row for row in one["targets"] if row["weight"] > 0])[1]


def _without(loss: Row, part: float) -> Row:
    return {**loss, "median": loss["median"] - part, "q95": loss["q95"] - part}


def _nearer(one: Row, other: Row) -> str:
    """Whether the first of two fits as well as the second."""
    worse, better = (one, other) if one["median"] > other["median"] else (other, one)
    if worse["median"] - better["median"] < APART or worse["median"] < better["q95"]:
        return "fits as well"
    return "fits worse" if worse is one else "fits better"


def _rivals(document: Row) -> list[str]:
    """What the evidence does not decide comes first."""
    main = document["main"]
    found = {says: [row["model"] for row in apart(document) if row["says"] == says]
             for says in ("fits as well", "fits better", "fits worse")}  # fmt: skip
    well, better, worse = found.values()
    lines = []
    if well:
        lines.append(f"The published figures do not tell {main} from {listed(well)}, which {_fit(well)} them as well: "
                     f"the difference is less than odds of {LIKELY} to 1 or than that between a model's own sets. What "
                     f"holds in {main} alone is an assumption.")  # fmt: skip
    if better:
        lines.append(f"{listed(better)} {_fit(better)} the published figures better than {main} does.")
    if worse:
        lines.append(f"{listed(worse)} {_fit(worse)} the published figures worse than {main}, by odds of more than "
                     f"{LIKELY} to 1; these hang on what a true model is allowed to miss, which is assumed."
                     + "".join(_alone(document, name) for name in worse))  # fmt: skip
    for name, one in document["models"].items():
        part = beyond_loss(one, name)
        if part > 0:
            lines.append(f"{number(part, 1)} of {name}'s loss come from figures that it cannot show by what it is; "
                         "they are counted as missed, and left out of this comparison.")  # fmt: skip
    if len(document["models"]) == 1:
        lines.append(f"{main} was looked at alone: whether its rivals fit as well, this run does not say.")
    return lines


def _alone(document: Row, name: str) -> str:
    """What one model misses and the main one meets: read otherwise, these figures would let it in."""
    missed = [each for each in document["missed"][name] if each not in document["missed"][document["main"]]]
    return f" Of what {document['main']} meets, {name} misses {listed(missed)}." if missed else ""


def _fit(names: Sequence[str]) -> str:
    return "fits" if len(names) == 1 else "fit"


def _met(document: Row) -> list[str]:
    """Of the main model: how many targets and nulls hold the median."""
    one, main = document["models"][document["main"]], document["main"]
    return [f"{main}: {one['fitted_inside']} of {one['fitted']} fitted figures and {one['null_inside']} of "
            f"{one['null']} nulls hold the ensemble's median in their published interval."]  # fmt: skip


def _missed(document: Row, name: str) -> str:
    missed = document["missed"][name]
    return f"{name} misses {listed(missed)}." if missed else f"{name} misses none."


def _again(document: Row) -> list[str]:
    """Whether the file's figures come out again."""
    models = document["models"]
    looked = [name for name, one in models.items() if one["checked"]["comparable"]]
    wrong = sum(one["checked"]["wrong"] for one in models.values())
    if not looked:
        return ["Nothing could be compared: the targets are not those that the ensembles were fitted to."]
    sets, whole = sum(models[name]["checked"]["sets"] for name in looked), sum(models[name]["sets"] for name in looked)
    rows = sum(models[name]["checked"]["rows"] for name in looked)
    part = f"All {sets:,} sets" if sets == whole else f"{sets:,} of {whole:,} sets"
    if wrong:
        return [f"{part} were simulated again: {wrong:,} of {rows:,} statements of the files DO NOT come out."]
    return [f"{part} were simulated again: all {rows:,} statements of the files that were compared come out, to every "
            "digit written."]  # fmt: skip


def _luck(document: Row) -> list[str]:
    """Is the fit one of a single draw of clients?"""
    one, main = document["models"][document["main"]], document["main"]
    fresh = one["fresh"]
    if fresh is None:
        return []
    rows = [row for row in one["targets"] if row["weight"] > 0]
    inside = sum(bool(row["fresh_inside"]) for row in rows)
    turned = [row["target"] for row in rows if row["inside"] != row["fresh_inside"]]
    changed = f" Verdicts that turn with the luck: {listed(turned)}." if turned else " No verdict turns with the luck."
    return [f"With clients and chances that no set was fitted with, {inside} of {len(rows)} figures and nulls of "
            f"{main} hold the median, and the median loss is {number(fresh['loss']['median'], 1)} against "
            f"{number(fresh['own_luck']['median'], 1)}.{changed}"]  # fmt: skip


def _uninformed(document: Row) -> str:
    one = document["models"][document["main"]]
    rest = [row["pointer"] for row in one["parameters"] if not row["informed"]]
    return (f"Of {one['free']} free numbers of {document['main']} the figures inform {one['free'] - len(rest)}; the "
            f"other {len(rest)} are what they were assumed to be.")  # fmt: skip


def group_lines(document: Row, name: str) -> list[str]:
    """What was not expected to be informed, and whether it was, a sentence a group."""
    return [group_words(row, name) for row in document["models"][name]["groups"]]


def third_lines(document: Row, name: str) -> list[str]:
    """Which of these numbers can lie in any third of its prior."""
    rows = document["models"][name]["thirds"]
    lines = []
    for says, words in (("alike", "fit alike for"), ("leans", "do not fit alike for"),
                        ("open", "are too few to say whether they fit alike for")):  # fmt: skip
        own = [row["pointer"] for row in rows if row["says"] == says]
        if own:
            lines.append(f"Sets from the lowest, the middle and the highest third of the prior {words} {len(own)} of "
                         f"these {len(rows)} numbers: {listed(own)}.")  # fmt: skip
    return lines


def cautions(document: Row) -> list[str]:
    """What must be read beside the answer."""
    one, main = document["models"][document["main"]], document["main"]
    lines = ["A figure inside its interval does not make a model true; the figures were fitted to, so that most of "
             "them inside is no prediction come true."]  # fmt: skip
    lines.append(f"{number(one['effective'], 0)} of {one['sets']} sets of {main} count as effective.")
    if one["effective"] < FEW:
        lines.append(f"That is fewer than {FEW:.0f}: too few to rely on, also for what counts as informed.")
    worst = one["machinery"].get("r_hat_worst")
    if worst is not None and worst > 1.1:
        lines.append(f"The sampler's populations do not agree on every number (R-hat up to {number(worst)}).")
    if not document["whole"]:
        lines.append("A quick look: some sets were simulated again, and the medians are the files' own.")
    return lines


def listed(names: Iterable[str], most: int = NAMED) -> str:
    """a, b and c; not more than so many."""
    words = list(names)
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
