"""The first screen: one question, one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hybridcare.measured import PLAIN, measured_lines, noise_words

if TYPE_CHECKING:
    from hybridcare.results import Results


@dataclass(frozen=True)
class Headline:
    """The main comparison. Estimates are `arm` minus `against`; for PHQ-9 points below zero means fewer symptoms."""

    question: str
    arm: str
    against: str
    arm_label: str
    against_label: str
    metric: str
    reading: str
    unit: str
    estimate: float
    noise_low: float
    noise_high: float
    envelope_low: float
    envelope_high: float
    low_label: str
    high_label: str
    rivals: int  # assumptions in the band beside the default
    noise_name: str = PLAIN  # what the noise is made of

    @classmethod
    def of(cls, results: Results) -> Headline | None:
        """None if there is nothing to compare: a single arm."""
        frame = results.table("headline")
        pair = results.experiment.headline
        if frame.empty or pair["arm"] == pair["against"]:
            return None
        main = frame[(frame["metric"] == "phq9") & (frame["reading"] == week_reading(results))]
        row = (main if len(main) else frame).iloc[0]
        names = labels(results.experiment.arms)
        return cls(
            question=results.experiment.question,
            arm=str(row["arm"]),
            against=str(row["against"]),
            arm_label=names[row["arm"]],
            against_label=names[row["against"]],
            metric=str(row["metric"]),
            reading=str(row["reading"]),
            unit=str(row["unit"]),
            estimate=float(row["estimate"]),
            noise_low=float(row["noise_low"]),
            noise_high=float(row["noise_high"]),
            envelope_low=float(row["envelope_low"]),
            envelope_high=float(row["envelope_high"]),
            low_label=results.variants.get(row["envelope_low_variant"], str(row["envelope_low_variant"])),
            high_label=results.variants.get(row["envelope_high_variant"], str(row["envelope_high_variant"])),
            rivals=sum(variant["in_envelope"] for variant in results.experiment.variants[1:]),
            noise_name=noise_words(results),
        )

    @property
    def sentence(self) -> str:
        """One sentence with the estimate, its noise and the envelope."""
        size = f"{abs(self.estimate):.2f} {self.unit}"
        direction = "lower" if self.estimate < 0 else "higher"
        noise = (
            f"{self.noise_name} {signed(self.noise_low)} to {signed(self.noise_high)}"
            if math.isfinite(self.noise_low)
            else f"{self.noise_name} unknown: one replicate"
        )
        return (
            f"In this model, {self.metric_words} {reading_words(self.reading)} is {size} {direction} with "
            f"“{self.arm_label}” than with “{self.against_label}” ({noise}); {self._band}."
        )

    @property
    def _band(self) -> str:
        if not self.rivals:
            return "no other assumption was tried, so that nothing is known of how firm this is"
        return (
            f"over the default and the rival assumptions the difference runs from {signed(self.envelope_low)} "
            f"({self.low_label}) to {signed(self.envelope_high)} ({self.high_label})"
        )

    @property
    def metric_words(self) -> str:
        return "the mean PHQ-9" if self.metric == "phq9" else self.metric.replace("_", " ")


def labels(arms: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Arm name -> label; the name stands behind a label that another arm has too, and for one that is empty."""
    given = [arm["label"] for arm in arms]
    return {
        arm["name"]: f"{arm['label']} ({arm['name']})" if given.count(arm["label"]) > 1 else arm["label"] or arm["name"]
        for arm in arms
    }


def caveats(results: Results) -> list[str]:
    """What must stand beside a number wherever it is shown."""
    from hybridcare.drivers import NOT_ASKED, moved_by
    from hybridcare.uncertainty_words import at_one_set, notes

    found = moved_by(results)
    lines = [f"Moved by: {found}"] if found != NOT_ASKED else []
    lines += [f"What drives it, in the scenario author's words: {results.experiment.driver}",
              f"Calibration: {at_one_set(results.experiment.calibration)}", *notes(results)]  # fmt: skip
    if results.reads_oracle:
        lines.append("Some pathway reads latent state (oracle.): no service could act on it.")
    return measured_lines(results) + lines


def week_reading(results: Results) -> str:
    return f"week_{results.experiment.reading_week}"


def reading_words(reading: str) -> str:
    """Words for a reading, e.g. "at week 12", "after treatment", "at the end of follow-up"."""
    if reading.startswith("week_"):
        return f"at week {reading[5:]}"
    return {"post": "after treatment", "end": "at the end of follow-up"}.get(reading, "over the whole course")


def signed(value: float) -> str:
    """Two decimals with a sign, U+2212 for minus; an em dash for what is unknown."""
    if not math.isfinite(value):
        return "—"
    return f"{value:+.2f}".replace("-", "−")
