"""Conclusions over the rival models: what survives, what turns over, and the trial that is named then."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import hybridcare as cli
from helpers import opened, refusal
from hybridcare import rivals_designs
from hybridcare.terminal import check_report
from hybridcare.conclusions import Conclusion, verdict
from hybridcare.document import merged
from hybridcare.errors import ConfigError
from hybridcare.points import Metric
from hybridcare.rivals import first_words, rivals
from hybridcare.rivals_contest import Contest, contest
from hybridcare.rivals_designs import parsed_pair

import hybridcare as hc

ASKED = ("hybrid - human < 0", "dropout: ai_bundle - human < 0.3", "ai_bundle - human < 0")
SMALL: dict[str, Any] = {"clients": 200, "replicates": 8, "progress": False, "uncertainty": "defaults"}


@cache
def found() -> Contest:
    return contest("hybrid_vs_human_vs_ai", ASKED, trials=False, **SMALL)


def test_it_says_first_what_evidence_cannot_tell_and_then_what_survives() -> None:
    said = found().sentences
    assert said[0] == first_words()
    rows = found().verdicts().set_index("conclusion")
    assert list(rows["verdict"]) == ["model-dependent", "robust", "contradicted"]
    assert rows.loc["phq9: hybrid - human < 0", "holds"] == "R0"
    assert rows.loc["phq9: hybrid - human < 0", "fails"] == "R1, R2, R3, R4"
    assert "one_time_scale" in rows.loc["phq9: hybrid - human < 0", "flipped_by"]
    assert rows.loc["phq9: ai_bundle - human < 0", "flipped_by"] == ""
    assert any("Turned over by" in line and "one_time_scale" in line for line in said)
    assert any("unfitted: given values" in line for line in found().caveats)


def test_it_is_the_same_as_running_each_rival_by_itself() -> None:
    """R3, too, whose patch differs from arm to arm."""
    table = found().table()
    document = merged(hc.load("hybrid_vs_human_vs_ai").document(), {"clients": 200, "replicates": 8})
    for name in ("R0", "R3", "R4"):
        alone = hc.Experiment(hc.Scenario.of(rivals()[name].over(document)), arms=["human", "hybrid"],
                              variants=["default"])  # fmt: skip
        row = alone.run(progress=False, twins=False).contrast("hybrid", "human").table("phq9")
        want = row[row["reading"] == "week_12"].iloc[0]
        got = table[(table["model"] == name) & (table["conclusion"] == f"phq9: {ASKED[0]}")].iloc[0]
        assert got["estimate"] == pytest.approx(want["estimate"], abs=1e-9)
        assert got["noise_se"] == pytest.approx(want["noise_se"], rel=1e-6)


def test_the_default_is_the_scenario_as_it_is_and_stands_beside_b_e() -> None:
    own = found().table()
    own = own[own["conclusion"] == f"phq9: {ASKED[0]}"].set_index("model")
    assert own.loc["R1", "estimate"] == own.loc["1.5", "estimate"] != own.loc["0", "estimate"]
    assert own.loc["R2", "estimate"] == own.loc["3", "estimate"]
    assert list(own["kind"].unique()) == ["rival", "b_E", "switch"] and len(own) == 15


def test_a_conclusion_that_depends_on_the_model_names_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals_designs, "CLIENTS", 100)
    monkeypatch.setattr(rivals_designs, "REPLICATES", 8)
    made = contest("hybrid_vs_human_vs_ai", ASKED[:1], rivals=["R0"], with_switches=False, **SMALL)
    assert list(made.rivals) == ["R0", "R1"]  # the default is always among them
    trial = made.trials[f"phq9: {ASKED[0]}"]
    assert [rival.name for rival in trial.against] == ["R0", "R1"]
    assert made.verdicts()["trial"].iloc[0] == trial.best.label == "Manipulated empathy, human care"
    assert trial.best.label in made.sentences[1]
    json.dumps(made.document(), allow_nan=False)


@pytest.mark.parametrize(("text", "want"), [
    ("hybrid - human < 0", ("phq9", "hybrid", "human", "<", 0.0)),
    (" dropout@week_12 :hybrid−human≤ .1 ", ("dropout", "hybrid", "human", "<=", 0.1)),
    ("phq9-no_distance/far: hybrid >= -1e-1", ("phq9", "hybrid", "", ">=", -0.1)),
    ("human > −0.5", ("phq9", "human", "", ">", -0.5)),
])  # fmt: skip
def test_a_conclusion_is_read(text: str, want: tuple[Any, ...]) -> None:
    read = Conclusion.parse(text, ["hybrid", "human"], Metric("phq9"))
    assert (read.metric.name, read.arm, read.against, read.sign, read.margin) == want
    assert Conclusion.parse(str(read), ["hybrid", "human"], Metric("x")) == read


@pytest.mark.parametrize(("text", "said"), [
    ("hybrid better than human", "cannot be read; expected"), ("hybrid - human < zero", "cannot be read"),
    ("hybrid - human < 0; import os", "cannot be read"), ("__import__('os').system('ls') < 0", "cannot be read"),
    ("hybrid - humn < 0", "unknown arm 'humn'; nearest: 'human'"), ("human - human < 0", "compared with itself"),
    ("hybrid - human < 1e999", "no finite number"), ("hybrid - human < " + "1" * 300, "cannot be read"),
    ("phq9@: hybrid < 1", "is not NAME"), ("", "cannot be read"),
])  # fmt: skip
def test_a_conclusion_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("(", r"\(")):
        Conclusion.parse(text, ["hybrid", "human"], Metric("phq9"))


def test_states_and_verdicts() -> None:
    below, above = (Conclusion(Metric("phq9"), "a", "b", sign, 1.0) for sign in ("<", ">="))
    assert [below.state(x, 0.1, 9) for x in (0.5, 1.5, math.nan)] == ["holds", "fails", "unclear"]
    assert below.state(0.9, 0.1, 9) == below.state(1.1, 0.1, 9) == "unclear"
    assert [above.state(x, 0.1, 9) for x in (0.5, 1.5)] == ["fails", "holds"]
    assert below.state(1.0, 0.0, 9) == "fails" and above.state(1.0, 0.0, 9) == "holds"
    assert below.state(0.5, math.nan, 1) == "unclear"  # one replicate tells nothing
    assert verdict(["holds", "holds"]) == "robust" and verdict(["fails", "fails"]) == "contradicted"
    assert verdict(["holds", "unclear"]) == verdict(["fails", "unclear"]) == verdict([]) == "unclear"
    assert verdict(["holds", "fails", "unclear"]) == "model-dependent"


def test_few_replicates_do_not_tell_what_is_not_so() -> None:
    """A difference that lies exactly at the margin, in 6,000 runs of 4 replicates: 5 % are told all the same; four
    standard errors .011. With the normal distribution's 1.96 it would be 14.5 %."""
    draws = np.random.default_rng(2).normal(1.0, 1.0, size=(6000, 4))
    asked = Conclusion(Metric("phq9"), "a", "b", "<", 1.0)
    states = [asked.state(float(x.mean()), float(x.std(ddof=1)) / 2, 4) for x in draws]
    assert np.mean([state != "unclear" for state in states]) == pytest.approx(0.05, abs=0.011)
    table = found().table()
    t = 2.3646242510102993  # .975 quantile, 7 degrees of freedom
    assert np.allclose(table["noise_high"] - table["estimate"], t * table["noise_se"])
    assert np.allclose(table["estimate"] - table["noise_low"], t * table["noise_se"])


