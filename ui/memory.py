"""Memory that Python and the engines have freed goes back to the system, so that a small host can keep the app."""

import ctypes
import sys
import threading
import time
from collections.abc import Callable

import streamlit as st

M_ARENA_MAX = -8  # of glibc's mallopt
ARENAS = 2  # glibc's own choice is eight a core, each of which keeps what it once needed
EVERY_SECONDS = 5.0


@st.cache_resource(show_spinner=False)
def keep_low() -> threading.Thread | None:
    """Start giving freed memory back, once a process; None where the C library is not glibc."""
    trim = _glibc()
    if trim is None:
        return None
    thread = threading.Thread(target=_trim_now_and_then, args=(trim,), name="memory-trim", daemon=True)
    thread.start()
    return thread


def _glibc() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):  # musl
        return None
    library.mallopt(M_ARENA_MAX, ARENAS)
    trim: Callable[[int], int] = library.malloc_trim
    return trim


def _trim_now_and_then(trim: Callable[[int], int]) -> None:
    """Only after work: an idle process has nothing to give."""
    worked = time.process_time()
    while True:
        time.sleep(EVERY_SECONDS)
        if time.process_time() - worked > EVERY_SECONDS / 10:
            trim(0)
            worked = time.process_time()
