"""Installs the C++ libraries into an empty prefix, then configures, builds and runs a small project that finds them.

Usage: find_package.py CMAKE BUILD_FOLDER COMPILER. Run from the root of the checkout.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


def run(*command: str | Path) -> str:
    """Output of a command; its error output is shown if it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def main(cmake: str, build: str, compiler: str) -> None:
    """Installs, builds the example against the installed files alone, and runs it on an installed scenario."""
    with tempfile.TemporaryDirectory() as folder:
        prefix, out = Path(folder, "prefix"), Path(folder, "out")
        run(cmake, "--install", build, "--component", "cpp", "--prefix", prefix)
        run(cmake, "-G", "Ninja", "-S", "tests/install/example", "-B", out, "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}")
        run(cmake, "--build", out)
        scenario = prefix / "share/hybridcare/library/hybrid_vs_human_vs_ai.json"
        answer = run(out / "example", scenario)
        print(answer)
        assert (prefix / "share/hybridcare/profiles/illustrative_companion/profile.json").is_file()
        assert "hybrid" in answer and "estimate" in answer, answer


if __name__ == "__main__":
    main(*sys.argv[1:])
