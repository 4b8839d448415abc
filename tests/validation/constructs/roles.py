"""Items 6 and 7: what an assistant is for in a step of care, repetition, and therapists."""

from __future__ import annotations

from typing import Any

from .measure import Row
from .outputs import (
    CONTACTS,
    DROPOUT,
    EMPATHY,
    FATIGUE,
    FIRST,
    HOURS,
    MISREAD,
    PHQ9,
    PHQ9_SD,
    PRACTISED,
    RELIABILITY,
    RELIANCE,
    THERAPIST_SHARE,
    TRUST,
    UNREPAIRED,
    misread,
    misread_in_week,
    phq9,
    trust,
)

H, A = "human", "assistant"
STEP = "/pathway/steps/care/"
FAR = {agent: misread(agent, culture="far") for agent in (H, A)}
NEAR = {agent: misread(agent, culture="reference") for agent in (H, A)}
CARE = (MISREAD[H], TRUST[H], EMPATHY[H])
COACHED: dict[str, Any] = {STEP + "coached": True}
RELIANT: dict[str, Any] = {**COACHED, "/coaching/reliance_rate": 1}
FEEDBACK: dict[str, Any] = {STEP + "feedback": True}
OFF_TRACK: dict[str, Any] = {**FEEDBACK, "/monitoring/expected_gain": 2}
PLAN: dict[str, Any] = {STEP + "plan": True, "/intake/fit_sd": 1, "/change/rate": 0}
PLANNED = "plan.cpp: a plan gives more of what fits"
COACH = "expression.cpp: a coached therapist reads better, and a reliant one reads as the assistant does"
EXPRESSED = "quality_full.cpp: coaching adds to what a therapist means"
DOOR: dict[str, Any] = {
    "/pathway": {
        "start": "door",
        "steps": {
            "door": {"weeks": 1, "then": "ai"},
            "ai": {"weeks": 12, "assistant": {}},
            "care": {"comparator": None, "weeks": 12, "human": {}},
        },
        "transitions": {"severe": {"from": "door", "to": "care", "when": "triage_score >= 0.5"}},
    }
}
LANGUAGES: dict[str, Any] = {
    "/pathway": {
        "start": "door",
        "steps": {
            "door": {"weeks": 1, "then": "plain"},
            "plain": {"weeks": 12, "assistant": {"name": "plain"}},
            "care": {"comparator": None, "weeks": 12, "assistant": {"name": "plain"}},
        },
        "transitions": {"own": {"from": "door", "to": "care", "when": "culture == far"}},
    },
    "/assistants": {"plain": {}, "own": {"culture": "far"}},
}
#: Masking does not hang on trust: what the assistant does to symptoms leaves the human's contacts alone.
APART = {"/recognition/display/trust": 0}

