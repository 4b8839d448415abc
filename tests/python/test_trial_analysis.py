"""The statistics of virtual trials, away from the simulation: against statsmodels, published tables, closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from hybridcare.errors import ConfigError
from hybridcare.trial_allocation import Purpose, uniforms
from hybridcare.trial_analysis import Columns, fit, own, p_values
from hybridcare.trial_boundaries import boundaries, crossing, looks


def made(n: int, groups: int = 12, effect: float = -1.0, between: float = 1.0, seed: int = 1, missing: float = 0.2,
         clustered: bool = False) -> Columns:  # fmt: skip
    """Synthetic rows: normal outcome, two strata, therapists with an intercept of their own."""
    rng = np.random.default_rng(seed)
    therapist = rng.integers(0, groups, n)
    arm = (therapist % 2 if clustered else rng.integers(0, 2, n)).astype(np.int8)
    start = rng.integers(10, 25, n).astype(float)
    y = 4 + 0.5 * start + effect * arm + rng.normal(0, between, groups)[therapist] + rng.normal(0, 4, n)
    y[rng.random(n) < missing] = np.nan
    return Columns(arm, y, start, (start > 16).astype(int), therapist)


def frame(c: Columns) -> pd.DataFrame:
    return pd.DataFrame({"arm": c.arm, "y": c.y, "start": c.start, "stratum": c.stratum, "g": c.therapist}).dropna()


def test_covariance_analysis_is_that_of_statsmodels() -> None:
    c = made(300)
    oracle = smf.ols("y ~ C(arm) + start + C(stratum)", frame(c)).fit()
    ours = fit(c, 2, "ancova", False)
    name = "C(arm)[T.1]"
    assert ours.effect[0] == pytest.approx(oracle.params[name], rel=1e-9)
    assert ours.se[0] == pytest.approx(oracle.bse[name], rel=1e-9)
    assert ours.df == oracle.df_resid
    assert p_values(ours.effect, ours.se, np.array(ours.df))[0] == pytest.approx(oracle.pvalues[name], rel=1e-9)
    assert ours.sd**2 == pytest.approx(oracle.scale, rel=1e-9)


@pytest.mark.parametrize("clustered", [False, True])
def test_random_intercept_is_that_of_statsmodels(clustered: bool) -> None:
    c = made(400, between=2.0, clustered=clustered)
    rows = frame(c)
    oracle = smf.mixedlm("y ~ C(arm) + start + C(stratum)", rows, groups=rows["g"]).fit(reml=True)
    ours = fit(c, 2, "mixed", clustered)
    between, within = float(oracle.cov_re.iloc[0, 0]), float(oracle.scale)
    assert ours.effect[0] == pytest.approx(oracle.fe_params["C(arm)[T.1]"], abs=2e-4)
    assert ours.icc == pytest.approx(between / (between + within), abs=2e-3)
    assert ours.sd**2 == pytest.approx(between + within, rel=2e-3)
    assert ours.se[0] == pytest.approx(_gls_se(rows, ours.icc, ours.sd), rel=1e-9)
    assert ours.df == (12 - 2 if clustered else len(rows) - 4)


def _gls_se(rows: pd.DataFrame, icc: float, sd: float) -> float:
    """Generalised least squares with the whole covariance matrix written out."""
    x = np.column_stack([np.ones(len(rows)), rows["arm"], rows["start"] - 15, rows["stratum"]])
    same = rows["g"].to_numpy()[:, None] == rows["g"].to_numpy()[None, :]
    v = sd**2 * (icc * same + (1 - icc) * np.eye(len(rows)))
    return float(np.sqrt(np.linalg.inv(x.T @ np.linalg.solve(v, x))[1, 1]))


def test_icc_is_found_again() -> None:
    """Mean over 200 sets of 40 groups of 20. Its standard error is about .04 / sqrt(200) = .003; 5 of them are allowed
    (false alarm 6e-7); a share of variance off by a fifth (.04) is caught with certainty."""
    found = [fit(made(800, groups=40, between=2.0, seed=s, missing=0, clustered=True), 2, "mixed", True).icc
             for s in range(200)]  # fmt: skip
    assert np.mean(found) == pytest.approx(4 / 20, abs=0.015)


def test_few_clients_give_no_estimate() -> None:
    c = made(30)
    for part in (Columns(c.arm * 0, c.y, c.start, c.stratum, c.therapist),
                 Columns(c.arm, c.y * np.nan, c.start, c.stratum, c.therapist),
                 Columns(c.arm, c.y, c.start * 0 + 12, c.stratum * 0, c.therapist)):  # fmt: skip
        assert math.isnan(fit(part, 2, "ancova", False).effect[0])


def test_power_of_the_analysis_is_the_analytic_one() -> None:
    """Synthetic normal outcomes without therapists, d = .4, 80 an arm. Binomial error of 2,000 trials is .011; 4.5 of
    them are allowed (false alarm 7e-6); power off by .08 is caught 99.9 %."""
    wins = 0
    for s in range(2000):
        rng = np.random.default_rng(s)
        arm = np.repeat([0, 1], 80)
        y = -0.4 * arm + rng.normal(0, 1, 160)
        f = fit(Columns(arm, y, rng.normal(15, 3, 160), arm * 0, arm * 0), 2, "ancova", False)
        wins += p_values(f.effect, f.se, np.array(f.df))[0] < 0.05 and f.effect[0] < 0
    expected = TTestIndPower().power(effect_size=0.4, nobs1=80, alpha=0.05)
    assert wins / 2000 == pytest.approx(expected, abs=0.05)


# ----------------------------------------------------------------------------------------------------------- boundaries
#: Jennison and Turnbull (2000), *Group sequential methods*, tables 2.1 and 2.3: two-sided .05, K equal looks.
PUBLISHED = {2: (1.977, 2.178), 3: (2.004, 2.289), 4: (2.024, 2.361), 5: (2.040, 2.413), 10: (2.087, 2.555)}


@pytest.mark.parametrize("k", PUBLISHED)
def test_boundaries_are_the_published_ones(k: int) -> None:
    t = [(i + 1) / k for i in range(k)]
    last, pocock = PUBLISHED[k]
    of = boundaries("obrien_fleming", t, 0.025)
    assert of[-1] == pytest.approx(last, abs=6e-4)
    assert of == pytest.approx(of[-1] / np.sqrt(t))
    assert boundaries("pocock", t, 0.025) == pytest.approx([pocock] * k, abs=6e-4)


def test_two_looks_are_the_known_pairs() -> None:
    assert boundaries("obrien_fleming", [0.5, 1], 0.025) == pytest.approx([2.797, 1.977], abs=6e-4)
    assert boundaries("spending_obrien_fleming", [0.5, 1], 0.025) == pytest.approx([2.963, 1.969], abs=6e-4)
    assert boundaries("spending_pocock", [0.5, 1], 0.025) == pytest.approx([2.157, 2.201], abs=6e-4)


def test_crossing_is_the_multivariate_normal() -> None:
    """Against scipy's integral of the joint normal: the chance to stay inside at all three looks, with drift."""
    t, upper, lower, drift = [0.3, 0.55, 1.0], [2.6, 2.3, 2.0], [-1.5, -1.8, -2.0], 1.7
    root = np.sqrt(t)
    cov = np.minimum.outer(t, t) / np.outer(root, root)
    law = stats.multivariate_normal(mean=drift * root, cov=cov)
    inside = law.cdf(upper, lower_limit=lower, rng=np.random.default_rng(1))
    assert 1 - crossing(t, upper, lower, drift).sum() == pytest.approx(inside, abs=2e-5)


