"""A measured assistant against its gates: chances, thresholds read strictly, the exit code that stops a pipeline."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import hybridcare as cli
from helpers import opened, refusal
from hybridcare.errors import ConfigError
from hybridcare.evaluation import Evaluation, evaluate
from hybridcare.gate_chance import chance, chance_of_all, without_luck
from hybridcare.places import data_folder
from hybridcare.profiles import bundled_profiles
from hybridcare.thresholds import ASSUMED, evaluation, thresholds

import hybridcare as hc

NAMES = ["R0", "R1", "R2", "R3", "R4", "b_E 0", "b_E 1.5", "b_E 3"]
PROTOCOLS = list(evaluation()["protocols"])
SMALL: dict[str, Any] = {"clients": 60, "replicates": 8, "progress": False, "uncertainty": "defaults"}
EASY = {"format": 1, "chance": 0.5, "gates": {"waiting": {"metric": "phq9@week_12", "against": "waiting", "most": 9}}}


@cache
def found() -> Evaluation:
    gates = {"outcome": {"metric": "phq9@week_12", "against": "waiting", "most": -1},
             "impossible": {"metric": "phq9@week_12", "most": 1},
             "gap": {"metric": "misread_difference_assistant", "cultures": "worst", "most": 0.1},
             "heard": {"metric": "satisfaction", "least": 0.01, "protocols": ["hybrid"]},
             "no_worse": {"metric": "phq9@week_12", "against": "old", "most": 0.0}}  # fmt: skip
    return evaluate("illustrative_companion", "illustrative_first_look", thresholds={"gates": gates},
                    protocols=["hybrid", "sole_provider"], **SMALL)  # fmt: skip


def test_the_scorecard_has_a_line_for_each_gate_and_protocol() -> None:
    card = found().scorecard().set_index(["protocol", "gate"])
    assert len(card) == 9  # five gates, one of them in hybrid alone
    assert card.loc[("hybrid", "outcome"), "passed"] is True and card.loc[("hybrid", "heard"), "passed"] is True
    assert card.loc[("hybrid", "impossible"), "passed"] is False and not found().passed
    assert card.loc[("hybrid", "gap"), "culture"] in ("near", "far", "farthest")
    assert "impossible (sole_provider, hybrid)" in found().sentence and "heard" not in found().sentence
    assert found().protocols["hybrid"].startswith("Hybrid")


def test_a_chance_stands_in_every_model_and_the_least_one_decides() -> None:
    rows = found().chances()
    own = rows[(rows["gate"] == "outcome") & (rows["protocol"] == "sole_provider")].set_index("model")
    assert list(own.index) == NAMES
    card = found().scorecard().set_index(["protocol", "gate"]).loc[("sole_provider", "outcome")]
    assert card["least_chance"] == own["chance"].min() and card["in_model"] == own["chance"].idxmin()
    assert card["chance"] == own.loc["R1", "chance"] == own.loc["b_E 1.5", "chance"]
    assert own.loc["R3", "value"] > own.loc["R1", "value"]  # a conversation that gains nothing
    assert any("not yet calibrated" in line for line in found().caveats)
    assert found().caveats[0].startswith("ILLUSTRATIVE")


def test_it_is_the_run_of_the_scenario_that_names_the_profile() -> None:
    """The arms of measured_assistant are this protocol with the profile, and with the scenario's own assistant."""
    table = hc.Experiment("measured_assistant", clients=60, replicates=8,
                          variants=["default"]).run(progress=False, twins=False).table()  # fmt: skip
    rows = table[(table.metric == "phq9") & (table.reading == "week_12") & (table.culture == "all")].set_index("arm")
    new = found().new.runs
    number = [metric["name"] for metric in new.metrics].index("phq9")
    for arm, there in (("sole_provider", "measured"), ("sole_provider_as_assumed", "assumed"), ("human", "human")):
        assert new.estimate[1, new.arms.index(arm), number] == rows.loc[there, "estimate"]


def test_a_gate_against_the_old_profile_reads_the_difference() -> None:
    one = found().chances().query("gate == 'no_worse' and protocol == 'hybrid' and model == 'R1'").iloc[0]
    row = found().differences().query("gate == 'no_worse' and protocol == 'hybrid' and model == 'R1'").iloc[0]
    assert row["noise_high"] - row["difference"] == pytest.approx(2.3646242510102993 * row["noise_se"])  # t, 8 draws
    assert one["value"] == pytest.approx(row["difference"]) and one["noise_se"] == pytest.approx(row["noise_se"])


