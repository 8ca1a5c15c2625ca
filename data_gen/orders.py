"""The order book: who orders when, what and for how much. Truth, before fraud is planted and systems write it down."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.plan import Plan
from data_gen.population import Population
from data_gen.products import WITHDRAWN_ON, Products
from data_gen.randomness import Floats, Ints, Rng, choose, pick_rows, quota, ranked_labels, stream
from data_gen.vocabulary.people import REPS

SOURCES = ("SAP", "Salesforce", "Oracle", "E-Commerce")
SOURCE_WEIGHTS = np.array([0.42, 0.25, 0.22, 0.11])
SHOP_FONDNESS = np.array([0.4, 0.8, 1.2, 1.8])  # weight of E-Commerce by segment, times

ORDER_GROWTH, PRICE_GROWTH = 0.115, 0.03  # a year; together about 15 % of revenue
FOURTH_QUARTER, QUARTER_END, AUGUST = 1.15, 1.10, 0.92
MONTH_NOISE = 0.025
MEDIAN_VALUE = np.array([80_000.0, 22_000.0, 7_000.0, 3_000.0])  # USD by segment
ORDER_RATE = np.array([0.80, 1.05, 1.05, 1.0])  # by segment
STAGE_RATE = {"Champion": 1.4, "Loyal": 1.1, "Growing": 0.9, "Activated": 0.8, "Dormant": 0.7}
VALUE_SPREAD, CUSTOMER_VALUE_SPREAD = 0.55, 0.30
TOP_FIFTH_SHARE = 0.80  # of the expected revenue; what is realised lies a little above
WITHOUT_ORDERS_SHARE = 0.04
LEAVING_DAYS, LEAVING_RATE = 75, 0.45
ELSEWHERE_SHARE = 0.02  # of orders are shipped to another country
CANDIDATES = 8


@dataclass(frozen=True)
class Habits:
    """How often and how large each customer orders."""

    rate: Floats
    value: Floats
    alive: Floats  # by month and customer: share of the month


def simulate(seed: int, plan: Plan, people: Population, known_from: Ints, products: Products) -> pl.DataFrame:
    """One row per order, in order of time: golden, source, product, seconds, quantity, cents, discount, rep, ship.

    `known_from` is the day of each customer's first record in SAP, Salesforce and Oracle.
    """
    rng = stream(seed, "order")
    total = sum(plan.discounts.values())
    weights = month_weights()
    habits = _habits(rng, people, weights)
    golden, month = _buyers(rng, people, habits, quota(total, weights))
    day = _days(rng, people, golden, month)
    segment, country = people.segment[golden], people.country[golden]
    source = _sources(rng, segment, known_from[:, golden], day)
    product, quantity, price = _baskets(rng, products, segment, day, _values(rng, habits, golden, month, weights))
    gross = quantity * price / 100
    return pl.DataFrame(
        {
            "golden": golden,
            "source": source,
            "product": product,
            "seconds": day * clock.DAY_SECONDS + _clock_times(rng, source, country),
            "quantity": quantity,
            "price_cents": price,
            "discount": _discounts(rng, plan, gross, skill(seed)[people.rep[golden]]),
            "rep": people.rep[golden],
            "ship": _destinations(rng, country),
        }
    ).sort("seconds", "golden", maintain_order=True)


def skill(seed: int) -> Floats:
    """How good each representative is, on the log-odds of winning."""
    drawn = stream(seed, "sf_user").normal(size=len(REPS))
    return 0.35 * (drawn - drawn.mean()) / drawn.std()


def month_weights() -> Floats:
    """What each month takes of the orders: growth, season and working days."""
    found = np.zeros(clock.MONTHS)
    for day, when in enumerate(clock.CALENDAR):
        season = FOURTH_QUARTER if when.month >= 10 else 1.0
        season *= QUARTER_END if when.month % 3 == 0 else AUGUST if when.month == 8 else 1.0
        working = 0.15 if when.weekday() >= 5 else 1.0
        found[clock.MONTH[day]] += season * working * (1 + ORDER_GROWTH) ** (day / 365.25)
    return found


def _habits(rng: Rng, people: Population, weights: Floats) -> Habits:
    """Order rates spread so that the top fifth of the customers brings its share of the expected revenue."""
    start, end = clock.MONTH_START[:, None], clock.MONTH_END[:, None]
    days = np.minimum(end, people.active_to) - np.maximum(start, people.active_from) + 1
    alive = np.clip(days, 0, None) / (end - start + 1)
    fading = people.is_leaving & (people.active_to - start < LEAVING_DAYS)
    alive = alive * np.where(fading, LEAVING_RATE, 1.0)

    value = MEDIAN_VALUE[people.segment] * np.exp(CUSTOMER_VALUE_SPREAD * people.size)
    base = ORDER_RATE[people.segment] * np.array([STAGE_RATE.get(stage, 1.0) for stage in people.stage])
    temper = 0.85 * people.size + 0.5 * rng.normal(size=len(people))
    idle = choose(rng, -1.5 * people.size + np.where(people.segment == 0, -9.0, 0.0), _idle(len(people)))
    base[idle] = 0.0
    low, high = 0.0, 3.0
    for _ in range(30):
        middle = (low + high) / 2
        rate = base * np.exp(middle * temper)
        share = _top_fifth(value * _expected_orders(rate, alive, weights))
        low, high = (middle, high) if share < TOP_FIFTH_SHARE else (low, middle)
    return Habits(rate, value, alive)


def _idle(customers: int) -> int:
    return int(WITHOUT_ORDERS_SHARE * customers)


def _expected_orders(rate: Floats, alive: Floats, weights: Floats) -> Floats:
    share = alive * rate
    return (share / share.sum(axis=1, keepdims=True) * weights[:, None]).sum(axis=0)


def _top_fifth(revenue: Floats) -> float:
    ordered = np.sort(revenue)[::-1]
    return float(ordered[: len(ordered) // 5].sum() / ordered.sum())


def _buyers(rng: Rng, people: Population, habits: Habits, counts: Ints) -> tuple[Ints, Ints]:
    """Customer and month of every order: nearly everyone's first order, and the rest by rate."""
    buys = np.flatnonzero(habits.rate > 0)
    last_month = clock.MONTH[people.active_to[buys]]
    first_day = people.active_from[buys] + rng.integers(0, 40, len(buys))
    old = people.created[buys] < 0
    first_month = np.where(
        old, rng.integers(0, 10, len(buys)), clock.MONTH[np.minimum(first_day, people.active_to[buys])]
    )
    first_month = np.minimum(first_month, last_month)
    room = counts - np.bincount(first_month, minlength=clock.MONTHS)
    golden, month = [buys], [first_month]
    for m in np.flatnonzero(room > 0):
        drawn = _weighted(rng, habits.rate * habits.alive[m], int(room[m]))
        golden.append(drawn)
        month.append(np.full(len(drawn), m))
    found, months = np.concatenate(golden), np.concatenate(month)
    if (over := len(found) - int(counts.sum())) > 0:  # a month with more newcomers than orders
        keep = np.sort(rng.permutation(len(found))[over:])
        found, months = found[keep], months[keep]
    return found, months


