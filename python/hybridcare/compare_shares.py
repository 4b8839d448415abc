"""What stands beside a comparison: harm person by person, where its uncertainty comes from, what the rivals say."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hybridcare.headline import week_reading
from hybridcare.results import selected
from hybridcare.rival_sets import AT_GIVEN, REFITTED, middle_sets
from hybridcare.scenario import Scenario

if TYPE_CHECKING:
    import os

    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble
    from hybridcare.comparison import Comparison
    from hybridcare.experiment import Experiment

#: Sources of uncertainty, and what would help against each.
SOURCES = {
    "Monte Carlo error": "more replicates",
    "parameter uncertainty": "better data on what the assumptions say",
    "client mix": "knowing which clients a service has",
}
#: What becomes of the first assumption's sign under another.
SAME, TURNED, WITHIN, ZERO, UNKNOWN = "same", "turned", "within noise", "zero", "unknown"
MOST_VARIANTS = 16  # that a scenario may have, as its reader says
RELIABLE_HARM = "reliable deterioration, more than with the reference"


def harm(found: Comparison) -> pd.DataFrame:
    """See Comparison.harm."""
    import pandas

    from hybridcare.comparison import POINTS

    first, parts = found.results.variant(None), []
    for points in POINTS:
        rows = found.measured(f"symptom_{points}", first)
        parts.append(_harm_rows(rows, "share_higher", "share_higher_noise_se", found)
                     .assign(harm=f"worse off by {points} point{'s' if points > 1 else ''} or more"))  # fmt: skip
    rows = found.measured("deteriorated", first)
    parts.append(_harm_rows(rows, "estimate", "noise_se", found).assign(harm=RELIABLE_HARM))
    columns = ["arm", "grouping", "group", "harm", "estimate", "noise_se", "noise_low", "noise_high", "clients"]
    return pandas.concat(parts, ignore_index=True)[columns]


def _harm_rows(rows: pd.DataFrame, value: str, noise: str, found: Comparison) -> pd.DataFrame:
    """Student's interval, which ends where a share must: at 0 and 1; a difference of two shares at -1 and 1."""
    from scipy import stats

    replicates = found.results.experiment.replicates
    t = float(stats.t.ppf(0.975, replicates - 1)) if replicates > 1 else math.nan
    out = rows[["arm", "grouping", "group", "clients"]].copy()
    out["estimate"], out["noise_se"] = rows[value], rows[noise]
    least = -1 if value == "estimate" else 0
    out["noise_low"] = (rows[value] - t * rows[noise]).clip(lower=least)
    out["noise_high"] = (rows[value] + t * rows[noise]).clip(upper=1)
    return out


def variance(found: Comparison, metric: str = "phq9") -> pd.DataFrame:
    """Where the uncertainty of a difference comes from, arm by arm.

    The difference is that for a group of clients, taken as often as it is here, under one of the assumptions in the
    envelope, each as likely as the next, as one run of this size estimates it. By the law of total variance its
    variance is the sum of:
      Monte Carlo error      noise_se squared of the difference of all clients under the first assumption
      parameter uncertainty  variance, over the assumptions, of the difference of all clients. They share their luck,
                             so that what noise adds to it is little, and nothing where an assumption moves nothing
      client mix             mean, over the assumptions, of the variance over groups of clients, less what noise adds
                             to it. Groups: for phq9 at the reading week culture x severity x preference, else culture
    Stated alternatives are no distribution: the share of parameter uncertainty hangs on which were stated. Where no
    other assumption was run it was not looked at: its variance is NaN, and so are all shares.

    Columns arm, metric, reading, source, variance (unit squared), sd (unit), share (of the sum), helps, groups,
    assumptions (how many). Raises ConfigError for an unknown metric.
    """
    import pandas

    reading = _main_reading(found, metric)
    whole = found.results.table("contrasts")
    whole = selected(whole, {"metric": metric, "reading": reading, "against": found.against})
    rows = []
    for arm in found.arms:
        ours = whole[(whole["arm"] == arm) & whole["variant"].isin(_envelope(found))]
        everybody = ours[ours["culture"] == "all"]
        if everybody.empty:
            continue
        groups, cells = _cells(found, arm, metric, reading, ours)
        known = _between(everybody["estimate"]) if len(everybody) > 1 else math.nan
        parts = [float(everybody["noise_se"].iloc[0]) ** 2, known, _mix(cells)]
        rows += [(arm, metric, reading, source, part, math.sqrt(part), _share(part, parts), helps, groups,
                  len(everybody)) for part, (source, helps) in zip(parts, SOURCES.items(), strict=True)]  # fmt: skip
    columns = ["arm", "metric", "reading", "source", "variance", "sd", "share", "helps", "groups", "assumptions"]
    return pandas.DataFrame(rows, columns=columns)


def _envelope(found: Comparison) -> list[str]:
    first, *others = found.results.experiment.variants
    return [first["name"], *(each["name"] for each in others if each["in_envelope"])]


def _main_reading(found: Comparison, metric: str) -> str:
    from hybridcare import precision as rule

    return rule.targets({metric: 1.0}, found.table(), week_reading(found.results))[0].reading


def _share(part: float, parts: list[float]) -> float:
    """NaN where a part is unknown (no other assumption was run, one replicate): nobody knows the sum then."""
    total = sum(parts)
    return part / total if total > 0 else math.nan


def _between(values: pd.Series) -> float:
    return float(((values - values.mean()) ** 2).mean())


