"""The answer in words, made from the numbers: no conclusion is written down here, only the rules that lead to one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .measured import measured_lines
from .plots_base import (
    arm_labels,
    clean,
    default_variant,
    frame,
    number,
    percent,
    reading_name,
    signed,
    who_provides,
)
from .plots_headline import by_variant, headline_row, split_rows

MOST = 0.8  # a component that makes up at least this share of the difference "is" the difference
MUCH = 0.5  # a constant that moves the difference by at least this share of it "drives" it
LONG = 4000  # characters of untrusted text that the report shows


@dataclass(frozen=True)
class Part:
    """A component of the main contrast: its share as assumed, and the range of it over the assumptions."""

    name: str
    label: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Shift:
    """What one variant does to the main contrast, and the constants that it changes."""

    label: str
    estimate: float
    shift: float
    constants: tuple[str, ...]  # symbols
    words: tuple[str, ...]  # what they say, with the symbol in brackets
    rival: bool


@dataclass(frozen=True)
class Answer:
    """The main contrast with all that a sentence about it needs, in PHQ-9 points; below 0: fewer symptoms."""

    arm: str
    against: str
    when: str
    estimate: float
    noise_low: float
    noise_high: float
    low: float
    high: float
    low_noise: float  # the edges of simulation noise at either end of the band, away from the band
    high_noise: float
    low_label: str
    high_label: str
    parts: tuple[Part, ...]
    shifts: tuple[Shift, ...]
    bundle_apart: bool  # only `arm` was given the bundle of pathways

    @property
    def within_noise(self) -> bool:
        """Whether simulation noise alone could turn the sign."""
        return not math.isnan(self.noise_low) and self.noise_low <= 0 <= self.noise_high

    @property
    def settled(self) -> bool:
        """Whether the sign is the same all over the band, simulation noise at its ends included."""
        return self.low_noise > 0 or self.high_noise < 0

    @property
    def crosses(self) -> bool:
        """Whether the band itself holds both signs."""
        return self.low <= 0 <= self.high

    @property
    def carrier(self) -> Part | None:
        """The component that makes up the difference: at least 80 % of it, the others together adding no more."""
        same = [p for p in self.parts if p.estimate * self.estimate > 0]
        first = max(same, key=lambda p: abs(p.estimate), default=None)
        return first if first and abs(first.estimate) >= MOST * abs(self.estimate) else None

    @property
    def drivers(self) -> list[Shift]:
        """Variants of a single constant that turn the sign, or move the difference by half of its size or more."""
        return [s for s in self.shifts if len(s.constants) == 1 and not s.rival and
                (s.estimate * self.estimate <= 0 or abs(s.shift) >= MUCH * abs(self.estimate))]  # fmt: skip


def answer(results: Any) -> Answer:
    """@raises ValueError where the experiment names no main comparison."""
    row, variants, arms = headline_row(results), by_variant(results), arm_labels(results)
    labels = dict(zip(variants["variant"], variants["label"], strict=True))
    return Answer(
        arm=_short(arms[row["arm"]]), against=_short(arms[row["against"]]), when=reading_name(results, row["reading"]),
        estimate=float(row["estimate"]), noise_low=float(row["noise_low"]), noise_high=float(row["noise_high"]),
        low=float(row["envelope_low"]), high=float(row["envelope_high"]),
        low_noise=_edge(variants, row, "low"), high_noise=_edge(variants, row, "high"),
        low_label=labels.get(row["envelope_low_variant"], ""), high_label=labels.get(row["envelope_high_variant"], ""),
        parts=tuple(_parts(results)), shifts=tuple(_shifts(results, variants, row)),
        bundle_apart=has_bundle(results, row["arm"]) and not has_bundle(results, row["against"]))  # fmt: skip


def _short(label: str) -> str:
    """What stands before the colon of an arm's label: a name for a sentence; the picture has the whole."""
    return label.split(":", 1)[0].strip() or label


def _edge(variants: pd.DataFrame, row: pd.Series, end: str) -> float:
    """The outer edge of simulation noise at one end of the band; the end itself where noise is unknown."""
    value = variants.set_index("variant")[f"noise_{end}"].get(row[f"envelope_{end}_variant"])
    return float(row[f"envelope_{end}"] if value is None or pd.isna(value) else value)


def has_bundle(results: Any, name: str) -> bool:
    """Whether some step of this arm offers pathways without empathy, as one bundle or one by one."""
    index = [arm["name"] for arm in results.experiment.arms].index(name)
    steps = results.experiment.pathway(index)["steps"]
    return any(step["bundle"] or step.get("offers") for step in steps)


