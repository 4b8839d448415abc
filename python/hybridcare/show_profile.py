"""What `hybridcare profile` prints: what was learned, what was not measured, how far each item moves the answer."""

from __future__ import annotations

import math
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from hybridcare.headline import signed

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.profiles import Profile

_WIDE = 120  # characters, where nobody says how wide the screen is

#: Outcomes beside the answer: name, title, decimals, factor, unit as shown.
_OTHERS = (
    ("misread_turns", "assistant's turns misread", 1, 100, "% points"),
    ("dropout", "dropout, difference", 1, 100, "% points"),
    ("missed_escalations", "weeks at risk that nobody saw", 1, 1000, "per 1000 clients"),
    ("false_alarms", "false alarms", 1, 1000, "per 1000 clients"),
    ("human_hours", "human hours", 2, 1, "per client"),
)


def show_profile(profile: Profile, threads: int = 0, progress: bool = True) -> None:
    """Prints the profile and runs its effects; the lines that need no run come first."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    _head(console, profile)
    frame = profile.table()
    measured = frame[frame["state"] != "assumed"]
    console.print(_learned(measured))
    console.print(_assumed(frame[frame["state"] == "assumed"]))
    _notes(console, profile, measured)
    answers, effects = profile.answers(threads, progress), profile.effects(threads, progress)
    _say_answers(console, profile, answers)
    console.print(_effects(effects, answers))
    others = _others(effects)
    if others is not None:
        console.print(others)
    console.print(_account(profile))


def _fill(console: Any, text: str, hanging: str = "") -> None:
    console.print(textwrap.fill(text, min(console.width, _WIDE), subsequent_indent=hanging))


def _head(console: Any, profile: Profile) -> None:
    console.print()
    if profile.illustrative:
        _fill(console, "ILLUSTRATIVE: the numbers of this profile were invented. They measure nothing and nobody.")
    _fill(console, profile.title)
    _fill(console, f"Source: {profile.source}")
    _fill(console, f"As used in the scenario {profile.scenario.name}.")
    console.print()


def _new_table(title: str) -> Any:
    from rich.table import Table

    return Table(title=title, title_justify="left", box=None, pad_edge=False)


def _learned(frame: pd.DataFrame) -> Any:
    table = _new_table("Measured (shares; accuracies, ratings on [0, 1], rates per week of contact)")
    for heading in ("what", "evidence", "counted", "in the study", "told to the model", "95 % interval", "at a limit"):
        table.add_column(heading, justify="left" if heading == "what" else "right", no_wrap=heading == "what")
    for row in frame.itertuples():
        limit = f"{row.limited:.0%}" if row.limited > 0.005 else ""
        evidence = f"{row.evidence:,.0f}" if row.state == "measured" else "pooled"
        table.add_row(str(row.name), evidence, _share(row.observed), _share(row.study), _share(row.told),
                      f"{_share(row.low)} … {_share(row.high)}", limit)  # fmt: skip
    return table


def _assumed(frame: pd.DataFrame) -> Any:
    table = _new_table("\nNot measured: what stands instead")
    for heading in ("what", "told to the model", "95 % interval", "scenario's field", "grade"):
        table.add_column(heading, justify="right" if heading in ("told to the model", "95 % interval") else "left")
    for row in frame.itertuples():
        interval = f"{_share(row.low)} … {_share(row.high)}" if row.high > row.low else ""
        table.add_row(str(row.name), _share(row.told), interval, row.field, row.grade)
    return table


def _notes(console: Any, profile: Profile, measured: pd.DataFrame) -> None:
    console.print("\nAssumed on the way")
    for note in profile.notes:
        _fill(console, f"- {note}", "  ")
    notes = measured.loc[measured["note"].astype(str) != "", ["name", "note"]]
    for note, names in notes.groupby("note", observed=True, sort=False)["name"]:
        _fill(console, f"- {', '.join(str(name).replace(', ', ' / ') for name in names)}: {note}", "  ")


def _say_answers(console: Any, profile: Profile, answers: pd.DataFrame) -> None:
    experiment = profile.scenario.core
    labels = {arm["name"]: arm["label"] for arm in experiment.arms}
    pair = experiment.headline
    console.print("\nHow far each measured item moves the answer")
    _fill(console, f"The answer: mean PHQ-9 at week {experiment.reading_week}, “{labels[pair['arm']]}” minus "
                   f"“{labels[pair['against']]}”, in points; below zero favours the first. Item: everything measured "
                   "against the same without the item; ± is simulation noise (95 %), paired, and no doubt about the "
                   "model. b_E says how much empathy itself helps; no data identify it.")  # fmt: skip
    for row in answers.itertuples():
        opened = (f"what was measured leaves {signed(row.open_low)} to {signed(row.open_high)} open"
                  if math.isfinite(row.open_sd) else "three replicates at least are needed to see what is left open")
        _fill(console, f"- b_E {row.b_E:g}: {signed(row.not_measured)} with nothing measured, "
                       f"{signed(row.at_means)} with everything; {opened}", "  ")  # fmt: skip


def _effects(effects: pd.DataFrame, answers: pd.DataFrame) -> Any:
    table = _new_table("\nDifference that an item makes to the answer, PHQ-9 points")
    table.add_column("item", no_wrap=True)
    table.add_column("among")
    for b_e in answers["b_E"]:
        table.add_column(f"b_E {b_e:g}", justify="right")
    shown = effects[effects["outcome"] == "phq9"]
    for (item, culture), rows in shown.groupby(["item", "culture"], observed=True, sort=False):
        among = "everybody" if culture == "all" else f"clients of {culture}"
        table.add_row(str(item), among, *[_with_noise(row, 2, 1) for row in rows.itertuples()])
    return table


def _others(effects: pd.DataFrame) -> Any | None:
    """Outcomes beside the answer that an item moves by more than simulation noise, at the middle b_E."""
    b_e = sorted(effects["b_E"].unique())[len(effects["b_E"].unique()) // 2]
    table = _new_table(f"\nWhat else it moves, beyond simulation noise (b_E {b_e:g})")
    for heading in ("item", "among", "outcome", "difference", "from", "unit"):
        table.add_column(heading, justify="right" if heading in ("difference", "from") else "left")
    for name, title, digits, factor, unit in _OTHERS:
        rows = effects[(effects["outcome"] == name) & (effects["b_E"] == b_e)]
        for row in rows.itertuples():
            if row.noise_low <= 0 <= row.noise_high or round(factor * abs(row.effect), digits) == 0:
                continue
            among = "everybody" if row.culture == "all" else f"clients of {row.culture}"
            start = f"{factor * row.not_measured:.{digits}f}"
            table.add_row(str(row.item), among, title, _with_noise(row, digits, factor), start, unit)
    return table if table.row_count else None


def _with_noise(row: Any, digits: int, factor: float) -> str:
    text = f"{factor * row.effect:+.{digits}f}".replace("-", "−")
    if math.isfinite(row.noise_high):
        text += f" ± {factor * (row.noise_high - row.effect):.{digits}f}"
    return text


def _share(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "—"


def _account(profile: Profile) -> str:
    experiment = profile.scenario.core
    return (f"\n{experiment.clients} clients an arm in each of {experiment.replicates} replicates; seed "
            f"{experiment.seed}; profile {profile.name}, digest {profile.about['digest']}")  # fmt: skip
