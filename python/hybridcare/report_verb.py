"""The report of a verb: one self-contained HTML page made of parts, each with words, a picture and its numbers.

No script, no network, no external file. Every text, caption and cell is escaped; a picture stands beside its numbers as
a table, so that those who cannot see it lose nothing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from hybridcare.plots_base import Figure, number
from hybridcare.plots_close import close
from hybridcare.report_html import details, items, paragraph, plain, section, table, terms, text
from hybridcare.report_limits import LIMITS
from hybridcare.report_style import CSS
from hybridcare.rivals import first_words
from hybridcare.rivals_words import HEADING, sentence
from hybridcare.writing import written_file

ROWS = 400  #: of a table that a page shows; the whole table is in the folder of the study
NEEDED = ("calibration", "version")  #: keys without which no result is shown
#: Keys of the provenance in words, in the order in which they are shown; other keys follow as they are.
_WORDS = {"scenario": "Scenario", "scenario_hash": "Scenario hash", "seed": "Seed", "results_hash": "Results hash",
          "version": "Version", "commit": "Commit", "calibration": "Calibration",
          "driver": "Driving assumption, in the scenario author's words"}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part of a page.

    heading     what it shows, a few words
    paragraphs  sentences, the most important first
    chart       a `plots.Figure`, an Altair chart or a Vega-Lite specification; its numbers must come as `table`, but
                for a Figure, which brings its own
    table       a pandas frame, one row per line; numbers are shown with `digits` decimals, text as it is
    note        how to read the picture or the table
    alt         the picture in words (default: the heading and the first paragraph)
    units       unit by column, set behind the column's name
    """

    heading: str
    paragraphs: Sequence[str] = ()
    chart: Any = None
    table: pd.DataFrame | None = None
    note: str = ""
    alt: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    digits: int = 3


def save_report(
    path: str | os.PathLike[str], title: str, question: str, parts: Sequence[Part], provenance: Mapping[str, Any]
) -> Path:
    """Writes the page to `path`, all of it or nothing, and returns the path.

    parts       the first one is the answer: its first paragraph stands in large type below the question
    provenance  what stands beside every number: calibration and version at least; `results.provenance` will do. Lines
                under "caveats" are shown beside the answer. Values are text, numbers, or lists of them.
    Raises ConfigError if the file cannot be written; ValueError for no part, a picture without numbers, or a missing
    key of the provenance.
    """
    whole = page(title, question, parts, provenance)
    with written_file(Path(path)) as file:
        file.write(whole.encode())
    return Path(path)


def page(title: str, question: str, parts: Sequence[Part], provenance: Mapping[str, Any]) -> str:
    """The whole page as text; the same parts give the same page. Raises ValueError as `save_report`."""
    for key in NEEDED:
        if not provenance.get(key):
            raise ValueError(f"the provenance of a report names no {key}")
    if not parts:
        raise ValueError("a report needs one part at least")
    contents = [("answer", "The answer"), *((f"part-{i}", part.heading) for i, part in enumerate(parts[1:], 1)),
                ("limits", "What it cannot tell"), ("provenance", "Where this comes from")]  # fmt: skip
    fits = "" if any(part.heading == HEADING for part in parts) else paragraph(sentence())
    body = [_answer(question, parts[0], provenance, fits), _contents(contents),
            *(section(f"part-{i}", part.heading, *_inside(part, f"part-{i}")) for i, part in enumerate(parts[1:], 1)),
            section("limits", "What it cannot tell", items(LIMITS, "two")), _provenance(provenance)]  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{plain(title)}</title><style>{CSS}</style></head><body>"
        '<a class="skip" href="#answer">Skip to the answer</a>'
        f"<header><span>{text(title)}</span><span>hybridcare {text(provenance['version'])}</span></header>"
        f"<main>{''.join(body)}</main>{_footer(provenance)}</body></html>\n"
    )


