"""The source paper's claims: each study loads, runs and reacts as it must; what is wrong in a file is said."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import hybridcare, left_behind, opened, refusal

import hybridcare as hc
from hybridcare.claim_files import Claim, load_claims, read_claim
from hybridcare.claim_results import ClaimResult
from hybridcare.claim_runs import ENSEMBLE, SWITCH, Model, Runs, Size, models, run
from hybridcare.claim_sets import design, patches
from hybridcare.claim_verdicts import Counted
from hybridcare.claim_words import headline, others
from hybridcare.document import merged
from hybridcare.places import data_folder

TINY = Size(sets=4, rival_sets=4, replicates=2, clients=0.3)
ALL = [f"E{number}" for number in range(1, 15)]


@pytest.fixture(scope="module")
def bundled() -> dict[str, Claim]:
    return {claim.id: claim for claim in load_claims()}


def in_one_model(claim: Claim, patch: Mapping[str, Any], size: Size = TINY, rival: str = ENSEMBLE) -> Runs:
    """The claim's sets with a patch laid over each, under one model alone."""
    from hybridcare import claim_runs

    model = next(each for each in models(claim) if each.name == rival)
    laid = replace(model, name=ENSEMBLE, point=lambda point: model.point(merged(point, patch)))
    sets, _, clients = size.of(claim)
    runs = Runs(design(claim.uncertain, sets, claim.document["seed"]), [laid], size.replicates, clients)
    points = [laid.point(point) for point in patches(runs.parameters)]
    for kind in dict.fromkeys(claim_runs._family(effect) for effect in claim.effects.values()):
        effects = [effect for effect in claim.effects.values() if claim_runs._family(effect) == kind]
        claim_runs._RUNNERS[kind](claim, runs, laid, points, effects, 2, None)
    return runs


def test_the_fourteen_claims_are_bundled_in_order(bundled: dict[str, Claim]) -> None:
    assert hc.bundled_claims() == list(bundled) == ALL


def test_each_claim_says_what_would_refute_it(bundled: dict[str, Claim]) -> None:
    for claim in bundled.values():
        for text in (claim.claim, claim.simulated, claim.refute, claim.prior.why):
            assert len(text) > 20
        assert all(condition.holds and condition.contradicts and condition.why for condition in claim.conditions)


def test_empathy_and_the_weights_are_swept_in_every_claim(bundled: dict[str, Claim]) -> None:
    for claim in bundled.values():
        drawn = design(claim.uncertain, 16, 1)
        assert drawn["/change/empathy_elasticity"].between(0, 4).all() and drawn["/change/empathy_elasticity"].std() > 1
        for group, count in (("/quality/weight/", 8), ("/practice/share/", 4)):
            weights = drawn[[name for name in drawn if name.startswith(group)]]
            assert weights.shape[1] == count and weights.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-9)
            assert (weights.std() > 0).all()
        for each in claim.uncertain.values():
            assert each.factor.source, (claim.id, each.factor.path)


def test_drawn_numbers_are_not_entangled(bundled: dict[str, Claim]) -> None:
    """A driver is named from 64 sets: no two numbers may go together in them. A Sobol' sequence comes to .75."""
    claim = bundled["E6"]
    drawn = design(claim.uncertain, 64, 5)
    assert drawn.equals(design(claim.uncertain, 64, 5)) and not drawn.equals(design(claim.uncertain, 64, 6))
    single = drawn[[each.factor.path for each in claim.uncertain.values() if each.factor.dims == 1]]
    together = np.corrcoef(single.to_numpy().T) - np.eye(single.shape[1])
    assert np.abs(together).max() < 0.3
    low, high = single.quantile(0.02), single.quantile(0.98)
    assert low["/assistant/repetition"] < 0.02 and high["/assistant/repetition"] > 0.28


