"""A small calibration with a known answer: three parameters, three figures in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

from hybridcare.calibrate_aims import Aim, Aims, Simulated
from hybridcare.calibrate_priors import Priors, read_priors
from hybridcare.calibrate_run import Budget
from hybridcare.strict_json import Place

TEST = {"source": "assumed: a test"}
PRIORS: Priors = read_priors(Place({"format": 1, "parameters": {
    "/change/rate": {"lognormal": [1, 0.5], "within": [0.1, 5], **TEST},
    "/change/empathy_elasticity": {"uniform": [0, 4], **TEST},
    "/leaving/trust": {"normal": [2, 1], **TEST},
}}, "toy.json"))  # fmt: skip
AIMS = Aims((Aim("gain", 1.4, 0.15), Aim("leaving", 2.5, 0.4), Aim("both", 3.0, 0.5, 0.3)))
SMALL = Budget(first=40, points=50, waves=2, rounds=2, enough=1000, sets=100, population=100, sweeps=5)


def simulate(x: np.ndarray) -> Simulated:
    """Exact figures; rate times a bit of b_E, trust plus b_E, and their product."""
    rate, empathy, trust = x.T
    value = np.column_stack([rate * (1 + 0.2 * empathy), trust + 0.5 * empathy, trust * rate])
    return Simulated(value, np.full(value.shape, 1e-6))


class Remote:
    """The same as something that is run elsewhere; `sleep` slows it down, `calls` counts points."""

    names = AIMS.names
    fitted = (0, 1, 2)
    calls = 0

    def __init__(self, sleep: float = 0.0) -> None:
        self.sleep = sleep

    def job(self, x: np.ndarray, threads: int | None = None) -> dict[str, Any]:
        return {"x": x, "sleep": self.sleep}

    def __call__(self, x: np.ndarray) -> Simulated:
        return run(self.job(x))


def run(job: dict[str, Any]) -> Simulated:
    import time

    time.sleep(job["sleep"])
    Remote.calls += len(job["x"])
    return simulate(job["x"])


def exact(aims: Aims, draws: int = 400_000, seed: int = 5) -> tuple[np.ndarray, np.ndarray, float]:
    """Posterior mean, SD, and their Monte Carlo error in SDs: by weighing draws of the prior, no emulator, no walk."""
    z = np.random.default_rng(seed).standard_normal((draws, PRIORS.dims))
    run_ = simulate(PRIORS.values(z))
    logs = aims.log_likelihood(run_.value, run_.variance)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ z
    return mean, np.sqrt(weights @ (z - mean) ** 2), float(np.sqrt((weights**2).sum()))
