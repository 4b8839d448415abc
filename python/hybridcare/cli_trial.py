"""The command `trial`: a virtual trial designed, its power and harms, its flow, its rows."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from hybridcare.terminal import File, Sets, Uncertainty, console, frame_table, rivals_first

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.trial import Trial

Texts: TypeAlias = list[str] | None
Numbers: TypeAlias = list[float] | None
Arms = Annotated[Texts, typer.Option("--arm", metavar="NAME", help="Twice or more; the first is the reference. "
                                     "Default: the main comparison's.")]  # fmt: skip
Size = Annotated[int, typer.Option("--n", help="Clients in all arms.")]
Cluster = Annotated[bool, typer.Option("--cluster", help="Allocate whole therapists.")]
Therapists = Annotated[int | None, typer.Option(help="How many, instead of the file's.")]
Ratio = Annotated[str, typer.Option("--allocation", metavar="A:B", help="Ratio of the arms. Default: 1:1.")]
Blocks = Annotated[int, typer.Option(help="Size of permuted blocks; 0: each client by a draw of their own.")]
Strata = Annotated[Numbers, typer.Option("--stratum", metavar="PHQ9", help="Cut of PHQ-9 at entry; repeat. Blocks.")]
Accrual = Annotated[float, typer.Option(help="Clients a week, on average.")]
Outcome = Annotated[str, typer.Option(help="phq9@week_12, recovery@post, ... Default: PHQ-9 at the reading week.")]
Analysis = Annotated[str | None, typer.Option(help="ancova or mixed. Default: mixed with --cluster, else ancova.")]
Alpha = Annotated[float, typer.Option(help="Two-sided.")]
Margin = Annotated[float | None, typer.Option(help="Of non-inferiority, in the outcome's unit, above 0.")]
Interim = Annotated[Numbers, typer.Option("--interim", metavar="SHARE", help="Look at this share of clients; repeat.")]
Boundary = Annotated[str, typer.Option(help="obrien_fleming, pocock, spending_obrien_fleming, spending_pocock.")]
Harm = Annotated[float, typer.Option(help="One-sided level of stopping as more clients deteriorate; 0: never.")]
Missing = Annotated[str, typer.Option(help="at_random, not_at_random, or none.")]
Cells = Annotated[Texts, typer.Option("--cell", metavar="NAME", help="A set of assumptions: 'as written', 'b_E 3', R0, "
                                      "...; repeat. Default: all. What shows one trial takes "
                                      "the first.")]  # fmt: skip
Count = Annotated[int, typer.Option("--trials", help="Simulated for each set of assumptions.")]
Wanted = Annotated[float | None, typer.Option("--n-for", metavar="POWER", help="Also: clients needed for this power.")]
Limit = Annotated[int, typer.Option(help="Clients at most, with --n-for.")]
Assured = Annotated[bool, typer.Option("--assurance", help="Also: power over what is not known of the model.")]
Harmed = Annotated[bool, typer.Option("--harms", help="Also: whom the trial would harm.")]
Shown = Annotated[int, typer.Option("--examples", help="Also: so many example trials.")]
FlowTo = Annotated[str | None, typer.Option("--flow", metavar="FILE", help="Flow of one trial: .svg, .png, .html.")]
RowsTo = Annotated[str | None, typer.Option("--rows", metavar="FILE", help="Rows of one trial: .csv or .parquet.")]
Which = Annotated[int, typer.Option("--trial", help="Which trial --flow, --rows and --report show, from 0.")]
Report = Annotated[str | None, typer.Option("--report", metavar="FILE", help="Also write one offline HTML page.")]
Pair = Annotated[str | None, typer.Option("--discriminate", metavar="A,B", help="Instead: which trial would tell two "
                                          "rival models apart, such as R0,R1.")]  # fmt: skip
Seed = Annotated[int | None, typer.Option(help="Instead of the file's.")]
Threads = Annotated[int, typer.Option(help="0: as many as the machine has.")]
Json = Annotated[bool, typer.Option("--json", help="Print every table as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


def trial(
    file: File, arm: Arms = None, n: Size = 320, cluster: Cluster = False, therapists: Therapists = None,
    allocation: Ratio = "", blocks: Blocks = 0, stratum: Strata = None, accrual: Accrual = 10.0, outcome: Outcome = "",
    analysis: Analysis = None, alpha: Alpha = 0.05, margin: Margin = None, interim: Interim = None,
    boundary: Boundary = "obrien_fleming", harm: Harm = 0.05, missing: Missing = "at_random", cell: Cells = None,
    trials: Count = 400, n_for: Wanted = None, limit: Limit = 2000, assurance: Assured = False, harms: Harmed = False,
    examples: Shown = 0, flow: FlowTo = None, rows: RowsTo = None, which: Which = 0, report: Report = None,
    discriminate: Pair = None, uncertainty: Uncertainty = None, sets: Sets = 100, seed: Seed = None,
    threads: Threads = 0, as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Design a virtual trial: power, type I error, clients needed, harms, flow; for each set of assumptions apart."""
    from hybridcare.experiment import Experiment
    from hybridcare.trial_cells import AS_WRITTEN
    from hybridcare.trial_design import made
    from hybridcare.trial_sets import spread_over

    _check_files(flow, rows, report)
    if discriminate is not None:
        _discriminate(file, discriminate, seed, threads, quiet)
        return
    design = made(Experiment(file, seed=seed), arm or None, n, cluster="therapist" if cluster else None,
                  therapists=therapists, allocation=_ratio(allocation), blocks=blocks, strata=tuple(stratum or ()),
                  accrual=accrual, outcome=outcome, analysis=analysis, alpha=alpha, margin=margin,
                  interim=tuple(interim or ()), boundary=boundary, harm=harm or None,
                  missing=None if missing == "none" else missing)  # fmt: skip
    design = design.over(uncertainty, spread_over(sets, trials))
    _check_questions(design, n_for, limit, examples, which)
    shown = cell[0] if cell else AS_WRITTEN  # what one trial, or a few, are shown in
    how: dict[str, Any] = {"cells": cell or None, "threads": threads, "progress": not quiet}
    found: dict[str, Any] = {"power": design.power(trials, **how)}
    if n_for is not None:
        found["n_for"] = design.n_for(n_for, limit, trials, **how)
    if assurance:
        found["assurance"] = design.assurance(**how, uncertainty=uncertainty if design.sets is None else None)
    if harms:
        found["harms"] = design.harms(min(trials, 64), **how)
    if examples:
        found["examples"] = design.examples(examples, max(examples, min(trials, 100)), shown)
    _told(design, found, as_json)
    _written(design, found, flow, rows, report, which, shown, as_json)


