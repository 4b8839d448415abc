"""Does the model show what a service counts? The ensemble held against the service's own figures, and weighed by them.

Sets of the ensemble run in the care that the service gives. Agreement does not make the model true: rivals in which
empathy does nothing may agree as well, so they are run beside it. Weighing narrows what the sets leave open; it mends
no figure that all sets miss, and is refused where too few sets would be left to speak for all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hybridcare.calibrate_ensemble import Ensemble, bundled_ensembles, ensemble
from hybridcare.errors import config_error
from hybridcare.progress import progress as shown_progress
from hybridcare.rivals import rivals as rival_models
from hybridcare.scenario import Scenario, load
from hybridcare.setting_csv import ServiceData, read_service
from hybridcare.setting_runs import Care, alike, care_of, counts_of, simulate
from hybridcare.setting_weights import Weighed
from hybridcare.uncertainty import CHOICES, DEFAULTS, ENSEMBLE, FITTED_TO, parameter_sets

if TYPE_CHECKING:
    import pandas as pd

#: The bundled scenario that is closest to routine care: everybody who enters, spread as in a national service, met by a
#: human every week for twelve weeks. It has no waiting list: waits need a scenario with a service.
SCENARIO = "service_intake"
ALL = "all"


@dataclass(frozen=True)
class SettingCheck:
    """What a service counted, beside what sets of one or more ensembles show.

    data     the service's figures; care: arm, size and week in which sets were run
    found    one `Weighed` for each ensemble, the one asked for first
    seed     of what was drawn
    """

    data: ServiceData
    care: Care
    found: tuple[Weighed, ...]
    seed: int

    @property
    def main(self) -> Weighed:
        return self.found[0]

    def table(self, rival: str | None = None) -> pd.DataFrame:
        """A row for each figure, farthest first; of all ensembles, or of one rival. Columns: see `Weighed.table`."""
        import pandas

        frames = [each.table() for each in self.found if rival in (None, each.rival)]
        if not frames:
            raise config_error("rival", f"'{rival}' was not run; there are {', '.join(e.rival for e in self.found)}")
        frame = pandas.concat(frames, ignore_index=True)
        order = frame["apart"].abs().fillna(np.inf)
        return frame.iloc[np.lexsort((-order, [self._place(name) for name in frame["rival"]]))].reset_index(drop=True)

    def _place(self, rival: str) -> int:
        return [each.rival for each in self.found].index(rival)

    def parameters(self) -> pd.DataFrame:
        """Prior, ensemble, and after weighing, of the ensemble asked for; the most moved first."""
        return self.main.parameters()

    def rivals(self) -> pd.DataFrame:
        """A row for each ensemble.

        sets, effective, left   sets, effective ones before and after weighing
        outside    figures more than 2 SDs away; worst: the farthest, worst_apart: how far in SDs
        evidence, evidence_se   logarithm of the mean likelihood of the figures, and its error from having so few sets
        ratio      of the likelihoods, this ensemble over the first; no Bayes factor: see `setting_words.caution`"""
        import pandas

        first = self.main.weighing.evidence
        rows = []
        for each in self.found:
            apart = np.nan_to_num(each.before, nan=np.inf)
            far = int(np.abs(apart).argmax())
            rows.append({"rival": each.rival, "label": _label(each.rival), "sets": len(each.ensemble),
                         "effective": each.weighing.before, "left": each.weighing.effective,
                         "outside": int((np.abs(apart) > 2).sum()), "worst": each.rows[far].figure.name,
                         "worst_apart": float(each.before[far]), "evidence": each.weighing.evidence,
                         "evidence_se": each.evidence_se,
                         "ratio": float(np.exp(np.clip(each.weighing.evidence - first, -700, 700)))})  # fmt: skip
        return pandas.DataFrame(rows)

    @property
    def refusal(self) -> str:
        """Why the new weights may not be used; empty where they may."""
        from hybridcare.setting_words import refusal

        return refusal(self)

    @property
    def sentence(self) -> str:
        """The answer: how many figures agree, and what weighing leaves."""
        from hybridcare.setting_words import sentence

        return sentence(self)

    @property
    def sentences(self) -> list[str]:
        """The answer, what the rivals say, and warnings."""
        from hybridcare.setting_words import contest, warnings

        return [self.sentence, contest(self), *warnings(self)]

    @property
    def caveats(self) -> list[str]:
        """What must be read beside any of this."""
        from hybridcare.setting_words import caveats

        return caveats(self)

    def ensemble(self) -> Ensemble:
        """The ensemble with its new weights, for `uncertainty=` of every verb. Raises ConfigError where refused."""
        from hybridcare.setting_out import weighed_ensemble

        return weighed_ensemble(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes that ensemble as JSON, whole or not at all, with the figures and hashes that made it.

        Raises ConfigError where refused, where these figures were used already, or if it cannot be written."""
        from hybridcare.setting_out import save

        return save(self, path)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Writes one offline HTML page. Raises ConfigError if it cannot be written."""
        from hybridcare.report_setting import save

        return save(self, path)

    def plot(self) -> Any:
        """The service's figures beside the sets, before and after weighing."""
        from hybridcare.report_setting import picture

        return picture(self.table(self.main.rival))

    def document(self) -> dict[str, Any]:
        """Everything as plain values, for JSON: null for what is no number."""
        from hybridcare.setting_out import document

        return document(self)

    def __repr__(self) -> str:
        return f"<hybridcare.SettingCheck: {self.sentence}>"

    def _repr_html_(self) -> str:
        import html

        notes = "".join(f"<br><small>{html.escape(line)}</small>" for line in self.sentences)
        shown = self.table()[["rival", "label", "value", "q05", "median", "q95", "unit", "apart", "state"]]
        return str(shown.to_html(index=False, float_format=lambda v: f"{v:.3g}")) + notes


