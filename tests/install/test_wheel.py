"""A wheel installs and runs in a fresh virtual environment with no compiler, and no source tree, in reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=env, cwd=cwd)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel as `make wheel` builds it. The tools come from this environment, so no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--wheel-dir", folder]
    run(*command, ROOT, env={"CXX": "g++", **os.environ})  # by the name of the release build, so that ccache knows it
    (built,) = folder.glob("hybridcare-*.whl")
    return built


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the wheel. Its dependencies are lent by this one, but not hybridcare itself."""
    folder = tmp_path_factory.mktemp("fresh") / "env"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip()
    # A .pth file found through another .pth file is not read, so the checkout itself stays out of reach.
    Path(site, "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return folder


def bare(folder: Path, home: Path) -> Mapping[str, str]:
    """An environment in which nothing is found but the fresh one's own commands."""
    return {"PATH": str(folder / "bin"), "HOME": str(home), "LANG": "C.UTF-8"}


def test_the_wheel_runs_an_experiment_without_a_compiler(fresh: Path, tmp_path: Path) -> None:
    command = [fresh / "bin" / "hybridcare", "run", "hybrid_vs_human_vs_ai", "--clients", "40", "--replicates", "2",
               "--out", tmp_path / "out", "--quiet"]  # fmt: skip
    run(*command, env=bare(fresh, tmp_path), cwd=tmp_path)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["name"] == "hybrid_vs_human_vs_ai"
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_the_wheel_carries_the_bundled_profiles(fresh: Path, tmp_path: Path) -> None:
    said = run(fresh / "bin" / "hybridcare", "validate", "measured_assistant", env=bare(fresh, tmp_path), cwd=tmp_path)
    assert "valid" in said
    assert run(fresh / "bin" / "python", "-c", "import hybridcare as hc; print(hc.bundled_profiles())",
               env=bare(fresh, tmp_path), cwd=tmp_path).count("illustrative_") == 2  # fmt: skip


def test_the_installed_package_is_the_wheels_own(fresh: Path, tmp_path: Path) -> None:
    code = "import hybridcare._core as c, hybridcare.places as p; print(c.__file__); print(p.data_folder('library'))"
    found = run(fresh / "bin" / "python", "-c", code, env=bare(fresh, tmp_path), cwd=tmp_path).split()
    assert all(Path(path).is_relative_to(fresh) for path in found), found
