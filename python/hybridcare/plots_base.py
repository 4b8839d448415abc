"""What all pictures share: colours, labels, the imprint at the foot, and the way out as SVG, PNG or HTML.

A picture is a `Figure`: drawn once, with its caption, its text for those who cannot see it, and the numbers behind it.
Text from a scenario file is untrusted. It enters a picture only as data, never as a field name or an expression.
"""

from __future__ import annotations

import hashlib
import html
import json
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import altair as alt
import pandas as pd
import vl_convert

from .measured import as_named, illustrative_lines
from .uncertainty_words import ONE_SET

FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans Condensed, sans-serif"
INK, SOFT, FAINT = "#1b1f24", "#4d5661", "#dfe3e8"
VALIDATE = False  # whether Altair checks every chart against its schema: slow, so only the tests do it
LABEL_MOST = 64  # characters of an untrusted label that a picture shows

# Okabe and Ito's palette, which colour-blind readers can tell apart, grouped by who provides care.
_FAMILY = {
    "none": ["#6b7280", "#a3a9b3"],
    "human": ["#0072B2", "#56B4E9"],
    "assistant": ["#E69F00", "#D55E00"],
    "both": ["#009E73", "#CC79A7"],
}
_SPARE = ["#000000", "#7b5ea7", "#8c6d1f", "#2f6f62", "#a0405a", "#3c5a99", "#5f8a3a", "#b07d52"]
CULTURE_COLOURS = ["#1b1f24", "#31688e", "#35a17b", "#b8860b", "#a8325a", "#7b5ea7", "#6b7280", "#56B4E9"]
SHAPES = ["diamond", "circle", "square", "triangle-up", "triangle-down", "cross", "triangle-left", "triangle-right"]


