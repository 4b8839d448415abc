"""What calibration varies, and the distribution of each number before any figure was looked at: scenarios/priors.json.

A point of the space is a vector of normal scores z, standard normal and independent before the data: z = 0 is the
middle of every prior, and a move of 1 is a move of one prior SD, whatever the unit. Samplers walk in z. Emulators see
`scaled` values: (value - prior mean) / prior SD, of the logarithm where the prior is lognormal.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from hybridcare.document import canonical, leaves
from hybridcare.errors import config_error
from hybridcare.factors import BESIDE, KINDS, Factor, factor, field_of, refuse_twice, weight_groups
from hybridcare.names import unknown
from hybridcare.places import data_file
from hybridcare.points import patch_of, patch_text
from hybridcare.strict_json import Place, read_json

Floats = NDArray[np.float64]
FILE = "priors.json"
CONTINUOUS = tuple(kind for kind in KINDS if kind not in ("choice", "whole"))
DIGITS = 4  # significant digits of a parameter in an ensemble: more would differ between machines, and mean nothing
EDGE = 5.0  # normal scores are held within this, of which nothing is seen: 6 in ten million draws lie beyond
KNOTS = 4001  # of the table of a distribution's inverse: 400 to a prior SD
_OWN = ("evidence", "rivals")


@dataclass(frozen=True)
class Parameter:
    """One entry of the file: a number, or a group of weights that sum to 1.

    factor    path, distribution, unit, and why this distribution
    evidence  ids of published figures that it leans on
    rivals    in which rival models it is free; empty: in all that do not fix it
    """

    factor: Factor
    evidence: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def logarithmic(self) -> bool:
        return self.factor.kind in ("lognormal", "loguniform")

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        """Normal scores, and the distribution's value at each; of weights the gamma draw before they are divided by
        their sum, a column for each."""
        scores = np.linspace(-EDGE, EDGE, KNOTS)
        u = special.ndtr(scores)
        if self.factor.kind == "dirichlet":
            return scores, np.asarray(stats.gamma.ppf(u[:, None], np.asarray(self.factor.numbers)))
        return scores, np.asarray(self.factor.at(u[:, None])[0], float)[:, None]

    def at(self, z: Floats) -> Floats:
        """Values at normal scores. @param z  shape (n, columns); @returns the same shape"""
        scores, table = self._table
        drawn = np.stack([np.interp(z[:, at], scores, table[:, at]) for at in range(z.shape[1])], axis=1)
        return drawn / drawn.sum(axis=1, keepdims=True) if self.factor.kind == "dirichlet" else drawn

    @cached_property
    def moments(self) -> tuple[Floats, Floats]:
        """Mean and SD of each column, of the logarithm if `logarithmic`."""
        if self.factor.kind == "dirichlet":
            total = sum(self.factor.numbers)
            mean = np.asarray(self.factor.numbers) / total
            return mean, np.sqrt(mean * (1 - mean) / (total + 1))
        scores, table = self._table
        shown = np.log(table) if self.logarithmic else table
        weight = np.exp(-0.5 * scores**2)
        mean = np.average(shown, axis=0, weights=weight)
        return mean, np.sqrt(np.average((shown - mean) ** 2, axis=0, weights=weight))


@dataclass(frozen=True)
class Priors:
    """The parameters that are free, in the order of the file. Shapes: n points, d columns."""

    parameters: tuple[Parameter, ...]
    file: str = FILE
    about: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)  # by a rival: pointer -> value

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """JSON Pointer of each column; a group of weights has one for each weight."""
        return tuple(column for each in self.parameters for column in each.factor.columns)

    @property
    def dims(self) -> int:
        return len(self.columns)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what is free and how it is distributed."""
        rows = [[each.factor.path, each.factor.kind, list(each.factor.numbers), each.factor.low, each.factor.high,
                 list(each.factor.columns)] for each in self.parameters]  # fmt: skip
        return hashlib.sha256(canonical(rows).encode()).hexdigest()

    def values(self, z: Floats) -> Floats:
        """Values in their units, at normal scores. @param z  shape (n, d)"""
        parts, start = [], 0
        for each in self.parameters:
            parts.append(each.at(z[:, start : start + each.factor.dims]))
            start += each.factor.dims
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(z), 0))

    def scaled(self, values: Floats) -> Floats:
        """(value - prior mean) / prior SD, of the logarithm where the prior is lognormal. Shape (n, d)"""
        shown = np.where(self._logs, np.log(np.where(self._logs, values, 1.0)), values)
        return np.asarray((shown - self._mean) / self._sd)

    def rounded(self, values: Floats) -> Floats:
        """To DIGITS significant digits, as an ensemble keeps them; of a group of weights the largest takes what is
        left, so that they still sum to 1."""
        out = np.array([[float(f"{value:.{DIGITS}g}") for value in row] for row in values]).reshape(values.shape)
        start = 0
        for each in self.parameters:
            part = out[:, start : start + each.factor.dims]
            if each.factor.kind == "dirichlet":
                largest, rows = part.argmax(axis=1), np.arange(len(part))
                part[rows, largest] = np.round(part[rows, largest] + 1 - part.sum(axis=1), 12)
            start += each.factor.dims
        return out

    def patches(self, values: Floats) -> list[str]:
        """A JSON merge patch for each point, for `points.run_points`. @param values  shape (n, d)"""
        return [patch_text(patch_of(dict(zip(self.columns, map(float, row), strict=True)))) for row in values]

    def of(self, rival: str) -> Priors:
        """What is free in a rival model: not what it fixes, nor what is another rival's alone. Raises ConfigError for
        an unknown rival."""
        from hybridcare.rivals import rivals

        patch = {place: value for place, value in leaves(rivals([rival])[rival].patch) if place}
        free = tuple(each for each in self.parameters
                     if (not each.rivals or rival in each.rivals) and not _touches(each.factor, patch))  # fmt: skip
        return Priors(free, self.file, self.about, patch)

    @cached_property
    def _logs(self) -> NDArray[np.bool_]:
        return np.array([each.logarithmic for each in self.parameters for _ in each.factor.columns], bool)

    @cached_property
    def _mean(self) -> Floats:
        return np.concatenate([each.moments[0] for each in self.parameters])

    @cached_property
    def _sd(self) -> Floats:
        return np.concatenate([each.moments[1] for each in self.parameters])

    def only(self, paths: Sequence[str]) -> Priors:
        """A few of the parameters, by path; the others stay at the scenario's own values. Raises ConfigError for an
        unknown path."""
        known = {each.factor.path: each for each in self.parameters}
        for path in paths:
            if path not in known:
                raise config_error(self.file, unknown("free parameter", path, known))
        return Priors(tuple(known[path] for path in known if path in paths), self.file, self.about, self.fixed)


