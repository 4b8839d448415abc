"""Who gets which arm in a virtual trial, and the chance of the trial itself, apart from that of the simulation.

Every draw of a trial is a word of numpy's Philox4x64 with key (seed, replicate) and counter (0, stratum, purpose,
TRIAL): word number i belongs to client i, to place i of a stratum, or to therapist i. So one more client, another
arm, an interim look or another analysis changes nobody's allocation, and client 7 of replicate 3 can be drawn alone.

An allocation is any object with `name`, `unit` and `arms_of(entry)`. A stepped wedge would read `entry.week` and
`entry.therapist`; a SMART is an allocation to whole regimes, each written as an arm. Neither is offered yet: their
analyses are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import numpy as np

TRIAL = 0x747269616C  #: "trial": keeps these words apart from any other use of Philox in this package
MOST_SHARE = 100  #: of an allocation ratio


class Purpose(IntEnum):
    """What a word is drawn for. Append only: a number that changed would change every trial."""

    ALLOCATE = 0
    MISSING = 1
    ARRIVE = 2


def uniforms(seed: int, replicate: int, purpose: Purpose, count: int, stratum: int = 0) -> np.ndarray:
    """`count` numbers in (0, 1), shape (count,); number i does not depend on `count`."""
    import numpy as np

    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, replicate], dtype=np.uint64)
    counter = np.array([0, stratum, int(purpose), TRIAL], dtype=np.uint64)
    words = np.random.Philox(key=key, counter=counter).random_raw(count)
    return ((words >> np.uint64(11)).astype(float) + 0.5) / 2.0**53


@dataclass(frozen=True)
class Entry:
    """What is known when a client enters; one trial, clients in the order of their entry.

    start      PHQ-9 at entry, points, shape (n,); culture: codes, shape (n,); week: calendar week of entry, shape (n,)
    therapist  number of the client's therapist, shape (n,), of `therapists` in all; where an arm has no human, it is
               the therapist who would have been theirs, and who refers them
    """

    seed: int
    replicate: int
    start: np.ndarray
    culture: np.ndarray
    week: np.ndarray
    therapist: np.ndarray
    therapists: int


@runtime_checkable
class Allocation(Protocol):
    """How clients, or their therapists, come to their arms."""

    @property
    def name(self) -> str:
        """In words, for the flow diagram."""

    @property
    def unit(self) -> Literal["client", "therapist"]:
        """What is randomised."""

    def arms_of(self, entry: Entry) -> np.ndarray:
        """Number of the arm of each client, shape (n,). Must not depend on clients who enter later."""


@dataclass(frozen=True)
class Simple:
    """Each client by a draw of their own; `ratio` of the arms in their order."""

    ratio: tuple[int, ...]
    unit: Literal["client"] = "client"

    @property
    def name(self) -> str:
        return f"each client by a draw of their own, {ratio_words(self.ratio)}"

    def arms_of(self, entry: Entry) -> np.ndarray:
        import numpy as np

        drawn = uniforms(entry.seed, entry.replicate, Purpose.ALLOCATE, len(entry.start))
        steps = np.cumsum(self.ratio) / sum(self.ratio)
        return np.searchsorted(steps[:-1], drawn, side="right").astype(np.int8)


@dataclass(frozen=True)
class Blocks:
    """Permuted blocks of `size` clients, in order of entry; within strata of PHQ-9 at entry if `cuts` are given
    (points, rising; a client with a reading at a cut is in the stratum above it)."""

    ratio: tuple[int, ...]
    size: int
    cuts: tuple[float, ...] = ()
    unit: Literal["client"] = "client"

    @property
    def name(self) -> str:
        cuts = ", ".join(f"{cut:g}" for cut in self.cuts)
        within = f" within strata of PHQ-9 at entry cut at {cuts}" if cuts else ""
        return f"permuted blocks of {self.size}{within}, {ratio_words(self.ratio)}"

    def arms_of(self, entry: Entry) -> np.ndarray:
        import numpy as np

        stratum = np.searchsorted(np.asarray(self.cuts, dtype=float), entry.start, side="right")
        arms = np.zeros(len(entry.start), dtype=np.int8)
        for number in range(len(self.cuts) + 1):
            here = np.flatnonzero(stratum == number)
            arms[here] = self._sequence(entry, number, len(here))
        return arms

    def _sequence(self, entry: Entry, stratum: int, count: int) -> np.ndarray:
        """The list of one stratum: whole blocks, cut where the clients end."""
        import numpy as np

        blocks = -(-count // self.size)
        drawn = uniforms(entry.seed, entry.replicate, Purpose.ALLOCATE, blocks * self.size, stratum)
        order = np.argsort(drawn.reshape(blocks, self.size), axis=1, kind="stable")
        return _filled(self.ratio, self.size)[order].reshape(-1)[:count]


@dataclass(frozen=True)
class Clusters:
    """Whole therapists, as near to `ratio` as their number allows; all clients of a therapist are in one arm."""

    ratio: tuple[int, ...]
    unit: Literal["therapist"] = "therapist"

    @property
    def name(self) -> str:
        return f"whole therapists, {ratio_words(self.ratio)}"

    def arms_of(self, entry: Entry) -> np.ndarray:
        import numpy as np

        drawn = uniforms(entry.seed, entry.replicate, Purpose.ALLOCATE, entry.therapists)
        arm = np.empty(entry.therapists, dtype=np.int8)
        arm[np.argsort(drawn, kind="stable")] = self.places(entry.therapists)
        of_client: np.ndarray = arm[entry.therapist]
        return of_client

    def places(self, therapists: int) -> np.ndarray:
        """Arms that so many therapists are spread over, before chance says who gets which, shape (therapists,)."""
        return _filled(self.ratio, therapists)


def _filled(ratio: Sequence[int], places: int) -> np.ndarray:
    """Arms for so many places, in the ratio, in turns: (0, 1, 0, 1) for 1:1, (0, 0, 1, 0, 0, 1) for 2:1."""
    import numpy as np

    turn = np.repeat(np.arange(len(ratio), dtype=np.int8), ratio)
    filled: np.ndarray = np.resize(turn, places)
    return filled


def ratio_words(ratio: Sequence[int]) -> str:
    return ":".join(map(str, ratio))


def checked_ratio(given: object, arms: int) -> tuple[int, ...]:
    """Raises ConfigError: not one whole number from 1 for each arm."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise config_error("allocation", f"expected one whole number for each arm, such as (1, 1), found {given!r}")
    ratio = list(given)
    if len(ratio) != arms:
        raise config_error("allocation", f"{len(ratio)} numbers for {arms} arms; give one for each")
    for share in ratio:
        if isinstance(share, bool) or not isinstance(share, int) or not 1 <= share <= MOST_SHARE:
            raise config_error("allocation", f"{share!r} is no whole number in [1, {MOST_SHARE}]")
    return tuple(ratio)


