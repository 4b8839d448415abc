"""Break-even: roots and intervals of known curves, and of the model itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers import TINY
from typer.testing import CliRunner

import hybridcare as hc
from hybridcare.breakeven import _never, roots
from hybridcare.cli import app


def test_roots_of_known_curves() -> None:
    x = np.linspace(0, 4, 9)
    [(root, low, high)] = roots(x, 2 * x - 3.2, np.full(9, 0.5), 2.0)  # slope 2, noise 1 each way: a half on each side
    assert (root, low, high) == pytest.approx((1.6, 1.1, 2.1), abs=2e-3)
    assert [each[0] for each in roots(x, (x - 1) * (x - 3), np.zeros(9), 2.0)] == pytest.approx([1, 3])
    assert roots(x, x + 1, np.zeros(9), 2.0) == []
    [(root, low, high)] = roots(x, x - 0.5, np.full(9, 1.0), 2.0)
    assert low == 0 and high == pytest.approx(2.5, abs=2e-3)  # noise reaches the end of the range
    [(root, _, _)] = roots(x, x, np.zeros(9), 2.0)  # even at the end itself
    assert root == 0
    [(root, _, high)] = roots(x, 4 - x, np.zeros(9), 2.0)  # and at the other
    assert root == high == 4
    [(root, low, high)] = roots(x, np.maximum(2 - x, 0), np.zeros(9), 2.0)  # even from 2 on
    assert (root, low, high) == pytest.approx((2, 2, 4), abs=2e-3)


def test_none_says_so_and_says_if_noise_leaves_it_open() -> None:
    x = np.array([0.0, 1.0, 2.0])
    assert _never(x, x + 1, np.full(3, 0.5)) == "nowhere from 0 to 2: it stays above"
    assert _never(x, -x - 1, np.full(3, 2.0)).endswith("stays below, but within simulation noise of even at values "
                                                       "from 0 to 1")  # fmt: skip
    assert roots(x, 0 * x, np.zeros(3), 2.0) == []
    assert _never(x, 0 * x, np.zeros(3)) == "even at every value from 0 to 2"


def test_a_rival_for_which_the_number_is_idle_is_even_not_below() -> None:
    """In R0 only contact counts: what a label takes from felt empathy moves nothing, to the last bit."""
    found = hc.Experiment("label_and_discovery", clients=20, replicates=2).breakeven(
        "/assistant/label_discount", arm="blind", against="labelled")  # fmt: skip
    says = found.table().set_index("model")["says"]
    assert says["R0"].startswith("even at every value from 0 to "), says["R0"]


def test_the_root_is_one_in_the_model_too() -> None:
    """The number at the root, run alone, meets the margin as closely as the line between its neighbours allows."""
    experiment = hc.Experiment(hc.Scenario.of(TINY), clients=200, replicates=4)
    found = experiment.breakeven("/practice/rate", arm="hybrid", against="human", within=(0, 3))
    rows = found.table().set_index("model")
    middle = found.curves[found.curves["model"] == "default"]["estimate"].median()
    moved = experiment.breakeven("/practice/rate", margin=float(middle), arm="hybrid", against="human", within=(0, 3))
    row = moved.table().set_index("model").loc["default"]
    assert np.isfinite(row["root"]) and row["low"] <= row["root"] <= row["high"]
    changed = hc.Experiment(experiment.scenario.with_({"practice": {"rate": float(row["root"])}})).run(
        progress=False, twins=False)  # fmt: skip
    frame = changed.contrast("hybrid", "human").table("phq9")
    reached = float(frame[(frame["reading"] == "week_6") & (frame["culture"] == "all")]["estimate"].iloc[0])
    assert reached == pytest.approx(float(middle), abs=0.1)
    assert {"default", "b_E_0", "R0", "R2", "R3", "R4"} == set(rows.index) and "unfitted" in rows.loc["R3", "note"]


def test_a_model_that_fixes_the_number_and_an_arm_alone() -> None:
    experiment = hc.Experiment(hc.Scenario.of(TINY), clients=40, replicates=2)
    found = experiment.breakeven("/course/harm", margin=-99, arm="human")
    rows = found.table().set_index("model")["says"]
    assert rows["R0"] == "the model fixes this number" and rows["default"].startswith("nowhere from")
    assert found.quantity == "phq9, human" and "stays above" in found.sentence
    assert "not yet calibrated" in str(found.plot().spec)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"path": "/course/hram"}, "nearest: '/course/harm'"), ({"path": "/intake/selected"}, "has no values between"),
     ({"path": "/course/harm", "within": (1, 0)}, "wrong way round"),
     ({"path": "/course/harm", "within": (0, 9)}, r"leaves the range.*\[0, 2\]"),
     ({"path": "/course/harm", "arm": "hybird"}, "nearest: 'hybrid'"),
     ({"path": "/course/harm", "metric": "phq"}, "phq9")],
)  # fmt: skip
def test_mistakes(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(hc.ConfigError, match=words):
        hc.Experiment(hc.Scenario.of(TINY), clients=10, replicates=2).breakeven(**arguments)  # type: ignore[arg-type]


def test_the_command_says_what_each_model_says(tmp_path: Path) -> None:
    picture = tmp_path / "even.svg"
    asked = ["breakeven", "hybrid_vs_human_vs_ai", "/course/harm", "--clients", "20", "--replicates", "3", "--quiet",
             "--within", "0", "0.12", "--picture", str(picture)]  # fmt: skip
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    for expected in ("as harm goes from 0 to 0.12", "R0: the model fixes this number", "R4:", "not yet calibrated"):
        assert expected in words, expected
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    for wrong, message in (("/course/harn", "nearest: '/course/harm'"), ("/course/harm", "--picture")):
        with pytest.raises(hc.ConfigError, match=message):
            CliRunner().invoke(app, [*asked[:2], wrong, "--picture", "x.gif"] if message == "--picture"
                               else [*asked[:2], wrong], catch_exceptions=False)  # fmt: skip
