"""Virtual trials on the mechanistic model: a design, its clients, its analysis, and what it would find.

A trial is one replicate of the engine with n clients. Every client is simulated in every arm with the same luck, and
the trial sees the arm that the client was allocated to; so effect and standard deviation are not put in, they come out
of the mechanism, and so does the likeness of clients of one therapist.

Nothing here is evidence about people. A power is that of a trial in a world where the model holds; it is printed for
each set of assumptions apart, and never only pooled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import trial_data as data
from hybridcare.errors import config_error
from hybridcare.experiment import Experiment, checked_threads
from hybridcare.names import unknown
from hybridcare.scenario import Scenario
from hybridcare.trial_analysis import Own, own
from hybridcare.trial_boundaries import Looks
from hybridcare.trial_cells import AS_WRITTEN, Cell, chosen_cells, key_of
from hybridcare.trial_design import MOST_CLIENTS, whole
from hybridcare.trial_outcome import Outcome
from hybridcare.trial_summaries import Summaries, fits, summarised

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.results import Results

MOST_TRIALS = 100_000
POOLS = 12  #: sets of simulated clients that a trial keeps


@dataclass(frozen=True, eq=False)
class Trial:
    """One design; made by Experiment.trial. All methods are reproducible: same seed, same numbers, whatever was asked
    before, whatever the number of threads.

    arms[0] is the reference; effects are arm minus reference, in the outcome's unit. clustered: whole therapists are
    allocated. margin: of non-inferiority, in the outcome's unit, or None.
    """

    experiment: Experiment
    base: Scenario
    arms: tuple[str, ...]
    n: int
    clustered: bool
    plan: data.Plan
    looks: Looks
    alpha: float
    margin: float | None
    analysis: str | Own
    _pools: dict[str, data.Pool] = field(default_factory=dict, repr=False)

    @property
    def outcome(self) -> Outcome:
        return self.plan.outcome

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels of the arms by name."""
        return {arm["name"]: arm["label"] or arm["name"] for arm in self.base.core.arms}

    @cached_property
    def results(self) -> Results:
        """Results of the fewest clients: calibration, hashes and names, for what stands beside a number."""
        return Experiment(self.base).alone()

    @property
    def caveats(self) -> list[str]:
        """What must stand beside any number of a virtual trial."""
        first = "Simulated trials: what a trial would find if the model held. No evidence about people."
        return [first, *self.results.caveats]

    @property
    def sentence(self) -> str:
        """The design in one sentence."""
        goal = "a difference"
        if self.margin is not None:
            goal = f"non-inferiority within {self.margin:g} {self.outcome.unit}"
        at = ", ".join(f"{f:.0%}" for f in self.looks.fractions[:-1])
        who = " against ".join(f"“{self.labels[arm]}”" for arm in (*self.arms[1:], self.arms[0]))
        return (f"{self.n} clients, {who}, {self.plan.allocation.name}; test of {goal} in {self.outcome.words}, alpha "
                f"{self.alpha:g}{', looked at after ' + at if at else ''}.")  # fmt: skip

    def with_n(self, n: int) -> Trial:
        """The same design with n clients; the first of them are the same. Raises ConfigError."""
        clients = whole("n", n, 2 * len(self.arms), MOST_CLIENTS, "clients")
        return replace(self, n=clients, _pools=self._pools)

    # clients
    def scenario(self, cell: str | Cell = AS_WRITTEN, point: Mapping[str, Any] | None = None) -> Scenario:
        """The scenario that a set of assumptions makes of this trial's. Raises ConfigError."""
        chosen_cell = cell if isinstance(cell, Cell) else chosen_cells([cell])[0]
        return Scenario.of(chosen_cell.document(self.base, point), self.base.file)

    def pool(self, replicates: int | Sequence[int], cell: str | Cell = AS_WRITTEN, threads: int = 0,
             progress: Callable[[int, int], None] | None = None) -> data.Pool:  # fmt: skip
        """Every client in every arm, for trials 0 to replicates - 1 or those named; kept for the next question."""
        wanted = tuple(range(whole("replicates", replicates, 1, MOST_TRIALS, "trials"))) if isinstance(
            replicates, int) else tuple(replicates)  # fmt: skip
        scenario = self.scenario(cell)
        key = key_of(scenario.document())
        held = self._pools.get(key)
        if held is None or held.n < self.n or not set(wanted) <= set(held.replicates):
            held = data.simulate(scenario, wanted, self.n, self.outcome, checked_threads(threads), progress)
            self._pools.pop(key, None)
            self._pools[key] = held
            while len(self._pools) > POOLS:
                self._pools.pop(next(iter(self._pools)))
        return (held if held.replicates == wanted else held.of(wanted)).first(self.n)

    def trials(self, replicates: int | Sequence[int], cell: str | Cell = AS_WRITTEN, null: str | None = None,
               threads: int = 0) -> data.Trials:  # fmt: skip
        """The trials as their investigators see them. null: name of an arm whose protocol all clients get."""
        alone = None if null is None else self._arm(null)
        shift = self.margin * -self.outcome.better if alone is not None and self.margin is not None else 0.0
        return data.trials(self.pool(replicates, cell, threads), self.plan, alone, shift)

    def summaries(self, replicates: int | Sequence[int], cell: str | Cell = AS_WRITTEN, null: str | None = None,
                  threads: int = 0) -> Summaries:  # fmt: skip
        """Many trials in arrays, analysed as the design says, without interim looks.

        replicates: how many, or which. cell: a set of assumptions ("as written", "b_E 3", "R0", ...). null: the
        mechanistic null: all clients get this arm's protocol, so that the arm is held against itself with different
        clients; with a margin, shifted by it. Raises ConfigError.
        """
        pool = self.pool(replicates, cell, threads)
        found = self.trials(pool.replicates, cell, null, threads)
        method = self.analysis if isinstance(self.analysis, str) else "ancova"
        each = fits(found, len(self.arms), method, self.clustered)
        return summarised(pool, found, self.arms, self.outcome, each, null is not None)

    def dataset(self, replicate: int = 0, cell: str | Cell = AS_WRITTEN, truth: bool = False) -> pd.DataFrame:
        """One trial as rows: a client each, in order of entry, as the investigators would have them.

        Columns: replicate, client, entry_week (calendar), stratum, arm, culture (abstract expression distance),
        therapist, phq9_start (points), outcome (NaN: missing), exit, left_week, contacts, ratings, satisfaction, ...;
        `meanings()` says what each is. truth: also what nobody could see: latent state as oracle_..., all readings,
        and outcome_if_ARM, the outcome of the same client with the same luck in each arm. Raises ConfigError.
        """
        number = whole("replicate", replicate, 0, MOST_TRIALS - 1, "")
        return data.rows(self.scenario(cell), self.trials([number], cell), self.outcome, self.arms, truth)

    def analyse(self, replicate: int = 0, cell: str | Cell = AS_WRITTEN) -> dict[str, float]:
        """One trial by the user's own function: estimate, se, p. Raises ConfigError if `analysis` is no function."""
        if isinstance(self.analysis, str):
            raise config_error("analysis", f"'{self.analysis}' is no function of your own; summaries() does it")
        estimate, se, p = own(self.analysis, self.dataset(replicate, cell), f"trial {replicate}")
        return {"estimate": estimate, "se": se, "p": p}

    def _arm(self, name: str) -> int:
        if name not in self.arms:
            raise config_error("null", unknown("arm of this trial", name, self.arms))
        return self.arms.index(name)


