"""One function per kind of chart: a frame and column names in, a Plotly figure out. No Streamlit, no data work."""

from ui.charts.bars import bars, pareto
from ui.charts.flows import funnel, sankey, waterfall
from ui.charts.grids import cohorts, heatmap
from ui.charts.lines import lines
from ui.charts.maps import world_map
from ui.charts.network import erd, lineage
from ui.charts.points import histogram, radar, scatter
from ui.charts.rows import bullets, ranked, shares
from ui.charts.timeline import timeline

__all__ = [
    "bars",
    "bullets",
    "cohorts",
    "erd",
    "funnel",
    "heatmap",
    "histogram",
    "lineage",
    "lines",
    "pareto",
    "radar",
    "ranked",
    "sankey",
    "scatter",
    "shares",
    "timeline",
    "waterfall",
    "world_map",
]