def test_what_a_rival_fixes_stays_fixed(bundled: dict[str, Claim]) -> None:
    point = {"change": {"empathy_elasticity": 0.5}, "course": {"harm": 0.1, "alliance_effect": 1}}
    found = {model.name: model for model in models(bundled["E5"])}
    assert list(found) == [ENSEMBLE, "R0", "R2", "R3", "R4", "b_E 0", "b_E 1.5", SWITCH]
    assert found[ENSEMBLE].point(point) == point
    assert found["R0"].point(point)["course"] == {"harm": 0, "alliance_effect": 0}
    assert found["R2"].point(point)["change"]["empathy_elasticity"] == 3
    assert found["R4"].point(point)["course"] == {"harm": 0.1, "alliance_effect": 8}
    assert found["b_E 1.5"].point(point)["change"]["empathy_elasticity"] == 1.5
    assert found[SWITCH].point(point)["assistant"]["distance_loss"] == 0
    step = found["R3"].document["arms"]["ai"].get("pathway", {}) or found["R3"].document["pathway"]
    assert step["steps"]["care"]["assistant"]["dose"] == 0  # R3 stands in each step


def test_a_rival_that_does_not_fit_does_not_count(bundled: dict[str, Claim]) -> None:
    unfitted = next(model for model in models(bundled["E5"]) if model.name == "R0")
    assert unfitted.counts and "unfitted" in unfitted.status
    assert not replace(unfitted, status="does not fit: loss 20 against 6").counts
    assert not Model("R1", "", "ensemble", {}, dict).counts


#: What must not move to the last bit, and by what: (claim, model, patch over every set, effects that are exactly 0).
STILL: list[tuple[str, str, dict[str, Any], tuple[str, ...]]] = [
    ("E1", "R0", {}, ("human_present", "ai_present")),  # empathy does nothing where only contact counts
    ("E2", "R0", {}, ("outcome",)),
    ("E3", "R0", {}, ("context", "culture", "resonance", "farthest")),
    ("E4", ENSEMBLE, {"service": {"seek": {"privacy": 0}}}, ("served",)),  # no price of consent, nobody kept away
    ("E5", ENSEMBLE, {"assistant": {"distance_loss": 0}}, ("harm", "dropout", "erosion")),
    ("E6", ENSEMBLE, {"assistant": {"repetition": 0}}, ("erosion", "dropout", "outcome", "habituation", "cost")),
    ("E7", "R0", {}, ("coach",)),
    ("E8", "R0", {}, ("low", "high", "mainly", "complacency")),
    ("E9", ENSEMBLE, {"network": {"hear": 0, "breach": 0, "mixing": 0, "recovered": 0, "left": 0}}, ("spill_over",)),
    ("E11", "R0", {}, ("growth", "year", "ai_growth")),
    ("E12", "R0", {"privacy": {"discovery": 0}}, ("trust", "outcome")),  # nobody finds out, and feelings do nothing
    ("E14", "R0", {}, ("slope", "causal_share")),
]


@pytest.mark.parametrize(("name", "model", "patch", "still"), STILL, ids=[row[0] for row in STILL])
def test_an_effect_is_exactly_nothing_without_its_cause(
    bundled: dict[str, Claim], name: str, model: str, patch: dict[str, Any], still: tuple[str, ...]
) -> None:
    claim = bundled[name]
    if name == "E1":  # coalitions take long: one reference suffices
        claim = replace(claim, effects={effect: claim.effects[effect] for effect in still})
    size = replace(TINY, sets=2, clients=0.7 if name == "E9" else 0.2)  # few know nobody
    off = in_one_model(claim, patch, size, model).estimate[ENSEMBLE]
    on = in_one_model(claim, {}, size).estimate[ENSEMBLE]
    for effect in still:
        known = off[effect].dropna()  # a share of a whole within noise of nothing is unknown
        assert len(known) and (known == 0).all(), (effect, off[effect].tolist())
        assert name == "E1" or len(known) == len(off)
    assert any((on[effect] != 0).any() for effect in still)
    assert not on.isna().all().any(), on.isna().all()


def test_trust_comes_back_later_where_it_remembers_longer(bundled: dict[str, Claim]) -> None:
    claim = bundled["E10"]
    short, long = (in_one_model(claim, {"trust": {"memory": memory}}).estimate[ENSEMBLE] for memory in (0.86, 0.99))
    assert (short["loss"] < -0.05).all() and (long["loss"] < -0.05).all()
    assert (long["half_life"] > short["half_life"]).all() and (short["half_life"] > 0).all()


