"""The source paper's claims as studies: files of scenarios/claims, read strictly.

Each says in plain words what is claimed, what was simulated and what would contradict it; which arms of which scenario
are run; what is uncertain beside the prior that all claims share; which effects are read; within which bounds of an
effect the claim holds, and within which the opposite does; and what the prior alone would say.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.document import Document, merged
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_folder
from hybridcare.strict_json import Place, read_json

if TYPE_CHECKING:
    from hybridcare.factors import Factor

MOST_CLIENTS = 100_000
Bands = tuple[tuple[float, float], ...]
PRIOR = "prior.json"  # what is uncertain in every claim
_KEYS = ("$schema", "format", "id", "title", "claim", "simulated", "refute", "base", "patch", "arms", "clients",
         "share_of_sets", "watch", "uncertain", "effects", "conditions", "prior", "breakeven", "largest")  # fmt: skip
_NEEDED = ("format", "id", "title", "claim", "simulated", "refute", "base", "arms", "clients", "effects", "conditions",
           "prior")  # fmt: skip
_KINDS = ("of", "half_life", "attribution", "echo")
_OWN = ("symbol", "words", "as")  # members of an uncertainty that are for people


@dataclass(frozen=True)
class Uncertain:
    """One uncertainty: its distribution, and how people call it.

    scale  (low, high) of the scale on which it is shown, where that is not its own; else None
    """

    factor: Factor
    symbol: str = ""
    words: str = ""
    scale: tuple[float, float] | None = None

    def shown(self, value: float) -> float:
        """A value on the scale on which it is shown."""
        if self.scale is None:
            return value
        low, high = self.factor.low, self.factor.high
        return self.scale[0] + (value - low) / (high - low) * (self.scale[1] - self.scale[0])


@dataclass(frozen=True)
class Effect:
    """One number that is read from each parameter set.

    kind   of: a sum of times · metric of an arm; half_life, attribution, echo: as the page claims.md says
    terms  (times, arm, metric) of a sum; of a half-life the gap's (week, arm, metric)
    more   what else the kind needs
    """

    name: str
    label: str
    unit: str
    kind: str
    terms: tuple[tuple[float, str, str], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """An effect with the bands within which the claim holds, and those within which the opposite does."""

    effect: str
    holds: Bands
    contradicts: Bands
    why: str


@dataclass(frozen=True)
class Prior:
    """What the prior alone says, without the mechanism being run.

    kind  sum: the claim is judged by a sum of drawn parameters; switch: by the sign of one coefficient, which is proved
          by switching it off; none: nothing can be said, for the reason in `why`
    """

    kind: str
    why: str
    paths: tuple[str, ...] = ()
    holds: Bands = ()
    switch: Mapping[str, Any] = field(default_factory=dict)
    effect: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim as a study. `document` is the scenario with the claim's arms; `clients` are per arm and replicate;
    `share_of_sets` is the part of the parameter sets that it is run with, since some take longer."""

    id: str
    title: str
    claim: str
    simulated: str
    refute: str
    file: str
    document: Document
    clients: int
    share_of_sets: float
    watch: Mapping[str, Any]
    uncertain: Mapping[str, Uncertain]
    effects: Mapping[str, Effect]
    conditions: tuple[Condition, ...]
    prior: Prior
    breakeven: Mapping[str, Any] | None
    largest: tuple[str, ...]

    @property
    def arms(self) -> tuple[str, ...]:
        return tuple(self.document["arms"])

    def __repr__(self) -> str:
        return f"<hybridcare.Claim {self.id}: {self.title}>"


def bundled_claims() -> list[str]:
    """Names of the bundled claims, E1 to E14."""
    found = [path.stem for path in data_folder("claims").glob("E*.json")]
    return [f"E{number}" for number in sorted(int(name[1:]) for name in found)]


def load_claims(names: Iterable[str | os.PathLike[str]] | None = None) -> list[Claim]:
    """Claims by name (E5) or file (ending in .json); all bundled ones without names; none twice.

    Raises ConfigError: an unknown name with the nearest, a file that cannot be read, or what is wrong in it and where.
    """
    known = bundled_claims()
    given = [os.fspath(name) for name in names] if names is not None else known
    if not given:
        raise config_error("claims", f"none is named; known: {', '.join(known)}")
    found: dict[str, Claim] = {}
    for name in given:
        upper = name.upper()
        if name.endswith(".json"):
            claim = read_claim(name)
        elif upper not in known:
            raise config_error("", unknown("claim", name, known) + "; or give a file that ends in .json")
        else:
            claim = read_claim(data_folder("claims") / f"E{int(upper[1:]):02d}.json")
        if claim.id in found and found[claim.id].file != claim.file:
            raise config_error(claim.file, f"is called {claim.id}, as {found[claim.id].file} is")
        found[claim.id] = claim
    return list(found.values())


