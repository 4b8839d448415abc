"""All pictures of a run. Each function takes `Results`, or an answer of theirs such as `results.harm()`, and returns a
`Figure`, or None where there is nothing to draw (no agent was met, no twins were run). Show it in a notebook, or save
it as .svg, .png or .html. A figure carries calibration, driving assumption, version, scenario hash and seed inside it.

    from hybridcare import plots
    plots.headline(results).save("headline.svg")

`Figure.chart` is the Altair chart, `Figure.table` the numbers behind it, `Figure.alt` the picture in words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from . import plots_care, plots_harm, plots_series, plots_service, plots_trust
from .plots_base import Figure
from .plots_harm import contrast, erosion_risk, excess
from .plots_headline import has_headline, headline, split
from .plots_lanes import dropout, hours, outcomes, satisfaction
from .plots_pathway import pathway
from .plots_series import course, course_by_culture, erosion_by_culture, trust

__all__ = [
    "Figure",
    "access",
    "accounts",
    "all_figures",
    "calendar",
    "calibration",
    "contrast",
    "course",
    "course_by_culture",
    "dropout",
    "echo",
    "equity",
    "erosion",
    "erosion_by_culture",
    "erosion_risk",
    "erosion_rules",
    "erosion_starts",
    "estimands",
    "excess",
    "harm",
    "has_headline",
    "headline",
    "hours",
    "leaving",
    "misrecognition",
    "nnt",
    "outcomes",
    "pathway",
    "pathways",
    "recognition",
    "safety",
    "satisfaction",
    "split",
    "trust",
    "trust_erosion",
]

Maker = Callable[..., Figure | None]


def _of_answer(draw: Maker) -> Maker:
    """The picture of results, or of an answer of theirs under its variant."""

    @wraps(draw)
    def drawn(of: Any) -> Figure | None:
        return draw(of.results, of.variant) if hasattr(of, "results") else draw(of)

    return drawn


access = _of_answer(plots_service.access)
accounts = _of_answer(plots_service.accounts)
calendar = _of_answer(plots_service.calendar)
calibration = _of_answer(plots_trust.calibration)
echo = _of_answer(plots_care.echo)
equity = _of_answer(plots_care.equity)
erosion = _of_answer(plots_series.erosion)
erosion_rules = _of_answer(plots_trust.rules)
erosion_starts = _of_answer(plots_trust.starts)
estimands = _of_answer(plots_care.estimands)
harm = _of_answer(plots_care.harm)
leaving = _of_answer(plots_care.leaving)
misrecognition = _of_answer(plots_harm.misrecognition)
nnt = _of_answer(plots_care.nnt)
recognition = _of_answer(plots_trust.recognition)
safety = _of_answer(plots_care.safety)

_EROSION: dict[str, Maker] = {"all": erosion, "culture": _of_answer(erosion_by_culture), "rule": erosion_rules,
                              "quartile": erosion_starts, "scale": erosion_starts}  # fmt: skip


def trust_erosion(answer: Any) -> Figure | None:
    """The picture of a `TrustErosion`, as it is grouped."""
    return _EROSION[answer.by](answer)


def pathways(results: Any) -> list[Figure]:
    """The pathway of every arm that the user asked to see."""
    return [pathway(results, i) for i, arm in enumerate(results.experiment.arms) if not arm.get("component")]


def all_figures(results: Any) -> list[Figure]:
    """Every picture that these results can give, in the order of the report."""
    makers: list[Maker] = [
        course, course_by_culture, estimands, outcomes, nnt, dropout, leaving, trust, erosion, erosion_by_culture,
        erosion_risk, erosion_starts, erosion_rules, calibration, misrecognition, recognition, excess,
        lambda r: excess(r, "perfect_recognition"), harm, echo, satisfaction, hours, accounts, safety, access,
        calendar, equity]  # fmt: skip
    first: list[Maker] = [headline, split] if has_headline(results) else []
    return [figure for make in (*first, *makers) if (figure := make(results)) is not None] + pathways(results)
