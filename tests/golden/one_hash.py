"""Runs print_hash and wants one hash from all ways of running. Usage: one_hash.py PROGRAM, from the root."""

from __future__ import annotations

import subprocess
import sys

lines = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines()
print(*lines, sep="\n")
sys.exit(0 if len(lines) >= 4 and len({line.split()[1] for line in lines}) == 1 else 1)
