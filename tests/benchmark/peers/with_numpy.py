"""NumPy: one array per state, all clients at once; arrays shrink to those still in care."""

from __future__ import annotations

from typing import Any

import numpy as np

from peers.spec import POINTS, READOUT_WEEKS, Parameters, read_out, run_of


def run(p: Parameters, clients: int, weeks: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    accuracy = np.array(p.accuracy)
    level = (p.level_mean + p.level_sd * rng.standard_normal(clients)).clip(0.0, POINTS)
    symptom = (level + p.start_sd * rng.standard_normal(clients)).clip(0.0, POINTS)
    alliance = np.full(clients, p.alliance_start)
    good = np.full(clients, p.good_start)
    bad = np.full(clients, p.bad_start)
    client_weeks, readouts = 0, {}
    for week in range(1, weeks + 1):
        n = len(symptom)
        client_weeks += n

        felt = rng.integers(len(accuracy), size=n)
        right = rng.random(n) < accuracy[felt] + p.disclosure * (alliance - 0.5)
        noticed = ~right & (rng.random(n) < p.noticing)

        good = p.memory * good + right
        bad = p.memory * bad + p.failure * noticed
        trust = good / (good + bad)
        alliance += p.alliance_pull * (trust - alliance) + p.alliance_right * right - p.alliance_noticed * noticed
        alliance.clip(0.0, 1.0, out=alliance)

        symptom += p.symptom_return * (level - symptom) - p.gain * trust * alliance
        symptom += p.noise * rng.standard_normal(n)
        symptom.clip(0.0, POINTS, out=symptom)

        logit = p.leave_base + p.leave_trust * (0.5 - trust) + p.leave_noticed * noticed
        logit += p.leave_symptom * (symptom - level)
        stays = rng.random(n) >= 1.0 / (1.0 + np.exp(-logit))

        level, symptom, alliance, good, bad = (x[stays] for x in (level, symptom, alliance, good, bad))
        if week in READOUT_WEEKS:
            readouts[week] = read_out(symptom, level, trust[stays], alliance, right[stays])
    return run_of(clients, client_weeks, readouts)
