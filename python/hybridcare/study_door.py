"""Ways to a study: a bundled one by name, a file, keyword arguments."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hybridcare.document import merged
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_folder
from hybridcare.scenario import Scenario
from hybridcare.study import Study
from hybridcare.study_file import FORMAT, read_study, spec_of
from hybridcare.study_over import laid_over

if TYPE_CHECKING:
    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.sweep_results import SweepResults


def bundled_studies() -> list[str]:
    """Names of the bundled studies."""
    return sorted(path.stem for path in data_folder("studies").glob("*.json"))


def load_study(name_or_path: str | os.PathLike[str], uncertainty: str | os.PathLike[str] | Ensemble | None = None,
               rival: str | None = None, sets: int | None = None, **sizes: int | None) -> Study:  # fmt: skip
    """A bundled study by name, or a study file by path. sizes: n, replicates, clients, seed instead of the file's.

    uncertainty  "ensemble", an Ensemble, or its file (.json): parameter sets that fit published figures in place of the
                 file's distributions of what they have, each rival under relationships its own; distributions of other
                 numbers stay; "defaults": no ensemble, whatever the file says; None: as the file states it
    rival        that model alone, over its own sets, in place of the file's relationships
    sets         how many are drawn, which is also the size of the design unless n is given
    Raises ConfigError: no such study (the nearest is named), or what is wrong in it and where.
    """
    given = os.fspath(name_or_path)
    is_name = not os.path.splitext(given)[1] and os.sep not in given and not os.path.lexists(given)
    if is_name and given not in bundled_studies():
        raise config_error("", unknown("study", given, bundled_studies()) + "; or give the path of a file")
    spec = read_study(data_folder("studies") / f"{given}.json" if is_name else given)
    document = laid_over(spec.document, uncertainty, rival, sets)
    for name, value in sizes.items():
        if value is not None:
            document = merged(document, {"design": {"n": value}} if name == "n" else {name: value})
    return Study(spec_of(document, spec.file))


def open_sweep(folder: str | os.PathLike[str], partial: bool = False) -> SweepResults:
    """Results of a study folder that a sweep wrote. partial: also if points are still to do.

    Raises ConfigError: no such folder, a study of another verb, a corrupt or missing part, points still to do.
    """
    from hybridcare.study_read import open_runs
    from hybridcare.sweep_results import SweepResults

    runs = open_runs(folder, partial)
    document = runs.plan.study.get("sweep")
    if document is None:
        raise config_error(os.fspath(folder), "is the study of another verb, not of a sweep")
    points = None
    if document["design"]["kind"] == "csv":
        frame = runs.design()
        once = frame.drop_duplicates("draw")
        paths = [name for name in once.columns if name.startswith("/") and name not in document.get("levers", {})]
        points = {path: once[path].tolist() for path in paths}
    return SweepResults.of(Study.of(document, os.fspath(folder), points=points), runs)


def asked(
    scenario: Scenario,
    uncertainties: Mapping[str, Any] | str | None,
    levers: Mapping[str, Any] | None,
    metrics: Mapping[str, Any] | Iterable[str],
    n: int | None,
    design: str | Mapping[str, Any],
    relationships: Iterable[str],
    against: str | None,
    points: Mapping[str, Sequence[Any]] | None,
    name: str,
    over: Mapping[str, Any] | None = None,
) -> Study:
    """The study that keyword arguments ask for. See Experiment.sweep; over: uncertainty, rival, sets. Raises
    ConfigError."""
    how: dict[str, Any] = {"kind": design} if isinstance(design, str) else dict(design)
    if points is not None:
        how = {"kind": "csv"}
    elif "n" not in how:
        how["n"] = n if n is not None else {"morris": 16, "full_factorial": 3}.get(str(how.get("kind")), 64)
    wanted = metrics if isinstance(metrics, Mapping) else named_metrics(metrics, scenario.core.reading_week)
    document = {"format": FORMAT, "base": scenario.document(), "base_file": scenario.file, "metrics": dict(wanted),
                "uncertainties": uncertainties if isinstance(uncertainties, str) else dict(uncertainties or {}),
                "levers": dict(levers or {}), "design": how,
                "relationships": list(relationships)}  # fmt: skip
    document |= {key: value for key, value in (("against", against), ("name", name)) if value}
    columns = None if points is None else {str(path): list(points[path]) for path in points}
    if over and any(value is not None for value in over.values()):
        if points is not None:
            raise config_error("points", "are the draws already; leave out either these or uncertainty, rival and sets")
        document = laid_over(document, **over)
        document = merged(document, {"design": {"n": n}}) if n is not None else document
    return Study.of(document, "sweep", scenario, columns)


def named_metrics(metrics: Iterable[str], week: int) -> dict[str, str]:
    """A name for each: what stands before the @, or all of it, in letters, digits and _."""
    texts = [metrics] if isinstance(metrics, str) else list(metrics) or [f"phq9@week_{week}"]
    short = [text.partition("@")[0] for text in texts]
    chosen = [a if short.count(a) == 1 else text for a, text in zip(short, texts, strict=True)]
    return {re.sub(r"\W", "_", name): text for name, text in zip(chosen, texts, strict=True)}
