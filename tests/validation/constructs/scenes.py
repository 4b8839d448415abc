"""Small scenes to show constructs in: 256 clients, 14 weeks, one step of care.

In most of them nobody leaves, no contact is missed, and neither what is felt nor whether a failure is noticed hangs on
symptoms: so what a change does is not mixed with who is left to show it, and what it must not touch stands exactly
still.
"""

from __future__ import annotations

import copy
from typing import Any

from hybridcare.document import merged

from .measure import CLIENTS, Document

ALL = ["mindfulness", "expressive_writing", "bias_modification", "focusing"]
NEAR_FAR = {"reference": {"position": 0, "share": 0.6}, "far": {"position": 0.9, "share": 0.4}}

STAY = {"leaving": {"intercept": -20, "ending": 0, "missed": 0}}
CALM = {
    **STAY,
    "recognition": {
        "noticed": {"intensity": 0},
        "emotion": {name: {"slope": 0} for name in ("sadness", "fear", "anger", "shame", "joy", "calm")},
    },
    "privacy": {"breach": 0, "discovery": 0},
    "safety": {"onset": 0, "false_alarm": 0},
}
SENSES = {name: {"used": True} for name in ("text", "speech", "face", "physiology")}


def scene(step: dict[str, Any], *patches: Document, **head: Any) -> Document:
    document: Document = {
        "format": 1,
        "name": "scene",
        "replicates": 1,
        "clients": CLIENTS,
        "weeks": 14,
        "reading_week": 12,
        "cultures": NEAR_FAR,
        "pathway": {"start": "care", "steps": {"care": {"weeks": 12, **step}}},
        **head,
    }
    for patch in patches:
        document = merged(document, patch)
    return copy.deepcopy(document)


HUMAN: dict[str, Any] = {"human": {"every_weeks": 1}}
ASSISTANT: dict[str, Any] = {"assistant": {"every_weeks": 1}}
OFFERS: dict[str, Any] = {"offers": ALL}

#: Fewer places than people who want them: three therapists with ten slots each.
SERVED: Document = {
    "service": {"arrivals": 12, "in_need": 60, "slots": 10, "seek": {"intercept": -1.5}},
    "therapists": {"count": 3},
}
STEPS_UP: Document = {
    "pathway": {
        "steps": {"more": {"weeks": 12, "human": {"every_weeks": 1}}},
        "transitions": {
            "up": {"from": "care", "to": "more", "when": "weeks_in_step >= 4 and phq9 > 0.8 * phq9_start"},
        },
    },
}

SCENES: dict[str, Document] = {
    "human": scene({**HUMAN, **OFFERS}, CALM),
    "assistant": scene({**ASSISTANT, **OFFERS}, CALM),
    "senses": scene({**ASSISTANT, **OFFERS}, CALM, {"assistant": SENSES}),
    "both": scene({"human": {"every_weeks": 2}, **ASSISTANT, **OFFERS}, CALM),
    "year": scene({**HUMAN, **OFFERS}, CALM, weeks=40),
    "service": scene({**HUMAN, **OFFERS}, CALM, SERVED, weeks=26),
    "service, leaving": scene({**HUMAN, **OFFERS}, SERVED, weeks=26),
    "assistant at the door": scene({**ASSISTANT, **OFFERS}, CALM, SERVED, weeks=26),
    "stepping": scene({**ASSISTANT, **OFFERS}, CALM, SERVED, STEPS_UP, weeks=26),
    "network": scene({**ASSISTANT, **OFFERS}, CALM, SERVED, {"network": {}}, weeks=26),
    "assistant, leaving": scene({**ASSISTANT, **OFFERS}),
    "leaving": scene({**HUMAN, **OFFERS}),
    "human first, leaving": scene({**ASSISTANT, **OFFERS}, {"pathway": {"start": "first", "steps": {
        "first": {"weeks": 1, "then": "care", **HUMAN, **ASSISTANT}}}}),
    "usual care": scene({"comparator": "usual_care"}, CALM),
    "leaflet": scene(OFFERS, CALM),
    "no care": scene({"comparator": "waiting"}, CALM),
}
