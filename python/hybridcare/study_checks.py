"""What can be wrong with a study folder, each with a message that says what to do. Nothing here changes a file."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.document import leaves
from hybridcare.errors import ConfigError, config_error

if TYPE_CHECKING:
    from hybridcare.study_folder import Folder
    from hybridcare.study_plan import Plan

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_MOST_TEXT = 64 << 20  # bytes of study.json
_NAMED = 3  # differences that a message names


def is_free(path: Path) -> bool:
    """True if a folder can be put there: nothing is, or an empty folder. Raises ConfigError for a file."""
    if os.path.lexists(path) and not path.is_dir():
        raise config_error(str(path), "is there already and is not a folder; give another name")
    try:
        return not path.is_dir() or not any(path.iterdir())
    except OSError as error:
        raise trouble(path, error) from error


def study_text(path: Path, format: str) -> dict[str, Any]:
    """study.json of a folder. Raises ConfigError if that holds no study, or one of another version's."""
    file = path / "study.json"
    if not path.is_dir():
        raise config_error(str(path), "there is no such study folder")
    try:
        if file.stat().st_size > _MOST_TEXT:
            raise ValueError("larger than 64 MiB")
        text = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise config_error(str(path), "is not empty and holds no study (study.json is missing): nothing in it was "
                           "touched; give another name") from error  # fmt: skip
    except (OSError, ValueError, RecursionError) as error:
        raise config_error(str(file), f"cannot be read: {error}; bring it back from a copy: parts/ is kept as it "
                           "is") from error  # fmt: skip
    found = text.get("format") if isinstance(text, dict) else None
    if found != format:
        raise config_error(str(file), f"its format is {found!r}, and this version reads {format!r}: use the version of "
                           "hybridcare that wrote it (see manifest.json), or begin another folder")  # fmt: skip
    return dict(text)


def check_same(found: Folder, plan: Plan) -> None:
    """Raises ConfigError if a folder holds another study than the plan, or was begun by another build."""
    from hybridcare.study_folder import this_build

    if found.study_hash != plan.hash:
        raise config_error(str(found.path), f"holds another study: {_differences(found.plan, plan)}. Nothing in it was "
                           "touched; give another folder, or ask the study again that it holds, of the same size (--n, "
                           "--replicates, --clients, --seed as they were)")  # fmt: skip
    if found.plan.rows_per_part != plan.rows_per_part:
        raise config_error(str(found.path), f"has parts of {found.plan.rows_per_part} points, not "
                           f"{plan.rows_per_part}; leave rows_per_part as it was, or give another folder")  # fmt: skip
    if found.build != this_build():
        raise config_error(str(found.path), f"was begun with {build_words(found.build)}, and this is "
                           f"{build_words(this_build())}: numbers of two builds are not mixed. Go on with that build, "
                           "or begin another folder; what is there can be read all the same")  # fmt: skip


def check_builds(folder: Folder, other: Folder) -> None:
    """Raises ConfigError if two folders were begun by different builds."""
    if folder.build != other.build:
        raise config_error(str(folder.path), f"mixed builds: it was begun with {build_words(folder.build)}, and "
                           f"{other.path} with {build_words(other.build)}; run one of them again with the build of the "
                           "other")  # fmt: skip


def check_agreement(folder: Folder) -> None:
    """Raises ConfigError if two parts hold different numbers for the same points."""
    from hybridcare.study_read import checked_part
    from hybridcare.study_tables import same_tables

    for part, names in folder.names().items():
        first = checked_part(folder, names[0])[0] if len(names) > 1 else None
        if any(not same_tables(first, checked_part(folder, name)[0]) for name in names[1:]):
            raise config_error(str(folder.path), f"points {part.start} to {part.stop - 1} have two parts with "
                               f"different numbers ({', '.join(names)}): mixed builds, or a machine whose memory "
                               "fails. Move both away, and run the study again")  # fmt: skip


def build_words(build: Mapping[str, Any]) -> str:
    return f"hybridcare {build.get('version')} ({build.get('commit')}, draws {build.get('draw_table_version')})"


def _differences(ours: Plan, theirs: Plan) -> str:
    from hybridcare.study_plan import task_values

    a, b = task_values(ours.task), task_values(theirs.task)
    before, after = dict(leaves(a.pop("document"))), dict(leaves(b.pop("document")))
    places = [p for p in {**before, **after} if p not in before or p not in after or before[p] != after[p]]
    found = [f"{name} is {_short(a[name])}, not {_short(b[name])}" for name in a if a[name] != b[name]]
    found += [f"the scenario differs at {place}" for place in places]
    if ours.points != theirs.points:
        found.append(f"it has {ours.points:,} design points, not {theirs.points:,}")
    elif list(ours.patches) != list(theirs.patches):
        row = next(row for row, pair in enumerate(zip(ours.patches, theirs.patches, strict=True)) if pair[0] != pair[1])
        found.append(f"design point {row} is {_short(ours.patches[row])}, not {_short(theirs.patches[row])}")
    more = f", and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return "; ".join(found[:_NAMED]) + more if found else "columns of the design, or a file that the scenario names"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def bytes_of(plan: Plan, points: int) -> int:
    """Bytes that so many points take on disk, about: numbers hardly shrink."""
    measures = len(plan.task.metrics) + len(plan.task.watch)
    return points * len(plan.task.arms) * measures * (plan.task.replicates + 2) * 8


def check_space(path: Path, plan: Plan) -> None:
    """Raises ConfigError if the folder certainly can't be written: read-only, or a disk that is too small."""
    above = path
    while not above.exists():
        above = above.parent
    try:
        if not above.is_dir():
            raise config_error(str(above), "is no folder, so no study can be put below it; give another name")
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=above)
        os.close(handle)
        os.unlink(name)
        free = shutil.disk_usage(above).free
    except OSError as error:
        raise trouble(path, error) from error
    wanted = bytes_of(plan, plan.points)
    if wanted > free:
        raise config_error(str(path), f"the study takes about {_mebibytes(wanted)}, and its disk has "
                           f"{_mebibytes(free)} free; another disk, fewer replicates, or fewer metrics")  # fmt: skip


def trouble(path: Path, error: OSError, folder: Folder | None = None) -> ConfigError:
    """The system's reason, what is kept, and what to do."""
    reason = (error.strerror or str(error)).lower()
    kept, advice = "nothing is left half-written", "mend that"
    left = 0
    if folder is not None:
        done = sum(part.size for part in folder.done())
        left = folder.plan.points - done
        kept = f"{done:,} of {folder.plan.points:,} points are finished and kept"
    if error.errno in _FULL:
        need = f" (about {_mebibytes(bytes_of(folder.plan, left))} to go on)" if folder is not None else ""
        advice = f"free some space{need}"
    elif error.errno in _FORBIDDEN:
        advice = "allow writing there, or copy the folder to where you may write"
    return config_error(str(path), f"cannot be written: {reason}; {kept}. To go on, {advice} and run the same again")


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"
