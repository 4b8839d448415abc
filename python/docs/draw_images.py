"""Draws the pictures of the documentation again, from the bundled experiment at its full size.

    python python/docs/draw_images.py
"""

from pathlib import Path

import hybridcare as hc

HERE = Path(__file__).parent / "img"


def main() -> None:
    results = hc.demo()
    HERE.mkdir(exist_ok=True)
    print(results.plot().save(HERE / "headline.svg"))


if __name__ == "__main__":
    main()
