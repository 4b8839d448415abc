"""Scenarios: a scenario file as a checked value that can be looked at, changed and compared."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.document import Document, canonical, digest, leaves, merged, ordered, pretty, with_defaults
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_folder

if TYPE_CHECKING:
    import pandas as pd

MOST_MIB = 4  # of a scenario file; the reader holds to the same
MISSING = object()  # in a difference: the other scenario has no such place


class Scenario(Mapping[str, Any]):
    """A scenario file, checked when made. A read-only mapping of its JSON; `with_` makes a changed copy.

    Attributes
        file  as given by the user, for messages
        core  the assembled experiment: arms, variants, cultures, pathways, parameter values
    Raises ConfigError with file and JSON Pointer (line and column for broken JSON, column for a guard).
    """

    def __init__(self, text: bytes, file: str) -> None:
        self.file = file.encode(errors="replace").decode()  # a name on disk need not be UTF-8
        self.core: core.Experiment = core.read(text, self.file, str(data_folder("profiles")))
        self._document: Document = json.loads(text)

    @classmethod
    def of(cls, document: Mapping[str, Any], file: str = "scenario") -> Scenario:
        """A scenario from plain dictionaries. Raises ConfigError, also for what JSON cannot hold (NaN, infinity)."""
        try:
            text = json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError) as error:
            raise config_error(file, f"cannot be written as JSON: {error}") from error
        return cls(text, file)

    def __getitem__(self, name: str) -> Any:
        if name not in self._document:
            raise KeyError(unknown("key", name, self._document))
        return json.loads(json.dumps(self._document[name]))  # a copy: a scenario does not change

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def _repr_html_(self) -> str:
        from hybridcare.display import scenario

        return scenario(self)

    def __repr__(self) -> str:
        return f"<hybridcare.Scenario {self.core.name!r}: {self.core.title}>"

    @property
    def name(self) -> str:
        return self.core.name

    def document(self) -> Document:
        """The whole JSON as plain dictionaries; a copy."""
        copy: Document = json.loads(json.dumps(self._document))
        return copy

    @cached_property
    def resolved(self) -> Document:
        """The JSON with every field that it leaves out at its default, to keep its meaning when defaults move."""
        value = "core" if self.core.configuration == "core" else "default"
        defaults: dict[str, Any] = {row["path"]: row[value] for row in core.fields()}
        if self.core.intake == "service":
            defaults.update(core.service_intake())
        head = ("seed", "replicates", "clients", "weeks", "reading_week", "configuration", "calibration", "driver")
        for name in head:
            defaults[f"/{name}"] = getattr(self.core, name)
        defaults["/intake/kind"] = self.core.intake
        defaults["/cultures"] = core.default_cultures()
        own = {name: value for name, value in self._document.items() if name != "$schema"}
        absent = tuple(f"/{name}/" for name in ("service", "network") if name not in own)  # being there is a switch
        if "emotions" in own:  # a list of its own
            absent += ("/recognition/emotion/", "/recognition/emotions")
        kept = {pointer: value for pointer, value in defaults.items() if not pointer.startswith(absent)}
        return with_defaults(own, kept)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the resolved scenario as canonical JSON. Spelling does not count, nor the order of keys, but that
        of cultures, arms, variants, components, steps and transitions does: it can move results. So does what the
        files hold that it names: tables of a service, a network, an intake and shares, profiles of assistants. Raises
        ConfigError if one cannot be read any more."""
        from hybridcare.inputs import digests

        measured = [[row[key] for key in ("variant", "arm", "assistant", "digest")] for row in self.core.profiles]
        files = {name: held for name, held in (("profiles", measured), ("files", digests(self))) if held}
        return digest({"scenario": ordered(self.resolved), **files} if files else ordered(self.resolved))

    def text(self) -> str:
        """The resolved scenario as a file."""
        return pretty(self.resolved)

    def with_(self, patch: Mapping[str, Any]) -> Scenario:
        """A changed copy: objects merge, None removes, everything else replaces (RFC 7386).

        >>> hc.load("hybrid_vs_human_vs_ai").with_({"course": {"harm": 0}})
        Raises ConfigError where the result is no valid scenario.
        """
        return Scenario.of(merged(self._document, patch), self.file)

    def fields(self, arm: str | None = None, variant: str | None = None) -> pd.DataFrame:
        """Every parameter as this arm (default: the first) in this variant (default: the first) has it.

        Columns: path, symbol, value, default, unit, least, most, grade, evidence, meaning; grade and evidence are of
        the value as it is here: a calibrated constant that the scenario changes is assumed. Raises ConfigError.
        """
        import pandas

        frame = pandas.DataFrame(core.fields())
        place = self._index("variant", variant), self._index("arm", arm)
        values = dict(self.core.values(*place))
        known = {path: (grade, evidence) for path, grade, evidence in self.core.grades(*place)}
        frame["value"] = [values[path] for path in frame["path"]]
        frame["grade"] = [known[path][0] for path in frame["path"]]
        frame["evidence"] = [known[path][1] for path in frame["path"]]
        order = ["path", "symbol", "value", "default", "unit", "least", "most", "grade", "evidence", "meaning"]
        return frame[order]

    def _index(self, kind: str, name: str | None) -> int:
        names = [entry["name"] for entry in (self.core.arms if kind == "arm" else self.core.variants)]
        if name is None:
            return 0
        if name not in names:
            raise config_error("", unknown(kind, name, names))
        return names.index(name)

    def diff(self, other: Scenario) -> pd.DataFrame:
        """Where the two differ, defaults included: pointer, this one's value, the other's value (as JSON)."""
        import pandas

        rows = [(pointer, shown(a), shown(b)) for pointer, a, b in differences(self, other)]
        return pandas.DataFrame(rows, columns=["pointer", "this", "other"])


