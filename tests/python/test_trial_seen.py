"""What a person sees of a virtual trial: a flow whose numbers add up, harms by group, pictures."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import changed, tiny

import hybridcare as hc
from hybridcare import plots_base
from hybridcare.errors import ConfigError
from hybridcare.trial import Trial
from hybridcare.trial_flow import STATES, Flow

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(autouse=True)
def checked_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots_base, "VALIDATE", True)


def made(**design: Any) -> Trial:
    return hc.Experiment(hc.Scenario.of(tiny())).trial(("human", "hybrid"), **{"n": 64, **design})


# ----------------------------------------------------------------------------------------------------------------- flow
def adds_up(found: Flow, rows: pd.DataFrame) -> None:
    """Every sum of the diagram, and each number against the trial's own rows."""
    assert found.entered == sum(arm.allocated for arm in found.arms)
    for arm in found.arms:
        assert arm.allocated == arm.waiting + sum(arm.measured.values()) + sum(arm.missing.values())
        assert arm.analysed == sum(arm.measured.values()) and arm.lost == sum(arm.missing.values())
        mine = rows[rows["arm"] == arm.name]
        assert arm.allocated == len(mine)
        if not arm.waiting:
            week = found.trial.outcome.week
            gone = (mine["exit"] == "dropped") & (mine["left_week"] <= week)
            assert arm.measured["dropped"] == (gone & mine["outcome"].notna()).sum()
            assert arm.missing["dropped"] == (gone & mine["outcome"].isna()).sum()
            assert arm.analysed == mine["outcome"].notna().sum()
    table = found.table()
    for arm in found.arms:
        of = table[table["arm"] == arm.name].groupby("stage")["clients"].sum()
        assert of["allocated"] == of["reading not yet due"] + of["missing"] + of["measured"]
        assert of["analysed"] == of["measured"]


@pytest.mark.parametrize("design", [{}, {"cluster": "therapist", "therapists": 8}, {"blocks": 4, "strata": (15,)},
                                    {"missing": None}, {"missing": "not_at_random"}])  # fmt: skip
def test_flow_adds_up(design: dict[str, Any]) -> None:
    found = made(**design)
    for replicate in range(3):
        adds_up(found.flow(replicate), found.dataset(replicate))


def test_flow_of_a_trial_that_stopped_counts_who_was_not_yet_due() -> None:
    """A waiting list against a weekly human, one client a week: half way the difference shows, others have entered."""
    design = hc.Experiment(BASE).trial(("waiting", "human"), n=160, interim=[0.5], boundary="pocock", accrual=1)
    stopped = [f for f in map(design.flow, range(4)) if f.look == 1]
    assert stopped, "no trial stopped"
    for found in stopped:
        waiting = sum(arm.waiting for arm in found.arms)
        assert found.says == ("better",) and 80 < found.entered < 160 and waiting == found.entered - 80
        adds_up(found, design.dataset(found.replicate).head(found.entered))
        assert found.week == pytest.approx(design.trials([found.replicate]).week[0, 79] + 12)


def test_flow_is_drawn_with_its_numbers_and_escaped() -> None:
    document = changed("/arms/hybrid/label", '<b onload="x">& Both</b>')
    found = hc.Experiment(hc.Scenario.of(document)).trial(("human", "hybrid"), n=64).flow(1)
    svg = found.plot().svg()
    root = ET.fromstring(svg)
    texts = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("text"))
    assert not [e for e in root.iter() if e.tag.split("}")[-1] in ("b", "script")] and "onload" not in root.attrib
    assert f"randomised (n = {found.entered})" in texts
    for arm in found.arms:
        assert f"(n = {arm.allocated})" in texts and f"Analysed (n = {arm.analysed})" in texts
        assert f"(n = {arm.lost})" in texts
        for state, words in STATES:
            assert f"{words}: {arm.missing[state]}" in texts and f"{words}: {arm.measured[state]}" in texts
    assert "Calibration" in texts and found.plot().alt in root.attrib["aria-label"]


