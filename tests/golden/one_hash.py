"""Runs print_hash on a few scenarios and wants one hash of each from all ways of running.

Usage: one_hash.py PROGRAM, from the root. Stepped care moves clients by guards on ratings, so that what nothing counts
is held to the bit, too; the core has passes of its own.
"""

from __future__ import annotations

import subprocess
import sys

agree = True
for name in (
    "scenarios/library/hybrid_vs_human_vs_ai.json",
    "scenarios/library/stepped_care.json",
    "tests/golden/inputs/core_hybrid_vs_human_vs_ai.json",
):
    command = [sys.argv[1], name]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    print(name, *lines, sep="\n")
    agree = agree and len(lines) >= 4 and len({line.split()[1] for line in lines}) == 1
sys.exit(0 if agree else 1)
