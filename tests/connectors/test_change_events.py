"""AccountChangeEvent: two envelopes, exactly once, gaps read again, and the state that silver makes of it."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest

from lakehouse import runner, schemas, views
from lakehouse.batches import row_hashes
from lakehouse.connectors import change_events, gaps, landing
from lakehouse.connectors.change_events import NotAnEvent, changes_of, handler
from lakehouse.connectors.salesforce_objects import ACCOUNT, SYSTEM
from lakehouse.connectors.source import Extract
from lakehouse.standins import account_events
from lakehouse.standins.account_events import event
from lakehouse.storage import Store
from tests.connectors import frames
from tests.connectors.frames import AT

EVENTS = change_events.TABLE
NOON = datetime(2026, 2, 1, 12)
ONE, TWO, THREE = (f"0015g00000ABC{n:02d}AAA" for n in (1, 2, 3))


def land_accounts(store: Store, *rows: dict) -> None:
    frame = frames.frame("bronze.sf_account", *rows)
    landing.land_rows(store, SYSTEM, ACCOUNT, frame, batch_id="first", at=AT)


def state(store: Store) -> dict[str, dict]:
    """The accounts as silver's model sees them."""
    con = duckdb.connect()
    for schema in ("bronze", "silver"):
        con.execute(f"create schema {schema}")
    quarantine = schemas.columns(schemas.QUARANTINE)
    con.execute(f"create table silver.quarantine as {views.empty_sql(quarantine)}")
    for table in (ACCOUNT.table, EVENTS):
        rows = store.read(table) if store.exists(table) else views.empty_frame(schemas.BRONZE[table])
        con.register("rows", rows.to_arrow())
        con.execute(f"create table {table} as from rows")
    [model] = [model for model in runner.load("silver") if model.name == "sf_account_state"]
    runner.execute(con, "silver", model)
    return {row["account_id"]: row for row in con.sql("from silver.sf_account_state").pl().iter_rows(named=True)}


def sqs(*bodies: dict | str) -> dict:
    return {
        "Records": [
            {"messageId": f"m{i}", "body": body if isinstance(body, str) else json.dumps(body)}
            for i, body in enumerate(bodies)
        ]
    }


class Org:
    """Stands where Salesforce is asked again; remembers what it was asked."""

    def __init__(self, *rows: dict) -> None:
        self.frame = frames.frame("bronze.sf_account", *rows)
        self.asked: list = []

    def read_ids(self, source, ids):
        self.asked.append(list(ids))
        return Extract(source, self.frame.filter(pl.col("Id").is_in(list(ids))))

    def read(self, source):
        self.asked.append("all")
        return Extract(source, self.frame)


@pytest.fixture
def landing_zone(store, monkeypatch):
    monkeypatch.setenv("LAKEHOUSE_URI", store.uri)
    return store


def test_both_envelopes_are_understood():
    relayed = event([ONE], "UPDATE", {"Phone": "+49 1", "BillingCity": "Köln"}, at=NOON)
    [change] = changes_of(relayed)
    assert [change] == list(changes_of(account_events.as_appflow(relayed))) == list(changes_of(json.dumps(relayed)))
    assert json.loads(change.payload) == {
        "BillingCity": "Köln",
        "LastModifiedDate": "2026-02-01T12:00:00.000Z",
        "Phone": "+49 1",
    }
    assert json.loads(change.changed_fields) == ["Phone", "BillingCity", "LastModifiedDate"]
    assert change.commit_ts == NOON


def test_one_event_of_several_records_is_a_row_each(landing_zone):
    answer = handler(sqs(event([ONE, TWO, THREE], "UPDATE", {"Industry": "Energy"}, at=NOON)))
    assert answer == {"batchItemFailures": []}
    rows = landing_zone.read(EVENTS)
    assert sorted(rows["record_id_sf"]) == [ONE, TWO, THREE]
    assert rows["transaction_key"].n_unique() == 1


