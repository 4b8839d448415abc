"""Chance: Philox4x32-10 as published (Salmon et al. 2011), and how its words become numbers."""

from __future__ import annotations

from statistics import NormalDist

MASK = 0xFFFFFFFF
STANDARD_NORMAL = NormalDist()

# Second entity of a draw: whom a contact is with.
NOBODY, HUMAN, ASSISTANT = 0, 1, 2

# Purposes of the table of draws, version 1 (agents/purposes.hpp).
INTAKE, TRAITS, DISTANCE, COURSE, SUDDEN_GAIN, ATTENDANCE = range(1, 7)
TURNS, QUALITY, RATINGS, PRACTICE, LEAVING, THERAPIST = range(7, 13)


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four 32-bit words."""
    a, b, c, d = counter
    left, right = key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (second >> 32) ^ b ^ left, second & MASK, (first >> 32) ^ d ^ right, first & MASK
        left, right = (left + 0x9E3779B9) & MASK, (right + 0xBB67AE85) & MASK
    return a, b, c, d


class Chance:
    """All draws of one replicate. A draw depends on its name alone, never on what was drawn before."""

    def __init__(self, seed: int, replicate: int) -> None:
        self.key = (seed, replicate)

    def words(self, entity: int, purpose: int, *, week: int = 0, partner: int = NOBODY, block: int = 0) -> tuple:
        """The four words of one block. Contacts are the first and only ones of their week, so their index is 0."""
        return philox((entity, partner, week << 3, purpose << 16 | block), self.key)


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
