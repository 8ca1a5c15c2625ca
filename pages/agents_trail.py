"""The audit trail: every event of every run, by agent and tool, with its tokens and its time."""

import polars as pl
import streamlit as st

from agents import trail
from ui import charts, columns
from ui.cards import board, card, nothing_here
from ui.format import count, milliseconds
from ui.kpi import Kpi, kpi_row

ALL = "All"
SHOWN = 500  # rows of the table; the figures count all


@st.cache_data(ttl=3, show_spinner=False)
def events(release_published: str) -> pl.DataFrame:
    return trail.events().with_columns(
        ms=pl.col("seconds") * 1000,
        tokens=pl.sum_horizontal("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"),
    )


def draw() -> None:
    from ui import data

    found = events(str(data.release().published_at))
    if found.is_empty():
        nothing_here("Nothing is on record yet. Run the agents, or ask the lakehouse something.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        agent = _pick("Agent", found["agent"], "agents_trail_agent")
        tool = _pick("Tool", found["tool"], "agents_trail_tool")
        run = _pick("Run", found["run_id"], "agents_trail_run", sort=False)
        errors = st.toggle("Errors only", key="agents_trail_errors")
    for column, value in (("agent", agent), ("tool", tool), ("run_id", run)):
        if value != ALL:
            found = found.filter(pl.col(column) == value)
    if errors:
        found = found.filter(pl.col("is_error"))
    calls = found.filter((pl.col("event") == "result") & pl.col("tool").is_not_null())
    slow = calls["ms"].quantile(0.95) if len(calls) else None
    kpi_row(
        Kpi(
            "Events", count(len(found)), help="Rows of mdm.agent_audit that fit; the table is append-only.", tone="ink"
        ),
        Kpi(
            "Calls shown",
            count(len(calls)),
            target=f"{count(calls['is_error'].sum())} told the model of an error",
            reached=1 - (calls["is_error"].mean() or 0.0) if len(calls) else 0,
            tone="realtime",
        ),
        Kpi(
            "Tokens shown",
            count(found["tokens"].sum()),
            help="A scripted model uses none.",
            tone="warning",
        ),
        Kpi(
            "Median call",
            milliseconds(calls["ms"].median()),
            target=f"nineteen in twenty within {milliseconds(slow)}",
            reached=1.0 if len(calls) else 0.0,
            tone="general",
        ),
    )
    by_tool = calls.group_by("tool").agg(calls=pl.len(), ms=pl.col("ms").median()).sort("calls", descending=True)
    page = board(2)
    with page.card("Calls by tool", "Tool calls on record") as it:
        _ranked(it, by_tool, "calls", "count", "realtime")
    with page.card("Time by tool", "Median milliseconds of a call") as it:
        _ranked(it, by_tool.filter(pl.col("ms").is_not_null()), "ms", "ms", "general")
    with card(
        "Events", f"Newest first, {count(min(SHOWN, len(found)))} of {count(len(found))}", empty="No event fits."
    ) as it:
        it.table(
            {
                "at": columns.moment("At (UTC)", width=130),
                "agent": st.column_config.TextColumn("Agent", width=110),
                "model": st.column_config.TextColumn("Model", width=170),
                "iteration": columns.number("Turn", width=50),
                "event": st.column_config.TextColumn("Event", width=70),
                "tool": st.column_config.TextColumn("Tool", width=150),
                "access": st.column_config.TextColumn("Access", width=65),
                "status": st.column_config.TextColumn("Status", width=90),
                "input": st.column_config.TextColumn("Input", width=320),
                "result_size": columns.number("Result", width=70),
                "ms": columns.number("ms", width=70),
                "tokens": columns.number("Tokens", width=70),
                "error": st.column_config.TextColumn("Error", width=240),
                "approver": st.column_config.TextColumn("Approver", width=90),
                "run_id": st.column_config.TextColumn("Run", width=150),
            },
            frame=found.head(SHOWN),
            height=420,
        )


def _ranked(it, frame: pl.DataFrame, value: str, unit: str, tone: str) -> None:
    if frame.is_empty():
        nothing_here("No tool was called.")
        return
    it.figure(charts.ranked(frame, label="tool", value=value, unit=unit, tone=tone), height=220)


def _pick(label: str, values: pl.Series, key: str, *, sort: bool = True) -> str:
    known = values.drop_nulls().unique(maintain_order=True).to_list()
    offered = [ALL, *(sorted(known) if sort else known)]
    return st.selectbox(label, offered, key=key, width=240) or ALL
