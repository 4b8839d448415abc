"""Break-even over parameter sets: each set's own root, the two uncertainties apart, and sets without a root.

Seen to fail: the noise turned round, another slope, the last root for the first, all sets at the first one's values,
the margin left out, an arm's own value in force, a number moved that the rival fixes, what chance leaves open called
settled, lines that stay above called crossings, no second look, nothing said of what a fit does not tell.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ensemble_fixture import small, written
from helpers import TINY, tiny
from typer.testing import CliRunner

import hybridcare as hc
from hybridcare import breakeven_sets
from hybridcare.breakeven_sets import first_root, stands
from hybridcare.cli import app
from hybridcare.sets_beside import AT_DEFAULTS, NOT_TOLD, size

GRID = np.linspace(0, 4, 9)


def test_a_root_by_replicate_is_moved_by_the_noise_over_the_slope() -> None:
    luck = np.array([-1.0, 0.0, 1.0])
    root, values, count = first_root(GRID, 2 * GRID[:, None] - 3.2 + 0.5 * luck)
    assert (root, count) == (pytest.approx(1.6), 1)
    assert values == pytest.approx(1.6 - 0.25 * luck)  # above the line is before the root: by half of .5
    exact = [first_root(GRID, 2 * GRID[:, None] - 3.2 + np.full((1, 2), 0.5 * one))[0] for one in luck]
    assert values == pytest.approx(exact)  # of a straight line the first order is all of it
    assert first_root(GRID, (GRID - 1)[:, None] * (GRID[:, None] - 3) + 0 * luck)[::2] == (pytest.approx(1), 2)
    nowhere = first_root(GRID, GRID[:, None] + 1 + 0 * luck)
    assert np.isnan(nowhere[0]) and np.isnan(nowhere[1]).all() and nowhere[2] == 0


def test_it_is_told_where_a_line_stays_and_what_chance_leaves_open() -> None:
    noise = np.array([-0.5, -0.1, 0.1, 0.5])
    for line, side, unsure in ((GRID - 2, "crosses", False), (GRID + 5, "above", False), (-GRID - 5, "below", False),
                               (0.01 * GRID + 0.1, "above", True), (0.01 * (GRID - 2), "crosses", True)):  # fmt: skip
        assert stands(line[:, None] + noise) == (side, unsure), line
    assert stands(np.zeros((9, 4))) == ("even", False)
    assert stands(np.full((9, 4), np.nan)) == ("unknown", True)


def test_sizes_keep_the_work_and_never_exceed_the_verbs_own() -> None:
    assert size(32, 2000, 0.05) == (8, 400)  # 3,200 clients of 64,000
    assert size(32, 2000, 5.0) == (8, 2000) and size(4, 10, 1e-6) == (4, 10) and size(1, 100, 0.1) == (1, 16)


def test_each_set_has_the_root_of_a_scenario_that_says_its_numbers() -> None:
    """A set's root is that of the scenario with the set's numbers written into it, at the same sizes."""
    experiment = hc.Experiment(hc.Scenario.of(TINY), clients=150, replicates=4)
    sets = {"/change/rate": [0.8, 1.4], "/course/harm": [0.0, 0.1]}
    asked = {"path": "/practice/rate", "arm": "hybrid", "against": "human", "within": (0, 3), "margin": -0.3}
    found = experiment.breakeven(**asked, uncertainty=small(values=sets), sets=2)  # type: ignore[arg-type]
    assert found.over is not None
    rows = found.over.table()
    assert sorted(rows["set"]) == [0, 1]
    for row in rows.itertuples():
        rate, harm = (each[row.set] for each in sets.values())
        alone = hc.Experiment(experiment.scenario.with_({"change": {"rate": rate}, "course": {"harm": harm}}),
                              **found.over.size)  # fmt: skip
        there = alone.breakeven(**asked).table().set_index("model").loc["default"]  # type: ignore[arg-type]
        assert row.root == pytest.approx(there["root"], abs=0.02), row
        assert row.noise_se > 0
    assert rows["root"].nunique() == 2
    summary = found.over.summary()
    assert NOT_TOLD in found._repr_html_() and "parameter sets" in found._repr_html_()
    assert summary["has_root"] == 1 and summary["parameter_sd"] > 0 and summary["noise_se"] > 0


def test_each_crossing_is_run_once_more_at_its_own_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A curved line comes closer by it: the root of x² − 2 between .5 steps is 1.4 by a line, 1.414 with one more."""
    asked: list[int] = []
    run = breakeven_sets.run_points
    monkeypatch.setattr(breakeven_sets, "run_points", lambda task, points, *rest: asked.append(len(points))
                        or run(task, points, *rest))  # fmt: skip
    experiment = hc.Experiment(hc.Scenario.of(TINY), clients=60, replicates=2)
    found = experiment.breakeven("/practice/rate", margin=-0.3, within=(0, 3), uncertainty=small(), sets=4)
    assert found.over is not None and asked == [4 * 9, found.over.side.count("crosses")] and asked[1] > 0
    lines = breakeven_sets._Lines(GRID, np.stack([np.repeat(GRID[:, None] ** 2 - 2, 2, axis=1)]))
    near = lines.nearer(0, whole=False)
    assert near == pytest.approx(1.4) and lines.nearer(0, whole=True) is None  # 1 was run already
    lines.add([(0, 1.4)], np.full((1, 2), 1.4**2 - 2))
    assert first_root(*lines.line(0))[0] == pytest.approx(2**0.5, abs=1e-3)


