"""Shares over parameter sets: each set's own game, both uncertainties apart, parts that change places and with what.

Seen to fail: every set at the scenario's own numbers, coalitions in another order, the weight of one set for all,
chance called spread over sets, the smaller of two called larger, places changed by chance called beyond it, a parameter
named without a correction for their number, sets counted twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ensemble_fixture import small, written
from helpers import in_process, tiny

import hybridcare as hc
from hybridcare.attribution import Game, chosen_players
from hybridcare.explain_sets import SharesOver, told_apart
from hybridcare.points import Task
from hybridcare.rivals_words import head, sentence
from hybridcare.scenario import Scenario
from hybridcare.sets_beside import AT_DEFAULTS, NOT_TOLD
from hybridcare.uncertainty import parameter_sets

TECHNIQUE, VALIDATION = "/quality/weight/technique", "/quality/weight/validation"
SETS = {"/change/rate": [0.8, 1.4, 1.4], TECHNIQUE: [0.32, 0.05, 0.32], VALIDATION: [0.12, 0.39, 0.12]}
HOW: dict[str, Any] = {"arm": "ai", "players": ["empathy", "technique"], "contest": False, "clients": 40,
                       "replicates": 4, "progress": False}  # fmt: skip


def test_a_set_has_the_shares_of_the_scenario_that_says_its_numbers() -> None:
    base = Scenario.of(tiny())
    found = hc.explain(base, **HOW, uncertainty=small(values=SETS), sets=3)
    over = found.over
    assert over is not None and (over.task.replicates, over.task.clients) == (4, 23)
    size = {"clients": 23, "replicates": 4}
    for place, number in enumerate(over.sets.chosen[:2]):
        rate, technique, validation = (each[number] for each in SETS.values())
        alone = hc.explain(base.with_({"change": {"rate": rate}, "quality": {"weight": {
            "technique": technique, "validation": validation}}}), **{**HOW, **size})  # fmt: skip
        there = alone.table("as_assumed", 0.0).set_index("player")["value"]
        assert over.values[place] == pytest.approx([there["empathy"], there["technique"]], abs=1e-12)
        assert over.weights[place] == pytest.approx([0.3, technique])
    rows = over.table().set_index("player")
    assert rows.loc["technique", "weight_low"] < 0.32 == pytest.approx(rows.loc["technique", "weight"])
    assert (rows["parameter_sd"] > 0).all() and (rows["noise_se"] > 0).all() and (rows["below"] == 1).all()
    assert found.caveats[0] == NOT_TOLD and "largest part is" in " ".join(found.sentences)
    plain = hc.explain(base, **{**HOW, "clients": 5, "replicates": 2})
    assert plain.caveats[0] == AT_DEFAULTS and plain.over is None and plain.sentences == [plain.sentence]


def test_no_public_name_is_a_module_too() -> None:
    """An import of the module would put itself in the name's place: after `results.attribution()`, `hc.explain` did."""
    folder = Path(hc.__file__).parent
    assert [name for name in hc.__all__ if (folder / f"{name}.py").exists()] == []


def known(gaps: list[float], noise: float) -> SharesOver:
    """Sets in which technique adds 1 and validation 1 + gap, with so much noise by replicate, apart."""
    players = chosen_players(["validation", "technique"])
    luck = noise * np.array([-1.0, 0.0, 1.0])
    games = []
    for gap in gaps:
        worth = np.array([0.0, 1 + gap, 1.0, 2 + gap])
        games.append(Game(players, worth, worth[:, None] + np.array([0, 1, 0, 1])[:, None] * luck))
    ensemble = small(values={"/course/harm": [0.01 * (gap > 0) + 0.0001 * at for at, gap in enumerate(gaps)],
                             "/change/rate": list(np.linspace(1, 2, len(gaps)))})  # fmt: skip
    drawn = parameter_sets(Scenario.of(tiny()), ensemble, sets=len(gaps))
    assert drawn is not None
    games = [games[at] for at in drawn.chosen]
    task = Task.of(Scenario.of(tiny()), ["ai"], ["phq9"], 3, 1)
    return SharesOver(drawn, players, tuple(games), np.full((len(gaps), 2), 0.5), task, None)  # type: ignore[arg-type]


