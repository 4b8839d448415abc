"""Items 8 and 9: the service and its people, the network, privacy, safety, accounts."""

from __future__ import annotations

from typing import Any

from .measure import Row
from .outputs import (
    ALARMS,
    ARRIVED,
    CONTACTS,
    DROPOUT,
    EMPATHY,
    FIRST,
    GAVE_UP,
    HOURS,
    MISREAD,
    MISSED,
    OPINION,
    PHQ9,
    SATISFACTION,
    SERVED,
    SOUGHT,
    TRUST,
    WAIT,
    access,
    account,
    estimate,
    misread_in_week,
    phq9,
    service,
    spill_over,
    week_spread,
)

H, A = "human", "assistant"
STEP = "/pathway/steps/care/"
S, DOOR, TALK = "service", "assistant at the door", "network"
LONG_WAIT = access("weeks_on_list_p90", "longest tenth of waits", "weeks")
SPREAD_OF_STIGMA = week_spread("oracle_stigma", 26, "spread of stigma", "share")
SHAME = service("stigma", 24, "stigma")
FOUND = estimate("risk_detected", "risk states detected per client", "states")
COST = account("cost", "cost per client", "money")
SPILL_FAR = spill_over("far")
QALY = account("qaly", "QALY per client", "QALY")
BENEFIT = account("net_benefit_at_20000", "net benefit per client", "money")
REVIEWS = account("minutes_reviews", "human minutes for reviews", "minutes")
SAFETY_MINUTES = account("minutes_safety", "human minutes for alarms", "minutes")
SEEK = "seeking.cpp: the logit of seeking help is that of the document"
MEETING = "seeking.cpp: a first meeting brings hearsay and an unmet wish into trust"
RISK = "safety.cpp: risk states, detection, alarms, reviews and waits follow the document week by week"
COUNTED = "accounts.cpp: the accounts are what one adds up by hand from the clients' histories"
PRICED = "accounts.cpp: cost and net benefit follow their prices"
LEAVES = "leaving.cpp: weeks waited, privacy where care is not transparent"


#: So few seek help in a week that not everybody has by the end.
RARELY: dict[str, Any] = {"/service/seek/intercept": -4}


def seek(name: str, value: float, way: int, scene: str = S, **given: Any) -> Row:
    return Row(f"seeking help: {name.replace('_', ' ')}", "S14", scene, {f"/service/seek/{name}": value}, SOUGHT, way,
               (ARRIVED, phq9(1)), {**RARELY, **given}, SEEK)  # fmt: skip


def price(name: str, value: float, given: dict[str, Any]) -> Row:
    words, scene = f"price: {name.replace('_', ' ')}", A if "assistant" in name else H
    return Row(words, "S18", scene, {f"/accounts/price/{name}": value},
               COST, +1, (PHQ9, QALY), given, PRICED)  # fmt: skip


