"""A care pathway as a graph: steps in layers from the start to the exits, contacts in the boxes, guards on the arrows.

Drawn as SVG directly: boxes of text and arrows between them need no chart. The layout depends on the pathway alone.
"""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .document import merged
from .plots_base import FONT, INK, SOFT, Figure, arm_colours, arm_labels, clean, every_weeks, imprint, meets, number

BOX, CHIP, BETWEEN, LINE, PAD, LANE = 250, 156, 176, 16, 12, 30
EXIT_WORDS = {"completed": "completed", "ended_early": "planned early end", "dropped": "dropped out"}
COMPARATOR_WORDS = {"waiting": "waiting list, no contacts", "usual_care": "usual care", "none": "no contacts"}


@dataclass(frozen=True)
class Box:
    """A step, or an exit beside the step that leads to it. Places in pixels, from the top left corner."""

    name: str
    title: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """A way out of a step. `words` has a line for each way that leads from the same step to the same end."""

    start: str
    end: str
    words: tuple[str, ...]
    kind: str  # "planned", "rule" or "chance"


def contact_words(step: dict[str, Any], agent: str) -> str:
    """Such as "human: every 2nd week, 50 minutes"."""
    plan, weeks = step[agent], every_weeks(step, agent)
    often = {1: "every week", 2: "every 2nd week", 3: "every 3rd week"}.get(weeks, f"every {weeks}th week")
    if plan.get("per_week", 1) > 1:
        often = f"{plan['per_week']} times a week"
    words = f"{agent}: {often}"
    if agent == "human" and plan.get("minutes"):
        words += f", {plan['minutes']:g} minutes"
    if agent == "human" and plan.get("dose", 1) != 1:
        words += f", guidance (dose {number(plan['dose'])})"
    if agent == "assistant" and plan.get("turns"):
        words += f", {plan['turns']} turns"
    if plan.get("fade"):
        words += ", usage fades"
    return words


def step_lines(step: dict[str, Any]) -> list[str]:
    """What happens in a step, line by line."""
    lines = [contact_words(step, agent) for agent in ("human", "assistant") if meets(step, agent)]
    if not lines:
        lines.append(COMPARATOR_WORDS.get(step["comparator"], clean(step["comparator"])))
    if step["bundle"]:
        lines.append("bundle of pathways without empathy")
    if step.get("offers"):
        lines.append("exercises: " + ", ".join(name.replace("_", " ") for name in step["offers"]))
    for name, words in (("plan", "personalised plan of exercises"), ("feedback", "progress feedback"),
                        ("coached", "assistant coaches the human")):  # fmt: skip
        if step.get(name):
            lines.append(words)
    if step.get("review_every"):
        minutes = number(step["review_minutes"], 0)
        lines.append(f"a human looks in every {step['review_every']} weeks, {minutes} minutes")
    return [part for line in lines for part in textwrap.wrap(line, 34)]


def arrows(pathway: dict[str, Any]) -> list[Arrow]:
    """Planned ends, guarded transitions, and the two ways out that chance decides in steps with contacts."""
    found = []
    exits = {step["exit"]: step["name"] for step in pathway["steps"] if step["exit"] != "none"}
    reached = _layers(pathway)
    for step in pathway["steps"]:
        if step["exit"] != "none" or step["name"] not in reached:
            continue
        if step["then"]:
            words = step.get("words") or (f"after {step['weeks']} weeks" if step["weeks"] else "then")
            found.append(Arrow(step["name"], step["then"], (words,), "planned"))
        if meets(step, "human") or meets(step, "assistant"):
            found += [Arrow(step["name"], exits[e], (words,), "chance") for e, words in
                      (("ended_early", "well enough"), ("dropped", "leaves")) if e in exits]  # fmt: skip
    return found + [Arrow(t["from"], t["to"], ("if " + clean(t["when"], 120),), "rule") for t in pathway["transitions"]]


def _merged(found: list[Arrow]) -> list[Arrow]:
    """One arrow for each pair of ends; a rule among its ways makes it a rule."""
    pairs: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in found:
        pairs.setdefault((arrow.start, arrow.end), []).append(arrow)
    return [Arrow(*ends, tuple(w for a in ways for w in a.words), max((a.kind for a in ways), key=_rank))
            for ends, ways in pairs.items()]  # fmt: skip


def _rank(kind: str) -> int:
    return ("chance", "planned", "rule").index(kind)


def _layers(pathway: dict[str, Any]) -> dict[str, int]:
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


