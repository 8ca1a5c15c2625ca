"""GTM pipeline: will the pipeline carry the quarter, and what stands in its way?"""

from functools import partial

import streamlit as st

from ui import charts, columns
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import change, count, days, difference, money, percent, points, score
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
from ui.sentence import what_changed

chosen = current()
params, scope = chosen.params, chosen.scope
[now] = fetch("gtm_pipeline/summary", **params).to_dicts()
if not now["deals"]:
    nothing_here("No deals with these customers. Choose another segment or country.")
    st.stop()
months = fetch("gtm_pipeline/by_month", **params)

what_changed("gtm_pipeline/what_changed", **params)
kpi_row(
    Kpi(
        "Open pipeline",
        money(now["open_amount"]),
        change(now["open_amount"], now["open_amount_before"]),
        help=f"Amount of the {count(now['open_deals'])} deals that are open at the end of the period.",
        spark=months["open_amount"],
    ),
    Kpi(
        "Weighted forecast",
        money(now["weighted"]),
        change(now["weighted"], now["weighted_before"]),
        help="Open amounts times the share of all closed deals that were won after reaching the same stage.",
        spark=months["weighted"],
        tone="revenue",
    ),
    Kpi(
        "Win rate",
        percent(now["win_rate"]),
        difference(now["win_rate"], now["win_rate_before"]),
        delta_as=points,
        help=f"Won / (won + lost) of the {count(now['won_deals'] + now['lost_deals'])} deals closed in the period. "
        f"By value: {percent(now['win_rate_by_value'])}.",
        spark=months["win_rate"],
        tone="good",
    ),
    Kpi(
        "Sales velocity",
        f"{money(now['velocity'])} a day",
        change(now["velocity"], now["velocity_before"]),
        help="Qualified open deals (SQL and later) × average won amount × win rate / average cycle in days.",
        spark=months["velocity"],
        tone="data",
    ),
    Kpi(
        "Average cycle",
        days(now["cycle_days"]),
        change(now["cycle_days"], now["cycle_days_before"]),
        good="down",
        help="Days from creation to closing, won deals of the period only.",
        spark=months["cycle_days"],
        tone="ink",
    ),
    Kpi(
        "Quarter coverage",
        f"{score(now['coverage'], 1)}×" if now["quarter_gap"] else "Reached",
        help=f"{money(now['due_amount'])} open and due this quarter, against {money(now['quarter_gap'])} still missing "
        "to the average won amount of the four quarters before. (The data hold no quota.)",
        target="Rule of thumb 3×",
        reached=(now["coverage"] or 0) / 3 if now["quarter_gap"] else 1,
        tone="warning",
    ),
    versus=chosen.compare_label,
)

card = partial(board(3).card, params=params)
with card("Stage conversion", f"Deals created · {scope}", query="gtm_pipeline/stage_conversion") as it:
    it.draw(charts.funnel, stage="stage", value="deals")
    note("Deals that ever reached a stage: it never rises. Young deals may still move on.")
with card("Weighted forecast", "USD by expected close month", query="gtm_pipeline/forecast_by_month") as it:
    kinds = {"commit_weighted": "Negotiation", "best_case_weighted": "Proposal, Discovery", "early_weighted": "Earlier"}
    tones = {"commit_weighted": "revenue", "best_case_weighted": "data", "early_weighted": "neutral"}
    it.draw(charts.bars, x="due", y=kinds, stack=True, unit="money", tones=tones)
    note("Open amounts times the historic win rate of their stage. Overdue: expected before today.")
with card("Forecast by stage", "Open deals, historic win rate, worth", query="gtm_pipeline/forecast_by_stage") as it:
    it.table(
        {
            "stage": "Stage",
            "deals": columns.number("Open", width=55),
            "amount": columns.amount("Open", width=75),
            "won_rate": columns.share("Won", width=55),
            "weighted": columns.amount("Worth", width=80),
        },
        frame=columns.percents(it.frame, "won_rate"),
    )
    note("Won: of all closed deals that ever reached the stage, whatever the filters.")
with card("Forecast against outcome", "USD won by month", query="gtm_pipeline/forecast_backtest") as it:
    names = {"actual": "Won", "forecast": "Forecast on the 1st"}
    it.draw(charts.lines, x="month", y=names, unit="money", dashed=("forecast",))
    accuracy = percent(it.frame["accuracy"].tail(6).median(), 0)
    note(f"By the rates known on each 1st. Median accuracy of the last six months: {accuracy}.")
with card("Days per stage", f"Median · {scope}", query="gtm_pipeline/stage_velocity") as it:
    names = {"won_median_days": "Won deals", "open_median_days": "Open at the end"}
    tones = {"won_median_days": "good", "open_median_days": "neutral"}
    it.draw(charts.bars, x="stage", y=names, unit="days", tones=tones)
    note("How long won deals stayed in each stage, and how long the open ones stand there.")
with card("Ageing", "Open deals by stage, today", query="gtm_pipeline/ageing") as it:
    tones = {"on_pace": "general", "aged": "alert"}
    it.draw(charts.bars, x="stage", y={"on_pace": "On pace", "aged": "Aged"}, stack=True, tones=tones)
    note("Aged: longer in the stage than nine in ten won deals ever stayed there.")
with card("Slippage", "Deals by the month first expected to close in", query="gtm_pipeline/slippage") as it:
    bars = {
        "x": "month",
        "y": {"kept": "Kept", "pushed": "Pushed out"},
        "tones": {"kept": "neutral", "pushed": "warning"},
    }
    it.draw(charts.bars, **bars, stack=True, line={"pushed_share": "Share pushed"}, line_unit="share")
with card("Loss reasons", f"Lost deals · {scope}", query="gtm_pipeline/loss_reasons") as it:
    it.draw(charts.ranked, label="loss_reason", value="deals", text="label", tone="alert")
with card("Lead sources", f"Won amount, win rate, sample · {scope}", query="gtm_pipeline/lead_sources") as it:
    it.draw(charts.ranked, label="lead_source", value="won_amount", unit="money", text="label")
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
with card("Created and won", "USD by month", query="gtm_pipeline/by_month") as it:
    names = {"won_amount": "Won", "created_amount": "Created"}
    it.draw(charts.lines, x="month", y=names, unit="money", area=True, height=330)
with card(
    "Deals that need a call",
    "Open deals that are overdue or aged, today, largest first",
    query="gtm_pipeline/deals_at_risk",
    span=3,
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
            "usual_days": columns.number("Usual up to", width=85, help="Nine in ten won deals left the stage by then."),
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
