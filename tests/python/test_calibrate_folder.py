"""A calibration on disk: killed and gone on with, on threads or Dask, it is the same to the last byte."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from calibrate_fixture import AIMS, PRIORS, SMALL, Remote, run
from helpers import environment, in_process, left_behind, refusal

import hybridcare as hc
from hybridcare.calibrate_folder import CalibrationFolder, Executor
from hybridcare.calibrate_run import Calibrated, calibrate

LITTLE = replace(SMALL, first=24, points=8, sets=16, population=40, sweeps=2)
ACCOUNT = {"what": "a test", "seed": 3}
#: The same in a process of its own, slowed down so that it can be killed in the middle.
SCRIPT = """
import sys
from test_calibrate_folder import folder, whole
if __name__ == "__main__":
    whole(folder(sys.argv[1], sleep=float(sys.argv[2])))
"""


def folder(path: Any, sleep: float = 0.0, client: Any = None, **account: Any) -> CalibrationFolder:
    executor = Executor(run, "threads" if client is None else "dask", client, progress=False)
    return CalibrationFolder(Path(path), {**ACCOUNT, **account}, PRIORS.columns, Remote(sleep), executor)


def whole(store: CalibrationFolder) -> Calibrated:
    return calibrate(PRIORS, AIMS, store, LITTLE, seed=3)


def contents(path: Path) -> dict[str, str]:
    return {file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(path.rglob("*")) if file.is_file()}  # fmt: skip


def started(path: Path, sleep: float) -> subprocess.Popen[str]:
    script = path.with_name("run.py")
    script.write_text(SCRIPT)
    held = environment()
    held["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), held["PYTHONPATH"]])
    return subprocess.Popen([sys.executable, str(script), str(path), str(sleep)], env=held, text=True,
                            stderr=subprocess.PIPE)  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Calibrated]:
    path = tmp_path_factory.mktemp("plain") / "out"
    return path, whole(folder(path))


def test_what_is_done_is_not_done_again(plain: tuple[Path, Calibrated]) -> None:
    path, first = plain
    before, Remote.calls = contents(path), 0
    again = whole(folder(path))
    assert Remote.calls == 0 and contents(path) == before
    assert np.array_equal(again.weighted.weights, first.weighted.weights)


def test_killed_in_the_middle_it_goes_on_to_the_same_bytes(plain: tuple[Path, Calibrated], tmp_path: Path) -> None:
    path = tmp_path / "out"
    process = started(path, 1.5)
    while len(list(path.glob("wave_1/parts/*.parquet"))) < 2 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = len(list(path.glob("wave_1/parts/*.parquet")))
    assert 2 <= kept <= 3 and not (path / "ensemble").exists()
    Remote.calls = 0
    whole(folder(path))
    assert Remote.calls <= LITTLE.simulated - 8 * kept
    assert contents(path) == contents(plain[0])


def test_dask_gives_the_same_bytes(plain: tuple[Path, Calibrated], tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    path = tmp_path / "out"
    here = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**here) as cluster, distributed.Client(cluster, set_as_default=False) as client:
        store = folder(path, client=client)
        whole(store)
        store.close()
    assert contents(path) == contents(plain[0])


def test_another_calibration_is_refused_and_nothing_touched(plain: tuple[Path, Calibrated], tmp_path: Path) -> None:
    before = contents(plain[0])
    with pytest.raises(hc.ConfigError, match="holds another calibration: seed 3 there and 4 here"):
        folder(plain[0], seed=4)
    assert contents(plain[0]) == before
    (tmp_path / "own.txt").write_text("mine")
    with pytest.raises(hc.ConfigError, match="is not empty and holds no calibration"):
        folder(tmp_path)
    assert left_behind(tmp_path) == ["own.txt"]
    with pytest.raises(hc.ConfigError, match="not a folder"):
        folder(tmp_path / "own.txt" / "out")


def test_a_changed_part_is_found_out(plain: tuple[Path, Calibrated], tmp_path: Path) -> None:
    import shutil

    path = tmp_path / "out"
    shutil.copytree(plain[0], path)
    part = sorted(path.glob("wave_1/parts/*.parquet"))[0]
    content = bytearray(part.read_bytes())
    content[100] ^= 1
    part.write_bytes(content)
    with pytest.raises(hc.ConfigError, match="is corrupt"):
        whole(folder(path))
    part.unlink()
    whole(folder(path))
    assert contents(path) == contents(plain[0])
    sorted(path.glob("wave_2/parts/*.parquet"))[0].rename(path / "wave_1" / "parts" / part.name.replace("0.", "1."))
    part.unlink()
    other = sorted(path.glob("round_1/parts/*.parquet"))[0]
    shutil.copy(other, path / "wave_1" / "parts" / other.name)
    with pytest.raises(hc.ConfigError, match="belongs to another design"):
        whole(folder(path))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rival", "R9"], "unknown rival 'R9'"),
        (["--waves", "0"], "waves: 0 is no whole number in [1, 20]"),
        (["--executor", "cloud"], "unknown back end 'cloud'"),
        (["--seed", "-1"], "seed: -1 is no whole number"),
        (["--clients", "1"], "clients: 1 is no whole number of at least 2"),
        (["--replicates", "1"], "replicates: 1 is no whole number of at least 2"),
        (["--clients", "1000000000"], "clients: 1000000000 is outside [1, 10000000]"),
        (["--threads", "-1"], "threads: -1 is no whole number of at least 0"),
        (["--threads", "100000"], "--threads: 100000 is outside"),
        (["--workers", "-1"], "workers: -1 is no whole number of at least 0"),
        (["--priors", "missing.json"], "missing.json: cannot be read"),
    ],
)
def test_the_command_refuses_before_any_work(options: list[str], words: str, tmp_path: Path) -> None:
    result = in_process("calibrate", "--out", "out", "--quick", "--quiet", *options, cwd=tmp_path)
    assert words in refusal(result)
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("size", [{"clients": 0}, {"clients": True}, {"clients": 64.0}, {"clients": float("nan")},
                                  {"replicates": None}, {"threads": None}, {"workers": 1.5}])  # fmt: skip
def test_sizes_are_checked_before_there_is_a_folder(size: dict[str, Any], tmp_path: Path) -> None:
    (name,) = size
    with pytest.raises(hc.ConfigError, match=f"{name}: .* is no whole number of at least"):
        hc.calibrate(tmp_path / "out", budget=LITTLE, progress=False, **size)
    assert left_behind(tmp_path) == []


def test_priors_that_leave_nothing_free_are_refused_before_there_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(hc.ConfigError, match="toy.json: nothing is free"):
        hc.calibrate(tmp_path / "out", budget=LITTLE, progress=False, free=PRIORS.only([]))
    assert left_behind(tmp_path) == []


def test_what_lies_in_the_place_of_a_file_is_said(plain: tuple[Path, Calibrated], tmp_path: Path) -> None:
    import shutil

    import pyarrow.parquet

    path = tmp_path / "out"
    shutil.copytree(plain[0], path)
    part = sorted(path.glob("wave_1/parts/*.parquet"))[0]
    held = part.read_bytes()
    part.unlink()
    part.mkdir()
    with pytest.raises(hc.ConfigError, match="parquet: cannot be read: is a directory; take it away, and it is made"):
        whole(folder(path))
    part.rmdir()
    part.write_bytes(held)
    state = path / "wave_1" / "emulators.json"
    state.write_text("[1]")
    with pytest.raises(hc.ConfigError, match="emulators.json: cannot be read: expected an object, found a list; take"):
        whole(folder(path))
    shutil.copy(plain[0] / "wave_1" / "emulators.json", state)
    for name, kept in (("wave_1", 24), ("wave_2", 8), ("round_1", 8), ("round_1_population", 160)):
        design = path / name / "design.parquet"
        whole_design = design.read_bytes()
        pyarrow.parquet.write_table(pyarrow.parquet.read_table(design).slice(0, kept - 4), design)
        with pytest.raises(hc.ConfigError, match=f"{name}/design.parquet: holds {kept - 4} points where {kept} belong"):
            whole(folder(path))
        design.write_bytes(whole_design)
    whole(folder(path))
    assert contents(path) == contents(plain[0])
