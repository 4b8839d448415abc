"""Gates over parameter sets: two doubts in one chance, and both named.

Seen to fail: every set at the scenario's own numbers, the least chance for the mean, the sets left out of the verdict,
chance called spread over sets, all cultures for the worst, a chance where nobody is counted, both doubts exchanged,
nothing said of the sets in the sentence, of the fit beside the numbers, or before them.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ensemble_fixture import small, written
from helpers import in_process
from hybridcare.evaluation import Evaluation, evaluate, name_of
from hybridcare.evaluation_sets import doubt
from hybridcare.points import Task, run_points
from hybridcare.rival_sets import middle_sets
from hybridcare.rivals_words import head
from hybridcare.sets_beside import AT_DEFAULTS, NOT_TOLD

import hybridcare as hc

SIZE: dict[str, Any] = {"clients": 50, "replicates": 8, "progress": False, "protocols": "sole_provider"}
RATES = [0.05, 0.9, 1.2]  #: points a week of /change/rate, from hardly anything on
GATES = {"chance": 0.8, "models": ["R1"], "gates": {
    "outcome": {"metric": "phq9@week_12", "against": "waiting", "most": -1},
    "gap": {"metric": "misread_difference_assistant", "cultures": "worst", "most": 0.2},
    "nobody": {"metric": "erosion_human", "most": 0.5}}}  # fmt: skip


@cache
def found() -> Evaluation:
    ensemble = small(values={"/change/rate": RATES})
    return evaluate("illustrative_companion", thresholds=GATES, uncertainty=ensemble, sets=3, **SIZE)


def test_a_set_is_evaluated_as_the_scenario_that_says_its_numbers() -> None:
    """With three sets there is room for all clients and draws: the numbers are those of that scenario's R1."""
    over = found().over
    assert over is not None and over.each.new.task.replicates == 8 and over.each.new.task.clients == 50
    for point, number in enumerate(over.sets.chosen):
        start = hc.load("measured_assistant").with_({"change": {"rate": RATES[number]}})
        alone = evaluate("illustrative_companion", thresholds=GATES, scenario=start, uncertainty="defaults", **SIZE)
        for gate in alone.asked.gates[:2]:
            there = alone.chances().query("gate == @gate.name and model == 'R1'").iloc[0]
            here = over.each.chances().query("gate == @gate.name").iloc[point]
            for name in ("value", "noise_se", "open_sd", "culture"):
                assert here[name] == there[name], (gate.name, name)
            assert here["chance"] == pytest.approx(there["chance"], abs=0.02)  # less finely integrated


def test_each_rival_is_run_in_the_middle_set_of_its_own_ensemble() -> None:
    """As the scenario whose arms are this protocol says it; b_E on top of R1's set; R1's set is of what was given."""
    ensemble = small(values={"/change/rate": RATES})
    ran = evaluate("illustrative_companion", thresholds=GATES, uncertainty=ensemble, sets=2,
                   **{**SIZE, "clients": 20, "replicates": 4})  # fmt: skip
    base = hc.Experiment("measured_assistant", clients=20, replicates=4, variants=["default"]).scenario
    points = {name: json.loads(each.points[0]) for name, each in middle_sets(base, ["R1", "R2"], ensemble).items()}
    assert points["R1"]["change"]["rate"] == RATES[1] != points["R2"]["change"]["rate"]
    points["b_E 3"] = {**points["R1"], "change": {**points["R1"]["change"], "empathy_elasticity": 3}}
    runs, names = ran.new.runs, [name_of(model) for model in ran.models]
    for name, point in points.items():
        alone = run_points(Task.of(base, ["measured"], ["phq9@week_12"]), [json.dumps(point)], 1, None)
        assert runs.estimate[names.index(name), runs.arms.index("sole_provider"), 0] == alone.estimate[0, 0, 0], name
    assert any(line.startswith("Refitted, each in the middle set of its own ensemble: R0, R1, R2, R3, R4.")
               for line in ran.caveats)  # fmt: skip


