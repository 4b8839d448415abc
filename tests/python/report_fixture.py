"""Made-up results with the shape of real ones, so that pictures and report can be tested without a run.

Nothing here is a finding: the numbers come from a generator with a fixed seed and a few constants chosen by hand. The
tables of themes beside the tally are borrowed from a small real run with the same arms and cultures.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from itertools import product
from typing import Any, ClassVar

import numpy as np
import pandas as pd

import hybridcare as hc
from hybridcare.views import SAFETY

ARMS = [
    ("waiting", "Waiting list", 14.0, None, None, False),
    ("human", "Weekly human session", 10.7, 1, None, False),
    ("human_bundle", "Weekly human session + bundle", 9.75, 1, None, True),
    ("assistant_bundle", "Assistant + bundle", 12.1, None, 1, True),
    ("assistant", "Assistant", 12.9, None, 1, False),
    ("hybrid", "Hybrid: assistant + bundle, human every 2nd week", 10.5, 2, 1, True),
]
CULTURES = {"all": None, "reference": 0.0, "near": 0.35, "far": 0.60, "farthest": 0.90}
VARIANTS = [
    ("default", "as assumed (b_E = 1.5)", True, 0.0),
    ("b_e_0", "empathy does nothing (b_E = 0)", True, -0.35),
    ("b_e_3", "empathy matters more (b_E = 3)", True, 0.22),
    ("chi_h_0", "misreading does no harm (χ_h = 0)", True, -0.30),
    ("rival_r0", "rival R0: contact only (not fitted)", True, -0.28),
]
WEEKS = 26
BORROWED = ("leaving", "nnt", "equity", "estimands", "erosion_rules", "trust_loss", "calibration", "recognition",
            "harm", "echo", "accounts")  # fmt: skip


@lru_cache(maxsize=1)
def borrowed() -> dict[str, pd.DataFrame]:
    """Tables of a real run of the bundled experiment, arms called as here, with plain text in place of categories."""
    document = hc.load("hybrid_vs_human_vs_ai").document()
    names = {"ai_bundle": "assistant_bundle", "ai": "assistant"}
    document["arms"] = {names.get(name, name): arm for name, arm in document["arms"].items()}
    document |= {"variants": {}, "headline": {"arm": "hybrid", "against": "human"}}
    results = hc.Experiment(hc.Scenario.of(document), replicates=2, clients=64).run(progress=False)
    return {name: plain(results.table(name)) for name in ("estimates", *BORROWED)}


def plain(data: pd.DataFrame) -> pd.DataFrame:
    return data.astype({name: object for name, kind in data.dtypes.items() if kind == "category"})


class FakeExperiment:
    """The properties of an `Experiment` that pictures and report read."""

    name = "made_up"
    title = "Hybrid, human or assistant?"
    question = "Does a hybrid of human and assistant help people with depression more than a human alone?"
    seed, replicates, clients, weeks, reading_week, intake = 20260101, 32, 2000, WEEKS, 12, "trial"
    calibration = "core configuration of a reduced prototype; not fitted here"
    driver = "chi_h, harm of an unrepaired misreading, 0.06 PHQ-9 points: assumed, no data"
    headline: ClassVar = {"arm": "hybrid", "against": "human", "components": ["pathways", "guidance", "conversation"]}

    def __init__(self) -> None:
        self.arms = [{"name": a[0], "label": a[1], "component": False} for a in ARMS]
        self.arms += [{"name": "cell_1", "label": "cell 1", "component": True}]
        self.variants = [{"name": v[0], "label": v[1], "in_envelope": v[2]} for v in VARIANTS]
        self.cultures = [c for c in CULTURES if c != "all"]
        self.positions = [CULTURES[c] for c in self.cultures]

    def values(self, variant: int, arm: int) -> list[tuple[str, float]]:
        b_e, chi, rival = [(1.5, 0.06, 0), (0, 0.06, 0), (3, 0.06, 0), (1.5, 0, 0), (1.5, 0.06, 1)][variant]
        rows = [("/parameters/change/b_e", b_e), ("/parameters/change/chi_h", chi), ("/parameters/rival", rival)]
        return rows

    def pathway(self, arm: int) -> dict:
        _, label, _, human, assistant, bundle = ARMS[min(arm, len(ARMS) - 1)]
        exits = [{"name": n, "exit": n, "weeks": 0, "then": None, "comparator": "none", "human": None,
                  "assistant": None, "bundle": False, "feedback": False}
                 for n in ("completed", "ended_early", "dropped")]  # fmt: skip
        comparator = "waiting" if not (human or assistant) else "none"
        care = {"name": "care", "label": label, "exit": "none", "weeks": 12, "then": "completed",
                "comparator": comparator,
                "human": human and {"every_weeks": human, "dose": 1, "minutes": 50, "turns": 8},
                "assistant": assistant and {"every_weeks": assistant, "dose": 1, "minutes": 0, "turns": 8},
                "bundle": bundle, "feedback": False}  # fmt: skip
        return {"start": "care", "steps": [*exits, care], "transitions": [], "reads_oracle": False}


class FakeResults:
    """`table`, `provenance`, the account of the run and `experiment`, as a `Results` has them."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = np.random.default_rng(seed)
        self.experiment = FakeExperiment()
        self.reads_oracle = False
        self.provenance = {"calibration": self.experiment.calibration, "driver": self.experiment.driver,
                           "version": "0.1.0", "scenario_hash": "5ce7a11e" * 8, "seed": self.experiment.seed,
                           "commit": "0" * 12}  # fmt: skip
        self.hash, self.instruction_set, self.threads = "0123456789abcdef" * 2, "avx2", 2
        self.client_weeks, self.session_weeks, self.peak_bytes = 123_456_789, 23_456_789, 64_000_000
        self.kernel_seconds, self.wall_seconds = 12.3, 6.2
        self.tables = {name: getattr(self, "_" + name)() for name in (
            "estimates", "contrasts", "split", "headline", "course", "trust", "erosion", "misrecognition",
            "excess")}  # fmt: skip
        kept = {name: data.copy() for name, data in borrowed().items()}
        levels = kept.pop("estimates")
        self.tables["estimates"] = pd.concat([self.tables["estimates"], levels[levels["metric"].isin(SAFETY)]])
        self.tables |= kept

    @property
    def table_names(self) -> list[str]:
        return list(self.tables)

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def _noise(self, estimate: float, se: float) -> dict:
        return {"estimate": estimate, "noise_se": se, "noise_low": estimate - 2.04 * se,
                "noise_high": estimate + 2.04 * se}  # fmt: skip

    def _estimates(self) -> pd.DataFrame:
        rows, rng = [], self.rng
        base = {"reliable_improvement": 0.45, "reliable_deterioration": 0.03, "own_improvement": 0.5,
                "own_deterioration": 0.05, "recovery": 0.35, "response": 0.33, "below_cut10": 0.45,
                "remission_phq5": 0.12}  # fmt: skip
        for (arm, _, level, human, assistant, _), (culture, place) in product(ARMS, CULTURES.items()):
            shift = (15.5 - level) / 5 - 0.15 * (place or 0.1) * bool(assistant)
            key = {"variant": "default", "twin": "factual", "arm": arm, "culture": culture, "replicates": 32,
                   "clients": 64000}  # fmt: skip
            for reading, (metric, rate) in product(("week_12", "post", "end"), base.items()):
                rate = rate / max(shift, 0.2) if "deter" in metric else rate * shift
                rate = float(np.clip(rate, 0.005, 0.95))
                rows.append(key | {"metric": metric, "reading": reading, "unit": "share"} | self._noise(rate, 0.004))
                if metric == "reliable_deterioration":
                    rows.append(key | {"twin": "noise_only", "metric": metric, "reading": reading, "unit": "share"}
                                | self._noise(0.021, 0.001))  # fmt: skip
            for reading in ("week_12", "post", "end"):
                rows.append(key | {"metric": "phq9", "reading": reading, "unit": "PHQ-9 points"}
                            | self._noise(level + 0.3 * (place or 0) * bool(assistant), 0.03))  # fmt: skip
            single = {"satisfaction": (0.3 + 0.3 * shift, "share"), "human_hours": (
                12 * 50 / 60 / (human or 1) * bool(human), "hours per client")}
            if human or assistant:
                single |= {"dropout": (0.2 if human else 0.36, "share"), "left_while_ill": (0.15, "share"),
                           "ended_early": (0.22, "share"), "human_contacts": (10, "contacts per client"),
                           "human_hours_per_recovery": (10 / (human or 1e9) / 0.3, "hours per recovery")}
            for metric, (value, unit) in single.items():
                reading = "post" if metric == "human_hours_per_recovery" else ""
                rows.append(key | {"metric": metric, "reading": reading, "unit": unit}
                            | self._noise(value * (1 + 0.1 * rng.random()), 0.01 * max(value, 0.2)))
            for agent in [a for a, n in (("human", human), ("assistant", assistant)) if n]:
                for twin, risk in (("factual", 0.2), ("nobody_leaves", 0.28)):
                    rows.append(key | {"twin": twin, "metric": f"erosion_{agent}", "reading": "", "unit": "share"}
                                | self._noise(risk * (1.5 if agent == "assistant" else 1), 0.004))
        return pd.DataFrame(rows)

    def _contrasts(self) -> pd.DataFrame:
        rows = []
        levels = {a[0]: a[2] for a in ARMS}
        for (variant, _, _, shift), (arm, *_), culture in product(VARIANTS, ARMS, CULTURES):
            pairs = {(arm, "human"), ("hybrid", arm)} - {("human", "human"), ("hybrid", "hybrid")}
            for first, second in pairs:
                move = shift * (("hybrid" in first) - ("hybrid" in second))
                for reading in ("week_12", "post", "end"):
                    rows.append({"variant": variant, "arm": first, "against": second, "culture": culture,
                                 "metric": "phq9", "reading": reading, "unit": "PHQ-9 points",
                                 "variance_reduction": 8.1, "replicates": 32}
                                | self._noise(levels[first] - levels[second] + move, 0.012))  # fmt: skip
        return pd.DataFrame(rows).drop_duplicates(["variant", "arm", "against", "culture", "metric", "reading"])

    def _split(self) -> pd.DataFrame:
        rows = []
        for (variant, _, _, shift), reading in product(VARIANTS, ("week_12", "post", "end")):
            parts = {"pathways": -0.97, "guidance": 0.74, "conversation": 0.03 + shift}
            parts["total"] = sum(parts.values())
            for name, value in parts.items():
                spread = 0.0 if name == "total" else 0.09
                rows.append({"variant": variant, "component": name, "metric": "phq9", "reading": reading,
                             "unit": "PHQ-9 points", "least_order": value - spread, "most_order": value + spread}
                            | self._noise(value, 0.012))  # fmt: skip
        return pd.DataFrame(rows)

    def _headline(self) -> pd.DataFrame:
        rows = []
        for reading in ("week_12", "post", "end"):
            values = {v[0]: -0.2 + v[3] for v in VARIANTS}
            low, high = min(values, key=values.get), max(values, key=values.get)
            rows.append({"arm": "hybrid", "against": "human", "metric": "phq9", "reading": reading,
                         "unit": "PHQ-9 points", "estimate": -0.2, "noise_low": -0.225, "noise_high": -0.175,
                         "envelope_low": values[low], "envelope_high": values[high], "envelope_low_variant": low,
                         "envelope_high_variant": high})  # fmt: skip
        return pd.DataFrame(rows)

    def _course(self) -> pd.DataFrame:
        rows = []
        for (arm, _, level, *_), (culture, place), week in product(
            ARMS, CULTURES.items(), range(WEEKS + 1)
        ):
            drop = (15.5 - level - 0.4 * (place or 0)) * (1 - np.exp(-week / 5)) / (1 - np.exp(-12 / 5))
            mean = 15.5 - drop * (1 if week < 13 else 0.95) + 0.02 * self.rng.standard_normal()
            rows.append({"variant": "default", "twin": "factual", "arm": arm, "culture": culture, "week": week,
                         "mean": mean, "noise_se": 0.03, "noise_low": mean - 0.06, "noise_high": mean + 0.06,
                         "sd": 5.0, "p10": mean - 6, "p25": mean - 3.4, "p50": mean, "p75": mean + 3.4,
                         "p90": mean + 6.2, "share_in_care": np.exp(-week / 40) * (week < 13)})  # fmt: skip
        return pd.DataFrame(rows)

    def _agents(self):
        for (arm, _, _, human, assistant, _), (culture, place) in product(ARMS, CULTURES.items()):
            for agent in [a for a, n in (("human", human), ("assistant", assistant)) if n]:
                yield {"variant": "default", "twin": "factual", "arm": arm, "agent": agent, "culture": culture}, place

    def _trust(self) -> pd.DataFrame:
        return pd.DataFrame([
            key | {"week": week, "mean": (0.65 if key["agent"] == "human" else 0.5) * (
                1 + 0.1 * (1 - np.exp(-week / 6)) - 0.1 * (place or 0) * week / 26), "noise_se": 0.002,
                "clients": 64000} for key, place in self._agents() for week in range(WEEKS + 1)])  # fmt: skip

    def _erosion(self) -> pd.DataFrame:
        rows = []
        for (key, place), twin, contact in product(list(self._agents()), ("factual", "nobody_leaves"), range(1, 13)):
            rate = 0.012 * (2 if key["agent"] == "assistant" else 1) * (1 + 0.4 * (place or 0))
            left = 0 if twin == "nobody_leaves" else 1
            rows.append(key | {"twin": twin, "contact": contact, "at_risk": int(64000 * np.exp(-contact / 15)),
                               "incidence": (1 + 0.3 * (1 - left)) * (1 - np.exp(-rate * contact)),
                               "dropped": left * (1 - np.exp(-0.02 * contact)),
                               "ended": left * (1 - np.exp(-0.03 * contact)), "noise_se": 0.002})  # fmt: skip
        return pd.DataFrame(rows)

    def _misrecognition(self) -> pd.DataFrame:
        rows = []
        for key, place in self._agents():
            base, slope = (0.23, 0.06) if key["agent"] == "human" else (0.39, 0.13)
            place = 0.3 if place is None else place
            rate = base + slope * place
            rows.append(key | {"first_contact_rate": rate + 0.02, "person_mean_rate": rate + 0.005,
                               "pooled_rate": rate, "turns": 5_000_000, "misread_turns": int(5e6 * rate),
                               "clients_met": 64000, "noticed_unrepaired_rate": 0.4 * rate,
                               "confidence": 1 - base, "accuracy": 1 - rate, "calibration_gap": rate - base,
                               "difference": rate - base, "ratio": rate / base, "pooled_rate_noise_se": 0.001,
                               "difference_noise_se": 0.0015, "ratio_noise_se": 0.006})  # fmt: skip
        return pd.DataFrame(rows)

    def _excess(self) -> pd.DataFrame:
        rows = []
        for (arm, _, _, human, assistant, _), (culture, place), twin in product(
            ARMS[1:], CULTURES.items(), ("no_distance", "perfect_recognition")
        ):
            place = 0.3 if place is None else place
            scale = 1.0 if twin == "no_distance" else 2.4
            phq = 0.3 * scale * (place if twin == "no_distance" else place + 0.4) * (1 if assistant else 0.3)
            metrics = [("symptom", "week_12", "points", phq), ("phq9", "week_12", "PHQ-9 points", phq),
                       ("phq9", "end", "PHQ-9 points", 0.7 * phq), ("dropout", "", "share", 0.1 * phq)]  # fmt: skip
            metrics += [("erosion_human", "", "share", 0.1 * phq)] if human else []
            metrics += [("erosion_assistant", "", "share", 0.2 * phq)] if assistant else []
            for metric, reading, unit, value in metrics:
                rows.append({"arm": arm, "culture": culture, "against_twin": twin, "metric": metric,
                             "reading": reading, "unit": unit} | self._noise(value, 0.006))  # fmt: skip
        for (arm, *_), culture in product(ARMS, CULTURES):
            rows.append({"arm": arm, "culture": culture, "against_twin": "noise_only", "reading": "week_12",
                         "metric": "reliable_deterioration", "unit": "share"} | self._noise(-0.004, 0.001))
        return pd.DataFrame(rows)


