"""Silver: rows cleansed, typed and conformed, one for each natural key."""

import json
from datetime import date, datetime

import pytest

from lakehouse import runner
from tests.models import world

NEXT_DAY = datetime(2026, 2, 1, 23, 59, 59)


@pytest.fixture
def con():
    return world.small()


def customer(con, record_id, columns):
    runner.run(con, "silver")
    [row] = world.rows(con, f"select {columns} from silver.customer where record_id = '{record_id}'")
    return row


@pytest.mark.parametrize(
    ("name1", "name2", "name"),
    [
        ("Müller GmbH", "", "Müller GmbH"),
        ("Müller GmbH", None, "Müller GmbH"),
        # cut in a word, on a space, and before a space
        ("Müller Maschinenbau und Antriebstec", "hnik GmbH", "Müller Maschinenbau und Antriebstechnik GmbH"),
        ("Müller Maschinenbau Süddeutschland", "GmbH", "Müller Maschinenbau Süddeutschland GmbH"),
        ("Müller Maschinenbau Süddeutschlands", " GmbH", "Müller Maschinenbau Süddeutschlands GmbH"),
    ],
)
def test_the_sap_name_is_joined_again(con, name1, name2, name):
    world.add(con, "bronze.sap_kna1", **(world.CUSTOMER | {"KUNNR": "2", "NAME1": name1, "NAME2": name2}))
    assert customer(con, "SAP:2", "name") == (name,)


def test_every_system_is_conformed(con):
    runner.run(con, "silver")
    columns = "record_id, country, segment, industry, sap_key, is_churned"
    assert world.rows(con, f"select {columns} from silver.customer") == [
        ("Oracle:77", "DE", None, None, "SAP:0000100001", False),
        ("SAP:0000100001", "DE", "Mid-Market", "Manufacturing", None, False),
        ("Salesforce:001A", "DE", "Mid-Market", "Manufacturing", "SAP:0000100001", False),
    ]


@pytest.mark.parametrize(
    ("table", "row", "record_id"),
    [
        ("bronze.sap_kna1", world.CUSTOMER | {"KUNNR": "2", "AUFSD": "01"}, "SAP:2"),
        ("bronze.sf_account", world.ACCOUNT | {"Id": "001B", "Contract_Status__c": "Terminated"}, "Salesforce:001B"),
        ("bronze.oracle_hz_parties", world.PARTY | {"PARTY_ID": 78, "STATUS": "I"}, "Oracle:78"),
    ],
)
def test_each_system_has_its_own_word_for_churned(con, table, row, record_id):
    world.add(con, table, **row)
    assert customer(con, record_id, "is_churned") == (True,)


def test_the_newest_row_of_a_key_wins_and_dates_the_change(con):
    """SAP has no date of change: the arrival of new content is one, the repetition of old content is none."""
    assert customer(con, "SAP:0000100001", "city, updated_at, first_seen_at") == (
        "München",
        datetime(2023, 5, 10),
        world.ARRIVED,
    )
    world.add(con, "bronze.sap_kna1", **world.CUSTOMER, _ingestion_ts=NEXT_DAY)
    assert customer(con, "SAP:0000100001", "updated_at") == (datetime(2023, 5, 10),)
    moved = world.CUSTOMER | {"ORT01": "Augsburg"}
    world.add(con, "bronze.sap_kna1", **moved, _ingestion_ts=datetime(2026, 2, 2))
    assert customer(con, "SAP:0000100001", "city, updated_at, first_seen_at") == (
        "Augsburg",
        datetime(2026, 2, 2),
        world.ARRIVED,
    )


def test_the_default_email_is_taken(con):
    other = world.EMAIL | {"CONSNUMBER": "000", "FLGDEFAULT": "", "SMTP_ADDR": "old@mueller.example"}
    person = world.EMAIL | {"PERSNUMBER": "0815", "SMTP_ADDR": "boss@mueller.example"}
    world.add(con, "bronze.sap_adr6", **other)
    world.add(con, "bronze.sap_adr6", **person)
    assert customer(con, "SAP:0000100001", "email") == ("info@mueller.example",)


