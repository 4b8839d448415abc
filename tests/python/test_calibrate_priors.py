"""What calibration varies: the file of priors is read strictly, and its points follow their distributions."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import hybridcare as hc
from hybridcare import core
from hybridcare.calibrate_priors import Priors, read_priors
from hybridcare.places import data_file, data_folder
from hybridcare.points import Task
from hybridcare.strict_json import Place

EMPATHY, RATE, HARM = "/change/empathy_elasticity", "/change/rate", "/course/harm"
SOURCE = {"source": "assumed: a test"}


def made(**entries: Any) -> Priors:
    """Priors of a few parameters: by path, without the source that each needs."""
    parameters = {path: {**SOURCE, **entry} for path, entry in entries.items()}
    return read_priors(Place({"format": 1, "parameters": parameters}, "test.json"))


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(hc.ConfigError) as caught:
        read_priors(Place(document, "test.json"))
    return str(caught.value)


def test_values_follow_their_distribution() -> None:
    """At evenly spread probabilities: exact, up to the table's 400 knots to a standard deviation."""
    u = (np.arange(2000) + 0.5) / 2000
    z = special.ndtri(u)[:, None]
    laws = [({"uniform": [0, 4]}, stats.uniform(0, 4)), ({"normal": [1, 1], "within": [0, 8]},
            stats.truncnorm(-1, 7, 1, 1)), ({"beta": [2, 5], "within": [0, 8]}, stats.beta(2, 5, 0, 8)),
            ({"loguniform": [0.1, 4]}, stats.loguniform(0.1, 4))]  # fmt: skip
    for spec, law in laws:
        found = made(**{EMPATHY: spec})
        assert np.abs(law.cdf(found.values(z)[:, 0]) - u).max() < 2e-5, spec
    rate = made(**{RATE: {"lognormal": [1, 0.5], "within": [0.01, 10]}})
    assert np.abs(stats.lognorm(0.5).cdf(rate.values(z)[:, 0]) - u).max() < 2e-5
    assert np.abs(rate.scaled(rate.values(z)) - z).max() < 0.01  # the logarithm is normal, up to its ends


def test_weights_sum_to_one_also_when_they_are_rounded() -> None:
    found = hc.priors().only(["/quality/weight/*"])
    values = found.values(np.random.default_rng(1).standard_normal((500, 8)))
    assert np.abs(values.sum(axis=1) - 1).max() < 1e-12
    rounded = found.rounded(values)
    assert np.abs(rounded.sum(axis=1) - 1).max() < 1e-9 and np.abs(rounded - values).max() < 5e-4
    means = np.array([row["default"] for row in core.fields() if row["path"] in found.columns])
    error = np.sqrt(means * (1 - means) / 26 / 500)  # of a mean; 5 errors: a false alarm in 200,000
    assert np.all(np.abs(values.mean(axis=0) - means) < 5 * error)


def test_scaled_values_have_mean_0_and_sd_1_under_the_prior() -> None:
    found = hc.priors()
    draws = np.random.default_rng(2).standard_normal((4000, found.dims))
    scaled = found.scaled(found.values(draws))
    assert np.abs(scaled.mean(axis=0)).max() < 0.1 and np.abs(scaled.std(axis=0) - 1).max() < 0.1  # 6 errors


def test_every_bundled_prior_can_be_run_and_holds_the_default() -> None:
    """Each parameter's default lies within 3.5 SDs of its prior, so that the default is a point of the space; and
    points of the prior are accepted by the reader of scenarios."""
    found = hc.priors()
    fields = hc.fields().set_index("path")["default"]
    default = np.array([[float(fields[column]) for column in found.columns]])
    away = np.abs(found.scaled(default))[0]
    assert away.max() < 3.5, found.columns[int(away.argmax())]
    draws = np.random.default_rng(3).standard_normal((8, found.dims)) * 2.5
    task = Task.of(hc.load("hybrid_vs_human_vs_ai"), ["human"], ["phq9"], replicates=1, clients=8)
    from hybridcare.points import run_points

    runs = run_points(task, found.patches(found.rounded(found.values(draws))))
    assert runs.failures == {}


def test_a_rival_varies_what_it_does_not_fix() -> None:
    everything = hc.priors()
    assert EMPATHY in everything.of("R1").columns and EMPATHY not in everything.of("R2").columns
    assert "/rival/quality_human" in everything.of("R0").columns
    assert "/rival/quality_human" not in everything.of("R1").columns
    assert HARM not in everything.of("R0").columns and everything.of("R0").fixed[HARM] == 0
    assert not [name for name in everything.of("R4").columns if name.startswith("/quality/weight/")]
    assert len({everything.of(name).hash for name in ("R0", "R1", "R2", "R3", "R4")}) == 5


