"""What a study of many small runs costs over the kernel's own time.

Run on demand: python tests/benchmark/study_overhead.py [POINTS] [BACKEND]. The kernel's own time is the wall clock that
its threads need, were they all busy: kernel_seconds / threads. Overhead is everything else, in two shares: "reading" is
what the compiled part does beside the kernel (reading and assembling each point's patched scenario, waiting for the
slowest thread), "study" is the runner: Python, Parquet, flushing to the disk, reading all numbers back. The line for
100,000 runs is extrapolated from the cost per run, which does not grow. On a machine with other work, compare shares.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hybridcare import points as points_module
from hybridcare.points import Task
from hybridcare.runner import run_study
from hybridcare.scenario import load
from hybridcare.study_plan import Plan

WANTED = 0.10  # share of the kernel's own time, in 100,000 runs
RUNS = 100_000


def made(points: int, clients: int, replicates: int) -> Plan:
    """Points of the bundled experiment over two fields; two arms, three metrics."""
    task = Task.of(load("hybrid_vs_human_vs_ai"), ["human", "hybrid"], ["phq9", "dropout", "erosion_assistant"],
                   replicates, clients)  # fmt: skip
    luck = np.random.default_rng(1)
    b_e, harm = luck.uniform(0, 3, points).round(4), luck.uniform(0, 1, points).round(4)
    patches = [json.dumps({"change": {"empathy_elasticity": b}, "course": {"harm": h}})
               for b, h in zip(b_e.tolist(), harm.tolist(), strict=True)]  # fmt: skip
    return Plan("overhead", task, pa.table({"b_E": b_e, "harm": harm}), patches)


def timed() -> list[float]:
    """Seconds spent in run_points of this process, added up in a list of one."""
    total, plain = [0.0], points_module.run_points

    def run_points(*given: Any, **how: Any) -> Any:
        began = time.perf_counter()
        found = plain(*given, **how)
        total[0] += time.perf_counter() - began
        return found

    points_module.run_points = run_points
    return total


def main(points: int, backend: str) -> None:
    cores = len(os.sched_getaffinity(0))
    inside = timed()
    for clients, replicates in ((50, 2), (200, 4)):
        plan = made(points, clients, replicates)
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
            began = time.perf_counter()
            runs = run_study(plan, Path(place) / "study", backend=backend, progress=False)
            wall = time.perf_counter() - began
        own = runs.kernel_seconds / cores
        over = wall - own
        print(f"{points:,} runs of 2 arms x {replicates} replicates x {clients} clients in {len(plan.parts)} parts")
        print(f"  kernel {own:.2f} s on {cores} threads, wall {wall:.2f} s")
        if backend == "threads":
            reading = inside[0] - own
            print(f"  reading {reading / own:.1%} ({1e6 * reading / points:.0f} µs a run), "
                  f"study {(over - reading) / own:.1%} ({1e6 * (over - reading) / points:.0f} µs a run)")  # fmt: skip
            inside[0] = 0.0
        verdict = "within" if over < WANTED * own else "beyond"
        print(f"  overhead {over / own:.1%}, {verdict} {WANTED:.0%}; {RUNS:,} runs: {RUNS / points * own:,.0f} s and "
              f"{RUNS / points * over:,.0f} s of overhead")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, sys.argv[2] if len(sys.argv) > 2 else "threads")
