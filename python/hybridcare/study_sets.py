"""Draws of a study that are parameter sets of ensembles: joint, as the published figures leave them.

`"uncertainties": "ensemble"`, or {"ensemble": "R1", "sets": 64} with distributions of other numbers beside it. A rival
under relationships takes the sets that fit when it is true; one without an ensemble is laid over the default's, and
says so. The ensembles are kept beside results in full, so that another version's do not change what a folder holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.errors import ConfigError, config_error
from hybridcare.study_file import ENSEMBLE_KEYS

if TYPE_CHECKING:
    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.scenario import Scenario
    from hybridcare.study_file import Spec
    from hybridcare.study_models import Model
    from hybridcare.uncertainty import ParameterSets

DEFAULT = "R1"
KINDS = ("sobol", "latin_hypercube")  # of designs that an ensemble can stand in
NOT_REFITTED = f"not refitted: laid over the parameter sets of {DEFAULT}"
REFUSED = ("the draws of this study are parameter sets of an ensemble, in which parameters go together: indices and "
           "tornados share the spread out as if each could be moved alone. variance() says what parameters make of it "
           "and discover() where a condition holds; for indices run the study with distributions under uncertainties, "
           "in place of \"ensemble\"")  # fmt: skip


@dataclass(frozen=True)
class StudySets:
    """default: of the default model; own: by name, of the rivals that have an ensemble; paths: that the study's own
    distributions hold, so that the sets are not heard there; first: the study's first model, whose sets stand for it;
    said: how the file's own uncertainties and these share the study."""

    default: ParameterSets
    own: Mapping[str, ParameterSets]
    paths: frozenset[str] = frozenset()
    first: str = "default"
    said: tuple[str, ...] = ()

    @property
    def main(self) -> ParameterSets:
        """Of the study's first model: what is said of the study's sets is said of these."""
        return self.of(self.first)

    def of(self, model: str) -> ParameterSets:
        """The sets that a model of the study is run under."""
        return self.own.get(model, self.default)

    def point(self, model: str, draw: int) -> dict[str, Any]:
        """The merge patch of a draw's set."""
        found: dict[str, Any] = json.loads(self.of(model).points[draw % len(self.default)])
        return found

    def columns(self, model: str, draws: int) -> dict[str, list[float]]:
        """Path -> value of each draw, of those that are heard."""
        from hybridcare.uncertainty import says

        sets, first = self.of(model), self.point(model, 0)
        rows = sets.ensemble.values[list(sets.chosen)]
        return {path: [float(rows[draw % len(sets), at]) for draw in range(draws)]
                for at, path in enumerate(sets.ensemble.pointers)
                if path not in self.paths and says(first, path)}  # fmt: skip

    def marked(self, model: Model) -> Model:
        """The model with what is said of its sets. A scenario's label of it speaks of given values, which they
        replace."""
        if model.name in self.own:
            return replace(model, label=_title(model.name), note=f"its own parameter sets; {_status(model.name)}")
        if not model.patch:
            return replace(model, label=_title(DEFAULT))
        return replace(model, note=NOT_REFITTED) if model.note else model

    @property
    def notes(self) -> list[str]:
        from hybridcare.uncertainty_words import SAME_FIT, warnings

        held = f" Held by the study's own distributions: {', '.join(sorted(self.paths))}." if self.paths else ""
        return [f"Draws are {self.main.sentence}; {SAME_FIT}.{held}", *self.said, *warnings(self.main)]

    def helps(self, model: str) -> str:
        """What would narrow parameter uncertainty."""
        return f"better published figures: the ensemble of {self.of(model).rival} is what they leave open"

    def documents(self) -> dict[str, Any]:
        """The ensembles in full, by rival model, as `read_ensemble` reads them."""
        return {sets.rival: document_of(sets.ensemble) for sets in (self.default, *self.own.values())}


def refuse_joint(sets: StudySets | None, what: str) -> None:
    """Raises ConfigError where numbers go together that `what` moves one by one."""
    if sets is not None:
        raise config_error(what, REFUSED)


