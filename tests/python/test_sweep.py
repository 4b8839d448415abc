"""Analyses of a sweep, held to known answers: a box that was put in, regret by hand, variances that were put in. The
real run of the bundled study closes the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sweep_fixture import UNIT, A, B, C, made

import hybridcare as hc
from hybridcare import prim
from hybridcare.report_sweep import sentence
from hybridcare.variance import between_cultures, components

# ---------------------------------------------------------------------------------------------------------- variance
def test_variance_components_that_were_put_in_come_out() -> None:
    """SD 2 between draws, 1 between replicates, .5 in the cells. With 400 draws and 40 replicates the standard errors
    are 7 %, 22 % and 1 % of the variances; limits at five of them: false alarms below 1e-5."""
    rng = np.random.default_rng(11)
    values = 2 * rng.normal(size=(400, 1)) + rng.normal(size=(1, 40)) + 0.5 * rng.normal(size=(400, 40))
    found = components(values)
    assert found["draws"] == pytest.approx(4, rel=0.35)
    assert found["shared"] == pytest.approx(1, rel=1.1) and found["shared"] > 0.2
    assert found["own"] == pytest.approx(0.25, rel=0.06)


def test_variance_components_by_hand() -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0]])  # rows differ by 2, columns by 1, nothing else
    assert components(values) == {"draws": 2.0, "shared": 0.5, "own": 0.0}
    assert components(np.array([[1.0, 2.0], [3.0, 6.0]])) == {"draws": 4.0, "shared": 1.5, "own": 1.0}


def test_variance_between_cultures_without_what_noise_adds() -> None:
    """Cultures at 0 and 1, weights .75 and .25: variance .1875. Noise of SD 2 in 20 replicates would add about .2 to
    each of 400 draws; its mean is known to .01: five of that is the limit."""
    weights = np.array([0.75, 0.25])
    plain = np.broadcast_to(np.array([0.0, 1.0])[None, :, None], (400, 2, 20))
    assert between_cultures(plain, weights) == pytest.approx(0.1875)
    noisy = plain + np.random.default_rng(4).normal(0, 2, (400, 2, 20))
    assert between_cultures(noisy, weights) == pytest.approx(0.1875, abs=0.05)
    assert between_cultures(noisy - plain, weights) == pytest.approx(0, abs=0.05)


def test_shares_sum_to_one_and_say_what_would_help() -> None:
    results = made(lambda row, arm: row[A] * (arm == "ai"), {"kind": "sobol", "n": 32}, replicates=4, noise=3.0)
    results.by_culture["outcome"] = results.values[:, :, 0][:, :, None] + np.array([0.0, 2.0])[None, None, :, None]
    frame = results.variance("outcome").set_index(["arm", "source"])
    assert np.allclose(frame["share"].groupby("arm").sum(), 1)
    assert frame.loc[("human", "parameter uncertainty"), "variance"] == 0
    assert frame.loc[("human", "Monte Carlo error"), "shared"] == pytest.approx(1)  # the same chance at every point
    assert frame.loc[("human", "client mix"), "variance"] == pytest.approx(1)  # half of them at 0, half at 2
    known = results.values[0, 0, 0].var(ddof=1) / 4
    assert frame.loc[("human", "Monte Carlo error"), "variance"] == pytest.approx(known)
    quiet = made(lambda row, arm: row[A], {"kind": "sobol", "n": 32}, replicates=4, noise=0.01)
    frame = quiet.variance("outcome", "ai").set_index("source")
    assert frame.loc["parameter uncertainty", "share"] > 0.99 and np.isnan(frame.loc["client mix", "share"])
    assert frame.loc["parameter uncertainty", "helps"].startswith("better data")
    with pytest.raises(hc.ConfigError, match="one replicate"):
        made(lambda row, arm: row[A], {"kind": "sobol", "n": 32}, replicates=1).variance()
    with pytest.raises(hc.ConfigError, match="Morris"):
        made(lambda row, arm: row[A], {"kind": "morris", "n": 8}).variance()


# --------------------------------------------------------------------------------------------------------- discovery
def boxed(row: dict[str, Any], arm: str) -> float:
    """1 where harm > .6 and trust < .4, else 0."""
    return float(row[A] > 0.6 and row[B] < 0.4)


def test_prim_finds_the_box_that_was_put_in() -> None:
    found = made(boxed, {"kind": "sobol", "n": 512}, arms=["human"]).discover("outcome > 0.5")
    box = found.box().set_index("path")
    assert set(box.index) == {A, B}
    assert box.loc[A, "low"] == pytest.approx(0.6, abs=0.03) and np.isinf(box.loc[A, "high"])
    assert box.loc[B, "high"] == pytest.approx(0.4, abs=0.03) and np.isinf(box.loc[B, "low"])
    each = found.fits[found.chosen]
    assert each.coverage > 0.9 and each.density > 0.95
    assert (box["quasi_p"] < 1e-6).all() and (box["reproduced"] == 1).all()
    coverage, density = found.held_out
    assert coverage > 0.8 and density > 0.8
    assert found.share == pytest.approx(0.16, abs=0.01) and "harm ≥" in found.sentence


def test_coverage_falls_and_density_rises_along_the_peeling() -> None:
    found = made(boxed, {"kind": "sobol", "n": 256}, arms=["human"]).discover("outcome > 0.5")
    frame = found.trajectory()
    first = frame.iloc[0]
    assert first["coverage"] == 1 and first["mass"] == 1 and first["restricted"] == 0
    peeled = frame[frame["mass"].diff().fillna(-1) < 0]
    assert (peeled["density"].diff().dropna() > 0).all() and (frame["coverage"].diff().dropna() <= 1e-12).all()
    other = found.choose(0)
    assert other.box().empty and "no box" in other.sentence and found.chosen != 0
    with pytest.raises(hc.ConfigError, match="box: 99"):
        found.choose(99)


def test_prim_peels_choices_and_switches() -> None:
    uncertain = {"/intake/selected": {"choice": [True, False]}, "/accounts/currency": {"choice": ["GBP", "EUR", "USD"]},
                 A: {"uniform": [0, 1]}}  # fmt: skip
    results = made(lambda row, arm: float(row["/accounts/currency"] == "EUR" and row["/intake/selected"]),
                   {"kind": "latin_hypercube", "n": 240}, arms=["human"], uncertainties=uncertain)  # fmt: skip
    found = results.discover("outcome > 0.5")
    box = found.box().set_index("path")["values"]
    assert box.to_dict() == {"/accounts/currency": "EUR", "/intake/selected": "True"}
    assert found.fits[found.chosen].density == found.fits[found.chosen].coverage == 1
    assert found.cart()["density"].max() == 1 and "is EUR" in found.cart()["rule"][0]


def test_pasting_gives_back_what_peeling_took_too_much() -> None:
    x = pd.DataFrame({"a": np.linspace(0, 1, 101)})
    cases = (x["a"] > 0.5).to_numpy()
    narrow = prim.Box({"a": (0.8, np.inf)})
    assert prim._paste(narrow, x, cases | (x["a"] > 0.45).to_numpy(), 0.05) == []  # pure already: nothing to gain
    odd = cases & ~x["a"].between(0.81, 0.9).to_numpy()
    wider = prim._paste(narrow, x, odd, 0.05)
    assert wider and wider[-1].ranges["a"][0] < 0.55


def test_limits_that_luck_made_are_taken_off() -> None:
    x = pd.DataFrame(np.random.default_rng(3).random((400, 2)), columns=["a", "b"])
    cases = (x["a"] > 0.7).to_numpy() & (np.random.default_rng(4).random(400) < 0.9)
    box = prim.Box({"a": (0.7, np.inf), "b": (0.05, np.inf)})
    assert prim.simplified(box, x, cases, 0.05).restricted == ["a"]
    assert prim.simplified(prim.Box({"b": (0.05, np.inf)}), x, cases, 0.05).restricted == []
    luck = iter(np.random.default_rng(8).random(128))
    noisy = made(lambda row, arm: row[A] + 0.5 * next(luck), {"kind": "sobol", "n": 128}, arms=["human"])
    found = noisy.discover("outcome > 1.1")
    assert A in set(found.box()["path"]) and (found.box()["quasi_p"] <= 0.05).all()


def test_chance_alone_is_not_reproduced() -> None:
    rng = np.random.default_rng(2)
    coin = iter(rng.random(3 * 256))
    results = made(lambda row, arm: next(coin), {"kind": "sobol", "n": 128}, arms=["human"],
                   uncertainties={**UNIT, "/quality/weight/*": {"dirichlet": 25}})  # fmt: skip
    eager = results.discover("outcome > 0.7", level=0.49)  # takes luck for more
    tight = eager.choose(min(range(len(eager.boxes)), key=lambda at: abs(eager.fits[at].coverage - 0.4)))
    assert tight.fits[tight.chosen].density > tight.share + 0.3  # a box of eleven limits, and of luck
    assert tight.held_out[1] == pytest.approx(tight.share, abs=0.1)  # no denser on draws not used than anywhere
    found = results.discover("outcome > 0.5")
    assert found.fits[found.chosen].restricted < 4
    assert abs(found.cart_score()[0] - 0.5) < 0.12


def test_the_tree_finds_it_too_and_is_scored_on_draws_not_used() -> None:
    found = made(boxed, {"kind": "sobol", "n": 256}, arms=["human"]).discover("outcome > 0.5")
    frame = found.cart()
    assert frame["mass"].sum() == pytest.approx(1) and frame["coverage"].sum() == pytest.approx(1)
    assert frame["density"][0] > 0.9 and "harm" in frame["rule"][0] and found.cart_score()[0] > 0.9


@pytest.mark.parametrize(
    ("condition", "words"),
    [("outcom > 1", "nearest: 'outcome'"), ("outcome = 1", "is not METRIC"), ("outcome > 99", "holds in 0 of 64"),
     ("__import__('os') > 1", "is not METRIC"), ("outcome > 0 or outcome < 1", "is not METRIC")],
)  # fmt: skip
def test_conditions_that_cannot_be_asked(condition: str, words: str) -> None:
    with pytest.raises(hc.ConfigError, match=words.replace("(", r"\(")):
        made(boxed, {"kind": "sobol", "n": 64}, arms=["human"]).discover(condition)


# -------------------------------------------------------------------------------------------------------- robustness
def test_regret_by_hand() -> None:
    """Two draws; lower is better. Draw 0: human 1, ai 3, hybrid 2; draw 1: 6, 1, 2."""
    table = {("human", 0.0): 1, ("ai", 0.0): 3, ("hybrid", 0.0): 2, ("human", 1.0): 6, ("ai", 1.0): 1,
             ("hybrid", 1.0): 2}  # fmt: skip
    (low, high) = 0.25, 0.75  # the middles of two halves
    results = made(lambda row, arm: table[arm, 0.0 if row[A] == low else 1.0], {"kind": "full_factorial", "n": 2},
                   uncertainties={A: UNIT[A]})  # fmt: skip
    assert list(results.study.drawn[A]) == [low, high]
    found = results.robustness("outcome", satisfied="outcome <= 2")
    frame = found.table()
    frame = frame[frame["model"] == "default"].set_index("arm")
    assert frame["max_regret"].to_dict() == {"human": 5, "ai": 2, "hybrid": 1}
    assert frame["mean_regret"].to_dict() == {"human": 2.5, "ai": 1, "hybrid": 1}
    assert frame["best"].to_dict() == {"human": 0.5, "ai": 0.5, "hybrid": 0}
    assert frame["satisfied"].to_dict() == {"human": 0.5, "ai": 0.5, "hybrid": 1}
    rules = found.choices().query("model == 'default'").set_index("rule")["policy"]
    assert rules["least maximum regret"] == "hybrid" and rules["most often satisfied"] == "hybrid"
    assert rules["best mean"] in ("ai", "hybrid") and found.stays_best().empty
    assert "1.00 points, has hybrid" in found.sentence and "one model alone" in found.sentence


def test_higher_can_be_better_and_models_can_disagree() -> None:
    def value(row: dict[str, Any], arm: str) -> float:
        return float((arm == "ai") == (row["model"] == "no_harm")) + 5 * (row["model"] == "no_harm")

    results = made(value, {"kind": "sobol", "n": 8}, better="higher", relationships=["default", "no_harm"],
                   uncertainties={B: UNIT[B]}, arms=["human", "ai"])  # fmt: skip
    found = results.robustness()
    assert "hangs on the model (default: human; no_harm: ai)" in found.sentence
    assert list(found.stays_best()["policy"]) == ["human", "ai"]
    frame = found.table().query("model == 'all models'").set_index("arm")
    assert (frame["best"] == 0.5).all() and (frame["max_regret"] == 1).all() and (frame["mean"] == 3).all()


def test_noise_makes_policies_as_good_as_each_other() -> None:
    close = made(lambda row, arm: 0.01 * (arm == "ai"), {"kind": "sobol", "n": 8}, replicates=4, noise=1.0)
    assert (close.robustness().table()["as_good"] == 1).all()
    apart = made(lambda row, arm: 9.0 * (arm == "ai"), {"kind": "sobol", "n": 8}, replicates=4, noise=1.0)
    assert apart.robustness().table().query("arm == 'ai'")["as_good"].max() == 0


def test_an_arm_that_no_lever_touches_is_one_policy() -> None:
    every = "/arms/hybrid/pathway/steps/care/human/every_weeks"
    results = made(lambda row, arm: row[every] if arm == "hybrid" else 2.5, {"kind": "sobol", "n": 8},
                   levers={every: [1, 2, 4]}, arms=["human", "hybrid"])  # fmt: skip
    frame = results.robustness().table().query("model == 'default'").set_index("policy")
    assert list(frame.index) == ["human", "hybrid, every_weeks 1", "hybrid, every_weeks 2", "hybrid, every_weeks 4"]
    assert frame["max_regret"].tolist() == [1.5, 0, 1, 3]
    rows = results.contest(arm="hybrid", against="human").query("model == 'default'").set_index("levers")["estimate"]
    assert rows.to_dict() == {"every_weeks 1": -1.5, "every_weeks 2": -0.5, "every_weeks 4": 1.5}  # no mean of policies
    assert results.contest(arm="human").query("model == 'default'")["levers"].tolist() == [""]  # no lever touches it
    for said in ("With every_weeks 1: default: -1.50", "With every_weeks 4: default: 1.50"):
        assert said in sentence(results)


def test_contest_shows_models_and_values_of_b_e() -> None:
    empathy = "/change/empathy_elasticity"
    results = made(lambda row, arm: row[empathy] * (arm == "hybrid") - (row["model"] == "no_harm"),
                   {"kind": "sobol", "n": 64}, relationships=["default", "no_harm"],
                   uncertainties={empathy: {"uniform": [0, 4]}})  # fmt: skip
    frame = results.contest(arm="hybrid").set_index(["model", "b_E"])["estimate"]
    for at, value in (("as drawn", 2.0), ("0", 0.0), ("1.5", 1.5), ("3", 3.0)):
        assert frame["default", at] == pytest.approx(value, abs=0.05)
        assert frame["no_harm", at] == pytest.approx(value - 1, abs=0.05)
    assert any("b_E is varied" in line for line in results.caveats)
    without = made(boxed, {"kind": "sobol", "n": 8})
    assert any("b_E is 1.5 throughout" in line for line in without.caveats)
    assert any("One model alone was tried" in line for line in without.caveats)
    given = made(lambda row, arm: row[empathy], {"kind": "sobol", "n": 8}, levers={empathy: [0, 3]})
    assert any("b_E is varied: as the design says" in line for line in given.caveats)


def test_a_pathway_that_reads_latent_state_is_said() -> None:
    assert not any("oracle" in line for line in made(boxed, {"kind": "sobol", "n": 8}).caveats)
    early = {"pathway": {"transitions": {"early": {"from": "care", "to": "completed", "when": "oracle.symptom < 5"}}}}
    results = made(boxed, {"kind": "sobol", "n": 8}, levers={"stop": {"patches": {"no": {}, "early": early}}})
    assert any("reads latent state" in line for line in results.caveats) and results.stamp.reads_oracle


# ------------------------------------------------------------------------------------------------------------ adapters
def test_psa_has_what_dampack_and_bcea_read(tmp_path: Path) -> None:
    results = made(lambda row, arm: [100 * row[A] + 10 * (arm == "ai"), row[B]], {"kind": "sobol", "n": 8},
                   metrics=("cost", "qaly"))  # fmt: skip
    found = results.psa()
    assert found.cost.shape == found.effect.shape == (8, 3) and list(found.cost.columns) == list(results.study.arms)
    assert np.allclose(found.cost["ai"] - found.cost["human"], 10)
    assert np.allclose(found.effect["human"], found.parameters[B])
    assert len(found.table()) == 24 and found.price_year == 2010 and found.discount_rate == 0
    found.to_csv(tmp_path / "psa")
    read = pd.read_csv(tmp_path / "psa" / "cost.csv")
    assert np.allclose(read.to_numpy(), found.cost.to_numpy())
    names = {path.name for path in (tmp_path / "psa").iterdir()}
    assert names == {"psa.csv", "cost.csv", "effect.csv", "parameters.csv", "data_dictionary.csv"}
    with pytest.raises(hc.ConfigError, match="measures no 'cost'"):
        made(boxed, {"kind": "sobol", "n": 8}).psa()


def test_to_ema_and_to_salib() -> None:
    results = made(lambda row, arm: row[A] + (arm == "ai"), {"kind": "sobol", "n": 64})
    experiments, outcomes = results.to_ema()
    assert len(experiments) == 64 * 3 == len(outcomes["outcome"])
    assert {"scenario", "policy", "model", A} <= set(experiments)
    assert np.allclose(outcomes["outcome"], experiments[A] + (experiments["policy"] == "ai"))
    problem, x, y = results.to_salib(arm="human")
    assert problem["names"] == [A, B, C] and x.shape == (64, 3) and np.allclose(y, x[:, 0])


def test_failed_points_are_seen_everywhere() -> None:
    results = made(lambda row, arm: row[A], {"kind": "sobol", "n": 16})
    results.estimate[3], results.values[3] = np.nan, np.nan
    results.failures[3] = "a test"
    frame = results.table()
    assert (frame.loc[frame["point"] == 3, "failure"] == "a test").all() and (frame["failure"] != "").sum() == 3
    assert any("1 of 16 points failed" in line for line in results.caveats)
    assert results.robustness().table()["draws"].max() == 15 and results.contest()["draws"].max() == 15


def test_files_say_what_they_hold(tmp_path: Path) -> None:
    import pyarrow.parquet

    results = made(lambda row, arm: row[A], {"kind": "sobol", "n": 8})
    folder = results.to_csv(tmp_path / "out")
    read = pd.read_csv(folder / "results.csv")
    assert len(read) == 24 and np.allclose(read["estimate"], results.table()["estimate"])
    assert set(read["calibration"]) == {results.provenance["calibration"]}
    said = pd.read_csv(folder / "data_dictionary.csv")
    assert set(read.columns) <= set(said.loc[said["kind"] == "column", "name"])
    table = pyarrow.parquet.read_table(results.to_parquet(tmp_path / "out.parquet"))
    assert table.schema.field(A).metadata[b"unit"] == b"points per turn"
    with pytest.raises(hc.ConfigError, match="is there already"):
        results.to_csv(folder)


# ---------------------------------------------------------------------------------------------------------- a real one
@pytest.fixture(scope="module")
def real() -> hc.SweepResults:
    return hc.load_study("which_protocol", n=8, clients=40, replicates=2).run(progress=False)


def test_the_bundled_study_runs(real: hc.SweepResults) -> None:
    assert not real.failures and np.isfinite(real.estimate).all() and real.there.all()
    assert real.estimate.shape == (8 * 2 * 2, 3, 4)
    frame = real.table(design=True)
    assert {"outcome", "dropout", "worst", "own"} == set(frame["metric"])
    by = frame.pivot_table(index="point", columns=["metric", "arm"], values="estimate", observed=True)
    assert (by["worst"] >= by["outcome"] - 1e-9).all().all()  # the worst culture is no better than all together
    assert by["own"].to_numpy().min() >= 0 and by["own"].to_numpy().max() <= 1
    same = frame[frame["arm"] == "human"].groupby(["draw", "model"])["estimate"]
    assert real.contest()["model"].unique().tolist() == ["default", "R0"] and same.ngroups == 16


def test_sources_of_variance_of_a_real_study(real: hc.SweepResults) -> None:
    frame = real.variance("outcome", "hybrid")
    assert set(frame["source"]) == {"Monte Carlo error", "parameter uncertainty", "client mix"} and len(frame) == 3 * 4
    assert frame["share"].between(0, 1).all()
    assert np.allclose(frame.groupby(["model", frame.columns[4]])["share"].sum(), 1)
    assert real.variance("dropout", "hybrid")["share"].isna().sum() == 4  # client mix is not measured for it


def test_points_and_arms_share_their_luck(real: hc.SweepResults) -> None:
    size = real.study.size
    values = real.values.reshape(size["draws"], 2, 2, *real.values.shape[1:])
    human = values[..., real.study.arms.index("human"), :, :]
    assert (human[:, :, 0] == human[:, :, 1]).all()  # a lever of the hybrid leaves the human arm to the last bit
    series = real.series("outcome", "hybrid", "human")
    a, b = (real.values[series.points, real.study.arms.index(arm), 0] for arm in ("hybrid", "human"))
    assert (series.values == a - b).all() and series.noise_se[0] == np.std((a - b)[0], ddof=1) / np.sqrt(2)
    found = real.contrast("hybrid", "human", "outcome")
    assert (found["noise_se"] < 1.5).all() and len(found) == 32


def test_a_run_is_the_same_again_and_from_its_own_document(real: hc.SweepResults) -> None:
    from hybridcare.study import Study

    again = Study.of(json.loads(json.dumps(real.study.document()))).run(threads=1, progress=False)
    assert (again.estimate == real.estimate).all() and (again.values == real.values).all()


def test_part_of_a_study_is_marked_as_such(real: hc.SweepResults) -> None:
    part = real.study.run(progress=False, limit=6)
    assert part.there.sum() == 6 and (part.estimate[:6] == real.estimate[:6]).all()
    assert any("26 of 32 points are still to do" in line for line in part.caveats)
    assert (part.table().query("point >= 6")["failure"] == "still to do").all()


def test_a_study_folder_gives_the_same_and_is_gone_on_with(real: hc.SweepResults, tmp_path: Path) -> None:
    shard = real.study.run(tmp_path / "study", progress=False, shard=(1, 2))
    assert not shard.there.all() and any("still to do" in line for line in shard.caveats)
    again = real.study.run(tmp_path / "study", progress=False)
    assert (again.estimate == real.estimate).all() and (again.values == real.values).all() and again.there.all()
    read = hc.open_sweep(tmp_path / "study")
    assert (read.estimate == real.estimate).all() and (read.design == real.design).all().all()
    assert list(read.by_culture) == ["outcome"] and read.contest().equals(real.contest())


def test_given_points_come_back_from_a_folder(tmp_path: Path) -> None:
    from helpers import TINY

    study = hc.Experiment(hc.Scenario.of(TINY)).sweep(points={A: [0.05, 0.1]}, levers={B: [0.4, 0.5]})
    found = study.run(tmp_path / "points", progress=False)
    read = hc.open_sweep(tmp_path / "points")
    assert (read.design == found.design).all().all() and (read.estimate == found.estimate).all()


def test_costs_and_qaly_are_those_of_the_table_of_accounts() -> None:
    from helpers import TINY

    experiment = hc.Experiment(hc.Scenario.of(TINY))
    minute, every = "/accounts/price/session_minute", "/arms/hybrid/pathway/steps/care/human/every_weeks"
    study = experiment.sweep(uncertainties={minute: {"uniform": [2, 5]}}, levers={every: [1, 4]}, n=4)
    found = study.psa(progress=False)
    assert list(found.cost.columns) == ["human", "ai", "hybrid, every_weeks 1", "hybrid, every_weeks 4"]
    per_minute = found.cost["human"] / found.parameters[minute]
    assert np.allclose(per_minute, per_minute[0]) and found.parameters[minute].nunique() == 4  # sessions alone cost
    assert (found.cost["hybrid, every_weeks 4"] < found.cost["hybrid, every_weeks 1"]).all()
    changed = experiment.scenario.with_({"accounts": {"price": {"session_minute": float(found.parameters[minute][1])}}})
    table = hc.Experiment(changed).run(progress=False, twins=False).accounts().table()
    for metric, frame in (("cost", found.cost), ("qaly", found.effect)):
        assert float(frame["ai"][1]) in set(table.loc[table["metric"] == metric, "estimate"]), metric


def test_a_point_as_a_scenario_is_the_point(real: hc.SweepResults) -> None:
    from hybridcare.study_paths import scenario_with

    for point in (1, 2):
        scenario = scenario_with(real.study.scenario, json.loads(real.study.patches()[point]))
        frame = hc.Experiment(scenario).run(progress=False, twins=False).table("estimates")
        frame = frame[(frame["metric"] == "phq9") & (frame["reading"] == "week_12") & (frame["culture"] == "all")]
        frame = frame[frame["twin"] == "factual"].set_index("arm")["estimate"]
        assert [frame[arm] for arm in real.study.arms] == list(real.estimate[point, :, 0])
