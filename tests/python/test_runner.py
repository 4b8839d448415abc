"""Studies that go well: the same bits from memory, folder, shards and resumes; tables, words, options."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from helpers import tiny
from study_helpers import bytes_of, plan, same_numbers

from hybridcare import points, runner_dask
from hybridcare.errors import ConfigError
from hybridcare.points import run_points
from hybridcare.progress import Rate
from hybridcare.runner import run_study
from hybridcare.study_folder import merge_studies
from hybridcare.study_plan import Plan, parsed_shard
from hybridcare.study_read import Runs, open_runs


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Path]:
    """Numbers in memory, and the folder of an undisturbed run."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    run_study(plan(refused=9), folder, progress=False)
    return run_study(plan(refused=9), progress=False), folder


def test_numbers_do_not_depend_on_parts_threads_or_folder(whole: tuple[Runs, Path]) -> None:
    runs, folder = whole
    direct = run_points(runs.plan.task, runs.plan.patches, threads=1)
    assert np.array_equal(runs.estimate, direct.estimate, equal_nan=True)
    assert np.array_equal(runs.values, direct.values, equal_nan=True)
    assert runs.client_weeks == direct.client_weeks and runs.complete
    for rows, threads in ((1, 2), (7, 1), (24, 2)):
        other = run_study(plan(refused=9, rows=rows), threads=threads, progress=False)
        assert same_numbers(runs, other) and other.hash == runs.hash
    kept = open_runs(folder)
    assert same_numbers(runs, kept) and kept.hash == runs.hash and kept.client_weeks == runs.client_weeks
    assert kept.failures == runs.failures
    assert run_study(plan(refused=None), progress=False).hash != runs.hash  # so that a hash can differ at all


def test_points_with_luck_of_their_own_do_not_depend_on_parts() -> None:
    def alone(rows: int) -> Runs:
        made = plan(points=6, rows=rows)
        same = [made.patches[0]] * 6  # one and the same point six times
        return run_study(dataclasses.replace(made, task=dataclasses.replace(made.task, paired=False), patches=same),
                         progress=False)  # fmt: skip

    runs = alone(6)
    assert same_numbers(runs, alone(1)) and same_numbers(runs, alone(4))
    assert len({float(x) for x in runs.estimate[:, 0, 0]}) > 1


def test_wrong_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_dask, "_CONNECT_SECONDS", 1.0)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"backend": "daks"}, "unknown back end 'daks'; nearest: 'dask'"),
        ({"backend": "dask", "scheduler": "tcp://127.0.0.1:9"}, "no Dask scheduler answers there"),
        ({"deadline": 0}, "more than 0"),
        ({"threads": 5000}, "outside"),
        ({"shard": (3, 2)}, "i/n with i from 1 to n"),
    ]
    for how, message in wrong:
        with pytest.raises(ConfigError, match=message):
            run_study(plan(), progress=False, **how)
    for change in ({"patches": []}, {"patches": ["{}"]}, {"rows_per_part": -1}, {"rows_per_part": 10**6}):
        with pytest.raises(ConfigError, match="tiny study|rows_per_part"):
            dataclasses.replace(plan(), **change)


