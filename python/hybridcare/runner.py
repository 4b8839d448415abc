"""Runs studies: all points of a plan, on this machine or many, into memory or a folder that can always be gone on with.

Numbers depend on the plan alone: not on back end, chunks, threads, shards, kills or resumes.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hybridcare import points, study_checks
from hybridcare.errors import ConfigError, config_error
from hybridcare.experiment import checked_threads
from hybridcare.names import unknown
from hybridcare.progress import study_progress
from hybridcare.runner_work import Chunk, How, Receipt, Stopped, run_part, work
from hybridcare.study_folder import Folder
from hybridcare.study_plan import Part, Plan
from hybridcare.study_read import Runs, checked_part, load

if TYPE_CHECKING:
    from hybridcare.progress import Seen

BACKENDS = ("threads", "dask")
CHUNK_PARTS = 16  # without a cluster: between two looks at what is there


class Planned(Protocol):
    """What can be run: anything that makes a plan, such as a sweep."""

    def plan(self) -> Plan: ...


@dataclasses.dataclass
class Ledger:
    """What a run has done so far. Each part counts once, however often a receipt for it comes in."""

    total: int
    seen: Seen
    points: int = 0
    failed: int = 0
    kernel_seconds: float = 0.0
    parts: set[Part] = dataclasses.field(default_factory=set)

    def enter(self, parts: Sequence[Part], receipt: Receipt) -> bool:
        """False for a receipt that came before."""
        new = [part for part in parts[: receipt.parts] if part not in self.parts]
        if not new:
            return False
        self.parts.update(new)
        self.points += sum(part.size for part in new)
        self.failed += receipt.failed
        self.kernel_seconds += receipt.kernel_seconds
        self.seen(self.points, self.total, self.failed)
        return True


def run_study(
    study: Plan | Planned | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    backend: str = "threads",
    scheduler: Any = None,
    shard: tuple[int, int] | None = None,
    deadline: float | None = None,
    progress: bool = True,
    threads: int = 0,
    workers: int = 0,
    repair: bool = False,
    retry_failed: bool = False,
) -> Runs:
    """Runs every design point that is not done yet, and returns the numbers of all that are there.

    study      a Plan, anything with `.plan()`, or a study folder to go on with
    out        study folder: made, or gone on with if it holds this study. None: memory alone
    backend    "threads": this process. "dask": `scheduler`, an address ("tcp://…") or a distributed.Client, else
               `workers` processes of this machine (0: one a core), which listen on 127.0.0.1 alone
    shard      (i, n), i from 1: only the i-th of n consecutive ranges of points, for job arrays
    deadline   seconds from now after which no new work is begun and what runs is stopped; no error: see `.complete`
    threads    of the kernel: 0 for all of the machine's; with Dask 0 is one per task
    repair     move corrupt parts, and those of another build, aside and compute their points again
    retry_failed   the same for parts with failed points
    A point that fails, even by killing its process, is a row with its reason. Ctrl-C, a kill or a full disk lose what
    was being computed; the same call goes on. Raises ConfigError: see running_studies.md for each message.
    """
    plan, out = _plan_of(study, out)
    if backend not in BACKENDS:
        raise config_error("backend", unknown("back end", backend, BACKENDS))
    if deadline is not None and not deadline > 0:
        raise config_error("deadline", f"{deadline} is no time from now: seconds, more than 0")
    threads = checked_threads(threads)
    until = None if deadline is None else time.time() + deadline
    started = time.monotonic()
    if out is None and backend == "threads":
        runs = _in_memory(plan, plan.shard(shard), progress, threads, until)
    elif out is None:
        with tempfile.TemporaryDirectory(prefix="hybridcare-") as place:
            folder = Folder.create(Path(place) / "study", plan, measures_of(plan))
            runs = _in_folder(folder, folder.plan.shard(shard), (backend, scheduler, workers), progress, threads, until)
            runs.folder, runs.plan = None, plan
    else:
        folder = _folder(Path(out), plan)
        _check(folder, repair, retry_failed)
        runs = _in_folder(folder, folder.plan.shard(shard), (backend, scheduler, workers), progress, threads, until)
    runs.wall_seconds = time.monotonic() - started
    return runs


def measures_of(plan: Plan) -> list[dict[str, Any]]:
    """The measures with unit and meaning. Raises ConfigError for what is wrong with the task, before any work."""
    found = points.run_points(plan.task, [], threads=1)
    return [{name: str(measure[name]) for name in ("name", "reading", "culture", "twin", "unit", "meaning")}
            for measure in found.metrics]  # fmt: skip


def _plan_of(study: Plan | Planned | str | os.PathLike[str], out: Any) -> tuple[Plan, Any]:
    if isinstance(study, Plan):
        return study, out
    if isinstance(study, str | os.PathLike):
        if out is not None and os.path.abspath(out) != os.path.abspath(study):
            raise config_error(str(study), "is gone on with where it is; `out` would be another folder: leave it out")
        return Folder.open(study).plan, study
    return study.plan(), out


def _folder(path: Path, plan: Plan) -> Folder:
    """Found or made. A study that is there already needs no trial run."""
    if study_checks.is_free(path):
        study_checks.check_space(Path(os.path.abspath(path)), plan)
        return Folder.create(path, plan, measures_of(plan))
    found = Folder.open(path)
    study_checks.check_same(found, plan)
    return found


def _check(folder: Folder, repair: bool, retry_failed: bool) -> None:
    """Looks at all that is there before work begins. Raises ConfigError."""
    try:
        folder.tidy()
        wrong = []
        for names in folder.names().values():
            for name in names:
                try:
                    table = checked_part(folder, name)[0]
                except ConfigError:
                    if not repair:
                        raise
                    wrong.append(name)
                    continue
                column = table.column("failure")
                if retry_failed and column.null_count < len(column):
                    wrong.append(name)
        if wrong:
            folder.set_aside(wrong)
            folder.write_manifest()
    except OSError as error:
        raise study_checks.trouble(folder.path, error, folder) from error
    study_checks.check_agreement(folder)


def _in_memory(plan: Plan, parts: Sequence[Part], progress: bool, threads: int, until: float | None) -> Runs:
    runs = Runs(plan, measures_of(plan))
    with study_progress(plan.name, progress) as seen:
        ledger = Ledger(sum(part.size for part in parts), seen)
        for part in parts:

            def tick(done: int, total: int, part: Part = part) -> None:
                if until is not None and time.time() >= until:
                    raise Stopped
                seen(ledger.points + part.size * done // max(total, 1), ledger.total, ledger.failed)

            try:
                tick(0, 1)
                found = run_part(How(plan.task, threads, tick), plan.patches[part.start : part.stop], part.start)
            except Stopped:
                break
            runs.put(part, found)
            failed, seconds = len(found.failures), found.kernel_seconds
            ledger.enter([part], Receipt(part.start, 1, part.size, failed, seconds, 0.0))
    runs.kernel_seconds = ledger.kernel_seconds
    return runs


def _in_folder(
    folder: Folder,
    parts: Sequence[Part],
    backend: tuple[str, Any, int],
    progress: bool,
    threads: int,
    until: float | None,
) -> Runs:
    done = folder.done()
    pending = [part for part in parts if part not in done]
    lost = set(folder.manifest().get("parts", ())) - {name for names in folder.names().values() for name in names}
    with study_progress(folder.plan.name, progress) as seen:
        ledger = Ledger(sum(part.size for part in parts), seen)
        ledger.points = ledger.total - sum(part.size for part in pending)
        try:
            if pending:
                folder.check_writable()
                _worked(folder, pending, backend, threads, until, ledger)
                _check_seen(folder, ledger)
                folder.write_manifest()
        except OSError as error:
            raise study_checks.trouble(folder.path, error, folder) from error
        except BaseException as error:
            with suppress(OSError):
                folder.write_manifest()
            error.add_note(f"{_kept(folder)} are kept in {folder.path}; the same again goes on "
                           "(a command: with --resume)")  # fmt: skip
            raise
    _check_again(folder, lost)
    runs = load(folder, partial=True, parts=parts)
    runs.kernel_seconds = ledger.kernel_seconds
    return runs


def _kept(folder: Folder) -> str:
    return f"{sum(part.size for part in folder.done()):,} of {folder.plan.points:,} points"


def _worked(
    folder: Folder,
    pending: list[Part],
    backend: tuple[str, Any, int],
    threads: int,
    until: float | None,
    ledger: Ledger,
) -> None:
    kind, scheduler, workers = backend
    if kind == "dask":
        from hybridcare.runner_dask import run_with_dask

        run_with_dask(folder, pending, scheduler, workers, max(threads, 1), until, ledger)
        return
    for start in range(0, len(pending), CHUNK_PARTS):
        parts, before = pending[start : start + CHUNK_PARTS], ledger.points

        def seen(done: int, total: int, before: int = before) -> None:
            ledger.seen(before + done, ledger.total, ledger.failed)

        receipt = work(chunk_of(folder, parts, threads, until), seen=seen)
        check_receipt(folder, receipt)
        ledger.enter(parts, receipt)
        if receipt.parts < len(parts):
            return  # the deadline


def chunk_of(folder: Folder, parts: Sequence[Part], threads: int, until: float | None) -> Chunk:
    """Work for one worker: parts with their patches."""
    patches = tuple(patch for part in parts for patch in folder.plan.patches[part.start : part.stop])
    return Chunk(str(folder.path), folder.study_hash, tuple(parts), patches, threads, until)


def check_receipt(folder: Folder, receipt: Receipt) -> None:
    """Raises ConfigError if the worker's disk was in trouble."""
    if receipt.trouble:
        raise study_checks.trouble(folder.path, OSError(receipt.code, receipt.trouble), folder)


def _check_seen(folder: Folder, ledger: Ledger) -> None:
    """Receipts are words: the parts themselves must be here. Raises ConfigError."""
    absent = ledger.parts - folder.done()
    if absent:
        raise config_error(str(folder.path), f"workers have written {len(absent)} part(s) that are not seen here, "
                           f"first {min(absent, key=lambda part: part.start).stem}: all machines must share this very "
                           "folder; a job array can also work with --shard in folders of its own")  # fmt: skip


def _check_again(folder: Folder, lost: set[str]) -> None:
    """A part that was lost must come out as it was. Raises ConfigError."""
    names = {part.stem: found for part, found in folder.names().items()}
    for name in sorted(lost):
        found = names.get(name.partition(".")[0])
        if found and name not in found:
            raise config_error(str(folder.path), f"a part that was lost, {name}, came out with other numbers: "
                               f"{found[0]}. Was it made by another build, or on a failing machine? Both cannot be "
                               "right")  # fmt: skip
