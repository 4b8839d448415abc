"""Runs print_hash on every bundled scenario and wants one hash of each from all ways of running.

Usage: one_hash.py PROGRAM, from the root. The largest runs are of the bundled experiment, of stepped care, which moves
clients by guards on ratings, so that what nothing counts is held to the bit, too, and of the core, which has passes of
its own. Services are run with as few people as clients are looked at.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LARGE = (
    "scenarios/library/hybrid_vs_human_vs_ai.json",
    "scenarios/library/stepped_care.json",
    "tests/golden/inputs/core_hybrid_vs_human_vs_ai.json",
)
MANY, FEW = "150", "40"  # clients of these, and of each other scenario


def hashes(name: str) -> list[str]:
    """Lines of one scenario: a way of running, and the hash of its results."""
    command = [sys.argv[1], name, MANY if name in LARGE else FEW]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


names = [*LARGE, *sorted({str(path) for path in Path("scenarios/library").glob("*.json")} - set(LARGE))]
agree = True
with ThreadPoolExecutor(os.cpu_count()) as pool:
    for name, lines in zip(names, pool.map(hashes, names)):
        print(name, *lines, sep="\n")
        agree = agree and len(lines) >= 2 and len({line.split()[1] for line in lines}) == 1
sys.exit(0 if agree else 1)
