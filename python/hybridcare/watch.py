"""Measures and groups of the user's own, in the language of guards: `watch=` and `by=` of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hybridcare.errors import config_error
from hybridcare.names import unknown

#: A measure: an expression, or a mapping with `of` and, if wanted, given, when, week, least.
Measure = str | Mapping[str, Any]
#: Groups: an expression (a category such as "culture", or a condition), or a mapping with `of` and `cuts`.
Grouping = str | Mapping[str, Any]

_MEASURE: dict[str, Any] = {"of": "", "given": "", "when": "at", "week": -1, "least": 0.0}
_GROUPING: dict[str, Any] = {"of": "", "cuts": []}


def measures(watch: Mapping[str, Measure] | None) -> list[dict[str, Any]]:
    """What the compiled part takes. Raises ConfigError: an unknown key, a value of the wrong type."""
    rows = [_row("watch", name, entry, _MEASURE) for name, entry in (watch or {}).items()]
    for row in rows:
        where = f"watch/{row['name']}"
        row["week"] = _whole(f"{where}/week", row["week"])
        row["least"] = _number(f"{where}/least", row["least"])
        _texts(where, row, ("of", "given", "when"))
    return rows


def groupings(by: Mapping[str, Grouping] | str | Sequence[str] | None) -> list[dict[str, Any]]:
    """The same for groups; a name alone stands for itself: by="culture". Raises ConfigError."""
    if isinstance(by, str):
        by = {by: by}
    elif by is not None and not isinstance(by, Mapping):
        by = {name: name for name in by}
    rows = [_row("by", name, entry, _GROUPING) for name, entry in (by or {}).items()]
    for row in rows:
        where = f"by/{row['name']}"
        _texts(where, row, ("of",))
        cuts = row["cuts"]
        if isinstance(cuts, str) or not isinstance(cuts, Sequence):
            raise config_error(f"{where}/cuts", f"expected a list of numbers, found {cuts!r}")
        row["cuts"] = [_number(f"{where}/cuts", cut) for cut in cuts]
    return rows


def _row(kind: str, name: object, entry: object, known: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(entry, str):
        entry = {"of": entry}
    if not isinstance(entry, Mapping):
        raise config_error(f"{kind}/{name}", f"expected an expression or an object, found {entry!r}")
    for key in entry:
        if key not in known:
            raise config_error(f"{kind}/{name}", unknown("key", key, known))
    if "of" not in entry:
        raise config_error(f"{kind}/{name}", "'of' is missing: the expression to be read")
    return {"name": str(name), **known, **entry}


def _texts(where: str, row: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        if not isinstance(row[key], str):
            raise config_error(f"{where}/{key}", f"expected text, found {row[key]!r}")


def _whole(where: str, value: object) -> int:
    number = _number(where, value)
    if number != int(number) or abs(number) > 1_000_000:
        raise config_error(where, f"expected a whole number of weeks, found {value!r}")
    return int(number)


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise config_error(where, f"expected a number, found {value!r}")
    number = float(value) if abs(value) < 1e300 else float("inf")
    if number != number or number in (float("inf"), float("-inf")):
        raise config_error(where, f"{value!r} is not finite")
    return number