def test_resume_is_an_anti_join(whole: tuple[Runs, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "study"
    shutil.copytree(whole[1], folder)
    for name in sorted(os.listdir(folder / "parts"))[1::2]:
        (folder / "parts" / name).unlink()
    (folder / "manifest.json").unlink()
    asked: list[int] = []
    plain = points.run_points

    def counted(task: Any, patches: Any, **how: Any) -> Any:
        asked.extend(range(how.get("first", 0), how.get("first", 0) + len(patches)))
        return plain(task, patches, **how)

    monkeypatch.setattr(points, "run_points", counted)
    run_study(folder, progress=False)  # the folder alone is enough
    assert asked == [*range(4, 8), *range(12, 16), *range(20, 24)]
    assert bytes_of(folder) == bytes_of(whole[1])
    asked.clear()
    assert run_study(plan(refused=9), folder, progress=False).hash == whole[0].hash and asked == []


def test_shards_are_disjoint_and_together_everything(whole: tuple[Runs, Path], tmp_path: Path) -> None:
    made = plan(refused=9)
    for count in (1, 2, 5, 6, 11):
        parts = [part for index in range(1, count + 1) for part in made.shard((index, count))]
        assert parts == made.parts
    for index in (1, 2, 3):
        first = run_study(made, tmp_path / f"own_{index}", shard=(index, 3), progress=False)
        assert int(first.there.sum()) == 8 and not first.complete
        run_study(made, tmp_path / "common", shard=(index, 3), progress=False)
    assert bytes_of(tmp_path / "common") == bytes_of(whole[1])
    merged = merge_studies([tmp_path / f"own_{index}" for index in (1, 2, 3)], tmp_path / "merged")
    assert bytes_of(merged.path) == bytes_of(whole[1])
    assert open_runs(merged.path).hash == whole[0].hash
    with pytest.raises(ConfigError, match="16 of 24 points are still to do; run the study again"):
        open_runs(tmp_path / "own_1")


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/"])
def test_a_shard_that_is_none(text: str) -> None:
    with pytest.raises(ConfigError, match="i/n with i from 1 to n"):
        parsed_shard(text)
    assert parsed_shard("2/8") == (2, 8) and parsed_shard(None) is None


@pytest.mark.parametrize("out", [True, False])
def test_deadline(tmp_path: Path, out: bool) -> None:
    """Looked at inside of a part, too: by the kernel's own progress."""
    long = plan(points=1000, clients=5000, replicates=4, rows=1000)  # minutes, in one part
    began = time.monotonic()
    runs = run_study(long, tmp_path / "study" if out else None, deadline=0.4, progress=False)
    assert time.monotonic() - began < 15  # the points in flight are run to their end
    assert not runs.complete and not runs.there.any() and np.isnan(runs.estimate).all()
    if out:
        assert os.listdir(tmp_path / "study" / "parts") == os.listdir(tmp_path / "study" / "running") == []


def test_a_deadline_keeps_what_is_done(
    whole: tuple[Runs, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = points.run_points

    def slow(task: Any, patches: Any, **how: Any) -> Any:
        if how.get("first", 0) >= 12:
            time.sleep(0.6)
        return plain(task, patches, **how)

    with monkeypatch.context() as patched:
        patched.setattr(points, "run_points", slow)
        runs = run_study(plan(refused=9), tmp_path / "study", deadline=0.6, progress=False)
    done = int(runs.there.sum())
    assert 0 < done < 24 and np.array_equal(runs.values[:done], whole[0].values[:done], equal_nan=True)
    assert run_study(plan(refused=9), tmp_path / "study", progress=False).complete
    assert bytes_of(tmp_path / "study") == bytes_of(whole[1])


def test_a_refused_point_is_a_row_with_its_reason(whole: tuple[Runs, Path]) -> None:
    runs = open_runs(whole[1])
    reason = "tiny.json#/change/empathy_elasticity: 99 is outside [0, 8] per unit of empathy"
    assert runs.failures == {9: reason}
    frame = runs.table()
    failed = frame[frame["point"] == 9]
    assert len(failed) == 6 and failed["estimate"].isna().all() and set(failed["failure"]) == {reason}
    fine = frame[frame["point"] != 9]
    assert fine["failure"].isna().all() and not fine["estimate"].isna().any()
    kept = pandas.read_csv(whole[1] / "failures" / "000000008-000000012.csv")
    assert kept.to_dict("records") == [{"point": 9, "reason": reason, "patch": runs.plan.patches[9]}]
    assert "1 of them failed" in runs.sentence


def test_tables_and_data_dictionary(whole: tuple[Runs, Path], tmp_path: Path) -> None:
    runs = open_runs(whole[1])
    runs.to_csv(tmp_path / "csv", values=True)
    held = {path.stem: pandas.read_csv(path) for path in (tmp_path / "csv").iterdir()}
    assert sorted(held) == ["data_dictionary", "design", "failures", "runs", "values"]
    assert np.allclose(held["runs"]["estimate"], runs.estimate.reshape(-1), rtol=0, atol=0, equal_nan=True)
    assert len(held["values"]) == runs.values.size and len(held["design"]) == 24 and len(held["failures"]) == 1
    described = set(held["data_dictionary"]["column"])
    for name in ("runs", "design", "failures", "values"):
        assert set(held[name].columns) <= described, name
    row = held["data_dictionary"].set_index("column").loc["b_E"]
    assert (row["unit"], row["meaning"]) == ("per unit of empathy", "empathy elasticity")
    assert set(held["runs"]["calibration"]) == {"not yet calibrated: none: a test"}
    frame = runs.table()
    place = {name: list(column) for name, column in frame.items()}
    rows = zip(place["point"], place["arm"], place["metric"], place["twin"], place["estimate"], strict=True)
    measured = [("phq9", ""), ("phq9", "no_distance"), ("dropout", "")]
    for point, arm, metric, twin, estimate in rows:
        wanted = runs.estimate[point, ["human", "hybrid"].index(arm), measured.index((metric, twin))]
        assert estimate == wanted or point == 9
    spread = runs.values[3, 1, 0].std(ddof=1) / np.sqrt(2)
    assert runs.table()["noise_se"][3 * 6 + 3] == pytest.approx(spread)
    frame = pandas.read_parquet(runs.to_parquet(tmp_path / "runs.parquet"))
    assert list(frame["b_E"][::6]) == runs.plan.design.column("b_E").to_pylist()


def test_a_part_is_described_for_readers_without_this_package(whole: tuple[Runs, Path]) -> None:
    import pyarrow.parquet

    first = sorted((whole[1] / "parts").iterdir())[0]
    table = pyarrow.parquet.read_table(first)
    for field in table.schema:
        assert set(field.metadata) == {b"unit", b"meaning"}, field.name
    account = json.loads(table.schema.metadata[b"hybridcare"])
    manifest = json.loads((whole[1] / "manifest.json").read_text())
    assert account["build"] == {key: manifest[key] for key in ("version", "commit", "draw_table_version")}
    assert manifest["points"] == manifest["points_done"] == 24 and len(manifest["parts"]) == 6
    assert [column["name"] for column in manifest["columns"]] == table.column_names
    assert {measure["unit"] for measure in manifest["measures"]} == {"points", "share"}


def test_files_that_a_scenario_names_are_kept_with_the_study(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "ages.csv").write_text("age,share\nyoung,0.5\nold,0.5\n")
    document = tiny(attributes={"age": {"levels": ["young", "old"]}}, joint_shares="ages.csv")
    start = plan(points=4, rows=2)
    task = dataclasses.replace(start.task, document=json.dumps(document), file=str(home / "aged.json"))
    made = dataclasses.replace(start, task=task)
    before = run_study(made, tmp_path / "study", progress=False)
    (home / "ages.csv").write_text("age,share\nyoung,0.9\nold,0.1\n")
    changed = dataclasses.replace(made)
    with pytest.raises(ConfigError, match="a file that the scenario names"):
        run_study(changed, tmp_path / "study", progress=False)
    shutil.rmtree(home)
    for name in os.listdir(tmp_path / "study" / "parts"):
        (tmp_path / "study" / "parts" / name).unlink()
    again = run_study(tmp_path / "study", progress=False)
    assert same_numbers(before, again) and Plan is type(again.plan)


def test_size_of_parts_depends_on_the_study_alone() -> None:
    rows = [dataclasses.replace(plan(clients=clients), rows_per_part=0).rows_per_part for clients in (16, 1600, 10**6)]
    assert rows[0] > rows[1] > rows[2] == 1


def test_rate_time_left_and_failures_in_words() -> None:
    times = iter([10.0, 20.0, 30.0])
    rate = Rate(lambda: next(times))
    assert rate.words(100, 1000, 0) == "100 of 1,000 points"
    assert rate.words(200, 1000, 3) == "200 of 1,000 points, 10 a second, 1:20 left, 3 failed"
    assert rate.words(1000, 1000, 3) == "1,000 of 1,000 points, 45 a second, 3 failed"


def test_progress_in_lines(capfd: pytest.CaptureFixture[str]) -> None:
    run_study(plan(refused=9))
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "tiny study: 0 %, 0 of 24 points"
    assert lines[-1].startswith("tiny study: 100 %, 24 of 24 points, ") and lines[-1].endswith("1 failed")


def test_progress_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel is imitated by its shell's name alone; what is shown goes through IPython's own display."""
    import IPython
    import IPython.display

    shown: list[str] = []

    class Handle:
        def update(self, html: Any) -> None:
            shown.append(html.data)

    def display(html: Any, display_id: bool) -> Handle:
        assert display_id
        shown.append(html.data)
        return Handle()

    monkeypatch.setattr(IPython, "get_ipython", type("ZMQInteractiveShell", (), {}))
    monkeypatch.setattr(IPython.display, "display", display)
    run_study(dataclasses.replace(plan(refused=9), name="<b>study"))
    assert shown[0] == "&lt;b&gt;study: begins"
    assert '24 of 24 points' in shown[-1] and '<progress value="24" max="24">' in shown[-1] and "1 failed" in shown[-1]
    assert not any("<b>" in line for line in shown)


def test_the_page_of_the_documentation_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[2] / "python" / "docs" / "running_studies.md"
    example = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[0]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["runs"].complete and sorted(os.listdir(tmp_path)) == ["b_e_csv", "b_e_study"]
    assert pandas.read_parquet("b_e_study/parts").shape == (12, 10)  # as the page says, without this package
