"""Studies whose draws are parameter sets of ensembles: joint, each rival its own, kept with results."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hybridcare as hc
import numpy as np
import pytest
import rivals_fixture
import uncertainty_fixture
from helpers import tiny
from hybridcare.cli import app
from hybridcare.places import data_folder
from hybridcare.study import Study
from typer.testing import CliRunner

RATE, SUCCESS, HARM = "/change/rate", "/trust/success", "/course/harm"


@pytest.fixture(autouse=True)
def bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Nothing is bundled, until a test calls this with the names of rivals."""

    def put(*names: str) -> None:
        rivals_fixture.bundle(monkeypatch, tmp_path / "bundled", {each: rivals_fixture.made(each) for each in names})

    put()
    return put


def asked(**changes: Any) -> dict[str, Any]:
    found = {"format": 1, "name": "mine", "base": {**tiny(), "configuration": "full"}, "arms": ["human", "hybrid"],
             "uncertainties": "ensemble", "metrics": {"outcome": {"metric": "phq9@week_6", "better": "lower"}},
             "design": {"kind": "sobol", "n": 8}, "replicates": 2, "clients": 12, **changes}  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def beside(folder: Path, **changes: Any) -> Path:
    """A study file with an ensemble beside it."""
    uncertainty_fixture.file(folder)
    path = folder / "mine.json"
    path.write_text(json.dumps(asked(**changes)), encoding="utf-8")
    return path


def test_draws_are_the_sets_and_numbers_of_one_stay_together(tmp_path: Path) -> None:
    """Each draw is one row of the file: a number of one set never stands beside a number of another."""
    study = hc.load_study(beside(tmp_path, uncertainties={"ensemble": "ensemble.json"}))
    rows = {tuple(row) for row in uncertainty_fixture.spread_out()}
    design = study.design
    drawn = list(design[list(uncertainty_fixture.POINTERS)].itertuples(index=False, name=None))
    assert len(drawn) == 8 and set(drawn) <= rows and len(set(drawn)) == 8
    for patch, row in zip(map(json.loads, study.patches()), drawn, strict=True):
        assert (patch["change"]["rate"], patch["trust"]["success"]) == (row[0], row[3])
    few = hc.load_study(beside(tmp_path, uncertainties={"ensemble": "ensemble.json", "sets": 3}))
    assert few.design[RATE].nunique() == 3 and len(few.design) == 8
    assert few.design[RATE].tolist()[:3] == few.design[RATE].tolist()[3:6]


def test_distributions_stand_beside_the_sets_and_hold_against_them(tmp_path: Path) -> None:
    both = {"ensemble": "ensemble.json", HARM: {"uniform": [0.01, 0.02]}, RATE: {"uniform": [5.0, 6.0]}}
    study = hc.load_study(beside(tmp_path, uncertainties=both, relationships=["default", "R2"]))
    assert study.design[HARM].between(0.01, 0.02).all() and study.design[RATE].between(5, 6).all()
    assert any("Held by the study's own distributions: /change/rate" in note for note in study.notes)
    points = [json.loads(each) for each in study.patches()]
    assert all(5 <= point["change"]["rate"] <= 6 and point["course"]["harm"] >= 0.01 for point in points)
    assert all(point["change"]["empathy_elasticity"] == 3 for point in points[1::2])  # what R2 fixes stays fixed
    assert study.design["draw"].nunique() == 8 and len(points) == 16
    assert "not refitted" in study.models[1].note


def test_a_rival_takes_its_own_sets_where_they_are_bundled(bundled: Callable[..., None]) -> None:
    bundled("R0", "R1")
    study = Study.of(asked(relationships=["default", "R0", "R3"]))
    by = {name: group for name, group in study.design.groupby("model")}
    assert by["R0"]["/rival/quality_human"].between(0.5, 0.8).all() and by["R0"][RATE].isna().all()
    assert by["default"]["/rival/quality_human"].isna().all() and by["default"][RATE].between(0.7, 1.3).all()
    assert by["R3"][RATE].tolist() == by["default"][RATE].tolist()  # it has none, and is laid over the default's
    assert set(study.drawn_in("R0")) == {"/rival/quality_human", "/practice/rate"}
    notes = {model.name: model.note for model in study.models}
    assert notes["R0"].startswith("its own parameter sets; fitted") and notes["R3"].startswith("not refitted")
    first = [json.loads(each) for each in study.patches()][1]
    assert first["rival"]["contact_only"] is True and "rate" not in first.get("change", {})


