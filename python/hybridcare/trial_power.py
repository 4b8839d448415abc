"""Power, type I error and the number of clients, for each set of assumptions apart."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.progress import Tick, progress as shown_progress
from hybridcare.trial_cells import Cell, chosen_cells
from hybridcare.trial_decisions import BETTER, HARM, WORSE, Decisions, decide, estimates
from hybridcare.trial_design import MOST_CLIENTS, whole
from hybridcare.trial_implied import Implied, formula_power, implied
from hybridcare.trial_sets import parted
from hybridcare.trial_summaries import truths
from hybridcare.trial_warnings import rms, sd

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.plots_base import Figure
    from hybridcare.trial import Trial
    from hybridcare.trial_data import Pool

LEVEL = 0.95  #: of the Monte Carlo intervals
MONTE_CARLO = "Intervals are Monte Carlo error: how far another set of simulated trials would move the number."

OVER_SETS = ("truth and power_set run from 5 to 95 % of parameter sets: what published figures leave open, which more "
             "trials do not narrow; truth_noise_se is chance in one set's number.")  # fmt: skip


def interval(hits: float, of: float) -> tuple[float, float]:
    """Wilson's interval of a simulated share, at LEVEL; numbers need not be whole."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(hits, of, alpha=1 - LEVEL, method="wilson")
    return float(low), float(high)


