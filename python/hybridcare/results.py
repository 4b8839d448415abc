"""What an experiment found: tidy tables, comparisons, pictures, a report, a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare import core, tables, views
from hybridcare.drivers import NOT_ASKED
from hybridcare.errors import config_error
from hybridcare.headline import Headline, caveats
from hybridcare.names import unknown
from hybridcare.uncertainty_words import NOT_ASKED as NOT_OVER_SETS

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.drivers import Drivers
    from hybridcare.ensemble_run import EnsembleRun
    from hybridcare.explanation import Explanation
    from hybridcare.rivals_contest import Contest
    from hybridcare.scenario import Scenario
    from hybridcare.story import Story


class Results:
    """Estimates of one run. "noise" is Monte Carlo error over replicates: how far another seed would have moved the
    number, never how far the model may be from the world; it holds what replicates draw from a measured profile.

    Attributes
        scenario       the Scenario that was run, overrides included
        hash           of every exact count; depends on no thread, block size or instruction set
        client_weeks, session_weeks    simulated weeks of clients, and contacts held, in all arms, variants and twins
        kernel_seconds, wall_seconds   summed over threads; by the clock
        meta           the whole account: calibration, driver, version, commit, scenario_hash, seed, ...
    """

    def __init__(self, scenario: Scenario, raw: core.Results) -> None:
        self.scenario = scenario
        self.raw = raw
        self.screened: Drivers | str = NOT_ASKED  # of the headline, or why there is none
        self.ensemble: EnsembleRun | str = NOT_OVER_SETS  # answers over parameter sets that fit, or why there are none

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every exported number: calibration, driver, version, scenario_hash, seed, commit."""
        return {name: self.meta[name] for name in (*tables.PROVENANCE, "commit")}

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The account of the run: what was run, by which build, hashes, sizes, speed."""
        from hybridcare.summary import account

        return account(self)

    # what was run
    @property
    def experiment(self) -> core.Experiment:
        """The assembled experiment: names, labels, cultures, pathways, parameter values."""
        return self.scenario.core

    @property
    def arms(self) -> dict[str, str]:
        """Labels by name of the arms that the user asked to see, in the scenario's order."""
        return {arm["name"]: arm["label"] for arm in self.experiment.arms if not arm["component"]}

    @property
    def variants(self) -> dict[str, str]:
        """Labels by name; the first is the default."""
        return {variant["name"]: variant["label"] for variant in self.experiment.variants}

    @property
    def hash(self) -> str:
        return self.raw.hash

    @property
    def client_weeks(self) -> int:
        return self.raw.client_weeks

    @property
    def session_weeks(self) -> int:
        return self.raw.session_weeks

    @property
    def kernel_seconds(self) -> float:
        return self.raw.kernel_seconds

    @property
    def wall_seconds(self) -> float:
        return self.raw.wall_seconds

    @property
    def instruction_set(self) -> str:
        return self.raw.instruction_set

    @property
    def threads(self) -> int:
        return self.raw.threads

    @property
    def peak_bytes(self) -> int:
        """The most memory that this process has held so far, bytes; the estimate where the system does not tell."""
        try:
            import resource
        except ImportError:
            return self.estimated_bytes
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

    @property
    def estimated_bytes(self) -> int:
        """What the kernel's accumulators and blocks in flight were estimated to take before the run, bytes."""
        return self.raw.peak_bytes

    @property
    def reads_oracle(self) -> bool:
        """True if some arm's pathway reads latent state that no service could measure."""
        return self.raw.reads_oracle

    # tables
    @property
    def table_names(self) -> list[str]:
        return self.raw.table_names

    def core_table(self, name: str) -> core.Table:
        """The table as it lies in memory. Raises ConfigError with the nearest known name."""
        if name not in self.table_names:
            raise config_error("", unknown("table", name, self.table_names))
        return self.raw.table(name)

    def arrow(self, name: str = "estimates") -> pa.Table:
        """A pyarrow Table over the same memory; units and meanings in the fields' metadata."""
        return tables.arrow(self.core_table(name))

    def table(self, name: str = "estimates") -> pd.DataFrame:
        """A tidy pandas frame: one row per estimate. Names: `table_names`; columns: `columns(name)`.

        Text is categorical in the scenario's order; numbers share the results' memory and are read-only (`.copy()` to
        change cells). Raises ConfigError for an unknown name.
        """
        return tables.pandas(self.core_table(name))

    def polars(self, name: str = "estimates") -> pl.DataFrame:
        """The same as a polars frame. Raises ConfigError for an unknown name, or if polars is not installed."""
        return tables.polars(self.core_table(name))

    def columns(self, name: str = "estimates") -> pd.DataFrame:
        """The columns of a table: name, unit, meaning."""
        import pandas

        return pandas.DataFrame(self.core_table(name).columns)

    # questions
    @cached_property
    def headline(self) -> Headline | None:
        """The main comparison in numbers; None if there is a single arm."""
        return Headline.of(self)

    @property
    def sentence(self) -> str:
        """The main comparison as one sentence with estimate, simulation noise and envelope."""
        return self.headline.sentence if self.headline else "A single arm: there is nothing to compare."

    @property
    def caveats(self) -> list[str]:
        """What must stand beside the sentence: the driving assumption, the state of calibration."""
        return caveats(self)

    def contrast(self, arm: str, against: str, variant: str | None = None) -> views.Contrast:
        """Arm minus `against`, paired client by client: estimate, simulation noise, variance reduction.

        Raises ConfigError for an unknown arm or variant, or for a pair that was not compared.
        """
        known = [entry["name"] for entry in self.experiment.arms]
        for name in (arm, against):
            if name not in known:
                raise config_error("", unknown("arm", name, known))
        if arm == against:
            raise config_error("", f"an arm can't be compared with itself: '{arm}'")
        return views.Contrast(self, "all", self.variant(variant), arm, against)

    def trust_erosion(self, by: str | None = "culture", variant: str | None = None) -> views.TrustErosion:
        """How many lose trust, by contact number: Aalen-Johansen cumulative incidence with leaving as competing event,
        the risk if nobody left, and the excess over the same clients without cultural distance.

        `by`: "culture"; None or "all": all cultures together; "rule": under nine rules that say when trust counts as
        eroded; "quartile": of trust at entry; "scale": latent, and as a questionnaire would measure it.
        Raises ConfigError for another.
        """
        return views.TrustErosion.of(self, by, variant)

    def misrecognition(self, by: str | None = "culture", variant: str | None = None) -> views.Misrecognition:
        """How often emotions are misread: rates with their denominators, difference and ratio to the reference culture.

        `by`: "culture", or None for all cultures together. Raises ConfigError for another.
        """
        return views.Misrecognition.of(self, by, variant)

    def estimands(self, by: str | None = None) -> views.Estimands:
        """All randomised, as a study would observe it, and completers, side by side. `by`: "culture" or None."""
        return views.Estimands.of(self, by)

    def harm(self, by: str | None = None) -> views.Harm:
        """Clients worse off than their exact twin, by 1, 2, 3 points; `.deterioration()`: beside what noise alone
        makes; `.excess()`: means. `by`: "culture" or None."""
        return views.Harm.of(self, by)

    def calibration(self, by: str | None = None) -> views.Calibration:
        """Trust minus what the agent deserves, by week: over-trust and under-trust. `by`: "culture" or None."""
        return views.Calibration.of(self, by)

    def echo(self, by: str | None = None, variant: str | None = None) -> views.Echo:
        """What a study of these clients would report of empathy; `.beside_cause()`: beside what it does."""
        return views.Echo.of(self, by, variant)

    def accounts(self, by: str | None = None, variant: str | None = None) -> views.Accounts:
        """Minutes, cost, QALY, net benefit, with the grade of what they lean on. `by`: "culture" or None."""
        return views.Accounts.of(self, by, variant)

    def nnt(self, by: str | None = None, variant: str | None = None) -> views.NumberNeeded:
        """Numbers needed to treat against the headline's comparator, for benefit and for harm."""
        return views.NumberNeeded.of(self, by, variant)

    def equity(self, variant: str | None = None) -> views.Equity:
        """Slopes of outcomes over cultural distance and position; 0: no disparity."""
        return views.Equity.of(self, None, variant)

    def leaving(self, by: str | None = None) -> views.Leaving:
        """Who leaves, week by week, with planned ends and completed care competing. `by`: "culture" or None."""
        return views.Leaving.of(self, by)

    def safety(self, by: str | None = None, variant: str | None = None) -> views.Safety:
        """Risk states seen, missed, time to a human, false alarms. `by`: "culture" or None."""
        return views.Safety.of(self, by, variant)

    def access(self, by: str | None = None, variant: str | None = None) -> views.Access:
        """Who seeks help, waits and is served; with a service also its `.calendar()`. `by`: "culture" or None."""
        return views.Access.of(self, by, variant)

    def drivers(
        self,
        metric: str = "phq9",
        reading: str | None = None,
        culture: str = "all",
        arm: str | None = None,
        against: str | None = None,
        twin: str | None = None,
        variant: str | None = None,
        **how: Any,
    ) -> Drivers:
        """Which assumptions drive a result: see Experiment.drivers. That of the headline, as it comes, is kept, and
        report and folder show it. Raises ConfigError."""
        from hybridcare.drivers import screen

        asked = {"reading": reading, "arm": arm, "against": against, "twin": twin, "variant": variant}
        found = screen(self.scenario, {"metric": metric, "culture": culture, **asked}, **how)
        if metric == "phq9" and culture == "all" and not any(asked.values()):
            self.screened = found
        return found

    def rivals(self, conclusions: Sequence[str] | str = (), **how: Any) -> Contest:
        """Does the answer survive the rival models? See `Experiment.rivals`. Raises ConfigError."""
        from hybridcare.rivals_contest import contest

        return contest(self.scenario, conclusions, **how)

    def variant(self, name: str | None) -> str:
        """A known variant's name; None is the default one. Raises ConfigError with the nearest known name."""
        if name is None:
            return next(iter(self.variants))
        if name not in self.variants:
            raise config_error("", unknown("variant", name, self.variants))
        return name

    def attribution(self, arm: str | None = None, metric: str = "phq9", against: str | None = None,
                    **how: Any) -> Explanation:  # fmt: skip
        """What an arm's result is made of: Shapley shares, trust, twins. Runs what it needs, with fewer clients than
        this run; `how` as in `hybridcare.explain`. Raises ConfigError."""
        from hybridcare.explanation import explain

        return explain(self.scenario, arm, metric, against, **how)

    def over_sets(self, uncertainty: str | os.PathLike[str] | Ensemble = "ensemble", rival: str = "R1",
                  sets: int = 100, threads: int = 0, progress: bool = False) -> EnsembleRun:  # fmt: skip
        """The arms over parameter sets of an ensemble, kept here, so that report and folder show them; nothing else
        moves. See `Experiment.run`. Raises ConfigError, also for "defaults"."""
        from hybridcare.ensemble_run import beside, of, wanted

        beside(self, wanted(self.scenario, uncertainty, rival, sets), threads, progress)
        found = of(self)
        if found is None:
            raise config_error("uncertainty", "\"defaults\" is one parameter set, the scenario's own, and no sets")
        return found

    # rows
    def clients(self, to: str | os.PathLike[str] | None = None, threads: int = 0) -> pd.DataFrame | Path:
        """One row per replicate, arm and client, simulated again with the same draws (same numbers, same hash).

        `to`: a .parquet file to stream to, chunk by chunk, so that memory does not grow; returns its path. Without it
        a frame; mind the size: arms x replicates x clients rows. Raises ConfigError if the file cannot be written.
        """
        from hybridcare.rows import rows

        return rows(self, "clients", 0, to, threads)

    def weeks(
        self, sample: int = 50, to: str | os.PathLike[str] | None = None, threads: int = 0
    ) -> pd.DataFrame | Path:
        """One row per replicate, arm, client and week for the first `sample` clients of every replicate."""
        from hybridcare.rows import rows

        return rows(self, "weeks", sample, to, threads)

    def story(
        self, client: int, arm: str | None = None, replicate: int = 0, twin: str = "no_distance",
        uncertainty: str | os.PathLike[str] | Ensemble | None = None, rival: str = "R1", sets: int = 100,
    ) -> Story:  # fmt: skip
        """One client's course in words and as a picture, with the exact twin's beside it. See `hybridcare.story`.

        Raises ConfigError: an unknown arm or twin, a client or replicate that the run does not have.
        """
        from hybridcare.story import story

        return story(self, client, arm, replicate, twin, uncertainty, rival, sets)

    # pictures and files
    def plot(self) -> Any:
        """The headline as a `plots.Figure`: estimate, simulation noise, envelope over the rival assumptions."""
        from hybridcare import plots

        return plots.headline(self)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Writes one self-contained HTML file that opens from disk without a network. Returns its path.

        Runs over parameter sets that fit first, unless that was done or the run was told "defaults": some seconds.
        Raises ConfigError if it cannot be written.
        """
        from hybridcare.ensemble_run import sure
        from hybridcare.writing import save_report

        sure(self)
        return save_report(self, Path(path))

    def save(self, folder: str | os.PathLike[str], overwrite: bool = False, rows: bool = False) -> Path:
        """Writes the results folder in one stroke: all of it, or on any failure nothing.

        Runs over parameter sets first, as `report`. Raises ConfigError if the folder holds something (unless
        `overwrite`, and only for a hybridcare result).
        """
        from hybridcare.ensemble_run import sure
        from hybridcare.writing import check_folder, save

        if self.ensemble == NOT_OVER_SETS:
            check_folder(Path(os.path.abspath(folder)), overwrite)  # before any work
            sure(self)

        return save(self, Path(folder), overwrite=overwrite, rows=rows)

    def pack(self, path: str | os.PathLike[str]) -> Path:
        """Writes one archive (.zip) with scenario, tables, assumptions, report, hashes, and a script that runs it
        again. Returns its path. Raises ConfigError if it cannot be written, or a file of the scenario is gone."""
        import tempfile

        from hybridcare.pack import pack

        with tempfile.TemporaryDirectory() as above:
            return pack(self.save(Path(above) / "results"), path)

    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        from hybridcare.summary import summary

        return summary(self)

    def __repr__(self) -> str:
        return f"<hybridcare.Results {self.experiment.name!r}: {self.sentence}>"

    def _repr_html_(self) -> str:
        from hybridcare.display import shown

        over = [] if isinstance(self.ensemble, str) else self.ensemble.sentences
        return shown(self.experiment.question, [self.sentence, *over], {}, self.caveats)


def selected(frame: pd.DataFrame, where: Mapping[str, object]) -> pd.DataFrame:
    """Rows in which every named column has the given value; columns that the table lacks are passed over."""
    keep = None
    for name, value in where.items():
        if name in frame.columns:
            here = frame[name] == value
            keep = here if keep is None else keep & here
    return frame if keep is None else frame[keep]
