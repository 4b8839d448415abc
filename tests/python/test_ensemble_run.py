"""A run beside parameter sets that fit: its tables and hash stay; files, report and screen say what is open."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
from helpers import TINY, changed, in_process, tiny
from report_fixture import HOSTILE, FakeResults, Outline
from uncertainty_fixture import document, ensemble, file, spread_out

import hybridcare as hc
from hybridcare import calibrate_ensemble, ensemble_run, report
from hybridcare.calibrate_ensemble import Ensemble, text
from hybridcare.ensemble_run import COLUMNS, EnsembleRun, affordable, coupled, size_of, wanted
from hybridcare.headline import signed
from hybridcare.report_uncertainty import learnt_section, sets_section
from hybridcare.rivals_models import chosen_sets
from hybridcare.uncertainty import run_over
from hybridcare.uncertainty_words import NOT_ASKED
from hybridcare.writing import check_folder


@pytest.fixture(scope="module")
def sets() -> Ensemble:
    return ensemble(spread_out())


@pytest.fixture(scope="module")
def results(sets: Ensemble) -> hc.Results:
    return hc.Experiment(hc.Scenario.of(TINY)).run(progress=False, uncertainty=sets, sets=12)


@pytest.fixture(scope="module")
def found(results: hc.Results) -> EnsembleRun:
    assert isinstance(results.ensemble, EnsembleRun)
    return results.ensemble


@pytest.fixture(scope="module")
def folder(results: hc.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results.save(tmp_path_factory.mktemp("saved") / "r")


def short(results: Any) -> str:
    """The parts of the page that this is about: the others take seconds to draw."""
    return report.first_screen(results) + sets_section(results) + learnt_section(results)


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As if these were the ensembles that ship; none until one is written."""
    (tmp_path / "ensembles").mkdir()
    monkeypatch.setattr(calibrate_ensemble, "data_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(report, "page", short)
    return tmp_path / "ensembles"


def ship(folder: Path, rival: str = "R1") -> None:
    (folder / f"{rival}.json").write_text(text(document(spread_out(), rival=rival)), encoding="utf-8")


def test_tables_and_hash_of_the_run_do_not_move(results: hc.Results) -> None:
    plain = hc.Experiment(hc.Scenario.of(TINY)).run(progress=False, uncertainty="defaults")
    assert plain.hash == results.hash and plain.table_names == results.table_names
    for name in ("estimates", "contrasts", "headline"):
        pd.testing.assert_frame_equal(plain.table(name), results.table(name))
    assert plain.ensemble == ensemble_run.LEFT_OUT


def test_rows_are_what_the_sets_give(results: hc.Results, found: EnsembleRun) -> None:
    table = found.table()
    assert list(table.columns) == [name for name, *_ in COLUMNS] == list(found.columns()["name"])
    assert set(table["metric"]) == {*ensemble_run.AT_READING, *ensemble_run.WHOLE_COURSE}
    assert {"erosion_assistant", "misread_rate_assistant", "response", "remission_phq5"} <= set(table["metric"])
    assert set(table["culture"]) == {"all", "near", "far"} and set(table["against"]) == {"", "human"}
    row = table[(table["metric"] == "phq9") & (table["arm"] == "hybrid") & (table["against"] == "human")
                & (table["culture"] == "all")].iloc[0]  # fmt: skip
    runs = found.over.runs
    apart = runs.estimate[:, runs.arms.index("hybrid"), 0] - runs.estimate[:, runs.arms.index("human"), 0]
    assert (row["low"], row["median"], row["high"]) == pytest.approx(tuple(np.quantile(apart, [0.05, 0.5, 0.95])))
    assert row["share_below_0"] == pytest.approx((apart < 0).mean()) and row["sets"] == len(apart) == 12
    assert row["reading"] == "week_6" and row["unit"] == "points" and row["noise_se"] > 0
    contrasts = results.contrast("ai", "human").table("phq9", "all")
    assert found.own["ai"] == contrasts[contrasts["reading"] == "week_6"]["estimate"].iloc[0]


def test_trust_and_misreading_stand_over_sets_too(found: EnsembleRun, folder: Path) -> None:
    """Each row is of its own metric, as the points' numbers have it; who meets no such agent has no row."""
    table, runs = found.table(), found.over.runs
    alone = table[(table["against"] == "") & (table["culture"] == "all")].set_index(["metric", "arm"])
    for name in ("erosion_assistant", "misread_rate_assistant", "response", "remission_phq5"):
        at = next(at for at, each in enumerate(runs.metrics) if (each["name"], each["culture"]) == (name, "all"))
        mine = runs.estimate[:, runs.arms.index("ai"), at]
        assert alone.loc[(name, "ai"), "median"] == pytest.approx(np.median(mine)) and 0 <= np.median(mine) <= 1, name
    assert 0.02 < alone.loc[("misread_rate_assistant", "ai"), "median"] < 0.98
    assert ("misread_rate_assistant", "human") not in alone.index and ("erosion_human", "ai") not in alone.index
    far = table[(table["metric"] == "misread_rate_assistant") & (table["against"] == "") & (table["arm"] == "ai")]
    rate = far.set_index("culture")["median"]
    assert set(rate.index) == {"all", "near", "far"} and rate["near"] < rate["all"] < rate["far"]
    said = " ".join(found.others)
    for words in ("turns that an assistant misread, “Both”", "trust in a human eroded", "at week 6, “Both”",
                  "percentage points", "minus “Human”"):  # fmt: skip
        assert words in said, words
    kept = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["ensemble"]["others"]
    assert kept["sentences"] == found.others and len(kept["rows"]) == (table["culture"] == "all").sum() - len(
        alone.loc["phq9"]) - 2  # fmt: skip
    page = Outline((folder / "report.html").read_text(encoding="utf-8")).words
    assert all(line in page for line in found.others)


def test_the_sentence_parts_what_is_open_from_chance(found: EnsembleRun) -> None:
    said, main = found.sentence, found.headline
    assert main is not None
    assert said.startswith("Over 12 parameter sets of R1 fitted to published figures, “Both” minus “Human” at week 6 ")
    assert "what published figures leave open" in said and "chance, which more replicates narrow" in said
    assert f"{main.below if main.median < 0 else 1 - main.below:.0%}".replace("%", " %") in said
    inside = main.low <= found.own["hybrid"] <= main.high
    assert ("inside that interval" in said) == inside and ("outside of that interval" in said) != inside
    assert any("does not tell this model from its rivals" in line for line in found.notes)
    assert any("12.0 effective sets, fewer than 20" in line for line in found.notes)


def test_the_other_rivals_stand_beside_it_refitted(results: hc.Results, found: EnsembleRun) -> None:
    assert list(found.rivals) == ["R0", "R2", "R3", "R4"]
    said = found.sentences[-1]
    assert said.startswith("In the other rivals, refitted, over 3 sets of each one's own: R0 ")
    drawn = chosen_sets(results.scenario, ["R2"], None, 3)["R2"]
    size = (found.over.runs.values.shape[-1], found.clients)
    alone = run_over(results.scenario, drawn, ["human", "hybrid"], ["phq9@week_6"], *size).spread("hybrid", 0, "human")
    row = next(row for row in found.summary()["rivals"] if (row["rival"], row["arm"]) == ("R2", "hybrid"))
    assert (row["median"], row["low"], row["high"], row["sets"]) == (alone.median, alone.low, alone.high, 3)
    assert f"R2 {signed(alone.median)} ({signed(alone.low)} to {signed(alone.high)})" in said
    assert "Not run here" not in said
    without = replace(found, rivals={name: over for name, over in found.rivals.items() if name != "R3"})
    assert without.says("hybrid")[-1].endswith("Not run here, since this scenario refuses their sets: R3.")


def test_sets_that_differ_in_what_moves_the_answer_are_told_from_chance() -> None:
    """b_E and the rate of change over their whole ranges beside one and the same set many times."""
    experiment = hc.Experiment(hc.Scenario.of(TINY))
    wide = experiment.run(progress=False, uncertainty=ensemble(spread_out()), sets=12).ensemble
    same = experiment.run(progress=False, uncertainty=ensemble(spread_out()[:1] * 12), sets=12).ensemble
    assert isinstance(wide, EnsembleRun) and isinstance(same, EnsembleRun)
    levels = wide.spread("human"), same.spread("human")
    assert levels[0].parameter_sd > 0.3 and levels[0].parameter_share > 0.5
    assert levels[1].parameter_sd == 0 and levels[1].low == levels[1].high and levels[1].noise_se > 0


def test_the_folder_holds_it_with_its_own_account(results: hc.Results, found: EnsembleRun, folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((folder / "ensemble.csv").read_text(encoding="utf-8"))))
    assert len(rows) == len(found.table())
    assert all("does not tell this model from its rivals" in row["calibration"] for row in rows)
    assert pyarrow.parquet.read_table(folder / "ensemble.parquet").num_rows == len(rows)
    levels = list(csv.DictReader(io.StringIO((folder / "estimates.csv").read_text(encoding="utf-8"))))
    assert all(row["calibration"].startswith("one parameter set, the scenario's own") for row in levels)
    meant = list(csv.DictReader(io.StringIO((folder / "data_dictionary.csv").read_text(encoding="utf-8"))))
    assert [row["column"] for row in meant if row["table"] == "ensemble"] == [name for name, *_ in COLUMNS]
    kept = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert kept["results_hash"] == results.hash and kept["calibration"].endswith("none: a test")
    own = kept["ensemble"]
    assert own["sets"] == 12 and own["rival"] == "R1" and own["ensemble_hash"] == found.sets.hash
    assert own["sentence"] == found.sentence and own["results_hash"] == found.over.runs.hash and own["held"] == []
    assert {row["arm"] for row in own["differences"]} == {"ai", "hybrid"} and "did not inform 3 of 4" in own[
        "parameters"][0]  # fmt: skip
    check_folder(folder, overwrite=True)  # its own files may be replaced