def _check_files(flow: str | None, rows: str | None, report: str | None) -> None:
    """Refuses a file's name before anything is simulated."""
    from hybridcare.errors import config_error

    for option, name, suffixes in (("--flow", flow, (".svg", ".png", ".html")), ("--rows", rows, (".csv", ".parquet")),
                                   ("--report", report, (".html",))):  # fmt: skip
        if name is None:
            continue
        if Path(name).suffix not in suffixes:
            raise config_error(option, f"is written as {', '.join(suffixes)}, not {name!r}")
        if os.path.isdir(name) or not os.path.isdir(os.path.dirname(os.path.abspath(name))):
            raise config_error(option, f"{name}: there is no such folder, or it is a folder itself")


def _check_questions(design: Trial, n_for: float | None, limit: int, examples: int, which: int) -> None:
    """Refuses what the trial cannot be asked, before anything is simulated."""
    from hybridcare.trial import MOST_TRIALS
    from hybridcare.trial_design import whole
    from hybridcare.trial_flow import checked_examples
    from hybridcare.trial_power import checked_goal

    if n_for is not None:
        checked_goal(design, n_for, limit)
    if examples:
        checked_examples(design, examples)
    whole("--trial", which, 0, MOST_TRIALS - 1, "")


def _ratio(text: str) -> tuple[int, ...]:
    from hybridcare.errors import config_error

    try:
        return tuple(int(part) for part in text.split(":")) if text else ()
    except ValueError:
        raise config_error("--allocation", f"expected whole numbers such as 2:1, found {text!r}") from None


def _discriminate(file: str, pair: str, seed: int | None, threads: int, quiet: bool) -> None:
    """The rivals' own ranking of designs; `hybridcare discriminate` has all its options."""
    from hybridcare.cli_rivals import show_discrimination
    from hybridcare.rivals_designs import discriminate, parsed_pair

    a, b = parsed_pair(pair)
    show_discrimination(discriminate(file, a, b, seed=seed, threads=threads, progress=not quiet))


