"""The page of a validation: misses first, then what is met, what was never fitted, rivals, what was not informed, and
whether the files' figures come out again. Made of the validation's document alone: no figure in it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from hybridcare.plots_base import number, percent
from hybridcare.plots_validation import against_published, learned
from hybridcare.report_calibration import CALIBRATION
from hybridcare.report_verb import Part, save_report
from hybridcare.validation_learned import PAIRS
from hybridcare.validation_words import (
    LIKELY,
    WHOSE,
    apart,
    cautions,
    group_lines,
    listed,
    main_first,
    null_lines,
    sentences,
    third_lines,
)

Row = dict[str, Any]
FAULTS = 40  # that the page shows
NOTE = (
    "Median and 5 to 95 % of the ensemble by weight, as simulated, beside the published figure and its interval. "
    "Error: one standard error of the simulation of one set, whose luck all sets share. Off: distance of the median "
    "from the figure in standard deviations of the figure, what a true model may miss, and noise. With other luck: the "
    "same sets with clients and chances that none was fitted with."
)


def save(document: Row, path: Path) -> Path:
    """Writes the page. Raises ConfigError if it cannot be written."""
    title, question = "Validation of the model", "What does the model meet of what was published, and what not?"
    return save_report(path, title, question, parts(document), provenance(document))


def provenance(document: Row) -> Row:
    models = document["models"]
    facts: Row = {"calibration": CALIBRATION, **document["build"], "results_hash": document["results_hash"],
                  "targets_hash": document["targets_hash"], "priors": document["priors"],
                  "command": command(document)}  # fmt: skip
    for name, one in models.items():
        made = one["provenance"]
        facts[name] = [f"{one['file']}, {one['hash']}", f"{one['sets']} sets, {one['clients']} clients an arm times "
                       f"each study's share, {one['replicates']} replicates, simulation seed {one['seed']}",
                       f"calibration seed {made.get('seed', '—')}, commit {made.get('commit', '—')}, "
                       f"priors {str(made.get('priors_hash', '—'))[:12]}"]  # fmt: skip
    return {**facts, "caveats": cautions(document)}


def command(document: Row) -> str:
    """What gives this page again."""
    return "hybridcare validate-model --out DIR" + ("" if document["whole"] else " --quick")


def parts(document: Row) -> list[Part]:
    """The page's parts, the answer first."""
    found = [_answer(document), _misses(document), _published(document), _nulls(document), _brackets(document),
             _held_out(document), _rivals(document), _informed(document), _thirds(document), _pairs(document),
             _machinery(document), _again(document)]  # fmt: skip
    return [part for part in found if part is not None]


def _answer(document: Row) -> Part:
    frame = pd.DataFrame([{"model": row["model"], "asked of it": row["what"], "asked": row["asked"],
                           "found": row["found"], "met": row["met"]} for row in document["criteria"]])  # fmt: skip
    said = sentences(document)
    return Part("What was asked of the ensemble", said, table=frame)


def _misses(document: Row) -> Part:
    """Of all models: the explanations as text, the figures as a table."""
    rows = missing(document)
    table = [{"model": name, "target": row["target"], "": row["label"], "fitted": row["weight"] > 0,
              "unit": row["unit"],
              "published": digits(row["figure"]), "interval": interval(row), "simulated": digits(row["median"]),
              "5 to 95 %": spread(row), "with other luck": digits(row["fresh_median"]), "outside by": outside(row),
              "off": number(row["off"], 1)} for name, row in rows]  # fmt: skip
    words = [f"{name}: {listed(names, len(names)) or 'none'}; of what is only shown, "
             f"{listed(document['missed_shown'][name]) or 'none'}." for name, names in document["missed"].items()]
    return Part("What is missed, and why", ["Figures whose interval does not hold the median: first those that were "
                                            "fitted to, then those that are only shown.",
                                            *words, *why(rows)], table=pd.DataFrame(table) if table else None,
                note=NOTE + " Outside by: beyond the nearest end of the interval; in brackets the distance from "
                "the figure, in SDs of figure, allowance and simulation.")  # fmt: skip


