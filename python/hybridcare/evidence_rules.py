"""What leaning on an entry of the evidence asks of it, what a use that it allows has to be for, and which free numbers
lean on figures that are fitted to as well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.evidence_links import Use, covers
from hybridcare.places import data_file

if TYPE_CHECKING:
    from hybridcare.evidence_base import Entry

_NUMBER = ("input", "prior", "bound", "ordering")  # what may shape a number of the model, from most to least
#: By kind of link: the uses of which an entry must allow one. Links of other kinds only point, and ask nothing.
ASKS: Mapping[str, tuple[str, ...]] = {
    "default": _NUMBER,
    "intake": _NUMBER,
    "prior": _NUMBER,
    "target": ("target", "bound", "ordering"),
    "calibration": ("target",),
    "reading": ("target", "input", "bound", "context"),
    "held_out": ("context",),
}
_POINTS = ("field", "claim")
#: By use: the kinds of link of which an entry that allows it must have one.
SERVES: Mapping[str, tuple[str, ...]] = {
    "target": ("target", "calibration"),
    "input": ("default", "intake", "reading"),
    "prior": ("prior",),
    "bound": ("default", "intake", "prior", "target", "reading", *_POINTS),
    "ordering": ("default", "intake", "prior", "target", *_POINTS),
    "context": ("reading", "held_out", *_POINTS),
    "not_to_be_used": _POINTS,
}


def refused(entry: Entry, use: Use) -> str:
    """Why the entry may not be leaned on so, in words; "" if it may be, or if nothing leans.

    A prior asks most: a correlation is no coefficient, and a figure from memory no source of a belief. A default may be
    bounded or ordered by either, and is then assumed.
    """
    asked = ("input",) if use.grade == "measured" else ASKS.get(use.how)
    if asked is None:
        return ""
    if not set(asked) & set(entry.use):
        return f"{use}: asks for {' or '.join(asked)}, and it may serve as {', '.join(entry.use)}"
    if use.how == "prior" and entry.kind == "association":
        return f"{use}: an association shapes no prior"
    if use.how == "prior" and entry.status == "recalled":
        return f"{use}: a figure from memory shapes no prior"
    if use.how == "held_out" and {*entry.use} != {"context"}:
        return f"{use}: it may also serve as {', '.join(entry.use)}, and is not held out"
    return ""


def idle(entry: Entry, uses: Iterable[Use]) -> Iterator[str]:
    """Uses that the entry allows, and that nothing makes of it."""
    found = {use.how for use in uses}
    for name in entry.use:
        if not found & set(SERVES.get(name, ())):
            yield f"may serve as {name}, and serves nothing so: drop the use, or the entry"


def fitted_figures() -> set[str]:
    """Ids of the entries that a fitted target of scenarios/targets.json names."""
    from hybridcare.target_files import targets

    return {name for target in targets().values() if target.weight > 0 for name in target.evidence}


def fitted_twice(calibrations: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Free numbers of scenarios/priors.json that lean on a figure which calibration fits to as well, by path.

    Leaning: the prior or the default that it stands around names the figure, or the prior's source does in words. For
    a default that a run found, the run's id stands for the figures that it was fitted to.
    """
    from hybridcare.calibrate_priors import priors

    fitted = fitted_figures()
    runs = {name for name, fit in calibrations.items() if fitted & set(fit.get("figures", ()))}
    words = json.loads(data_file("priors.json").read_text(encoding="utf-8"))["parameters"]
    found = {}
    for each in priors().parameters:
        path = each.factor.path
        own = {row["evidence"] for row in core.fields() if covers(path, row["path"])}
        said = set(re.findall(r"[a-z0-9_]+", words[path]["source"]))
        if ids := (own | {*each.evidence} | said) & (fitted | runs):
            found[path] = tuple(sorted(ids))
    return found
