"""The command `sweep`: a study file at all its points, into a study folder that can be gone on with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import console, frame_table

if TYPE_CHECKING:
    from hybridcare.study import Study
    from hybridcare.sweep_results import SweepResults

File = Annotated[str, typer.Argument(metavar="FILE", help="A study file, or the name of a bundled study.")]
Out = Annotated[str, typer.Option("--out", metavar="DIR", help="Study folder: made, or with --resume gone on with.")]

Shard = Annotated[str | None, typer.Option(metavar="I/N", help="The I-th of N parts of the points, for job arrays.")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDR", help="Of a Dask cluster; default: workers on this machine.")
]
Condition = Annotated[
    str | None, typer.Option(metavar="CONDITION", help="Where it holds, by the main arm, e.g. \"outcome > 12\".")
]

Method = Annotated[
    str | None, typer.Option(metavar="METHOD", help="sobol, morris, delta or pawn; default: the first that fits.")
]
Csv = Annotated[str | None, typer.Option("--csv", metavar="DIR", help="Also write all results as CSV there.")]
Psa = Annotated[
    str | None, typer.Option(metavar="DIR", help="Also run costs and QALY at each draw, for dampack and BCEA.")
]

Uncertainty = Annotated[str | None, typer.Option("--uncertainty", metavar="WHAT", help="ensemble: parameter sets that "
                        "fit the published figures, in place of the study's distributions of what they have; an "
                        "ensemble's file, .json; or defaults: no ensemble. Default: as the study "
                        "states.")]  # fmt: skip
Rival = Annotated[str | None, typer.Option("--rival", metavar="NAME", help="That model alone, R0 to R4, over its own "
                  "ensemble. Default: all that the study names.")]  # fmt: skip
Sets = Annotated[int | None, typer.Option("--sets", help="Parameter sets to draw, and so the size of the design. "
                 "Default: as many as its draws.")]  # fmt: skip


def sweep(
    file: File,
    out: Out,
    n: Annotated[int | None, typer.Option("--n", help="Size of the design, instead of the file's.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate, instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of design and simulation, instead of the file's.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the study in the folder.")] = False,
    shard: Shard = None,
    threads: Annotated[int, typer.Option(help="0: as many as the machine has; with dask one per task.")] = 0,
    backend: Annotated[str, typer.Option(help="threads, or dask.")] = "threads",
    scheduler: Scheduler = None,
    workers: Annotated[int, typer.Option(help="With dask and no scheduler: processes; 0: one a core.")] = 0,
    deadline: Annotated[float | None, typer.Option(help="Seconds after which it stops, to be gone on with.")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Compute corrupt parts again.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Compute failed points again.")] = False,
    discover: Condition = None, sensitivity: Method = None, csv: Csv = None, psa: Psa = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.html.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    uncertainty: Uncertainty = None, rival: Rival = None, sets: Sets = None,
) -> None:  # fmt: skip
    """Run an experiment over its uncertainties, levers and rival models, and report what decides the answer."""
    from hybridcare.study_door import load_study
    from hybridcare.study_plan import parsed_shard
    from hybridcare.stopping import told

    study = load_study(file, uncertainty, rival, sets, n=n, replicates=replicates, clients=clients, seed=seed)
    part = parsed_shard(shard)
    folder = _free(out, resume or part is not None)
    _check(study, discover, sensitivity, {"--csv": csv, "--psa": psa})
    with told():
        found = study.run(folder, threads=threads, progress=not quiet, backend=backend, scheduler=scheduler,
                          workers=workers, shard=part, deadline=deadline, repair=repair, retry_failed=retry_failed)
    if bool(found.there.all()):
        _show(found, discover, sensitivity)
        _write(found, csv, psa, None if no_report else folder / "report.html", threads, quiet)
        return
    goes_on = "the same command with --resume goes on" + ("" if part is None else ", or other shards do")
    print(f"{int((~found.there).sum()):,} of {len(found.there):,} points are still to do; {goes_on}")


def _write(found: SweepResults, csv: str | None, psa: str | None, report: Path | None, threads: int,
           quiet: bool) -> None:  # fmt: skip
    if csv is not None:
        print(f"\nTables: {found.to_csv(csv)}")
    if psa is not None:
        print(f"\nCosts and QALY: {found.study.psa(threads=threads, progress=not quiet).to_csv(psa)}")
    if report is not None:
        print(f"\nReport: {found.report(report).as_uri()}")


def _free(out: str, go_on: bool) -> Path:
    """The folder, which must not hold a study already unless that is to be gone on with."""
    from hybridcare.errors import config_error

    if not out:  # as a path it would be the present folder
        raise config_error("--out", "is empty; give the name of a folder")
    folder = Path(os.path.abspath(out))
    there = (folder / "study.json").exists()
    if there and not go_on:
        raise config_error(out, "holds a study already; --resume goes on with it, or give another name")
    if go_on and not there:
        print(f"{out}: no study is there yet; it is begun", file=sys.stderr)
    return folder


def _check(study: Study, condition: str | None, method: str | None, folders: dict[str, str | None]) -> None:
    """Raises ConfigError before any work for what cannot be read or written."""
    from hybridcare.discovery import terms
    from hybridcare.errors import config_error
    from hybridcare.names import unknown
    from hybridcare.sensitivity import METHODS

    if condition is not None:
        terms(condition, [wanted.key for wanted in study.metrics])
    if method is not None and method not in METHODS:
        raise config_error("--sensitivity", unknown("method", method, METHODS))
    for option, folder in folders.items():
        if folder is not None and (not folder or os.path.lexists(folder)):
            raise config_error(option, f"{folder} is there already; give a new folder" if folder else "is empty")


def _show(found: SweepResults, condition: str | None, method: str | None) -> None:
    from hybridcare.report_sweep import sentence

    out = console(110)
    study = found.study
    out.print(str(study.spec.document.get("question") or study.scenario.core.question) + "\n")
    for line in found.caveats:
        out.print(line)
    out.print("\n" + sentence(found))
    out.print(frame_table(found.contest(), "What each model says", _CONTEST))
    for words in _answers(found, condition, method):
        out.print("\n" + words)
    size = study.size
    out.print(f"\n{size['points']:,} points, {size['client_weeks']:,} client-weeks at most; seed {study.seed}")


def _answers(found: SweepResults, condition: str | None, method: str | None) -> list[str]:
    """A sentence for each further question, or why this study does not answer it."""
    from hybridcare.errors import ConfigError
    from hybridcare.report_sweep import RESAMPLES, main_quantity

    asked: list[Any] = [lambda: found.robustness().sentence,
             lambda: found.sensitivity(**main_quantity(found), method=method,
                                       resamples=RESAMPLES).sentence]  # fmt: skip
    if condition is not None:
        asked.append(lambda: found.discover(condition).sentence)
    return _tried(asked, ConfigError)


def _tried(asked: list[Any], refused: type[Exception]) -> list[str]:
    out = []
    for question in asked:
        try:
            out.append(question())
        except refused as error:
            out.append(f"Not answered by this study: {error}")
    return out


#: Columns: title, column of the frame, format.
_CONTEST = (("quantity", "quantity", ""), ("levers", "levers", ""), ("model", "model", ""), ("b_E", "b_E", ""),
            ("mean", "estimate", "+.3f"), ("noise SE", "noise_se", ".3f"), ("5 % of draws", "low", "+.3f"),
            ("95 %", "high", "+.3f"), ("below 0", "below_zero", ".0%"))  # fmt: skip
