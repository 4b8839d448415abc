"""The source paper's fourteen claims, run: `hybridcare.claims()` and `hybridcare claims`."""

from __future__ import annotations

import html
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.claim_files import load_claims
from hybridcare.claim_results import UNFITTED, ClaimResult, _rows
from hybridcare.claim_runs import ENSEMBLE, FULL, QUICK, Size, fits_among, run
from hybridcare.claim_sets import ensembles_for, few_effective
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.progress import Tick
from hybridcare.progress import progress as shown_progress

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble

MOST_SETS, MOST_REPLICATES = 4096, 1000
FORMAT = "hybridcare claims 1"
QUESTION = "Which of the source paper's claims hold in this model, and what do the verdicts hang on?"
SOURCE = ("Salil, Jose, Cherian, R SP & Vikraman (2025), Front Psychiatry 15:1522915, an opinion paper without data; "
          "its claims are put in our words")  # fmt: skip

_UNFITTED_CAVEATS = (
    "No set was fitted to data, so that the parameter sets are the prior: a verdict says what follows from what was "
    "assumed, and nothing about care.",
    "No rival was fitted either, so that none can be ruled out: supported means supported under all of them.",
    "A share over sets says how much of what was assumed leads there, and not how probably a claim is true.",
)


def claims(
    names: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    quick: bool = False,
    sets: int | None = None,
    replicates: int | None = None,
    threads: int = 0,
    progress: bool = True,
    uncertainty: str | os.PathLike[str] | Ensemble | Mapping[str, Ensemble] | None = None,
) -> Claims:
    """Runs the source paper's claims and returns a verdict on each, with what it hangs on.

    names       claims by name ("E5", or several), or files of your own; default: all fourteen
    quick       few sets, replicates and clients: in a minute on two cores, and marked as coarse
    sets        parameter sets for each claim, 4 to 4096 (default 128, quick 16); a quarter of them
                is run under each rival
    replicates  of every set, 2 to 1000 (default 20, quick 4)
    threads     0 for all of the machine's
    uncertainty "ensemble": sets that fit the published figures, each rival's own (the default where one of R1 is
                bundled); "defaults": draws of the claims' prior; an ensemble of R1 or its file, .json; or a mapping of
                ensembles by rival. A rival that has none takes the sets of R1
    Raises ConfigError: an unknown claim with the nearest, what is wrong in a file, a size out of range, no such
    ensemble. Ctrl-C stops it.

    >>> hc.claims(["E5", "E7"], quick=True).table()
    """
    from hybridcare.experiment import checked_threads

    chosen = load_claims([names] if isinstance(names, str | os.PathLike) else names)
    size = sized(QUICK if quick else FULL, sets, replicates)
    ensembles = ensembles_for(uncertainty, chosen)
    threads = checked_threads(threads)
    began = time.perf_counter()
    found = []
    with shown_progress(f"{len(chosen)} claims", progress) as tick:
        for at, claim in enumerate(chosen):
            runs = run(claim, size, threads, _part(tick, at, len(chosen)), ensembles)
            found.append(ClaimResult(claim, size, runs))
    return Claims(found, size, time.perf_counter() - began, ensembles)


