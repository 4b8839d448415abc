"""The command `report`: what a results folder says, and everything that it rests on as one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A results folder, as `run --out` writes it.")],
    pack: Annotated[
        Path | None, typer.Option("--pack", metavar="FILE", help="Write scenario, tables, assumptions, report, hashes "
                                  "and a script that runs it again into one .zip.")  # fmt: skip
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an archive that is there.")] = False,
) -> None:
    """Print what a results folder says and where its report is; --pack puts all that it rests on in one archive."""
    from hybridcare.pack import account_of, check_target
    from hybridcare.pack import pack as packed

    if pack is not None:
        check_target(pack, overwrite)
    account = account_of(Path(folder))
    print(account["headline_sentence"])
    print(f"What drives it, in the scenario author's words: {account['driver']}")
    print(f"Calibration: {account['calibration']}")
    print(f"Report: {(Path(folder) / 'report.html').resolve().as_uri()}")
    if pack is not None:
        made = packed(folder, pack)
        print(f"Pack: {made.resolve().as_uri()}")
