"""One client's story: the same numbers as in rows, words that follow from them, a twin that differs in one thing."""

from __future__ import annotations

import pytest

import hybridcare as hc

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(scope="module")
def results() -> hc.Results:
    arms = ["human", "hybrid"]
    return hc.Experiment(BASE, arms=arms, variants=["default"], clients=40, replicates=2).run(progress=False)


def test_a_story_tells_what_the_rows_say(results: hc.Results) -> None:
    told = results.story(client=17, replicate=1)
    rows = results.weeks(sample=40).query("client == 17 and replicate == 1 and arm == 'hybrid'")
    assert told.arm == "hybrid"
    assert told.course["phq9"].tolist() == rows["phq9"].tolist()
    assert told.course["oracle_symptom"].tolist() == rows["oracle_symptom"].tolist()
    assert f"PHQ-9 of {rows['phq9'].iloc[0]} points" in told.sentences[0]
    met = told.course[(told.course["met_human"] > 0) | (told.course["met_assistant"] > 0)]
    weeks = [int(line.split(",")[0].removeprefix("Week ")) for line in told.sentences if line.startswith("Week ")]
    assert set(met["week"]) <= set(weeks)
    right = told.course[["right_turns_human", "right_turns_assistant"]].sum().sum()
    turns = 8 * told.course[["met_human", "met_assistant"]].sum().sum()
    assert told.table()["misread"].sum() == turns - right


def test_a_client_of_the_reference_culture_has_an_equal_twin(results: hc.Results) -> None:
    people = results.clients().query("arm == 'hybrid' and replicate == 0")
    near = people[(people["oracle_distance_assistant"] == 0) & (people["oracle_distance_human"] == 0)]["client"].iloc[0]
    far = people[people["oracle_distance_assistant"] > 0.5]["client"].iloc[0]
    assert "exactly the same course" in results.story(int(near)).sentences[-1]
    other = results.story(int(far), twin="perfect_recognition")
    assert other.twin_course["right_turns_assistant"].max() == 8
    assert "than the twin's" in other.sentences[-1] or "exactly the same" in other.sentences[-1]


def test_the_picture_holds_its_caveat(results: hc.Results) -> None:
    figure = results.story(3).plot()
    assert "no evidence about any person" in figure.caption
    svg = figure.svg()
    assert "PHQ-9, points" in svg and "not yet calibrated" in svg


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"client": 40}, "client: 40 is outside [0, 39]"),
        ({"client": -1}, "client: expected a whole number from 0, found -1"),
        ({"client": 0, "replicate": 2}, "replicate: 2 is outside [0, 1]"),
        ({"client": 0, "arm": "hybird"}, "unknown arm 'hybird'; nearest: 'hybrid'"),
        ({"client": 0, "twin": "noise"}, "unknown twin 'noise'"),
    ],
)
def test_what_cannot_be_told_is_refused(results: hc.Results, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(hc.ConfigError) as error:
        results.story(**arguments)  # type: ignore[arg-type]
    assert message in str(error.value)
