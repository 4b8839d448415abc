"""check_setting from both doors: what it reports, refuses, writes, and shows of rivals; with bad input."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import hybridcare, in_process, left_behind, refusal, tiny
from setting_fixture import LEAVING, RATE, SIZE, files, made, scenario, service

import hybridcare as hc
from hybridcare import watch
from hybridcare.points import Task, run_points
from hybridcare.scenario import Scenario
from hybridcare.setting_figures import CARE, SERVED, figures
from hybridcare.setting_runs import care_of, simulate
from hybridcare.terminal import answer
from hybridcare.uncertainty import parameter_sets
from hybridcare.uncertainty_words import over_sets

QUICK = ("--clients", 50, "--replicates", 4, "--quiet")
BOTH = [made(sets=150), made("R0", sets=60, seed=2)]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def found() -> Any:
    return hc.check_setting(service((-3.2, 1.5)), scenario(), "human", uncertainty=BOTH, **SIZE)


def test_the_figures_are_those_of_the_table_of_estimates() -> None:
    """Each figure of care is a metric of the program's, read in the same week, of those who met somebody."""
    chosen = [each for each in figures().values() if each.about == CARE]
    base = Scenario.of(tiny(configuration="full", weeks=10, leaving={"intercept": -2.5}), "tiny.json")
    care = care_of(base, chosen, "human", 7, 400, 2)
    one = made(sets=1)
    mine = simulate(care, parameter_sets(base, one, sets=None), chosen, 1).value[0]
    pairs = {"recovery": "recovery@post", "reliable_improvement": "reliable_improvement@post",
             "reliable_deterioration": "reliable_deterioration@post", "response": "response@post",
             "dropout": "dropout"}  # fmt: skip
    served = [{"name": "served", "of": SERVED, "given": "", "when": "at", "week": 7, "least": 0.0}]
    task = Task.of(base, ["human"], [*pairs.values(), "human_contacts"], 2, 400, served)
    *theirs, contacts, share = run_points(task, parameter_sets(base, one, sets=None).points, 1).estimate[0, 0]
    own = {each.name: mine[at] for at, each in enumerate(chosen)}
    assert own["sessions_mean"] * share == pytest.approx(contacts) and 0.97 < share < 1
    assert [own[name] for name in pairs] == pytest.approx(theirs, abs=0.02)  # who never came counts there alone
    assert own["moved_below_10"] >= own["recovery"]


def test_waits_are_those_of_the_table_of_access() -> None:
    base = hc.load("service_capacity")
    chosen = [figures()[name] for name in ("wait_mean", "wait_median", "seen_within_6_weeks", "phq9_entry_sd",
                                             "moved_below_10")]  # fmt: skip
    care = care_of(base, chosen, "half", clients=150, replicates=2)
    assert care.coupled and (care.week, care.last) == (13, base.core.weeks)
    sets = parameter_sets(base, made(sets=1), sets=None)
    mine = simulate(care, sets, chosen, 1).value[0]
    document = base.document()
    for pointer, value in zip((LEAVING, RATE), made(sets=1).values[0], strict=True):
        section, name = pointer.split("/")[1:]
        document.setdefault(section, {})[name] = float(value)
    results = hc.Experiment(Scenario.of(document, "s.json"), clients=150, replicates=2, arms=["half"]).run()
    table = results.table("access")
    theirs = table[(table["arm"] == "half") & (table["culture"] == "all")].set_index("metric")["estimate"]
    assert mine[0] == pytest.approx(theirs["weeks_on_list"], abs=1e-6)
    assert theirs["weeks_on_list_p50"] - 2 <= mine[1] <= theirs["weeks_on_list_p50"]
    assert 0 < mine[2] < 1 and 3 < mine[3] < 8
    # Outcomes are read in a client's own 13th week of care: of those who came to it, counted in another way.
    cases = "weeks_in_care == 13 and phq9_start >= 10 and human_contacts >= 1"
    mine_watched = watch.measures({"cases": {"of": cases, "when": "ever"},
                               "well": {"of": f"{cases} and phq9 < 10", "when": "ever"}})  # fmt: skip
    task = Task.of(base, ["half"], (), 2, 150, mine_watched)
    all_cases, well = run_points(task, sets.points, 1).estimate[0, 0]
    assert 0.2 < all_cases < 0.8 and mine[4] == pytest.approx(well / all_cases)


