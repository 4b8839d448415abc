"""Writes the table of python/docs/constructs.md from the runs. Usage: python -m constructs.page, in tests/validation.

The numbers are the same on every machine (one scenario, one result), so that a test can hold the page to them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from hybridcare import core

from . import BENCHES, PARTS
from .measure import Effect, Row

PAGE = Path(__file__).resolve().parents[3] / "python" / "docs" / "constructs.md"
PART = re.compile(r"(<!-- measured-effects -->\n).*?(<!-- measured-effects-end -->)", re.DOTALL)


LONG = 60  # characters of a value that a cell shows


def shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, bool | list | dict):
        return json.dumps(value)
    return f"{value:.4g}"


@cache
def defaults() -> dict[str, Any]:
    return {field["path"]: field["default"] for field in core.fields()}


def before(pointer: str, row: Row) -> Any:
    """What stood at the pointer: given by the row, by the scene, or a default."""
    if pointer in row.given:
        return row.given[pointer]
    place: Any = BENCHES[row.scene].document
    for name in pointer.split("/")[1:]:
        place = place.get(name) if isinstance(place, dict) else None
    if place is not None:
        return place
    return defaults().get(pointer)


def short_of(pointer: str) -> str:
    return pointer.replace("/pathway/steps/care", "step")


def setting(pointer: str, value: Any) -> str:
    """A value that is set on both sides."""
    return f"`{short_of(pointer)}` {shown(value)}".replace(" {}", "")


def parameter(pointer: str, row: Row) -> str:
    short = short_of(pointer)
    old, new = before(pointer, row), row.change[pointer]
    if new is None:
        return f"`{short}` taken away"
    if max(len(shown(old)), len(shown(new))) > LONG:
        return f"`{short}` added" if old is None else f"`{short}` changed"
    return f"`{short}` {shown(old)} → {shown(new)}"


def number(effect: Effect) -> str:
    """Effect and noise, both to the noise's first digits."""
    if effect.error == 0:
        return f"{effect.mean:+.4g} ± 0".replace("-", "−")
    places = 4
    while places > 1 and effect.error >= 0.5 * 10 ** (2 - places):
        places -= 1
    return f"{effect.mean:+.{places}f} ± {effect.error:.{places}f}".replace("-", "−")


def nothing(row: Row) -> str:
    return "nothing moves; it would with " + ", ".join(setting(*item) for item in row.unless.items())


def line(row: Row) -> str:
    effect = BENCHES[row.scene].effect(row)
    measured = f"{row.reads.name}: {number(effect)} {row.reads.unit}".strip() if row.reads else nothing(row)
    note = f" ({row.why})" if row.why else ""
    file, _, name = row.test.partition(": ")
    cells = [
        row.construct + note,
        ", ".join(parameter(pointer, row) for pointer in row.change),
        row.scene,
        measured,
        "; ".join(output.name for output in row.still),
        row.section,
        f"`{file}`: {name}",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def table() -> str:
    heads = ["construct", "change", "scene", "effect ± simulation noise", "does not move", "model", "mechanism's test"]
    text = ""
    for title, rows in PARTS.items():
        text += f"\n### {title}\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n" + "".join(map(line, rows))
    return text


def filled(text: str) -> str:
    made = table()
    return PART.sub(lambda match: match[1] + made + match[2], text)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
