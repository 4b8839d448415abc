"""Measured profiles as a user meets them: in Python, on the command line, in a scenario, and in what a run says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas
import pytest
from helpers import hybridcare, left_behind, refusal, tiny

import hybridcare as hc
from hybridcare.places import data_folder
from hybridcare.profiles import bundled_profiles

EXAMPLE = "illustrative_companion"
SMALL = ["--clients", "20", "--replicates", "4"]


@pytest.fixture(scope="module")
def measured() -> hc.Profile:
    """The bundled example at a small size, its effects run once."""
    found = hc.profile(EXAMPLE, clients=20, replicates=4)
    found.effects(progress=False)
    return found


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a copy of the bundled example under the name `mine`."""
    shutil.copytree(data_folder("profiles") / EXAMPLE, tmp_path / "mine")
    return tmp_path


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_profile_says_what_it_is(measured: hc.Profile) -> None:
    assert measured.illustrative and measured.name == EXAMPLE
    assert "illustrative: numbers invented" in repr(measured)
    assert measured.notes[0].startswith("illustrative")
    assert any("angry, disgusted are added up as anger" in note for note in measured.notes)
    assert any("laboratory to the clinic" in note for note in measured.notes)
    assert set(bundled_profiles()) == {EXAMPLE, "illustrative_first_look"}


def test_the_table_tells_measured_from_assumed(measured: hc.Profile) -> None:
    table = measured.table().set_index("name")
    sad = table.loc["text, reference, sadness"]
    assert sad["state"] == "measured" and sad["evidence"] == 60 and sad["observed"] == pytest.approx(43 / 60)
    assert sad["study"] == pytest.approx(43.5 / 61)
    assert sad["told"] == pytest.approx(1 / 6 + 0.85 * (43.5 / 61 - 1 / 6))
    assert sad["low"] < sad["told"] < sad["high"] and sad["grade"] == "illustrative"
    far = table.loc["text, farthest, all"]
    assert far["state"] == "assumed" and far["field"] == "/assistant/distance_loss" and far["grade"] == "assumed"
    assert table.loc["curiosity", "field"] == "/assistant/quality/curiosity"
    assert table.loc["speech, far, shame", "limited"] > 0.5  # below chance, and said
    assert table.loc["false alarm", "study"] == pytest.approx(22.5 / 959)
    assert table["told"].between(0, 1.34).all()


def test_effects_are_by_item_and_b_e(measured: hc.Profile) -> None:
    effects, answers = measured.effects(), measured.answers()
    assert set(effects["item"]) == {"everything", "laboratory_to_clinic", *measured.items}
    assert set(effects["b_E"]) == {0, 1.5, 3}
    assert ((effects["measured"] - effects["not_measured"] - effects["effect"]).abs() < 1e-12).all()
    assert (effects["noise_low"] <= effects["effect"]).all() and (effects["effect"] <= effects["noise_high"]).all()
    whole = effects[(effects["item"] == "everything") & (effects["outcome"] == "phq9")].set_index("b_E")
    assert list(answers["at_means"]) == pytest.approx(list(whole["measured"]))
    assert list(answers["not_measured"]) == pytest.approx(list(whole["not_measured"]))
    assert (answers["open_sd"] >= 0).all() and list(answers["replicates"]) == [4, 4, 4]
    alarms = effects[(effects["item"] == "crisis_sensitivity") & (effects["outcome"] == "phq9")]
    assert (alarms["effect"] == 0).all()
    for name in ("profile", "profile_effects", "profile_answers"):
        assert {"name", "unit", "meaning"} == set(measured.columns(name).columns)


def test_not_measured_is_the_plain_scenario(measured: hc.Profile) -> None:
    plain = hc.load("measured_assistant").with_({"arms": {"measured": {"assistant": None}}})
    results = hc.Experiment(plain, arms=["human", "measured"], variants=["b_E_0"], clients=20, replicates=4).run(
        twins=False, progress=False
    )
    table = results.contrast("measured", "human", variant="b_E_0").table()
    row = table[(table["metric"] == "phq9") & (table["reading"] == "week_12") & (table["culture"] == "all")]
    assert row["estimate"].iloc[0] == pytest.approx(measured.answers()["not_measured"][0])


def test_the_command_prints_the_whole_story() -> None:
    done = hybridcare("profile", EXAMPLE, *SMALL)
    assert done.returncode == 0, done.stderr
    for part in ("ILLUSTRATIVE: the numbers of this profile were invented", "Measured (shares", "Not measured",
                 "/assistant/quality/curiosity", "Assumed on the way", "How far each measured item moves the answer",
                 "b_E 0", "b_E 1.5", "b_E 3", "recognition_text_far", "clients of far", "crisis_sensitivity",
                 "simulation noise", "20 clients an arm in each of 4 replicates"):  # fmt: skip
        assert part in done.stdout, part


