"""The command `targets`: published figures, what the simulated studies beside them find, misses first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import Json, Quiet, Threads, console, fill, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcare.target_files import Target
    from hybridcare.targets import TargetRuns


def targets(
    names: Annotated[list[str] | None, typer.Argument(metavar="[TARGET]...", help="Default: all.")] = None,
    simulate: Annotated[bool, typer.Option("--simulate", help="Run the studies.")] = False,
    point: Annotated[
        str, typer.Option(metavar="JSON", help="With --simulate: parameters as a merge patch. Default: as they are.")
    ] = "{}",
    rival: Annotated[str, typer.Option(metavar="NAME", help="With --simulate: R0 to R4, or a switch.")] = "R1",
    about: Annotated[bool, typer.Option("--about", help="How each figure was come by, and its study.")] = False,
    clients: Annotated[
        int | None, typer.Option(help="With --simulate: of an arm and replicate, times each part's share.")
    ] = None,
    replicates: Annotated[int | None, typer.Option(help="With --simulate: of every study.")] = None,
    seed: Annotated[int | None, typer.Option(help="With --simulate: instead of the file's.")] = None,
    threads: Threads = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the published figures that the model has to show; with --simulate, what it shows, misses first."""
    from hybridcare.target_files import targets as known

    given = {"--point": point != "{}", "--rival": rival != "R1", "--clients": clients is not None,
             "--replicates": replicates is not None, "--seed": seed is not None}  # fmt: skip
    _check(simulate, about, [name for name, is_there in given.items() if is_there])
    chosen = known(names or None)
    if about and not as_json:
        _about(chosen)
    elif not simulate:
        _list(chosen, as_json)
    else:
        size = {name: value for name, value in (("clients", clients), ("replicates", replicates)) if value is not None}
        _show(_run(point, names, rival, seed, threads, size, quiet), as_json)


def _check(simulate: bool, about: bool, given: list[str]) -> None:
    """A list of published figures under the name of a rival would be taken for what that rival shows."""
    from hybridcare.errors import config_error

    if about and simulate:
        raise config_error("targets", "give either --about or --simulate")
    if given and not simulate:
        raise config_error(given[0], "says what to simulate: give --simulate too")


def _run(point: str, names: list[str] | None, rival: str, seed: int | None, threads: int, size: Mapping[str, int],
         quiet: bool) -> TargetRuns:  # fmt: skip
    from hybridcare.errors import config_error
    from hybridcare.progress import progress
    from hybridcare.targets import simulate_targets

    with progress("Targets", not quiet) as tick:
        runs = simulate_targets([point], names=names or None, rival=rival, seed=seed, threads=threads, progress=tick,
                                **size)  # fmt: skip
    if runs.failures:
        raise config_error("--point", runs.failures[0])
    return runs


def _about(chosen: Mapping[str, Target]) -> None:
    from hybridcare.target_files import bundled

    out = console()
    fill(out, bundled().population)
    out.print()
    for one in chosen.values():
        study = one.study
        out.print(f"{one.name}  {one.label}: {_figure(one)} {one.unit}")
        for head, words in (("figure", one.derivation), ("evidence", ", ".join(one.evidence) or "none yet"),
                            ("study", f"{study['measure']}; {study['time']}; against {study['comparator']}; "
                             f"{study['analysis']}"), ("arms", ", ".join(study["arms"]) or "none")):  # fmt: skip
            fill(out, f"  {head}: {words}", "    ")
        out.print()


def _list(chosen: Mapping[str, Target], as_json: bool) -> None:
    from hybridcare.document import pretty
    from hybridcare.target_words import document

    if as_json:
        print(pretty([document(one) for one in chosen.values()]), end="")
        return
    lines = [(one.name, one.label, one.kind, _figure(one), _interval(one.low, one.high), one.interval, one.unit)
             for one in chosen.values()]  # fmt: skip
    out = console()
    heads = ("target", "", "kind", "figure", "interval", "", "unit")
    out.print(rows("Published figures that the model has to show", heads, lines, 3))
    _said(out)


def _show(runs: TargetRuns, as_json: bool) -> None:
    from hybridcare.document import pretty
    from hybridcare.target_words import run_document, sentence

    if as_json:
        print(pretty(run_document(runs)), end="")
        return
    out = console()
    fill(out, sentence(runs))
    lines = [(row.target, row.kind, _figure(runs.targets[row.target]), _interval(row.low, row.high),
              _number(row.simulated), _number(row.noise, "±"), "yes" if row.inside else "no", row.unit)
             for row in runs.table().itertuples()]  # fmt: skip
    heads = ("target", "kind", "figure", "interval", "simulated", "noise", "inside", "unit")
    out.print(rows(f"Published and simulated, model {runs.rival.title}", heads, lines, 2))
    out.print()
    _said(out)


def _said(out: Any) -> None:
    from hybridcare.target_files import bundled

    fill(out, bundled().first)
    fill(out, f"noise: one standard error of the simulation. bracket: shown, not fitted. {bundled().weighing}")


def _figure(one: Target) -> str:
    return _number(one.figure)


def _interval(low: float, high: float) -> str:
    return f"{_number(low)} … {_number(high)}"


def _number(value: float, before: str = "") -> str:
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return ""
    return f"{before}{value:.3g}".replace("-", "−")
