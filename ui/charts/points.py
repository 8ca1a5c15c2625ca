"""Distributions and comparisons of single things: histograms, scatter plots and radars."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import figure, labels, legend_room, unit_of, values


def histogram(
    frame: pl.DataFrame,
    *,
    start: str,
    count: str,
    width: float,
    unit: str = "score",
    thresholds: Sequence[tuple[float, str]] = (),
    bands: Sequence[tuple[float | None, str]] = ((None, "neutral"),),
) -> go.Figure:
    """Counted bins from their lower edge; a band paints all bins that start below its edge (None: the rest)."""
    edges = values(frame, start)
    trace = {
        "type": "bar",
        "x": [edge + width / 2 for edge in edges],
        "y": values(frame, count),
        "width": width * 0.9,
        "marker": {"color": [_band_colour(edge + width / 2, bands) for edge in edges], "cornerradius": 2},
        "customdata": [edge + width for edge in edges],
        "text": edges,
        "hovertemplate": f"{unit_of(unit).of('text')} – {unit_of(unit).of('customdata')}: %{{y:,}}<extra></extra>",
        "textposition": "none",
    }
    shapes, notes = [], []
    for position, (level, text) in enumerate(thresholds):
        line = {"color": palette.INK, "width": 1.2, "dash": "dash"}
        shapes.append({"type": "line", "x0": level, "x1": level, "y0": 0, "y1": 1, "yref": "paper", "line": line})
        notes.append(
            {
                "x": level,
                "y": 1.0 + 0.07 * (position % 2 == 1),
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "center",
                "text": text,
                "showarrow": False,
                "font": {"size": 11, "color": palette.INK},
            }
        )
    layout: dict[str, Any] = {"shapes": shapes, "annotations": notes, "margin": {"l": 6, "r": 8, "t": 36, "b": 6}}
    return figure(
        [trace],
        bargap=0,
        xaxis={**unit_of(unit).axis, "type": "linear"},
        yaxis=dict(unit_of("count").axis),
        **(layout if thresholds else {}),
    )


def scatter(
    frame: pl.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    size: str | None = None,
    color: str | None = None,
    x_unit: str = "count",
    y_unit: str = "count",
    x_name: str = "",
    y_name: str = "",
    tone: str = "data",
    tones: Mapping[str, str] | None = None,
    diagonal: bool = False,
) -> go.Figure:
    """One mark per row; names of the axes go into the hover label. `diagonal` draws where y equals x."""
    parts = frame.partition_by(color, as_dict=True, maintain_order=True) if color else {("",): frame}
    names = [str(key) for (key,) in parts]
    paint = palette.colours(names, tones or {}) if color else [palette.tone(tone)]
    biggest = max((float(value) for value in values(frame, size) if value is not None), default=1.0) if size else 1.0
    traces: list[dict[str, Any]] = []
    for (name, part), colour in zip(zip(names, parts.values(), strict=True), paint, strict=True):
        marker: dict[str, Any] = {"color": colour, "opacity": 0.75, "line": {"color": palette.WHITE, "width": 1}}
        marker |= {"size": 9}
        if size:
            sizes = [value or 0 for value in values(part, size)]
            marker |= {"size": sizes, "sizemode": "area", "sizeref": 2 * biggest / 30**2, "sizemin": 4}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": values(part, x),
                "y": values(part, y),
                "text": labels(part, label),
                "marker": marker,
                "hovertemplate": _both(x, y, x_name, y_name, x_unit, y_unit),
            }
        )
    if diagonal:
        top = max((value for column in (x, y) for value in values(frame, column) if value is not None), default=1.0)
        line = {"color": palette.SLATE, "width": 1.2, "dash": "dash"}
        traces.append(
            {"type": "scatter", "mode": "lines", "x": [0, top], "y": [0, top], "line": line, "hoverinfo": "skip"}
            | {"showlegend": False}
        )
    return figure(
        traces,
        xaxis={**unit_of(x_unit).axis, "showgrid": True, "gridcolor": palette.GRID},
        yaxis=dict(unit_of(y_unit).axis),
        **legend_room(len(names) > 1),
    )


def radar(
    frame: pl.DataFrame,
    *,
    axis: str,
    value: str,
    color: str | None = None,
    low: float = 0,
    high: float = 100,
    tones: Mapping[str, str] | None = None,
) -> go.Figure:
    """One closed outline per value of `color` over the axes, all on the same scale."""
    parts = frame.partition_by(color, as_dict=True, maintain_order=True) if color else {("",): frame}
    names = [str(key) for (key,) in parts]
    traces = []
    for name, part, colour in zip(names, parts.values(), palette.colours(names, tones or {}), strict=True):
        spokes, sizes = labels(part, axis), values(part, value)
        traces.append(
            {
                "type": "scatterpolar",
                "mode": "lines+markers",
                "name": name,
                "theta": [*spokes, *spokes[:1]],
                "r": [*sizes, *sizes[:1]],
                "line": {"color": colour, "width": 2},
                "marker": {"size": 4, "color": colour},
                "hovertemplate": f"{name} · %{{theta}}: %{{r:,.0f}}<extra></extra>",
            }
        )
    quiet = {"gridcolor": palette.GRID, "linecolor": palette.BORDER}
    polar = {
        "bgcolor": "rgba(0,0,0,0)",
        "radialaxis": {
            **quiet,
            "range": [low, high],
            "showticklabels": False,
            "ticks": "",
            "nticks": 5,
            "showline": False,
        },
        "angularaxis": {**quiet, "tickfont": {"size": 11, "color": palette.MUTED}},
    }
    room = legend_room(len(names) > 1)
    return figure(
        traces, polar=polar, **room | {"margin": {"l": 40, "r": 40, "t": 44 if len(names) > 1 else 24, "b": 20}}
    )


def _band_colour(middle: float, bands: Sequence[tuple[float | None, str]]) -> str:
    return next((palette.tone(tone) for edge, tone in bands if edge is None or middle < edge), palette.SILVER)


def _both(x: str, y: str, x_name: str, y_name: str, x_unit: str, y_unit: str) -> str:
    across, up = x_name or x.replace("_", " ").capitalize(), y_name or y.replace("_", " ").capitalize()
    return f"<b>%{{text}}</b><br>{across}: {unit_of(x_unit).of('x')}<br>{up}: {unit_of(y_unit).of('y')}<extra></extra>"
