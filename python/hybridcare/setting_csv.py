"""A service's figures from a CSV file of anybody's: read strictly, never executed; every message says the line.

    figure,value,n,sd,from,to,note
    dropout,0.31,420,,,,of those assessed in 2025

`n` people it was counted in, with `sd` between people for a mean; or `from` and `to`, its 95 % interval.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.setting_figures import MEAN, MEDIAN, SHARE, SPREAD, Figure, figures

COLUMNS = ("figure", "value", "n", "sd", "from", "to", "note")
NORMAL_95 = 1.959964  # standard errors on each side of a 95 % interval
MOST_BYTES, MOST_ROWS, MOST_CELL, MOST_PEOPLE = 1 << 20, 1000, 500, 1_000_000_000
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")


@dataclass(frozen=True)
class Counted:
    """What a service counted: value and standard error in the figure's unit; n: people, None where only an interval was
    given; interval: as given; note and line: of the file."""

    figure: Figure
    value: float
    se: float
    n: int | None = None
    interval: tuple[float, float] | None = None
    note: str = ""
    line: int = 0


@dataclass(frozen=True)
class ServiceData:
    """All of a file: rows in its order, the file's name without folders, and the SHA-256 of its bytes."""

    rows: tuple[Counted, ...]
    name: str
    hash: str


def read_service(path: str | os.PathLike[str]) -> ServiceData:
    """The figures in a CSV file.

    UTF-8, with a byte order mark or without; commas between cells and a point in numbers; lines that begin with # are
    remarks. Raises ConfigError: it cannot be read, is too large, or what is wrong in which line, and what is allowed.
    """
    given = os.fspath(path)
    content = _bytes(given)
    rows = _rows(_text(content, given), given)
    return ServiceData(tuple(rows), Path(given).name, hashlib.sha256(content).hexdigest())


def _bytes(given: str) -> bytes:
    if os.path.isdir(given):
        raise config_error(given, "is a folder, not a CSV file of a service's figures")
    try:
        with Path(given).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise config_error(given, f"cannot be read: {reason.lower()}; hybridcare check-setting --template writes an "
                           "example to fill in") from error  # fmt: skip
    if len(content) > MOST_BYTES:
        raise config_error(given, "is larger than 1 MiB, the most that a file of a service's figures may have")
    return content


