"""The evidence: nothing dangles, nothing is without a use, no entry claims more than it may; every check is seen to
fail."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import in_process

import hybridcare as hc
from hybridcare import core, evidence_links
from hybridcare.evidence_base import KINDS, STATUSES, USES, Entry, Evidence
from hybridcare.evidence_links import Use, covers, links
from hybridcare.evidence_rules import idle, refused
from hybridcare.places import data_file, data_folder

PATHS = [row["path"] for row in core.fields()]
READINGS = {"reliable_improvement", "reliable_deterioration", "own_improvement", "own_deterioration", "recovery",
            "response", "below_cut10", "left_while_ill", "dropout", "phq9", "human_contacts"}  # fmt: skip
INTERVALS = ("none", "confidence", "credible", "range")
Uses = Mapping[str, tuple[Use, ...]]


def faults(entries: Mapping[str, Entry], calibrations: Mapping[str, Any], uses: Uses) -> list[str]:
    """Everything that is wrong, in words."""
    known = {*entries, *calibrations}
    found = [f"{name} dangles: {use}" for name, all_ in uses.items() if name not in known for use in all_]
    found += [f"{fit}: no default holds what it found" for fit in calibrations if fit not in uses]
    years: dict[str, set[int | None]] = {}
    for entry in entries.values():
        if entry.doi:
            years.setdefault(entry.doi.lower(), set()).add(entry.year)
        checks = (*_words(entry), *_numbers(entry), *_places(entry, entries), *_used(entry, uses.get(entry.id, ())))
        found += [f"{entry.id}: {what}" for what in checks]
    return found + [f"{doi}: years {sorted(map(str, all_))}" for doi, all_ in years.items() if len(all_) > 1]


def _words(entry: Entry) -> Iterator[str]:
    for name, value, known in (("status", entry.status, STATUSES), ("kind", entry.kind, KINDS),
                               ("interval", entry.interval, INTERVALS)):  # fmt: skip
        if value not in known:
            yield f"{name} {value!r} is no word of the vocabulary"
    for use in entry.use:
        if use not in USES:
            yield f"use {use!r} is no word of the vocabulary"
    for name in ("construct", "quantity", "source", "why", "unit"):
        if not getattr(entry, name):
            yield f"no {name}"
    if entry.doi and not re.fullmatch(r"10\.\d{4,9}/\S+", entry.doi):
        yield f"DOI {entry.doi!r}"
    if len(entry.use) > 1 and "not_to_be_used" in entry.use:
        yield "not to be used, and used"


def _numbers(entry: Entry) -> Iterator[str]:
    numbers = entry.value is not None or entry.interval != "none"
    if numbers == (entry.unit == "qualitative") and entry.id != "xai_trust_r":  # two values, none of them taken
        yield "a number has a unit, and only a number has one"
    if not numbers and not entry.direction:
        yield "neither a number nor a direction"
    if (entry.interval == "none") != (entry.low is None) or (entry.low is None) != (entry.high is None):
        yield "an interval has a kind and two ends"
    elif entry.low is not None and entry.high is not None:
        if entry.low >= entry.high:
            yield "the ends of the interval are the wrong way round"
        if entry.value is not None and not entry.low <= entry.value <= entry.high:
            yield "the value lies outside of its interval"


def _places(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[str]:
    for pointer in entry.fields:
        if not any(covers(pointer, path) for path in PATHS):
            yield f"no field {pointer}"
    for names, known in ((entry.readings, READINGS), (entry.claims, set(hc.bundled_claims()))):
        for name in set(names) - set(known):
            yield f"nothing is called {name}"
    if entry.instead and entry.instead not in entries:
        yield f"instead: no {entry.instead}"


def _used(entry: Entry, uses: tuple[Use, ...]) -> Iterator[str]:
    yield from (why for use in uses if (why := refused(entry, use)))
    yield from idle(entry, uses)
    serves = set(entry.use)
    if {"input", "prior"} & serves and (entry.kind == "association" or entry.status == "recalled"):
        yield "a correlation, or a figure from memory, is no coefficient"
    if entry.instead and {"target", "input"} & serves:
        yield f"{entry.instead} is to be taken instead"
    if ("held out" in entry.why.lower()) != any(use.how == "held_out" for use in uses):
        yield "says that it is held out, or is, and not both"


@pytest.fixture(scope="module")
def bundled() -> Evidence:
    return hc.evidence()


def test_the_bundled_evidence_has_no_fault(bundled: Evidence) -> None:
    uses = links(bundled, bundled.calibrations)
    assert faults(bundled, bundled.calibrations, uses) == []
    assert len(bundled) > 150 and all(entry.figure for entry in bundled.values())


SPOILT: list[tuple[str, dict[str, Any], str]] = [
    ("te_overall", {"status": "seen"}, "status 'seen'"),
    ("te_overall", {"kind": "study"}, "kind 'study'"),
    ("te_overall", {"use": ("target", "proof")}, "use 'proof'"),
    ("te_overall", {"use": ("target", "not_to_be_used")}, "not to be used, and used"),
    ("te_overall", {"unit": ""}, "no unit"),
    ("te_overall", {"unit": "qualitative"}, "a number has a unit"),
    ("te_overall", {"source": ""}, "no source"),
    ("te_overall", {"why": ""}, "no why"),
    ("te_overall", {"value": 31}, "outside of its interval"),
    ("te_overall", {"low": 29, "high": 0.2}, "wrong way round"),
    ("te_overall", {"high": None}, "two ends"),
    ("te_overall", {"interval": "none"}, "two ends"),
    ("te_overall", {"interval": "95 %"}, "interval '95 %'"),
    ("te_overall", {"doi": "doi.org/10.1016"}, "DOI"),
    ("te_overall", {"year": 2018}, "10.1016/j.cpr.2018.08.004: years"),
    ("te_overall", {"fields": ("/therapists/efectiveness_sd",)}, "no field /therapists/efectiveness_sd"),
    ("te_overall", {"claims": ("E15",)}, "nothing is called E15"),
    ("te_overall", {"readings": ("recovered",)}, "nothing is called recovered"),
    ("te_overall", {"instead": "te_al"}, "no te_al"),
    ("te_overall", {"use": ("context",)}, "default of /therapists/effectiveness_sd (assumed): asks for"),
    ("te_overall", {"use": ("bound",)}, "fitted in calibration:prototype: asks for target"),
    ("rubin_label", {"direction": ""}, "neither a number nor a direction"),
    ("nice_threshold_low", {"use": ("bound",)}, "(measured): asks for input"),
    ("empathy_outcome_r", {"use": ("target", "input")}, "no coefficient"),
    ("ea_ingroup", {"use": ("target", "prior"), "kind": "effect"}, "no coefficient"),
    ("personalisation_d", {"use": ("target",)}, "personalisation_d_lowrob is to be taken instead"),
    ("wysa_wai1", {"claims": ()}, "may serve as context, and serves nothing so"),
]


@pytest.mark.parametrize(("name", "change", "said"), SPOILT)
def test_a_spoilt_entry_is_found(bundled: Evidence, name: str, change: dict[str, Any], said: str) -> None:
    spoilt = {**bundled, name: replace(bundled[name], **change)}
    found = faults(spoilt, bundled.calibrations, links(spoilt, bundled.calibrations))
    assert any(said in fault for fault in found), found
    assert all(name in fault or said in fault for fault in found)


def test_an_id_that_nobody_has_is_found(bundled: Evidence) -> None:
    left = {name: entry for name, entry in bundled.items() if name != "slovic"}
    found = faults(left, bundled.calibrations, links(left, bundled.calibrations))
    assert "slovic dangles: default of /trust/failure (assumed)" in found
    assert all(fault.startswith("slovic dangles") for fault in found), found
    left = {name: entry for name, entry in bundled.items() if name != "feedback_d"}
    assert "feedback_d dangles: fitted in calibration:prototype" in faults(
        left, bundled.calibrations, links(left, bundled.calibrations))  # fmt: skip


def test_every_entry_meets_the_schema_and_a_spoilt_one_does_not() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_folder("schema") / "evidence.schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    files = [path for path in data_folder("evidence").glob("*.json") if path.name != "calibrations.json"]
    held = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in files}
    for document in held.values():
        check.validate(document)
    of = schema["$defs"]["entry"]["properties"]
    assert (of["status"]["enum"], of["kind"]["enum"]) == ([*STATUSES], [*KINDS])
    assert of["use"]["items"]["enum"] == [*USES]
    spoilt: list[dict[str, Any]] = [
        {"value": "5"}, {"unit": None}, {"status": "VERIFIED"}, {"use": []}, {"ci_low": 1}, {"doi": "10/x"},
        {"interval": {"kind": "range", "low": 1}}, {"why": None}]  # fmt: skip
    for change in spoilt:
        entry = {**held["therapists.json"]["entries"]["te_overall"], **change}
        entry = {name: value for name, value in entry.items() if value is not None}
        assert not check.is_valid({**held["therapists.json"], "entries": {"te_overall": entry}}), change


def test_no_id_stands_in_two_files() -> None:
    names = [name for path in data_folder("evidence").glob("*.json") if path.name != "calibrations.json"
             for name in json.loads(path.read_text(encoding="utf-8"))["entries"]]  # fmt: skip
    assert len(names) == len(set(names))


#: Quantities graded "design": numbers that whoever writes a scenario chooses, and that say nothing of the world.
CHOSEN = {
    **dict.fromkeys(("/intake/phq9_least", "/intake/episode_least", "/intake/episode_most"), "a protocol's entry rule"),
    **dict.fromkeys(("/privacy/consent", "/privacy/retention"), "a service's rule"),
    **dict.fromkeys(("/service/arrivals", "/service/in_need", "/service/assistant_contacts", "/service/budget"),
                    "a service's own size"),
    **dict.fromkeys(("/attribution/level", "/attribution/trust_level"), "what the question of an attribution supposes"),
    "/accounts/price_year": "printed, and never counted with",
}  # fmt: skip
NUMBERS = {row["path"] for row in core.fields() if row["kind"] != "flag" and not row["names"]}


def grade_fault(path: str, grade: str, source: str, known: Evidence) -> str:
    """What is wrong with how a number is graded; "" where nothing is."""
    if grade == "measured":
        return "" if source in known and "input" in known[source].use else "measured, and by no figure that is an input"
    if grade == "calibrated":
        held = source in known.calibrations and known.calibrations[source].get("figures")
        return "" if held else "calibrated, and no run says to which figures"
    if source and source not in known:
        return f"leans on {source}, which nobody has"
    if grade == "design":
        return "" if path in CHOSEN or path not in NUMBERS else "a number of design that is no choice of a protocol"
    return "" if grade == "assumed" else f"no such grade: {grade}"


def test_every_number_of_every_bundled_scenario_points_into_the_evidence_or_is_assumed(bundled: Evidence) -> None:
    seen = set()
    for name in hc.bundled():
        experiment = hc.load(name).core
        for variant in range(len(experiment.variants)):
            for arm in range(len(experiment.arms)):
                for path, grade, source in experiment.grades(variant, arm):
                    why = grade_fault(path, grade, source, bundled)
                    assert not why, f"{name} {variant} {arm} {path}: {why}"
                    seen |= {path} if grade == "design" else set()
    assert set(CHOSEN) <= seen  # none of the list is there for nothing


@pytest.mark.parametrize(("path", "grade", "source", "said"), [
    ("/change/rate", "measured", "", "by no figure"),
    ("/change/rate", "measured", "te_overall", "by no figure"),
    ("/change/rate", "calibrated", "te_overall", "no run says"),
    ("/change/rate", "assumed", "nobody", "nobody has"),
    ("/change/rate", "design", "", "no choice of a protocol"),
    ("/change/rate", "guessed", "", "no such grade"),
    ("/assistant/labelled", "design", "", ""),  # a switch
    ("/change/rate", "calibrated", "calibration:prototype", ""),
])  # fmt: skip
def test_a_wrong_grade_is_found(path: str, grade: str, source: str, said: str, bundled: Evidence) -> None:
    found = grade_fault(path, grade, source, bundled)
    assert said in found and bool(said) == bool(found)


def test_what_a_field_may_be_by_what_was_published_is_what_its_evidence_says(bundled: Evidence) -> None:
    """Where a field's span is said to be published, it is the interval of its evidence; a range is called a range."""
    published = [row for row in core.fields() if row["span"] and row["span"][2].startswith("published")]
    assert len(published) > 5
    for row in published:
        low, high, source = row["span"]
        entry = bundled[row["evidence"]]
        assert (entry.low, entry.high) == (low, high), row["path"]
        assert source == {"confidence": "published 95 % interval", "range": "published range"}[entry.interval]


