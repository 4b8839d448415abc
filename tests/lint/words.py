"""Words that must not be shipped: marks of unfinished work, and paths that exist on one machine only.

Run from the root of the checkout; prints one line per finding. This file and its test are the only exceptions.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from files import tracked

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD|WIP|lorem ipsum|coming soon|not (yet )?implemented)\b")
MACHINE = re.compile(r"(?<![\w./>$}-])/(home|root|work|Users|builds?)/\w")
TEXT = {".cpp", ".hpp", ".py", ".pyi", ".cmake", ".md", ".json", ".toml", ".txt", ".in", ".csv", ".cff", ".ipynb",
        ".html", ".js", ".css", ".lock", ""}
EXCEPT = {"LICENSE", "tests/lint/words.py", "tests/lint/self_test.py"}


def findings(root: Path) -> list[str]:
    """One message for each forbidden word, as "file:line: what was found"."""
    found = []
    for path in tracked(root, *TEXT):
        name = path.relative_to(root).as_posix()
        if name in EXCEPT:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if match := UNFINISHED.search(line):
                found.append(f"{name}:{number}: unfinished: {match[0]}")
            if match := MACHINE.search(line):
                found.append(f"{name}:{number}: a path of one machine: {match[0]}…")
    return found


if __name__ == "__main__":
    found = findings(Path.cwd())
    print(*found, sep="\n", end="\n" if found else "")
    print(f"words: {len(found)} findings")
    sys.exit(bool(found))
