"""One writer at a time where there are no lock files: a Delta table whose next version is the lock.

A commit puts its version in place only where there is none yet, on every object store that delta-rs writes to. So of
two writers that saw the same free lock, one commits and the other finds the version taken.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from lakehouse import lock
from lakehouse.errors import Locked

TABLE = "_writer_lock"
POLL_SECONDS = 0.25
ONCE = CommitProperties(max_commit_retries=0)  # a version that another took is not ours to take


@contextmanager
def writer(uri: str, owner: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold a remote lakehouse for writing; Locked names the present owner once `wait_seconds` have passed."""
    location = f"{uri.rstrip('/')}/{TABLE}"
    mine = lock.claim(owner)
    give_up_at = time.monotonic() + wait_seconds
    while True:
        table, held = _read(location)
        is_free = held is None or lock.is_stale(held)
        if is_free and _put(table, location, mine):
            break
        if held is not None and not is_free and time.monotonic() >= give_up_at:
            raise Locked(lock.refusal(uri, held))
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        table, held = _read(location)
        if held is not None and held["token"] == mine["token"]:
            _put(table, location, {**mine, "expires_at": 0.0})  # where another took it over meanwhile, it is theirs


def _read(location: str) -> tuple[DeltaTable | None, dict[str, Any] | None]:
    """The newest version of the lock, and who holds it."""
    try:
        table = DeltaTable(location)
    except TableNotFoundError:
        return None, None
    rows = pl.DataFrame(table.to_pyarrow_table()).to_dicts()
    return table, rows[0] if rows else None


def _put(table: DeltaTable | None, location: str, held: dict[str, Any]) -> bool:
    """Make a row the next version of the lock; False where another was first."""
    rows = pl.DataFrame([held]).to_arrow()
    try:
        if table is None:
            write_deltalake(location, rows, mode="error", commit_properties=ONCE)
        else:
            write_deltalake(table, rows, mode="overwrite", commit_properties=ONCE)
    except CommitFailedError:
        return False
    except DeltaError as error:
        if table is None and "already exists" in str(error):
            return False
        raise
    return True
