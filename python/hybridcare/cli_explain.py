"""The command `explain`: what an arm's result is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybridcare.terminal import File, RivalName, Sets, Uncertainty, console, fill, frame_table, rivals_first

if TYPE_CHECKING:
    from hybridcare.explanation import Explanation


def explain(
    file: File,
    arm: Annotated[str | None, typer.Option(metavar="ARM", help="Default: that of the main comparison.")] = None,
    metric: Annotated[str, typer.Option(help="e.g. dropout, erosion_assistant, phq9@post, phq9@week_12/far.")] = "phq9",
    against: Annotated[
        str | None, typer.Option(metavar="ARM", help="Explain the difference to this arm; none: the arm alone.")
    ] = None,
    player: Annotated[
        list[str] | None, typer.Option("--player", metavar="NAME", help="Repeat. Default: the seven.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Trust as one player more.")] = False,
    no_contest: Annotated[bool, typer.Option("--no-contest", help="Not also under b_E 0, 1.5, 3 and R0.")] = False,
    replicates: Annotated[int | None, typer.Option(help="Default: 16, or the file's if fewer.")] = None,
    clients: Annotated[int | None, typer.Option(help="Per arm and replicate. Default: 125.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the file's.")] = None,
    threads: Annotated[int, typer.Option(help="0: as many as the machine has.")] = 0,
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help="Also write a report, .html.")] = None,
    picture: Annotated[str | None, typer.Option("--picture", metavar="FILE", help="Write .svg, .png or .html.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    uncertainty: Uncertainty = None,
    rival: RivalName = "R1",
    sets: Sets = 100,
) -> None:
    """Explain an arm: what each part adds (Shapley), how much runs through trust, what twins show."""
    from hybridcare.errors import config_error
    from hybridcare.explanation import explain as run
    from hybridcare.scenario import load
    from hybridcare.sets_beside import asked_for

    for option, given, kinds in (("--out", out, (".html",)), ("--picture", picture, (".svg", ".png", ".html"))):
        if given is not None and Path(given).suffix not in kinds:  # before anything is run
            raise config_error(option, f"is written as {' or '.join(kinds)}, not {given!r}")
    start = load(file)
    found = run(start, arm, metric, against, players=player, trust=trust, contest=not no_contest, replicates=replicates,
                clients=clients, seed=seed, threads=threads, progress=not quiet,
                uncertainty=asked_for(uncertainty, start, rival), rival=rival, sets=sets)  # fmt: skip
    show(found)
    if out is not None:
        print(f"\nReport: {found.report(out).resolve().as_uri()}")
    if picture is not None:
        print(f"\nPicture: {_drawn(found, Path(picture)).resolve().as_uri()}")


def _drawn(found: Explanation, path: Path) -> Path:
    from hybridcare.writing import written_file

    figure = found.plot()
    if path.suffix == ".png":
        content = figure.png()
    else:
        content = (figure.svg() if path.suffix == ".svg" else figure.html()).encode()
    with written_file(path) as target:
        target.write(content)
    return path


def show(found: Explanation) -> None:
    """Prints the sentence, what must stand beside it, and the tables."""
    from hybridcare.attribution import LEVELS
    from hybridcare.explanation import MIRROR
    from hybridcare.explain_words import account, unit
    from hybridcare.sets_beside import first_lines

    out = console(110)
    rivals_first(out)
    lines, first = found.caveats, first_lines(found.over.sets if found.over is not None else None)
    for line in (*first, MIRROR, "", *found.sentences, "", *(each for each in lines if each not in (*first, MIRROR))):
        fill(out, line)
    if found.over is not None:
        sets = found.over.sets
        title = f"Over {len(sets)} parameter sets of {sets.rival}, absent = none of it, {unit(found)}"
        out.print(frame_table(found.over.table(), title, _OVER))
        out.print(frame_table(found.over.flips(), "Parts that follow each other by rank, and change places", _FLIPS))
    for level, words in LEVELS.items():
        out.print(frame_table(found.table("as_assumed", level), f"As assumed, {words}, {unit(found)}", _SHARES))
    others = found.table(level=0.0)
    others = others[others["assumption"] != "as_assumed"]
    if len(others):
        out.print(frame_table(others, f"Under other assumptions, absent = none of it, {unit(found)}", _OTHERS))
    out.print(frame_table(found.trust(), f"Through trust, {unit(found)}", _TRUST))
    title = f"Clients of {found.arm}: as they are, minus the same with it switched off, {unit(found)}"
    out.print(frame_table(found.twins("as_assumed"), f"{title}, as assumed", _TWINS))
    rest = found.twins()
    rest = rest[(rest["assumption"] != "as_assumed") & (rest["culture"] == found.effects.cultures[0])]
    if len(rest):
        out.print(frame_table(rest, f"{title}, under other assumptions", _TWINS))
    split = found.split()
    if split is not None:
        out.print(frame_table(split, f"The difference by its components, {unit(found)}", _SPLIT))
    out.print(f"\n{account(found)} Seed {found.scenario.core.seed}, results hash {found.runs.hash[:12]}")


#: Columns: title, column of the frame, format.
_SHARES = (("part", "player", ""), ("weight", "weight", ".2f"), ("Shapley", "value", "+.3f"),
           ("noise low", "noise_low", "+.3f"), ("high", "noise_high", "+.3f"), ("of all", "share", ".0%"),
           ("least", "least_order", "+.3f"), ("most", "most_order", "+.3f"), ("left out", "leave_one_out", "+.3f"),
           ("alone", "add_one_in", "+.3f"))  # fmt: skip
_OVER = (("part", "player", ""), ("median", "median", "+.3f"), ("5 %", "low", "+.3f"), ("95 %", "high", "+.3f"),
         ("SD of sets", "parameter_sd", ".3f"), ("MC error", "noise_se", ".3f"), ("of a set", "own_se", ".3f"),
         ("weight 5 %", "weight_low", ".2f"), ("95 %", "weight_high", ".2f"), ("largest in", "first", ".0%"))
_FLIPS = (("larger", "first", ""), ("smaller", "second", ""), ("change places in", "flipped", ".0%"),
          ("beyond MC error", "beyond_noise", ".0%"), ("goes with", "goes_with", ""),
          ("where they do", "flipped_median", ".3g"), ("where not", "kept_median", ".3g"))  # fmt: skip
_OTHERS = (("assumption", "label", ""), ("part", "player", ""), ("Shapley", "value", "+.3f"),
           ("noise low", "noise_low", "+.3f"), ("high", "noise_high", "+.3f"), ("of all", "share", ".0%"))  # fmt: skip
_TRUST = (("assumption", "label", ""), ("effect of", "effect", ""),
          ("total", "total", "+.3f"), ("SE", "total_noise_se", ".3f"),
          ("trust held", "direct", "+.3f"), ("SE", "direct_noise_se", ".3f"),
          ("through trust", "through_trust", "+.3f"), ("SE", "through_trust_noise_se", ".3f"))  # fmt: skip
_TWINS = (("assumption", "label", ""), ("switched off", "switch", ""),
          ("culture", "culture", ""), ("difference", "estimate", "+.3f"),
          ("noise low", "noise_low", "+.3f"), ("high", "noise_high", "+.3f"))  # fmt: skip
_SPLIT = (("assumption", "variant", ""), ("component", "component", ""), ("Shapley", "estimate", "+.3f"),
          ("noise low", "noise_low", "+.3f"), ("high", "noise_high", "+.3f"), ("least", "least_order", "+.3f"),
          ("most", "most_order", "+.3f"))  # fmt: skip
