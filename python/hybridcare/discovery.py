"""Scenario discovery: in which part of the space of uncertainties a condition holds, by PRIM and by a tree."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import prim
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.prim import Box, Fit
from hybridcare.sensitivity import label

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.sweep_results import SweepResults

Mask = NDArray[np.bool_]
LEAST_CASES = 10
LEVEL = 0.05  # a limit whose quasi-p is above this is left out of the box that is shown
HALVES = 20  # random halves of the draws on which PRIM is run again
SLACK = 0.05  # less coverage than the chosen box that a box of a half may have
LEAVES = 8
TERM = re.compile(r"\s*([A-Za-z]\w*)\s*(<=|>=|<|>)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")


@dataclass(frozen=True)
class Discovery:
    """What was found.

    results, condition   the question; what: of which arm, model and levers, in words
    x       the draws that have a number, a column for each uncertainty; cases: where the condition holds
    unsure  share of draws for which simulation noise (two standard errors) leaves open whether it holds
    boxes   of the peeling trajectory, from the whole space inwards; behind them the best one without the limits that
            luck may have made
    level   quasi-p above which a limit counts as luck
    chosen  number of the box that `box`, `sentence` and the picture show; `choose` takes another
    """

    results: SweepResults
    condition: str
    what: str
    x: pd.DataFrame
    cases: Mask
    unsure: float
    boxes: list[Box]
    chosen: int
    level: float

    def trajectory(self) -> pd.DataFrame:
        """The trade-off, one row per box: box, coverage, density, mass, restricted, points, chosen."""
        import pandas

        rows = [{"box": at, **vars(each), "chosen": at == self.chosen} for at, each in enumerate(self.fits)]
        return pandas.DataFrame(rows)

    @cached_property
    def fits(self) -> list[Fit]:
        return [prim.fit(box, self.x, self.cases) for box in self.boxes]

    def choose(self, box: int) -> Discovery:
        """The same with another box of the trajectory. Raises ConfigError."""
        if not 0 <= box < len(self.boxes):
            raise config_error("box", f"{box} is outside [0, {len(self.boxes) - 1}]")
        return replace(self, chosen=box)

    def box(self) -> pd.DataFrame:
        """The chosen box, one row per restricted uncertainty: path, label, low, high, values (of a choice), quasi_p
        (see `prim.quasi_p`), reproduced (share of random halves of the draws whose box restricts it too)."""
        import pandas

        box, again = self.boxes[self.chosen], self._halves["restricted"]
        chance = prim.quasi_p(box, self.x, self.cases)
        rows = []
        for name in sorted(box.restricted, key=lambda each: chance[each]):
            low, high = box.ranges.get(name, (np.nan, np.nan))
            values = ", ".join(map(str, sorted(box.kept.get(name, ()), key=str)))
            rows.append({"path": name, "label": label(name), "low": low, "high": high, "values": values,
                         "quasi_p": chance[name], "reproduced": again.get(name, 0.0)})  # fmt: skip
        columns = ["path", "label", "low", "high", "values", "quasi_p", "reproduced"]
        return pandas.DataFrame(rows, columns=columns)

    @cached_property
    def _halves(self) -> dict[str, Any]:
        """PRIM on random halves, each with its purest box that covers about as much as the chosen one; its fit on the
        other half."""
        rng = np.random.default_rng(self.results.study.seed)
        wanted = self.fits[self.chosen].coverage
        counts: dict[str, int] = {}
        outside = []
        for _ in range(HALVES):
            half = np.zeros(len(self.x), bool)
            half[rng.permutation(len(self.x))[: len(self.x) // 2]] = True
            if not 0 < self.cases[half].sum() < half.sum() or not self.cases[~half].any():
                continue
            there = self.x[half]
            boxes = prim.peel(there, self.cases[half])
            near = _purest(boxes, there, self.cases[half], wanted - SLACK)
            near = prim.simplified(near, there, self.cases[half], self.level)
            for name in near.restricted:
                counts[name] = counts.get(name, 0) + 1
            outside.append(prim.fit(near, self.x[~half], self.cases[~half]))
        runs = max(1, len(outside))
        return {"restricted": {name: count / runs for name, count in counts.items()}, "runs": len(outside),
                "coverage": float(np.mean([each.coverage for each in outside])) if outside else np.nan,
                "density": float(np.mean([each.density for each in outside])) if outside else np.nan}  # fmt: skip

    @property
    def held_out(self) -> tuple[float, float]:
        """Mean coverage and density of boxes found on one half of the draws, on the other half: what to expect of the
        box on new draws."""
        return self._halves["coverage"], self._halves["density"]

    @property
    def share(self) -> float:
        """Share of draws in which the condition holds."""
        return float(self.cases.mean())

    @property
    def sentence(self) -> str:
        """Where the condition holds, how much of it the box covers, and how pure it is."""
        each, limits = self.fits[self.chosen], self.box()
        if limits.empty:
            return (f"“{self.condition}” ({self.what}) holds in {self.share:.0%} of the draws, and no box of the "
                    "uncertainties holds more of them.")  # fmt: skip
        words = "; ".join(_limit(row) for row in limits.to_dict("records"))
        coverage, density = self.held_out
        return (f"“{self.condition}” ({self.what}) holds in {self.share:.0%} of the draws. The box {words} covers "
                f"{each.coverage:.0%} of them, and it holds in {each.density:.0%} of the box (on draws not used: "
                f"{coverage:.0%} and {density:.0%}).")  # fmt: skip

    @cached_property
    def tree(self) -> Any:
        """scikit-learn's DecisionTreeClassifier over the same draws; words as one column per value."""
        from sklearn.tree import DecisionTreeClassifier

        least = max(5, len(self.x) // 20)
        return DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=least,
                                      random_state=0).fit(self._numbers, self.cases)  # fmt: skip

    @cached_property
    def _numbers(self) -> pd.DataFrame:
        import pandas

        words = [name for name in self.x.columns if prim.categorical(self.x[name])]
        return pandas.get_dummies(self.x, columns=words, prefix_sep=" = ").astype(float) if words else self.x

    def cart(self) -> pd.DataFrame:
        """The tree's leaves, purest first: rule (in words), density, coverage, mass, points."""
        import pandas

        rows = []
        leaves = self.tree.apply(self._numbers)
        for leaf, rule in _rules(self.tree.tree_, list(self._numbers.columns)).items():
            inside = leaves == leaf
            rows.append({"rule": rule, "density": float(self.cases[inside].mean()),
                         "coverage": float((inside & self.cases).sum() / self.cases.sum()),
                         "mass": float(inside.mean()), "points": int(inside.sum())})  # fmt: skip
        return pandas.DataFrame(rows).sort_values("density", ascending=False, ignore_index=True)

    def cart_score(self) -> tuple[float, float]:
        """Balanced accuracy of the tree on draws not used to grow it (five-fold), and of guessing: .5."""
        from sklearn.base import clone
        from sklearn.model_selection import StratifiedKFold, cross_val_score

        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        scores = cross_val_score(clone(self.tree), self._numbers, self.cases, cv=folds, scoring="balanced_accuracy")
        return float(scores.mean()), 0.5

    def plot(self) -> Any:
        """The trade-off of coverage and density, and the chosen box, as a `plots.Figure`."""
        from hybridcare.plots_discovery import discovery

        return discovery(self)

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in (self.sentence, *self.results.caveats))
        return str(self.box().to_html(index=False, float_format=lambda v: f"{v:.3g}")) + notes

    def __repr__(self) -> str:
        return f"<hybridcare.Discovery: {self.sentence}>"


