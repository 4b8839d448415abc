"""Ctrl-C and kills, in mid-run and in mid-write: what was not finished was never there; what was there stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import command_line, environment, hybridcare, left_behind, text, tiny

LONG = text(tiny(clients=200_000, replicates=2000))  # hours of work

#: Runs the command line with `writing.put` replaced by one that does something bad before the given file.
SABOTAGED = """
import os, signal, sys
from hybridcare import writing
plain = writing.put
def put(path, content):
    if path.name == "course.csv":
        {deed}
    plain(path, content)
writing.put = put
from hybridcare.cli import main
main(sys.argv[1:])
"""


#: Without drivers, which take ten times as long as all the rest.
RUN = ("run", "tiny.json", "--out", "results", "--no-drivers")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "long.json").write_bytes(LONG)
    (tmp_path / "tiny.json").write_bytes(text(tiny()))
    return tmp_path


def hears_ctrl_c() -> None:
    """A shell starts what it puts into the background deaf to SIGINT, and so are its children: undo that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def running(work: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has certainly begun: its first line of progress was read."""
    command = command_line("run", "long.json", "--out", "results")
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=work, env=environment(), preexec_fn=hears_ctrl_c, **how) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "tiny: 0 %\n"
        yield process
        process.kill()  # does nothing to one that has ended


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_in_mid_run(
    work: Path, running: subprocess.Popen[str], sent: signal.Signals, code: int
) -> None:
    running.send_signal(sent)
    output, errors = running.communicate(timeout=60)
    assert running.returncode == code
    assert "Traceback" not in errors
    assert output == ""
    assert errors.splitlines()[-1] == "hybridcare: stopped; nothing was written"
    assert left_behind(work) == ["long.json", "tiny.json"]


def test_killed_in_mid_run(work: Path, running: subprocess.Popen[str]) -> None:
    running.kill()
    running.communicate(timeout=60)
    assert left_behind(work) == ["long.json", "tiny.json"]


def sabotaged(work: Path, deed: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SABOTAGED.format(deed=deed), *RUN, *more]
    how = {"capture_output": True, "text": True, "timeout": 120, "check": False}
    return subprocess.run(command, cwd=work, env=environment(), **how)


def test_stopped_in_mid_write(work: Path) -> None:
    result = sabotaged(work, "raise KeyboardInterrupt")
    assert result.returncode == 130
    assert "Traceback" not in result.stderr
    assert left_behind(work) == ["long.json", "tiny.json"]


def test_killed_in_mid_write_leaves_no_half_written_results(work: Path) -> None:
    result = sabotaged(work, "os.kill(os.getpid(), signal.SIGKILL)")
    assert result.returncode == -signal.SIGKILL
    assert not (work / "results").exists()
    assert all(name.startswith(".results.") for name in left_behind(work, {"long.json", "tiny.json"}))
    assert hybridcare(*RUN, cwd=work).returncode == 0  # nothing in the way


def test_killed_while_overwriting_leaves_the_old_results(work: Path) -> None:
    assert hybridcare(*RUN, "--seed", "1", cwd=work).returncode == 0
    before = {path.name: path.read_bytes() for path in (work / "results").iterdir()}
    sabotaged(work, "os.kill(os.getpid(), signal.SIGKILL)", "--overwrite", "--seed", "2")
    assert {path.name: path.read_bytes() for path in (work / "results").iterdir()} == before


def test_what_another_run_put_there_meanwhile_is_not_overwritten(work: Path) -> None:
    result = sabotaged(work, "os.mkdir('results'); open('results/summary.json', 'w').write('another')")
    assert result.returncode == 2
    assert "not empty" in result.stderr and "Traceback" not in result.stderr
    assert (work / "results" / "summary.json").read_text() == "another"
    assert left_behind(work) == ["long.json", "results", "tiny.json"]


def test_a_mistake_of_ours_says_so_and_leaves_nothing(work: Path) -> None:
    result = sabotaged(work, "raise RuntimeError('boom')")
    assert result.returncode == 1
    assert "RuntimeError: boom" in result.stderr
    assert "mistake of ours" in result.stderr.splitlines()[-1]
    assert left_behind(work) == ["long.json", "tiny.json"]
