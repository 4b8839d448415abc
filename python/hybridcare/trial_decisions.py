"""What each virtual trial decides: look by look, in calendar time, or once at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hybridcare.trial_analysis import own, p_values
from hybridcare.trial_outcome import RELIABLE
from hybridcare.trial_summaries import fits

if TYPE_CHECKING:
    import numpy as np

    from hybridcare.trial import Trial
    from hybridcare.trial_cells import Cell
    from hybridcare.trial_data import Trials

#: What a trial says of a contrast: nothing shown; the arm is better (or not inferior); it is worse; stopped because
#: more clients deteriorated. In the order of the codes.
SAYS = ("nothing", "better", "worse", "harm")
NOTHING, BETTER, WORSE, HARM = range(4)


@dataclass(frozen=True)
class Decisions:
    """R trials, C contrasts. says: code of SAYS, shape (R, C); effect, se: at the decision, (R, C); look: at which,
    from 0, (R,); due: clients whose outcome was due by then, entered: who had entered by then, (R,); week: in which
    calendar week, (R,). whole, whole_se: what each would have estimated of all its clients, (R, C)."""

    says: np.ndarray
    effect: np.ndarray
    se: np.ndarray
    look: np.ndarray
    due: np.ndarray
    entered: np.ndarray
    week: np.ndarray
    whole: np.ndarray
    whole_se: np.ndarray


@dataclass(frozen=True)
class Estimates:
    """effect, se, p: shape (R, C); df: (R, 1)."""

    effect: np.ndarray
    se: np.ndarray
    df: np.ndarray
    p: np.ndarray


def estimates(trial: Trial, found: Trials, cell: str | Cell, null: str | None, upto: int | None = None) -> Estimates:
    """Of the first `upto` clients of each trial, by the design's analysis."""
    import numpy as np

    if not isinstance(trial.analysis, str):
        rows = [own(trial.analysis, trial.dataset(r, cell, null=null), f"trial {r}") for r in found.replicates]
        held = np.array(rows)
        return Estimates(held[:, :1], held[:, 1:2], np.full((len(rows), 1), np.inf), held[:, 2:3])
    each = fits(found, len(trial.arms), trial.analysis, trial.clustered, upto)
    effect, se = np.array([f.effect for f in each]), np.array([f.se for f in each])
    df = np.array([[f.df] for f in each])
    return Estimates(effect, se, df, p_values(effect, se, df))


def verdicts(trial: Trial, found: Estimates) -> np.ndarray:
    """At the end, without looks: codes of SAYS, shape (R, C). A trial without an estimate shows nothing."""
    import numpy as np
    from scipy import stats

    gain = found.effect * trial.outcome.better
    if trial.margin is not None:
        bound = gain - stats.t.ppf(1 - trial.alpha / 2, found.df) * found.se
        return np.where(bound > -trial.margin, BETTER, NOTHING)
    return np.where(found.p < trial.alpha, np.where(gain > 0, BETTER, WORSE), NOTHING)


def decide(trial: Trial, found: Trials, cell: str | Cell, null: str | None = None) -> Decisions:
    """The course of each trial. See Looks for what stops it."""
    import numpy as np

    r, n, out = len(found.replicates), found.arm.shape[1], trial.outcome
    last = estimates(trial, found, cell, null)
    if not trial.looks.interim:
        end = found.week[:, -1] + out.week
        says, every = verdicts(trial, last), np.full(r, n)
        return Decisions(says, last.effect, last.se, np.zeros(r, int), every, every, end, last.effect, last.se)
    says, look = np.zeros((r, 1), int), np.full(r, len(trial.looks.fractions) - 1)
    effect, se, going = last.effect.copy(), last.se.copy(), np.ones(r, bool)
    for k, m in enumerate(trial.looks.counts(n)):
        seen = last if m == n else estimates(trial, found, cell, null, m)
        code = _stops(trial, found, seen, k, m)
        stop = going & ((code > 0) | (k == len(trial.looks.fractions) - 1))
        says[stop, 0], look[stop], effect[stop], se[stop] = code[stop], k, seen.effect[stop], seen.se[stop]
        going &= ~stop
    due = np.array(trial.looks.counts(n))[look]
    week = found.week[np.arange(r), due - 1] + out.week
    entered = (found.week <= week[:, None]).sum(axis=1)
    return Decisions(says, effect, se, look, due, entered, week, last.effect, last.se)


def _stops(trial: Trial, found: Trials, seen: Estimates, k: int, m: int) -> np.ndarray:
    """Codes of SAYS at look k, of the first m clients, shape (R,): benefit and harm both ways, then deterioration."""
    import numpy as np
    from scipy import stats

    score = stats.norm.isf(np.clip(seen.p[:, 0], 1e-300, 1) / 2) * np.sign(seen.effect[:, 0] * trial.outcome.better)
    score = np.nan_to_num(score)
    code = np.where(score >= trial.looks.upper[k], BETTER, np.where(score <= -trial.looks.upper[k], WORSE, NOTHING))
    return np.where((code != WORSE) & (deterioration(found, m) >= trial.looks.harm[k]), HARM, code)


def deterioration(found: Trials, m: int) -> np.ndarray:
    """Standardised difference of the shares with reliable deterioration, second arm minus first, among the first m
    clients whose reading is there, shape (R,); 0 where it is undefined."""
    import numpy as np

    arm, there = found.arm[:, :m], found.y[:, :m] == found.y[:, :m]
    worse = found.now[:, :m] - found.start[:, :m] >= RELIABLE
    n = [((arm == a) & there).sum(axis=1) for a in (0, 1)]
    x = [((arm == a) & there & worse).sum(axis=1) for a in (0, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (x[0] + x[1]) / (n[0] + n[1])
        score = (x[1] / n[1] - x[0] / n[0]) / np.sqrt(pooled * (1 - pooled) * (1 / n[0] + 1 / n[1]))
    return np.where(np.isfinite(score), score, 0.0)
