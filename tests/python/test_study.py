"""Study files and designs: what is read, what is refused and how, and that designs are what they say."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers import TINY
from scipy import stats

import hybridcare as hc
from hybridcare import core, designs
from hybridcare.factors import Factor
from hybridcare.places import data_folder
from hybridcare.strict_json import parse_json
from hybridcare.study import Study
from hybridcare.study_schema import schema

EMPATHY = "/change/empathy_elasticity"
EVERY = "/arms/hybrid/pathway/steps/care/human/every_weeks"
STUDY: dict[str, Any] = {
    "format": 1,
    "base": TINY,
    "uncertainties": {EMPATHY: {"uniform": [0, 4]}, "/course/harm": {"triangular": [0, 0.06, 0.2]}},
    "levers": {EVERY: {"values": [1, 2, 4]}},
    "metrics": {"outcome": "phq9@week_6"},
    "design": {"kind": "sobol", "n": 8},
}


def study(**changes: Any) -> Study:
    document = copy.deepcopy(STUDY)
    document.update(changes)
    return Study.of({name: value for name, value in document.items() if value is not None})


def refused(**changes: Any) -> str:
    with pytest.raises(hc.ConfigError) as error:
        study(**changes)
    return str(error.value)


def test_every_choice_and_model_sees_the_same_draws() -> None:
    made = study(relationships=["default", "no_harm"])
    frame = made.design
    assert made.size["points"] == len(frame) == 8 * 3 * 2 == len(made.patches())
    for _, group in frame.groupby(["model", EVERY]):
        assert list(group["draw"]) == list(range(8))
        for path in (EMPATHY, "/course/harm"):
            assert list(group[path]) == list(frame.groupby("draw")[path].first())
    assert frame["key"].is_unique and frame.index.name == "point"


def test_a_patch_says_what_the_row_says_and_a_model_has_the_last_word() -> None:
    made = study(relationships=["default", "no_harm"])
    for row, text in zip(made.design.to_dict("records"), made.patches(), strict=True):
        patch = json.loads(text)
        assert patch["change"]["empathy_elasticity"] == row[EMPATHY]
        assert patch["arms"]["hybrid"]["pathway"]["steps"]["care"]["human"] == {"every_weeks": row[EVERY]}
        assert patch["course"]["harm"] == (0 if row["model"] == "no_harm" else row["/course/harm"])
    assert any("no_harm fixes /course/harm" in note for note in made.notes)


def test_a_design_is_the_same_again_and_a_longer_one_goes_on() -> None:
    short, again, longer = study(), study(), study(design={"kind": "sobol", "n": 16})
    assert (short.design == again.design).all().all()
    assert list(longer.design["key"][: len(short.design)]) == list(short.design["key"])
    other = study(seed=8)
    assert list(other.design[EMPATHY]) != list(short.design[EMPATHY])
    kept = Study.of(json.loads(json.dumps(short.document())))
    assert (kept.design == short.design).all().all() and kept.patches() == short.patches()


def test_a_lever_may_take_something_away() -> None:
    none = {"arms": {"hybrid": {"pathway": {"steps": {"care": {"human": None}}}}}}
    made = study(levers={"human": {"patches": {"weekly": {}, "none": none}}})
    patch = json.loads(made.patches()[1])
    assert patch["arms"]["hybrid"]["pathway"]["steps"]["care"] == {"human": None}
    assert list(made.design["human"][:2]) == ["weekly", "none"]


def test_points_of_each_kind_are_as_many_as_said(tmp_path: Path) -> None:
    def count(**design: Any) -> int:
        made = study(design=design, levers=None)
        assert len(made.design) == made.draws
        return made.draws

    assert count(kind="latin_hypercube", n=7) == 7
    assert count(kind="saltelli", n=4) == 4 * (2 + 2)
    assert count(kind="saltelli", n=4, second_order=True) == 4 * (2 * 2 + 2)
    assert count(kind="morris", n=5) == 5 * (2 + 1)
    assert count(kind="full_factorial", n=3) == 9
    (tmp_path / "points.csv").write_text(f"{EMPATHY},/course/harm\n1,.1\n2,0.05\n", encoding="utf-8")
    document = {**STUDY, "design": {"kind": "csv", "file": "points.csv"}, "uncertainties": {}}
    (tmp_path / "study.json").write_text(json.dumps(document), encoding="utf-8")
    made = hc.load_study(tmp_path / "study.json")
    assert made.draws == 2 and json.loads(made.patches()[0])["course"] == {"harm": 0.1}


def test_sampled_levers_are_drawn_with_the_uncertainties() -> None:
    made = study(design={"kind": "latin_hypercube", "n": 9, "levers": "sampled"})
    assert len(made.design) == 9 and sorted(made.design[EVERY]) == [1] * 3 + [2] * 3 + [4] * 3
    patch = json.loads(made.patches()[0])
    assert patch["arms"]["hybrid"]["pathway"]["steps"]["care"]["human"]["every_weeks"] == made.design[EVERY][0]


def test_weights_sum_to_one_and_keep_their_means() -> None:
    made = study(uncertainties={"/quality/weight/*": {"dirichlet": 25}}, levers=None,
                 design={"kind": "sobol", "n": 256})  # fmt: skip
    frame = made.design.filter(like="/quality/weight/")
    assert frame.shape == (256, 8) and np.allclose(frame.sum(axis=1), 1, atol=1e-10)
    fields = hc.fields().set_index("path")["default"]
    means = np.array([fields[path] for path in frame.columns])
    spread = np.sqrt(means * (1 - means) / 26)  # of a Dirichlet with concentration 25
    assert np.allclose(frame.mean(), means, atol=0.005) and np.allclose(frame.std(), spread, rtol=0.1)


def cut(law: Any, low: float, high: float) -> Any:
    """A distribution between two ends."""
    at = law.cdf([low, high])
    return SimpleNamespace(cdf=lambda x: (law.cdf(x) - at[0]) / (at[1] - at[0]))


@pytest.mark.parametrize(
    ("spec", "law"),
    [
        ({"uniform": [0, 4]}, stats.uniform(0, 4)),
        ({"loguniform": [0.01, 4]}, stats.loguniform(0.01, 4)),
        ({"normal": [1.5, 2]}, stats.truncnorm(-0.75, 3.25, 1.5, 2)),
        ({"normal": [1.5, 0.5], "within": [1, 2]}, stats.truncnorm(-1, 1, 1.5, 0.5)),
        ({"lognormal": [1.5, 0.4], "within": [1, 3]}, cut(stats.lognorm(0.4, scale=1.5), 1, 3)),
        ({"lognormal": [1.5, 2]}, cut(stats.lognorm(2, scale=1.5), 0, 8)),
        ({"triangular": [0, 1, 4]}, stats.triang(0.25, 0, 4)),
        ({"beta": [2, 5]}, stats.beta(2, 5, 0, 8)),
    ],
)
def test_values_follow_their_distribution(spec: dict[str, Any], law: Any) -> None:
    """A Latin hypercube has one value in each of n equally likely parts: exact, no chance of a false alarm."""
    made = study(uncertainties={EMPATHY: spec}, levers=None, design={"kind": "latin_hypercube", "n": 200})
    parts = np.floor(law.cdf(np.sort(made.design[EMPATHY].to_numpy(float))) * 200 + 1e-6).astype(int)
    assert list(np.minimum(parts, 199)) == list(range(200))


def test_choices_and_whole_numbers_are_as_likely_as_said() -> None:
    made = study(uncertainties={"/therapists/count": {"whole": [10, 19]},
                                "/intake/selected": {"choice": [True, False], "weights": [3, 1]}},
                 levers=None, design={"kind": "latin_hypercube", "n": 400})  # fmt: skip
    assert made.design["/therapists/count"].value_counts().to_dict() == dict.fromkeys(range(10, 20), 40)
    assert made.design["/intake/selected"].value_counts().to_dict() == {True: 300, False: 100}
    assert json.loads(made.patches()[0])["intake"]["selected"] in (True, False)


def test_span_takes_the_range_that_the_table_of_fields_states() -> None:
    made = study(uncertainties={EMPATHY: "span", "/quality/weight/*": "span"}, levers=None)
    assert made.factors[0].numbers == (0.0, 4.0) and made.factors[0].source == "range stated by the model"
    assert sum(made.factors[1].numbers) == pytest.approx(25)
    without = next(row for row in core.fields() if row["span"] is None and row["kind"] == "real")["path"]
    assert "nothing states" in refused(uncertainties={without: "span"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uncertainties": {"/change/empathy_elasticty": {"uniform": [0, 4]}}},
         ["/uncertainties/~1change~1empathy_elasticty", "unknown path", "nearest: /change/empathy_elasticity"]),
        ({"uncertainties": {EMPATHY: {"uniform": [4, 0]}}}, ["elasticity/uniform", "wrong way round", "4", "0"]),
        ({"uncertainties": {EMPATHY: {"uniform": [0, 9]}}}, ["9 leaves the range", "[0, 8]", "per unit of empathy"]),
        ({"uncertainties": {EMPATHY: {"normal": [9, 1]}}}, ["9 leaves the range"]),
        ({"uncertainties": {EMPATHY: {"normal": [1, 0]}}}, ["standard deviation is above 0"]),
        ({"uncertainties": {EMPATHY: {"loguniform": [0, 1]}}}, ["low is above 0"]),
        ({"uncertainties": {EMPATHY: {"lognormal": [0, 1]}}}, ["median is above 0"]),
        ({"uncertainties": {EMPATHY: {"lognormal": [1, 1], "within": [2, 3]}}}, ["median 1 lies outside of [2, 3]"]),
        ({"uncertainties": {EMPATHY: {"triangular": [0, 5, 4]}}}, ["most likely value 5"]),
        ({"uncertainties": {EMPATHY: {"uniform": [0, 1], "beta": [1, 1]}}}, ["found uniform, beta"]),
        ({"uncertainties": {EMPATHY: {"unifrom": [0, 1]}}}, ["unknown key 'unifrom'", "nearest: 'uniform'"]),
        ({"uncertainties": {EMPATHY: {"uniform": [0, float("inf")]}}}, ["not finite"]),
        ({"uncertainties": {EMPATHY: {"uniform": [0, "4"]}}}, ["/uniform/1", "found the text '4'"]),
        ({"uncertainties": {EMPATHY: {"dirichlet": 3}}}, ["ends in /*"]),
        ({"uncertainties": {"/course/*": {"dirichlet": 3}}}, ["unknown group of weights", "/quality/weight/*"]),
        ({"uncertainties": {"/quality/weight/technique": {"uniform": [0.5, 0.6]}}}, ["no design point", "sum to"]),
        ({"uncertainties": {"/therapists/count": {"uniform": [10, 20]}}}, ["whole number", "\"whole\""]),
        ({"uncertainties": {"/intake/selected": {"uniform": [0, 1]}}}, ["switch", "\"choice\""]),
        ({"uncertainties": {"/accounts/currency": {"choice": ["GBP", "EURO"]}}}, ["choice/1", "nearest: 'EUR'"]),
        ({"uncertainties": {"/service/arrivals": {"uniform": [1, 2]}}}, ["has no service"]),
        ({"uncertainties": {"/arms/hybird/course/harm": {"uniform": [0, 1]}}}, ["unknown arm 'hybird'", "'hybrid'"]),
        ({"uncertainties": {EMPATHY: {"uniform": [0, 4]}}, "levers": {EMPATHY: [1, 2]}}, ["is set twice"]),
        ({"uncertainties": {}, "levers": {}, "arms": ["human"]}, ["empty design", "under uncertainties or levers"]),
        ({"levers": {EVERY: {"values": []}}}, ["/values", "at least 1"]),
        ({"levers": {EVERY: {"values": [1, 1]}}}, ["stands there twice"]),
        ({"levers": {EVERY: {"values": [1, -2]}}}, ["refused by the scenario's reader", "-2"]),
        ({"levers": {"pace": {"values": [1, 2]}}}, ["JSON Pointer"]),
        ({"levers": {"protocol": {"arms": ["human", "hybird"]}}}, ["unknown arm 'hybird'"]),
        ({"arms": ["human"], "levers": {"protocol": {"arms": ["human"]}}}, ["leave one out"]),
        ({"relationships": ["no_ham"]}, ["/relationships/0", "unknown model 'no_ham'", "'no_harm'"]),
        ({"metrics": {}}, ["/metrics", "is empty"]),
        ({"metrics": {"a": {"worst": "human_contacts"}}}, ["/metrics/a", "which way is better?"]),
        ({"metrics": {"a": {"worst": "ended_early"}}}, ["/metrics/a", "which way is better?"]),
        ({"metrics": {"a": "phq"}}, ["/metrics", "unknown metric 'phq'", "nearest: 'phq9'"]),
        ({"metrics": {"a": "phq9/fr"}}, ["/metrics", "culture", "'far'"]),
        ({"metrics": {"a b": "phq9"}}, ["/metrics/a b", "letters, digits"]),
        ({"metrics": {"a": {"metric": "phq9", "beter": "lower"}}}, ["nearest: 'better'"]),
        ({"metrics": {"a": {"worst": "phq9", "by_culture": True}}}, ["/metrics/a/by_culture", "belongs to"]),
        ({"metrics": {"a": {"metric": "phq9", "week": 3}}}, ["/metrics/a/week", "belongs to an expression"]),
        ({"design": {"kind": "sobol"}}, ["'n' is missing"]),
        ({"design": {"kind": "sobl", "n": 4}}, ["/design/kind", "nearest: 'sobol'"]),
        ({"design": {"kind": "sobol", "n": 0}}, ["0 is outside [1,"]),
        ({"design": {"kind": "sobol", "n": 1.5}}, ["expected a whole number"]),
        ({"design": {"kind": "morris", "n": 4, "levels": 3}}, ["even number"]),
        ({"design": {"kind": "csv", "file": "no.csv"}, "uncertainties": {}}, ["no.csv", "no such file"]),
        ({"format": 2}, ["#/format", "expected 1, found 2"]),
        ({"base": "hybrid_vs_human"}, ["unknown scenario"]),
        ({"clients": 0}, ["/clients", "0 is outside"]),
        ({"repliactes": 4}, ["unknown key 'repliactes'", "nearest: 'replicates'"]),
        ({"against": "nobody"}, ["/against", "unknown arm"]),
    ],
)  # fmt: skip
def test_mistakes_are_met_at_the_door(changes: dict[str, Any], words: list[str]) -> None:
    message = refused(**changes)
    assert message.startswith(("study", "no.csv", "unknown")), message
    for word in words:
        assert word in message, message


def test_a_thousand_million_points_are_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a design was made")

    monkeypatch.setattr(designs, "unit_cube", never)
    message = refused(design={"kind": "sobol", "n": 10**9})
    assert "3,000,000,000 design points" in message and f"{designs.MOST_POINTS:,}" in message
    wide = {f"/arms/{arm}/course/harm": list(range(0, 2)) for arm in ("human", "ai", "hybrid")}
    assert "design points" in refused(levers=wide, design={"kind": "full_factorial", "n": 10**3})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": 1, "design": {"n": 1, "n": 2}}', ["#/design/n", "twice"]),
        ('{"format": 1,', [":1:14", "no JSON"]),
        ("[1]", ["expected an object, found a list"]),
        ('{"a": NaN}', ["NaN is no number"]),
        ('{"a": [1e999]}', ["#/a/0", "beyond the largest number"]),
        ('{"a":' * 70 + "1" + "}" * 70, ["deeper than 64"]),
        ("{" + '"a":[' * 100_000, ["no JSON"]),
    ],
)
def test_broken_json_says_where(text: str, words: list[str]) -> None:
    with pytest.raises(hc.ConfigError) as error:
        parse_json(text, "study.json")
    assert str(error.value).startswith("study.json") and all(word in str(error.value) for word in words), error.value


def test_files_that_are_none_or_too_large(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (5 << 20))
    for path, words in ((tmp_path / "none.json", "no such file"), (tmp_path, "is a folder"), (large, "4 MiB")):
        with pytest.raises(hc.ConfigError, match=words):
            hc.load_study(path)
    with pytest.raises(hc.ConfigError, match="nearest: 'which_protocol'"):
        hc.load_study("which_protcol")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{EMPATHY},{EMPATHY}\n1,2\n", "twice"),
        (f"{EMPATHY}\n", "empty design"),
        (f"{EMPATHY}\n9\n", "9 leaves the range"),
        (f"{EMPATHY},/course/harm\n1\n", ":2: has 1 cells"),
        (f"{EMPATHY},/course/harm\n1,\n", "empty cell"),
        ("harm\n1\n", "JSON Pointer"),
        ("/course/hram\n1\n", "unknown path"),
        (f"{EMPATHY}\nnan\n", "not finite"),
    ],
)
def test_points_from_a_csv_file_are_checked(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    document = {**STUDY, "levers": {}, "design": {"kind": "csv", "file": "points.csv"}, "uncertainties": {}}
    (tmp_path / "study.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(hc.ConfigError, match=words):
        hc.load_study(tmp_path / "study.json")


def test_n_that_is_no_power_of_two_is_said() -> None:
    notes = study(design={"kind": "sobol", "n": 10}).notes
    assert any("no power of two" in note and "8 or 16" in note for note in notes)
    assert not study().notes


def test_the_executor_is_short_for_back_end_and_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    from hybridcare import runner

    asked: list[dict[str, Any]] = []

    def run_study(*_: Any, **how: Any) -> Any:
        asked.append({name: how.get(name) for name in ("backend", "scheduler")})
        raise hc.Cancelled("a test")

    monkeypatch.setattr(runner, "run_study", run_study)
    for name in ("dask", "dask://10.0.0.5:8786"):
        with pytest.raises(hc.Cancelled):
            study().run(progress=False, executor=name)
    assert asked == [{"backend": "dask", "scheduler": None}, {"backend": "dask", "scheduler": "tcp://10.0.0.5:8786"}]
    with pytest.raises(hc.ConfigError, match="executor.*nearest: 'dask'"):
        study().run(progress=False, executor="dsk")


def test_keyword_arguments_make_the_same_study() -> None:
    experiment = hc.Experiment(hc.Scenario.of(TINY))
    made = experiment.sweep(uncertainties=STUDY["uncertainties"], levers={EVERY: [1, 2, 4]}, n=8,
                            metrics={"outcome": "phq9@week_6"})  # fmt: skip
    assert made.patches() == study().patches()
    named = experiment.sweep(uncertainties={EMPATHY: "span"}, metrics=["phq9@week_6", "phq9@post", "dropout"])
    assert [wanted.key for wanted in named.metrics] == ["phq9_week_6", "phq9_post", "dropout"]
    points = experiment.sweep(points={EMPATHY: [0, 1.5]})
    assert points.draws == 2 and points.metrics[0].text == "phq9@week_6"


def test_the_schema_is_up_to_date_and_accepts_the_bundled_studies() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    kept = json.loads((data_folder("schema") / "study.schema.json").read_text(encoding="utf-8"))
    assert kept == schema(), "run `make reference`"
    jsonschema.Draft202012Validator.check_schema(kept)
    for name in hc.bundled_studies():
        jsonschema.validate(json.loads((data_folder("studies") / f"{name}.json").read_text(encoding="utf-8")), kept)
        jsonschema.validate(hc.load_study(name).document(), kept)
    check = jsonschema.Draft202012Validator(kept)
    assert check.is_valid({**STUDY, "uncertainties": {EMPATHY: "span"}})
    for wrong in ({"format": 2}, {"repliactes": 1}, {"uncertainties": {EMPATHY: {"uniform": [0]}}},
                  {"uncertainties": {EMPATHY: {"uniform": [0, 1], "beta": [1, 1]}}}, {"metrics": {}},
                  {"design": {"kind": "sobl"}}, {"levers": {"pace": {"values": [1]}}}):  # fmt: skip
        assert not check.is_valid({**STUDY, **wrong}), wrong


def test_the_reader_and_the_schema_know_the_same_distributions() -> None:
    from hybridcare.factors import KINDS

    named = schema()["properties"]["uncertainties"]["oneOf"][1]["patternProperties"]
    forms = named["^/"]["oneOf"][1]["properties"]
    assert set(KINDS) <= set(forms) and set(forms) - set(KINDS) == {"source", "within", "weights"}


def test_morris_keeps_off_the_ends_and_saltelli_swaps_one_factor_at_a_time() -> None:
    factors = [Factor(path, "uniform", (0.0, 1.0), (path,), low=0, high=1) for path in ("/a", "/b", "/c")]
    steps = np.diff(designs.unit_cube("morris", 6, factors, seed=3).reshape(6, 4, 3), axis=1)
    assert (np.sum(np.abs(steps) > 1e-12, axis=2) == 1).all()  # one at a time
    base = designs.unit_cube("saltelli", 4, factors, seed=3).reshape(4, 5, 3)
    for row in base:
        for at in range(3):
            assert (row[1 + at] != row[0]).tolist() == [place == at for place in range(3)]
            assert row[1 + at][at] == row[4][at]
