"""One simulated client's course, week by week, in words and as a picture, with an exact twin's beside it.

The client does not exist, and the twin is the same client with the same luck and one thing changed. A story shows how
the model works; it is no evidence about a person, and no person has such a twin.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import core, tables
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.plots_base import clean
from hybridcare.story_words import AGENTS
from hybridcare.uncertainty import parameter_sets

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.results import Results
    from hybridcare.story_sets import StoryOver

TWINS = {
    "no_distance": "if every agent were of the client's own culture",
    "perfect_recognition": "if every turn were read right",
    "nobody_leaves": "if the client never left",
    "more_empathy": "with more empathy expressed",
}
NOTE = ("A simulated client: an illustration of the model, no evidence about any person. The twin is the same client "
        "with the same luck and one thing changed. Trust runs from 0 to 1; a turn is misread when what the client "
        "feels is taken for something else. PHQ-9 is what is measured before the week's contacts, 0 to 27 points; the "
        "latent level is what the model knows.")  # fmt: skip


def story(
    results: Results, client: int, arm: str | None = None, replicate: int = 0, twin: str = "no_distance",
    uncertainty: str | os.PathLike[str] | Ensemble | None = None, rival: str = "R1", sets: int = 100,
) -> Story:  # fmt: skip
    """Client number `client` (from 0) of a replicate, in `arm` (default: the main comparison's), beside the twin.

    The same draws as in the run: what is told here is what was counted there. uncertainty: "ensemble", an Ensemble, or
    its file (.json): the same client also in `sets` parameter sets of `rival`, see `.over`. Raises ConfigError: unknown
    arm or twin, a client or replicate that the run does not have.
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
    drawn = parameter_sets(results.scenario, uncertainty, rival, sets)
    courses = [course(results.experiment, chosen, client, replicate, each) for each in ("factual", twin)]
    person = _frame(core.RowStream(results.experiment, kind="clients", replicate=replicate, client=client))
    told = Story(results, chosen, client, replicate, twin, courses[0], courses[1], person[person["arm"] == chosen])
    if drawn is None:
        return told
    from hybridcare.story_sets import story_over

    return replace(told, over=story_over(told, drawn))


def _frame(stream: core.RowStream) -> pd.DataFrame:
    import pyarrow

    return tables.pandas(pyarrow.concat_tables([tables.arrow(chunk) for chunk in stream]).unify_dictionaries())


def course(experiment: core.Experiment, arm: str, client: int, replicate: int, twin: str) -> pd.DataFrame:
    """Rows of one client in one arm, week by week."""
    stream = core.RowStream(experiment, kind="weeks", sample=experiment.clients, twin=twin, replicate=replicate,
                            client=client)  # fmt: skip
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
    over: StoryOver | None = None

    def table(self) -> pd.DataFrame:
        """Week by week: measured and latent level of symptoms (points), contacts, turns misread and noticed, trust in
        each agent (share), step, and the latent level of the twin (points)."""
        kept = ["week", "step", "phq9", "oracle_symptom", "met_human", "met_assistant", "noticed", "repaired",
                "trust_human", "trust_assistant"]  # fmt: skip
        frame = self.course[kept].copy()
        frame["misread"] = [sum(self.misread(row, agent) for agent in AGENTS)
                            for row in self.course.to_dict("records")]  # fmt: skip
        frame["twin_symptom"] = self.twin_course["oracle_symptom"].to_numpy()
        return frame

    @cached_property
    def sentences(self) -> list[str]:
        """The course in words: who it is, what happened week by week, how it ended, the sums, and the twin."""
        from hybridcare.story_words import sentences

        return sentences(self)

    def words(self) -> str:
        """The same as one text, with what must be said before and beside it."""
        over = ["", *self.over.sentences] if self.over is not None else []
        return "\n".join([*self.before, "", *self.sentences, *over, "", NOTE])

    @property
    def before(self) -> list[str]:
        """In which parameter set it is told; over several, what a fit does not tell and which they are."""
        from hybridcare.sets_beside import first_lines
        from hybridcare.story_sets import TOLD_AT

        return [*(first_lines(self.over.sets) if self.over is not None else []), TOLD_AT]

    def plot(self) -> Any:
        """A `plots.Figure`: measured and latent symptoms, the twin's, contacts, and trust."""
        from hybridcare import plots_story

        return plots_story.story(self)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Writes one offline HTML page: picture, words, and the weeks as a table. Returns its path.

        Raises ConfigError if it cannot be written.
        """
        from hybridcare.report_verb import Part, save_report
        from hybridcare.sets_beside import provenance

        results = self.results
        known = {**results.provenance, "scenario": results.experiment.name, "arm": self.arm, "client": self.client,
                 "replicate": self.replicate, "twin": TWINS[self.twin],
                 **provenance(self.over.sets if self.over is not None else None),
                 "caveats": [*self.before, NOTE, *results.caveats]}  # fmt: skip
        who, *weeks, end, sums, beside = self.sentences
        parts = [Part("The course", [who, end, sums, beside], self.plot()), Part("Week by week", weeks)]
        if self.over is not None:
            parts.insert(1, Part("The same client in other parameter sets", self.over.sentences, None,
                                 self.over.table(), "In points; 5 %, median and 95 % of the sets; in_care is the share "
                                 "of the sets in which the client is in care."))  # fmt: skip
        return save_report(path, f"Client {self.client}", f"What happens to client {self.client}, and to the twin?",
                           parts, known)  # fmt: skip

    @cached_property
    def steps(self) -> dict[str, dict[str, Any]]:
        """The arm's steps by name, exits included."""
        return {step["name"]: step for step in self.results.experiment.pathway(self._place)["steps"]}

    @cached_property
    def assistants(self) -> list[str]:
        """Names of the arm's assistants, by number; one in most arms."""
        return [each["name"] for each in self.results.experiment.assistants(0, self._place)]

    @cached_property
    def _place(self) -> int:
        return [entry["name"] for entry in self.results.experiment.arms].index(self.arm)

    def turns(self, row: Any, agent: str) -> int:
        """Turns of a contact with `agent` in the week's step; 0 where it does not meet clients there."""
        plan = self.steps[str(row["step"])][agent]
        return int(plan["turns"]) if plan else 0

    def misread(self, row: Any, agent: str) -> int:
        """Turns of the week's contacts that the agent read wrongly; 0 without a contact."""
        contacts = int(row[f"met_{agent}"])
        return contacts * self.turns(row, agent) - int(row[f"right_turns_{agent}"]) if contacts else 0

    def __repr__(self) -> str:
        return f"<hybridcare.Story of client {self.client} in {self.arm!r}: {len(self.sentences)} sentences>"

    def _repr_html_(self) -> str:
        over = self.over.sentences if self.over is not None else []
        lines = "".join(f"<li>{html.escape(clean(line, 2000))}</li>"
                        for line in (*self.before, *self.sentences, *over))  # fmt: skip
        return f"<ol>{lines}</ol><small>{html.escape(NOTE)}</small>"
