"""The ODD document leaves out no state variable, phase, mechanism or parameter."""

from __future__ import annotations

import re

from hybridcare import core
from hybridcare.odd import odd


def test_everything_of_the_model_is_in_the_document() -> None:
    named = set(re.findall(r"`([^`\n]+)`", odd()))
    wanted = {v["name"] for v in core.state_variables()}
    wanted |= {f["path"] for f in core.fields()}
    wanted |= {m["name"] for m in core.mechanisms()} | {p["name"] for p in core.phases()}
    assert len(wanted) > 250
    assert not wanted - named, sorted(wanted - named)


def test_every_parameter_is_read_by_something() -> None:
    """A part of a scenario that no mechanism names would be a parameter without effect."""
    read = {part for m in core.mechanisms() for part in m["parameters"].split()}
    parts = {f["path"].split("/")[1] for f in core.fields()}
    after_a_run = {"satisfaction", "accounts"}
    assert parts - read - after_a_run == set()
    assert read - parts <= {"cultures", "attributes"}, "a mechanism names a part that no scenario has"


def test_the_seven_elements_are_there_in_order() -> None:
    heads = re.findall(r"^## (\d) ", odd(), re.MULTILINE)
    assert heads == list("1234567")