def test_what_is_a_heading_in_the_flow_is_bold_to_its_end() -> None:
    label = "A protocol whose label is longer than a line of its box in the picture"
    found = hc.Experiment(hc.Scenario.of(changed("/arms/hybrid/label", label))).trial(("human", "hybrid"), n=64).flow(1)
    root = ET.fromstring(dataclasses.replace(found, cell="b_E 3: " + "many words " * 12).plot().svg())
    texts = [(element.text, element.get("font-weight")) for element in root.iter() if element.tag.endswith("text")]
    first = next(i for i, (text, _) in enumerate(texts) if str(text).startswith("Entered"))
    assert first > 1 and {weight for _, weight in texts[:first]} == {"bold"}, "the title, of more lines than one"
    bold = " ".join(str(text) for text, weight in texts if weight == "bold")
    assert f"Allocated: {label} (n = {found.arms[1].allocated})" in bold and "•" not in bold


def test_ticks_of_shares_are_told_apart() -> None:
    """Ticks may lie at half a percent: none is rounded to another's label."""
    found = made().harms(3, cells=["as written"])
    for most in (0.007, 0.013, 0.02):
        rates = found.frame["rate"].rank(pct=True) * most
        few = dataclasses.replace(found, frame=found.frame.assign(rate=rates, noise_se=0.0))
        root = ET.fromstring(few.plot().svg())
        axes = [[text.text for text in group.iter() if text.tag.endswith("text")] for group in root.iter()
                if "role-axis-label" in (group.get("class") or "")]  # fmt: skip
        shares = [labels for labels in axes if labels and all(str(label).endswith("%") for label in labels)]
        assert shares and all(len(set(labels)) == len(labels) for labels in shares), axes


def test_the_picture_of_power_says_what_its_strokes_are() -> None:
    said = made().power(4, cells=["as written"]).plot().svg()
    assert "What is the chance that this trial shows benefit?" in said and "by the formula of a t test" in said


def test_three_arms_are_told_apart_in_words() -> None:
    found = hc.Experiment(hc.Scenario.of(tiny())).trial(("human", "ai", "hybrid"), n=90).flow(0)
    assert len(found.arms) == 3 and "of “Assistant”" in found.sentence and "of “Both”" in found.sentence


def test_a_trial_that_finds_nothing_does_not_say_that_there_is_nothing() -> None:
    found = dataclasses.replace(made().flow(0), says=("nothing",))
    assert ", trial 0 does not show a difference." in found.sentence and "no difference" not in found.sentence


# ---------------------------------------------------------------------------------------------------------------- harms
def test_harms_are_what_the_rows_say() -> None:
    found = made().harms(6, cells=["as written"]).table().set_index(["harm", "arm", "grouping", "group"])
    rows = pd.concat([made().dataset(r, truth=True).assign(trial=r) for r in range(6)])
    pool = made().pool(6)
    for place, arm in enumerate(("human", "hybrid")):
        worse = (pool.now[:, place].astype(int) - pool.start >= 6).mean()
        assert found.loc[("deterioration", arm, "all", "all"), "rate"] == pytest.approx(worse)
        mine = rows[rows["arm"] == arm]
        gone = ((mine["exit"] == "dropped") & (mine["left_week"] <= 6)).mean()
        assert found.loc[("dropout", arm, "all", "all"), "rate"] == pytest.approx(gone, abs=0.15)
    assert (found.loc[(slice(None), "human"), "difference"] == 0).all()


def test_harms_add_up_over_groups() -> None:
    found = made().harms(6, cells=["as written"]).table()
    for (harm, arm), part in found.groupby(["harm", "arm"]):
        whole = part[part["grouping"] == "all"].iloc[0]
        for grouping in ("culture", "severity") if harm in ("deterioration", "dropout") else ("culture",):
            group = part[part["grouping"] == grouping]
            assert group["clients"].sum() == pytest.approx(whole["clients"], rel=1e-9)
            if harm in ("deterioration", "dropout"):
                assert group["expected"].sum() == pytest.approx(whole["expected"], abs=1e-9)
    assert {"erosion_human", "erosion_assistant"} <= set(found["harm"])
    everybody = found[(found["grouping"] == "all") & (found["harm"] == "dropout")]
    assert everybody["clients"].tolist() == [32, 32], "each arm has its share of 64"


def test_erosion_is_the_engines_own() -> None:
    found = made().harms(5, cells=["R0"]).table().set_index(["harm", "arm", "group"])
    run = hc.Experiment(made().scenario("R0"), clients=64, replicates=5).run(progress=False, twins=False)
    theirs = run.table("estimates")
    theirs = theirs[(theirs["metric"] == "erosion_assistant") & (theirs["arm"] == "hybrid")].set_index("culture")
    for culture in ("all", "near", "far"):
        assert found.loc[("erosion_assistant", "hybrid", culture), "rate"] == theirs.loc[culture, "estimate"]


