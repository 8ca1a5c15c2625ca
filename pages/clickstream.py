"""Clickstream: where do visitors come from, and what makes them convert?"""

from functools import partial

import streamlit as st

from pages import clickstream_views as views
from ui import charts
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.filters import current
from ui.format import change, compact, count, difference, percent, points
from ui.kpi import Kpi, kpi_row
from ui.sentence import what_changed

chosen = current()
params, scope = chosen.params, chosen.scope
[now] = fetch("clickstream/summary", **params).to_dicts()
if not now["sessions"]:
    nothing_here("No web sessions of these customers in this period.")
    st.stop()
trend = fetch("clickstream/trend", **params)

what_changed("clickstream/what_changed", **params)
kpi_row(
    Kpi(
        "Sessions",
        count(now["sessions"]),
        change(now["sessions"], now["sessions_before"]),
        help=f"Visits of one visitor without a pause of 30 minutes; {compact(now['events'])} events in all.",
        spark=trend["sessions"],
        tone="realtime",
        link="#When sessions start",
        state={"clickstream_view": "Hours and devices"},
    ),
    Kpi(
        "Visitors",
        count(now["visitors"]),
        change(now["visitors"], now["visitors_before"]),
        help="Distinct visitors, known or not.",
        spark=trend["visitors"],
        tone="ink",
        link="#Referrers",
        state={"clickstream_view": "Channels"},
    ),
    Kpi(
        "Conversions",
        count(now["conversions"]),
        change(now["conversions"], now["conversions_before"]),
        help="Forms submitted on /demo-request, /free-trial or /checkout.",
        spark=trend["conversions"],
        tone="revenue",
        link="#Attribution",
    ),
    Kpi(
        "Session conversion",
        percent(now["session_cvr"], 2),
        difference(now["session_cvr"], now["session_cvr_before"]),
        delta_as=points,
        help="Sessions with at least one conversion / sessions.",
        spark=trend["session_cvr"],
        tone="good",
        link="#Session funnel",
    ),
    Kpi(
        "Bounce rate",
        percent(now["bounce_rate"]),
        difference(now["bounce_rate"], now["bounce_rate_before"]),
        delta_as=points,
        good="down",
        help="Sessions with one page view / sessions.",
        spark=trend["bounce_rate"],
        tone="alert",
        link="#How sessions run",
    ),
    Kpi(
        "Stitched visitors",
        percent(now["stitched_share"]),
        difference(now["stitched_share"], now["stitched_share_before"]),
        delta_as=points,
        help=f"Of {count(now['anonymous_visitors'])} visitors with anonymous events, {count(now['stitched_visitors'])} "
        "were known later, by the end of the period.",
        spark=trend["stitched_share"],
        tone="data",
        link="#Anonymous to known",
        state={"clickstream_view": "Pages and visitors"},
    ),
    versus=chosen.compare_label,
)

card = partial(board(3).card, params=params)
with card("Session funnel", f"Sessions, in order · {scope}", query="clickstream/funnel") as it:
    it.draw(charts.funnel, stage="step", value="sessions", tone="realtime", height=290)
    note("A step counts only after the step before it in the same session.")
with (
    card(
        "How sessions run", f"Channel, landing page, second page, outcome · {scope}", query="clickstream/paths", span=2
    ) as it,
    st.container(key="roomy_paths"),
):
    it.draw(charts.sankey, source="source", target="target", value="sessions", height=320)
with card(
    "Attribution", f"Conversions by channel, four models · {scope}", query="clickstream/attribution", span=2
) as it:
    models = {
        "first_touch": "First touch",
        "last_touch": "Last touch",
        "linear": "Linear",
        "position_based": "40/20/40",
    }
    tones = {"first_touch": "ink", "last_touch": "revenue", "linear": "realtime", "position_based": "data"}
    it.draw(charts.bars, x="channel_group", y=models, tones=tones, height=280)
    note(f"Each model deals out all {count(now['conversions'])} conversions to the visitor's sessions of 90 days.")
with card("Sessions and conversion", "By week, or day in short periods", query="clickstream/trend") as it:
    names, right = {"sessions": "Sessions"}, {"session_cvr": "Conversion"}
    it.draw(
        charts.lines,
        x="bucket",
        y=names,
        right=right,
        right_unit="share",
        area=True,
        tones={"sessions": "realtime", "session_cvr": "ink"},
        height=280,
    )

tabs = st.tabs(
    ["Channels", "Hours and devices", "Pages and visitors"],
    key="clickstream_view",
    on_change="rerun",
    bind="query-params",
)
for tab, view in zip(tabs, (views.channels, views.hours, views.visitors), strict=True):
    if tab.open:
        with tab:
            view(params, scope)
