"""How many clients a virtual trial needs, and what it could show over what is not known of the model."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import hybridcare as hc
from hybridcare.errors import ConfigError
from hybridcare.trial import Trial
from hybridcare.trial_assurance import between, drawn

BASE = "hybrid_vs_human_vs_ai"
FEW = ["as written", "R0"]


@pytest.fixture(scope="module")
def bundled() -> hc.Experiment:
    return hc.Experiment(BASE)


@pytest.fixture(scope="module")
def waiting(bundled: hc.Experiment) -> Trial:
    """A weekly human against a waiting list: a large effect, so that few clients show it. All are measured."""
    return bundled.trial(("waiting", "human"), n=60, missing=None)


# ---------------------------------------------------------------------------------------------------- number of clients
def test_the_number_for_a_power_has_that_power(waiting: Trial) -> None:
    """The number is found by one set of 300 trials; its power there is theirs: within binomial error of what was
    asked."""
    row = waiting.n_for(0.8, replicates=300, cells=["as written"]).table().iloc[0]
    assert row["power"] == pytest.approx(0.8, abs=0.07) and row["power_low"] < 0.8 < row["power_high"] + 0.02
    assert row["n"] == pytest.approx(row["n_formula"], rel=0.35) and row["n"] == int(row["n"])
    blocks = dataclasses.replace(waiting, plan=waiting.plan)
    assert blocks.with_n(int(row["n"])).power(300, cells=["as written"]).table()["power"][0] == row["power"]


def test_a_number_out_of_reach_says_so(bundled: hc.Experiment) -> None:
    design = bundled.trial(("human", "hybrid"), n=100)
    few = design.n_for(0.9, limit=200, replicates=60, cells=FEW).table().set_index("cell")
    assert few["n"].isna().all() and set(few["limit"]) == {200}
    assert "is not better than the reference" in few.loc["as written", "why"]
    assert "the limit is 200" in few.loc["R0", "why"] and few.loc["R0", "n_formula"] > 200
    apart = hc.Experiment(bundled.scenario.with_({"therapists": {"effectiveness_sd": 1.5}}))
    clusters = apart.trial(("waiting", "human"), n=200, cluster="therapist", therapists=4)
    row = clusters.n_for(0.99, replicates=40, cells=["as written"]).table().iloc[0]
    assert "with 4 therapists no number of clients passes" in row["why"]


@pytest.mark.parametrize(("power", "limit", "said"), [
    (1.0, 2000, "below certainty"), (0.04, 2000, "above alpha"), ("high", 2000, "outside"),
    (0.9, 10**9, "no whole number"), (0.9, 10, "no whole number"), (float("nan"), 2000, "outside"),
])  # fmt: skip
def test_bad_wishes_are_refused(waiting: Trial, power: Any, limit: int, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        waiting.n_for(power, limit, cells=["as written"])

# ------------------------------------------------------------------------------------------------------------ assurance
def test_assurance_without_doubt_is_power(waiting: Trial) -> None:
    """A number that hardly varies: 40 draws of 5 trials against 400 trials; the difference has a standard error of
    .04."""
    found = waiting.assurance({"/change/empathy_elasticity": (1.499, 1.501)}, 40, 5, cells=["as written"])
    sure = found.table().iloc[0]
    power = waiting.power(400, cells=["as written"]).table()["power"][0]
    assert sure["assurance"] == pytest.approx(power, abs=0.16)
    assert sure["noise_low"] <= sure["assurance"] <= sure["noise_high"]
    small = waiting.with_n(20).assurance(draws=3, trials=1, cells=["as written"], uncertainty="defaults")
    few = small.table().iloc[0]
    assert few["noise_low"] < few["noise_high"]


def test_assurance_is_printed_for_each_rival_and_holds_what_it_fixes(bundled: hc.Experiment) -> None:
    design = bundled.trial(("human", "hybrid"), n=60)
    found = design.assurance(draws=6, trials=1, uncertainty="defaults").table().set_index("cell")
    assert set(found.index) >= {"as written", "b_E 0", "b_E 1.5", "b_E 3", "R0", "R1", "R2", "R3", "R4"}
    assert found.loc["b_E 3", "fixed"] == "/change/empathy_elasticity"
    assert "/course/harm" in found.loc["R0", "fixed"] and found.loc["as written", "fixed"] == ""
    spread = found["truth_high"] - found["truth_low"]
    assert spread["R0"] < spread["as written"], "in R0 nothing that is unsure matters but what a label does not change"


def test_what_a_cell_says_does_not_depend_on_the_cells_beside_it(bundled: hc.Experiment) -> None:
    """As written b_E is 1.5 and drawn; in the cell b_E 1.5 it is held. Written out they are one model, drawn they are
    two: the fixed number must not lend the drawn one's spread. R1 fixes nothing, R2 what b_E 3 fixes."""
    design = bundled.trial(("human", "hybrid"), n=60)
    together = design.assurance(draws=6, trials=1, uncertainty="defaults").table().set_index("cell")
    only = design.assurance(draws=6, trials=1, cells=["b_E 1.5"], uncertainty="defaults")
    alone = only.table().set_index("cell").loc["b_E 1.5"]
    beside = together.loc["b_E 1.5"]
    assert alone["fixed"] == beside["fixed"] == "/change/empathy_elasticity"
    assert alone.equals(beside)
    numbers = ["truth_low", "truth_median", "truth_high"]
    assert (beside[numbers] != together.loc["as written", numbers]).all()
    same = together["same_as"]
    assert same[same != ""].to_dict() == {"R1": "as written", "R2": "b_E 3"}
    settled = design.assurance({"/leaving/trust": (1, 3)}, 2, 1, cells=["as written", "b_E 1.5"]).table()
    assert settled["same_as"].tolist() == ["", "as written"], "what neither fixes parts them not"


