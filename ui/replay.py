"""A replay: a position that moves through recorded rows while it plays. It says so, and runs only while it plays."""

from collections.abc import Callable

import streamlit as st

TICK_SECONDS = 0.7
SPEEDS = {"1 h": 1, "3 h": 3, "8 h": 8}  # rows a tick


def replay(name: str, length: int, draw: Callable[[int], None], written: Callable[[int], str]) -> None:
    """Controls, and below them what `draw` makes of the position; `written` says in words where that is.

    The position at rest is the slider's, and in the URL; while it plays a bar stands in the slider's place.
    """
    every = TICK_SECONDS if st.session_state.get(_playing(name)) else None
    st.fragment(_body, run_every=every)(name, length, draw, written)


def _body(name: str, length: int, draw: Callable[[int], None], written: Callable[[int], str]) -> None:
    state = st.session_state
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
        at = _advance(name, length) if state.get(_playing(name)) else _slider(name, length)
        st.html(f'<p class="mdm-note"><b>Replay</b> · {written(at)}</p>')
    draw(at)


def _button(name: str, length: int) -> None:
    state = st.session_state
    is_playing = state.get(_playing(name), False)
    label, icon = ("Pause", "pause") if is_playing else ("Play", "play_arrow")
    if not st.button(label, icon=f":material/{icon}:", key=f"{name}_button"):
        return
    if is_playing:
        _rest(name, state[_position(name)])
    else:
        at = state.get(_at(name), length - 1)
        state[_position(name)] = -1 if at >= length - 1 else at
        state[_playing(name)] = True
    st.rerun()  # the timer starts and stops with a run of the whole page


def _advance(name: str, length: int) -> int:
    """One step on, and the bar that shows how far it is; at the end the replay comes to rest."""
    state = st.session_state
    at = min(length - 1, state[_position(name)] + SPEEDS.get(state.get(f"{name}_speed", ""), 3))
    state[_position(name)] = at
    if at == length - 1:
        _rest(name, at)
        st.rerun()
    st.progress((at + 1) / length)
    return at


def _slider(name: str, length: int) -> int:
    return st.slider(
        "Position of the replay",
        0,
        length - 1,
        value=length - 1,
        key=_at(name),
        bind="query-params",
        label_visibility="collapsed",
    )


def _rest(name: str, at: int) -> None:
    st.session_state[_playing(name)] = False
    st.session_state[_at(name)] = max(0, at)


def _at(name: str) -> str:
    return f"{name}_at"


def _position(name: str) -> str:
    return f"{name}_position"


def _playing(name: str) -> str:
    return f"{name}_playing"
