"""The comparison with other libraries: do hybridcare's engine and NumPy simulate the same simplified client-week, and
would the check see it if they did not? The other libraries are installed, run and checked by `make bench` alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

import hybridcare

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(hybridcare.__file__).parents[2]  # not resolved: the package in the build folder is links
sys.path.insert(0, str(ROOT / "tests" / "benchmark"))

from peers import with_hybridcare, with_numpy  # noqa: E402
from peers.check import bound, differences, smallest_shift  # noqa: E402
from peers.spec import WEEKS, Parameters, pooled  # noqa: E402

CLIENTS = 200_000
SHIFT = 0.03  # standard deviations: what the check below finds with probability 0.99, or with less


@pytest.fixture(scope="module", autouse=True)
def program() -> Any:
    found = BUILD / "peers"
    cache = BUILD / "CMakeCache.txt"
    if not found.exists() and not (cache.exists() and "HYBRIDCARE_TESTS:BOOL=ON" in cache.read_text(encoding="utf-8")):
        pytest.skip("needs a build with tests")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEERS_PROGRAM", str(found))
        yield found


@pytest.fixture(scope="module")
def by_numpy() -> dict[str, Any]:
    return with_numpy.run(Parameters(), CLIENTS, WEEKS, 1)


def engine(p: Parameters = Parameters(), clients: int = CLIENTS, seed: int = 1, kernel: str = "") -> dict[str, Any]:
    run = with_hybridcare.run(p, clients, WEEKS, seed, kernel)
    del run["seconds"]
    return run


def test_same_results(by_numpy: dict[str, Any]) -> None:
    # False alarm: 1e-4 over all comparisons.
    assert differences({"NumPy": by_numpy, "engine": engine()}, "engine") == []
    assert smallest_shift(by_numpy, engine(), 1) < SHIFT


@pytest.mark.parametrize("name", Parameters._fields)
def test_one_parameter_changed(name: str, by_numpy: dict[str, Any]) -> None:
    plain = Parameters()
    value = getattr(plain, name)
    changed = (*value[:2], value[2] * 0.75, *value[3:]) if name == "accuracy" else value * 1.25
    run = engine(plain._replace(**{name: changed}))
    assert differences({"NumPy": by_numpy, "engine": run}, "engine") != []


def test_instruction_sets() -> None:
    # 1000 is no multiple of a block: the last has idle lanes.
    first, *others = (engine(clients=1000, kernel=k) for k in with_hybridcare.build()["instruction_sets"])
    assert all(other == first for other in others)
    assert engine(clients=1000, seed=2) != first


def test_pooled() -> None:
    runs = [engine(clients=1000, seed=seed) for seed in (1, 2)]
    both = pooled(runs)
    assert both["clients"] == 2000
    assert both["client_weeks"] == sum(run["client_weeks"] for run in runs)
    assert both["readouts"]["12"]["trust"][0] == sum(run["readouts"]["12"]["trust"][0] for run in runs)


def test_bound() -> None:
    assert bound(1) == pytest.approx(3.8906, abs=1e-4)  # two-sided 1e-4 of the standard normal
    assert bound(100) == pytest.approx(4.8916, abs=1e-4)  # two-sided 1e-6


def test_page_has_the_parameters() -> None:
    page = (ROOT / "tests" / "benchmark" / "peers" / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", page, re.M))
    assert list(rows) == list(Parameters._fields)
    for name, value in Parameters()._asdict().items():
        numbers = value if isinstance(value, tuple) else (value,)
        assert [float(text) for text in rows[name].replace("−", "-").split(",")] == list(numbers), name


@pytest.mark.parametrize(("arguments", "message"), [
    (["avx1024", "10", "52", "1"], "'avx1024' is not available here"),
    (["", "0", "52", "1"], "clients: 0 is not a whole number from 1 to 100000000"),
    (["", "10", "52", "1"], "level_mean: is missing"),
    (["", "10", "52", "1", "gain"], "gain: expected NAME=VALUE"),
    ([], "expected INSTRUCTION_SET CLIENTS WEEKS SEED"),
])  # fmt: skip
def test_program_refuses(arguments: list[str], message: str) -> None:
    with pytest.raises(RuntimeError, match=re.escape(message)):
        with_hybridcare.ask(*arguments)
