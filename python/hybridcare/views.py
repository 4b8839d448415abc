"""Answers that are a tidy table and, where it helps, a picture: one class for each question, one base for all."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from hybridcare.errors import config_error
from hybridcare.names import unknown

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.results import Results

KEYS = ["arm", "agent", "culture"]
Made = TypeVar("Made", bound="View")


@dataclass(frozen=True)
class View:
    """A question put to the results of a run. `table()` answers it in rows, `plot()` with a `plots.Figure`; both show
    the one `variant`, grouped as `by` says. Every row has its simulation noise, every column is explained by
    `results.columns(view.source)`.
    """

    results: Results
    by: str
    variant: str

    source: ClassVar[str] = ""  #: the table that the rows come from
    picture: ClassVar[str] = ""  #: the function of hybridcare.plots that draws it
    groupings: ClassVar[tuple[str, ...]] = ("culture", "all")
    only_default: ClassVar[bool] = False  #: looked at under the scenario's own assumptions alone

    @classmethod
    def of(cls: type[Made], results: Results, by: str | None = None, variant: str | None = None) -> Made:
        """Raises ConfigError for a grouping or a variant that is not known, with the nearest one that is."""
        grouping = "all" if by is None else by
        if grouping not in cls.groupings:
            raise config_error("by", unknown("grouping", by, cls.groupings))
        made = cls(results, grouping, results.variant(variant))
        if cls.only_default:
            made._recorded(cls.source)
        return made

    def table(self, **where: Any) -> pd.DataFrame:
        """Tidy rows, one an estimate. `where`: columns and the value wanted, such as `metric="phq9"`.

        Raises ConfigError for a column or a value that is not there, with the nearest one that is.
        """
        return _filtered(self._rows(), where)

    def _rows(self) -> pd.DataFrame:
        return self._grouped(self._of(self.source))

    def _of(self, source: str, twin: str = "factual") -> pd.DataFrame:
        """Rows of a table for this variant and a twin, as far as it tells them apart."""
        from hybridcare.results import selected

        return selected(self.results.table(source), {"variant": self.variant, "twin": twin})

    def _recorded(self, source: str) -> pd.DataFrame:
        """Rows of a table that looks at the scenario's own assumptions alone. Raises ConfigError for others."""
        default = self.results.variant(None)
        if self.variant != default:
            raise config_error("variant", f"'{source}' is recorded under '{default}' alone, not '{self.variant}'")
        return self._grouped(self._of(source))

    def _grouped(self, frame: pd.DataFrame) -> pd.DataFrame:
        if "culture" not in frame:
            return frame
        together = frame["culture"] == "all"
        return frame[~together] if self.by == "culture" else frame[together]

    def plot(self) -> Any:
        """A `plots.Figure`; its `.chart` is the Altair chart. None where these results hold nothing to draw."""
        from hybridcare import plots

        return getattr(plots, self.picture)(self)

    def _repr_html_(self) -> str:
        notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in self.results.caveats)
        frame: str = self.table().to_html(index=False, float_format=lambda value: f"{value:.3f}")
        return frame + notes


@dataclass(frozen=True)
class Contrast(View):
    """Arm minus `against`, paired by construction: both see the same clients with the same luck."""

    arm: str
    against: str
    source = "contrasts"
    picture = "contrast"

    def table(self, metric: str | None = None, culture: str | None = "all", **where: Any) -> pd.DataFrame:
        """Columns: metric, reading, culture, unit, estimate, noise_se, noise_low, noise_high, variance_reduction (one
        minus the variance over that of an unpaired comparison), replicates. `culture=None`: every culture.

        Raises ConfigError if the pair was not compared, or for an unknown metric, culture or column.
        """
        given = {"metric": metric, "culture": culture}
        return super().table(**{name: value for name, value in given.items() if value is not None}, **where)

    def _rows(self) -> pd.DataFrame:
        frame = self._of(self.source)
        straight = frame[(frame["arm"] == self.arm) & (frame["against"] == self.against)]
        if len(straight):
            return straight
        turned = frame[(frame["arm"] == self.against) & (frame["against"] == self.arm)]
        if len(turned):
            return _turned(turned)
        raise config_error("", f"'{self.arm}' and '{self.against}' are not compared: one is only a part of the split")


