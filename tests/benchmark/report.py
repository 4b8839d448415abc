"""Writes what was measured into python/docs/performance.md, between `<!-- speed: NAME -->` and `<!-- end -->`.

Called by `make bench`; from the root of the checkout: tests/benchmark/report.py. A part whose figures are not there
stays as it is. Every part says on which machine, when and from which commit it was measured: they may differ in that.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUT = Path(".build/bench")
PAGE = Path("python/docs/performance.md")
PART = re.compile(r"<!-- speed: (?P<name>[a-z _]+) -->\n(?:.*?\n)??<!-- end -->", re.DOTALL)
SETS = {"baseline": "SSE2", "avx2": "AVX2", "avx512": "AVX-512"}
MILLION = 1e6


def rows_of(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    cells = [heads, ["---"] * len(heads), *lines]
    return "".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |\n" for line in cells)


def number(value: float) -> str:
    """Three digits, and as many as it has before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: Sequence[float], unit: str = "", scale: float = 1) -> str:
    """Median (low to high) of the rounds."""
    middle, low, high = (number(each(values) * scale) for each in (statistics.median, min, max))
    tail = f" {unit}" if unit else ""
    return f"{middle}{tail}" if len(values) == 1 else f"{middle}{tail} ({low} to {high})"


def duration(values: Sequence[float]) -> str:
    """Seconds, in the unit that suits them."""
    middle = statistics.median(values)
    unit, scale = next((each for each in (("s", 1), ("ms", 1e3), ("µs", 1e6)) if middle * each[1] >= 1), ("ns", 1e9))
    return spread(values, unit, scale)


