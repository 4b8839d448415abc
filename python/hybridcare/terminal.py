"""What the commands share: options, the terminal's tables and paragraphs, where a report may lie."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_WIDE = 120  # characters, where nobody says how wide the screen is
File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a bundled scenario.")]
Threads = Annotated[int, typer.Option(help="0: as many as the machine has.")]
Json = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]
Report = Annotated[str | None, typer.Option("--report", metavar="FILE", help="Also write one offline HTML page.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
#: Over which parameter sets; None: what `uncertainty.default_uncertainty` says of the scenario.
Uncertainty = Annotated[str | None, typer.Option("--uncertainty", metavar="WHAT", help="ensemble: over parameter sets "
                        "that fit the published figures; defaults: at the scenario's own numbers; or an ensemble's "
                        "file, .json. Default: ensemble where one is bundled and fits.")]  # fmt: skip
RivalName = Annotated[str, typer.Option("--rival", metavar="NAME", help="The rival model whose ensemble is taken, R0 "
                      "to R4.")]  # fmt: skip
Sets = Annotated[int, typer.Option("--sets", help="Parameter sets to draw from the ensemble.")]


def check_report(path: str | None) -> None:
    """Refuses a place for a report that cannot be one, before any run."""
    from hybridcare.errors import config_error

    if path is None:
        return
    if not path.endswith(".html"):
        raise config_error("--report", f"is one HTML page; give a name that ends in .html, not {path!r}")
    if os.path.isdir(path) or not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise config_error("--report", f"{path}: there is no such folder, or it is a folder itself")


def said(path: Path, as_json: bool) -> None:
    """Where the report is; not among JSON."""
    typer.echo(f"Report: {path.resolve().as_uri()}", err=as_json)


def answer(found: Any, as_json: bool, report: str | None, show: Callable[[Any], None]) -> None:
    """A verb's answer: on the screen, or as JSON; and its report, if one was asked for, which is written first and
    named last. A report that cannot be written does not keep the answer from the screen."""
    from hybridcare.document import pretty

    page = None
    try:
        page = found.report(report) if report is not None else None
    finally:
        if as_json:
            print(pretty(found.document()), end="")
        else:
            show(found)
    if page is not None:
        said(page, as_json)


def console(wide: int = _WIDE) -> Any:
    """As wide as the terminal; elsewhere `wide` characters."""
    from rich.console import Console

    return Console(highlight=False, markup=False, width=None if os.isatty(1) else wide)


def fill(out: Any, text: str, hanging: str = "") -> None:
    """A paragraph that breaks between words."""
    out.print(textwrap.fill(text, min(out.width, _WIDE), subsequent_indent=hanging))


def rivals_first(out: Any) -> None:
    """What every answer starts with: what evidence tells of rival models, and how each fits."""
    from hybridcare.rivals_words import head

    fill(out, head())
    out.print()


def rows(title: str, heads: tuple[str, ...], lines: Sequence[tuple[Any, ...]], left: int = 1) -> Any:
    """A table whose first `left` columns are words."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for at, head in enumerate(heads):
        made.add_column(head, justify="left" if at < left else "right", no_wrap=at == 0)
    for line in lines:
        made.add_row(*(Text(str(word)) for word in line))
    return made


def frame_table(frame: pd.DataFrame, title: str, columns: tuple[tuple[str, str, str], ...]) -> Any:
    """Rows of a frame. columns: title, column of the frame, format; text has no format."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for head, _, form in columns:
        made.add_column(head, justify="right" if form else "left", no_wrap=not form)
    for row in frame.to_dict("records"):
        made.add_row(*(Text(cell(row[name], form)) for _, name, form in columns))
    return made


def cell(value: Any, form: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value != value:
        return "—"
    if isinstance(value, float) and form:
        value = round(value, 12)  # as `plots_base.number` does: one number reads the same in every place
    return format(value, form) if form else str(value)