def _answer(question: str, part: Part, provenance: Mapping[str, Any], fits: str) -> str:
    """Question and sentence, the first part's picture, and beside it what must be read first. fits: of the rivals, as
    a paragraph, where no part of the page tells it."""
    caveats = [str(line) for line in _listed(provenance.get("caveats", []))]
    beside = terms([("Calibration", provenance["calibration"])]) + (items(caveats) if caveats else "")
    first = (f'<aside class="lead" aria-labelledby="lead-title"><h2 id="lead-title">Read this first</h2>'
             f'{paragraph(first_words())}{fits}{beside}'
             '<p><a href="#limits">What it cannot tell</a></p></aside>')  # fmt: skip
    said = paragraph(part.paragraphs[0], "sentence") if part.paragraphs else ""
    rest = Part(part.heading, part.paragraphs[1:], part.chart, part.table, part.note,
                part.alt or _alt(part), part.units, part.digits)  # fmt: skip
    return (f'<section class="first" id="answer" aria-labelledby="answer-title"><h1 id="answer-title">{text(question)}'
            f'</h1>{said}<div class="beside"><div><h2>{text(part.heading)}</h2>{"".join(_inside(rest, "part-0"))}'
            f"</div>{first}</div></section>")  # fmt: skip


def _inside(part: Part, name: str) -> list[str]:
    shown = [paragraph(line) for line in part.paragraphs]
    if part.chart is None:
        if part.table is not None:
            shown.append(_table(part, part.heading))
        return shown + ([paragraph(part.note, "note")] if part.note else [])
    numbers = part.table if part.table is not None else getattr(part.chart, "table", None)
    if numbers is None:
        raise ValueError(f"the picture of “{part.heading}” comes without its numbers")
    below = details(f"Numbers of this picture: {part.heading}", _table(part, part.heading, numbers))
    return [*shown, f'<figure><div class="picture">{_drawn(part, name)}</div>{_caption(part)}{below}</figure>']


def _caption(part: Part) -> str:
    words = " ".join(each for each in (getattr(part.chart, "caption", ""), part.note) if each)
    return f"<figcaption>{text(words)}</figcaption>" if words else ""


def _drawn(part: Part, name: str) -> str:
    """The picture as SVG, with ids of its own."""
    if isinstance(part.chart, Figure):
        return part.chart.svg()
    return close(part.chart, [], name=name, title=part.heading, caption="", alt_text=part.alt or _alt(part),
                 table=pd.DataFrame()).svg()  # fmt: skip


def _alt(part: Part) -> str:
    return " ".join([f"{part.heading}.", *part.paragraphs[:1]])


def _table(part: Part, caption: str, data: pd.DataFrame | None = None) -> str:
    frame = data if data is not None else part.table
    assert frame is not None
    cut = frame.head(ROWS)
    shown = pd.DataFrame({_head(part, str(name)): [_cell(value, part.digits) for value in cut[name]]
                          for name in cut.columns})  # fmt: skip
    if len(cut) < len(frame):
        caption += f" (the first {number(ROWS, 0)} of {number(len(frame), 0)} rows)"
    return table(shown, caption)


def _head(part: Part, name: str) -> str:
    unit = part.units.get(name, "")
    return f"{name.replace('_', ' ')}, {unit}" if unit else name.replace("_", " ")


def _cell(value: Any, digits: int) -> str:
    """Numbers with their minus sign, small ones with a digit that counts; yes and no; an em dash for nothing."""
    if value is None or (not isinstance(value, str | list | tuple | dict) and pd.isna(value)):
        return "—"
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if hasattr(value, "dtype") and value.dtype.kind in "iu" or isinstance(value, int):
        return number(value, 0)
    if hasattr(value, "dtype") and value.dtype.kind == "f" or isinstance(value, float):
        small = 0 < abs(value) < 0.5 * 10**-digits
        return number(value, min(12, -math.floor(math.log10(abs(value)))) if small else digits)
    return str(value)


def _contents(entries: Sequence[tuple[str, str]]) -> str:
    links = "".join(f'<li><a href="#{key}">{text(title)}</a></li>' for key, title in entries)
    return f'<nav aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>{links}</ol></nav>'


def _provenance(known: Mapping[str, Any]) -> str:
    keys = [*(key for key in _WORDS if key in known), *(key for key in known if key not in {*_WORDS, "caveats"})]
    pairs = [(_WORDS.get(key, key.replace("_", " ").capitalize()), _value(known[key])) for key in keys]
    note = paragraph("The same scenario and seed give the same numbers on any number of threads and machines.")
    return section("provenance", "Where this comes from", f'<div class="facts">{terms(pairs)}</div>', note)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _value(value: Any) -> str:
    """A number as it is, without separators: a seed is copied."""
    return "; ".join(str(each) for each in _listed(value))


def _footer(known: Mapping[str, Any]) -> str:
    lines = [f"Calibration: {known['calibration']}",
             f"hybridcare {known['version']} · simulated clients, not observed ones"]  # fmt: skip
    return "<footer>" + "".join(paragraph(line) for line in lines) + "</footer>"
