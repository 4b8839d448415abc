"""What the participants of a candidate trial would show, as moments: by arm, in each model or parameter set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hybridcare import core
from hybridcare.calibrate_ensemble import Ensemble
from hybridcare.document import Document, merged
from hybridcare.likelihood import Moments, moments
from hybridcare.rivals import Rival
from hybridcare.scenario import Scenario
from hybridcare.uncertainty import ParameterSets, parameter_sets

AGENTS = ("human", "assistant")
#: Categories of participants: stayed and rated, stayed unrated, left rated, left unrated.
LEFT = np.array([False, False, True, True])
Columns = Mapping[str, np.ndarray]


def of_set(document: Document, rival: Rival, point: str, file: str) -> Scenario:
    """A trial's scenario in one parameter set of a rival. point: as `ParameterSets.points` has it: members for every
    arm, and under "arms" what arms say themselves, which holds; what the rival fixes holds over all."""
    patch = json.loads(point)
    own = patch.pop("arms", {})
    out = dict(merged(document, patch))
    out["arms"] = {name: merged(arm, own.get(name, {})) for name, arm in out["arms"].items()}
    return Scenario.of(rival.over(out), file)


def drawn_sets(plain: Scenario, ensemble: Ensemble, rival: Rival, sets: int) -> ParameterSets:
    """Sets of an ensemble as points of a trial. Raises ConfigError as `uncertainty.parameter_sets`."""
    found = parameter_sets(plain, ensemble, rival.name, sets)
    assert found is not None  # an ensemble was given
    return found


def scenarios(document: Document, rival: Rival, drawn: ParameterSets, file: str) -> list[Scenario]:
    """A trial in every set that was drawn."""
    return [of_set(document, rival, point, file) for point in drawn.points]


def provider(pathway: Mapping[str, Any]) -> str:
    """Whom an arm meets: "", human, assistant, or both."""
    from hybridcare.plots_base import meets

    return "+".join(agent for agent in AGENTS if any(meets(step, agent) for step in pathway["steps"]))


def participants(scenario: Scenario, outcomes: Sequence[str], threads: int) -> dict[str, dict[str, np.ndarray]]:
    """Columns of measured outcomes by arm: replicate, left (0 or 1), and values, shape (N, d)."""
    import pyarrow

    from hybridcare import tables

    ratings = [f"mean_{name}_{agent}" for name in ("empathy_rating", "alliance_rating") if name in outcomes
               for agent in AGENTS]  # fmt: skip
    measured = ["phq9_start", *([f"phq9_week_{scenario.core.reading_week}"] if "phq9" in outcomes else []), *ratings]
    parts = [tables.arrow(chunk).select(["replicate", "arm", "exit", *measured])
             for chunk in core.RowStream(scenario.core, kind="clients", threads=threads)]  # fmt: skip
    frame = tables.pandas(pyarrow.concat_tables(parts).unify_dictionaries())
    out = {}
    for arm, rows in frame.groupby("arm", observed=True):
        left = (rows["exit"].astype(str) == "dropped").to_numpy() if "left_early" in outcomes else np.zeros(len(rows))
        out[str(arm)] = {"replicate": rows["replicate"].to_numpy(int), "left": left.astype(int),
                         "values": rows[measured].to_numpy(float)}  # fmt: skip
    return out


def arm_moments(rows: Sequence[Columns], outcomes: Sequence[str], replicates: int) -> list[Moments]:
    """Of one arm in several models; `rows` as `participants` has them. Categories: stayed or left, rated or not."""
    size = rows[0]["values"].shape[1]
    known = [np.isfinite(each["values"]) for each in rows]
    ever = np.all([each.any(axis=0) for each in known], axis=0)  # an agent whom this arm does not have is never rated
    always = np.array([not name for name in range(size)])
    always[1] |= "phq9" in outcomes
    has = np.array([ever, ever & always, ever, ever & always])  # in the order of LEFT
    offset = np.nanmean(np.where(known[0], rows[0]["values"], np.nan)[:, ever], axis=0)
    made = []
    for each, there in zip(rows, known, strict=True):
        values = each["values"].copy()
        values[:, ever] -= offset
        unrated = ~there[:, ever].all(axis=1)
        category = 2 * each["left"] + unrated
        made.append(moments(values, category, each["replicate"], has, replicates))
    return made
