"""Which uncertainties move a metric, through SALib: Sobol' indices, Delta, PAWN, Morris; each with an interval, and on
growing parts of the design, so that one sees whether the indices have settled.

Points share their clients and their luck. That takes out the noise they have in common, not the luck that a number of
the design turns up or down: beside every index stands what noise makes of it (`hybridcare.sensitivity_noise`).
"""

from __future__ import annotations

import html
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybridcare import designs, sensitivity_noise as luck
from hybridcare.drivers import words_for
from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.study import Study
    from hybridcare.sweep_results import Series, SweepResults

Floats = NDArray[np.float64]
#: Methods: what they need, the index that ranks, and what it means.
METHODS = {
    "sobol": ("a complete saltelli design", "total", "share of the metric's variance that this uncertainty moves, "
              "alone (first) or together with others (total)"),
    "morris": ("a complete morris design", "mu_star", "mean size of the change when it is moved over its whole "
               "distribution, all else fixed; sigma: how much that hangs on the others"),
    "delta": ("any design", "delta", "how far its value shifts the metric's distribution, 0 to 1; first as above"),
    "pawn": ("any design", "pawn", "how far its value shifts the metric's distribution function at most, 0 to 1"),
}  # fmt: skip
DUMMY = "(dummy)"  # an input that moves nothing: what chance alone makes of delta and pawn
LEAST = {"delta": 64, "pawn": 64, "sobol": 8, "morris": 4}  # draws, base points or trajectories
PARTS = (8, 4, 2, 1)  # the design's first eighth, quarter, half, whole
SETTLED = 0.05  # a change of an index from half to whole design that is still called settled, or its interval if wider
SLICES = 10
FEW = 25  # resamples on parts of the design
SLOW = 50  # resamples of delta at most: each takes some hundredths of a second


@dataclass(frozen=True)
class Sensitivity:
    """Indices of one quantity.

    results, series   what was analysed; method: one of METHODS
    rows   one row per uncertainty and index: path, index, estimate, low, high (95 % interval), design_se (from
           resampled points of the design), noise_se (from replicates; sobol and morris), noise (what simulation noise
           alone makes of the index; taken off already for sobol, contained in the others; NaN: not known),
           beyond_noise (sobol, morris: an F test of the replicates; delta, pawn: above 95 % of surrogates that move
           by luck alone)
    steps  the same for growing parts of the design: draws, path, index, estimate, low, high, ...
    """

    results: SweepResults
    series: Series
    method: str
    rows: pd.DataFrame
    steps: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """By rank of the main index: path, label, and the columns of `rows` and beyond_chance: beyond_noise, and the
        interval lies above what an input that moves nothing gets (for sobol and morris, above 0)."""
        frame = self.rows.copy()
        frame.insert(1, "label", [label(path) for path in frame["path"]])
        floor = frame[frame["path"] == DUMMY].set_index("index")["high"].to_dict()
        apart = frame["low"] > np.array([floor.get(index, 0.0) for index in frame["index"]])
        frame["beyond_chance"] = apart & frame["beyond_noise"]
        main = frame[frame["index"] == self.main].set_index("path")["estimate"]
        ranks = main.rank(ascending=False, method="first")
        frame["rank"] = frame["path"].map(ranks).fillna(len(ranks) + 1).astype(int)  # pairs come last
        return frame.sort_values(["rank", "index"], kind="stable").reset_index(drop=True)

    def convergence(self) -> pd.DataFrame:
        """The main index on growing parts of the design: draws, path, index, estimate, low, high."""
        return self.steps

    @property
    def main(self) -> str:
        """The index that ranks."""
        return METHODS[self.method][1]

    @property
    def settled(self) -> bool:
        """True if from half of the design to all of it no main index moved by more than SETTLED (for morris: of the
        largest), or by what other points would make of it (1.96 design_se), if that is more. It is about the size of
        the design alone: the luck of the replicates is the same in each part."""
        main = self.steps[(self.steps["index"] == self.main) & (self.steps["path"] != DUMMY)]
        sizes = sorted(main["draws"].unique())
        if len(sizes) < 2:
            return False
        before, after = (main[main["draws"] == size].set_index("path") for size in sizes[-2:])
        scale = float(after["estimate"].abs().max()) if self.method == "morris" else 1.0
        allowed = np.maximum(SETTLED * scale, 1.96 * after["design_se"])
        return bool(((after["estimate"] - before["estimate"]).abs() <= allowed).all())

    @property
    def sentence(self) -> str:
        """What moves the metric most beyond chance, and whether the indices have settled; or why neither is known."""
        frame = self.table()
        frame = frame[(frame["index"] == self.main) & (frame["path"] != DUMMY)]
        if not luck.known(self.series.values[self.series.whole]):
            return (f"{self.series.name}: what moves it cannot be told from simulation noise with one replicate, or "
                    "with gaps among replicates.")  # fmt: skip
        said = [f"{row.label} {row.estimate:.2f}" for row in frame.itertuples()]
        top = [words for words, real in zip(said, frame["beyond_chance"], strict=True) if real][:3]
        if not top:
            return (f"{self.series.name}: no uncertainty moves it beyond chance (largest: {said[0]}, {self.main}). "
                    "More replicates or a larger n may tell.")  # fmt: skip
        words = "The indices have settled" if self.settled else "The indices have not settled: a larger n would help"
        unsure = [words for words in said[: said.index(top[-1])] if words not in top]
        rest = f" Not beyond chance: {', '.join(unsure)}; more replicates may tell." if unsure else ""
        return f"{self.series.name}: moved most by {', '.join(top)} ({self.main}). {words}.{rest}"

    def plot(self) -> Any:
        """Bars with intervals, as a `plots.Figure`."""
        from hybridcare.plots_sweep import sensitivity_bars

        return sensitivity_bars(self)

    def plot_convergence(self) -> Any:
        """The main index against the size of the design, as a `plots.Figure`."""
        from hybridcare.plots_sweep import convergence

        return convergence(self)

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in (self.sentence, *self.results.caveats))
        return str(self.table().to_html(index=False, float_format=lambda v: f"{v:.3f}")) + notes

    def __repr__(self) -> str:
        return f"<hybridcare.Sensitivity, {self.method}: {self.sentence}>"


