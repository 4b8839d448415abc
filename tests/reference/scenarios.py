"""Experiments made for the comparison: they visit what the bundled ones do not."""

from __future__ import annotations

import copy
import random
from typing import Any

QUALITIES = (
    "resonance", "perspective_taking", "compassion", "validation", "autonomy_support", "attunement", "curiosity",
    "technique",
)  # fmt: skip

STEPS: dict[str, Any] = {
    "queue": {"weeks": 4, "comparator": "waiting", "then": "ai"},
    "ai": {"weeks": 12, "assistant": {"turns": 12}, "offers": ["bundle"], "feedback": True, "then": "leaflet"},
    "guided": {
        "weeks": 12,
        "human": {"every_weeks": 4, "dose": 0.3, "turns": 5},
        "assistant": {"dose": 0.8},
        "offers": ["bundle"],
        "feedback": True,
    },
    "human": {"human": {"turns": 12}, "feedback": True},
    "leaflet": {"weeks": 6, "offers": ["bundle"], "then": "usual"},
    "usual": {"weeks": 5, "comparator": "usual_care", "then": "followed"},
    "followed": {"weeks": 4},
}

TRANSITIONS: dict[str, Any] = {
    "guide": {
        "from": "ai",
        "to": "guided",
        "when": "weeks_in_step >= 3 and phq9 > 0.9 * phq9_start and assistant_missed < 2",
        "priority": 2,
    },
    "not_heard": {
        "from": "ai",
        "to": "human",
        "when": "assistant_contacts >= 2 and (assistant_felt_heard < 2 or oracle.assistant_trust < 0.45)",
        "priority": 1,
    },
    "step_up": {
        "from": "guided",
        "to": "human",
        "when": "off_track and weeks_in_step > 4 and human_alliance_rating < 0.7",
    },
    "enough": {
        "from": "human",
        "to": "completed",
        "when": "weeks_in_step >= 20 or phq9 < 5 and human_contacts >= 3 or oracle.assistant_trust > 0.62",
    },
}


def arm(start: str, then: dict[str, str] | None = None, transitions: tuple[str, ...] = (), **changes: Any) -> dict:
    """A patch that starts elsewhere and keeps only the steps that are reached from there."""
    then = then or {}
    kept = {start, *then, *then.values()}
    steps: dict[str, Any] = {name: {} if name in kept else None for name in STEPS}
    for name in kept:
        if "weeks" in STEPS[name]:
            steps[name]["then"] = then.get(name, "completed")
    rules = {name: {} if name in transitions else None for name in TRANSITIONS}
    return {"pathway": {"start": start, "steps": steps, "transitions": rules}, **changes}


#: The rival in which contact alone counts takes all of these together.
RIVAL = {"rival": {"contact_only": True}, "course": {"harm": 0, "alliance_effect": 0},
         "leaving": {"trust": 0, "unrepaired": 0}}  # fmt: skip

ODD: dict[str, Any] = {
    "format": 1,
    "name": "odd",
    "title": "All that the bundled experiments leave out",
    "question": "Does the program do what a second writing of the model does?",
    "configuration": "core",
    "seed": 4294967295,
    "replicates": 2,
    "clients": 40,
    "weeks": 26,
    "reading_week": 9,
    "calibration": "none: a test",
    "driver": "nothing: a test",
    "leaving": {"missed": 0.1},
    "course": {"alliance_effect": 4, "waiting_shift": 0.4},
    "alliance": {"resolved": 0.03},
    "cultures": {
        "near": {"position": 0.35, "share": 0.3},
        "reference": {"position": 0, "share": 0.3},
        "far": {"position": 0.9, "share": 0.4},
    },
    "pathway": {"start": "queue", "steps": STEPS, "transitions": TRANSITIONS},
    "arms": {
        "stepped": {},
        "four_weekly": arm("guided"),
        "five_weekly": arm("guided"),
        "usual_then_ai": arm("usual", {"usual": "ai"}),
        "ai_then_usual": arm("ai", {"ai": "usual"}),
        "ai_then_followed": arm("ai", {"ai": "followed"}),
        "leaflet_then_human": arm("leaflet", {"leaflet": "human"}, ("enough",)),
        "without_some": arm("guided", attribution={"level": 0.2, "absent": {
            "resonance": True, "compassion": True, "attunement": True, "validation": True, "trust": True}}),
        "without_others": {"attribution": {"absent": {
            "perspective_taking": True, "autonomy_support": True, "technique": True, "curiosity": True,
            "pathways": True}}},
        "rival_human": arm("human", transitions=("enough",), **RIVAL),
        "rival_both": arm("guided", **RIVAL),
    },
    "headline": {"arm": "stepped", "against": "four_weekly"},
}
ODD["arms"]["five_weekly"]["pathway"]["steps"]["guided"]["human"] = {"every_weeks": 5}
ODD["arms"]["rival_human"]["pathway"]["steps"]["human"]["offers"] = ["bundle"]

