"""The game behind an attribution: its players, what is run for each coalition of them, and what each one adds.

A player that is absent is gone from every equation in which it occurs (model.md, section 6). Two levels stand in its
place: 0, so that its value is its contribution when present; and .35, an untrained helper, so that it is that of skill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.document import together
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.points import patch_text

if TYPE_CHECKING:
    import numpy as np

#: Levels at which an absent quality is expressed, and what a value then is.
LEVELS = {0.0: "contribution when present (absent = none of it)",
          0.35: "contribution of skill (absent = an untrained helper, .35)"}  # fmt: skip
TOLERANCE = 1e-9  #: within which shares sum to the whole, relative to the largest worth or 1


@dataclass(frozen=True)
class Player:
    """What can be taken away. `switches` below /attribution/absent; `weights` of the qualities that it holds."""

    name: str
    label: str
    switches: tuple[str, ...]
    weights: tuple[str, ...] = ()


def _quality(name: str, *parts: str) -> Player:
    held = parts or (name,)
    return Player(name, name.replace("_", " "), held, tuple(f"/quality/weight/{part}" for part in held))


PLAYERS = {player.name: player for player in (
    _quality("empathy", "resonance", "perspective_taking", "compassion"),
    _quality("validation"), _quality("autonomy_support"), _quality("attunement"), _quality("curiosity"),
    _quality("technique"), Player("pathways", "pathways without empathy", ("pathways",)),
    Player("trust", "trust", ("trust",)),
)}  # fmt: skip
SEVEN = tuple(name for name in PLAYERS if name != "trust")


def chosen_players(names: Iterable[str] | None, trust: bool = False) -> tuple[Player, ...]:
    """The seven, or those named, in the table's order; with trust as one more. Raises ConfigError."""
    wanted = [names] if isinstance(names, str) else list(SEVEN if names is None else names)
    for name in wanted:
        if name not in PLAYERS:
            raise config_error("players", unknown("player", name, PLAYERS))
    if trust:
        wanted.append("trust")
    found = tuple(player for name, player in PLAYERS.items() if name in wanted)
    if not found:
        raise config_error("players", f"an attribution needs one player at least; known: {', '.join(PLAYERS)}")
    return found


def coalition(players: Sequence[Player], present: int, level: float = 0.0) -> dict[str, Any]:
    """The merge patch of a coalition. `present` has a bit for each player that is there, the first the lowest."""
    absent = [switch for bit, player in enumerate(players) if not present >> bit & 1 for switch in player.switches]
    if not absent:
        return {}
    patch: dict[str, Any] = {"absent": dict.fromkeys(absent, True)}
    if level and any(name not in ("pathways", "trust") for name in absent):
        patch["level"] = level
    return {"attribution": patch}


class Points:
    """Design points to be run, each different one once, in the order of asking."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._place: dict[str, int] = {}

    def add(self, *patches: Mapping[str, Any]) -> int:
        """The place of these patches laid over each other, the last uppermost."""
        whole: dict[str, Any] = {}
        for patch in patches:
            whole = together(whole, patch)
        text = patch_text(whole)
        if text not in self._place:
            self._place[text] = len(self.texts)
            self.texts.append(text)
        return self._place[text]


@dataclass(frozen=True)
class Game:
    """One attribution: worths of all coalitions, and what follows.

    players  n of them
    worth    of each coalition, shape (2^n,); its index has a bit for each player present
    values   the same by replicate, shape (2^n, R): jackknife pseudo-values, paired, so that a mean over R of any sum or
             difference of them has the noise that its spread says
    Raises RuntimeError if the shares do not sum to v(all) - v(none): then something is wrong with the program.
    """

    players: tuple[Player, ...]
    worth: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        import numpy as np

        if not np.isfinite(self.worth).all():
            raise ValueError("a worth is unknown")
        gap = float(self.shares[:, 0].sum() - self.total)
        if not abs(gap) <= TOLERANCE * max(1.0, float(np.abs(self.worth).max())):
            raise RuntimeError(f"shares miss the whole of {self.total!r} by {gap!r}")

    @property
    def total(self) -> float:
        """v(all) - v(none), in the metric's unit."""
        return float(self.worth[-1] - self.worth[0])

    @cached_property
    def shares(self) -> np.ndarray:
        """Shape (n, 3): Shapley value, least and most over the orders of entering, in the metric's unit."""
        import numpy as np

        return np.array(core.shapley(self.worth.tolist()))

    @cached_property
    def by_replicate(self) -> np.ndarray:
        """Shapley values of every replicate, shape (n, R)."""
        import numpy as np

        return np.array([[share[0] for share in core.shapley(one.tolist())] for one in self.values.T]).T

    def leave_one_out(self, player: int) -> tuple[int, int]:
        """Coalitions whose difference is what the last to enter adds: all, and all without it."""
        everybody = len(self.worth) - 1
        return everybody, everybody & ~(1 << player)

    @staticmethod
    def add_one_in(player: int) -> tuple[int, int]:
        """Coalitions whose difference is what it adds alone: it, and nobody."""
        return 1 << player, 0

    def rows(self) -> list[dict[str, Any]]:
        """One for each player, and one for all of them: value with noise, share of the whole, least and most over
        orders, leave-one-out and add-one-in with noise."""
        import numpy as np

        rows = []
        for place, player in enumerate(self.players):
            value, least, most = (float(x) for x in self.shares[place])
            row: dict[str, Any] = {"player": player.name, "value": value, **noise(value, self.by_replicate[place]),
                   "share": self._share(value), "least_order": least, "most_order": most}  # fmt: skip
            for name, pair in (("leave_one_out", self.leave_one_out(place)), ("add_one_in", self.add_one_in(place))):
                row[name] = float(self.worth[pair[0]] - self.worth[pair[1]])
                row[f"{name}_noise_se"] = noise(row[name], self.values[pair[0]] - self.values[pair[1]])["noise_se"]
            rows.append(row)
        unknown_here = dict.fromkeys(("least_order", "most_order", "leave_one_out", "leave_one_out_noise_se",
                                      "add_one_in", "add_one_in_noise_se"), float(np.nan))  # fmt: skip
        whole = {"player": "all", "value": self.total, **noise(self.total, self.values[-1] - self.values[0])}
        return [*rows, {**whole, "share": self._share(self.total), **unknown_here}]

    def _share(self, value: float) -> float:
        """Of the whole; unknown where the whole is within its own simulation noise of nothing."""
        own = noise(self.total, self.values[-1] - self.values[0])
        if not own["noise_low"] * own["noise_high"] > 0:
            return float("nan")
        return value / self.total + 0.0  # no minus zero


def noise(value: float, by_replicate: np.ndarray) -> dict[str, float]:
    """Simulation noise of an estimate from its values by replicate: noise_se, and the ends of value -/+ t se.

    Unknown with one replicate. Not how far the model may be from the world.
    """
    import numpy as np
    from scipy import stats

    count = len(by_replicate)
    if count < 2:
        return {"noise_se": float("nan"), "noise_low": float("nan"), "noise_high": float("nan")}
    se = float(np.std(by_replicate, ddof=1) / np.sqrt(count))
    reach = float(stats.t.ppf(0.975, count - 1)) * se
    return {"noise_se": se, "noise_low": value - reach, "noise_high": value + reach}