def test_json_and_csv(tmp_path: Path) -> None:
    done = hybridcare("profile", EXAMPLE, *SMALL, "--json", "--out", "out", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["profile"]["illustrative"] is True and found["replicates"] == 4
    assert found == json.loads((tmp_path / "out" / "profile.json").read_text())
    assert left_behind(tmp_path / "out") == ["data_dictionary.csv", "profile.csv", "profile.json",
                                             "profile_answers.csv", "profile_effects.csv"]  # fmt: skip
    effects = pandas.read_csv(tmp_path / "out" / "profile_effects.csv")
    assert len(effects) == len(found["effects"]) and set(effects["illustrative"]) == {True}
    assert {"calibration", "driver", "scenario_hash", "seed", "version", "profile_digest"} <= set(effects.columns)
    again = hybridcare("profile", EXAMPLE, *SMALL, "--out", "out", "--quiet", cwd=tmp_path)
    assert "not empty" in refusal(again)


def test_another_scenario(own: Path) -> None:
    done = hybridcare("profile", "mine", "--scenario", "sole_provider", *SMALL, "--quiet", cwd=own)
    assert done.returncode == 0, done.stderr
    assert "speech was measured; this assistant does not use it" in done.stdout


#: name of the case: file, what to replace, with what, what the message must contain
BAD: dict[str, tuple[str, str, str, list[str]]] = {
    "broken JSON": ("profile.json", '"format": 1,', '"format": 1', ["mine/profile.json:3:", "not JSON"]),
    "unknown key": ("profile.json", '"ratings"', '"ratngs"', ["profile.json#/ratngs:", "nearest: 'ratings'"]),
    "unknown emotion": ("profile.json", '"joy"', '"joi"', ["#/recognition/classes/happy:", "nearest: 'joy'"]),
    "unknown culture": ("profile.json", '"near"', '"nera"', ["#/recognition/cultures/neighbour:", "'nera'"]),
    "path that climbs": ("profile.json", '"crisis.csv"', '"../crisis.csv"', ["#/crisis:", "profile's folder"]),
    "absolute path": ("profile.json", '"crisis.csv"', '"/etc/passwd"', ["#/crisis:", "profile's folder"]),
    "missing file": ("profile.json", '"crisis.csv"', '"none.csv"', ["none.csv: no such file"]),
    "missing column": ("confusion.csv", ",count,", ",", ["confusion.csv:1:", "'count' is missing"]),
    "unknown class": ("confusion.csv", "sad,afraid,3", "sad,afrid,3", ["confusion.csv:3:", "'recognised'", "'afrid'"]),
    "negative count": ("confusion.csv", "sad,sad,43", "sad,sad,-43", ["confusion.csv:2:", "-43 is outside"]),
    "text in a number": ("confusion.csv", "sad,sad,43", "sad,sad,many", ["confusion.csv:2:", "'many' is not a number"]),
    "infinity": ("confusion.csv", "sad,sad,43", "sad,sad,inf", ["confusion.csv:2:", "no finite number"]),
    "1e999": ("confusion.csv", "sad,sad,43", "sad,sad,1e999", ["confusion.csv:2:", "beyond what a number can hold"]),
    "duplicate row": ("confusion.csv", "sad,afraid,3", "sad,sad,3", ["confusion.csv:3:", "counted before"]),
    "equal ends": ("ratings.csv", "validation,0,100", "validation,100,100", ["ratings.csv:5:", "100 is not above"]),
    "mean outside": ("ratings.csv", "80,55,21", "80,155,21", ["ratings.csv:5:", "155 is outside the scale [0, 100]"]),
    "impossible SD": ("ratings.csv", "80,55,21", "80,55,60", ["ratings.csv:5:", "60 is more than ratings"]),
    "wrong sum": ("ratings.csv", "1 4 15 27 13", "1 4 15 27 14", ["ratings.csv:4:", "they sum to 61, and n is 60"]),
    "no crisis": ("crisis.csv", "33,9", "0,0", ["crisis.csv:2:", "no case was a crisis"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused(case: str, own: Path) -> None:
    file, old, new, expected = BAD[case]
    changed(own / "mine" / file, old, new)
    with pytest.raises(hc.ConfigError) as error:
        hc.profile(own / "mine")
    for part in expected:
        assert part in str(error.value)
    assert str(error.value).startswith(str(own / "mine"))


def test_bad_files_on_the_command_line(own: Path) -> None:
    changed(own / "mine" / "confusion.csv", "sad,sad,43", "sad,sad,nan")
    message = refusal(hybridcare("profile", "mine", "--out", "out", cwd=own))
    assert message.startswith("hybridcare: mine/confusion.csv:2: column 'count': 'nan' is no finite number")
    assert left_behind(own) == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["illustrative_companio"], ["unknown profile", f"nearest: '{EXAMPLE}'", "path of a file or folder"]),
        (["none/"], ["no such file"]),
        ([EXAMPLE, "--scenario", "core_reference"], ["core_reference.json", "emotions_drawn"]),
        ([EXAMPLE, "--scenario", "nothing"], ["unknown scenario 'nothing'"]),
        ([EXAMPLE, "--clients", "0"], ["--clients", "0 is outside"]),
        ([EXAMPLE, "--threads", "-1"], ["--threads", "outside [0, 1024]"]),
        ([EXAMPLE, "--out", "/proc/results"], ["/proc", "cannot be written"]),
    ],
)
def test_mistakes_with_the_command(arguments: list[str], expected: list[str], tmp_path: Path) -> None:
    message = refusal(hybridcare("profile", *arguments, cwd=tmp_path))
    for part in expected:
        assert part in message
    assert left_behind(tmp_path) == []


def test_a_link_out_of_the_folder_is_not_followed(own: Path) -> None:
    (own / "mine" / "crisis.csv").rename(own / "crisis.csv")
    (own / "mine" / "crisis.csv").symlink_to(own / "crisis.csv")
    with pytest.raises(hc.ConfigError, match="leads out of the profile's folder"):
        hc.profile(own / "mine")


def scenario_with(profile: str) -> dict[str, Any]:
    document = tiny()
    cultures = {"reference": {"position": 0, "share": 0.5}, "far": {"position": 0.9, "share": 0.5}}
    document.update(cultures=cultures, replicates=6)
    document["arms"]["ai"]["assistant"] = {"profile": profile}
    document["headline"] = {"arm": "ai", "against": "human"}
    return document


def two_cultures(folder: Path) -> None:
    """Maps the example's cultures onto those of the small scenario."""
    changed(folder / "profile.json", '"neighbour": "near"', '"neighbour": null')


def test_a_scenario_names_a_profile_beside_it(own: Path) -> None:
    two_cultures(own / "mine")
    (own / "s.json").write_text(json.dumps(scenario_with("mine")))
    scenario = hc.load(own / "s.json")
    (row,) = [row for row in scenario.core.profiles if row["variant"] == "default"]
    assert (row["arm"], row["name"], row["illustrative"]) == ("ai", EXAMPLE, True)
    before = scenario.hash
    assert hc.load(own / "s.json").hash == before
    changed(own / "mine" / "crisis.csv", "33,9", "34,9")
    assert hc.load(own / "s.json").hash != before  # what it says counts, not what it is called
    (own / "s.json").write_text(json.dumps(scenario_with("../mine")))
    with pytest.raises(hc.ConfigError, match=r"s.json#/arms/ai/assistant/profile: .*no place in the scenario's folder"):
        hc.load(own / "s.json")
    (own / "s.json").write_text(json.dumps(scenario_with("mime")))
    with pytest.raises(hc.ConfigError, match="bundled profile 'mime'"):
        hc.load(own / "s.json")


def test_results_say_that_an_assistant_was_measured(own: Path) -> None:
    two_cultures(own / "mine")
    (own / "s.json").write_text(json.dumps(scenario_with("mine")))
    results = hc.Experiment(own / "s.json").run(progress=False)
    assert "noise of simulation and measurement" in results.sentence
    assert results.caveats[0].startswith(f"ILLUSTRATIVE: the numbers of the profile {EXAMPLE} were invented")
    assert "each replicate draws anew" in results.caveats[1] and "standard deviation of" in results.caveats[1]
    assert results.meta["profiles"][0]["name"] == EXAMPLE
    folder = results.save(own / "out")
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Illustrative: the numbers of a measured profile" in report
    assert "oise of simulation and measurement" in report and "imulation noise" not in report
    assert json.loads((folder / "summary.json").read_text())["profiles"][0]["illustrative"] is True


def test_results_without_a_profile_speak_of_simulation_noise() -> None:
    results = hc.Experiment(hc.Scenario.of(tiny())).run(progress=False)
    assert "simulation noise" in results.sentence and results.meta["profiles"] == []
    assert not any("measure" in line.lower() for line in results.caveats)


def test_the_bundled_scenario_uses_the_bundled_profile() -> None:
    scenario = hc.load("measured_assistant")
    assert {row["name"] for row in scenario.core.profiles} == {EXAMPLE}
    assert all(row["arm"] == "measured" for row in scenario.core.profiles)
    assert "illustrative" in scenario.core.calibration