def test_new_minus_old_is_paired_and_turns_its_sign_with_them() -> None:
    turned = evaluate("illustrative_first_look", "illustrative_companion", thresholds=EASY, protocols="hybrid", **SMALL)
    rows = found().differences()
    there = rows[(rows["protocol"] == "hybrid") & (rows["gate"] == "outcome") & (rows["model"] == "R1")].iloc[0]
    back = turned.differences().query("model == 'R1'").iloc[0]
    assert there["difference"] == pytest.approx(-back["difference"], abs=1e-12)
    assert there["difference"] == pytest.approx(there["new"] - there["old"], abs=1e-12)
    same = evaluate("illustrative_companion", "illustrative_companion", thresholds=EASY, protocols="hybrid", **SMALL)
    assert (same.differences()["difference"] == 0).all() and (same.differences()["noise_se"] == 0).all()
    json.dumps(same.document(), allow_nan=False)
    with pytest.raises(ConfigError, match="no old profile"):
        evaluate("illustrative_companion", thresholds=EASY, protocols="hybrid", **SMALL).differences()


def test_a_chance_is_the_share_of_draws_on_the_right_side() -> None:
    """Checked against draws: 400,000 of a normal distribution; four standard errors of a share are .003."""
    values = np.random.default_rng(1).normal(0.3, 0.2, 400)
    draws = np.random.default_rng(2).normal(values.mean(), values.std(ddof=1), 400_000)
    for limit in (0.1, 0.3, 0.55):
        assert chance(values, limit, True, 0.0) == pytest.approx(float((draws <= limit).mean()), abs=0.005)
        assert chance(values, limit, False, 0.0) == pytest.approx(1 - chance(values, limit, True, 0.0))
    assert chance(values, 0.55, True, 0.3) < chance(values, 0.55, True, 0.0) - 0.1  # what is not known of the mean
    still = np.full(8, 0.5)
    assert [chance(still, limit, True, 0.0) for limit in (0.4, 0.5, 0.6)] == [0.0, 1.0, 1.0]


def test_in_every_culture_means_in_all_at_once() -> None:
    """Four independent cultures that pass with .85 each: all do with .522. Mean of 100 evaluations of 32 draws; its
    standard error is .009, five of them .045. The least likely one alone would say .79."""
    random, limit = np.random.default_rng(3), 1.0364333894937898
    drawn = random.normal(size=(100, 4, 32))
    assert np.mean([chance_of_all(each, limit, True, each) for each in drawn]) == pytest.approx(0.522, abs=0.045)
    one = drawn[0]
    assert chance_of_all(one, limit, True, one) == chance_of_all(one, limit, True, one)  # no luck of its own
    alone = [chance(row, limit, True, float(row.std(ddof=1)) / math.sqrt(32)) for row in one]
    assert chance_of_all(one[:1], limit, True, one[:1]) == alone[0]
    assert chance_of_all(one[[0, 0, 0]], limit, True, one[[0, 0, 0]]) == pytest.approx(alone[0], abs=0.002)
    assert chance_of_all(-one, -limit, False, -one) == pytest.approx(chance_of_all(one, limit, True, one), abs=0.002)
    still = np.stack([one[0], np.full(32, 0.5)])
    assert chance_of_all(still, limit, True, still) == alone[0] and chance_of_all(still, 0.4, True, still) == 0


def test_a_gate_in_every_culture_is_less_likely_than_in_any_one() -> None:
    """Held against Student draws of the four cultures' own replicates: 200,000, four standard errors .0045, and .0015
    of integration."""
    from scipy import stats

    new = found().new.runs
    arm, control = (new.arms.index(name) for name in ("hybrid", "hybrid_as_assumed"))
    rows = [at for at, metric in enumerate(new.metrics) if metric["name"] == "misread_difference_assistant"]
    plain = new.values[1, arm][rows]
    left = np.stack([without_luck(own, luck) for own, luck in zip(plain, new.values[1, control][rows], strict=True)])
    told = found().chances().query("gate == 'gap' and protocol == 'hybrid' and model == 'R1'").iloc[0]
    assert len(rows) == 4 and 0.001 < told["chance"] < 0.999
    draws = stats.multivariate_t.rvs(left.mean(axis=1), np.cov(left) + np.cov(plain) / 8, 7, 200_000, random_state=5)
    assert told["chance"] == pytest.approx(float((draws <= 0.1).all(axis=1).mean()), abs=0.006)


def test_luck_that_the_control_shares_is_taken_out_and_the_mean_stays() -> None:
    random = np.random.default_rng(4)
    luck, draw = random.normal(0, 1, 200), random.normal(0, 0.3, 200)
    left = without_luck(2 + luck + draw, 5 + luck)
    assert left.mean() == pytest.approx((2 + luck + draw).mean(), abs=1e-12)
    assert left.std() == pytest.approx(0.3, rel=0.2)
    for nothing in (np.full(200, np.nan), np.zeros(200)):
        assert (without_luck(luck, nothing) == luck).all()


