"""The crossing from C++ to pandas, polars and pyarrow: same memory, same numbers, alive as long as anyone looks."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from helpers import TINY

import hybridcare as hc
from hybridcare import tables


@pytest.fixture(scope="module")
def results() -> hc.Results:
    return hc.Experiment(hc.Scenario.of(TINY)).run(progress=False)


def first_byte(values: np.ndarray) -> int:
    return values.__array_interface__["data"][0]


@pytest.mark.parametrize(("table", "column"), [("estimates", "estimate"), ("estimates", "clients"), ("course", "week")])
def test_numbers_are_shared_not_copied(results: hc.Results, table: str, column: str) -> None:
    polars = pytest.importorskip("polars")
    raw = results.core_table(table)
    there = raw.address(column)
    assert pa.table(raw)[column].chunk(0).buffers()[1].address == there
    assert first_byte(results.table(table)[column].to_numpy()) == there
    assert first_byte(polars.DataFrame(raw)[column].to_numpy(allow_copy=False)) == there


def test_codes_of_text_are_shared_not_copied(results: hc.Results) -> None:
    raw = results.core_table("estimates")
    column = pa.table(raw)["arm"].chunk(0)
    assert column.indices.buffers()[1].address == raw.address("arm")
    assert list(results.table()["arm"].cat.categories) == ["human", "ai", "hybrid"]  # the scenario's order


def test_every_table_says_the_same_everywhere(results: hc.Results) -> None:
    for name in results.table_names:
        arrow, pandas = results.arrow(name), results.table(name)
        assert arrow.num_rows == len(pandas) == len(results.core_table(name))
        arrow.validate(full=True)
        for column in arrow.column_names:
            seen = pandas[column].to_numpy()
            told = np.array(arrow[column].to_pylist(), dtype=seen.dtype)
            assert np.array_equal(seen, told, equal_nan=seen.dtype == float), (name, column)


def test_polars_agrees(results: hc.Results) -> None:
    pytest.importorskip("polars")
    frame = results.polars("headline")
    assert frame.height == len(results.table("headline"))
    assert frame["arm"].to_list() == list(results.table("headline")["arm"])


def test_every_column_has_a_meaning_and_numbers_have_units(results: hc.Results) -> None:
    for name in results.table_names:
        schema = pa.schema(results.core_table(name))
        assert schema == results.arrow(name).schema
        for column in results.columns(name).itertuples():
            assert column.meaning, (name, column.name)
            assert schema.field(column.name).metadata[b"unit"].decode() == column.unit


def test_a_column_outlives_its_results() -> None:
    results = hc.Experiment(hc.Scenario.of(TINY)).run(progress=False)
    column = results.arrow("estimates")["estimate"].chunk(0)
    expected = np.array(column.to_pylist())
    del results
    gc.collect()
    for seed in range(5):  # other results would land in the freed memory
        hc.Experiment(hc.Scenario.of(TINY), seed=seed).run(progress=False)
    assert np.array_equal(column.to_numpy(), expected, equal_nan=True)


def test_capsules_that_nobody_takes_are_released(results: hc.Results) -> None:
    raw = results.core_table("estimates")
    for _ in range(1000):
        raw.__arrow_c_stream__()
        raw.__arrow_c_schema__()
    children = [pa.table(raw).column(at) for at in range(3)]  # moved out of their parents
    gc.collect()
    assert [child.length() for child in children] == [raw.rows] * 3


def test_a_table_without_rows(results: hc.Results) -> None:
    assert len(results.table("split")) == 0
    assert results.arrow("split").column_names == list(results.table("split").columns)


def test_stamped_tables_end_with_what_they_rest_on(results: hc.Results) -> None:
    stamped = tables.stamped(results.arrow("headline"), results.provenance)
    assert stamped.column_names[-5:] == ["calibration", "driver", "version", "scenario_hash", "seed"]
    assert set(stamped["seed"].to_pylist()) == {7}
    assert set(stamped["driver"].to_pylist()) == {"nothing: a test"}


def test_unknown_column_and_table(results: hc.Results) -> None:
    with pytest.raises(KeyError, match="estimat"):
        results.core_table("estimates").address("estimat")
    with pytest.raises(hc.ConfigError, match="nearest: 'estimates'"):
        results.table("estimate")


def test_every_table_and_metric_stands_in_the_documentation() -> None:
    page = (Path(__file__).resolve().parents[2] / "python" / "docs" / "tables.md").read_text(encoding="utf-8")
    missing = []
    for name in ("hybrid_vs_human_vs_ai", "front_door"):
        results = hc.Experiment(name, replicates=2, clients=40).run(progress=False)
        for table in results.table_names:
            heading = re.search(rf"^## {table}\n(?P<words>.*?)<!-- table: {table} -->", page, re.MULTILINE | re.DOTALL)
            if heading is None or len(heading["words"]) < 40:
                missing.append(f"{table}: what it is and how to read it")
            columns = set(results.columns(table)["name"])
            metrics = set(results.table(table)["metric"].unique()) if "metric" in columns else set()
            missing += [f"{table}: {metric}" for metric in metrics if f"`{documented(metric)}`" not in page]
    assert not missing, sorted(set(missing))


def documented(metric: str) -> str:
    """How the page names a metric: thresholds are the scenario's, and a slope is named after what it is a slope of."""
    return re.sub(r"^(equity_|net_benefit_at_).*", r"\1…", metric)