def _weighted(rng: Rng, weights: Floats, size: int) -> Ints:
    cumulative = np.cumsum(weights)
    return np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")


def _days(rng: Rng, people: Population, golden: Ints, month: Ints) -> Ints:
    """A day of the month on which the customer was active; off weekends where there is another."""
    first = np.maximum(clock.MONTH_START[month], people.active_from[golden])
    last = np.minimum(clock.MONTH_END[month], people.active_to[golden])
    day = first + (rng.random(len(golden)) * (last - first + 1)).astype(np.int64)
    moves = clock.is_weekend(day) & (rng.random(len(golden)) < 0.75)
    friday, monday = day - (clock.weekday(day) - 4), day + (7 - clock.weekday(day))
    day = np.where(moves & (friday >= first), friday, np.where(moves & (monday <= last), monday, day))
    return day


def _sources(rng: Rng, segment: Ints, known_from: Ints, day: Ints) -> list[str]:
    """The system in which each order is entered: one that knows the customer; on weekends the shop alone is open."""
    weights = np.tile(SOURCE_WEIGHTS, (len(day), 1))
    weights[:, :3] *= (known_from <= day).T & ~clock.is_weekend(day)[:, None]
    weights[:, 3] *= SHOP_FONDNESS[segment]
    cumulative = np.cumsum(weights, axis=1)
    at = pick_rows(rng.random(len(day)), cumulative / cumulative[:, -1:])
    return [SOURCES[i] for i in at]


