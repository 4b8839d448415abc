"""Which assumptions drive a result: every field of the scenario moved down and up, alone, for the same clients with the
same chance. Local and one at a time: it sees no interactions, and where nothing says how far a number may lie off, how
far it is moved is a convention that the rank hangs on."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hybridcare import core, tables
from hybridcare.progress import progress as shown_progress

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from hybridcare.drivers_sets import DriversOver
    from hybridcare.results import Results
    from hybridcare.scenario import Scenario

NAMED = 5  # assumptions that a sentence names
MOST_CLIENT_WEEKS = 8e7  # a screening beyond this is left to those who ask for it: half a minute on two cores
NOT_ASKED = "not screened: results.drivers() and hybridcare drivers do it"
LEFT_OUT = "not screened, as asked (--no-drivers)"
#: Sections that say whose the number is.
_WHOSE = {"human": "of the human", "assistant": "of the assistant"}
#: Sections whose names need no word before them.
_PLAIN = ("course", "change", "intake", "quality", "roles", *_WHOSE)
#: Names above the last one that belong to it: weight of technique.
_PART_OF = ("weight", "floor", "share", "elasticity", "added", "reference", "types")


def words_for(path: str, symbol: str = "") -> str:
    """A field in words: /course/harm, chi_h -> harm (χ_h); /quality/weight/technique -> weight of technique (w)."""
    from hybridcare.report_words import greek

    first, *middle, last = path.strip("/").split("/")
    named = f"{middle[-1]} of {last}" if middle and middle[-1] in _PART_OF else " ".join((*middle, last))
    before = "" if first in _PLAIN else first
    named = " ".join(part for part in (before, named, _WHOSE.get(first, "")) if part).replace("_", " ")
    return f"{named} ({greek(symbol)})" if symbol else named


class Drivers:
    """One screening.

    Attributes
        scenario   what was screened
        question   dict of metric, reading, culture, arm, against, twin, variant: the result in question
        estimate, unit   of that result, from as few clients as the moves; noise_se: its simulation noise
        size       dict of replicates, clients, weeks, fields, moves, client_weeks
        over       the same over the range that parameter sets of an ensemble leave: `drivers_sets.DriversOver`; or None
    """

    over: DriversOver | None = None

    def __init__(self, scenario: Scenario, raw: core.Screening) -> None:
        self.scenario = scenario
        self.raw = raw
        self.question: dict[str, str] = raw.question
        self.size: dict[str, Any] = raw.size
        self.estimate, self.unit, self.noise_se = raw.estimate, raw.unit, raw.noise_se

    def arrow(self) -> pa.Table:
        """The table as a pyarrow Table; units and meanings in the fields' metadata."""
        return tables.arrow(self.raw.table)

    def table(self) -> pd.DataFrame:
        """One row per field that moves the result, by rank: path, symbol, grade, evidence, meaning, field_unit, value,
        low and high with the rule that set them, change_low and change_high of the result with their simulation noise,
        effect (the larger of both), beyond_noise (1: its noise does not reach zero), and what was screened."""
        return tables.pandas(self.raw.table)

    def columns(self) -> pd.DataFrame:
        """The columns of the table: name, unit, meaning."""
        import pandas

        return pandas.DataFrame(self.raw.table.columns)

    @cached_property
    def names(self) -> list[str]:
        """The assumed numbers that move the result most, beyond simulation noise, in words."""
        frame = self.table()
        found = frame[(frame["grade"] == "assumed") & (frame["beyond_noise"] == 1)].head(NAMED)
        return [words_for(str(row.path), str(row.symbol)) for row in found.itertuples()]

    @property
    def moved_by(self) -> str:
        """harm (χ_h), empathy elasticity (b_E) (all assumed)"""
        if not self.names:
            return "no assumed number beyond simulation noise, with as few clients as were screened"
        return f"{', '.join(self.names)} ({'all assumed' if len(self.names) > 1 else 'assumed'})"

    @property
    def sentence(self) -> str:
        """Which assumed numbers move the result most."""
        return f"Moved by: {self.moved_by}."

    @property
    def account(self) -> str:
        """How many fields move the result, and from how much."""
        raw, size = self.raw, self.size
        beyond = int(self.table()["beyond_noise"].sum())
        rest = [f"{count} {words}" for count, words in (
            (raw.still, "leave it exactly as it is"), (raw.refused, "can't be moved"),
            (raw.left, "were left out of this brief screening")) if count]  # fmt: skip
        return (f"Of {size['fields'] + raw.left} fields, {raw.moving} move this result, {beyond} of them beyond "
                f"simulation noise; {'; '.join(rest) or 'none leaves it as it is'}. Screened with {size['replicates']} "
                f"replicates of {size['clients']} clients an arm, followed for {size['weeks']} weeks.")  # fmt: skip

    @property
    def title(self) -> str:
        """The result in question, in words."""
        from hybridcare.headline import reading_words

        asked = self.question
        labels = {arm["name"]: arm["label"] or arm["name"] for arm in self.scenario.core.arms}
        what = "PHQ-9" if asked["metric"] == "phq9" else asked["metric"].replace("_", " ")
        where = f"{what} {reading_words(asked['reading'])}, “{labels[asked['arm']]}”"
        where += f" minus “{labels[asked['against']]}”" if asked["against"] else ""
        where += f", minus the twin {asked['twin']}" if asked["twin"] else ""
        return where + (f", culture {asked['culture']}" if asked["culture"] != "all" else "")

    @property
    def before(self) -> list[str]:
        """What is said before the numbers: what a fit does not tell, and over which parameter sets they are."""
        from hybridcare.sets_beside import first_lines

        return first_lines(self.over.sets if self.over is not None else None)

    @property
    def caveats(self) -> list[str]:
        """What must stand beside the rank."""
        lines = [
            "One number at a time, from where the scenario has them: interactions are not seen.",
            "How far each was moved is said in the column “rule”. Where the model or a figure gives no range, it is a "
            "convention (20 % of the value), and another convention gives another rank.",
            "A number that is missing here leaves this result as it is; it may move another one.",
        ]
        if self.scenario.core.configuration == "full":
            lines.append("“Calibrated” means fitted in the core model; sets that fit in the full one are an ensemble.")
        return lines + [f"Calibration: {self.scenario.core.calibration}"]

    def plot(self, most: int = 15) -> Any:
        """A tornado picture as a `plots.Figure`: the first `most` fields, and b_E, χ_h and the weights where in use.
        None if nothing moves the result."""
        from hybridcare.plots_drivers import tornado

        return tornado(self, most)

    def summary(self, most: int = 20) -> dict[str, Any]:
        """As plain dictionaries that JSON can hold: the sentence, the question, and the first `most` rows."""
        keep = ("rank", "path", "grade", "value", "low", "high", "rule", "change_low", "change_high", "effect",
                "effect_noise_low", "effect_noise_high", "beyond_noise")  # fmt: skip
        rows = [{name: _plain(row[name]) for name in keep} for row in self.arrow().slice(0, most).to_pylist()]
        counts = {name: getattr(self.raw, name) for name in ("moving", "still", "refused", "off", "left")}
        return {"sentence": self.sentence, "account": self.account, "question": self.question, "unit": self.unit,
                "estimate": _plain(self.estimate), **self.size, **counts, "rows": rows}  # fmt: skip

    @cached_property
    def stamp(self) -> Any:
        """What a picture's foot reads of results: experiment, provenance and the account of the run."""
        experiment, build, raw = self.scenario.core, core.build_info(), self.raw
        provenance = {"calibration": experiment.calibration, "driver": experiment.driver, "seed": experiment.seed,
                      "scenario_hash": self.scenario.hash, "version": build["version"],
                      "commit": build["commit"]}  # fmt: skip
        return SimpleNamespace(experiment=experiment, provenance=provenance, hash="", reads_oracle=False,
                               instruction_set="", client_weeks=raw.client_weeks, session_weeks=0,
                               kernel_seconds=raw.kernel_seconds, wall_seconds=raw.wall_seconds, threads=0,
                               peak_bytes=0)  # fmt: skip

    def __repr__(self) -> str:
        return f"<hybridcare.Drivers of {self.title}: {self.moved_by}>"

    def _repr_html_(self) -> str:
        shown = self.table()[["rank", "path", "grade", "value", "low", "high", "change_low", "change_high", "rule"]]
        over = self.over.sentences if self.over is not None else []
        lines = [html.escape(line) for line in (*self.before, self.sentence, self.account, *over, *self.caveats)]
        frame: str = shown.head(30).to_html(index=False)
        return frame + "<br>".join(f"<small>{line}</small>" for line in lines)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def screen(
    scenario: Scenario,
    question: Mapping[str, str | None],
    replicates: int | None = None,
    clients: int | None = None,
    threads: int = 0,
    design: bool = False,
    brief: bool = False,
    progress: bool = False,
) -> Drivers:
    """Screens one result of a scenario. See Experiment.drivers. Raises ConfigError."""
    asked = {name: text for name, text in question.items() if text}
    for name, count in (("replicates", replicates), ("clients", clients)):
        if count is not None:  # the same limits as those of a run
            scenario.core.with_overrides(**{name: count})
    with shown_progress(f"{scenario.core.name}: drivers", progress) as tick:
        raw = core.screen(scenario.core, asked, replicates=replicates or -1, clients=clients or -1, threads=threads,
                          design=design, brief=brief, progress=tick)  # fmt: skip
    return Drivers(scenario, raw)


