"""Parts of a study as tables: numbers of a range of points to Parquet bytes and back, and what the columns mean."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pyarrow as pa

    from hybridcare.study_plan import Part

PART_FORMAT = "hybridcare part 1"
#: What each measure says of itself, beside unit and meaning.
NAMES = ("metric", "reading", "culture", "twin")
#: Columns of a part: name, unit, meaning.
COLUMNS = (
    ("point", "", "design point: row of design.parquet, from 0"),
    ("arm", "", "arm of the scenario"),
    ("metric", "", "what was measured"),
    ("reading", "", "when; empty: over the whole follow-up"),
    ("culture", "", "of whom; all: all cultures together"),
    ("twin", "", "empty: as it is; else the value minus that of these exact twins (excess)"),
    ("unit", "", "of estimate and values"),
    ("estimate", "as in column unit", "mean over replicates; NaN where nobody is counted, or the run failed"),
    ("values", "as in column unit", "one jackknife pseudo-value per replicate; their spread is simulation noise; arms "
     "and points share their luck, so differences are taken on these first"),
    ("failure", "", "why the run of this point failed; null: it did not"),
)  # fmt: skip


@dataclass
class Outcome:
    """Numbers of a range of points.

    Attributes
        estimate    shape (points, arms, measures); NaN where nobody is counted or the point failed
        values      shape (points, arms, measures, replicates): pseudo-values
        failures    reason by point, counted from the start of the range
        client_weeks, kernel_seconds    simulated weeks of clients; seconds of computing, summed over threads
    """

    estimate: np.ndarray
    values: np.ndarray
    failures: dict[int, str] = field(default_factory=dict)
    client_weeks: int = 0
    kernel_seconds: float = 0.0

    @staticmethod
    def failed(points: int, shape: tuple[int, int, int], reason: str) -> Outcome:
        """All points failed for the same reason; shape: arms, measures, replicates."""
        return Outcome(np.full((points, *shape[:2]), np.nan), np.full((points, *shape), np.nan),
                       dict.fromkeys(range(points), reason))  # fmt: skip

    @staticmethod
    def joined(pieces: Sequence[Outcome]) -> Outcome:
        """Consecutive ranges as one."""
        failures: dict[int, str] = {}
        start = 0
        for piece in pieces:
            failures.update({start + point: reason for point, reason in piece.failures.items()})
            start += len(piece.estimate)
        return Outcome(
            np.concatenate([piece.estimate for piece in pieces]),
            np.concatenate([piece.values for piece in pieces]),
            failures,
            sum(piece.client_weeks for piece in pieces),
            sum(piece.kernel_seconds for piece in pieces),
        )


def part_table(part: Part, outcome: Outcome, arms: Sequence[str], measures: Sequence[Mapping[str, Any]]) -> pa.Table:
    """One row per point, arm and measure, in this order; built from whole columns."""
    import pyarrow as pa

    points, replicates = part.size, outcome.values.shape[-1]
    width = len(arms) * len(measures)
    columns: dict[str, Any] = {"point": pa.array(np.repeat(np.arange(part.start, part.stop), width))}
    each_arm = np.tile(np.repeat(np.arange(len(arms), dtype=np.int32), len(measures)), points)
    columns["arm"] = pa.DictionaryArray.from_arrays(each_arm, pa.array(list(arms), pa.string()))
    for name in (*NAMES, "unit"):
        words = [str(measure["name" if name == "metric" else name]) for measure in measures]
        known = list(dict.fromkeys(words))
        codes = np.array([known.index(word) for word in words], np.int32)
        each = np.tile(codes, points * len(arms))
        columns[name] = pa.DictionaryArray.from_arrays(each, pa.array(known, pa.string()))
    columns["estimate"] = pa.array(np.ascontiguousarray(outcome.estimate).reshape(-1))
    flat = pa.array(np.ascontiguousarray(outcome.values).reshape(-1))
    columns["values"] = pa.FixedSizeListArray.from_arrays(flat, replicates)
    columns["failure"] = _reasons(outcome.failures, points, width)
    about = {name: {"unit": unit, "meaning": meaning} for name, unit, meaning in COLUMNS}
    fields = [pa.field(name, column.type, metadata=about[name]) for name, column in columns.items()]
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields))


def _reasons(failures: Mapping[int, str], points: int, width: int) -> pa.Array:
    import pyarrow as pa

    reasons = list(dict.fromkeys(failures[point] for point in sorted(failures)))
    code = {reason: number for number, reason in enumerate(reasons)}
    of_point = np.zeros(points, np.int32)
    fine = np.ones(points, bool)
    for point, reason in failures.items():
        of_point[point], fine[point] = code[reason], False
    codes = pa.array(np.repeat(of_point, width), pa.int32(), mask=np.repeat(fine, width))
    return pa.DictionaryArray.from_arrays(codes, pa.array(reasons, pa.string()))


def part_bytes(table: pa.Table, account: Mapping[str, Any]) -> bytes:
    """The same bytes for the same table and account: fixed options, no time stamp."""
    import pyarrow.parquet

    marked = table.replace_schema_metadata({"hybridcare": json.dumps(account, sort_keys=True)})
    out = io.BytesIO()
    words = [name for name in table.column_names if name not in ("estimate", "values", "point")]
    pyarrow.parquet.write_table(marked, out, compression="zstd", compression_level=1, use_dictionary=words,
                                write_statistics=["point"], row_group_size=1 << 20, version="2.6",
                                data_page_version="1.0", store_schema=True)  # fmt: skip
    return out.getvalue()


def read_part(content: bytes, shown: str) -> tuple[pa.Table, dict[str, Any]]:
    """Table and account of a part's bytes. Raises ConfigError for what is no part."""
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(content), use_threads=False)
        account = json.loads((table.schema.metadata or {})[b"hybridcare"])
        if account["format"] != PART_FORMAT:
            raise KeyError(account["format"])
    except (pyarrow.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        raise config_error(shown, "is no part of a hybridcare study; move it away, and run the study again") from error
    return table, account


def same_tables(a: pa.Table, b: pa.Table) -> bool:
    """To the last bit, an unknown number (NaN) being one; however their files were written."""
    if a.num_rows != b.num_rows or a.column_names != b.column_names:
        return False
    numbers = ("estimate", "values")
    for name in numbers:
        one, other = (table.column(name).combine_chunks() for table in (a, b))
        if one.type != other.type:
            return False
        if name == "values":
            one, other = one.flatten(), other.flatten()
        if not np.array_equal(one.to_numpy(), other.to_numpy(), equal_nan=True):
            return False
    words = [name for name in a.column_names if name not in numbers]
    return all(a.column(name).to_pylist() == b.column(name).to_pylist() for name in words)


def outcome_of(table: pa.Table, account: Mapping[str, Any], shape: tuple[int, int, int]) -> Outcome:
    """Numbers of a part; shape: arms, measures, replicates. Raises ValueError if it holds another shape."""
    arms, measures, replicates = shape
    width = arms * measures
    estimate = table.column("estimate").to_numpy().reshape(-1, arms, measures)
    values = table.column("values").combine_chunks().flatten().to_numpy().reshape(-1, arms, measures, replicates)
    column = table.column("failure").combine_chunks()
    failures: dict[int, str] = {}
    if column.null_count < len(column):
        reasons = column.dictionary_decode().to_pylist()[::width]
        failures = {point: reason for point, reason in enumerate(reasons) if reason is not None}
    return Outcome(estimate, values, failures, int(account["client_weeks"]))


def failure_bytes(part: Part, failures: Mapping[int, str], patches: Sequence[str]) -> bytes:
    """The failed points of a part as a CSV file for people: point, reason, patch."""
    import pyarrow as pa

    from hybridcare.writing import csv_bytes

    failed = sorted(failures)
    return csv_bytes(pa.table({
        "point": pa.array([part.start + point for point in failed], pa.int64()),
        "reason": pa.array([failures[point] for point in failed], pa.string()),
        "patch": pa.array([patches[point] for point in failed], pa.string()),
    }))  # fmt: skip
