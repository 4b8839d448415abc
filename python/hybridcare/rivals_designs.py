"""Which trial would tell two rival models apart: candidate designs, ranked by the log-likelihood difference to expect.

What is simulated is the trial's own data: PHQ-9 at entry and reading week, ratings of empathy and alliance, whether
care was left early; no latent state. See `hybridcare.likelihood`.
"""

from __future__ import annotations

import html
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from hybridcare import core, likelihood_sets
from hybridcare.conclusions import reach
from hybridcare.document import Document, merged
from hybridcare.errors import config_error
from hybridcare.likelihood import ArmPair, Difference, difference
from hybridcare.names import unknown
from hybridcare.places import data_file
from hybridcare.progress import progress as shown_progress
from hybridcare.rivals import Rival, first_words, rivals
from hybridcare.rivals_fit import RivalFit, fits_of
from hybridcare.rivals_models import Choice, chosen_sets
from hybridcare.rivals_participants import LEFT, arm_moments, drawn_sets, participants, provider, scenarios
from hybridcare.rivals_words import calibration
from hybridcare.scenario import Scenario, load
from hybridcare.uncertainty import DEFAULTS

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.calibrate_ensemble import Ensemble

CLIENTS, REPLICATES = 300, 24
ODDS = 20.0  #: at which evidence between two models is often called strong
SETS, SET_CLIENTS, SET_REPLICATES = 12, 64, 8  #: of each ensemble, and the participants of each set
FAR = 5000  #: participants beyond which it is not said how many are needed
#: Measured outcomes that a trial may record, beside the PHQ-9 at entry.
OUTCOMES = ("phq9", "empathy_rating", "alliance_rating", "left_early")
_DESIGN_KEYS = ("label", "question", "note", "arms")


@dataclass(frozen=True)
class Design:
    """A candidate trial. `base` and each arm of `arms` are merge patches; participants are allocated equally."""

    name: str
    label: str
    question: str
    note: str
    base: dict[str, Any]
    arms: dict[str, dict[str, Any]]


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(data_file("designs.json").read_text(encoding="utf-8"))
    return content


def designs(wanted: Iterable[str] | Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Design]:
    """The bundled candidate designs by name, those named, or the user's own: {"mine": {"label": …, "arms": {"a": patch,
    "b": patch}}}, where other members of a design are patches over all of its arms. Raises ConfigError."""
    known = _content()["designs"]
    if isinstance(wanted, str):
        wanted = [part.strip() for part in wanted.split(",")]
    if wanted is None or not isinstance(wanted, Mapping):
        names = list(known) if wanted is None else list(dict.fromkeys(wanted))
        for name in names:
            if name not in known:
                raise config_error("designs", unknown("design", name, known))
        return {name: _design(name, known[name]) for name in names}
    return {str(name): _design(str(name), entry) for name, entry in wanted.items()}


def _design(name: str, entry: Any) -> Design:
    where = f"designs/{name}"
    if not isinstance(entry, Mapping) or not isinstance(entry.get("arms"), Mapping) or len(entry["arms"]) < 2:
        raise config_error(where, "expected an object with \"arms\": two merge patches by name, at least")
    for arm, patch in entry["arms"].items():
        if not isinstance(patch, Mapping):
            raise config_error(f"{where}/arms/{arm}", f"expected a merge patch, found {patch!r}")
    base = {key: value for key, value in entry.items() if key not in _DESIGN_KEYS}
    return Design(name, str(entry.get("label", name)), str(entry.get("question", "")), str(entry.get("note", "")), base,
                  {str(arm): dict(patch) for arm, patch in entry["arms"].items()})  # fmt: skip


def parsed_pair(text: str) -> tuple[str, str]:
    """Two names of rivals from "R0,R1". Raises ConfigError."""
    names = [part.strip() for part in text.split(",")]
    if len(names) != 2 or not all(names):
        raise config_error("discriminate", f"expected two rivals such as R0,R1, found {text!r}")
    return names[0], names[1]


