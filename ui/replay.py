"""A replay: a position that moves through recorded rows while it plays. It says so, and runs only while it plays."""

from collections.abc import Callable

import streamlit as st

TICK_SECONDS = 0.7
SPEEDS = {"1 h": 1, "3 h": 3, "8 h": 8}  # rows a tick


def replay(name: str, length: int, draw: Callable[[int], None], written: Callable[[int], str]) -> None:
    """Controls, and below them what `draw` makes of the position; `written` says in words where that is."""
    every = TICK_SECONDS if st.session_state.get(_playing(name)) else None
    st.fragment(_body, run_every=every)(name, length, draw, written)


def _body(name: str, length: int, draw: Callable[[int], None], written: Callable[[int], str]) -> None:
    state = st.session_state
    if state.get(_playing(name)):
        _advance(name, length)
    with st.container(horizontal=True, vertical_alignment="center", key="replay_controls"):
        _button(name, length)
        st.segmented_control(
            "Hours a step",
            list(SPEEDS),
            default="3 h",
            required=True,
            key=f"{name}_speed",
            label_visibility="collapsed",
        )
        at = st.slider(
            "Position of the replay",
            0,
            length - 1,
            key=_at(name),
            bind="query-params",
            label_visibility="collapsed",
            on_change=_pause,
            args=(name,),
            **({} if _at(name) in state else {"value": length - 1}),
        )
        st.html(f'<p class="mdm-note"><b>Replay</b> · {written(at)}</p>')
    draw(at)


def _button(name: str, length: int) -> None:
    state = st.session_state
    label, icon = ("Pause", "pause") if state.get(_playing(name)) else ("Play", "play_arrow")
    if st.button(
        label, icon=f":material/{icon}:", key=f"{name}_button", help="Plays recorded hours; this is not live."
    ):
        state[_playing(name)] = not state.get(_playing(name))
        if state[_playing(name)] and state.get(_at(name), length - 1) >= length - 1:
            state[f"{name}_rewind"] = True
        st.rerun()  # the timer starts and stops with a run of the whole page


def _advance(name: str, length: int) -> None:
    state = st.session_state
    if state.pop(f"{name}_rewind", False):
        state[_at(name)] = 0
        return
    step = SPEEDS.get(state.get(f"{name}_speed", ""), 3)
    state[_at(name)] = min(length - 1, state.get(_at(name), length - 1) + step)
    if state[_at(name)] == length - 1:
        _pause(name)
        st.rerun()


def _pause(name: str) -> None:
    st.session_state[_playing(name)] = False


def _at(name: str) -> str:
    return f"{name}_at"


def _playing(name: str) -> str:
    return f"{name}_playing"
