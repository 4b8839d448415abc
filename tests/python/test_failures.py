"""Studies that go badly: killed workers and clients, points that kill, full and forbidden disks. What was finished
stays, and each message says what to do.

The tests run as root too, where chmod forbids nothing: hence a mount that is read-only, and a small tmpfs.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers import command_line, environment, left_behind
from study_helpers import bytes_of, hears_ctrl_c, parts_of, plan, same_numbers, started, wrapped

from hybridcare import points, study_folder, writing
from hybridcare.errors import ConfigError
from hybridcare.runner import run_study
from hybridcare.study_folder import Folder
from hybridcare.study_read import Runs, open_runs

KILLS = 10
DEEDS = {
    "segmentation fault": ("os.kill(os.getpid(), signal.SIGSEGV)", "killed its process: SIGSEGV"),
    "memory": (
        "os.kill(os.getpid(), signal.SIGKILL)",
        "killed its process: SIGKILL (memory used up, or killed by hand)",
    ),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Path]:
    """An undisturbed run in a folder."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    return run_study(plan(), folder, progress=False), folder


@pytest.fixture
def study(whole: tuple[Runs, Path], tmp_path: Path) -> Path:
    """A copy of its folder, to be spoilt."""
    shutil.copytree(whole[1], tmp_path / "study")
    return tmp_path / "study"


def waited(condition: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)
    return found


# kills
def test_killed_ten_times_at_random_moments(whole: tuple[Runs, Path], tmp_path: Path) -> None:
    """Each time resumed; in the end every byte is as in a run that nobody disturbed."""
    moments = random.Random(20261126)
    source, out, held = tmp_path / "source", tmp_path / "out", wrapped(tmp_path / "site", sleep=0.02)
    Folder.create(source, plan(points=320, rows=2), points.run_points(plan().task, []).metrics)
    seen: list[int] = []
    for number in range(KILLS):
        before = len(parts_of(out))
        with started(source, out, held) as process:
            if number % 2:
                waited(lambda before=before: len(parts_of(out)) > before)
            time.sleep(moments.uniform(0, 0.1 if number % 2 else 1.5))  # in mid-work; or whatever it is at just then
            process.kill()
            assert process.wait() == -signal.SIGKILL
        seen.append(len(parts_of(out)))
    assert seen == sorted(seen) and 5 <= seen[-1] < 160, seen
    finished = run_study(out, progress=False)
    undisturbed = run_study(plan(points=320, rows=2), tmp_path / "undisturbed", progress=False)
    assert finished.hash == undisturbed.hash and bytes_of(out) == bytes_of(tmp_path / "undisturbed")
    assert left_behind(out / "running") == [] and not list(out.rglob("*.partial"))


