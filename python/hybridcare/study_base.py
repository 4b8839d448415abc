"""What a study stands on: its base, with the study's arms and sizes, and where it is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.scenario import Scenario, load

if TYPE_CHECKING:
    from hybridcare.study_file import Spec


def executor_of(name: str | None) -> dict[str, Any]:
    """What `runner.run_study` takes. Raises ConfigError."""
    if name in (None, "threads"):
        return {}
    if name == "dask":
        return {"backend": "dask"}
    if name is not None and name.startswith("dask://") and len(name) > len("dask://"):
        return {"backend": "dask", "scheduler": "tcp://" + name[len("dask://") :]}
    raise config_error("executor", unknown("executor", name, ["threads", "dask", "dask://ADDRESS:PORT"]))


def base_of(spec: Spec) -> Scenario:
    base = spec.document["base"]
    if isinstance(base, Mapping):
        return Scenario.of(base, str(spec.document.get("base_file", spec.file)))
    beside = Path(spec.file).parent / str(base)
    return load(beside if beside.suffix and beside.is_file() else str(base))


def fitted(spec: Spec, whole: Scenario) -> Scenario:
    """The scenario with the study's arms and sizes, and its first variant alone."""
    from hybridcare.experiment import Experiment

    first = whole.core.variants[0]["name"]
    variants: Any = [first] if first in (whole.document().get("variants") or {}) else {}
    return Experiment(whole, arms=spec.protocols, variants=variants, replicates=spec.size("replicates"),
                      clients=spec.size("clients"), seed=spec.size("seed")).scenario  # fmt: skip
