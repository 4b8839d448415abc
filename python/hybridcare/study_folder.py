"""A study on disk: study.json, design.parquet, immutable parts/, failures/, manifest.json. See running_studies.md.

What is finished stays: parts are written under another name, flushed and renamed, and never changed. What is still to
do is what no part holds. Everything else can be told from study.json, design.parquet and the parts.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from hybridcare import core, study_checks, writing
from hybridcare.document import pretty
from hybridcare.errors import ConfigError, config_error
from hybridcare.study_plan import Part, Plan, task_of, task_values
from hybridcare.study_tables import COLUMNS, PART_FORMAT, Outcome, failure_bytes, part_bytes, part_table

FORMAT = "hybridcare study 1"
_PART = re.compile(r"(\d{9})-(\d{9})\.([0-9a-f]{32})\.parquet")
_OLD_SECONDS = 24 * 3600  # a half-written file of another machine is given up after this
Measure = dict[str, Any]


def this_build() -> dict[str, Any]:
    """What must be the same in all parts of a study. The instruction set and the compiler change no number."""
    build = core.build_info()
    return {name: build[name] for name in ("version", "commit", "draw_table_version")}


class Folder:
    """A study folder. Made by `create`, found again by `open`; any number of processes may work in one.

    Attributes
        path       where it is
        task       what is run at each point, as study.json holds it
        measures   a dict per measure: name, reading, culture, twin, unit, meaning
        build      version, commit, draw_table_version that it was begun with
        study_hash of the plan
    Raises ConfigError if it holds no study, or another version's.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(os.path.abspath(path))
        self.text = study_checks.study_text(self.path, FORMAT)
        try:
            inputs = self.path / "inputs"
            name = Path(self.text["task"]["file"]).name  # a folder from elsewhere reads nothing else of this machine
            self.task = task_of(self.text["task"], str(inputs / name) if inputs.is_dir() else name)
            self.measures: list[Measure] = list(self.text["measures"])
            self.build: dict[str, Any] = dict(self.text["build"])
            self.study_hash = str(self.text["study_hash"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> ConfigError:
        why = (str(error) or type(error).__name__).splitlines()[0]
        return config_error(str(self.path), f"is a study folder that cannot be read ({why}); bring back study.json "
                            "and design.parquet from a copy: parts/ is kept as it is")  # fmt: skip

    # making and finding
    @staticmethod
    def create(path: Path, plan: Plan, measures: Sequence[Measure]) -> Folder:
        """The folder of a plan: made whole in one stroke, or found as it is if it holds this very study.

        Raises ConfigError: a folder of another study, version or kind; no place on the disk; read-only."""
        path = Path(os.path.abspath(path))
        if study_checks.is_free(path):
            study_checks.check_space(path, plan)
            try:
                with writing.new_folder(path) as work:
                    _fill(work, plan, measures)
            except ConfigError:
                if study_checks.is_free(path):  # else another process was first, with this study or another
                    raise
        found = Folder.open(path)
        study_checks.check_same(found, plan)
        return found

    @staticmethod
    def open(path: str | os.PathLike[str]) -> Folder:
        """The study that a folder holds, its plan checked against the hash. Raises ConfigError if it was changed."""
        found = Folder(path)
        if found.study_hash != found.plan.hash or found.text["points"] != found.plan.points:
            raise config_error(str(found.path), "study.json, design.parquet or inputs/ were changed after the study "
                               "began, so its parts no longer belong to it; undo that, or begin another "
                               "folder")  # fmt: skip
        return found

    @cached_property
    def plan(self) -> Plan:
        """The whole study, design and patches included. Raises ConfigError if design.parquet cannot be read."""
        import pyarrow.parquet

        try:
            design = pyarrow.parquet.read_table(self.path / "design.parquet")
            patches = design.column("patch").to_pylist()
            kept = design.drop_columns(["point", "patch"])
            return Plan(self.text["name"], self.task, kept, patches, self.text["study"], self.text["rows_per_part"])
        except (OSError, pyarrow.ArrowException, KeyError, TypeError, ValueError) as error:
            raise self._unreadable(error) from error

    # parts
    @property
    def shape(self) -> tuple[int, int, int]:
        """Arms, measures, replicates."""
        return len(self.task.arms), len(self.measures), self.task.replicates

    def names(self) -> dict[Part, list[str]]:
        """Names of the finished parts by range; more than one name: a range whose bytes differ."""
        found: dict[Part, list[str]] = {}
        for name in sorted(os.listdir(self.path / "parts")):
            if match := _PART.fullmatch(name):
                found.setdefault(Part(int(match[1]), int(match[2])), []).append(name)
        return found

    def done(self) -> set[Part]:
        return set(self.names())

    def write(self, part: Part, outcome: Outcome, patches: Sequence[str]) -> str:
        """Puts a part in place, its failures first; twice the same is one part. Returns its name. Raises OSError."""
        table = part_table(part, outcome, self.task.arms, self.measures)
        account = {"format": PART_FORMAT, "study": self.study_hash, "build": self.build, "start": part.start,
                   "stop": part.stop, "client_weeks": outcome.client_weeks}  # fmt: skip
        content = part_bytes(table, account)
        name = f"{part.stem}.{hashlib.sha256(content).hexdigest()[:32]}.parquet"
        if outcome.failures:
            self._put(self.path / "failures" / f"{part.stem}.csv", failure_bytes(part, outcome.failures, patches))
        self._put(self.path / "parts" / name, content)
        return name

    def _put(self, target: Path, content: bytes) -> None:
        work = target.with_name(f".{target.name}.{_me()}.{secrets.token_hex(4)}.partial")
        try:
            writing.put(work, content)
            os.replace(work, target)
        except BaseException:
            with suppress(OSError):
                work.unlink()
            raise
        writing.flush_folder(target.parent)

    # who is at work: a mark that outlives its process says which points were running when that died
    def begin(self, part: Part) -> bool:
        """Marks a part as being worked on. True if somebody began it before and never came to its end."""
        marks = self.path / "running"
        before = [name for name in os.listdir(marks) if name.startswith(part.stem)]
        (marks / f"{part.stem}.{_me()}").touch()
        return any(name != f"{part.stem}.{_me()}" for name in before)

    def end(self, part: Part, finished: bool) -> None:
        """Takes the mark away; all marks of the part if it is finished."""
        mine = f"{part.stem}.{_me()}"
        for name in os.listdir(self.path / "running") if finished else [mine]:
            if name == mine or name.startswith(part.stem):
                with suppress(OSError):
                    (self.path / "running" / name).unlink()

    def tidy(self) -> None:
        """Removes what dead processes left half-written, and marks of parts that are done. Files of other machines
        may be in the making: they get a day."""
        for folder in ("parts", "failures", "running", "."):
            for path in (self.path / folder).glob(".*.partial"):
                with suppress(OSError):
                    if _is_dead(path.name) or time.time() - path.stat().st_mtime > _OLD_SECONDS:
                        path.unlink()
        done = {part.stem for part in self.done()}
        for path in (self.path / "running").iterdir():
            with suppress(OSError):
                if path.name.partition(".")[0] in done:
                    path.unlink()

    def check_writable(self) -> None:
        """Raises OSError if nothing can be put there."""
        for folder in ("parts", "failures", "running"):
            probe = self.path / folder / f".begun.{_me()}.partial"
            try:
                writing.put(probe, b"")
            finally:
                probe.unlink(missing_ok=True)

    # the manifest
    def write_manifest(self) -> dict[str, Any]:
        """Lists what is there, in one stroke. Raises OSError."""
        parts = {name: part.size for part, names in sorted(self.names().items(), key=_by_start) for name in names[:1]}
        manifest = {
            "format": FORMAT,
            "name": self.plan.name,
            "study_hash": self.study_hash,
            **self.build,
            "compiler": core.build_info()["compiler"],
            "points": self.plan.points,
            "points_done": sum(parts.values()),
            "files": {name: _digest(self.path / name) for name in ("study.json", "design.parquet")},
            "parts": parts,
            "columns": [dict(zip(("name", "unit", "meaning"), column, strict=True)) for column in COLUMNS],
            "measures": self.measures,
        }
        self._put(self.path / "manifest.json", pretty(manifest).encode())
        return manifest

    def manifest(self) -> dict[str, Any]:
        """What the last run wrote; {} if none came to its end."""
        try:
            held = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}

    def set_aside(self, names: Sequence[str]) -> None:
        """Moves parts out of the way, to set_aside/, with their failures: kept, and their points computed again."""
        (self.path / "set_aside").mkdir(exist_ok=True)
        for name in names:
            failures = f"{name.partition('.')[0]}.csv"
            with suppress(FileNotFoundError):
                os.replace(self.path / "failures" / failures, self.path / "set_aside" / failures)
            os.replace(self.path / "parts" / name, self.path / "set_aside" / name)


def _fill(work: Path, plan: Plan, measures: Sequence[Measure]) -> None:
    for name in ("parts", "failures", "running"):
        (work / name).mkdir()
    for name, source in plan.inputs.items():
        target = work / "inputs" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        writing.put(target, source.read_bytes())
    writing.put(work / "design.parquet", design_bytes(plan))
    text = {"format": FORMAT, "name": plan.name, "study_hash": plan.hash, "points": plan.points,
            "rows_per_part": plan.rows_per_part, "build": this_build(), "measures": list(measures),
            "study": dict(plan.study), "task": task_values(plan.task)}  # fmt: skip
    writing.put(work / "study.json", pretty(text).encode())


def design_bytes(plan: Plan) -> bytes:
    """design.parquet: point, the columns of the design, and the merge patch."""
    import numpy as np
    import pyarrow as pa

    table = plan.design.add_column(0, "point", pa.array(np.arange(plan.points)))
    return writing.parquet_bytes(table.append_column("patch", pa.array(plan.patches, pa.string())))


def _by_start(entry: tuple[Part, list[str]]) -> int:
    return entry[0].start


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _me() -> str:
    """Machine, process and thread of files in the making."""
    import threading

    host = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())
    return f"{host}_{os.getpid()}_{threading.get_ident() % 10**9}"


