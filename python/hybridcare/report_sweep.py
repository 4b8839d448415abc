"""The report of a sweep: what each model says first, then what moves it, which policy stays good, what chance did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.errors import ConfigError

if TYPE_CHECKING:
    from hybridcare.report_verb import Part
    from hybridcare.sweep_results import SweepResults

RESAMPLES = 50


def report(results: SweepResults, path: Path) -> Path:
    """See SweepResults.report."""
    from hybridcare.report_verb import save_report

    study = results.study
    document = study.spec.document
    title = str(document.get("title") or document.get("name") or study.scenario.core.title)
    question = str(document.get("question") or study.scenario.core.question)
    caveats = [line for line in results.caveats if not line.startswith("Calibration:")]  # that stands there already
    return save_report(path, title, question, parts(results), {**results.provenance, "caveats": caveats})


def parts(results: SweepResults) -> list[Part]:
    """The parts of the page, the contest of models first. A question that this study cannot answer says why."""
    asked: list[tuple[str, Callable[[SweepResults], list[Part]]]] = [
        ("What moves it", _sensitivity), ("Each uncertainty, low and high", _tornado),
        ("Which policy stays good", _robustness), ("Where the uncertainty comes from", _variance),
        ("What more replicates would buy", _noise)]  # fmt: skip
    answered = [part for heading, make in asked for part in _or_why(results, heading, make)]
    return [_contest(results), *answered, _design(results)]


def _or_why(results: SweepResults, heading: str, make: Callable[[SweepResults], list[Part]]) -> list[Part]:
    from hybridcare.report_verb import Part

    try:
        return make(results)
    except ConfigError as error:
        return [Part(heading, [f"Not answered by this study: {error}"])]


def main_quantity(results: SweepResults) -> dict[str, Any]:
    """The last arm against the study's reference arm, or alone if that is itself."""
    last = results.study.arms[-1]
    return {"arm": last, "against": results.study.against if results.study.against != last else None}


def sentence(results: SweepResults) -> str:
    """What each model says of the main quantity, in one sentence."""
    rows = results.contest()
    rows = rows[~rows["b_E"].isin(["0", "1.5", "3"])]
    if rows.empty:
        return "No point of this study has a number."
    said = []
    for levers, group in rows.groupby("levers", sort=False):
        models = "; ".join(f"{row.model}{'' if row.b_E == 'as drawn' else f', b_E {row.b_E}'}: {row.estimate:.2f} "
                           f"(90 % of the draws {row.low:.2f} to {row.high:.2f})"
                           for row in group.itertuples())  # fmt: skip
        said.append(f"with {levers}: {models}" if levers else models)
    start = f"{rows['quantity'].iloc[0]}, {rows['unit'].iloc[0]}, over the draws of the uncertainties"
    return f"{start}: {'. '.join(said)}." if len(said) == 1 else f"{start}. {'. '.join(map(_upper, said))}."


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _contest(results: SweepResults) -> Part:
    from hybridcare.report_verb import Part

    rows = results.contest()
    if rows.empty:
        return Part("What each model says", [sentence(results)])
    note = ("noise_se: Monte Carlo error of the mean over the draws. low, high: 5 and 95 % of the draws. Rows with a "
            "value of b_E: a quadratic fitted over the draws, everything else as drawn; a model that fixes b_E has no "
            "such rows.")  # fmt: skip
    return Part("What each model says", [sentence(results)], results.plot(), rows, note)


def _sensitivity(results: SweepResults) -> list[Part]:
    from hybridcare.report_verb import Part

    found = results.sensitivity(**main_quantity(results), resamples=RESAMPLES)
    note = ("low, high: 95 % interval; design_se, noise_se: what points and replicates add to it; noise: what noise of "
            "the simulation makes of the index (taken off for sobol); beyond_chance: above what an input gets that "
            "moves nothing, or moves the result by luck alone.")  # fmt: skip
    return [Part("What moves it", [found.sentence], found.plot(), found.table(), note),
            Part("Whether that has settled", ["The same index from growing parts of the design."],
                 found.plot_convergence(), found.convergence())]  # fmt: skip


def _tornado(results: SweepResults) -> list[Part]:
    from hybridcare.report_verb import Part

    figure = results.tornado(**main_quantity(results))
    widest = figure.table.iloc[0]
    words = (f"Widest: {widest['label']}, from {widest['low_fifth']} at the lowest fifth of its draws to "
             f"{widest['high_fifth']} at the highest.")  # fmt: skip
    return [Part("Each uncertainty, low and high", [words], figure)]


def _robustness(results: SweepResults) -> list[Part]:
    from hybridcare.report_verb import Part

    found = results.robustness()
    note = ("Regret: how much worse than the best policy of the same draw and model. as_good: share of draws at which "
            "the policy is the best within simulation noise.")  # fmt: skip
    return [Part("Which policy stays good", [found.sentence], found.plot(), found.table(), note)]


def _variance(results: SweepResults) -> list[Part]:
    from hybridcare.report_verb import Part

    frame = results.variance(results.metrics[0]["key"], **main_quantity(results))
    main = frame.loc[frame.groupby("model", sort=False)["share"].idxmax()]
    words = "; ".join(f"{row.model}: {row.source}, {row.share:.0%}: {row.helps}" for row in main.itertuples())
    return [Part("Where the uncertainty comes from", [f"The largest share, and what would help: {words}."], None, frame,
                 "Variances of one point's estimate. shared: the part of Monte Carlo error that all points share.")]


def _noise(results: SweepResults) -> list[Part]:
    from hybridcare.report_verb import Part

    figure = results.plot_noise(**main_quantity(results))
    return [Part("What more replicates would buy", [f"{figure.alt}."], figure)]


def _design(results: SweepResults) -> Part:
    import pandas

    from hybridcare.report_verb import Part

    study, size = results.study, results.study.size
    rows = [{"path": each.path, "kind": "uncertainty", "values": each.words, "unit": each.unit, "source": each.source}
            for each in study.factors]  # fmt: skip
    drawn = [] if study.sets is None else [study.sets.of(model.name) for model in study.models]
    rows += [{"path": f"{len(sets.ensemble.pointers)} parameters together", "kind": "ensemble",
              "values": sets.sentence, "unit": "", "source": "calibration to published figures"}
             for sets in {sets.rival: sets for sets in drawn}.values()]  # fmt: skip
    rows += [{"path": lever.name, "kind": "lever", "values": ", ".join(map(str, lever.values)), "unit": "",
              "source": lever.source} for lever in study.levers]  # fmt: skip
    rows += [{"path": model.name, "kind": "model", "values": model.label, "unit": "", "source": model.note}
             for model in study.models]  # fmt: skip
    words = (f"{size['points']:,} points: {size['draws']:,} draws ({study.spec.kind}), {size['choices']} choices of "
             f"levers, {size['models']} models; {size['replicates']} replicates of {size['clients']:,} clients an arm; "
             f"{int((~results.there).sum()):,} still to do, {len(results.failures):,} failed.")  # fmt: skip
    reasons = [f"Point {point}: {reason}" for point, reason in sorted(results.failures.items())[:20]]
    return Part("What was tried", [words, *study.notes, *reasons], None, pandas.DataFrame(rows))
