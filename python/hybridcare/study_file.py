"""Study files: what is uncertain, what can be chosen, which model holds, what is measured (XLRM), and how it is
sampled.

    {"format": 1, "name": "which_protocol", "base": "hybrid_vs_human_vs_ai", "arms": ["human", "hybrid"],
     "uncertainties": {"/change/empathy_elasticity": {"uniform": [0, 4], "source": "range stated by the model"}},
     "levers": {"/arms/hybrid/pathway/steps/care/human/every_weeks": {"values": [1, 2, 4]}},
     "relationships": ["default", "R0"],
     "metrics": {"outcome": "phq9@week_12"},
     "design": {"kind": "sobol", "n": 64}, "replicates": 8, "clients": 250, "seed": 1}
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hybridcare.document import steps
from hybridcare.factors import choices, field_of
from hybridcare.strict_json import Place, kind_of, read_json

FORMAT = 1
KEYS = ("$schema", "format", "name", "title", "question", "base", "base_file", "arms", "against", "uncertainties",
        "levers", "relationships", "metrics", "design", "replicates", "clients", "seed", "ensembles",
        "replaced")  # fmt: skip
ENSEMBLE_KEYS = ("ensemble", "sets")  # beside the paths of uncertainties
MOST_SETS = 100_000
DESIGN_KEYS = ("kind", "n", "levers", "levels", "second_order", "file")
#: Kinds of designs, and what n is in each.
DESIGNS = {
    "sobol": "points of a scrambled Sobol' sequence; n a power of two",
    "latin_hypercube": "points; each uncertainty is spread evenly over its distribution",
    "saltelli": "base points of the scheme that Sobol' indices need; n (uncertainties + 2) points, n a power of two",
    "morris": "trajectories; n (uncertainties + 1) points",
    "full_factorial": "values of each continuous uncertainty, evenly over its distribution; all combinations",
    "csv": "points from a CSV file, one column for each path",
}
LEVERS = ("full_factorial", "sampled")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
METRIC_KEYS = ("metric", "worst", "better", "by_culture", "of", "given", "when", "week", "least")
BETTER = ("lower", "higher")
#: Which way is better, by the beginning of a metric's name; of others the study must say.
HIGHER = ("recovery", "response", "remission", "reliable_improvement", "own_improvement", "below_cut", "care_gain",
          "gain_kept", "satisfaction", "risk_detected")  # fmt: skip
LOWER = ("phq9", "symptom", "reliable_deterioration", "own_deterioration", "dropout", "left_while_ill",
         "relapse", "erosion", "misread", "ruptures", "masked_rate", "missed_escalations", "ever_missed",
         "false_alarms", "time_to", "human_hours", "fatigue")  # fmt: skip
MOST_LEVERS = 20
MOST_UNCERTAINTIES = 200
MOST_METRICS = 64


@dataclass(frozen=True)
class Lever:
    """Something that can be chosen. name: a JSON Pointer, or a word if its values are patches by name."""

    name: str
    values: tuple[Any, ...]
    patches: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Wanted:
    """One metric of a study.

    key     the user's name for it
    text    such as phq9@week_12, as `points.Metric.parse` reads it; empty for an expression
    worst   True: the worst culture's
    by_culture   True: each culture's too, for the share of client mix; always so for a study's first metric
    watch   a measure as `watch.measures` takes it, for an expression
    better  "lower", "higher", or empty: not said
    """

    key: str
    text: str = ""
    worst: bool = False
    watch: Mapping[str, Any] | None = None
    better: str = ""
    by_culture: bool = False


@dataclass(frozen=True)
class Spec:
    """A study file, checked in itself; whether its names exist in the scenario is checked by `Study`."""

    file: str
    document: dict[str, Any]
    levers: tuple[Lever, ...]
    protocols: tuple[str, ...] | Mapping[str, Any] | None
    relationships: tuple[str, ...]
    metrics: tuple[Wanted, ...]
    kind: str
    n: int
    sampled_levers: bool
    levels: int
    second_order: bool
    points_file: str
    ensemble: str = ""  # "ensemble", a rival model, or a file beside the study; empty: none
    sets: int = 0  # of it; 0: as many as draws

    @property
    def place(self) -> Place:
        return Place(self.document, self.file)

    def size(self, name: str) -> int | None:
        """replicates, clients or seed, if the study says so."""
        value = self.document.get(name)
        return None if value is None else int(value)


def read_study(path: str | os.PathLike[str]) -> Spec:
    """A study file. Raises ConfigError with file, JSON Pointer, what was found and what is allowed."""
    return spec_of(read_json(path, "study file"), os.fspath(path))


def spec_of(document: Mapping[str, Any], file: str) -> Spec:
    """The same for plain dictionaries."""
    place = Place(dict(document), file)
    place.object(KEYS)
    if "format" not in place.value:
        raise place.fail(f"'format' is missing; of this version it is {FORMAT}")
    if place.value["format"] != FORMAT:
        found = place.value["format"]
        raise Place(found, file, ("format",)).fail(f"expected {FORMAT}, found {found!r}: the format of study files")
    _check_head(place)
    levers, protocols = _levers(place)
    return Spec(file, dict(document), levers, protocols, _relationships(place), _metrics(place), **_design(place),
                **_ensemble(place))  # fmt: skip


def _check_head(place: Place) -> None:
    for name in ("name", "title", "question", "base_file", "against", "$schema"):
        if (item := place.get(name)) is not None:
            item.text()
    name_place = place.get("name")
    if name_place is not None and not NAME.fullmatch(name_place.value):
        raise name_place.fail("a name has letters, digits and _, 40 at most, and starts with a letter")
    if "base" not in place.value:
        raise place.fail("'base' is missing: a bundled scenario by name, a path, or a whole scenario")
    if not isinstance(place.value["base"], str | Mapping):
        raise place["base"].fail(f"expected a name, a path or a scenario, found {kind_of(place.value['base'])}")
    for name, least, most in (("replicates", 1, 100_000), ("clients", 1, 10_000_000), ("seed", 0, 2**32 - 1)):
        if (item := place.get(name)) is not None:
            item.whole(least, most)
    if (arms := place.get("arms")) is not None:
        _arms(arms)
    if (found := place.get("uncertainties")) is not None and found.value != "ensemble":
        paths = [path for path in found.object() if path not in ENSEMBLE_KEYS]
        if len(paths) > MOST_UNCERTAINTIES:
            raise found.fail(f"has {len(paths)} entries; at most {MOST_UNCERTAINTIES} are allowed")
        for path in paths:
            if not path.startswith("/"):
                raise found[path].fail("an uncertainty is named by a JSON Pointer, such as /change/empathy_elasticity")


def _ensemble(place: Place) -> dict[str, Any]:
    """Which parameter sets the draws are: "ensemble", or {"ensemble": "R1", "sets": 64} beside distributions."""
    found = place.get("uncertainties")
    for key, what in (("ensembles", "are the sets of"), ("replaced", "is what stood in place of")):
        if key in place.value and not _asks(found):
            raise place[key].fail(f"{what} \"uncertainties\": \"ensemble\", which is not asked for")
    if (replaced := place.get("replaced")) is not None:
        for name in replaced.object(("uncertainties", "design")):
            replaced[name].object()
    if found is None or not _asks(found):
        return {}
    if found.value == "ensemble":
        return {"ensemble": "ensemble"}
    if "ensemble" not in found.value:
        raise found["sets"].fail("belongs to \"ensemble\": the name of a rival model or a file beside the study")
    out: dict[str, Any] = {"ensemble": found["ensemble"].text(200)}
    return out | ({"sets": found["sets"].whole(2, MOST_SETS)} if "sets" in found.value else {})


def _asks(found: Place | None) -> bool:
    return found is not None and (found.value == "ensemble" or bool(set(ENSEMBLE_KEYS) & set(found.value)))


def _arms(place: Place) -> tuple[str, ...] | Mapping[str, Any]:
    if isinstance(place.value, Mapping):
        for name in place.object(least=1):
            place[name].object()
        return dict(place.value)
    return tuple(item.text() for item in place.items(least=1, most=64))


def _levers(place: Place) -> tuple[tuple[Lever, ...], tuple[str, ...] | Mapping[str, Any] | None]:
    found = place.get("levers")
    protocols = _arms(place["arms"]) if "arms" in place.value else None
    if found is None:
        return (), protocols
    levers = []
    if len(found.object()) > MOST_LEVERS:
        raise found.fail(f"has {len(found.value)} entries; at most {MOST_LEVERS} are allowed")
    for name in found.value:
        if name == "protocol":
            found[name].object(("arms", "source"))
            if "arms" not in found[name].value:
                raise found[name].fail("'arms' is missing: which arms are to be chosen from")
            if protocols is not None:
                raise found[name].fail("says which arms are run, and so does /arms; leave one out")
            protocols = _arms(found[name]["arms"])
        else:
            levers.append(_lever(found[name], name))
    return tuple(levers), protocols


def _lever(place: Place, name: str) -> Lever:
    if isinstance(place.value, list | tuple):
        place = Place({"values": list(place.value)}, place.file, place.at)
    place.object(("values", "patches", "source"))
    source = place["source"].text() if "source" in place.value else ""
    if ("values" in place.value) == ("patches" in place.value):
        raise place.fail("expected either \"values\": [...] or \"patches\": {name: patch}")
    if "values" in place.value:
        if not name.startswith("/"):
            raise place.fail("a lever with values is named by a JSON Pointer; one named by a word has patches")
        return Lever(name, tuple(choices(place["values"], field_of(name))), source=source)
    if not NAME.fullmatch(name):
        raise place.fail("a lever with patches is named by a word: letters, digits and _, starting with a letter")
    patches = place["patches"].object(least=1)
    for word in patches:
        place["patches"][word].object()
    return Lever(name, tuple(patches), patches, source)


def _relationships(place: Place) -> tuple[str, ...]:
    found = place.get("relationships")
    if found is None:
        return ("default",)
    names = [item.text() for item in found.items(least=1, most=32)]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise found[at].fail(f"'{name}' stands there twice")
    return tuple(names)


def _metrics(place: Place) -> tuple[Wanted, ...]:
    found = place.get("metrics")
    if found is None:
        raise place.fail("'metrics' is missing: what is measured, such as {\"outcome\": \"phq9@week_12\"}")
    named = found.object(least=1)
    if len(named) > MOST_METRICS:
        raise found.fail(f"has {len(named)} entries; at most {MOST_METRICS} are allowed")
    made = [_metric(found[key], key) for key in named]
    made[0] = replace(made[0], by_culture=made[0].watch is None and not made[0].worst)
    return tuple(made)


def _metric(place: Place, key: str) -> Wanted:
    if not NAME.fullmatch(key):
        raise place.fail("a metric is named by letters, digits and _, 40 at most, starting with a letter")
    if isinstance(place.value, str):
        return Wanted(key, text=place.value)
    place.object(METRIC_KEYS)
    ways = [name for name in ("metric", "worst", "of") if name in place.value]
    if len(ways) != 1:
        raise place.fail("expected one of \"metric\": a name of the table estimates, \"worst\": the same, of the "
                         "culture that fares worst, \"of\": an expression; found "
                         f"{', '.join(ways) or 'none'}")  # fmt: skip
    way = ways[0]
    better = place["better"].one_of(BETTER) if "better" in place.value else ""
    place[way].text()
    own = {name: place.value[name] for name in ("of", "given", "when", "week", "least") if name in place.value}
    if way == "of":
        return Wanted(key, watch=own, better=better)
    if own:
        raise place[next(iter(own))].fail("belongs to an expression, \"of\"")
    by_culture = place.value.get("by_culture", False)
    if not isinstance(by_culture, bool) or (by_culture and way == "worst"):
        raise place["by_culture"].fail("is true or false, and belongs to \"metric\"")
    return Wanted(key, text=str(place.value[way]), worst=way == "worst", better=better, by_culture=by_culture)


def _design(place: Place) -> dict[str, Any]:
    found = place.get("design")
    if found is None:
        raise place.fail("'design' is missing, such as {\"kind\": \"sobol\", \"n\": 64}")
    found.object(DESIGN_KEYS)
    if "kind" not in found.value:
        raise found.fail(f"'kind' is missing; known: {', '.join(DESIGNS)}")
    kind = found["kind"].one_of(DESIGNS)
    out: dict[str, Any] = {"kind": kind, "n": 0, "levels": 4, "second_order": False, "points_file": ""}
    out["sampled_levers"] = "levers" in found.value and found["levers"].one_of(LEVERS) == "sampled"
    if kind == "csv":
        if "n" in found.value:
            raise found["n"].fail("a CSV file has as many points as it has rows")
        out["points_file"] = found["file"].text() if "file" in found.value else ""
    elif "file" in found.value:
        raise found["file"].fail("belongs to a design of kind csv")
    elif "n" not in found.value:
        raise found.fail(f"'n' is missing; of {kind} it counts {DESIGNS[kind].split(';')[0]}")
    else:
        out["n"] = found["n"].whole(1, 10**12)  # how many points that makes is checked as a whole
    if "levels" in found.value:
        if kind != "morris":
            raise found["levels"].fail("belongs to morris")
        out["levels"] = found["levels"].whole(2, 100)
        if out["levels"] % 2:
            raise found["levels"].fail("Morris's grid has an even number of levels")
    if "second_order" in found.value:
        if kind != "saltelli" or not isinstance(found.value["second_order"], bool):
            raise found["second_order"].fail("is true or false, and belongs to saltelli")
        out["second_order"] = found.value["second_order"]
    return out


def direction(metric: str) -> str:
    """"lower", "higher" or, where nobody can know, ""."""
    return "higher" if metric.startswith(HIGHER) else "lower" if metric.startswith(LOWER) else ""


def lever_paths(levers: tuple[Lever, ...]) -> list[str]:
    """The JSON Pointers that levers set."""
    from hybridcare.document import leaves

    return [path for lever in levers for path in (
        [lever.name] if not lever.patches else
        list(dict.fromkeys(pointer for patch in lever.patches.values() for pointer, _ in leaves(patch) if pointer))
    )]  # fmt: skip


def patch_at(path: str, value: Any) -> dict[str, Any]:
    """{"change": {"rate": 3}} from /change/rate and 3."""
    out = value
    for name in reversed(steps(path)):
        out = {name: out}
    whole: dict[str, Any] = out
    return whole
