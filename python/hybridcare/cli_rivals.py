"""The commands `rivals` and `discriminate`: does a conclusion survive the rivals, and which trial would decide."""

from __future__ import annotations

import math
import os
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcare.rivals_contest import Contest
    from hybridcare.rivals_designs import Discrimination

_WIDE = 120  # characters, where nobody says how wide the screen is
File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a bundled scenario.")]
Threads = Annotated[int, typer.Option(help="0: as many as the machine has.")]
Json = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]
Report = Annotated[str | None, typer.Option("--report", metavar="FILE", help="Also write one offline HTML page.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


def rivals(
    file: File,
    conclusion: Annotated[
        list[str] | None,
        typer.Option("--conclusion", metavar="TEXT", help="[METRIC:] ARM [- ARM] < NUMBER: 'hybrid - human < 0' or "
                     " 'dropout: ai - human < 0.1'. Repeat. Default: the main comparison lies below 0."),
    ] = None,
    metric: Annotated[str, typer.Option(help="Of conclusions that name none.")] = "phq9",
    rival: Annotated[list[str] | None, typer.Option("--rival", metavar="NAME", help="Of R0 to R4. Repeat.")] = None,
    no_switches: Annotated[bool, typer.Option("--no-switches", help="Leave the structural switches out.")] = False,
    no_trial: Annotated[bool, typer.Option("--no-trial", help="Do not look for the trial that would decide.")] = False,
    clients: Annotated[int | None, typer.Option(help="Per arm, model and replicate.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    threads: Threads = 0,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario in every rival model: which conclusions survive all of them, and which trial would decide."""
    from hybridcare.rivals_contest import contest

    check_report(report)
    found = contest(file, conclusion or (), metric=metric, rivals=rival or None, with_switches=not no_switches,
                    trials=not no_trial, clients=clients, replicates=replicates, seed=seed, threads=threads,
                    progress=not quiet)  # fmt: skip
    _out(found, as_json, report, _show_contest)


def discriminate(
    file: File,
    pair: Annotated[str, typer.Option("--between", metavar="A,B", help="Two rival models.")] = "R0,R1",
    design: Annotated[
        list[str] | None, typer.Option("--design", metavar="NAME", help="Of the bundled ones. Repeat. Default: all.")
    ] = None,
    as_given: Annotated[
        bool, typer.Option("--as-given", help="Take levels that were never fitted at their word; see rivals.md.")
    ] = False,
    clients: Annotated[int | None, typer.Option(help="Per arm, model and replicate.")] = None,
    replicates: Annotated[int | None, typer.Option(help="At least 4.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    threads: Threads = 0,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Rank candidate trials by how well they would tell two rival models apart, per 100 participants."""
    from hybridcare.rivals_designs import discriminate as run
    from hybridcare.rivals_designs import parsed_pair

    check_report(report)
    a, b = parsed_pair(pair)
    found = run(file, a, b, design or None, refit=not as_given, clients=clients, replicates=replicates, seed=seed,
                threads=threads, progress=not quiet)  # fmt: skip
    _out(found, as_json, report, show_discrimination)


def check_report(path: str | None) -> None:
    """Refuses a place for a report that cannot be one, before any run."""
    from hybridcare.errors import config_error

    if path is None:
        return
    if not path.endswith(".html"):
        raise config_error("--report", f"is one HTML page; give a name that ends in .html, not {path!r}")
    if os.path.isdir(path) or not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise config_error("--report", f"{path}: there is no such folder, or it is a folder itself")


def _out(found: Any, as_json: bool, report: str | None, show: Any) -> None:
    from hybridcare.document import pretty

    if as_json:
        print(pretty(found.document()), end="")
    else:
        show(found)
    if report is not None:
        said(found.report(report), as_json)


def said(path: Path, as_json: bool) -> None:
    """Where the report is; not among JSON."""
    typer.echo(f"Report: {path.resolve().as_uri()}", err=as_json)


def console() -> Any:
    """As wide as the terminal, or as a page."""
    from rich.console import Console

    return Console(highlight=False, markup=False, width=None if os.isatty(1) else _WIDE)


def fill(out: Any, text: str, hanging: str = "") -> None:
    """A paragraph that breaks between words."""
    out.print(textwrap.fill(text, min(out.width, _WIDE), subsequent_indent=hanging))


def rows(title: str, heads: tuple[str, ...], lines: Sequence[tuple[Any, ...]], left: int = 1) -> Any:
    """A table whose first `left` columns are words."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for at, head in enumerate(heads):
        table.add_column(head, justify="left" if at < left else "right", no_wrap=at == 0)
    for line in lines:
        table.add_row(*(Text(str(cell)) for cell in line))
    return table


def _show_contest(found: Contest) -> None:
    out = console()
    for line in (found.scenario.core.question, *found.sentences):
        fill(out, line)
        out.print()
    data = found.table()
    for text, own in data.groupby("conclusion", sort=False):
        lines = [(f"{row.kind} {row.model}" if row.kind == "b_E" else row.model, row.label, _number(row.estimate),
                  _number(row.noise_high - row.estimate, "±"), row.state) for row in own.itertuples()]  # fmt: skip
        out.print(rows(str(text), ("model", "", own["unit"].iloc[0] or "value", "noise", ""), lines, 2))
    out.print()
    for line in found.caveats:
        fill(out, f"- {line}", "  ")


def show_discrimination(found: Discrimination) -> None:
    """Prints the ranking; also what `hybridcare trial --discriminate` shows."""
    out = console()
    fill(out, found.sentence)
    lines = [(row.label, _number(row.per_100), _number(found.reach * row.noise_se, "±"), _number(row.if_a),
              _number(row.if_b), _number(row.as_given), _needs(row.participants))
             for row in found.table().itertuples()]  # fmt: skip
    a, b = (rival.name for rival in found.against)
    heads = ("design", "per 100", "noise", f"if {a}", f"if {b}", "as given", "needs")
    out.print(rows("Expected difference in log-likelihood, natural logarithm, per 100 participants", heads, lines))
    fill(out, "noise: Monte Carlo error, 95 %; needs: participants for odds of 20 to 1, rounded up to tens")
    out.print()
    for line in found.caveats:
        fill(out, f"- {line}", "  ")


def _needs(participants: Any) -> str:
    import pandas

    return "—" if pandas.isna(participants) else f"{participants:,}"


def _number(value: float, before: str = "") -> str:
    if not math.isfinite(value):
        return "—"
    return f"{before}{value:{'.2f' if before else '+.2f'}}".replace("-", "−")
