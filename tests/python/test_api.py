"""The package as a newcomer uses it: load, change, run, ask, save; and every command once."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from helpers import TINY, environment, hybridcare, in_process, text, tiny

import hybridcare as hc


@pytest.fixture(scope="module")
def results() -> hc.Results:
    return hc.Experiment(hc.Scenario.of(TINY)).run(progress=False)


def test_import_brings_nothing_heavy() -> None:
    code = (
        "import sys, hybridcare as hc; dir(hc); hc.load\n"
        "print([m for m in ('pandas', 'numpy', 'scipy', 'sklearn', 'pyarrow',"
        " 'polars', 'altair', 'statsmodels', 'distributed', 'rich', 'typer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout == "[]\n"


def test_unknown_names_name_the_nearest(results: hc.Results) -> None:
    with pytest.raises(AttributeError, match="nearest: 'load'"):
        hc.laod  # noqa: B018
    with pytest.raises(hc.ConfigError, match="nearest: 'hybrid_vs_human_vs_ai'"):
        hc.load("hybrid_vs_human_vs_a1")
    with pytest.raises(hc.ConfigError, match="nearest: 'hybrid'"):
        results.contrast("hybird", "human")
    with pytest.raises(hc.ConfigError, match="nearest: 'no_harm'"):
        results.trust_erosion(variant="noharm")
    with pytest.raises(hc.ConfigError, match="nearest: 'culture'"):
        results.misrecognition(by="cultures")
    with pytest.raises(hc.ConfigError, match="nearest: 'hybrid'"):
        hc.Experiment(hc.Scenario.of(TINY), arms=["human", "hybird"])
    with pytest.raises(KeyError, match="nearest: 'clients'"):
        hc.Scenario.of(TINY)["client"]


def test_errors_say_where() -> None:
    with pytest.raises(hc.ConfigError) as caught:
        hc.Scenario.of(tiny(clients=0), "mine.json")
    assert caught.value.where == "mine.json#/clients"
    assert isinstance(caught.value, ValueError)
    with pytest.raises(hc.ConfigError, match="JSON"):
        hc.Scenario.of(tiny(clients=float("nan")))


@pytest.mark.parametrize("name", hc.bundled())
def test_bundled_scenarios_load(name: str) -> None:
    scenario = hc.load(name)
    assert scenario.core.name == name
    assert scenario.core.question.endswith("?")
    assert scenario["format"] == 1


def test_a_scenario_is_a_value() -> None:
    scenario = hc.Scenario.of(TINY)
    scenario["arms"]["human"]["label"] = "changed"
    scenario.document()["seed"] = 9
    assert scenario["arms"]["human"]["label"] == "Human" and scenario["seed"] == 7
    changed = scenario.with_({"course": {"harm": 0.1}, "variants": None})
    assert "variants" not in changed and scenario["variants"]
    differences = scenario.diff(changed).set_index("pointer")
    assert tuple(differences.loc["/course/harm"]) == ("0.06", "0.1")
    assert "/variants/no_harm/course/harm" in differences.index


def test_defaults_count_as_written() -> None:
    scenario = hc.Scenario.of(TINY)
    spelled = scenario.with_({"course": {"harm": 0.06}})
    assert spelled == scenario and spelled.hash == scenario.hash
    assert scenario.diff(spelled).empty
    assert scenario.with_({"course": {"harm": 0.07}}) != scenario
    again = hc.Scenario(scenario.text().encode(), "resolved.json")
    assert again.hash == scenario.hash


@pytest.mark.parametrize("name", hc.bundled())
def test_a_resolved_scenario_gives_the_same_results(name: str) -> None:
    scenario = hc.load(name)
    again = hc.Scenario(scenario.text().encode(), "resolved.json")
    assert again.hash == scenario.hash
    small = {"replicates": 1, "clients": 20}
    first, second = (hc.Experiment(s, **small).run(progress=False) for s in (scenario, again))
    assert first.hash == second.hash


def test_fields_show_what_an_arm_has() -> None:
    fields = hc.Scenario.of(TINY).fields(arm="human", variant="no_harm").set_index("path")
    assert fields.loc["/course/harm", "value"] == 0
    assert fields.loc["/course/harm", "default"] == 0.06
    assert set(hc.fields()["grade"]) <= {"measured", "calibrated", "assumed", "design"}
    assert "phq9" in set(hc.guard_variables()["name"])


def test_every_source_of_a_field_is_on_file() -> None:
    named = {source for source in hc.fields()["evidence"] if source}
    assert named <= {*hc.evidence(), *hc.evidence().calibrations}
    measured = hc.fields()[hc.fields()["grade"] == "measured"]
    assert (measured["evidence"] != "").all()


def test_experiments_choose_and_patch_arms() -> None:
    base = hc.Scenario.of(TINY)
    two = hc.Experiment(base, arms=["human", "ai"], replicates=1, clients=10, seed=3)
    assert [arm["name"] for arm in two.scenario.core.arms] == ["human", "ai"]
    assert (two.scenario["replicates"], two.scenario["clients"], two.scenario["seed"]) == (1, 10, 3)
    patched = hc.Experiment(base, arms={"human": {}, "gentle": {"human": {"quality": {"compassion": 0.9}}}})
    results = patched.run(progress=False)
    assert results.arms == {"human": "Human", "gentle": "gentle"}
    assert results.contrast("gentle", "human").table("phq9").shape[0] == 3
    alone = hc.Experiment(base, arms=["ai"]).run(progress=False)
    assert alone.headline is None and "nothing to compare" in repr(alone)
    with pytest.raises(hc.ConfigError, match="--clients: 0 is outside"):
        hc.Experiment(base, clients=0)


def test_what_a_patch_takes_away_is_gone_from_new_arms_and_known_ones() -> None:
    """Seen to fail: a new arm kept the human that its patch took away."""
    away = {"pathway": {"steps": {"care": {"human": None, "assistant": {}}}}}
    less = {"pathway": {"steps": {"care": {"offers": None}}}}
    made = hc.Experiment("hybrid_vs_human_vs_ai", arms={"mine": away, "hybrid": less, "ai_bundle": {}}).scenario.core
    care = [next(step for step in made.pathway(arm)["steps"] if step["name"] == "care") for arm in range(3)]
    assert care[0]["human"] is None and care[0]["assistant"]["every_weeks"] == 1
    assert care[1]["offers"] == [] and care[1]["human"]["every_weeks"] == 2
    assert care[2]["human"] is None and len(care[2]["offers"]) == 4


def test_the_split_goes_when_its_arms_change() -> None:
    base = hc.load("hybrid_vs_human_vs_ai")
    kept = hc.Experiment(base, arms=["human", "hybrid"])
    assert kept.scenario.core.headline["components"] == ["pathways", "guidance", "conversation"]
    changed = hc.Experiment(base, arms={"human": {}, "hybrid": {"course": {"harm": 0}}})
    headline = changed.scenario.core.headline
    assert (headline["arm"], headline["against"], headline["components"]) == ("hybrid", "human", [])


def test_a_sentence_tells_arms_apart_and_claims_no_band_that_was_not_tried() -> None:
    document = tiny(variants={})
    for arm in document["arms"].values():
        arm["label"] = "Same"
    said = hc.Experiment(hc.Scenario.of(document)).run(progress=False, twins=False).sentence
    assert "“Same (hybrid)” than with “Same (human)”" in said
    assert "no other assumption was tried" in said and "rival" not in said
    document["arms"]["hybrid"]["label"] = ""
    said = hc.Experiment(hc.Scenario.of(document)).run(progress=False, twins=False).sentence
    assert "“hybrid” than with “Same (human)”" in said


def test_completion_offers_what_is_public() -> None:
    public = sorted(name for name in hc.__all__ if not name.startswith("_"))
    assert [name for name in dir(hc) if not name.startswith("_")] == public


def test_an_arm_is_not_compared_with_itself(results: hc.Results) -> None:
    with pytest.raises(hc.ConfigError, match="itself"):
        results.contrast("human", "human")


def test_contrasts_cover_every_pair_and_turn_round(results: hc.Results) -> None:
    for arm in results.arms:
        for against in results.arms:
            if arm != against:
                assert len(results.contrast(arm, against).table())
    there = results.contrast("hybrid", "human").table("phq9").iloc[0]
    back = results.contrast("human", "hybrid").table("phq9").iloc[0]
    assert back["estimate"] == -there["estimate"]
    assert (back["noise_low"], back["noise_high"]) == (-there["noise_high"], -there["noise_low"])
    assert (back["arm"], back["against"]) == ("human", "hybrid")
    assert set(results.contrast("hybrid", "human").table(culture=None)["culture"]) == {"all", "near", "far"}


def test_views(results: hc.Results) -> None:
    erosion = results.trust_erosion().table()
    assert set(erosion["culture"]) == {"near", "far"}
    # where contacts are missed, some leave before they meet anybody, so that the two are shares of other clients
    core = hc.Experiment(hc.Scenario.of(tiny(configuration="core"))).run(progress=False).trust_erosion().table()
    assert (core["nobody_leaves"] >= core["incidence"]).all()
    assert {"excess_no_distance", "excess_perfect_recognition"} <= set(erosion)
    assert set(results.trust_erosion(by=None).table()["culture"]) == {"all"}
    rates = results.misrecognition().table()
    near = rates[rates["culture"] == "near"]
    assert (near["ratio"] == 1).all() and (near["difference"] == 0).all()
    for view in (results, results.contrast("ai", "human"), results.trust_erosion(), results.misrecognition()):
        assert "nothing: a test" in view._repr_html_()  # the driver stays with the numbers


def test_views_without_twins() -> None:
    results = hc.Experiment(hc.Scenario.of(TINY)).run(progress=False, twins=False)
    assert results.trust_erosion().table()["nobody_leaves"].isna().all()
    assert len(results.misrecognition().table())


def test_pictures(results: hc.Results) -> None:
    views = (results, results.contrast("hybrid", "human"), results.trust_erosion(), results.misrecognition())
    for view in views:
        assert view.plot() is not None


def test_report_alone(results: hc.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridcare.report.write_report", lambda results, path: path.write_text("<html>"))
    assert results.report(tmp_path / "r.html").read_text() == "<html>"
    with pytest.raises(hc.ConfigError, match="is a folder"):
        results.report(tmp_path)
    with pytest.raises(hc.ConfigError, match="no space left"):
        results.report("/dev/full")
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


def test_html_is_escaped() -> None:
    sneaky = hc.Scenario.of(tiny(question="<script>alert(1)</script>", driver="<b>x</b>"))
    shown = hc.Experiment(sneaky).run(progress=False)._repr_html_()
    assert "<script>" not in shown and "<b>x" not in shown


def test_progress_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    hc.Experiment(hc.Scenario.of(TINY)).run()
    assert "tiny: " in capsys.readouterr().err


def test_rows_as_frames_and_as_parquet(results: hc.Results, tmp_path: Path) -> None:
    frame = results.clients()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == 2 * 3 * 64
    path = results.clients(to=tmp_path / "clients.parquet")
    assert path == tmp_path / "clients.parquet"
    file = pq.ParquetFile(path)
    assert file.metadata.num_rows == len(frame) and file.metadata.num_row_groups > 1
    assert file.schema_arrow.names[-5:] == ["calibration", "driver", "version", "scenario_hash", "seed"]
    weeks = results.weeks(sample=5)
    assert len(weeks) == 2 * 3 * 5 * 11
    assert sorted(weeks["client"].unique()) == [0, 1, 2, 3, 4]
    with pytest.raises(hc.ConfigError, match="outside"):
        results.weeks(sample=0)
    with pytest.raises(hc.ConfigError, match=".parquet"):
        results.clients(to=tmp_path / "clients.csv")
    with pytest.raises(hc.ConfigError, match="cannot be written"):
        results.clients(to=tmp_path / "none" / "clients.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["clients.parquet"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder from the command line, rows included."""
    work = tmp_path_factory.mktemp("saved")
    (work / "tiny.json").write_bytes(text(TINY))
    done = hybridcare("run", "tiny.json", "--out", "deep/results", "--rows", "--threads", "2", cwd=work)
    assert done.returncode == 0, done.stderr
    assert (work / "deep" / "results" / "report.html").as_uri() in done.stdout
    assert done.stdout.index("Does it run?") < done.stdout.index("In this model") < done.stdout.index("By arm")
    return work / "deep" / "results"


