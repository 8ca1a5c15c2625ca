"""What all charts share: the template, units, and the way a raw dictionary becomes a figure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import format, palette
from ui.charts.house import in_house_style


@dataclass(frozen=True)
class Unit:
    """How an axis and a hover label write one measure."""

    axis: Mapping[str, Any]
    hover: str  # a d3 format behind %{y:...}, with what stands before and after it
    before: str = ""
    after: str = ""

    def of(self, variable: str) -> str:
        return f"{self.before}%{{{variable}:{self.hover}}}{self.after}"


UNITS: Mapping[str, Unit] = {
    "money": Unit({"tickprefix": "$", "exponentformat": "B", "minexponent": 3}, ",.0f", before="$"),
    "count": Unit({"exponentformat": "B", "minexponent": 3}, ",.0f"),
    "share": Unit({"tickformat": ",.0%"}, ",.1%"),
    "percent": Unit({"ticksuffix": "%"}, ",.1f", after="%"),
    "points": Unit({"ticksuffix": " pp"}, "+,.1f", after=" pp"),
    "days": Unit({"ticksuffix": " d"}, ",.0f", after=" days"),
    "hours": Unit({"ticksuffix": " h"}, ",.1f", after=" h"),
    "ms": Unit({"ticksuffix": " ms"}, ",.0f", after=" ms"),
    "months": Unit({"ticksuffix": " mo"}, ",.0f", after=" months"),
    "score": Unit({"tickformat": ".2~f"}, ",.3~f"),
}
WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "money": format.money,
    "count": format.count,
    "share": format.percent,
    "percent": lambda value: format.percent(None if value is None else value / 100),
    "points": lambda value: format.points(None if value is None else value / 100),
    "days": format.days,
    "hours": format.hours,
    "ms": format.milliseconds,
    "months": lambda value: f"{format.count(value)} months",
    "score": format.score,
}


class Figure(go.Figure):
    """A figure that is made once and sent often; without Plotly's own template, see ui.charts.house."""

    _kept: dict[str, Any] | None = None

    def keep(self) -> "Figure":
        """Copy its parts for the last time: from now on it is only sent, and must not be changed."""
        self._kept = self.to_dict()
        return self

    def to_dict(self) -> dict[str, Any]:
        if self._kept is not None:
            return self._kept
        parts: dict[str, Any] = super().to_dict()
        parts["layout"].pop("template", None)
        return parts


def figure(traces: Sequence[Mapping[str, Any]], **layout: Any) -> Figure:
    """The figure of raw trace dictionaries in the house style."""
    return Figure({"data": [dict(trace) for trace in traces], "layout": in_house_style(traces, layout)})


def enlarged(figure: go.Figure, by: float) -> go.Figure:
    """A copy with all its type larger."""
    return Figure(_larger(figure.to_plotly_json(), by), skip_invalid=True)


def _larger(part: Any, by: float) -> Any:
    """A part of a figure, in which every font is larger; the rest is the same."""
    match part:
        case dict():
            return {
                name: {**inner, "size": inner["size"] * by}
                if name.endswith("font") and isinstance(inner, dict) and isinstance(inner.get("size"), int | float)
                else _larger(inner, by)
                for name, inner in part.items()
            }
        case list() | tuple():
            return [_larger(inner, by) for inner in part]
    return part


def unit_of(name: str) -> Unit:
    if name not in UNITS:
        raise ValueError(f"No unit {name!r}; available: {', '.join(UNITS)}")
    return UNITS[name]


def written(values: Sequence[Any], unit_name: str) -> list[str]:
    """Values as text, for labels that stand on a chart."""
    return [WRITTEN[unit_name](value) for value in values]


def values(frame: pl.DataFrame, column: str) -> list[Any]:
    """A column as plain Python values: floats for every kind of number, so that JSON can hold them."""
    if column not in frame.columns:
        raise ValueError(f"No column {column!r}; the rows have: {', '.join(frame.columns)}")
    series = frame[column]
    if series.dtype.is_decimal():
        series = series.cast(pl.Float64)
    if series.dtype.is_float():
        series = series.fill_nan(None)
    return series.to_list()


