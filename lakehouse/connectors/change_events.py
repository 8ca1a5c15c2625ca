"""The Lambda handler for Salesforce's AccountChangeEvent: EventBridge → SQS → bronze, exactly once.

It imports nothing but deltalake and arro3, so that its package stays below Lambda's limit.
"""

import hashlib
import json
import logging
import os
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from arro3.core import Array, DataType, Schema, Table
from arro3.core import Field as ArrowField
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from lakehouse import catalog, schemas
from lakehouse.connectors import redaction

log = logging.getLogger(__name__)

TABLE = "bronze.sf_account_change_event"
SOURCE_SYSTEM = "Salesforce"
HEADER = "ChangeEventHeader"
KEY = ("entity", "record_id_sf", "transaction_key", "sequence_number")
CHANGE_TYPES = frozenset(
    {"CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE", "GAP_OVERFLOW"}
)
COMPOUND: Mapping[str, tuple[str, Sequence[str]]] = {
    "BillingAddress": ("Billing", ("Street", "City", "PostalCode", "CountryCode")),
}  # nested in an event; a column each in a query's result: BillingAddress.City is BillingCity
INSTANTS = ("CreatedDate", "LastModifiedDate")
EVERY_RECORD = "*"  # stands for the record id of an event that is about the whole entity
MERGE_ATTEMPTS = 12
ARROW: Mapping[str, DataType] = {
    "VARCHAR": DataType.utf8(),
    "BIGINT": DataType.int64(),
    "TIMESTAMP": DataType.timestamp("us"),
}


class NotLanded(Exception):
    """An event that came without a queue could not be landed; EventBridge tries again and sets it aside."""


class NotAnEvent(ValueError):
    """A message that is no AccountChangeEvent; the text names what is wrong and quotes no values."""


@dataclass(frozen=True)
class Change:
    """One change of one record."""

    entity: str
    record_id_sf: str
    change_type: str
    transaction_key: str
    sequence_number: int
    commit_number: int
    commit_ts: datetime
    changed_fields: str
    nulled_fields: str
    payload: str

    @property
    def key(self) -> tuple[str, str, str, int]:
        return (self.entity, self.record_id_sf, self.transaction_key, self.sequence_number)


def handler(event: Mapping[str, Any], context: Any = None) -> dict[str, Any]:
    """Land the change events of one delivery; the messages that could not be landed are reported back.

    SQS deletes what is not reported, redelivers the rest, and moves a message to the dead-letter queue in the end.
    """
    redaction.install()
    alone = {"messageId": str(event.get("id")), "body": event}  # invoked by the rule itself, without a queue
    records: Sequence[Mapping[str, Any]] = event.get("Records", [alone])
    changes: dict[tuple, Change] = {}
    failed: list[str] = []
    sent: list[str] = []
    for record in records:
        try:
            for change in changes_of(record["body"]):
                changes.setdefault(change.key, change)
            sent.append(record["messageId"])
        except NotAnEvent as error:
            log.error("message %s is set aside: %s", record["messageId"], error)
            failed.append(record["messageId"])
    try:
        landed = land(os.environ.get("LAKEHOUSE_URI") or catalog.root(), list(changes.values()))
    except (DeltaError, OSError) as error:
        log.error("%d messages could not be landed: %s", len(sent), type(error).__name__)
        failed += sent
    else:
        log.info("%d messages, %d changes, %d of them new", len(records), len(changes), landed)
    if failed and "Records" not in event:
        raise NotLanded(f"event {failed[0]} could not be landed")
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def changes_of(body: str | Mapping[str, Any]) -> Iterator[Change]:
    """The changes in one EventBridge event, one for each record id."""
    payload = _payload(body)
    header = payload.get(HEADER)
    if not isinstance(header, dict):
        raise NotAnEvent(f"no {HEADER} in detail.payload (Event Relay) or detail (AppFlow)")
    change_type = header.get("changeType")
    if change_type not in CHANGE_TYPES:
        raise NotAnEvent(f"changeType is {str(change_type)[:20]!r}, expected one of {', '.join(sorted(CHANGE_TYPES))}")
    missing = [
        name for name in ("entityName", "transactionKey", "sequenceNumber", "commitTimestamp") if name not in header
    ]
    if missing:
        raise NotAnEvent(f"{HEADER} lacks {', '.join(missing)}")
    records = [EVERY_RECORD] if change_type == "GAP_OVERFLOW" else header.get("recordIds") or []
    if not records:
        raise NotAnEvent(f"{HEADER} names no record")
    try:
        fields = flat({name: value for name, value in payload.items() if name != HEADER})
        changed = column_names(header.get("changedFields") or [])
        emptied = {name for name in changed if name in fields and fields[name] is None}
        nulled = sorted({*column_names(header.get("nulledFields") or []), *emptied})
        for record in records:
            yield Change(
                entity=str(header["entityName"]),
                record_id_sf=EVERY_RECORD if str(record).endswith("*") else str(record),
                change_type=change_type,
                transaction_key=str(header["transactionKey"]),
                sequence_number=int(header["sequenceNumber"]),
                commit_number=int(header.get("commitNumber") or 0),
                commit_ts=datetime.fromtimestamp(int(header["commitTimestamp"]) / 1000, UTC).replace(tzinfo=None),
                changed_fields=_dumps(changed),
                nulled_fields=_dumps(nulled),
                payload=_dumps({name: value for name, value in fields.items() if value is not None}),
            )
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise NotAnEvent(f"{HEADER} holds a value of the wrong kind") from error


