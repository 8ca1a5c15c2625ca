"""The executive figures agree with the facts, and the anomaly band finds what is unusual and nothing else."""

import math
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from tests.queries.parameters import AS_OF, CHOICES

NOW = CHOICES["last_12_months"]
NOBODY = {**NOW, "segment": "Nobody"}


def test_the_planted_incident_is_found_and_no_other(ask) -> None:
    hours = ask("executive/hourly", **NOW)
    assert len(hours) == 168
    unusual = hours.filter(pl.col("is_unusual"))["hour"].to_list()
    assert unusual == [datetime(2026, 1, 29, hour) for hour in (13, 14, 15, 16)]
    [incident] = hours.filter(pl.col("incident").is_not_null()).to_dicts()
    assert (incident["hour"], incident["incident_until"]) == (datetime(2026, 1, 29, 13), datetime(2026, 1, 29, 17))


def test_the_error_budget_ends_where_the_service_level_says(ask) -> None:
    [level] = ask("executive/service_level").to_dicts()
    course = ask("executive/error_budget")
    assert course["used"].is_sorted()
    assert course["used"][-1] == pytest.approx(level["budget_used"])
    assert course["even_pace"][-1] == pytest.approx(1)
    assert level["availability"] == pytest.approx(1 - level["failed"] / level["requests"], abs=1e-6)
    assert level["budget_left"] == pytest.approx(level["requests"] * 0.005 - level["failed"], abs=1)


def test_the_week_is_that_of_the_facts(ask, warehouse) -> None:
    values = dict(ask("executive/kpis", **NOW).select("kpi", "value").iter_rows())
    week = f"> date '{AS_OF}' - 7"
    facts = {
        "revenue": f"select sum(line_total) from gold.fact_sales where order_date {week}",
        "new_leads": f"select count(*) from gold.fact_pipeline where created_date {week}",
        "open_pipeline": "select sum(deal_amount) from gold.fact_pipeline where is_open",
        "fraud_alerts": f"select count(*) from gold.fact_fraud_signals where detected_at::date {week}",
    }
    for kpi, sql in facts.items():
        [(expected,)] = warehouse.cursor().sql(sql).fetchall()
        assert values[kpi] == pytest.approx(float(expected)), kpi


def test_a_figure_is_unusual_only_outside_its_range(ask) -> None:
    for row in ask("executive/kpis", **NOW).to_dicts():
        assert row["low"] <= row["usual"] <= row["high"]
        assert row["is_unusual"] == (not row["low"] <= row["value"] <= row["high"])
        assert row["spark"][-1] == row["value"] or row["kpi"] in ("active_users", "p99", "quality")


def test_filters_reach_the_business_and_not_the_platform(ask) -> None:
    all_of_them = dict(ask("executive/kpis", **NOW).select("kpi", "value").iter_rows())
    some = dict(ask("executive/kpis", **NOW | {"segment": "SMB"}).select("kpi", "value").iter_rows())
    assert some["open_pipeline"] < all_of_them["open_pipeline"]
    assert {kpi: some[kpi] for kpi in ("active_users", "p99", "quality")} == {
        kpi: all_of_them[kpi] for kpi in ("active_users", "p99", "quality")
    }


def test_the_funnel_only_narrows_and_starts_with_every_deal(ask, warehouse) -> None:
    stages = ask("executive/funnel", **NOW)
    [(deals,)] = (
        warehouse.cursor()
        .sql("select count(*) from gold.fact_pipeline where created_date >= date '2025-02-01'")
        .fetchall()
    )
    assert stages["deals"][0] == deals
    assert stages["deals"].is_sorted(descending=True)
    assert len(stages) == 7


def test_breakdowns_sum_to_their_totals(ask, warehouse) -> None:
    stages = ask("executive/lifecycle_stages", **NOW)
    assert stages["customers"].sum() == 500
    severities = ask("executive/fraud_severity", **NOW)
    first, last = NOW["start"], NOW["end"]
    [(alerts,)] = (
        warehouse.cursor()
        .sql(
            f"select count(*) from gold.fact_fraud_signals where detected_at >= date '{first}' and "
            f"detected_at < date '{last}'"
        )
        .fetchall()
    )
    assert severities["alerts"].sum() == alerts
    assert len(severities) == 4 * 3, "a severity without alerts stays"


def test_alerts_name_only_what_is_there(ask) -> None:
    found = {row["matter"]: row for row in ask("executive/alerts", **NOW).to_dicts()}
    assert all(row["cases"] > 0 for row in found.values())
    assert found["pairs"]["title"] == "54 possible duplicates"
    assert "fraud" not in {row["matter"] for row in ask("executive/alerts", **NOBODY).to_dicts()}


