"""`hybridcare validate-model`: do the shipped ensembles say what their simulation says, which published figures do they
meet and miss, what did those figures not tell, and what can none of it show.

    >>> found = hc.validate_model(quick=True)     # a minute; some sets of each ensemble
    >>> found = hc.validate_model()               # all sets, and once more with other luck; under half an hour
    >>> found.targets()                           # misses first, each with its explanation
    >>> found.save("validation")                  # validation.html, validation.json

Everything that page and documentation say is made of `Validation.document`, and that of runs and of the files.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare import validation_checks as checks
from hybridcare import validation_learned as learned
from hybridcare import validation_runs as running
from hybridcare import writing
from hybridcare.calibrate_emulator import workers
from hybridcare.calibrate_ensemble import bundled_ensembles
from hybridcare.calibrate_priors import Priors, priors
from hybridcare.calibrate_targets import aims_of, targets_hash
from hybridcare.calibration import quantiles
from hybridcare.document import digest, pretty
from hybridcare.errors import config_error
from hybridcare.progress import study_progress
from hybridcare.target_files import Target, targets
from hybridcare.validation_files import FILE, Explanations, explanations
from hybridcare.validation_judge import Row, counts, criteria, held_out_rows, missed, plain, target_rows
from hybridcare.validation_runs import FRESH_SETS, QUICK_SETS, Given

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_aims import Simulated

FORMAT = "hybridcare validation 1"
MAIN = "R1"  # of which the criteria are asked, where it is among the models
Models = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None


@dataclass(frozen=True)
class Validation:
    """document: everything that was found, as JSON holds it; `hybridcare.report_validation` makes the page of it."""

    document: dict[str, Any]

    @property
    def faults(self) -> list[str]:
        """What must not be: figures that do not come out again, misses without explanation, stale explanations."""
        return [f"{row['model']}: {row['what']}" if row["model"] else row["what"] for row in self.document["faults"]]

    @property
    def met(self) -> bool:
        """Whether the criteria of the main model are met."""
        return all(row["met"] for row in self.document["criteria"])

    @property
    def sentences(self) -> list[str]:
        """What was found in words, the most important first."""
        from hybridcare.validation_words import sentences

        return sentences(self.document)

    def targets(self, model: str | None = None) -> pd.DataFrame:
        """One row a target, misses first; default: of the main model. Raises ConfigError: no such model."""
        return self._frame(model, "targets")

    def parameters(self, model: str | None = None) -> pd.DataFrame:
        """Prior beside posterior, one row a parameter, best informed first; default: of the main model."""
        frame = self._frame(model, "parameters")
        return frame.sort_values(["informed", "narrowed"], ascending=False, kind="stable").reset_index(drop=True)

    def _frame(self, model: str | None, what: str) -> pd.DataFrame:
        import pandas

        from hybridcare.names import unknown

        models, name = self.document["models"], self.document["main"] if model is None else model
        if name not in models:
            raise config_error("model", unknown("model", name, models))
        return pandas.DataFrame(models[name][what])

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Writes the offline page. Raises ConfigError if it cannot be written."""
        from hybridcare.report_validation import save

        return save(self.document, Path(path))

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes validation.json and validation.html into a folder, which is made. Raises ConfigError."""
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise writing.refused(place, error) from error
        with writing.written_file(place / "validation.json") as file:
            file.write(pretty(self.document).encode())
        self.report(place / "validation.html")
        return place

    def __repr__(self) -> str:
        return f"<hybridcare.Validation {self.sentences[0]}>"


def validate_model(models: Models = None, quick: bool = False, *, sets: int | None = None, fresh: int | None = None,
                   fresh_seed: int | None = None, threads: int = 0, texts: Explanations | None = None,
                   free: Priors | None = None, progress: bool = True) -> Validation:  # fmt: skip
    """Simulates the targets' studies again for the sets of ensembles, and says what holds.

    models  names of bundled ensembles, or files that end in .json; default: all that are bundled
    quick   some sets of each instead of all, with their own luck only; medians are then the file's
    sets    of each model that are simulated again, instead of all (or QUICK_SETS); medians are the simulation's own
            only if all are
    fresh   sets of each model, drawn by weight, that are simulated with other luck (default FRESH_SETS, quick 0)
    fresh_seed   of that; default: the next after the targets' own
    texts   explanations of misses; free: priors that the ensembles were fitted with; default: the bundled ones
    Raises ConfigError: nothing bundled, a file that cannot be read or does not say how it was made, sizes out of range.
    """
    found = _given(models)
    _check_counts(sets, fresh)
    run = _Run(found, sets if sets is not None else QUICK_SETS if quick else None,
               fresh if fresh is not None else 0 if quick else FRESH_SETS, fresh_seed, threads,
               texts if texts is not None else explanations(), free if free is not None else priors())  # fmt: skip
    begun = time.monotonic()
    document = run.document(progress)
    cores = threads or workers()
    return Validation(plain({**document, "took": {"seconds": round(time.monotonic() - begun), "cores": cores}}))


def _check_counts(sets: int | None, fresh: int | None) -> None:
    for name, count, least in (("sets", sets, 1), ("fresh", fresh, 0)):
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < least):
            raise config_error(name, f"{count!r} is no whole number of at least {least}")


def _given(models: Models) -> list[Given]:
    known = bundled_ensembles()
    if models is None and not known:
        raise config_error("", "no ensemble is bundled: there is nothing to validate. hybridcare calibrate --out DIR "
                           "makes one; give its file, DIR/ensemble.json")  # fmt: skip
    asked = known if models is None else [models] if isinstance(models, str | os.PathLike) else list(models)
    if not asked:
        raise config_error("models", "is empty; name one at least")
    found = [running.given(each) for each in asked]
    names = [each.ensemble.rival for each in found]
    for name in names:
        if names.count(name) > 1:
            raise config_error("models", f"{name} is given twice")
    return sorted(found, key=lambda each: each.ensemble.rival)


@dataclass
class _Run:
    given: list[Given]
    sets: int | None
    fresh: int
    fresh_seed: int | None
    threads: int
    texts: Explanations
    free: Priors

    def document(self, progress: bool) -> Row:
        known = targets()
        aims = {one.ensemble.rival: self._chosen(one) for one in self.given}
        total = sum(len(own) + len(other) for own, (other, _) in aims.values())
        self.faults: list[Row] = []
        models, done = {}, 0
        with study_progress("Validation", progress) as seen:

            def tell(points: int) -> None:
                nonlocal done
                done += points
                seen(done, total, 0)

            for one in self.given:
                models[one.ensemble.rival] = self._model(one, known, aims[one.ensemble.rival], tell)
        return self._whole(models, known)

    def _chosen(self, one: Given) -> tuple[running.Numbers, tuple[running.Numbers, Any]]:
        found = one.ensemble
        own = running.some(found, len(found) if self.sets is None else self.sets)
        nothing = (np.zeros(0, np.int64), np.zeros(0))
        return own, running.by_weight(found, min(self.fresh, FRESH_SETS)) if self.fresh else nothing

    def _model(self, one: Given, known: Mapping[str, Target], chosen: Any, tell: running.Tell) -> Row:
        found, (own, (other, often)) = one.ensemble, chosen
        now = running.simulated(one, own, None, self.threads, tell)
        seed = one.seed + 1 if self.fresh_seed is None else self.fresh_seed
        if seed == one.seed:
            raise config_error("fresh_seed", f"{seed} is the seed that the sets were fitted with: no other luck")
        then = running.simulated(one, other, seed, self.threads, tell) if len(other) else None
        everything = len(own) == len(found)
        checked = self._check(one, known, own, now, everything)
        rows = target_rows(found, known, now if everything else None, now, (often, then) if then else None, self.texts)
        if checked["comparable"]:
            self._explained(found.rival, rows)
        return {"file": one.name, "hash": one.hash, "about": found.about, "sets": len(found),
                "effective": found.effective, "free": len(found.pointers), "clients": one.clients,
                "replicates": one.replicates, "seed": one.seed, "checked": checked,
                "loss": _loss(found.loss, found.weights), "fresh": _fresh(known, other, often, then, seed, found.loss),
                **counts(rows), "targets": rows, **self._learned(one), "machinery": learned.machinery(found),
                "provenance": dict(found.provenance)}  # fmt: skip

    def _check(self, one: Given, known: Mapping[str, Target], own: running.Numbers, now: Simulated,
               everything: bool) -> Row:  # fmt: skip
        """Compares file and simulation; what differs is a fault."""
        found, name = one.ensemble, one.ensemble.rival
        if words := running.targets_differ(one, known):
            self._fault(name, "targets", words)
            return {"comparable": False, "sets": 0, "rows": 0, "whole": False, "wrong": 0}
        parts = [checks.by_itself(found, known), checks.by_simulation(found, known, own, now)]
        parts += [checks.of_fit(found, known, now)] if everything else []
        for part, kind in zip(parts, ("file", "simulation", "simulation"), strict=False):
            for words in part.wrong:
                self._fault(name, kind, words)
        return {"comparable": True, "sets": len(own), "rows": sum(part.rows for part in parts), "whole": everything,
                "wrong": sum(len(part.wrong) for part in parts)}  # fmt: skip

    def _explained(self, rival: str, rows: Sequence[Row]) -> None:
        silent = [row["target"] for row in rows if not row["inside"] and not row["why"]]
        if silent:
            self._fault(rival, "explanation", f"misses {', '.join(silent)}, and {FILE} does not explain it")

    def _learned(self, one: Given) -> Row:
        found = one.ensemble
        free = self.free.of(found.rival)
        pairs, limit = learned.correlations(found)
        out: Row = {"parameters": [dict(row) for row in found.parameters], "groups": learned.groups(found),
                    "pairs": pairs, "pairs_by_chance": limit, "thirds": []}  # fmt: skip
        there = found.provenance.get("priors_hash")
        if there != free.hash:
            self._fault(found.rival, "priors", f"was fitted with other priors than these ({str(there)[:12]} there, "
                        f"{free.hash[:12]} here)")  # fmt: skip
        else:
            asked = [path for row in out["groups"] for path in row["informed"] + row["not_informed"]]
            out["thirds"] = learned.thirds(found, free, asked)
        return out

    def _fault(self, model: str, kind: str, what: str) -> None:
        self.faults.append({"model": model, "kind": kind, "what": what})

    def _whole(self, models: dict[str, Row], known: Mapping[str, Target]) -> Row:
        from hybridcare.rivals import rivals
        from hybridcare.study_folder import this_build

        main = MAIN if MAIN in models else next(iter(models))
        missing = {name: missed(one["targets"]) for name, one in models.items()}
        shown = {name: missed(one["targets"], shown=True) for name, one in models.items()}
        every = {name: missing[name] + shown[name] for name in models}
        for words in self.texts.stale(every, complete=set(rivals()) <= set(models)):
            self._fault("", "stale", words)
        rows = {name: one["targets"] for name, one in models.items()}
        one = models[main]
        body = {"format": FORMAT, "main": main, "whole": all(each["checked"]["whole"] for each in models.values()),
                "criteria": criteria(main, one["targets"], one["sets"], one["effective"]), "faults": self.faults,
                "missed": missing, "missed_shown": shown, "models": models, "held_out": held_out_rows(self.texts, rows),
                "targets_hash": targets_hash(dict(known)), "priors": self.free.file}  # fmt: skip
        return {**body, "results_hash": digest(plain(body)), "build": this_build()}


def _loss(loss: Any, weights: Any) -> Row:
    """Median and 95 % over sets by weight, and the best set's."""
    median, high = quantiles(loss, weights, (0.5, 0.95))
    return {"median": median, "q95": high, "best": float(np.min(loss))}


def _fresh(known: Mapping[str, Target], other: running.Numbers, often: Any, then: Simulated | None, seed: int,
           loss: Any) -> Row | None:  # fmt: skip
    """Loss of the same sets with other luck, and with their own."""
    if then is None:
        return None
    aims = aims_of(dict(known))
    fitted = then.columns([list(known).index(name) for name in aims.names])
    return {"seed": seed, "sets": len(other), "own_luck": _loss(loss[other], often),
            "loss": _loss(aims.loss(fitted.value, fitted.variance), often)}  # fmt: skip
