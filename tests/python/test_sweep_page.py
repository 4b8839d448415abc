"""The page on sweeps: its Python runs, its study file is a study, what it says of names is so."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import hybridcare as hc
from hybridcare.factors import KINDS
from hybridcare.study import Study
from hybridcare.study_file import DESIGNS

PAGE = Path(__file__).parents[2] / "python" / "docs" / "sweep.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_its_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)  # the page of this checkout
    assert isinstance(names["found"], hc.SweepResults) and sorted(os.listdir(tmp_path)) == ["psa", "tornado.png"]


def test_its_study_file_is_one() -> None:
    [text] = blocks("json")
    study = Study.of(json.loads(text), "page")
    assert study.size["points"] == 64 * 3 * 5 and {model.name for model in study.models} >= {"R3", "R4"}


def test_it_names_every_distribution_and_design() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in (*KINDS, *DESIGNS))
