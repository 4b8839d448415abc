"""Targets: every published row is there, its study is run as it says, and what should move a figure moves it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import in_process
from hybridcare.errors import ConfigError
from hybridcare.places import data_file, data_folder
from hybridcare.target_files import bundled, parsed, targets
from hybridcare.target_forms import share_right
from hybridcare.target_readings import READINGS, jackknife
from hybridcare.target_rows import Rows, read_rows
from hybridcare.targets import TargetRuns, simulate_targets

import hybridcare as hc

#: Rows of the model document's table, section 7, and how many targets each has become.
ROWS = {
    "untreated course": 3, "waiting list": 2, "psychotherapy vs control": 4, "response": 2, "guided − unguided": 3,
    "self-guided programmes, 92 trials": 4, "AI conversational agents": 1, "dropout": 7, "r(empathy), r(alliance)": 3,
    "within-person alliance → next symptom": 2, "therapist share": 1, "personalised against standard": 2, "feedback": 2,
    "dose": 2, "in-group advantage": 2, "multimodal gain": 1, "felt heard and leaving (6,589 role-played sessions)": 4,
    "PHQ retest": 1, "weekly change (557 patients, BDI)": 1, "nulls": 7, "manipulated labels": 1,
}  # fmt: skip
NULLS = {"adherence", "competence", "ethnic_match", "writing", "bias_modification", "mindfulness", "caseload"}
SMALL = {"clients": 24, "replicates": 4}


def content() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(data_file("targets.json").read_text(encoding="utf-8"))
    return made


def one(runs: TargetRuns, name: str, point: int = 0) -> float:
    return float(runs.value[point, runs.names.index(name)])


def test_every_row_of_the_table_is_there() -> None:
    counted: dict[str, int] = {}
    for target in targets().values():
        counted[target.row] = counted.get(target.row, 0) + 1
    assert counted == ROWS
    assert {name.removeprefix("null_") for name, one in targets().items() if one.kind == "null"} == NULLS
    twice = {name for name, one in targets().items() if one.weight == 2}
    assert {"personalised_d", "feedback_d", "felt_heard_leaving", "within_person"} <= twice


def test_an_interval_holds_its_figure_and_what_is_fitted_has_all_it_takes() -> None:
    for target in targets().values():
        assert target.low < target.high and (math.isnan(target.figure) or target.holds(target.figure)), target.name
        assert target.derivation and target.study["measure"] and target.study["comparator"], target.name
        if target.kind == "bracket":
            assert target.weight == 0
        else:
            assert math.isfinite(target.figure + target.low + target.high + target.sd) and target.sd > 0, target.name
            assert target.weight > 0
            assert (target.discrepancy > 0) == (target.interval == "ci95" or target.name in OWN)
    assert targets("response_therapy")["response_therapy"].sd == pytest.approx(math.sqrt(0.41 * 0.59 / 400), rel=1e-3)


#: Targets with a discrepancy of their own beside a range or a tolerance.
OWN = ("phq9_retest",)


def test_nothing_is_fitted_twice_over_or_let_off_for_a_reason_of_another_quantity() -> None:
    """Three shares that sum to 1 are two figures; a pooled effect and its parts are one; weekly changes of 2.7 points
    are told from 2.0 (±.3), at 3 SD; bias modification on depression does not outdo what was found beside anxiety."""
    known = targets()
    for parts, most in ((("felt_heard_counsellor", "felt_heard_person", "felt_heard_rest"), 2),
                        (("selfguided_usual_g", "selfguided_alone_g", "selfguided_encouraged_g"), 1)):  # fmt: skip
        assert sum(known[name].weight > 0 for name in parts) == most
    weekly = known["weekly_change_sd"]
    assert (2.7 - weekly.figure) / math.hypot(weekly.sd, weekly.discrepancy) > 3
    assert known["null_bias_modification"].high <= evidence()["cbm_symptoms"]["value"]


def evidence() -> dict[str, dict[str, Any]]:
    """Entries of the evidence by id, whichever file holds them."""
    found: dict[str, dict[str, Any]] = {}
    for path in data_folder("evidence").glob("*.json"):
        held = json.loads(path.read_text(encoding="utf-8"))
        rows = held.get("entries", {}) if isinstance(held, dict) else {row["id"]: row for row in held}
        found |= {name: row for name, row in rows.items() if "unit" in row}
    return found


def test_figures_are_those_of_the_evidence() -> None:
    """Where the first entry of a target has a value, the figure is that value in the target's unit, and a 95 % interval
    is the entry's; but for figures that are derived, and say so."""
    entries, checked = evidence(), 0
    for target in targets().values():
        for entry in (entries[name] for name in target.evidence[:1] if name in entries):
            if math.isnan(target.figure) or "value" not in entry or target.derivation.startswith("Derived"):
                continue
            times = 0.01 if entry["unit"].startswith(("percent", "%")) and target.unit in ("share", "ratio") else 1
            if target.name not in ("dose_ratio", "multimodal_gain", "felt_heard_leaving"):  # of several entries
                assert target.figure == pytest.approx(times * entry["value"], abs=5e-4), target.name
                checked += 1
            interval = entry.get("interval", {})
            low, high = (entry.get(f"ci_{end}", interval.get(end)) for end in ("low", "high"))
            if target.interval == "ci95" and low is not None:
                assert (target.low, target.high) == pytest.approx((times * low, times * high))
    assert checked >= 15