SERVICE = [
    Row("arrivals", "S14", S, {"/service/arrivals": 30}, ARRIVED, +1, (phq9(0),), {},
        "arrivals.cpp: weekly arrivals are Poisson"),
    Row("in need when it opens", "S14", S, {"/service/in_need": 120}, service("on_list", 4, "waiting list"), +1,
        (phq9(0),), {}, "arrivals.cpp: more are all of fewer, and more"),
    Row("slots", "S14", S, {"/service/slots": 30}, WAIT, -1, (ARRIVED,), {},
        "service_run.cpp: waits of two weeks of service are those of the exact chain"),
    Row("slots: everybody's health", "S14, section 6", S, {"/service/slots": 30}, PHQ9, -1, (ARRIVED,), {},
        "service_run.cpp: waits of two weeks of service are those of the exact chain"),
    Row("reneging", "S14", S, {"/service/reneging": .2}, GAVE_UP, +1, (ARRIVED,), {},
        "service_run.cpp: a list that nobody serves is left and joined as its two-state chain says"),
    Row("ageing of the list", "S14", S, {"/service/ageing": 5}, LONG_WAIT, +1, (ARRIVED,), {"/service/ageing": 0},
        "queue.cpp: severity counts by quantile and waiting makes up for it",
        "who is less ill is served late instead of never"),
    Row("matching by culture", "S14", S, {"/service/matching": "culture"}, MISREAD[H], -1, (ARRIVED,),
        {"/therapists/count": 12}, "allocation.cpp: by culture: one's own first"),
    Row("budget", "S14", S, {"/service/budget": 3000}, SERVED, -1, (ARRIVED,), {},
        "service_run.cpp: money is a limit of its own"),
    Row("places of the assistants", "S14", DOOR, {"/service/assistant_contacts": 10}, SERVED, -1, (ARRIVED,), {},
        "service_run.cpp: assistants hold no more contacts than they can"),
    Row("step-up waits for a place", "S14", "stepping", {"/service/slots": 20}, HOURS, +1, (ARRIVED,), {},
        "service_run.cpp: without slots nobody is stepped up"),
    seek("intercept", -2, +1),
    seek("severity", 1.5, +1),
    seek("stigma_reference", .1, -1),
    seek("preference", 3, +1),
    Row("stigma keeps from seeking help", "S14", S, {"/intake/stigma_good": 15}, SOUGHT, -1, (ARRIVED,), RARELY, SEEK),
    seek("privacy", 2, -1, DOOR, **{"/assistant/speech/used": True, "/assistant/face/used": True}),
    seek("front_door", 1, +1, DOOR),
    Row("price of each modality", "S14, S16", DOOR, {"/assistant/speech/used": True, "/assistant/face/used": True},
        SOUGHT, -1, (ARRIVED,), {"/service/seek/privacy": 1}, SEEK),
    Row("an assistant at the door", "S14", S, {STEP + "human": None, STEP + "assistant": {}}, SERVED, +1, (ARRIVED,),
        {}, SEEK),
    Row("unmet preference", "S14", DOOR, {"/service/unmet_preference": 8}, TRUST[A], -1, (ARRIVED, phq9(1)), {},
        MEETING),
    Row("what was heard enters the first meeting", "S14, S15", TALK, {"/service/meeting_hearsay": 20}, TRUST[A], -1,
        (ARRIVED,), {"/network/hear": 1}, MEETING, "what is heard of the assistant here is bad"),
    Row("weeks waited make clients leave", "S10", "service, leaving", {"/leaving/waited": .2}, DROPOUT, +1, (ARRIVED,),
        {}, LEAVES),
    Row("weeks waited cost satisfaction", "S18", S, {"/satisfaction/waited": .3}, SATISFACTION, -1, (ARRIVED, PHQ9,
        WAIT), {}, "estimates.cpp: satisfaction follows trust, empathy, improvement and weeks waited"),
    Row("a busy therapist tires", "S13", S, {"/therapists/fatigue/load": .5}, service("fatigue", 12, "fatigue"), +1,
        (ARRIVED,), {}, "service_run.cpp: a busy therapist tires"),
]  # fmt: skip

