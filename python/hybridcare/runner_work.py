"""The work on parts of a study, wherever it is done: in this process, in a Dask worker, in a child of either.

A point that makes the run raise an error is found by halving and becomes a failed row. One that kills its process
leaves a mark behind; who comes next runs that part in a child process, halves what the child dies of, and writes the
point down as failed. Everything crosses as plain values: nothing that was read from a folder is executed.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import points
from hybridcare.errors import Cancelled, ConfigError, config_error
from hybridcare.study_tables import Outcome

if TYPE_CHECKING:
    from hybridcare.points import Task
    from hybridcare.study_folder import Folder
    from hybridcare.study_plan import Part

TRIES = 2  # of a single point that raises or kills, before it counts as failed
MOST_REASON = 500  # characters
_LOOK_SECONDS = 0.05  # how often a child is looked at
Tick = Callable[[int, int], None]


class Stopped(Exception):
    """The deadline has come, or nobody wants the answer any more."""


@dataclass(frozen=True)
class Chunk:
    """Parts that one worker does in a row, writing each when it is done."""

    folder: str
    study: str  # hash
    parts: tuple[Part, ...]
    patches: tuple[str, ...]  # of all points of the parts
    threads: int
    until: float | None  # seconds since 1970


@dataclass(frozen=True)
class Receipt:
    """What a worker says of a chunk; its numbers are on disk."""

    start: int
    parts: int  # finished, from the chunk's first
    points: int
    failed: int
    kernel_seconds: float
    seconds: float
    trouble: str = ""  # the disk's, which stops the study
    code: int = 0  # errno of the trouble


@dataclass(frozen=True)
class How:
    """How a range of points is run. tick: progress, which may raise Stopped; first: number of its first point."""

    task: Task
    threads: int
    tick: Tick


class _Broken(Exception):
    """A range that could not be run, and why."""


def run_part(how: How, patches: Sequence[str], first: int, isolated: bool = False) -> Outcome:
    """Numbers of a range of points; whatever goes wrong with one of them is its reason for failing.

    isolated: in a child process, because somebody died of it before. Raises ConfigError for what no point can help (the
    task itself), Stopped, KeyboardInterrupt.
    """
    run = _in_child if isolated else _here
    return Outcome.joined(_halved(run, how, patches, first))


def _halved(run: Callable[..., Outcome], how: How, patches: Sequence[str], first: int) -> list[Outcome]:
    tries = TRIES if len(patches) == 1 else 1
    for attempt in range(tries):
        try:
            return [run(how, patches, first)]
        except _Broken as error:
            reason = str(error)
            if attempt + 1 == tries and len(patches) == 1:
                task = how.task
                shape = (len(task.arms), len(task.metrics) + len(task.watch), task.replicates)
                return [Outcome.failed(1, shape, reason[:MOST_REASON])]
    middle = len(patches) // 2
    return [*_halved(run, how, patches[:middle], first), *_halved(run, how, patches[middle:], first + middle)]


def _here(how: How, patches: Sequence[str], first: int) -> Outcome:
    try:
        found = points.run_points(how.task, patches, threads=how.threads, progress=how.tick, first=first)
    except (ConfigError, Cancelled, Stopped, OSError):
        raise
    except Exception as error:  # whatever it is, it must not take the other points with it
        raise _Broken(f"{type(error).__name__}: {error}") from error
    reasons = {int(point): _plain(reason, how.task) for point, reason in found.failures.items()}
    return Outcome(found.estimate, found.values, reasons, int(found.client_weeks), float(found.kernel_seconds))


def _plain(reason: str, task: Task) -> str:
    """The reason without this machine's folders, so that it is the same wherever it is found."""
    return reason.replace(task.file, Path(task.file).name)[:MOST_REASON]


# a child process, which may die
def _in_child(how: How, patches: Sequence[str], first: int) -> Outcome:
    from hybridcare.study_plan import task_values

    with tempfile.TemporaryDirectory(prefix="hybridcare-") as folder:
        target = Path(folder) / "numbers.npz"
        order = {"task": task_values(how.task), "file": how.task.file, "patches": list(patches), "first": first,
                 "threads": how.threads, "target": str(target)}  # fmt: skip
        asked = Path(folder) / "order.json"
        asked.write_text(json.dumps(order), encoding="utf-8")
        command = [sys.executable, "-m", "hybridcare.runner_work", str(asked)]
        alive, held = os.pipe()  # the child reads to its end: when this process goes, so does the child
        child = subprocess.Popen(command, stdin=alive, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                 env=_environment())  # fmt: skip
        os.close(alive)
        try:
            said = _waited(child, how)
        finally:
            os.close(held)
            child.kill()  # does nothing to one that has ended
            child.communicate()
        if child.returncode != 0:
            raise _Broken(_why(child.returncode, said))
        return _outcome(target)


