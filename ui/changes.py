"""How the lakehouse changes: one more day of the sources, and two releases side by side."""

import polars as pl
import streamlit as st

import data_gen
from lakehouse import session
from ui import data
from ui.cards import note
from ui.format import count, day, moment

SAID = "_day_said"


def advance() -> None:
    """A button that delivers the next day of the simulated sources, and what it brought."""
    if st.button(
        "Advance one day",
        icon=":material/fast_forward:",
        key="mdm_advance",
        help="New, changed and deleted accounts, orders and events arrive, and the pipeline runs.",
    ):
        _advance()
    if brought := st.session_state.get(SAID):
        when, seconds, accounts, delivered = brought
        note(f"{day(when)}: {count(delivered['rows'].sum())} rows arrived, published in {seconds:.1f} s.")
        st.dataframe(accounts, hide_index=True, key="mdm_day_accounts")


def _advance() -> None:
    with st.status("The sources send their changes …") as status:
        try:
            found = data_gen.next_day(lambda progress: status.update(label=progress.step))
        except session.LakehouseError as error:
            status.update(label="The day was not published", state="error")
            st.error(str(error), icon=":material/block:")
            return
    st.session_state[SAID] = (found.day, found.seconds, found.accounts, found.delivered)
    data.releases.clear()
    st.rerun()


def comparison() -> None:
    """Two releases: which figures, customers and tables differ."""
    offered = {found.release_id: found for found in reversed(data.releases())}
    if len(offered) < 2:
        note("There is one release so far: decide a pair or advance a day, then compare.")
        return
    with st.container(horizontal=True):
        later = st.selectbox("Release", list(offered), format_func=lambda n: _named(offered[n]), key="mdm_later")
        others = [number for number in offered if number != later]
        earlier = st.selectbox("Compared with", others, format_func=lambda n: _named(offered[n]), key="mdm_earlier")
    found = _compared((session.uri(), earlier, later, f"{offered[later].published_at}"))
    st.dataframe(found.figures.filter(pl.col("difference") != 0), hide_index=True, key="mdm_compared_figures")
    st.dataframe(found.customers, hide_index=True, key="mdm_compared_customers", height=300)
    changed = found.tables.filter("is_changed").drop("is_changed")
    with st.expander(f"{count(len(changed))} tables differ"):
        st.dataframe(changed, hide_index=True)


def _named(release: session.Release) -> str:
    return f"{release.release_id} · {day(release.as_of_date)} · {moment(release.published_at)} · {release.note}"


@st.cache_resource(max_entries=5, show_spinner=False)
def _compared(key: tuple[str, int, int, str]) -> session.Comparison:
    _, earlier, later, _ = key
    return session.compare(earlier, later)
