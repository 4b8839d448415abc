"""summary.json: every estimate with its simulation noise, and the account of the run."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from hybridcare import core
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
        "calibration": experiment.calibration,
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
    }


def summary(results: Results) -> dict[str, Any]:
    """The account, the headline with its sentence, and every row of the tables of estimates; null where unknown."""
    out = dict(results.meta)
    out["headline_sentence"] = results.sentence
    for name in ("headline", "split", "contrasts", "estimates"):
        if name in results.table_names:
            out[name] = records(results, name)
    return out


def records(results: Results, name: str) -> list[dict[str, Any]]:
    """A table's rows as dictionaries that JSON can hold."""
    rows: list[dict[str, Any]] = results.arrow(name).to_pylist()
    for row in rows:
        for key, value in row.items():
            if isinstance(value, float) and not math.isfinite(value):
                row[key] = None
    return rows


def summary_text(results: Results) -> str:
    """As JSON text, one row of a table per line, so that two runs can be compared line by line."""
    parts = []
    for key, value in summary(results).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n    ".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in value)
            parts.append(f"  {json.dumps(key)}: [\n    {rows}\n  ]")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
