"""Everything that happened with one thing, on one time axis: a lane a kind of event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import format, palette
from ui.charts.figure import figure, labels, values, x_axis


def timeline(
    frame: pl.DataFrame,
    *,
    at: str,
    lane: str,
    title: str,
    detail: str,
    size: str | None = None,
    mood: str | None = None,
    lanes: Sequence[str] = (),
    moods: Mapping[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> go.Figure:
    """One mark an event, larger with its amount, in the colour of its mood; all `lanes` stay, even empty ones."""
    instants = values(frame, at)
    order = list(lanes) or list(dict.fromkeys(labels(frame, lane)))
    colours = {name: palette.tone(tone) for name, tone in (moods or {}).items()}
    amounts = values(frame, size) if size else [None] * len(frame)
    biggest = max((amount for amount in amounts if amount), default=1.0)
    texts = [
        f"<b>{name}</b>{f' · {format.money(amount)}' if amount is not None else ''}<br>{more}"
        for name, more, amount in zip(labels(frame, title), labels(frame, detail), amounts, strict=True)
    ]
    painted = labels(frame, mood) if mood else [""] * len(frame)
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": instants,
        "y": labels(frame, lane),
        "text": texts,
        "marker": {
            "size": [_diameter(amount, biggest) for amount in amounts],
            "color": [colours.get(name, palette.SLATE) for name in painted],
            "opacity": 0.75,
            "line": {"color": palette.WHITE, "width": 1},
        },
        "hovertemplate": "%{text}<br>%{x|%-d %b %Y}<extra></extra>",
    }
    span = {"range": [datetime.combine(since, time.min), datetime.combine(until, time.max)]} if since and until else {}
    yaxis = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": order[::-1],
        "range": [-0.6, len(order) - 0.4],
        "dtick": 1,
        "showgrid": True,
        "gridcolor": palette.GRID,
    }
    return figure([trace], xaxis={**x_axis(instants), **span}, yaxis=yaxis)


def _diameter(amount: float | None, biggest: float) -> float:
    """Area in proportion to the amount; events without one are small."""
    return 8.0 if not amount or amount < 0 else 8.0 + 18.0 * float(amount / biggest) ** 0.5
