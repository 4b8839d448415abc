"""What a study is before it runs: a task, one merge patch a design point, and the fixed row ranges of its parts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.document import digest, leaves, ordered
from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pyarrow as pa

    from hybridcare.points import Task

MOST_POINTS = 10_000_000
MOST_ROWS = 10_000  # of a part, in points
MOST_PART_BYTES = 16 << 20  # of a part's numbers in memory
PART_SECONDS = 5.0  # of one core, at the speed below: what a kill can lose
CLIENT_WEEK_SECONDS = 3e-7  # of one core; nominal, so that ranges depend on the study alone and not on the machine
#: Members of a scenario that name a file or folder beside it.
_NAMES_FILES = ("profile", "joint_shares")


@dataclass(frozen=True)
class Part:
    """A fixed range of design points, [start, stop), kept in one immutable file."""

    start: int
    stop: int

    @property
    def stem(self) -> str:
        return f"{self.start:09d}-{self.stop:09d}"

    @property
    def size(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Plan:
    """A study as the runner takes it: plain values, nothing executed from them.

    name      for messages and progress
    task      scenario, arms, metrics, clients, replicates (hybridcare.points.Task)
    design    one row per design point: the columns that the study varies, for its tables; not read by the run
    patches   one JSON merge patch a point, laid over every arm of the base
    study     what the verb that made the plan wants to find again in study.json; JSON values
    rows_per_part    points in a part; 0: chosen from the size of a run. Never changes a number
    Raises ConfigError: no points or too many, lengths that differ, a column that the folder needs for itself.
    """

    name: str
    task: Task
    design: pa.Table
    patches: Sequence[str]
    study: Mapping[str, Any] = field(default_factory=dict)
    rows_per_part: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.points <= MOST_POINTS:
            raise config_error(f"study {self.name}", f"{self.points:,} design points are outside [1, {MOST_POINTS:,}]; "
                               "a coarser design, or several studies")  # fmt: skip
        if self.design.num_rows != self.points:
            raise config_error(f"study {self.name}", f"{self.design.num_rows} rows of design, {self.points} patches")
        for name in ("point", "patch"):
            if name in self.design.column_names:
                raise config_error(f"study {self.name}", f"no column of a design can be called '{name}'")
        if not 0 <= self.rows_per_part <= MOST_ROWS:
            raise config_error("rows_per_part", f"{self.rows_per_part} is outside [0, {MOST_ROWS}] points")
        if self.rows_per_part == 0:
            object.__setattr__(self, "rows_per_part", nominal_rows(self.task))

    @property
    def points(self) -> int:
        return len(self.patches)

    @cached_property
    def parts(self) -> list[Part]:
        """All ranges, in order. They depend on the study alone: not on machine, workers, shard, or what is done."""
        step = self.rows_per_part
        return [Part(start, min(start + step, self.points)) for start in range(0, self.points, step)]

    def shard(self, shard: tuple[int, int] | None) -> list[Part]:
        """The ranges of shard i of n, i from 1: consecutive ones, disjoint, together all. None: all.

        Raises ConfigError for a shard that there is not."""
        if shard is None:
            return self.parts
        index, count = shard
        if not 1 <= index <= count:
            raise config_error("--shard", f"{index}/{count} is no shard; i/n with i from 1 to n, such as 1/8")
        return self.parts[len(self.parts) * (index - 1) // count : len(self.parts) * index // count]

    @cached_property
    def inputs(self) -> dict[str, Path]:
        """Files that the scenario or a patch names, by their path relative to the scenario's folder."""
        found: dict[str, Path] = {}
        home = Path(self.task.file).parent
        for name in sorted(_named(self.task.document, self.patches)):
            place = home / name
            if not name or Path(name).is_absolute() or ".." in Path(name).parts:
                continue  # the reader refuses such a name with its place
            inside = sorted(place.rglob("*")) if place.is_dir() else [place]
            found.update({path.relative_to(home).as_posix(): path for path in inside if path.is_file()})
        return found

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that numbers depend on: task, files that it names, design, patches. Parts carry it."""
        content = hashlib.sha256("\n".join(self.patches).encode())
        for name in self.design.column_names:
            column = self.design.column(name)
            content.update(name.encode() + b"\n" + canonical_column(column))
        task = task_values(self.task)
        task["document"] = ordered(task["document"])
        inputs = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in self.inputs.items()}
        return digest({"task": task, "design": content.hexdigest(), "inputs": inputs})


def parsed_shard(text: str | None) -> tuple[int, int] | None:
    """Of the command line's "3/8". Raises ConfigError."""
    if text is None:
        return None
    index, slash, count = text.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal()) or not 1 <= int(index) <= int(count):
        raise config_error("--shard", f"{text!r} is no shard; i/n with i from 1 to n, such as 1/8")
    return int(index), int(count)


def nominal_rows(task: Task) -> int:
    """Points in a part of some seconds of work, bounded in memory."""
    from hybridcare.scenario import Scenario

    weeks = Scenario.of(json.loads(task.document), task.file).core.weeks
    cells = len(task.arms) * len({"", *(metric.twin for metric in task.metrics)})
    seconds = cells * task.replicates * task.clients * weeks * CLIENT_WEEK_SECONDS
    measures = max(1, len(task.metrics) + len(task.watch))
    size = 8 * len(task.arms) * measures * (task.replicates + 1)
    return max(1, min(MOST_ROWS, math.ceil(PART_SECONDS / seconds), MOST_PART_BYTES // size))


def task_values(task: Task) -> dict[str, Any]:
    """A task as JSON values; the scenario as an object, its file by name alone."""
    values = dataclasses.asdict(task)
    return {**values, "document": json.loads(task.document), "file": Path(task.file).name,
            "arms": list(task.arms), "watch": list(values["watch"]), "metrics": list(values["metrics"])}  # fmt: skip


def task_of(values: Mapping[str, Any], file: str) -> Task:
    """The task again. Raises KeyError or TypeError for what is none."""
    from hybridcare.points import Metric, Task

    given = {**values, "file": file, "document": json.dumps(values["document"], ensure_ascii=False, allow_nan=False)}
    given |= {name: tuple(values[name]) for name in ("arms", "watch")}
    return Task(**{**given, "metrics": tuple(Metric(**metric) for metric in values["metrics"])})


def _named(document: str, patches: Sequence[str]) -> set[str]:
    """What documents name in members that hold a file's name."""
    return {name for text in (document, *_speaking(patches)) for name in _names_in(text)}


def _names_in(text: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return  # its point is refused by the reader
    for pointer, value in leaves(document):
        member = pointer.rpartition("/")[2]
        if isinstance(value, str) and (member in _NAMES_FILES or member.endswith("_file")):
            yield value


def _speaking(patches: Sequence[str]) -> Iterator[str]:
    """Patches that can name a file: very few do, and a design may have millions."""
    words = ("_file", *_NAMES_FILES)
    at_once = "\n".join(patches)
    if any(word in at_once for word in words):
        yield from (patch for patch in patches if any(word in patch for word in words))


def canonical_column(column: pa.ChunkedArray) -> bytes:
    """Bytes that depend on a column's values alone, not on how it is chunked or encoded, nor on the numbers' width."""
    import pyarrow as pa

    plain = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
    if plain and column.null_count == 0:
        return bytes(column.to_numpy().astype("<f8" if pa.types.is_floating(column.type) else "<i8").tobytes())
    return json.dumps(column.to_pylist(), ensure_ascii=False, default=str).encode()
