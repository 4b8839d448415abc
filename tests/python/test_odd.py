"""The ODD document leaves out no state variable, phase, mechanism or parameter, and has what Grimm et al. 2020 want.

Seen to fail: a row of state or a parameter left out; phases turned round, one without its submodel; a submodel left
out; an initial value of no variable; a section misnumbered, a concept misnamed; mechanisms that change what does not
exist, or read no longer what the scenario has.
"""

from __future__ import annotations

import re

from hybridcare import core, odd

ELEMENTS = ["Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
            "Design concepts", "Initialisation", "Input data", "Submodels"]  # fmt: skip
CONCEPTS = ["Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
            "Interaction", "Stochasticity", "Collectives", "Observation"]  # fmt: skip


def part(head: str) -> str:
    """The text below a heading, down to the next one of its kind or above."""
    level = head.split(" ", 1)[0]
    text = odd.odd()
    assert text.count(f"\n{head}\n") == 1, head
    return re.split(rf"\n#{{1,{len(level)}}} ", text.split(f"\n{head}\n", 1)[1])[0]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_state_variable_stands_with_its_entity() -> None:
    variables = core.state_variables()
    assert {v["entity"] for v in variables} == set(odd._TITLES)
    for entity, title in odd._TITLES.items():
        assert first_cells(part(f"### {title}")) == [v["name"] for v in variables if v["entity"] == entity]


def test_every_parameter_stands_with_its_part() -> None:
    fields = core.fields()
    assert len(fields) > 200
    for name in {f["path"].split("/")[1] for f in fields}:
        own = [f["path"] for f in fields if f["path"].split("/")[1] == name]
        assert first_cells(part(f"### {name}")) == own


def test_every_phase_and_submodel_stands_in_its_table() -> None:
    named = re.findall(r"^\| \d+ \| `([a-z_]+)` \|", part("## 3 Process overview and scheduling"), re.MULTILINE)
    assert named == [p["name"] for p in core.phases()] == list(odd.PHASES)
    assert first_cells(part("## 7 Submodels")) == [m["name"] for m in core.mechanisms()]
    at_work = {name for names in odd.PHASES.values() for name in names.split()} | odd.OUTSIDE
    assert at_work == {m["name"] for m in core.mechanisms()}


def test_what_begins_in_its_own_way_is_a_state_variable() -> None:
    known = {v["name"] for v in core.state_variables()}
    started = part("## 5 Initialisation")
    rows = re.findall(r"^\| (`[^|]+) \|", started, re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`([a-z_0-9]+)`", row)}
    assert len(names) > 20 and names <= known


def test_submodels_change_what_is_a_state_variable() -> None:
    known = {v["name"] for v in core.state_variables()}
    for mechanism in core.mechanisms():
        changed = mechanism["changes"]
        if mechanism["name"] in ("intake", "affect"):
            continue
        assert set(changed.split(", ")) <= known, mechanism["name"]


def test_every_parameter_is_read_by_something() -> None:
    """A part of a scenario that no mechanism names would be a parameter without effect."""
    read = {part for m in core.mechanisms() for part in m["parameters"].split()}
    parts = {f["path"].split("/")[1] for f in core.fields()}
    after_a_run = {"satisfaction", "accounts", "observation"}
    assert parts - read - after_a_run == set()
    assert read - parts <= {"attributes"}, "a mechanism names a part that no scenario has"


def test_the_seven_elements_and_the_eleven_concepts_are_there_in_order() -> None:
    heads = re.findall(r"^## (\d) (.*)$", odd.odd(), re.MULTILINE)
    assert heads == [(str(number), name) for number, name in enumerate(ELEMENTS, start=1)]
    assert re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", part("## 4 Design concepts"), re.MULTILINE) == CONCEPTS
