"""The 168 hours agree with the orders, the deals and the tracker, and hide one incident."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from data_gen.metrics import INCIDENT_STARTS, SAMPLING
from data_gen.plan import FIRST_DAY, HOURS_SINCE


@pytest.fixture(scope="module")
def hours(good) -> pl.DataFrame:
    return good["ops_metric"]


def test_hours_are_gapless(hours):
    assert (hours["ts"][0], hours["ts"][-1], len(hours)) == (HOURS_SINCE, datetime(2026, 1, 31, 23), 168)
    assert (hours["ts"].diff().drop_nulls().dt.total_hours() == 1).all()


def test_orders_and_revenue_are_those_of_the_hour(default_world, hours):
    start = (HOURS_SINCE.date() - FIRST_DAY).days * 86_400
    recent = default_world.book.filter(pl.col("seconds") >= start)
    by_hour = recent.group_by(((pl.col("seconds") - start) // 3600).alias("hour")).agg(
        pl.len(), pl.col("total_cents").sum()
    )
    orders, cents = np.zeros(168, dtype=int), np.zeros(168, dtype=int)
    orders[by_hour["hour"]], cents[by_hour["hour"]] = by_hour["len"], by_hour["total_cents"]
    assert hours["orders"].to_list() == orders.tolist()
    assert (hours["revenue"] * 100).round().cast(int).to_list() == cents.tolist()
    assert orders.sum() > 10


def test_leads_are_the_deals_created_in_the_hour(good, hours):
    created = good["sf_opportunity"]["CreatedDate"].str.to_datetime("%Y-%m-%dT%H:%M:%S.000Z")
    by_hour = created.filter(created >= HOURS_SINCE).dt.truncate("1h").value_counts()
    expected = hours.join(by_hour, left_on="ts", right_on="CreatedDate", how="left")["count"].fill_null(0)
    assert hours["new_leads"].to_list() == expected.to_list()
    assert expected.sum() > 8


def test_page_views_of_a_day_are_the_sampled_ones_times_the_factor(good, hours):
    viewed = good["web_event"].filter((pl.col("event_type") == "page_view") & (pl.col("event_ts") >= HOURS_SINCE))
    tracked = viewed.group_by(pl.col("event_ts").dt.date().alias("day")).len().sort("day")
    shown = hours.group_by(pl.col("ts").dt.date().alias("day")).agg(pl.col("page_views").sum()).sort("day")
    assert shown["page_views"].to_list() == (tracked["len"] * SAMPLING).to_list()


def test_there_is_one_incident(hours):
    usual = hours["error_rate_pct"].median()
    bad = hours.filter(pl.col("error_rate_pct") > 5 * usual)["ts"]
    assert bad.min() == INCIDENT_STARTS
    assert (bad.max() - bad.min()).total_seconds() <= 3 * 3600
    slow = hours.filter(pl.col("avg_response_ms") > 3 * hours["avg_response_ms"].median())["ts"]
    assert set(slow) <= set(bad)
    assert (hours["p99_response_ms"] > hours["avg_response_ms"]).all()