def test_draws_reach_the_model_but_not_what_a_cell_holds(bundled: hc.Experiment) -> None:
    """b_E moves hybrid minus human: from about 0 to about +.8 points at 8; in the cell b_E 3 it is held."""
    design = bundled.trial(("human", "hybrid"), n=120)
    low, high = (design.assurance({"/change/empathy_elasticity": span}, 4, 1, cells=["as written", "b_E 3"])
                 .table().set_index("cell")["truth_median"] for span in ((0, 0.01), (7.9, 8)))  # fmt: skip
    assert high["as written"] - low["as written"] > 0.4
    assert high["b_E 3"] == low["b_E 3"]


@pytest.mark.parametrize(("draws", "each", "mean"), [(16, 2, 0.1), (16, 2, 0.5), (64, 4, 0.1), (6, 1, 0.1),
                                                     (3, 4, 0.85)])  # fmt: skip
@pytest.mark.parametrize("kind", ["same", "apart", "between"])
def test_the_interval_of_an_assurance_holds_it(draws: int, each: int, mean: float, kind: str) -> None:
    """95 % of 500 assurances, whether draws have one chance, sure success or failure, or anything between. Standard
    error .01; .90 is asked (false alarm below 1e-6 at .95; in 1,500 it held .937 or more in each of these). A normal
    interval between draws holds .45 of six draws and .25 to .84 of three, since it has no width where none, or all, of
    the draws show benefit."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(500):
        chance = {"same": np.full(draws, mean), "apart": (rng.random(draws) < mean) * 1.0,
                  "between": rng.beta(mean, 1 - mean, draws)}[kind]  # fmt: skip
        low, high = between(rng.binomial(each, chance) / each, each)
        assert 0 <= low < high <= 1
        held += low <= mean <= high
    assert held / 500 > 0.9


def test_an_assurance_of_nothing_is_not_sure() -> None:
    """Ends by hand: Wilson's of 0 of 16, z^2 / (16 + z^2); of draws that differ as single trials do, nearly Wilson's of
    all trials, and never less."""
    assert between(np.zeros(16), 2) == pytest.approx((0, 1.95996**2 / (16 + 1.95996**2)), abs=1e-5)
    assert between(np.ones(16), 2) == pytest.approx((16 / (16 + 1.95996**2), 1), abs=1e-5)
    shares = np.random.default_rng(1).binomial(4, 0.3, 2000) / 4
    width = np.diff(between(shares, 4))[0]
    assert width == pytest.approx(2 * 1.96 * np.sqrt(0.3 * 0.7 / 8000), rel=0.08)


def test_draws_fill_their_ranges() -> None:
    points = drawn({"/change/empathy_elasticity": (0, 4), "/leaving/trust": {"mean": 2, "sd": 1}}, 200, 7)
    b = np.array([p["change"]["empathy_elasticity"] for p in points])
    t = np.array([p["leaving"]["trust"] for p in points])
    assert sorted((b / 4 * 200).astype(int)) == list(range(200)), "one in each of 200 slices"
    assert t.mean() == pytest.approx(2, abs=0.02) and t.std() == pytest.approx(1, abs=0.03)
    assert points == drawn({"/change/empathy_elasticity": (0, 4), "/leaving/trust": {"mean": 2, "sd": 1}}, 200, 7)


@pytest.mark.parametrize(("given", "said"), [
    ({}, "are none"), ({"/change/empathy_elasticty": (0, 1)}, "nearest: '/change/empathy_elasticity'"),
    ({"/change/empathy_elasticity": (3, 1)}, "wrong way round"), ({"/change/empathy_elasticity": (0, 99)}, "leaves"),
    ({"/change/empathy_elasticity": 3}, "expected"), ({"/change/empathy_elasticity": (0, float("nan"))}, "expected"),
    ({"/leaving/trust": {"mean": 2}}, "expected mean and sd"), ({"/leaving/trust": {"mean": 99, "sd": 1}}, "outside"),
    ({"/leaving/trust": {"mean": 2, "sd": 0}}, "sd above 0"), ({"/assistant/labelled": (0, 1)}, "is a switch"),
])  # fmt: skip
def test_bad_uncertainties_are_refused(waiting: Trial, given: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        waiting.assurance(given, 4, 1, cells=["as written"])
