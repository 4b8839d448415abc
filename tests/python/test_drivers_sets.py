"""Drivers over the range that fitted sets leave: each number alone, all together, and what was informed.

Seen to fail: both ends exchanged, a change from another base, a number moved that the scenario says itself, the joint
with other values, a number called not informed of which nothing is said, the span's end for the change there, nothing
said of what a fit does not tell.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ensemble_fixture import small, written
from helpers import TINY, in_process, tiny

import hybridcare as hc
from hybridcare.drivers import Drivers
from hybridcare.drivers_sets import moved_to
from hybridcare.rivals_words import head
from hybridcare.sets_beside import AT_DEFAULTS, NOT_TOLD
from hybridcare.uncertainty import parameter_sets, run_over

RATE, HARM, HALO = "/change/rate", "/course/harm", "/intake/halo_sd"
VALUES = {RATE: [0.7, 0.9, 1.1, 1.3], HARM: [0.02, 0.04, 0.06, 0.08], HALO: [0.1, 0.11, 0.12, 0.13]}
ROWS = [{"pointer": RATE, "informed": True, "prior_q05": 0.2, "prior_q95": 2.0}, {"pointer": HARM, "informed": False},
        {"pointer": HALO}]  # fmt: skip


@cache
def found() -> Drivers:
    return hc.Experiment(hc.Scenario.of(TINY)).drivers(
        brief=True, replicates=2, clients=40, uncertainty=small(values=VALUES, parameters=ROWS), sets=4)  # fmt: skip


def test_a_number_alone_at_the_end_of_its_sets_is_that_scenario() -> None:
    over = found().over
    assert over is not None and over.task.arms == ("hybrid", "human")
    size = {"replicates": over.task.replicates, "clients": over.task.clients}
    rows = over.table().set_index("path")

    def difference(change: dict[str, object]) -> float:
        changed = hc.Scenario.of({**TINY, **change})
        run = hc.Experiment(changed, **size, variants={}).run(twins=False, progress=False)
        table = run.table().query("metric == 'phq9' and reading == 'week_6' and culture == 'all' and "
                                  "twin == 'factual'").set_index("arm")["estimate"]  # fmt: skip
        return float(table["hybrid"] - table["human"])

    for path, member, name in ((RATE, "change", "rate"), (HARM, "course", "harm")):
        for end, column in ((0.05, "low"), (0.95, "high")):
            value = float(np.quantile(VALUES[path], end))
            assert rows.loc[path, f"set_{column}"] == pytest.approx(value)
            moved = difference({member: {name: value}}) - difference({})
            assert rows.loc[path, f"change_{column}"] == pytest.approx(moved, abs=1e-9), path
    assert rows.loc[HALO, "effect"] == 0 and not rows.loc[HALO, "beyond_noise"]  # a halo in ratings moves no symptom


def test_it_says_what_was_informed_and_shows_the_fields_span_beside() -> None:
    over = found().over
    assert over is not None
    rows = over.table()
    assert rows["effect"].is_monotonic_decreasing
    named = rows.set_index("path")
    assert named["informed"].to_dict() == {RATE: True, HARM: False, HALO: None}
    assert (named.loc[RATE, "prior_low"], named.loc[RATE, "prior_high"]) == (0.2, 2.0) and np.isnan(
        named.loc[HARM, "prior_low"])
    screened = found().table().set_index("path")
    assert named.loc[HARM, "span_high"] == screened.loc[HARM, "high"] != named.loc[HARM, "set_high"]
    assert named.loc[HARM, "span_change_high"] == screened.loc[HARM, "change_high"]
    words = " ".join(over.sentences)
    assert "Of 3 fitted numbers the published figures informed 1; 1 they did not" in words


def test_a_share_that_is_moved_takes_the_others_with_it() -> None:
    """Else the reader would refuse it: weights of quality, and shares of pathways, sum to 1."""
    weights = {"/quality/weight/technique": 0.4, "/quality/weight/curiosity": 0.2, "/quality/weight/resonance": 0.4}
    moved = moved_to({**weights, "/course/harm": 0.06}, "/quality/weight/technique", 0.7)
    assert moved == pytest.approx({"/quality/weight/technique": 0.7, "/quality/weight/curiosity": 0.1,
                                   "/quality/weight/resonance": 0.2})  # fmt: skip
    assert moved_to(weights, HARM, 0.1) == {HARM: 0.1}
    values = {"/quality/weight/technique": [0.1, 0.4], "/quality/weight/resonance": [0.32, 0.02],
              "/practice/share/focusing": [0.25, 0.25]}  # fmt: skip
    told = hc.Experiment(hc.Scenario.of(TINY)).drivers(brief=True, replicates=2, clients=10,
                                                       uncertainty=small(values=values), sets=2)  # fmt: skip
    assert told.over is not None and told.over.runs.failures == {}
    assert told.over.table().set_index("path").loc["/quality/weight/technique", "effect"] > 0


def test_all_together_is_the_run_over_the_sets() -> None:
    over = found().over
    assert over is not None
    scenario = hc.Scenario.of(TINY)
    sets = parameter_sets(scenario, small(values=VALUES, parameters=ROWS), sets=4)
    assert sets is not None
    there = run_over(scenario, sets, ["hybrid", "human"], ["phq9"], over.task.replicates, over.task.clients)
    assert over.joint == there.spread("hybrid", 0, "human") and over.joint.sets == 4


def test_what_the_scenario_says_itself_is_not_moved_and_another_variant_is_refused() -> None:
    ensemble = small(values=VALUES, parameters=ROWS)
    how = {"brief": True, "replicates": 2, "clients": 10, "uncertainty": ensemble, "sets": 2}
    own = hc.Experiment(hc.Scenario.of(tiny(course={"harm": 0.05}))).drivers(**how)  # type: ignore[arg-type]
    assert own.over is not None and set(own.over.pointers) == {RATE, HALO} and own.over.sets.held == (HARM,)
    arms = {**TINY["arms"], "ai": {**TINY["arms"]["ai"], "course": {"harm": 0.05}}}
    other = hc.Experiment(hc.Scenario.of(tiny(arms=arms)))
    for arm, moved in (("human", {RATE, HARM, HALO}), ("ai", {RATE, HALO})):  # what another arm says does not matter
        told = other.drivers(arm=arm, **how)  # type: ignore[arg-type]
        assert told.over is not None and set(told.over.pointers) == moved
    with pytest.raises(hc.ConfigError, match="sets are of the first variant"):
        hc.Experiment(hc.Scenario.of(TINY)).drivers(variant="no_harm", **how)  # type: ignore[arg-type]


def test_the_command_says_it_first(tmp_path: Path) -> None:
    asked = ("drivers", "hybrid_vs_human_vs_ai", "--brief", "--clients", 10, "--replicates", 2, "--top", 3, "--quiet")
    ensemble = written(tmp_path, values=VALUES, parameters=ROWS)
    words = " ".join(in_process(*asked, "--uncertainty", ensemble, "--sets", 4, cwd=tmp_path).stdout.split())
    assert words.startswith(f"{head()} {NOT_TOLD}") and "what published figures leave open" in words
    assert "Over 5 to 95 % of 4 sets of R1, one at a time" in words
    plain = " ".join(in_process(*asked, "--uncertainty", "defaults", cwd=tmp_path).stdout.split())
    assert plain.startswith(f"{head()} {AT_DEFAULTS}") and "one at a time, points" not in plain
