"""Arrivals: a delivery beside what is usual for its table, in rows and in time."""

from datetime import datetime, timedelta

import pytest

from lakehouse import runner
from lakehouse.quality import gate
from tests.models import world

START = datetime(2026, 1, 31, 23)


def deliver(con, table, day, rows):
    for number in range(rows):
        key = {"event_id": f"{day}-{number}"} if table == "web_event" else {"order_id": f"{day}-{number}"}
        arrived = {"_ingestion_ts": START + timedelta(days=day), "_batch_id": f"batch-{day}"}
        world.add(con, f"bronze.{table}", **key, **arrived)


def warned(con):
    runner.run(con, "silver")
    found = gate.run(con, "silver_to_mdm", ["silver.arrival"])
    assert found.breaches == []
    return {warning.rule.id for warning in found.warnings}


@pytest.mark.parametrize(
    ("rows", "warns"),
    [
        ((900, 10, 12, 11, 10), False),  # the first load is no measure
        ((900, 10, 12, 11, 6), False),
        ((900, 10, 12, 10, 5), True),  # half the usual rows
        ((900, 10, 12, 10, 1), True),
        ((900, 10), False),  # nothing to compare with
    ],
)
def test_a_delivery_of_half_the_usual_rows_warns(rows, warns):
    con = world.empty()
    for day, count in enumerate(rows):
        deliver(con, "web_event", day, count)
    assert ("newest_delivery_has_more_than_half_its_usual_rows" in warned(con)) is warns


@pytest.mark.parametrize(("last_day", "warns"), [(4, False), (5, False), (6, True)])
def test_a_table_that_stays_away_warns(last_day, warns):
    """Daily until day 3; another table goes on."""
    con = world.empty()
    for day in range(4):
        deliver(con, "web_event", day, 2)
    for day in range(last_day + 1):
        deliver(con, "ecom_order", day, 2)
    assert ("newest_delivery_is_not_overdue" in warned(con)) is warns


def test_only_the_newest_delivery_is_judged():
    con = world.empty()
    for day, count in enumerate((900, 10, 10, 1, 10)):
        deliver(con, "web_event", day, count)
    assert warned(con) == set()
    rows = world.rows(con, "select batch_id, rows, usual_rows, volume_share, is_newest from silver.arrival")
    assert rows == [
        ("batch-0", 900, None, None, False),
        ("batch-1", 10, None, None, False),
        ("batch-2", 10, 10, 1, False),
        ("batch-3", 1, 10, 0.1, False),
        ("batch-4", 10, 10, 1, True),
    ]


def test_batches_of_one_moment_are_one_delivery():
    con = world.empty()
    for batch in ("b", "a"):
        world.add(con, "bronze.web_event", event_id=batch, _batch_id=batch, _ingestion_ts=START)
    assert warned(con) == set()
    assert world.rows(con, "select batch_id, rows, is_newest, is_overdue from silver.arrival") == [
        ("a", 2, True, False)
    ]