def _clock_times(rng: Rng, source: list[str], country: Ints) -> Ints:
    office = clock.office_second(rng, country)
    shop = clock.office_second(rng, country, opens=6.5, closes=21.5)
    return np.where(np.array(source) == "E-Commerce", shop, office)


def _values(rng: Rng, habits: Habits, golden: Ints, month: Ints, weights: Floats) -> Floats:
    """What each order is to be worth before discount, levelled so that the months follow their plan."""
    value = habits.value[golden] * np.exp(VALUE_SPREAD * rng.normal(size=len(golden)))
    growth = (1 + PRICE_GROWTH) ** (np.arange(clock.MONTHS) / 12)
    wanted = weights * growth * np.exp(MONTH_NOISE * rng.normal(size=clock.MONTHS))
    wanted *= value.sum() / wanted.sum()
    drawn = np.bincount(month, weights=value, minlength=clock.MONTHS)
    level = np.clip(wanted / np.maximum(drawn, 1), 0.5, 2.0)
    return value * level[month]


def _baskets(rng: Rng, products: Products, segment: Ints, day: Ints, value: Floats) -> tuple[Ints, Ints, Ints]:
    """Product, quantity and unit price in cents: the first candidate of which a sensible number makes the value.

    Prices are whole dollars, so that no discount leaves half a cent to be rounded.
    """
    drawn = rng.random((len(value), CANDIDATES))
    candidates = np.empty(drawn.shape, dtype=np.int64)
    for s, weights in enumerate(products.weights):
        mine = segment == s
        candidates[mine] = np.searchsorted(weights, drawn[mine], side="right")
    candidates = np.minimum(candidates, len(products.ids) - 1)
    ratio = value[:, None] / products.price[candidates]
    sold = ~(products.withdrawn[candidates] & (day[:, None] >= WITHDRAWN_ON))
    sensible = (ratio >= 0.85) & (ratio <= 60) & sold
    unfit = np.abs(np.log(ratio)) + np.where(sold, 0.0, 99.0)
    at = np.where(sensible.any(axis=1), sensible.argmax(axis=1), unfit.argmin(axis=1))
    product = candidates[np.arange(len(value)), at]
    year = clock.MONTH[day] // 12
    price = 100 * np.round(products.price[product] * (1 + PRICE_GROWTH) ** (year - 2.0)).astype(np.int64)
    quantity = np.maximum(1, np.round(value * 100 / price)).astype(np.int64)
    return product, quantity, price


def _discounts(rng: Rng, plan: Plan, gross: Floats, skills: Floats) -> Ints:
    """Exact counts of every discount; larger orders and weaker sellers get the higher ones."""
    latent = 0.55 * np.log(gross) - 1.6 * skills + rng.gumbel(size=len(gross))
    highest_first = sorted(plan.discounts, reverse=True)
    label = ranked_labels(latent, [plan.discounts[percent] for percent in highest_first])
    return np.array(highest_first)[label]


def _destinations(rng: Rng, country: Ints) -> Ints:
    abroad = rng.random(len(country)) < ELSEWHERE_SHARE
    other = (country + rng.integers(1, 10, len(country))) % 10
    return np.where(abroad, other, country)
