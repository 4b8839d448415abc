"""Weighing by a service's figures: right where the answer is known, over simulated services, and seen to go wrong."""

from __future__ import annotations

import numpy as np
import pytest
from setting_fixture import LEAVING, RATE, SIZE, made, scenario, service

import hybridcare as hc
from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.calibration import quantiles
from hybridcare.setting_csv import Counted
from hybridcare.setting_figures import STEPS, figures
from hybridcare.setting_runs import Simulated, counts_of
from hybridcare.setting_weights import FAR_OUTSIDE, INSIDE, OUTSIDE, WITHIN, Weighed, distance, state
from hybridcare.uncertainty import ParameterSets

#: A simulator in closed form: six figures of two parameters, four of them counted in the same people.
SLOPES = np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1], [0.3, 0.7]])
ALIKE = np.eye(6)
ALIKE[:4, :4] = 0.9
np.fill_diagonal(ALIKE, 1.0)
ERROR = np.full(6, 0.6)
SERVICES = 400


def covered(counts: np.ndarray, sets: int = 400) -> tuple[float, float]:
    """Over simulated services: share of 90 % intervals of the first parameter, after weighing, that hold the truth; and
    share in which weight moves towards it."""
    draw = np.random.default_rng(1)
    values = draw.standard_normal((sets, 2))
    equal = np.full(sets, 1 / sets)
    ensemble = Ensemble("R1", (LEAVING, RATE), values, equal, np.zeros(sets), np.zeros(sets, np.int64))
    shown, noise, root = values @ SLOPES.T, np.zeros((sets, 6)), np.linalg.cholesky(ALIKE)
    held, closer = [], []
    for _ in range(SERVICES):
        truth = draw.standard_normal(2)
        figure = SLOPES @ truth + ERROR * (root @ draw.standard_normal(6))
        weights = ensemble.reweighted(shown, noise, figure, ERROR, 0, counts).weights
        low, high = quantiles(values[:, 0], weights, (0.05, 0.95))
        away = ((values - truth) ** 2).sum(axis=1)
        held.append(low <= truth[0] <= high)
        closer.append(weights @ away < equal @ away)
    return float(np.mean(held)), float(np.mean(closer))


def test_intervals_hold_the_truth_though_figures_are_counted_in_the_same_people() -> None:
    """400 services: the standard error of a coverage of .87 is .017, so that .80 is missed by chance in 3 of 100,000.
    Figures that are all counted in full give .60, which is caught in all but 1e-12."""
    held, closer = covered(counts_of(ALIKE, 10**6))
    assert held > 0.80 and closer > 0.98
    assert covered(np.ones(6))[0] < 0.70  # the mistake that this test is for


def test_counts() -> None:
    assert counts_of(np.eye(3)) == pytest.approx([1, 1, 1])
    assert counts_of(np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])) == pytest.approx([0.5, 0.5, 1])
    assert counts_of(np.array([[1.0, 0.08], [0.08, 1]]), 144) == pytest.approx([1, 1], abs=0.001)  # chance alone
    half = counts_of(np.array([[1.0, -0.7], [-0.7, 1]]), 10**9)
    assert half == pytest.approx([1 / 1.49] * 2)


def test_a_figure_given_twice_counts_once() -> None:
    ensemble = made()
    shown = ensemble.values[:, :1]
    once = ensemble.reweighted(shown, np.zeros_like(shown), [-3.5], [0.3], 0)
    twice = ensemble.reweighted(shown.repeat(2, 1), np.zeros((len(shown), 2)), [-3.5] * 2, [0.3] * 2, 0, [0.5, 0.5])
    assert twice.weights == pytest.approx(once.weights) and twice.evidence == pytest.approx(once.evidence)