def test_it_shows_itself_in_a_notebook(bundled: Evidence) -> None:
    shown = bundled.where(status="recalled")._repr_html_()
    assert "7 published figures" in shown and "from memory, not seen" in shown


def test_targets_and_priors_lean_on_what_may_bear_it(bundled: Evidence) -> None:
    path = data_file("targets.json")
    targets = json.loads(path.read_text(encoding="utf-8"))["targets"] if path.is_file() else {}
    for name, target in targets.items():
        named = [bundled.entry(each) for each in target.get("evidence", [])]
        assert not any("not_to_be_used" in entry.use for entry in named), name
        if named and target.get("kind", "fit") != "bracket":
            assert any("target" in entry.use for entry in named), name
    if targets:
        named_by = {each: {use.how for use in bundled.used_by(each)} for each in bundled}
        idle = [name for name in bundled.where(use="target") if not {"target", "calibration"} & named_by[name]]
        assert not idle, f"may serve as targets, and no target names them: {idle}"


def test_other_files_name_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: Evidence) -> None:
    """Read with what is needed alone: the files' own readers judge the rest."""
    (tmp_path / "targets.json").write_text(json.dumps({"format": 1, "targets": {
        "share": {"evidence": ["te_overall", "nobody"], "figure": 5}, "own": {}, "note": "text"}}))  # fmt: skip
    (tmp_path / "priors.json").write_text(json.dumps({"parameters": {
        "/course/measurement_sd": {"evidence": ["phq9_alpha"]}}}))  # fmt: skip
    monkeypatch.setattr(evidence_links, "data_file", lambda name: tmp_path / name)
    uses = links(bundled, bundled.calibrations)
    own = Evidence(bundled, bundled.calibrations, uses)
    assert Use("target", "share") in own.used_by("te_overall")
    assert uses["nobody"] == (Use("target", "share"),)
    assert "nobody dangles: target share" in faults(bundled, bundled.calibrations, uses)
    assert Use("prior", "/course/measurement_sd") in own.used_by("phq9_alpha")
    assert list(own.where(target="share")) == ["te_overall"]
    assert "te_rct" in own.unused() and "te_overall" not in own.unused() and "phq9_alpha" not in own.unused()
    with pytest.raises(hc.ConfigError, match="unknown target 'shore'; nearest: 'share'"):
        own.where(target="shore")