def test_the_file_is_of_its_schema_and_wrong_ones_are_refused() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_folder("schema") / "targets.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    check.validate(content())
    for pointer, value in ((("targets", "response_therapy", "kind"), "fitt"), (("targets", "dose_ratio", "figrue"), 1),
                           (("parts", "trial", "weeks"), 0),
                           (("targets", "label", "study", "reading"), {})):  # fmt: skip
        wrong = content()
        place = wrong
        for name in pointer[:-1]:
            place = place[name]
        place[pointer[-1]] = value
        assert not check.is_valid(wrong), pointer
    assert {one.study["reading"]["of"] for one in targets().values()} <= {*READINGS, "echo", "rows", "closed"}


@pytest.mark.parametrize(
    ("pointer", "value", "words"),
    [
        (("targets", "response_therapy", "figure"), 0.9, "does not lie between"),
        (("targets", "response_therapy", "figure"), None, "needs a figure"),
        (("targets", "response_therapy", "kind"), "fitt", "nearest: 'fit'"),
        (("targets", "label", "weight"), 2, "counts nowhere"),
        (("targets", "response_therapy", "study", "arms"), ["humann"], "nearest: 'human'"),
        (("parts", "dose", "arms"), ["session"], "nearest: 'sessions'"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(pointer: tuple[str, ...], value: Any, words: str) -> None:
    wrong = content()
    place = wrong
    for name in pointer[:-1]:
        place = place[name]
    place[pointer[-1]] = value
    with pytest.raises(ConfigError, match=words) as error:
        parsed(wrong)
    assert "#/" + "/".join(pointer[:2]) in str(error.value)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="nearest: 'dose_ratio'"):
        targets("dose_rato")
    with pytest.raises(ConfigError, match="rival"):
        simulate_targets(["{}"], names="phq9_retest", rival="R9")
    for wrong in ({"clients": 1}, {"replicates": 0}, {"clients": 2.5}, {"seed": -1}):
        with pytest.raises(ConfigError, match="whole number"):
            simulate_targets(["{}"], names="phq9_retest", **wrong)  # type: ignore[arg-type]
    for text in ("[1]", "{", "3", '{"course": {"harm": NaN}}', "[" * 100_000):
        with pytest.raises(ConfigError, match="point 1"):
            simulate_targets(["{}", text], names="phq9_retest")


POINTS = {
    "default": {},
    "error": {"course": {"measurement_sd": 2.2}},
    "gain": {"change": {"rate": 2}},
    "leave": {"leaving": {"intercept": -2}},
    "bond": {"course": {"alliance_effect": 12}},
    "label": {"assistant": {"label_discount": 0}},
    "practice": {"practice": {"rate": 1.2}},
    "halo": {"intake": {"halo_correlation": -0.5}},
    "feedback": {"monitoring": {"gain_boost": 4}},
    "course": {"intake": {"baseline_mean": 2}},
    "heard": {"ratings": {"heard_sd": 0.5}},
    "usual": {"course": {"usual_care_gain": 1}},
    "waiting": {"course": {"waiting_shift": 4}},
    "senses": {"assistant": {"noise_correlation": 0}},
    "culture": {"human": {"distance_loss": 0.5}},
}


@pytest.fixture(scope="module")
def runs() -> TargetRuns:
    return simulate_targets([json.dumps(point) for point in POINTS.values()], clients=64, replicates=8)


def test_what_should_move_a_target_moves_it(runs: TargetRuns) -> None:
    """Same clients, same luck, one parameter changed. Limits lie 4.3 standard deviations of the difference, or more,
    from its mean (both over ten seeds): false alarm below 1e-5 each, did the seed move."""

    def moved(point: str, name: str) -> float:
        return one(runs, name, list(POINTS).index(point)) - one(runs, name)

    assert not runs.failures and np.isfinite(runs.value).all()
    assert moved("error", "phq9_retest") < -0.08 and moved("error", "weekly_change_sd") > 0.6
    assert moved("gain", "therapy_points") < -1.2 and moved("gain", "response_therapy") > 0.07
    assert moved("leave", "dropout_therapy") > 0.4 and moved("leave", "dropout_app_alone") > 0.4
    assert moved("bond", "within_person") < -0.015
    assert one(runs, "label", list(POINTS).index("label")) == 0 and one(runs, "label") < -0.06
    assert moved("practice", "personalised_d") > 0.007 and moved("practice", "unguided_g") > 0.15
    assert moved("halo", "r_empathy") < -0.06 and moved("halo", "r_alliance_online") < 0
    assert moved("feedback", "feedback_d") > 0.15
    assert moved("course", "untreated_52w") > 0.1 and moved("course", "waiting_change") < -4
    assert moved("heard", "felt_heard_rest") > 0.1
    assert moved("usual", "response_control") > 0.12 and moved("usual", "unguided_g") < -0.2
    assert moved("waiting", "waiting_d") < -0.6
    assert moved("senses", "multimodal_gain") > 8
    assert moved("culture", "ingroup_first") > 10 and moved("culture", "null_ethnic_match") > 0.01


def test_a_study_keeps_what_it_is_whatever_the_point_says(runs: TargetRuns) -> None:
    """Nobody leaves in the study of doses; an untreated course reacts to no treatment. Seen to fail without the arms'
    own statements laid on top."""
    for point in ("leave", "label", "halo"):
        at = list(POINTS).index(point)
        assert one(runs, "dose_ratio", at) == one(runs, "dose_ratio") or point == "halo"
        assert one(runs, "untreated_26w", at) == one(runs, "untreated_26w")
    assert one(runs, "dose_ratio", list(POINTS).index("gain")) != one(runs, "dose_ratio")
    skilled = '{"human": {"quality": {"technique": 0.9}}}'
    moved = simulate_targets([skilled], names="null_competence", **SMALL)
    assert np.isfinite(moved.value).all()  # better technique is a shift from where the point has it, kept in range


def test_the_same_numbers_again_in_another_order_alone_and_on_other_threads() -> None:
    texts = [json.dumps(POINTS[name]) for name in ("default", "gain", "default", "leave")]
    first = simulate_targets(texts, threads=2, **SMALL)
    again = simulate_targets(texts[::-1], threads=1, **SMALL)
    assert np.array_equal(first.value, again.value[::-1], equal_nan=True)
    assert np.array_equal(first.noise_se, again.noise_se[::-1], equal_nan=True)
    assert np.array_equal(first.value[0], first.value[2], equal_nan=True) and first.client_weeks == again.client_weeks
    for name in ("therapy_points", "r_alliance", "felt_heard_rest", "dose_shape"):
        alone = simulate_targets(texts[1:2], names=name, **SMALL)
        assert alone.value[0, 0] == one(first, name, 1)
        assert alone.noise_se[0, 0] == first.noise_se[1, first.names.index(name)]
    other = simulate_targets(texts[:1], names="therapy_points", seed=5, **SMALL)
    assert other.value[0, 0] != one(first, "therapy_points")


def test_pairing_makes_differences_steadier_than_levels() -> None:
    """Response at two gains: over twelve seeds, the spread of their difference is less than half of a level's."""
    texts = ["{}", '{"change": {"rate": 1.2}}']
    found = np.array([simulate_targets(texts, names="response_therapy", seed=seed, **SMALL).value[:, 0]
                      for seed in range(12)])  # fmt: skip
    assert found.std(axis=0).min() > 2 * np.diff(found, axis=1).std() > 0


def test_noise_is_what_other_seeds_would_change() -> None:
    """Over 24 seeds the spread of values is that of the noise stated: their ratio is chi over its root, so that outside
    [.6, 1.6] lies less than 1e-3 for each of three; a noise of half or twice is found with .99."""
    names = ["therapy_points", "dropout_therapy", "weekly_change_sd"]
    made = [simulate_targets(["{}"], names=names, seed=seed, clients=32, replicates=8) for seed in range(24)]
    spread = np.array([run.value[0] for run in made]).std(axis=0, ddof=1)
    stated = np.sqrt(np.array([run.noise_se[0] ** 2 for run in made]).mean(axis=0))
    assert ((spread / stated > 0.6) & (spread / stated < 1.6)).all(), spread / stated


def test_a_point_that_is_refused_is_its_own_failure() -> None:
    runs = simulate_targets(["{}", '{"course": {"harm": 99}}', '{"intake": {"halo_sd": 0.2}}'], **SMALL)
    assert list(runs.failures) == [1] and "/course/harm" in runs.failures[1]
    assert np.isnan(runs.value[1]).all() and np.isfinite(runs.value[[0, 2]]).all()
    assert not runs.inside[1].any() and not runs.table(1)["inside"].any()
    only = simulate_targets(['{"course": {"harm": 99}}'], names="r_alliance,felt_heard_rest", **SMALL)
    assert list(only.failures) == [0] and only.client_weeks == 0


def test_counts_and_ratings_are_what_the_product_itself_reports() -> None:
    """The oracle is an ordinary run of the same scenario, through tables."""
    size = {"clients": 40, "replicates": 4}
    file, runs = bundled(), simulate_targets(["{}"], **size)
    arms = {name: file.scenario["arms"][name] for name in ("none", "human", "ai", "guided")}
    scenario = {**file.scenario, "arms": arms, "headline": {"arm": "human", "against": "none"}, "replicates": 4}
    results = hc.Experiment(hc.Scenario.of({**scenario, "clients": 40}, "t")).run(progress=False, twins=False)
    found = results.table().query("culture == 'all'").set_index(["arm", "metric", "reading"])
    rows = found["estimate"]
    stated = runs.noise_se[0, runs.names.index("response_therapy")]
    assert stated == pytest.approx(found.loc[("human", "response", "post"), "noise_se"], rel=1e-9)
    assert one(runs, "therapy_points") == rows["human", "phq9", "week_12"] - rows["none", "phq9", "week_12"]
    assert one(runs, "response_therapy") == rows["human", "response", "post"]
    assert one(runs, "dropout_app_alone") == rows["ai", "dropout", ""]
    twice = hc.Experiment(hc.Scenario.of({**scenario, "clients": 80}, "t")).run(progress=False, twins=False)
    echo = twice.table("echo").query("culture == 'all' and against == ''").set_index(["arm", "agent", "metric"])
    keys = {"r_empathy": ("human", "human", "r_empathy"), "within_person": ("human", "human", "within_person"),
            "r_alliance_online": ("guided", "human", "r_alliance")}  # fmt: skip
    for name, key in keys.items():
        assert one(runs, name) == echo.loc[key, "estimate"]
        assert runs.noise_se[0, runs.names.index(name)] == echo.loc[key, "noise_se"]
    weeks = results.weeks(sample=40).query("arm == 'human'").sort_values(["replicate", "client", "week"])
    change = weeks.groupby(["replicate", "client"])["phq9"].diff()
    before = weeks.groupby(["replicate", "client"])["in_care"].shift()
    cared = (weeks["week"] > 1) & (weeks["in_care"] == 1) & (before == 1)
    assert one(runs, "weekly_change_sd") == pytest.approx(change[cared].std(ddof=0), rel=1e-12)


def made_rows(rng: np.random.Generator, therapist: float, person: float, session: float) -> Rows:
    """Three replicates of 3,000 clients, 100 therapists each; felt heard with the variance components given."""
    who = rng.integers(0, 100, (3, 3000))
    level = rng.normal(0, therapist**0.5, (3, 100))
    heard = np.full((3, 3000, 3), np.nan)
    stable = np.take_along_axis(level, who, 1) + rng.normal(0, person**0.5, (3, 3000))
    heard[:, :, 1:] = 2 + stable[..., None] + rng.normal(0, session**0.5, (3, 3000, 2))
    phq9 = rng.normal(14, 3, (3, 3000, 9))
    alliance = np.full((3, 3000, 9), np.nan)
    alliance[:, :, 1] = rng.normal(0, 1, (3, 3000))
    for week in range(2, 9):
        alliance[:, :, week] = 0.5 * alliance[:, :, week - 1] - 0.1 * phq9[:, :, week] + rng.normal(0, 1, (3, 3000))
    left = np.zeros((3, 3000, 9), dtype=bool)
    left[:, :, 2:] = ((heard[:, :, 1] <= 1) & (rng.random((3, 3000)) < 0.25))[..., None]
    return Rows(phq9, alliance, heard, np.ones((3, 3000, 9), dtype=bool), left, who)


def test_shares_of_variance_and_slopes_are_found_where_they_are_known() -> None:
    """Limits are 4.5 standard errors over 200 draws of such data (false alarm 7e-6 each); the counts' n − 1, or rest
    and session taken for each other, is found."""
    found = read_rows(made_rows(np.random.default_rng(3), 0.5, 1, 1.5), [
        "felt_heard_counsellor", "felt_heard_person", "felt_heard_rest", "felt_heard_leaving", "weekly_change_sd",
        "within_person_back"])  # fmt: skip
    assert found["felt_heard_counsellor"][0] == pytest.approx(0.5 / 3, abs=0.06)
    assert found["felt_heard_person"][0] == pytest.approx(1 / 3, abs=0.05)
    assert found["felt_heard_rest"][0] == pytest.approx(0.5, abs=0.06)
    assert found["felt_heard_leaving"][0] == pytest.approx(0.25, abs=0.05)
    assert found["weekly_change_sd"][0] == pytest.approx(3 * 2**0.5, abs=0.1)
    assert -0.5 < found["within_person_back"][0] < -0.2  # -.1 times an SD of 3, over one of about 1
    assert all(values.shape == (4,) and np.ptp(values) > 0 for values in found.values())


def test_a_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.array([1.0, 4.0, 2.0, 9.0])
    without = (values.sum() - values) / 3
    whole, noise = jackknife(np.concatenate([[values.mean()], without])[None])
    assert whole[0] == 4 and noise[0] == pytest.approx(values.std(ddof=1) / 2)
    assert np.isnan(jackknife(np.array([[1.0]]))[1]).all()


def test_the_closed_form_of_recognition_is_that_of_the_model_page() -> None:
    six = np.full(3, 6.0)
    assert share_right(np.array([2.05, 1.722, 0]), six) == pytest.approx([0.771, 0.682, 1 / 6], abs=5e-4)
    assert share_right(np.array([0.8]), np.array([2.0]))[0] == pytest.approx(0.71420, abs=1e-5)  # Φ(.8 / √2)


def test_rivals_are_run_and_a_point_cannot_undo_them() -> None:
    names = "unguided_g,guidance_points,untreated_13w,r_alliance_online"
    texts = ["{}", '{"change": {"empathy_elasticity": 0}}']
    r1, r3 = (simulate_targets(texts, names=names, rival=rival, **SMALL) for rival in ("R1", "R3"))
    assert one(r3, "unguided_g") < one(r1, "unguided_g") - 0.1  # an assistant's conversation gains nothing
    assert one(r3, "untreated_13w") == one(r1, "untreated_13w")
    assert one(r3, "r_alliance_online") != one(r1, "r_alliance_online")  # in the parts run point by point, too
    r2 = simulate_targets(texts, names=names, rival="R2", **SMALL)  # where b_E is 3, whatever a point says
    assert np.array_equal(r2.value[0], r2.value[1]) and not np.array_equal(r1.value[0], r1.value[1])


def test_a_table_shows_misses_first(runs: TargetRuns) -> None:
    """Misses of what is fitted, then of what is only shown, then the rest; in each the farthest at the top."""
    table = runs.table()
    group = 2 * table["inside"].astype(int) + (table["kind"] == "bracket").astype(int)
    assert list(group) == sorted(group) and set(group) == {0, 1, 2, 3}
    for _, rows in table.groupby(group):
        far = rows["off"].abs().fillna(0)
        assert list(far) == sorted(far, reverse=True)
    assert sorted(table["target"]) == sorted(targets()) and list(table["target"]) != list(targets())
    assert (table["inside"] == [targets()[row.target].holds(row.simulated) for row in table.itertuples()]).all()
    with pytest.raises(ConfigError, match=r"outside \[0, 14\]"):
        runs.table(15)


def test_progress_ends_at_its_total() -> None:
    seen: list[tuple[int, int]] = []
    simulate_targets(["{}", "{}"], names="label,r_alliance", progress=lambda *step: seen.append(step), **SMALL)
    assert seen[-1] == (4, 4) and all(total == 4 for _, total in seen) and seen == sorted(seen)
    assert {(2, 4), (3, 4)} <= set(seen)  # two points in each of two parts


def test_the_command_line(tmp_path: Path) -> None:
    def said(*arguments: str, code: int = 0) -> str:
        done = in_process("targets", *arguments, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return str(done.stdout) if code == 0 else str(done.stderr)

    listed = said()
    assert all(name in listed for name in targets()) and "cannot tell" in " ".join(listed.split())
    (label,) = json.loads(said("--json", "label"))
    assert label["figure"] is None and label["high"] == 0
    assert ".62 ± .05" in " ".join(said("dose_ratio", "--about").split())
    run = said("phq9_retest", "dropout_therapy", "--simulate", "--clients", "16", "--replicates", "2", "--rival", "R2",
               "--quiet")  # fmt: skip
    assert "R2, empathy matters" in run and "phq9_retest" in run and "dropout_therapy" in run
    assert json.loads(said("phq9_retest", "--simulate", "--json", "--quiet"))["targets"][0]["inside"] is False
    assert "nearest: 'dose_ratio'" in said("dose_rato", code=2)
    assert "known: R0" in said("--simulate", "--rival", "R9", code=2)
    point = '{"course": {"measurement_sd": 2}}'
    changed = json.loads(said("phq9_retest", "--simulate", "--json", "--quiet", "--point", point))
    assert changed["targets"][0]["simulated"] == pytest.approx(1 - (4 + 1 / 12) / 25)
    assert "/course/harm" in said("label", "--simulate", "--quiet", "--point", '{"course": {"harm": 99}}', code=2)
    assert "point 0: is no JSON" in said("label", "--simulate", "--quiet", "--point", "{", code=2)
    assert "whole number" in said("--simulate", "--clients", "0", code=2)
    for alone in (("--rival", "R2"), ("--point", '{"course": {"harm": 0}}'), ("--seed", "3"), ("--clients", "9")):
        assert f"{alone[0]}: says what to simulate" in said("label", *alone, code=2)  # no silent list of the default
    assert "either --about or --simulate" in said("label", "--about", "--simulate", code=2)
    assert json.loads(said("label", "--about", "--json"))[0]["study"]["comparator"]
