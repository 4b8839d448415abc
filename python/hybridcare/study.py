"""Studies: an experiment at many points of the space of its assumptions and choices."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hybridcare import designs
from hybridcare.document import canonical, digest, leaves, steps
from hybridcare.errors import ConfigError, config_error
from hybridcare.factors import Factor, refuse_twice
from hybridcare.names import unknown
from hybridcare.scenario import Scenario
from hybridcare.study_paths import Checker, given_points, lay, read_with
from hybridcare.study_base import base_of, executor_of, fitted
from hybridcare.study_file import Lever, Spec, Wanted, direction, lever_paths, patch_at, spec_of
from hybridcare.study_models import Model, models
from hybridcare.study_sets import study_sets

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.points import Metric, Task
    from hybridcare.psa import Psa
    from hybridcare.study_plan import Plan
    from hybridcare.sweep_results import SweepResults

#: Columns of a design that are no paths.
ABOUT = {"key": "names the point whatever its place: digest of its patch",
         "draw": "which draw of the uncertainties; all levers and models see the same ones",
         "model": "the model's relationships: a variant of the scenario, or a rival model"}  # fmt: skip


class Study:
    """A study, checked when made; `run` gives SweepResults.

    Attributes
        spec       the study file as read
        scenario   the Scenario, with the study's arms and sizes and the base variant alone
        arms       names of the arms that are run at every point
        against    the arm that others are compared with, where nothing else is asked for
        factors    the uncertainties, in the order of the file
        levers     what can be chosen besides arms
        models     the relationships that are tried: variants and rival models
        sets       parameter sets of ensembles that the draws are, or None
        notes      what must be said of the design
    Raises ConfigError with the place in the study file, what was found, and what is allowed.
    """

    def __init__(
        self, spec: Spec, base: Scenario | None = None, points: Mapping[str, Sequence[Any]] | None = None
    ) -> None:
        self.spec = spec
        whole = base if base is not None else base_of(spec)
        self._whole = whole
        self.scenario = fitted(spec, whole)
        self.arms: tuple[str, ...] = tuple(arm["name"] for arm in self.scenario.core.arms if not arm["component"])
        self.levers: tuple[Lever, ...] = spec.levers
        self.models: list[Model] = models(spec, whole, self.scenario)
        self.metrics: tuple[Wanted, ...] = spec.metrics
        self._points = given_points(spec, points) if spec.kind == "csv" else {}
        checker = Checker(spec, self.scenario, self.arms)
        self.factors: list[Factor] = checker.factors(self._points)
        self._check_levers(checker)
        paths = [*self._points, *(path for each in self.factors for path in each.columns)]
        refuse_twice([*paths, *lever_paths(self.levers)], spec.file)
        self._check_something_varies([*paths, *([spec.ensemble] if spec.ensemble else [])])
        self.against: str = self._against()
        self.draws = len(next(iter(self._points.values()))) if self._points else spec.n if spec.ensemble else (
            designs.size(spec.kind, spec.n, self._sampled, spec.second_order))  # fmt: skip
        self.sets = study_sets(spec, self.scenario, [model.name for model in self.models], paths, self.draws)
        if self.sets is not None:
            self.models = [self.sets.marked(model) for model in self.models]
        designs.check_size(self.draws, len(self.choices), len(self.models), spec.place["design"].where)
        self.notes: list[str] = designs.notes(spec.kind, spec.n if self._sampled else 0) + self._fixed_by_models()
        self.notes += self.sets.notes if self.sets is not None else []
        self._try_points()
        self.task()

    @classmethod
    def of(cls, document: Mapping[str, Any], file: str = "study", base: Scenario | None = None,
           points: Mapping[str, Sequence[Any]] | None = None) -> Study:  # fmt: skip
        """A study from plain dictionaries. points: path -> values, instead of a design's CSV file."""
        return cls(spec_of(document, file), base, points)

    # what it varies
    @property
    def name(self) -> str:
        return str(self.spec.document.get("name") or self.scenario.name)

    def _against(self) -> str:
        named = self.spec.document.get("against")
        if named is not None and named not in self.arms:
            raise self.spec.place["against"].fail(unknown("arm", named, self.arms))
        wanted = named or self.scenario.core.headline["against"]
        return str(wanted if wanted in self.arms else self.arms[0])

    @cached_property
    def choices(self) -> list[dict[str, Any]]:
        """All combinations of levers: the first changes slowest. One empty one without levers, or if levers are
        sampled along with the uncertainties."""
        crossed = () if self.spec.sampled_levers else self.levers
        values = itertools.product(*(lever.values for lever in crossed))
        return [dict(zip((lever.name for lever in crossed), chosen, strict=True)) for chosen in values]

    @property
    def _sampled(self) -> list[Factor]:
        """What the design of draws covers: the uncertainties, and levers if they are sampled with them."""
        if not self.spec.sampled_levers:
            return self.factors
        return self.factors + [Factor(lever.name, "choice", (1.0,) * len(lever.values), (lever.name,), lever.values,
                                      values_count=len(lever.values)) for lever in self.levers]  # fmt: skip

    @cached_property
    def cube(self) -> Any:
        """The design in the unit cube, shape (draws, dimensions); None for points from a file."""
        if self._points:
            return None
        spec = self.spec
        return designs.unit_cube(spec.kind, spec.n, self._sampled, self.seed, spec.levels, spec.second_order)

    @property
    def seed(self) -> int:
        """Of the design, and of the simulation."""
        return int(self.scenario.core.seed)

    @cached_property
    def drawn(self) -> dict[str, Any]:
        """Path -> array of values, one for each draw; of an ensemble those of the default model's sets."""
        return {**self._spread, **self._of_sets("default")}

    def drawn_in(self, model: str) -> dict[str, Any]:
        """The same in one model: a rival has parameter sets of its own."""
        return {**self._spread, **self._of_sets(model)}

    def _of_sets(self, model: str) -> dict[str, Any]:
        return {} if self.sets is None else self.sets.columns(model, self.draws)

    @cached_property
    def _spread(self) -> dict[str, Any]:
        """The same of distributions, and of levers that are sampled with them, alone."""
        if self._points:
            return {path: list(values) for path, values in self._points.items()}
        return designs.values(self._sampled, self.cube)

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row per design point, by draw, then model, then levers: columns key, draw, model, and a value for each
        path (and lever). Index `point`: its place, from 0."""
        import numpy as np
        import pandas

        each = len(self.models) * len(self.choices)
        frame: dict[str, Any] = {"draw": np.repeat(np.arange(self.draws), each)}
        names = np.repeat(np.array([model.name for model in self.models], dtype=object), len(self.choices))
        frame["model"] = np.tile(names, self.draws)
        for path, values in self._spread.items():
            frame[path] = np.repeat(np.asarray(values), each)
        for path, by_model in self._sets_by_model().items():
            frame[path] = np.repeat(by_model.ravel(), len(self.choices))
        for lever in self.choices[0]:
            of_choice = np.array([choice[lever] for choice in self.choices], dtype=object)
            frame[lever] = np.tile(of_choice, self.draws * len(self.models))
        out = pandas.DataFrame(frame).infer_objects()
        out.insert(0, "key", self._keys())
        out.index.name = "point"
        return out

    def _sets_by_model(self) -> dict[str, Any]:
        """Path -> values of shape (draws, models); NaN in a model whose sets do not have it."""
        import numpy as np

        columns = [self._of_sets(model.name) for model in self.models]
        missing = np.full(self.draws, np.nan)
        return {path: np.stack([each.get(path, missing) for each in columns], axis=1)
                for path in dict.fromkeys(path for each in columns for path in each)}  # fmt: skip

    def patches(self) -> list[str]:
        """One merge patch as canonical JSON for each design point, in the order of `design`."""
        return self._patches

    @cached_property
    def _patches(self) -> list[str]:
        return list(self._made(range(self.draws)))

    def _made(self, draws: Sequence[int]) -> Iterator[str]:
        crossed = [self._lever_patch(choice) for choice in self.choices]
        columns = {path: _plain(values) for path, values in self._spread.items()}
        named = {lever.name: lever for lever in self.levers}
        for draw in draws:
            patch: dict[str, Any] = {}
            for path, values in columns.items():
                _set(patch, named[path], values[draw]) if path in named else _put(patch, path, values[draw])
            for model in self.models:
                for chosen in crossed:
                    whole = {} if self.sets is None else self.sets.point(model.name, draw)
                    lay(whole, patch)
                    lay(whole, chosen)
                    yield canonical(model.over(whole))

    def _lever_patch(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        patch: dict[str, Any] = {}
        for lever in self.levers:
            if lever.name in choice:
                _set(patch, lever, choice[lever.name])
        return patch

    def _keys(self) -> list[str]:
        seen: dict[str, int] = {}
        keys = []
        for patch in self._patches:
            short = digest(json.loads(patch))[:16]
            seen[short] = seen.get(short, 0) + 1
            keys.append(short if seen[short] == 1 else f"{short}-{seen[short]}")
        return keys

    # what is run
    @cached_property
    def measured(self) -> list[tuple[Wanted, list[int]]]:
        """Each metric of the user's with the places that it is read from, in the task's metrics and then `watch`: its
        own, and the cultures' behind it where they are measured too; of a worst culture's all cultures'."""
        return [(wanted, places) for wanted, places, _ in self._planned]

    @cached_property
    def _planned(self) -> list[tuple[Wanted, list[int], list[Metric]]]:
        from hybridcare.points import Metric

        found: list[tuple[Wanted, list[int], list[Metric]]] = []
        count = 0
        for wanted in (each for each in self.metrics if each.watch is None):
            one = _parsed(Metric, wanted, self.spec)
            if wanted.worst and not (wanted.better or direction(one.name)):
                raise self.spec.place["metrics"][wanted.key].fail("which way is better? Say \"better\": \"lower\" or "
                                                                  "\"higher\", so that the worst is known")
            each = [_of_culture(one, culture) for culture in self.scenario.core.cultures]
            made = each if wanted.worst else [one, *(each if wanted.by_culture and one.culture == "all" else [])]
            found.append((wanted, list(range(count, count + len(made))), made))
            count += len(made)
        for wanted in (each for each in self.metrics if each.watch is not None):
            found.append((wanted, [count], []))
            count += 1
        order = {wanted.key: at for at, wanted in enumerate(self.metrics)}
        return sorted(found, key=lambda entry: order[entry[0].key])

    def task(self) -> Task:
        """All that a worker needs: plain values."""
        from hybridcare.points import Task
        from hybridcare.watch import measures

        metrics = {place: one for _, places, made in self._planned for place, one in zip(places, made, strict=False)}
        own = {wanted.key: dict(wanted.watch) for wanted in self.metrics if wanted.watch is not None}
        try:
            return Task.of(self.scenario, self.arms, [metrics[place] for place in sorted(metrics)],
                           watch=measures(own))  # fmt: skip
        except ConfigError as error:
            raise self.spec.place["metrics"].fail(str(error)) from error

    def plan(self) -> Plan:
        """The study as `hybridcare.runner` takes it."""
        import pyarrow

        from hybridcare.study_plan import Plan

        frame = self.design
        mixed = [name for name in frame.columns if frame[name].dtype == object and frame[name].map(type).nunique() > 1]
        table = pyarrow.Table.from_pandas(frame.astype(dict.fromkeys(mixed, str)), preserve_index=False)
        kept = {"sweep": self.document()}
        return Plan(self.name, self.task(), table.replace_schema_metadata(None), self.patches(), kept)

    @property
    def size(self) -> dict[str, int]:
        """draws, choices (of levers), models, points, arms, replicates, clients, weeks, client_weeks (of all of it)."""
        core = self.scenario.core
        points = self.draws * len(self.choices) * len(self.models)
        runs = points * len(self.arms) * core.replicates
        return {"draws": self.draws, "choices": len(self.choices), "models": len(self.models), "points": points,
                "arms": len(self.arms), "replicates": core.replicates, "clients": core.clients, "weeks": core.weeks,
                "client_weeks": runs * core.clients * core.weeks}  # fmt: skip

    def document(self) -> dict[str, Any]:
        """The study file with its whole scenario in it, to be kept beside results and read again by `Study.of`."""
        sizes = {name: getattr(self.scenario.core, name) for name in ("replicates", "clients", "seed")}
        kept = {} if self.sets is None else {"ensembles": self.sets.documents()}
        return {**self.spec.document, "base": self._whole.document(), "base_file": self._whole.file, **sizes, **kept}

    def run(self, out: str | os.PathLike[str] | None = None, threads: int = 0, progress: bool = True,
            limit: int | None = None, executor: str | None = None, **how: Any) -> SweepResults:  # fmt: skip
        """Runs all points, in memory, or with `out` in a study folder that a later run goes on with.

        executor: "threads", "dask", or a scheduler's address, "dask://10.0.0.5:8786"; short for backend and scheduler.
        limit: the first so many points, for a look. how: backend ("threads" or "dask"), scheduler, workers, shard,
        deadline, repair, retry_failed, of `runner.run_study`. Raises ConfigError; Ctrl-C stops it.
        """
        from hybridcare.points import run_points
        from hybridcare.progress import progress as shown
        from hybridcare.sweep_results import SweepResults

        how |= executor_of(executor)
        if out is not None or how:
            from hybridcare.runner import run_study

            if limit is not None:
                raise config_error("limit", "is for a look in memory; a study folder takes all points, or a shard")
            return SweepResults.of(self, run_study(self, out, threads=threads, progress=progress, **how))
        patches = self.patches()[:limit]
        with shown(f"{self.name}, {len(patches):,} points", progress) as tick:
            runs = run_points(self.task(), patches, threads=threads, progress=tick)
        return SweepResults.of(self, runs)

    def psa(self, model: str | None = None, threads: int = 0, progress: bool = True) -> Psa:
        """Costs and QALY by draw and strategy, from the table of accounts, as dampack and BCEA read them. A run of its
        own for each point. Raises ConfigError for an unknown model. See `hybridcare.psa`."""
        from hybridcare.psa import run_psa

        return run_psa(self, model, threads, progress)

    # checks
    def _check_levers(self, checker: Checker) -> None:
        for lever in self.levers:
            place = self.spec.place["levers"][lever.name]
            if not lever.patches:
                checker.path(place, lever.name, lever.values[0])
            for value in lever.values:
                checker.attempt(place, self._lever_patch({lever.name: value}))

    def _check_something_varies(self, paths: Sequence[str]) -> None:
        if not paths and not self.levers and len(self.models) < 2 and len(self.arms) < 2:
            raise config_error(self.spec.file, "is an empty design: no uncertainty, no lever, a single arm and a "
                               "single model. Name what varies under uncertainties or levers")  # fmt: skip

    def _try_points(self) -> None:
        """A study none of whose points can be read is a mistake, not a result: the first, a middle and the last."""
        last = self.draws - 1
        errors = []
        for draw in sorted({0, last // 2, last}):
            try:
                read_with(self.scenario, json.loads(next(self._made([draw]))))
                return
            except ConfigError as error:
                errors.append(str(error))
        raise config_error(self.spec.file, f"no design point that was tried can be read; the first: {errors[0]}")

    def _fixed_by_models(self) -> list[str]:
        paths = [path for each in self.factors for path in each.columns] + lever_paths(self.levers)
        out = []
        for model in self.models:
            fixed = [path for path in paths if path in dict(leaves(model.patch))]
            if fixed:
                out.append(f"{model.name} fixes {', '.join(fixed)}, whatever the study draws for it.")
        return out

    def _repr_html_(self) -> str:
        from hybridcare.display import study

        return study(self)

    def __repr__(self) -> str:
        size = self.size
        return (f"<hybridcare.Study {self.name!r}: {size['points']:,} points ({size['draws']:,} draws x "
                f"{size['choices']} choices x {size['models']} models), arms {', '.join(self.arms)}>")


def _plain(values: Any) -> list[Any]:
    return list(values.tolist() if hasattr(values, "tolist") else values)


def _put(patch: dict[str, Any], path: str, value: Any) -> None:
    *above, last = steps(path)
    place = patch
    for name in above:
        place = place.setdefault(name, {})
    place[last] = value


def _set(patch: dict[str, Any], lever: Lever, value: Any) -> None:
    """Sets a lever in a patch, in place."""
    made = lever.patches[value] if lever.patches else patch_at(lever.name, value)
    lay(patch, made)


def _parsed(kind: Any, wanted: Wanted, spec: Spec) -> Metric:
    try:
        made: Metric = kind.parse(wanted.text)
    except ConfigError as error:
        raise spec.place["metrics"][wanted.key].fail(str(error)) from error
    return made


def _of_culture(metric: Metric, culture: str) -> Metric:
    from dataclasses import replace

    return replace(metric, culture=culture)

