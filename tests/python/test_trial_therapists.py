"""Few therapists: what their differences do to an estimate, to a formula, and to what is said to be out of reach."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import hybridcare as hc
from hybridcare import trial_search
from hybridcare.trial import Trial
from hybridcare.trial_implied import ceiling, formula_power, implied, standard_error
from hybridcare.trial_power import implied_of
from hybridcare.trial_warnings import too_small

BASE = "hybrid_vs_human_vs_ai"
TRIALS = 300


@pytest.fixture(scope="module")
def bundled() -> hc.Experiment:
    return hc.Experiment(BASE)


@pytest.fixture(scope="module")
def few(bundled: hc.Experiment) -> Trial:
    """Clients are allocated; their six therapists differ in human care and cannot on a waiting list."""
    return bundled.trial(("waiting", "human"), n=320, therapists=6)


# -------------------------------------------------------------------------------------------------------------- formula
def test_formula_counts_what_therapists_differ_in_between_arms(few: Trial) -> None:
    """SD between 300 trials has a standard error of 4 %; the formula's of some 3 %. 16 % is allowed (false alarm below
    1e-2 over both numbers of clients); without therapists the formula is 22 % and 36 % too small."""
    for n in (320, 640):
        design = few.with_n(n)
        found = design.summaries(TRIALS).effect.std(ddof=1)
        assert standard_error(design, implied_of(design, "as written", TRIALS)) == pytest.approx(found, rel=0.16), n


def test_differences_that_are_alike_in_both_arms_cancel(bundled: hc.Experiment) -> None:
    """Waiting lists have no therapists' differences, human care has, and human care with the assistant's words shares
    nearly all of them."""
    differ, alike = (implied_of(bundled.trial(arms, n=160, therapists=6), "as written", 100)
                     for arms in (("waiting", "human"), ("human", "human_bundle")))  # fmt: skip
    assert differ.apart == pytest.approx(1.2, abs=0.2) and alike.apart < 0.3
    one = bundled.trial(("waiting", "human"), n=40, therapists=1)
    assert implied_of(one, "as written", 200).apart == pytest.approx(1.2, abs=0.3), "between trials, with one in each"


def test_a_ceiling_of_few_therapists_is_theirs(few: Trial) -> None:
    """An effect of two standard errors that no client takes away: power of a two-sided z test."""
    numbers = dataclasses.replace(implied_of(few, "as written", 4), effect=-1.0, apart=0.5 * math.sqrt(6))
    assert ceiling(few, numbers) == pytest.approx(0.516, abs=0.001)
    assert formula_power(few, numbers, 1e5) == pytest.approx(ceiling(few, numbers), abs=0.002)
    assert ceiling(few, dataclasses.replace(numbers, apart=0.0)) == 1.0


def test_a_ceiling_does_not_hang_on_the_number_of_clients(bundled: hc.Experiment) -> None:
    """Chance makes small groups unequal, or empty; large ones not."""
    design = bundled.trial(("waiting", "human"), n=24, cluster="therapist", therapists=10)
    small, large = (implied_of(design.with_n(n), "as written", 60) for n in (24, 1200))
    assert small.spread_size > 3 * large.spread_size and small.clusters.sum() < large.clusters.sum()
    small, large = (dataclasses.replace(each, effect=-1.5, icc=np.array([0.0, 0.06]), sd_adjusted=5.0)
                    for each in (small, large))  # fmt: skip
    assert ceiling(design, small) == pytest.approx(ceiling(design, large), abs=1e-9)
    far = standard_error(design, small, 50), standard_error(design.with_n(1200), large)
    assert far[0] == pytest.approx(far[1], rel=0.02)


def test_therapists_of_unequal_arms_are_counted(bundled: hc.Experiment) -> None:
    design = bundled.trial(("waiting", "human", "hybrid"), n=240, cluster="therapist", therapists=8,
                           allocation=(2, 1, 1))  # fmt: skip
    found = design.trials(4)
    effect = np.ones(4)
    first, second = (implied(design, design.pool(4), found, effect, c).clusters_most for c in (0, 1))
    assert (first, second) == (6, 6)
    uneven = bundled.trial(("waiting", "human", "hybrid"), n=240, cluster="therapist", therapists=7)
    assert implied(uneven, uneven.pool(4), uneven.trials(4), effect, 1).clusters_most == 5


# --------------------------------------------------------------------------------------------------------- out of reach
def test_a_formula_alone_puts_nothing_out_of_reach(bundled: hc.Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated power of 120 clients is .97 whatever a formula says: that it would take 900, or that no number does."""
    design = bundled.trial(("waiting", "human"), n=24)
    for said in (900.0, math.nan):
        monkeypatch.setattr(trial_search, "by_formula", lambda *_, said=said: said)
        row = design.n_for(0.8, limit=120, replicates=60, cells=["as written"]).table().iloc[0]
        assert row["why"] == "found by simulation" and row["n"] <= 120 and row["power"] >= 0.7
        assert row["n_formula"] == said or math.isnan(said)