def test_what_changes_places_and_how_often_beyond_chance() -> None:
    """Validation is smaller in 12 sets of 20; in the 8 others it is larger by .3, which noise of .5 / √3 may make."""
    gaps = [-0.3, 0.3, -0.3, 0.3, -0.3] * 4
    clear, noisy = known(gaps, 0.01), known(gaps, 0.5)
    row = clear.flips().iloc[0]
    assert (row["first"], row["second"], row["flipped"], row["beyond_noise"]) == ("technique", "validation", 0.4, 0.4)
    assert noisy.flips().iloc[0][["flipped", "beyond_noise"]].tolist() == [0.4, 0.0]
    assert row["goes_with"] == "/course/harm" and row["flipped_median"] > 0.01 > row["kept_median"]
    table = clear.table().set_index("player")
    assert table["first"].dropna().to_dict() == {"technique": 0.6, "validation": 0.4}
    assert table.loc["validation", ["low", "high"]].tolist() == pytest.approx([0.7, 1.3])
    said = clear.sentences("x")[2]
    assert "change places in 40% of the sets (40% beyond Monte Carlo error); that goes with harm" in said
    assert table.loc["validation", "parameter_sd"] > 0.2 > 0.01 > table.loc["validation", "own_se"]
    assert clear.spread(0).noise_se < 0.01 < 0.2 < noisy.spread(0).noise_se


def test_a_parameter_is_named_for_chance_in_one_of_twenty_pairs_and_for_a_difference_always() -> None:
    """200 cases of 8 parameters that differ by nothing: 5 % are named, 10; more than 26 are one in 10⁶. A difference of
    two standard deviations is found in all of 20 cases. Few sets on one side: nobody is named."""
    random, names = np.random.default_rng(3), [f"/x/{at}" for at in range(8)]
    flipped = np.arange(30) < 12
    named = sum(told_apart(names, random.normal(size=(30, 8)), flipped, set())["goes_with"] != "" for _ in range(200))
    assert 0 < named <= 26
    for _ in range(20):
        numbers = random.normal(size=(30, 8))
        numbers[flipped, 5] += 2
        assert told_apart(names, numbers, flipped, set())["goes_with"] == "/x/5"
        assert told_apart(names, numbers, flipped, {5})["goes_with"] != "/x/5"
        assert told_apart(names, numbers, np.arange(30) < 4, set())["goes_with"] == ""


def test_the_command_says_it_first_and_a_page_shows_it(tmp_path: Path) -> None:
    page, ensemble = tmp_path / "explained.html", written(tmp_path, values=SETS)
    asked = ("explain", "hybrid_vs_human_vs_ai", "--arm", "ai", "--player", "technique", "--player", "empathy",
             "--no-contest", "--clients", 20, "--replicates", 2, "--quiet")  # fmt: skip
    done = in_process(*asked, "--uncertainty", ensemble, "--sets", 3, "--out", page, cwd=tmp_path)
    words = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert words.startswith(f"{head()} {NOT_TOLD}") and "Over 3 parameter sets of R1, absent = none of it" in words
    assert "what published figures leave open" in words and "Monte Carlo error" in words
    text = page.read_text(encoding="utf-8")
    for said in ("Over parameter sets", "Which parts change places", "dot: the middle set", sentence()):
        assert said in text, said
    plain = in_process(*asked[:-1], "--quiet", "--uncertainty", "defaults", cwd=tmp_path)
    assert " ".join(plain.stdout.split()).startswith(f"{head()} {AT_DEFAULTS}")
