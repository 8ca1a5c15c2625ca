"""What a steward does on a page: look at what a decision would change, decide with a reason, undo."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Literal

import streamlit as st

from lakehouse import session
from ui import data
from ui.blocks import literal
from ui.cards import note
from ui.decided import ROLE, WHO, Said, remember

VERDICTS = {  # verdict: label, icon, shortcut (R and C are taken), look, help
    "approve": ("Approve", ":material/call_merge:", "Alt+A", "primary", "The two are one customer"),
    "reject": (
        "Reject",
        ":material/call_split:",
        "Alt+X",
        "secondary",
        "They are two, and stay two in every later run",
    ),
    "skip": ("Skip", ":material/redo:", "Alt+S", "secondary", "Decide later: the pair goes to the end of the queue"),
}
DONE = {"approve": "Approved", "reject": "Rejected", "skip": "Skipped"}
AT_ONCE = 20_000  # source records that are matched anew for a preview without being asked to
WHY = "The reason, for the audit trail"


def verdict(pair_id: str, subject: str, looked: session.Preview | str | None) -> None:
    """Approve, reject or skip a pair, with a reason; `looked` is what an approval would change."""
    if not may_decide():
        return
    with st.form(f"mdm_decide_{pair_id}", border=False, enter_to_submit=False):
        reason = _reason(hidden=True)
        with st.container(horizontal=True, vertical_alignment="center", key=f"mdm_verdicts_{pair_id}"):
            pressed = [name for name in VERDICTS if _submit(name)]
            related = st.checkbox(
                "Same corporate group",
                help="With Reject: two companies of one group. Their revenue is rolled up below the older one.",
            )
            who = _steward()
    for name in pressed:
        moved = moves(looked) if name == "approve" and isinstance(looked, session.Preview) else ""
        done = "Rejected as a sister company" if name == "reject" and related else DONE[name]
        act = partial(session.decide, pair_id, name, reason, who, related=related)
        publish(act, done, subject, moved)


def unmerge(customer_uid: str, name: str, records: Sequence[str], labels: Mapping[str, str]) -> None:
    """Take some of a customer's source records out of it; what that would change is shown before."""
    if not may_decide():
        return
    if len(records) < 2:
        note("One source record only: there is nothing to take apart.")
        return
    chosen = st.multiselect(
        "Records that are another customer",
        records,
        format_func=lambda record: labels.get(record, record),
        key=f"mdm_part_{customer_uid}",
    )
    looked = preview_unmerge(tuple(sorted(chosen))) if chosen else None
    if isinstance(looked, str):
        note(looked)
    elif looked:
        before, after = looked.golden_customers
        note(f"{before:,} → {after:,} golden customers. {moves(looked) or 'No fact would move.'}")
    with st.form(f"mdm_unmerge_{customer_uid}", border=False, enter_to_submit=False):
        reason = _reason()
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button("Unmerge", icon=":material/call_split:", type="primary")
            who = _steward()
    if pressed:
        moved = moves(looked) if isinstance(looked, session.Preview) else ""
        publish(lambda: session.unmerge(chosen, reason, who), "Unmerged", name, moved)


def override(customer_uid: str, name: str, values: Mapping[str, str | None], labels: Mapping[str, str]) -> None:
    """Set an attribute of a golden customer; `values` are those it has now."""
    if not may_decide():
        return
    attribute = st.selectbox(
        "Attribute",
        list(values),
        format_func=lambda key: labels.get(key, key),
        key=f"mdm_attribute_{customer_uid}",
        filter_mode=None,
    )
    with st.form(f"mdm_override_{customer_uid}_{attribute}", border=False, enter_to_submit=False):
        value = st.text_input("New value", values[attribute] or "", max_chars=200)
        reason = _reason()
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button("Override", icon=":material/edit:", type="primary")
            who = _steward()
    if pressed:
        subject = f"{labels.get(attribute, attribute)} of {name}"
        publish(lambda: session.override(customer_uid, attribute, value, reason, who), "Overridden", subject)


