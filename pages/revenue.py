"""Revenue: is revenue growing, what moved it, and who carries it?"""

from functools import partial

import polars as pl
import streamlit as st

from ui import charts, columns
from ui.blocks import Fact, fact_line
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import COUNTRY, change, count, difference, money, percent, points
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
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
    ),
    Kpi(
        "Gross margin",
        percent(now["margin"]),
        difference(now["margin"], now["margin_before"]),
        delta_as=points,
        help=f"Profit of {money(now['profit'])} over revenue; profit is revenue less the cost of what was sold.",
        spark=course["margin"],
        tone="good",
    ),
    Kpi(
        "Orders",
        count(now["orders"]),
        change(now["orders"], now["orders_before"]),
        help=f"Orders placed in the period, by {count(now['buyers'])} of {count(now['customers'])} customers.",
        spark=course["orders"],
        tone="ink",
    ),
    Kpi(
        "Average order",
        money(now["average_order"]),
        change(now["average_order"], now["average_order_before"]),
        help=f"Revenue over orders. Half of the orders are below {money(now['median_order'])}, one in ten above "
        f"{money(now['large_order'])}.",
        spark=course["average_order"],
        tone="general",
    ),
    Kpi(
        "Price realisation",
        percent(now["realisation"]),
        difference(now["realisation"], now["realisation_before"]),
        delta_as=points,
        help=f"Revenue over the list value of the same lines. Discounts took {money(now['discounts'])}.",
        spark=course["realisation"],
        tone="warning",
    ),
    Kpi(
        "Recurring, 12 months",
        money(now["recurring"]),
        change(now["recurring"], now["recurring_before"]),
        help="Revenue with recurring products in the twelve months up to the end of the period: "
        f"{percent(now['recurring_share'])} of all. No contract terms are known, so this is no run rate.",
        spark=fetch("revenue/recurring", **params)["recurring"],
        tone="data",
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


def where() -> None:
    """Categories, segments and countries."""
    card = partial(board(3).card, params=params)
    with card("By category", f"USD · {scope}", query="revenue/by_category") as it:
        it.draw(charts.ranked, label="category", value="revenue", unit="money")
    with card("By segment", f"USD · {scope} · click to filter", query="revenue/by_segment") as it:
        it.draw(
            charts.ranked,
            label="segment",
            value="revenue",
            unit="money",
            selects="segment",
            highlight=chosen.segment or "max",
        )
    with card("Segments in figures", f"All customers, buying or not · {scope}", query="revenue/by_segment") as it:
        it.table(
            {
                "segment": "Segment",
                "buyers": columns.number("Buying"),
                "customers": columns.number("Of"),
                "revenue_per_customer": columns.amount("Each"),
                "growth": columns.share("Growth"),
                "discount": columns.share("Discount"),
            },
            frame=columns.percents(it.frame, "growth", "discount"),
        )
    card = partial(board(3).card, params=params)
    with card("By country", f"USD, country of the golden record · {scope}", query="revenue/by_country", span=2) as it:
        it.draw(charts.world_map, country="country", value="revenue", unit="money", height=330)
    with card("Countries in figures", f"All customers, buying or not · {scope}", query="revenue/by_country") as it:
        it.table(
            {
                "name": "Country",
                "customers": columns.number("Customers"),
                "revenue": columns.amount("Revenue"),
                "share": columns.share("Share"),
                "growth": columns.share("Growth"),
            },
            frame=columns.percents(it.frame, "share", "growth").with_columns(name=pl.col("country").replace(COUNTRY)),
        )


def who() -> None:
    """Concentration, and the customers with the most revenue."""
    card = partial(board(3).card, params=params)
    [spread] = fetch("revenue/concentration_summary", **params).to_dicts()
    with card(
        "Concentration",
        f"Revenue by percent of all customers, largest first, USD · {scope}",
        query="revenue/concentration",
        span=2,
        help="All customers count, those without an order too. HHI: Herfindahl-Hirschman index, the sum of squared "
        "revenue shares times 10,000; above 1,800 a market counts as highly concentrated.",
    ) as it:
        fact_line(
            [
                Fact(
                    "Best fifth brings", percent(spread["top_fifth"]), f"before {percent(spread['top_fifth_before'])}"
                ),
                Fact("Best tenth brings", percent(spread["top_tenth"])),
                Fact("Largest customer", percent(spread["largest"])),
                Fact("HHI", count(spread["hhi"])),
                Fact("As if", f"{count(spread['equal_customers'])} equal", "customers"),
            ]
        )
        it.draw(charts.pareto, rank="top_percent", value="revenue", cumulative="cumulative")
    with card(
        "Recurring revenue",
        "Trailing twelve months, USD",
        query="revenue/recurring",
        help="Net retention: recurring revenue now of those who had some a year ago, over what they had. Gross: the "
        "same without what they added, so never above 100%.",
        empty="The records do not reach back twelve months.",
    ) as it:
        last = it.frame.row(-1, named=True) if len(it.frame) else {"net_retention": None, "gross_retention": None}
        fact_line(
            [
                Fact("Net retention", percent(last["net_retention"])),
                Fact("Gross retention", percent(last["gross_retention"])),
            ]
        )
        it.draw(
            charts.lines, x="month", y={"recurring": "Recurring"}, unit="money", area=True, tones={"recurring": "data"}
        )
    with board(1).card("Top customers", f"By revenue · {scope}", query="revenue/top_customers", params=params) as it:
        picked = it.table(
            {
                "rank": columns.number("#", width=44),
                "full_name": "Customer",
                "segment": "Segment",
                "country": "Country",
                "revenue": st.column_config.ProgressColumn(
                    "Revenue ($)", min_value=0, max_value=float(it.frame["revenue"][0]), format="compact"
                ),
                "share": columns.share("Share", decimals=1),
                "growth": columns.share("Growth"),
                "margin": columns.share("Margin"),
                "orders": columns.number("Orders"),
                "last_order": columns.day("Last order"),
                "lifecycle_stage": "Stage",
                "health_score": st.column_config.NumberColumn("Health", format="%.0f"),
            },
            frame=columns.percents(it.frame, "share", "growth", "margin"),
            height=320,
            select=True,
            key="revenue_top_customers",
        )
        if picked is None:
            note("Select a row to open the customer.")
        else:
            row = it.frame.row(picked, named=True)
            link("customer_360", f"Open {row['full_name']}", icon=":material/person_search:", uid=row["customer_uid"])


def price() -> None:
    """What the list price became."""
    card = partial(board(2).card, params=params)
    with card("Price realisation", f"Revenue over list value by {by} · {scope}", query="revenue/over_time") as it:
        it.draw(
            charts.lines,
            x="bucket",
            y={"realisation": "Price realisation"},
            unit="share",
            zero=False,
            tones={"realisation": "warning"},
        )
    with card("Discounts", f"List value given away by discount step, USD · {scope}", query="revenue/by_discount") as it:
        steps = it.frame
        dear = steps.sort("given_away", "discount", descending=True).row(0, named=True)
        fact_line(
            [
                Fact("Given away", money(now["discounts"]), f"{percent(1 - (now['realisation'] or 1))} of list value"),
                Fact("Dearest step", f"{dear['discount']}%", money(dear["given_away"])),
                Fact("Margin there", percent(dear["margin"]), f"{percent(steps['margin'][0])} at the lowest step"),
            ]
        )
        it.draw(charts.bars, x="step", y={"given_away": "Given away"}, unit="money", tone="warning", highlight="max")


tabs = st.tabs(
    ["Where it comes from", "Who carries it", "Price and discounts"],
    key="revenue_view",
    on_change="rerun",
    bind="query-params",
)
for tab, body in zip(tabs, (where, who, price), strict=True):
    if tab.open:
        with tab:
            body()