def test_the_row_hash_is_that_of_every_bronze_row(landing_zone):
    handler(sqs(event([ONE], "UPDATE", {"Phone": "+49 1"}, at=NOON)))
    rows = landing_zone.read(EVENTS)
    business = [name for name in rows.columns if not name.startswith("_")]
    assert rows["_row_hash"].to_list() == list(row_hashes(rows.select(business)))
    assert rows.schema == views.empty_frame(schemas.BRONZE[EVENTS]).schema


def test_a_delivery_that_comes_again_adds_nothing(landing_zone):
    events = [event([ONE], "UPDATE", {"Phone": str(n)}, at=NOON, commit_number=n) for n in range(3)]
    handler(sqs(*events))
    version = landing_zone.version(EVENTS)
    handler(sqs(*events))
    handler(sqs(events[1], events[1]))  # twice within one delivery
    handler(events[0])  # by the rule itself, without the queue
    assert len(landing_zone.read(EVENTS)) == 3
    assert landing_zone.version(EVENTS) >= version


def test_four_writers_at_once_land_each_event_once(store):
    changes = [
        change
        for n in range(6)
        for change in changes_of(event([ONE], "UPDATE", {"Phone": str(n)}, at=NOON, commit_number=n))
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: change_events.land(store.uri, [changes[n % 6]], at=AT), range(18)))
    assert sorted(json.loads(row)["Phone"] for row in store.read(EVENTS)["payload"]) == list("012345")


def test_the_same_sequence_number_in_another_transaction_is_another_event(landing_zone):
    for key in ("a", "b"):
        handler(sqs(event([ONE], "UPDATE", {"Phone": key}, at=NOON, transaction_key=key)))
    assert len(landing_zone.read(EVENTS)) == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{not json", "the body is no JSON"),
        ("[]", "there is no detail"),
        ({"detail": {"payload": {"Name": "X"}}}, "no ChangeEventHeader"),
        ({"detail": {"ChangeEventHeader": {"changeType": "EXPLODE"}}}, "changeType is 'EXPLODE'"),
        ({"detail": {"ChangeEventHeader": {"changeType": "UPDATE"}}}, "lacks entityName, transactionKey"),
        (event([], "UPDATE", {"Phone": "1"}, at=NOON), "names no record"),
    ],
)
def test_a_message_that_is_no_event_says_why(body, why):
    with pytest.raises(NotAnEvent, match=why):
        list(changes_of(body))


def test_a_bad_message_is_reported_back_and_the_others_land(landing_zone):
    good = [event([one], "UPDATE", {"Phone": "1"}, at=NOON) for one in (ONE, TWO)]
    bad = event([THREE], "UPDATE", {"Phone": "1"}, at=NOON)
    bad["detail"]["payload"]["ChangeEventHeader"]["commitTimestamp"] = "yesterday"
    answer = handler(sqs(good[0], bad, "{", good[1]))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}
    assert sorted(landing_zone.read(EVENTS)["record_id_sf"]) == [ONE, TWO]


def test_a_store_that_fails_sends_every_message_back(monkeypatch, tmp_path):
    (tmp_path / "bronze").write_text("in the way")
    monkeypatch.setenv("LAKEHOUSE_URI", str(tmp_path))
    answer = handler(sqs(event([ONE], "UPDATE", {"Phone": "1"}, at=NOON), "{"))
    assert {failure["itemIdentifier"] for failure in answer["batchItemFailures"]} == {"m0", "m1"}


def test_without_a_queue_a_failure_is_raised_for_eventbridge_to_see(landing_zone):
    with pytest.raises(change_events.NotLanded, match="event abc could not be landed"):
        handler({"id": "abc", "detail-type": "AccountChangeEvent", "detail": {}})


def test_no_personal_data_in_the_logs(landing_zone, caplog):
    caplog.set_level(logging.DEBUG)
    private = {"Name": "Erika Mustermann", "Phone": "+49 171 5550123", "Email__c": "erika@example.com"}
    bad = event([TWO], "UPDATE", private, at=NOON)
    bad["detail"]["payload"]["ChangeEventHeader"]["sequenceNumber"] = "Erika Mustermann"
    handler(sqs(event([ONE], "CREATE", private, at=NOON), bad, json.dumps(private)))
    assert "1 changes, 1 of them new" in caplog.text
    assert not any(value in caplog.text for value in private.values())


