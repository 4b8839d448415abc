"""Answers that are a table and a picture: a contrast of two arms, trust erosion, misrecognition."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare.errors import config_error

if TYPE_CHECKING:
    import pandas as pd

    from hybridcare.results import Results


def _labelled(frame: pd.DataFrame, results: Results) -> str:
    """The HTML of a frame, with what must stand beside any number."""
    notes = "<br>".join(f"<small>{html.escape(line)}</small>" for line in results.caveats)
    return frame.to_html(index=False, float_format=lambda value: f"{value:.3f}") + notes


@dataclass(frozen=True)
class Contrast:
    """Arm minus `against`, paired by construction: both see the same clients with the same luck."""

    results: Results
    arm: str
    against: str
    variant: str

    def table(self, metric: str | None = None, culture: str | None = "all") -> pd.DataFrame:
        """Columns: metric, reading, culture, unit, estimate, noise_se, noise_low, noise_high, variance_reduction (one
        minus the variance over that of an unpaired comparison), replicates. `culture=None`: every culture.

        Raises ConfigError if the pair was not compared, or for an unknown metric or culture.
        """
        frame = self._pair()
        if metric is not None:
            frame = _one(frame, "metric", metric)
        if culture is not None:
            frame = _one(frame, "culture", culture)
        return frame.reset_index(drop=True)

    def _pair(self) -> pd.DataFrame:
        frame = self.results.table("contrasts")
        frame = frame[frame["variant"] == self.variant]
        straight = frame[(frame["arm"] == self.arm) & (frame["against"] == self.against)]
        if len(straight):
            return straight
        turned = frame[(frame["arm"] == self.against) & (frame["against"] == self.arm)]
        if len(turned):
            return _turned(turned)
        raise config_error("", f"'{self.arm}' and '{self.against}' are not compared: one is only a part of the split")

    def plot(self) -> Any:
        """A `plots.Figure` (its `.chart` is the Altair chart) of the differences by metric and reading."""
        from hybridcare import plots

        return plots.contrast(self)

    def _repr_html_(self) -> str:
        return _labelled(self.table(), self.results)


@dataclass(frozen=True)
class TrustErosion:
    """Losing trust, by agent and contact number."""

    results: Results
    by: str
    variant: str

    def table(self) -> pd.DataFrame:
        """One row per arm, agent and culture at the last contact followed: incidence (share who lost trust while in
        care), noise_se, nobody_leaves (the risk if nobody left), excess_no_distance and excess_perfect_recognition
        (over the same clients in those twins), dropped, ended, at_risk. The last three estimates are NaN without twins.
        """
        curve = self.curve()
        keys = ["arm", "agent", "culture"]
        last = curve.sort_values("contact").groupby(keys, observed=True, sort=False).tail(1).sort_values(keys)
        last = last[[*keys, "contact", "at_risk", "incidence", "noise_se", "dropped", "ended"]]
        last = last.merge(self._nobody_leaves(), how="left", on=keys)
        for twin in ("no_distance", "perfect_recognition"):
            last = last.merge(self._excess(twin), how="left", on=keys)
        return last.reset_index(drop=True)

    def curve(self, twin: str = "factual") -> pd.DataFrame:
        """The cumulative incidences by contact: at_risk, incidence, dropped, ended, noise_se."""
        frame = self.results.table("erosion")
        frame = frame[(frame["variant"] == self.variant) & (frame["twin"] == twin)]
        return _by_culture(frame, self.by)

    def _nobody_leaves(self) -> pd.DataFrame:
        keys = ["arm", "agent", "culture"]
        curve = self.curve("nobody_leaves").sort_values("contact")
        last = curve.groupby(keys, observed=True, sort=False).tail(1)
        return last[[*keys, "incidence"]].rename(columns={"incidence": "nobody_leaves"})

    def _excess(self, twin: str) -> pd.DataFrame:
        frame = self.results.table("excess")  # twins are run for the default variant alone
        known = (frame["against_twin"] == twin) & (self.variant == self.results.experiment.variants[0]["name"])
        frame = _by_culture(frame[known], self.by)
        parts = []
        for agent in ("human", "assistant"):
            part = frame[frame["metric"] == f"erosion_{agent}"][["arm", "culture", "estimate"]].copy()
            part.insert(1, "agent", agent)
            parts.append(part.rename(columns={"estimate": f"excess_{twin}"}))
        import pandas

        return pandas.concat(parts, ignore_index=True)

    def plot(self) -> Any:
        """A `plots.Figure` (its `.chart` is the Altair chart) of the cumulative incidence by contact."""
        from hybridcare import plots

        return plots.trust_erosion(self)

    def _repr_html_(self) -> str:
        return _labelled(self.table(), self.results)


@dataclass(frozen=True)
class Misrecognition:
    """Misreading, by agent and culture. Cultures are abstract distances in expression, never peoples."""

    results: Results
    by: str
    variant: str

    def table(self, twin: str = "factual") -> pd.DataFrame:
        """One row per arm, agent and culture: rates (first contact, person mean, pooled) with denominators, difference
        and ratio to the reference culture, noticed_unrepaired_rate, calibration_gap. See `columns("misrecognition")`.
        """
        frame = self.results.table("misrecognition")
        frame = frame[(frame["variant"] == self.variant) & (frame["twin"] == twin)]
        return _by_culture(frame, self.by).reset_index(drop=True)

    def plot(self) -> Any:
        """A `plots.Figure` (its `.chart` is the Altair chart) of the pooled rates with difference and ratio."""
        from hybridcare import plots

        return plots.misrecognition(self)

    def _repr_html_(self) -> str:
        return _labelled(self.table(), self.results)


def _by_culture(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    together = frame["culture"] == "all"
    return frame[together] if by == "all" else frame[~together]


def _one(frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    from hybridcare.names import unknown

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
