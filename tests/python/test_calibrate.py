"""Calibration as a whole: known parameters are found again, posteriors are as sure as they should be, others agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from calibrate_fixture import AIMS, PRIORS, SMALL, exact, simulate
from scipy import stats

import hybridcare as hc
from hybridcare.calibrate_aims import Aim, Aims, Simulated
from hybridcare.calibrate_checks import recovery
from hybridcare.calibrate_history import counted
from hybridcare.calibrate_posterior import from_logs, weighted
from hybridcare.calibrate_run import Budget, Calibrated, Memory, calibrate
from hybridcare.calibrate_sampler import effective

ORACLE = Path(__file__).resolve().parents[1] / "validation" / "oracle" / "pyabc_toy.json"


@pytest.fixture(scope="module")
def found() -> Calibrated:
    return calibrate(PRIORS, AIMS, Memory(simulate), SMALL, seed=3)


def moments(found: Calibrated) -> tuple[np.ndarray, np.ndarray, float]:
    weights = found.weighted.weights
    mean = weights @ found.z
    return mean, np.sqrt(weights @ (found.z - mean) ** 2), float(1 / np.sqrt(effective(weights)))


def test_the_posterior_is_the_one_that_weighing_the_prior_gives(found: Calibrated) -> None:
    """100 sets: a mean errs by .1 SDs, an SD by .07 of itself; 4 of them: a false alarm in 3,000 over all six. With the
    SDs of the aims halved the posterior's SDs are off by .4 (next test)."""
    mean, sd, error = moments(found)
    right, spread, _ = exact(AIMS)
    assert np.abs((mean - right) / spread).max() < 4 * error
    assert np.abs(sd / spread - 1).max() < 4 * error / np.sqrt(2)
    assert found.weighted.effective > 80 and found.posterior.r_hat.max() < 1.1


def test_a_likelihood_that_is_too_sure_does_not_pass(found: Calibrated) -> None:
    wrong = Aims(tuple(replace(aim, sd=aim.sd / 2, discrepancy=aim.discrepancy / 2) for aim in AIMS.each))
    _, spread, _ = exact(wrong)
    _, sd, error = moments(found)
    assert np.abs(sd / spread - 1).max() > 4 * error / np.sqrt(2)


def test_another_program_finds_the_same(found: Calibrated) -> None:
    """pyABC on the same problem, recorded with its Monte Carlo error by the script beside the file."""
    oracle = json.loads(ORACLE.read_text(encoding="utf-8"))["posterior"]
    mean, sd, error = moments(found)
    for at, name in enumerate(PRIORS.columns):
        theirs = oracle[name]
        assert abs(mean[at] - theirs["mean"]) < 4 * np.hypot(error * sd[at], theirs["mean_error"]), name
        assert abs(sd[at] - theirs["sd"]) < 4 * np.hypot(error * sd[at] / np.sqrt(2), theirs["sd_error"]), name


def test_the_oracle_agrees_with_the_closed_form() -> None:
    """Else agreeing with it would prove nothing. Five means of 400: 4 errors, and .02 for its truncated schedule."""
    oracle = json.loads(ORACLE.read_text(encoding="utf-8"))["posterior"]
    mean, sd, _ = exact(AIMS)
    for at, name in enumerate(PRIORS.columns):
        assert abs(oracle[name]["mean"] - mean[at]) < 4 * oracle[name]["mean_error"] + 0.02
        assert abs(oracle[name]["sd"] - sd[at]) < 4 * oracle[name]["sd_error"] + 0.02


def test_known_parameters_are_found_again() -> None:
    """Exact figures: the truth lies within 3 posterior SDs in each of the three (a false alarm in 120 if figures had
    errors; they have none), and what the figures inform has become narrower. Truth moved by 4 SDs: seen to fail."""
    truth = np.array([0.6, -0.4, -0.8])
    got = recovery(PRIORS, simulate, AIMS, truth, replace(SMALL, waves=1), seed=2)
    assert np.abs(got.away).max() < 3 and got.narrowed.min() > 0.2
    assert got.covered.sum() >= 2


def test_the_same_call_gives_the_same_bits(found: Calibrated) -> None:
    again = calibrate(PRIORS, AIMS, Memory(simulate), SMALL, seed=3)
    assert np.array_equal(again.values, found.values) and np.array_equal(again.weighted.weights, found.weighted.weights)
    other = calibrate(PRIORS, AIMS, Memory(simulate), replace(SMALL, waves=1, sets=20), seed=4)
    assert not np.array_equal(other.values[:20], found.values[:20])


def test_weights_mend_what_the_emulator_got_wrong() -> None:
    """Sets drawn from a likelihood that is off are weighed back: exact in the limit; 4,000 draws, 4 errors."""
    draw = np.random.default_rng(1)
    drawn = draw.normal(0.3, 1.2, (4000, 1))  # as a wrong emulator would have it
    aims = Aims((Aim("x", 0.0, 1.0),))
    emulated = stats.norm(0.3, 1.2).logpdf(drawn[:, 0])
    got = weighted(aims, Simulated(drawn, np.zeros((4000, 1))), emulated)
    mean = got.weights @ drawn[:, 0]
    assert abs(mean) < 4 / np.sqrt(got.effective)
    assert got.weights @ (drawn[:, 0] - mean) ** 2 == pytest.approx(1, abs=0.12)
    assert 2000 < got.effective < 4000
    one = from_logs(np.log([1.0, 1.0, 1.0, 8.0]))  # none counts for more than root n mean ones: 5.5 here
    assert one.cut == 1 and one.weights[3] == pytest.approx(5.5 / 8.5)


def test_implausibility_counts_all_errors_and_forgives_as_told() -> None:
    aims = Aims((Aim("a", 1.0, 3.0, 4.0), Aim("b", 0.0, 1.0), Aim("c", 0.0, 1.0, flat=True, low=-1, high=2)))
    far = aims.implausibility(np.array([[27.0, 3.0, 1.9], [1.0, np.nan, 5.0]]), np.array([[144.0, 0, 0], [0, 0, 8.0]]))
    assert far[0] == pytest.approx([2.0, 3.0, 0.0]) and far[1] == pytest.approx([0.0, np.inf, 1.0])
    assert counted(far, 0).tolist() == [3.0, np.inf] and counted(far, 1).tolist() == [2.0, 1.0]
    assert aims.loss(np.array([[27.0, 3.0, 1.9]]), np.array([[144.0, 0, 0]]))[0] == pytest.approx(13)


def test_figures_that_nothing_reaches_are_said_to_be_missed() -> None:
    """Both rate and trust would have to be large, and their product small."""
    aims = Aims((Aim("gain", 4.0, 0.05), Aim("leaving", 5.0, 0.05), Aim("both", 0.5, 0.05)))
    little = Budget(first=30, points=20, waves=1, rounds=1, population=60, sweeps=3)
    got = calibrate(PRIORS, aims, Memory(simulate), little)
    assert got.empty and got.reports[-1].left.share == 0
    assert "nothing" in got.reports[-1].left.sentence
    assert got.missed.any(axis=1).all() and len(got.values) == 20


@pytest.mark.parametrize("name, value", [("waves", 0), ("first", 7), ("sets", 2.5), ("points", True)])
def test_a_budget_out_of_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(hc.ConfigError, match=f"{name}: .* is no whole number in"):
        replace(SMALL, **{name: value})
