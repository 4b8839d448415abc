"""Whom a trial would harm, as far as the model can say: who deteriorates, who drops out, whose trust erodes.

Expected counts of a trial, by arm and group. Cultures are abstract distances in expression, never peoples. Rare events
lie outside a symptom score: nothing here clears a trial's safety.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare.experiment import Experiment, checked_threads
from hybridcare.trial_cells import Cell
from hybridcare.trial_data import DROPPED, Pool
from hybridcare.trial_outcome import RELIABLE
from hybridcare.trial_power import Answer, by_cell, ran

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.plots_base import Figure
    from hybridcare.trial import Trial

SEVERITY = ((0, 15, "PHQ-9 at entry below 15"), (15, 20, "PHQ-9 at entry 15 to 19"),
            (20, 28, "PHQ-9 at entry 20 or more"))  # fmt: skip
EROSION = ("erosion_human", "erosion_assistant")
KINDS = {
    "deterioration": "reliable deterioration (6 points or more)",
    "dropout": "dropped out by the reading",
    "erosion_human": "trust in the human eroded (of those who met one)",
    "erosion_assistant": "trust in the assistant eroded (of those who met it)",
}
NOTES = (
    "Noise is Monte Carlo error between simulated trials. Expected counts are means over trials of this design. "
    "Erosion of trust is of those who meet the agent, and counted among them.",
    "Cultures are abstract distances in expression, not peoples. Rare events lie outside a symptom score: this clears "
    "no trial's safety.",
)


@dataclass(frozen=True)
class Harms(Answer):
    """Columns: cell, label, status, same_as; harm (of KINDS), arm, grouping (all, culture, severity), group, rate,
    noise_se; difference (to the reference), difference_noise_se; expected (clients of one trial in that arm and group
    who are harmed so), clients (of one trial in that arm and group who could be, expected: for erosion of trust those
    who meet the agent there, else all; rate is of them)."""

    def plot(self) -> Figure:
        """Rates by group and arm, as the scenario is written."""
        from hybridcare import plots_trial

        return plots_trial.harms(self)


def harms(trial: Trial, replicates: int, cells: Iterable[str] | None, threads: int, progress: bool) -> Harms:
    """See Trial.harms."""
    import pandas

    threads = checked_threads(threads)

    def of(cell: Cell) -> list[dict[str, Any]]:
        rows = _counted(trial, trial.pool(replicates, cell))
        return rows + _eroded(trial, cell, replicates, threads)

    rows = by_cell(trial, ran(trial, replicates, cells, threads, progress), of)
    frame = pandas.DataFrame(rows)
    order = {harm: place for place, harm in enumerate(KINDS)}
    frame = frame.sort_values("harm", key=lambda c: c.map(order), kind="stable")
    names = {name: place for place, name in enumerate(dict.fromkeys(row["cell"] for row in rows))}
    frame = frame.sort_values("cell", key=lambda c: c.map(names), kind="stable").reset_index(drop=True)
    return Harms(trial, "Whom would this trial harm?", frame, NOTES)


def shares(trial: Trial) -> list[float]:
    """Of the trial's clients in each arm, by the ratio of the allocation."""
    ratio = getattr(trial.plan.allocation, "ratio", (1,) * len(trial.arms))
    return [part / sum(ratio) for part in ratio]


def _groups(trial: Trial, pool: Pool) -> list[tuple[str, str, np.ndarray]]:
    """(grouping, group, who: shape (R, n))."""
    import numpy as np

    found = [("all", "all", np.ones(pool.start.shape, bool))]
    found += [("culture", name, pool.culture == code) for code, name in enumerate(trial.base.core.cultures)]
    found += [("severity", name, (pool.start >= low) & (pool.start < high)) for low, high, name in SEVERITY]
    return found


