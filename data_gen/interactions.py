"""Touchpoints: who was in touch, about what, in which mood, and how it was rated."""

import numpy as np
import polars as pl

from data_gen import clock, planted, recency, salesforce_ids
from data_gen.extracts import salesforce_time
from data_gen.plan import Plan
from data_gen.population import SEGMENTS, Population
from data_gen.randomness import Bools, Floats, Ints, Rng, pick, quota, ranked_labels, stream
from data_gen.records import Records
from data_gen.vocabulary.touchpoints import CHANNELS, REMARKS, SENTIMENTS, SUBJECTS, TYPES

TYPE_NAMES = tuple(TYPES)
ONBOARDING, DELIVERY = TYPE_NAMES.index("Onboarding"), TYPE_NAMES.index("Delivery Problem")
SURVEY, REVIEW = TYPE_NAMES.index("Feedback Survey"), TYPE_NAMES.index("Account Review")

LATE_DELIVERY_SHARE = 0.06  # of the orders
CONTACT_GROWTH = 0.28  # a year
SEASON = np.array([1.0, 1.0, 1.04, 1.0, 0.99, 0.97, 0.94, 0.92, 1.02, 1.04, 1.05, 1.0])  # contacts by calendar month
SOURING_DAYS = 60  # before a customer leaves the mood turns
SOURING = {"Churned": 1.5, "At-Risk": 0.8, "Dormant": 0.9}
CUSTOMER_MOOD_SPREAD = 0.45
RATED_SHARE, REVIEW_NPS_SHARE = 0.62, 0.18
SLOW_WHEN_NEGATIVE = 1.9
QUICKER = np.array([0.75, 0.9, 1.1, 1.2])  # resolution time by segment, times

# Chances of each score by sentiment: Positive, Neutral, Negative.
CSAT = np.cumsum([[0, 0, 0.04, 0.38, 0.58], [0, 0.08, 0.52, 0.36, 0.04], [0.34, 0.42, 0.19, 0.05, 0]], axis=1)
NPS = np.cumsum(
    [
        [0, 0, 0, 0, 0, 0.01, 0.02, 0.06, 0.15, 0.36, 0.40],
        [0, 0, 0, 0.01, 0.03, 0.08, 0.13, 0.33, 0.30, 0.10, 0.02],
        [0.08, 0.06, 0.10, 0.16, 0.18, 0.20, 0.14, 0.06, 0.02, 0, 0],
    ],
    axis=1,
)
FIRST_NUMBER = 5_000_011


def simulate(seed: int, plan: Plan, people: Population, records: Records, orders: pl.DataFrame) -> pl.DataFrame:
    """sf_task: one row per touchpoint, in order of time."""
    rng = stream(seed, "sf_task")
    golden, day, type_ = _contacts(
        rng, sum(plan.sentiments.values()), people, orders, recency.callers_and_visitors(seed, people, orders)[0]
    )
    seconds = day * clock.DAY_SECONDS + clock.office_second(rng, people.country[golden])
    order = np.lexsort((golden, seconds))
    golden, day, type_, seconds = golden[order], day[order], type_[order], seconds[order]
    counts = [plan.sentiments[name] for name in reversed(SENTIMENTS)]
    mood = 2 - ranked_labels(_displeasure(rng, people, golden, day, type_), counts)
    return _rows(rng, people, records, golden, seconds, type_, mood)


