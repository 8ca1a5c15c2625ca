"""Sessions, funnel and attribution add up, and follow their definitions on visits made by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.queries.parameters import CHOICES

NOW = CHOICES["last_12_months"]
MODELS = ("first_touch", "last_touch", "linear", "position_based", "time_decay")


@pytest.mark.parametrize("choice", CHOICES)
def test_credit_sums_to_the_conversions_in_every_model(ask, choice: str) -> None:
    conversions = ask("clickstream/summary", **CHOICES[choice])["conversions"][0]
    credit = ask("clickstream/attribution", **CHOICES[choice])
    assert conversions > 0
    for model in MODELS:
        assert credit[model].sum() == Decimal(conversions), model


@pytest.mark.parametrize("choice", CHOICES)
def test_breakdowns_sum_to_the_summary(ask, choice: str) -> None:
    params = CHOICES[choice]
    [total] = ask("clickstream/summary", **params).to_dicts()
    for breakdown in ("referrers", "rhythm", "loyalty"):
        assert ask(f"clickstream/{breakdown}", **params)["sessions"].sum() == total["sessions"], breakdown
    for breakdown in ("referrers", "rhythm", "pages"):
        assert ask(f"clickstream/{breakdown}", **params)["conversions"].sum() == total["conversions"], breakdown
    hops = ask("clickstream/paths", **params).group_by("hop").agg(pl.col("sessions").sum())
    assert hops["sessions"].to_list() == [total["sessions"]] * 3
    devices = ask("clickstream/devices", **params).group_by("measure").agg(pl.col("amount").sum())
    assert dict(devices.iter_rows())["Sessions"] == total["sessions"]
    assert dict(devices.iter_rows())["Conversions"] == total["conversions"]


@pytest.mark.parametrize("choice", CHOICES)
def test_funnel_never_rises_and_starts_with_all_sessions(ask, choice: str) -> None:
    steps = ask("clickstream/funnel", **CHOICES[choice])
    assert steps["sessions"].is_sorted(descending=True)
    assert steps["sessions"][0] == ask("clickstream/summary", **CHOICES[choice])["sessions"][0]


def test_flows_that_enter_a_page_leave_it(ask) -> None:
    flows = ask("clickstream/paths", **NOW)
    entered = dict(flows.filter(pl.col("hop") < 3).group_by("target").agg(pl.col("sessions").sum()).iter_rows())
    left = dict(flows.filter(pl.col("hop") > 1).group_by("source").agg(pl.col("sessions").sum()).iter_rows())
    assert entered == left


def test_every_hour_of_the_week_has_a_cell(ask) -> None:
    assert len(ask("clickstream/rhythm", **NOW)) == 168


def test_conversion_is_counted_by_session(ask) -> None:
    [total] = ask("clickstream/summary", **NOW).to_dicts()
    converting = ask("clickstream/referrers", **NOW)["converting"].sum()
    assert total["session_cvr"] == pytest.approx(converting / total["sessions"], abs=1e-6)
    assert converting <= total["conversions"]


START = datetime(2025, 6, 2, 10)


def visit(session: str, day: int, channel: str, *pages: str, visitor: str = "V1", uid: str | None = None) -> list[dict]:
    """The page views of a session, a minute apart; a page with a '!' also has its form submitted."""
    rows: list[dict[str, Any]] = []
    for page in pages:
        for kind in ("page_view", *(("form_submit",) if page.endswith("!") else ())):
            rows.append(
                {
                    "event_id": f"{session}-{len(rows)}",
                    "session_id": session,
                    "customer_uid": uid,
                    "visitor_id": visitor,
                    "event_timestamp": START + timedelta(days=day, minutes=len(rows)),
                    "page_url": page.rstrip("!"),
                    "event_type": kind,
                    "device_type": "Desktop",
                    "channel_id": channel.lower(),
                    "referrer_source": channel,
                    "utm_campaign": None,
                    "is_converted": kind == "form_submit",
                }
            )
    return rows


@pytest.fixture
def small(world, customers: pl.DataFrame):
    def build(*visits: list[dict]):
        events = pl.DataFrame(
            [event for rows in visits for event in rows],
            schema_overrides={"customer_uid": pl.String, "utm_campaign": pl.String},
        )
        names = ("Email", "Direct", "Search", "Partner")
        channels = pl.DataFrame({"channel_id": [name.lower() for name in names], "channel_group": names})
        return world({"gold.fact_clickstream": events, "gold.dim_customer": customers, "gold.dim_channel": channels})

    return build


def credit(ask, model: str) -> dict[str, float]:
    rows = ask("clickstream/attribution", **NOW).to_dicts()
    return {row["channel_group"]: float(row[model]) for row in rows if row[model]}


def test_attribution_by_hand(small) -> None:
    """Search, then e-mail, then partner, and a direct visit that converts."""
    ask = small(
        visit("S1", 0, "Search", "/"),
        visit("S2", 7, "Email", "/pricing"),
        visit("S3", 14, "Partner", "/pricing"),
        visit("S4", 21, "Direct", "/demo-request!"),
    )
    assert credit(ask, "first_touch") == {"Search": 1.0}
    assert credit(ask, "last_touch") == {"Partner": 1.0}, "direct is no touch of its own where there is another"
    assert credit(ask, "linear") == dict.fromkeys(("Search", "Email", "Partner", "Direct"), 0.25)
    assert credit(ask, "position_based") == {"Search": 0.4, "Email": 0.1, "Partner": 0.1, "Direct": 0.4}
    decayed = credit(ask, "time_decay")
    assert decayed["Direct"] / decayed["Partner"] == pytest.approx(2.718, abs=0.01), "seven days are a factor of e"


def test_what_does_not_divide_goes_to_the_last_touch(small) -> None:
    ask = small(visit("S1", 0, "Search", "/"), visit("S2", 1, "Email", "/"), visit("S3", 2, "Partner", "/free-trial!"))
    assert credit(ask, "linear") == {"Search": 0.333333, "Email": 0.333333, "Partner": 0.333334}


def test_touches_older_than_ninety_days_and_of_others_do_not_count(small) -> None:
    ask = small(
        visit("S1", 0, "Search", "/"),
        visit("S2", 95, "Partner", "/", visitor="V2"),
        visit("S3", 100, "Email", "/checkout!"),
    )
    assert credit(ask, "first_touch") == {"Email": 1.0}


def test_funnel_wants_its_steps_in_order(small) -> None:
    ask = small(
        visit("in order", 0, "Search", "/", "/pricing", "/demo-request!"),
        visit("backwards", 1, "Search", "/demo-request!", "/pricing"),
        visit("asked only", 2, "Search", "/products", "/free-trial"),
    )
    assert ask("clickstream/funnel", **NOW)["sessions"].to_list() == [3, 3, 2, 1]
    assert ask("clickstream/summary", **NOW)["conversions"][0] == 2


def test_stitching_tells_later_from_never(small) -> None:
    ask = small(
        visit("S1", 0, "Search", "/"),
        visit("S2", 3, "Email", "/", uid="C-1"),
        visit("S3", 4, "Search", "/", visitor="V2"),
        visit("S4", 5, "Search", "/", visitor="V3", uid="C-2"),
    )
    visitors = {row["identity"]: row["visitors"] for row in ask("clickstream/stitching", **NOW).to_dicts()}
    assert visitors == {"Known from the start": 1, "Stitched later": 1, "Still anonymous": 1}
    [total] = ask("clickstream/summary", **NOW).to_dicts()
    assert (total["anonymous_visitors"], total["stitched_visitors"], total["stitched_share"]) == (2, 1, 0.5)
    [smb] = ask("clickstream/summary", **{**NOW, "segment": "SMB"}).to_dicts()
    assert (smb["sessions"], smb["visitors"]) == (1, 1), "a segment leaves the sessions of its known customers"


def test_no_visit_is_no_error(small) -> None:
    ask = small(visit("S1", 0, "Search", "/"))
    params = {**NOW, "segment": "Enterprise"}
    [total] = ask("clickstream/summary", **params).to_dicts()
    assert (total["sessions"], total["conversions"], total["session_cvr"], total["bounce_rate"]) == (0, 0, None, None)
    for name in ("attribution", "funnel", "paths", "referrers", "rhythm", "pages", "devices", "loyalty"):
        assert ask(f"clickstream/{name}", **params).is_empty(), name
