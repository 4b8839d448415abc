"""Everything that a result rests on, in one archive: scenario and its files, tables, report, assumptions, a script that
runs it again, hashes.

The same results folder gives the same bytes. Names inside come from the package and from names that the reader has
checked; nothing from the scenario is written into the script.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare.errors import ConfigError, config_error
from hybridcare.writing import check_file, csv_bytes, is_results, written_file

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.scenario import Scenario

FORMAT = "hybridcare pack 1"
#: Oldest time that a ZIP archive can hold: when a file was packed says nothing about what is in it.
TIME = (1980, 1, 1, 0, 0, 0)
SKIPPED = {"clients.parquet", "weeks.parquet"}  # rows: large, and made again by the script

README = """What is in here
===============
{title}

{sentence}

{caveats}

scenario.json     the scenario, every default written out; files that it names lie beside it
*.csv, *.parquet  the tables; data_dictionary.csv says what each column means, with its unit
assumptions.csv   every constant of every arm and assumption with its grade, assumed ones first
summary.json      the account of the run, and every estimate
report.html       the report; it opens without a network
rerun.py          runs the scenario again and compares the hash of the results
manifest.json     what was run, how, by which version, and the SHA-256 of every file
SHA256SUMS        the same for `sha256sum --check SHA256SUMS`

To run it again, with hybridcare {version} installed:  python rerun.py
The simulated clients are no persons, and what follows here follows from the assumptions.
"""

#: Runs where the archive was unpacked. Fixed text: what differs between archives is read from manifest.json.
RERUN = '''"""Checks the files of this archive, runs the scenario again, and compares the hash of the results.

Exit code 0: the same; 1: another result; 2: a file was changed. Needs hybridcare; `--quick` checks the files alone.
"""

import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def main() -> int:
    known = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    changed = [name for name, digest in known["files"].items()
               if hashlib.sha256((HERE / name).read_bytes()).hexdigest() != digest]
    if changed:
        print("changed since they were packed:", ", ".join(changed))
        return 2
    print(len(known["files"]), "files are as they were packed")
    if "--quick" in sys.argv[1:]:
        return 0
    import hybridcare

    if hybridcare.__version__ != known["version"]:
        print("packed by hybridcare", known["version"] + "; here is", hybridcare.__version__)
    scenario = hybridcare.load(HERE / "scenario.json")
    results = hybridcare.Experiment(scenario).run(twins=known["twins"], progress=sys.stderr.isatty())
    same = results.hash == known["results_hash"]
    print("results hash", results.hash, "- the same" if same else "instead of " + known["results_hash"])
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
'''


def pack(folder: str | os.PathLike[str], target: str | os.PathLike[str]) -> Path:
    """Writes the archive of a results folder to `target` (a .zip), all of it or nothing, and returns its path.

    Raises ConfigError: no results folder, one of another version or changed by hand, a file of the scenario that is
    missing, a target that cannot be written.
    """
    source, out = Path(folder), Path(target)
    check_target(out, overwrite=True)
    content = contents(source)
    with written_file(out) as file:
        file.write(zipped(content))
    return out


def check_target(out: Path, overwrite: bool) -> None:
    """Before any work. Raises ConfigError: another suffix, a folder that is not there, a file that is, to be kept."""
    if out.suffix != ".zip":
        raise config_error(str(out), "an archive is written as .zip")
    check_file(out)
    if out.exists() and not overwrite:
        raise config_error(str(out), "is there already; another name, or --overwrite")


def contents(folder: Path) -> dict[str, bytes]:
    """Content by name of everything that goes into the archive."""
    account, scenario = _read_folder(folder)
    found: dict[str, bytes] = {"scenario.json": (folder / "scenario.json").read_bytes()}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in (".csv", ".parquet", ".html", ".json") and path.name not in SKIPPED:
            found[path.name] = path.read_bytes()
    found |= {name: (folder / name).read_bytes() for name in account.get("inputs", {})}
    found["assumptions.csv"] = _assumptions_bytes(scenario)
    found["rerun.py"] = RERUN.encode()
    found["README.txt"] = _readme(account).encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(found.items())}
    manifest = {"format": FORMAT, **{key: account[key] for key in ("name", "version", "commit", "scenario_hash",
                "results_hash", "seed", "replicates", "clients", "weeks")}, "twins": _twins(folder),
                "files": sums}  # fmt: skip
    found["manifest.json"] = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    sums["manifest.json"] = hashlib.sha256(found["manifest.json"]).hexdigest()
    found["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
    return found


def zipped(content: dict[str, bytes]) -> bytes:
    """A ZIP archive: names in order, one time, one set of permissions."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, data)
    return out.getvalue()


