"""Parameter sets of an ensemble over a scenario: what they move, what they must not, and doubt parted from chance."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import TINY, changed, tiny
from uncertainty_fixture import POINTERS, default, ensemble, file, spread_out

import hybridcare as hc
from hybridcare import calibrate_ensemble, parameters
from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.rivals import switches
from hybridcare.uncertainty import (
    NOTHING,
    OverSets,
    default_uncertainty,
    has_ensemble,
    parameter_sets,
    run_over,
    spread,
)

READ = "/assistant/text/discriminability"
FAR_APART = [[0.2, 0.4, 0.0, 0.02], [2.5, 3.0, 4.0, 0.6]]


def over(document: dict[str, Any], values: Any = FAR_APART, pointers: Any = POINTERS, **how: Any) -> OverSets:
    scenario = hc.Scenario.of(document)
    found = parameter_sets(scenario, ensemble(values, pointers, **how), sets=len(values))
    assert found is not None
    runs = run_over(scenario, found, metrics=["phq9"], replicates=2, clients=40)
    assert runs.failures == {}
    return runs


def heard(runs: OverSets, arm: str) -> bool:
    """Whether sets that lie far apart move this arm."""
    estimate, _ = runs.numbers(arm)
    return len(set(estimate)) > 1


def test_a_set_at_the_scenarios_own_numbers_is_the_scenario() -> None:
    starts = ("/change/", "/course/", "/trust/", "/quality/weight/", "/practice/share/", "/leaving/",
              "/assistant/text/")  # fmt: skip
    pointers = [row["path"] for row in hc.fields().to_dict("records") if row["kind"] == "real"
                and row["path"].startswith(starts)]  # fmt: skip
    assert len(pointers) > 60
    experiment = hc.Experiment(hc.Scenario.of(TINY))
    table = experiment.run(progress=False, twins=False).table()
    found = parameter_sets(experiment.scenario, ensemble([[default(each) for each in pointers]], pointers), sets=1)
    assert found is not None and found.held == ()
    runs = run_over(experiment.scenario, found, metrics=["phq9", "dropout"])
    for arm in experiment.scenario.core.arms:
        for at, metric in enumerate((("phq9", "week_6"), ("dropout", ""))):
            own = table[(table["arm"] == arm["name"]) & (table["variant"] == "default") & (table["culture"] == "all")
                        & (table["metric"] == metric[0]) & (table["reading"] == metric[1])]  # fmt: skip
            assert runs.numbers(arm["name"], at)[0][0] == own["estimate"].iloc[0]


def test_sets_move_the_arms_that_use_the_number() -> None:
    runs = over(tiny())
    assert all(heard(runs, arm) for arm in ("human", "ai", "hybrid")) and runs.sets.held == ()
    runs = over(tiny(), [[0.4], [3.0]], [READ])
    assert not heard(runs, "human") and heard(runs, "ai") and heard(runs, "hybrid")


def test_what_the_scenario_says_stays() -> None:
    said = over(changed("/change/rate", 0.9), [[0.2], [2.5]], ["/change/rate"])
    assert not any(heard(said, arm) for arm in ("human", "ai", "hybrid")) and said.sets.held == ("/change/rate",)
    assert "/change/rate" in said.sets.sentence
    alone = hc.Experiment(hc.Scenario.of(changed("/change/rate", 0.9)), clients=40).run(progress=False).table()
    own = alone[(alone["arm"] == "human") & (alone["metric"] == "phq9") & (alone["reading"] == "week_6")]
    assert said.numbers("human")[0][0] == own["estimate"].iloc[0]


def test_what_another_variant_says_is_not_what_is_run() -> None:
    runs = over(tiny(variants={"other": {"change": {"rate": 0.9}}}), [[0.2], [2.5]], ["/change/rate"])
    assert heard(runs, "human") and runs.sets.held == ()
    with pytest.raises(hc.ConfigError, match="unknown key 'change'"):  # so that none can speak for what is run
        hc.Scenario.of(tiny(variants={"default": {"change": {"rate": 0.9}}}))


def test_what_an_arm_says_stays_in_that_arm() -> None:
    document = changed("/arms/human/change", {"rate": 0.9})
    runs = over(document, [[0.2], [2.5]], ["/change/rate"])
    assert not heard(runs, "human") and heard(runs, "ai") and runs.sets.held == ("/arms/human/change/rate",)
    same = parameter_sets(hc.Scenario.of(document), ensemble([[0.9]], ["/change/rate"]), sets=1)
    assert same is not None
    alone = run_over(hc.Scenario.of(document), same, metrics=["phq9"], replicates=2, clients=40)
    assert runs.numbers("human")[0][0] == alone.numbers("human")[0][0]
    document["arms"]["human"]["change"]["rate"] = None  # back to the table's default, whatever the base says
    runs = over(document, [[0.2], [2.5]], ["/change/rate"])
    assert not heard(runs, "human") and heard(runs, "ai")


@pytest.mark.parametrize(("place", "name"), [("/quality/weight", "technique"), ("/practice/share", "focusing")])
@pytest.mark.parametrize("start", ["", "/arms/hybrid"])
def test_numbers_that_make_a_whole_stay_together(place: str, name: str, start: str) -> None:
    """A set's weights beside one of the scenario's would not sum to 1, and no set could be run."""
    names = [row["path"] for row in hc.fields().to_dict("records") if row["path"].startswith(place + "/")]
    even, more = 1 / len(names), 2 / len(names)
    apart = [[even] * len(names), [more] + [(1 - more) / (len(names) - 1)] * (len(names) - 1)]
    document = changed(f"{start}{place}/{name}", default(f"{place}/{name}"))
    runs = over(document, apart, names)
    assert runs.sets.held == (f"{start}{place}/{name}",)
    assert not heard(runs, "hybrid")
    if name == "technique":  # shares of the practice move nothing here
        assert heard(runs, "human") == bool(start) and heard(over(tiny(), apart, names), "hybrid")


def named(meets: str = "north", **own: Any) -> dict[str, Any]:
    """An arm with two assistants by name, and with whom its clients talk; `own`: what the first says itself."""
    document = tiny()
    document["arms"]["ai"] |= {"assistants": {"north": own, "south": {}}}
    document["arms"]["ai"]["pathway"]["steps"]["care"]["assistant"] = {"name": meets}
    return document


def test_what_a_named_assistant_says_stays() -> None:
    runs = over(named(text={"discriminability": 1.2}), [[0.4], [3.0]], [READ])
    assert not heard(runs, "ai") and heard(runs, "hybrid")
    assert runs.sets.held == ("/arms/ai/assistants/north/text/discriminability",)
    runs = over(named(), [[0.4], [3.0]], [READ])
    assert heard(runs, "ai") and runs.sets.held == ()
    document = named("south", text={"discriminability": 3.0})  # the other one has what the arm says
    document["arms"]["ai"]["assistant"] = {"text": {"discriminability": 0.5}}
    runs = over(document, [[0.4], [3.0]], [READ])
    other = over(named("south"), [[0.5]], [READ])
    assert not heard(runs, "ai") and runs.numbers("ai")[0][0] == other.numbers("ai")[0][0]


def test_what_was_measured_stays() -> None:
    document = hc.load("measured_assistant").document()
    runs = over(document, [[0.4], [3.0]], [READ])
    assert not heard(runs, "measured") and heard(runs, "assumed")
    assert runs.sets.held == ("/arms/measured/assistant/profile",)
    assert heard(over(document, [[0.2], [2.5]], ["/change/rate"]), "measured")  # what was not measured is moved


def test_what_a_rival_says_holds_also_where_an_arm_says_otherwise() -> None:
    document = changed("/arms/ai/course", {"harm": 0.1})
    fixed = over(document, [[0.0, 1.0], [0.2, 1.0]], ["/course/harm", "/change/rate"], rival="R0")
    without = over(tiny(), [[0.0, 1.0]], ["/course/harm", "/change/rate"], rival="R0")
    assert fixed.numbers("ai")[0][0] == fixed.numbers("ai")[0][1] == without.numbers("ai")[0][0]
    assert fixed.sets.held == ()
    switch = next(iter(switches()))
    assert parameter_sets(hc.Scenario.of(TINY), ensemble([[1.0]], ["/change/rate"], rival=switch), sets=1)


def test_what_may_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = hc.Scenario.of(TINY)
    assert parameter_sets(scenario, "defaults") is None and parameter_sets(scenario, None) is None
    found = parameter_sets(scenario, str(file(tmp_path)), sets=5)
    assert found is not None and len(found) == 5 and len(found.chosen) == 5
    assert json.loads(found.points[0])["change"]["rate"] == found.ensemble.values[found.chosen[0], 0]
    with pytest.raises(hc.ConfigError, match=r"'ensemble'.*a file that ends in \.json"):
        parameter_sets(scenario, "ensembl")
    core = hc.Scenario.of(tiny(configuration="core"))
    with pytest.raises(hc.ConfigError, match="fitted in the configuration 'full', and this scenario is in 'core'"):
        parameter_sets(core, str(file(tmp_path)))
    monkeypatch.setattr(calibrate_ensemble, "data_folder", lambda name: tmp_path / name)  # as before a calibration
    assert not has_ensemble() and default_uncertainty(scenario) == "defaults"
    with pytest.raises(hc.ConfigError, match="none is bundled yet"):
        parameter_sets(scenario, "ensemble")
    (tmp_path / "ensembles").mkdir()
    (tmp_path / "ensembles" / "R1.json").write_text(file(tmp_path).read_text())
    assert has_ensemble() and default_uncertainty(scenario) == "ensemble" and default_uncertainty(core) == "defaults"
    assert default_uncertainty(scenario, "R2") == "defaults"
    found = parameter_sets(scenario, sets=3)
    assert found is not None and found.rival == "R1"


def beyond(rates: list[list[float]]) -> Ensemble:
    """Sets that no scenario can run among others. A file's reader would refuse these; some are refused by a scenario
    alone."""
    return replace(ensemble([[1.0]] * len(rates), ["/change/rate"]), values=np.array(rates))


def test_no_set_that_can_be_run_is_an_error_with_the_reason() -> None:
    scenario = hc.Scenario.of(TINY)
    found = parameter_sets(scenario, beyond([[-1.0], [-2.0]]), sets=2)
    assert found is not None
    with pytest.raises(hc.ConfigError, match="none of 2 sets could be run.*rate"):
        run_over(scenario, found, metrics=["phq9"], replicates=2, clients=8)


def test_a_set_that_cannot_be_run_is_named_and_left_out() -> None:
    scenario = hc.Scenario.of(TINY)
    found = parameter_sets(scenario, beyond([[-1.0], [1.0], [1.2]]), sets=3)
    assert found is not None
    runs = run_over(scenario, found, metrics=["phq9"], replicates=2, clients=8)
    assert len(runs.failures) == 1 and runs.spread("human").sets == 2


def test_differences_are_taken_within_replicates_and_sets_meet_the_same_clients() -> None:
    """Two sets with the same numbers are the same to the last bit, so that nothing but parameters can part sets."""
    runs = over(tiny(), [[1.0], [1.0]], ["/change/rate"])
    assert np.array_equal(runs.runs.values[0], runs.runs.values[1])
    got = runs.spread("hybrid", against="human")
    assert got.parameter_sd == 0 and got.own_se == 0 and got.noise_se > 0
    estimate, values = runs.numbers("hybrid", 0, "human")
    ai, human = (runs.runs.arms.index(name) for name in ("hybrid", "human"))
    assert np.array_equal(values, runs.runs.values[:, ai, 0] - runs.runs.values[:, human, 0])
    assert np.array_equal(estimate, runs.runs.estimate[:, ai, 0] - runs.runs.estimate[:, human, 0])
    with pytest.raises(ValueError, match="nobody"):
        runs.spread("nobody")


def mixture(draw: np.random.Generator, sets: int, replicates: int, between: float, shared: float,
            own: float) -> np.ndarray:  # fmt: skip
    """Values (sets, replicates) of a quantity whose true spread over sets and noise are known."""
    return (-0.5 + between * draw.standard_normal((sets, 1)) + shared * draw.standard_normal((1, replicates))
            + own * draw.standard_normal((sets, replicates)))


@pytest.mark.parametrize(("between", "shared", "own", "sets", "replicates"),
                         [(0.4, 0.6, 0.5, 40, 12), (3.0, 2.0, 3.0, 6, 30)])  # fmt: skip
def test_a_known_mixture_is_parted(between: float, shared: float, own: float, sets: int, replicates: int) -> None:
    """Variances over 400 tables against the truth, |z| < 4.5: false alarms 7e-6 each. A part that is off by 20 % is
    seen: its standard error over tables is below 4 %."""
    draw, found = np.random.default_rng(3), []
    for _ in range(400):
        values = mixture(draw, sets, replicates, between, shared, own)
        got = spread(values.mean(axis=1), values)
        found.append((got.parameter_sd**2, got.noise_se**2, got.own_se**2))
    seen = np.array(found)
    truth = (between**2, shared**2 / replicates + own**2 / (replicates * sets), own**2 / replicates)
    errors = seen.std(axis=0, ddof=1) / np.sqrt(len(seen))
    assert (errors < 0.04 * np.array(truth)).all()
    assert (np.abs(seen.mean(axis=0) - truth) < 4.5 * errors).all(), (seen.mean(axis=0), truth, errors)


def test_the_interval_holds_ninety_of_a_hundred_sets() -> None:
    """200,000 sets without noise: the quantiles of the normal distribution, errors of about .005."""
    values = mixture(np.random.default_rng(4), 200_000, 2, 1.0, 0.0, 0.0)
    got = spread(values[:, 0], values)
    assert (got.low, got.median, got.high) == pytest.approx((-2.145, -0.5, 1.145), abs=0.03)
    assert got.below == pytest.approx(0.6915, abs=0.006) and got.parameter_share == pytest.approx(1)


def test_more_replicates_narrow_chance_and_not_the_parameters() -> None:
    few, many = (spread(v.mean(axis=1), v) for v in (mixture(np.random.default_rng(5), 200, n, 0.4, 0.6, 0.5)
                                                     for n in (8, 200)))
    assert many.noise_se < 0.4 * few.noise_se and many.own_se < 0.4 * few.own_se
    assert many.parameter_sd == pytest.approx(few.parameter_sd, rel=0.25)


def test_sets_without_a_number_are_left_out() -> None:
    values = mixture(np.random.default_rng(6), 5, 3, 1, 1, 1)
    estimate = values.mean(axis=1)
    estimate[1], values[2, 0] = np.nan, np.nan
    assert spread(estimate, values).sets == 3
    assert spread(np.full(3, np.nan), np.full((3, 2), np.nan)) == NOTHING or NOTHING.sets == 0
    alone = spread(estimate[:1], values[:1])
    assert alone.sets == 1 and np.isnan(alone.parameter_sd) and alone.median == estimate[0]


def test_nothing_is_changed_in_place() -> None:
    document = copy.deepcopy(TINY)
    scenario = hc.Scenario.of(document)
    before = scenario.hash
    over(document, spread_out(3))
    assert document == TINY and scenario.hash == before
    assert parameters.field("/change/rate")["default"] == default("/change/rate")
