"""The next day of the simulated enterprise: what its systems send, into bronze and through the pipeline."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from deltalake import write_deltalake

from data_gen import answer_key, demo, next_day_relay, plan
from data_gen.extracts import SOURCES
from data_gen.next_day_activity import Activity
from data_gen.next_day_masters import Masters
from data_gen.next_day_state import DayState
from lakehouse import catalog, pipeline, views
from lakehouse.errors import LakehouseError, NoRelease
from lakehouse.pipeline import Report
from lakehouse.release import Release
from lakehouse.storage import Store

WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class DaySummary:
    """What a day brought: `delivered` has one row a batch, `accounts` one row a system and kind of change."""

    day: date
    previous: Release
    release: Release
    delivered: pl.DataFrame  # table, source_system, batch_id, rows
    accounts: pl.DataFrame  # source_system, change (new, changed, deleted), records
    seconds: float


@dataclass(frozen=True)
class Batch:
    table: str
    frame: pl.DataFrame
    batch_id: str
    source_system: str
    ingestion_ts: datetime


def advance(report: Report | None = None, uri: str | None = None, *, through_events: bool = False) -> DaySummary:
    """Deliver the day after the newest one and publish its release.

    What a day brings depends on the seed, the day and the days before it, never on the stewards; a day whose delivery
    was cut short is delivered again, and no batch is added twice. With `through_events` the accounts' changes come as
    Salesforce's change events and are landed by that connector: the same rows, whose batches are their transactions.
    """
    started = time.perf_counter()
    store = Store(uri or catalog.root())
    with store.writer("the next day", wait_seconds=WAIT_SECONDS):
        published = store.releases()
        if not published:
            raise NoRelease(
                f"No release at {store.uri} to follow; build one with: python -m data_gen --out {store.uri}"
            )
        seed, scale, last_day = _simulated(store)
        day = (last_day or plan.AS_OF) + timedelta(days=1)
        base = next((r for r in reversed(published) if r.as_of_date < day and "bronze.sf_task" in r.tables), None)
        if base is None or base.as_of_date != day - timedelta(days=1):
            raise LakehouseError(
                f"No release of {day - timedelta(days=1)} is left to go on from; run: python -m lakehouse build"
            )
        with DayState.of(store, base, seed, scale, day) as state:
            batches, masters = _batches(state)
        events = next_day_relay.TABLE if through_events else None
        delivered = [(_send if batch.table == events else _deliver)(store, batch) for batch in batches]
        _extend_answer_key(store, masters)
        _mark(store, seed, scale, day)
        release = pipeline.build_locked(store, report, note=f"the day {day}")
    return DaySummary(
        day, published[-1], release, pl.DataFrame(delivered), masters.summary(), time.perf_counter() - started
    )


def _batches(state: DayState) -> tuple[list[Batch], Masters]:
    """Everything that the systems send on the day, customers first."""
    masters = Masters.of(state)
    tables = {**masters.tables, **Activity(state, masters).tables()}
    return list(_named(state.day, {name: frame for name, frame in tables.items() if len(frame)})), masters


def _named(day: date, tables: dict[str, pl.DataFrame]) -> Iterator[Batch]:
    arrived_at = datetime(day.year, day.month, day.day, 23, 59, 59)
    for table, frame in tables.items():
        system = table.partition("_")[0]
        name = table if system in ("web", "fraud", "ops") else f"{system}-{table.partition('_')[2]}"
        batch_id = f"{name.replace('_', '-')}-{day:%Y%m%d}"
        yield Batch(f"bronze.{table}", frame, batch_id, SOURCES[system], arrived_at)


def _deliver(store: Store, batch: Batch) -> dict[str, str | int]:
    store.append(
        batch.table,
        batch.frame,
        batch_id=batch.batch_id,
        source_system=batch.source_system,
        ingestion_ts=batch.ingestion_ts,
    )
    return _told(batch)


def _send(store: Store, batch: Batch) -> dict[str, str | int]:
    next_day_relay.send(store, batch.frame, at=batch.ingestion_ts)
    return _told(batch)


def _told(batch: Batch) -> dict[str, str | int]:
    return {
        "table": batch.table,
        "source_system": batch.source_system,
        "batch_id": batch.batch_id,
        "rows": len(batch.frame),
    }


def _simulated(store: Store) -> tuple[int, float, date | None]:
    """Seed and scale of the enterprise in a lakehouse, and the last day after the first whose batches are all in."""
    path = f"{store.uri.rstrip('/')}/{demo.SIMULATION}"
    if not views.is_delta(path):
        raise LakehouseError(f"{store.uri} holds no simulated enterprise; its days come from its source systems")
    held = views.read(path).row(0, named=True)
    return int(held["seed"]), float(held["scale"]), held.get("delivered_day")


def _mark(store: Store, seed: int, scale: float, day: date) -> None:
    rows = pl.DataFrame({"seed": [seed], "scale": [scale], "delivered_day": [day]}).to_arrow()
    path = f"{store.uri.rstrip('/')}/{demo.SIMULATION}"
    write_deltalake(path, rows, mode="overwrite", schema_mode="overwrite")


def _extend_answer_key(store: Store, masters: Masters) -> None:
    """The truth about the new records; a second delivery of the day adds nothing."""
    path = f"{store.uri.rstrip('/')}/{demo.ANSWER_KEY}/entity"
    if not views.is_delta(path):
        return
    held = views.read(path)
    truth = answer_key.of_new_records(held, masters.truth)
    if len(truth):
        write_deltalake(path, pl.concat([held, truth]).sort("record_id").to_arrow(), mode="overwrite")