NETWORK = [
    Row("word of mouth", "S15", TALK, {"/network/hear": .5}, OPINION[A], -1, (ARRIVED,), {},
        "hearsay.cpp: opinion keeps .95 and takes .03 of the mean"),
    Row("bad news is louder", "S15", TALK, {"/network/bad_news": 10}, OPINION[A], -1, (ARRIVED,), {},
        "hearsay.cpp: a loss of trust is told two and a half times as loud as a gain"),
    Row("opinions fade", "S15", TALK, {"/network/keep": .5}, OPINION[A], +1, (ARRIVED,), {"/network/hear": .5},
        "hearsay.cpp: opinion keeps .95 and takes .03 of the mean"),
    Row("a leak is heard by neighbours", "S15, S16", TALK, {"/network/breach": 2}, OPINION[A], -1, (ARRIVED,),
        {"/privacy/breach": .05}, "network_week.cpp: a leak, a recovery and a dropout are told once"),
    Row("opinions keep people from seeking", "S14, S15", TALK, {"/service/seek/hearsay": 20}, SOUGHT, -1, (ARRIVED,),
        {"/network/hear": 1, "/service/seek/intercept": -3},
        "network_week.cpp: an assistant that loses trust is sought less"),
    Row("stigma: news of a recovery", "S15", TALK, {"/network/recovered": .2}, SHAME, -1, (ARRIVED,), {},
        "hearsay.cpp: stigma drifts to the neighbours' mean"),
    Row("stigma: news of a dropout", "S15", TALK, {"/network/left": .3}, SHAME, +1, (ARRIVED,), {"/leaving/intercept":
        -2}, "hearsay.cpp: stigma drifts to the neighbours' mean"),
    Row("stigma: validation in care", "S3, S15", TALK, {"/roles/stigma": .3}, SHAME, +1, (ARRIVED,), {},
        "growth.cpp: each quality builds what it should",
        "an assistant validates less than what leaves stigma as it is"),
    Row("neighbours", "S15", TALK, {"/network/neighbours": 40}, SHAME, -1, (ARRIVED,), {"/network/recovered": .1},
        "network.cpp: degree, homophily and clustering are those of the recipe", "more people hear of each recovery"),
    Row("ties that lead far away", "S15", TALK, {"/network/rewiring": 1}, SPREAD_OF_STIGMA, -1, (ARRIVED,),
        {"/network/mixing": .3, "/network/rewiring": 0, "/network/homophily": 0, "/network/recovered": 0,
        "/network/left": 0}, "network.cpp: whether a tie leads far away has nothing to do with whom it is sought among",
        "neighbourhoods that hear of each other come to one opinion"),
    Row("homophily", "S15", TALK, {"/network/homophily": 0}, SPILL_FAR, +1, (ARRIVED,), {"/network/hear": .5,
        "/service/assistant_contacts": 60, "/assistant/distance_loss": 1, "/network/rewiring": 1},
        "network.cpp: degree, homophily and clustering are those of the recipe"),
    Row("stigma drifts to the neighbours' mean", "S15", TALK, {"/network/mixing": .3}, SPREAD_OF_STIGMA, -1, (ARRIVED,),
        {}, "hearsay.cpp: stigma drifts to the neighbours' mean"),
]  # fmt: skip

