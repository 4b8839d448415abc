"""Published figures and the simulated studies that stand for them, as data: `scenarios/targets.json`.

Read strictly, because a figure that is misread would be fitted to. The file says what each member means; its form is
`schema/targets.schema.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_file

FILE = "targets.json"
KINDS = ("fit", "null", "bracket", "input")
INTERVALS = ("ci95", "range", "tolerance", "sign")
NORMAL_95 = 1.959964  # standard errors on each side of a 95 % interval


@dataclass(frozen=True)
class Target:
    """One published figure, and the simulated study that would have found it.

    name, label, row   short name; in words; the row of the model document's table that it belongs to
    kind       fit: to be fitted; null: an effect that must stay small; bracket: shown, and not fitted, since published
               readings exclude each other or give a direction alone; input: fitted by knobs of its own, no finding
    figure     as published, in `unit`; NaN where only a direction or a range is
    low, high  its interval; infinite where a direction has one end
    interval   what that is: ci95, range (between readings), tolerance (stated by us, and why), sign (a direction)
    sd         sampling error of the figure: interval / (2 × 1.96), of a range interval / √12; NaN without both ends
    discrepancy   how far a true model may miss it, in `unit`: people, years and instruments differ; why: see the file
    weight     how often it counts: 2 where it tells rivals apart, 0 where it is not fitted
    derivation, evidence   how the figure was come by, and ids of scenarios/evidence; none where there is no entry yet
    study      part, arms, time, measure, analysis, comparator, reading
    """

    name: str
    label: str
    kind: str
    figure: float
    low: float
    high: float
    interval: str
    sd: float
    discrepancy: float
    weight: float
    unit: str
    derivation: str
    evidence: tuple[str, ...]
    study: Mapping[str, Any]
    row: str = ""

    def holds(self, value: float) -> bool:
        """Whether a simulated figure lies within the interval, its ends included; NaN does not."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class TargetFile:
    """All of the file: the arms' scenario, the parts in which it is run, the targets, and what is said of them."""

    scenario: dict[str, Any]
    parts: dict[str, dict[str, Any]]
    targets: dict[str, Target]
    first: str = ""
    weighing: str = ""
    population: str = ""
    rules: dict[str, str] = field(default_factory=dict)
    tolerances: str = ""
    discrepancies: dict[str, dict[str, Any]] = field(default_factory=dict)


def targets(names: Iterable[str] | str | None = None) -> dict[str, Target]:
    """Targets by name, in the order of the model document's table: all, or those named (a list, or "a, b").

    Raises ConfigError for an unknown name."""
    known = bundled().targets
    if names is None:
        return dict(known)
    if isinstance(names, str):
        names = [part.strip() for part in names.split(",")]
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in known:
            raise config_error("", unknown("target", name, known))
    return {name: known[name] for name in chosen}


@cache
def bundled() -> TargetFile:
    """The targets that come with hybridcare."""
    return parsed(json.loads(data_file(FILE).read_text(encoding="utf-8")))


def parsed(content: Mapping[str, Any]) -> TargetFile:
    """The file's content as checked values. Raises ConfigError with the JSON Pointer of what is wrong."""
    arms, parts = content["scenario"]["arms"], content["parts"]
    for name, part in parts.items():
        for arm in part["arms"]:
            if arm not in arms:
                raise config_error(f"{FILE}#/parts/{name}/arms", unknown("arm", arm, arms))
    made = {name: _target(name, entry, content) for name, entry in content["targets"].items()}
    said = ("first", "weighing", "population", "rules", "tolerances", "discrepancies")
    words = {key: content[key] for key in said}
    return TargetFile(content["scenario"], parts, made, **words)


def _target(name: str, entry: Mapping[str, Any], content: Mapping[str, Any]) -> Target:
    at = f"{FILE}#/targets/{name}"
    _one_of(f"{at}/kind", entry["kind"], KINDS)
    _one_of(f"{at}/interval", entry["interval"], INTERVALS)
    _one_of(f"{at}/unit", entry["unit"], content["discrepancies"])
    if "rule" in entry:
        _one_of(f"{at}/rule", entry["rule"], content["rules"])
    figure, low, high = (_or(entry[key], other) for key, other in
                         (("figure", math.nan), ("low", -math.inf), ("high", math.inf)))  # fmt: skip
    if not low < high or figure < low or figure > high:
        raise config_error(at, f"{figure:g} does not lie between {low:g} and {high:g}")
    if entry["kind"] != "bracket" and not math.isfinite(low + figure + high):
        raise config_error(at, "is to be fitted and needs a figure and two ends")
    if entry["kind"] == "bracket" and "weight" in entry:
        raise config_error(f"{at}/weight", "what is only shown counts nowhere; leave it out")
    _check_study(at, entry["study"], content)
    rule = content["rules"].get(entry.get("rule", ""), "")
    return Target(
        name=name, label=entry["label"], kind=entry["kind"], figure=figure, low=low, high=high,
        interval=entry["interval"], sd=_sd(low, high, entry["interval"]),
        discrepancy=_discrepancy(entry, content),
        weight=0.0 if entry["kind"] == "bracket" else float(entry.get("weight", 1)), unit=entry["unit"],
        derivation=f"{entry['derivation']} {rule}".strip(), evidence=tuple(entry["evidence"]), study=entry["study"],
        row=entry["row"],
    )  # fmt: skip


def _discrepancy(entry: Mapping[str, Any], content: Mapping[str, Any]) -> float:
    """Its own, or that of its unit beside a sampling error; a range or a tolerance holds it already."""
    usual = 0.0 if entry["interval"] in ("tolerance", "range") else content["discrepancies"][entry["unit"]]["sd"]
    return float(entry.get("discrepancy", usual))


def _check_study(at: str, study: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    part = study["part"]
    if not part:  # a closed form runs nothing
        return
    _one_of(f"{at}/study/part", part, content["parts"])
    for arm in study["arms"]:
        _one_of(f"{at}/study/arms", arm, content["parts"][part]["arms"])


def _sd(low: float, high: float, interval: str) -> float:
    if not math.isfinite(high - low) or interval == "sign":
        return math.nan
    return (high - low) / (math.sqrt(12) if interval == "range" else 2 * NORMAL_95)


def _or(value: float | None, other: float) -> float:
    return other if value is None else float(value)


def _one_of(where: str, value: str, known: Iterable[str]) -> None:
    if value not in (names := list(known)):
        raise config_error(where, unknown("name", value, names))
