"""Chance over arrays: keyed draws, the same as the program's, or numbers from a generator as they come.

Both answer the same questions, so that every mechanism is written once: what is drawn at entry, in a week, and in a
contact. Words are 32 bits wide; an event of probability p happens if its word lies below p 2^32.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from reference import chance as table

from .tables import Floats, Words, normal_quantiles

Wide = npt.NDArray[np.uint64]

#: Four turns share a block. Which block of a group's three, or six, decides what.
TURN_BLOCKS = {"right": 0, "noticed": 1, "repaired": 2}
EXPRESSION_BLOCKS = {"felt": 0, "intensity": 1, "masked": 2, "asked": 3, "taken": 4, "misheard": 5}

FIRST, SECOND = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
GOLDEN, ROOT = 0x9E3779B9, 0xBB67AE85
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
#: Values that one pass of Philox works on: six columns of them fit a second-level cache of 1 MiB.
AT_ONCE = 16384


@dataclass
class Week:
    """Draws of one week, shape (·, clients). Out of care only `course` and `safety` are drawn."""

    course: Floats  # (3, n) normals: episode, symptom, measurement
    safety: Words  # (4, n): onset, seen by the human, by the assistant, false alarm
    sudden_gain: Words  # (2, n): whether, how large
    practice: Words  # (4, n), one for each slot
    leaving: Words  # (2, n): dropout, planned end
    privacy: Words  # (2, n): breach, discovery


@dataclass
class Session:
    """Draws of one contact."""

    quality: Floats  # (8, n) normals
    ratings: Floats  # (3, n) normals: alliance, empathy, felt heard
    turns: dict[str, Words]  # each (turns, n)


class Chance(Protocol):
    """Where draws come from. `who` are numbers of clients, shape (n,)."""

    def entry(self, who: Wide, purpose: int, block: int = 0, partner: int | Wide = 0) -> Words: ...

    def week(self, who: Wide, week: int, in_care: bool) -> Week: ...

    def attendance(self, who: Wide, week: int, partner: int) -> Words: ...

    def session(self, who: Wide, week: int, partner: int, turns: int, decisions: Sequence[str]) -> Session: ...


def thresholds(probability: Floats) -> Words:
    """Words below these happen. `probability` is used up."""
    scaled = np.multiply(probability, 2.0**32, out=probability)
    np.rint(scaled, out=scaled)
    np.clip(scaled, 0.0, 2.0**32 - 1, out=scaled)
    return scaled.astype(np.uint32)


class Keyed:
    """Philox4x32-10 keyed by seed and replicate: a draw depends on its name alone."""

    def __init__(self, seed: int, replicate: int) -> None:
        self.keys = [((seed + GOLDEN * r) & 0xFFFFFFFF, (replicate + ROOT * r) & 0xFFFFFFFF) for r in range(10)]
        self.work = np.empty((6, AT_ONCE), np.uint64)

    def blocks(self, who: Wide, partner: int | Wide, when: int, tags: Sequence[int]) -> Words:
        """Shape (blocks, 4, n). A batch of blocks at a time, so that its columns stay in the cache."""
        out = np.empty((len(tags), 4, len(who)), np.uint32)
        if self.work.shape[1] < len(who):
            self.work = np.empty((6, len(who)), np.uint64)
        batch = max(1, AT_ONCE // max(1, len(who)))
        for begin in range(0, len(tags), batch):
            some = np.array(tags[begin : begin + batch], np.uint64)[:, None]
            self.some_blocks(who, partner, when, some, out[begin : begin + batch])
        return out

    def some_blocks(self, who: Wide, partner: int | Wide, when: int, tags: Wide, out: Words) -> None:
        """What is the same for all clients, or in all blocks, is not multiplied out: two rounds are spared."""
        rows, n = len(tags), len(who)
        a, b, c, d, p, q = (column[: rows * n].reshape(rows, n) for column in self.work)
        keys = [(np.uint64(left), np.uint64(right)) for left, right in self.keys]
        # round 1: only the client's number differs between clients, only the tag between blocks
        product, of_week = who * FIRST, np.uint64(when) * SECOND
        np.bitwise_xor((product >> HALF) ^ keys[0][1], tags, out=c)
        own_d, own_a = product & LOW, (of_week >> HALF) ^ np.asarray(partner, np.uint64) ^ keys[0][0]
        # round 2: a, b and d are the same in all blocks
        np.multiply(c, SECOND, out=q)
        np.right_shift(q, HALF, out=a)
        np.bitwise_xor(a, (of_week & LOW) ^ keys[1][0], out=a)
        np.bitwise_and(q, LOW, out=b)
        product = own_a * FIRST
        own_c, own_d = (product >> HALF) ^ own_d ^ keys[1][1], product & LOW
        # round 3: c and d are the same in all blocks
        np.multiply(a, FIRST, out=p)
        product = own_c * SECOND
        np.bitwise_xor(b, (product >> HALF) ^ keys[2][0], out=a)
        np.right_shift(p, HALF, out=c)
        np.bitwise_xor(c, own_d ^ keys[2][1], out=c)
        np.bitwise_and(p, LOW, out=d)
        np.copyto(b, product & LOW)
        for left, right in keys[3:]:
            np.multiply(a, FIRST, out=p)
            np.multiply(c, SECOND, out=q)
            np.right_shift(q, HALF, out=a)
            np.bitwise_xor(a, b, out=a)
            np.bitwise_xor(a, left, out=a)
            np.right_shift(p, HALF, out=c)
            np.bitwise_xor(c, d, out=c)
            np.bitwise_xor(c, right, out=c)
            np.bitwise_and(q, LOW, out=b)
            np.bitwise_and(p, LOW, out=d)
        for place, column in enumerate((a, b, c, d)):
            np.copyto(out[:, place], column, casting="unsafe")

    def entry(self, who: Wide, purpose: int, block: int = 0, partner: int | Wide = 0) -> Words:
        words: Words = self.blocks(who, partner, 0, [purpose << 16 | block])[0]
        return words

    def week(self, who: Wide, week: int, in_care: bool) -> Week:
        purposes = [table.COURSE, table.SAFETY]
        if in_care:
            purposes += [table.SUDDEN_GAIN, table.PRACTICE, table.LEAVING, table.PRIVACY]
        found = self.blocks(who, table.NOBODY, week << 3, [purpose << 16 for purpose in purposes])
        nothing = found[:0, 0]
        sudden, practice, leaving, privacy = found[2:] if in_care else (nothing,) * 4
        return Week(normal_quantiles(found[0, :3]), found[1], sudden[:2], practice, leaving[:2], privacy[:2])

    def attendance(self, who: Wide, week: int, partner: int) -> Words:
        words: Words = self.blocks(who, partner, week << 3, [table.ATTENDANCE << 16])[0, 0]
        return words

    def session(self, who: Wide, week: int, partner: int, turns: int, decisions: Sequence[str]) -> Session:
        tags = [table.QUALITY << 16, table.QUALITY << 16 | 1, table.RATINGS << 16]
        groups = range((turns + 3) // 4)
        for name in decisions:
            of_turns = name in TURN_BLOCKS
            place, blocks = (TURN_BLOCKS[name], 3) if of_turns else (EXPRESSION_BLOCKS[name], 6)
            purpose = table.TURNS if of_turns else table.EXPRESSION
            tags += [purpose << 16 | blocks * group + place for group in groups]
        found = self.blocks(who, partner, week << 3, tags)
        played = found[3:].reshape(len(decisions), 4 * len(groups), len(who))[:, :turns]
        return Session(
            normal_quantiles(found[:2].reshape(8, len(who))),
            normal_quantiles(found[2, :3]),
            dict(zip(decisions, played, strict=True)),
        )


class Fresh:
    """Numbers from one generator in the order in which they are asked for: nothing can be drawn a second time."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.Generator(np.random.SFC64(seed))

    def words(self, *shape: int) -> Words:
        """The generator's 64 bits are two words: half the price of `Generator.integers`."""
        count = int(np.prod(shape))
        raw = self.generator.bit_generator.random_raw((count + 1) // 2)
        words: Words = raw.view(np.uint32)[:count].reshape(shape)
        return words

    def entry(self, who: Wide, purpose: int, block: int = 0, partner: int | Wide = 0) -> Words:
        return self.words(4, len(who))

    def week(self, who: Wide, week: int, in_care: bool) -> Week:
        n = len(who)
        words = self.words(14 if in_care else 4, n)
        course = self.generator.standard_normal((3, n))
        return Week(course, words[:4], words[4:6], words[6:10], words[10:12], words[12:14])

    def attendance(self, who: Wide, week: int, partner: int) -> Words:
        return self.words(len(who))

    def session(self, who: Wide, week: int, partner: int, turns: int, decisions: Sequence[str]) -> Session:
        drawn = self.generator.standard_normal((11, len(who)))
        words = self.words(len(decisions), turns, len(who))
        return Session(drawn[:8], drawn[8:], dict(zip(decisions, words, strict=True)))
