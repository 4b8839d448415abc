"""Compares what the program says now with the golden texts, and shows what differs.

Usage: golden.py PROGRAM check|update [SCENARIO…]. Run from the root of the checkout. Updates are deliberate: they need
this command and a Regression line in the changelog.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

GOLDEN = Path("tests/golden")
INPUTS = GOLDEN / "inputs"  # scenarios kept for this test alone; others are bundled
SHOWN = 40


def now(program: str, scenario: str) -> list[str]:
    """Lines of the program's present answer."""
    own = INPUTS / f"{scenario}.json"
    command = [program, str(own) if own.exists() else f"scenarios/library/{scenario}.json"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def compare(name: str, before: list[str], after: list[str]) -> bool:
    """Prints the differences; true if there are none."""
    if before == after:
        print(f"golden/{name}: {len(before)} rows agree")
        return True
    found = difflib.unified_diff(before, after, lineterm="", n=0)
    lines = [line for line in found if line[:2] not in ("--", "++", "@@")]
    print(f"golden/{name}: {sum(line[0] == '+' for line in lines)} of {len(after)} rows differ")
    print("\n".join(lines[:SHOWN]) + ("\n…" if len(lines) > SHOWN else ""))
    print(f"To accept: tests/golden/update {name}, and write a Regression line in the changelog.")
    return False


def main(program: str, action: str, *names: str) -> int:
    scenarios = names or sorted(path.stem for path in GOLDEN.glob("*.txt"))
    good = bool(scenarios)
    for name in scenarios:
        text = GOLDEN / f"{name}.txt"
        lines = now(program, name)
        if action == "update":
            text.write_text("\n".join(lines) + "\n", encoding="utf-8")
            print(f"golden/{name}: {len(lines)} rows written")
        else:
            good = compare(name, text.read_text(encoding="utf-8").splitlines(), lines) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
