"""Commands that ask one question of a scenario: `compare` arms, tell one client's `story`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridcare.terminal import File, RivalName, Sets, Uncertainty, console, frame_table, rivals_first

if TYPE_CHECKING:
    from hybridcare.comparison import Comparison

#: Options that both commands, or only long lines, would otherwise repeat.
ArmPatches = Annotated[
    list[str] | None,
    typer.Option("--arm", metavar="NAME[=PATCH]", help="An arm by name, or a new one: a merge patch as JSON, or a file "
                 "that holds one. Repeat. Default: all of the file's."),  # fmt: skip
]
Precision = Annotated[
    list[str] | None,
    typer.Option("--precision", metavar="METRIC=HALF_WIDTH", help="Add replicates until the simulation noise of each "
                 "contrast is this narrow, e.g. phq9=0.1 or recovery@post=0.02. Repeat."),  # fmt: skip
]
Replicates = Annotated[int | None, typer.Option(help="Instead of the file's; with --precision: at first.")]
Report = Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Write an offline HTML page.")]
Picture = Annotated[str | None, typer.Option("--picture", metavar="FILE", help="Write .svg, .png or .html.")]


def compare(
    file: File,
    arm: ArmPatches = None,
    against: Annotated[str | None, typer.Option(metavar="ARM", help="Reference. Default: as in the file.")] = None,
    precision: Precision = None,
    cap: Annotated[int, typer.Option(help="Replicates at most, with --precision.")] = 512,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate, instead of the file's.")] = None,
    replicates: Replicates = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    no_rivals: Annotated[bool, typer.Option("--no-rivals", help="Run the first assumption alone.")] = False,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
    report: Report = None,
    picture: Picture = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="Also write a results folder.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an older hybridcare result.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Compare arms with a reference: differences, who gains and who loses, and how many replicates that takes."""
    from hybridcare.comparison import compare as run, parsed_precision
    from hybridcare.document import pretty

    _check_targets(report, picture, out, overwrite)
    found = run(file, _arms(file, arm) if arm else None, against, precision=parsed_precision(precision or []), cap=cap,
                replicates=replicates, clients=clients, seed=seed, threads=threads, progress=not quiet,
                rivals=not no_rivals, uncertainty=uncertainty, rival=rival, sets=sets)  # fmt: skip
    if uncertainty is None and (report or out):  # the default of reports, asked for here so that progress is shown
        found.over_sets(None, rival, sets, threads, not quiet)
    if as_json:
        print(pretty(found.document()), end="")
    else:
        _show(found)
    written = {"Picture": found.plot().save(picture) if picture else None,
               "Report": found.report(report) if report else None,
               "Results": found.results.save(out, overwrite=overwrite) / "report.html" if out else None}  # fmt: skip
    for what, path in written.items():
        if path is not None:
            print(f"{what}: {path.resolve().as_uri()}", file=sys.stderr if as_json else sys.stdout)


def _check_targets(report: Path | None, picture: str | None, out: str | None, overwrite: bool) -> None:
    """Before the run, not after it. Raises ConfigError."""
    from hybridcare.errors import config_error
    from hybridcare.writing import check_file, check_folder

    _check_picture(picture)
    for target in (report, picture):
        if target is not None:
            check_file(Path(target))
    if out is not None:
        if not out:
            raise config_error("--out", "is empty; give the name of a folder")
        check_folder(Path(os.path.abspath(out)), overwrite)


def story(
    file: File,
    client: Annotated[int, typer.Option(help="Number of the client, from 0.")] = 0,
    arm: Annotated[str | None, typer.Option(metavar="ARM", help="Default: the main comparison's.")] = None,
    replicate: Annotated[int, typer.Option(help="From 0.")] = 0,
    twin: Annotated[str, typer.Option(help="no_distance, perfect_recognition, nobody_leaves, more_empathy.")] = (
        "no_distance"
    ),
    picture: Picture = None,
    report: Report = None,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
) -> None:
    """Tell one simulated client's course week by week, beside the exact twin's."""
    from hybridcare.errors import config_error
    from hybridcare.experiment import Experiment
    from hybridcare.scenario import load
    from hybridcare.sets_beside import asked_for

    _check_targets(report, picture, None, False)
    scenario = load(file)
    size = {"clients": scenario.core.clients, "replicates": scenario.core.replicates}
    for name, value in (("client", client), ("replicate", replicate)):
        if not 0 <= value < size[f"{name}s"]:
            raise config_error(f"--{name}", f"{value} is outside [0, {size[f'{name}s'] - 1}]")
    told = Experiment(scenario).alone().story(client, arm, replicate, twin, asked_for(uncertainty, scenario, rival),
                                              rival, sets)  # fmt: skip
    rivals_first(console(110))
    print(told.words())
    for line in told.results.caveats:
        print(line)
    if picture is not None:
        print(f"\nPicture: {told.plot().save(picture).resolve().as_uri()}")
    if report is not None:
        print(f"\nReport: {told.report(report).resolve().as_uri()}")


