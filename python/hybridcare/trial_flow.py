"""One trial's clients from entry to analysis, and a few trials to look at."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.trial_cells import Cell
from hybridcare.trial_decisions import SAYS, decide, estimates
from hybridcare.trial_design import whole
from hybridcare.trial_power import MONTE_CARLO, Answer
from hybridcare.trial_summaries import truths

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.plots_base import Figure
    from hybridcare.trial import Trial
    from hybridcare.trial_data import Trials

#: Where a client of an arm is at the reading, and whether it was measured.
STATES = (("in_care", "in care, or none was offered"), ("ended", "care, or waiting, ended as planned"),
          ("dropped", "dropped out"))  # fmt: skip
MOST_EXAMPLES = 10_000  #: trials of which examples are taken
NOT_SCREENED = "Screening is not simulated: the intake of the scenario is of clients who would be eligible."


@dataclass(frozen=True)
class Arm:
    """Counts of one arm. allocated = waiting + the three states; each state = measured + missing; analysed = all that
    are measured. waiting: had entered when the trial stopped, their reading not yet due. therapists: with a client
    there."""

    name: str
    label: str
    allocated: int
    waiting: int
    measured: dict[str, int]
    missing: dict[str, int]
    therapists: int

    @property
    def analysed(self) -> int:
        return sum(self.measured.values())

    @property
    def lost(self) -> int:
        return sum(self.missing.values())


@dataclass(frozen=True)
class Flow:
    """Counts of one trial. entered: clients who had entered by the decision; arms; says: what it decided of each arm
    but the first; week: the calendar week of it; look: number of the look, from 1."""

    trial: Trial
    replicate: int
    cell: str
    arms: tuple[Arm, ...]
    says: tuple[str, ...]
    look: int
    week: float

    @property
    def entered(self) -> int:
        return sum(arm.allocated for arm in self.arms)

    @property
    def sentence(self) -> str:
        """What the trial decided, when."""
        words = {"nothing": "does not show a difference", "better": "shows benefit",
                 "worse": "shows harm in the outcome", "harm": "stops because more clients deteriorate"}  # fmt: skip
        if self.trial.margin is not None:
            words |= {"nothing": "does not show non-inferiority", "better": "shows non-inferiority"}
        looks = len(self.trial.looks.fractions)
        at = f" at look {self.look} of {looks}" if looks > 1 else ""
        labels = [f" of “{arm.label}”" if len(self.says) > 1 else "" for arm in self.arms[1:]]
        told = "; ".join(words[each] + label for each, label in zip(self.says, labels, strict=True))
        return f"In calendar week {self.week:.0f}, trial {self.replicate} {told}{at}."

    @cached_property
    def frame(self) -> pd.DataFrame:
        import pandas

        first = {"arm": "all", "stage": "entered and randomised", "state": "", "clients": self.entered}
        rows: list[dict[str, Any]] = [first]
        for arm in self.arms:
            head = {"arm": arm.name}
            rows.append(head | {"stage": "allocated", "state": "", "clients": arm.allocated})
            rows.append(head | {"stage": "reading not yet due", "state": "", "clients": arm.waiting})
            for stage, counts in (("missing", arm.missing), ("measured", arm.measured)):
                rows += [head | {"stage": stage, "state": words, "clients": counts[state]} for state, words in STATES]
            rows.append(head | {"stage": "analysed", "state": "", "clients": arm.analysed})
        return pandas.DataFrame(rows)

    def table(self) -> pd.DataFrame:
        """arm, stage, state (at the reading), clients."""
        return self.frame.copy()

    @property
    def caveats(self) -> list[str]:
        return [NOT_SCREENED, *self.trial.caveats]

    def plot(self) -> Figure:
        """The diagram, as SVG."""
        from hybridcare import plots_flow

        return plots_flow.flow(self)

    def _repr_html_(self) -> str:
        lines = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.caveats)
        return self.plot().svg() + f"<br>{lines}"


def flow(trial: Trial, replicate: int, cell: str | Cell) -> Flow:
    """See Trial.flow."""
    number = whole("replicate", replicate, 0, 99_999, "")
    found = trial.trials([number], cell)
    made = decide(trial, found, cell)
    entered, due = int(made.entered[0]), int(made.due[0])
    arms = tuple(_arm(trial, found, at, entered, due) for at in range(len(trial.arms)))
    name = cell if isinstance(cell, str) else cell.name
    says = tuple(SAYS[code] for code in made.says[0])
    return Flow(trial, number, name, arms, says, int(made.look[0]) + 1, float(made.week[0]))


def _arm(trial: Trial, found: Trials, at: int, entered: int, due: int) -> Arm:
    """Counts of the first `entered` clients, of whom the first `due` have a reading due."""
    import numpy as np

    mine = found.arm[0] == at
    ready = mine & (np.arange(mine.size) < due)
    seen = found.y[0] == found.y[0]
    where = {"dropped": found.dropped[0], "ended": found.ended[0], "in_care": ~found.dropped[0] & ~found.ended[0]}
    allocated = mine & (np.arange(mine.size) < entered)
    measured = {state: int((ready & where[state] & seen).sum()) for state, _ in STATES}
    missing = {state: int((ready & where[state] & ~seen).sum()) for state, _ in STATES}
    name = trial.arms[at]
    return Arm(name, trial.labels[name], int(allocated.sum()), int((allocated & ~ready).sum()), measured, missing,
               len(np.unique(found.therapist[0][allocated])))  # fmt: skip


@dataclass(frozen=True)
class Examples(Answer):
    """Columns: replicate, effect, se, low, high (1 - alpha confidence), p, says, analysed, dropped, truth, rank (share
    of trials with a less favourable estimate); of all trials, with `shown` for the chosen ones in the table."""

    everything: pd.DataFrame
    cell: str

    def plot(self) -> Figure:
        """Estimates of all trials with their confidence intervals, in order, around the one truth."""
        from hybridcare import plots_trial

        return plots_trial.examples(self)


def checked_examples(trial: Trial, count: int, most: int = MOST_EXAMPLES) -> int:
    """The number of examples. Raises ConfigError, also for more than two arms."""
    if len(trial.arms) > 2:
        raise config_error("examples", "are shown for two arms; make a trial of the two that you want to see")
    return whole("count", count, 1, most, "trials")


def examples(trial: Trial, count: int, replicates: int, cell: str | Cell) -> Examples:
    """See Trial.examples."""
    trials = whole("replicates", replicates, 2, MOST_EXAMPLES, "trials")
    few = checked_examples(trial, count, trials)
    frame = _each(trial, trials, cell)
    order = frame["effect"].to_numpy() * trial.outcome.better
    frame["rank"] = order.argsort(kind="stable").argsort(kind="stable") / max(trials - 1, 1)
    frame = frame.sort_values("rank", kind="stable").reset_index(drop=True)
    places = sorted({round(i * (trials - 1) / max(few - 1, 1)) for i in range(few)})
    name = cell if isinstance(cell, str) else cell.name
    note = f"One truth ({name}), {trials} trials of it: they differ by who entered, who got which arm, and luck."
    return Examples(trial, "What could this trial look like?", frame.iloc[places].reset_index(drop=True),
                    (note, MONTE_CARLO), frame, name)  # fmt: skip


def _each(trial: Trial, trials: int, cell: str | Cell) -> pd.DataFrame:
    import numpy as np
    import pandas
    from scipy import stats

    pool, found = trial.pool(trials, cell), trial.trials(trials, cell)
    each, made = estimates(trial, found, cell, None), decide(trial, found, cell)
    half = stats.t.ppf(1 - trial.alpha / 2, each.df[:, 0]) * each.se[:, 0]
    return pandas.DataFrame({
        "replicate": np.array(found.replicates), "effect": each.effect[:, 0], "se": each.se[:, 0],
        "low": each.effect[:, 0] - half, "high": each.effect[:, 0] + half, "p": each.p[:, 0],
        "says": [SAYS[code] for code in made.says[:, 0]],
        "look": made.look + 1, "analysed": (found.y == found.y).sum(axis=1), "dropped": found.dropped.sum(axis=1),
        "truth": truths(pool, trial.outcome)[:, 0],
    })  # fmt: skip
