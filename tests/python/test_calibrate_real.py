"""Calibration of the real simulator: known parameters found again at a small size, and the command from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from helpers import in_process

import hybridcare as hc
from hybridcare.calibrate_checks import recovery
from hybridcare.calibrate_run import Budget
from hybridcare.calibrate_targets import TargetSimulator
from hybridcare.target_files import targets

FREE = ["/course/usual_care_gain", "/change/rate", "/leaving/intercept"]
FITTED = ["response_control", "therapy_points", "response_therapy", "dropout_therapy"]


def test_known_parameters_of_the_real_simulator_are_found_again() -> None:
    """Three parameters, four targets, 60 points. The figures are those of the truth, without error, so that it should
    lie well inside: within 2.5 posterior SDs. What the figures say most of, leaving, loses half of its spread."""
    free = hc.priors().only(FREE).of("R1")
    simulator = TargetSimulator(free, clients=24, replicates=8, targets=targets(FITTED))
    truth = np.array([0.7, -0.8, 0.9])[[free.columns.index(path) for path in FREE]]
    got = recovery(free, simulator, simulator.aims, truth, Budget(24, 12, 1, 2, 24, 24, 60, 3), seed=5)
    assert np.abs(got.away).max() < 2.5
    assert got.narrowed[free.columns.index("/leaving/intercept")] > 0.5 and got.narrowed.min() > 0.15
    assert got.found.loss.min() < len(FITTED)  # sets that fit exist: on average less than one SD off


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command with few parameters, at the smallest size."""
    place = tmp_path_factory.mktemp("calibrate")
    entries = {path: entry for path, entry in json.loads(
        (Path(__file__).resolve().parents[2] / "scenarios" / "priors.json").read_text(encoding="utf-8")
    )["parameters"].items() if path in [*FREE, "/practice/share/*"]}  # fmt: skip
    (place / "few.json").write_text(json.dumps({"format": 1, "parameters": entries}))
    result = in_process(*COMMAND, cwd=place)
    assert result.returncode == 0, result.stderr
    (place / "said.txt").write_text(result.stdout)
    return place


COMMAND = ("calibrate", "--out", "out", "--priors", "few.json", "--first", "12", "--points", "6", "--waves", "1",
           "--sets", "8", "--clients", "32", "--replicates", "8", "--quick", "--quiet")  # fmt: skip


def test_the_command_says_what_is_missed_and_what_nothing_informed(done: Path) -> None:
    said = " ".join((done / "said.txt").read_text().split())
    for words in ("fitted targets hold the ensemble's median", "Targets, misses first", "Not informed by any figure",
                  "which do not tell this model from its rivals", "24 points simulated; seed 1", "Report: file:"):
        assert words in said, words


def test_its_ensemble_is_read_again_and_follows_the_schema(done: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from hybridcare.places import data_folder

    document = json.loads((done / "out" / "ensemble.json").read_text(encoding="utf-8"))
    schema = json.loads((data_folder("schema") / "ensemble.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    sets = hc.ensemble(done / "out" / "ensemble.json")
    assert 1 <= len(sets) <= 8 and sets.rival == "R1" and sets.weights.sum() == pytest.approx(1)
    assert np.abs(8 * sets.weights - np.round(8 * sets.weights)).max() < 1e-4  # eight draws, some of one set
    assert [row["pointer"] for row in document["parameters"]] == list(sets.pointers)
    shares = [at for at, name in enumerate(sets.pointers) if name.startswith("/practice/share/")]
    assert np.abs(sets.values[:, shares].sum(axis=1) - 1).max() < 1e-9
    assert {"seed", "priors_hash", "targets_hash", "commit", "budget"} <= set(document["provenance"])
    for row in document["parameters"]:  # the mean is that of the sets
        at = sets.pointers.index(row["pointer"])
        assert row["mean"] == pytest.approx(sets.weights @ sets.values[:, at], rel=1e-4)
    from hybridcare.targets import simulate_targets

    runs = simulate_targets(sets.patches[:1], clients=32, replicates=8)
    assert runs.failures == {}  # a stored set is a point of the scenario, and gives what was written down
    missed = [one.weight > 0 and not one.holds(value)
              for one, value in zip(runs.targets.values(), runs.value[0], strict=True)]  # fmt: skip
    assert sum(missed) == sets.missed[0]


def test_few_effective_sets_show_little(done: Path) -> None:
    """What eight sets at most say by chance: an SD that is less than half, a distance of .5. Nothing smaller counts."""
    document = json.loads((done / "out" / "ensemble.json").read_text(encoding="utf-8"))
    assert document["quality"]["effective"] <= 8
    for row in document["parameters"]:
        assert row["narrowed_by_chance"] > 0.55 and row["moved_by_chance"] > 0.5
        says = row["narrowed"] > row["narrowed_by_chance"] or row["moved"] > row["moved_by_chance"]
        assert row["informed"] == says
    assert "too few to rely on" in (done / "out" / "report.html").read_text(encoding="utf-8")


def test_its_page_shows_prior_beside_posterior(done: Path) -> None:
    page = (done / "out" / "report.html").read_text(encoding="utf-8")
    for words in ("Targets, misses first", "Prior beside posterior", "What the figures did not inform",
                  "What was ruled out", "Rounds of the posterior", "How sure the emulators are",
                  "cannot tell the model from rivals"):
        assert words in page, words


def test_the_same_command_does_nothing_again_and_another_is_refused(done: Path) -> None:
    before = {path: path.read_bytes() for path in (done / "out").rglob("*") if path.is_file()}
    assert in_process(*COMMAND, cwd=done).returncode == 0
    after = {path: path.read_bytes() for path in (done / "out").rglob("*") if path.is_file()}
    assert before == after
    other = in_process(*COMMAND, "--seed", "2", cwd=done)
    assert other.returncode == 2 and "holds another calibration: seed 1 there and 2 here" in other.stderr
