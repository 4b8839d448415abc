"""One client in several parameter sets: their own courses, the same draws, and nothing called knowledge of a person.

Seen to fail: every set in the scenario's own numbers, an arm's own value lost, a rival left out, another client or
replicate, quantiles exchanged, ends counted once, nothing said of the set in which it is told.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ensemble_fixture import small, written
from helpers import TINY, in_process, tiny

import hybridcare as hc
from hybridcare.rivals_words import head
from hybridcare.sets_beside import AT_DEFAULTS, NOT_TOLD
from hybridcare.story_sets import ARTEFACT, TOLD_AT, StoryOver, scenario_in
from hybridcare.uncertainty import parameter_sets, run_over

VALUES = {"/change/rate": [0.3, 1.2, 2.5], "/course/harm": [0.0, 0.05, 0.1]}


@pytest.mark.parametrize("rival", ["R0", "R1", "R3"])
def test_a_scenario_in_a_set_is_what_verbs_run_there(rival: str) -> None:
    """With an arm that sets numbers itself, two of a whole of eight, and in a rival that changes what contacts are."""
    own = {"course": {"harm": 0.3}, "quality": {"weight": {"technique": 0.22, "resonance": 0.2}}}
    arms = {**TINY["arms"], "hybrid": {**TINY["arms"]["hybrid"], **own}}
    scenario = hc.Scenario.of(tiny(arms=arms))
    weights = {"/quality/weight/technique": [0.32, 0.22, 0.12], "/quality/weight/validation": [0.12, 0.22, 0.32]}
    sets = parameter_sets(scenario, small(values={**VALUES, **weights}, rival=rival), sets=2)
    assert sets is not None and ("/arms/hybrid/course/harm" in sets.held) == (rival != "R0")  # which fixes it itself
    there = run_over(scenario, sets, ["ai", "hybrid"], ["phq9"], 2, 30)
    for at in range(2):
        run = hc.Experiment(scenario_in(scenario, sets, at), clients=30, replicates=2, variants={}).run(
            twins=False, progress=False)  # fmt: skip
        level = run.table().query("metric == 'phq9' and reading == 'week_6' and culture == 'all' and twin == 'factual'")
        for place, arm in enumerate(["ai", "hybrid"]):
            assert there.runs.estimate[at, place, 0] == float(level[level["arm"] == arm]["estimate"].iloc[0]), (at, arm)
    with pytest.raises(hc.ConfigError, match=r"no whole number in \[0, 1\]"):
        scenario_in(scenario, sets, 2)


@pytest.fixture(scope="module")
def told() -> hc.Story:
    results = hc.Experiment(hc.Scenario.of(TINY)).alone()
    return results.story(5, "hybrid", replicate=1, uncertainty=small(values=VALUES), sets=3)


def test_the_band_is_of_the_same_client_in_each_set(told: hc.Story) -> None:
    over = told.over
    assert over is not None and len(over.courses) == 3
    for at in range(3):
        whole = over.in_set(at)
        assert (whole.client, whole.arm, whole.replicate) == (5, "hybrid", 1)
        pd.testing.assert_frame_equal(whole.course, over.courses[at])
    levels = np.stack([course["oracle_symptom"] for course in over.courses.values()])
    assert (levels[:, 0] == levels[0, 0]).all() and len(np.unique(levels[:, -1])) == 3  # alike at entry, then apart
    table = over.table()
    assert table["latent"].to_numpy() == pytest.approx(np.median(levels, axis=0))
    assert (table["latent_low"] <= table["latent"]).all() and (table["latent"] <= table["latent_high"]).all()
    assert table["latent_low"].iloc[-1] == pytest.approx(np.quantile(levels[:, -1], 0.05))


def test_how_it_ends_is_counted_over_sets(told: hc.Story) -> None:
    assert told.over is not None
    exits = {name: step["exit"] for name, step in told.steps.items()}
    ended = next(name for name, kind in exits.items() if kind == "completed")
    left = next(name for name, kind in exits.items() if kind == "dropped")
    courses = {at: pd.DataFrame({"step": ["care", name]}) for at, name in enumerate([ended, left, ended])}
    ends = StoryOver(told, told.over.sets, courses, {}).ends
    assert ends == {"care completed": pytest.approx(2 / 3), "left before the planned end of care": pytest.approx(1 / 3)}
    assert list(ends)[0] == "care completed"


def test_it_says_in_which_set_it_is_told_and_that_no_person_has_it(told: hc.Story, tmp_path: Path) -> None:
    words = told.words()
    assert words.startswith(NOT_TOLD) and TOLD_AT in words and ARTEFACT in words
    assert "3 parameter sets of R1" in words and "interval for no person" in words
    text = told.report(tmp_path / "story.html").read_text(encoding="utf-8")
    assert "The same client in other parameter sets" in text and "no Monte Carlo error in the band" in text
    alone = told.results.story(5, "hybrid")
    assert alone.over is None and alone.words().startswith(TOLD_AT) and ARTEFACT not in alone.words()


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_the_command_takes_a_file_and_works_without_one(tmp_path: Path) -> None:
    asked = ("story", "hybrid_vs_human_vs_ai", "--client", 3)
    ensemble = written(tmp_path, values=VALUES)
    done = in_process(*asked, "--uncertainty", ensemble, "--sets", 2, cwd=tmp_path)
    assert done.returncode == 0 and _flat(done.stdout).startswith(f"{head()} {NOT_TOLD}"), done.stderr
    core = in_process("story", "core_reference", cwd=tmp_path)
    assert core.returncode == 0 and _flat(core.stdout).startswith(f"{head()} {TOLD_AT}")
    assert AT_DEFAULTS not in core.stdout
