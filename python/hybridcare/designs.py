"""Designs: where in the space of uncertainties a study looks. Every kind gives points of the unit cube, which the
distributions turn into values; levers and rival models are crossed with them, so that each sees the same draws."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.factors import Factor

if TYPE_CHECKING:
    import numpy as np

MOST_POINTS = 1_000_000
#: Morris's grid has the ends 0 and 1, where some distributions have no value: pulled in by this share.
MORRIS_EDGE = 0.005


def size(kind: str, n: int, factors: Sequence[Factor], second_order: bool = False) -> int:
    """How many draws a design has: by arithmetic, nothing is made."""
    groups = len(factors)
    if not factors:
        return 1
    if kind == "saltelli":
        return n * ((2 * groups if second_order else groups) + 2)
    if kind == "morris":
        return n * (groups + 1)
    if kind == "full_factorial":
        return math.prod(_levels(each, n) for each in factors)
    return n


def check_size(draws: int, levers: int, rivals: int, where: str) -> None:
    """Raises ConfigError for more points than are allowed; nothing has been made by then."""
    points = draws * levers * rivals
    if points > MOST_POINTS:
        made = f"{draws:,} draws x {levers:,} combinations of levers x {rivals:,} models"
        raise config_error(where, f"{made} are {points:,} design points; at most {MOST_POINTS:,} are allowed in a "
                           "study. A smaller n, fewer levers, or several studies with seeds of their own")  # fmt: skip


def unit_cube(kind: str, n: int, factors: Sequence[Factor], seed: int, levels: int = 4,
              second_order: bool = False) -> np.ndarray:  # fmt: skip
    """The design in the unit cube, shape (draws, dimensions); the same for the same seed.

    sobol: scrambled (scipy.stats.qmc); the first points of a longer design are those of a shorter one. saltelli and
    morris: SALib's schemes, rows in its order, a group of weights taken as one factor.
    """
    import numpy as np
    from scipy.stats import qmc

    dims = sum(each.dims for each in factors)
    if dims == 0:
        return np.zeros((1, 0))
    if kind == "full_factorial":
        return _factorial(factors, n)
    if kind in ("saltelli", "morris"):
        return _salib(kind, n, factors, seed, levels, second_order)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # n that is no power of two: said in the study's notes
        sampler = qmc.Sobol(dims, scramble=True, seed=seed) if kind == "sobol" else qmc.LatinHypercube(dims, seed=seed)
        return np.asarray(sampler.random(n))


def problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """The factors as SALib names them, in the unit cube; weights that sum to 1 are a group."""
    names = [column for each in factors for column in each.columns]
    groups = [each.path for each in factors for _ in each.columns]
    out: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if len(set(groups)) < len(names):
        out["groups"] = groups
    return out


def _salib(kind: str, n: int, factors: Sequence[Factor], seed: int, levels: int, second_order: bool) -> np.ndarray:
    import numpy as np
    from SALib.sample import morris, sobol

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kind == "saltelli":
            return np.asarray(sobol.sample(problem(factors), n, calc_second_order=second_order, seed=seed))
        drawn = morris.sample(problem(factors), n, num_levels=levels, seed=seed)
    return np.asarray(MORRIS_EDGE + (1 - 2 * MORRIS_EDGE) * drawn)


def _levels(each: Factor, n: int) -> int:
    if each.kind == "dirichlet":
        raise config_error("design", f"{each.path}: weights that sum to 1 have no full factorial; use sobol or "
                           "latin_hypercube")  # fmt: skip
    return each.values_count or n


def _factorial(factors: Sequence[Factor], n: int) -> np.ndarray:
    """All combinations; the last factor changes fastest. Values sit in the middle of equally likely parts."""
    import numpy as np

    axes = []
    for each in factors:
        count = _levels(each, n)
        if each.kind == "choice":  # in the middle of what each value takes of [0, 1], whatever its weight
            edges = np.concatenate([[0], np.cumsum(each.numbers)]) / sum(each.numbers)
            axes.append((edges[:-1] + edges[1:]) / 2)
        else:
            axes.append((np.arange(count) + 0.5) / count)
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def values(factors: Sequence[Factor], cube: np.ndarray) -> dict[str, Any]:
    """Path -> array of values, from a design in the unit cube."""
    out: dict[str, Any] = {}
    start = 0
    for each in factors:
        columns = each.at(cube[:, start : start + each.dims])
        out.update(zip(each.columns, columns, strict=True))
        start += each.dims
    return out


def notes(kind: str, n: int) -> list[str]:
    """What must be said of a design."""
    if kind in ("sobol", "saltelli") and n & (n - 1):
        near = 1 << (n.bit_length() - 1)
        return [f"n = {n} is no power of two, so the Sobol' sequence is not balanced; {near} or {2 * near} would be."]
    return []


def read_csv(path: Path, given: str) -> dict[str, list[Any]]:
    """Path -> values from a CSV file with a header of JSON Pointers; numbers, true, false and words.

    Raises ConfigError: it cannot be read, a row of another length, an empty cell, more rows than are allowed, none.
    """
    import csv

    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file, strict=True)
            head = [name.strip() for name in next(rows, [])]
            if not head or any(not name.startswith("/") for name in head):
                raise config_error(f"{given}:1", "the first row holds a JSON Pointer for each column")
            if len(set(head)) < len(head):
                raise config_error(f"{given}:1", "a column stands there twice")
            columns: list[list[Any]] = [[] for _ in head]
            for row in rows:
                _add_row(columns, row, f"{given}:{rows.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise config_error(given, f"cannot be read as CSV: {reason.lower()}") from error
    if not columns[0]:
        raise config_error(given, "is an empty design: no point below the header")
    return dict(zip(head, columns, strict=True))


def _add_row(columns: list[list[Any]], row: list[str], where: str) -> None:
    if not row:
        return
    if len(row) != len(columns):
        raise config_error(where, f"has {len(row)} cells where the header has {len(columns)}")
    if len(columns[0]) >= MOST_POINTS:
        raise config_error(where, f"more than {MOST_POINTS:,} design points, the most that are allowed")
    for column, cell in zip(columns, row, strict=True):
        column.append(_cell(cell.strip(), where))


def _cell(text: str, where: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if not text:
        raise config_error(where, "has an empty cell")
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        raise config_error(where, f"{text} is not finite")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
