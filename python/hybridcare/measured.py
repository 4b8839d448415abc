"""What must be said where an assistant was measured: each replicate draws anew from what that leaves open."""

from __future__ import annotations

import math
from typing import Any

PLAIN, MEASURED = "simulation noise", "noise of simulation and measurement"


def profiles_in_use(results: Any) -> list[dict[str, Any]]:
    """The profiles of all arms and variants, each once: dict(name, title, file, source, illustrative, digest)."""
    rows = getattr(results.experiment, "profiles", [])  # what draws pictures also takes results of others
    return list({row["digest"]: row for row in rows}.values())


def noise_words(results: Any) -> str:
    """What the noise of these estimates is made of."""
    return MEASURED if profiles_in_use(results) else PLAIN


def as_named(text: str, results: Any) -> str:
    """A text that speaks of simulation noise, with that noise called by what it is made of here."""
    words = noise_words(results)
    return text.replace(PLAIN, words).replace(PLAIN.capitalize(), words.capitalize())


def illustrative_lines(results: Any) -> list[str]:
    """One line for the foot of every picture if some profile's numbers were invented; else none."""
    used = any(row["illustrative"] for row in profiles_in_use(results))
    return ["ILLUSTRATIVE: the numbers of a measured profile in this scenario were invented."] if used else []


def measured_lines(results: Any) -> list[str]:
    """Sentences that stand beside every number of a run in which an assistant was measured; else none."""
    used = profiles_in_use(results)
    if not used:
        return []
    invented = [row["name"] for row in used if row["illustrative"]]
    lines = []
    if invented:
        lines.append(f"ILLUSTRATIVE: the numbers of {_listed(invented)} were invented and measure nothing; what "
                     "follows from them shows the method alone.")  # fmt: skip
    lines.append(f"Measured assistants ({', '.join(row['name'] for row in used)}): each replicate draws anew from what "
                 "the measurement leaves open, so that noise is of simulation and measurement together. More "
                 "replicates narrow it around the mean over draws; what the measurement leaves open they do not "
                 f"narrow{_spread(results)}.")  # fmt: skip
    return lines


def _listed(names: list[str]) -> str:
    return f"the profile {names[0]}" if len(names) == 1 else f"the profiles {', '.join(names)}"


def _spread(results: Any) -> str:
    """How far the main comparison differs between replicates, each with a draw and clients of its own."""
    headline = results.headline
    replicates = results.experiment.replicates
    if headline is None or replicates < 2:
        return ""
    data = results.table("contrasts")
    row = data[(data["variant"] == next(iter(results.variants))) & (data["culture"] == "all")
               & (data["arm"] == headline.arm) & (data["against"] == headline.against)
               & (data["metric"] == headline.metric) & (data["reading"] == headline.reading)]  # fmt: skip
    if row.empty or not math.isfinite(row["noise_se"].iloc[0]):
        return ""
    spread = float(row["noise_se"].iloc[0]) * math.sqrt(replicates)
    return (f": the main difference varies from replicate to replicate with a standard deviation of {spread:.2f} "
            f"{headline.unit}, the chance of {results.experiment.clients:,} clients an arm included, which the command "
            "profile takes out")  # fmt: skip
