"""DuckDB over Delta without an extension: each table version is a view over the Parquet files it names."""

from collections.abc import Mapping
from contextlib import suppress

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from lakehouse import mirror
from lakehouse.errors import ReleaseBroken

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
POLARS_TYPES: Mapping[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
}
DELTA_TYPES: Mapping[str, str] = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "integer": "INTEGER",
    "short": "SMALLINT",
    "byte": "TINYINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "timestamp_ntz": "TIMESTAMP",
    "binary": "BLOB",
}
# Features under which the Parquet files alone give the right rows.
PLAIN_FEATURES = frozenset({"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"})
LAYERS = ("bronze", "silver", "mdm", "gold")
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "1GB",
    # What queries have freed goes back to the system within seconds: 40 MB of the app's process.
    "allocator_background_threads": True,
}


def connect(tables: Mapping[str, DeltaTable]) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with the four layers as schemas and one view a table."""
    con = duckdb.connect(":memory:", config=dict(SETTINGS))
    for layer in LAYERS:
        con.execute(f"create schema {layer}")
    add_views(con, tables)
    return con


def add_views(con: duckdb.DuckDBPyConnection, tables: Mapping[str, DeltaTable]) -> None:
    """Create the views; a table whose features plain Parquet cannot honour is materialised through delta-rs."""
    for name, delta in tables.items():
        try:
            if _is_plain(delta):
                con.execute(f"create view {name} as {select_sql(delta)}")
            else:
                rows = delta.to_pyarrow_table()
                con.register("materialised", rows)
                con.execute(f"create table {name} as from materialised")
                con.unregister("materialised")
        except (duckdb.Error, OSError) as error:
            raise ReleaseBroken(
                f"{name} at version {delta.version()} cannot be read: {error}. Rebuild with: python -m lakehouse build"
            ) from error


def select_sql(delta: DeltaTable) -> str:
    """A SELECT over the files of one version; a typed empty row set makes added columns and empty tables right."""
    columns = {field.name: _duckdb_type(field.type) for field in delta.schema().fields}
    empty = empty_sql(columns)
    files = mirror.files(delta)
    if not files:
        return empty
    partitions = delta.metadata().partition_columns
    options = ["union_by_name=true"]
    if partitions:
        types = ", ".join(f"'{name}': {columns[name]}" for name in partitions)
        options += ["hive_partitioning=true", f"hive_types={{{types}}}"]
    else:
        options += ["hive_partitioning=false"]
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    return f"{empty} union all by name select * from read_parquet([{listed}], {', '.join(options)})"


def frame(delta: DeltaTable) -> pl.DataFrame:
    """The rows of one version; those of one Parquet shape are read without a database of their own."""
    files = mirror.files(delta)
    wanted = [field.name for field in delta.schema().fields]
    if files and _is_plain(delta) and not delta.metadata().partition_columns:
        with suppress(pl.exceptions.SchemaError, pl.exceptions.ColumnNotFoundError):  # columns came later
            found = pl.read_parquet(files, glob=False, hive_partitioning=False)
            if found.columns == wanted:
                return found
    with duckdb.connect() as con:
        return con.sql(select_sql(delta)).pl()


def _is_plain(delta: DeltaTable) -> bool:
    protocol = delta.protocol()
    features = set(protocol.reader_features or ())
    mapped = delta.metadata().configuration.get("delta.columnMapping.mode", "none") != "none"
    return features <= PLAIN_FEATURES and not mapped


def _duckdb_type(type_: object) -> str:
    name = getattr(type_, "type", str(type_))
    return DELTA_TYPES.get(name, name.upper())


def empty_sql(columns: Mapping[str, str]) -> str:
    """A SELECT with the given columns and no rows."""
    typed = ", ".join(f'cast(null as {type_}) as "{name}"' for name, type_ in columns.items())
    return f"select {typed} where false"


def empty_frame(columns: Mapping[str, str]) -> pl.DataFrame:
    """A frame with the given columns and no rows. (By way of Arrow, pandas would be imported: 40 MB, half a second.)"""
    return pl.DataFrame(schema={name: POLARS_TYPES[type_] for name, type_ in columns.items()})


def is_delta(path: str) -> bool:
    return DeltaTable.is_deltatable(path)


def read(path: str) -> pl.DataFrame:
    """The newest rows of a Delta table outside the layers."""
    return frame(DeltaTable(path))
