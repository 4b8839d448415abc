"""Shows that the lint tests can fail: each is given a small tree with one fault of every kind and must name it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import kernel_symbols
import layers
import sizes
import words

LEAKS = {
    "sim/random.cpp": ('#include "agents/client.hpp"', "sim/random.cpp:1: sim/ may not include agents/"),
    "agents/trust.hpp": ("  #  include <nlohmann/json.hpp>", "nlohmann/json belongs in scenarios/*.cpp"),
    "scenarios/reader.hpp": ("#include <nlohmann/json.hpp>", "nlohmann/json belongs in scenarios/*.cpp"),
    "scenarios/pathway.hpp": ("#include <boost/graph/adjacency_list.hpp>", "Boost belongs in .cpp files"),
    "analysis/results.cpp": ("#include <pybind11/pybind11.h>", "pybind11 belongs in python/bindings"),
    "agents/change.kernel.cpp": ("#include <Eigen/Core>", "inside the kernel"),
    "agents/course.kernel.cpp": ("#include <cmath>", "no libm inside the kernel"),
    "sim/draws.cpp": ("#include <random>", "draws are keyed"),
    "agents/leave.cpp": ('#include "leave.hpp"', "write the path from the root"),
}
FINE = {
    "scenarios/reader.cpp": "#include <nlohmann/json.hpp>\n#include <boost/graph/adjacency_list.hpp>\n",
    "analysis/table.cpp": '#include "scenarios/run.hpp"\n#include "sim/error.hpp"\n#include <Eigen/Dense>\n',
    "python/bindings/module.cpp": '#include <pybind11/pybind11.h>\n#include "analysis/results.hpp"\n',
}
NM = """0000000000000000 T _ZN10hybridcare4avx24passE
0000000000000000 W _ZSt3maxIdE
0000000000000000 V _ZTV5Thing
                 U exp
                 U memcpy
"""


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text + "\n", encoding="utf-8")


def expect(found: list[str], *wanted: str, count: int) -> None:
    for text in wanted:
        assert any(text in line for line in found), f"not found: {text}\n" + "\n".join(found)
    assert len(found) == count, "\n".join(found)


def check_layers(root: Path) -> None:
    for name, text in FINE.items():
        write(root, name, text)
    expect(layers.leaks(root), count=0)
    for name, (text, _) in LEAKS.items():
        write(root, name, text)
    expect(layers.leaks(root), *(message for _, message in LEAKS.values()), count=len(LEAKS))


def check_others(root: Path) -> None:
    write(root, "fine.py", "x = 1")
    expect(sizes.excesses(root) + words.findings(root), count=0)
    write(root, "long.py", "def f():\n" + "    x = 1\n" * 401 + "#" * 121)
    expect(sizes.excesses(root), "403 lines", "121 columns", "f has 402 lines", count=3)
    write(root, "half.md", "TODO: more\nsee /home/someone/data.csv\nsee https://example.org/home/page")
    expect(words.findings(root), "unfinished: TODO", "/home/s", count=2)
    expect(kernel_symbols.faults(NM, "x.o"), "_ZSt3maxIdE", "_ZTV5Thing", "calls exp", count=3)


if __name__ == "__main__":
    for check in (check_layers, check_others):
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder).resolve())
    print("lint: every kind of fault is found")
    sys.exit(0)