def _touches(each: Factor, patch: Mapping[str, Any]) -> bool:
    return any(column == place or column.startswith(place + "/") for column in each.columns for place in patch)


def priors(path: str | os.PathLike[str] | None = None) -> Priors:
    """The bundled priors, or those of a file. Raises ConfigError: what is wrong in it, and where."""
    file = Path(path) if path is not None else data_file(FILE)
    name = os.fspath(path) if path is not None else FILE
    return read_priors(Place(read_json(file, "priors file"), name))


def read_priors(place: Place) -> Priors:
    """From a document that was read; with "extends" the bundled ones come first. Raises ConfigError."""
    place.object(("$schema", "format", "about", "extends", "parameters"))
    for name in ("format", "parameters"):
        if name not in place.value:
            raise place.fail(f"lacks '{name}'")
    if place["format"].value != 1:
        raise place["format"].fail(f"is {place['format'].value!r}; this version reads format 1")
    entries = place["parameters"]
    defaults = _defaults()
    found = tuple(_parameter(entries[path], path, defaults) for path in entries.object(least=1))
    if "extends" in place.value:
        place["extends"].one_of([FILE])
        found = (*priors().parameters, *found)
    refuse_twice([column for each in found for column in each.factor.columns], place.file)
    return Priors(found, place.file, place["about"].text() if "about" in place.value else "")


def _defaults() -> dict[str, Any]:
    from hybridcare import core

    return {row["path"]: row["default"] for row in core.fields()}


def _parameter(place: Place, path: str, defaults: Mapping[str, Any]) -> Parameter:
    from hybridcare.rivals import rivals

    content = place.object((*CONTINUOUS, *(name for name in BESIDE if name != "weights"), *_OWN))
    groups = weight_groups()
    if path not in groups and field_of(path) is None or path.startswith("/arms/"):
        raise place.fail(unknown("path", path, [*defaults, *groups]))
    if "source" not in content or not place["source"].text().strip():
        raise place.fail("says no source: where this distribution comes from, or \"assumed\" and why")
    bare = {name: value for name, value in content.items() if name not in _OWN}
    made = factor(Place(bare, place.file, place.at), path, defaults)
    if not made.low < made.high:
        raise place.fail(f"leaves nothing free: from {made.low:g} to {made.high:g}")
    if made.kind in ("lognormal", "loguniform") and made.low <= 0:
        raise place.fail(f"needs \"within\": [low, high] with low above 0; found {made.low:g}")
    named = [item.one_of(rivals()) for item in place["rivals"].items(least=1)] if "rivals" in content else []
    return Parameter(made, _evidence(place, path, content), tuple(named))


def _evidence(place: Place, path: str, content: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids that are known to the evidence base, of figures that may shape a prior."""
    if "evidence" not in content:
        return ()
    from hybridcare.evidence_base import evidence
    from hybridcare.evidence_links import Use
    from hybridcare.evidence_rules import refused

    known = evidence()
    items = place["evidence"].items(least=1)
    for item in items:
        if why := refused(known[item.one_of([*known])], Use("prior", path)):
            raise item.fail(f"'{item.value}' cannot be leaned on: {why}. Say \"assumed\" and the reason in \"source\"")
    return tuple(item.value for item in items)
