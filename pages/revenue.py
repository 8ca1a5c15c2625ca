"""Revenue: is revenue growing, what moved it, and who carries it?"""

from functools import partial

import streamlit as st

from pages import revenue_views as views
from ui import charts
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import change, count, difference, money, percent, points
from ui.kpi import Kpi, kpi_row
from ui.sentence import what_changed

chosen = current()
params, scope = chosen.params, chosen.scope
[now] = fetch("revenue/summary", **params).to_dicts()
if not now["orders"]:
    nothing_here(f"No sales: {scope}. Choose a longer period, another segment or another country.")
    st.stop()
course = fetch("revenue/over_time", **params)

what_changed("revenue/what_changed", **params)
kpi_row(
    Kpi(
        "Revenue",
        money(now["revenue"]),
        change(now["revenue"], now["revenue_before"]),
        help="Sum of the line totals of all orders in the period, after discount.",
        spark=course["revenue"],
        tone="revenue",
        link="#What customers did",
    ),
    Kpi(
        "Gross margin",
        percent(now["margin"]),
        difference(now["margin"], now["margin_before"]),
        delta_as=points,
        help=f"Profit of {money(now['profit'])} over revenue; profit is revenue less the cost of what was sold.",
        spark=course["margin"],
        tone="good",
        link="#Revenue and profit",
    ),
    Kpi(
        "Orders",
        count(now["orders"]),
        change(now["orders"], now["orders_before"]),
        help=f"Orders placed in the period, by {count(now['buyers'])} of {count(now['customers'])} customers.",
        spark=course["orders"],
        tone="ink",
        link="#Units, mix and price",
    ),
    Kpi(
        "Average order",
        money(now["average_order"]),
        change(now["average_order"], now["average_order_before"]),
        help=f"Revenue over orders. Half of the orders are below {money(now['median_order'])}, one in ten above "
        f"{money(now['large_order'])}.",
        spark=course["average_order"],
        tone="general",
        link="#Units, mix and price",
    ),
    Kpi(
        "Price realisation",
        percent(now["realisation"]),
        difference(now["realisation"], now["realisation_before"]),
        delta_as=points,
        help=f"Revenue over the list value of the same lines. Discounts took {money(now['discounts'])}.",
        spark=course["realisation"],
        tone="warning",
        link="#Price realisation",
        state={"revenue_view": "Price and discounts"},
    ),
    Kpi(
        "Recurring, 12 months",
        money(now["recurring"]),
        change(now["recurring"], now["recurring_before"]),
        help="Revenue with recurring products in the twelve months up to the end of the period: "
        f"{percent(now['recurring_share'])} of all. No contract terms are known, so this is no run rate.",
        spark=fetch("revenue/recurring", **params)["recurring"],
        tone="data",
        link="#Recurring revenue",
        state={"revenue_view": "Who carries it"},
    ),
    versus=chosen.compare_label,
)

by = {"day": "day", "week": "seven days", "month": "month"}[course["bucket_size"][0]]
card = partial(board(3).card, params=params)
with card("Revenue and profit", f"USD by {by} · {scope}", query="revenue/over_time", span=2) as it:
    names = {"revenue": "Revenue", "profit": "Profit", "revenue_year_ago": "A year before"}
    it.draw(charts.lines, x="bucket", y=names, unit="money", area=True, dashed=("revenue_year_ago",))
    if course["is_partial"].any():
        note("The first or last point covers fewer days than the others.")
with card(
    "Growth on the year before",
    f"Revenue by {by}, year on year",
    query="revenue/over_time",
) as it:
    if course["growth"].is_null().all():
        nothing_here("The records do not reach back a year from here.")
    else:
        it.draw(charts.bars, x="bucket", y={"growth": "Growth"}, unit="share", tone="general", highlight="last")

card = partial(board(2).card, params=params)
with card(
    "What customers did",
    f"From the revenue before to the revenue now, USD · {chosen.compare_label}",
    query="revenue/customer_bridge",
    help="Customer by customer; the steps sum exactly. New: first order ever. Back: bought earlier, but not in the "
    "period compared with. More and less: expansion and contraction. Paused: bought then, not now, still under "
    "contract. Churned: the same, contract ended.",
    empty="No earlier period to compare with.",
) as it:
    it.draw(charts.waterfall, label="label", value="amount", totals=("Before", "Now"))
with card(
    "Units, mix and price",
    f"The same change, by what was sold, USD · {chosen.compare_label}",
    query="revenue/price_bridge",
    help="Volume: change in units at the average price before. Price: change of each product's average price, on the "
    "units sold now. Mix: the rest, that is dearer or cheaper products, new and dropped ones.",
    empty="No earlier period to compare with.",
) as it:
    it.draw(charts.waterfall, label="step", value="amount", totals=("Before", "Now"))


tabs = st.tabs(
    ["Where it comes from", "Who carries it", "Price and discounts"],
    key="revenue_view",
    on_change="rerun",
    bind="query-params",
)
for tab, view in zip(tabs, (views.where, views.who, views.price), strict=True):
    if tab.open:
        with tab:
            view(chosen, now, by)
