"""The command `validate-model`: what the shipped ensembles meet and miss, and whether their figures come out again.
Exit code 1: they do not, or a miss is not explained, or an explanation is stale; 3: a criterion is not met."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import Json, Quiet, Threads, console, fill, rows

if TYPE_CHECKING:
    from hybridcare.validation import Validation

FAULT, NOT_MET = 1, 3
SHOWN = 20  # faults on the screen; the file has all
Names = Annotated[list[str] | None, typer.Argument(metavar="[MODEL]...",
                  help="R0 to R4, or ensemble files that end in .json. Default: all that are bundled.")]  # fmt: skip
Fast = Annotated[bool, typer.Option("--quick", help="Some sets of each, in a minute. Default: all, in half an hour.")]
Out = Annotated[str | None, typer.Option("--out", metavar="DIR", help="Write validation.html and validation.json.")]
Sets = Annotated[int | None, typer.Option(help="Of each model, instead of all, simulated again with their own luck.")]
Fresh = Annotated[int | None, typer.Option(help="Of each model, simulated with other luck. Default: 200, quick 0.")]
Seed = Annotated[int | None, typer.Option("--fresh-seed", help="Of the other luck.")]
Texts = Annotated[str | None, typer.Option("--explanations", metavar="FILE", help="Instead of the bundled ones.")]
Free = Annotated[str | None, typer.Option("--priors", metavar="FILE", help="That the ensembles were fitted with.")]
Anew = Annotated[bool, typer.Option("--recalibrate", help="Calibrate each MODEL anew in DIR, and compare its sets: as "
                                    "long as the calibration took.")]  # fmt: skip


def validate_model(
    models: Names = None, quick: Fast = False, out: Out = None, sets: Sets = None, fresh: Fresh = None,
    fresh_seed: Seed = None, recalibrate: Anew = False, explanations: Texts = None, priors: Free = None,
    threads: Threads = 0, as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Simulate the published studies again for the sets of the ensembles: what is met and missed, misses first."""
    from hybridcare.calibrate_priors import priors as read_priors
    from hybridcare.document import pretty
    from hybridcare.errors import config_error
    from hybridcare.validation import validate_model as run
    from hybridcare.validation_files import explanations as read_texts

    if out is not None and (not out or Path(out).is_file()):
        raise config_error("--out", "is empty; give the name of a folder" if not out else f"{out} is a file")
    if recalibrate:
        _again(models, out, priors, threads, quiet)
        return
    found = run(models or None, quick, sets=sets, fresh=fresh, fresh_seed=fresh_seed, threads=threads,
                texts=read_texts(explanations), free=read_priors(priors), progress=not quiet)  # fmt: skip
    if as_json:
        print(pretty(found.document), end="")
    else:
        show(found)
    if out is not None:
        typer.echo(f"Report: {(found.save(out) / 'validation.html').resolve().as_uri()}", err=as_json)
    if found.faults:
        raise typer.Exit(FAULT)
    if not found.met:
        raise typer.Exit(NOT_MET)


def _again(models: list[str] | None, out: str | None, priors: str | None, threads: int, quiet: bool) -> None:
    from hybridcare.calibrate_priors import priors as read_priors
    from hybridcare.errors import config_error
    from hybridcare.validation_again import recalibrated, saved

    if not models or out is None:
        raise config_error("--recalibrate", "needs the MODELs to calibrate anew, and --out DIR to do it in")
    whole = [recalibrated(name, Path(out), read_priors(priors), threads, not quiet) for name in models]
    saved(whole, Path(out) / "again.json")
    for each in whole:
        fill(console(), each.sentence)
    if not all(each.same for each in whole):
        raise typer.Exit(FAULT)


def show(found: Validation) -> None:
    """The answer on a screen: faults, words, misses first."""
    out = console()
    faults = found.faults
    for line in faults[:SHOWN]:
        fill(out, f"FAULT: {line}", "  ")
    if len(faults) > SHOWN:
        fill(out, f"FAULT: {len(faults) - SHOWN} more; --out DIR writes all")
    for line in found.sentences:
        fill(out, line)
        out.print()
    lines = [(row["found"], row["asked"], "yes" if row["met"] else "NO", row["what"])
             for row in found.document["criteria"]]  # fmt: skip
    out.print(rows(f"Asked of {found.document['main']}", ("found", "asked", "met", ""), lines, 4))
    main = found.document["models"][found.document["main"]]["targets"]
    heads = ("target", "kind", "published", "interval", "simulated", "5 to 95 %", "error", "inside")
    title = f"Published and simulated, {found.document['main']}, misses first"
    out.print(rows(title, heads, list(map(_line, main)), 2))
    for row in main:
        if row["why"]:
            fill(out, f"{row['target']}: {row['why']}", "  ")


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    from hybridcare.report_validation import digits, interval, spread

    return (row["target"], row["kind"], digits(row["figure"]), interval(row), digits(row["median"]), spread(row),
            f"±{digits(row['error'])}", "yes" if row["inside"] else "no")  # fmt: skip