def test_the_claims_prior_is_the_same_where_both_speak() -> None:
    """One belief, two files: claims vary ten paths, calibration these and more."""
    from hybridcare.places import data_folder

    claims = json.loads((data_folder("claims") / "prior.json").read_text(encoding="utf-8"))["uncertain"]
    ours = {each.factor.path: each.factor for each in hc.priors().parameters}
    for path, spec in claims.items():
        (kind,) = {"uniform", "normal", "dirichlet"} & set(spec)
        one = ours[path]
        numbers = [sum(one.numbers)] if kind == "dirichlet" else list(one.numbers)
        assert one.kind == kind and np.allclose(numbers, spec[kind]), path


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({RATE: {"uniform": [0, 1]}}, ["#/parameters/~1change~1rate", "says no source"]),
        ({RATE: {"uniform": [0, 1], "source": " "}}, ["says no source"]),
        ({RATE: {"uniform": [2, 1], **SOURCE}}, ["wrong way round"]),
        ({RATE: {"uniform": [0, 11], **SOURCE}}, ["11 leaves the range", "[0, 10]"]),
        ({RATE: {"lognormal": [1, 1], **SOURCE}}, ["\"within\"", "low above 0"]),
        ({RATE: {"choice": [1, 2], **SOURCE}}, ["unknown key 'choice'"]),
        ({"/change/rat": {"uniform": [0, 1], **SOURCE}}, ["unknown path '/change/rat'", "/change/rate"]),
        ({"/arms/human/change/rate": {"uniform": [0, 1], **SOURCE}}, ["unknown path"]),
        ({RATE: {"uniform": [0, 1], **SOURCE, "evidence": ["no_such_figure"]}}, ["unknown word 'no_such_figure'"]),
        ({RATE: {"uniform": [0, 1], **SOURCE, "rivals": ["R9"]}}, ["unknown word 'R9'"]),
        ({"/quality/weight/*": {"dirichlet": 25, **SOURCE}, "/quality/weight/technique":
          {"uniform": [0, 1], **SOURCE}}, ["set twice"]),
        ({}, ["is empty"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(entry: dict[str, Any], words: list[str]) -> None:
    said = refused({"format": 1, "parameters": entry})
    for word in words:
        assert word in said, said


def test_a_file_that_is_none_is_refused(tmp_path: Any) -> None:
    assert "lacks 'parameters'" in refused({"format": 1})
    assert "reads format 1" in refused({"format": 2, "parameters": {}})
    (tmp_path / "p.json").write_text('{"format": 1, "format": 1}')
    with pytest.raises(hc.ConfigError, match="stands there twice"):
        hc.priors(tmp_path / "p.json")
    with pytest.raises(hc.ConfigError, match="unknown free parameter"):
        hc.priors().only(["/change/rat"])


def test_the_bundled_file_follows_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")

    schema = json.loads((data_folder("schema") / "priors.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(data_file("priors.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    document["parameters"][RATE].pop("source")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_the_hash_of_targets_sees_a_change_of_what_their_studies_are_run_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from hybridcare import calibrate_targets, target_files

    whole = target_files.bundled()
    before = calibrate_targets.targets_hash(whole.targets)
    for change in ({"scenario": {**whole.scenario, "weeks": 14}}, {"parts": {**whole.parts, "more": {}}}):
        other = replace(whole, **change)
        monkeypatch.setattr(calibrate_targets, "bundled", lambda other=other: other)
        assert calibrate_targets.targets_hash(whole.targets) != before


def test_a_file_can_add_to_the_bundled_priors() -> None:
    """The other structures are freed beside all that calibration varies, in the same order of draws."""
    bundled, more = hc.priors(), hc.priors(data_file("priors_structures.json"))
    assert more.columns[: bundled.dims] == bundled.columns
    assert set(more.columns[bundled.dims :]) == {"/intake/persistent/share", "/intake/persistent/shift",
                                                 "/intake/unresponsive_share", "/course/saturation"}  # fmt: skip
    z = np.random.default_rng(1).standard_normal((3, more.dims))
    assert np.array_equal(more.values(z)[:, : bundled.dims], bundled.values(z[:, : bundled.dims]))
    twice = {"format": 1, "extends": "priors.json", "parameters": {HARM: {"uniform": [0, 0.1], **SOURCE}}}
    assert HARM in refused(twice)
    assert "priors.json" in refused({**twice, "extends": "../../etc/passwd"})
