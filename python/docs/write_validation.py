"""Writes validation.md, and validation.json beside it, from the validation.json of a run.

    hybridcare validate-model --out DIR                          # under half an hour on two cores
    hybridcare validate-model R0 R1 --recalibrate --out ANEW     # hours: the sets themselves, once more
    python python/docs/write_validation.py DIR/validation.json [ANEW/again.json]

Without an argument the page is made again from the JSON that stands beside it. No figure is typed: a test makes the
page once more from that JSON, and compares the ensembles' hashes in it with the files that are shipped.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from hybridcare.report_limits import LIMITS
from hybridcare.report_validation import beside, digits, interval, missing, outside, spread, why
from hybridcare.validation_learned import PAIRS
from hybridcare.validation_words import (
    WHOSE,
    apart,
    cautions,
    group_lines,
    listed,
    main_first,
    null_lines,
    sentences,
    third_lines,
)

PAGE = Path(__file__).with_name("validation.md")
JSON = Path(__file__).with_name("validation.json")
AGAIN = Path(__file__).with_name("validation_again.json")
Row = dict[str, Any]

HEAD = """# Validation: what the model meets, what it misses, and what nothing told it

Made by `python python/docs/write_validation.py` from a run of `hybridcare validate-model`: no simulated figure
here was typed. Explanations of misses are written by hand, with the published figures that they name.

```sh
hybridcare validate-model --quick              # a minute: some sets of each ensemble, simulated again
hybridcare validate-model --out validation     # all sets, and with other luck; validation.html, validation.json
hybridcare validate-model R1 --recalibrate --out again   # the calibration itself, and its sets compared
```
```python
import hybridcare as hc

found = hc.validate_model(quick=True)
found.targets()         # misses first, with their explanations
found.parameters()      # prior beside posterior
found.faults            # what does not come out again, misses without explanation, stale explanations
```
Exit code 1: a fault; exit code 3: no fault, but a criterion is not met. What explains a miss stands in
[scenarios/explanations.json](../../scenarios/explanations.json): a miss without an explanation is a fault, and so is an
explanation of what is not missed. How the sets were found: [calibrate.md](calibrate.md). What the figures are:
[targets.md](targets.md). What no fit can show: [limits.md](limits.md).

