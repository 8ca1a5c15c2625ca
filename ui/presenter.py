"""Presenter mode: no controls, larger type; in the URL as present=1."""

from functools import cache
from pathlib import Path

import streamlit as st

PARAM = "present"
STATE = "presenting"
LARGER = 1.2  # type of charts, and their height
SHEET = Path(__file__).parent / "sheets" / "presenter.css"


def is_on() -> bool:
    return bool(st.session_state.get(STATE))


def kept() -> dict[str, str]:
    """The mode as a link's query string holds it."""
    return {PARAM: "1"} if is_on() else {}


def apply() -> None:
    """Take the mode from the URL and keep it over pages."""
    asked = st.query_params.get(PARAM)
    if asked is not None:
        st.session_state[STATE] = asked == "1"
    if not is_on():
        st.query_params.pop(PARAM, None)
        return
    st.query_params[PARAM] = "1"
    st.html(f"<style>{_css()}</style>")
    with st.container(key="mdm_over_present"), st.container(key="mdm_way_out"):
        st.button("Leave presenter mode", type="tertiary", icon=":material/close_fullscreen:", on_click=toggle)


def toggle() -> None:
    """For a button's callback."""
    st.session_state[STATE] = not is_on()
    if is_on():
        st.query_params[PARAM] = "1"
    else:
        st.query_params.pop(PARAM, None)


@cache
def _css() -> str:
    return SHEET.read_text(encoding="utf-8")
