"""Web events: exact quotas, true sessions, campaigns only where someone pays, and parts that stay small."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from data_gen import web
from data_gen.plan import Plan
from data_gen.vocabulary.website import CHANNELS, CONVERSION_PAGES, PAGES


@pytest.fixture(scope="module")
def events(good) -> pl.DataFrame:
    return good["web_event"]


@pytest.fixture(scope="module")
def sessions(events) -> pl.DataFrame:
    return events.group_by("session_id").agg(
        pl.col("visitor_id", "device_type", "referrer_source", "utm_campaign").n_unique(),
        pl.col("event_ts").min().alias("start"),
        (pl.col("event_ts").max() - pl.col("event_ts").min()).alias("length"),
        pl.col("event_ts").sort().diff().max().alias("gap"),
        pl.col("page_url").sort_by("event_ts").alias("pages"),
    )


def test_quotas_are_exact(events):
    assert events["customer_ref"].null_count() == 7500
    assert set(events["page_url"]) == set(PAGES)
    assert len(PAGES) == 18
    assert set(events["referrer_source"]) == set(CHANNELS)
    assert len(CHANNELS) == 10
    assert events["event_id"].n_unique() == 25_000


def test_a_session_is_one_visitor_contiguous_and_short(sessions):
    for column in ("visitor_id", "device_type", "referrer_source", "utm_campaign"):
        assert sessions[column].max() == 1, column
    assert sessions["length"].max().total_seconds() < 4 * 3600
    assert sessions["gap"].drop_nulls().max().total_seconds() < 30 * 60


def test_sessions_of_a_visitor_do_not_overlap(events):
    ends = events.group_by("visitor_id", "session_id").agg(start=pl.col("event_ts").min(), end=pl.col("event_ts").max())
    ordered = ends.sort("visitor_id", "start").with_columns(next=pl.col("start").shift(-1).over("visitor_id"))
    assert (ordered["next"] - ordered["end"]).drop_nulls().min().total_seconds() > 0


def test_only_paid_and_own_channels_carry_campaigns(events):
    campaigns = dict(events.group_by("referrer_source").agg(pl.col("utm_campaign").drop_nulls().unique()).iter_rows())
    for name, channel in CHANNELS.items():
        assert set(campaigns[name]) <= set(channel.campaigns)
        if channel.campaigns:
            assert events.filter(pl.col("referrer_source") == name)["utm_campaign"].null_count() == 0


def test_nobody_checks_out_without_having_seen_a_price(sessions):
    paths = [pages[: pages.index("/checkout")] for pages in sessions["pages"].to_list() if "/checkout" in pages]
    assert len(paths) > 50
    assert all({"/pricing", "/free-trial"} & set(path) for path in paths)


def test_a_fifth_of_the_unknown_visitors_gives_a_name_after_a_form(events):
    visitors = (
        events.sort("event_ts")
        .group_by("visitor_id", maintain_order=True)
        .agg(
            pl.col("customer_ref").is_null().alias("unknown"),
            pl.col("event_type"),
            pl.col("customer_ref").n_unique().alias("n"),
        )
    )
    mixed = visitors.filter(pl.col("unknown").list.any() & ~pl.col("unknown").list.all())
    assert 0.15 < len(mixed) / visitors.filter(pl.col("unknown").list.any()).height < 0.25
    for unknown, kinds in mixed.select("unknown", "event_type").iter_rows():
        known_from = unknown.index(False)
        assert not any(unknown[known_from:])
        assert kinds[:known_from].index("form_submit") == known_from - 1


def test_channels_convert_differently(events):
    converted = (pl.col("event_type") == "form_submit") & pl.col("page_url").is_in(CONVERSION_PAGES)
    sessions = events.group_by("referrer_source", "session_id").agg(converted.any().alias("c"))
    ready, browsing = ("Google Ads", "Partner Site", "Review Site"), ("Organic Social", "LinkedIn", "Google Search")
    rate = [sessions.filter(pl.col("referrer_source").is_in(names))["c"].mean() for names in (ready, browsing)]
    assert rate[0] > 1.6 * rate[1]
    assert 0.02 < sessions["c"].mean() < 0.12


def test_known_visits_lie_within_the_lifetime_of_the_customer(default_world, events):
    people, records = default_world.people, default_world.records
    keys = pl.DataFrame({"customer_ref": records.record_id, "golden": records.golden, "since": records.created})
    known = events.join(keys, on="customer_ref")
    assert len(known) == 17_500
    number = (known["event_ts"].dt.date() - date(2024, 1, 1)).dt.total_days().to_numpy()
    golden = known["golden"].to_numpy()
    assert (number >= people.active_from[golden]).all()
    assert (number <= people.active_to[golden]).all()
    assert (number >= known["since"].to_numpy()).all()


def test_parts_add_up_to_the_same_quotas(default_world, monkeypatch):
    monkeypatch.setattr(web, "PART_EVENTS", 6_000)
    parts = list(web.simulate(42, Plan(1), default_world.people, default_world.records, np.arange(20)))
    assert [len(part) for part in parts] == [5000] * 5
    whole = pl.concat(parts)
    assert whole["customer_ref"].null_count() == 7500
    for column in ("event_id", "session_id", "visitor_id"):
        seen = [set(part[column]) for part in parts]
        assert sum(map(len, seen)) == len(set().union(*seen)), column
