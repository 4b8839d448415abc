"""Sensitivity indices held to known answers: Ishigami's function, a linear one, and SALib's own PAWN."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sweep_fixture import A, B, C, ishigami, made

import hybridcare as hc
from hybridcare.sensitivity import DUMMY, pawn_index

#: Of Ishigami's function with a = 7, b = .1 (Saltelli et al. 2008): first-order and total shares of variance.
FIRST = {A: 0.3139, B: 0.4424, C: 0.0}
TOTAL = {A: 0.5576, B: 0.4424, C: 0.2437}


def main(found: Any, index: str) -> pd.Series:
    frame = found.table()
    return frame[frame["index"] == index].set_index("path")["estimate"]


def test_sobol_indices_of_a_known_function() -> None:
    """Quasi-random and seeded: the same every time. With 512 base points the error is about .03; the limit is .06, so
    that swapping two factors (differences of .11 to .31) or first with total (.24) is caught."""
    found = made(ishigami, {"kind": "saltelli", "n": 512}, arms=["human"]).sensitivity()
    assert found.method == "sobol"
    for index, known in (("first", FIRST), ("total", TOTAL)):
        for path, value in main(found, index).items():
            assert value == pytest.approx(known[path], abs=0.06), (index, path)
    steps = found.convergence()
    assert list(steps["draws"].unique()) == [320, 640, 1280, 2560]
    assert found.settled and "have settled" in found.sentence
    frame = found.table()
    assert (frame["low"] <= frame["estimate"]).all() and (frame["estimate"] <= frame["high"]).all()
    assert list(frame["path"].drop_duplicates()) == [A, B, C]
    third = frame[(frame["path"] == C) & (frame["index"] == "first")]
    assert not third["beyond_chance"].iloc[0]


def test_second_order_finds_the_pair_that_interacts() -> None:
    found = made(ishigami, {"kind": "saltelli", "n": 512, "second_order": True},
                 arms=["human"]).sensitivity()  # fmt: skip
    pairs = main(found, "second")
    assert pairs[f"{A} with {C}"] == pytest.approx(0.2437, abs=0.08)
    assert abs(pairs[f"{A} with {B}"]) < 0.08 and abs(pairs[f"{B} with {C}"]) < 0.08


def test_weights_are_one_factor_of_a_saltelli_design() -> None:
    made_of = {"/quality/weight/*": {"dirichlet": 25}, A: {"uniform": [0, 1]}}
    results = made(lambda row, arm: row["/quality/weight/technique"], {"kind": "saltelli", "n": 128}, arms=["human"],
                   uncertainties=made_of)  # fmt: skip
    assert len(results.design) == 128 * (2 + 2)
    total = main(results.sensitivity(), "total")
    assert total["/quality/weight/*"] == pytest.approx(1, abs=0.05) and total[A] == pytest.approx(0, abs=1e-9)


def test_delta_and_pawn_rank_and_the_dummy_shows_what_chance_makes() -> None:
    results = made(lambda row, arm: 3 * row[A] + 2 * row[B], {"kind": "sobol", "n": 128}, arms=["human"])
    for method in ("delta", "pawn"):
        found = results.sensitivity(method=method, resamples=30)
        value = main(found, method)
        assert value[A] > value[B] > value[DUMMY] and value[A] > value[C]
        frame = found.table()
        real = frame[frame["index"] == method].set_index("path")["beyond_chance"]
        assert real[A] and not real[C] and not real[DUMMY]
    assert results.sensitivity(resamples=10).method == "delta"  # what a plain design is given


def test_pawn_without_p_values_is_salibs() -> None:
    from SALib.analyze import pawn

    rng = np.random.default_rng(3)
    x = rng.random((300, 2))
    y = np.round(x[:, 0] ** 2 + 0.1 * rng.normal(size=300), 1)  # with ties
    known = pawn.analyze({"num_vars": 2, "names": ["a", "b"]}, x, y, S=10)["median"]
    assert [pawn_index(column, y) for column in x.T] == pytest.approx(list(known), abs=1e-12)


def test_morris_effects_of_a_linear_function_are_its_slopes() -> None:
    results = made(lambda row, arm: 4 * row[A] - 2 * row[B], {"kind": "morris", "n": 8}, arms=["human"])
    found = results.sensitivity()
    inner = 1 - 2 * 0.005  # the grid keeps off the ends of the distribution
    assert found.method == "morris"
    assert main(found, "mu_star").to_dict() == pytest.approx({A: 4 * inner, B: 2 * inner, C: 0}, abs=1e-6)
    assert set(np.round(results.to_salib()[1].ravel(), 6)) == {0, 0.333333, 0.666667, 1}  # SALib's own grid
    assert main(found, "mu")[B] == pytest.approx(-2 * inner, abs=1e-6) and main(found, "sigma").max() < 1e-6


def test_what_has_settled() -> None:
    found = made(ishigami, {"kind": "saltelli", "n": 64}, arms=["human"]).sensitivity()
    rows = [{"draws": draws, "path": path, "index": "total", "estimate": 0.3, "low": 0.29, "high": 0.31}
            for draws in (80, 160) for path in (A, B)]  # fmt: skip
    still = replace(found, steps=pd.DataFrame(rows))
    assert still.settled
    rows[0]["estimate"] = 0.36  # .06 away, and the interval is narrow
    assert not replace(found, steps=pd.DataFrame(rows)).settled
    rows[2] |= {"low": 0.2, "high": 0.4}  # it may be chance
    assert replace(found, steps=pd.DataFrame(rows)).settled


def test_few_points_are_said_not_to_have_settled() -> None:
    assert not made(ishigami, {"kind": "saltelli", "n": 8}, arms=["human"]).sensitivity().settled


def test_sobol_is_refused_where_it_would_be_wrong() -> None:
    results = made(ishigami, {"kind": "saltelli", "n": 16}, arms=["human"])
    results.estimate[7] = np.nan
    with pytest.raises(hc.ConfigError, match="1 of 80 points have no number.*delta, pawn"):
        results.sensitivity(method="sobol")
    assert results.sensitivity(resamples=10).method == "delta"
    plain = made(ishigami, {"kind": "sobol", "n": 64}, arms=["human"])
    with pytest.raises(hc.ConfigError, match="a complete saltelli design; this one is of kind sobol"):
        plain.sensitivity(method="sobol")
    with pytest.raises(hc.ConfigError, match="nearest: 'delta'"):
        plain.sensitivity(method="dleta")
    with pytest.raises(hc.ConfigError, match="same at all points"):
        made(lambda row, arm: 1.0, {"kind": "sobol", "n": 64}, arms=["human"]).sensitivity()
    with pytest.raises(hc.ConfigError, match="needs 64 draws"):
        made(ishigami, {"kind": "sobol", "n": 32}, arms=["human"]).sensitivity()
