"""What a notebook shows of objects that hold no results yet: a few lines and a small table, escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hybridcare.plots_base import clean

if TYPE_CHECKING:
    from hybridcare.experiment import Experiment
    from hybridcare.profiles import Profile
    from hybridcare.scenario import Scenario
    from hybridcare.study import Study
    from hybridcare.trial import Trial

MOST = 2000  #: characters of a text that are shown


def shown(title: str, lines: Iterable[str], pairs: Mapping[str, Any], notes: Iterable[str] = ()) -> str:
    """One block: a bold line, lines, a table of names and values, notes in small type."""
    body = f"<b>{_text(title)}</b>" + "".join(f"<br>{_text(line)}" for line in lines)
    rows = "".join(f'<tr><th scope="row" style="text-align:left">{_text(name)}</th><td style="text-align:left">'
                   f"{_text(value)}</td></tr>" for name, value in pairs.items())  # fmt: skip
    small = "".join(f"<br><small>{_text(note)}</small>" for note in notes)
    table = f"<table>{rows}</table>" if rows else ""
    return f"<div>{body}{table}{small if not table else small.removeprefix('<br>')}</div>"


def scenario(of: Scenario) -> str:
    """Question, arms, assumptions, and what it rests on."""
    return shown(of.core.question or of.core.title, [f"Scenario {of.core.name}"], _parts(of), _caveats(of))


def experiment(of: Experiment) -> str:
    """The same with its size."""
    core = of.scenario.core
    size = f"{core.replicates} replicates of {core.clients:,} clients an arm, {core.weeks} weeks, seed {core.seed}"
    return shown(core.question or core.title, [f"Experiment {core.name}: {size}"], _parts(of.scenario),
                 _caveats(of.scenario))  # fmt: skip


def study(of: Study) -> str:
    """What is varied, chosen, held and measured, and how many points that makes."""
    size = of.size
    pairs = {
        "uncertainties": "; ".join(factor.words for factor in of.factors) or "points of your own, or none",
        "levers": "; ".join(f"{lever.name}: {', '.join(map(str, lever.values))}" for lever in of.levers) or "none",
        "relationships": "; ".join(model.label for model in of.models),
        "metrics": ", ".join(wanted.key for wanted, _ in of.measured),
        "arms": ", ".join(of.arms),
        "size": f"{size['points']:,} points, {size['client_weeks']:,} client-weeks at most",
    }
    return shown(of.scenario.core.question or of.name, [f"Study {of.name}, not run yet"], pairs, _caveats(of.scenario))


def trial(of: Trial) -> str:
    """The design in one sentence, its arms, and what must stand beside any number of it."""
    pairs = {name: of.labels[name] + (" (reference)" if name == of.arms[0] else "") for name in of.arms}
    return shown("Virtual trial", [of.sentence], pairs, of.caveats)


def profile(of: Profile) -> str:
    """What was measured, and what was not."""
    frame = of.table()
    counts = frame.groupby(["kind", "state"], sort=False).size()
    pairs = {f"{kind}, {state}": str(count) for (kind, state), count in counts.items()}
    mark = ["ILLUSTRATIVE: its numbers were invented and measure nothing."] if of.illustrative else []
    return shown(of.title, [f"Profile {of.name}: {of.source}"], pairs, [*mark, *of.notes])


def _parts(of: Scenario) -> dict[str, str]:
    arms = [arm for arm in of.core.arms if not arm["component"]]
    return {
        "arms": "; ".join(f"{arm['name']}: {arm['label']}" for arm in arms),
        "assumptions": "; ".join(f"{each['name']}: {each['label']}" for each in of.core.variants),
        "cultures": ", ".join(f"{name} ({place:g})" for name, place in
                              zip(of.core.cultures, of.core.positions, strict=True)),
        "scenario hash": of.hash[:16],
    }  # fmt: skip


def _caveats(of: Scenario) -> list[str]:
    return [f"Calibration: {of.core.calibration}",
            f"What drives it, in the scenario author's words: {of.core.driver}"]  # fmt: skip


def _text(value: Any) -> str:
    return html.escape(clean(value, MOST))