def test_updates_are_laid_over_the_last_known_state_in_commit_order(store):
    land_accounts(store, frames.account(1, "Old Name"))
    later = event([ONE], "UPDATE", {"Phone": "new"}, at=NOON + timedelta(minutes=2), commit_number=3)
    earlier = event([ONE], "UPDATE", {"Phone": "between", "Name": "New Name"}, at=NOON, commit_number=2)
    gaps.deliver(store, [later], at=AT)
    gaps.deliver(store, [earlier], at=AT)  # comes late
    one = state(store)[ONE]
    assert (one["name"], one["phone"], one["city"]) == ("New Name", "new", "Berlin")


def test_a_field_is_emptied_only_where_the_header_names_it(store):
    land_accounts(store, frames.account(1, "A"), frames.account(2, "B"))
    nulled = event([ONE], "UPDATE", {"Name": "A2"}, nulled=["Phone", "BillingCity"], at=NOON)
    everything = event([TWO], "UPDATE", {"Name": "B2"}, at=NOON, commit_number=9)
    everything["detail"]["payload"] |= {"Phone": None, "Website": None, "BillingAddress": None}  # unchanged, all null
    gaps.deliver(store, [nulled, everything], at=AT)
    found = state(store)
    assert [found[ONE][name] for name in ("name", "phone", "city", "street")] == ["A2", None, None, "1 Main St"]
    assert [found[TWO][name] for name in ("name", "phone", "city")] == ["B2", "+49 30 1", "Berlin"]


def test_a_changed_field_that_comes_empty_is_emptied(store):
    """Some versions list an emptied field among the changed ones alone."""
    land_accounts(store, frames.account(1, "A"))
    emptied = event([ONE], "UPDATE", nulled=["Phone"], at=NOON)
    emptied["detail"]["payload"]["ChangeEventHeader"]["nulledFields"] = []
    gaps.deliver(store, [emptied], at=AT)
    assert state(store)[ONE]["phone"] is None


def test_create_delete_and_undelete(store):
    whole = {
        name: value for name, value in frames.account(1, "New").items() if name not in account_events.NEVER_IN_EVENTS
    }
    create = event([ONE], "CREATE", whole, at=NOON, commit_number=1)
    delete = event([ONE], "DELETE", at=NOON + timedelta(hours=1), commit_number=2)
    undelete = event([ONE], "UNDELETE", whole | {"Phone": "back"}, at=NOON + timedelta(hours=2), commit_number=3)
    gaps.deliver(store, [create], at=AT)
    assert state(store)[ONE]["name"] == "New"
    gaps.deliver(store, [delete], at=AT)
    assert state(store) == {}
    gaps.deliver(store, [undelete], at=AT)
    assert state(store)[ONE]["phone"] == "back"


def test_events_between_two_states_lead_from_one_to_the_other(store):
    before = [frames.account(n, f"Account {n}") for n in range(1, 6)]
    land_accounts(store, *before)
    after = [
        before[0],
        before[1] | {"Phone": None, "BillingCity": "Paris"},
        before[2] | {"IsDeleted": "true"},
        before[3] | {"Segment__c": "Enterprise"},
        before[4],
        frames.account(6, "Brand new", Email__c=None),
    ]
    both = [frames.frame("bronze.sf_account", *rows) for rows in (before, after)]
    found = list(account_events.between(*both, at=NOON))
    assert [one["detail"]["payload"]["ChangeEventHeader"]["changeType"] for one in found] == [
        "UPDATE",
        "DELETE",
        "UPDATE",
        "CREATE",
    ]
    filled = gaps.deliver(store, found, at=AT)
    assert (filled.events, filled.open_gaps) == (4, 0)
    now = state(store)
    assert sorted(now) == [row["Id"] for row in after if row["IsDeleted"] == "false"]
    assert (now[TWO]["phone"], now[TWO]["city"]) == (None, "Paris")
    assert now[after[5]["Id"]]["email"] is None