def test_folder_holds_everything(saved: Path, results: hc.Results) -> None:
    names = {path.name for path in saved.iterdir()}
    beside = ["drivers", *(["ensemble"] if "R1" in hc.bundled_ensembles() else [])]
    tables = {f"{name}.{end}" for name in (*results.table_names, *beside) for end in ("csv", "parquet")}
    others = {"summary.json", "scenario.json", "report.html", "data_dictionary.csv", "clients.parquet", "weeks.parquet"}
    assert names == tables | others
    assert [path.name for path in saved.parent.iterdir()] == ["results"]


def test_csv_tells_what_it_rests_on(saved: Path, results: hc.Results) -> None:
    with (saved / "data_dictionary.csv").open(newline="") as file:
        known = {(row["table"], row["column"]): row["meaning"] for row in csv.DictReader(file)}
    for name in results.table_names:
        frame = pd.read_csv(saved / f"{name}.csv", keep_default_na=False, na_values=[""])
        assert list(frame.columns[-5:]) == ["calibration", "driver", "version", "scenario_hash", "seed"]
        assert len(frame) == len(results.table(name)) == pq.read_metadata(saved / f"{name}.parquet").num_rows
        for column in frame.columns[:-5]:
            assert known[name, column]
    with (saved / "estimates.csv").open(newline="") as file:
        digits = [float(row["estimate"]) for row in csv.DictReader(file)]
    assert digits == results.table()["estimate"].to_list()


