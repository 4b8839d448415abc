"""The evaluation of a measured assistant: bundled protocols, every rival model, and the chance of passing each gate.

A chance is over what the measurement leaves open: each replicate draws anew from the profile's posteriors. It is given
for each rival model and each b_E, and never pooled over them: no data say how likely a model is. The luck of simulated
clients is taken out as far as the same clients with an unmeasured assistant share it; what is left of it widens the
spread, and pulls a chance towards one half.
"""

from __future__ import annotations

import html
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import core
from hybridcare.conclusions import reach
from hybridcare.errors import config_error
from hybridcare.evaluation_run import CONTROL, Measured, chosen_protocols, document_of, metrics_of, only, run
from hybridcare.evaluation_sets import GatesOver, over_part
from hybridcare.evaluation_sets import over as over_sets
from hybridcare.experiment import checked_threads
from hybridcare.gate_chance import POINTS, chance, chance_of_all, without_luck
from hybridcare.points import Metric
from hybridcare.profiles import SCENARIO
from hybridcare.rival_sets import IN_MIDDLE, standing
from hybridcare.rivals import first_words, rivals
from hybridcare.rivals_contest import plain_rows
from hybridcare.rivals_models import EMPATHY, Model
from hybridcare.scenario import Scenario, load
from hybridcare.sets_beside import first_lines, provenance
from hybridcare.thresholds import OLD, Gate, Thresholds, evaluation
from hybridcare.thresholds import thresholds as read_thresholds  # an argument has its name
from hybridcare.uncertainty import parameter_sets

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble

