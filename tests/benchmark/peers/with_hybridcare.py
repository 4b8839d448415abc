"""hybridcare's own engine: the C++ program of engine/, which measures its own CPU time."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from peers.spec import Parameters, as_arguments

ROOT = Path(__file__).resolve().parents[3]


def program() -> Path:
    """The built program; PEERS_PROGRAM names another than that of the release build."""
    return Path(os.environ.get("PEERS_PROGRAM") or ROOT / ".build" / "release" / "peers")


def ask(*arguments: str) -> dict[str, Any]:
    done = subprocess.run([str(program()), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{program().name} {' '.join(arguments[:4])}: {done.stderr.strip()}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def build() -> dict[str, Any]:
    """The compiler, and the instruction sets that this machine has, slowest first."""
    return ask("build")


def run(p: Parameters, clients: int, weeks: int, seed: int, instruction_set: str = "") -> dict[str, Any]:
    return ask(instruction_set, str(clients), str(weeks), str(seed), *as_arguments(p))
