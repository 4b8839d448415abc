"""Starsim: a module with an array per state and a distribution per decision; who leaves is removed from the people."""

from __future__ import annotations

from typing import Any

import numpy as np
import starsim as ss

from peers.spec import POINTS, READOUT_WEEKS, Parameters, read_out, run_of


class Care(ss.Module):
    def __init__(self, p: Parameters, **kwargs: Any) -> None:
        super().__init__()
        self.define_pars(
            **{name: value for name, value in p._asdict().items() if name != "accuracy"},
            felt=ss.randint(low=0, high=len(p.accuracy)),
            recognised=ss.bernoulli(p=0.0),
            notices=ss.bernoulli(p=p.noticing),
            push=ss.normal(loc=0.0, scale=p.noise),
            leaves=ss.bernoulli(p=0.0),
        )
        self.update_pars(**kwargs)
        self.accuracy = np.array(p.accuracy)
        self.define_states(
            ss.FloatArr("level", default=ss.normal(loc=p.level_mean, scale=p.level_sd)),
            ss.FloatArr("symptom", default=ss.normal(loc=0.0, scale=p.start_sd)),  # around the level: see init_post
            ss.FloatArr("alliance", default=p.alliance_start),
            ss.FloatArr("good", default=p.good_start),
            ss.FloatArr("bad", default=p.bad_start),
            ss.FloatArr("trust"),
            ss.BoolArr("right"),
        )
        self.client_weeks = 0
        self.readouts: dict[int, dict[str, Any]] = {}

    def init_post(self) -> None:
        super().init_post()
        self.level[:] = np.clip(self.level.values, 0.0, POINTS)
        self.symptom[:] = np.clip(self.level.values + self.symptom.values, 0.0, POINTS)

    def step(self) -> None:
        p, uids = self.pars, self.sim.people.auids
        self.client_weeks += len(uids)
        right, noticed = self.turn(uids)
        trust = self.bond(uids, right, noticed)
        above = self.change(uids, trust)
        logit = p.leave_base + p.leave_trust * (0.5 - trust) + p.leave_noticed * noticed + p.leave_symptom * above
        p.leaves.set(p=1.0 / (1.0 + np.exp(-logit)))
        self.sim.people.request_removal(p.leaves.filter(uids))

    def turn(self, uids: ss.uids) -> tuple[np.ndarray, np.ndarray]:
        p = self.pars
        felt = p.felt.rvs(uids)
        p.recognised.set(p=self.accuracy[felt] + p.disclosure * (self.alliance[uids] - 0.5))
        right = p.recognised.rvs(uids)
        self.right[uids] = right
        return right, ~right & p.notices.rvs(uids)

    def bond(self, uids: ss.uids, right: np.ndarray, noticed: np.ndarray) -> np.ndarray:
        p = self.pars
        self.good[uids] = good = p.memory * self.good[uids] + right
        self.bad[uids] = bad = p.memory * self.bad[uids] + p.failure * noticed
        self.trust[uids] = trust = good / (good + bad)
        alliance = self.alliance[uids]
        alliance += p.alliance_pull * (trust - alliance) + p.alliance_right * right - p.alliance_noticed * noticed
        self.alliance[uids] = np.clip(alliance, 0.0, 1.0)
        return trust

    def change(self, uids: ss.uids, trust: np.ndarray) -> np.ndarray:
        """Moves the symptom; gives how far it lies above the personal level."""
        p, symptom, level = self.pars, self.symptom[uids], self.level[uids]
        symptom += p.symptom_return * (level - symptom) - p.gain * trust * self.alliance[uids] + p.push.rvs(uids)
        self.symptom[uids] = symptom = np.clip(symptom, 0.0, POINTS)
        return symptom - level

    def update_results(self) -> None:
        super().update_results()
        week = self.ti + 1
        if week in READOUT_WEEKS:
            stays = self.sim.people.alive.uids  # who was removed this week is no longer alive in Starsim's sense
            states = (self.symptom, self.level, self.trust, self.alliance, self.right)
            self.readouts[week] = read_out(*(state[stays] for state in states))


def run(p: Parameters, clients: int, weeks: int, seed: int) -> dict[str, Any]:
    care = Care(p)
    sim = ss.Sim(modules=care, n_agents=clients, start=1, stop=weeks, dt=1, rand_seed=seed, use_aging=False,
                 verbose=0, copy_inputs=False)  # fmt: skip
    sim.run()
    return run_of(clients, care.client_weeks, care.readouts)