PRIVACY = [
    Row("breaches", "S16", A, {"/privacy/breach": .05}, TRUST[A], -1, (FIRST[A], phq9(1)), {},
        "privacy.cpp: a leak is drawn by client and week"),
    Row("weight of a breach", "S16", A, {"/privacy/breach_failures": 30}, TRUST[A], -1, (FIRST[A], MISREAD[A]),
        {"/privacy/breach": .05}, "privacy.cpp: a leak is drawn by client and week"),
    Row("discovery", "S16", A, {"/privacy/discovery": .2}, TRUST[A], -1, (FIRST[A], MISREAD[A]), {"/assistant/labelled":
        False}, "privacy.cpp: an unlabelled assistant is found out once"),
    Row("weight of discovery", "S16", A, {"/privacy/discovery_failures": 20}, TRUST[A], -1, (FIRST[A], MISREAD[A]),
        {"/assistant/labelled": False, "/privacy/discovery": .2},
        "privacy.cpp: an unlabelled assistant is found out once"),
    Row("discovery of a labelled assistant", "S16", A, {"/privacy/discovery": .2}, None, 0, (TRUST[A], PHQ9,
        EMPATHY[A]), {},
        "privacy.cpp: an unlabelled assistant is found out once, and that costs four failures; a labelled one",
        unless={"/assistant/labelled": False}),
    Row("transparency", "S10, S16", "assistant, leaving", {"/privacy/transparency": 0}, DROPOUT, +1, (phq9(1),),
        {"/leaving/privacy": 2}, "leaving.cpp: transparency, consent and short retention each ease concern"),
    Row("consent", "S16", "assistant, leaving", {"/privacy/consent": 1}, DROPOUT, -1, (phq9(1),), {"/leaving/privacy":
        3, "/privacy/transparency": 0}, "leaving.cpp: transparency, consent and short retention each ease"),
    Row("retention", "S16", "assistant, leaving", {"/privacy/retention": 0}, DROPOUT, -1, (phq9(1),),
        {"/leaving/privacy": 3, "/privacy/transparency": 0},
        "leaving.cpp: transparency, consent and short retention each ease"),
    Row("concern about privacy", "S10, S16", "assistant, leaving", {"/leaving/privacy": 3}, DROPOUT, +1, (phq9(1),),
        {"/privacy/transparency": 0}, LEAVES),
    Row("privacy where only a human is met", "S16", "leaving", {"/privacy/transparency": 0, "/leaving/privacy": 3},
        None, 0, (DROPOUT, PHQ9, TRUST[H]), {}, LEAVES, unless={STEP + "assistant": {}}),
    Row("leaving: trust", "S10", "leaving", {"/leaving/trust": 6}, DROPOUT, -1, (phq9(1), misread_in_week(H, 1)),
        {"/human/trust_mean": 20}, "leaving.cpp: distrust, failures and worsening drive clients out"),
    Row("leaving: distrust", "S10", "leaving", {"/human/trust_bad": 20}, DROPOUT, +1, (phq9(1),), {"/leaving/trust": 3},
        "leaving.cpp: distrust, failures and worsening drive clients out"),
    Row("leaving: failures", "S10", "leaving", {"/leaving/unrepaired": 1}, DROPOUT, +1, (phq9(1), misread_in_week(H,
        1)), {}, "leaving.cpp: distrust, failures and worsening drive clients out"),
    Row("leaving: worsening", "S10", "leaving", {"/leaving/worsening": 0}, DROPOUT, +1, (phq9(1), misread_in_week(H,
        1)), {}, "leaving.cpp: distrust, failures and worsening drive clients out",
        "most clients are better than at entry"),
    Row("leaving: assistant alone", "S10", "assistant, leaving", {"/leaving/assistant_only": 1}, DROPOUT, +1, (phq9(1),
        misread_in_week(A, 1)), {}, "leaving.cpp: the hazard follows the document in every kind of step"),
    Row("leaving: not feeling heard", "S10", "leaving", {"/leaving/unheard": 2}, DROPOUT, +1, (phq9(1),
        misread_in_week(H, 1)), {},
        "leaving.cpp: who felt unheard this week, and who met a human before an assistant alone"),
    Row("leaving: a human met before an assistant alone", "S10", "human first, leaving", {"/leaving/met_human": -2},
        DROPOUT, -1, (phq9(1), misread_in_week(A, 1)), {},
        "leaving.cpp: who felt unheard this week, and who met a human before an assistant alone"),
    Row("leaving: leniency in feeling heard", "S6, S10", "leaving", {"/ratings/heard_halo": 5}, DROPOUT, +1, (phq9(1),
        misread_in_week(H, 1)), {"/leaving/unheard": 2, "/intake/halo_sd": .3},
        "alliance.cpp: leniency and the match of the two add to feeling heard",
        "who is severe feels unheard, and leaves"),
    Row("leaving: the match in feeling heard", "S6, S10", "leaving", {"/ratings/heard_match": 5}, DROPOUT, +1, (phq9(1),
        misread_in_week(H, 1)), {"/leaving/unheard": 2, "/intake/match_sd": .2},
        "alliance.cpp: leniency and the match of the two add to feeling heard", "who does not match feels unheard"),
    Row("leaving: planned ends", "S10", "leaving", {"/leaving/ending": .5}, estimate("ended_early", "ended early",
        "share"), +1, (phq9(1), misread_in_week(H, 1)), {},
        "leaving.cpp: dropout is drawn first; planned ends come from those who stay"),
    Row("leaving: missed sessions", "S10", "leaving", {"/leaving/missed": .4}, CONTACTS[H], -1, (phq9(1),), {},
        "leaving.cpp: attendance: who misses is drawn by client"),
]  # fmt: skip