def chosen(ratio: tuple[int, ...], clustered: bool, blocks: int, strata: tuple[float, ...], n: int) -> Allocation:
    """The allocation of a design. Raises ConfigError where its parts do not fit together."""
    if clustered:
        if blocks or strata:
            raise config_error("cluster", "whole therapists are allocated, so that blocks and strata of clients have "
                               "no place; leave them out, or leave cluster out")  # fmt: skip
        return Clusters(ratio)
    if not blocks:
        if strata:
            raise config_error("strata", "need permuted blocks: without them a stratum changes nothing; give blocks=4")
        return Simple(ratio)
    turn = sum(ratio)
    if isinstance(blocks, bool) or not isinstance(blocks, int) or not turn <= blocks <= 1000 or blocks % turn:
        raise config_error("blocks", f"{blocks!r} is no multiple of {turn} (the ratio {ratio_words(ratio)}) up to 1000")
    if not strata and n % blocks:
        near = max(blocks, n // blocks * blocks)
        raise config_error("n", f"{n} clients do not fill blocks of {blocks}; {near} or {near + blocks} would, or "
                           "strata, whose last blocks may stay open")  # fmt: skip
    if list(strata) != sorted(set(strata)):
        raise config_error("strata", f"{list(strata)} do not rise; give cuts of PHQ-9 at entry such as (15, 20)")
    return Blocks(ratio, blocks, strata)
