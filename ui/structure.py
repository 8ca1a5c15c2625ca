"""How the lakehouse is built, as pages draw it: what tables are made from, and how they refer to each other."""

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from lakehouse import session
from ui import charts, data


def tables() -> list[str]:
    """The tables that the lineage knows, as layer.table: gold first."""
    arrows = data.lineage()
    known = pl.concat([arrows["source"], arrows["target"]]).unique().to_list()
    layers = ("gold", "mdm", "silver", "bronze")
    return sorted(known, key=lambda name: (layers.index(name.partition(".")[0]), name))


@st.cache_resource(max_entries=60, show_spinner=False)
def lineage(focus: str = "") -> go.Figure:
    """What every table is made from; with a focus, only what belongs to that table stands out."""
    return charts.lineage(data.lineage(), source="source", target="target", focus=focus)


@st.cache_resource(max_entries=4, show_spinner=False)
def erd(layer: str) -> go.Figure:
    """The tables of a layer with their keys and references, from the models' headers and the gates' suites."""
    columns = session.columns().filter(pl.col("table").str.starts_with(f"{layer}."))
    return charts.erd(columns, session.relations())


@st.cache_resource(show_spinner=False)
def columns() -> pl.DataFrame:
    """Every column that the models' headers declare: table, column, type, is_key."""
    return session.columns()


def releases() -> pl.DataFrame:
    """Every published release with the tally of its gates, newest first."""
    counted = ("rules", "failed_rules", "quarantined_rows")
    rows = [
        {
            "release_id": found.release_id,
            "published_at": found.published_at,
            "as_of_date": found.as_of_date,
            "seconds": found.seconds,
            "tables": len(found.tables),
            **{name: sum(tally.get(name, 0) for tally in found.gates.values()) for name in counted},
            "note": found.note,
        }
        for found in reversed(data.releases())
    ]
    return pl.DataFrame(rows)
