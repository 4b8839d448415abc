"""The command sweep, the report of a sweep and its pictures, on the bundled study at a small size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import hybridcare, refusal
from sweep_fixture import A, B, made
from typer.testing import CliRunner

import hybridcare as hc
from hybridcare import plots_base
from hybridcare.cli import app

SMALL = ("--n", "16", "--clients", "30", "--replicates", "3", "--quiet")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep") / "study"
    arguments = ["sweep", "which_protocol", "--out", str(out), *SMALL, "--discover", "outcome > 99"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    for words in ("Models tried", "b_E is varied", "not yet calibrated", "R0", "least maximum regret",
                  "needs 64 draws", "holds in 0 of 16 draws", "report.html"):  # fmt: skip
        assert words in " ".join(result.stdout.split()), words
    return out


def test_the_folder_is_gone_on_with_and_never_overwritten(folder: Path) -> None:
    arguments = ["sweep", "which_protocol", "--out", str(folder)]
    assert "--resume goes on with it" in refusal(hybridcare(*arguments, *SMALL))
    again = CliRunner().invoke(app, [*arguments, *SMALL, "--resume", "--no-report"])
    assert again.exit_code == 0 and "What each model says" in again.stdout
    other = CliRunner().invoke(app, [*arguments, "--n", "8", "--resume", "--quiet"])
    assert isinstance(other.exception, hc.ConfigError)  # the design of another study


def test_the_folder_can_be_read(folder: Path) -> None:
    found = hc.open_sweep(folder)
    assert found.study.size["points"] == 64 and found.there.all() and not found.failures


def test_further_questions_of_the_command(folder: Path, tmp_path: Path) -> None:
    """Tables as CSV, costs and QALY for dampack and BCEA, a method of sensitivity; refused before any work."""
    again = ["sweep", "which_protocol", "--out", str(folder), *SMALL, "--resume", "--no-report"]
    tables = ["--csv", str(tmp_path / "csv"), "--psa", str(tmp_path / "psa"), "--sensitivity", "pawn"]
    result = CliRunner().invoke(app, [*again, *tables])
    assert result.exit_code == 0 and "pawn needs 64 draws" in " ".join(result.stdout.split())
    rows = (tmp_path / "csv" / "results.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 64 and (tmp_path / "psa" / "cost.csv").is_file()
    for options, words in ((tables[:2], "is there already"), (["--sensitivity", "pwan"], "nearest: 'pawn'")):
        with pytest.raises(hc.ConfigError, match=words):
            CliRunner().invoke(app, [*again, *options], catch_exceptions=False)


def test_the_report_is_one_offline_page_with_every_part(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    for heading in ("What each model says", "What moves it", "Which policy stays good",
                    "Where the uncertainty comes from", "What more replicates would buy",
                    "What was tried"):  # fmt: skip
        assert f">{heading}<" in page, heading
    assert "Not answered by this study: sensitivity: delta needs 64 draws" in page
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")


def test_text_from_a_study_file_is_escaped(tmp_path: Path) -> None:
    results = made(lambda row, arm: row[B], {"kind": "sobol", "n": 8}, title="<script>alert(1)</script>",
                   levers={"pace": {"patches": {"<b>slow": {}, "fast": {"practice": {"rate": 0.4}}}}},
                   uncertainties={B: {"uniform": [0, 1], "source": "<img src=x>"}})  # fmt: skip
    page = results.report(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<img src=x" not in page and "<b>slow" not in page


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--shard", "3/2"), "--shard"), (("--backend", "dsak"), "dask"), (("--discover", "outcom > 1"), "outcome"),
     (("--n", "0"), "outside [1,"), (("--n", str(10**9)), "design points"), (("--deadline", "-1"), "deadline")],
)  # fmt: skip
def test_mistakes_are_the_users(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["sweep", "which_protocol", "--out", str(out), "--clients", "20", *options])
    assert isinstance(result.exception, hc.ConfigError) and words in str(result.exception)
    assert not (out / "report.html").exists()


def test_a_shard_says_what_is_left(tmp_path: Path) -> None:
    arguments = ["sweep", "which_protocol", "--out", str(tmp_path / "out"), *SMALL]
    first = CliRunner().invoke(app, [*arguments, "--shard", "1/2"])
    assert first.exit_code == 0 and "points are still to do" in first.stdout, first.output
    second = CliRunner().invoke(app, [*arguments, "--shard", "2/2", "--no-report"])
    assert second.exit_code == 0 and "What each model says" in second.stdout


def test_pictures_hold_their_numbers_and_their_foot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots_base, "VALIDATE", True)
    results = made(lambda row, arm: row[B] if arm == "ai" else row[A], {"kind": "sobol", "n": 64}, replicates=3,
                   noise=0.1, relationships=["default", "no_harm"])  # fmt: skip
    found = results.sensitivity(arm="human", resamples=10)
    assert results.plot().svg().startswith("<svg")
    figures: list[Any] = [results.plot(), results.tornado(arm="ai"), results.plot_noise(), found.plot(),
                          found.plot_convergence(), results.robustness().plot(),
                          results.discover("outcome > 0.5", arm="ai").plot()]  # fmt: skip
    for figure in figures:
        text = json.dumps(figure.spec)
        assert "not yet calibrated" in text and f"seed {results.study.seed}" in text, figure.name
        assert len(figure.table) and figure.alt and figure.caption, figure.name
    assert len({figure.name for figure in figures}) == len(figures)
    rows = results.tornado(arm="human").table.set_index("path")
    assert float(rows.loc[A, "swing"]) == pytest.approx(0.8, abs=0.05)  # a fifth at each end of [0, 1]
