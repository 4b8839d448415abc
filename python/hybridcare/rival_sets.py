"""Rivals as a verb takes them that runs one point of each: refitted, in the set nearest the middle of its ensemble.

A verb that has the time runs over many sets (`rivals_models.chosen_sets`). One set says what a refitted rival makes of
a question, and nothing of how far the figures leave that open within the rival: what is shown of it says which it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hybridcare.uncertainty import DEFAULTS, default_uncertainty, parameter_sets

if TYPE_CHECKING:
    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.rivals import Rival
    from hybridcare.scenario import Scenario
    from hybridcare.uncertainty import ParameterSets

REFITTED = "refitted, middle set"
AT_GIVEN = "given values"
#: What one set of a rival tells, and what it does not.
ONE_SET = ("Middle set: of a rival's ensemble, fitted to published figures, the set nearest its median. How far the "
           "figures leave a rival's answer open, one set does not tell; `hybridcare rivals` does.")  # fmt: skip

#: Said first where each model is run in one set that fits, and in no others.
IN_MIDDLE = ("Each rival model in one set that fits: what parameters leave open within it is not in these "
             "numbers.")  # fmt: skip


def middle(found: Ensemble) -> int:
    """The set nearest the ensemble's median: each parameter's distance in its own spread over sets, squared and summed.

    Medians are by weight; a set without weight is never taken, and a parameter that no set moves counts nothing."""
    from hybridcare.calibration import quantiles

    levels = (0.25, 0.5, 0.75)
    whole = np.array([quantiles(column, found.weights, levels) for column in found.values.T])
    wide = whole[:, 2] - whole[:, 0]
    moving = wide > 0
    far = (((found.values - whole[:, 1])[:, moving] / wide[moving]) ** 2).sum(axis=1)
    return int(np.argmin(np.where(found.weights > 0, far, np.inf)))


def middle_sets(scenario: Scenario, names: Sequence[str],
                uncertainty: str | os.PathLike[str] | Ensemble | None = None) -> dict[str, ParameterSets]:  # fmt: skip
    """One refitted set of each of these rivals that has an ensemble here; the others stand at given values.

    uncertainty  as the verb was asked: "defaults": none; an Ensemble or its file: that one for the rival that it is of;
                 all else: the bundled ones, where the scenario is of their configuration
    Raises ConfigError: a file that holds no ensemble.
    """
    if isinstance(uncertainty, str) and uncertainty == DEFAULTS:
        return {}
    own = _own(uncertainty)
    found = {}
    for name in names:
        asked = own if own is not None and own.rival == name else default_uncertainty(scenario, name)
        every = parameter_sets(scenario, asked, name, None)
        if every is not None:
            at = middle(every.ensemble)
            found[name] = replace(every, points=(every.points[at],), chosen=(every.chosen[at],))
    return found


def _own(uncertainty: str | os.PathLike[str] | Ensemble | None) -> Ensemble | None:
    """The ensemble that was given, if one was."""
    from hybridcare.calibrate_ensemble import Ensemble, ensemble

    if isinstance(uncertainty, Ensemble):
        return uncertainty
    given = "" if uncertainty is None else os.fspath(uncertainty)
    return ensemble(given) if given.endswith(".json") else None


def standing(refitted: Sequence[str], given: Sequence[str]) -> list[str]:
    """In which numbers rivals were run, for those who read an answer over them."""
    lines = [f"Refitted, each in the middle set of its own ensemble: {', '.join(refitted)}. {ONE_SET}"] * bool(refitted)
    return lines + [f"At given values, not refitted: {', '.join(given)}."] * bool(given)


def titled(rival: Rival, drawn: Mapping[str, ParameterSets]) -> str:
    """R0, contact only (refitted, middle set); or that it stands at given values."""
    return f"{rival.title} ({how(rival.name, drawn)})"


def how(name: str, drawn: Mapping[str, ParameterSets]) -> str:
    """In which numbers a rival is run, in a few words."""
    return REFITTED if name in drawn else AT_GIVEN
