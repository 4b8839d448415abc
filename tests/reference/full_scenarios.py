"""Experiments of the full model made for the comparison: they put every mechanism and every switch to work."""

from __future__ import annotations

from typing import Any

EXERCISES = ["mindfulness", "expressive_writing", "bias_modification", "focusing"]

STEPS: dict[str, Any] = {
    "door": {"weeks": 2, "comparator": "waiting", "then": "ai"},
    "ai": {
        "weeks": 9,
        "assistant": {"name": "plain", "turns": 6, "per_week": 3, "fade": 0.1},
        "offers": EXERCISES,
        "plan": True,
        "feedback": True,
        "review_every": 3,
        "review_minutes": 7,
        "then": "leaflet",
    },
    "guided": {
        "weeks": 8,
        "human": {"every_weeks": 2, "per_week": 2, "dose": 0.6, "turns": 5, "minutes": 20, "fade": 0.02},
        "assistant": {"name": "rich", "turns": 9, "per_week": 2},
        "offers": ["mindfulness", "expressive_writing", "focusing"],
        "feedback": True,
        "review_every": 2,
        "then": "usual",
    },
    "coached": {"weeks": 10, "human": {"turns": 10}, "coached": "rich", "offers": ["expressive_writing", "focusing"]},
    "human": {"human": {"every_weeks": 1}, "feedback": True, "offers": ["bundle"]},
    "leaflet": {"weeks": 5, "offers": ["expressive_writing", "focusing", "mindfulness"], "then": "followed"},
    "usual": {"weeks": 4, "comparator": "usual_care", "then": "chat"},
    "chat": {"weeks": 3, "assistant": {"name": "plain", "every_weeks": 2}, "then": "followed"},
    "followed": {"weeks": 3},
}

TRANSITIONS: dict[str, Any] = {
    "severe": {"from": "door", "to": "coached", "when": "triage_score > 1 or access == none", "priority": 1},
    "far_away": {"from": "door", "to": "guided", "when": "culture == far and age != old", "priority": 2},
    "risk": {"from": "ai", "to": "coached", "when": "risk_flag", "priority": 1},
    "not_heard": {
        "from": "ai",
        "to": "guided",
        "when": "week > 4 and (assistant_alliance_rating < 0.4 or oracle.assistant_ruptures >= 4)",
        "priority": 2,
    },
    "up": {
        "from": "guided",
        "to": "human",
        "when": "weeks_in_step >= 4 and (off_track or oracle.fatigue > 0.2 and oracle.human_reliability < 0.5)",
    },
    "down": {"from": "coached", "to": "ai", "when": "oracle.reliance > 0.2 and human_felt_heard >= 3"},
    "enough": {
        "from": "human",
        "to": "completed",
        "when": "human_contacts > 9 or oracle.insight > 0.4 or oracle.stigma < 0.2 or oracle.human_memory > 0.3",
    },
}

EMOTIONS: dict[str, Any] = {
    "grief": {"base": 0.7, "slope": 0.05, "positive": False},
    "hope": {"base": -0.2, "slope": -0.06, "positive": True},
    "dread": {"base": 0.4, "slope": 0.02, "positive": False},
    "rage": {"base": 0, "slope": 0.03, "positive": False},
    "ease": {"base": 0.1, "slope": -0.04, "positive": True},
    "guilt": {"base": 0.2, "slope": 0, "positive": False},
    "pride": {"base": -0.5, "slope": -0.01, "positive": True},
}

ATTRIBUTES: dict[str, Any] = {
    "access": {
        "levels": ["none", "some", "full"],
        "without_assistant": ["none"],
        "effects": {"some": {"leaving": 0.4, "trust_assistant": -1.5, "practice": -0.3}, "full": {"practice": 0.5}},
    },
    "age": {
        "levels": ["young", "old"],
        "effects": {
            "old": {"leaving": -0.5, "trust_human": 2, "privacy_concern": 0.4, "stigma": 0.3, "practice": 0.2},
            "young": {"motivation": -0.3, "privacy_concern": -0.2, "stigma": -0.4, "trust_human": -9},
        },
    },
}

JOINT: list[dict[str, Any]] = [
    {"access": "none", "age": "old", "share": 0.25},
    {"access": "some", "age": "young", "share": 0.2},
    {"access": "some", "age": "old", "share": 0.15},
    {"access": "full", "age": "young", "share": 0.3},
    {"access": "full", "age": "old", "share": 0.1},
]

#: What is rare by default happens often.
OFTEN: dict[str, Any] = {
    "privacy": {"breach": 0.05, "discovery": 0.1, "transparency": 0.4, "consent": 0.3, "retention": 0.6},
    "safety": {"risk_symptom": 14, "onset": 0.3, "human_sensitivity": 0.3, "assistant_sensitivity": 0.2,
               "false_alarm": 0.1},
    "leaving": {"missed": 0.15, "intercept": -5.2, "privacy": 5, "unheard": 0.5, "heard_reference": 4,
                "met_human": 0.9},
    "ratings": {"heard_halo": 1.5, "heard_match": 2.5},
    "sudden_gain": {"rate": 0.04},
}  # fmt: skip

#: The rival in which contact alone counts takes all of these together.
RIVAL = {"rival": {"contact_only": True}, "course": {"harm": 0, "alliance_effect": 0},
         "leaving": {"trust": 0, "unrepaired": 0, "unheard": 0}}  # fmt: skip

SENSES = {name: {"used": True} for name in ("speech", "face", "physiology")}