def layout(pathway: dict[str, Any]) -> tuple[list[Box], dict[tuple[str, str], Box]]:
    """Steps one below the other in the order in which they are reached, and to the right of each its exits."""
    order = sorted(_layers(pathway).items(), key=lambda item: item[1])
    steps = {s["name"]: s for s in pathway["steps"]}
    drawn, boxes, chips, y = _merged(arrows(pathway)), [], {}, 0.0
    for index, (name, _) in enumerate(order):
        ends = [a.end for a in drawn if a.start == name and steps[a.end]["exit"] != "none"]
        lines = tuple(step_lines(steps[name]))
        tall = 2 * PAD + LINE * (1 + len(lines))
        room = max(tall, 44 * len(ends) - 14)
        title = clean(steps[name].get("label") or name, 30).replace("_", " ")
        boxes.append(Box(name, title, lines, 0, y + (room - tall) / 2, BOX, tall))
        for place, end in enumerate(ends):
            top = y + room / 2 + 44 * (place - (len(ends) - 1) / 2) - 15
            words = EXIT_WORDS.get(steps[end]["exit"], end)
            chips[name, end] = Box(end, words, (), BOX + BETWEEN, top, CHIP, 30)
        below = order[index + 1][0] if index + 1 < len(order) else ""
        y += room + 44 + LINE * sum(len(_split(a)) for a in drawn if (a.start, a.end) == (name, below))
    return boxes, chips


def _split(arrow: Arrow, wide: int = 54) -> list[str]:
    return [line for words in arrow.words for line in textwrap.wrap(words, wide)]


def pathway(results: Any, arm: int) -> Figure:
    """The pathway of arm number `arm` (index into `experiment.arms`)."""
    name = results.experiment.arms[arm]["name"]
    title, colour = arm_labels(results)[name], arm_colours(results).get(name, SOFT)
    graph, key = with_door(results, arm), f"pathway-{arm}"
    boxes, chips = layout(graph)
    words, foot = _words(graph), [part for line in imprint(results) for part in textwrap.wrap(line, 104)]
    inside, left = _picture(graph, boxes, chips, colour)
    head = textwrap.wrap(title, 70)
    top = 26 + 18 * len(head)
    tall = top + max(b.y + b.height for b in (*boxes, *chips.values())) + 28
    wide, high = left + BOX + BETWEEN + CHIP + 32, tall + 13 * len(foot)
    parts = [_text(16, 26 + 18 * i, line, 14, INK, bold=True) for i, line in enumerate(head)]
    parts.append(f'<g transform="translate({left + 16},{top})">{inside.replace("url(#tip)", f"url(#{key}-tip)")}</g>')
    parts += [_text(16, tall + 13 * i, line, 10, SOFT) for i, line in enumerate(foot)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(words)}" width="{wide:.0f}" '
        f'height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FONT}"><defs><marker id="{key}-tip" '
        'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" '
        f'orient="auto"><path d="M0,0L10,5L0,10z" fill="{SOFT}"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )  # fmt: skip
    return Figure(key, f"Pathway: {title}", "Boxes are steps, with who is met how often; arrows are ways out of them. "
                  "Thin: planned. Heavy: a rule of the protocol. Dashed: decided by chance each week, as leaving and "
                  "a planned early end are.", words, _table(graph), drawing=svg)  # fmt: skip


def with_door(results: Any, arm: int) -> dict[str, Any]:
    """The arm's pathway; with a service also the way in, which its queue decides and no transition says."""
    graph: dict[str, Any] = results.experiment.pathway(arm)
    steps = {step["name"]: dict(step) for step in graph["steps"]}
    scenario = getattr(results, "scenario", None)
    if graph["start"] != "in_need" or scenario is None or "waiting_list" not in steps:
        return graph
    document = scenario.document()
    own = document.get("arms", {}).get(results.experiment.arms[arm]["name"], {})
    door = merged(document.get("pathway", {}), own.get("pathway", {})).get("start")
    if door not in steps:
        return graph
    queue = meets(steps[door], "human")  # who needs a human's slot waits for it
    steps["in_need"] |= {"then": "waiting_list" if queue else door, "words": "seeks help"}
    if queue:
        steps["waiting_list"] |= {"then": door, "words": "when a slot is free"}
    return {**graph, "steps": list(steps.values())}


def _text(x: float, y: float, text: str, size: int, colour: str, bold: bool = False, anchor: str = "start",
          halo: bool = False) -> str:  # fmt: skip
    weight = ' font-weight="bold"' if bold else ""
    weight += ' stroke="white" stroke-width="5" paint-order="stroke"' if halo else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>'
            f"{html.escape(text)}</text>")  # fmt: skip


def _picture(
    graph: dict[str, Any], boxes: list[Box], chips: dict[tuple[str, str], Box], colour: str
) -> tuple[str, int]:
    """Arrows, then boxes over them, and how much room the arrows need at the left."""
    rows, parts, lanes = {b.name: i for i, b in enumerate(boxes)}, [], 0
    for arrow in _merged(arrows(graph)):
        if arrow.start not in rows:
            continue
        box = boxes[rows[arrow.start]]
        if (arrow.start, arrow.end) in chips:
            parts.append(_aside(box, chips[arrow.start, arrow.end], arrow))
        elif rows[arrow.end] == rows[arrow.start] + 1:
            parts.append(_down(box, boxes[rows[arrow.end]], arrow))
        else:
            lanes += 1
            parts.append(_around(box, boxes[rows[arrow.end]], arrow, lanes))
    for box in (*boxes, *chips.values()):
        start = 3 if box.name == graph["start"] else 1.6
        parts.append(_box(box, colour, start) if box.lines else _box(box, "#9aa3ad", 1.2, "#f4f5f7"))
    return "".join(parts), (LANE * lanes + 190 if lanes else 0)