def test_the_report_says_it_first(results: hc.Results, found: EnsembleRun, folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    words = Outline(page).words
    assert words.index(found.sentences[0]) < words.index("Read this first") < words.index("What drives this answer")
    assert page.index('id="over-sets"') < page.index('id="learnt"') < page.index('id="limits"')
    assert "did not inform 3 of 4 parameters: b_E (how much empathy causes), constants of trust" in words
    assert "They informed /change/rate." in words and found.sets.hash in words
    assert short(results) == short(results) and sets_section(results) in page
    assert [level for level in Outline(page).headings if level == 1] == [1]


def test_without_sets_the_report_says_why() -> None:
    plain = hc.Experiment(hc.Scenario.of(TINY)).run(progress=False, uncertainty="defaults")
    words = Outline(short(plain)).words
    assert "Not run over parameter sets that fit, as asked" in words and "What the data did not inform" not in words
    assert any(line.startswith("Not run over parameter sets") for line in plain.caveats)
    assert "one parameter set, the scenario's own, not an ensemble of sets that fit; not yet calibrated: none" in words
    assert "over-sets" in sets_section(FakeResults()) and learnt_section(FakeResults()) == ""  # results of others


def test_texts_of_scenario_and_ensemble_are_escaped() -> None:
    hostile = document(spread_out(3))
    hostile["about"] = HOSTILE
    hostile["parameters"][0]["symbol"] = HOSTILE
    found = calibrate_ensemble.read_ensemble(calibrate_ensemble.Place(hostile, "x.json"))
    arms: dict[str, Any] = tiny()["arms"]
    arms["hybrid"]["label"] = arms["human"]["label"] = HOSTILE
    results = hc.Experiment(hc.Scenario.of(tiny(arms=arms)), clients=10).run(progress=False, uncertainty=found, sets=3)
    page = short(results)
    assert "<script" not in page and "onerror=alert(1)>" not in page
    Outline(page)


def test_the_picture_shows_parameters_thick_and_chance_thin(found: EnsembleRun) -> None:
    figure = found.plot()
    rows = next(iter(figure.spec["datasets"].values()))
    drawn = {row["row"]: row for row in rows if "low" in row}
    main = found.spread("ai", "human")
    row = drawn["Assistant"]
    assert (row["low"], row["high"]) == pytest.approx((main.low, main.high))
    assert (row["from"], row["to"]) == pytest.approx((main.median - 2 * main.noise_se, main.median + 2 * main.noise_se))
    assert row["own"] == pytest.approx(found.own["ai"])
    assert "does not tell this model from its rivals" in str(figure.spec) and "none: a test" not in str(figure.spec)
    assert figure.svg().startswith("<svg") and len(figure.table) == 2 and "Assistant" in figure.alt


def test_a_plain_run_waits_and_its_report_does_not(bundled: Path, tmp_path: Path) -> None:
    ship(bundled)
    results = hc.Experiment(hc.Scenario.of(TINY), clients=16).run(progress=False)
    assert results.ensemble == NOT_ASKED and not any("parameter sets" in line for line in results.caveats)
    results.report(tmp_path / "r.html")
    assert isinstance(results.ensemble, EnsembleRun) and len(results.ensemble.sets) == 100
    assert "did not inform 3 of 4" in Outline((tmp_path / "r.html").read_text(encoding="utf-8")).words
    first = results.ensemble
    results.save(tmp_path / "r")
    assert results.ensemble is first  # once is enough


def test_without_a_bundled_ensemble_a_report_says_so(bundled: Path, tmp_path: Path) -> None:
    results = hc.Experiment(hc.Scenario.of(TINY), clients=16).run(progress=False)
    folder = results.save(tmp_path / "r")
    said = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["ensemble"]["sentence"]
    assert said.endswith("no ensemble of R1 is bundled (hybridcare calibrate makes one)")
    assert not (folder / "ensemble.csv").exists()
    assert "in the configuration 'full', and this scenario is in 'core'" in wanted(
        hc.Scenario.of(tiny(configuration="core")))  # fmt: skip


def test_a_folder_that_is_taken_is_refused_before_any_set_is_run(bundled: Path, tmp_path: Path) -> None:
    ship(bundled)
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine.txt").write_text("keep")
    results = hc.Experiment(hc.Scenario.of(TINY), clients=16).run(progress=False)
    with pytest.raises(hc.ConfigError, match="not empty"):
        results.save(tmp_path / "r")
    assert results.ensemble == NOT_ASKED


@pytest.mark.parametrize(("how", "said"), [
    ({"uncertainty": "ensembl"}, "nearest: 'ensemble'|'ensemble'"), ({"rival": "R9"}, "R9"), ({"sets": 1}, "in \\[2, "),
    ({"sets": True}, "sets"), ({"uncertainty": "nowhere.json"}, "nowhere.json"),
])  # fmt: skip
def test_mistakes_are_told_before_any_run(how: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from hybridcare import core

    monkeypatch.setattr(core, "study", lambda *_, **__: pytest.fail("ran"))
    experiment = hc.Experiment(hc.Scenario.of(TINY))
    with pytest.raises(hc.ConfigError, match=said):
        experiment.run(progress=False, **{"uncertainty": ensemble(spread_out()), **how})
    with pytest.raises(hc.ConfigError, match=said):
        hc.compare(experiment.scenario, progress=False, **{"uncertainty": ensemble(spread_out()), **how})


def test_defaults_are_no_sets(results: hc.Results) -> None:
    other = hc.Experiment(hc.Scenario.of(TINY), clients=8).run(progress=False)
    with pytest.raises(hc.ConfigError, match="one parameter set, the scenario's own"):
        other.over_sets("defaults")
    assert other.over_sets(ensemble(spread_out()), sets=3).sets.rival == "R1"


def test_all_sets_take_about_as_long_as_the_run() -> None:
    big = hc.load("hybrid_vs_human_vs_ai")
    replicates, clients = size_of(big, 100)
    assert replicates == 16 and 5e7 < 100 * 6 * 26 * replicates * clients <= 6e7
    some = hc.Experiment(big, replicates=4, clients=400).scenario
    assert size_of(some, 100) == (4, 100)  # a quarter of the run
    assert size_of(hc.Experiment(big, replicates=1, clients=3).scenario, 100) == (2, 3)
    assert size_of(hc.Scenario.of(TINY), 100) == (2, 64)


def test_a_service_keeps_its_clients_and_takes_fewer_sets(bundled: Path, sets: Ensemble) -> None:
    ship(bundled)
    door = hc.load("front_door")
    assert coupled(door) and not coupled(hc.load("service_intake"))
    assert size_of(door, 100) == (4, door.core.clients)
    assert affordable(door, 100) == 50 and len(wanted(door)) == 50 and len(wanted(door, sets, sets=30)) == 30
    large = hc.Experiment(door, clients=2000).scenario
    assert "with this service it would take too long" in str(wanted(large))
    assert len(wanted(large, "ensemble", sets=3)) == 3  # asked for, it is run


def test_a_service_is_run_with_its_queue(sets: Ensemble) -> None:
    results = hc.Experiment("front_door", clients=60, replicates=2).run(progress=False, uncertainty=sets, sets=3)
    found = results.ensemble
    assert isinstance(found, EnsembleRun) and found.clients == 60 and found.over.runs.values.shape[-1] == 2
    assert found.spread(found.compared[0], found.against).sets == 3


def test_what_the_scenario_holds_is_said(sets: Ensemble) -> None:
    results = hc.Experiment(hc.Scenario.of(changed("/change/rate", 0.9)), clients=8).run(
        progress=False, uncertainty=sets, sets=3)  # fmt: skip
    assert any("is the same in all sets: /change/rate." in line for line in results.caveats)


def test_sets_that_cannot_be_run_are_named() -> None:
    sets = ensemble(spread_out(4))
    values = sets.values.copy()
    values[0][0] = -1.0  # a file's reader would refuse it; what only a scenario can refuse comes this way too
    other = replace(sets, values=values)
    results = hc.Experiment(hc.Scenario.of(TINY), clients=8).run(progress=False, uncertainty=other, sets=4)
    assert any("1 of 4 sets cannot be run in this scenario" in line for line in results.caveats)


def test_a_comparison_has_it_too(sets: Ensemble, tmp_path: Path) -> None:
    compared = hc.compare(hc.Scenario.of(TINY), against="ai", progress=False, uncertainty=sets, sets=5, clients=20)
    table = compared.sets_table()
    assert set(table["against"]) == {"ai"} and set(table["arm"]) == {"human", "hybrid"}
    page = compared.report(tmp_path / "c.html").read_text(encoding="utf-8")
    words = Outline(page).words
    assert "Over 5 parameter sets of R1" in words and "What the data did not inform" in words
    assert compared.document()["ensemble"]["sets"] == 5
    plain = hc.compare(hc.Scenario.of(TINY), progress=False, clients=8, uncertainty="defaults")
    assert plain.sets_table().empty and "as asked" in plain.document()["ensemble"]["sentence"]
    assert "Not run over parameter sets that fit, as asked" in Outline(
        plain.report(tmp_path / "p.html").read_text(encoding="utf-8")).words  # fmt: skip


def test_the_commands(bundled: Path, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps(TINY))
    own = file(tmp_path)
    done = in_process("run", "s.json", "--out", "r", "--no-drivers", "--uncertainty", own, "--sets", 4, cwd=tmp_path)
    flat = " ".join(done.stdout.split())
    assert done.returncode == 0 and "Over 4 parameter sets of R1 fitted to published figures" in flat
    assert (tmp_path / "r" / "ensemble.csv").is_file()
    done = in_process("run", "s.json", "--out", "q", "--no-drivers", "--uncertainty", "defaults", cwd=tmp_path)
    assert done.returncode == 0 and not (tmp_path / "q" / "ensemble.csv").exists()
    assert "Not run over parameter sets that fit, as asked" in " ".join(done.stdout.split())
    done = in_process("compare", "s.json", "--uncertainty", own, "--sets", 4, "--clients", 8, cwd=tmp_path)
    assert done.returncode == 0 and "The same over parameter sets that fit" in " ".join(done.stdout.split())
    for wrong in (("--sets", "1"), ("--rival", "R9"), ("--uncertainty", "no.json")):
        done = in_process("run", "s.json", "--out", "x", "--uncertainty", own, *wrong, cwd=tmp_path)
        assert done.returncode == 2 and done.stderr.count("\n") == 1 and not os.path.exists(tmp_path / "x"), wrong
