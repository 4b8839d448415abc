"""A virtual trial on paper: one page, and the rows of one trial."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.trial_cells import AS_WRITTEN

if TYPE_CHECKING:
    from hybridcare.report_verb import Part
    from hybridcare.trial import Trial

#: What the parts of a page are called, and how to read them.
HEADINGS = {
    "power": ("Power, for each set of assumptions", "No row is an average over rows."),
    "curve": ("Power and the number of clients", ""),
    "n_for": ("Clients for a wanted power", "Where none is given, the last column says why."),
    "assurance": ("Assurance over what is not known", ""),
    "implied": ("For a formula of one's own", "ICC: between therapists, after the reading at entry is taken out."),
    "type_one": ("Type I error under the mechanistic null", ""),
    "examples": ("Trials of one truth", ""),
    "harms": ("Whom it would harm", ""),
}


def parts(found: Mapping[str, Any]) -> list[Part]:
    """Parts of a page from answers by name (power, curve, n_for, assurance, implied, type_one, examples, harms). Raises
    ConfigError for another name."""
    from hybridcare.report_verb import Part

    made = []
    for name, answer in found.items():
        if name not in HEADINGS:
            raise config_error("report", unknown("answer", name, HEADINGS))
        heading, note = HEADINGS[name]
        first = [answer.sentence] if hasattr(answer, "sentence") else []
        picture = answer.plot() if hasattr(answer, "plot") else None
        table = answer.table()
        for column in {"n", "n_formula", "limit"} & set(table.columns):
            table[column] = table[column].astype("Int64")  # whole, and nothing where there is none
        made.append(Part(heading, [*first, *answer.notes, *answer.statuses], picture, table, note))
    return made


def save_trial(trial: Trial, found: Mapping[str, Any], path: Path, flow: int = 0,
               cell: str = AS_WRITTEN) -> Path:  # fmt: skip
    """Writes one offline page: the answers, then the flow of trial number `flow` in one set of assumptions. Raises
    ConfigError."""
    from hybridcare.report_verb import Part, save_report
    from hybridcare.uncertainty_words import learnt_part

    shown = trial.flow(flow, cell)
    said = f"{shown.sentence} Assumptions: {shown.cell}."
    last = Part("The clients of one trial", [said, *shown.caveats[:1]], shown.plot(), shown.table())
    known = {name: value for name, value in trial.provenance.items() if name != "uncertainty"}
    provenance = {**known, "design": trial.sentence, "caveats": trial.caveats}
    learnt = [learnt_part(trial.sets.default.ensemble)] if trial.sets is not None else []
    title = f"Virtual trial: {trial.base.core.title}"
    return save_report(path, title, trial.sentence, [*parts(found), *learnt, last], provenance)


def save_rows(trial: Trial, replicate: int, path: Path, cell: str = AS_WRITTEN) -> Path:
    """Writes one trial's rows as .csv or .parquet, with the set of assumptions and the provenance as columns; whole or
    not at all. Raises ConfigError."""
    import pyarrow

    from hybridcare import tables
    from hybridcare.writing import csv_bytes, parquet_bytes, written_file

    rows = trial.dataset(replicate, cell).assign(assumptions=cell)
    table = pyarrow.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    stamped = tables.stamped(table, trial.provenance)
    with written_file(path) as file:
        file.write(csv_bytes(stamped) if path.suffix == ".csv" else parquet_bytes(stamped))
    return path
