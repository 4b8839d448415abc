"""Claims over ensembles: each rival's own sets, the rule of who fits, and what the prior alone says, simulated."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import hybridcare, left_behind, refusal

import hybridcare as hc
from hybridcare.calibrate_ensemble import Ensemble, read_ensemble, text
from hybridcare.claim_files import Claim, load_claims
from hybridcare.claim_results import ClaimResult
from hybridcare.claim_runs import ENSEMBLE, NOT_REFITTED, QUICK, Size, models, run
from hybridcare.claim_sets import PRIOR, design, ensembles_for, from_ensemble, prior_of
from hybridcare.claim_words import sentences
from hybridcare.strict_json import Place

LOSS, MEMORY, ELASTICITY = "/assistant/distance_loss", "/trust/memory", "/change/empathy_elasticity"
TINY = Size(sets=4, rival_sets=3, replicates=2, clients=0.3)


def fit_rows(inside: Sequence[bool]) -> list[Any]:
    return [{"target": f"t{at}", "label": f"figure {at}", "kind": "fit", "inside": held, "weight": 1.0}
            for at, held in enumerate(inside)]  # fmt: skip


def document(rival: str, values: Mapping[str, Sequence[float]], fit: Sequence[Any] = ()) -> dict[str, Any]:
    poor = 30.0 if any(not row["inside"] for row in fit) else 1.0  # far more than the odds of twenty to one allow
    sets = [{"weight": 0.01, "loss": poor, "values": list(row)} for row in zip(*values.values(), strict=True)]
    return {"format": 1, "rival": rival, "parameters": [{"pointer": name} for name in values], "sets": sets,
            "fit": list(fit)}  # fmt: skip


def made(rival: str, values: Mapping[str, Sequence[float]], fit: Sequence[Any] = ()) -> Ensemble:
    return read_ensemble(Place(document(rival, values, fit), "made.json"))


def claim(name: str) -> Claim:
    return load_claims([name])[0]


@pytest.fixture(scope="module")
def both() -> dict[str, Ensemble]:
    """Of the default in which distance costs much, and of a rival in which it costs nothing."""
    some = np.linspace(0.9, 0.99, 10)
    return {"R1": made("R1", {LOSS: [0.5] * 10, MEMORY: list(some)}, fit_rows([True] * 10)),
            "R2": made("R2", {LOSS: [0.0] * 10}, fit_rows([True] * 4 + [False] * 6))}  # fmt: skip


# whose sets
def test_a_rival_has_its_own_sets_and_the_claims_own_numbers_are_the_same_in_all(both: dict[str, Ensemble]) -> None:
    e6 = claim("E6")
    own = design(e6.uncertain, 4, 1)
    first, second = from_ensemble(e6, both["R1"], 4, own), from_ensemble(e6, both["R2"], 3, own, "R2")
    assert (first.frame[LOSS] == 0.5).all() and (second.frame[LOSS] == 0).all()
    assert set(first.frame[MEMORY].round(2)) <= set(np.linspace(0.9, 0.99, 10).round(2))
    assert second.frame[MEMORY].equals(own[MEMORY].iloc[:3])  # of which R2's says nothing: from the prior
    for frame in (first.frame, second.frame):  # what no ensemble has: the same number for the same set
        assert frame["/assistant/repetition"].equals(own["/assistant/repetition"].iloc[: len(frame)])
    assert [point["assistant"]["distance_loss"] for point in first.points] == [0.5] * 4
    for at, point in enumerate(second.points):  # b_E is drawn by the claim, and the rival wins
        assert point["change"]["empathy_elasticity"] == 3 != own[ELASTICITY][at]
        assert point["assistant"]["repetition"] == own["/assistant/repetition"][at]
    assert first.effective == 4 and second.effective == 3


def test_what_a_claim_sets_itself_is_held() -> None:
    """E10 lets nobody leave: a set that says otherwise is not heard, and it is said."""
    e10 = claim("E10")
    found = from_ensemble(e10, made("R1", {"/leaving/intercept": [-3.0, -2.0], MEMORY: [0.9, 0.95]}), 4,
                          design(e10.uncertain, 4, 1))  # fmt: skip
    assert found.held == ("/leaving/intercept",) and "/leaving/intercept" not in found.frame
    assert all("leaving" not in point or "intercept" not in point["leaving"] for point in found.points)


def test_models_without_sets_of_their_own_take_the_first_of_the_defaults(both: dict[str, Ensemble]) -> None:
    e5 = claim("E5")
    runs = run(e5, TINY, 2, None, {"R1": both["R1"]})
    status_of = {model.name: model.status for model in runs.models}
    assert status_of["R0"] == NOT_REFITTED and runs.sets_of("R0").equals(runs.parameters)
    again = run(e5, TINY, 1, None, {"R1": both["R1"]})
    assert again.hashes == runs.hashes
    counts = TINY.counts(e5, True)
    assert {name: len(frame) for name, frame in runs.estimate.items()} == {
        ENSEMBLE: 4, "R0": 3, "R2": 3, "R3": 3, "R4": 3, "b_E 0": 2, "b_E 1.5": 2, "switched off": 4, PRIOR: 4}
    assert counts["prior"] == 4


def test_the_quick_run_takes_no_more_sets_over_ensembles() -> None:
    for each in load_claims():
        sums = [sum(count * (4 if kind == "rival" else 2 if kind == "elasticity" else 1)
                    for kind, count in QUICK.counts(each, fitted).items() if fitted or kind != "prior")
                for fitted in (False, True)]  # fmt: skip
        assert sums[1] <= sums[0] + 2, each.id


# the verdict
def test_a_claim_is_judged_in_each_rivals_own_sets(both: dict[str, Ensemble]) -> None:
    """E5: distance costs much in R1's sets and nothing in R2's own; with R1's sets R2 would say what R1 says."""
    e5 = claim("E5")
    size = Size(sets=4, rival_sets=3, replicates=3, clients=1)
    found = ClaimResult(e5, size, run(e5, size, 2, None, both))
    assert (found.runs.estimate["R2"]["harm"] == 0).all() and (found.runs.estimate[ENSEMBLE]["harm"] > 0).all()
    assert not found.judged["R2"].holds.any()
    assert "R2" not in found.rivals and {"R0", "R3", "R4"} <= set(found.rivals)  # it meets 4 of 10 figures
    words = " ".join(sentences(found))
    assert "R2 does not fit the published figures and does not count" in words
    assert "R0, R3, R4 were not refitted" in words and "tell this model from rivals" in words
    sets = found.sets()
    assert set(sets["model"]) >= {ENSEMBLE, "R2", PRIOR} and (sets[sets["model"] == "R2"][LOSS] == 0).all()