def test_conditions_choose(bundled: Evidence) -> None:
    assert set(bundled.where(parameter="/therapists/effectiveness_sd")) >= {"te_overall", "te_rct"}
    assert list(bundled.where(parameter="theta_s")) == list(bundled.where(parameter="/therapists/effectiveness_sd"))
    assert "howcroft_smd" in bundled.where(parameter="/assistant/quality/resonance")  # by the group that it names
    assert set(bundled.where(parameter="/trust")) > set(bundled.where(parameter="/trust/failure"))
    assert all(entry.status == "recalled" and "ordering" in entry.use
               for entry in bundled.where(status="recalled", use="ordering").values())  # fmt: skip
    assert {"te_overall", "te_rct"} <= set(bundled.where(use="bound"))  # one of two uses, and the only one
    assert "felt_heard_0" in bundled.where(search="KokoroChat") and len(bundled.where(search="no such words")) == 0
    assert {entry.construct for entry in bundled.where(construct="Mindfulness").values()} == {"mindfulness"}
    assert [use.how for use in bundled.used_by("calibration:prototype")].count("default") == 15
    assert Use("intake", "/intake/episode_mean", "measured") in bundled.used_by("nhstt_phq9_pre")


def test_a_figure_says_whether_it_has_an_interval(bundled: Evidence) -> None:
    assert bundled["empathy_outcome_r"].figure == "0.28 r, confidence interval 0.23 to 0.33"
    assert bundled["te_overall"].figure == "5 percent of variance, range 0.2 to 29"
    assert bundled["biasadjusted_g"].figure == "range 0.2 to 0.3 SMD"
    assert bundled["selfguided_dropout_logodds"].figure == "-1.02 log-odds, SE 0.24"
    assert bundled["experience_decline"].figure == "very small decline"


