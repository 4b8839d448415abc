"""Comparing arms: what is asked for is what is found, precision is reached or said not to be, bad input is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import hybridcare as hc
from hybridcare import precision as rule

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(scope="module")
def found() -> hc.Comparison:
    return hc.compare(BASE, arms=["human", "ai", "hybrid"], clients=60, replicates=6, progress=False)


def test_arms_are_compared_with_the_reference_of_the_file(found: hc.Comparison) -> None:
    assert found.against == "human"
    assert found.arms == ["ai", "hybrid"]
    table = found.table("phq9")
    assert set(table["arm"]) == {"ai", "hybrid"} and set(table["against"]) == {"human"}


def test_replicate_values_are_what_estimates_and_noise_are_made_of(found: hc.Comparison) -> None:
    table = found.table("phq9").set_index(["arm", "reading"])
    values = found.by_replicate.query("metric == 'phq9'")
    for (arm, reading), group in values.groupby(["arm", "reading"], observed=True):
        row = table.loc[(arm, reading)]
        assert group["value"].mean() == pytest.approx(row["estimate"], abs=1e-12)
        assert stats.sem(group["value"]) == pytest.approx(row["noise_se"], rel=1e-9)


def test_another_reference_turns_the_comparison(found: hc.Comparison) -> None:
    turned = hc.compare(BASE, arms=["human", "ai", "hybrid"], against="ai", clients=60, replicates=6, progress=False)
    ours = found.table("phq9").query("arm == 'ai' and reading == 'week_12'")["estimate"].iloc[0]
    theirs = turned.table("phq9").query("arm == 'human' and reading == 'week_12'")["estimate"].iloc[0]
    assert theirs == pytest.approx(-ours, abs=1e-12)


def test_gains_add_up_over_groups(found: hc.Comparison) -> None:
    gains = found.gains(1)
    assert set(gains["grouping"]) == {"all", "culture", "severity", "prefers_assistant"}
    for arm, rows in gains.groupby("arm", observed=True):
        whole = rows[rows["grouping"] == "all"].iloc[0]
        for grouping in ("culture", "severity", "prefers_assistant"):
            part = rows[rows["grouping"] == grouping]
            assert part["clients"].sum() == whole["clients"] == 360, (arm, grouping)
            for column in ("difference", "share_better", "share_worse"):
                weighted = (part[column] * part["clients"]).sum() / whole["clients"]
                assert weighted == pytest.approx(whole[column], abs=1e-5), (arm, grouping, column)
    wide = found.gains(3)
    assert (wide["share_worse"] <= gains["share_worse"] + 1e-12).all()


def test_gains_are_what_rows_of_clients_say(found: hc.Comparison) -> None:
    rows = found.results.clients()
    level = rows.pivot(index=["replicate", "client"], columns="arm", values="oracle_symptom_week_12")
    apart = level["hybrid"] - level["human"]
    gains = found.gains(1).query("arm == 'hybrid' and grouping == 'all'").iloc[0]
    assert gains["difference"] == pytest.approx(apart.mean(), abs=1e-4)
    assert gains["share_worse"] == pytest.approx((apart >= 1).mean(), abs=1e-12)
    assert gains["share_better"] == pytest.approx((apart <= -1).mean(), abs=1e-12)


def test_precision_adds_replicates_until_it_holds() -> None:
    found = hc.compare(BASE, arms=["human", "hybrid"], clients=60, precision={"phq9": 0.15}, progress=False)
    noise = found.noise()
    assert found.reached and bool(noise["reached"].all())
    values = found.by_replicate.query("metric == 'phq9' and reading == 'week_12'")["value"].to_numpy()
    n = rule.enough(values, 0.15)
    assert n is not None and n + rule.look_ahead(n) <= len(values)
    again = hc.compare(BASE, arms=["human", "hybrid"], clients=60, replicates=len(values), progress=False)
    assert again.results.hash == found.results.hash  # however one came to that number of replicates


def test_precision_out_of_reach_is_said() -> None:
    found = hc.compare(BASE, arms=["human", "hybrid"], clients=20, precision={"phq9": 0.001}, cap=10, progress=False)
    row = found.noise().iloc[0]
    assert not found.reached and row["replicates"] == 10 and row["needed"] > 10 and row["half_width"] > 0.001


def test_the_rule_does_not_stop_at_a_lucky_moment() -> None:
    calm = np.array([1.0, -1.0, 1.0, -1.0] * 10)
    lucky = np.concatenate([[0.0, 0.0, 0.0, 0.01, -0.01], calm])  # narrow at once, and then not
    assert np.nanmin(rule.half_widths(lucky)[:5]) < 0.02
    reached = rule.enough(lucky, 0.3)
    assert reached is None or reached > 10
    assert rule.enough(np.zeros(20), 0.1) == rule.LEAST
    assert rule.half_widths(np.array([1.0, 2.0, 4.0]))[2] == pytest.approx(
        stats.t.ppf(0.975, 2) * np.std([1, 2, 4], ddof=1) / np.sqrt(3)
    )
    assert rule.look_ahead(40) == 5 and rule.look_ahead(400) == 20


def test_half_widths_cover_as_stated() -> None:
    """Of 2,000 intervals of 20 normal values, 95 % hold the mean: outside [.93, .97] in fewer than 1e-4 of seeds."""
    values = np.random.default_rng(7).normal(size=(2000, 20))
    widths = np.array([rule.half_widths(row)[-1] for row in values])
    covered = float(np.mean(np.abs(values.mean(axis=1)) <= widths))
    assert 0.93 < covered < 0.97


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"against": "hybird"}, "against: unknown arm 'hybird'; nearest: 'hybrid'"),
        ({"arms": ["human"]}, "a comparison needs two arms at least, found human"),
        ({"precision": {"phq": 0.1}}, "precision: unknown metric 'phq'; nearest: 'phq9'"),
        ({"precision": {"phq9@weak_12": 0.1}}, "unknown reading of phq9 'weak_12'; nearest: 'week_12'"),
        ({"precision": {"phq9": 0}}, "precision/phq9: 0 is not above 0"),
        ({"precision": {"phq9": float("nan")}}, "precision/phq9: nan is not above 0"),
        ({"cap": 1}, "cap: 1 is outside [2, 100000] replicates"),
        ({"by": {"x": "phq9_strat"}}, "by/x: column 1: unknown variable 'phq9_strat'; nearest: 'phq9_start'"),
        ({"by": {"x": {"of": "phq9", "cut": [1]}}}, "by/x: unknown key 'cut'; nearest: 'cuts'"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(hc.ConfigError) as error:
        hc.compare(BASE, clients=5, replicates=2, progress=False, **arguments)  # type: ignore[arg-type]
    assert message in str(error.value)


@pytest.mark.parametrize("precision", [{"phq": 0.1}, {"phq9@weak_12": 0.1}, {"phq9": 0}, {"phq9": float("inf")}])
def test_a_mistaken_precision_is_refused_before_any_run(
    precision: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridcare.comparison._run", lambda *_: pytest.fail("it ran"))
    with pytest.raises(hc.ConfigError, match="precision"):
        hc.compare(BASE, clients=5, precision=precision, progress=False)


def test_measures_of_ones_own_change_nothing_else() -> None:
    experiment = hc.Experiment(BASE, arms=["human", "hybrid"], variants=["default"], clients=30, replicates=2)
    plain = experiment.run(progress=False)
    asked = experiment.run(
        progress=False,
        watch={"severe": {"of": "phq9 >= 20", "when": "ever"}, "score": "phq9"},
        by={"start": {"of": "phq9_start", "cuts": [15]}},
    )
    assert asked.hash == plain.hash
    assert "measures" not in plain.table_names
    table = asked.table("measures")
    ours = table.query("measure == 'score' and arm == 'human' and grouping == 'all'")
    ours = ours.query("twin == 'factual' and against == ''")
    theirs = asked.table().query("metric == 'phq9' and reading == 'week_12' and arm == 'human' and culture == 'all'")
    assert ours["estimate"].iloc[0] == pytest.approx(theirs["estimate"].iloc[0], abs=1e-4)
    assert set(table["group"]) == {"all", "below 15", "15 and above"}