def test_a_difference_after_a_year_fades_by_the_decay_of_gains(bundled: dict[str, Claim]) -> None:
    claim = bundled["E13"]
    course = {"course": {"autonomy_decay": 0}}
    kept = in_one_model(claim, merged(course, {"course": {"gain_decay": 0}})).estimate[ENSEMBLE]
    gone = in_one_model(claim, merged(course, {"course": {"gain_decay": 0.05}})).estimate[ENSEMBLE]
    assert (kept["treatment"] < 0).all()
    assert gone["year"].mean() > 0.5 * kept["year"].mean()  # less than half of the gap is left


def test_the_shares_of_a_run_are_those_of_its_sets(two: Any) -> None:
    found, claim = two["E5"], two["E5"].claim
    sets = found.sets()
    here = sets[sets["model"] == ENSEMBLE]
    assert len(here) == found.ensemble.sets == 4 and found.ensemble.holds == here["holds"].sum()
    holds = (here["harm"] >= 0.25) & (here["rise"] >= 0.05)
    assert (here["holds"] == holds).all()
    assert (here["opposite"] == ((here["harm"] <= 0.05) | (here["rise"] <= 0))).all()
    assert found.gone is True and found.prior is not None and found.prior.share == 1
    assert not found.judged[SWITCH].holds.any()
    assert np.isfinite(here["harm_noise_se"]).all()
    again = run(claim, replace(TINY, rival_sets=4), threads=1)
    assert again.hashes == found.runs.hashes  # whatever the number of threads


def test_words_are_of_the_sets_that_were_run(two: Any) -> None:
    """The number of sets is not the default where fewer were run; none is "neither" where all hold or oppose."""
    assert two.account.startswith("4 parameter sets a claim, 4 under each rival, ")
    said = [others(Counted(4, holds, opposite)) for holds, opposite in ((3, 0), (1, 2), (4, 0), (1, 3))]
    assert ["neither in the others" in words for words in said] == [True, True, False, False]
    assert said[2] == "the opposite in 0 %" and all(others(each.ensemble) in headline(each) for each in two.values())


def test_a_sign_counts_as_put_in_only_if_it_is_gone_without_its_coefficient(bundled: dict[str, Claim]) -> None:
    """E6: repetition costs trust by w_rep, and through duller qualities, so that w_rep alone does not make the sign."""
    claim = bundled["E6"]
    size = replace(TINY, rival_sets=2)
    found = ClaimResult(claim, size, run(claim, size, threads=2))
    assert found.gone is False and found.prior is None and found.verdict.kind != "assumed"
    alone = in_one_model(claim, {}, size, "R0").estimate[ENSEMBLE]
    assert found.runs.estimate["R0"].equals(alone.iloc[:2])  # a rival has the first part of the sets


def test_the_prior_alone_is_known_in_closed_form(bundled: dict[str, Claim]) -> None:
    """E1: three weights of a Dirichlet distribution of concentration 25 sum to a Beta(7.5, 17.5)."""
    from scipy.stats import beta

    claim = bundled["E1"]
    found = ClaimResult(claim, TINY, Runs(design(claim.uncertain, 4, 1), models(claim), 2, 10)).prior
    wanted = beta(7.5, 17.5).cdf(0.5) - beta(7.5, 17.5).cdf(0.1)
    assert found is not None and found.sets == 4096
    assert found.share == pytest.approx(wanted, abs=5 * (wanted * (1 - wanted) / 4096) ** 0.5)  # false alarm 6e-7


def test_a_set_that_the_reader_refuses_is_said_and_holds_nothing(bundled: dict[str, Claim]) -> None:
    claim = bundled["E2"]
    runs = in_one_model(claim, {"practice": {"slots": 99}})
    found = ClaimResult(claim, TINY, runs)
    assert len(runs.failures) == 4 and found.ensemble == hc_counted(4, 0)
    assert "slots" in runs.failures[ENSEMBLE, 0]


def hc_counted(sets: int, holds: int) -> Any:
    from hybridcare.claim_verdicts import Counted

    return Counted(sets, holds)


