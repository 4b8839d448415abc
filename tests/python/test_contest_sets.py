"""Conclusions over the ensembles of rivals: shares of sets, what does not fit is not counted, what is turned over."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hybridcare.cli_rivals import _show_contest
from hybridcare.conclusions import Conclusion, verdict
from hybridcare.document import merged
from hybridcare.errors import ConfigError
from hybridcare.points import Metric
from hybridcare.rivals_contest import Contest, contest
from hybridcare.rivals_models import FEWER, laid
from hybridcare.uncertainty import parameter_sets, spread
from rivals_fixture import bundle, ensemble_of, made

import hybridcare as hc

ASKED = ("hybrid - human < 0", "dropout: hybrid - human < 0.3")
BASE = "hybrid_vs_human_vs_ai"
HOW: dict[str, Any] = {"clients": 60, "replicates": 6, "sets": 12, "progress": False, "trials": False}


@cache
def found() -> Contest:
    """R0, R1 and R3 over sets, R3 fits badly; R2 and R4 are not fitted."""
    own = {"R0": ensemble_of("R0"), "R1": ensemble_of("R1"), "R3": ensemble_of("R3", loss=90, missed=("a", "b"))}
    return contest(BASE, ASKED, uncertainty=own, **HOW)


def test_each_rival_is_run_over_its_own_sets() -> None:
    """The same numbers as each set by itself, R1's set 3 with a switch on it included."""
    table = found().table()
    rows = table[table["conclusion"] == f"phq9: {ASKED[0]}"].set_index("model")
    assert dict(rows["sets"]) == {"R0": 12, "R1": 12, "R2": 0, "R3": 12, "R4": 0, "0": 12, "1.5": 12, "3": 12,
                                  **dict.fromkeys(hc_switches(), 12)}  # fmt: skip
    asked = found().conclusions[0]
    turned = hc_switch("unresponsive").patch
    for name, rival, patch in (("R0", "R0", {}), ("R3", "R3", {}), ("unresponsive", "R1", turned)):
        number = [model.name for model in found().models].index(name)
        estimate, _ = found()._numbers(asked, number)
        drawn = parameter_sets(hc.load(BASE), ensemble_of(rival), rival, 12, 1)
        assert drawn is not None and rows.loc[name, "estimate"] == pytest.approx(np.median(estimate))
        sized = {"clients": 60, "replicates": 6, "variants": None, "headline": {"split": None}}
        own = merged(json.loads(drawn.points[3]), patch)
        scenario = hc.Scenario.of(merged(merged(hc.load(BASE).document(), sized), own))
        alone = hc.Experiment(scenario, arms=["human", "hybrid"]).run(progress=False, twins=False)
        row = alone.contrast("hybrid", "human").table("phq9")
        assert estimate[3] == pytest.approx(row.loc[row["reading"] == "week_12", "estimate"].iloc[0], abs=1e-9)
    assert rows.loc["R1", "low"] < rows.loc["R1", "estimate"] < rows.loc["R1", "high"]
    assert rows.loc["R1", "parameter_sd"] > 0 and np.isnan(rows.loc["R2", "low"])


def hc_switches() -> list[str]:
    from hybridcare.rivals import switches

    return list(switches())


def test_what_does_not_fit_is_not_counted_and_is_named() -> None:
    table, row = found().table(), found().verdicts().iloc[1]
    counts = table[table["kind"] == "rival"].drop_duplicates("model").set_index("model")["counts"]
    assert dict(counts) == {"R0": True, "R1": True, "R2": True, "R3": False, "R4": True}
    assert row["verdict"] == "robust" and row["holds"] == "R0, R1, R2, R4" and row["not_counted"] == "R3"
    said = found().sentences[2]
    assert "all rivals that fit or were never fitted" in said and "R2 (given values)" in said
    assert "Not counted, since it does not fit: R3 (holds: 100 % of sets)" in said
    told = " ".join(found().caveats)
    assert "R0 over 12 sets, R1 over 12 sets, R3 over 12 sets" in told and "R2, R4: unfitted: given values" in told
    assert "R1 over sets that meet 10 of 10 targets" in told and "R2, R4 at given values, not refitted" in told
    assert "R3: does not fit and is not counted" in told and "first 12 of these sets" in told and FEWER > 12


def test_the_fit_stands_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    _show_contest(found())
    shown = " ".join(capsys.readouterr().out.split())
    assert "Rival models and how they fit" in shown and "8 of 10" in shown and "does not fit" in shown
    parts = {part.heading: part for part in found().parts()}
    table = parts["Rival models and how they fit"].table
    assert table is not None and list(table["rival"]) == ["R0", "R1", "R2", "R3", "R4"]
    assert any("would be met if the interval" in line for line in parts["Rival models and how they fit"].paragraphs)
    document = found().document()
    assert [row["standing"] for row in document["fits"]] == ["fits", "fits", "unfitted", "does not fit", "unfitted"]
    json.dumps(document, allow_nan=False)


