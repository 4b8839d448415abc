"""Measured profiles: what was measured of an assistant, what was not, and what difference it makes."""

from __future__ import annotations

import json
import math
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare import core, tables
from hybridcare.document import pretty
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.places import data_folder
from hybridcare.progress import progress as shown_progress
from hybridcare.scenario import Scenario, load

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: The scenario that a profile is looked at in unless another is named, and the size at which it is run there.
SCENARIO, CLIENTS, REPLICATES = "measured_assistant", 250, 32
TABLES = ("profile", "profile_effects", "profile_answers")


class Profile:
    """What was measured of an assistant, as one scenario's headline would use it.

    Attributes
        name, title, source    as its file says; `illustrative`: its numbers were invented, and measure nothing
        items                  names of what was measured, each of which `effects` tries alone
        notes                  what was assumed, added up, pooled or left out on the way, in words
        scenario               the Scenario whose headline `effects` runs; its values stand where nothing was measured
    Made by `hybridcare.profile`.
    """

    def __init__(self, raw: core.Profile, scenario: Scenario) -> None:
        self.raw = raw
        self.scenario = scenario
        self.about: dict[str, Any] = raw.about
        self.name: str = self.about["name"]
        self.title: str = self.about["title"]
        self.source: str = self.about["source"]
        self.illustrative: bool = self.about["illustrative"]
        self.items: list[str] = raw.items
        self.notes: list[str] = raw.notes

    def _repr_html_(self) -> str:
        from hybridcare.display import profile

        return profile(self)

    def __repr__(self) -> str:
        mark = " (illustrative: numbers invented)" if self.illustrative else ""
        return f"<hybridcare.Profile {self.name!r}{mark}: {len(self.items)} items measured, in {self.scenario.name!r}>"

    def table(self) -> pd.DataFrame:
        """One row for each thing that a profile can say; what was not measured has the state "assumed".

        Columns: kind, name, state, field (assumed: whose value stands), evidence (replies, ratings, cases), observed,
        study (posterior mean in the study), told (what the model is told), low, high (its 95 % interval), limited
        (share of posterior draws held at a limit), note, grade, source. Accuracies, ratings on [0, 1] and rates.
        """
        frame = tables.pandas(self._lines).astype({"field": str, "state": str})
        known = {row["path"]: row for row in core.fields()}
        measured = "illustrative" if self.illustrative else "measured"
        frame["grade"] = [known[path]["grade"] if path else measured for path in frame["field"]]
        frame["source"] = [known[path]["evidence"] if path else self.source for path in frame["field"]]
        return frame

    def effects(self, threads: int = 0, progress: bool = True) -> pd.DataFrame:
        """How far each measured item moves the answer at b_E 0, 1.5 and 3: everything measured, at its posterior mean,
        against the same without the item, over the same clients with the same chances.

        Columns: item ("everything": against nothing measured), culture (of the clients counted), b_E, outcome, unit,
        measured, not_measured, effect, noise_se, noise_low, noise_high (simulation noise alone). Outcome phq9 is the
        headline's difference in the mean PHQ-9, points; see `columns`. Runs the scenario at the first call, for some
        seconds; the second call is free. Ctrl-C stops it.
        """
        return tables.pandas(self._study(threads, progress)[0])

    def answers(self, threads: int = 0, progress: bool = True) -> pd.DataFrame:
        """The headline at b_E 0, 1.5 and 3: not_measured, at_means, drawn, and open_sd: how far the measurement leaves
        the answer open, PHQ-9 points. That is doubt about parameters: more replicates do not shrink it."""
        return tables.pandas(self._study(threads, progress)[1])

    def columns(self, name: str) -> pd.DataFrame:
        """The columns of table "profile", "profile_effects" or "profile_answers": name, unit, meaning."""
        import pandas

        if name not in TABLES:
            raise config_error("", unknown("table", name, TABLES))
        table = self._lines if name == "profile" else self._tables(0, False)[name]
        return pandas.DataFrame(table.columns)

    def document(self, threads: int = 0, progress: bool = True) -> dict[str, Any]:
        """Everything as plain dictionaries that JSON can hold; None where unknown."""
        core_experiment = self.scenario.core
        return {
            "format": "hybridcare profile 1",
            "profile": self.about,
            "scenario": self.scenario.name,
            "scenario_hash": self.scenario.hash,
            "arm": core_experiment.headline["arm"],
            "against": core_experiment.headline["against"],
            "reading_week": core_experiment.reading_week,
            "seed": core_experiment.seed,
            "clients": core_experiment.clients,
            "replicates": core_experiment.replicates,
            "version": core.build_info()["version"],
            "notes": self.notes,
            "learned": _records(self.table()),
            "effects": _records(self.effects(threads, progress)),
            "answers": _records(self.answers(threads, progress)),
        }

    def save(self, folder: str | os.PathLike[str], threads: int = 0, progress: bool = True) -> Path:
        """Writes profile.json, and the three tables as CSV with a data dictionary, into a new folder: all or nothing.

        Raises ConfigError if something is there already, or if it cannot be written.
        """
        from hybridcare.writing import csv_bytes, new_folder, put

        target = Path(os.path.abspath(folder))
        with new_folder(target) as work:
            put(work / "profile.json", pretty(self.document(threads, progress)).encode())
            found = self._tables(threads, progress)
            for name, table in found.items():
                put(work / f"{name}.csv", csv_bytes(self._stamped(tables.arrow(table))))
            put(work / "data_dictionary.csv", csv_bytes(_dictionary(found)))
        return target

    @cached_property
    def _lines(self) -> core.Table:
        return self.raw.table()

    def _study(self, threads: int, progress: bool) -> tuple[core.Table, core.Table]:
        if "_studied" not in self.__dict__:
            with shown_progress(self.name, progress) as tick:
                self.__dict__["_studied"] = self.raw.study(threads=threads, progress=tick)
        found: tuple[core.Table, core.Table] = self.__dict__["_studied"]
        return found

    def _tables(self, threads: int, progress: bool) -> dict[str, core.Table]:
        return dict(zip(TABLES, (self._lines, *self._study(threads, progress)), strict=True))

    def _stamped(self, table: pa.Table) -> pa.Table:
        """The table with what it rests on behind its own columns."""
        import pyarrow

        said = {"profile": self.name, "illustrative": str(self.illustrative).lower(),
                "profile_digest": self.about["digest"]}  # fmt: skip
        for name, value in said.items():
            table = table.append_column(name, pyarrow.array([value] * table.num_rows, pyarrow.string()))
        experiment = self.scenario.core
        account = {"calibration": experiment.calibration, "driver": experiment.driver, "seed": experiment.seed,
                   "version": core.build_info()["version"], "scenario_hash": self.scenario.hash}  # fmt: skip
        return tables.stamped(table, account)


