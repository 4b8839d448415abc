"""Figures that a service can count and the model can show: unit, definition, how they are read, what a model may miss.

Each is read off clients who met somebody, for a service counts nobody else. What is read is an expression in the
language of guards, so that it is the same in every scenario, with a waiting list or without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHARE, MEAN, SPREAD, MEDIAN = "share", "mean", "spread", "median"
ENTRY, WAITS, CARE = "who comes", "waits", "care"
SERVED = "human_contacts + assistant_contacts >= 1"
THEN = f"weeks_in_care == {{week}} and {SERVED}"  # in that week of a client's own care, whenever it began
CASES = f"phq9_start >= 10 and {THEN}"
MOST_SCORE, MOST_WEEKS, MOST_CONTACTS = 27.0, 520.0, 1000.0
STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 34, 42, 52)  # weeks at which the distribution of waits is read


@dataclass(frozen=True)
class Figure:
    """One figure of a service.

    name, label, unit   as in the CSV file; in words; share, points, contacts or weeks
    kind         share, mean, spread (a standard deviation) or median: how its standard error comes about
    about        who comes, waits: facts of the setting, which a scenario states; care: what the sets differ in
    definition   what is counted in whom, as the model reads it
    most         largest possible value; the smallest is 0
    discrepancy, why   SD by which a true model may miss it, in its unit, and what that rests on
    parts        measures that it is read from, by name: `of`, `given` and `when`; {week} stands for the week of care
    read         from the parts' values, each of one shape, to the figure
    """

    name: str
    label: str
    unit: str
    kind: str
    about: str
    definition: str
    most: float
    discrepancy: float
    why: str
    parts: Mapping[str, Mapping[str, str]]
    read: Callable[[list[Floats]], Floats]

    def measures(self, week: int, last: int) -> list[dict[str, Any]]:
        """Rows for `points.Task`, in the order in which `read` takes them.

        week: of a client's care in which outcomes are read, 1 in its first; last: until which clients are followed"""
        return [{"name": name, "when": part["when"], "week": last, "least": 0.0, "of": part["of"],
                 "given": part["given"].replace("{week}", str(week))} for name, part in self.parts.items()]  # fmt: skip


def _first(parts: list[Floats]) -> Floats:
    return parts[0]


def _spread(parts: list[Floats]) -> Floats:
    """From the mean and the mean square."""
    spread: Floats = np.sqrt(np.maximum(parts[1] - parts[0] ** 2, 0))
    return spread


def _median(parts: list[Floats]) -> Floats:
    """Where half are reached, straight between the weeks at which the distribution was read; 0 if half do not wait."""
    reached = np.stack(parts, axis=-1)
    steps = np.array(STEPS[: reached.shape[-1]], float)
    after = np.argmax(reached >= 0.5, axis=-1)
    before = np.maximum(after - 1, 0)
    low, high = (np.take_along_axis(reached, at[..., None], -1)[..., 0] for at in (before, after))
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(high > low, (0.5 - low) / (high - low), 0.0)
    found = np.where(after == 0, 0.0, steps[before] + part * (steps[after] - steps[before]))
    return np.where(np.isfinite(reached).all(axis=-1) & (reached[..., -1] >= 0.5), found, np.nan)


def _published(unit: str) -> tuple[float, str]:
    """What the targets allow for a figure of this unit."""
    from hybridcare.target_files import bundled

    entry = bundled().discrepancies[unit]
    return float(entry["sd"]), f"assumed, as for the published targets: {entry['why']}"


def _at_end(of: str) -> dict[str, str]:
    """Of those who met somebody, whenever that was."""
    return {"of": of, "given": SERVED, "when": "at"}


def _share(name: str, label: str, about: str, definition: str, part: Mapping[str, str]) -> Figure:
    sd, why = _published("share")
    return Figure(name, label, "share", SHARE, about, definition, 1.0, sd, why, {name: part}, _first)


