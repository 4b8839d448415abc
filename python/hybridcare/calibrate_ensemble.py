"""Ensembles: parameter sets that fit, as data with provenance; read, drawn from, and weighed anew.

scenarios/ensembles/R1.json holds, for one rival model, the sets that its calibration drew, each with the weight that
its own simulation earned. What differs between sets is what the published figures leave open.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.calibrate_sampler import effective, systematic
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_folder
from hybridcare.points import patch_of, patch_text
from hybridcare.strict_json import Place, kind_of, read_json

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
FORMAT = 1
MOST_SETS = 100_000
ENOUGH = 20.0  # effective sets that weighing anew must leave: below, a few sets would speak for all
_MEMBERS = ("$schema", "format", "rival", "about", "provenance", "quality", "fit", "parameters", "sets")
_FIT_NUMBERS = ("figure", "low", "high", "median", "q05", "q95", "off")
_PARAMETER_NUMBERS = ("prior_mean", "prior_sd", "prior_q05", "prior_q95", "mean", "sd", "q05", "median", "q95",
                      "narrowed", "narrowed_by_chance", "moved", "moved_by_chance", "r_hat")  # fmt: skip
_SET = ("weight", "loss", "missed", "values")


@dataclass(frozen=True)
class Ensemble:
    """Parameter sets of one rival model.

    rival       R0 ... R4: what the sets are points of
    pointers    JSON Pointer of each column of `values`
    values      shape (sets, parameters), in the fields' units
    weights     shape (sets,), sum to 1
    loss        shape (sets,): sum of squared distances to the targets in SDs, as simulated
    missed      shape (sets,): targets whose published interval it leaves
    provenance  what made it: build, seeds, hashes, budget; quality: effective sample size, R-hat, waves
    fit         a row for each target; parameters: a row for each column, prior beside posterior
    """

    rival: str
    pointers: tuple[str, ...]
    values: Floats
    weights: Floats
    loss: Floats
    missed: NDArray[np.int64]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    fit: Sequence[Mapping[str, Any]] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    about: str = ""

    def __len__(self) -> int:
        return len(self.values)

    @property
    def effective(self) -> float:
        """Effective sample size: so many independent draws would say as much. Kish's of the weights, and no more than
        the calibration found (`pooled` by the weights of all rounds' sets, `independent` by what its populations agree
        on), or than the file says (`effective`), as after a service's figures."""
        known = [self.quality.get(name) for name in ("effective", "pooled", "independent")]
        limits = [float(each) for each in known if isinstance(each, int | float) and each > 0]
        return min(effective(self.weights), *limits) if limits else effective(self.weights)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of rival, columns, values and weights: two of one hash are the same sets."""
        made = hashlib.sha256("\n".join((self.rival, *self.pointers)).encode())
        for numbers in (self.values, self.weights):
            made.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
        return made.hexdigest()

    @cached_property
    def patches(self) -> list[str]:
        """A JSON merge patch for each set, in order, as `points.run_points` takes them. They are points of `rival`,
        which is laid over them."""
        return [patch_text(patch_of(dict(zip(self.pointers, map(float, row), strict=True)))) for row in self.values]

    def drawn(self, n: int, seed: int = 1) -> NDArray[np.int64]:
        """Numbers of n sets drawn by weight, as evenly as can be, and shuffled; a heavy one may come more than once.

        Raises ConfigError for no positive number."""
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or not 1 <= n <= MOST_SETS:
            raise config_error("n", f"{n!r} is no whole number in [1, {MOST_SETS}]")
        draw = np.random.default_rng([seed, int(n)])
        return np.asarray(draw.permutation(systematic(self.weights, int(n), draw)))

    def table(self) -> pd.DataFrame:
        """One row a set: weight, loss, missed, and a column for each parameter by its JSON Pointer."""
        import pandas

        columns = {"weight": self.weights, "loss": self.loss, "missed": self.missed}
        return pandas.DataFrame({**columns, **{name: self.values[:, at] for at, name in enumerate(self.pointers)}})

    def reweighted(self, value: Floats, noise: Floats, figure: Sequence[float], sd: Sequence[float],
                   enough: float = ENOUGH, counts: Sequence[float] | None = None,
                   names: Sequence[str] = ()) -> Reweighted:  # fmt: skip
        """Weighs the sets by how well they show a service's own figures.

        value   shape (sets, k): each set's simulated figures, such as dropout or the mean wait
        noise   shape (sets, k): simulation noise (standard error) of them
        figure, sd   of the service, length k: what it counted, and its standard error with what the model may miss
        enough  effective sets that must be left; 0: never refused
        counts  in (0, 1], length k: how much each counts, less than 1 where others say the same of the same people
        names   of the figures, for messages
        Raises ConfigError: shapes that differ, an sd that is not above 0, too few effective sets left.
        """
        target, spread = np.asarray(figure, float), np.asarray(sd, float)
        share = np.ones(len(target)) if counts is None else np.asarray(counts, float)
        value, noise = np.asarray(value, float), np.asarray(noise, float)
        if (value.shape != (len(self), len(target)) or noise.shape != value.shape
                or not spread.shape == target.shape == share.shape):  # fmt: skip
            raise config_error("figures", f"{len(target)} figures, {len(spread)} standard errors and simulated values "
                               f"of shape {value.shape} do not belong together for {len(self)} sets")  # fmt: skip
        if not (np.isfinite(target).all() and np.isfinite(spread).all() and (spread > 0).all()):
            raise config_error("figures", "each needs a finite number and a standard error above 0")
        variance = spread**2 + noise**2
        fits = -0.5 * ((value - target) ** 2 / variance + np.log(2 * np.pi * variance)) @ share
        logs = np.log(np.maximum(self.weights, 1e-300)) + np.where(np.isfinite(fits), fits, -np.inf)
        if not np.isfinite(logs).any():
            raise config_error("figures", "no set of the ensemble has numbers for them")
        raw = np.exp(logs - logs.max())
        weights = raw / raw.sum()
        worth = self.effective / effective(self.weights)  # of a set that the weights count as one
        left, evidence = worth * effective(weights), float(logs.max() + np.log(raw.sum()))
        apart = distances(value, self.weights, target, spread)
        if left < enough:
            far = int(np.abs(apart).argmax())
            name = names[far] if names else f"figure {far + 1}"
            middle = target[far] - apart[far] * np.hypot(spread[far], _spread_over(value, self.weights)[far])
            raise config_error("figures", f"the figures leave {left:.1f} effective sets of {len(self)}, fewer than the "
                               f"{enough:g} that are needed: this setting lies outside of what the ensemble was fitted "
                               f"to ({name} is {target[far]:g}, the ensemble says {middle:.3g}). It "
                               "must be calibrated anew, not reweighted")  # fmt: skip
        return Reweighted(weights, left, self.effective, apart, evidence)


def distances(value: Floats, weights: Floats, figure: Floats, sd: Floats) -> Floats:
    """How far each figure lies from weighted sets, in SDs of both together; sets without a number are left out.

    value  shape (sets, k); weights: shape (sets,); figure, sd: shape (k,). Returns shape (k,)."""
    apart: Floats = (figure - _mean_over(value, weights)) / np.hypot(sd, _spread_over(value, weights))
    return apart


def _mean_over(value: Floats, weights: Floats) -> Floats:
    mass = np.where(np.isfinite(value), weights[:, None], 0.0)
    with np.errstate(invalid="ignore"):
        mean: Floats = (mass * np.nan_to_num(value)).sum(axis=0) / mass.sum(axis=0)
    return mean


def _spread_over(value: Floats, weights: Floats) -> Floats:
    spread: Floats = np.sqrt(_mean_over((value - _mean_over(value, weights)) ** 2, weights))
    return spread


@dataclass(frozen=True)
class Reweighted:
    """weights: sum to 1, shape (sets,); effective, before: effective sets after and before; apart: how far each figure
    lies from the ensemble, in SDs of both together, before weighing, shape (k,); evidence: natural logarithm of the
    ensemble's mean likelihood of the figures, for the comparison of ensembles."""

    weights: Floats
    effective: float
    before: float
    apart: Floats
    evidence: float = float("nan")


