"""Words for answers over an ensemble, the same in every verb: what was run over, what is open, and what is chance.

All of them are made from the ensemble's rows and a result's numbers; no conclusion is written down here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hybridcare.headline import signed

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.report_verb import Part
    from hybridcare.uncertainty import ParameterSets, Spread

OPEN = "what published figures leave open"
CHANCE = "chance, which more replicates narrow"
ONE_SET = "one parameter set, the scenario's own, not an ensemble of sets that fit"
NOT_ASKED = ('not run over parameter sets that fit: a report and a results folder do it, and run(uncertainty='
             '"ensemble")')  # fmt: skip
SAME_FIT = "that it fits does not tell this model from its rivals"
NAMED = 6  #: parameters that a sentence names beside the families
#: Parameters that are watched by name, since no published figure was expected to inform them (model.md, section 11).
FAMILIES = {
    "b_E (how much empathy causes)": ("/change/empathy_elasticity",),
    "constants of trust": ("/trust/",),
    "lowest qualities (floors)": ("/quality/floor/",),
    "rates of noticing and repair": ("/human/repaired", "/assistant/repaired", "/recognition/noticed/"),
    "the harm of an unrepaired misreading (χ_h)": ("/course/harm",),
    "weights of the qualities": ("/quality/weight/",),
}

#: Constants that results on trust and misreading hang on, by field or group: those without a prior are counted.
WATCHED = {
    "of trust": ("/trust", "/leaving/trust", "/change/uptake_trust"),
    "of repair": ("/repair", "/human/repaired", "/assistant/repaired"),
    "of noticing": ("/recognition/noticed",),
}


# ------------------------------------------------------------------------------------------- what the numbers rest on
def at_one_set(text: str) -> str:
    """The account of calibration of numbers at the scenario's own parameter set; `text`: what its author says."""
    return f"{ONE_SET}; {text or 'nothing is stated'}"


def over_sets(sets: ParameterSets) -> str:
    """The account of calibration of numbers over an ensemble."""
    return f"{len(sets)} parameter sets of {sets.rival}, {fitted(sets.ensemble)}; {SAME_FIT}"


def fitted(ensemble: Ensemble) -> str:
    """To what an ensemble was fitted, and how many of the figures it shows."""
    if "reweighted" in ensemble.provenance:  # its fit to the published figures was not simulated again
        return "fitted to published figures, then weighed by one service's own figures, for that service alone"
    rows = [row for row in ensemble.fit if row.get("weight", 1.0) > 0]
    if not rows:
        return "fitted as its file says, which names no figures"
    held = sum(bool(row.get("inside")) for row in rows)
    return f"fitted to {len(rows)} published figures, of which {held} hold the ensemble's median in their interval"


def warnings(sets: ParameterSets) -> list[str]:
    """What must stand beside any number over these sets; [] where nothing must."""
    from hybridcare.calibrate_ensemble import ENOUGH

    left = sets.ensemble.effective
    if left >= ENOUGH:
        return []
    return [f"The ensemble has {left:.1f} effective sets, fewer than {ENOUGH:g}: a few sets speak for all, and the "
            "interval over sets is not to be relied on."]  # fmt: skip


def provenance(sets: ParameterSets) -> dict[str, Any]:
    """What was run over, for files: rival, sets, numbers of those drawn, held pointers, the ensemble's own account."""
    known = sets.ensemble
    return {"rival": sets.rival, "sets": len(sets), "drawn": sorted(set(sets.chosen)), "held": list(sets.held),
            "ensemble_hash": sets.hash, "ensemble_sets": len(known), "ensemble_effective": round(known.effective, 3),
            "calibration": over_sets(sets), "about": known.about,
            "ensemble_provenance": dict(known.provenance)}  # fmt: skip


def notes(results: Any) -> list[str]:
    """What must stand beside a run's numbers: what its sets rest on, or why there are none; [] while nobody asked."""
    found = getattr(results, "ensemble", NOT_ASKED)
    if isinstance(found, str):
        return [] if found == NOT_ASKED else [as_sentence(found)]
    lines: list[str] = found.notes
    return lines


def as_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


