"""One self-contained HTML page that opens from disk: one question, one sentence, one picture, and then the rest.

No script, no network, no external file. Whatever comes from a scenario file is escaped.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import plots
from .measured import as_named, profiles_in_use
from .plots_base import about, default_variant, frame, imprint, number, reads_oracle, shown_arms
from .report_drivers import TITLE, drivers_section, first_line
from .report_html import figure, paragraph, plain, section, terms, text
from .report_limits import lead, limits_section
from .report_parts import PARTS
from .report_uncertainty import TITLE as OVER_SETS
from .report_uncertainty import first_lines, learnt_section, sets_picture, sets_section
from .report_uncertainty import sentence as over_sets_sentence
from .report_style import CSS
from .report_words import sentence
from .uncertainty_words import LEARNT_TITLE, at_one_set

__all__ = ["sentence", "write_report"]

def write_report(results: Any, path: str | os.PathLike[str]) -> Path:
    """Write the report of `results` to `path`, all of it or nothing, and return the path. @raises OSError"""
    target = Path(path)
    whole = page(results)
    if target.exists() and not target.is_file():  # a device or a pipe: nothing to put in its place
        target.write_text(whole, encoding="utf-8")
        return target
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(whole, encoding="utf-8")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def page(results: Any) -> str:
    """The whole page as text; the same results give the same page."""
    experiment = results.experiment
    parts = _parts(results)
    learnt = learnt_section(results)
    contents = [("answer", "The answer"), ("over-sets", OVER_SETS), *([("learnt", LEARNT_TITLE)] if learnt else [])]
    contents += [("limits", "What drives this answer, and what it cannot tell"),
                ("drivers", TITLE)]  # fmt: skip
    contents += [(key, title) for key, title, _ in parts]
    contents += [("pathways", "The pathways"), ("provenance", "Where this comes from")]
    body = [first_screen(results), _contents(contents), sets_section(results), learnt, limits_section(results),
            drivers_section(results), *(html for _, _, html in parts),
            _pathways(results), _provenance(results)]  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{plain(experiment.title)}</title><style>{CSS}</style></head><body>"
        '<a class="skip" href="#answer">Skip to the answer</a>'
        f"<header><span>{text(experiment.title)}</span><span>hybridcare {text(about(results).get('version', ''))}"
        f"</span></header><main>{as_named(''.join(body), results)}</main>{_footer(results)}</body></html>\n"
    )


def first_screen(results: Any) -> str:
    """Question, sentence and picture, and beside them what must be read first."""
    experiment = results.experiment
    warning = ""
    if reads_oracle(results):
        warning = ('<p class="warning" role="alert">Warning: a protocol in this scenario reads latent state (oracle.) '
                   "that no service could measure. Its results show what perfect knowledge would do, not what a "
                   "service could.</p>")  # fmt: skip
    if any(row["illustrative"] for row in profiles_in_use(results)):
        warning += ('<p class="warning" role="alert">Illustrative: the numbers of a measured profile in this scenario '
                    "were invented. They measure nothing; what follows from them shows the method alone.</p>"
                    )  # fmt: skip
    first = (f'<aside class="lead" aria-labelledby="lead-title"><h2 id="lead-title">Read this first</h2>'
            f"{paragraph(lead(results))}"
            f"{terms(_lead(results))}"
            '<p><a href="#limits">What drives it, and what it cannot tell</a></p></aside>')  # fmt: skip
    if plots.has_headline(results):
        said, drawn = sentence(results), figure(plots.headline(results), heading=False)
    else:
        said = "This experiment names no main comparison; the arms stand side by side below."
        drawn = figure(plots.course(results), heading=False)
    return (f'<section class="first" id="answer" aria-labelledby="answer-title">{warning}'
            f'<h1 id="answer-title">{text(experiment.question or experiment.title)}</h1>'
            f'<p class="sentence">{text(said)}</p>{over_sets_sentence(results)}'
            f'<div class="beside"><div>{drawn}{sets_picture(results)}</div>{first}</div></section>')  # fmt: skip


def _lead(results: Any) -> list[tuple[str, str]]:
    experiment = results.experiment
    return [first_line(results), ("Calibration", at_one_set(experiment.calibration)), *first_lines(results),
            ("Driving assumption, in the scenario author's words", experiment.driver or "not stated")]  # fmt: skip


def _contents(entries: list[tuple[str, str]]) -> str:
    links = "".join(f'<li><a href="#{key}">{text(title)}</a></li>' for key, title in entries)
    return f'<nav aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>{links}</ol></nav>'


def _parts(results: Any) -> list[tuple[str, str, str]]:
    """(key, heading, HTML) of every part that these results can fill. Pictures are rendered while the next are drawn:
    the renderer works outside Python, on another processor where there is one."""
    drawn = []
    with ThreadPoolExecutor(max_workers=1) as ahead:
        for part in PARTS:
            drawn.append(part.draw(results))
            for picture in (*drawn[-1].figures, *drawn[-1].more):
                ahead.submit(picture.svg)
    return [(each.part.key, each.part.title, html) for each in drawn if (html := each.html(results))]


def _pathways(results: Any) -> str:
    drawn = plots.pathways(results)
    note = paragraph("The files that drive the simulation also draw these pictures.")
    note += paragraph(drawn[0].caption) if drawn else ""
    pictures = "".join(figure(each, heading=False, caption=False) for each in drawn)
    return section("pathways", "The pathways", note, f'<div class="pair">{pictures}</div>')


def _provenance(results: Any) -> str:
    experiment, known = results.experiment, about(results)
    pairs = [
        ("Scenario", experiment.name), ("Scenario hash", known.get("scenario_hash")), ("Seed", known.get("seed")),
        ("Results hash", known.get("results_hash")), ("Version", known.get("version")),
        ("Commit", known.get("commit")), ("Instruction set", known.get("instruction_set")),
        ("Design", f"{len(shown_arms(results))} arms, {len(experiment.variants)} sets of assumptions, "
         f"{experiment.replicates} replicates of {experiment.clients:,} clients an arm, followed for "
         f"{experiment.weeks} weeks, intake “{experiment.intake}”"),
        ("Simulated", f"{number(known.get('client_weeks'), 0)} client-weeks, {number(known.get('session_weeks'), 0)} "
         "contacts"),
        ("Clients entered at", _entry(results)), ("Calibration", at_one_set(experiment.calibration)),
    ]  # fmt: skip
    note = paragraph("The same scenario and seed give the same results hash on any number of threads and with any "
                     "instruction set. The instruction set is printed for the account of time only.")  # fmt: skip
    return section("provenance", "Where this comes from", f'<div class="facts">{terms(pairs)}</div>', note)


def _entry(results: Any) -> str:
    """Mean PHQ-9 at entry, of all clients of the first arm."""
    data = frame(results, "course", variant=default_variant(results), twin="factual", culture="all",
                 arm=shown_arms(results)[0]["name"])  # fmt: skip
    first = data.sort_values("week").head(1)
    return f"mean PHQ-9 {number(first['mean'].iloc[0], 1)} points (week {int(first['week'].iloc[0])})" if len(
        first) else "unknown"  # fmt: skip


def _footer(results: Any) -> str:
    return "<footer>" + "".join(paragraph(line) for line in imprint(results)) + "</footer>"
