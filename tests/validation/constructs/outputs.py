"""Outputs that rows read: numbers that a user finds in a table of the results, or a mean over its rows on request."""

from __future__ import annotations

from .measure import Output, Run


def estimate(metric: str, name: str, unit: str, reading: str = "", culture: str = "all") -> Output:
    def read(run: Run, arm: str) -> float:
        return run.index("estimates", "twin", "arm", "culture", "metric", "reading")[
            "factual", arm, culture, metric, reading
        ]["estimate"]

    return Output(name, unit, read)


def phq9(week: int, culture: str = "all", name: str = "") -> Output:
    def read(run: Run, arm: str) -> float:
        return run.index("course", "twin", "arm", "culture", "week")["factual", arm, culture, week]["mean"]

    return Output(name or f"PHQ-9 in week {week}", "points", read)


def trust(agent: str, week: int = 12) -> Output:
    def read(run: Run, arm: str) -> float:
        return run.index("trust", "twin", "arm", "agent", "culture", "week")["factual", arm, agent, "all", week]["mean"]

    return Output(f"trust in the {agent} in week {week}", "share", read)


def misread(agent: str, column: str = "pooled_rate", name: str = "turns misread", culture: str = "all") -> Output:
    def read(run: Run, arm: str) -> float:
        return run.index("misrecognition", "twin", "arm", "agent", "culture")["factual", arm, agent, culture][column]

    of = f" ({'clients ' + culture if culture == 'far' else 'clients of the reference culture'})"
    return Output(f"{name} by the {agent}" + (of if culture != "all" else ""), "share", read)


def misread_in_week(agent: str, week: int) -> Output:
    def read(run: Run, arm: str) -> float:
        key = ("twin", "arm", "agent", "culture", "week")
        return run.index("recognition", *key)["factual", arm, agent, "all", week]["misread_rate"]

    return Output(f"turns misread by the {agent} in week {week}", "share", read)


def calibration(
    agent: str, column: str = "trust_gap", name: str = "trust minus reliability", week: int = 12
) -> Output:
    def read(run: Run, arm: str) -> float:
        key = ("twin", "arm", "agent", "culture", "week")
        return run.index("calibration", *key)["factual", arm, agent, "all", week][column]

    return Output(f"{name}, {agent}, week {week}", "share", read)


def echo(metric: str, name: str, unit: str = "", agent: str | None = None) -> Output:
    def read(run: Run, arm: str) -> float:
        table = run.index("echo", "twin", "arm", "against", "agent", "culture", "metric")
        return table["factual", arm, "", agent or "", "all", metric]["estimate"]

    return Output(name, unit, read)


def account(metric: str, name: str, unit: str, culture: str = "all") -> Output:
    def read(run: Run, arm: str) -> float:
        table = run.index("accounts", "twin", "arm", "against", "culture", "metric")
        return table["factual", arm, "", culture, metric]["estimate"]

    return Output(name, unit, read)


def client_mean(column: str, name: str, unit: str = "") -> Output:
    return Output(name, unit, lambda run, arm: run.clients.loc[arm, column])


def week_mean(column: str, week: int, name: str, unit: str = "") -> Output:
    return Output(f"{name} in week {week}", unit, lambda run, arm: run.weeks.loc[(arm, week), column])


def week_spread(column: str, week: int, name: str, unit: str = "") -> Output:
    return Output(f"{name} in week {week}", unit, lambda run, arm: run.spreads.loc[(arm, week), column])


def spill_over(culture: str) -> Output:
    def read(run: Run, arm: str) -> float:
        table = run.index("trust_loss", "arm", "agent", "culture", "metric")
        return table[arm, "assistant", culture, "spill_over"]["estimate"]

    return Output(f"what {culture} clients who never met an assistant have heard of it", "opinion", read)


def access(metric: str, name: str, unit: str, culture: str = "all") -> Output:
    def read(run: Run, arm: str) -> float:
        return run.index("access", "arm", "culture", "metric")[arm, culture, metric]["estimate"]

    return Output(name, unit, read)


def service(column: str, week: int, name: str, unit: str = "") -> Output:
    def read(run: Run, arm: str) -> float:
        return run.index("service", "arm", "week")[arm, week][column]

    return Output(f"{name} in week {week}", unit, read)