def _purest(boxes: list[Box], x: pd.DataFrame, cases: Mask, coverage: float) -> Box:
    """The densest of the boxes that cover at least so much; the whole space always does."""
    fits = [prim.fit(box, x, cases) for box in boxes]
    enough = [at for at, each in enumerate(fits) if each.coverage >= coverage]
    return boxes[max(enough, key=lambda at: fits[at].density)]


def _limit(row: Mapping[str, Any]) -> str:
    if row["values"]:
        return f"{row['label']} is {row['values']}"
    low, high = row["low"], row["high"]
    if np.isinf(low):
        return f"{row['label']} ≤ {high:.3g}"
    return f"{row['label']} ≥ {low:.3g}" if np.isinf(high) else f"{low:.3g} ≤ {row['label']} ≤ {high:.3g}"


def _leaf_limit(name: str, low: float, high: float) -> str:
    path, equals, value = name.partition(" = ")
    if equals:
        return f"{label(path)} is {'' if low > 0 else 'not '}{value}"
    return _limit({"label": label(name), "values": "", "low": low, "high": high})


def _rules(tree: Any, names: list[str]) -> dict[int, str]:
    """Leaf -> the conditions on the way to it."""
    out: dict[int, str] = {}

    def walk(node: int, ends: dict[str, tuple[float, float]]) -> None:
        if tree.children_left[node] < 0:
            out[node] = " and ".join(_leaf_limit(name, *ends_of) for name, ends_of in ends.items()) or "everywhere"
            return
        name, at = names[tree.feature[node]], float(tree.threshold[node])
        low, high = ends.get(name, (-np.inf, np.inf))
        walk(tree.children_left[node], {**ends, name: (low, min(high, at))})
        walk(tree.children_right[node], {**ends, name: (max(low, at), high)})

    walk(0, {})
    return out