class Suite:
    """One suite's figures."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self._rows = {(row["name"], row["set"]): row for row in found["rows"]}
        self.sets = [which for which in SETS if which in found["sets"]]
        self.best = self.sets[-1]

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for name, _ in self._rows))

    def values(self, name: str, counter: str, which: str | None = None) -> list[float]:
        """By round; empty if it was not measured."""
        row = self._rows.get((name, which or self.best), {})
        return list(row[counter]["values"]) if counter in row else []


def measured_on(found: dict[str, Any]) -> str:
    about = found["machine"]
    if isinstance(about, str):
        about = {"cpu": about}
    versions = {**{key: about[key] for key in ("compiler",) if key in about}, **found.get("versions", {})}
    said = [str(about.get("cpu", "unknown")), f"{about['cores']} cores" if "cores" in about else "",
            ", ".join(f"{name} {value}" if name != "compiler" else str(value) for name, value in versions.items()),
            f"commit {about['commit']}" if "commit" in about else "", str(about.get("date", "")),
            f"load {about['load']} at the start" if "load" in about else "",
            f"{found['rounds']} rounds" if "rounds" in found else ""]  # fmt: skip
    return f"\n*{'; '.join(part for part in said if part)}.*\n"


@dataclass(frozen=True)
class Aim:
    """One line of the reach. `most`: the target is an upper limit."""

    work: str
    target: float
    values: list[float]
    unit: str = ""
    scale: float = 1
    most: bool = False

    def line(self) -> list[str]:
        sign, tail = "≤" if self.most else "≥", f" {self.unit}" if self.unit else ""
        wanted = f"{sign} {number(self.target)}{tail}"
        if not self.values:
            return [self.work, wanted, "not measured", ""]
        middle = statistics.median(self.values) * self.scale
        met = middle <= self.target if self.most else middle >= self.target
        return [self.work, wanted, spread(self.values, self.unit, self.scale), "met" if met else "**missed**"]


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """By round: both were measured one after the other."""
    return [a / b for a, b in zip(over, under, strict=False)]


def by_set(suite: Suite, work: str, name: str, counter: str, targets: Sequence[float]) -> list[Aim]:
    aims = [Aim(f"{work}, {SETS[which]}", target, suite.values(name, counter, which), "M", 1 / MILLION)
            for which, target in zip(SETS, targets, strict=True)]  # fmt: skip
    speed = {which: suite.values(name, counter, which) for which in SETS}
    return [*aims, Aim("… AVX2 over SSE2", 1.7, ratios(speed["avx2"], speed["baseline"])),
            Aim("… AVX-512 over AVX2", 1.35, ratios(speed["avx512"], speed["avx2"]))]  # fmt: skip


def kernel_aims(suite: Suite) -> list[Aim]:
    return by_set(suite, "session-weeks/s, full model", "kernel/full/sessions", "session_weeks/s", (1, 2, 3))


def words_aims(suite: Suite) -> list[Aim]:
    aims = []
    for which in suite.sets:
        philox, mersenne = (suite.values(f"words/full/{words}", "session_weeks/s", which)
                            for words in ("philox", "mersenne"))  # fmt: skip
        aims.append(Aim(f"the full model's kernel over the same fed by std::mt19937_64, {SETS[which]}", 1,
                        ratios(philox, mersenne)))  # fmt: skip
    return aims


def population_aims(suite: Suite) -> list[Aim]:
    sizes = [f"population/clients/{n}" for n in (1000, 10_000, 100_000)]
    sizes += [f"population/once/clients/{n}" for n in (1_000_000, 10_000_000)]
    every = [statistics.median(values) for name in sizes if (values := suite.values(name, "client_week_s"))]
    few, many = (suite.values(name, "peak_bytes") for name in (sizes[0], sizes[-1]))
    grown = [(each - min(few)) / 1e7 for each in many if few]
    return [
        *by_set(suite, "client-weeks/s, bundled experiment from file to tables", "population/experiment",
                "client_weeks/s", (2, 4, 6)),
        Aim("dearest client-week over cheapest, 10³ to 10⁷ independent clients", 1.25,
            [max(every) / min(every)] if every else [], most=True),
        Aim("memory for each further independent client, 10³ to 10⁷, 52 weeks", 1, grown, "bytes", most=True),
        Aim("a run of 1,000 clients, one arm, 52 weeks, from file to tables", 50,
            suite.values("population/thousand", "cpu_time"), "ms", 1e3, most=True),
    ]  # fmt: skip


def service_aims(suite: Suite) -> list[Aim]:
    one, two = (f"service/once/recorded/clients:1000000/threads:{n}" for n in (1, 2))
    costs = [statistics.median(values) for n in (1000, 10_000, 100_000)
             if (values := suite.values(f"service/recorded/clients:{n}/threads:1", "client_weeks/s"))]  # fmt: skip
    costs += suite.values(one, "client_weeks/s")
    return [
        Aim("client-weeks/s and core, 10⁶ coupled clients, queue and network, 52 weeks, recorded", 1.2,
            suite.values(one, "client_weeks/s"), "M", 1 / MILLION),
        Aim("… two threads over one, by the wall", 1.8,
            ratios(suite.values(one, "real_time"), suite.values(two, "real_time"))),
        Aim("… memory for each client, results included", 512, suite.values(one, "bytes_per_client"), "bytes",
            most=True),
        Aim("dearest client-week over cheapest, 10³ to 10⁶ coupled clients", 1.25,
            [max(costs) / min(costs)] if costs else [], most=True),
    ]  # fmt: skip


def load_aims(suite: Suite) -> list[Aim]:
    one, two = (suite.values(f"load/threads/{n}", "real_time") for n in (1, 2))
    return [Aim("independent clients: two threads over one, by the wall", 1.8, ratios(one, two))]


def analysis_aims(suite: Suite) -> list[Aim]:
    return [Aim("all 128 arms of an attribution, 5,000 clients, 2 threads, by the wall", 20,
                suite.values("analysis/attribution/threads:2", "real_time"), "s", most=True)]  # fmt: skip


def python_aims(found: dict[str, Any]) -> list[Aim]:
    rows = {row["name"]: [row["median"], row["low"], row["high"]] for row in found["rows"]}
    return [Aim("a run from Python, over the same from C++", 2, rows["over C++"], "% more", 100, most=True),
            Aim("import hybridcare", .5, rows["import"], "s", most=True)]  # fmt: skip


def numpy_aims(found: dict[str, Any]) -> list[Aim]:
    return [Aim(f"{found.get('reference', 'hybridcare')} over the full model in NumPy with the same keyed draws, "
                f"{row['work']}", 10, [row["ratio"], row["ratio_low"], row["ratio_high"]])
            for row in found["rows"] if "the same keyed draws" in row["name"]]  # fmt: skip


AIMS: dict[str, Callable[[Suite], list[Aim]]] = {
    "kernel": kernel_aims, "population": population_aims, "words": words_aims, "service": service_aims,
    "load": load_aims, "analysis": analysis_aims,
}  # fmt: skip


def rates(suite: Suite) -> str:
    """Million client-weeks a second, by instruction set."""
    lines = [[f"`{name}`", *(spread(suite.values(name, "client_weeks/s", which), "", 1 / MILLION)
                             if suite.values(name, "client_weeks/s", which) else "" for which in suite.sets)]
             for name in suite.names]  # fmt: skip
    heads = ["benchmark, million client-weeks/s", *(SETS[which] for which in suite.sets)]
    return rows_of(heads, [line for line in lines if any(line[1:])])


def words_table(suite: Suite) -> str:
    lines = []
    for model in ("full", "core"):
        for which in suite.sets:
            kinds = {kind: suite.values(f"words/{model}/{kind}", "cpu_time", which)
                     for kind in ("philox", "mersenne", "cheap")}  # fmt: skip
            share = [1 - cheap / philox for cheap, philox in zip(kinds["cheap"], kinds["philox"], strict=True)]
            speed = suite.values(f"words/{model}/philox", "session_weeks/s", which)
            lines.append([f"{model}, {SETS[which]}", spread([1e9 / each for each in speed], "ns"),
                          spread(ratios(kinds["mersenne"], kinds["philox"])), spread(share, "%", 100)])  # fmt: skip
    return rows_of(["kernel", "a session-week with Philox", "time with std::mt19937_64, over Philox's",
                    "Philox's share of the time"], lines)  # fmt: skip


COUNTERS = {"client_week_s": ("ns a client-week", 1e9), "point_s": ("µs a point", 1e6),
            "peak_bytes": ("MiB at most", 2**-20), "bytes_per_client": ("bytes a client", 1),
            "client_weeks/s": ("M client-weeks/s", 1 / MILLION)}  # fmt: skip


def figures(suite: Suite) -> str:
    """Whatever counters a benchmark has, and its time."""
    lines = []
    for name in suite.names:
        said = [spread(values, unit, scale) for counter, (unit, scale) in COUNTERS.items()
                if (values := suite.values(name, counter))]  # fmt: skip
        times = (duration(suite.values(name, each)) for each in ("cpu_time", "real_time"))
        lines.append([f"`{name}`", *times, "; ".join(said)])
    heads = [f"benchmark ({SETS[suite.best]})", "processor time", "on the wall", "which is"]
    return rows_of(heads, lines)


TABLES: dict[str, Callable[[Suite], str]] = {
    "kernel": rates, "words": words_table, "population": figures, "service": figures, "load": figures,
    "analysis": figures,
}  # fmt: skip


def others(found: dict[str, Any]) -> str:
    """How fast others are: rows with name, unit, median, low, high and ratio, and what else says which they are."""
    rows = found["rows"]
    reference = found.get("reference") or next(row["name"] for row in rows if row.get("ratio") == 1)
    marks = [key for key in ("work", "name", "what", "version") if any(key in row for row in rows)]
    lines = [[*(str(row.get(key, "")) for key in marks), spread([row["median"], row["low"], row["high"]]),
              number(row["ratio"])] for row in rows]  # fmt: skip
    heads = [*("" if key == "name" else key for key in marks), rows[0]["unit"], f"{reference} is so many times as fast"]
    return rows_of(heads, lines) + measured_on(found)


def where(found: dict[str, Any]) -> str:
    """Shares of the instructions of a session-week."""
    totals = found["totals"]
    lines = [[row["function"] if " " in row["function"] else f"`{row['function']}`",
              *(f"{100 * row[model] / totals[model]:.1f} %" for model in totals)] for row in found["rows"]]  # fmt: skip
    lines.append(["all, instructions a session-week", *(number(total) for total in totals.values())])
    return rows_of(["function (AVX2)", *totals], lines) + measured_on(found)


def reach(all_found: dict[str, dict[str, Any]]) -> str:
    aims = [aim for name, make in AIMS.items() if name in all_found for aim in make(Suite(all_found[name]))]
    if "python" in all_found:
        aims += python_aims(all_found["python"])
    if "numpy_full" in all_found:
        aims += numpy_aims(all_found["numpy_full"])
    some = next(all_found[name] for name in (*AIMS, "python") if name in all_found)
    heads = ["work", "target", "measured: median (low to high)", ""]
    return rows_of(heads, [aim.line() for aim in aims]) + measured_on(some)


def parts(all_found: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Text of every part whose figures are there."""
    made = {name: make(Suite(all_found[name])) + measured_on(all_found[name])
            for name, make in TABLES.items() if name in all_found}  # fmt: skip
    made |= {name.replace("_", " "): others(all_found[name]) for name in ("peers", "numpy_full") if name in all_found}
    if "where" in all_found:
        made["where"] = where(all_found["where"])
    if any(name in all_found for name in (*AIMS, "python")):
        made["reach"] = reach(all_found)
    return made


def main() -> int:
    names = (*TABLES, "python", "where", "peers", "numpy_full")
    files = {name: OUT / f"{name}.json" for name in names}
    found = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in files.items() if path.exists()}
    made, text = parts(found), PAGE.read_text(encoding="utf-8")

    def fill(match: re.Match[str]) -> str:
        part = made.get(match["name"])
        return match[0] if part is None else f"<!-- speed: {match['name']} -->\n{part}<!-- end -->"

    PAGE.with_suffix(".new").write_text(PART.sub(fill, text), encoding="utf-8")
    PAGE.with_suffix(".new").replace(PAGE)
    print(f"{PAGE}: {', '.join(made) or 'nothing measured yet'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
