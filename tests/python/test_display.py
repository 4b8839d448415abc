"""What a notebook shows of every object that a user holds: escaped, with calibration, and nothing that runs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from helpers import tiny
from report_fixture import HOSTILE

import hybridcare as hc


@pytest.fixture(scope="module")
def experiment() -> hc.Experiment:
    arms: dict[str, Any] = tiny()["arms"]
    arms["hybrid"]["label"] = HOSTILE
    document = tiny(question=HOSTILE, title=HOSTILE, driver=HOSTILE, calibration=f"none: {HOSTILE}", arms=arms)
    return hc.Experiment(hc.Scenario.of(document, "x.json"), clients=20, replicates=2)


def objects(experiment: hc.Experiment) -> dict[str, Any]:
    points = {"/change/empathy_elasticity": [0.0, 1.5]}
    results = experiment.run(progress=False)
    study = experiment.sweep(points=points, metrics=["phq9"])
    return {"scenario": experiment.scenario, "experiment": experiment, "results": results, "study": study,
            "sweep": study.run(progress=False), "trial": experiment.trial(("human", "hybrid"), n=20),
            "comparison": hc.compare(experiment.scenario, progress=False), "story": results.story(3),
            "contrast": results.contrast("hybrid", "human")}  # fmt: skip


def test_everything_is_shown_and_nothing_runs(experiment: hc.Experiment) -> None:
    for name, each in objects(experiment).items():
        shown = each._repr_html_()
        assert not re.search(r"<(script|img|svg|b>\s*<script)", shown, re.IGNORECASE), name
        assert "onerror=alert(1)>" not in shown and ("\u202e" not in shown or name in ("sweep", "contrast")), name
        assert len(shown) > 40, name
        if name not in ("story", "contrast"):
            assert "alibration" in shown or "not yet calibrated" in shown, name


def test_a_study_says_what_it_varies(experiment: hc.Experiment) -> None:
    study = experiment.sweep({"/course/harm": {"uniform": [0, 0.1], "source": "assumed"}}, n=8, metrics=["phq9"],
                             levers={"/arms/hybrid/pathway/steps/care/weeks": [4, 6]})  # fmt: skip
    shown = study._repr_html_()
    for words in ("uniform 0, 0.1", "4, 6", "16 points", "not run yet"):
        assert words in shown, words


def test_a_profile_says_what_was_measured() -> None:
    shown = hc.profile("illustrative_companion")._repr_html_()
    assert "ILLUSTRATIVE" in shown and "recognition, measured" in shown and "assumed" in shown


def test_a_trial_says_its_design(experiment: hc.Experiment) -> None:
    shown = experiment.trial(("human", "ai"), n=24, margin=1.0)._repr_html_()
    assert "24 clients" in shown and "non-inferiority within 1 point" in shown and "(reference)" in shown
