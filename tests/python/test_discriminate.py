"""Which trial separates two models: closed forms first, then the rivals of the model page.

Statistical limits are 4.5 standard errors: with another seed, a false alarm in 150,000 where the error is known well,
and one in 2,000 where it comes from 16 replicates. What they would catch is said beside each.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hybridcare.errors import ConfigError
from hybridcare.likelihood import (
    ArmPair,
    Difference,
    Moments,
    _expected,
    _spared_leaving,
    categories,
    difference,
    jackknife,
    moments,
)
from hybridcare.rivals import Rival, first_words, rivals
from hybridcare.rivals_designs import designs, discriminate

FAR = 4.5
ALL = np.ones((1, 2), bool)
Z = np.zeros


def rival(name: str, patch: dict[str, Any]) -> Rival:
    return Rival(name, name, patch, "for a test", "a test", "unfitted")


def normal(seed: int, mean: list[float], cov: list[list[float]], each: int = 500, replicates: int = 16) -> Moments:
    """Moments of `replicates` times `each` participants who are normal, in one category."""
    values = np.random.default_rng(seed).multivariate_normal(mean, cov, replicates * each)
    return moments(values, Z(len(values), int), np.repeat(np.arange(replicates), each), ALL, replicates)


def leavers(seed: int, share: float, mean: float = 0.0, each: int = 500, replicates: int = 16) -> Moments:
    """The same with two categories, the second of whom `share` are; outcomes are standard normal around `mean`."""
    chance = np.random.default_rng(seed)
    category = (chance.random(replicates * each) < share).astype(int)
    values = chance.normal(mean, 1, (len(category), 2))
    return moments(values, category, np.repeat(np.arange(replicates), each), np.ones((2, 2), bool), replicates)


def test_two_normal_models_are_as_far_apart_as_the_closed_form_says() -> None:
    """Tried with the covariance of the true model in place of the false one's: 40 standard errors off."""
    mean_a, mean_b = [0.0, 0.0], [0.3, -0.1]
    cov_a, cov_b = [[1.0, 0.5], [0.5, 2.0]], [[1.3, 0.2], [0.2, 1.5]]
    found = difference([ArmPair(normal(1, mean_a, cov_a, 1500), normal(2, mean_b, cov_b, 1500), 1.0)])
    for got, noise, want in ((found.if_a, found.noise_if_a, kl(mean_a, cov_a, mean_b, cov_b)),
                             (found.if_b, found.noise_if_b, kl(mean_b, cov_b, mean_a, cov_a))):  # fmt: skip
        assert abs(got - want) < FAR * noise
        assert noise < want / 15  # so that an error of a third is caught
    assert found.both == pytest.approx((found.if_a + found.if_b) / 2)
    assert found.as_given == found.both  # nothing was set free


def kl(m: list[float], s: list[list[float]], n: list[float], t: list[list[float]]) -> float:
    """Divergence of normal (n, t) from normal (m, s), written a second time: by eigenvalues of s relative to t."""
    one, two = np.array(s), np.array(t)
    values = np.linalg.eigvals(np.linalg.solve(two, one)).real
    gap = np.linalg.solve(np.linalg.cholesky(two), np.array(m) - np.array(n))
    return float(0.5 * (values.sum() - len(m) - np.log(values).sum() + gap @ gap))


def test_a_model_does_not_differ_from_itself_though_luck_does() -> None:
    """40 pairs of the same model, each with luck of its own. Without the jackknife they differ: by the bias of five
    estimated moments in each, 5/N."""
    plain, taken = [], []
    for seed in range(40):
        arm = ArmPair(normal(100 + seed, [0, 0], [[1, 0.3], [0.3, 1]], 60, 8),
                      normal(200 + seed, [0, 0], [[1, 0.3], [0.3, 1]], 60, 8), 1.0)  # fmt: skip
        plain.append(_expected([arm], np.ones(8, bool), [categories(arm)])[2])
        taken.append(difference([arm]).both)
    error = np.std(taken, ddof=1) / math.sqrt(len(taken))
    assert abs(np.mean(taken)) < FAR * error
    assert np.mean(plain) > FAR * error
    assert np.mean(plain) == pytest.approx(5 / 480, rel=0.4)


def test_the_stated_noise_is_how_far_results_scatter() -> None:
    found = [difference([ArmPair(normal(300 + 2 * s, [0, 0], [[1, 0], [0, 1]], 100, 12),
                                 normal(301 + 2 * s, [0.5, 0], [[1, 0], [0, 1]], 100, 12), 1.0)]) for s in range(60)]
    scatter = np.std([each.both for each in found], ddof=1)
    stated = math.sqrt(np.mean([each.noise_both**2 for each in found]))
    assert 0.66 < stated / scatter < 1.5  # 60 runs: a standard deviation of the ratio of about .1
    assert abs(np.mean([each.both for each in found]) - 0.125) < FAR * scatter / math.sqrt(60)