def _contacts(rng: Rng, total: int, people: Population, orders: pl.DataFrame, callers: Ints) -> tuple[Ints, Ints, Ints]:
    """Customer, day and type of every contact: those that must be, and the rest by engagement.

    The months follow their plan: what must be takes the place of what would have been.
    """
    joined = np.flatnonzero(people.created >= 0)
    month_end = clock.MONTH_END[clock.MONTH[people.active_from[joined]]]
    welcome = np.minimum(people.active_from[joined] + rng.integers(0, 4, len(joined)), month_end)
    welcome = np.minimum(welcome, people.active_to[joined])

    leaving = np.flatnonzero(people.is_leaving)
    must = np.concatenate([leaving, callers])
    touch = np.concatenate([people.active_to[leaving], recency.days(rng, people, callers)])

    late = np.flatnonzero(rng.random(len(orders)) < LATE_DELIVERY_SHARE)
    annoyed = orders["golden"].to_numpy()[late]
    complaint = orders["seconds"].to_numpy()[late] // clock.DAY_SECONDS + rng.integers(6, 20, len(late))
    heard = complaint <= people.active_to[annoyed]

    golden = np.concatenate([must, joined, annoyed[heard]])[:total]
    day = np.concatenate([touch, welcome, complaint[heard]])[:total]
    fixed = np.concatenate(
        [np.full(len(must), -1), np.full(len(joined), ONBOARDING), np.full(int(heard.sum()), DELIVERY)]
    )[:total]
    room = quota(total, month_weights()) - np.bincount(clock.MONTH[day], minlength=clock.MONTHS)
    others, other_days = _routine(rng, quota(total - len(golden), np.clip(room, 1e-9, None)), people)
    type_ = np.concatenate([fixed, np.full(len(others), -1)])
    shares = np.cumsum([share for share, _, _ in TYPES.values()])
    type_ = np.where(type_ < 0, pick(rng, shares, len(type_)), type_)
    return np.concatenate([golden, others]), np.concatenate([day, other_days]), type_


def month_weights() -> Floats:
    """What each month takes of the contacts: growth, season and length."""
    month = np.arange(clock.MONTHS)
    days = clock.MONTH_END - clock.MONTH_START + 1
    return (1 + CONTACT_GROWTH) ** (month / 12) * SEASON[month % 12] * days


def _routine(rng: Rng, counts: Ints, people: Population) -> tuple[Ints, Ints]:
    """So many contacts a month without an occasion, mostly on working days."""
    eagerness = np.exp(0.55 * people.engagement + 0.25 * people.size + np.array([0.5, 0.25, 0.0, -0.2])[people.segment])
    month = np.repeat(np.arange(clock.MONTHS), counts)
    golden = np.empty(len(month), dtype=np.int64)
    for m in np.flatnonzero(counts):
        start, end = int(clock.MONTH_START[m]), int(clock.MONTH_END[m])
        days = np.minimum(people.active_to, end) - np.maximum(people.active_from, start) + 1
        golden[month == m] = pick(rng, np.cumsum(np.clip(days, 0, None) * eagerness), int(counts[m]))
    first = np.maximum(clock.MONTH_START[month], people.active_from[golden])
    last = np.minimum(clock.MONTH_END[month], people.active_to[golden])
    day = first + (rng.random(len(golden)) * (last - first + 1)).astype(np.int64)
    moves = clock.is_weekend(day) & (rng.random(len(golden)) < 0.9)
    friday, monday = day - (clock.weekday(day) - 4), day + (7 - clock.weekday(day))
    return golden, np.where(moves & (friday >= first), friday, np.where(moves & (monday <= last), monday, day))


def _displeasure(rng: Rng, people: Population, golden: Ints, day: Ints, type_: Ints) -> Floats:
    """The higher, the likelier negative: the matter, the customer's own mood, and what precedes a parting."""
    lean = np.array([lean for _, _, lean in TYPES.values()])[type_]
    own = CUSTOMER_MOOD_SPREAD * rng.normal(size=len(people))[golden]
    souring = np.array([SOURING.get(stage, 0.0) for stage in people.stage])[golden]
    near = people.active_to[golden] - day <= SOURING_DAYS
    return lean + own + np.where(near, souring, 0.0) + rng.gumbel(0, 0.8, len(golden))


