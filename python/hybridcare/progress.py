"""Progress on standard error: a bar on a terminal, a plain line per tenth elsewhere, nothing if not wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tick = Callable[[int, int], None]


@contextmanager
def progress(title: str, wanted: bool = True) -> Iterator[Tick | None]:
    """Gives a function (done, total) to be called now and then; None if no progress is wanted."""
    if not wanted:
        yield None
    elif sys.stderr.isatty():
        with _bar(title) as tick:
            yield tick
    else:
        yield _lines(title)


@contextmanager
def _bar(title: str) -> Iterator[Tick]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(title: str) -> Tick:
    shown = -1

    def tick(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // max(total, 1)
        if tenth > shown:
            shown = tenth
            print(f"{title}: {10 * tenth} %", file=sys.stderr, flush=True)

    return tick
