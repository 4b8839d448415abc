"""From parameters to the simulated studies of the targets: one scenario, run in a few parts that targets share.

A design point says what the world is like; an arm says what is done in it. So a point is laid over every arm, a rival
model over the point, and each arm's own statements are laid on top once more: nobody leaves in the study of doses,
whatever the point says about leaving.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import core, tables, target_rows
from hybridcare.document import Document, merged, steps, together
from hybridcare.errors import ConfigError, config_error
from hybridcare.names import unknown
from hybridcare.parameters import field
from hybridcare.points import Progress, Task, run_points
from hybridcare.rivals import Rival
from hybridcare.scenario import Scenario
from hybridcare.target_files import TargetFile
from hybridcare.target_readings import Counted

Floats = NDArray[np.float64]
Echo = dict[tuple[str, str, str], tuple[float, float]]
_OF_THE_STUDIES = ("/pathway", "/intake/kind", "/weeks", "/reading_week", "/clients", "/replicates", "/seed")


@dataclass(frozen=True)
class Size:
    """clients of an arm and replicate, times each part's own share; replicates; seed of all parts."""

    clients: int
    replicates: int
    seed: int


class Studies:
    """All parts of the targets, for some design points in one rival model.

    points  JSON merge patches as text. Raises ConfigError for one that is no JSON object; what the reader refuses is
            found when it is run, and kept in `failures` by number
    """

    def __init__(self, file: TargetFile, points: Sequence[str], rival: Rival, size: Size) -> None:
        self._file, self._size = file, size
        self.failures: dict[int, str] = {}
        self.client_weeks = 0
        base = {**file.scenario, "seed": size.seed, "replicates": size.replicates}
        self._base: Document = base
        whole = rival.whole(base)
        arms = file.scenario["arms"]
        self._points = [together(_object(text, number, arms), whole) for number, text in enumerate(points)]

    def check(self, parts: Collection[str]) -> None:
        """Sizes of these parts, before any work (raises ConfigError: clients, replicates, seed out of range); and each
        point where none of them runs anything: what the reader refuses is kept in `failures`."""
        any_part = next(iter(self._file.parts))
        for part in parts or [any_part]:
            _ = Scenario.of(self._document(part), "targets").core
        for number in range(0 if parts else self.points):
            self._made(any_part, self._file.parts[any_part]["arms"], number)

    @property
    def points(self) -> int:
        return len(self._points)

    def parameter(self, pointer: str) -> Floats:
        """Values of a field at each point, in every arm; shape (points,)."""
        row = field(pointer)
        default = row["core" if self._base["configuration"] == "core" else "default"]
        found = [_at(point, pointer, _at(self._base, pointer, default)) for point in self._points]
        return np.array([value if isinstance(value, int | float) else np.nan for value in found], dtype=float)

    def counted(self, part: str, arms: Sequence[str], keys: Sequence[str], threads: int,
                progress: Progress | None) -> Counted:  # fmt: skip
        """Metrics and measures of some arms of a part, at all points in one call."""
        says = self._file.parts[part]
        metrics = [key for key in says.get("metrics", ()) if key in keys]
        watch = [row for row in _measures(says) if row["key"] in keys]
        rows = [{name: value for name, value in row.items() if name != "key"} for row in watch]
        task = Task.of(Scenario.of(self._document(part), "targets"), arms, metrics, watch=rows)
        texts = [json.dumps({**point, "arms": self._arms(part, point, arms)}, ensure_ascii=False)
                 for point in self._points]  # fmt: skip
        runs = run_points(task, texts, threads=threads, progress=progress)
        self.failures.update(runs.failures)
        self.client_weeks += runs.client_weeks
        return Counted(runs, [*metrics, *(row["key"] for row in watch)])

    def echo(self, part: str, arms: Sequence[str], threads: int, number: int) -> Echo:
        """Table `echo` of one point: (estimate, noise) by (arm, agent, metric); empty for a point that was refused."""
        made = self._made(part, arms, number)
        if made is None:
            return {}
        results = core.study(made, threads=threads, twins=False)
        self.client_weeks += results.client_weeks
        frame = tables.pandas(results.table("echo")).query("culture == 'all' and against == ''")
        return {(row.arm, row.agent, row.metric): (row.estimate, row.noise_se) for row in frame.itertuples()}

    def rows(self, part: str, arm: str, threads: int, number: int) -> target_rows.Rows | None:
        """Rows of one arm of a part at one point; None if it was refused."""
        made = self._made(part, [arm], number)
        if made is None:
            return None
        brief = self._made(part, [arm], number, weeks=1) if self._file.parts[part].get("therapists") else None
        self.client_weeks += made.clients * made.replicates * (made.weeks + (0 if brief is None else brief.weeks))
        return target_rows.simulate(made, brief, threads)

    def _made(self, part: str, arms: Sequence[str], number: int, weeks: int | None = None) -> core.Experiment | None:
        """One point as an experiment of its own."""
        if number in self.failures:
            return None
        point, document = self._points[number], self._document(part, weeks)
        everywhere = {name: value for name, value in point.items() if name != "arms"}
        own = self._arms(part, point, arms)
        document = merged(document, everywhere)
        document["arms"] = {arm: together(_touched(everywhere, document["arms"][arm]), own[arm]) for arm in arms}
        try:
            return Scenario.of(document, "targets").core
        except ConfigError as error:
            self.failures[number] = str(error)
            return None

    def _document(self, part: str, weeks: int | None = None) -> Document:
        says = self._file.parts[part]
        clients = max(1, round(self._size.clients * says["clients"]))
        length = weeks or says["weeks"]
        arms = {arm: self._base["arms"][arm] for arm in says["arms"]}
        own = {"weeks": length, "reading_week": min(says["reading_week"], length), "clients": clients, "arms": arms}
        return {**copy.deepcopy(self._base), **own}

    def _arms(self, part: str, point: Mapping[str, Any], arms: Sequence[str]) -> dict[str, Any]:
        """What each arm says, laid over what the point says of that arm."""
        out = {}
        shifts = self._file.parts[part].get("shifts", {})
        for arm in arms:
            said = {name: value for name, value in self._base["arms"][arm].items() if name != "label"}
            laid = together(point.get("arms", {}).get(arm, {}), said)
            for pointer, shift in shifts.get(arm, {}).items():
                laid = together(laid, _shifted(pointer, shift, merged(self._base, point)))
            out[arm] = laid
        return out


