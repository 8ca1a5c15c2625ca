"""Values on a grid: heat maps and cohort triangles."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import figure, first_on_top, labels, unit_of, values, written


def heatmap(
    frame: pl.DataFrame,
    *,
    x: str,
    y: str,
    value: str,
    unit: str = "count",
    tone: str = "data",
    text: bool = False,
) -> go.Figure:
    """A cell per (x, y), in the order in which the values of each appear; the first y on top."""
    columns, rows = list(dict.fromkeys(labels(frame, x))), list(dict.fromkeys(labels(frame, y)))
    return _grid(frame, columns, rows, x=x, y=y, value=value, unit=unit, tone=tone, text=text)


def cohorts(
    frame: pl.DataFrame,
    *,
    cohort: str,
    period: str,
    value: str,
    unit: str = "share",
    tone: str = "data",
    text: bool = True,
) -> go.Figure:
    """The retention triangle: a row per cohort, a column per period since; null is not yet observed."""
    ordered = frame.sort(cohort, period)
    columns, rows = sorted(set(values(ordered, period))), list(dict.fromkeys(labels(ordered, cohort)))
    return _grid(
        ordered,
        [str(column) for column in columns],
        rows,
        x=period,
        y=cohort,
        value=value,
        unit=unit,
        tone=tone,
        text=text,
    )


def _grid(
    frame: pl.DataFrame,
    columns: list[str],
    rows: list[str],
    *,
    x: str,
    y: str,
    value: str,
    unit: str,
    tone: str,
    text: bool,
) -> go.Figure:
    cells = dict(zip(zip(labels(frame, y), labels(frame, x), strict=True), values(frame, value), strict=True))
    z = [[cells.get((row, column)) for column in columns] for row in rows]
    scale = palette.light_scale(tone) if text else palette.SCALE.get(tone, palette.SCALE["data"])
    steps = len(scale) - 1
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": columns,
        "y": rows,
        "z": z,
        "colorscale": [[position / steps, colour] for position, colour in enumerate(scale)],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": f"%{{y}} · %{{x}}: {unit_of(unit).of('z')}<extra></extra>",
    }
    if text:
        trace |= {
            "text": [["" if cell is None else _short(cell, unit) for cell in row] for row in z],
            "texttemplate": "%{text}",
            "textfont": {"size": 10, "color": palette.INK},
        }
    return figure(
        [trace],
        xaxis={"type": "category", "side": "bottom", "showline": False, "autotickangles": [0, 90]},
        yaxis={**first_on_top(rows), "dtick": 1 if len(rows) <= 14 else 2},
    )


def _short(value: float, unit_name: str) -> str:
    """Narrow enough for a cell: shares without decimals."""
    return f"{value * 100:.0f}%" if unit_name == "share" else written([value], unit_name)[0]
