"""The package, and a user's code against it, hold under `mypy --strict` (options in pyproject.toml).

Seen to fail: a function of the package without a return type; the compiled module without `configuration` in its
stubs; a result of the wrong type in the sample, an attribute that does not exist, a name that the package does not
export.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "python" / "typing_sample.py"


def checked(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--no-error-summary", *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_package_and_a_users_code_hold() -> None:
    done = checked(ROOT / "python" / "hybridcare", SAMPLE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ("name: str = results.experiment.name", "name: int = results.experiment.name", "Incompatible types"),
        ("= results.kernel_seconds", "= results.kernel_second", "has no attribute"),
        ("hc.bundled()", "hc.bundle()", "has no attribute"),
        ("seed=1)", 'seed="one")', "incompatible type"),
    ],
)
def test_a_users_mistake_is_seen(line: str, wrong: str, said: str, tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert line in text
    (tmp_path / "mistake.py").write_text(text.replace(line, wrong), encoding="utf-8")
    done = checked(ROOT / "python" / "hybridcare", tmp_path / "mistake.py")
    assert done.returncode == 1 and said in done.stdout, done.stdout + done.stderr
