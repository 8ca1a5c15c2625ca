"""The few verbs an app may call: releases, one release opened for reading, and the live match."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import duckdb
import polars as pl

from lakehouse import catalog, runner, status, views
from lakehouse.errors import LakehouseError, Locked, NoRelease, NotWritable, ReleaseBroken, StepFailed
from lakehouse.mdm import evaluate, live
from lakehouse.quality import suite
from lakehouse.release import Release
from lakehouse.storage import Store

__all__ = [
    "LakehouseError",
    "Locked",
    "NoRelease",
    "NotWritable",
    "Release",
    "ReleaseBroken",
    "StepFailed",
    "answer_key",
    "columns",
    "evaluation",
    "lineage",
    "match",
    "open_release",
    "relations",
    "release",
    "releases",
    "tables",
    "uri",
]


def uri() -> str:
    """Where the lakehouse lives."""
    return catalog.root()


def releases() -> list[Release]:
    """Every published release, oldest first; empty where none was built yet."""
    return Store(catalog.root()).releases()


def release(release_id: int | None = None) -> Release:
    """One release by its number, or the newest; NoRelease where there is none."""
    return Store(catalog.root()).release(release_id)


def open_release(release_id: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view for every table of a release; use one cursor a query."""
    store = Store(catalog.root())
    return store.connect(store.release(release_id).tables)


def match(record: Mapping[str, Any], release_id: int | None = None) -> live.LiveMatch:
    """One record against the customers of a release, through the functions of the batch run."""
    store = Store(catalog.root())
    return _population(store, store.release(release_id).release_id).match(record)


@lru_cache(maxsize=2)
def _population(store: Store, release_id: int) -> live.Population:
    tables = store.release(release_id).tables
    read = {name: store.read(name, tables[name]) for name in ("silver.customer", "mdm.crosswalk")}
    return live.Population(read["silver.customer"], read["mdm.crosswalk"])


def answer_key(name: str) -> pl.DataFrame | None:
    """A table of the simulator's answer key, or None where there is none: nothing but evaluation reads it."""
    path = f"{catalog.root().rstrip('/')}/_answer_key/{name}"
    if not views.is_delta(path):
        return None
    return views.read(path)


def evaluation(release_id: int | None = None) -> evaluate.Evaluation | None:
    """The matching of a release measured against the answer key; None without a key."""
    key = answer_key("entity")
    if key is None:
        return None
    store = Store(catalog.root())
    tables = store.release(release_id).tables
    read = {name: store.read(name, tables[name]) for name in ("mdm.match_pair", "mdm.crosswalk")}
    return evaluate.evaluate(read["mdm.match_pair"], read["mdm.crosswalk"], key)


def tables(release_id: int | None = None) -> pl.DataFrame:
    """Every table of a release: layer, table, rows, version, retention_days, partition_by, files, megabytes."""
    store = Store(catalog.root())
    return status.tables(store, store.release(release_id))


def lineage() -> pl.DataFrame:
    """Every arrow between tables as (source, target), taken from what the models read."""
    arrows = [*runner.lineage(), *MATCHING]
    return pl.DataFrame(sorted(set(arrows)), schema=["source", "target"], orient="row")


def columns() -> pl.DataFrame:
    """Every declared column: table, column, type, and whether it is part of the grain (known of models only)."""
    models = [model for layer in runner.LAYERS for model in runner.load(layer)]
    rows = [(m.full_name, name, type_, name in m.grain) for m in models for name, type_ in m.columns]
    for table in catalog.DECLARED.values():
        rows += [(table.full_name, name, type_, False) for name, type_ in (table.columns or {}).items()]
    return pl.DataFrame(rows, schema=["table", "column", "type", "is_key"], orient="row")


def relations() -> pl.DataFrame:
    """Every column that a gate holds to a column of another table: table, column, refers_to, refers_to_column."""
    held = [(s.table, rule) for gate in suite.GATES for s in suite.load(gate) for rule in s.rules if rule.reference]
    rows = {(table, c, *str(rule.reference).rpartition(".")[::2]) for table, rule in held for c in rule.columns}
    return pl.DataFrame(sorted(rows), schema=["table", "column", "refers_to", "refers_to_column"], orient="row")


# What the match step reads and writes: the one part of the pipeline that is no SELECT.
MATCHING = [
    *((read, "mdm.match_pair") for read in ("silver.customer", "mdm.steward_decision")),
    ("mdm.match_pair", "mdm.crosswalk"),
    ("mdm.steward_decision", "mdm.crosswalk"),
    ("mdm.crosswalk", "mdm.golden_customer"),
    ("silver.customer", "mdm.golden_customer"),
    ("silver.customer", "mdm.golden_attribute"),
    ("mdm.crosswalk", "mdm.golden_attribute"),
    ("mdm.crosswalk", "mdm.uid_redirect"),
    ("mdm.golden_customer", "mdm.golden_snapshot"),
]