def test_the_prior_is_simulated_and_decides_what_was_assumed() -> None:
    """E5 under an ensemble that is its own prior: nothing was learnt. Under one that the prior hardly holds: found."""
    e5 = claim("E5")
    size = Size(sets=8, rival_sets=4, replicates=2, clients=0.3)
    wide = made("R1", {LOSS: list(np.linspace(0, 0.6, 8))}, fit_rows([True]))
    same = prior_of(wide, 8, e5.document["seed"])
    assert same.pointers == (LOSS,) and 0 <= same.values.min() and np.ptp(same.values) > 0.2
    assumed = ClaimResult(e5, size, run(e5, size, 2, None, {"R1": same}))
    assert assumed.prior == assumed.judged[PRIOR].counted and assumed.prior is not None
    assert assumed.verdict.kind == "assumed"
    none = made("R1", {LOSS: [0.0] * 8}, fit_rows([True]))
    found = ClaimResult(e5, size, run(e5, size, 2, None, {"R1": none}))
    assert found.ensemble.opposite == 8 and found.verdict.kind == "contradicted"
    assert found.prior is not None and found.prior.holds > 0


# what is asked for
@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, both: dict[str, Ensemble]) -> Path:
    """Ensembles as if they came with hybridcare: of R1 and R2."""
    from hybridcare import calibrate_ensemble

    folder = tmp_path / "ensembles"
    folder.mkdir()
    for name, each in both.items():
        values = {pointer: each.values[:, at].tolist() for at, pointer in enumerate(each.pointers)}
        (folder / f"{name}.json").write_text(text({**document(name, values), "fit": list(each.fit)}))
    monkeypatch.setattr(calibrate_ensemble, "data_folder", lambda name: folder)
    return folder


