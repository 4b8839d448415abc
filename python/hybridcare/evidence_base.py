"""The evidence: published figures by id, what each may be used for, and what in the product uses it.

The files are those of scenarios/evidence; their README says what the words mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.evidence_links import Use, leans, links, pointers
from hybridcare.names import unknown
from hybridcare.parameters import nearest_first
from hybridcare.places import data_folder

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    "effect": "a difference between randomised arms",
    "association": "a correlation, or a difference between groups that nobody made; never a coefficient",
    "description": "a rate, mean, spread, price or rule",
}
STATUSES = {
    "verified": "seen in the source or its abstract",
    "secondary": "seen in a text that reports the source",
    "derived": "computed from open data",
    "recalled": "from memory, not seen",
}
USES = {
    "target": "a simulated reading is fitted to it or held against it",
    "input": "a default may be taken from it",
    "prior": "it may shape what is believed of a parameter before a fit",
    "bound": "it limits what is plausible",
    "ordering": "only which is larger, or the sign",
    "context": "to be read beside results; nothing leans on it",
    "not_to_be_used": "kept as a warning",
}
CALIBRATIONS = "calibrations.json"
NEAREST = 3  # names that an unknown one is answered with


@dataclass(frozen=True)
class Entry:
    """One published figure.

    value       in `unit`; None where none was seen
    se, sd      standard error of the value; spread between people
    low, high   of the interval whose kind is `interval`: confidence, credible, range, or none. A range over studies or
                settings is no interval of the value
    direction   which way, where no number was seen or the number does not say it
    k, n        studies and people, or what the note says
    kind, status, use  words of KINDS, STATUSES, USES; `why` says why it may be used so
    instead     id of the entry to take in its place, or ""
    fields      JSON Pointers that it bears on, beside the defaults that name it; readings, claims: likewise
    group       title of its file
    """

    id: str
    construct: str
    quantity: str
    unit: str
    kind: str
    source: str
    status: str
    use: tuple[str, ...]
    why: str
    value: float | None = None
    se: float | None = None
    sd: float | None = None
    interval: str = "none"
    low: float | None = None
    high: float | None = None
    direction: str = ""
    k: int | None = None
    n: int | None = None
    year: int | None = None
    doi: str = ""
    note: str = ""
    instead: str = ""
    fields: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    group: str = ""

    @property
    def figure(self) -> str:
        """The number with unit and interval in words; the direction where there is no number."""
        unit = "" if self.unit == "qualitative" else f" {self.unit}"
        parts = [] if self.value is None else [f"{self.value:.10g}{unit}"]
        if self.interval != "none":
            words = {"confidence": "confidence interval", "credible": "credible interval"}.get(self.interval, "range")
            parts.append(f"{words} {self.low:.10g} to {self.high:.10g}" + ("" if parts else unit))
        parts += [f"{name} {spread:.10g}" for name, spread in (("SE", self.se), ("SD", self.sd)) if spread is not None]
        return ", ".join(parts) or self.direction

    @property
    def link(self) -> str:
        """Address of the source, or ""."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    def document(self) -> dict[str, Any]:
        """Every member as JSON holds it; None where nothing was seen."""
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in held.items()}


def read_entry(name: str, content: Mapping[str, Any], group: str = "") -> Entry:
    """An entry as it stands in a file."""
    members: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value
                               for key, value in content.items() if key != "interval"}  # fmt: skip
    interval = content.get("interval", {})
    return Entry(id=name, group=group, **members, interval=interval.get("kind", "none"), low=interval.get("low"),
                 high=interval.get("high"))  # fmt: skip


