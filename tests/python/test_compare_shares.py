"""What stands beside a comparison: harm by person, sources of uncertainty, rivals, page, JSON; and odd requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers import hybridcare, opened, refusal, text, tiny
from report_fixture import HOSTILE, Outline
from scipy import stats

import hybridcare as hc
from hybridcare import precision as rule
from hybridcare.compare_shares import MOST_VARIANTS, RELIABLE_HARM, SOURCES, _against, _mix, _sign, with_rivals
from hybridcare.plots_base import number, signed
from hybridcare.plots_comparison import rows as forest_rows
from hybridcare.report_comparison import contest, uncertainty
from hybridcare.rival_sets import middle_sets
from hybridcare.terminal import cell

BASE = "hybrid_vs_human_vs_ai"


@pytest.fixture(scope="module")
def found() -> hc.Comparison:
    return hc.compare(BASE, arms=["human", "ai", "hybrid"], clients=120, replicates=6, progress=False)


def scenario(**changes: Any) -> hc.Scenario:
    return hc.Scenario.of(tiny(**changes), "tiny.json")


# ----------------------------------------------------------------------------------------------------------------- harm
def test_harm_is_what_contrasts_and_gains_say(found: hc.Comparison) -> None:
    harm = found.harm().query("grouping == 'all' and arm == 'ai'").set_index("harm")["estimate"]
    gains = [found.gains(p).query("grouping == 'all' and arm == 'ai'")["share_worse"].iloc[0] for p in (1, 2, 3)]
    assert harm.iloc[:3].tolist() == gains and gains[0] > gains[1] > gains[2] > 0
    table = found.table("reliable_deterioration")
    whole = table.query("arm == 'ai' and reading == 'week_12'")
    assert harm[RELIABLE_HARM] == pytest.approx(whole["estimate"].iloc[0], abs=1e-9)
    cultures = found.harm().query("grouping == 'culture' and arm == 'ai'")
    far = found.results.contrast("ai", "human").table("reliable_deterioration", "far")
    mine = cultures[(cultures["group"] == "far") & (cultures["harm"] == RELIABLE_HARM)]
    assert mine["estimate"].iloc[0] == pytest.approx(far.query("reading == 'week_12'")["estimate"].iloc[0], abs=1e-9)


def test_noise_of_harm_is_students(found: hc.Comparison) -> None:
    row = found.harm().iloc[0]
    assert row["noise_high"] - row["estimate"] == pytest.approx(stats.t.ppf(0.975, 5) * row["noise_se"])


def test_the_interval_of_a_share_stays_a_share() -> None:
    """Of two replicates Student's interval is 12.7 standard errors wide: far beyond 0 and 1, were it not cut."""
    arms = ["waiting", "human", "hybrid", "ai"]
    found = hc.compare(BASE, arms, "human", clients=40, replicates=2, rivals=False, progress=False)
    table = found.harm()
    shares, change = table[table["harm"] != RELIABLE_HARM], table[table["harm"] == RELIABLE_HARM]
    raw = shares["estimate"] - stats.t.ppf(0.975, 1) * shares["noise_se"]
    assert (raw < 0).any() and (shares["noise_low"] >= 0).all() and (shares["noise_high"] <= 1).all()
    assert (change["noise_low"] < 0).any() and (change["noise_low"] >= -1).all()


def test_a_number_reads_the_same_in_every_place(found: hc.Comparison) -> None:
    one, other = 0.20500000000000007, 0.205  # the same difference, summed in two orders
    assert number(one) == number(other) and signed(one) == signed(other) and cell(one, "+.2f") == signed(other)
    assert [number(v) for v in (0.2051, 0.2049, 1e15, -1e-13)] == ["0.21", "0.20", "1,000,000,000,000,000.00", "0.00"]


