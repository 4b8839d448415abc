"""What a claim's file names must be there: metrics and measures of its arms, places of its scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hybridcare.document import Document, merged

if TYPE_CHECKING:
    from hybridcare.claim_files import Effect, Uncertain
    from hybridcare.strict_json import Place


def check_metrics(
    place: Place, document: Document, effects: Mapping[str, Effect], watch: Mapping[str, Any]
) -> None:
    """Raises ConfigError at the effect that reads what no arm has, or at a measure that cannot be read."""
    from hybridcare.points import Task
    from hybridcare.scenario import Scenario
    from hybridcare.watch import measures

    scenario = Scenario.of(document, place.file)
    if watch:
        try:
            Task.of(scenario, watch=measures(watch))
        except ValueError as error:
            raise place["watch"].fail(str(error)) from error
    for name, effect in effects.items():
        read = [str(effect.more["metric"])] if effect.kind == "attribution" else [row[2] for row in effect.terms]
        metrics = [metric for metric in dict.fromkeys(read) if metric not in watch]
        try:
            if metrics:
                Task.of(scenario, metrics=metrics)
        except ValueError as error:
            raise place["effects"][name].fail(str(error)) from error


def check_places(place: Place, document: Document, uncertain: Mapping[str, Uncertain]) -> None:
    """Raises ConfigError for a path that no arm can have, by reading the scenario with one draw of everything."""
    import numpy as np

    from hybridcare.points import patch_of
    from hybridcare.scenario import Scenario

    drawn: dict[str, Any] = {}
    for each in uncertain.values():
        columns = each.factor.at(np.full((1, each.factor.dims), 0.5))
        drawn.update({name: column[0].item() for name, column in zip(each.factor.columns, columns, strict=True)})
    try:
        Scenario.of(merged(document, patch_of(drawn)), place.file)
    except ValueError as error:
        raise (place.get("uncertain") or place).fail(str(error)) from error
