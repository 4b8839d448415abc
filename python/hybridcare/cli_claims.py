"""The command `claims`: the source paper's claims, run, with a verdict on each."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import Uncertainty, console

if TYPE_CHECKING:
    from hybridcare.claim_studies import Claims


def claims(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLAIM]...", help="E1 to E14, or files of your own. Default: all fourteen."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Coarse: few sets, replicates and clients.")] = False,
    sets: Annotated[int | None, typer.Option(help="Parameter sets a claim. Default: 128; quick: 16.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Of every set. Default: 20; quick: 4.")] = None,
    uncertainty: Uncertainty = None,
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="Also write JSON, CSV and a report.")] = None,
    about: Annotated[bool, typer.Option("--about", help="Say what is claimed and simulated; run nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run the source paper's claims: supported, contradicted, depends on what, or merely assumed."""
    from hybridcare.claim_files import load_claims
    from hybridcare.claim_studies import claims as run
    from hybridcare.errors import config_error
    from hybridcare.writing import check_folder

    if out is not None:
        if not out:
            raise config_error("--out", "is empty; give the name of a folder")
        check_folder(Path(os.path.abspath(out)))
    if about:
        for claim in load_claims(names or None):
            _say(f"{claim.id}  {claim.title}", claim.claim, f"Simulated: {claim.simulated}",
                 f"Refuted by: {claim.refute}")  # fmt: skip
        return
    found = run(names or None, quick=quick, sets=sets, replicates=replicates, threads=threads, progress=not quiet,
                uncertainty=uncertainty)  # fmt: skip
    _show(found)
    if out is not None:
        folder = found.save(out)
        print(f"\nReport: {(folder / 'report.html').as_uri()}")


def _say(*lines: str) -> None:
    print("\n".join(textwrap.fill(line, 100, subsequent_indent="  ") for line in lines) + "\n")


def _show(found: Claims) -> None:
    from hybridcare.claim_words import sentences

    out = console(130)
    for line in found.caveats:
        out.print(textwrap.fill(line, min(out.width, 100)))
    out.print(_table(found))
    if found.ensembles:
        out.print("\nWhich models fit")
        for row in found.fits().to_dict("records"):
            said = f"{row['model']}, {row['label']}: {row['status']}"
            out.print(textwrap.fill(said, min(out.width, 100), subsequent_indent="  "))
    for result in found.values():
        out.print()
        for line in sentences(result):
            if line not in _marks():
                out.print(textwrap.fill(line, min(out.width, 100), subsequent_indent="  "))
    out.print(f"\n{found.account}; results hash {found.hash[:12]}")


def _marks() -> tuple[str, str]:
    """What the caveats on top have said already."""
    from hybridcare.claim_words import FITTED_MARK, MARK

    return MARK, FITTED_MARK


def _table(found: Claims) -> Any:
    from rich.table import Table
    from rich.text import Text

    from hybridcare.claim_words import percent

    frame = found.table()
    table = Table(title="\nShares of parameter sets in which each claim holds", title_justify="left", box=None,
                  pad_edge=False)  # fmt: skip
    models = [name for name in frame.columns if name.startswith(("R", "b_E"))]
    for head in ("claim", "verdict", "holds", "95 %", "opposite", "prior", *models):
        table.add_column(head, justify="left" if head in ("claim", "verdict") else "right", no_wrap=True)
    table.add_column("depends on", justify="left")
    for row in frame.to_dict("records"):
        said = row["verdict"] if row["verdict"] == row["otherwise"] else f"{row['verdict']} ({row['otherwise']})"
        cells = [row["claim"], said, percent(row["holds"]),
                 f"{100 * row['holds_low']:.0f}–{percent(row['holds_high'])}", percent(row["opposite"]),
                 percent(row["prior"]), *(percent(row[name]) for name in models), row["depends_on"]]  # fmt: skip
        table.add_row(*(Text(str(cell)) for cell in cells))
    return table
