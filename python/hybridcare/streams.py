"""The standard streams of the command: closed ones, readers that leave early, letters that nobody there knows."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def open_streams() -> None:
    """Makes all three of them safe to write to: what is printed can neither end a verb nor change its exit code."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, _nowhere(number))
    sys.stdout, sys.stderr = _lasting(sys.stdout), _lasting(sys.stderr)


def _nowhere(number: int) -> TextIO:
    """A stream that was closed before we began (`>&-`) is none in Python; what is written to it is lost, as asked."""
    handle = os.open(os.devnull, os.O_RDWR)
    if handle != number:  # else the next file that is opened would become standard output
        os.dup2(handle, number)
        os.close(handle)
    return os.fdopen(number, "r" if number == 0 else "w", closefd=False)


def _lasting(stream: TextIO) -> TextIO:
    """The same stream for a reader that may leave, and a terminal that may know no minus sign."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    raw = _Lasting(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors="replace",
                            line_buffering=stream.line_buffering or stream.write_through)  # fmt: skip


class _Lasting(io.FileIO):
    """A file whose reader may leave (`| head`): what it does not want is lost, and the work goes on, since files are
    still to be written and the exit code still to be decided."""

    def write(self, content: object) -> int:
        try:
            return super().write(content)  # type: ignore[arg-type]
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(memoryview(content).cast("B"))  # type: ignore[arg-type]
