"""Studies on a real Dask cluster of two processes: the same bytes, each part once, and what goes wrong with workers."""

from __future__ import annotations

import dataclasses
import os
import pickle
import shutil
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from study_helpers import bytes_of, plan, unlucky

from hybridcare import points, runner, runner_dask
from hybridcare.errors import ConfigError
from hybridcare.runner import Ledger, run_study
from hybridcare.runner_dask import Pace, connected, job
from hybridcare.runner_work import Chunk, Receipt, work
from hybridcare.study_folder import Folder
from hybridcare.study_plan import Part
from hybridcare.study_read import Runs


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Path]:
    """Numbers in memory, and the folder of an undisturbed run."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    run_study(plan(refused=9), folder, progress=False)
    return run_study(plan(refused=9), progress=False), folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A client of a real cluster of two processes: the one that `backend="dask"` makes for itself."""
    with connected(None, 2) as client:
        yield client


def test_a_cluster_of_our_own_listens_on_this_machine_alone(cluster: Any) -> None:
    import psutil

    me = psutil.Process()
    sockets = [socket for each in (me, *me.children(recursive=True)) for socket in each.net_connections("tcp")]
    listening = {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}
    # a browser of other tests is among the children, and listens on ::1 too
    assert listening and all(ip_address(ip).is_loopback for ip in listening) and len(cluster.nthreads()) == 2


def test_dask_gives_the_same_bytes(whole: tuple[Runs, Path], cluster: Any, tmp_path: Path) -> None:
    runs, folder = whole
    far = run_study(plan(refused=9), tmp_path / "far", backend="dask", scheduler=cluster, progress=False)
    assert far.hash == runs.hash and bytes_of(tmp_path / "far") == bytes_of(folder)
    assert sorted(os.listdir(tmp_path / "far" / "running")) == []


def test_dask_without_a_folder_and_by_address(whole: tuple[Runs, Path], cluster: Any) -> None:
    address = cluster.scheduler.address
    assert address.startswith("tcp://127.0.0.1:")
    far = run_study(plan(refused=9), backend="dask", scheduler=address, progress=False)
    assert far.hash == whole[0].hash and far.folder is None


def test_a_scheduler_that_remembers(
    whole: tuple[Runs, Path], cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the receipts of an older run of the same study, whose folder is gone."""
    held: list[Any] = []
    plain = cluster.submit

    def submit(*given: Any, **how: Any) -> Any:
        held.append(plain(*given, **how))
        return held[-1]

    monkeypatch.setattr(cluster, "submit", submit)
    for _ in range(2):
        run_study(plan(refused=9), tmp_path / "study", backend="dask", scheduler=cluster, progress=False)
        assert bytes_of(tmp_path / "study") == bytes_of(whole[1])
        shutil.rmtree(tmp_path / "study")


def test_workers_that_do_not_see_the_folder(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = runner.chunk_of

    def elsewhere(folder: Folder, *more: Any) -> Chunk:
        return dataclasses.replace(plain(folder, *more), folder=str(tmp_path / "elsewhere"))

    monkeypatch.setattr(runner, "chunk_of", elsewhere)
    with pytest.raises(ConfigError, match="elsewhere: .*not seen on .*: all machines must share"):
        run_study(plan(), tmp_path / "study", backend="dask", scheduler=cluster, progress=False)


def test_a_part_whose_workers_fail_again_and_again(
    whole: tuple[Runs, Path], cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried three times; all others are done and kept; and it is no failed row, since its points are not to blame."""
    made = plan(refused=9)
    with monkeypatch.context() as patched:
        patched.setattr(runner_dask, "job", unlucky)
        message = r"points 8 to 11: their workers were lost 3 times \(RuntimeError: the worker's own trouble\)"
        with pytest.raises(ConfigError, match=message):
            run_study(made, tmp_path / "study", backend="dask", scheduler=cluster, progress=False)
    assert len(os.listdir(tmp_path / "study" / "parts")) == 5
    run_study(made, tmp_path / "study", backend="dask", scheduler=cluster, progress=False)
    assert bytes_of(tmp_path / "study") == bytes_of(whole[1])


def test_one_chunk_on_two_workers(whole: tuple[Runs, Path], cluster: Any, tmp_path: Path) -> None:
    """As when a scheduler loses sight of a worker that goes on: each part is there once."""
    held = Folder.create(tmp_path / "study", plan(refused=9), points.run_points(plan().task, []).metrics)
    chunk = Chunk(str(held.path), held.study_hash, tuple(held.plan.parts), tuple(held.plan.patches), 1, None)
    twice = [cluster.submit(job, chunk, workers=[worker], pure=False) for worker in cluster.nthreads()]
    assert [future.result().parts for future in twice] == [6, 6]
    assert bytes_of(held.path) == bytes_of(whole[1]) and os.listdir(held.path / "running") == []


def test_a_worker_stops_when_nobody_waits(cluster: Any, tmp_path: Path) -> None:
    long = plan(points=4000, clients=1000, replicates=4, rows=4000)  # minutes, in one part
    held = Folder.create(tmp_path / "study", long, points.run_points(long.task, []).metrics)
    chunk = Chunk(str(held.path), held.study_hash, tuple(long.parts), tuple(long.patches), 1, None)
    future = cluster.submit(job, chunk, pure=False)
    end = time.monotonic() + 20
    while not os.listdir(held.path / "running"):
        assert time.monotonic() < end
        time.sleep(0.02)
    cluster.cancel(future, force=True)
    while os.listdir(held.path / "running"):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert os.listdir(held.path / "parts") == []


def test_a_chunk_of_many_parts_is_one_small_receipt(tmp_path: Path) -> None:
    held = Folder.create(tmp_path / "study", plan(rows=1), points.run_points(plan().task, []).metrics)
    chunk = Chunk(str(held.path), held.study_hash, tuple(held.plan.parts), tuple(held.plan.patches), 1, None)
    receipt = work(chunk)
    assert receipt.parts == receipt.points == 24 and receipt.failed == 0
    assert len(pickle.dumps(receipt)) < 1000
    assert len(pickle.dumps(dataclasses.replace(receipt, trouble="x" * 200))) < 1000


def test_a_receipt_counts_once() -> None:
    shown: list[tuple[int, int, int]] = []
    ledger = Ledger(8, lambda *seen: shown.append(seen))
    parts = [Part(0, 4), Part(4, 8)]
    receipt = Receipt(0, 2, 8, 1, 0.5, 0.5)
    assert ledger.enter(parts, receipt) and not ledger.enter(parts, receipt)
    assert (ledger.points, ledger.failed, ledger.kernel_seconds, shown) == (8, 1, 0.5, [(8, 8, 1)])


def test_chunks_take_between_10_and_60_seconds() -> None:
    pace = Pace()
    assert pace.parts(left=1000, slots=2) == 1  # nothing is known yet
    for each in (0.5, 3.0, 15.0, 40.0):
        pace = Pace()
        pace.seen(Receipt(0, 2, 8, 0, 2 * each, 2 * each))
        assert 10 <= pace.parts(left=1000, slots=2) * each <= 60
        assert pace.parts(left=4, slots=2) == 1  # workers end together
