"""The JSON Schema of a study file, made from the same lists that its reader uses; kept at scenarios/schema/."""

from __future__ import annotations

import json
from typing import Any

from hybridcare.factors import BESIDE, KINDS, MOST_CHOICES
from hybridcare.study_file import (
    BETTER,
    DESIGNS,
    FORMAT,
    LEVERS,
    MOST_LEVERS,
    MOST_METRICS,
    MOST_SETS,
    MOST_UNCERTAINTIES,
    NAME,
)

_NAME = f"^{NAME.pattern}$"
_TEXT = {"type": "string", "maxLength": 2000}
_PAIR = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_VALUE = {"type": ["number", "string", "boolean"]}
_VALUES = {"type": "array", "items": _VALUE, "minItems": 1, "maxItems": MOST_CHOICES, "uniqueItems": True}
_PATCHES = {"type": "object", "additionalProperties": {"type": "object"}, "minProperties": 1}
_ARMS = {"oneOf": [{"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 64}, _PATCHES],
         "description": "names of the base's arms, or merge patches by name"}  # fmt: skip


def text() -> str:
    """As the file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The schema as plain dictionaries, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hybridcare study",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "base", "metrics", "design"],
        "properties": {
            "$schema": {"type": "string"},
            "format": {"const": FORMAT, "description": "of this file"},
            "name": {"type": "string", "pattern": _NAME},
            "title": {**_TEXT, "description": "one line"},
            "question": {**_TEXT, "description": "what the study is to answer"},
            "base": {"type": ["string", "object"], "description": "a bundled scenario by name, a path, or a scenario"},
            "base_file": {**_TEXT, "description": "where a scenario given here in full came from, for files beside it"},
            "arms": _ARMS,
            "against": {"type": "string", "description": "the arm that others are compared with"},
            "uncertainties": {"oneOf": [{"const": "ensemble"}, _uncertainties()],
                              "description": "by JSON Pointer: what is not known, and how it is distributed; or "
                              "ensemble: parameter sets that fit published figures, each rival's own"},
            "ensembles": {"type": "object", "additionalProperties": {"type": "object"},
                          "description": "by rival: ensembles in full, as they are kept with results"},
            "replaced": {"type": "object", "additionalProperties": False,
                         "properties": {"uncertainties": {"type": "object"}, "design": {"type": "object"}},
                         "description": "what an ensemble that was asked for from outside of the file stands in place "
                         "of, as it is kept with results"},
            "levers": _levers(),
            "relationships": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 32,
                              "uniqueItems": True, "default": ["default"],
                              "description": "which model holds: default, a variant of the base, or a rival (R0 … R4)"},
            "metrics": {"type": "object", "minProperties": 1, "maxProperties": MOST_METRICS,
                        "additionalProperties": False, "patternProperties": {_NAME: _metric()}},
            "design": _design(),
            "replicates": {"type": "integer", "minimum": 1, "maximum": 100_000},
            "clients": {"type": "integer", "minimum": 1, "maximum": 10_000_000,
                        "description": "clients per arm and replicate"},
            "seed": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1,
                     "description": "of the design and of the simulation"},
        },
    }  # fmt: skip


def _uncertainties() -> dict[str, Any]:
    beside = {"ensemble": {**_TEXT, "description": "R1, or a file that ends in .json beside the study"},
              "sets": {"type": "integer", "minimum": 2, "maximum": MOST_SETS,
                       "description": "drawn from it; default: as many as draws"}}  # fmt: skip
    return {"type": "object", "maxProperties": MOST_UNCERTAINTIES + len(beside), "additionalProperties": False,
            "properties": beside, "dependentRequired": {"sets": ["ensemble"]},
            "patternProperties": {"^/": {"oneOf": [{"const": "span"}, _distribution()]}}}  # fmt: skip


def _distribution() -> dict[str, Any]:
    forms: dict[str, Any] = {name: {**_PAIR, "description": words} for name, words in KINDS.items()}
    forms["triangular"] = {**_PAIR, "minItems": 3, "maxItems": 3, "description": KINDS["triangular"]}
    forms["dirichlet"] = {"type": "number", "minimum": 0.5, "maximum": 1e6, "description": KINDS["dirichlet"]}
    forms["choice"] = {**_VALUES, "description": KINDS["choice"]}
    beside = {"source": {**_TEXT, "description": "where this distribution comes from"}, "within": _PAIR,
              "weights": {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}}}  # fmt: skip
    return {"type": "object", "additionalProperties": False, "properties": {**forms, **{n: beside[n] for n in BESIDE}},
            "oneOf": [*({"required": [name]} for name in KINDS), {"maxProperties": 0}]}  # fmt: skip


def _levers() -> dict[str, Any]:
    values = {"type": "object", "additionalProperties": False, "required": ["values"],
              "properties": {"values": _VALUES, "source": _TEXT}}  # fmt: skip
    patches = {"type": "object", "additionalProperties": False, "required": ["patches"],
               "properties": {"patches": _PATCHES, "source": _TEXT}}  # fmt: skip
    protocol = {"type": "object", "additionalProperties": False, "required": ["arms"],
                "properties": {"arms": _ARMS, "source": _TEXT}}  # fmt: skip
    return {"type": "object", "maxProperties": MOST_LEVERS, "properties": {"protocol": protocol},
            "additionalProperties": False,
            "patternProperties": {"^/": {"oneOf": [values, _VALUES]}, f"^(?!protocol$){NAME.pattern}$": patches},
            "description": "what can be chosen: values by JSON Pointer, patches by name, or the arm"}  # fmt: skip


def _metric() -> dict[str, Any]:
    better = {"enum": list(BETTER), "description": "which way is better, for regret and robustness"}
    named = {"type": "object", "additionalProperties": False, "required": ["metric"],
             "properties": {"metric": _TEXT, "better": better, "by_culture": {
                 "type": "boolean", "default": False, "description": "each culture's too, for the share of client mix; "
                 "always so for the first metric"}}}  # fmt: skip
    worst = {"type": "object", "additionalProperties": False, "required": ["worst"],
             "properties": {"worst": {**_TEXT, "description": "of the culture that fares worst"},
                            "better": better}}  # fmt: skip
    own = {"type": "object", "additionalProperties": False, "required": ["of"],
           "properties": {"of": {**_TEXT, "description": "an expression in the language of guards"}, "given": _TEXT,
                          "when": {"enum": ["at", "ever", "mean", "total"]}, "week": {"type": "integer"},
                          "least": {"type": "number"}, "better": better}}  # fmt: skip
    return {"oneOf": [{"type": "string", "description": "such as phq9@week_12, phq9@week_12/far, phq9-no_distance"},
                      named, worst, own]}  # fmt: skip


def _design() -> dict[str, Any]:
    kinds = "; ".join(f"{name}: n counts {words}" for name, words in DESIGNS.items() if name != "csv")
    return {"type": "object", "additionalProperties": False, "required": ["kind"], "properties": {
        "kind": {"enum": list(DESIGNS)},
        "n": {"type": "integer", "minimum": 1, "description": kinds},
        "levers": {"enum": list(LEVERS), "default": LEVERS[0],
                   "description": "all combinations, each with the same draws; or drawn like uncertainties"},
        "levels": {"type": "integer", "minimum": 2, "maximum": 100, "multipleOf": 2, "default": 4,
                   "description": "of Morris's grid"},
        "second_order": {"type": "boolean", "default": False, "description": "saltelli: pairs as well"},
        "file": {**_TEXT, "description": "of a csv design; beside the study file"},
    }}  # fmt: skip
