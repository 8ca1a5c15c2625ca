"""The three closer looks of the Clickstream page: channels, hours and devices, pages and visitors."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ui import charts, columns
from ui.cards import board, note

Params = Mapping[str, Any]


def channels(params: Params, scope: str) -> None:
    """Where sessions come from, and how many visits it takes."""
    card = partial(board(3).card, params=params)
    with card("Referrers", f"Sessions and conversion · {scope}", query="clickstream/referrers") as it:
        it.draw(charts.ranked, label="referrer_source", value="sessions", text="label", tone="realtime", height=290)
    with card(
        "Campaigns", f"Sessions and conversion · {scope}", query="clickstream/campaigns", empty="No campaign traffic."
    ) as it:
        it.draw(charts.ranked, label="utm_campaign", value="sessions", text="label", tone="data", height=290)
    with card("Visits to conversion", f"Session conversion by visit · {scope}", query="clickstream/loyalty") as it:
        it.draw(
            charts.bars,
            x="visit",
            y={"session_cvr": "Session conversion"},
            unit="share",
            tone="good",
            text=True,
            height=290,
        )


def hours(params: Params, scope: str) -> None:
    """When visitors come, and on what."""
    card = partial(board(3).card, params=params)
    with card("When sessions start", f"Weekday and hour, UTC · {scope}", query="clickstream/rhythm", span=2) as it:
        it.draw(charts.heatmap, x="hour", y="weekday", value="sessions", tone="realtime")
    with card("Devices", f"Shares · {scope}", query="clickstream/devices") as it:
        it.draw(charts.shares, label="measure", part="device_type", value="amount")


def visitors(params: Params, scope: str) -> None:
    """Who becomes known, and what they look at."""
    card = partial(board(3).card, params=params)
    with card("Anonymous to known", "Visitors by month of their first event", query="clickstream/stitching") as it:
        tones = {"Known from the start": "ink", "Stitched later": "data", "Still anonymous": "neutral"}
        it.draw(charts.bars, x="month", y="visitors", color="identity", stack=True, tones=tones)
        note("Whatever segment or country: nobody knows those of an anonymous visitor.")
    with card("Pages", f"Views, entries, exits · {scope}", query="clickstream/pages", span=2) as it:
        it.table(
            {
                "page_url": "Page",
                "views": columns.number("Views"),
                "sessions": columns.number("Sessions"),
                "entries": columns.number("Entries"),
                "exit_rate": columns.share_bar("Exit rate"),
                "conversions": columns.number("Conversions"),
            },
            height=285,
            frame=columns.percents(it.frame, "exit_rate"),
        )
