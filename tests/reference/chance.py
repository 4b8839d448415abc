"""Chance: Philox4x32-10 as published (Salmon et al. 2011), and how its words become numbers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from statistics import NormalDist

MASK = 0xFFFFFFFF
STANDARD_NORMAL = NormalDist()

# Second entity of a draw: whom a contact is with; or a pair, with a therapist (number + 1) or with an assistant
# (ASSISTANTS + number).
NOBODY, HUMAN, ASSISTANT = 0, 1, 2
ASSISTANTS = 0x80000000

# Purposes of the table of draws, version 1 (agents/purposes.hpp).
INTAKE, TRAITS, DISTANCE, COURSE, SUDDEN_GAIN, ATTENDANCE = range(1, 7)
TURNS, QUALITY, RATINGS, PRACTICE, LEAVING, THERAPIST = range(7, 13)
EXPRESSION, ADOPTION, PEOPLE, MATCH, PLAN, PRIVACY, SAFETY, REVIEW = range(14, 22)
HANDOVER, BOND = 27, 29


@functools.cache  # arms and twins share their draws
def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four 32-bit words."""
    a, b, c, d = counter
    left, right = key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (second >> 32) ^ b ^ left, second & MASK, (first >> 32) ^ d ^ right, first & MASK
        left, right = (left + 0x9E3779B9) & MASK, (right + 0xBB67AE85) & MASK
    return a, b, c, d


def forget() -> None:
    """Draws that were kept for other arms: call between experiments."""
    philox.cache_clear()


class Chance:
    """All draws of one replicate. A draw depends on its name alone, never on what was drawn before."""

    def __init__(self, seed: int, replicate: int) -> None:
        self.key = (seed, replicate)

    def words(
        self, entity: int, purpose: int, *, week: int = 0, contact: int = 0, partner: int = NOBODY, block: int = 0
    ) -> tuple[int, int, int, int]:
        """The four words of one block. `contact` counts the contacts of the week, from 0."""
        return philox((entity, partner, week << 3 | contact, purpose << 16 | block), self.key)


def uniform(word: int) -> float:
    return (word + 0.5) / 2**32


def normal(word: int) -> float:
    return STANDARD_NORMAL.inv_cdf(uniform(word))


def threshold(probability: float) -> int:
    """An event of that probability happens if its word lies below this."""
    if probability <= 0:
        return 0
    if probability >= 1:
        return 2**32 - 1
    return round(probability * 2**32)


def happens(word: int, probability: float) -> bool:
    return word < threshold(probability)


def which(word: int, probabilities: Sequence[float]) -> int:
    """One of several, in order: the number of running sums, without the last, that the word does not lie below."""
    total, place = 0.0, 0
    for probability in probabilities[:-1]:
        total += probability
        place += word >= threshold(total)
    return place
