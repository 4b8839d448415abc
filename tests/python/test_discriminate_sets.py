"""Which trial separates two models whose parameters are uncertain: closed forms first, then ensembles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hybridcare.cli_rivals import show_discrimination
from hybridcare.errors import ConfigError
from hybridcare.likelihood import Moments, moments
from hybridcare.likelihood_sets import ArmSets, difference, divergences, evidence, needed
from hybridcare.rivals_designs import discriminate
from rivals_fixture import ensemble_of
from scipy import stats

ALL = np.ones(8, bool)
BASE = "hybrid_vs_human_vs_ai"


def gaussian(mean: float, sd: float = 1.0, each: int = 400, seed: int = 5) -> Moments:
    """One outcome in one category, 8 replicates; the same luck wherever the seed is the same."""
    draw = np.random.default_rng(seed).normal(0, 1, 8 * each)
    draw = (draw - draw.mean()) / draw.std(ddof=1)
    values = (mean + sd * draw)[:, None]
    return moments(values, np.zeros(8 * each, int), np.repeat(np.arange(8), each), np.ones((1, 1), bool), 8)


def test_divergences_are_those_of_the_closed_form() -> None:
    """Normal (0, 1) and (.5, 2): log 2 + (1 + .25) / 8 - 1/2 one way, -log 2 + (4 + .25) / 2 - 1/2 the other."""
    apart = divergences([ArmSets([gaussian(0), gaussian(0.5, 2.0)], 1.0)], ALL)
    assert apart[0, 1] == pytest.approx(math.log(2) + 1.25 / 8 - 0.5, abs=1e-9)
    assert apart[1, 0] == pytest.approx(-math.log(2) + 4.25 / 2 - 0.5, abs=1e-9)
    assert np.diag(apart) == pytest.approx(0, abs=1e-9)


def test_evidence_over_wide_ensembles_is_that_of_two_normal_models() -> None:
    """Model m has level N(mu_m, tau^2), a participant N(level, 1). What n participants tell of the level is, for a set
    at level t, the mean of exp(-n (t - s)^2 / 2) over s: a normal integral; 200 quantiles in place of it. Tried
    without what parameters leave open: 4.5 instead of .45."""
    tau, gap, n, count = 0.3, 0.3, 100.0, 200
    evenly = stats.norm.ppf((np.arange(count) + 0.5) / count)
    levels = np.concatenate([tau * evenly, gap + tau * evenly])
    apart = 0.5 * (levels[:, None] - levels[None, :]) ** 2
    found = evidence(apart, count, n)
    width = tau**2 + 1 / n
    want = gap**2 / (2 * width)  # in both directions
    assert found == pytest.approx([want, want], rel=0.1)
    assert n * gap**2 / 2 > 9 * want  # so much is taken away by what parameters leave open


def test_two_ensembles_of_one_model_do_not_differ() -> None:
    """200 pairs of 8 sets of the same model: on the average nothing, within 4.5 standard errors. With i left among the
    sets that speak for its own model it would be above .9."""
    values = []
    for seed in range(200):
        levels = np.random.default_rng(seed).normal(0, 0.3, 16)
        values.append(evidence(0.5 * (levels[:, None] - levels[None, :]) ** 2, 8, 100.0).mean())
    assert abs(np.mean(values)) < 4.5 * np.std(values) / math.sqrt(200) < 0.6


def test_participants_are_those_at_which_the_odds_are_reached() -> None:
    apart = np.full((8, 8), 0.02)
    apart[:4, :4] = apart[4:, 4:] = 0.0
    assert needed(apart, 4, math.log(20), 5000) == pytest.approx(math.log(20) / 0.02, rel=0.01)
    assert math.isnan(needed(apart * 0, 4, math.log(20), 5000)) and math.isnan(needed(apart, 4, 200.0, 5000))
    arm = ArmSets([gaussian(0.01 * k) for k in range(4)] + [gaussian(0.4 + 0.01 * k) for k in range(4)], 1.0)
    found, n = difference([arm], 4, math.log(20), 5000)
    assert found.both == pytest.approx(0.08, rel=0.1) and found.as_given == pytest.approx(0.08, rel=0.1)
    assert 0.0035 < found.noise_both < 0.006  # chance alone .0026; which sets were drawn .0036
    assert n == pytest.approx(math.log(20) / 0.08, rel=0.1)


def test_trials_are_weighed_over_ensembles(capsys: pytest.CaptureFixture[str]) -> None:
    own = {"R0": ensemble_of("R0"), "R1": ensemble_of("R1")}
    found = discriminate(BASE, "R0", "R1", ["empathy_of_therapists", "label"], uncertainty=own, sets=4, clients=40,
                         replicates=4, progress=False)  # fmt: skip
    assert found.sets == 4 and set(found.found) == {"empathy_of_therapists", "label"} == set(found.needed)
    first = found.table().iloc[0]
    assert first["per_100"] > 0 and first["noise_se"] > 0
    show_discrimination(found)
    shown = " ".join(capsys.readouterr().out.split())
    assert "R0: its ensemble of 24 sets (24 effective) meets 10 of 10 targets" in shown
    assert "answer with any of its sets" in shown and "Levels are what a refit" not in shown
    assert found.document()["sets"] == 4 and "of 4 parameter sets" not in found.sentence
    given = discriminate(BASE, "R0", "R1", ["label"], uncertainty={"R0": own["R0"]}, clients=40, replicates=4,
                         progress=False)  # fmt: skip
    assert given.sets == 0 and "R0 and R1: unfitted: given values" in given.caveats[1]  # one of two is not enough
    with pytest.raises(ConfigError, match="at least 3"):
        discriminate(BASE, uncertainty=own, sets=2, progress=False)
