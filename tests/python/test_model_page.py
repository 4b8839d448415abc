"""model.md agrees with the program: defaults, grades, values of the core, paths, sections, the order of the week.

Seen to fail: another default, grade or value of the core on the page, a core value left out, a path that does not
exist, a section of another number, two phases in the other order.
"""

from __future__ import annotations

import re
from pathlib import Path

from hybridcare import core

PAGE = Path(__file__).resolve().parents[2] / "python" / "docs" / "model.md"
MARKS = {"": "assumed", "ᶜ": "calibrated", "ᵐ": "measured", "ᵈ": "design"}
NUMBER = r"-?(?:\d+\.\d+|\.\d+|\d+)"
STATED = re.compile(
    rf"`(?P<path>/[a-z_0-9/]+)`(?: (?!is |-?\.?\d)[^\s`]+)? (?P<value>{NUMBER})(?P<mark>[ᶜᵐᵈ]?)(?P<rest>[^`]*)"
)


def page() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def agrees(value: float | str, text: str) -> bool:
    """Whether the text is the value, as far as it is printed."""
    digits = len(text.partition(".")[2])
    return round(float(value), digits) == float(text)


def test_stated_defaults_are_those_of_the_program() -> None:
    fields = {f["path"]: f for f in core.fields()}
    stated = list(STATED.finditer(page()))
    assert len(stated) > 60
    for match in stated:
        field = fields[match["path"]]
        where = match[0][:80]
        assert agrees(field["default"], match["value"]), where
        assert field["grade"] == MARKS[match["mark"]], where
        if field["core"] != field["default"]:
            in_core = re.search(rf"«({NUMBER})[,»]", match["rest"])
            assert in_core and agrees(field["core"], in_core[1]), where


def test_every_path_exists() -> None:
    paths = {f["path"] for f in core.fields()}
    for name in set(re.findall(r"`(/[a-z_0-9/]+)`", page())):
        assert any(path == name or path.startswith(name + "/") for path in paths), name


def test_every_mechanism_has_its_section() -> None:
    text = PAGE.read_text(encoding="utf-8")
    heads = " ".join(re.findall(r"^#{2,3} .*$|^\*\*2\.\d ", text, re.MULTILINE))
    for mechanism in core.mechanisms():
        for section in mechanism["section"].split(", "):
            assert re.search(rf"\b{re.escape(section)}\b", heads), (mechanism["name"], section)


def test_the_week_is_told_in_its_order() -> None:
    rows = re.findall(r"^\| ([a-z_]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    phases = [phase["name"] for phase in core.phases()]
    assert [row for row in rows if row in phases] == phases
