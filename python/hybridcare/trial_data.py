"""The clients of virtual trials: each replicate of the engine is one trial, every client is simulated in every arm, and
the trial sees of each client the one arm that they were allocated to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from hybridcare import core, tables
from hybridcare.errors import config_error
from hybridcare.trial_allocation import Allocation, Entry, Purpose, uniforms
from hybridcare.trial_outcome import Missing, Outcome

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.scenario import Scenario

EXITS = ("none", "completed", "ended_early", "dropped")  #: in the order of the codes
DROPPED = EXITS.index("dropped")
MOST_ROWS = 40_000_000  #: clients x arms x trials held at once: some gigabyte, analysed
#: Columns that the investigators of a trial would have. No trust, no misreading: nobody could see them.
VISIBLE = ("replicate", "client", "entry_week", "stratum", "arm", "culture", "therapist", "phq9_start", "outcome",
           "exit", "left_week", "human_contacts", "assistant_contacts", "satisfaction", "other_minutes", "triage_score",
           "false_alarms", "risks_found", "missed_human", "missed_assistant")  # fmt: skip
_VISIBLE_FROM = ("mean_empathy_rating_", "mean_alliance_rating_", "attribute_")


@dataclass(frozen=True)
class Pool:
    """Clients of R trials, n each, in all A arms. PHQ-9 in points; left: week of leaving, 0: did not.

    start, culture, therapist: shape (R, n); now (at the outcome's reading), exit, left: shape (R, A, n).
    """

    replicates: tuple[int, ...]
    start: np.ndarray
    culture: np.ndarray
    therapist: np.ndarray
    now: np.ndarray
    exit: np.ndarray
    left: np.ndarray

    @property
    def n(self) -> int:
        return int(self.start.shape[1])

    def first(self, n: int) -> Pool:
        """The same trials with their first n clients: what each would have been with n."""
        cut = {f.name: getattr(self, f.name)[..., :n] for f in fields(self) if f.name != "replicates"}
        return replace(self, **cut)

    def of(self, replicates: Sequence[int]) -> Pool:
        """These trials alone, which must all be there."""
        at = [self.replicates.index(each) for each in replicates]
        cut = {f.name: getattr(self, f.name)[at] for f in fields(self) if f.name != "replicates"}
        return replace(self, replicates=tuple(replicates), **cut)


def joined(parts: Sequence[Pool]) -> Pool:
    """The trials of all parts, one after the other."""
    import numpy as np

    whole = {f.name: np.concatenate([getattr(part, f.name) for part in parts])
             for f in fields(Pool) if f.name != "replicates"}  # fmt: skip
    return Pool(tuple(each for part in parts for each in part.replicates), **whole)


def simulate(scenario: Scenario, replicates: Sequence[int], n: int, outcome: Outcome, threads: int = 0,
             progress: Callable[[int, int], None] | None = None) -> Pool:  # fmt: skip
    """Runs the trials, a thread each; any number of threads gives the same. Raises ConfigError if they are too many."""
    arms = [arm["name"] for arm in scenario.core.arms if not arm["component"]]
    rows = len(replicates) * len(arms) * n
    if rows > MOST_ROWS:
        raise config_error("n", f"{len(replicates):,} trials of {n:,} clients in {len(arms)} arms are {rows:,} rows; "
                           f"at most {MOST_ROWS:,}: fewer clients or fewer trials")  # fmt: skip
    engine = scenario.core.with_overrides(seed=None, clients=n, replicates=max(replicates) + 1)
    pool = _empty(replicates, len(arms), n)
    done = 0
    workers = min(threads or os.cpu_count() or 1, len(replicates))
    with ThreadPoolExecutor(workers) as crew:
        waiting = crew.map(lambda at: _fill(pool, at, engine, outcome), range(len(replicates)))
        try:
            for _ in waiting:
                done += 1
                if progress is not None:
                    progress(done, len(replicates))
        except BaseException:
            crew.shutdown(wait=True, cancel_futures=True)
            raise
    return pool


def _empty(replicates: Sequence[int], arms: int, n: int) -> Pool:
    import numpy as np

    flat, deep = (len(replicates), n), (len(replicates), arms, n)
    return Pool(tuple(replicates), np.empty(flat, np.int8), np.empty(flat, np.int16), np.empty(flat, np.int32),
                np.empty(deep, np.int8), np.empty(deep, np.int8), np.empty(deep, np.int16))  # fmt: skip


def _fill(pool: Pool, at: int, engine: core.Experiment, outcome: Outcome) -> None:
    """One trial: chunks of clients, in each the arms one after the other."""
    arms = pool.now.shape[1]
    for chunk in core.RowStream(engine, kind="clients", threads=1, replicate=pool.replicates[at]):
        table = tables.arrow(chunk)
        count = table.num_rows // arms
        first = int(table.column("client")[0].as_py())
        here = slice(first, first + count)
        pool.start[at, here] = _numbers(table, "phq9_start")[:count]
        pool.culture[at, here] = _numbers(table, "culture")[:count]
        therapist = _numbers(table, "therapist").reshape(arms, count)
        if (therapist != therapist[0]).any():
            raise config_error("cluster", "the arms have different therapists (/therapists/count differs): a trial's "
                               "clients must have the same one in every arm")  # fmt: skip
        pool.therapist[at, here] = therapist[0]
        for name, column in (("now", f"phq9_{outcome.reading}"), ("exit", "exit"), ("left", "left_week")):
            getattr(pool, name)[at, :, here] = _numbers(table, column).reshape(arms, count)


def _numbers(table: Any, name: str) -> np.ndarray:
    """A column's values; for text its codes."""
    column = table.column(name).chunk(0)
    values: np.ndarray = (column.indices if hasattr(column, "indices") else column).to_numpy()
    return values


@dataclass(frozen=True)
class Trials:
    """R trials as their investigators see them. Everything has the shape (R, n), in order of entry.

    arm        number of the arm
    y          outcome, NaN where it was not measured; true: had it been measured
    start, now PHQ-9 at entry and at the outcome's reading, measured or not, points
    dropped    True if the client had dropped out by the reading; ended: care had ended as planned
    week       calendar week of entry, from 0 on
    """

    replicates: tuple[int, ...]
    arm: np.ndarray
    y: np.ndarray
    true: np.ndarray
    start: np.ndarray
    now: np.ndarray
    dropped: np.ndarray
    ended: np.ndarray
    week: np.ndarray
    stratum: np.ndarray
    therapist: np.ndarray
    culture: np.ndarray


@dataclass(frozen=True)
class Plan:
    """What makes trials of a pool: chance, allocation, missing (one rule for each arm), accrual (clients a week),
    therapists (their number), cuts of strata (points)."""

    seed: int
    allocation: Allocation
    missing: tuple[Missing, ...]
    accrual: float
    therapists: int
    outcome: Outcome
    cuts: tuple[float, ...] = ()


def trials(pool: Pool, plan: Plan, alone: int | None = None, shift: float = 0.0) -> Trials:
    """The trials of a pool. alone: every client has the outcome of this arm, whatever arm they were allocated to: the
    mechanistic null, an arm against itself. shift: added to the outcome in all arms but the first."""
    import numpy as np

    week = entry_weeks(plan, pool.replicates, pool.n)
    arm = allocated(pool, plan, week)
    got = arm if alone is None else np.full_like(arm, alone)
    at = (np.arange(len(pool.replicates))[:, None], got, np.arange(pool.n)[None, :])
    now, left, exit_ = pool.now[at].astype(float), pool.left[at], pool.exit[at]
    out = (exit_ > 0) & (left <= plan.outcome.week)
    dropped, ended = out & (exit_ == DROPPED), out & (exit_ != DROPPED)
    start = pool.start.astype(float)
    true = plan.outcome.of(start, now) + shift * (arm > 0)
    seen = _seen(pool, plan, got, ended, dropped, now - start)
    stratum = np.searchsorted(np.asarray(plan.cuts, dtype=float), start, side="right")
    return Trials(pool.replicates, arm, np.where(seen, true, np.nan), true, start, now, dropped, ended, week, stratum,
                  pool.therapist, pool.culture)  # fmt: skip


def _seen(pool: Pool, plan: Plan, got: np.ndarray, ended: np.ndarray, dropped: np.ndarray,
          change: np.ndarray) -> np.ndarray:  # fmt: skip
    import numpy as np

    drawn = np.stack([uniforms(plan.seed, r, Purpose.MISSING, pool.n) for r in pool.replicates])
    share = np.zeros(got.shape)
    for number, rule in enumerate(plan.missing):
        share = np.where(got == number, rule.probability(ended, dropped, change), share)
    return drawn >= share


def entry_weeks(plan: Plan, replicates: Iterable[int], n: int) -> np.ndarray:
    """Calendar weeks of entry, shape (R, n): gaps are exponential, `accrual` clients a week on average."""
    import numpy as np

    gaps = np.stack([-np.log(uniforms(plan.seed, r, Purpose.ARRIVE, n)) for r in replicates])
    return np.cumsum(gaps, axis=1) / plan.accrual


def allocated(pool: Pool, plan: Plan, week: np.ndarray) -> np.ndarray:
    """Numbers of the arms, shape (R, n)."""
    import numpy as np

    arm = np.empty(pool.start.shape, np.int8)
    for at, replicate in enumerate(pool.replicates):
        entry = Entry(plan.seed, replicate, pool.start[at], pool.culture[at], week[at], pool.therapist[at],
                      plan.therapists)  # fmt: skip
        arm[at] = plan.allocation.arms_of(entry)
    return arm


def rows(scenario: Scenario, found: Trials, outcome: Outcome, arms: Sequence[str], truth: bool,
         alone: int | None = None) -> pd.DataFrame:  # fmt: skip
    """One trial (the only one in `found`) as a frame, one row per client in order of entry. See Trial.dataset."""
    import numpy as np
    import pandas
    import pyarrow

    n = found.arm.shape[1]
    engine = scenario.core.with_overrides(seed=None, clients=n, replicates=found.replicates[0] + 1)
    stream = core.RowStream(engine, kind="clients", threads=1, replicate=found.replicates[0])
    held = tables.pandas(pyarrow.concat_tables([tables.arrow(chunk) for chunk in stream]).unify_dictionaries())
    held["arm"] = held["arm"].cat.set_categories(list(arms))
    got = found.arm[0] if alone is None else np.full(n, alone)
    own = held[held["arm"].cat.codes.to_numpy() == got[held["client"].to_numpy()]]
    own = own.sort_values("client").reset_index(drop=True)
    own["arm"] = pandas.Categorical.from_codes(found.arm[0], categories=list(arms))
    own.insert(2, "entry_week", found.week[0])
    own.insert(3, "stratum", found.stratum[0])
    own.insert(own.columns.get_loc("phq9_start") + 1, "outcome", found.y[0])
    if not truth:
        return own[[name for name in own.columns if name in VISIBLE or name.startswith(_VISIBLE_FROM)]]
    own = own.drop(columns=["variant", "twin"])
    start, now = (held.sort_values(["arm", "client"])[c].to_numpy(float).reshape(len(arms), n)
                  for c in ("phq9_start", f"phq9_{outcome.reading}"))  # fmt: skip
    for place, name in enumerate(arms):
        own[f"outcome_if_{name}"] = outcome.of(start[place], now[place])
    return own
