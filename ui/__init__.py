"""All that is Streamlit and Plotly, shared by the pages."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def entry_first() -> None:
    """Start over with the entry file, if a page was run without it.

    A process that has not yet met st.navigation takes pages/ for its pages and runs the one in the URL by itself: no
    look, no header, no first start.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


entry_first()