def _told(design: Trial, found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        from hybridcare.document import pretty

        print(pretty(document(design, found)), end="")
        return
    out = console(130)
    rivals_first(out)
    out.print(f"{design.sentence}\n")
    for line in (*design.caveats, *found["power"].statuses):
        out.print(line)
    for name, answer in found.items():
        out.print(frame_table(_shown(name, answer.table()), answer.title, _COLUMNS[name]))
        for line in answer.notes:
            out.print(line)
    powers = found["power"].table()
    if design.sets is not None:
        title = f"True difference over parameter sets, {design.outcome.unit}, and the formula's power there"
        out.print(frame_table(powers[powers["same_as"] == ""], title, _OVER_SETS))
    out.print(f"\n{found['power'].sentence}")
    out.print(f"Seed {design.plan.seed}; scenario {design.base.hash[:12]}.")


def _shown(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """What fits a screen: of harms all groups for the first set of assumptions, and all clients for the others; page
    and JSON have the rest. A set that is the same model as an earlier one stands once there."""
    if name != "harms":
        return frame
    first = frame["cell"] == frame["cell"].iloc[0]
    return frame[(first | (frame["grouping"] == "all")) & (frame["same_as"] == "")]


def document(design: Trial, found: Mapping[str, Any]) -> dict[str, Any]:
    """Everything as plain values; null where a number is unknown."""
    head = {"design": design.sentence, "arms": list(design.arms), "n": design.n, "caveats": design.caveats}
    tables = {name: {"question": answer.title, "notes": list(answer.notes), "rows": _plain(answer.table())}
              for name, answer in found.items()}  # fmt: skip
    return head | tables | {"provenance": design.provenance}


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows that JSON can hold."""

    def plain(value: Any) -> Any:
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _written(design: Trial, found: Mapping[str, Any], flow: str | None, rows: str | None, report: str | None,
             which: int, cell: str, as_json: bool) -> None:  # fmt: skip
    from hybridcare.trial_report import save_rows, save_trial

    one = f" of trial {which}, assumptions {cell}"
    of, made = {"Flow": one, "Rows": one, "Report": ""}, []
    if flow is not None:
        made.append(("Flow", design.flow(which, cell).plot().save(flow)))
    if rows is not None:
        made.append(("Rows", save_rows(design, which, Path(rows), cell)))
    if report is not None:
        made.append(("Report", save_trial(design, found, Path(report), which, cell)))
    for name, path in made:
        typer.echo(f"{name}{of[name]}: {Path(path).resolve().as_uri()}", err=as_json)


_OVER_SETS = (("assumptions", "cell", ""), ("arm", "arm", ""), ("5 %", "truth_low", "+.2f"),
              ("median", "truth_median", "+.2f"), ("95 %", "truth_high", "+.2f"),
              ("SD between sets", "truth_sd", ".2f"), ("chance in one", "truth_noise_se", ".2f"),
              ("power, low", "power_set_low", ".1%"), ("high", "power_set_high", ".1%"),
              ("sets", "sets", "d"))  # fmt: skip
#: Columns by table: title, column of the frame, format.
_CELL = (("assumptions", "cell", ""), ("same as", "same_as", ""))
_COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "power": (*_CELL, ("arm", "arm", ""), ("power", "power", ".1%"), ("low", "power_low", ".1%"),
              ("high", "power_high", ".1%"), ("formula", "power_formula", ".1%"), ("estimate", "effect", "+.2f"),
              ("truth", "truth", "+.2f"), ("SD", "sd", ".2f"), ("ICC", "icc", ".3f"), ("type I", "type_one", ".1%"),
              ("worse", "worse", ".1%"), ("entered", "entered", ".0f"), ("week", "week", ".0f")),
    "n_for": (*_CELL, ("clients", "n", ",.0f"), ("power", "power", ".1%"), ("low", "power_low", ".1%"),
              ("high", "power_high", ".1%"), ("by formula", "n_formula", ",.0f"), ("", "why", "")),
    "assurance": (*_CELL, ("assurance", "assurance", ".1%"), ("low", "noise_low", ".1%"), ("high", "noise_high", ".1%"),
                  ("worse", "worse", ".1%"), ("truth 5 %", "truth_low", "+.2f"), ("50 %", "truth_median", "+.2f"),
                  ("95 %", "truth_high", "+.2f"), ("chance", "truth_noise_se", ".2f"), ("fixed", "fixed", "")),
    "harms": (("assumptions", "cell", ""), ("harm", "harm", ""), ("arm", "arm", ""), ("by", "grouping", ""),
              ("group", "group", ""),
              ("rate", "rate", ".1%"), ("SE", "noise_se", ".1%"), ("difference", "difference", "+.1%"),
              ("expected", "expected", ".1f"), ("of clients", "clients", ".0f")),
    "examples": (("trial", "replicate", "d"), ("estimate", "effect", "+.2f"), ("low", "low", "+.2f"),
                 ("high", "high", "+.2f"), ("p", "p", ".3f"), ("says", "says", ""), ("analysed", "analysed", "d"),
                 ("dropped out", "dropped", "d"), ("truth", "truth", "+.2f")),
}  # fmt: skip
