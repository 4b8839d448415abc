"""What speed rests on, without a clock: the interpreter is free while a run goes, and the guard of instructions guards.

Mutants seen to fail: the lock kept while the calling thread waits (own_thread.hpp); a verdict that takes the new count
for the old one, or no heed of the tolerance.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import hybridcare as hc
from hybridcare import core

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmark"


@pytest.fixture
def no_turns_taken() -> Iterator[None]:
    """The interpreter goes over to another thread only where one lets go of it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("no_turns_taken")
def test_another_thread_goes_on_while_a_run_goes() -> None:
    count, over = [0], threading.Event()

    def work() -> None:
        while not over.is_set():
            count[0] += 1
            time.sleep(0)  # lets go

    experiment = hc.load("hybrid_vs_human_vs_ai").core.with_overrides(replicates=1, clients=1000)
    looks: list[int] = []
    thread = threading.Thread(target=work)
    thread.start()
    try:
        core.study(experiment, threads=1, progress=lambda done, whole: looks.append(count[0]))
        after = count[0]
    finally:
        over.set()
        thread.join()
    assert len(looks) > 1
    assert after > looks[0]


@pytest.fixture(scope="module")
def guard() -> ModuleType:
    """tests/benchmark/instructions, a script without an ending."""
    loader = importlib.machinery.SourceFileLoader("instructions", str(BENCHMARK / "instructions"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_five_per_cent_more_instructions_are_refused(guard: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    history = [{"compiler": "GNU 12", "core": 9.0}, {"compiler": "GNU 12", "core": 100.0},
               {"compiler": "Other 1", "core": 1.0}]  # fmt: skip
    assert guard.compare({"core": 104.9}, "GNU 12", history) == 0
    assert "faster" not in capsys.readouterr().out
    assert guard.compare({"core": 105.1}, "GNU 12", history) == 1
    refused = capsys.readouterr().out
    for part in ("100.0 -> 105.1", "+5.1%", "slower by more than 5%", "--update"):
        assert part in refused
    assert guard.compare({"core": 94.0}, "GNU 12", history) == 0
    assert "faster. Keep it" in capsys.readouterr().out
    with pytest.raises(guard.LeftOutError, match="GNU 99 has no baseline, only GNU 12, Other 1"):
        guard.compare({"core": 1.0}, "GNU 99", history)


def test_an_accepted_count_keeps_its_reason(guard: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FILE", tmp_path / "instructions.json")
    guard.update({"core": 3.0}, "GNU 12", [{"compiler": "GNU 12", "core": 2.0, "reason": "first"}], "dearer, but right")
    history = json.loads((tmp_path / "instructions.json").read_text(encoding="utf-8"))["history"]
    assert [entry["reason"] for entry in history] == ["first", "dearer, but right"]
    assert guard.baseline(history, "GNU 12")["core"] == 3.0


def test_every_baseline_says_why() -> None:
    history = json.loads((BENCHMARK / "instructions.json").read_text(encoding="utf-8"))["history"]
    assert history
    for entry in history:
        assert entry["reason"].strip()
        assert min(entry["core"], entry["full"]) > 0
