"""What a command prints: the headline first, then a compact table."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

from hybridcare.headline import week_reading
from hybridcare.results import selected
from hybridcare.rivals_words import head

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.drivers import Drivers
    from hybridcare.results import Results

#: Columns of the compact table: title, metric, at the main reading or over the whole course, as a share or a number.
_COLUMNS = (
    ("PHQ-9", "phq9", True, ".2f"),
    ("better", "reliable_improvement", True, ".0%"),
    ("recovered", "recovery", True, ".0%"),
    ("worse", "reliable_deterioration", True, ".1%"),
    ("left", "dropout", False, ".0%"),
    ("distrust human", "erosion_human", False, ".0%"),
    ("distrust AI", "erosion_assistant", False, ".0%"),
    ("human hours", "human_hours", False, ".1f"),
)
_WIDE = 100  # characters, where nobody says how wide the screen is


def show(results: Results) -> None:
    """Prints question, sentence, the same over parameter sets, what drives it, and one line per arm."""
    from rich.console import Console

    from hybridcare import ensemble_run

    width = None if sys.stdout.isatty() else _WIDE
    console = Console(highlight=False, markup=False, width=width)
    console.print()
    console.print(textwrap.fill(head(), min(console.width, _WIDE)) + "\n")
    over = ensemble_run.of(results)
    said = [results.sentence, *([over.sentence] if over else [])]
    for line in (results.experiment.question, "", *said, *results.caveats):
        console.print(textwrap.fill(line, min(console.width, _WIDE)) if line else "")
    console.print()
    console.print(_table(results))
    console.print(_account(results))


def show_drivers(found: Drivers, top: int) -> None:
    """Prints what was screened, the sentence, and the first rows by rank."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    console.print()
    console.print(textwrap.fill(head(), min(console.width, _WIDE)) + "\n")
    over = ["", *found.over.sentences] if found.over is not None else []
    for line in (*found.before, "", found.title, f"As it is: {found.estimate:.3f} {found.unit}", "", found.sentence,
                 found.account, *over):  # fmt: skip
        console.print(textwrap.fill(line, min(console.width, _WIDE)) if line else "")
    console.print(_drivers_table(found, top))
    if found.over is not None:
        console.print(_over_table(found, top))
    for line in found.caveats:
        console.print(textwrap.fill(line, min(console.width, _WIDE)))


def _drivers_table(found: Drivers, top: int) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("number", no_wrap=True)
    for title in ("grade", "from", "to", "change", "change"):
        table.add_column(title, justify="right")
    for row in found.table().head(top).itertuples():
        ends = [_signed(row.change_low), _signed(row.change_high)]
        mark = "" if row.beyond_noise else " (within noise)"
        table.add_row(Text(str(row.path) + mark), str(row.grade), f"{row.low:.3g}", f"{row.high:.3g}", *ends)
    return table


def _over_table(found: Drivers, top: int) -> Any:
    """Each fitted number over the range of the sets, and beside it over the field's own span."""
    from hybridcare.terminal import rows

    assert found.over is not None
    lines = [(row.path + ("" if row.beyond_noise else " (within noise)"),
              {True: "yes", False: "no"}.get(row.informed, "—"), f"{row.set_low:.3g}", f"{row.set_high:.3g}",
              _signed(row.change_low), _signed(row.change_high), _signed(row.span_change_low),
              _signed(row.span_change_high)) for row in found.over.table().head(top).itertuples()]  # fmt: skip
    return rows(f"Over 5 to 95 % of {len(found.over.sets)} sets of {found.over.sets.rival}, one at a time, "
                f"{found.unit}", ("number", "informed", "5 %", "95 %", "change", "change", "over its", "own span"),
                lines)  # fmt: skip


def _signed(value: float) -> str:
    return "—" if value != value else f"{value:+.3f}"


def _table(results: Results) -> Any:
    from rich.table import Table
    from rich.text import Text

    reading = week_reading(results)
    title = f"By arm, week {results.experiment.reading_week}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("arm", no_wrap=True)
    for title, *_ in _COLUMNS:
        table.add_column(title, justify="right", max_width=9)
    frame = selected(results.table(), {"variant": results.variant(None), "twin": "factual", "culture": "all"})
    for name in results.arms:
        own = frame[frame["arm"] == name]
        cells = [_cell(own, metric, reading if at_reading else "", form) for _, metric, at_reading, form in _COLUMNS]
        table.add_row(Text(name), *cells)
    return table


def _cell(frame: pd.DataFrame, metric: str, reading: str, form: str) -> str:
    found = frame[(frame["metric"] == metric) & (frame["reading"] == reading)]
    if found.empty or found["estimate"].isna().all():
        return "—"
    return format(float(found["estimate"].iloc[0]), form)


def _account(results: Results) -> str:
    rate = results.session_weeks / results.kernel_seconds if results.kernel_seconds > 0 else 0.0
    return (
        f"\n{results.client_weeks:,} client-weeks and {results.session_weeks:,} contacts in "
        f"{results.wall_seconds:.1f} s on {results.threads} threads ({results.instruction_set}; "
        f"{rate / 1e6:.1f} million contacts a second and thread); "
        f"seed {results.experiment.seed}, results hash {results.hash[:12]}"
    )


def field_lines(row: dict[str, Any]) -> list[str]:
    """A field and the evidence behind its default, for reading."""
    lines = [
        row["path"],
        f"  meaning:  {row['meaning']}",
        f"  symbol:   {row['symbol'] or '—'}",
        f"  unit:     {row['unit']}",
        f"  range:    {', '.join(row['names']) or '[{least}, {most}]'.format(**row)}",
        f"  default:  {row['default']}{_in_core(row)}",
        *([f"  may lie:  [{row['span'][0]:g}, {row['span'][1]:g}], {row['span'][2]}"] if row["span"] else []),
        f"  grade:    {row['grade']}",
        f"  evidence: {row['evidence'] or 'none: ' + _no_source(row['grade'])}",
    ]
    return lines + [f"            {line}" for line in _evidence_lines(row)]


def _in_core(row: dict[str, Any]) -> str:
    """The default of the core, where it is another."""
    return "" if row["core"] == row["default"] else f", in the core {row['core']}"


def _no_source(grade: str) -> str:
    return "a choice of the scenario's" if grade == "design" else "assumed, so sweep it before you rest on it"


def _evidence_lines(row: dict[str, Any]) -> list[str]:
    """What the default leans on, in full, and in one line each what else bears on the field."""
    from hybridcare.evidence_base import evidence
    from hybridcare.evidence_words import calibration_lines, entry_lines

    found, name = evidence(), row["evidence"]
    lines = []
    if name in found.calibrations:
        lines = calibration_lines(found.calibrations[name], ())[1:]
    elif name:
        lines = entry_lines(found.entry(name), ())[1:]
    others = [entry for entry in found.where(parameter=row["path"]).values() if entry.id != name]
    return lines + [f"also {entry.id} ({', '.join(entry.use)}): {entry.figure}. {entry.why}" for entry in others]