def account_of(folder: Path) -> dict[str, Any]:
    """What summary.json of a results folder holds. Raises ConfigError if the folder is none."""
    if not folder.is_dir():
        raise config_error(str(folder), "is no folder")
    if not is_results(folder):
        raise config_error(str(folder), "is not a hybridcare results folder: no summary.json that says so")
    account: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return account


def _read_folder(folder: Path) -> tuple[dict[str, Any], Scenario]:
    """The account of the run and the scenario, which must belong together. Raises ConfigError."""
    from hybridcare.scenario import load

    account = account_of(folder)
    for name, digest in account.get("inputs", {}).items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise config_error(str(path), "is missing from the results folder")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise config_error(str(path), "is not the file that these results were made from")
    try:
        scenario = load(folder / "scenario.json")
    except ConfigError as error:
        raise config_error(str(folder), f"its scenario cannot be read, so that nobody could run it again: {error}"
                           ) from error  # fmt: skip
    if scenario.hash != account["scenario_hash"]:
        raise config_error(str(folder), "scenario.json is not what these results were made from: its hash is "
                           f"{scenario.hash[:12]}, theirs {account['scenario_hash'][:12]}")  # fmt: skip
    return account, scenario


def _twins(folder: Path) -> bool:
    """Whether twins were run, as the table of estimates shows."""
    import pyarrow.parquet

    held = pyarrow.parquet.read_table(folder / "estimates.parquet", columns=["twin"])
    return any(name != "factual" for name in held.column("twin").unique().to_pylist())


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every constant of the first arm under the first assumption; of other arms and assumptions, those that differ.

    Columns: variant, arm, grade, path, symbol, value, unit, default, evidence, meaning; assumed ones first.
    """
    import pandas

    variants = [each["name"] for each in scenario.core.variants]
    arms = [each["name"] for each in scenario.core.arms if not each["component"]]
    first = scenario.fields(arms[0], variants[0])
    parts = [first.assign(variant=variants[0], arm=arms[0])]
    for variant in variants:
        for arm in arms:
            here = scenario.fields(arm, variant)
            parts.append(here[(here["value"] != first["value"]).to_numpy()].assign(variant=variant, arm=arm))
    data = pandas.concat(parts, ignore_index=True)
    data = data.sort_values("grade", key=lambda grade: grade != "assumed", kind="stable")
    data = data.astype({"value": str, "default": str})
    return data[["variant", "arm", "grade", "path", "symbol", "value", "unit", "default", "evidence", "meaning"]]


def _assumptions_bytes(scenario: Scenario) -> bytes:
    import pyarrow

    return csv_bytes(pyarrow.Table.from_pandas(assumptions(scenario), preserve_index=False))


def _readme(account: dict[str, Any]) -> str:
    """One line for each text of the scenario's, so that none can look like ours."""
    from hybridcare.plots_base import clean

    caveats = [f"Calibration: {clean(account['calibration'], 400)}",
               f"What drives it, in the scenario author's words: {clean(account['driver'], 400)}"]  # fmt: skip
    return README.format(title=clean(account["title"], 200), sentence=clean(account["headline_sentence"], 2000),
                         caveats="\n".join(caveats), version=clean(account["version"]))  # fmt: skip
