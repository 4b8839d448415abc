"""A claim's parameter sets: draws of a prior, or sets that fit the published figures, each rival's own.

What a claim sweeps and no figure speaks of is drawn in both cases, the same number for the same set under every model.
Draws are a Latin hypercube whose numbers are disentangled. A Sobol' sequence of so few sets in so many numbers is not:
in 16 sets two numbers went together with .96, in 64 with .75, and the wrong one was named as the driver.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.calibrate_priors import Priors
    from hybridcare.claim_files import Claim, Uncertain

DEFAULT = "R1"  # the default model
PRIOR = "prior"  # the default model before any figure was looked at
MOST_DISENTANGLED = 512  # sets; more would take longer than they are worth


@dataclass(frozen=True)
class Drawn:
    """Parameter sets of one model.

    frame      one row a set, one column a path, in the paths' own units
    points     the same as merge patches, the model laid over
    held       JSON Pointers that the claim sets itself: there it is right, and the sets are not heard
    effective  so many equally likely sets would say as much
    """

    frame: pd.DataFrame
    points: list[dict[str, Any]]
    held: tuple[str, ...] = ()
    effective: float = float("inf")


def ensembles_for(uncertainty: str | os.PathLike[str] | Ensemble | Mapping[str, Ensemble] | None,
                  claims: Iterable[Claim]) -> dict[str, Ensemble]:  # fmt: skip
    """What is asked for, by rival model; {} for "defaults": the prior alone.

    uncertainty  None: the bundled ensembles where there is one of the default model and every claim is in the
                 configuration that they were fitted in; "ensemble": those; a path that ends in .json, or an Ensemble:
                 that one for the default model and the bundled ones for its rivals; a mapping by rival: those alone
    Raises ConfigError: an unknown choice, no ensemble of the default model, a claim in another configuration.
    """
    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.names import unknown
    from hybridcare.rivals import rivals
    from hybridcare.uncertainty import CHOICES, DEFAULTS, ENSEMBLE, FITTED_TO, has_ensemble

    others = [claim.id for claim in claims if _configuration(claim) != FITTED_TO]
    if uncertainty is None:
        uncertainty = ENSEMBLE if has_ensemble(DEFAULT) and not others else DEFAULTS
    if uncertainty == DEFAULTS:
        return {}
    if others:
        raise config_error("uncertainty", f"ensembles were fitted in the configuration '{FITTED_TO}', and "
                           f"{', '.join(others)} is in another: run it with uncertainty \"{DEFAULTS}\"")  # fmt: skip
    if isinstance(uncertainty, Mapping):
        found = dict(uncertainty)
    elif isinstance(uncertainty, Ensemble):
        found = {**_bundled(), uncertainty.rival: uncertainty}
    else:
        given = os.fspath(uncertainty)
        if given != ENSEMBLE and not given.endswith(".json"):
            raise config_error("uncertainty", unknown("choice", given, CHOICES) + ", or a file that ends in .json")
        first = _read(DEFAULT if given == ENSEMBLE else given)
        found = {**_bundled(), first.rival: first}
    found = {name: found[name] for name in rivals() if name in found}
    if DEFAULT not in found:
        raise config_error("uncertainty", f"a claim is judged under the default model first: there is no ensemble of "
                           f"{DEFAULT} among {', '.join(found) or 'none'}")  # fmt: skip
    return found


def _read(name: str) -> Ensemble:
    from hybridcare.calibrate_ensemble import ensemble

    return ensemble(name)


def _bundled() -> dict[str, Ensemble]:
    from hybridcare.calibrate_ensemble import bundled_ensembles

    return {name: _read(name) for name in bundled_ensembles()}


def _configuration(claim: Claim) -> Any:
    from hybridcare.scenario import Scenario

    return Scenario.of(claim.document, claim.file).resolved.get("configuration")


# draws
def design(uncertain: Mapping[str, Uncertain], sets: int, seed: int) -> pd.DataFrame:
    """Parameter sets: one row each, one column a path. The same seed and number give the same sets."""
    import pandas

    cube = _cube(sum(each.factor.dims for each in uncertain.values()), sets, seed)
    columns: dict[str, Any] = {}
    at = 0
    for each in uncertain.values():
        drawn = each.factor.at(cube[:, at : at + each.factor.dims])
        columns.update(zip(each.factor.columns, drawn, strict=True))
        at += each.factor.dims
    return pandas.DataFrame(columns)


@lru_cache(maxsize=32)
def _cube(dims: int, sets: int, seed: int) -> np.ndarray:
    """Points of the unit cube, shape (sets, dims); very few cannot be disentangled, and very many need not."""
    from scipy.stats import qmc

    how = "random-cd" if 8 <= sets <= MOST_DISENTANGLED else None
    cube: np.ndarray = qmc.LatinHypercube(dims, rng=seed, optimization=how).random(sets)
    cube.setflags(write=False)
    return cube


def patches(parameters: pd.DataFrame) -> list[dict[str, Any]]:
    """The merge patch of each set, plain numbers by place."""
    from hybridcare.points import patch_of

    rows = parameters.to_dict("records")
    return [patch_of({str(path): getattr(value, "item", lambda v=value: v)() for path, value in row.items()})
            for row in rows]  # fmt: skip


def from_prior(claim: Claim, sets: int) -> Drawn:
    """Draws of what the claim and all claims call uncertain."""
    parameters = design(claim.uncertain, sets, seed_of(claim))
    return Drawn(parameters, patches(parameters))


def seed_of(claim: Claim) -> int:
    return int(claim.document.get("seed", 1))


# sets that fit
def from_ensemble(claim: Claim, ensemble: Ensemble, sets: int, own: pd.DataFrame, rival: str = DEFAULT) -> Drawn:
    """Sets of an ensemble, drawn by weight, with what it says nothing of from the claim's own draws.

    own    the claim's draws, at least `sets` rows: set i takes row i, under whatever model
    rival  the model to be laid over; another than the ensemble's own: it was not fitted
    """
    import pandas

    from hybridcare.document import merged
    from hybridcare.rivals import rivals
    from hybridcare.scenario import Scenario
    from hybridcare.uncertainty import parameter_sets, says

    found = parameter_sets(Scenario.of(claim.document, claim.file), replace(ensemble, rival=rival), sets=sets,
                           seed=seed_of(claim))  # fmt: skip
    assert found is not None
    beside = own[beside_of(claim, ensemble.pointers)].iloc[:sets]
    model = rivals([rival])[rival]
    points = [merged(json.loads(point), model.point(patch))
              for point, patch in zip(found.points, patches(beside), strict=True)]  # fmt: skip
    values = pandas.DataFrame(ensemble.values[list(found.chosen)], columns=list(ensemble.pointers))
    values = values[[name for name in ensemble.pointers if says(points[0], name)]]  # those that are heard
    return Drawn(pandas.concat([beside, values], axis=1), points, found.held, min(ensemble.effective, float(sets)))


def beside_of(claim: Claim, pointers: Iterable[str]) -> list[str]:
    """Columns of the claim's own draws that remain beside an ensemble: a group of weights is taken whole."""
    fitted = set(pointers)
    return [column for each in claim.uncertain.values() if not fitted & set(each.factor.columns)
            for column in each.factor.columns]  # fmt: skip


