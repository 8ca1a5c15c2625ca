"""Web events in parts of bounded size: visitors, their sessions, and who is known by name."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.plan import DAYS, Plan
from data_gen.population import Population
from data_gen.randomness import Bools, Floats, Ints, Rng, pick, quota, stream
from data_gen.records import Records
from data_gen.vocabulary import places
from data_gen.vocabulary.website import CAMPAIGN_MONTHS, CHANNELS, DEVICES, EVENT_TYPES, PAGES
from data_gen.web_paths import INTENTS, Events, walk

PART_EVENTS = 500_000
TRAFFIC_GROWTH = 0.6  # a year
WEEKDAYS = np.array([1.0, 1.05, 1.05, 1.0, 0.9, 0.34, 0.30])
HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 8, 15, 21, 23, 22, 18, 20, 22, 21, 18, 14, 10, 9, 9, 8, 6, 4], dtype=float)
KNOWN_SESSIONS, ANONYMOUS_SESSIONS = 4.5, 1.5  # of a visitor, on average
MOST_SESSIONS = 14
EVENTS_OF_SESSION = 2.5  # a low guess, to draw enough sessions at once
STITCHED_SHARE = 0.20  # of the anonymous visitors later give their name
HOME_CHANNEL_SHARE = 0.6
BY_ACCOUNT_SHARE = 0.5  # known visitors log in with the Salesforce account rather than the SAP number

NAMES = tuple(CHANNELS)
INTENT_TABLE = np.cumsum([list(CHANNELS[name].intents.values()) for name in NAMES], axis=1) / 100


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


def simulate(seed: int, plan: Plan, people: Population, records: Records) -> Iterator[pl.DataFrame]:
    """Parts of web_event, each of its own stream and in order of time."""
    known, anonymous = (quota(plan.web_events[name], np.ones(parts(plan))) for name in ("known", "anonymous"))
    first_number = 1
    for part in range(parts(plan)):
        rng = stream(seed, "web_event", part)
        yield _part(rng, part, first_number, people, records, int(known[part]), int(anonymous[part]))
        first_number += int(known[part] + anonymous[part])


def parts(plan: Plan) -> int:
    return -(-sum(plan.web_events.values()) // PART_EVENTS)


def _part(
    rng: Rng, part: int, first_number: int, people: Population, records: Records, known: int, anonymous: int
) -> pl.DataFrame:
    traffic = _traffic()
    strangers = max(2, int(anonymous / EVENTS_OF_SESSION / ANONYMOUS_SESSIONS))
    stitched = _stitched(rng, people, traffic, int(strangers * STITCHED_SHARE / (1 - STITCHED_SHARE) * 0.62))
    customers = _customers(rng, people, traffic, max(2, int(known / EVENTS_OF_SESSION / KNOWN_SESSIONS)))
    unknown = _strangers(rng, traffic, strangers)
    sessions = _joined([stitched, customers, unknown])
    visitor_channel = _channels(rng, sessions)
    intent = _intents(rng, visitor_channel)
    events = walk(rng, intent, sessions.identifies)
    keep = _exactly(sessions, events, known, anonymous)
    return _rows(rng, part, first_number, people, records, sessions, visitor_channel, _kept(events, keep))


def _traffic() -> Floats:
    """Cumulative weight of the days, starting at zero."""
    days = np.arange(DAYS)
    return np.concatenate([[0.0], np.cumsum((1 + TRAFFIC_GROWTH) ** (days / 365.25) * WEEKDAYS[clock.weekday(days)])])


def _days(rng: Rng, traffic: Floats, first: Ints, last: Ints) -> Ints:
    """A day between two, by traffic."""
    at = traffic[first] + rng.random(len(first)) * (traffic[last + 1] - traffic[first])
    return np.clip(np.searchsorted(traffic, at, side="right") - 1, first, last)


def _visitors(rng: Rng, count: int, mean: float, least: int = 1) -> Ints:
    """The visitor of each session."""
    extra = rng.geometric(1 / (mean - least + 1), count) - 1
    return np.repeat(np.arange(count), np.minimum(least + extra, MOST_SESSIONS))


def _customers(rng: Rng, people: Population, traffic: Floats, count: int) -> Sessions:
    span = people.active_to - people.active_from + 1
    weights = np.cumsum(span**0.7 * np.exp(0.5 * people.engagement + 0.25 * people.size))
    of_visitor = pick(rng, weights, count)
    visitor = _visitors(rng, count, KNOWN_SESSIONS)
    golden = of_visitor[visitor]
    day = _days(rng, traffic, people.active_from[golden], people.active_to[golden])
    return _one_a_day(Sessions(visitor, golden, people.country[golden], day, *_flags(len(day), known=True)))


def _stitched(rng: Rng, people: Population, traffic: Floats, count: int) -> Sessions:
    """Visitors of customers who come unknown at first and leave their name at the end of their first session."""
    span = people.active_to - people.active_from + 1
    of_visitor = pick(rng, np.cumsum(np.where(span > 30, span**0.4, 0.0)), count)
    visitor = _visitors(rng, count, 2.8, least=2)
    golden = of_visitor[visitor]
    day = _days(rng, traffic, people.active_from[golden], people.active_to[golden])
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


def _channels(rng: Rng, sessions: Sessions) -> Ints:
    """The referrer of each session: mostly the visitor's own."""
    known = np.cumsum([CHANNELS[name].known for name in NAMES])
    anonymous = np.cumsum([CHANNELS[name].anonymous for name in NAMES])
    visitors = int(sessions.visitor.max()) + 1
    is_customer = np.zeros(visitors, dtype=bool)
    is_customer[sessions.visitor] = sessions.is_known
    home = np.where(is_customer, pick(rng, known, visitors), pick(rng, anonymous, visitors))[sessions.visitor]
    other = np.where(sessions.is_known, pick(rng, known, len(home)), pick(rng, anonymous, len(home)))
    return np.where(rng.random(len(home)) < HOME_CHANNEL_SHARE, home, other)