# -------------------------------------------------------------------------------------------------- one number in words
def interval(found: Spread, unit: str) -> str:
    """A quantity with what is open and what is chance, in one breath."""
    size = f" {unit}" if unit else ""
    return (f"{signed(found.median)}{size} (90 % of {found.sets} parameter sets: {signed(found.low)} to "
            f"{signed(found.high)}, {OPEN}; Monte Carlo error {plain(found.noise_se)}, {CHANCE})")  # fmt: skip


def shares(found: Spread) -> str:
    """A share with what is open and what is chance, as percentages."""
    return (f"{share(found.median)} (90 % of {found.sets} parameter sets: {share(found.low)} to {share(found.high)}; "
            f"Monte Carlo error {plain(100 * found.noise_se)} percentage points)")  # fmt: skip


def points_apart(found: Spread) -> str:
    """A difference of two shares, in percentage points."""
    median, low, high = (signed(100 * value) for value in (found.median, found.low, found.high))
    return f"{median} percentage points ({low} to {high}; Monte Carlo error {plain(100 * found.noise_se)})"


def agreement(found: Spread) -> str:
    """What share of the sets agrees with the median's sign."""
    if not found.sets:
        return "no set gave a number"
    if found.median == 0:
        return f"the sets agree on no sign: {share(found.below)} lie below 0"
    lower = found.median < 0
    return f"{share(found.below if lower else 1 - found.below)} of the sets agree that it lies " + (
        "below 0" if lower else "at or above 0")  # fmt: skip


def chance_rules(found: Spread) -> bool:
    """Whether chance makes most of the width of the interval over sets, so that it says little of parameters."""
    return math.isfinite(found.own_se) and found.own_se > found.parameter_sd


WIDE_BY_CHANCE = ("Chance makes most of that width: with more clients or replicates the interval over parameter sets "
                  "would be narrower.")  # fmt: skip


def plain(value: float) -> str:
    """A size without sign: two decimals, or the first digit that counts; an em dash for what is unknown."""
    if not math.isfinite(value):
        return "—"
    digits = 2 if value == 0 or value >= 0.005 else min(12, -math.floor(math.log10(value)))
    return f"{value:.{digits}f}"


def share(value: float) -> str:
    """A share as a percentage, never rounded up to all or down to none."""
    if not math.isfinite(value):
        return "—"
    if 0 < value < 0.01 or 0.99 < value < 1:
        return "fewer than 1 %" if value < 0.5 else "more than 99 %"
    return f"{value:.0%}".replace("%", " %")


# ---------------------------------------------------------------------------------------------- what was not informed
@dataclass(frozen=True)
class Learnt:
    """What the published figures said of each parameter of an ensemble, from its rows.

    known      False: the file does not say
    informed, not_informed    pointers, in the file's order
    narrowed   by pointer, the share of the prior's standard deviation that is gone; below 0: it grew
    never      by words of WATCHED, fields without a prior: one value in all sets
    """

    known: bool
    informed: tuple[str, ...]
    not_informed: tuple[str, ...]
    narrowed: Mapping[str, float]
    never: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """In plain words, those that were not informed first, those that were never varied last."""
        return [*self._informed(), *self._never()]

    def _never(self) -> list[str]:
        """How many constants the ensemble carries no uncertainty for at all; [] where each had a prior."""
        count = sum(map(len, self.never.values()))
        if not count:
            return []
        parts = [f"{len(paths)} {words}" for words, paths in self.never.items() if paths]
        listed = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
        held = "it is" if count == 1 else "they are"
        them = "it" if count == 1 else "them"
        return [f"Never varied, since no prior frees {them}: {count} more constant{'s' * (count > 1)} that results on "
                f"trust and misreading hang on ({listed}). In all sets {held} what the scenario, the rival or the "
                "default says, so that an interval over sets carries no uncertainty of theirs."]  # fmt: skip

    def _informed(self) -> list[str]:
        if not self.known:
            return ["The ensemble's file does not say which of its parameters the published figures informed."]
        every = len(self.informed) + len(self.not_informed)
        if not self.not_informed:
            return [f"The published figures informed each of the {every} parameters.", *self._how_far()]
        lines = [f"The published figures did not inform {len(self.not_informed)} of {every} parameters: "
                 f"{self._named(self.not_informed)}. There the ensemble repeats what was believed before, and a result "
                 "that hangs on one of them hangs on an assumption."]  # fmt: skip
        lines.append(f"They informed {self._named(self.informed)}." if self.informed else "They informed none.")
        return [*lines, *self._how_far()]

    def _how_far(self) -> list[str]:
        """How much of the prior's spread is gone, by family; [] where none is watched."""
        parts = []
        for words, starts in FAMILIES.items():
            gone = [value for each, value in self.narrowed.items() if each.startswith(starts) and math.isfinite(value)]
            if not gone:
                continue
            ends = sorted({round(100 * value) for value in gone})
            shown = " to ".join(str(value).replace("-", "−") for value in dict.fromkeys((ends[0], ends[-1])))
            parts.append(f"{words} {shown} %")
        if not parts:
            return []
        return [f"Of the prior's standard deviation is gone: {', '.join(parts)}. What was learnt was learnt inside of "
                "this model: a rival that does without the number may fit as well."]  # fmt: skip

    def _named(self, pointers: Sequence[str]) -> str:
        """Families first, with how many of their parameters in the ensemble; then others by pointer."""
        every = {*self.informed, *self.not_informed}
        parts, rest = [], list(pointers)
        for words, starts in FAMILIES.items():
            own = [each for each in pointers if each.startswith(starts)]
            of = sum(each.startswith(starts) for each in every)
            rest = [each for each in rest if each not in own]
            parts += [words if of == 1 else f"{words} ({len(own)} of {of})"] if own else []
        parts += rest[:NAMED]
        return ", ".join(parts) + (f" and {len(rest) - NAMED} more" if len(rest) > NAMED else "")


