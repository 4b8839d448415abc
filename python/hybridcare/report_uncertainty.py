"""The report's parts on parameter sets that fit: beside the headline, and what the published figures did not inform."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import uncertainty_words as words
from .ensemble_run import EnsembleRun, of, why_none
from .headline import labels
from .plots_base import clean, signed
from .report_html import details, figure, items, paragraph, section, table, terms

TITLE = "Over parameter sets that fit: what is open, and what is chance"


def sentence(results: Any) -> str:
    """For the first screen, below the headline's sentence; "" where nothing was run."""
    found = of(results)
    return paragraph(found.sentence, "says") if found else ""


def sets_picture(results: Any) -> str:
    """Each arm over the sets, for the first screen; "" where nothing was run."""
    found = of(results)
    drawn = found.plot() if found else None
    return figure(drawn) if drawn else ""


def first_lines(results: Any) -> list[tuple[str, str]]:
    """Terms beside the headline: over what was run, or why nothing was."""
    found = of(results)
    if found is None:
        return [("Parameter sets", why_none(results))]
    return [("Calibration over parameter sets", words.over_sets(found.sets)),
            *(("Mind", line) for line in words.warnings(found.sets))]  # fmt: skip


def sets_section(results: Any) -> str:
    """The main results over sets, and what they rest on; or why there is none. The picture is on the first screen."""
    found = of(results)
    if found is None:
        return section("over-sets", TITLE, paragraph(words.as_sentence(why_none(results))))
    return section("over-sets", TITLE, *(paragraph(line, "says") for line in found.sentences),
                   items(found.others) if found.others else "", items([found.account, *found.notes]),
                   details("All results over the sets", table(_shown(found), "Arm minus reference, or the arm alone")),
                   _where(found))  # fmt: skip


def _shown(found: EnsembleRun) -> pd.DataFrame:
    named, data = labels(found.scenario.core.arms), found.table()
    return pd.DataFrame({
        "arm": [clean(named[arm]) for arm in data["arm"]],
        "minus": [clean(named[arm]) if arm else "—" for arm in data["against"]],
        "result": [f"{row.metric.replace('_', ' ')}, {row.reading.replace('_', ' ') or 'whole course'}"
                   for row in data.itertuples()],
        "clients": [clean(each) for each in data["culture"]], "unit": data["unit"],
        "median": [signed(value, 3) for value in data["median"]],
        "5 % of sets": [signed(value, 3) for value in data["low"]],
        "95 % of sets": [signed(value, 3) for value in data["high"]],
        "SD between sets": [words.plain(value) for value in data["parameter_sd"]],
        "Monte Carlo error": [words.plain(value) for value in data["noise_se"]],
        "below 0": [words.share(value) for value in data["share_below_0"]],
    })  # fmt: skip


def _where(found: EnsembleRun) -> str:
    known = words.provenance(found.sets)
    pairs = [("Rival model", known["rival"]),
             ("Sets", f"{known['sets']}, drawn by weight from {known['ensemble_sets']}"),
             ("Ensemble hash", known["ensemble_hash"]), ("In its own words", known["about"] or "not stated"),
             ("Results hash of the sets", found.over.runs.hash)]  # fmt: skip
    return f'<div class="facts">{terms(pairs)}</div>'


def learnt_section(results: Any) -> str:
    """Prior beside posterior, in words and as a table to be opened; "" where nothing was run."""
    found = of(results)
    if found is None:
        return ""
    known = found.sets.ensemble
    data, said = words.parameter_table(known), words.learnt(known).sentences
    inside = [paragraph(said[0], "says"), *(paragraph(line) for line in said[1:])]
    if len(data):
        numbers = data.assign(**{name: [f"{value:.3g}".replace("-", "−") for value in data[name]]
                                 for name in ("prior_low", "prior_high", "low", "high")},
                              narrowed=[signed(value) for value in data["narrowed"]],
                              informed=["yes" if value else "no" for value in data["informed"]])  # fmt: skip
        numbers.columns = [str(name).replace("_", " ") for name in numbers.columns]
        inside += [details("Prior beside posterior of each parameter", table(numbers, "From 5 to 95 %")),
                   paragraph(words.LEARNT_NOTE)]  # fmt: skip
    return section("learnt", words.LEARNT_TITLE, *inside)