CLIENTS, REPLICATES = 200, 32


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found."""

    scenario: Scenario
    models: list[Model]
    asked: Thresholds
    metrics: list[Metric]
    new: Measured
    old: Measured | None
    protocols: dict[str, str]
    over: GatesOver | None = None
    integration: int = POINTS

    @cached_property
    def _chances(self) -> pd.DataFrame:
        import pandas

        rows = [self._chance(protocol, gate, point) for gate in self.asked.gates for protocol in gate.protocols
                for point in range(len(self.models)) if gate.against != OLD or self.old is not None]  # fmt: skip
        return pandas.DataFrame([*rows, *(self.over.rows() if self.over is not None else [])])

    def chances(self) -> pd.DataFrame:
        """One row for each protocol, gate and model; parameter sets together are one more, of kind "sets": metric,
        unit, culture (the worst one, where each is asked), against, limit, value (mean over draws), noise_se (its Monte
        Carlo error), open_sd (how far draws scatter, and what is left of luck), chance of passing (where each culture
        is asked, in all of them at once; the rest is of the worst), counts (whether this model decides). Chances are
        shares.
        """
        return self._chances.copy()

    def _chance(self, protocol: str, gate: Gate, point: int) -> dict[str, Any]:
        cultures = self.scenario.core.cultures if gate.worst else [gate.metric.culture]
        tried = [(culture, *self.values(protocol, gate, point, culture)) for culture in cultures]
        known = [each for each in tried if np.isfinite(each[1]).all()]
        base = {"protocol": protocol, "gate": gate.name, "kind": self.models[point].kind,
                "model": name_of(self.models[point]), "metric": str(gate.metric), "against": gate.against,
                "limit": gate.limit}  # fmt: skip
        counts = base["model"] in self.asked.models
        if not known:
            return {**base, "culture": "", "unit": "", "value": math.nan, "noise_se": math.nan, "open_sd": math.nan,
                    "chance": math.nan, "counts": counts}  # fmt: skip
        chances = [chance(values, gate.limit, gate.upper, _noise(plain)) for _, values, plain, _ in known]
        culture, values, plain, unit = known[int(np.argmin(chances))]
        every = chance_of_all(np.stack([each[1] for each in known]), gate.limit, gate.upper,
                              np.stack([each[2] for each in known]), self.integration)  # fmt: skip
        return {**base, "culture": culture, "unit": unit, "value": float(np.mean(values)), "noise_se": _noise(plain),
                "open_sd": float(np.std(values, ddof=1)), "chance": every, "counts": counts}  # fmt: skip

    def values(self, protocol: str, gate: Gate, point: int, culture: str) -> tuple[np.ndarray, np.ndarray, str]:
        """By replicate, with the luck that an unmeasured assistant shares taken out; the same with it; the unit."""
        number = self.metrics.index(replace(gate.metric, culture=culture))
        plain = self._of(self.new, protocol, point, number)
        control = self._of(self.new, protocol + CONTROL, point, number)
        if gate.against == OLD:
            assert self.old is not None
            plain = control = plain - self._of(self.old, protocol, point, number)
        elif gate.against:
            against = self._of(self.new, gate.against, point, number)
            plain, control = plain - against, control - against
        unit = self.new.runs.metrics[number]["unit"]
        return plain if gate.against == OLD else without_luck(plain, control), plain, unit

    @staticmethod
    def _of(measured: Measured, arm: str, point: int, number: int) -> np.ndarray:
        values: np.ndarray = measured.runs.values[point, measured.runs.arms.index(arm), number]
        return values

    def scorecard(self) -> pd.DataFrame:
        """One row for each protocol and gate: label, metric, unit, asked; value in the default model (R1), its lowest
        and highest over all models; chance in R1, lowest chance over the models that decide and in which; passed (True,
        False, or None where there is nothing to count, which does not pass)."""
        import pandas

        rows = []
        for gate in self.asked.gates:
            for protocol in gate.protocols:
                own = self._chances[(self._chances["gate"] == gate.name) & (self._chances["protocol"] == protocol)]
                if len(own):
                    rows.append(self._score(gate, protocol, own))
        return pandas.DataFrame(rows).astype({"passed": object})

    def _score(self, gate: Gate, protocol: str, own: pd.DataFrame) -> dict[str, Any]:
        first = own[own["model"] == "R1"].iloc[0]
        deciding = own[own["counts"]]
        unknown = bool(deciding["chance"].isna().any())
        worst = None if unknown else deciding.loc[deciding["chance"].idxmin()]
        return {
            "protocol": protocol, "gate": gate.name, "label": gate.label, "metric": str(gate.metric),
            "unit": str(first["unit"]), "against": gate.against, "asked": gate.asked, "culture": str(first["culture"]),
            "value": first["value"], "lowest": own["value"].min(), "highest": own["value"].max(),
            "chance": first["chance"], "least_chance": math.nan if worst is None else worst["chance"],
            "in_model": "" if worst is None else worst["model"],
            "passed": None if worst is None else bool(worst["chance"] >= self.asked.chance),
        }  # fmt: skip

    @property
    def passed(self) -> bool:
        """True if every gate is passed in every protocol it is asked in, with the chance asked, in all models asked."""
        return all(row is True for row in self.scorecard()["passed"])

    def differences(self) -> pd.DataFrame:
        """New minus old profile, for each protocol, gate and model, same clients and same luck: value of both,
        difference, noise_se, noise_low, noise_high (95 %, of simulation and measurement, Student's t). Raises
        ConfigError without an old profile."""
        import pandas

        if self.old is None:
            raise config_error("differences", "there is no old profile; give one as against=")
        rows = []
        for gate in self.asked.gates:
            for protocol in gate.protocols:
                for point in range(len(self.models)):
                    rows += self._difference(protocol, gate, point)
        return pandas.DataFrame(rows)

    def _difference(self, protocol: str, gate: Gate, point: int) -> list[dict[str, Any]]:
        assert self.old is not None
        out = []
        for culture in self.scenario.core.cultures if gate.worst else [gate.metric.culture]:
            number = self.metrics.index(replace(gate.metric, culture=culture))
            new, old = (self._of(each, protocol, point, number) for each in (self.new, self.old))
            gap = new - old
            noise = _noise(gap)
            half = reach(len(gap)) * noise
            middle = float(np.mean(gap))
            out.append({"protocol": protocol, "gate": gate.name, "metric": str(gate.metric), "culture": culture,
                        "kind": self.models[point].kind, "model": name_of(self.models[point]),
                        "unit": self.new.runs.metrics[number]["unit"], "new": float(np.mean(new)),
                        "old": float(np.mean(old)), "difference": middle, "noise_se": noise,
                        "noise_low": middle - half, "noise_high": middle + half})  # fmt: skip
        return out

    @property
    def sentence(self) -> str:
        """How many gates are passed, and which are not."""
        rows = self.scorecard()
        failed = rows[rows["passed"].map(lambda value: value is not True)]
        said = (f"{self.new.profile.name}: {len(rows) - len(failed)} of {len(rows)} gates passed with a chance of "
                f"{self.asked.chance:g} or more in each of {', '.join(self.asked.models)}")  # fmt: skip
        said += self._over_words
        if failed.empty:
            return said + "."
        named = [f"{gate} ({', '.join(own['protocol'])})" for gate, own in failed.groupby("gate", sort=False)]
        return said + f"; not passed: {'; '.join(named)}."

    @property
    def _over_words(self) -> str:
        """Behind the models that decide: the sets, and that both sources of doubt are in their chance."""
        if self.over is None:
            return ""
        return (f", and over {len(self.over.sets)} parameter sets of {self.over.sets.rival}, a chance over what the "
                "measurement and what the published figures leave open together")  # fmt: skip

    @property
    def before(self) -> list[str]:
        """What is said before the numbers: what a fit does not tell, and over which parameter sets they are."""
        if self.over is None and "R1" in self._refitted:
            return [IN_MIDDLE]
        return first_lines(self.over.sets if self.over is not None else None)

    @property
    def _refitted(self) -> list[str]:
        """Rivals that stand in a set of their ensemble; the others at given values."""
        return [each.name for each in self.models if each.kind == "rival" and each.sets is not None]

    @property
    def _standing(self) -> list[str]:
        """In which numbers rivals, and b_E on top of the default, were run."""
        fitted = self._refitted
        rest = [each.name for each in self.models if each.kind == "rival" and each.name not in fitted]
        base = "middle set" if "R1" in fitted else "given values"
        return [*standing(fitted, rest), f"b_E is moved on top of R1's {base}."]

    @property
    def caveats(self) -> list[str]:
        """What must stand beside the scorecard."""
        used = [each.profile for each in (self.new, self.old) if each is not None]
        invented = [f"ILLUSTRATIVE: the numbers of {each.name} were invented and measure nothing."
                    for each in used if each.illustrative]  # fmt: skip
        skipped = [gate.name for gate in self.asked.gates if gate.against == OLD and self.old is None]
        left = [f"Not asked, without an old profile: {', '.join(skipped)}."] if skipped else []
        failures = [f"{self.models[point].name} could not be run: {why}"
                    for point, why in self.new.runs.failures.items()]  # fmt: skip
        return [*invented, *self.before, *failures, *left, first_words(), *self._standing,
                f"Thresholds: {self.asked.source}.",
                "A chance is over draws from what the measurement leaves open, model by model; it is no chance that a "
                "model is right, and chances of several gates do not multiply. A symptom score never clears safety: "
                "rare events lie outside of it.", f"Calibration: {self.scenario.core.calibration}"]  # fmt: skip

    def plot(self) -> Any:
        """Chances of passing, by protocol and gate: in each model, and the chance asked, as a `plots.Figure`."""
        from hybridcare.plots_evaluation import scorecard

        return scorecard(self)

    def parts(self) -> list[Any]:
        """Parts of a report: see `hybridcare.report_verb`."""
        from hybridcare.report_verb import Part

        card = self.scorecard()
        gates = [f"{gate.name}: {gate.label} ({gate.metric}{f' minus {gate.against}' if gate.against else ''} "
                 f"{gate.asked})" for gate in self.asked.gates]  # fmt: skip
        parts = [Part("Scorecard", [self.sentence], self.plot(), card),
                 Part("The scorecard in numbers", [], None, card.drop(columns=["label"])),
                 Part("The gates", gates), Part("Chances, model by model", [], None, self.chances())]  # fmt: skip
        if self.over is not None:
            parts.insert(1, over_part(self.over))
        if self.old is not None:
            shown = self.differences().drop_duplicates(["protocol", "metric", "culture", "model"])
            parts.insert(1, Part("New minus old", ["Same clients, same luck; below zero the new one has less. Noise is "
                                 "of simulation and measurement."], None, shown.drop(columns=["gate", "kind"])))
        return parts

    def report(self, path: str | os.PathLike[str]) -> Any:
        """Writes one offline HTML page and returns its path. Raises ConfigError if it cannot be written."""
        from hybridcare.report_verb import save_report

        return save_report(path, f"Evaluation of {self.new.profile.name}", "Does this assistant pass its gates?",
                           self.parts(), self.provenance)  # fmt: skip

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every number."""
        experiment, build, about = self.scenario.core, core.build_info(), self.new.profile.about
        against = {"against_profile": self.old.profile.name, "against_digest": self.old.profile.about["digest"]} if (
            self.old is not None) else {}  # fmt: skip
        return {"calibration": experiment.calibration, "version": build["version"], "commit": build["commit"],
                "profile": self.new.profile.name, "profile_digest": about["digest"], **against,
                "scenario": experiment.name, "scenario_hash": self.scenario.hash, "seed": experiment.seed,
                "results_hash": self.new.runs.hash, "clients": experiment.clients,
                "replicates": experiment.replicates, "thresholds": self.asked.source,
                **self._sets, "rivals": " ".join(self._standing), "caveats": self.caveats}  # fmt: skip

    @property
    def _sets(self) -> Mapping[str, Any]:
        """Which parameter sets the numbers are of."""
        if self.over is None and "R1" in self._refitted:
            return {"parameter_sets": "the middle set of each rival's own ensemble"}
        return provenance(self.over.sets if self.over is not None else None)

    def document(self) -> dict[str, Any]:
        """Everything as plain dictionaries that JSON can hold; None where unknown."""
        differences = plain_rows(self.differences()) if self.old is not None else []
        return {"format": "hybridcare evaluation 1", "passed": self.passed, "said": self.sentence, **self.provenance,
                "chance_asked": self.asked.chance, "models_asked": list(self.asked.models),
                "scorecard": plain_rows(self.scorecard()), "chances": plain_rows(self.chances()),
                "sets": [] if self.over is None else plain_rows(self.over.table()),
                "differences": differences}  # fmt: skip

    def __repr__(self) -> str:
        return f"<hybridcare.Evaluation {self.sentence}>"

    def _repr_html_(self) -> str:
        lines = "<br>".join(html.escape(line) for line in (self.sentence, *self.caveats))
        table: str = self.scorecard().to_html(index=False, float_format=lambda value: f"{value:.3f}")
        return f"<p>{lines}</p>{table}"


def _noise(values: np.ndarray) -> float:
    """Standard error of the mean over replicates."""
    return float(np.std(values, ddof=1) / math.sqrt(len(values)))


def name_of(model: Model) -> str:
    """R0; b_E 1.5"""
    return f"b_E {model.name}" if model.kind == "b_E" else model.name


def evaluate(
    profile: str | os.PathLike[str],
    against: str | os.PathLike[str] | None = None,
    *,
    thresholds: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    protocols: Iterable[str] | None = None,
    scenario: Scenario | str | os.PathLike[str] = SCENARIO,
    clients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int = 0,
    progress: bool = True,
    uncertainty: str | os.PathLike[str] | Ensemble | None = None,
    rival: str = "R1",
    sets: int = 100,
) -> Evaluation:
    """Runs a measured assistant through the bundled protocols in every rival model, each in a set that fits, and at b_E
    0, 1.5 and 3.

    profile, against    a folder with profile.json, such a file, or a bundled name; the new one, and an old one
    thresholds  a JSON file or a mapping (see `hybridcare.thresholds`); default: assumed ones
    protocols   some of sole_provider, between_sessions, stepped_care, hybrid; default: all
    scenario    whose clients, cultures, emotions and fields are taken; its arms are not
    clients, replicates    per arm and model; default 200 in each of 32 (at least 4)
    uncertainty  "ensemble", an Ensemble, or its file (.json): also over `sets` parameter sets of `rival` that fit the
                published figures, with fewer clients and draws in each; the chance over them decides too. None:
                without these, each rival in the middle set of its own ensemble; "defaults": all at given values
    Raises ConfigError: what is wrong in which file and where; an unknown protocol, model, metric or reference.

    >>> hc.evaluate("my_assistant/", against="my_assistant_v1/").scorecard()
    """
    start = scenario if isinstance(scenario, Scenario) else load(scenario)
    size = {"clients": CLIENTS if clients is None else clients,
            "replicates": REPLICATES if replicates is None else replicates}  # fmt: skip
    start.core.with_overrides(seed=seed, **size)
    if size["replicates"] < 4:
        raise config_error("replicates", f"{size['replicates']} are too few for a chance: at least 4")
    chosen = chosen_protocols(protocols)
    names = [*rivals(), *(f"b_E {b:g}" for b in EMPATHY)]
    asked = only(read_thresholds(thresholds, evaluation()["protocols"], names), chosen)
    document = document_of(start, chosen, {**size, **({} if seed is None else {"seed": int(seed)})})
    plain = Scenario.of(document, start.file)
    metrics, over = metrics_of(asked, plain), parameter_sets(plain, uncertainty, rival, sets)
    models, new = run(document, profile, start, metrics, threads, progress, uncertainty)
    old = run(document, against, start, metrics, threads, progress, uncertainty)[1] if against is not None else None
    labels = {name: str(arm["label"]) for name, arm in chosen.items()}
    found = Evaluation(new.scenario, models, asked, metrics, new, old, labels)
    return found if over is None else replace(found, over=over_sets(found, over, checked_threads(threads), progress))


