"""What a study varies: a path and the distribution of its values, as the inverse of its distribution function.

Every distribution takes uniform draws from [0, 1): the same design of the unit cube serves them all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.document import pointer_of, steps
from hybridcare.errors import config_error
from hybridcare.strict_json import Place, kind_of

if TYPE_CHECKING:
    import numpy as np

#: Distributions, and what stands behind their name in a study file.
KINDS = {
    "uniform": "[low, high]",
    "loguniform": "[low, high], both above 0",
    "normal": "[mean, standard deviation], cut to the field's range or to `within`",
    "lognormal": "[median, standard deviation of the logarithm], cut to the field's range or to `within`",
    "triangular": "[low, most likely, high]",
    "beta": "[a, b], stretched over the field's range or over `within`",
    "dirichlet": "concentration (means: the scenario's own values), for a path that ends in /*: weights that sum to 1",
    "choice": "[value, ...], equally likely unless `weights` says otherwise",
    "whole": "[low, high], whole numbers, both included",
}
BESIDE = ("source", "within", "weights")
HELD = ("normal", "lognormal", "beta")  # to the field's range, or to `within`
MOST_CHOICES = 100
DIGITS = 12  # significant digits of a drawn value: the same on every machine, and as it stands in a file


@dataclass(frozen=True)
class Factor:
    """One uncertainty.

    path     JSON Pointer of what is varied; of a group of weights ending in /*
    kind     one of KINDS
    numbers  parameters of the distribution; of a dirichlet the shape of each weight
    columns  the paths that get values: one, or those of the weights
    choices  of a choice; empty otherwise
    low, high   the ends that values are held to; unit, source: for people
    """

    path: str
    kind: str
    numbers: tuple[float, ...]
    columns: tuple[str, ...]
    choices: tuple[Any, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    source: str = ""
    values_count: int = field(default=0)  # of a discrete one; 0: continuous

    @property
    def dims(self) -> int:
        """Coordinates of the unit cube that it takes."""
        return len(self.columns)

    @property
    def words(self) -> str:
        """Its distribution as a short text."""
        if self.kind == "choice":
            return "choice of " + ", ".join(str(value) for value in self.choices)
        if self.kind == "dirichlet":
            return f"dirichlet, concentration {sum(self.numbers):g}"
        return f"{self.kind} {', '.join(f'{value:g}' for value in self.numbers[:3])}"

    def at(self, u: np.ndarray) -> list[Any]:
        """One array of values for each of `columns`. @param u  shape (n, dims), in [0, 1]"""
        import numpy as np

        if self.kind == "choice":
            edges = np.cumsum(self.numbers)
            index = np.minimum(np.searchsorted(edges, u[:, 0] * edges[-1], side="right"), len(self.choices) - 1)
            return [np.array([self.choices[i] for i in index], dtype=object)]
        if self.kind == "whole":
            low, high = self.numbers
            return [np.minimum(low + np.floor(u[:, 0] * (high - low + 1)), high).astype(np.int64)]
        if self.kind == "dirichlet":
            return _weights(u, self.numbers)
        return [_rounded(np.clip(self._real(u[:, 0]), self.low, self.high))]

    def _real(self, u: np.ndarray) -> np.ndarray:
        import numpy as np
        from scipy import stats

        numbers = self.numbers
        if self.kind == "uniform":
            return np.asarray(numbers[0] + u * (numbers[1] - numbers[0]))
        if self.kind == "loguniform":
            return np.asarray(np.exp(np.log(numbers[0]) + u * np.log(numbers[1] / numbers[0])))
        if self.kind == "triangular":
            low, mode, high = numbers
            return np.asarray(stats.triang.ppf(u, (mode - low) / (high - low), low, high - low))
        if self.kind == "beta":
            return np.asarray(self.low + stats.beta.ppf(u, *numbers) * (self.high - self.low))
        mean, sd = numbers
        if self.kind == "lognormal":
            logs = [math.log(end) if end > 0 else -math.inf for end in (self.low, self.high)]
            return np.asarray(np.exp(_cut_normal(u, math.log(mean), sd, *logs)))
        return _cut_normal(u, mean, sd, self.low, self.high)


def _cut_normal(u: np.ndarray, mean: float, sd: float, low: float, high: float) -> np.ndarray:
    import numpy as np
    from scipy import stats

    return np.asarray(stats.truncnorm.ppf(u, (low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd))


def _weights(u: np.ndarray, shapes: Sequence[float]) -> list[np.ndarray]:
    """Dirichlet draws: gamma draws over their sum."""
    import numpy as np
    from scipy import stats

    inside = np.clip(u, 1e-9, 1 - 1e-9)  # a gamma has no largest value
    drawn = stats.gamma.ppf(inside, np.asarray(shapes)[None, :])
    return [_rounded(column) for column in (drawn / drawn.sum(axis=1, keepdims=True)).T]


def _rounded(values: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.array([float(f"{value:.{DIGITS}g}") for value in values])


def field_of(path: str) -> dict[str, Any] | None:
    """The row of the table of fields for a path, or for one inside an arm (/arms/hybrid/course/harm); or None."""
    names = steps(path)
    inside = pointer_of(tuple(names[2:])) if names[:1] == ["arms"] and len(names) > 2 else path
    row = _fields().get(inside)
    return dict(row) if row is not None else None


@cache
def _fields() -> dict[str, dict[str, Any]]:
    """By path; the table is made anew by each call of core.fields()."""
    return {row["path"]: row for row in core.fields()}


def factor(place: Place, path: str, present: Mapping[str, Any]) -> Factor:
    """Reads one uncertainty of a study. @param present  the scenario's own values by path, for the means of weights

    Raises ConfigError: an unknown distribution, bounds the wrong way round, values outside of the field's range, a
    group that is none, no span where it is asked for.
    """
    row = field_of(path)
    spec = place.value
    if spec == "span" or spec == {}:
        spec = {"dirichlet": _CONCENTRATION} if path.endswith("/*") else _span(place, row)
        place = Place(spec, place.file, place.at)
    place.object((*KINDS, *BESIDE))
    kinds = [name for name in KINDS if name in spec]
    if len(kinds) != 1:
        listed = "; ".join(f"{name}: {what}" for name, what in KINDS.items())
        raise place.fail(f"expected one distribution, found {', '.join(kinds) or 'none'}. {listed}; or \"span\" alone")
    kind = kinds[0]
    source = place["source"].text() if "source" in spec else str((row or {}).get("evidence", ""))
    if "weights" in spec and kind != "choice":
        raise place["weights"].fail("belongs to a choice")
    if "within" in spec and kind not in HELD:
        raise place["within"].fail(f"belongs to {', '.join(HELD)}; others state their ends themselves")
    if (kind == "dirichlet") != path.endswith("/*"):
        raise place.fail("dirichlet is for a path that ends in /*, such as /quality/weight/*, and such a path for it")
    if kind == "dirichlet":
        return _dirichlet(place, path, source, present)
    if kind == "choice":
        return _choice(place, path, source, row)
    return _number(place, path, kind, source, row)


_CONCENTRATION = 25.0  # of the weights' prior, as the model states it


def _span(place: Place, row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None or row["span"] is None:
        raise place.fail("nothing states how far this may lie off: give a distribution, such as "
                         "{\"uniform\": [low, high]}")  # fmt: skip
    low, high, rule = row["span"]
    kind = "whole" if row["kind"] == "whole" else "uniform"
    return {kind: [low, high], "source": rule}


def _dirichlet(place: Place, path: str, source: str, present: Mapping[str, Any]) -> Factor:
    group = path[:-1]
    inside = field_prefix(path)
    columns = [r["path"] for r in core.fields() if r["path"].startswith(inside) and "/" not in r["path"][len(inside):]]
    if len(columns) < 2:
        raise place.fail(f"{path} is no group of weights; groups are {', '.join(weight_groups())}")
    if inside + "*" not in weight_groups():
        raise place.fail(f"{path} does not sum to 1; groups that do are {', '.join(weight_groups())}")
    means = [float(present.get(column, 0)) for column in columns]
    concentration = place["dirichlet"].number(0.5, 1e6)
    if min(means) <= 0:
        raise place.fail("the scenario gives one of these weights 0, which leaves no Dirichlet distribution around it")
    shapes = tuple(concentration * mean / sum(means) for mean in means)
    names = tuple(group + column[len(inside):] for column in columns)
    return Factor(path, "dirichlet", shapes, names, low=0, high=1, unit="share", source=source)


def field_prefix(path: str) -> str:
    """/quality/weight/ from /quality/weight/* or /arms/hybrid/quality/weight/*."""
    names = steps(path)
    inside = names[2:] if names[:1] == ["arms"] and len(names) > 3 else names
    return pointer_of(tuple(inside[:-1])) + "/"


def weight_groups() -> list[str]:
    """Groups of fields that sum to 1."""
    found: dict[str, list[float]] = {}
    for row in _fields().values():
        above = row["path"].rsplit("/", 1)[0]
        if row["unit"] == "share" and above.endswith(("/weight", "/share")):
            found.setdefault(above, []).append(float(row["default"]))
    return [f"{above}/*" for above, values in found.items() if len(values) > 1 and abs(sum(values) - 1) < 1e-6]


def _choice(place: Place, path: str, source: str, row: Mapping[str, Any] | None) -> Factor:
    values = choices(place["choice"], row)
    weights = [1.0] * len(values)
    if "weights" in place.value:
        weights = place["weights"].numbers(len(values))
        if min(weights) <= 0:
            raise place["weights"].fail(f"each is above 0; found {min(weights):g}")
    return Factor(path, "choice", tuple(weights), (path,), tuple(values), unit=_unit(row), source=source,
                  values_count=len(values))  # fmt: skip


def choices(place: Place, row: Mapping[str, Any] | None) -> list[Any]:
    """The values of a choice or a lever, none twice, each one that the field may take."""
    values: list[Any] = []
    for item in place.items(least=1, most=MOST_CHOICES):
        if isinstance(item.value, Mapping | list) or item.value is None:
            raise item.fail(f"expected a number, text or a switch, found {kind_of(item.value)}")
        if any(item.value == other and isinstance(item.value, bool) == isinstance(other, bool) for other in values):
            raise item.fail(f"{item.value!r} stands there twice")
        if row is not None:
            _check_value(item, row)
        values.append(item.value)
    return values


def _check_value(item: Place, row: Mapping[str, Any]) -> None:
    """A single value against the row of its field."""
    if row["kind"] == "flag":
        if not isinstance(item.value, bool):
            raise item.fail(f"expected true or false, found {kind_of(item.value)}")
    elif row["names"]:
        item.one_of(row["names"])
    else:
        item.number()
        _inside(item, float(item.value), row)
        if row["kind"] == "whole" and float(item.value) != int(item.value):
            raise item.fail(f"expected a whole number of {row['unit']}, found {item.value!r}")


def _inside(place: Place, value: float, row: Mapping[str, Any]) -> None:
    if not row["least"] <= value <= row["most"]:
        allowed = f"[{row['least']:g}, {row['most']:g}] {row['unit']}"
        raise place.fail(f"{value:g} leaves the range of {row['path']}: {allowed}")


def _number(place: Place, path: str, kind: str, source: str, row: Mapping[str, Any] | None) -> Factor:
    if row is not None and (row["kind"] == "flag" or row["names"]):
        raise place.fail(f"{path} is a {row['unit']}: give {{\"choice\": [...]}}")
    if row is not None and row["kind"] == "whole" and kind != "whole":
        raise place.fail(f"{path} is a whole number of {row['unit']}: give {{\"whole\": [low, high]}}")
    numbers = place[kind].numbers(3 if kind == "triangular" else 2)
    _check_numbers(place[kind], kind, numbers)
    low, high = _ends(place, kind, numbers, row)
    if row is not None:
        for end in (low, numbers[0], high) if kind in ("normal", "lognormal") else (low, high):
            _inside(place, end, row)
    count = int(numbers[1] - numbers[0] + 1) if kind == "whole" else 0
    return Factor(path, kind, tuple(numbers), (path,), low=low, high=high, unit=_unit(row), source=source,
                  values_count=count)  # fmt: skip


def _check_numbers(place: Place, kind: str, numbers: Sequence[float]) -> None:
    if kind in HELD:
        names = {"normal": ("mean", "standard deviation"), "beta": ("a", "b"),
                 "lognormal": ("median", "standard deviation of the logarithm")}[kind]  # fmt: skip
        for name, value in zip(names, numbers, strict=True):
            if name != "mean" and value <= 0:
                raise place.fail(f"{name} is above 0; found {value:g}")
        return
    if not numbers[0] < numbers[-1]:
        raise place.fail(f"bounds the wrong way round: low {numbers[0]:g} is not below high {numbers[-1]:g}")
    if kind == "triangular" and not numbers[0] <= numbers[1] <= numbers[2]:
        raise place.fail(f"the most likely value {numbers[1]:g} is not between {numbers[0]:g} and {numbers[2]:g}")
    if kind == "loguniform" and numbers[0] <= 0:
        raise place.fail(f"low is above 0; found {numbers[0]:g}")
    if kind == "whole" and any(value != int(value) for value in numbers):
        raise place.fail(f"expected whole numbers, found {numbers}")


def _ends(place: Place, kind: str, numbers: Sequence[float], row: Mapping[str, Any] | None) -> tuple[float, float]:
    """What the values are held to: the distribution's own ends, `within`, or the field's range."""
    if kind not in HELD:
        return numbers[0], numbers[-1]
    if "within" in place.value:
        low, high = place["within"].numbers(2)
        if not low < high:
            raise place["within"].fail(f"bounds the wrong way round: {low:g} is not below {high:g}")
        if kind != "beta" and not low <= numbers[0] <= high:
            middle = "mean" if kind == "normal" else "median"
            raise place["within"].fail(f"the {middle} {numbers[0]:g} lies outside of [{low:g}, {high:g}]")
        return low, high
    if row is None:
        raise place.fail(f"{kind} needs \"within\": [low, high], since no table says what this place may hold")
    return float(row["least"]), float(row["most"])


def _unit(row: Mapping[str, Any] | None) -> str:
    return str(row["unit"]) if row is not None else ""


def refuse_twice(paths: Sequence[str], file: str) -> None:
    """Raises ConfigError if two entries set the same place, or one sets a part of the other's."""
    for at, path in enumerate(paths):
        for other in paths[:at]:
            if path == other or path.startswith(other + "/") or other.startswith(path + "/"):
                raise config_error(file, f"{path} is set twice: {other} is varied too")
