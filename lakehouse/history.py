"""The history of the golden customers: taken over from the last release as far as it holds, and replayed from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl

from lakehouse import catalog, runner, schemas, snapshot, views
from lakehouse.mdm import matching, rules
from lakehouse.mdm.matching import MatchResult
from lakehouse.quality import gate
from lakehouse.run import Run
from lakehouse.snapshot import AS_DECIDED, AS_LOADED

CUSTOMER_EXTRACTS = (
    "bronze.sap_kna1",
    "bronze.sap_adr6",
    "bronze.sf_account",
    "bronze.sf_account_change_event",
    "bronze.oracle_hz_parties",
)
CUSTOMER = "silver.customer"


@dataclass(frozen=True)
class History:
    """Today's match result, every snapshot up to now, and what each day's snapshots were made from."""

    found: MatchResult
    snapshots: pl.DataFrame
    days: pl.DataFrame

    @property
    def redirects(self) -> pl.DataFrame:
        """Where retired uids lead, those included whose founding record was deleted."""
        direct = self.found.uid_redirect
        known = [*self.found.golden_customer["customer_uid"], *direct["retired_uid"]]
        more = snapshot.lost(self.snapshots, self.found.crosswalk, known)
        return pl.concat([direct, more.cast(direct.schema)]).sort("retired_uid")


def until_today(run: Run, customers: pl.DataFrame, decisions: pl.DataFrame) -> History:
    """Match today's customers, and bring the history up to date.

    Days whose extracts and decisions are as the last release had them keep their snapshots; from the first other day
    on, a batch that arrived late included, every day is matched again.
    """
    today = run.as_of_date
    days = days_of(run, decisions)
    snapshots, done, is_loaded = _kept(run, days)
    for number, (day, *_rest) in enumerate(days.iter_rows()):
        if number < done or day == today:
            continue
        replayed = _customers_on(run.con, day)
        snapshots = _extended(snapshots, replayed, decisions, day, is_loaded=is_loaded and number == done)[0]
    if today in days["snapshot_date"].to_list():
        is_loaded = is_loaded and done == len(days) - 1
        snapshots, found = _extended(snapshots, customers, decisions, today, is_loaded=is_loaded)
    else:
        found = _matched(customers, decisions, snapshots)
    return History(found, snapshots, days)


def days_of(run: Run, decisions: pl.DataFrame) -> pl.DataFrame:
    """The days with customer extracts or decisions, and a digest of each: the rows of mdm.snapshot_day."""
    source = _extracts(run) if run.is_over_bronze else run.earlier("mdm.snapshot_day").filter(pl.col("source_rows") > 0)
    decided = (
        decisions.sort("decided_at", "decision_id")
        .group_by(pl.col("as_of_date").alias("snapshot_date"), maintain_order=True)
        .agg(pl.col("decision_id").str.join(",").alias("decision_digest"))
    )
    columns = list(schemas.MDM["mdm.snapshot_day"])
    joined = source.select(columns[:3]).join(decided, on="snapshot_date", how="full", coalesce=True)
    return joined.with_columns(pl.col("source_rows").fill_null(0)).select(columns).sort("snapshot_date")


def _extracts(run: Run) -> pl.DataFrame:
    extracts = " union all ".join(
        f"select cast(_ingestion_ts as date) as snapshot_date, '{name}' || _row_hash as content from {name}"
        for name in CUSTOMER_EXTRACTS
    )
    return run.con.sql(
        "select snapshot_date, count(*) as source_rows, cast(sum(md5_number_lower(content)) as varchar) as "
        f"source_digest from ({extracts}) group by snapshot_date"
    ).pl()


def _kept(run: Run, days: pl.DataFrame) -> tuple[pl.DataFrame, int, bool]:
    """The snapshots that still hold, the number of days they cover, and whether the next day's extracts are in."""
    snapshots = run.earlier("mdm.golden_snapshot")
    held = run.earlier("mdm.snapshot_day").rows() if len(snapshots) else []
    if run.pending is None:  # a build takes today's states anew
        held = [row for row in held if row[0] < run.as_of_date]
    done, loaded = 0, False
    for was, is_ in zip(held, days.iter_rows(), strict=False):
        if was == is_:
            done += 1
            continue
        loaded = was[:3] == is_[:3]
        break
    covered = days["snapshot_date"][:done].to_list()
    keeps = pl.col("snapshot_date").is_in(covered)
    if loaded:
        keeps |= (pl.col("snapshot_date") == days["snapshot_date"][done]) & (pl.col("sequence") == AS_LOADED)
    return snapshots.filter(keeps), done, loaded


def _extended(
    snapshots: pl.DataFrame, customers: pl.DataFrame, decisions: pl.DataFrame, day: date, *, is_loaded: bool
) -> tuple[pl.DataFrame, MatchResult]:
    """The snapshots with both states of a day, and the match result at its end."""
    before, until = decisions.filter(pl.col("as_of_date") < day), decisions.filter(pl.col("as_of_date") <= day)
    if not is_loaded or len(before) == len(until):
        found = _matched(customers, before, snapshots)
        snapshots = _with(snapshots, found, day, AS_LOADED)
    if len(before) < len(until):
        found = _matched(customers, until, snapshots)
        snapshots = _with(snapshots, found, day, AS_DECIDED)
    return snapshots, found


def _with(snapshots: pl.DataFrame, found: MatchResult, day: date, sequence: int) -> pl.DataFrame:
    current = snapshot.states(found.golden_customer, found.crosswalk)
    return snapshot.extend(snapshots, current, day, sequence)


def _matched(customers: pl.DataFrame, decisions: pl.DataFrame, snapshots: pl.DataFrame) -> MatchResult:
    minted = set(snapshots["customer_uid"])
    return matching.run(customers, decisions, rules=rules.CUSTOMER, minted=minted)


def _customers_on(con: duckdb.DuckDBPyConnection, day: date) -> pl.DataFrame:
    """silver.customer as of a day gone by: gate and models over what had arrived by then."""
    past = views.connect({})
    try:
        for name in CUSTOMER_EXTRACTS:
            arrived = con.sql(f"from {name} where _ingestion_ts < $next", params={"next": day + timedelta(days=1)})
            _fill(past, name, arrived.pl(), catalog.table(name).columns)
        report = gate.run(past, "bronze_to_silver", CUSTOMER_EXTRACTS)
        _fill(past, "silver.quarantine", report.quarantine, schemas.columns(schemas.QUARANTINE))
        for model in _needed():
            runner.execute(past, "silver", model)
        return past.sql(f"from {CUSTOMER}").pl()
    finally:
        past.close()


def _fill(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, columns: Any) -> None:
    typed = ", ".join(f'"{column}"::{type_} as "{column}"' for column, type_ in columns.items())
    rows = frame.to_arrow()
    con.register("incoming", rows)
    con.execute(f"create table {name} as select {typed} from incoming")
    con.unregister("incoming")


def _needed() -> Sequence[runner.Model]:
    """The models of silver that the customers are made of, in order."""
    models = {model.full_name: model for model in runner.load("silver")}
    wanted, found = [CUSTOMER], set[str]()
    while wanted:
        name = wanted.pop()
        if name in models and name not in found:
            found.add(name)
            wanted += models[name].reads
    return [model for name, model in models.items() if name in found]
