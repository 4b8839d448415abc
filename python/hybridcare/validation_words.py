"""What a validation found, in words: made of its document alone, for the screen, the page and the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hybridcare.calibration import FEW
from hybridcare.plots_base import number
from hybridcare.rivals_fit import cannot_show
from hybridcare.target_files import targets
from hybridcare.validation_judge import SHARE
from hybridcare.validation_learned import APART, group_words

Row = dict[str, Any]
NAMED = 12  # that a sentence names
#: Whose interval it is, by its kind in the targets' file.
WHOSE = {"ci95": "95 %, published", "range": "range", "tolerance": "tolerance", "sign": "direction"}
LIKELY = 20  # odds that APART stands for
INSIDE = ("What is informed here was learnt inside of this model: a rival that does without the number fits most "
          "figures too, so that none of it is identified.")  # fmt: skip


def sentences(document: Row) -> list[str]:
    """The most important first: rivals, what is met, what came out again, other luck, what was not informed."""
    main = document["main"]
    return [*_rivals(document), *_unmet(document), *_met(document), *_missed(document, main), *_again(document),
            *_luck(document), _uninformed(document)]  # fmt: skip


def main_first(document: Row) -> list[tuple[str, Row]]:
    """Models by name, the main one before the others."""
    return sorted(document["models"].items(), key=lambda each: (each[0] != document["main"], each[0]))


def apart(document: Row) -> list[Row]:
    """Each other model beside the main one. loss, main_loss: medians over the figures that both can show; difference:
    of these, above 0 if it fits worse; fresh_loss, fresh_main_loss, fresh_difference: with other luck, or None;
    figures: how many both can show; beyond: those that one of them cannot; says: "fits as well", "fits worse" or "fits
    better", if that holds with every luck.

    Two models fit alike if the worse one's median loss lies less than APART above the better one's, or below what 95 %
    of the better one's own sets reach: the rule by which rivals count everywhere. What a rival cannot show by what it
    is, is left out of both losses."""
    models, main = document["models"], document["main"]
    rows = []
    for name, one in models.items():
        if name == main:
            continue
        beyond = [*_beyond_of(name, one), *_beyond_of(main, models[main])]
        pairs = [(_without(one, beyond, luck), _without(models[main], beyond, luck))
                 for luck in ("", "fresh_") if not luck or one["fresh"] and models[main]["fresh"]]  # fmt: skip
        verdicts = {_nearer(*pair) for pair in pairs}
        rows.append({"model": name, **_medians("", *pairs[0]),
                     **_medians("fresh_", *(pairs[1] if len(pairs) > 1 else (None, None))), "beyond": beyond,
                     "figures": sum(row["weight"] > 0 for row in one["targets"]) - len(beyond),
                     "says": verdicts.pop() if len(verdicts) == 1 else "fits as well"})  # fmt: skip
    return rows


def _medians(luck: str, one: Row | None, beside: Row | None) -> Row:
    if one is None or beside is None:
        return {f"{luck}{name}": None for name in ("loss", "main_loss", "difference")}
    return {f"{luck}loss": one["median"], f"{luck}main_loss": beside["median"],
            f"{luck}difference": one["median"] - beside["median"]}  # fmt: skip


def _beyond_of(name: str, one: Row) -> tuple[str, ...]:
    """Fitted targets that a model cannot show."""
    return cannot_show(name, [row for row in one["targets"] if row["weight"] > 0])


def _without(one: Row, names: Sequence[str], luck: str) -> Row:
    """A model's loss without some targets, each taken off by its median's distance. luck: "" or "fresh_"."""
    loss = one["fresh"]["loss"] if luck else one["loss"]
    part = sum(row["weight"] * _off(row, luck) ** 2 for row in one["targets"] if row["target"] in names)
    return {**loss, "median": loss["median"] - part, "q95": loss["q95"] - part}


def _off(row: Row, luck: str) -> float:
    """Distance of the median from the figure in SDs, of which the file has the one with own luck."""
    if row["median"] is None or row[f"{luck}median"] is None:
        return float(row["off"] or 0.0)
    own, other = row["median"] - row["figure"], row[f"{luck}median"] - row["figure"]
    return float(row["off"] * other / own) if own else float(row["off"])


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
        shared = ", on what both can show" if any(row["beyond"] for row in apart(document)) else ""
        lines.append(f"The published figures do not tell {main} from {listed(well)}{shared}: the worse median loss "
                     f"lies less than {number(APART, 1)} above the better one, or among what 95 % of that model's own "
                     f"sets reach. That rule is lenient on purpose, and no test. What holds in {main} alone is an "
                     "assumption.")  # fmt: skip
    if better:
        lines.append(f"{listed(better)} {_fit(better)} the published figures better than {main} does.")
    if worse:
        lines.append(f"{listed(worse)} {_fit(worse)} the published figures worse than {main}, by odds of more than "
                     f"{LIKELY} to 1, nominally; these hang on what a true model may miss, which is assumed."
                     + "".join(_alone(document, name) for name in worse))  # fmt: skip
    lines += [_beyond(document, row) for row in apart(document) if row["beyond"]]
    lines += _others_meet(document)
    if len(document["models"]) == 1:
        lines.append(f"{main} was looked at alone: whether its rivals fit as well, this run does not say.")
    return lines


def _beyond(document: Row, row: Row) -> str:
    """What one model cannot show, and how it does on the rest."""
    main, name = document["main"], row["model"]
    luck = ("" if row["fresh_loss"] is None else f" ({number(row['fresh_loss'], 1)} and "
            f"{number(row['fresh_main_loss'], 1)} with other luck)")  # fmt: skip
    return (f"{name} cannot show {listed(row['beyond'])} by what it is: where that is believed, {name} is out, "
            f"whatever else it meets. On the {row['figures']} figures that both can show, its median loss is "
            f"{number(row['loss'], 1)} and {main}'s {number(row['main_loss'], 1)}{luck}.")  # fmt: skip


def _others_meet(document: Row) -> list[str]:
    """How many figures each other model meets, and which fall short of what is asked of the main one."""
    others = {name: one for name, one in document["models"].items() if name != document["main"]}
    if not others:
        return []
    met = [f"{name} {one['fitted_inside']} of {one['fitted']} and {one['null_inside']} of {one['null']}"
           for name, one in others.items()]  # fmt: skip
    short = [name for name, one in others.items() if one["null_inside"] < one["null"] or one["fitted_inside"]
             < SHARE * (one["fitted"] - len(_beyond_of(name, one)))]  # fmt: skip
    says = (f" Fewer than nine in ten of the figures without nulls: {listed(short)}, counted all the same where the "
            "loss lies as near." if short else "")  # fmt: skip
    return [f"Of fitted figures and nulls, {', '.join(met)} hold the median.{says}"]


def _alone(document: Row, name: str) -> str:
    """What one model misses and the main one meets: read otherwise, these figures would let it in."""
    missed = [each for each in document["missed"][name] if each not in document["missed"][document["main"]]]
    return f" Of what {document['main']} meets, {name} misses {listed(missed)}." if missed else ""


def _fit(names: Sequence[str]) -> str:
    return "fits" if len(names) == 1 else "fit"


def _unmet(document: Row) -> list[str]:
    """What was asked of the main model and is not so."""
    return [f"Asked and NOT MET: {row['what']}: {row['found']}, where {row['asked']} was asked."
            for row in document["criteria"] if not row["met"]]  # fmt: skip


def _met(document: Row) -> list[str]:
    """Of the main model: how many targets and nulls hold the median."""
    one, main = document["models"][document["main"]], document["main"]
    rows = [row for row in one["targets"] if row["weight"] > 0]
    stated = [row for row in rows if row["interval"] == "ci95"]
    held = sum(bool(row["inside"]) for row in stated)
    return [f"{main}: {one['fitted_inside']} of {one['fitted']} fitted figures and {one['null_inside']} of "
            f"{one['null']} nulls hold the ensemble's median in their interval. Of these {len(rows)} intervals "
            f"{len(stated)} were published, and {held} of them hold it; the others are ranges, or tolerances that are "
            "ours, and assumed."]  # fmt: skip


def _missed(document: Row, name: str) -> list[str]:
    missed, shown = document["missed"][name], document["missed_shown"][name]
    lines = [f"{name} misses {listed(missed)}." if missed else f"{name} misses none."]
    if shown:
        lines.append(f"Of what is shown and was not fitted, {name} misses {listed(shown)}: other readings of what was "
                     "fitted, or figures that exclude it.")  # fmt: skip
    return lines


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
    lines = [group_words(row, name) for row in document["models"][name]["groups"]]
    told = any(row["informed"] for row in document["models"][name]["groups"])
    return [*lines, INSIDE] if told else lines


def null_lines(document: Row, name: str) -> list[str]:
    """How much the nulls of a model test."""
    rows = [row for row in document["models"][name]["targets"] if row["kind"] == "null"]
    fixed = [row["target"] for row in rows if not any(row[key] for key in ("median", "q05", "q95"))]
    noisy = [row["target"] for row in rows if row["target"] not in fixed and row["q95"] - row["q05"] < row["error"]]
    half = [row["target"] for row in rows if row["weight"] < 1]
    lines = ["Their intervals are what is called small by convention, so that they test little."]
    if fixed:
        lines.append(f"By what {name} is, {listed(fixed)} are 0 in every set and test nothing.")
    if slopes := [row["target"] for row in rows if _slope(row["target"])]:
        lines.append(f"{listed(slopes)} {_verb(slopes)} published as {_kind(slopes)} over therapists and read here as "
                     "what the skill itself does. Read as published, with skills that go together, this was not run, "
                     "and the null might fail.")  # fmt: skip
    if half:
        lines.append(f"{listed(half)} count in part, since they are read from the same number.")
    if noisy:
        lines.append(f"For {listed(noisy)}, one standard error of the simulation, which all sets share, is wider than "
                     "what the sets differ by: look at the value with other luck.")  # fmt: skip
    return lines


def _slope(name: str) -> bool:
    """Whether a target is read as what a shifted number does."""
    one = targets().get(name)
    return one is not None and one.study.get("reading", {}).get("of") == "slope"


def _verb(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"


def _kind(names: Sequence[str]) -> str:
    return "a correlation" if len(names) == 1 else "correlations"


def third_lines(document: Row, name: str) -> list[str]:
    """Which of these numbers can lie in any third of its prior."""
    rows = document["models"][name]["thirds"]
    lines = []
    for says, words in (("alike", "fit alike for"),
                        ("uneven", "fit alike, though they do not hold a third of the weight each, so that the figures "
                                   "lean a little, for"),
                        ("leans", "do not fit alike for"),
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
    if one["machinery"].get("enough") is False:
        last = one["machinery"]["rounds"][-1]
        lines.append("The calibration stopped at its budget, before as many effective sets as asked for were found; of "
                     f"the {last['points']} points of its last round {number(last['effective'], 0)} counted as "
                     "effective.")  # fmt: skip
    if one["effective"] < FEW:
        lines.append(f"That is fewer than {FEW:.0f}: too few to rely on, also for what counts as informed.")
    few = [name for name, each in document["models"].items() if name != main and each["effective"] < FEW]
    if few:
        counts = listed(f"{name} {number(document['models'][name]['effective'], 0)}" for name in few)
        lines.append(f"Fewer than {FEW:.0f} effective sets: {counts}. What is said of such a rival's spread is rough.")
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
