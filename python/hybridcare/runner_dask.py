"""Studies on Dask: a scheduler's workers, or some processes of this machine.

A sliding window of chunks is with the workers at any time; they write their parts themselves and send back a receipt
of some hundred bytes. Work stealing is off: a chunk is not moved once it is with a worker, so none is done twice.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from hybridcare.errors import ConfigError, config_error
from hybridcare.runner_work import Chunk, Receipt, work
from hybridcare.study_plan import Part

if TYPE_CHECKING:
    from hybridcare.runner import Ledger
    from hybridcare.study_folder import Folder

CHUNK_SECONDS = 20.0  # aimed at; chunks stay within 10 to 60 s wherever parts allow it
MOST_PARTS = 256  # of a chunk
TRIES = 3  # of a part whose worker was lost each time, although nothing but the part's child could have died of it
LOOPBACK = "127.0.0.1"  # a cluster of our own is not seen from other machines; a dashboard it has none
_CONNECT_SECONDS = 20.0
_LOOK_SECONDS = 0.5
#: A cluster of our own: see the module's text; queued chunks wait at the scheduler, where a dying worker cannot hurt.
_OWN = {"distributed.scheduler.work-stealing": False, "distributed.scheduler.worker-saturation": 1.0,
        "distributed.admin.low-level-log-length": 0}  # fmt: skip


class Pace:
    """How many parts make a chunk of the wanted seconds, from the receipts so far; one until there is a receipt."""

    def __init__(self) -> None:
        self.per_part = 0.0

    def seen(self, receipt: Receipt) -> None:
        if receipt.parts:
            now = receipt.seconds / receipt.parts
            self.per_part = now if self.per_part == 0 else 0.7 * self.per_part + 0.3 * now

    def parts(self, left: int, slots: int) -> int:
        """At the end chunks get smaller, so that workers end together."""
        if self.per_part == 0:
            return 1
        return max(1, min(MOST_PARTS, int(CHUNK_SECONDS / max(self.per_part, 1e-6)), -(-left // (2 * slots))))


def run_with_dask(
    folder: Folder,
    pending: Sequence[Part],
    scheduler: Any,
    workers: int,
    threads: int,
    until: float | None,
    ledger: Ledger,
) -> None:
    """Does the pending parts. Raises ConfigError: no scheduler or workers there, a folder that they do not see, a disk
    in trouble, parts whose workers die although the points run in children of theirs."""
    with connected(scheduler, workers) as client, client.as_current():
        _Window(client, folder, pending, threads, until, ledger).run()


class _Window:
    def __init__(
        self, client: Any, folder: Folder, pending: Sequence[Part], threads: int, until: float | None, ledger: Ledger
    ) -> None:
        self.client, self.folder, self.threads, self.until, self.ledger = client, folder, threads, until, ledger
        self.left = deque(pending)
        self.futures: dict[Any, list[Part]] = {}
        self.lost: dict[Part, int] = {}
        self.given_up: dict[Part, str] = {}
        self.pace = Pace()
        self.number = count()
        self.run_id = secrets.token_hex(8)  # a scheduler that outlives runs must not answer with an older one's receipt

    def run(self) -> None:
        import distributed

        wait: Any = distributed.wait
        try:
            while (self.left and not self._late()) or self.futures:
                self._fill()
                try:
                    done = wait(list(self.futures), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED").done
                except TimeoutError:
                    self.ledger.seen(self.ledger.points, self.ledger.total, self.ledger.failed)
                    continue
                for future in done:
                    self._take(future, self.futures.pop(future))
        except BaseException:
            self.client.cancel(list(self.futures), force=True)
            raise
        self._check_given_up()

    def _late(self) -> bool:
        return self.until is not None and time.time() >= self.until

    def _fill(self) -> None:
        slots = sum(self.client.nthreads().values()) or 1
        while self.left and len(self.futures) < 2 * slots and not self._late():
            parts = [self.left.popleft()]
            wanted = 1 if parts[0] in self.lost else self.pace.parts(len(self.left), slots)
            while len(parts) < wanted and self.left and self.left[0] not in self.lost:
                parts.append(self.left.popleft())
            self._submit(parts)

    def _submit(self, parts: list[Part]) -> None:
        from hybridcare.runner import chunk_of

        key = f"hybridcare-{self.run_id}-{parts[0].stem}-{next(self.number)}"
        chunk = chunk_of(self.folder, parts, self.threads, self.until)
        self.futures[self.client.submit(job, chunk, key=key, pure=False)] = parts

    def _take(self, future: Any, parts: list[Part]) -> None:
        from hybridcare.runner import check_receipt

        error = future.exception() if future.status == "error" else None
        if isinstance(error, ConfigError):
            raise error
        if error is not None or future.status != "finished":
            self._lose(parts, f"{type(error).__name__}: {error}" if error is not None else "its future was cancelled")
            return
        receipt: Receipt = future.result()
        check_receipt(self.folder, receipt)
        self.pace.seen(receipt)
        self.ledger.enter(parts, receipt)
        self.left.extendleft(reversed(parts[receipt.parts :]))  # the deadline; or somebody stopped it

    def _lose(self, parts: list[Part], reason: str) -> None:
        for part in parts:
            self.lost[part] = self.lost.get(part, 0) + 1
            if self.lost[part] < TRIES:
                self.left.append(part)
            else:
                self.given_up[part] = reason

    def _check_given_up(self) -> None:
        if not self.given_up:
            return
        part, reason = next(iter(self.given_up.items()))
        raise config_error(str(self.folder.path), f"{len(self.given_up)} part(s) could not be run, first points "
                           f"{part.start} to {part.stop - 1}: their workers were lost {self.lost[part]} times "
                           f"({reason[:200]}). All others are done and kept; look at the workers' memory and logs, and "
                           "run the same again")  # fmt: skip


def job(chunk: Chunk) -> Receipt:
    """What a Dask worker does: the chunk, unless nobody waits for it any more."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state not in ("cancelled", "released", "forgotten")

    return work(chunk, wanted)


@contextmanager
def connected(scheduler: Any, workers: int) -> Iterator[Any]:
    """A client of the scheduler, or of some processes of this machine that end with it. Raises ConfigError."""
    try:
        import dask
        import distributed
    except ImportError as error:
        raise config_error("backend", "dask is not installed; `pip install 'hybridcare[cluster]'`") from error
    Client: Any = distributed.Client
    LocalCluster: Any = distributed.LocalCluster
    if isinstance(scheduler, distributed.Client):
        yield _with_workers(scheduler, "the given client")
    elif scheduler:
        try:
            client = Client(str(scheduler), timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise config_error(str(scheduler), "no Dask scheduler answers there; start one with `dask scheduler`, and "
                               f"give the address that it prints ({error})") from error  # fmt: skip
        with client:
            yield _with_workers(client, str(scheduler))
    else:
        cores = workers or len(os.sched_getaffinity(0))
        with (
            dask.config.set(_OWN),
            LocalCluster(n_workers=cores, threads_per_worker=1, processes=True, host=LOOPBACK, dashboard_address=None,
                         scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0", "dashboard": False},
                         silence_logs=logging.CRITICAL) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):  # fmt: skip
            yield client


def _with_workers(client: Any, shown: str) -> Any:
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except TimeoutError as error:
        raise config_error(shown, f"no worker came to this scheduler within {_CONNECT_SECONDS:.0f} s; start some with "
                           "`dask worker ADDRESS`") from error  # fmt: skip
    return client