# files
def spoilt(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((data_folder("claims") / "E05.json").read_text(encoding="utf-8"))
    for pointer, value in changes.items():
        *above, last = pointer.split("__")
        place: Any = document
        for name in above:
            place = place[int(name) if isinstance(place, list) else name]
        if value is None:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = value
    return document


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"claim": None}, "'claim' is missing"),
    ({"format": 2}, "#/format: expected 1, found 2"),
    ({"titel": "x"}, "unknown key 'titel'; nearest: 'title'"),
    ({"base": "hybrid_vs_human"}, "nearest: 'hybrid_vs_human_vs_ai'"),
    ({"id": "E 5"}, "#/id: expected a letter"),
    ({"arms": {}}, "#/arms: is empty"),
    ({"arms__ai": {"labl": "x"}}, "labl"),
    ({"clients": 0}, "#/clients: 0 is outside [1, 100000]"),
    ({"clients": 2.5}, "expected a whole number"),
    ({"effects__harm__of": [[1, "bot", "phq9"]]}, "#/effects/harm/of/0/1: unknown arm 'bot'"),
    ({"effects__harm__of": [[1, "ai"]]}, "#/effects/harm/of/0: has 2 entries"),
    ({"effects__harm__of": [[1, "ai", "phq8@post"]]}, "phq8"),
    ({"effects__harm__of": [[1, "ai", "phq9@post-no_culture"]]}, "no_culture"),
    ({"effects__harm__sum": []}, "unknown key 'sum'"),
    ({"effects__harm__unit": None}, "expected label, unit and one of"),
    ({"conditions": []}, "#/conditions: has 0 entries"),
    ({"conditions__0__effect": "harms"}, "nearest: 'harm'"),
    ({"conditions__0__holds": [[0.5, 0.25]]}, "bounds the wrong way round: 0.5 is not below 0.25"),
    ({"conditions__0__contradicts": []}, "no claim: give both bands"),
    ({"conditions__0__contradicts": [[None, 0.3]]}, "#/conditions/0: holds and contradicts overlap"),
    ({"prior__coefficient": "/assistant/distance"}, "#/prior/coefficient: unknown"),
    ({"prior__effect": "none"}, "#/prior/effect: unknown"),
    ({"uncertain": {"/course/harms": {"uniform": [0, 1]}}}, "unknown key 'harms'"),
    ({"uncertain": {"/course/harm": {"uniform": [0.2, 0.1]}}}, "wrong way round"),
    ({"uncertain": {"/course/harm": {"uniform": [0, 9]}}}, "leaves the range"),
    ({"watch": {"x": {"of": "phq9 >"}}}, "#/watch: watch/x: column 7"),
    ({"watch": {"x": {"off": "phq9"}}}, "unknown key 'off'"),
    ({"breakeven": {"path": "/course/harm", "effect": "harm"}}, "'at' is missing"),
    ({"largest": ["harm"]}, "#/largest: has 1 entries"),
    ({"share_of_sets": 2}, "outside [0.01, 1]"),
]


@pytest.mark.parametrize(("changes", "said"), BROKEN, ids=[f"{next(iter(row[0]))}-{i}" for i, row in enumerate(BROKEN)])
def test_a_broken_claim_says_where_and_what(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(spoilt(**changes)), encoding="utf-8")
    with pytest.raises(hc.ConfigError) as error:
        read_claim(file)
    assert said in str(error.value)
    assert "mine.json" in str(error.value) or "scenario" in str(error.value)


def test_bundled_claims_meet_their_schema_and_broken_ones_do_not() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_folder("schema") / "claim.schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    for path in data_folder("claims").glob("E*.json"):
        check.validate(json.loads(path.read_text(encoding="utf-8")))
    for changes in ({"claim": None}, {"titel": "x"}, {"clients": 0}, {"conditions": []}, {"effects__harm__unit": None}):
        assert not check.is_valid(spoilt(**changes)), changes


def test_unknown_claims_and_sizes_are_refused(tmp_path: Path) -> None:
    for call, said in (
        (lambda: hc.claims("E15"), "unknown claim 'E15'; nearest: 'E5'"),
        (lambda: hc.claims([]), "none is named"),
        (lambda: hc.claims("E5", sets=3), "--sets"),
        (lambda: hc.claims("E5", replicates=1), "--replicates"),
        (lambda: hc.claims("E5", replicates=2.5), "--replicates"),  # type: ignore[arg-type]
        (lambda: hc.claims("E5", threads=-1), "--threads"),
        (lambda: hc.claims(tmp_path / "no.json"), "no such file"),
    ):
        with pytest.raises(hc.ConfigError, match=said):
            call()


