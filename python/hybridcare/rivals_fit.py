"""How well each rival model fits the published figures, from its bundled ensemble; and which may not be left out.

Every rival is fitted to the same targets. It *fits* if its ensemble's median lies inside the published interval of at
least 90 % of the fitted targets and of every null: a rule, and assumed. One that falls short of it, but comes about as
near to the figures as the best (`RULE`), counts all the same: so small a difference in loss decides nothing. A rival
without an ensemble counts too, since nobody tried to fit it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import calibrate_ensemble
from hybridcare.calibrate_ensemble import Ensemble

if TYPE_CHECKING:
    import pandas as pd

ODDS = 20.0  #: less likely than the best by less than this, in median loss, a rival counts as near as it [assumed]
SHARE = 0.9  #: of the fitted targets that must hold an ensemble's median, beside all nulls [assumed]
FITS, CLOSE, MISFIT, UNFITTED = "fits", "falls short, counted", "does not fit", "unfitted"
ELSEWHERE = "fitted to other targets"  # than the best rival: neither losses nor counts can be compared
RULE = (f"A rival fits if its ensemble's median lies inside at least {SHARE:.0%} of the fitted targets and all nulls; "
        "one that falls short of that counts too, if its median loss lies below what 95 % of the best rival's own sets "
        f"reach, or less than {2 * math.log(ODDS):.1f} above the best median (odds of {ODDS:.0f} to 1). A target that "
        "a rival cannot show whatever its numbers are counts as missed, and is not held against it here: it lacks one "
        "effect, which decides nothing about the others, and losses are compared without it. All of this is "
        "assumed.").replace("90%", "90 %")  # fmt: skip


@dataclass(frozen=True)
class Miss:
    """A fitted target that an ensemble's median leaves. low, high: published interval; q05, q95: of the ensemble."""

    target: str
    label: str
    unit: str
    null: bool
    weight: float
    figure: float
    low: float
    high: float
    median: float
    q05: float
    q95: float

    @property
    def beyond(self) -> float:
        """How far the median lies outside of the interval, in the target's unit; NaN without a number."""
        return max(self.low - self.median, self.median - self.high)


@dataclass(frozen=True)
class RivalFit:
    """The fit of one rival model. All but `name` and `standing` are empty (NaN, 0) where no ensemble is bundled.

    standing       fits; falls short, counted; does not fit, fitted to other targets, or unfitted (the module's rule)
    parameters     free in its calibration
    sets, effective    of its ensemble
    loss, loss_low, loss_high    median, 5 and 95 % over sets by weight: sum of squared distances to the targets in SDs
    targets, inside    fitted ones, without nulls, and those that hold the median; nulls, nulls_inside: of nulls
    beyond         targets that it cannot show, whatever its numbers (`Rival.cannot_show`): missed, and not held against
                   it by the rule, since the same model with one more effect could show them
    parts          by target, what its median's distance adds to the median loss
    missed_weight  weight of what was missed over that of all, nulls included
    misses         what was missed, nulls first, farthest first
    hash           of sets and weights; budget, targets_hash: what it was fitted with and to
    """

    name: str
    label: str
    standing: str = UNFITTED
    parameters: int = 0
    sets: int = 0
    effective: float = float("nan")
    loss: float = float("nan")
    loss_low: float = float("nan")
    loss_high: float = float("nan")
    targets: int = 0
    inside: int = 0
    nulls: int = 0
    nulls_inside: int = 0
    missed_weight: float = float("nan")
    misses: tuple[Miss, ...] = ()
    hash: str = ""
    budget: str = ""
    targets_hash: str = ""
    beyond: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def beyond_loss(self) -> float:
        """What targets that it cannot show add to the median loss."""
        return self.loss - self.without(self.beyond) if self.beyond else 0.0

    def without(self, targets: Iterable[str]) -> float:
        """The median loss without these targets."""
        return self.loss - sum(self.parts.get(name, 0.0) for name in targets)

    @property
    def fitted(self) -> bool:
        """Whether an ensemble is bundled."""
        return self.sets > 0

    @property
    def counts(self) -> bool:
        """Whether no conclusion may pass it over."""
        return self.standing != MISFIT

    @property
    def meets(self) -> str:
        """32 of 35 targets and 7 of 7 nulls"""
        return f"{self.inside} of {self.targets} targets and {self.nulls_inside} of {self.nulls} nulls"

    @property
    def status(self) -> str:
        """In a few words, for tables: starts with "fitted", "does not fit" or "unfitted"."""
        if not self.fitted:
            return "unfitted: given values, not yet calibrated"
        head = "does not fit" if self.standing == MISFIT else "fitted"
        short = ", short of the rule but counted, since none lies clearly nearer" if self.standing == CLOSE else ""
        return (f"{head}: meets {self.meets} (median of {self.sets} sets, {self.effective:.0f} effective){short}, "
                f"median loss {self.loss:.4g}, ensemble {self.hash[:8]}")  # fmt: skip


