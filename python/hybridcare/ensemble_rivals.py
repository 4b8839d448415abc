"""Beside a run over one rival's parameter sets: the same differences in each other rival, in refitted sets of its own.

A few sets each show where a rival puts the answer, and roughly how far it leaves it open; `hybridcare rivals` runs more
of them, and asks which conclusions hold in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hybridcare.errors import ConfigError
from hybridcare.headline import signed
from hybridcare.uncertainty import OverSets, run_over

if TYPE_CHECKING:
    from hybridcare.points import Metric, Progress
    from hybridcare.scenario import Scenario
    from hybridcare.uncertainty import ParameterSets

FEWEST, MOST = 3, 10  #: sets of each rival
PART = 10  #: of the sets of the main one: all other rivals together then take less than half as long


def others(scenario: Scenario, sets: ParameterSets) -> dict[str, ParameterSets]:
    """Sets, drawn by weight, of each rival that has a bundled ensemble, but for that of `sets`."""
    from hybridcare.rivals import rivals
    from hybridcare.rivals_models import chosen_sets

    names = [name for name in rivals() if name != sets.rival]
    return chosen_sets(scenario, names, None, min(MOST, max(FEWEST, len(sets) // PART)))


def run_others(scenario: Scenario, drawn: Mapping[str, ParameterSets], metric: Metric, size: tuple[int, int],
               threads: int, tick: Progress | None) -> dict[str, OverSets]:  # fmt: skip
    """Each of them run; a rival whose sets this scenario refuses is left out. size: replicates and clients."""
    found = {}
    for name, sets in drawn.items():
        try:
            found[name] = run_over(scenario, sets, None, [metric], *size, threads=threads, progress=tick)
        except ConfigError:
            continue
    return found


def rows(found: Mapping[str, OverSets], arm: str, against: str) -> list[dict[str, Any]]:
    """For each rival: median, low, high (5 and 95 % over its sets) of the arm minus the other, PHQ-9 points; sets."""
    spreads = {name: each.spread(arm, 0, against) for name, each in found.items()}
    return [{"rival": name, "arm": arm, "median": each.median, "low": each.low, "high": each.high, "sets": each.sets}
            for name, each in spreads.items() if each.sets]  # fmt: skip


def says(found: Mapping[str, OverSets], arm: str, against: str, main: str) -> list[str]:
    """The same in words, with those that the scenario refused; nothing where no other rival was run. main: the rival
    whose sets the run is over."""
    from hybridcare.rivals_fit import rival_fits

    told, fits = rows(found, arm, against), rival_fits()
    if not told:
        return []
    each = [f"{row['rival']} {signed(row['median'])} ({signed(row['low'])} to {signed(row['high'])})"
            + ("" if fits[row["rival"]].counts else ", which does not fit") for row in told]  # fmt: skip
    lacking = [name for name, fit in fits.items() if fit.fitted and name != main and name not in found]
    rest = f" Not run here, since this scenario refuses their sets: {', '.join(lacking)}." if lacking else ""
    return [f"In the other rivals, refitted, over {max(row['sets'] for row in told)} sets of each one's own: "
            f"{'; '.join(each)}; median, 5 to 95 % of the sets.{rest}"]  # fmt: skip
