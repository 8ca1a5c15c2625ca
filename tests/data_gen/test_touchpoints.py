"""Interactions and deals: exact quotas, moods with a cause, stages in order, skill that shows."""

from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from data_gen.orders import skill
from data_gen.plan import DEALS
from data_gen.vocabulary.selling import LEAD_SOURCES
from data_gen.world import world
from tests.data_gen.conftest import by_table, good_rows

STAGE_DATES = (
    "CreatedDate", "MQL_Date__c", "SQL_Date__c", "Discovery_Date__c", "Proposal_Date__c", "Negotiation_Date__c",
)  # fmt: skip


@pytest.fixture(scope="module")
def deals(good) -> pl.DataFrame:
    return typed(good["sf_opportunity"])


@pytest.fixture(scope="module")
def many_deals() -> tuple[pl.DataFrame, int]:
    simulated = world(5, 5)
    return typed(good_rows(simulated, by_table(simulated))["sf_opportunity"]), simulated.seed


def typed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("CreatedDate").str.slice(0, 10).str.to_date(),
        pl.col("^.*_Date__c$").str.to_date(),
        pl.col("CloseDate").str.to_date(),
        pl.col("Amount").cast(pl.Float64),
    )


def test_sentiments_are_exact(good):
    counts = dict(good["sf_task"]["Sentiment__c"].value_counts().iter_rows())
    assert counts == {"Positive": 3000, "Neutral": 2100, "Negative": 900}


def test_ratings_follow_the_mood(good):
    rated = good["sf_task"].with_columns(pl.col("CSAT__c", "NPS__c").cast(pl.Int64))
    mean = dict(rated.group_by("Sentiment__c").agg(pl.col("CSAT__c").mean()).iter_rows())
    assert mean["Positive"] > 4.2 > 3.6 > mean["Neutral"] > 2.8 > 2.3 > mean["Negative"]
    answers = rated["NPS__c"].drop_nulls()
    nps = ((answers >= 9).mean() - (answers <= 6).mean()) * 100
    assert len(answers) > 300
    assert 10 < nps < 50


def test_the_mood_turns_before_a_customer_leaves_and_after_a_late_delivery(default_world, good):
    people, records = default_world.people, default_world.records
    keys = pl.DataFrame({"id": records.source_id, "golden": records.golden}).unique("id")
    tasks = good["sf_task"].with_columns(
        id=pl.coalesce("AccountId", "SAP_Customer_Number__c"),
        day=pl.col("ActivityDateTime").str.slice(0, 10).str.to_date(),
    )
    tasks = tasks.join(keys, on="id", maintain_order="left")
    left = pl.Series(people.active_to[tasks["golden"].to_numpy()])
    days = left - (tasks["day"] - date(2024, 1, 1)).dt.total_days()
    negative = tasks["Sentiment__c"] == "Negative"
    churned = pl.Series(people.is_churned[tasks["golden"].to_numpy()])
    assert negative.filter(churned & (days <= 60)).mean() > 2 * negative.filter(churned & (days > 60)).mean()
    assert days.min() >= 0
    late = tasks["Type"] == "Delivery Problem"
    assert negative.filter(late).mean() > 3 * negative.filter(~late).mean()


def test_deals_end_as_planned(deals):
    assert dict(deals["StageName"].value_counts().iter_rows()) == DEALS
    closed = deals.filter(pl.col("IsClosed") == "true")
    assert closed["Closed_Date__c"].null_count() == 0
    assert deals.filter(pl.col("StageName") == "Lost")["Loss_Reason__c"].null_count() == 0
    assert deals.filter(pl.col("StageName") != "Lost")["Loss_Reason__c"].drop_nulls().is_empty()


def test_stages_are_entered_in_order_and_without_gaps(deals):
    for earlier, later in pairwise((*STAGE_DATES, "Closed_Date__c")):
        both = deals.drop_nulls([earlier, later])
        assert (both[later] >= both[earlier]).all(), later
    for earlier, later in pairwise(STAGE_DATES):
        assert deals.filter(pl.col(later).is_not_null())[earlier].null_count() == 0
    reached = [len(deals), *(deals[column].drop_nulls().len() for column in STAGE_DATES[1:])]
    assert reached == sorted(reached, reverse=True)
    assert deals.filter(pl.col("Closed_Date__c") < pl.max_horizontal(*STAGE_DATES)).is_empty()


def test_deals_belong_to_accounts_that_existed(deals, good):
    accounts = good["sf_account"].select(AccountId="Id", since=pl.col("CreatedDate").str.slice(0, 10).str.to_date())
    joined = deals.join(accounts, on="AccountId")
    assert len(joined) == len(deals)
    assert (joined["CreatedDate"] >= joined["since"]).all()
    assert deals["CreatedDate"].max() <= date(2026, 1, 31)


def test_churned_customers_have_no_open_deals(deals, good):
    gone = good["sf_account"].filter(pl.col("Contract_Status__c") == "Terminated")["Id"]
    assert deals.filter((pl.col("IsClosed") == "false") & pl.col("AccountId").is_in(gone.to_list())).is_empty()


def test_a_seventh_of_the_open_deals_is_overdue(deals):
    pending = deals.filter(pl.col("IsClosed") == "false")
    overdue = (pending["CloseDate"] < date(2026, 1, 31)).mean()
    assert 0.10 <= overdue <= 0.20
    assert (pending["CloseDate"] >= pending["Original_Close_Date__c"]).all()


def test_won_value_is_of_the_order_of_the_revenue(default_world, deals):
    won = deals.filter(pl.col("StageName") == "Won")["Amount"].sum()
    revenue = default_world.book["total_cents"].sum() / 100
    assert 0.15 < won / revenue < 1.0


def test_skill_and_lead_source_decide_deals(many_deals):
    deals, seed = many_deals
    closed = deals.filter(pl.col("IsClosed") == "true").with_columns(won=pl.col("IsWon") == "true")
    by_rep = closed.group_by("Rep_Id__c").agg(pl.mean("won"), pl.len()).filter(pl.col("len") >= 60)
    talent = skill(seed)[by_rep["Rep_Id__c"].str.slice(4).cast(pl.Int64).to_numpy() - 1]
    assert np.corrcoef(talent, by_rep["won"])[0, 1] > 0.5
    rate = dict(closed.group_by("LeadSource").agg(pl.mean("won")).iter_rows())
    assert rate["Existing Customer"] > rate["Partner Referral"] > rate["Content Download"]
    assert set(rate) == set(LEAD_SOURCES)
