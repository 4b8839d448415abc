"""The parts of the report below its first screen: a sentence from its numbers, what to bear in mind, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from . import plots, report_says, report_tables, rivals_words
from .plots_base import Figure
from .report_html import details, figure, paragraph, section, table

Draw = Callable[[Any], Figure | None]


@dataclass(frozen=True)
class Part:
    """A part of the page. What results cannot fill is left out, and a part without anything to see as a whole."""

    key: str
    title: str
    words: str = ""  # what to bear in mind
    says: Callable[[Any], str] | None = None  # one sentence of what it shows
    figures: tuple[Draw, ...] = ()
    tables: tuple[Callable[[Any], report_tables.Short], ...] = ()
    more: tuple[Draw, ...] = ()  # pictures to be opened

    def draw(self, results: Any) -> Drawn:
        """The pictures and tables that these results can fill."""
        return Drawn(
            self, [made for draw in self.figures if (made := draw(results)) is not None],
            [rows for make in self.tables if (rows := make(results)) is not None],
            [made for draw in self.more if (made := draw(results)) is not None])  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A part with what it shows, before it is set."""

    part: Part
    figures: list[Figure]
    tables: list[tuple[str, pd.DataFrame]]
    more: list[Figure]

    def html(self, results: Any) -> str:
        """The part as HTML; "" where there is nothing to see."""
        seen = [figure(drawn) for drawn in self.figures] + [table(rows, caption) for caption, rows in self.tables]
        seen += [details(drawn.title, figure(drawn, heading=False)) for drawn in self.more]
        if not seen:
            return ""
        part = self.part
        said = part.says(results) if part.says else ""
        head = paragraph(said, "says") if said else ""
        return section(part.key, part.title, head, paragraph(part.words) if part.words else "", *seen)


PARTS = (
    Part("split", "What the contrast is made of",
         "The same contrast, taken apart into what changes from the one arm to the other. Each part says what that "
         "change adds or costs here, not whether the thing itself helps. A hybrid that wins only by what the other "
         "arm was not given has not been shown to be better.",
         figures=(lambda r: plots.split(r) if plots.has_headline(r) else None,)),
    Part("course", "Course of symptoms", figures=(plots.course,), more=(plots.course_by_culture,)),
    Part("estimands", "Who is counted", "Three answers to one question. A trial could give the second or the last; "
         "only a model can give the first.", report_says.estimands, (plots.estimands,)),
    Part("outcomes", "Who gets better, who gets worse", "", report_says.outcomes, (plots.outcomes,),
         (report_tables.deterioration,),
         (lambda r: plots.outcomes(r, "post"), lambda r: plots.outcomes(r, "end"))),
    Part("nnt", "Numbers needed to treat", "", report_says.nnt, (plots.nnt,), (report_tables.needed,)),
    Part("dropout", "Leaving", "", report_says.leaving, (plots.leaving,), (), (plots.dropout,)),
    Part("trust", "Trust and its erosion",
         "All of this rests on assumed constants: read differences between arms, not levels.", report_says.trust,
         (plots.trust, plots.erosion, plots.erosion_risk, plots.erosion_starts, plots.erosion_rules),
         (report_tables.losses,), (plots.erosion_by_culture,)),
    Part("calibration", "Over-trust and under-trust", "", report_says.calibration, (plots.calibration,)),
    Part("misrecognition", "Misrecognition", "", report_says.misrecognition, (plots.misrecognition,), (),
         (plots.recognition,)),
    Part("excess", "What misrecognition costs",
         "The same clients are run again with the same chances, and one thing changed. The difference is what that "
         "thing costs in this model.", report_says.harm, (plots.harm, plots.excess), (),
         (lambda r: plots.excess(r, "perfect_recognition"),)),
    Part("echo", "What a study of these clients would report",
         "Clients who rate empathy higher fare better, here as in published studies. The simulation also knows how "
         "much of that empathy causes.", report_says.echo, (plots.echo,), (report_tables.echo,)),
    Part("satisfaction", "How satisfied clients would be", "", report_says.satisfaction, (plots.satisfaction,)),
    Part("hours", "What it takes of human time", "", report_says.hours, (plots.hours,)),
    Part("accounts", "What it costs", "", report_says.accounts, (plots.accounts,), (report_tables.accounts,)),
    Part("safety", "Risk and alarms", "", report_says.safety, (plots.safety,)),
    Part("access", "Access and waiting", "", report_says.access, (plots.access, plots.calendar)),
    Part("equity", "Equity over expression distance", "", report_says.equity, (plots.equity,)),
    Part("rivals", rivals_words.HEADING, rivals_words.NOTE, rivals_words.said, tables=(rivals_words.short,)),
)  # fmt: skip