def _payload(body: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """The event's own part, out of either envelope."""
    try:
        event = json.loads(body) if isinstance(body, str) else body
    except ValueError as error:
        raise NotAnEvent("the body is no JSON") from error
    detail = event.get("detail") if isinstance(event, Mapping) else None
    if not isinstance(detail, Mapping):
        raise NotAnEvent("there is no detail")
    payload = detail.get("payload", detail)
    if not isinstance(payload, Mapping):
        raise NotAnEvent("detail.payload is no object")
    return payload


def flat(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The fields under the names of bronze.sf_account, so that an event reads like a part of a record."""
    found: dict[str, Any] = {}
    for name, value in payload.items():
        if name in COMPOUND and (value is None or isinstance(value, Mapping)):
            prefix, parts = COMPOUND[name]
            found |= {f"{prefix}{part}": (value or {})[part] for part in parts if part in (value or {})}
        elif name in INSTANTS and isinstance(value, int | float):
            found[name] = f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
        else:
            found[name] = value
    return found


def column_names(fields: Iterable[str]) -> list[str]:
    """Field names of a header as column names; a whole compound stands for all its parts."""
    found: list[str] = []
    for field in fields:
        compound, _, part = field.partition(".")
        prefix, parts = COMPOUND.get(compound, ("", ()))
        found += [f"{prefix}{name}" for name in ([part] if part else parts)] if prefix else [field]
    return found


def land(uri: str, changes: Sequence[Change], *, at: datetime | None = None) -> int:
    """Merge the changes into bronze; how many were new. A delivery that comes again adds nothing.

    Two writers at once are fine: the one that loses the commit looks again at what is there.
    """
    if not changes:
        return 0
    rows = _arrow(changes, at or datetime.now(UTC).replace(tzinfo=None))
    matched = " and ".join(f"held.{name} = incoming.{name}" for name in KEY)
    for attempt in range(MERGE_ATTEMPTS):
        try:
            merge = _table(uri).merge(rows, matched, source_alias="incoming", target_alias="held")
            return int(merge.when_not_matched_insert_all().execute()["num_target_rows_inserted"])
        except CommitFailedError:
            if attempt + 1 == MERGE_ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.05 * 2 ** min(attempt, 5)))
    raise AssertionError("a merge has at least one attempt")


def _table(uri: str) -> DeltaTable:
    location = catalog.location(uri, TABLE)
    try:
        return DeltaTable(location)
    except TableNotFoundError:
        return DeltaTable.create(location, _schema(), mode="ignore")


def _schema() -> Schema:
    return Schema([ArrowField(name, ARROW[type_], nullable=True) for name, type_ in schemas.BRONZE[TABLE].items()])


def _arrow(changes: Sequence[Change], at: datetime) -> Table:
    business = [name for name in schemas.BRONZE[TABLE] if name not in catalog.METADATA]
    values = [[getattr(change, name) for name in business] for change in changes]
    metadata: dict[str, list[Any]] = {
        "_source_system": [SOURCE_SYSTEM] * len(changes),
        "_ingestion_ts": [at] * len(changes),
        "_batch_id": [f"sf-event-{change.transaction_key}" for change in changes],
        "_row_hash": [row_hash(row) for row in values],
    }
    columns = {name: [row[i] for row in values] for i, name in enumerate(business)} | metadata
    types = schemas.BRONZE[TABLE]
    return Table.from_arrays([_array(columns[name], types[name]) for name in types], schema=_schema())


def _array(values: Sequence[Any], type_: str) -> Array:
    """An Arrow array; instants go in as microseconds, for arro3 makes none from datetimes."""
    if type_ != "TIMESTAMP":
        return Array(values, type=ARROW[type_])
    micros = [(value - datetime(1970, 1, 1)) // timedelta(microseconds=1) for value in values]
    return Array(micros, type=DataType.int64()).cast(ARROW[type_])


def row_hash(values: Iterable[Any]) -> str:
    """The row hash of lakehouse.storage, without the frame library that computes it there."""
    texts = (
        f"{v:%Y-%m-%d %H:%M:%S.%f}" if isinstance(v, datetime) else "\x1e" if v is None else str(v) for v in values
    )
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:32]


def _dumps(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
