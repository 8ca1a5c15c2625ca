"""How one figure becomes another: waterfalls, funnels and flows."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import format, palette
from ui.charts.figure import category_axis, figure, first_on_top, labels, unit_of, values, written

NARROWEST_FUNNEL = 220  # pixels of its widest bar in the narrowest card


def waterfall(
    frame: pl.DataFrame,
    *,
    label: str,
    value: str,
    totals: Sequence[str] = (),
    unit: str = "money",
    tone: str = "ink",
    rising: str = "good",
    falling: str = "alert",
) -> go.Figure:
    """A bridge in the order given: labels in `totals` are levels that stand on the ground, the others are changes."""
    names, sizes = labels(frame, label), [size or 0.0 for size in values(frame, value)]
    is_total = [name in totals for name in names]
    trace = {
        "type": "waterfall",
        "x": names,
        "y": sizes,
        "measure": ["absolute" if total else "relative" for total in is_total],
        "text": [_step_text(size, unit, total=total) for size, total in zip(sizes, is_total, strict=True)],
        "textposition": "outside",
        "textfont": {"size": 10, "color": palette.INK},
        "constraintext": "none",  # else the figures of slim bars shrink until they are hidden
        "cliponaxis": False,
        "connector": {"line": {"color": palette.SILVER, "width": 1}},
        "increasing": {"marker": {"color": palette.tone(rising)}},
        "decreasing": {"marker": {"color": palette.tone(falling)}},
        "totals": {"marker": {"color": palette.tone(tone)}},
        "customdata": [_step_text(size, unit, total=total) for size, total in zip(sizes, is_total, strict=True)],
        "hovertemplate": "%{x}: %{customdata}<extra></extra>",
    }
    levels = _levels(sizes, is_total)
    top, bottom = max(levels), min(levels)
    lands_low = any(end < 0.1 * top for size, end in zip(sizes, levels[1:], strict=True) if size < 0)
    room = (top - bottom or 1.0) * 0.14  # for the figures above the bars, and below those that fall to the ground
    yaxis = {"visible": False, "range": [bottom - (room if lands_low else 0.0), top + room]}
    return figure([trace], xaxis=category_axis(), yaxis=yaxis, bargap=0.25)


def funnel(frame: pl.DataFrame, *, stage: str, value: str, unit: str = "count", tone: str = "data") -> go.Figure:
    """Stages in the order given, centred; each shows its size and its share of the first."""
    names, sizes = labels(frame, stage), [size or 0.0 for size in values(frame, value)]
    first = sizes[0] if sizes and sizes[0] else 1.0
    before = [first, *sizes][: len(sizes)]
    paint = _fading(len(names), tone)
    texts = [f"{text} · {size / first:.0%}" for text, size in zip(written(sizes, unit), sizes, strict=True)]
    fits = [size / first * NARROWEST_FUNNEL > 7 * len(text) for text, size in zip(texts, sizes, strict=True)]
    trace = {
        "type": "funnel",
        "y": names,
        "x": sizes,
        "text": texts,
        "textposition": ["inside" if fit else "outside" for fit in fits],
        "textinfo": "text",
        "insidetextfont": {"color": palette.on(paint), "size": 11},
        "outsidetextfont": {"color": palette.INK, "size": 11},
        "constraintext": "none",
        "marker": {"color": paint, "line": {"width": 0}},
        "connector": {"visible": False},
        "customdata": [size / earlier if earlier else 0.0 for size, earlier in zip(sizes, before, strict=True)],
        "hovertemplate": f"%{{y}}: {unit_of(unit).of('x')}<br>%{{customdata:.1%}} of the step before<extra></extra>",
    }
    return figure([trace], yaxis={**first_on_top(names), "dtick": 1}, xaxis={"visible": False}, funnelgap=0.22)


def sankey(
    frame: pl.DataFrame, *, source: str, target: str, value: str, unit: str = "count", tone: str = "realtime"
) -> go.Figure:
    """Flows from left to right; equal names on both sides are one node."""
    starts, ends = labels(frame, source), labels(frame, target)
    names = list(dict.fromkeys([*starts, *ends]))
    at = {name: position for position, name in enumerate(names)}
    shown = unit_of(unit)
    trace = {
        "type": "sankey",
        "arrangement": "snap",
        "node": {
            "label": names,
            "color": [palette.OF_VALUE.get(name, palette.tone(tone)) for name in names],
            "pad": 14,
            "thickness": 12,
            "line": {"width": 0},
            "hovertemplate": f"%{{label}}: {shown.of('value')}<extra></extra>",
        },
        "link": {
            "source": [at[name] for name in starts],
            "target": [at[name] for name in ends],
            "value": values(frame, value),
            "color": "rgba(135,148,166,0.22)",
            "hovercolor": "rgba(135,148,166,0.45)",
            "hovertemplate": f"%{{source.label}} → %{{target.label}}: {shown.of('value')}<extra></extra>",
        },
        "textfont": {"size": 11, "color": palette.INK},
    }
    return figure([trace], margin={"l": 6, "r": 6, "t": 10, "b": 10})


def _step_text(size: float, unit_name: str, *, total: bool) -> str:
    text = written([abs(size)], unit_name)[0]
    return text if total else f"{'+' if size > 0 else format.MINUS if size < 0 else ''}{text}"


def _levels(sizes: Sequence[float], is_total: Sequence[bool]) -> list[float]:
    """Where the running level stands before and after every bar."""
    level, reached = 0.0, [0.0]
    for size, total in zip(sizes, is_total, strict=True):
        level = size if total else level + size
        reached.append(level)
    return reached


def _fading(steps: int, tone: str) -> list[str]:
    """From navy through the tone to green, as many colours as there are steps."""
    middle: list[Any] = [palette.NAVY, "#4A5A72", palette.SCALE.get(tone, palette.SCALE["data"])[3], palette.tone(tone)]
    paint = (middle + [palette.pale(tone)] * max(0, steps - 5))[: max(0, steps - 1)]
    return [*paint, palette.GREEN][-steps:] if steps else []
