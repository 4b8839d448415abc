"""The page of a calibration: what fits and what does not, misses first; prior beside posterior; what was open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from hybridcare.calibration import FEW
from hybridcare.plots_base import INK, SOFT, clean, number, percent
from hybridcare.report_verb import Part, save_report

if TYPE_CHECKING:
    from hybridcare.calibration import Calibration

POSTERIOR = "#0072B2"
NAMED = 12  # parameters that a sentence names
CALIBRATION = ("fitted to published figures, which cannot tell the model from rivals in which empathy does nothing; "
               "every set that fits is kept")  # fmt: skip


def save(found: Calibration, path: Path) -> Path:
    """Writes the page. Raises ConfigError if it cannot be written."""
    question = f"Which parameters of the model {found.simulator.rival} fit the published figures?"
    return save_report(path, f"Calibration of {found.simulator.rival}", question, parts(found), provenance(found))


def provenance(found: Calibration) -> dict[str, Any]:
    account = {name: value for name, value in found.account.items() if name not in ("budget", "version", "commit")}
    budget = ", ".join(f"{name} {value}" for name, value in found.account["budget"].items())
    return {"calibration": CALIBRATION, "version": found.account["version"], "commit": found.account["commit"],
            **account, "budget": budget, "caveats": caveats(found)}  # fmt: skip


def caveats(found: Calibration) -> list[str]:
    """What must be read beside the fit."""
    quality = found.quality
    lines = ["A figure inside of its interval does not make the model true: several rivals fit as well.",
             f"{quality['effective']:.0f} of {quality['sets']} sets count as effective."]  # fmt: skip
    if quality["effective"] < FEW:
        lines.append(f"Fewer than {FEW:.0f} effective sets are too few to rely on: more points and sets are needed, "
                     "since the emulators promised another fit than the simulations showed.")  # fmt: skip
    if found.found.empty:
        lines.append("No part of the prior lets all but one target lie within three SDs: the model misses some of them "
                     "wherever its parameters are, and the sets are compromises.")  # fmt: skip
    if quality["r_hat_worst"] > 1.1:
        lines.append(f"The sampler's populations do not agree on every parameter (R-hat up to "
                     f"{quality['r_hat_worst']:.2f}).")  # fmt: skip
    return lines


def parts(found: Calibration) -> list[Part]:
    """The page's parts, the answer first."""
    return [_fit(found), _informed(found), _not_informed(found), _waves(found), _rounds(found),
            _emulators(found)]


def _fit(found: Calibration) -> Part:
    frame = found.fit()[["target", "label", "kind", "weight", "figure", "low", "high", "median", "q05", "q95", "inside",
                         "off", "unit"]]  # fmt: skip
    return Part("Targets, misses first", [found.sentence], table=frame, note="Median and 5 to 95 % of the ensemble, as "
                "simulated, beside the published figure and its interval. Off: distance of the median from the figure "
                "in standard deviations of the figure, what a true model may miss, and noise. Weight 0: shown, not "
                "fitted.")  # fmt: skip


def _informed(found: Calibration) -> Part:
    frame = found.parameters()
    some = int(frame["informed"].sum())
    words = (f"The published figures inform {some} of {len(frame)} parameters: their spread shrinks by more than a "
             "tenth and than by chance, or they move by more than chance would move them. Of the others nothing was "
             "learned.")
    return Part("Prior beside posterior", [words], chart=picture(frame), table=frame, digits=3,
                note="Grey: 5 to 95 % of the prior. Blue: of the posterior, with its mean; all in SDs of the prior "
                "around its mean. Narrowed: 1 minus posterior SD over prior SD. Moved: Kolmogorov distance between the "
                "two. Beside both stands what so few effective sets of the prior would give in 1 % of "
                "cases.")  # fmt: skip


