"""Revenue adds up in every breakdown, both bridges sum exactly, and the definitions hold on orders made by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.queries.parameters import CHOICES

SHORT = {
    "one_month": {
        **CHOICES["all_time"],
        "start": date(2026, 1, 1),
        "compare_start": date(2025, 12, 1),
        "compare_end": date(2026, 1, 1),
    },
    "a_country": {**CHOICES["last_12_months"], "country": "DE", "segment": "Mid-Market"},
}
PERIODS = CHOICES | SHORT
NOBODY = {**CHOICES["last_12_months"], "segment": "Nobody"}
BREAKDOWNS = ("by_category", "by_segment", "by_country", "by_discount", "concentration", "over_time")


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_breakdowns_sum_to_the_summary(ask, period: str, breakdown: str) -> None:
    [total] = ask("revenue/summary", **PERIODS[period]).to_dicts()
    rows = ask(f"revenue/{breakdown}", **PERIODS[period])
    assert rows["revenue"].sum() == total["revenue"]


@pytest.mark.parametrize("breakdown", ["by_segment", "by_country", "concentration"])
def test_customers_without_orders_do_not_vanish(ask, breakdown: str) -> None:
    now = CHOICES["last_12_months"]
    [total] = ask("revenue/summary", **now).to_dicts()
    assert total["buyers"] < total["customers"] == 500
    assert ask(f"revenue/{breakdown}", **now)["customers"].sum() == 500


@pytest.mark.parametrize("period", [name for name in PERIODS if name != "all_time"])
@pytest.mark.parametrize("bridge", ["customer_bridge", "price_bridge"])
def test_bridges_sum_exactly(ask, period: str, bridge: str) -> None:
    [total] = ask("revenue/summary", **PERIODS[period]).to_dicts()
    first, *steps, last = ask(f"revenue/{bridge}", **PERIODS[period]).to_dicts()
    assert (first["step"], last["step"]) == ("Before", "Now")
    assert first["amount"] == total["revenue_before"]
    assert last["amount"] == total["revenue"]
    assert first["amount"] + sum(step["amount"] for step in steps) == last["amount"]


def test_without_a_period_before_there_is_no_bridge(ask) -> None:
    for query in ("customer_bridge", "price_bridge"):
        assert ask(f"revenue/{query}", **CHOICES["all_time"]).is_empty()
    assert ask("revenue/what_changed", **CHOICES["all_time"])["sentence"][0] is None


def test_an_empty_selection_gives_no_rows_and_no_division_by_zero(ask) -> None:
    [total] = ask("revenue/summary", **NOBODY).to_dicts()
    assert (total["revenue"], total["orders"], total["customers"]) == (0, 0, 0)
    assert total["margin"] is total["average_order"] is total["realisation"] is None
    for query in (*BREAKDOWNS, "customer_bridge", "price_bridge", "top_customers", "recurring"):
        assert ask(f"revenue/{query}", **NOBODY).is_empty(), query


def test_shares_and_retention_stay_within_their_bounds(ask) -> None:
    curve = ask("revenue/concentration", **CHOICES["last_12_months"])
    assert curve["cumulative"].is_sorted() and curve["cumulative"][-1] == pytest.approx(1)
    assert curve["revenue"].is_sorted(descending=True)
    kept = ask("revenue/recurring", **CHOICES["last_12_months"]).drop_nulls()
    assert len(kept) >= 2
    assert (kept["gross_retention"] <= 1).all()
    assert (kept["gross_retention"] <= kept["net_retention"]).all()


@pytest.mark.parametrize(
    ("days", "size", "buckets"),
    [(30, "day", 30), (90, "week", 13), (365, "month", 12)],
)
def test_buckets_follow_the_length_of_the_period(ask, days: int, size: str, buckets: int) -> None:
    end = date(2026, 2, 1)
    start = date(2025, 2, 1) if days == 365 else date.fromordinal(end.toordinal() - days)
    rows = ask("revenue/over_time", **CHOICES["last_12_months"] | {"start": start, "end": end})
    assert set(rows["bucket_size"]) == {size}
    assert len(rows) == buckets
    assert rows["is_partial"].to_list() == [days == 90, *[False] * (buckets - 1)], (
        "90 days are twelve weeks and six days"
    )


def test_the_year_before_is_null_before_the_calendar_and_right_within_it(ask) -> None:
    rows = ask("revenue/over_time", **CHOICES["all_time"])
    assert rows.filter(pl.col("bucket") < date(2025, 1, 1))["revenue_year_ago"].null_count() == 12
    by_month = dict(rows.select("bucket", "revenue").iter_rows())
    for month, year_ago in (
        rows.filter(pl.col("bucket") >= date(2025, 1, 1)).select("bucket", "revenue_year_ago").rows()
    ):
        assert year_ago == by_month[month.replace(year=month.year - 1)], month


# -- a few orders made by hand

DAYS = pl.date_range(date(2024, 1, 1), date(2026, 1, 31), "1d", eager=True)
NOW = CHOICES["last_12_months"]


def order(number: int, uid: str, day: date, product: str, units: int, price: str, discount: int = 0) -> dict[str, Any]:
    total = (units * Decimal(price) * (100 - discount) / 100).quantize(Decimal("0.01"))
    return {
        "order_id": f"O-{number}",
        "customer_uid": uid,
        "product_id": product,
        "order_date": day,
        "quantity": units,
        "unit_price": Decimal(price),
        "discount_pct": discount,
        "line_total": total,
        "profit": total / 2,
    }


@pytest.fixture
def shop(world):
    """Five customers: one stays and grows, one shrinks, one is new, one pauses, one has churned."""
    before, now = date(2024, 6, 1), date(2025, 6, 1)
    names = ["Grows", "Shrinks", "New", "Pauses", "Churned", "Returns"]
    customers = [
        {
            "customer_uid": f"C-{at}",
            "full_name": name,
            "segment": "SMB",
            "country": "DE",
            "status": "Churned" if name == "Churned" else "Active",
            "is_current": True,
        }
        for at, name in enumerate(names, start=1)
    ]
    sales = [
        order(1, "C-1", before, "P-1", 10, "10.00"),
        order(2, "C-1", now, "P-1", 20, "10.00", 10),
        order(3, "C-2", before, "P-1", 10, "10.00"),
        order(4, "C-2", now, "P-1", 4, "10.00"),
        order(5, "C-3", now, "P-2", 1, "50.00"),
        order(6, "C-4", before, "P-1", 3, "10.00"),
        order(7, "C-5", before, "P-1", 2, "10.00"),
        order(8, "C-6", date(2024, 1, 10), "P-1", 1, "10.00"),
        order(9, "C-6", now, "P-1", 1, "10.00"),
    ]
    money = pl.Decimal(18, 2)
    products = [
        {"product_id": f"P-{at}", "category": c, "is_recurring": at == 1} for at, c in ((1, "A"), (2, "B"), (3, "C"))
    ]
    tables = {
        "gold.dim_customer": pl.DataFrame(customers),
        "gold.dim_product": pl.DataFrame(products),
        "gold.dim_date": pl.DataFrame({"date_key": DAYS}),
        "gold.fact_sales": pl.DataFrame(
            sales, schema_overrides={"unit_price": money, "line_total": money, "profit": money, "quantity": pl.Int32}
        ),
    }
    return world(tables)


def test_customer_bridge_by_hand(shop) -> None:
    steps = dict(shop("revenue/customer_bridge", **NOW).select("step", "amount").iter_rows())
    assert steps == {
        "Before": 250,
        "New": 50,
        "Returning": 10,
        "Expansion": 80,
        "Contraction": -60,
        "Paused": -30,
        "Churned": -20,
        "Now": 280,
    }


def test_price_bridge_by_hand(shop) -> None:
    """25 units at 10.00 became 26: 25 at 9.20 on average, and one of a new product at 50.00."""
    steps = dict(shop("revenue/price_bridge", **NOW).select("step", "amount").iter_rows())
    assert steps == {"Before": 250, "Volume": 10, "Mix": 40, "Price": -20, "Now": 280}


def test_summary_by_hand(shop) -> None:
    [total] = shop("revenue/summary", **NOW).to_dicts()
    assert (total["revenue"], total["revenue_before"]) == (280, 250)
    assert (total["orders"], total["buyers"], total["customers"]) == (4, 4, 6)
    assert total["average_order"] == 70
    assert total["realisation"] == pytest.approx(280 / 300)
    assert total["discounts"] == 20
    assert (total["recurring"], total["recurring_before"]) == (230, 250)


def test_a_category_without_sales_stays(shop) -> None:
    rows = dict(shop("revenue/by_category", **NOW).select("category", "revenue").iter_rows())
    assert rows == {"A": 230, "B": 50, "C": 0}


def test_what_changed_names_the_drivers(shop) -> None:
    [said] = shop("revenue/what_changed", **NOW).to_dicts()
    assert said["sentence"] == (
        "Revenue rose by **12.0%** to **$280**, carried most by **B** (+$50), **SMB customers** (+$30) "
        "and **Grows** (+$80)."
    )
    assert said["tone"] == "good"


def test_retention_of_recurring_revenue_by_hand(shop) -> None:
    """Of 250 a year ago, 100 became 180 and 100 became 40, 50 are gone; 10 came from someone without any then."""
    last = shop("revenue/recurring", **NOW).row(-1, named=True)
    assert (last["month"], last["recurring"]) == (date(2026, 1, 1), 230)
    assert last["net_retention"] == pytest.approx(220 / 250)
    assert last["gross_retention"] == pytest.approx(140 / 250)
