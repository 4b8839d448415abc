"""All pictures of a run. Each function takes `Results` and returns a `Figure`, or None where the run has nothing to
draw (no agent was met, no twins were run). Show it in a notebook, or save it as .svg, .png or .html. A figure carries
calibration, driving assumption, version, scenario hash and seed inside it.

    from hybridcare import plots
    plots.headline(results).save("headline.svg")

`Figure.chart` is the Altair chart, `Figure.table` the numbers behind it, `Figure.alt` the picture in words.
"""

from __future__ import annotations

from typing import Any

from . import plots_harm, plots_series
from .plots_base import Figure
from .plots_harm import contrast, erosion_risk, excess
from .plots_headline import has_headline, headline, split
from .plots_lanes import dropout, hours, outcomes, satisfaction
from .plots_pathway import pathway
from .plots_series import course, course_by_culture, erosion_by_culture, trust

__all__ = [
    "Figure",
    "all_figures",
    "contrast",
    "course",
    "course_by_culture",
    "dropout",
    "erosion",
    "erosion_by_culture",
    "erosion_risk",
    "excess",
    "has_headline",
    "headline",
    "hours",
    "misrecognition",
    "outcomes",
    "pathway",
    "pathways",
    "satisfaction",
    "split",
    "trust",
    "trust_erosion",
]


def erosion(results: Any) -> Figure | None:
    """Cumulative incidence of eroded trust with its competing events, and the risk if no one left."""
    return plots_series.erosion(results)


def trust_erosion(view: Any) -> Figure | None:
    """The picture of a `TrustErosion`: by culture, or with competing events for all clients together."""
    draw = plots_series.erosion if view.by == "all" else plots_series.erosion_by_culture
    return draw(view.results, view.variant)


def misrecognition(view: Any) -> Figure | None:
    """Misread turns by agent, arm and culture, for `Results` or a `Misrecognition`."""
    if hasattr(view, "results"):
        return plots_harm.misrecognition(view.results, view.variant)
    return plots_harm.misrecognition(view)


def pathways(results: Any) -> list[Figure]:
    """The pathway of every arm that the user asked to see."""
    return [pathway(results, i) for i, arm in enumerate(results.experiment.arms) if not arm.get("component")]


def all_figures(results: Any) -> list[Figure]:
    """Every picture that these results can give, in the order of the report."""
    makers = [course, course_by_culture, outcomes, dropout, trust, erosion, erosion_by_culture, erosion_risk,
              misrecognition, excess, lambda r: excess(r, "perfect_recognition"), satisfaction, hours]  # fmt: skip
    first = [headline, split] if has_headline(results) else []
    return [figure for make in (*first, *makers) if (figure := make(results)) is not None] + pathways(results)
