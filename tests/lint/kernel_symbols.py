"""Kernel objects must not emit weak symbols, nor call the C mathematics library.

The linker keeps one copy of a weak symbol. Were it the one compiled for AVX-512, the plain kernel would crash on an
older processor, and no test on a new one would notice. Libm differs between systems, so it may not touch a result.
Usage: kernel_symbols.py NM OBJECTS, where OBJECTS is one list separated by semicolons, as CMake writes it.
"""

from __future__ import annotations

import re
import subprocess
import sys

WEAK = {"W", "V", "u"}
LIBM = re.compile(r"(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|tanh|erfc?|[lt]gamma|cbrt|hypot|fmod)f?")


def faults(listing: str, name: str) -> list[str]:
    """Messages for one object, from the output of `nm`."""
    found = []
    for line in listing.splitlines():
        match = re.match(r"^[0-9a-fA-F]*\s+(\w) (\S+)", line)
        if match and match[1] in WEAK:
            found.append(f"{name}: weak symbol {match[2]}")
        if match and match[1] == "U" and LIBM.fullmatch(match[2]):
            found.append(f"{name}: calls {match[2]} of the C library; use sim/math.hpp")
    return found


if __name__ == "__main__":
    objects = [path for path in sys.argv[2].split(";") if path]
    found = []
    for path in objects:
        listing = subprocess.run([sys.argv[1], path], check=True, capture_output=True, text=True).stdout
        found += faults(listing, path.rsplit("CMakeFiles/", 1)[-1])
    print(*found, sep="\n", end="\n" if found else "")
    print(f"kernel symbols: {len(objects)} objects, {len(found)} faults")
    sys.exit(bool(found) or not objects)
