"""Drivers of a result: the table, the sentence, the picture, the command, and where they stand beside the headline."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pandas as pd
import pytest
from helpers import TINY, hybridcare, text, tiny
from typer.testing import CliRunner

import hybridcare as hc
from hybridcare import drivers as driving
from hybridcare.cli import app
from hybridcare.drivers import Drivers, words_for
from hybridcare.report import first_screen
from hybridcare.report_drivers import drivers_section

SMALL = {"replicates": 6, "clients": 12, "brief": True}


@pytest.fixture(scope="module")
def results() -> hc.Results:
    return hc.Experiment(hc.Scenario.of(TINY)).run(progress=False)


@pytest.fixture(scope="module")
def found() -> Drivers:
    """Its own results: what others look at stays without a screening."""
    return hc.Experiment(hc.Scenario.of(TINY)).drivers(**SMALL)


def test_the_table_ranks_what_moves_the_headline(found: Drivers) -> None:
    frame = found.table()
    assert found.question["arm"] == "hybrid" and found.question["against"] == "human"
    assert list(frame["rank"]) == list(range(1, len(frame) + 1)) and len(frame) == found.raw.moving
    beyond = frame["beyond_noise"].to_numpy()
    assert (beyond[:-1] >= beyond[1:]).all()  # what noise may have made comes last
    assert frame["path"].is_unique and (frame["effect"] != 0).all()
    ends = frame[["change_low", "change_high"]].abs().max(axis=1)
    assert (ends == frame["effect"].abs()).all()
    assert {"/course/alliance_effect", "/course/harm", "/change/empathy_elasticity"} <= set(frame["path"])
    assert set(found.columns()["name"]) == set(frame.columns)
    assert found.size["weeks"] == 6  # no week after the reading is lived through


def test_a_sentence_names_assumed_numbers_beyond_noise(found: Drivers) -> None:
    frame = found.table()
    strong = frame[(frame["beyond_noise"] == 1) & (frame["grade"] == "assumed")]
    assert len(strong) > 0
    named = [words_for(row.path, row.symbol) for row in strong.head(5).itertuples()]
    assert found.names == named and all(name in found.sentence for name in named)
    assert "assumed)" in found.sentence and "move this result" in found.account
    weak = frame[frame["beyond_noise"] == 0]
    assert not set(found.names) & {words_for(row.path, row.symbol) for row in weak.itertuples()}


def test_words_for_fields() -> None:
    assert words_for("/course/harm", "chi_h") == "harm (χ_h)"
    assert words_for("/quality/weight/technique", "w") == "weight of technique (w)"
    assert words_for("/assistant/text/discriminability", "d0") == "text discriminability of the assistant (d0)"
    assert words_for("/leaving/trust", "b_T") == "leaving trust (b_T)"


def test_the_picture_carries_its_imprint(found: Drivers, tmp_path: Path) -> None:
    figure = found.plot(3)
    picture = figure.save(tmp_path / "tornado.svg").read_text()
    for needed in ("Calibration:", "the scenario author's words", found.scenario.hash[:16], "number low"):
        assert needed in picture
    always = found.table()["always"].sum()
    assert 3 <= len(figure.table) <= 3 + always  # b_E, chi_h and w are drawn wherever they are in use
    assert "harm (χ_h)" in set(figure.table["number"])


def test_other_results_and_wrong_names(found: Drivers) -> None:
    experiment = hc.Experiment(hc.Scenario.of(TINY))
    left = experiment.drivers("dropout", arm="ai", **SMALL)
    assert left.unit == "share" and left.question["against"] == "" and "ai" not in left.title.split()
    assert "/leaving/trust" in set(left.table()["path"])
    excess = experiment.drivers(arm="ai", twin="no_distance", **SMALL)
    assert "/assistant/distance_loss" in set(excess.table()["path"])
    for wrong in ({"metric": "phq8"}, {"arm": "humon"}, {"culture": "fur"}, {"twin": "no_distence"},
                  {"reading": "week_7"}, {"variant": "no_horm"}):  # fmt: skip
        with pytest.raises(hc.ConfigError, match="nearest|known"):
            experiment.drivers(**{**SMALL, **wrong})
    with pytest.raises(hc.ConfigError, match="outside"):
        experiment.drivers(replicates=0)


def test_the_report_says_what_drives_it_or_that_nobody_looked(results: hc.Results) -> None:
    assert driving.NOT_ASKED in first_screen(results)
    driving.beside(results, wanted=False)
    assert "--no-drivers" in first_screen(results) and "--no-drivers" in drivers_section(results)
    results.drivers(arm="ai", **SMALL)  # of another result: not the headline's
    assert driving.of(results) is None
    kept = results.drivers(**SMALL)
    assert driving.of(results) is kept and kept.moved_by in " ".join(results.caveats)
    assert 'id="drivers"' in drivers_section(results) and 'id="figure-drivers"' in drivers_section(results)
    lead = html.unescape(first_screen(results))
    assert "Moved by" in lead and kept.names[0] in lead and "scenario author's words" in lead


def test_too_large_a_screening_is_left_out(results: hc.Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "MOST_CLIENT_WEEKS", 1)
    driving.beside(results)
    assert "million client-weeks" in driving.moved_by(results)


def test_folder_and_command(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_bytes(text(tiny(clients=8)))
    done = hybridcare("run", "tiny.json", "--out", "with", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Moved by:" in done.stdout and 'id="drivers"' in (tmp_path / "with" / "report.html").read_text()
    summary = json.loads((tmp_path / "with" / "summary.json").read_text())
    assert summary["drivers"]["rows"][0]["path"].startswith("/")
    frame = pd.read_csv(tmp_path / "with" / "drivers.csv")
    assert len(frame) == summary["drivers"]["moving"] and frame["seed"].eq(7).all()
    assert "drivers,rank" in (tmp_path / "with" / "data_dictionary.csv").read_text().replace('"', "")
    options = ("--metric", "dropout", "--arm", "ai", "--brief", "--replicates", 4, "--clients", 8, "--quiet")
    shown = hybridcare("drivers", "tiny.json", *options, "--out", "d.csv", cwd=tmp_path)
    assert shown.returncode == 0 and "Moved by" in shown.stdout and (tmp_path / "d.csv").exists()
    wrong = hybridcare("drivers", "tiny.json", "--metric", "phq8", cwd=tmp_path)
    assert wrong.returncode == 2 and "phq9" in wrong.stderr


def test_no_drivers_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridcare.report.write_report", lambda results, path: path.write_text("<html>"))
    monkeypatch.setattr("hybridcare.drivers.screen", None)  # not called
    (tmp_path / "tiny.json").write_bytes(text(tiny(clients=8)))
    folder = tmp_path / "without"
    given = ["run", str(tmp_path / "tiny.json"), "--out", str(folder), "--quiet", "--no-drivers"]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, done.output
    assert not (folder / "drivers.csv").exists()
    assert "--no-drivers" in json.loads((folder / "summary.json").read_text())["drivers"]["sentence"]


def test_grades_are_of_the_values_as_they_are() -> None:
    changed = hc.Scenario.of(tiny(change={"rate": 1.2})).fields().set_index("path")
    assert changed.loc["/change/rate", "grade"] == "assumed"
    assert hc.Scenario.of(TINY).fields().set_index("path").loc["/change/rate", "grade"] == "calibrated"
    service = hc.load("service_intake").fields().set_index("path").loc["/intake/episode_mean"]
    assert (service["grade"], service["evidence"]) == ("measured", "nhstt_phq9_pre")


def test_stated_ranges_are_shown() -> None:
    assert "may lie:  [0, 4], range stated by the model" in hybridcare("field", "b_E").stdout
