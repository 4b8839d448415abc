"""The report of a verb: whole or absent, offline, escaped, each picture beside its numbers, opened in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from helpers import opened
from report_fixture import HOSTILE, Outline

import hybridcare as hc
from hybridcare.plots_base import Figure
from hybridcare.plots_close import close, stamp
from hybridcare.report_verb import ROWS, Part, page, save_report

KNOWN = {"calibration": "not yet calibrated", "version": "0.1.0", "scenario_hash": "5ce7a11e" * 8, "seed": 20261126,
         "caveats": ["b_E 0: the difference is +0.2 points"], "points": 96}  # fmt: skip


def numbers(label: str = "hybrid") -> pd.DataFrame:
    return pd.DataFrame({"arm": [label, "human"], "estimate": [-0.1234, 0.00002], "noise_se": [0.01, np.nan],
                         "clients": np.array([12345, 7]), "holds": [True, False]})  # fmt: skip


def chart(data: pd.DataFrame) -> Any:
    return alt.Chart(data).mark_bar().encode(x=alt.X("estimate:Q", title="difference, points"), y="arm:N")


def parts(label: str = "hybrid") -> list[Part]:
    data = numbers(label)
    return [
        Part("The difference", [f"{label} is lower by 0.12 points.", "Noise is of simulation."], chart(data), data,
             note="Bars start at zero.", units={"estimate": "PHQ-9 points"}),
        Part("Who loses", [f"Said of {label}."], None, data),
        Part("Once more", [], chart(data), data),
    ]  # fmt: skip


def test_question_and_answer_come_first() -> None:
    outline = Outline(page("A study", "Is it lower?", parts(), KNOWN))
    words = outline.words
    assert outline.headings[0] == 1 and outline.headings.count(1) == 1
    places = [words.index(each) for each in ("Is it lower?", "lower by 0.12 points", "Noise is of simulation",
                                             "Read this first", "Contents", "Said of hybrid", "How much empathy causes",
                                             "The same scenario and seed give")]  # fmt: skip
    assert places == sorted(places)
    assert "b_E 0: the difference is +0.2 points" in words and words.count("not yet calibrated") >= 2


def test_every_picture_stands_beside_its_numbers() -> None:
    outline = Outline(page("A study", "Is it lower?", parts(), KNOWN))
    assert outline.tags.count("svg") == 2 and outline.tags.count("table") == 3 == outline.tags.count("caption")
    assert "estimate, PHQ-9 points" in outline.words and "−0.123" in outline.words and "0.00002" in outline.words
    assert "12,345" in outline.words and "yes" in outline.words and "—" in outline.words
    assert "20261126" in outline.words, "a seed is copied: no separators in it"
    assert len(outline.ids) == len(set(outline.ids))


def test_the_page_repeats_and_needs_nothing_but_itself() -> None:
    text = page("A study", "Is it lower?", parts(), KNOWN)
    assert text == page("A study", "Is it lower?", parts(), KNOWN)
    outline = Outline(text)
    assert "default-src 'none'" in text[: text.index("<title>")]
    assert not set(outline.tags) & {"script", "img", "iframe", "object", "form"}
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


def test_what_is_missing_is_refused() -> None:
    data = numbers()
    for key in ("calibration", "version"):
        with pytest.raises(ValueError, match=f"names no {key}"):
            page("t", "q", parts(), {**KNOWN, key: ""})
    with pytest.raises(ValueError, match="one part"):
        page("t", "q", [], KNOWN)
    with pytest.raises(ValueError, match="“The bars” comes without its numbers"):
        page("t", "q", [Part("The bars", [], chart(data))], KNOWN)


def test_a_long_table_is_cut_and_says_so() -> None:
    data = pd.DataFrame({"point": range(ROWS + 5)})
    words = Outline(page("t", "q", [Part("All points", [], None, data)], KNOWN)).words
    assert f"(the first {ROWS} of {ROWS + 5} rows)" in words


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    made = save_report(tmp_path / "a.html", "t", "q", parts(), KNOWN)
    assert made.read_text(encoding="utf-8") == page("t", "q", parts(), KNOWN)
    with pytest.raises(ValueError):
        save_report(tmp_path / "b.html", "t", "q", [], KNOWN)
    with pytest.raises(hc.ConfigError, match="cannot be written"):
        save_report(tmp_path / "missing" / "c.html", "t", "q", parts(), KNOWN)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html"]


def test_a_study_has_pictures_with_a_foot() -> None:
    data = numbers()
    figure = close(chart(data), stamp(KNOWN), name="bars", title="Bars", caption="How to read.", alt_text="Two bars.",
                   table=data)  # fmt: skip
    assert isinstance(figure, Figure)
    assert "Calibration: not yet calibrated" in figure.svg() and "seed 20261126" in figure.svg()
    words = Outline(page("t", "q", [Part("Bars", [], figure)], KNOWN)).words
    assert "How to read." in words and "−0.123" in words


@pytest.mark.parametrize("label", ["hybrid", HOSTILE])
def test_it_opens_from_disk_without_network_or_complaint(browser: Any, tmp_path: Path, label: str) -> None:
    known = {**KNOWN, "driver": label, "caveats": [label], label: label}
    path = save_report(tmp_path / "report.html", label, label, parts(label), known)
    asked, console = opened(browser, path)
    assert asked and all(url.startswith(("file://", "data:")) for url in asked)
    assert console == []
    assert browser.execute_script("return document.querySelectorAll('svg').length") == 2
    assert browser.execute_script("return document.querySelectorAll('script, img').length") == 0
    wide = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], "nothing sticks out to the right"
    outline = Outline(path.read_text(encoding="utf-8"))
    assert not any(name.startswith("on") for name in outline.attributes)
