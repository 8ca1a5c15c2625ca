"""Fraud: what is being attempted, what was stopped, and what did it cost?"""

from functools import partial

import polars as pl
import streamlit as st

from ui import answer_key, charts, columns
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import change, count, difference, hours, money, percent, points, time_left
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
from ui.sentence import what_changed

chosen = current()
params, scope = chosen.params, chosen.scope
[now] = fetch("fraud/summary", **params).to_dicts()
if not now["alerts"] and not now["open_alerts"]:
    nothing_here("No fraud alerts on these customers in this period.")
    st.stop()
months = fetch("fraud/by_month", **params)
truth = answer_key.fraud()

what_changed("fraud/what_changed", **params)
kpi_row(
    Kpi(
        "Open alerts",
        count(now["open_alerts"]),
        change(now["open_alerts"], now["open_alerts_before"]),
        good="down",
        help=f"Open or under investigation at the end of the period, whenever detected: {count(now['open_critical'])} "
        f"critical, {count(now['overdue'])} past the time allowed.",
        spark=months["open_alerts"],
        tone="alert",
        link="#Waiting for a verdict",
    ),
    Kpi(
        "Alerts detected",
        count(now["alerts"]),
        change(now["alerts"], now["alerts_before"]),
        good="neutral",
        help="Alerts detected in the period, whatever became of them.",
        spark=months["alerts"],
        tone="ink",
        link="#Alerts by severity",
    ),
    Kpi(
        "Precision",
        percent(now["precision"]),
        difference(now["precision"], now["precision_before"]),
        delta_as=points,
        help=f"Confirmed / (confirmed + false positives): {count(now['confirmed'])} of "
        f"{count(now['confirmed'] + now['false_positives'])} alerts with a verdict."
        + (
            f" Recall, all time: {count(truth.alerted)} of {count(truth.planted)} planted frauds raised an alert, "
            f"{count(truth.confirmed)} were confirmed."
            if truth
            else ""
        ),
        spark=months["precision"],
        tone="data",
        link="#Detection methods",
    ),
    Kpi(
        "Loss prevented",
        money(now["loss_prevented"]),
        change(now["loss_prevented"], now["loss_prevented_before"]),
        help="Flagged amount of confirmed fraud whose order was held before shipment.",
        spark=months["loss_prevented"],
        tone="good",
        link="#Money",
    ),
    Kpi(
        "Loss incurred",
        money(now["loss_incurred"]),
        change(now["loss_incurred"], now["loss_incurred_before"]),
        good="down",
        help="What confirmed fraud cost whose order was not held before shipment.",
        spark=months["loss_incurred"],
        tone="revenue",
        link="#Money",
    ),
    Kpi(
        "Closed in time",
        percent(now["sla_met"]),
        difference(now["sla_met"], now["sla_met_before"]),
        delta_as=points,
        help="Closed within 4 h (Critical), 24 h (High), 72 h (Medium) or 168 h (Low) / all closed or past it. "
        f"Half of all within {hours(now['hours_p50'])}, nine in ten within {hours(now['hours_p90'])}.",
        spark=months["sla_met"],
        tone="general",
        link="#Time to close",
    ),
    versus=chosen.compare_label,
)

card = partial(board(3).card, params=params)
with card(
    "Alerts by severity", f"By month of detection · {scope} · click to filter", query="fraud/severity_by_month"
) as it:
    it.draw(charts.bars, x="month", y="alerts", color="severity", stack=True, height=280, selects="severity")
with card(
    "What became of them", f"Status by severity · {scope} · click to filter", query="fraud/severity_status"
) as it:
    it.draw(charts.shares, label="severity", part="status", value="alerts", height=280, selects="severity")
with card("Types", f"Alerts, and share of verdicts that were fraud · {scope}", query="fraud/types") as it:
    it.draw(charts.ranked, label="fraud_type", value="alerts", text="label", limit=12, tone="alert", height=280)
