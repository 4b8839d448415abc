"""What closes a picture: the common style, and small type at its foot that a pasted picture keeps."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from . import plots_base
from .plots_base import FAINT, FONT, INK, SOFT, Figure, clean, stacked


def close(chart: Any, foot: Sequence[str], *, name: str, title: str, caption: str, alt_text: str, table: pd.DataFrame,
          width: int = 900) -> Figure:  # fmt: skip
    """A Figure of `chart` (an Altair chart or a Vega-Lite specification) in the common style, `foot` below it.

    width  about how wide the picture is, in pixels; the foot is wrapped to it
    """
    wide = max(60, int(width / 5.4))
    lines = [part for line in foot for part in textwrap.wrap(line, wide)]
    below = alt.TitleParams(text=lines, orient="bottom", anchor="start", fontSize=10, fontWeight="normal",
                            color=SOFT, offset=14, frame="bounds")  # fmt: skip
    spec = stacked(chart) | ({"title": below.to_dict(validate=plots_base.VALIDATE)} if lines else {})
    spec["$schema"], spec["config"] = alt.SCHEMA_URL, _style()
    spec["padding"] = 10
    if plots_base.VALIDATE:
        alt.Chart.from_dict(spec)
    return Figure(name, title, caption, alt_text, table.reset_index(drop=True), spec=spec)


def stamp(known: Mapping[str, Any]) -> list[str]:
    """The foot of a picture that no single run stands behind: a study's, a trial's. `known`: calibration, version and,
    where there are, driver, scenario_hash, seed."""
    driver = f"Driving assumption (the scenario author's words): {clean(known.get('driver', ''), 400)}"
    parts = [f"hybridcare {clean(known['version'])}"]
    parts += [f"scenario {clean(str(known['scenario_hash'])[:16])}"] if known.get("scenario_hash") else []
    parts += [f"seed {clean(known['seed'])}"] if known.get("seed") is not None else []
    return [f"Calibration: {clean(known['calibration'], 400)}", *([driver] if known.get("driver") else []),
            " · ".join([*parts, "simulated clients, not observed ones"])]  # fmt: skip


def _style() -> dict[str, Any]:
    """The common configuration. labelFlush: the label at the end of an axis stands under its tick, as all others."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK, "labelFontSize": 12}
    return {
        "aria": False,
        "background": "white",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {**text, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": FAINT, "domainColor": "#9aa3ad",
                 "tickColor": "#9aa3ad", "labelLimit": 330, "titlePadding": 8, "labelFlush": False},
        "legend": {**text, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 480, "symbolSize": 90},
        "header": {**text, "titleFontSize": 12, "labelFontWeight": "bold", "labelLimit": 330},
        "title": {"font": FONT, "fontSize": 13, "fontWeight": "bold", "color": INK, "anchor": "start",
                  "subtitleFont": FONT, "subtitleFontSize": 12, "subtitleColor": SOFT},
    }  # fmt: skip
