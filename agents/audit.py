"""The audit trail: one row an event, appended to a Delta table before and after anything is done."""

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from agents.errors import AuditFailed
from lakehouse import schemas, views
from lakehouse.connectors.redaction import MASK, redact
from lakehouse.storage import Store

TABLE = "mdm.agent_audit"
INPUT_LIMIT = 4_000  # characters; the hash is that of the whole input
SECRET = re.compile(r"(?i)(passw|secret|token|api_?key|authorization|credential)")

# reply, intent, result and end are its events; `status` is a reply's stop reason or a run's end; `at` is UTC.
SCHEMA: Mapping[str, Any] = views.empty_frame(schemas.columns(schemas.AGENT_AUDIT)).schema


class Audit:
    """Rows of one run. `flush` makes one Delta commit of what was noted since the last."""

    def __init__(self, store: Store, run_id: str, agent: str, model: str) -> None:
        self._store = store
        self._same = {"run_id": run_id, "agent": agent, "model": model}
        self._noted: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def note(self, event: str, iteration: int, **values: Any) -> None:
        unknown = set(values) - set(SCHEMA)
        if unknown:
            raise ValueError(f"{TABLE} has no column {', '.join(sorted(unknown))}")
        now = datetime.now(UTC).replace(tzinfo=None)
        with self._lock:
            self._noted.append({"at": now, **self._same, "event": event, "iteration": iteration, **values})

    def flush(self) -> None:
        """Commit the rows. Raises AuditFailed, and keeps the rows, where they cannot be written."""
        with self._lock:
            rows, self._noted = self._noted, []
        if not rows:
            return
        try:
            self._store.append_rows(TABLE, pl.DataFrame(rows, schema=SCHEMA))
        except Exception as error:
            with self._lock:
                self._noted = [*rows, *self._noted]
            raise AuditFailed(f"{TABLE} cannot be written at {self._store.uri}: {error}; nothing was done") from error


def input_columns(given: Any) -> dict[str, Any]:
    """The input of a call as it is kept: without secrets, cut, and with the hash of the whole."""
    text = json.dumps(given, sort_keys=True, ensure_ascii=False, default=str)
    clean = json.dumps(redacted(given), sort_keys=True, ensure_ascii=False, default=str)
    return {"input": clean[:INPUT_LIMIT], "input_hash": digest(text)}


def redacted(value: Any) -> Any:
    """The value without secrets: known ones, what looks like one, and what stands under a name that tells of one."""
    if isinstance(value, Mapping):
        return {name: MASK if SECRET.search(str(name)) else redacted(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(part) for part in value]
    return redact(value) if isinstance(value, str) else value


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def rows(store: Store, run_id: str | None = None) -> pl.DataFrame:
    """The trail, oldest first: of one run, or of all."""
    if not store.exists(TABLE):
        return pl.DataFrame(schema=SCHEMA)
    found = store.read(TABLE).sort("at", maintain_order=True)
    return found if run_id is None else found.filter(pl.col("run_id") == run_id)
