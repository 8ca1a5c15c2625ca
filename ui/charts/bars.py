"""Bars: over a category or time, ranked, as shares of a whole, against a target."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import (
    figure,
    labels,
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
        paint = [_single(series[0][2], series[0][3], highlight, tone)]
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


def ranked(
    frame: pl.DataFrame,
    *,
    label: str,
    value: str,
    unit: str = "count",
    highlight: str | None = "max",
    limit: int = 10,
    text: str | None = None,
    tone: str = "revenue",
    tones: Mapping[str, str] | None = None,
) -> go.Figure:
    """Horizontal bars, the largest on top; one stands out. `text` names the column of what is written in the bar."""
    shown = frame.filter(pl.col(value).is_not_null()).sort(value, descending=True, maintain_order=True).head(limit)
    names, sizes = labels(shown, label), values(shown, value)
    written_on = labels(shown, text) if text else written(sizes, unit)
    colour = palette.colours(names, tones) if tones is not None else _single(names, sizes, highlight, tone)
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": sizes,
        "y": names,
        "marker": {"color": colour, "cornerradius": 2},
        "text": written_on,
        "textposition": "auto",
        "textangle": 0,
        "insidetextanchor": "end",
        "insidetextfont": {"color": palette.INK, "size": 11},
        "outsidetextfont": {"color": palette.INK, "size": 11},
        "constraintext": "none",
        "cliponaxis": False,
        "hovertemplate": f"%{{y}}: {unit_of(unit).of('x')}<extra></extra>",
    }
    if tones is not None:
        trace["insidetextfont"] = {"color": palette.on(colour), "size": 11}
    return figure([trace], **_rows(), bargap=0.3)


def shares(
    frame: pl.DataFrame,
    *,
    label: str,
    part: str,
    value: str,
    unit: str = "count",
    tones: Mapping[str, str] | None = None,
) -> go.Figure:
    """One bar of 100 % per label, divided into parts in the order in which they appear."""
    total = pl.col(value).cast(pl.Float64).sum().over(label)
    size = pl.col(value).cast(pl.Float64).fill_null(0)
    shown = frame.with_columns(pl.when(total > 0).then(size / total).otherwise(0.0).alias("share_of_label"))
    parts = list(dict.fromkeys(labels(frame, part)))
    traces = []
    for name, colour in zip(parts, palette.colours(parts, tones or {}), strict=True):
        rows = shown.filter(pl.col(part).cast(pl.String) == name)
        sizes = values(rows, "share_of_label")
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "x": sizes,
                "y": labels(rows, label),
                "customdata": written(values(rows, value), unit),
                "marker": {"color": colour, "line": {"color": palette.WHITE, "width": 1}},
                "text": [f"{size:.0%}" if size >= 0.07 else "" for size in sizes],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "insidetextfont": {"color": palette.on([colour])[0], "size": 11},
                "hovertemplate": f"{name}: %{{x:.1%}} (%{{customdata}})<extra>%{{y}}</extra>",
            }
        )
    rows_layout = _rows()
    rows_layout["xaxis"] |= {"range": [0, 1]}
    return figure(traces, barmode="stack", bargap=0.35, **rows_layout, **legend_room(True))


def bullets(
    frame: pl.DataFrame,
    *,
    label: str,
    value: str,
    target: str,
    unit: str = "count",
    tone: str = "revenue",
) -> go.Figure:
    """A bar per label with a tick where its target lies, in the order given."""
    names, sizes, targets = labels(frame, label), values(frame, value), values(frame, target)
    shown = unit_of(unit)
    bar = {
        "type": "bar",
        "orientation": "h",
        "name": "Actual",
        "x": sizes,
        "y": names,
        "marker": {"color": palette.tone(tone), "cornerradius": 2},
        "hovertemplate": f"%{{y}}: {shown.of('x')}<extra></extra>",
    }
    tick = {
        "type": "scatter",
        "mode": "markers",
        "name": "Target",
        "x": targets,
        "y": names,
        "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 2.5, "color": palette.INK}, "color": palette.INK},
        "hovertemplate": f"Target: {shown.of('x')}<extra></extra>",
    }
    layout = _rows()
    layout["xaxis"] = {**shown.axis, "showgrid": True, "gridcolor": palette.GRID, "rangemode": "tozero"}
    return figure([bar, tick], bargap=0.45, **layout, **legend_room(True))


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
    bar = _bar(xs, values(frame, value), "Value", palette.tone(tone), unit, text=False)
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


def _single(names: list[Any], sizes: list[Any], highlight: str | None, tone: str) -> Any:
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


def _rows() -> dict[str, Any]:
    """The axes of horizontal bars: no grid, no ticks below, names at the left, first on top."""
    return {
        "xaxis": {"visible": False, "fixedrange": True, "rangemode": "tozero"},
        "yaxis": {"type": "category", "dtick": 1, "autorange": "reversed", "showgrid": False, "ticklabelstandoff": 4},
    }
