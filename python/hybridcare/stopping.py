"""Stopping a study by Ctrl-C or SIGTERM from the command line: what is kept is said, instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class StudyStopped(Exception):
    """Somebody stopped a study; the message says what is kept. code: the command's exit code, 130 or 143."""

    def __init__(self, kept: str, code: int) -> None:
        super().__init__(kept)
        self.code = code


@contextmanager
def told() -> Iterator[None]:
    """Turns a stop that knows what is kept, as those of `runner.run_study` do, into StudyStopped."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if notes := getattr(stop, "__notes__", []):
            raise StudyStopped("; ".join(notes), 130) from None
        raise
    except SystemExit as stop:
        if stop.code == 143 and (notes := getattr(stop, "__notes__", [])):
            raise StudyStopped("; ".join(notes), 143) from None
        raise
