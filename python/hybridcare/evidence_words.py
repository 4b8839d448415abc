"""Entries of the evidence as text: lines for the command line, links for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.evidence_base import KINDS, STATUSES, USES, evidence
from hybridcare.evidence_links import covers

if TYPE_CHECKING:
    from hybridcare.evidence_base import Entry
    from hybridcare.evidence_links import Use


def entry_lines(entry: Entry, uses: Iterable[Use]) -> list[str]:
    """An entry in full, for reading."""
    counts = ", ".join(f"{name} {count:,}" for name, count in (("k", entry.k), ("n", entry.n)) if count is not None)
    parts = {
        "figure": entry.figure,
        "direction": entry.direction if entry.value is not None or entry.interval != "none" else "",
        "counts": counts,
        "kind": f"{entry.kind}: {KINDS[entry.kind]}",
        "source": ", ".join(filter(None, (entry.source, str(entry.year or ""), entry.link))),
        "status": f"{entry.status}: {STATUSES[entry.status]}",
        "use": "; ".join(f"{name}: {USES[name]}" for name in entry.use),
        "because": entry.why,
        "note": entry.note,
        "instead": entry.instead,
    }
    lines = [entry.id, f"  {'what:':<10} {entry.construct}: {entry.quantity}"]
    lines += [f"  {name + ':':<10} {words}" for name, words in parts.items() if words]
    return lines + [f"  {'' if at else 'used by:':<10} {use}" for at, use in enumerate(uses)]


def calibration_lines(account: Mapping[str, Any], uses: Iterable[Use]) -> list[str]:
    """A calibration in full, for reading."""
    shown = {key.replace("_", " "): ", ".join(map(str, value)) if isinstance(value, list) else value
             for key, value in account.items() if key != "id"}  # fmt: skip
    used = ", ".join(use.name for use in uses)
    return [account["id"], *(f"  {key}: {value}" for key, value in shown.items()),
            *([f"  defaults: {used}"] if used else [])]  # fmt: skip


def source_of(field: Mapping[str, Any]) -> str:
    """What the default of a field rests on, with what else bears on it: links into the page of the evidence."""
    first = field["evidence"]
    others = [_linked(name) for name in _bearing().get(field["path"], ()) if name != first]
    own = _linked(first) if first else "a choice" if field["grade"] == "design" else "assumed"
    return own + (f"; see {', '.join(others)}" if others else "")


def _linked(name: str) -> str:
    return f"[{name}](evidence.md#{name})"


@cache
def _bearing() -> dict[str, list[str]]:
    """Ids of the entries that bear on each field, by path."""
    paths = [row["path"] for row in core.fields()]
    found: dict[str, list[str]] = {}
    for name in evidence():
        pointers = {use.name for use in evidence().used_by(name) if use.how in ("default", "intake", "field")}
        for path in paths:
            if any(covers(pointer, path) for pointer in pointers):
                found.setdefault(path, []).append(name)
    return found
