"""The benchmark's NumPy version of the full model against the program: same keyed draws, so the same courses.

A benchmark of another model would say nothing. Whole numbers must be equal, real numbers agree to 1e-9, for every
client and week. The version with a generator's numbers can only agree in distribution.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from hybridcare import core, tables

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "benchmark")]

from numpy_full import arm as arms  # noqa: E402
from numpy_full.chance import Chance, Fresh, Keyed, Session, Week  # noqa: E402
from numpy_full.people import People  # noqa: E402
from numpy_full.tables import normal_quantiles, psychometric  # noqa: E402
from numpy_full.week import run  # noqa: E402
from reference.chance import normal, philox  # noqa: E402
from reference.full_scenarios import OFTEN, SENSES  # noqa: E402
from reference.psychometrics import probability_correct  # noqa: E402
from reference.scenarios import merged  # noqa: E402

TOLERANCE = 1e-9
BUNDLED = json.loads((ROOT / "scenarios/library/hybrid_vs_human_vs_ai.json").read_text(encoding="utf-8"))
SESSIONS = json.loads((ROOT / "tests/benchmark/numpy_full/sessions.json").read_text(encoding="utf-8"))

#: Columns of the program's rows, and where they stand here. Those of an agent have its name behind them.
WHOLE = {
    "phq9": "phq9", "off_track": "off_track", "risk_flag": "risk_flag", "false_alarms": "alarms",
    "risks_found": "risks_found", "breached": "breached", "oracle_practised": "practised",
    "oracle_unrepaired": "unrepaired", "oracle_turns": "turns", "oracle_risk": "risk",
    "oracle_missed_risk": "missed_risk", "oracle_risk_waits": "risk_waits",
    "oracle_human_reached": "human_reached", "oracle_human_waits": "human_waits",
}  # fmt: skip
REAL = {
    "oracle_symptom": "symptom", "oracle_episode": "episode", "oracle_gain": "gain", "oracle_week_gain": "week_gain",
    "oracle_week_jump": "week_jump", "oracle_harm": "harm", "oracle_insight": "insight",
    "oracle_motivation": "motivation", "oracle_stigma": "stigma", "oracle_autonomy": "autonomy",
    "other_minutes": "minutes",
}  # fmt: skip
OF_BOND = {"met": "met", "missed": "missed", "oracle_ruptures": "ruptures", "alliance": "alliance",
           "oracle_alliance_mean": "alliance_mean", "oracle_memory": "memory",
           "oracle_reliability": "reliability"}  # fmt: skip
OF_CONTACT = {"empathy_rating": "empathy_rating", "alliance_rating": "alliance_rating", "felt_heard": "felt_heard",
              "right_turns": "right", "confidence": "confidence", "asked_turns": "asked",
              "oracle_masked_turns": "masked", "oracle_empathy": "empathy", "oracle_compassion": "compassion",
              "oracle_curiosity": "curiosity"}  # fmt: skip
EXITS = ("none", "completed", "ended_early", "dropped")


def of_size(document: dict[str, Any], clients: int, **changes: Any) -> dict[str, Any]:
    return {**document, "clients": clients, "replicates": 1, **changes}


def read(document: dict[str, Any]) -> core.Experiment:
    return core.read(json.dumps(document).encode(), "case.json")


def columns(people: People) -> dict[str, Any]:
    """What this version knows at the end of a week, under the names of the program's columns."""
    found = {name: getattr(people, own).copy() for name, own in (WHOLE | REAL).items()}
    for agent, bond in people.bonds.items():
        met = bond.met > 0
        found |= {f"{name}_{agent}": getattr(bond, own).copy() for name, own in OF_BOND.items()}
        found[f"trust_{agent}"] = bond.trust()
        for name, own in OF_CONTACT.items():
            found[f"{name}_{agent}"] = np.where(met, getattr(bond, own), np.nan)
    for name in ("noticed", "repaired"):
        found[name] = sum(getattr(bond, name) for bond in people.bonds.values())
    return found


