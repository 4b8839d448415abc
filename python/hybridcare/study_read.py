"""What a study found: numbers of all points as arrays and tidy tables, read from memory or from its folder."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import study_checks, tables, writing
from hybridcare.errors import config_error
from hybridcare.study_folder import Folder, this_build
from hybridcare.study_plan import Part, Plan
from hybridcare.study_tables import COLUMNS, NAMES, Outcome, outcome_of, part_table, read_part

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Runs:
    """Numbers of all design points.

    Attributes
        plan        the study that was run
        folder      where it is kept; None: in memory alone
        metrics     a dict per measure: name, reading, culture, twin, unit, meaning
        estimate    shape (points, arms, measures); NaN where nobody is counted, the run failed, or is still to do
        values      shape (points, arms, measures, replicates): jackknife pseudo-values; arms and points share their
                    luck, so take differences on these first, and noise after
        failures    why, by point
        there       shape (points,): False for points that are still to do
        client_weeks, kernel_seconds    simulated weeks of clients; seconds of computing in this call, over all threads
        wall_seconds                    of this call
    """

    def __init__(self, plan: Plan, measures: Sequence[Mapping[str, Any]], folder: Path | None = None) -> None:
        self.plan, self.folder = plan, folder
        self.metrics = [dict(measure) for measure in measures]
        shape = (plan.points, len(plan.task.arms), len(measures))
        self.estimate = np.full(shape, np.nan)
        self.values = np.full((*shape, plan.task.replicates), np.nan)
        self.there = np.zeros(plan.points, bool)
        self.failures: dict[int, str] = {}
        self.client_weeks, self.kernel_seconds, self.wall_seconds = 0, 0.0, 0.0

    def put(self, part: Part, outcome: Outcome) -> None:
        """A part's numbers in their place."""
        rows = slice(part.start, part.stop)
        self.estimate[rows], self.values[rows], self.there[rows] = outcome.estimate, outcome.values, True
        self.failures.update({part.start + point: reason for point, reason in outcome.failures.items()})
        self.client_weeks += outcome.client_weeks

    @property
    def arms(self) -> tuple[str, ...]:
        return self.plan.task.arms

    @property
    def complete(self) -> bool:
        """True if no point is still to do. Failed ones count as done: they have a reason."""
        return bool(self.there.all())

    @property
    def noise_se(self) -> np.ndarray:
        """Monte Carlo standard error of each estimate, shape as estimate: SD of the pseudo-values / sqrt(replicates);
        NaN with one replicate."""
        if self.values.shape[-1] < 2:
            return np.full(self.estimate.shape, np.nan)
        with np.errstate(invalid="ignore"):
            spread: np.ndarray = self.values.std(axis=-1, ddof=1) / math.sqrt(self.values.shape[-1])
        return spread

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all numbers in the order of points; depends on no chunk, thread, worker or machine."""
        content = hashlib.sha256(self.plan.hash.encode())
        for numbers in (self.estimate, self.values):
            plain = np.where(np.isnan(numbers), np.nan, numbers)  # one NaN for all
            content.update(np.ascontiguousarray(plain, "<f8").tobytes())
        return content.hexdigest()

    @property
    def sentence(self) -> str:
        done, failed = int(self.there.sum()), len(self.failures)
        words = f"{done:,} of {self.plan.points:,} design points are done"
        return f"{words}, {failed:,} of them failed, each with its reason." if failed else f"{words}; none failed."

    # tables
    def arrow(self, values: bool = False) -> pa.Table:
        """See `table`; `values`: also the pseudo-values, a list per row."""
        import pyarrow as pa

        whole = Part(0, self.plan.points)
        table = part_table(whole, Outcome(self.estimate, self.values, self.failures), self.arms, self.metrics)
        noise = pa.field("noise_se", pa.float64(), metadata={"unit": "as in column unit", "meaning": NOISE})
        table = table.add_column(table.column_names.index("values"), noise, pa.array(self.noise_se.reshape(-1)))
        if not values:
            table = table.drop_columns(["values"])
        rows = pa.array(np.repeat(np.arange(self.plan.points), len(self.arms) * len(self.metrics)))
        for at, field in enumerate(self.plan.design.schema):
            name = field.name if field.name not in table.column_names else f"design_{field.name}"
            table = table.add_column(1 + at, field.with_name(name), self.plan.design.column(field.name).take(rows))
        return table

    def table(self) -> pd.DataFrame:
        """A tidy frame, one row per point, arm and measure: the design's columns, arm, metric, reading, culture, twin,
        unit, estimate, noise_se (Monte Carlo error), failure."""
        return tables.pandas(self.arrow())

    def design(self) -> pd.DataFrame:
        """One row per design point: the columns that the study varies."""
        return tables.pandas(self.plan.design)

    def failed(self) -> pd.DataFrame:
        """One row per failed point: point, reason, patch."""
        import pandas

        rows = [(point, self.failures[point], self.plan.patches[point]) for point in sorted(self.failures)]
        return pandas.DataFrame(rows, columns=["point", "reason", "patch"])

    # files
    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every exported number."""
        import json

        from hybridcare.scenario import Scenario

        task = self.plan.task
        scenario = Scenario.of(json.loads(task.document), task.file)
        known = scenario.core
        return {"calibration": known.calibration, "driver": known.driver, "scenario_hash": scenario.hash,
                "seed": known.seed, **this_build()}  # fmt: skip

    def to_csv(self, folder: str | os.PathLike[str], values: bool = False) -> Path:
        """Writes runs.csv, design.csv, failures.csv and data_dictionary.csv into a new folder, all or nothing.

        values: also values.csv, a row per point, arm, measure and replicate. Raises ConfigError if it cannot be
        written.
        """
        target = Path(os.path.abspath(folder))
        with writing.new_folder(target) as work:
            for name, table in self._exports(values).items():
                writing.put(work / f"{name}.csv", writing.csv_bytes(tables.stamped(table, self.provenance)))
            writing.put(work / "data_dictionary.csv", writing.csv_bytes(self.dictionary(values)))
        return target

    def to_parquet(self, file: str | os.PathLike[str], values: bool = False) -> Path:
        """Writes the tidy table as one Parquet file. Raises ConfigError if it cannot be written."""
        target = Path(os.path.abspath(file))
        with writing.written_file(target) as out:
            out.write(writing.parquet_bytes(tables.stamped(self.arrow(values), self.provenance)))
        return target

    def _exports(self, values: bool) -> dict[str, pa.Table]:
        import pyarrow as pa

        points = pa.array(np.arange(self.plan.points))
        tables_by_name = {
            "runs": self.arrow(),
            "design": self.plan.design.add_column(0, "point", points),
            "failures": pa.Table.from_pandas(self.failed(), preserve_index=False),
        }
        return {**tables_by_name, **({"values": self._long_values()} if values else {})}

    def _long_values(self) -> pa.Table:
        import pyarrow as pa

        replicates = self.plan.task.replicates
        table = self.arrow().select(["point", "arm", *NAMES, "unit"])
        rows = pa.array(np.repeat(np.arange(table.num_rows), replicates))
        long = table.take(rows).append_column("replicate", pa.array(np.tile(np.arange(replicates), table.num_rows)))
        return long.append_column("value", pa.array(self.values.reshape(-1)))

    def dictionary(self, values: bool = False) -> pa.Table:
        """Data dictionary: table, column, unit, meaning; and what each measure means."""
        import pyarrow as pa

        known = {name: (unit, meaning) for name, unit, meaning in COLUMNS}
        lines = [{"table": "runs", "column": name, "unit": known[name][0], "meaning": known[name][1]}
                 for name in known if name != "values"]  # fmt: skip
        lines.append({"table": "runs", "column": "noise_se", "unit": known["estimate"][0], "meaning": NOISE})
        for field in self.plan.design.schema:
            about = {key.decode(): text.decode() for key, text in (field.metadata or {}).items()}
            lines.append({"table": "runs and design", "column": field.name, "unit": about.get("unit", ""),
                          "meaning": about.get("meaning", "varied by the study")})  # fmt: skip
        if values:
            unit, meaning = known["values"]
            lines += [{"table": "values", "column": "replicate", "unit": "", "meaning": "from 0"},
                      {"table": "values", "column": "value", "unit": unit, "meaning": meaning}]  # fmt: skip
        failed = {"point": known["point"][1], "reason": "why its run failed", "patch": "its JSON merge patch"}
        lines += [{"table": "failures", "column": name, "unit": "", "meaning": meaning}
                  for name, meaning in failed.items()]  # fmt: skip
        lines += [{"table": "every table", "column": name, "unit": "", "meaning": meaning}
                  for name, meaning in tables.PROVENANCE.items()]  # fmt: skip
        lines += [{"table": "measure", "column": _label(each), "unit": each["unit"], "meaning": each["meaning"]}
                  for each in self.metrics]  # fmt: skip
        return pa.Table.from_pylist(lines)

    def __repr__(self) -> str:
        return f"<hybridcare.Runs {self.plan.name!r}: {self.sentence}>"


