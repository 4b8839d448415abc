"""What a sweep says of its models and policies where luck, or a model that fixes a number, could mislead."""

from __future__ import annotations

from sweep_fixture import UNIT, A, made

from hybridcare.report_sweep import sentence


def test_a_model_that_fixes_b_e_has_no_rows_at_its_values() -> None:
    """R2 holds b_E 3: what the study draws for it never reaches that model."""
    empathy = "/change/empathy_elasticity"
    results = made(lambda row, arm: row[A] + (row[empathy] if row["model"] != "R2" else 3.0) * (arm == "hybrid"),
                   {"kind": "sobol", "n": 64}, relationships=["default", "R2"],
                   uncertainties={empathy: {"uniform": [0, 4]}, A: UNIT[A]})  # fmt: skip
    frame = results.contest(arm="hybrid")
    assert list(frame[frame["model"] == "default"]["b_E"]) == ["as drawn", "0", "1.5", "3"]
    rows = frame[frame["model"] == "R2"]
    assert list(rows["b_E"]) == ["fixed at 3"] and "fixes b_E at 3" in rows["note"].iloc[0]
    assert "R2, b_E fixed at 3: " in sentence(results) and "default: " in sentence(results)
    assert "(b_E fixed at 3), all draws" in results.plot(arm="hybrid").alt
    table = results.robustness().plot().table
    bands = table.groupby("model")["band"].nunique().sort_values()
    assert list(bands) == [1, 4] and "all draws: fixed" in list(table["band"])


def test_the_sentence_says_whether_the_next_policy_is_told_from_noise() -> None:
    """Noise of SD 1 in 4 replicates of each arm: .7 of a difference. .01 is within two of that, 9 is not."""
    for effect, words in ((0.01, "within simulation noise."), (9.0, "beyond simulation noise.")):
        found = made(lambda row, arm, effect=effect: effect * (arm == "ai"), {"kind": "sobol", "n": 8}, replicates=4,
                     noise=1.0, arms=["human", "ai"]).robustness()  # fmt: skip
        assert f"The next, ai, gives away {effect:.2f} points more at worst, {words}" in found.sentence
    alone = made(lambda row, arm: float(arm == "ai"), {"kind": "sobol", "n": 8}, replicates=1, arms=["human", "ai"])
    assert "one replicate does not show" in alone.robustness().sentence


def test_a_metric_without_a_number_holds_no_threshold() -> None:
    results = made(lambda row, arm: (1.0, float("nan") if row[A] > 0.5 else 1.0), {"kind": "sobol", "n": 8},
                   metrics=("outcome", "other"), arms=["human", "ai"])  # fmt: skip
    table = results.robustness("outcome", satisfied="outcome < 2 and other < 2").table()
    assert set(table["satisfied"]) == {0.5}