def numpy_rows(arm: arms.Arm, chunk: int = 120) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weeks and clients, sorted."""
    weeks: list[pd.DataFrame] = []
    ends: list[pd.DataFrame] = []

    def observe(week: int, people: People, inside: int) -> None:
        who = people.who.astype(int)
        weeks.append(pd.DataFrame({"client": who, "week": week, **columns(people)}))
        if week == arm.weeks:
            whole = {name: getattr(people, name).astype(int) for name in ("left_week", "culture", "therapist")}
            ends.append(pd.DataFrame({"client": who, **whole, "exit": np.array(EXITS)[people.exit.astype(int)]}))

    run(arm, Keyed(arm.seed, 0), observe, chunk)
    found = pd.concat(weeks).sort_values(["client", "week"]).reset_index(drop=True)
    return found, pd.concat(ends).sort_values("client").reset_index(drop=True)


def program_rows(experiment: core.Experiment, kind: str, name: str) -> pd.DataFrame:
    stream = core.RowStream(experiment, kind=kind, sample=experiment.clients)
    rows = pa.concat_tables([tables.arrow(chunk) for chunk in stream]).unify_dictionaries().to_pandas()
    rows["culture"] = rows["culture"].astype(str).map(experiment.cultures.index)
    keys = ["client", "week"] if kind == "weeks" else ["client"]
    return rows[rows["arm"].astype(str) == name].sort_values(keys).reset_index(drop=True)


def differences(own: pd.DataFrame, program: pd.DataFrame) -> list[str]:
    """One line for each column that differs, with the first place where it does."""
    assert len(own) == len(program)
    found = []
    for column in own.columns:
        a, b = own[column].to_numpy(), program[column].to_numpy()
        if a.dtype.kind == "f" or b.dtype.kind == "f":
            wrong = ~(np.abs(a - b) <= (0 if column in WHOLE else TOLERANCE)) & ~(np.isnan(a) & np.isnan(b))
        else:
            wrong = a.astype(str) != b.astype(str)
        if wrong.any():
            first = int(np.argmax(wrong))
            at = {key: int(own[key][first]) for key in ("client", "week") if key in own}
            found.append(f"{column}: {int(wrong.sum())} differ, first {at}: {a[first]} instead of {b[first]}")
    return found


@functools.cache
def programs(case: str) -> tuple[core.Experiment, dict[str, pd.DataFrame]]:
    """The experiment of a case, and the program's rows of its arm by kind."""
    name, document = CASES[case]
    experiment = read(document)
    return experiment, {kind: program_rows(experiment, kind, name) for kind in ("weeks", "clients")}


def compared(case: str, changed: dict[str, Any] | None = None) -> list[str]:
    """All differences; `changed` values of fields are changed on this side alone."""
    name, document = CASES[case]
    experiment, program = programs(case)
    arm = arms.read(document, experiment, name)
    weeks, clients = numpy_rows(dataclasses.replace(arm, p={**arm.p, **(changed or {})}))
    return differences(weeks, program["weeks"]) + differences(clients, program["clients"])


#: What is rare happens often, and what is off by default is on.
ODD: dict[str, Any] = merged(BUNDLED, {
    **OFTEN,
    "assistant": {**SENSES, "familiarity": 0.05, "competence": 0.3, "memory_gain": 0.2, "memory": 0.5},
    "human": {"competence": 0.4, "memory": 0.7, "habituation": 0.3, "repetition": 0.2, "repetition_cost": 0.3},
    "roles": {"elasticity": {"validation": 1, "technique": -0.5, "curiosity": 0.7}},
    "therapists": {"load": 1.1, "caseload_severity": 20},
    "practice": {"slots": 3},
    "pathway": {"steps": {"care": {"human": {"turns": 6}}}},
})  # fmt: skip
#: Turns and slots that fill no group, and many who could drop out and end in the same week.
UNEVEN: dict[str, Any] = merged(ODD, {
    "intake": {"kind": "service"},
    "practice": {"slots": 4},
    "leaving": {"intercept": -2, "ending": 0.9, "ending_phq9": 20, "ending_drop": 1},
    "arms": {"ai_bundle": {"pathway": {"steps": {"care": {
        "assistant": {"turns": 9}, "offers": ["expressive_writing", "bias_modification", "focusing"]}}}}},
})  # fmt: skip

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "sessions": ("sessions", of_size(SESSIONS, 200)),
    **{name: (name, of_size(BUNDLED, 200)) for name in ("human", "human_bundle", "ai", "ai_bundle", "hybrid")},
    "odd, hybrid": ("hybrid", of_size(ODD, 120)),
    "uneven, ai_bundle": ("ai_bundle", of_size(UNEVEN, 120)),
}


