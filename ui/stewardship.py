"""What a steward does on a page: look at what a decision would change, decide with a reason, undo."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lakehouse import session
from ui import columns, data
from ui.cards import note
from ui.format import count, money, signed_count

ROLE = "Demo steward"
SAID = "_steward_said"  # what the decision before this run came to
VERDICTS = {  # verdict: label, icon, shortcut (R and C are taken), look
    "approve": ("Approve", ":material/call_merge:", "Alt+A", "primary"),
    "reject": ("Reject", ":material/call_split:", "Alt+X", "secondary"),
    "skip": ("Skip", ":material/redo:", "Alt+S", "secondary"),
}


def verdict(pair_id: str) -> None:
    """The merged record that an approval would give, what would move with it, and the three verdicts."""
    _say()
    if not _may_decide():
        return
    looked = _preview(_key(), pair_id)
    if isinstance(looked, str):
        note(looked)
        return
    _merged(looked)
    with st.form(f"mdm_decide_{pair_id}", border=False):
        reason = st.text_input("Reason", placeholder="Why? The audit trail keeps it.", max_chars=200)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            who = st.text_input("Steward", ROLE, max_chars=60, width=180)
            related = st.checkbox("Same group", help="With Reject: two companies of one corporate group.")
        with st.container(horizontal=True):
            pressed = [name for name in VERDICTS if _submit(name)]
    for name in pressed:
        _publish(partial(session.decide, pair_id, name, reason, who, related=related), VERDICTS[name][0])


def unmerge(customer_uid: str, records: list[str]) -> None:
    """Take some of a customer's source records out of it."""
    _say()
    if not _may_decide() or len(records) < 2:
        return
    with st.form(f"mdm_unmerge_{customer_uid}", border=False):
        chosen = st.multiselect("Records that are another customer", records)
        reason = st.text_input("Reason", placeholder="Why? The audit trail keeps it.", max_chars=200)
        who = st.text_input("Steward", ROLE, max_chars=60, width=180)
        pressed = st.form_submit_button("Unmerge", icon=":material/call_split:")
    if pressed:
        _publish(lambda: session.unmerge(chosen, reason, who), "Unmerged")


def override(customer_uid: str, values: Mapping[str, Any]) -> None:
    """Set an attribute of a golden customer; `values` are those it has now."""
    _say()
    if not _may_decide():
        return
    attribute = st.selectbox("Attribute", list(values), key=f"mdm_attribute_{customer_uid}")
    with st.form(f"mdm_override_{customer_uid}_{attribute}", border=False):
        value = st.text_input("New value", "" if values[attribute] is None else str(values[attribute]))
        reason = st.text_input("Reason", placeholder="Why? The audit trail keeps it.", max_chars=200)
        who = st.text_input("Steward", ROLE, max_chars=60, width=180)
        pressed = st.form_submit_button("Override", icon=":material/edit:")
    if pressed:
        _publish(lambda: session.override(customer_uid, attribute, value, reason, who), "Overridden")


def log(decisions: pl.DataFrame) -> None:
    """The audit trail, newest first: rows of mdm.steward_decision; one that is picked can be undone."""
    _say()
    if decisions.is_empty():
        note("No decision yet.")
        return
    event = st.dataframe(
        decisions,
        hide_index=True,
        height=300,
        key="mdm_decisions",
        on_select="rerun",
        selection_mode="single-row",
        column_order=["decided_at", "decided_by", "verdict", "reason", "pair_id", "customer_uid", "decision_id"],
        column_config={"decided_at": columns.moment("When")},
    )
    rows = event.selection.rows
    if not rows or not _may_decide():
        return
    picked = decisions.row(rows[0], named=True)
    with st.form(f"mdm_undo_{picked['decision_id']}", border=False):
        reason = st.text_input(f"Undo {picked['verdict']} {picked['decision_id']}", placeholder="Why?", max_chars=200)
        pressed = st.form_submit_button("Undo", icon=":material/undo:")
    if pressed:
        _publish(lambda: session.undo(picked["decision_id"], reason, ROLE), "Undone")


def _submit(name: str) -> bool:
    label, icon, shortcut, look = VERDICTS[name]
    return st.form_submit_button(label, icon=icon, shortcut=shortcut, type=look)  # type: ignore[arg-type]


def _may_decide() -> bool:
    if data.is_latest():
        return True
    note("Decisions are taken on the newest release; choose Latest in the header.")
    return False


def _merged(looked: session.Preview) -> None:
    """What an approval would do, in a sentence, and the record that it would give."""
    before, after = looked.golden_customers
    moves = [
        f"{count(row['rows'])} {row['what']}" + (f" worth {money(row['revenue'])}" if row["revenue"] else "")
        for row in looked.moved.to_dicts()
        if row["rows"]
    ]
    note(
        f"Approved, {signed_count(after - before)} golden customer: {count(before)} → {count(after)}. "
        f"{', '.join(moves).capitalize() or 'No fact'} would move."
    )
    survivors = looked.attributes.filter("is_survivor")
    with st.expander("The merged record"):
        st.dataframe(
            survivors.select("attribute", "value", "record_id", "rule"),
            hide_index=True,
            column_config={"record_id": "From", "rule": "Because", "attribute": "Attribute", "value": "Value"},
        )


def _publish(action: Callable[[], session.Decided], said: str) -> None:
    """Decide, and show the new release at once; a refusal says why."""
    try:
        with st.spinner("Publishing the new release …"):
            decided = action()
    except session.LakehouseError as error:
        st.error(str(error), icon=":material/block:")
        return
    data.releases.clear()
    st.session_state[SAID] = f"{said}: release {decided.release.release_id} in {decided.seconds:.2f} s"
    st.rerun()


def _say() -> None:
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check_circle:")


def _key() -> tuple[str, int, datetime]:
    shown = data.release()
    return session.uri(), shown.release_id, shown.published_at


@st.cache_resource(max_entries=50, show_spinner=False)
def _preview(version: tuple[str, int, datetime], pair_id: str) -> session.Preview | str:
    """What an approval would change, or why it cannot be given."""
    try:
        return session.preview(pair_id)
    except session.DecisionRefused as error:
        return str(error)
