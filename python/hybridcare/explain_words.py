"""An explanation in words: its sentence, what must stand beside it, and the parts of its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcare.attribution import LEVELS
from hybridcare.headline import reading_words
from hybridcare.measured import measured_lines, noise_words
from hybridcare.plots_base import percent, signed
from hybridcare.rival_sets import ONE_SET, REFITTED
from hybridcare.sets_beside import first_lines

if TYPE_CHECKING:
    from hybridcare.explanation import Explanation

_ONE = ("Simulated cultures are abstract distances of expression, never peoples; a difference to a twin is a quantity "
        "of the model, and nothing that could be observed in a person corresponds to it.")  # fmt: skip


def what(found: Explanation) -> str:
    """The result in words, e.g. "PHQ-9 at week 12, “Hybrid”"."""
    name = "PHQ-9" if found.metric["name"] == "phq9" else str(found.metric["name"]).replace("_", " ")
    words = f"{name} {reading_words(str(found.metric['reading']))}, “{found.label(found.arm)}”"
    if found.against:
        words += f" minus “{found.label(found.against)}”"
    if found.metric["twin"]:
        words += f", minus the twin {found.metric['twin']}"
    return words + (f", culture {found.metric['culture']}" if found.metric["culture"] != "all" else "")


def sentence(found: Explanation) -> str:
    """What the players change together, the largest share, and empathy's, beside its weight and other assumptions."""
    game = found.games["as_assumed", 0.0]
    rows = {row["player"]: row for row in game.rows()}
    together, noise = rows.pop("all"), noise_words(found.stamp)
    first = max(rows.values(), key=lambda row: abs(row["value"]))
    labels = {player.name: player.label for player in found.players}
    value, low, high, most = (_amount(found, each) for each in (
        together["value"], together["noise_low"], together["noise_high"], first["value"]))  # fmt: skip
    points = "percentage points" if found.unit == "share" else found.unit
    if all(row["value"] == 0 for row in rows.values()):
        return (f"Nothing to explain: as assumed, none of the parts ({', '.join(labels[name] for name in rows)}) moves "
                f"{what(found)}.")  # fmt: skip
    who = "one part changes" if len(rows) == 1 else f"{len(rows)} parts change"
    text = f"In this model the {who} {what(found)} by {value} {points} ({noise} {low} to {high})"
    if len(rows) > 1:
        text += f"; the largest part is that of {labels[first['player']]}: {most}"
    return text + (f". {_empathy(found)}" if "empathy" in rows else ".")


def _empathy(found: Explanation) -> str:
    shares = []
    for each in found.assumptions:
        ends = [found.games[each.name, level] for level in LEVELS if (each.name, level) in found.games]
        own = [next(row for row in game.rows() if row["player"] == "empathy") for game in ends]
        if own:
            values = " and ".join(_amount(found, row["value"]) + _of_all(row["share"]) for row in own)
            shares.append(f"{each.label} {values}")
    return (f"Empathy, whose weight in quality is assumed to be {percent(found.weights['empathy'])}, adds, when "
            f"present and by skill: {'; '.join(shares)}.")  # fmt: skip


def _of_all(share: float) -> str:
    """Where parts work against each other, one's share of what they add together says nothing."""
    return f" ({percent(share)} of all)" if 0 < share <= 1 else ""


def unit(found: Explanation) -> str:
    """The unit in words: points of what."""
    return "PHQ-9 points" if found.metric["name"] == "phq9" else found.unit


def _amount(found: Explanation, value: float) -> str:
    """A value with its sign; a share in percentage points."""
    return signed(100 * value, 1) if found.unit == "share" else signed(value)


def caveats(found: Explanation) -> list[str]:
    """That shares mirror weights, what no rival says, the state of calibration."""
    from hybridcare.explanation import MIRROR

    experiment = found.scenario.core
    lines = [*first_lines(found.over.sets if found.over is not None else None), MIRROR]
    lines += [f"{each.label}: could not be run here: {each.refused}" for each in found.assumptions if each.refused]
    lines += [ONE_SET] if any(REFITTED in each.label for each in found.assumptions) else []
    if len(found.assumptions) < 2:
        lines.append("No other assumption was tried: nothing is known of how firm this is.")
    lines += [_ONE, f"What drives it, in the scenario author's words: {experiment.driver}",
              f"Calibration: {experiment.calibration}"]  # fmt: skip
    if found.stamp.reads_oracle:
        lines.insert(lines.index(MIRROR) + 1, "Some pathway reads latent state (oracle.): no service could act on it.")
    return measured_lines(found.stamp) + lines


def over_words(found: Explanation) -> list[str]:
    """What an ensemble says of the shares; nothing without one."""
    if found.over is None:
        return []
    shares = found.unit == "share"
    return found.over.sentences(unit(found), ".3f" if shares else ".2f")


def account(found: Explanation) -> str:
    """How it was reached."""
    size = found.task
    return (f"{len(found.runs.estimate):,} coalitions of parts under {_counted(len(found.assumptions), 'assumption')}, "
            f"{size.replicates} replicates of the same {size.clients} clients in each; "
            f"{found.runs.client_weeks:,} client-weeks.")  # fmt: skip


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def parts(found: Explanation) -> list[Any]:
    """Of the report: the attribution, its numbers, trust, twins, and the split where there is one."""
    from hybridcare.plots_explain import attribution, through_trust, twins
    from hybridcare.report_verb import Part

    rows = found.table()
    made = [
        Part("Attribution", [found.sentence, account(found)], chart=attribution(found)),
        *_over_parts(found),
        Part("All values", ["Each part's share over all orders of entering, what the last to enter adds "
                            "(leave_one_out) and what it adds alone (add_one_in); “all” is what they add together.",
                            *(f"Level {level:g}: {words}." for level, words in LEVELS.items())],
             table=rows.drop(columns=["assumption"])),
        Part("Through trust", ["Total effects, and the same with trust held at .5 wherever it is read: the controlled "
                               "direct effect. The rest runs through trust."], chart=through_trust(found)),
        Part("The same clients with one thing switched off", [_switched()], chart=twins(found)),
    ]  # fmt: skip
    split = found.split_results
    if split is not None:
        from hybridcare import plots

        picture = plots.split(split)
        words = "Pathways, guidance and conversation, over all orders of bringing them in."
        made.append(Part("PHQ-9 by the components of the contrast", [words], chart=picture))
    return made


def _over_parts(found: Explanation) -> list[Any]:
    """The shares over parameter sets, and what changes places."""
    from hybridcare.plots_explain import over_sets
    from hybridcare.report_verb import Part

    if found.over is None:
        return []
    task = found.over.task
    size = (f"{len(found.over.sets)} parameter sets, {task.replicates} replicates of the same {task.clients} clients "
            "in each coalition; absent = none of it.")  # fmt: skip
    return [Part("Over parameter sets", [*over_words(found), size], chart=over_sets(found)),
            Part("Which parts change places", ["Neighbours by rank: in how many sets the second is the larger, in how "
                                               "many beyond Monte Carlo error, and the parameter that goes with it."],
                 table=found.over.flips())]  # fmt: skip


def _switched() -> str:
    return ("As they are, minus: no turn misread; no cultural distance; nobody repairs; a label that takes nothing "
            "from what is heard. By culture, paired client by client; where PHQ-9 is read, above 0 is more symptoms "
            "with it than without.")  # fmt: skip
