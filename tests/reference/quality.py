"""Expressed quality: what an agent means to express, and what misreading leaves of it (S3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .chance import QUALITY, normal
from .world import EMPATHY, QUALITIES, clip

if TYPE_CHECKING:
    from .contact import Contact

WEAR_NOT = ("perspective_taking", "technique")
TIRE = ("resonance", "attunement", "curiosity")
MATCHED = ("resonance", "attunement", "validation")


def novelty(contact: Contact) -> float:
    weeks = contact.week - contact.bond.first_week
    return math.exp(-contact.of("repetition") * (1 - contact.of("memory")) * weeks)


def level(contact: Contact, name: str) -> float:
    """The agent's own level of a quality with this client, before the day's variation."""
    p, client = contact.p, contact.client
    human = contact.agent == "human"
    own = contact.therapist.quality[name] if human else contact.of(f"quality/{name}")
    if name in ("resonance", "compassion"):
        found_out = not human and client.discovered
        if contact.of("labelled") or found_out:
            own *= 1 - contact.of("label_discount")
        elif contact.coached and p["/coaching/disclosed"]:
            own *= 1 - p["/assistant/label_discount"] * p["/coaching/adoption"] * client.reliance
    if name in MATCHED:
        own += contact.bond.match
    if human:
        own += p["/therapists/learning"] * contact.week / 52
    return clip(own, 0, 1)


def meant(contact: Contact) -> dict[str, float]:
    """q~ of each quality."""
    p = contact.p
    worn = 1 - contact.of("habituation") * (1 - novelty(contact))
    noise = [*contact.words(QUALITY), *contact.words(QUALITY, block=1)]
    found = {}
    for name, word in zip(QUALITIES, noise, strict=True):
        shown = clip(level(contact, name) + contact.of("quality_sd") * normal(word), 0, 1)
        if name not in WEAR_NOT:
            shown *= worn
        if contact.agent == "human" and name in TIRE:
            shown *= 1 - p["/therapists/fatigue/quality"] * contact.client.fatigue
        if contact.coached:
            shown += p[f"/coaching/added/{name}"]
        if name == "technique" and contact.monitored:
            shown += p["/monitoring/technique"]
        found[name] = clip(shown, 0, 1)
    found.update(held(p))
    if p["/affect/effect"] != 0:
        close = closeness(contact, found["resonance"])
        found["attunement"] = clip(
            found["attunement"] + p["/affect/effect"] * (close - p["/affect/reference"]), 0, 1
        )
    return {**found, **held(p)}


def held(p: dict) -> dict[str, float]:
    """Qualities that an attribution has taken away, each at the level that stands in its place."""
    return {name: p["/attribution/level"] for name in QUALITIES if p[f"/attribution/absent/{name}"]}


def closeness(contact: Contact, resonance: float) -> float:
    """How close client and agent end a contact in affect, in [0, 1], after Liebovitch et al. 2011."""
    p = contact.p
    client = agent = 0.0
    for _ in range(contact.meeting["turns"]):
        client, agent = (
            p["/affect/client_keep"] * client
            - p["/affect/client_severity"] * contact.client.symptom / 27
            + p["/affect/client_pull"] * math.tanh(agent),
            p["/affect/therapist_keep"] * agent
            + p["/affect/therapist_warmth"] * resonance
            + p["/affect/therapist_pull"] * math.tanh(client),
        )
    return clip(1 - abs(client - agent) / 2, 0, 1)


def expressed(contact: Contact, intended: dict[str, float], accuracy: float) -> dict[str, float]:
    """What is left after misreading."""
    found = {}
    for name in QUALITIES:
        floor = contact.p[f"/quality/floor/{name}"]
        found[name] = intended[name] * (floor + (1 - floor) * accuracy)
    return {**found, **held(contact.p)}


def empathy(p: dict, quality: dict[str, float], added: float) -> float:
    """E. The twin `more_empathy` adds to what is there of its three parts, and to the same in Q."""
    weight = {name: p[f"/quality/weight/{name}"] for name in EMPATHY}
    more = {name: 0.0 if name in held(p) else added for name in EMPATHY}
    return sum(weight[name] * (quality[name] + more[name]) for name in EMPATHY) / sum(weight.values())


def overall(p: dict, quality: dict[str, float], added: float) -> float:
    """Q."""
    raised = [name for name in EMPATHY if name not in held(p)]
    return sum(p[f"/quality/weight/{name}"] * (quality[name] + added * (name in raised)) for name in QUALITIES)
