"""The command `drivers`: which assumptions drive a result, over the fields' spans and over what fitted sets leave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hybridcare.terminal import File, Quiet, RivalName, Sets, Uncertainty


def drivers(
    file: File,
    metric: Annotated[str, typer.Option(help="Of the table estimates, e.g. dropout, erosion_assistant.")] = "phq9",
    reading: Annotated[str, typer.Option(help="Default: the reading week, or the whole course.")] = "",
    culture: Annotated[str, typer.Option(help="One of the scenario's, or all.")] = "all",
    arm: Annotated[str, typer.Option(help="Default: that of the headline.")] = "",
    against: Annotated[str, typer.Option(help="Arm to subtract; none: the arm alone.")] = "",
    twin: Annotated[str, typer.Option(help="Twin to subtract, e.g. no_distance: the excess over it.")] = "",
    variant: Annotated[str, typer.Option(help="Default: the first.")] = "",
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    replicates: Annotated[int | None, typer.Option(help="Default: what takes some seconds.")] = None,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    design: Annotated[bool, typer.Option("--design", help="Move also choices of the design.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only what is said to lie far off.")] = False,
    top: Annotated[int, typer.Option(min=1, help="How many to print.")] = 20,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write all rows as CSV.")] = None,
    quiet: Quiet = False,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
) -> None:
    """Which assumptions drive a result: every number moved down and up, alone, for the same clients; those of an
    ensemble also over the range that its sets leave them."""
    from hybridcare.experiment import Experiment
    from hybridcare.scenario import load
    from hybridcare.sets_beside import asked_for
    from hybridcare.show import show_drivers
    from hybridcare.writing import save_csv

    experiment = Experiment(load(file), seed=seed)
    found = experiment.drivers(metric, reading, culture, arm, against, twin, variant, replicates, clients, threads,
                               design, brief, not quiet, asked_for(uncertainty, experiment.scenario, rival), rival,
                               sets)  # fmt: skip
    if out is not None:
        save_csv(found.arrow(), found.stamp.provenance, out)
    show_drivers(found, top)
