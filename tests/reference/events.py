"""Once a week, after the contacts: data leaked, an assistant found out (S16); risk states and who sees them (S17)."""

from __future__ import annotations

from .chance import PRIVACY, REVIEW, SAFETY, happens
from .people import Bond, Client
from .world import World


def lose_privacy(world: World, p: dict, client: Client, week: int) -> None:
    breach, discovery, *_ = world.chance.words(client.id, PRIVACY, week=week)
    if happens(breach, p["/privacy/breach"]):
        client.breached = True
        lose_trust(p, client.bonds["assistant"], p["/privacy/breach_failures"])
    if not p["/assistant/labelled"] and not client.discovered and happens(discovery, p["/privacy/discovery"]):
        client.discovered = True
        lose_trust(p, client.bonds["assistant"], p["/privacy/discovery_failures"])


def lose_trust(p: dict, bond: Bond, failures: float) -> None:
    if p["/trust/form"] == "rescorla_wagner":
        bond.trust_good *= 1 - p["/trust/error_correction/loss"] * min(1.0, failures / 8)
        bond.trust_bad = 1 - bond.trust_good
    else:
        bond.trust_bad += p["/trust/failure"] * failures


def watch_risk(world: World, p: dict, client: Client, step: dict, in_care: bool, week: int) -> None:
    onset, human, assistant, alarm = world.chance.words(client.id, SAFETY, week=week)
    met_human, met_assistant = (client.bonds[agent].met > 0 for agent in ("human", "assistant"))
    begin_or_end(p, client, onset)
    every = step["review_every"]
    reviewed = bool(every) and client.weeks_in_step % every == 0
    if reviewed:
        client.minutes += step["review_minutes"]
    if client.risk > 0:
        seen = met_human and happens(human, p["/safety/human_sensitivity"])
        seen = seen or (met_assistant and happens(assistant, p["/safety/assistant_sensitivity"]))
        review = world.chance.words(client.id, REVIEW, week=week)[0]
        seen = seen or (reviewed and happens(review, p["/safety/human_sensitivity"]))
        account(p, client, seen, met_human, in_care)
    elif met_assistant and happens(alarm, p["/safety/false_alarm"]):
        client.alarms += 1
        client.risk_flag = True
        client.minutes += p["/safety/minutes"]


def begin_or_end(p: dict, client: Client, onset: int) -> None:
    if client.symptom <= p["/safety/risk_symptom"]:
        client.risk = 0
    elif client.risk > 0:
        client.risk += 1
    elif happens(onset, p["/safety/onset"]):
        client.risk = 1
        client.risk_met = False


def account(p: dict, client: Client, seen: bool, met_human: bool, in_care: bool) -> None:
    """Waits are counted from the week of onset, which is 0."""
    waited = client.risk - 1
    if (seen or met_human) and not client.risk_met:
        client.risk_met = True
        client.human_reached += 1
        client.human_waits += waited
    if seen:
        client.risks_found += 1
        client.risk_waits += waited
        client.risk = 0
        client.risk_flag = True
        client.minutes += p["/safety/minutes"]
    elif in_care:
        client.missed_risk += 1
