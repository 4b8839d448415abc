"""The tables of `make bench`: medians and spread, met and missed, and marks that are filled or left alone.

Mutants seen to fail: an upper limit judged as a lower one; ratios of the wrong way round; marks of parts that were not
measured emptied.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmark"
ABOUT = {"cpu": "a machine", "cores": 2, "commit": "abc", "date": "2026-01-01", "load": 0.1, "compiler": "GNU 12.2.0"}


@pytest.fixture(scope="module")
def report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_report", BENCHMARK / "report.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    __import__("sys").modules["bench_report"] = module  # dataclasses look there for their module
    spec.loader.exec_module(module)
    return module


def suite(rates: dict[str, list[float]]) -> dict[str, Any]:
    """A kernel suite with so many session-weeks a second by instruction set."""
    rows = [{"name": "kernel/full/sessions", "set": which,
             **{each: {"values": values} for each in ("session_weeks/s", "client_weeks/s")}}
            for which, values in rates.items()]  # fmt: skip
    return {"machine": ABOUT, "rounds": 3, "sets": list(rates), "rows": rows}


RATES = {"baseline": [1e6, 1.2e6, 1.1e6], "avx2": [1.9e6, 2.3e6, 1.8e6], "avx512": [4e6, 4.2e6, 4.1e6]}


def test_targets_are_met_or_missed_by_the_median(report: ModuleType) -> None:
    lines = [aim.line() for aim in report.kernel_aims(report.Suite(suite(RATES)))]
    assert [line[-1] for line in lines] == ["met", "**missed**", "met", "met", "met"]
    assert lines[1][1:3] == ["≥ 2 M", "1.9 M (1.8 to 2.3)"]
    assert lines[3][2] == "1.9 (1.64 to 1.92)"  # by round: 1.9, 1.917, 1.636
    assert report.Aim("few", 50, [0.049], "ms", 1e3, most=True).line()[1:] == ["≤ 50 ms", "49 ms", "met"]
    assert report.Aim("many", 50, [0.051], "ms", 1e3, most=True).line()[-1] == "**missed**"
    assert report.Aim("none", 1, []).line()[2:] == ["not measured", ""]


def test_parts_that_were_measured_are_written_and_others_left(
    report: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    page.write_text("a\n<!-- speed: kernel -->\nold\n<!-- end -->\nb\n<!-- speed: peers -->\nkept\n<!-- end -->\n")
    (tmp_path / "kernel.json").write_text(json.dumps(suite(RATES)))
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "OUT", tmp_path)
    assert report.main() == 0
    text = page.read_text(encoding="utf-8")
    assert "old" not in text and "kept" in text and text.startswith("a\n") and "\nb\n" in text
    assert "| `kernel/full/sessions` | 1.1 (1 to 1.2) | 1.9 (1.8 to 2.3) | 4.1 (4 to 4.2) |" in text
    assert "a machine; 2 cores; GNU 12.2.0; commit abc; 2026-01-01; load 0.1 at the start; 3 rounds" in text


def test_others_stand_with_what_names_them_and_their_ratio(report: ModuleType) -> None:
    rows = [{"name": "slow|lib", "unit": "M a second", "median": 1.0, "low": 0.9, "high": 1.1, "ratio": 50.0},
            {"name": "ours", "unit": "M a second", "median": 50.0, "low": 49.0, "high": 51.0, "ratio": 1}]  # fmt: skip
    text = report.others({"machine": {"cpu": "x"}, "versions": {"lib": "2.0"}, "rows": rows})
    assert "|  | M a second | ours is so many times as fast |" in text
    assert "| slow/lib | 1 (0.9 to 1.1) | 50 |" in text
    assert "lib 2.0" in text
