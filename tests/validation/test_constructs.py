"""Every construct does what is documented, where it is documented, and nothing else: see constructs/measure.py.

Every row is seen to fail in every run of these tests, on readings such as a fault leaves behind: see
constructs/doubts.py. Faults put into the program, each seen by the rows that it should be seen in: resonance that
softens nothing; a display rule that acts where text alone is read; good evidence that is not forgotten; fusion by
culture that is none; asking again that costs nothing; insight, compassion and autonomy support without their effect;
insight that grows without curiosity; a label that costs validation; an asymmetry for every culture; privacy that counts
where only a human is met.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "validation"))

from constructs import BENCHES, ROWS, SCENES, doubts, page  # noqa: E402
from constructs.measure import CLIENTS, SEEDS, Row, Run  # noqa: E402

from hybridcare.document import merged  # noqa: E402

PAGE = ROOT / "python" / "docs" / "constructs.md"


def label(row: Row) -> str:
    return f"{row.construct} [{', '.join(row.change)}; {row.reads.name if row.reads else 'nothing'}]"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_the_construct_has_its_effect_and_no_other(row: Row) -> None:
    effect = BENCHES[row.scene].effect(row)
    assert not effect.moved, f"moved, and should not: {', '.join(effect.moved)}"
    assert effect.holds(row), f"{row.reads and row.reads.name}: {effect.mean:+.4g}, noise {effect.error:.2g}"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_the_row_can_fail(row: Row) -> None:
    assert row.still
    assert doubts.unnoticed(row) == []
    if row.reads is None:
        assert not doubts.survives_switched_on(row)
    else:
        assert not doubts.survives_disconnected(row)
        assert not doubts.survives_turned_round(row)


def test_what_must_stand_still_can_move() -> None:
    """An output that no row moves would prove nothing by standing still. What only shows that time has not yet come to
    the change, or what a service counts before it, is moved by everything later or by arrivals."""
    moved = {row.reads.name for row in ROWS if row.reads}
    before = re.compile(r"PHQ-9 in week [01]$|turns misread by the (human|assistant) in week \d$|trust in .* week 1$")
    still = {output.name for row in ROWS for output in row.still}
    assert not sorted(name for name in still - moved if not before.match(name))


def test_every_test_that_is_named_exists() -> None:
    """Of mechanisms in the rows, and of limits in the page; a name may be the beginning of a test's."""
    found: dict[str, str] = {}
    for path in ROOT.glob("tests/*/**/*.cpp"):
        found[path.name] = found.get(path.name, "") + path.read_text(encoding="utf-8")
    named = {tuple(row.test.split(": ", 1)) for row in ROWS}
    limits = re.findall(r"`(\w+\.cpp)`: (.+?) \|", PAGE.read_text(encoding="utf-8").split("## Limits")[1])
    assert len(named) > 100 and len(limits) > 30
    both = named | set(limits)
    missing = [f"{file}: {name}" for file, name in both if f'TEST_CASE("{name}' not in found.get(file, "")]
    assert not missing


def test_matching_by_preference_changes_who_sees_whom_and_no_wait() -> None:
    seen, waits = {}, {}
    for matching in ("drawn", "preference"):
        run = Run(merged(SCENES["service"], {"service": {"matching": matching}, "arms": {"arm0": {}}}), 7, False)
        rows = run.rows("clients", CLIENTS)
        seen[matching] = rows[rows["human_contacts"] > 0].set_index("client")["therapist"]
        waits[matching] = [(row["on_list"], row["admitted"]) for row in run.index("service", "week").values()]
    assert (seen["drawn"] != seen["preference"]).mean() > 0.4  # two of three, were nobody bound by full lists
    assert waits["drawn"] == waits["preference"]


def test_several_contacts_a_week_share_its_dose() -> None:
    """The mean gain of week 1, with 2,048 clients: its ratio has a standard error of 1 %; without sharing it is 3."""
    gains = {}
    for number in (1, 3):
        step = {"assistant": {"per_week": number}, "offers": None}
        document = merged(SCENES["assistant"], {"pathway": {"steps": {"care": step}}, "arms": {"arm0": {}}})
        runs = [Run({**document, "weeks": 1, "reading_week": 1}, seed, False) for seed in SEEDS]
        gains[number] = sum(run.rows("weeks", CLIENTS)["oracle_week_gain"].sum() for run in runs)
    assert abs(gains[3] / gains[1] - 1) < 0.05


def test_the_page_says_what_was_measured() -> None:
    assert page.filled(PAGE.read_text(encoding="utf-8")) == PAGE.read_text(encoding="utf-8"), "run `make constructs`"
