"""A study laid over ensembles from outside of its file: what a command or a call asks for, as its document has it.

Whatever distributions the file states of numbers that an ensemble has give way to it, the others stay beside it, and
both are kept in the document, so that results say so wherever they are read again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    from hybridcare.calibrate_ensemble import Ensemble

DRAWS = 64  #: where the file's design has no number of draws that an ensemble could take


def laid_over(document: Mapping[str, Any], uncertainty: str | os.PathLike[str] | Ensemble | None = None,
              rival: str | None = None, sets: int | None = None) -> dict[str, Any]:  # fmt: skip
    """The study's document with what is asked for in place of its uncertainties.

    uncertainty  None: as the file states it; "ensemble": the bundled ones; an Ensemble, or its file (.json), in place
                 of the bundled one of its rival; "defaults": none, the file's distributions over the scenario's numbers
    rival        the one model that is run, over its own sets, in place of the study's relationships
    sets         how many are drawn, which is then the size of the design too
    Raises ConfigError: unknown choices or rivals, rival or sets without an ensemble, none for what is asked.
    """
    from hybridcare.uncertainty import DEFAULTS

    out = dict(document)
    if uncertainty is None and rival is None and sets is None:
        return out
    stated = out.get("uncertainties") or {}
    if isinstance(uncertainty, str) and uncertainty == DEFAULTS:
        _refuse_alone(rival, sets)
        return _without(out, stated)
    if uncertainty is None and stated != "ensemble" and "ensemble" not in stated:
        _refuse_alone(rival, sets)
    if rival is not None:
        out["relationships"] = [_known(rival)]
    if uncertainty is not None:
        out = _with(out, stated, uncertainty)
    return _sized(out, sets)


def replaced_notes(document: Mapping[str, Any]) -> list[str]:
    """What must be said of a study that was laid over an ensemble."""
    found = document.get("replaced") or {}
    lines = []
    if found.get("uncertainties"):
        lines.append("The ensemble stands in place of the study's own distributions of "
                     f"{', '.join(sorted(found['uncertainties']))}.")  # fmt: skip
    if found.get("design"):
        lines.append(f"The study's own design, {found['design'].get('kind')}, gives way too: its points are no sets "
                     "of an ensemble.")  # fmt: skip
    return lines


def _refuse_alone(rival: str | None, sets: int | None) -> None:
    for name, value, what in (("rival", rival, "whose ensemble is taken"), ("sets", sets, "how many sets are drawn")):
        if value is not None:
            raise config_error(name, f"says {what}, and this study draws from none: ask for uncertainty \"ensemble\"")


def _known(rival: str) -> str:
    """As relationships name it."""
    from hybridcare.rivals import rivals
    from hybridcare.study_sets import DEFAULT

    if rival not in rivals():
        raise config_error("rival", unknown("rival model", rival, list(rivals())))
    return "default" if rival == DEFAULT else rival


def _without(document: dict[str, Any], stated: Any) -> dict[str, Any]:
    from hybridcare.study_file import ENSEMBLE_KEYS

    own = {} if stated == "ensemble" else {path: one for path, one in stated.items() if path not in ENSEMBLE_KEYS}
    kept = {key: value for key, value in document.items() if key not in ("ensembles", "replaced")}
    return {**kept, "uncertainties": own}


def _with(document: dict[str, Any], stated: Any, uncertainty: str | os.PathLike[str] | Ensemble) -> dict[str, Any]:
    """Distributions of what an ensemble has give way, and a design that moves numbers one by one does too."""
    from hybridcare.study_sets import KINDS, document_of

    out, design = _without(document, stated), dict(document.get("design") or {})
    models = list(document.get("relationships") or ["default"])
    own = _own(uncertainty, models)
    taken = _taken(own, models)
    every = {pointer for one in taken.values() for pointer in one.pointers}
    gone = {path: one for path, one in out["uncertainties"].items() if _has(every, path)}
    left = {path: one for path, one in out["uncertainties"].items() if path not in gone}
    replaced: dict[str, Any] = {"uncertainties": gone} if gone else {}
    if design.get("kind") not in KINDS:
        replaced["design"] = design
        out["design"] = {"kind": KINDS[0], "n": DRAWS, **({"levers": design["levers"]} if "levers" in design else {})}
    if own is not None:
        out["ensembles"] = {name: document_of(one) for name, one in taken.items()}
    return {**out, "uncertainties": {"ensemble": "ensemble", **left}, **({"replaced": replaced} if replaced else {})}


def _has(pointers: set[str], path: str) -> bool:
    """Whether a distribution is of what an ensemble has; weights that sum to 1 are one."""
    return any(each.startswith(path[:-1]) for each in pointers) if path.endswith("/*") else path in pointers


def _own(uncertainty: str | os.PathLike[str] | Ensemble, models: Sequence[str]) -> Ensemble | None:
    """The ensemble that is given in place of a bundled one; None for "ensemble". Raises ConfigError."""
    from hybridcare.calibrate_ensemble import Ensemble, ensemble
    from hybridcare.study_sets import DEFAULT
    from hybridcare.uncertainty import CHOICES, ENSEMBLE

    if not isinstance(uncertainty, Ensemble):
        given = os.fspath(uncertainty)
        if given == ENSEMBLE:
            return None
        if not given.endswith(".json"):
            raise config_error("uncertainty", unknown("choice", given, CHOICES) + ", or a file that ends in .json")
        uncertainty = ensemble(given)
    if uncertainty.rival != DEFAULT and uncertainty.rival not in models:
        raise config_error("uncertainty", f"is an ensemble of {uncertainty.rival}, which is no model of this study "
                           f"({', '.join(models)}): name it as rival")  # fmt: skip
    return uncertainty


def _taken(own: Ensemble | None, models: Sequence[str]) -> dict[str, Ensemble]:
    """By rival, what a study of these models draws from: the default's, and the rivals' own where there are any."""
    from hybridcare.calibrate_ensemble import bundled_ensembles, ensemble
    from hybridcare.study_sets import DEFAULT

    given = {} if own is None else {own.rival: own}
    return {name: given[name] if name in given else ensemble(name) for name in dict.fromkeys([DEFAULT, *models])
            if name in given or name in bundled_ensembles()}  # fmt: skip


def _sized(document: dict[str, Any], sets: int | None) -> dict[str, Any]:
    """The document with so many sets drawn, one for each draw."""
    if sets is None:
        return document
    from hybridcare.study_file import MOST_SETS

    if isinstance(sets, bool) or not isinstance(sets, int) or not 2 <= sets <= MOST_SETS:
        raise config_error("sets", f"{sets!r} is no whole number in [2, {MOST_SETS}]")
    stated = document["uncertainties"]
    named = {"ensemble": stated} if isinstance(stated, str) else stated
    return {**document, "uncertainties": {**named, "sets": sets}, "design": {**document["design"], "n": sets}}
