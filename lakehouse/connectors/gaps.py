"""What change events cannot say: records behind a gap are read again from Salesforce."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import polars as pl

from lakehouse.connectors import change_events, landing
from lakehouse.connectors.change_events import EVERY_RECORD
from lakehouse.connectors.salesforce_objects import ACCOUNT, CHANGE_EVENTS, SYSTEM, SalesforceObject
from lakehouse.connectors.source import Extract, columns, iso
from lakehouse.errors import ReleaseBroken
from lakehouse.storage import Store

log = logging.getLogger(__name__)

EVENTS = change_events.TABLE
OBJECT = CHANGE_EVENTS.name  # its mark is the version of the event table whose gaps are filled
BEGINS = ("CREATE", "UNDELETE")  # these events bring the whole record


class Fetch(Protocol):
    """Where a record is read again: lakehouse.connectors.salesforce.SalesforceSource."""

    def read_ids(self, source: SalesforceObject, ids: Sequence[str]) -> Extract: ...

    def read(self, source: SalesforceObject) -> Extract: ...


@dataclass(frozen=True)
class Filled:
    events: int  # landed since the last time
    fetched: int  # accounts read again
    landed: int  # of them, those that differ from what bronze held
    open_gaps: int  # accounts, or the whole entity, that still wait for a connection to Salesforce


def deliver(
    store: Store, envelopes: Sequence[Mapping[str, Any]], *, at: datetime, fetch: Fetch | None = None
) -> Filled:
    """Land EventBridge events and fill their gaps: what the Lambda and the next ingestion do, for a local source."""
    changes = [change for envelope in envelopes for change in change_events.changes_of(envelope)]
    change_events.land(store.uri, changes, at=at)
    with store.writer("change events"):
        return fill(store, fetch, at=at)


def fill(store: Store, fetch: Fetch | None, *, at: datetime | None = None) -> Filled:
    """Read again the accounts that events since the last time leave in doubt. Needs the writer's lock.

    In doubt are those of a GAP event, those of an update whose beginning never came, and after GAP_OVERFLOW all.
    Plain changes are not applied here: silver lays them over the last known record. Without `fetch` the gaps stay
    open for the next time.
    """
    if not store.exists(EVENTS):
        return Filled(0, 0, 0, 0)
    at = at or datetime.now(UTC).replace(tzinfo=None)
    version = store.version(EVENTS)
    fresh = _unseen(store, store.read(EVENTS, version))
    doubtful = _in_doubt(store, fresh)
    fetched = landed = 0
    if doubtful and fetch is not None:
        fetched, landed = _refetch(store, fetch, doubtful, f"sf-gap-{version}", at)
        doubtful = {}
    if doubtful:
        log.warning("%d gaps of Salesforce accounts wait for: python -m lakehouse ingest salesforce", len(doubtful))
    elif len(fresh):
        noted = landing.Landed(SYSTEM, OBJECT, EVENTS, len(fresh), landed, f"{version:012d}", f"sf-gap-{version}", 0.0)
        landing.note(store, noted, at=at)
    return Filled(len(fresh), fetched, landed, len(doubtful))


def _unseen(store: Store, events: pl.DataFrame) -> pl.DataFrame:
    """The events that the version noted last does not hold."""
    noted = landing.mark(store, SYSTEM, OBJECT)
    if noted is None:
        return events
    try:
        seen = store.read(EVENTS, int(noted))
    except ReleaseBroken:
        return events  # that version is past its retention: filling a gap twice does no harm
    return events.join(seen, on=list(change_events.KEY), how="anti")


def _in_doubt(store: Store, fresh: pl.DataFrame) -> dict[str, datetime]:
    """The accounts to read again, with the time of the change that calls for it; EVERY_RECORD for all of them."""
    known = _known(store)
    begun = set(store.read(EVENTS).filter(pl.col("change_type").is_in(BEGINS))["record_id_sf"])
    is_unknown = ~pl.col("record_id_sf").is_in(sorted(begun | set(known)))
    calls = fresh.filter(pl.col("change_type").str.starts_with("GAP_") | is_unknown)
    latest = calls.group_by("record_id_sf").agg(pl.max("commit_ts"))
    return dict(latest.iter_rows())


def _refetch(
    store: Store, fetch: Fetch, doubtful: Mapping[str, datetime], batch_id: str, at: datetime
) -> tuple[int, int]:
    """Read and land; an account that Salesforce no longer has is landed as deleted.

    A row must count as later than the gap it fills, which may have come from outside Salesforce's own stamps.
    """
    is_all = EVERY_RECORD in doubtful
    extract = fetch.read(ACCOUNT) if is_all else fetch.read_ids(ACCOUNT, sorted(doubtful))
    present = {row["Id"]: row for row in extract.frame.iter_rows(named=True)}
    known = _known(store)
    gone = {
        record: known[record] | {"IsDeleted": "true"} for record in (known if is_all else doubtful) if record in known
    }
    rows = []
    for record, row in {**gone, **present}.items():
        gap = doubtful.get(record) or (doubtful.get(EVERY_RECORD) if record not in present else None)
        stamp = max(row["SystemModstamp"] or "", iso(gap)) if gap else row["SystemModstamp"]
        rows.append(row | {"SystemModstamp": stamp})
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns(ACCOUNT), pl.String))
    return len(present), landing.land_rows(store, SYSTEM, ACCOUNT, frame, batch_id=batch_id, at=at)


def _known(store: Store) -> dict[str, dict[str, Any]]:
    """The newest row that bronze holds of each account."""
    if not store.exists(ACCOUNT.table):
        return {}
    newest = landing.latest(store.read(ACCOUNT.table), list(ACCOUNT.key)).select(columns(ACCOUNT))
    return {row["Id"]: row for row in newest.iter_rows(named=True)}