def _environment() -> dict[str, str]:
    """The child imports what this process does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}


def _waited(child: subprocess.Popen[bytes], how: How) -> str:
    """What the child said on its standard error. Looks at the deadline and at who wants the answer while it runs."""
    while True:
        try:
            return child.communicate(timeout=_LOOK_SECONDS)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            how.tick(0, 1)


def _why(code: int, said: str) -> str:
    if code > 0:
        lines = [line for line in said.splitlines() if line.strip()]
        return f"its process ended with code {code}: {lines[-1] if lines else 'it said nothing'}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (memory used up, or killed by hand)" if name == "SIGKILL" else ""
    return f"killed its process: {name}{hint}"


def _outcome(target: Path) -> Outcome:
    with np.load(target, allow_pickle=False) as held:
        account: dict[str, Any] = json.loads(held["account"].tobytes())
        reasons = {int(point): reason for point, reason in account["failures"].items()}
        return Outcome(held["estimate"], held["values"], reasons, account["client_weeks"], account["kernel_seconds"])


def _child(asked: str) -> None:
    """The child's part: reads the order, runs it, leaves the numbers in a file. It ends with its parent."""
    import threading

    from hybridcare.study_plan import task_of

    def end_with_parent() -> None:
        sys.stdin.buffer.read()
        os._exit(3)

    threading.Thread(target=end_with_parent, daemon=True).start()
    order = json.loads(Path(asked).read_text(encoding="utf-8"))
    how = How(task_of(order["task"], order["file"]), order["threads"], lambda done, total: None)
    try:
        found = _here(how, order["patches"], order["first"])
    except _Broken as error:
        print(error, file=sys.stderr)
        os._exit(1)
    account = {"failures": found.failures, "client_weeks": found.client_weeks, "kernel_seconds": found.kernel_seconds}
    held = np.frombuffer(json.dumps(account).encode(), np.uint8)
    np.savez(order["target"], estimate=found.estimate, values=found.values, account=held)
    os._exit(0)


# a chunk, wherever a worker is
def work(chunk: Chunk, wanted: Callable[[], bool] = lambda: True, seen: Tick | None = None) -> Receipt:
    """Does the parts of a chunk that are not there yet, each kept as soon as it is done.

    wanted: asked now and then whether somebody still waits. seen: called with points done and all of the chunk's.
    Stops at the deadline with what is done. A full or forbidden disk is told in the receipt. Raises ConfigError for a
    folder that this machine does not see, or for a task that cannot be run at all.
    """
    started = time.monotonic()
    folder = _folder_of(chunk)
    receipt = Receipt(chunk.parts[0].start, 0, 0, 0, 0.0, 0.0)
    try:
        there = folder.done()
        for part in chunk.parts:
            counted = receipt.points  # also where the part's patches begin

            def tick(done: int, total: int, part: Part = part, counted: int = counted) -> None:
                if not wanted() or (chunk.until is not None and time.time() >= chunk.until):
                    raise Stopped
                if seen is not None:
                    seen(counted + part.size * done // max(total, 1), len(chunk.patches))

            patches = chunk.patches[counted : counted + part.size]
            found = None if part in there else _kept(folder, chunk, part, patches, tick)
            receipt = _longer(receipt, part, found)
    except Stopped:
        pass
    except OSError as error:
        receipt = replace(receipt, trouble=(error.strerror or str(error))[:200], code=error.errno or 0)
    return replace(receipt, seconds=time.monotonic() - started)


def _longer(receipt: Receipt, part: Part, found: Outcome | None) -> Receipt:
    failed, seconds = (len(found.failures), found.kernel_seconds) if found is not None else (0, 0.0)
    return replace(receipt, parts=receipt.parts + 1, points=receipt.points + part.size, failed=receipt.failed + failed,
                   kernel_seconds=receipt.kernel_seconds + seconds)  # fmt: skip


def _kept(folder: Folder, chunk: Chunk, part: Part, patches: Sequence[str], tick: Tick) -> Outcome:
    tick(0, 1)  # the deadline may have come meanwhile
    finished = False
    try:
        isolated = folder.begin(part)  # in here, since Ctrl-C may come as soon as the mark is there
        found = run_part(How(folder.task, chunk.threads, tick), patches, part.start, isolated)
        folder.write(part, found, patches)
        finished = True
        return found
    finally:
        try:
            folder.end(part, finished)
        except BaseException:  # Ctrl-C while the mark was being taken away
            folder.end(part, finished)
            raise


_folders: dict[str, Folder] = {}


def _folder_of(chunk: Chunk) -> Folder:
    """The chunk's folder, read once per process. Raises ConfigError if this machine does not see it."""
    from hybridcare.study_folder import Folder

    held = _folders.get(chunk.folder)
    if held is None or held.study_hash != chunk.study:
        _folders.pop(chunk.folder, None)
        if Path(chunk.folder, "study.json").exists():
            held = _folders[chunk.folder] = Folder(chunk.folder)
    if held is None or held.study_hash != chunk.study or not (held.path / "parts").is_dir():
        raise config_error(chunk.folder, f"is not seen on {socket.gethostname()} as where the study was begun: all "
                           "machines must share it; a job array can also work with --shard in folders of its "
                           "own")  # fmt: skip
    return held


if __name__ == "__main__":
    _child(sys.argv[1])
