"""An extract becomes bronze rows: only what is new or changed, in one commit, and the high-water mark after it."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import polars as pl

from lakehouse import schemas, views
from lakehouse.batches import row_hashes
from lakehouse.connectors.source import Extract, SourceObject
from lakehouse.storage import Store

log = logging.getLogger(__name__)

WATERMARKS = "mdm.source_watermark"
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Landed:
    """What became of one object of one source system."""

    system: str
    object: str
    table: str
    rows_read: int
    rows_landed: int
    high_water_mark: str | None
    batch_id: str
    seconds: float


def land(
    store: Store,
    system: str,
    extract: Extract,
    *,
    batch_id: str,
    at: datetime,
    before: str | None = None,
    dry_run: bool = False,
) -> Landed:
    """Append the rows whose content is not what bronze holds for their key already.

    The rows are one commit and the mark the next: a crash between them makes the next run read again what it then
    finds unchanged. `before` is the mark that the extract went on from. Call it with the writer's lock held.
    """
    started = time.perf_counter()
    source = extract.object
    if dry_run:
        rows = len(changed(store, source, extract.frame))
    else:
        rows = land_rows(store, system, source, extract.frame, batch_id=batch_id, at=at)
    result = Landed(
        system=system,
        object=source.name,
        table=source.table,
        rows_read=len(extract.frame),
        rows_landed=rows,
        high_water_mark=newest(before, extract.high_water_mark),
        batch_id=batch_id,
        seconds=time.perf_counter() - started,
    )
    if not dry_run:
        note(store, result, at=at, cursor=source.cursor)
    log.info("%s %s: %d rows read, %d landed", system, source.name, result.rows_read, result.rows_landed)
    return result


def land_rows(
    store: Store, system: str, source: SourceObject, frame: pl.DataFrame, *, batch_id: str, at: datetime
) -> int:
    """Append what is new or changed as the batch's next part; how many rows that were.

    They are dated later than everything that the table holds, for the newest row of a key must win.
    """
    rows = changed(store, source, frame)
    if rows.is_empty():
        return 0
    part = 0
    if store.exists(source.table):
        held = store.delta(source.table)
        while held.transaction_version(f"{batch_id}/{part}") is not None:
            part += 1
        newest_held = query(store, source.table, "select max(_ingestion_ts) from bronze").item()
        at = max(at, newest_held + TICK) if newest_held else at
    return store.append(source.table, rows, batch_id=batch_id, source_system=system, ingestion_ts=at, part=part)


def changed(store: Store, source: SourceObject, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that differ from the newest bronze row of their key, or whose key is new."""
    if frame.is_empty() or not store.exists(source.table):
        return frame
    key = list(source.key)
    columns = ", ".join(f'"{name}"' for name in key)
    known = query(
        store,
        source.table,
        f"select {columns}, _row_hash as _known from bronze "
        f"qualify row_number() over (partition by {columns} order by _ingestion_ts desc, _row_hash) = 1",
    )
    incoming = frame.with_columns(pl.Series("_incoming", list(row_hashes(frame)), dtype=pl.String))
    return (
        incoming.join(known, on=key, how="left", nulls_equal=True, maintain_order="left")
        .filter(pl.col("_known").is_null() | (pl.col("_known") != pl.col("_incoming")))
        .select(frame.columns)
    )


def query(store: Store, table: str, sql: str) -> pl.DataFrame:
    """The result of a SELECT over a table under the name bronze, without reading the columns it does not name."""
    with duckdb.connect() as con:
        con.execute(f"create view bronze as {views.select_sql(store.delta(table))}")
        return con.sql(sql).pl()


def latest(bronze: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The newest row of each key, by the rule that silver applies."""
    return bronze.sort("_ingestion_ts", "_row_hash", descending=[True, False]).unique(
        key, keep="first", maintain_order=True
    )


def mark(store: Store, system: str, name: str) -> str | None:
    """The high-water mark that the last load of an object left behind."""
    if not store.exists(WATERMARKS):
        return None
    loads = store.read(WATERMARKS).filter((pl.col("source_system") == system) & (pl.col("source_object") == name))
    return loads["high_water_mark"].max()  # type: ignore[return-value]


def newest(left: str | None, right: str | None) -> str | None:
    """The later of two marks; a mark never goes back."""
    return max((value for value in (left, right) if value is not None), default=None)


def note(store: Store, result: Landed, *, at: datetime, cursor: str | None = None) -> None:
    """Remember a load: what it brought and how far it came."""
    row = {
        "source_system": result.system,
        "source_object": result.object,
        "table_name": result.table,
        "cursor_column": cursor,
        "high_water_mark": result.high_water_mark,
        "batch_id": result.batch_id,
        "loaded_at": at,
        "rows_read": result.rows_read,
        "rows_landed": result.rows_landed,
        "seconds": result.seconds,
    }
    store.append_rows(WATERMARKS, pl.DataFrame([row], schema=_schema()))


def _schema() -> pl.Schema:
    return views.empty_frame(schemas.columns(schemas.SOURCE_WATERMARK)).schema
