"""The documentation says what the program says: pages that list columns and parameters are up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_generated_parts_of_the_documentation_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, ROOT / ".make/reference.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("python/**/*.md"), *ROOT.glob("tests/**/*.md")]
    pages += [page for layer in ("sim", "agents", "scenarios", "analysis") for page in ROOT.glob(f"{layer}/**/*.md")]
    assert len(pages) > 10
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken, broken
