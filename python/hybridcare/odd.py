"""The ODD document (Grimm et al. 2020), written from the program's own tables: state variables, phases of the week,
mechanisms and fields. Only what no table can say, purpose and design concepts, is prose here."""

from __future__ import annotations

from itertools import groupby

from hybridcare import core
from hybridcare.evidence_words import source_of

_HEAD = """# The model in the ODD protocol

After Grimm et al. (2020), *The ODD protocol for describing agent-based and other simulation models: a second update*,
JASSS 23(2) 7. Written by `hybridcare odd` from the tables that the program itself runs on. Equations of every
submodel are in [model.md](model.md), under the sections named below; [full_model.md](full_model.md) settles their
edges.

## 1 Purpose and patterns
**Purpose.** To compare protocols of care that human therapists and AI assistants share, for people with depressive
symptoms who are in need at entry, on symptoms, leaving, trust, misrecognition by culture, access and human time; and
to show which unmeasured assumptions an answer depends on. It is a what-follows-if instrument, not a predictor of
persons or services. Today's evidence cannot tell it from rivals in which empathy or culture do nothing.

**Patterns** by which it is judged usable: the course without treatment; more benefit from the first contacts than
from later ones; leaving of about 20 % from human care, 26 to 48 % from applications and 12 % from applications with
human contact; a correlation of rated empathy with outcome near .28, while its causal share may be smaller; a
therapist share near 5 %; a small effect of alliance within persons, in both directions; guided above unguided care by
about 0.8 points; trust that falls faster than it rises; novelty of an assistant that wears off; an advantage in
recognition within a group. Some constants of the core were fitted to most of these in a prototype, so agreement with
them is no test. The full configuration's defaults are assumed beyond these; ensembles of parameter sets are fitted to
published figures (validation.md), and agreement with those figures is no test either.
"""

_ENTITIES = """
## 2 Entities, state variables and scales
**Clients** are the individuals. Each has a **bond** with the human and one with an assistant. **Human therapists**
are drawn for each replicate. **Assistants** are configurations (parameters under `/assistant`), and what one
replicate has drawn of a measured one. **Cultures** are positions on an abstract line of styles of expression with
shares of clients and therapists (`position`, `share`): never peoples. The **pathway** is a directed graph of steps
and guarded transitions, the same for all clients of an arm. A **service** and a **network** exist where a scenario
has them; without them no client depends on another.

**Scales.** A time step is one week; clients are followed for up to 520 weeks (52 with a service), as a rule 26 or 52.
There is no space; a network says who knows whom. An arm has 1 to 10,000,000 clients in each of its replicates, and 60
therapists by default. Symptoms are PHQ-9 points.
"""

_COUPLED = """
**With a service or a network** a calendar week has more to it, in this order: clients who come to be in need arrive;
who gives up waiting and who seeks help is decided for everybody from what was so when the week began; places go by
priority (`seeking`); what was decided happens, first meetings take in what was heard; each client lives the week
above; everybody hears what neighbours had to tell a week before (`hearsay`), then says what there is to tell now;
therapists tire by their load. Updates are synchronous: nothing depends on the order in which clients are taken. Ties
in the queue are decided by arrival, then by a word of the client's own.
"""

_CONCEPTS = """
## 4 Design concepts
**Basic principles.** Symptoms as a fast process around a slow one, whose level care moves. Trust as evidence with
forgetting. Change per contact as the product of dose, responsiveness, uptake by trust and quality. Expressed quality
that suffers from misreading. Pathways that need no empathy beside it.

**Emergence.** Correlations of ratings with outcome, differences in outcome between cultures, erosion of trust, waits,
and the dose curve in part (saturation and leaving; a term for early weeks is put in). *Imposed*: the loss of
recognition with cultural distance and its asymmetry, the effects of label, repetition, coaching and feedback, leaving
rates.

**Adaptation.** Clients leave, miss contacts, practise and seek help with probabilities that follow their state. A
personalised plan changes what is practised. Guards of the pathway move clients by what a service could measure.

**Objectives.** Only the personalised plan has one: the weekly fall of the measured score. Nobody else optimises
anything.

**Learning.** The plan learns a client's fit to each pathway; agents get to know a client by contact; therapists come
to rely on a coach. Therapists' skill does not grow by default.

**Prediction.** Progress monitoring compares a measurement with an expected course. No other agent foresees anything.

**Sensing.** Agents read turns with error, and overrate themselves by not knowing the client's distance. Clients
notice some misreadings, and mishear some right ones. Guards read measurements and ratings with their error; latent
state only with the prefix `oracle.`, which marks the result.

**Interaction.** Between a client and agents, turn by turn. Among clients through a shared queue and therapists' load
(a service), and by word of mouth (a network).

**Stochasticity.** Each draw is a pure function of seed, replicate, entity, week, contact and purpose, so arms and
twins share their luck; the table of purposes is `agents/purposes.hpp`. Randomness stands for what differs between
people, days and turns and is not modelled.

**Collectives.** None but the network of acquaintances where a scenario has one.

**Observation.** By recorders that take no part: exact counts by replicate, arm, culture and week, from which the
[tables](tables.md) are made; single courses on request. What a study would have missed is drawn apart
(`/observation`).

## 5 Initialisation
Week 0 is entry. Clients differ between replicates and are the same in all arms; therapists are drawn anew in each
replicate; a service opens with `/service/in_need` clients and an empty list. What is not listed begins at 0.
"""