def test_level_is_spent_whole() -> None:
    for kind in ("obrien_fleming", "pocock", "spending_obrien_fleming", "spending_pocock"):
        found = looks([0.2, 0.6], kind, 0.05, 0.05)
        assert crossing(found.fractions, found.upper, [-b for b in found.upper]).sum() == pytest.approx(0.05, abs=1e-6)
        assert crossing(found.fractions[:-1], found.harm[:-1])[:, 0].sum() == pytest.approx(0.05, abs=1e-6)
    assert looks([0.5], "pocock", 0.05, None).harm == (math.inf, math.inf)
    assert looks([0.333], "pocock", 0.05, 0.05).counts(10) == (4, 10)


@pytest.mark.parametrize(("interim", "kind", "said"), [
    ([0.5, 0.4], "pocock", "must rise"), ([0.97], "pocock", "must rise"), ([0.0], "pocock", "must rise"),
    ([1.5], "pocock", "must rise"), ("half", "pocock", "expected fractions"), ([True], "pocock", "must rise"),
    ([0.5], "pococks", "nearest: 'pocock'"), ([i / 12 for i in range(1, 11)], "pocock", "at most 9"),
])  # fmt: skip
def test_bad_looks_are_refused(interim: Any, kind: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        looks(interim, kind, 0.05, 0.05)


# ---------------------------------------------------------------------------------------------------------- chance, own
def test_draws_are_pinned_and_keyed() -> None:
    """Known answers: another draw, or another counter, would change every virtual trial."""
    first = uniforms(20250101, 3, Purpose.ALLOCATE, 5)
    assert first == pytest.approx(PINNED, abs=1e-12)
    assert uniforms(20250101, 3, Purpose.ALLOCATE, 500)[:5] == pytest.approx(first, abs=0)
    for other in (uniforms(20250102, 3, Purpose.ALLOCATE, 5), uniforms(20250101, 4, Purpose.ALLOCATE, 5),
                  uniforms(20250101, 3, Purpose.MISSING, 5),
                  uniforms(20250101, 3, Purpose.ALLOCATE, 5, 1)):  # fmt: skip
        assert not np.isin(other, first).any()


PINNED = [0.6514837380996477, 0.6159820024735068, 0.33354946148076264, 0.5629011074821344, 0.8869831629021363]


@pytest.mark.parametrize(("answer", "said"), [
    ({"estimate": 1, "se": 2}, "has no p"), (3.0, "expected estimate, se and p"), ((1, 2), "expected estimate"),
    (("a", 1, 1), "expected estimate"), ((1, 1, 1.5), "outside"), ((1, -1, 0.5), "below 0"), (None, "expected"),
])  # fmt: skip
def test_an_analysis_of_ones_own_is_checked(answer: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        own(lambda rows: answer, pd.DataFrame(), "trial 7")