def test_three_at_once(whole: tuple[Runs, Path], tmp_path: Path) -> None:
    """Processes that begin one study in one folder at the same time, as those of a job array do: no one stumbles over
    another, and each part is there once."""
    source, out, held = tmp_path / "source", tmp_path / "out", wrapped(tmp_path / "site", sleep=0.02)
    Folder.create(source, plan(), points.run_points(plan().task, []).metrics)
    processes = [started(source, out, held) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert bytes_of(out) == bytes_of(whole[1])
    assert left_behind(out / "running") == left_behind(out / "failures") == [] and not list(out.rglob(".*"))


def test_killed_client_of_a_cluster(tmp_path: Path) -> None:
    """Its workers end with it, and what they had finished stays."""
    source, out, held = tmp_path / "source", tmp_path / "out", wrapped(tmp_path / "site", sleep=0.1)
    Folder.create(source, plan(points=80, rows=2), points.run_points(plan().task, []).metrics)
    with started(source, out, held, "dask") as process:
        waited(lambda: len(parts_of(out)) >= 3)
        process.kill()
        process.wait()
    time.sleep(0.5)
    done = parts_of(out)
    assert 3 <= len(done) < 40
    time.sleep(0.5)
    assert parts_of(out) == done  # nobody works any more
    run_study(out, progress=False)
    run_study(plan(points=80, rows=2), tmp_path / "undisturbed", progress=False)
    assert bytes_of(out) == bytes_of(tmp_path / "undisturbed")


def test_killed_worker_and_a_point_that_kills_its_worker(tmp_path: Path) -> None:
    """A worker of a cluster of two is killed by hand in mid-chunk, and one by a point: the study goes on, and only that
    point is a failed row."""
    statement, reason = DEEDS["memory"]
    source, out, held = tmp_path / "source", tmp_path / "out", wrapped(tmp_path / "site", statement, sleep=0.1)
    Folder.create(source, plan(points=80, rows=2, poison=60), points.run_points(plan().task, []).metrics)
    with started(source, out, held, "dask") as process:
        waited(lambda: len(parts_of(out)) >= 3)
        mark = waited(lambda: os.listdir(out / "running"))[0]  # PART.HOST_PID_THREAD
        os.kill(int(mark.split("_")[-2]), signal.SIGKILL)
        _, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    runs, healthy = open_runs(out), run_study(plan(points=80, rows=2, poison=60), progress=False)
    assert runs.failures == {60: reason} and runs.complete
    others = [point for point in range(80) if point != 60]
    assert (runs.values[others] == healthy.values[others]).all() and (runs.estimate[60] != runs.estimate[60]).all()


# points that fail
def test_a_point_that_kills_its_process(tmp_path: Path) -> None:
    """Without a cluster the study dies of it once; the next run finds the point by halving. It can be tried again once
    its cause is gone."""
    statement, reason = DEEDS["segmentation fault"]
    source, out, held = tmp_path / "source", tmp_path / "out", wrapped(tmp_path / "site", statement)
    Folder.create(source, plan(poison=6), points.run_points(plan().task, []).metrics)
    with started(source, out, held) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGSEGV and len(parts_of(out)) == 1
    with started(source, out, held) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    runs, healthy = open_runs(out), run_study(plan(poison=6), progress=False)
    assert runs.failures == {6: reason} and runs.complete
    assert int((runs.values == healthy.values).sum()) == healthy.values.size * 23 // 24
    again = run_study(out, retry_failed=True, progress=False)
    assert same_numbers(again, healthy) and not again.failures and left_behind(out / "failures") == []
    assert len(left_behind(out / "set_aside")) == 2  # the part and its reasons


def test_a_point_that_raises(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever it raises, in memory or in a folder; and once is once: a passing trouble fails nobody."""
    plain, calls = points.run_points, [0]

    def raising(task: Any, patches: Any, **how: Any) -> Any:
        first = how.get("first", 0)
        if first <= 6 < first + len(patches):
            calls[0] += 1
            if always or calls[0] == 1:
                raise ZeroDivisionError("a mistake of ours")
        return plain(task, patches, **how)

    healthy = run_study(plan(), progress=False)
    monkeypatch.setattr(points, "run_points", raising)
    for out in (None, tmp_path / "study"):
        always = True
        runs = run_study(plan(), out, progress=False)
        assert runs.failures == {6: "ZeroDivisionError: a mistake of ours"}
        assert int((runs.values == healthy.values).sum()) == healthy.values.size * 23 // 24
    always = False
    for rows in (4, 1):
        calls[0] = 0
        assert same_numbers(run_study(plan(rows=rows), progress=False), healthy) and calls[0] >= 2


def test_a_task_that_cannot_be_run_stops_before_any_work(tmp_path: Path) -> None:
    import dataclasses

    made = plan()
    wrong = dataclasses.replace(made, task=dataclasses.replace(made.task, arms=("human", "hybird")))
    with pytest.raises(ConfigError, match="nearest: 'hybrid'"):
        run_study(wrong, tmp_path / "study", progress=False)
    assert left_behind(tmp_path) == []


# disks
@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KiB, or a skip with the reason where mounting is refused."""
    with mounted(tmp_path / "disk", ["-t", "tmpfs", "-o", "size=400k", "tmpfs"]) as place:
        yield place


@contextmanager
def mounted(place: Path, how: list[str]) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    try:
        done = subprocess.run(["mount", *how, str(place)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no command mount; test_disk_full_in_mid_study covers the same code")
    if done.returncode != 0:
        pytest.skip(f"mount refused ({done.stderr.strip()}); test_disk_full_in_mid_study covers the same code")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_full_disk(small_disk: Path, whole: tuple[Runs, Path]) -> None:
    """A real one: room for some parts and not for all; then there is room again."""
    ballast = small_disk / "ballast"
    out = small_disk / "study"
    run_study(plan(), out, shard=(1, 6), progress=False)
    room = shutil.disk_usage(small_disk).free
    ballast.write_bytes(b"x" * (room - 24_000))
    with pytest.raises(ConfigError) as refused:
        run_study(plan(), out, progress=False)
    message = str(refused.value)
    done = 4 * len(parts_of(out))
    assert 4 < done < 24
    assert "no space left on device" in message and f"{done} of 24 points are finished and kept" in message
    assert "free some space (about " in message and "run the same again" in message
    ballast.unlink()
    assert run_study(plan(), out, progress=False).hash == whole[0].hash
    assert bytes_of(out) == bytes_of(whole[1]) and not list(out.rglob("*.partial"))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_disk_full_in_mid_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    plain, written = writing.put, [0]

    def failing(path: Path, content: bytes) -> None:
        written[0] += path.name.endswith(".partial") and ".parquet." in path.name
        if written[0] > 3:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(code, os.strerror(code))
        plain(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(study_folder.writing, "put", failing)
        with pytest.raises(ConfigError, match=f"(?i){os.strerror(code)}; 12 of 24 points are finished and kept"):
            run_study(plan(), tmp_path / "study", progress=False)
    assert not list((tmp_path / "study").rglob("*.partial")) and left_behind(tmp_path / "study" / "running") == []
    assert run_study(tmp_path / "study", progress=False).complete


def test_a_study_that_cannot_fit_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: used._replace(free=1000))
    with pytest.raises(ConfigError, match="takes about 0.0 MiB, and its disk has 0.0 MiB free"):
        run_study(plan(), tmp_path / "study", progress=False)
    assert left_behind(tmp_path) == []


def test_read_only_folder(study: Path, whole: tuple[Runs, Path]) -> None:
    """Whole, it can be read; incomplete, it can't be gone on with, and says so before any work."""
    with mounted(study, ["--bind", str(study)]):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(study)], check=True)
        assert open_runs(study).hash == run_study(study, progress=False).hash == whole[0].hash
    (study / "parts" / parts_of(study)[0]).unlink()
    with mounted(study, ["--bind", str(study)]):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(study)], check=True)
        with pytest.raises(ConfigError, match="read-only file system; 20 of 24 points are finished and kept. To go on, "
                           "allow writing there, or copy the folder"):  # fmt: skip
            run_study(study, progress=False)
        with pytest.raises(ConfigError, match="read-only file system"):
            run_study(plan(), study / "another", progress=False)
    assert run_study(study, progress=False).hash == whole[0].hash