PHQ9 = estimate("phq9", "PHQ-9 in week 12", "points", "week_12")
PHQ9_POST = estimate("phq9", "PHQ-9 after treatment", "points", "post")
PHQ9_END = estimate("phq9", "PHQ-9 at the end", "points", "end")
PHQ9_SD = estimate("phq9_sd", "spread of the PHQ-9 in week 12", "points", "week_12")
DROPOUT = estimate("dropout", "dropout", "share")
RECOVERY = estimate("recovery", "recovery in week 12", "share", "week_12")
DETERIORATION = estimate("reliable_deterioration", "reliable deterioration in week 12", "share", "week_12")
SATISFACTION = estimate("satisfaction", "satisfaction", "share")
GAIN_KEPT = estimate("gain_kept", "change by care kept from post to end", "share", "end")
RELAPSE = estimate("relapse", "relapse of those recovered", "share")
HOURS = estimate("human_hours", "human hours per client", "hours")
FATIGUE = estimate("fatigue", "therapists' fatigue", "share")

TRUST = {agent: trust(agent) for agent in ("human", "assistant")}
MISREAD = {agent: misread(agent) for agent in ("human", "assistant")}
FIRST = {agent: misread(agent, "first_contact_rate", "first turns misread") for agent in ("human", "assistant")}
UNREPAIRED = {
    agent: misread(agent, "noticed_unrepaired_rate", "turns noticed and not repaired")
    for agent in ("human", "assistant")
}
CONFIDENCE = {agent: misread(agent, "confidence", "confidence") for agent in ("human", "assistant")}
GAP = {agent: misread(agent, "calibration_gap", "confidence minus accuracy") for agent in ("human", "assistant")}
MASKED = {agent: misread(agent, "masked_rate", "turns masked") for agent in ("human", "assistant")}
ASKED = {agent: misread(agent, "asked_rate", "turns asked again") for agent in ("human", "assistant")}
RUPTURES = {
    agent: estimate(f"ruptures_{agent}", f"contacts with a rupture with the {agent}", "share")
    for agent in ("human", "assistant")
}
CONTACTS = {
    agent: estimate(f"{agent}_contacts", f"contacts with the {agent}", "contacts") for agent in ("human", "assistant")
}
PRACTISED = week_mean("oracle_practised", 8, "slots practised", "slots")

# Latent state that only the model knows: means over the first clients' rows.
HARM = week_mean("oracle_harm", 8, "harm counted", "softened turns")
INSIGHT = week_mean("oracle_insight", 8, "insight", "share")
STIGMA = week_mean("oracle_stigma", 8, "stigma", "share")
MOTIVATION = week_mean("oracle_motivation", 8, "motivation", "share")
AUTONOMY = week_mean("oracle_autonomy", 8, "mean autonomy support", "share")
RELIANCE = week_mean("oracle_reliance", 8, "reliance", "share")
MEMORY = {
    agent: week_mean(f"oracle_memory_{agent}", 8, f"what the {agent} knows of the client", "share")
    for agent in ("human", "assistant")
}
RELIABILITY = {
    agent: week_mean(f"oracle_reliability_{agent}", 8, f"reliability of the {agent}", "share")
    for agent in ("human", "assistant")
}
SPREAD_OF_EMPATHY = echo("sd_true_empathy", "spread of expressed empathy over clients", "share", "human")
WITHIN_PERSON = echo("within_person", "within-person effect of the alliance", "SD per SD", "human")
THERAPIST_SHARE = echo("therapist_share", "therapists' share of outcome variance", "share", "human")
EMPATHY = {
    agent: week_mean(f"oracle_empathy_{agent}", 8, f"empathy expressed by the {agent}", "share")
    for agent in ("human", "assistant")
}
ALLIANCE = {
    agent: week_mean(f"alliance_{agent}", 8, f"alliance with the {agent}") for agent in ("human", "assistant")
}
NOTICED = week_mean("noticed", 3, "turns noticed as misread", "turns")

# Of a service.
SOUGHT, SERVED, GAVE_UP = (
    access(f"{name}_share", words, "share")
    for name, words in (("sought", "who sought help"), ("served", "who were served"), ("gave_up", "who gave up"))
)
WAIT = access("weeks_on_list", "weeks on the waiting list", "weeks")
ARRIVED = service("arrived", 12, "arrived", "clients")
MONEY = service("money", 12, "money committed", "money")
OPINION = {
    agent: service(f"hearsay_{agent}", 24, f"opinion of {agent}s", "opinion") for agent in ("human", "assistant")
}
MISSED = estimate("missed_escalations", "missed escalations per client", "weeks")
ALARMS = estimate("false_alarms", "false alarms per client", "alarms")