def test_leaving_counts_as_two_shares_do() -> None:
    found = difference([ArmPair(leavers(5, 0.2), leavers(6, 0.35), 1.0)])
    want = 0.2 * math.log(0.2 / 0.35) + 0.8 * math.log(0.8 / 0.65)
    assert abs(found.if_a - want) < FAR * found.noise_if_a < want


def test_a_small_category_counts_in_every_set_of_replicates_or_in_none() -> None:
    """Two outcomes, two standard deviations apart, need 24 who left in every set without one replicate. Without the
    last they are 24 of 33, and count: .44 is to be expected. Or 23 of 32: then the shares alone count, 0. Chosen anew
    in each set, as it once was, they counted in four of five sets, and the jump made .51, .71 and 1.24 of these 0."""
    for seed in (21, 31, 41):
        for third, counts, want in ((8, True, 33 / 300 * 4), (7, False, 0)):
            leaving = [8, 8, third, 9]
            arm = ArmPair(uneven(seed, leaving, 0.0), uneven(seed + 1, leaving, 2.0), 1.0)
            assert categories(arm)[1].tolist() == [True, counts]
            found = difference([arm])
            assert abs(found.both - want) < FAR * found.noise_both < (0.9 if counts else 0.1)


def uneven(seed: int, leaving: list[int], mean: float) -> Moments:
    """Replicates of 75 participants, of whom so many left; two standard normal outcomes, around `mean` in who left."""
    replicate = np.repeat(np.arange(4), 75)
    category = np.concatenate([np.arange(75) < count for count in leaving]).astype(int)
    values = np.random.default_rng(seed).normal(0, 1, (300, 2)) + mean * category[:, None]
    return moments(values, category, replicate, np.ones((2, 2), bool), 4)


def test_a_refit_takes_what_all_arms_share_and_no_more() -> None:
    """Gap d in one of two arms: given d²/4, after the common shift of d/2 half of it. In both arms: nothing is left."""
    unit, gap = [[1.0, 0.0], [0.0, 1.0]], 0.4
    same, away = normal(7, [0, 0], unit), normal(7, [gap, 0], unit)  # same luck: exact but for the covariance
    one = difference([ArmPair(same, away, 0.5, level=0), ArmPair(same, same, 0.5, level=0)])
    assert one.as_given == pytest.approx(gap**2 / 4, rel=0.05)
    assert one.both == pytest.approx(gap**2 / 8, rel=0.05)
    two = difference([ArmPair(same, away, 0.5, level=0), ArmPair(same, away, 0.5, level=0)])
    assert two.both == pytest.approx(0, abs=1e-6) and two.as_given == pytest.approx(gap**2 / 2, rel=0.05)
    apart = difference([ArmPair(same, away, 0.5, level=0, groups=(0, 0)),
                        ArmPair(same, same, 0.5, level=0, groups=(1, 0))])  # fmt: skip
    assert apart.if_b == pytest.approx(0, abs=1e-6) and apart.if_a == pytest.approx(gap**2 / 8, rel=0.05)


def test_a_refit_of_leaving_takes_a_common_shift_of_its_odds() -> None:
    left = np.array([False, True])
    low, high = leavers(8, 0.2), leavers(9, 0.35)
    found = difference([ArmPair(low, high, 0.5, left=left), ArmPair(low, high, 0.5, left=left)])
    assert found.as_given > 0.03 and abs(found.both) < FAR * found.noise_as_given / 10
    one = difference([ArmPair(low, high, 0.5, left=left), ArmPair(high, high, 0.5, left=left)])
    assert 0.3 < one.both / one.as_given < 0.7
    away = 0.2 * math.log(0.2 / 0.9) + 0.8 * math.log(0.8 / 0.1)
    assert _spared_leaving(np.array([[0.5, 0.2, 0.9], [0.5, 0.2, 0.9]])) == pytest.approx(away, rel=1e-12)


def test_the_jackknife_takes_the_bias_of_a_square() -> None:
    values = np.random.default_rng(3).normal(0, 1, (2000, 10))
    found = [jackknife(lambda keep, row=row: np.array([row[keep].mean() ** 2]), 10)[0][0] for row in values]
    assert abs(np.mean(found)) < FAR * np.std(found) / math.sqrt(2000)
    with pytest.raises(ValueError, match="too few"):
        jackknife(lambda keep: np.zeros(1), 2)


SMALL: dict[str, Any] = {"clients": 150, "replicates": 8, "progress": False, "uncertainty": "defaults"}


def test_it_grows_with_the_distance_of_empathy_and_is_zero_without_any() -> None:
    near, far, same = (
        discriminate("hybrid_vs_human_vs_ai", rival("b", {"change": {"empathy_elasticity": b}}), "R1",
                     ["empathy_of_therapists"], **SMALL).found["empathy_of_therapists"]
        for b in (2.5, 4, 1.5)
    )  # fmt: skip
    assert same.both == 0 and same.noise_both == 0  # the same numbers, to the last bit
    assert far.both > near.both + 3 * near.noise_both > 3 * near.noise_both
    assert near.both > 3 * near.noise_both