def check_setting(
    data: str | os.PathLike[str] | ServiceData,
    scenario: Scenario | str | os.PathLike[str] = SCENARIO,
    arm: str | None = None,
    *,
    uncertainty: str | os.PathLike[str] | Ensemble | Sequence[Ensemble] = ENSEMBLE,
    rival: str | Iterable[str] = "R1",
    week: int | None = None,
    clients: int | None = None,
    replicates: int | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: bool = False,
) -> SettingCheck:
    """Compares an ensemble with a service's own figures, and weighs its sets by them.

    data         CSV file of the figures: see `setting_csv.read_service`
    scenario, arm   the care that the service gives; default: the arm that the scenario's headline compares with
    uncertainty  "ensemble": the bundled one of `rival`; a file that ends in .json; an Ensemble, or several
    rival        R0 to R4, several, or "all" that are bundled; the first is the one that is weighed and written
    week         of a client's care, in which outcomes are read, 1 in its first; default: the first after planned care
    clients, replicates   of each set
    seed         of what is drawn
    Every set of an ensemble is run once. Raises ConfigError: a file that cannot be read, unknown names, waits where
    nobody waits, no ensemble, a scenario of another configuration.
    """
    service = data if isinstance(data, ServiceData) else read_service(data)
    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    figures = [row.figure for row in service.rows]
    _check_configuration(base)
    care = care_of(base, figures, arm, week, clients, replicates)
    chosen = _ensembles(uncertainty, rival)
    shown = []
    counts = None
    for each in chosen:
        sets = parameter_sets(base, each, sets=None)
        assert sets is not None
        with shown_progress(f"{each.rival}: {len(sets)} sets", progress) as tick:
            simulated = simulate(care, sets, figures, threads, tick)
        if counts is None:  # the same in all rivals, so that their likelihoods can be compared
            counts = counts_of(alike(care, sets, figures, threads, seed))
        shown.append(Weighed.of(sets, service.rows, simulated, counts))
    return SettingCheck(service, care, tuple(shown), seed)


def _check_configuration(scenario: Scenario) -> None:
    found = scenario.resolved.get("configuration")
    if found != FITTED_TO:
        raise config_error(scenario.file, f"is in the configuration '{found}'; ensembles are sets of '{FITTED_TO}', so "
                           "that nothing of it can be held against a service")  # fmt: skip


def _ensembles(uncertainty: Any, rival: str | Iterable[str]) -> list[Ensemble]:
    """Those asked for, the one that is weighed first."""
    if not isinstance(uncertainty, str | os.PathLike | Ensemble):
        given = list(uncertainty)
        if not given or not all(isinstance(each, Ensemble) for each in given):
            raise config_error("uncertainty", "expected \"ensemble\", a file that ends in .json, or ensembles")
        return given
    if isinstance(uncertainty, str) and uncertainty == DEFAULTS:
        raise config_error("uncertainty", "one set of numbers cannot be weighed: give \"ensemble\" or a file")
    names = _rivals(rival)
    if isinstance(uncertainty, Ensemble):
        first = uncertainty
    elif os.fspath(uncertainty).endswith(".json"):
        first = ensemble(uncertainty)
    elif uncertainty == ENSEMBLE:
        return [ensemble(name) for name in names]
    else:
        from hybridcare.names import unknown

        raise config_error("uncertainty", unknown("choice", os.fspath(uncertainty), CHOICES)
                           + ", or a file that ends in .json")  # fmt: skip
    rest = [name for name in names if name != first.rival] if rival != "R1" else []
    return [first, *(ensemble(name) for name in rest)]


def _rivals(rival: str | Iterable[str]) -> list[str]:
    if isinstance(rival, str) and rival == ALL:
        known = bundled_ensembles()
        if not known:
            ensemble("R1")  # raises: none is bundled, and how one is made
        return sorted(known, key=lambda name: name != "R1")  # the default model first, the others by name
    return list(rival_models([rival] if isinstance(rival, str) else rival))


def _label(name: str) -> str:
    known: Mapping[str, Any] = rival_models()
    return str(known[name].label) if name in known else name