HOSTILE = (
    "<script>alert(1)</script> \"q\" 'q' & \u202edesrever\u202c עברית </style></title><img src=x onerror=alert(1)>"
)


def hostile_service() -> hc.Results:
    """A real run of a service with a network, whose every text tries to be something else."""
    document: dict[str, Any] = hc.load("front_door").document()
    for name in ("title", "question", "calibration", "driver"):
        document[name] = HOSTILE
    for index, arm in enumerate(document["arms"].values()):
        arm["label"] = f"{HOSTILE[:54]} {index}"
    return hc.Experiment(hc.Scenario.of(document), replicates=2, clients=60).run(progress=False)


def hostile() -> FakeResults:
    """Results of a scenario whose every text tries to be something else."""
    results = FakeResults()
    experiment = results.experiment
    for name in ("title", "question", "calibration", "driver", "name"):
        setattr(experiment, name, HOSTILE)
    for index, row in enumerate([*experiment.arms, *experiment.variants]):
        row["label"] = f"{HOSTILE[:54]} {index}"
    plain = experiment.pathway

    def pathway(arm: int) -> dict:
        graph = plain(arm)
        graph["steps"][-1]["label"] = HOSTILE
        graph["transitions"] = [{"name": HOSTILE, "from": "care", "to": "dropped", "when": HOSTILE, "priority": 0}]
        return graph

    experiment.pathway = pathway
    evil = {"reference": "</script><script>alert(1)</script>"}
    experiment.cultures = [evil.get(c, c) for c in experiment.cultures]
    parts = {"conversation": "<b>conversation</b>"}
    experiment.headline = {**experiment.headline, "components": ["pathways", "guidance", parts["conversation"]]}
    for name, data in results.tables.items():
        if "culture" in data:
            results.tables[name] = data.replace({"culture": evil})
    results.tables["split"] = results.tables["split"].replace({"component": parts})
    return results


class Outline(HTMLParser):
    """Elements, ids, headings and visible text of a page; complains of tags that are not closed in order."""

    VOID = {"meta", "link", "br", "img", "hr", "input"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())
