"""Item 1: what an agent expresses, and what each part of it does beyond its weight."""

from __future__ import annotations

from typing import Any

from .measure import Output, Row
from .outputs import (
    ALLIANCE,
    ASKED,
    AUTONOMY,
    CONTACTS,
    EMPATHY,
    FIRST,
    GAIN_KEPT,
    HARM,
    INSIGHT,
    MEMORY,
    MISREAD,
    MOTIVATION,
    PHQ9,
    PRACTISED,
    RELIABILITY,
    SPREAD_OF_EMPATHY,
    STIGMA,
    TRUST,
    UNREPAIRED,
    WITHIN_PERSON,
    phq9,
)

H, A = "human", "assistant"
#: Trust takes nothing from masking here: else what moves trust moves what is read.
MASKS = {"/recognition/display/trust": 0}
#: What each part of a contact's quality does beyond its weight, as it can be seen after eight weeks.
ROLES = (HARM, INSIGHT, PRACTISED, TRUST[H], STIGMA, MOTIVATION, AUTONOMY, UNREPAIRED[H], MEMORY[H], ASKED[H],
         MISREAD[H])  # fmt: skip


def part(name: str, value: float, role: Output, way: int, *also: Output, test: str, **given: Any) -> Row:
    """More of one part moves its own role, what follows from that, and no other role."""
    return Row(
        name.replace("_", " "), "S3", H, {f"/human/quality/{name}": value}, role, way,
        (*(output for output in ROLES if output is not role and output not in also), phq9(1), CONTACTS[H]),
        {**MASKS, **given}, test,
    )  # fmt: skip


def weight(name: str, value: float) -> Row:
    """The same as a part of the whole: what a contact gains by it, where its own role is switched off."""
    off = {
        "/course/resonance_softens": 0, "/roles/insight_effect": 0, "/practice/compassion": 0,
        "/trust/success_validation": 0, "/roles/motivation_rate": 0, "/course/autonomy_decay": 0,
        "/repair/attunement": 0, "/recognition/asking": 0,
        "/recognition/memory_growth": 0, "/change/empathy_elasticity": 0, "/course/alliance_effect": 0,
    }  # fmt: skip
    still = (MISREAD[H], UNREPAIRED[H], TRUST[H], PRACTISED)
    words = f"{name.replace('_', ' ')}: weight in a contact's quality"
    return Row(words, "S3, S7", H, {f"/human/quality/{name}": value}, PHQ9, -1, still, off,
               "quality.cpp: expressed quality, E and Q follow the document")  # fmt: skip


def elasticity(name: str, value: float) -> Row:
    return Row(f"elasticity b_p of {name.replace('_', ' ')}", "S7", H, {f"/roles/elasticity/{name}": 2}, PHQ9, -1,
               (MISREAD[H], TRUST[H], EMPATHY[H], PRACTISED), {**MASKS, f"/human/quality/{name}": value},
               "change.cpp: elasticities of single qualities multiply the gain")  # fmt: skip


PARTS = {"resonance": .9, "perspective_taking": .95, "compassion": .9, "validation": .9, "autonomy_support": .85,
         "attunement": .9, "curiosity": .85, "technique": .95}  # fmt: skip

