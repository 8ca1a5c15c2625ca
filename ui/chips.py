"""The filters that are on, as chips: a click takes one off, another takes off all."""

from collections.abc import Sequence

import streamlit as st

from ui import filters
from ui.blocks import literal


def draw(controls: Sequence[str]) -> None:
    """A chip for each filter of the page that is on; nothing where none is."""
    active = [name for name in filters.changed() if name in controls]
    if not active:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="mdm_chips"):
        st.html('<span class="mdm-note">Showing only</span>')
        for name in active:
            label, value = filters.named(name)
            st.button(
                literal(f"{label}: **{value}**"),
                icon=":material/close:",
                icon_position="right",
                key=f"chip_{name}",
                help=f"Take off this filter. {label} goes back to {filters.default_of(name)}.",
                on_click=filters.reset,
                args=((name,),),
            )
        st.button(
            "Reset filters",
            type="tertiary",
            icon=":material/restart_alt:",
            key="mdm_reset",
            help="Back to the last 12 months and all customers",
            on_click=filters.reset,
        )
