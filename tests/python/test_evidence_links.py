"""Whoever leans on a published figure may; and what is fitted to a figure that its prior knew of says so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hybridcare as hc
from hybridcare import evidence_links
from hybridcare.calibrate_priors import read_priors
from hybridcare.evidence_base import USES
from hybridcare.evidence_links import LEANING, Use, links
from hybridcare.evidence_rules import ASKS, SERVES, fitted_twice, idle, refused
from hybridcare.places import data_file
from hybridcare.strict_json import Place

ROOT = Path(__file__).resolve().parents[2]
RATE = "/change/rate"
RUN = "calibration:prototype"


def test_every_link_asks_for_something_and_every_use_serves_something() -> None:
    assert set(ASKS) == set(LEANING) and set(SERVES) == set(USES)
    assert {name for names in ASKS.values() for name in names} == set(USES) - {"not_to_be_used"}


@pytest.mark.parametrize(("name", "change", "use", "said"), [
    ("te_overall", {}, Use("prior", RATE), ""),
    ("rubin_label", {}, Use("prior", RATE), ""),  # an ordering by an effect
    ("ea_ingroup", {}, Use("prior", RATE), "an association shapes no prior"),
    ("ea_ingroup", {"kind": "effect"}, Use("prior", RATE), "a figure from memory shapes no prior"),
    ("ea_ingroup", {}, Use("default", RATE, "assumed"), ""),  # it bounds
    ("ea_ingroup", {}, Use("default", RATE, "measured"), "asks for input, and it may serve as target, bound"),
    ("moshe_guided", {}, Use("default", RATE, "assumed"), "asks for input or prior or bound or ordering"),
    ("moshe_guided", {}, Use("prior", RATE), "prior of /change/rate: asks for"),
    ("phq9_rci", {}, Use("target", "guided_g"), "asks for target or bound or ordering"),
    ("te_saxon2012", {}, Use("calibration", RUN), "asks for target"),
    ("rubin_label", {}, Use("reading", "dropout"), "asks for"),
    ("personalisation_d", {"use": ("not_to_be_used",)}, Use("target", "x"), "may serve as not_to_be_used"),
    ("moshe_guided", {}, Use("held_out", "guided_g"), "asks for context"),
    ("moshe_guided", {"use": ("context", "target")}, Use("held_out", "guided_g"), "is not held out"),
    ("slovic", {"use": ("not_to_be_used",)}, Use("claim", "E10"), ""),  # it only points
])  # fmt: skip
def test_each_kind_of_link_asks_for_its_uses(name: str, change: dict[str, Any], use: Use, said: str) -> None:
    found = refused(replace(hc.evidence()[name], **change), use)
    assert said in found and bool(said) == bool(found)


def test_a_use_that_nothing_makes_is_found() -> None:
    entry = replace(hc.evidence()["dna_rate"], use=("bound", "prior"))
    uses = hc.evidence().used_by("dna_rate")
    assert [*idle(entry, uses)] == ["may serve as prior, and serves nothing so: drop the use, or the entry"]
    assert not [*idle(entry, (*uses, Use("prior", RATE)))] and len([*idle(entry, ())]) == 2


def test_no_entry_is_without_a_link_and_held_out_ones_are_known() -> None:
    known = hc.evidence()
    assert [name for name in known if not known.used_by(name)] == []
    assert Use("held_out", "therapist_share") in known.used_by("te_saxon2017")
    assert "te_saxon2017" not in known.unused()


def test_a_link_in_a_file_that_may_not_be_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as the bundled files are: the entry is the bundled one, the file is spoilt."""
    (tmp_path / "priors.json").write_text(json.dumps({"parameters": {RATE: {"evidence": ["slovic"]}}}))
    held_out = [{"evidence": "li_depression", "target": "x"}]
    (tmp_path / "explanations.json").write_text(json.dumps({"held_out": held_out}))
    monkeypatch.setattr(evidence_links, "data_file", lambda name: tmp_path / name)
    uses = links(hc.evidence(), hc.evidence().calibrations)
    found = [why for entry in hc.evidence().values() for use in uses.get(entry.id, ()) if (why := refused(entry, use))]
    assert found == ["never fitted, held against x: asks for context, and it may serve as bound",
                     f"prior of {RATE}: an association shapes no prior"]  # fmt: skip


@pytest.mark.parametrize(("name", "said"), [
    ("slovic", "'slovic' cannot be leaned on: prior of /change/rate: an association shapes no prior"),
    ("moshe_guided", "may serve as target. Say \"assumed\" and the reason"),
])  # fmt: skip
def test_a_users_priors_are_held_to_the_same(name: str, said: str) -> None:
    entry = {"uniform": [0, 1], "source": "assumed: a test", "evidence": ["te_overall", name]}
    with pytest.raises(hc.ConfigError) as caught:
        read_priors(Place({"format": 1, "parameters": {RATE: entry}}, "mine.json"))
    assert said in str(caught.value) and "/evidence/1" in str(caught.value)
    entry["evidence"] = ["te_overall"]
    made = read_priors(Place({"format": 1, "parameters": {RATE: entry}}, "mine.json"))
    assert made.parameters[0].evidence == ("te_overall",)


def test_the_page_names_the_priors_that_know_of_a_fitted_figure_and_so_do_these() -> None:
    twice = fitted_twice(hc.evidence().calibrations)
    words = json.loads(data_file("priors.json").read_text(encoding="utf-8"))["parameters"]
    direct = {path for path, names in twice.items() if set(names) - {RUN}}
    assert {"/human/distance_loss", "/course/measurement_sd"} <= direct and "/course/harm" not in twice
    for path in words:  # who says so is among them, and who is among them says so
        assert ("fitted to as well" in words[path]["source"]) == (path in direct), path
        assert ("a prototype's fit" not in words[path]["source"]) or RUN in twice[path], path
    page = (ROOT / "python" / "docs" / "calibrate.md").read_text(encoding="utf-8")
    (paragraph,) = re.findall(r"\*\*The same figure twice\.\*\*(.*?)\n\n", page, re.DOTALL)
    assert sorted(re.findall(r"`(/[^`]+)`", paragraph)) == sorted(twice)
    first, second = paragraph.split("Fifteen more")
    assert set(re.findall(r"`(/[^`]+)`", first)) == direct
    assert len(re.findall(r"`(/[^`]+)`", second)) == 15
