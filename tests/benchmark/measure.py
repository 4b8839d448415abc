"""Runs the suites of benchmarks, and keeps medians and spread in .build/bench.

Called by `make bench`; from the root of the checkout: tests/benchmark/measure.py [--only SUITE …] [--rounds N].
A round runs a suite once with every instruction set, one after the other, so that what else the machine does meets all
of them alike. Rates are per second of processor time. What is in a name below "once" takes minutes, and is measured in
the first round, with the best instruction set.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BENCH = Path(".build/release/bench")
OUT = Path(".build/bench")
ROUNDS = 5
FIELDS = {"name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "iterations",
          "repetition_index", "threads", "time_unit", "label"}  # fmt: skip
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True)
class Suite:
    """What is run together. `every`: with every instruction set; `best`: with the best alone; `once`: in round 1."""

    name: str
    says: str
    every: str = ""
    best: str = ""
    once: str = ""


SUITES = {suite.name: suite for suite in (
    Suite("kernel", "a week of each kind of care", every="^kernel/"),
    Suite("words", "Philox against std::mt19937_64 and against words that cost nothing", every="^words/"),
    Suite("population", "the bundled experiment; 1,000 to 10,000,000 independent clients",
          every="^population/experiment", best="^population/(clients|thousand)", once="^population/once"),
    Suite("service", "a queue and a network; 1,000 to 1,000,000 coupled clients",
          best="^service/(recorded|coupled)", once="^service/once"),
    Suite("load", "reading, design points, a second thread", best="^load/"),
    Suite("analysis", "recorders, estimates, attribution", best="^analysis/"),
)}  # fmt: skip


def first_line(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0].strip()
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def machine() -> dict[str, Any]:
    """What a figure has to be read beside."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", info.read_text(encoding="utf-8") if info.exists() else "", re.M)
    return {
        "cpu": model[1] if model else platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "commit": first_line(["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "load": round(os.getloadavg()[0], 1),
    }


def run(pattern: str, instruction_set: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Context and rows of the benchmarks whose names match. Raises RuntimeError."""
    report = OUT / "round.json"
    command = [str(BENCH), f"--benchmark_filter={pattern}", "--benchmark_min_time=0.1",
               f"--benchmark_out={report}", "--benchmark_out_format=json"]  # fmt: skip
    env = {**os.environ, "HYBRIDCARE_ISA": instruction_set}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    found = json.loads(report.read_text(encoding="utf-8"))
    if not found["benchmarks"]:
        raise RuntimeError(f"no benchmark is called {pattern}")
    for row in found["benchmarks"]:
        if row.get("error_occurred"):
            raise RuntimeError(f"{row['name']}: {row['error_message']}")
    return found["context"], found["benchmarks"]


def numbers(row: dict[str, Any]) -> dict[str, float]:
    """Counters of one row, and its times in seconds."""
    unit = SECONDS[row["time_unit"]]
    plain = {key: float(value) for key, value in row.items() if key not in FIELDS and not isinstance(value, str)}
    return plain | {"real_time": row["real_time"] * unit, "cpu_time": row["cpu_time"] * unit}


def summary(values: Iterable[float]) -> dict[str, Any]:
    listed = list(values)
    return {"median": statistics.median(listed), "low": min(listed), "high": max(listed), "values": listed}


class Measured:
    """Numbers of a suite, by benchmark, instruction set and counter, one for each round."""

    def __init__(self) -> None:
        self.context: dict[str, Any] = {}
        self._values: dict[tuple[str, str], dict[str, list[float]]] = {}

    def take(self, pattern: str, instruction_set: str) -> None:
        self.context, rows = run(pattern, instruction_set)
        for row in rows:
            name = re.sub(r"/(process_time|real_time|iterations:\d+)", "", row["name"])
            kept = self._values.setdefault((name, instruction_set), {})
            for counter, value in numbers(row).items():
                kept.setdefault(counter, []).append(value)

    def rows(self) -> list[dict[str, Any]]:
        return [{"name": name, "set": which, **{counter: summary(values) for counter, values in kept.items()}}
                for (name, which), kept in self._values.items()]  # fmt: skip


def measure(suite: Suite, sets: list[str], rounds: int) -> dict[str, Any]:
    """A suite's rounds. The order of instruction sets turns round from one round to the next."""
    about, measured = machine(), Measured()
    for number in range(rounds):
        print(f"  {suite.name}: round {number + 1} of {rounds}", flush=True)
        if suite.every:
            for which in sets if number % 2 == 0 else reversed(sets):
                measured.take(suite.every, which)
        if suite.best:
            measured.take(suite.best, sets[-1])
        if suite.once and number == 0:
            measured.take(suite.once, sets[-1])
    about |= {key: measured.context[key] for key in ("compiler", "version", "commit")}  # of what was run, not of today
    return {"machine": about, "rounds": rounds, "sets": sets, "rows": measured.rows()}


def main(argv: list[str]) -> int:
    listed = "\n".join(f"  {suite.name:<12}{suite.says}" for suite in SUITES.values())
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"suites:\n{listed}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--only", nargs="+", metavar="SUITE", choices=[*SUITES], default=[*SUITES], help="some suites")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"repetitions of each benchmark, {ROUNDS}")
    parser.add_argument("--sets", nargs="+", required=True, help="instruction sets, slowest first")
    asked = parser.parse_args(argv)
    if asked.rounds < 1:
        parser.error("--rounds: at least 1")
    OUT.mkdir(parents=True, exist_ok=True)
    for name in asked.only:
        found = measure(SUITES[name], asked.sets, asked.rounds)
        (OUT / f"{name}.new").write_text(json.dumps(found, indent=1), encoding="utf-8")
        (OUT / f"{name}.new").replace(OUT / f"{name}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
