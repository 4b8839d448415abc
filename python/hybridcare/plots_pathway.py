"""A care pathway as a graph: steps in layers from the start to the exits, contacts in the boxes, guards on the arrows.

Drawn as SVG directly: boxes of text and arrows between them need no chart. The layout is a pure function of the pathway.
"""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .plots_base import FONT, INK, SOFT, Figure, arm_colours, arm_labels, clean, every_weeks, imprint, meets, number

BOX, GAP_X, GAP_Y, LINE, PAD = 226, 190, 34, 16, 12
EXIT_WORDS = {"completed": "completed", "ended_early": "planned early end", "dropped": "dropped out"}
COMPARATOR_WORDS = {"waiting": "waiting list, no contacts", "usual_care": "usual care", "none": "no contacts"}


@dataclass(frozen=True)
class Box:
    name: str
    title: str
    lines: tuple[str, ...]
    exit: bool
    x: float
    y: float

    @property
    def height(self) -> float:
        return 2 * PAD + LINE * (1 + len(self.lines))


@dataclass(frozen=True)
class Arrow:
    start: str
    end: str
    words: str
    kind: str  # "planned", "rule" or "chance"


def contact_words(step: dict, agent: str) -> str:
    """Such as "human: every 2nd week, 50 minutes"."""
    plan, weeks = step[agent], every_weeks(step, agent)
    often = {1: "every week", 2: "every 2nd week", 3: "every 3rd week"}.get(weeks, f"every {weeks}th week")
    words = f"{agent}: {often}"
    if agent == "human" and plan.get("minutes"):
        words += f", {plan['minutes']:g} minutes"
    if agent == "human" and plan.get("dose", 1) != 1:
        words += f", guidance (dose {number(plan['dose'])})"
    if agent == "assistant" and plan.get("turns"):
        words += f", {plan['turns']} turns"
    return words


def step_lines(step: dict) -> list[str]:
    """What happens in a step, line by line."""
    lines = [contact_words(step, agent) for agent in ("human", "assistant") if meets(step, agent)]
    if not lines:
        lines.append(COMPARATOR_WORDS.get(step["comparator"], clean(step["comparator"])))
    if step["bundle"]:
        lines.append("bundle of pathways without empathy")
    if step["feedback"]:
        lines.append("progress feedback")
    return [part for line in lines for part in textwrap.wrap(line, 34)]


def arrows(pathway: dict) -> list[Arrow]:
    """Planned ends, guarded transitions, and the two ways out that chance decides in steps with contacts."""
    found = []
    exits = {step["exit"]: step["name"] for step in pathway["steps"] if step["exit"] != "none"}
    reached = _layers(pathway)
    for step in pathway["steps"]:
        if step["exit"] != "none" or step["name"] not in reached:
            continue
        if step["then"]:
            words = f"after {step['weeks']} weeks" if step["weeks"] else "then"
            found.append(Arrow(step["name"], step["then"], words, "planned"))
        if meets(step, "human") or meets(step, "assistant"):
            found += [Arrow(step["name"], exits[e], words, "chance") for e, words in
                      (("ended_early", "well enough"), ("dropped", "leaves")) if e in exits]  # fmt: skip
    return found + [Arrow(t["from"], t["to"], clean(t["when"], 90), "rule") for t in pathway["transitions"]]


def _layers(pathway: dict) -> dict[str, int]:
    """Step name -> layer: how many arrows from the start; exits are placed later, in the last layer."""
    exits = {s["name"] for s in pathway["steps"] if s["exit"] != "none"}
    follow: dict[str, list[str]] = {s["name"]: [s["then"]] if s["then"] else [] for s in pathway["steps"]}
    for transition in pathway["transitions"]:
        follow[transition["from"]].append(transition["to"])
    layer, queue = {pathway["start"]: 0}, [pathway["start"]]
    while queue:
        here = queue.pop(0)
        for name in follow[here]:
            if name not in layer and name not in exits:
                layer[name] = layer[here] + 1
                queue.append(name)
    return layer