def test_erosion_is_expected_of_those_who_meet_the_agent() -> None:
    """In stepped care a quarter never meets a human. Counted from the rows of the same trials, all of whose clients get
    the arm's protocol: two thirds of them would be allocated to it."""
    design = hc.Experiment("stepped_care").trial(("human", "stepped"), n=60, allocation=(1, 2))
    found = design.harms(3, cells=["as written"]).table().set_index(["harm", "arm", "group"])
    rows = pd.concat([design.dataset(r, null="stepped") for r in range(3)])
    for agent in ("human", "assistant"):
        met = rows[rows[f"{agent}_contacts"] > 0]
        for group, own in (("all", met), ("near", met[met["culture"] == "near"])):
            row = found.loc[(f"erosion_{agent}", "stepped", group)]
            assert row["clients"] == pytest.approx(len(own) / 3 * 2 / 3) and len(own)
            assert row["expected"] == pytest.approx(row["rate"] * row["clients"])
    everybody = found.loc[("dropout", "stepped", "all"), "clients"]
    assert everybody == pytest.approx(40)
    assert found.loc[("erosion_human", "stepped", "all"), "clients"] < 0.9 * everybody


# --------------------------------------------------------------------------------------------------- examples, pictures
def test_examples_run_from_worst_to_best() -> None:
    found = made().examples(4, 21)
    assert len(found.table()) == 4 and found.table()["rank"].tolist() == pytest.approx([0, 7 / 20, 13 / 20, 1])
    assert (np.diff(found.everything["effect"]) <= 0).all(), "lower is better, so the best comes last"
    summary = made().summaries(21)
    assert sorted(found.everything["effect"]) == pytest.approx(sorted(summary.effect[:, 0]))


@pytest.mark.parametrize("name", ["power", "curve", "assurance", "examples", "harms", "flow", "three"])
def test_pictures_are_drawn_with_their_numbers(name: str) -> None:
    cells = {"cells": ["as written", "b_E 3", "R0"]}
    figure = {
        "power": lambda: made().power(6, **cells), "curve": lambda: made().power_curve([20, 40], 6, **cells),
        "assurance": lambda: made().assurance(draws=3, trials=1, **cells), "examples": lambda: made().examples(3, 6),
        "harms": lambda: made().harms(3, **cells), "flow": lambda: made().flow(0),
        "three": lambda: hc.Experiment(hc.Scenario.of(tiny())).trial(("human", "ai", "hybrid"), n=60).power(4, **cells),
    }[name]().plot()  # fmt: skip
    ET.fromstring(figure.svg())
    assert len(figure.table) and figure.alt and figure.title and "calibrated" in figure.caption + figure.svg()
    if name in ("power", "curve", "assurance"):
        for cell in cells["cells"]:
            assert cell in figure.svg(), cell


def test_answers_show_their_caveats_in_a_notebook() -> None:
    shown = made().power(4, cells=["R0"])._repr_html_()
    assert "Monte Carlo" in shown and "No evidence about people" in shown and "none: a test" in shown
    assert "not yet calibrated" in made().power(4, cells=["R0"]).sentence


def test_the_same_model_under_two_names_is_counted_once() -> None:
    """As written, b_E 1.5 and R1 are one model here; b_E 3 and R2 another; the tiny scenario has the defaults."""
    found = made().power(4)
    names = set(found.table()["cell"])
    assert len(names) == 9 and "over 6 different sets of assumptions" in found.sentence
    assert "over 1 set of assumptions" in made().power(4, cells=["as written", "b_E 1.5"]).sentence


def test_bad_examples_are_refused() -> None:
    three = hc.Experiment(hc.Scenario.of(tiny())).trial(("human", "ai", "hybrid"), n=60)
    for ask, said in ((lambda: three.examples(), "two arms"), (lambda: made().examples(0), "no whole number"),
                      (lambda: made().flow(-1), "no whole number"),
                      (lambda: dataclasses.replace(made(), n=20).power_curve([]), "are none")):  # fmt: skip
        with pytest.raises(ConfigError, match=said):
            ask()
