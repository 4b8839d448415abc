"""What each part of the report shows, in one plain sentence made from its numbers. No conclusion is written down here.

Every sentence speaks of the main arm, and of the arm that it is compared with where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from .plots_base import (
    arm_labels,
    default_variant,
    frame,
    main_reading,
    number,
    percent,
    reading_name,
    shown_arms,
    signed,
)
from .plots_headline import has_headline

THE = {"human": "the human", "assistant": "the assistant"}


@dataclass(frozen=True)
class Main:
    """Whom the sentences speak of: names and quoted labels of the main arm and its comparator, "" if there is none."""

    results: Any
    arm: str
    against: str

    @classmethod
    def of(cls, results: Any) -> Main:
        if has_headline(results):
            headline = results.experiment.headline
            return cls(results, headline["arm"], headline["against"])
        return cls(results, shown_arms(results)[0]["name"], "")

    def label(self, name: str) -> str:
        """What stands before the colon of an arm's label, in quotation marks."""
        whole = arm_labels(self.results)[name]
        return f"“{whole.split(':', 1)[0].strip() or whole}”"

    @property
    def arms(self) -> list[str]:
        return [self.arm, self.against] if self.against else [self.arm]

    def rows(self, name: str, twin: str = "factual", **where: Any) -> pd.DataFrame:
        """Rows of a table for all clients, as written, of these arms and of the factual course or a twin."""
        if name not in self.results.table_names:
            return pd.DataFrame(columns=["arm"])
        columns = self.results.table(name).columns
        fixed = {"variant": default_variant(self.results), "twin": twin, "culture": "all", "arm": self.arms} | where
        return frame(self.results, name, **{key: value for key, value in fixed.items() if key in columns})

    def value(self, name: str, column: str = "estimate", arm: str | None = None, **where: Any) -> float:
        """One number of a table; NaN where there is no such row."""
        data = self.rows(name, arm=arm or self.arm, **where)
        return float(data[column].iloc[0]) if len(data) else float("nan")

    def each(self, show: Any) -> str:
        """Something about the main arm, "and" the same about its comparator; what is empty is left out."""
        return " and ".join(words for arm in self.arms if (words := show(arm)))


def _doubt(low: float, high: float) -> str:
    """A remark on an estimate whose sign simulation noise could turn; nothing where noise is unknown."""
    return " (within simulation noise of zero)" if low <= 0 <= high else ""


def _known(*values: float) -> bool:
    return not any(pd.isna(value) for value in values)


def _when(results: Any) -> str:
    name = reading_name(results, main_reading(results))
    return f"at {name}" if name.startswith("week") else name


def estimands(results: Any) -> str:
    """How far the answer depends on who is counted."""
    main, reading = Main.of(results), main_reading(results)
    found = {}
    for estimand, metric in (("all_randomised", "symptom"), ("as_observed", "phq9"), ("not_at_random", "phq9"),
                             ("completers", "phq9")):  # fmt: skip
        found[estimand] = main.value("estimands", against=main.against, reading=reading, estimand=estimand,
                                     metric=metric)  # fmt: skip
    if not _known(*found.values()):
        return ""
    show = signed if main.against else number
    start = (f"{main.label(main.arm)} minus {main.label(main.against)} {_when(results)} is" if main.against else
             f"With {main.label(main.arm)} the mean {_when(results)} is")  # fmt: skip
    return (f"{start} {show(found['all_randomised'])} PHQ-9 points over everybody, {show(found['as_observed'])} as a "
            f"study would observe it, {show(found['not_at_random'])} if those who fare worse are missing more often, "
            f"and {show(found['completers'])} among completers.")  # fmt: skip


def outcomes(results: Any) -> str:
    """Response, and deterioration beside what noise alone makes."""
    main, reading = Main.of(results), main_reading(results)
    respond = main.each(lambda arm: f"{percent(main.value('estimates', arm=arm, metric='response', reading=reading))} "
                        f"with {main.label(arm)}")  # fmt: skip
    worse = main.each(lambda arm: percent(main.value("estimates", arm=arm, metric="reliable_deterioration",
                                                     reading=reading), 1))  # fmt: skip
    noise = main.value("excess", arm=main.arm, against_twin="noise_only", metric="reliable_deterioration",
                       reading=reading)  # fmt: skip
    alone = main.value("estimates", metric="reliable_deterioration", reading=reading) - noise
    beside = f", beside {percent(alone, 1)} that noise alone would make so" if _known(alone) else ""
    when = _when(results)
    return f"{when[0].upper()}{when[1:]}, {respond} have responded; {worse} are reliably worse{beside}."


