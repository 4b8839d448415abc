"""SimPy: a process per client, which waits a week, lives it, and ends when the client leaves."""

from __future__ import annotations

from collections.abc import Generator
from math import exp
from random import Random
from typing import Any

import simpy

from peers.spec import POINTS, READOUT_WEEKS, Parameters, read_out, run_of


def clip(x: float, low: float, high: float) -> float:
    return low if x < low else high if x > high else x


class Clinic:
    """What the processes share: parameters, chance, and the records of the readout weeks."""

    def __init__(self, p: Parameters, seed: int) -> None:
        self.p = p
        self.random = Random(seed)
        self.client_weeks = 0
        self.records: dict[int, list[tuple[float, ...]]] = {week: [] for week in READOUT_WEEKS}


def client(env: simpy.Environment, clinic: Clinic) -> Generator[simpy.Event, Any, None]:
    p, random = clinic.p, clinic.random.random
    gauss = clinic.random.gauss
    accuracy, emotions = p.accuracy, len(p.accuracy)
    level = clip(gauss(p.level_mean, p.level_sd), 0.0, POINTS)
    symptom = clip(gauss(level, p.start_sd), 0.0, POINTS)
    alliance, good, bad = p.alliance_start, p.good_start, p.bad_start
    while True:
        yield env.timeout(1)
        clinic.client_weeks += 1

        felt = int(emotions * random())
        right = random() < accuracy[felt] + p.disclosure * (alliance - 0.5)
        noticed = not right and random() < p.noticing

        good = p.memory * good + right
        bad = p.memory * bad + p.failure * noticed
        trust = good / (good + bad)
        alliance += p.alliance_pull * (trust - alliance) + p.alliance_right * right - p.alliance_noticed * noticed
        alliance = clip(alliance, 0.0, 1.0)

        symptom += p.symptom_return * (level - symptom) - p.gain * trust * alliance
        symptom = clip(gauss(symptom, p.noise), 0.0, POINTS)

        logit = p.leave_base + p.leave_trust * (0.5 - trust) + p.leave_noticed * noticed
        logit += p.leave_symptom * (symptom - level)
        if random() < 1.0 / (1.0 + exp(-logit)):
            return
        if env.now in clinic.records:
            clinic.records[env.now].append((symptom, level, trust, alliance, right))


def run(p: Parameters, clients: int, weeks: int, seed: int) -> dict[str, Any]:
    env = simpy.Environment()
    clinic = Clinic(p, seed)
    for _ in range(clients):
        env.process(client(env, clinic))
    env.run(until=weeks + 1)
    readouts = {week: read_out(*zip(*rows, strict=True)) for week, rows in clinic.records.items()}
    return run_of(clients, clinic.client_weeks, readouts)
