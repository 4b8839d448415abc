"""The results folder and single files, written in one stroke: all of it, or on any failure nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from hybridcare import drivers, tables
from hybridcare.errors import ConfigError, config_error
from hybridcare.inputs import inputs

if TYPE_CHECKING:
    import pyarrow as pa

    from hybridcare.results import Results

#: What summary.json of a results folder starts with; only such a folder may be overwritten.
FORMAT = "hybridcare results 1"
#: Files of a results folder beside the tables.
_SINGLE = {"clients.parquet", "weeks.parquet", "data_dictionary.csv", "scenario.json", "report.html", "summary.json"}


def refused(path: Path, error: OSError) -> ConfigError:
    """The system's reason as a message about the user's path."""
    reason = (error.strerror or str(error)).lower()
    return config_error(str(path), f"cannot be written: {reason}; nothing is left behind")


def check_folder(folder: Path, overwrite: bool = False) -> None:
    """Raises ConfigError if a results folder cannot be put there: tried before the run, not after it."""
    try:
        _check_free(folder, overwrite)
        made = _make_parents(folder)
        try:
            Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)).rmdir()
        finally:
            _remove_parents(made)
    except OSError as error:
        raise refused(folder, error) from error


def check_file(path: Path) -> None:
    """The same for a single file, which may replace an older one."""
    above = Path(os.path.abspath(path)).parent
    if path.is_dir():
        raise config_error(str(path), "is a folder; give the name of a file")
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise config_error(str(path), f"cannot be written: no folder {above.name!r} in which a file can be made")


def _check_free(folder: Path, overwrite: bool) -> None:
    if not folder.name:
        raise config_error(str(folder), "is no name for a results folder")
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise config_error(str(folder), "is there already and is not a folder")
    if not any(folder.iterdir()):
        return
    if not overwrite:
        raise config_error(str(folder), "is there already and not empty; another name, or --overwrite")
    if not is_results(folder):
        raise config_error(str(folder), "is not a hybridcare results folder, so --overwrite does not touch it")
    held = _inputs(folder)
    for path in folder.rglob("*"):
        if not _is_ours(path) and path.relative_to(folder).as_posix() not in held:
            raise config_error(str(path), "was not written by hybridcare, and --overwrite would lose it; move it away")


def _is_ours(path: Path) -> bool:
    """True for the files that `save` writes: named ones, and tables, which come as Parquet and CSV."""
    other = {".csv": ".parquet", ".parquet": ".csv"}.get(path.suffix)
    return path.is_file() and (path.name in _SINGLE or (other is not None and path.with_suffix(other).is_file()))


def _inputs(folder: Path) -> set[str]:
    """Names of the scenario's own files that the result holds, and of the folders that they lie in."""
    with (folder / "summary.json").open(encoding="utf-8") as file:
        names = [PurePosixPath(name) for name in json.load(file).get("inputs", {})]
    return {str(each) for name in names for each in (name, *name.parents)}


def is_results(folder: Path) -> bool:
    """True for a folder that this package wrote."""
    try:
        with (folder / "summary.json").open(encoding="utf-8") as file:
            return bool(json.load(file).get("format") == FORMAT)
    except (OSError, ValueError, AttributeError):
        return False


def save(results: Results, folder: Path, overwrite: bool = False, rows: bool = False) -> Path:
    """Writes everything into a hidden sibling, flushes it to the disk, and renames it. See Results.save."""
    folder = Path(os.path.abspath(folder))
    try:
        _check_free(folder, overwrite)
        made = _make_parents(folder)
        try:
            _fill_and_rename(results, folder, overwrite, rows)
        except BaseException:
            _remove_parents(made)
            raise
    except OSError as error:
        raise refused(folder, error) from error
    return folder


