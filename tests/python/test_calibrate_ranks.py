"""Simulation-based calibration: posteriors are as sure as they should be, and one that is too sure is found out."""

from __future__ import annotations

import numpy as np
import pytest
from calibrate_fixture import AIMS, PRIORS, simulate

from hybridcare.calibrate_checks import Ranks, simulation_based

REPEATS = 40
SIZES = {"points": 40, "population": 64, "sweeps": 3}


def test_posteriors_are_as_sure_as_they_should_be() -> None:
    """Chi-square over 8 bins and three parameters after Bonferroni at 1e-3: one seed in 1,000 raises a false alarm, at
    most. With SDs believed at .4 of what they are: p 9e-11, 2e-12, .001 and 6e-7 with four seeds, while the right one
    had .18, .9, .13 and 1."""
    right = simulation_based(PRIORS, simulate, AIMS, REPEATS, seed=1, **SIZES)
    assert right.p_value > 1e-3
    wrong = simulation_based(PRIORS, simulate, AIMS, REPEATS, seed=1, believed=0.4, **SIZES)
    assert wrong.p_value < 1e-3
    ends = wrong.histogram()[:, [0, -1]].sum()
    assert ends > 1.5 * right.histogram()[:, [0, -1]].sum()  # too sure: the truth lies outside


def test_ranks_that_are_flat_pass_and_others_do_not() -> None:
    flat = Ranks(np.tile(np.arange(64), 4)[:, None], 63, ("a",))
    assert flat.histogram().tolist() == [[32] * 8] and flat.p_value == 1.0
    humped = Ranks(np.clip(flat.rank // 2 + 16, 0, 63), 63, ("a",))
    assert humped.p_value < 1e-6
    with pytest.raises(ValueError, match="no multiple of 8 bins"):
        Ranks(flat.rank, 60, ("a",)).histogram()