def _intents(rng: Rng, channel: Ints) -> Ints:
    return np.minimum((INTENT_TABLE[channel] < rng.random(len(channel))[:, None]).sum(axis=1), len(INTENTS) - 1)


def _exactly(sessions: Sessions, events: Events, known: int, anonymous: int) -> Bools:
    """The events that fill both quotas: whole sessions, but for the last of each that is cut short."""
    keep = np.zeros(len(events.session), dtype=bool)
    is_known = sessions.is_known[events.session]
    for flag, wanted in ((True, known), (False, anonymous)):
        rows = np.flatnonzero(is_known == flag)
        if len(rows) < wanted:
            raise RuntimeError(f"web events: {len(rows)} {'known' if flag else 'anonymous'} drawn, {wanted} planned")
        keep[rows[:wanted]] = True
    return keep


def _kept(events: Events, keep: Bools) -> Events:
    return Events(*(getattr(events, field.name)[keep] for field in fields(Events)))


def _rows(
    rng: Rng,
    part: int,
    first_number: int,
    people: Population,
    records: Records,
    sessions: Sessions,
    channel: Ints,
    events: Events,
) -> pl.DataFrame:
    start = sessions.day * clock.DAY_SECONDS + _start_second(rng, sessions, events)
    reference = np.where(sessions.is_known, _logins(rng, people, records, sessions), -1)
    device = pick(rng, np.cumsum(list(DEVICES.values())), int(sessions.visitor.max()) + 1)
    campaign = _campaigns(channel, clock.MONTH[sessions.day] % 12)
    seconds = start[events.session] + events.offset
    order = np.lexsort((events.session, seconds))
    session, visitor = events.session[order], sessions.visitor[events.session[order]]
    numbers = pl.Series(first_number + np.arange(len(order))).cast(pl.String).str.zfill(10)
    return pl.DataFrame(
        {
            "event_id": "E-" + numbers,
            "session_id": f"S-{part:03d}-" + pl.Series(session).cast(pl.String).str.zfill(7),
            "visitor_id": f"V-{part:03d}-" + pl.Series(visitor).cast(pl.String).str.zfill(7),
            "customer_ref": _gathered(records.record_id, reference[session]),
            "event_ts": clock.moments(seconds[order]),
            "page_url": pl.Series(PAGES)[events.page[order]],
            "event_type": pl.Series(EVENT_TYPES)[events.kind[order]],
            "device_type": pl.Series(list(DEVICES))[device[visitor]],
            "referrer_source": pl.Series(NAMES)[channel[session]],
            "utm_campaign": _gathered(pl.Series(list(CAMPAIGNS)), campaign[session]),
        }
    )


def _start_second(rng: Rng, sessions: Sessions, events: Events) -> Ints:
    """By the visitor's own clock; early enough to end on the same day."""
    hour = pick(rng, np.cumsum(HOURS), len(sessions)) + rng.random(len(sessions))
    second = ((hour - clock.UTC_OFFSET[sessions.country]) % 24 * 3600).astype(np.int64)
    length = np.zeros(len(sessions), dtype=np.int64)
    np.maximum.at(length, events.session, events.offset)
    return np.minimum(second, clock.DAY_SECONDS - 1 - length)


def _logins(rng: Rng, people: Population, records: Records, sessions: Sessions) -> Ints:
    """The source record that a known visitor is logged in with."""
    golden, day = sessions.golden, sessions.day
    has_account = (records.known_from[1][golden] <= day) & (rng.random(len(golden)) < BY_ACCOUNT_SHARE)
    no_number = records.first("SAP")[golden] < 0
    account, number = records.used(rng, "Salesforce", golden, day), records.used(rng, "SAP", golden, day)
    return np.where(has_account | no_number, account, number)


CAMPAIGNS = tuple(dict.fromkeys(campaign for name in NAMES for campaign in CHANNELS[name].campaigns))


def _campaigns(channel: Ints, month: Ints) -> Ints:
    """The campaign that a channel runs in a month; -1 for channels without."""
    table = np.full((len(NAMES), 12), -1)
    for c, name in enumerate(NAMES):
        for m in range(12):
            running = [x for x in CHANNELS[name].campaigns if m + 1 in CAMPAIGN_MONTHS.get(x, ())]
            if CHANNELS[name].campaigns:
                table[c, m] = CAMPAIGNS.index(running[0] if running else CHANNELS[name].campaigns[-1])
    return table[channel, month]


def _gathered(values: pl.Series, at: Ints) -> pl.Series:
    """Values by index; null for -1."""
    indices = pl.select(pl.when(pl.Series(at) >= 0).then(pl.Series(at))).to_series()
    return values.gather(indices)