def _fill_and_rename(results: Results, folder: Path, overwrite: bool, rows: bool) -> None:
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        _fill(results, work, rows)
        work.chmod(0o777 & ~_umask())
        flush_folder(work)
        _check_free(folder, overwrite)  # once more: another run may have finished there meanwhile
        _put_in_place(work, folder)
        flush_folder(folder.parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder that appears under its name only when it is whole. Raises ConfigError if it cannot be written, or holds
    something already."""
    try:
        _check_free(folder, overwrite=False)
        made = _make_parents(folder)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
        try:
            yield work
            work.chmod(0o777 & ~_umask())
            flush_folder(work)
            os.rename(work, folder)
            flush_folder(folder.parent)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            _remove_parents(made)
            raise
    except OSError as error:
        raise refused(folder, error) from error


def _put_in_place(work: Path, folder: Path) -> None:
    """An old result is moved aside first and comes back if the new one cannot take its place."""
    if not folder.is_dir() or not any(folder.iterdir()):
        os.rename(work, folder)  # also onto an empty folder
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".old", dir=folder.parent))
    os.rename(folder, aside)
    try:
        os.rename(work, folder)
    except BaseException:
        os.rename(aside, folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _fill(results: Results, work: Path, rows: bool) -> None:
    from hybridcare import ensemble_run
    from hybridcare.report import write_report
    from hybridcare.summary import summary_text

    for name in results.table_names:
        stamped = tables.stamped(results.arrow(name), results.provenance)
        put(work / f"{name}.parquet", parquet_bytes(stamped))
        put(work / f"{name}.csv", csv_bytes(stamped))
    if (screened := drivers.of(results)) is not None:
        stamped = tables.stamped(screened.arrow(), results.provenance)
        put(work / "drivers.parquet", parquet_bytes(stamped))
        put(work / "drivers.csv", csv_bytes(stamped))
    if (over := ensemble_run.of(results)) is not None:
        stamped = tables.stamped(over.arrow(), over.provenance(results.provenance))
        put(work / "ensemble.parquet", parquet_bytes(stamped))
        put(work / "ensemble.csv", csv_bytes(stamped))
    put(work / "data_dictionary.csv", dictionary_bytes(results))
    put(work / "scenario.json", results.scenario.text().encode())
    held = inputs(results.scenario)
    for name, content in held.items():
        if (work / name).exists() or name in _SINGLE:
            raise config_error(name, "is a file of the scenario, and a results folder has its own of that name; "
                               "rename it")  # fmt: skip
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        put(work / name, content)
    if rows:
        _write_rows(results, work)
    write_report(results, work / "report.html")
    _flush_file(work / "report.html")
    put(work / "summary.json", summary_text(results, held).encode())  # last: it marks the folder as a result


def save_csv(table: pa.Table, provenance: Mapping[str, Any], target: Path) -> None:
    """One table with its provenance. Raises ConfigError if it cannot be written."""
    with written_file(target) as file:
        file.write(csv_bytes(tables.stamped(table, provenance)))


def save_report(results: Results, target: Path) -> Path:
    """See Results.report. Drawn under a hidden name beside it, then renamed."""
    from hybridcare.report import write_report

    with written_file(target) as file, tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "report.html"
        write_report(results, drawn)
        file.write(drawn.read_bytes())
    return target


def _write_rows(results: Results, work: Path, sample: int = 50) -> None:
    from hybridcare.rows import chunks, write_rows

    some = min(sample, results.experiment.clients)
    for kind, count in (("clients", 0), ("weeks", some)):
        with (work / f"{kind}.parquet").open("wb") as file:
            write_rows(results, chunks(results, kind, count), file)  # type: ignore[arg-type]
            _flush(file)


def parquet_bytes(table: pa.Table) -> bytes:
    """In memory first: the tables are small, and Python's own file errors are the clearer ones."""
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def csv_bytes(table: pa.Table) -> bytes:
    """UTF-8 with a header; text quoted; empty where a number is unknown (NaN)."""
    import pyarrow.csv

    plain = table.cast(_plain(table.schema))
    for at, field in enumerate(plain.schema):
        if field.type == "double":
            plain = plain.set_column(at, field, _unknown_as_null(plain.column(at)))
    out = io.BytesIO()
    pyarrow.csv.write_csv(plain, out, pyarrow.csv.WriteOptions(quoting_style="needed"))
    return out.getvalue()


def _plain(schema: pa.Schema) -> pa.Schema:
    import pyarrow

    def plain(field: pa.Field) -> pa.Field:
        return field.with_type(field.type.value_type) if pyarrow.types.is_dictionary(field.type) else field

    return pyarrow.schema([plain(field) for field in schema])


def _unknown_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow
    from pyarrow import compute

    return compute.if_else(compute.is_nan(column), pyarrow.scalar(None, pyarrow.float64()), column)


def dictionary_bytes(results: Results) -> bytes:
    """What every column of every table means: table, column, unit, meaning."""
    import pyarrow

    from hybridcare import ensemble_run

    lines: list[dict[str, str]] = []
    held = {name: results.core_table(name).columns for name in results.table_names}
    if (screened := drivers.of(results)) is not None:
        held["drivers"] = screened.raw.table.columns
    if (over := ensemble_run.of(results)) is not None:
        held["ensemble"] = over.columns().to_dict("records")
    for name, columns in held.items():
        for column in columns:
            lines.append({"table": name, "column": column["name"], **{key: column[key] for key in ("unit", "meaning")}})
    for column_name, meaning in tables.PROVENANCE.items():
        lines.append({"table": "every table", "column": column_name, "unit": "", "meaning": meaning})
    return csv_bytes(pyarrow.Table.from_pylist(lines))


def put(path: Path, content: bytes) -> None:
    """Writes a file and flushes it to the disk. Raises OSError."""
    with path.open("wb") as file:
        file.write(content)
        _flush(file)


@contextmanager
def written_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole. Raises ConfigError if it cannot be written."""
    target = Path(os.path.abspath(target))
    try:
        if target.is_dir():
            raise config_error(str(target), "is a folder; give the name of a file")
        if target.exists() and not target.is_file():  # a device or a pipe: nothing to rename over
            with target.open("wb") as file:
                yield file
            return
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                _flush(file)
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise refused(target, error) from error


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Makes the names in a folder last, as a flush does its files' content. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _make_parents(folder: Path) -> list[Path]:
    """Makes the missing folders above; returns them, innermost last. Removes them again if one cannot be made."""
    missing: list[Path] = []
    above = Path(os.path.abspath(folder)).parent
    while not above.exists():
        missing.insert(0, above)
        above = above.parent
    made: list[Path] = []
    try:
        for parent in missing:
            parent.mkdir()
            made.append(parent)
    except BaseException:
        _remove_parents(made)
        raise
    return made


def _remove_parents(made: list[Path]) -> None:
    for parent in reversed(made):
        with suppress(OSError):  # somebody else may have put something there meanwhile
            parent.rmdir()