# ------------------------------------------------------------------------------------------------- where it comes from
def test_sources_of_variance_are_what_the_tables_say(found: hc.Comparison) -> None:
    table = found.variance().query("arm == 'hybrid'").set_index("source")
    assert list(table.index) == list(SOURCES) and table["share"].sum() == pytest.approx(1)
    noise = found.table("phq9").query("arm == 'hybrid' and reading == 'week_12'")["noise_se"].iloc[0]
    assert table.loc["Monte Carlo error", "variance"] == pytest.approx(noise**2)
    rows = found.rivals().query("arm == 'hybrid'").set_index("variant")
    assert "R0_refitted" in rows.index and len(rows) == 6
    estimates = rows.drop(index="R0")["estimate"].to_numpy()  # one model counts once: refitted, not at given values
    assert len(estimates) == 5 == table["assumptions"].iloc[0]
    assert table.loc["parameter uncertainty", "variance"] == pytest.approx(np.var(estimates))
    other = found.variance("dropout").query("arm == 'hybrid'").set_index("source")
    assert other["groups"].iloc[0] == "culture" and other["reading"].iloc[0] == ""


def test_the_mix_of_clients_is_what_rows_say() -> None:
    found = hc.compare(BASE, arms=["human", "ai"], clients=200, replicates=4, rivals=False, progress=False)
    rows = found.results.clients()
    rows["band"] = np.digitize(rows["phq9_start"], [15, 20])
    rows["wish"] = rows["oracle_preference"] > 0
    level = rows.pivot(index=["replicate", "client"], columns="arm", values="phq9_week_12")
    person = rows.query("arm == 'human'").set_index(["replicate", "client"])[["culture", "band", "wish"]]
    groups = (level["ai"] - level["human"]).groupby([person[name] for name in person], observed=True)
    apart = groups.agg(["mean", "size"])
    weight = apart["size"] / apart["size"].sum()
    raw = float((weight * (apart["mean"] - (weight * apart["mean"]).sum()) ** 2).sum())
    cells = found.results.table("measures").query("arm == 'ai' and grouping == 'mix_of_clients' and group != 'all'")
    cells = cells[cells["measure"].str.startswith("cell_") & (cells["against"] == "human") & (cells["clients"] > 0)]
    assert len(cells) == len(apart) > 15
    shares = cells["clients"] / cells["clients"].sum()
    noise = float((shares * (1 - shares) * cells["noise_se"].fillna(0) ** 2).sum())
    table = found.variance().set_index("source")
    assert np.isnan(table.loc["parameter uncertainty", "variance"])  # no other assumption was run
    assert raw > 0 and table.loc["client mix", "variance"] == pytest.approx(max(0.0, raw - noise), abs=1e-6)


def test_noise_between_groups_is_taken_out_of_the_mix() -> None:
    """Groups seen through noise: the mean of 25 estimates, each over 40 assumptions, lies within 5 standard errors of
    the true variance (false alarm 4e-5); without the correction it would be .0585 too high, which is more than that."""
    import pandas as pd

    rng, se, weight = np.random.default_rng(3), 0.3, np.array([0.5, 0.25, 0.15, 0.1])
    truth = np.array([0.0, 0.5, 1.0, 2.0])
    want = float((weight * (truth - weight @ truth) ** 2).sum())
    names = np.repeat(np.arange(40), 4)
    frame = pd.DataFrame({"variant": names, "weight": np.tile(weight, 40), "noise_se": se})
    got = [_mix(frame.assign(estimate=np.tile(truth, 40) + se * rng.normal(size=160))) for _ in range(25)]
    assert abs(np.mean(got) - want) < 5 * np.std(got) / 5
    assert se**2 * float((weight * (1 - weight)).sum()) > 5 * np.std(got) / 5


# --------------------------------------------------------------------------------------------------------------- rivals
def test_rivals_are_the_contrasts_of_the_variants(found: hc.Comparison) -> None:
    table = found.rivals()
    for row in table.to_dict("records"):
        theirs = found.results.contrast(row["arm"], "human", row["variant"]).table("phq9")
        assert row["estimate"] == theirs.query("reading == 'week_12'")["estimate"].iloc[0]
    assert (table.query("arm == 'ai'")["sign"] == "same").all()
    hybrid = table.query("arm == 'hybrid'").set_index("variant")
    assert hybrid.loc["R0", "estimate"] < 0 < hybrid.loc["b_E_3", "estimate"]
    assert "The sign holds under all of them" in found.sentences[0] and "holds under all" not in found.sentences[1]


def said(*rows: tuple[str, float, float, float]) -> Any:
    """A comparison whose differences under other assumptions are given: (label, estimate, noise_low, noise_high)."""
    import pandas as pd

    signs = [_sign(*row[1:]) for row in rows]
    table = pd.DataFrame({"arm": "x", "label": [row[0] for row in rows], "estimate": [row[1] for row in rows],
                          "sign": [_against(sign, signs[0]) for sign in signs]})  # fmt: skip
    return SimpleNamespace(table=table, rivals=lambda: table)