def test_an_empty_selection_gives_zeros_and_no_rows(ask) -> None:
    values = dict(ask("executive/kpis", **NOBODY).select("kpi", "value").iter_rows())
    assert [values[kpi] for kpi in ("revenue", "new_leads", "open_pipeline", "fraud_alerts")] == [0, 0, 0, 0]
    for query in ("funnel", "fraud_severity", "lifecycle_stages"):
        assert ask(f"executive/{query}", **NOBODY).is_empty(), query
    assert ask("executive/what_changed", **NOBODY)["sentence"][0] is None


# -- a week made by hand


def week(**spikes: float) -> pl.DataFrame:
    """168 hours with the same day seven times, a little noise, and quiet week-end days."""
    start = datetime(2026, 1, 25)
    rows = []
    for position in range(168):
        at = start + timedelta(hours=position)
        share = 0.4 if at.weekday() >= 5 else 1.0
        noise = 1 + 0.02 * math.sin(position * 1.7)
        busy = 100 + 80 * math.sin(at.hour / 24 * math.pi)
        latency = 300 * noise * spikes.get(f"h{position}", 1)
        rows.append(
            {
                "timestamp": at,
                "active_users": round(busy * share * noise),
                "page_views": round(4 * busy * share * noise),
                "api_calls": 1000,
                "avg_response_ms": latency / 3,
                "p99_response_ms": latency,
                "error_rate_pct": 0.2 * noise * spikes.get(f"h{position}", 1),
                "orders": 1,
                "revenue": 10.0,
                "new_leads": 0,
                "dq_pass_rate": 99.0,
            }
        )
    return pl.DataFrame(rows).with_columns(pl.col("revenue").cast(pl.Decimal(18, 2)))


def hourly(world, **spikes: float) -> pl.DataFrame:
    return world({"gold.fact_realtime_metrics": week(**spikes)})("executive/hourly", **NOW)


def test_a_quiet_weekend_is_not_unusual(world) -> None:
    hours = hourly(world)
    assert not hours["is_unusual"].any()
    sunday = hours.filter(pl.col("hour") == datetime(2026, 1, 25, 12)).row(0, named=True)
    assert sunday["active_users_low"] <= sunday["active_users"] <= sunday["active_users_high"]
    assert sunday["active_users_usual"] == pytest.approx(sunday["active_users"], rel=0.1)


def test_a_spike_does_not_hide_itself(world) -> None:
    """One of seven hours is never three standard deviations from a mean that it is part of, so it is left out."""
    hours = hourly(world, h60=5.0)
    [spike] = hours.filter(pl.col("is_unusual")).to_dicts()
    assert spike["position"] == 60
    assert spike["p99_usual"] == pytest.approx(300, rel=0.05)
    assert spike["incident"] == "p99 up to 1,530 ms, 1.0% of requests failed", "300 ms × 1.02 × 5"
    same_hour = hours.filter(pl.col("position") == 84).row(0, named=True)
    assert same_hour["p99_usual"] == pytest.approx(300, rel=0.05), "nor does it spoil that of the next day"


def test_neighbouring_hours_are_one_incident(world) -> None:
    hours = hourly(world, h60=4.0, h61=6.0, h90=4.0)
    incidents = hours.filter(pl.col("incident").is_not_null()).select("position", "incident_until").rows()
    assert incidents == [(60, datetime(2026, 1, 27, 14)), (90, datetime(2026, 1, 28, 19))]


@pytest.mark.parametrize(("closed", "is_open"), [(None, True), (date(2026, 1, 10), False)])
def test_open_pipeline_is_that_of_each_week_s_end(world, closed: date | None, is_open: bool) -> None:
    deal = {"customer_uid": "C-1", "deal_amount": 500.0, "created_date": date(2025, 12, 20), "closed_date": closed}
    none = pl.DataFrame(schema={"customer_uid": pl.String, "order_date": pl.Date, "line_total": pl.Decimal(18, 2)})
    who = {"customer_uid": ["C-1"], "segment": ["SMB"], "country": ["DE"], "is_current": [True]}
    ask = world(
        {
            "gold.dim_customer": pl.DataFrame(who),
            "gold.fact_sales": none,
            "gold.fact_pipeline": pl.DataFrame([deal], schema_overrides={"closed_date": pl.Date}),
            "gold.fact_fraud_signals": pl.DataFrame(
                schema={"customer_uid": pl.String, "detected_at": pl.Datetime("us")}
            ),
            "gold.fact_realtime_metrics": week(),
        }
    )
    open_pipeline = ask("executive/kpis", **NOW).filter(pl.col("kpi") == "open_pipeline").row(0, named=True)
    assert open_pipeline["value"] == (500 if is_open else 0)
    # weeks end on 31 and 24 January and so on; the deal was open from that of 20 December
    assert open_pipeline["spark"][-7:] == ([500] * 7 if is_open else [500, 500, 500, 0, 0, 0, 0])