ROWS = [
    part("resonance", .9, HARM, -1,
        test="quality_full.cpp: resonance softens harm around the reference of its agent's kind"),
    part("perspective_taking", .95, INSIGHT, +1,
        test="growth.cpp: each quality builds what it should and nothing else"),
    part("compassion", .9, PRACTISED, +1, test="pathways.cpp: compassion and curiosity count from the first contact"),
    part("validation", .9, TRUST[H], +1, STIGMA, PRACTISED, test="trust.cpp: each part moves trust its way"),
    part("validation", .9, STIGMA, -1, TRUST[H], PRACTISED, test="growth.cpp: each quality builds what it should"),
    part("autonomy_support", .85, MOTIVATION, +1, AUTONOMY, PRACTISED,
        test="growth.cpp: each quality builds what it should"),
    part("autonomy_support", .85, AUTONOMY, +1, MOTIVATION, PRACTISED,
        test="growth.cpp: the running mean of autonomy support"),
    part("attunement", .9, UNREPAIRED[H], -1, HARM, TRUST[H], PRACTISED,
        test="repair_full.cpp: attunement that can be expected moves the logit of repair"),
    part("curiosity", .85, MEMORY[H], +1, *ROLES[:2], HARM, PRACTISED, TRUST[H], STIGMA, MOTIVATION, AUTONOMY,
        UNREPAIRED[H], ASKED[H], MISREAD[H],
        test="expression.cpp: context memory sharpens reading, and grows by curiosity"),
    part("curiosity", .85, ASKED[H], +1, *ROLES, test="expression.cpp: an unsure and curious agent asks again"),
    part("technique", .95, RELIABILITY[H], +1, test="quality.cpp: expressed quality, E and Q follow the document"),
    *(weight(name, value) for name, value in PARTS.items()),
    *(elasticity(name, value) for name, value in PARTS.items()),
    Row("resonance softens harm", "S3", H, {"/course/resonance_softens": 2}, PHQ9, -1, (TRUST[H], MISREAD[H],
        EMPATHY[H], PRACTISED), {"/human/quality/resonance": .9, "/course/harm": .3},
        "quality_full.cpp: resonance softens harm around the reference of its agent's kind"),
    Row("perspective-taking feeds insight", "S3", H, {"/roles/insight_gain": 0}, INSIGHT, -1, (TRUST[H], MISREAD[H],
        EMPATHY[H], PRACTISED), {}, "growth.cpp: each coefficient switches off its own growth alone"),
    Row("curiosity feeds insight", "S3", H, {"/human/quality/curiosity": .85}, INSIGHT, +1, (MISREAD[H], TRUST[H],
        MOTIVATION, MEMORY[H], ASKED[H]), {"/recognition/asking": 0, "/recognition/memory_growth": 0},
        "growth.cpp: insight, motivation, autonomy and stigma grow as the document says"),
    Row("insight makes more of a contact", "S3", H, {"/roles/insight_effect": 3}, PHQ9, -1, (INSIGHT, TRUST[H],
        MISREAD[H], PRACTISED), {"/human/quality/perspective_taking": .95},
        "change.cpp: insight as the week began, beyond that of the default arm"),
    Row("compassion fits tasks to practice", "S3, S9", H, {"/practice/compassion": 0}, PRACTISED, -1, (TRUST[H],
        MISREAD[H], EMPATHY[H], MOTIVATION), {"/human/quality/compassion": .9},
        "pathways.cpp: compassion and curiosity count from the first contact"),
    Row("validation weighs good evidence in trust", "S3, S5", H, {"/trust/success_validation": 0}, TRUST[H], -1,
        (MISREAD[H], UNREPAIRED[H], EMPATHY[H], STIGMA), MASKS, "trust.cpp: each part moves trust its way"),
    Row("validation lowers stigma", "S3", H, {"/roles/stigma": 0.1}, STIGMA, -1, (PHQ9, TRUST[H], MISREAD[H], PRACTISED,
        MOTIVATION), {"/human/quality/validation": .9},
        "growth.cpp: each coefficient switches off its own growth alone"),
    Row("autonomy support feeds motivation", "S3", H, {"/roles/motivation_rate": 0}, MOTIVATION, -1, (TRUST[H],
        MISREAD[H], INSIGHT, AUTONOMY), {"/human/quality/autonomy_support": .85},
        "growth.cpp: each coefficient switches off its own growth alone"),
    Row("gains last longer with autonomy support", "S1, S3", "year", {"/course/autonomy_decay": 0}, GAIN_KEPT, -1,
        (TRUST[H], MISREAD[H], PRACTISED, MOTIVATION), {"/human/quality/autonomy_support": .9},
        "course.cpp: gains last longer the more autonomy support was met"),
    Row("attunement detects and repairs", "S3, S4", H, {"/repair/attunement": 3}, UNREPAIRED[H], -1, (MISREAD[H],
        ASKED[H], EMPATHY[H]), {**MASKS, "/human/quality/attunement": .9},
        "repair_full.cpp: attunement that can be expected moves the logit of repair"),
    Row("turn-by-turn affect moves attunement", "section 0", H, {"/affect/effect": .3}, UNREPAIRED[H], -1, (MISREAD[H],
        EMPATHY[H], INSIGHT), {**MASKS, "/affect/reference": 0},
        "affect.cpp: turns come to the fixed point of the coupled equations"),
    Row("empathy elasticity b_E", "S7", H, {"/change/empathy_elasticity": 3}, PHQ9, -1, (TRUST[H], MISREAD[H],
        EMPATHY[H], PRACTISED), {"/human/quality/resonance": .9, "/human/quality/perspective_taking": .95,
        "/human/quality/compassion": .9}, "change.cpp: gain rises with trust, quality, responsiveness and empathy",
        "where empathy is above its reference"),
    Row("empathy elasticity b_E", "S7", A, {"/change/empathy_elasticity": 3}, PHQ9, +1, (TRUST[A], MISREAD[A],
        EMPATHY[A], PRACTISED), {}, "change.cpp: gain rises with trust, quality, responsiveness and empathy",
        "where empathy is below its reference"),
    *(Row(f"floor of {name.replace('_', ' ')} under misreading", "S3", H, {f"/quality/floor/{name}": value},
        RELIABILITY[H], way, still, MASKS, "quality.cpp: misreading kills perspective-taking") for name, value, way,
        still in (("resonance", 0, -1, (MISREAD[H], TRUST[H], UNREPAIRED[H])), ("perspective_taking", .8, +1,
        (MISREAD[H], TRUST[H], UNREPAIRED[H], PRACTISED)), ("compassion", 0, -1, (MISREAD[H], TRUST[H], UNREPAIRED[H],
        INSIGHT)), ("validation", 0, -1, (MISREAD[H], UNREPAIRED[H], EMPATHY[H])), ("autonomy_support", 0, -1,
        (MISREAD[H], TRUST[H], EMPATHY[H])), ("attunement", 1, +1, (MISREAD[H], EMPATHY[H])), ("curiosity", 0, -1,
        (FIRST[H],)), ("technique", 0, -1, (MISREAD[H], TRUST[H], EMPATHY[H], PRACTISED)))),
    Row("dyad match", "S3", H, {"/intake/match_sd": .2}, SPREAD_OF_EMPATHY, +1, (FIRST[H],), {},
        "quality_full.cpp: a pair's match enters resonance, attunement and validation alone"),
    Row("proximal effect of alliance b_A", "S1", H, {"/course/alliance_effect": 12}, WITHIN_PERSON, -1, (TRUST[H],
        MISREAD[H], EMPATHY[H], PRACTISED), {}, "course.cpp: episode, symptom and measurement follow the document"),
    Row("proximal effect of alliance b_A", "S1", H, {"/course/alliance_effect": 0}, PHQ9, +1, (TRUST[H], MISREAD[H],
        EMPATHY[H], PRACTISED), {}, "course.cpp: the course stays on the scale, and care, alliance"),
    Row("simulated resonance: blind", "S3", A, {"/assistant/labelled": False}, EMPATHY[A], +1, (TRUST[A], MISREAD[A],
        UNREPAIRED[A], INSIGHT), {}, "quality.cpp: the label lowers resonance and compassion"),
    Row("simulated resonance: discovered", "S3, S16", A, {"/privacy/discovery": .5}, EMPATHY[A], -1, (FIRST[A],),
        {"/assistant/labelled": False}, "quality_full.cpp: who has found out hears a machine from then on"),
    Row("loss by label", "2.3", A, {"/assistant/label_discount": .5}, EMPATHY[A], -1, (TRUST[A], MISREAD[A],
        UNREPAIRED[A], INSIGHT), {}, "quality.cpp: the label lowers resonance and compassion"),
    Row("empathy feeds the alliance", "S6", H, {"/alliance/empathy": .7}, ALLIANCE[H], +1, (TRUST[H], MISREAD[H],
        EMPATHY[H], PRACTISED), {}, "alliance.cpp: every part of what is offered raises the alliance"),
]  # fmt: skip