@pytest.mark.parametrize(("asked", "said"), [
    (["te_overal"], "unknown evidence 'te_overal'; nearest: 'te_overall'"),
    (["--status", "seen"], "--status: unknown status 'seen'"),
    (["--use", "targets"], "nearest: 'target'"),
    (["--parameter", "/trust/failur"], "nearest: '/trust/failure'"),
    (["--construct", "empaty"], "nearest: 'empathy'"),
    (["--construct", "empaty"], "; hybridcare evidence lists them"),
    (["nope"], f", of {len(hc.evidence())}; hybridcare evidence lists them"),
    (["te_overall", "--unused"], "either an ID or conditions"),
    (["--json", "--csv"], "either --json or --csv"),
    (["calibration:prototype", "--csv"], "no published figure"),
])  # fmt: skip
def test_a_mistake_is_answered(tmp_path: Path, asked: list[str], said: str) -> None:
    done = in_process("evidence", *asked, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""


def test_help_says_what_unused_counts(tmp_path: Path) -> None:
    said = " ".join(in_process("evidence", "--help", cwd=tmp_path).stdout.split())
    assert "That no default, reading, fit, target or prior leans on" in said


def test_the_command_shows_lists_and_writes(tmp_path: Path, bundled: Evidence) -> None:
    shown = in_process("evidence", "ea_ingroup", cwd=tmp_path).stdout
    for words in ("9.3 percentage points", "recalled: from memory, not seen", "https://doi.org/10.1037/0033-2909.128",
                  "default of /human/distance_loss (assumed)", "claim E5"):  # fmt: skip
        assert words in shown
    listed = in_process("evidence", "--construct", "mindfulness", cwd=tmp_path).stdout
    assert "goldberg_ebt" in listed and "slovic" not in listed and "3 published figures" in listed
    one = json.loads(in_process("evidence", "slovic", "--json", cwd=tmp_path).stdout)
    assert one["id"] == "slovic" and {"how": "default", "name": "/trust/failure"} in one["used_by"]
    many = json.loads(in_process("evidence", "--use", "target", "--json", cwd=tmp_path).stdout)
    assert [each["id"] for each in many] == list(bundled.where(use="target"))
    rows = list(csv.DictReader(io.StringIO(in_process("evidence", "--csv", cwd=tmp_path).stdout)))
    assert [row["id"] for row in rows] == list(bundled)
    assert all(row["value"] == ("" if bundled[row["id"]].value is None else str(float(bundled[row["id"]].value or 0)))
               for row in rows)  # fmt: skip
    unused = json.loads(in_process("evidence", "--unused", "--status", "recalled", "--json", cwd=tmp_path).stdout)
    assert [each["id"] for each in unused] == list(bundled.where(status="recalled").unused())
    assert 0 < len(unused) < len(bundled.where(status="recalled"))
    assert "instead:   personalisation_d_lowrob" in in_process("evidence", "personalisation_d", cwd=tmp_path).stdout
    fit = in_process("evidence", "calibration:prototype", cwd=tmp_path).stdout
    assert "no evidence of validity" in fit and "/course/episode_return" in fit


def test_a_field_shows_its_evidence_in_full_and_what_else_bears_on_it(tmp_path: Path) -> None:
    shown = in_process("field", "/therapists/effectiveness_sd", cwd=tmp_path).stdout
    assert "Johns, Barkham, Kellett & Saxon" in shown and "also te_rct (bound): 8.2 percent of variance" in shown
    shown = in_process("field", "/human/repaired", cwd=tmp_path).stdout
    assert "evidence: none: assumed" in shown and "also microaggression_undiscussed (bound): 76 percent" in shown
    shown = in_process("field", "/course/episode_return", cwd=tmp_path).stdout
    assert "no evidence of validity" in shown and "also spont_remission_3m (target)" in shown
