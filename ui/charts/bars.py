"""Upright bars: over a category or time, and in falling order with the share they add up to."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import (
    by_label,
    figure,
    highlighted,
    legend_room,
    right_axis,
    series_of,
    unit_of,
    values,
    written,
    x_axis,
)


def bars(
    frame: pl.DataFrame,
    *,
    x: str,
    y: str | Mapping[str, str],
    color: str | None = None,
    unit: str = "count",
    stack: bool = False,
    highlight: str | None = None,
    tone: str = "revenue",
    tones: Mapping[str, str] | None = None,
    line: Mapping[str, str] | None = None,
    line_unit: str = "percent",
    text: bool = False,
) -> go.Figure:
    """Upright bars: a series per column of `y` or value of `color`.

    A single series is in its tone; with `highlight` ("max", "last", or a value of x) that bar alone, the others pale.
    """
    series = series_of(frame, x, y, color)
    paint: list[Any] = list(palette.colours([key for key, *_ in series], tones or {}))
    if len(series) == 1 and color is None and not tones:
        paint = [highlighted(series[0][2], series[0][3], highlight, tone)]
    traces = [
        _bar(xs, ys, label, colour, unit, text=text) for (_, label, xs, ys), colour in zip(series, paint, strict=True)
    ]
    for column, label in (line or {}).items():
        traces.append(_overlay(values(frame, x), values(frame, column), label, line_unit))
    layout: dict[str, Any] = {
        "hovermode": "x unified",
        "barmode": "relative" if stack else "group",
        "bargroupgap": 0.06,
        "xaxis": x_axis(values(frame, x)),
        "yaxis": dict(unit_of(unit).axis),
        **legend_room(len(traces) > 1),
    }
    if line:
        layout["yaxis2"] = right_axis(line_unit)
    return figure(traces, **layout)


def pareto(
    frame: pl.DataFrame,
    *,
    rank: str,
    value: str,
    cumulative: str,
    unit: str = "money",
    tone: str = "revenue",
) -> go.Figure:
    """Sizes in falling order, and the share of the whole reached so far (0 to 1)."""
    xs = values(frame, rank)
    bar = _bar(xs, values(frame, value), by_label(value)[value], palette.tone(tone), unit, text=False)
    line = _overlay(xs, values(frame, cumulative), "Cumulative share", "share") | {"mode": "lines"}
    share = right_axis("share") | {"range": [0, 1.02]}
    return figure(
        [bar, line],
        hovermode="x unified",
        bargap=0.1,
        xaxis=x_axis(xs),
        yaxis=dict(unit_of(unit).axis),
        yaxis2=share,
        **legend_room(True),
    )


def _bar(xs: list[Any], ys: list[Any], label: str, colour: Any, unit_name: str, *, text: bool) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "bar",
        "name": label,
        "legendgroup": label,
        "x": xs,
        "y": ys,
        "marker": {"color": colour, "line": {"width": 0}, "cornerradius": 2},
        "hovertemplate": f"{label}: {unit_of(unit_name).of('y')}<extra></extra>",
    }
    if text:
        trace |= {"text": written(ys, unit_name), "textposition": "outside", "cliponaxis": False, "textangle": 0}
    return trace


def _overlay(xs: list[Any], ys: list[Any], label: str, unit_name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": label,
        "x": xs,
        "y": ys,
        "yaxis": "y2",
        "line": {"color": palette.INK, "width": 1.6},
        "marker": {"size": 4, "color": palette.INK},
        "hovertemplate": f"{label}: {unit_of(unit_name).of('y')}<extra></extra>",
    }
