"""One simulated client's course, week by week, in words and as a picture, with an exact twin's beside it.

The client does not exist, and the twin is the same client with the same luck and one thing changed. A story shows how
the model works; it is no evidence about a person, and no person has such a twin.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import core, tables
from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.results import Results

AGENTS = ("human", "assistant")
TWINS = {
    "no_distance": "if every agent were of the client's own culture",
    "perfect_recognition": "if every turn were read right",
    "nobody_leaves": "if the client never left",
    "more_empathy": "with more empathy expressed",
}
NOTE = ("A simulated client: an illustration of the model, no evidence about any person. The twin is the same client "
        "with the same luck and one thing changed.")  # fmt: skip


def story(
    results: Results, client: int, arm: str | None = None, replicate: int = 0, twin: str = "no_distance"
) -> Story:
    """Client number `client` (from 0) of a replicate, in `arm` (default: the main comparison's), beside the twin.

    The same draws as in the run: what is told here is what was counted there. Raises ConfigError: unknown arm or twin,
    a client or replicate that the run does not have.
    """
    arms = list(results.arms)
    chosen = arm or results.experiment.headline["arm"]
    if chosen not in arms:
        raise config_error("", unknown("arm", chosen, arms))
    if twin not in TWINS:
        raise config_error("", unknown("twin", twin, TWINS))
    for name, value in (("client", client), ("replicate", replicate)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise config_error(name, f"expected a whole number from 0, found {value!r}")
    courses = [_rows(results, chosen, client, replicate, each) for each in ("factual", twin)]
    person = _frame(core.RowStream(results.experiment, kind="clients", replicate=replicate, client=client))
    return Story(results, chosen, client, replicate, twin, courses[0], courses[1], person[person["arm"] == chosen])


def _frame(stream: core.RowStream) -> pd.DataFrame:
    import pyarrow

    return tables.pandas(pyarrow.concat_tables([tables.arrow(chunk) for chunk in stream]).unify_dictionaries())


def _rows(results: Results, arm: str, client: int, replicate: int, twin: str) -> pd.DataFrame:
    stream = core.RowStream(results.experiment, kind="weeks", sample=results.experiment.clients, twin=twin,
                            replicate=replicate, client=client)  # fmt: skip
    frame = _frame(stream)
    return frame[frame["arm"] == arm].reset_index(drop=True)


@dataclass(frozen=True)
class Story:
    """One client in one arm. `course` and `twin_course` are rows as of `Results.weeks`, `person` one of `clients`."""

    results: Results
    arm: str
    client: int
    replicate: int
    twin: str
    course: pd.DataFrame
    twin_course: pd.DataFrame
    person: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Week by week: measured and latent level of symptoms (points), contacts, turns misread and noticed, trust in
        each agent (share), step, and the latent level of the twin (points)."""
        kept = ["week", "step", "phq9", "oracle_symptom", "met_human", "met_assistant", "noticed", "repaired",
                "trust_human", "trust_assistant"]  # fmt: skip
        frame = self.course[kept].copy()
        frame["misread"] = [sum(self._misread(row, agent) for agent in AGENTS) for _, row in self.course.iterrows()]
        frame["twin_symptom"] = self.twin_course["oracle_symptom"].to_numpy()
        return frame

    @cached_property
    def sentences(self) -> list[str]:
        """The course in words: who it is, each week in which something happened, how it ended, and the twin."""
        return [self._who(), *self._weeks(), self._end(), self._beside()]

    def words(self) -> str:
        """The same as one text, with what must be said beside it."""
        return "\n".join([*self.sentences, "", NOTE])

    def plot(self) -> Any:
        """A `plots.Figure`: measured and latent symptoms, the twin's, contacts, and trust."""
        from hybridcare import plots_story

        return plots_story.story(self)

    @cached_property
    def _turns(self) -> dict[tuple[str, str], int]:
        """Turns of a contact by step and agent."""
        place = [entry["name"] for entry in self.results.experiment.arms].index(self.arm)
        steps = self.results.experiment.pathway(place)["steps"]
        return {(step["name"], agent): step[agent]["turns"] for step in steps for agent in AGENTS if step[agent]}

    def _misread(self, row: Any, agent: str) -> int:
        """Turns of the week's contacts that the agent read wrongly; 0 without a contact."""
        contacts = int(row[f"met_{agent}"])
        turns = self._turns.get((str(row["step"]), agent), 0)
        return contacts * turns - int(row[f"right_turns_{agent}"]) if contacts else 0

    # words
    def _who(self) -> str:
        row = self.person.iloc[0]
        distances = [(a, float(row[f"oracle_distance_{a}"])) for a in AGENTS]
        far = "; ".join(f"cultural distance to the {a} {d:.2f}" for a, d in distances if not math.isnan(d))
        label = self.results.arms[self.arm]
        return (f"Client {self.client} of replicate {self.replicate}, culture '{row['culture']}' (an abstract distance "
                f"of expression), enters “{label}” with a PHQ-9 of {int(row['phq9_start'])} points"
                + (f"; {far}." if far else "."))  # fmt: skip

    def _weeks(self) -> list[str]:
        found = []
        before: dict[str, float] = {}
        last_step = str(self.course["step"].iloc[0])
        for _, row in self.course.iloc[1:].iterrows():
            parts = [part for agent in AGENTS if (part := self._contact(row, agent, before))]
            step = str(row["step"])
            if step != last_step:
                parts.insert(0, f"moves to the step '{step}'")
                last_step = step
            if row["oracle_practised"] > 0:
                parts.append(f"practises {int(row['oracle_practised'])} times")
            if row["oracle_week_jump"] > 0:
                parts.append("gains suddenly")
            if row["risk_flag"] > 0:
                parts.append("a risk is seen, or an alarm raised")
            if parts:
                found.append(f"Week {int(row['week'])}, PHQ-9 {int(row['phq9'])}: " + "; ".join(parts) + ".")
        return found

    def _contact(self, row: Any, agent: str, before: dict[str, float]) -> str:
        trust = float(row[f"trust_{agent}"])
        moved = trust - before.get(agent, trust)
        before[agent] = trust
        contacts = int(row[f"met_{agent}"])
        if contacts == 0:
            return ""
        misread = self._misread(row, agent)
        how = "once" if contacts == 1 else f"{contacts} times"
        text = f"meets the {agent} {how}, {_count(misread, 'turn')} misread"
        if abs(moved) >= 0.005:
            text += f", trust {'rises' if moved > 0 else 'falls'} to {trust:.2f}"
        return text

    def _end(self) -> str:
        row, last = self.person.iloc[0], self.course.iloc[-1]
        ends = {"none": "is still in the pathway", "completed": "has completed care",
                "ended_early": "has ended early, as planned with them", "dropped": "has dropped out"}  # fmt: skip
        when = f" in week {int(row['left_week'])}" if int(row["left_week"]) > 0 else ""
        return (f"By week {int(last['week'])} the client {ends[str(row['exit'])]}{when}, with a PHQ-9 of "
                f"{int(last['phq9'])} points and a latent level of {float(last['oracle_symptom']):.1f}.")  # fmt: skip

    def _beside(self) -> str:
        ours, theirs = self.course["oracle_symptom"], self.twin_course["oracle_symptom"]
        week = self.results.experiment.reading_week
        apart = float(ours.iloc[week] - theirs.iloc[week])
        same = bool((ours.to_numpy() == theirs.to_numpy()).all())
        if same:
            return f"The twin, {TWINS[self.twin]}, has exactly the same course."
        side = "higher" if apart > 0 else "lower"
        return (f"The twin, {TWINS[self.twin]}: at week {week} this client's latent level is {abs(apart):.2f} points "
                f"{side} than the twin's.")  # fmt: skip

    def __repr__(self) -> str:
        return f"<hybridcare.Story of client {self.client} in {self.arm!r}: {len(self.sentences)} sentences>"

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.sentences)
        return f"<ol>{lines}</ol><small>{html.escape(NOTE)}</small>"


def _count(number: int, what: str) -> str:
    return f"no {what}" if number == 0 else f"{number} {what}" + ("" if number == 1 else "s")
