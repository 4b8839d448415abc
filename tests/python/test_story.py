"""One client's story: the same numbers as in rows, words that follow from them, a twin that differs in one thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import hybridcare, opened, refusal, text, tiny
from report_fixture import HOSTILE, Outline

import hybridcare as hc
from hybridcare.plots_story import DISCS, MISSED, happened, lanes

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(scope="module")
def results() -> hc.Results:
    arms = ["waiting", "human", "ai", "hybrid"]
    return hc.Experiment(BASE, arms=arms, variants=["default"], clients=60, replicates=2).alone()


def alone(document: dict[str, Any], clients: int = 60) -> hc.Results:
    return hc.Experiment(hc.Scenario.of(document, "x.json"), clients=clients, replicates=1).alone()


def first(results: hc.Results, arm: str, wanted: Callable[[Any], bool], **how: Any) -> Any:
    """The story of the first client whom it holds for."""
    for client in range(results.experiment.clients):
        told = results.story(client, arm=arm, **how)
        if wanted(told):
            return told
    raise AssertionError("no client has such a course")


def check(told: Any) -> None:
    """Whatever the course, its sentences and the rows say the same: every week once, totals, how it ended."""
    who, *weeks, end, sums, _ = told.sentences
    covered: list[int] = []
    for line in weeks:
        if span := re.match(r"Weeks (\d+) to (\d+),", line):
            covered += range(int(span[1]), int(span[2]) + 1)
        elif one := re.match(r"Week (\d+),", line):
            covered.append(int(one[1]))
            row = told.course.iloc[int(one[1])]
            assert f"PHQ-9 {int(row['phq9'])}:" in line
            for agent in ("human", "assistant"):
                assert (f"meets the {agent}" in line) == (row[f"met_{agent}"] > 0), line
    assert covered == list(range(1, len(told.course))), "every week is told, and once"
    person = told.person.iloc[0]
    assert f"PHQ-9 of {person['phq9_start']} points" in who
    for agent in ("human", "assistant"):
        contacts = int(person[f"{agent}_contacts"])
        named = re.search(rf"(\d+) contacts? with the {agent}, (\d+) of \d+ turns misread", sums)
        told_of = (int(named[1]), int(named[2])) if named else (0, 0)
        assert told_of == (contacts, person[f"misread_turns_{agent}"])
    assert sum(map(int, re.findall(r"of (\d+) turns misread", sums))) == told.course["oracle_turns"].sum()
    cared = (told.course["in_care"] > 0).any()
    ends = {"completed": "care completed in week" if cared else "the wait ended", "none": "(step “",
            "dropped": "left before the planned end" if cared else "gave up in week",
            "ended_early": "ended early as planned"}  # fmt: skip
    left = int(person["left_week"])
    assert ends[str(person["exit"])] in end and (not left or f"week {left};" in end), end


def test_a_story_tells_what_the_rows_say() -> None:
    run = hc.Experiment(BASE, arms=["human", "hybrid"], variants=["default"], clients=40, replicates=2)
    results = run.run(progress=False, twins=False)
    told = results.story(client=17, replicate=1)
    rows = results.weeks(sample=40).query("client == 17 and replicate == 1 and arm == 'hybrid'")
    assert told.arm == "hybrid"
    assert told.course["phq9"].tolist() == rows["phq9"].tolist()
    assert told.course["oracle_symptom"].tolist() == rows["oracle_symptom"].tolist()
    check(told)
    right = told.course[["right_turns_human", "right_turns_assistant"]].sum().sum()
    assert told.table()["misread"].sum() == told.course["oracle_turns"].sum() - right
    assert run.alone().story(client=17, replicate=1).sentences == told.sentences


@pytest.mark.parametrize("arm", ["waiting", "human", "ai", "hybrid"])
def test_words_are_true_for_every_course(results: hc.Results, arm: str) -> None:
    for client in range(0, 60, 4):
        check(results.story(client, arm=arm))


@pytest.mark.parametrize(
    ("scenario", "arm"),
    [("stepped_care", "stepped"), ("triage", "triage"), ("assistants_by_culture", "own"),
     ("repair_policies", "handover"), ("label_and_discovery", "blind_often"), ("front_door", "assistant_door")],
)  # fmt: skip
def test_words_are_true_in_other_scenarios(scenario: str, arm: str) -> None:
    results = hc.Experiment(scenario, clients=40, replicates=1).alone()
    for client in range(0, 40, 5 if scenario != "front_door" else 10):
        check(results.story(client, arm=arm))


def test_one_who_leaves_in_the_first_week() -> None:
    many = hc.Experiment(BASE, arms=["ai", "human"], variants=["default"], clients=400, replicates=1)
    people = many.run(progress=False, twins=False).clients()
    people = people.query("arm == 'ai' and exit == 'dropped' and left_week == 1")
    told = many.alone().story(int(people["client"].iloc[0]), arm="ai")
    check(told)
    assert told.sentences[1].endswith("leaves care before its planned end.")
    assert told.sentences[2].startswith("Weeks 2 to 26,") and told.sentences[2].endswith("no care any more.")


def test_one_who_only_waits(results: hc.Results) -> None:
    told = results.story(5, arm="waiting")
    assert "In all: no contact with anyone." in told.sentences
    assert "the wait ends without care" in " ".join(told.sentences) and "gives up" not in " ".join(told.sentences)
    assert lanes(told) == [] and "trust" not in told.plot().svg()


def test_a_step_that_follows_and_a_return() -> None:
    stepped = hc.Experiment("stepped_care", clients=60, replicates=1).alone()
    told = first(stepped, "stepped", lambda t: {"guided", "human"} <= set(t.course["step"].astype(str)))
    said = " ".join(told.sentences)
    assert "goes on to the step “guided”" in said and "goes on to the step “human”" in said
    document = hc.load(BASE).document()
    document["pathway"]["re_entry"] = {"to": "care", "when": "phq9 >= 15"}
    told = first(alone(document), "hybrid", lambda t: any("comes back" in line for line in t.sentences))
    week = next(line for line in told.sentences if "comes back and enters the step “care”" in line)
    place = int(re.match(r"Week (\d+)", week)[1])  # type: ignore[index]
    steps = told.course["step"].astype(str)
    assert steps.iloc[place + 1] == "care" and steps.iloc[place] in ("completed", "ended_early")


def test_a_client_of_the_reference_culture_has_an_equal_twin(results: hc.Results) -> None:
    near = first(results, "ai", lambda t: float(t.person["oracle_distance_assistant"].iloc[0]) == 0)
    assert "exactly the same course" in near.sentences[-1]
    far = first(results, "ai", lambda t: float(t.person["oracle_distance_assistant"].iloc[0]) > 0.5)
    other = results.story(far.client, arm="ai", twin="perfect_recognition")
    assert other.twin_course["right_turns_assistant"].max() == 8
    week = results.experiment.reading_week
    level = other.twin_course["oracle_symptom"].iloc[week]
    assert f"latent level of {level:.1f} points at week {week}" in other.sentences[-1]
    assert f"0 turns misread instead of {int(other.person['misread_turns_assistant'].iloc[0])}" in other.sentences[-1]


def test_the_picture_holds_contacts_and_its_caveat(results: hc.Results, tmp_path: Path) -> None:
    told = first(results, "hybrid", lambda t: int(t.person["missed_human"].iloc[0]) > 0)
    drawn = happened(told)
    met = drawn[drawn["mark"] != MISSED]
    assert (met["lane"] == "human").sum() == (told.course["met_human"] > 0).sum()
    assert met.loc[met["lane"] == "human", "mark"].astype(int).sum() == told.person["misread_turns_human"].iloc[0]
    assert ((drawn["lane"] == "human") & (drawn["mark"] == MISSED)).sum() == told.person["missed_human"].iloc[0]
    figure = told.plot()
    assert "no evidence about any person" in figure.caption
    words = set(re.findall(r">([^<>]+)</text>", figure.svg()))
    assert "PHQ-9, points" in words and "not yet calibrated" in figure.svg()
    assert {"trust in", "human", "assistant", "of", "this client", "twin", DISCS} <= words  # what line and disc mean
    for suffix in (".svg", ".png", ".html"):
        assert figure.save(tmp_path / f"story{suffix}").stat().st_size > 10_000


def test_the_page_opens_from_disk(browser: Any, tmp_path: Path) -> None:
    arms = tiny()["arms"]
    arms["hybrid"]["label"] = HOSTILE
    told = alone(tiny(arms=arms, driver=HOSTILE)).story(3, arm="hybrid")
    path = told.report(tmp_path / "story.html")
    asked, console = opened(browser, path)
    assert asked and all(url.startswith(("file://", "data:")) for url in asked) and console == []
    outline = Outline(path.read_text(encoding="utf-8"))
    assert not set(outline.tags) & {"script", "img", "b"} and "Week by week" in outline.words
    assert "<script>" not in told._repr_html_() and "<li>" in told._repr_html_()


def test_the_command_tells_draws_and_refuses(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_bytes(text(tiny()))
    done = hybridcare("story", "tiny.json", "--client", "3", "--arm", "ai", "--twin", "perfect_recognition",
                      "--picture", "a.svg", "--report", "a.html", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Client 3 of replicate 0" in done.stdout and "The twin, if every turn were read right" in done.stdout
    assert "no evidence about any person" in done.stdout and "not yet calibrated: none: a test" in done.stdout
    for option, said in (("--client=64", "64 is outside [0, 63]"), ("--replicate=2", "2 is outside [0, 1]"),
                         ("--picture=a.gif", "written as .svg, .png or .html"), ("--arm=hybird", "nearest: 'hybrid'"),
                         ("--twin=noise", "unknown twin")):  # fmt: skip
        assert said in refusal(hybridcare("story", "tiny.json", option, cwd=tmp_path)), option
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.svg", "tiny.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"client": 60}, "client: 60 is outside [0, 59]"),
        ({"client": -1}, "client: expected a whole number from 0, found -1"),
        ({"client": True}, "client: expected a whole number from 0, found True"),
        ({"client": 0, "replicate": 2}, "replicate: 2 is outside [0, 1]"),
        ({"client": 0, "arm": "hybird"}, "unknown arm 'hybird'; nearest: 'hybrid'"),
        ({"client": 0, "twin": "noise"}, "unknown twin 'noise'"),
    ],
)
def test_what_cannot_be_told_is_refused(results: hc.Results, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(hc.ConfigError) as error:
        results.story(**arguments)  # type: ignore[arg-type]
    assert message in str(error.value)
