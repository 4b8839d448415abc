"""The rival models of model.md, section 10, as data: `scenarios/rivals.json`.

Each is a merge patch over a scenario. What cannot be said as one patch for every arm, since steps have names of their
own, is laid over the scenario step by step: `Rival.over`. Where a rival's ensemble is bundled, its fit is read from it
(`rivals_fit`); its patch alone stays at given values, and results say which of the two was run.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hybridcare.document import Document, merged
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_file

GIVEN = "unfitted: given values"
SWITCHED = "unfitted: one part is changed and nothing refitted"


@dataclass(frozen=True)
class Rival:
    """One rival model, or one structural switch.

    name, label    R0 … R4, or a switch's name; and in words
    patch          merge patch that holds in every arm
    meaning, source, note    what it says, where that comes from, what to mind
    stated         what is said of its fit, in place of what its bundled ensemble says
    assistant_contacts    patch for every step's contacts with an assistant; empty for all but R3
    same_spread    of a switch: over sets, the noise of symptoms is set to the long-run spread that each set has
    cannot_show    targets that it misses whatever its numbers are, and why: counted as missed, fitted by nothing
    levels         what a refit could shift alone: "all" arms together, or those with each kind of "provider"
    """

    name: str
    label: str
    patch: dict[str, Any]
    meaning: str
    source: str
    stated: str = ""
    note: str = ""
    assistant_contacts: dict[str, Any] = field(default_factory=dict)
    levels: str = "all"
    same_spread: bool = False
    cannot_show: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """R0, contact only"""
        return f"{self.name}, {self.label}"

    @property
    def status(self) -> str:
        """Of its bundled ensemble: fitted, and how well; does not fit; or unfitted, where there is none."""
        if self.stated:
            return self.stated
        from hybridcare.rivals_fit import rival_fits

        return rival_fits([self.name])[self.name].status

    @property
    def given(self) -> str:
        """What is to be said where its patch is run at given values, and not over its ensemble."""
        from hybridcare.calibrate_ensemble import bundled_ensembles

        if self.stated:
            return self.stated
        return f"{GIVEN}, {'not those of its ensemble' if self.name in bundled_ensembles() else 'not yet calibrated'}"

    @property
    def flat(self) -> bool:
        """True if `patch` is the whole rival, whatever the scenario; else only `over` makes it."""
        return not self.assistant_contacts

    def over(self, document: Mapping[str, Any]) -> Document:
        """A scenario file's JSON as this rival has it, in base, arms and components; variants are left as they are.

        What the rival says holds also where an arm says otherwise. Changes nothing in place. A design point (a merge
        patch) can be laid over the result; where it names what the rival fixes, `point` lets the rival win.
        """
        out: Document = merged(copy.deepcopy(dict(document)), self.patch)
        arms = out.get("arms")
        if isinstance(arms, Mapping):
            out["arms"] = {name: self._arm(out, arm) for name, arm in arms.items()}
        _lay_contacts(out, out, self.assistant_contacts)
        split = (out.get("headline") or {}).get("split") or {}
        for component in (split.get("components") or {}).values():
            component.update(merged(component, _touched(self.patch, component)))
            _lay_contacts(component, component, self.assistant_contacts)
        return out

    def whole(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """This rival as one design point of that scenario, for `points.run_points`: `patch`, and what it says of an
        assistant's contacts under "arms", for those arms that have any."""
        arms: dict[str, Any] = {}
        for name, arm in (document.get("arms") or {}).items():
            found: Document = {}
            _lay_contacts(found, merged({"pathway": document.get("pathway") or {}}, arm), self.assistant_contacts)
            if found:
                arms[name] = found
        return {**copy.deepcopy(self.patch), **({"arms": arms} if arms else {})}

    def point(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """A design point in this rival: what `patch` fixes stays fixed (in R0 harm is 0, whatever the design)."""
        out: dict[str, Any] = merged(patch, self.patch)
        return out

    def _arm(self, base: Document, arm: Any) -> Any:
        if not isinstance(arm, Mapping):
            return arm
        out: Document = merged(arm, _touched(self.patch, arm))
        _lay_contacts(out, merged(base, out), self.assistant_contacts)
        return out


def _touched(patch: Mapping[str, Any], arm: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the patch in sections that an arm has something to say on; the rest stands in the base."""
    return {name: value for name, value in patch.items() if name in arm}


def _lay_contacts(target: Document, resolved: Document, contacts: Mapping[str, Any]) -> None:
    """Writes `contacts` into `target` for every step that, in `resolved`, meets an assistant."""
    steps = (resolved.get("pathway") or {}).get("steps") or {}
    for name, step in steps.items() if contacts else ():
        if not isinstance(step, Mapping) or not isinstance(step.get("assistant"), Mapping):
            continue
        place = target
        for key in ("pathway", "steps", name, "assistant"):
            place[key] = dict(place.get(key) or {})
            place = place[key]
        place.update(contacts)


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(data_file("rivals.json").read_text(encoding="utf-8"))
    return content


def first_words() -> str:
    """What is said before any contest of rivals: what today's evidence tells of them, from their fits."""
    from hybridcare.rivals_words import first

    return first(str(_content()["first"]))


def rivals(names: Iterable[str] | None = None) -> dict[str, Rival]:
    """The rival models by name, R0 to R4, or those named. Raises ConfigError for an unknown name."""
    return _chosen("rivals", "rival", names, "")


def switches(names: Iterable[str] | None = None) -> dict[str, Rival]:
    """The structural switches beside the rivals, or those named. Raises ConfigError for an unknown name."""
    return _chosen("switches", "switch", names, SWITCHED)


def _chosen(kind: str, one: str, names: Iterable[str] | None, stated: str) -> dict[str, Rival]:
    known = {name: Rival(name, stated=stated, **merged(entry, {})) for name, entry in _content()[kind].items()}
    if names is None:
        return known
    if isinstance(names, str):
        names = [part.strip() for part in names.split(",")]
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in known:
            raise config_error("", unknown(one, name, known))
    return {name: known[name] for name in chosen}