def rival_fits(names: Iterable[str] | None = None) -> dict[str, RivalFit]:
    """The fit of each rival model by name, R0 to R4, or of those named. Raises ConfigError for an unknown name."""
    from hybridcare.rivals import rivals

    stamp = tuple((name, *_stamp(name)) for name in calibrate_ensemble.bundled_ensembles())
    found = _all(stamp)
    return {name: found[name] for name in rivals(names)}


def rivals_that_fit(names: Iterable[str] | None = None) -> list[str]:
    """Names of the rivals that no conclusion may pass over: those that fit, those that come about as near as the best,
    and those that were never fitted. Raises ConfigError for an unknown name."""
    return [name for name, each in rival_fits(names).items() if each.counts]


def fit_table(fits: Mapping[str, RivalFit] | None = None) -> pd.DataFrame:
    """One row for each rival (default: the bundled fits of all): rival, label, standing, parameters, loss, loss_low,
    loss_high, targets, inside, nulls, nulls_inside, missed_weight (share), misses (labels), sets, effective,
    ensemble (hash)."""
    import pandas

    rows = []
    for each in (rival_fits() if fits is None else fits).values():
        row = {"rival": each.name, "label": each.label, "standing": each.standing, "parameters": each.parameters,
               "loss": each.loss, "loss_low": each.loss_low, "loss_high": each.loss_high, "targets": each.targets,
               "inside": each.inside, "nulls": each.nulls, "nulls_inside": each.nulls_inside,
               "missed_weight": each.missed_weight, "misses": "; ".join(miss.label for miss in each.misses),
               "sets": each.sets, "effective": each.effective,
               "ensemble": each.hash[:8]}  # fmt: skip
        unknown = ("parameters", "targets", "inside", "nulls", "nulls_inside", "sets") if not each.fitted else ()
        rows.append({**row, **{name: pandas.NA for name in unknown}})
    whole = {name: "Int64" for name in ("parameters", "targets", "inside", "nulls", "nulls_inside", "sets")}
    return pandas.DataFrame(rows).astype(whole)


def _stamp(name: str) -> tuple[str, int, int]:
    """What tells a changed file from the one that was read."""
    path = calibrate_ensemble.bundled_file(name)
    state = path.stat()
    return str(path), state.st_mtime_ns, state.st_size


@lru_cache(maxsize=4)
def _all(stamps: tuple[tuple[str, str, int, int], ...]) -> dict[str, RivalFit]:
    """Reads the ensembles once. stamps: name, path, time and size of each file."""
    from hybridcare.rivals import rivals

    files = {name: path for name, path, *_ in stamps}
    read = {name: _read(files[name]) if name in files else None for name in rivals()}
    return fits_of(read, {name: each.label for name, each in rivals().items()})