def test_what_is_kept_with_results_does_not_hang_on_the_bundled_files(
    bundled: Callable[..., None], tmp_path: Path
) -> None:
    bundled("R0", "R1")
    study = Study.of(asked(relationships=["default", "R0"]))
    results = study.run(tmp_path / "out", threads=1, progress=False)
    bundled()  # another version comes without
    kept = hc.open_sweep(tmp_path / "out")
    assert kept.study.patches() == study.patches() and kept.study.design.equals(study.design)
    assert (kept.estimate == results.estimate).all()
    assert hc.open_sweep(tmp_path / "out").study.run(tmp_path / "out", threads=1, progress=False) is not None
    other = Study.of({**study.document(), "ensembles": {"R1": rivals_fixture.made("R1", sets=20)}})
    assert other.plan().hash != study.plan().hash  # other sets are another study


def test_shares_name_the_ensemble_and_indices_refuse_joint_draws(tmp_path: Path) -> None:
    study = hc.load_study(beside(tmp_path, uncertainties={"ensemble": "ensemble.json"}))
    results = study.run(threads=2, progress=False)
    shares = results.variance("outcome", "human").set_index("source")
    assert "the ensemble of R1" in shares.loc["parameter uncertainty", "helps"]
    assert shares.loc["Monte Carlo error", "helps"] == "more replicates"
    for call in (results.sensitivity, results.tornado):
        with pytest.raises(hc.ConfigError, match="go together.*run the study with distributions"):
            call()
    assert any("does not tell this model from its rivals" in line for line in results.caveats)
    assert results.provenance["calibration"].startswith("8 parameter sets of R1")
    page = results.report(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "4 parameters together" in page and "go together" in page
    assert np.isfinite(results.estimate).all()


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "#/uncertainties: .*none is bundled yet"),
    ({"uncertainties": "ensembles"}, "#/uncertainties: expected an object"),
    ({"uncertainties": {"sets": 4}}, "#/uncertainties/sets: belongs to"),
    ({"uncertainties": {"ensemble": "ensemble.json", "sets": 1}}, "#/uncertainties/sets: 1 is outside"),
    ({"uncertainties": {"ensemble": "no.json"}}, "#/uncertainties: .*no such file"),
    ({"uncertainties": {"ensemble": 3}}, "#/uncertainties/ensemble: expected"),
    ({"uncertainties": {"ensemble": "ensemble.json"}, "design": {"kind": "saltelli", "n": 8}}, "moves each number"),
    ({"uncertainties": {"ensemble": "ensemble.json"}, "base": {**tiny(), "configuration": "core"}}, "is in 'core'"),
    ({"uncertainties": {"ensemble": "r0.json"}}, "is not one of R1"),
    ({"uncertainties": {}, "ensembles": {}}, "#/ensembles: are the sets of"),
    ({"ensembles": {"R1": {"format": 1}}}, "#/ensembles/R1: lacks 'rival'"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED, ids=[str(at) for at in range(len(REFUSED))])
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    (tmp_path / "r0.json").write_text(json.dumps(rivals_fixture.made("R0")), encoding="utf-8")
    with pytest.raises(hc.ConfigError, match=said):
        hc.load_study(beside(tmp_path, **changes))


def test_the_schema_knows_both_forms() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft202012Validator(json.loads((data_folder("schema") / "study.schema.json").read_text()))
    for good in ("ensemble", {"ensemble": "R1"}, {"ensemble": "x.json", "sets": 64, RATE: {"uniform": [1, 2]}}):
        check.validate(asked(uncertainties=good))
    for bad in ("ensembles", {"sets": 64}, {"ensemble": "R1", "sets": 1}, {"ensembles": "R1"}):
        assert not check.is_valid(asked(uncertainties=bad)), bad


def options(folder: Path, *more: str) -> list[str]:
    return ["sweep", str(folder / "mine.json"), "--out", str(folder / "out"), "--quiet", "--no-report", *more]


STATED = {RATE: {"uniform": [5.0, 6.0]}, "/assistant/trust_mean": {"uniform": [4, 6], "source": "assumed"}}


