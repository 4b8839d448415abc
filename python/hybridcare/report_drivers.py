"""The report's part on what drives the headline: a line for the first screen, and a section with the tornado."""

from __future__ import annotations

from typing import Any

from .drivers import moved_by, of
from .report_html import details, figure, items, paragraph, section, table
from .report_words import LONG

TITLE = "What moves the answer, one number at a time"


def first_line(results: Any) -> tuple[str, str]:
    """Term and text beside the headline."""
    return "Moved by", moved_by(results)


def drivers_section(results: Any) -> str:
    """The tornado with the whole list, or why there is none."""
    found = of(results)
    if found is None:
        return section("drivers", TITLE, paragraph(moved_by(results).capitalize() + "."))
    shown = found.table()[["rank", "path", "grade", "evidence", "value", "low", "high", "field_unit", "rule",
                           "change_low", "change_high", "beyond_noise", "meaning"]].copy()  # fmt: skip
    for name in ("value", "low", "high", "change_low", "change_high"):
        shown[name] = [f"{value:.3g}".replace("-", "−") for value in shown[name]]
    whole = details("All fields that move it", table(shown, f"Change in {found.unit}"[:LONG]))
    drawn = found.plot()
    return section("drivers", TITLE, paragraph(found.sentence), paragraph(found.account),
                   figure(drawn, heading=False) if drawn else "", items(found.caveats), whole)  # fmt: skip
