"""What a run costs from Python over the same run from C++, and what it costs to import the package.

Called by `make bench`; from the root of the checkout: tests/benchmark/python_overhead.py [ROUNDS]. Both read the
bundled experiment, run it on one thread with twins, and make estimates and all tables: here through hybridcare, there
in the benchmark population/experiment. They take turns, and processor time of the whole process is compared, so that
other work on the machine hardly counts. Writes .build/bench/python.json.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

import measure

import hybridcare as hc
from hybridcare import core

REPLICATES = 4  # as in population.cpp
PATTERN = "^population/experiment"


def from_python() -> tuple[float, int]:
    """Seconds of processor time, and client-weeks."""
    began = time.process_time()
    base = hc.load("hybrid_vs_human_vs_ai")
    results = hc.Experiment(base, replicates=REPLICATES).run(threads=1, progress=False)
    return time.process_time() - began, int(results.client_weeks)


def from_cpp(instruction_set: str) -> float:
    """Client-weeks a second of processor time."""
    _, rows = measure.run(PATTERN, instruction_set)
    return float(rows[0]["client_weeks/s"])


def import_seconds() -> float:
    """Processor time of a new interpreter with the package, less that of one without."""

    def spent(code: str) -> float:
        probe = f"{code}\nimport time; print(time.process_time())"
        return float(subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout)

    return spent("import hybridcare") - spent("pass")


def main(rounds: int) -> int:
    best = core.build_info()["instruction_sets"][-1]
    measure.OUT.mkdir(parents=True, exist_ok=True)
    from_python()  # files and code are in memory from here on
    over, imports = [], []
    for number in range(rounds):
        print(f"  python: round {number + 1} of {rounds}", flush=True)
        seconds, weeks = from_python()
        over.append(seconds * from_cpp(best) / weeks - 1)
        imports.append(import_seconds())
    rows = [{"name": name, "unit": unit, "median": statistics.median(values), "low": min(values), "high": max(values)}
            for name, unit, values in (("over C++", "share", over), ("import", "s", imports))]  # fmt: skip
    text = json.dumps({"machine": measure.machine(), "rounds": rounds, "rows": rows}, indent=1)
    (measure.OUT / "python.json").write_text(text, encoding="utf-8")
    print(*(f"  {row['name']}: {row['median']:.4f} {row['unit']} ({row['low']:.4f} to {row['high']:.4f})"
            for row in rows), sep="\n")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else measure.ROUNDS))