#: Limits where they bite.
TIGHT: dict[str, Any] = {
    "intake": {"episode_least": 13, "episode_most": 17, "phq9_least": 14, "baseline_most": 6, "gain_cap": 0.2},
    "culture": {"distance_most": 0.3},
    "therapists": {"quality_least": 0.7},
    "course": {"gain_least": -0.1, "harm": 0.5},
    "sudden_gain": {"rate": 0.2, "responsiveness_most": 0.5},
    "human": {"memory_gain": 0.02, "memory_most": 1.03, "trust_least": 6.5},
    "assistant": {"memory_gain": 0.02, "memory": 1, "memory_most": 1.03, "trust_least": 5.5},
    "monitoring": {"expected_weeks": 3},
}


def merged(base: Any, patch: Any) -> Any:
    """A merge patch, as scenario files have them (RFC 7386)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = copy.deepcopy(base) if isinstance(base, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


#: What no course of a single client depends on, and what is chosen together with other things.
LEFT = ("/service/", "/network/", "/accounts/", "/observation/", "/attribution/", "/rival/contact_only",
        "/recognition/emotions_drawn")
SUMS = {"/quality/weight": QUALITIES,
        "/practice/share": ("mindfulness", "expressive_writing", "bias_modification", "focusing")}  # fmt: skip


def place_of(patch: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *above, last = path.split("/")[1:]
    for name in above:
        patch = patch.setdefault(name, {})
    return patch, last


def moved(base: dict[str, Any], fields: list[dict[str, Any]], seed: int, share: float) -> dict[str, Any]:
    """`base` with every parameter up to `share` of the way to some place in its range, and every switch at random.

    Effects that are off or equal by default are at work here. Arms of a rival are left out: it has its own switch.
    """
    rng = random.Random(seed)
    core = base.get("configuration") == "core"
    patch: dict[str, Any] = {"arms": {name: None for name in base["arms"] if "rival" in name}}
    for field in fields:
        if field["path"].startswith((*LEFT, *SUMS)) or (field["path"] == "/recognition/emotions" and not core):
            continue
        place, last = place_of(patch, field["path"])
        place[last] = moved_value(field, rng, share, "core" if core else "default")
    for path, names in SUMS.items():
        weights = [rng.random() for _ in names]
        place, last = place_of(patch, path)
        place[last] = {name: weight / sum(weights) for name, weight in zip(names, weights, strict=True)}
    return merged(base, patch)


def moved_value(field: dict[str, Any], rng: random.Random, share: float, default: str) -> float | bool | str:
    if field["kind"] == "flag":
        return rng.random() < 0.5
    if field["names"]:  # a human takes up what a machine could not repair, where turns are played one by one
        return rng.choice([name for name in field["names"] if default == "default" or name != "handover"])
    towards = rng.uniform(field["least"], field["most"])
    value = field[default] + share * rng.random() * (towards - field[default])
    counts = field["path"].startswith("/intake/") and field["path"].endswith(("_good", "_bad"))
    return round(value) if field["kind"] == "whole" or counts or field["path"] == "/recognition/emotions" else value
