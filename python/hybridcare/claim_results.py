"""What a claim's study found: which sets hold it, the verdict, and what it depends on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import claim_verdicts as rule
from hybridcare.claim_effects import near, within
from hybridcare.claim_runs import ENSEMBLE, SWITCH, Runs, Size
from hybridcare.claim_sets import PRIOR, design, seed_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.claim_files import Claim, Condition, Effect

UNFITTED = "prior only: no set was fitted"
FITTED = "parameter ensemble: sets that fit published figures; what no figure speaks of is drawn"
PRIOR_SETS = 4096  # from which it is said what the prior alone says, where nothing need be run
REFERENCE = "not judged: it stands beside"
#: Names of sums of weights that are shown beside the weights themselves.
SUMS = {"empathy's weight": tuple(f"/quality/weight/{q}" for q in ("resonance", "perspective_taking", "compassion"))}


@dataclass(frozen=True)
class Judged:
    """The sets of one model, each judged: arrays of shape (sets,). `close`: another seed could move a set across an
    end of a band."""

    holds: np.ndarray
    opposite: np.ndarray
    close: np.ndarray
    effective: float = float("inf")  # see claim_verdicts.Counted

    @property
    def counted(self) -> rule.Counted:
        return rule.Counted(len(self.holds), int(self.holds.sum()), int(self.opposite.sum()), self.effective)


def judge(conditions: tuple[Condition, ...], estimate: pd.DataFrame, noise: pd.DataFrame,
          effective: float = float("inf")) -> Judged:  # fmt: skip
    """A set holds if every condition holds, and says the opposite if one of them is contradicted."""
    import numpy as np

    holds = np.ones(len(estimate), dtype=bool)
    opposite, close = np.zeros_like(holds), np.zeros_like(holds)
    for each in conditions:
        values = estimate[each.effect].to_numpy()
        inside = within(values, each.holds)
        holds &= inside
        opposite |= within(values, each.contradicts) & ~inside  # an end shared by both bands is held
        close |= near(values, noise[each.effect].to_numpy(), each.holds)
    return Judged(holds, opposite, close, effective)


class ClaimResult:
    """One claim's study.

    Attributes
        claim, size, runs   what was asked, how much was run, and all numbers
        judged              by model: which sets hold the claim, and which say the opposite
    """

    def __init__(self, claim: Claim, size: Size, runs: Runs) -> None:
        self.claim, self.size, self.runs = claim, size, runs
        self.judged: dict[str, Judged] = {
            name: judge(claim.conditions, runs.estimate[name], runs.noise[name],
                        runs.effective.get(name, runs.effective.get(ENSEMBLE, math.inf)))
            for name in runs.estimate
        }  # fmt: skip

    @property
    def ensemble(self) -> rule.Counted:
        return self.judged[ENSEMBLE].counted

    @property
    def rivals(self) -> dict[str, rule.Counted]:
        """By name, those that count: all that were not fitted, or that fit."""
        return {model.name: self.judged[model.name].counted for model in self.runs.models if model.counts}

    @property
    def calibration(self) -> str:
        """What stands beside every number: what the sets are."""
        return (FITTED if self.runs.fitted else UNFITTED) + ("; quick" if self.size.quick else "")

    @property
    def prior(self) -> rule.Counted | None:
        """What the prior alone says: simulated in sets that were drawn before any figure, where the claim was run over
        an ensemble; else `put_in`."""
        return self.judged[PRIOR].counted if PRIOR in self.judged else self.put_in

    @cached_property
    def put_in(self) -> rule.Counted | None:
        """In how many of PRIOR_SETS draws of the claim's prior, for which nothing need be run, the claim is known to
        hold; None where nothing can be known without running it."""
        prior = self.claim.prior
        if prior.kind == "none" or (prior.kind == "switch" and not self.gone):
            return None
        many = design(self.claim.uncertain, PRIOR_SETS, seed_of(self.claim))
        drawn = many[list(prior.paths)].to_numpy(dtype=float)
        holds = within(drawn.sum(axis=1), prior.holds) if prior.kind == "sum" else drawn[:, 0] > 0
        return rule.Counted(PRIOR_SETS, int(holds.sum()))

    @property
    def gone(self) -> bool | None:
        """With the coefficient switched off, is the effect exactly gone in every set? None: nothing is switched off."""
        if self.claim.prior.kind != "switch":
            return None
        return bool((self.runs.estimate[SWITCH][self.claim.prior.effect] == 0).all())

    @cached_property
    def verdict(self) -> rule.Verdict:
        return rule.verdict(self.ensemble, self.rivals, self.prior, self.put_in)

    @cached_property
    def parts(self) -> dict[str, float]:
        """Share of the sets in which each condition holds by itself, by the name of its effect."""
        estimate = self.runs.estimate[ENSEMBLE]
        return {each.effect: float(within(estimate[each.effect].to_numpy(), each.holds).mean())
                for each in self.claim.conditions}  # fmt: skip

    @cached_property
    def deciding(self) -> Effect:
        """The effect of the condition that holds in the fewest sets: what the claim stands or falls with. The first of
        equals, so that of a claim with one condition it is the main effect."""
        return self.claim.effects[min(self.parts, key=lambda name: self.parts[name])]

    @cached_property
    def sign(self) -> rule.Counted | None:
        """In how many sets the main effect has the claimed sign, whatever its size; None where the claim has none."""
        condition = self.claim.conditions[0]
        values = self.runs.estimate[ENSEMBLE][condition.effect]
        if len(condition.holds) != 1:
            return None
        low, high = condition.holds[0]
        if low >= 0 and high == math.inf:
            return rule.Counted(len(values), int((values > 0).sum()))
        if high <= 0 and low == -math.inf:
            return rule.Counted(len(values), int((values < 0).sum()))
        return None

    # what it depends on
    @cached_property
    def features(self) -> pd.DataFrame:
        """The drawn parameters of the default model, one row for each set, with sums of weights by name."""
        return self.features_of(ENSEMBLE)

    def features_of(self, model: str) -> pd.DataFrame:
        """The same of any model's sets."""
        frame = self.runs.sets_of(model).copy()
        for name, paths in SUMS.items():
            if all(path in frame for path in paths):
                frame[name] = frame[list(paths)].sum(axis=1)
        return frame

    @cached_property
    def split(self) -> rule.Split | None:
        """The question that best tells the sets in which the claim holds from the others; None if too few differ."""
        frame = self.features
        return rule.split(frame.to_numpy(dtype=float), list(frame), self.judged[ENSEMBLE].holds)

    @cached_property
    def refuting(self) -> rule.Split | None:
        """The question that best tells the sets that say the opposite from the others; None if they are too few."""
        frame = self.features
        return rule.split(frame.to_numpy(dtype=float), list(frame), self.judged[ENSEMBLE].opposite)

    @cached_property
    def ranks(self) -> list[tuple[str, float]]:
        """(path, rank correlation with the deciding effect), strongest first."""
        frame = self.features
        effect = self.runs.estimate[ENSEMBLE][self.deciding.name].to_numpy()
        return rule.ranks(frame.to_numpy(dtype=float), list(frame), effect)

    @property
    def driver(self) -> str | None:
        """Path of the parameter that the verdict hangs on: the one that tells the sets in which the claim holds, or
        those that say the opposite; else the one whose rank goes with the deciding effect beyond chance; else None.
        Each of the three looks is held to 5 %: where nothing has an effect, one is named in 15 % at most."""
        for told in (self.split, self.refuting):
            if told is not None and told.tells:
                return told.path
        bar = rule.chance_rho(len(self.features), len(self.features.columns))
        return self.ranks[0][0] if self.ranks and abs(self.ranks[0][1]) > bar else None

    @cached_property
    def breakeven(self) -> tuple[float, float] | None:
        """(value, standard error) of the claim's break-even parameter, in its own unit; None if not told."""
        asked = self.claim.breakeven
        if asked is None:
            return None
        effect = self.runs.estimate[ENSEMBLE][asked["effect"]].to_numpy()
        frame = self.runs.parameters
        return rule.breakeven(frame.to_numpy(dtype=float), list(frame), effect, asked["path"], asked["at"])

    @cached_property
    def largest(self) -> dict[str, int]:
        """Of effects that are compared, in how many sets each is the largest in size. {} where none are compared."""
        if not self.claim.largest:
            return {}
        frame = self.runs.estimate[ENSEMBLE][list(self.claim.largest)].abs().dropna()
        first = frame.idxmax(axis=1).value_counts()
        return {name: int(first.get(name, 0)) for name in self.claim.largest}

    # tables
    def sets(self) -> pd.DataFrame:
        """One row for each model and set: claim, model, set, holds, opposite, close, the effects with their simulation
        noise, and the drawn parameters (what a rival fixes is fixed there, whatever was drawn)."""
        import pandas

        parts = []
        for name, judged in self.judged.items():
            estimate, noise = self.runs.estimate[name], self.runs.noise[name]
            head = pandas.DataFrame({"claim": self.claim.id, "model": name, "set": range(len(estimate)),
                                     "holds": judged.holds, "opposite": judged.opposite,
                                     "close": judged.close})  # fmt: skip
            both = [head, estimate, noise.add_suffix("_noise_se"), self.features_of(name).iloc[: len(estimate)]]
            parts.append(pandas.concat(both, axis=1))
        return pandas.concat(parts, ignore_index=True)

    def models(self) -> pd.DataFrame:
        """One row for each model: model, label, status, sets, holds, holds_low, holds_high (Wilson's 95 % interval),
        opposite, effective (so many equally likely sets would say as much), and the median and range over sets of the
        deciding effect, in its unit."""
        import pandas

        rows = []
        for model in self.runs.models:
            counted, effect = self.judged[model.name].counted, self.runs.estimate[model.name][self.deciding.name]
            low, high = counted.interval()
            status = model.status or (REFERENCE if self.runs.fitted else UNFITTED)
            rows.append({"model": model.name, "label": model.label, "status": status,
                         "effect": self.deciding.name, "sets": counted.sets, "holds": counted.share,
                         "holds_low": low, "holds_high": high,
                         "opposite": counted.opposite / counted.sets,
                         "effective": min(counted.effective, float(counted.sets)), "median": effect.median(),
                         "least": effect.min(), "most": effect.max()})  # fmt: skip
        return pandas.DataFrame(rows)

    def effects(self) -> pd.DataFrame:
        """One row for each effect: over the sets of the default model its median, 5 % and 95 %, in how many the bands
        are held, and the typical simulation noise of one set. Parameter uncertainty and noise stand apart."""
        import pandas

        estimate, noise = self.runs.estimate[ENSEMBLE], self.runs.noise[ENSEMBLE]
        judging = {each.effect: each for each in self.claim.conditions}
        rows = []
        for name, effect in self.claim.effects.items():
            values = estimate[name]
            rows.append({"effect": name, "label": effect.label, "unit": effect.unit, "median": values.median(),
                         "low_5": values.quantile(0.05), "high_95": values.quantile(0.95),
                         "noise_se": noise[name].median(), "judged": name in judging,
                         "holds": within(values.to_numpy(), judging[name].holds).mean() if name in judging
                         else float("nan")})  # fmt: skip
        return pandas.DataFrame(rows)

    def row(self) -> dict[str, Any]:
        """The claim in one line of the table of all claims."""
        from hybridcare.claim_words import depends_on

        low, high = self.ensemble.interval()
        found: dict[str, Any] = {
            "claim": self.claim.id, "title": self.claim.title, "verdict": self.verdict.kind,
            "otherwise": self.verdict.otherwise, "depends_on": depends_on(self), "sets": self.ensemble.sets,
            "holds": self.ensemble.share, "holds_low": low, "holds_high": high,
            "opposite": self.ensemble.opposite / self.ensemble.sets,
            "prior": self.prior.share if self.prior else float("nan"),
            "put_in": self.put_in.share if self.put_in else float("nan")}  # fmt: skip
        for model in self.runs.models:
            if model.kind in ("rival", "elasticity"):
                found[model.name] = self.judged[model.name].counted.share
        return {**found, "failed": len(self.runs.failures), "mark": self.calibration}

    def summary(self) -> Mapping[str, Any]:
        """As plain dictionaries that JSON can hold."""
        from hybridcare.claim_words import sentences

        return {**{key: _plain(value) for key, value in self.row().items()}, "words": sentences(self),
                "models": _rows(self.models()), "effects": _rows(self.effects()),
                "ranks": [{"path": path, "rho": rho} for path, rho in self.ranks[:5]],
                "failures": [{"model": model, "set": at, "why": why}
                             for (model, at), why in self.runs.failures.items()]}  # fmt: skip

    def plot(self) -> Any:
        """The sets' deciding effect by driver and by model, as a `plots.Figure`."""
        from hybridcare.plots_claims import picture

        return picture(self)

    def __repr__(self) -> str:
        return f"<hybridcare.ClaimResult {self.claim.id}: {self.verdict.kind}, {self.ensemble.share:.0%} of sets>"


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
