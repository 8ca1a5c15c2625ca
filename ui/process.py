"""What the app's process sets up once, whichever session comes first."""

import streamlit as st

from lakehouse import session
from ui import memory


@st.cache_resource(show_spinner=False)
def prepare() -> None:
    """Logs without personal data; freed memory back to the system."""
    session.configure_logs()
    memory.keep_low()
