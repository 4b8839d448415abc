"""The gates that a measured assistant has to pass: the user's thresholds, read strictly, or assumed defaults.

    {"format": 1, "chance": 0.8, "models": ["R0", "R1", "b_E 0"],
     "gates": {"outcome": {"metric": "phq9@week_12", "against": "waiting", "most": -1, "protocols": ["hybrid"]},
               "gap": {"metric": "misread_difference_assistant", "cultures": "worst", "most": 0.1}}}
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hybridcare.document import pointer_of
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_file
from hybridcare.points import Metric
from hybridcare.strict_json import kind_of, read_json

_TOP = ("format", "chance", "models", "gates")
_GATE = ("label", "metric", "against", "most", "least", "protocols", "cultures")
OLD = "old"  #: as `against`: the same protocol with the other profile, of --against
ASSUMED = "assumed: no standard sets these thresholds; give your own with --thresholds"


@dataclass(frozen=True)
class Gate:
    """One threshold. The value is the metric in a protocol, minus that in `against` where it is given.

    against    "", "waiting", "human", or "old": the same protocol with the other profile
    limit      in the metric's unit; `upper`: the value is at most this, else at least
    protocols  in which it is asked
    worst      asked in every culture, and the worst one counts
    """

    name: str
    label: str
    metric: Metric
    against: str
    limit: float
    upper: bool
    protocols: tuple[str, ...]
    worst: bool

    @property
    def asked(self) -> str:
        """"at most 0.35"; "at least 0.5"."""
        return f"at {'most' if self.upper else 'least'} {self.limit:g}".replace("-", "−")


@dataclass(frozen=True)
class Thresholds:
    """Gates, the chance with which each has to be passed, and the models in each of which it has to be.

    source   whose they are: a file's name, or ASSUMED
    """

    gates: tuple[Gate, ...]
    chance: float
    models: tuple[str, ...]
    source: str


@cache
def evaluation() -> dict[str, Any]:
    """The bundled protocols, references and default thresholds."""
    content: dict[str, Any] = json.loads(data_file("evaluation.json").read_text(encoding="utf-8"))
    return content


def thresholds(given: str | os.PathLike[str] | Mapping[str, Any] | None, protocols: Iterable[str],
               models: Iterable[str]) -> Thresholds:  # fmt: skip
    """From a file, a mapping, or (None) the defaults. Raises ConfigError with file and JSON Pointer: what was found and
    what is allowed. What the file leaves out of `chance` and `models` is as in the defaults."""
    default = evaluation()["thresholds"]
    if given is None:
        whole, file = default, "evaluation.json"
    elif isinstance(given, Mapping):
        whole, file = dict(given), "thresholds"
    else:
        file = os.fspath(given)
        whole = read_json(file, "file of thresholds")
    reader = _Reader(file, tuple(protocols), tuple(models))
    reader.known((), whole, _TOP)
    if whole.get("format", 1) != 1:
        raise reader.fail(("format",), f"is {whole['format']!r}; this version reads 1")
    gates = reader.object(("gates",), whole.get("gates"))
    if not gates:
        raise reader.fail(("gates",), "holds no gate")
    found = tuple(reader.gate(name, entry) for name, entry in gates.items())
    chance = reader.number(("chance",), whole.get("chance", default["chance"]), 0.0, 1.0)
    if not 0 < chance < 1:
        raise reader.fail(("chance",), f"{chance:g} is not between 0 and 1")
    asked = reader.names(("models",), whole.get("models", [m for m in default["models"] if m in reader.models]),
                         "model", reader.models)  # fmt: skip
    return Thresholds(found, chance, asked, ASSUMED if given is None else file)


class _Reader:
    """What is allowed where; every message says the place."""

    def __init__(self, file: str, protocols: tuple[str, ...], models: tuple[str, ...]) -> None:
        self.file, self.protocols, self.models = file, protocols, models

    def fail(self, at: tuple[str, ...], what: str) -> Exception:
        return config_error(f"{self.file}#{pointer_of(at)}", what)

    def known(self, at: tuple[str, ...], entry: Mapping[str, Any], keys: Iterable[str]) -> None:
        for key in entry:
            if key not in keys:
                raise self.fail(at, unknown("key", key, keys))

    def object(self, at: tuple[str, ...], entry: Any) -> Mapping[str, Any]:
        if not isinstance(entry, Mapping):
            raise self.fail(at, f"expected an object, found {kind_of(entry)}")
        return entry

    def text(self, at: tuple[str, ...], entry: Any) -> str:
        if not isinstance(entry, str) or not entry:
            raise self.fail(at, f"expected a text, found {kind_of(entry)}")
        return entry

    def number(self, at: tuple[str, ...], entry: Any, least: float = -math.inf, most: float = math.inf) -> float:
        if isinstance(entry, bool) or not isinstance(entry, int | float) or not math.isfinite(entry):
            raise self.fail(at, f"expected a number, found {kind_of(entry)}")
        if not least <= entry <= most:
            raise self.fail(at, f"{entry:g} is outside [{least:g}, {most:g}]")
        return float(entry)

    def names(self, at: tuple[str, ...], entry: Any, one: str, known: tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(entry, str) or not isinstance(entry, list | tuple) or not entry:
            raise self.fail(at, f"expected a list of names, found {kind_of(entry)}")
        for index, name in enumerate(entry):
            if name not in known:
                raise self.fail((*at, str(index)), unknown(one, name, known))
        return tuple(dict.fromkeys(entry))

    def gate(self, name: str, entry: Any) -> Gate:
        at = ("gates", name)
        self.known(at, self.object(at, entry), _GATE)
        sides = [side for side in ("most", "least") if side in entry]
        if len(sides) != 1 or "metric" not in entry:
            raise self.fail(at, "needs \"metric\" and either \"most\" or \"least\"")
        against = self.text((*at, "against"), entry["against"]) if "against" in entry else ""
        references = (*evaluation()["references"], OLD)
        if against and against not in references:
            raise self.fail((*at, "against"), unknown("reference", against, references))
        worst = entry.get("cultures", "all")
        if worst not in ("all", "worst"):
            raise self.fail((*at, "cultures"), f"expected \"all\" or \"worst\", found {kind_of(worst)}")
        metric = Metric.parse(self.text((*at, "metric"), entry["metric"]))
        if worst == "worst" and metric.culture != "all":
            raise self.fail((*at, "metric"), f"names culture {metric.culture}, and \"cultures\" asks for all of them")
        protocols = (self.names((*at, "protocols"), entry["protocols"], "protocol", self.protocols)
                     if "protocols" in entry else self.protocols)  # fmt: skip
        limit = self.number((*at, sides[0]), entry[sides[0]])
        label = self.text((*at, "label"), entry["label"]) if "label" in entry else name.replace("_", " ")
        return Gate(name, label, metric, against, limit, sides[0] == "most", protocols, worst == "worst")