def profile(
    path: str | os.PathLike[str],
    scenario: Scenario | str | os.PathLike[str] = SCENARIO,
    clients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
) -> Profile:
    """Reads a measured profile: a folder with profile.json, such a file, or the name of a bundled one.

    `scenario` gives emotions, cultures, and the values that stand where nothing was measured; `effects` runs its
    headline, with `clients` (default 250) an arm in each of `replicates` (default 32). Raises ConfigError with file,
    line and column (CSV) or JSON Pointer: what was found and what is allowed.

    >>> measured = hc.profile("illustrative_companion")
    >>> measured.table()                                 # what was learned, and what is assumed instead
    >>> measured.effects()                               # how far each item moves the answer
    """
    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    size = {"clients": CLIENTS if clients is None else clients, "seed": seed,
            "replicates": REPLICATES if replicates is None else replicates}  # fmt: skip
    base.core.with_overrides(**size)  # refused here by the name of the option, not by a place in a file
    document = base.document()
    document.update({name: int(value) for name, value in size.items() if value is not None})
    sized = Scenario.of(document, base.file)
    return Profile(core.Profile(sized.core, _place(path)), sized)


def bundled_profiles() -> list[str]:
    """Names of the bundled profiles. All are illustrative: their numbers are invented."""
    return sorted(path.parent.name for path in data_folder("profiles").glob("*/profile.json"))


def _place(path: str | os.PathLike[str]) -> str:
    given = os.fspath(path)
    is_name = not os.path.splitext(given)[1] and os.sep not in given and not os.path.lexists(given)
    if not is_name:
        return given
    if given not in bundled_profiles():
        raise config_error("", unknown("profile", given, bundled_profiles()) + "; or give the path of a file or folder")
    return str(data_folder("profiles") / given)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15))
    return [{key: None if isinstance(value, float) and not math.isfinite(value) else value
             for key, value in row.items()} for row in rows]  # fmt: skip


def _dictionary(found: dict[str, core.Table]) -> pa.Table:
    """What every column means."""
    import pyarrow

    return pyarrow.Table.from_pylist(
        [{"table": name, "column": column["name"], "unit": column["unit"], "meaning": column["meaning"]}
         for name, table in found.items() for column in table.columns]
    )  # fmt: skip
