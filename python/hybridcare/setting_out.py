"""What a check of a setting leaves behind: an ensemble with new weights and what made them, and everything as JSON."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare.calibrate_ensemble import FORMAT as ENSEMBLE_FORMAT
from hybridcare.calibrate_ensemble import Ensemble, text
from hybridcare.errors import config_error
from hybridcare.setting_weights import total_sd
from hybridcare.writing import written_file

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.setting import SettingCheck

FORMAT = "hybridcare setting 1"
MOST_ABOUT = 2000


def weighed_ensemble(found: SettingCheck) -> Ensemble:
    """See SettingCheck.ensemble."""
    _check_fresh(found)
    if found.refusal:
        raise config_error(found.data.name, found.refusal)
    source, weighing = found.main.ensemble, found.main.weighing
    account = {**source.provenance, "reweighted": _account(found)}
    quality = {"sets": len(source), "effective": _short(weighing.effective),
               "effective_before": _short(weighing.before), "before": dict(source.quality)}  # fmt: skip
    about = (f"{source.rival}, weighed by {len(found.main.rows)} figures of a service ({found.data.name}): "
             f"{weighing.effective:.0f} effective sets of {weighing.before:.0f}. For this service alone. Its fit to "
             "the published figures is that of the ensemble that it was made from, not repeated here.")  # fmt: skip
    return replace(source, weights=weighing.weights, provenance=account, quality=quality, fit=(),
                   parameters=_parameters(found), about=about[:MOST_ABOUT])  # fmt: skip


def _check_fresh(found: SettingCheck) -> None:
    """Raises ConfigError where the ensemble was weighed by one of these figures before: it would count twice. The
    file may have other remarks and other figures now, so that its hash alone does not tell."""
    at: Any = found.main.ensemble.provenance.get("reweighted")
    own = {_figure(row.figure.name, row.value, row.se) for row in found.main.rows}
    while isinstance(at, Mapping):
        again = sorted(name for name, *_ in own & _used(at))
        if again or at.get("data_hash") == found.data.hash:
            named = f" ({', '.join(again)})" if again else ""
            raise config_error(found.data.name, f"the ensemble was weighed by these figures already{named}; a second "
                               "time they would count twice. Start from the ensemble that it was made "
                               "from")  # fmt: skip
        at = at.get("before")


def _used(account: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The figures of an earlier weighing, as far as a file that anybody may have written tells."""
    rows = account.get("figures")
    return {_figure(row.get("figure"), row.get("value"), row.get("se"))
            for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)}  # fmt: skip


def _figure(name: object, value: object, se: object) -> tuple[str, str, str]:
    """What makes a figure the same one: name, value and standard error, as they are written down."""
    short = [f"{each:.6g}" if isinstance(each, int | float) else str(each) for each in (value, se)]
    return str(name), short[0], short[1]


def _account(found: SettingCheck) -> dict[str, Any]:
    """What made the new weights."""
    from hybridcare.study_folder import this_build

    source, care = found.main.ensemble, found.care
    figures = [{"figure": row.figure.name, "unit": row.figure.unit, "value": row.value, "se": _short(row.se),
                "n": row.n, "total_sd": _short(total_sd(row)), "counts": _short(float(found.main.counts[at])),
                "apart": _plain(_short(float(found.main.before[at]))),
                "after": _plain(_short(float(found.main.after[at])))} for at, row in enumerate(found.main.rows)]
    before = source.provenance.get("reweighted")
    return {"figures": figures, "data": found.data.name, "data_hash": found.data.hash,
            "ensemble_hash": found.main.sets.hash, "scenario": care.scenario.core.name,
            "scenario_hash": care.scenario.hash, "arm": care.arm, "week": care.week, "clients": care.clients,
            "replicates": care.replicates, "seed": found.seed, "simulation_seed": care.scenario.core.seed,
            "evidence": _plain(_short(found.main.weighing.evidence)), **this_build(),
            **({"before": before} if before is not None else {})}  # fmt: skip


def _parameters(found: SettingCheck) -> list[dict[str, Any]]:
    """The rows of the source with the new moments; what compares with the prior draw by draw is not repeated."""
    rows = {row["pointer"]: row for row in found.main.parameters().to_dict("records")}
    weights, out = found.main.weighing.weights, []
    for at, pointer in enumerate(found.main.ensemble.pointers):
        told = dict(found.main.ensemble.parameters[at]) if at < len(found.main.ensemble.parameters) else {}
        value, row = found.main.ensemble.values[:, at], rows[pointer]
        kept = {name: each for name, each in told.items() if name.startswith("prior_") or name in ("symbol", "unit")}
        spread = float(np.sqrt(weights @ (value - weights @ value) ** 2))
        prior = told.get("prior_sd")
        narrowed = {"narrowed": _short(1 - spread / prior)} if isinstance(prior, int | float) and prior > 0 else {}
        informed = {"informed": bool(told["informed"] or row["beyond"])} if "informed" in told else {}
        out.append({"pointer": pointer, **kept, "mean": _short(row["after_mean"]), "sd": _short(spread),
                    "q05": _short(row["after_q05"]), "q95": _short(row["after_q95"]), **narrowed, **informed})
    return out


def save(found: SettingCheck, path: str | os.PathLike[str]) -> Path:
    """See SettingCheck.save."""
    given = os.fspath(path)
    check_out(given)
    content = text(ensemble_document(weighed_ensemble(found)))
    with written_file(Path(given)) as file:
        file.write(content.encode())
    return Path(given)


def check_out(path: str) -> None:
    """Refuses a name that no verb would read as an ensemble. Raises ConfigError."""
    if not path.endswith(".json"):
        raise config_error("--out", f"is an ensemble; give a name that ends in .json, not {path!r}")
    if os.path.isdir(path) or not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise config_error("--out", f"{path}: there is no such folder, or it is a folder itself")


def ensemble_document(ensemble: Ensemble) -> dict[str, Any]:
    """An ensemble as its file holds it."""
    sets = [{"weight": _short(float(ensemble.weights[at])),
             **({"loss": _short(float(ensemble.loss[at]))} if np.isfinite(ensemble.loss[at]) else {}),
             "missed": int(ensemble.missed[at]), "values": [float(each) for each in ensemble.values[at]]}
            for at in range(len(ensemble))]  # fmt: skip
    return {"$schema": "../schema/ensemble.schema.json", "format": ENSEMBLE_FORMAT, "rival": ensemble.rival,
            "about": ensemble.about or "an ensemble", "provenance": dict(ensemble.provenance),
            "quality": dict(ensemble.quality), "fit": list(ensemble.fit), "parameters": list(ensemble.parameters),
            "sets": sets}  # fmt: skip


def document(found: SettingCheck) -> dict[str, Any]:
    """See SettingCheck.document."""
    from hybridcare.study_folder import this_build

    return {"format": FORMAT, "data": found.data.name, "data_hash": found.data.hash, "answer": found.sentence,
            "sentences": found.sentences, "refused": found.refusal, "caveats": found.caveats,
            "scenario": found.care.scenario.core.name, "scenario_hash": found.care.scenario.hash, "arm": found.care.arm,
            "week": found.care.week, "clients": found.care.clients, "replicates": found.care.replicates,
            "seed": found.seed, **this_build(), "figures": records(found.table()),
            "rivals": records(found.rivals()), "parameters": records(found.parameters())}  # fmt: skip


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows that JSON can hold."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _short(value: float) -> float:
    """Six significant digits: what is written down."""
    return float(f"{value:.6g}")
