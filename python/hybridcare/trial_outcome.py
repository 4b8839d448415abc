"""What a virtual trial measures: PHQ-9 at a reading, or a usual yes-or-no reading of it; and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import numpy as np

    from hybridcare import core

RELIABLE = 6  #: points of PHQ-9: the rule of the service, as in the table of estimates
#: Outcomes: unit, which way is better, meaning.
KINDS: dict[str, tuple[str, int, str]] = {
    "phq9": ("points", -1, "PHQ-9"),
    "recovery": ("share", 1, "recovered: 10 or more at entry, at least 6 points lower and below 10 now"),
    "response": ("share", 1, "PHQ-9 at most half of that at entry"),
    "remission_phq5": ("share", 1, "PHQ-9 below 5"),
    "below_cut10": ("share", 1, "PHQ-9 below 10"),
    "reliable_improvement": ("share", 1, "at least 6 points lower than at entry"),
    "reliable_deterioration": ("share", -1, "at least 6 points higher than at entry"),
}


@dataclass(frozen=True)
class Outcome:
    """`kind` of KINDS at `reading` ("week_12", "post", "end"), measured in `week`. better: -1 if lower is better."""

    kind: str
    reading: str
    week: int

    @property
    def name(self) -> str:
        return f"{self.kind}@{self.reading}"

    @property
    def unit(self) -> str:
        return KINDS[self.kind][0]

    @property
    def better(self) -> int:
        return KINDS[self.kind][1]

    @property
    def words(self) -> str:
        return f"{KINDS[self.kind][2]}, week {self.week}"

    def of(self, start: np.ndarray, now: np.ndarray) -> np.ndarray:
        """The outcome of PHQ-9 at entry and now; points, or 0 and 1; any shape."""
        import numpy as np

        fall = start - now
        found = {
            "phq9": now,
            "recovery": (start >= 10) & (fall >= RELIABLE) & (now < 10),
            "response": 2 * now <= start,
            "remission_phq5": now < 5,
            "below_cut10": now < 10,
            "reliable_improvement": fall >= RELIABLE,
            "reliable_deterioration": -fall >= RELIABLE,
        }[self.kind]
        values: np.ndarray = np.broadcast_to(found, np.broadcast_shapes(start.shape, now.shape)).astype(float)
        return values


def readings(experiment: core.Experiment) -> dict[str, int]:
    """Weeks of the readings, by name."""
    main, last = experiment.reading_week, experiment.weeks
    return {f"week_{main}": main, "post": min(main + 1, last), "end": last}


def parsed(text: object, experiment: core.Experiment) -> Outcome:
    """"phq9@week_12" or "recovery@post"; without a reading: the scenario's reading week. Raises ConfigError."""
    kind, _, reading = str(text).partition("@")
    known = readings(experiment)
    if kind not in KINDS:
        raise config_error("outcome", unknown("outcome", kind, KINDS))
    reading = reading or next(iter(known))
    if reading not in known:
        raise config_error("outcome", unknown(f"reading of {kind}", reading, known))
    return Outcome(kind, reading, known[reading])


@dataclass(frozen=True)
class Missing:
    """Probabilities that the outcome is not measured: in care (or where none was offered), after care ended as planned,
    after dropping out; and, if not at random, logits more for each point that a client is worse than at entry."""

    in_care: float
    ended: float
    dropped: float
    worse: float = 0.0

    def probability(self, ended: np.ndarray, dropped: np.ndarray, change: np.ndarray) -> np.ndarray:
        """Of clients, any shape. ended, dropped: true from that event on; change: PHQ-9 now minus entry, points."""
        import numpy as np

        share = np.where(dropped, self.dropped, np.where(ended, self.ended, self.in_care))
        if not self.worse:
            return share
        certain = (share <= 0) | (share >= 1)
        odds = np.log(np.where(certain, 0.5, share) / (1 - np.where(certain, 0.5, share))) + self.worse * change
        return np.where(certain, share, 1 / (1 + np.exp(-odds)))


_MISSING = {"in_care": "missed_in_care", "ended": "missed_ended", "dropped": "missed_dropped"}


def missing_of(given: object, values: Mapping[str, Any]) -> Missing:
    """The rule of one arm: "at_random", "not_at_random" (the scenario's /observation/ values), None (all measured), or
    a mapping of in_care, ended, dropped, worse over them. Raises ConfigError."""
    held = {key: float(values[f"/observation/{name}"]) for key, name in _MISSING.items()}
    if given is None:
        return Missing(0.0, 0.0, 0.0)
    if given == "at_random":
        return Missing(**held)
    if given == "not_at_random":
        return Missing(**held, worse=float(values["/observation/missed_worse"]))
    if not isinstance(given, Mapping):
        raise config_error("missing", f"expected at_random, not_at_random, None or a mapping, found {given!r}")
    for key, value in given.items():
        if key not in (*_MISSING, "worse"):
            raise config_error("missing", unknown("key", key, (*_MISSING, "worse")))
        least, most = (-2.0, 2.0) if key == "worse" else (0.0, 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise config_error(f"missing/{key}", f"{value!r} is outside [{least:g}, {most:g}]")
    return Missing(**{**held, **{key: float(value) for key, value in given.items()}})
