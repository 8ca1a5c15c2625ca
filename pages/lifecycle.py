"""Lifecycle: who stays, who is slipping away, and what is at stake?"""

from functools import partial

import polars as pl
import streamlit as st

from pages import lifecycle_views as views
from ui import charts, columns
from ui.blocks import Fact, Stage, fact_line, stage_cards
from ui.cards import board, note, nothing_here, section
from ui.data import fetch
from ui.filters import current
from ui.format import change, count, day, difference, money, percent, points, score, signed_score
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
from ui.sentence import what_changed

# What each stage means, and what to do with the customers in it.
STAGES = {
    "Activated": ("Customer for less than 3 months.", "See them to their first order."),
    "Growing": ("3 to 12 months, active in the last 45 days.", "Offer the next category."),
    "Loyal": ("12 to 24 months, active in the last 45 days.", "Review the plan each quarter."),
    "Champion": ("Over 24 months, active in the last 45 days.", "Ask for references."),
    "At-Risk": ("46 to 90 days without any activity.", "Call this week."),
    "Dormant": ("More than 90 days without any activity.", "Owner calls within two days."),
    "Churned": ("Contract ended.", "Best fifth: offer a way back."),
}
chosen = current()
scope = " · ".join([f"on {day(chosen.as_of)}", *chosen.scope.split(" · ")[1:]])
who = chosen.scope.partition(" · ")[2] or "all customers"
params = chosen.params
[now] = fetch("lifecycle/summary", **params).to_dicts()
stages = fetch("lifecycle/stages", **params, won_back=0)
if stages.is_empty():
    nothing_here("No such customers. Choose another segment or country.")
    st.stop()

what_changed("lifecycle/what_changed", **params)
began = f"vs {day(chosen.start)}"
history = fetch("lifecycle/stage_history", **params)
months = fetch("lifecycle/by_month", **params)
earlier = months.filter(pl.col("month_end") < chosen.start)
base = earlier.row(-1, named=True) if len(earlier) else dict.fromkeys(months.columns)
since = f"vs {day(base['month_end'])}" if base["month_end"] else "no earlier month to compare"
kpi_row(
    Kpi(
        "Under contract",
        count(now["customers"]),
        change(now["customers"], now["customers_start"]),
        versus=began,
        help=f"Customers whose contract has not ended. {count(now['joined'])} joined in the period.",
        spark=months["customers"],
        tone="good",
        link="#Stages over time",
    ),
    Kpi(
        "Churn in the period",
        percent(now["churn_rate"]),
        f"{count(now['lost'])} customers",
        good="neutral",
        help="Customers who left in the period over those under contract when it began. Churn is dated on the last "
        "activity, as no system sends the day a contract ended.",
        spark=history.filter(pl.col("lifecycle_stage") == "Churned")["customers"].diff(),
        tone="alert",
        link="#How long customers stay",
        state={"lifecycle_view": "Survival"},
    ),
    Kpi(
        "At risk or dormant",
        percent(now["at_risk_share"]),
        difference(now["at_risk_share"], now["at_risk_share_start"]),
        delta_as=points,
        good="down",
        versus=began,
        help=f"{count(now['at_risk'])} customers with more than 45 days without order, interaction or known web visit.",
        spark=months["silent"],
        tone="warning",
        link="#Whom to call first",
    ),
    Kpi(
        "Revenue at risk",
        money(now["revenue_at_risk"]),
        change(now["revenue_at_risk"], base["revenue_at_risk"]),
        good="down",
        versus=since,
        help="Revenue of the last twelve months times the churn risk of each customer not yet churned: "
        f"{percent(now['revenue_at_risk_share'])} of that revenue.",
        spark=months["revenue_at_risk"],
        tone="revenue",
        link="#Revenue at risk by stage",
    ),
    Kpi(
        "Repeat buyers",
        percent(now["repeat_share"]),
        difference(now["repeat_share"], base["repeat_share"]),
        delta_as=points,
        versus=since,
        help=f"Customers with more than one order, of the {count(now['buyers'])} with any.",
        spark=months["repeat_share"],
        tone="general",
        link="#Revenue that stays",
        state={"lifecycle_view": "Retention"},
    ),
    Kpi(
        "Health",
        score(now["health"], 0),
        difference(now["health"], base["health"]),
        delta_as=signed_score,
        versus=since,
        help="Mean health of the customers under contract: 100 less the churn risk, moved by at most 5 by sentiment. "
        f"Half of them have been customers for {score(now['tenure'], 0)} months or more.",
        spark=months["health"],
        tone="data",
        link="#Is the churn risk right?",
        state={"lifecycle_view": "Test of the risk"},
    ),
)
stage_cards(
    [
        Stage(
            row["lifecycle_stage"],
            count(row["customers"]),
            f"{percent(row['share'], 0)} · {money(row['revenue'])} in 12 months",
            *STAGES[row["lifecycle_stage"]],
        )
        for row in stages.to_dicts()
    ]
)

