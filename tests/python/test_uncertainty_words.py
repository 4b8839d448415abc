"""Words of answers over an ensemble: made from its rows and numbers, never the other way round."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest
from helpers import TINY
from uncertainty_fixture import POINTERS, ensemble, spread_out

import hybridcare as hc
from hybridcare import core
from hybridcare import uncertainty_words as words
from hybridcare.uncertainty import NOTHING, ParameterSets, Spread, parameter_sets

FOUND = Spread(-0.6, -0.58, -1.1, 0.204, 0.4, 0.04, 0.05, 0.92, 100)


def sets(n: int = 30) -> ParameterSets:
    found = parameter_sets(hc.Scenario.of(TINY), ensemble(spread_out(n)), sets=10)
    assert found is not None
    return found


def test_what_numbers_rest_on_comes_from_the_ensembles_rows() -> None:
    said = words.over_sets(sets())
    assert said.startswith("10 parameter sets of R1, fitted to 3 published figures, of which 2 hold")
    assert said.endswith("does not tell this model from its rivals")
    unsaid = replace(sets().ensemble, fit=[])
    assert "names no figures" in words.fitted(unsaid)
    shown = [{"weight": 0, "inside": True}, {"weight": 1, "inside": False}]  # weight 0: shown, and not fitted to
    assert "to 1 published figures, of which 0 hold" in words.fitted(replace(unsaid, fit=shown))
    assert words.at_one_set("mine").endswith("; mine") and "nothing is stated" in words.at_one_set("")


def test_few_effective_sets_are_warned_of() -> None:
    assert words.warnings(sets(30)) == []
    assert "5.0 effective sets, fewer than 20" in words.warnings(sets(5))[0]


def test_the_account_names_what_was_run_and_its_hash() -> None:
    found = sets()
    known = words.provenance(found)
    assert known["sets"] == 10 and known["drawn"] == sorted(set(found.chosen)) and len(known["ensemble_hash"]) == 64
    values = found.ensemble.values.copy()
    values[0, 0] += 1e-9
    assert replace(found, ensemble=replace(found.ensemble, values=values)).hash != found.hash
    assert replace(found).hash == found.hash


def test_an_interval_parts_doubt_from_chance() -> None:
    assert words.interval(FOUND, "points") == (
        "−0.60 points (90 % of 100 parameter sets: −1.10 to +0.20, what published figures leave open; Monte Carlo "
        "error 0.04, chance, which more replicates narrow)")  # fmt: skip
    assert words.agreement(FOUND) == "92 % of the sets agree that it lies below 0"
    above = replace(FOUND, median=0.3, below=0.25)
    assert words.agreement(above) == "75 % of the sets agree that it lies at or above 0"
    assert "agree on no sign: 25 %" in words.agreement(replace(above, median=0.0))
    assert words.agreement(NOTHING) == "no set gave a number"
    assert not words.chance_rules(FOUND) and words.chance_rules(replace(FOUND, own_se=0.5))
    assert not words.chance_rules(replace(FOUND, own_se=nan))


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0 %"), (0.004, "fewer than 1 %"), (0.5, "50 %"), (1.0, "100 %"),
                                              (0.996, "more than 99 %"), (nan, "—")])  # fmt: skip
def test_no_share_is_rounded_to_all_or_none(value: float, shown: str) -> None:
    assert words.share(value) == shown


def test_what_was_not_informed_is_read_from_the_rows() -> None:
    first = words.learnt(ensemble(spread_out())).sentences
    assert "did not inform 3 of 4 parameters: b_E (how much empathy causes), constants of trust, " in first[0]
    assert "/assistant/text/discriminability" in first[0] and first[1] == "They informed /change/rate."
    other = words.learnt(ensemble(spread_out(), informed=("/change/empathy_elasticity",))).sentences
    assert "b_E" not in other[0] and other[1] == "They informed b_E (how much empathy causes)."
    every = words.learnt(ensemble(spread_out(), informed=POINTERS)).sentences
    assert every[0] == "The published figures informed each of the 4 parameters."
    assert "is gone: b_E (how much empathy causes) 80 %, constants of trust 80 %. What was learnt" in every[1]
    assert "b_E (how much empathy causes) 2 %, constants of trust 2 %." in first[2] and len(first) == 4
    assert words.learnt(ensemble(spread_out(), informed=())).sentences[1] == "They informed none."
    silent = replace(ensemble(spread_out()), parameters=[{"pointer": each} for each in POINTERS])
    assert "does not say" in words.learnt(silent).sentences[0] and words.parameter_table(silent).empty


def test_families_say_how_many_of_them() -> None:
    pointers = ["/trust/success", "/trust/failure", "/trust/memory", "/change/rate"]
    found = words.learnt(ensemble([[0.2, 0.4, 0.9, 1.0]], pointers, informed=("/trust/failure",)))
    assert "constants of trust (2 of 3), /change/rate" in found.sentences[0]
    assert found.sentences[1] == "They informed constants of trust (1 of 3)."
    assert "is gone: constants of trust 2 to 80 %. What" in found.sentences[2]
    assert len(words.learnt(ensemble([[1.0]], ["/change/rate"])).sentences) == 2  # none that is watched


def test_constants_that_no_prior_frees_are_counted_from_the_fields() -> None:
    """A result on trust hangs on them, and no interval over sets says so: each that gets a prior is one fewer."""
    paths = [row["path"] for row in core.fields()]
    trust = [path for path in paths if path.startswith("/trust/") or path in ("/leaving/trust", "/change/uptake_trust")]
    repair = [path for path in paths if path.startswith("/repair/")] + ["/human/repaired", "/assistant/repaired"]
    noticing = [path for path in paths if path.startswith("/recognition/noticed/")]
    pointers = ["/trust/success", "/repair/apology", "/change/rate"]
    said = words.learnt(ensemble([[0.2, 0.4, 1.0]], pointers)).sentences[-1]
    count = len(trust) + len(repair) + len(noticing) - 2
    assert said.startswith(f"Never varied, since no prior frees them: {count} more constants")
    assert f"({len(trust) - 1} of trust, {len(repair) - 1} of repair and {len(noticing)} of noticing)" in said
    one = words.Learnt(True, ("/a",), (), {}, {"of trust": ["/trust/memory"], "of repair": []})
    assert "frees it: 1 more constants" not in one.sentences[-1] and "(1 of trust)" in one.sentences[-1]
    assert len(words.Learnt(True, ("/a",), (), {}, {"of trust": []}).sentences) == 1


def test_prior_stands_beside_posterior_and_what_was_not_informed_first() -> None:
    table = words.parameter_table(ensemble(spread_out()))
    assert list(table["informed"]) == [False, False, False, True] and table["pointer"].iloc[-1] == "/change/rate"
    assert (table["prior_high"] > table["high"]).all() and table["narrowed"].iloc[-1] == 0.8
    part = words.learnt_part(ensemble(spread_out()))
    assert part.table is not None and part.heading == "What the data did not inform"
