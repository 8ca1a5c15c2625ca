"""The last 168 hours: traffic, response times, errors, orders, revenue and leads, with one incident to find."""

from datetime import datetime

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.plan import FIRST_DAY, HOURS, HOURS_SINCE, Plan
from data_gen.randomness import Floats, Ints, Rng, quota, stream

SAMPLING = 40  # the tracker keeps one page view in so many
CURVE = np.array([5, 4, 3, 3, 4, 5, 7, 11, 17, 22, 24, 23, 20, 21, 23, 23, 20, 16, 13, 11, 10, 9, 8, 6], dtype=float)
CURVE_SHARE = 0.8  # of a day's page views follow the usual curve, the rest the hours of the sampled ones
WEEKDAYS = np.array([1.0, 1.04, 1.05, 1.02, 0.93, 0.46, 0.42])
PEAK_API_CALLS, PLATFORM_USERS, PAGES_OF_VISITOR = 21_000, 780, 5.2
QUIET_MS, LOADED_MS = 118.0, 74.0
USUAL_ERRORS_PCT, USUAL_PASS_RATE = 0.24, 98.7

# A database failover in the early afternoon of a Thursday: response times, errors, lost calls, by hour since it began.
INCIDENT_STARTS = datetime(2026, 1, 29, 13)
INCIDENT_SLOWER = (6.5, 9.0, 3.2, 1.3)
INCIDENT_ERRORS_PCT = (5.8, 9.4, 2.6, 0.5)
INCIDENT_CALLS = (0.86, 0.72, 0.90, 1.0)
INCIDENT_PASS_RATE = (0.0, -1.6, -4.8, -3.1, -1.2)


def ops_metric(seed: int, plan: Plan, orders: pl.DataFrame, created: pl.Series, page_views: Ints) -> pl.DataFrame:
    """One row per hour. Orders, revenue and leads are those of the hour; page views follow the tracker's, day by day.

    `created` holds when each deal was created, `page_views` the tracked page views of the 168 hours.
    """
    rng = stream(seed, "ops_metric")
    first = (HOURS_SINCE.date() - FIRST_DAY).days * 24
    ordered = orders["seconds"].to_numpy() // 3600 - first
    recent = (ordered >= 0) & (ordered < HOURS)
    leads = _hours_since(created)
    hour = np.arange(HOURS)
    load = CURVE[hour % 24] / CURVE.max() * WEEKDAYS[(HOURS_SINCE.weekday() + hour // 24) % 7]
    views = _page_views(page_views, load)
    average = (QUIET_MS + LOADED_MS * load) * rng.lognormal(0, 0.05, HOURS) * _incident(INCIDENT_SLOWER, 1.0)
    errors = USUAL_ERRORS_PCT * rng.lognormal(0, 0.25, HOURS) + _incident(INCIDENT_ERRORS_PCT, 0.0)
    calls = PEAK_API_CALLS * plan.scale * (0.10 + load) * rng.lognormal(0, 0.04, HOURS)
    passed = USUAL_PASS_RATE + rng.normal(0, 0.22, HOURS) + _incident(INCIDENT_PASS_RATE, 0.0)
    cents = np.bincount(ordered[recent], weights=orders["total_cents"].to_numpy()[recent], minlength=HOURS)
    return pl.DataFrame(
        {
            "ts": clock.moments((first + hour) * 3600),
            "active_users": _users(rng, plan, views, load),
            "page_views": views.astype(np.int32),
            "api_calls": np.round(calls * _incident(INCIDENT_CALLS, 1.0)).astype(np.int32),
            "avg_response_ms": np.round(average, 1),
            "p99_response_ms": np.round(average * (3.6 + 0.5 * rng.random(HOURS)), 1),
            "error_rate_pct": np.round(errors, 3),
            "orders": np.bincount(ordered[recent], minlength=HOURS).astype(np.int32),
            "revenue": np.round(cents) / 100,
            "new_leads": np.bincount(leads, minlength=HOURS).astype(np.int32),
            "dq_pass_rate": np.round(np.clip(passed, 0, 100), 2),
        }
    )


def hourly_page_views(events: pl.DataFrame) -> Ints:
    """Tracked page views of each of the 168 hours."""
    viewed = events.filter((pl.col("event_type") == "page_view") & (pl.col("event_ts") >= HOURS_SINCE))
    return np.bincount(_hours_since(viewed["event_ts"]), minlength=HOURS)


def _hours_since(moments: pl.Series) -> Ints:
    """The hour that each moment falls into; only those that fall into the 168."""
    hours = (moments - HOURS_SINCE).dt.total_seconds() // 3600
    return hours.filter(hours.is_between(0, HOURS - 1)).cast(pl.Int64).to_numpy()


def _page_views(tracked: Ints, load: Floats) -> Ints:
    """The sampling factor times a day's tracked views, laid over its hours."""
    found = np.empty(HOURS, dtype=np.int64)
    for day in range(HOURS // 24):
        hours = slice(24 * day, 24 * day + 24)
        sampled, curve = tracked[hours], load[hours] / load[hours].sum()
        share = sampled / max(int(sampled.sum()), 1)
        found[hours] = quota(SAMPLING * int(sampled.sum()), CURVE_SHARE * curve + (1 - CURVE_SHARE) * share)
    return found


def _users(rng: Rng, plan: Plan, views: Ints, load: Floats) -> Ints:
    """Visitors of the website and users of the platform; fewer get through while it is down."""
    platform = PLATFORM_USERS * plan.scale * (0.07 + load) * _incident(INCIDENT_CALLS, 1.0)
    return np.round((views / PAGES_OF_VISITOR + platform) * rng.lognormal(0, 0.05, HOURS)).astype(np.int32)


def _incident(factors: tuple[float, ...], otherwise: float) -> Floats:
    """A factor per hour: those of the incident from its start on."""
    found = np.full(HOURS, otherwise)
    start = int((INCIDENT_STARTS - HOURS_SINCE).total_seconds() // 3600)
    found[start : start + len(factors)] = factors
    return found
