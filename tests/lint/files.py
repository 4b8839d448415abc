"""Which files belong to the checkout: those that git knows, or without git all but hidden and built ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

BUILT = {"__pycache__", "results", "dist", "build"}


def tracked(root: Path, *suffixes: str) -> list[Path]:
    """Files that end in one of `suffixes` (all files if none is given), in a fixed order."""
    try:
        command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "-c", "-o", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode()
        paths = [root / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [p for p in root.rglob("*") if not any(q in BUILT or q[0] == "." for q in p.relative_to(root).parts)]
    return sorted(p for p in paths if p.is_file() and (not suffixes or p.suffix in suffixes))