def read_claim(path: str | os.PathLike[str]) -> Claim:
    """One claim's file. Raises ConfigError with file, JSON Pointer, what was found and what is allowed."""
    from hybridcare.claim_checks import check_metrics

    given = os.fspath(path)
    bundled = Path(given).parent == data_folder("claims")
    place = Place(read_json(given, "claim"), Path(given).name if bundled else given)
    content = place.object(_KEYS)
    for name in _NEEDED:
        if name not in content:
            raise place.fail(f"'{name}' is missing")
    if content["format"] != 1:
        raise place["format"].fail(f"expected 1, found {content['format']!r}")
    texts = {name: place[name].text() for name in ("id", "title", "claim", "simulated", "refute")}
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,15}", texts["id"]):
        raise place["id"].fail("expected a letter, then up to 15 letters, digits and _")
    document = _document(place, texts)
    effects = _effects(place["effects"], tuple(document["arms"]))
    watch = _watch(place)
    check_metrics(place, document, effects, watch)
    conditions = tuple(_condition(item, effects) for item in place["conditions"].items(least=1, most=10))
    uncertain = _uncertain(place, document)
    return Claim(
        **texts, file=place.file, document=document, clients=place["clients"].whole(1, MOST_CLIENTS),
        share_of_sets=place["share_of_sets"].number(0.01, 1) if "share_of_sets" in content else 1.0,
        watch=watch, uncertain=uncertain, effects=effects, conditions=conditions,
        prior=_prior(place["prior"], uncertain, effects), breakeven=_breakeven(place, uncertain, effects),
        largest=_largest(place, effects))  # fmt: skip


def _document(place: Place, texts: Mapping[str, str]) -> Document:
    """The scenario: the base with the patch, the claim's arms alone, no variants. Raises ConfigError."""
    from hybridcare.scenario import Scenario, load

    document = load(place["base"].text()).document()
    if "patch" in place.value:
        document = merged(document, place["patch"].object())
    for name in ("$schema", "variants", "headline"):
        document.pop(name, None)
    document["arms"] = place["arms"].object(least=1)
    document.update(name=f"claim_{texts['id']}", title=texts["title"], question=texts["claim"])
    Scenario.of(document, place.file)  # refused here, with the place
    return document


def _effects(place: Place, arms: tuple[str, ...]) -> dict[str, Effect]:
    return {name: _effect(place[name], name, arms) for name in place.object(least=1)}


def _effect(place: Place, name: str, arms: tuple[str, ...]) -> Effect:
    content = place.object(("label", "unit", *_KINDS))
    kinds = [kind for kind in _KINDS if kind in content]
    if len(kinds) != 1 or not {"label", "unit"} <= set(content):
        raise place.fail(f"expected label, unit and one of {', '.join(_KINDS)}; found {', '.join(content)}")
    terms: tuple[tuple[float, str, str], ...] = ()
    more: dict[str, Any] = {}
    inside = place[kinds[0]]
    known: tuple[str, ...]
    if kinds[0] == "of":
        terms = tuple(_term(item, arms) for item in inside.items(least=1, most=100))
    elif kinds[0] == "half_life":
        known = ("arm", "against", "metrics", "over_weeks")
        _all_of(inside, known)
        weeks = [_week(item) for item in inside["metrics"].items(least=3, most=60)]
        if [week for week, _ in weeks] != sorted({week for week, _ in weeks}):
            raise inside["metrics"].fail("weeks do not rise from one to the next")
        ends = ((1.0, _arm(inside["arm"], arms)), (-1.0, _arm(inside["against"], arms)))
        terms = tuple((times, arm, metric) for _, metric in weeks for times, arm in ends)
        more = {"weeks": [week for week, _ in weeks], "over_weeks": inside["over_weeks"].number(0.1, 520)}
    else:
        known = ("arm", "player", "reference", "metric") if kinds[0] == "attribution" else ("arm", "agent", "metric")
        _all_of(inside, known)
        _arm(inside["arm"], arms)
        more = {key: inside[key].number(0, 1) if key == "reference" else inside[key].text() for key in known}
    return Effect(name, place["label"].text(), place["unit"].text(), kinds[0], terms, more)


def _all_of(place: Place, known: tuple[str, ...]) -> None:
    content = place.object(known)
    for name in known:
        if name not in content:
            raise place.fail(f"'{name}' is missing")


def _arm(place: Place, arms: tuple[str, ...]) -> str:
    if place.value not in arms:
        raise place.fail(unknown("arm", place.value, arms))
    return str(place.value)


def _term(place: Place, arms: tuple[str, ...]) -> tuple[float, str, str]:
    parts = place.items(least=3, most=3)
    return parts[0].number(), _arm(parts[1], arms), parts[2].text(100)


