"""Writes what follows from the program: the JSON Schemas, the ODD document, and in python/docs columns, parameters and
guard variables.

In the pages they stand between `<!-- NAME -->` and `<!-- end -->`; all else there is written by hand.
Usage: reference.py [--check]. With --check nothing is written, and a page that is out of date is an error.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from hybridcare import core
from hybridcare.ensemble_run import COLUMNS
from hybridcare.evidence_base import KINDS, STATUSES, USES, Entry, evidence
from hybridcare.evidence_words import source_of
from hybridcare.odd import odd
from hybridcare.places import data_folder
from hybridcare.scenario import load
from hybridcare.study_schema import text as study_schema
from hybridcare.target_files import bundled as target_file

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "python" / "docs"
ODD = DOCS / "odd.md"
SCHEMA = ROOT / "scenarios" / "schema" / "scenario.schema.json"
STUDY_SCHEMA = ROOT / "scenarios" / "schema" / "study.schema.json"
PART = re.compile(r"<!-- (?P<name>[a-z: _]+) -->\n(?:.*?\n)??<!-- end -->", re.DOTALL)

#: Parts that a longer run writes, on demand; by the name before a colon.
FROM_RUNS = {"claims", "speed", "structures", "targets simulated", "targets sensitivity"}


def rows(heads: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    cells = [heads, ["---"] * len(heads), *lines]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in cells)


def columns(table: core.Table) -> str:
    return rows(["column", "unit", "meaning"], [[f"`{c['name']}`", c["unit"], c["meaning"]] for c in table.columns])


def number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def span(field: dict[str, Any]) -> str:
    """What a field may be: names of choices, or a range."""
    return ", ".join(field["names"]) or f"{number(field['least'])} … {number(field['most'])}"


def lies(field: dict[str, Any]) -> str:
    """Between which values it may lie, where something says so."""
    low, high, source = field["span"] or (0, 0, "")
    return f"{number(low)} … {number(high)} ({source})" if source else ""


def parameters() -> str:
    """Every field, one section for each group of the scenario file."""
    text = ""
    for group, fields in groupby(core.fields(), key=lambda f: f["path"].split("/")[1]):
        lines = [
            [f"`{f['path']}`", f["symbol"], f["unit"], span(f), number(f["default"]),
             number(f["core"]) if f["core"] != f["default"] else "", lies(f), f["grade"], source_of(f), f["meaning"]]
            for f in fields
        ]  # fmt: skip
        heads = ["path", "symbol", "unit", "range", "default", "core", "may lie", "grade", "evidence",
                 "meaning"]  # fmt: skip
        text += f"### {group}\n{rows(heads, lines)}\n"
    return text


def figures() -> str:
    """Every entry of the evidence, one section for each file; an id is the address that other pages link to."""
    text = ""
    for group, entries in groupby(evidence().values(), key=lambda entry: entry.group):
        lines = [
            [f'<a id="{e.id}"></a>`{e.id}`', f"{e.construct}: {e.quantity}", e.figure, f"{e.kind}, {e.status}",
             ", ".join(e.use), " ".join(filter(None, (e.why, e.note))), published(e)]
            for e in entries
        ]  # fmt: skip
        heads = ["id", "what", "figure", "kind, status", "may serve as", "why, and what to know", "source"]
        text += f"### {group}\n{rows(heads, lines)}\n"
    return text


def published(entry: Entry) -> str:
    """Source with year, linked where it has an address."""
    words = f"{entry.source}, {entry.year}" if entry.year and str(entry.year) not in entry.source else entry.source
    return f"[{words}]({entry.link})" if entry.link else words


def words(of: dict[str, str], member: str) -> str:
    """A vocabulary of the evidence, with how many entries have each word."""
    held = [getattr(entry, member) for entry in evidence().values()]
    counts = {name: sum(name == each or (isinstance(each, tuple) and name in each) for each in held) for name in of}
    return rows([member, "what it means", "figures"], [[f"`{n}`", text, str(counts[n])] for n, text in of.items()])


def ends(low: float, high: float) -> str:
    return " … ".join("" if abs(end) == float("inf") else number(end) for end in (low, high))


def targets() -> str:
    """Published figures, each row of the model document's table in turn."""
    lines = [
        [f"`{one.name}`", one.label, one.kind, "—" if one.figure != one.figure else number(one.figure),
         ends(one.low, one.high), one.interval, one.unit, number(one.weight), one.study["comparator"],
         ", ".join(f"[`{name}`](evidence.md#{name})" for name in one.evidence)]
        for one in target_file().targets.values()
    ]  # fmt: skip
    heads = ["target", "", "kind", "figure", "interval", "which is", "unit", "weight", "against", "evidence"]
    return rows(heads, lines)