def _counted(trial: Trial, pool: Pool) -> list[dict[str, Any]]:
    """Deterioration and dropout, of every client in every arm."""
    import numpy as np

    worse = pool.now.astype(int) - pool.start[:, None, :] >= RELIABLE
    gone = (pool.exit == DROPPED) & (pool.left <= trial.outcome.week) & (pool.left > 0)
    rows = []
    for grouping, group, who in _groups(trial, pool):
        size = who.sum(axis=1).astype(float)
        for harm, event in (("deterioration", worse), ("dropout", gone)):
            hit = (event & who[:, None, :]).sum(axis=2)
            for arm, name in enumerate(trial.arms):
                rate, apart = _ratio(hit[:, arm], size), _ratio(hit[:, arm] - hit[:, 0], size)
                clients = float(np.mean(size)) * shares(trial)[arm]
                rows.append(_row(harm, name, grouping, group, rate, apart if arm else (0.0, 0.0), clients))
    return rows


def _ratio(hits: np.ndarray, size: np.ndarray) -> tuple[float, float]:
    """Sum over sum, and its jackknife Monte Carlo error over trials."""
    import numpy as np

    if size.sum() == 0:
        return math.nan, math.nan
    count = len(hits)
    rate = float(hits.sum() / size.sum())
    if count < 2:
        return rate, math.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        left = (hits.sum() - hits) / (size.sum() - size)
    return rate, float(np.sqrt((count - 1) / count * np.nansum(np.square(left - np.nanmean(left)))))


def _row(harm: str, arm: str, grouping: str, group: str, rate: tuple[float, float], apart: tuple[float, float],
         clients: float) -> dict[str, Any]:  # fmt: skip
    return {"harm": harm, "arm": arm, "grouping": grouping, "group": group, "rate": rate[0], "noise_se": rate[1],
            "difference": apart[0], "difference_noise_se": apart[1], "expected": rate[0] * clients,
            "clients": clients}  # fmt: skip


def _eroded(trial: Trial, cell: Cell, replicates: int, threads: int) -> list[dict[str, Any]]:
    """Trust erosion, from the table of estimates of the same clients; no grouping but culture."""
    scenario = trial.scenario(cell)
    trials = min(replicates, 64)
    run = Experiment(scenario, clients=trial.n, replicates=trials)
    results = run.run(threads=threads, twins=False, progress=False)
    frame = results.table("estimates")
    frame = frame[frame["metric"].isin(EROSION) & (frame["twin"] == "factual")]
    met = _met(results)
    rows = []
    for arm, name in enumerate(trial.arms):
        own = frame[frame["arm"] == name]
        apart = _apart(results, name, trial.arms[0]) if arm else None
        for each in own.itertuples():
            if not each.estimate == each.estimate:
                continue
            clients = met[name, str(each.metric), str(each.culture)] / trials * shares(trial)[arm]
            grouping = "all" if each.culture == "all" else "culture"
            rows.append(_row(str(each.metric), name, grouping, str(each.culture), (each.estimate, each.noise_se),
                             _difference(apart, str(each.metric), str(each.culture)), clients))  # fmt: skip
    return rows


def _apart(results: Any, arm: str, against: str) -> pd.DataFrame:
    frame: pd.DataFrame = results.table("contrasts")
    return frame[(frame["arm"] == arm) & (frame["against"] == against)]


def _difference(apart: pd.DataFrame | None, metric: str, culture: str) -> tuple[float, float]:
    """0 for the reference; NaN where the reference has no such agent."""
    if apart is None:
        return 0.0, 0.0
    found = apart[(apart["metric"] == metric) & (apart["culture"] == culture)]
    return (float(found["estimate"].iloc[0]), float(found["noise_se"].iloc[0])) if len(found) else (math.nan, math.nan)


def _met(results: Any) -> dict[tuple[str, str, str], int]:
    """Clients who met the agent at all, replicates pooled, by arm, metric and culture: erosion is of them."""
    frame = results.table("erosion")
    first = frame[(frame["contact"] == 1) & (frame["twin"] == "factual")]
    return {(str(r.arm), f"erosion_{r.agent}", str(r.culture)): int(r.at_risk) for r in first.itertuples()}
