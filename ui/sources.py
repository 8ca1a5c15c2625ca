"""The source systems as the connectors see them: configured, reachable, last loaded, how far behind."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from lakehouse import session
from ui import data
from ui.cards import note
from ui.format import moment

_ASKED = "_sources_asked"


def status() -> pl.DataFrame:
    """One row an object of every source system; whether it can be reached only after the button was pressed."""
    if st.button(
        "Check the connections",
        icon=":material/network_check:",
        key="mdm_check_sources",
        help="Signs in to every source system that is configured, and says what it answers",
    ):
        with st.spinner("Asking the source systems …"):
            st.session_state[_ASKED] = session.sources(ping=True), datetime.now(UTC)
    if _ASKED in st.session_state:
        found, at = st.session_state[_ASKED]
        note(f"Asked at {moment(at)} UTC.")
        return _worded(found)
    return _worded(_status((session.uri(), data.releases()[-1].release_id)))


@st.cache_resource(max_entries=3, show_spinner=False)
def _status(version: tuple[str, int]) -> pl.DataFrame:
    return session.sources(ping=False)


def _worded(found: pl.DataFrame) -> pl.DataFrame:
    """As a person reads it: a source that is not configured says so, and the lag has its unit."""
    hours = pl.col("lag_hours")
    return found.with_columns(
        reachable=pl.when(pl.col("configured_from").is_null() & (pl.col("reachable") == "not asked"))
        .then(pl.lit("not configured"))
        .otherwise("reachable"),
        lag=pl.when(hours < 48)
        .then(pl.format("{} h", hours))
        .otherwise(pl.format("{} days", (hours / 24).round(0).cast(pl.Int64))),
    )