def bundled_ensembles() -> list[str]:
    """Names of the rival models whose ensembles come with hybridcare; none before there was a calibration."""
    return sorted(path.stem for path in data_folder("ensembles").glob("*.json"))


def bundled_file(name: str) -> Path:
    """Where the ensemble of a rival model stands, if it is bundled."""
    return data_folder("ensembles") / f"{name}.json"


def ensemble(name: str | os.PathLike[str] = "R1") -> Ensemble:
    """A bundled ensemble by its rival model, or one of a file that ends in .json.

    Raises ConfigError: an unknown name, a file that cannot be read, or what is wrong in it and where."""
    given = os.fspath(name)
    if given.endswith(".json"):
        return read_ensemble(Place(read_json(given, "ensemble"), given))
    known = bundled_ensembles()
    if given not in known:
        raise config_error("", unknown("ensemble", given, known) if known else f"there is no ensemble '{given}': none "
                           "is bundled yet; hybridcare calibrate --out DIR makes one")  # fmt: skip
    file = bundled_file(given)
    return read_ensemble(Place(read_json(file, "ensemble"), file.name))


def read_ensemble(place: Place) -> Ensemble:
    """From a document that was read. Raises ConfigError."""
    content = place.object(_MEMBERS)
    for name in ("format", "rival", "parameters", "sets"):
        if name not in content:
            raise place.fail(f"lacks '{name}'")
    if type(content["format"]) is not int or content["format"] != FORMAT:
        raise place["format"].fail(f"is {kind_of(content['format'])}; this version reads format {FORMAT}")
    from hybridcare.rivals import rivals, switches

    place["rival"].one_of([*rivals(), *switches()])
    rows = place["parameters"].items(least=1)
    pointers = tuple(row["pointer"].text() if "pointer" in row.object() else "" for row in rows)
    fields = _check_pointers(rows, pointers)
    _check_account(place)
    sets = place["sets"].items(least=1, most=MOST_SETS)
    read = [_set(each, fields) for each in sets]
    weights = np.array([each[0] for each in read])
    if weights.sum() <= 0:
        raise place["sets"].fail("no set has a weight above 0")
    return Ensemble(str(content["rival"]), pointers, np.array([each[3] for each in read]), weights / weights.sum(),
                    np.array([each[1] for each in read]), np.array([each[2] for each in read]),
                    content.get("provenance", {}), content.get("quality", {}), content.get("fit", []),
                    [_told(row) for row in rows], str(content.get("about", "")))  # fmt: skip


