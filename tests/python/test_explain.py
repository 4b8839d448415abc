"""Explaining: shares are exact, a part that is absent has no effect, twins and trust say what they claim.

Seen to fail: present and absent swapped, the level left out, leave-one-out against nobody, add-one-in against
another, noise doubled, the sum check loosened, trust held in one of both effects, named assistants left as they
are, twins turned round or mixed up, the other arm not subtracted, R0 without its patch, b_E not moved.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import hybridcare as hc
from helpers import hybridcare, opened, refusal, tiny
from hybridcare import core, plots_base
from hybridcare.attribution import LEVELS, PLAYERS, SEVEN, Game, Points, chosen_players, coalition
from hybridcare.explain_twins import everywhere
from hybridcare.explain_words import account
from hybridcare.scenario import Scenario

BASE = "hybrid_vs_human_vs_ai"
HELD = {"attribution": {"absent": {"trust": True}}}
QUALITIES = [name for name in SEVEN if name != "pathways"]


def game(worth: list[float], names: tuple[str, ...]) -> Game:
    """Three replicates that differ by a constant: shares do not."""
    values = np.array(worth)[:, None] + np.array([-1.0, 0.0, 1.0])
    return Game(chosen_players(names), np.array(worth), values)


# The game


def test_shares_of_known_games() -> None:
    three = ("validation", "attunement", "technique")
    gloves = game([0, 0, 0, 1, 0, 1, 0, 1], three)  # the first has the one left glove, the others a right one each
    assert gloves.shares[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)
    assert gloves.shares[:, 1].tolist() == [0, 0, 0] and gloves.shares[:, 2].tolist() == [1, 1, 1]
    added = game([5 + 1 * (m & 1) + 2 * (m >> 1 & 1) - 4 * (m >> 2) for m in range(8)], three)
    assert added.shares.tolist() == [[1, 1, 1], [2, 2, 2], [-4, -4, -4]]
    assert added.total == -1


def test_shares_are_means_over_all_orders() -> None:
    names = ("validation", "attunement", "curiosity", "technique")
    worth = np.random.default_rng(5).normal(size=16)
    found = game(worth.tolist(), names).shares
    for player in range(4):
        steps = []
        for order in itertools.permutations(range(4)):
            before = sum(1 << p for p in order[: order.index(player)])
            steps.append(worth[before | 1 << player] - worth[before])
        assert found[player] == pytest.approx([np.mean(steps), min(steps), max(steps)], abs=1e-12)


def test_rows_hold_the_ends_of_entering_and_paired_noise() -> None:
    worth = np.array([1.0, 4.0, 2.0, 9.0])
    luck = np.random.default_rng(1).normal(size=(1, 6)) * 50  # the same for all coalitions: it must not show
    own = np.random.default_rng(2).normal(size=(4, 6))
    own -= own.mean(axis=1, keepdims=True)
    rows = Game(chosen_players(("validation", "technique")), worth, worth[:, None] + luck + own).rows()
    first, second, whole = rows
    assert (first["leave_one_out"], first["add_one_in"]) == (7, 3)
    assert (second["leave_one_out"], second["add_one_in"]) == (5, 1)
    assert (first["value"], second["value"], whole["value"]) == (5, 3, 8)
    assert first["share"] == 5 / 8
    by_replicate = ((own[1] - own[0]) + (own[3] - own[2])) / 2
    assert first["noise_se"] == pytest.approx(by_replicate.std(ddof=1) / math.sqrt(6), rel=1e-9)
    assert first["leave_one_out_noise_se"] == pytest.approx((own[3] - own[2]).std(ddof=1) / math.sqrt(6), rel=1e-9)
    assert math.isnan(whole["leave_one_out"])


def test_a_share_of_nothing_is_unknown() -> None:
    worth, noisy = np.array([0.0, 0.01]), np.array([[0.0, 0.0, 0.0], [-1.0, 0.0, 1.03]])
    assert math.isnan(Game(chosen_players(("technique",)), worth, noisy).rows()[0]["share"])


def test_shares_that_miss_the_whole_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = core.shapley([0.0, 1.0, 2.0, 4.0])
    wrong = [(right[0][0] + 1e-6, *right[0][1:]), *right[1:]]
    monkeypatch.setattr(core, "shapley", lambda worth: wrong)
    with pytest.raises(RuntimeError, match="shares miss the whole"):
        Game(chosen_players(("validation", "technique")), np.array([0.0, 1.0, 2.0, 4.0]), np.zeros((4, 2)))


def test_the_compiled_game_refuses_what_is_none() -> None:
    for worth in ([], [1.0, 2.0, 3.0]):
        with pytest.raises(ValueError, match="2\\^n worths"):
            core.shapley(worth)


def test_a_coalition_takes_away_those_who_are_not_in_it() -> None:
    players = chosen_players(None, trust=True)
    assert [player.name for player in players] == list(PLAYERS)
    assert coalition(players, 2**8 - 1, 0.35) == {}
    nobody = coalition(players, 0, 0.35)["attribution"]
    assert nobody["level"] == 0.35 and len(nobody["absent"]) == 10 and all(nobody["absent"].values())
    assert coalition(players, 2**8 - 2)["attribution"] == {
        "absent": {"resonance": True, "perspective_taking": True, "compassion": True}}  # fmt: skip
    assert "level" not in coalition(players, 2**6 - 1, 0.35)["attribution"]  # trust and pathways have none
    points = Points()
    same = [points.add(coalition(players, 2**6 - 1, level)) for level in LEVELS]
    assert same == [0, 0] and len(points.texts) == 1


# The model


@pytest.fixture(scope="module")
def found() -> hc.Explanation:
    return hc.explain(BASE, "ai_bundle", clients=25, replicates=4, progress=False)


def test_shares_of_the_model_sum_to_the_whole(found: hc.Explanation) -> None:
    assert {level for _, level in found.games} == set(LEVELS)
    assert [each.name for each in found.assumptions] == ["as_assumed", "b_E_0", "b_E_3", "R0"]
    for rows in (found.table(name, level) for name, level in found.games):
        values = rows.set_index("player")["value"]
        assert abs(values.drop("all").sum() - values["all"]) < 1e-9


def test_worths_are_what_runs_of_these_coalitions_give(found: hc.Explanation) -> None:
    nobody_repairs = {"assistant": {"repaired": 0}, "monitoring": {"repair": 0}}
    everything = {name: True for player in PLAYERS.values() if player.name != "trust" for name in player.switches}
    arms = {
        "all": {}, "none": {"attribution": {"absent": everything, "level": 0.35}},
        "no_technique": {"attribution": {"absent": {"technique": True}, "level": 0.35}},
        "held": HELD, "held_without_repair": {**HELD, **nobody_repairs},
        "empathy_alone": {"attribution": {"level": 0.35, "absent": {
            name: name not in ("resonance", "perspective_taking", "compassion") for name in everything}}},
    }  # fmt: skip
    pathway = hc.load(BASE)["arms"]["ai_bundle"]["pathway"]
    run = hc.Experiment(BASE, arms={name: {"pathway": pathway, **patch} for name, patch in arms.items()},
                        variants=["default"], clients=25, replicates=4).run(twins=False, progress=False)  # fmt: skip
    frame = run.table().query("metric == 'phq9' and reading == 'week_12' and culture == 'all'")
    level = frame.set_index("arm")["estimate"]
    rows = found.table("as_assumed", 0.35).set_index("player")
    assert rows.loc["all", "value"] == pytest.approx(level["all"] - level["none"], abs=1e-12)
    assert rows.loc["technique", "leave_one_out"] == pytest.approx(level["all"] - level["no_technique"], abs=1e-12)
    assert rows.loc["empathy", "add_one_in"] == pytest.approx(level["empathy_alone"] - level["none"], abs=1e-12)
    direct = found.trust("as_assumed").set_index("effect").loc["repair", "direct"]
    assert direct == pytest.approx(level["held"] - level["held_without_repair"], abs=1e-12)


def test_directions(found: hc.Explanation) -> None:
    def value(assumption: str, player: str, level: float = 0.0, column: str = "value") -> float:
        return float(found.table(assumption, level).set_index("player").loc[player, column])

    assert all(value("as_assumed", name) < 0 for name in ("empathy", "technique", "pathways", "all"))
    assert value("b_E_3", "empathy", column="share") > value("b_E_0", "empathy", column="share") > 0.1
    assert value("as_assumed", "technique") < value("as_assumed", "technique", 0.35)  # .41 counts more against 0
    for name in QUALITIES:
        assert value("R0", name) == 0, name  # in R0 contact alone counts
    assert value("R0", "pathways") < -0.3


def test_weights_stand_beside(found: hc.Explanation) -> None:
    assert found.weights["empathy"] == pytest.approx(0.30) and math.isnan(found.weights["pathways"])
    assert sum(found.weights[name] for name in QUALITIES) == pytest.approx(1)
    assert found.caveats[0].startswith("At the default parameter set, not calibrated")
    assert found.caveats[1].startswith("Shares mirror what was put in")
    assert found.caveats[-1].startswith("Calibration: not yet calibrated")
    assert "30 %" in found.sentence and "R0" in found.sentence and "b_E 3" in found.sentence


def test_an_absent_quality_has_no_effect_and_a_present_one_has() -> None:
    def table(absent: bool, **quality: float) -> pd.DataFrame:
        patch = {"attribution": {"absent": {"technique": absent, "resonance": absent}, "level": 0.35},
                 "assistant": {"quality": quality}}  # fmt: skip
        run = hc.Experiment(Scenario.of({**tiny(), **patch}), arms=["ai", "hybrid"])
        return run.run(progress=False).table()

    other = {"technique": 0.9, "resonance": 0.1}
    pd.testing.assert_frame_equal(table(True), table(True, **other), check_exact=True)
    assert not table(False).equals(table(False, **other))


def test_the_difference_of_two_arms_is_explained_by_the_same_players() -> None:
    how: dict[str, Any] = {"clients": 20, "replicates": 3, "contest": False, "progress": False,
                           "players": ["technique", "pathways"]}  # fmt: skip
    both = hc.explain(BASE, "hybrid", against="human", **how)
    alone = [hc.explain(BASE, arm, against=none, **how) for arm, none in (("hybrid", None), ("human", "none"))]
    values = [each.table(level=0.0).set_index("player")["value"] for each in (both, *alone)]
    assert values[0].to_numpy() == pytest.approx((values[1] - values[2]).to_numpy(), abs=1e-9)
    split = both.split()
    assert split is not None and {"pathways", "guidance", "conversation", "total"} <= set(split["component"])
    assert alone[0].split() is None


def test_what_runs_through_trust_is_the_rest(found: hc.Explanation) -> None:
    rows = found.trust("as_assumed").set_index("effect")
    assert set(rows.index) == {"all parts", "misrecognition", "cultural distance", "repair", "label"}
    assert (rows["total"] - rows["direct"]).to_numpy() == pytest.approx(rows["through_trust"].to_numpy(), abs=1e-12)
    assert rows.loc["all parts", "total"] == pytest.approx(found.games["as_assumed", 0.0].total, abs=1e-12)
    assert rows.loc["misrecognition", "through_trust"] != 0


def test_nothing_runs_through_trust_that_nobody_reads() -> None:
    deaf = {"configuration": "core", "change": {"uptake_trust": 0}, "practice": {"trust": 0}, "leaving": {"trust": 0},
            "alliance": {"trust": 0}, "sudden_gain": {"rate": 0}}  # fmt: skip
    rows = hc.explain(Scenario.of({**tiny(), **deaf}), "hybrid", contest=False, players=["technique"],
                      progress=False).trust()  # fmt: skip
    assert (rows["through_trust"] == 0).all() and (rows["total"] != 0).any()


def test_trust_can_be_a_player() -> None:
    rows = hc.explain(BASE, "ai", contest=False, players=["technique"], trust=True, clients=20, replicates=3,
                      progress=False).table(level=0.0)  # fmt: skip
    assert rows["player"].tolist() == ["technique", "trust", "all"]
    assert rows.set_index("player").loc["trust", "value"] != 0


def test_where_nothing_moves_there_is_nothing_to_explain() -> None:
    waits = hc.explain(BASE, "waiting", players=["empathy"], contest=False, clients=10, replicates=2, progress=False)
    assert waits.sentence.startswith("Nothing to explain: as assumed, none of the parts (empathy) moves PHQ-9 at week")
    one = hc.explain(BASE, "human", players=["empathy"], contest=False, clients=10, replicates=2, progress=False)
    assert "In this model the one part changes PHQ-9" in one.sentence and "largest" not in one.sentence
    assert " under 1 assumption, " in account(one)


def test_twins_change_what_they_are_about(found: hc.Explanation) -> None:
    rows = found.twins("as_assumed").set_index(["switch", "culture"])["estimate"]
    assert rows["cultural distance", "reference"] == 0  # the assistant is of the reference culture
    assert rows["misrecognition", "all"] > 0 and rows["repair", "all"] != 0
    human = hc.explain(BASE, "human", contest=False, players=["technique"], clients=20, replicates=3, progress=False)
    label = human.twins().query("switch == 'label'")["estimate"]
    assert len(label) == 5 and (label == 0).all()  # nobody labels a human
    assert (found.twins("as_assumed").query("switch == 'label'")["estimate"] != 0).any()


def test_twins_and_trust_stand_beside_other_assumptions(found: hc.Explanation) -> None:
    """In R0 contact alone counts: neither misreading nor trust moves symptoms."""
    names = [each.name for each in found.assumptions]
    assert list(dict.fromkeys(found.twins()["assumption"])) == list(dict.fromkeys(found.trust()["assumption"])) == names
    assert (found.twins("R0")["estimate"] == 0).all() and (found.trust("R0")["through_trust"] == 0).all()
    level = found.twins().query("switch == 'misrecognition' and culture == 'all'").set_index("assumption")["estimate"]
    assert level["b_E_3"] > level["b_E_0"] > 0
    with pytest.raises(hc.ConfigError, match="unknown assumption 'R9'; nearest: 'R0'"):
        found.twins("R9")


def test_what_is_switched_off_is_off_in_named_assistants_too() -> None:
    document = tiny(assistants={"plain": {"repaired": 0.9}}, arms={"a": {"assistants": {"plain": {}, "other": {}}}})
    assert everywhere(document, {"repaired": 0}) == {
        "human": {"repaired": 0}, "assistant": {"repaired": 0},
        "assistants": {"plain": {"repaired": 0}, "other": {"repaired": 0}}}  # fmt: skip


@pytest.mark.parametrize(
    "metric", ["phq9-no_distance/farthest", "misread_spread_assistant", "dropout", "phq9@post/far"]
)
def test_other_results_are_explained_too(metric: str) -> None:
    found = hc.explain(BASE, "ai", metric, contest=False, players=["empathy"], clients=30, replicates=3,
                       progress=False)  # fmt: skip
    cultures = set(found.twins()["culture"])
    assert len(cultures) == (5 if metric == "dropout" else 1)
    assert found.trust()["effect"].iloc[0] == "all parts" and found.plot().table.shape[0] == 2
    assert ("percentage points" in found.sentence) == (metric in ("dropout", "misread_spread_assistant"))


def test_results_explain_themselves() -> None:
    results = hc.Experiment(BASE, clients=10, replicates=2).alone()
    found = results.attribution("ai", contest=False, players=["empathy"], clients=10, replicates=2, progress=False)
    assert found.arm == "ai" and found.table()["player"].tolist() == ["empathy", "all"] * 2


def test_a_report_shows_every_part(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots_base, "VALIDATE", True)
    found = hc.explain(BASE, "hybrid", against="human", players=["empathy", "pathways"], clients=20, replicates=2,
                       progress=False)  # fmt: skip
    heads = ["Attribution", "All values", "Through trust", "The same clients with one thing switched off",
             "PHQ-9 by the components of the contrast"]  # fmt: skip
    path = found.report(tmp_path / "explained.html")
    asked, log = opened(browser, path)
    assert asked == [path.as_uri()] and log == []
    shown = browser.find_element("tag name", "body").text
    assert [head for head in heads if head not in shown] == []
    assert "Shares mirror what was put in" in shown and "R0, contact only (refitted, middle set)" in shown
    assert len(browser.find_elements("css selector", "figure svg")) == 4


# What is refused


@pytest.mark.parametrize(("wrong", "said"), [
    ({"arm": "hybird"}, "unknown arm 'hybird'; nearest: 'hybrid'"),
    ({"arm": "ai", "against": "humann"}, "unknown arm 'humann'; nearest: 'human'"),
    ({"arm": "ai", "against": "ai"}, "can't be compared with itself"),
    ({"players": ["empathie"]}, "unknown player 'empathie'; nearest: 'empathy'"),
    ({"players": []}, "one player at least"),
    ({"metric": "phq"}, "nearest: 'phq9'"),
    ({"arm": "human", "metric": "erosion_assistant"}, "nobody is counted in it"),
    ({"replicates": 0}, "replicates"),
    ({"threads": -1}, "--threads"),
])  # fmt: skip
def test_bad_questions_are_answered_kindly(wrong: dict[str, Any], said: str) -> None:
    question = {"contest": False, "clients": 5, "replicates": 2, "progress": False, **wrong}
    with pytest.raises(hc.ConfigError, match=said.replace("(", r"\(")):
        hc.explain(BASE, **question)


def test_the_command_refuses_with_the_nearest_name(tmp_path: Path) -> None:
    small = ["--clients", "5", "--replicates", "2", "--no-contest", "--quiet"]
    assert "nearest: 'hybrid'" in refusal(hybridcare("explain", BASE, "--arm", "hybird", *small))
    assert "nearest: 'dropout'" in refusal(hybridcare("explain", BASE, "--metric", "dropot", *small))
    assert ".svg or .png or .html" in refusal(hybridcare("explain", BASE, "--picture", str(tmp_path / "a.pdf"), *small))
    assert not any(tmp_path.iterdir())
