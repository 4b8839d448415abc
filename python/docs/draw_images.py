"""Draws the pictures of the documentation again, from the bundled experiment at its full size.

    python python/docs/draw_images.py

The first screen of the report is drawn by Chromium, where there is one.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import hybridcare as hc

HERE = Path(__file__).parent / "img"
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--no-first-run", "--hide-scrollbars", "--window-size=1280,1010")  # fmt: skip


def first_screen(results: hc.Results, to: Path) -> None:
    """The top of the report as a picture; nothing without Chromium."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print(f"{to}: not drawn, it needs Chromium")
        return
    with tempfile.TemporaryDirectory() as folder:
        page = results.report(Path(folder) / "report.html")
        profile = f"--user-data-dir={folder}/profile"
        subprocess.run([browser, *QUIET, profile, f"--screenshot={to}", page.as_uri()], check=True, capture_output=True)
    print(to)


def main() -> None:
    results = hc.demo(uncertainty="ensemble")
    HERE.mkdir(exist_ok=True)
    print(results.plot().save(HERE / "headline.svg"))
    print(results.ensemble.plot().save(HERE / "headline_sets.svg"))
    first_screen(results, HERE / "report.png")


if __name__ == "__main__":
    main()
