"""Item 2: what is felt, what is shown, what is read, and what an agent believes to have read."""

from __future__ import annotations

from .measure import Row
from .outputs import (
    ASKED,
    CONFIDENCE,
    CONTACTS,
    FIRST,
    GAP,
    MASKED,
    MEMORY,
    MISREAD,
    NOTICED,
    PHQ9,
    TRUST,
    UNREPAIRED,
    misread,
    misread_in_week,
    phq9,
)

H, A = "human", "assistant"
FAR = {agent: misread(agent, culture="far") for agent in (H, A)}
NEAR = {agent: misread(agent, culture="reference") for agent in (H, A)}
MASKED_FAR, MASKED_NEAR = (misread(A, "masked_rate", "turns masked", culture) for culture in ("far", "reference"))
WEEK_1 = phq9(1)
ALONE = "expression.cpp: each further modality adds accuracy, the same noise less than fresh noise"
SPEECH_TOO = {"/assistant/speech/used": True}
NOT_TEXT = {"/assistant/text/used": False, "/assistant/speech/used": True}
FELT = "expression.cpp: display rule: negative feelings are masked"


def modality(name: str, given: dict[str, object]) -> Row:
    return Row(f"modality: {name}", "S2", A, {f"/assistant/{name}/used": True}, MISREAD[A], -1, (WEEK_1, CONTACTS[A]),
               {**given, "/recognition/display/base": 0, "/recognition/display/position": 0}, ALONE)  # fmt: skip


