"""Salesforce's change events, made from two states of the accounts, and the queue's way of delivering them."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

SOURCE = "aws.partner/salesforce.com/00D5g000000StandIn/0YL5g000000Chan"
DETAIL_TYPE = "AccountChangeEvent"
ADDRESS = {f"Billing{part}": part for part in ("Street", "City", "PostalCode", "CountryCode")}
NEVER_IN_EVENTS = ("Id", "SystemModstamp", "IsDeleted")
FIRST_COMMIT = 74_487_681_550

Event = dict[str, Any]


def event(
    records: Sequence[str],
    change_type: str,
    fields: Mapping[str, Any] | None = None,
    *,
    at: datetime,
    nulled: Sequence[str] = (),
    commit_number: int = FIRST_COMMIT,
    sequence_number: int = 1,
    transaction_key: str | None = None,
) -> Event:
    """An EventBridge event as Event Relay sends it; `fields` by the names of bronze.sf_account, `at` in UTC."""
    changed = [_path(name) for name in [*(fields or {}), *nulled]]
    header = {
        "entityName": "Account",
        "recordIds": list(records),
        "changeType": change_type,
        "changeOrigin": "com/salesforce/api/rest/59.0;client=stand-in",
        "transactionKey": transaction_key or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{commit_number}")),
        "sequenceNumber": sequence_number,
        "commitTimestamp": int(at.replace(tzinfo=UTC).timestamp() * 1000),
        "commitNumber": commit_number,
        "commitUser": "0055g00000StandInAAA",
        "nulledFields": [_path(name) for name in nulled],
        "diffFields": [],
        "changedFields": [*changed, "LastModifiedDate"] if change_type == "UPDATE" else [],
    }
    body = _nested({**(fields or {}), **dict.fromkeys(nulled)})
    if change_type in ("CREATE", "UPDATE", "UNDELETE"):
        body["LastModifiedDate"] = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    return {
        "version": "0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{header['transactionKey']}/{sequence_number}/{records[:1]}")),
        "detail-type": DETAIL_TYPE,
        "source": SOURCE,
        "account": "123456789012",
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": "eu-central-1",
        "resources": [],
        "detail": {"payload": {"ChangeEventHeader": header, **body}, "schemaId": "I8b-dYxvxs5wOtCBr4qsew"},
    }


def as_appflow(relayed: Event) -> Event:
    """The same event in AppFlow's envelope."""
    source = "aws.partner/appflow/salesforce.com/123456789012"
    return {**relayed, "source": source, "detail": relayed["detail"]["payload"]}


def between(
    before: pl.DataFrame, after: pl.DataFrame, *, at: datetime, first_commit: int = FIRST_COMMIT
) -> Iterator[Event]:
    """The events that turn one state of bronze.sf_account's columns into another, a second and a commit apart."""
    old = {row["Id"]: row for row in before.iter_rows(named=True)}
    number = 0
    for row in after.iter_rows(named=True):
        change = _change(old.get(row["Id"]), row)
        if change is None:
            continue
        change_type, fields, nulled = change
        yield event(
            [row["Id"]],
            change_type,
            fields,
            at=at + timedelta(seconds=number),
            nulled=nulled,
            commit_number=first_commit + number,
        )
        number += 1


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[str, dict[str, Any], list[str]] | None:
    told = {name: value for name, value in new.items() if name not in (*NEVER_IN_EVENTS, "LastModifiedDate")}
    was_deleted = old is not None and old["IsDeleted"] == "true"
    if new["IsDeleted"] == "true":
        return None if old is None or was_deleted else ("DELETE", {}, [])
    if old is None or was_deleted:
        return "CREATE" if old is None else "UNDELETE", {k: v for k, v in told.items() if v is not None}, []
    fields = {name: value for name, value in told.items() if value != old[name]}
    if not fields:
        return None
    nulled = [name for name, value in fields.items() if value is None]
    return "UPDATE", {name: value for name, value in fields.items() if value is not None}, nulled


def _path(name: str) -> str:
    return f"BillingAddress.{ADDRESS[name]}" if name in ADDRESS else name


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, value in fields.items():
        if name in ADDRESS:
            body.setdefault("BillingAddress", {})[ADDRESS[name]] = value
        else:
            body[name] = value
    return body


def poll(sqs: Any, queue_url: str, handler: Callable[[dict[str, Any], Any], dict[str, Any]], *, batch: int = 10) -> int:
    """One turn of a Lambda's event source mapping: hand a batch over, delete what did not fail; how many were handed.

    What failed becomes visible again when its time is over, and goes to the dead-letter queue after enough receipts.
    """
    received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=batch, WaitTimeSeconds=0).get("Messages", [])
    if not received:
        return 0
    records = [
        {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"} for message in received
    ]
    answer = handler(json.loads(json.dumps({"Records": records})), None)
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    for message in received:
        if message["MessageId"] not in failed:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return len(received)
