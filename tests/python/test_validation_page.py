"""What a validation says in words, pictures and pages: made of its document alone, and of known answers here.

Seen to fail: thirds of a prior that was not left evenly; a pair that moves together, not found; independent numbers
said to move together; a rival that fits worse, called equal; a page with a figure that is not in the document.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import validation_fixture as fixture
from helpers import opened

from hybridcare import validation, validation_learned, validation_words
from hybridcare.calibrate_aims import Simulated
from hybridcare.calibrate_ensemble import Ensemble, bundled_ensembles, ensemble
from hybridcare.calibrate_targets import targets_hash
from hybridcare.places import data_folder
from hybridcare.report_validation import save
from hybridcare.target_files import targets
from hybridcare.validation_files import Explanation, Explanations, explanations
from hybridcare.validation_runs import Given

DOCS = Path(__file__).resolve().parents[2] / "python" / "docs"
EMPATHY, MEMORY = "/change/empathy_elasticity", "/trust/memory"
EVIL = "<script>alert(1)</script> & “why”, at some length"
MISSED = "response_therapy"


def drawn(n: int = 400, seed: int = 1, rival: str = "R1", loss: float = 40.0) -> Ensemble:
    """Sets of equal weight, drawn from the priors: nothing was learned."""
    free = fixture.priors().of(rival)
    draw = np.random.default_rng(seed)
    values = free.values(draw.standard_normal((n, free.dims)))
    spread = values.std(axis=0)
    rows = [{"pointer": pointer, "symbol": "", "unit": "", "prior_mean": float(values[:, at].mean()),
             "prior_sd": float(spread[at]), "prior_q05": float(np.quantile(values[:, at], 0.05)),
             "prior_q95": float(np.quantile(values[:, at], 0.95)), "mean": float(values[:, at].mean()),
             "sd": float(spread[at]), "q05": float(np.quantile(values[:, at], 0.05)),
             "median": float(np.median(values[:, at])), "q95": float(np.quantile(values[:, at], 0.95)),
             "narrowed": 0.0, "moved": 0.01, "informed": pointer == "/change/rate", "r_hat": 1.01}
            for at, pointer in enumerate(free.columns)]  # fmt: skip
    made = {"targets_hash": targets_hash(targets()), "priors_hash": free.hash, "seed": 1, "commit": "abc"}
    return Ensemble(rival, free.columns, values, np.full(n, 1 / n), loss + draw.standard_normal(n),
                    np.zeros(n, np.int64), made, {"sets": n, "r_hat_worst": 1.02, "waves": []}, (), rows)  # fmt: skip


def invented(one: Given, at: Any, seed: int | None = None, threads: int = 0, tell: Any = None) -> Simulated:
    """Every target's own figure, one of them far off, instead of a simulation."""
    figures = [one_.figure if np.isfinite(one_.figure) else 0.5 for one_ in targets().values()]
    value = np.tile(figures, (len(at), 1)) + 0.0001 * np.arange(len(at))[:, None]
    value[:, list(targets()).index(MISSED)] = 0.9
    return Simulated(value, np.full(value.shape, 1e-4))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Two models: R0 fits as well as R1, to a unit of loss."""
    patch = pytest.MonkeyPatch()
    patch.setattr(validation.running, "simulated", invented)
    models = [Given(f"{name}.json", name * 8, drawn(60, rival=name, loss=loss), 16, 4, 7)
              for name, loss in (("R0", 41.0), ("R1", 40.0))]  # fmt: skip
    texts = Explanations((Explanation(MISSED, EVIL),), explanations().held_out)
    run = validation._Run(models, None, 200, None, 1, texts, fixture.priors())
    found = validation.plain({**run.document(progress=False), "took": {"seconds": 90, "cores": 2}})
    patch.undo()
    return found


def test_what_the_evidence_does_not_decide_comes_first(document: dict[str, Any]) -> None:
    first = validation_words.sentences(document)[0]
    assert "do not tell R1 from R0" in first and "less than 6.0 above" in first
    other = copy.deepcopy(document)
    other["models"]["R0"]["loss"]["median"] += 20
    other["models"]["R0"]["fresh"]["loss"]["median"] = other["models"]["R1"]["fresh"]["loss"]["median"] + 20
    assert "R0 fits the published figures worse than R1" in validation_words.sentences(other)[0]
    other["models"]["R0"]["fresh"]["loss"]["median"] -= 19  # with other luck it does not
    assert "do not tell R1 from R0" in validation_words.sentences(other)[0]
    other["models"]["R0"]["fresh"]["loss"]["median"] += 19
    other["models"]["R1"]["loss"]["q95"] += 30  # R1's own sets lie as far apart
    assert "do not tell R1 from R0" in validation_words.sentences(other)[0]


def test_whose_an_interval_is_and_what_was_not_met_is_said(document: dict[str, Any]) -> None:
    said = " ".join(validation_words.sentences(document))
    rows = [row for row in document["models"]["R1"]["targets"] if row["weight"] > 0]
    published = [row for row in rows if row["interval"] == "ci95"]
    held = sum(row["inside"] for row in published)
    assert 0 < len(published) < len(rows)
    assert f"Of these {len(rows)} intervals {len(published)} were published, and {held} of them hold it" in said
    assert "NOT MET" not in " ".join(validation_words.sentences({**document, "criteria": []}))
    unmet = {"what": "nulls stay null", "asked": "all", "found": "6 of 7", "met": False}
    assert "NOT MET: nulls stay null: 6 of 7" in " ".join(validation_words.sentences({**document, "criteria": [unmet]}))


def test_misses_stand_at_the_top_with_their_explanation(document: dict[str, Any], tmp_path: Path) -> None:
    rows = document["models"]["R1"]["targets"]
    assert rows[0]["target"] == MISSED and rows[0]["why"] == EVIL and document["missed"]["R1"] == [MISSED]
    page = save(document, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    for words in ("What is missed, and why", "Published against simulated, R1", "Effects that must stay null",
                  "Published elsewhere, and never fitted", "The rivals side by side", "What the figures did not tell",
                  "Could these numbers be quite different?", "How good the machinery was",
                  "Do the files&#x27; figures come out again?", "What it cannot tell", "Hearsay, privacy and fatigue",
                  "R1R1R1R1"):  # fmt: skip
        assert words in page, words
    assert page.index("What is missed") < page.index("Published against simulated")


def test_the_page_is_made_of_the_document(document: dict[str, Any], tmp_path: Path) -> None:
    """Another median in the document is another figure on both pages."""
    other = copy.deepcopy(document)
    row = next(row for row in other["models"]["R1"]["targets"] if row["target"] == "r_empathy")
    row["median"] = 0.28765
    before, after = (save(each, tmp_path / "page.html").read_text(encoding="utf-8") for each in (document, other))
    assert "0.288" in after and "0.288" not in before
    page = writer().page
    assert "0.288" in page(other) and "0.288" not in page(document)
    assert "&lt;" not in page(document) and "do not tell R1 from R0" in page(document)


def test_it_opens_without_network_or_complaint(document: dict[str, Any], browser: Any, tmp_path: Path) -> None:
    path = save(document, tmp_path / "page.html")
    asked, said = opened(browser, path)
    assert asked == [path.as_uri()] and said == []


def test_numbers_that_nothing_informed_lie_in_every_third() -> None:
    """400 draws of the prior: a third's share lies beyond its bounds in 1 % of cases each, so that of 5 numbers one is
    called otherwise in some 10 % of seeds; this seed is none of them. Half of a third taken away is found."""
    found = drawn()
    rows = validation_learned.thirds(found, fixture.priors(), list(found.pointers))
    assert {row["says"] for row in rows} == {"alike"} and len(rows) == 5
    assert all(sum(row["share"]) == pytest.approx(1) for row in rows)
    at = found.pointers.index(EMPATHY)
    few = found.values[:, at] < 4 / 3
    weights = np.where(few, 0.5, 1.0) / np.where(few, 0.5, 1.0).sum()
    lighter = Ensemble(found.rival, found.pointers, found.values, weights, found.loss, found.missed)
    rows = validation_learned.thirds(lighter, fixture.priors(), [EMPATHY, MEMORY])
    says = {row["pointer"]: row["says"] for row in rows}
    assert says == {EMPATHY: "uneven", MEMORY: "alike"}  # no part fits worse: that is not "do not fit alike"
    worse = Ensemble(found.rival, found.pointers, found.values, found.weights, found.loss + 10 * few, found.missed)
    assert validation_learned.thirds(worse, fixture.priors(), [EMPATHY])[0]["says"] == "leans"


def test_pairs_that_move_together_are_found_and_no_others() -> None:
    """1 % false alarms over all ten pairs together; a rank correlation of .5 in 400 sets is found always."""
    found = drawn()
    assert validation_learned.correlations(found)[0] == []
    a, b = found.pointers.index(EMPATHY), found.pointers.index(MEMORY)
    order, ranks = np.argsort(found.values[:, a]), np.argsort(np.argsort(found.values[:, b]))
    tied = found.values.copy()
    mixed = np.argsort(np.argsort(np.argsort(order) + 0.9 * ranks))
    tied[:, b] = np.sort(found.values[:, b])[mixed]
    pairs, limit = validation_learned.correlations(
        Ensemble(found.rival, found.pointers, tied, found.weights, found.loss, found.missed))  # fmt: skip
    assert [{row["one"], row["other"]} for row in pairs] == [{EMPATHY, MEMORY}] and pairs[0]["r"] > 0.5
    assert 0.1 < limit < 0.3


def test_groups_say_what_was_never_free(document: dict[str, Any]) -> None:
    lines = validation_words.group_lines(document, "R1")
    assert lines[0] == "How much empathy matters (b_E): not informed; the number is spread as it was assumed to be."
    assert "never varied" in lines[1] and "held at what R1 assumes" in lines[2]
    everything = {path for _, paths in validation_learned.GROUPS for path in paths}
    from hybridcare import core
    from hybridcare.evidence_links import covers

    for pointer in everything:  # a renamed field would leave its group empty
        assert any(covers(pointer, row["path"]) for row in core.fields()), pointer


def writer() -> Any:
    """python/docs/write_validation.py"""
    sys.path.insert(0, str(DOCS))
    try:
        import write_validation
    finally:
        sys.path.remove(str(DOCS))
    return write_validation


def test_no_figure_of_the_documentation_was_typed() -> None:
    """The page is what its script makes of the JSON beside it, and that was made by the ensembles that are shipped."""
    beside = DOCS / "validation.json"
    found = json.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else None
    anew = DOCS / "validation_again.json"
    again = json.loads(anew.read_text(encoding="utf-8")) if anew.is_file() else None
    assert (DOCS / "validation.md").read_text(encoding="utf-8") == writer().page(found, again)
    shipped = {name: hashlib.sha256((data_folder("ensembles") / f"{name}.json").read_bytes()).hexdigest()
               for name in bundled_ensembles()}  # fmt: skip
    assert {name: one["hash"] for name, one in (found or {"models": {}})["models"].items()} == shipped
    if found is not None:
        assert found["whole"] and found["targets_hash"] == targets_hash(targets()) and not found["faults"]
        missed = [row["what"] for row in found["criteria"] if not row["met"]]
        assert [what for what in missed if "luck" not in what] == []  # what was asked of the ensembles themselves
        assert all(f"NOT MET: {what}" in (DOCS / "validation.md").read_text(encoding="utf-8") for what in missed)
    kept = {name: ensemble(name).hash for name in bundled_ensembles()}
    for row in again or []:  # a calibration done anew was compared with the sets that are shipped
        assert kept[row["rival"]] == row["hash"]
