"""What a batch looks like on its way into a table: its metadata columns, its row hashes, its declared types."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import polars as pl
import pyarrow as pa

from lakehouse import catalog, views
from lakehouse.errors import SchemaMismatch


def with_metadata(frame: pl.DataFrame, *, batch_id: str, source_system: str, ingestion_ts: datetime) -> pl.DataFrame:
    """A source's rows with the four columns every bronze row carries."""
    return frame.with_columns(
        pl.lit(source_system).alias("_source_system"),
        pl.lit(ingestion_ts).cast(pl.Datetime("us")).alias("_ingestion_ts"),
        pl.lit(batch_id).alias("_batch_id"),
        pl.Series("_row_hash", list(row_hashes(frame)), dtype=pl.String),
    )


def row_hashes(frame: pl.DataFrame) -> Iterator[str]:
    """SHA-256 (first 32 hex digits) over a row's values in column order; null and empty text differ."""
    separated = [
        pl.when(pl.col(name).is_null()).then(pl.lit("\x1e")).otherwise(pl.col(name).cast(pl.String))
        for name in frame.columns
    ]
    for text in frame.select(pl.concat_str(separated, separator="\x1f")).to_series():
        yield hashlib.sha256(text.encode()).hexdigest()[:32]


def conform(rows: pa.Table, table: str) -> pa.Table:
    """Rows in the declared order and types; every difference is named in one error."""
    declared = catalog.table(table).columns
    if declared is None:
        return rows
    wanted = pa.schema([(name, views.ARROW_TYPES[type_]) for name, type_ in declared.items()])
    problems = [f"column {name} is missing" for name in wanted.names if name not in rows.column_names]
    problems += [f"column {name} is not declared" for name in rows.column_names if name not in wanted.names]
    problems += [
        f"column {field.name} is {rows.schema.field(field.name).type}, expected {field.type}"
        for field in wanted
        if field.name in rows.column_names and not _fits(rows.schema.field(field.name).type, field.type)
    ]
    if problems:
        raise SchemaMismatch(f"{table}: {'; '.join(problems)}")
    try:
        return rows.select(wanted.names).cast(wanted)
    except pa.ArrowInvalid as error:
        raise SchemaMismatch(f"{table}: {error}") from error


def _fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    """The same kind of value, though perhaps of another width; never text for numbers."""
    kinds = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_date, pa.types.is_timestamp)
    if pa.types.is_null(found) or found == wanted:
        return True
    if pa.types.is_string(wanted):
        return pa.types.is_large_string(found) or pa.types.is_string_view(found)
    return any(kind(found) and kind(wanted) for kind in kinds)