def label(path: str) -> str:
    """A path in words; /quality/weight/* is a group."""
    if path == DUMMY:
        return "nothing (what chance makes)"
    if path.endswith("/*"):
        return f"all of {words_for(path[:-2])}"
    if path.startswith("/arms/"):
        _, _, arm, rest = path.split("/", 3)
        return f"{words_for('/' + rest)} of {arm}"
    return words_for(path) if path.startswith("/") else path.replace("_", " ")


def inputs(study: Study) -> tuple[list[str], Floats, dict[str, Any]]:
    """What varies over the draws: names, values (draws, names), and the problem as SALib takes it.

    Of saltelli and morris designs: the unit cube. Of others: values; a choice by the place of its value."""
    if study.spec.kind in ("saltelli", "morris"):
        cube = study.cube
        if study.spec.kind == "morris":
            edge = designs.MORRIS_EDGE
            cube = np.round((cube - edge) / (1 - 2 * edge), 9)
        problem = designs.problem(study._sampled)
        problem.setdefault("groups", None)
        return [each.path for each in study._sampled], np.asarray(cube, float), problem
    names, columns = [], []
    for path, values in study.drawn.items():
        plain = list(values)
        if any(isinstance(value, str) for value in plain):
            known = list(dict.fromkeys(plain))
            plain = [known.index(value) for value in plain]
        column = np.asarray(plain, float)
        if np.ptp(column) > 0:
            names.append(path)
            columns.append(column)
    x = np.stack(columns, axis=1) if columns else np.zeros((study.draws, 0))
    bounds = [[float(column.min()), float(column.max())] for column in columns]
    return names, x, {"num_vars": len(names), "names": names, "bounds": bounds}