# ---------------------------------------------------------------------------------------------------- words and numbers
def clean(text: Any, most: int = LABEL_MOST) -> str:
    """One line of visible text: no control or direction-override characters, cut with an ellipsis if too long."""
    whole = str(text)
    if not whole.isprintable():  # else there is none of them in it
        whole = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " " for c in whole)
    line = " ".join(whole.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def number(value: Any, digits: int = 2) -> str:
    """A number with a proper minus sign; an em dash where there is none; never a minus zero."""
    if value is None or pd.isna(value):
        return "—"
    text = f"{round(float(value), digits + 9):,.{digits}f}"  # 0.20500000000000007 is a half here as 0.205 is
    if not any(c in "123456789" for c in text):
        text = text.lstrip("-")
    return text.replace("-", "−")


def signed(value: Any, digits: int = 2) -> str:
    """Like `number`, with a plus sign where positive."""
    text = number(value, digits)
    positive = text not in ("—",) and not text.startswith("−") and any(c in "123456789" for c in text)
    return "+" + text if positive else text


def percent(value: Any, digits: int = 0) -> str:
    """A share in [0, 1] as a percentage."""
    return number(None if value is None or pd.isna(value) else 100 * float(value), digits) + (
        "" if value is None or pd.isna(value) else " %"
    )


# ------------------------------------------------------------------------------------------------------ reading results
_HELD: WeakKeyDictionary[Any, dict[str, pd.DataFrame]] = WeakKeyDictionary()  # tables that pictures have asked for


def frame(results: Any, name: str, **where: Any) -> pd.DataFrame:
    """Table `name` of the results as a pandas frame with plain text columns; the rows in which each column that is
    named has the value, or one of the values of the list. Empty where the results have no such table."""
    if name not in results.table_names:
        return pd.DataFrame()
    held = _HELD.setdefault(results, {})
    if name not in held:
        held[name] = results.table(name)
    data = held[name]
    for column, value in where.items():
        data = data[data[column].isin(value if isinstance(value, list) else [value])]
    data = data.copy()
    for column in data.columns:
        if isinstance(data[column].dtype, pd.CategoricalDtype):
            data[column] = data[column].astype(str)
    return data


def default_variant(results: Any) -> str:
    """Name of the variant that is the scenario as written."""
    return str(results.experiment.variants[0]["name"])


def shown_arms(results: Any) -> list[dict[str, Any]]:
    """The arms that the user asked to see; cells that exist only for the split are left out."""
    return [arm for arm in results.experiment.arms if not arm.get("component")]


def arm_labels(results: Any) -> dict[str, str]:
    """Arm name -> label, unique even after cutting."""
    return _labels(results.experiment.arms)


def variant_labels(results: Any) -> dict[str, str]:
    """Variant name -> label."""
    return _labels(results.experiment.variants)


def _labels(rows: list[dict[str, Any]]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for row in rows:
        label = clean(row.get("label") or row["name"]) or clean(row["name"]) or "unnamed"
        while label in labels.values():
            label += "′"
        labels[row["name"]] = label
    return labels


def culture_positions(results: Any) -> dict[str, float]:
    """Culture name -> position on the axis of expression style."""
    return dict(zip(results.experiment.cultures, results.experiment.positions, strict=True))


def culture_labels(results: Any) -> dict[str, str]:
    """Culture name -> label. Cultures are abstract distances in expression style, so that is what the label says."""
    labels = {"all": "all clients"}
    for name, position in culture_positions(results).items():
        place = f"{position:.2f}".rstrip("0").rstrip(".") or "0"
        label = f"expression distance {place}" + (" (reference)" if position == 0 else "")
        while label in labels.values():
            label += "′"
        labels[name] = label
    return labels


def reading_name(results: Any, reading: str) -> str:
    """A reading in words: week 12, after treatment, end of follow-up (week 26)."""
    week, weeks = results.experiment.reading_week, results.experiment.weeks
    names = {f"week_{week}": f"week {week}", "post": f"after treatment (week {week + 1})",
             "end": f"end of follow-up (week {weeks})", "": "whole course"}  # fmt: skip
    return names.get(reading, clean(reading).replace("_", " "))


def main_reading(results: Any) -> str:
    """The name of the main reading in the tables, such as "week_12"."""
    return f"week_{results.experiment.reading_week}"


# -------------------------------------------------------------------------------------------------------------- colours
def who_provides(results: Any, arm: int) -> str:
    """"none", "human", "assistant" or "both": who ever meets a client on this arm's pathway."""
    steps = results.experiment.pathway(arm)["steps"]
    human, assistant = (any(meets(step, agent) for step in steps) for agent in ("human", "assistant"))
    return {(False, False): "none", (True, False): "human", (False, True): "assistant", (True, True): "both"}[
        (human, assistant)
    ]


def meets(step: dict[str, Any], agent: str) -> bool:
    """Whether `agent` has contacts in this step."""
    return every_weeks(step, agent) > 0


def every_weeks(step: dict[str, Any], agent: str) -> int:
    """A contact every n weeks; 0 where the agent is not in the step."""
    plan = step.get(agent)
    return int((plan.get("every_weeks") or 0) if isinstance(plan, dict) else (plan or 0))


def arm_colours(results: Any) -> dict[str, str]:
    """Arm name -> colour, the same in every picture: grey none, blue human, orange assistant, green both."""
    left = {family: list(colours) for family, colours in _FAMILY.items()}
    spare, colours = list(_SPARE), {}
    for index, arm in enumerate(results.experiment.arms):
        if arm.get("component"):
            continue
        family = left[who_provides(results, index)]
        colours[arm["name"]] = family.pop(0) if family else (spare.pop(0) if spare else "#000000")
    return colours


def arm_dashes(results: Any) -> list[list[int]]:
    """Line patterns in the order of `arm_colours`: solid for the first arm of a family, broken for the next ones."""
    patterns = [[1, 0], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]]
    seen: dict[str, int] = {}
    dashes = []
    for index, arm in enumerate(results.experiment.arms):
        if arm.get("component"):
            continue
        family = who_provides(results, index)
        dashes.append(patterns[seen.get(family, 0) % len(patterns)])
        seen[family] = seen.get(family, 0) + 1
    return dashes


def arm_scale(results: Any) -> alt.Scale:
    """Colour scale over the labels of the shown arms."""
    labels, colours = arm_labels(results), arm_colours(results)
    return alt.Scale(domain=[labels[a] for a in colours], range=list(colours.values()))


def culture_scales(results: Any) -> tuple[alt.Scale, alt.Scale]:
    """Colour and shape scales over culture labels; "all clients" comes first, in black."""
    domain = list(culture_labels(results).values())
    colours = [CULTURE_COLOURS[i % len(CULTURE_COLOURS)] for i in range(len(domain))]
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(domain))]
    return alt.Scale(domain=domain, range=colours), alt.Scale(domain=domain, range=shapes)


# ------------------------------------------------------------------------------------------------------------- imprint
def imprint(results: Any) -> list[str]:
    """What a pasted picture must keep: calibration, driving assumption, version, scenario hash and seed."""
    meta, experiment = about(results), results.experiment
    lines = [
        f"Calibration: {clean(experiment.calibration, 400) or 'not stated'}",
        f"Numbers of {ONE_SET}",
        f"Driving assumption (the scenario author's words): {clean(experiment.driver, 400) or 'not stated'}",
        f"hybridcare {clean(meta.get('version', '?'))} · scenario {clean(str(meta.get('scenario_hash', '?'))[:16])} · "
        f"seed {clean(meta.get('seed', '?'))} · simulated clients, not observed ones",
    ]
    oracle = ["WARNING: a protocol in this scenario reads latent state that no service could measure."]
    return lines + oracle * reads_oracle(results) + illustrative_lines(results)


def reads_oracle(results: Any) -> bool:
    """Whether some arm's protocol reads latent state."""
    return bool(getattr(results, "reads_oracle", False))


def about(results: Any) -> dict[str, Any]:
    """Version, commit, seed, hashes and the account of the run, as far as the results tell them."""
    known = dict(results.provenance)
    known["results_hash"] = results.hash
    for name in ("instruction_set", "client_weeks", "session_weeks", "kernel_seconds", "wall_seconds", "threads",
                 "peak_bytes"):  # fmt: skip
        known[name] = getattr(results, name)
    return known