with card("Detection methods", f"Precision, calibration and money · {scope}", query="fraud/detectors", span=2) as it:
    it.table(
        {
            "detection_method": st.column_config.TextColumn("Method", width=130),
            "precision": columns.share_bar("Precision", width=120),
            "verdicts": columns.number("Verdicts", width=70),
            "wilson_low": columns.share("At least", width=70, help="Lower bound at 95 % (Wilson)."),
            "false_positive_share": columns.share("False", width=60, help="False positives / closed alerts."),
            "brier": columns.number("Brier", decimals=2, width=60, help="0 is perfect, 0.25 a coin."),
            "loss_prevented": columns.amount("Prevented", width=95),
            "loss_incurred": columns.amount("Incurred", width=90),
            "hours_p50": columns.number("Hours", decimals=1, width=60, help="Median from alert to closing."),
        },
        frame=columns.percents(it.frame, "precision", "wilson_low", "false_positive_share"),
    )
    note("Closed without a verdict (Resolved) counts neither for nor against a method.")
with card("Calibration", f"Risk score and share of fraud · {scope}", query="fraud/calibration") as it:
    axes = {"x": "mean_score", "y": "confirmed_share", "x_unit": "share", "y_unit": "share"}
    names = {"x_name": "Mean score", "y_name": "Fraud", "label": "band", "size": "verdicts"}
    it.draw(charts.scatter, **axes, **names, diagonal=True, tone="data", height=235)
    note("On the line the score is a probability. Size: number of verdicts.")
with card("Money", "USD of confirmed fraud by month of detection", query="fraud/by_month") as it:
    names = {"loss_prevented": "Prevented", "loss_incurred": "Incurred"}
    tones = {"loss_prevented": "good", "loss_incurred": "alert"}
    it.draw(charts.bars, x="month", y=names, stack=True, unit="money", tones=tones, height=290)
with card("Time to close", f"Alerts against the time allowed · {scope}", query="fraud/sla") as it:
    tones = {"In time": "good", "Late": "warning", "Open, overdue": "alert", "Open, in time": "neutral"}
    it.draw(charts.shares, label="severity", part="outcome", value="alerts", tones=tones, height=290)
cost = float(st.session_state.get("fraud_cost") or 45)
priced = {**params, "cost_per_review": cost}
with card(
    "Review threshold", f"Net USD saved by threshold · {scope}", query="fraud/threshold_curve", params=priced
) as it:
    left, right = st.columns(2)
    level = left.slider("Review from score", 0, 100, 50, 5, key="fraud_threshold", bind="query-params")
    right.number_input("Cost per review ($)", 0, 1000, 45, 5, key="fraud_cost", bind="query-params")
    it.draw(charts.bars, x="threshold", y="net", unit="money", highlight=str(level), tone="good", height=170)
    if not it.frame.is_empty():
        at = it.frame.row(level // 5, named=True)
        best = it.frame.row(it.frame["net"].arg_max(), named=True)
        note(
            f"From {level}: {count(at['alerts'])} reviews find {percent(at['recall'], 0)} of the fraud and miss "
            f"{money(at['missed_amount'])}. Best from {best['threshold']}."
        )
with card(
    "Waiting for a verdict",
    "Open alerts, the most urgent first, today · select one to see its signals",
    query="fraud/open_queue",
    span=2,
    empty="No alert of these customers is open.",
) as it:
    queue = it.frame
    picked = it.table(
        {
            "severity": st.column_config.TextColumn("Severity", width=66),
            "risk_score": columns.number("Score", decimals=1, width=50),
            "fraud_type": st.column_config.TextColumn("Type", width=118),
            "customer": st.column_config.TextColumn("Customer", width=196),
            "flagged_amount": columns.amount("Amount", width=84),
            "due": st.column_config.TextColumn("Time allowed", width=98),
            "signals": st.column_config.TextColumn("Signals", width=165),
            "order_id": "Order",
            "detection_method": "Method",
        },
        height=420,
        key="fraud_queue",
        select=True,
        frame=queue.with_columns(due=pl.col("hours_left").map_elements(time_left, return_dtype=pl.String)),
    )
if not queue.is_empty():
    alert = queue.row(picked or 0, named=True)
    about = f"{alert['alert_id']} · {alert['order_id'] or 'no order'} · {alert['customer']}"
    one = {"alert_id": alert["alert_id"]}
    with card("Signals behind it", about, query="fraud/alert_signals", params=one) as it:
        it.rows(
            {
                "mark": st.column_config.TextColumn("▲", width=28, help="Unusual"),
                "signal": "Signal",
                "observed": "Observed",
                "usual": "Usual",
            },
            frame=it.frame.with_columns(mark=pl.when("is_unusual").then(pl.lit("▲")).otherwise(pl.lit(""))),
        )
        link("customer_360", f"Open {alert['customer']}", uid=alert["customer_uid"], icon=":material/arrow_outward:")
