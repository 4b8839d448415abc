"""The ODD document (Grimm et al. 2020), written from the program's own tables: state variables, phases of the week,
mechanisms and fields. Only what no table can say, purpose and design concepts, is prose here."""

from __future__ import annotations

from itertools import groupby

from hybridcare import core

_HEAD = """# The model in the ODD protocol

After Grimm et al. (2020), *The ODD protocol for describing agent-based and other simulation models: a second update*,
JASSS 23(2) 7. Written by `hybridcare odd` from the tables that the program itself runs on; equations are in
[model.md](model.md).

## 1 Purpose and patterns
**Purpose.** To compare protocols of care that human therapists and AI assistants share, for people with depressive
symptoms who are in need at entry, on symptoms, leaving, trust, misrecognition by culture and human time; and to show
which unmeasured assumptions an answer depends on. It is a what-follows-if instrument, not a predictor of persons or
services. Today's evidence cannot tell it from rivals in which empathy or culture do nothing.

**Patterns** by which it is judged usable: the course without treatment; more benefit from the first contacts than
from later ones; leaving of about 20 % from human care, 26 to 48 % from applications and 12 % from applications with
human contact; a correlation of rated empathy with outcome near .28, while its causal share may be smaller; a therapist
share near 5 %; guided above unguided care by about 0.8 points; trust that falls faster than it rises; novelty of an
assistant that wears off; an advantage in recognition within a group. Some constants of the core were fitted to most of
these in a prototype, so agreement with them is no test. The full configuration is not yet calibrated.
"""

_ENTITIES = """
## 2 Entities, state variables and scales
Entities: **clients**, **human therapists** (eight expressed qualities, residual effectiveness, culture, fatigue),
**assistants** (a configuration that a step of the pathway names; qualities, modalities, culture), **cultures** (a
position on an abstract line of styles of expression and a share: never a people), and the **pathway** (a directed graph
of steps and guarded transitions). Scales: a step is one week; no space.
"""

_CONCEPTS = """
## 4 Design concepts
**Basic principles.** Symptoms as a fast process around a slow one, whose level care moves. Trust as evidence with
forgetting. Change per contact as the product of dose, responsiveness, uptake by trust and quality. Expressed quality
that suffers from misreading. Pathways that need no empathy beside it.

**Emergence.** Correlations of ratings with outcome, differences in outcome between cultures, erosion of trust, and the
dose curve in part (saturation and leaving; a term for early weeks is put in). *Imposed*: the loss of recognition with
cultural distance and its asymmetry, the effects of label, repetition, coaching and feedback, leaving rates.

**Adaptation, objectives, learning, prediction.** A personalised plan samples among pathways by what it believes of a
client's fit. Agents get to know a client by contact. Guards adapt care to what a service could measure. Nobody else
optimises anything.

**Sensing.** Agents read turns with error, and overrate themselves by not knowing the client's distance. Clients notice
some misreadings. Guards read measurements and ratings with their error; latent state only with the prefix `oracle.`,
which marks the result.

**Interaction.** Between a client and agents. Clients act on one another only where a scenario has a service (a shared
queue and therapists' load) or a network (word of mouth).

**Stochasticity.** Each draw is a pure function of seed, replicate, entity, week, contact and purpose, so arms and twins
share their luck; the table of purposes is `agents/purposes.hpp`.

**Collectives.** None but the network of acquaintances where a scenario has one.

**Observation.** By recorders that take no part: exact counts by replicate, arm, culture and week, from which the
[tables](tables.md) are made; single courses on request.

## 5 Initialisation
Intake `trial`: entry by severity, with selection on the first measurement, hence regression to the mean. Intake
`service`: a published distribution, without selection. Therapists are drawn anew in each replicate. Nobody has met an
agent before.

## 6 Input data
None while it runs. Constants with their grades come from the scenario file and its defaults, and from measured profiles
of assistants where a scenario names one; published figures with sources are in `scenarios/evidence/`.
"""


def _table(heads: list[str], lines: list[list[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *lines]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in cells)


def _state() -> str:
    titles = {"client": "A client", "bond": "A client's bond, once with the human and once with the assistant"}
    text = ""
    for entity, title in titles.items():
        lines = [[f"`{v['name']}`", v["symbol"], v["unit"], v["meaning"]]
                 for v in core.state_variables() if v["entity"] == entity]  # fmt: skip
        text += f"\n### {title}\n{_table(['state variable', 'symbol', 'unit', 'meaning'], lines)}"
    return text


def _schedule() -> str:
    lines = [[str(place), f"`{p['name']}`", p["meaning"]] for place, p in enumerate(core.phases(), start=1)]
    return (
        "\n## 3 Process overview and scheduling\n"
        "Every week, for every client, in this order (one list in the code, `kWeek`). Recording takes place after the "
        "last phase.\n\n" + _table(["", "phase", "what happens"], lines)
    )


def _submodels() -> str:
    lines = [[f"`{m['name']}`", m["section"], m["meaning"], m["changes"], m["source"]] for m in core.mechanisms()]
    heads = ["submodel", "section of model.md", "what it does", "state variables changed", "where its form comes from"]
    return f"\n## 7 Submodels\n{_table(heads, lines)}"


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
                  _value(f["core"]) if f["core"] != f["default"] else "", f["grade"], f["meaning"]]
                 for f in fields]  # fmt: skip
        read_by = ", ".join(readers.get(part, ["readings after a run"]))
        text += f"\n### {part}\nRead by {read_by}.\n\n"
        text += _table(["path", "symbol", "unit", "default", "core", "grade", "meaning"], lines)
    return text


def odd() -> str:
    """The ODD document of this build, as Markdown: every state variable, phase, mechanism and parameter, with units."""
    return _HEAD + _ENTITIES + _state() + _schedule() + _CONCEPTS + _submodels() + _parameters()