class TrustErosion(View):
    """Losing trust, by agent: by culture (or all together) with its excess over the twins; by the rule that says when
    trust counts as eroded; by quartile of trust at entry; or on a measured scale beside the latent one."""

    source = "erosion"
    picture = "trust_erosion"
    groupings = ("culture", "all", "rule", "quartile", "scale")
    _default_rule: ClassVar[dict[str, Any]] = {"delta": 0.10, "in_a_row": 3}

    def _rows(self) -> pd.DataFrame:
        """by "culture" or "all": one row per arm, agent and culture at the last contact followed: incidence (share who
        lost trust while in care), its noise, nobody_leaves (the risk if nobody left), excess_no_distance and
        excess_perfect_recognition (over the same clients in those twins; NaN without twins), dropped, ended, at_risk.
        Otherwise rows of `erosion_rules`, all cultures together.
        """
        if self.by in ("rule", "quartile", "scale"):
            return self._by_rule()
        last = self._last(self.curve(), [*KEYS, "contact", "at_risk", "incidence", "noise_se", "noise_low",
                                         "noise_high", "dropped", "ended"])  # fmt: skip
        alone = self._last(self.curve("nobody_leaves"), [*KEYS, "incidence"])
        last = last.merge(alone.rename(columns={"incidence": "nobody_leaves"}), how="left", on=KEYS)
        for twin in ("no_distance", "perfect_recognition"):
            last = last.merge(self._excess(twin), how="left", on=KEYS)
        return last

    def curve(self, twin: str = "factual") -> pd.DataFrame:
        """The cumulative incidences by contact: at_risk, incidence, dropped, ended, with their noise."""
        return self._grouped(self._of("erosion", twin))

    def losses(self) -> pd.DataFrame:
        """How much trust was lost: area_lost, depth, permanence, and spill_over to those who never met the agent."""
        return self._recorded("trust_loss").reset_index(drop=True)

    def _by_rule(self) -> pd.DataFrame:
        frame = self._recorded("erosion_rules")
        latent, all_starts = frame["scale"] == "latent", frame["start"] == "all"
        if self.by == "rule":
            return frame[latent & all_starts]
        for column, value in self._default_rule.items():
            frame = frame[frame[column] == value]
        return frame[frame["start"] != "all"] if self.by == "quartile" else frame[frame["start"] == "all"]

    def _last(self, curve: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        ordered = curve.sort_values("contact").groupby(KEYS, observed=True, sort=False).tail(1).sort_values(KEYS)
        return ordered[columns]

    def _excess(self, twin: str) -> pd.DataFrame:
        import pandas

        frame = self._grouped(self.results.table("excess"))  # twins are run for the default variant alone
        frame = frame[(frame["against_twin"] == twin) & (self.variant == self.results.variant(None))]
        parts = []
        for agent in ("human", "assistant"):
            part = frame[frame["metric"] == f"erosion_{agent}"][["arm", "culture", "estimate"]].copy()
            part.insert(1, "agent", agent)
            parts.append(part.rename(columns={"estimate": f"excess_{twin}"}))
        return pandas.concat(parts, ignore_index=True)


class Misrecognition(View):
    """Misreading, by agent and culture: rates (first contact, person mean, pooled) with denominators, difference and
    ratio to the reference culture with its own rate R_0, spread, confidence and its calibration gap. Cultures are
    abstract distances in expression, never peoples."""

    source = "misrecognition"
    picture = "misrecognition"

    def table(self, twin: str = "factual", **where: Any) -> pd.DataFrame:
        """One row per arm, agent and culture, for the clients as they are or in a twin. Raises ConfigError."""
        return _filtered(self._grouped(self._of(self.source, twin)), where)

    def by_week(self) -> pd.DataFrame:
        """Misread and masked turns, week by week: what contact teaches the agents."""
        return self._recorded("recognition").reset_index(drop=True)


class Estimands(View):
    """The same reading three ways: all randomised on the latent level, as a study would observe it (missing at random,
    and not at random), and completers. Levels, and with `against` differences to the headline's comparator."""

    source = "estimands"
    picture = "estimands"
    only_default = True


class Harm(View):
    """Share of clients worse off than their exact twin by 1, 2, 3 points, or with an event that the twin was spared:
    quantities of the model, never evidence about a person."""

    source = "harm"
    picture = "harm"
    only_default = True

    def excess(self) -> pd.DataFrame:
        """Means instead of persons: factual minus twin, for symptoms, leaving and erosion of trust."""
        frame = self._grouped(self._of("excess"))
        return frame[frame["against_twin"] != "noise_only"].reset_index(drop=True)

    def deterioration(self) -> pd.DataFrame:
        """Deterioration and improvement beyond what noise alone makes. Columns: arm, culture, metric, reading, rate,
        noise_only (the rate in clients whose course is frozen), beyond_noise, with noise_se, noise_low, noise_high.
        """
        frame = self._grouped(self._of("excess"))
        frame = frame[frame["against_twin"] == "noise_only"].rename(columns={"estimate": "beyond_noise"})
        keys = ["arm", "culture", "metric", "reading"]
        levels = self._grouped(self._of("estimates"))[[*keys, "estimate"]].rename(columns={"estimate": "rate"})
        found = frame.merge(levels, on=keys)
        found["noise_only"] = found["rate"] - found["beyond_noise"]
        return found[[*keys, "unit", "rate", "noise_only", "beyond_noise", "noise_se", "noise_low", "noise_high"]]


class Calibration(View):
    """Trust minus what the agent deserves, week by week: over-trust and under-trust apart."""

    source = "calibration"
    picture = "calibration"
    only_default = True


class Echo(View):
    """What a study of these clients would report of empathy, beside what empathy does to the same clients."""

    source = "echo"
    picture = "echo"

    def beside_cause(self) -> pd.DataFrame:
        """One row per arm, agent and culture: r_empathy, r_alliance, within_person, therapist_share as reported, and
        causal_slope_rating, causal_slope_true_empathy, causal_share_rating (NaN where the twin was not run)."""
        frame = self.table()
        names = ["r_empathy", "r_alliance", "within_person", "therapist_share", "causal_slope_rating",
                 "causal_slope_true_empathy", "causal_share_rating"]  # fmt: skip
        frame = frame[frame["metric"].isin(names)]
        wide = frame.pivot_table(index=KEYS, columns="metric", values="estimate", observed=True, sort=False)
        return wide.reindex(columns=names).reset_index().rename_axis(columns=None)


class Accounts(View):
    """Time, money, QALY and access, with the grade of the weakest price or utility that a row leans on."""

    source = "accounts"
    picture = "accounts"


class NumberNeeded(View):
    """Numbers needed to treat: NNTB and NNTH, through infinity where simulation noise does not settle the sign."""

    source = "nnt"
    picture = "nnt"


class Equity(View):
    """Slopes of outcomes over cultural distance and over position; 0: no disparity. Rows of all clients alone."""

    source = "equity"
    picture = "equity"
    groupings = ("all",)


class Leaving(View):
    """Leaving week by week: hazard, and cumulative incidence with planned ends and completed care competing."""

    source = "leaving"
    picture = "leaving"
    only_default = True


#: Metrics of table `estimates` that tell of safety.
SAFETY = ("missed_escalations", "ever_missed", "risk_detected", "time_to_detection", "time_to_human", "false_alarms")


class Safety(View):
    """Risk states seen and missed, and false alarms. Rare events lie outside a symptom score: nothing is cleared."""

    source = "estimates"
    picture = "safety"

    def _rows(self) -> pd.DataFrame:
        frame = super()._rows()
        return frame[frame["metric"].isin(SAFETY)]


class Access(View):
    """Who seeks help, waits, gives up and is served, by culture. Without a service nobody waits: the accounts' rows."""

    source = "access"
    picture = "access"

    def _rows(self) -> pd.DataFrame:
        if "access" in self.results.table_names:
            return self._recorded("access")
        frame = self._grouped(self._of("accounts"))
        return frame[frame["metric"].isin(["served_share", "weeks_waited"]) & (frame["against"] == "")]

    def calendar(self) -> pd.DataFrame:
        """The service week by week: who waits and is in care, slots used, word of mouth. Raises ConfigError where
        nothing couples the clients."""
        if "service" not in self.results.table_names:
            raise config_error("calendar", "this scenario has no service and no network, so there is no calendar")
        return self._of("service").reset_index(drop=True)


def _filtered(frame: pd.DataFrame, where: dict[str, Any]) -> pd.DataFrame:
    for column, value in where.items():
        frame = _one(frame, column, value)
    return frame.reset_index(drop=True)


def _one(frame: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    if column not in frame:
        raise config_error("", unknown("column", column, list(frame)))
    found = frame[frame[column] == value]
    if found.empty:
        raise config_error("", unknown(column, value, [str(known) for known in frame[column].unique()]))
    return found


def _turned(frame: pd.DataFrame) -> pd.DataFrame:
    """The same comparison seen from the other side."""
    frame = frame.copy()
    frame[["arm", "against"]] = frame[["against", "arm"]].to_numpy()
    frame["estimate"] = -frame["estimate"]
    low = -frame["noise_high"]
    frame["noise_high"] = -frame["noise_low"]
    frame["noise_low"] = low
    return frame