def picture(frame: pd.DataFrame) -> Any:
    """Prior and posterior of each parameter, in prior SDs; best informed at the top."""
    data = pd.DataFrame({"row": [clean(f"{one.pointer} {one.symbol}".strip(), 60) for one in frame.itertuples()]})
    for name in ("prior_q05", "prior_q95", "q05", "q95", "mean"):
        data[name] = (frame[name] - frame["prior_mean"]) / frame["prior_sd"]
    rows = alt.Y("row:N", sort=list(data["row"]), title=None, axis=alt.Axis(labelLimit=320))
    axis = "SDs of the prior from its mean"
    base = alt.Chart(data)
    before = base.mark_rule(color=SOFT, strokeWidth=6, opacity=0.3).encode(
        x=alt.X("prior_q05:Q", title=axis), x2="prior_q95:Q", y=rows)  # fmt: skip
    after = base.mark_rule(color=POSTERIOR, strokeWidth=3).encode(x=alt.X("q05:Q", title=axis), x2="q95:Q", y=rows)
    middle = base.mark_point(color=INK, filled=True, size=22).encode(x=alt.X("mean:Q", title=axis), y=rows)
    return alt.layer(before, after, middle).properties(width=430, height=16 * len(data))


def _not_informed(found: Calibration) -> Part:
    from hybridcare.parameters import field

    frame = found.parameters()
    rest = frame[~frame["informed"]]
    rows = [{"pointer": one.pointer, "meaning": field(one.pointer)["meaning"], "narrowed": one.narrowed,
             "moved": one.moved, "by chance": one.moved_by_chance} for one in rest.itertuples()]  # fmt: skip
    named = ", ".join(list(rest["pointer"])[:NAMED])
    words = (f"What these {len(rest)} parameters are worth, no published figure says; the posterior repeats what was "
             f"believed before: {named}{', and more' if len(rest) > NAMED else ''}. A result that hangs on one of them "
             "hangs on an assumption.") if len(rest) else "All parameters were informed."  # fmt: skip
    return Part("What the figures did not inform", [words], table=pd.DataFrame(rows) if rows else None)


def _waves(found: Calibration) -> Part:
    rows = []
    for each in found.found.reports:
        worst = ", ".join(row["target"] for row in each.left.rules_out[:3])
        rows.append({"stage": each.stage.replace("_", " "), "points": each.points, "training": each.training,
                     "left": f"{each.left.share:.2g}", "from": f"{each.left.low:.1g}", "to": f"{each.left.high:.1g}",
                     "hardest targets": worst,
                     "emulators, largest part": max(each.emulator_share.values())})  # fmt: skip
    last = found.found.reports[-1].left
    words = [f"After the last wave {last.sentence}."]
    return Part("What was ruled out", words, table=pd.DataFrame(rows),
                note="Left: share of the prior that is not ruled out, with its range over four populations. Largest "
                "part: of the variance of a target's distance, that its emulator adds.")  # fmt: skip


def _rounds(found: Calibration) -> Part:
    rows = [{"round": each.stage.replace("_", " "), "sets": each.points, "effective": each.effective,
             "effective, all rounds": each.pooled, "median loss": each.loss,
             "emulators, largest part": max(each.emulator_share.values())} for each in found.found.rounds]  # fmt: skip
    quality = found.quality
    words = [f"Of all rounds' sets {quality['pooled']:.0f} count; {quality['sets']} different ones were drawn by "
             f"weight for the ensemble. R-hat over four populations of the last round is at most "
             f"{number(quality['r_hat_worst'], 3)}."]  # fmt: skip
    return Part("Rounds of the posterior", words, table=pd.DataFrame(rows), digits=1,
                note="Effective: as many equally likely sets would say as much, once each was weighed by what it "
                "really gave. Loss: sum of squared distances to the targets in SDs.")  # fmt: skip


def _emulators(found: Calibration) -> Part:
    last = found.found.reports[-1]
    columns = found.found.priors.columns
    rows = [{"target": row["target"], "rms": row["rms"], "within 50 %": percent(row["cover_50"]),
             "within 95 %": percent(row["cover_95"]), "largest": row["largest"], "explained": row["explained"],
             "hangs most on": ", ".join(columns[at] for at in row["active"][:4])}
            for row in last.diagnostics]  # fmt: skip
    words = ("Each point is predicted from all others. Errors in standard errors should have a root mean square of "
             "about 1, with half of them within the 50 % interval and 95 in a hundred within the 95 % interval.")
    return Part("How sure the emulators are", [words], table=pd.DataFrame(rows), digits=2,
                note=f"{last.training} points teach the last wave's emulators.")  # fmt: skip