def _check_account(place: Place) -> None:
    """What an ensemble may say of itself beside its sets."""
    if (about := place.get("about")) is not None:
        about.text()
    for name in ("provenance", "quality"):
        if (found := place.get(name)) is not None:
            found.object()
    if (quality := place.get("quality")) is not None:
        for name in ("pooled", "independent", "effective"):
            _number_or_null(quality.get(name))
    for row in fit.items() if (fit := place.get("fit")) is not None else ():
        _check_fit(row)


def _check_fit(row: Place) -> None:
    if "target" not in row.object():
        raise row.fail("lacks 'target'")
    for name, value in row.value.items():
        if name in _FIT_NUMBERS:
            _number_or_null(row[name])
        elif name == "weight":
            row[name].number(0)
        elif name == "inside":
            _boolean(row[name])
        elif name in ("target", "label", "kind", "unit") and not isinstance(value, str):
            row[name].text()  # raises


def _told(row: Place) -> dict[str, Any]:
    """What a parameter's row says of it, without what is null: a number that there was none of."""
    for name in row.value:
        if name in ("pointer", "symbol", "unit"):
            row[name].text()
        elif name == "informed":
            _boolean(row[name])
        elif name in _PARAMETER_NUMBERS:
            _number_or_null(row[name])
    return {name: value for name, value in row.value.items() if value is not None}


def _number_or_null(place: Place | None) -> None:
    """NaN, which is no JSON, is written as null."""
    if place is not None and place.value is not None:
        place.number()


def _boolean(place: Place) -> None:
    if not isinstance(place.value, bool):
        raise place.fail(f"expected true or false, found {kind_of(place.value)}")


def _check_pointers(rows: Sequence[Place], pointers: Sequence[str]) -> list[Mapping[str, Any]]:
    """The fields of the columns."""
    from hybridcare.factors import field_of

    fields: list[Mapping[str, Any]] = []
    for row, pointer in zip(rows, pointers, strict=True):
        field = field_of(pointer) if pointer else None
        if field is None:
            raise row.fail(f"{pointer!r} is no parameter of this version")
        if pointers.count(pointer) > 1:
            raise row.fail(f"{pointer} stands there twice")
        fields.append({**field, "path": pointer})
    return fields


def _set(place: Place, fields: Sequence[Mapping[str, Any]]) -> tuple[float, float, int, list[float]]:
    content = place.object(_SET)
    for name in ("weight", "values"):
        if name not in content:
            raise place.fail(f"lacks '{name}'")
    return (place["weight"].number(0, 1), place["loss"].number(0) if "loss" in content else float("nan"),
            place["missed"].whole(0, 10_000) if "missed" in content else 0,
            _values(place["values"], fields))  # fmt: skip


def _values(place: Place, fields: Sequence[Mapping[str, Any]]) -> list[float]:
    """Values of a set, each within its field's range: else the scenario that they are laid over would be blamed."""
    values = place.numbers(len(fields))
    for at, (value, field) in enumerate(zip(values, fields, strict=True)):
        if not field["least"] <= value <= field["most"]:
            raise place[at].fail(f"{value:g} is outside [{field['least']:g}, {field['most']:g}] {field['unit']} "
                                 f"({field['path']})")  # fmt: skip
    return values


def text(document: Mapping[str, Any]) -> str:
    """An ensemble's file: a line for each row, so that a change shows where it is."""
    head = {name: value for name, value in document.items() if name not in ("fit", "parameters", "sets")}
    lines = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False)[:-2]
    for name in ("fit", "parameters", "sets"):
        rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False, allow_nan=False) for row in document[name])
        lines += f',\n "{name}": [\n{rows}\n ]'
    return lines + "\n}\n"