FIRST = ("as assumed", 0.30, 0.03, 0.57)
COVERED = [("b_E 0", 0.025, -0.24, 0.29), ("χ_h 0", 0.06, -0.26, 0.39)]


def test_a_sign_within_noise_is_not_a_turned_one() -> None:
    turned = ("R0", -0.44, -0.70, -0.18)
    found = said(FIRST, ("b_E 3", 0.5, 0.2, 0.8), turned, *COVERED)
    assert list(found.table["sign"]) == ["same", "same", "turned", "within noise", "within noise"]
    assert contest(found, "x") == ("The sign is turned under “R0”, and within simulation noise under “b_E 0”; “χ_h 0”: "
                                   "over 4 other assumptions it runs from −0.44 to +0.50 points.")
    assert contest(said(FIRST, *COVERED), "x") == (
        "The sign is turned under none of them, but within simulation noise under “b_E 0”; “χ_h 0”: over 2 other "
        "assumptions it runs from +0.03 to +0.06 points.")  # the first's +0.30 is none of the others
    none = said(FIRST, ("R0", 0.0, 0.0, 0.0))
    assert list(none.table["sign"]) == ["same", "zero"]
    assert "gone (no difference at all) under “R0”" in contest(none, "x")


def test_a_first_sign_that_is_not_told_cannot_be_turned() -> None:
    unclear = said(COVERED[0], FIRST, ("R0", -0.44, -0.70, -0.18))
    assert list(unclear.table["sign"]) == ["within noise", "above zero", "below zero"]
    assert contest(unclear, "x").startswith("Its sign is within simulation noise; over 2 other assumptions it runs")
    one = said(*((row[0], row[1], np.nan, np.nan) for row in (FIRST, *COVERED)))
    assert set(one.table["sign"]) == {"unknown"} and contest(one, "x").startswith("With one replicate nobody can say")


def test_no_comparison_stands_without_empathy_and_contact_only() -> None:
    found = hc.compare(scenario(), progress=False)
    assert list(found.results.variants) == ["default", "no_harm", "b_E_0", "b_E_3", "R0_refitted"]
    core = found.results.experiment
    values = [dict(core.values(place, 0)) for place in range(5)]
    assert [each["/change/empathy_elasticity"] for each in values[:4]] == [1.5, 1.5, 0, 3]
    assert values[4]["/rival/contact_only"] and values[4]["/course/harm"] == 0
    point = json.loads(middle_sets(scenario(), ["R0"])["R0"].points[0])
    assert values[4]["/change/rate"] == point["change"]["rate"] != values[0]["/change/rate"]
    assert found.results.variants["R0_refitted"] == "rival R0: only contact counts (refitted, middle set)"
    given = with_rivals(hc.Experiment(scenario()), "defaults").scenario
    assert list(given["variants"]) == ["no_harm", "b_E_0", "b_E_3", "R0"]
    assert given["variants"]["R0"]["label"] == "rival R0: only contact counts (given values)"
    alone = hc.compare(scenario(), rivals=False, progress=False).table("phq9")
    assert found.table("phq9")["estimate"].tolist() == alone["estimate"].tolist()  # what is compared is the first
    assert list(hc.compare(scenario(), variants=["no_harm"], progress=False).results.variants) == ["default", "no_harm"]
    full = hc.compare(BASE, arms=["human", "ai"], clients=5, replicates=2, progress=False)
    assert list(full.results.variants) == [*hc.load(BASE)["variants"], "R0_refitted"]  # beside its own, at given values


def test_a_comparison_without_rivals_says_so() -> None:
    alone = hc.compare(scenario(), rivals=False, progress=False)
    assert "nothing is known of how firm this is" in alone.sentences[0]
    table = alone.variance()
    assert table["share"].isna().all() and table.set_index("source")["variance"].isna().sum() == len(alone.arms)
    for line in uncertainty(alone):
        assert "parameter uncertainty was not looked at" in line and "Monte Carlo error" in line
        assert "%" not in line and "most" not in line
    assert len(uncertainty(alone)) == len(alone.arms)
    assert len(alone.results.variants) == 1


