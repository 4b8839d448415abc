"""A calibration on disk: designs, simulated figures and fitted emulators of each wave, so that a kill loses seconds.

Like a study folder it holds immutable parts, named by their rows and checksum, written whole or not at all; what is
still to do is what no part holds. Numbers only: nothing that is read from it is executed.

    DIR/calibration.json                          what is calibrated, and by which build
    DIR/wave_1/design.parquet, emulators.json     normal scores of its points; what was fitted
    DIR/wave_1/parts/000000-000008.HASH.parquet   figures and variances of points 0 to 7
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hybridcare import writing
from hybridcare.calibrate_aims import Simulated
from hybridcare.document import digest, leaves, pretty
from hybridcare.errors import config_error
from hybridcare.progress import study_progress
from hybridcare.strict_json import kind_of

Floats = NDArray[np.float64]
FORMAT = "hybridcare calibration 1"
CHUNK = 8  # points of a part: some seconds of work
_PART = re.compile(r"(\d{6})-(\d{6})\.([0-9a-f]{32})\.parquet")


class Remote(Protocol):
    """A simulator whose work can be done elsewhere. names: of all figures; fitted: which of them count."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def fitted(self) -> list[int]: ...
    def job(self, x: Floats, threads: int | None = None) -> dict[str, Any]: ...
    def __call__(self, x: Floats) -> Simulated: ...


@dataclass(frozen=True)
class Executor:
    """Where points are run. backend: "threads", this process, or "dask": `scheduler`, an address or a
    distributed.Client, else `workers` processes of this machine; run: what a worker does with a job."""

    run: Callable[[dict[str, Any]], Simulated]
    backend: str = "threads"
    scheduler: Any = None
    workers: int = 0
    progress: bool = True


class CalibrationFolder:
    """The store of `calibrate_run.calibrate` on disk.

    account  what everything hangs on: a folder that was begun with another one is refused
    Raises ConfigError: a folder that holds something else, cannot be written, or whose parts were changed.
    """

    def __init__(self, path: Path, account: Mapping[str, Any], columns: Sequence[str], simulator: Remote,
                 executor: Executor) -> None:  # fmt: skip
        self.path = Path(os.path.abspath(path))
        self.columns, self.simulator, self.executor = list(columns), simulator, executor
        self.everything: dict[str, Simulated] = {}
        self._cluster = ExitStack()
        self._submit: Any = None
        self._begin({"format": FORMAT, **account})

    def _begin(self, account: dict[str, Any]) -> None:
        file = self.path / "calibration.json"
        try:
            if not file.exists():
                if self.path.exists() and any(self.path.iterdir()):
                    raise config_error(str(self.path), "is not empty and holds no calibration: nothing in it was "
                                       "touched; give another name")  # fmt: skip
                self.path.mkdir(parents=True, exist_ok=True)
                self._put(file, pretty(account).encode())
                return
            held = json.loads(file.read_text(encoding="utf-8"))
        except NotADirectoryError as error:
            raise config_error(str(self.path), "is there already and is not a folder; give another name") from error
        except OSError as error:
            raise writing.refused(self.path, error) from error
        except ValueError as error:
            raise config_error(str(file), f"cannot be read: {error}; bring it back from a copy") from error
        if digest(held) != digest(account):
            raise config_error(str(self.path), f"holds another calibration: {_differences(held, account)}. Nothing in "
                               "it was touched; give another folder, or ask for the same again")  # fmt: skip

    # the store's own three
    def design(self, stage: str, points: int, make: Callable[[], Floats]) -> Floats:
        """Normal scores of a stage's points, shape (points, d): kept ones, else made and kept."""
        import pyarrow as pa

        file = self.path / stage / "design.parquet"
        if not file.exists():
            z = np.asarray(make(), float)
            table = pa.table({name: z[:, at] for at, name in enumerate(self.columns)})
            self._put(file, writing.parquet_bytes(table))
        table = _read(file)
        if table.column_names != self.columns:
            raise config_error(str(file), "holds other parameters than this calibration varies")
        if table.num_rows != points:
            raise config_error(str(file), f"holds {table.num_rows} points where {points} belong: it was changed. Bring "
                               "it back from a copy, or begin in another folder")  # fmt: skip
        return np.column_stack([table.column(name).to_numpy() for name in self.columns])

    def simulated(self, stage: str, values: Floats) -> Simulated:
        """Figures of a stage's points: those of finished parts, the others are run."""
        mark = hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()
        ranges = [(start, min(start + CHUNK, len(values))) for start in range(0, len(values), CHUNK)]
        found = {each: self._load(stage, each, mark) for each in self._names(stage)}
        left = [each for each in ranges if each not in found]
        with study_progress(stage.replace("_", " "), self.executor.progress) as seen:
            done = sum(stop - start for start, stop in ranges if (start, stop) in found)
            seen(done, len(values), 0)
            for each, result in self._worked(values, left):
                self._keep(stage, each, result, mark)
                found[each] = self._load(stage, each, mark)
                done += each[1] - each[0]
                seen(done, len(values), sum(len(one.failures) for one in found.values()))
        whole = _joined(ranges, found)
        self.everything[stage] = whole
        return whole.columns(self.simulator.fitted)

    def state(self, stage: str, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """JSON values that were kept, else made and kept."""
        file = self.path / stage / f"{name}.json"
        if not file.exists():
            self._put(file, pretty(dict(make())).encode())
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _unreadable(file, error) from error
        if not isinstance(held, dict):
            raise _unreadable(file, f"expected an object, found {kind_of(held)}")
        return held

    # work
    def _worked(self, values: Floats, left: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], Simulated]]:
        if self.executor.backend != "dask":
            for start, stop in left:
                yield (start, stop), self.executor.run(self.simulator.job(values[start:stop]))
            return
        if left:
            if self._submit is None:
                self._submit = self._cluster.enter_context(_workers(self.executor))
            yield from self._submit(self.executor.run,
                                    {each: self.simulator.job(values[slice(*each)], 1) for each in left})  # fmt: skip

    def close(self) -> None:
        """Lets go of Dask's workers, which serve all stages."""
        self._cluster.close()
        self._submit = None

    # parts
    def _names(self, stage: str) -> dict[tuple[int, int], str]:
        folder = self.path / stage / "parts"
        found = {}
        for name in sorted(os.listdir(folder)) if folder.is_dir() else ():
            if match := _PART.fullmatch(name):
                found[int(match[1]), int(match[2])] = name
        return found

    def _keep(self, stage: str, rows: tuple[int, int], result: Simulated, mark: str) -> None:
        import pyarrow as pa

        columns: dict[str, Any] = {}
        for at, name in enumerate(self.simulator.names):
            columns[f"value:{name}"] = result.value[:, at]
            columns[f"variance:{name}"] = result.variance[:, at]
        columns["failure"] = pa.array([result.failures.get(at) for at in range(len(result.value))], pa.string())
        table = pa.table(columns).replace_schema_metadata({"design": mark})
        content = writing.parquet_bytes(table)
        name = f"{rows[0]:06d}-{rows[1]:06d}.{hashlib.sha256(content).hexdigest()[:32]}.parquet"
        self._put(self.path / stage / "parts" / name, content)

    def _load(self, stage: str, rows: tuple[int, int], mark: str) -> Simulated:
        file = self.path / stage / "parts" / self._names(stage)[rows]
        if hashlib.sha256(_bytes(file)).hexdigest()[:32] != file.name.split(".")[1]:
            raise config_error(str(file), "is corrupt: its content does not have the checksum in its name. Take it "
                               "away: its points are then run again")  # fmt: skip
        table = _read(file)
        wanted = [f"{kind}:{name}" for name in self.simulator.names for kind in ("value", "variance")]
        if (table.schema.metadata or {}).get(b"design") != mark.encode() or table.column_names[:-1] != wanted:
            raise config_error(str(file), "belongs to another design or to other targets; take it away: its points are "
                               "then run again")  # fmt: skip
        numbers = [np.column_stack([table.column(f"{kind}:{name}").to_numpy() for name in self.simulator.names])
                   for kind in ("value", "variance")]  # fmt: skip
        reasons = table.column("failure").to_pylist()
        return Simulated(numbers[0], numbers[1], {at: why for at, why in enumerate(reasons) if why is not None})

    def _put(self, target: Path, content: bytes) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with writing.written_file(target) as file:
                file.write(content)
        except OSError as error:
            raise writing.refused(target, error) from error


