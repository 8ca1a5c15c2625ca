"""The pipeline: deals move stage by stage, with a date for each stage that they reached."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_gen import clock, salesforce_ids
from data_gen.extracts import salesforce_time
from data_gen.masters import rep_id
from data_gen.orders import skill
from data_gen.plan import DAYS, Plan
from data_gen.population import Population
from data_gen.randomness import Floats, Ints, Rng, choose, dealt, pick_rows, quota, ranked_labels, stream
from data_gen.records import Records
from data_gen.vocabulary.selling import ABANDONED_IN, DWELL_DAYS, LEAD_SOURCES, LOSS_REASONS, OPEN_STAGES

MEDIAN_AMOUNT = np.array([560_000.0, 165_000.0, 52_000.0, 22_000.0])  # USD by segment
AMOUNT_SPREAD = 0.6
WON_DISCOUNT = 0.92  # deals that are won were trimmed on the way
PACE = np.array([1.45, 1.15, 0.9, 0.75])  # dwell times by segment, times
DWELL_SPREAD = 0.55
LINGERING = 3.2  # lost deals stay longer in their last stage
DEAL_GROWTH = 0.30  # a year
SEASON = np.array(
    [1.04, 1.0, 1.05, 1.0, 1.0, 0.98, 0.92, 0.90, 1.06, 1.06, 1.04, 0.94]
)  # deals begun by calendar month
OLDEST_MONTHS, FADING = 17.0, 1.15  # no open deal is older; how fast a month's deals are closed
STALLING = 0.45  # how loosely the stage of an open deal follows from its age
HASTE, HASTE_DAYS = 2.0, 45.0  # deals that close soon after they began were mostly lost early
SEGMENT_ODDS = np.array([-0.15, 0.0, 0.1, -0.05])
OVERDUE_SHARE = 0.15  # of the open deals should have closed by now
NEGLECT = 0.5  # how much likelier that is for small ones
FORECAST_PACE, FURTHEST_DAYS = 1.0, 330  # what sellers expect of the usual time to close; the furthest expectation
PUSHED_SHARE = 0.35  # of the open deals were put off at least once
LATE_REASON_TILT = {"Price": 1.7, "Competition": 1.6, "Feature Gap": 1.0, "No Decision": 0.6, "Timing": 0.6}
FIRST_NUMBER = 3_000_019
STAGES = len(OPEN_STAGES)


@dataclass(frozen=True)
class Course:
    """How far each deal went, and when; `reached` is the index of the last open stage."""

    reached: Ints
    won: np.ndarray
    open: np.ndarray
    entered: Ints  # by deal and stage, days; only up to `reached`
    closed: Ints  # -1 while open


def simulate(seed: int, plan: Plan, people: Population, records: Records) -> pl.DataFrame:
    """sf_opportunity: one row per deal, in order of creation."""
    rng = stream(seed, "sf_opportunity")
    counts = plan.deals
    closed, pending = counts["Won"] + counts["Lost"], sum(counts[stage] for stage in OPEN_STAGES)
    month = _months(closed, pending)
    is_open = np.arange(len(month)) >= closed
    golden = _customers(rng, people, records, month, is_open)
    created = _created(rng, people, records, golden, month)
    source = dealt(rng, len(golden), [share for share, _ in LEAD_SOURCES.values()])
    odds = skill(seed)[people.rep[golden]] + np.array([effect for _, effect in LEAD_SOURCES.values()])[source]
    odds = odds + SEGMENT_ODDS[people.segment[golden]]
    room = np.where(is_open, DAYS - 1, people.active_to[golden]) - created
    reached, won = _outcomes(rng, counts, odds[:closed] - HASTE * np.exp(-room[:closed] / HASTE_DAYS))
    still = _standing(rng, counts, room[closed:])
    reached, won = np.concatenate([reached, still]), np.concatenate([won, np.zeros(pending, dtype=bool)])
    course = _course(rng, people, golden, created, room, reached, won, is_open)
    return _rows(rng, people, records, golden, source, course)


def _months(closed: int, pending: int) -> Ints:
    """The month in which each deal begins: closed ones first, then the open ones, which are mostly young.

    Together they grow gently; what is open of a month fades with its age.
    """
    month = np.arange(clock.MONTHS)
    begun = quota(closed + pending, (1 + DEAL_GROWTH) ** (month / 12) * SEASON[month % 12])
    age = clock.MONTHS - 0.5 - month
    still_open = np.minimum(quota(pending, begun * np.clip(1 - age / OLDEST_MONTHS, 0, None) ** FADING), begun)
    return np.concatenate([np.repeat(month, begun - still_open), np.repeat(month, still_open)])


def _customers(rng: Rng, people: Population, records: Records, month: Ints, is_open: np.ndarray) -> Ints:
    """Customers with a Salesforce account in the month; each month the same mix of segments and sizes."""
    since = np.maximum(records.known_from[1], 0)
    size = np.exp(0.25 * people.size) * np.array([1.4, 1.15, 1.0, 0.8])[people.segment]
    order = np.lexsort((people.size, people.segment))
    golden = np.empty(len(month), dtype=np.int64)
    for m in np.unique(month):
        alive = (since <= clock.MONTH_START[m] + 20) & (people.active_to >= clock.MONTH_END[m] - 5)
        for mine, eligible in ((~is_open, alive), (is_open, alive & ~people.is_leaving)):
            rows = rng.permutation(np.flatnonzero(mine & (month == m)))
            weights = np.cumsum(np.where(eligible, size, 0.0)[order])
            evenly = (rng.random() + np.arange(len(rows))) / max(len(rows), 1)
            at = np.searchsorted(weights, evenly % 1 * weights[-1], side="right")
            golden[rows] = order[np.minimum(at, len(order) - 1)]
    return golden


def _created(rng: Rng, people: Population, records: Records, golden: Ints, month: Ints) -> Ints:
    """A day of the month, on working days where there is one."""
    first = np.maximum(np.maximum(clock.MONTH_START[month], records.known_from[1][golden]), people.active_from[golden])
    last = np.minimum(clock.MONTH_END[month], people.active_to[golden])
    first = np.minimum(first, last)
    day = first + (rng.random(len(golden)) * (last - first + 1)).astype(np.int64)
    friday, monday = day - (clock.weekday(day) - 4), day + (7 - clock.weekday(day))
    weekend = clock.is_weekend(day)
    return np.where(weekend & (friday >= first), friday, np.where(weekend & (monday <= last), monday, day))


def _standing(rng: Rng, counts: dict[str, int], age: Ints) -> Ints:
    """The stage that each open deal is in: exact numbers, the later the older the deal."""
    latent = np.log(age + 10) + STALLING * rng.normal(size=len(age))
    latest_first = [counts[stage] for stage in reversed(OPEN_STAGES)]
    return STAGES - 1 - ranked_labels(latent, latest_first)


def _outcomes(rng: Rng, counts: dict[str, int], odds: Floats) -> tuple[Ints, np.ndarray]:
    """Exact numbers of won deals and of losses per stage; better chances go further."""
    latent = odds + rng.logistic(size=len(odds))
    lost_in = quota(counts["Lost"], list(ABANDONED_IN.values()))[::-1]
    label = ranked_labels(latent + 0.3 * rng.normal(size=len(odds)), [counts["Won"], *lost_in])
    won = label == 0
    return np.where(won, STAGES - 1, STAGES - label), won


def _course(
    rng: Rng,
    people: Population,
    golden: Ints,
    created: Ints,
    room: Ints,
    reached: Ints,
    won: np.ndarray,
    is_open: np.ndarray,
) -> Course:
    """Dwell times by stage: those of open deals fill their age, those of closed ones end before the customer does."""
    n = len(golden)
    dwell = np.array(DWELL_DAYS) * rng.lognormal(0, DWELL_SPREAD, (n, STAGES)) * PACE[people.segment[golden]][:, None]
    last_stage = np.arange(n), reached
    dwell[last_stage] *= np.where(~won & ~is_open, LINGERING, 1.0)
    dwell = np.where(np.arange(STAGES) > reached[:, None], 0.0, dwell)
    total = dwell.sum(axis=1)
    length = np.where(is_open, room, np.where(total > room, room * rng.uniform(0.4, 1.0, n), total))
    entered = np.floor((np.cumsum(dwell, axis=1) - dwell) * (length / np.maximum(total, 1e-9))[:, None])
    entered = created[:, None] + entered.astype(np.int64)
    ends = created + np.floor(length).astype(np.int64)
    return Course(reached, won, is_open, entered, np.where(is_open, -1, ends))


def _rows(rng: Rng, people: Population, records: Records, golden: Ints, source: Ints, course: Course) -> pl.DataFrame:
    n, segment = len(golden), people.segment[golden]
    created = course.entered[:, 0] * clock.DAY_SECONDS + clock.office_second(rng, people.country[golden])
    touched = np.where(course.open, course.entered[np.arange(n), course.reached], course.closed)
    amount = MEDIAN_AMOUNT[segment] * rng.lognormal(0, AMOUNT_SPREAD, n) * np.exp(0.2 * people.size[golden])
    amount = np.maximum(np.round(np.where(course.won, WON_DISCOUNT, 1.0) * amount, -2), 500)
    expected, original = _forecasts(rng, course, amount)
    account = records.used(rng, "Salesforce", golden, course.entered[:, 0])
    stage = np.array(OPEN_STAGES)[course.reached]
    stage = np.where(course.open, stage, np.where(course.won, "Won", "Lost"))
    dates = {
        f"{name}_Date__c": _date(np.where(course.reached >= at, course.entered[:, at], -1))
        for at, name in enumerate(OPEN_STAGES)
        if at
    }
    rows = pl.DataFrame(
        {
            "AccountId": records.source_id[account],
            "Rep_Id__c": [rep_id(i) for i in people.rep[golden]],
            "LeadSource": np.array(list(LEAD_SOURCES))[source],
            "Amount": [f"{value:.2f}" for value in amount],
            "StageName": stage,
            "CreatedDate": pl.select(salesforce_time(pl.lit(clock.moments(created)))).to_series(),
            **dates,
            "Closed_Date__c": _date(course.closed),
            "CloseDate": _date(expected),
            "Original_Close_Date__c": _date(original),
            "IsWon": np.where(course.won, "true", "false"),
            "IsClosed": np.where(course.open, "false", "true"),
            "Loss_Reason__c": _loss_reasons(rng, course),
            "SystemModstamp": pl.select(
                salesforce_time(pl.lit(clock.moments(np.maximum(touched * clock.DAY_SECONDS + 64_800, created))))
            ).to_series(),
            "IsDeleted": pl.repeat("false", n, eager=True),
        }
    ).sort("CreatedDate", "AccountId", maintain_order=True)
    return rows.insert_column(0, salesforce_ids.ids("Opportunity", FIRST_NUMBER + np.arange(n)).alias("Id"))


def _forecasts(rng: Rng, course: Course, amount: Floats) -> tuple[Ints, Ints]:
    """When each deal is expected to close, and when that was first expected."""
    n, today = len(course.reached), DAYS - 1
    created = course.entered[:, 0]
    left = np.array([sum(DWELL_DAYS[at:]) for at in range(STAGES)])[course.reached]
    ahead = today + 2 + np.minimum(FORECAST_PACE * left * rng.lognormal(0, 0.35, n), FURTHEST_DAYS).astype(np.int64)
    overdue = np.maximum(today - 1 - (rng.random(n) ** 1.5 * 40).astype(np.int64), created)
    late = np.zeros(n, dtype=bool)
    pending = np.flatnonzero(course.open)
    neglected = choose(rng, -NEGLECT * np.log(amount[pending]), round(OVERDUE_SHARE * len(pending)))
    late[pending[neglected]] = True
    expected = np.where(course.open, np.where(late, overdue, ahead), course.closed)
    planned = created + np.maximum(14, (sum(DWELL_DAYS) * rng.lognormal(0, 0.3, n)).astype(np.int64))
    pushed = rng.random(n) < PUSHED_SHARE
    earlier = np.maximum(expected - 10 - (rng.random(n) * 70).astype(np.int64), created + 7)
    still = np.where(pushed, np.minimum(earlier, expected), expected)
    return expected, np.where(course.open, still, planned)


def _loss_reasons(rng: Rng, course: Course) -> pl.Series:
    """Early losses lack a decision, late ones a price."""
    names, base = list(LOSS_REASONS), np.array(list(LOSS_REASONS.values()), dtype=float)
    tilt = np.array([LATE_REASON_TILT[name] for name in names])
    weights = base * tilt ** ((course.reached / (STAGES - 1) - 0.4) * 1.6)[:, None]
    cumulative = np.cumsum(weights, axis=1)
    at = pick_rows(rng.random(len(course.reached)), cumulative / cumulative[:, -1:])
    lost = pl.Series(~course.open & ~course.won)
    return pl.select(pl.when(lost).then(pl.Series(np.array(names)[at]))).to_series()


def _date(days: Ints) -> pl.Series:
    """ISO dates; null for -1."""
    found = clock.dates(days).dt.strftime("%Y-%m-%d")
    return pl.select(pl.when(pl.Series(days >= 0)).then(found)).to_series()
