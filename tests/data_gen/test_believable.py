"""What the dashboards show month by month is believable: gentle growth, a recent backlog, a pipeline that is worked."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from data_gen.world import World, world
from tests.data_gen.conftest import by_table, good_rows

SEEDS = (1, 7, 42, 99)
AS_OF, MIDNIGHT = date(2026, 1, 31), datetime(2026, 2, 1)
SLA_HOURS = {"Critical": 4, "High": 24, "Medium": 72, "Low": 168}

Simulated = tuple[World, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module", params=SEEDS)
def simulated(request) -> Simulated:
    found = world(request.param, 1)
    return found, good_rows(found, by_table(found))


def by_month(days: pl.Series) -> list[int]:
    months = pl.DataFrame({"month": days.dt.truncate("1mo")}).group_by("month").len().sort("month")
    assert len(months) == 25
    return months["len"].to_list()


def days(texts: pl.Series) -> pl.Series:
    return texts.str.slice(0, 10).str.to_date()


def sessions(events: pl.DataFrame) -> pl.Series:
    return events.group_by("session_id").agg(pl.col("event_ts").min().dt.date().alias("day"))["day"]


def deals(good: dict[str, pl.DataFrame]) -> pl.DataFrame:
    text = good["sf_opportunity"]
    return text.select(
        "AccountId",
        created=days(text["CreatedDate"]),
        closed=days(text["Closed_Date__c"]),
        expected=days(text["CloseDate"]),
        amount=text["Amount"].cast(pl.Float64),
        is_open=text["IsClosed"] == "false",
        is_won=text["IsWon"] == "true",
    )


def alerts(good: dict[str, pl.DataFrame]) -> pl.DataFrame:
    allowed = pl.duration(hours=pl.col("severity").replace_strict(SLA_HOURS))
    return good["fraud_alert"].with_columns(
        age=MIDNIGHT - pl.col("detected_at"),
        in_time=pl.col("resolved_at") <= pl.col("detected_at") + allowed,
    )


def test_interactions_grow_smoothly(simulated):
    counts = by_month(days(simulated[1]["sf_task"]["ActivityDateTime"]))
    for before, month, after in zip(counts, counts[1:], counts[2:], strict=False):
        assert 0.75 < month / ((before + after) / 2) < 1.25
    assert counts[-1] < 1.2 * counts[-2]
    assert 1.15 < sum(counts[-12:]) / sum(counts[-24:-12]) < 1.45


def test_everyone_who_stays_was_active_of_late(simulated):
    found, good = simulated
    records, since = found.records, AS_OF - timedelta(days=45)
    keys = pl.DataFrame({"id": records.source_id, "ref": records.record_id, "golden": records.golden})
    tasks, events = good["sf_task"], good["web_event"]
    contact = tasks.filter(days(tasks["ActivityDateTime"]) >= since)
    contact = contact.select(id=pl.coalesce("AccountId", "SAP_Customer_Number__c")).join(keys, on="id")
    visit = events.filter(pl.col("event_ts").dt.date() >= since).join(keys, left_on="customer_ref", right_on="ref")
    first = (since - date(2024, 1, 1)).days * 86_400
    order = found.book.filter(pl.col("seconds") >= first)
    active = {*contact["golden"].to_list(), *visit["golden"].to_list(), *order["golden"].to_list()}
    staying = set(np.flatnonzero(~found.people.is_leaving).tolist())
    assert staying <= active
    assert len(staying - set(contact["golden"].to_list())) > 20  # some were active otherwise


def test_web_sessions_grow_by_a_third_a_year(simulated):
    started = sessions(simulated[1]["web_event"])
    in_year, in_year_before = (
        started.is_between(AS_OF - timedelta(days=365 * n - 1), AS_OF - timedelta(days=365 * (n - 1))).sum()
        for n in (1, 2)
    )
    assert 1.2 < in_year / in_year_before < 1.45
    counts = by_month(started)
    assert all(month < 1.4 * before for before, month in pairwise(counts))
    assert counts[-1] < 1.6 * counts[-13]


def test_deals_begin_evenly_and_the_open_pipeline_grows_gently(simulated):
    rows = deals(simulated[1])
    counts = by_month(rows["created"])
    assert 1.15 < sum(counts[-12:]) / sum(counts[-24:-12]) < 1.4
    assert counts[-1] <= 1.5 * counts[-13]
    assert all(0.75 * before < month < 1.35 * before for before, month in pairwise(counts))

    def open_amount(day: date) -> float:
        standing = (pl.col("created") <= day) & (pl.col("closed").is_null() | (pl.col("closed") > day))
        return rows.filter(standing)["amount"].sum()

    assert open_amount(AS_OF) < 2.2 * open_amount(date(2025, 1, 31))


def test_open_deals_were_begun_within_a_year_and_close_within_two_quarters(simulated):
    pending = deals(simulated[1]).filter("is_open")
    age = (AS_OF - pending["created"]).dt.total_days()
    assert age.max() < 17 * 31
    assert 0.85 < (age <= 365).mean() < 0.99
    assert 0.3 < (age <= 90).mean() < 0.55
    ahead = (pending["expected"] - AS_OF).dt.total_days()
    assert 0.10 < (ahead < 0).mean() < 0.20
    assert ((ahead >= 0) & (ahead <= 183)).sum() / (ahead >= 0).sum() > 0.7
    assert ahead.max() < 365


def test_the_quarter_is_covered_a_few_times(simulated):
    rows = deals(simulated[1])
    due = rows.filter(pl.col("is_open") & (pl.col("expected") < date(2026, 4, 1)))["amount"].sum()
    won = rows.filter("is_won")
    usual = won.filter(pl.col("closed").is_between(date(2025, 1, 1), date(2025, 12, 31)))["amount"].sum() / 4
    missing = usual - won.filter(pl.col("closed") >= date(2026, 1, 1))["amount"].sum()
    assert missing > 0
    assert 2 < due / missing < 7


def test_the_fraud_backlog_is_recent(simulated):
    rows = alerts(simulated[1])
    pending = rows.filter(pl.col("resolved_at").is_null())
    assert len(pending) == 34
    assert pending["age"].max() <= timedelta(days=90)
    assert (pending["age"] <= timedelta(days=45)).mean() > 0.85
    assert (pending["severity"] == "Critical").sum() <= 5
    assert set(pending["status"]) == {"Open", "Investigating"}


def test_most_alerts_are_closed_in_time_and_a_few_late(simulated):
    closed = alerts(simulated[1]).drop_nulls("resolved_at")
    assert closed["resolved_at"].max() < MIDNIGHT
    assert 0.60 <= closed["in_time"].mean() <= 0.77
    assert closed.filter(pl.col("severity") == "Critical")["in_time"].mean() > 0.5
    took = closed["resolved_at"] - closed["detected_at"]
    assert took.max() < timedelta(days=45)
