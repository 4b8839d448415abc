"""Where the instructions of a session-week go, by function, as callgrind counts them on AVX2.

From the root of the checkout, after `make test`, which builds the program: tests/benchmark/where.py. Two lengths are
compared, as in `instructions`. An instruction is not a time: a division takes many times as long as an addition. Each
pass of a week is a function of its own; what a compiler has put into another counts there. Writes
.build/bench/where.json.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import measure

PROGRAM = Path(".build/release/instructions")
SCENARIOS = {"full": "tests/benchmark/scenarios/full.json", "core": "tests/benchmark/scenarios/core.json"}
SHORT, LONG = 4, 24  # weeks
LEAST = 0.01  # share of either model below which a function is among the rest


def plain(name: str) -> str:
    """`avx2::play_turns` of `hybridcare::avx2::play_turns(hybridcare::Contact const&, …)`."""
    without = name.replace("(anonymous namespace)::", "").replace("hybridcare::", "")
    return re.sub(r"[(<\[].*", "", without).strip()


def counted(scenario: str, weeks: int) -> tuple[Counter[str], int]:
    """Instructions by function, without what it calls; and session-weeks. Raises CalledProcessError."""
    out = measure.OUT / "callgrind.out"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", PROGRAM, scenario, str(weeks)]
    env = {**os.environ, "HYBRIDCARE_ISA": "avx2"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    found: Counter[str] = Counter()
    names: dict[str, str] = {}
    at, call = "", False
    for line in out.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(c?)fn=(\(\d+\))(?: (.*))?", line):  # a name is written out where it is first used
            names.setdefault(match[2], match[3] or "")
            at = at if match[1] else names[match[2]]
        elif line.startswith("calls="):
            call = True  # the next line has what was called inside
        elif match := re.match(r"[+*-]?\d* (\d+)$", line):
            found[plain(at)] += 0 if call else int(match[1])
            call = False
    out.unlink()
    return found, int(done.stdout.split()[0])


def each_session_week(scenario: str) -> dict[str, float]:
    (few, some), (many, more) = counted(scenario, SHORT), counted(scenario, LONG)
    return {name: (many[name] - few[name]) / (more - some) for name in many if many[name] > few[name]}


def main() -> int:
    measure.OUT.mkdir(parents=True, exist_ok=True)
    by_model = {model: each_session_week(scenario) for model, scenario in SCENARIOS.items()}
    totals = {model: sum(found.values()) for model, found in by_model.items()}
    names = sorted({name for found in by_model.values() for name in found},
                   key=lambda name: -by_model["full"].get(name, 0))  # fmt: skip
    shown = [name for name in names if any(by_model[m].get(name, 0) > LEAST * totals[m] for m in by_model)]
    rows = [{"function": name, **{m: by_model[m].get(name, 0.0) for m in by_model}} for name in shown]
    rest = {m: totals[m] - sum(by_model[m].get(name, 0.0) for name in shown) for m in by_model}
    rows.append({"function": "the rest, each below 1 %", **rest})
    found = {"machine": measure.machine(), "totals": totals, "rows": rows}
    (measure.OUT / "where.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    for row in rows:
        print(*(f"{row[model] / totals[model]:7.1%}" for model in by_model), row["function"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