def allowances() -> str:
    """How far a true model may miss a figure, by unit; and how intervals were set where none is published."""
    made = target_file()
    lines = [[unit, number(entry["sd"]), entry["why"]] for unit, entry in made.discrepancies.items()]
    rules = "".join(f"- {rule}\n" for rule in made.rules.values())
    return f"{rows(['unit', 'discrepancy (SD)', 'why'], lines)}\n{rules}"


def parts() -> dict[str, str]:
    """All generated parts by name."""
    made = {}
    for scenario in ("front_door", "hybrid_vs_human_vs_ai"):  # the former has a service and a network
        experiment = load(scenario).core.with_overrides(replicates=2, clients=64)
        results = core.study(experiment)
        made |= {f"table: {name}": columns(results.table(name)) for name in results.table_names}
    for kind in ("clients", "weeks"):
        made[f"table: {kind}"] = columns(next(iter(core.RowStream(experiment, kind=kind, sample=1))))
    made["table: ensemble"] = rows(["column", "unit", "meaning"], [[f"`{name}`", unit, meaning]
                                                                   for name, unit, meaning in COLUMNS])  # fmt: skip
    made["table: drivers"] = columns(core.screen(experiment, {}, replicates=2, clients=8, brief=True).table)
    example = str(data_folder("profiles") / "illustrative_companion")
    measured = core.Profile(load("measured_assistant").core.with_overrides(replicates=2, clients=64), example)
    for table in (measured.table(), *measured.study()):
        made[f"table: {table.name}"] = columns(table)
    made["parameters"] = parameters()
    made["figures"] = figures()
    for name, of in (("status", STATUSES), ("use", USES), ("kind", KINDS)):
        made[f"evidence: {name}"] = words(of, name)


    made |= {"targets": targets(), "targets allowances": allowances()}
    made["guard variables"] = rows(
        ["name", "unit", "meaning"], [[f"`{v['name']}`", v["unit"], v["meaning"]] for v in core.guard_variables()]
    )
    return made


def main(check: bool) -> int:
    made, used, stale = parts(), set(), []
    files = {SCHEMA: core.schema(), STUDY_SCHEMA: study_schema(), ODD: odd()}
    for page in sorted(set(DOCS.glob("*.md")) - {ODD}):
        text = page.read_text(encoding="utf-8")

        def fill(match: re.Match[str]) -> str:
            if match["name"].split(":")[0] in FROM_RUNS:
                return match[0]
            used.add(match["name"])
            return f"<!-- {match['name']} -->\n{made[match['name']]}<!-- end -->"

        files[page] = PART.sub(fill, text)
    for path, text in files.items():
        if text != path.read_text(encoding="utf-8"):
            stale.append(path.name)
            if not check:
                path.write_text(text, encoding="utf-8")
    missing = sorted(set(made) - used)
    for name in missing:
        print(f"no page has a part for: {name}", file=sys.stderr)
    if stale:
        print("out of date, run `make reference`:" if check else "written:", *stale)
    return int(bool(missing) or (check and bool(stale)))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
