"""The scenario's hash covers what the files hold that it names, and nothing of where they lie.

Seen to fail: a hash of the document alone; names instead of contents; where the files lie; files that an arm names left
out; a table without its last bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers import text, tiny

import hybridcare as hc

AGES = {"age": {"levels": ["young", "old"]}}
SERVICE = {"arrivals": 5, "in_need": 20, "slots": 10}
#: table: members of the scenario that names it, its text, the same with one number changed
TABLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "joint_shares": ({"attributes": AGES, "joint_shares": "t.csv"}, "age,share\nyoung,.5\nold,.5\n",
                     "age,share\nyoung,.4\nold,.6\n"),
    "intake": ({"intake": {"kind": "service", "file": "t.csv"}}, "score,clients\n12,30\n15,40\n20,20\n",
               "score,clients\n12,30\n15,40\n20,21\n"),
    "arrivals": ({"service": {**SERVICE, "arrivals_file": "t.csv"}}, "week,clients\n1,3\n2,4\n",
                 "week,clients\n1,3\n2,5\n"),
    "slots": ({"service": {**SERVICE, "slots_file": "t.csv"}, "therapists": {"count": 2}},
              "therapist,slots\n1,3\n2,4\n", "therapist,slots\n1,3\n2,5\n"),
    "edges": ({"service": SERVICE, "network": {"edges_file": "t.csv"}}, "from,to\n0,1\n", "from,to\n0,2\n"),
}  # fmt: skip


def hash_with(folder: Path, members: dict[str, Any], table: str) -> str:
    folder.mkdir()
    (folder / "s.json").write_bytes(text(tiny(**members, headline=None)))
    (folder / "t.csv").write_text(table)
    return hc.load(str(folder / "s.json")).hash


@pytest.mark.parametrize("name", TABLES)
def test_one_number_of_a_table_changes_the_hash(name: str, tmp_path: Path) -> None:
    members, table, other = TABLES[name]
    first = hash_with(tmp_path / "a", members, table)
    assert hash_with(tmp_path / "moved", members, table) == first
    assert hash_with(tmp_path / "b", members, other) != first


def test_a_table_that_one_arm_names_counts_too(tmp_path: Path) -> None:
    arms = {"human": {}, "later": {"service": {**SERVICE, "slots_file": "t.csv"}}}
    _, table, other = TABLES["slots"]
    members = {"service": SERVICE, "therapists": {"count": 2}, "arms": arms}
    assert hash_with(tmp_path / "a", members, table) != hash_with(tmp_path / "b", members, other)


def test_a_table_that_has_gone_is_said(tmp_path: Path) -> None:
    members, table, _ = TABLES["slots"]
    hash_with(tmp_path / "a", members, table)
    scenario = hc.load(str(tmp_path / "a" / "s.json"))
    (tmp_path / "a" / "t.csv").unlink()
    with pytest.raises(hc.ConfigError, match="t.csv.*cannot be read"):
        _ = scenario.hash


def test_without_files_it_is_the_documents() -> None:
    from hybridcare.document import digest, ordered

    scenario = hc.load("stepped_care")
    assert scenario.hash == digest(ordered(scenario.resolved))