def _object(text: str, number: int, arms: Mapping[str, Any]) -> dict[str, Any]:
    """A point, which says what the world is like and leaves the studies as they are."""
    where = f"point {number}"
    try:
        point = json.loads(text, parse_constant=_refused)
    except (TypeError, ValueError) as error:
        raise config_error(where, f"is no JSON: {error}") from error
    except RecursionError as error:
        raise config_error(where, "is nested too deeply") from error
    if not isinstance(point, dict):
        raise config_error(where, f"expected a JSON object, found {text[:40]!r}")
    _check_arms(point, where, arms)
    for pointer in _OF_THE_STUDIES:
        if _at(point, pointer, None) is not None:
            raise config_error(where, f"{pointer} belongs to the studies: a point says what the world is like, "
                                      "not who is studied, how long, or what is done")  # fmt: skip
    return point


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _check_arms(point: Mapping[str, Any], where: str, known: Mapping[str, Any]) -> None:
    """A misspelt arm would be left out of every part, in silence."""
    arms = point.get("arms", {})
    if not isinstance(arms, Mapping):
        raise config_error(f"{where}#/arms", f"expected an object by arm, found {arms!r}")
    for arm, patch in arms.items():
        if arm not in known:
            raise config_error(f"{where}#/arms", unknown("arm", arm, known))
        if not isinstance(patch, Mapping):
            raise config_error(f"{where}#/arms/{arm}", f"expected an object, found {patch!r}")


def _measures(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The part's own measures, one for each week: "well" at week 13 is the key well@13."""
    return [{"name": f"{name}_{week}", "key": f"{name}@{week}", "of": says["of"], "given": says.get("given", ""),
             "when": "at", "week": week, "least": 0.0}
            for name, says in part.get("watch", {}).items() for week in says["weeks"]]  # fmt: skip


def _at(document: Mapping[str, Any], pointer: str, other: Any) -> Any:
    place: Any = document
    for name in steps(pointer):
        if not isinstance(place, Mapping) or name not in place:
            return other
        place = place[name]
    return place


def _shifted(pointer: str, shift: float, document: Mapping[str, Any]) -> dict[str, Any]:
    """A patch that moves a field by so much, and keeps it within its range."""
    row = field(pointer)
    value = _at(document, pointer, row["default"])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return {}  # the reader refuses it where the point has it
    value = float(np.clip(value + shift, row["least"], row["most"]))
    for name in reversed(steps(pointer)):
        value = {name: value}
    patch: dict[str, Any] = value
    return patch


def _touched(patch: Mapping[str, Any], arm: Mapping[str, Any]) -> dict[str, Any]:
    """An arm under a patch of every arm: the patch's sections that the arm has something to say on lie over it."""
    out: dict[str, Any] = together(arm, {name: value for name, value in patch.items() if name in arm})
    return out