# -------------------------------------------------------------------------------------------------------------- figure
@dataclass(frozen=True)
class Figure:
    """One picture with all that belongs to it.

    name     stem of a file name; title and caption: plain text; alt: the picture in words
    spec     Vega-Lite specification, or None where the picture is drawn as SVG directly
    drawing  SVG text where there is no specification
    table    the numbers that are drawn, units in the column names
    """

    name: str
    title: str
    caption: str
    alt: str
    table: pd.DataFrame
    spec: dict[str, Any] | None = None
    drawing: str = ""

    def svg(self) -> str:
        """The picture as SVG text, the same for the same results."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        if self.spec is None:
            return self.drawing
        raw = vl_convert.vegalite_to_svg(self.spec, allowed_base_urls=[])
        return _name_ids(raw, self.name, self.alt)

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as PNG; `scale` 2 suits print."""
        return vl_convert.svg_to_png(self.svg(), scale=scale)

    def html(self) -> str:
        """One page that needs no network. A Vega-Lite picture stays interactive; its text cannot end the script."""
        if self.spec is None:
            head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(self.title)}</title>'
            return head + self.drawing + "</html>"
        token = "hybridcareLessThan"
        spec = json.loads(json.dumps(self.spec).replace("<", token))
        return vl_convert.vegalite_to_html(spec, bundle=True).replace(token, "\\u003c")

    def save(self, path: str | Path, scale: float = 2.0) -> Path:
        """Write .svg, .png or .html, by the suffix of `path`, all of it or nothing. @raises ValueError for another
        suffix, ConfigError if it cannot be written."""
        from .writing import written_file

        path = Path(path)
        drawn = {".png": lambda: self.png(scale), ".svg": lambda: self.svg().encode(),
                 ".html": lambda: self.html().encode()}.get(path.suffix)  # fmt: skip
        if drawn is None:
            raise ValueError(f"{path.name}: a picture is written as .svg, .png or .html, not {path.suffix!r}")
        content = drawn()
        with written_file(path) as file:
            file.write(content)
        return path

    @property
    def chart(self) -> Any:
        """The picture as an Altair chart, to be changed further. @raises ValueError for one drawn directly as SVG."""
        if self.spec is None:
            raise ValueError(f"{self.name} is drawn directly as SVG and has no Altair chart")
        return alt.Chart.from_dict(self.spec)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"image/svg+xml": self.svg(), "text/plain": f"{self.title}. {self.alt}"}


def _name_ids(svg: str, name: str, alt_text: str) -> str:
    """Ids numbered from 1 and named after the picture, so that they repeat and never clash in a page."""
    for index, old in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)), 1):
        new = f"{name}-{index}"
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    label = html.escape(clean(alt_text, 2000), quote=True)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def records(data: pd.DataFrame) -> dict[str, Any]:
    """The rows of a frame as a named dataset of a specification; null where a number is unknown."""
    rows = [{name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
            for row in data.to_dict("records")]  # fmt: skip
    name = "data-" + hashlib.sha1(json.dumps(rows, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return {"data": {"name": name}, "datasets": {name: rows}}


def block(chart: Any) -> dict[str, Any]:
    """A chart as a plain specification. Altair would copy whole charts at each level of a concatenation: too slow."""
    if isinstance(chart, dict):
        return chart
    with alt.data_transformers.enable("default", max_rows=None):
        spec = chart.to_dict(validate=VALIDATE)
    return {key: value for key, value in spec.items() if key not in ("$schema", "config")}


def _together(kind: str, charts: tuple[Any, ...], spacing: int, shared: tuple[str, ...]) -> dict[str, Any]:
    blocks = [dict(block(chart)) for chart in charts]
    data = {name: rows for part in blocks for name, rows in _datasets(part).items()}
    scales = dict.fromkeys(("color", "shape", *shared), "shared")
    return {kind: blocks, "spacing": spacing, "resolve": {"scale": scales}, "datasets": data}


def _datasets(part: dict[str, Any]) -> dict[str, Any]:
    """The datasets of a block, taken out of it and of its layers: they stand once, at the top."""
    found = dict(part.pop("datasets", {}))
    if "layer" in part:
        part["layer"] = [dict(layer) for layer in part["layer"]]
        for layer in part["layer"]:
            found |= layer.pop("datasets", {})
    return found


def beside(*charts: Any, spacing: int = 18, shared: tuple[str, ...] = ()) -> dict[str, Any]:
    """Charts side by side, with common colours and shapes, and other scales in common as named in `shared`."""
    return _together("hconcat", charts, spacing, shared)


def stacked(*charts: Any, spacing: int = 20, shared: tuple[str, ...] = ()) -> dict[str, Any]:
    """Charts one above the other."""
    return _together("vconcat", charts, spacing, shared)


def draw(results: Any, chart: Any, *, name: str, title: str, caption: str, alt_text: str, table: pd.DataFrame,
         width: int = 900) -> Figure:  # fmt: skip
    """Close a chart: add the imprint below it, in small type, and the common style.

    @param width  about how wide the picture is, in pixels; the imprint is wrapped to it
    """
    from .plots_close import close

    return close(chart, imprint(results), name=name, title=title, caption=as_named(caption, results),
                 alt_text=alt_text, table=table, width=width)  # fmt: skip
