"""What verbs share that put the answer of an ensemble beside their own: how large each set's run is, and what is said
of the two kinds of uncertainty, apart and in the same words everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hybridcare.uncertainty import default_uncertainty, says
from hybridcare.uncertainty_words import CHANCE, OPEN, warnings

if TYPE_CHECKING:
    from hybridcare.scenario import Scenario
    from hybridcare.uncertainty import ParameterSets, Spread

#: Said before any number that stands for an ensemble.
NOT_TOLD = ("That parameter sets fit the published figures does not tell this model from rivals in which empathy "
            "does nothing: read an interval over sets as one within this model, never as how sure its "
            "answer is.")
#: Said where no ensemble was run.
AT_DEFAULTS = ("At the default parameter set, not calibrated: what parameters leave open is not in these "
               "numbers.")  # fmt: skip
MOST_REPLICATES, LEAST_CLIENTS = 8, 16  # of each set: parameters differ more between sets than chance does


def asked_for(uncertainty: str | None, scenario: Scenario, rival: str) -> str:
    """What a command was asked for; where it was not, the default of screens and reports."""
    return default_uncertainty(scenario, rival) if uncertainty is None else uncertainty


def size(replicates: int, clients: int, share: float) -> tuple[int, int]:
    """Replicates and clients of each set, so that all its runs take `share` times what one of the verb's own takes.

    replicates, clients   of the verb at one set. Never more than these; at least 2 and 16 of them (or as many as there
    are), so that chance is known and somebody is met.
    """
    fewer = max(min(replicates, 2), min(replicates, MOST_REPLICATES))
    wanted = round(share * replicates * clients / fewer)
    return fewer, max(min(clients, LEAST_CLIENTS), min(clients, wanted))


def moves(sets: ParameterSets, pointer: str, arms: Sequence[str]) -> bool:
    """Whether the sets move a number in all of these arms: neither scenario nor one of the arms says it itself."""
    point = json.loads(sets.points[0])
    own = point.get("arms") or {}
    return says(point, pointer) and not any(says(own.get(arm) or {}, pointer) for arm in arms)


def first_lines(sets: ParameterSets | None) -> list[str]:
    """What must be said before the numbers: that a fit decides nothing, what was run over, and if that is thin."""
    if sets is None:
        return [AT_DEFAULTS]
    return [NOT_TOLD, f"Over {sets.sentence}.", *warnings(sets)]


def both(found: Spread, unit: str, form: str = ".2f") -> str:
    """The two uncertainties of a quantity, apart: its interval over sets, and what chance adds to the mean and to one
    set's value."""
    def said(value: float, sign: str = "") -> str:
        return "unknown" if value != value else format(value + 0.0, sign + form).replace("-", "−")

    return (f"median {said(found.median)} {unit}; 5 to 95 % of {found.sets} sets: {said(found.low)} to "
            f"{said(found.high)} ({OPEN}, standard deviation {said(found.parameter_sd)}); Monte Carlo error "
            f"({CHANCE}): {said(found.noise_se)} of the mean over sets, "
            f"{said(found.own_se)} of one set beside another")  # fmt: skip


def provenance(sets: ParameterSets | None) -> Mapping[str, Any]:
    """What stands in a report's provenance."""
    if sets is None:
        return {"parameter_sets": "the default one, not calibrated"}
    made = sets.ensemble.provenance
    known = {f"ensemble_{name}": made[name] for name in ("version", "commit", "targets_hash") if made.get(name)}
    return {"parameter_sets": sets.sentence, **known}
