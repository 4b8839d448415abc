"""The report: its first screen follows from the numbers, the page needs nothing but itself, text stays text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from helpers import opened
from report_fixture import HOSTILE, FakeResults, Outline, hostile

import hybridcare as hc
from hybridcare.report import first_screen, page, sentence, write_report
from hybridcare.report_words import answer, findings
from hybridcare.rivals import first_words

MOST_BYTES = 8 << 20


@pytest.fixture(scope="module")
def report() -> str:
    return page(FakeResults())


@pytest.fixture(scope="module")
def hostile_report() -> str:
    return page(hostile())


@pytest.fixture(scope="module")
def outline(report: str) -> Outline:
    return Outline(report)


# ------------------------------------------------------------------------------------------ what the page is made of
def test_the_page_repeats_and_is_small(report: str) -> None:
    assert report == page(FakeResults())
    assert len(report.encode()) < MOST_BYTES


def test_the_page_needs_nothing_but_itself(outline: Outline) -> None:
    assert not set(outline.tags) & {"script", "img", "iframe", "object", "embed", "form"}
    assert all(link.startswith("#") or link == "data:," for link in outline.links)
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert not any(name.startswith("on") for name in outline.attributes)


def test_the_page_is_accessible(report: str, outline: Outline) -> None:
    assert '<html lang="en">' in report
    assert outline.headings[0] == 1 and outline.headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.tags.count("caption") == outline.tags.count("table") >= 20
    assert report.count("<svg ") == len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]{20,}"', report)) >= 20
    assert len(re.findall(r"<th(?![^>]*scope=)[ >]", report)) == 0
    assert "@media print" in report


def test_the_first_screen_is_question_sentence_and_picture(report: str) -> None:
    first = Outline(report[report.index('<section class="first"') : report.index("<nav")])
    results = FakeResults()
    assert results.experiment.question in first.words
    assert sentence(results) in first.words
    assert first.tags.count("svg") == 1
    assert first_words() in first.words
    assert results.experiment.calibration in first.words and results.experiment.driver in first.words


def test_limits_stand_next_to_the_headline(report: str) -> None:
    order = [report.index(f'id="{key}"') for key in ("answer", "limits", "split", "course", "provenance")]
    assert order == sorted(order)


def test_every_part_is_there(outline: Outline) -> None:
    for needed in ("Reliable improvement", "recovery", "response", "from noise alone", "left before the last planned",
                   "Trust over time", "if no one left", "all misrecognition", "ratio", "satisfaction",
                   "hours per recovered", "completed", "Results hash", "Instruction set", "avx2", "5ce7a11e",
                   "0123456789abcdef", "20260101", "Commit"):  # fmt: skip
        assert needed.lower() in outline.words.lower(), needed


def test_noise_is_called_simulation_noise(outline: Outline) -> None:
    assert "simulation noise" in outline.words
    assert not re.search(r"confidence interval|credible|(?<!published )\binterval", outline.words, re.IGNORECASE)


def test_cultures_are_distances(outline: Outline) -> None:
    assert "expression distance 0.35" in outline.words
    assert not re.search(r"\b(ethnic|race|nationality|farthest)\b", outline.words)


def test_a_protocol_that_reads_latent_state_is_warned_of(report: str) -> None:
    results = FakeResults()
    results.reads_oracle = True
    warned = first_screen(results)
    assert 'role="alert"' in warned and "latent state" in warned
    assert 'role="alert"' not in report
    assert "WARNING: a protocol" in warned, "in the picture too"


def test_text_of_a_scenario_stays_text(hostile_report: str) -> None:
    report, outline = hostile_report, Outline(hostile_report)
    assert not set(outline.tags) & {"script", "img", "b"}
    assert not any(name.startswith("on") for name in outline.attributes)
    assert "\u202e" not in report
    assert "<script>alert(1)</script>" in outline.words and "עברית" in outline.words
    assert outline.tags.count("title") == outline.tags.count("style") == 1
    assert HOSTILE not in report


# --------------------------------------------------------------------------------------------------- what the words say
def crafted(estimates: dict[str, float], parts: dict[str, float] | None = None, noise: float = 0.01) -> FakeResults:
    """Results with these contrasts by variant, and these components as assumed."""
    results = FakeResults()
    contrasts, head = results.tables["contrasts"], results.tables["headline"]
    main = (contrasts["arm"] == "hybrid") & (contrasts["against"] == "human")
    for variant, value in estimates.items():
        rows = main & (contrasts["variant"] == variant)
        contrasts.loc[rows, ["estimate", "noise_low", "noise_high"]] = [value, value - noise, value + noise]
    low, high = min(estimates, key=estimates.__getitem__), max(estimates, key=estimates.__getitem__)
    base = estimates["default"]
    names = ["estimate", "noise_low", "noise_high", "envelope_low", "envelope_high"]
    head.loc[:, names] = [base, base - noise, base + noise, estimates[low], estimates[high]]
    head.loc[:, ["envelope_low_variant", "envelope_high_variant"]] = [low, high]
    for name, value in (parts or {}).items():
        split = results.tables["split"]
        split.loc[(split["component"] == name) & (split["variant"] == "default"), "estimate"] = value
    return results


SAME = dict.fromkeys(("default", "b_e_0", "b_e_3", "chi_h_0", "rival_r0"), -0.5)


@pytest.mark.parametrize(
    ("estimates", "parts", "says", "says_not"),
    [
        (SAME, {"pathways": -0.5, "guidance": 0.0, "conversation": 0.0},
         ["0.50 PHQ-9 points fewer", "the same sign throughout", "the advantage is the bundle"],
         ["not settled", "hangs on"]),
        (SAME, {"pathways": -0.2, "guidance": -0.15, "conversation": -0.15},
         ["no single component carries the advantage"], ["the advantage is the bundle"]),
        (SAME, {"pathways": 0.1, "guidance": -0.1, "conversation": -0.5},
         ["the advantage is the component “conversation”"], ["bundle of exercises"]),
        (SAME | {"chi_h_0": 0.2}, None, ["sign is not settled", "one assumed constant, chi_h"], ["throughout"]),
        (SAME | {"b_e_3": -0.2, "chi_h_0": -0.9}, None,
         ["the same sign throughout", "two assumed constants, b_e and chi_h"], ["not settled"]),
        (SAME | {"b_e_3": -0.005}, None,
         ["the latter within simulation noise of zero, so that its sign is not settled"], []),
        (SAME | {"rival_r0": 0.4}, None, ["sign is not settled"], ["hangs on"]),
        (SAME | {"default": 0.005}, None, ["no more than simulation noise"], ["the advantage is"]),
        ({k: -v for k, v in SAME.items()}, {"pathways": 0.6, "guidance": -0.1, "conversation": 0.0},
         ["0.50 PHQ-9 points more", "the disadvantage is the bundle"], ["fewer with", "the advantage is"]),
    ],
)  # fmt: skip
def test_the_sentence_follows_from_the_numbers(estimates: dict, parts: Any, says: list, says_not: list) -> None:
    words = sentence(crafted(estimates, parts))
    assert words.endswith(".") and words.count(". ") == 0, "one sentence"
    for needed in says:
        assert needed in words, words
    for refused in says_not:
        assert refused not in words, words


def test_the_sentence_names_the_band_and_the_rival() -> None:
    words = sentence(FakeResults())
    assert "from −0.55 to +0.02" in words and "rival R0" in words and "at week 12" in words


def test_findings_tell_how_components_move() -> None:
    lines = " ".join(findings(FakeResults()))
    assert "“conversation”: +0.03 PHQ-9 points as assumed, from −0.32 to +0.25" in lines
    assert "they cannot shrink the band" in lines
    assert "Against “Weekly human session + bundle”, which was given the bundle as well" in lines
    assert "the difference is +0.75, from +0.40 to +0.97" in lines


def test_real_results_say_what_their_tables_hold() -> None:
    results = hc.Experiment("hybrid_vs_human_vs_ai", replicates=4, clients=200).run(progress=False)
    found = answer(results)
    row = results.table("headline").iloc[0]
    assert found.estimate == pytest.approx(row["estimate"])
    assert (found.low, found.high) == pytest.approx((row["envelope_low"], row["envelope_high"]))
    assert sum(part.estimate for part in found.parts) == pytest.approx(found.estimate, abs=1e-9)
    assert found.bundle_apart
    assert {c for s in found.shifts for c in s.constants if len(s.constants) == 1} == {"b_E", "χ_h"}
    assert [s.label for s in found.shifts if s.rival] == ["rival R0: only contact counts (unfitted)"]
    assert Outline(page(results)).words.count("expression distance 0.9") > 20


def test_a_report_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridcare.report.page", lambda results: "whole")
    assert write_report(FakeResults(), tmp_path / "a.html").read_text() == "whole"
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError):
        write_report(FakeResults(), tmp_path / "taken" / "a.html")
    with pytest.raises(OSError):
        write_report(FakeResults(), Path("/dev/full"))
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        write_report(FakeResults(), tmp_path / "b.html")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "taken"]


def test_an_experiment_without_comparison_says_so(tmp_path: Path) -> None:
    results = hc.Experiment("hybrid_vs_human_vs_ai", arms=["waiting"], replicates=2, clients=40).run(progress=False)
    path = write_report(results, tmp_path / "report.html")
    assert "names no main comparison" in Outline(path.read_text(encoding="utf-8")).words


# -------------------------------------------------------------------------------------------------- in a real browser
@pytest.mark.parametrize("which", ["report", "hostile_report"])
def test_it_opens_from_disk_without_network_or_complaint(
    browser: Any, tmp_path: Path, which: str, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "report.html"
    path.write_text(request.getfixturevalue(which), encoding="utf-8")
    asked, console = opened(browser, path)
    assert asked and all(url.startswith(("file://", "data:")) for url in asked)
    assert console == []
    assert browser.execute_script("return document.querySelectorAll('svg').length") >= 20
    assert browser.execute_script("return document.querySelectorAll('script, img').length") == 0
    wide = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], "nothing sticks out to the right"


def test_the_first_screen_fits_a_laptop(browser: Any, tmp_path: Path, report: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(report, encoding="utf-8")
    opened(browser, path)
    foot = browser.execute_script("return document.querySelector('.first .picture').getBoundingClientRect().bottom")
    assert foot <= 800


def test_the_check_of_requests_sees_one(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "leaky.html"
    path.write_text('<!doctype html><img src="http://127.0.0.1:9/pixel.png"><script>console.error("no")</script>')
    asked, console = opened(browser, path)
    assert any(url.startswith("http://") for url in asked)
    assert console