@pytest.mark.parametrize("case", CASES)
def test_keyed_version_does_what_the_program_does(case: str) -> None:
    found = compared(case)
    assert not found, "\n".join(found)


#: Another value of one number, on this side alone.
SMALL: list[tuple[str, float]] = [
    ("/course/harm", 0.0601), ("/course/autonomy_decay", 1.37), ("/course/resonance_softens", 0.501),
    ("/course/writing_cost", 0.301), ("/course/alliance_effect", 4.01), ("/trust/memory", 0.9699),
    ("/trust/types/oscillating_memory", 0.8501), ("/leaving/intercept", -5), ("/leaving/missed", 0.14),
    ("/recognition/display/masked", 0.05), ("/recognition/noticed/valence_wrong", 3), ("/recognition/ask_cost", 0.51),
    ("/recognition/memory_growth", 0.0601), ("/recognition/misheard", 0.3), ("/repair/attunement", 2),
    ("/roles/insight_effect", 0.301), ("/change/assistant_dose", 0.451), ("/practice/compassion", 2),
    ("/alliance/resolved", 0.031), ("/sudden_gain/size", 2.09), ("/therapists/fatigue/load", 0.07),
    ("/privacy/breach_failures", 3.01), ("/safety/onset", 0.5), ("/safety/false_alarm", 0.2),
    ("/human/repetition_cost", 0.31), ("/assistant/familiarity", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), SMALL)
def test_a_small_change_of_one_number_shows(path: str, value: float) -> None:
    """The comparison can fail: with another constant here the two do not agree."""
    assert compared("odd, hybrid", {path: value})


def test_no_result_depends_on_which_clients_go_together() -> None:
    arm = arms.read(CASES["hybrid"][1], programs("hybrid")[0], "hybrid")
    arm = dataclasses.replace(arm, clients=40)
    first = numpy_rows(arm, 17)
    for other in (1000, 24):
        for own, each in zip(first, numpy_rows(arm, other), strict=True):
            pd.testing.assert_frame_equal(own, each, check_exact=True)


def test_odd_case_visits_what_it_is_for() -> None:
    weeks = programs("odd, hybrid")[1]["weeks"]
    for column in ("asked_turns_human", "oracle_masked_turns_human", "oracle_masked_turns_assistant", "oracle_risk",
                   "risks_found", "oracle_missed_risk", "oracle_risk_waits", "oracle_human_waits", "false_alarms",
                   "breached", "other_minutes", "oracle_week_jump", "oracle_ruptures_assistant", "missed_human",
                   "missed_assistant"):  # fmt: skip
        assert (weeks[column] > 0).sum() >= 5, column


def test_philox_and_tables_are_those_of_the_second_writing() -> None:
    luck = np.random.default_rng(1)
    who = np.array([0, 1, 2**32 - 1, 77], np.uint64)
    partners = np.array([0, 2, 0x80000000, 61], np.uint64)
    tags = [7 << 16, 14 << 16 | 11, 3]
    found = Keyed(20250101, 3).blocks(who, partners, 26 << 3 | 5, tags)
    for block, tag in enumerate(tags):
        for client, partner in enumerate(partners.tolist()):
            words = philox((int(who[client]), partner, 26 << 3 | 5, tag), (20250101, 3))
            assert found[block, :, client].tolist() == list(words)
    edges = np.array([0, 1, 2**26 - 1, 2**26, 2**26 + 1, 2**31 - 1, 2**31, 2**32 - 2**26, 2**32 - 1], np.uint32)
    words = np.concatenate([edges, luck.integers(0, 2**32, 20_000, dtype=np.uint32)])
    assert np.abs(normal_quantiles(words) - [normal(int(word)) for word in words]).max() < 1e-10
    d = np.append(luck.uniform(0, 8, 500), [0.0, 8.0, 9.0, -1.0])
    assert np.abs(psychometric(6.0)(d.copy()) - [probability_correct(each, 6.0) for each in d]).max() < 1e-11