def _title(rival: str) -> str:
    from hybridcare.rivals import rivals

    return rivals()[rival].title


def _status(rival: str) -> str:
    from hybridcare.rivals import rivals

    return rivals([rival])[rival].status


def document_of(found: Ensemble) -> dict[str, Any]:
    """An ensemble as `read_ensemble` reads it: parameters by pointer, sets with weights; the fit and how it came about,
    so that both can be said of results too."""
    sets = [{"weight": float(weight), "values": [float(value) for value in row]}
            for weight, row in zip(found.weights, found.values, strict=True)]  # fmt: skip
    return {"format": 1, "rival": found.rival, "about": found.about, "provenance": dict(found.provenance),
            "fit": [dict(row) for row in found.fit], "parameters": [dict(row) for row in found.parameters],
            "sets": sets}  # fmt: skip


def study_sets(spec: Spec, scenario: Scenario, models: Sequence[str], paths: Sequence[str],
               draws: int) -> StudySets | None:  # fmt: skip
    """What a study file asks for under uncertainties; None where it asks for no ensemble. Raises ConfigError with the
    place: no such ensemble, one of a rival, a design that needs independent numbers, another configuration."""
    from hybridcare.rivals import rivals
    from hybridcare.study_over import replaced_notes
    from hybridcare.uncertainty import parameter_sets

    if not spec.ensemble:
        return None
    place = spec.place["uncertainties"]
    if spec.kind not in KINDS:
        raise spec.place["design"].fail(f"{spec.kind} moves each number by itself, and the sets of an ensemble are "
                                        f"joint draws: take {' or '.join(KINDS)}, or distributions")  # fmt: skip
    try:
        found = _ensembles(spec)
        default = found.pop(DEFAULT)
        count, seed = spec.sets or draws, int(scenario.core.seed)
        made = {name: parameter_sets(scenario, each, sets=count, seed=seed)
                for name, each in ((DEFAULT, default), *found.items())
                if name == DEFAULT or (name in models and name in rivals())}  # fmt: skip
    except ConfigError as error:
        raise place.fail(str(error)) from error
    kept = {name: sets for name, sets in made.items() if sets is not None}
    heard = {pointer for sets in kept.values() for pointer in sets.ensemble.pointers}
    said = (*replaced_notes(spec.document), *_beside(spec, heard))
    return StudySets(kept.pop(DEFAULT), kept, frozenset(paths) & heard, models[0], said)


def _beside(spec: Spec, heard: set[str]) -> list[str]:
    """Which distributions are of what no ensemble has."""
    stated = spec.document["uncertainties"]
    others = [path for path in stated if path not in ENSEMBLE_KEYS and path not in heard
              and not (path.endswith("/*") and any(each.startswith(path[:-1]) for each in heard))
              ] if isinstance(stated, Mapping) else []  # fmt: skip
    return [f"Beside the ensemble, which does not have them, distributions of: {', '.join(others)}."] if others else []


def _ensembles(spec: Spec) -> dict[str, Ensemble]:
    """By rival model, the default's among them: those kept with results, or the one named and the bundled ones."""
    from hybridcare.calibrate_ensemble import bundled_ensembles, ensemble, read_ensemble

    if "ensembles" in spec.document:
        place = spec.place["ensembles"]
        found = {name: read_ensemble(place[name]) for name in place.object(least=1)}
    else:
        name = DEFAULT if spec.ensemble == "ensemble" else spec.ensemble
        first = ensemble(Path(spec.file).parent / name if name.endswith(".json") else name)
        found = {each: ensemble(each) for each in bundled_ensembles()}
        found = {**found, first.rival: first} if first.rival == DEFAULT else {}
    if DEFAULT not in found:
        raise config_error("ensemble", f"is not one of {DEFAULT}, the default model; name a rival under relationships, "
                           "where it takes its own")  # fmt: skip
    return found