def _cells(found: Comparison, arm: str, metric: str, reading: str, ours: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """What the groups are made by, and variant, weight, estimate, noise_se of each."""
    from hybridcare.comparison import _CELLS, MIX

    table = found.results.table("measures")
    table = selected(table, {"twin": "factual", "against": found.against, "arm": arm, "grouping": MIX})
    if metric == "phq9" and reading == week_reading(found.results):
        cells = table[table["measure"].isin([f"cell_{i}" for i in range(len(_CELLS))])]
        cells = cells[(cells["group"] != "all") & (cells["clients"] > 0)]
        return "culture, severity, preference", cells.assign(weight=cells["clients"].astype(float))
    sizes = table[(table["measure"] == "score") & (table["variant"] == found.results.variant(None))]
    weights = dict(zip(sizes["group"].astype(str), sizes["clients"].astype(float), strict=True))
    cells = ours[ours["culture"] != "all"]
    return "culture", cells.assign(weight=[weights.get(str(name), 0.0) for name in cells["culture"]])


def _mix(cells: pd.DataFrame) -> float:
    """Mean over variants of the weighted variance between groups, less its part from noise; never below 0."""
    found = []
    for _, rows in cells.dropna(subset=["estimate", "noise_se"]).groupby("variant", observed=True):
        weight = rows["weight"] / rows["weight"].sum()
        mean = (weight * rows["estimate"]).sum()
        raw = (weight * (rows["estimate"] - mean) ** 2).sum()
        found.append(raw - (weight * (1 - weight) * rows["noise_se"] ** 2).sum())
    return max(0.0, sum(found) / len(found)) if found else math.nan


def with_rivals(experiment: Experiment, uncertainty: str | os.PathLike[str] | Ensemble | None = None) -> Experiment:
    """The same experiment with b_E 0, b_E 3 and the rival R0 among its variants, as far as none of its own says so.

    R0 is refitted, in the middle set of its ensemble (`rival_sets`); an R0 of the base's own, which has given values,
    then stands beside it and counts no more, since one model would count twice. Without an ensemble, or with
    uncertainty="defaults", R0 has given values."""
    from hybridcare.experiment import Experiment
    from hybridcare.rivals import rivals as known

    document = experiment.scenario.document()
    own = dict(document.get("variants", {}))
    elasticities = {patch.get("change", {}).get("empathy_elasticity") for patch in own.values()}
    wanted: dict[str, tuple[str, dict[str, Any]]] = {}
    for value, words in ((0, "empathy does not matter (b_E 0)"), (3, "empathy matters twice as much (b_E 3)")):
        if value not in elasticities:
            wanted[f"b_E_{value}"] = (words, {"change": {"empathy_elasticity": value}})
    refitted = _refitted(experiment.scenario, uncertainty)
    if refitted is not None:
        wanted["R0_refitted"] = (f"rival R0: only contact counts ({REFITTED})", refitted)
        own = {name: {**patch, "in_envelope": False} if _contact_only(patch) else patch for name, patch in own.items()}
    elif not any(map(_contact_only, own.values())):
        wanted["R0"] = (f"rival R0: only contact counts ({AT_GIVEN})", known()["R0"].patch)
    added = {_unused(name, own): {"label": label, "in_envelope": True, **patch}
             for name, (label, patch) in wanted.items()}  # fmt: skip
    if not added:
        return experiment
    return Experiment(Scenario.of({**document, "variants": {**own, **added}}, experiment.scenario.file))


def _contact_only(patch: Mapping[str, Any]) -> bool:
    return bool(patch.get("rival", {}).get("contact_only"))


def _refitted(scenario: Scenario, uncertainty: str | os.PathLike[str] | Ensemble | None) -> dict[str, Any] | None:
    """R0's middle set as a variant; None where there is none, or where an arm has numbers of its own that a set would
    have to leave alone: a variant lies over its arms. With every place for variants taken there is none either."""
    drawn = middle_sets(scenario, ["R0"], uncertainty) if len(scenario.core.variants) <= MOST_VARIANTS - 3 else {}
    patch: dict[str, Any] = json.loads(drawn["R0"].points[0]) if drawn else {"arms": {}}
    return None if "arms" in patch else patch


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    return name if name not in taken else _unused(f"{name}_", taken)


def rivals(found: Comparison, metric: str = "phq9") -> pd.DataFrame:
    """See Comparison.rivals."""
    import pandas

    reading = _main_reading(found, metric)
    rows = []
    labels = found.results.variants
    for arm in found.arms:
        first = None
        for variant in labels:
            table = found.results.contrast(arm, found.against, variant).table(metric, "all")
            for row in table[table["reading"] == reading].to_dict("records"):
                low, high = float(row["noise_low"]), float(row["noise_high"])
                here = _sign(float(row["estimate"]), low, high)
                first = here if first is None else first
                rows.append((arm, variant, labels[variant], metric, reading, row["unit"], row["estimate"], low, high,
                             _against(here, first)))  # fmt: skip
    columns = ["arm", "variant", "label", "metric", "reading", "unit", "estimate", "noise_low", "noise_high",
               "sign"]  # fmt: skip
    return pandas.DataFrame(rows, columns=columns)


def _sign(estimate: float, low: float, high: float) -> str:
    """below, above; WITHIN where simulation noise covers zero, ZERO where nothing differs at all, UNKNOWN with one
    replicate."""
    if math.isnan(low):
        return UNKNOWN
    if low <= 0 <= high:
        return ZERO if low == high else WITHIN
    return "below" if estimate < 0 else "above"


def _against(here: str, first: str) -> str:
    """The sign under an assumption beside that under the first: one that is not told is neither the same nor turned."""
    if here in (WITHIN, ZERO, UNKNOWN):
        return here
    if first in (WITHIN, ZERO, UNKNOWN):
        return f"{here} zero"
    return SAME if here == first else TURNED
