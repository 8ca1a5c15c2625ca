"""MDM & DQ, sources and runs: what is configured and reachable, what arrived and when, and what the run cost."""

import streamlit as st

from ui import charts, columns, data, sources
from ui.cards import board, card, note
from ui.format import day


def draw() -> None:
    about = "Configured, reachable, last loaded, and how far behind"
    with card("Source systems", about) as it:
        it.table(
            {
                "source_system": st.column_config.TextColumn("System", width=90),
                "source_object": st.column_config.TextColumn("Object", width=150),
                "table_name": st.column_config.TextColumn("Lands in", width=210),
                "configured_from": st.column_config.TextColumn("Configured from", width=130),
                "reachable": st.column_config.TextColumn("Reachable", width=240),
                "rows": columns.number("Rows", width=70),
                "last_loaded_at": columns.moment("Last loaded (UTC)", width=150),
                "lag": st.column_config.TextColumn("Lag", width=80),
            },
            frame=sources.status(),
        )
        note(
            "A source is configured by AWS Secrets Manager, by environment variables or by Streamlit secrets. The "
            f"rows of this demo were simulated up to {day(data.as_of())}; the lag counts from now."
        )
    about = "The newest delivery of every table beside the median of its earlier ones"
    with card("Volume and freshness", about, query="mdm_dq/arrivals") as it:
        it.table(
            {
                "state": st.column_config.TextColumn("State", width=100),
                "source_system": st.column_config.TextColumn("Source", width=110),
                "table_name": st.column_config.TextColumn("Bronze table", width=180),
                "arrived_at": columns.moment("Arrived", width=150),
                "rows": columns.number("Rows", width=65),
                "usual_rows": columns.number("Usual", width=65),
                "volume_share": columns.share("Of usual", width=75),
                "recent": st.column_config.BarChartColumn("Recent deliveries", width=140, y_min=0),
                "hours_since_arrival": columns.number("Hours since", width=85),
                "usual_hours": columns.number("Usual hours", width=85),
                "deliveries": columns.number("Deliveries", width=80),
            },
            frame=columns.percents(it.frame, "volume_share"),
            height=420,
        )
        note(
            "Half the usual rows or fewer is small; nothing for twice the usual time is overdue. Both warn at the gate."
        )
    page = board(3)
    about = "Rows, time and memory of the run behind this release, the slowest first"
    with page.card("Steps of the run", about, query="mdm_dq/run_steps", span=2) as it:
        it.table(
            {
                "step_order": columns.number("No.", width=50),
                "step": st.column_config.TextColumn("Step", width=210),
                "rows": columns.number("Rows", width=80),
                "milliseconds": columns.number("Milliseconds", decimals=1, width=100),
                "share": columns.share("Of the run", width=85),
                "peak_memory_mb": columns.number("Peak memory, MB", width=130),
            },
            frame=columns.percents(it.frame, "share"),
            height=400,
        )
    with page.card("Where the time went", "The slowest twelve steps", query="mdm_dq/run_steps") as it:
        it.draw(charts.ranked, label="step", value="milliseconds", unit="ms", limit=12, tone="general", height=400)