RISKY: dict[str, Any] = {"/safety/onset": .2}
SAFETY = [
    Row("risk states", "S17", A, RISKY, FOUND, +1, (PHQ9, TRUST[A], MISREAD[A]), {}, RISK),
    Row("detection by the assistant", "S17", A, {"/safety/assistant_sensitivity": .1}, MISSED, +1, (PHQ9, TRUST[A]),
        RISKY, RISK),
    Row("detection by the human", "S17", H, {"/safety/human_sensitivity": .1}, MISSED, +1, (PHQ9, TRUST[H]), RISKY,
        RISK),
    Row("where risk begins", "S17", A, {"/safety/risk_symptom": 17}, FOUND, +1, (PHQ9, TRUST[A]), RISKY, RISK),
    Row("false alarms", "S17", A, {"/safety/false_alarm": .1}, SAFETY_MINUTES, +1, (PHQ9, TRUST[A], FOUND), RISKY,
        RISK),
    Row("false alarms", "S17", A, {"/safety/false_alarm": .1}, ALARMS, +1, (PHQ9, TRUST[A], FOUND), RISKY, RISK),
    Row("an alarm takes a human's time", "S17", A, {"/safety/minutes": 90}, SAFETY_MINUTES, +1, (PHQ9, TRUST[A], FOUND),
        RISKY, RISK),
    Row("human review", "S17", A, {STEP + "review_every": 2}, MISSED, -1, (PHQ9, TRUST[A]), {**RISKY,
        "/safety/assistant_sensitivity": .1}, RISK),
    Row("review brings a human sooner", "S17", A, {STEP + "review_every": 1}, estimate("time_to_human",
        "weeks from a risk state to a human", "weeks"), -1, (PHQ9, TRUST[A]), {**RISKY, "/safety/assistant_sensitivity":
        .1, "/safety/risk_symptom": 17}, RISK),
    Row("human review takes time", "S17", A, {STEP + "review_every": 2}, REVIEWS, +1, (PHQ9, TRUST[A], MISREAD[A]), {},
        RISK),
    Row("false alarms without an assistant", "S17", H, {"/safety/false_alarm": .1}, None, 0, (ALARMS, SAFETY_MINUTES,
        PHQ9), RISKY, RISK, unless={STEP + "assistant": {}}),
]  # fmt: skip

ACCOUNTS = [
    price("session_minute", 7, {}),
    price("guidance_minute", 7, {STEP + "human/dose": .3}),
    Row("price: other minutes", "S18", A, {"/accounts/price/other_minute": 7}, COST, +1, (PHQ9, QALY), {STEP +
        "review_every": 2}, PRICED),
    price("assistant_contact", 5, {}),
    Row("minutes of a session", "S18", H, {"/therapists/session_minutes": 80}, HOURS, +1, (PHQ9, CONTACTS[H]), {},
        COUNTED),
    *(Row(f"utility: {name}", "S18", H, {f"/accounts/utility/{name}": value}, QALY, +1, (PHQ9, COST), {},
        "accounts.cpp: a year at one score is worth the utility of its band") for name, value in (("remission", .9),
        ("minor", .8), ("mild", .7), ("moderate", .6), ("severe", .5))),
    Row("health by care", "S18", "no care", {STEP + "comparator": None, STEP + "human": {}}, QALY, +1, (phq9(1),), {},
        COUNTED),
    Row("satisfaction: trust", "S18", H, {"/satisfaction/trust": 4}, SATISFACTION, +1, (PHQ9, TRUST[H]), {},
        "estimates.cpp: satisfaction follows trust, empathy, improvement and weeks waited"),
    Row("satisfaction: empathy", "S18", H, {"/satisfaction/empathy": 4}, SATISFACTION, +1, (PHQ9, TRUST[H]), {},
        "estimates.cpp: satisfaction follows trust, empathy, improvement and weeks waited"),
    Row("satisfaction: improvement", "S18", H, {"/satisfaction/improvement": .3}, SATISFACTION, +1, (PHQ9, TRUST[H]),
        {}, "estimates.cpp: satisfaction follows trust, empathy, improvement and weeks waited"),
    Row("satisfaction: a therapist's resonance", "S18", H, {"/human/quality/resonance": .9}, SATISFACTION, +1,
        (TRUST[H], MISREAD[H]), {}, "estimates.cpp: satisfaction follows trust, empathy, improvement and weeks waited"),
]  # fmt: skip

ROWS = [*SERVICE, *NETWORK, *PRIVACY, *SAFETY, *ACCOUNTS]
