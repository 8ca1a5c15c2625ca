"""New batches on their own: a bad one is small beside all that bronze holds, and must not hide in it."""

from collections.abc import Collection, Mapping

import duckdb
import polars as pl

from lakehouse import mirror, schemas
from lakehouse.quality import gate
from lakehouse.quality.gate import Result
from lakehouse.run import Run
from lakehouse.storage import Store

GATE = "bronze_to_silver"
BAD_SHARE, BAD_ROWS = 0.2, 5  # of a new batch: what stops a run is more than this share, and at least so many rows


def breaches(run: Run) -> list[str]:
    """What the first gate's rules find in the batches that came since the last release, one line a rule."""
    found: list[str] = []
    if run.previous is None:
        return found
    with duckdb.connect() as con:
        for table, batches in _new(run.store, run.previous.tables, run.versions).items():
            for batch in batches:
                of_batch = [f"batch {batch}: {result.message}" for result in _breaches(con, run, table, batch)]
                mend = f"python -m lakehouse withdraw {batch} --reason … takes the batch back out of bronze"
                found += [*of_batch, mend] if of_batch else []
    return found


def _breaches(con: duckdb.DuckDBPyConnection, run: Run, table: str, batch: str) -> list[Result]:
    con.execute("create schema if not exists bronze")
    rows = run.con.cursor().sql(f"from {table} where _batch_id = $batch", params={"batch": batch}).to_arrow_table()
    con.register("incoming", rows)
    con.execute(f"create or replace table {table} as from incoming")
    con.unregister("incoming")
    report = gate.run(con, GATE, [table], run_id=run.run_id)
    return [result for result in report.results if result.rule.severity == "critical" and _is_breach(result)]


def _is_breach(result: Result) -> bool:
    return result.failed_share > BAD_SHARE and result.finding.failed >= BAD_ROWS


def _new(store: Store, published: Mapping[str, int], now: Mapping[str, int]) -> dict[str, list[str]]:
    """The batches of each bronze table that the last release does not hold, in order of their names."""
    found = {}
    for table in schemas.BRONZE:
        before, after = published.get(table), now.get(table)
        if before is None or after is None or before == after:
            continue
        held, holds = (set(mirror.files(store.delta(table, version))) for version in (before, after))
        batches = _batches(holds - held)
        if not held <= holds:  # compacted since: the new files hold old batches, too
            batches -= _batches(held)
        if batches:
            found[table] = sorted(batches)
    return found


def _batches(files: Collection[str]) -> set[str]:
    if not files:
        return set()
    read = pl.scan_parquet(sorted(files), glob=False, hive_partitioning=False)
    return set(read.select(pl.col("_batch_id").unique()).collect()["_batch_id"])
