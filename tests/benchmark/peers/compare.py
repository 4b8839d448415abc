"""Times the implementations side by side and checks that they simulate the same: what run.sh runs, in its environment.

Rounds are interleaved: in each, every implementation runs once at its size and once at a quarter of it, in an order
that turns from round to round; each round has seeds of its own. The read-outs of all timed runs are what is checked.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from peers import with_hybridcare
from peers.check import LEVEL, POWER, differences, smallest_shift
from peers.spec import WEEKS, pooled

UNIT = "million client-weeks per CPU second"


class Peer(NamedTuple):
    name: str
    what: str
    package: str
    clients: int
    options: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


PEERS = (
    Peer("SimPy", "a process per client", "simpy", 10_000),
    Peer("Mesa", "an agent per client, a step a week", "mesa", 10_000),
    Peer("Starsim", "a module of arrays, keyed draws", "starsim", 300_000),
    Peer("Starsim, unkeyed", "the same without common random numbers", "starsim", 300_000,
         environment=(("STARSIM_CRN", "0"),)),
    Peer("NumPy", "arrays over all clients", "numpy", 100_000),
    Peer("Numba", "compiled loops over clients", "numba", 300_000),
)  # fmt: skip
ENGINE = 1_000_000  # clients


def all_peers() -> tuple[list[Peer], str]:
    """The libraries and the engine on every instruction set at hand; and the name of the row that others relate to."""
    sets = with_hybridcare.build()["instruction_sets"]
    engine = [Peer(f"hybridcare {kernel}", "blocks of columns, keyed draws", "", ENGINE, (kernel,))
              for kernel in sets]  # fmt: skip
    return [*PEERS, *engine], f"hybridcare {'avx2' if 'avx2' in sets else sets[-1]}"


class Worker:
    """A process that has one implementation imported and compiled."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        module = f"with_{peer.package or 'hybridcare'}"
        command = [sys.executable, "-m", "peers.worker", peer.package, module, *peer.options]
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=os.environ | dict(peer.environment))  # fmt: skip
        self.ready = self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.peer.name}: its process ended; see above")
        found: dict[str, Any] = json.loads(line)
        return found

    def run(self, clients: int, seed: int) -> dict[str, Any]:
        assert self.process.stdin
        print(json.dumps({"clients": clients, "seed": seed}), file=self.process.stdin, flush=True)
        return self.answer()

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def measured(workers: list[Worker], rounds: int, share: float) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Of each implementation, its runs at full and at a quarter of its size; share: of the usual number of clients."""
    runs: dict[str, dict[str, list[dict[str, Any]]]] = {w.peer.name: {"whole": [], "quarter": []} for w in workers}
    for number in range(rounds):
        turned = workers[number % len(workers):] + workers[: number % len(workers)]
        for size, part in (("whole", 1), ("quarter", 4)):
            for worker in turned:
                clients = max(1000, int(worker.peer.clients * share) // part)
                runs[worker.peer.name][size].append(worker.run(clients, seed=10 * (number + 1) + part))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return runs


def speeds(runs: list[dict[str, Any]]) -> list[float]:
    return [run["client_weeks"] / run["seconds"] / 1e6 for run in runs]


def row_of(worker: Worker, runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    whole, quarter = speeds(runs["whole"]), speeds(runs["quarter"])
    return {"name": worker.peer.name, "what": worker.peer.what, "unit": UNIT, "median": median(whole),
            "low": min(whole), "high": max(whole), "clients": runs["whole"][0]["clients"], "rounds": len(whole),
            "quarter_median": median(quarter), **worker.ready}  # fmt: skip


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = platform.processor() or platform.machine()
    described = subprocess.run(["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"], text=True,
                               capture_output=True, check=False)  # fmt: skip
    build = with_hybridcare.build()
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "system": platform.system(),
            "instruction_sets": build["instruction_sets"], "compiler": build["compiler"],
            "commit": described.stdout.strip() or "unknown",
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def versions() -> dict[str, str]:
    libraries = ("mesa", "numba", "numpy", "scipy", "simpy", "starsim")
    return {"python": platform.python_version(), **{name: version(name) for name in libraries}}


def checked(runs: dict[str, dict[str, list[dict[str, Any]]]], reference: str) -> dict[str, Any]:
    """Statistical agreement of all, and identity of the engine on its instruction sets."""
    together = {name: pooled(of["whole"] + of["quarter"]) for name, of in runs.items()}
    engine = {name: run for name, run in together.items() if name.startswith("hybridcare ")}
    found = [f"{name}: other sums than {reference} with the same seeds" for name, run in engine.items()
             if run != engine[reference]]  # fmt: skip
    others = {name: run for name, run in together.items() if name not in engine or name == reference}
    found += differences(others, reference)
    shifts = {name: smallest_shift(run, others[reference], len(others) - 1) for name, run in others.items()
              if name != reference}  # fmt: skip
    return {"level": LEVEL, "power": POWER, "differences": found, "smallest_shift_sd": shifts}


def show(result: dict[str, Any]) -> None:
    print(f"\n{'':20}{UNIT}")
    print(f"{'':20}{'median':>9}{'lowest':>9}{'highest':>9}{'time':>9}{'clients':>11}{'a quarter':>11}"
          f"{'import':>9}{'compile':>9}")  # fmt: skip
    for row in result["rows"]:
        print(f"{row['name']:20}{row['median']:9.2f}{row['low']:9.2f}{row['high']:9.2f}{row['ratio']:9.2f}"
              f"{row['clients']:11,}{row['quarter_median']:11.2f}{row['import_seconds']:9.2f}"
              f"{row['compile_seconds']:9.2f}")  # fmt: skip
    check = result["check"]
    print(f"\ntime: per client-week, {result['reference']} = 1. a quarter: the median with a quarter of the clients.\n"
          f"import, compile: CPU seconds, in no other figure. {WEEKS} weeks, {result['rows'][0]['rounds']} rounds.")
    worst = max(check["smallest_shift_sd"].items(), key=lambda item: item[1])
    print(f"All simulate the same: no difference at level {check['level']:g} over all comparisons; a shift of "
          f"{worst[1]:.3f} SD ({worst[0]})\nor more is found with probability {check['power']}.")  # fmt: skip


def compare(rounds: int, share: float) -> dict[str, Any]:
    peers, reference = all_peers()
    about = machine()
    workers: list[Worker] = []
    try:
        for peer in peers:
            print(f"starting {peer.name}", file=sys.stderr)
            workers.append(Worker(peer))
        runs = measured(workers, rounds, share)
        rows = [row_of(worker, runs[worker.peer.name]) for worker in workers]
    finally:
        for worker in workers:
            worker.close()
    own = next(row["median"] for row in rows if row["name"] == reference)
    rows = [row | {"ratio": own / row["median"]} for row in rows]
    return {"machine": about, "versions": versions(), "rounds": rounds, "reference": reference, "rows": rows,
            "check": checked(runs, reference)}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 rounds with a tenth of the clients")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    given = parser.parse_args()
    result = compare(3 if given.quick else 7, 0.1 if given.quick else 1.0)
    if result["check"]["differences"]:
        print("The implementations do not simulate the same:", *result["check"]["differences"], sep="\n  ")
        return 1
    new = given.out.with_suffix(".new")
    new.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    new.replace(given.out)
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