def undo(decision_id: str, subject: str) -> None:
    """Reverse a decision, with a reason."""
    if not may_decide():
        return
    with st.form(f"mdm_undo_{decision_id}", border=False, enter_to_submit=False):
        reason = _reason()
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button("Undo this decision", icon=":material/undo:", type="primary")
            who = _steward()
    if pressed:
        publish(lambda: session.undo(decision_id, reason, who), "Undone", subject)


def may_decide() -> bool:
    """Whether the session looks at the newest data, upon which decisions are taken; else it is told so."""
    if data.follows():
        return True
    note("Decisions are taken on the newest release: go back to the latest above.")
    return False


def moves(looked: session.Preview) -> str:
    """The facts that a decision would give to another customer, in words."""
    one = {"orders": "order", "interactions": "interaction", "deals": "deal", "web events": "web event"}
    parts = []
    for row in looked.moved.to_dicts():
        if row["rows"]:
            what = one.get(row["what"], row["what"].removesuffix("s")) if row["rows"] == 1 else row["what"]
            worth = f" worth ${row['revenue']:,.0f}" if row["revenue"] else ""
            parts.append(f"{row['rows']:,} {what}{worth}")
    return f"{', '.join(parts)} move to another customer." if parts else ""


def preview(pair_id: str, source_records: int) -> session.Preview | str | None:
    """What an approval would change in the newest release, or why it cannot be given; None on a release of the past.

    It matches the whole population anew: a large one only when asked to.
    """
    if not data.follows():
        return None
    if source_records > AT_ONCE and not st.toggle("Show what an approval would change", key="mdm_preview"):
        return None
    return _preview(_newest(), pair_id)


def preview_unmerge(records: tuple[str, ...]) -> session.Preview | str:
    return _preview_unmerge(_newest(), records)


def publish(action: Callable[[], session.Decided], done: str, subject: str, moved: str = "") -> None:
    """Decide, and show the new release at once; a refusal says why."""
    try:
        with st.spinner("Publishing the new release …"):
            decided = action()
    except session.LakehouseError as error:
        st.error(literal(str(error)), icon=":material/block:")
        return
    data.show_newest()
    remember(Said(done, subject, decided.decision_id, decided.release.release_id, decided.seconds, moved))
    st.rerun()


def _reason(*, hidden: bool = False) -> str:
    """Why, in words; a hidden label is still there for screen readers."""
    look: Literal["collapsed", "visible"] = "collapsed" if hidden else "visible"
    return st.text_input("Reason", placeholder=WHY, max_chars=200, label_visibility=look)


def _steward() -> str:
    """Who decides: the role, or a name that the person gives."""
    named = st.text_input(
        "Steward", st.session_state.get(WHO, ROLE), max_chars=60, width=170, label_visibility="collapsed"
    )
    st.session_state[WHO] = named
    return named


def _submit(name: str) -> bool:
    label, icon, shortcut, look, help = VERDICTS[name]
    return st.form_submit_button(label, icon=icon, shortcut=shortcut, type=look, help=help)  # type: ignore[arg-type]


def _newest() -> tuple[str, int, datetime]:
    newest = data.releases()[-1]
    return session.uri(), newest.release_id, newest.published_at


@st.cache_resource(max_entries=100, show_spinner=False)
def _preview(version: tuple[str, int, datetime], pair_id: str) -> session.Preview | str:
    try:
        return session.preview(pair_id)
    except session.DecisionRefused as error:
        return str(error)


@st.cache_resource(max_entries=50, show_spinner=False)
def _preview_unmerge(version: tuple[str, int, datetime], records: tuple[str, ...]) -> session.Preview | str:
    try:
        return session.preview_unmerge(records)
    except session.DecisionRefused as error:
        return str(error)