def _is_dead(name: str) -> bool:
    """True for a file of a process of this machine that there is no more."""
    match = re.search(r"\.([A-Za-z0-9-]*)_(\d+)_\d+\.", name)
    if not match or match[1] != _me().split("_")[0]:
        return False
    try:
        os.kill(int(match[2]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def merge_studies(sources: Sequence[str | os.PathLike[str]], out: str | os.PathLike[str]) -> Folder:
    """Brings folders of one study together, such as those of shards on machines without a common disk.

    Parts are copied, checked, and left where they were; `out` may be one of them, or new. Raises ConfigError: folders
    of different studies or builds, a corrupt part, two parts that hold different numbers for the same points.
    """
    from hybridcare.study_read import checked_part

    if not sources:
        raise config_error("merge_studies", "no folder to merge; give the folders of the shards")
    folders = [Folder.open(source) for source in sources]
    for folder in folders[1:]:
        study_checks.check_builds(folder, folders[0])
    target = Folder.create(Path(out), folders[0].plan, folders[0].measures)
    for folder in folders:
        study_checks.check_same(folder, target.plan)
    try:
        for folder in folders:
            for names in folder.names().values():
                for name in names:
                    checked_part(folder, name)
                    if not (target.path / "parts" / name).exists():
                        target._put(target.path / "parts" / name, (folder.path / "parts" / name).read_bytes())
            for path in sorted((folder.path / "failures").glob("*.csv")):
                if not (target.path / "failures" / path.name).exists():
                    target._put(target.path / "failures" / path.name, path.read_bytes())
        study_checks.check_agreement(target)
        target.write_manifest()
    except OSError as error:
        raise study_checks.trouble(target.path, error) from error
    return target


def is_study(path: Path) -> bool:
    """True for a folder that this package wrote as a study."""
    with suppress(ConfigError):
        study_checks.study_text(path, FORMAT)
        return True
    return False