# --------------------------------------------------------------------------------------------------------- odd requests
def test_the_same_arm_twice_differs_in_nothing() -> None:
    base = hc.load(BASE)
    twice = {"human": {}, "again": base.document()["arms"]["human"]}
    same = hc.compare(base, arms=twice, against="human", clients=40, precision={"phq9": 0.01}, progress=False)
    table = same.table().dropna(subset=["estimate"])
    assert len(table) > 30 and (table["estimate"] == 0).all() and (table["noise_se"] == 0).all()
    gains = same.gains(1)
    assert (gains["share_worse"] == 0).all() and (gains["share_better"] == 0).all()
    assert same.reached and same.noise()["half_width"].iloc[0] == 0
    assert same.results.experiment.replicates == rule.START
    assert "is the same" in same.sentences[0] and same.variance()["share"].isna().all()
    assert same.plot().svg()


def test_next_to_nothing_is_compared_with_all_its_noise(tmp_path: Path) -> None:
    one = hc.compare(scenario(clients=1, replicates=1), progress=False)
    assert "noise unknown: one replicate" in one.sentences[0] and "more than chance" in one.sentences[0]
    assert one.variance()["share"].isna().all() and one.replicates_for(0.1).empty
    assert json.dumps(one.document(), allow_nan=False) and one.report(tmp_path / "one.html").is_file()
    empty = hc.compare(scenario(clients=3), by={"nobody": "phq9_start > 27"}, progress=False)
    assert set(empty.gains()["group"]) == {"all", "no"} and empty.plot().svg()
    with pytest.raises(hc.ConfigError, match="by/mix_of_clients: is there twice"):
        hc.compare(scenario(), by={"mix_of_clients": "culture"}, progress=False)


def test_a_service_can_be_compared() -> None:
    found = hc.compare("front_door", clients=60, replicates=2, progress=False)
    assert found.results.experiment.headline["arm"] in found.arms
    gains = found.gains().query("grouping == 'all'")
    assert len(gains) == len(found.arms) and (gains["clients"] > 0).all()
    assert ((gains["share_better"] + gains["share_worse"]) <= 1).all()


def test_a_wide_precision_stops_at_once_and_seeds_count() -> None:
    runs = [hc.compare(scenario(), precision={"phq9": 1000}, seed=seed, progress=False) for seed in (1, 2, 1)]
    assert all(each.reached and each.results.experiment.replicates == rule.START for each in runs)
    assert runs[0].results.hash == runs[2].results.hash != runs[1].results.hash


def test_a_metric_that_some_replicates_lack_ends_all_the_same() -> None:
    found = hc.compare(scenario(clients=3), precision={"relapse": 0.2}, cap=12, progress=False)
    noise = found.noise()
    assert (noise["replicates"] <= 12).all() and not found.results.table("replicates").empty
    assert set(found.replicates_for(0.2, "relapse")["arm"]) == set(found.arms)


def test_the_rule_is_the_papers() -> None:
    """Hoad, Robinson and Davies (2010): run on, replicate by replicate; where the half-width is reached, look ahead f =
    5 (n <= 100) or 5 n / 100; where it is lost on the way, begin again behind that place. Written out once more."""

    def papers(values: np.ndarray, wanted: float) -> int | None:
        n = 3
        while n <= len(values):
            ahead = 5 if n <= 100 else int(5 * n / 100)
            for k in range(n, n + ahead + 1):
                if k > len(values):
                    return None
                if stats.t.ppf(0.975, k - 1) * np.std(values[:k], ddof=1) / np.sqrt(k) > wanted:
                    n = k + 1
                    break
            else:
                return n
        return None

    rng = np.random.default_rng(11)
    answers = []
    for width in np.linspace(0.15, 2, 40):
        values = rng.normal(50, 1, size=220) + (rng.random(220) < 0.03) * 8
        answers.append((rule.enough(values, width), papers(values, width)))
    assert all(ours == theirs for ours, theirs in answers)
    assert len({ours for ours, _ in answers}) > 8 and any(ours is not None and ours > 100 for ours, _ in answers)


