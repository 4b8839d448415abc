"""The commands `rivals` and `discriminate`: does a conclusion survive the rivals, and which trial would decide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import (
    File,
    Json,
    Quiet,
    Report,
    Threads,
    Uncertainty,
    answer,
    check_report,
    console,
    fill,
    rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcare.rivals_contest import Contest
    from hybridcare.rivals_designs import Discrimination
    from hybridcare.rivals_fit import RivalFit


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
    uncertainty: Uncertainty = None,
    sets: Annotated[int, typer.Option(help="Parameter sets to draw from each rival's ensemble.")] = 40,
    clients: Annotated[int | None, typer.Option(help="Per arm, parameter set and replicate.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Instead of 8 over parameter sets, or the file's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    threads: Threads = 0,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario in every rival model, over the parameter sets of each: which conclusions survive all that fit, and
    which trial would decide."""
    from hybridcare.rivals_contest import contest

    check_report(report)
    found = contest(file, conclusion or (), metric=metric, rivals=rival or None, with_switches=not no_switches,
                    trials=not no_trial, uncertainty=uncertainty, sets=sets, clients=clients, replicates=replicates,
                    seed=seed, threads=threads, progress=not quiet)  # fmt: skip
    answer(found, as_json, report, _show_contest)


def discriminate(
    file: File,
    pair: Annotated[str, typer.Option("--between", metavar="A,B", help="Two rival models.")] = "R0,R1",
    design: Annotated[
        list[str] | None, typer.Option("--design", metavar="NAME", help="Of the bundled ones. Repeat. Default: all.")
    ] = None,
    as_given: Annotated[
        bool, typer.Option("--as-given", help="Take levels that were never fitted at their word; see rivals.md.")
    ] = False,
    uncertainty: Uncertainty = None,
    sets: Annotated[int, typer.Option(help="Parameter sets to draw from the ensemble of either rival.")] = 12,
    clients: Annotated[int | None, typer.Option(help="Per arm, model or set, and replicate.")] = None,
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
    found = run(file, a, b, design or None, refit=not as_given, uncertainty=uncertainty, sets=sets, clients=clients,
                replicates=replicates, seed=seed, threads=threads, progress=not quiet)  # fmt: skip
    answer(found, as_json, report, show_discrimination)


def _show_contest(found: Contest) -> None:
    from hybridcare.plots_base import percent

    out = console()
    for line in (found.scenario.core.question, *found.sentences):
        fill(out, line)
        out.print()
    data = found.table()
    for text, own in data.groupby("conclusion", sort=False):
        heads = ("model", "", own["unit"].iloc[0] or "value", "5 to 95 % of sets", "noise", "holds in", "")
        lines = [(f"{row.kind} {row.model}" if row.kind == "b_E" else row.model, row.label, _number(row.estimate),
                  f"{_number(row.low)} to {_number(row.high)}" if row.sets else "given values",
                  _number(row.noise_high - row.estimate, "±"), percent(row.share),
                  row.state if row.counts or row.kind != "rival" else f"{row.state}; not counted")
                 for row in own.itertuples()]  # fmt: skip
        out.print(rows(str(text), heads, lines, 2))
    out.print()
    show_fits(found.fits)
    for line in found.caveats:
        fill(out, f"- {line}", "  ")


def show_fits(fits: Mapping[str, RivalFit]) -> None:
    """Prints the fit of each rival, and what losses say of them."""
    from hybridcare.plots_base import number
    from hybridcare.rivals_words import HEADING, comparison

    out = console()
    lines = []
    for fit in fits.values():
        numbers = (str(fit.parameters), number(fit.loss, 1), f"{number(fit.loss_low, 1)} to {number(fit.loss_high, 1)}",
                   f"{fit.inside} of {fit.targets}", f"{fit.nulls_inside} of {fit.nulls}",
                   f"{fit.sets} ({fit.effective:.0f})")  # fmt: skip
        lines.append((fit.name, fit.label, fit.standing, *(numbers if fit.fitted else ("—",) * len(numbers))))
    heads = ("rival", "", "fit", "free", "loss", "5 to 95 % of sets", "targets met", "nulls met", "sets (effective)")
    out.print(rows(HEADING, heads, lines, 3))
    for line in comparison(fits):
        fill(out, f"- {line}", "  ")
    out.print()


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
