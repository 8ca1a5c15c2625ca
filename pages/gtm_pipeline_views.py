"""The three closer looks of the GTM page: will it come in, where it stands still, who wins and why."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from ui import charts, columns
from ui.cards import board, note
from ui.format import percent
from ui.navigation import link

Params = Mapping[str, Any]


def outlook(params: Params, scope: str) -> None:
    """Past forecasts beside what came in, and the deals that slipped."""
    card = partial(board(3).card, params=params)
    with card("Forecast against outcome", "USD won by month", query="gtm_pipeline/forecast_backtest") as it:
        names = {"actual": "Won", "forecast": "Forecast on the 1st"}
        it.draw(charts.lines, x="month", y=names, unit="money", dashed=("forecast",))
        accuracy = percent(it.frame["accuracy"].tail(6).median(), 0)
        note(f"By the rates known on each 1st. Median accuracy of the last six months: {accuracy}.")
    with card("Slippage", "Deals by the month first expected to close in", query="gtm_pipeline/slippage") as it:
        bars = {
            "x": "month",
            "y": {"kept": "Kept", "pushed": "Pushed out"},
            "tones": {"kept": "neutral", "pushed": "warning"},
        }
        it.draw(charts.bars, **bars, stack=True, line={"pushed_share": "Share pushed"}, line_unit="share")
    with card("Created and won", "USD by month", query="gtm_pipeline/by_month") as it:
        names = {"won_amount": "Won", "created_amount": "Created"}
        it.draw(charts.lines, x="month", y=names, unit="money", area=True)


def standstill(params: Params, scope: str) -> None:
    """How long deals take, and those that take too long."""
    card = partial(board(2).card, params=params)
    with card("Days per stage", f"Median · {scope}", query="gtm_pipeline/stage_velocity") as it:
        names = {"won_median_days": "Won deals", "open_median_days": "Open at the end"}
        tones = {"won_median_days": "good", "open_median_days": "neutral"}
        it.draw(charts.bars, x="stage", y=names, unit="days", tones=tones)
        note("How long won deals stayed in each stage, and how long the open ones stand there.")
    with card("Ageing", "Open deals by stage, today", query="gtm_pipeline/ageing") as it:
        tones = {"on_pace": "general", "aged": "alert"}
        it.draw(charts.bars, x="stage", y={"on_pace": "On pace", "aged": "Aged"}, stack=True, tones=tones)
        note("Aged: longer in the stage than nine in ten won deals ever stayed there.")
    with card(
        "Deals that need a call",
        "Open deals that are overdue or aged, today, largest first",
        query="gtm_pipeline/deals_at_risk",
        span=2,
        empty="No open deal is overdue or aged.",
    ) as it:
        picked = it.table(
            {
                "customer": "Customer",
                "sales_rep": "Rep",
                "stage": st.column_config.TextColumn("Stage", width=85),
                "amount": columns.amount("Amount", width=90),
                "why": st.column_config.TextColumn("Why", width=160),
                "days_in_stage": columns.number("Days in stage", width=95),
                "usual_days": columns.number(
                    "Usual up to", width=85, help="Nine in ten won deals left the stage by then."
                ),
                "expected_close": columns.day("Expected", width=95),
                "overdue_days": columns.number("Overdue", width=75),
                "pushed_days": columns.number("Pushed", width=75),
            },
            height=300,
            key="gtm_pipeline_deal",
            select=True,
        )
        if picked is not None:
            deal = it.frame.row(picked, named=True)
            link("customer_360", f"Open {deal['customer']}", uid=deal["customer_uid"], icon=":material/arrow_outward:")


def people(params: Params, scope: str) -> None:
    """Who wins, where the leads come from, and why deals are lost."""
    card = partial(board(2).card, params=params)
    explained = (
        "Fair win rate: drawn towards the average of all reps where a rep closed few deals (beta-binomial shrinkage). "
        "At least: lower bound of the raw rate at 95 % (Wilson). Fewer than ten closed deals: no rank."
    )
    with card("Sales reps", f"Deals closed · {scope}", query="gtm_pipeline/reps", span=2, help=explained) as it:
        it.table(
            {
                "rank": columns.number("#", width=40),
                "sales_rep": "Rep",
                "region": st.column_config.TextColumn("Region", width=70),
                "fair_rate": columns.share_bar("Fair win rate", top=50),
                "win_rate": columns.share("Raw", width=60),
                "sample": st.column_config.TextColumn("Won of closed", alignment="right", width=100),
                "wilson_low": columns.share("At least", width=70),
                "won_amount": columns.amount("Won", width=80),
                "open_amount": columns.amount("Open", width=80),
            },
            height=330,
            frame=columns.percents(it.frame, "fair_rate", "win_rate", "wilson_low"),
        )
    with card("Lead sources", f"Won amount, win rate, sample · {scope}", query="gtm_pipeline/lead_sources") as it:
        it.draw(charts.ranked, label="lead_source", value="won_amount", unit="money", text="label")
    with card("Loss reasons", f"Lost deals · {scope}", query="gtm_pipeline/loss_reasons") as it:
        it.draw(charts.ranked, label="loss_reason", value="deals", text="label", tone="alert")
