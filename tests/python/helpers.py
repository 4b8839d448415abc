"""What the Python tests share: a tiny scenario in which clients leave, the command line, a page in a browser."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CARE = {"weeks": 6, "then": "completed", "human": {"every_weeks": 1}}

#: Three arms, two cultures, 64 clients, 2 replicates: a run takes some hundredths of a second.
TINY: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "title": "Tiny",
    "question": "Does it run?",
    "seed": 7,
    "replicates": 2,
    "clients": 64,
    "weeks": 10,
    "reading_week": 6,
    "calibration": "none: a test",
    "driver": "nothing: a test",
    "cultures": {"near": {"position": 0, "share": 0.5}, "far": {"position": 0.9, "share": 0.5}},
    "pathway": {"steps": {"care": CARE}},
    "arms": {
        "human": {"label": "Human"},
        "ai": {"label": "Assistant", "pathway": {"steps": {"care": {"human": None, "assistant": {}}}}},
        "hybrid": {"label": "Both", "pathway": {"steps": {"care": {"assistant": {}, "offers": ["bundle"]}}}},
    },
    "variants": {"no_harm": {"label": "no harm", "in_envelope": True, "course": {"harm": 0}}},
    "headline": {"arm": "hybrid", "against": "human"},
}


def tiny(**changes: Any) -> dict[str, Any]:
    """A copy of TINY with other members at the top; None removes one."""
    document = copy.deepcopy(TINY)
    for name, value in changes.items():
        if value is None:
            del document[name]
        else:
            document[name] = value
    return document


def changed(pointer: str, value: Any) -> dict[str, Any]:
    """TINY with the value at that JSON Pointer, objects on the way made where missing."""
    document = copy.deepcopy(TINY)
    *above, last = pointer.split("/")[1:]
    place = document
    for name in above:
        place = place.setdefault(name, {})
    place[last] = value
    return document


def text(document: Any) -> bytes:
    return json.dumps(document).encode()


def command_line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "hybridcare", *map(str, arguments)]


def hybridcare(*arguments: object, cwd: Path | None = None, **how: Any) -> subprocess.CompletedProcess[str]:
    """Runs the command and waits for its end."""
    how = {"capture_output": True, "timeout": 300, **how}
    return subprocess.run(command_line(*arguments), cwd=cwd, text=True, env=environment(), check=False, **how)


def in_process(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The same without a new interpreter: what `main` does but for signals and the streams of the process itself."""
    from hybridcare import cli

    command = list(map(str, arguments))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli._guarded(command)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "NO_COLOR": "1"}


def left_behind(folder: Path, expected: set[str] = frozenset()) -> list[str]:
    """What lies in the folder, hidden files too, besides what is expected."""
    return sorted(set(os.listdir(folder)) - expected)


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a user's mistake is answered with. Asserts that it is one, with exit code 2."""
    assert result.returncode == 2, f"exit code {result.returncode}: {result.stderr}"
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if not line.startswith("tiny: ")]  # progress
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("hybridcare: ")
    assert "Report:" not in result.stdout
    return lines[0]


def opened(browser: Any, path: Path) -> tuple[list[str], list[dict]]:
    """Opens a file; the addresses that it asked for, and what it wrote to the console."""
    browser.get("about:blank")
    browser.get_log("performance"), browser.get_log("browser")
    browser.get(path.as_uri())
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    asked = [e["request"]["url"] for e in sent if e["documentURL"] == path.as_uri()]
    return asked, browser.get_log("browser")