def document_of(design: Design, base: Document, clients: int, replicates: int) -> Document:
    """The scenario file of a design: people, fields and cultures of `base`; pathway and arms of the design.

    A service, a network, variants and arms of the base are left out: a trial recruits its own. So are several
    assistants and a measured profile, which would stand in the way of what a design manipulates.
    """
    content = _content()
    left_out = ("pathway", "arms", "variants", "headline", "service", "network", "assistants")
    out = {name: value for name, value in base.items() if name not in left_out}
    out |= {"pathway": content["pathway"], "weeks": content["weeks"], "reading_week": content["reading_week"],
            "clients": clients, "replicates": replicates}  # fmt: skip
    out = dict(merged(merged(out, {"assistant": {"profile": None}}), design.base))
    out["arms"] = design.arms
    return out


@dataclass(frozen=True)
class Discrimination:
    """What `discriminate` found. `found` by design, best first; `against` are the two models, as (a, b).

    sets     of each ensemble that were weighed; 0: both at given values
    needed   participants by design, where sets were weighed (NaN: more than `FAR`)
    fits     of the ensembles that were weighed, by rival
    """

    base: Scenario
    against: tuple[Rival, Rival]
    designs: dict[str, Design]
    found: dict[str, Difference]
    outcomes: tuple[str, ...]
    refit: bool
    seed: int
    clients: int
    replicates: int
    sets: int = 0
    needed: Mapping[str, float] = field(default_factory=dict)
    fits: Mapping[str, RivalFit] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """One row for each design, best first. Log-likelihoods are natural, for 100 participants, allocated equally.

        design, label, arms
        per_100, noise_se            mean over which of the two models is true; over the sets of both ensembles, or the
                                     false one with its levels shifted as a refit could (if `refit`)
        if_a, if_b, *_noise_se       directed: if the first, or the second, is true, in favour of it
        as_given, as_given_noise_se  like per_100, with nothing refitted; over sets: each of them at its word
        participants                 for odds of 20 to 1, by per_100, rounded up to tens (missing: no difference beyond
                                     noise)
        """
        import pandas

        rows = [self._row(name, found) for name, found in self.found.items()]
        return pandas.DataFrame(rows).astype({"participants": "Int64"})

    @property
    def reach(self) -> float:
        """Standard errors that noise of 95 % reaches to either side: Student's t with replicates - 1 degrees."""
        return reach(self.replicates)

    def _beyond(self, found: Difference) -> bool:
        return found.both > self.reach * found.noise_both

    def _row(self, name: str, found: Difference) -> dict[str, Any]:
        wanted = self.needed.get(name, math.nan) if self.sets else math.log(ODDS) / found.both if found.both else 0.0
        need = math.ceil(wanted / 10) * 10 if self._beyond(found) and math.isfinite(wanted) else None
        return {
            "design": name, "label": self.designs[name].label, "arms": len(self.designs[name].arms),
            "per_100": 100 * found.both, "noise_se": 100 * found.noise_both,
            "if_a": 100 * found.if_a, "if_a_noise_se": 100 * found.noise_if_a,
            "if_b": 100 * found.if_b, "if_b_noise_se": 100 * found.noise_if_b,
            "as_given": 100 * found.as_given, "as_given_noise_se": 100 * found.noise_as_given,
            "participants": need,
        }  # fmt: skip

    @property
    def separates(self) -> bool:
        """Whether the best design tells the two apart beyond simulation noise."""
        return self._beyond(next(iter(self.found.values())))

    @property
    def best(self) -> Design:
        """The design with the largest expected difference."""
        return self.designs[next(iter(self.found))]

    @property
    def sentence(self) -> str:
        """The trial that would separate the two, in one sentence."""
        name, found = next(iter(self.found.items()))
        a, b = self.against
        if not self.separates:
            return (f"None of these trials separates {a.title} from {b.title} beyond simulation noise, with "
                    f"{self.clients * self.replicates:,} simulated participants an arm.")  # fmt: skip
        row = self._row(name, found)
        need = row["participants"]
        gives = (f"so that about {need:,} participants (rounded up to tens) give odds of {ODDS:.0f} to 1" if need
                 else f"so that odds of {ODDS:.0f} to 1 take more than {FAR:,} participants")  # fmt: skip
        over = f" over {self.sets} parameter sets of each" if self.sets else ""
        return (f"“{self.designs[name].label}” separates {a.title} from {b.title} best: expected difference in "
                f"log-likelihood {row['per_100']:.2f} per 100 participants{over} (simulation noise ± "
                f"{self.reach * row['noise_se']:.2f}, 95 %), {gives}.")  # fmt: skip

    @property
    def caveats(self) -> list[str]:
        """What must stand beside the ranking."""
        a, b = self.against
        lines = [first_words(), *self._status]
        if self.sets:
            lines.append("Either model may answer with any of its sets: data speak for it as they do for its sets on "
                         "the average. What a refit could take away is taken away so far, and what is left is what a "
                         "trial is worth. Noise holds chance and which sets were drawn.")  # fmt: skip
        elif self.refit:
            lines.append("Levels are what a refit would move first; so the false model may shift them, and a trial is "
                         "worth what is left: the level of the PHQ-9 in all arms together (R0: with each kind of "
                         "provider), and that of leaving with each kind. “As given” takes the present constants at "
                         "their word. A whole refit would leave less.")
            first = next(iter(self.found))
            other = max(self.found, key=lambda name: self.found[name].as_given)
            if other != first:
                lines.append(f"As given, “{self.designs[other].label}” would be the best, not "
                             f"“{self.designs[first].label}”.")  # fmt: skip
        else:
            lines.append("Ranked with all constants as given: a refit would take much of these differences away.")
        return [*lines, "Outcomes are taken as normal within those who stayed and those who left, participants as "
                "independent of each other (a trial whose participants share therapists tells less), everybody as "
                "measured at the reading week.",
                f"Calibration: {calibration(self.fits, self.base.core.calibration)}"]  # fmt: skip

    @property
    def _status(self) -> list[str]:
        told = [f"{fit.name}: its ensemble of {fit.sets} sets ({fit.effective:.0f} effective) meets {fit.meets}."
                for fit in self.fits.values()]  # fmt: skip
        return told or [f"{' and '.join(each.name for each in self.against)}: {self.against[0].given}."]

    def plot(self) -> Any:
        """The designs as bars with simulation noise, refitted and as given, as a `plots.Figure`."""
        from hybridcare.plots_rivals import discrimination

        return discrimination(self)

    def parts(self) -> list[Any]:
        """Parts of a report: see `hybridcare.report_verb`."""
        from hybridcare.report_verb import Part

        shown = self.table()
        about = [f"{design.label}: {design.question} {design.note}".strip() for design in self.designs.values()]
        return [Part("The trial that would separate them", [self.sentence], self.plot(), shown,
                     "Log-likelihoods are natural, per 100 participants. Noise is Monte Carlo error: its standard "
                     f"error; sentence and picture have {self.reach:.2f} of it to either side (95 %, Student's t). "
                     "Participants are for odds of 20 to 1, rounded up to tens; none where the difference is not "
                     "beyond noise."),
                Part("The designs", about)]  # fmt: skip

    def report(self, path: str | os.PathLike[str]) -> Any:
        """Writes one offline HTML page and returns its path. Raises ConfigError if it cannot be written."""
        from hybridcare.report_verb import save_report

        a, b = self.against
        return save_report(path, f"{a.name} or {b.name}", f"Which trial tells {a.title} from {b.title}?", self.parts(),
                           self.provenance)  # fmt: skip

    @property
    def provenance(self) -> dict[str, Any]:
        """What stands beside every number."""
        experiment, build = self.base.core, core.build_info()
        return {"calibration": calibration(self.fits, experiment.calibration), "version": build["version"],
                "commit": build["commit"], "scenario": experiment.name, "scenario_hash": self.base.hash,
                "seed": self.seed, "clients": self.clients, "replicates": self.replicates,
                "caveats": self.caveats}  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Everything as plain dictionaries that JSON can hold; None where unknown."""
        rows = [{key: None if isinstance(value, float) and not math.isfinite(value) else value
                 for key, value in self._row(name, found).items()} for name, found in self.found.items()]  # fmt: skip
        return {"format": "hybridcare discriminate 1", "against": [rival.name for rival in self.against],
                "sentence": self.sentence, "caveats": self.caveats, "outcomes": list(self.outcomes),
                "refit": self.refit, "sets": self.sets, "clients": self.clients, "replicates": self.replicates,
                "seed": self.seed, "scenario_hash": self.base.hash, "version": core.build_info()["version"],
                "designs": rows}  # fmt: skip

    def __repr__(self) -> str:
        return f"<hybridcare.Discrimination {self.sentence}>"

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.caveats)
        table = self.table().to_html(index=False, float_format=lambda value: f"{value:.2f}")
        return f"<p>{html.escape(self.sentence)}</p>{table}{notes}"


def discriminate(
    base: Scenario | str | os.PathLike[str],
    a: str | Rival = "R0",
    b: str | Rival = "R1",
    designs: Iterable[str] | Mapping[str, Mapping[str, Any]] | None = None,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    refit: bool = True,
    uncertainty: Choice = None,
    sets: int = SETS,
    clients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int = 0,
    progress: bool = True,
) -> Discrimination:
    """Ranks candidate trials by how well they tell rival `a` from rival `b`: the expected difference in log-likelihood
    per 100 participants, with its Monte Carlo error.

    base        gives the people: intake, cultures, fields; its arms are not used
    designs     names of bundled ones, or the user's own by name (see `designs`); default: all bundled
    outcomes    what the trial measures beside the PHQ-9 at entry: some of OUTCOMES
    uncertainty where both rivals have an ensemble (or one is given, see `rivals_models.chosen_sets`), the sets of each
                are weighed (`hybridcare.likelihood_sets`); "defaults", or a rival without one: both at given values
    sets        drawn from each ensemble
    refit       at given values: whether the false model may shift its levels, as a refit would: that of the PHQ-9 in
                all arms together (R0, with constants of its own for each: with each kind of provider), that of leaving
                with each kind; False: given values, and levels that were never fitted decide
    clients, replicates    simulated per arm and model: 300 in each of 24 (at least 4), or 64 in 8 for each set
    Raises ConfigError: an unknown rival, design or outcome, two times the same rival by name, a design that the reader
    refuses.
    """
    start = base if isinstance(base, Scenario) else load(base)
    pair = _pair(a, b, outcomes)
    own = _ensembles(start, pair, uncertainty if refit else DEFAULTS, sets)
    usual = (SET_CLIENTS, SET_REPLICATES) if own else (CLIENTS, REPLICATES)
    size = _size(start, (clients, replicates), usual, seed)
    document = {**start.document(), "seed": start.core.seed if seed is None else int(seed)}
    chosen = _chosen_designs(designs)
    found: dict[str, Difference] = {}
    needed: dict[str, float] = {}
    with shown_progress(f"{start.core.name}: {pair[0].name} or {pair[1].name}", progress) as tick:
        for number, design in enumerate(chosen.values(), 1):
            made = document_of(design, document, *size)
            if own:
                each = _over_sets(made, start.file, pair, own, sets, outcomes, threads)
                found[design.name], needed[design.name] = each
            else:
                found[design.name] = _one(made, start.file, pair, outcomes, refit, threads)
            if tick is not None:
                tick(number, len(chosen))
    found = dict(sorted(found.items(), key=lambda entry: -entry[1].both))
    fits = fits_of({each.rival: each for each in own}, {each.name: each.label for each in pair})
    return Discrimination(start, pair, {name: chosen[name] for name in found}, found, tuple(outcomes), refit,
                          document["seed"], *size, sets if own else 0, needed, fits)  # fmt: skip


_chosen_designs = designs  # the argument of that name hides it


def _pair(a: str | Rival, b: str | Rival, outcomes: Sequence[str]) -> tuple[Rival, Rival]:
    if isinstance(a, str) and a == b:
        raise config_error("discriminate", f"two different rivals are needed, found {a} twice")
    for name in outcomes:
        if name not in OUTCOMES:
            raise config_error("outcomes", unknown("outcome", name, OUTCOMES))
    first, second = (each if isinstance(each, Rival) else rivals([each])[each] for each in (a, b))
    return first, second


def _size(start: Scenario, asked: Sequence[int | None], usual: Sequence[int], seed: int | None) -> tuple[int, int]:
    size = [whole if given is None else given for given, whole in zip(asked, usual, strict=True)]
    start.core.with_overrides(clients=size[0], replicates=size[1], seed=seed)
    if size[1] < 4:
        raise config_error("replicates", f"{size[1]} are too few for an error: at least 4")
    return size[0], size[1]


def _ensembles(start: Scenario, pair: tuple[Rival, Rival], uncertainty: Choice, sets: int) -> tuple[Ensemble, ...]:
    """Of both, or none where one of them has none."""
    if sets < 3:
        raise config_error("sets", f"{sets} are too few for an error: at least 3")
    drawn = chosen_sets(start, [each.name for each in pair], uncertainty, sets)
    return tuple(drawn[each.name].ensemble for each in pair) if all(each.name in drawn for each in pair) else ()


def _over_sets(document: Document, file: str, pair: tuple[Rival, Rival], own: Sequence[Ensemble], sets: int,
               outcomes: Sequence[str], threads: int) -> tuple[Difference, float]:  # fmt: skip
    """Of one design: the difference over the sets of both, and how many participants it needs."""
    plain = Scenario.of(document, file)
    ran = [participants(each, outcomes, threads) for rival, ensemble in zip(pair, own, strict=True)
           for each in scenarios(document, rival, drawn_sets(plain, ensemble, rival, sets), file)]  # fmt: skip
    arms = [arm["name"] for arm in plain.core.arms]
    found = [likelihood_sets.ArmSets(arm_moments([each[arm] for each in ran], outcomes, plain.core.replicates),
                                     1 / len(arms)) for arm in arms]  # fmt: skip
    return likelihood_sets.difference(found, sets, math.log(ODDS), FAR)


def _one(document: Document, file: str, pair: tuple[Rival, Rival], outcomes: Sequence[str], refit: bool,
         threads: int) -> Difference:  # fmt: skip
    models = [Scenario.of(rival.over(document), file) for rival in pair]
    arms = [arm["name"] for arm in models[0].core.arms]
    rows = [participants(scenario, outcomes, threads) for scenario in models]
    kinds = [provider(models[0].core.pathway(number)) for number in range(len(arms))]
    pairs = []
    for number, arm in enumerate(arms):
        first, second = arm_moments([each[arm] for each in rows], outcomes, models[0].core.replicates)
        group = sorted(set(kinds)).index(kinds[number])
        levels = [group if rival.levels == "provider" else 0 for rival in pair]
        arm_pair = ArmPair(first, second, share=1 / len(arms), group=group, groups=(levels[0], levels[1]))
        pairs.append(replace(arm_pair, level=1 if "phq9" in outcomes else None, left=LEFT) if refit else arm_pair)
    return difference(pairs)
