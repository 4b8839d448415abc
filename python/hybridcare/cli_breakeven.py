"""The command `breakeven`: at which value of one number two arms come out even."""

from __future__ import annotations

from typing import Annotated

import typer

from hybridcare.terminal import File, RivalName, Sets, Uncertainty, console, fill, rivals_first

Field = Annotated[str, typer.Argument(metavar="PATH", help="The number that is varied, e.g. /course/harm.")]


def breakeven(
    file: File,
    path: Field,
    metric: Annotated[str, typer.Option(help="e.g. phq9, dropout, phq9@post, erosion_human.")] = "phq9",
    margin: Annotated[float, typer.Option(help="Which difference counts as even, in the metric's unit.")] = 0.0,
    arm: Annotated[str | None, typer.Option(metavar="ARM", help="Default: that of the main comparison.")] = None,
    against: Annotated[str | None, typer.Option(metavar="ARM", help="Arm to subtract; none: the arm alone.")] = None,
    within: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="LOW HIGH", help="Range that is searched; default: what the table of fields states."),
    ] = None,
    replicates: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate, instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    picture: Annotated[str | None, typer.Option("--picture", metavar="FILE", help="Write .svg, .png or .html.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
) -> None:
    """Where two arms come out even as one number goes over its range: over parameter sets that fit, in the model, with
    b_E 0, and in the rivals."""
    from hybridcare.errors import config_error
    from hybridcare.experiment import Experiment
    from hybridcare.scenario import load
    from hybridcare.sets_beside import asked_for

    if picture is not None and not picture.endswith((".svg", ".png", ".html")):
        raise config_error("--picture", f"expected a name that ends in .svg, .png or .html, found {picture!r}")
    experiment = Experiment(load(file), replicates=replicates, clients=clients, seed=seed)
    chosen = asked_for(uncertainty, experiment.scenario, rival)
    found = experiment.breakeven(path, metric, margin, arm, against, within, threads, not quiet, chosen, rival, sets)
    out = console(110)
    rivals_first(out)
    fill(out, experiment.scenario.core.question)
    for line in ("", *found.before, "", *found.sentences, "", *found.results.caveats):
        fill(out, line)
    if picture is not None:
        print(f"\nPicture: {found.plot().save(picture)}")
