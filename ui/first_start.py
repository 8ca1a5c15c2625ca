"""The first start: one build for all sessions, shown as it goes."""

import html
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import streamlit as st

from lakehouse import session
from ui import build_process, charts, data

log = logging.getLogger(__name__)
TICK_SECONDS = 0.12
SHOWN = 6  # steps in the list


@dataclass
class Build:
    """A build under way, or ended. Its thread writes, any number of sessions read."""

    step: str = "Waking up"
    done: int = 0
    total: int = 1
    finished: list[tuple[str, int | None, float | None]] = field(default_factory=list)  # step, rows, seconds
    error: Exception | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Build":
        threading.Thread(target=_warm, name="first-start-warm", daemon=True).start()
        threading.Thread(target=self._run, name="first-start-build", daemon=True).start()
        return self

    def report(self, progress: Any) -> None:
        """Take a step's announcement, or with its rows and seconds its end."""
        self.step, self.total = progress.step, max(progress.total, 1)
        self.done = progress.position - (progress.seconds is None)
        if progress.seconds is not None:
            self.finished.append((progress.step, progress.rows, progress.seconds))

    def _run(self) -> None:
        try:
            if not session.releases():  # another build may have ended since this session looked
                build_process.ensure_demo(self.report)
        except Exception as error:  # shown by every session that waits
            log.exception("The first build failed")
            self.error = error
        finally:
            self.ended.set()


def _warm() -> None:
    """While the build runs elsewhere: what the first chart would wait for."""
    charts.bars(pl.DataFrame({"x": ["a"], "y": [1.0]}), x="x", y="y").to_json()


@st.cache_resource(show_spinner=False)
def _build() -> Build:
    """The one build of this process; a second session gets the same."""
    return Build().start()


def ensure() -> None:
    """Return as soon as there is a release; until then show the build under way."""
    if data.releases():
        return
    build = _build()
    place = st.empty()
    with place.container(key="first_start"):
        _watch(build)
    place.empty()
    _build.clear()
    if build.error:
        raise build.error
    data.forget()


def _watch(build: Build) -> None:
    st.html(
        '<div class="mdm-first"><h1>Building your lakehouse</h1>'
        "<p>SAP, Salesforce and Oracle are simulated, then bronze → silver → MDM → gold is run for real. "
        "This happens once and takes a few seconds.</p></div>"
    )
    bar = st.progress(0.0, text=build.step)
    listed = st.empty()
    while not build.ended.wait(TICK_SECONDS):
        bar.progress(min(1.0, build.done / build.total), text=build.step)
        listed.html(_finished(build.finished))


def _finished(steps: Sequence[tuple[str, int | None, float | None]]) -> str:
    """The last few steps with their rows and seconds."""
    rows = "".join(
        f"<tr><td>{html.escape(step)}</td><td>{'' if rows is None else f'{rows:,} rows'}</td>"
        f"<td>{seconds or 0:.2f} s</td></tr>"
        for step, rows, seconds in steps[-SHOWN:]
    )
    return f'<div class="mdm-steps"><table>{rows}</table></div>'
