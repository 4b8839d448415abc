"""JSON files of the user's, read strictly: size, duplicate keys, numbers that are none, and where in the file."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hybridcare.document import pointer_of
from hybridcare.errors import config_error
from hybridcare.names import unknown

MOST_MIB = 4
MOST_DEPTH = 64


class _Pairs(list[tuple[str, Any]]):
    """An object as it stands in the file, duplicates included."""


def read_json(path: str | os.PathLike[str], kind: str = "file") -> dict[str, Any]:
    """The object in a JSON file. Raises ConfigError: it cannot be read, is larger than MOST_MIB, is no JSON (line and
    column), holds a key twice, a number that is not finite, or is deeper than MOST_DEPTH (JSON Pointer)."""
    given = os.fspath(path)
    if os.path.isdir(given):
        raise config_error(given, f"is a folder, not a {kind}")
    try:
        with Path(given).open("rb") as file:
            content = file.read((MOST_MIB << 20) + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise config_error(given, f"cannot be read: {reason.lower()}") from error
    if len(content) > MOST_MIB << 20:
        raise config_error(given, f"is larger than {MOST_MIB} MiB, the most that a {kind} may have")
    return parse_json(content, given)


def parse_json(content: bytes | str, file: str) -> dict[str, Any]:
    """The same for text at hand; `file` is for messages."""
    try:
        tree = json.loads(content, object_pairs_hook=_Pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise config_error(f"{file}:{error.lineno}:{error.colno}", f"is no JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise config_error(file, f"is not UTF-8: {error.reason} at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise config_error(file, f"is no JSON: {error}") from error
    if not isinstance(tree, _Pairs):
        raise config_error(file, f"expected an object, found {kind_of(tree)}")
    whole: dict[str, Any] = _plain(tree, (), file)
    return whole


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _plain(node: Any, at: tuple[str, ...], file: str) -> Any:
    if len(at) > MOST_DEPTH:
        raise config_error(f"{file}#{pointer_of(at[:4])}/...", f"is deeper than {MOST_DEPTH} levels")
    if isinstance(node, _Pairs):
        out: dict[str, Any] = {}
        for name, value in node:
            if name in out:
                raise config_error(f"{file}#{pointer_of((*at, name))}", "stands there twice")
            out[name] = _plain(value, (*at, name), file)
        return out
    if isinstance(node, list):
        return [_plain(item, (*at, str(index)), file) for index, item in enumerate(node)]
    if isinstance(node, float) and not math.isfinite(node):
        raise config_error(f"{file}#{pointer_of(at)}", "is beyond the largest number")
    return node


def kind_of(value: Any) -> str:
    """The JSON type in words, with a short value: "the number 3", "a list"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value!r}"[:60]
    if isinstance(value, str):
        return f"the text '{value[:40]}'"
    if isinstance(value, list | tuple):
        return "a list"
    return "an object" if isinstance(value, Mapping) else f"something that JSON does not know: {value!r}"[:60]


class Place:
    """A value of a document together with where it stands, so that every message can say so."""

    def __init__(self, value: Any, file: str, at: tuple[str, ...] = ()) -> None:
        self.value, self.file, self.at = value, file, at

    @property
    def where(self) -> str:
        return f"{self.file}#{pointer_of(self.at)}" if self.at else self.file

    def fail(self, what: str) -> Exception:
        """The error, to be raised."""
        return config_error(self.where, what)

    def __getitem__(self, name: str | int) -> Place:
        return Place(self.value[name], self.file, (*self.at, str(name)))

    def get(self, name: str) -> Place | None:
        return self[name] if name in self.value else None

    def object(self, known: Iterable[str] | None = None, least: int = 0) -> dict[str, Any]:
        """The object, with no other keys than the known ones. Raises ConfigError with the nearest name."""
        if not isinstance(self.value, Mapping):
            raise self.fail(f"expected an object, found {kind_of(self.value)}")
        names = list(known) if known is not None else None
        for name in self.value:
            if names is not None and name not in names:
                raise self.fail(unknown("key", name, names))
        if len(self.value) < least:
            raise self.fail("is empty")
        return dict(self.value)

    def text(self, most: int = 2000) -> str:
        if not isinstance(self.value, str):
            raise self.fail(f"expected text, found {kind_of(self.value)}")
        if len(self.value) > most:
            raise self.fail(f"has {len(self.value)} characters, more than {most}")
        return self.value

    def items(self, least: int = 0, most: int | None = None) -> list[Place]:
        """The members of a list."""
        if not isinstance(self.value, list | tuple):
            raise self.fail(f"expected a list, found {kind_of(self.value)}")
        if len(self.value) < least:
            raise self.fail(f"has {len(self.value)} entries; at least {least} are needed")
        if most is not None and len(self.value) > most:
            raise self.fail(f"has {len(self.value)} entries; at most {most} are allowed")
        return [self[index] for index in range(len(self.value))]

    def number(self, least: float = -math.inf, most: float = math.inf) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(f"expected a number, found {kind_of(value)}")
        if value != value or abs(value) == math.inf or abs(value) > 1e300:
            raise self.fail(f"{value!r} is not finite")
        if not least <= value <= most:
            raise self.fail(f"{value!r} is outside [{least:g}, {most:g}]")
        return float(value)

    def whole(self, least: int, most: int) -> int:
        value = self.number()
        if value != int(value):
            raise self.fail(f"expected a whole number, found {self.value!r}")
        if not least <= value <= most:
            raise self.fail(f"{int(value)} is outside [{least}, {most}]")
        return int(value)

    def numbers(self, count: int) -> list[float]:
        """A list of that many finite numbers."""
        if not isinstance(self.value, list | tuple) or len(self.value) != count:
            raise self.fail(f"expected a list of {count} numbers, found {kind_of(self.value)}")
        return [item.number() for item in self.items()]

    def one_of(self, names: Iterable[str]) -> str:
        """A known word. Raises ConfigError with the nearest one."""
        known = list(names)
        if self.value not in known:
            raise self.fail(unknown("word", self.value, known))
        return str(self.value)
