"""What the tests of studies share: a plan of tiny runs, and a package that misbehaves at chosen points.

The misbehaviour is not in the product: a `sitecustomize` in a folder of the test's own, found through PYTHONPATH by
workers and children, wraps `hybridcare.points.run_points`.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from helpers import environment, tiny

from hybridcare.points import Metric, Task
from hybridcare.runner_dask import job
from hybridcare.runner_work import Chunk, Receipt
from hybridcare.study_plan import Plan

#: b_E of the point that misbehaves; all others have another.
POISON = 2.4321
#: What `sitecustomize` does; `deed` is a statement that is executed when the poisoned point is among those to be run.
WRAPPED = """
import json, os, resource, signal, sys, time
from hybridcare import points
plain = points.run_points
def run_points(task, patches, **how):
    if any(json.loads(patch).get("change", {{}}).get("empathy_elasticity") == {poison} for patch in patches):
        {deed}
    time.sleep({sleep})
    return plain(task, patches, **how)
points.run_points = run_points
"""
#: Runs a plan that was left as a study folder elsewhere, in a process of its own.
RUN = """
import sys
from hybridcare.runner import run_study
from hybridcare.study_folder import Folder
if __name__ == "__main__":
    run_study(Folder.open(sys.argv[1]).plan, sys.argv[2], backend=sys.argv[3], workers=2, threads=1, progress=False)
"""


def plan(points: int = 24, rows: int = 4, poison: int | None = None, refused: int | None = None, **sizes: Any) -> Plan:
    """Points that differ in b_E, in parts of `rows`; one can be poisoned, one is refused by the reader."""
    b_e = [round(3 * number / points, 6) for number in range(points)]
    if poison is not None:
        b_e[poison] = POISON
    patches = [json.dumps({"change": {"empathy_elasticity": value}}) for value in b_e]
    if refused is not None:
        patches[refused] = '{"change": {"empathy_elasticity": 99}}'
    document = json.dumps(tiny())
    metrics = (Metric("phq9", "week_6"), Metric("phq9", "week_6", twin="no_distance"), Metric("dropout"))
    size = {"replicates": 2, "clients": 16, **sizes}
    task = Task(document, "tiny.json", ("human", "hybrid"), metrics, size["replicates"], size["clients"])
    unit = {"unit": "per unit of empathy", "meaning": "empathy elasticity"}
    design = pa.table({"b_E": pa.array(b_e)}, schema=pa.schema([pa.field("b_E", pa.float64(), metadata=unit)]))
    return Plan("tiny study", task, design, patches, {"verb": "test"}, rows)


def wrapped(folder: Path, deed: str = "pass", sleep: float = 0.0) -> dict[str, str]:
    """An environment in which `run_points` does the deed at the poisoned point."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WRAPPED.format(poison=POISON, deed=deed, sleep=sleep))
    held = environment()
    return {**held, "PYTHONPATH": os.pathsep.join([str(folder), held["PYTHONPATH"]])}


def started(source: Path, out: Path, held: dict[str, str], backend: str = "threads") -> subprocess.Popen[str]:
    """A run of the plan in `source`, in a process of its own."""
    script = out.with_name("run.py")
    if not script.exists():
        script.write_text(RUN)
    command = [sys.executable, str(script), str(source), str(out), backend]
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": hears_ctrl_c}
    return subprocess.Popen(command, env=held, **how)


def hears_ctrl_c() -> None:
    """A shell starts what it puts into the background deaf to SIGINT, and so are its children: undo that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def unlucky(chunk: Chunk) -> Receipt:
    """What a Dask worker does in a test: it fails at the third part, whoever it is, although its points are fine."""
    if chunk.parts[0].start == 8:
        raise RuntimeError("the worker's own trouble")
    return job(chunk)


def bytes_of(folder: Path) -> dict[str, str]:
    """Digest by name of all parts, failures, the design and study.json."""
    files = [*(folder / "parts").iterdir(), *(folder / "failures").iterdir()]
    files += [folder / "study.json", folder / "design.parquet"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def parts_of(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder / "parts") if not name.startswith("."))
    except FileNotFoundError:
        return []


def same_numbers(a: Any, b: Any) -> bool:
    """To the last bit, NaN being NaN."""
    pairs = ((a.estimate, b.estimate), (a.values, b.values))
    return all(np.array_equal(x, y, equal_nan=True) for x, y in pairs)
