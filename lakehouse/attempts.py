"""Attempts that published nothing: a stored record of each, so that every reader can say why the data stay as they are.

The record lies beside the releases and outside of them, for a failed run has none. It is append-only.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lakehouse import schemas, views
from lakehouse.errors import BatchRefused, LakehouseError

if TYPE_CHECKING:
    from lakehouse.storage import Store

TABLE = "_attempt"
GATE, BATCH, ERROR = "gate", "batch", "error"  # what an attempt failed at


@dataclass(frozen=True)
class Attempt:
    """A run that was stopped, or a batch that was not let in; the last release stayed as it was."""

    attempted_at: datetime  # UTC, wall clock
    what: str  # what was tried, as "the day 2026-02-01"
    outcome: str  # GATE: a quality gate stopped it; BATCH: the batch has another shape; ERROR: anything else
    subject: str | None  # the gate, or the bronze table of the batch
    report: str  # the whole report; its first line says what, each further line one breach
    after_release: int  # the newest release at the time, which stayed; 0: none
    bronze: Mapping[str, int] = field(default_factory=dict)  # versions that a release has to reach to settle it
    quarantined: Mapping[str, int] = field(default_factory=dict)  # table: rows that the gates set aside

    @property
    def title(self) -> str:
        return self.report.partition("\n")[0]

    @property
    def breaches(self) -> list[str]:
        """The single findings, one line each."""
        return [line for line in self.report.splitlines()[1:] if line.strip()]

    def is_settled_by(self, release_id: int, tables: Mapping[str, int]) -> bool:
        """Whether a later release holds what this attempt could not promote."""
        reached = all(tables.get(name, -1) >= version for name, version in self.bronze.items())
        return release_id > self.after_release and reached


def of_run(what: str, error: Exception, *, after_release: int, bronze: Mapping[str, int]) -> Attempt:
    """The record of a run that was stopped by an error."""
    gate, held = getattr(error, "gate", None), getattr(error, "quarantined", {})
    report = str(error) if isinstance(error, LakehouseError) else f"{type(error).__name__}: {error}"
    return Attempt(_now(), what, GATE if gate else ERROR, gate, report, after_release, bronze, held)


def bronze_versions(store: "Store") -> dict[str, int]:
    """The newest version of every bronze table that can be read."""
    found = {}
    for name in schemas.BRONZE:
        with suppress(LakehouseError):
            version = store.newest(name)
            found.update({} if version is None else {name: version})
    return found


def of_batch(store: "Store", table: str, batch_id: str, error: BatchRefused) -> Attempt:
    """The record of a batch that was not let into bronze; the table's next version settles it."""
    published = store.releases()
    after = published[-1].release_id if published else 0
    awaited = {table: (store.newest(table) or 0) + 1 if store.exists(table) else 0}
    return Attempt(_now(), f"batch {batch_id}", BATCH, table, str(error), after, awaited)


def record(store: "Store", attempt: Attempt) -> None:
    """Add an attempt to the record."""
    row = {
        "attempted_at": attempt.attempted_at,
        "what": attempt.what,
        "outcome": attempt.outcome,
        "subject": attempt.subject,
        "report": attempt.report,
        "after_release": attempt.after_release,
        "bronze": json.dumps(dict(attempt.bronze), sort_keys=True),
        "quarantined": json.dumps(dict(attempt.quarantined), sort_keys=True),
    }
    schema = views.empty_frame(schemas.columns(schemas.ATTEMPT)).schema
    store.append_beside(TABLE, pl.DataFrame([row], schema=schema))


def every(store: "Store") -> list[Attempt]:
    """All attempts on record, oldest first."""
    rows = store.read_beside(TABLE, schemas.columns(schemas.ATTEMPT)).iter_rows(named=True)
    return [Attempt(**{**row, **{name: json.loads(row[name]) for name in ("bronze", "quarantined")}}) for row in rows]


def last(store: "Store") -> Attempt | None:
    """The newest attempt that no release has settled since: what readers must be told. None: all is well."""
    found = every(store)
    if not found:
        return None
    published = store.releases()
    open_ = [a for a in found if not any(a.is_settled_by(r.release_id, r.tables) for r in published)]
    return open_[-1] if open_ else None


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
