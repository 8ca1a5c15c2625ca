"""Customer 360: who is this customer, and what should happen next? Without one chosen: who are they all?"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages import one_customer
from ui import charts, columns
from ui.blocks import literal
from ui.cards import board, card, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import change, count, country, day, difference, percent, points, score, signed
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
from ui.sentence import what_changed

ENOUGH_ANSWERS = 30  # an NPS of fewer says nothing
ACTIVE = ("Growing", "Loyal", "Champion")  # the stages that make up the status Active
chosen = current()


def search() -> None:
    """A box that finds customers in spite of misspelt names, and links to what it found."""
    text = st.text_input(
        "Find a customer",
        key="find",
        bind="query-params",
        type="search",
        icon=":material/search:",
        placeholder="Name (spelling does not matter), e-mail, phone, VAT id, order or any system's customer number",
        label_visibility="collapsed",
    )
    if not text or len(text.strip()) < 2:
        return
    found = fetch("customer_360/search", text=text.strip()[:200]).to_dicts()
    with card(
        f"{len(found)} found" if found else "Nobody found",
        "Best first; the search knows every source's spelling" if found else "",
        query="customer_360/search",
        params={"text": text.strip()[:200]},
    ):
        if not found:
            nothing_here("Nothing like it in names, e-mails, phones, VAT ids, orders or customer numbers.", height=60)
        with st.container(key="found"):
            for row in found:
                why = f"{row['found_by']} {row['found']}" if row["found"] != row["full_name"] else row["found_by"]
                place = ", ".join(text for text in (row["city"], country(row["country"])) if text)
                what = f"{row['segment']}, {row['status']}"
                st.button(
                    literal(f"**{row['full_name']}** · {place} · {what} · by {why} ({score(row['score'])})"),
                    icon=":material/person:",
                    type="tertiary",
                    key=f"found_{row['customer_uid']}",
                    on_click=_open,
                    args=(row["customer_uid"],),
                )


def _open(uid: str) -> None:
    """Show a customer and clear the search: both are in the URL."""
    st.session_state["find"] = ""
    st.query_params["uid"] = uid


def population() -> None:
    """All customers that the filters leave."""
    params, scope = chosen.params, chosen.scope
    [now] = fetch("customer_360/population", **params).to_dicts()
    if not now["customers"]:
        nothing_here("No such customers. Choose another segment or country.")
        return
    what_changed("customer_360/what_changed", **params)
    population_figures(now, fetch("customer_360/sentiment_over_time", **params), _months(params))
    panel = partial(board(3).card, params=params)
    with panel(
        "Sentiment of interactions",
        f"Number of interactions, and net sentiment of 90 days · {scope}",
        query="customer_360/sentiment_over_time",
        span=2,
        help="Net sentiment: positive less negative over all interactions, each time of the ninety days before.",
        empty="No interactions in this period.",
    ) as it:
        it.draw(
            charts.bars,
            x="bucket",
            y={"positive": "Positive", "neutral": "Neutral", "negative": "Negative"},
            stack=True,
            tones={"positive": "good", "neutral": "neutral", "negative": "alert"},
            line={"net_90d": "Net, 90 days"},
            line_unit="share",
        )
    with panel("Status", f"Customers on {day(chosen.as_of)}", query="customer_360/by_status") as it:
        it.draw(charts.ranked, label="status", value="customers", tones={})
    with panel(
        "How segments differ",
        "Per customer under contract, 12 months; best segment = 100",
        query="customer_360/segment_radar",
        empty="No customers under contract.",
    ) as it:
        it.draw(charts.radar, axis="axis", value="score", color="segment", height=270)
    with panel(
        "Recency and frequency",
        "Customers by fifths of both, of all who ever ordered",
        query="customer_360/rfm_grid",
        help="Down: how recently they ordered. Across: how often. Customers without an order are not in the grid.",
        empty="None of these customers has ordered yet.",
    ) as it:
        it.draw(charts.heatmap, x="frequency_label", y="recency_label", value="customers", text=True)
    with panel("Known in", "Customers by the systems that know them", query="customer_360/by_source") as it:
        it.draw(charts.ranked, label="source_systems", value="customers", tone="data")
    with panel(
        "Sentiment by channel",
        f"Share of interactions · {scope}",
        query="customer_360/sentiment_by_channel",
        empty="No interactions in this period.",
    ) as it:
        it.draw(charts.shares, label="channel", part="sentiment", value="interactions")
    with panel(
        "Customers", "The hundred with the highest lifetime value", query="customer_360/customers", span=2
    ) as it:
        picked = it.table(
            {
                "full_name": st.column_config.TextColumn("Customer", width=215),
                "segment": "Segment",
                "country": "Country",
                "status": "Status",
                "lifetime_value": columns.amount("Lifetime value"),
                "health_score": st.column_config.ProgressColumn("Health", min_value=0, max_value=100, format="%.0f"),
                "last_activity_date": columns.day("Last active"),
            },
            frame=columns.countries(it.frame),
            height=250,
            select=True,
            key="customers_table",
        )
        if picked is None:
            note("Select a row to open the customer, or search above.")
        else:
            row = it.frame.row(picked, named=True)
            link("customer_360", f"Open {row['full_name']}", icon=":material/person_search:", uid=row["customer_uid"])


def _months(params: Mapping[str, Any]) -> pl.DataFrame:
    """At each month's end: all customers, and the share of the active."""
    stages = fetch("lifecycle/stage_history", **params)
    active = pl.col("customers").filter(pl.col("lifecycle_stage").is_in(ACTIVE)).sum()
    return stages.group_by("month_end", maintain_order=True).agg(
        pl.col("customers").sum().alias("customers"), (active / pl.col("customers").sum()).alias("active_share")
    )


