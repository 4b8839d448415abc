"""What the parts of the report say: one sentence each, which follows from the numbers, and what must be said anyhow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from helpers import TINY, tiny
from report_fixture import FakeResults, Outline, hostile_service

import hybridcare as hc
from hybridcare import plots, report_says, report_tables
from hybridcare.report import first_screen, page
from hybridcare.report_parts import PARTS


def test_a_service_with_hostile_texts_has_its_parts_and_keeps_text_in_its_place() -> None:
    outline = Outline(page(hostile_service()))
    assert not set(outline.tags) & {"script", "img", "b"}
    assert "<script>alert(1)</script>" in outline.words
    assert "The service, week by week" in outline.words and "of those in need are served with" in outline.words


def test_every_part_says_what_it_shows_in_one_sentence() -> None:
    results = FakeResults()
    report = page(results)
    for part in PARTS:
        if part.says is None or part.key == "access":  # no service
            continue
        said = part.says(results)
        assert said.endswith(".") and "nan" not in said and "None" not in said, (part.key, said)
        assert re.search(r"\d", said), (part.key, said)
        shown = Outline(report[report.index(f'<section id="{part.key}"') :].split("</section>")[0] + "</section>")
        assert said in shown.words, part.key


def altered(name: str, where: dict[str, Any], **values: Any) -> FakeResults:
    """Made-up results with other values in some rows of a table."""
    results = FakeResults()
    data = results.tables[name]
    rows = (data[list(where)] == list(where.values())).all(axis=1)
    assert rows.any()
    for column, value in values.items():
        data.loc[rows, column] = value
    return results


def test_sentences_follow_from_the_numbers() -> None:
    where = {"arm": "hybrid", "culture": "all", "metric": "response", "reading": "post"}
    said = report_says.nnt(altered("nnt", where, gain=-0.125, text="NNTH 8",
                                   monte_carlo_interval="NNTH 4.0 to infinity to NNTB 9"))  # fmt: skip
    assert "Of 100 clients, 12.5 fewer respond" in said
    assert "NNTH 8 (over simulation noise: NNTH 4.0 to infinity" in said
    where = {"arm": "hybrid", "against": "human", "culture": "all", "metric": "cost"}
    said = report_says.accounts(altered("accounts", where, estimate=250.0, unit="GBP 2010 per client"))
    assert "costs 250 GBP more per client" in said and "prices of 2010, assumed" in said
    where = {"arm": "hybrid", "against_twin": "perfect_recognition", "outcome": "symptom", "points": 2,
             "reading": "week_12", "culture": "all"}  # fmt: skip
    results = altered("harm", where, share_worse=0.375)
    excess = results.tables["excess"]
    main = (excess["arm"] == "hybrid") & (excess["culture"] == "all") & (excess["metric"] == "symptom")
    for twin, value in (("perfect_recognition", 1.5), ("no_distance", 0.25)):
        excess.loc[main & (excess["against_twin"] == twin), "estimate"] = value
    said = report_says.harm(results)
    assert "costs +1.50 points of symptoms" in said and "part is +0.25; 38 % of clients are worse off by 2" in said
    where = {"arm": "hybrid", "over": "position", "metric": "phq9", "against": "", "reading": "week_12"}
    said = report_says.equity(altered("equity", where, slope=0.5, noise_low=-1.0, noise_high=2.0))
    assert "+0.50 with “Hybrid” (within simulation noise of zero)" in said


def test_deterioration_stands_in_a_table_beside_what_noise_makes() -> None:
    made = report_tables.deterioration(FakeResults())
    assert made
    assert len(made[1]) == 6  # arms
    row = made[1][made[1]["arm"] == "Weekly human session"].iloc[0]
    rate, noise = (float(row[c].split()[0]) for c in ("clients", "from noise alone"))
    assert row.iloc[3].startswith("−0.4 (") and rate - noise == pytest.approx(-0.4, abs=0.11)


def test_the_full_model_says_that_it_is_not_calibrated_whatever_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridcare.report.write_report", lambda results, path: path.write_text("<html>"))
    own = hc.Scenario.of(tiny(calibration="fitted to everything"))
    results = hc.Experiment(own, replicates=1, clients=20).run(progress=False)
    words = "not yet calibrated: fitted to everything"
    assert words in Outline(first_screen(results)).words
    assert all(words in figure.svg() for figure in plots.all_figures(results))
    results.save(tmp_path / "out")
    apart = ("data_dictionary.csv", "ensemble.csv")  # the second is over sets that were fitted, and says so
    tables = [path for path in (tmp_path / "out").glob("*.csv") if path.name not in apart]
    assert len(tables) > 15
    for path in tables:
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        assert "calibration" in head and all(words in row for row in rows), path.name
    silent = {name: value for name, value in TINY.items() if name != "calibration"}
    assert hc.Scenario.of(silent).core.calibration == "not yet calibrated"
    assert hc.Scenario.of(tiny(configuration="core")).core.calibration == "none: a test"


def test_without_a_band_none_is_drawn_or_spoken_of() -> None:
    outside = {"no_harm": {"label": "no harm", "in_envelope": False, "course": {"harm": 0}}}
    results = hc.Experiment(hc.Scenario.of(tiny(variants=outside))).run(progress=False, twins=False)
    shown = first_screen(results)
    assert "range over these assumptions" not in shown and "The thick band" not in shown
    assert "no other assumption was tried" in shown and "rival that is drawn here" not in shown
    assert "rival that is drawn here" in first_screen(FakeResults())
