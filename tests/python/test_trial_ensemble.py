"""Virtual trials over parameter sets: whose clients live where, what stays the same, and what parameters are told from
luck."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hybridcare as hc
import numpy as np
import pytest
import rivals_fixture
import uncertainty_fixture
from helpers import hybridcare, tiny
from hybridcare import trial_data
from hybridcare.trial import Trial
from hybridcare.trial_cells import chosen_cells, laid
from hybridcare.trial_sets import parted

RATE = "/change/rate"
NO_FILES: dict[str, Any] = {}


def design(**own: Any) -> Trial:
    document = {**tiny(), "configuration": "full"}
    return hc.Experiment(hc.Scenario.of(document)).trial(("human", "hybrid"), **{"n": 24, **own})


def rates(*values: float) -> hc.Ensemble:
    return uncertainty_fixture.ensemble([[each] for each in values], (RATE,))


@pytest.fixture(autouse=True)
def nothing_bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rivals_fixture.bundle(monkeypatch, tmp_path / "none", NO_FILES)


def test_trial_number_r_lives_under_set_r_modulo_their_number() -> None:
    over = design().over(rates(0.2, 1.0, 3.0), sets=3)
    pool = over.pool(7)
    assert pool.replicates == tuple(range(7)) and over.sets is not None
    seen = set()
    for replicate in (1, 2, 5):
        point = json.loads(over.sets.default.points[replicate % 3])
        scenario = hc.Scenario.of(laid(over.base.document(), point))
        alone = trial_data.simulate(scenario, [replicate], 24, over.outcome)
        assert (pool.of([replicate]).now == alone.now).all() and (pool.of([replicate]).left == alone.left).all()
        seen.add(point["change"]["rate"])
    assert seen == {1.0, 3.0} or len(seen) == 2
    rows = over.dataset(5)  # its rows are of the same clients
    assert (rows["phq9_start"].to_numpy() == pool.of([5]).start[0]).all()
    assert not (pool.now == design().pool(7).now).all()


def test_one_set_at_the_scenarios_own_numbers_changes_nothing() -> None:
    """An ensemble that only repeats the default: the same clients, the same power, and nothing for parameters."""
    plain = design().power(6, cells=["as written", "b_E 3", "R3"]).table()
    own = rates(*[uncertainty_fixture.default(RATE)] * 3)
    found = design().power(6, cells=["as written", "b_E 3", "R3"], uncertainty=own)
    over = found.table()
    for column in ("power", "effect", "truth", "type_one", "sd", "icc"):
        assert over[column].tolist() == plain[column].tolist(), column
    assert "truth_low" not in plain and over["sets"].tolist() == [3] * 3
    assert design().type_one(4, uncertainty=own).table()["type_one"].tolist() == (
        design().type_one(4).table()["type_one"].tolist())  # fmt: skip
    assert design().over("defaults").sets is None and design().over().sets is None  # nothing is bundled


def test_power_is_expected_over_sets_and_the_spread_is_of_parameters() -> None:
    """Where care gains nothing in half of the sets and much in the others, the true difference has two places."""
    document = {**tiny(), "configuration": "full"}
    step = {"human": None, "comparator": "waiting"}
    document["arms"]["none"] = {"label": "nobody", "pathway": {"steps": {"care": step}}}
    trial = hc.Experiment(hc.Scenario.of(document)).trial(("none", "human"), n=60)
    row = trial.power(12, cells=["as written"], uncertainty=rates(0.0, 0.0, 3.0, 3.0)).table().iloc[0]
    each = [trial.power(6, cells=["as written"], uncertainty=rates(value, value)).table().iloc[0]["power"]
            for value in (0.0, 3.0)]  # fmt: skip
    assert row["truth_low"] < row["truth_high"] - 3
    assert each[0] < 0.5 < each[1] and each[0] < row["power"] < each[1] + 1e-9
    assert row["truth_sd"] > 1.5 and row["truth_sd"] > 2 * row["truth_noise_se"]
    assert row["power_set_low"] < row["power_set_high"]


def test_a_rival_has_its_own_sets_where_they_are_bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = {"R1": rivals_fixture.made("R1"), "R0": rivals_fixture.made("R0")}
    rivals_fixture.bundle(monkeypatch, tmp_path / "some", own)
    over = design().over(sets=4)  # the default, since one is bundled
    assert over.sets is not None and len(over.sets) == 4
    r0, r2, default = chosen_cells(["R0", "R2", "as written"])
    assert over.sets.of(r0).rival == "R0" and over.sets.of(r2) is over.sets.default is over.sets.of(default)
    point = over.sets.point(r0, 1)
    assert set(point["rival"]) == {"contact_only", "quality_human"} and point["rival"]["contact_only"] is True
    assert over.sets.marked(r0).status.startswith("its own sets; fitted")
    assert over.sets.marked(r2).status.startswith("not refitted")
    rows = over.power(4, cells=["as written", "R1", "b_E 3", "R2", "R0"]).table().set_index("cell")
    assert rows["same_as"].tolist() == ["", "as written", "", "b_E 3", ""]
    assert design(n=26).assurance(draws=2, trials=1, cells=["as written"]).trial.sets is not None


def test_assurance_over_sets_and_what_is_refused() -> None:
    found = design().assurance(draws=4, trials=2, cells=["as written", "b_E 3"], uncertainty=rates(0.2, 3.0))
    table = found.table().set_index("cell")
    assert (table["draws"] == 4).all() and "b_E" not in table.loc["as written", "fixed"]
    assert any("what published figures leave open" in note for note in found.notes)
    assert any("does not tell this model from its rivals" in note for note in found.notes)
    assumed = design().assurance(draws=4, trials=1, cells=["as written"])
    assert any("Unsure: /change/empathy_elasticity" in note for note in assumed.notes)  # nothing is bundled
    for call, said in (
        (lambda: design().assurance({RATE: (0, 1)}, uncertainty="ensemble"), "not both"),
        (lambda: design().over("ensemble"), "none is bundled yet"),
        (lambda: design().over("prior"), "unknown choice"),
        (lambda: design().over(rates(1.0), sets=1), "sets: 1 is no whole number"),
        (lambda: design().over(rivals_fixture.ensemble_of("R0")), "is an ensemble of R0"),
    ):
        with pytest.raises(hc.ConfigError, match=said):
            call()


def test_an_arms_own_number_holds_against_the_sets() -> None:
    document = {**tiny(), "configuration": "full"}
    document["arms"]["hybrid"]["change"] = {"rate": 0.5}
    trial = hc.Experiment(hc.Scenario.of(document)).trial(("human", "hybrid"), n=24).over(rates(2.0, 2.5), sets=2)
    scenario = trial.scenario_of(0)
    numbers = {arm["name"]: at for at, arm in enumerate(scenario.core.arms)}
    told = {name: dict(scenario.core.values(0, at))[RATE] for name, at in numbers.items()}
    assert told["hybrid"] == 0.5 and told["human"] in (2.0, 2.5)
    assert trial.sets is not None and trial.sets.default.held == ("/arms/hybrid/change/rate",)


def test_parameters_are_told_from_luck() -> None:
    """60 sets of SD 2, trials of SD 1, four each. Beyond the limits in one study of 10,000 (chi-squared); forgetting to
    take luck off is caught by the second case, where sets do not differ."""
    chance = np.random.default_rng(3)
    at = np.repeat(np.arange(60), 4)
    values = chance.normal(0, 2, 60)[at] + chance.normal(0, 1, 240)
    found = parted(values, at)
    assert 1.35 < found["truth_sd"] < 2.8 and 0.4 < found["truth_noise_se"] < 0.6
    none = parted(chance.normal(0, 1, 2400), np.repeat(np.arange(600), 4))
    assert none["truth_sd"] < 0.2  # luck alone would be .5
    shuffled = chance.permutation(240)
    again = parted(values[shuffled], at[shuffled])
    assert again == pytest.approx(found)
    assert np.isnan(parted(values[:5], np.arange(5))["truth_sd"])


def test_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text(json.dumps({**tiny(), "configuration": "full"}))
    uncertainty_fixture.file(tmp_path)
    how = ("--n", "24", "--trials", "4", "--cell", "as written", "--cell", "R0", "--quiet", "--sets", "2")
    done = hybridcare("trial", "tiny.json", *how, "--uncertainty", "ensemble.json", "--report", "page.html",
                      cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    for words in ("Today's evidence", "True difference over parameter sets", "parameter sets of R1", "R0"):
        assert words in done.stdout, words
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "What the data did not inform" in page and "fitted to 3 published figures" in page
    told = hybridcare("trial", "tiny.json", *how, "--uncertainty", "nothing", cwd=tmp_path)
    assert told.returncode == 2 and "unknown choice" in told.stderr