def test_an_ensemble_asked_for_from_outside_takes_the_place_of_what_it_has(
    bundled: Callable[..., None], tmp_path: Path
) -> None:
    """Its numbers are the ensemble's, those that it lacks stay as stated, and results say both."""
    bundled("R0", "R1", "R2")
    saltelli = {"kind": "saltelli", "n": 2}
    beside(tmp_path, uncertainties=STATED, design=saltelli, relationships=["default", "R0"])
    study = hc.load_study(tmp_path / "mine.json", "ensemble", sets=4)
    default = study.design[study.design["model"] == "default"]
    assert default[RATE].between(0.7, 1.3).all() and default["/assistant/trust_mean"].between(4, 6).all()
    assert study.draws == 4 and study.spec.kind == "sobol" and study.sets is not None and set(study.sets.own) == {"R0"}
    words = " ".join(study.notes)
    for said in ("in place of the study's own distributions of /change/rate", "own design, saltelli, gives way",
                 "does not have them, distributions of: /assistant/trust_mean"):  # fmt: skip
        assert said in words, said
    again = Study.of(study.document())
    assert again.patches() == study.patches() and again.notes == study.notes
    assert hc.load_study(tmp_path / "mine.json", "ensemble", n=16).draws == 16
    stated = hc.load_study(tmp_path / "mine.json")
    assert stated.sets is None and stated.document()["design"] == saltelli
    assert hc.load_study(tmp_path / "mine.json", "defaults").patches() == stated.patches()


def test_a_rival_is_run_alone_over_its_own_sets(bundled: Callable[..., None], tmp_path: Path) -> None:
    bundled("R1", "R2")
    beside(tmp_path, relationships=["default", "R0"])
    study = hc.load_study(tmp_path / "mine.json", rival="R2")
    assert [model.name for model in study.models] == ["R2"]
    results = study.run(threads=1, progress=False, limit=2)
    said = " ".join(results.caveats)
    assert results.provenance["calibration"].startswith("8 parameter sets of R2")
    assert "Draws are 8 parameter sets of R2" in said and "b_E is 3 throughout" in said and " of R1" not in said


def test_a_file_of_its_own_stands_in_for_the_bundled_ensemble(bundled: Callable[..., None], tmp_path: Path) -> None:
    bundled("R1", "R2")
    beside(tmp_path, uncertainties=STATED, relationships=["default"])
    study = hc.load_study(tmp_path / "mine.json", tmp_path / "ensemble.json")
    assert set(study.design[RATE]) <= {row[0] for row in uncertainty_fixture.spread_out()}
    assert set(study.document()["ensembles"]) == {"R1"}
    other = rivals_fixture.ensemble_of("R2", sets=5)
    with pytest.raises(hc.ConfigError, match="ensemble of R2, which is no model of this study"):
        hc.load_study(tmp_path / "mine.json", other)
    alone = hc.load_study(tmp_path / "mine.json", other, rival="R2")
    assert set(alone.design[RATE]) <= set(other.values[:, 0])


def test_the_command_runs_over_an_ensemble(bundled: Callable[..., None], tmp_path: Path) -> None:
    bundled("R0", "R1")
    beside(tmp_path, uncertainties=STATED, relationships=["default", "R0"])
    ran = CliRunner().invoke(app, options(tmp_path, "--uncertainty", "ensemble", "--sets", "4"))
    assert ran.exit_code == 0, ran.output
    shown = " ".join(ran.stdout.split())
    assert "Draws are 4 parameter sets of R1" in shown and "R0, contact only (its own parameter sets" in shown
    assert hc.open_sweep(tmp_path / "out").study.sets is not None


@pytest.mark.parametrize(("how", "said"), [
    ({"rival": "R0"}, "rival: says whose ensemble is taken, and this study draws from none"),
    ({"sets": 4}, "sets: says how many sets are drawn"),
    ({"uncertainty": "ensembel"}, "nearest: 'ensemble'"),
    ({"uncertainty": "ensemble", "rival": "R9"}, "unknown rival model"),
    ({"uncertainty": "ensemble", "sets": 1}, "no whole number in"),
    ({"uncertainty": "defaults", "sets": 4}, "draws from none"),
])  # fmt: skip
def test_what_cannot_be_asked_of_a_study_is_refused(bundled: Callable[..., None], tmp_path: Path, how: dict[str, Any],
                                                    said: str) -> None:  # fmt: skip
    bundled("R1")
    beside(tmp_path, uncertainties=STATED)
    with pytest.raises(hc.ConfigError, match=said):
        hc.load_study(tmp_path / "mine.json", **how)


def test_an_experiment_takes_the_same_words(bundled: Callable[..., None]) -> None:
    bundled("R1")
    experiment = hc.Experiment(hc.Scenario.of({**tiny(), "configuration": "full"}), clients=12, replicates=2)
    study = experiment.sweep(uncertainties=STATED, uncertainty="ensemble", sets=4, n=8)
    assert study.draws == 8 and study.design[RATE].between(0.7, 1.3).all() and study.design[RATE].nunique() == 4
    with pytest.raises(hc.ConfigError, match="points: are the draws already"):
        experiment.sweep(points={RATE: [1, 2]}, uncertainty="ensemble")
