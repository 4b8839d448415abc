"""Experiments: which arms of which scenario, how many clients, how often."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hybridcare import core
from hybridcare.errors import config_error
from hybridcare.names import unknown
from hybridcare.progress import progress as shown_progress
from hybridcare.results import Results
from hybridcare.scenario import Scenario, load
from hybridcare.watch import Grouping, Measure, groupings, measures

if TYPE_CHECKING:
    from hybridcare.breakeven import Breakeven
    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.drivers import Drivers
    from hybridcare.rivals_contest import Contest
    from hybridcare.study import Study
    from hybridcare.trial import Trial

MOST_THREADS = 1024
Choice = Mapping[str, Mapping[str, Any]] | Iterable[str]


class Experiment:
    """A scenario with its arms, variants and size; made once, run as often as wanted: same seed, same numbers.

    Parameters
        base        a Scenario, the name of a bundled one, or a path
        arms        which arms: names, or patches by name; an empty patch takes the base's arm of that name as it is, a
                    new name is a new arm. Default: the base's
        replicates, clients, seed    instead of the base's; `clients` per arm and replicate
        variants    which variants of the assumptions, in the same way as arms
        headline    the main comparison (arm, against), instead of the base's
    Raises ConfigError with JSON Pointer or the nearest known name.

    >>> hc.Experiment("hybrid_vs_human_vs_ai", arms=["human", "hybrid"], replicates=8).run().contrast("hybrid", "human")
    """

    def __init__(
        self,
        base: Scenario | str | os.PathLike[str],
        arms: Choice | None = None,
        replicates: int | None = None,
        clients: int | None = None,
        seed: int | None = None,
        variants: Choice | None = None,
        headline: tuple[str, str] | None = None,
    ) -> None:
        start = base if isinstance(base, Scenario) else load(base)
        document = start.document()
        for key, choice in (("arms", arms), ("variants", variants)):
            if choice is not None:
                document[key] = _chosen(key, document.get(key, {}), choice)
        _fit_headline(document, start.document().get("arms", {}), headline)
        sizes = {"seed": _number(seed), "replicates": _number(replicates), "clients": _number(clients)}
        start.core.with_overrides(**sizes)  # refused here by the name of the option, not by a place in a file
        document.update({name: int(value) for name, value in sizes.items() if value is not None})
        self.scenario = Scenario.of(document, start.file)

    def run(
        self,
        threads: int = 0,
        twins: bool = True,
        progress: bool = True,
        block: int = 256,
        instruction_set: str = "",
        watch: Mapping[str, Measure] | None = None,
        by: Mapping[str, Grouping] | str | Sequence[str] | None = None,
        uncertainty: str | os.PathLike[str] | Ensemble | None = None,
        rival: str = "R1",
        sets: int = 100,
    ) -> Results:
        """Runs all arms in all variants, paired by construction, and returns the Results.

        threads: 0 for all of the machine's. twins: also the same clients without cultural distance, with perfect
        recognition, with nobody leaving, for the excess tables. block, instruction_set: change speed, no result.
        watch: measures of your own by name, in the language of guards, for the table "measures": "phq9 >= 20", or
        {"of": "phq9_start - phq9", "given": "exit == dropped", "when": "at" | "ever" | "mean" | "total", "week": 26,
        "least": 3}; latent state as `oracle.symptom`. by: groups at entry, for the same table: "culture", a condition,
        or {"severity": {"of": "phq9_start", "cuts": [15, 20]}}. Neither changes any other result, nor the hash.
        uncertainty: "ensemble", an ensemble's .json file or an Ensemble: also over `sets` parameter sets of `rival`
        fitted to published figures (`results.ensemble`); "defaults": never, also not in the report. None: not now,
        since it takes some seconds; `report` and `save` do it where an ensemble is bundled. The tables and their hash
        are of one parameter set, the scenario's own, in each case.
        Ctrl-C stops it. Raises ConfigError for an expression that cannot be read (with its column), and if the
        machine's memory does not suffice, before any is taken.
        """
        from hybridcare import ensemble_run

        threads = checked_threads(threads)
        over = None if uncertainty is None else ensemble_run.wanted(self.scenario, uncertainty, rival, sets)
        with shown_progress(self.scenario.core.name, progress) as tick:
            raw = core.study(
                self.scenario.core,
                threads=threads,
                block=block,
                instruction_set=instruction_set,
                twins=twins,
                progress=tick,
                watch=measures(watch),
                by=groupings(by),
            )
        results = Results(self.scenario, raw)
        if over is not None:
            ensemble_run.beside(results, over, threads, progress)
        return results

    def drivers(
        self,
        metric: str = "phq9",
        reading: str | None = None,
        culture: str = "all",
        arm: str | None = None,
        against: str | None = None,
        twin: str | None = None,
        variant: str | None = None,
        replicates: int | None = None,
        clients: int | None = None,
        threads: int = 0,
        design: bool = False,
        brief: bool = False,
        progress: bool = False,
        uncertainty: str | os.PathLike[str] | Ensemble | None = None,
        rival: str = "R1",
        sets: int = 100,
    ) -> Drivers:
        """Which assumptions drive a result: every field moved down and up, alone, same clients and same chance.

        metric, reading, culture    of table `estimates`; or misread_rate_, misread_difference_, misread_spread_ and
                    human or assistant. Default: PHQ-9 at the reading week, all cultures
        arm, against    arm minus against; an arm alone if only it is given; neither: the headline
        twin        minus this twin of the same arm: no_distance, perfect_recognition, nobody_leaves, ...: its excess
        replicates, clients    default: what takes some seconds; clients per arm and replicate
        design      move also what is a choice of the design, switches included
        brief       only fields that are said to lie far off, b_E, chi_h, the weights, and those of a service
        uncertainty "ensemble", an Ensemble, or its file (.json): also over the range that `sets` parameter sets of
                    `rival` leave each number, and over these sets, see `.over`; None or "defaults": without
        Raises ConfigError with the nearest known name.
        """
        from hybridcare.drivers import screen
        from hybridcare.uncertainty import parameter_sets

        question = {"metric": metric, "reading": reading, "culture": culture, "arm": arm, "against": against,
                    "twin": twin, "variant": variant}  # fmt: skip
        drawn, threads = parameter_sets(self.scenario, uncertainty, rival, sets), checked_threads(threads)
        found = screen(self.scenario, question, replicates, clients, threads, design, brief, progress)
        if drawn is not None:
            from hybridcare.drivers_sets import drivers_over

            found.over = drivers_over(found, drawn, threads, progress)
        return found

    def sweep(
        self,
        uncertainties: Mapping[str, Any] | str | None = None,
        levers: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | Iterable[str] = (),
        n: int | None = None,
        design: str | Mapping[str, Any] = "sobol",
        relationships: Iterable[str] = ("default",),
        against: str | None = None,
        points: Mapping[str, Sequence[Any]] | None = None,
        name: str = "",
        uncertainty: str | os.PathLike[str] | Ensemble | None = None, rival: str | None = None, sets: int | None = None,
    ) -> Study:  # fmt: skip
        """A study of this experiment at many points of the space of its assumptions and choices; `.run()` it.

        uncertainties    {path: distribution}, such as {"/change/empathy_elasticity": {"uniform": [0, 4]}}; "span" takes
                    the range that the table of fields states. Or "ensemble": parameter sets that fit published
                    figures, each rival its own; or {"ensemble": "R1", "sets": 64} beside distributions
        levers      {path: [values]}, or {word: {"patches": {name: patch}}}; arms are chosen when the experiment is made
        metrics     {name: metric}, or metrics such as "phq9@week_12", "erosion_assistant"; default: PHQ-9 at the
                    reading week
        n, design   how many, and how: sobol, latin_hypercube, saltelli, morris, full_factorial; default n: 64, or 16
                    trajectories, or 3 values
        relationships    which models hold: default, variants of the base by name, rival models R0 to R4
        points      path -> values: points of your own (a pandas frame will do), instead of uncertainties
        uncertainty, rival, sets    as in `load_study`: "ensemble" in place of distributions of what it has
        Raises ConfigError with the place, what was found and what is allowed.
        """
        from hybridcare.study_door import asked

        over = {"uncertainty": uncertainty, "rival": rival, "sets": sets}
        return asked(self.scenario, uncertainties, levers, metrics, n, design, relationships, against, points, name,
                     over)  # fmt: skip

    def trial(self, arms: Sequence[str] | None = None, n: int = 320, **design: Any) -> Trial:
        """A virtual trial of some of the arms: n clients, each simulated in every arm and allocated to one.

        arms        the first is the reference; default: those of the main comparison
        cluster     "therapist": whole therapists are allocated; therapists: how many, instead of the scenario's
        allocation  ratio of the arms, (1, 1); or an object of your own (see trial_allocation.Allocation)
        blocks      size of permuted blocks, 0: each client by a draw of their own; strata: cuts of PHQ-9 at entry
        accrual     clients a week, 10 on average
        outcome     "phq9@week_12" (default: PHQ-9 at the reading week), "recovery@post", ...
        analysis    "ancova", "mixed" (random intercept for each therapist), or a function of a trial's rows that
                    returns estimate, se and p. Default: mixed where whole therapists are allocated, else ancova
        alpha       two-sided, .05; margin: of non-inferiority, in the outcome's unit, above 0
        interim     looks at fractions of the clients, such as [.5]; boundary: obrien_fleming, pocock,
                    spending_obrien_fleming, spending_pocock; harm: one-sided level (.05) of a look that stops because
                    more clients deteriorate, None: never
        missing     "at_random" (the scenario's /observation/ values), "not_at_random", None, or a mapping of in_care,
                    ended, dropped, worse
        Raises ConfigError, with the nearest known name.

        >>> hc.Experiment("hybrid_vs_human_vs_ai").trial(("human", "hybrid"), n=320, cluster="therapist").power()
        """
        import inspect

        from hybridcare.trial_design import made

        known = list(inspect.signature(made).parameters)[1:]
        for name in design:
            if name not in known:
                raise config_error("trial", unknown("option", name, known))
        return made(self, arms, n, **design)

    def rivals(self, conclusions: Sequence[str] | str = (), **how: Any) -> Contest:
        """The arms in every rival model, at b_E 0, 1.5 and 3, and with each structural switch turned: which
        conclusions, such as "hybrid - human < 0", survive all of them. `how`: see `hc.contest`. Raises ConfigError."""
        from hybridcare.rivals_contest import contest

        return contest(self, conclusions, **how)

    def breakeven(
        self, path: str, metric: str = "phq9", margin: float = 0.0, arm: str | None = None, against: str | None = None,
        within: tuple[float, float] | None = None, threads: int = 0, progress: bool = False,
        uncertainty: str | os.PathLike[str] | Ensemble | None = None, rival: str = "R1", sets: int = 100,
    ) -> Breakeven:  # fmt: skip
        """At which value of one field, alone, `arm` minus `against` (default: the headline) meets `margin`, in the
        metric's unit; in the model and beside it with b_E 0 and in the rival models. Where there is none, it says so.

        within: the range that is searched; default: what the table of fields states. An arm alone: give only `arm`.
        uncertainty: "ensemble", an Ensemble, or its file (.json): also in each of `sets` parameter sets of `rival` that
        fit the published figures, see `.over`; None or "defaults": at the scenario's own numbers alone.
        Raises ConfigError: an unknown path, metric or arm, a switch, a range that leaves the field's.
        """
        from hybridcare.breakeven import breakeven
        from hybridcare.uncertainty import parameter_sets

        over = parameter_sets(self.scenario, uncertainty, rival, sets)
        return breakeven(self.scenario, path, metric, margin, arm, against, within, checked_threads(threads), progress,
                         over)  # fmt: skip

    def alone(self) -> Results:
        """Results of the fewest clients that can be run: enough for rows and stories of this experiment, whose clients
        are simulated when they are asked for."""
        raw = core.study(self.scenario.core.with_overrides(seed=None, clients=1, replicates=1), twins=False)
        return Results(self.scenario, raw)

    def estimate_bytes(self, threads: int = 0, twins: bool = True) -> int:
        """Bytes that a run takes at most. Raises ConfigError if that is more than the machine has."""
        return core.estimate_bytes(self.scenario.core, threads=threads, twins=twins)

    def _repr_html_(self) -> str:
        from hybridcare.display import experiment

        return experiment(self)

    def __repr__(self) -> str:
        experiment = self.scenario.core
        arms = ", ".join(arm["name"] for arm in experiment.arms if not arm["component"])
        return f"<hybridcare.Experiment {experiment.name!r}: {arms}; {experiment.clients} x {experiment.replicates}>"


def demo(replicates: int | None = None, clients: int | None = None, progress: bool = True,
         uncertainty: str | None = None, rival: str = "R1", sets: int = 100) -> Results:  # fmt: skip
    """Runs the bundled experiment: waiting, human, assistant and hybrid, with and without the bundle of pathways.

    uncertainty, rival, sets    as in `Experiment.run`. Raises ConfigError."""
    experiment = Experiment("hybrid_vs_human_vs_ai", replicates=replicates, clients=clients)
    return experiment.run(progress=progress, uncertainty=uncertainty, rival=rival, sets=sets)


def _chosen(kind: str, known: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    from hybridcare.document import together

    if isinstance(choice, str):
        raise config_error(kind, "expected names or patches by name, found one text")
    if isinstance(choice, Mapping):
        return {name: together(known.get(name, {}), patch) for name, patch in choice.items()}
    names = list(choice)
    for name in names:
        if name not in known:
            raise config_error("", unknown(kind[:-1], name, known))
    return {name: known[name] for name in names}


def _fit_headline(document: dict[str, Any], before: Mapping[str, Any], wanted: tuple[str, str] | None) -> None:
    """The main comparison of the chosen arms. Its split into components holds only for the arms that it was written
    for; without a comparison of arms that are still there, the reader takes the last arm against the first."""
    headline = document.get("headline")
    if wanted is not None:
        document["headline"] = {"arm": wanted[0], "against": wanted[1]}
        return
    if not isinstance(headline, dict):
        return
    arms = document["arms"]
    pair = [str(headline.get("arm")), str(headline.get("against"))]
    if not all(name in arms for name in pair):
        del document["headline"]
    elif any(arms[name] != before.get(name) for name in pair):
        document["headline"] = dict(zip(("arm", "against"), pair, strict=True))


def _number(value: float | None) -> float | None:
    """What the check of the range can take: beyond all doubles is infinity."""
    try:
        if value is not None:
            float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError) as error:
        raise config_error("", f"expected a number, found {value!r}") from error
    return value


def checked_threads(value: int) -> int:
    """Raises ConfigError outside of the allowed range."""
    if not 0 <= value <= MOST_THREADS:
        raise config_error("--threads", f"{value} is outside [0, {MOST_THREADS}]; 0 means all of the machine's")
    return value
