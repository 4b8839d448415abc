"""What the validation page says that no run can say: why a published figure is missed, and which figures that were
never fitted stand beside which simulated reading. Data, in scenarios/explanations.json, read strictly."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hybridcare.places import data_file
from hybridcare.strict_json import Place, read_json

FILE = "explanations.json"
FORMAT = 1
LEAST_WORDS = 20  # characters: less explains nothing


@dataclass(frozen=True)
class Explanation:
    """Why a target is missed. rivals: by which models; empty: by every model that misses it."""

    target: str
    why: str
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldOut:
    """A published figure that nothing was fitted to. evidence: its id; target: whose simulated reading comes nearest;
    differs: how the two are not the same."""

    evidence: str
    target: str
    differs: str


@dataclass(frozen=True)
class Explanations:
    misses: tuple[Explanation, ...]
    held_out: tuple[HeldOut, ...]

    def why(self, target: str, rival: str) -> str:
        """The explanation of that model's miss: its own, else that of every model; "" if there is none."""
        own = [each.why for each in self.misses if each.target == target and rival in each.rivals]
        return next(iter([*own, *(each.why for each in self.misses if each.target == target and not each.rivals)]), "")

    def stale(self, missed: Mapping[str, Sequence[str]], complete: bool) -> list[str]:
        """Explanations of what is not missed, in words.

        missed    by model: the targets that it misses
        complete  whether all models were looked at; what explains every model's miss is only then judged
        """
        found = []
        for each in self.misses:
            found += [f"the explanation of {each.target} names {rival}, which does not miss it"
                      for rival in each.rivals if rival in missed and each.target not in missed[rival]]  # fmt: skip
            if not each.rivals and complete and not any(each.target in names for names in missed.values()):
                found.append(f"the explanation of {each.target} explains nothing: no model misses it")
        return found


def explanations(path: str | os.PathLike[str] | None = None) -> Explanations:
    """The bundled ones, or those of a file. Raises ConfigError: what is wrong in it, and where."""
    file = Path(path) if path is not None else data_file(FILE)
    return read_explanations(Place(read_json(file, "file of explanations"), os.fspath(path) if path else FILE))


def read_explanations(place: Place) -> Explanations:
    """From a document that was read. Raises ConfigError."""
    content = place.object(("$schema", "format", "about", "misses", "held_out"))
    for name in ("format", "misses", "held_out"):
        if name not in content:
            raise place.fail(f"lacks '{name}'")
    if content["format"] != FORMAT:
        raise place["format"].fail(f"is {content['format']!r}; this version reads format {FORMAT}")
    return Explanations(tuple(_miss(each) for each in place["misses"].items()),
                        tuple(_held_out(each) for each in place["held_out"].items()))  # fmt: skip


def _miss(place: Place) -> Explanation:
    from hybridcare.rivals import rivals
    from hybridcare.target_files import targets

    content = _members(place, ("target", "why"), ("rivals",))
    named = tuple(each.one_of(rivals()) for each in place["rivals"].items(least=1)) if "rivals" in content else ()
    why = place["why"].text().strip()
    if len(why) < LEAST_WORDS:
        raise place["why"].fail(f"explains nothing in {len(why)} characters")
    return Explanation(place["target"].one_of(targets()), why, named)


def _held_out(place: Place) -> HeldOut:
    """A figure that a target leans on was not held out."""
    from hybridcare.evidence_base import evidence
    from hybridcare.target_files import targets

    _members(place, ("evidence", "target", "differs"))
    known = targets()
    name = place["evidence"].one_of(evidence())
    for target in known.values():
        if name in target.evidence:
            raise place["evidence"].fail(f"'{name}' was not held out: the target {target.name} is made of it")
    return HeldOut(name, place["target"].one_of(known), place["differs"].text())


def _members(place: Place, needed: tuple[str, ...], more: tuple[str, ...] = ()) -> Mapping[str, object]:
    content = place.object((*needed, *more))
    for name in needed:
        if name not in content:
            raise place.fail(f"lacks '{name}'")
    return content
