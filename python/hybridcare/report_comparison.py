"""A comparison in words, as an offline page and as JSON: every sentence is made from its numbers."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from hybridcare import compare_shares as shares, rivals_words
from hybridcare.ensemble_run import of, why_none
from hybridcare.headline import reading_words, week_reading
from hybridcare.plots_base import arm_labels, culture_labels, number, percent, signed

if TYPE_CHECKING:
    from hybridcare.comparison import Comparison
    from hybridcare.report_verb import Part

FORMAT = "hybridcare comparison 1"
SETS_TITLE = "Over parameter sets that fit: what is open, and what is chance"


def sentences(found: Comparison) -> list[str]:
    """See Comparison.sentences."""
    labels = arm_labels(found.results)
    return [f"{_difference(found, arm, labels)} {contest(found, arm)}" for arm in found.arms]


def _difference(found: Comparison, arm: str, labels: Mapping[str, str]) -> str:
    reading = week_reading(found.results)
    table = found.results.contrast(arm, found.against).table("phq9", "all")
    row = table[table["reading"] == reading].iloc[0]
    estimate, low, high = (float(row[name]) for name in ("estimate", "noise_low", "noise_high"))
    known = math.isfinite(low)
    noise = f"simulation noise {signed(low)} to {signed(high)}" if known else "noise unknown: one replicate"
    words = f"{number(abs(estimate))} points {'lower' if estimate < 0 else 'higher'}"
    if estimate == 0:
        words = "the same"
    return (f"In this model, the mean PHQ-9 {reading_words(reading)} is {words} with “{labels[arm]}” "
            f"{'as' if estimate == 0 else 'than'} with “{labels[found.against]}” ({noise}).")  # fmt: skip


def contest(found: Comparison, arm: str) -> str:
    """What the other assumptions say of the sign of an arm's main difference."""
    table = found.rivals()
    table = table[table["arm"] == arm]
    others = table.iloc[1:]
    if others.empty:
        return "No other assumption was run beside it, so that nothing is known of how firm this is."
    span = (f"over {_plural(len(others), 'other assumption')} it runs from {signed(others['estimate'].min())} to "
            f"{signed(others['estimate'].max())} points")  # fmt: skip
    first = table["sign"].iloc[0]
    if first == shares.UNKNOWN:
        return f"With one replicate nobody can say whether its sign is more than chance; {span}."
    if first != shares.SAME:
        return f"{'It has no sign' if first == shares.ZERO else 'Its sign is within simulation noise'}; {span}."
    said = [f"{words} under {'; '.join(f'“{name}”' for name in others.loc[others['sign'] == state, 'label'])}"
            for state, words in _STATES.items() if (others["sign"] == state).any()]  # fmt: skip
    if not said:
        return f"The sign holds under all of them: {span}."
    start = "" if (others["sign"] == shares.TURNED).any() else "turned under none of them, but "
    return f"The sign is {start}{', and '.join(said)}: {span}."


_STATES = {shares.TURNED: "turned", shares.WITHIN: "within simulation noise",
           shares.ZERO: "gone (no difference at all)", shares.UNKNOWN: "unknown"}  # fmt: skip


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def uncertainty(found: Comparison) -> list[str]:
    """For each arm, which source of uncertainty is the largest and what would help; or what was not looked at."""
    labels, said = arm_labels(found.results), []
    for arm, rows in found.variance().groupby("arm", sort=False):
        if rows["assumptions"].iloc[0] < 2:
            known = rows.dropna(subset=["sd"])
            each = ", ".join(f"{r.source} {number(r.sd)} points" for r in known.itertuples())
            each += " (standard deviations); " if each else ""
            said.append(f"“{labels[str(arm)]}”: {each}parameter uncertainty was not looked at, since no other "
                        "assumption was run, so that nobody can say which source is the largest.")
        elif rows["share"].notna().all():
            parts = ", ".join(f"{r.source} {percent(r.share)}" for r in rows.itertuples())
            most = rows.loc[rows["share"].idxmax()]
            said.append(f"“{labels[str(arm)]}”: {parts} of the variance; what would help most is {most['helps']}.")
    return said


def harms(found: Comparison) -> list[str]:
    """For each arm, how many are worse off by a point or more, how many better, and where most are worse off."""
    labels, table, said = arm_labels(found.results), found.gains(1), []
    for arm, rows in table.groupby("arm", observed=True, sort=False):
        whole = rows[rows["grouping"] == "all"].iloc[0]
        line = (f"“{labels[str(arm)]}”: {percent(whole['share_worse'])} of clients are worse off by 1 point or more "
                f"than with “{labels[found.against]}”, {percent(whole['share_better'])} better off")  # fmt: skip
        groups = rows[(rows["grouping"] != "all") & rows["share_worse"].notna()]
        if len(groups):
            worst = groups.loc[groups["share_worse"].idxmax()]
            line += f"; most are worse off in the group “{_group(found, worst)}” ({percent(worst['share_worse'])})"
        said.append(line + ".")
    return said


def _group(found: Comparison, row: Any) -> str:
    from hybridcare.plots_comparison import group_label

    return group_label(str(row["grouping"]), str(row["group"]), culture_labels(found.results))


