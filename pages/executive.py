"""Executive RT: how is the business doing this week, hour by hour, and what needs attention?"""

from functools import partial

import polars as pl

from ui import charts, format
from ui.blocks import Alert, Fact, alert_strip, fact_line
from ui.cards import board, note, section
from ui.data import fetch, made
from ui.filters import current
from ui.format import change, compact, count, difference, milliseconds, moment, money, percent, points, signed
from ui.kpi import Kpi, kpi_row
from ui.replay import replay
from ui.sentence import what_changed

chosen = current()
params = chosen.params
where = "".join(f" · {text}" for text in chosen.scope.split(" · ")[1:])
hours = fetch("executive/hourly", **params)
incidents = hours.filter(pl.col("incident").is_not_null()).to_dicts()
alerts = fetch("executive/alerts", **params).to_dicts()
alert_strip(
    [
        *(
            Alert(
                f"Incident on {moment(row['hour'])}",
                row["incident"],
                "executive",
                "alert",
                {"week_at": row["position"]},
            )
            for row in incidents
        ),
        *(Alert(row["title"], row["detail"], row["page"], row["tone"]) for row in alerts),
    ]
)
what_changed("executive/what_changed", **params)

[service] = fetch("executive/service_level", **params).to_dicts()
kpis = {row["kpi"]: row for row in fetch("executive/kpis", **params).to_dicts()}


def card_of(
    kpi: str, label: str, written, definition: str, *, good: str, tone: str, link: str = "", span: str = "week"
):
    """A figure beside its own recent normal; the change is coloured only where it leaves the usual range."""
    row = kpis[kpi]
    as_share = kpi == "quality"
    return Kpi(
        label,
        written(row["value"]),
        difference(row["value"], row["usual"]) if as_share else change(row["value"], row["usual"]),
        delta_as=points if as_share else signed,
        good=good if row["is_unusual"] else "neutral",
        versus=f"vs a usual {span}",
        help=f"{definition} Usually {written(row['usual'])}, between {written(row['low'])} and {written(row['high'])}.",
        spark=row["spark"],
        tone=tone,
        link=link,
    )


eight, six = "Compared with the eight weeks before.", "Whole platform, compared with the six days before."
kpi_row(
    card_of("revenue", "Revenue, 7 days", money, f"Orders of the last seven days. {eight}",
            good="up", tone="revenue", link="revenue"),
    card_of("new_leads", "New leads, 7 days", count, f"Deals created in the last seven days. {eight}",
            good="up", tone="general", link="gtm_pipeline"),
    card_of("open_pipeline", "Open pipeline", money, f"Amount of all open deals. {eight}",
            good="up", tone="data", link="gtm_pipeline"),
    card_of("fraud_alerts", "Fraud alerts, 7 days", count, f"Alerts raised in the last seven days. {eight}",
            good="down", tone="alert", link="fraud"),
    card_of("active_users", "Active users", count, f"Mean per hour over 24 hours. {six}",
            good="up", tone="realtime", link="clickstream", span="day"),
    card_of("p99", "p99 latency", milliseconds, f"Mean over 24 hours of each hour's 99th percentile. {six}",
            good="down", tone="realtime", link="#The last 168 hours", span="day"),
    card_of("quality", "Quality pass rate", partial(percent, decimals=2), f"Records that passed on arrival. {six}",
            good="up", tone="good", link="mdm_dq", span="day"),
    Kpi(
        "Availability, 7 days",
        percent(service["availability"], 2),
        f"burning {format.score(service['burn_rate_today'], 1)}× today",
        good="neutral",
        help=f"All but {count(service['failed'])} of {compact(service['requests'])} requests were answered without an "
        "error, on the whole platform. The objective is 99.5%; the bar is what is left of the week's error budget.",
        target=f"{percent(1 - (service['budget_used'] or 0), 0)} of the error budget left",
        reached=1 - (service["budget_used"] or 0),
        spark=1 - hours["failed_share"],
        tone="alert" if (service["budget_used"] or 0) > 1 else "good",
        link="#Error budget of the week",
    ),
)  # fmt: skip

