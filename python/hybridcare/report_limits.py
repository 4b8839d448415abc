"""What stands next to the headline: how to read the report, what drives the answer, what it cannot tell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .ensemble_run import of
from .plots_base import clean, number
from .plots_headline import has_headline
from .report_html import details, items, paragraph, section, table, text
from .report_words import against_all, answer, findings
from .rival_sets import REFITTED
from .rivals import first_words

HOW_TO_READ = (
    "PHQ-9 points run from 0 to 27; fewer is better. Differences are first arm minus second, so that below zero "
    "favours the first.",
    "The thick band is the range over assumptions that data cannot decide, changed one at a time. Changed together, or "
    "further, they can move the answer beyond it: the band is the least width to reckon with, not the most.",
    "The thin mark is simulation noise: how far another set of random draws would move the number. It shrinks with "
    "more replicates and is no measure of trust in the model.",
    "Arms are compared on the same simulated clients with the same chances; only what the arm changes differs.",
    "“Expression distance” says how far a client's way of showing feelings lies from the reference, on an abstract "
    "axis from 0. It stands for no people, nation or language.",
    "A deterioration rate means little beside zero: read it beside the rate that noise alone produces.",
    "An arm that loses people early may look good on what is counted at contacts: read leaving and the risk “if no "
    "one left” together.",
)

LIMITS = (
    "How much empathy causes, rather than accompanies, is not identified by any data. Neither are the weights of the "
    "pathways: the shares shown mirror the weights put in.",
    "The constants of trust are assumed, and the form of its equation was taken from work with machines, not therapy.",
    "Expression distances are abstract. The evidence that people read their own group better comes mostly from posed "
    "expressions, and studies without an effect exist. The asymmetry between groups is put in, not found.",
    "What a person “truly” feels is itself contested, so that “misread” is a notion of the model.",
    "The quality of assistants changes within months; the figures behind this one age with it.",
    "Published figures come from different populations and years, and those that were not published are missing.",
    "Feedback, guidance, leaving and the assistant's overall effect were set to match published figures: they went in "
    "and cannot come out as findings.",
    "Who leaves is assumed to go on untreated.",
    "The harm of an unrepaired misreading, how often it is noticed and repaired, and the lowest quality have no data, "
    "and they drive harm.",
    "Rare events such as self-harm lie outside a symptom score. This report can clear nothing as safe.",
    "Hearsay, privacy and fatigue say which way things might go. Their strengths are guesses: read signs and "
    "thresholds there, no sizes.",
    "If the questionnaire itself works differently for distant expression styles, that would show up here as a "
    "difference in treatment.",
    "Read ensembles, not single clients: a simulated person's other course is an artefact of the model. Significance "
    "tests on simulated clients mean nothing, since their number is free.",
)


CHANGES = 12  # constants of an assumption that the table names: a refitted set changes some seventy


def lead(results: Any) -> str:
    """What is to be read first; whether a rival is drawn at given values, and where it stands refitted."""
    shifts = answer(results).shifts if has_headline(results) else ()
    rival = any(shift.rival and REFITTED not in shift.label for shift in shifts)
    drawn = " A rival that is drawn here without “refitted” stands at given values, not at the sets fitted to figures"
    over = of(results)
    told = "; in refitted sets the rivals stand below the answer." if over is not None and over.rivals else "."
    return first_words() + (drawn + told if rival else "")


def limits_section(results: Any) -> str:
    """Drivers, how to read, limits: directly below the first screen."""
    said = findings(results) if has_headline(results) else ["This experiment names no main comparison."]
    inside = [
        '<div class="columns"><div><h3>What the numbers say about the answer</h3>' + items(said) + "</div>",
        "<div><h3>How to read it</h3>" + items(HOW_TO_READ) + "</div></div>",
        "<h3>What it cannot tell</h3>" + items(LIMITS, "two"),
    ]
    if has_headline(results):
        inside.append("<h3>The main arm against every other arm</h3>")
        inside.append(table(against_all(results), "Differences at the main reading, with their band"))
    inside += [variants_table(results), assumed_fields(results)]
    return section("limits", "What drives this answer, and what it cannot tell", *inside)


def variants_table(results: Any) -> str:
    """Every assumption under which the whole experiment was run again, and the constants that it changes."""
    experiment = results.experiment
    arm = next((i for i, a in enumerate(experiment.arms) if a["name"] == experiment.headline.get("arm")), 0)
    base = dict(experiment.values(0, arm))
    rows = []
    for index, variant in enumerate(experiment.variants):
        changes = [(path, base.get(path), value) for path, value in experiment.values(index, arm)
                   if value != base.get(path)]  # fmt: skip
        words = "; ".join(f"{path}: {_value(old)} → {_value(new)}" for path, old, new in changes[:CHANGES])
        words += f"; and {len(changes) - CHANGES} more" if len(changes) > CHANGES else ""
        inside = index == 0 or variant.get("in_envelope", True)
        rows.append((clean(variant.get("label") or variant["name"], 300), words or "as the scenario says",
                     "yes" if inside else "no"))  # fmt: skip
    data = pd.DataFrame(rows, columns=["assumption", "constants changed", "in the band"])
    drive = f"<p>Driving assumption, in the scenario author's words: {text(experiment.driver or 'not stated')}</p>"
    return "<h3>The assumptions that were varied</h3>" + drive + table(data, "Runs of the whole experiment")


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def assumed_fields(results: Any) -> str:
    """Every constant of the model with its grade, to be opened."""
    scenario = getattr(results, "scenario", None)
    if scenario is None:
        return ""
    data = scenario.fields()
    counts = data["grade"].value_counts()
    words = ", ".join(f"{count} {grade}" for grade, count in counts.items())
    shown = pd.DataFrame({
        "constant": data["path"], "meaning": data["meaning"], "value": [_value(v) for v in data["value"]],
        "unit": data["unit"], "grade": data["grade"], "evidence": data["evidence"],
    })  # fmt: skip
    shown = pd.concat([shown[shown["grade"] == "assumed"], shown[shown["grade"] != "assumed"]])
    note = paragraph(f"The model has {number(len(data), 0)} constants: {words}. Assumed ones come first.")
    return note + details("All constants with value, unit and grade", table(shown, "Constants of the first arm"))
