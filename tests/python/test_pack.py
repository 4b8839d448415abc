"""A pack holds all that a result rests on: it is unpacked elsewhere, run again, and gives the same hash."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import environment, hybridcare, refusal, text, tiny
from report_fixture import HOSTILE

import hybridcare as hc
from hybridcare.inputs import inputs, names
from hybridcare.pack import RERUN, pack

EXAMPLE = Path(__file__).resolve().parents[2] / "scenarios" / "examples" / "digital_access"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of a scenario with a CSV file of its own, whose texts are hostile."""
    home = tmp_path_factory.mktemp("pack")
    document = json.loads((EXAMPLE / "scenario.json").read_text())
    document |= {"title": HOSTILE, "driver": HOSTILE, "replicates": 2, "clients": 40, "weeks": 14}
    (home / "mine").mkdir()
    (home / "mine" / "scenario.json").write_bytes(text(document))
    shutil.copy(EXAMPLE / "joint_shares.csv", home / "mine")
    results = hc.Experiment(home / "mine" / "scenario.json").run(progress=False)
    folder = results.save(home / "results")
    shutil.rmtree(home / "mine")  # a pack must not lean on where the scenario lay
    return folder


@pytest.fixture(scope="module")
def archive(saved: Path) -> Path:
    return pack(saved, saved.parent / "pack.zip")


def unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as held:
        assert held.testzip() is None
        held.extractall(folder)
    return folder


def rerun(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "rerun.py"), *options]
    return subprocess.run(command, text=True, capture_output=True, env=environment(), cwd=folder.parent, check=False)


def test_it_runs_again_and_gives_the_same_hash(saved: Path, archive: Path, tmp_path: Path) -> None:
    folder = unpacked(archive, tmp_path / "elsewhere")
    done = rerun(folder)
    account = json.loads((saved / "summary.json").read_text())
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"results hash {account['results_hash']} - the same" in done.stdout
    other = json.loads((folder / "manifest.json").read_text())
    assert other["twins"] is True and other["results_hash"] == account["results_hash"]


def test_another_result_and_a_changed_file_are_told(archive: Path, tmp_path: Path) -> None:
    folder = unpacked(archive, tmp_path / "changed")
    with (folder / "joint_shares.csv").open("a") as file:
        file.write("\n")
    done = rerun(folder, "--quick")
    assert done.returncode == 2 and "changed since they were packed: joint_shares.csv" in done.stdout
    folder = unpacked(archive, tmp_path / "other")
    known = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(known | {"results_hash": "0" * 16}))
    done = rerun(folder)
    assert done.returncode == 1 and "instead of 0000000000000000" in done.stdout


