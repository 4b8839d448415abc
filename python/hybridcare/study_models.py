"""The relationships that a study tries: variants of its scenario, and the rival models of model.md, section 10."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hybridcare.document import merged
from hybridcare.names import unknown

if TYPE_CHECKING:
    from hybridcare.scenario import Scenario
    from hybridcare.strict_json import Place
    from hybridcare.study_file import Spec

#: Members of a variant that say how it is shown.
_SHOWN = ("label", "in_envelope")


@dataclass(frozen=True)
class Model:
    """name, label; patch: what holds in it for every arm; arms: for one arm each; note: what must be said of it."""

    name: str
    label: str
    patch: dict[str, Any]
    arms: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def over(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """A design point in this model: what the model fixes stays fixed."""
        out: dict[str, Any] = merged(patch, self.patch)
        return merged(out, {"arms": self.arms}) if self.arms else out


def models(spec: Spec, whole: Scenario, fitted: Scenario) -> list[Model]:
    """The models that a study names: of one name, the base's own variant comes before the rival.

    whole: the base with all its variants; fitted: as it is run. Raises ConfigError with the nearest known name.
    """
    first = whole.core.variants[0]
    variants = dict(whole.document().get("variants") or {})
    variants.pop(first["name"], None)
    out = []
    for at, name in enumerate(spec.relationships):
        if name in ("default", first["name"]):
            out.append(Model(name, first["label"] or "as the scenario says", {}))
        elif name in variants:
            patch = {key: value for key, value in variants[name].items() if key not in _SHOWN}
            out.append(Model(name, str(variants[name].get("label", name)), patch))
        else:
            out.append(_rival(name, fitted, list(variants), spec.place["relationships"][at]))
    return out


def _rival(name: str, fitted: Scenario, variants: list[str], place: Place) -> Model:
    from hybridcare.rivals import rivals

    known = rivals()
    if name not in known:
        raise place.fail(unknown("model", name, list(dict.fromkeys(["default", *variants, *known]))))
    rival = known[name]
    return Model(name, rival.title, rival.patch, _contacts(rival.assistant_contacts, fitted), rival.given)


def _contacts(patch: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """What a rival says of contacts with an assistant, for each step of each arm in which there are any."""
    arms: dict[str, Any] = {}
    document = scenario.document()
    for name, arm in document["arms"].items() if patch else ():
        steps = (merged({"pathway": document.get("pathway", {})}, arm).get("pathway") or {}).get("steps") or {}
        met = {step: {"assistant": dict(patch)} for step, entry in steps.items()
               if isinstance(entry, Mapping) and isinstance(entry.get("assistant"), Mapping)}  # fmt: skip
        if met:
            arms[name] = {"pathway": {"steps": met}}
    return arms
