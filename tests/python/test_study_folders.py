"""Study folders that are not what they should be: each message says what to do, nothing is changed, nothing is lost."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from helpers import tiny
from study_helpers import bytes_of, parts_of, plan

from hybridcare import points, runner, runner_work, study_folder
from hybridcare.errors import ConfigError
from hybridcare.runner import run_study
from hybridcare.runner_work import Chunk, Receipt
from hybridcare.study_folder import Folder, merge_studies
from hybridcare.study_plan import Plan
from hybridcare.study_read import Runs, open_runs
from hybridcare.study_tables import Outcome


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Path]:
    """An undisturbed run in a folder."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    return run_study(plan(), folder, progress=False), folder


@pytest.fixture
def study(whole: tuple[Runs, Path], tmp_path: Path) -> Path:
    """A copy of its folder, to be spoilt."""
    shutil.copytree(whole[1], tmp_path / "study")
    return tmp_path / "study"


# parts that come twice
def test_a_part_that_comes_twice_is_one_part(study: Path, whole: tuple[Runs, Path]) -> None:
    """Two workers, one chunk: the second finds the part; even if both had begun, the bytes and so the name are one."""
    folder = Folder.open(study)
    part = folder.plan.parts[2]
    before = bytes_of(study)
    numbers = points.run_points(folder.task, folder.plan.patches[part.start : part.stop], first=part.start)
    outcome = study_outcome(numbers)
    assert folder.write(part, outcome, folder.plan.patches[part.start : part.stop]) in before
    chunk = Chunk(str(study), folder.study_hash, (part,), tuple(folder.plan.patches[part.start : part.stop]), 1, None)
    assert runner_work.work(chunk).parts == 1
    assert bytes_of(study) == before and run_study(study, progress=False).hash == whole[0].hash


def study_outcome(numbers: Any) -> Outcome:
    return Outcome(numbers.estimate, numbers.values, numbers.failures, numbers.client_weeks)