def test_less_is_left_open_than_replicates_scatter() -> None:
    """The spread behind a chance, in the run itself: below that of plain values, which hold the clients' luck too."""
    rows = found().chances().query("gate == 'outcome' and protocol == 'hybrid' and kind == 'rival'")
    plain = rows["noise_se"] * math.sqrt(8)
    assert (rows["open_sd"] < plain).all()
    assert rows.set_index("model").loc["R0", "open_sd"] < 1e-9  # there nothing that was measured matters for outcome


def test_defaults_are_read_by_the_same_reader_and_marked_as_assumed() -> None:
    asked = thresholds(None, PROTOCOLS, NAMES)
    assert asked.source == ASSUMED and asked.models == tuple(NAMES) and len(asked.gates) == 9
    assert {gate.name for gate in asked.gates if gate.worst} == {"misrecognition_gap", "worst_group"}
    assert all(gate.label for gate in asked.gates)


WRONG = [
    ({}, r"#/gates: expected an object, found null"), ({"gates": {}}, "#/gates: holds no gate"),
    ({"gate": {}}, "nearest: 'gates'"), ({**EASY, "format": 2}, "#/format: is 2; this version reads 1"),
    ({**EASY, "chance": 1.5}, r"#/chance: 1.5 is outside \[0, 1\]"), ({**EASY, "chance": 1}, "is not between 0 and 1"),
    ({**EASY, "chance": True}, "#/chance: expected a number"),
    ({**EASY, "models": ["R7"]}, "#/models/0: unknown model"),
    ({**EASY, "models": "R1"}, "#/models: expected a list of names"), ({**EASY, "models": []}, "expected a list"),
    ({"gates": {"a": {"metric": "phq9"}}}, '#/gates/a: needs "metric" and either'),
    ({"gates": {"a": {"most": 1}}}, '#/gates/a: needs "metric"'),
    ({"gates": {"a": {"metric": "phq9", "most": 1, "least": 0}}}, '#/gates/a: needs "metric" and either'),
    ({"gates": {"a": {"metric": "phq9", "most": "1"}}}, "#/gates/a/most: expected a number, found the text '1'"),
    ({"gates": {"a": {"metric": "phq9", "most": float("inf")}}}, "#/gates/a/most: expected a number"),
    ({"gates": {"a": {"metric": "phq9", "most": 1, "against": "humans"}}}, "nearest: 'human'"),
    ({"gates": {"a": {"metric": "phq9", "most": 1, "protocols": ["hybird"]}}}, "nearest: 'hybrid'"),
    ({"gates": {"a": {"metric": "phq9", "most": 1, "cultures": "each"}}}, "#/gates/a/cultures: expected"),
    ({"gates": {"a": {"metric": "phq9/far", "most": 1, "cultures": "worst"}}}, "names culture far"),
    ({"gates": {"a": 3}}, "#/gates/a: expected an object, found the number 3"),
]


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_thresholds_are_read_strictly(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        thresholds(given, PROTOCOLS, NAMES)


def test_mistakes_are_refused_before_anything_is_run() -> None:
    for how, said in (({"protocols": ["hybird"]}, "unknown protocol 'hybird'; nearest: 'hybrid'"),
                      ({"replicates": 2}, "at least 4"),
                      ({"thresholds": {"gates": {"a": {"metric": "phq", "most": 1}}}}, "unknown metric 'phq'")):
        with pytest.raises(ConfigError, match=said):
            evaluate("illustrative_companion", **{**SMALL, **how})
    with pytest.raises(ConfigError, match="unknown profile 'illustrative_companio'"):
        evaluate("illustrative_companio", **SMALL)


def test_a_failed_gate_has_its_own_exit_code(tmp_path: Path, browser: Any) -> None:
    easy, hard = tmp_path / "easy.json", tmp_path / "hard.json"
    easy.write_text(json.dumps(EASY), encoding="utf-8")
    hard.write_text(json.dumps({**EASY, "gates": {"x": {"metric": "phq9", "most": 1}}}), encoding="utf-8")
    folder = data_folder("profiles") / bundled_profiles()[0]
    size = ("--clients", 40, "--replicates", 4, "--protocol", "hybrid", "--quiet")
    done = cli("evaluate", folder, "--thresholds", easy, *size, "--json", "--report", tmp_path / "card.html")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"] is True
    assert "ILLUSTRATIVE" in (tmp_path / "card.html").read_text(encoding="utf-8")
    asked, console = opened(browser, tmp_path / "card.html")
    assert asked and all(url.startswith(("file://", "data:")) for url in asked) and console == []
    failed = cli("evaluate", folder, "--thresholds", hard, *size)
    assert failed.returncode == 3 and "NOT PASSED" in failed.stdout and not failed.stderr
    hard.write_text('{"gates": {"x": 1}, "gates": {}}', encoding="utf-8")
    assert "stands there twice" in refusal(cli("evaluate", folder, "--thresholds", hard, "--quiet"))
