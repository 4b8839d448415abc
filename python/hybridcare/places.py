"""Where the package keeps its data: bundled scenarios and profiles, the schema, the evidence, the rival models."""

from __future__ import annotations

from pathlib import Path


def data_folder(name: str) -> Path:
    """Folder `library`, `profiles`, `schema`, `evidence`, `studies` ... of the installed package, or of the source."""
    here = Path(__file__).parent  # not resolved: in a build folder the package is made of links
    for place in (here / "data" / name, Path(__file__).resolve().parents[2] / "scenarios" / name):
        if place.is_dir():
            return place
    return here / "data" / name


def data_file(name: str) -> Path:
    """File `rivals.json` or `designs.json` of the installed package, or of the source tree."""
    here = Path(__file__).parent / "data" / name
    source = Path(__file__).resolve().parents[2] / "scenarios" / name
    return here if here.is_file() or not source.is_file() else source
