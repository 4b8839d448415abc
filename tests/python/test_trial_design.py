"""The design of a virtual trial: keyed allocation, whole therapists, missing readings, datasets, what is refused."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import statsmodels.formula.api as smf
from helpers import changed, tiny

import hybridcare as hc
from hybridcare.errors import ConfigError
from hybridcare.trial import Trial
from hybridcare.trial_allocation import Entry

BASE = "hybrid_vs_human_vs_ai"
PINNED = {"simple": [1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0], "strata": [0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1]}


def experiment(**changes: Any) -> hc.Experiment:
    return hc.Experiment(hc.Scenario.of(tiny(**changes)))


def made(**design: Any) -> Trial:
    return experiment().trial(("human", "hybrid"), **{"n": 64, **design})


# ----------------------------------------------------------------------------------------------------------- allocation
def test_allocation_is_keyed_by_client() -> None:
    """One more client, other arms' luck, looks, analyses or missing rules change nobody's arm."""
    ours = made().trials(3).arm
    longer = made(n=90).trials(3).arm
    assert (longer[:, :64] == ours).all()
    for other in (made(interim=[0.5]), made(analysis="mixed"), made(missing=None), made(outcome="recovery@post"),
                  made(accrual=3)):  # fmt: skip
        assert (other.trials(3).arm == ours).all()
    assert (made().trials([2]).arm[0] == ours[2]).all()
    assert (experiment(seed=8).trial(("human", "hybrid"), n=64).trials(3).arm != ours).any()
    assert not (ours[0] == ours[1]).all()


def test_a_client_has_the_course_of_the_arm_that_they_are_in() -> None:
    found = made(missing=None)
    pool, seen = found.pool(4), found.trials(4)
    for r in range(4):
        assert (seen.now[r] == pool.now[r][seen.arm[r], np.arange(64)]).all()
    rows = found.dataset(2, truth=True)
    arm = rows["arm"].astype(str)
    expected = np.where(arm == "human", rows["outcome_if_human"], rows["outcome_if_hybrid"])
    assert (rows["outcome"] == expected).all() and (rows["outcome"] == rows["phq9_week_6"]).all()
    assert (rows["client"] == np.arange(64)).all() and set(arm) == {"human", "hybrid"}


def test_simple_allocation_has_the_ratio() -> None:
    """6,400 draws at 3 in 4: standard error .0054; five of them are allowed (false alarm 6e-7)."""
    share = made(allocation=(3, 1), n=640).trials(10).arm.mean()
    assert share == pytest.approx(0.25, abs=0.027)


def test_permuted_blocks_balance() -> None:
    arm = made(blocks=4).trials(5).arm
    assert (arm.reshape(5, 16, 4).sum(axis=2) == 2).all()
    assert len({tuple(block) for block in arm.reshape(-1, 4)}) == 6, "all six orders of a block of four come up"
    wide = made(blocks=6, allocation=(2, 1), n=60).trials(5).arm
    assert (wide.reshape(5, 10, 6).sum(axis=2) == 2).all()


def test_strata_balance_within_and_do_not_look_ahead() -> None:
    found = made(blocks=4, strata=(14, 18), n=61)
    seen = found.trials(4)
    assert set(np.unique(seen.stratum)) == {0, 1, 2}
    for r in range(4):
        for stratum in range(3):
            arm = seen.arm[r][seen.stratum[r] == stratum]
            whole = len(arm) // 4 * 4
            assert (arm[:whole].reshape(-1, 4).sum(axis=1) == 2).all()
    assert (found.with_n(40).trials(4).arm == seen.arm[:, :40]).all()


def test_whole_therapists_are_in_one_arm() -> None:
    seen = made(cluster="therapist", therapists=11, n=200).trials(6)
    halves = []
    for r in range(6):
        arms = {t: set(seen.arm[r][seen.therapist[r] == t]) for t in np.unique(seen.therapist[r])}
        assert all(len(each) == 1 for each in arms.values())
        halves.append(tuple(min(arms.get(t, {9})) for t in range(11)))
        assert sorted(h for h in halves[-1] if h < 9).count(1) in (5, 6)
    assert len(set(halves)) > 1


def test_an_allocation_of_ones_own_is_the_seam() -> None:
    """What a stepped wedge would need is there: the therapist, and the calendar week of entry."""

    class Wedge:
        name, unit = "a wedge of two steps", "therapist"

        def arms_of(self, entry: Entry) -> np.ndarray:
            return (entry.week > 3 + 3 * (entry.therapist % 2)).astype(np.int8)

    seen = made(allocation=Wedge()).trials(3)
    assert (seen.arm == (seen.week > 3 + 3 * (seen.therapist % 2))).all() and 0 < seen.arm.mean() < 1


def test_arms_are_pinned() -> None:
    """Known answers, so that no later change moves who got which arm."""
    assert made().trials(1).arm[0, :12].tolist() == PINNED["simple"]
    assert made(blocks=4, strata=(15,)).trials(1).arm[0, :12].tolist() == PINNED["strata"]


def test_strata_have_lists_of_their_own() -> None:
    """One list for all strata would put the first clients of each stratum into the same arms, in every trial."""
    seen = made(blocks=8, strata=(15,), n=64).trials(30)
    first = [[seen.arm[r][seen.stratum[r] == stratum][:8].tolist() for stratum in (0, 1)] for r in range(30)]
    assert sum(a == b for a, b in first) <= 6, "one in seventy by chance"


def test_who_leaves_after_the_reading_has_not_left_at_it() -> None:
    found = experiment(reading_week=3).trial(("human", "hybrid"), n=64)
    seen = found.trials(6)
    rows = [found.dataset(r) for r in range(6)]
    left = np.stack([frame["left_week"].to_numpy() for frame in rows])
    gone = np.stack([(frame["exit"] == "dropped").to_numpy() for frame in rows])
    assert (gone & (left > 3)).any() and (gone & (left <= 3)).any()
    assert (seen.dropped == (gone & (left <= 3))).all()
    assert not (seen.dropped | seen.ended)[left > 3].any()


def test_entry_weeks_keep_the_rate() -> None:
    """Mean of the 64th entry at 8 a week is week 8, SD 1 (gamma); 100 trials, five standard errors of .1."""
    week = made(accrual=8).trials(100).week
    assert (np.diff(week, axis=1) > 0).all()
    assert week[:, -1].mean() == pytest.approx(8, abs=0.5)


# -------------------------------------------------------------------------------------------------------------- missing
@pytest.mark.parametrize(("how", "estimand"), [("at_random", "as_observed"), ("not_at_random", "not_at_random")])
def test_missing_readings_are_as_many_as_the_engine_says(how: str, estimand: str) -> None:
    """Same rule, other words: the share seen in table `estimands`. 12,800 clients there, 6,400 an arm here: the
    difference has a standard error of about .006; 5 of them are allowed (false alarm 6e-7); .60 read as .15 shows."""
    found = experiment(clients=64, replicates=200)
    table = found.run(progress=False, twins=False).table("estimands")
    rows = table[(table["estimand"] == estimand) & (table["metric"] == "seen") & (table["reading"] == "week_6")]
    theirs = rows[(rows["culture"] == "all") & (rows["against"] == "")].set_index("arm")["estimate"]
    seen = found.trial(("human", "hybrid"), n=64, missing=how).trials(200)
    for place, arm in enumerate(("human", "hybrid")):
        ours = (seen.y == seen.y)[seen.arm == place].mean()
        assert ours == pytest.approx(theirs[arm], abs=0.03), arm


def test_missing_rules_can_be_given() -> None:
    assert not np.isnan(made(missing=None).trials(3).y).any()
    seen = made(missing={"dropped": 1, "ended": 0, "in_care": 0}).trials(5)
    assert (np.isnan(seen.y) == seen.dropped).all() and seen.dropped.any()
    assert np.isnan(made(missing={"dropped": 1, "ended": 1, "in_care": 1}).trials(2).y).all()


# -------------------------------------------------------------------------------------------------------------- dataset
def test_summaries_are_what_statsmodels_finds_in_the_datasets() -> None:
    found = hc.Experiment(BASE).trial(("human", "hybrid"), n=96)
    summary = found.summaries(3)
    for r in range(3):
        rows = found.dataset(r)
        fit = smf.ols("outcome ~ C(arm, Treatment('human')) + phq9_start", rows).fit()
        assert summary.effect[r, 0] == pytest.approx(fit.params.iloc[1], rel=1e-9)
        assert summary.se[r, 0] == pytest.approx(fit.bse.iloc[1], rel=1e-9)
        counts = rows.groupby("arm", observed=True)["outcome"].agg(["size", "count", "mean", "std"])
        assert list(summary.randomised[r]) == list(counts["size"]) and list(summary.seen[r]) == list(counts["count"])
        assert summary.mean[r] == pytest.approx(counts["mean"]) and summary.spread[r] == pytest.approx(counts["std"])


def test_a_dataset_shows_only_what_could_be_seen() -> None:
    columns = list(made().dataset(0).columns)
    assert {"arm", "therapist", "phq9_start", "outcome", "exit", "entry_week"} <= set(columns)
    unseen = ("oracle_", "trust_", "misread", "phq9_week", "phq9_post", "phq9_end", "outcome_if")
    hidden = [c for c in columns if c.startswith(unseen)]
    assert not hidden


def test_truth_is_the_paired_difference() -> None:
    found = made(n=80)
    rows = found.dataset(1, truth=True)
    paired = (rows["outcome_if_hybrid"] - rows["outcome_if_human"]).mean()
    assert found.summaries([1]).truth[0, 0] == pytest.approx(paired)
    assert found.summaries([1], null="human").truth[0, 0] == 0


def test_results_do_not_depend_on_threads_or_on_what_was_asked_before() -> None:
    a, b = made(), made()
    b.summaries(9, threads=2)
    b.summaries(4, cell="R0")
    one, two = a.summaries(5, threads=1), b.summaries(5, threads=2)
    for name in ("effect", "se", "p", "seen", "truth"):
        assert (getattr(one, name) == getattr(two, name)).all()
    assert (made().with_n(40).summaries(3).effect == made(n=40).summaries(3).effect).all()


def test_three_arms_are_each_held_against_the_first() -> None:
    found = experiment().trial(("human", "ai", "hybrid"), n=120, allocation=(2, 1, 1), blocks=8)
    summary = found.summaries(4)
    assert summary.effect.shape == (4, 2) and (summary.randomised == [60, 30, 30]).all()
    rows = found.dataset(2)
    fit = smf.ols("outcome ~ C(arm, Treatment('human')) + phq9_start", rows).fit()
    assert summary.effect[2] == pytest.approx(fit.params.iloc[1:3].to_numpy(), rel=1e-9)
    assert len(summary.table()) == 8


# ------------------------------------------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(("design", "said"), [
    ({"n": 10**9}, r"1000000000 is no whole number in \[4, 100,000\] clients"),
    ({"n": 2}, "no whole number"), ({"n": 64.5}, "no whole number"), ({"n": float("nan")}, "no whole number"),
    ({"n": True}, "no whole number"), ({"n": "64"}, "no whole number"),
    ({"n": 63, "blocks": 4}, "63 clients do not fill blocks of 4; 60 or 64 would"),
    ({"blocks": 3}, "no multiple of 2"), ({"blocks": 4, "strata": (18, 14)}, "do not rise"),
    ({"strata": (15,)}, "need permuted blocks"),
    ({"blocks": 4, "strata": (40,)}, r"outside \[0, 27\]"),
    ({"cluster": "clinic"}, "unknown unit of allocation 'clinic'; known: therapist; or None"),
    ({"cluster": "therapist", "therapists": 3}, "3 therapists are too few"),
    ({"cluster": "therapist", "blocks": 4}, "blocks and strata of clients have no place"),
    ({"therapists": 0}, "no whole number"),
    ({"allocation": (1, 1, 1)}, "3 numbers for 2 arms"), ({"allocation": (1, 0)}, "0 is no whole number"),
    ({"allocation": "1:1"}, "expected one whole number for each arm"),
    ({"margin": -0.5}, r"-0.5 is outside \(0, 27\) points: it says how much higher \(worse\)"),
    ({"margin": 0.2, "outcome": "recovery"}, None), ({"margin": 2, "outcome": "recovery"}, "how much lower"),
    ({"outcome": "phq8"}, "nearest: 'phq9'"), ({"outcome": "phq9@week_7"}, "nearest: 'week_6'"),
    ({"alpha": 0}, "outside"), ({"accrual": 0}, "outside"), ({"accrual": float("nan")}, "outside"),
    ({"missing": "mcar"}, "expected at_random"), ({"missing": {"droped": 1}}, "nearest: 'dropped'"),
    ({"missing": {"dropped": 1.2}}, r"outside \[0, 1\]"),
    ({"analysis": "anova"}, "nearest: 'ancova'"), ({"analysis": print, "interim": [0.5]}, "not by a function"),
    ({"margin": 1, "interim": [0.5]}, "with a margin"), ({"alhpa": 0.05}, "nearest: 'alpha'"),
])  # fmt: skip
def test_bad_designs_are_refused(design: dict[str, Any], said: str | None) -> None:
    if said is None:
        made(**design)
        return
    with pytest.raises(ConfigError, match=said):
        made(**design)


@pytest.mark.parametrize(("arms", "said"), [
    (("human", "hybird"), "nearest: 'hybrid'"), (("human",), "two different arms"), (("human", "human"), "type I"),
    ("human", "one text"), ((), "two different arms"),
])  # fmt: skip
def test_bad_arms_are_refused(arms: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        experiment().trial(arms)


def test_clients_who_share_something_are_refused() -> None:
    for name in ("service", "network"):
        shared = hc.Experiment(hc.Scenario.of(changed(f"/{name}", {})))
        with pytest.raises(ConfigError, match=f"/{name}: clients share"):
            shared.trial(("human", "hybrid"), n=64)


def test_bad_questions_are_refused() -> None:
    found = made()
    for ask, said in ((lambda: found.summaries(0), "no whole number"), (lambda: found.dataset(-1), "no whole number"),
                      (lambda: found.summaries(3, cell="R9"), "unknown set of assumptions 'R9'"),
                      (lambda: found.summaries(3, null="waiting"), "unknown arm of this trial"),
                      (lambda: found.with_n(100_000).summaries(100_000), "fewer clients or fewer trials"),
                      (lambda: found.analyse(0), "no function of your own")):  # fmt: skip
        with pytest.raises(ConfigError, match=said):
            ask()


def test_an_analysis_of_ones_own() -> None:
    def mine(rows: Any) -> dict[str, float]:
        fit = smf.ols("outcome ~ C(arm, Treatment('human')) + phq9_start", rows).fit()
        return {"estimate": fit.params.iloc[1], "se": fit.bse.iloc[1], "p": fit.pvalues.iloc[1]}

    found = made(analysis=mine).analyse(2)
    plain = made().summaries([2])
    assert found["estimate"] == pytest.approx(plain.effect[0, 0]) and found["p"] == pytest.approx(plain.p[0, 0])
    clone = dataclasses.replace(made(), analysis=lambda rows: 3)
    with pytest.raises(ConfigError, match="trial 0: expected estimate, se and p"):
        clone.analyse(0)