def test_evidence_is_the_mean_likelihood() -> None:
    """Normal sets N(0, 1) and a figure of 1.2 with SD .8: the figure is N(0, 1.64) a priori, in closed form."""
    values = np.random.default_rng(1).standard_normal((4000, 2))
    ensemble = Ensemble("R1", (LEAVING, RATE), values, np.full(4000, 1 / 4000), np.zeros(4000),
                        np.zeros(4000, np.int64))  # fmt: skip
    got = ensemble.reweighted(values[:, :1], np.zeros((4000, 1)), [1.2], [0.8])
    assert got.evidence == pytest.approx(-0.5 * (1.44 / 1.64 + np.log(2 * np.pi * 1.64)), abs=0.05)


def test_a_set_without_a_number_counts_nothing() -> None:
    ensemble = made()
    shown = ensemble.values[:, :1].copy()
    shown[3] = np.nan
    got = ensemble.reweighted(shown, np.zeros_like(shown), [-4.0], [0.3], 0)
    assert got.weights[3] == 0 and np.isfinite(got.apart).all()
    with pytest.raises(hc.ConfigError, match=r"dropout is 9, the ensemble says -4"):
        ensemble.reweighted(shown, np.zeros_like(shown), [9.0], [0.3], names=["dropout"])


@pytest.mark.parametrize(("value", "names"), [(15.0, ["phq9_entry_mean"]), (21.0, [])])
def test_a_figure_far_from_all_sets_is_not_said_to_move_nothing(value: float, names: list[str]) -> None:
    """Sets that lie within 0.6 points, beside an error of 1: near them it says nothing, far off it takes most away."""
    ensemble, row = made(), Counted(figures()["phq9_entry_mean"], value, 1.0, 100)
    sets = ParameterSets("R1", ("{}",) * len(ensemble), tuple(range(len(ensemble))), (), ensemble)
    draw = np.random.default_rng(3).uniform(-0.3, 0.3, (len(ensemble), 1))
    found = Weighed.of(sets, [row], Simulated(15.0 + draw, np.zeros(1), {}), np.ones(1))
    assert found.silent() == names
    assert (found.weighing.effective > 0.95 * len(ensemble)) == bool(names)


#: Truths off the middle of the ensemble, so that every service has something to say.
TRUTHS = ((-4.9, 0.9), (-3.2, 0.9), (-4.9, 2.1), (-3.2, 2.1))


@pytest.mark.parametrize("truth", TRUTHS)
def test_weight_moves_towards_the_set_that_a_service_was_simulated_from(truth: tuple[float, float]) -> None:
    """A service of 400 people, with clients of its own, from a set that the ensemble does not hold."""
    found = hc.check_setting(service(truth), scenario(), "human", uncertainty=made(), **SIZE)
    values, weights = found.main.ensemble.values, found.main.weighing.weights
    away = (((values - truth) / values.std(axis=0)) ** 2).sum(axis=1)
    assert weights @ away < 0.7 * away.mean()
    assert found.main.weighing.effective < 70


def test_places_in_words_and_distances() -> None:
    words = [state(at, inside) for at, inside in ((0.5, True), (-1.5, False), (2.5, False), (-3.1, False),
                                                  (float("nan"), False))]  # fmt: skip
    assert words == [INSIDE, WITHIN, OUTSIDE, FAR_OUTSIDE, FAR_OUTSIDE]
    value = np.array([1.0, 2.0, 2.0, 3.0])
    assert distance(value, np.full(4, 0.25), np.array([0.25, 0.5, 0.0, 0.25])) == 0  # equal values are one step
    assert distance(value, np.full(4, 0.25), np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)


def test_the_median_wait_lies_between_the_weeks_that_were_read() -> None:
    read = figures()["wait_median"].read
    reached = {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.7}
    parts = [np.array([reached.get(step, 1.0 if step > 3 else 0.0), 0.6, np.nan]) for step in STEPS]
    found = read(parts)
    assert found[:2] == pytest.approx([2.5, 0]) and np.isnan(found[2])
    assert np.isnan(read([np.full(1, 0.4)] * len(STEPS))[0])  # half are never reached
