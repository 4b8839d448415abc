"""Item 5: the course of symptoms, what care changes in it, how long that lasts, harm, and pathways without empathy."""

from __future__ import annotations

from typing import Any

from .measure import Output, Row
from .outputs import (
    CONTACTS,
    DETERIORATION,
    EMPATHY,
    GAIN_KEPT,
    INSIGHT,
    MISREAD,
    MOTIVATION,
    PHQ9,
    PHQ9_SD,
    PRACTISED,
    RELAPSE,
    TRUST,
    UNREPAIRED,
    phq9,
)

from .scenes import ALL

H, A = "human", "assistant"
QUIET = (MISREAD[H], TRUST[H], EMPATHY[H])
#: What contacts are, whatever they gain.
CARE = (MISREAD[H], TRUST[H], EMPATHY[H], PRACTISED)
COURSE = "course.cpp: episode, symptom and measurement follow the document, in this order"
GAINS = "change.cpp: a contact's gain follows the document"
GROWTH = "course.cpp: accumulated gain follows the document"
PATHS = "pathways.cpp: each pathway's practice and gain follow the document"
OPEN = "pathways.cpp: each pathway is open to what it should be, and to nothing else"
STEP = "/pathway/steps/care/"
NOTHING: dict[str, Any] = {STEP + "offers": None}
WRITING: dict[str, Any] = {STEP + "offers": ["expressive_writing"]}
FOCUSING: dict[str, Any] = {STEP + "offers": ["focusing"]}
#: A therapist who can do nothing.
BAD = {f"/human/quality/{part}": .2 for part in ("resonance", "perspective_taking", "compassion", "validation",
       "autonomy_support", "attunement", "curiosity", "technique")}  # fmt: skip


def alone(name: str, reads: Output = PHQ9, way: int = -1) -> Row:
    """One pathway beside a human, against none."""
    words = f"pathway: {name.replace('_', ' ')}"
    return Row(words, "S9", H, {STEP + "offers": [name]}, reads, way, QUIET, NOTHING, PATHS)


def shares(name: str, value: float) -> dict[str, Any]:
    """The four shares, of which this one is `value`."""
    return {f"/practice/share/{other}": value if other == name else (1 - value) / 3 for other in ALL}


def share(name: str) -> Row:
    return Row(
        f"share of {name.replace('_', ' ')} in what practice gives", "S9", H, shares(name, 1), PHQ9, -1, CARE,
        {STEP + "offers": [name], **shares(name, 0)}, "pathways.cpp: a pathway without a share brings nothing",
    )  # fmt: skip


def fit(name: str) -> Row:
    return Row(f"fit to {name.replace('_', ' ')}", "S9", H, {"/intake/fit_sd": 2}, PHQ9, -1, (TRUST[H], PRACTISED),
               {STEP + "offers": [name], **shares(name, 1), "/change/rate": 0, "/practice/rate": 0.2}, PATHS,
               "the mean of max(0, N(1, 2)) is 1.40, that of max(0, N(1, .3)) is 1.00")  # fmt: skip


