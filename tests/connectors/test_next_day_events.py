"""A simulated day whose account changes come as Salesforce's change events: the same bronze, the same release."""

import shutil
from datetime import datetime

import polars as pl
import pytest

import data_gen
import data_gen.__main__ as command
from data_gen import next_day_relay
from lakehouse import export
from lakehouse.connectors import change_events
from lakehouse.errors import LakehouseError
from lakehouse.storage import Store

DAYS = 2
EVENTS = "bronze.sf_account_change_event"


def test_the_change_events_of_a_day_land_what_the_day_brings(default_uri, tmp_path):
    stores = {False: Store(str(tmp_path / "batches")), True: Store(str(tmp_path / "events"))}
    for through_events, store in stores.items():
        shutil.copytree(default_uri, store.uri)
        for _ in range(DAYS):
            data_gen.next_day(uri=store.uri, through_events=through_events)
    batches, events = (store.read(EVENTS).sort("commit_number") for store in stores.values())
    assert set(events["change_type"]) >= {"CREATE", "UPDATE", "DELETE"}
    assert events["_batch_id"].str.starts_with("sf-event-").all(), "they came through the connector"
    assert events.drop("_batch_id").equals(batches.drop("_batch_id")), "the row hashes, too"
    one, other = (export.digests(store, store.latest()) for store in stores.values())
    assert {name for name in one if one[name] != other[name]} == {EVENTS, "silver.arrival"}, "these name the batch"


def test_a_second_delivery_adds_nothing_and_an_emptied_field_is_named(store):
    row = {
        "entity": "Account",
        "record_id_sf": "001A",
        "change_type": "UPDATE",
        "transaction_key": "0000-1",
        "sequence_number": 1,
        "commit_number": 7,
        "commit_ts": datetime(2026, 2, 1, 12),
        "changed_fields": '["BillingCity","Phone","LastModifiedDate"]',
        "nulled_fields": '["Phone"]',
        "payload": '{"BillingCity":"Ulm","LastModifiedDate":"2026-02-01T12:00:00.000Z"}',
    }
    frame = pl.DataFrame([row])
    assert [next_day_relay.send(store, frame, at=row["commit_ts"]) for _ in range(2)] == [1, 0]
    landed = store.read(change_events.TABLE).select(frame.columns)
    assert landed.rows() == frame.rows()


@pytest.mark.parametrize(("options", "through_events"), [([], False), (["--through-events"], True)])
def test_the_command_line_chooses_the_way(monkeypatch, tmp_path, options, through_events):
    asked = []

    def next_day(**given):
        asked.append(given)
        raise LakehouseError("seen")

    monkeypatch.setattr(command, "next_day", next_day)
    assert command.main(["--next-days", "1", "--out", str(tmp_path), *options]) == 2
    assert asked == [{"uri": str(tmp_path), "through_events": through_events}]