def _joined(ranges: Sequence[tuple[int, int]], found: Mapping[tuple[int, int], Simulated]) -> Simulated:
    parts = [found[each] for each in ranges]
    failures = {start + at: why for (start, _), part in zip(ranges, parts, strict=True)
                for at, why in part.failures.items()}  # fmt: skip
    return Simulated(np.concatenate([part.value for part in parts]),
                     np.concatenate([part.variance for part in parts]), failures)  # fmt: skip


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unreadable(file, (error.strerror or str(error)).lower()) from error


def _unreadable(file: Path, why: object) -> Exception:
    return config_error(str(file), f"cannot be read: {why}; take it away, and it is made again")


def _read(file: Path) -> Any:
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.read_table(file)
    except (OSError, pyarrow.ArrowException) as error:
        raise _unreadable(file, error) from error


def _differences(held: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    old, new = dict(leaves(held)), dict(leaves(account))
    named = [f"{place.lstrip('/')} {old.get(place, 'nothing')} there and {new.get(place, 'nothing')} here"
             for place in sorted({*old, *new}) if old.get(place) != new.get(place)]  # fmt: skip
    return "; ".join(named[:3]) + ("; ..." if len(named) > 3 else "")


@contextmanager
def _workers(executor: Executor) -> Iterator[Callable[..., Iterator[tuple[tuple[int, int], Simulated]]]]:
    """Dask's: gives a function that runs jobs and yields results as they come."""
    from hybridcare.runner_dask import connected

    with connected(executor.scheduler, executor.workers) as client, client.as_current():
        import distributed

        as_completed: Any = distributed.as_completed

        def submit(run: Callable[[dict[str, Any]], Simulated],
                   jobs: Mapping[tuple[int, int], dict[str, Any]]) -> Iterator[tuple[tuple[int, int], Simulated]]:
            futures = {client.submit(run, job, pure=False): rows for rows, job in jobs.items()}
            for future in as_completed(list(futures)):
                yield futures[future], future.result()

        yield submit
