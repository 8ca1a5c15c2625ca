"""Frauds show their signs in real orders; alerts hang on those orders, and their scores mean something."""

import numpy as np
import polars as pl
import pytest

from data_gen import clock
from data_gen.fraud_cases import APPROVAL_LIMIT
from data_gen.fraud_signals import suspicions
from data_gen.vocabulary.selling import FRAUD_TYPES, SEVERITIES
from data_gen.world import world
from tests.data_gen.conftest import by_table, good_rows


@pytest.fixture(scope="module")
def alerts(good) -> pl.DataFrame:
    return good["fraud_alert"]


@pytest.fixture(scope="module")
def many_alerts() -> pl.DataFrame:
    simulated = world(5, 5)
    return good_rows(simulated, by_table(simulated))["fraud_alert"]


def planted(default_world, kind: str) -> pl.DataFrame:
    return default_world.book.filter(pl.col("fraud_type") == kind)


def test_every_alert_has_the_customer_and_the_amount_of_its_order(default_world, alerts):
    orders = default_world.book.select(
        "order_id",
        "total_cents",
        "source",
        ref=default_world.records.record_id[default_world.book["record"]],
    )
    joined = alerts.join(orders, left_on="order_ref", right_on="order_id")
    assert len(joined) == 450
    assert (joined["customer_ref"] == joined["ref"]).all()
    assert (joined["flagged_amount"].to_numpy() == joined["total_cents"].to_numpy() / 100).all()
    assert (joined["source_system"] == joined["source"]).all()


def test_types_and_severities_are_exact(alerts):
    assert dict(alerts["fraud_type"].value_counts().iter_rows()) == {n: spec.alerts for n, spec in FRAUD_TYPES.items()}
    found = {
        name: (rows, mean)
        for name, rows, mean in alerts.group_by("severity").agg(pl.len(), pl.mean("risk_score")).rows()
    }
    for name, (rows, mean, _) in SEVERITIES.items():
        assert found[name][0] == rows
        assert found[name][1] == pytest.approx(mean, abs=0.5)
    assert alerts["risk_score"].is_between(0, 100).all()


def test_the_same_order_is_alerted_once_per_type(alerts):
    assert alerts.select("order_ref", "fraud_type").is_unique().all()


def test_alerts_are_closed_after_they_were_raised_and_by_a_verdict(alerts):
    pending = alerts["status"].is_in(["Open", "Investigating"])
    assert (alerts["resolved_at"].is_null() == pending).all()
    closed = alerts.drop_nulls("resolved_at")
    assert (closed["resolved_at"] > closed["detected_at"]).all()
    assert 15 <= pending.sum() <= 80


def test_money_is_lost_only_where_fraud_was_not_held(alerts):
    confirmed = alerts.filter(pl.col("status") == "Confirmed Fraud")
    assert (confirmed.filter("held_before_shipment")["financial_impact"] == 0).all()
    assert (confirmed.filter(~pl.col("held_before_shipment"))["financial_impact"] > 0).all()
    assert (alerts.filter(pl.col("status").is_in(["False Positive", "Resolved"]))["financial_impact"] == 0).all()
    assert (alerts["financial_impact"] <= alerts["flagged_amount"]).all()


def test_the_higher_the_score_the_likelier_the_verdict_is_fraud(many_alerts):
    judged = many_alerts.filter(pl.col("status").is_in(["Confirmed Fraud", "False Positive"]))
    share = judged.group_by((pl.col("risk_score") // 25).alias("bin")).agg(
        (pl.col("status") == "Confirmed Fraud").mean()
    )
    shares = share.sort("bin")["status"].to_list()
    assert shares == sorted(shares)
    assert shares[0] < 0.1 < 0.5 < shares[-1]


def test_detectors_find_most_frauds_and_much_else(default_world, alerts):
    truth = default_world.answer_key()["fraud"]
    assert len(truth) == 90
    hits = alerts.join(truth, left_on=["order_ref", "fraud_type"], right_on=["order_id", "fraud_type"], how="semi")
    assert 0.6 < len(hits) / len(truth) < 0.95
    assert len(hits) / len(alerts) < 0.35


def test_answer_key_names_the_planted_orders_only(default_world):
    truth, book = default_world.answer_key()["fraud"], default_world.book
    counts = {
        name: spec.cases * (spec.orders_per_case - (name == "Duplicate Invoice")) for name, spec in FRAUD_TYPES.items()
    }
    assert dict(truth["fraud_type"].value_counts().iter_rows()) == counts
    assert truth.join(book, on="order_id", how="anti").is_empty()


def test_duplicates_repeat_an_order_within_two_days(default_world):
    copies = planted(default_world, "Duplicate Invoice")
    same = ["golden", "product", "total_cents"]
    near = copies.join(default_world.book, on=same).filter(
        (pl.col("order_id") != pl.col("order_id_right"))
        & ((pl.col("seconds") - pl.col("seconds_right")).is_between(0, 2 * clock.DAY_SECONDS))
    )
    assert near["order_id"].n_unique() == len(copies) == 9


def test_bursts_of_orders_fall_into_one_day(default_world):
    bursts = (
        planted(default_world, "Velocity Anomaly")
        .group_by("golden")
        .agg(pl.len(), span=pl.col("seconds").max() - pl.col("seconds").min())
    )
    assert bursts["len"].min() >= 4
    assert bursts["span"].max() <= clock.DAY_SECONDS


def test_split_orders_stay_just_under_the_limit(default_world):
    split = planted(default_world, "Split Transaction")
    assert (split["total_cents"] < APPROVAL_LIMIT).all()
    assert (split["total_cents"] > 0.85 * APPROVAL_LIMIT).all()
    assert split.group_by("golden", pl.col("seconds") // clock.DAY_SECONDS).len()["len"].min() >= 3


def test_single_frauds_show_their_sign(default_world):
    people = default_world.people
    geo = planted(default_world, "Geo Mismatch")
    assert (geo["ship"].to_numpy() != people.country[geo["golden"].to_numpy()]).all()
    night = planted(default_world, "After-Hours Access")
    hour = clock.local_hour(night["seconds"].to_numpy(), people.country[night["golden"].to_numpy()])
    assert ((hour >= 22) | (hour < 5)).all()
    assert (planted(default_world, "Round Amount")["total_cents"] % 100_000 == 0).all()
    spike = planted(default_world, "Amount Spike")
    usual = (
        default_world.book.filter(pl.col("fraud_type").is_null()).group_by("golden").agg(pl.col("total_cents").median())
    )
    ratio = spike.join(usual, on="golden", suffix="_usual").select(pl.col("total_cents") / pl.col("total_cents_usual"))
    assert ratio.to_series().median() > 5
    run = planted(default_world, "Sequential IDs")["po"].str.extract(r"(\d+)$", 1).cast(pl.Int64).sort()
    assert (run.diff().drop_nulls() == 1).sum() >= 4


@pytest.mark.parametrize("kind", FRAUD_TYPES)
def test_suspicion_is_higher_for_the_planted_than_for_the_rest(default_world, kind):
    frame, signs = suspicions(
        default_world.book, default_world.people, default_world.companies, default_world.records, default_world.products
    )
    guilty = (frame["fraud_type"] == kind).fill_null(False).to_numpy()
    assert np.median(signs[kind][guilty]) > np.quantile(signs[kind][~guilty], 0.75)