def sensitivity(results: SweepResults, series: Series, method: str | None, resamples: int) -> Sensitivity:
    """See SweepResults.sensitivity. Raises ConfigError: a method that the design does not allow, too few draws, nothing
    that varies, a metric that nothing moves."""
    import pandas

    study = results.study
    chosen = _method(study, series, method)
    if not 10 <= resamples <= 10_000:
        raise config_error("resamples", f"{resamples} is outside [10, 10000]")
    names, x, problem = inputs(study)
    if not names:
        raise config_error("sensitivity", "nothing varies over the draws of this study: it has no uncertainties")
    y, values = series.estimate, series.values
    if chosen in ("delta", "pawn"):
        x, y, values = x[series.whole], y[series.whole], values[series.whole]
    unit = _block(chosen, study, len(names))
    count = len(y) // unit
    if count < LEAST[chosen]:
        what = {"sobol": "base points", "morris": "trajectories"}.get(chosen, "draws that have a number")
        raise config_error("sensitivity", f"{chosen} needs {LEAST[chosen]} {what} at least; this study has {count}")
    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        raise config_error("sensitivity", f"{series.name} is the same at all points: nothing that varies moves it")
    analyse = _ANALYSES[chosen]
    steps = []
    for part in sorted({count // part for part in PARTS if count // part >= LEAST[chosen]}):
        rows, again = slice(0, part * unit), resamples if part == count else min(resamples, FEW)
        found = analyse(study, names, x[rows], y[rows], values[rows], problem, again)
        steps.append(found.assign(draws=part * unit))
    every = pandas.concat(steps, ignore_index=True)
    last = every[every["draws"] == every["draws"].max()].drop(columns="draws").reset_index(drop=True)
    main = every[every["index"] == METHODS[chosen][1]].reset_index(drop=True)
    return Sensitivity(results, series, chosen, last, main)


def _method(study: Study, series: Series, method: str | None) -> str:
    kind, complete = study.spec.kind, bool(series.whole.all())
    fit = {"saltelli": "sobol", "morris": "morris"}.get(kind)
    possible = [name for name in (fit if complete else None, "delta", "pawn") if name]
    if method is None:
        return possible[0]
    if method not in METHODS:
        raise config_error("method", unknown("method", method, METHODS))
    if method in possible:
        return method
    missing = int((~series.whole).sum())
    reason = (f"{missing:,} of {len(series.whole):,} points have no number (failed, or still to do)" if method == fit
              else f"this one is of kind {kind}")  # fmt: skip
    raise config_error("method", f"{method} needs {METHODS[method][0]}; {reason}. Methods that work here: "
                       f"{', '.join(possible)}")  # fmt: skip


def _block(method: str, study: Study, factors: int) -> int:
    """Rows of the design that belong together."""
    if method == "sobol":
        return (2 * factors if study.spec.second_order else factors) + 2
    return factors + 1 if method == "morris" else 1


def _frame(parts: Sequence[tuple[Sequence[str], str, dict[str, Any]]]) -> pd.DataFrame:
    """One row per name and index; what a method does not know is NaN, and not beyond noise."""
    import pandas

    unknown_ = {"low": np.nan, "high": np.nan, "design_se": np.nan, "noise_se": np.nan, "noise": np.nan}
    return pandas.concat([pandas.DataFrame({"path": list(names), "index": index, "estimate": np.nan, **unknown_,
                                            "beyond_noise": False, **columns})
                          for names, index, columns in parts], ignore_index=True)  # fmt: skip


def _around(value: Floats, design_se: Floats, noise_se: Floats, replicates: int) -> dict[str, Floats]:
    half = luck.width(design_se, noise_se, replicates)
    return {"estimate": value, "low": value - half, "high": value + half, "design_se": design_se, "noise_se": noise_se}


@contextmanager
def _quiet(seed: int) -> Iterator[None]:
    """SALib warns, draws from NumPy's global generator, and changes how warnings look: all of it stays inside. Its
    matrices are tiny: threads for them would only get in each other's way."""
    from threadpoolctl import threadpool_limits

    state, form = np.random.get_state(), warnings.formatwarning
    np.random.seed(seed % 2**32)
    try:
        with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"), threadpool_limits(1):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(state)
        warnings.formatwarning = form


def _sobol(study: Study, names: list[str], x: Floats, y: Floats, values: Floats, problem: dict[str, Any],
           resamples: int) -> Any:  # fmt: skip
    """SALib's estimators, less what simulation noise adds to them (jackknife over replicates)."""
    from SALib.analyze import sobol

    with _quiet(study.seed + 1):
        found = sobol.analyze(problem, y, calc_second_order=study.spec.second_order, num_resamples=resamples,
                              seed=study.seed + 1)  # fmt: skip
    pairs = [(a, b) for a in range(len(names)) for b in range(a + 1, len(names))] if study.spec.second_order else []
    block = _block("sobol", study, len(names))
    plain = np.concatenate([found["ST"], found["S1"], *[[found["S2"][pair]] for pair in pairs]])
    design = np.concatenate([found["ST_conf"], found["S1_conf"], *[[found["S2_conf"][pair]] for pair in pairs]]) / 1.96
    beyond = np.zeros(len(names), bool)
    added, spread = np.full(len(plain), np.nan), np.full(len(plain), np.nan)
    if luck.known(values):
        with _quiet(study.seed + 1):
            added, spread = luck.jackknife(lambda z: luck.sobol_indices(z, len(names), block, pairs), values)
        beyond = luck.beyond(luck.saltelli_moves(values, len(names), block))
    columns = _around(plain - np.nan_to_num(added), design, spread, values.shape[1]) | {"noise": added}
    count = len(names)
    joined = [f"{names[a]} with {names[b]}" for a, b in pairs]
    both = [bool(beyond[a] and beyond[b]) for a, b in pairs]
    parts = [(names, "total", beyond, slice(count)), (names, "first", beyond, slice(count, 2 * count)),
             (joined, "second", both, slice(2 * count, None))]  # fmt: skip
    return _frame([(who, index, {key: each[place] for key, each in columns.items()} | {"beyond_noise": real})
                   for who, index, real, place in parts if len(who)])  # fmt: skip


def _morris(study: Study, names: list[str], x: Floats, y: Floats, values: Floats, problem: dict[str, Any],
            resamples: int) -> Any:  # fmt: skip
    from SALib.analyze import morris

    with _quiet(study.seed + 1):
        found = morris.analyze(dict(problem), x, y, num_levels=study.spec.levels, num_resamples=resamples,
                               seed=study.seed + 1)  # fmt: skip
    star, design = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float) / 1.96
    alone, spread, beyond = np.full(len(star), np.nan), np.full(len(star), np.nan), np.zeros(len(star), bool)
    if luck.known(values):
        moves = luck.morris_moves(names, x, values, problem)
        size = np.abs(moves.mean(axis=2)).mean(axis=1)
        scale = np.divide(star, size, out=np.zeros_like(star), where=size > 0)  # SALib's unit of a step
        error = moves.std(axis=2, ddof=1) / np.sqrt(moves.shape[2])
        alone = scale * np.sqrt(2 / np.pi) * error.mean(axis=1)  # mean size of a normal number
        each = np.array([np.abs(np.delete(moves, r, 2).mean(axis=2)).mean(axis=1) for r in range(moves.shape[2])])
        spread = scale * np.sqrt((len(each) - 1) * each.var(axis=0))
        beyond = luck.beyond(moves)
    parts = [(names, "mu_star", _around(star, design, spread, values.shape[1]) | {"noise": alone,
                                                                                 "beyond_noise": beyond})]  # fmt: skip
    for key in ("mu", "sigma"):
        parts.append((names, key, {"estimate": np.asarray(np.ma.filled(found[key], np.nan), float)}))
    return _frame(parts)


def _with_dummy(names: list[str], x: Floats, seed: int) -> tuple[list[str], Floats]:
    noise = np.random.default_rng(seed).permutation(len(x)) / len(x)
    return [*names, DUMMY], np.column_stack([x, noise])


def _delta(study: Study, names: list[str], x: Floats, y: Floats, values: Floats, problem: dict[str, Any],
           resamples: int) -> Any:  # fmt: skip
    """SALib's estimators of delta and of the first-order share, on the draws themselves, with Plischke's correction of
    bias. (Its `analyze` works on three resampled kinds of the data at once, which takes minutes.)"""
    from SALib.analyze.delta import calc_delta, sobol_first

    every, x = _with_dummy(names, x, study.seed)
    classes = np.linspace(0, len(y), _classes(len(y)) + 1)
    grid = np.linspace(y.min(), y.max(), 100)
    rng = np.random.default_rng(study.seed + 1)
    parts: dict[str, list[tuple[float, float]]] = {"delta": [], "first": []}
    raw = []
    with _quiet(study.seed + 1):
        for column in x.T:
            rows = rng.integers(len(y), size=(min(resamples, SLOW), len(y)))
            plain = calc_delta(y, grid, column, classes)
            raw.append(plain)
            again = 2 * plain - np.array([calc_delta(y[r], grid, column[r], classes) for r in rows])
            parts["delta"].append((float(again.mean()), float(again.std(ddof=1))))
            again = np.array([sobol_first(y[r], column[r], classes) for r in rows])
            parts["first"].append((float(sobol_first(y, column, classes)), float(again.std(ddof=1))))
        alone, beyond = luck.luck_alone(study.seed, x, values, raw, lambda z, column: calc_delta(
            z, np.linspace(z.min(), z.max(), 100), column, classes))  # fmt: skip
    both = {index: np.array(found).T for index, found in parts.items()}
    noise = {"delta": alone, "first": np.nan}
    return _frame([(every, index, _around(value, sd, np.zeros(len(sd)), 1) | {
        "noise_se": np.nan, "noise": noise[index], "beyond_noise": beyond}) for index, (value, sd) in both.items()])


def _classes(n: int) -> int:
    """How many classes of an input SALib takes for so many draws."""
    exponent = 2 / (7 + np.tanh((1500 - n) / 500))
    return int(np.round(min(int(np.ceil(n**exponent)), 48)))


def _pawn(study: Study, names: list[str], x: Floats, y: Floats, values: Floats, problem: dict[str, Any],
          resamples: int) -> Any:  # fmt: skip
    """SALib's PAWN has no interval: percentiles over resampled draws, moved so that their middle is the estimate."""
    from SALib.analyze import pawn

    every, x = _with_dummy(names, x, study.seed)
    asked = {"num_vars": len(every), "names": [f"x{at}" for at in range(len(every))]}
    with _quiet(1):
        value = np.asarray(pawn.analyze(asked, x, y, S=SLICES)["median"], float)
    rng = np.random.default_rng(study.seed + 1)
    again = np.array([[pawn_index(column[rows], y[rows]) for column in x.T]
                      for rows in rng.integers(len(y), size=(resamples, len(y)))])  # fmt: skip
    shift = value - np.median(again, axis=0)
    low, high = np.percentile(again, [2.5, 97.5], axis=0) + shift
    alone, beyond = luck.luck_alone(study.seed, x, values, list(value), lambda z, column: pawn_index(column, z))
    return _frame([(every, "pawn", {"estimate": value, "low": low, "high": high, "design_se": (high - low) / 3.92,
                                    "noise": alone, "beyond_noise": beyond})])  # fmt: skip


def pawn_index(x: Floats, y: Floats) -> float:
    """The same index as SALib's, without the p-values that make that one slow: median over slices of x of the largest
    distance between the distribution function of y in the slice and that of all y."""
    ends = np.nanquantile(x, np.arange(0, 1 + 1 / SLICES, 1 / SLICES))
    order = np.argsort(y, kind="stable")
    y, x = y[order], x[order]
    last = np.append(y[1:] != y[:-1], True)  # ties: the distribution function counts at the last of them
    everyone = np.arange(1, len(y) + 1) / len(y)
    found = []
    for low, high in zip(ends[:-1], ends[1:], strict=True):
        inside = (x >= low) & (x < high)
        if inside.any():
            found.append(np.max(np.abs(np.cumsum(inside) / inside.sum() - everyone)[last]))
    return float(np.median(found))


_ANALYSES: dict[str, Callable[..., Any]] = {"sobol": _sobol, "morris": _morris, "delta": _delta, "pawn": _pawn}
