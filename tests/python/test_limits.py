"""The page of limits names what there is: parameters, figures, tables, claims and commands.

Seen to fail: a parameter, a figure, a table, a claim and a command misspelt.
"""

from __future__ import annotations

import re
from pathlib import Path

import hybridcare as hc
from hybridcare import core
from hybridcare.cli import app
from hybridcare.evidence_links import covers

DOCS = Path(__file__).resolve().parents[2] / "python" / "docs"
PAGE = (DOCS / "limits.md").read_text(encoding="utf-8")


def test_every_page_links_to_figures_that_there_are() -> None:
    known = {*hc.evidence(), *hc.evidence().calibrations}
    for page in DOCS.glob("*.md"):
        linked = set(re.findall(r"\(evidence\.md#([^)]+)\)", page.read_text(encoding="utf-8")))
        assert linked <= known, (page.name, linked - known)
    assert len(re.findall(r"evidence\.md#", PAGE)) > 10


def test_limits_bite_at_parameters_that_there_are() -> None:
    paths = [row["path"] for row in core.fields()]
    named = set(re.findall(r"`(/[^`]+)`", PAGE))
    assert len(named) > 15
    for pointer in named:
        assert any(covers(pointer, path) for path in paths), pointer


def test_limits_bite_at_words_that_there_are() -> None:
    words = set(re.findall(r"`([a-z][a-z0-9_]*)`", PAGE))
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
    tables = set(re.findall(r"^## ([a-z_]+)$", (DOCS / "tables.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert words <= commands | tables | {"phq9", "noise"}, words - commands - tables
    assert words & commands and words & tables
    assert set(re.findall(r"\bE\d+\b", PAGE)) <= set(hc.bundled_claims())


def test_each_limit_says_where_it_bites_and_what_would_help() -> None:
    sections = re.split(r"^## \d+ ", PAGE, flags=re.MULTILINE)[1:]
    assert len(sections) == 14
    for section in sections:
        assert section.count("* **Where it bites.**") == section.count("* **What would help.**") == 1, section[:40]