def nnt(results: Any) -> str:
    """The main contrast as a number needed."""
    main = Main.of(results)
    data = main.rows("nnt", arm=main.arm, metric="response", reading="post")
    if not main.against or data.empty:
        return ""
    row = data.iloc[0]
    noise = f" (over simulation noise: {row['monte_carlo_interval']})" if row["monte_carlo_interval"] else ""
    count, more = abs(100 * row["gain"]), "more" if row["gain"] >= 0 else "fewer"
    return (f"Of 100 clients, {number(count, 1)} {more} respond after treatment with {main.label(main.arm)} than with "
            f"{main.label(main.against)}: {row['text']}{noise}.")  # fmt: skip


def leaving(results: Any) -> str:
    """Who drops out, in the main arm, its comparator, and where most do."""
    main = Main.of(results)
    data = main.rows("estimates", arm=[arm["name"] for arm in shown_arms(results)], metric="dropout")
    if data.empty or not (data["estimate"] > 0).any():
        return ""
    most = data.loc[data["estimate"].idxmax()]
    said = main.each(lambda arm: f"{percent(main.value('estimates', arm=arm, metric='dropout'))} with "
                     f"{main.label(arm)}")  # fmt: skip
    elsewhere = most["estimate"] > data[data["arm"].isin(main.arms)]["estimate"].max() + 0.01
    rest = f"; most with {main.label(most['arm'])}, {percent(most['estimate'])}" if elsewhere else ""
    return f"Before their last planned contact, {said} leave{rest}."


def trust(results: Any) -> str:
    """Where trust goes in the main arm, and how many lose it."""
    main, parts = Main.of(results), []
    for agent, who in THE.items():
        course = main.rows("trust", arm=main.arm, agent=agent).sort_values("week") if main.arms else pd.DataFrame()
        risk = main.value("estimates", metric=f"erosion_{agent}")
        if len(course) and _known(risk):
            alone = main.value("estimates", twin="nobody_leaves", metric=f"erosion_{agent}")
            stay = f", and would be in {percent(alone)} if no one left" if _known(alone) else ""
            parts.append(f"trust in {who} moves from {number(course['mean'].iloc[0])} to "
                         f"{number(course['mean'].iloc[-1])} (of 1) by week {int(course['week'].iloc[-1])} and is "
                         f"eroded in {percent(risk)} of clients{stay}")  # fmt: skip
    return f"With {main.label(main.arm)}, {'; '.join(parts)}." if parts else ""


def calibration(results: Any) -> str:
    """Whether trust is deserved."""
    main, week, parts = Main.of(results), results.experiment.reading_week, []
    for agent, who in THE.items():
        apart = main.value("calibration", "trust_gap", agent=agent, week=week)
        if _known(apart):
            parts.append(f"{number(abs(apart))} (of 1) {'above' if apart >= 0 else 'below'} the reliability of {who}")
    return f"At week {week} trust lies {' and '.join(parts)} with {main.label(main.arm)}." if parts else ""


def misrecognition(results: Any) -> str:
    """Who is misread how often, and how sure the agent is of itself."""
    main, parts = Main.of(results), []
    for agent, who in THE.items():
        data = main.rows("misrecognition", arm=main.arm, agent=agent, culture=list(results.experiment.cultures))
        data = data.dropna(subset=["ratio"]) if len(data) else data
        if data.empty:
            continue
        places = dict(zip(results.experiment.cultures, results.experiment.positions, strict=True))
        far = data.loc[data["culture"].map(places).idxmax()]
        gap = main.value("misrecognition", "calibration_gap", agent=agent)
        near = far["pooled_rate"] - far["difference"]
        parts.append(f"{who} misreads {percent(near)} of the turns of reference clients and "
                     f"{percent(far['pooled_rate'])} of those of the most distant, and believes itself right in "
                     f"{number(abs(100 * gap), 1)} percentage points {'more' if gap >= 0 else 'fewer'} turns than it "
                     "is")  # fmt: skip
    return f"With {main.label(main.arm)}, {'; '.join(parts)}." if parts else ""


def harm(results: Any) -> str:
    """What misreading costs on average, and how many it costs much."""
    main, reading = Main.of(results), main_reading(results)
    whole, part = (main.value("excess", against_twin=twin, metric="symptom", reading=reading) for twin in
                   ("perfect_recognition", "no_distance"))  # fmt: skip
    worse = main.value("harm", "share_worse", against_twin="perfect_recognition", outcome="symptom", reading=reading,
                       points=2)  # fmt: skip
    if not _known(whole, part, worse):
        return ""
    return (f"With {main.label(main.arm)}, misreading costs {signed(whole)} points of symptoms {_when(results)} on "
            f"average, of which its cultural part is {signed(part)}; {percent(worse)} of clients are worse off by 2 "
            "points or more than the same client never misread.")  # fmt: skip


