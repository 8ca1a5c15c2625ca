"""A query on the default release, and on a small world made by hand."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import polars as pl
import pytest

import queries

Ask = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def ask(warehouse: duckdb.DuckDBPyConnection) -> Ask:
    return lambda name, **params: queries.run(warehouse, name, **params)


@pytest.fixture
def world() -> Iterator[Callable[[Mapping[str, pl.DataFrame]], Ask]]:
    """Tables by name in, a way to ask them out."""
    with duckdb.connect() as con:
        for layer in ("silver", "mdm", "gold"):
            con.execute(f"create schema {layer}")

        def build(tables: Mapping[str, pl.DataFrame]) -> Ask:
            for name, frame in tables.items():
                con.register("rows", frame.to_arrow())
                con.execute(f"create table {name} as from rows")
                con.unregister("rows")
            return lambda query, **params: queries.run(con, query, **params)

        yield build


@pytest.fixture
def customers() -> pl.DataFrame:
    """Two current customers, and a version of the first that is history."""
    rows: list[dict[str, Any]] = [
        {"customer_uid": "C-1", "full_name": "Acme", "segment": "SMB", "country": "DE", "is_current": True},
        {"customer_uid": "C-2", "full_name": "Nord", "segment": "Enterprise", "country": "US", "is_current": True},
        {"customer_uid": "C-1", "full_name": "Acme old", "segment": "Startup", "country": "US", "is_current": False},
    ]
    return pl.DataFrame(rows)
