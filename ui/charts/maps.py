"""A world map that needs no network: the outlines come from the app's own static folder."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import format, palette
from ui.charts.figure import figure, labels, values, written

# Plotly names countries by three letters.
ISO3 = {
    "US": "USA", "GB": "GBR", "JP": "JPN", "DE": "DEU", "FR": "FRA",
    "SG": "SGP", "AU": "AUS", "IN": "IND", "BR": "BRA", "CA": "CAN",
}  # fmt: skip
# Too small to be seen as an area at this scale.
AS_POINT = {"SGP": (103.8, 1.35)}
LAND = "#EEF1F4"


def world_map(
    frame: pl.DataFrame, *, country: str, value: str, unit: str = "money", tone: str = "revenue"
) -> go.Figure:
    """Countries shaded by their value; city states as a point in the same colours."""
    codes, sizes = [ISO3.get(code, code) for code in labels(frame, country)], values(frame, value)
    names = [format.country(code) for code in labels(frame, country)]
    scale = palette.SCALE.get(tone, palette.SCALE["revenue"])
    steps = len(scale) - 1
    shading: dict[str, Any] = {
        "colorscale": [[position / steps, colour] for position, colour in enumerate(scale)],
        "cmin": 0,
        "cmax": max((size for size in sizes if size is not None), default=1.0) or 1.0,
        "showscale": False,
    }
    hover = {"hovertemplate": "%{text}: %{customdata}<extra></extra>"}
    written_sizes = written(sizes, unit)
    areas: dict[str, Any] = {
        "type": "choropleth",
        "locations": codes,
        "z": sizes,
        "zmin": 0,
        "zmax": shading["cmax"],
        "colorscale": shading["colorscale"],
        "showscale": False,
        "text": names,
        "customdata": written_sizes,
        "marker": {"line": {"color": palette.WHITE, "width": 0.6}},
        **hover,
    }
    small = [at for at, code in enumerate(codes) if code in AS_POINT]
    points: dict[str, Any] = {
        "type": "scattergeo",
        "mode": "markers",
        "lon": [AS_POINT[codes[at]][0] for at in small],
        "lat": [AS_POINT[codes[at]][1] for at in small],
        "text": [names[at] for at in small],
        "customdata": [written_sizes[at] for at in small],
        "marker": {
            "size": 9,
            "color": [sizes[at] for at in small],
            **shading,
            "line": {"color": palette.NAVY, "width": 1},
        },
        **hover,
    }
    geo = {
        "projection": {"type": "natural earth"},
        "showframe": False,
        "showcoastlines": False,
        "showcountries": False,
        "showland": True,
        "landcolor": LAND,
        "bgcolor": "rgba(0,0,0,0)",
        "lataxis": {"range": [-56, 78]},
        "resolution": 110,
    }
    return figure([areas, points], geo=geo, margin={"l": 0, "r": 0, "t": 0, "b": 0})