ROLES = [
    Row("role: sole provider", "S11", "no care", {STEP + "comparator": None, STEP + "assistant": {}}, PHQ9, -1, (HOURS,
        CONTACTS[H], phq9(1)), {}, "change.cpp: a contact's gain follows the document"),
    Row("role: between sessions", "S9, S11", H, {STEP + "assistant": {"every_weeks": 1}}, PHQ9, -1, (CONTACTS[H], HOURS,
        *CARE), {**APART, STEP + "offers": None, "/course/harm": 0},
        "change.cpp: an assistant's contact counts less in a week in which a human was met",
        "what its conversation gains"),
    Row("role: between sessions", "S9, S11", H, {STEP + "assistant": {"every_weeks": 1}}, PHQ9, +1, (CONTACTS[H], HOURS,
        *CARE), APART, "course.cpp: harm is counted in softened turns",
        "where its failures harm and it carries the exercises in the human's place"),
    Row("dose of an assistant beside a human", "S7", "both", {"/change/assistant_dose": 1}, PHQ9, -1, (MISREAD[A],
        TRUST[A], MISREAD[H]), {}, "change.cpp: an assistant's contact counts less in a week"),
    Row("that dose by week", "S7", "both", {"/change/dose_by_week": False}, PHQ9, +1, (MISREAD[A], TRUST[A],
        MISREAD[H]), {}, "change.cpp: an assistant's contact counts less in a week",
        "else it counts less also in weeks without a human"),
    Row("role: real-time feedback to the therapist", "S12", H, COACHED, MISREAD[H], -1, (CONTACTS[H], phq9(1)), {},
        COACH),
    Row("coaching: discriminability", "S12", H, {"/coaching/discriminability": 1.5}, MISREAD[H], -1, (CONTACTS[H],
        phq9(1)), COACHED, COACH),
    *(Row(f"coaching: {name.replace('_', ' ')}", "S12", H, {f"/coaching/added/{name}": value}, RELIABILITY[H], way,
        (FIRST[H], CONTACTS[H]), COACHED, EXPRESSED) for name, value, way in (("perspective_taking", .3, 1),
        ("validation", .3, 1), ("resonance", -.4, -1))),
    Row("coaching: disclosed", "S12", H, {"/coaching/disclosed": True}, EMPATHY[H], -1, (MISREAD[H], TRUST[H],
        UNREPAIRED[H]), RELIANT,
        "quality_full.cpp: a disclosed coach costs resonance and compassion, by how much is relied on it"),
    Row("reliance", "S12", H, {"/coaching/reliance_rate": .5}, RELIANCE, +1, (misread_in_week(H, 1), CONTACTS[H]),
        COACHED, "fatigue.cpp: reliance grows by coached human contacts"),
    Row("reliance without a coach", "S12", H, {"/coaching/reliance_rate": .5}, None, 0, (RELIANCE, MISREAD[H], PHQ9),
        {}, "fatigue.cpp: reliance grows by coached human contacts", unless=COACHED),
    Row("errors taken over from the assistant", "S12", H, {"/coaching/adoption": 1}, MISREAD[H], +1, (misread_in_week(H,
        1), RELIANCE), RELIANT, COACH),
    Row("errors taken over from a poor assistant", "S12", H, {"/assistant/text/discriminability": .2}, MISREAD[H], +1,
        (misread_in_week(H, 1), RELIANCE), RELIANT, COACH),
    Row("role: progress monitoring", "S11", H, FEEDBACK, PHQ9, -1, (CONTACTS[H], FIRST[H], phq9(1)), {},
        "course.cpp: gain is bounded and saturates; harm and decay lower it; feedback helps off track alone"),
    Row("bands of the expected course", "S11", H, {"/monitoring/expected_gain": 2}, PHQ9, -1, (CONTACTS[H], phq9(1)),
        FEEDBACK, "course.cpp: episode, symptom and measurement follow the document, in this order"),
    Row("bands of the expected course: weeks", "S11", H, {"/monitoring/expected_weeks": 2}, PHQ9, +1, (CONTACTS[H],
        phq9(1)), OFF_TRACK, "course.cpp: episode, symptom and measurement follow the document, in this order"),
    Row("feedback: gain", "S1, S11", H, {"/monitoring/gain_boost": 2}, PHQ9, -1, (CONTACTS[H], *CARE), {**FEEDBACK,
        "/monitoring/repair": 0, "/monitoring/technique": 0},
        "course.cpp: gain is bounded and saturates; harm and decay lower it; feedback helps off track alone"),
    Row("feedback: technique", "S3, S11", H, {"/monitoring/technique": .25}, RELIABILITY[H], +1, (CONTACTS[H],
        FIRST[H]), OFF_TRACK,
        "quality.cpp: memory slows wearing off; feedback adds technique off track and nowhere else"),
    Row("feedback: repair", "S4, S11", H, {"/monitoring/repair": .4}, UNREPAIRED[H], -1, (CONTACTS[H], FIRST[H]),
        OFF_TRACK, "repair.cpp: turns are played as the document says; feedback adds to repair off track alone"),
    Row("feedback: who stays", "S10, S11", "leaving", {"/monitoring/hazard": 2}, DROPOUT, -1, (phq9(1),
        misread_in_week(H, 1)), OFF_TRACK,
        "leaving.cpp: distrust, failures and worsening drive clients out; feedback holds them off track alone"),
    Row("role: personalised plan", "S11", H, {STEP + "plan": True}, PHQ9, -1, (*CARE, PRACTISED), {"/intake/fit_sd": 1,
        "/change/rate": 0}, "plan.cpp: the plan takes the pathway of the largest drawn promise"),
    Row("plan: prior", "S11", H, {"/practice/plan/prior_sd": .02}, PHQ9, -1, (*CARE, PRACTISED), PLAN,
        "plan.cpp: what is believed of a fit is the conjugate posterior",
        "the model fixes no direction; here less is gained by learning than is lost by trying, as measured"),
    Row("plan: noise", "S11", H, {"/practice/plan/noise_sd": .1}, PHQ9, +1, (*CARE, PRACTISED), PLAN, PLANNED,
        "who takes every week's noise for a fit stays with what was lucky"),
    Row("role: triage", "S11", "no care", {"/pathway/transitions/severe/when": "triage_score >= 3"}, HOURS, -1,
        (phq9(1),), DOOR, "intake_people.cpp: types come in their shares, and the triage score tells high from low"),
    Row("noise of the triage score", "S11", "no care", {"/intake/triage_sd": 0}, HOURS, -1, (phq9(1),), DOOR,
        "intake_people.cpp: more noise makes triage worse, down to a coin; none makes it perfect",
        "noise carries more people over a threshold above the mean than below it"),
    Row("stepping by a guard", "S11", A, {"/pathway/transitions": {"up": {"from": "care", "to": "more", "when":
        "weeks_in_step >= 4 and phq9 > 0.8 * phq9_start"}}, "/pathway/steps/more": {"weeks": 8, "human": {}}}, HOURS,
        +1, (misread_in_week(A, 4), phq9(4)), {}, "week_leaving.cpp: the first transition whose guard holds decides"),
    Row("stepping down", "S11", H, {"/pathway/transitions": {"down": {"from": "care", "to": "less", "when":
        "weeks_in_step >= 4 and phq9 < 12"}}, "/pathway/steps/less": {"weeks": 8, "human": {"every_weeks": 4}}}, HOURS,
        -1, (misread_in_week(H, 4), phq9(4)), {}, "week_leaving.cpp: the first transition whose guard holds decides"),
    Row("coming back after care", "section 3", "year", {"/pathway/re_entry": {"to": "care", "when": "phq9 >= 10"}},
        CONTACTS[H], +1, (misread_in_week(H, 4), phq9(12)), {}, "roles.cpp: clients who were well may come back"),
    Row("early gains begin again with a new agent", "section 3", A, {"/pathway/restart_on_new_provider": True}, PHQ9,
        -1, (misread_in_week(A, 4), phq9(4)), {"/pathway/transitions": {"up": {"from": "care", "to": "more", "when":
        "weeks_in_step >= 4"}}, "/pathway/steps/more": {"weeks": 8, "human": {}}},
        "roles.cpp: clients who were well may come back"),
    Row("an assistant that always agrees does not win", "section 12", A, {"/assistant/quality/validation": 1,
        "/assistant/quality/technique": .01, "/assistant/quality/curiosity": .01,
        "/assistant/quality/perspective_taking": .01}, PHQ9, +1, (phq9(1), HOURS), {},
        "plausibility.cpp: an assistant that always agrees does not win"),
    Row("several contacts a week", "section 3", A, {STEP + "assistant": {"per_week": 3}}, CONTACTS[A], +1, (phq9(1),
        HOURS), {}, "roles.cpp: contacts several times a week, which fade"),
    Row("trust moves at each of several contacts a week", "S5", A, {STEP + "assistant": {"per_week": 3}}, TRUST[A], -1,
        (phq9(1), HOURS), {}, "trust.cpp: trust is held before the week's contacts"),
    Row("use that fades", "section 3", A, {STEP + "assistant/fade": .2}, CONTACTS[A], -1, (misread_in_week(A, 1),
        phq9(1)), {}, "leaving.cpp: use: who does not make use of what is offered is drawn apart from who misses"),
    Row("an assistant of one's own culture", "S2, S11", "no care", {"/pathway/steps/care/assistant/name": "own"},
        FAR[A], -1, (NEAR[A], HOURS), LANGUAGES, "intake_people.cpp: a bond with another assistant begins anew"),
    Row("repetition", "S3, S5", A, {"/assistant/repetition": .5}, TRUST[A], -1, (FIRST[A], trust(A, 1)), {},
        "quality.cpp: an assistant wears off with the weeks"),
    Row("repetition", "S3", A, {"/assistant/repetition": .5}, EMPATHY[A], -1, (FIRST[A], trust(A, 1)), {},
        "quality.cpp: an assistant wears off with the weeks"),
    Row("memory against repetition", "S3", A, {"/assistant/memory": 1}, TRUST[A], +1, (FIRST[A], trust(A, 1)), {},
        "quality.cpp: memory slows wearing off"),
    Row("robotic replies cost trust", "S5", A, {"/assistant/repetition_cost": 2}, TRUST[A], -1, (MISREAD[A],
        UNREPAIRED[A], EMPATHY[A]), {}, "trust.cpp: each part moves trust its way"),
    Row("what novelty carries", "S3", A, {"/assistant/habituation": 0}, EMPATHY[A], +1, (FIRST[A], trust(A, 1)), {},
        "quality.cpp: an assistant wears off with the weeks"),
]  # fmt: skip

