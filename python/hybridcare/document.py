"""Scenario files as plain JSON documents: merge patches, pointers, defaults, canonical text."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]


def merged(target: Any, patch: Any) -> Any:
    """The merge patch of RFC 7386: null removes, objects merge, everything else replaces. Changes nothing in place."""
    if not isinstance(patch, Mapping):
        return copy.deepcopy(patch)
    out = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = merged(out.get(name), value)
    return out


def together(first: Any, then: Any) -> Any:
    """One merge patch for two that are laid one after the other. What either takes away (null) stays taken away, which
    `merged` of the two would forget. Changes nothing in place."""
    if not (isinstance(first, Mapping) and isinstance(then, Mapping)):
        return copy.deepcopy(then)
    out = dict(first)
    for name, value in then.items():
        out[name] = together(out.get(name), value)
    return out


def steps(pointer: str) -> list[str]:
    """The names along a JSON Pointer (RFC 6901)."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def pointer_of(names: tuple[str, ...]) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def leaves(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """(JSON Pointer, value) of everything that is not an object; an empty object is a leaf; so is an array."""
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from leaves(item, (*at, name))
    else:
        yield pointer_of(at), value


def with_defaults(document: Document, defaults: Mapping[str, Any]) -> Document:
    """The document with every field that it leaves out at its default; `defaults` by JSON Pointer."""
    out = copy.deepcopy(document)
    for pointer, value in defaults.items():
        *above, last = steps(pointer)
        place: Any = out
        for name in above:
            place = place.setdefault(name, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place.setdefault(last, value)
    return out


def canonical(value: Any) -> str:
    """One text for one meaning: keys sorted, no spaces, 1.0 written as 1."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


#: Objects whose order means something: who is of which culture, which arm comes first.
ORDERED = frozenset({"cultures", "arms", "variants", "components", "steps", "transitions"})


def ordered(value: Any) -> Any:
    """The same, with objects of ORDERED names as lists of pairs, so that their order counts in a digest."""
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    inside = {name: ordered(item) for name, item in value.items()}
    return {name: [[key, part] for key, part in item.items()] if name in ORDERED and isinstance(item, dict) else item
            for name, item in inside.items()}  # fmt: skip


def digest(value: Any) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def pretty(value: Any) -> str:
    """As a file for people: two spaces, a line break at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
