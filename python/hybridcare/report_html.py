"""Small pieces of HTML. Everything that comes from a scenario file goes through `text`, which escapes it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from .plots_base import Figure, clean

LONG = 4000


def text(value: Any, most: int = LONG) -> str:
    """Untrusted text as visible text: escaped, direction controls dropped, its direction kept to itself."""
    return f"<bdi>{html.escape(clean(value, most), quote=True)}</bdi>"


def plain(value: Any, most: int = LONG) -> str:
    """Escaped text without an element around it, for titles and attributes."""
    return html.escape(clean(value, most), quote=True)


def paragraph(value: Any, kind: str = "") -> str:
    return f"<p{_kind(kind)}>{text(value)}</p>"


def items(lines: Iterable[Any], kind: str = "") -> str:
    """A bulleted list."""
    return f"<ul{_kind(kind)}>" + "".join(f"<li>{text(line)}</li>" for line in lines) + "</ul>"


def terms(pairs: Iterable[tuple[Any, Any]]) -> str:
    """A list of terms and what they are."""
    return "<dl>" + "".join(f"<dt>{text(a)}</dt><dd>{text(b)}</dd>" for a, b in pairs) + "</dl>"


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def table(data: pd.DataFrame, caption: str) -> str:
    """A table with caption, column heads and row heads, which scrolls by itself where it is wide."""
    head = "".join(f'<th scope="col"{_kind(_align(data.iloc[:, i]))}>{text(c)}</th>'
                   for i, c in enumerate(data.columns))  # fmt: skip
    kinds = [_align(data.iloc[:, i]) for i in range(data.shape[1])]
    body = "".join("<tr>" + "".join(_cell(value, kinds[i], i == 0) for i, value in enumerate(row)) + "</tr>"
                   for row in data.itertuples(index=False, name=None))  # fmt: skip
    return (f'<div class="scroll" tabindex="0" role="group" aria-label="{plain(caption)}"><table>'
            f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def _cell(value: Any, kind: str, first: bool) -> str:
    mark = ' scope="row"' if first else ""
    tag = "th" if first else "td"
    shown = html.escape(clean(value, LONG)) if kind == "n" else text(value)
    return f"<{tag}{mark}{_kind(kind)}>{shown}</{tag}>"


def _align(column: pd.Series) -> str:
    """"n" where all cells are numbers, to be set flush right."""
    return "n" if all(re.fullmatch(r"[+−]?[\d,.]+( %)?|—", str(v)) for v in column) and len(column) else ""


def details(summary: str, inside: str) -> str:
    return f"<details><summary>{text(summary)}</summary>{inside}</details>"


def figure(drawn: Figure, heading: bool = True, caption: bool = True) -> str:
    """A picture with its heading, how to read it, and its numbers as a table that can be opened."""
    title = f"<h3>{text(drawn.title)}</h3>" if heading else ""
    numbers = details(f"Numbers of this picture: {drawn.title}", table(drawn.table, drawn.title))
    return (f'<figure id="figure-{plain(drawn.name)}">{title}<div class="picture">{drawn.svg()}</div>'
            f"{f'<figcaption>{text(drawn.caption)}</figcaption>' if caption else ''}{numbers}</figure>")  # fmt: skip


def section(key: str, title: str, *inside: str) -> str:
    """A part of the page with its heading."""
    body = "".join(inside)
    return f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{text(title)}</h2>{body}</section>'