def labels(frame: pl.DataFrame, column: str) -> list[str]:
    """A column as text, missing values as a dash."""
    return [format.DASH if value is None else str(value) for value in values(frame, column)]


def by_label(y: str | Mapping[str, str]) -> dict[str, str]:
    """Columns and what the legend calls them."""
    return {y: y.replace("_", " ").capitalize()} if isinstance(y, str) else dict(y)


def series_of(
    frame: pl.DataFrame, x: str, y: str | Mapping[str, str], color: str | None
) -> list[tuple[str, str, list[Any], list[Any]]]:
    """(key, legend label, xs, ys) of each series: one a column of `y`, or one a value of `color`."""
    columns = by_label(y)
    if color is None:
        return [(column, label, values(frame, x), values(frame, column)) for column, label in columns.items()]
    [column] = columns
    parts = frame.partition_by(color, as_dict=True, maintain_order=True)
    return [(str(key), str(key), values(part, x), values(part, column)) for (key,), part in parts.items()]


def highlighted(names: list[Any], sizes: list[Any], highlight: str | None, tone: str) -> Any:
    """One colour, or pale bars with one in the full colour."""
    if highlight is None or not names:
        return palette.tone(tone)
    if highlight == "max":
        position = max(range(len(sizes)), key=lambda at: sizes[at] if sizes[at] is not None else float("-inf"))
    elif highlight == "last":
        position = len(names) - 1
    else:
        position = next((at for at, name in enumerate(names) if str(name) == highlight), -1)
    return [palette.tone(tone) if at == position else palette.pale(tone) for at in range(len(names))]


def legend_room(shown: bool) -> dict[str, Any]:
    """The layout of a chart with, or without, a legend line above it."""
    return {"showlegend": True, "margin": {"l": 6, "r": 8, "t": 28, "b": 6}} if shown else {"showlegend": False}


def right_axis(unit_name: str) -> dict[str, Any]:
    """A second measure's axis: on the right, from zero, without a grid of its own."""
    shown = {
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
        "rangemode": "tozero",
        "tickmode": "auto",
        "nticks": 6,
    }
    return {**unit_of(unit_name).axis, **shown}


def category_axis() -> dict[str, Any]:
    """Every name is written; where they do not fit side by side, they lean."""
    return {"type": "category", "dtick": 1, "autotickangles": [0, 30, 60], "tickfont": {"size": 10}}


def first_on_top(names: Collection[str]) -> dict[str, Any]:
    """A vertical axis of names in their order; by its range, for Plotly draws a "reversed" axis twice."""
    return {"type": "category", "range": [len(set(names)) - 0.5, -0.5], "showgrid": False}


def x_axis(xs: Sequence[Any]) -> dict[str, Any]:
    """Time in words that stand upright, numbers as they are, names as categories."""
    if any(isinstance(x, date) for x in xs):
        return {"tickformatstops": TIME_TICKS, "tickangle": 0, **_time(xs)}
    if any(isinstance(x, int | float) for x in xs):
        return {}
    return category_axis()


DAY_MS = 86_400_000
TIME_TICKS = [
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M\n%-d %b"},
    {"dtickrange": [DAY_MS, 27 * DAY_MS], "value": "%-d %b\n%Y"},
    {"dtickrange": [27 * DAY_MS, None], "value": "%b\n%Y"},
]


def _time(xs: Sequence[Any]) -> dict[str, Any]:
    """Ticks and hover as fine as the values are: hours, days, or whole months."""
    days = [x for x in xs if x is not None]
    if any(isinstance(x, datetime) for x in days):
        return {"hoverformat": "%a %-d %b %Y, %H:%M"}
    if any(x.day != 1 for x in days):
        return {"hoverformat": "%-d %b %Y"}
    months = (max(days) - min(days)).days / 30.4
    step = next((step for step, most in ((1, 7), (2, 14), (3, 25), (6, 48)) if months < most), 12)
    return {"tick0": min(days), "dtick": f"M{step}", "hoverformat": "%b %Y"}
