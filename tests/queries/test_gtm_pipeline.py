"""The pipeline's figures add up, never rise along the funnel, and follow their definitions on deals made by hand."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.queries.parameters import CHOICES

NOW = CHOICES["last_12_months"]
STAGES = ("created_date", "mql_date", "sql_date", "discovery_date", "proposal_date", "negotiation_date")


@pytest.mark.parametrize("choice", CHOICES)
def test_breakdowns_sum_to_the_summary(ask, choice: str) -> None:
    params = CHOICES[choice]
    [total] = ask("gtm_pipeline/summary", **params).to_dicts()
    for breakdown in ("lead_sources", "reps"):
        parts = ask(f"gtm_pipeline/{breakdown}", **params)
        assert parts["won"].sum() == total["won_deals"], breakdown
        assert parts["won_amount"].sum() == total["won_amount"], breakdown
    assert ask("gtm_pipeline/lead_sources", **params)["lost"].sum() == total["lost_deals"]
    assert ask("gtm_pipeline/reps", **params)["closed"].sum() == total["won_deals"] + total["lost_deals"]
    assert ask("gtm_pipeline/reps", **params)["open_amount"].sum() == total["open_amount"]
    assert ask("gtm_pipeline/loss_reasons", **params)["deals"].sum() == total["lost_deals"]
    for forecast in ("forecast_by_stage", "forecast_by_month"):
        parts = ask(f"gtm_pipeline/{forecast}", **params)
        assert parts["amount"].sum() == total["open_amount"], forecast
        assert parts["weighted"].sum() == total["weighted"], forecast
        assert parts["deals"].sum() == total["open_deals"], forecast


def test_segments_sum_to_the_whole(ask) -> None:
    [total] = ask("gtm_pipeline/summary", **NOW).to_dicts()
    segments = [
        ask("gtm_pipeline/summary", **{**NOW, "segment": segment}).row(0, named=True)
        for segment in ("Enterprise", "Mid-Market", "SMB", "Startup")
    ]
    for figure in ("deals", "open_deals", "open_amount", "won_deals", "lost_deals", "won_amount"):
        assert sum(part[figure] for part in segments) == total[figure]


def test_months_sum_to_the_period(ask) -> None:
    [total] = ask("gtm_pipeline/summary", **NOW).to_dicts()
    months = ask("gtm_pipeline/by_month", **NOW)
    assert months["won_amount"].sum() == total["won_amount"]
    assert months["closed_deals"].sum() == total["won_deals"] + total["lost_deals"]
    assert months["open_amount"][-1] == total["open_amount"]
    assert months["weighted"][-1] == total["weighted"]
    assert months["created_deals"].sum() == ask("gtm_pipeline/stage_conversion", **NOW)["deals"][0]


@pytest.mark.parametrize("choice", CHOICES)
def test_stage_conversion_never_rises(ask, choice: str) -> None:
    stages = ask("gtm_pipeline/stage_conversion", **CHOICES[choice])
    assert stages["deals"].is_sorted(descending=True)
    assert stages["share_of_first"][0] == 1.0


def test_default_build(ask) -> None:
    stages = ask("gtm_pipeline/forecast_by_stage", **NOW)
    assert stages["deals"].to_list() == [95, 85, 75, 65, 50, 40]
    assert stages["won_after"].unique().to_list() == [200], "every won deal has reached every stage"
    assert stages["closed_after"][0] == 790
    ageing = ask("gtm_pipeline/ageing", **NOW)
    assert ageing["on_pace"].sum() + ageing["aged"].sum() == 410


def test_forecast_knows_only_the_past(ask) -> None:
    """What is known of a month must not change when later months are added."""
    whole = ask("gtm_pipeline/forecast_backtest", **NOW)
    earlier = ask("gtm_pipeline/forecast_backtest", **{**NOW, "end": date(2025, 8, 1)})
    assert earlier.equals(whole.filter(pl.col("month") < date(2025, 8, 1)))


def deal(
    number: int, *dates: date | None, closed: date | None = None, won: bool = False, **more: Any
) -> dict[str, Any]:
    """A deal with the dates of the stages it reached; without a closing date it is open."""
    row: dict[str, Any] = dict(zip(STAGES, [*dates, *[None] * 6][:6], strict=True))
    reached = sum(found is not None for found in dates)
    names = ("Lead", "MQL", "SQL", "Discovery", "Proposal", "Negotiation")
    row |= {
        "deal_id": f"D{number}",
        "customer_uid": "C-1",
        "sales_rep_id": "REP-01",
        "lead_source": "Inbound Web",
        "deal_amount": 100.0,
        "current_stage": names[reached - 1] if closed is None else "Won" if won else "Lost",
        "closed_date": closed,
        "expected_close_date": date(2026, 2, 20),
        "original_close_date": date(2026, 2, 20),
        "is_won": won,
        "is_lost": closed is not None and not won,
        "is_open": closed is None,
        "loss_reason": None,
        "days_in_stage": 1,
    }
    return row | more


@pytest.fixture
def small(world, customers: pl.DataFrame):
    def build(*deals: dict[str, Any]):
        dates = dict.fromkeys((*STAGES, "closed_date"), pl.Date) | {"loss_reason": pl.String, "days_in_stage": pl.Int32}
        pipeline = pl.DataFrame(list(deals), schema_overrides=dates).with_columns(
            pl.col("deal_amount").cast(pl.Decimal(18, 2))
        )
        reps = pl.DataFrame(
            {"sales_rep_id": ["REP-01", "REP-02"], "sales_rep": ["Ann", "Bo"], "region": ["EMEA", "AMER"]}
        )
        return world({"gold.fact_pipeline": pipeline, "gold.dim_customer": customers, "gold.dim_sales_rep": reps})

    return build


JAN = [date(2026, 1, day) for day in range(1, 32)]


def test_weighted_forecast_by_hand(small) -> None:
    """Two closed deals reached SQL and one of them was won, so an open deal in SQL is worth half its amount."""
    ask = small(
        deal(1, *JAN[:6], closed=JAN[9], won=True),
        deal(2, *JAN[:3], closed=JAN[9]),
        deal(3, JAN[0], closed=JAN[5]),
        deal(4, *JAN[10:13]),
        deal(5, JAN[14]),
    )
    stages = {row["stage"]: row for row in ask("gtm_pipeline/forecast_by_stage", **NOW).to_dicts()}
    assert (stages["SQL"]["won_after"], stages["SQL"]["closed_after"], stages["SQL"]["weighted"]) == (1, 2, 50)
    assert (stages["Lead"]["won_after"], stages["Lead"]["closed_after"]) == (1, 3)
    assert float(stages["Lead"]["weighted"]) == pytest.approx(33.33, abs=0.01)
    [total] = ask("gtm_pipeline/summary", **NOW).to_dicts()
    assert float(total["weighted"]) == pytest.approx(83.33, abs=0.01)
    assert total["win_rate"] == pytest.approx(1 / 3, abs=1e-6)
    assert total["cycle_days"] == 9
    assert total["velocity"] == pytest.approx(1 * 100 * (1 / 3) / 9, abs=0.01), "one open deal is qualified"


def test_a_deal_stands_where_it_stood_on_the_day(small) -> None:
    """Seen from 5 January, a deal that was won on the 10th is open in the stage of the 4th."""
    ask = small(deal(1, *JAN[:6], closed=JAN[9], won=True))
    stages = ask("gtm_pipeline/forecast_by_stage", **{**NOW, "end": JAN[4]})
    assert stages.filter(pl.col("deals") > 0)["stage"].to_list() == ["Discovery"]
    assert ask("gtm_pipeline/summary", **{**NOW, "end": JAN[4]})["open_deals"][0] == 1


def test_few_closed_deals_are_drawn_to_the_average(small) -> None:
    """Two wins of two do not beat thirty of forty; fewer than ten closed deals give no rank."""
    one = [deal(n, JAN[0], closed=JAN[9], won=n < 30, sales_rep_id="REP-01") for n in range(40)]
    two = [deal(n, JAN[0], closed=JAN[9], won=True, sales_rep_id="REP-02") for n in range(40, 42)]
    first, second = small(*one, *two)("gtm_pipeline/reps", **NOW).to_dicts()
    assert (first["sales_rep"], first["rank"], first["sample"]) == ("Ann", 1, "30 of 40")
    assert (second["sales_rep"], second["rank"], second["win_rate"]) == ("Bo", None, 1.0)
    assert second["fair_rate"] < 0.9
    assert second["wilson_low"] < first["wilson_low"] < first["win_rate"] < first["wilson_high"]


def test_reps_who_differ_no_more_than_chance_are_alike(small) -> None:
    deals = [deal(n, JAN[0], closed=JAN[9], won=n % 2 == 0, sales_rep_id=f"REP-0{1 + n // 20}") for n in range(40)]
    fair = small(*deals)("gtm_pipeline/reps", **NOW)["fair_rate"]
    assert fair.to_list() == [0.5, 0.5]


def test_nothing_closed_divides_nothing(small) -> None:
    ask = small(deal(1, JAN[0]))
    [total] = ask("gtm_pipeline/summary", **NOW).to_dicts()
    assert (total["open_deals"], total["win_rate"], total["velocity"], total["cycle_days"]) == (1, None, None, None)
    assert total["weighted"] == 0
    assert ask("gtm_pipeline/what_changed", **NOW)["sentence"].to_list() == [None]


def test_forecast_does_not_know_the_month_it_speaks_of(small) -> None:
    """The only deal there ever was is won in September: on the first of September no rate says so."""
    ask = small(deal(1, date(2025, 1, 5), closed=date(2025, 9, 10), won=True))
    months = ask("gtm_pipeline/forecast_backtest", **NOW).to_dicts()
    [september] = [row for row in months if row["month"] == date(2025, 9, 1)]
    assert (september["open_amount"], september["forecast"], september["actual"]) == (100, 0, 100)
    assert september["accuracy"] == 0
