"""Alerts add up in every breakdown, and precision, money and time follow their definitions on alerts made by hand."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.queries.parameters import CHOICES

NOW = {**CHOICES["last_12_months"], "cost_per_review": 45.0}


@pytest.mark.parametrize("choice", CHOICES)
def test_breakdowns_sum_to_the_summary(ask, choice: str) -> None:
    params = CHOICES[choice]
    [total] = ask("fraud/summary", **params).to_dicts()
    for breakdown in ("severity_by_month", "severity_status", "types", "detectors", "sla"):
        assert ask(f"fraud/{breakdown}", **params)["alerts"].sum() == total["alerts"], breakdown
    verdicts = total["confirmed"] + total["false_positives"]
    for breakdown in ("types", "detectors", "calibration"):
        assert ask(f"fraud/{breakdown}", **params)["verdicts"].sum() == verdicts, breakdown
        assert ask(f"fraud/{breakdown}", **params)["confirmed"].sum() == total["confirmed"], breakdown
    detectors = ask("fraud/detectors", **params)
    assert detectors["loss_prevented"].sum() == total["loss_prevented"]
    assert detectors["loss_incurred"].sum() == total["loss_incurred"]


def test_months_sum_to_the_period(ask) -> None:
    [total] = ask("fraud/summary", **NOW).to_dicts()
    months = ask("fraud/by_month", **NOW)
    assert months["alerts"].sum() == total["alerts"]
    assert months["loss_prevented"].sum() == total["loss_prevented"]
    assert months["loss_incurred"].sum() == total["loss_incurred"]
    assert months["open_alerts"][-1] == total["open_alerts"] == len(ask("fraud/open_queue", **NOW))


def test_a_threshold_splits_the_same_money(ask) -> None:
    curve = ask("fraud/threshold_curve", **NOW)
    assert curve["recall"][0] == 1.0
    assert curve["alerts"].is_sorted(descending=True) and curve["recall"].is_sorted(descending=True)
    assert (curve["caught_amount"] + curve["missed_amount"]).n_unique() == 1
    assert (curve["caught_amount"] - curve["review_cost"]).equals(curve["net"], check_dtypes=False)


def test_default_build(ask) -> None:
    everything = CHOICES["all_time"]
    assert ask("fraud/summary", **everything)["alerts"][0] == 450
    assert len(ask("fraud/types", **everything)) == 12
    assert len(ask("fraud/detectors", **everything)) == 5


def test_the_most_urgent_alert_comes_first(ask) -> None:
    queue = ask("fraud/open_queue", **NOW)
    rank = queue["severity"].replace_strict({"Critical": 1, "High": 2, "Medium": 3, "Low": 4})
    assert rank.is_sorted()
    assert queue["order_id"].null_count() == 0, "every alert of the default build is about an order"
    assert (queue["signals"].str.len_chars() > 0).all()


START = datetime(2025, 6, 2, 10)


def alert(number: int, status: str = "Open", hours: float | None = None, **more: Any) -> dict[str, Any]:
    """An alert that was closed after some hours, or still waits."""
    row: dict[str, Any] = {
        "alert_id": f"A{number}",
        "customer_uid": "C-1",
        "order_id": None,
        "detected_at": START,
        "fraud_type": "Geo Mismatch",
        "severity": "High",
        "risk_score": 80.0,
        "status": status,
        "detection_method": "Rule-Based",
        "flagged_amount": 1000.0,
        "financial_impact": 0.0,
        "resolved_at": None if hours is None else START + timedelta(hours=hours),
        "is_held_before_shipment": True,
    }
    return row | more


@pytest.fixture
def small(world, customers: pl.DataFrame):
    def build(*alerts: dict[str, Any]):
        rows = pl.DataFrame(list(alerts), schema_overrides={"order_id": pl.String, "resolved_at": pl.Datetime("us")})
        money = pl.col("flagged_amount", "financial_impact").cast(pl.Decimal(18, 2))
        return world({"gold.fact_fraud_signals": rows.with_columns(money), "gold.dim_customer": customers})

    return build


def test_precision_counts_verdicts_only(small) -> None:
    ask = small(
        alert(1, "Confirmed Fraud", 2),
        alert(2, "False Positive", 2),
        alert(3, "False Positive", 2),
        alert(4, "Resolved", 2),
        alert(5, "Open"),
    )
    [total] = ask("fraud/summary", **NOW).to_dicts()
    assert total["precision"] == pytest.approx(1 / 3, abs=1e-6)
    [detector] = ask("fraud/detectors", **NOW).to_dicts()
    assert detector["false_positive_share"] == 0.5, "of all closed alerts"
    assert detector["brier"] == pytest.approx((0.2**2 + 2 * 0.8**2) / 3, abs=1e-6)


def test_money_is_prevented_only_when_the_order_was_held(small) -> None:
    ask = small(
        alert(1, "Confirmed Fraud", 2),
        alert(2, "Confirmed Fraud", 2, is_held_before_shipment=False, financial_impact=700.0),
        alert(3, "False Positive", 2),
        alert(4, "Open", financial_impact=500.0),
    )
    [total] = ask("fraud/summary", **NOW).to_dicts()
    assert (total["loss_prevented"], total["loss_incurred"]) == (1000, 700)


@pytest.mark.parametrize(
    ("severity", "hours", "outcome"),
    [
        ("Critical", 4, "In time"),  # to the minute
        ("Critical", 4.1, "Late"),
        ("High", 24, "In time"),
        ("Medium", 73, "Late"),
        ("Low", 168, "In time"),
        ("Low", None, "Open, overdue"),
    ],
)
def test_time_allowed_by_severity(small, severity: str, hours: float | None, outcome: str) -> None:
    judged = small(alert(1, "Resolved" if hours else "Open", hours, severity=severity))("fraud/sla", **NOW)
    assert judged.filter(pl.col("alerts") > 0)["outcome"].to_list() == [outcome]


def test_an_alert_is_open_on_the_days_before_it_was_closed(small) -> None:
    ask = small(alert(1, "Resolved", 48))
    seen = {**NOW, "end": (START + timedelta(days=1)).date()}
    assert ask("fraud/summary", **seen)["open_alerts"][0] == 1
    assert ask("fraud/summary", **NOW)["open_alerts"][0] == 0


def test_no_alert_is_no_error(small) -> None:
    ask = small(alert(1))
    params = {**NOW, "segment": "Enterprise"}
    [total] = ask("fraud/summary", **params).to_dicts()
    assert (total["alerts"], total["open_alerts"], total["precision"], total["sla_met"]) == (0, 0, None, None)
    assert ask("fraud/severity_status", **params).is_empty() and ask("fraud/sla", **params).is_empty()


@pytest.mark.parametrize("query", ["summary", "types", "detectors", "sla", "open_queue", "severity_status"])
def test_the_severities_add_up_to_all(ask, query: str) -> None:
    """A click on a severity narrows every figure of the page; the four parts are the whole."""
    column = {"detectors": "verdicts", "open_queue": "alert_id"}.get(query, "alerts")

    def total(severity: str | None) -> int:
        counted = ask(f"fraud/{query}", **NOW | {"severity": severity})[column]
        return len(counted) if column == "alert_id" else int(counted.sum())

    parts = [total(severity) for severity in ("Critical", "High", "Medium", "Low")]
    assert sum(parts) == total(None) > max(parts)
