"""One scenario, one result: what a run is made of must not show in what it finds. With clients who leave."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from helpers import tiny

import hybridcare as hc
from hybridcare import core

#: A high risk of leaving, so that lanes change places in every week.
LEAVING = {"intercept": -1.5}


def leaving(**changes: Any) -> dict[str, Any]:
    return tiny(leaving=LEAVING, clients=300, **changes)


def run(document: dict[str, Any], **how: Any) -> hc.Results:
    return hc.Experiment(hc.Scenario.of(document)).run(progress=False, **how)


@pytest.fixture(scope="module")
def plain() -> hc.Results:
    return run(leaving(), threads=1)


def test_clients_leave_here(plain: hc.Results) -> None:
    frame = plain.table()
    left = frame[(frame["metric"] == "dropout") & (frame["twin"] == "factual") & (frame["culture"] == "all")]
    assert (left["estimate"] > 0.3).all()


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_threads(plain: hc.Results, threads: int) -> None:
    assert run(leaving(), threads=threads).hash == plain.hash


@pytest.mark.parametrize("block", [1, 7, 64, 256])
def test_block_size(plain: hc.Results, block: int) -> None:
    assert run(leaving(), block=block).hash == plain.hash


@pytest.mark.parametrize("instruction_set", core.build_info()["instruction_sets"])
def test_instruction_set(plain: hc.Results, instruction_set: str) -> None:
    results = run(leaving(), instruction_set=instruction_set, block=100)
    assert results.instruction_set == instruction_set
    assert results.hash == plain.hash


def test_another_seed_or_parameter_does_show(plain: hc.Results) -> None:
    assert run(leaving(seed=8)).hash != plain.hash
    assert run(leaving(course={"harm": 0.061})).hash != plain.hash


def people(results: hc.Results, arms: list[str]) -> pd.DataFrame:
    """One row per client of those arms, every column, as plain text and numbers."""
    frame = results.clients()
    assert isinstance(frame, pd.DataFrame)
    frame = frame[frame["arm"].isin(arms)].astype({name: str for name in frame.select_dtypes("category")})
    return frame.sort_values(["replicate", "arm", "client"]).reset_index(drop=True)


ARMS = ["human", "ai", "hybrid"]


def test_watching_changes_nobody(plain: hc.Results) -> None:
    """Rows come from another recorder: the same people, and a second study finds the same."""
    rows = people(plain, ARMS)
    frame = plain.table()
    for arm in ARMS:
        here = frame[(frame["twin"] == "factual") & (frame["variant"] == "default") & (frame["arm"] == arm)]
        here = here[(here["metric"] == "phq9") & (here["reading"] == "week_6") & (here["culture"] == "all")]
        assert here["estimate"].item() == rows.loc[rows["arm"] == arm, "phq9_week_6"].mean()
    assert run(leaving()).hash == plain.hash


def test_rows_are_the_same_for_any_threads(plain: hc.Results) -> None:
    pd.testing.assert_frame_equal(plain.clients(threads=1), plain.clients(threads=3), check_exact=True)
    pd.testing.assert_frame_equal(plain.weeks(5, threads=1), plain.weeks(5, threads=3), check_exact=True)


def test_the_arms_see_the_same_clients(plain: hc.Results) -> None:
    rows = people(plain, ARMS)
    same = rows.groupby(["replicate", "client"])[["culture", "therapist", "phq9_start"]].nunique()
    assert (same == 1).all().all()


def test_an_added_arm_changes_nobody(plain: hc.Results) -> None:
    document = leaving()
    document["arms"] = {"first": {"pathway": {"steps": {"care": {"human": None}}}}, **document["arms"]}
    pd.testing.assert_frame_equal(people(run(document), ARMS), people(plain, ARMS), check_exact=True)


def test_a_rule_that_never_fires_changes_nobody(plain: hc.Results) -> None:
    document = leaving()
    document["pathway"]["transitions"] = {"never": {"from": "care", "to": "completed", "when": "phq9 > 27"}}
    more = run(document)
    pd.testing.assert_frame_equal(people(more, ARMS), people(plain, ARMS), check_exact=True)
    pd.testing.assert_frame_equal(more.table(), plain.table(), check_exact=True)


def test_one_more_client_changes_nobody(plain: hc.Results) -> None:
    more = people(run({**leaving(), "clients": 301}), ARMS)
    first = more[more["client"] < 300].reset_index(drop=True)
    assert len(more) == len(first) + 2 * len(ARMS)
    pd.testing.assert_frame_equal(first, people(plain, ARMS), check_exact=True)


def test_one_more_replicate_changes_nobody(plain: hc.Results) -> None:
    more = people(run(leaving(replicates=3)), ARMS)
    first = more[more["replicate"] < 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, people(plain, ARMS), check_exact=True)


def test_twins_change_no_factual_estimate(plain: hc.Results) -> None:
    with_twins = plain.table()
    factual = with_twins[with_twins["twin"] == "factual"].reset_index(drop=True)
    without = run(leaving(), twins=False).table()
    pd.testing.assert_frame_equal(
        factual.astype({"twin": str}), without.astype({"twin": str}), check_exact=True, check_categorical=False
    )
