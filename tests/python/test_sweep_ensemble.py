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
from hybridcare.places import data_folder
from hybridcare.study import Study

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