def prior_of(ensemble: Ensemble, sets: int, seed: int) -> Ensemble:
    """What was thought before any figure: draws of the priors in the numbers that the ensemble has, of equal weight.

    Raises ConfigError where the bundled priors know none of them."""
    import numpy as np
    from scipy.special import ndtri
    from scipy.stats import qmc

    from hybridcare.calibrate_priors import EDGE

    drawn = _priors(ensemble.rival)
    if not set(drawn.columns) & set(ensemble.pointers):
        raise config_error("uncertainty", "none of the ensemble's parameters has a prior")
    cube = qmc.LatinHypercube(drawn.dims, rng=seed).random(sets)
    z = np.clip(ndtri(cube), -EDGE, EDGE)
    known = [at for at, column in enumerate(drawn.columns) if column in ensemble.pointers]
    return replace(ensemble, pointers=tuple(drawn.columns[at] for at in known), values=drawn.values(z)[:, known],
                   weights=np.full(sets, 1 / sets), loss=np.full(sets, np.nan),
                   missed=np.zeros(sets, np.int64))  # fmt: skip


@lru_cache(maxsize=8)
def _priors(rival: str) -> Priors:
    """Kept: the tables of its distributions take half a second, and every claim asks for them."""
    from hybridcare.calibrate_priors import priors

    return priors().of(rival)


def few_effective(ensemble: Ensemble) -> list[str]:
    """What must be said of an ensemble in which a few sets speak for all; [] of others."""
    from hybridcare.calibrate_ensemble import ENOUGH

    if ensemble.effective >= ENOUGH:
        return []
    return [f"The ensemble of {ensemble.rival} has {ensemble.effective:.1f} effective sets, fewer than {ENOUGH:g}: a "
            "few sets speak for all, shares are coarse, and a number that is named may be an accident."]  # fmt: skip
