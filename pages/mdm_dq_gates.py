"""MDM & DQ, the other tabs: what the gates found, what they set aside, and how the lakehouse is built."""

import polars as pl
import streamlit as st

from ui import charts, columns, data, past, repair, structure
from ui.blocks import action_list
from ui.cards import board, card, note


def gates() -> None:
    page = board(3)
    with page.card("Gates", "Between every two layers", query="mdm_dq/gates") as it:
        it.table(
            {
                "gate": "Gate",
                "rules": columns.number("Rules", width=55),
                "tolerated": columns.number("Tolerated", width=80, help="Bad rows, but fewer than the rule allows."),
                "failed_rows": columns.number("Bad rows", width=75),
                "state": st.column_config.TextColumn("State", width=70),
            }
        )
        note("A critical rule beyond its limit stops the run, and the last release stays as it was.")
    with page.card(
        "Bad rows by dimension", "Per 10,000 rows checked, by layer", query="mdm_dq/dimensions", span=2
    ) as it:
        it.draw(charts.heatmap, x="dimension", y="layer", value="bad_per_10k", unit="score", tone="alert", text=True)
    with page.card("Rules", "All rules of this release, those with bad rows first", query="mdm_dq/rules", span=2) as it:
        it.table(
            {
                "outcome": st.column_config.TextColumn("Outcome", width=80),
                "table_name": "Table",
                "rule": "Rule",
                "dimension": "Dimension",
                "failed": columns.number("Bad", width=55),
                "checked": columns.number("Of", width=65),
                "failed_share": columns.share("Share", decimals=2, width=65),
                "tolerated_share": columns.share("Allowed", width=70),
            },
            frame=columns.percents(it.frame, "failed_share", "tolerated_share"),
            height=400,
        )
    with page.card("Over runs", "Bad rows by gate, the last six runs", query="mdm_dq/gate_history") as it:
        it.draw(charts.bars, x="run", y="failed_rows", color="gate", stack=True, height=400)
    about, empty = (
        "Bad rows in 10,000 checked, by layer and dimension, the last twelve runs",
        "No row was bad in these runs.",
    )
    with page.card("History over releases", about, query="mdm_dq/layer_history", span=3, empty=empty) as it:
        it.draw(
            charts.heatmap, x="run", y="part", value="bad_per_10k", unit="score", tone="alert", text=True, height=380
        )
    with card("Runs", "What each run matched, and how its gates ended, the newest last", query="mdm_dq/runs") as it:
        it.table(
            {
                "run": "Run",
                "source_records": columns.number("Source records"),
                "golden_customers": columns.number("Golden customers"),
                "review": columns.number("Pairs to review"),
                "rules": columns.number("Rules"),
                "passed": columns.number("Passed"),
                "failed_rows": columns.number("Bad rows"),
                "row_pass_share": columns.share("Rows that hold", decimals=2),
            },
            frame=columns.percents(it.frame, "row_pass_share"),
        )
    about, empty = (
        "Runs and batches that did not get through; the last good release stayed",
        "Nothing was ever stopped.",
    )
    with card("Stopped", about, empty=empty) as it:
        it.table(
            {
                "attempted_at": columns.moment("When (UTC)", width=140),
                "what": st.column_config.TextColumn("What", width=150),
                "where": st.column_config.TextColumn("Stopped at", width=150),
                "found": st.column_config.TextColumn("Report", width=480),
                "after_release": columns.number("Stayed on", width=75),
                "state": st.column_config.TextColumn("State", width=150),
            },
            frame=past.stopped(),
        )


def quarantine() -> None:
    page, empty = board(2), "Quarantine is empty."
    with page.card("Set aside by table", "Rows", query="mdm_dq/quarantine_tables", empty=empty) as it:
        it.draw(charts.ranked, label="table_name", value="rows", limit=16, tone="alert", height=340)
        names = it.frame["table_name"].to_list()
    with page.card("By broken rule", "Rows, the most frequent", query="mdm_dq/quarantine_by_rule", empty=empty) as it:
        it.draw(charts.ranked, label="label", value="rows", limit=14, tone="alert", height=340)
    chosen = st.session_state.get("mdm_quarantine")
    one = {"table_name": chosen if chosen in names else None}
    about = "With the reason, and the row as it came"
    with card("Rows in quarantine", about, query="mdm_dq/quarantine_rows", params=one, empty=empty) as it:
        options = [None, *names]
        st.selectbox("Table", options, format_func=lambda name: name or "All tables", key="mdm_quarantine", width=320)
        picked = it.table(
            {
                "table_name": "Table",
                "row_key": "Key",
                "outcome": "Outcome",
                "reasons": st.column_config.TextColumn("Reasons", width=420),
                "batch_id": "Batch",
                "quarantined_at": columns.moment("Arrived"),
            },
            height=340,
            key="mdm_quarantine_row",
            select=True,
        )
        rows = it.frame
    if picked is None or picked >= len(rows):
        note("Select a row for all its reasons, the row as it came, and what to do about it.")
        return
    broken = rows.row(picked, named=True)
    page = board(2)
    with page.card("Why it was set aside", f"{broken['table_name']} · {broken['row_key'] or 'no key'}"):
        action_list(repair.reasons(broken))
        note(f"Batch {broken['batch_id']}, {broken['outcome'].lower()}. The row as it came:")
        st.json(broken["record"])
    with page.card("Repair and replay", "Bronze keeps what came; the source is where a row is mended"):
        action_list(repair.steps(broken))


def schema() -> None:
    with card("Lineage", "What every table is made from, read from the models themselves") as it:
        known = structure.tables()
        start = known.index("gold.dim_customer") if "gold.dim_customer" in known else 0
        focus = st.selectbox("Follow a table", known, start, key="mdm_lineage", bind="query-params", width=320)
        drawn = structure.lineage(focus)
        with st.container(key="wide_lineage"):
            it.figure(drawn, height=drawn.layout.height, alt=f"Lineage of {focus}")
    with card(
        "Entities", "Keys in bold, references with an arrow: from the models' headers and the gates' rules"
    ) as it:
        layers = ["gold", "silver"]
        layer = st.segmented_control(
            "Layer",
            layers,
            default="gold",
            required=True,
            key="mdm_erd",
            bind="query-params",
            label_visibility="collapsed",
        )
        drawn = structure.erd(layer)
        with st.container(key="wide_entities"):
            it.figure(drawn, height=drawn.layout.height, alt=f"Tables of {layer} and how they refer to each other")


def tables() -> None:
    page, listed = board(3), data.tables()
    with page.card(
        "Tables of this release", "Rows, Delta version and retention; click one for its columns", span=2
    ) as it:
        picked = it.table(
            {
                "layer": st.column_config.TextColumn("Layer", width=65),
                "table": "Table",
                "rows": columns.number("Rows"),
                "version": columns.number("Version", width=70),
                "retention_days": columns.number("Keeps days", width=85, help="Empty: for good."),
                "partition_by": st.column_config.TextColumn("Partitions", width=80),
                "files": columns.number("Files", width=55),
                "megabytes": columns.number("MB", decimals=2, width=60),
            },
            frame=listed,
            height=520,
            key="mdm_table",
            select=True,
        )
    position = listed["table"].to_list().index("dim_customer") if picked is None else picked
    name = f"{listed['layer'][position]}.{listed['table'][position]}"
    with page.card("Columns", name) as it:
        it.table(
            {
                "column": "Column",
                "type": "Type",
                "is_key": st.column_config.CheckboxColumn("Key", width=45),
            },
            frame=structure.columns().filter(pl.col("table") == name),
            height=520,
        )
