"""Sets from several rounds, each drawn from another approximation of the posterior, weighted as one sample.

Later rounds know more, and their sets are better; earlier ones are not worthless. The multistate Bennett acceptance
ratio (Shirts & Chodera 2008) finds how the rounds' densities, each known up to a constant, compare, from the sets
themselves; a set then stands for the posterior over the mixture of all rounds, whichever round it came from (Veach &
Guibas 1995). With one round this is importance sampling.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Floats = NDArray[np.float64]
MOST_STEPS = 10_000
CLOSE = 1e-10  # of a logarithm: when constants count as found


def log_mixture(logs: Floats, counts: NDArray[np.int64]) -> Floats:
    """Logarithm of the density that all sets together were drawn from, at each set, up to one constant. Shape (n,)

    logs    shape (rounds, n): of each round's density at each set, up to a constant of its own
    counts  shape (rounds,): how many sets each round drew; they sum to n
    """
    return np.asarray(logsumexp(logs + (np.log(counts) - constants(logs, counts))[:, None], axis=0))


def constants(logs: Floats, counts: NDArray[np.int64]) -> Floats:
    """Logarithm of what each round's density must be divided by, the first one's being 0. Shape (rounds,)

    Equation 11 of Shirts & Chodera, repeated until it stands: each step brings the estimate nearer (they show it to be
    the maximum of a concave likelihood)."""
    found: Floats = np.zeros(len(logs))
    for _ in range(MOST_STEPS):
        mixture = logsumexp(logs + (np.log(counts) - found)[:, None], axis=0)
        new: Floats = np.asarray(logsumexp(logs - mixture, axis=1))
        new = new - float(new[0])
        if np.abs(new - found).max() < CLOSE:
            return new
        found = new
    return found
