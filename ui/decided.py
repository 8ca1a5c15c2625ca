"""What the last decision of a session came to: a bar with the release that shows it, what moved, and a way back."""

import html
from dataclasses import dataclass

import streamlit as st

from lakehouse import session
from ui import data
from ui.blocks import literal

ROLE = "Demo steward"
WHO = "_steward_name"  # who decides in this session
_SAID = "_steward_said"
TAKEN_BACK = "Taken back right after deciding"


@dataclass(frozen=True)
class Said:
    done: str  # "Approved"
    subject: str  # whom or what
    decision_id: str
    release_id: int
    seconds: float
    moved: str = ""  # which facts went to another customer

    @property
    def can_be_undone(self) -> bool:
        return self.done != "Undone"


def remember(said: Said) -> None:
    st.session_state[_SAID] = said


def bar(golden: int, before: int | None, waiting: int) -> None:
    """The bar, once a decision was taken: the golden customers now and before, and the pairs that wait."""
    said: Said | None = st.session_state.get(_SAID)
    if said is None or not data.follows() or said.release_id > data.release().release_id:
        return
    was = f"{before:,} → " if before is not None and before != golden else ""
    subject = html.escape(said.subject.rstrip("."))
    text = (
        f"<b>{html.escape(said.done)}:</b> {subject}. Golden customers <b>{was}{golden:,}</b>, {waiting:,} pairs wait. "
        f"{html.escape(said.moved)} Release {said.release_id} in {said.seconds:.1f} s."
    )
    with st.container(horizontal=True, vertical_alignment="center", key="mdm_bar_said"):
        st.html(f'<p class="mdm-sentence mdm-good" role="status">{text}</p>')
        if said.can_be_undone:
            st.button(
                "Undo", icon=":material/undo:", shortcut="Alt+Z", key="mdm_said_undo", on_click=_undo, args=(said,)
            )
        st.button("Close", icon=":material/close:", type="tertiary", key="mdm_said_close", on_click=_forget)
    if fault := st.session_state.pop(f"{_SAID}_fault", None):
        st.error(literal(fault), icon=":material/block:")


def _forget() -> None:
    st.session_state.pop(_SAID, None)


def _undo(said: Said) -> None:
    try:
        undone = session.undo(said.decision_id, TAKEN_BACK, st.session_state.get(WHO, ROLE))
    except session.LakehouseError as error:
        st.session_state[f"{_SAID}_fault"] = str(error)
        return
    data.show_newest()
    back = f"{said.done.lower()} {said.subject}"
    remember(Said("Undone", back, undone.decision_id, undone.release.release_id, undone.seconds))