page = board(3)
with page.card(
    "The last 168 hours",
    "Active users and p99 latency by hour, beside what is usual for the hour · whole platform",
    query="executive/hourly",
    params=params,
    span=2,
    help="Usual: the median of the same hour on the other six days, scaled by how busy each day was. The range is "
    "three robust standard deviations around it. In an incident, latency and failed requests both leave it.",
) as it:

    def draw(at: int) -> None:
        """The week up to an hour: its figures beside the usual ones, and the chart with the rest still to come."""
        now = hours.row(at, named=True)
        fact_line(
            [
                Fact("Active users", count(now["active_users"]), f"usually {count(now['active_users_usual'])}"),
                Fact("Page views", count(now["page_views"]), f"usually {count(now['page_views_usual'])}"),
                Fact("p99 latency", milliseconds(now["p99"]), f"usually {milliseconds(now['p99_usual'])}",
                     "bad" if now["p99"] > (now["p99_high"] or now["p99"]) else ""),
                Fact("Failed", percent(now["failed_share"], 2), f"usually {percent(now['failed_share_usual'], 2)}",
                     "bad" if now["failed_share"] > (now["failed_share_high"] or 1) else ""),
                Fact("Orders", count(now["orders"]), money(now["revenue"])),
            ]
        )  # fmt: skip
        is_over = at == len(hours) - 1
        seen = pl.col("position") <= at
        shown = hours.with_columns(pl.when(seen).then(pl.col(name)).alias(name) for name in ("active_users", "p99"))
        marks = [(row["hour"], "Incident") for row in incidents if row["position"] <= at]
        chart = partial(
            charts.lines,
            hours if is_over else shown,
            x="hour",
            y={"active_users": "Active users"},
            band=("active_users_low", "active_users_high", "Usual range"),
            right={"p99": "p99 latency"},
            right_unit="ms",
            events=marks if is_over else [*marks, (now["hour"], "")],
            tones={"active_users": "realtime", "p99": "alert"},
            area=True,
        )
        it.figure(made(it.title, (at,), chart), key="week_chart")

    replay("week", len(hours), draw, lambda at: f"{hours['hour'][at]:%a} {moment(hours['hour'][at])}, not live")

with page.card(
    "Error budget of the week",
    "Share of the allowed 0.5% of requests that failed · whole platform",
    query="executive/error_budget",
    params=params,
    help="A service level of 99.5% allows one request in 200 to fail. The line shows how much of that was used up.",
) as it:
    fact_line(
        [
            Fact("Budget used", percent(service["budget_used"], 0), f"{count(service['budget_left'])} failures left"),
            Fact("Burn rate, 24 h", f"{format.score(service['burn_rate_today'])}×", "1× lasts the week"),
            Fact("Worst p99", milliseconds(service["worst_p99"]), f"median {milliseconds(service['usual_p99'])}"),
        ]
    )
    pace = {"used": "Budget used", "even_pace": "Even pace"}
    it.draw(
        charts.lines,
        x="hour",
        y=pace,
        unit="share",
        dashed=("even_pace",),
        tones={"used": "alert"},
        area=True,
        height=295,
    )
section(
    "The period",
    f"{chosen.label.capitalize()}{where}: what the filters above choose. The figures further up are of the week.",
)
card = partial(board(4, narrowest=250).card, params=params)
with card("Revenue", f"USD · {chosen.scope}", query="revenue/over_time", empty="No sales in this period.") as it:
    names = {"revenue": "Revenue", "revenue_year_ago": "A year before"}
    it.draw(charts.lines, x="bucket", y=names, unit="money", area=True, dashed=("revenue_year_ago",))
with card(
    "Pipeline funnel",
    f"Deals created · {chosen.scope}",
    query="executive/funnel",
    empty="No deals of these customers were created in this period.",
) as it:
    it.draw(charts.funnel, stage="stage", value="deals")
with card(
    "Fraud alerts by severity",
    f"By outcome · {chosen.scope}",
    query="executive/fraud_severity",
    empty="No fraud alerts of these customers in this period.",
) as it:
    tones = {"Open": "warning", "Confirmed Fraud": "alert", "Cleared": "neutral"}
    it.draw(charts.bars, x="severity", y="alerts", color="outcome", stack=True, tones=tones)
with card(
    "Customers by lifecycle stage",
    f"On {format.day(chosen.as_of)}{where}",
    query="executive/lifecycle_stages",
    empty="No such customers. Choose another segment or country.",
) as it:
    it.draw(charts.ranked, label="lifecycle_stage", value="customers", tones={})
note("Hours are UTC. The replay plays recorded hours; nothing on this page is live.")