ROWS = [
    Row("slow time scale: return of the episode", "S1", "no care", {"/course/episode_return": .06}, PHQ9, -1,
        (CONTACTS[H],), {}, COURSE),
    Row("slow time scale: noise of the episode", "S1", "no care", {"/course/episode_sd": 2}, PHQ9_SD, +1,
        (CONTACTS[H],), {}, COURSE),
    Row("fast time scale: return of symptoms", "S1", H, {"/course/symptom_return": .6}, phq9(4), -1, CARE, {}, COURSE,
        "what care changes shows sooner"),
    Row("fast time scale: noise of symptoms", "S1", H, {"/course/symptom_sd": 3}, PHQ9_SD, +1, (CONTACTS[H],), {},
        COURSE),
    Row("measurement error", "S1", "no care", {"/course/measurement_sd": 4}, DETERIORATION, +1, (CONTACTS[H],), {},
        COURSE),
    Row("waiting shifts the attractor", "S0", "no care", {"/course/waiting_shift": 2}, PHQ9, +1, (phq9(0), CONTACTS[H]),
        {}, "course.cpp: waiting shifts by nu_w"),
    Row("usual care", "S0", "no care", {STEP + "comparator": "usual_care"}, PHQ9, -1, (phq9(1), CONTACTS[H]), {},
        "course.cpp: usual care gains .25 rho a week and nothing else"),
    Row("gain of usual care", "S0", "usual care", {"/course/usual_care_gain": .45}, PHQ9, -1, (phq9(1), CONTACTS[H]),
        {}, "course.cpp: usual care gains .25 rho a week and nothing else"),
    Row("gain per contact", "S7", H, {"/change/rate": 1.5}, PHQ9, -1, CARE, {}, GAINS),
    Row("gain per contact of the assistant", "S7", A, {"/change/rate": 1.5}, PHQ9, -1, (MISREAD[A], TRUST[A],
        PRACTISED), {}, GAINS),
    Row("early gains", "S7", H, {"/change/early": 4}, phq9(4), -1, CARE, {}, GAINS),
    Row("early gains last", "S7", H, {"/change/early_weeks": 6}, PHQ9, -1, CARE, {}, GAINS),
    Row("a dose of less", "S7", H, {STEP + "human/dose": .3}, PHQ9, +1, CARE, {}, GAINS),
    Row("responsiveness", "2.1", H, {"/intake/responsiveness_sd": 0}, PHQ9, -1, (TRUST[H], MISREAD[H]), {}, GAINS,
        "gains saturate: the same mean helps most where all have it alike"),
    Row("what care can change at most", "S1", H, {"/intake/gain_cap": .3}, PHQ9, +1, (TRUST[H], MISREAD[H]), {},
        GROWTH),
    Row("saturation", "S1", H, {"/course/saturation": 0}, PHQ9, -1, CARE, {}, GROWTH),
    Row("clients whom contacts do not change", "2.1", H, {"/intake/unresponsive_share": .6}, PHQ9, +1, (TRUST[H],
        MISREAD[H]), {}, "intake.cpp: two kinds of course and unresponsive clients leave both means as they were",
        "gains saturate: the same mean helps most where all have it alike"),
    Row("two kinds of course", "2.1", "no care", {"/intake/persistent/share": .5, "/intake/persistent/shift": 20},
        PHQ9_SD, +1, (phq9(0),), {"/course/episode_return": .3},
        "intake.cpp: two kinds of course and unresponsive clients leave both means as they were"),
    Row("rival R0: in it quality changes nothing", "section 10", H, {"/human/quality/technique": .3,
        "/human/quality/resonance": .3}, None, 0, (PHQ9, PRACTISED), {"/rival/contact_only": True, "/course/harm": 0,
        "/course/alliance_effect": 0, "/leaving/trust": 0, "/leaving/unrepaired": 0},
        "change.cpp: the rival that knows contact only ignores empathy, quality and trust",
        unless={"/rival/contact_only": False}),
    Row("sudden gains", "S8", H, {"/sudden_gain/rate": .1}, PHQ9, -1, CARE, {},
        "sudden_gain.cpp: jumps come and measure as the document says"),
    Row("size of sudden gains", "S8", H, {"/sudden_gain/size": 6}, PHQ9, -1, CARE, {},
        "sudden_gain.cpp: jumps come and measure as the document says"),
    Row("decay of gains", "S1", "year", {"/course/gain_decay": .03}, GAIN_KEPT, -1, CARE, {},
        "course.cpp: without care gain fades by .6 % a week"),
    Row("relapse", "S1, section 6", "year", {"/course/gain_decay": .05}, RELAPSE, +1, CARE, {},
        "course.cpp: without care gain fades by .6 % a week"),
    Row("iatrogenic harm", "S1", A, {"/course/harm": .2}, PHQ9, +1, (MISREAD[A], TRUST[A], UNREPAIRED[A], PRACTISED),
        {}, "course.cpp: gain is bounded and saturates; harm and decay lower it"),
    Row("harm is bounded", "S1", A, {"/course/gain_least": 0}, PHQ9, -1, (MISREAD[A], TRUST[A], UNREPAIRED[A],
        PRACTISED), {"/course/harm": 2}, "course.cpp: gain is bounded and saturates; harm and decay lower it"),
    Row("a bad therapist does worse than usual care", "S0, section 12", "usual care", {STEP + "comparator": None, STEP +
        "human": {"every_weeks": 1}, **BAD}, PHQ9, +1, (phq9(1),), {},
        "plausibility.cpp: a bad therapist does worse than usual care"),
    Row("a bad therapist harms", "S1", "no care", {STEP + "comparator": None, STEP + "human": {"every_weeks": 1}, **BAD,
        "/human/repaired": 0, "/course/harm": 1}, PHQ9, +1, (phq9(1),), {},
        "course.cpp: harm is counted in softened turns", "against no care at all"),
    alone("mindfulness"), alone("focusing"), alone("bias_modification"), alone("expressive_writing", phq9(14)),
    *map(share, ALL),
    *map(fit, ALL),
    Row("expressive writing costs a week", "S9", H, {"/course/writing_cost": 2}, phq9(2), +1, CARE, WRITING,
        "pathways.cpp: a week of writing raises symptoms for one week"),
    Row("expressive writing pays later", "S9", H, {STEP + "offers": ["expressive_writing"]}, phq9(4), +1, QUIET, {STEP +
        "offers": ["bias_modification"], "/course/writing_cost": 0, "/practice/share/mindfulness": .2,
        "/practice/share/focusing": .2, "/practice/share/bias_modification": .3, "/practice/share/expressive_writing":
        .3}, "pathways.cpp: writing pays exactly its sum, in four equal parts",
        "against a pathway of the same worth that pays at once; the writing itself costs nothing here"),
    Row("focusing goes through insight", "S9", H, {"/intake/insight_start": .8}, PHQ9, -1, (TRUST[H], MISREAD[H],
        PRACTISED), {**FOCUSING, "/roles/insight_effect": 0, **shares("focusing", 1)}, OPEN),
    Row("focusing needs curiosity", "S9", H, {"/practice/focusing/curiosity": .8}, PHQ9, +1, (*CARE, INSIGHT), FOCUSING,
        OPEN),
    Row("focusing: what it gives without insight", "S9", H, {"/practice/focusing/base": 2}, PHQ9, -1, (*CARE, INSIGHT),
        FOCUSING, OPEN),
    Row("adherence: all pathways", "S9", H, {"/practice/intercept": 2}, PRACTISED, +1, QUIET, {},
        "practice.cpp: practice and its gain follow the document"),
    Row("adherence: motivation", "S9", H, {"/intake/motivation_good": 20}, PRACTISED, +1, (TRUST[H], MISREAD[H]), {},
        "practice.cpp: every slot practised by one in worse circumstances is practised in better ones"),
    Row("adherence: guidance", "S9", H, {"/practice/guided": 0}, PRACTISED, -1, QUIET, {},
        "practice.cpp: a guide adds practice; a leaflet is not guided"),
    Row("adherence: fading", "S9", H, {"/practice/fading": .15}, PRACTISED, -1, QUIET, {},
        "practice.cpp: practice and its gain follow the document"),
    Row("adherence: motivation counts", "S9", H, {"/practice/motivation": 0}, PRACTISED, -1, (*QUIET, MOTIVATION),
        {"/intake/motivation_good": 20}, "practice.cpp: every slot practised by one in worse circumstances"),
    Row("a leaflet", "S9", "no care", {STEP + "comparator": None, STEP + "offers": ["mindfulness"]}, PHQ9, -1, (phq9(1),
        CONTACTS[H]), {}, "practice.cpp: practice and its gain follow the document; a leaflet has trust .5"),
    Row("trust in a leaflet", "S9", "leaflet", {"/practice/leaflet_trust": 1}, PRACTISED, +1, (CONTACTS[H], phq9(1)),
        {}, "practice.cpp: practice and its gain follow the document; a leaflet has trust .5"),
    Row("slots for practice", "S9", H, {"/practice/slots": 2}, PRACTISED, -1, QUIET, {},
        "practice.cpp: practice and its gain follow the document"),
    Row("practice gains by responsiveness", "S9", H, {"/practice/responsiveness_share": 0}, PHQ9, +1, CARE, {}, PATHS),
    Row("the bundle of pathways", "S9", H, {STEP + "offers": ["bundle"]}, PHQ9, -1, QUIET, NOTHING,
        "practice.cpp: practice and its gain follow the document"),
]  # fmt: skip
