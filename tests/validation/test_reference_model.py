"""The program against the second writing of the model in tests/reference, client by client and week by week.

Whole numbers and names must be equal, real numbers agree to 1e-9. Nothing here is statistical: one wrong sign, order or
word of a draw shows in the first client it touches.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from hybridcare import core, tables

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from reference import Chance, Course, client_row, simulate  # noqa: E402
from reference.scenarios import ODD, TIGHT, merged, moved  # noqa: E402

TOLERANCE = 1e-9
KEYS = {"clients": ["replicate", "client"], "weeks": ["replicate", "client", "week"]}
BUNDLED = json.loads((ROOT / "scenarios/library/hybrid_vs_human_vs_ai.json").read_text())
STEPPED = json.loads((ROOT / "scenarios/library/stepped_care.json").read_text())
NAMES = {"variant", "arm", "twin"}  # columns that say which run a row is of


def of_size(document: dict[str, Any], clients: int, replicates: int = 1, **changes: Any) -> dict[str, Any]:
    return {**document, "clients": clients, "replicates": replicates, **changes}


def as_base(document: dict[str, Any], variant: str) -> dict[str, Any]:
    """The variant's assumptions as the base of an experiment without variants: rows are of the default variant."""
    patch = {name: part for name, part in document["variants"][variant].items() if name not in ("label", "in_envelope")}
    return merged(document, {**patch, "variants": None})


CASES: dict[str, dict[str, Any]] = {
    "bundled": of_size(BUNDLED, 200),
    "bundled, rival R0": of_size(as_base(BUNDLED, "R0"), 40),
    "bundled, service intake": of_size(BUNDLED, 40, intake={"kind": "service"}),
    "stepped care": of_size(STEPPED, 40),
    "odd": ODD,
    "odd, service intake": of_size(ODD, 30, intake={"kind": "service"}),
    "odd, limits bite": of_size(merged(ODD, TIGHT), 30),
    **{f"all parameters moved, {seed}": of_size(moved(core.fields(), seed, 0.15), 20) for seed in range(3)},
}


def read(document: dict[str, Any]) -> core.Experiment:
    return core.read(json.dumps(document).encode(), "case.json")


def arms(experiment: core.Experiment) -> list[tuple[int, str]]:
    return [(place, arm["name"]) for place, arm in enumerate(experiment.arms) if not arm["component"]]


def cultures(document: dict[str, Any], experiment: core.Experiment) -> list[tuple[float, float]]:
    return [(document["cultures"][n]["position"], document["cultures"][n]["share"]) for n in experiment.cultures]


def second_writing(document: dict[str, Any], arm: int, **changed: float) -> list[tuple[int, Course]]:
    """Courses of all replicates in one arm; `changed` replaces values of parameters, by path."""
    experiment = read(document)
    parameters = {**dict(experiment.values(0, arm)), **changed}
    return [
        (replicate, course)
        for replicate in range(experiment.replicates)
        for course in simulate(
            parameters,
            experiment.pathway(arm),
            cultures(document, experiment),
            Chance(experiment.seed, replicate),
            range(experiment.clients),
            experiment.weeks,
        )
    ]


def second_rows(courses: list[tuple[int, Course]], kind: str, reading_week: int) -> pd.DataFrame:
    if kind == "clients":
        return pd.DataFrame([{"replicate": r, **client_row(course, reading_week)} for r, course in courses])
    return pd.DataFrame([{"replicate": r, **row} for r, course in courses for row in course.weeks])


def program_rows(experiment: core.Experiment, kind: str) -> pd.DataFrame:
    stream = core.RowStream(experiment, kind=kind, sample=experiment.clients)
    rows = pa.concat_tables([tables.arrow(chunk) for chunk in stream]).unify_dictionaries().to_pandas()
    rows["culture"] = rows["culture"].astype(str).map(experiment.cultures.index)
    return rows


def agree(found: Any, expected: Any) -> bool:
    if isinstance(expected, str | int):
        return found == expected
    return math.isnan(found) if math.isnan(expected) else abs(found - expected) <= TOLERANCE


def differences(program: pd.DataFrame, reference: pd.DataFrame, kind: str) -> list[str]:
    """One line for each column that differs, with the first place where it does."""
    program = program.sort_values(KEYS[kind]).reset_index(drop=True)
    assert program[KEYS[kind]].to_numpy().tolist() == reference[KEYS[kind]].to_numpy().tolist()
    found = []
    for column in sorted(set(program.columns) - NAMES):
        pairs = zip(program[column].tolist(), reference[column].tolist(), strict=True)
        wrong = [place for place, pair in enumerate(pairs) if not agree(*pair)]
        if wrong:
            at = {key: int(reference[key][wrong[0]]) for key in KEYS[kind]}
            values = f"{program[column][wrong[0]]} instead of {reference[column][wrong[0]]}"
            found.append(f"{column}: {len(wrong)} rows differ, first {at}: {values}")
    return found


@pytest.mark.parametrize("case", CASES)
def test_program_agrees_with_the_second_writing(case: str) -> None:
    document = CASES[case]
    experiment = read(document)
    program = {kind: program_rows(experiment, kind) for kind in KEYS}
    found = []
    for place, name in arms(experiment):
        courses = second_writing(document, place)
        for kind, rows in program.items():
            reference = second_rows(courses, kind, experiment.reading_week)
            assert set(reference.columns) == set(rows.columns) - NAMES, "the second writing has other columns"
            found += [f"{name}, {line}" for line in differences(rows[rows["arm"] == name], reference, kind)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "value"), [("/course/harm", 0.0601), ("/trust/memory", 0.9699), ("/leaving/intercept", -3.5)]
)
def test_a_small_change_of_one_number_shows(path: str, value: float) -> None:
    """The comparison can fail: the second writing with another constant does not agree."""
    document = of_size(BUNDLED, 60)
    experiment = read(document)
    place, name = next((place, name) for place, name in arms(experiment) if name == "hybrid")
    program = program_rows(experiment, "weeks")
    reference = second_rows(second_writing(document, place, **{path: value}), "weeks", experiment.reading_week)
    assert differences(program[program["arm"] == name], reference, "weeks")


def test_odd_experiment_visits_what_it_is_for() -> None:
    """All steps and exits, missed contacts, repair and harm: otherwise agreement would say little."""
    experiment = read(ODD)
    weeks, clients = program_rows(experiment, "weeks"), program_rows(experiment, "clients")
    assert set(weeks["step"].astype(str)) == {*ODD["pathway"]["steps"], "completed", "ended_early", "dropped"}
    assert set(clients["exit"].astype(str)) == {"none", "completed", "ended_early", "dropped"}
    stepped = weeks[weeks["arm"] == "stepped"]
    assert set(stepped["step"].astype(str)) >= {"queue", "ai", "guided", "human", "leaflet"}
    in_ai = weeks[weeks["step"].astype(str) == "ai"]
    assert 0.02 < (in_ai["met_assistant"] == 0).mean() < 0.25  # missed
    assert (weeks["repaired"] > 0).any()
    assert (weeks["oracle_gain"] < 0).any()
