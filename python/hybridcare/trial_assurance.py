"""Assurance: the chance that a trial shows it, over what is not known of the model's numbers, not only over luck.

After O'Hagan, Stevens and Campbell (2005), *Assurance in clinical trial design*, Pharm Stat 4:187. Each draw of the
uncertain numbers gets trials of its own, so that the mean over draws is unbiased however few trials a draw has; its
Monte Carlo error is taken between draws: see `between`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare import core, trial_data as data
from hybridcare.document import steps
from hybridcare.errors import config_error
from hybridcare.experiment import checked_threads
from hybridcare.names import unknown
from hybridcare.progress import progress as shown_progress
from hybridcare.trial_cells import Cell, chosen_cells
from hybridcare.trial_decisions import BETTER, WORSE, decide
from hybridcare.trial_design import whole
from hybridcare.trial_power import LEVEL, Answer, by_cell, interval
from hybridcare.trial_sets import parted
from hybridcare.trial_summaries import truths

if TYPE_CHECKING:
    import numpy as np

    from hybridcare.plots_base import Figure
    from hybridcare.trial import Trial

Range = Sequence[float] | Mapping[str, float]
#: What is unsure unless the user says otherwise, with where the range is from. All of it is assumed.
UNSURE: dict[str, tuple[Range, str]] = {
    "/change/empathy_elasticity": ((0.0, 4.0), "model.md, S7: b_E 0 to 4, the key number that no data identify"),
    "/course/harm": ((0.0, 0.12), "model.md, S1 and 9: chi_h .06 has no data; from none to twice as much"),
    "/assistant/distance_loss": ((0.0, 0.6), "model.md, S2: Delta_A 0 to .6"),
    "/assistant/label_discount": ((0.0, 0.5), "model.md, 2.3: omega 0 to .5"),
    "/leaving/trust": ({"mean": 2.0, "sd": 1.0}, "model.md, S10: prior N(2, 1)"),
}
MOST_DRAWS = 4096
NOTE = ("Interval: Monte Carlo error, from the spread between draws of the uncertain numbers; few draws leave it wide, "
        "also where none of them shows benefit. The ranges are assumed, and so is their independence.")  # fmt: skip

SETS_NOTE = ("Over parameter sets that fit: truth_low to truth_high is what published figures leave open of the true "
             "difference, which more trials do not narrow. Interval of assurance: Monte Carlo error, from the spread "
             "between sets; truth_noise_se is chance in one set's true difference.")  # fmt: skip


@dataclass(frozen=True)
class Assurance(Answer):
    """Columns: cell, label, status, same_as (an earlier cell that is the same model and fixes the same of the
    uncertain numbers); assurance (mean chance of benefit over draws), noise_low, noise_high;
    worse (of showing the arm worse); truth_low, truth_median, truth_high (5, 50, 95 % of the true difference over
    draws, each of few clients, so a little too wide), truth_sd (between draws, less chance) and truth_noise_se (chance
    in one draw's; both need two trials a draw); favourable (share of draws whose true difference favours the
    arm); fixed (numbers that the set of assumptions holds, drawn or not); draws, trials (each)."""

    def plot(self) -> Figure:
        """Assurance and the spread of the true difference, by set of assumptions."""
        from hybridcare import plots_trial

        return plots_trial.assurance(self)


def assurance(trial: Trial, uncertainties: Mapping[str, Range] | None, draws: int, trials: int,
              cells: Iterable[str] | None, threads: int, progress: bool) -> Assurance:  # fmt: skip
    """See Trial.assurance."""
    import pandas

    if not isinstance(trial.analysis, str):
        raise config_error("analysis", "assurance is worked out by ancova or mixed, not by a function of your own")
    count = whole("draws", draws, 2, MOST_DRAWS, "draws")
    each = whole("trials", trials, 1, 1000, "trials for each draw")
    sets = trial.sets
    ranges: dict[str, Range] = {}
    if sets is None:
        ranges = dict(uncertainties) if uncertainties is not None else {path: row[0] for path, row in UNSURE.items()}
    else:
        count = len(sets)
    points = drawn(ranges, count, trial.plan.seed) if sets is None else []
    chosen, threads = chosen_cells(cells), checked_threads(threads)
    with shown_progress(f"{trial.base.core.name}: assurance over {count} draws", progress) as tick:
        done = [0]

        def of(cell: Cell) -> list[dict[str, Any]]:
            found = []
            for at in range(count):
                point = points[at] if sets is None else sets.point(cell, at)
                found.append(_draw(trial, cell, point, range(at * each, (at + 1) * each), threads))
                done[0] += 1
                if tick is not None:
                    tick(done[0], len(chosen) * count)
            names = ranges if sets is None else sets.of(cell).ensemble.pointers
            return [_row(trial, found, _fixed(cell, names), each)]

        rows = by_cell(trial, chosen, of, points[0] if points else None)
    notes = (NOTE, *_sources(ranges, uncertainties is None)) if sets is None else (SETS_NOTE, *sets.caveats)
    return Assurance(trial, "What is the chance of it, with what is not known of the model?", pandas.DataFrame(rows),
                     notes)  # fmt: skip


def _draw(trial: Trial, cell: Cell, point: Mapping[str, Any], replicates: range,
          threads: int) -> tuple[float, float, np.ndarray]:  # fmt: skip
    """Shares of trials that show benefit, and worse; true difference of each trial."""
    pool = data.simulate(trial.scenario(cell, point), replicates, trial.n, trial.outcome, threads)
    says = decide(trial, data.trials(pool, trial.plan), cell).says[:, 0]
    return float((says == BETTER).mean()), float((says == WORSE).mean()), truths(pool, trial.outcome)[:, 0]


def _row(trial: Trial, found: list[tuple[float, float, np.ndarray]], fixed: str, each: int) -> dict[str, Any]:
    import numpy as np

    share, worse = np.array([row[0] for row in found]), np.array([row[1] for row in found])
    truth = np.array([row[2].mean() for row in found])
    noise_low, noise_high = between(share, each)
    spread = parted(np.concatenate([row[2] for row in found]), np.repeat(np.arange(len(found)), each))
    return {"assurance": float(share.mean()), "noise_low": noise_low, "noise_high": noise_high,
            "worse": float(worse.mean()), **spread,
            "favourable": float((truth * trial.outcome.better > 0).mean()), "fixed": fixed, "draws": len(share),
            "trials": each}  # fmt: skip


def between(share: np.ndarray, each: int) -> tuple[float, float]:
    """Monte Carlo interval of the mean of `share`, one for each draw, each of `each` trials: Wilson's at LEVEL,
    of as many independent trials as the spread between draws amounts to (Student's t for how badly few draws tell it),
    and of no more than there were. Draws that are all alike tell no spread: each then counts as one trial, as if its
    trials had one fate; so 16 draws without any benefit have the upper end .19. After Korn and Graubard (1998),
    Confidence intervals for proportions with small expected number of positive counts, Survey Methodology 24:193."""
    from scipy import stats

    mean, draws = float(share.mean()), len(share)
    spread = float(share.var(ddof=1)) / draws
    tail = (1 - LEVEL) / 2
    few = float(stats.norm.isf(tail) / stats.t.isf(tail, draws - 1)) ** 2
    worth = min(mean * (1 - mean) / spread * few, draws * each) if spread > 0 else float(draws)
    return interval(mean * worth, worth)


def _fixed(cell: Cell, ranges: Iterable[str]) -> str:
    """Which of the uncertain numbers this cell holds fixed, by its patch or its rival's."""
    patches = [cell.patch, *([cell.rival.patch] if cell.rival is not None else [])]
    return ", ".join(path for path in ranges if any(_has(patch, path) for patch in patches))


def _has(patch: Any, path: str) -> bool:
    for name in steps(path):
        if not isinstance(patch, Mapping) or name not in patch:
            return False
        patch = patch[name]
    return True


def _sources(ranges: Mapping[str, Range], default: bool) -> list[str]:
    return [f"Unsure: {path} {_words(given)}" + (f" ({UNSURE[path][1]})" if default else "")
            for path, given in ranges.items()]  # fmt: skip


def _words(given: Range) -> str:
    if isinstance(given, Mapping):
        return f"normal, mean {given['mean']:g}, SD {given['sd']:g}"
    return f"uniform from {given[0]:g} to {given[1]:g}"


def drawn(ranges: Mapping[str, Range], count: int, seed: int) -> list[dict[str, Any]]:
    """Merge patches of a Latin hypercube, one for each draw. A normal is cut off at the field's range. Raises
    ConfigError: an unknown field, a range the wrong way round or beyond the field's."""
    from scipy.stats import qmc

    if not ranges:
        raise config_error("uncertainties", "are none; then assurance is power: see power()")
    known = {row["path"]: row for row in core.fields()}
    laws = []
    for path, given in ranges.items():
        if path not in known:
            raise config_error("uncertainties", unknown("field", path, known))
        laws.append(_law(path, given, known[path]))
    unit = qmc.LatinHypercube(d=len(ranges), seed=seed % 2**32).random(count)
    columns = [law.ppf(unit[:, at]) for at, law in enumerate(laws)]
    return [_patch({path: float(columns[c][i]) for c, path in enumerate(ranges)}) for i in range(count)]


def _law(path: str, given: Range, field: Mapping[str, Any]) -> Any:
    from scipy import stats

    where = f"uncertainties{path}"
    if field["least"] is None or isinstance(field["default"], bool | str):
        raise config_error(where, "is a switch or a name, not a number; compare arms or scenarios instead")
    least, most = float(field["least"]), float(field["most"])
    if isinstance(given, Mapping):
        if sorted(given) != ["mean", "sd"] or not all(_finite(given[key]) for key in given) or given["sd"] <= 0:
            raise config_error(where, f"expected mean and sd, sd above 0, found {dict(given)!r}")
        mean, sd = float(given["mean"]), float(given["sd"])
        if not least <= mean <= most:
            raise config_error(where, f"mean {mean:g} is outside [{least:g}, {most:g}] {field['unit']}".rstrip())
        return stats.truncnorm((least - mean) / sd, (most - mean) / sd, mean, sd)
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != 2 or not all(map(_finite, given)):
        raise config_error(where, f"expected (low, high), or mean and sd, found {given!r}")
    low, high = map(float, given)
    if not low < high:
        raise config_error(where, f"({low:g}, {high:g}) is the wrong way round")
    if low < least or high > most:
        raise config_error(where, f"({low:g}, {high:g}) leaves [{least:g}, {most:g}] {field['unit']}".rstrip())
    return stats.uniform(low, high - low)


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _patch(values: Mapping[str, float]) -> dict[str, Any]:
    """{"change": {"empathy_elasticity": 2}} from {"/change/empathy_elasticity": 2}."""
    out: dict[str, Any] = {}
    for path, value in values.items():
        *above, last = steps(path)
        place = out
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return out