NOISE = "Monte Carlo standard error of the estimate over replicates; not uncertainty of the model"


def _label(measure: Mapping[str, Any]) -> str:
    words = [str(measure["name"]), f"@{measure['reading']}" if measure["reading"] else ""]
    words += [f"/{measure['culture']}" if measure["culture"] not in ("", "all") else ""]
    return "".join([*words, f"-{measure['twin']}" if measure["twin"] else ""])


def checked_part(folder: Folder, name: str) -> tuple[pa.Table, dict[str, Any]]:
    """Table and account of a part, once its checksum, study and build are as they should be. Raises ConfigError."""
    path = folder.path / "parts" / name
    again = "its points are then computed again, and the others are kept"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise config_error(str(path), f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    if hashlib.sha256(content).hexdigest()[:32] != name.split(".")[1]:
        raise config_error(str(path), "is corrupt: its content does not have the checksum in its name. Bring it back "
                           "from a copy, or run the study again with --repair (in Python repair=True): "
                           f"{again}")  # fmt: skip
    table, account = read_part(content, str(path))
    if account.get("study") != folder.study_hash:
        raise config_error(str(path), f"belongs to another study; move it away and run the study again: {again}")
    if [account["start"], account["stop"]] != [int(number) for number in name.split(".")[0].split("-")]:
        raise config_error(str(path), f"holds other points than its name says; move it away and run the study again: "
                           f"{again}")  # fmt: skip
    if account.get("build") != folder.build:
        made, begun = study_checks.build_words(account["build"]), study_checks.build_words(folder.build)
        raise config_error(str(path), f"mixed builds: this part was made by {made}, the study was begun with "
                           f"{begun}; run the study again with --repair (in Python repair=True): {again}")  # fmt: skip
    return table, account


def load(folder: Folder, partial: bool = False, parts: Sequence[Part] | None = None) -> Runs:
    """All numbers of a folder. Raises ConfigError: a corrupt part, a missing one, mixed builds; and points that are
    still to do, unless `partial`: those are NaN then, and not `there`. parts: only these."""
    study_checks.check_agreement(folder)
    runs = Runs(folder.plan, folder.measures, folder.path)
    held = folder.names()
    lost = sorted(set(folder.manifest().get("parts", ())) - {name for names in held.values() for name in names})
    if lost and not partial:
        raise config_error(str(folder.path), f"{len(lost)} part(s) that the manifest lists are missing, first "
                           f"{lost[0]}; bring them back from a copy, or run the study again: they are then computed "
                           "again")  # fmt: skip
    wanted = None if parts is None else set(parts)
    for part, names in held.items():
        if wanted is not None and part not in wanted:
            continue
        table, account = checked_part(folder, names[0])
        runs.put(part, outcome_of(table, account, folder.shape))
    if not partial and not runs.complete:
        left = int((~runs.there).sum())
        raise config_error(str(folder.path), f"{left:,} of {folder.plan.points:,} points are still to do; run the "
                           "study again to go on, or read what is there with partial=True")  # fmt: skip
    return runs


def open_runs(folder: str | os.PathLike[str], partial: bool = False) -> Runs:
    """Numbers of a study folder. See `load`."""
    return load(Folder.open(folder), partial)