def _part(tick: Tick | None, at: int, of: int) -> Tick | None:
    """Progress of one claim as that of all."""
    if tick is None:
        return None
    return lambda done, total: tick(1000 * at + 1000 * done // max(total, 1), 1000 * of)


def sized(size: Size, sets: int | None, replicates: int | None) -> Size:
    """The size with what was asked for. Raises ConfigError."""
    for name, value, least, most in (("sets", sets, 4, MOST_SETS), ("replicates", replicates, 2, MOST_REPLICATES)):
        if value is not None and (isinstance(value, bool) or value != int(value) or not least <= value <= most):
            raise config_error(f"--{name}", f"{value!r} is no whole number in [{least}, {most}]")
    if sets is not None:
        size = replace(size, sets=int(sets), rival_sets=max(4, int(sets) // 4))
    return replace(size, replicates=int(replicates)) if replicates is not None else size


class Claims(Mapping[str, ClaimResult]):
    """Verdicts on claims, by name: `found["E5"]`.

    Attributes
        size           how much was run
        wall_seconds   by the clock
        ensembles      by rival model, that the sets are of; {}: draws of the claims' prior
    """

    def __init__(self, results: Iterable[ClaimResult], size: Size, wall_seconds: float,
                 ensembles: Mapping[str, Ensemble] | None = None) -> None:  # fmt: skip
        self._results = {result.claim.id: result for result in results}
        self.size, self.wall_seconds, self.ensembles = size, wall_seconds, dict(ensembles or {})

    def __getitem__(self, name: str) -> ClaimResult:
        if name not in self._results:
            raise config_error("", unknown("claim", name, self._results))
        return self._results[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def __contains__(self, name: object) -> bool:
        return name in self._results

    def table(self) -> pd.DataFrame:
        """One row for each claim: verdict, what it depends on, in which share of the sets it holds (with Wilson's 95 %
        interval) and the opposite does, what the prior alone says, and the share under each rival and each b_E."""
        import pandas

        return pandas.DataFrame([result.row() for result in self.values()])

    def models(self) -> pd.DataFrame:
        """One row for each claim and model: see ClaimResult.models."""
        return self._joined("models")

    def effects(self) -> pd.DataFrame:
        """One row for each claim and effect: see ClaimResult.effects."""
        return self._joined("effects")

    def uncertain(self) -> pd.DataFrame:
        """What was drawn: claim ("all" where every one of these claims draws it alike), path, words, distribution,
        unit, source."""
        import pandas

        from hybridcare.claim_sets import beside_of
        from hybridcare.claim_words import named

        rows: dict[tuple[str, ...], list[str]] = {}
        fitted = self.ensembles[ENSEMBLE].pointers if self.ensembles else ()
        for result in self.values():
            beside = set(beside_of(result.claim, fitted))
            for path, each in result.claim.uncertain.items():
                factor = each.factor
                said = (factor.words, factor.unit, factor.source)
                if not beside & set(factor.columns):
                    said = ("by the ensemble, with all else that it has", factor.unit, "fitted: see calibrate")
                rows.setdefault((path, named(result.claim, path), *said), []).append(result.claim.id)
        listed = [("all" if len(names) == len(self) else ", ".join(names), *key) for key, names in rows.items()]
        return pandas.DataFrame(listed, columns=["claim", "path", "what", "distribution", "unit", "source"])

    def _joined(self, name: str) -> pd.DataFrame:
        import pandas

        parts = []
        for result in self.values():
            frame = getattr(result, name)()
            frame.insert(0, "claim", result.claim.id)
            parts.append(frame)
        return pandas.concat(parts, ignore_index=True)

    @property
    def caveats(self) -> list[str]:
        """What must stand beside every verdict."""
        coarse = ["Quick: few sets, replicates and clients. Shares and drivers are coarse."] if self.size.quick else []
        return [*(self._fitted() if self.ensembles else _UNFITTED_CAVEATS),
                "Cultures are abstract distances of expression and no peoples.", *coarse]  # fmt: skip

    def _fitted(self) -> list[str]:
        """The same where the sets are of ensembles."""
        from hybridcare.rivals import first_words

        default = self.ensembles[ENSEMBLE]
        alone = [name for name in self.fits()["model"] if name not in self.ensembles]
        rest = f"; {', '.join(alone)} have none, and take the sets of {ENSEMBLE}." if alone else "."
        return [
            first_words(),
            f"Parameter sets are drawn by weight from ensembles that were fitted to published figures, of {ENSEMBLE} "
            f"from {len(default)} sets ({default.effective:.0f} effective); every fitted rival has its own{rest} "
            "What no figure speaks of is drawn from what was assumed.",
            "A share over sets says how much of what fits leads there, and not how probably a claim is true.",
            *few_effective(default),
        ]

    def fits(self) -> pd.DataFrame:
        """One row for each model: model, label, sets and effective of its ensemble, whether it counts against a claim,
        status (how its median meets the published figures, by the rule of `rivals_fit`), missed."""
        import pandas

        fits = fits_among(self.ensembles)
        rows = [{"model": model.name, "label": model.label, "sets": fits[model.name].sets,
                 "effective": fits[model.name].effective, "counts": model.kind == "ensemble" or model.counts,
                 "status": model.status or UNFITTED,
                 "missed": "; ".join(miss.label for miss in fits[model.name].misses)}
                for model in next(iter(self.values())).runs.models if model.kind in ("ensemble", "rival")]  # fmt: skip
        return pandas.DataFrame(rows)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every number."""
        build = core.build_info()
        first = next(iter(self.values()))
        return {
            "calibration": first.calibration, "version": build["version"],
            "commit": build["commit"], "seed": first.claim.document.get("seed"), "source": SOURCE,
            "size": self.account, "results_hash": self.hash, "caveats": self.caveats}  # fmt: skip

    @property
    def hash(self) -> str:
        """SHA-256 over the hashes of all runs."""
        from hybridcare.document import digest

        return digest({name: result.runs.hashes for name, result in self.items()})

    @property
    def account(self) -> str:
        """128 parameter sets a claim, 32 under each rival, 20 replicates; 412 million client-weeks in 304 seconds."""
        weeks = sum(result.runs.client_weeks for result in self.values())
        sets = [result.ensemble.sets for result in self.values()]
        rivals = [counted.sets for result in self.values() for counted in result.rivals.values()]
        return (f"{_range(sets)} parameter sets a claim, {_range(rivals)} "
                f"under each rival, {self.size.replicates} replicates; {weeks / 1e6:,.1f} million client-weeks in "
                f"{self.wall_seconds:,.0f} seconds")  # fmt: skip

    def summary(self) -> dict[str, Any]:
        """What claims.json holds."""
        return {"format": FORMAT, **self.provenance, "fits": _rows(self.fits()),
                "claims": [result.summary() for result in self.values()]}  # fmt: skip

    def report(self, path: str | os.PathLike[str]) -> Path:
        """One offline page: all verdicts, then a section for each claim. Raises ConfigError if it cannot be written."""
        from hybridcare.report_claims import save

        return save(self, path)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes claims.json, claims.csv, models.csv, effects.csv, fits.csv, uncertain.csv, the sets of each claim
        (sets_E5.csv), columns.csv and report.html: all of it, or on any failure nothing. Raises ConfigError, also if
        something is there."""
        from hybridcare.writing import new_folder, put

        target = Path(os.path.abspath(folder))
        tables = {"claims": self.table(), "models": self.models(), "effects": self.effects(),
                  "uncertain": self.uncertain(), "fits": self.fits(), "columns": columns(),
                  **{f"sets_{name}": result.sets() for name, result in self.items()}}  # fmt: skip
        with new_folder(target) as work:
            for name, frame in tables.items():
                stamped = frame if name == "columns" else frame.assign(calibration=self.provenance["calibration"],
                                                                       version=self.provenance["version"])  # fmt: skip
                put(work / f"{name}.csv", stamped.to_csv(index=False, lineterminator="\n").encode())
            self.report(work / "report.html")
            text = json.dumps(self.summary(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
            put(work / "claims.json", text.encode())
        return target

    def __repr__(self) -> str:
        kinds = ", ".join(f"{name} {result.verdict.kind}" for name, result in self.items())
        return f"<hybridcare.Claims: {kinds}>"

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.caveats)
        return str(self.table().to_html(index=False, float_format=lambda v: f"{v:.2f}")) + notes


#: Columns of the files: (file, column, unit, meaning).
_COLUMNS = (
    ("claims", "claim", "", "name of the claim"),
    ("claims", "title", "", "the claim in a few words"),
    ("claims", "verdict", "", "supported, contradicted, depends or assumed"),
    ("claims", "otherwise", "", "the verdict if the prior were not asked"),
    ("claims", "depends_on", "", "what it hangs on: a drawn number with its threshold, or the model"),
    ("claims", "sets", "sets", "parameter sets under the default model"),
    ("claims", "holds", "share", "of those sets in which the claim holds"),
    ("claims", "holds_low", "share", "its 95 % interval (Wilson): Monte Carlo error of having drawn so few sets"),
    ("claims", "holds_high", "share", "the upper end"),
    ("claims", "opposite", "share", "of those sets in which the opposite holds"),
    ("claims", "prior", "share", "of sets in which the prior alone says that the claim holds; empty: it says nothing"),
    ("claims", "put_in", "share", "of draws for which that is known without running them; empty: for none"),
    ("claims", "R0 ... b_E 1.5", "share", "of sets in which the claim holds under that model"),
    ("claims", "failed", "runs", "that the reader refused; they hold nothing"),
    ("claims", "mark", "", "what the sets are, and whether the run was quick"),
    ("models", "model", "", "R1: the default; R0, R2, R3, R4: rivals; b_E 0, b_E 1.5: empathy's elasticity fixed; "
     "prior: the default before any figure"),
    ("models", "status", "", "whether it was fitted, and how its median meets the published figures"),
    ("models", "effective", "sets", "so many equally likely sets would say as much"),
    ("models", "effect", "", "the deciding one: that of the condition which holds in the fewest sets"),
    ("models", "median, least, most", "of the effect", "of that effect over sets"),
    ("effects", "median, low_5, high_95", "of the effect", "over sets: parameter uncertainty"),
    ("effects", "noise_se", "of the effect", "median over sets of the simulation noise of one: another seed"),
    ("effects", "judged", "", "whether the verdict reads it"),
    ("effects", "holds", "share", "of sets in which its own bands are held"),
    ("fits", "counts", "", "whether the model can speak against a claim; missed: figures outside their intervals"),
    ("uncertain", "claim", "", "which claims draw it so; all: every one of these"),
    ("uncertain", "distribution", "", "of the prior; not fitted"),
    ("uncertain", "source", "", "where the distribution comes from"),
    ("sets_E…", "set", "", "number of the parameter set; the same numbers under every model, but for what it fixes"),
    ("sets_E…", "holds, opposite", "", "whether the claim holds in this set, and whether the opposite does"),
    ("sets_E…", "close", "", "whether an effect lies within two standard errors of simulation noise of a margin"),
    ("sets_E…", "NAME, NAME_noise_se", "of the effect", "effects by name, with their simulation noise"),
    ("sets_E…", "/…", "of the field", "drawn parameters by place in a scenario file"),
)


def _range(counts: list[int]) -> str:
    """4, or 4 to 16: how many there are of something in each claim."""
    least, most = min(counts, default=0), max(counts, default=0)
    return f"{least}" if least == most else f"{least} to {most}"


def columns() -> pd.DataFrame:
    """The data dictionary of the files: file, column, unit, meaning."""
    import pandas

    return pandas.DataFrame(_COLUMNS, columns=["file", "column", "unit", "meaning"])
