"""The kernels of the benchmark `words` draw from nowhere but the source that they are named after.

Philox's multiplier stands in the code of whatever draws with it. It must be in the shipped kernel, else this check is
blind, and nowhere in the others: a new function of sim/philox.hpp that words.hpp does not replace would be timed as if
it were std::mt19937_64.
Usage: check.py SHIPPED OTHERS, each one list of objects separated by semicolons, as CMake writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

MULTIPLIER = (0xD2511F53).to_bytes(4, "little")


def drawing(objects: str) -> list[str]:
    """Those that draw with Philox."""
    return [path for path in objects.split(";") if path and MULTIPLIER in Path(path).read_bytes()]


def main(shipped: str, others: str) -> int:
    found = [path.rsplit("CMakeFiles/", 1)[-1] for path in drawing(others)]
    for path in found:
        print(f"{path}: draws with Philox; replace the function in tests/benchmark/words/words.hpp")
    if not drawing(shipped):
        print("no shipped kernel draws with Philox: this check looks for something else than it thinks")
        return 1
    print(f"words: {len(others.split(';'))} objects, {len(found)} that draw with Philox")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
