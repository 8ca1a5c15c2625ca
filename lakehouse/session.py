"""The few verbs an app may call: read a release, match one record, and decide as a steward."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import polars as pl

from lakehouse import arrows, catalog, logs, maintain, runner, status, steward, views
from lakehouse import attempts as attempted
from lakehouse import compare as comparison
from lakehouse import dictionary as meaning
from lakehouse.attempts import Attempt
from lakehouse.compare import Comparison
from lakehouse.decisions import DecisionRefused
from lakehouse.errors import LakehouseError, Locked, NoRelease, NotWritable, ReleaseBroken, StepFailed
from lakehouse.mdm import evaluate, live
from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.quality import suite
from lakehouse.quality.gate import GateFailed
from lakehouse.release import Release
from lakehouse.second_model import MAX_ROWS, Explained, LearnedCustomers, link_table
from lakehouse.steward import Decided, Preview
from lakehouse.storage import Store

__all__ = [
    "MAX_ROWS",
    "Attempt",
    "Comparison",
    "Decided",
    "DecisionRefused",
    "Explained",
    "GateFailed",
    "LakehouseError",
    "LearnedCustomers",
    "LinkageError",
    "Locked",
    "NoRelease",
    "NotWritable",
    "Preview",
    "Release",
    "ReleaseBroken",
    "StepFailed",
    "answer_key",
    "attempts",
    "columns",
    "compare",
    "configure_logs",
    "decide",
    "dictionary",
    "evaluation",
    "last_attempt",
    "lineage",
    "link_table",
    "match",
    "open_release",
    "override",
    "preview",
    "preview_unmerge",
    "relations",
    "release",
    "releases",
    "restore",
    "second_model",
    "sources",
    "tables",
    "trace",
    "undo",
    "unmerge",
    "uri",
]


def configure_logs() -> None:
    """Log to stderr without secrets and personal data; see lakehouse.logs for the settings."""
    logs.configure()


def uri() -> str:
    """Where the lakehouse lives."""
    return catalog.root()


def _store() -> Store:
    return Store(catalog.root())


def releases() -> list[Release]:
    """Every published release, oldest first; empty where none was built yet."""
    return _store().releases()


def release(release_id: int | None = None) -> Release:
    """One release by its number, or the newest; NoRelease where there is none."""
    return _store().release(release_id)


def last_attempt() -> Attempt | None:
    """The newest run or batch that was stopped and that no release has settled since; None where all is well."""
    return attempted.last(_store())


def attempts() -> list[Attempt]:
    """Every run and batch that was ever stopped, oldest first."""
    return attempted.every(_store())


def open_release(release_id: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view for every table of a release; use one cursor a query."""
    store = _store()
    return store.connect(store.release(release_id).tables)


def match(record: Mapping[str, Any], release_id: int | None = None) -> live.LiveMatch:
    """One record against the customers of a release, through the functions of the batch run."""
    store = _store()
    return _population(store, store.release(release_id).release_id).match(record)


def second_model(release_id: int | None = None) -> LearnedCustomers:
    """The learned model over the customers of a release; it learns when it is first asked."""
    store = _store()
    return _learned(store, store.release(release_id).release_id)


@lru_cache(maxsize=2)
def _learned(store: Store, release_id: int) -> LearnedCustomers:
    return LearnedCustomers(store.read("silver.customer", store.release(release_id).tables["silver.customer"]))


@lru_cache(maxsize=2)
def _population(store: Store, release_id: int) -> live.Population:
    tables = store.release(release_id).tables
    read = {name: store.read(name, tables[name]) for name in ("silver.customer", "mdm.crosswalk")}
    return live.Population(read["silver.customer"], read["mdm.crosswalk"])


def decide(pair_id: str, verdict: str, reason: str, who: str, *, related: bool = False) -> Decided:
    """Approve, reject or skip a pair and publish the release that follows from it; `related` rejects a sister company.

    Raises DecisionRefused where the pair was decided already or the reason is missing, and Locked where another writer
    keeps the lakehouse for longer than half a minute.
    """
    return steward.record(_store(), steward.deciding(pair_id, verdict, reason, who, related=related))


def unmerge(records: Sequence[str], reason: str, who: str) -> Decided:
    """Take source records out of their golden customer; they become a customer of their own."""
    return steward.record(_store(), steward.unmerging(records, reason, who))


def override(customer_uid: str, attribute: str, value: str, reason: str, who: str) -> Decided:
    """Set an attribute of a golden customer, over every value that its sources have."""
    return steward.record(_store(), steward.overriding(customer_uid, attribute, value, reason, who))


def undo(decision_id: str, reason: str, who: str) -> Decided:
    """Reverse a decision; the log keeps both."""
    return steward.record(_store(), steward.undoing(decision_id, reason, who))


def preview(pair_id: str, verdict: str = "approve") -> Preview:
    """What deciding a pair would change in the newest release; nothing is written."""
    return steward.preview(_store(), steward.deciding(pair_id, verdict, "preview", "preview"))


def preview_unmerge(records: Sequence[str]) -> Preview:
    """What taking records out of their golden customer would change; nothing is written."""
    return steward.preview(_store(), steward.unmerging(records, "preview", "preview"))


def compare(earlier: int, later: int) -> Comparison:
    """Which tables, customers and figures differ between two releases."""
    store = _store()
    return comparison.compare(store, store.release(earlier), store.release(later))


def restore(release_id: int) -> Release:
    """Publish the tables of an old release again, as the newest one; see lakehouse.maintain.restore."""
    return maintain.restore(_store(), release_id)


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
    store = _store()
    tables = store.release(release_id).tables
    read = {name: store.read(name, tables[name]) for name in ("mdm.match_pair", "mdm.crosswalk")}
    return evaluate.evaluate(read["mdm.match_pair"], read["mdm.crosswalk"], key)


def tables(release_id: int | None = None) -> pl.DataFrame:
    """Every table of a release: layer, table, rows, version, retention_days, partition_by, files, megabytes."""
    store = _store()
    return status.tables(store, store.release(release_id))


def sources(*, ping: bool = False) -> pl.DataFrame:
    """Every object of the source systems: configured, reachable (asked with `ping`), last loaded, lag in hours."""
    from lakehouse.connectors import settings  # the connectors are heavy, and few visitors ask for them
    from lakehouse.connectors import sources as source_systems

    return source_systems.status(_store(), settings.load(), ping=ping)


def lineage() -> pl.DataFrame:
    """Every arrow between tables as (source, target), taken from what the models read."""
    return pl.DataFrame(arrows.every(), schema=["source", "target"], orient="row")


def dictionary() -> Mapping[str, Any]:
    """What every table, query and page means and is made from: see docs/data_dictionary.md."""
    return meaning.load()


def trace(columns: Sequence[str]) -> pl.DataFrame:
    """Every arrow on the way from the source systems to some columns, as (source, target)."""
    found = {arrow for column in columns for arrow in meaning.trace(column)}
    return pl.DataFrame(sorted(found), schema={"source": pl.String, "target": pl.String}, orient="row")


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