def layout(pathway: dict) -> list[Box]:
    """Boxes with their places: one column for each layer, exits last, every column centred on the tallest."""
    layer, drawn = _layers(pathway), arrows(pathway)
    last, ends = max(layer.values()) + 1, {a.end for a in drawn}
    columns: dict[int, list[dict]] = {}
    for step in pathway["steps"]:
        if step["exit"] != "none" and step["name"] in ends:
            columns.setdefault(last, []).append(step)
        elif step["name"] in layer:
            columns.setdefault(layer[step["name"]], []).append(step)
    boxes = []
    for column, steps in sorted(columns.items()):
        y = 0.0
        for step in steps:
            box = _box(step, column, y)
            boxes.append(box)
            y += box.height + GAP_Y
    return _centred(boxes)


def _box(step: dict, column: int, y: float) -> Box:
    leaving = step["exit"] != "none"
    title = EXIT_WORDS.get(step["exit"], step["exit"]) if leaving else clean(step.get("label") or step["name"], 28)
    lines = () if leaving else tuple(step_lines(step))
    return Box(step["name"], title.replace("_", " "), lines, leaving, column * (BOX + GAP_X), y)


def _centred(boxes: list[Box]) -> list[Box]:
    tall = max(b.y + b.height for b in boxes)
    foot = {x: max(b.y + b.height for b in boxes if b.x == x) for x in {b.x for b in boxes}}
    return [Box(b.name, b.title, b.lines, b.exit, b.x, b.y + (tall - foot[b.x]) / 2) for b in boxes]


def pathway(results: Any, arm: int) -> Figure:
    """The pathway of arm number `arm` (index into `experiment.arms`)."""
    name = results.experiment.arms[arm]["name"]
    title, colour = arm_labels(results)[name], arm_colours(results).get(name, SOFT)
    graph = results.experiment.pathway(arm)
    boxes, drawn = layout(graph), arrows(graph)
    places = {b.name: b for b in boxes}
    words = _words(graph, places, drawn)
    foot = [part for line in imprint(results) for part in textwrap.wrap(line, 110)]
    wide = max(640.0, max(b.x for b in boxes) + BOX)
    right = 120 if any(a.start == a.end or places[a.end].x <= places[a.start].x for a in drawn) else 0
    tall = max(b.y + b.height for b in boxes) + (60 if right else 0)
    parts = [f'<g transform="translate(16,44)">{_picture(boxes, drawn, colour, graph["start"])}</g>']
    parts += [_text(16, 72 + tall + 13 * i, line, 10, SOFT) for i, line in enumerate(foot)]
    key = f"pathway-{arm}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(words)}" width="{wide + 32:.0f}" '
        f'height="{tall + 80 + 13 * len(foot):.0f}" viewBox="0 0 {wide + 32:.0f} {tall + 80 + 13 * len(foot):.0f}" '
        f'font-family="{FONT}"><defs><marker id="{key}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0,0L10,5L0,10z" fill="{SOFT}"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="white"/>{_text(16, 26, title, 14, INK, bold=True)}'
        + "".join(parts).replace("url(#tip)", f"url(#{key}-tip)") + "</svg>"
    )  # fmt: skip
    return Figure(key, f"Pathway: {title}", "Boxes are steps, arrows are ways out of them. Solid: planned. Heavier: a "
                  "rule of the protocol. Dashed: decided by chance, as leaving and planned early end are.", words,
                  _table(graph), drawing=svg)  # fmt: skip


def _text(x: float, y: float, text: str, size: int, colour: str, bold: bool = False, anchor: str = "start",
          halo: bool = False) -> str:  # fmt: skip
    weight = ' font-weight="bold"' if bold else ""
    weight += ' stroke="white" stroke-width="5" paint-order="stroke"' if halo else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>'
            f"{html.escape(text)}</text>")  # fmt: skip