def event(con, number, change_type, payload, nulled="[]", **change):
    world.add(
        con,
        "bronze.sf_account_change_event",
        entity="Account",
        record_id_sf=change.pop("record_id", "001A"),
        change_type=change_type,
        transaction_key=f"t{number}",
        sequence_number=1,
        commit_number=number,
        commit_ts=datetime(2026, 2, 1, 8, number),
        changed_fields=json.dumps(list(payload)),
        nulled_fields=nulled,
        payload=json.dumps(payload),
        _ingestion_ts=NEXT_DAY,
        **change,
    )


def test_change_events_are_applied_field_by_field(con):
    event(con, 2, "UPDATE", {"Phone": "089 2"})
    event(con, 1, "UPDATE", {"Phone": "089 1", "BillingCity": "Augsburg"})
    event(con, 3, "UPDATE", {"BillingPostalCode": None}, nulled='["BillingPostalCode"]')
    columns = "name, phone, city, postal_code, updated_at, first_seen_at"
    assert customer(con, "Salesforce:001A", columns) == (
        "Mueller Maschinenbau",
        "089 2",  # the later event, though it arrived first
        "Augsburg",
        None,
        datetime(2026, 2, 1, 8, 3),
        world.ARRIVED,
    )


def test_an_extract_newer_than_the_events_overrules_them(con):
    event(con, 1, "UPDATE", {"Phone": "089 1"})
    newer = world.ACCOUNT | {"Phone": "089 9", "SystemModstamp": "2026-02-01T09:00:00.000Z"}
    world.add(con, "bronze.sf_account", **newer, _ingestion_ts=NEXT_DAY)
    assert customer(con, "Salesforce:001A", "phone") == ("089 9",)


@pytest.mark.parametrize(("last", "accounts"), [("DELETE", ["001B"]), ("UNDELETE", ["001A", "001B"])])
def test_created_deleted_and_undeleted_accounts(con, last, accounts):
    event(con, 1, "CREATE", {"Name": "Neu AG", "CreatedDate": "2026-02-01T08:01:00.000Z"}, record_id="001B")
    event(con, 2, "DELETE", {})
    event(con, 3, last, {})
    runner.run(con, "silver")
    assert world.rows(con, "select account_id from silver.sf_account_state") == [(account,) for account in accounts]


def test_orders_of_four_systems_have_one_shape(con):
    runner.run(con, "silver")
    columns = "order_id, customer_record_id, order_date, quantity, unit_price::double, discount_pct, line_total::double"
    assert world.rows(con, f"select {columns} from silver.sales_order") == [
        ("ORA-9", "Oracle:77", date(2025, 6, 1), 2, 100.0, 0, 200.0),
        ("SAP-0001", "SAP:0000100001", date(2025, 10, 1), 3, 100.0, 10, 270.0),
        ("SF-801A", "Salesforce:001A", date(2024, 3, 1), 1, 100.0, 0, 100.0),
        ("WEB-1", "SAP:0000100001", date(2025, 12, 24), 1, 100.0, 5, 95.0),
    ]


def test_a_resent_row_counts_once_and_a_rejected_one_never(con):
    world.add(con, "bronze.web_event", **world.EVENT)
    bad = world.add(con, "bronze.web_event", **(world.EVENT | {"event_id": "E2"}))
    world.add(con, "silver.quarantine", table_name="bronze.web_event", row_hash=bad, is_rejected=True)
    kept = world.add(con, "bronze.web_event", **(world.EVENT | {"event_id": "E3"}))
    world.add(con, "silver.quarantine", table_name="bronze.web_event", row_hash=kept, is_rejected=False)
    runner.run(con, "silver")
    assert world.rows(con, "select event_id from silver.web_event") == [("E1",), ("E3",)]


def test_a_task_without_an_account_hangs_on_the_sap_customer(con):
    without = {"Id": "00TB", "AccountId": None, "SAP_Customer_Number__c": "0000100001"}
    world.add(con, "bronze.sf_task", **(world.TASK | without))
    runner.run(con, "silver")
    assert world.rows(con, "select customer_record_id from silver.interaction order by interaction_id") == [
        ("Salesforce:001A",),
        ("SAP:0000100001",),
    ]


def test_the_as_of_date_is_the_day_of_the_newest_arrival(con):
    world.add(con, "bronze.ops_metric", **(world.METRIC | {"ts": NEXT_DAY}), _ingestion_ts=NEXT_DAY)
    runner.run(con, "silver")
    assert world.rows(con, "from silver.as_of") == [(date(2026, 2, 1),)]
