"""The canonical export: every table of a release as sorted text, so that two builds can be compared byte for byte."""

import hashlib
from collections.abc import Iterator

import duckdb

from lakehouse import catalog
from lakehouse.release import Release
from lakehouse.storage import Store


def digests(store: Store, release: Release) -> dict[str, str]:
    """SHA-256 of each table's canonical text: sorted columns, sorted rows, without the columns that tell the time."""
    con = store.connect(release.tables)
    try:
        return {name: _digest(con, name) for name in sorted(release.tables)}
    finally:
        con.close()


def _digest(con: duckdb.DuckDBPyConnection, table: str) -> str:
    found = hashlib.sha256()
    for line in lines(con, table):
        found.update(line.encode())
    return found.hexdigest()


def lines(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    """A header, then one line a row; columns in the order of their names, rows in the order of their text."""
    left_out = catalog.VOLATILE.get(table, ())
    described = con.cursor().sql(f"describe {table}").fetchall()
    columns = sorted(column for column, *_ in described if column not in left_out)
    yield "\t".join(columns) + "\n"
    texts = ", ".join(f"coalesce(\"{name}\"::varchar, '\\N')" for name in columns)
    cursor = con.cursor().execute(f"select concat_ws('\t', {texts}) as line from {table} order by line")
    while batch := cursor.fetchmany(10_000):
        for (line,) in batch:
            yield f"{line}\n"