def test_sets_without_a_root_are_counted_and_left_out_of_the_interval() -> None:
    """The hybrid never comes to 1 point above the human arm where misreading harms nothing."""
    experiment = hc.Experiment(hc.Scenario.of(TINY), clients=150, replicates=4)
    sets = {"/course/harm": [0.0, 0.6, 0.9]}
    found = experiment.breakeven("/practice/rate", margin=0.5, within=(0, 1), uncertainty=small(values=sets), sets=3)
    assert found.over is not None
    rows = found.over.table().set_index("set")
    assert rows.loc[0, "side"] == "below" and np.isnan(rows.loc[0, "root"])
    summary = found.over.summary()
    assert summary["stays_below"] == pytest.approx(1 / 3) and summary["has_root"] < 0.7
    assert found.over.spread.sets == (rows["side"] == "crosses").sum()
    assert "33% it stays below" in found.over.sentences("points")[1]


def test_the_number_is_moved_where_an_arm_has_its_own_and_refused_where_the_rival_fixes_it() -> None:
    """An arm's own harm of 0 is varied all the same, as it is at one set: then both arms differ from one set's."""
    arms = {**TINY["arms"], "hybrid": {**TINY["arms"]["hybrid"], "course": {"harm": 0}}}
    experiment = hc.Experiment(hc.Scenario.of(tiny(arms=arms)), clients=60, replicates=2)
    ensemble = small(values={"/course/harm": [0.0, 0.1], "/change/rate": [1.0, 1.0]})
    asked = {"path": "/course/harm", "arm": "hybrid", "within": (0, 1)}
    found = experiment.breakeven(**asked, uncertainty=ensemble, sets=2)  # type: ignore[arg-type]
    assert found.over is not None and found.over.sets.held == ("/arms/hybrid/course/harm",)
    assert (found.over.curves[:, -1] > found.over.curves[:, 0] + 0.1).all()
    assert (found.over.curves[0] == found.over.curves[1]).all()  # the sets differ in the varied number alone
    with pytest.raises(hc.ConfigError, match="R0 fixes /course/harm"):
        experiment.breakeven(**asked, uncertainty=small(rival="R0"), sets=2)  # type: ignore[arg-type]


def test_the_command_says_both_and_what_a_fit_does_not_tell(tmp_path: Path) -> None:
    asked = ["breakeven", "hybrid_vs_human_vs_ai", "/course/harm", "--clients", "20", "--replicates", "3", "--quiet",
             "--within", "0", "0.12"]  # fmt: skip
    picture = tmp_path / "even.svg"
    told = CliRunner().invoke(app, [*asked, "--uncertainty", str(written(tmp_path)), "--sets", "4",
                                    "--picture", str(picture)])  # fmt: skip
    assert told.exit_code == 0, told.output
    words = " ".join(told.stdout.split())
    assert words.index(NOT_TOLD) < words.index("Over 4 parameter sets of R1")
    for expected in ("what published figures leave open", "Monte Carlo error", "The ensemble has 4.0 effective sets",
                     "At the scenario's own numbers, chance alone:"):  # fmt: skip
        assert expected in words, expected
    assert picture.read_text(encoding="utf-8").count("#6b7480") >= 2  # the band over sets, and its middle
    plain = CliRunner().invoke(app, [*asked, "--uncertainty", "defaults"])
    assert AT_DEFAULTS in " ".join(plain.stdout.split()) and "parameter sets" not in plain.stdout
    with pytest.raises(hc.ConfigError, match="defaults"):
        CliRunner().invoke(app, ["breakeven", "core_reference", "/course/harm", "--uncertainty", "ensemble"],
                           catch_exceptions=False)  # fmt: skip
