"""Every verb's screen starts with what evidence tells of rival models, and how each of them fits.

Seen to fail: a verb that does not say it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from helpers import in_process, tiny

from hybridcare import report_verb, rivals_words
from hybridcare.rivals_words import head, sentence

SMALL = ("--clients", 16, "--replicates", 2, "--quiet", "--uncertainty", "defaults")


@pytest.mark.parametrize("asked", [
    ("compare", "tiny.json", *SMALL),
    ("run", "tiny.json", "--out", "o", "--no-drivers", *SMALL),
    ("breakeven", "tiny.json", "/course/harm", *SMALL),
    ("trial", "tiny.json", "--n", 20, "--trials", 2, "--cell", "R0", "--quiet", "--uncertainty", "defaults"),
], ids=lambda asked: asked[0])  # fmt: skip
def test_a_screen_starts_with_the_rivals(tmp_path: Path, asked: tuple[object, ...]) -> None:
    (tmp_path / "tiny.json").write_text(json.dumps(tiny(clients=16)), encoding="utf-8")
    done = in_process(*asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert words.startswith(head()) and words.count("Rivals by figures met") == 1
    assert len(head()) < 440  # four lines at most


def test_a_page_tells_the_fit_of_rivals_once() -> None:
    known = {"calibration": "none: a test", "version": "0"}
    part = report_verb.Part("One", ["said"], table=pd.DataFrame({"a": [1]}))
    assert report_verb.page("t", "q", [part], known).count(sentence()) == 1
    assert report_verb.page("t", "q", [part, rivals_words.part()], known).count(sentence()) == 1