def _parts(results: Any) -> list[Part]:
    data, default = split_rows(results), default_variant(results)
    inside = {v["name"] for v in results.experiment.variants if v.get("in_envelope", True)} | {default}
    parts = []
    for name in dict.fromkeys(data["component"]):
        rows = data[(data["component"] == name) & data["variant"].isin(inside)]
        if name != "total":
            own = float(rows[rows["variant"] == default]["estimate"].iloc[0])
            label, ends = clean(str(rows["component_label"].iloc[0]), 80), rows["estimate"].agg(["min", "max"])
            parts.append(Part(clean(name, 40), label, own, float(ends["min"]), float(ends["max"])))
    return parts


def _shifts(results: Any, variants: pd.DataFrame, row: pd.Series) -> list[Shift]:
    names = [v["name"] for v in results.experiment.variants]
    arm = [a["name"] for a in results.experiment.arms].index(row["arm"])
    symbols, found = _symbols(), []
    base = dict(results.experiment.values(0, arm))
    for line in variants.itertuples():
        if line.default or not line.in_envelope:
            continue
        values = results.experiment.values(names.index(line.variant), arm)
        changed = [path for path, value in values if value != base.get(path)]
        constants = tuple(symbols.get(path) or str(path).rsplit("/", 1)[-1] for path in changed)
        words = tuple(_plain(str(path), symbols.get(path, "")) for path in changed)
        rival = any(str(path).startswith("/rival/") or str(path).endswith("/rival") for path in changed)
        found.append(Shift(line.label, float(line.estimate), float(line.estimate - row["estimate"]), constants,
                           words, rival))  # fmt: skip
    return found


PLAIN = {"/change/empathy_elasticity": "how much empathy itself helps",
         "/course/harm": "how much an unrepaired misreading harms"}  # fmt: skip


def _plain(path: str, symbol: str) -> str:
    """A constant in words, with its symbol: how much empathy itself helps (b_E)."""
    words = PLAIN.get(path, path.rsplit("/", 1)[-1].replace("_", " "))
    return f"{words} ({symbol})" if symbol else words


def _symbols() -> dict[str, str]:
    """Path of a field -> its symbol in the model's description."""
    try:
        from .core import fields
    except ImportError:  # no compiled module: only in tests of layout
        return {}
    return {row["path"]: greek(row["symbol"]) for row in fields() if row["symbol"]}


def greek(symbol: str) -> str:
    """chi_h -> χ_h and so on."""
    for word, letter in (("chi", "χ"), ("kappa", "κ"), ("sigma", "σ"), ("gamma", "γ"), ("delta", "δ"),
                         ("lambda", "λ"), ("zeta", "ζ"), ("phi", "φ"), ("omega", "ω"), ("nu_", "ν_"), ("Delta", "Δ"),
                         ("theta", "θ"), ("beta", "β"), ("eta", "η")):  # fmt: skip
        symbol = symbol.replace(word, letter) if symbol.startswith(word) else symbol
    return symbol


def listed(words: list[str]) -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def assumptions_tried(found: Answer) -> str:
    """The constants and rivals over which the band runs, in words."""
    single = dict.fromkeys(s.words[0] for s in found.shifts if len(s.constants) == 1 and not s.rival)
    others = [f"“{s.label}”" for s in found.shifts if len(s.constants) != 1 or s.rival]
    return listed([*single, *others])


def sentence(results: Any) -> str:
    """One sentence: the contrast, its band, whether the sign is settled, what carries it and what it hangs on."""
    found = answer(results)
    size, much = number(abs(found.estimate)), "fewer" if found.estimate < 0 else "more"
    first = (f"In this model, clients have {size} PHQ-9 points {much} {_when(found.when)} with “{found.arm}” than with "
             f"“{found.against}”")  # fmt: skip
    if found.within_noise:
        first = (f"In this model, {_when(found.when)}, “{found.arm}” and “{found.against}” differ by "
                 f"{signed(found.estimate)} PHQ-9 points, no more than simulation noise")  # fmt: skip
    if not found.shifts:
        return f"{first}; no other assumption was tried, so that nothing is known of how firm this is."
    band = f"over {assumptions_tried(found)} the difference runs from {signed(found.low)} to {signed(found.high)}"
    sign = "the same sign throughout" if found.settled else "so that its sign is not settled"
    if not found.settled and not found.crosses:
        end = "the latter" if found.high < 0 else "the former"
        sign = f"{end} within simulation noise of zero, so that its sign is not settled"
    ends = [words for words in (_carried(found), _hangs(found)) if words]
    return f"{first}; {band}, {sign}" + (f"; {' and '.join(ends)}" if ends else "") + "."