def test_a_gap_is_read_again(store):
    land_accounts(store, frames.account(1, "Before"), frames.account(2, "Untouched"))
    org = Org(frames.account(1, "After the gap", SystemModstamp="2026-02-01T11:59:59.000Z"))
    filled = gaps.deliver(store, [event([ONE], "GAP_UPDATE", at=NOON)], at=AT, fetch=org)
    assert org.asked == [[ONE]]
    assert (filled.fetched, filled.landed, filled.open_gaps) == (1, 1, 0)
    assert state(store)[ONE]["name"] == "After the gap"


def test_a_gap_that_no_stamp_shows_still_wins_over_earlier_events(store):
    """A change straight in Salesforce's database moves no SystemModstamp."""
    land_accounts(store, frames.account(1, "Before"))
    gaps.deliver(store, [event([ONE], "UPDATE", {"Phone": "by event"}, at=NOON, commit_number=1)], at=AT)
    org = Org(frames.account(1, "Before", Phone="by the gap"))
    gaps.deliver(store, [event([ONE], "GAP_UPDATE", at=NOON + timedelta(hours=1), commit_number=2)], at=AT, fetch=org)
    assert state(store)[ONE]["phone"] == "by the gap"


def test_an_account_that_is_gone_after_a_gap_is_deleted(store):
    land_accounts(store, frames.account(1, "Gone"), frames.account(2, "There"))
    filled = gaps.deliver(store, [event([ONE], "GAP_DELETE", at=NOON)], at=AT, fetch=Org())
    assert (filled.fetched, filled.landed) == (0, 1)
    assert list(state(store)) == [TWO]


def test_an_overflow_reads_every_account_again(store):
    land_accounts(store, frames.account(1, "One"), frames.account(2, "Two"))
    org = Org(frames.account(1, "One"), frames.account(3, "Three"))
    overflow = event(["000000000000000AAA"], "GAP_OVERFLOW", at=NOON)
    filled = gaps.deliver(store, [overflow], at=AT, fetch=org)
    assert org.asked == ["all"]
    assert filled.landed == 2  # Three is new, Two is gone, One is as it was
    assert sorted(state(store)) == [ONE, THREE]


def test_an_update_whose_beginning_is_not_known_is_read_again(store):
    org = Org(frames.account(1, "Known now"))
    filled = gaps.deliver(store, [event([ONE], "UPDATE", {"Phone": "1"}, at=NOON)], at=AT, fetch=org)
    assert org.asked == [[ONE]]
    assert filled.open_gaps == 0
    assert state(store)[ONE]["name"] == "Known now"


def test_gaps_wait_for_a_connection_and_are_filled_once(store):
    land_accounts(store, frames.account(1, "Before"))
    assert gaps.deliver(store, [event([ONE], "GAP_UPDATE", at=NOON)], at=AT).open_gaps == 1
    assert state(store)[ONE]["name"] == "Before"  # and not a nameless account
    org = Org(frames.account(1, "After"))
    with store.writer("test"):
        assert gaps.fill(store, org, at=AT).fetched == 1
        assert gaps.fill(store, org, at=AT).events == 0
    assert org.asked == [[ONE]]


def test_the_next_ingestion_fills_the_gaps(world):
    from lakehouse.connectors.ingest import ingest

    land_accounts(world.store, *frames.all_frames()["bronze.sf_account"].to_dicts())
    gaps.deliver(world.store, [event([ONE], "GAP_UPDATE", at=NOON)], at=AT)
    world.enterprise.salesforce.objects["Account"][0]["Name"] = "Read again"  # its stamp has not moved
    ingest(world.store, ["salesforce"], world.settings, sources=world.sources, at=AT)
    assert state(world.store)[ONE]["name"] == "Read again"
