"""Results of a study as files: one table with the design beside the numbers, and a data dictionary."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hybridcare import tables, writing
from hybridcare.factors import field_of
from hybridcare.study import ABOUT

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from hybridcare.sweep_results import SweepResults

_COLUMNS = {
    "point": ("", "design point: row of the design, from 0"),
    "arm": ("", "protocol of care"),
    "metric": ("", "the study's name for what is measured"),
    "unit": ("", "of estimate and noise_se"),
    "estimate": ("as in column unit", "all replicates pooled; empty: the point failed, or nobody is counted"),
    "noise_se": ("as in column unit", "Monte Carlo error of the estimate; not uncertainty of the model"),
    "failure": ("", "why there is no number; empty: there is one"),
}


def columns(results: SweepResults) -> pd.DataFrame:
    """name, unit, meaning of the columns of `table(design=True)`."""
    import pandas

    rows = [(name, *about) for name, about in _COLUMNS.items()]
    rows += [(name, *_about(results, name)) for name in results.design.columns]
    return pandas.DataFrame(rows, columns=["name", "unit", "meaning"])


def _about(results: SweepResults, name: str) -> tuple[str, str]:
    if name in ABOUT:
        return "", ABOUT[name]
    row = field_of(name)
    unit, meaning = (str(row["unit"]), str(row["meaning"])) if row else ("", "set by the study")
    words = next((f"; {each.words}" + (f" ({each.source})" if each.source else "")
                  for each in results.study.factors if name in each.columns), "")  # fmt: skip
    if not words:
        fitted = results.study.sets is not None and name not in {lever.name for lever in results.study.levers}
        words = "; of the ensemble's parameter set, fitted" if fitted else "; a lever"
    return unit, meaning + words


def _arrow(results: SweepResults) -> pa.Table:
    return _stamped(results, results.table(design=True))


def _stamped(results: SweepResults, frame: pd.DataFrame) -> pa.Table:
    import pyarrow

    mixed = [name for name in frame.columns if frame[name].dtype == object and frame[name].map(type).nunique() > 1]
    table = pyarrow.Table.from_pandas(frame.astype({name: str for name in mixed}), preserve_index=False)
    about = {row.name: (row.unit, row.meaning) for row in columns(results).itertuples(index=False)}
    fields = [field.with_metadata({"unit": about[field.name][0], "meaning": about[field.name][1]})
              for field in table.schema]  # fmt: skip
    return tables.stamped(table.cast(pyarrow.schema(fields)), results.provenance)


def to_parquet(results: SweepResults, file: Path) -> Path:
    """See SweepResults.to_parquet."""
    with writing.written_file(file) as out:
        out.write(writing.parquet_bytes(_arrow(results)))
    return file


def to_csv(results: SweepResults, folder: Path) -> Path:
    """See SweepResults.to_csv."""
    target = Path(os.path.abspath(folder))
    with writing.new_folder(target) as work:
        writing.put(work / "results.csv", writing.csv_bytes(_arrow(results)))
        design = _stamped(results, results.design.reset_index())
        writing.put(work / "design.csv", writing.csv_bytes(design))
        writing.put(work / "data_dictionary.csv", writing.csv_bytes(dictionary(results)))
    return target


def dictionary(results: SweepResults) -> pa.Table:
    """Data dictionary: kind (column, metric or caveat), name, unit, meaning."""
    import pyarrow

    rows = [{"kind": "column", "name": str(row.name), "unit": str(row.unit), "meaning": str(row.meaning)}
            for row in columns(results).itertuples(index=False)]  # fmt: skip
    rows += [{"kind": "column", "name": name, "unit": "", "meaning": text} for name, text in tables.PROVENANCE.items()]
    rows += [{"kind": "metric", "name": each["key"], "unit": each["unit"], "meaning": each["meaning"]}
             for each in results.metrics]  # fmt: skip
    rows += [{"kind": "caveat", "name": "", "unit": "", "meaning": line} for line in results.caveats]
    return pyarrow.Table.from_pylist(rows)
