"""What a person sees when something is wrong: what it is, and what to do. Never a traceback."""

import html
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

import queries
from lakehouse import session
from ui import data

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """A fault in words fit for a screen."""

    title: str
    found: str
    advice: str


REBUILD = "python -m lakehouse build"


def explain(error: Exception) -> Trouble:
    """The words for an error; one that nobody foresaw is named and left to the log."""
    text = told(error)
    match error:
        case session.NoRelease():
            return Trouble("This release is not there", text, "Open the latest release, or build one.")
        case session.Locked():
            return Trouble("Another writer is at work", text, "Wait until it is done, then try again.")
        case session.NotWritable():
            return Trouble(
                "The lakehouse cannot be written", text, "Free the folder or name another one, then try again."
            )
        case session.LakehouseError():
            return Trouble("The lakehouse cannot be read", text, f"Rebuild it with: {REBUILD}. Then try again.")
        case queries.QueryFailed():
            advice = f"If a table or file was removed, rebuild with: {REBUILD}. Then try again."
            return Trouble("A table behind this page cannot be read", text, advice)
        case OSError():
            return Trouble("A file cannot be read", text, f"Check the folder {session.uri()}, then try again.")
        case _:
            named = f"{type(error).__name__}: {text}" if text else type(error).__name__
            return Trouble(
                "This page met an unexpected fault", named, "Try again. The log of the app holds the details."
            )


# Where an engine's message turns into its own workings: a quoted statement, a stack, an empty line before them.
_WORKINGS = re.compile(r"\n(?:\s*\n|LINE \d+:|\s+\d+: |Stack backtrace).*", re.DOTALL)


def told(error: Exception) -> str:
    """The part of an error's message that is meant for people."""
    return _WORKINGS.sub("", str(error)).strip()


FORESEEN = (session.LakehouseError, queries.QueryFailed)


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Run a block; if it fails, show why in its place and end the script run."""
    place = st.empty()
    try:
        with place.container():
            yield
    except Exception as error:
        log.error("%s failed: %s", what, error, exc_info=not isinstance(error, FORESEEN))
        place.empty()  # what was drawn before the fault
        show(explain(error))
        st.stop()


@contextmanager
def guarded_input() -> Iterator[None]:
    """Run a block on what a person brought; what is wrong with it is said in its place, and the page goes on."""
    try:
        yield
    except session.LinkageError as error:
        st.warning(str(error), icon=":material/error:")


def show(trouble: Trouble) -> None:
    with st.container(border=True, key="trouble"):
        st.html(
            f'<div class="mdm-trouble" role="alert"><h2>{html.escape(trouble.title)}</h2>'
            f"<p>{html.escape(trouble.found)}</p><p><b>What to do:</b> {html.escape(trouble.advice)}</p></div>"
        )
        with st.container(horizontal=True):
            st.button("Try again", type="primary", icon=":material/refresh:", on_click=data.forget, key="try_again")
            if data.wanted() != data.LATEST:
                st.button("Open the latest release", on_click=_open_latest, key="open_latest")


def _open_latest() -> None:
    st.session_state[data.RELEASE_KEY] = data.LATEST
    data.forget()
