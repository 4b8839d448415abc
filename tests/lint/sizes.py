"""Budgets of size: files of at most 400 lines, lines of at most 120 columns, Python functions of at most 40 lines.

Long files are where readers give up. Run from the root of the checkout; prints one line per excess.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from files import tracked

LINES, COLUMNS, FUNCTION = 400, 120, 40


def long_functions(name: str, text: str) -> list[str]:
    """Python functions longer than the budget; their docstrings do not count."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node):
                lines -= node.body[0].end_lineno - node.body[0].lineno + 1
            if lines > FUNCTION:
                found.append(f"{name}:{node.lineno}: {node.name} has {lines} lines, more than {FUNCTION}")
    return found


def excesses(root: Path) -> list[str]:
    """One message for each file, line or function over its budget."""
    found = []
    for path in tracked(root, ".cpp", ".hpp", ".py", ".cmake"):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if len(lines) > LINES:
            found.append(f"{name}: {len(lines)} lines, more than {LINES}")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                found.append(f"{name}:{number}: {len(line)} columns, more than {COLUMNS}")
        if path.suffix == ".py":
            found += long_functions(name, text)
    return found


if __name__ == "__main__":
    found = excesses(Path.cwd())
    print(*found, sep="\n", end="\n" if found else "")
    print(f"sizes: {len(found)} excesses")
    sys.exit(bool(found))