def test_what_dead_processes_left(study: Path, whole: tuple[Runs, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Half-written files of this machine and marks of finished parts go; a mark of an unfinished part is heeded: its
    points run in a child process."""
    isolated: list[int] = []
    plain = runner_work._in_child
    monkeypatch.setattr(runner_work, "_in_child", lambda how, patches, first: isolated.append(first)
                        or plain(how, patches, first))  # fmt: skip
    first, second, third = parts_of(study)[:3]
    (study / "parts" / second).unlink()
    (study / "parts" / third).unlink()
    machine = study_folder._me().split("_")[0]
    dead = "4194304"  # beyond what Linux gives
    for name in (first, second):
        (study / "running" / f"{name.split('.')[0]}.{machine}_{dead}_1").touch()
    (study / "parts" / f".{third}.{machine}_{dead}_1.00000000.partial").write_bytes(b"half")
    alive = study / "parts" / f".{third}.{machine}_{os.getpid()}_1.00000000.partial"
    other = study / "parts" / f".{third}.elsewhere_{dead}_1.00000000.partial"
    for path in (alive, other):
        path.write_bytes(b"half")
    assert run_study(study, progress=False).hash == whole[0].hash
    assert isolated == [4] and os.listdir(study / "running") == []
    assert sorted((study / "parts").glob(".*")) == sorted([alive, other])


def test_receipts_are_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers on a machine that does not share the folder say that they wrote their parts; where, nobody knows."""
    def work(chunk: Chunk, seen: Any) -> Receipt:
        return Receipt(0, len(chunk.parts), len(chunk.patches), 0, 0.1, 0.1)

    monkeypatch.setattr(runner, "work", work)
    message = "6 part.s. that are not seen here, first 000000000-000000004: all machines must share"
    with pytest.raises(ConfigError, match=message):
        run_study(plan(), tmp_path / "study", progress=False)


def test_two_parts_with_different_numbers_are_not_passed_over(study: Path) -> None:
    folder = Folder.open(study)
    part = folder.plan.parts[2]
    outcome = study_outcome(points.run_points(folder.task, folder.plan.patches[part.start : part.stop]))
    outcome.values = outcome.values + 1e-9
    folder.write(part, outcome, folder.plan.patches)
    for read in (open_runs, lambda path: run_study(path, progress=False)):
        with pytest.raises(ConfigError, match="points 8 to 11 have two parts with different numbers.*Move both away"):
            read(study)


def test_two_parts_with_the_same_numbers_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As two versions of the Parquet library would write them; a failed point and unknown numbers included."""
    runs = run_study(plan(refused=9), tmp_path / "study", progress=False)
    folder = Folder.open(tmp_path / "study")
    part, plain = folder.plan.parts[2], pyarrow.parquet.write_table
    numbers = points.run_points(folder.task, folder.plan.patches[part.start : part.stop])
    outcome = Outcome(numbers.estimate, numbers.values, {1: runs.failures[9]}, numbers.client_weeks)
    other = {"version": "1.0"}
    monkeypatch.setattr(pyarrow.parquet, "write_table", lambda *given, **how: plain(*given, **{**how, **other}))
    folder.write(part, outcome, folder.plan.patches[part.start : part.stop])
    assert len(folder.names()[part]) == 2
    assert open_runs(folder.path).hash == runs.hash == run_study(folder.path, progress=False).hash


# folders that are not what they should be
def refusal(read: Callable[[], Any], folder: Path) -> str:
    """The message, once it is certain that nothing in the folder was changed."""
    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    before = state()
    with pytest.raises(ConfigError) as refused:
        read()
    assert state() == before
    return str(refused.value)


def resumed(folder: Path, made: Plan | None = None, **how: Any) -> Callable[[], Runs]:
    return lambda: run_study(made or plan(), folder, progress=False, **how)


def test_folder_of_another_study(study: Path) -> None:
    message = refusal(resumed(study, plan(clients=17)), study)
    assert "holds another study: clients is 16, not 17" in message and "give another folder" in message
    assert "it has 24 design points, not 23" in refusal(resumed(study, plan(points=23)), study)
    assert "design point 3 is" in refusal(resumed(study, plan(poison=3)), study)
    assert "has parts of 4 points, not 5" in refusal(resumed(study, plan(rows=5)), study)


def test_folder_of_another_version(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = {**study_folder.this_build(), "version": "9.9.9"}
    monkeypatch.setattr(study_folder, "this_build", lambda: build)
    message = refusal(resumed(study), study)
    assert "was begun with hybridcare 0." in message and "9.9.9" in message and "begin another folder" in message
    assert open_runs(study).complete  # reading is allowed
    text = json.loads((study / "study.json").read_text())
    (study / "study.json").write_text(json.dumps({**text, "format": "hybridcare study 2"}))
    assert "its format is 'hybridcare study 2'" in refusal(resumed(study), study)


def test_folder_that_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    message = refusal(resumed(tmp_path / "mine"), tmp_path)
    assert "not empty and holds no study" in message and "give another name" in message
    assert "no such study folder" in refusal(lambda: open_runs(tmp_path / "none"), tmp_path)


def test_corrupt_part(study: Path, whole: tuple[Runs, Path]) -> None:
    path = study / "parts" / parts_of(study)[3]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for read in (resumed(study), lambda: open_runs(study), lambda: merge_studies([study], study.with_name("out"))):
        message = refusal(read, study)
        assert path.name in message and "is corrupt" in message and "repair" in message
    assert run_study(study, repair=True, progress=False).hash == whole[0].hash
    assert bytes_of(study) == bytes_of(whole[1]) and (study / "set_aside" / path.name).read_bytes() == bytes(content)


def test_part_cut_short(study: Path) -> None:
    path = study / "parts" / parts_of(study)[3]
    path.write_bytes(path.read_bytes()[:100])
    assert "is corrupt" in refusal(resumed(study), study)


def test_missing_part(study: Path, whole: tuple[Runs, Path]) -> None:
    name = parts_of(study)[3]
    (study / "parts" / name).unlink()
    message = refusal(lambda: open_runs(study), study)
    assert name in message and "missing" in message and "run the study again" in message
    assert run_study(study, progress=False).hash == whole[0].hash and parts_of(study)[3] == name


def test_a_lost_part_that_comes_out_otherwise(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = parts_of(study)[3]
    (study / "parts" / name).unlink()
    plain = points.run_points

    def otherwise(task: Any, patches: Any, **how: Any) -> Any:
        found = plain(task, patches, **how)
        found.values = found.values + 1
        return found

    monkeypatch.setattr(points, "run_points", otherwise)
    with pytest.raises(ConfigError, match=f"a part that was lost, {name}, came out with other numbers"):
        run_study(study, progress=False)


def test_mixed_builds(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = {**study_folder.this_build(), "commit": "0123456789ab"}
    with monkeypatch.context() as patched:
        patched.setattr(study_folder, "this_build", lambda: build)
        run_study(plan(), tmp_path / "other", shard=(6, 6), progress=False)
    assert "mixed builds" in refusal(lambda: merge_studies([study, tmp_path / "other"], tmp_path / "out"), study)
    last = parts_of(study)[-1]
    (study / "parts" / last).unlink()
    shutil.copy(tmp_path / "other" / "parts" / parts_of(tmp_path / "other")[0], study / "parts")
    message = refusal(resumed(study), study)
    assert "mixed builds" in message and "0123456789ab" in message and "repair" in message
    run_study(study, repair=True, progress=False)
    assert last in parts_of(study) and open_runs(study).complete


def test_part_of_another_study(study: Path, tmp_path: Path) -> None:
    run_study(plan(clients=17), tmp_path / "other", progress=False)
    (study / "parts" / parts_of(study)[0]).unlink()
    shutil.copy(tmp_path / "other" / "parts" / parts_of(tmp_path / "other")[0], study / "parts")
    assert "belongs to another study" in refusal(resumed(study), study)
    assert "another study" in refusal(lambda: merge_studies([study, tmp_path / "other"], tmp_path / "out"), study)


def test_part_under_another_range(study: Path) -> None:
    first, second = parts_of(study)[:2]
    renamed = second.split(".")[0] + "." + first.split(".", 1)[1]
    (study / "parts" / second).unlink()
    (study / "parts" / first).rename(study / "parts" / renamed)
    assert "other points than its name says" in refusal(resumed(study), study)


@pytest.mark.parametrize("spoilt", ["study.json", "design.parquet"])
def test_study_changed_after_it_began(study: Path, spoilt: str) -> None:
    if spoilt == "study.json":
        text = json.loads((study / spoilt).read_text())
        text["task"]["document"]["course"] = {"harm": 0.3}
        (study / spoilt).write_text(json.dumps(text))
    else:
        table = pyarrow.parquet.read_table(study / spoilt)
        pyarrow.parquet.write_table(table.slice(0, 20), study / spoilt)
    assert "changed after the study began" in refusal(lambda: open_runs(study), study)


def test_a_study_from_elsewhere_reads_nothing_beside_it(tmp_path: Path) -> None:
    """Its study.json names a scenario in another folder of this machine, where a file of that name lies."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "ages.csv").write_text("age,share\nyoung,0.5\nold,0.5\n")
    document = tiny(attributes={"age": {"levels": ["young", "old"]}}, joint_shares="ages.csv")
    task = dataclasses.replace(plan().task, document=json.dumps(document), file=str(secret / "aged.json"))
    run_study(dataclasses.replace(plan(), task=task), tmp_path / "study", shard=(1, 6), progress=False)
    shutil.rmtree(tmp_path / "study" / "inputs")
    text = json.loads((tmp_path / "study" / "study.json").read_text())
    for name in (str(secret / "aged.json"), "../secret/aged.json"):
        text["task"]["file"] = name
        (tmp_path / "study" / "study.json").write_text(json.dumps(text))
        assert Folder(tmp_path / "study").task.file == "aged.json"
        with pytest.raises(ConfigError):
            run_study(tmp_path / "study", progress=False)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": "hybridcare study 1"}', b"\xff"])
def test_study_that_cannot_be_read(study: Path, content: bytes) -> None:
    (study / "study.json").write_bytes(content)
    message = refusal(resumed(study), study)
    assert "cannot be read" in message or "its format is" in message
    assert str(study) in message
