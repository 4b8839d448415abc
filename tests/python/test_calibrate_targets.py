"""What a calibration of a rival fits to, and what its numbers hang on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hybridcare import rivals as known
from hybridcare.calibrate_folder import CalibrationFolder, Executor
from hybridcare.calibrate_priors import priors
from hybridcare.calibrate_targets import TargetSimulator, numbers, rival_hash
from hybridcare.target_files import targets
from hybridcare.validation_words import apart

BEYOND = "felt_heard_leaving"


def test_what_a_rival_cannot_show_is_fitted_by_nothing_and_counts_in_its_loss() -> None:
    simulator = TargetSimulator(priors().of("R0"), "R0")
    assert BEYOND not in simulator.aims.names and BEYOND in simulator.all_aims.names
    assert len(simulator.all_aims.each) == len(simulator.aims.each) + 1
    other = TargetSimulator(priors().of("R1"), "R1")
    assert other.aims.names == other.all_aims.names == simulator.all_aims.names
    for model in known.rivals().values():
        assert set(model.cannot_show) <= set(targets()), model.name


def test_another_rival_of_the_same_name_has_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name: rival_hash(name) for name in known.rivals()}
    assert len(set(before.values())) == len(before)
    model = known.rivals(["R2"])["R2"]
    changed = replace(model, patch={"change": {"empathy_elasticity": 2.5}})
    monkeypatch.setattr(known, "rivals", lambda names=None: {"R2": changed})
    assert rival_hash("R2") != before["R2"]
    monkeypatch.setattr(known, "rivals", lambda names=None: {"R2": replace(model, cannot_show={"guided_g": "a test"})})
    assert rival_hash("R2") != before["R2"]


def test_the_comparison_leaves_out_what_a_rival_cannot_show() -> None:
    """R0 lies 49 beyond R1 by one figure, of weight 1, seven SDs off, which it cannot show."""
    def model(loss: float, off: float) -> dict[str, object]:
        return {"loss": {"median": loss, "q95": loss + 5}, "fresh": None,
                "targets": [{"target": BEYOND, "weight": 1.0, "figure": 1.0, "median": 1 + off / 9, "off": off,
                             "inside": abs(off) < 2}]}  # fmt: skip

    document = {"main": "R1", "models": {"R1": model(40, 0.1), "R0": model(90, 7.0), "R2": model(90, 7.0)}}
    rows = {row["model"]: row for row in apart(document)}
    assert rows["R0"]["difference"] == pytest.approx(1.01) and rows["R0"]["says"] == "fits as well"  # 41 beside 39.99
    assert rows["R2"]["difference"] == pytest.approx(50) and rows["R2"]["says"] == "fits worse"


def test_the_real_studies_on_two_processes_of_dask_give_the_numbers_of_threads(tmp_path: Path) -> None:
    """Ten points in two parts, for two workers; the same to the last bit, and other luck would not be."""
    pytest.importorskip("distributed")
    free = priors().only(["/change/rate", "/leaving/intercept"]).of("R1")
    fitted = targets(["response_therapy", "dropout_therapy"])
    simulator = TargetSimulator(free, clients=16, replicates=4, targets=fitted)
    values = free.rounded(free.values(np.random.default_rng(1).standard_normal((10, free.dims))))
    here = simulator(values)
    executor = Executor(numbers, "dask", workers=2, progress=False)
    store = CalibrationFolder(tmp_path / "out", {"what": "a test"}, free.columns, simulator, executor)
    try:
        there = store.simulated("wave_1", values)
    finally:
        store.close()
    assert len(list((tmp_path / "out").glob("wave_1/parts/*.parquet"))) == 2
    assert np.array_equal(there.value, here.value) and np.array_equal(there.variance, here.variance)
    assert np.isfinite(here.value).all() and len(np.unique(here.value[:, 0])) > 1 and not there.failures
    other = replace(simulator, seed=2)(values)
    assert not np.array_equal(other.value, here.value)
