"""What uses an entry of the evidence: the table of fields, readings, calibrations, targets, priors, claims, and the
validation, which holds some figures out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.places import data_file

if TYPE_CHECKING:
    from hybridcare.evidence_base import Entry

#: Ways in which a part of the product leans on an entry; the others only point at it.
LEANING = ("default", "intake", "reading", "calibration", "target", "prior", "held_out")
_WORDS = {"default": "default of", "intake": "a service's intake sets", "field": "bears on", "reading": "reading",
          "calibration": "fitted in", "target": "target", "prior": "prior of", "claim": "claim",
          "held_out": "never fitted, held against"}  # fmt: skip
#: Bundled files whose members name evidence: file, member that holds objects by name, what such an object is.
FILES = (("targets.json", "targets", "target"), ("priors.json", "parameters", "prior"))
HELD_OUT = "explanations.json"  #: the bundled file that says which figures are held out, and beside which target
SERVICE = "service_intake"  #: the bundled scenario with an intake of kind "service"


@dataclass(frozen=True)
class Use:
    """One use of an entry.

    how    default, intake (what a service's intake sets instead), field, reading, calibration, target, prior, claim or
           held_out (what was simulated for a target stands beside it, and nothing was fitted to it)
    name   a JSON Pointer, or a name
    grade  of a default, or of what stands in its place
    """

    how: str
    name: str
    grade: str = ""

    def __str__(self) -> str:
        return f"{_WORDS[self.how]} {self.name}" + (f" ({self.grade})" if self.grade else "")

    def on(self, paths: Iterable[str]) -> bool:
        """Whether it is about one of these fields."""
        return self.how in ("default", "intake", "field", "prior") and any(covers(self.name, path) for path in paths)


def covers(pointer: str, path: str) -> bool:
    """Whether a pointer is that of the field, or of a group that holds it."""
    return path == pointer or path.startswith(pointer.removesuffix("/*").rstrip("/") + "/")


def pointers(given: str) -> list[str]:
    """Paths of the fields that a pointer, a symbol or a group of fields means. Raises ConfigError with the nearest."""
    from hybridcare.parameters import field

    wanted = given if given.startswith("/") else "/" + given.replace(".", "/")
    inside = [row["path"] for row in core.fields() if covers(wanted, row["path"])]
    return inside or [field(given)["path"]]


def leans(uses: Iterable[Use]) -> bool:
    """Whether something in the product leans on what is used so."""
    return any(use.how in LEANING for use in uses)


def links(entries: Mapping[str, Entry], calibrations: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Use, ...]]:
    """Every use by id, of entries and calibrations; ids that nobody has are among them, for a check."""
    found: dict[str, list[Use]] = defaultdict(list)
    for name, use in (*_defaults(), *_service_intake(), *_own(entries), *_fits(calibrations), *_files()):
        found[name].append(use)
    return {name: tuple(dict.fromkeys(uses)) for name, uses in found.items()}


def _defaults() -> Iterator[tuple[str, Use]]:
    for row in core.fields():
        if row["evidence"]:
            yield row["evidence"], Use("default", row["path"], row["grade"])


def _service_intake() -> Iterator[tuple[str, Use]]:
    """What an intake of kind "service" sets in place of defaults, as the bundled scenario with one has it."""
    from hybridcare.scenario import load

    defaults = {row["path"]: row["evidence"] for row in core.fields()}
    for path, grade, source in load(SERVICE).core.grades(0, 0):
        if source and source != defaults[path]:
            yield source, Use("intake", path, grade)


def _own(entries: Mapping[str, Entry]) -> Iterator[tuple[str, Use]]:
    """What an entry itself says that it bears on."""
    for name, entry in entries.items():
        for how, names in (("field", entry.fields), ("reading", entry.readings), ("claim", entry.claims)):
            for each in names:
                yield name, Use(how, each)


def _fits(calibrations: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Use]]:
    for name, fit in calibrations.items():
        for figure in fit.get("figures", ()):
            yield figure, Use("calibration", name)


def _files() -> Iterator[tuple[str, Use]]:
    """Whatever the file holds beside names of evidence is its own reader's affair."""
    for file, member, how in FILES:
        for name, part in _content(file).get(member, {}).items():
            for identifier in part.get("evidence", []) if isinstance(part, dict) else []:
                yield identifier, Use(how, name)
    for part in _content(HELD_OUT).get("held_out", []):
        yield part["evidence"], Use("held_out", part["target"])


def _content(file: str) -> dict[str, Any]:
    path = data_file(file)
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
