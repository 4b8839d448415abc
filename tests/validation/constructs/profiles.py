"""Item 3: a measured assistant: what was counted or rated takes the place of what is assumed.

All files are invented.
"""

from __future__ import annotations

from .measure import Row
from .outputs import ALARMS, ASKED, CONTACTS, FIRST, MISREAD, MISSED, NOTICED, RELIABILITY, TRUST, misread, phq9

A = "assistant"
FAR, NEAR = (misread(A, culture=culture) for culture in ("far", "reference"))
PROFILE = "/assistant/profile"
BOTH = {PROFILE: "both_cultures"}
RISKY = {"/safety/onset": 0.2, "/safety/assistant_sensitivity": 0.1}

ROWS = [
    Row("measured counts replace assumed reading", "S2", A, BOTH, FIRST[A], -1, (CONTACTS[A], phq9(1)), {},
        "measured.cpp: counts take the place of assumed reading"),
    Row("a measured culture loses nothing by distance", "S2", A, {"/assistant/distance_loss": .9}, None, 0, (FAR, NEAR,
        TRUST[A]), BOTH, "measured.cpp: counts take the place of assumed reading", unless={PROFILE: "one_culture"}),
    Row("distance fills an unmeasured culture", "S2", A, {"/assistant/distance_loss": .9}, FAR, +1, (NEAR, CONTACTS[A]),
        {PROFILE: "one_culture"}, "measured.cpp: counts take the place of assumed reading"),
    Row("from laboratory to clinic", "S2", A, {PROFILE: "clinic"}, MISREAD[A], +1, (CONTACTS[A], phq9(1)), BOTH,
        "measured.cpp: counts take the place of assumed reading"),
    Row("errors follow the confusion matrix", "S2", A, {PROFILE: "valence"}, NOTICED, +1, (CONTACTS[A], phq9(1)),
        {**BOTH, "/recognition/noticed/valence_wrong": 8, "/recognition/noticed/valence_right": .1},
        "expression.cpp: what is taken for what follows the confusion matrix",
        "where every error is of the other valence, odds of noticing do not differ between errors"),
    Row("rated skill", "S3", A, {PROFILE: "skilled"}, RELIABILITY[A], +1, (MISREAD[A], ASKED[A], TRUST[A]), {},
        "measured.cpp: a rating takes the place of a level"),
    Row("measured sensitivity to risk", "S17", A, {PROFILE: "crisis"}, MISSED, -1, (MISREAD[A], TRUST[A]), RISKY,
        "measured.cpp: a rating takes the place of a level"),
    Row("measured false alarms", "S17", A, {PROFILE: "crisis"}, ALARMS, +1, (MISREAD[A], TRUST[A]), RISKY,
        "measured.cpp: a rating takes the place of a level"),
]  # fmt: skip