**Words.** *Set*: one value for every free number of a model; an ensemble holds many, by how well they fit, and no
set meets all figures. *Null*: a figure published as about zero. *Shown*: simulated beside the others, and never
fitted. *Other luck*: other simulated clients and chances. *Loss*: squared distances from the figures in SDs (of the
figure, of what the model may miss, of the simulation), weighted and summed; about the number of figures where all is
well. *Effective sets*: how many independent sets the weighted ones are worth. *Informed*: told by the figures, inside
of this model.
"""
NOTHING = """
No ensemble is shipped yet, so that there is nothing to validate.
"""


def page(document: Row | None, again: list[Row] | None = None) -> str:
    """The whole page; the same documents give the same page. again: of calibrations that were done anew."""
    if document is None:
        return HEAD + NOTHING
    main = document["main"]
    parts = [_first(document), _misses(document), _targets(document, main), _held_out(document), _rivals(document),
             _informed(document, main), _machinery(document, again or []), _limits(), _from(document)]  # fmt: skip
    return "\n".join([HEAD, *parts])


def table(heads: list[str], lines: list[list[Any]]) -> str:
    rows = [heads, ["---"] * len(heads), *lines]
    return "".join("| " + " | ".join(cell(each) for each in line) + " |\n" for line in rows)


def cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    if value is None:
        return "—"
    text = digits(value) if isinstance(value, float) else str(value)
    return " ".join(text.replace("|", "/").split())


def bullets(lines: list[str]) -> str:
    return "".join(f"- {cell(line)}\n" for line in lines)


def _first(document: Row) -> str:
    asked = [[row["what"], row["asked"], row["found"], row["met"]] for row in document["criteria"]]
    heads = [f"asked of {document['main']}", "", "found", "met"]
    return (f"## In short\n{bullets(sentences(document))}\n{table(heads, asked)}\n"
            f"{bullets(cautions(document))}")  # fmt: skip


def _misses(document: Row) -> str:
    rows = missing(document)
    lines = [[name, f"`{row['target']}`", row["label"], "yes" if row["weight"] > 0 else "shown", digits(row["figure"]),
              interval(row), digits(row["median"]), spread(row), digits(row["fresh_median"]), outside(row), row["unit"]]
             for name, row in rows]  # fmt: skip
    heads = ["model", "target", "", "fitted", "published", "interval", "simulated", "5 to 95 %", "other luck",
             "outside by", "unit"]  # fmt: skip
    return f"## Misses\n{table(heads, lines) if lines else 'None.'}\n{bullets(why(rows))}"


def _targets(document: Row, name: str) -> str:
    """All readings of the main model, what was fitted apart from what was only shown."""
    heads = ["target", "published", "interval", "that is", "simulated", "5 to 95 %", "error", "inside", "other luck",
             "inside then", "unit"]  # fmt: skip
    parts = []
    for title, kinds in ((f"## Published against simulated, {name}", ("fit", "input")), ("### Nulls", ("null",)),
                         ("### Shown, and not fitted", ("bracket",))):  # fmt: skip
        lines = [[f"`{row['target']}`", digits(row["figure"]), interval(row), WHOSE[row["interval"]],
                  digits(row["median"]), spread(row), digits(row["error"]), row["inside"],
                  digits(row["fresh_median"]), row["fresh_inside"], row["unit"]]
                 for row in document["models"][name]["targets"] if row["kind"] in kinds]  # fmt: skip
        parts.append(f"{title}\n{table(heads, lines)}")
        if "null" in kinds:
            parts.append(bullets(null_lines(document, name)))
    note = ("Median and 5 to 95 % of the ensemble by weight. Error: one standard error of the simulation of one set. "
            "Other luck: clients and chances that no set was fitted with. That is: who the interval is from; a "
            "tolerance is ours, and assumed, a direction has one end.\n")  # fmt: skip
    return "\n".join([*parts, note])


def _held_out(document: Row) -> str:
    names = list(document["models"])
    lines = [[f"[`{row['evidence']}`](evidence.md#{row['evidence']})", row["quantity"], row["published"],
              f"`{row['target']}`", *(digits(row["models"][name]["median"]) for name in names),
              row["models"][document["main"]]["inside"], row["differs"]]
             for row in document["held_out"]]  # fmt: skip
    heads = ["published elsewhere", "", "figure", "beside", *names, "in its interval", "not the same, since"]
    words = ("Nothing was fitted to these. They are other poolings of much the same field, so that agreement says less "
             "than a prediction would.")  # fmt: skip
    return f"## Published elsewhere, and never fitted\n{words}\n\n{table(heads, lines)}"


def _rivals(document: Row) -> str:
    says = {row["model"]: row for row in apart(document)}
    lines = [[name, one["free"], one["sets"], round(one["effective"]), one["loss"]["median"], one["loss"]["q95"],
              one["loss"]["best"], one["fresh"]["loss"]["median"] if one["fresh"] else None,
              f"{one['fitted_inside']} of {one['fitted']}", f"{one['null_inside']} of {one['null']}",
              listed(document["missed"][name]) or "none", beside(says, name)]
             for name, one in main_first(document)]  # fmt: skip
    heads = ["model", "free", "sets", "effective", "median loss", "95 %", "best", "other luck", "figures met", "nulls",
             "misses", f"beside {document['main']}"]  # fmt: skip
    return (f"## Rivals\n{table(heads, lines)}\nLower losses fit better. In brackets: losses without "
            "what one of the two models cannot show. *Not told apart* is a rule, and assumed: "
            "[rivals.md](rivals.md).\n")


def _informed(document: Row, name: str) -> str:
    one = document["models"][name]
    rows = sorted(one["parameters"], key=lambda row: (not row["informed"], -row["narrowed"]))
    told = [[f"`{row['pointer']}`", row["prior_q05"], row["prior_q95"], row["q05"], row["q95"], row["narrowed"],
             row["moved"], row["unit"]] for row in rows if row["informed"]]  # fmt: skip
    rest = [f"`{row['pointer']}`" for row in rows if not row["informed"]]
    pairs = [[f"`{row['one']}`", f"`{row['other']}`", row["r"]] for row in one["pairs"][:PAIRS]]
    heads = ["informed", "prior 5 %", "95 %", "posterior 5 %", "95 %", "narrowed", "moved", "unit"]
    moves = table(["moves with", "", "rank correlation"], pairs) if pairs else "No two numbers move together.\n"
    return (f"## What the figures did not tell\n{bullets(group_lines(document, name) + third_lines(document, name))}\n"
            f"Not informed, {len(rest)} of {len(rows)}: {listed(rest, len(rest)) or 'none'}.\n\n"
            f"{table(heads, told)}\n{moves}")  # fmt: skip


def _machinery(document: Row, again: list[Row]) -> str:
    lines = [[name, one["machinery"].get("points_simulated"), len(one["machinery"]["waves"]),
              len(one["machinery"]["rounds"]), one["machinery"].get("enough"), one["machinery"].get("pooled"),
              one["machinery"].get("independent"), one["machinery"].get("r_hat_worst"),
              one["machinery"].get("held_down"), one["checked"]["sets"], one["checked"]["rows"],
              one["checked"]["wrong"]] for name, one in main_first(document)]  # fmt: skip
    heads = ["model", "points", "waves", "rounds", "ended with enough", "effective by weights", "by populations",
             "R-hat, worst", "held down", "simulated again", "compared", "differ"]  # fmt: skip
    anew = [row["says"] for row in again] or ["No calibration was done anew for this page."]
    faults = [f"{row['model']}: {row['what']}" if row["model"] else row["what"] for row in document["faults"]]
    return (f"## The machinery, and whether the files' figures come out again\n{table(heads, lines)}\n"
            f"{bullets(faults + anew)}")  # fmt: skip


def _limits() -> str:
    more = "Where each bites, and what would help: [limits.md](limits.md)."
    return f"## What it cannot tell\n{bullets(list(LIMITS))}\n{more}\n"


def _from(document: Row) -> str:
    lines = [[name, one["file"], one["hash"], one["seed"], one["clients"], one["replicates"],
              one["fresh"]["seed"] if one["fresh"] else None] for name, one in main_first(document)]  # fmt: skip
    build = document["build"]
    heads = ["model", "file", "SHA-256", "seed", "clients", "replicates", "other seed"]
    return (f"## Where this comes from\n{table(heads, lines)}\n"
            f"Took {took(document)}. Version {build['version']}, commit {build['commit']}; targets "
            f"{document['targets_hash'][:12]}, results {document['results_hash'][:12]}.\n")  # fmt: skip


def took(document: Row) -> str:
    """By the clock, other work on the machine included."""
    found = document["took"]
    return f"{max(1, round(found['seconds'] / 60))} minutes by the clock on {found['cores']} cores"


def main() -> None:
    if len(sys.argv) > 1 and Path(sys.argv[1]).resolve() != JSON:
        shutil.copyfile(sys.argv[1], JSON)
    if len(sys.argv) > 2:
        shutil.copyfile(sys.argv[2], AGAIN)
    document = json.loads(JSON.read_text(encoding="utf-8")) if JSON.is_file() else None
    again = json.loads(AGAIN.read_text(encoding="utf-8")) if AGAIN.is_file() else None
    PAGE.write_text(page(document, again), encoding="utf-8")


if __name__ == "__main__":
    main()