def _week(place: Place) -> tuple[float, str]:
    week, metric = place.items(least=2, most=2)
    return week.number(0, 520), metric.text(100)


def _bands(place: Place) -> Bands:
    """[[low, high], ...], null for no end; none empty."""
    found = []
    for item in place.items(least=0, most=5):
        low, high = item.items(least=2, most=2)
        ends = (-math.inf if low.value is None else low.number(), math.inf if high.value is None else high.number())
        if not ends[0] < ends[1]:
            raise item.fail(f"bounds the wrong way round: {ends[0]:g} is not below {ends[1]:g}")
        found.append(ends)
    return tuple(found)


def _condition(place: Place, effects: Mapping[str, Effect]) -> Condition:
    _all_of(place, ("effect", "holds", "contradicts", "why"))
    name = place["effect"].one_of(effects)
    holds, against = _bands(place["holds"]), _bands(place["contradicts"])
    if not holds or not against:
        raise place.fail("a claim that nothing could support or contradict is no claim: give both bands")
    if any(a < d and c < b for a, b in holds for c, d in against):
        raise place.fail("holds and contradicts overlap")
    return Condition(name, holds, against, place["why"].text())


def _watch(place: Place) -> dict[str, Any]:
    from hybridcare.watch import measures

    watch = place["watch"].object() if "watch" in place.value else {}
    try:
        measures(watch)
    except ValueError as error:
        raise place["watch"].fail(str(error)) from error
    return watch


def _uncertain(place: Place, document: Document) -> dict[str, Uncertain]:
    """The shared prior's uncertainties with the claim's own, which take the place of a shared one of the same path."""
    from hybridcare.claim_checks import check_places
    from hybridcare.factors import refuse_twice
    from hybridcare.scenario import Scenario

    present = dict(Scenario.of(document, place.file).core.values(0, 0))
    shared = Place(read_json(data_folder("claims") / PRIOR, "prior"), PRIOR)
    shared.object(("$schema", "format", "about", "uncertain"))
    found = {path: _uncertainty(shared["uncertain"][path], path, present) for path in shared["uncertain"].object()}
    if "uncertain" in place.value:
        own = place["uncertain"]
        found.update({path: _uncertainty(own[path], path, present) for path in own.object()})
    refuse_twice(list(found), place.file)
    check_places(place, document, found)
    return found


def _uncertainty(place: Place, path: str, present: Mapping[str, Any]) -> Uncertain:
    from hybridcare.factors import factor, field_of

    spec, row = place.value, field_of(path) or {}
    own: dict[str, Any] = {}
    scale = None
    if isinstance(spec, Mapping):
        own = {name: place[name].text(200) for name in ("symbol", "words") if name in spec}
        if "as" in spec:
            low, high = place["as"].numbers(2)
            scale = (low, high)
        bare = {name: value for name, value in spec.items() if name not in _OWN}
        place = Place("span" if not bare else bare, place.file, place.at)
    return Uncertain(factor(place, path, present), own.get("symbol", str(row.get("symbol", ""))), own.get("words", ""),
                     scale)  # fmt: skip


def _columns(uncertain: Mapping[str, Uncertain]) -> list[str]:
    return [column for each in uncertain.values() for column in each.factor.columns]


def _prior(place: Place, uncertain: Mapping[str, Uncertain], effects: Mapping[str, Effect]) -> Prior:
    content = place.object(("none", "sum", "holds", "switch", "coefficient", "effect", "why"))
    if "none" in content:
        _all_of(place, ("none",))
        return Prior("none", place["none"].text())
    if "sum" in content:
        _all_of(place, ("sum", "holds", "why"))
        paths = tuple(item.one_of(_columns(uncertain)) for item in place["sum"].items(least=1))
        return Prior("sum", place["why"].text(), paths, _bands(place["holds"]))
    _all_of(place, ("switch", "coefficient", "effect", "why"))
    path = place["coefficient"].one_of(_columns(uncertain))
    return Prior("switch", place["why"].text(), (path,), switch=place["switch"].object(least=1),
                 effect=place["effect"].one_of(effects))  # fmt: skip


def _breakeven(
    place: Place, uncertain: Mapping[str, Uncertain], effects: Mapping[str, Effect]
) -> dict[str, Any] | None:
    if "breakeven" not in place.value:
        return None
    inside = place["breakeven"]
    _all_of(inside, ("path", "effect", "at"))
    return {"path": inside["path"].one_of(_columns(uncertain)), "effect": inside["effect"].one_of(effects),
            "at": inside["at"].number()}  # fmt: skip


def _largest(place: Place, effects: Mapping[str, Effect]) -> tuple[str, ...]:
    if "largest" not in place.value:
        return ()
    return tuple(item.one_of(effects) for item in place["largest"].items(least=2))
