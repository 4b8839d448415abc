"""The small calibration of tests/python/calibrate_fixture.py by another hand: pyABC (Schaelte et al. 2022).

pyABC is no dependency of the project. To make pyabc_toy.json again, in an environment of its own:

    python -m venv pyabc && pyabc/bin/pip install pyabc && pyabc/bin/python tests/validation/oracle/pyabc_toy.py

A stochastic acceptor with the figures' normal errors makes its sequential Monte Carlo exact in the limit (Schaelte &
Hasenauer 2020). The error of a number is its SD over seeds over the root of their number. The variances' order is given
by name: pyABC sorts figures by name where it is not told.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pyabc
from scipy import stats

FIGURES = {"gain": 1.4, "leaving": 2.5, "both": 3.0}
VARIANCES = np.array([0.15**2, 0.4**2, 0.5**2 + 0.3**2])
NAMES = ("/change/rate", "/change/empathy_elasticity", "/leaving/trust")
POPULATION, GENERATIONS, SEEDS = 250, 6, (1, 2, 3, 4)


def model(score):
    """Figures at normal scores of the three parameters."""
    rate, empathy, trust = np.exp(0.5 * score["z0"]), 4 * stats.norm.cdf(score["z1"]), 2 + score["z2"]
    return {"gain": rate * (1 + 0.2 * empathy), "leaving": trust + 0.5 * empathy, "both": trust * rate}


def moments(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and SD of the normal scores in the posterior."""
    np.random.seed(seed)
    prior = pyabc.Distribution(z0=pyabc.RV("norm", 0, 1), z1=pyabc.RV("norm", 0, 1), z2=pyabc.RV("norm", 0, 1))
    abc = pyabc.ABCSMC(model, prior, pyabc.IndependentNormalKernel(var=VARIANCES, keys=list(FIGURES)),
                       population_size=POPULATION, eps=pyabc.Temperature(), acceptor=pyabc.StochasticAcceptor(),
                       sampler=pyabc.sampler.SingleCoreSampler())  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        abc.new(f"sqlite:///{folder}/toy.db", FIGURES)
        history = abc.run(max_nr_populations=GENERATIONS)
        frame, weights = history.get_distribution()
        z = frame[["z0", "z1", "z2"]].to_numpy()
    mean = weights @ z
    return mean, np.sqrt(weights @ (z - mean) ** 2)


def main() -> None:
    found = np.array([moments(seed) for seed in SEEDS])  # seeds, mean or SD, parameters
    error = found.std(axis=0, ddof=1) / np.sqrt(len(SEEDS))
    rows = {name: {"mean": round(float(found[:, 0, at].mean()), 4), "mean_error": round(float(error[0, at]), 4),
                   "sd": round(float(found[:, 1, at].mean()), 4), "sd_error": round(float(error[1, at]), 4)}
            for at, name in enumerate(NAMES)}  # fmt: skip
    made = {"made_with": f"pyABC {pyabc.__version__}", "population": POPULATION, "generations": GENERATIONS,
            "seeds": list(SEEDS), "unit": "normal scores of the prior", "posterior": rows}  # fmt: skip
    Path(__file__).with_suffix(".json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