def echo(results: Any) -> str:
    """What a study would report of empathy, and how much of it is caused."""
    main = Main.of(results)
    for arm in reversed(main.arms):  # the comparator first: studies of human care are the known ones
        for agent, who in THE.items():
            seen, cause, share = (main.value("echo", arm=arm, agent=agent, against="", metric=metric) for metric in
                                  ("r_empathy", "causal_slope_rating", "causal_share_rating"))  # fmt: skip
            if _known(seen, cause, share):
                return (f"A study of the clients of {main.label(arm)} would report r = {number(seen)} between rated "
                        f"empathy of {who} and outcome; raising empathy by one standard deviation of its rating "
                        f"moves the outcome by {number(cause)} standard deviations, {percent(share)} of that.")
    return ""


def satisfaction(results: Any) -> str:
    """Who is most and who is least satisfied."""
    main = Main.of(results)
    data = main.rows("estimates", arm=[arm["name"] for arm in shown_arms(results)], metric="satisfaction")
    if len(data) < 2:
        return ""
    best, least = data.loc[data["estimate"].idxmax()], data.loc[data["estimate"].idxmin()]
    return (f"Modelled satisfaction is highest with {main.label(best['arm'])} ({number(best['estimate'])} of 1) and "
            f"lowest with {main.label(least['arm'])} ({number(least['estimate'])}).")  # fmt: skip


def hours(results: Any) -> str:
    """Human time in the main arm and its comparator."""
    main = Main.of(results)
    taken = main.each(lambda arm: f"{number(main.value('estimates', arm=arm, metric='human_hours'), 1)} with "
                      f"{main.label(arm)}")  # fmt: skip
    return f"Human hours per client: {taken}."


def accounts(results: Any) -> str:
    """Cost and QALY of the main arm against its comparator."""
    main, weeks = Main.of(results), results.experiment.weeks
    data = main.rows("accounts", arm=main.arm, against=main.against).set_index("metric", drop=False)
    if not {"cost", "qaly"} <= set(data.index):
        return ""
    cost, qaly = data.loc["cost"], data.loc["qaly"]
    currency, _, year = str(cost["unit"]).removesuffix(" per client").rpartition(" ")
    money = f"{number(abs(cost['estimate']), 0)} {currency}"
    rest = f" (prices of {year}, {cost['grade']}; utilities {qaly['grade']})"
    if not main.against:
        return (f"{main.label(main.arm)} costs {money} per client over {weeks} weeks, with "
                f"{number(qaly['estimate'], 3)} QALY{rest}.")  # fmt: skip
    less, fewer = ("less" if row["estimate"] < 0 else "more" for row in (cost, qaly))
    return (f"Over {weeks} weeks {main.label(main.arm)} costs {money} {less} per client than "
            f"{main.label(main.against)} and brings {number(abs(qaly['estimate']), 4)} QALY {fewer}"
            f"{_doubt(qaly['noise_low'], qaly['noise_high'])}{rest}.")  # fmt: skip


def safety(results: Any) -> str:
    """Risk that nobody saw."""
    main = Main.of(results)
    unseen = main.each(lambda arm: f"{number(100 * main.value('estimates', arm=arm, metric='missed_escalations'))} "
                       f"with {main.label(arm)}")  # fmt: skip
    return f"Weeks in care at risk that nobody saw, per 100 clients: {unseen}. This clears nothing as safe."


def access(results: Any) -> str:
    """Who is served, and after how long a wait."""
    main = Main.of(results)

    def of(arm: str) -> str:
        served, waited = (main.value("access", arm=arm, metric=m) for m in ("served_share", "weeks_on_list"))
        words = f"{percent(served)} of those in need are served with {main.label(arm)}"
        return f"{words}, after {number(waited, 1)} weeks on the list" if _known(served, waited) else ""

    said = "; ".join(words for arm in main.arms if (words := of(arm)))
    return f"{said}." if said else ""


def equity(results: Any) -> str:
    """How much worse distant clients fare."""
    main, reading = Main.of(results), main_reading(results)

    def of(arm: str) -> str:
        data = main.rows("equity", arm=arm, against="", over="position", metric="phq9", reading=reading)
        if data.empty or not _known(data["slope"].iloc[0]):
            return ""
        doubt = _doubt(data["noise_low"].iloc[0], data["noise_high"].iloc[0])
        return f"{signed(data['slope'].iloc[0])} with {main.label(arm)}{doubt}"

    said = main.each(of)
    return f"PHQ-9 points {_when(results)} per whole unit of expression distance: {said}." if said else ""