# both doors
def test_from_the_command_line_to_files(tmp_path: Path) -> None:
    mine = spoilt(title="<script>alert(1)</script>", id="mine")
    (tmp_path / "mine.json").write_text(json.dumps(mine), encoding="utf-8")
    sizes = ("--quick", "--sets", 4, "--replicates", 2, "--quiet", "--threads", 2, "--uncertainty", "defaults")
    done = hybridcare("claims", "e11", "mine.json", *sizes, "--out", "found", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for text in ("No set was fitted", "No rival was fitted", "Quick: few sets", "E11, Autonomy support", "mine, "):
        assert text in done.stdout, text
    folder = tmp_path / "found"
    names = {"claims.csv", "models.csv", "effects.csv", "uncertain.csv", "fits.csv", "columns.csv",
             "sets_E11.csv", "sets_mine.csv", "claims.json", "report.html"}  # fmt: skip
    assert left_behind(folder, names) == []
    summary = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    assert [row["claim"] for row in summary["claims"]] == ["E11", "mine"]
    assert all(row["mark"] == "prior only: no set was fitted; quick" for row in summary["claims"])
    assert all({"R0", "R2", "R3", "R4", "b_E 0", "b_E 1.5"} <= set(row) for row in summary["claims"])
    with (folder / "claims.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["claim"] for row in rows] == ["E11", "mine"] and "prior only" in rows[0]["calibration"]
    with (folder / "uncertain.csv").open(encoding="utf-8") as file:
        drawn = {row["path"]: row for row in csv.DictReader(file)}
    assert drawn["/change/empathy_elasticity"]["claim"] == "all" and drawn["/course/gain_decay"]["claim"] == "E11"
    assert all(row["source"] and row["distribution"] for row in drawn.values())
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert page.count("What would refute it:") == 2 and "R4" in page and "prior only" in page
    again = hybridcare("claims", "E11", *sizes, "--out", "found", cwd=tmp_path)
    assert "not empty" in refusal(again)


def test_about_runs_nothing_and_mistakes_are_the_users(tmp_path: Path) -> None:
    told = hybridcare("claims", "E7", "--about", cwd=tmp_path)
    assert told.returncode == 0 and "Refuted by:" in told.stdout and "%" not in told.stderr
    assert "nearest: 'E9'" in refusal(hybridcare("claims", "E99", "--out", "found", cwd=tmp_path))
    assert left_behind(tmp_path) == []


@pytest.fixture(scope="module")
def two(bundled: dict[str, Claim]) -> Any:
    """Two small studies, run once; in E5 a coefficient is switched off."""
    from hybridcare.claim_studies import Claims

    return Claims([ClaimResult(claim, TINY, run(claim, TINY, threads=2)) for claim in (bundled["E2"], bundled["E5"])],
                  TINY, 1.0)  # fmt: skip


def test_the_report_opens_from_disk_and_asks_for_nothing(two: Any, browser: Any, tmp_path: Path) -> None:
    asked, console = opened(browser, two.report(tmp_path / "claims.html"))
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == [] and console == []
    shown = browser.find_element("tag name", "body").text
    for text in ("E2 Empathy is not irreplaceable", "What would refute it", "No rival was fitted", "What was drawn"):
        assert text in shown, text
    assert len(browser.find_elements("css selector", "figure svg")) == 3
    wide = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]


def test_pictures_are_valid_and_carry_their_numbers(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from hybridcare import plots_base
    from hybridcare.plots_claims import overview

    monkeypatch.setattr(plots_base, "VALIDATE", True)
    figure, whole = two["E2"].plot(), overview(two)
    assert list(figure.table["model"]) == [ENSEMBLE, "R0", "R2", "R3", "R4", "b_E 0", "b_E 1.5"]
    assert re.findall(r'class="mark-(\w+) role-mark', figure.svg())[-3:] == ["rule", "rule", "symbol"]  # points on top
    for picture in (figure, whole):
        assert picture.alt and picture.caption and "prior only: no set was fitted" in picture.svg()
    with pytest.raises(hc.ConfigError, match="unknown claim"):
        two["E3"]