def test_the_default_is_the_ensemble_where_one_is_bundled(bundle: Path) -> None:
    e5 = claim("E5")
    assert list(ensembles_for(None, [e5])) == list(ensembles_for("ensemble", [e5])) == ["R1", "R2"]
    assert ensembles_for("defaults", [e5]) == {}
    mine = made("R1", {LOSS: [0.2]})
    assert ensembles_for(mine, [e5])["R1"] is mine and list(ensembles_for(mine, [e5])) == ["R1", "R2"]
    core = Claim(**{**vars(e5), "document": {**e5.document, "configuration": "core"}, "id": "mine"})
    assert ensembles_for(None, [core]) == {}
    with pytest.raises(hc.ConfigError, match="mine is in another"):
        ensembles_for("ensemble", [e5, core])
    for path in bundle.glob("*.json"):
        path.unlink()
    assert ensembles_for(None, [e5]) == {}
    with pytest.raises(hc.ConfigError, match="none is bundled yet"):
        ensembles_for("ensemble", [e5])
    with pytest.raises(hc.ConfigError, match="no ensemble of R1 among R2"):
        ensembles_for(made("R2", {LOSS: [0.2]}), [e5])


def test_claims_over_ensembles_say_so_everywhere(both: dict[str, Ensemble], tmp_path: Path) -> None:
    found = hc.claims("E2", quick=True, sets=4, replicates=2, threads=2, progress=False, uncertainty=both)
    assert found.caveats[0].startswith("Today's evidence cannot tell the model from rivals")
    assert "R0, R3, R4 have none" in found.caveats[1]
    assert found.provenance["calibration"].startswith("parameter ensemble") and "quick" in found["E2"].calibration
    fits = found.fits().set_index("model")
    assert fits.loc["R2", "missed"].count("figure") == 6 and not fits.loc["R2", "counts"] and fits.loc["R0", "counts"]
    drawn = found.uncertain().set_index("path")
    assert drawn.loc[LOSS, "source"].startswith("fitted") and drawn.loc[ELASTICITY, "source"].startswith("range")
    page = found.report(tmp_path / "c.html").read_text(encoding="utf-8")
    for said in ("Which models fit the published figures", "does not fit: meets 4 of 10 targets", "Nothing was fitted"):
        assert (said in page) is (said != "Nothing was fitted"), said
    assert "draws of a prior" not in page
    models_ = found["E2"].plot().table
    assert list(models_["model"])[-1] == PRIOR


def test_from_the_command_line(tmp_path: Path) -> None:
    bad = fit_rows([False])
    bad[0]["label"] = "<script>alert(1)</script>"
    (tmp_path / "mine.json").write_text(text(document("R1", {LOSS: [0.2, 0.3]}, bad)), encoding="utf-8")
    sizes = ("--quick", "--sets", 4, "--replicates", 2, "--quiet", "--threads", 2)
    done = hybridcare("claims", "E2", *sizes, "--uncertainty", "mine.json", "--out", "found", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for said in ("Today's evidence cannot tell", "Which models fit",
                 "R1, default model, its ensemble: fitted: meets 0 of 1",
                 "Before any published figure"):  # fmt: skip
        assert said in done.stdout, said
    page = (tmp_path / "found/report.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page
    with (tmp_path / "found/fits.csv").open(encoding="utf-8") as file:
        assert [row["model"] for row in csv.DictReader(file)] == ["R1", "R0", "R2", "R3", "R4"]
    summary = json.loads((tmp_path / "found/claims.json").read_text(encoding="utf-8"))
    assert summary["claims"][0]["mark"].startswith("parameter ensemble") and summary["fits"][0]["counts"] is True
    for given, said in (("ensembles", "nearest: 'ensemble'"), ("no.json", "no such file")):
        refused = hybridcare("claims", "E2", *sizes, "--uncertainty", given, "--out", "other", cwd=tmp_path)
        assert said in refusal(refused)
    assert left_behind(tmp_path, {"mine.json", "found"}) == []


def test_models_stand_in_order_with_their_status(both: dict[str, Ensemble]) -> None:
    found = models(claim("E2"), both)
    assert [model.name for model in found] == [ENSEMBLE, "R0", "R2", "R3", "R4", "b_E 0", "b_E 1.5", PRIOR]
    assert [model.counts for model in found] == [False, True, False, True, True, False, False, False]
    assert found[0].status.startswith("fitted: meets 10 of 10")