def missing(document: Row) -> list[tuple[str, Row]]:
    """Model and row of each miss, the main model's first, and of what was fitted before what is only shown."""
    rows = [(name, row) for name, one in main_first(document) for row in one["targets"] if not row["inside"]]
    return sorted(rows, key=lambda each: each[1]["weight"] <= 0)


def why(rows: list[tuple[str, Row]]) -> list[str]:
    """Each explanation once, with the models that it explains."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, row in rows:
        found.setdefault((row["target"], row["why"] or "NOT EXPLAINED."), []).append(name)
    return [f"{target} ({listed(names)}). {text}" for (target, text), names in found.items()]


def outside(row: Row) -> str:
    """How far a median lies beyond the nearest end of its interval; and its distance from the figure, in SDs of figure,
    allowance and simulation."""
    low, high, median = row["low"], row["high"], row["median"]
    if median is None:
        return "no number"
    beyond = max(low - median if low is not None else 0.0, median - high if high is not None else 0.0, 0.0)
    return digits(beyond) + (f" ({number(abs(row['off']), 1)} SD from the figure)" if row["off"] is not None else "")


def beside(found: Mapping[str, Row], name: str) -> str:
    """One of `apart` in a cell: the verdict, and both median losses where something was left out of them."""
    if name not in found:
        return ""
    row = found[name]
    says = "not told apart" if row["says"] == "fits as well" else str(row["says"])
    left_out = f" ({number(row['loss'], 1)} beside {number(row['main_loss'], 1)})" if row["beyond"] else ""
    return says + left_out


def digits(value: float | None) -> str:
    """Three digits that count, with a proper minus sign; an em dash for nothing."""
    return "—" if value is None else f"{value:.3g}".replace("-", "−")


def spread(row: Row) -> str:
    return f"{digits(row['q05'])} to {digits(row['q95'])}"


def interval(row: Mapping[str, Any]) -> str:
    """An interval in words; a direction has one end."""
    low, high = row["low"], row["high"]
    if low is None:
        return f"up to {digits(high)}"
    return f"from {digits(low)}" if high is None else f"{digits(low)} to {digits(high)}"


def _published(document: Row) -> Part:
    rows = [row for row in document["models"][document["main"]]["targets"] if row["weight"] > 0]
    return Part(f"Published against simulated, {document['main']}", ["Misses stand at the top."],
                chart=against_published(rows), table=_frame(rows), note="The grey band is the published interval, "
                "drawn equally wide for all; the tick in it is the published figure. Blue: median and 5 to 95 % of the "
                "ensemble; red where the median lies outside. " + NOTE)  # fmt: skip


def _frame(rows: list[Row]) -> pd.DataFrame:
    """Targets as a table, numbers with three digits that count."""
    return pd.DataFrame([{
        "target": row["target"], "": row["label"], "unit": row["unit"], "published": digits(row["figure"]),
        "interval": interval(row), "that is": WHOSE[row["interval"]], "simulated": digits(row["median"]),
        "5 to 95 %": spread(row), "error": digits(row["error"]), "inside": row["inside"], "off": number(row["off"], 1),
        "with other luck": digits(row["fresh_median"]), "inside then": row["fresh_inside"],
        "counts": digits(row["weight"])} for row in rows])  # fmt: skip


def _nulls(document: Row) -> Part:
    rows = [row for row in document["models"][document["main"]]["targets"] if row["kind"] == "null"]
    held = sum(bool(row["inside"]) for row in rows)
    words = [f"{held} of {len(rows)} do in {document['main']}.", *null_lines(document, document["main"])]
    return Part("Effects that must stay null", words, table=_frame(rows))


def _brackets(document: Row) -> Part:
    rows = [row for row in document["models"][document["main"]]["targets"] if row["kind"] == "bracket"]
    held = sum(bool(row["inside"]) for row in rows)
    words = (f"{held} of {len(rows)} readings that nothing was fitted to lie where they were published, in "
             f"{document['main']}. Some exclude each other, some give a direction alone, and some follow from figures "
             "that were fitted to.")  # fmt: skip
    return Part("Shown and not fitted", [words], table=_frame(rows))


def _held_out(document: Row) -> Part | None:
    """Other publications on the same thing: the nearest that there is to a prediction."""
    rows, names = [], list(document["models"])
    for row in document["held_out"]:
        found = {name: digits(row["models"][name]["median"]) for name in names}
        one = row["models"][document["main"]]
        rows.append({"published elsewhere": f"{row['quantity']}: {row['source']}", "figure": row["published"],
                     "beside the reading": row["target"], **found, "in its interval": one["inside"],
                     "within 5 to 95 %": one["covers"], "not the same": row["differs"]})  # fmt: skip
    if not rows:
        return None
    judged = [row for row in rows if row["in its interval"] is not None]
    inside = sum(bool(row["in its interval"]) for row in judged)
    return Part("Published elsewhere, and never fitted", [
        f"{len(rows)} figures of other publications on what is simulated here. {len(judged)} have an interval; "
        f"{inside} of these hold the median of {document['main']}. They are other poolings of much the same field, "
        "so that agreement says less than a prediction would."], table=pd.DataFrame(rows))  # fmt: skip


def _rivals(document: Row) -> Part | None:
    models = document["models"]
    if len(models) < 2:
        return None
    says = {row["model"]: row for row in apart(document)}
    rows = [{"model": name, "free numbers": one["free"], "sets": one["sets"], "effective": one["effective"],
             "median loss": one["loss"]["median"], "95 %": one["loss"]["q95"],
             "best set's": one["loss"]["best"],
             "with other luck": one["fresh"]["loss"]["median"] if one["fresh"] else None,
             "figures met": f"{one['fitted_inside']} of {one['fitted']}",
             "nulls": f"{one['null_inside']} of {one['null']}", "misses": listed(document["missed"][name]) or "none",
             "beside " + document["main"]: beside(says, name)} for name, one in main_first(document)]  # fmt: skip
    return Part("The rivals side by side", sentences(document)[:1], table=pd.DataFrame(rows), digits=1,
                note="Each was fitted to the same figures, by the account in its file. Loss: sum of squared distances "
                "from the figures, in standard deviations of figure, allowance and noise; about the number of figures "
                f"where all is well. Not told apart: the worse median loss lies within nominal odds of {LIKELY} to 1 "
                "of the better one, or below 95 % of its sets, with own or with other luck; assumed. In brackets: "
                "median losses without what one of the two cannot show.")  # fmt: skip


def _informed(document: Row) -> Part:
    name = document["main"]
    frame = pd.DataFrame(document["models"][name]["parameters"])
    frame = frame.sort_values(["informed", "narrowed"], ascending=False, kind="stable").reset_index(drop=True)
    rest = list(frame.loc[~frame["informed"].astype(bool), "pointer"])
    lines = [f"The published figures inform {len(frame) - len(rest)} of {len(frame)} numbers of {name}. The others are "
             "what they were assumed to be: an answer that hangs on one of them hangs on an assumption.",
             *group_lines(document, name), f"Not informed: {listed(rest, len(rest)) or 'none'}."]  # fmt: skip
    return Part("What the figures did not tell", lines, chart=learned(frame), table=frame, digits=3,
                note="Thin grey: 5 to 95 % of the prior. Thick: of the posterior, with its mean; blue if informed; all "
                "in standard deviations of the prior around its mean. Informed: narrowed by more than a tenth and than "
                "chance, or moved by more than chance.")  # fmt: skip


def _thirds(document: Row) -> Part | None:
    name = document["main"]
    rows = document["models"][name]["thirds"]
    if not rows:
        return None
    table = [{"number": row["pointer"], **{f"weight, {part}": percent(share) for part, share in
                                           zip(("lowest", "middle", "highest"), row["share"], strict=True)},
              **{f"loss, {part}": loss for part, loss in zip(("lowest", "middle", "highest"), row["loss"],
                                                             strict=True)},
              "by chance": f"{percent(row['chance_low'])} to {percent(row['chance_high'])}", "says": row["says"]}
             for row in rows]  # fmt: skip
    return Part("Could these numbers be quite different?", third_lines(document, name), table=pd.DataFrame(table),
                digits=1, note="Weight of the sets in each third of a number's prior (a third each if the figures say "
                "nothing), and their mean loss.")  # fmt: skip


def _pairs(document: Row) -> Part:
    one, name = document["models"][document["main"]], document["main"]
    rows = one["pairs"]
    words = (f"{len(rows)} pairs of numbers of {name} move together over the sets: the figures fix a combination, not "
             f"each. Shown are the {min(PAIRS, len(rows))} strongest." if rows else
             f"No pair of numbers of {name} moves together by more than chance.")  # fmt: skip
    return Part("What only moves together", [words], table=pd.DataFrame(rows[:PAIRS]) if rows else None, digits=2,
                note=f"Rank correlation over the sets by weight; among so many pairs chance alone reaches "
                f"{number(one['pairs_by_chance'])} once in a hundred such files.")  # fmt: skip


def _machinery(document: Row) -> Part:
    rows = []
    for name, one in main_first(document):
        made = one["machinery"]
        last = made["waves"][-1] if made.get("waves") else {}
        round_ = made["rounds"][-1] if made.get("rounds") else {}
        rows.append({"model": name, "points simulated": made.get("points_simulated"), "sets": one["sets"],
                     "effective": one["effective"], "by all rounds' weights": made.get("pooled"),
                     "held down": made.get("held_down"), "R-hat, worst": made.get("r_hat_worst"),
                     "waves": len(made.get("waves", [])), "share of the prior left": last.get("share_left"),
                     "left is empty": last.get("empty"), "emulators, 95 % holds": last.get("coverage_95"),
                     "independent": made.get("independent"), "rounds": len(made.get("rounds", [])),
                     "ended with enough": made.get("enough"),
                     "emulators, largest part": round_.get("worst_emulator_share")})  # fmt: skip
    return Part("How good the machinery was", [], table=pd.DataFrame(rows),
                note="Effective: so many independent draws would say as much: by the weights of all rounds' sets, and, "
                "as independent, by how far populations that were sampled apart agree. R-hat near 1: they agree. Left: "
                "not ruled out by history matching; 95 % holds: how often a left-out point lies in that interval. "
                "Ended with enough: before the budget did. Largest part: of the variance of a target's distance, that "
                "its emulator adds, in the last round. As the files say.")  # fmt: skip


def _again(document: Row) -> Part:
    rows = [{"model": name, "file": one["file"], "sets simulated again": one["checked"]["sets"], "of": one["sets"],
             "statements compared": one["checked"]["rows"], "differ": one["checked"]["wrong"]}
            for name, one in main_first(document)]  # fmt: skip
    faults = [f"{row['model']}: {row['what']}." if row["model"] else f"{row['what']}."
              for row in document["faults"]]  # fmt: skip
    words = [f"FAULT. {line}" for line in faults[:FAULTS]]
    if len(faults) > FAULTS:
        words.append(f"And {len(faults) - FAULTS} more faults.")
    return Part("Do the files' figures come out again?",
                words or ["They do; every miss is explained, and no explanation is stale."], table=pd.DataFrame(rows),
                note="Compared were loss and misses of each set that was simulated; median, 5 and 95 % of each target "
                "where all were; and what follows from the file's own sets and weights. Where the weights come from, "
                "only a new calibration shows: validate-model --recalibrate.")  # fmt: skip
