"""Times the full model in NumPy beside hybridcare: what run.sh runs.

Rounds are interleaved: in each, every implementation runs once, in an order that turns from round to round. Measured
are CPU seconds of this process. Every keyed run must give the program's mean PHQ-9 at the end, to the last client.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import numpy as np

from hybridcare import core

from . import arm as arms
from .chance import Chance, Fresh, Keyed
from .people import People
from .week import run

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parents[2] / "scenarios/library/hybrid_vs_human_vs_ai.json"
CLIENTS, QUICK_CLIENTS = 32_768, 4096
ROUNDS, QUICK_ROUNDS = 7, 3
UNIT = "million client-weeks per CPU second"
#: What both sides work out in every week of an arm that has it.
MECHANISMS = (
    "slow and fast process of symptoms, pulled by the alliance; measurement; off track",
    "sudden gains",
    "missed contacts",
    "emotions felt in each turn, masks, second looks, reading by culture and context memory, confidence, noticing by "
    "intensity and valence, repair, mishearing",
    "eight expressed qualities with floors, wear, label, dyad match, fatigue; what each builds or eases",
    "change by contacts: dose, trust, insight, empathy",
    "trust of three types of clients, ruptures; alliance and its running level; three ratings; reliability",
    "four pathways between contacts, writing that pays later",
    "dropout, planned end, and all that it reads: trust, failures, worsening, privacy",
    "breaches of privacy, risk states and who sees them, false alarms",
)


class Work(NamedTuple):
    """An arm of a scenario, for one replicate."""

    name: str
    document: dict[str, Any]
    arm: str
    what: str
    repeats: int = 1  # runs that are timed together, where one is short


class Timed(NamedTuple):
    seconds: float
    phq9: float  # mean at the end; NaN where it need not be the program's


def works(clients: int) -> list[Work]:
    def of(path: Path, size: int) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {**document, "clients": size, "replicates": 1}

    bundled = of(LIBRARY, clients)
    few = json.loads(LIBRARY.read_text(encoding="utf-8"))["clients"]
    arm = "bundled experiment, arm {}, 26 weeks, 12 of them in care; clients leave"
    return [
        Work("sessions", of(HERE / "sessions.json", clients), "sessions",
             "one 8-turn session with the assistant in every week of every client, 26 weeks, nobody leaves"),
        Work("sessions, few", of(HERE / "sessions.json", few), "sessions",
             f"the same for {few:,} clients, as in a replicate of the bundled experiment", max(1, clients // few)),
        *(Work(name, bundled, name, arm.format(name)) for name in ("ai_bundle", "human", "hybrid")),
    ]  # fmt: skip


def in_numpy(arm: arms.Arm, chance: Callable[[], Chance], keyed: bool, repeats: int) -> Timed:
    """Entry, all weeks, and sums of the measure by culture and week. Reading the scenario is not counted."""
    cultures = len(arm.world.cultures)
    sums = np.zeros((arm.weeks + 1, cultures))  # of all repeats

    def observe(week: int, people: People, inside: int) -> None:
        sums[week] += np.bincount(people.culture.astype(np.intp), people.phq9, cultures)

    began = process_time()
    for _ in range(repeats):
        run(arm, chance(), observe)
    seconds = process_time() - began
    return Timed(seconds, float(sums[-1].sum() / (arm.clients * repeats)) if keyed else math.nan)


def in_program(experiment: core.Experiment, arm: str, kernel: str, repeats: int) -> Timed:
    """One thread. All that is recorded for results is counted, and so is reading the design point."""
    metric = {"metric": "phq9", "reading": "end", "culture": "all", "twin": ""}
    began = process_time()
    found = core.run_points(experiment, ["{}"] * repeats, [arm], [metric], threads=1, instruction_set=kernel)
    seconds = process_time() - began
    lived = experiment.clients * experiment.weeks * repeats  # a metric read earlier would end the run there
    if found.client_weeks != lived:
        raise RuntimeError(f"{arm}: {found.client_weeks} weeks of clients were run, not {lived}")
    return Timed(seconds, float(found.estimate[0, 0, 0]))


def contestants(work: Work) -> dict[str, Callable[[], Timed]]:
    experiment = core.read(json.dumps(work.document).encode(), f"{work.name}.json")
    arm = arms.read(work.document, experiment, work.arm)
    found: dict[str, Callable[[], Timed]] = {
        "NumPy, the same keyed draws": partial(in_numpy, arm, partial(Keyed, arm.seed, 0), True, work.repeats),
        "NumPy, unkeyed": partial(in_numpy, arm, partial(Fresh, arm.seed), False, work.repeats),
    }
    for kernel in core.build_info()["instruction_sets"]:
        found[f"hybridcare, {kernel}"] = partial(in_program, experiment, work.arm, kernel, work.repeats)
    return found


def measured(work: Work, rounds: int) -> list[dict[str, Any]]:
    """Rows of one work. Raises RuntimeError: a keyed run has another result than the program."""
    runs = contestants(work)
    names = list(runs)
    found: dict[str, list[Timed]] = {name: [] for name in names}
    for call in runs.values():  # tables are made, pages are touched
        call()
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            found[name].append(runs[name]())
        print(f"{work.name}: round {number + 1} of {rounds}", file=sys.stderr)
    results = {timed.phq9 for each in found.values() for timed in each if not math.isnan(timed.phq9)}
    if max(results) - min(results) > 1e-9:
        raise RuntimeError(f"{work.name}: other courses, mean PHQ-9 at the end: {sorted(results)}")
    return [row(work, name, each, found[reference()]) for name, each in found.items()]


def reference() -> str:
    """The row that others are related to: what hybridcare uses by itself. NumPy, too, uses the widest that there is."""
    return f"hybridcare, {core.build_info()['instruction_sets'][-1]}"


def row(work: Work, name: str, own: list[Timed], other: list[Timed]) -> dict[str, Any]:
    """`ratio`: time over that of the reference, median of the rounds' ratios."""
    count = work.document["clients"] * work.document["weeks"] * work.repeats
    speed = [count / timed.seconds / 1e6 for timed in own]
    ratio = [mine.seconds / its.seconds for mine, its in zip(own, other, strict=True)]
    return {"work": work.name, "name": name, "unit": UNIT, "median": median(speed), "low": min(speed),
            "high": max(speed), "ratio": median(ratio), "ratio_low": min(ratio), "ratio_high": max(ratio),
            "clients": work.document["clients"], "rounds": len(own)}  # fmt: skip


