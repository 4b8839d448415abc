"""Progress on standard error: a bar on a terminal, a plain line per tenth elsewhere, nothing if not wanted. Studies
also say rate, time left and failures, and have a bar in a notebook."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Tick = Callable[[int, int], None]
#: Points done, of all, failed.
Seen = Callable[[int, int, int], None]

_SHOWN_SECONDS = 0.25  # between two pictures of a study's progress


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
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def _lines(title: str) -> Tick:
    shown = -1

    def tick(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // max(total, 1)
        if tenth > shown:
            shown = tenth
            print(f"{title}: {10 * tenth} %", file=sys.stderr, flush=True)

    return tick


class Rate:
    """Points per second and time left, from what was done since the first look: a resumed study starts with some."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: tuple[float, int] | None = None

    def words(self, done: int, total: int, failed: int) -> str:
        """120 of 1,000 points, 30.5 a second, 0:28 left, 2 failed"""
        now = self._clock()
        if self._first is None:
            self._first = (now, done)
        since, before = self._first
        rate = (done - before) / (now - since) if now > since else 0.0
        words = f"{done:,} of {total:,} points"
        if rate > 0:
            words += f", {rate:,.3g} a second"
            words += f", {_clock_words((total - done) / rate)} left" if done < total else ""
        return words + (f", {failed:,} failed" if failed else "")


def _clock_words(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{left:02d}" if minutes >= 60 else f"{minutes}:{left:02d}"


@contextmanager
def study_progress(title: str, wanted: bool = True) -> Iterator[Seen]:
    """Gives a function (done, total, failed) to be called now and then: rate, time left and failures of a study."""
    if not wanted:
        yield lambda done, total, failed: None
    elif _in_notebook():
        yield _sparing(_notebook(title))
    elif sys.stderr.isatty():
        with _study_bar(title) as seen:
            yield _sparing(seen)
    else:
        yield _study_lines(title)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and type(running).__name__ == "ZMQInteractiveShell"


def _sparing(show: Seen) -> Seen:
    """Not more often than eyes can follow, but always the last one."""
    last = 0.0

    def seen(done: int, total: int, failed: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SHOWN_SECONDS or done >= total:
            last = now
            show(done, total, failed)

    return seen


@contextmanager
def _study_bar(title: str) -> Iterator[Seen]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[words]}"))
    rate = Rate()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(title), total=None, words="")
        yield lambda done, total, failed: bar.update(task, completed=done, total=total,
                                                     words=rate.words(done, total, failed))  # fmt: skip


def _notebook(title: str) -> Seen:
    """A bar that is drawn over in place; no widgets, so that it shows in every notebook."""
    import IPython.display

    HTML: Any = IPython.display.HTML
    display: Any = IPython.display.display
    rate = Rate()
    handle = display(HTML(f"{html.escape(title)}: begins"), display_id=True)

    def seen(done: int, total: int, failed: int) -> None:
        words = html.escape(f"{title}: {rate.words(done, total, failed)}")
        handle.update(HTML(f'<label>{words} <progress value="{done}" max="{max(total, 1)}"></progress></label>'))

    return seen


def _study_lines(title: str) -> Seen:
    rate, shown = Rate(), -1

    def seen(done: int, total: int, failed: int) -> None:
        nonlocal shown
        words, tenth = rate.words(done, total, failed), 10 * done // max(total, 1)
        if tenth > shown:
            shown = tenth
            print(f"{title}: {10 * tenth} %, {words}", file=sys.stderr, flush=True)

    return seen