def _when(when: str) -> str:
    return f"at {when}" if when.startswith("week") else when


def _carried(found: Answer) -> str:
    """Which component is the difference, if one is."""
    kind = "advantage" if found.estimate < 0 else "disadvantage"
    if found.within_noise or not found.parts:
        return ""
    carrier = found.carrier
    if carrier is None:
        return f"no single component carries the {kind}"
    name = f"the component “{carrier.label}”"
    if carrier.name == "pathways":
        lacking = f" that “{found.against}” was not given" if found.bundle_apart else ""
        name = "the bundle of exercises between sessions" + lacking
    return f"the {kind} is {name}"


def _hangs(found: Answer) -> str:
    """On how many assumed constants the size or sign depends, if on any."""
    names = list(dict.fromkeys(s.constants[0] for s in found.drivers))
    if not names:
        return ""
    if len(names) == 1:
        return f"hangs on one assumed constant, {names[0]}" if _carried(found) else (
            f"it hangs on one assumed constant, {names[0]}")  # fmt: skip
    count = {2: "two", 3: "three", 4: "four"}.get(len(names), str(len(names)))
    return f"{'' if _carried(found) else 'it '}hangs on {count} assumed constants, {listed(names)}"


def against_all(results: Any) -> pd.DataFrame:
    """The main arm against every other arm at the main reading: as assumed, simulation noise, and over the band."""
    row, arms = headline_row(results), arm_labels(results)
    where = {name: row[name] for name in ("arm", "metric", "reading")}
    data = frame(results, "contrasts", culture="all", **where)
    default = default_variant(results)
    inside = {v["name"] for v in results.experiment.variants if v.get("in_envelope", True)} | {default}
    rows = []
    for arm in results.experiment.arms:
        part = data[(data["against"] == arm["name"]) & data["variant"].isin(inside)]
        if arm.get("component") or part.empty or arm["name"] == row["arm"]:
            continue
        own = part[part["variant"] == default].iloc[0]
        rows.append((arms[arm["name"]], signed(own["estimate"]), f"{signed(own['noise_low'])} to "
                     f"{signed(own['noise_high'])}", signed(part["estimate"].min()), signed(part["estimate"].max()),
                     percent(own["variance_reduction"])))  # fmt: skip
    return pd.DataFrame(rows, columns=["compared with", "difference, PHQ-9 points", "simulation noise",
                                       "band, lowest", "band, highest", "variance taken away by pairing"])


def _fair(results: Any, found: Answer) -> list[str]:
    """The main arm against arms of the same providers as the comparison that were given the bundle, too."""
    if not found.bundle_apart:
        return []
    experiment, table, row = results.experiment, against_all(results), headline_row(results)
    names = [arm["name"] for arm in experiment.arms]
    kind = who_provides(results, names.index(row["against"]))
    labels = arm_labels(results)
    alike = {labels[name] for i, name in enumerate(names) if has_bundle(results, name)
             and who_provides(results, i) == kind}  # fmt: skip
    return [f"Against “{line[0]}”, which was given the bundle as well, the difference is {line[1]}, from {line[3]} to "
            f"{line[4]} over the assumptions." for line in table.itertuples(index=False)
            if line[0] in alike]  # fmt: skip


def findings(results: Any) -> list[str]:
    """What the numbers say about the answer, sentence by sentence, for the place next to the picture."""
    found, experiment = answer(results), results.experiment
    lines = []
    for part in found.parts:
        lines.append(f"Component “{part.label}”: {signed(part.estimate)} PHQ-9 points as assumed, from "
                     f"{signed(part.low)} to {signed(part.high)} over the assumptions.")  # fmt: skip
    lines += _fair(results, found)
    if found.shifts:
        most = max(found.shifts, key=lambda s: abs(s.shift))
        lines.append(f"What moves the difference most is “{most.label}”: by {signed(most.shift)}, to "
                     f"{signed(most.estimate)}.")  # fmt: skip
    if not math.isnan(found.noise_low):
        lines.append(f"Simulation noise runs from {signed(found.noise_low)} to {signed(found.noise_high)} with "
                     f"{experiment.replicates} replicates of {experiment.clients:,} clients an arm. More runs shrink "
                     "it; they cannot shrink the band.")  # fmt: skip
    else:
        lines.append("Simulation noise is unknown: it takes at least two replicates.")
    return measured_lines(results) + lines
