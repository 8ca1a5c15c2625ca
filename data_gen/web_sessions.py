"""Who visits the website, when, and from when on by name: sessions before a page is seen."""

from dataclasses import dataclass, fields

import numpy as np

from data_gen import clock, recency
from data_gen.plan import DAYS
from data_gen.population import Population
from data_gen.randomness import Bools, Floats, Ints, Rng, pick
from data_gen.vocabulary import places

TRAFFIC_GROWTH = 0.30  # a year
SEASON = np.array([1.0, 1.03, 1.06, 1.02, 1.0, 0.97, 0.91, 0.89, 1.05, 1.08, 1.06, 0.93])  # by calendar month
LEVELLING_ROUNDS = 12
WEEKDAYS = np.array([1.0, 1.05, 1.05, 1.0, 0.9, 0.34, 0.30])
KNOWN_SESSIONS, ANONYMOUS_SESSIONS, STITCHED_SESSIONS = 4.5, 1.5, 2.8  # of a visitor, on average
MOST_SESSIONS = 14
STITCHED_SHARE = 0.215  # so many more visitors than strangers give their name: a fifth of all that come unknown


@dataclass(frozen=True)
class Sessions:
    """One value per session; golden is -1 where the visitor never gives a name."""

    visitor: Ints
    golden: Ints
    country: Ints
    day: Ints
    is_known: Bools
    identifies: Bools  # ends with the form by which the visitor becomes known

    def __len__(self) -> int:
        return len(self.visitor)

    def take(self, rows: Ints) -> "Sessions":
        return Sessions(*(getattr(self, field.name)[rows] for field in fields(self)))


def simulate(rng: Rng, people: Population, known: int, anonymous: int, returning: Ints) -> Sessions:
    """About so many known and anonymous sessions; those of one visitor stand together, in order of time.

    Of the customers in `returning` someone visits the website of late.
    """
    traffic = _traffic()
    strangers = max(2, int(anonymous / ANONYMOUS_SESSIONS))
    joining = int(strangers * STITCHED_SHARE)
    usual = traffic / traffic.sum() * known
    of_late = usual[-recency.RECENT_DAYS :]
    of_late -= np.minimum(len(returning) / recency.RECENT_DAYS, of_late / 2)
    return _joined(
        [
            _returning(rng, people, returning),
            _stitched(rng, people, traffic, joining),
            _customers(rng, people, usual, max(2, int(known / KNOWN_SESSIONS))),
            _strangers(rng, traffic, strangers),
        ]
    )


def _traffic() -> Floats:
    """Weight of the days: growth, season and weekday."""
    days = np.arange(DAYS)
    season = np.interp(days, (clock.MONTH_START + clock.MONTH_END) / 2, SEASON[np.arange(clock.MONTHS) % 12])
    return (1 + TRAFFIC_GROWTH) ** (days / 365.25) * season * WEEKDAYS[clock.weekday(days)]


def _levelled(people: Population, weights: Floats, traffic: Floats) -> Floats:
    """Daily weights by which visits of customers, each within its lifetime, add up to the traffic.

    Without them every new customer would add to the traffic what it brings in a whole lifetime.
    """
    wanted, found = traffic / traffic.sum() * weights.sum(), traffic
    for _ in range(LEVELLING_ROUNDS):
        total = _cumulated(found)
        rate = weights / (total[people.active_to + 1] - total[people.active_from])
        begins = np.bincount(people.active_from, rate, minlength=DAYS + 1)
        ends = np.bincount(people.active_to + 1, rate, minlength=DAYS + 1)
        found = wanted / np.maximum(np.cumsum(begins - ends)[:DAYS], 1e-12)
    return found


def _cumulated(weights: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(weights)])


def _days(rng: Rng, weights: Floats, first: Ints, last: Ints) -> Ints:
    """A day between two, by weight."""
    traffic = _cumulated(weights)
    at = traffic[first] + rng.random(len(first)) * (traffic[last + 1] - traffic[first])
    return np.clip(np.searchsorted(traffic, at, side="right") - 1, first, last)


def _visitors(rng: Rng, count: int, mean: float, least: int = 1) -> Ints:
    """The visitor of each session."""
    extra = rng.geometric(1 / (mean - least + 1), count) - 1
    return np.repeat(np.arange(count), np.minimum(least + extra, MOST_SESSIONS))


def _customers(rng: Rng, people: Population, traffic: Floats, count: int) -> Sessions:
    span = people.active_to - people.active_from + 1
    weights = np.power(span, 0.7, dtype=np.float64) * np.exp(0.5 * people.engagement + 0.25 * people.size)
    of_visitor = pick(rng, np.cumsum(weights), count)
    visitor = _visitors(rng, count, KNOWN_SESSIONS)
    golden = of_visitor[visitor]
    day = _days(rng, _levelled(people, weights, traffic), people.active_from[golden], people.active_to[golden])
    return _one_a_day(Sessions(visitor, golden, people.country[golden], day, *_flags(len(day), known=True)))


def _returning(rng: Rng, people: Population, golden: Ints) -> Sessions:
    day = recency.days(rng, people, golden)
    flags = _flags(len(day), known=True)
    return Sessions(np.arange(len(golden)), golden, people.country[golden], day, *flags)


def _stitched(rng: Rng, people: Population, traffic: Floats, count: int) -> Sessions:
    """Visitors of customers who come unknown at first and leave their name at the end of their first session."""
    span = people.active_to - people.active_from + 1
    weights: Floats = np.where(span > 30, span**0.4, 0.0)
    of_visitor = pick(rng, np.cumsum(weights), count)
    visitor = _visitors(rng, count, STITCHED_SESSIONS, least=2)
    golden = of_visitor[visitor]
    day = _days(rng, _levelled(people, weights, traffic), people.active_from[golden], people.active_to[golden])
    sessions = _one_a_day(Sessions(visitor, golden, people.country[golden], day, *_flags(len(day), known=True)))
    first = np.diff(sessions.visitor, prepend=-1) != 0
    return Sessions(sessions.visitor, sessions.golden, sessions.country, sessions.day, ~first, first)


def _strangers(rng: Rng, traffic: Floats, count: int) -> Sessions:
    shares = np.cumsum([country.share for country in places.COUNTRIES])
    country = pick(rng, shares, count)
    visitor = _visitors(rng, count, ANONYMOUS_SESSIONS)
    everyday = np.zeros(len(visitor), dtype=np.int64)
    day = _days(rng, traffic, everyday, everyday + DAYS - 1)
    return _one_a_day(Sessions(visitor, everyday - 1, country[visitor], day, *_flags(len(day), known=False)))


def _flags(count: int, *, known: bool) -> tuple[Bools, Bools]:
    return np.full(count, known), np.zeros(count, dtype=bool)


def _one_a_day(sessions: Sessions) -> Sessions:
    """At most one session of a visitor a day, in order of visitor and day: sessions never overlap."""
    _, rows = np.unique(sessions.visitor * DAYS + sessions.day, return_index=True)
    return sessions.take(rows)


def _joined(groups: list[Sessions]) -> Sessions:
    start, numbered = 0, []
    for group in groups:
        numbered.append(group.visitor + start)
        start += int(group.visitor.max(initial=-1)) + 1
    rest = {f.name: np.concatenate([getattr(g, f.name) for g in groups]) for f in fields(Sessions)[1:]}
    return Sessions(visitor=np.concatenate(numbered), **rest)
