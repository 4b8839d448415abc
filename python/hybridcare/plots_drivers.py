"""The tornado picture of a screening: how far each number, moved alone, moves a result."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from .drivers import Drivers, words_for
from .plots_base import INK, Figure, clean, draw, number, signed

DOWN, UP = "#b5651d", "#0b4f7d"


def rows(drivers: Drivers, most: int) -> pd.DataFrame:
    """The rows drawn: the first `most`, and those that are always shown; by rank, with a label of two lines."""
    data = drivers.table()
    data = data[(data["rank"] <= most) | (data["always"] == 1)].reset_index(drop=True)
    for name in ("path", "symbol", "grade", "field_unit", "rule"):
        data[name] = data[name].astype(str)
    data["what"] = [clean(words_for(r.path, r.symbol), 60) for r in data.itertuples()]
    data["row"] = [f"{r.what}\n{_span(r)}, {r.grade}" for r in data.itertuples()]
    return data


def _span(row: Any) -> str:
    ends = [_value(end) for end in (row.low, row.value, row.high) if not pd.isna(end)]
    return " … ".join(dict.fromkeys(ends))


def _value(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def tornado(drivers: Drivers, most: int = 15) -> Figure | None:
    """Bars from zero: how much the result changes with each number at its low and at its high. None if with none."""
    data = rows(drivers, most)
    if data.empty:
        return None
    title = clean(drivers.title, 160)
    bars = pd.concat([_side(data, "low"), _side(data, "high")], ignore_index=True)
    axis = f"change of the result, {clean(drivers.unit, 40)}"
    chart = _chart(bars, list(data["row"]), axis).properties(
        width=430, height=max(1, len(data)) * 40,
        title=alt.Title(["Change of:", title], subtitle=f"as it is: {number(drivers.estimate, 3)} {drivers.unit}"))
    words = "; ".join(f"{r.what}: {signed(r.change_low, 3)} low, {signed(r.change_high, 3)} high"
                      for r in data.head(most).itertuples())  # fmt: skip
    return draw(drivers.stamp, chart, name="drivers", title="What moves this result, one number at a time",
                caption="Each number is moved alone, down and up, for the same clients with the same chance; below its "
                "name stand low, present and high value and how it is known. The thin mark is simulation noise, two "
                "standard errors each way. Interactions are not seen, and the length of a bar hangs on how far the "
                "number was moved, which is a convention where nothing gives a range: the table says which.",
                alt_text=f"{title}. {words}", table=_numbers(data), width=700)  # fmt: skip


def _side(data: pd.DataFrame, end: str) -> pd.DataFrame:
    change, noise = data[f"change_{end}"], data[f"change_{end}_noise_se"]
    part = pd.DataFrame({"row": data["row"], "change": change, "zero": 0.0, "from": change - 2 * noise,
                         "to": change + 2 * noise, "side": f"number {end}"})  # fmt: skip
    return part[part["change"].notna()]


def _chart(bars: pd.DataFrame, order: list[str], title: str) -> Any:
    scale = alt.Scale(domain=["number low", "number high"], range=[DOWN, UP])
    y = alt.Y("row:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=alt.Axis(
        labelExpr="split(datum.label, '\\n')", ticks=False, domain=False, labelPadding=8))  # fmt: skip
    offset = alt.YOffset("side:N", sort=["number low", "number high"])
    colour = alt.Color("side:N", scale=scale, title=None, legend=alt.Legend(orient="top"))
    base = alt.Chart(bars)
    bar = base.mark_bar(height=11).encode(x=alt.X("zero:Q", title=title), x2="change:Q", y=y, yOffset=offset,
                                          color=colour)  # fmt: skip
    noise = base.mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("from:Q", title=title), x2="to:Q", y=y,
                                                              yOffset=offset)  # fmt: skip
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeWidth=1.2).encode(x="zero:Q")
    return alt.layer(bar, noise, zero)


def _numbers(data: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "number": data["what"], "place": data["path"], "grade": data["grade"],
        "value": [_value(v) if not pd.isna(v) else "—" for v in data["value"]],
        "low": [_value(v) if not pd.isna(v) else "—" for v in data["low"]],
        "high": [_value(v) if not pd.isna(v) else "—" for v in data["high"]],
        "unit of the number": data["field_unit"], "how far it was moved": data["rule"],
        "change, low": [signed(v, 3) for v in data["change_low"]],
        "change, high": [signed(v, 3) for v in data["change_high"]],
        "beyond noise": ["yes" if v else "no" for v in data["beyond_noise"]],
    })  # fmt: skip
