"""Delta in, Delta out: append bronze batches, replace derived tables, publish and open releases."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from os import SEEK_END
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from lakehouse import catalog, lock, schemas, views
from lakehouse.batches import conform, with_metadata
from lakehouse.errors import NoRelease, NotWritable, ReleaseBroken
from lakehouse.release import Release

RELEASE_TABLE = "_release"
PARQUET_END = b"PAR1"
UPKEEP, UPKEEP_COMMITS = ("OPTIMIZE", "VACUUM START", "VACUUM END"), 20


@dataclass(frozen=True)
class Store:
    """The Delta tables below one URI; every method names tables as `layer.table`."""

    uri: str

    def location(self, table: str) -> str:
        if table == RELEASE_TABLE:
            return f"{self.uri.rstrip('/')}/{RELEASE_TABLE}"
        return catalog.location(self.uri, table)

    # -- writing

    def writer(self, owner: str, *, wait_seconds: float = 0.0) -> AbstractContextManager[None]:
        """The lock that a writer holds; see lakehouse.lock."""
        if catalog.is_remote(self.uri):
            return nullcontext()
        return lock.writer(self.ensure_folder(), owner, wait_seconds=wait_seconds)

    def ensure_folder(self) -> Path:
        folder = Path(self.uri.removeprefix("file://"))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".write_probe"
            probe.write_text("")
            probe.unlink(missing_ok=True)
        except OSError as error:
            raise NotWritable(
                f"Cannot write to {folder}: {error.strerror or error}; "
                "choose another folder with LAKEHOUSE_URI or --out, or change its permissions"
            ) from error
        return folder

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

        A batch that was delivered before adds nothing: each part is a Delta transaction of its own.
        """
        rows = with_metadata(frame, batch_id=batch_id, source_system=source_system, ingestion_ts=ingestion_ts)
        known = self._delta(table)
        application = f"{batch_id}/{part}"
        if known is not None and known.transaction_version(application) is not None:
            return 0
        self._write(table, conform(rows.to_arrow(), table), mode="append", transaction=application)
        return len(rows)

    def append_rows(self, table: str, frame: pl.DataFrame) -> int:
        """Add rows to an append-only table that is no source extract, such as the steward's decisions."""
        self._write(table, conform(frame.to_arrow(), table), mode="append")
        return len(frame)

    def overwrite(self, table: str, data: Any, *, fingerprint: str) -> int:
        """Make `data` the content of a table; the version that holds it. Equal content adds no version.

        Equal content whose files were removed or damaged is written again: so a build heals a table.
        """
        known = self._delta(table)
        if known is not None and fingerprint_of(known) == fingerprint and self._is_whole(known):
            return known.version()
        self._write(table, data, mode="overwrite", metadata={"fingerprint": fingerprint})
        return self.version(table)

    def replace_run(self, table: str, frame: pl.DataFrame, run_id: str) -> int:
        """Make the rows those of a run in a table that keeps every run's; the version that holds them.

        A run that was killed before it was published left rows under the same id, which go.
        """
        rows = conform(frame.to_arrow(), table)
        if self._delta(table) is None:
            self._write(table, rows, mode="append")
        else:
            write_deltalake(self.location(table), rows, mode="overwrite", predicate=f"run_id = '{run_id}'")
        return self.version(table)

    def _is_whole(self, table: DeltaTable) -> bool:
        """Whether the files of a version are there, as long as they were written, and end as Parquet files do."""
        if catalog.is_remote(self.uri):
            return True
        actions = pa.table(table.get_add_actions(flatten=True))
        folder = Path(table.table_uri.removeprefix("file://"))
        sizes = zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True)
        return all(_is_parquet(folder / unquote(path), size) for path, size in sizes)

    def _write(
        self,
        table: str,
        data: Any,
        *,
        mode: str,
        metadata: Mapping[str, str] | None = None,
        transaction: str | None = None,
    ) -> None:
        partition_by = () if table == RELEASE_TABLE else catalog.table(table).partition_by
        transactions = [Transaction(app_id=transaction, version=1)] if transaction else None
        write_deltalake(  # type: ignore[call-overload]
            self.location(table),
            data,
            mode=mode,
            partition_by=list(partition_by) or None,
            schema_mode="overwrite" if mode == "overwrite" else None,
            commit_properties=CommitProperties(custom_metadata=dict(metadata or {}), app_transactions=transactions),
        )

    # -- reading

    def _delta(self, table: str, version: int | None = None) -> DeltaTable | None:
        try:
            return DeltaTable(self.location(table), version=version)
        except TableNotFoundError:
            return None
        except (DeltaError, OSError, ValueError) as error:
            at = "" if version is None else f" at version {version}"
            raise ReleaseBroken(f"{table}{at} cannot be read: {error}. {REBUILD}") from error

    def exists(self, table: str) -> bool:
        return self._delta(table) is not None

    def newest(self, table: str) -> int | None:
        """The newest version of a table; None where there is no such table."""
        found = self._delta(table)
        return None if found is None else found.version()

    def version(self, table: str) -> int:
        """The newest version of a table."""
        return self.delta(table).version()

    def delta(self, table: str, version: int | None = None) -> DeltaTable:
        found = self._delta(table, version)
        if found is None:
            raise ReleaseBroken(f"{table} is missing at {self.location(table)}. {REBUILD}")
        return found

    def read(self, table: str, version: int | None = None) -> pl.DataFrame:
        """The rows of a table, at its newest version unless told otherwise."""
        with duckdb.connect() as con:
            return con.sql(views.select_sql(self.delta(table, version))).pl()

    # -- releases

    def publish(self, release: Release) -> None:
        """Make a finished build visible: one row, one commit."""
        self._write(RELEASE_TABLE, release.to_frame().to_arrow(), mode="append")

    def replace_releases(self, kept: Sequence[Release]) -> None:
        """Make these the releases on offer, in one commit."""
        self._write(RELEASE_TABLE, pl.concat(release.to_frame() for release in kept).to_arrow(), mode="overwrite")

    def releases(self) -> list[Release]:
        """Every published release, oldest first."""
        if self._delta(RELEASE_TABLE) is None:
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
        return views.connect({name: self.delta(name, version) for name, version in tables.items()})

    @cached_property
    def bronze_tables(self) -> tuple[str, ...]:
        return tuple(schemas.BRONZE)


REBUILD = "Rebuild with: python -m lakehouse build (or python -m data_gen, which simulates the sources anew)"


def _is_parquet(path: Path, size: int) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-len(PARQUET_END), SEEK_END)
            return file.read() == PARQUET_END and path.stat().st_size == size
    except OSError:
        return False


def fingerprint_of(table: DeltaTable) -> str | None:
    """The digest that came with the newest content; upkeep after it changed files but no row."""
    for last in (1, UPKEEP_COMMITS):
        written = [commit for commit in table.history(last) if commit.get("operation") not in UPKEEP]
        if written:
            found = written[0].get("fingerprint")
            return found if isinstance(found, str) else None
    return None


def dumps(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
