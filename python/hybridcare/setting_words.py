"""What is said of a service's figures beside the model's: every sentence is made from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hybridcare.calibrate_ensemble import ENOUGH
from hybridcare.plots_base import clean, number, signed
from hybridcare.setting_figures import CARE, ENTRY, WAITS
from hybridcare.setting_weights import FAR, NEAR

if TYPE_CHECKING:
    from hybridcare.setting import SettingCheck
    from hybridcare.setting_weights import Weighed

FIRST = ("Agreement with a service's figures does not make the model true: rivals in which empathy does nothing may "
         "agree as well.")  # fmt: skip
RATIO_NAMED, RATIO_STRONG = 3.0, 20.0  # Kass & Raftery 1995: worth a mention, and strong


def sentence(found: SettingCheck) -> str:
    """See SettingCheck.sentence."""
    main = found.main
    agree = int((np.abs(np.nan_to_num(main.before, nan=np.inf)) <= NEAR).sum())
    of = len(main.rows)
    head = (f"{agree} of {of} figures of the service lie within {NEAR:g} SDs of what {main.rival} shows"
            if of > 1 else f"The figure of the service lies {'within' if agree else 'beyond'} {NEAR:g} SDs of what "
            f"{main.rival} shows")  # fmt: skip
    sets = (f"weighing by them leaves {number(main.weighing.effective, 1)} effective sets of "
            f"{number(main.weighing.before, 1)}")
    return f"{head}; {sets}" + ("." if not found.refusal else f", too few: at least {ENOUGH:g} are needed.")


def refusal(found: SettingCheck) -> str:
    """Why the weights may not be used and what to do; empty where they may."""
    main = found.main
    if main.weighing.before < ENOUGH:
        return (f"the ensemble of {main.rival} has only {number(main.weighing.before, 1)} effective sets before it "
                f"meets the service, fewer than the {ENOUGH:g} that are needed: calibrate with more sets (hybridcare "
                "calibrate --sets) before weighing by anything")  # fmt: skip
    if main.enough:
        return ""
    far = int(np.abs(np.nan_to_num(main.before, nan=np.inf)).argmax())
    row, apart = main.rows[far], float(main.before[far])
    middle = float(main.table()["median"].iloc[far])
    head = (f"the figures leave {number(main.weighing.effective, 1)} effective sets of "
            f"{number(main.weighing.before, 1)}, fewer than the {ENOUGH:g} that are needed. Farthest is "
            f"'{row.figure.name}': {number(row.value, 3)} {row.figure.unit} counted, {number(middle, 3)} in the "
            f"ensemble's median, {number(abs(apart), 1)} SDs apart")  # fmt: skip
    return f"{head}. {_remedy(row.figure.about, abs(apart))}"


def _remedy(about: str, apart: float) -> str:
    if apart <= NEAR:
        return ("No figure alone lies far off, so together they ask for a mixture that few sets hold: calibrate with "
                "more sets (hybridcare calibrate --sets), or leave out figures that say the same")  # fmt: skip
    if about == ENTRY:
        return ("Who comes is a fact of the service: write it into a scenario of your own (/intake/episode_mean, "
                "/intake/episode_sd), and check again")  # fmt: skip
    if about == WAITS:
        return ("Waits follow from arrivals and slots: write the service's own into the scenario (/service/arrivals, "
                "/service/slots), and check again")  # fmt: skip
    return ("Look at its definition (--list-figures), at who comes, and at the care that the scenario gives; if they "
            "are the service's, the model must be calibrated anew, not weighed")  # fmt: skip


def warnings(found: SettingCheck) -> list[str]:
    """What a reader must not overlook, the worst first."""
    main = found.main
    lines = [*_far(main), *_people(main), *_unresolved(found), *_silent(main), *_noisy(main)]
    if main.simulated.failures:
        lines.append(f"{len(main.simulated.failures)} sets could not be run and count nothing; the first: "
                     f"{clean(next(iter(main.simulated.failures.values())), 200)}")  # fmt: skip
    return lines


def _far(main: Weighed) -> list[str]:
    far = [f"{row.figure.name} ({signed(main.before[at], 1)} SDs)" for at, row in enumerate(main.rows)
           if not abs(main.before[at]) <= FAR]  # fmt: skip
    return [f"Far outside: {', '.join(far)}, more than {FAR:g} SDs from what any weighing of these sets is likely to "
            "show. Weighing does not resolve that."] if far else []  # fmt: skip


def _people(main: Weighed) -> list[str]:
    off = [row.figure.name for at, row in enumerate(main.rows)
           if row.figure.about != CARE and not abs(main.before[at]) <= NEAR]  # fmt: skip
    return [f"Who comes or how long they wait differs from the scenario ({', '.join(off)}), so that the other figures "
            "are not of the same people: write it into a scenario of your own before reading them."] if off else []


def _unresolved(found: SettingCheck) -> list[str]:
    main = found.main
    left = [row.figure.name for at, row in enumerate(main.rows)
            if abs(main.before[at]) <= FAR and NEAR < abs(main.after[at])]
    return [f"Still outside after weighing: {', '.join(left)}. Figures that ask for different sets are not resolved by "
            "weighing; the new weights are a compromise between them."] if left else []  # fmt: skip


def _silent(main: Weighed) -> list[str]:
    names = main.silent()
    return [f"All sets show these alike, beside their error, so that they hardly move a weight: {', '.join(names)}."
            ] if names else []  # fmt: skip


def _noisy(main: Weighed) -> list[str]:
    noisy = [row.figure.name for at, row in enumerate(main.rows)
             if main.simulated.noise[at] > 0.5 * np.hypot(row.se, row.figure.discrepancy)]  # fmt: skip
    return [f"Simulation noise is more than half of the error of {', '.join(noisy)}: more --clients or --replicates "
            "would say more."] if noisy else []  # fmt: skip


def contest(found: SettingCheck) -> str:
    """What the rivals say of the same figures, before anything is read into a match."""
    if len(found.found) == 1:
        return f"{FIRST} No rival was run beside {found.main.rival}: --rival all runs those that are bundled."
    frame = found.rivals()
    said = [f"{row.rival} ({row.label}) {_ratio(row.ratio, found.main.rival)}, {row.outside} of "
            f"{len(found.main.rows)} figures outside" for row in frame.iloc[1:].itertuples()]  # fmt: skip
    return f"{FIRST} Beside {found.main.rival}: {'; '.join(said)}. {caution()}"


def _ratio(ratio: float, first: str) -> str:
    way, size = ("more", ratio) if ratio >= 1 else ("less", 1 / max(ratio, 1e-300))
    if size < RATIO_NAMED:
        return f"fits these figures about as well (likelihood ratio {number(ratio, 2)})"
    times = f"{number(size, 0)} times" if size < 1000 else "over 1,000 times"
    strength = "" if size < RATIO_STRONG else ", which would be strong if the allowances for what a model misses hold"
    return f"makes them {times} {way} likely than {first} does{strength}"


def caution() -> str:
    """What a ratio of likelihoods is not."""
    return ("These ratios are no Bayes factors in the strict sense: what a true model may miss is assumed, figures of "
            "the same people are counted in part, and each ensemble carries its own fit to the published figures.")


def caveats(found: SettingCheck) -> list[str]:
    """See SettingCheck.caveats."""
    held = found.main.sets.held
    return [FIRST, found.care.sentence + ".",
            *([f"What the scenario says itself stays as it is, whatever the sets have: {', '.join(held)}."] if held else
              []),
            "Weighing moves only what the sets differ in. It does not change who comes, the care, or the waits, which "
            "the scenario states.",
            "What a true model may miss stands beside each figure; it is assumed.",
            "The new weights are for this service; they say nothing of another one."]  # fmt: skip


