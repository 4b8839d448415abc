"""Short tables that the report shows open, beside its pictures: all clients, the scenario as written."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .plots_base import main_reading, number, percent, reading_name, signed
from .plots_lanes import own, pairs
from .plots_service import ACCOUNTS, account_rows, account_words, digits

Short = tuple[str, pd.DataFrame] | None  #: caption and rows

NEEDED = {"response": "response", "recovery": "recovery", "reliable_improvement": "reliable improvement",
          "reliable_deterioration": "reliable deterioration avoided"}  # fmt: skip
LOSSES = {"area_lost": "trust lost, summed over contacts", "depth": "deepest loss of trust, 0 to 1",
          "permanence": "of those eroded: not back in 8 contacts",
          "spill_over": "opinion of those who never met one, −1 to 1"}  # fmt: skip
ECHO = {"r_empathy": "reported r(empathy)", "r_alliance": "reported r(alliance)",
        "within_person": "reported within persons, SD per SD", "therapist_share": "reported share between therapists",
        "causal_slope_rating": "caused by +1 SD of rating, SD",
        "causal_share_rating": "caused, of what is reported"}  # fmt: skip


def span(estimate: float, low: float, high: float, show: Any) -> str:
    """An estimate with its simulation noise in brackets."""
    return show(estimate) if pd.isna(low) else f"{show(estimate)} ({show(low)} to {show(high)})"


def _pooled(data: pd.DataFrame) -> pd.DataFrame:
    """Rows of all clients, arms by the name before the colon of their labels where that tells them apart."""
    if data.empty:
        return data
    data = data[data["culture"] == "all"]
    whole = list(dict.fromkeys(data["arm_label"]))
    short = [label.split(":", 1)[0].strip() or label for label in whole]
    return data.assign(arm_label=data["arm_label"].map({
        label: name if short.count(name) == 1 else label for label, name in zip(whole, short, strict=True)}))


def _wide(data: pd.DataFrame, keys: dict[str, str], names: dict[str, str]) -> pd.DataFrame:
    """Column `shown` with a column for each metric in the order of `names`, and rows by `keys` as these call them."""
    wide = data.pivot_table(index=list(keys), columns="metric", values="shown", aggfunc="first", sort=False,
                            observed=True)  # fmt: skip
    wide = wide[[metric for metric in names if metric in wide]].rename(columns=names).fillna("—")
    return wide.reset_index().rename(columns=keys).rename_axis(columns=None)


def deterioration(results: Any) -> Short:
    """Deterioration beside the noise-only rate, and what is beyond it."""
    where = {"metric": "reliable_deterioration", "reading": main_reading(results)}
    beyond = _pooled(own(results, "excess", against_twin="noise_only", **where))
    if beyond.empty:
        return None
    rate = own(results, "estimates", culture="all", **where).set_index("arm")["estimate"]
    points = [span(100 * r.estimate, 100 * r.noise_low, 100 * r.noise_high, lambda v: signed(v, 1))
              for r in beyond.itertuples()]  # fmt: skip
    when = reading_name(results, main_reading(results))
    return f"Reliable deterioration (6 points or more up), {when}", pd.DataFrame({
        "arm": beyond["arm_label"], "clients": [percent(rate[arm], 1) for arm in beyond["arm"]],
        "from noise alone": [percent(rate[r.arm] - r.estimate, 1) for r in beyond.itertuples()],
        "beyond noise, percentage points (simulation noise)": points})  # fmt: skip


def needed(results: Any) -> Short:
    """Numbers needed to treat of every arm."""
    data = _pooled(own(results, "nnt", reading="post", metric=list(NEEDED)))
    if data.empty:
        return None
    data = data.assign(shown=[f"{r.text} ({r.monte_carlo_interval})" if r.monte_carlo_interval else r.text
                              for r in data.itertuples()])  # fmt: skip
    return "Numbers needed to treat, after treatment (simulation noise)", _wide(data, {"arm_label": "arm"}, NEEDED)


def losses(results: Any) -> Short:
    """How much trust is lost, how deep, for how long, and what others hear of it."""
    data = _pooled(own(results, "trust_loss", metric=list(LOSSES)))
    if data.empty:
        return None
    data = pairs(data)
    data["shown"] = [span(r.estimate, r.noise_low, r.noise_high, percent if r.unit == "share" else (
        lambda v: number(v, 3))) for r in data.itertuples()]  # fmt: skip
    return "How trust is lost (simulation noise)", _wide(data, {"who": "trust in", "arm_label": "arm"}, LOSSES)


def echo(results: Any) -> Short:
    """What a study would report, and what is caused, in numbers."""
    data = _pooled(own(results, "echo", against="", metric=list(ECHO)))
    if data.empty:
        return None
    data = pairs(data)
    data["shown"] = [percent(v) if m in ("causal_share_rating", "therapist_share") else number(v)
                     for v, m in zip(data["estimate"], data["metric"], strict=True)]  # fmt: skip
    return "Reported and caused", _wide(data, {"who": "ratings of", "arm_label": "arm"}, ECHO)


def _account(words: str, unit: str) -> str:
    """An account with its unit, of which nothing is said twice: "contacts with the human, per client"."""
    first, _, rest = unit.partition(" ")
    return f"{words}, {rest if first in words and rest else unit}"


def accounts(results: Any) -> Short:
    """The accounts: a line for each that is not zero everywhere, a column for each arm."""
    data = _pooled(account_rows(results, against=False))
    if data.empty:
        return None
    quiet = data.groupby("metric", sort=False)["estimate"].transform(lambda values: (values == 0).all())
    data = data[~quiet]
    order = {metric: place for place, metric in enumerate(ACCOUNTS)}
    data = data.assign(
        shown=[number(v, digits(u)) for v, u in zip(data["estimate"], data["unit"], strict=True)],
        account=[_account(account_words(m), u) for m, u in zip(data["metric"], data["unit"], strict=True)],
        leans=[g or "counted" for g in data["grade"]],
        place=[order.get(m, len(order)) for m in data["metric"]])  # fmt: skip
    data = data.sort_values(["place", "arm_rank"], kind="stable")
    wide = data.pivot_table(index=["account", "leans"], columns="arm_label", values="shown", aggfunc="first",
                            sort=False)  # fmt: skip
    wide = wide[list(dict.fromkeys(data.sort_values("arm_rank", kind="stable")["arm_label"]))].fillna("—")
    wide = wide.reset_index().rename(columns={"leans": "grade"}).rename_axis(columns=None)
    return f"Accounts over {results.experiment.weeks} weeks", wide