def test_the_table_holds_service_ensemble_and_weighed(found: Any) -> None:
    frame = found.table("R1")
    assert list(found.table()["rival"].unique()) == ["R1", "R0"] and len(frame) == 4
    assert (frame["apart"].abs().diff().dropna() <= 0).all()  # farthest first
    assert (frame["q05"] <= frame["median"]).all() and (frame["low"] <= frame["value"]).all()
    closer = (frame["after_median"] - frame["value"]).abs() <= (frame["median"] - frame["value"]).abs() + frame["se"]
    assert closer.all() and (frame["counts"] <= 1).all()
    with pytest.raises(hc.ConfigError, match="'R3' was not run; there are R1, R0"):
        found.table("R3")


def test_parameters_that_the_figures_hang_on_move(found: Any) -> None:
    frame = found.parameters()
    row = frame.set_index("pointer").loc[LEAVING]
    assert row["shift"] > 0.5 and row["beyond"] and row["prior_mean"] == -4.0
    assert row["q05"] < row["after_q05"]  # the service's dropout is high
    assert np.isnan(frame.set_index("pointer").loc[RATE, "prior_mean"])


def test_rivals_stand_beside_it_with_a_ratio_and_its_caution(found: Any) -> None:
    frame = found.rivals()
    assert list(frame["rival"]) == ["R1", "R0"] and frame["ratio"][0] == 1
    gap = frame["evidence"][1] - frame["evidence"][0]
    assert frame["ratio"][1] == pytest.approx(np.exp(gap))
    words = " ".join(found.sentences)
    assert words.index("does not make the model true") < words.index("Beside R1: R0 (contact only)")
    assert "no Bayes factors in the strict sense" in words


def test_the_same_numbers_again_and_on_two_threads(found: Any) -> None:
    again = hc.check_setting(service((-3.2, 1.5)), scenario(), "human", uncertainty=BOTH,
                             **{**SIZE, "threads": 2})  # fmt: skip
    assert json.dumps(again.document()) == json.dumps(found.document())
    assert "NaN" not in json.dumps(found.document())


