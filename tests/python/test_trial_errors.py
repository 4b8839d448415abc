"""How often virtual trials err where there is nothing to find, and how they stop: the mechanistic null, margins, looks.

Simulated shares are binomial; each test says how far off is allowed and what that would catch."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import hybridcare as hc
from hybridcare.trial_boundaries import crossing
from hybridcare.trial_decisions import BETTER, HARM, NOTHING, WORSE, decide
from hybridcare.trial_implied import standard_error
from hybridcare.trial_power import implied_of

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(scope="module")
def bundled() -> hc.Experiment:
    return hc.Experiment(BASE)


# ------------------------------------------------------------------------------------------------------- type one error
def test_type_one_error_is_nominal_under_the_mechanistic_null(bundled: hc.Experiment) -> None:
    """1,000 trials of an arm against itself: standard error .0069; 4.5 of them are allowed (false alarm 7e-6); an error
    of .10 is caught 99.9 %, as is one of .02 nearly always."""
    row = bundled.trial(("human", "hybrid"), n=60).type_one(1000, cells=["as written"]).table().iloc[0]
    assert row["type_one"] == pytest.approx(0.05, abs=0.031)
    assert row["better"] > 0 and row["worse"] > 0 and row["arm"] == "human"


def test_with_several_arms_the_error_is_that_of_each_contrast(bundled: hc.Experiment) -> None:
    """Four arms, three contrasts at .05 each: what `power` says of each, what `any` says of all. 400 trials, standard
    error of one .0109: .05 is allowed (false alarm 5e-6); an error of all three, near .11, is not that of each: the
    mean of three, standard error near .008, must stay below that."""
    design = bundled.trial(("waiting", "human", "hybrid", "ai"), n=80)
    found = design.type_one(400, cells=["as written"])
    table, power = found.table(), design.power(400, cells=["as written"])
    assert table["group"].tolist() == power.table()["arm"].tolist() == ["human", "hybrid", "ai"]
    for column in ("type_one", "type_one_low", "type_one_high"):
        assert table[column].tolist() == power.table()[column].tolist()
    assert table["nominal"].eq(0.05).all() and table["type_one"].to_numpy() == pytest.approx([0.05] * 3, abs=0.05)
    assert table["type_one"].mean() < 0.085
    assert table["type_one"].to_numpy() == pytest.approx((table["better"] + table["worse"]).to_numpy())
    wrong = np.isin(decide(design, design.trials(400, null="waiting"), "as written", "waiting").says, [BETTER, WORSE])
    assert table["any"].eq(wrong.any(axis=1).mean()).all() and table["any_nominal"].to_numpy() == pytest.approx(0.15)
    assert table["type_one"].max() < table["any"].iloc[0] <= table["type_one"].sum()
    for answer in (found, power):
        assert any("at least one of 3 errs may happen in up to 15.0% of trials" in note for note in answer.notes)
    two = bundled.trial(("human", "hybrid"), n=60).type_one(20, cells=["as written"])
    assert (two.table()["any"] == two.table()["type_one"]).all()
    assert not any("at least one of" in note for note in two.notes)


def test_the_null_is_other_clients_and_no_shuffle(bundled: hc.Experiment) -> None:
    found = bundled.trial(("human", "hybrid"), n=60, missing=None)
    null, real = found.trials(6, null="human"), found.trials(6)
    pool = found.pool(6)
    assert (null.arm == real.arm).all()
    assert (null.now == pool.now[:, 0, :]).all(), "everybody has the course of the reference"
    assert not (null.now == real.now).all()
    assert found.type_one(20, arm="hybrid", cells=["as written"]).table()["arm"].iloc[0] == "hybrid"


def test_ignoring_therapists_errs_too_often_and_the_mixed_model_does_not(bundled: hc.Experiment) -> None:
    """Eight therapists of very different skill, 160 clients, 300 trials. Mixed model: standard error .0126; 4.5 of them
    (false alarm 7e-6). Least squares must err beyond that band: at an ICC of .1 its error is near .4."""
    apart = hc.Experiment(bundled.scenario.with_({"therapists": {"effectiveness_sd": 0.9}}))
    mixed = apart.trial(("human", "hybrid"), n=160, cluster="therapist", therapists=8)
    plain = dataclasses.replace(mixed, analysis="ancova")
    right, wrong = (t.type_one(300, cells=["as written"]).table()["type_one"].iloc[0] for t in (mixed, plain))
    assert right < 0.05 + 0.057
    assert wrong > 0.05 + 0.057 and wrong > 2 * right


def test_at_the_margin_non_inferiority_errs_half_of_alpha(bundled: hc.Experiment) -> None:
    """An arm against itself, shifted by the margin: .025 of 1,000; standard error .0049; .022 is allowed (6e-6)."""
    found = bundled.trial(("human", "hybrid"), n=60, margin=1.0)
    row = found.type_one(1000, cells=["as written"]).table().iloc[0]
    assert row["nominal"] == 0.025 and row["type_one"] == pytest.approx(0.025, abs=0.022)


def test_a_wider_margin_is_easier(bundled: hc.Experiment) -> None:
    designs = [bundled.trial(("human", "hybrid"), n=200, margin=m) for m in (0.5, 3.0)]
    small, large = (design.power(100, cells=["as written"]).table()["power"][0] for design in designs)
    assert small < large and large > 0.8

# ---------------------------------------------------------------------------------------------------------------- looks
def test_interim_looks_keep_the_level_and_stop_early(bundled: hc.Experiment) -> None:
    """600 null trials with three looks: standard error .0089; 4.5 of them (false alarm 7e-6). Looking three times at
    1.96 would err .107, and is caught 96 %."""
    found = bundled.trial(("waiting", "human"), n=120, interim=[1 / 3, 2 / 3], boundary="pocock", accrual=2, harm=None)
    null = found.type_one(600, cells=["as written"]).table().iloc[0]
    assert null["type_one"] == pytest.approx(0.05, abs=0.04)
    row = found.power(100, cells=["as written"]).table().iloc[0]
    plain = bundled.trial(("waiting", "human"), n=120, accrual=2).power(100, cells=["as written"]).table().iloc[0]
    assert row["entered"] < plain["entered"] == 120 and row["week"] < plain["week"]
    assert row["exaggeration"] > 1, "trials that stop early overstate"


def test_power_with_looks_is_the_integral(bundled: hc.Experiment) -> None:
    """Against the numerical integral at the implied drift; 300 trials, .12 allowed as above."""
    found = bundled.trial(("waiting", "human"), n=60, interim=[0.5], missing=None, harm=None)
    numbers = implied_of(found, "as written", 300)
    drift = abs(numbers.effect) / standard_error(found, numbers)
    cross = crossing(found.looks.fractions, found.looks.upper, [-b for b in found.looks.upper], drift)[:, 0]
    made = decide(found, found.trials(300), "as written")
    better = made.says[:, 0] == BETTER
    assert better.mean() == pytest.approx(cross.sum(), abs=0.12)
    assert (better & (made.look == 0)).mean() == pytest.approx(cross[0], abs=0.12)


def test_a_look_sees_only_the_first_clients_and_stops_for_harm(bundled: hc.Experiment) -> None:
    found = bundled.trial(("human", "hybrid"), n=80, interim=[0.5], missing=None)
    trials = found.trials(20)
    ten = np.full(trials.start.shape, 10.0)
    worse = dataclasses.replace(trials, now=np.where(trials.arm == 1, 27.0, 0.0), start=ten, y=trials.start + 0.0)
    made = decide(found, worse, "as written")
    assert (made.says == HARM).all() and (made.look == 0).all() and (made.due == 40).all()
    late = dataclasses.replace(worse, now=np.where(np.arange(80)[None, :] < 40, 10.0, worse.now))
    assert not (decide(found, late, "as written").says == HARM).any(), "the last look tests the outcome alone"
    never = dataclasses.replace(found, looks=dataclasses.replace(found.looks, harm=(math.inf, math.inf)))
    assert not (decide(never, worse, "as written").says == HARM).any()


def test_verdicts_follow_the_direction_of_the_outcome(bundled: hc.Experiment) -> None:
    for outcome, sign in (("phq9", 1), ("recovery", -1)):
        found = bundled.trial(("human", "hybrid"), n=60, outcome=outcome, missing=None)
        seen = found.trials(2)
        # the arm is far higher: worse for PHQ-9, better for recovery
        moved = dataclasses.replace(seen, y=(seen.arm * 5.0 + np.linspace(0, 1, 60)))
        assert (decide(found, moved, "as written").says[:, 0] == (WORSE if sign > 0 else BETTER)).all()
        assert (decide(found, dataclasses.replace(seen, y=seen.y * np.nan), "as written").says == NOTHING).all()
        looked = bundled.trial(("human", "hybrid"), n=60, outcome=outcome, missing=None, interim=[0.5], harm=None)
        early = decide(looked, moved, "as written")
        assert (early.says[:, 0] == (WORSE if sign > 0 else BETTER)).all() and (early.look == 0).all()