def test_summary_holds_every_estimate(saved: Path, results: hc.Results) -> None:
    summary = json.loads((saved / "summary.json").read_text())
    assert summary["results_hash"] == results.hash
    assert summary["scenario_hash"] == results.scenario.hash
    for name in ("client_weeks", "session_weeks", "kernel_seconds", "peak_bytes", "version", "commit", "seed"):
        assert summary[name] is not None
    assert summary["instruction_set"] == results.instruction_set
    frame = results.table()
    frame = frame[frame["twin"] == "factual"]
    found = 0
    for row in frame.itertuples():
        metric = f"{row.metric}@{row.reading}" if row.reading else row.metric
        entry = summary["estimates"][row.variant][row.arm][row.culture][metric]
        assert entry["estimate"] == row.estimate
        assert entry["noise_low"] == row.noise_low or pd.isna(row.noise_low)
        found += 1
    assert found == sum(len(m) for v in summary["estimates"].values() for a in v.values() for m in a.values())


def test_the_resolved_copy_gives_the_same_again(saved: Path) -> None:
    again = hc.Experiment(saved / "scenario.json").run(progress=False)
    summary = json.loads((saved / "summary.json").read_text())
    assert again.hash == summary["results_hash"]
    assert again.scenario.hash == summary["scenario_hash"]
    assert again.scenario.text() == (saved / "scenario.json").read_text()


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds; the report has tests of its own."""
    monkeypatch.setattr("hybridcare.report.write_report", lambda results, path: path.write_text("<html>"))


@pytest.mark.usefixtures("no_report")
def test_overwriting(results: hc.Results, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()  # an empty one is as good as none
    results.save(folder)
    with pytest.raises(hc.ConfigError, match="not empty"):
        results.save(folder)
    other = hc.Experiment(results.scenario, seed=2).run(progress=False)
    other.save(folder, overwrite=True)
    assert json.loads((folder / "summary.json").read_text())["seed"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_commands(tmp_path: Path) -> None:
    def said(*arguments: str) -> str:
        done = in_process(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "valid; 6 arms, 5 variants" in said("validate", "hybrid_vs_human_vs_ai")
    assert said("--version").startswith("hybridcare ")
    assert said().startswith("Usage: hybridcare")
    assert "0.06" in said("field", "chi_h")
    assert "Kroenke" in said("field", "/course/measurement_sd")
    assert "0.1, in the core 0" in said("field", "/leaving/missed")
    assert "range:    beta, rescorla_wagner\n" in said("field", "/trust/form")
    assert "/course/harm" in said("field", "--search", "misread")
    said("new", "--from", "hybrid_vs_human_vs_ai", "--out", "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text())
    assert mine["$schema"].startswith("file://")
    assert said("diff", "hybrid_vs_human_vs_ai", "mine.json") == "no difference\n"
    mine["course"] = {"harm": 0.5}
    (tmp_path / "mine.json").write_text(json.dumps(mine))
    found = said("diff", "hybrid_vs_human_vs_ai", "mine.json")
    assert found == "/course/harm: 0.06 -> 0.5\n"


@pytest.fixture(scope="module")
def checker() -> Any:
    """A validator of the printed schema; to check the schema itself takes longer than all else."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(hybridcare("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", hc.bundled())