def population_figures(now: dict, moods: pl.DataFrame, months: pl.DataFrame) -> None:
    earlier = months.filter(pl.col("month_end") < chosen.start)
    base = earlier.row(-1, named=True) if len(earlier) else dict.fromkeys(months.columns)
    since = f"vs {day(base['month_end'])}" if base["month_end"] else "no earlier month to compare"
    kpi_row(
        Kpi(
            "Customers",
            count(now["customers"]),
            change(now["customers"], base["customers"]),
            versus=since,
            help=f"Golden customers, from {count(now['source_records'])} records of SAP, Salesforce and Oracle; "
            "churned customers stay in the count.",
            spark=months["customers"],
            tone="data",
            link="mdm_dq",
        ),
        Kpi(
            "Active",
            percent(now["active_share"]),
            difference(now["active_share"], base["active_share"]),
            delta_as=points,
            versus=since,
            help=f"{count(now['active'])} customers under contract for three months or more, and active in the last 45 "
            "days.",
            spark=months["active_share"],
            tone="good",
            link="lifecycle",
        ),
        Kpi(
            "In several systems",
            percent(now["linked_share"]),
            f"{count(now['linked'])} customers",
            good="neutral",
            help="Customers that more than one of SAP, Salesforce and Oracle know.",
            target="of all customers",
            reached=now["linked_share"],
            tone="data",
            link="mdm_dq",
        ),
        Kpi(
            "Net sentiment",
            signed(now["net_sentiment"]),
            difference(now["net_sentiment"], now["net_sentiment_before"]),
            delta_as=points,
            versus=chosen.compare_label,
            help=f"Positive less negative, over all {count(now['interactions'])} interactions of the period.",
            spark=moods["net_90d"] if len(moods) else (),
            link="#Sentiment of interactions",
            tone="general",
        ),
        Kpi(
            "CSAT",
            percent(now["csat"]),
            difference(now["csat"], now["csat_before"]),
            delta_as=points,
            versus=chosen.compare_label,
            help=f"Share of answers 4 and 5, of {count(now['csat_answers'])} answers.",
            spark=moods["csat"] if len(moods) else (),
            tone="good",
            link="#Sentiment by channel",
        ),
        Kpi(
            "NPS",
            score(100 * now["nps"], 0) if now["nps_answers"] >= ENOUGH_ANSWERS else "–",
            difference(now["nps"], now["nps_before"]) if now["nps_answers"] >= ENOUGH_ANSWERS else "too few answers",
            delta_as=points,
            versus=chosen.compare_label if now["nps_answers"] >= ENOUGH_ANSWERS else "",
            help="Share of answers 9 and 10 less share of 0 to 6; shown from 30 answers on. "
            f"{count(now['nps_answers'])} answers in the period.",
            spark=moods["nps"] if len(moods) else (),
            tone="ink",
            link="#Sentiment by channel",
        ),
    )


search()
wanted = st.query_params.get("uid")
found = fetch("customer_360/profile", **chosen.params, uid=wanted).to_dicts() if wanted else []
if found:
    one_customer.show(found[0], chosen)
else:
    if wanted:
        nothing_here(f"No customer {wanted[:40]} in this release. Search by name above.", height=60)
    population()
