"""The flow of one trial's clients as CONSORT draws it: boxes of counts and arrows, drawn as SVG directly."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING

from .plots_base import FONT, INK, SOFT, Figure, clean, imprint, who_provides

if TYPE_CHECKING:
    from .trial_flow import Arm, Flow

BOX, BETWEEN, LINE, PAD, GAP, EDGE = 300, 36, 17, 12, 34, 20
FILLS = {"none": "#f0f1f3", "human": "#e3f0fa", "assistant": "#fdf1dc", "both": "#e0f4ee"}
WRAP, BOLD = 38, 35  #: characters of a line in a box


def flow(found: Flow) -> Figure:
    """Entered and randomised; of each arm: allocated, not yet due, missing with the state at the reading, analysed."""
    arms = list(found.arms)
    wide = 2 * EDGE + len(arms) * BOX + (len(arms) - 1) * BETWEEN
    head = textwrap.wrap(clean(f"{found.sentence} Assumptions: {found.cell}.", 300), int(wide / 7.9))
    below = (*found.caveats[:1], *imprint(found.trial.results))
    foot = [part for line in below for part in textwrap.wrap(line, int(wide / 5.6))]
    y = 30.0 + 18 * len(head)
    parts = [_text(EDGE, 26 + 18 * i, line, 13, INK, bold=True) for i, line in enumerate(head)]
    how = textwrap.wrap(clean(found.trial.plan.allocation.name, 120), WRAP)
    said = f"Entered and randomised (n = {found.entered})"
    if found.trial.clustered:
        said = f"{found.trial.plan.therapists} therapists randomised, {found.entered} clients"
    first = [said, *how]
    parts.append(_box((wide - BOX) / 2, y, first, "#ffffff", bold=1))
    top = y + _tall(first)
    columns = [_stages(found, arm) for arm in arms]
    heights = [max(_tall(column[row]) for column in columns) for row in range(3)]
    for place, (arm, column) in enumerate(zip(arms, columns, strict=True)):
        x = EDGE + place * (BOX + BETWEEN)
        fill = FILLS[who_provides(found.trial.results, found.trial.arms.index(arm.name))]
        middle, at = x + BOX / 2, top + GAP
        parts.append(_line(wide / 2, top, middle, at))
        for row, lines in enumerate(column):
            parts.append(_box(x, at, lines, fill if row == 0 else "#ffffff", heights[row],
                              bold=len(_named(arm)) if row == 0 else 1))  # fmt: skip
            if row < 2:
                parts.append(_arrow(middle, at + heights[row], at + heights[row] + GAP))
            at += heights[row] + GAP
    high = top + GAP + sum(heights) + 2 * GAP + 26 + 13 * len(foot)
    parts += [_text(EDGE, high - 13 * (len(foot) - i), line, 10, SOFT) for i, line in enumerate(foot)]
    return Figure("trial-flow", "Flow of clients through one trial", f"{clean(found.trial.sentence, 400)} Every client "
                  "is counted once in each row of an arm: those allocated are those not yet due, missing and analysed.",
                  _words(found), found.table(), drawing=_svg(parts, wide, high, _words(found)))  # fmt: skip


def _stages(found: Flow, arm: Arm) -> list[list[str]]:
    from .trial_flow import STATES

    week = found.trial.outcome.week
    given = _named(arm)
    if found.trial.clustered:
        given.append(f"{arm.therapists} therapists")
    lost = [f"Not measured in week {week} (n = {arm.lost})"]
    lost += [f"• {words}: {arm.missing[state]}" for state, words in STATES]
    if arm.waiting:
        lost.append(f"Week {week} not yet due at the decision (n = {arm.waiting})")
    kept = [f"Analysed (n = {arm.analysed})"] + [f"• {words}: {arm.measured[state]}" for state, words in STATES]
    return [given, lost, kept]


def _named(arm: Arm) -> list[str]:
    """The arm's label and count, in bold lines."""
    return textwrap.wrap(f"Allocated: {clean(arm.label, 80)} (n = {arm.allocated})", BOLD)


def _words(found: Flow) -> str:
    arms = "; ".join(f"{clean(arm.label)}: {arm.allocated} allocated, {arm.waiting} not yet due, {arm.lost} not "
                     f"measured, {arm.analysed} analysed" for arm in found.arms)  # fmt: skip
    return f"{found.entered} clients entered. {arms}. {found.sentence}"


def _tall(lines: list[str]) -> float:
    return 2 * PAD + LINE * len(lines)


def _box(x: float, y: float, lines: list[str], fill: str, tall: float = 0.0, bold: int = 1) -> str:
    """Lines in a frame, the first `bold` of them in bold."""
    height = max(tall, _tall(lines))
    at = y + PAD + 0.8 * LINE
    inside = "".join(_text(x + PAD, at + LINE * i, line, 12, INK, bold=i < bold) for i, line in enumerate(lines))
    return (f'<rect x="{x:.1f}" y="{y:.1f}" width="{BOX}" height="{height:.1f}" rx="4" fill="{fill}" stroke="{INK}" '
            f'stroke-width="1"/>{inside}')  # fmt: skip


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    """From the first box down, sideways, and down into an arm."""
    half = (y1 + y2) / 2
    return (f'<path d="M{x1:.1f},{y1:.1f}V{half:.1f}H{x2:.1f}V{y2:.1f}" fill="none" stroke="{SOFT}" stroke-width="1.4" '
            'marker-end="url(#trial-flow-tip)"/>')  # fmt: skip


def _arrow(x: float, y1: float, y2: float) -> str:
    return (f'<path d="M{x:.1f},{y1:.1f}V{y2:.1f}" fill="none" stroke="{SOFT}" stroke-width="1.4" '
            'marker-end="url(#trial-flow-tip)"/>')  # fmt: skip


def _text(x: float, y: float, text: str, size: int, colour: str, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{weight}>{html.escape(text)}</text>'


def _svg(parts: list[str], wide: float, high: float, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(words)}" width="{wide:.0f}" '
        f'height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FONT}"><defs><marker '
        'id="trial-flow-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,5L0,10z" fill="{SOFT}"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )  # fmt: skip
