"""Reads every #include and finds those that the layers forbid: sim <- agents <- scenarios <- analysis <- python.

Each layer may include itself and those to its left. Beside that, a library stays where it belongs, so that it can be
replaced in one place. Run from the root of the checkout; prints one line per leak and exits 1 if there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LAYERS = ["sim", "agents", "scenarios", "analysis", "python"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# What is included, which files may do it (a pattern of their paths), and the rule in words.
LIBRARIES = [
    (r"nlohmann/", r"scenarios/[^/]+\.cpp", "nlohmann/json belongs in scenarios/*.cpp"),
    (r"boost/", r".+\.cpp", "Boost belongs in .cpp files"),
    (r"pybind11/", r"python/bindings/.+", "pybind11 belongs in python/bindings"),
    (r"Python\.h", r"python/bindings/.+", "Python belongs in python/bindings"),
    (r"(Eigen/|eigen3/|boost/)", r"(?!.*\.kernel\.).+", "no linear algebra or graph library inside the kernel"),
    (r"random$", r"(?!)", "no std:: distribution or engine: draws are keyed (sim/draws.hpp)"),
    (r"c?math(\.h)?$", r"(?!.*\.kernel\.).+", "no libm inside the kernel: use sim/math.hpp"),
]


def sources(root: Path) -> Iterator[Path]:
    """C++ files of all layers, in a fixed order."""
    for layer in LAYERS:
        yield from sorted(p for p in (root / layer).rglob("*") if p.suffix in {".hpp", ".cpp", ".h", ".hh"})


def leaks(root: Path) -> list[str]:
    """One message for each include that breaks a rule, as "file:line: what is wrong"."""
    found = []
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        layer = name.split("/")[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, target = match[1] == '"', match[2]
            other = target.split("/")[0]
            if quoted and other in LAYERS and LAYERS.index(other) > LAYERS.index(layer):
                found.append(f"{name}:{number}: {layer}/ may not include {other}/")
            if quoted and "/" not in target and layer != "python":  # installed headers need it
                found.append(f'{name}:{number}: write the path from the root: "{layer}/{target}"')
            if other == "tests":
                found.append(f"{name}:{number}: {layer}/ may not include tests/")
            for what, where, rule in LIBRARIES:
                if re.match(what, target) and not re.fullmatch(where, name):
                    found.append(f"{name}:{number}: includes {target}; {rule}")
    return found


if __name__ == "__main__":
    found = leaks(Path.cwd())
    print(*found, sep="\n", end="\n" if found else "")
    seen = sum(1 for _ in sources(Path.cwd()))
    print(f"layers: {seen} files, {len(found)} leaks")
    sys.exit(bool(found) or seen == 0)
