"""The models of a contest, each with the design points at which it is run: a rival's own parameter sets, or one point.

b_E and the structural switches change one thing on top of each set of the default, R1, and refit nothing.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.document import merged
from hybridcare.errors import config_error
from hybridcare.points import patch_text
from hybridcare.rivals import Rival, switches
from hybridcare.scenario import Scenario
from hybridcare.uncertainty import DEFAULTS, ENSEMBLE, ParameterSets, default_uncertainty, parameter_sets

EMPATHY = (0.0, 1.5, 3.0)
SETS = 40  #: of each rival's ensemble: the share in which something holds then errs by .05 where it is .9
FEWER = 16  #: of them on which b_E and the switches are laid
BASE = "R1"
_RETURN, _SD = "/course/symptom_return", "/course/symptom_sd"

Choice = str | os.PathLike[str] | Ensemble | Mapping[str, str | os.PathLike[str] | Ensemble] | None


@dataclass(frozen=True)
class Model:
    """One column of a contest: a rival, a value of b_E, or a structural switch.

    patch    what it changes
    points   merge patches as text: one for each set, or one alone at given values; empty: `patch` is the only one
    sets     what the points are sets of; None: given values
    """

    kind: str
    name: str
    label: str
    patch: dict[str, Any]
    points: tuple[str, ...] = ()
    sets: ParameterSets | None = None

    @property
    def title(self) -> str:
        """b_E 3, or the name."""
        return f"{self.kind} {self.name}" if self.kind == "b_E" else self.name


def chosen_sets(scenario: Scenario, names: Sequence[str], uncertainty: Choice = None, sets: int = SETS,
                seed: int = 1) -> dict[str, ParameterSets]:  # fmt: skip
    """Parameter sets of those rivals that have any; the others stand at given values.

    uncertainty  None or "ensemble": each rival's bundled ensemble ("ensemble": of R1 there must be one); "defaults":
                 none; an Ensemble or its file: of the rival that it is of; or these by rival's name
    Raises ConfigError: as `uncertainty.parameter_sets`; an ensemble of another rival than named.
    """
    if isinstance(uncertainty, str) and uncertainty == DEFAULTS:
        return {}
    if uncertainty is None:
        wanted: dict[str, Any] = {name: default_uncertainty(scenario, name) for name in names}
    elif isinstance(uncertainty, str) and uncertainty == ENSEMBLE:
        wanted = {name: ENSEMBLE if name == BASE else default_uncertainty(scenario, name) for name in names}
    elif isinstance(uncertainty, Mapping):
        wanted = {str(name): each for name, each in uncertainty.items() if name in names}
    else:
        wanted = {"": uncertainty}
    found = {}
    for name, what in wanted.items():
        drawn = parameter_sets(scenario, what, name or BASE, sets, seed)
        if drawn is not None and name and drawn.rival != name:
            raise config_error("uncertainty", f"the ensemble given for {name} is one of {drawn.rival}")
        if drawn is not None and drawn.rival in names:
            found[drawn.rival] = drawn
    return found


def models(scenario: Scenario, chosen: Mapping[str, Rival], drawn: Mapping[str, ParameterSets],
           with_switches: bool) -> list[Model]:  # fmt: skip
    """Rivals first, then b_E, then switches."""
    document = scenario.document()
    found = []
    for name, rival in chosen.items():
        patch, own = rival.whole(document), drawn.get(name)
        points = own.points if own is not None else (patch_text(patch),)
        found.append(Model("rival", name, rival.label, patch, points, own))
    base = drawn.get(BASE)
    beside = [("b_E", f"{b:g}", f"empathy elasticity b_E {b:g}", {"change": {"empathy_elasticity": b}}, False)
              for b in EMPATHY]  # fmt: skip
    if with_switches:
        beside += [("switch", name, each.label, each.whole(document), each.same_spread)
                   for name, each in switches().items()]  # fmt: skip
    for kind, name, label, patch, same in beside:
        found.append(Model(kind, name, label, patch, _on_top(scenario, patch, base, same), base))
    return found


def _on_top(scenario: Scenario, patch: Mapping[str, Any], base: ParameterSets | None,
            same_spread: bool) -> tuple[str, ...]:  # fmt: skip
    """The patch alone, or laid over the first of the default's sets. They are shuffled: a part is a sample too."""
    if base is None:
        return (patch_text(patch),)
    return tuple(patch_text(laid(scenario, json.loads(point), patch, same_spread)) for point in base.points[:FEWER])


def laid(scenario: Scenario, point: Mapping[str, Any], patch: Mapping[str, Any], same_spread: bool) -> dict[str, Any]:
    """A set with a switch turned. same_spread: where the switch changes how fast symptoms return, their noise is set so
    that its spread in the long run stays what it is in this set."""
    out: dict[str, Any] = merged(point, patch)
    if same_spread:
        own = {path: _at(point, path, scenario) for path in (_RETURN, _SD)}
        left = 1 - float(patch["course"]["symptom_return"])
        long_run = own[_SD] / math.sqrt(1 - (1 - own[_RETURN]) ** 2)
        out["course"] = {**out["course"], "symptom_sd": long_run * math.sqrt(1 - left**2)}
    return out


def _at(point: Mapping[str, Any], path: str, scenario: Scenario) -> float:
    section, name = path[1:].split("/")
    value = (point.get(section) or {}).get(name)
    return float(dict(scenario.core.values(0, 0))[path] if value is None else value)
