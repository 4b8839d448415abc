"""One implementation in a process of its own: imports and warms it up, then runs what it is asked to.

Usage: python -m peers.worker LIBRARY MODULE [INSTRUCTION_SET]; LIBRARY is empty where there is none to import. Writes a
line of JSON when ready (CPU seconds of importing the library, and of compiling in a first run), reads lines
{"clients": …, "seed": …}, and answers each with a run.
"""

from __future__ import annotations

import importlib
import json
import sys
from importlib.metadata import version
from time import process_time
from typing import Any

WARM_CLIENTS = 5_000  # enough for Starsim to compile what it uses for large arrays


def timed(module: Any, clients: int, seed: int, options: list[str]) -> dict[str, Any]:
    """A run with its CPU seconds: entry, all weeks, read-outs. The engine's program measures its own."""
    from peers.spec import WEEKS, Parameters  # not before the library: this imports NumPy

    began = process_time()
    run: dict[str, Any] = module.run(Parameters(), clients, WEEKS, seed, *options)
    return {"seconds": process_time() - began, **run}


def main(library: str, name: str, options: list[str]) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    began = process_time()
    if library:
        importlib.import_module(library)
    ready = {"import_seconds": process_time() - began, "version": version(library) if library else ""}
    module = importlib.import_module(f"peers.{name}")
    first, second = (timed(module, WARM_CLIENTS, 1, options)["seconds"] for _ in range(2))
    ready["compile_seconds"] = max(0.0, first - second)
    print(json.dumps(ready), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(timed(module, asked["clients"], asked["seed"], options)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