def test_mistakes_and_results_door() -> None:
    with pytest.raises(ConfigError, match="unknown rival 'R8'"):
        contest("hybrid_vs_human_vs_ai", rivals=["R8"], **SMALL)
    with pytest.raises(ConfigError, match="unknown metric 'phq'"):
        contest("hybrid_vs_human_vs_ai", "phq: human < 3", **SMALL)
    results = hc.Experiment("hybrid_vs_human_vs_ai", arms=["human", "ai"], clients=40, replicates=2,
                            variants=["default"]).run(progress=False, twins=False)  # fmt: skip
    made = results.rivals("ai - human < 0", with_switches=False, trials=False, progress=False,
                          uncertainty="defaults")  # fmt: skip
    assert made.runs.estimate.shape[:2] == (8, 2) and made.provenance["calibration"]


def test_the_command_and_its_page(tmp_path: Path, browser: Any) -> None:
    page = tmp_path / "rivals.html"
    done = cli("rivals", "hybrid_vs_human_vs_ai", "--conclusion", ASKED[0], "--conclusion", "ai - human > 0",
               "--clients", "60", "--replicates", "6", "--no-trial", "--uncertainty", "defaults", "--quiet",
               "--json", "--report", page)  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["format"] == "hybridcare rivals 2" and len(read["estimates"]) == 30 and len(read["fits"]) == 5
    assert "Today's evidence" in read["said"][0] and "is fitted yet; all stand at given" in page.read_text("utf-8")
    asked, console = opened(browser, page)
    assert asked and all(url.startswith(("file://", "data:")) for url in asked) and console == []
    assert "expected [METRIC:] ARM" in refusal(cli("rivals", "hybrid_vs_human_vs_ai", "--conclusion", "hybrid < "))
    for wrong in (str(tmp_path), "rivals.txt", str(tmp_path / "no" / "rivals.html")):
        with pytest.raises(ConfigError, match="--report"):
            check_report(wrong)
    with pytest.raises(ConfigError, match="expected two rivals such as R0,R1"):
        parsed_pair("R0")
