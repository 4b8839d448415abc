"""Many virtual trials in arrays: what each found, and what was there to be found."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from hybridcare.trial_analysis import Columns, Fit, fit, p_values

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.trial_data import Pool, Trials
    from hybridcare.trial_outcome import Outcome


@dataclass(frozen=True)
class Summaries:
    """R trials of A arms; C = A - 1 contrasts, each arm but the first against the first. Units: the outcome's.

    effect, se, p     as analysed, shape (R, C); df: of t, (R,); sd: of the residual, (R,); icc: between therapists, NaN
                      where the analysis has no therapists, (R,)
    randomised, seen  clients, and those whose outcome was measured, (R, A)
    mean, spread      mean and SD of the outcome measured, (R, A); true_mean: had all been measured, (R, A)
    dropped, deteriorated    shares of clients: had dropped out by the reading; PHQ-9 at least 6 points above entry,
                      measured or not, (R, A)
    truth             mean over the trial's clients of the outcome in the arm minus that in the first arm, of the same
                      client with the same luck: what was there to be found, (R, C)
    """

    arms: tuple[str, ...]
    replicates: np.ndarray
    effect: np.ndarray
    se: np.ndarray
    df: np.ndarray
    p: np.ndarray
    sd: np.ndarray
    icc: np.ndarray
    randomised: np.ndarray
    seen: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    true_mean: np.ndarray
    dropped: np.ndarray
    deteriorated: np.ndarray
    truth: np.ndarray

    def table(self) -> pd.DataFrame:
        """One row for each trial and contrast: replicate, arm, against, effect, se, df, p, sd, icc, truth; then, of the
        arm and of the first arm, the counts and means."""
        import pandas

        parts = []
        for c, arm in enumerate(self.arms[1:]):
            row: dict[str, Any] = {"replicate": self.replicates, "arm": arm, "against": self.arms[0]}
            row |= {name: getattr(self, name)[:, c] for name in ("effect", "se", "p", "truth")}
            row |= {name: getattr(self, name) for name in ("df", "sd", "icc")}
            for name in ("randomised", "seen", "mean", "spread", "true_mean", "dropped", "deteriorated"):
                row |= {name: getattr(self, name)[:, c + 1], f"{name}_against": getattr(self, name)[:, 0]}
            parts.append(pandas.DataFrame(row))
        return pandas.concat(parts, ignore_index=True)


def columns_of(found: Trials, at: int, upto: int | None = None) -> Columns:
    """What an analysis reads of trial number `at`: its first `upto` clients."""
    cut = slice(0, upto)
    return Columns(found.arm[at, cut], found.y[at, cut], found.start[at, cut], found.stratum[at, cut],
                   found.therapist[at, cut])  # fmt: skip


def fits(found: Trials, arms: int, method: str, clustered: bool, upto: int | None = None) -> list[Fit]:
    """The analysis of each trial."""
    return [fit(columns_of(found, at, upto), arms, method, clustered) for at in range(len(found.replicates))]


def summarised(pool: Pool, found: Trials, arms: tuple[str, ...], outcome: Outcome, each: list[Fit],
               null: bool) -> Summaries:  # fmt: skip
    """Puts analyses and counts side by side. null: all clients had the protocol of one arm, so that `truth` is 0."""
    import numpy as np

    effect, se = np.array([f.effect for f in each]), np.array([f.se for f in each])
    df = np.array([f.df for f in each])
    held = by_arm(found, len(arms))
    truth = np.zeros_like(effect) if null else truths(pool, outcome)
    return Summaries(arms, np.array(found.replicates), effect, se, df, p_values(effect, se, df[:, None]),
                     np.array([f.sd for f in each]), np.array([f.icc for f in each]), truth=truth, **held)  # fmt: skip


def truths(pool: Pool, outcome: Outcome) -> np.ndarray:
    """Mean outcome of all clients in each arm but the first, minus that in the first, shape (R, C)."""
    value: np.ndarray = outcome.of(pool.start[:, None, :].astype(float), pool.now.astype(float)).mean(axis=2)
    apart: np.ndarray = value[:, 1:] - value[:, :1]
    return apart


def by_arm(found: Trials, arms: int) -> dict[str, np.ndarray]:
    """Counts, means and shares of each trial by arm, each of shape (R, A); NaN where nobody is."""
    import numpy as np

    member = found.arm[:, None, :] == np.arange(arms)[None, :, None]
    seen = member & (found.y == found.y)[:, None, :]

    def mean(values: np.ndarray, who: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            share: np.ndarray = np.where(who, values, 0.0).sum(axis=2) / who.sum(axis=2)
        return share

    y = np.nan_to_num(found.y)[:, None, :]
    average = mean(y, seen)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.where(seen, np.square(y - average[:, :, None]), 0.0).sum(axis=2)
        spread = np.sqrt(squares / (seen.sum(axis=2) - 1))
    return {
        "randomised": member.sum(axis=2), "seen": seen.sum(axis=2), "mean": average, "spread": spread,
        "true_mean": mean(found.true[:, None, :], member), "dropped": mean(found.dropped[:, None, :], member),
        "deteriorated": mean((found.now - found.start >= 6)[:, None, :], member),
    }  # fmt: skip


def joined(parts: list[Summaries]) -> Summaries:
    """The trials of all parts, one after the other."""
    import numpy as np

    whole = {f.name: np.concatenate([getattr(part, f.name) for part in parts])
             for f in fields(Summaries) if f.name != "arms"}  # fmt: skip
    return Summaries(parts[0].arms, **whole)