def machine() -> dict[str, Any]:
    """What the figures were measured on; no name of the host."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = platform.processor() or platform.machine()
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.system()}


def versions() -> dict[str, str]:
    build = core.build_info()
    return {"hybridcare": build["version"], "commit": build["commit"], "compiler": build["compiler"],
            "python": platform.python_version(), "numpy": version("numpy"), "scipy": version("scipy")}  # fmt: skip


def show(rows: list[dict[str, Any]], all_works: list[Work]) -> None:
    for work in all_works:
        print(f"\n{work.what}\n{'':30}{UNIT}\n{'':30}{'median':>9}{'lowest':>9}{'highest':>9}{'time':>9}")
        for each in rows:
            if each["work"] == work.name:
                print(f"{each['name']:30}{each['median']:9.2f}{each['low']:9.2f}{each['high']:9.2f}"
                      f"{each['ratio']:9.2f}")  # fmt: skip
    print(f"\ntime: {reference()} = 1, median over {rows[0]['rounds']} rounds; {rows[0]['clients']:,} clients, "
          "one thread. On both sides, where the arm has it:")  # fmt: skip
    print(*(f"- {each}" for each in MECHANISMS), sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds of {QUICK_CLIENTS:,} clients")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    given = parser.parse_args()
    all_works = works(QUICK_CLIENTS if given.quick else CLIENTS)
    rounds = QUICK_ROUNDS if given.quick else ROUNDS
    rows = [each for work in all_works for each in measured(work, rounds)]
    result = {"machine": machine(), "versions": versions(), "reference": reference(), "mechanisms": list(MECHANISMS),
              "rows": rows}  # fmt: skip
    new = given.out.with_suffix(".new")
    new.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    new.replace(given.out)
    show(rows, all_works)
    return 0


if __name__ == "__main__":
    sys.exit(main())