def test_what_is_out_of_reach_says_what_was_simulated(bundled: hc.Experiment) -> None:
    design = bundled.trial(("waiting", "human"), n=16)
    row = design.n_for(0.95, limit=24, replicates=60, cells=["as written"]).table().iloc[0]
    power = design.with_n(24).power(60, cells=["as written"]).table()["power"][0]
    assert math.isnan(row["n"]) and row["n_formula"] > 24
    assert f"the limit is 24, where simulated power is {power:.0%}" in row["why"]


def test_too_many_clients_to_hold_are_not_said_to_be_simulated(
        bundled: hc.Experiment, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(trial_search, "MOST_ROWS", 1000)
    design = bundled.trial(("waiting", "human"), n=16)
    row = design.n_for(0.95, limit=24, replicates=60, cells=["as written"]).table().iloc[0]
    assert "the limit is 24, not simulated: too many clients to hold at once" in row["why"]


# ------------------------------------------------------------------------------------------------------------- warnings
def test_standard_errors_that_are_too_small_are_called_so(few: Trial, bundled: hc.Experiment) -> None:
    """.57 against .73 in 200 trials is ten standard errors of the test; sound ones are called too small once in a
    thousand."""
    found = few.power(200, cells=["as written", "R0"])
    row = found.table().iloc[0]
    assert (row["effect_sd"], row["effect_se"]) == pytest.approx((0.73, 0.57), abs=0.06)
    said = [note for note in found.notes if "Standard errors of this analysis are too small" in note]
    assert len(said) == 1 and f"0.57 against {row['effect_sd']:.2f} points" in said[0]
    assert "as written; too small in 1 of 2 rows" in said[0], "in R0 therapists do not differ so"
    made = few.examples(3, 200)
    assert made.notes[-1] == _of_one(said[0]), "the same trials, the same words"
    enough = bundled.trial(("waiting", "human"), n=160)
    assert not any("too small" in note for note in (*enough.examples(3, 100).notes, *enough.caveats))


def _of_one(note: str) -> str:
    return note.replace(note[note.index(" (“"):note.index(". Its p")], "")


@pytest.mark.parametrize(("spread", "trials", "said"), [(0.57, 200, False), (0.65, 200, False), (0.70, 200, True),
                                                        (0.70, 20, False), (math.nan, 200, False)])  # fmt: skip
def test_chance_is_not_called_too_small(spread: float, trials: int, said: bool) -> None:
    """Limits by the chi-squared table: 199 degrees .70 / .57 is 300, above 267; .65 is 259; 19: 28.7, below 43.8."""
    assert too_small(spread, 0.57, trials) is said


def test_sound_standard_errors_are_seldom_called_too_small() -> None:
    """5,000 sets of 50 normal estimates, at .001: 5 expected; 1 to 19 are allowed (false alarm .007, seed fixed)."""
    spread = np.random.default_rng(3).normal(size=(5_000, 50)).std(axis=1, ddof=1)
    assert 0 < sum(too_small(float(each), 1.0, 50) for each in spread) < 20


def test_a_design_says_what_its_analysis_does_not_count(few: Trial, bundled: hc.Experiment) -> None:
    assert any("therapists are few (6)" in line and "ancova does not count it" in line for line in few.caveats)
    null = few.type_one(4, cells=["as written"])
    assert any("so that it cancels" in note for note in null.notes)
    wrong, right = (bundled.trial(("human", "hybrid"), n=80, cluster="therapist", therapists=6, analysis=name)
                    for name in ("ancova", "mixed"))  # fmt: skip
    assert any("ancova takes clients for independent" in line for line in wrong.caveats)
    assert not any("therapists" in line and "allocated" in line for line in right.caveats)
    assert not any("cancels" in note for note in right.type_one(4, cells=["as written"]).notes)
