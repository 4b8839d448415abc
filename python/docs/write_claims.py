"""Writes what was found into claims.md, from the claims.json of a run: `hybridcare claims --out DIR`.

    python python/docs/write_claims.py DIR/claims.json "hybridcare claims --out DIR"
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("claims.md")
BEGIN, END = "<!-- claims -->", "<!-- end -->"
MODELS = ("R0", "R2", "R3", "R4", "b_E 0", "b_E 1.5")


def percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.0f} %"


def cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def row(claim: dict[str, Any]) -> str:
    verdict = claim["verdict"]
    if verdict != claim["otherwise"]:
        verdict += f" (else: {claim['otherwise']})"
    shares = " | ".join(percent(claim[name]) for name in MODELS)
    interval = f"{100 * claim['holds_low']:.0f}–{percent(claim['holds_high'])}"
    return (f"| {claim['claim']} | {cell(claim['title'])} | {verdict} | {percent(claim['holds'])} ({interval}) | "
            f"{percent(claim['opposite'])} | {percent(claim['prior'])} | {shares} | {cell(claim['depends_on'])} |")


def section(found: dict[str, Any], command: str) -> str:
    """The lines between the marks: size and command, the table, one line of what could refute each claim."""
    head = " | ".join(MODELS)
    lines = [
        *(f"- {row['model']}, {cell(row['label'])}: {cell(row['status'])}" for row in found.get("fits", ())),
        "" if found.get("fits") else "No set was fitted.",
        f"`{command}`: {found['size']} on a machine shared with other work; version {found['version']}, seed "
        f"{found['seed']}, hash {found['results_hash'][:12]}. {cell(found['calibration']).capitalize()}.",
        "",
        f"| claim | | verdict | holds in (95 % for so few sets) | opposite | prior alone | {head} | depends on |",
        "|---|---|---|---|---|---|" + "---|" * len(MODELS) + "---|",
        *(row(claim) for claim in found["claims"]),
        "",
        "In words, with what could refute each:",
        "",
    ]
    for claim in found["claims"]:
        words = [line for line in claim["words"][2:] if line.startswith(("What would refute", "With ", "Break-even"))]
        words += [line for line in claim["words"][2:] if line.startswith(("It holds rather", "The size of the effect"))]
        words += [line for line in claim["words"][2:] if line.startswith("Before any published figure")]
        lines.append(f"- **{claim['claim']}** " + " ".join(cell(line) for line in words))
    return "\n".join(lines)


def main() -> None:
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{section(found, sys.argv[2])}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
