"""Lines and areas over time."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import figure, legend_room, right_axis, series_of, unit_of, values, x_axis


def lines(
    frame: pl.DataFrame,
    *,
    x: str,
    y: str | Mapping[str, str],
    color: str | None = None,
    unit: str = "count",
    area: bool = False,
    stack: bool = False,
    dashed: Sequence[str] = (),
    band: tuple[str, str, str] | None = None,
    right: Mapping[str, str] | None = None,
    right_unit: str = "count",
    events: Sequence[tuple[Any, str]] = (),
    target: tuple[float, str] | None = None,
    tones: Mapping[str, str] | None = None,
    markers: bool = False,
    step: bool = False,
    zero: bool = True,
) -> go.Figure:
    """One line per column of `y`, or per value of `color`; `dashed` columns are the comparison."""
    series = series_of(frame, x, y, color)
    paint = palette.colours([key for key, *_ in series], tones or {})
    traces: list[dict[str, Any]] = _band(frame, x, band, unit) if band else []
    for position, ((key, label, xs, ys), colour) in enumerate(zip(series, paint, strict=True)):
        is_dashed = key in dashed
        colour = palette.SLATE if is_dashed else colour
        trace = _line(xs, ys, label, colour, unit, dash=is_dashed, step=step)
        if stack:
            trace |= {"stackgroup": "one", "fillcolor": colour, "line": {"width": 0.5, "color": palette.WHITE}}
        elif area and position == 0:
            trace |= {"fill": "tozeroy", "fillcolor": _faded(colour)}
        if (markers and not is_dashed) or len(xs) == 1:
            trace |= {"mode": "lines+markers", "marker": {"size": 6, "color": colour}}
        traces.append(trace)
    for column, label in (right or {}).items():
        colour = palette.tone((tones or {}).get(column, "alert"))
        trace = _line(values(frame, x), values(frame, column), label, colour, right_unit, dash=False, step=False)
        traces.append(trace | {"yaxis": "y2", "line": {"color": colour, "width": 1.4}})
    named = len(traces) - (1 if band else 0)
    layout = _layout(values(frame, x), unit, right_unit if right else None, zero=zero, legend=named > 1)
    return figure(traces, **layout, **_marks(events, target))


def _line(
    xs: list[Any], ys: list[Any], label: str, colour: str, unit_name: str, *, dash: bool, step: bool
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": label,
        "x": xs,
        "y": ys,
        "line": {
            "color": colour,
            "width": 1.6 if dash else 2.2,
            "dash": "dot" if dash else "solid",
            "shape": "hv" if step else "linear",
        },
        "hovertemplate": f"{label}: {unit_of(unit_name).of('y')}<extra></extra>",
    }


def _band(frame: pl.DataFrame, x: str, band: tuple[str, str, str], unit_name: str) -> list[dict[str, Any]]:
    """Two edges with the space between them filled; hover and legend speak of it once."""
    low, high, label = band
    edge = {"type": "scatter", "mode": "lines", "x": values(frame, x), "line": {"width": 0}}
    shown = unit_of(unit_name)
    return [
        edge | {"y": values(frame, low), "hoverinfo": "skip", "showlegend": False},
        edge
        | {
            "y": values(frame, high),
            "name": label,
            "fill": "tonexty",
            "fillcolor": "rgba(135,148,166,0.16)",
            "customdata": values(frame, low),
            "hovertemplate": f"{label}: {shown.of('customdata')} – {shown.of('y')}<extra></extra>",
        },
    ]


def _layout(xs: list[Any], unit_name: str, right_unit: str | None, *, zero: bool, legend: bool) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "hovermode": "x unified",
        "xaxis": {**x_axis(xs), "showspikes": True, **SPIKE},
        "yaxis": {**unit_of(unit_name).axis, "rangemode": "tozero" if zero else "normal"},
        **legend_room(legend),
    }
    if right_unit:
        layout["yaxis2"] = right_axis(right_unit)
    return layout


SPIKE = {
    "spikemode": "across",
    "spikethickness": 1,
    "spikedash": "solid",
    "spikecolor": palette.SLATE,
    "spikesnap": "data",
}


def _marks(events: Sequence[tuple[Any, str]], target: tuple[float, str] | None) -> dict[str, Any]:
    """A dotted line with a word for each event on the time axis, and for the target level."""
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    note = {"showarrow": False, "font": {"size": 11, "color": palette.INK}, "bgcolor": "rgba(255,255,255,0.85)"}
    for at, text in events:
        line = {"color": palette.INK, "width": 1, "dash": "dot"}
        shapes.append({"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line})
        notes.append(
            note | {"x": at, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "xshift": 3, "text": text}
        )
    if target:
        level, text = target
        line = {"color": palette.SLATE, "width": 1.2, "dash": "dash"}
        shapes.append({"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": level, "y1": level, "line": line})
        notes.append(note | {"x": 0, "xref": "paper", "xanchor": "left", "y": level, "yanchor": "bottom", "text": text})
    return {"shapes": shapes, "annotations": notes} if shapes else {}


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.10)"
