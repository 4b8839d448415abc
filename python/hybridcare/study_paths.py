"""What a study says against what its scenario knows: paths, values, arms. Every mistake is met before a run."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hybridcare import core, designs
from hybridcare.document import leaves, merged, pointer_of, steps
from hybridcare.errors import ConfigError, config_error
from hybridcare.factors import Factor, choices, factor, field_of, field_prefix, weight_groups
from hybridcare.names import unknown
from hybridcare.scenario import Scenario
from hybridcare.strict_json import Place
from hybridcare.study_file import ENSEMBLE_KEYS, Spec, patch_at


def _known_paths(scenario: Scenario) -> dict[str, Any]:
    """Values by path of what a scenario says, defaults included, and of what its arms say."""
    known = {pointer: value for pointer, value in leaves(scenario.resolved)
             if not pointer.startswith(("/arms/", "/variants/", "/headline/"))}  # fmt: skip
    for arm in scenario.document().get("arms", {}).values():
        known.update({pointer: value for pointer, value in leaves(arm) if pointer not in known and value is not None})
    return known


def read_with(scenario: Scenario, patch: Mapping[str, Any]) -> None:
    """Reads the scenario with a design point's patch over it, as a run would. Raises ConfigError."""
    document = scenario.document()
    own = {name: part for name, part in patch.items() if name != "arms"}
    for name in patch.get("arms", {}):
        alone = {key: value for key, value in document.items() if key != "headline"}
        alone["arms"] = {name: document["arms"][name]}
        alone["variants"] = {"point": merged(own, patch["arms"][name])}
        Scenario.of(alone, scenario.file)
    document["variants"] = {"point": own}
    Scenario.of(document, scenario.file)


#: Members that all arms share, so that they stand in the base.
_SHARED = ("intake", "cultures", "emotions", "attributes", "joint_shares")


def scenario_with(scenario: Scenario, patch: Mapping[str, Any]) -> Scenario:
    """The scenario at a design point, as one of its own without variants. Raises ConfigError."""
    document = scenario.document()
    own = {name: part for name, part in patch.items() if name != "arms"}
    document = merged(document, {name: part for name, part in own.items() if name in _SHARED})
    for name, arm in document["arms"].items():
        lay(arm, {key: part for key, part in own.items() if key not in _SHARED})
        lay(arm, patch.get("arms", {}).get(name, {}))
    head = document.pop("headline", None)
    if head is not None:  # its split into components is of the arms as they were
        document["headline"] = {name: head[name] for name in ("arm", "against")}
    return Scenario.of(document, scenario.file)


def lay(target: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Lays one patch over another, in place, so that null in the second stays null."""
    for name, value in patch.items():
        if isinstance(value, Mapping) and isinstance(target.get(name), dict):
            lay(target[name], value)
        else:
            target[name] = json.loads(json.dumps(value))


def given_points(spec: Spec, points: Mapping[str, Sequence[Any]] | None) -> dict[str, list[Any]]:
    if points is not None:
        lengths = {len(values) for values in points.values()}
        if len(lengths) != 1 or 0 in lengths:
            raise config_error(spec.file, "is an empty design: no points" if not lengths or 0 in lengths else
                               "points: all columns have the same length")  # fmt: skip
        return {path: list(values) for path, values in points.items()}
    if not spec.points_file:
        raise spec.place["design"].fail("'file' is missing: the CSV file with the points")
    return designs.read_csv(Path(spec.file).parent / spec.points_file, spec.points_file)


def _check_column(file: str, path: str, values: Sequence[Any]) -> None:
    row = field_of(path)
    if row is None:
        return
    for at, value in enumerate(dict.fromkeys(values)):
        choices(Place([value], f"{file} column {path}", (str(at),)), row)




class Checker:
    """Reads uncertainties and checks paths and patches against one scenario.

    known  values by path of what the scenario says, defaults included
    """

    def __init__(self, spec: Spec, scenario: Scenario, arms: Sequence[str]) -> None:
        self.spec, self.scenario, self.arms = spec, scenario, arms
        self.known = _known_paths(scenario)

    def factors(self, points: Mapping[str, Sequence[Any]]) -> list[Factor]:
        """The uncertainties; none for a design whose points are given, which are checked instead."""
        place = self.spec.place.get("uncertainties")
        if not points:
            if place is None or not isinstance(place.value, Mapping):
                return []
            return [self._factor(place[path], path) for path in place.value if path not in ENSEMBLE_KEYS]
        if place is not None and place.value:
            raise place.fail("a design from a CSV file has its points already; leave uncertainties out")
        file = self.spec.points_file or "points"
        for path, values in points.items():
            self.path(Place(values[0], file, ("0", path)), path, values[0])
            _check_column(file, path, values)
        return []

    def _factor(self, place: Place, path: str) -> Factor:
        self._arm(place, path)
        if path.endswith("/*"):
            if field_prefix(path) + "*" not in weight_groups():
                raise place.fail(unknown("group of weights", path, weight_groups()))
            return factor(place, path, self.known)
        self.path(place, path, _some_value(place.value))
        made = factor(place, path, self.known)
        if made.kind != "choice" and field_of(path) is None:
            for end in (made.low, made.high):
                self.attempt(place, patch_at(path, int(end) if made.kind == "whole" else end))
        return made

    def _arm(self, place: Place, path: str) -> None:
        names = steps(path)
        if names[:1] == ["arms"] and (len(names) < 3 or names[1] not in self.arms):
            raise place.fail(unknown("arm", names[1] if len(names) > 1 else "", self.arms))

    def path(self, place: Place, path: str, value: Any) -> None:
        """Raises ConfigError for a path that the scenario cannot have. One that neither the table of fields nor the
        scenario knows must at least be understood by the reader."""
        self._arm(place, path)
        names = steps(path)
        inside = pointer_of(tuple(names[2:])) if names[:1] == ["arms"] else path
        first = steps(inside)[0]
        if first in ("service", "network") and first not in self.scenario:
            raise place.fail(f"the scenario has no {first}, and this would switch one on; choose a base that has one")
        if field_of(path) is not None or inside in self.known:
            return
        try:
            self.attempt(place, patch_at(path, value))
        except ConfigError as error:
            near = difflib.get_close_matches(inside, self._all_paths(), n=1, cutoff=0.5)
            hint = f"; nearest: {near[0]}" if near else ""
            raise place.fail(f"unknown path {path}{hint}; `hybridcare field --search WORD` finds paths") from error

    def _all_paths(self) -> list[str]:
        return list(dict.fromkeys([*(row["path"] for row in core.fields()), *self.known]))

    def attempt(self, place: Place, patch: Mapping[str, Any]) -> None:
        """Raises ConfigError if the reader refuses the patch."""
        try:
            read_with(self.scenario, patch)
        except ConfigError as error:
            raise place.fail(f"is refused by the scenario's reader: {error}") from error


def _some_value(spec: Any) -> Any:
    """Some value that a distribution may give, whether or not it is a good one."""
    parts = list(spec.values()) if isinstance(spec, Mapping) else []
    return next((part[0] for part in parts if isinstance(part, list | tuple) and part), 1)
