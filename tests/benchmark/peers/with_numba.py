"""Numba: plain loops over clients and their weeks, compiled; the states of a client live in registers."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
from numba import njit

from peers.spec import POINTS, READOUT_WEEKS, Parameters, read_out, run_of


@njit
def clip(x, low, high):
    return min(max(x, low), high)


@njit
def live(p, clients, weeks, readout_weeks, rng, out):
    """Runs every client to the last week or to leaving.

    out, shape (readouts, clients, 5): symptom, level, trust, alliance and right at each readout week, for those still
    in care; untouched (not a number) for the others. Gives the client-weeks that were begun.
    """
    client_weeks = 0
    for i in range(clients):
        level = clip(p.level_mean + p.level_sd * rng.standard_normal(), 0.0, POINTS)
        symptom = clip(level + p.start_sd * rng.standard_normal(), 0.0, POINTS)
        alliance, good, bad = p.alliance_start, p.good_start, p.bad_start
        readout = 0
        for week in range(1, weeks + 1):
            client_weeks += 1
            felt = int(len(p.accuracy) * rng.random())
            right = rng.random() < p.accuracy[felt] + p.disclosure * (alliance - 0.5)
            noticed = not right and rng.random() < p.noticing

            good = p.memory * good + right
            bad = p.memory * bad + p.failure * noticed
            trust = good / (good + bad)
            moved = p.alliance_pull * (trust - alliance) + p.alliance_right * right - p.alliance_noticed * noticed
            alliance = clip(alliance + moved, 0.0, 1.0)

            moved = p.symptom_return * (level - symptom) - p.gain * trust * alliance
            symptom = clip(symptom + moved + p.noise * rng.standard_normal(), 0.0, POINTS)

            logit = p.leave_base + p.leave_trust * (0.5 - trust) + p.leave_noticed * noticed
            logit += p.leave_symptom * (symptom - level)
            if rng.random() < 1.0 / (1.0 + exp(-logit)):
                break
            if week == readout_weeks[readout]:
                out[readout, i, 0] = symptom
                out[readout, i, 1] = level
                out[readout, i, 2] = trust
                out[readout, i, 3] = alliance
                out[readout, i, 4] = right
                readout += 1
    return client_weeks


def run(p: Parameters, clients: int, weeks: int, seed: int) -> dict[str, Any]:
    out = np.full((len(READOUT_WEEKS), clients, 5), np.nan)
    client_weeks = live(p, clients, weeks, np.array(READOUT_WEEKS), np.random.default_rng(seed), out)
    readouts = {w: read_out(*rows[~np.isnan(rows[:, 0])].T) for w, rows in zip(READOUT_WEEKS, out, strict=True)}
    return run_of(clients, client_weeks, readouts)
