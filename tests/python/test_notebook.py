"""The notebooks run from top to bottom, say first what cannot be concluded, and are kept without outputs."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from helpers import environment

FOLDER = Path(__file__).resolve().parents[2] / "python" / "notebooks"
#: Each notebook, the pictures that it shows at least, and what it must have said by its end.
NOTEBOOKS = {
    "first_light": (4, ["PHQ-9 points", "R0"]),
    "policy_sweep": (5, ["least maximum regret", "client mix"]),
    "trial_design": (6, ["The sign", "empathy matters twice as much"]),
    "analysis": (4, ["from the table", "rerun.py", "assumed"]),
}

nbformat = pytest.importorskip("nbformat")


@pytest.fixture(scope="module", params=list(NOTEBOOKS))
def kept(request):
    notebook = nbformat.read(FOLDER / f"{request.param}.ipynb", as_version=4)
    notebook.metadata["stem"] = request.param
    return notebook


def test_every_notebook_is_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NOTEBOOKS)


def test_it_is_kept_without_outputs(kept) -> None:
    cells = [cell for cell in kept.cells if cell.cell_type == "code"]
    assert len(cells) >= 10
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    nbformat.validate(kept)


def test_it_says_first_what_cannot_be_concluded(kept) -> None:
    first = kept.cells[0].source
    assert "cannot be concluded" in first and "no forecast" in first and "Simulation noise" in first
    assert "not yet calibrated" in first


def test_every_step_is_explained(kept) -> None:
    kinds = [cell.cell_type for cell in kept.cells]
    assert kinds[0] == "markdown" and kinds[-1] == "markdown"
    assert "code code code" not in " ".join(kinds)


@pytest.fixture(scope="module")
def executed(kept, tmp_path_factory):
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    home = tmp_path_factory.mktemp("home")
    notebook = nbformat.from_dict(kept)
    manager = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(home)}})
    manager.create_kernel_manager()
    manager.km.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    variables = os.environ | environment() | {"IPYTHONDIR": str(home), "JUPYTER_ALLOW_INSECURE_WRITES": "1"}
    return manager.execute(env=variables)


def outputs(notebook) -> list:
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


def test_it_runs_from_top_to_bottom(executed) -> None:
    least, needed = NOTEBOOKS[executed.metadata["stem"]]
    pictures = [out.data["image/svg+xml"] for out in outputs(executed) if "image/svg+xml" in out.get("data", {})]
    assert len(pictures) >= least
    assert all("Calibration:" in picture and "seed" in picture for picture in pictures)
    assert all("not yet calibrated" in picture for picture in pictures)
    said = "".join(out.get("text", "") + str(out.get("data", {}).get("text/plain", "")) for out in outputs(executed))
    for words in needed:
        assert words in said, words
    assert "Traceback" not in said


def test_frames_of_answers_are_shown_as_tables(executed) -> None:
    shown = [out.data.get("text/html", "") for out in outputs(executed) if "data" in out]
    assert sum("<table" in html for html in shown) >= 2
    assert not any("<script" in html.lower() for html in shown)


def test_the_assumption_of_the_what_if_moves_the_answer(executed) -> None:
    if executed.metadata["stem"] != "first_light":
        pytest.skip("another notebook")
    tables = [out.data["text/plain"] for cell in executed.cells for out in cell.get("outputs", [])
              if "b_E" in out.get("data", {}).get("text/plain", "")]  # fmt: skip
    rows = re.findall(r"^\d\s+([\d.]+)\s+(-?[\d.]+)", tables[-1], re.MULTILINE)
    assert [float(value) for value, _ in rows] == [0.0, 1.5, 3.0, 4.0]
    assert float(rows[0][1]) < float(rows[-1][1])