def test_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "study"):
        with pytest.raises(ConfigError, match="give another name"):
            run_study(plan(), out, progress=False)
    assert (tmp_path / "file").read_text() == "mine" and left_behind(tmp_path) == ["file"]


# Ctrl-C
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_command_says_what_is_kept(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """One line, and not that nothing was written; the same command goes on."""
    long = command_line("sweep", "which_protocol", "--out", "study", "--n", "64", "--clients", "20000")
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": hears_ctrl_c}
    with subprocess.Popen(long, cwd=tmp_path, env=environment(), **how) as process:
        waited(lambda: (tmp_path / "study" / "running").exists() and os.listdir(tmp_path / "study" / "running"))
        process.send_signal(sent)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == code and output == "" and "Traceback" not in errors
    assert "stopped; 0 of 256 points are kept in " in errors.splitlines()[-1] and "--resume" in errors.splitlines()[-1]
    assert left_behind(tmp_path / "study" / "running") == [] and open_runs(tmp_path / "study", partial=True).plan.points


@pytest.mark.parametrize("moment", ["begin", "end"])
def test_ctrl_c_at_a_mark_leaves_none(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes just after a part was marked, or just before its mark is taken away; a mark says points died."""
    first, done = getattr(Folder, moment), []

    def interrupted(self: Folder, *rest: Any) -> Any:
        if moment == "begin":
            first(self, *rest)
        if not done:
            done.append(1)
            raise KeyboardInterrupt
        return first(self, *rest)

    monkeypatch.setattr(Folder, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_study(plan(), tmp_path / "out", progress=False)
    assert done and left_behind(tmp_path / "out" / "running") == []


def test_ctrl_c_says_what_is_kept(tmp_path: Path) -> None:
    source, out, held = tmp_path / "source", tmp_path / "out", wrapped(tmp_path / "site", sleep=0.1)
    Folder.create(source, plan(points=80, rows=2), points.run_points(plan().task, []).metrics)
    with started(source, out, held) as process:
        waited(lambda: len(parts_of(out)) >= 3)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    kept = 2 * len(parts_of(out))
    assert f"{kept} of 80 points are kept in {out}; the same again goes on" in errors
    assert left_behind(out / "running") == []
    assert json.loads((out / "manifest.json").read_text())["points_done"] == kept
