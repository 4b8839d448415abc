"""The command `hybridcare`. Exit codes: 0 done, 1 our fault, 2 the user's, 3 a gate of
`evaluate` was not passed or a criterion of `validate-model` not met, 130 stopped by Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from hybridcare import (
    cli_breakeven,
    cli_calibrate,
    cli_claims,
    cli_drivers,
    cli_evaluate,
    cli_evidence,
    cli_experiments,
    cli_explain,
    cli_report,
    cli_rivals,
    cli_setting,
    cli_sweep,
    cli_targets,
    cli_trial,
    cli_validate,
)
from hybridcare.stopping import StudyStopped
from hybridcare.streams import open_streams
from hybridcare.terminal import RivalName, Sets, Uncertainty

app = typer.Typer(
    name="hybridcare",
    help="Simulates care shared by human therapists and AI assistants: outcome, trust, misrecognition by culture.",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a bundled scenario.")]


@app.command()
def run(
    file: File,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for the results; must not hold anything.")],
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    replicates: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate, instead of the file's.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an older hybridcare result.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Also write clients.parquet and weeks.parquet.")] = False,
    no_drivers: Annotated[
        bool, typer.Option("--no-drivers", help="Do not look which assumptions drive the headline.")
    ] = False,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run an experiment and write a results folder with tables, summary.json and report.html."""
    from hybridcare import drivers as driving
    from hybridcare import ensemble_run
    from hybridcare.errors import config_error
    from hybridcare.experiment import Experiment
    from hybridcare.scenario import load
    from hybridcare.show import show
    from hybridcare.writing import check_folder

    if not out:  # as a path it would be the present folder: an unset variable of a shell must not overwrite that
        raise config_error("--out", "is empty; give the name of a folder")
    experiment = Experiment(load(file), replicates=replicates, seed=seed, clients=clients)
    check_folder(Path(os.path.abspath(out)), overwrite)
    over = ensemble_run.wanted(experiment.scenario, uncertainty, rival, sets)
    results = experiment.run(threads=threads, progress=not quiet)
    ensemble_run.beside(results, over, threads, not quiet)
    driving.beside(results, wanted=not no_drivers, threads=threads, progress=not quiet)
    if not quiet:
        print(f"{results.experiment.name}: writing tables and report", file=sys.stderr, flush=True)
    folder = results.save(out, overwrite=overwrite, rows=rows)
    show(results)
    print(f"\nReport: {(folder / 'report.html').as_uri()}")


@app.command()
def validate(file: File) -> None:
    """Check a scenario file: one line that says what it holds, or what is wrong and where."""
    from hybridcare.scenario import load

    scenario = load(file)
    core = scenario.core
    arms = sum(not arm["component"] for arm in core.arms)
    print(
        f"{core.file}: valid; {arms} arms, {len(core.variants)} variants, {core.clients} clients an arm, "
        f"{core.replicates} replicates, {core.weeks} weeks; scenario hash {scenario.hash[:12]}"
    )


