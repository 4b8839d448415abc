"""Virtual trials on the mechanistic model: a design, its clients, its analysis, and what it would find.

A trial is one replicate of the engine with n clients. Every client is simulated in every arm with the same luck, and
the trial sees the arm that the client was allocated to; so effect and standard deviation are not put in, they come out
of the mechanism, and so does the likeness of clients of one therapist.

Nothing here is evidence about people. A power is that of a trial in a world where the model holds; it is printed for
each set of assumptions apart, and never only pooled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare import trial_data as data, trial_warnings as warnings
from hybridcare.errors import config_error
from hybridcare.experiment import Experiment, checked_threads
from hybridcare.names import unknown
from hybridcare.scenario import Scenario
from hybridcare.trial_analysis import Own, own
from hybridcare.trial_boundaries import Looks
from hybridcare.trial_cells import AS_WRITTEN, Cell, chosen_cells
from hybridcare.trial_design import MOST_CLIENTS, whole
from hybridcare.trial_outcome import Outcome
from hybridcare.trial_sets import TrialSets, sets_for, spread_over
from hybridcare.trial_summaries import Summaries, fits, summarised
from hybridcare.uncertainty import DEFAULTS, SETS

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.results import Results
    from hybridcare.trial_assurance import Assurance
    from hybridcare.trial_flow import Examples, Flow
    from hybridcare.trial_harms import Harms
    from hybridcare.trial_power import Answer, Curve, Power, Wanted

MOST_TRIALS = 100_000
REPLICATES = 400  #: trials for each set of assumptions: the half-width of a power of .8 is then .04
POOLS = 12  #: sets of simulated clients that a trial keeps


@dataclass(frozen=True, eq=False, repr=False)
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
    sets: TrialSets | None = None  #: parameter sets that its clients live under, trial after trial; None: one, its own

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
    def provenance(self) -> dict[str, Any]:
        """What stands beside every number: of the scenario, and of the parameter sets where there are any."""
        from hybridcare.uncertainty_words import over_sets, provenance

        if self.sets is None:
            return self.results.provenance
        over = {"calibration": over_sets(self.sets.default), "uncertainty": provenance(self.sets.default)}
        return {**self.results.provenance, **over}

    @property
    def caveats(self) -> list[str]:
        """What must stand beside any number of a virtual trial."""
        first = "Simulated trials: what a trial would find if the model held. No evidence about people."
        if self.sets is None:
            return [first, *warnings.of_design(self), *self.results.caveats]
        # what the scenario's author says of calibration is said of its own numbers, and these are others
        own = [line for line in self.results.caveats if not line.startswith("Calibration:")]
        return [first, *self.sets.caveats, *warnings.of_design(self), *own]

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

    def _repr_html_(self) -> str:
        from hybridcare.display import trial

        return trial(self)

    def with_n(self, n: int) -> Trial:
        """The same design with n clients; the first of them are the same. Raises ConfigError."""
        clients = whole("n", n, 2 * len(self.arms), MOST_CLIENTS, "clients")
        return replace(self, n=clients, _pools=self._pools)

    def over(self, uncertainty: str | os.PathLike[str] | Ensemble | None = None, sets: int = SETS) -> Trial:
        """The same design with its trials spread over parameter sets that fit the published figures: trial number r is
        one of set r modulo their number. Whatever is asked is then asked over what the figures leave open, at the cost
        of one set; power is the expected power over sets (assurance).

        uncertainty  "ensemble": the bundled one, each rival its own; "defaults": the scenario's own numbers; a path
                     that ends in .json, or an Ensemble, of the default model; None: "ensemble" where one is bundled and
                     the scenario is in the configuration of ensembles, else "defaults"
        sets         drawn by weight, 2 to 4096. Raises ConfigError.
        """
        return replace(self, sets=sets_for(self.base, uncertainty, sets, self.plan.seed), _pools={})

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
        key = self.key(cell)
        held = self._pools.get(key)
        if held is None or held.n < self.n or not set(wanted) <= set(held.replicates):
            held = self._simulated(wanted, cell, checked_threads(threads), progress)
            self._pools.pop(key, None)
            self._pools[key] = held
            while len(self._pools) > POOLS:
                self._pools.pop(next(iter(self._pools)))
        return (held if held.replicates == wanted else held.of(wanted)).first(self.n)

    def key(self, cell: str | Cell) -> str:
        """Of what a set of assumptions means here: one that spells out a default is the same."""
        if self.sets is None:
            return self.scenario(cell).hash
        chosen = cell if isinstance(cell, Cell) else chosen_cells([cell])[0]
        first = self.scenario(chosen, self.sets.point(chosen, 0)).hash
        return f"{first} {self.sets.of(chosen).hash} {len(self.sets)}"

    def scenario_of(self, replicate: int, cell: str | Cell = AS_WRITTEN) -> Scenario:
        """The scenario that the clients of one trial live in."""
        chosen = cell if isinstance(cell, Cell) else chosen_cells([cell])[0]
        return self.scenario(chosen, None if self.sets is None else self.sets.point(chosen, replicate))

    def _simulated(self, wanted: tuple[int, ...], cell: str | Cell, threads: int,
                   progress: Callable[[int, int], None] | None) -> data.Pool:  # fmt: skip
        """Trials under one set after the other, put in order again."""
        if self.sets is None:
            return data.simulate(self.scenario(cell), wanted, self.n, self.outcome, threads, progress)
        parts, done = [], 0
        for at in range(len(self.sets)):
            own = [each for each in wanted if each % len(self.sets) == at]
            if own:
                parts.append(data.simulate(self.scenario_of(at, cell), own, self.n, self.outcome, threads))
                done += len(own)
                if progress is not None:
                    progress(done, len(wanted))
        return data.joined(parts).of(wanted)

    def trials(self, replicates: int | Sequence[int], cell: str | Cell = AS_WRITTEN, null: str | None = None,
               threads: int = 0) -> data.Trials:  # fmt: skip
        """The trials as their investigators see them. null: name of an arm whose protocol all clients get."""
        alone = None if null is None else self._arm(null)
        shift = self.margin * -self.outcome.better if alone is not None and self.margin is not None else 0.0
        return data.trials(self.pool(replicates, cell, threads), self.plan, alone, shift)

    def summaries(self, replicates: int | Sequence[int], cell: str | Cell = AS_WRITTEN, null: str | None = None,
                  threads: int = 0) -> Summaries:  # fmt: skip
        """Many trials in arrays, analysed as the design says, without interim looks; by ancova where the design has a
        function of one's own.

        replicates: how many, or which. cell: a set of assumptions ("as written", "b_E 3", "R0", ...). null: the
        mechanistic null: all clients get this arm's protocol, so that the arm is held against itself with different
        clients; with a margin, shifted by it. Raises ConfigError.
        """
        pool = self.pool(replicates, cell, threads)
        found = self.trials(pool.replicates, cell, null, threads)
        method = self.analysis if isinstance(self.analysis, str) else "ancova"
        each = fits(found, len(self.arms), method, self.clustered)
        return summarised(pool, found, self.arms, self.outcome, each, null is not None)

    def dataset(self, replicate: int = 0, cell: str | Cell = AS_WRITTEN, truth: bool = False,
                null: str | None = None) -> pd.DataFrame:  # fmt: skip
        """One trial as rows: a client each, in order of entry, as the investigators would have them.

        Columns: replicate, client, entry_week (calendar), stratum, arm, culture (abstract expression distance),
        therapist, phq9_start (points), outcome (NaN: missing), exit, left_week, contacts, ratings, satisfaction, ...
        truth: also what nobody could see: latent state as oracle_..., trust, all readings, and outcome_if_ARM, the
        outcome of the same client with the same luck in each arm. null: as in `summaries`. Raises ConfigError.
        """
        number = whole("replicate", replicate, 0, MOST_TRIALS - 1, "")
        alone = None if null is None else self._arm(null)
        found = self.trials([number], cell, null)
        return data.rows(self.scenario_of(number, cell), found, self.outcome, self.arms, truth, alone)

    def analyse(self, replicate: int = 0, cell: str | Cell = AS_WRITTEN) -> dict[str, float]:
        """One trial by the user's own function: estimate, se, p. Raises ConfigError if `analysis` is no function."""
        if isinstance(self.analysis, str):
            raise config_error("analysis", f"'{self.analysis}' is no function of your own; summaries() does it")
        estimate, se, p = own(self.analysis, self.dataset(replicate, cell), f"trial {replicate}")
        return {"estimate": estimate, "se": se, "p": p}

    # what it would find
    def power(self, replicates: int = REPLICATES, cells: Iterable[str] | None = None, threads: int = 0,
              progress: bool = False,
              uncertainty: str | os.PathLike[str] | Ensemble | None = None) -> Power:  # fmt: skip
        """Chance that the trial shows benefit (or non-inferiority), with its Monte Carlo interval, type I error under
        the mechanistic null, effect, SD and ICC, the formula's power beside it: for each set of assumptions (`cells`:
        as written, b_E 0, 1.5, 3, the rivals) apart. replicates: trials for each. uncertainty: as `over` takes it;
        None: as the trial stands. Raises ConfigError."""
        from hybridcare.trial_power import power

        if uncertainty is not None:
            return self.over(uncertainty, spread_over(SETS, replicates)).power(replicates, cells, threads, progress)
        found = power(self, replicates, cells, threads, progress)
        return replace(found, notes=(*found.notes, *warnings.of_powers(self, found.frame)))

    def type_one(self, replicates: int = REPLICATES, arm: str | None = None, cells: Iterable[str] | None = None,
                 threads: int = 0, progress: bool = False,
                 uncertainty: str | os.PathLike[str] | Ensemble | None = None) -> Answer:  # fmt: skip
        """How often the trial shows something where there is nothing: all clients get the protocol of `arm` (default:
        the reference), so that it is held against itself with different clients and different luck. With a margin,
        outcomes of the other arm are shifted by it: true inferiority at the margin.

        Columns: cell, label, status, same_as; arm (whose protocol all get); group (which of the trial's arms is held
        against the first; a row for each); nominal; type_one, type_one_low, type_one_high (of that contrast, as in
        `power`); better, worse, harm; any, any_low, any_high (trials in which at least one contrast errs), any_nominal
        (at most: nominal times contrasts); trials. uncertainty: as in `power`. Raises ConfigError."""
        from hybridcare.trial_power import type_one

        if uncertainty is not None:
            return self.over(uncertainty, spread_over(SETS, replicates)).type_one(replicates, arm, cells, threads,
                                                                                   progress)  # fmt: skip
        found = type_one(self, replicates, arm, cells, threads, progress)
        return replace(found, notes=(*found.notes, *warnings.of_itself(self)))

    def power_curve(self, sizes: Sequence[int] | None = None, replicates: int = REPLICATES,
                    cells: Iterable[str] | None = None, threads: int = 0, progress: bool = False) -> Curve:  # fmt: skip
        """Power at several numbers of clients. The trials of one number begin those of the next. Raises ConfigError."""
        from hybridcare.trial_power import curve

        return curve(self, sizes, replicates, cells, threads, progress)

    def n_for(self, power: float = 0.9, limit: int = 2000, replicates: int = REPLICATES,
              cells: Iterable[str] | None = None, threads: int = 0, progress: bool = False) -> Wanted:  # fmt: skip
        """How many clients a power takes, for each set of assumptions; one out of reach says so, with why. Therapists
        stay as many as they are. limit: clients that are simulated at most. Raises ConfigError."""
        from hybridcare.trial_power import n_for

        return n_for(self, power, limit, replicates, cells, threads, progress)

    def implied(self, replicates: int = REPLICATES, cells: Iterable[str] | None = None, threads: int = 0,
                progress: bool = False) -> Answer:  # fmt: skip
        """What the mechanism implies for a formula of one's own: effect, SD, SD after the reading at entry is taken
        out, its correlation with the outcome, ICC of each arm, clients a therapist, share measured. Raises
        ConfigError."""
        from hybridcare.trial_power import implied_table

        return implied_table(self, replicates, cells, threads, progress)

    def assurance(self, uncertainties: Mapping[str, Any] | None = None, draws: int = 64, trials: int = 4,
                  cells: Iterable[str] | None = None, threads: int = 0, progress: bool = False,
                  uncertainty: str | os.PathLike[str] | Ensemble | None = None) -> Assurance:  # fmt: skip
        """Power over what is not known of the model's numbers, for each set of assumptions apart; what a set holds
        fixed stays fixed in it. draws, and trials of each.

        uncertainty    as `over` takes it: "ensemble" draws parameter sets that fit the published figures, each rival
                       its own; the default where one is bundled
        uncertainties  instead: JSON Pointer -> (low, high), uniform, or {"mean": , "sd": }, normal within the field's
                       range; with uncertainty="defaults" assumed ones of b_E, chi_h, Delta_A, omega, b_T
        Raises ConfigError."""
        from hybridcare.trial_assurance import assurance

        if uncertainties is not None and uncertainty is not None:
            raise config_error("uncertainty", "give uncertainties or uncertainty, not both")
        sets = self.sets
        if uncertainties is not None or uncertainty == DEFAULTS:
            sets = None
        elif uncertainty is not None or sets is None:
            sets = sets_for(self.base, uncertainty, draws, self.plan.seed)
        return assurance(replace(self, sets=sets, _pools={}), uncertainties, draws, trials, cells, threads, progress)

    def harms(self, replicates: int = 64, cells: Iterable[str] | None = None, threads: int = 0,
              progress: bool = False) -> Harms:  # fmt: skip
        """Whom the trial would harm: reliable deterioration, dropout, erosion of trust; rates, differences and expected
        counts by arm, culture (abstract expression distance) and severity. Raises ConfigError."""
        from hybridcare.trial_harms import harms

        return harms(self, replicates, cells, threads, progress)

    def flow(self, replicate: int = 0, cell: str | Cell = AS_WRITTEN) -> Flow:
        """One trial's clients from entry to analysis, as CONSORT draws it. Raises ConfigError."""
        from hybridcare.trial_flow import flow

        return flow(self, replicate, cell)

    def examples(self, count: int = 5, replicates: int = 100, cell: str | Cell = AS_WRITTEN) -> Examples:
        """A few of many trials to look at: from the least to the most favourable, evenly by rank. Raises
        ConfigError."""
        from hybridcare.trial_flow import examples

        found = examples(self, count, replicates, cell)
        every = found.everything
        short = warnings.of_examples(self, every["effect"].to_numpy(), every["se"].to_numpy())
        return replace(found, notes=(*found.notes, *short))

    def report(self, path: str | os.PathLike[str], replicate: int = 0, **found: Answer) -> Path:
        """Writes one offline page: answers by name (power, curve, n_for, assurance, implied, type_one, examples, harms;
        default: the power, over the parameter ensemble where one is bundled), then the flow of trial number
        `replicate`. Raises ConfigError.

        >>> trial.report("trial.html", power=trial.power(), harms=trial.harms())
        """
        from hybridcare.trial_report import save_trial

        if not found:
            over = self.over()
            return save_trial(over, {"power": over.power()}, Path(path), replicate)
        return save_trial(self, found, Path(path), replicate)

    def __repr__(self) -> str:
        return f"<hybridcare.Trial: {self.sentence}>"

    def _arm(self, name: str) -> int:
        if name not in self.arms:
            raise config_error("null", unknown("arm of this trial", name, self.arms))
        return self.arms.index(name)


