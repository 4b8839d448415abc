"""From the compiled module's tables to pandas, polars and pyarrow; columns of numbers are shared, not copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from hybridcare import core

#: Columns that every exported CSV and Parquet file ends with, so that a pasted table keeps what it rests on.
PROVENANCE = {
    "calibration": "how far the model's constants are fitted to data",
    "driver": "the assumption that drives the headline, in the scenario author's words",
    "version": "of hybridcare",
    "scenario_hash": "SHA-256 of the resolved scenario, as canonical JSON",
    "seed": "of all random draws",
}


def arrow(table: core.Table) -> pa.Table:
    """The same memory as a pyarrow Table; units and meanings are in the fields' metadata."""
    import pyarrow

    return pyarrow.table(table)


def pandas(table: core.Table | pa.Table) -> pd.DataFrame:
    """A tidy frame. Text is categorical, in the scenario's order. Numbers of a core table are not copied and therefore
    read-only: take `.copy()` to change cells in place."""
    import pyarrow

    held = table if isinstance(table, pyarrow.Table) else arrow(table)
    frame: pd.DataFrame = held.to_pandas(split_blocks=True)
    return frame


def polars(table: core.Table) -> pl.DataFrame:
    """The same as a polars frame. Raises ConfigError if polars is not installed."""
    try:
        import polars
    except ImportError as error:
        raise config_error("polars", "is not installed; `pip install 'hybridcare[polars]'`") from error
    return polars.DataFrame(table)


def stamped(table: pa.Table, provenance: Mapping[str, Any]) -> pa.Table:
    """The table with the columns of PROVENANCE behind its own, as one-word dictionaries (the seed as a number)."""
    import pyarrow

    for name, meaning in PROVENANCE.items():
        value = provenance[name]
        field_type: pa.DataType
        column: pa.Array
        if isinstance(value, int):
            column = pyarrow.repeat(pyarrow.scalar(value, pyarrow.int64()), table.num_rows)
        else:
            codes = pyarrow.repeat(pyarrow.scalar(0, pyarrow.int32()), table.num_rows)
            column = pyarrow.DictionaryArray.from_arrays(codes, pyarrow.array([str(value)], pyarrow.string()))
        field_type = column.type
        table = table.append_column(pyarrow.field(name, field_type, metadata={"unit": "", "meaning": meaning}), column)
    return table
