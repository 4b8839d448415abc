"""Design points: the same numbers as a study, in parts or whole; what a point gets wrong is its own failure."""

from __future__ import annotations

import numpy as np
import pytest

import hybridcare as hc
from hybridcare.points import Metric, Task, patch_of, patch_text, run_points

BASE = "hybrid_vs_human_vs_ai"
ARMS = ["human", "hybrid"]
METRICS = ["phq9@week_12", "dropout", "phq9@post-no_distance/far", "misread_rate_assistant", "erosion_human"]
POINTS = [
    "{}",
    '{"change": {"empathy_elasticity": 0}}',
    '{"course": {"harm": 0}}',
    '{"change": {"empathy_elasticity": 3}}',
]


@pytest.fixture(scope="module")
def scenario() -> hc.Scenario:
    return hc.Experiment(BASE, replicates=4, clients=60).scenario


@pytest.fixture(scope="module")
def task(scenario: hc.Scenario) -> Task:
    watch = [{"name": "own", "of": "phq9_start - phq9", "given": "", "when": "at", "week": -1, "least": 0.0}]
    return Task.of(scenario, ARMS, METRICS, watch=watch)


def test_points_are_what_a_study_of_that_variant_says(scenario: hc.Scenario, task: Task) -> None:
    """Mutant seen: keys of the document sorted, which draws cultures in another order."""
    runs = run_points(task, POINTS[:3])
    study = hc.Experiment(scenario).run(progress=False)
    table = study.table("estimates").query("culture == 'all' and twin == 'factual'").set_index(["variant", "arm"])
    for point, variant in enumerate(["default", "b_E_0", "chi_h_0"]):
        for a, arm in enumerate(ARMS):
            rows = table.loc[(variant, arm)]
            for m, (name, reading) in {0: ("phq9", "week_12"), 1: ("dropout", ""), 4: ("erosion_human", "")}.items():
                row = rows[(rows["metric"] == name) & (rows["reading"] == reading)].iloc[0]
                assert runs.estimate[point, a, m] == row["estimate"], (variant, arm, name)
                assert runs.noise_se[point, a, m] == pytest.approx(row["noise_se"], rel=1e-9), (variant, arm, name)
    assert np.isnan(runs.estimate[:, 0, 3]).all() and (runs.estimate[:, 1, 3] > 0.2).all()  # no assistant to misread
    far = "variant == 'default' and culture == 'far' and metric == 'phq9' and reading == 'post'"
    levels = study.table("estimates").query(far)
    value = levels.set_index(["arm", "twin"])["estimate"]
    for a, arm in enumerate(ARMS):
        apart = value[(arm, "factual")] - value[(arm, "no_distance")]
        assert runs.estimate[0, a, 2] == pytest.approx(apart, abs=1e-12)


def test_a_measure_of_ones_own_stands_behind_the_metrics(task: Task) -> None:
    runs = run_points(task, POINTS)
    entry = run_points(Task.of(hc.load(BASE), ARMS, ["phq9@week_12"], replicates=4, clients=60), POINTS)
    assert [m["name"] for m in runs.metrics][-1] == "own"
    start = runs.estimate[:, :, -1] + entry.estimate[:, :, 0]  # everybody's mean at entry, alike everywhere
    assert start == pytest.approx(np.full(start.shape, start[0, 0]), abs=1e-4)


def test_the_same_bits_in_parts_on_other_threads_and_in_other_blocks(task: Task) -> None:
    whole = run_points(task, POINTS, threads=2)
    for threads, block, isa in ((1, 256, ""), (2, 7, ""), (1, 64, "baseline")):
        again = run_points(task, POINTS, threads=threads, block=block, instruction_set=isa)
        assert again.hash == whole.hash, (threads, block, isa)
    for point, text in enumerate(POINTS):
        alone = run_points(task, [text])
        assert np.array_equal(alone.values[0], whole.values[point], equal_nan=True)


