"""Sensitivity indices held to known answers: Ishigami's function, a linear one, and SALib's own PAWN."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sweep_fixture import UNIT, A, B, C, ishigami, made

import hybridcare as hc
from hybridcare.sensitivity import DUMMY, pawn_index
from hybridcare.sensitivity_noise import beyond

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
    rows = [{"draws": draws, "path": path, "index": "total", "estimate": 0.3, "design_se": 0.005}
            for draws in (80, 160) for path in (A, B)]  # fmt: skip
    still = replace(found, steps=pd.DataFrame(rows))
    assert still.settled
    rows[0]["estimate"] = 0.36  # .06 away, and other points would make little of it
    assert not replace(found, steps=pd.DataFrame(rows)).settled
    rows[2] |= {"design_se": 0.05}  # it may be chance
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


@cache
def two(kind: str, n: int) -> hc.SweepResults:
    return made(lambda row, arm: 0.0, {"kind": kind, "n": n}, arms=["human"],
                uncertainties={A: UNIT[A], B: UNIT[B]})  # fmt: skip


def by_luck(kind: str, n: int, seed: int, effect: float = 0.0, other: float = 3.0) -> hc.SweepResults:
    """other × A, and B times the luck of the replicate (SD 1; 8 replicates), as an error of measurement has it; plus an
    effect of B. Without one, whatever B moves is Monte Carlo error."""
    known = two(kind, n)
    rng = np.random.default_rng(seed)
    a, b = (np.asarray(known.study.drawn[path], float)[:, None] for path in (A, B))
    values = other * a + b * (effect + rng.normal(size=(1, 8))) + 0.02 * rng.normal(size=(len(a), 8))
    return hc.SweepResults(known.study, values.mean(axis=1)[:, None, None], values[:, None, None], known.metrics)


def real(found: Any) -> pd.Series:
    return found.table().query("index == @found.main").set_index("path")["beyond_chance"]


@pytest.mark.parametrize(("kind", "n"), [("saltelli", 32), ("morris", 8)])
def test_luck_that_a_number_turns_up_is_no_effect(kind: str, n: int) -> None:
    """Of 20 seeds 5 % may pass: more than 4 do with probability 0.3 % (seeds are fixed). With points alone in the
    interval and no test of replicates all do. An effect of 3, eight standard errors of luck, is missed in 1 %."""
    found = [by_luck(kind, n, seed).sensitivity(resamples=10) for seed in range(20)]
    assert sum(real(each)[B] for each in found) <= 4
    strong = [by_luck(kind, n, seed, 3.0).sensitivity(resamples=10) for seed in range(5)]
    assert all(real(each)[[A, B]].all() for each in strong)
    if kind == "saltelli":  # the true total share of B is 0; what noise makes of it is about 1/8 : (9 + 1/8) = .014
        tables = pd.concat([each.table() for each in found])
        rows = tables[(tables["index"] == "total") & (tables["path"] == B)]
        error = rows["estimate"].std() / np.sqrt(len(rows))
        assert rows["noise"].mean() == pytest.approx(0.014, abs=0.006) and abs(rows["estimate"].mean()) < 3 * error
        assert (rows["low"] < 0).mean() > 0.8 and (rows["noise_se"] > 0).all()


@pytest.mark.parametrize("method", ["delta", "pawn"])
def test_delta_and_pawn_do_not_call_luck_an_effect(method: str) -> None:
    """B moves the result by luck alone, mostly more than A does: most of 6 seeds are beyond the dummy; as beyond luck
    5 % may pass (two or more of six: 3 %; seeds are fixed)."""
    tables = [by_luck("sobol", 64, seed, other=0.1).sensitivity(method=method, resamples=10).table()
              for seed in range(6)]  # fmt: skip
    rows = [table[(table["path"] == B) & (table["index"] == method)].iloc[0] for table in tables]
    dummies = [table[(table["path"] == DUMMY) & (table["index"] == method)].iloc[0] for table in tables]
    assert sum(row["low"] > dummy["high"] for row, dummy in zip(rows, dummies, strict=True)) >= 3
    assert sum(row["beyond_chance"] for row in rows) <= 1
    assert real(by_luck("sobol", 64, 1, effect=6.0).sensitivity(method=method, resamples=10))[B]


def test_the_level_of_the_test_of_replicates() -> None:
    """One shared piece of luck is the worst case: 5 % (of 4,000, limits at five standard errors); luck of its own at
    each difference passes less often. Four replicates find four standard errors of luck in three of four cases."""
    rng = np.random.default_rng(8)
    luck, size = rng.normal(size=(4000, 1, 4)), rng.normal(size=(1, 12, 1))
    assert beyond(luck * size).mean() == pytest.approx(0.05, abs=0.018)
    assert beyond(rng.normal(size=(4000, 12, 4))).mean() < 0.01
    assert beyond((luck + 2) * size).mean() > 0.6


def test_one_replicate_cannot_tell() -> None:
    found = made(ishigami, {"kind": "saltelli", "n": 64}, replicates=1, arms=["human"]).sensitivity(resamples=10)
    assert "cannot be told from simulation noise" in found.sentence and "settled" not in found.sentence
    assert not found.table()["beyond_chance"].any()


def test_nothing_but_luck_is_said_to_be_nothing() -> None:
    found = by_luck("saltelli", 32, 2, other=0.0).sensitivity(resamples=10)
    assert "no uncertainty moves it beyond chance" in found.sentence and "settled" not in found.sentence
    assert "means nothing yet" in str(found.plot().caption)