def terms(condition: str, keys: list[str]) -> list[tuple[str, str, float]]:
    """(metric, sign, number) of "erosion > 0.25 and dropout < .3". Raises ConfigError for anything else."""
    found = []
    for part in re.split(r"\band\b", condition):
        match = TERM.fullmatch(part)
        if not match:
            raise config_error("condition", f"{condition!r} is not METRIC > NUMBER (<, <=, >=), joined by 'and'")
        if match[1] not in keys:
            raise config_error("condition", unknown("metric of this study", match[1], keys))
        found.append((match[1], match[2], float(match[3])))
    return found


def holds(values: Any, sign: str, limit: float) -> Any:
    """Elementwise comparison."""
    return {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}[sign](values, limit)


def discover(
    results: SweepResults, condition: str, arm: str | None, against: str | None, model: str | None,
    levers: Mapping[str, Any] | None, alpha: float = prim.ALPHA, least_mass: float = prim.LEAST_MASS,
    level: float = LEVEL,
) -> Discovery:  # fmt: skip
    """See SweepResults.discover. alpha: share of a box that a peel takes; least_mass: share of the draws that it keeps.

    The box that is chosen first has the highest harmonic mean of coverage and density, less the limits whose quasi-p is
    above `level`: a convention; look at `trajectory()` and `choose` another. Raises ConfigError: a condition that
    cannot be read, too few cases.
    """
    import pandas

    for name, value in (("alpha", alpha), ("least_mass", least_mass), ("level", level)):
        if not 0 < value < 0.5:
            raise config_error(name, f"{value!r} is outside (0, 0.5)")
    cases, whole, open_ = None, None, None
    for metric, sign, limit in terms(condition, [each["key"] for each in results.metrics]):
        series = results.series(metric, arm, against, model, levers)
        here = holds(series.estimate, sign, limit)
        near = np.abs(series.estimate - limit) < 2 * series.noise_se
        cases = here if cases is None else cases & here
        whole = series.whole if whole is None else whole & series.whole
        open_ = near if open_ is None else open_ | near
    assert cases is not None and whole is not None and open_ is not None
    drawn = results.study.drawn_in(results.study.models[results._model(model)].name)
    x = pandas.DataFrame({path: values for path, values in drawn.items()})[whole]
    x = x.loc[:, [name for name in x.columns if x[name].nunique() > 1]].reset_index(drop=True)
    cases = cases[whole]
    _check(condition, x, cases)
    boxes = prim.peel(x, cases, alpha, least_mass)
    fits = [prim.fit(box, x, cases) for box in boxes]
    best = max(range(len(boxes)), key=lambda at: _harmonic(fits[at]))
    simple = prim.simplified(boxes[best], x, cases, level)
    if simple != boxes[best]:
        boxes, best = [*boxes, simple], len(boxes)
    what = series.name.partition(", ")[2]
    return Discovery(results, condition.strip(), what, x, cases, float(open_[whole].mean()), boxes, best, level)


def _harmonic(each: Fit) -> float:
    return 2 * each.coverage * each.density / max(each.coverage + each.density, 1e-12)


def _check(condition: str, x: pd.DataFrame, cases: Mask) -> None:
    if x.shape[1] == 0:
        raise config_error("discover", "nothing varies over the draws of this study: it has no uncertainties")
    count, total = int(cases.sum()), len(cases)
    if count < LEAST_CASES or total - count < LEAST_CASES:
        raise config_error("discover", f"“{condition}” holds in {count} of {total} draws; at least {LEAST_CASES} in "
                           "which it holds, and as many in which it does not, are needed")  # fmt: skip
