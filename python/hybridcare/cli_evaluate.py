"""The command `evaluate`: a measured assistant through the bundled protocols, against thresholds. Exit code 3: a gate
was not passed; 0: all were; 2: a mistake in what was asked; so that a designer's pipeline can stop on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import (
    Json,
    Quiet,
    Report,
    RivalName,
    Sets,
    Threads,
    Uncertainty,
    answer,
    check_report,
    console,
    fill,
    rivals_first,
    rows,
)

if TYPE_CHECKING:
    from hybridcare.evaluation import Evaluation

GATE_FAILED = 3


def evaluate(
    profile: Annotated[
        str, typer.Argument(metavar="PROFILE", help="A folder with profile.json, such a file, or a bundled name.")
    ],
    against: Annotated[str | None, typer.Option(metavar="OLD", help="Another profile: what has changed since.")] = None,
    thresholds: Annotated[
        str | None, typer.Option(metavar="FILE", help="Gates as JSON; see evaluate.md. Default: assumed ones.")
    ] = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option("--protocol", metavar="NAME", help="Such as sole_provider or hybrid. Repeat."),
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME", help="Whose clients, cultures and fields: a name or a file.")
    ] = "measured_assistant",
    clients: Annotated[int | None, typer.Option(help="Per arm, model and replicate, instead of 200.")] = None,
    replicates: Annotated[int | None, typer.Option(help="Draws from the profile, instead of 32; at least 4.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's.")] = None,
    threads: Threads = 0,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
) -> None:
    """Scorecard of a measured assistant: the chance of passing each gate, model by model. Exit code 3: not passed."""
    from hybridcare.evaluation import evaluate as run
    from hybridcare.scenario import load
    from hybridcare.sets_beside import asked_for

    check_report(report)
    start = load(scenario)
    found = run(profile, against, thresholds=thresholds, protocols=protocol or None, scenario=start, clients=clients,
                replicates=replicates, seed=seed, threads=threads, progress=not quiet,
                uncertainty=asked_for(uncertainty, start, rival), rival=rival, sets=sets)  # fmt: skip
    answer(found, as_json, report, _show)
    if not found.passed:
        raise typer.Exit(GATE_FAILED)


def _show(found: Evaluation) -> None:
    out = console()
    rivals_first(out)
    fill(out, found.new.profile.title)
    out.print()
    for line in (*found.before, "", found.sentence):
        fill(out, line)
    card = found.scorecard()
    for name, own in card.groupby("protocol", sort=False):
        out.print(rows(found.protocols[str(name)], _HEADS, [_line(row) for row in own.itertuples()], 2))
    if found.over is not None:
        _show_sets(out, found)
    if found.old is not None:
        _show_differences(out, found)
    out.print()
    for line in found.caveats:
        if line not in found.before:
            fill(out, f"- {line}", "  ")


_HEADS = ("gate", "", "value in R1", "over models", "asked", "chance in R1", "least", "in")


def _line(row: Any) -> tuple[str, ...]:
    against = f" minus {row.against}" if row.against else ""
    culture = f", {row.culture}" if row.culture not in ("", "all") else ""
    verdict = {True: "passed", False: "NOT PASSED"}.get(row.passed, "NOTHING TO COUNT")
    return (row.gate, verdict, f"{_number(row.value)} {row.unit}{against}{culture}",
            f"{_number(row.lowest)} … {_number(row.highest)}", row.asked, _share(row.chance), _share(row.least_chance),
            row.in_model)  # fmt: skip


_SETS = ("gate", "median", "5 %", "95 %", "unit", "chance", "5 %", "95 %", "parameters", "measurement", "error")


def _show_sets(out: Any, found: Evaluation) -> None:
    """Both doubts of each gate, apart."""
    assert found.over is not None
    out.print()
    fill(out, f"Over {len(found.over.sets)} parameter sets of {found.over.sets.rival}: the value in the middle set and "
         "in 5 and 95 % of them, the chance over sets and draws together, and in 5 and 95 % of the sets; then, in the "
         "gate's unit, the standard deviation from what the published figures leave open (parameters), that from what "
         "the measurement leaves open, and the Monte Carlo error of the mean.")  # fmt: skip
    for name, own in found.over.table().groupby("protocol", sort=False):
        lines = [(row.gate, *map(_number, (row.median, row.low, row.high)), row.unit,
                  *map(_share, (row.chance, row.chance_low, row.chance_high)),
                  *map(_number, (row.parameter_sd, row.measurement_sd, row.noise_se)))
                 for row in own.itertuples()]  # fmt: skip
        out.print(rows(f"{found.protocols[str(name)]}, over parameter sets", _SETS, lines))


def _show_differences(out: Any, found: Evaluation) -> None:
    data = found.differences()
    data = data[data["model"] == "R1"].drop_duplicates(["protocol", "metric", "culture"])
    lines = [(row.protocol, row.metric, row.culture, _number(row.old), _number(row.new), _number(row.difference, "+"),
              f"±{_number(row.noise_high - row.difference)}", row.unit) for row in data.itertuples()]  # fmt: skip
    assert found.old is not None
    out.print(rows(f"{found.new.profile.name} minus {found.old.profile.name}, in R1, same clients and same luck; noise "
                   "is of simulation and measurement",
                   ("protocol", "metric", "culture", "old", "new", "difference", "noise", "unit"), lines, 3))


def _number(value: float, sign: str = "") -> str:
    return "—" if value != value else f"{value:{sign}.3f}".replace("-", "−")


def _share(value: float) -> str:
    return "—" if value != value else f"{value:.0%}"