def _text(content: bytes, given: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise config_error(f"{given}:{line}", "is not UTF-8; save it as CSV UTF-8") from error
    if "\0" in text:
        raise config_error(f"{given}:{text[: text.index(chr(0))].count(chr(10)) + 1}", "holds a zero byte; this is no "
                           "text, or it was saved as UTF-16; save it as CSV UTF-8")  # fmt: skip
    return text


def _rows(text: str, given: str) -> list[Counted]:
    known = figures()
    head: list[str] = []
    found: dict[str, Counted] = {}
    for line, cells in _lines(text, given):
        where = f"{given}:{line}"
        if not head:
            head = _head(cells, where)
            continue
        if len(found) >= MOST_ROWS:
            raise config_error(where, f"more than {MOST_ROWS} rows")
        row = _counted(_named(head, cells, where), known, where, line)
        if row.figure.name in found:
            raise config_error(where, f"figure '{row.figure.name}' stands there twice, first in line "
                               f"{found[row.figure.name].line}")  # fmt: skip
        found[row.figure.name] = row
    if not found:
        raise config_error(given, "holds no figure below the header" if head else "is empty; the first row is "
                           f"{','.join(COLUMNS)}")  # fmt: skip
    return list(found.values())


def _lines(text: str, given: str) -> list[tuple[int, list[str]]]:
    """Rows with the line on which each begins; without remarks and empty rows."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith("#"):
                found.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        raise config_error(f"{given}:{line}", f"is no CSV: {error}") from error
    return found


def _head(cells: Sequence[str], where: str) -> list[str]:
    names = [cell.lower() for cell in cells]
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        raise config_error(where, "cells are separated by commas, and numbers have a decimal point; this file seems to "
                           "use semicolons or tabs: save it as CSV with commas")  # fmt: skip
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in COLUMNS:
            raise config_error(where, unknown("column", _cut(name), COLUMNS))
        if names.count(name) > 1:
            raise config_error(where, f"column '{name}' stands there twice")
    for name in ("figure", "value"):
        if name not in names:
            raise config_error(where, f"lacks the column '{name}'; the first row is {','.join(COLUMNS)}")
    return names


def _named(head: Sequence[str], cells: Sequence[str], where: str) -> dict[str, str]:
    if any(cells[len(head) :]):
        raise config_error(where, f"has {len(cells)} cells where the header has {len(head)}; a decimal comma makes one "
                           "too many (write 0.41), and a text with a comma needs quotation marks")  # fmt: skip
    for name, cell in zip(head, cells, strict=False):
        if len(cell) > MOST_CELL:
            raise config_error(where, f"column '{name}' has {len(cell)} characters, more than {MOST_CELL}")
    return {name: cells[at] if at < len(cells) else "" for at, name in enumerate(head)}


def _counted(row: Mapping[str, str], known: Mapping[str, Figure], where: str, line: int) -> Counted:
    if row["figure"] not in known:
        raise config_error(where, unknown("figure", _cut(row["figure"]), known) + "; hybridcare check-setting "
                           "--list-figures explains each")  # fmt: skip
    figure = known[row["figure"]]
    value = _number(row, "value", figure, where)
    if value is None:
        raise config_error(where, f"'{figure.name}' has no value")
    interval = _interval(row, figure, value, where)
    n = _people(row, figure, where)
    se = _error_of_interval(row, interval, where) if interval else _error(row, figure, value, n, where)
    return Counted(figure, value, se, n, interval, row.get("note", ""), line)


def _number(row: Mapping[str, str], column: str, figure: Figure, where: str) -> float | None:
    cell = row.get(column, "")
    if not cell:
        return None
    if _COMMA.fullmatch(cell):
        raise config_error(where, f"{column} {cell} has a comma: write a decimal point, and no mark for thousands")
    if cell.endswith("%"):
        raise config_error(where, f"{column} {_cut(cell)} is a percentage: write a share, 0.41 for 41 %")
    if not _NUMBER.fullmatch(cell) or not math.isfinite(number := float(cell)):
        raise config_error(where, f"{column} '{_cut(cell)}' is no number such as 0.41")
    if not 0 <= number <= figure.most:
        hint = "; a share is 0.41 where it is 41 %" if figure.unit == "share" else ""
        raise config_error(where, f"{column} {cell} of '{figure.name}' is outside [0, {figure.most:g}] {figure.unit}"
                           f"{hint}")  # fmt: skip
    return number


def _people(row: Mapping[str, str], figure: Figure, where: str) -> int | None:
    cell = row.get("n", "")
    if not cell:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", cell) or not 1 <= int(cell) <= MOST_PEOPLE:
        raise config_error(where, f"n '{_cut(cell)}' of '{figure.name}' is no whole number in [1, {MOST_PEOPLE}], "
                           "written without marks for thousands")  # fmt: skip
    return int(cell)


def _interval(row: Mapping[str, str], figure: Figure, value: float, where: str) -> tuple[float, float] | None:
    low, high = (_number(row, name, figure, where) for name in ("from", "to"))
    if low is None and high is None:
        return None
    if low is None or high is None:
        raise config_error(where, f"'{figure.name}' has one end of its 95 % interval; give both, from and to, or n")
    if low == high:
        raise config_error(where, f"the 95 % interval of '{figure.name}' has no width: from and to are both {low:g}; "
                           "give one that holds the sampling error, or n")  # fmt: skip
    if not low <= value <= high:
        raise config_error(where, f"value {value:g} of '{figure.name}' does not lie in its interval from {low:g} to "
                           f"{high:g}")  # fmt: skip
    return low, high


def _error_of_interval(row: Mapping[str, str], interval: tuple[float, float], where: str) -> float:
    if row.get("sd"):
        raise config_error(where, "give either sd with n, or from and to, which say the same twice")
    return (interval[1] - interval[0]) / (2 * NORMAL_95)


def _error(row: Mapping[str, str], figure: Figure, value: float, n: int | None, where: str) -> float:
    """Standard error from the number of people. Raises ConfigError where it cannot be had."""
    if n is None:
        raise config_error(where, f"'{figure.name}' needs n, the people it was counted in, or from and to, its 95 % "
                           "interval: without an error nothing can be compared")  # fmt: skip
    if figure.kind in (SHARE, SPREAD):
        if row.get("sd"):
            raise config_error(where, f"'{figure.name}' needs no sd: its error follows from value and n. A decimal "
                               "comma looks like that too: write 0.41")  # fmt: skip
        return share_error(value, n) if figure.kind == SHARE else _spread_error(figure, value, n, where)
    sd = _number(row, "sd", figure, where)
    if sd is None or sd <= 0:
        raise config_error(where, f"'{figure.name}' is a {figure.kind} and needs sd, the standard deviation between "
                           "people, above 0; or from and to, its 95 % interval")  # fmt: skip
    assert figure.kind in (MEAN, MEDIAN)
    return sd / math.sqrt(n) * (math.sqrt(math.pi / 2) if figure.kind == MEDIAN else 1)


def _spread_error(figure: Figure, value: float, n: int, where: str) -> float:
    if n < 2 or value <= 0:
        raise config_error(where, f"'{figure.name}' needs a value above 0 and n of 2 or more")
    return value / math.sqrt(2 * (n - 1))


def share_error(value: float, n: int) -> float:
    """Standard error of a share counted in n people, never 0: that of Agresti & Coull (1998), who add two successes and
    two failures at 95 %, so that 0 of 10 is not taken for a certainty."""
    more = n + NORMAL_95**2
    middle = (value * n + NORMAL_95**2 / 2) / more
    return math.sqrt(middle * (1 - middle) / more)


def _cut(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def template() -> str:
    """An example to fill in: every figure with unit and definition as remarks. Its numbers are invented."""
    lines = ["# A service's own figures, for hybridcare check-setting. Every number below is invented: replace it,",
             "# and take out the rows that you do not have. Lines that begin with # are remarks.",
             "# value: a share is 0.41 where it is 41 %. n: people it was counted in. sd: between people, for a mean.",
             "# from, to: the 95 % interval, instead of n and sd. note: yours. Commas between cells, decimal points.",
             ",".join(COLUMNS)]  # fmt: skip
    for figure in figures().values():
        lines += [f"# {figure.name} ({figure.unit}): {figure.definition}", ",".join(_EXAMPLES[figure.name])]
    return "\n".join(lines) + "\n"


#: Invented.
_EXAMPLES = {
    "phq9_entry_mean": ("phq9_entry_mean", "15.1", "420", "5.5", "", "", "invented"),
    "phq9_entry_sd": ("phq9_entry_sd", "5.5", "420", "", "", "", "invented"),
    "phq9_entry_10_or_more": ("phq9_entry_10_or_more", "0.84", "420", "", "", "", "invented"),
    "wait_mean": ("wait_mean", "4.2", "400", "5.0", "", "", "invented"),
    "wait_median": ("wait_median", "3", "", "", "2.5", "3.6", "invented"),
    "seen_within_6_weeks": ("seen_within_6_weeks", "0.71", "400", "", "", "", "invented"),
    "seen_within_18_weeks": ("seen_within_18_weeks", "0.97", "400", "", "", "", "invented"),
    "sessions_mean": ("sessions_mean", "8.1", "400", "3.4", "", "", "invented"),
    "dropout": ("dropout", "0.25", "400", "", "", "", "invented"),
    "recovery": ("recovery", "0.36", "350", "", "", "", "invented"),
    "moved_below_10": ("moved_below_10", "0.42", "350", "", "", "", "invented"),
    "reliable_improvement": ("reliable_improvement", "0.47", "400", "", "", "", "invented"),
    "reliable_deterioration": ("reliable_deterioration", "0.03", "400", "", "", "", "invented"),
    "response": ("response", "0.35", "400", "", "", "", "invented"),
}