@app.command()
def profile(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A folder with profile.json, such a file, or a bundled name.")
    ],
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME", help="Whose headline is run: a bundled name or a file.")
    ] = "measured_assistant",
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    replicates: Annotated[int | None, typer.Option(help="Instead of 32.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's.")] = None,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate, instead of 250.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Also write profile.json and CSV tables there.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """What a measured profile says, what it leaves out, and how far each item moves the answer at b_E 0, 1.5 and 3."""
    from hybridcare.document import pretty
    from hybridcare.experiment import checked_threads
    from hybridcare.profiles import profile as read
    from hybridcare.show_profile import show_profile
    from hybridcare.writing import check_folder

    checked_threads(threads)
    measured = read(file, scenario, clients=clients, replicates=replicates, seed=seed)
    if out is not None:
        check_folder(Path(os.path.abspath(out)))
    if as_json:
        print(pretty(measured.document(threads, progress=not quiet)), end="")
    else:
        show_profile(measured, threads, progress=not quiet)
    if out is not None:
        print(f"Tables: {measured.save(out, threads, progress=not quiet)}", file=sys.stderr)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, made from the table of fields."""
    from hybridcare import core

    print(core.schema())


@app.command()
def odd() -> None:
    """Print the ODD document (Grimm 2020) of this build, made from the tables that the program runs on."""
    from hybridcare.odd import odd as document

    print(document(), end="")


@app.command()
def new(
    start: Annotated[str, typer.Option("--from", metavar="NAME", help="A bundled scenario, or a scenario file.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Default: NAME.json here.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """Start a scenario of your own from a copy of another one, with $schema so that editors complete."""
    from hybridcare.errors import config_error
    from hybridcare.scenario import copy_text, load
    from hybridcare.writing import written_file

    scenario = load(start)
    target = out if out is not None else Path(f"{scenario.core.name}.json")
    if target.is_file() and not overwrite:
        raise config_error(str(target), "is there already; another name with --out, or --overwrite")
    with written_file(target) as file:
        file.write(copy_text(scenario).encode())
    print(f"{target}: a copy of {scenario.core.name}; check changes with: hybridcare validate {target}")


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario file or bundled name.")],
    b: Annotated[str, typer.Argument(metavar="B", help="A scenario file or bundled name.")],
) -> None:
    """What differs between two scenarios, defaults included: JSON Pointer, value in A, value in B."""
    from hybridcare.scenario import differences, load, shown

    found = differences(load(a), load(b))
    for pointer, before, after in found:
        print(f"{pointer}: {shown(before)} -> {shown(after)}")
    if not found:
        print("no difference")


@app.command()
def field(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="JSON Pointer, e.g. /course/harm, or a symbol.")] = "",
    search: Annotated[str, typer.Option("--search", metavar="WORD", help="List the fields that mention a word.")] = "",
) -> None:
    """Explain a parameter: unit, range, default, grade, evidence, meaning."""
    from hybridcare import parameters
    from hybridcare.errors import config_error
    from hybridcare.show import field_lines

    if bool(path) == bool(search):
        raise config_error("field", "give either a PATH or --search WORD")
    if path:
        print("\n".join(field_lines(parameters.field(path))))
        return
    rows = parameters.search(search)
    if not rows:
        raise config_error("--search", f"no field mentions '{search}'")
    for row in rows:
        print(f"{row['path']} = {row['default']} {row['unit']}: {row['meaning']} [{row['grade']}]")


@app.command(name="list")
def list_bundled() -> None:
    """What is bundled, a line each: scenarios and studies with their question, measured profiles, claims."""
    from hybridcare.claim_files import load_claims
    from hybridcare.places import data_folder
    from hybridcare.profiles import bundled_profiles
    from hybridcare.scenario import bundled, load
    from hybridcare.study_door import bundled_studies, load_study

    titles = {name: json.loads((data_folder("profiles") / name / "profile.json").read_text("utf-8"))["title"]
              for name in bundled_profiles()}  # fmt: skip
    sections = {
        "Scenarios: hybridcare run NAME": {name: load(name).core.question for name in bundled()},
        "Studies: hybridcare sweep NAME --out DIR": {name: load_study(name).spec.document["question"]
                                                     for name in bundled_studies()},
        "Measured profiles: hybridcare profile NAME, evaluate NAME": titles,
        "Claims of the source paper: hybridcare claims NAME": {each.id: each.title for each in load_claims()},
    }  # fmt: skip
    for heading, lines in sections.items():
        print(heading)
        for name, words in lines.items():
            print(f"  {name}: {words}")


# Verbs with a file of their own: one line each.
app.command()(cli_drivers.drivers)
app.command()(cli_experiments.compare)
app.command()(cli_experiments.story)
app.command()(cli_rivals.rivals)
app.command()(cli_evaluate.evaluate)
app.command()(cli_rivals.discriminate)
app.command()(cli_breakeven.breakeven)
app.command()(cli_claims.claims)
app.command()(cli_evidence.evidence)
app.command()(cli_calibrate.calibrate)
app.command()(cli_trial.trial)
app.command()(cli_explain.explain)
app.command()(cli_sweep.sweep)
app.command()(cli_report.report)
app.command()(cli_targets.targets)
app.command(name="check-setting")(cli_setting.check_setting)
app.command()(cli_validate.validate_model)


def _version(wanted: bool) -> None:
    if wanted:
        from hybridcare import core

        build = core.build_info()
        sets = ", ".join(build["instruction_sets"])
        print(f"hybridcare {build['version']} (commit {build['commit']}, {build['compiler']}; runs {sets} here)")
        raise typer.Exit()


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print version and build, and stop.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: list[str] | None = None) -> NoReturn:
    """The console script. Never shows a traceback for a mistake of the user's."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that nothing half-written stays
    open_streams()
    code = _guarded(arguments)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = code or _stdout_failed(error)
    sys.exit(code)


def _guarded(arguments: list[str] | None) -> int:
    try:
        code = app(args=arguments, prog_name="hybridcare", standalone_mode=False)
    except KeyboardInterrupt:
        code = 130
    except SystemExit as stop:  # SIGTERM; or the command line library's answer to a pipe that broke inside
        if isinstance(stop.__context__, BrokenPipeError):
            return _explain(stop.__context__)
        if stop.code == 143:
            _complain("stopped; nothing was written")
        raise
    except StudyStopped as stop:
        _complain(f"stopped; {stop}")
        return stop.code
    except Exception as error:  # sorted into the user's mistakes, and ours
        code = _explain(error)
    if code == 130:
        _complain("stopped; nothing was written")
    return code if isinstance(code, int) else 0


def _explain(error: Exception) -> int:
    """One line for a user's mistake or a missing build; our own mistake keeps its traceback."""
    if isinstance(error, ImportError) and "hybridcare" in str(error):
        _complain(str(error))
        return 1
    if type(error).__name__ == "Abort":  # the command line library's word for Ctrl-C
        return 130
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # a wrong option or argument
        _complain(" ".join(str(error.format_message()).split()))
        return 2
    from hybridcare.errors import ConfigError

    if isinstance(error, ConfigError):
        _complain(str(error))
        return 2
    if isinstance(error, MemoryError):
        _complain("the machine's memory is used up; fewer --clients or --replicates need less")
        return 2
    if isinstance(error, OSError):
        _complain(f"{error.filename or 'the system'}: {(error.strerror or str(error)).lower()}")
        return 2
    import traceback

    traceback.print_exc()
    _complain("this is a mistake of ours; please report it with the lines above")
    return 1


def _complain(message: str) -> None:
    line = " ".join(part.strip() for part in message.splitlines())
    with suppress(OSError):
        print(f"hybridcare: {line}", file=sys.stderr, flush=True)


def _stdout_failed(error: OSError) -> int:
    """The disk of standard output is full. A reader that left early (`| head`) is no mistake: see `streams`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else the interpreter tries again at its end, with a traceback
    _complain(f"standard output: {(error.strerror or str(error)).lower()}")
    return 2
