"""What an analysis of a virtual trial does not count: in words, from the design, and from what was simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.trial import Trial

FEW_THERAPISTS = 30  #: below: what therapists differ in may matter to standard errors
LEVEL = 0.001  #: chance to call sound standard errors too small, for one set of trials


def of_design(trial: Trial) -> list[str]:
    """Of the design alone, before a client is simulated."""
    count = trial.plan.therapists
    if trial.clustered:
        if trial.analysis != "ancova":
            return []
        return [f"Whole therapists are allocated ({count}), but ancova takes clients for independent: its standard "
                "errors are too small and it errs too often, the more so the fewer therapists and the more clients "
                "each; analysis=\"mixed\" counts them."]  # fmt: skip
    if count >= FEW_THERAPISTS or not isinstance(trial.analysis, str):
        return []
    return [f"Clients are allocated, and therapists are few ({count}): where they differ more in one arm than in the "
            f"other, {trial.analysis} does not count it, so that standard errors and p values are too small and "
            "confidence intervals too narrow. An arm held against itself hides that."]  # fmt: skip


def of_itself(trial: Trial) -> list[str]:
    """Of an arm held against itself."""
    if trial.clustered:
        return []
    return ["Therapists differ alike in both groups of an arm against itself, so that it cancels; between two arms it "
            "need not. What the analysis then misses is not in this number: power() holds its standard errors against "
            "the spread of estimates between trials."]  # fmt: skip


def too_small(spread: float, se: float, trials: int) -> bool:
    """Whether the SD of estimates between trials exceeds the root mean square of their standard errors by more than
    chance: by the chi-squared test of a variance, at LEVEL."""
    from scipy import stats

    if trials < 2 or not se > 0 or not spread == spread:
        return False
    return bool((trials - 1) * (spread / se) ** 2 > stats.chi2.isf(LEVEL, trials - 1))


def rms(se: np.ndarray) -> float:
    """Root mean square of those that are there; NaN if none is."""
    import numpy as np

    there = se[se == se]
    return float(np.sqrt(np.mean(np.square(there)))) if len(there) else float("nan")


def sd(values: np.ndarray) -> float:
    """Of those that are there; NaN below two."""
    there = values[values == values]
    return float(there.std(ddof=1)) if len(there) > 1 else float("nan")


def of_powers(trial: Trial, rows: pd.DataFrame) -> list[str]:
    """Of a table of powers: where standard errors fall short of the spread between trials, and where most."""
    own = rows[rows["same_as"] == ""] if "same_as" in rows else rows
    short = own[[too_small(*row) for row in zip(own["effect_sd"], own["effect_se"], own["trials"], strict=True)]]
    if short.empty:
        return []
    most = short.loc[(short["effect_sd"] / short["effect_se"]).idxmax()]
    return [_words(trial, most["effect_se"], most["effect_sd"], f" (“{trial.labels[most['arm']]}”, {most['cell']}; "
                   f"too small in {len(short)} of {len(own)} rows that differ)")]  # fmt: skip


def of_examples(trial: Trial, effect: np.ndarray, se: np.ndarray) -> list[str]:
    """Of the estimates and standard errors of many trials, shape (R,)."""
    spread, mean = sd(effect), rms(se)
    return [_words(trial, mean, spread)] if too_small(spread, mean, int((effect == effect).sum())) else []


def _words(trial: Trial, se: float, spread: float, where: str = "") -> str:
    unit = trial.outcome.unit
    return ("Standard errors of this analysis are too small, beyond Monte Carlo error: "
            f"{se:#.2g} against {spread:#.2g} {unit} between trials{where}. Its p values and confidence intervals "
            "promise too much, and it shows something too often.")  # fmt: skip