card = partial(board(3).card, params=params)
with card(
    "Stages over time",
    f"Customers at each month's end, as their activity stood then · {who}",
    query="lifecycle/stage_history",
    span=2,
    help="Starts ninety days after the first recorded activity, when a silence can be told from a missing record.",
) as it:
    it.draw(charts.bars, x="month_end", y="customers", color="lifecycle_stage", stack=True, selects="stage")
with card("Churn risk", f"Customers by risk tier and stage {scope}", query="lifecycle/risk_tiers") as it:
    it.draw(charts.bars, x="churn_risk_tier", y="customers", color="lifecycle_stage", stack=True, selects="stage")

section("What is at stake", "Revenue of the last twelve months times churn risk, and whom to call first")
card = partial(board(3).card, params=params)
with card(
    "Revenue at risk by stage",
    f"USD {scope}",
    help="What churned customers bought is lost, not at risk. Winning back a share of the at-risk and dormant "
    "customers saves that share of their revenue at risk.",
) as it:
    share = st.slider(
        "What if so many of the at-risk and dormant were won back",
        0,
        100,
        25,
        step=5,
        format="%d%%",
        key="won_back",
        bind="query-params",
    )
    what_if = {**params, "won_back": share / 100}
    saved = it.query("lifecycle/stages", what_if)["saved"].sum()
    fact_line(
        [
            Fact("Saved", money(saved), "a year", "good" if saved else ""),
            Fact("Still at risk", money(now["revenue_at_risk"] - saved), f"of {money(now['revenue_at_risk'])}"),
        ]
    )
    it.draw(
        charts.ranked,
        label="lifecycle_stage",
        value="revenue_at_risk",
        unit="money",
        tones={},
        limit=6,
        height=210,
        selects="stage",
    )
with card(
    "Whom to call first",
    f"Silent for more than 45 days, most revenue at risk first {scope} · click a stage to narrow it",
    span=2,
) as it:
    stage = st.pills("Only one stage", list(STAGES), key="stage", bind="query-params", label_visibility="collapsed")
    urgent = it.query("lifecycle/customers_at_risk", {**params, "stage": stage})
    picked = it.table(
        {
            "full_name": st.column_config.TextColumn("Customer", width=200),
            "lifecycle_stage": st.column_config.TextColumn("Stage", width=70),
            "revenue_at_risk": columns.amount("At risk", width=78),
            "revenue": columns.amount("12 months", width=92),
            "churn_risk_score": columns.share_bar("Churn risk", width=120),
            "days_since_activity": columns.number("Silent days", width=82),
            "negative_90d": columns.number("Negative", width=72, help="Negative interactions of the last 90 days."),
            "open_deals": columns.number("Deals", width=55, help="Open deals."),
            "segment": "Segment",
            "country": "Country",
        },
        frame=columns.countries(columns.percents(urgent, "churn_risk_score")),
        height=300,
        select=True,
        key="customers_at_risk",
    )
    if picked is None:
        note("Select a row to open the customer.")
    else:
        row = urgent.row(picked, named=True)
        link("customer_360", f"Open {row['full_name']}", icon=":material/person_search:", uid=row["customer_uid"])

tabs = st.tabs(
    ["Retention", "Survival", "Movement", "Test of the risk"],
    key="lifecycle_view",
    on_change="rerun",
    bind="query-params",
)
for tab, view in zip(tabs, (views.retention, views.survival, views.moves, views.test_of_risk), strict=True):
    if tab.open:
        with tab:
            view(params, who)
