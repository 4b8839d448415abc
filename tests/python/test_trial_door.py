"""The doors to virtual trials: the command, its files, its refusals, and the page in a browser."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import changed, hybridcare, opened, tiny

import hybridcare as hc
from hybridcare.errors import ConfigError
from hybridcare.trial import Trial


def made(**design: Any) -> Trial:
    return hc.Experiment(hc.Scenario.of(tiny())).trial(("human", "hybrid"), **{"n": 64, **design})


def test_command_prints_powers_and_writes_files(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text(json.dumps(tiny()))
    done = hybridcare("trial", "tiny.json", "--arm", "human", "--arm", "hybrid", "--n", "40", "--trials", "6", "--cell",
                      "as written", "--cell", "R0", "--n-for", "0.8", "--limit", "80", "--harms", "--examples", "2",
                      "--flow", "flow.svg", "--rows", "rows.csv", "--report", "page.html", "--quiet",
                      "--uncertainty", "defaults", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    for words in ("power", "as written", "R0", "unfitted", "type I", "Monte Carlo", "Whom would this trial harm",
                  "out of reach", "Seed 7"):  # fmt: skip
        assert words in done.stdout, words
    rows = pd.read_csv(tmp_path / "rows.csv")
    assert set(rows["assumptions"]) == {"as written"}
    assert len(rows) == 40 and {"outcome", "arm", "calibration", "scenario_hash", "seed"} <= set(rows.columns)
    assert ET.parse(tmp_path / "flow.svg").getroot().tag.endswith("svg")
    page = (tmp_path / "page.html").read_text()
    assert "<script" not in page and "Flow of clients" in page or "The clients of one trial" in page
    assert "none: a test" in page


def test_command_as_json(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text(json.dumps(tiny()))
    done = hybridcare("trial", "tiny.json", "--n", "40", "--trials", "4", "--cell", "R0", "--json", "--quiet",
                      "--uncertainty", "defaults", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    row = told["power"]["rows"][0]
    assert row["cell"] == "R0" and row["trials"] == 4 and "none: a test" in told["provenance"]["calibration"]
    direct = made(n=40).power(4, cells=["R0"]).table().iloc[0]
    assert row["power"] == direct["power"] and row["effect"] == pytest.approx(direct["effect"])


@pytest.mark.parametrize(("options", "said"), [
    (("--n", "41", "--blocks", "4"), "do not fill blocks of 4"), (("--flow", "x.pdf"), "--flow: is written as"),
    (("--rows", "nowhere/x.csv"), "no such folder"), (("--allocation", "1:b"), "whole numbers such as 2:1"),
    (("--cell", "R9"), "unknown set of assumptions"), (("--arm", "human"), "stands beside its power"),
    (("--n-for", "90"), "for 90 % write 0.9"), (("--n-for", "0.8", "--limit", "3"), "limit: 3 is no whole number"),
    (("--examples", "-1"), "count: -1 is no whole number"), (("--trial", "-1"), "--trial: -1 is no whole number"),
    (("--arm", "human", "--arm", "ai", "--arm", "hybrid", "--examples", "2"), "are shown for two arms"),
])  # fmt: skip
def test_command_refuses(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text(json.dumps(tiny()))
    done = hybridcare("trial", "tiny.json", "--quiet", *options, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
    assert "()" not in done.stderr, "words of Python"
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.json"]


def test_one_trial_is_shown_in_the_first_set_of_assumptions_that_is_named(tmp_path: Path) -> None:
    """R0 knows no empathy, so that its trial has other rows, another flow and other estimates than as written."""
    (tmp_path / "tiny.json").write_text(json.dumps(tiny()))
    done = hybridcare("trial", "tiny.json", "--n", "40", "--trials", "4", "--cell", "R0", "--cell", "b_E 3",
                      "--trial", "1", "--examples", "2", "--flow", "flow.svg", "--rows", "rows.csv",
                      "--report", "page.html", "--json", "--quiet",
                      "--uncertainty", "defaults", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0 and "Flow of trial 1, assumptions R0: file://" in done.stderr, done.stderr
    design = made(n=40)
    rows, right, other = pd.read_csv(tmp_path / "rows.csv"), design.dataset(1, "R0"), design.dataset(1)
    assert rows["outcome"].equals(right["outcome"].astype(float)) and not right["outcome"].equals(other["outcome"])
    assert set(rows["assumptions"]) == {"R0"} and set(rows["replicate"]) == {1}
    assert "Assumptions: R0." in (tmp_path / "flow.svg").read_text()
    assert "Assumptions: R0." in (tmp_path / "page.html").read_text()
    told = [row["effect"] for row in json.loads(done.stdout)["examples"]["rows"]]
    direct = [design.examples(2, 4, each).table()["effect"].tolist() for each in ("R0", "as written")]
    assert told == pytest.approx(direct[0]) and told != pytest.approx(direct[1])


@pytest.mark.parametrize("options", [("--n-for", "90"), ("--trial", "-1"), ("--examples", "-1")])
def test_command_refuses_before_it_simulates(options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
                                             tmp_path: Path) -> None:  # fmt: skip
    from hybridcare import trial_data
    from hybridcare.cli import app
    from typer.testing import CliRunner

    monkeypatch.setattr(trial_data, "simulate", lambda *_: pytest.fail("simulated"))
    (tmp_path / "tiny.json").write_text(json.dumps(tiny()))
    done = CliRunner().invoke(app, ["trial", str(tmp_path / "tiny.json"), "--quiet", *options])
    assert isinstance(done.exception, ConfigError), done.exception


def test_page_opens_in_a_browser_without_a_network(browser: Any, tmp_path: Path) -> None:
    document = changed("/arms/hybrid/label", "<img src=x onerror=alert(1)>")
    found = hc.Experiment(hc.Scenario.of(document)).trial(("human", "hybrid"), n=40)
    cells = {"cells": ["as written", "R0"]}
    page = found.report(tmp_path / "trial.html", power=found.power(4, **cells), harms=found.harms(3, **cells),
                        examples=found.examples(2, 4), n_for=found.n_for(0.9, 60, 4, **cells))  # fmt: skip
    asked, console = opened(browser, page)
    assert asked == [page.as_uri()] and not console
    said = browser.find_element("tag name", "body").text
    for words in ("Power, for each set of assumptions", "Whom it would harm", "The clients of one trial", "unfitted",
                  "<img src=x"):  # fmt: skip
        assert words in said, words
    assert not browser.find_elements("css selector", "img[src='x']")
    with pytest.raises(ConfigError, match="nearest: 'power'"):
        found.report(tmp_path / "other.html", powr=found.power(4, **cells))
    assert [path.name for path in tmp_path.iterdir()] == ["trial.html"]
