"""A day of account changes as Salesforce sends them: events, landed by the connector that lands the real ones."""

import json
from collections.abc import Iterator
from datetime import datetime

import polars as pl

from lakehouse.connectors import change_events
from lakehouse.standins import account_events
from lakehouse.standins.account_events import Event
from lakehouse.storage import Store

TABLE = change_events.TABLE


def send(store: Store, frame: pl.DataFrame, *, at: datetime) -> int:
    """Land the rows of a day by way of their events; how many are new. A second delivery adds nothing."""
    changes = [change for event in events(frame) for change in change_events.changes_of(event)]
    return change_events.land(store.uri, changes, at=at)


def events(frame: pl.DataFrame) -> Iterator[Event]:
    """The rows of bronze.sf_account_change_event as the events that they come from, each with its own commit number."""
    for row in frame.iter_rows(named=True):
        fields = {name: value for name, value in json.loads(row["payload"]).items() if name != "LastModifiedDate"}
        nulled = json.loads(row["nulled_fields"])
        yield account_events.event(
            [row["record_id_sf"]],
            row["change_type"],
            {name: fields[name] for name in _in_order(fields, json.loads(row["changed_fields"]))},
            at=row["commit_ts"],
            nulled=nulled,
            commit_number=row["commit_number"],
            sequence_number=row["sequence_number"],
            transaction_key=row["transaction_key"],
        )


def _in_order(fields: dict[str, str], changed: list[str]) -> list[str]:
    """The fields as the header names them; a new record's header names none."""
    return [name for name in changed if name in fields] or list(fields)
