"""Runs print_hash on two scenarios and wants one hash of each from all ways of running.

Usage: one_hash.py PROGRAM, from the root. The second scenario moves clients by guards on ratings, so that what nothing
counts is held to the bit, too.
"""

from __future__ import annotations

import subprocess
import sys

agree = True
for name in ("hybrid_vs_human_vs_ai", "stepped_care"):
    command = [sys.argv[1], f"scenarios/library/{name}.json"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    print(name, *lines, sep="\n")
    agree = agree and len(lines) >= 4 and len({line.split()[1] for line in lines}) == 1
sys.exit(0 if agree else 1)