@pytest.mark.parametrize(("change", "word"), [
    ({"trust": {"form": "rescorla_wagner"}}, "/trust/form"),
    ({"assistant": {"repair_policy": "apology"}}, "repair_policy"),
    ({"pathway": {"steps": {"care": {"feedback": True}}}}, "feedback"),
    ({"pathway": {"steps": {"care": {"human": {"per_week": 2}}}}}, "several contacts"),
])  # fmt: skip
def test_what_is_not_written_in_numpy_is_refused(change: dict[str, Any], word: str) -> None:
    document = merged(of_size(BUNDLED, 5), change)
    with pytest.raises(ValueError, match=word):
        arms.read(document, read(document), "hybrid")


Z = 5.0
CLIENTS = 20_000


class Louder(Fresh):
    """A generator that is wrong: weekly normals a quarter too wide."""

    def week(self, who: Any, week: int, in_care: bool) -> Week:
        drawn = super().week(who, week, in_care)
        return dataclasses.replace(drawn, course=1.25 * drawn.course)


class Tied(Fresh):
    """A generator that is wrong: who misreads a turn also notices it."""

    def session(self, *given: Any) -> Session:
        drawn = super().session(*given)
        return dataclasses.replace(drawn, turns={**drawn.turns, "noticed": ~drawn.turns["right"]})


def readings(chance: Chance) -> pd.DataFrame:
    """One row for each client of the bundled hybrid: levels, squares and counts at some weeks."""
    document = of_size(BUNDLED, CLIENTS)
    arm = arms.read(document, read(document), "hybrid")
    found: dict[str, np.ndarray] = {}

    def observe(week: int, people: People, inside: int) -> None:
        order = np.argsort(people.who)
        if week not in (0, 2, 12, 26):
            return
        here = {"phq9": people.phq9, "symptom": people.symptom, "gain": people.gain, "insight": people.insight,
                "stigma": people.stigma, "left": (people.exit > 1) * 1.0, "contacts": people.contacts,
                "risk": people.human_reached + people.missed_risk}  # fmt: skip
        for agent, bond in people.bonds.items():
            here |= {f"trust {agent}": bond.trust(), f"alliance {agent}": bond.alliance}
            here |= {f"rating {agent}": bond.empathy_rating, f"noticed {agent}": bond.noticed * 1.0}
        for name, column in here.items():
            found[f"{name} {week}"] = column[order].copy()
            found[f"{name} squared {week}"] = found[f"{name} {week}"] ** 2

    run(arm, chance, observe)
    return pd.DataFrame(found)


@functools.cache
def keyed_readings() -> pd.DataFrame:
    return readings(Keyed(BUNDLED["seed"], 0))


def largest_z(chance: Chance) -> tuple[float, str]:
    own, other = readings(chance), keyed_readings()
    z = (own.mean() - other.mean()) / np.sqrt((own.var() + other.var()) / CLIENTS)
    z = z.dropna().abs()
    assert len(z) > 90
    return float(z.max()), str(z.idxmax())


def test_unkeyed_version_is_statistically_equal() -> None:
    """104 means over independent clients (therapists are the same ones in both), each within 5 standard errors: false
    alarm below 104 * 5.7e-7 = 6e-5, were the seed free. A mean that is off by .074 SD of its clients is caught with
    99 %: z has a mean of .074 / sqrt(2 / 20,000) = 7.4 then. Seen to fail with types of trust drawn twice."""
    z, name = largest_z(Fresh(5))
    assert z < Z, name


@pytest.mark.parametrize("wrong", [Louder, Tied])
def test_a_wrong_generator_shows(wrong: type[Fresh]) -> None:
    assert largest_z(wrong(5))[0] > Z
