"""Answers of a run: what each holds, by what it can be grouped, and what it says to a name that it does not know."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import TINY

import hybridcare as hc
from hybridcare.views import Equity

NAMES = ("trust_erosion", "misrecognition", "estimands", "harm", "calibration", "echo", "accounts", "nnt", "equity",
         "leaving", "safety", "access")  # fmt: skip


@pytest.fixture(scope="module")
def results() -> hc.Results:
    return hc.Experiment(hc.Scenario.of(TINY)).run(progress=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_has_rows_with_noise_and_tells_what_it_rests_on(results: hc.Results, name: str) -> None:
    answer = getattr(results, name)()
    table = answer.table()
    assert len(table)
    assert any(column.endswith("noise_se") for column in table)
    if "culture" in table and name not in ("trust_erosion", "misrecognition"):  # these two are by culture as they come
        assert set(table["culture"]) == {"all"}
        assert set(getattr(results, name)(by="culture").table()["culture"]) == {"near", "far"}
    assert set(table.get("twin", ["factual"])) == {"factual"}
    assert "not yet calibrated" in answer._repr_html_()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("safety", "access")])
def test_answers_draw_themselves(results: hc.Results, name: str) -> None:
    figure = getattr(results, name)().plot()
    assert figure is not None and len(figure.table)


def test_rows_are_asked_for_by_column(results: hc.Results) -> None:
    cost = results.accounts().table(metric="cost", against="")
    assert set(cost["arm"]) == {"human", "ai", "hybrid"} and (cost["grade"] != "").all()
    with pytest.raises(hc.ConfigError, match="nearest: 'metric'"):
        results.accounts().table(metrics="cost")
    with pytest.raises(hc.ConfigError, match="nearest: 'cost'"):
        results.accounts().table(metric="costs")
    with pytest.raises(hc.ConfigError, match="nearest: 'quartile'"):
        results.trust_erosion(by="quartiles")
    with pytest.raises(hc.ConfigError, match="unknown grouping 'culture'; known: all"):
        Equity.of(results, "culture")
    with pytest.raises(hc.ConfigError, match="recorded under 'default' alone, not 'no_harm'"):
        results.trust_erosion(by="rule", variant="no_harm").table()


def test_erosion_is_grouped_by_rule_quartile_and_scale(results: hc.Results) -> None:
    rules = results.trust_erosion(by="rule").table(arm="ai")
    assert len(rules) == 9 and set(rules["in_a_row"]) == {2, 3, 4}
    usual = rules[(rules["delta"] == 0.10) & (rules["in_a_row"] == 3)].iloc[0]
    assert usual["incidence"] == results.trust_erosion(by=None).table(arm="ai")["incidence"].iloc[0]
    for _, same_span in rules.groupby("in_a_row"):
        assert same_span.sort_values("delta")["incidence"].is_monotonic_decreasing  # deeper is rarer
    quarters = results.trust_erosion(by="quartile").table(arm="ai")
    assert [str(start) for start in quarters["start"]] == [f"quartile {n}" for n in (1, 2, 3, 4)]
    assert quarters["clients"].sum() == usual["clients"]
    assert list(results.trust_erosion(by="scale").table(arm="ai")["scale"]) == ["latent", "measured"]
    assert {"area_lost", "depth"} <= set(results.trust_erosion().losses()["metric"])


def test_deterioration_is_the_rate_less_what_noise_makes(results: hc.Results) -> None:
    rows = results.harm(by="culture").deterioration()
    assert set(rows["metric"]) == {"reliable_improvement", "reliable_deterioration", "own_improvement",
                                   "own_deterioration"}  # fmt: skip
    levels = results.table()
    frozen = levels[(levels["twin"] == "noise_only") & (levels["metric"] == "reliable_deterioration")
                    & (levels["culture"] == "far") & (levels["reading"] == "week_6")]["estimate"].iloc[0]  # fmt: skip
    mine = rows[(rows["metric"] == "reliable_deterioration") & (rows["culture"] == "far")
                & (rows["reading"] == "week_6")]  # fmt: skip
    assert len(mine) == 3 and np.allclose(mine["noise_only"], frozen)
    assert np.allclose(mine["rate"] - mine["noise_only"], mine["beyond_noise"])
    assert set(results.harm().excess()["against_twin"]) == {"no_distance", "perfect_recognition"}


def test_what_is_reported_stands_beside_what_is_caused(results: hc.Results) -> None:
    rows = results.echo().beside_cause()
    both = rows.dropna(subset=["r_empathy", "causal_slope_rating"])
    assert len(both) and np.allclose(both["causal_share_rating"], both["causal_slope_rating"] / both["r_empathy"])
    assert results.echo(by="culture").beside_cause()["causal_slope_rating"].notna().any()


def test_access_without_a_service_is_that_of_the_accounts(results: hc.Results) -> None:
    rows = results.access().table()
    assert set(rows["metric"]) == {"served_share", "weeks_waited"}
    with pytest.raises(hc.ConfigError, match="no service and no network"):
        results.access().calendar()
    assert results.access().plot() is None


def test_access_to_a_service_has_its_calendar() -> None:
    results = hc.Experiment("front_door", replicates=2, clients=40).run(progress=False)
    assert {"served_share", "weeks_on_list_p90"} <= set(results.access().table()["metric"])
    calendar = results.access().calendar()
    assert calendar["week"].min() == 1 and {"on_list", "on_list_noise_se"} <= set(calendar)
    assert set(calendar["variant"]) == {"default"}


def test_recognition_by_week_and_its_reference_rate(results: hc.Results) -> None:
    rates = results.misrecognition().table(arm="ai")
    near = rates[rates["culture"] == "near"].iloc[0]
    assert (rates["reference_rate"] == near["pooled_rate"]).all()
    assert {"week", "misread_rate", "misread_noise_se"} <= set(results.misrecognition().by_week())
    assert len(results.misrecognition().table(twin="perfect_recognition"))


def test_without_twins_answers_are_empty_not_wrong() -> None:
    results = hc.Experiment(hc.Scenario.of(TINY)).run(progress=False, twins=False)
    assert results.harm().table().empty and results.harm().deterioration().empty
    assert results.harm().plot() is None
    assert results.echo().beside_cause()["causal_slope_rating"].isna().all()
    assert results.trust_erosion(by="rule").table()["excess_no_distance"].isna().all()
