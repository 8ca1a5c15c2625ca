"""The three closer looks of the Revenue page: where it comes from, who carries it, price and discounts."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from ui import charts, columns
from ui.blocks import Fact, fact_line
from ui.cards import board, note
from ui.data import fetch
from ui.filters import Filters
from ui.format import count, money, percent
from ui.navigation import link

Row = Mapping[str, Any]


def where(chosen: Filters, now: Row, by: str) -> None:
    """Categories, segments and countries."""
    params, scope = chosen.params, chosen.scope
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
        it.rows(
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
    with card(
        "By country",
        f"USD, country of the golden record · {scope} · click to filter",
        query="revenue/by_country",
        span=2,
    ) as it:
        it.draw(charts.world_map, country="country", value="revenue", unit="money", height=330, selects="country")
    with card("Countries in figures", f"All customers, buying or not · {scope}", query="revenue/by_country") as it:
        it.rows(
            {
                "country": "Country",
                "customers": columns.number("Customers"),
                "revenue": columns.amount("Revenue"),
                "share": columns.share("Share"),
                "growth": columns.share("Growth"),
            },
            frame=columns.countries(columns.percents(it.frame, "share", "growth")),
        )


def who(chosen: Filters, now: Row, by: str) -> None:
    """Concentration, and the customers with the most revenue."""
    params, scope = chosen.params, chosen.scope
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
            frame=columns.countries(columns.percents(it.frame, "share", "growth", "margin")),
            height=320,
            select=True,
            key="revenue_top_customers",
        )
        if picked is None:
            note("Select a row to open the customer.")
        else:
            row = it.frame.row(picked, named=True)
            link("customer_360", f"Open {row['full_name']}", icon=":material/person_search:", uid=row["customer_uid"])


def price(chosen: Filters, now: Row, by: str) -> None:
    """What the list price became."""
    params, scope = chosen.params, chosen.scope
    card = partial(board(2).card, params=params)
    with card("Price realisation", f"Revenue over list value by {by} · {scope}", query="revenue/over_time") as it:
        it.draw(
            charts.lines,
            x="bucket",
            y={"realisation": "Price realisation"},
            unit="share",
            zero=False,
            height=300,
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
