"""How a virtual trial is asked for: every part of a design is checked before a client is simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hybridcare.errors import config_error
from hybridcare.experiment import Experiment
from hybridcare.names import unknown
from hybridcare.scenario import Scenario
from hybridcare.trial_allocation import Allocation, checked_ratio, chosen
from hybridcare.trial_analysis import NAMES, Own
from hybridcare.trial_boundaries import Looks, looks
from hybridcare.trial_data import Plan
from hybridcare.trial_outcome import Outcome, missing_of, parsed

if TYPE_CHECKING:
    from hybridcare.trial import Trial

MOST_CLIENTS = 100_000  #: of one trial
LEAST_CLUSTERS = 4


def made(
    experiment: Experiment,
    arms: Sequence[str] | None = None,
    n: int = 320,
    *,
    cluster: str | None = None,
    therapists: int | None = None,
    allocation: Sequence[int] | Allocation = (),
    blocks: int = 0,
    strata: Sequence[float] = (),
    accrual: float = 10.0,
    outcome: str = "",
    analysis: str | Own | None = None,
    alpha: float = 0.05,
    margin: float | None = None,
    interim: Sequence[float] = (),
    boundary: str = "obrien_fleming",
    harm: float | None = 0.05,
    missing: str | Mapping[str, float] | None = "at_random",
) -> Trial:
    """See Experiment.trial, which gives the defaults in words."""
    from hybridcare.trial import Trial

    names, clustered = _arms(experiment, arms), _clustered(cluster)
    clients = whole("n", n, 2 * len(names), MOST_CLIENTS, "clients")
    base = _base(experiment, names, therapists)
    values = [dict(base.core.values(0, at)) for at in range(len(names))]
    measured = parsed(outcome or "phq9", base.core)
    cuts = tuple(_number("strata", cut, 0, 27, "points") for cut in strata)
    chance = allocation if isinstance(allocation, Allocation) else chosen(
        checked_ratio(allocation or (1,) * len(names), len(names)), clustered, blocks, cuts, clients)  # fmt: skip
    count = _enough_therapists(int(values[0]["/therapists/count"]), len(names), clustered)
    level = _number("alpha", alpha, 1e-6, 0.5, "")
    looked = looks(interim, boundary, level, None if harm is None else _number("harm", harm, 1e-6, 0.5, ""))
    if looked.interim and (len(names) > 2 or margin is not None):
        other = "a margin" if margin is not None else "more arms"
        raise config_error("interim", f"looks are for two arms and a test of a difference; with {other} there are none")
    plan = Plan(base.core.seed, chance, tuple(missing_of(missing, v) for v in values),
                _number("accrual", accrual, 1e-3, 1e5, "clients a week"), count, measured, cuts)  # fmt: skip
    return Trial(experiment, base, names, clients, clustered, plan, looked, level, _margin(margin, measured),
                 _analysis(analysis, clustered, looked))  # fmt: skip


def _arms(experiment: Experiment, wanted: Sequence[str] | None) -> tuple[str, ...]:
    engine = experiment.scenario.core
    known = [arm["name"] for arm in engine.arms if not arm["component"]]
    if wanted is None:
        wanted = (engine.headline["against"], engine.headline["arm"])
    if isinstance(wanted, str):
        raise config_error("arms", f"expected names of two arms or more, found one text, {wanted!r}")
    for name in wanted:
        if name not in known:
            raise config_error("arms", unknown("arm", name, known))
    if len(set(wanted)) != len(wanted) or len(wanted) < 2:
        raise config_error("arms", f"{', '.join(wanted) or 'none'}: a trial needs two different arms or more; the "
                           "type I error that stands beside its power is of an arm against itself")  # fmt: skip
    return tuple(wanted)


def _base(experiment: Experiment, arms: tuple[str, ...], therapists: int | None) -> Scenario:
    """The scenario with the trial's arms, its first variant, and so many therapists. Raises ConfigError where clients
    share something: then what one is allocated to would touch the others."""
    first = experiment.scenario.core.variants[0]["name"]
    given = experiment.scenario.document().get("variants", {})
    scenario = experiment.scenario.with_({"variants": {name: None for name in given if name != first}})
    base = Experiment(scenario, arms=list(arms), headline=(arms[1], arms[0])).scenario
    if therapists is not None:
        count = whole("therapists", therapists, 1, 10_000, "therapists")
        base = base.with_({"therapists": {"count": count}})
    held = [base.document(), *base.document().get("arms", {}).values(), *base.document().get("variants", {}).values()]
    for name in ("service", "network"):
        if any(part.get(name) is not None for part in held):
            raise config_error(f"/{name}", "clients share slots or opinions there, so that the arm of one would touch "
                               "the others; a trial takes a scenario without it")  # fmt: skip
    return base


def _clustered(cluster: str | None) -> bool:
    if cluster not in (None, "therapist"):
        raise config_error("cluster", unknown("unit of allocation", cluster, ["therapist"]) + "; or None for clients")
    return cluster is not None


def _enough_therapists(count: int, arms: int, clustered: bool) -> int:
    least = max(LEAST_CLUSTERS, 2 * arms)
    if clustered and count < least:
        raise config_error("cluster", f"{count} therapists are too few for {arms} arms; therapists={least} at least")
    return count


def _analysis(given: str | Own | None, clustered: bool, looked: Looks) -> str | Own:
    if given is None:
        return "mixed" if clustered else "ancova"
    if callable(given):
        if looked.interim:
            raise config_error("interim", "looks are analysed by ancova or mixed, not by a function of your own")
        return given
    if given not in NAMES:
        raise config_error("analysis", unknown("analysis", given, NAMES) + "; or a function of a trial's rows")
    return given


def _margin(given: float | None, outcome: Outcome) -> float | None:
    """Raises ConfigError unless it is how much worse an arm may be: above 0, whichever way is worse."""
    if given is None:
        return None
    most = 27.0 if outcome.unit == "points" else 1.0
    worse = "higher" if outcome.better < 0 else "lower"
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < most:
        raise config_error("margin", f"{given!r} is outside (0, {most:g}) {outcome.unit}: it says how much {worse} "
                           "(worse) the outcome may be, and has no sign")  # fmt: skip
    return float(given)


def whole(where: str, value: object, least: int, most: int, unit: str) -> int:
    whole = not isinstance(value, bool) and isinstance(value, int | float) and value == value
    if not whole or not least <= value <= most or value != int(value):  # type: ignore[operator, call-overload]
        raise config_error(where, f"{value!r} is no whole number in [{least:,}, {most:,}] {unit}".rstrip())
    return int(value)  # type: ignore[call-overload, no-any-return]


def _number(where: str, value: object, least: float, most: float, unit: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise config_error(where, f"{value!r} is outside [{least:g}, {most:g}] {unit}".rstrip())
    return float(value)
