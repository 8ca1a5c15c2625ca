"""The audit trail of the configured lakehouse, and what a run left in its workspace, as frames for a page."""

from pathlib import Path

import polars as pl

from agents import audit, progress
from agents.progress import Progress
from agents.roster import ROSTER
from lakehouse import catalog
from lakehouse.storage import Store

LARGEST_FILE = 200_000  # characters of an artefact that are shown
ARTEFACT = {
    "agent": pl.String,
    "path": pl.String,
    "check": pl.String,
    "passed": pl.Boolean,
    "detail": pl.String,
}


def events(uri: str | None = None) -> pl.DataFrame:
    """Every event of every run, newest first."""
    return audit.rows(Store(uri or catalog.root())).reverse()


def delivered(workspace: Path) -> Progress | None:
    """What the agents delivered so far; None where none has run."""
    return progress.load(workspace / ".agents")


def artefacts(done: Progress) -> pl.DataFrame:
    """One row an artefact and check, in the order of the agents; a file without a check of its own has none."""
    rows: list[tuple[str, str, str | None, bool | None, str]] = []
    for agent in ROSTER:
        one = done.agents.get(agent.name)
        if one is None:
            continue
        named = {finding.path for finding in one.findings}
        rows += [(agent.title, f.path, f.check, f.passed, f.detail) for f in one.findings]
        rows += [(agent.title, path, None, None, "part of the whole") for path in one.artefacts if path not in named]
    return pl.DataFrame(rows, schema=ARTEFACT, orient="row")


def content(workspace: Path, path: str) -> str | None:
    """The text of an artefact; None where the path leads out of the workspace or to no file."""
    file = (workspace / path).resolve()
    if not file.is_relative_to(workspace.resolve()) or not file.is_file():
        return None
    return file.read_text(encoding="utf-8", errors="replace")[:LARGEST_FILE]
