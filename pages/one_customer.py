"""One customer's page: figures, what to do next, everything that happened, and where the record comes from."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages import customer_group
from ui import charts, columns
from ui.blocks import Action, Fact, action_list, fact_line, headline
from ui.cards import board
from ui.data import fetch
from ui.filters import Filters
from ui.format import change, count, country, day, days, money, percent, score, signed
from ui.kpi import Kpi, kpi_row
from ui.navigation import link

LANES = ("Orders", "Deals", "Interactions", "Web sessions", "Fraud alerts", "Golden record")
MOODS = {"Positive": "good", "Neutral": "muted", "Negative": "alert"}
Row = Mapping[str, Any]


def show(who: Row, chosen: Filters) -> None:
    """The page of the customer whose profile is given."""
    params = {**chosen.params, "uid": who["customer_uid"]}
    st.button("All customers", icon=":material/arrow_back:", type="tertiary", key="back_to_all", on_click=_close)
    last = f"{days(who['days_since_activity'])} ago" if who["days_since_activity"] else "today"
    headline(
        who["full_name"],
        [
            (who["status"], who["status"]),
            (f"Stage: {who['lifecycle_stage']}", who["lifecycle_stage"]),
            (who["segment"], who["segment"]),
            (f"Risk: {who['churn_risk_tier']}", who["churn_risk_tier"]),
            (who["source_systems"].replace("+", " + "), "data"),
        ],
        f"{who['industry'] or 'Industry unknown'} in {who['city'] or 'an unknown city'}, {country(who['country'])} · "
        f"customer since **{day(who['created_date'])}** · last active **{last}** · `{who['customer_uid']}`".replace(
            "`", ""
        ),
    )
    _figures(who, fetch("customer_360/revenue_by_quarter", **params))
    _story(who, params, chosen)
    _record(who, params)


def _close() -> None:
    st.query_params.pop("uid", None)


def _figures(who: Row, quarters: pl.DataFrame) -> None:
    kpi_row(
        Kpi(
            "Lifetime value",
            money(who["lifetime_value"]),
            f"No. {who['value_rank']} of {count(who['customers'])}",
            good="neutral",
            help="All revenue since the records begin, and the rank among all customers.",
            spark=quarters["revenue"].cast(float).cum_sum(),
            tone="revenue",
            link="#Buying rhythm",
        ),
        Kpi(
            "Revenue, 12 months",
            money(who["revenue"]),
            change(who["revenue"], who["revenue_before"]),
            help="Against the twelve months before.",
            versus="vs the 12 months before",
            spark=quarters["revenue"],
            tone="revenue",
            link="#Buying rhythm",
        ),
        Kpi(
            "Orders",
            count(who["orders"]),
            f"Last {day(who['last_order'])}" if who["last_order"] else None,
            good="neutral",
            help=f"All orders; {money(who['average_order'])} on average.",
            spark=quarters["orders"],
            tone="ink",
            link="#Everything that happened",
        ),
        Kpi(
            "Value to come",
            money(who["customer_value"]),
            f"Retention {percent(who['retention'], 0)}",
            good="neutral",
            help="Customer lifetime value: margin of the last twelve months × r / (1 + d − r), with the yearly "
            "retention r of the segment and a discount rate d of 10%. Nothing for a customer who left.",
            tone="data",
            link="#Beside its segment",
        ),
        Kpi(
            "Health",
            score(who["health_score"], 0),
            f"Churn risk {percent(who['churn_risk_score'], 0)}",
            good="neutral",
            help="100 less the churn risk, moved by at most 5 by the sentiment of the last 90 days.",
            target="of 100",
            reached=(who["health_score"] or 0) / 100,
            tone={"Low": "good", "Medium": "warning"}.get(who["churn_risk_tier"], "alert"),
            link="#What makes the health",
        ),
        Kpi(
            "Net sentiment, 90 days",
            signed(who["net_sentiment_90d"]),
            f"NPS answer {who['nps_score']}" if who["nps_score"] is not None else "No NPS answer",
            good="neutral",
            help=f"Positive less negative of {count(who['contacts_90d'])} interactions. "
            f"CSAT {percent(who['csat'], 0)} of {count(who['csat_answers'])} answers.",
            tone="general",
            link="#Everything that happened",
        ),
    )


def _story(who: Row, params: Row, chosen: Filters) -> None:
    """What to do, why the health is what it is, and everything that happened."""
    panel = partial(board(3).card, params=params)
    with panel("Next best action", "First the most urgent, by rule", query="customer_360/next_actions") as it:
        rows = it.frame.head(3).to_dicts()
        action_list([Action(row["action"], row["because"], row["rule"], row["tone"]) for row in rows])
        fact_line(
            [
                Fact("Open deals", count(who["open_deals"]), money(who["open_amount"]) if who["open_deals"] else ""),
                Fact("Open alerts", count(who["open_alerts"]), mood="bad" if who["open_alerts"] else ""),
                Fact("Contacts, 90 d", count(who["contacts_90d"])),
            ]
        )
    with panel(
        "What makes the health", "From the best possible 100 down, in points", query="customer_360/health_drivers"
    ) as it:
        it.draw(charts.waterfall, label="step", value="amount", totals=("Best", "Health"), unit="count")
    with panel(
        "Beside its segment",
        "Ahead of so many of 100 customers under contract",
        query="customer_360/compared_with_segment",
        help="Measures of the last twelve months. The segment's outline is the median of its customers' places.",
    ) as it:
        names = it.frame["who"].unique(maintain_order=True).to_list()
        tones = dict(zip(names, ("revenue", "muted"), strict=False))
        it.draw(charts.radar, axis="axis", value="place", color="who", tones=tones)
    with board(1).card(
        "Everything that happened",
        "Orders, deals and alerts by amount; green positive, red negative",
        query="customer_360/timeline",
        params=params,
        help="Deals show when they were opened and when they were closed; web sessions are those of known visitors.",
    ) as it:
        it.draw(
            charts.timeline,
            at="event_at",
            lane="lane",
            title="title",
            detail="detail",
            size="amount",
            mood="mood",
            lanes=LANES,
            moods=MOODS,
            since=max(who["created_date"], who["first_event"]) - timedelta(days=7),
            until=chosen.as_of + timedelta(days=10),
        )
        with st.expander(
            f"All {count(len(it.frame))} events as a list", key="timeline_list", on_change="rerun"
        ) as opened:
            if opened.open:
                it.table(
                    {
                        "event_at": columns.day("Day"),
                        "lane": "What",
                        "title": "Title",
                        "detail": st.column_config.TextColumn("Detail", width="large"),
                        "amount": columns.amount("Amount"),
                    },
                    height=340,
                )


def _record(who: Row, params: Row) -> None:
    """The golden record, where each of its values comes from, and how it came to be."""
    panel = partial(board(3).card, params=params)
    with panel(
        "Golden record",
        f"{count(who['source_records'])} source records became one; every value with its source and rule",
        query="customer_360/golden_record",
        span=2,
        help="A value that lost stays on record: the next run weighs it again. Street, city, postal code and country "
        "survive together, from one record.",
    ) as it:
        it.rows(
            {
                "attribute": "Attribute",
                "value": "Golden value",
                "record_id": "From",
                "rule": "Survived by",
                "lost": "Lost to it",
            },
        )
    with panel(
        "Buying rhythm", "Fifths among all who ever ordered; 5 is best", query="customer_360/revenue_by_quarter"
    ) as it:
        fact_line(
            [
                Fact("Recency", f"{who['recency']} of 5" if who["recency"] else "–"),
                Fact("Frequency", f"{who['frequency']} of 5" if who["frequency"] else "–"),
                Fact("Money", f"{who['monetary']} of 5" if who["monetary"] else "–"),
            ]
        )
        it.draw(charts.bars, x="quarter", y={"revenue": "Revenue"}, unit="money", height=345)
    link(
        "mdm_dq",
        "Correct this record",
        icon=":material/edit:",
        mdm_tab="Golden records",
        mdm_golden=who["customer_uid"],
    )
    panel = partial(board(2).card, params=params)
    with panel("Source records", "Each belongs to this customer alone", query="customer_360/crosswalk") as it:
        it.rows(
            {
                "source_system": "System",
                "source_id": "Key",
                "name": "Name there",
                "link": "Linked by",
                "link_score": columns.number("Score", decimals=2),
            }
        )
    with panel("Versions", "How the golden record changed", query="customer_360/versions") as it:
        it.rows(
            {
                "version": columns.number("No."),
                "valid_from": columns.day("From"),
                "valid_to": columns.day("Until"),
                "changed": "What changed",
            }
        )
    customer_group.draw(who["customer_uid"])