def test_the_designs_that_ought_to_separate_two_rivals_do() -> None:
    silent = discriminate("hybrid_vs_human_vs_ai", "R1", "R3", "dismantling,empathy_of_therapists", **SMALL)
    assert silent.best.name == "dismantling"
    nothing = silent.found["empathy_of_therapists"]  # no assistant there: R3 changes nothing
    assert nothing.both == 0 and silent.table()["participants"].isna().iloc[1]
    decoration = discriminate("hybrid_vs_human_vs_ai", "R0", "R1", ["label", "empathy_of_therapists"], **SMALL)
    assert decoration.best.name == "empathy_of_therapists"
    label = decoration.found["label"]
    assert label.as_given > 2 * label.both  # most of it was the level of leaving, which was never fitted
    assert decoration.document()["against"] == ["R0", "R1"]
    json.dumps(decoration.document(), allow_nan=False)
    found = Difference(if_a=1, if_b=1, both=1, as_given=1, noise_if_a=1, noise_if_b=1, noise_both=0.4, noise_as_given=1)
    for count, told in ((4, False), (6, False), (7, True), (24, True)):  # 2.5 standard errors; t is 2.57 with 6, 2.45
        one = replace(decoration, replicates=count, found={"label": found})
        assert one.separates is told and bool(one.table()["participants"].isna().iloc[0]) is not told
        assert ("None of these" in one.sentence) is not told
    assert "unfitted: given values" in decoration.caveats[1] and decoration.caveats[0] == first_words()


def test_noise_and_participants_are_said_alike_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """By Student's t: with four replicates 3.18 standard errors. 2.5 of them are not beyond noise."""
    from hybridcare.cli_rivals import show_discrimination

    found = discriminate("hybrid_vs_human_vs_ai", "R0", "R1", ["empathy_of_therapists"], clients=100, replicates=4,
                         uncertainty="defaults", progress=False)  # fmt: skip
    for noise, separates in ((0.0731 / 3.2, True), (0.0731 / 2.5, False)):
        made = Difference(*([0.0731] * 4), *([noise] * 4))
        known = replace(found, found={"empathy_of_therapists": made})
        show_discrimination(known)
        printed, page = " ".join(capsys.readouterr().out.split()), " ".join(map(str, known.parts()))
        half = f"{3.182446 * 100 * noise:.2f}"
        assert known.separates is separates and f"±{half}" in printed
        assert known.plot().table["noise ±"].tolist() == [half]
        assert known.table()["participants"].tolist() == ([50] if separates else [pd.NA])
        assert known.document()["designs"][0]["participants"] == (50 if separates else None)
        assert (f"± {half}, 95 %), so that about 50 participants" in known.sentence) is separates
        assert "rounded up to tens" in printed and "rounded up to tens" in page


def test_what_a_trial_measures_counts() -> None:
    only = discriminate("hybrid_vs_human_vs_ai", "R0", "R1", ["empathy_of_therapists"], outcomes=["phq9", "left_early"],
                        **SMALL)  # fmt: skip
    more = discriminate("hybrid_vs_human_vs_ai", "R0", "R1", ["empathy_of_therapists"], **SMALL)
    assert more.found["empathy_of_therapists"].both > only.found["empathy_of_therapists"].both > 0


def test_a_design_of_ones_own_and_mistakes() -> None:
    own = {"weekly": {"arms": {"a": {"pathway": {"steps": {"care": {"human": {"every_weeks": 1}}}}},
                               "b": {"pathway": {"steps": {"care": {"human": {"every_weeks": 4}}}}}}}}  # fmt: skip
    assert discriminate("hybrid_vs_human_vs_ai", "R1", "R2", own, **SMALL).best.label == "weekly"
    for wanted, said in ((["labels"], "nearest: 'label'"), ({"x": {"arms": {"a": {}}}}, "designs/x: expected"),
                         ({"x": {"arms": {"a": {}, "b": 3}}}, "designs/x/arms/b: expected a merge patch")):  # fmt: skip
        with pytest.raises(ConfigError, match=said):
            designs(wanted)
    for arguments, said in ((("R0", "R0"), "two different rivals"), (("R0", "R7"), "unknown rival")):
        with pytest.raises(ConfigError, match=said):
            discriminate("hybrid_vs_human_vs_ai", *arguments, **SMALL)
    with pytest.raises(ConfigError, match="nearest: 'phq9'"):
        discriminate("hybrid_vs_human_vs_ai", outcomes=["phq"], **SMALL)
    with pytest.raises(ConfigError, match="at least 4"):
        discriminate("hybrid_vs_human_vs_ai", replicates=2, clients=10, progress=False)


def test_all_bundled_designs_are_read_under_every_rival() -> None:
    several = discriminate("assistants_by_culture", "R1", "R2", ["label"], clients=40, replicates=4, progress=False)
    assert several.found["label"].both != 0  # of a base with several assistants, the plain one is taken
    made = discriminate("measured_assistant", "R3", "R4", clients=40, replicates=4, progress=False)
    assert isinstance(made.found["label"], Difference)
    assert len(designs()) == 8 and all(design.question for design in designs().values())
    assert rivals()["R0"].levels == "provider" and rivals()["R3"].levels == "all"