_INPUT = """
## 6 Input data
Nothing drives the model from outside while it runs, but for a service whose weekly arrivals are read from a file
(`arrivals_file`). Read once, before a run: the scenario and its defaults; capacities, prices, ties, counted intakes
and joint shares of attributes from CSV files beside it; measured profiles of assistants. Published figures with
sources stand on [their page](evidence.md).
"""

#: What does not begin at 0, and how it begins.
_STARTS = [
    ("episode symptom phq9",
     "intake `trial`: by severity, redrawn until the first measurement is a case, hence "
     "regression to the mean; `service`: a published distribution, without selection; or as "
     "counted in a file"),
    ("baseline gain_cap responsiveness halo",
     "drawn, correlated with severity and with each other"),
    ("motivation expressivity privacy stigma",
     "Beta distributions, moved by named attributes"),
    ("insight insight_before autonomy fatigue",
     "the same for everybody"),
    ("preference fit triage type attribute culture",
     "drawn, each by its own words"),
    ("trust_good trust_bad trust_start trust_before",
     "normal with a least value, by kind of agent and type of client, moved by named "
     "attributes"),
    ("alliance alliance_mean",
     "a constant and the client's leniency"),
    ("distance match therapist",
     "drawn for the pair"),
    ("plan_weight plan_sum",
     "the prior of the plan"),
    ("step",
     "the start of the pathway; with a service, in need"),
]  # fmt: skip

#: Which submodels a phase of the week consists of, in their order.
PHASES = {
    "begin": "alliance intake trust",
    "course": "course plan",
    "jump": "change",
    "meet_human": "leaving quality affect recognition repair change trust alliance growth",
    "meet_assistant": "leaving quality affect recognition repair change trust alliance growth",
    "privacy": "privacy",
    "safety": "safety",
    "practise": "practice plan",
    "gain": "course",
    "leave": "leaving",
    "move": "",
    "tire": "growth fatigue",
}
#: Submodels outside of a client's week: at entry, and where clients are coupled.
OUTSIDE = {"intake", "attributes", "seeking", "hearsay"}

_TITLES = {
    "client": "A client",
    "bond": "A client's bond, once with the human and once with the assistant",
    "therapist": "A therapist",
    "assistant": "An assistant, as it reads clients in one replicate",
    "service": "A service, each calendar week",
    "network": "A network",
}


def _table(heads: list[str], lines: list[list[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *lines]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in cells)


def _code(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split())


def _state() -> str:
    text = ""
    for entity, title in _TITLES.items():
        lines = [[f"`{v['name']}`", v["symbol"], v["unit"], v["meaning"]]
                 for v in core.state_variables() if v["entity"] == entity]  # fmt: skip
        text += f"\n### {title}\n{_table(['state variable', 'symbol', 'unit', 'meaning'], lines)}"
    return text


def _steps() -> str:
    """What a step of a pathway may have, from the schema of scenario files."""
    import json

    definitions = json.loads(core.schema())["$defs"]
    lines = []
    for name, part in definitions["step"]["properties"].items():
        contact = definitions.get(str(part.get("$ref", "")).rsplit("/", 1)[-1])
        if contact is None:
            lines.append([f"`{name}`", part.get("description", "")])
            continue
        lines += [[f"`{name}.{inner}`", each.get("description", "")] for inner, each in contact["properties"].items()]
    return "\n### A step of the pathway\n" + _table(["attribute", "meaning"], lines)


def _schedule() -> str:
    lines = [[str(place), f"`{p['name']}`", p["meaning"], _code(PHASES[p["name"]])]
             for place, p in enumerate(core.phases(), start=1)]  # fmt: skip
    return (
        "\n## 3 Process overview and scheduling\n"
        "Every week, for every client, in this order (one list in the code, `kWeek`); state is updated at once, and "
        "what a later phase reads is new unless its meaning says otherwise. Recording takes place after the last "
        "phase.\n\n"
        + _table(["", "phase", "what happens", "submodels"], lines)
        + _COUPLED
    )


def _starts() -> str:
    return "\n" + _table(["what", "value at entry"], [[_code(names), value] for names, value in _STARTS])


def _submodels() -> str:
    lines = [[f"`{m['name']}`", m["section"], m["meaning"], m["changes"], m["source"]] for m in core.mechanisms()]
    heads = ["submodel", "section of model.md", "what it does", "state variables changed", "where its form comes from"]
    return (
        "\n## 7 Submodels\nEach is one file of `agents/`. Where no source is named the form is our own.\n\n"
        + _table(heads, lines)
    )


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _parameters() -> str:
    """Every field under the part of the scenario that holds it, with the submodels that read it."""
    readers: dict[str, list[str]] = {}
    for mechanism in core.mechanisms():
        for part in mechanism["parameters"].split():
            readers.setdefault(part, []).append(f"`{mechanism['name']}`")
    text = "\n## Parameters\n"
    for part, fields in groupby(core.fields(), key=lambda field: field["path"].split("/")[1]):
        lines = [[f"`{f['path']}`", f["symbol"], f["unit"], _value(f["default"]),
                  _value(f["core"]) if f["core"] != f["default"] else "", f["grade"], source_of(f),
                  f["meaning"]] for f in fields]  # fmt: skip
        read_by = ", ".join(readers.get(part, ["readings after a run"]))
        text += f"\n### {part}\nRead by {read_by}.\n\n"
        text += _table(["path", "symbol", "unit", "default", "core", "grade", "evidence", "meaning"], lines)
    return text


def odd() -> str:
    """The ODD document of this build, as Markdown: every state variable, phase, mechanism and parameter, with units."""
    first = (_HEAD, _ENTITIES, _state(), _steps(), _schedule(), _CONCEPTS)
    return "".join((*first, _starts(), _INPUT, _submodels(), _parameters()))