def test_what_it_writes_is_an_ensemble_with_its_history(found: Any, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    path = found.save(tmp_path / "mine.json")
    from hybridcare.places import data_folder

    schema = json.loads((data_folder("schema") / "ensemble.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(path.read_text("utf-8")), schema)
    read = hc.ensemble(path)
    assert read.weights == pytest.approx(found.main.weighing.weights, abs=1e-5)
    assert read.effective == pytest.approx(found.main.weighing.effective, rel=1e-3)
    account = read.provenance["reweighted"]
    assert account["data_hash"] == "0" * 64 and account["arm"] == "human" and read.provenance["seed"] == 1
    assert [row["figure"] for row in account["figures"]] == [row.figure.name for row in found.data.rows]
    assert read.parameters[0]["mean"] == pytest.approx(float(read.weights @ read.values[:, 0]), abs=1e-3)
    sets = parameter_sets(scenario(), str(path), sets=20)
    assert sets is not None and len(sets) == 20
    assert "weighed by one service's own figures" in over_sets(sets)  # what other verbs say of it
    assert left_behind(tmp_path) == ["mine.json"]
    second = hc.check_setting(service((-3.2, 1.5)), scenario(), "human", uncertainty=read, **SIZE)
    with pytest.raises(hc.ConfigError, match=r"weighed by these figures already \(dropout, .*\); a second time"):
        second.ensemble()
    other = replace(second, data=replace(second.data, hash="1" * 64))  # the same file with one more remark
    with pytest.raises(hc.ConfigError, match="weighed by these figures already"):
        other.ensemble()
    elder = replace(read, provenance={"reweighted": {"data_hash": second.data.hash, "figures": "none"}})
    with pytest.raises(hc.ConfigError, match="weighed by these figures already; a second time"):  # an older file's
        replace(second, found=(replace(second.main, sets=replace(second.main.sets, ensemble=elder)),)).ensemble()


def test_too_few_effective_sets_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    base, ensemble, data = files(tmp_path, data="figure,value,n\ndropout,0.9,100000\nrecovery,0.3,100\n")
    result = in_process("check-setting", data, base, "--arm", "human", "--uncertainty", ensemble, *QUICK,
                        "--out", "new.json", cwd=tmp_path)  # fmt: skip
    line = refusal(result)
    assert "mine.csv: not weighed: the figures leave" in line and "fewer than the 20 that are needed" in line
    assert "Farthest is 'dropout': 0.900 share counted" in line and "calibrated anew" in line
    shown = " ".join(result.stdout.split())
    assert "too few: at least 20 are needed" in shown  # the comparison is shown all the same
    assert left_behind(tmp_path) == ["ensemble.json", "mine.csv", "tiny.json"]


def test_an_ensemble_that_is_too_small_itself_is_refused(tmp_path: Path) -> None:
    found = hc.check_setting(service((-4, 1.5)), scenario(), "human", uncertainty=made(sets=12), **SIZE)
    assert "only 12.0 effective sets before it meets the service" in found.refusal
    with pytest.raises(hc.ConfigError, match="calibrate with more sets"):
        found.save(tmp_path / "x.json")


def test_the_door(tmp_path: Path) -> None:
    base, ensemble, data = files(tmp_path)
    result = hybridcare("check-setting", data, base, "--arm", "human", "--uncertainty", ensemble, *QUICK, "--out",
                        "new.json", "--report", "page.html", cwd=tmp_path)  # fmt: skip
    assert result.returncode == 0, result.stderr
    for words in ("effective sets of 80.0", "No rival was run beside R1", "reliable_improvement", LEAVING, "Care: arm"):
        assert words in result.stdout, words
    assert hc.ensemble(tmp_path / "new.json").provenance["reweighted"]["data"] == "mine.csv"
    assert "<svg" in (tmp_path / "page.html").read_text("utf-8")
    printed = in_process("check-setting", data, base, "--arm", "human", "--uncertainty", ensemble, *QUICK, "--json",
                         cwd=tmp_path)  # fmt: skip
    document = json.loads(printed.stdout)
    assert document["refused"] == "" and len(document["figures"]) == 2 and document["rivals"][0]["rival"] == "R1"


@pytest.mark.parametrize(("dropout", "code", "left"), [(0.09, 0, ["new.json", "page.html"]), (0.9, 2, ["page.html"])])
def test_a_reader_that_leaves_early_costs_no_file_and_hides_no_refusal(dropout: float, code: int, left: list[str],
                                                                       tmp_path: Path) -> None:  # fmt: skip
    base, ensemble, data = files(tmp_path, data=f"figure,value,n\ndropout,{dropout},100000\n")
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        result = hybridcare("check-setting", data, base, "--arm", "human", "--uncertainty", ensemble, *QUICK, "--out",
                            "new.json", "--report", "page.html", cwd=tmp_path, capture_output=False, stdout=pipe,
                            stderr=subprocess.PIPE)  # fmt: skip
    assert result.returncode == code, result.stderr
    assert ("not weighed" in result.stderr) == (code == 2) and "Traceback" not in result.stderr
    assert left_behind(tmp_path, {"ensemble.json", "mine.csv", "tiny.json"}) == left


def test_a_page_that_cannot_be_written_does_not_hide_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    class Found:
        def report(self, path: str) -> Path:
            raise hc.ConfigError(f"{path}: no space left")

    with pytest.raises(hc.ConfigError, match="no space left"):
        answer(Found(), False, "page.html", lambda found: print("the answer"))
    assert capsys.readouterr().out == "the answer\n"


def test_template_and_list_need_no_file(tmp_path: Path) -> None:
    template = in_process("check-setting", "--template", cwd=tmp_path)
    (tmp_path / "filled.csv").write_text(template.stdout)
    listed = in_process("check-setting", "--list-figures", cwd=tmp_path)
    assert template.returncode == listed.returncode == 0
    assert all(f"{name} [" in listed.stdout for name in figures())


def test_all_rivals_that_are_bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, _, data = files(tmp_path)
    (tmp_path / "ensembles").mkdir()
    real = hc.calibrate_ensemble.data_folder
    monkeypatch.setattr("hybridcare.calibrate_ensemble.data_folder",
                        lambda name: tmp_path / name if name == "ensembles" else real(name))  # fmt: skip
    with pytest.raises(hc.ConfigError, match="none is bundled yet"):
        hc.check_setting(data, base, "human", rival="all", **SIZE)
    for name in ("R0", "R1", "R4"):
        files(tmp_path / "ensembles", made(name, sets=30))
        (tmp_path / "ensembles" / "ensemble.json").rename(tmp_path / "ensembles" / f"{name}.json")
        (tmp_path / "ensembles" / "tiny.json").unlink()
    found = hc.check_setting(data, base, "human", rival="all", **SIZE)
    assert [each.rival for each in found.found] == ["R1", "R0", "R4"]
    page = found.report(tmp_path / "page.html").read_text("utf-8")
    assert "Figure by figure" in page
    beside = hc.check_setting(data, base, "human", uncertainty=str(tmp_path / "ensembles" / "R4.json"), rival="all",
                              **SIZE)  # fmt: skip
    assert [each.rival for each in beside.found] == ["R4", "R1", "R0"]


@pytest.mark.parametrize(("arguments", "says"), [
    (["mine.csv", "tiny.json", "--arm", "humn"], "--arm: unknown arm 'humn'; nearest: 'human'"),
    (["mine.csv", "tiny.json", "--week", "11"], "--week: 11 is outside [1, 10]"),
    (["mine.csv", "tiny.json", "--out", "new.txt"], "--out: is an ensemble; give a name that ends in .json"),
    (["mine.csv", "tiny.json", "--out", "no/new.json"], "--out: no/new.json: there is no such folder"),
    (["mine.csv", "tiny.json", "--report", "page.txt"], "--report"),
    (["mine.csv", "tiny.json", "--uncertainty", "defaults"], "one set of numbers cannot be weighed"),
    (["mine.csv", "tiny.json", "--uncertainty", "ensembel"], "unknown choice 'ensembel'; nearest: 'ensemble'"),
    (["mine.csv", "tiny.json", "--uncertainty", "none.json"], "none.json: cannot be read"),
    (["mine.csv", "tiny.json", "--rival", "R9"], "unknown rival 'R9'"),
    (["mine.csv", "core_reference"], "is in the configuration 'core'"),
    (["mine.csv", "nothing"], "nothing"),
    (["none.csv", "tiny.json"], "none.csv: cannot be read: no such file or directory"),
    ([], "DATA.csv: is missing"),
    (["wait.csv", "tiny.json"], "wait_mean: nobody waits in arm 'human' of tiny"),
    (["mine.csv", "tiny.json", "--uncertainty", "ensemble.json", "--clients", "0"], "clients"),
    (["mine.csv", "tiny.json", "--uncertainty", "ensemble.json", "--replicates", "1"], "--replicates: at least 2"),
])  # fmt: skip
def test_bad_input_is_answered_in_one_line(arguments: list[str], says: str, tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / "wait.csv").write_text("figure,value,n,sd\nwait_mean,3,100,4\n")
    before = left_behind(tmp_path)
    assert says in refusal(in_process("check-setting", *arguments, "--quiet", cwd=tmp_path))
    assert left_behind(tmp_path) == before


def test_the_page_escapes_what_the_file_says(tmp_path: Path) -> None:
    name = tmp_path / "<b>mine.csv"
    name.write_text(f'figure,value,n,note\ndropout,0.09,200,"{HOSTILE}"\n')
    found = hc.check_setting(name, scenario(), "human", uncertainty=made(about=HOSTILE), **SIZE)
    page = found.report(tmp_path / "page.html").read_text("utf-8")
    assert "<script" not in page and "<b>mine" not in page and "&lt;script&gt;" in page
    assert "http" not in page.split("</style>")[1].replace("http://www.w3.org", "")
    assert "<script" not in found._repr_html_()


def test_warnings_say_what_weighing_does_not_resolve() -> None:
    """A service whose clients are far less ill than the scenario's, and that asks for two things at once."""
    from hybridcare.setting_csv import Counted, ServiceData

    rows = [Counted(figures()["phq9_entry_mean"], 9.0, 0.2, 500), Counted(figures()["dropout"], 0.02, 0.01, 500),
            Counted(figures()["sessions_mean"], 2.0, 0.2, 500)]  # fmt: skip
    found = hc.check_setting(ServiceData(tuple(rows), "s.csv", "1" * 64), scenario(), "human", uncertainty=made(),
                             **SIZE)  # fmt: skip
    words = " ".join(found.sentences)
    assert "Far outside: phq9_entry_mean" in words and "not of the same people" in words
    assert "All sets show these alike, beside their error, so that they hardly move a weight: phq9_entry_mean" in words
