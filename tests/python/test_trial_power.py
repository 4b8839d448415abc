"""What virtual trials would find: power against formulas, for each set of assumptions; the formula's own numbers.

Simulated shares are binomial; each test says how far off is allowed and what that would catch."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from helpers import tiny
from scipy import stats
from statsmodels.stats.power import TTestIndPower

import hybridcare as hc
from hybridcare.errors import ConfigError
from hybridcare.trial import Trial
from hybridcare.trial_implied import formula_power, moments, standard_error
from hybridcare.trial_power import implied_of, interval

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(scope="module")
def bundled() -> hc.Experiment:
    return hc.Experiment(BASE)


@pytest.fixture(scope="module")
def waiting(bundled: hc.Experiment) -> Trial:
    """A weekly human against a waiting list: a large effect, so that few clients show it. All are measured."""
    return bundled.trial(("waiting", "human"), n=60, missing=None)


# ---------------------------------------------------------------------------------------------------------------- power
def test_power_is_the_analytic_one_for_the_implied_effect(waiting: Trial) -> None:
    """400 trials of 60: binomial standard error .021 at most, effect and SD known to some 2 %, worth about .03 of
    power; .12 is allowed (false alarm below 1e-3), and an effect or SD off by a sixth is caught."""
    row = waiting.power(400, cells=["as written"]).table().iloc[0]
    oracle = TTestIndPower().power(effect_size=abs(row["effect"]) / row["sd"], nobs1=30, alpha=0.05)
    assert row["power"] == pytest.approx(oracle, abs=0.12)
    assert row["power_formula"] == pytest.approx(oracle, abs=0.03)  # one covariate, one tail: the same but for that
    assert row["power_low"] < row["power"] < row["power_high"]
    null = waiting.type_one(400, cells=["as written"]).table().iloc[0]
    assert row["type_one"] == null["type_one"] < 0.12


def test_more_clients_show_more_and_the_curve_says_the_same(waiting: Trial) -> None:
    found = waiting.power_curve([24, 60, 120], 200, cells=["as written"]).table()
    assert list(found["n"]) == [24, 60, 120] and found["power"].is_monotonic_increasing
    assert found["power"].iloc[2] - found["power"].iloc[0] > 0.3
    alone = waiting.power(200, cells=["as written"]).table().iloc[0]
    assert found["power"].iloc[1] == alone["power"], "a point of the curve is the trial of that size"


def test_effects_come_out_of_the_mechanism_and_differ_by_rival(bundled: hc.Experiment) -> None:
    """R0, in which what is said does not count, has no therapist effect of empathy: smaller ICC, another effect."""
    table = bundled.trial(("human", "hybrid"), n=240, missing=None).power(40).table().set_index("cell")
    assert list(table.index[:4]) == ["as written", "b_E 0", "b_E 1.5", "b_E 3"]
    assert {"R0", "R3", "R4"} <= set(table.index)
    assert table.loc["R1", "same_as"] == "as written" and table.loc["R2", "same_as"] == "b_E 3"
    assert table.loc["R1", "power"] == table.loc["as written", "power"]
    assert table.loc["R0", "truth"] < table.loc["b_E 0", "truth"] < table.loc["b_E 3", "truth"]
    assert table.loc["R0", "icc"] < table.loc["b_E 3", "icc"]
    assert "fitted" in table.loc["R0", "status"]


def test_assumptions_hold_where_an_arm_says_otherwise() -> None:
    document = tiny()
    document["arms"]["hybrid"]["change"] = {"empathy_elasticity": 1}
    document["arms"]["hybrid"]["course"] = {"harm": 0.5}
    found = hc.Experiment(hc.Scenario.of(document)).trial(("human", "hybrid"), n=40)
    for cell, path, expected in (("b_E 3", "/change/empathy_elasticity", 3), ("R0", "/course/harm", 0),
                                 ("as written", "/change/empathy_elasticity", 1)):  # fmt: skip
        assert dict(found.scenario(cell).core.values(0, 1))[path] == expected, cell
    assert dict(found.scenario("as written").core.values(0, 0))["/change/empathy_elasticity"] == 1.5


def test_a_wrong_arm_is_shown_to_be_worse(bundled: hc.Experiment) -> None:
    row = bundled.trial(("human", "waiting"), n=120).power(60, cells=["as written"]).table().iloc[0]
    assert row["power"] == 0 and row["worse"] > 0.8


def test_three_arms_have_a_row_for_each_contrast(bundled: hc.Experiment) -> None:
    table = bundled.trial(("waiting", "human", "hybrid"), n=90).power(20, cells=["as written"]).table()
    assert list(table["arm"]) == ["human", "hybrid"] and set(table["against"]) == {"waiting"}

def test_an_analysis_of_ones_own_has_a_power() -> None:
    """The plain difference of means, by hand: fewer shows than with the reading at entry, and no assurance."""
    def mine(rows: Any) -> tuple[float, float, float]:
        groups = [rows.loc[rows["arm"] == arm, "outcome"].dropna() for arm in ("human", "hybrid")]
        test = stats.ttest_ind(groups[1], groups[0])
        return groups[1].mean() - groups[0].mean(), 1.0, float(test.pvalue)

    found = hc.Experiment(hc.Scenario.of(tiny())).trial(("human", "hybrid"), n=40, analysis=mine)
    row = found.power(12, cells=["as written"]).table().iloc[0]
    assert row["trials"] == 12 and row["effect"] == pytest.approx(
        np.mean([mine(found.dataset(r))[0] for r in range(12)]))  # fmt: skip
    with pytest.raises(ConfigError, match="not by a function"):
        found.assurance(draws=2, trials=1)

# -------------------------------------------------------------------------------------------------------------- implied
def test_moments_find_the_components_again() -> None:
    """400 sets of 200 in six groups, one with half of all: the ICC's standard error is about .006; 5 of them are
    allowed (false alarm 6e-7). Counting clients as if groups were equal, or many, would give .14 or less."""
    rng = np.random.default_rng(5)
    group = np.minimum(rng.integers(0, 10, (400, 200)), 5)
    start = rng.normal(15, 4, (400, 200))
    level = np.take_along_axis(rng.normal(0, 2, (400, 6)), group, axis=1)
    icc, total, correlation = moments(0.5 * start + level + rng.normal(0, 4, (400, 200)), start, group)
    assert icc == pytest.approx(0.2, abs=0.03) and total == pytest.approx(20, rel=0.05)
    assert correlation == pytest.approx(2 / math.sqrt(4 + 20), abs=0.03)


def test_formula_has_the_design_effect(bundled: hc.Experiment) -> None:
    found = bundled.trial(("human", "hybrid"), n=200, cluster="therapist", therapists=20)
    numbers = dataclasses.replace(implied_of(found, "as written", 10), icc=np.array([0.05, 0.05]), spread_size=0.0,
                                  seen=np.array([100.0, 100.0]), clusters=np.array([10.0, 10.0]), sd_adjusted=5.0,
                                  effect=-2.0)  # fmt: skip
    se = 5 * math.sqrt((1 + 9 * 0.05) * 2 / 100)
    assert standard_error(found, numbers) == pytest.approx(se)
    expected = stats.nct.sf(stats.t.isf(0.025, 18), 18, 2 / se)
    assert formula_power(found, numbers) == pytest.approx(expected)


def test_implied_is_what_a_formula_needs(bundled: hc.Experiment) -> None:
    row = bundled.trial(("waiting", "human"), n=120).implied(40, cells=["as written"]).table().iloc[0]
    assert row["sd_adjusted"] == pytest.approx(row["sd"] * math.sqrt(1 - row["correlation"] ** 2), rel=0.06)
    assert row["seen_share"] < 1 and row["truth"] < -2 and row["icc"] > row["icc_against"]
    assert row["effect"] == pytest.approx(row["truth"], abs=5 * math.hypot(row["effect_noise_se"], 0.2))


def test_monte_carlo_interval_is_wilsons() -> None:
    assert interval(0, 10) == pytest.approx((0.0, 0.27754), abs=1e-4)
    assert interval(8, 10) == pytest.approx((0.49016, 0.94332), abs=1e-4)