def test_the_chance_over_sets_is_their_mean_and_both_doubts_stand_apart() -> None:
    over = found().over
    assert over is not None
    each = over.each.chances().query("gate == 'outcome'")
    row = over.table().query("gate == 'outcome'").iloc[0]
    assert row["chance"] == pytest.approx(each["chance"].mean()) and each["chance"].nunique() == 3
    assert row["median"] == pytest.approx(each["value"].median()) and row["low"] < row["median"] < row["high"]
    assert row["measurement_sd"] == pytest.approx(np.sqrt((each["open_sd"] ** 2).mean()))
    assert row["parameter_sd"] > row["measurement_sd"] > 0  # a rate of .05 to 1.2 against one profile
    assert row["parameter_sd"] < each["value"].std() * 1.001  # chance is taken off
    assert row["passing"] == pytest.approx((each["chance"] >= 0.8).mean())
    gap = over.table().query("gate == 'gap'").iloc[0]
    assert gap["parameter_sd"] < 0.2 * gap["measurement_sd"]  # how a rate of change does not touch what is read
    assert gap["culture"] in ("near", "far", "farthest")


def test_the_verdict_needs_the_sets_too_and_names_both_sources() -> None:
    card = found().scorecard().set_index("gate")
    rows = found().chances().query("gate == 'outcome'").set_index("model")
    assert rows.loc["R1", "chance"] > 0.8 > rows.loc["R1 sets", "chance"]
    assert card.loc["outcome", "passed"] is False and card.loc["outcome", "in_model"] == "R1 sets"
    assert "what the measurement and what the published figures leave open together" in found().sentence
    assert "outcome (sole_provider)" in found().sentence.partition("not passed")[2]
    without = evaluate("illustrative_companion", thresholds=GATES, uncertainty="defaults", **SIZE)
    assert without.scorecard().set_index("gate").loc["outcome", "passed"] is True
    assert AT_DEFAULTS in without.caveats and "sets" not in set(without.chances()["kind"])
    assert found().caveats.index(NOT_TOLD) < found().caveats.index(f"Thresholds: {found().asked.source}.")
    assert any("measuring more would help less" in line for line in found().over.sources())  # type: ignore[union-attr]


def test_what_nobody_is_counted_in_has_no_chance_and_does_not_pass() -> None:
    row = found().over.table().query("gate == 'nobody'").iloc[0]  # type: ignore[union-attr]
    assert row["sets"] == 0 and math.isnan(row["chance"])
    assert found().scorecard().set_index("gate").loc["nobody", "passed"] is None
    json.dumps(found().document(), allow_nan=False)


def test_an_old_profile_is_run_in_the_same_sets() -> None:
    """Against itself nothing is left: no doubt of either kind."""
    gates = {"gates": {"same": {"metric": "phq9@week_12", "against": "old", "most": 0.0}}}
    same = evaluate("illustrative_companion", "illustrative_companion", thresholds=gates, sets=2,
                    uncertainty=small(values={"/change/rate": RATES[1:]}), **SIZE)  # fmt: skip
    row = same.over.table().iloc[0]  # type: ignore[union-attr]
    assert (row["value"], row["parameter_sd"], row["measurement_sd"], row["chance"]) == (0, 0, 0, 1)


def test_both_doubts_in_words() -> None:
    said = doubt(0.3, 0.1, "points")
    assert said.startswith("0.3 points from what the published figures leave open, 0.1 points from what the")
    assert doubt(0.3, 0.1, "points").endswith("help less") and doubt(0.1, 0.3, "points").endswith("help most")
    assert doubt(math.nan, 0.1, "points") == ""


def test_the_command_says_it_first_and_a_page_holds_it(tmp_path: Path) -> None:
    gates, page = tmp_path / "gates.json", tmp_path / "card.html"
    gates.write_text(json.dumps(GATES), encoding="utf-8")
    ensemble = written(tmp_path, values={"/change/rate": RATES})
    asked = ("evaluate", "illustrative_companion", "--thresholds", gates, "--clients", 40, "--replicates", 4, "--quiet",
             "--protocol", "sole_provider")  # fmt: skip
    done = in_process(*asked, "--uncertainty", ensemble, "--sets", 3, "--report", page, cwd=tmp_path)
    words = " ".join(done.stdout.split())
    assert done.returncode == 3 and words.startswith(head()) and words.index(NOT_TOLD) < words.index("gates passed")
    assert "over parameter sets" in words and "R1 sets" in words
    text = page.read_text(encoding="utf-8")
    assert "Over parameter sets" in text and "what the published figures leave open" in text
    plain = in_process(*asked, "--uncertainty", "defaults", "--json", cwd=tmp_path)
    assert json.loads(plain.stdout)["sets"] == [] and AT_DEFAULTS in json.loads(plain.stdout)["caveats"]
