"""Targets that are read from clients week by week: what no table of counts holds.

From each point's rows come sums by replicate; a reading is a function of sums, so that it can be taken without each
replicate in turn. What is centred is centred within a replicate: the therapists of one are not those of another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import core, tables

Floats = NDArray[np.float64]
Sums = dict[str, Floats]
"""Sums by name, shape (replicates, ...)."""

WEEKS_RATED = 6  # as in the echo's panel: ratings of weeks 1 to 6
_AGENT = "human"


@dataclass(frozen=True)
class Rows:
    """One arm's clients by week. Arrays have shape (replicates, clients, weeks + 1), `therapist` (replicates, clients).

    phq9 points; alliance, heard: ratings, NaN where nobody was met; cared: in a step that offers care; left: had
    dropped out before that week
    """

    phq9: Floats
    alliance: Floats
    heard: Floats
    cared: NDArray[np.bool_]
    left: NDArray[np.bool_]
    therapist: NDArray[np.int64]


def simulate(experiment: core.Experiment, brief: core.Experiment | None = None, threads: int = 0) -> Rows:
    """Lives an experiment of one arm through and keeps its rows. brief: the same, however short, whose rows of clients
    say who has which therapist; without it all have the same. Raises ConfigError for too little memory."""
    replicates, clients = experiment.replicates, experiment.clients
    shape = (replicates, clients, experiment.weeks + 1)
    names = ("phq9", f"alliance_rating_{_AGENT}", f"felt_heard_{_AGENT}", "in_care", "step")
    phq9, alliance, heard, cared, step = (column.reshape(shape) for column in
                                          _columns(experiment, "weeks", names, threads))  # fmt: skip
    therapist = np.zeros(shape[:2], dtype=np.int64)
    if brief is not None:
        therapist = _columns(brief, "clients", ("therapist",), threads)[0].reshape(shape[:2])
    return Rows(phq9.astype(float), alliance, heard, cared > 0, step == "dropped", therapist)


def _columns(experiment: core.Experiment, kind: str, names: tuple[str, ...], threads: int) -> list[NDArray[Any]]:
    parts = [tables.arrow(chunk).select(list(names)) for chunk in
             core.RowStream(experiment, kind=kind, sample=experiment.clients, threads=threads)]  # fmt: skip
    return [np.concatenate([part[name].to_numpy(zero_copy_only=False) for part in parts]) for name in names]


def weekly_change(rows: Rows) -> Sums:
    """Changes of the PHQ-9 from one week in care to the next."""
    both = rows.cared[:, :, 1:-1] & rows.cared[:, :, 2:]
    change = np.where(both, rows.phq9[:, :, 2:] - rows.phq9[:, :, 1:-1], 0)
    return {"n": both.sum(axis=(1, 2)).astype(float), "sum": change.sum(axis=(1, 2)),
            "squares": (change**2).sum(axis=(1, 2))}  # fmt: skip


def weekly_change_sd(sums: Sums) -> Floats:
    return np.sqrt(sums["squares"] / sums["n"] - (sums["sum"] / sums["n"]) ** 2)


def leaving(rows: Rows) -> Sums:
    """Who felt hardly heard (0, 1) or well heard (4, 5) in the first session, and who of them left in that week."""
    heard, gone = rows.heard[:, :, 1], rows.left[:, :, 2]
    groups = {"low": heard <= 1, "high": heard >= 4}  # NaN, nobody met, is in neither
    counts = {name: who.sum(axis=1).astype(float) for name, who in groups.items()}
    return {**counts, **{f"{name}_gone": (who & gone).sum(axis=1).astype(float) for name, who in groups.items()}}


def felt_heard_leaving(sums: Sums) -> Floats:
    return sums["low_gone"] / sums["low"] - sums["high_gone"] / sums["high"]


def two_sessions(rows: Rows) -> Sums:
    """Squares of felt heard in the first two sessions: between therapists, between clients of one, between sessions."""
    replicates = []
    for pair, therapist in zip(rows.heard[:, :, 1:3], rows.therapist, strict=True):
        seen = ~np.isnan(pair).any(axis=1)
        replicates.append(_split(pair[seen], therapist[seen]))
    return {name: np.array([one[name] for one in replicates]) for name in replicates[0]}


def _split(pair: Floats, therapist: NDArray[np.int64]) -> dict[str, float]:
    """Sums of squares of a nested design; `sizes` is Σ n_j² / n, from groups of unequal size."""
    centred = _centred(pair, 0)
    person = centred.mean(axis=1)
    size = np.bincount(therapist).astype(float)
    mean = np.bincount(therapist, person) / np.maximum(size, 1)
    return {"therapists": float((size > 0).sum()), "clients": float(len(pair)),
            "sizes": float((size**2).sum()) / max(len(pair), 1), "between": float((size * mean**2).sum()),
            "within": float(((person - mean[therapist]) ** 2).sum()),
            "rest": float(((centred - person[:, None]) ** 2).sum())}  # fmt: skip


def _centred(values: Floats, axis: int) -> Floats:
    centred: Floats = values - values.sum(axis=axis, keepdims=True) / max(values.shape[axis], 1)
    return centred


def _components(sums: Sums) -> tuple[Floats, Floats, Floats]:
    """Variance components: therapist, client and pair, session."""
    groups, people = sums["therapists"] - sums["replicates"], sums["clients"] - sums["therapists"]
    session = sums["rest"] / (sums["clients"] - sums["replicates"])
    within = sums["within"] / people
    therapist = (sums["between"] / groups - within) / ((sums["clients"] - sums["sizes"]) / groups)
    return therapist, within - session / 2, session


def felt_heard_counsellor(sums: Sums) -> Floats:
    therapist, person, session = _components(sums)
    return therapist / (therapist + person + session)


def felt_heard_person(sums: Sums) -> Floats:
    therapist, person, session = _components(sums)
    return person / (therapist + person + session)


def felt_heard_rest(sums: Sums) -> Floats:
    therapist, person, session = _components(sums)
    return session / (therapist + person + session)


def panel(rows: Rows) -> Sums:
    """Products of (PHQ-9 before a contact, rating of the last contact, rating of this one), weeks 2 to 6, of clients
    rated in weeks 1 to 6 and in care after; centred on person, then on week."""
    rating = rows.alliance[:, :, 1 : WEEKS_RATED + 1]
    held = ~np.isnan(rating).any(axis=2) & rows.cared[:, :, WEEKS_RATED + 1]
    products = []
    for replicate, who in enumerate(held):
        columns = np.stack([rows.phq9[replicate, who, 2 : WEEKS_RATED + 1], rating[replicate, who, :-1],
                            rating[replicate, who, 1:]])  # fmt: skip
        centred = _centred(_centred(columns, 2), 1)
        products.append(np.einsum("ipw,jpw->ij", centred, centred))
    return {"products": np.array(products)}


def within_person_back(sums: Sums) -> Floats:
    """Slope of a rating on the PHQ-9 measured before it, with the last rating held, in within-person SDs."""
    s = sums["products"]
    moved = s[:, 0, 2] * s[:, 1, 1] - s[:, 1, 2] * s[:, 0, 1]
    slope: Floats = moved / (s[:, 0, 0] * s[:, 1, 1] - s[:, 0, 1] ** 2)
    return slope * np.sqrt(s[:, 0, 0] / s[:, 2, 2])


ROWS: dict[str, tuple[Callable[[Rows], Sums], Callable[[Sums], Floats]]] = {
    "weekly_change_sd": (weekly_change, weekly_change_sd),
    "felt_heard_leaving": (leaving, felt_heard_leaving),
    "felt_heard_counsellor": (two_sessions, felt_heard_counsellor),
    "felt_heard_person": (two_sessions, felt_heard_person),
    "felt_heard_rest": (two_sessions, felt_heard_rest),
    "within_person_back": (panel, within_person_back),
}


def read_rows(rows: Rows, names: list[str]) -> dict[str, Floats]:
    """Readings by name, shape (1 + replicates,): of all replicates, then without each of them."""
    kept: dict[Callable[[Rows], Sums], Sums] = {}
    found = {}
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody in a group: NaN
        for name in names:
            summed, reading = ROWS[name]
            if summed not in kept:
                kept[summed] = _without_each(summed(rows))
            found[name] = reading(kept[summed])
    return found


def _without_each(sums: Sums) -> Sums:
    """Totals, then totals without each replicate, and of how many replicates."""
    replicates = len(next(iter(sums.values())))
    out: Sums = {name: np.concatenate([values.sum(axis=0, keepdims=True), values.sum(axis=0) - values])
           for name, values in sums.items()}  # fmt: skip
    out["replicates"] = np.array([replicates, *[replicates - 1] * replicates], dtype=float)
    return out
