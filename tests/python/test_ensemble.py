"""Ensembles: read strictly, drawn by weight, and weighed anew by a service's own figures."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import hybridcare as hc
from hybridcare.calibrate_ensemble import Ensemble, bundled_ensembles, read_ensemble, text
from hybridcare.strict_json import Place
from hybridcare.uncertainty_words import learnt

RATE, HARM = "/change/rate", "/course/harm"


def document(**changes: Any) -> dict[str, Any]:
    sets = [{"weight": round(0.1 * (1 + at), 3), "loss": 2.0 + at, "missed": at, "values": [1 + 0.1 * at, 0.02 * at]}
            for at in range(4)]  # fmt: skip
    return {"format": 1, "rival": "R1", "about": "a test", "provenance": {"seed": 1}, "quality": {}, "fit": [],
            "parameters": [{"pointer": RATE}, {"pointer": HARM}], "sets": sets, **changes}  # fmt: skip


def read(**changes: Any) -> Ensemble:
    return read_ensemble(Place(document(**changes), "test.json"))


def test_it_gives_patches_weights_and_a_table(tmp_path: Any) -> None:
    (tmp_path / "e.json").write_text(text(document()))
    found = hc.ensemble(tmp_path / "e.json")
    assert len(found) == 4 and found.weights == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert json.loads(found.patches[3]) == {"change": {"rate": 1.3}, "course": {"harm": 0.06}}
    assert list(found.table().columns) == ["weight", "loss", "missed", RATE, HARM]
    assert found.effective == pytest.approx(1 / 0.30)
    assert len(text(document()).splitlines()) > 8  # a row a line


def test_sets_are_drawn_by_weight_as_evenly_as_can_be() -> None:
    found = read()
    counts = np.bincount(found.drawn(1000, seed=2), minlength=4)
    assert np.abs(counts - [100, 200, 300, 400]).max() <= 1
    assert np.array_equal(found.drawn(50), found.drawn(50)) and not np.array_equal(found.drawn(50), found.drawn(50, 2))
    for wrong in (0, 2.5, True):
        with pytest.raises(hc.ConfigError, match="no whole number"):
            found.drawn(wrong)  # type: ignore[arg-type]


def many(n: int = 2000) -> Ensemble:
    values = np.random.default_rng(1).standard_normal((n, 2))
    return Ensemble("R1", (RATE, HARM), values, np.full(n, 1 / n), np.zeros(n), np.zeros(n, np.int64))


def test_a_services_figure_moves_the_weights_as_bayes_says() -> None:
    """Prior N(0, 1), a figure of 1.2 with SD .8: mean .73, SD .62, in closed form. 2,000 sets: errors of .02."""
    found = many()
    figure = found.values[:, :1]
    got = found.reweighted(figure, np.zeros_like(figure), [1.2], [0.8])
    mean = got.weights @ figure[:, 0]
    assert mean == pytest.approx(1.2 / (1 + 0.64), abs=0.08)
    assert np.sqrt(got.weights @ (figure[:, 0] - mean) ** 2) == pytest.approx(np.sqrt(0.64 / 1.64), abs=0.06)
    assert 600 < got.effective < 1900 and got.before == pytest.approx(2000)
    assert got.apart[0] == pytest.approx(1.2 / np.sqrt(1.64), abs=0.1)
    noisy = found.reweighted(figure, np.full_like(figure, 3.0), [1.2], [0.8])
    assert noisy.effective > got.effective  # a noisy simulation says less


def test_weights_that_were_there_stay_in_force() -> None:
    """A figure that all sets show alike says nothing."""
    found = read()
    same = np.full((4, 1), 2.0)
    got = found.reweighted(same, np.zeros_like(same), [3.0], [1.0], enough=1)
    assert got.weights == pytest.approx(found.weights) and got.effective == pytest.approx(got.before)


def test_a_setting_beyond_the_ensemble_is_refused() -> None:
    found = many()
    figure = found.values[:, :1]
    with pytest.raises(hc.ConfigError, match="effective sets of 2000, fewer than the 20 .* calibrated anew"):
        found.reweighted(figure, np.zeros_like(figure), [6.0], [0.1])
    with pytest.raises(hc.ConfigError, match="do not belong together"):
        found.reweighted(figure, np.zeros_like(figure), [1.0, 2.0], [1.0, 1.0])
    with pytest.raises(hc.ConfigError, match="standard error above 0"):
        found.reweighted(figure, np.zeros_like(figure), [1.0], [0.0])
    with pytest.raises(hc.ConfigError, match="no set of the ensemble has numbers"):
        found.reweighted(np.full_like(figure, np.nan), np.zeros_like(figure), [1.0], [1.0])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, ["#/format", "reads format 1"]),
        ({"format": True}, ["#/format", "is true; this version reads format 1"]),
        ({"format": 1.0}, ["#/format", "reads format 1"]),
        ({"about": {"a": 1}}, ["#/about", "expected text, found an object"]),
        ({"provenance": [1]}, ["#/provenance", "expected an object, found a list"]),
        ({"quality": "good"}, ["#/quality", "expected an object, found the text 'good'"]),
        ({"quality": {"pooled": True}}, ["#/quality/pooled", "expected a number, found true"]),
        ({"quality": {"effective": "9"}}, ["#/quality/effective", "expected a number, found the text '9'"]),
        ({"fit": "abc"}, ["#/fit", "expected a list, found the text 'abc'"]),
        ({"fit": [1]}, ["#/fit/0", "expected an object, found the number 1"]),
        ({"fit": [{"weight": 1}]}, ["#/fit/0", "lacks 'target'"]),
        ({"fit": [{"target": "x", "weight": None}]}, ["#/fit/0/weight", "expected a number, found null"]),
        ({"fit": [{"target": "x", "off": "far"}]}, ["#/fit/0/off", "expected a number, found the text 'far'"]),
        ({"fit": [{"target": "x", "inside": 1}]}, ["#/fit/0/inside", "expected true or false, found the number 1"]),
        ({"parameters": [{"pointer": RATE}, {"pointer": HARM, "narrowed": "lots"}]},
         ["#/parameters/1/narrowed", "expected a number, found the text 'lots'"]),
        ({"parameters": [{"pointer": RATE}, {"pointer": HARM, "informed": "yes"}]},
         ["#/parameters/1/informed", "expected true or false, found the text 'yes'"]),
        ({"parameters": [{"pointer": RATE}, {"pointer": HARM, "unit": 3}]}, ["#/parameters/1/unit", "expected text"]),
        ({"sets": [{"weight": 1, "values": [1.0, 99]}]},
         ["#/sets/0/values/1", "99 is outside [0, 2] points per turn (/course/harm)"]),
        ({"rival": "R9"}, ["#/rival", "unknown word 'R9'"]),
        ({"parameters": [{"pointer": "/change/rat"}, {"pointer": HARM}]}, ["#/parameters/0", "is no parameter"]),
        ({"parameters": [{"pointer": HARM}, {"pointer": HARM}]}, ["stands there twice"]),
        ({"sets": [{"weight": 0.5, "values": [1.0]}]}, ["#/sets/0/values", "expected a list of 2 numbers"]),
        ({"sets": [{"weight": -1, "values": [1.0, 0.0]}]}, ["#/sets/0/weight", "outside [0, 1]"]),
        ({"sets": [{"weight": 0, "values": [1.0, 0.0]}]}, ["no set has a weight above 0"]),
        ({"sets": [{"values": [1.0, 0.0]}]}, ["lacks 'weight'"]),
        ({"sets": []}, ["has 0 entries"]),
        ({"extra": 1}, ["unknown key 'extra'"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(hc.ConfigError) as caught:
        read(**changes)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_a_number_that_there_is_none_of_is_null_and_other_members_are_let_pass() -> None:
    rows = [{"pointer": RATE, "narrowed": None, "r_hat": None, "informed": True}, {"pointer": HARM, "own": [1]}]
    found = read(parameters=rows, quality={"log_evidence": -3.5, "pooled": None, "waves": []},
                 fit=[{"target": "x", "median": None, "weight": 0.5}])  # fmt: skip
    assert found.parameters[0] == {"pointer": RATE, "informed": True} and found.parameters[1]["own"] == [1]
    assert learnt(found).narrowed == {RATE: pytest.approx(np.nan, nan_ok=True)}
    assert found.effective == pytest.approx(1 / 0.30) and found.quality["log_evidence"] == -3.5


@pytest.mark.parametrize("name", bundled_ensembles())
def test_bundled_ones_hold_to_all_of_it(name: str) -> None:
    found = hc.ensemble(name)
    assert len(found) > 100 and all("narrowed" in row and "informed" in row for row in found.parameters)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(hc.ConfigError, match="ensemble"):
        hc.ensemble("R9")


def test_a_written_one_follows_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from hybridcare.places import data_folder

    schema = json.loads((data_folder("schema") / "ensemble.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(text(document())), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document(sets=[{"weight": 2, "values": []}]), schema)