@dataclass(frozen=True)
class Answer:
    """A table for each set of assumptions, with what must stand beside it. title: what is asked, in words."""

    trial: Trial
    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row for each set of assumptions and contrast, never pooled."""
        return self.frame.copy()

    @property
    def statuses(self) -> list[str]:
        """Which sets of assumptions were fitted to data: a line for each status."""
        if "status" not in self.frame.columns:
            return []
        of: dict[str, list[str]] = {}
        for cell, status in dict(zip(self.frame["cell"], self.frame["status"], strict=True)).items():
            of.setdefault(str(status), []).append(str(cell))
        return [f"{', '.join(cells)}: {status}." for status, cells in of.items()]

    @property
    def caveats(self) -> list[str]:
        return [*self.notes, *self.statuses, *self.trial.caveats]

    def _repr_html_(self) -> str:
        lines = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.caveats)
        body = self.frame.to_html(index=False, float_format=lambda v: f"{v:.3f}")
        return f"<b>{html.escape(self.title)}</b><br>{html.escape(self.trial.sentence)}{body}{lines}"


@dataclass(frozen=True)
class Power(Answer):
    """Chance that the trial shows what it is meant to show.

    Columns: cell, label, status, same_as (an earlier cell that is the same model here); arm, against; effect (what
    trials estimate on average) with effect_noise_se, effect_sd (between trials), effect_se (root mean square of the
    standard errors that the trials state), truth (same clients in both arms, all measured), sd (residual),
    icc (mean of the arms, by moments), seen (share measured); power, power_low, power_high (Monte Carlo), power_formula
    (noncentral t on effect, sd, icc, without looks); worse (share that shows the arm worse), harm (share stopped
    because more clients deteriorate); type_one, type_one_low, type_one_high (of this contrast alone: the reference
    against itself, either way; the row of Trial.type_one),
    false_harm (there, stopped for harm); entered (clients at the decision, mean), week (calendar, mean); exaggeration
    (mean estimate of the trials that show benefit / mean of all, a winner's curse); trials.

    Over parameter sets (`Trial.over`) power is the expected power over sets, effect, effect_sd and the like are of
    trials of all sets, and there are also: truth_low, truth_median, truth_high (5, 50, 95 % of the true difference over
    sets), truth_sd (between sets, less luck) with truth_noise_se (luck in one set's true difference); power_set_low,
    power_set_high (the formula's power where the true difference is at its 5 or 95 %); sets.
    """

    @property
    def sentence(self) -> str:
        """Lowest and highest power over the sets of assumptions that differ here, by name; no average."""
        rows = self.frame[self.frame["same_as"] == ""].sort_values("power", kind="stable")
        low, high, count = rows.iloc[0], rows.iloc[-1], rows["cell"].nunique()
        sets = "set of assumptions" if count == 1 else "different sets of assumptions"
        over = "not yet calibrated"
        if self.trial.sets is not None:
            over = f"each expected over {int(self.frame['sets'].max())} parameter sets that fit published figures"
        return (f"Power runs from {low['power']:.0%} ({low['cell']}) to {high['power']:.0%} ({high['cell']}) over "
                f"{count} {sets}; {over}.")  # fmt: skip

    def plot(self) -> Figure:
        """Power by set of assumptions, with Monte Carlo intervals, beside type I error."""
        from hybridcare import plots_trial

        return plots_trial.power(self)


def power(trial: Trial, replicates: int, cells: Iterable[str] | None, threads: int, progress: bool) -> Power:
    """See Trial.power."""
    import pandas

    def of(cell: Cell) -> list[dict[str, Any]]:
        found = decide(trial, trial.trials(replicates, cell), cell)
        null = decide(trial, trial.trials(replicates, cell, trial.arms[0]), cell, trial.arms[0])
        return [_row(trial, cell, replicates, found, null, c) for c in range(len(trial.arms) - 1)]

    rows = by_cell(trial, ran(trial, replicates, cells, threads, progress), of)
    notes = (MONTE_CARLO, *([OVER_SETS] if trial.sets is not None else []), *_each_contrast(trial))
    return Power(trial, "What is the chance that this trial shows it?", pandas.DataFrame(rows), notes)


def by_cell(trial: Trial, cells: list[Cell], of: Callable[[Cell], list[dict[str, Any]]],
            point: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of each cell, headed by its name, label, status, and the earlier cell that is the same model. Such a cell is
    not worked out again. point: where numbers are drawn, one of the draws: a cell that fixes such a number is another
    model than one that lets it vary, whatever its value is as written."""
    rows: list[dict[str, Any]] = []
    known: dict[str, tuple[str, list[dict[str, Any]]]] = {}
    for cell in cells:
        key = trial.key(cell) if trial.sets is not None else trial.scenario(cell, point).hash
        same, found = known.get(key) or ("", of(cell))
        known.setdefault(key, (cell.name, found))
        status = cell.status if trial.sets is None else trial.sets.marked(cell).status
        head = {"cell": cell.name, "label": cell.label, "status": status, "same_as": same}
        rows += [head | row for row in found]
    return rows


def ran(trial: Trial, replicates: int, cells: Iterable[str] | None, threads: int, progress: bool) -> list[Cell]:
    """The cells, their clients simulated; progress over all of them."""
    chosen = chosen_cells(cells)
    with shown_progress(f"{trial.base.core.name}: trials of {trial.n}", progress) as tick:
        for at, cell in enumerate(chosen):
            trial.pool(replicates, cell, threads, _part(tick, at, len(chosen)))
    return chosen


def _part(tick: Tick | None, at: int, parts: int) -> Tick | None:
    """Progress of part number `at` of so many, as progress of the whole."""
    return None if tick is None else lambda done, total: tick(at * total + done, parts * total)


def _row(trial: Trial, cell: Cell, replicates: int, found: Decisions, null: Decisions, c: int) -> dict[str, Any]:
    import numpy as np

    pool = trial.pool(replicates, cell)
    numbers = implied(trial, pool, trial.trials(replicates, cell), found.whole[:, c], c)
    said, wrong = found.says[:, c], null.says[:, c]
    hits, errors = int((said == BETTER).sum()), int(np.isin(wrong, _errors(trial)).sum())
    (low, high), (error_low, error_high) = interval(hits, len(said)), interval(errors, len(wrong))
    return {
        "arm": trial.arms[c + 1], "against": trial.arms[0],
        "effect": numbers.effect, "effect_noise_se": numbers.effect_noise_se,
        "effect_sd": sd(found.whole[:, c]), "effect_se": rms(found.whole_se[:, c]),
        "truth": numbers.truth, "sd": numbers.sd_adjusted, "icc": float(numbers.icc.mean()), "seen": numbers.seen_share,
        "power": hits / len(said), "power_low": low, "power_high": high,
        "power_formula": formula_power(trial, numbers),
        "worse": float((said == WORSE).mean()), "harm": float((said == HARM).mean()),
        "type_one": errors / len(wrong), "type_one_low": error_low, "type_one_high": error_high,
        "false_harm": float((wrong == HARM).mean()),
        "entered": float(found.entered.mean()), "week": float(found.week.mean()),
        "exaggeration": math.nan if trial.margin is not None else _exaggeration(found, c), "trials": len(said),
        **_over_sets(trial, pool, numbers, c),
    }  # fmt: skip


def _over_sets(trial: Trial, pool: Pool, numbers: Implied, c: int) -> dict[str, Any]:
    """What differs between parameter sets: the true difference, and the formula's power at it. {} at one set."""
    if trial.sets is None:
        return {}
    found = parted(truths(pool, trial.outcome)[:, c], [each % len(trial.sets) for each in pool.replicates])
    bias = numbers.effect - numbers.truth  # estimates miss those who left, and so differ from the truth in every set
    powers = sorted(formula_power(trial, replace(numbers, effect=found[name] + bias))
                    for name in ("truth_low", "truth_high"))  # fmt: skip
    return {**found, "power_set_low": powers[0], "power_set_high": powers[1],
            "sets": min(len(trial.sets), len(pool.replicates))}  # fmt: skip


def _errors(trial: Trial) -> list[int]:
    """What counts as an error where there is no difference: either way; non-inferiority errs one way."""
    return [BETTER] if trial.margin is not None else [BETTER, WORSE]


def _exaggeration(found: Decisions, c: int) -> float:
    """How much larger the estimates of the trials that show benefit are than those of all; NaN if none does."""
    shown = found.effect[found.says[:, c] == BETTER, c]
    whole = float(found.whole[:, c].mean())
    return float(shown.mean() / whole) if len(shown) and whole else math.nan


def implied_of(trial: Trial, cell: Cell | str, replicates: int, contrast: int = 0) -> Implied:
    """Of clients that are simulated already, or are now."""
    found = trial.trials(replicates, cell)
    effect = estimates(trial, found, cell, None).effect[:, contrast]
    return implied(trial, trial.pool(replicates, cell), found, effect, contrast)


def implied_table(trial: Trial, replicates: int, cells: Iterable[str] | None, threads: int,
                  progress: bool) -> Answer:  # fmt: skip
    """See Trial.implied."""
    import pandas

    def of(cell: Cell) -> list[dict[str, Any]]:
        rows = []
        for c, arm in enumerate(trial.arms[1:]):
            held = asdict(implied_of(trial, cell, replicates, c))
            for name in ("icc", "seen", "clusters"):
                against, own = held.pop(name)
                held |= {f"{name}_against": float(against), name: float(own)}
            rows.append({"arm": arm, "against": trial.arms[0], **held, "therapists": trial.plan.therapists})
        return rows

    rows = by_cell(trial, ran(trial, replicates, cells, threads, progress), of)
    note = "ICC: of the outcome after the reading at entry is taken out, within an arm, by moments; may fall below 0."
    return Answer(trial, "What does the model imply for a formula?", pandas.DataFrame(rows), (MONTE_CARLO, note))


def type_one(trial: Trial, replicates: int, arm: str | None, cells: Iterable[str] | None, threads: int,
             progress: bool) -> Answer:  # fmt: skip
    """See Trial.type_one."""
    import numpy as np
    import pandas

    alone = arm or trial.arms[0]

    def of(cell: Cell) -> list[dict[str, Any]]:
        says = decide(trial, trial.trials(replicates, cell, alone), cell, alone).says
        wrong = np.isin(says, _errors(trial))
        nominal = trial.alpha / 2 if trial.margin is not None else trial.alpha
        whole = _share("any", np.asarray(wrong.any(axis=1))) | {"any_nominal": min(1.0, nominal * wrong.shape[1])}
        rows = []
        for c in range(wrong.shape[1]):
            share = {name: float((says[:, c] == code).mean())
                     for name, code in (("better", BETTER), ("worse", WORSE), ("harm", HARM))}  # fmt: skip
            rows.append({"arm": alone, "group": trial.arms[c + 1], "nominal": nominal,
                         **_share("type_one", wrong[:, c]), **share, **whole, "trials": len(says)})  # fmt: skip
        return rows

    rows = by_cell(trial, ran(trial, replicates, cells, threads, progress), of)
    shift = ", shifted by the margin" if trial.margin is not None else ""
    title = f"How often would “{trial.labels[alone]}” against itself{shift}, with different clients, show something?"
    return Answer(trial, title, pandas.DataFrame(rows), (MONTE_CARLO, *_each_contrast(trial)))


def _share(name: str, hits: np.ndarray) -> dict[str, float]:
    """Of trials, with its Monte Carlo interval."""
    low, high = interval(int(hits.sum()), len(hits))
    return {name: float(hits.mean()), f"{name}_low": low, f"{name}_high": high}


def _each_contrast(trial: Trial) -> list[str]:
    """With several arms: what alpha holds for."""
    count = len(trial.arms) - 1
    if count == 1:
        return []
    most = min(1.0, count * (trial.alpha / 2 if trial.margin is not None else trial.alpha))
    return [f"The level of type I error is that of each contrast. Nothing is corrected for their number: that at least "
            f"one of {count} errs may happen in up to {most:.1%} of trials."]  # fmt: skip


@dataclass(frozen=True)
class Curve(Answer):
    """Power over the number of clients. Columns: cell, label, status, n, power, power_low, power_high, trials."""

    def plot(self) -> Figure:
        """The curves, one for each set of assumptions."""
        from hybridcare import plots_trial

        return plots_trial.curve(self)


def curve(trial: Trial, sizes: Sequence[int] | None, replicates: int, cells: Iterable[str] | None, threads: int,
          progress: bool) -> Curve:  # fmt: skip
    """See Trial.power_curve."""
    import pandas

    step = getattr(trial.plan.allocation, "size", 1)
    if sizes is None:
        sizes = sorted({max(2 * step, round(trial.n * f / step) * step) for f in (0.25, 0.5, 0.75, 1, 1.5, 2, 3)})
    designs = [trial.with_n(n) for n in sorted(set(sizes))]
    if not designs:
        raise config_error("sizes", "are none; give numbers of clients, such as [160, 320, 640]")

    def of(cell: Cell) -> list[dict[str, Any]]:
        rows = []
        for design in designs:
            hits, count = benefits(design, cell, replicates)
            low, high = interval(hits, count)
            rows.append({"n": design.n, "power": hits / count, "power_low": low, "power_high": high, "trials": count})
        return rows

    rows = by_cell(trial, ran(designs[-1], replicates, cells, threads, progress), of)
    note = "Trials of a curve share their first clients, so that its points are not independent of one another."
    return Curve(trial, "What does the number of clients buy?", pandas.DataFrame(rows), (MONTE_CARLO, note))


def benefits(trial: Trial, cell: Cell | str, replicates: int) -> tuple[int, int]:
    """Trials whose first contrast shows benefit, and all."""
    says = decide(trial, trial.trials(replicates, cell), cell).says[:, 0]
    return int((says == BETTER).sum()), len(says)


# ---------------------------------------------------------------------------------------------------- number of clients
@dataclass(frozen=True)
class Wanted(Answer):
    """The number of clients for a wanted power. Columns: cell, label, status, wanted, n (NaN: out of reach), power,
    power_low, power_high at n, n_formula (by formula, NaN: none does), limit, why."""


def checked_goal(trial: Trial, wanted: float, limit: int) -> int:
    """The limit. Raises ConfigError for a power that no trial can have, or a limit below the trial."""
    number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    if not number or not trial.alpha < wanted < 1:
        meant = f"; for {wanted:g} % write {wanted / 100:g}" if number and 1 < wanted < 100 else ""
        raise config_error("power", f"{wanted!r} is outside ({trial.alpha:g}, 1): above alpha, below certainty{meant}")
    return whole("limit", limit, trial.n, MOST_CLIENTS, "clients")


def n_for(trial: Trial, wanted: float, limit: int, replicates: int, cells: Iterable[str] | None, threads: int,
          progress: bool) -> Wanted:  # fmt: skip
    """See Trial.n_for."""
    import pandas

    most = checked_goal(trial, wanted, limit)

    def of(cell: Cell) -> list[dict[str, Any]]:
        return [{"wanted": float(wanted)} | _search(trial, cell, float(wanted), most, replicates, threads)]

    rows = by_cell(trial, ran(trial, replicates, cells, threads, progress), of)
    notes = (MONTE_CARLO, f"Numbers beyond the limit of {most:,} clients are by formula alone, not simulated.")
    return Wanted(trial, f"How many clients for a power of {wanted:.0%}?", pandas.DataFrame(rows), notes)


def _search(trial: Trial, cell: Cell, wanted: float, limit: int, replicates: int, threads: int) -> dict[str, Any]:
    from hybridcare.trial_search import by_formula, searched

    numbers = implied_of(trial, cell, replicates)
    guess = by_formula(trial, numbers, wanted)
    found, why = searched(trial, cell, numbers, wanted, guess, limit, replicates, threads)
    head = {"n_formula": guess, "limit": limit, "why": why}
    if found is None:
        return {"n": math.nan, "power": math.nan, "power_low": math.nan, "power_high": math.nan} | head
    low, high = interval(found.hits, found.trials)
    share = found.hits / found.trials
    return {"n": float(found.n), "power": share, "power_low": low, "power_high": high} | head
