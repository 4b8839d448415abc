"""Emulators: they predict, know how sure they are, and come back from disk as they were."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hybridcare import ConfigError
from hybridcare.calibrate_emulator import Emulator, active_inputs, expected_largest, fit, fit_all

DIMS = 12


def surface(x: np.ndarray) -> np.ndarray:
    """Bends in inputs 2 and 5, which also act together; a small linear effect of all others."""
    return 2 * np.tanh(x[:, 2]) + 0.6 * x[:, 5] ** 2 + 0.8 * x[:, 2] * x[:, 5] + 0.05 * x.sum(axis=1)


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    draw = np.random.default_rng(1)
    x = draw.standard_normal((160, DIMS))
    noise = np.where(np.arange(160) % 2, 0.01, 0.25)
    return fit(x, surface(x) + np.sqrt(noise) * draw.standard_normal(160), noise)


def test_it_predicts_new_points_and_knows_how_well(emulator: Emulator) -> None:
    """2,000 new points: 3 SDs of a share that should be .95 are .015 if errors were apart; they hang together, so that
    .05 is allowed. With variances of a quarter the coverage is .7 (tried)."""
    x = np.random.default_rng(2).standard_normal((2000, DIMS))
    mean, variance = emulator.predict(x)
    error = surface(x) - mean
    assert error.std() < 0.3 * surface(x).std()
    covered = (np.abs(error) < 1.96 * np.sqrt(variance)).mean()
    assert 0.90 < covered <= 1.0


def test_a_share_is_fitted_as_log_odds() -> None:
    """Log odds that are linear: they are met where shares themselves bend; mean and
    variance come back as shares, and a figure of 0 or 1 has no log odds and is fitted as it is."""
    draw = np.random.default_rng(6)
    x, new = draw.standard_normal((60, 6)), draw.standard_normal((500, 6))
    y, right = (1 / (1 + np.exp(-(-1 + each @ np.array([1, 0.7, 0.5, 0, 0, 0])))) for each in (x, new))
    one, plain = (fit(x, y, np.full(60, 1e-6), share=share) for share in (True, False))
    assert one.logit and not plain.logit
    mean, variance = one.predict(new)
    error, bent = mean - right, plain.predict(new)[0] - right
    assert 100 * error.std() < bent.std()  # seen: 8e-7 against .0074
    assert ((mean > 0) & (mean < 1)).all() and (np.abs(right - mean) < 4 * np.sqrt(variance)).all()
    assert not fit(x, np.where(np.arange(60) == 7, 1.0, y), np.full(60, 1e-6), share=True).logit


def test_it_finds_the_inputs_that_matter(emulator: Emulator) -> None:
    assert {2, 5} <= set(emulator.active) and len(emulator.active) <= 5
    draw = np.random.default_rng(3)
    assert len(active_inputs(draw.standard_normal((30, 40)), draw.standard_normal(30))) >= 1  # fewer points than inputs


def test_prediction_is_that_of_the_library(emulator: Emulator) -> None:
    x = np.random.default_rng(4).standard_normal((50, DIMS))
    mean, sd = emulator.model.predict(x, return_std=True)
    ours, variance = emulator.predict(x)
    assert np.allclose(ours, emulator.mean + emulator.sd * mean, rtol=1e-9, atol=1e-9)
    exact = emulator.sd**2 * sd**2
    assert (variance >= exact * (1 - 1e-6) - 1e-9).all()  # what is left out makes it less sure, never surer
    assert (variance - exact).mean() < 0.2 * exact.mean()


def test_left_out_errors_are_those_of_leaving_out(emulator: Emulator) -> None:
    """The closed form against refitting without the point, hyperparameters held."""
    model, errors = emulator.model, emulator.left_out()
    for at in (0, 7, 50):
        keep = np.arange(len(errors)) != at
        x, y, noise = model.X_train_, model.y_train_, model.alpha
        covariance = model.kernel_(x)
        inverse = np.linalg.inv(covariance[np.ix_(keep, keep)] + np.diag(np.asarray(noise)[keep]))
        across = covariance[at, keep]
        mean = across @ inverse @ y[keep]
        variance = covariance[at, at] + np.asarray(noise)[at] - across @ inverse @ across
        assert errors[at] == pytest.approx((y[at] - mean) / np.sqrt(variance), rel=1e-5)


def test_noisy_points_count_less() -> None:
    """Half of the points are off by 3 and say that their noise is large: the fit goes through the others."""
    x = np.linspace(-2, 2, 40)[:, None]
    noise = np.where(np.arange(40) % 2, 1e-4, 9.0)
    y = x[:, 0] + np.where(np.arange(40) % 2, 0.0, 3.0)
    assert np.abs(fit(x, y, noise).predict(x)[0] - x[:, 0]).max() < 0.2
    assert np.abs(fit(x, y, np.full(40, 1.0)).predict(x)[0] - x[:, 0]).max() > 1.0  # without the nugget by point


def test_it_comes_back_from_json_bit_for_bit() -> None:
    draw = np.random.default_rng(5)
    x = draw.standard_normal((60, 4))
    y = np.column_stack([x[:, 0] ** 2, np.where(np.arange(60) == 3, np.nan, x[:, 1])])
    noise = np.full((60, 2), 0.01)
    first = fit_all(["a", "b"], x, y, noise)
    again = fit_all(["a", "b"], x, y, noise, json.loads(json.dumps(first.state)))
    back = fit_all(["a", "b"], x, y, noise, first.state)
    for ours, theirs in zip(back.predict(x), again.predict(x), strict=True):
        assert np.array_equal(ours, theirs)
    rows = first.diagnostics()
    assert [row["points"] for row in rows] == [60, 59]  # a point without a number is left out of that target's alone
    assert all(row["largest"] < expected_largest(60) for row in rows)


def test_two_numbers_are_too_few() -> None:
    with pytest.raises(ConfigError, match="target a: 2 of 4 points gave a number"):
        fit_all(["a"], np.zeros((4, 1)), np.array([[1.0], [2.0], [np.nan], [np.nan]]), np.zeros((4, 1)))
