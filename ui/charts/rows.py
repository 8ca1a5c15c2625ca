"""Horizontal bars: ranked, as shares of a whole, against a target."""

from collections.abc import Collection, Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import figure, first_on_top, highlighted, labels, legend_room, unit_of, values, written

NARROWEST = 170  # pixels of the longest bar in the narrowest card, its names aside


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
    colour = palette.colours(names, tones) if tones is not None else highlighted(names, sizes, highlight, tone)
    longest = max((size or 0.0 for size in sizes), default=0.0) or 1.0
    fits = [(size or 0.0) / longest * NARROWEST > 6.5 * len(text) for size, text in zip(sizes, written_on, strict=True)]
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": sizes,
        "y": names,
        "marker": {"color": colour, "cornerradius": 2},
        "width": 0.7 * min(1.0, len(names) / 4),  # a few bars stay as slim as many
        "text": written_on,
        "textposition": ["inside" if fit else "outside" for fit in fits],
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
    return figure([trace], **_rows(names), bargap=0.3)


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
    rows_layout = _rows(labels(frame, label))
    rows_layout["xaxis"] |= {"range": [0, 1]}
    legend = {"legend": {"traceorder": "normal"}}  # as the parts follow each other in the bars
    return figure(traces, barmode="stack", bargap=0.35, **rows_layout, **legend_room(True), **legend)


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
    layout = _rows(names)
    layout["xaxis"] = {**shown.axis, "showgrid": True, "gridcolor": palette.GRID, "rangemode": "tozero"}
    return figure([bar, tick], bargap=0.45, **layout, **legend_room(True))


def _rows(names: Collection[str]) -> dict[str, Any]:
    """The axes of horizontal bars: no grid, no ticks below, names at the left, first on top."""
    return {
        "xaxis": {"visible": False, "fixedrange": True, "rangemode": "tozero"},
        "yaxis": {**first_on_top(names), "dtick": 1, "ticklabelstandoff": 4},
    }
