"""Rival models: each is in the table of fields, does what it says, and is the one that the bundled scenarios carry."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hybridcare.document import leaves, merged
from hybridcare.errors import ConfigError
from hybridcare.places import data_file, data_folder
from hybridcare.rivals import Rival, first_words, rivals, switches

import hybridcare as hc

FOUR = ["mindfulness", "expressive_writing", "bias_modification", "focusing"]
CARE = {"weeks": 8, "then": "completed"}
#: A human, an assistant that talks alone, one with exercises, and both; arms that differ in whom a step has.
SMALL: dict[str, Any] = {
    "format": 1, "name": "small", "question": "What do rivals say?", "seed": 11, "replicates": 4, "clients": 300,
    "weeks": 9, "reading_week": 8, "pathway": {"steps": {"care": {**CARE, "human": {"every_weeks": 1}}}},
    "arms": {
        "human": {"label": "Human"},
        "ai": {"label": "Assistant", "pathway": {"steps": {"care": {"human": None, "assistant": {"every_weeks": 1}}}}},
        "ai_bundle": {"pathway": {"steps": {"care": {"human": None, "assistant": {}, "offers": FOUR}}}},
        "hybrid": {"label": "Both", "pathway": {"steps": {"care": {"assistant": {}, "offers": FOUR}}}},
        "coached": {"label": "Coached", "pathway": {"steps": {"care": {"coached": True}}}},
    },
    "headline": {"arm": "hybrid", "against": "human"},
}  # fmt: skip


@cache
def phq9(name: str) -> dict[str, float]:
    """PHQ-9 at week 8 by arm, of the scenario as rival or switch `name` has it: same clients, same luck."""
    rival = {**rivals(), **switches()}[name]
    scenario = hc.Scenario.of(rival.over(SMALL), "small")
    table = hc.Experiment(scenario).run(progress=False, twins=False).table()
    rows = table[(table.metric == "phq9") & (table.reading == "week_8") & (table.culture == "all")]
    return dict(zip(rows.arm, rows.estimate, strict=True))


def test_the_five_of_the_model_page_and_the_switches_are_there() -> None:
    assert list(rivals()) == ["R0", "R1", "R2", "R3", "R4"]
    assert list(switches()) == ["trust_form", "one_time_scale", "one_type", "weak_saturation", "no_saturation",
                                "two_courses", "unresponsive"]  # fmt: skip
    assert "cannot tell" in first_words()
    for rival in [*rivals().values(), *switches().values()]:
        assert rival.given.startswith("unfitted: ")
        assert rival.label and rival.meaning and rival.source


def test_the_file_is_as_its_schema_says() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    content = json.loads(data_file("rivals.json").read_text(encoding="utf-8"))
    schema = json.loads((data_folder("schema") / "rivals.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(content)
    content["rivals"]["R1"]["status"] = "fitted"  # what is fitted is read from ensembles, and never typed
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(content))


@pytest.mark.parametrize("rival", [*rivals().values(), *switches().values()], ids=lambda rival: rival.name)
def test_every_path_exists_and_moves_from_its_default(rival: Rival) -> None:
    known = {row["path"]: row for row in hc.fields().to_dict("records")}
    for path, value in leaves(rival.patch):
        if path:
            assert path in known, f"{rival.name} sets {path}"
            if isinstance(value, (int, float)):
                assert known[path]["least"] <= value <= known[path]["most"]
    moved = [path for path, value in leaves(rival.patch) if path and value != known[path]["default"]]
    assert bool(moved) == (rival.name != "R1")


@pytest.mark.parametrize(
    "name", ["hybrid_vs_human_vs_ai", "stepped_care", "assistants_by_culture", "service_capacity", "coaching_feedback"]
)
def test_every_rival_can_be_laid_over_bundled_scenarios(name: str) -> None:
    document = hc.load(name).document()
    before = json.dumps(document)
    place = str(data_folder("library") / f"{name}.json")
    for rival in [*rivals().values(), *switches().values()]:
        scenario = hc.Scenario.of(rival.over(document), place)
        assert [arm["name"] for arm in scenario.core.arms] == [arm["name"] for arm in hc.load(name).core.arms]
        for number, arm in enumerate(scenario.core.arms):
            held = dict(scenario.core.values(0, number))
            for path, value in leaves(rival.patch):
                assert not path or held[path] == value, f"{path} in {arm['name']}"
    assert json.dumps(document) == before, "laying a rival over a scenario changed the scenario"


def test_the_library_carries_the_same_r0() -> None:
    found = 0
    for path in sorted(data_folder("library").glob("*.json")):
        variant = json.loads(path.read_text(encoding="utf-8")).get("variants", {}).get("R0")
        if variant is not None:
            found += 1
            patch = {key: value for key, value in variant.items() if key not in ("label", "in_envelope")}
            assert patch == rivals()["R0"].patch, path.name
    assert found > 5


def test_contact_only_leaves_no_effect_of_empathy() -> None:
    low, high = (merged(SMALL, {"change": {"empathy_elasticity": b}}) for b in (0, 3))
    hashes = {hc.Experiment(hc.Scenario.of(rivals()["R0"].over(one))).run(progress=False).hash for one in (low, high)}
    assert len(hashes) == 1
    assert phq9("R0")["ai"] != phq9("R1")["ai"]


def test_empathy_matters_widens_the_gap_between_human_and_assistant() -> None:
    gap = {name: phq9(name)["human"] - phq9(name)["ai"] for name in ("R1", "R2")}
    assert gap["R2"] < gap["R1"] < 0


def test_bundle_only_takes_the_conversation_and_leaves_the_rest() -> None:
    plain, only = phq9("R1"), phq9("R3")
    assert only["human"] == plain["human"]  # to the last bit: no assistant, nothing changed
    assert only["ai"] > plain["ai"] + 0.3
    assert only["ai_bundle"] < only["ai"] - 0.1  # exercises go on working
    assert only["hybrid"] > plain["hybrid"]
    assert only["coached"] == pytest.approx(only["human"], abs=0.15)
    for _, dose in leaves_named(rivals()["R3"].over(SMALL), "dose"):
        assert dose == 0


def test_bundle_only_says_what_the_reference_values_call_a_silent_assistant() -> None:
    """core_reference writes the same out by hand: dose 0 in one arm (section 9: −.78 PHQ-9)."""
    base = merged(hc.load("core_reference").document(), {"clients": 300, "replicates": 4, "weeks": 13})
    arms = ["none", "ai_bundle", "silent_ai_bundle"]
    by_hand = means(hc.Experiment(hc.Scenario.of(base), arms=arms, variants=["default"]))
    rival = means(hc.Experiment(hc.Scenario.of(rivals()["R3"].over(base)), arms=arms, variants=["default"]))
    assert rival["ai_bundle"] == by_hand["silent_ai_bundle"] == rival["silent_ai_bundle"]
    assert rival["none"] == by_hand["none"]
    assert by_hand["ai_bundle"] < by_hand["silent_ai_bundle"] < by_hand["none"]


def test_alliance_is_the_path_and_each_switch_moves_the_answer() -> None:
    known = {row["path"]: row["default"] for row in hc.fields().to_dict("records")}
    assert rivals()["R2"].patch["change"]["empathy_elasticity"] == 2 * known["/change/empathy_elasticity"]
    assert rivals()["R4"].patch["course"]["alliance_effect"] == 2 * known["/course/alliance_effect"]
    assert set(rivals()["R4"].patch["quality"]["weight"].values()) == {1 / 8}
    for name in ("R4", *switches()):
        for arm in ("human", "ai"):
            assert abs(phq9(name)[arm] - phq9("R1")[arm]) > 1e-6, f"{name} leaves {arm} alone"


def test_a_rival_wins_over_a_design_point_that_names_what_it_fixes() -> None:
    patch = {"course": {"harm": 0.1}, "practice": {"rate": 0.2}}
    assert rivals()["R0"].point(patch)["course"]["harm"] == 0
    assert rivals()["R0"].point(patch)["practice"]["rate"] == 0.2
    arm = merged(SMALL, {"arms": {"human": {"course": {"harm": 0.2}}}})
    assert rivals()["R0"].over(arm)["arms"]["human"]["course"]["harm"] == 0


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown rival 'R9'; nearest: 'R"):
        rivals(["R9"])
    with pytest.raises(ConfigError, match="unknown switch 'trustform'; nearest: 'trust_form'"):
        switches("one_type,trustform")


def leaves_named(document: Any, name: str) -> list[tuple[str, Any]]:
    return [(path, value) for path, value in leaves(document) if path.endswith(f"/{name}")]


def means(experiment: hc.Experiment) -> dict[str, float]:
    table = experiment.run(progress=False, twins=False).table()
    rows = table[(table.metric == "phq9") & (table.reading == "week_12") & (table.culture == "all")]
    return dict(zip(rows.arm, rows.estimate, strict=True))
