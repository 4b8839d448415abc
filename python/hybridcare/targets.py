"""Targets: published figures, each with the simulated study that would have found it.

    >>> runs = hc.simulate_targets(["{}"])      # the default parameters
    >>> runs.table()                            # target, figure, interval, simulated, noise, inside; misses first

Correlations are read from simulated *ratings* and are never entered as coefficients. A figure inside its interval does
not make the model true: rivals in which empathy does nothing fit as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare.errors import config_error
from hybridcare.points import Progress
from hybridcare.rivals import Rival, rivals
from hybridcare.target_files import Target as Target
from hybridcare.target_files import bundled
from hybridcare.target_files import targets as targets
from hybridcare.target_forms import FORMS
from hybridcare.target_readings import jackknife, read
from hybridcare.target_rows import read_rows
from hybridcare.target_studies import Size, Studies

if TYPE_CHECKING:
    import pandas as pd

bundled_targets = targets  #: under the name by which it stands beside other bundled things
Floats = NDArray[np.float64]
CLIENTS, REPLICATES = 128, 32  #: of an arm and replicate, times a part's share; replicates, since they bring therapists


@dataclass(frozen=True)
class TargetRuns:
    """What the simulated studies found at each design point.

    names      of the targets, in order
    value      shape (points, targets), in each target's unit; NaN: nobody counted, or the point was refused
    noise_se   simulation noise of `value`, same shape (jackknife over replicates); 0 for a closed form
    failures   reason by point, for those that the reader refused
    client_weeks   lived through at all points together
    rival, seed, clients, replicates   what was run
    """

    names: tuple[str, ...]
    value: Floats
    noise_se: Floats
    failures: dict[int, str]
    client_weeks: int
    rival: Rival
    seed: int
    clients: int
    replicates: int
    targets: dict[str, Target] = field(repr=False, default_factory=dict)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether each value lies within its target's interval, shape (points, targets)."""
        held = [[self.targets[name].holds(value) for name, value in zip(self.names, row, strict=True)]
                for row in self.value]  # fmt: skip
        return np.array(held, dtype=bool).reshape(self.value.shape)

    def table(self, point: int = 0) -> pd.DataFrame:
        """One row for each target: misses of what is fitted first, the farthest at the top (`off`: distance from the
        figure over the root of squared sampling error, discrepancy and noise). Raises ConfigError: no such point."""
        import pandas

        if not 0 <= point < len(self.value):
            raise config_error("point", f"{point} is outside [0, {len(self.value) - 1}]")
        rows = []
        for place, name in enumerate(self.names):
            one, value, noise = self.targets[name], self.value[point, place], self.noise_se[point, place]
            spread = float(np.sqrt(one.sd**2 + one.discrepancy**2 + noise**2))
            rows.append({"target": name, "label": one.label, "row": one.row, "kind": one.kind, "figure": one.figure,
                         "low": one.low, "high": one.high, "interval": one.interval, "simulated": float(value),
                         "noise": float(noise), "inside": one.holds(float(value)),
                         "off": (float(value) - one.figure) / spread, "weight": one.weight,
                         "unit": one.unit})  # fmt: skip
        frame = pandas.DataFrame(rows)
        order = pandas.DataFrame({"inside": frame["inside"], "shown": frame["kind"] == "bracket",
                                  "off": -frame["off"].abs().fillna(0)})  # fmt: skip
        return frame.loc[order.sort_values(["inside", "shown", "off"], kind="stable").index].reset_index(drop=True)


def simulate_targets(
    points: Sequence[str],
    *,
    names: Iterable[str] | str | None = None,
    rival: str = "R1",
    clients: int = CLIENTS,
    replicates: int = REPLICATES,
    seed: int | None = None,
    threads: int = 0,
    progress: Progress | None = None,
) -> TargetRuns:
    """Runs the studies of the targets at each design point, and reads them.

    points    JSON merge patches as text, laid over every arm, as for `hybridcare.points.run_points`: "{}" is the
              default. An arm's own statements hold whatever a point says: nobody leaves in the study of doses
    names     of targets; all if left out. A target's numbers do not depend on which others are asked for
    rival     model that every point is a point of: R0 to R4, or a structural switch
    clients   of an arm and replicate, times each part's share; at least 2
    seed      of all points, which share clients and luck, so that what is compared is paired and a function of
              parameters alone; if left out that of the file
    progress  called with (done, total), points times parts
    Raises ConfigError: unknown target or rival, size out of range, a point that is no JSON object, names an unknown arm
    or changes what the studies are (protocol, intake, length). What the reader refuses is a failure of its point.
    """
    chosen, file = targets(names), bundled()
    size = _size(clients, replicates, seed)
    studies = Studies(file, points, _rival(rival), size)
    found = _Found(chosen, len(points))
    parts = _parts(chosen)
    studies.check(parts)
    done = _Steps(progress, len(points) * len(parts))
    for part, own in parts.items():
        _KINDS[file.parts[part]["kind"]](part, own, studies, found, threads, done)
    for name, one in chosen.items():
        if one.study["reading"]["of"] == "closed":
            value = FORMS[one.study["reading"]["metric"]](studies.parameter)
            found.put(name, value, np.zeros(len(points)))
    for number in studies.failures:
        found.value[number] = found.noise[number] = np.nan
    return TargetRuns(tuple(chosen), found.value, found.noise, studies.failures, studies.client_weeks, _rival(rival),
                      size.seed, size.clients, size.replicates, chosen)  # fmt: skip