def beside(results: Results, wanted: bool = True, threads: int = 0, progress: bool = False) -> None:
    """The headline's screening, to stand beside it in report and folder; or the reason why there is none.

    Where clients are coupled, a brief one: fields that are said to lie far off, and those of the service. Beyond
    MOST_CLIENT_WEEKS none, since it would take longer than the run.
    """
    if not wanted:
        results.screened = LEFT_OUT
        return
    brief = any(name in results.scenario for name in ("service", "network"))
    weeks = core.screen_size(results.experiment, {}, brief=brief)["client_weeks"]
    if weeks > MOST_CLIENT_WEEKS:
        results.screened = (f"not screened: it would take about {weeks / 1e6:,.0f} million client-weeks; hybridcare "
                            "drivers does it")  # fmt: skip
        return
    results.screened = screen(results.scenario, {}, threads=threads, brief=brief, progress=progress)


def moved_by(results: Any) -> str:
    """What stands beside the headline: the assumed numbers that move it, or why nobody looked."""
    found = getattr(results, "screened", NOT_ASKED)
    return found if isinstance(found, str) else found.moved_by


def of(results: Any) -> Drivers | None:
    """The headline's screening, if there is one."""
    found = getattr(results, "screened", None)
    return found if isinstance(found, Drivers) else None

