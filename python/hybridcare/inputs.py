"""Files that a scenario names beside itself: tables of a service, a network, a counted intake, joint shares, profiles.

They belong to a result as the scenario does: a results folder and a pack hold them under the names that the scenario
gives them, so that scenario.json can be run again where it lies.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hybridcare.document import leaves, steps
from hybridcare.errors import config_error
from hybridcare.places import data_folder

if TYPE_CHECKING:
    from hybridcare.scenario import Scenario

#: Members that hold a file's name, wherever they stand: in the scenario, an arm or a variant.
NAMED = frozenset({"joint_shares", "arrivals_file", "slots_file", "prices_file", "edges_file"})
MOST_MIB = 512


def names(document: Any) -> Iterator[tuple[str, bool]]:
    """(name as written, whether it is a profile) of every file that the document names; each once."""
    seen: set[tuple[str, bool]] = set()
    for pointer, value in leaves(document):
        path = steps(pointer)
        if not isinstance(value, str) or not path:
            continue
        named = path[-1] in NAMED or path[-2:] == ["intake", "file"]
        profile = path[-1] == "profile" and len(path) > 1 and (path[-2] == "assistant" or path[-3:-2] == ["assistants"])
        if (named or profile) and (value, profile) not in seen:
            seen.add((value, profile))
            yield value, profile


def inputs(scenario: Scenario) -> dict[str, bytes]:
    """Content by name, relative to the scenario, with forward slashes; profiles that come with the package too.

    Raises ConfigError if one cannot be read any more, or leads out of the scenario's folder.
    """
    folder = Path(scenario.file).parent
    found: dict[str, bytes] = {}
    for name, profile in names(scenario.document()):
        own = folder / name
        if profile and not os.path.lexists(own):
            own = data_folder("profiles") / name
        if own.is_dir():
            found |= _profile(own, own / "profile.json", name)
        elif profile:
            found |= _profile(own.parent, own, str(PurePosixPath(name).parent))
        else:
            found[_safe(name)] = _read(own, folder)
    return dict(sorted(found.items()))


def digests(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of each table's bytes by its name. Profiles have digests of their own, of what they say."""
    folder = Path(scenario.file).parent
    named = (name for name, profile in names(scenario.document()) if not profile)
    return {name: hashlib.sha256(_read(folder / name, folder)).hexdigest() for name in sorted(named)}


def _profile(folder: Path, file: Path, name: str) -> dict[str, bytes]:
    """The profile's JSON and the CSV files beside it that it names."""
    content = _read(file, folder)
    found = {_safe(f"{name}/{file.name}"): content}
    for _, value in leaves(json.loads(content)):
        if isinstance(value, str) and value.endswith(".csv") and (folder / value).is_file():
            found[_safe(f"{name}/{value}")] = _read(folder / value, folder)
    return found


def _safe(name: str) -> str:
    """A relative name without steps upwards, as the reader wants it too. Raises ConfigError."""
    path = PurePosixPath(name)
    odd = "\\" in name or ":" in name or not name.isprintable() or path.is_absolute() or ".." in path.parts
    if odd or not path.parts:
        raise config_error(repr(name), "is no name for a file beside a scenario")
    return str(path)


def _read(path: Path, folder: Path) -> bytes:
    """Bytes of a regular file inside the folder, whatever links there are."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(folder.resolve()) or not real.is_file():
            raise config_error(str(path), "leads out of the scenario's folder, or is no file")
        if real.stat().st_size > MOST_MIB << 20:
            raise config_error(str(path), f"is larger than {MOST_MIB} MiB")
        return real.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise config_error(str(path), f"is named by the scenario and cannot be read: {reason}") from error
