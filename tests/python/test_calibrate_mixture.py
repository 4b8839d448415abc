"""Sets of several rounds count as one sample, whatever each was drawn by."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hybridcare.calibrate_aims import Aim, Aims, Simulated
from hybridcare.calibrate_mixture import constants, log_mixture
from hybridcare.calibrate_posterior import resampled, weighted

COUNTS = np.array([600, 300, 900])
ROUNDS = [stats.norm(0, 1.5), stats.norm(1, 1), stats.norm(2, 0.8)]
OFF = np.array([0.0, 7.0, -40.0])  # constants that nobody knows


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """All rounds' sets, and each round's density at them, up to its constant."""
    draw = np.random.default_rng(seed)
    z = np.concatenate([one.rvs(count, random_state=draw) for one, count in zip(ROUNDS, COUNTS, strict=True)])
    return z, np.stack([one.logpdf(z) + off for one, off in zip(ROUNDS, OFF, strict=True)])


def test_constants_are_found_from_the_sets() -> None:
    """Neighbours overlap, so that a constant errs by about .06; 5 errors. Without sharing they would be off by 7."""
    for seed in range(4):
        assert constants(drawn(seed)[1], COUNTS) == pytest.approx(OFF - OFF[0], abs=0.3)


def test_the_mixture_is_the_density_of_all_sets() -> None:
    z, logs = drawn(1)
    right = np.log(sum(count * one.pdf(z) for one, count in zip(ROUNDS, COUNTS, strict=True)))
    away = log_mixture(logs, COUNTS) - right
    assert np.ptp(away) < 0.2  # up to one constant, and the error of the others
    alone = log_mixture(logs[:1, :600], COUNTS[:1])
    assert alone - logs[0, :600] == pytest.approx(np.full(600, np.log(600)))


def test_rounds_together_say_what_the_target_is() -> None:
    """Target N(1.4, .6): the mean errs by .6 / sqrt(effective), 4 errors; weights by the last round's density alone, as
    if all had been drawn by it, are off by more (tried: .12 and more against a bound of .09)."""
    z, logs = drawn(2)
    aims = Aims((Aim("x", 1.4, 0.6),))
    simulated = Simulated(z[:, None], np.zeros((len(z), 1)))
    got = weighted(aims, simulated, logs, list(COUNTS))
    assert got.effective > 600
    assert got.weights @ z == pytest.approx(1.4, abs=4 * 0.6 / np.sqrt(got.effective))
    sd = np.sqrt(got.weights @ (z - got.weights @ z) ** 2)
    assert sd == pytest.approx(0.6, abs=4 * 0.6 / np.sqrt(2 * got.effective))
    naive = weighted(aims, simulated, logs[-1])
    assert abs(naive.weights @ z - 1.4) > 4 * 0.6 / np.sqrt(got.effective)


def test_a_set_is_drawn_as_often_as_its_weight_says() -> None:
    weights = np.array([0.5, 0.0, 0.3, 0.2])
    counts = resampled(weights, 1000, np.random.default_rng(3))
    assert counts.sum() == 1000 and counts[1] == 0
    assert np.abs(counts - 1000 * weights).max() <= 1
