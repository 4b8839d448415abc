"""Emulators: what a simulated figure would be at points that were not run, and how sure that is.

One Gaussian process a target (scikit-learn): a linear trend over all inputs, whose coefficients have a normal prior, a
Matern 5/2 process over the few inputs that matter most, and a nugget. Of this each point has its own part, the noise of
its simulation; another part is fitted, for what the other inputs do beyond the trend.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, special
from scipy.spatial.distance import cdist
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel

from hybridcare.errors import config_error

Floats = NDArray[np.float64]
MOST_ACTIVE = 8  # inputs of the Matern part
NEEDED = 3.0  # |t| that an input's linear or curved effect must reach to count as active
NOISE_BOUNDS = (1e-6, 10.0)  # of the fitted nugget, in variances of the target over the points
DROPPED = 0.15  # of an emulator's variance, that leaving out small principal components may add to it
MOST_CLIMBS = 40  # steps of the optimiser
PIVOT = 1e-9  # added to the diagonal, so that two equal points are no trouble


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra on one thread: the order of its sums, and with it the last bits, then hang on nothing else."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


class Columns(Matern):  # type: ignore[misc]
    """A Matern kernel that looks at some columns of the inputs."""

    def __init__(self, columns: Sequence[int] = (0,), length_scale: Any = 1.0, length_scale_bounds: Any = (1e-1, 1e2),
                 nu: float = 2.5) -> None:  # fmt: skip
        super().__init__(length_scale=length_scale, length_scale_bounds=length_scale_bounds, nu=nu)
        self.columns = columns

    def __call__(self, X: Floats, Y: Floats | None = None, eval_gradient: bool = False) -> Any:
        seen = None if Y is None else Y[:, list(self.columns)]
        return super().__call__(X[:, list(self.columns)], seen, eval_gradient)


@dataclass(frozen=True)
class Emulator:
    """One target's. `mean` and `sd` are those by which its values were standardised before fitting; logit: they are log
    odds, in which a share hangs more evenly on what drives it."""

    model: Any
    active: tuple[int, ...]
    mean: float
    sd: float
    logit: bool = False

    @cached_property
    def _parts(self) -> tuple[Floats, Floats, tuple[float, Floats, float], tuple[Floats, Floats, Floats]]:
        """What `predict` needs at each of many calls: length-scales and scaled training inputs; the trend's variance
        and what it adds to the mean; and what it and the Matern part add to the explained variance.

        Of the covariance's principal components only the largest are kept, as many as explain all but DROPPED of the
        variance at the training points: what is dropped makes the emulator less sure, never surer."""
        kernel, alpha, x = self.model.kernel_, self.model.alpha_.ravel(), self.model.X_train_
        scale = np.broadcast_to(kernel.k1.k2.k2.length_scale, len(self.active))
        trend = kernel.k1.k1.k1.constant_value
        whole = self.model.L_ @ self.model.L_.T
        values, vectors = np.linalg.eigh(whole)
        roots = (vectors / np.sqrt(np.maximum(values, PIVOT)))[:, ::-1]
        clean = whole - np.diag(np.broadcast_to(self.model.alpha, len(x)) + kernel.k2.noise_level)
        explained = ((roots.T @ clean) ** 2).mean(axis=1)
        left = max(float(np.diag(clean).mean() - explained.sum()), 0.0) + kernel.k2.noise_level
        rest = explained[::-1].cumsum()[::-1]
        kept = roots[:, : max(1, int((rest > DROPPED * left).sum()))]
        return (scale, x[:, self.active] / scale, (trend, trend * (x.T @ alpha), trend * float(alpha.sum())),
                (np.ascontiguousarray(kept), trend * (x.T @ kept), trend * kept.sum(axis=0)))  # fmt: skip

    def predict(self, x: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the figure at new points, without the noise of a run there. @param x  (m, d), scaled

        The mean is the model's own `predict`'s, the variance at least its (a test compares them), without its checks
        and its cost, of which a calibration pays some hundred thousand. The variance holds what the fitted nugget
        stands for, since a figure at a point does feel the inputs beyond the active ones."""
        scale, seen, (trend, slopes, level), (kept, sloped, levels) = self._parts
        bends = self.model.kernel_.k1.k2.k1.constant_value
        far = math.sqrt(5.0) * cdist(x[:, self.active] / scale, seen)
        across = bends * (1.0 + far + far**2 / 3.0) * np.exp(-far)
        mean = across @ self.model.alpha_.ravel() + x @ slopes + level
        left = trend * (1.0 + (x**2).sum(axis=1)) + bends - ((across @ kept + x @ sloped + levels) ** 2).sum(axis=1)
        return self._figure(self.mean + self.sd * mean, self.sd**2 * (np.maximum(left, 1e-12) + self._nugget))

    def _figure(self, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """From what was fitted to the figure itself: to first order, as far as log odds go."""
        if not self.logit:
            return mean, variance
        share = special.expit(mean)
        return share, (share * (1.0 - share)) ** 2 * variance

    @property
    def _nugget(self) -> float:
        return float(self.model.kernel_.k2.noise_level)

    def left_out(self) -> Floats:
        """Each training point's error as if it had been left out, in standard errors: standard normal if the emulator
        is as sure as it should be. Closed form (Rasmussen & Williams 2006, equations 5.10 to 5.12)."""
        inverse = linalg.cho_solve((self.model.L_, True), np.eye(len(self.model.X_train_)))
        return np.asarray(self.model.alpha_.ravel() / np.sqrt(np.diag(inverse)))

    @property
    def state(self) -> dict[str, Any]:
        """What must be kept to make it again from the same points without fitting."""
        return {"active": list(self.active), "theta": [float(each) for each in self.model.kernel_.theta]}


@contextmanager
def _silent() -> Iterator[None]:
    """A length-scale or variance at its bound is no trouble: an input that does nothing, or a figure without noise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def fit(x: Floats, y: Floats, noise: Floats, state: Mapping[str, Any] | None = None, seed: int = 0,
        share: bool = False) -> Emulator:  # fmt: skip
    """The emulator of one target.

    x      shape (n, d), scaled inputs
    y      shape (n,), what was simulated; all finite
    noise  shape (n,), variance of y from simulation
    state  an earlier fit's to the same points: nothing is then fitted
    share  y is a share: log odds are fitted, if none is 0 or 1
    """
    logit = share and bool((y > 0).all() and (y < 1).all())
    if logit:
        y, noise = special.logit(y), noise / (y * (1.0 - y)) ** 2
    mean, sd = float(y.mean()), float(max(y.std(), 1e-12))
    standard = (y - mean) / sd
    active = tuple(state["active"]) if state else active_inputs(x, standard)
    model = GaussianProcessRegressor(_kernel(x.shape[1], active), alpha=noise / sd**2 + PIVOT, optimizer=None)
    if state:
        model.kernel.theta = np.array(state["theta"])
    else:
        model.optimizer, model.random_state = _climbed, seed
    with _silent():
        model.fit(x, standard)
    return Emulator(model, active, mean, sd, logit)


def _climbed(loss: Any, start: Floats, bounds: Floats) -> tuple[Floats, float]:
    """The optimiser that the process asks for: L-BFGS, not to the last digit, which no prediction feels."""
    found = optimize.minimize(loss, start, method="L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": MOST_CLIMBS})
    return np.asarray(found.x), float(found.fun)


def _kernel(dims: int, active: Sequence[int]) -> Any:
    trend = ConstantKernel(1.0 / dims, (1e-6, 1e2)) * DotProduct(1.0, "fixed")
    bends = ConstantKernel(0.5, (1e-4, 1e2)) * Columns(tuple(active), np.full(len(active), 4.0), (0.3, 1e2))
    return trend + bends + WhiteKernel(0.05, NOISE_BOUNDS)


def active_inputs(x: Floats, y: Floats) -> tuple[int, ...]:
    """The inputs that matter most: by the larger of the |t| of their linear and their curved effect in a regression on
    all linear terms and one square. At least one, at most MOST_ACTIVE.

    With fewer points than terms the regression is held by a ridge of one prior SD, so that it always has an answer."""
    n, dims = x.shape
    design = np.column_stack([np.ones(n), x])
    ridge = np.diag([0.0, *np.full(dims, 1.0)])
    gram = np.linalg.inv(design.T @ design + ridge)
    slopes = gram @ design.T @ y
    left = y - design @ slopes
    spread = left.var() * n / max(n - dims - 1, 1) if n > dims + 1 else left.var()
    linear = np.abs(slopes[1:]) / np.sqrt(np.maximum(spread * np.diag(gram)[1:], 1e-300))
    squares = x**2 - (x**2).mean(axis=0)
    clean = squares - design @ (gram @ design.T @ squares)
    norm = np.maximum((clean**2).sum(axis=0), 1e-12)
    curved = np.abs(clean.T @ left) / np.sqrt(norm * max(spread, 1e-300))
    strength = np.maximum(linear, curved)
    order = np.argsort(-strength, kind="stable")[:MOST_ACTIVE]
    return tuple(sorted(int(at) for rank, at in enumerate(order) if rank == 0 or strength[at] >= NEEDED))


@dataclass(frozen=True)
class Emulators:
    """All targets' emulators together. Shapes: t targets, m points, d inputs."""

    names: tuple[str, ...]
    each: tuple[Emulator, ...]

    def predict(self, x: Floats) -> tuple[Floats, Floats]:
        """Means and variances, shape (m, t)."""
        means, variances = np.empty((len(x), len(self.each))), np.empty((len(x), len(self.each)))
        for at, one in enumerate(self.each):
            means[:, at], variances[:, at] = one.predict(x)
        return means, variances

    def diagnostics(self) -> list[dict[str, Any]]:
        """One row a target: points; leave-one-out coverage of 50 % and 95 % intervals, root mean square of errors in
        standard errors (1 is right), largest; share of variance explained; active inputs by number."""
        rows = []
        for name, one in zip(self.names, self.each, strict=True):
            errors = one.left_out()
            inverse_diagonal = (one.model.alpha_.ravel() / errors) ** 2 if np.all(errors) else np.ones_like(errors)
            raw = one.model.alpha_.ravel() / inverse_diagonal
            rows.append({"target": name, "points": len(errors), "rms": float(np.sqrt((errors**2).mean())),
                         "cover_50": float((np.abs(errors) < 0.6745).mean()),
                         "cover_95": float((np.abs(errors) < 1.96).mean()), "largest": float(np.abs(errors).max()),
                         "explained": float(1 - (raw**2).mean()), "active": list(one.active)})  # fmt: skip
        return rows

    @property
    def state(self) -> dict[str, Any]:
        return {name: one.state for name, one in zip(self.names, self.each, strict=True)}


def fit_all(names: Sequence[str], x: Floats, y: Floats, noise: Floats, state: Mapping[str, Any] | None = None,
            seed: int = 0, shares: Container[str] = ()) -> Emulators:  # fmt: skip
    """The emulators of all targets. Each is fitted alone, on one thread: the same for any number of them at work.

    y, noise  shape (n, t); a point without a number for a target is left out of that target's emulator
    shares    names of the targets that are shares
    Raises ConfigError for a target with fewer than 3 numbers."""
    from concurrent.futures import ThreadPoolExecutor

    def one(at: int) -> Emulator:
        there = np.isfinite(y[:, at]) & np.isfinite(noise[:, at])
        if there.sum() < 3:
            raise config_error(f"target {names[at]}", f"{int(there.sum())} of {len(x)} points gave a number, and 3 at "
                               "least are needed: more clients, replicates or points")  # fmt: skip
        kept = (state or {}).get(names[at])
        return fit(x[there], y[there, at], noise[there, at], kept, seed, names[at] in shares)

    with _silent(), one_thread(), ThreadPoolExecutor(workers()) as pool:
        return Emulators(tuple(names), tuple(pool.map(one, range(len(names)))))


def workers() -> int:
    """Threads for work that is done apart."""
    import os

    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def expected_largest(count: int) -> float:
    """Size that the largest of `count` standard normal errors exceeds in 1 % of cases, for the diagnostics."""
    from scipy import stats

    return float(stats.norm.isf(0.5 * -math.expm1(math.log(0.99) / max(count, 1))))
