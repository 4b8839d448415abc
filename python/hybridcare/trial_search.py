"""How many clients a wanted power takes: by formula for a first guess, then by simulation around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hybridcare.trial_data import MOST_ROWS
from hybridcare.trial_implied import Implied, ceiling, formula_power
from hybridcare.trial_power import benefits

if TYPE_CHECKING:
    from hybridcare.trial import Trial
    from hybridcare.trial_cells import Cell

FARTHEST = 1e7  #: clients beyond which a formula's number says no more than "very many"
AROUND = (0.5, 0.7, 0.85, 1.0, 1.2, 1.45)  #: of the guess: where power is simulated


@dataclass(frozen=True)
class Found:
    """A number of clients, and of so many trials those that show benefit there."""

    n: int
    hits: int
    trials: int


def by_formula(trial: Trial, numbers: Implied, wanted: float) -> float:
    """Clients in all arms; NaN if no number does, or none below FARTHEST."""
    from scipy import optimize

    if ceiling(trial, numbers) <= wanted or formula_power(trial, numbers, FARTHEST / trial.n) < wanted:
        return math.nan
    least = 4 / trial.n
    if formula_power(trial, numbers, least) >= wanted:
        return 4.0
    found = optimize.brentq(lambda log: formula_power(trial, numbers, math.exp(log)) - wanted, math.log(least),
                            math.log(FARTHEST / trial.n), xtol=1e-4)  # fmt: skip
    return float(math.ceil(math.exp(found) * trial.n))


def by_simulation(trial: Trial, cell: Cell, wanted: float, guess: int, limit: int, replicates: int,
                  threads: int) -> Found | None:  # fmt: skip
    """Simulates around the guess, draws a smooth curve through what is found (probit, straight in the root of n), and
    takes the number where it reaches the wanted power; looks again there if that is outside. None: beyond the limit."""
    centre = guess
    for _ in range(4):
        sizes = sorted({_fits(trial, min(limit, round(centre * f)), limit) for f in AROUND})
        trial.with_n(sizes[-1]).pool(replicates, cell, threads)
        hits = [benefits(trial.with_n(n), cell, replicates)[0] for n in sizes]
        n = _where(sizes, hits, replicates, wanted)
        if sizes[0] <= n <= sizes[-1]:
            final = _fits(trial, math.ceil(n), limit)
            trial.with_n(max(final, sizes[-1])).pool(replicates, cell, threads)
            return Found(final, *benefits(trial.with_n(final), cell, replicates))
        if n > sizes[-1] and sizes[-1] >= _fits(trial, limit, limit):
            return None
        centre = round(min(max(n, centre / 3), 3 * centre))
    return None


def _fits(trial: Trial, n: int, limit: int) -> int:
    """The next number that the allocation can divide, within the limit."""
    step = 1 if trial.plan.cuts else getattr(trial.plan.allocation, "size", 1)
    least = max(2 * len(trial.arms), step)
    n = max(least, -(-n // step) * step)
    return n if n <= limit else limit // step * step


def _where(sizes: list[int], hits: list[int], trials: int, wanted: float) -> float:
    """Where a probit line in the root of n reaches `wanted`; beyond all sizes if it does not rise."""
    import numpy as np
    from scipy import stats

    share = (np.array(hits) + 0.5) / (trials + 1)
    score, root = stats.norm.ppf(share), np.sqrt(sizes)
    weight = stats.norm.pdf(score) / np.sqrt(share * (1 - share))  # one over the score's standard error
    if len(sizes) == 1:
        return float(sizes[0]) if share[0] >= wanted else math.inf
    slope, level = np.polyfit(root, score, 1, w=weight)
    if slope <= 0:
        return math.inf if share.max() < wanted else float(sizes[0])
    at = (float(stats.norm.ppf(wanted)) - level) / slope
    return float(at**2) if at > 0 else 0.0


def searched(trial: Trial, cell: Cell, numbers: Implied, wanted: float, guess: float, limit: int, replicates: int,
             threads: int) -> tuple[Found | None, str]:  # fmt: skip
    """The number, or none, and why. A formula alone puts nothing out of reach but an arm that is not better by more
    than noise: trials of as many clients as the limit allows are simulated first, where they can be held at once."""
    found = by_simulation(trial, cell, wanted, round(guess), limit, replicates, threads) if guess <= limit else None
    if found is not None:
        return found, "found by simulation"
    last = None
    if _gain(trial, numbers) + 3 * numbers.effect_noise_se > 0:
        last = _at_limit(trial, cell, limit, replicates, threads)
    if last is not None and last.hits >= wanted * last.trials:
        return (by_simulation(trial, cell, wanted, limit, limit, replicates, threads) or last), "found by simulation"
    return None, _why(trial, numbers, wanted, guess, limit, last)


def _at_limit(trial: Trial, cell: Cell, limit: int, replicates: int, threads: int) -> Found | None:
    """Trials of as many clients as the limit allows; None if they are too many to be held at once."""
    n = _fits(trial, limit, limit)
    if n * replicates * len(trial.arms) > MOST_ROWS:
        return None
    trial.with_n(n).pool(replicates, cell, threads)
    return Found(n, *benefits(trial.with_n(n), cell, replicates))


def _gain(trial: Trial, numbers: Implied) -> float:
    """How much better the arm is than it must be, in the outcome's unit."""
    return numbers.effect * trial.outcome.better + (trial.margin or 0.0)


def _why(trial: Trial, numbers: Implied, wanted: float, guess: float, limit: int, last: Found | None) -> str:
    """Why a number is out of reach."""
    at = f"the limit is {limit:,}, not simulated: too many clients to hold at once"
    if last is not None:
        at = f"the limit is {limit:,}, where simulated power is {last.hits / last.trials:.0%}"
    if _gain(trial, numbers) <= 0:
        what = "is no better than the margin allows" if trial.margin is not None else "is not better than the reference"
        noise = 1.96 * numbers.effect_noise_se
        why = f"out of reach: the arm {what} (difference {numbers.effect:+.2f} ± {noise:.2f} {trial.outcome.unit})"
        return f"{why}; {at}" if last is not None else why
    most = ceiling(trial, numbers)
    if most <= wanted:
        return (f"out of reach: by formula, with {trial.plan.therapists} therapists no number of clients passes "
                f"{most:.0%}; {at}; more therapists would help")  # fmt: skip
    many = f"{guess:,.0f}" if guess == guess else f"more than {FARTHEST:,.0f}"
    return f"out of reach: it would take {many} clients by formula; {at}"
