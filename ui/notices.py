"""The bars above a page: data that could not be promoted, a release of the past, and one that others published."""

import html
from contextlib import suppress

import streamlit as st

from lakehouse import session
from ui import blocks, data
from ui.format import day, moment

LOOK_EVERY = 10  # seconds, for a release that others publish
SHOWN = 12  # findings of a gate's report


def draw() -> None:
    """The bars that apply; nothing where the page shows the newest data and all is well."""
    _failed()
    if data.follows():
        _news()
    else:
        _past()


def _failed() -> None:
    """The newest data are not in what the page shows, and why."""
    attempt = data.attempt()
    if attempt is None:
        return
    shown = data.release()
    cause = {
        "gate": "A quality gate stopped it",
        "batch": "A batch had another shape than agreed",
    }.get(attempt.outcome, "It failed")
    with st.container(horizontal=True, vertical_alignment="center", key="mdm_bar_failed"):
        st.html(
            f'<p class="mdm-sentence mdm-alert" role="alert"><b>The newest data could not be promoted.</b> {cause}: '
            f"{html.escape(attempt.what)}, {moment(attempt.attempted_at)} UTC. You see release {shown.release_id} "
            f"as of {day(shown.as_of_date)}, the last good one.</p>"
        )
        with st.popover("What was found", icon=":material/report:", type="tertiary"):
            st.markdown(f"**{blocks.literal(attempt.title)}**")
            st.code("\n".join(attempt.breaches[:SHOWN]) or attempt.report, language=None, wrap_lines=True)
            if rows := sum(attempt.quarantined.values()):
                st.html(f'<p class="mdm-note">{rows:,} rows were set aside by the gates in that attempt.</p>')


def _past() -> None:
    """A release that was picked: which one it is, and the way back."""
    shown, asked = data.release(), data.day_of(data.wanted())
    if data.is_latest() and asked is None:
        return
    about = f"You asked for {day(asked)}. " if asked else ""
    rest = "the latest." if data.is_latest() else "not at the latest."
    with st.container(horizontal=True, vertical_alignment="center", key="mdm_bar_past"):
        st.html(
            f'<p class="mdm-sentence mdm-warning">{about}You are looking at <b>release {shown.release_id}</b> of '
            f"{day(shown.as_of_date)}, published {moment(shown.published_at)} UTC ({html.escape(shown.note)}), "
            f"{rest}</p>"
        )
        st.button("Back to the latest", icon=":material/update:", key="mdm_to_latest", on_click=_open_latest)


@st.fragment(run_every=LOOK_EVERY)
def _news() -> None:
    """A newer release, offered: it opens when the reader wants it. A fault is told by the page, not here."""
    found = None
    with suppress(session.LakehouseError, OSError):
        found = data.newer()
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="mdm_bar_news"):
        st.html(
            f'<p class="mdm-sentence mdm-good" role="status"><b>A newer release is there:</b> {found.release_id}, '
            f"{html.escape(found.note)}, {moment(found.published_at)} UTC. This page shows release "
            f"{data.release().release_id}.</p>"
        )
        if st.button("Show it", icon=":material/update:", key="mdm_show_newest"):
            data.show_newest()
            st.rerun()


def _open_latest() -> None:
    st.session_state[data.RELEASE_KEY] = data.LATEST
    data.show_newest()
