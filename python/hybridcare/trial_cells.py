"""What every answer of a virtual trial stands beside: b_E (how much empathy matters) at 0, 1.5, 3, and the rivals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hybridcare.document import canonical, merged
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.rivals import Rival, rivals
from hybridcare.scenario import Scenario

AS_WRITTEN = "as written"
UNFITTED = "unfitted"


@dataclass(frozen=True)
class Cell:
    """One set of assumptions. patch: laid over every arm in the scenario's first variant; rival: laid below it."""

    name: str
    label: str
    patch: Mapping[str, Any] = field(default_factory=dict)
    rival: Rival | None = None
    status: str = UNFITTED

    def document(self, base: Scenario, point: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The scenario's JSON with one variant, its first, as this cell has it. point: a design point below the cell's
        own patch: where both name a number, the cell's holds."""
        document = base.document()
        variants = document.get("variants") or {"default": {}}
        name, first = next(iter(variants.items()))
        own = merged(merged(first, point or {}), self.patch)
        document["variants"] = {name: own}
        if self.rival is not None:
            document = self.rival.over(document)
            document["variants"] = {name: self.rival.point(own)}
        return document


def cells() -> list[Cell]:
    """As written; b_E 0, 1.5 and 3; the rival models."""
    found = [Cell(AS_WRITTEN, "the scenario as it is written", status="as the scenario says")]
    for value, words in ((0.0, "empathy does not matter"), (1.5, "empathy matters somewhat"),
                         (3.0, "empathy matters twice as much")):  # fmt: skip
        found.append(Cell(f"b_E {value:g}", words, {"change": {"empathy_elasticity": value}}))
    return found + [Cell(name, each.label, rival=each, status=each.status) for name, each in rivals().items()]


def chosen_cells(names: Iterable[str] | None) -> list[Cell]:
    """All, or those named. Raises ConfigError for an unknown name, or for none."""
    known = {cell.name: cell for cell in cells()}
    if names is None:
        return list(known.values())
    wanted = list(dict.fromkeys([names] if isinstance(names, str) else names))
    for name in wanted:
        if name not in known:
            raise config_error("cells", unknown("set of assumptions", name, known))
    if not wanted:
        raise config_error("cells", f"none is named; known: {', '.join(known)}")
    return [known[name] for name in wanted]


def key_of(document: Mapping[str, Any]) -> str:
    """The same text for cells that are the same model, whatever they are called."""
    return canonical({name: value for name, value in document.items() if name not in ("clients", "replicates")})
