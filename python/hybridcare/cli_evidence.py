"""The command `evidence`: published figures, what each may be used for, and what uses it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from hybridcare.terminal import Json, console, fill, rows

if TYPE_CHECKING:
    from hybridcare.evidence_base import Evidence
    from hybridcare.evidence_links import Use


def evidence(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="Show one entry in full, and what uses it.")] = "",
    construct: Annotated[str, typer.Option(metavar="WORDS", help="Of these constructs, e.g. empathy.")] = "",
    status: Annotated[str, typer.Option(help="verified, secondary, derived or recalled.")] = "",
    use: Annotated[str, typer.Option(help="What it may serve as: target, input, prior, bound, ordering, context or "
                                          "not_to_be_used.")] = "",
    parameter: Annotated[str, typer.Option(metavar="POINTER", help="About this field, or group of fields.")] = "",
    target: Annotated[str, typer.Option(metavar="NAME", help="Of this target of calibration.")] = "",
    search: Annotated[str, typer.Option(metavar="TEXT", help="That mention this text.")] = "",
    unused: Annotated[bool, typer.Option("--unused", help="That no default, reading, fit, target or prior leans "
                                         "on, and that is not held out; claims do not count.")] = False,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table as CSV.")] = False,
) -> None:  # fmt: skip
    """List published figures and calibrations, with what each may be used for; or show one, and what uses it."""
    from hybridcare.errors import config_error
    from hybridcare.evidence_base import evidence as all_of_it

    given = {"construct": construct, "status": status, "use": use, "parameter": parameter, "target": target,
             "search": search}  # fmt: skip
    if name and (unused or any(given.values())):
        raise config_error("evidence", "give either an ID or conditions, not both")
    if as_json and as_csv:
        raise config_error("evidence", "give either --json or --csv")
    found = all_of_it()
    if name in found.calibrations:
        _calibration(found, name, as_json, as_csv)
        return
    chosen = found.only(name) if name else found.where(**given)
    _out(chosen.unused() if unused else chosen, bool(name), as_json, as_csv)


def _out(found: Evidence, one: bool, as_json: bool, as_csv: bool) -> None:
    from hybridcare.document import pretty

    if as_json:
        held = found.documents()
        print(pretty(held[0] if one else held), end="")
    elif as_csv:
        print(found.table().to_csv(index=False, lineterminator="\n"), end="")
    elif one:
        from hybridcare.evidence_words import entry_lines

        for entry in found.values():
            print("\n".join(entry_lines(entry, found.used_by(entry.id))))
    else:
        _list(found)


def _list(found: Evidence) -> None:
    out = console()
    lines = [(entry.id, entry.quantity, entry.figure, entry.status, ", ".join(entry.use),
              _uses(found.used_by(entry.id))) for entry in found.values()]  # fmt: skip
    title = f"{len(found)} published figures" + ("" if found else ": none meets all conditions")
    out.print(rows(title, ("id", "what", "figure", "status", "may serve as", "used by"), lines, 6))
    fill(out, "`hybridcare evidence ID` shows one in full. A range is no interval, and an association is no effect.")


def _uses(uses: tuple[Use, ...]) -> str:
    """How many of each kind, e.g. "1 default, 2 targets"; the entry itself names them."""
    counts = Counter(use.how for use in uses)
    return ", ".join(f"{count} {how}{'s' if count > 1 else ''}" for how, count in counts.items()) or "—"


def _calibration(found: Evidence, name: str, as_json: bool, as_csv: bool) -> None:
    """A run that fitted defaults: its account, the figures it was fitted to, the fields that hold what it found."""
    from hybridcare.document import pretty
    from hybridcare.errors import config_error
    from hybridcare.evidence_words import calibration_lines

    if as_csv:
        raise config_error("--csv", f"{name} is no published figure; --json prints it")
    account = found.calibrations[name]
    if as_json:
        uses = [{"how": use.how, "name": use.name} for use in found.used_by(name)]
        print(pretty({**account, "used_by": uses}), end="")
        return
    print("\n".join(calibration_lines(account, found.used_by(name))))