def test_points_of_their_own_luck_are_unpaired(scenario: hc.Scenario) -> None:
    task = Task.of(scenario, ARMS, ["phq9@week_12"], paired=False)
    runs = run_points(task, ["{}", "{}"])
    assert (runs.values[0] != runs.values[1]).all()
    assert np.array_equal(run_points(task, ["{}"], first=1).values[0], runs.values[1])
    paired = run_points(Task.of(scenario, ARMS, ["phq9@week_12"], paired=True), ["{}", "{}"])
    assert np.array_equal(paired.values[0], paired.values[1])


def test_a_patch_can_be_for_one_arm_alone(task: Task) -> None:
    monthly = patch_text({"arms": {"hybrid": patch_of({"/pathway/steps/care/human/every_weeks": 4})}})
    runs = run_points(task, ["{}", monthly])
    assert np.array_equal(runs.values[0, 0], runs.values[1, 0], equal_nan=True)
    assert not np.array_equal(runs.values[0, 1], runs.values[1, 1], equal_nan=True)


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ('{"change": {"empathy_elasticity": 99}}', "#/change/empathy_elasticity: 99 is outside [0, 8]"),
        ('{"change": {"empathy_elastic": 1}}', "nearest: 'empathy_elasticity'"),
        ('{"arms": {"hybird": {}}}', "point#/arms/hybird: unknown key 'hybird'; nearest: 'hybrid'"),
        ('{"arms": []}', "point#/arms: expected an object, found a list"),
        ("[1]", "point: expected an object, found a list"),
        ("{", "point:1:2: not JSON"),
        ('{"course": {"harm": 0, "harm": 1}}', "point#/course/harm"),
    ],
)
def test_a_wrong_point_fails_alone(task: Task, point: str, reason: str) -> None:
    runs = run_points(task, ["{}", point, "{}"])
    assert list(runs.failures) == [1] and reason in runs.failures[1]
    assert np.isnan(runs.estimate[1]).all() and np.isnan(runs.values[1]).all()
    assert np.array_equal(runs.values[0], runs.values[2], equal_nan=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"arms": ["hybird"], "metrics": ["phq9"]}, "arms: unknown arm 'hybird'; nearest: 'hybrid'"),
        ({"arms": ["human", "human"], "metrics": ["phq9"]}, "arms: 'human' stands twice"),
        ({"arms": [], "metrics": ["phq9"]}, "arms: no arm to be run"),
        ({"metrics": []}, "metrics: nothing to be read off"),
        ({"metrics": ["phq"]}, "unknown metric 'phq'; nearest: 'phq9'"),
        ({"metrics": ["phq9@weak_12"]}, "unknown reading of phq9 'weak_12'"),
        ({"metrics": ["phq9-no_distanc"]}, "unknown twin 'no_distanc'; nearest: 'no_distance'"),
        ({"metrics": ["phq9/farr"]}, "unknown culture 'farr'; nearest: 'far'"),
        ({"metrics": ["phq9@"]}, "is not NAME[@READING][-TWIN][/CULTURE]"),
        ({"metrics": ["phq9"], "clients": 0}, "--clients: 0 is outside"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_work(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(hc.ConfigError) as error:
        Task.of(hc.load(BASE), **arguments)  # type: ignore[arg-type]
    assert message in str(error.value)


def test_a_long_point_can_be_stopped_while_it_runs(scenario: hc.Scenario) -> None:
    """By what is told of progress, at a deadline. Mutant seen: told only when a point is done."""

    class Stopped(Exception):
        pass

    def tick(done: int, total: int) -> None:
        raise Stopped(done)

    with pytest.raises(Stopped) as error:
        run_points(Task.of(scenario, ARMS, ["dropout"], replicates=100, clients=4000), ["{}"], progress=tick)
    assert error.value.args == (0,)


def test_metrics_are_written_as_they_are_read() -> None:
    for text in ("phq9", "phq9@week_12", "phq9-no_distance/far", "dropout/near", "phq9@post-nobody_leaves"):
        assert str(Metric.parse(text)) == text
    with pytest.raises(hc.ConfigError):
        patch_of({"course/harm": 1})
    away = {"/pathway/steps/care/human": None, "/course/harm": 0.1}
    assert patch_of(away) == {"pathway": {"steps": {"care": {"human": None}}}, "course": {"harm": 0.1}}