def _rows(
    rng: Rng, people: Population, records: Records, golden: Ints, seconds: Ints, type_: Ints, mood: Ints
) -> pl.DataFrame:
    n, segment = len(golden), people.segment[golden]
    account, customer = _keys(rng, records, golden, seconds // clock.DAY_SECONDS)
    when = pl.select(salesforce_time(pl.lit(clock.moments(seconds)))).to_series()
    csat = _scores(rng, CSAT, mood, rng.random(n) < RATED_SHARE, lowest=1)
    asks = (type_ == SURVEY) | ((type_ == REVIEW) & (rng.random(n) < REVIEW_NPS_SHARE))
    at = rng.random(n)
    tasks = pl.DataFrame(
        {
            "Id": salesforce_ids.ids("Task", FIRST_NUMBER + np.arange(n)),
            "AccountId": account,
            "SAP_Customer_Number__c": customer,
            "ActivityDateTime": when,
            "Channel__c": _channels(rng, segment),
            "Type": np.array(TYPE_NAMES)[type_],
            "Sentiment__c": np.array(SENTIMENTS)[mood],
            "CSAT__c": csat,
            "NPS__c": _scores(rng, NPS, mood, asks, lowest=0),
            "Resolution_Hours__c": _resolution(rng, segment, type_, mood),
            "Subject": _phrases([SUBJECTS[name] for name in TYPE_NAMES], type_, at),
            "Description": _phrases([REMARKS[name] for name in SENTIMENTS], mood, at),
            "SystemModstamp": when,
            "IsDeleted": pl.repeat("false", n, eager=True),
        }
    )
    return planted.in_a_task(tasks)


def _phrases(phrases: list[tuple[str, ...]], kind: Ints, uniform: Floats) -> pl.Series:
    """One of the phrases of each kind."""
    many = np.array([len(of_kind) for of_kind in phrases])
    first = np.cumsum(many) - many
    return pl.Series([p for of_kind in phrases for p in of_kind])[first[kind] + (uniform * many[kind]).astype(np.int64)]


def _keys(rng: Rng, records: Records, golden: Ints, day: Ints) -> tuple[pl.Series, pl.Series]:
    """The account where Salesforce knew the customer that day, else the SAP customer number."""
    by_account = (records.known_from[1][golden] <= day) | (records.first("SAP")[golden] < 0)
    account = records.source_id[records.used(rng, "Salesforce", golden, day)]
    number = records.source_id[records.used(rng, "SAP", golden, day)]
    keys = pl.DataFrame({"by_account": by_account, "account": account, "number": number})
    chosen = keys.select(
        pl.when("by_account").then("account").alias("a"), pl.when(~pl.col("by_account")).then("number").alias("n")
    )
    return chosen["a"], chosen["n"]


def _channels(rng: Rng, segment: Ints) -> pl.Series:
    found = np.empty(len(segment), dtype=object)
    for index, name in enumerate(SEGMENTS):
        mine = np.flatnonzero(segment == index)
        names, weights = list(CHANNELS[name]), np.cumsum(list(CHANNELS[name].values()))
        found[mine] = np.array(names, dtype=object)[pick(rng, weights.astype(float), len(mine))]
    return pl.Series(found.tolist(), dtype=pl.String)


def _scores(rng: Rng, cumulative: Floats, mood: Ints, given: Bools, lowest: int) -> pl.Series:
    at = (rng.random(len(mood))[:, None] > cumulative[mood]).sum(axis=1)
    scores = pl.Series(lowest + np.minimum(at, cumulative.shape[1] - 1)).cast(pl.String)
    return pl.select(pl.when(pl.Series(given)).then(scores)).to_series()


def _resolution(rng: Rng, segment: Ints, type_: Ints, mood: Ints) -> pl.Series:
    median = np.array([hours for _, hours, _ in TYPES.values()])[type_]
    hours = median * QUICKER[segment] * rng.lognormal(0, 0.7, len(type_))
    hours = np.where(mood == SENTIMENTS.index("Negative"), SLOW_WHEN_NEGATIVE, 1.0) * hours
    text = pl.Series(np.round(np.maximum(hours, 0.1), 1)).cast(pl.String)
    return pl.select(pl.when(pl.Series(median > 0)).then(text)).to_series()
