"""Mesa: an agent per client with a step a week; who leaves is removed from the model."""

from __future__ import annotations

from math import exp
from typing import Any

import mesa

from peers.spec import POINTS, READOUT_WEEKS, Parameters, read_out, run_of


def clip(x: float, low: float, high: float) -> float:
    return low if x < low else high if x > high else x


class Client(mesa.Agent):
    def __init__(self, model: Care) -> None:
        super().__init__(model)
        p = model.p
        self.level = clip(self.random.gauss(p.level_mean, p.level_sd), 0.0, POINTS)
        self.symptom = clip(self.random.gauss(self.level, p.start_sd), 0.0, POINTS)
        self.alliance = p.alliance_start
        self.good, self.bad = p.good_start, p.bad_start
        self.trust = 0.0
        self.right = False

    def step(self) -> None:
        p, random = self.model.p, self.random.random
        self.model.client_weeks += 1

        felt = int(len(p.accuracy) * random())
        self.right = right = random() < p.accuracy[felt] + p.disclosure * (self.alliance - 0.5)
        noticed = not right and random() < p.noticing

        self.good = p.memory * self.good + right
        self.bad = p.memory * self.bad + p.failure * noticed
        self.trust = trust = self.good / (self.good + self.bad)
        moved = p.alliance_pull * (trust - self.alliance) + p.alliance_right * right - p.alliance_noticed * noticed
        self.alliance = clip(self.alliance + moved, 0.0, 1.0)

        moved = p.symptom_return * (self.level - self.symptom) - p.gain * trust * self.alliance
        self.symptom = clip(self.random.gauss(self.symptom + moved, p.noise), 0.0, POINTS)

        logit = p.leave_base + p.leave_trust * (0.5 - trust) + p.leave_noticed * noticed
        logit += p.leave_symptom * (self.symptom - self.level)
        if random() < 1.0 / (1.0 + exp(-logit)):
            self.remove()


class Care(mesa.Model):
    def __init__(self, p: Parameters, clients: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.p = p
        self.client_weeks = 0
        self.readouts: dict[int, dict[str, Any]] = {}
        Client.create_agents(self, clients)

    def step(self) -> None:
        self.agents.do("step")
        if self.steps in READOUT_WEEKS:
            rows = self.agents.get(["symptom", "level", "trust", "alliance", "right"])
            self.readouts[self.steps] = read_out(*zip(*rows, strict=True))


def run(p: Parameters, clients: int, weeks: int, seed: int) -> dict[str, Any]:
    model = Care(p, clients, seed)
    for _ in range(weeks):
        model.step()
    return run_of(clients, model.client_weeks, model.readouts)