def test_the_schema_accepts_the_bundled_scenarios(name: str, checker: Any) -> None:
    checker.validate(hc.load(name).document())
    with pytest.raises(Exception, match="clients"):
        checker.validate({**hc.load(name).document(), "clients": "many"})


def test_scenario_hash_counts_the_order_that_can_move_results() -> None:
    scenario = hc.load("hybrid_vs_human_vs_ai")
    document = json.loads(scenario.text())
    for name in ("cultures", "arms", "variants"):
        turned = {**document, name: dict(reversed(document[name].items()))}
        assert hc.Scenario.of(turned, "turned.json").hash != scenario.hash, name
    spelled = dict(reversed(document.items()))  # the order of other keys says nothing
    assert hc.Scenario.of(spelled, "spelled.json").hash == scenario.hash


def test_excess_erosion_is_unknown_where_no_twin_was_run() -> None:
    results = hc.Experiment("hybrid_vs_human_vs_ai", replicates=2, clients=40).run(progress=False)
    assert results.trust_erosion().table()["excess_no_distance"].notna().any()
    other = results.trust_erosion(variant="R0").table()
    assert other["excess_no_distance"].isna().all() and other["nobody_leaves"].isna().all()


def test_memory_is_what_the_process_has_held() -> None:
    results = hc.Experiment("hybrid_vs_human_vs_ai", replicates=2, clients=40).run(progress=False, twins=False)
    assert results.peak_bytes > 20_000_000  # an interpreter with pandas holds more than that by itself
    assert 0 < results.estimated_bytes < results.peak_bytes