FULL: dict[str, Any] = {
    "format": 1,
    "name": "odd_full",
    "title": "All that the full model has",
    "question": "Does the program do what a second writing of the model does?",
    "seed": 12345,
    "replicates": 1,
    "clients": 40,
    "weeks": 30,
    "reading_week": 11,
    "calibration": "none: a test",
    "driver": "nothing: a test",
    "cultures": {
        "near": {"position": 0.35, "share": 0.3},
        "reference": {"position": 0, "share": 0.3},
        "far": {"position": 0.9, "share": 0.4},
    },
    "assistants": {
        "plain": {"labelled": False, "repair_policy": "handover", "trust_sd": 0.5},
        "rich": {
            **SENSES,
            "text": {"loss": 0.1},
            "face": {"used": True, "loss": 2},
            "distance_loss": 0.8,
            "fusion": "by_culture",
            "culture": "near",
            "competence": 0.3,
            "familiarity": 0.05,
            "memory": 0.8,
            "repair_policy": "apology",
            "trust_mean": 7,
            "quality": {"resonance": 0.6, "attunement": 0.6},
            "label_discount": 0.4,
        },
    },
    "attributes": ATTRIBUTES,
    "joint_shares": JOINT,
    "human": {"competence": 0.4, "memory": 0.7},
    "therapists": {"learning": 0.05, "load": 1.1, "caseload_severity": 20},
    "roles": {"elasticity": {"validation": 1, "technique": -0.5, "curiosity": 0.7}},
    "coaching": {"disclosed": True, "reliance_rate": 0.3, "adoption": 0.8},
    **OFTEN,
    "pathway": {
        "start": "door",
        "steps": STEPS,
        "transitions": TRANSITIONS,
        "re_entry": {"to": "guided", "when": "phq9 >= 9 and not (week < 12)"},
        "restart_on_new_provider": True,
    },
    "arms": {
        "stepped": {},
        "corrected": {
            "trust": {"form": "rescorla_wagner", "types": {"oscillating": 0.3, "disbelieving": 0.4}},
            "assistants": {"plain": {"repair_policy": "explanation"}},
            "affect": {"effect": 0.5},
            "practice": {"slots": 1},
        },
        "explained": {
            "human": {"repair_policy": "explanation", "labelled": True, "label_discount": 0.2, "habituation": 0.3,
                      "repetition": 0.2, "repetition_cost": 0.3},
            "assistants": {"rich": {"fusion": "fixed", "physiology": {"used": False}}},
            "change": {"dose_by_week": False},
            "leaving": {"per_turn": False},
            "affect": {"effect": -0.4},
        },
        "apologetic": {
            "human": {"repair_policy": "apology"},
            "pathway": {"restart_on_new_provider": False, "re_entry": None, "steps": {"ai": {"plan": False}}},
            "practice": {"slots": 3},
        },
        "without_some": {
            "attribution": {
                "absent": {"resonance": True, "validation": True, "attunement": True, "technique": True, "trust": True},
                "level": 0.35,
            },
            "affect": {"effect": 0.5},
        },
        "without_others": {
            "attribution": {
                "absent": {"perspective_taking": True, "compassion": True, "autonomy_support": True,
                           "curiosity": True, "pathways": True},
                "trust_level": 0.8,
            },
            "affect": {"effect": 0.5},
        },
        "rival": RIVAL,
    },
    "headline": {"arm": "stepped", "against": "corrected"},
}  # fmt: skip

#: Other feelings, other people, and no display that could be masked.
OWN_EMOTIONS: dict[str, Any] = {
    "emotions": EMOTIONS,
    "joint_shares": None,
    "attributes": {"access": {"shares": [0.2, 0.3, 0.5]}, "age": {"shares": [0.6, 0.4]}},
    "intake": {"kind": "service", "triage_sd": 0},
    "recognition": {"display": {"base": 0.5, "position": 0.5}, "misheard": 0.6, "memory_growth": 0.3},
    "repair": {"rupture_turns": 1, "rupture_trust": 0.01, "attunement": 3},
    "trust": {"types": {"oscillating": 0, "disbelieving": 0}},
}

#: Limits where they bite.
TIGHT: dict[str, Any] = {
    "intake": {"episode_least": 13, "episode_most": 17, "phq9_least": 14, "baseline_most": 6, "gain_cap": 0.2,
               "fit_sd": 1.5, "match_sd": 0.5, "unresponsive_share": 0.3, "persistent": {"share": 0.4, "shift": 8}},
    "culture": {"distance_most": 2, "jitter": 0.5},
    "human": {"distance_loss": 1, "memory_most": 1.03, "trust_least": 6.5},
    "assistant": {"distance_loss": 1, "memory_most": 1.03, "trust_least": 5.5},
    "course": {"gain_least": -0.1, "harm": 0.5, "resonance_softens": 2, "autonomy_decay": 5,
               "saturation": 0.25},
    "sudden_gain": {"rate": 0.2, "responsiveness_most": 0.5},
    "therapists": {"quality_least": 0.7, "fatigue": {"start": 0.9, "load": 1}},
    "repair": {"attunement": 5, "apology": 0.6},
    "roles": {"stigma": 1, "insight_gain": 1, "motivation_rate": 0.9},
    "recognition": {"ask_cost": 1, "second_look": 3, "memory_growth": 1},
    "practice": {"plan": {"prior_sd": 1.5}},
    "affect": {"effect": 2},
}  # fmt: skip
