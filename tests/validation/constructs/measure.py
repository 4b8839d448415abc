"""Runs each change beside its base over the same clients with the same chance, and reads what it does.

A row says: change this parameter in that scene; this output moves that way, those do not move at all. Both sides draw
the same random words, so that an output that the change does not reach is equal to the last bit, and the difference of
one that it reaches has little noise. Eight seeds give eight differences; their mean is the effect, and its standard
error, SD / sqrt(8), is what leaving out one seed at a time (jackknife) gives for a mean.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import hybridcare as hc
from hybridcare import core, tables
from hybridcare.document import merged

SEEDS = range(101, 109)
CLIENTS = 256
#: Clients of whom rows by week are read.
FOLLOWED = 128
#: Arms of one experiment; a scenario takes 32 at most.
BATCH = 16
#: An effect counts when it is this many standard errors from 0 in the stated direction. Were there none, one row of
#: 3,000 would pass by chance (t with 7 degrees of freedom, one side: 8e-4 with 5, 3e-4 with 6).
LIMIT = 6.0
#: What makes other people of the clients; arms share theirs, so such changes are run as experiments of their own.
PEOPLE = ("intake", "cultures", "emotions", "attributes", "joint_shares", "service", "network")

#: Files that rows name lie beside the scene.
FILES = Path(__file__).parent / "files"

Document = dict[str, Any]
Cell = tuple[str, str]  # experiment and arm, as JSON


@dataclass(frozen=True)
class Line:
    """A row of a table; what nobody reads is not converted."""

    table: pa.Table
    place: int

    def __getitem__(self, column: str) -> Any:
        return self.table[column][self.place].as_py()


class Run:
    """One experiment with one replicate; tables are read once."""

    def __init__(self, document: Document, seed: int, twins: bool) -> None:
        self.experiment = hc.Experiment(hc.Scenario.of({**document, "seed": seed}, str(FILES / "scene.json")))
        self.twins = twins

    @cached_property
    def results(self) -> hc.Results:
        return self.experiment.run(threads=1, twins=self.twins, progress=False)

    @cache  # noqa: B019  (runs live as long as the tests)
    def table(self, name: str) -> pa.Table:
        return self.results.arrow(name).combine_chunks()

    @cache  # noqa: B019
    def index(self, name: str, *keys: str) -> dict[tuple[Any, ...], Line]:
        """Rows of a table by the values of these columns."""
        columns = [self.table(name)[key].to_pylist() for key in keys]
        return {key: Line(self.table(name), place) for place, key in enumerate(zip(*columns, strict=True))}

    @cached_property
    def clients(self) -> pd.DataFrame:
        return self.rows("clients", CLIENTS).groupby("arm", observed=True).mean(numeric_only=True)

    @cached_property
    def _by_week(self) -> Any:
        return self.rows("weeks", FOLLOWED).groupby(["arm", "week"], observed=True)

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Means over the first clients by arm and week."""
        return self._by_week.mean(numeric_only=True)

    @cached_property
    def spreads(self) -> pd.DataFrame:
        """Standard deviations over the first clients by arm and week."""
        return self._by_week.std(numeric_only=True)

    def rows(self, kind: str, sample: int) -> pd.DataFrame:
        stream = core.RowStream(self.experiment.scenario.core, kind=kind, sample=sample, threads=1)
        held = [tables.arrow(chunk) for chunk in stream]
        return tables.pandas(pa.concat_tables(held).unify_dictionaries())


@dataclass(frozen=True)
class Output:
    """One number of an arm, as a reader of the results would find it."""

    name: str
    unit: str
    read: Callable[[Run, str], float]


@dataclass(frozen=True)
class Row:
    """`change` and `given` are values by JSON Pointer; `given` holds on both sides. None removes."""

    construct: str
    section: str
    scene: str
    change: Mapping[str, Any]
    reads: Output | None  # None: nothing may move
    way: int  # +1 up, -1 down; 0 where nothing may move
    still: tuple[Output, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    test: str = ""  # "file: name" of the mechanism's own test under tests/unit
    why: str = ""
    unless: Mapping[str, Any] = field(default_factory=dict)  # where nothing may move: with these on both sides it does


@dataclass(frozen=True)
class Effect:
    """Changed minus base: mean over seeds and its standard error; outputs that should stand still and moved."""

    mean: float
    error: float
    moved: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        if self.moved or row.reads is None:
            return not self.moved
        size = row.way * self.mean
        return size > LIMIT * self.error and size > 1e-9


#: What was read of one side: the values of each output, one a seed, by its name.
Readings = Mapping[str, list[float]]


def judged(row: Row, base: Readings, changed: Readings) -> Effect:
    """What the row says of these readings, wherever they come from."""
    names = [output.name for output in row.still]
    moved = tuple(name for name in names if base[name] != changed[name] or any(map(math.isnan, base[name])))
    if row.reads is None:
        return Effect(math.nan, math.nan, moved)
    pairs = zip(changed[row.reads.name], base[row.reads.name], strict=True)
    differences = pd.Series([after - before for after, before in pairs])
    return Effect(float(differences.mean()), float(differences.sem()), moved)


def at(values: Mapping[str, Any]) -> Document:
    """A patch from values by JSON Pointer."""
    patch: Document = {}
    for pointer, value in values.items():
        *above, last = pointer.split("/")[1:]
        place = patch
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return patch


def over(patch: Any, more: Any) -> Any:
    """One patch that does what both do in turn. Unlike in a document that is patched, what removes stays."""
    if not isinstance(patch, dict) or not isinstance(more, dict):
        return more
    return {**patch, **{name: over(patch.get(name), value) for name, value in more.items()}}


def text(patch: Document) -> str:
    return json.dumps(patch, sort_keys=True)


def split(patch: Document) -> Cell:
    """What concerns the clients themselves, and what an arm can say."""
    people = {name: part for name, part in patch.items() if name in PEOPLE}
    return text(people), text({name: part for name, part in patch.items() if name not in PEOPLE})


def base(row: Row) -> Cell:
    return split(at(row.given))


def changed(row: Row) -> Cell:
    return split(over(at(row.given), at(row.change)))


class Bench:
    """Experiments of one scene with these cells, run when first asked for."""

    def __init__(self, document: Document, cells: Iterable[Cell], twins: bool = False) -> None:
        self.document, self.twins = document, twins
        self.arms: dict[str, list[str]] = {}
        for people, arm in dict.fromkeys(cells):
            self.arms.setdefault(people, []).append(arm)

    @cache  # noqa: B019
    def run(self, people: str, batch: int, seed: int) -> Run:
        """Some arms of the same clients. Which arms run together matters to nobody's draws."""
        arms = self.arms[people][batch * BATCH : (batch + 1) * BATCH]
        named = {f"arm{place}": json.loads(arm) for place, arm in enumerate(arms)}
        return Run({**merged(self.document, json.loads(people)), "arms": named}, seed, self.twins)

    @cache  # noqa: B019
    def read(self, output: Output, cell: Cell, seeds: range) -> list[float]:
        batch, place = divmod(self.arms[cell[0]].index(cell[1]), BATCH)
        return [float(output.read(self.run(cell[0], batch, seed), f"arm{place}")) for seed in seeds]

    def readings(self, row: Row, cell: Cell, seeds: range = SEEDS) -> Readings:
        outputs = row.still if row.reads is None else (*row.still, row.reads)
        return {output.name: self.read(output, cell, seeds) for output in outputs}

    def effect(self, row: Row) -> Effect:
        return judged(row, self.readings(row, base(row)), self.readings(row, changed(row)))
