"""The data dictionary as pages show it: tables, columns and KPI cards as frames, and the way a column came."""

from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from lakehouse import session
from ui import charts

LAYERS = ("gold", "mdm", "silver", "bronze")


def totals() -> dict[str, int]:
    """How many tables, columns, classed and guarded columns, queries and figures there are."""
    told, listed = session.dictionary(), columns()
    return {
        "tables": len(told["tables"]),
        "columns": len(listed),
        "personal": listed.filter(pl.col("pii") != "").height,
        "guarded": listed.filter(pl.col("rules") != "").height,
        "queries": len(told["queries"]),
        "kpis": sum(len(page["kpis"]) for page in told["pages"]),
    }


def tables() -> list[str]:
    """Every table as layer.table, gold first."""
    names = [table["table"] for table in session.dictionary()["tables"]]
    return sorted(names, key=lambda name: (LAYERS.index(name.partition(".")[0]), name))


def table(name: str) -> dict[str, Any]:
    """What one table holds: its entry in the dictionary."""
    return next(found for found in session.dictionary()["tables"] if found["table"] == name)


@st.cache_resource(show_spinner=False)
def columns() -> pl.DataFrame:
    """Every column: table, column, type, description, pii, rules, sources."""
    rows = [
        {
            "table": found["table"],
            **{key: column[key] for key in ("column", "type", "description", "pii")},
            "rules": ", ".join(column["rules"]),
            "sources": ", ".join(column["sources"]),
        }
        for found in session.dictionary()["tables"]
        for column in found["columns"]
    ]
    return pl.DataFrame(rows)


def found(text: str) -> pl.DataFrame:
    """The columns whose table, name or meaning holds the text, in any case."""
    words = pl.concat_str("table", pl.lit("."), "column", pl.lit(" "), "description").str.to_lowercase()
    return columns().filter(words.str.contains(text.strip().lower(), literal=True))


def pages() -> dict[str, str]:
    """The pages that show figures, by title."""
    return {page["title"]: page["page"] for page in session.dictionary()["pages"]}


@st.cache_resource(show_spinner=False)
def figures() -> pl.DataFrame:
    """Every KPI card and every column of a card's query: page, kind, label, query, columns (a list)."""
    told = session.dictionary()
    asked = {query["query"]: [column["column"] for column in query["columns"]] for query in told["queries"]}
    rows = []
    for page in told["pages"]:
        for kpi in page["kpis"]:
            queries = sorted({column.removeprefix("query.").rpartition(".")[0] for column in kpi["columns"]})
            rows.append((page["page"], "KPI", kpi["label"], ", ".join(queries), kpi["columns"]))
        for card in page["cards"]:
            made = [f"query.{card['query']}.{column}" for column in asked[card["query"]]]
            rows.append((page["page"], "Card", card["title"], card["query"], made))
    names = ("page", "kind", "label", "query", "columns")
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"columns": pl.List(pl.String)})


@st.cache_resource(max_entries=100, show_spinner=False)
def way(made: tuple[str, ...]) -> go.Figure | None:
    """The columns that some columns are made from, layer by layer; None where they are made of nothing else."""
    arrows = session.trace(made)
    if arrows.is_empty():
        return None
    return charts.lineage(arrows, source="source", target="target", focus=made[0] if len(made) == 1 else "")


def origins(made: tuple[str, ...]) -> list[str]:
    """The columns of the source systems at the beginning of the way."""
    arrows = session.trace(made)
    return sorted(name for name in arrows["source"].unique() if name.startswith("bronze."))