# ----------------------------------------------------------------------------------------------- pictures, page, files
def test_the_forest_hides_no_group(found: hc.Comparison, tmp_path: Path) -> None:
    data = forest_rows(found)
    assert data.groupby("arm").size().tolist() == [10, 10]
    assert (data["low"] <= data["estimate"]).all() and (data["estimate"] <= data["high"]).all()
    figure = found.plot()
    for label in data["label"].unique():
        assert label in figure.svg()
    for suffix, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".html", b"<!DOCTYPE html>")):
        assert figure.save(tmp_path / f"forest{suffix}").read_bytes().lower().startswith(start.lower())


def test_forest_and_story_are_valid_vega_lite(found: hc.Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridcare.plots_base.VALIDATE", True)
    assert found.plot() and found.results.story(3).plot() and found.results.story(4, arm="human").plot()


def test_tables_of_a_comparison_are_saved(tmp_path: Path) -> None:
    import pandas as pd

    found = hc.compare(scenario(), progress=False)
    folder = found.results.save(tmp_path / "out")
    held = pd.read_parquet(folder / "replicates.parquet")
    assert len(held) == len(found.by_replicate) and set(pd.read_csv(folder / "measures.csv")["arm"]) >= {"ai", "hybrid"}


def test_the_page_opens_from_disk(browser: Any, tmp_path: Path) -> None:
    arms = tiny()["arms"]
    arms["hybrid"]["label"] = HOSTILE
    found = hc.compare(scenario(title=HOSTILE, arms=arms), by={"severe": "phq9_start >= 15"}, progress=False)
    path = found.report(tmp_path / "page.html")
    asked, console = opened(browser, path)
    assert asked and all(url.startswith(("file://", "data:")) for url in asked) and console == []
    outline = Outline(path.read_text(encoding="utf-8"))
    assert not set(outline.tags) & {"script", "img", "b"} and HOSTILE not in path.read_text(encoding="utf-8")
    for needed in ("Who is harmed", "What the rival assumptions say", "Where the uncertainty comes from",
                   "simulation noise", "severe: yes", "none: a test"):  # fmt: skip
        assert needed in outline.words, needed
    assert "severe" in found._repr_html_() and "<script>" not in found._repr_html_()


def test_the_manual_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    manual = (Path(__file__).resolve().parents[2] / "python" / "docs" / "compare.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    assert len(blocks) == 2
    small = {"clients=500": "clients=40, progress=False", '"phq9": 0.1, "dropout": 0.02': '"phq9": 1'}
    code = "\n".join(blocks)
    for long, short in small.items():
        assert long in code
        code = code.replace(long, short)
    exec(compile(code, "compare.md", "exec"), {})
    assert {path.name for path in tmp_path.iterdir()} == {"forest.svg", "comparison.html", "folder", "story.svg",
                                                          "story.html"}  # fmt: skip


def test_the_command_gives_json_page_and_picture(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_bytes(text(tiny()))
    done = hybridcare("compare", "tiny.json", "--arm", "human", "--arm", "hybrid", "--json", "--quiet", "--report",
                      "page.html", "--picture", "forest.svg", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    held = json.loads(done.stdout)
    assert held["against"] == "human" and held["arms"] == ["hybrid"] and "none: a test" in str(held["caveats"])
    assert {"contrasts", "gains", "harm", "rivals", "variance"} <= set(held)
    assert (tmp_path / "page.html").is_file() and (tmp_path / "forest.svg").is_file()
    for wrong, said in (("--picture=x.gif", "a picture is written as .svg"), ("--report=no/x.html", "no folder 'no'"),
                        ("--precision=phq9", "expected METRIC=HALF_WIDTH"), ("--arm=hybird", "nearest: 'hybrid'"),
                        ("--arm=x={", "is no JSON")):  # fmt: skip
        assert said in refusal(hybridcare("compare", "tiny.json", wrong, "--quiet", cwd=tmp_path)), wrong
    assert len(list(tmp_path.iterdir())) == 3


def test_a_scenario_may_have_as_many_variants_as_is_assumed() -> None:
    """The limit is the reader's, which keeps it to itself."""
    def having(count: int) -> hc.Scenario:
        return hc.Scenario.of(tiny(variants={f"v{at}": {"course": {"harm": 0.01 * at}} for at in range(count)}))

    assert len(having(MOST_VARIANTS).core.variants) == MOST_VARIANTS + 1  # and the default
    with pytest.raises(hc.ConfigError, match="variants"):
        having(MOST_VARIANTS + 1)