class Evidence(Mapping[str, Entry]):
    """Published figures by id, in the order of the files. Made by `evidence()`; `where` takes a part of it."""

    def __init__(self, entries: Mapping[str, Entry], calibrations: Mapping[str, Mapping[str, Any]],
                 uses: Mapping[str, tuple[Use, ...]]) -> None:  # fmt: skip
        self._entries = dict(entries)
        self._uses = uses
        self.calibrations = dict(calibrations)  #: runs that fitted defaults, by id

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<hybridcare.Evidence: {len(self)} published figures>"

    def _repr_html_(self) -> str:
        from hybridcare.display import shown

        counts = {status: sum(each.status == status for each in self.values()) for status in STATUSES}
        return shown(f"{len(self)} published figures", [], {f"{name}: {STATUSES[name]}": count
                                                            for name, count in counts.items()})  # fmt: skip

    def entry(self, name: str) -> Entry:
        """The entry of that id. Raises ConfigError with the nearest ids."""
        if name not in self._entries:
            raise config_error("", _unknown("evidence", name, list(self._entries)))
        return self._entries[name]

    def only(self, name: str) -> Evidence:
        """That entry alone. Raises ConfigError with the nearest ids."""
        wanted = self.entry(name)
        return self._part(lambda each: each is wanted)

    def used_by(self, name: str) -> tuple[Use, ...]:
        """What uses an entry or a calibration: defaults, fields it bears on, readings, fits, targets, priors, claims,
        and what it is held against without a fit.
        Raises ConfigError with the nearest ids."""
        if name not in self.calibrations:
            self.entry(name)
        return self._uses.get(name, ())

    def unused(self) -> Evidence:
        """Entries that no default, reading, fit, target or prior leans on, and that are not held out."""
        return self._part(lambda each: not leans(self.used_by(each.id)))

    def where(self, *, construct: str = "", status: str = "", use: str = "", parameter: str = "", target: str = "",
              search: str = "") -> Evidence:  # fmt: skip
        """The entries that meet every condition given.

        construct  words of the construct or of the file's title; search: words of any text, the id included
        status, use  one of STATUSES, USES
        parameter  a JSON Pointer or symbol of a field, or a group of fields; target: a name in targets.json
        Raises ConfigError: an unknown word with those that are known.
        """
        for option, given, known in (("--status", status, STATUSES), ("--use", use, USES)):
            if given and given not in known:
                raise config_error(option, unknown(option[2:], given, known))
        found = self
        if parameter:
            asked = pointers(parameter)
            found = found._part(lambda each: any(use.on(asked) for use in self.used_by(each.id)))
        if target:
            found = found._of_target(target)
        if construct and not any(_holds(construct, each.construct, each.group) for each in self.values()):
            names = dict.fromkeys(each.construct for each in self.values())
            raise config_error("--construct", _unknown("construct", construct, list(names)))
        return found._part(lambda each: (not construct or _holds(construct, each.construct, each.group))
                           and (not status or each.status == status) and (not use or use in each.use)
                           and (not search or _holds(search, *_texts(each))))  # fmt: skip

    def table(self) -> pd.DataFrame:
        """One row for each entry: its members, `figure` in words, and `used_by`, what uses it, in words."""
        import pandas

        rows = [{**each.document(), "figure": each.figure, "used_by": "; ".join(map(str, self.used_by(each.id)))}
                for each in self.values()]  # fmt: skip
        frame = pandas.DataFrame(rows, columns=[*(each.name for each in fields(Entry)), "figure", "used_by"])
        for name in ("use", "fields", "readings", "claims"):
            frame[name] = [", ".join(words) for words in frame[name]]
        return frame.astype({"k": "Int64", "n": "Int64", "year": "Int64"})

    def documents(self) -> list[dict[str, Any]]:
        """The entries as JSON, each with what uses it."""
        return [{**each.document(), "figure": each.figure,
                 "used_by": [{"how": use.how, "name": use.name} for use in self.used_by(each.id)]}
                for each in self.values()]  # fmt: skip

    def _of_target(self, target: str) -> Evidence:
        named = {use.name for uses in self._uses.values() for use in uses if use.how == "target"}
        if target not in named:
            raise config_error("--target", _unknown("target", target, sorted(named)))
        return self._part(lambda each: any((use.how, use.name) == ("target", target)
                                           for use in self.used_by(each.id)))  # fmt: skip

    def _part(self, chosen: Callable[[Entry], bool]) -> Evidence:
        return Evidence({each.id: each for each in self.values() if chosen(each)}, self.calibrations, self._uses)


def _unknown(kind: str, name: str, known: list[str]) -> str:
    """As `names.unknown`, for so many names that only the nearest are listed."""
    near = ", ".join(f"'{each}'" for each in nearest_first(name, known, NEAREST))
    return f"unknown {kind} '{name}'; nearest: {near}, of {len(known)}; hybridcare evidence lists them"


def _texts(entry: Entry) -> tuple[str, ...]:
    return (entry.id, entry.construct, entry.quantity, entry.source, entry.doi, entry.why, entry.note, entry.direction)


def _holds(words: str, *texts: str) -> bool:
    return any(words.lower() in text.lower() for text in texts)


@cache
def evidence() -> Evidence:
    """The bundled evidence."""
    folder = data_folder("evidence")
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.json")):
        if path.name != CALIBRATIONS:
            document = json.loads(path.read_text(encoding="utf-8"))
            entries |= {name: read_entry(name, each, document["title"])
                        for name, each in document["entries"].items()}  # fmt: skip
    fits = {each["id"]: each for each in json.loads((folder / CALIBRATIONS).read_text(encoding="utf-8"))}
    return Evidence(entries, fits, links(entries, fits))
