"""The command `check-setting`: does the model show what a service counts, and what do its figures change?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybridcare.terminal import Json, Quiet, Report, Threads, Uncertainty, answer, check_report, console, fill, rows

if TYPE_CHECKING:
    from hybridcare.setting import SettingCheck

Data = Annotated[str | None, typer.Argument(metavar="DATA.csv", help="The service's own figures; see --template.")]
Care = Annotated[str, typer.Argument(metavar="[FILE]", help="The care that the service gives: a scenario file, or a "
                                     "bundled one. Waits need one with a service.")]  # fmt: skip
Arm = Annotated[str | None, typer.Option(metavar="ARM", help="Default: what the scenario's headline compares with.")]
Rival = Annotated[str, typer.Option("--rival", metavar="NAME", help="R0 to R4, or all: every ensemble that is bundled, "
                                    "figure by figure.")]  # fmt: skip
Week = Annotated[int | None, typer.Option(help="Of care, in which outcomes are read. Default: the first after it.")]
Out = Annotated[str | None, typer.Option("--out", metavar="FILE", help="Write the ensemble with its new weights, for "
                                         "--uncertainty of other commands.")]  # fmt: skip
Template = Annotated[bool, typer.Option("--template", help="Print an example of DATA.csv, explained, and stop.")]
Figures = Annotated[bool, typer.Option("--list-figures", help="Print which figures are known, and stop.")]
Clients = Annotated[int | None, typer.Option(help="Of each set and replicate.")]
Replicates = Annotated[int | None, typer.Option(help="Of each set.")]
Seed = Annotated[int, typer.Option(help="Of what is drawn.")]
SHOWN = 10  # parameters on the screen; page and JSON have all


def check_setting(
    data: Data = None, file: Care = "service_intake", arm: Arm = None, uncertainty: Uncertainty = None,
    rival: Rival = "R1", week: Week = None, clients: Clients = None, replicates: Replicates = None, seed: Seed = 1,
    threads: Threads = 0, out: Out = None, report: Report = None, template: Template = False,
    list_figures: Figures = False, as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Hold the ensemble against a service's own figures, and weigh its parameter sets by them."""
    from hybridcare.errors import config_error
    from hybridcare.setting import check_setting as run
    from hybridcare.setting_out import check_out

    if template or list_figures:
        _explain(template)
        return
    if data is None:
        raise config_error("DATA.csv", "is missing: a CSV file of the service's figures; --template prints an example")
    check_report(report)
    if out is not None:
        check_out(out)
    found = run(data, file, arm, uncertainty=uncertainty or "ensemble", rival=rival, week=week, clients=clients,
                replicates=replicates, seed=seed, threads=threads, progress=not quiet)  # fmt: skip
    saved, refused = _saved(found, out, Path(data).name)
    answer(found, as_json, report, show)
    if refused is not None:
        raise refused
    if saved is not None:
        print(f"Ensemble: {saved}", file=sys.stderr if as_json else sys.stdout)


def _saved(found: SettingCheck, out: str | None, data: str) -> tuple[Path | None, Exception | None]:
    """The ensemble that was written before anything is shown, if one was asked for; or why it may not be used."""
    from hybridcare.errors import ConfigError, config_error

    if found.refusal:
        return None, config_error(data, f"not weighed: {found.refusal}")
    try:
        return (found.save(out) if out is not None else None), None
    except ConfigError as error:
        return None, error


def _explain(template: bool) -> None:
    from hybridcare.setting_csv import template as example
    from hybridcare.setting_figures import figures

    if template:
        print(example(), end="")
        return
    for each in figures().values():
        print(f"{each.name} [{each.unit}; {each.about}]: {each.definition}. A true model may miss it by an SD of "
              f"{each.discrepancy:g} {each.unit} ({each.why}).")  # fmt: skip


def show(found: SettingCheck) -> None:
    """Prints a check: the answer, rivals, figures, parameters, caveats."""
    from hybridcare.plots_base import number, signed

    out = console()
    for line in found.sentences:
        fill(out, line)
        out.print()
    for each in found.found:
        frame = found.table(each.rival)
        lines = [(row.figure, row.unit, f"{number(row.value, 3)} ± {number(row.se, 3)}", number(row.median, 3),
                  f"{number(row.q05, 3)} to {number(row.q95, 3)}", signed(row.apart, 1), row.state,
                  number(row.after_median, 3), signed(row.after_apart, 1)) for row in frame.itertuples()]  # fmt: skip
        heads = ("figure", "unit", "service", f"{each.rival}", "5 to 95 %", "SDs", "", "weighed", "SDs")
        out.print(rows(f"The service beside {each.rival}, farthest first", heads, lines, 2))
    fill(out, "±: standard error of what was counted. SDs: distance over sampling error, what a true model may miss, "
         "noise, and the sets' spread.")  # fmt: skip
    _rivals(found, out)
    _moved(found, out)
    out.print()
    for line in found.caveats:
        fill(out, f"- {line}", "  ")


def _rivals(found: SettingCheck, out: object) -> None:
    from hybridcare.plots_base import number, signed

    lines = [(row.rival, row.label, number(row.effective, 0), number(row.left, 1), str(row.outside),
              f"{row.worst} {signed(row.worst_apart, 1)}", number(row.ratio, 2 if row.ratio < 100 else 0))
             for row in found.rivals().itertuples()]  # fmt: skip
    heads = ("rival", "", "effective", "left", "outside", "farthest, SDs", "likelihood ratio")
    out.print(rows("Rival models", heads, lines, 2))  # type: ignore[attr-defined]


def _moved(found: SettingCheck, out: object) -> None:
    from hybridcare.plots_base import signed

    frame = found.parameters()
    lines = [(row.pointer, _sig(row.prior_mean), _sig(row.mean), f"{_sig(row.q05)} to {_sig(row.q95)}",
              _sig(row.after_mean), f"{_sig(row.after_q05)} to {_sig(row.after_q95)}", signed(row.shift, 2),
              "yes" if row.beyond else "no") for row in frame.head(SHOWN).itertuples()]  # fmt: skip
    heads = ("parameter", "prior", "ensemble", "5 to 95 %", "weighed", "5 to 95 %", "SDs moved", "beyond chance")
    title = f"Parameters that moved most, of {len(frame)}; {int(frame['beyond'].sum())} beyond chance"
    out.print(rows(title, heads, lines))  # type: ignore[attr-defined]


def _sig(value: float) -> str:
    """Three significant digits, since parameters have units of all sizes."""
    return "—" if value != value else f"{value:.3g}".replace("-", "−")
