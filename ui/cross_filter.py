"""A click in a chart sets a filter, for the whole page or for one list on it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui import filters, format, palette


def select(key: str, name: str) -> None:
    """For a chart's callback: set the filter to what was clicked; a click on the same again takes it off."""
    points = st.session_state[key]["selection"]["points"]
    clicked = picked(points[0], name) if points else None
    if clicked is not None:
        off = filters.DEFAULTS.get(name)
        st.session_state[name] = off if st.session_state.get(name) == clicked else clicked


def picked(point: Mapping[str, Any], name: str) -> str | None:
    """The value of a filter that a clicked point stands for: its series, its category, or its place on the map."""
    parts = [point.get(part) for part in ("legendgroup", "text", "label", "y", "x", "location")]
    offered = {format.country(code): code for code in format.COUNTRY} if name == "country" else {}
    offered |= {value: value for value in filters.offered(name) or palette.OF_VALUE}
    return next((offered[part] for part in parts if isinstance(part, str) and part in offered), None)