def differences(a: Scenario, b: Scenario) -> list[tuple[str, Any, Any]]:
    """(JSON Pointer, value in a, value in b) wherever the resolved scenarios differ; MISSING: no such place."""
    ours, theirs = dict(leaves(a.resolved)), dict(leaves(b.resolved))
    found = []
    for pointer in [*ours, *(pointer for pointer in theirs if pointer not in ours)]:
        before, after = ours.get(pointer, MISSING), theirs.get(pointer, MISSING)
        if before is MISSING or after is MISSING or canonical(before) != canonical(after):
            found.append((pointer, before, after))
    return found


def shown(value: Any) -> str:
    """A value of a difference as JSON, or (absent)."""
    return "(absent)" if value is MISSING else json.dumps(value, ensure_ascii=False)


def bundled() -> list[str]:
    """Names of the bundled scenarios."""
    return sorted(path.stem for path in data_folder("library").glob("*.json"))


def load(name_or_path: str | os.PathLike[str]) -> Scenario:
    """A bundled scenario by name, or a scenario file by path.

    Raises ConfigError: no such name (the nearest is named), no such file, or what is wrong in it and where.
    """
    given = os.fspath(name_or_path)
    is_name = not os.path.splitext(given)[1] and os.sep not in given and not os.path.lexists(given)
    if is_name and given not in bundled():
        raise config_error("", unknown("scenario", given, bundled()) + "; or give the path of a file")
    path = data_folder("library") / f"{given}.json" if is_name else Path(given)
    return Scenario(_content(path, given), path.name if is_name else given)


def _content(path: Path, given: str) -> bytes:
    if os.path.isdir(given):
        raise config_error(given, "is a folder, not a scenario file")
    try:
        with path.open("rb") as file:
            content = file.read((MOST_MIB << 20) + 1)  # a device may have no end
    except OSError as error:
        raise config_error(given, f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:  # a null character in the name
        raise config_error(repr(given), f"cannot be read: {error}") from error
    if len(content) > MOST_MIB << 20:
        raise config_error(given, f"is larger than {MOST_MIB} MiB, the most that a scenario file may have")
    return content


def copy_text(scenario: Scenario) -> str:
    """The file for `hybridcare new`: as it was written, with "$schema" first so that editors complete."""
    document = scenario.document()
    schema = data_folder("schema") / "scenario.schema.json"
    return pretty({"$schema": schema.resolve().as_uri(), **{k: v for k, v in document.items() if k != "$schema"}})