def test_the_same_folder_gives_the_same_bytes(saved: Path, archive: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(saved, tmp_path / "copy")
    (copy / "clients.parquet").write_bytes(b"rows are made again, not packed")
    assert pack(copy, tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(archive) as held:
        entries = held.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_it_holds_what_a_result_rests_on(saved: Path, archive: Path, tmp_path: Path) -> None:
    folder = unpacked(archive, tmp_path / "held")
    files = {path.name for path in folder.iterdir()}
    needed = {"README.txt", "SHA256SUMS", "assumptions.csv", "data_dictionary.csv", "estimates.csv", "joint_shares.csv",
              "manifest.json", "report.html", "rerun.py", "scenario.json", "summary.json"}  # fmt: skip
    assert needed <= files and {path.name for path in saved.iterdir()} <= files
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    data = pd.read_csv(folder / "assumptions.csv")
    scenario = hc.load(folder / "scenario.json")
    core = scenario.core
    first = data[(data["variant"] == core.variants[0]["name"]) & (data["arm"] == core.arms[0]["name"])]
    assert set(first["path"]) == set(scenario.fields()["path"])
    grades = list(data["grade"])
    assert grades.index("design") > grades.index("assumed") and set(grades[: grades.count("assumed")]) == {"assumed"}


def test_the_script_is_ours_and_names_are_safe(archive: Path, tmp_path: Path) -> None:
    folder = unpacked(archive, tmp_path / "safe")
    assert (folder / "rerun.py").read_text() == RERUN
    said = (folder / "README.txt").read_text(encoding="utf-8")
    assert "\u202e" not in said and "{" not in said and "author's words: <script>alert(1)</script>" in said
    with zipfile.ZipFile(archive) as held:
        assert all(not n.startswith("/") and ".." not in n.split("/") and "\\" not in n for n in held.namelist())


def test_a_saved_result_can_be_run_where_it_lies_and_replaced(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridcare.report.page", lambda results: "another report")
    folder = shutil.copytree(saved, tmp_path / "again")
    results = hc.Experiment(folder / "scenario.json").run(progress=False)
    assert results.hash == json.loads((folder / "summary.json").read_text())["results_hash"]
    results.save(folder, overwrite=True)
    assert (folder / "joint_shares.csv").is_file()
    (folder / "notes.csv").write_text("mine")
    with pytest.raises(hc.ConfigError, match="was not written by hybridcare"):
        results.save(folder, overwrite=True)


def test_files_of_arms_variants_and_profiles_are_found() -> None:
    document: dict[str, Any] = tiny(joint_shares="a.csv", title="b.csv", intake={"kind": "counted", "file": "c.csv"})
    document["arms"]["ai"]["assistants"] = {"one": {"profile": "p"}}
    document["variants"]["no_harm"]["service"] = {"slots_file": "d.csv", "label": "e.csv"}
    document["network"] = {"edges_file": "f.csv"}
    assert set(names(document)) == {("a.csv", False), ("c.csv", False), ("d.csv", False), ("f.csv", False), ("p", True)}
    held = inputs(hc.load("measured_assistant"))
    assert sorted(held) == [f"illustrative_companion/{name}" for name in
                            ("confusion.csv", "crisis.csv", "profile.json", "ratings.csv")]  # fmt: skip


def test_files_are_read_inside_the_scenarios_folder_alone(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "mine")
    scenario = hc.load(folder / "scenario.json")
    assert inputs(scenario) == {"joint_shares.csv": (EXAMPLE / "joint_shares.csv").read_bytes()}
    (tmp_path / "secret.csv").write_text("secret")
    (folder / "joint_shares.csv").unlink()
    with pytest.raises(hc.ConfigError, match="is named by the scenario and cannot be read"):
        inputs(scenario)
    (folder / "joint_shares.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(hc.ConfigError, match="leads out of the scenario's folder"):
        inputs(scenario)


def test_a_measured_profile_goes_along(tmp_path: Path) -> None:
    scenario = hc.load("measured_assistant")
    for name, content in inputs(scenario).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "scenario.json").write_text(scenario.text())
    again = hc.load(tmp_path / "scenario.json")
    assert again.hash == scenario.hash
    assert all(Path(row["file"]).is_relative_to(tmp_path) for row in again.core.profiles)


def test_what_cannot_be_packed_is_refused(saved: Path, tmp_path: Path) -> None:
    assert "is no folder" in refusal(hybridcare("report", tmp_path / "none"))
    assert "is not a hybridcare results folder" in refusal(hybridcare("report", tmp_path))
    wrong = hybridcare("report", saved, "--pack", tmp_path / "x.tar")
    assert "is written as .zip" in refusal(wrong) and not wrong.stdout, "not after the summary"
    kept = tmp_path / "kept.zip"
    kept.write_bytes(b"mine")
    assert "is there already" in refusal(hybridcare("report", saved, "--pack", kept)) and kept.read_bytes() == b"mine"
    assert hybridcare("report", saved, "--pack", kept, "--overwrite").returncode == 0 and kept.stat().st_size > 1000
    for name, said in (("joint_shares.csv", "is not the file that these results were made from"),
                       ("scenario.json", "scenario.json is not what these results were made from")):  # fmt: skip
        broken = shutil.copytree(saved, tmp_path / name.partition(".")[0])
        held = (broken / name).read_text()
        (broken / name).write_text(held + "\n" if name.endswith("csv") else held.replace('"seed": ', '"seed": 1'))
        with pytest.raises(hc.ConfigError, match=said):
            pack(broken, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def refusal_after(done: subprocess.CompletedProcess[str]) -> str:
    """As `refusal`, of a command that has printed something before."""
    assert done.returncode == 2 and "Traceback" not in done.stderr
    return done.stderr


def test_the_command_says_where_things_are(saved: Path, tmp_path: Path) -> None:
    done = hybridcare("report", saved, "--pack", tmp_path / "pack.zip")
    assert done.returncode == 0, done.stderr
    account = json.loads((saved / "summary.json").read_text())
    assert account["headline_sentence"] in done.stdout and "Calibration: " in done.stdout
    assert (tmp_path / "pack.zip").is_file() and "report.html" in done.stdout
