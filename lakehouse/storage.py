"""Delta in, Delta out: append bronze batches, replace derived tables, publish and open releases."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from lakehouse import attempts, catalog, checksums, integrity, lock, refusals, remote_lock, views
from lakehouse.batches import conform, with_metadata
from lakehouse.errors import BatchRefused, Locked, NoRelease, ReleaseBroken, SchemaMismatch
from lakehouse.release import Release

RELEASE_TABLE = "_release"
OPENERS = 8  # tables of a remote lakehouse that are opened at once


@dataclass(frozen=True)
class Store:
    """The Delta tables below one URI; every method names tables as `layer.table`."""

    uri: str

    def location(self, table: str) -> str:
        """Where a table lies; a name that begins with an underscore is a record beside the layers."""
        if table.startswith("_"):
            return f"{self.uri.rstrip('/')}/{table}"
        return catalog.location(self.uri, table)

    # -- writing

    def writer(self, owner: str, *, wait_seconds: float = 0.0) -> AbstractContextManager[None]:
        """The lock that a writer holds; see lakehouse.lock."""
        if catalog.is_remote(self.uri):
            return remote_lock.writer(self.uri, owner, wait_seconds=wait_seconds)
        return lock.writer(self.ensure_folder(), owner, wait_seconds=wait_seconds)

    def ensure_folder(self) -> Path:
        """The folder of a local lakehouse, made where there is none; NotWritable where that cannot be."""
        return integrity.writable_folder(self.uri)

    def append(
        self,
        table: str,
        frame: pl.DataFrame,
        *,
        batch_id: str,
        source_system: str,
        ingestion_ts: datetime,
        part: int = 0,
    ) -> int:
        """Add one batch (or one part of a large one) to a bronze table in one commit; rows added.

        A batch that was delivered before adds nothing: each part is a Delta transaction of its own. One of another
        shape is refused whole: its rows are kept aside, the attempt is on record, and BatchRefused names every
        difference.
        """
        known = self.find(table)
        application = f"{batch_id}/{part}"
        times = (known.transaction_version(application) if known else None) or 0
        if _is_in(times):
            return 0
        rows = with_metadata(frame, batch_id=batch_id, source_system=source_system, ingestion_ts=ingestion_ts)
        try:
            conformed = conform(rows.to_arrow(), table)
        except SchemaMismatch as problems:
            error = BatchRefused(f"Batch {batch_id} is not let into bronze; its rows are kept aside\n{problems}")
            refusals.keep(self, table, frame, batch_id=batch_id, source_system=source_system, reason=str(problems))
            attempts.record(self, attempts.of_batch(self, table, batch_id, error))
            raise error from problems
        self._write(table, conformed, mode="append", transaction=Transaction(app_id=application, version=times + 1))
        return len(rows)

    def remove_batch(self, table: str, batch_id: str) -> None:
        """Take a batch back out, in one commit; it may then be delivered anew."""
        delta = self.delta(table)
        parts: list[Transaction] = []
        while (times := delta.transaction_version(f"{batch_id}/{len(parts)}")) is not None:
            parts.append(Transaction(app_id=f"{batch_id}/{len(parts)}", version=times + _is_in(times)))
        quoted = batch_id.replace("'", "''")
        delta.delete(f"_batch_id = '{quoted}'", commit_properties=CommitProperties(app_transactions=parts or None))

    def append_beside(self, name: str, frame: pl.DataFrame) -> None:
        """Add rows to a record beside the layers, such as that of the attempts."""
        self._write(name, frame.to_arrow(), mode="append")

    def read_beside(self, name: str, columns: Mapping[str, str]) -> pl.DataFrame:
        """The rows of a record beside the layers, in the order of their first time; none where there is no record."""
        found, stamp = self.find(name), next(name for name, type_ in columns.items() if type_ == "TIMESTAMP")
        rows = views.empty_frame(columns) if found is None else self.rows(name, found)
        return rows.select(columns.keys()).sort(stamp, maintain_order=True)

    def append_rows(self, table: str, frame: pl.DataFrame) -> int:
        """Add rows to an append-only table that is no source extract, such as the steward's decisions."""
        self._write(table, conform(frame.to_arrow(), table), mode="append")
        return len(frame)

    def overwrite(self, table: str, data: Any, *, fingerprint: str) -> int:
        """Make `data` the content of a table; the version that holds it. Equal content adds no version.

        Equal content whose files were removed or damaged is written again: so a build heals a table.
        """
        known = self.find(table)
        if known is not None and integrity.fingerprint_of(known) == fingerprint and self._is_whole(known):
            return known.version()
        return self._write(table, data, mode="overwrite", metadata={"fingerprint": fingerprint}, known=known)

    def replace_run(self, table: str, frame: pl.DataFrame, run_id: str, published: int | None) -> int:
        """Make the rows those of a run in a table that keeps every run's; the version that holds them.

        Past the published version, a run that was killed left rows under the same id, which go. A log with a damaged
        file begins anew.
        """
        rows = conform(frame.to_arrow(), table)
        known = self.find(table)
        if known is not None and not self._is_whole(known):
            return self._write(table, rows, mode="overwrite", known=known)
        if known is None or known.version() == published:
            return self._write(table, rows, mode="append", known=known)
        write_deltalake(known, rows, mode="overwrite", predicate=f"run_id = '{run_id}'")
        return known.version()

    def _is_whole(self, table: DeltaTable) -> bool:
        return integrity.is_whole(table) and checksums.is_as_written(self, table)

    def _write(
        self,
        table: str,
        data: Any,
        *,
        mode: str,
        metadata: Mapping[str, str] | None = None,
        transaction: Transaction | None = None,
        known: DeltaTable | None = None,
    ) -> int:
        """Commit rows to a table, `known` if it was opened before; the version that they made."""
        partition_by = () if table.startswith("_") else catalog.table(table).partition_by
        transactions = [transaction] if transaction else None
        write_deltalake(  # type: ignore[call-overload]
            known or self.location(table),
            data,
            mode=mode,
            partition_by=list(partition_by) or None,
            schema_mode="overwrite" if mode == "overwrite" else None,
            configuration={"delta.appendOnly": "true"} if table in catalog.APPEND_ONLY else None,
            commit_properties=CommitProperties(custom_metadata=dict(metadata or {}), app_transactions=transactions),
        )
        return known.version() if known else self.version(table)

    # -- reading

    def find(self, table: str, version: int | None = None) -> DeltaTable | None:
        """A table as of a version (None: the newest); None where there is no such table."""
        try:
            return DeltaTable(self.location(table), version=version)
        except TableNotFoundError:
            return None
        except (DeltaError, OSError, ValueError) as error:
            at = "" if version is None else f" at version {version}"
            raise ReleaseBroken(f"{table}{at} cannot be read: {integrity.first_line(error)}. {PUT_BACK}") from error

    def exists(self, table: str) -> bool:
        return self.find(table) is not None

    def newest(self, table: str) -> int | None:
        """The newest version of a table; None where there is no such table."""
        found = self.find(table)
        return None if found is None else found.version()

    def version(self, table: str) -> int:
        """The newest version of a table."""
        return self.delta(table).version()

    def delta(self, table: str, version: int | None = None) -> DeltaTable:
        found = self.find(table, version)
        if found is None:
            raise ReleaseBroken(f"{table} is missing at {self.location(table)}. {REBUILD}")
        return found

    def read(self, table: str, version: int | None = None) -> pl.DataFrame:
        """The rows of a table, at its newest version unless told otherwise."""
        return self.rows(table, self.delta(table, version))

    def rows(self, table: str, delta: DeltaTable) -> pl.DataFrame:
        """The rows of a table that was opened."""
        try:
            return views.frame(delta)
        except (pl.exceptions.PolarsError, duckdb.Error, OSError) as error:
            raise ReleaseBroken(f"{table} at version {delta.version()} cannot be read: {error}. {REBUILD}") from error

    # -- releases

    def publish(self, release: Release) -> None:
        """Make a finished build visible: one row, one commit. Locked where another writer was faster."""
        before: Mapping[str, int] = {}
        for newest in self.releases()[-1:]:
            before = newest.tables
            if newest.release_id >= release.release_id:
                raise Locked(f"Release {newest.release_id} was published meanwhile by another writer; run this again")
        checksums.note(self, dict(release.tables.items() - before.items()))
        self._write(RELEASE_TABLE, release.to_frame().to_arrow(), mode="append")

    def replace_releases(self, kept: Sequence[Release]) -> None:
        """Make these the releases on offer, in one commit."""
        self._write(RELEASE_TABLE, pl.concat(release.to_frame() for release in kept).to_arrow(), mode="overwrite")

    def releases(self) -> list[Release]:
        """Every published release, oldest first."""
        if self.find(RELEASE_TABLE) is None:
            return []
        return [Release.from_row(row) for row in self.read(RELEASE_TABLE).sort("release_id").iter_rows(named=True)]

    def latest(self) -> Release:
        published = self.releases()
        if not published:
            raise NoRelease(f"No release at {self.uri}. Build one with: python -m data_gen --out {self.uri}")
        return published[-1]

    def release(self, release_id: int | None = None) -> Release:
        """One release by its number, or the newest."""
        if release_id is None:
            return self.latest()
        for found in self.releases():
            if found.release_id == release_id:
                return found
        numbers = ", ".join(str(found.release_id) for found in self.releases()) or "none"
        raise NoRelease(f"No release {release_id} at {self.uri}; published are: {numbers}")

    def connect(self, tables: Mapping[str, int]) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with one view for each table at the given version."""
        with ThreadPoolExecutor(OPENERS if catalog.is_remote(self.uri) else 1) as pool:
            deltas = dict(zip(tables, pool.map(self.delta, tables.keys(), tables.values()), strict=True))
        checksums.verify(self, deltas)
        return views.connect(deltas)


PUT_BACK = "Its Delta log is damaged: put it back from a copy of the lakehouse, or start a new one in another folder"
REBUILD = "Rebuild with: python -m lakehouse build (or python -m data_gen, which simulates the sources anew)"


def _is_in(times: int) -> bool:
    """Whether a batch is in bronze: every delivery and every withdrawal counts one up."""
    return times % 2 == 1
