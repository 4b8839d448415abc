"""summary.json: every estimate with its simulation noise, and the account of the run."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hybridcare import core, drivers, ensemble_run
from hybridcare.uncertainty_words import at_one_set
from hybridcare.writing import FORMAT

if TYPE_CHECKING:
    from hybridcare.results import Results


def account(results: Results) -> dict[str, Any]:
    """What was run, how, and by which build; no estimates."""
    experiment = results.experiment
    build = core.build_info()
    return {
        "format": FORMAT,
        "name": experiment.name,
        "title": experiment.title,
        "question": experiment.question,
        "calibration": at_one_set(experiment.calibration),
        "driver": experiment.driver,
        "scenario_hash": results.scenario.hash,
        "results_hash": results.hash,
        "seed": experiment.seed,
        "replicates": experiment.replicates,
        "clients": experiment.clients,
        "weeks": experiment.weeks,
        "reading_week": experiment.reading_week,
        "intake": experiment.intake,
        "cultures": experiment.cultures,
        "arms": results.arms,
        "variants": results.variants,
        "profiles": experiment.profiles,
        "reads_oracle": results.reads_oracle,
        "version": build["version"],
        "commit": build["commit"],
        "client_weeks": results.client_weeks,
        "session_weeks": results.session_weeks,
        "kernel_seconds": results.kernel_seconds,
        "wall_seconds": results.wall_seconds,
        "compiler": build["compiler"],
        "draw_table_version": build["draw_table_version"],
        "instruction_set": results.instruction_set,
        "threads": results.threads,
        "peak_bytes": results.peak_bytes,
        "estimated_bytes": results.estimated_bytes,
    }


def summary(results: Results) -> dict[str, Any]:
    """The account, the headline with its sentence and split, the same over parameter
    sets, and every estimate with its simulation noise; null where unknown. Estimates of twins, contrasts and courses
    are in the tables beside summary.json."""
    out = dict(results.meta)
    out["headline_sentence"] = results.sentence
    for name in ("headline", "split"):
        out[name] = records(results, name)
    screened = drivers.of(results)
    out["drivers"] = screened.summary() if screened else {"sentence": f"Moved by: {drivers.moved_by(results)}."}
    over = ensemble_run.of(results)
    out["ensemble"] = over.summary() if over else {"sentence": ensemble_run.why_none(results)}
    out["estimates"] = estimates(results)
    return out


def estimates(results: Results) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """By variant, arm, culture ("all" first) and metric, with the reading behind an @: phq9@week_12, dropout."""
    out: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for row in records(results, "estimates"):
        if row["twin"] != "factual":
            continue
        metric = f"{row['metric']}@{row['reading']}" if row["reading"] else row["metric"]
        place = out.setdefault(row["variant"], {}).setdefault(row["arm"], {}).setdefault(row["culture"], {})
        place[metric] = {key: row[key] for key in ("estimate", "noise_low", "noise_high", "unit")}
    return out


def records(results: Results, name: str) -> list[dict[str, Any]]:
    """A table's rows as dictionaries that JSON can hold."""
    rows: list[dict[str, Any]] = results.arrow(name).to_pylist()
    for row in rows:
        for key, value in row.items():
            if isinstance(value, float) and not math.isfinite(value):
                row[key] = None
    return rows


def summary_text(results: Results, inputs: Mapping[str, bytes] | None = None) -> str:
    """As JSON text with short lines, so that two runs can be compared line by line. `inputs`: the scenario's own files,
    whose SHA-256 is noted."""
    out = summary(results)
    if inputs:
        out["inputs"] = {name: hashlib.sha256(content).hexdigest() for name, content in inputs.items()}
    return _text(out, 0) + "\n"


def _text(value: Any, depth: int) -> str:
    """Objects of objects and lists of objects are broken into lines; what is innermost stays on one line."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and (depth == 0 or any(isinstance(item, dict) for item in value.values())):
        parts = [f"{inner}{json.dumps(key)}: {_text(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + _text(item, depth + 1) for item in value) + f"\n{outer}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