def _check_picture(picture: str | None) -> None:
    from hybridcare.errors import config_error

    if picture is not None and Path(picture).suffix not in (".svg", ".png", ".html"):
        raise config_error("--picture", f"a picture is written as .svg, .png or .html, not {picture!r}")


def _arms(file: str, given: list[str]) -> dict[str, Any]:
    """Merge patches by name; a name alone stands for the file's own arm."""
    from hybridcare.errors import config_error
    from hybridcare.names import unknown
    from hybridcare.scenario import load

    known = list(load(file).get("arms", {}))
    arms: dict[str, Any] = {}
    for entry in given:
        name, equals, patch = entry.partition("=")
        if not equals and name not in known:
            raise config_error("--arm", unknown("arm", name, known))
        arms[name] = _patch(name, patch) if equals else {}
    return arms


def _patch(name: str, given: str) -> Any:
    from hybridcare.errors import config_error

    text = given
    try:
        if not given.lstrip().startswith("{"):
            text = Path(given).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise config_error(f"--arm {name}", f"{given}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise config_error(f"--arm {name}", f"is no JSON: {error}") from error


def _show(found: Comparison) -> None:
    from hybridcare.headline import week_reading
    from hybridcare.report_comparison import over_sets

    out = console(110)
    results = found.results
    rivals_first(out)
    for line in [*found.sentences, *over_sets(found), *results.caveats]:
        out.print(line)
    table = found.table()
    table = table[table["reading"].isin([week_reading(results), ""])]
    out.print(frame_table(table, f"Against {found.against}, same clients and same luck, at the reading week or over "
                          "the whole course (other readings: --json, --report, --out)", _DIFFERENCE))  # fmt: skip
    if len(table := found.sets_table()):
        out.print(frame_table(table[table["culture"] == "all"], "The same over parameter sets that fit: what published "
                              "figures leave open, and chance", _OVER_SETS))  # fmt: skip
    out.print(frame_table(found.gains(), "Who gains and who loses: latent level at the reading week, by 1 point or "
                          "more (a quantity of the model)", _GAINS))  # fmt: skip
    harm = found.harm()
    out.print(frame_table(harm[harm["grouping"] == "all"], "Probability of harm, all clients", _HARM))
    out.print(frame_table(found.rivals(), "The same difference of PHQ-9 under every assumption that was run", _RIVALS))
    out.print(frame_table(found.variance(), "Where the uncertainty of that difference comes from", _VARIANCE))
    if found.targets:
        out.print(frame_table(found.noise(), "Half-widths of simulation noise", _NOISE))
    out.print(f"\n{results.client_weeks:,} client-weeks; seed {results.experiment.seed}, "
                  f"results hash {results.hash[:12]}")  # fmt: skip


#: Columns: title, column of the frame, format.
_DIFFERENCE = (("arm", "arm", ""), ("metric", "metric", ""), ("reading", "reading", ""), ("unit", "unit", ""),
               ("difference", "estimate", "+.3f"), ("noise low", "noise_low", "+.3f"), ("high", "noise_high", "+.3f"),
               ("pairing saves", "variance_reduction", ".0%"))  # fmt: skip
_OVER_SETS = (("arm", "arm", ""), ("metric", "metric", ""), ("reading", "reading", ""), ("unit", "unit", ""),
              ("median", "median", "+.3f"), ("5 % of sets", "low", "+.3f"), ("95 %", "high", "+.3f"),
              ("Monte Carlo error", "noise_se", ".3f"), ("below 0", "share_below_0", ".0%"))  # fmt: skip
_GAINS = (("arm", "arm", ""), ("by", "grouping", ""), ("group", "group", ""), ("points", "difference", "+.2f"),
          ("SE", "noise_se", ".2f"), ("better off", "share_better", ".0%"), ("worse off", "share_worse", ".0%"),
          ("clients", "clients", ",d"))  # fmt: skip
_HARM = (("arm", "arm", ""), ("harm", "harm", ""), ("share", "estimate", ".1%"), ("noise low", "noise_low", ".1%"),
         ("high", "noise_high", ".1%"))  # fmt: skip
_RIVALS = (("arm", "arm", ""), ("assumption", "label", ""), ("points", "estimate", "+.2f"),
           ("noise low", "noise_low", "+.2f"), ("high", "noise_high", "+.2f"), ("sign", "sign", ""))
_VARIANCE = (("arm", "arm", ""), ("source", "source", ""), ("SD, points", "sd", ".3f"), ("share", "share", ".0%"),
             ("what would help", "helps", ""))  # fmt: skip
_NOISE = (("arm", "arm", ""), ("metric", "metric", ""), ("reading", "reading", ""), ("wanted", "wanted", ".3g"),
          ("reached", "half_width", ".3g"), ("replicates", "replicates", ",d"), ("enough", "reached", ""),
          ("needed", "needed", ".0f"))  # fmt: skip