def learnt(ensemble: Ensemble) -> Learnt:
    """Which parameters the figures informed, as the ensemble's rows have it."""
    rows = [row for row in ensemble.parameters if isinstance(row.get("informed"), bool)]
    return Learnt(len(rows) == len(ensemble.parameters) > 0,
                  tuple(str(row["pointer"]) for row in rows if row["informed"]),
                  tuple(str(row["pointer"]) for row in rows if not row["informed"]),
                  {str(row["pointer"]): float(row.get("narrowed", "nan")) for row in rows},
                  never_varied(ensemble.pointers))  # fmt: skip


def never_varied(pointers: Sequence[str]) -> dict[str, list[str]]:
    """By words of WATCHED, the fields of the model that are not among these pointers."""
    from hybridcare import core
    from hybridcare.evidence_links import covers

    paths = [str(row["path"]) for row in core.fields()]
    return {words: [path for path in paths if path not in pointers and any(covers(start, path) for start in starts)]
            for words, starts in WATCHED.items()}  # fmt: skip


COLUMNS = ("pointer", "symbol", "unit", "prior_q05", "prior_q95", "q05", "q95", "narrowed", "informed")


def parameter_table(ensemble: Ensemble) -> pd.DataFrame:
    """Prior beside posterior, one row a parameter, in the field's unit, not informed first: pointer, symbol, unit,
    prior_low, prior_high, low, high (5 and 95 %), narrowed (1 minus posterior SD over prior SD), informed."""
    import pandas

    if not learnt(ensemble).known:
        return pandas.DataFrame()
    rows = sorted(ensemble.parameters, key=lambda row: bool(row["informed"]))
    names = {"prior_q05": "prior_low", "prior_q95": "prior_high", "q05": "low", "q95": "high"}
    return pandas.DataFrame([{names.get(key, key): _cell(row, key) for key in COLUMNS} for row in rows])


def _cell(row: Mapping[str, Any], key: str) -> Any:
    if key in ("pointer", "symbol", "unit"):
        return str(row.get(key, ""))
    return row[key] if key == "informed" else float(row.get(key, "nan"))


LEARNT_TITLE = "What the data did not inform"
LEARNT_NOTE = ("Prior and posterior run from 5 to 95 %, in the parameter's unit; narrowed: 1 minus the posterior's "
               "standard deviation over the prior's.")  # fmt: skip


def learnt_part(ensemble: Ensemble) -> Part:
    """The part of a verb's report on what the data did not inform, prior beside posterior."""
    from hybridcare.report_verb import Part

    table = parameter_table(ensemble)
    return Part(LEARNT_TITLE, learnt(ensemble).sentences, table=table if len(table) else None,
                note=LEARNT_NOTE if len(table) else "")  # fmt: skip