THERAPISTS = [
    Row("therapists' skill", "2.2", H, {"/therapists/spread": .45}, PHQ9_SD, +1, (CONTACTS[H], phq9(1)), {},
        "therapists.cpp: skill, quality, effectiveness and culture follow the document"),
    Row("therapists' share of outcome", "2.2", H, {"/therapists/effectiveness_sd": 1}, THERAPIST_SHARE, +1, (*CARE,
        UNREPAIRED[H], phq9(1)), {"/therapists/count": 8},
        "therapists.cpp: skill, quality, effectiveness and culture follow the document"),
    Row("least quality of a therapist", "2.2", H, {"/therapists/quality_least": .7}, RELIABILITY[H], +1, (CONTACTS[H],
        phq9(1)), {}, "therapists.cpp: qualities stay in their range; a higher mean never lowers one"),
    Row("cultural competence of therapists", "2.2, S2", H, {"/human/competence": 1}, MISREAD[H], -1, (CONTACTS[H],
        phq9(1)), {},
        "expression.cpp: in-group advantage: distance costs accuracy, contact and competence give it back"),
    Row("caseload tires", "S13", H, {"/therapists/load": 2}, FATIGUE, +1, (FIRST[H], CONTACTS[H]), {},
        "fatigue.cpp: load above what is free, and a caseload in worse health, tire"),
    Row("a severe caseload tires", "S13", H, {"/therapists/caseload_severity": 27}, FATIGUE, +1, (FIRST[H],
        CONTACTS[H]), {}, "fatigue.cpp: load above what is free, and a caseload in worse health, tire"),
    Row("rest", "S13", H, {"/therapists/fatigue/keep": .5}, FATIGUE, -1, (FIRST[H], CONTACTS[H]), {},
        "fatigue.cpp: fatigue follows the document"),
    Row("coaching relieves", "S13", H, {"/therapists/fatigue/coaching": .02}, FATIGUE, -1, (FIRST[H], CONTACTS[H]),
        {**COACHED, "/therapists/load": 2},
        "fatigue.cpp: load above what is free, and a caseload in worse health, tire"),
    Row("fatigue lowers quality", "S3, S13", H, {"/therapists/fatigue/quality": 1}, EMPATHY[H], -1, (phq9(1),
        CONTACTS[H], FATIGUE), {"/therapists/load": 2}, "quality_full.cpp: fatigue lowers resonance, attunement"),
    Row("fatigue lowers repair", "S4, S13", H, {"/therapists/fatigue/repair": 1}, UNREPAIRED[H], +1, (FIRST[H],
        CONTACTS[H], FATIGUE), {"/therapists/load": 2}, "repair_full.cpp: fatigue lowers a human's repair"),
    Row("therapists learn", "S13", H, {"/therapists/learning": .1}, RELIABILITY[H], +1, (phq9(1), CONTACTS[H]), {},
        "quality_full.cpp: what a therapist has learned"),
    Row("therapists unlearn", "S13", H, {"/therapists/learning": -.1}, RELIABILITY[H], -1, (phq9(1), CONTACTS[H]), {},
        "quality_full.cpp: what a therapist has learned"),
]  # fmt: skip

ROWS = [*ROLES, *THERAPISTS]
