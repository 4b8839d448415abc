"""The table of fields: every parameter's path, symbol, unit, range, default, grade and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.evidence_base import Evidence


def fields() -> pd.DataFrame:
    """All parameters, one row each: path, symbol, unit, least, most, default, grade, evidence, meaning, kind.

    `grade` is measured (with a source), calibrated, assumed, or design (a choice of the user's, no fact of the world).
    """
    import pandas

    return pandas.DataFrame(core.fields())


def guard_variables() -> pd.DataFrame:
    """What a guard of a care pathway may read: name, unit, meaning, least, most. `oracle.` marks latent state."""
    import pandas

    return pandas.DataFrame(core.guard_variables())


def field(path: str) -> dict[str, Any]:
    """The field of that JSON Pointer or symbol; a missing first slash is forgiven. Raises ConfigError."""
    rows = core.fields()
    wanted = path if path.startswith("/") else "/" + path.replace(".", "/")
    for row in rows:
        if row["path"] == wanted or (row["symbol"] and row["symbol"] == path):
            return row
    raise config_error("", unknown("field", path, nearest_first(wanted, [row["path"] for row in rows])))


def nearest_first(wanted: str, known: list[str], most: int = 8) -> list[str]:
    """Paths most like the wanted one (by the whole or by the last name), so that a message stays short."""
    from difflib import SequenceMatcher

    last = wanted.rsplit("/", 1)[-1]

    def likeness(path: str) -> float:
        whole = SequenceMatcher(None, wanted, path).ratio()
        return max(whole, SequenceMatcher(None, last, path.rsplit("/", 1)[-1]).ratio())

    return sorted(known, key=likeness, reverse=True)[:most]


def search(word: str) -> list[dict[str, Any]]:
    """Fields whose path, symbol, meaning or evidence contains the word, whatever its case."""
    wanted = word.lower()
    keys = ("path", "symbol", "meaning", "evidence", "grade")
    return [row for row in core.fields() if any(wanted in str(row[key]).lower() for key in keys)]


def evidence() -> Evidence:
    """The bundled published figures, as `hybridcare.evidence` gives them."""
    from hybridcare.evidence_base import evidence as bundled

    return bundled()
