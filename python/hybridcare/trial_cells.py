"""What every answer of a virtual trial stands beside: b_E (how much empathy matters) at 0, 1.5, 3, and the rivals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hybridcare.document import merged
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.rivals import Rival, rivals
from hybridcare.scenario import Scenario

AS_WRITTEN = "as written"
UNFITTED = "unfitted"


@dataclass(frozen=True)
class Cell:
    """One set of assumptions. patch: laid over every arm; rival: laid over that."""

    name: str
    label: str
    patch: Mapping[str, Any] = field(default_factory=dict)
    rival: Rival | None = None
    status: str = UNFITTED

    def document(self, base: Scenario, point: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The scenario's JSON as this cell has it. point: a design point below the cell's own patch and its rival:
        where both name a number, the cell's holds."""
        document = laid(laid(base.document(), point or {}), self.patch)
        return document if self.rival is None else self.rival.over(document)


def laid(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON with a merge patch over every arm: in the base, and in the arms that have their own say there. What the
    patch has under "arms" is for the arm of that name alone, and holds in it."""
    out: dict[str, Any] = merged(document, patch)
    arms, own = out.get("arms"), patch.get("arms") or {}
    if isinstance(arms, Mapping):
        out["arms"] = {name: merged(merged(arm, {key: value for key, value in patch.items() if key in arm}),
                                    own.get(name, {})) for name, arm in arms.items()}  # fmt: skip
    return out


def cells() -> list[Cell]:
    """As written; b_E 0, 1.5 and 3; the rival models."""
    found = [Cell(AS_WRITTEN, "the scenario as it is written", status="as the scenario says")]
    for value, words in ((0.0, "empathy does not matter"), (1.5, "empathy matters somewhat"),
                         (3.0, "empathy matters twice as much")):  # fmt: skip
        found.append(Cell(f"b_E {value:g}", words, {"change": {"empathy_elasticity": value}}))
    return found + [Cell(name, each.label, rival=each, status=each.given) for name, each in rivals().items()]


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