def checked_size(rival: str, clients: int, replicates: int, seed: int | None = None) -> Size:
    """The size of a simulation of all targets, which is checked but not run. Raises ConfigError as that would."""
    size = _size(clients, replicates, seed)
    Studies(bundled(), [], _rival(rival), size).check(_parts(targets()))
    return size


def _size(clients: int, replicates: int, seed: int | None) -> Size:
    return Size(whole_number("clients", clients, 2), whole_number("replicates", replicates, 1),
                int(bundled().scenario["seed"]) if seed is None else whole_number("seed", seed, 0))  # fmt: skip


class _Found:
    def __init__(self, chosen: Mapping[str, Target], points: int) -> None:
        self._place = {name: place for place, name in enumerate(chosen)}
        self.value: Floats = np.full((points, len(chosen)), np.nan)
        self.noise: Floats = np.full((points, len(chosen)), np.nan)

    def put(self, name: str, value: Any, noise: Any, point: int | slice = slice(None)) -> None:
        self.value[point, self._place[name]] = value
        self.noise[point, self._place[name]] = noise


class _Steps:
    """Points of all parts, one after the other, as one progress."""

    def __init__(self, tell: Progress | None, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def __call__(self, points: int = 1) -> None:
        self._done += points
        if self._tell is not None:
            self._tell(self._done, self._total)

    def within(self) -> Progress | None:
        """For a run of many points: what it tells counts on top of what is done."""
        tell = self._tell
        return None if tell is None else lambda points, _: tell(self._done + points, self._total)


Chosen = Mapping[str, Target]


def _parts(chosen: Chosen) -> dict[str, dict[str, Target]]:
    """The chosen targets by the part in which they are run."""
    parts: dict[str, dict[str, Target]] = defaultdict(dict)
    for name, one in chosen.items():
        if one.study["part"]:
            parts[one.study["part"]][name] = one
    return parts


def _arms(own: Chosen) -> list[str]:
    return list(dict.fromkeys(arm for one in own.values() for arm in one.study["arms"]))


def _counts(part: str, own: Chosen, studies: Studies, found: _Found, threads: int, done: _Steps) -> None:
    keys = {key for one in own.values() for key in _keys(one.study["reading"])}
    counted = studies.counted(part, _arms(own), sorted(keys), threads, done.within())
    for name, one in own.items():
        found.put(name, *jackknife(read(one.study["reading"], counted, studies.parameter)))
    done(studies.points)


def _keys(reading: Mapping[str, Any]) -> list[str]:
    """Metrics and measures that a reading needs."""
    named = [reading[key] for key in ("metric", "spread", "over") if key in reading]
    keys = [key for one in named for key in (one if isinstance(one, list) else [one])]
    entry = {"change_d": ["start@12", "start_squared@12"], "change_percent": ["start@12"]}
    return keys + entry.get(reading["of"], [])


def _echoes(part: str, own: Chosen, studies: Studies, found: _Found, threads: int, done: _Steps) -> None:
    for number in range(studies.points):
        echo = studies.echo(part, _arms(own), threads, number)
        for name, one in own.items():
            reading = one.study["reading"]
            value, noise = echo.get((reading["arm"], reading["agent"], reading["metric"]), (np.nan, np.nan))
            found.put(name, value, noise, number)
        done()


def _by_rows(part: str, own: Chosen, studies: Studies, found: _Found, threads: int, done: _Steps) -> None:
    (arm,) = _arms(own)
    metrics = [one.study["reading"]["metric"] for one in own.values()]
    for number in range(studies.points):
        rows = studies.rows(part, arm, threads, number)
        readings = read_rows(rows, metrics) if rows is not None else {}
        for name, one in own.items():
            if (values := readings.get(one.study["reading"]["metric"])) is not None:
                found.put(name, *jackknife(values[None]), slice(number, number + 1))
        done()


_KINDS = {"points": _counts, "echo": _echoes, "rows": _by_rows}


def _rival(name: str) -> Rival:
    from hybridcare.rivals import switches

    known = {**rivals(), **switches()}
    if name not in known:
        return rivals([name])[name]  # says what is known
    return known[name]


def whole_number(where: str, value: int, least: int) -> int:
    """The value as an int. Raises ConfigError for one that is below `least` or no whole number."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise config_error(where, f"{value!r} is no whole number of at least {least}")
    return int(value)