ROWS = [
    Row("K emotions", "S2", A, {"/emotions": {"low": {"base": .9, "slope": 0, "positive": False}, "tense": {"base": .6,
        "slope": 0, "positive": False}, "well": {"base": 0, "slope": 0, "positive": True}}}, MISREAD[A], -1,
        (CONTACTS[A],), {"/recognition/emotion": None},
        "recognition.cpp: P_c rises with d, falls with the number of alternatives"),
    Row("felt emotions", "S2", "senses", {"/recognition/emotion/joy/base": 2}, MASKED[A], -1, (CONTACTS[A], WEEK_1), {},
        FELT),
    Row("felt emotions hang on symptoms", "S2", "senses", {f"/recognition/emotion/{name}/slope": slope for name, slope
        in (("joy", -.3), ("calm", -.3))}, MASKED[A], -1, (CONTACTS[A], WEEK_1), {}, FELT,
        "symptoms fall below 14 points"),
    Row("cultural loss of the assistant", "S2", A, {"/assistant/distance_loss": .6}, FAR[A], +1, (NEAR[A], CONTACTS[A]),
        {}, "expression.cpp: in-group advantage: distance costs accuracy"),
    Row("cultural loss of the human", "S2", H, {"/human/distance_loss": .5}, FAR[H], +1, (CONTACTS[H], WEEK_1), {},
        "recognition.cpp: a human loses .16 chi of d"),
    Row("culture of the provider", "S2", A, {"/assistant/culture": "far"}, FAR[A], -1, (CONTACTS[A], WEEK_1), {},
        "culture.cpp: within a culture the distance is exactly 0"),
    Row("culture of the provider", "S2", A, {"/assistant/culture": "far"}, NEAR[A], +1, (CONTACTS[A], WEEK_1), {},
        "culture.cpp: distance is that of the positions"),
    Row("position of the client's culture", "S2", A, {"/cultures/far/position": .3}, FAR[A], -1, (NEAR[A], CONTACTS[A]),
        {}, "culture.cpp: distance stays within its range and grows with separation"),
    Row("cultural asymmetry", "S2", H, {"/culture/asymmetry": 1}, NEAR[H], +1, (FAR[H], CONTACTS[H]), {},
        "culture.cpp: the asymmetry was put in: others read the reference culture better than the reverse"),
    Row("display rule", "S2", "senses", {"/recognition/display/base": .5}, MASKED_NEAR, +1, (CONTACTS[A], WEEK_1), {},
        FELT),
    Row("display rule", "S2", "senses", {"/recognition/display/base": .5}, MISREAD[A], +1, (CONTACTS[A], WEEK_1), {},
        "expression.cpp: masking takes accuracy in person and in speech and face, nothing in text"),
    Row("display rule where text alone is read", "S2", A, {"/recognition/display/base": .5}, None, 0, (MASKED[A],
        MISREAD[A], TRUST[A], PHQ9), {}, "expression.cpp: masking takes accuracy in person and in speech and face"),
    Row("display rule by position", "S2", "senses", {"/recognition/display/position": .8}, MASKED_FAR, +1, (MASKED_NEAR,
        NEAR[A]), {}, FELT),
    Row("masked turns are read worse", "S2", "senses", {"/recognition/display/masked": 1}, MISREAD[A], -1, (CONTACTS[A],
        WEEK_1), {}, "expression.cpp: masking takes accuracy in person and in speech and face"),
    Row("expressive clients mask less", "2.1, S2", "senses", {"/intake/expressivity_good": 1}, MASKED[A], +1,
        (CONTACTS[A],), {}, "expression.cpp: expressive and trusting clients mask less"),
    Row("disclosure: trust unmasks", "S2", "senses", {"/recognition/display/trust": 1}, MASKED[A], -1, (CONTACTS[A],
        WEEK_1), {}, "expression.cpp: expressive and trusting clients mask less"),
    Row("confidence of the agent", "S2", A, {"/assistant/text/discriminability": 2}, CONFIDENCE[A], +1, (CONTACTS[A],
        WEEK_1), {}, "recognition.cpp: distance lowers accuracy and never confidence"),
    Row("first contacts", "S2", A, {"/assistant/text/discriminability": 2}, FIRST[A], -1, (CONTACTS[A], WEEK_1), {},
        "recognition.cpp: P_c rises with d"),
    modality("text", NOT_TEXT),
    modality("speech", {}),
    modality("face", {}),
    modality("physiology", {}),
    *(Row(f"discriminability of {name}", "2.3, S2", "senses", {f"/assistant/{name}/discriminability": value},
        MISREAD[A], -1, (CONTACTS[A], WEEK_1), {}, ALONE) for name, value in (("text", 2), ("speech", 1.6), ("face",
        1.5), ("physiology", 1.2))),
    *(Row(f"share of the cultural loss in {name}", "S2", "senses", {f"/assistant/{name}/loss": 0}, FAR[A], -1, (NEAR[A],
        CONTACTS[A]), {}, "expression.cpp: in-group advantage: distance costs accuracy") for name in ("text", "speech",
        "face", "physiology")),
    *(Row(f"masking of {name}", "S2", "senses", {f"/assistant/{name}/masking": 0}, MISREAD[A], -1, (CONTACTS[A],
        WEEK_1), {}, "expression.cpp: masking takes accuracy in person and in speech and face") for name in ("speech",
        "face")),
    Row("correlation of noise", "2.3, S2", "senses", {"/assistant/noise_correlation": .7}, MISREAD[A], +1, (CONTACTS[A],
        WEEK_1), {}, ALONE),
    Row("correlation of physiology's noise", "2.3, S2", "senses", {"/assistant/physiology_correlation": .3}, MISREAD[A],
        +1, (CONTACTS[A], WEEK_1), {}, ALONE),
    Row("fusion re-weighted by culture", "S2", "senses", {"/assistant/fusion": "by_culture"}, FAR[A], -1, (NEAR[A],
        CONTACTS[A]), {"/assistant/distance_loss": .8},
        "expression.cpp: weights fitted to each client read the distant ones no worse than fixed weights"),
    Row("failures of valence are noticed more", "S2", A, {"/recognition/noticed/valence_wrong": 8,
        "/recognition/noticed/valence_right": .1}, NOTICED, -1, (MISREAD[A], ASKED[A], CONFIDENCE[A]), {},
        "expression.cpp: a failure of valence is noticed more; the mean over confusions stays",
        "odds keep their mean over confusions, so that probabilities fall as odds spread"),
    Row("failures are noticed", "S2", A, {"/recognition/noticed/base": 1}, NOTICED, +1, (MISREAD[A], ASKED[A]), {},
        "expression.cpp: intense feelings make a failure noticed"),
    Row("intense feelings make failures noticed", "S2", A, {"/recognition/noticed/intensity": 2}, NOTICED, +1,
        (MISREAD[A], ASKED[A]), {}, "expression.cpp: intense feelings make a failure noticed"),
    Row("confidence knows nothing of distance", "S2", A, {"/assistant/distance_loss": .6}, GAP[A], +1, (CONFIDENCE[A],),
        {"/recognition/memory_growth": 0}, "expression.cpp: the agent's confidence knows nothing of distance"),
    Row("client-side misperception", "S2", A, {"/recognition/misheard": .5}, TRUST[A], -1, (MISREAD[A], UNREPAIRED[A],
        ASKED[A]), {}, "expression.cpp: without trust, a right turn may not reach the client"),
    Row("context memory", "S2", A, {"/assistant/memory_state": 1, "/assistant/memory_most": 2}, MISREAD[A], -1,
        (FIRST[A], CONTACTS[A]), {}, "expression.cpp: context memory sharpens reading, and grows by curiosity"),
    Row("context memory grows with contact", "S2", A, {"/recognition/memory_growth": .3}, MEMORY[A], +1, (FIRST[A],
        CONTACTS[A]), {}, "expression.cpp: context memory sharpens reading, and grows by curiosity"),
    Row("context memory is bounded", "S2", A, {"/assistant/memory_most": 1}, MISREAD[A], +1, (FIRST[A], CONTACTS[A]),
        {"/recognition/memory_growth": .3}, "recognition.cpp: memory is bounded"),
    Row("asking again", "S2", A, {"/recognition/asking": 0}, ASKED[A], -1, (CONTACTS[A], WEEK_1), {},
        "expression.cpp: an unsure and curious agent asks again"),
    Row("asking again", "S2", A, {"/recognition/asking": 0}, MISREAD[A], +1, (CONTACTS[A], WEEK_1), {},
        "expression.cpp: an unsure and curious agent asks again"),
    Row("a second look", "S2", A, {"/recognition/second_look": 1}, MISREAD[A], +1, (CONTACTS[A], WEEK_1), {},
        "expression.cpp: an unsure and curious agent asks again"),
    Row("asking again costs time", "S2", A, {"/recognition/ask_cost": 1}, PHQ9, +1, (MISREAD[A], ASKED[A], TRUST[A]),
        {}, "change.cpp: asking again costs its share of a contact"),
    Row("decay of the in-group advantage", "S2", H, {"/human/familiarity": 1}, misread_in_week(H, 8), -1, (FIRST[H],),
        {"/human/distance_loss": .5}, "expression.cpp: in-group advantage: distance costs accuracy, contact"),
    Row("decay of the in-group advantage", "S2", A, {"/assistant/familiarity": .1}, FAR[A], -1, (FIRST[A], NEAR[A]), {},
        "expression.cpp: in-group advantage: distance costs accuracy, contact"),
    Row("cultural competence of the assistant", "S2", A, {"/assistant/competence": 1}, FAR[A], -1, (NEAR[A],
        CONTACTS[A]), {}, "expression.cpp: in-group advantage: distance costs accuracy, contact"),
    Row("discriminability of the human", "S2", H, {"/human/discriminability": 3}, FIRST[H], -1, (CONTACTS[H], WEEK_1),
        {}, "recognition.cpp: P_c rises with d"),
]  # fmt: skip
