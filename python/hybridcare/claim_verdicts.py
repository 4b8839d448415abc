"""The verdict on a claim: the rule of model.md, section 8, word for word, and the driver that it names.

Supported: sign and margin hold in at least 90 % of the parameter sets, and in each rival that fits. Contradicted: the
opposite in at least 50 % of the sets. Else it depends on X, which is named. Where the prior alone gives the same share
within 10 points, the verdict is that the claim is merely assumed. Shares are compared as whole numbers: no rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SUPPORTED, CONTRADICTED, DEPENDS, ASSUMED = "supported", "contradicted", "depends", "assumed"
LEAST_SIDE = 3  # sets on the rarer side below which no driver is named


@dataclass(frozen=True)
class Counted:
    """Of `sets` parameter sets, in how many the claim holds, and in how many the opposite does. Neither may be true of
    a set that lies between the bands. `effective`: so many equally likely sets would say as much, where sets that were
    drawn by weight come more than once."""

    sets: int
    holds: int
    opposite: int = 0
    effective: float = float("inf")

    @property
    def share(self) -> float:
        return self.holds / self.sets if self.sets else float("nan")

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share: Monte Carlo error of having drawn so few sets, no more."""
        return interval(self.share, min(float(self.sets), self.effective))


def interval(share: float, of: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of `of` sets. The sets are spread evenly: it is rather too wide."""
    if not of > 0:
        return float("nan"), float("nan")
    z = 1.959963984540054
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5 / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Verdict:
    """What the rule says.

    kind       supported, contradicted, depends, assumed
    otherwise  what it would be if the prior were not asked: differs from kind for assumed alone
    rivals     names of the models that fit (or were not fitted) in which the claim does not hold in 90 % of the sets
    """

    kind: str
    otherwise: str
    rivals: tuple[str, ...] = ()


def verdict(ensemble: Counted, rivals: Mapping[str, Counted], *priors: Counted | None) -> Verdict:
    """The rule. `rivals` are those that fit; while none is fitted, all of them, since none can be ruled out.
    `priors`: in how many sets the prior alone says that the claim holds, simulated or not; None where it says nothing.
    """
    failing = tuple(name for name, counted in rivals.items() if not _most(counted))
    if _most(ensemble) and not failing:
        kind = SUPPORTED
    elif ensemble.sets and 2 * ensemble.opposite >= ensemble.sets:
        kind = CONTRADICTED
    else:
        kind = DEPENDS
    same = any(prior is not None and same_share(ensemble, prior) for prior in priors)
    return Verdict(ASSUMED if same else kind, kind, failing)


def _most(counted: Counted) -> bool:
    """At least 90 %, and there are sets."""
    return counted.sets > 0 and 10 * counted.holds >= 9 * counted.sets


def same_share(a: Counted, b: Counted) -> bool:
    """Within 10 percentage points, ends included."""
    if not a.sets or not b.sets:
        return False
    return 10 * abs(a.holds * b.sets - b.holds * a.sets) <= a.sets * b.sets


@dataclass(frozen=True)
class Split:
    """What best tells the sets in which the claim holds from the others.

    path       the parameter
    threshold  its value in the parameter's own unit; `above`: the claim holds rather above it
    right      share of sets that are sorted right; `blind`: by always giving the commoner answer
    tested     the same as `right` for sets that were left out, a tenth at a time
    chance     probability that of all parameters, had none an effect, one would differ as much between the sets in
               which the claim holds and the others (Mann-Whitney, times the number of parameters)
    second     a second question within one side, where one does not suffice: (path, threshold, on which side)
    """

    path: str
    threshold: float
    above: bool
    right: float
    blind: float
    tested: float
    chance: float
    second: tuple[str, float, str] | None = None

    @property
    def tells(self) -> bool:
        """Whether it beats the blind guess for sets that it has not seen, and is no accident of the draw."""
        return self.tested > self.blind and self.chance < 0.05


def split(parameters: np.ndarray, names: Sequence[str], holds: np.ndarray) -> Split | None:
    """The best question by a tree of depth 1, of depth 2 where that sorts more of the sets right when left out.

    parameters  shape (sets, parameters)
    holds       shape (sets,), bool. None where one side has fewer than LEAST_SIDE sets
    """
    count = int(holds.sum())
    if min(count, len(holds) - count) < LEAST_SIDE:
        return None
    blind = max(count, len(holds) - count) / len(holds)
    one, two = _tree(parameters, holds, 1), _tree(parameters, holds, 2)
    deep = two[2] > one[2]
    found, right, tested = two if deep else one
    first = int(found.feature[0])
    if first < 0:  # no question sorts better than none
        return None
    threshold = float(found.threshold[0])
    below = parameters[:, first] <= threshold
    above = float(holds[~below].mean()) > float(holds[below].mean())
    return Split(names[first], threshold, above, right, blind, tested, _chance(parameters, first, holds),
                 _second(found, names) if deep else None)  # fmt: skip


def _chance(parameters: np.ndarray, at: int, holds: np.ndarray) -> float:
    """Bonferroni's bound for the parameter `at` among those that vary."""
    import numpy as np
    from scipy.stats import mannwhitneyu

    varying = int((np.ptp(parameters, axis=0) > 0).sum())
    return min(1.0, varying * float(mannwhitneyu(parameters[holds, at], parameters[~holds, at]).pvalue))


def _tree(parameters: np.ndarray, holds: np.ndarray, depth: int) -> tuple[Any, float, float]:
    """scikit-learn's tree with the share of sets that it sorts right, seen and left out a tenth at a time."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    least = max(2, len(holds) // 25)
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=0)
    rarer = min(int(holds.sum()), int((~holds).sum()))
    tested = cross_val_predict(tree, parameters, holds, cv=StratifiedKFold(min(10, rarer)))
    tree.fit(parameters, holds)
    return tree.tree_, float((tree.predict(parameters) == holds).mean()), float((tested == holds).mean())


def _second(tree: Any, names: Sequence[str]) -> tuple[str, float, str] | None:
    """The second question with more sets behind it: (path, threshold, "below" or "above" the first's threshold)."""
    sides = (("below", int(tree.children_left[0])), ("above", int(tree.children_right[0])))
    asked = [(int(tree.n_node_samples[node]), side, node) for side, node in sides if tree.feature[node] >= 0]
    if not asked:
        return None
    _, side, node = max(asked)
    return names[int(tree.feature[node])], float(tree.threshold[node]), side


def ranks(parameters: np.ndarray, names: Sequence[str], effect: np.ndarray) -> list[tuple[str, float]]:
    """Parameters by how strongly their rank goes with the effect's: (path, Spearman's rho), strongest first. Those that
    do not vary are left out; sets whose effect is NaN too."""
    import numpy as np
    from scipy.stats import rankdata

    known = np.isfinite(effect)
    if known.sum() < 4 or np.ptp(effect[known]) == 0:
        return []
    target = rankdata(effect[known])
    found = []
    for at, name in enumerate(names):
        column = parameters[known, at]
        if np.ptp(column) > 0:
            found.append((name, float(np.corrcoef(rankdata(column), target)[0, 1])))
    return sorted(found, key=lambda row: -abs(row[1]))


def chance_rho(sets: int, parameters: int) -> float:
    """A rank correlation that the strongest of so many parameters without any effect exceeds in 5 % of all studies."""
    from scipy.stats import norm

    return float(norm.ppf(1 - 0.025 / max(1, parameters)) / (max(sets, 5) - 1) ** 0.5)


def breakeven(
    parameters: np.ndarray, names: Sequence[str], effect: np.ndarray, path: str, at: float
) -> tuple[float, float] | None:
    """(value of `path` at which the effect equals `at` with all else at its mean, its standard error), by a straight
    line through the sets. None where the slope is not told from zero (two standard errors), or sets are too few."""
    import numpy as np

    known = np.isfinite(effect)
    vary = [i for i, name in enumerate(names) if np.ptp(parameters[:, i]) > 0]
    x = parameters[np.ix_(known, vary)]
    if known.sum() < len(vary) + 5 or path not in (names[i] for i in vary):
        vary = [names.index(path)] if known.sum() >= 7 else []
        x = parameters[np.ix_(known, vary)]
    if not vary:
        return None
    here = [names[i] for i in vary].index(path)
    design = np.column_stack([np.ones(len(x)), x - x.mean(axis=0)])
    beta, *_ = np.linalg.lstsq(design, effect[known], rcond=None)
    left = effect[known] - design @ beta
    variance = float(left @ left) / max(1, len(x) - design.shape[1]) * np.linalg.pinv(design.T @ design)
    slope, error = beta[1 + here], np.sqrt(variance[1 + here, 1 + here])
    if not abs(slope) > 2 * error:
        return None
    shift = (at - beta[0]) / slope
    place = variance[0, 0] + shift**2 * variance[1 + here, 1 + here] + 2 * shift * variance[0, 1 + here]
    return float(x[:, here].mean() + shift), float(np.sqrt(max(0.0, place)) / abs(slope))