def _entry() -> list[Figure]:
    sd, why = _published("points")
    score, square = _at_end("phq9_start"), _at_end("phq9_start * phq9_start")
    return [
        Figure("phq9_entry_mean", "PHQ-9 at entry, mean", "points", MEAN, ENTRY, "mean of the first PHQ-9 of those who "
               "met somebody; in a scenario with a waiting list, measured on joining it or before", MOST_SCORE, sd,
               why, {"entry": score}, _first),
        Figure("phq9_entry_sd", "PHQ-9 at entry, standard deviation", "points", SPREAD, ENTRY, "standard deviation "
               "over the same people", MOST_SCORE, sd, why, {"entry": score, "entry_square": square}, _spread),
        _share("phq9_entry_10_or_more", "PHQ-9 of 10 or more at entry", ENTRY, "of those who met somebody",
               _at_end("phq9_start >= 10")),
    ]  # fmt: skip


def _waits() -> list[Figure]:
    why = "assumed: services count from referral, from the first answer or from assessment; here weeks on the list"
    reached = {f"waited_{step}": _at_end(f"weeks_waited <= {step}") for step in STEPS}
    text = "weeks on the waiting list before the first contact, of those who met somebody"
    return [
        Figure("wait_mean", "Wait for a first contact, mean", "weeks", MEAN, WAITS, f"mean {text}", MOST_WEEKS, 1.0,
               why, {"waited": _at_end("weeks_waited")}, _first),
        Figure("wait_median", "Wait for a first contact, median", "weeks", MEDIAN, WAITS, f"median {text}", MOST_WEEKS,
               1.0, why, reached, _median),
        _share("seen_within_6_weeks", "Waited at most 6 weeks", WAITS, f"share of at most 6 {text}",
               _at_end("weeks_waited <= 6")),
        _share("seen_within_18_weeks", "Waited at most 18 weeks", WAITS, f"share of at most 18 {text}",
               _at_end("weeks_waited <= 18")),
    ]  # fmt: skip


def _care() -> list[Figure]:
    after = "in the week of care in which outcomes are read; those who left are measured too"
    someone = "of those who met somebody"

    def share(name: str, label: str, definition: str, of: str, given: str = THEN) -> Figure:
        return _share(name, label, CARE, definition, {"of": of, "given": given, "when": "ever"})

    return [
        Figure("sessions_mean", "Sessions attended, mean", "contacts", MEAN, CARE, "contacts held with a human or an "
               f"assistant, mean {someone}, until outcomes are read", MOST_CONTACTS, 0.5, "assumed: services differ in "
               "which contacts they count as sessions", {"sessions": {
                   "of": "human_contacts + assistant_contacts", "given": THEN, "when": "mean"}}, _first),
        share("dropout", "Left before the planned end", f"{someone}, until outcomes are read; planned ends are no "
              "dropout", "exit == dropped"),
        share("recovery", "Recovery, reliable", "of those with 10 or more at entry: below 10 after a fall of at least "
              f"6 points, {after}", "phq9 < 10 and phq9_start - phq9 >= 6", CASES),
        share("moved_below_10", "Recovery, by the cut alone", f"of those with 10 or more at entry: below 10 {after}",
              "phq9 < 10", CASES),
        share("reliable_improvement", "Reliable improvement", f"{someone}: fell by at least 6 points, {after}",
              "phq9_start - phq9 >= 6"),
        share("reliable_deterioration", "Reliable deterioration", f"{someone}: rose by at least 6 points, {after}",
              "phq9 - phq9_start >= 6"),
        share("response", "Response", f"{someone}: half the entry score or less, {after}",
              "phq9_start > 0 and phq9 <= 0.5 * phq9_start"),
    ]  # fmt: skip


def figures() -> dict[str, Figure]:
    """All that are known, by name: who comes, waits, care."""
    return {each.name: each for each in (*_entry(), *_waits(), *_care())}