def test_bundled_ensembles_are_the_default_and_defaults_are_not_them(monkeypatch: pytest.MonkeyPatch,
                                                                     tmp_path: Path) -> None:  # fmt: skip
    bundle(monkeypatch, tmp_path, {"R1": made("R1")})
    small: dict[str, Any] = {**HOW, "rivals": ["R0"], "with_switches": False, "clients": 20, "replicates": 2, "sets": 4}
    taken = contest(BASE, ASKED[:1], **small)
    assert [len(model.points) for model in taken.models] == [1, 4, 4, 4, 4]
    assert taken.runs.estimate.shape[0] == 17 and taken.fits["R1"].fitted and not taken.fits["R0"].fitted
    plain = contest(BASE, ASKED[:1], uncertainty="defaults", **small)
    assert plain.runs.estimate.shape[0] == 5 and not plain.fits["R1"].fitted
    assert "not those of its ensemble" in " ".join(plain.caveats) or "R0, R1: unfitted" in " ".join(plain.caveats)
    core_only = hc.Scenario.of(merged(hc.load(BASE).document(), {"configuration": "core", "variants": None}))
    assert contest(core_only, ASKED[:1], **small).runs.estimate.shape[0] == 5  # ensembles are not of that configuration
    with pytest.raises(ConfigError, match="is one of R1"):
        contest(BASE, uncertainty={"R0": ensemble_of("R1")}, **HOW)
    bundle(monkeypatch, tmp_path, {})
    with pytest.raises(ConfigError, match="no ensemble 'R1'"):
        contest(BASE, uncertainty="ensemble", **HOW)


def test_one_time_scale_keeps_the_long_run_spread_of_each_set() -> None:
    switch = hc_switch("one_time_scale")
    point = {"course": {"symptom_return": 0.5, "symptom_sd": 1.0, "harm": 0.1}}
    out = laid(hc.load(BASE), point, switch.patch, switch.same_spread)
    assert out["course"]["symptom_sd"] == pytest.approx(1 / np.sqrt(1 - 0.25)) and out["course"]["symptom_return"] == 1
    assert out["course"]["harm"] == 0.1
    plain = laid(hc.load(BASE), {}, switch.patch, switch.same_spread)  # .3 and 1.4 stand in the scenario
    assert plain["course"]["symptom_sd"] == pytest.approx(1.96, abs=1e-3)


def hc_switch(name: str) -> Any:
    from hybridcare.rivals import switches

    return switches([name])[name]


def share_of(values: np.ndarray, sign: str = "<", margin: float = 0.0) -> Any:
    asked = Conclusion(Metric("phq9"), "a", "b", sign, margin)
    return asked.over_sets(values.mean(axis=1), spread(values.mean(axis=1), values), values.shape[1])


def test_chance_does_not_count_as_doubt_about_parameters() -> None:
    """1,600 sets whose truths are N(-1, .5): in .977 of them it lies below 0. Noise of each set as large as their SD
    leaves .92 of the raw estimates below 0 (tried); drawn together, .977 with an SD of .006 over such draws: false
    alarms of 1e-5, and .92 is caught."""
    draw = np.random.default_rng(4)
    truth = draw.normal(-1, 0.5, 1600)
    values = truth[:, None] + draw.normal(0, 0.5 * np.sqrt(20), (1600, 20))
    raw = float((values.mean(axis=1) < 0).mean())
    got = share_of(values)
    assert raw < 0.94 and got.share == pytest.approx(0.977, abs=0.026) and got.low <= got.share <= got.high


def test_states_over_sets() -> None:
    evenly = np.linspace(-1, 1, 41)  # half of the sets lie on either side
    still = np.zeros((41, 8))
    assert share_of(evenly[:, None] - 2 + still).state == "holds"
    assert share_of(evenly[:, None] + 2 + still).state == "fails"
    assert share_of(evenly[:, None] - 0.4 + still).state == "mixed"
    assert share_of(evenly[:, None] + 0.02 + still).state == "fails"  # in half of them it does not hold
    shared = np.random.default_rng(1).normal(0, 2, 8)[None, :] + still  # luck that all sets share
    assert share_of(evenly[:, None] - 1.2 + shared - shared.mean()).state == "unclear"
    same = np.zeros((5, 4))  # in R0 many things differ by exactly nothing
    assert share_of(same).state == "fails" and share_of(same, "<=").state == "holds"
    assert share_of(np.zeros((1, 4))).state == "unclear"
    assert verdict(["mixed", "mixed"]) == "parameter-dependent" and verdict(["holds", "mixed"]) == "model-dependent"
    assert verdict(["holds", "mixed", "unclear"]) == "model-dependent" and verdict(["mixed", "unclear"]) == "unclear"
