"""The tutorial runs from top to bottom, says first what cannot be concluded, and is kept without outputs."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from helpers import environment

NOTEBOOK = Path(__file__).resolve().parents[2] / "python" / "notebooks" / "first_light.ipynb"

nbformat = pytest.importorskip("nbformat")


@pytest.fixture(scope="module")
def kept():
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_kept_without_outputs(kept) -> None:
    cells = [cell for cell in kept.cells if cell.cell_type == "code"]
    assert len(cells) >= 12
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_it_says_first_what_cannot_be_concluded(kept) -> None:
    first = kept.cells[0].source
    assert "cannot be concluded" in first and "no forecast" in first and "Simulation noise" in first


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


def test_it_runs_from_top_to_bottom(executed) -> None:
    pictures = [out.data["image/svg+xml"] for cell in executed.cells for out in cell.get("outputs", [])
                if "image/svg+xml" in out.get("data", {})]  # fmt: skip
    assert len(pictures) >= 4
    assert all("Calibration:" in picture and "seed" in picture for picture in pictures)
    said = "".join(out.get("text", "") for cell in executed.cells for out in cell.get("outputs", []))
    assert "PHQ-9 points" in said and "R0" in said
    assert "Traceback" not in said


def test_the_assumption_of_the_what_if_moves_the_answer(executed) -> None:
    tables = [out.data["text/plain"] for cell in executed.cells for out in cell.get("outputs", [])
              if "b_E" in out.get("data", {}).get("text/plain", "")]  # fmt: skip
    rows = re.findall(r"^\d\s+([\d.]+)\s+(-?[\d.]+)", tables[-1], re.MULTILINE)
    assert [float(value) for value, _ in rows] == [0.0, 1.5, 3.0, 4.0]
    assert float(rows[0][1]) < float(rows[-1][1])
