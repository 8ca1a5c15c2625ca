"""Batches that are kept out of bronze: their rows lie aside as they came, and a batch may be taken back out later."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lakehouse import catalog, schemas
from lakehouse.errors import LakehouseError

if TYPE_CHECKING:
    from lakehouse.storage import Store

TABLE = "_refused_row"


class NoBatch(LakehouseError):
    """No table of bronze holds the batch."""


def keep(store: "Store", table: str, frame: pl.DataFrame, *, batch_id: str, source_system: str, reason: str) -> None:
    """Keep the rows of a batch aside, as JSON, whatever columns they have; sent again unchanged, they are there."""
    texts = frame.select(pl.struct(pl.all()).struct.json_encode().alias("record"))
    known = rows(store).filter(table_name=table, batch_id=batch_id, reason=reason)["record"]
    if known.sort().equals(texts["record"].sort()):
        return
    kept = texts.select(
        pl.lit(table).alias("table_name"),
        pl.lit(batch_id).alias("batch_id"),
        pl.lit(source_system).alias("source_system"),
        pl.lit(datetime.now(UTC).replace(tzinfo=None)).cast(pl.Datetime("us")).alias("refused_at"),
        pl.lit(reason).alias("reason"),
        "record",
    )
    store.append_beside(TABLE, kept)


def rows(store: "Store") -> pl.DataFrame:
    """Every row that was kept out or taken back: table_name, batch_id, source_system, refused_at, reason, record."""
    return store.read_beside(TABLE, schemas.columns(schemas.REFUSED_ROW))


def withdraw(store: "Store", batch_id: str, reason: str, who: str, *, wait_seconds: float = 30.0) -> dict[str, int]:
    """Take a batch that the gates stop back out of bronze, and keep its rows aside; rows taken, by table.

    The next build goes without it, and the source may deliver a right one under the same name. A batch that a release
    was built from stays, for every offered release must be what its bronze makes of it.
    """
    if not reason.strip() or not who.strip():
        raise LakehouseError("Withdrawing a batch needs a reason and a name; the record keeps both")
    with store.writer(f"withdrawing {batch_id}", wait_seconds=wait_seconds):
        newest = store.releases()[-1:]
        found = {name: held for name in schemas.BRONZE if len(held := _of_batch(store, name, batch_id))}
        for table in found:
            for release in newest:
                if len(_of_batch(store, table, batch_id, release.tables.get(table, -1))):
                    raise LakehouseError(
                        f"{table}: release {release.release_id} is built from batch {batch_id}; "
                        "have the source deliver the right rows as a new batch"
                    )
        text = f"withdrawn by {who.strip()}: {reason.strip()}"
        for table, held in found.items():
            system = held["_source_system"][0]
            keep(store, table, held.drop(catalog.METADATA), batch_id=batch_id, source_system=system, reason=text)
            store.remove_batch(table, batch_id)
    if not found:
        raise NoBatch(f"No batch {batch_id} in bronze at {store.uri}; see: python -m lakehouse arrivals")
    return {table: len(held) for table, held in found.items()}


def _of_batch(store: "Store", table: str, batch_id: str, version: int | None = None) -> pl.DataFrame:
    """The rows of a batch in a version of a table (None: the newest, -1: none)."""
    if version == -1 or not store.exists(table):
        return pl.DataFrame()
    return store.read(table, version).filter(pl.col("_batch_id") == batch_id)
