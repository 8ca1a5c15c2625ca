"""Data dictionary: what does each figure mean, and where does it come from?"""

import polars as pl
import streamlit as st

from ui import meaning
from ui.cards import card, note, nothing_here
from ui.format import count, percent
from ui.kpi import Kpi, kpi_row

FIRST = "gold.fact_sales"  # the table to begin with
total = meaning.totals()
kpi_row(
    Kpi(
        "Tables",
        count(total["tables"]),
        "in 4 layers",
        help="Tables of the four layers; each is described in the YAML files beside the models.",
        tone="data",
    ),
    Kpi(
        "Columns",
        count(total["columns"]),
        "all described",
        help="Columns of these tables, each with a type and a meaning.",
        tone="ink",
    ),
    Kpi(
        "Guarded columns",
        count(total["guarded"]),
        help="Columns that at least one rule of a gate looks at.",
        target=f"{percent(total['guarded'] / total['columns'])} of all",
        reached=total["guarded"] / total["columns"],
        tone="good",
    ),
    Kpi(
        "Personal data",
        count(total["personal"]),
        help="Columns that name a person or a company, lead to one, or may hold what people wrote.",
        target=f"{percent(total['personal'] / total['columns'])} of all",
        reached=total["personal"] / total["columns"],
        tone="warning",
    ),
    Kpi("Queries", count(total["queries"]), "one a file", help="SELECTs that the pages ask.", tone="realtime"),
    Kpi(
        "KPI cards",
        count(total["kpis"]),
        f"on {count(len(meaning.pages()))} pages",
        help="Figures at the top of the pages.",
        tone="revenue",
    ),
)


def way(title: str, made: tuple[str, ...], alt: str) -> None:
    """The card with the columns behind a column or a figure."""
    with card(title, "What the values are made from, from the source systems on the left") as it:
        drawn = meaning.way(made)
        if drawn is None:
            nothing_here(
                "It is made from no other column: a source sends it, a person enters it, or it is computed live."
            )
            return
        with st.container(key="wide_lineage"):
            it.figure(drawn, height=drawn.layout.height, alt=alt)
        note(f"Begins at {', '.join(meaning.origins(made)) or 'no source column'}.")


names = ("Tables and columns", "KPIs and cards")
tabs = dict(zip(names, st.tabs(names, key="dictionary_tab", on_change="rerun", bind="query-params"), strict=True))

if tabs[names[0]].open:
    with tabs[names[0]]:
        tables = meaning.tables()
        with st.container(horizontal=True):
            name = st.selectbox(
                "Table",
                tables,
                tables.index(FIRST),
                key="dictionary_table",
                bind="query-params",
                width=320,
                filter_mode="fuzzy",
            )
            text = st.text_input("Find a column in any table", key="dictionary_find", bind="query-params", width=320)
        entry = meaning.table(name)
        shown = meaning.found(text) if text else meaning.columns().filter(pl.col("table") == name)
        kept = f"kept {entry['retention_days']} days" if entry["retention_days"] else "kept for good"
        grain = f"One row for each {', '.join(entry['grain'])} · " if entry["grain"] else ""
        title, about = ("Columns found", f"“{text}”") if text else (name, f"{entry['description']} {grain}{kept}")
        with card(title, about, empty="No column is called so.") as it:
            picked = it.table(
                {
                    **({"table": st.column_config.TextColumn("Table", width=150)} if text else {}),
                    "column": st.column_config.TextColumn("Column", width=150),
                    "type": st.column_config.TextColumn("Type", width=100),
                    "description": st.column_config.TextColumn("Meaning", width=380),
                    "pii": st.column_config.TextColumn("PII", width=70),
                    "rules": st.column_config.TextColumn("Rules", width=220),
                    "sources": st.column_config.TextColumn("Made from", width=300),
                },
                frame=shown,
                height=min(390, 40 + 32 * len(shown)),
                key="dictionary_column",
                select=True,
            )
            note("Click a row to see where the column comes from.")
        if not shown.is_empty():
            row = shown.row(picked or 0, named=True)
            column = f"{row['table']}.{row['column']}"
            way(column, (column,), f"Lineage of {column}")

if tabs[names[1]].open:
    with tabs[names[1]]:
        titles = meaning.pages()
        page = st.selectbox("Page", list(titles), key="dictionary_page", bind="query-params", width=320)
        shown = meaning.figures().filter(pl.col("page") == titles[page])
        with card(f"Figures of {page}", "KPI cards and the queries behind the charts") as it:
            picked = it.table(
                {
                    "kind": st.column_config.TextColumn("Kind", width=60),
                    "label": st.column_config.TextColumn("Figure", width=260),
                    "query": st.column_config.TextColumn("Query", width=260),
                },
                frame=shown,
                height=330,
                key="dictionary_figure",
                select=True,
            )
            note("Click a figure to see the models and source columns behind it.")
        row = shown.row(picked or 0, named=True)
        way(row["label"], tuple(row["columns"]), f"Lineage of {row['label']} on {page}")
