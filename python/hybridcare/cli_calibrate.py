"""The command `calibrate`: a rival model fitted to the published targets, into a folder that can be gone on with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybridcare.terminal import Quiet, Threads, console, fill, frame_table

if TYPE_CHECKING:
    from hybridcare.calibration import Calibration

Out = Annotated[str, typer.Option("--out", metavar="DIR", help="Folder of the calibration: made, or gone on with.")]
Rival = Annotated[str, typer.Option(help="R0 to R4, or all: one after the other, each in DIR/NAME.")]
Waves = Annotated[int | None, typer.Option(help="Waves of simulation that rule out.")]
Points = Annotated[int | None, typer.Option(help="Points of each wave after the first, and of each round.")]
First = Annotated[int | None, typer.Option(help="Points of the first wave.")]
Rounds = Annotated[int | None, typer.Option(help="Rounds of sets from the posterior, at most.")]
Enough = Annotated[int | None, typer.Option(help="Effective sets at which rounds end.")]
Sets = Annotated[int | None, typer.Option(help="Sets drawn by weight from all rounds, for the ensemble.")]
Quick = Annotated[bool, typer.Option("--quick", help="A rough one in some minutes: no ensemble to rely on.")]
Seed = Annotated[int, typer.Option(help="Of designs and samplers.")]
Clients = Annotated[int | None, typer.Option(help="Per arm and replicate of the targets' studies.")]
Replicates = Annotated[int | None, typer.Option(help="Of the targets' studies.")]
Backend = Annotated[str, typer.Option("--executor", help="threads, or dask.")]
Scheduler = Annotated[str | None, typer.Option(metavar="ADDR", help="Of a Dask cluster; default: this machine.")]
Workers = Annotated[int, typer.Option(help="With dask and no scheduler: processes; 0: one a core.")]
File = Annotated[str | None, typer.Option("--priors", metavar="FILE", help="Instead of the bundled priors.")]
SHOWN = 12  # rows of a table on the screen; page and file have all


def calibrate(
    out: Out, rival: Rival = "R1", waves: Waves = None, points: Points = None, first: First = None,
    rounds: Rounds = None, enough: Enough = None, sets: Sets = None, quick: Quick = False, seed: Seed = 1,
    clients: Clients = None, replicates: Replicates = None,
    executor: Backend = "threads", scheduler: Scheduler = None, workers: Workers = 0, priors: File = None,
    threads: Threads = 0, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Fit a model to the published targets: history matching, a posterior, an ensemble of sets that fit, a report."""
    from hybridcare.calibrate_priors import priors as read
    from hybridcare.calibrate_run import QUICK, Budget
    from hybridcare.calibrate_targets import CLIENTS, REPLICATES
    from hybridcare.calibration import calibrate as run
    from hybridcare.errors import config_error
    from hybridcare.rivals import rivals
    from hybridcare.stopping import told

    if not out:
        raise config_error("--out", "is empty; give the name of a folder")
    names = list(rivals()) if rival == "all" else list(rivals([rival]))
    asked = {"waves": waves, "points": points, "first": first, "rounds": rounds, "enough": enough,
             "sets": sets}
    budget = replace(QUICK if quick else Budget(), **{name: value for name, value in asked.items()
                                                      if value is not None})  # fmt: skip
    free = read(priors)
    for name in names:
        folder = Path(out) / name if rival == "all" else Path(out)
        with told(), _kept(folder):
            found = run(folder, name, budget, seed, clients if clients is not None else CLIENTS,
                        replicates if replicates is not None else REPLICATES, executor, scheduler, workers, threads,
                        free, not quiet, _said(name, quiet))  # fmt: skip
        show(found)
        print(f"\nEnsemble: {found.folder / 'ensemble.json'}\nReport: {found.report().as_uri()}")


class _kept:
    """Says on a stop what is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            error.add_note(f"what was simulated is kept in {self.folder}; the same command goes on")


def _said(name: str, quiet: bool):  # type: ignore[no-untyped-def]
    def say(words: str) -> None:
        if not quiet and ": population" not in words:
            print(f"{name}: {words}", file=sys.stderr, flush=True)

    return say


def show(found: Calibration) -> None:
    """The answer on a screen: what is missed first, then what was and was not informed."""
    from hybridcare.report_calibration import caveats

    out = console(120)
    out.print()
    fill(out, found.sentence)
    for line in caveats(found):
        fill(out, line)
    fit, parameters = found.fit(), found.parameters()
    out.print(frame_table(fit.head(SHOWN), f"Targets, misses first ({len(fit)} in all)", _FIT))
    informed = parameters[parameters["informed"]]
    out.print(frame_table(informed.head(SHOWN), f"Best informed of {len(parameters)} parameters", _PARAMETERS))
    rest = found.uninformed()
    out.print()
    fill(out, f"Not informed by any figure, {len(rest)}: {', '.join(rest) or 'none'}.")
    account = found.account
    fill(out, f"{found.quality['points_simulated']:,} points simulated; seed {account['seed']}; priors "
              f"{account['priors_hash'][:12]}, targets {account['targets_hash'][:12]}.")  # fmt: skip


#: Columns: title, column of the frame, format.
_FIT = (("target", "target", ""), ("kind", "kind", ""), ("figure", "figure", ".3g"), ("low", "low", ".3g"),
        ("high", "high", ".3g"), ("median", "median", ".3g"), ("5 %", "q05", ".3g"), ("95 %", "q95", ".3g"),
        ("inside", "inside", ""), ("off, SD", "off", "+.1f"), ("weight", "weight", "g"))  # fmt: skip
_PARAMETERS = (("parameter", "pointer", ""), ("prior mean", "prior_mean", ".3g"), ("SD", "prior_sd", ".2g"),
               ("mean", "mean", ".3g"), ("SD after", "sd", ".2g"), ("narrowed", "narrowed", ".0%"),
               ("moved", "moved", ".2f"), ("by chance", "moved_by_chance", ".2f"))  # fmt: skip