def _box(box: Box, edge: str, thick: float, fill: str = "white") -> str:
    parts = [f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width}" height="{box.height:.1f}" rx="6" '
             f'fill="{fill}" stroke="{edge}" stroke-width="{thick}"/>']  # fmt: skip
    y = box.y + (PAD + 12 if box.lines else box.height / 2 + 4)
    parts.append(_text(box.x + PAD, y, box.title, 13 if box.lines else 12, INK, bold=bool(box.lines)))
    parts += [_text(box.x + PAD, y + LINE * (i + 1), line, 11, SOFT) for i, line in enumerate(box.lines)]
    return "".join(parts)


def _line(path: str, kind: str) -> str:
    style = {"planned": 'stroke-width="1.5"', "rule": 'stroke-width="2.6"',
             "chance": 'stroke-width="1.3" stroke-dasharray="5 4"'}[kind]  # fmt: skip
    return f'<path d="{path}" fill="none" stroke="{SOFT}" {style} marker-end="url(#tip)"/>'


def _aside(box: Box, chip: Box, arrow: Arrow) -> str:
    """From a step to an exit at its right; ports keep their order, so that arrows do not cross."""
    x1, x2, y2 = BOX, chip.x - 2, chip.middle
    y1 = min(max(box.middle + (y2 - box.middle) * 0.35, box.y + 8), box.y + box.height - 8)
    path = f"M{x1},{y1:.1f}C{x1 + 60},{y1:.1f} {x2 - 70:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
    lines = _split(arrow, 22)
    label = [_text((x1 + x2) / 2 + 8, (y1 + 3 * y2) / 4 + 4 + 13 * (i - (len(lines) - 1) / 2), line, 11, SOFT,
                   anchor="middle", halo=True) for i, line in enumerate(lines)]  # fmt: skip
    return _line(path, arrow.kind) + "".join(label)


def _down(box: Box, target: Box, arrow: Arrow) -> str:
    """To the step below."""
    x, y1, y2 = 36, box.y + box.height, target.y - 2
    lines = _split(arrow)
    first = (y1 + y2) / 2 - LINE * (len(lines) - 1) / 2 + 4
    label = [_text(x + 12, first + LINE * i, line, 11, SOFT) for i, line in enumerate(lines)]
    return _line(f"M{x},{y1:.1f}L{x},{y2:.1f}", arrow.kind) + "".join(label)


def _around(box: Box, target: Box, arrow: Arrow, lane: int) -> str:
    """To a step further down, back up, or to itself: round the left side, in a lane of its own."""
    x, y1, y2 = -LANE * lane, box.middle + 6, target.middle - 6
    path = f"M0,{y1:.1f}C{x:.1f},{y1:.1f} {x:.1f},{y1:.1f} {x:.1f},{(y1 + y2) / 2:.1f}"
    path += f"S{x:.1f},{y2:.1f} -2,{y2:.1f}"
    lines = _split(arrow, 26)
    middle = (y1 + y2) / 2 - LINE * (len(lines) - 1) / 2 + 4
    label = [_text(x - 8, middle + LINE * i, line, 11, SOFT, anchor="end") for i, line in enumerate(lines)]
    return _line(path, arrow.kind) + "".join(label)


def _words(graph: dict[str, Any]) -> str:
    names = _names(graph)
    inner = [s for s in graph["steps"] if s["exit"] == "none"]
    steps = "; ".join(f"{names[s['name']]}: {', '.join(step_lines(s))}" for s in inner)
    ways = "; ".join(f"from {names[a.start]} to {names[a.end]}: {a.words[0]}" for a in arrows(graph))
    return f"Starts at {names[graph['start']]}. Steps: {steps}. Ways: {ways}."


def _names(graph: dict[str, Any]) -> dict[str, str]:
    return {s["name"]: EXIT_WORDS.get(s["exit"], clean(s.get("label") or s["name"])) for s in graph["steps"]}


def _table(graph: dict[str, Any]) -> pd.DataFrame:
    names, decided = _names(graph), {"planned": "plan", "rule": "rule", "chance": "chance"}
    what = {s["name"]: "; ".join(step_lines(s)) for s in graph["steps"] if s["exit"] == "none"}
    rows = [(names[a.start], what.get(a.start, ""), a.words[0], decided[a.kind], names[a.end]) for a in arrows(graph)]
    return pd.DataFrame(rows, columns=["step", "what happens", "leads on", "decided by", "to"])
