"""The look of every chart: type, colours, margins, and axes that nobody zooms by accident."""

from collections.abc import Mapping, Sequence
from typing import Any

from ui import palette

HEIGHT = 250
FONT = "DM Sans, sans-serif"
WITHOUT_AXES = ("sankey", "scatterpolar", "choropleth", "scattergeo")

HOVER_LABEL = {
    "bgcolor": palette.INK,
    "bordercolor": palette.INK,
    "font": {"family": FONT, "size": 12, "color": palette.WHITE},
    "align": "left",
    "namelength": -1,
}
AXIS = {
    "automargin": True,
    "fixedrange": True,
    "zeroline": False,
    "linecolor": palette.BORDER,
    "tickfont": {"size": 11, "color": palette.MUTED},
    "ticks": "",
    "showspikes": False,
}
AXES: Mapping[str, Mapping[str, Any]] = {
    "xaxis": {**AXIS, "showgrid": False, "ticklabelstandoff": 4},
    "yaxis": {**AXIS, "gridcolor": palette.GRID, "showline": False},
}
LAYOUT: Mapping[str, Any] = {
    "font": {"family": FONT, "size": 12, "color": palette.INK},
    "colorway": list(palette.SERIES),
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "margin": {"l": 6, "r": 8, "t": 8, "b": 6, "autoexpand": True},
    "height": HEIGHT,
    "dragmode": False,
    "hovermode": "closest",
    "hoverlabel": HOVER_LABEL,
    "showlegend": False,
    "legend": {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1.02,
        "yanchor": "bottom",
        "itemwidth": 30,
        "font": {"size": 11, "color": palette.MUTED},
        "itemclick": "toggle",
        "itemdoubleclick": "toggleothers",
        "tracegroupgap": 0,
    },
    "bargap": 0.32,
    "separators": ".,",
    "uniformtext": {"minsize": 9, "mode": "hide"},
    # Streamlit hands Plotly each figure twice, in objects that are equal. With the same revision, at the height at
    # which it is shown, and without a template, the second time changes nothing, and nothing is drawn anew.
    "datarevision": 1,
}


def in_house_style(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> dict[str, Any]:
    """A layout with the house style below it.

    A template would say the same, but Plotly draws a figure that has one anew whenever it is handed over again.
    """
    has_axes = any(trace["type"] not in WITHOUT_AXES for trace in traces)
    drawn = {name for name in layout if name.startswith(tuple(AXES))} | (set(AXES) if has_axes else set())
    axes = {name: _over(AXES[name[: len("xaxis")]], layout.get(name, {})) for name in sorted(drawn)}
    return {**_over(LAYOUT, layout), **axes}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, nested parts too; where both speak, what is above holds."""
    nested = {
        name: _over(below[name], value)
        for name, value in above.items()
        if isinstance(value, Mapping) and isinstance(below.get(name), Mapping)
    }
    return {**below, **above, **nested}
