"""Item 8: named attributes of clients and what they do; digital access; shares, intake and plans from files."""

from __future__ import annotations

from typing import Any

from .measure import Output, Row
from .outputs import (
    ARRIVED,
    CONTACTS,
    DROPOUT,
    HOURS,
    MISREAD,
    MONEY,
    MOTIVATION,
    OPINION,
    PHQ9,
    PRACTISED,
    SOUGHT,
    STIGMA,
    TRUST,
    WAIT,
    phq9,
)

H, A = "human", "assistant"
ACCESS: dict[str, Any] = {"/attributes": {"access": {"levels": ["full", "none"], "shares": [0.6, 0.4]}}}
AGES: dict[str, Any] = {"/attributes": {"age": {"levels": ["young", "old"]}, "access": {"levels": ["full", "none"],
                        "without_assistant": ["none"]}}}  # fmt: skip
EVEN = [{"age": age, "access": access, "share": 0.25} for age in ("young", "old") for access in ("full", "none")]
#: Masking does not hang on trust, so that reading does not either.
APART = {"/recognition/display/trust": 0}
CONCERNED = {"/leaving/privacy": 3, "/privacy/transparency": 0}


def effect(
    target: str, value: float, scene: str, reads: Output, way: int, *still: Output, test: str, **given: Any
) -> Row:
    return Row(f"attribute acts on {target.replace('_', ' ')}", "2.1", scene,
               {"/attributes/access/effects": {"none": {target: value}}}, reads, way, still, {**ACCESS, **given},
               f"attributes.cpp: {test}")  # fmt: skip


ROWS = [
    effect("leaving", 2, "leaving", DROPOUT, +1, phq9(1), test="an effect on leaving is on its logit"),
    Row("attribute acts on help seeking", "2.1, S14", "service", {"/attributes/access/effects": {"none":
        {"help_seeking": 3}}}, SOUGHT, +1, (ARRIVED,), {**ACCESS, "/service/seek/intercept": -4},
        "seeking.cpp: the logit of seeking help is that of the document"),
    effect("practice", 3, H, PRACTISED, +1, TRUST[H], MISREAD[H], MOTIVATION,
        test="an effect on practice is on the logit"),
    effect("trust_human", 10, H, TRUST[H], +1, MISREAD[H], CONTACTS[H],
        test="an effect on trust is on its good evidence", **APART),
    effect("trust_assistant", 10, A, TRUST[A], +1, MISREAD[A], CONTACTS[A],
        test="an effect on trust is on its good evidence", **APART),
    effect("trust_assistant", 10, "both", TRUST[A], +1, TRUST[H], MISREAD[H],
        test="an effect on trust is on its good evidence", **APART),
    effect("privacy_concern", .6, "assistant, leaving", DROPOUT, +1, phq9(1), test="an effect at entry adds up",
        **CONCERNED),
    effect("stigma", .4, H, STIGMA, +1, TRUST[H], PHQ9, PRACTISED, test="an effect at entry adds up over attributes"),
    effect("motivation", .5, H, MOTIVATION, +1, TRUST[H], MISREAD[H],
        test="an effect at entry adds up over attributes"),
    Row("digital access gates the assistant", "2.1", A, {"/attributes/access/without_assistant": ["none"]}, CONTACTS[A],
        -1, (phq9(1), HOURS), ACCESS, "access.cpp: without access a step is what it would be without its assistant"),
    Row("who has no access gains less", "2.1", A, {"/attributes/access/without_assistant": ["none"]}, PHQ9, +1,
        (phq9(1), HOURS), ACCESS, "access.cpp: without access a step is what it would be without its assistant"),
    Row("joint shares from a file", "2.1", A, {"/joint_shares": "joint.csv"}, CONTACTS[A], -1, (HOURS,), {**AGES,
        "/joint_shares": EVEN}, "people.cpp: joint shares come inline or from a table beside the scenario"),
    Row("intake counted by a service", "section 2", "no care", {"/intake": {"kind": "service", "file": "counts.csv"}},
        phq9(0), -1, (CONTACTS[H],), {"/intake": {"kind": "service"}},
        "reader_service.cpp: a counted intake has the mean and spread that were counted"),
    Row("arrivals from a file", "S14", "service", {"/service/arrivals_file": "arrivals.csv"}, ARRIVED, +1, (phq9(0),),
        {}, "reader_service.cpp: files of a service are read"),
    Row("slots from a file", "S14", "service", {"/service/slots_file": "slots.csv"}, WAIT, -1, (ARRIVED,), {},
        "reader_service.cpp: files of a service are read"),
    Row("prices from a file", "S14, S18", "service", {"/service/prices_file": "prices.csv"}, MONEY, +1, (ARRIVED, PHQ9,
        WAIT), {}, "reader_service.cpp: files of a service are read"),
    Row("ties from a file", "S15", "network", {"/network/edges_file": "edges.csv"}, OPINION[A], +1, (ARRIVED,),
        {"/network/hear": .5}, "reader_service.cpp: files of a service are read",
        "two clients who know each other alone"),
]  # fmt: skip