def _grouped(found: Comparison, data: pd.DataFrame) -> pd.DataFrame:
    """Groups in words, in place of grouping and group."""
    words = [_group(found, row) for row in data[["grouping", "group"]].to_dict("records")]
    out = data.drop(columns=["grouping", "group"]).rename(columns={"clients": "clients_simulated"})
    out.insert(1, "clients", words)
    return out


def parts(found: Comparison) -> list[Part]:
    """The parts of the page."""
    from hybridcare.report_verb import Part

    labels = arm_labels(found.results)
    units = {"estimate": "in the unit of the row", "half_width": "in the unit of the row"}
    made = [
        Part("The differences", [*sentences(found), *over_sets(found)], found.plot()),
        *_sets_parts(found),
        Part("Who is harmed", harms(found), None, _named(_grouped(found, found.harm()), labels),
             "Person by person: the same simulated client with the same luck in both arms, latent level at the reading "
             "week. The last kind of harm is a difference between shares, of the measured PHQ-9; it may be below zero. "
             "Noise is Student's interval, cut where a share must end: at 0 and 1.",
             units={"estimate": "share", "noise_se": "share", "noise_low": "share", "noise_high": "share"}),
        Part("What the rival assumptions say", [contest(found, arm) for arm in found.arms], None,
             _named(found.rivals(), labels).drop(columns=["variant", "metric", "reading"]),
             "Each assumption was run with the same clients and the same luck. Sign: same as in the first row or "
             "turned, both beyond simulation noise; within noise is neither.",
             units={"estimate": "points", "noise_low": "points", "noise_high": "points"}),
        rivals_words.part(),
        Part("Where the uncertainty comes from", uncertainty(found), None, _named(found.variance(), labels),
             "By the law of total variance. Stated alternatives are no distribution: that share hangs on which were "
             "stated.", units={"variance": "points squared", "sd": "points", "share": "of the sum"}),
        Part("All differences", [], None, _named(_short(found.table()), labels),
             "Pairing saves: the share of the variance that common random numbers take away.", units=units),
    ]  # fmt: skip
    if found.targets:
        made.insert(-1, Part("Were there enough replicates?", [_enough(found)], None, _named(found.noise(), labels),
                             "Half-width of simulation noise, Student's t; it must hold for the next replicates too.",
                             units=units))  # fmt: skip
    return made


def over_sets(found: Comparison) -> list[str]:
    """For each arm, the difference over parameter sets that fit; [] where they were not run."""
    over = of(found.results)
    return [line for arm in found.arms for line in over.says(arm)] if over else []


def _sets_parts(found: Comparison) -> list[Part]:
    """The picture over parameter sets, and what the published figures did not inform; or why there is none."""
    from hybridcare.report_verb import Part
    from hybridcare.uncertainty_words import as_sentence, learnt_part

    over = of(found.results)
    if over is None:
        return [Part(SETS_TITLE, [as_sentence(why_none(found.results))])]
    lines = [over.account, *over.notes]
    return [Part(SETS_TITLE, lines, over.plot()), learnt_part(over.sets.ensemble)]


def _enough(found: Comparison) -> str:
    replicates = found.results.experiment.replicates
    if found.reached:
        return f"Every half-width that was asked for was reached, and held, with {replicates} replicates."
    return f"With {replicates} replicates not every half-width that was asked for was reached: see “needed”."


def _named(data: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    return data.assign(arm=[labels[str(name)] for name in data["arm"]])


def _short(data: pd.DataFrame) -> pd.DataFrame:
    kept = ["arm", "metric", "reading", "unit", "estimate", "noise_low", "noise_high", "variance_reduction"]
    return data[kept].rename(columns={"variance_reduction": "pairing_saves"})


def report(found: Comparison, path: str | os.PathLike[str]) -> Path:
    """See Comparison.report."""
    from hybridcare.report_verb import save_report

    experiment, results = found.results.experiment, found.results
    labels = arm_labels(results)
    arms = ", ".join(f"“{labels[name]}”" for name in found.arms)
    known = {**results.provenance, "scenario": experiment.name, "results_hash": results.hash,
             "replicates": experiment.replicates, "clients": f"{experiment.clients} an arm and replicate",
             "caveats": results.caveats}  # fmt: skip
    if (over := of(results)) is not None:
        known |= {"rival model of the sets": over.sets.rival, "parameter sets": len(over.sets),
                  "ensemble hash": over.sets.hash}  # fmt: skip
    question = f"What changes with {arms} instead of “{labels[found.against]}”?"
    return save_report(path, f"Comparison: {experiment.title or experiment.name}", question, parts(found), known)


def document(found: Comparison) -> dict[str, Any]:
    """See Comparison.document."""
    results, over = found.results, of(found.results)
    return {
        "format": FORMAT, "against": found.against, "arms": found.arms, "sentences": found.sentences,
        "caveats": results.caveats, "provenance": results.provenance, "results_hash": results.hash,
        "replicates": results.experiment.replicates, "clients": results.experiment.clients,
        "contrasts": _records(found.table()), "gains": _records(found.gains()), "harm": _records(found.harm()),
        "rivals": _records(found.rivals()), "variance": _records(found.variance()),
        "precision": _records(found.noise()), "precision_reached": found.reached,
        "ensemble": over.summary() if over else {"sentence": why_none(results)},
    }  # fmt: skip


def _records(data: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in data.to_dict("records")]


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