def _read(path: str) -> Ensemble:
    """A bundled ensemble, without the checks that cost most of the time: it is said in every report. What is wrong in
    it, the strict reader says."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        sets = content["sets"]
        weights = np.array([float(each["weight"]) for each in sets])
        values = np.array([each["values"] for each in sets], float)
        loss = np.array([float(each.get("loss", float("nan"))) for each in sets])
        pointers = tuple(str(row["pointer"]) for row in content["parameters"])
        if values.shape != (len(sets), len(pointers)) or not weights.sum() > 0:
            raise ValueError(path)
        return Ensemble(content["rival"], pointers, values, weights / weights.sum(), loss,
                        np.array([int(each.get("missed", 0)) for each in sets]), content.get("provenance", {}),
                        content.get("quality", {}), content.get("fit", []))  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):
        return calibrate_ensemble.ensemble(path)


def fits_of(ensembles: Mapping[str, Ensemble | None], labels: Mapping[str, str]) -> dict[str, RivalFit]:
    """The fit of rivals whose ensembles are at hand, and their standing among each other; None: unfitted."""
    found = {name: _one(name, labels[name], each) for name, each in ensembles.items()}
    fitted = [each for each in found.values() if each.fitted]
    best = min(fitted, key=lambda each: each.loss - each.beyond_loss, default=None)
    return {name: _placed(each, best) if best is not None and each.fitted else each for name, each in found.items()}


def _placed(fit: RivalFit, best: RivalFit) -> RivalFit:
    meets = fit.inside >= SHARE * (fit.targets - len(fit.beyond)) and fit.nulls_inside == fit.nulls
    same = fit.targets_hash == best.targets_hash  # losses to other targets cannot be compared
    neither = {*fit.beyond, *best.beyond}
    beside = best.without(neither)
    limit = max(best.loss_high - best.loss + beside, beside + 2 * math.log(ODDS))
    near = fit.name == best.name or fit.without(neither) <= limit
    return replace(fit, standing=FITS if meets else ELSEWHERE if not same else CLOSE if near else MISFIT)


def _one(name: str, label: str, found: Ensemble | None) -> RivalFit:
    if found is None:
        return RivalFit(name, label)
    rows = [row for row in found.fit if float(row.get("weight") or 0) > 0]
    nulls = [row for row in rows if row.get("kind") == "null"]
    targets = [row for row in rows if row.get("kind") != "null"]
    missed = sorted((row for row in rows if not row.get("inside")),
                    key=lambda row: (row.get("kind") != "null", -abs(_number(row, "off", 0.0))))  # fmt: skip
    total = sum(float(row["weight"]) for row in rows)
    low, middle, high = _quantiles(found.loss, found.weights, (0.05, 0.5, 0.95))
    known = found.provenance
    return RivalFit(
        name, label, MISFIT, len(found.pointers), len(found), found.effective, middle, low, high,
        len(targets), sum(bool(row.get("inside")) for row in targets),
        len(nulls), sum(bool(row.get("inside")) for row in nulls),
        sum(float(row["weight"]) for row in missed) / total if total else float("nan"),
        tuple(map(_miss, missed)), found.hash,
        str({name: known.get(name) for name in ("budget", "clients", "replicates")}),
        str(known.get("targets_hash", "")), cannot_show(name, missed),
        {str(row["target"]): float(row["weight"]) * _number(row, "off", 0.0) ** 2 for row in rows})  # fmt: skip


def cannot_show(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Of these targets, those that the rival cannot show, whatever its numbers."""
    from hybridcare.rivals import rivals

    known = rivals()
    named = known[name].cannot_show if name in known else {}
    return tuple(str(row["target"]) for row in rows if row["target"] in named)


def _miss(row: Mapping[str, Any]) -> Miss:
    numbers = {name: _number(row, name) for name in ("weight", "figure", "low", "high", "median", "q05", "q95")}
    return Miss(str(row["target"]), str(row.get("label") or row["target"]), str(row.get("unit") or ""),
                row.get("kind") == "null", **numbers)  # fmt: skip


def _number(row: Mapping[str, Any], name: str, otherwise: float = float("nan")) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _quantiles(value: np.ndarray, weights: np.ndarray, at: Sequence[float]) -> list[float]:
    """By weight; NaN where no set has a number."""
    from hybridcare.calibration import quantiles

    return quantiles(value, weights, tuple(at))
