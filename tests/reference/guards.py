"""Guards of transitions. Their language is a part of Python's expressions, but for the dot after `oracle`."""

from __future__ import annotations

from .people import Client


def holds(guard: str, client: Client) -> bool:
    """Whether the guard of a transition holds for a client at the end of a week."""
    known: dict[str, float] = {
        name: getattr(client, name) for name in ("phq9", "phq9_start", "weeks_in_step", "weeks_in_care", "off_track")
    }
    for name in ("symptom", "episode", "gain", "responsiveness", "motivation"):
        known[f"oracle_{name}"] = getattr(client, name)
    for agent, bond in client.bonds.items():
        for name in ("contacts", "missed", "empathy_rating", "alliance_rating", "felt_heard", "confidence"):
            known[f"{agent}_{name}"] = getattr(bond, name)
        known[f"oracle_{agent}_trust"] = bond.trust_before
        for name in ("alliance", "empathy", "distance"):
            known[f"oracle_{agent}_{name}"] = getattr(bond, name)
    return bool(eval(guard.replace("oracle.", "oracle_"), {"__builtins__": {}}, known))  # of our own scenarios