def _picture(boxes: list[Box], drawn: list[Arrow], colour: str, start: str) -> str:
    places, parts = {b.name: b for b in boxes}, []
    ports: dict[str, int] = {}
    for arrow in drawn:
        ports[arrow.start] = ports.get(arrow.start, 0) + 1
        leaving = [a for a in drawn if a.start == arrow.start]
        share = ports[arrow.start] / (len(leaving) + 1)
        parts.append(_arrow(places[arrow.start], places[arrow.end], arrow, share, boxes))
    for box in boxes:
        edge, fill = ("#9aa3ad", "#f4f5f7") if box.exit else (colour, "white")
        width = 3 if box.name == start else 1.6
        parts.append(f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{BOX}" height="{box.height:.1f}" rx="6" '
                     f'fill="{fill}" stroke="{edge}" stroke-width="{width}"/>')  # fmt: skip
        y = box.y + PAD + 12
        parts.append(_text(box.x + PAD, y, box.title, 13, INK, bold=not box.exit))
        parts += [_text(box.x + PAD, y + LINE * (i + 1), line, 11, SOFT) for i, line in enumerate(box.lines)]
    return "".join(parts)


def _arrow(a: Box, b: Box, arrow: Arrow, share: float, boxes: list[Box]) -> str:
    style = {"planned": 'stroke-width="1.6"', "rule": 'stroke-width="2.4"',
             "chance": 'stroke-width="1.3" stroke-dasharray="5 4"'}[arrow.kind]  # fmt: skip
    y1, y2 = a.y + a.height * share, b.y + b.height / 2
    if b.x > a.x:  # forward
        x1, x2 = a.x + BOX, b.x - 2
        bend = (x2 - x1) * 0.45
        path = f"M{x1:.1f},{y1:.1f}C{x1 + bend:.1f},{y1:.1f} {x2 - bend:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        at, anchor = ((x1 + x2) / 2, (y1 + y2) / 2 + 4), "middle"
    else:  # back, or down within a column: round the foot of the picture
        low = max(box.y + box.height for box in boxes) + 26
        x1, x2 = a.x + BOX * share, b.x + BOX * 0.5
        foot = b.y + b.height + 2
        path = (f"M{x1:.1f},{a.y + a.height:.1f}C{x1:.1f},{low:.1f} {x1:.1f},{low:.1f} {(x1 + x2) / 2:.1f},{low:.1f}"
                f"S{x2:.1f},{low:.1f} {x2:.1f},{foot:.1f}")  # fmt: skip
        at, anchor = ((x1 + x2) / 2, low + 14), "middle"
    lines = textwrap.wrap(arrow.words, 28) or [""]
    label = "".join(_text(at[0], at[1] - 13 * (len(lines) - 1 - i), line, 11, SOFT, anchor=anchor, halo=True)
                    for i, line in enumerate(lines))  # fmt: skip
    return f'<path d="{path}" fill="none" stroke="{SOFT}" {style} marker-end="url(#tip)"/>{label}'


def _words(graph: dict, places: dict[str, Box], drawn: list[Arrow]) -> str:
    start = places[graph["start"]].title
    steps = "; ".join(f"{b.title}: {', '.join(b.lines)}" for b in places.values() if not b.exit)
    ways = "; ".join(f"from {places[a.start].title} to {places[a.end].title}: {a.words}" for a in drawn)
    return f"Starts at {start}. Steps: {steps}. Ways: {ways}."


def _table(graph: dict) -> pd.DataFrame:
    names = {s["name"]: EXIT_WORDS.get(s["exit"], clean(s.get("label") or s["name"])) for s in graph["steps"]}
    what = {s["name"]: "; ".join(step_lines(s)) for s in graph["steps"] if s["exit"] == "none"}
    rows = [(names[a.start], what.get(a.start, ""), a.words, {"planned": "plan", "rule": "rule", "chance": "chance"}[
        a.kind], names[a.end]) for a in arrows(graph)]  # fmt: skip
    return pd.DataFrame(rows, columns=["step", "what happens", "leads on", "decided by", "to"])
