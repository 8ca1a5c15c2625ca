"""A release of the past: look at all pages as they were, or bring it back as the newest."""

import polars as pl
import streamlit as st

from lakehouse import session
from ui import data
from ui.blocks import literal


def stopped() -> pl.DataFrame:
    """Every run and batch that did not get through, newest first, and whether a release has settled it since."""
    standing = data.attempt()
    rows = [
        {
            "attempted_at": found.attempted_at,
            "what": found.what,
            "where": found.subject or "a step",
            "found": " · ".join([found.title, *found.breaches]),
            "after_release": found.after_release,
            "state": "Open" if found == standing else "Settled or superseded",
        }
        for found in reversed(session.attempts())
    ]
    return pl.DataFrame(rows)


def choices(release_id: int) -> None:
    """What one can do with a release of the list."""
    newest = data.releases()[-1].release_id
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Show release {release_id} on every page",
            icon=":material/history:",
            type="primary",
            key="mdm_look",
            on_click=_look,
            args=(release_id,),
            disabled=data.release().release_id == release_id,
        )
        if st.button(
            "Restore it as the newest",
            icon=":material/settings_backup_restore:",
            key="mdm_restore",
            disabled=release_id == newest or not data.follows(),
            help="Publishes its tables again. The next run starts from all data and all decisions: nothing is lost.",
        ):
            _restore(release_id)


def _look(release_id: int) -> None:
    st.session_state[data.RELEASE_KEY] = str(release_id)


def _restore(release_id: int) -> None:
    try:
        session.restore(release_id)
    except session.LakehouseError as error:
        st.error(literal(str(error)), icon=":material/block:")
        return
    data.show_newest()
    st.rerun()
