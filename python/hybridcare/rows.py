"""Rows on request: simulated again with the same draws, a few blocks at a time, into a frame or a Parquet file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from hybridcare import core, tables
from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from hybridcare.results import Results

Kind = Literal["clients", "weeks"]


def chunks(results: Results, kind: Kind, sample: int, threads: int = 0) -> Iterator[pa.Table]:
    """Arrow tables in the order (replicate, block, arm, client); memory does not grow with their number."""
    for chunk in core.RowStream(results.experiment, kind=kind, sample=sample, threads=threads):
        yield tables.arrow(chunk)


def rows(
    results: Results, kind: Kind, sample: int, to: str | os.PathLike[str] | None, threads: int
) -> pd.DataFrame | Path:
    """See Results.clients and Results.weeks."""
    if kind == "weeks" and not 1 <= sample <= results.experiment.clients:
        raise config_error("sample", f"{sample} is outside [1, {results.experiment.clients}] clients")
    stream = chunks(results, kind, sample, threads)
    if to is None:
        import pyarrow

        held = list(stream)
        return tables.pandas(pyarrow.concat_tables(held).unify_dictionaries())
    from hybridcare.writing import written_file

    target = Path(to)
    if target.suffix != ".parquet":
        raise config_error(str(target), "rows are streamed to Parquet; give a name that ends in .parquet")
    with written_file(target) as file:
        write_rows(results, stream, file)
    return target


def write_rows(results: Results, stream: Iterator[pa.Table], file: IO[bytes]) -> int:
    """Streams the chunks into `file` as Parquet, one row group each, with the provenance columns. Returns the rows."""
    import pyarrow.parquet

    writer = None
    count = 0
    try:
        for chunk in stream:
            stamped = tables.stamped(chunk, results.provenance)
            if writer is None:
                writer = pyarrow.parquet.ParquetWriter(file, stamped.schema, compression="zstd")
            writer.write_table(stamped, row_group_size=max(1, stamped.num_rows))
            count += stamped.num_rows
    finally:
        if writer is not None:
            writer.close()
    return count
