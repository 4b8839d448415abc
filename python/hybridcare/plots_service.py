"""Pictures of a service: accounts, who gets access, and the calendar of waiting, slots and word of mouth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .plots_base import Figure, arm_labels, beside, clean, draw, number, percent, signed, stacked
from .plots_care import weekly
from .plots_lanes import lanes, noise_factor, own, table_of

#: Metric of the accounts: what it is in words, in the order of the report.
ACCOUNTS = {"contacts_human": "contacts with the human", "contacts_assistant": "contacts with the assistant",
            "minutes_human": "human time", "minutes_sessions": "of this: sessions",
            "minutes_guidance": "of this: guidance", "minutes_reviews": "of this: reviews",
            "minutes_handovers": "of this: turns handed over", "minutes_safety": "of this: alarms",
            "served_share": "served", "weeks_waited": "waited", "cost": "cost", "cost_human": "of this: human",
            "cost_assistant": "of this: assistant", "cost_per_recovery": "cost per recovered client",
            "qaly": "QALY"}  # fmt: skip
ACCESS = {"served_share": ("served", "share of clients, %", True), "gave_up_share": (
    "gave up waiting at least once", "share of clients, %", True),
    "weeks_on_list": ("on the waiting list, of those served", "weeks", False),
    "weeks_to_first_contact": ("from need to the first contact, of those served", "weeks", False)}  # fmt: skip
CALENDAR = {"on_list": ("on the waiting list", "clients", False), "in_care": ("in care", "clients", False),
            "slots_used": ("therapists' slots used", "share, %", True),
            "fatigue": ("fatigue of therapists", "mean, 0 to 1", False)}  # fmt: skip
MOUTH = {"hearsay_human": ("what is heard of therapists", "opinion, −1 to 1", False),
         "hearsay_assistant": ("what is heard of assistants", "opinion, −1 to 1", False)}  # fmt: skip


def account_words(metric: str) -> str:
    """A metric of the accounts in words; net benefit names its threshold."""
    if metric.startswith("net_benefit_at_"):
        return f"net benefit, a QALY being worth {int(metric.rsplit('_', 1)[-1]):,}"
    return ACCOUNTS.get(metric, metric.replace("_", " "))


def account_rows(results: Any, against: bool, variant: str | None = None) -> pd.DataFrame:
    """Labelled rows of the accounts that the report shows: levels, or differences to the comparator."""
    data = own(results, "accounts", variant=variant)
    if data.empty:
        return data
    data = data[(data["against"] != "") == against]
    known = data["metric"].isin(list(ACCOUNTS)) | data["metric"].str.startswith("net_benefit_at_")
    return data[known]


def accounts(results: Any, variant: str | None = None) -> Figure | None:
    """Cost and QALY against the comparator, or as they are where there is none; all accounts in the table."""
    apart, levels = account_rows(results, True, variant), account_rows(results, False, variant)
    data = levels if apart.empty else apart
    if data.empty:
        return None
    minus = "" if apart.empty else f", minus “{clean(arm_labels(results)[apart['against'].iloc[0]], 44)}”"
    rows, panels = list(dict.fromkeys(data["arm_label"])), []
    for index, metric in enumerate(("cost", "qaly")):
        part = data[data["metric"] == metric]
        if part.empty:
            continue
        panels.append(lanes(results, part, str(part["unit"].iloc[0]), title=account_words(metric) + minus,
                            first=index == 0, reference=None if apart.empty else 0, width=300,
                            arms=rows))  # fmt: skip
    both = pd.concat([levels.assign(against=""), apart])
    labels = arm_labels(results) | {"": "—"}
    grades = sorted({g for g in both["grade"] if g})
    pooled = data[(data["culture"] == "all") & (data["metric"] == "cost")]
    return draw(results, beside(*panels), name="accounts", title="What it costs and what it is worth",
                caption=f"Grade of the prices and utilities used: {' and '.join(grades) or 'none'}. The weakest "
                "grade that a number leans on stands beside it in the table. Nothing is inflated, converted or "
                "discounted; no cost of building, licensing or supervising an assistant is in it beyond its price for "
                "a contact. Read differences between arms. Thin marks are simulation noise.",
                alt_text=f"Cost{minus}: " + "; ".join(
                    f"{r.arm_label} {number(r.estimate, 0)} {r.unit}" for r in pooled.itertuples()),
                table=_account_table(both, labels))  # fmt: skip


def _account_table(data: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    data = data[data["culture"] == "all"]
    places = [digits(unit) for unit in data["unit"]]
    show = [signed if against else number for against in data["against"]]

    def column(name: str) -> list[str]:
        return [f(v, d) for f, v, d in zip(show, data[name], places, strict=True)]

    return pd.DataFrame({
        "account": [account_words(m) for m in data["metric"]], "arm": data["arm_label"],
        "minus": [labels[a] for a in data["against"]], "unit": data["unit"], "value": column("estimate"),
        "simulation noise, from": column("noise_low"), "simulation noise, to": column("noise_high"),
        "grade": [g or "counted" for g in data["grade"]],
    })  # fmt: skip


def digits(unit: str) -> int:
    """Decimals that a unit deserves."""
    if unit.startswith("QALY"):
        return 4
    return {"share": 3, "weeks": 1, "minutes per client": 1, "contacts per client": 1}.get(unit, 0)


def access(results: Any, variant: str | None = None) -> Figure | None:
    """Who is served, who gives up, and how long it takes, by culture. None without a service."""
    data = own(results, "access", metric=list(ACCESS))
    if data.empty:
        return None
    data = data.dropna(subset=["estimate"])
    rows, panels, parts = list(dict.fromkeys(data["arm_label"])), [], []
    for index, (metric, (title, unit, share)) in enumerate(ACCESS.items()):
        part = data[data["metric"] == metric]
        panels.append(lanes(results, part, unit, title=title, first=index % 2 == 0, share=share, width=300, arms=rows,
                            least=0))  # fmt: skip
        parts.append(table_of(part, "value", share=share).assign(outcome=title, unit=unit.removesuffix(", %")))
    table = pd.concat(parts, ignore_index=True)
    pooled = data[(data["culture"] == "all") & (data["metric"] == "served_share")]
    return draw(results, stacked(beside(*panels[:2]), beside(*panels[2:])), name="access",
                title="Who gets help, and how soon",
                caption="Over all who came to be in need, served or not, in the weeks followed: who came late had less "
                "time to be served. Thin marks are simulation noise.",
                alt_text="Served: " + "; ".join(f"{r.arm_label} {percent(r.estimate, 0)}" for r in pooled.itertuples()),
                table=table[["outcome", "unit", *[c for c in table if c not in ("outcome", "unit")]]])  # fmt: skip


def calendar(results: Any, variant: str | None = None) -> Figure | None:
    """The service week by week: who waits and is in care, how busy it is, and what is said of it."""
    data = own(results, "service", variant=variant)
    if data.empty:
        return None
    shown = {name: words for name, words in (CALENDAR | MOUTH).items()
             if (data[name].fillna(0) != 0).any()}  # fmt: skip
    panels, columns, factor = [], {"arm": data["arm_label"], "week": data["week"]}, noise_factor(results)
    for name, (title, unit, share) in shown.items():
        spread = factor * data[f"{name}_noise_se"]
        drawn = data.assign(noise_low=data[name] - spread, noise_high=data[name] + spread)
        panels.append(weekly(results, drawn.dropna(subset=[name]), name, unit, share=share, title=title,
                             week="week of the service", least=None if name in MOUTH else 0))  # fmt: skip
        columns[f"{title}, {unit}"] = [percent(v, 0) if share else number(v, 2) for v in data[name]]
        columns[f"{title}: simulation noise, standard error"] = [number(v, 3) for v in data[f"{name}_noise_se"]]
    last = data.sort_values("week", kind="stable").groupby("arm", sort=False).tail(1)
    chart = stacked(*[beside(*panels[i : i + 2]) for i in range(0, len(panels), 2)])
    table = pd.DataFrame(columns)
    return draw(results, chart, name="calendar", title="The service, week by week",
                caption="Means over replicates of everybody who is in the service in that week, those included who "
                "come after the clients that all other pictures follow. The faint bands are simulation noise.",
                alt_text="On the waiting list in the last week: " + "; ".join(
                    f"{r.arm_label} {number(r.on_list, 0)} clients" for r in last.itertuples()),
                table=table[table["week"] % 4 == 0])  # fmt: skip
