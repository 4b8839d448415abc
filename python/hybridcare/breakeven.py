"""At which value of one number two arms come out even, in the model and in its rivals; or that there is none."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.document import leaves, merged
from hybridcare.errors import config_error
from hybridcare.factors import field_of
from hybridcare.names import unknown
from hybridcare.progress import progress as shown_progress
from hybridcare.sensitivity import label
from hybridcare.study_door import asked
from hybridcare.sweep_results import EMPATHY, SweepResults, noise

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.breakeven_sets import RootsOver
    from hybridcare.scenario import Scenario
    from hybridcare.uncertainty import ParameterSets

Floats = NDArray[np.float64]
POINTS = 9  # values at first, evenly over the range
ROUNDS = 2  # times that each crossing is looked at more closely
NO_EMPATHY = "b_E_0"
MODELS = ("default", NO_EMPATHY, "R0", "R2", "R3", "R4")


@dataclass(frozen=True)
class Breakeven:
    """Where arm minus against, or an arm alone, meets the margin.

    path, unit, within   what is varied, and over which range
    quantity, metric_unit, margin   what is to meet what
    curves   one row per model and value: model, value, estimate (less the margin), noise_se
    over     the break-even in each parameter set of an ensemble; None: at one set alone
    roots    one row per model and crossing: model, label, root, low, high (95 % of simulation noise), open_low,
             open_high (the interval reaches the end of the range), at_low, at_high (estimate less margin at the ends of
             the range), says
    """

    results: SweepResults
    path: str
    unit: str
    within: tuple[float, float]
    quantity: str
    metric_unit: str
    margin: float
    curves: pd.DataFrame
    roots: pd.DataFrame
    over: RootsOver | None = None

    def table(self) -> pd.DataFrame:
        """The roots: see above. A model without a root, or even at every value, has one row, its root NaN,
        and says so."""
        return self.roots.copy()

    @property
    def sentence(self) -> str:
        """What each model says."""
        words = "; ".join(f"{row.model}: {row.says}" for row in self.roots.itertuples())
        return (f"{self.quantity} meets {self.margin:g} {self.metric_unit} as {label(self.path)} goes from "
                f"{self.within[0]:g} to {self.within[1]:g} {self.unit}: {words}.")  # fmt: skip

    @property
    def before(self) -> list[str]:
        """What is said before the numbers: what a fit does not tell, and over which parameter sets they are."""
        from hybridcare.sets_beside import first_lines

        return first_lines(self.over.sets if self.over is not None else None)

    @property
    def sentences(self) -> list[str]:
        """The answer over parameter sets with both uncertainties, if they were run; then what each model says."""
        over = self.over.sentences(f"{self.unit} of {label(self.path)}") if self.over is not None else []
        return [*over, f"At the scenario's own numbers, chance alone: {self.sentence}" if over else self.sentence]

    def plot(self) -> Any:
        """The curves with their noise, as a `plots.Figure`."""
        from hybridcare.plots_breakeven import curves

        return curves(self)

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" 
                            for line in (*self.before, *self.sentences, *self.results.caveats))
        return str(self.roots.to_html(index=False, float_format=lambda v: f"{v:.3g}")) + notes

    def __repr__(self) -> str:
        return f"<hybridcare.Breakeven: {self.sentence}>"


def breakeven(
    scenario: Scenario, path: str, metric: str, margin: float, arm: str | None, against: str | None,
    within: tuple[float, float] | None, threads: int, progress: bool, sets: ParameterSets | None = None,
) -> Breakeven:  # fmt: skip
    """See Experiment.breakeven. Values between those that were run are interpolated; each crossing is run again more
    closely. Roots are of the mean over replicates; an interval holds the values at which the difference lies within
    t(.975) of its own Monte Carlo error. Clients and luck are the same at every value."""
    low, high, whole = _range(path, within)
    base = _with_no_empathy(scenario)
    first, other = _arms(scenario, arm, against)
    names = [name for name in MODELS if not (name == NO_EMPATHY and path == EMPATHY)]
    found: dict[str, dict[float, Floats]] = {name: {} for name in names}
    values = _steps(np.linspace(low, high, POINTS), whole)
    results = None
    for at in range(ROUNDS + 1):
        if not len(values):
            break
        study = asked(base, None, None, {"metric": metric}, None, "csv", names, None, {path: list(values)}, "breakeven")
        results = study.run(threads=threads, progress=progress)
        for name in names:
            series = results.series("metric", first, other, name)
            found[name].update(zip(map(float, values), series.values - margin, strict=True))
        held = sorted(found[names[0]])
        values = _steps(np.array(_closer(found, held)), whole)
        values = np.array([value for value in values if value not in held]) if at < ROUNDS else np.array([])
    assert results is not None
    told = _told(results, path, (low, high), series_name(results, first, other), margin, found)
    if sets is None:
        return told
    arms = [first, *([other] if other is not None else [])]
    return replace(told, over=_over(scenario, sets, told, metric, arms, whole, threads, progress))


def _over(scenario: Scenario, sets: ParameterSets, told: Breakeven, metric: str, arms: list[str], whole: bool,
          threads: int, progress: bool) -> RootsOver:  # fmt: skip
    """In each set, with so few clients that all sets take about as long as all models did."""
    from hybridcare.breakeven_sets import roots_over
    from hybridcare.sets_beside import size

    grid = _steps(np.linspace(*told.within, POINTS), whole)
    fewer = size(scenario.core.replicates, scenario.core.clients, len(told.curves) / (len(sets) * len(grid)))
    with shown_progress(f"{scenario.core.name}: {len(sets)} parameter sets", progress) as tick:
        return roots_over(scenario, sets, told.path, metric, told.margin, arms, grid, whole, fewer, threads, tick)


def _range(path: str, within: tuple[float, float] | None) -> tuple[float, float, bool]:
    row = field_of(path)
    if row is None:
        from hybridcare.parameters import field

        field(path)  # raises, with the nearest name
        raise config_error("path", f"{path} is no field; give its JSON Pointer")
    if row["kind"] == "flag" or row["names"]:
        raise config_error("path", f"{path} is a {row['unit']}: it has no values between; compare arms or variants")
    stated = row["span"][:2] if row["span"] else (row["least"], row["most"])
    low, high = (float(end) for end in (within or stated))
    for end in (low, high):
        if not row["least"] <= end <= row["most"]:
            raise config_error("within", f"{end:g} leaves the range of {path}: [{row['least']:g}, {row['most']:g}] "
                               f"{row['unit']}")  # fmt: skip
    if not low < high:
        raise config_error("within", f"bounds the wrong way round: {low:g} is not below {high:g}")
    return low, high, row["kind"] == "whole"


def _with_no_empathy(scenario: Scenario) -> Scenario:
    """The scenario with b_E 0 among its variants, behind its own."""
    from hybridcare.scenario import Scenario as Kind

    document = scenario.document()
    plain = {"label": "empathy does not matter (b_E 0)", "change": {"empathy_elasticity": 0}}
    variants = dict(document.get("variants") or {})
    if not variants:
        variants["default"] = {"label": "as the scenario says"}
    return Kind.of({**document, "variants": {**variants, NO_EMPATHY: plain}}, scenario.file)


def _arms(scenario: Scenario, arm: str | None, against: str | None) -> tuple[str, str | None]:
    names = [each["name"] for each in scenario.core.arms if not each["component"]]
    head = scenario.core.headline
    chosen, other = arm or head["arm"], against if arm is not None else (against or head["against"])
    for name in (chosen, other):
        if name is not None and name not in names:
            raise config_error("arm", unknown("arm", name, names))
    return chosen, None if other == chosen else other


def _steps(values: Floats, whole: bool) -> Floats:
    rounded = np.unique(np.round(values)) if whole else np.unique(np.array([float(f"{v:.8g}") for v in values]))
    return np.asarray(rounded, float)


def _closer(found: dict[str, dict[float, Floats]], held: Sequence[float]) -> list[float]:
    """Where a line between neighbours crosses 0, in each model."""
    out = []
    for values in found.values():
        means = np.array([values[x].mean() for x in held])
        out += [between(held[i], held[i + 1], means[i], means[i + 1]) for i in crossings(means)]
    return out


def crossings(means: Floats) -> list[int]:
    """Places i such that the curve changes its sign between i and i + 1, leaves 0 there, or reaches it to stay."""
    signs = np.sign(means)
    stays = [bool((signs[i + 1 :] == 0).all()) for i in range(len(means))]
    return [i for i in range(len(means) - 1) if signs[i] * signs[i + 1] < 0 or (signs[i] == 0 and signs[i + 1] != 0)
            or (signs[i] != 0 and stays[i])]  # fmt: skip


def between(a: float, b: float, at_a: float, at_b: float) -> float:
    return a if at_a == 0 else a + (b - a) * at_a / (at_a - at_b)


def roots(x: Floats, means: Floats, errors: Floats, t: float) -> list[tuple[float, float, float]]:
    """(root, low, high) of each crossing of the line through (x, means): the interval around it holds the values at
    which |mean| <= t times its error, both interpolated; its ends are those of x where it reaches them."""
    dense = np.unique(np.concatenate([np.linspace(x[0], x[-1], 4001), x]))
    unsure = np.abs(np.interp(dense, x, means)) <= t * np.interp(dense, x, errors)
    out = []
    for i in crossings(means):
        root = between(x[i], x[i + 1], means[i], means[i + 1])
        at = int(np.searchsorted(dense, root))
        left = right = min(at, len(dense) - 1)
        while left > 0 and unsure[left - 1]:
            left -= 1
        while right < len(dense) - 1 and unsure[right + 1]:
            right += 1
        out.append((root, min(root, float(dense[left])), max(root, float(dense[right]))))
    return out


def series_name(results: SweepResults, arm: str, against: str | None) -> str:
    """phq9@week_12, hybrid − human"""
    text = results.study.metrics[0].text
    return f"{text}, {arm}" + (f" − {against}" if against else "")


def _told(results: SweepResults, path: str, within: tuple[float, float], quantity: str, margin: float,
          found: dict[str, dict[float, Floats]]) -> Breakeven:  # fmt: skip
    import pandas
    from scipy import stats

    unit = str((field_of(path) or {}).get("unit", ""))
    curves: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for model in results.study.models:
        held = found[model.name]
        x = np.array(sorted(held))
        values = np.array([held[each] for each in x])
        means, errors = np.round(values.mean(axis=1), 12), noise(values)  # what rounding leaves of 0 is 0
        curves += [{"model": model.name, "label": model.label, "value": a, "estimate": b, "noise_se": c}
                   for a, b, c in zip(x, means, errors, strict=True)]  # fmt: skip
        t = float(stats.t.ppf(0.975, values.shape[1] - 1)) if values.shape[1] > 1 else np.nan
        ends = {"at_low": means[0], "at_high": means[-1]}
        here = roots(x, means, np.nan_to_num(errors), np.nan_to_num(t))
        fixed = path in dict(leaves(merged(model.patch, {})))
        about = {"model": model.name, "label": model.label, "note": model.note, **ends}
        rows += [{**about, "root": root, "low": low, "high": high, "open_low": low <= x[0], "open_high": high >= x[-1],
                  "says": f"at {root:.3g} (simulation noise {low:.3g} to {high:.3g})"}
                 for root, low, high in here]  # fmt: skip
        if not here:
            rows.append({**about, "root": np.nan, "low": np.nan, "high": np.nan, "open_low": False, "open_high": False,
                         "says": "the model fixes this number" if fixed else
                         _never(x, means, np.nan_to_num(errors) * np.nan_to_num(t))})  # fmt: skip
    return Breakeven(results, path, unit, within, quantity, results.metrics[0]["unit"], margin,
                     pandas.DataFrame(curves), pandas.DataFrame(rows))  # fmt: skip


def _never(x: Floats, means: Floats, half: Floats) -> str:
    """half: half-widths of the noise interval at each x."""
    if not np.isfinite(means).all():
        return "nobody is counted at some values"
    if not means.any():
        return f"even at every value from {x[0]:g} to {x[-1]:g}"
    side = "above" if means[0] > 0 else "below"
    words = f"nowhere from {x[0]:g} to {x[-1]:g}: it stays {side}"
    near = x[np.abs(means) <= half]
    if not len(near):
        return words
    where = f"at {near[0]:.3g}" if len(near) == 1 else f"at values from {near[0]:.3g} to {near[-1]:.3g}"
    return f"{words}, but within simulation noise of even {where}"
