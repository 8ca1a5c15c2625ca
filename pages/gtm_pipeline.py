"""GTM pipeline: will the pipeline carry the quarter, and what stands in its way?"""

from functools import partial

import streamlit as st

from pages import gtm_pipeline_views as views
from ui import charts, columns
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import change, count, days, difference, money, percent, points, score, signed_score
from ui.kpi import Kpi, kpi_row
from ui.sentence import what_changed

chosen = current()
params, scope = chosen.params, chosen.scope
[now] = fetch("gtm_pipeline/summary", **params).to_dicts()
if not now["deals"]:
    nothing_here("No deals with these customers. Choose another segment or country.")
    st.stop()
months = fetch("gtm_pipeline/by_month", **params)
compared = {"start": chosen.compare_start, "end": chosen.compare_end}
[before] = (
    fetch("gtm_pipeline/summary", **{**params, **compared}).to_dicts() if chosen.compare_end else [{"coverage": None}]
)

what_changed("gtm_pipeline/what_changed", **params)
kpi_row(
    Kpi(
        "Open pipeline",
        money(now["open_amount"]),
        change(now["open_amount"], now["open_amount_before"]),
        help=f"Amount of the {count(now['open_deals'])} deals that are open at the end of the period.",
        spark=months["open_amount"],
        link="#Forecast by stage",
    ),
    Kpi(
        "Weighted forecast",
        money(now["weighted"]),
        change(now["weighted"], now["weighted_before"]),
        help="Open amounts times the share of all closed deals that were won after reaching the same stage.",
        spark=months["weighted"],
        tone="revenue",
        link="#Weighted forecast",
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
        link="#Sales reps",
        state={"gtm_view": "Who and why"},
    ),
    Kpi(
        "Sales velocity",
        f"{money(now['velocity'])} a day",
        change(now["velocity"], now["velocity_before"]),
        help="Qualified open deals (SQL and later) × average won amount × win rate / average cycle in days.",
        spark=months["velocity"],
        tone="data",
        link="#Created and won",
        state={"gtm_view": "Will it come in?"},
    ),
    Kpi(
        "Average cycle",
        days(now["cycle_days"]),
        change(now["cycle_days"], now["cycle_days_before"]),
        good="down",
        help="Days from creation to closing, won deals of the period only.",
        spark=months["cycle_days"],
        tone="ink",
        link="#Days per stage",
        state={"gtm_view": "Where it stands still"},
    ),
    Kpi(
        "Quarter coverage",
        f"{score(now['coverage'], 1)}×" if now["quarter_gap"] else "Reached",
        difference(now["coverage"], before["coverage"]),
        delta_as=signed_score,
        help=f"{money(now['due_amount'])} open and due this quarter, against {money(now['quarter_gap'])} still missing "
        "to the average won amount of the four quarters before. (The data hold no quota.)",
        target="Rule of thumb 3×",
        reached=(now["coverage"] or 0) / 3 if now["quarter_gap"] else 1,
        tone="warning",
        link="#Weighted forecast",
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
    it.rows(
        {
            "stage": "Stage",
            "deals": columns.number("Open"),
            "amount": columns.amount("Open"),
            "won_rate": columns.share("Won"),
            "weighted": columns.amount("Worth"),
        },
        frame=columns.percents(it.frame, "won_rate"),
    )
    note("Won: of all closed deals that ever reached the stage, whatever the filters.")

tabs = st.tabs(
    ["Will it come in?", "Where it stands still", "Who and why"],
    key="gtm_view",
    on_change="rerun",
    bind="query-params",
)
for tab, view in zip(tabs, (views.outlook, views.standstill, views.people), strict=True):
    if tab.open:
        with tab:
            view(params, scope)
