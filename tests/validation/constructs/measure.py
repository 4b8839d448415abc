"""Runs each change beside its base over the same clients with the same chance, and reads what it does.

A row says: change this parameter in that scene; this output moves that way, those do not move at all. Both sides draw
the same random words, so that an output that the change does not reach is equal to the last bit, and the difference of
one that it reaches has little noise. Eight seeds give eight differences; their mean is the effect, and its standard
error, SD / sqrt(8), is what leaving out one seed at a time (jackknife) gives for a mean.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
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


class Run:
    """One experiment with one replicate; tables are read once."""

    def __init__(self, document: Document, seed: int, twins: bool) -> None:
        self.experiment = hc.Experiment(hc.Scenario.of({**document, "seed": seed}, str(FILES / "scene.json")))
        self.twins = twins

    @cached_property
    def results(self) -> hc.Results:
        return self.experiment.run(threads=1, twins=self.twins, progress=False)

    @cache  # noqa: B019  (runs live as long as the tests)
    def index(self, table: str, *keys: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Rows of a table by the values of these columns."""
        rows = self.results.arrow(table).to_pylist()
        return {tuple(row[key] for key in keys): row for row in rows}

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
    way: int  # +1 up, -1 down, 0 either
    still: tuple[Output, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    test: str = ""  # "file: name" of the mechanism's own test under tests/unit
    why: str = ""


@dataclass(frozen=True)
class Effect:
    """Changed minus base: mean over seeds and its standard error; outputs that should stand still and moved."""

    mean: float
    error: float
    moved: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        if self.moved or row.reads is None:
            return not self.moved
        size = abs(self.mean) if row.way == 0 else row.way * self.mean
        return size > LIMIT * self.error and size > 1e-9


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


def text(patch: Document) -> str:
    return json.dumps(patch, sort_keys=True)


def split(patch: Document) -> Cell:
    """What concerns the clients themselves, and what an arm can say."""
    people = {name: part for name, part in patch.items() if name in PEOPLE}
    return text(people), text({name: part for name, part in patch.items() if name not in PEOPLE})


class Bench:
    """All experiments that the rows of one scene need, run when first asked for."""

    def __init__(self, document: Document, rows: list[Row], twins: bool = False) -> None:
        self.document, self.twins = document, twins
        self.arms: dict[str, list[str]] = {}
        for row in rows:
            for side in (self.base(row), self.changed(row)):
                arms = self.arms.setdefault(side[0], [])
                if side[1] not in arms:
                    arms.append(side[1])

    def base(self, row: Row) -> Cell:
        return split(at(row.given))

    def changed(self, row: Row) -> Cell:
        return split(merged(at(row.given), at(row.change)) if row.given else at(row.change))

    @cache  # noqa: B019
    def run(self, people: str, batch: int, seed: int) -> Run:
        """Some arms of the same clients. Which arms run together matters to nobody's draws."""
        arms = self.arms[people][batch * BATCH : (batch + 1) * BATCH]
        named = {f"arm{place}": json.loads(arm) for place, arm in enumerate(arms)}
        return Run({**merged(self.document, json.loads(people)), "arms": named}, seed, self.twins)

    def read(self, output: Output, cell: Cell) -> list[float]:
        batch, place = divmod(self.arms[cell[0]].index(cell[1]), BATCH)
        return [float(output.read(self.run(cell[0], batch, seed), f"arm{place}")) for seed in SEEDS]

    def effect(self, row: Row) -> Effect:
        base, changed = self.base(row), self.changed(row)
        moved = []
        for output in row.still:
            values = self.read(output, base)
            if values != self.read(output, changed) or any(map(math.isnan, values)):
                moved.append(output.name)
        if row.reads is None:
            return Effect(math.nan, math.nan, tuple(moved))
        pairs = zip(self.read(row.reads, changed), self.read(row.reads, base), strict=True)
        differences = pd.Series([after - before for after, before in pairs])
        return Effect(float(differences.mean()), float(differences.sem()), tuple(moved))
