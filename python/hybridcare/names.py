"""Messages about names: an unknown one is answered with the nearest known one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """A one-line message, e.g. "unknown arm 'hybird'; nearest: 'hybrid'; known: human, hybrid"."""
    names = list(known)
    folded = {candidate.lower(): candidate for candidate in names}
    nearest = difflib.get_close_matches(str(name).lower(), folded, n=1, cutoff=0.5)
    hint = f"; nearest: '{folded[nearest[0]]}'" if nearest else ""
    listed = ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")
    return f"unknown {kind} '{name}'{hint}; known: {listed or 'none'}"
