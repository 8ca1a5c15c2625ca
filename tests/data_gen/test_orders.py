"""The order book behaves: concentration, growth, season, discounts, calendars and the records behind it."""

import numpy as np
import polars as pl
import pytest

from data_gen import clock
from data_gen.orders import skill
from data_gen.population import SEGMENTS
from data_gen.records import SYSTEMS
from data_gen.world import World, world

SEEDS = (1, 7, 42, 99)


@pytest.fixture(scope="module", params=SEEDS)
def simulated(request) -> World:
    return world(request.param, 1)


def revenue_by_month(simulated: World) -> np.ndarray:
    month = clock.MONTH[simulated.book["seconds"].to_numpy() // clock.DAY_SECONDS]
    return np.bincount(month, weights=simulated.book["total_cents"].to_numpy() / 100)


def test_the_top_fifth_brings_three_quarters_of_the_revenue(simulated):
    revenue = np.bincount(simulated.book["golden"], weights=simulated.book["total_cents"], minlength=500)
    share = np.sort(revenue)[::-1][:100].sum() / revenue.sum()
    assert 0.74 <= share <= 0.81


def test_an_average_order_is_worth_what_a_company_of_this_kind_sells(simulated):
    assert 15_000 <= simulated.book["total_cents"].mean() / 100 <= 31_000


def test_revenue_grows_by_an_eighth_to_a_sixth_a_year(simulated):
    month = revenue_by_month(simulated)
    assert 0.11 <= month[12:24].sum() / month[:12].sum() - 1 <= 0.19


def test_the_fourth_quarter_is_strong_and_august_weak(simulated):
    month = revenue_by_month(simulated)
    for year in (0, 12):
        of_year = month[year : year + 12]
        assert of_year[9:].mean() > 1.08 * of_year[:9].mean()
        assert of_year[7] < of_year[[6, 8]].mean()


def test_discounts_are_exact_and_never_sell_below_cost(simulated):
    book = simulated.book
    counts = dict(book["discount"].value_counts().sort("discount").iter_rows())
    assert counts == {0: 2100, 5: 560, 10: 420, 15: 280, 20: 140}
    cost = book["quantity"].to_numpy() * simulated.products.cost[book["product"].to_numpy()]
    total = book["total_cents"].to_numpy() / 100
    assert (cost > total).sum() <= 3
    assert 0.40 <= 1 - cost.sum() / total.sum() <= 0.65


def test_large_orders_and_weak_sellers_are_discounted_more(simulated):
    book = simulated.book.with_columns(
        gross=pl.col("quantity") * pl.col("price_cents"),
        skill=pl.Series(skill(simulated.seed)[simulated.book["rep"].to_numpy()]),
    )
    assert book.select(pl.corr("discount", "gross", method="spearman")).item() > 0.15
    assert book.select(pl.corr("discount", "skill", method="spearman")).item() < -0.10


def test_totals_are_quantity_times_price_less_discount(simulated):
    exact = pl.col("quantity") * pl.col("price_cents") * (100 - pl.col("discount"))
    assert simulated.book.select(((exact - 100 * pl.col("total_cents")) == 0).all()).item()


def test_desks_are_closed_on_weekends(simulated):
    weekend = simulated.book.filter(pl.col("seconds") // clock.DAY_SECONDS % 7 >= 5)
    assert set(weekend["source"]) <= {"E-Commerce"}
    assert len(weekend) > 20


def test_nobody_orders_before_joining_or_after_leaving(simulated):
    people, book = simulated.people, simulated.book
    golden, day = book["golden"].to_numpy(), book["seconds"].to_numpy() // clock.DAY_SECONDS
    assert (day >= people.active_from[golden]).all()
    assert (day <= people.active_to[golden]).all()


def test_orders_hang_on_a_record_of_their_customer_that_existed(simulated):
    records, book = simulated.records, simulated.book
    row = book["record"].to_numpy()
    assert (records.golden[row] == book["golden"].to_numpy()).all()
    assert (records.created[row] <= book["seconds"].to_numpy() // clock.DAY_SECONDS).all()
    system, source = np.array(SYSTEMS)[records.system[row]], book["source"].to_numpy()
    assert ((system == source) | ((source == "E-Commerce") & (system != "Oracle"))).all()
    assert records.is_duplicate[row].sum() > 100


def test_segments_order_in_the_order_of_their_size(simulated):
    segment = pl.Series(simulated.people.segment[simulated.book["golden"].to_numpy()])
    median = simulated.book.group_by(segment.alias("s")).agg(pl.col("total_cents").median()).sort("s")["total_cents"]
    assert len(median) == len(SEGMENTS)
    assert median.is_sorted(descending=True)
    assert median[0] > 20 * median[3]


def test_a_few_customers_have_no_orders(simulated):
    assert 10 <= 500 - simulated.book["golden"].n_unique() <= 40
